#include "html_sections.hpp"

#include "citation.hpp"
#include "html_text.hpp"
#include "markup.hpp"
#include "report_text.hpp"

#include <fmt/format.h>
#include <mpfr.h>

#include <gmp.h>

namespace layercert {

namespace {

std::string file_row(const std::string &file, const std::string &sum) {
  return fmt::format("<tr><th scope=\"row\">{}</th><td><code class=\"sum\">{}</code></td></tr>\n",
                     escaped(file), escaped(sum));
}

std::string files(const ReportFacts &input, const std::string &model_sha256) {
  std::string rows =
      file_row("instance.toml", input.instance_sha256) + file_row(input.network_file, input.network_sha256);
  if (!model_sha256.empty()) {
    rows += file_row("network.onnx", model_sha256);
  }
  if (!input.samples_file.empty()) {
    rows += file_row(input.samples_file, input.samples_sha256);
  }
  rows += file_row("certificate.json", input.certificate_sha256);
  return "<div class=\"scroll\"><table>\n<thead><tr><th>file</th><th>SHA-256</th></tr></thead>\n<tbody>\n" +
         rows + "</tbody></table></div>\n";
}

// Where a comment of a line begins: at the # that is in no string. `open` is what ends the string that goes
// on from the line before, or empty.
std::size_t comment_in(std::string_view line, std::string &open) {
  for (std::size_t at = 0; at < line.size();) {
    const std::string_view rest = line.substr(at);
    if (!open.empty()) {
      if (open[0] == '"' && rest[0] == '\\') {
        at += 2;
      } else if (rest.starts_with(open)) {
        at += open.size();
        open.clear();
      } else {
        ++at;
      }
    } else if (rest[0] == '#') {
      return at;
    } else {
      for (const char *quote : {"\"\"\"", "'''", "\"", "'"}) {
        if (rest.starts_with(quote)) {
          open = quote;
          break;
        }
      }
      at += open.empty() ? 1 : open.size();
    }
  }
  if (open.size() == 1) {
    open.clear(); // such a string ends with its line
  }
  return std::string_view::npos;
}

// The instance with its comments marked, which are left out in print.
std::string with_marked_comments(std::string_view text) {
  std::string out;
  std::string open;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find('\n'), text.size() - 1) + 1;
    const std::string_view line = text.substr(0, length);
    text.remove_prefix(length);
    const std::size_t comment = comment_in(line, open);
    if (comment == std::string_view::npos) {
      out += escaped(line);
      continue;
    }
    const bool whole = line.find_first_not_of(" \t") == comment; // with the line's end
    const std::size_t ends = whole ? line.size() : line.find_last_not_of("\r\n") + 1;
    out += fmt::format("{}<span class=\"comment\">{}</span>{}", escaped(line.substr(0, comment)),
                       escaped(line.substr(comment, ends - comment)), escaped(line.substr(ends)));
  }
  return out;
}

std::string facts(const ReportFacts &input) {
  std::string text;
  if (const std::optional<RunFacts> &run = input.run) {
    text += html_fact("date", escaped(run->date)) +
            html_fact("run time", fmt::format("{:.3g} s", run->seconds)) +
            html_fact("threads", std::to_string(run->threads)) + html_fact("machine", escaped(run->machine)) +
            html_fact("certified by", "layercert " + escaped(run->version));
  }
  text += html_fact("report by", fmt::format("layercert {}, GMP {}, MPFR {}", LAYERCERT_VERSION, gmp_version,
                                             mpfr_get_version()));
  text += html_fact("check", input.check.empty() ? "not run for this report" : escaped(input.check));
  return "<dl class=\"facts\">" + text + "</dl>\n";
}

std::string run_section(const ReportFacts &input, const std::string &certify_command, double tolerance,
                        const std::string &model_sha256, const std::string &note) {
  const std::string check = check_command_text(input);
  const std::string samples = input.samples_file.empty()
                                  ? std::string()
                                  : fmt::format("<p class=\"note\">{} is a copy of the file that the "
                                                "instance names, {}, which has to stand where it says.</p>\n",
                                                escaped(input.samples_file), escaped(input.samples_origin));
  return fmt::format(
      "<section>\n<h2>The run</h2>\n{}"
      "<p>The independent checker proves the verdicts again by</p>\n<pre>{}</pre>\n{}"
      "<p>The result is made anew by</p>\n<pre>{}</pre>\n<p>and this report by</p>\n<pre>layercert report "
      "{}</pre>\n"
      "<details open><summary>instance.toml</summary><pre>{}</pre></details>\n{}{}"
      "<p class=\"note\">Network file: {} bytes. Tolerance {}, at most {} boxes an integral.</p>\n"
      "<details open><summary>How to cite</summary><pre>{}</pre></details>\n</section>\n",
      facts(input), escaped(check), note, escaped(certify_command),
      escaped(check.substr(std::string_view("layercert check ").size())),
      with_marked_comments(input.instance.text), files(input, model_sha256), samples,
      input.network_file_bytes, tolerance, input.boxes, escaped(citation_text()));
}

} // namespace

std::string html_run_section(const ReportInput &input) {
  return run_section(input, certify_command_text(input), input.certificate.tolerance, "", "");
}

std::string html_run_section(const LayersReportInput &input) {
  const std::string note =
      input.model_sha256.empty()
          ? std::string()
          : "<p class=\"note\">Checkers read no ONNX: what is proved is proved of <code>layers.json</code>, "
            "the units of <code>network.onnx</code> with their exact weights.</p>\n";
  return run_section(input, certify_command_text(input), input.certificate.tolerance, input.model_sha256,
                     note);
}

} // namespace layercert
