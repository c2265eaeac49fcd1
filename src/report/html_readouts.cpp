// The readouts of a network that others made, in a table: what is proved of each, and where its error sits.
#include "html_sections.hpp"

#include "decimal_column.hpp"
#include "digits.hpp"
#include "html_text.hpp"
#include "markup.hpp"
#include "report_plots.hpp"
#include "report_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace layercert {

namespace {

std::string sentence_of_places(const ReadoutCertificate &readout) {
  return readout.places.empty() ? "" : " The error sits in " + places_text(readout, " \u00d7 ");
}

class ReadoutTable {
public:
  explicit ReadoutTable(const LayersReportInput &input)
      : input_(input), claim_(!input.certificate.at_most),
        sup_(std::any_of(input.certificate.readouts.begin(), input.certificate.readouts.end(),
                         [](const ReadoutCertificate &readout) { return readout.sup.has_value(); })) {
    for (const ReadoutCertificate &readout : input.certificate.readouts) {
      const LevelCertificate &level = readout.level;
      error_.add(level.error_lower);
      error_.add(level.error_upper);
      if (readout.sup) {
        suprema_.add(readout.sup->first);
        suprema_.add(readout.sup->second);
      }
      if (claim_) {
        modulus_.add(level.modulus_lower);
        modulus_.add(level.modulus_upper);
        bound_.add(level.bound_lower);
        ratio_.add(level.ratio_lower);
        ratio_.add(level.ratio_upper);
      }
    }
  }

  std::string markup() const {
    const std::string p = escaped(input_.instance.p.get_str());
    std::string head = fmt::format("<th>readout {}</th><th>verdict</th><th>name</th>"
                                   "<th>error \u2016{}\u2016<sub>{}</sub></th>",
                                   html_letter("i"), html_text_of("*f* \u2212 *\u03a6*_{i}"), p);
    if (sup_) {
      head += fmt::format("<th>sup |{}|</th>", html_text_of("*f* \u2212 *\u03a6*_{i}"));
    }
    if (claim_) {
      head +=
          fmt::format("<th>level {}</th><th>modulus {}</th><th>bound {} {} \u2265</th><th>error / {}</th>",
                      html_letter("l"), html_text_of("*\u03c9*(*f*, *N*^{\u2212l})"),
                      2 * input_.instance.dimension + 1, html_letter("\u03c9"), html_letter("\u03c9"));
    }
    std::string rows;
    int number = 0;
    for (const ReadoutCertificate &readout : input_.certificate.readouts) {
      rows += row(++number, readout);
    }
    return fmt::format("<p class=\"hint\" aria-hidden=\"true\">The table goes on to the right \u2192</p>\n"
                       "<div class=\"scroll frozen\" tabindex=\"0\" role=\"region\" aria-label=\"readouts\">"
                       "<table>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody></table></div>\n",
                       head, rows);
  }

private:
  std::string row(int number, const ReadoutCertificate &readout) const {
    const LevelCertificate &level = readout.level;
    std::string cells = fmt::format(
        "<th scope=\"row\">{}</th><td class=\"left\">{}</td><td class=\"left\">{}</td><td>{}</td>", number,
        html_badge(level.status), escaped(readout.name),
        enclosure_text(error_, level.error_lower, level.error_upper));
    int columns = 3;
    if (sup_) {
      cells += fmt::format("<td>{}</td>",
                           readout.sup ? enclosure_text(suprema_, readout.sup->first, readout.sup->second)
                                       : "\u2013");
      ++columns;
    }
    if (claim_) {
      cells += fmt::format("<td>{}</td><td>{}</td><td>{}</td><td>{}</td>", level.level,
                           enclosure_text(modulus_, level.modulus_lower, level.modulus_upper),
                           lower_text(bound_, level.bound_lower),
                           enclosure_text(ratio_, level.ratio_lower, level.ratio_upper));
      columns += 4;
    }
    const std::string text = level.reason.empty() ? sentence_of_places(readout)
                                                  : " " + level.reason + "." + sentence_of_places(readout);
    return fmt::format("<tr>{}</tr>\n", cells) +
           (text.empty() ? ""
                         : fmt::format("<tr class=\"reason\"><th></th><td colspan=\"{}\">{}.</td></tr>\n",
                                       columns, escaped(text.substr(1))));
  }

  const LayersReportInput &input_;
  bool claim_, sup_;
  DecimalColumn error_{kDigits}, suprema_{kDigits}, modulus_{kDigits}, bound_{kDigits}, ratio_{kDigits};
};

} // namespace

std::string html_readouts_section(const LayersReportInput &input) {
  return fmt::format("<section>\n<h2>Readouts</h2>\n{}"
                     "<p class=\"note\">[a, b] holds the number. Certified: the upper end of the error is at "
                     "most the bound. Refuted: its lower end is above. {}</p>\n"
                     "<div class=\"plots\">\n{}</div>\n</section>\n",
                     ReadoutTable(input).markup(),
                     html_download("readouts.csv", "text/csv", csv_report(input), "CSV"),
                     html_figure(figure_of_errors(input)));
}

} // namespace layercert
