#include "report.hpp"

#include "cell_pictures.hpp"
#include "exact_level.hpp"
#include "html_gallery.hpp"
#include "html_style.hpp"
#include "html_text.hpp"
#include "markup.hpp"
#include "network_facts.hpp"
#include "report_plots.hpp"
#include "report_text.hpp"

#include "layercert/numeric/rounding_scope.hpp"

#include <fmt/format.h>
#include <mpfr.h>

#include <cmath>
#include <gmp.h>

namespace layercert {

namespace {

const char *sign_of(Status status) {
  return status == Status::Certified ? "\u2713" : status == Status::Refuted ? "\u2717" : "?";
}

std::string badge(Status status) {
  return fmt::format("<span class=\"badge {0}\">{1} {0}</span>", name_of(status), sign_of(status));
}

// ---- the claim -------------------------------------------------------------------------------------------------------------

std::string mi(std::string_view name) { return fmt::format("<mi>{}</mi>", name); }
std::string mo(std::string_view name) { return fmt::format("<mo>{}</mo>", name); }
std::string mn(std::string_view number) { return fmt::format("<mn>{}</mn>", escaped(number)); }
std::string sub(const std::string &base, const std::string &index) {
  return fmt::format("<msub>{}{}</msub>", base, index);
}
std::string row(const std::string &content) { return "<mrow>" + content + "</mrow>"; }

std::string rational(const mpq_class &value) {
  return value.get_den() == 1 ? mn(value.get_num().get_str())
                              : fmt::format("<mfrac>{}{}</mfrac>", mn(value.get_num().get_str()),
                                            mn(value.get_den().get_str()));
}

// base^(-exponent l)
std::string falling_power(const std::string &base, const std::string &exponent) {
  return fmt::format("<msup>{}{}</msup>", base, row(mo("\u2212") + exponent + mi("l")));
}

std::string norm_of(const std::string &content, const std::string &p) {
  return sub(row(mo("\u2016") + content + mo("\u2016")), p);
}

std::string claim(const Instance &instance, const std::optional<HoelderCorollary> &corollary) {
  const std::string p = rational(instance.p);
  const std::string factor = mn(std::to_string(2 * instance.dimension + 1));
  const std::string error =
      norm_of(mi("f") + mo("\u2212") + sub("<mi mathvariant=\"normal\">\u03a6</mi>", mi("l")), p);
  const std::string scale = falling_power(mn(std::to_string(instance.N)), "");
  std::string math = error + mo("\u2264") + factor + "<mspace width=\"0.17em\"/>" + sub(mi("\u03c9"), p) +
                     row(mo("(") + mi("f") + mo(",") + scale + mo(")"));
  if (corollary) {
    math += mo("\u2264") + factor;
    if (corollary->lambda != 1) {
      math += mo("\u00b7") + rational(corollary->lambda);
    }
    math += mo("\u00b7");
    math += falling_power(mn(std::to_string(instance.N)),
                          corollary->alpha == 1 ? "" : rational(corollary->alpha));
  }
  return fmt::format("<math display=\"block\" class=\"claim\">{}</math>", row(math));
}

std::string modulus_definition(const Instance &instance) {
  const std::string p = rational(instance.p);
  const std::string h =
      instance.norm == ShiftNorm::Euclidean
          ? row(mo("|") + mi("h") + mo("|"))
          : sub(row(mo("|") + mi("h") + mo("|")), instance.norm == ShiftNorm::Max ? mi("\u221e") : mn("1"));
  return fmt::format("<math>{}</math>",
                     row(sub(mi("\u03c9"), p) + row(mo("(") + mi("f") + mo(",") + mi("t") + mo(")")) +
                         mo("=") +
                         fmt::format("<munder><mo>sup</mo>{}</munder>", row(h + mo("\u2264") + mi("t"))) +
                         norm_of(mi("f") + row(mo("(") + mo("\u00b7") + mo("+") + mi("h") + mo(")")) +
                                     mo("\u2212") + mi("f"),
                                 p)));
}

std::string head_section(const ReportInput &input) {
  const Instance &instance = input.instance;
  const Certificate &certificate = input.certificate;
  const Status status = certificate.verdict();
  std::string facts =
      fmt::format("<li>d = {}, N = {}, p = {}, {} level{}, cells of the finest: {}</li>", instance.dimension,
                  instance.N, escaped(instance.p.get_str()), certificate.levels.size(),
                  certificate.levels.size() == 1 ? "" : "s", certificate.levels.back().cells);
  if (instance.remainder > 0) {
    facts += fmt::format("<li>f is any function within {} of what is written above</li>",
                         escaped(instance.remainder.get_str()));
  }
  if (certificate.hoelder) {
    facts += certificate.hoelder->verified
                 ? "<li>H\u00f6lder condition for the second inequality: verified</li>"
                 : "<li>H\u00f6lder condition for the second inequality: assumed, not verified</li>";
  }
  if (certificate.accuracy) {
    facts += certificate.accuracy->level == 0
                 ? fmt::format("<li>no level reaches the wanted accuracy {}</li>",
                               escaped(certificate.accuracy->accuracy.get_str()))
                 : fmt::format("<li>level {} is the first to reach the wanted accuracy {}{}</li>",
                               certificate.accuracy->level, escaped(certificate.accuracy->accuracy.get_str()),
                               certificate.accuracy->smallest_proved ? ", and those before are proved not to"
                                                                     : "");
  }
  const std::string target = fmt::format("<code>{}</code>", escaped(target_text(input)));
  return fmt::format("<header>\n<p class=\"kind\">layercert report</p>\n<h1>{}</h1>\n{}"
                     "<p class=\"verdict {}\"><span aria-hidden=\"true\">{}</span> {}{}</p>\n{}\n"
                     "<p class=\"note\">for the readouts \u03a6<sub>l</sub> of one network, each reading its "
                     "first l + 2 hidden layers; {}.</p>\n"
                     "<ul class=\"facts\">{}</ul>\n"
                     "<p class=\"note\">Bounds and verdicts are those of <code>certificate.json</code>, "
                     "rounded to the safe side. "
                     "<code>{}</code> proves them anew.</p>\n</header>\n",
                     instance.title.empty() ? target : escaped(instance.title),
                     instance.title.empty() ? "" : fmt::format("<p class=\"target\">{}</p>\n", target),
                     name_of(status), sign_of(status),
                     status == Status::Certified ? "Claim R is " : "Claim R: ",
                     escaped(verdict_text(certificate)), claim(instance, certificate.hoelder),
                     modulus_definition(instance), facts, escaped(check_command_text(input)));
}

// ---- levels ----------------------------------------------------------------------------------------------------------------

std::string level_row(const ReportInput &input, const LevelCertificate &level, bool corollary) {
  std::string cells =
      fmt::format("<th "
                  "scope=\"row\">{}</th><td>{}</td><td>{}<sup>\u2212{}</sup></td><td>{}</td><td>{}</"
                  "td><td>{}</td><td>{}</td>",
                  level.level, level.cells, input.instance.N, level.level,
                  enclosure_text(level.error_lower, level.error_upper),
                  enclosure_text(level.modulus_lower, level.modulus_upper), lower_text(level.bound_lower),
                  is_exact(level) ? "\u2013" : enclosure_text(level.ratio_lower, level.ratio_upper));
  if (corollary) {
    cells += fmt::format("<td>{}</td>", lower_text(*level.hoelder_bound_lower));
  }
  cells += fmt::format("<td>{}{}</td>", badge(level.status),
                       corollary && level.hoelder_status != level.status
                           ? " H\u00f6lder: " + badge(level.hoelder_status)
                           : "");
  std::string rows = "<tr>" + cells + "</tr>\n";
  if (!level.reason.empty()) {
    rows += fmt::format("<tr class=\"reason\"><td></td><td colspan=\"{}\">{}</td></tr>\n", corollary ? 8 : 7,
                        escaped(level.reason));
  }
  return rows;
}

std::string level_plots(const ReportInput &input) {
  return fmt::format(
      "<div class=\"plots\">\n<figure>{}<figcaption>The error and the bound that claim R gives, as "
      "enclosures.</figcaption></figure>\n"
      "<figure>{}<figcaption>How much of the bound is needed. The dashed line is 2<sup>1/p</sup> d, which "
      "the ratio of the exact cell means cannot "
      "exceed.</figcaption></figure>\n</div>\n",
      svg_of(plot_of_errors(input)), svg_of(plot_of_ratios(input)));
}

std::string levels_section(const ReportInput &input) {
  const bool exact = is_exact(input.certificate); // nothing to plot
  const bool corollary = input.certificate.levels.front().hoelder_bound_lower.has_value();
  std::string rows;
  for (const LevelCertificate &level : input.certificate.levels) {
    rows += level_row(input, level, corollary);
  }
  const int factor = 2 * input.instance.dimension + 1;
  return fmt::format(
      "<section>\n<h2>Levels</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th>level "
      "l</th><th>cells</th><th>t = N<sup>\u2212l</sup></th>"
      "<th>error \u2016f \u2212 \u03a6<sub>l</sub>\u2016</th><th>modulus \u03c9(f, t)</th><th>bound {} "
      "\u03c9 \u2265</th><th>error / \u03c9</th>{}<th>verdict</th></tr></thead>\n"
      "<tbody>\n{}</tbody></table></div>\n"
      "<p class=\"note\">[a, b] holds the number. Certified: the upper end of the error is at most the "
      "bound.{}</p>\n{}</section>\n",
      factor, corollary ? "<th>H\u00f6lder bound \u2265</th>" : "", rows,
      exact ? " f is constant almost everywhere, and every readout is f: claim R reads 0 \u2264 0." : "",
      exact ? "" : level_plots(input));
}

// ---- the network -----------------------------------------------------------------------------------------------------------

std::string layer_row(std::size_t number, const LayerFacts &layer, int width) {
  int relus = 0;
  int sines = 0;
  for (const auto &[role, channel] : layer.channels) {
    (role == Role::FirstSine || role == Role::SecondSine ? sines : relus) += channel.units;
  }
  return fmt::format("<tr><th "
                     "scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</"
                     "td><td>{}</td></tr>\n",
                     number, width, relus, sines, layer.zero_units, layer.parameters, layer.longest_bits,
                     layer.bits);
}

std::string network_section(const ReportInput &input, const Network &network) {
  const std::vector<LayerFacts> layers = facts_of_layers(network);
  std::string rows;
  for (std::size_t m = 0; m < layers.size(); ++m) {
    rows += layer_row(m + 1, layers[m], network.width);
  }
  const Architecture &a = input.certificate.architecture;
  return fmt::format(
      "<section>\n<h2>The network</h2>\n"
      "<p>Width {} (the theorem's 2dN + d + 2 is {}), {} hidden layers, at most {} sine units a layer, {} "
      "nonzero parameters. "
      "Every weight is a whole number times a power of two.</p>\n"
      "<div class=\"plots\">\n<figure class=\"wide\"><div class=\"scroll\">{}</div><figcaption>From the "
      "inputs downward. In a box: units, and the longest weight into them. "
      "The thick line is the weight w<sub>l</sub> between the sines, which holds a value for every cell of "
      "level l.</figcaption></figure>\n"
      "<figure>{}<figcaption>w<sub>l</sub> needs a few bits for every cell.</figcaption></figure>\n</div>\n"
      "<div class=\"scroll\"><table>\n<thead><tr><th>hidden "
      "layer</th><th>units</th><th>ReLU</th><th>sine</th><th>zero</th><th>parameters</th><th>longest, "
      "bits</th><th>all, bits</th></tr></thead>\n"
      "<tbody>\n{}</tbody></table></div>\n</section>\n",
      a.width, a.theorem_width, a.hidden_layers, a.sine_units, a.parameters, network_figure(network, layers),
      svg_of(plot_of_weights(input, network)), rows);
}

// ---- the run ---------------------------------------------------------------------------------------------------------------

std::string file_row(const std::string &file, const std::string &sum) {
  return fmt::format("<tr><th scope=\"row\">{}</th><td><code class=\"sum\">{}</code></td></tr>\n",
                     escaped(file), escaped(sum));
}

std::string run_section(const ReportInput &input) {
  std::string files =
      file_row("instance.toml", input.instance_sha256) + file_row(input.network_file, input.network_sha256);
  if (!input.samples_file.empty()) {
    files += file_row(input.samples_file, input.samples_sha256);
  }
  const std::string samples = input.samples_file.empty()
                                  ? std::string()
                                  : fmt::format("<p class=\"note\">{} is a copy of the file that the "
                                                "instance names, {}, which has to stand where it says.</p>\n",
                                                escaped(input.samples_file), escaped(input.samples_origin));
  files += file_row("certificate.json", input.certificate_sha256);
  return fmt::format("<section>\n<h2>The run</h2>\n<p>The result is made anew by</p>\n<pre>{}</pre>\n<p>and "
                     "this report by</p>\n<pre>layercert report {}</pre>\n"
                     "<details open><summary>instance.toml</summary><pre>{}</pre></details>\n"
                     "<div "
                     "class=\"scroll\"><table>\n<thead><tr><th>file</th><th>SHA-256</th></tr></"
                     "thead>\n<tbody>\n{}</tbody></table></div>\n"
                     "{}"
                     "<p class=\"note\">Network file: {} bytes. Tolerance {}, at most {} boxes an integral. "
                     "Report written by layercert {} with GMP {} and MPFR {}.</p>\n"
                     "</section>\n",
                     escaped(certify_command_text(input)),
                     escaped(check_command_text(input).substr(std::string_view("layercert check ").size())),
                     escaped(input.instance.text), files, samples, input.network_file_bytes,
                     input.certificate.tolerance, input.boxes, LAYERCERT_VERSION, gmp_version,
                     mpfr_get_version());
}

} // namespace

std::string html_report(const ReportInput &input) {
  const CellPictures pictures(input);
  const Network network =
      assemble_network(pictures.parameters()); // with a role for every unit, whoever wrote the file
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n"
      "<title>layercert: "
      "{}</title>\n<style>\n{}{}{}</style>\n</head>\n<body>\n<main>\n{}{}{}{}{}</main>\n</body>\n</html>\n",
      escaped(heading_text(input)), plot_style(), network_figure_style(), html_style(), head_section(input),
      levels_section(input), gallery_section(input, pictures), network_section(input, network),
      run_section(input));
}

} // namespace layercert
