#include "html_sections.hpp"
#include "html_text.hpp"
#include "network_facts.hpp"
#include "report_plots.hpp"
#include "svg_plot.hpp"

#include <fmt/format.h>

namespace layercert {

namespace {

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

} // namespace

std::string html_network_section(const ReportInput &input, const Network &network) {
  const std::vector<LayerFacts> layers = facts_of_layers(network);
  std::string rows;
  for (std::size_t m = 0; m < layers.size(); ++m) {
    rows += layer_row(m + 1, layers[m], network.width);
  }
  const ReportFigure weights = figure_of_weights(input, network);
  const Architecture &a = input.certificate.architecture;
  return fmt::format(
      "<section>\n<h2>The network</h2>\n"
      "<p>Width {} (the theorem's 2<i>d</i><i>N</i> + <i>d</i> + 2 is {}), {} hidden layers, at most {} sine "
      "units a layer, {} "
      "nonzero parameters. "
      "Every weight is kept exactly: a whole number times a power of two, or a closed form of \u03c0 and "
      "arctangents.</p>\n"
      "<div class=\"plots\">\n<figure class=\"wide\"><div class=\"scroll\">{}</div><figcaption>From the "
      "inputs downward. In a box: units, and the longest weight into them. "
      "The thick line is the weight {} between the sines, which holds a value for every cell of "
      "level {}.</figcaption></figure>\n"
      "<figure>{}<figcaption>{}</figcaption></figure>\n</div>\n"
      "<div class=\"scroll\"><table>\n<thead><tr><th>hidden "
      "layer</th><th>units</th><th>ReLU</th><th>sine</th><th>zero</th><th>parameters</th><th>longest, "
      "bits</th><th>all, bits</th></tr></thead>\n"
      "<tbody>\n{}</tbody></table></div>\n</section>\n",
      a.width, a.theorem_width, a.hidden_layers, a.sine_units, a.parameters, network_figure(network, layers),
      html_text_of("*w*_{l}"), html_letter("l"), svg_of(weights.plot), html_text_of(weights.caption), rows);
}

} // namespace layercert
