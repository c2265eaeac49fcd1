#include "report.hpp"

#include "exact_level.hpp"
#include "report_plots.hpp"
#include "report_text.hpp"
#include "tex_fragments.hpp"
#include "tex_plot.hpp"
#include "tex_text.hpp"

#include <fmt/format.h>

namespace layercert {

namespace {

std::string sum_row(const std::string &file, const std::string &sum) {
  return fmt::format("{} & \\texttt{{\\scriptsize {}}} \\\\\n", tex_text(file), tex_text(sum));
}

std::string figure(const ReportFigure &one) {
  return "\\begin{center}\n" + tex_of(one.plot, "0.62\\linewidth", "") + "\\end{center}\n" +
         tex_text_of(one.caption) + "\n\n";
}

// `facts` stand between the table and the commands.
std::string document(const ReportFacts &input, const std::string &claim, const std::string &table,
                     const std::string &facts, const std::string &command, const std::string &model_sha256) {
  std::string sums =
      sum_row("instance.toml", input.instance_sha256) + sum_row(input.network_file, input.network_sha256);
  if (!model_sha256.empty()) {
    sums += sum_row("network.onnx", model_sha256);
  }
  if (!input.samples_file.empty()) {
    sums += sum_row(input.samples_file, input.samples_sha256);
  }
  sums += sum_row("certificate.json", input.certificate_sha256);
  return "% pdflatex\n\\documentclass[11pt]{article}\n\\usepackage[margin=25mm]{geometry}\n" +
         tex_preamble() +
         "\\setlength{\\parindent}{0pt}\n\\setlength{\\parskip}{6pt}\n\\emergencystretch=3em\n\\begin{"
         "document}\n" +
         fmt::format("\\section*{{{}}}\n", tex_text(heading_text(input))) + tex_formula(input) + claim +
         fmt::format("Bounds and verdicts are those of \\texttt{{certificate.json}}, rounded to the safe "
                     "side; \\texttt{{{}}} proves them anew.\n\n",
                     tex_text(check_command_text(input))) +
         "\\begin{center}\n" + table + "\\end{center}\n\n" + facts +
         fmt::format("The result is made anew by\n\n\\texttt{{{}}}\n\n", tex_text(command)) +
         fmt::format("\\begin{{tabular}}{{ll}}\n\\toprule\nfile & SHA-256 "
                     "\\\\\n\\midrule\n{}\\bottomrule\n\\end{{tabular}}\n\nReport written by layercert "
                     "{}.\n\\end{{document}}\n",
                     sums, LAYERCERT_VERSION);
}

} // namespace

std::string tex_report(const ReportInput &input) {
  const Architecture &a = input.certificate.architecture;
  const std::string claim = fmt::format("Claim R{} {}:\n\\[ {} \\qquad (l = 1, \\dots, {}) \\]\n",
                                        input.certificate.verdict() == Status::Certified ? " is" : ":",
                                        tex_text(verdict_text(input.certificate)), tex_claim(input),
                                        input.certificate.levels.back().level);
  const std::string facts =
      (is_exact(input.certificate) ? std::string("$f$ is constant almost everywhere, and every readout is "
                                                 "$f$: claim R reads $0 \\le 0$.\n\n")
                                   : figure(figure_of_errors(input)) + figure(figure_of_ratios(input))) +
      fmt::format("The network has width {} (the theorem's $2dN+d+2$ is {}), {} hidden layers, at most {} "
                  "sine units a layer and {} nonzero parameters.\n\n",
                  a.width, a.theorem_width, a.hidden_layers, a.sine_units, a.parameters);
  return document(input, claim, tex_table(input), facts, certify_command_text(input), "");
}

std::string tex_report(const LayersReportInput &input) {
  const LayersCertificate &certificate = input.certificate;
  const std::string claim =
      fmt::format("Of the readouts $\\Phi_i$ of a network, read as exact real arithmetic, {}:\n\\[ {} \\]\n",
                  tex_text(verdict_text(certificate)), tex_claim(input)) +
      (certificate.at_most ? "" : "for the level $l$ of each readout. ");
  const std::string facts =
      figure(figure_of_errors(input)) +
      fmt::format("The network has {} units ({}) and {} nonzero parameters.\n\n", certificate.count.units,
                  tex_text(certificate.count.activations), certificate.count.parameters);
  return document(input, claim, tex_table(input), facts, certify_command_text(input), input.model_sha256);
}

} // namespace layercert
