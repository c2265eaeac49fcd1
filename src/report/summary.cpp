// A row of a table is a function, a column a level. What stands in a cell is the ratio, the part of
// omega_p(f, N^-l) that the error takes at most: numbers of different functions can be compared by it, and
// claim R is that it is at most 2d+1.
#include "summary.hpp"

#include "decimal.hpp"
#include "digits.hpp"
#include "exact_level.hpp"
#include "formula.hpp"
#include "html_style.hpp"
#include "html_text.hpp"
#include "markup.hpp"
#include "svg_plot.hpp"
#include "tex_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace layercert {

namespace {

constexpr int kDigitsOfCsv = 17; // rounded to the safe side

std::size_t most_levels(const std::vector<ResultSummary> &results) {
  std::size_t most = 0;
  for (const ResultSummary &result : results) {
    most = std::max(most, result.certificate.levels.size());
  }
  return most;
}

// The ratio, "0" where error and modulus are 0, or what the level is instead of certified.
std::string ratio_text(const LevelCertificate &level) {
  return level.status != Status::Certified ? std::string(name_of(level.status))
         : is_exact(level)                 ? "0"
                                           : decimal_upper(level.ratio_upper, kDigitsOfRatio);
}

std::string count_text(const std::vector<ResultSummary> &results, std::size_t not_in_lp = 0) {
  const auto count = [&](Status status) {
    return std::count_if(results.begin(), results.end(),
                         [&](const ResultSummary &result) { return result.certificate.verdict() == status; });
  };
  std::string text = fmt::format("{} of {} certified", count(Status::Certified), results.size() + not_in_lp);
  for (const Status status : {Status::Refuted, Status::Undecided}) {
    if (count(status) != 0) {
      text += fmt::format(", {} {}", count(status), name_of(status));
    }
  }
  if (not_in_lp != 0) {
    text += fmt::format(", {} not in L^p", not_in_lp);
  }
  return text;
}

// f in mathematics, or as code where that would be long.
std::string typeset(const Instance &instance) {
  constexpr std::size_t kMostInRow = 40; // nodes
  const FormulaNode formula = parse_formula(instance.expression);
  return size_of(formula) <= kMostInRow ? mathml_of(formula, instance.dimension)
                                        : fmt::format("<code>{}</code>", escaped(instance.expression));
}

std::string title_of(const ResultSummary &result) {
  return result.instance.title.empty() ? name_of(result.instance) : result.instance.title;
}

} // namespace

std::string text_summary(const std::vector<ResultSummary> &results, std::size_t not_in_lp, Colour colour) {
  std::size_t widest = 8;
  for (const ResultSummary &result : results) {
    widest = std::max(widest, name_of(result.instance).size());
  }
  const std::size_t levels = most_levels(results);
  std::string out = fmt::format("{:<{}} {:>2} {:>4} {:>5}", "function", widest, "d", "N", "p");
  for (std::size_t l = 1; l <= levels; ++l) {
    out += fmt::format(" {:>9}", fmt::format("l = {}", l));
  }
  out += "  verdict\n";
  for (const ResultSummary &result : results) {
    out += fmt::format("{:<{}} {:>2} {:>4} {:>5}", name_of(result.instance), widest,
                       result.instance.dimension, result.instance.N, result.instance.p.get_str());
    for (std::size_t l = 0; l < levels; ++l) {
      out += fmt::format(" {:>9}", l < result.certificate.levels.size()
                                       ? ratio_text(result.certificate.levels[l])
                                       : std::string());
    }
    const Status verdict = result.certificate.verdict();
    out += "  " + painted(name_of(verdict), verdict, colour) + "\n";
  }
  return out + count_text(results, not_in_lp) +
         "; in a column, error / modulus <=, which claim R bounds by 2d+1\n";
}

std::string html_summary(const std::vector<ResultSummary> &results) {
  const std::size_t levels = most_levels(results);
  std::string head = fmt::format("<th>function</th><th>{}</th><th>{}</th><th>{}</th><th>{}</th>",
                                 html_letter("f"), html_letter("d"), html_letter("N"), html_letter("p"));
  for (std::size_t l = 1; l <= levels; ++l) {
    head += fmt::format("<th>{} = {}</th>", html_letter("l"), l);
  }
  std::string rows;
  for (const ResultSummary &result : results) {
    const Instance &instance = result.instance;
    const std::string f = !instance.expression.empty() ? typeset(instance)
                          : !instance.image.empty()    ? "an image"
                                                       : "a table";
    rows += fmt::format("<tr><th scope=\"row\"><a href=\"{0}/report.html\">{1}</a></th><td>{2}</td>"
                        "<td>{3}</td><td>{4}</td><td>{5}</td>",
                        escaped(result.folder), escaped(title_of(result)), f, instance.dimension, instance.N,
                        escaped(instance.p.get_str()));
    for (std::size_t l = 0; l < levels; ++l) {
      rows += l < result.certificate.levels.size()
                  ? fmt::format("<td>{}</td>", ratio_text(result.certificate.levels[l]))
                  : std::string("<td></td>");
    }
    const std::string_view verdict = name_of(result.certificate.verdict());
    rows += fmt::format("<td><span class=\"badge {0}\">{0}</span></td></tr>\n", verdict);
  }
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n"
      "<title>layercert: {0} results</title>\n<style>\n{1}{2}</style>\n</head>\n<body>\n<main>\n<header>\n"
      "<p class=\"kind\">layercert summary</p>\n<h1>{3}</h1>\n"
      "<p class=\"note\">{7}</p>\n</header>\n"
      "<div "
      "class=\"scroll\"><table>\n<thead><tr>{4}<th>verdict</th></tr></thead>\n<tbody>\n{5}</tbody></table></"
      "div>\n"
      "<p class=\"note\">Written by layercert {6} from certificates, which <code>layercert check</code> "
      "proves again.</p>\n</main>\n</body>\n</html>\n",
      results.size(), plot_style(), html_style(), count_text(results), head, rows, LAYERCERT_VERSION,
      html_text_of("In column *l*: the error of readout *\u03a6*_{l} over the modulus *\u03c9*_{p}(*f*, "
                   "*N*^{\u2212l}), rounded up. "
                   "Claim R bounds it by 2*d* + 1."));
}

std::string tex_summary(const std::vector<ResultSummary> &results) {
  const std::size_t levels = most_levels(results);
  std::string out = "% \\usepackage{booktabs}\n\\begin{tabular}{lrrr" + std::string(levels, 'r') +
                    "l}\n\\toprule\nfunction & $d$ & $N$ & $p$";
  for (std::size_t l = 1; l <= levels; ++l) {
    out += fmt::format(" & $l = {}$", l);
  }
  out += " & verdict \\\\\n\\midrule\n";
  for (const ResultSummary &result : results) {
    const Instance &instance = result.instance;
    out += fmt::format("{} & {} & {} & ${}$",
                       instance.title.empty() && !instance.latex.empty() ? fmt::format("${}$", instance.latex)
                                                                         : tex_text(title_of(result)),
                       instance.dimension, instance.N, instance.p.get_str());
    for (std::size_t l = 0; l < levels; ++l) {
      out += " & ";
      if (l < result.certificate.levels.size()) {
        const LevelCertificate &level = result.certificate.levels[l];
        out += level.status == Status::Certified ? tex_number(ratio_text(level)) : ratio_text(level);
      }
    }
    out += fmt::format(" & {} \\\\\n", name_of(result.certificate.verdict()));
  }
  return out + "\\bottomrule\n\\end{tabular}\n";
}

std::string csv_summary(const std::vector<ResultSummary> &results) {
  std::string out =
      "name,d,N,p,level,cells,error_lower,error_upper,modulus_lower,modulus_upper,bound,ratio_upper,status\n";
  const auto lower = [](double x) { return decimal_lower(x, kDigitsOfCsv); };
  const auto upper = [](double x) { return decimal_upper(x, kDigitsOfCsv); };
  for (const ResultSummary &result : results) {
    for (const LevelCertificate &level : result.certificate.levels) {
      out += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{}\n", csv_field(name_of(result.instance)),
                         result.instance.dimension, result.instance.N, result.instance.p.get_str(),
                         level.level, level.cells, lower(level.error_lower), upper(level.error_upper),
                         lower(level.modulus_lower), upper(level.modulus_upper), lower(level.bound_lower),
                         upper(level.ratio_upper), name_of(level.status));
    }
  }
  return out;
}

} // namespace layercert
