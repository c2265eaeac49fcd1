#include "report.hpp"

#include "decimal.hpp"
#include "exact_level.hpp"
#include "report_text.hpp"
#include "tex_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

constexpr int kDigits = 5;
constexpr int kPlotDigits = 9;

std::string lower_text(double x) { return tex_number(decimal_lower(x, kDigits)); }
std::string upper_text(double x) { return tex_number(decimal_upper(x, kDigits)); }

std::string coordinates(const ReportInput &input, double LevelCertificate::*value, bool up) {
  std::string text;
  for (const LevelCertificate &level : input.certificate.levels) {
    if (const double y = level.*value; std::isfinite(y) && y > 0) {
      text += fmt::format(" ({},{})", level.level,
                          up ? decimal_upper(y, kPlotDigits) : decimal_lower(y, kPlotDigits));
    }
  }
  return text;
}

std::string slope_coordinates(const ReportInput &input) {
  std::string text;
  for (const LevelCertificate &level : input.certificate.levels) {
    if (const double y = slope_line_at(input, level.level); y > 0) {
      text += fmt::format(" ({},{:.9g})", level.level, y);
    }
  }
  return text;
}

std::string curve(const std::string &options, const std::string &points, const std::string &name) {
  return points.empty() ? ""
                        : fmt::format("\\addplot[{}] coordinates {{{}}};\n\\addlegendentry{{{}}}\n", options,
                                      points, name);
}

std::string claim(const ReportInput &input) {
  const Instance &instance = input.instance;
  const std::string p = instance.p.get_str();
  const int factor = 2 * instance.dimension + 1;
  std::string text =
      fmt::format("\\| f - \\Phi_l \\|_{{{0}}} \\le {1}\\, \\omega_{{{0}}}\\bigl(f, {2}^{{-l}}\\bigr)", p,
                  factor, instance.N);
  if (const auto &corollary = input.certificate.hoelder) {
    const std::string alpha = corollary->alpha == 1 ? "" : corollary->alpha.get_str() + "\\,";
    text +=
        fmt::format(" \\le {}{}\\cdot {}^{{-{}l}}", factor,
                    corollary->lambda == 1 ? "" : "\\cdot " + corollary->lambda.get_str(), instance.N, alpha);
  }
  return text + fmt::format(" \\qquad (l = 1, \\dots, {})", input.certificate.levels.back().level);
}

std::string table(const ReportInput &input) {
  std::string text = "\\begin{tabular}{rrrrrrl}\n\\toprule\nlevel & cells & error $\\le$ & modulus $\\ge$ & "
                     "bound $\\ge$ & ratio $\\le$ & verdict \\\\\n\\midrule\n";
  for (const LevelCertificate &level : input.certificate.levels) {
    text += fmt::format("{} & {} & {} & {} & {} & {} & {} \\\\\n", level.level, level.cells,
                        upper_text(level.error_upper), lower_text(level.modulus_lower),
                        lower_text(level.bound_lower), is_exact(level) ? "--" : upper_text(level.ratio_upper),
                        name_of(level.status));
  }
  return text + "\\bottomrule\n\\end{tabular}\n";
}

std::string error_plot(const ReportInput &input) {
  const int factor = 2 * input.instance.dimension + 1;
  return "\\begin{tikzpicture}\n\\begin{semilogyaxis}[width=0.47\\linewidth, height=0.4\\linewidth, "
         "xlabel={level $l$}, grid=major,\n"
         "  xtick distance=1, legend style={font=\\footnotesize, at={(0.5,1.03)}, anchor=south, "
         "draw=none}]\n" +
         curve("black!60, dashed", slope_coordinates(input),
               fmt::format("slope $-\\log {}$", input.instance.N)) +
         curve("errorcolour, thick, mark=*", coordinates(input, &LevelCertificate::error_upper, true),
               "error $\\le$") +
         curve("boundcolour, thick, mark=square*", coordinates(input, &LevelCertificate::bound_lower, false),
               fmt::format("bound ${}\\,\\omega$", factor)) +
         "\\end{semilogyaxis}\n\\end{tikzpicture}\n";
}

std::string ratio_plot(const ReportInput &input) {
  return "\\begin{tikzpicture}\n\\begin{axis}[width=0.47\\linewidth, height=0.4\\linewidth, xlabel={level "
         "$l$}, ymin=0, grid=major,\n"
         "  xtick distance=1, legend style={font=\\footnotesize, at={(0.5,1.03)}, anchor=south, "
         "draw=none}]\n" +
         curve("errorcolour, thick, mark=*", coordinates(input, &LevelCertificate::ratio_upper, true),
               "error over $\\omega$, $\\le$") +
         fmt::format(
             "\\addplot[boundcolour, thick, domain=1:{}, samples=2] {{{}}};\n\\addlegendentry{{claim R}}\n",
             std::max(2, input.certificate.levels.back().level), 2 * input.instance.dimension + 1) +
         "\\end{axis}\n\\end{tikzpicture}\n";
}

// The title, or else the target; and what f is, in the instance's own LaTeX if it gives some.
std::string section(const ReportInput &input) {
  const Instance &instance = input.instance;
  const std::string target = fmt::format("\\texttt{{{}}}", tex_text(target_text(input)));
  const std::string f = instance.latex.empty() ? target : fmt::format("$f = {}$", instance.latex);
  return instance.title.empty() && instance.latex.empty()
             ? fmt::format("\\section*{{{}}}\n", target)
             : fmt::format("\\section*{{{}}}\n{}\n\n",
                           tex_text(instance.title.empty() ? name_of(instance) : instance.title), f);
}

std::string sum_row(const std::string &file, const std::string &sum) {
  return fmt::format("{} & \\texttt{{\\scriptsize {}}} \\\\\n", tex_text(file), tex_text(sum));
}

} // namespace

std::string tex_report(const ReportInput &input) {
  const Architecture &a = input.certificate.architecture;
  std::string sums =
      sum_row("instance.toml", input.instance_sha256) + sum_row(input.network_file, input.network_sha256);
  if (!input.samples_file.empty()) {
    sums += sum_row(input.samples_file, input.samples_sha256);
  }
  sums += sum_row("certificate.json", input.certificate_sha256);
  return "% pdflatex; packages of Debian: texlive-latex-recommended, texlive-pictures\n"
         "\\documentclass[11pt]{article}\n\\usepackage["
         "margin=25mm]{geometry}\n"
         "\\usepackage{amsmath}\n\\usepackage{booktabs}\n\\usepackage{pgfplots}\n\\pgfplotsset{compat=1.17}\n"
         "\\definecolor{errorcolour}{HTML}{0067A3}\n\\definecolor{boundcolour}{HTML}{C04A00}\n\\setlength{"
         "\\parindent}{0pt}\n\\setlength{\\parskip}{6pt}\n\\emergencystretch=3em\n"
         "\\begin{document}\n" +
         section(input) +
         fmt::format("Claim R{} {}:\n\\[ {} \\]\n",
                     input.certificate.verdict() == Status::Certified ? " is" : ":",
                     tex_text(verdict_text(input.certificate)), claim(input)) +
         fmt::format("Bounds and verdicts are those of \\texttt{{certificate.json}}, rounded to the safe "
                     "side; \\texttt{{{}}} proves them anew.\n\n",
                     tex_text(check_command_text(input))) +
         "\\begin{center}\n" + table(input) + "\\end{center}\n\n" +
         (is_exact(input.certificate) ? std::string("$f$ is constant almost everywhere, and every readout is "
                                                    "$f$: claim R reads $0 \\le 0$.\n\n")
                                      : "\\begin{center}\n" + error_plot(input) + "\\hfill\n" +
                                            ratio_plot(input) + "\\end{center}\n\n") +
         fmt::format("The network has width {} (the theorem's $2dN+d+2$ is {}), {} hidden layers, at most {} "
                     "sine units a layer and {} nonzero parameters.\n\n",
                     a.width, a.theorem_width, a.hidden_layers, a.sine_units, a.parameters) +
         fmt::format("The result is made anew by\n\n\\texttt{{{}}}\n\n",
                     tex_text(certify_command_text(input))) +
         fmt::format("\\begin{{tabular}}{{ll}}\n\\toprule\nfile & SHA-256 "
                     "\\\\\n\\midrule\n{}\\bottomrule\n\\end{{tabular}}\n\nReport written by layercert "
                     "{}.\n\\end{{document}}\n",
                     sums, LAYERCERT_VERSION);
}

} // namespace layercert
