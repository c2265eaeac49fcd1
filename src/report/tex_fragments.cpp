// A paper takes the parts one by one. Each is complete with the packages of report-preamble.tex, has its
// caption and label, and may be taken more than once.
#include "tex_fragments.hpp"

#include "cell_pictures.hpp"
#include "decimal_column.hpp"
#include "digits.hpp"
#include "exact_level.hpp"
#include "layer_pictures.hpp"
#include "pdf_plot.hpp"
#include "report_plots.hpp"
#include "report_text.hpp"
#include "svg_plot.hpp"
#include "tex_plot.hpp"
#include "tex_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

constexpr std::size_t kMostRows = 3; // of pictures: what a column of a page holds

// A formula is centred where it fits into a line. A longer one is broken at its signs; where even a part is
// too wide, all of it is made smaller. The width of the widest line is found by taking the broken paragraph
// apart again. A table is made smaller in a narrow column, too.
constexpr const char *kFormulaMacro = R"(\makeatletter
\@ifundefined{layercertformula}{%
  \newbox\layercertbox \newdimen\layercertwide
  \def\layercertmeasure{\setbox0\lastbox
    \ifvoid0 \else \setbox0\hbox{\unhbox0}\ifdim\wd0>\layercertwide \layercertwide=\wd0 \fi
      \unskip\unpenalty \expandafter\layercertmeasure \fi}
  \newcommand{\layercertfit}[1]{\setbox\layercertbox\hbox{#1}%
    \ifdim\wd\layercertbox>\linewidth \resizebox{\linewidth}{!}{\box\layercertbox}\else \box\layercertbox \fi}
  \newcommand{\layercertformula}[1]{\par\medskip\noindent
    \setbox\layercertbox\hbox{$\displaystyle #1$}%
    \ifdim\wd\layercertbox>\linewidth
      \def\layercertlines{\parindent=0pt \rightskip=0pt plus 1fil \leftskip=0pt \parfillskip=0pt plus 1fil
        \hbadness=10000 \hfuzz=\maxdimen \tolerance=9999 \relpenalty=0 \binoppenalty=0 \lineskip=4pt \lineskiplimit=2pt
        \noindent$\displaystyle #1$\par}%
      \layercertwide=0pt
      \setbox\layercertbox\vbox{\hsize=\linewidth \layercertlines \layercertmeasure \global\layercertwide=\layercertwide}%
      \ifdim\layercertwide>\linewidth
        \resizebox{\linewidth}{!}{\vbox{\hsize=\layercertwide \layercertlines}}%
      \else
        {\layercertlines}%
      \fi
    \else
      \hbox to\linewidth{\hfil\box\layercertbox\hfil}%
    \fi
    \par\medskip}}{}
\makeatother
)";

// A name for labels: letters, digits and hyphens.
std::string label_of(const ReportFacts &input) {
  std::string label = name_of_result(input);
  std::replace_if(
      label.begin(), label.end(),
      [](char c) { return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')); },
      '-');
  return label.empty() ? "result" : label;
}

// f for a caption: in mathematics if that is short, else its name.
std::string function_name(const ReportFacts &input) {
  constexpr std::size_t kShort = 60; // characters of LaTeX
  const std::optional<FormulaNode> formula = formula_of(input);
  const std::string typeset = !input.instance.latex.empty() ? "f = " + input.instance.latex
                              : formula                     ? tex_of(*formula, input.instance.dimension)
                                                            : std::string();
  return typeset.empty() || typeset.size() > kShort ? tex_text(heading_text(input)) : "$" + typeset + "$";
}

std::string figure(const std::string &content, const std::string &caption, const std::string &label) {
  return "\\begin{figure}[tbp]\n\\centering\n" + content + "\\caption{" + caption +
         "}\n\\label{fig:" + label + "}\n\\end{figure}\n";
}

// A column of siunitx: where the point stands, and how long the exponents are.
std::string column(const DecimalColumn &column) {
  return fmt::format("S[table-format={}.{}{}]", column.whole_digits(), column.decimals(),
                     column.has_powers() ? fmt::format("e-{}", column.exponent_digits()) : "");
}

std::string cell(const std::string &number) { return number == "inf" ? "{$\\infty$}" : number; }

// The rows that are shown of more readouts than fit: the first, the last, and some between.
std::vector<int> readouts_that_fit(int count) {
  const auto all = static_cast<std::size_t>(count);
  const std::size_t rows = std::min(all, kMostRows);
  std::vector<int> readouts;
  for (std::size_t i = 0; i < rows; ++i) {
    readouts.push_back(1 + static_cast<int>(rows == 1 ? 0 : i * (all - 1) / (rows - 1)));
  }
  return readouts;
}

// `letter` is that of the readouts' numbers: l for levels.
class Pictures {
public:
  Pictures(const ReportFacts &input, const ReadoutPictures &pictures, int count, char letter)
      : input_(input), pictures_(pictures), shown_(readouts_that_fit(count)), letter_(letter) {}

  std::vector<ReportFile> files() {
    const bool plane = input_.instance.dimension > 1;
    const std::string width =
        plane ? "(0.333*\\linewidth-46pt)" : "(0.5*\\linewidth-50pt)"; // less the labels
    const ReportFigure target = figure_of_target(input_, pictures_);
    std::string content = tikz(target, plane ? "0.36\\linewidth" : "0.6\\linewidth") + "\\par\\medskip\n";
    std::string numbers;
    for (const int readout : shown_) {
      content += tikz(figure_of_readout(input_, pictures_, readout), width) + "\\hfill\n" +
                 tikz(figure_of_difference(input_, pictures_, readout), width);
      if (plane) {
        content += "\\hfill\n" + tikz(without_names(figure_of_section(input_, pictures_, readout)), width);
      }
      content += "\\par\\smallskip\n";
      numbers += (numbers.empty() ? "" : ", ") + std::to_string(readout);
    }
    const std::string rows =
        fmt::format(" Below, for ${0} = {1}$: $\\Phi_{0}$; $f - \\Phi_{0}$ from ${2:.3g}$ to ${3:.3g}${4}",
                    letter_, numbers, -pictures_.difference_range(), pictures_.difference_range(),
                    plane ? ", blue to red; both along " +
                                tex_text_of(figure_of_section(input_, pictures_, 1)
                                                .caption.substr(std::string("The cross-section ").size())) +
                                "."
                          : ".");
    files_.push_back({"report-pictures.tex",
                      figure(content, tex_text_of(target.caption) + rows, label_of(input_) + "-pictures")});
    return std::move(files_);
  }

private:
  std::string tikz(const ReportFigure &figure, const std::string &width) {
    std::string file;
    if (figure.plot.picture) {
      file = "report-" + figure.name + ".png";
      files_.push_back({file, png_of(figure.plot.picture->image, figure.plot.picture->palette)});
    }
    return tex_of(figure.plot, width, "\\layercertfolder " + file);
  }

  static ReportFigure without_names(ReportFigure figure) {
    for (PlotSeries &series : figure.plot.series) {
      series.name.clear();
    }
    return figure;
  }

  const ReportFacts &input_;
  const ReadoutPictures &pictures_;
  std::vector<int> shown_;
  char letter_;
  std::vector<ReportFile> files_;
};

ReportFile table_file(const std::string &caption, const std::string &label, const std::string &table) {
  return {"report-table.tex", "\\begin{table}[tbp]\n\\centering\n\\caption{" + caption + "}\n\\label{tab:" +
                                  label + "}\n" + "\\layercertfit{%\n" + table + "}\n\\end{table}\n"};
}

ReportFile plot_file(const ReportFacts &input, const ReportFigure &one) {
  return {"report-" + one.name + ".tex",
          figure(tex_of(one.plot, "0.62\\linewidth", ""),
                 "For " + function_name(input) + ". " + tex_text_of(one.caption),
                 label_of(input) + "-" + one.name)};
}

void add_pictures(Pictures pictures, const std::string &folder, std::vector<ReportFile> &files) {
  for (ReportFile &file : pictures.files()) {
    if (file.name == "report-pictures.tex") {
      file.bytes =
          fmt::format("% Where the paper finds the pictures.\n\\def\\layercertfolder{{{}}}\n", folder) +
          file.bytes;
    }
    files.push_back(std::move(file));
  }
}

std::vector<ReportFile> standalone(const std::vector<ReportFigure> &figures) {
  std::vector<ReportFile> files;
  for (const ReportFigure &figure : figures) {
    files.push_back({"report-" + figure.name + ".svg", svg_file_of(figure.plot)});
    files.push_back({"report-" + figure.name + ".pdf", pdf_of(figure.plot)});
  }
  return files;
}

} // namespace

std::string tex_preamble() {
  return "% Debian: texlive-latex-recommended, texlive-pictures, texlive-science\n"
         "\\usepackage{amsmath}\n\\usepackage{booktabs}\n\\usepackage{graphicx}\n\\usepackage{siunitx}"
         "\n\\usepackage{pgfplots}\n\\pgfplotsset{compat=1.17}\n" +
         tex_colours() + kFormulaMacro;
}

std::string tex_formula(const ReportFacts &input) {
  if (!input.instance.latex.empty()) {
    return "\\layercertformula{f = " + input.instance.latex + "}\n";
  }
  if (const std::optional<FormulaNode> formula = formula_of(input)) {
    return "\\layercertformula{" + tex_of(*formula, input.instance.dimension) + "}\n";
  }
  // Code may break anywhere.
  std::string text;
  for (const char c : target_text(input)) {
    text += tex_text(std::string_view(&c, 1)) + "\\allowbreak{}";
  }
  return "{\\raggedright\\ttfamily " + text + "\\par}\n";
}

std::string tex_claim(const ReportInput &input) {
  const Instance &instance = input.instance;
  const std::string p = instance.p.get_str();
  const std::size_t factor = 2 * instance.dimension + 1;
  std::string text =
      fmt::format("\\| f - \\Phi_l \\|_{{{0}}} \\le {1}\\, \\omega_{{{0}}}\\bigl(f, {2}^{{-l}}\\bigr)", p,
                  factor, instance.N);
  if (const auto &corollary = input.certificate.hoelder) {
    const std::string alpha = corollary->alpha == 1 ? "" : corollary->alpha.get_str() + "\\,";
    text +=
        fmt::format(" \\le {}{}\\cdot {}^{{-{}l}}", factor,
                    corollary->lambda == 1 ? "" : "\\cdot " + corollary->lambda.get_str(), instance.N, alpha);
  }
  return text;
}

std::string tex_table(const ReportInput &input) {
  DecimalColumn error(kDigits), modulus(kDigits), bound(kDigits), ratio(kDigits);
  std::size_t cells = 1;
  for (const LevelCertificate &level : input.certificate.levels) {
    error.add(level.error_upper);
    modulus.add(level.modulus_lower);
    bound.add(level.bound_lower);
    ratio.add(level.ratio_upper);
    cells = std::max(cells, std::to_string(level.cells).size());
  }
  std::string text = fmt::format("\\begin{{tabular}}{{rlS[table-format={}.0]{}{}{}{}}}\n\\toprule\n$l$ & "
                                 "verdict & {{cells}} & {{error $\\le$}} & {{modulus $\\ge$}} & "
                                 "{{bound $\\ge$}} & {{ratio $\\le$}} \\\\\n\\midrule\n",
                                 cells, column(error), column(modulus), column(bound), column(ratio));
  for (const LevelCertificate &level : input.certificate.levels) {
    text += fmt::format("{} & {} & {} & {} & {} & {} & {} \\\\\n", level.level, name_of(level.status),
                        level.cells, cell(error.upper(level.error_upper)),
                        cell(modulus.lower(level.modulus_lower)), cell(bound.lower(level.bound_lower)),
                        is_exact(level) ? "{--}" : cell(ratio.upper(level.ratio_upper)));
  }
  return text + "\\bottomrule\n\\end{tabular}\n";
}

std::string tex_claim(const LayersReportInput &input) {
  const Instance &instance = input.instance;
  const std::string p = instance.p.get_str();
  return fmt::format("\\| f - \\Phi_i \\|_{{{}}} \\le ", p) +
         (input.certificate.at_most ? input.certificate.at_most->get_str()
                                    : fmt::format("{}\\, \\omega_{{{}}}\\bigl(f, {}^{{-l}}\\bigr)",
                                                  2 * instance.dimension + 1, p, instance.N));
}

std::string tex_table(const LayersReportInput &input) {
  const bool claim = !input.certificate.at_most;
  DecimalColumn error(kDigits), modulus(kDigits), bound(kDigits), ratio(kDigits);
  for (const ReadoutCertificate &readout : input.certificate.readouts) {
    error.add(readout.level.error_lower);
    error.add(readout.level.error_upper);
    modulus.add(readout.level.modulus_lower);
    bound.add(readout.level.bound_lower);
    ratio.add(readout.level.ratio_upper);
  }
  std::string text = "\\begin{tabular}{rll" + column(error) + column(error);
  text += claim ? "r" + column(modulus) + column(bound) + column(ratio) : "";
  text += "}\n\\toprule\n$i$ & readout & verdict & {error $\\ge$} & {error $\\le$}";
  text += claim ? " & $l$ & {modulus $\\ge$} & {bound $\\ge$} & {ratio $\\le$}" : "";
  text += " \\\\\n\\midrule\n";
  int number = 0;
  for (const ReadoutCertificate &readout : input.certificate.readouts) {
    const LevelCertificate &level = readout.level;
    text += fmt::format("{} & {} & {} & {} & {}", ++number, tex_text(readout.name), name_of(level.status),
                        cell(error.lower(level.error_lower)), cell(error.upper(level.error_upper)));
    if (claim) {
      text += fmt::format(" & {} & {} & {} & {}", level.level, cell(modulus.lower(level.modulus_lower)),
                          cell(bound.lower(level.bound_lower)), cell(ratio.upper(level.ratio_upper)));
    }
    text += " \\\\\n";
  }
  return text + "\\bottomrule\n\\end{tabular}\n";
}

std::vector<ReportFile> tex_fragments(const ReportInput &input, const std::string &folder) {
  std::vector<ReportFile> files = {{"report-preamble.tex", tex_preamble()},
                                   {"report-formula.tex", tex_formula(input)}};
  files.push_back(table_file("Claim R for " + function_name(input) + ": $" + tex_claim(input) + "$. " +
                                 tex_text(verdict_text(input.certificate)) + ".",
                             label_of(input), tex_table(input)));
  if (!is_exact(input.certificate)) {
    files.push_back(plot_file(input, figure_of_errors(input)));
    files.push_back(plot_file(input, figure_of_ratios(input)));
  }
  const CellPictures pictures(input);
  add_pictures(Pictures(input, pictures, static_cast<int>(input.certificate.levels.size()), 'l'), folder,
               files);
  return files;
}

std::vector<ReportFile> tex_fragments(const LayersReportInput &input, const std::string &folder) {
  std::vector<ReportFile> files = {{"report-preamble.tex", tex_preamble()},
                                   {"report-formula.tex", tex_formula(input)}};
  files.push_back(table_file("The readouts of a network and " + function_name(input) + ": $" +
                                 tex_claim(input) + "$. " + tex_text(verdict_text(input.certificate)) + ".",
                             label_of(input), tex_table(input)));
  files.push_back(plot_file(input, figure_of_errors(input)));
  const LayerPictures pictures(input);
  add_pictures(Pictures(input, pictures, pictures.count(), 'i'), folder, files);
  return files;
}

std::vector<ReportFile> standalone_figures(const ReportInput &input) {
  return standalone(figures_of(input, CellPictures(input)));
}

std::vector<ReportFile> standalone_figures(const LayersReportInput &input) {
  return standalone(figures_of(input, LayerPictures(input)));
}

} // namespace layercert
