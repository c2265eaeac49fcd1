#include "html_sections.hpp"

#include "decimal_column.hpp"
#include "digits.hpp"
#include "exact_level.hpp"
#include "html_text.hpp"
#include "markup.hpp"
#include "observed_order.hpp"
#include "report_plots.hpp"

#include <fmt/format.h>

namespace layercert {

namespace {

constexpr int kDigitsOfOrder = 2; // behind the point

class LevelTable {
public:
  explicit LevelTable(const ReportInput &input)
      : input_(input), corollary_(input.certificate.levels.front().hoelder_bound_lower.has_value()) {
    for (const LevelCertificate &level : input.certificate.levels) {
      error_.add(level.error_lower);
      error_.add(level.error_upper);
      modulus_.add(level.modulus_lower);
      modulus_.add(level.modulus_upper);
      bound_.add(level.bound_lower);
      ratio_.add(level.ratio_lower);
      ratio_.add(level.ratio_upper);
      hoelder_.add(level.hoelder_bound_lower.value_or(0));
    }
  }

  std::string markup() const {
    const std::size_t factor = 2 * input_.instance.dimension + 1;
    const std::string p = escaped(input_.instance.p.get_str());
    std::string rows;
    const LevelCertificate *before = nullptr;
    for (const LevelCertificate &level : input_.certificate.levels) {
      rows += row(level, before);
      before = &level;
    }
    return fmt::format(
        "<p class=\"hint\" aria-hidden=\"true\">The table goes on to the right \u2192</p>\n"
        "<div class=\"scroll frozen\" tabindex=\"0\" role=\"region\" "
        "aria-label=\"levels\"><table>\n<thead><tr><th>{}</th>"
        "<th>verdict</th><th>cells</th><th>{}</th><th>error \u2016{}\u2016<sub>{}</sub></th><th>order</th>"
        "<th>modulus {}</th><th>bound {} {} \u2265</th><th>error / "
        "{}</th>{}</tr></thead>\n<tbody>\n{}</tbody></table></div>\n",
        "level " + html_letter("l"), html_text_of("*t* = *N*^{\u2212l}"),
        html_text_of("*f* \u2212 *\u03a6*_{l}"), p, html_text_of("*\u03c9*(*f*, *t*)"), factor,
        html_letter("\u03c9"), html_letter("\u03c9"), corollary_ ? "<th>H\u00f6lder bound \u2265</th>" : "",
        rows);
  }

private:
  std::string order(const LevelCertificate *before, const LevelCertificate &level) const {
    const auto order = before == nullptr ? std::nullopt : observed_order(*before, level, input_.instance.N);
    if (!order) {
      return "\u2013";
    }
    DecimalColumn column(kDigitsOfOrder + 1);
    column.add(1);
    return enclosure_text(column, order->lower, order->upper);
  }

  std::string row(const LevelCertificate &level, const LevelCertificate *before) const {
    std::string cells = fmt::format(
        "<th scope=\"row\">{}</th><td class=\"left\">{}{}</td><td>{}</td><td>{}<sup "
        "class=\"power\">\u2212{}</sup></td><td>{}</td><td>{}</td><td>{}</td>"
        "<td>{}</td><td>{}</td>",
        level.level, html_badge(level.status),
        corollary_ && level.hoelder_status != level.status
            ? " H\u00f6lder: " + html_badge(level.hoelder_status)
            : "",
        level.cells, input_.instance.N, level.level,
        enclosure_text(error_, level.error_lower, level.error_upper), order(before, level),
        enclosure_text(modulus_, level.modulus_lower, level.modulus_upper),
        lower_text(bound_, level.bound_lower),
        is_exact(level) ? "\u2013" : enclosure_text(ratio_, level.ratio_lower, level.ratio_upper));
    if (corollary_) {
      cells += fmt::format("<td>{}</td>", lower_text(hoelder_, *level.hoelder_bound_lower));
    }
    std::string rows = "<tr>" + cells + "</tr>\n";
    if (!level.reason.empty()) {
      rows += fmt::format("<tr class=\"reason\"><th></th><td colspan=\"{}\">{}</td></tr>\n",
                          corollary_ ? 9 : 8, escaped(level.reason));
    }
    return rows;
  }

  const ReportInput &input_;
  bool corollary_;
  DecimalColumn error_{kDigits}, modulus_{kDigits}, bound_{kDigits}, ratio_{kDigits}, hoelder_{kDigits};
};

} // namespace

std::string html_levels_section(const ReportInput &input) {
  const bool exact = is_exact(input.certificate); // nothing to plot
  return fmt::format(
      "<section>\n<h2>Levels</h2>\n{}"
      "<p class=\"note\">[a, b] holds the number. Certified: the upper end of the error is at most the "
      "bound. Order: log(error before / error) / log {}.{} {}</p>\n{}"
      "</section>\n",
      LevelTable(input).markup(), html_letter("N"),
      exact ? " f is constant almost everywhere, and every readout is f: claim R reads 0 \u2264 0." : "",
      html_download("levels.csv", "text/csv", csv_report(input), "CSV"),
      exact ? ""
            : "<div class=\"plots\">\n" + html_figure(figure_of_errors(input)) +
                  html_figure(figure_of_ratios(input)) + "</div>\n");
}

} // namespace layercert
