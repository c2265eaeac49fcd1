#include "markup.hpp"
#include "network_facts.hpp"
#include "svg_plot.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace layercert {

namespace {

// Of more layers than this, so many of the first and of the last are drawn.
constexpr std::size_t kMostLayers = 10;
constexpr std::size_t kShownAtEnds = 4;

constexpr double kLabelWidth = 62; // at the left, for the names of the layers
constexpr double kColumn = 96;
constexpr double kNodeWidth = 80;
constexpr double kNodeHeight = 32;
constexpr double kRow = 66;
constexpr double kTop = 40;

struct Column {
  Role role;
  const char *title;
};
constexpr std::array<Column, 6> kColumns = {{{Role::Step, "steps"},
                                             {Role::Carry, "coordinates"},
                                             {Role::ArgumentCarry, "angle"},
                                             {Role::FirstSine, "first sine"},
                                             {Role::SecondSine, "second sine"},
                                             {Role::SumCarry, "sum"}}};

double centre(std::size_t column) { return kLabelWidth + kColumn * (static_cast<double>(column) + 0.5); }
constexpr std::size_t kReadoutColumn = kColumns.size();
constexpr double kWidth = kLabelWidth + kColumn * (kColumns.size() + 1);

std::size_t column_of(Role role) {
  std::size_t column = 0;
  while (column + 1 < kColumns.size() && kColumns[column].role != role) {
    ++column;
  }
  return column;
}

std::string bits_text(std::uint64_t bits) {
  return bits < 10000 ? fmt::format("{} bit", bits)
                      : fmt::format("{:.3g}k bit", static_cast<double>(bits) / 1000);
}

class Figure {
public:
  Figure(const Network &network, const std::vector<LayerFacts> &layers)
      : network_(network), layers_(layers) {}

  std::string markup() {
    for (std::size_t column = 0; column < kColumns.size(); ++column) {
      text(centre(column), 16, "plot-label", kColumns[column].title);
    }
    text(centre(kReadoutColumn), 16, "plot-label", "readout");
    double y = kTop;
    draw_inputs(y);
    bool gap = false; // layers between the former row and this one are left out
    for (std::size_t m = 1; m <= layers_.size(); ++m) {
      const bool shown =
          layers_.size() <= kMostLayers || m <= kShownAtEnds || m > layers_.size() - kShownAtEnds;
      if (!shown) {
        if (!gap) {
          y += kRow;
          text(kLabelWidth / 2, y + kNodeHeight / 2 + 4, "plot-label", "\u22ee");
          text(kWidth / 2, y + kNodeHeight / 2 + 4, "plot-label",
               fmt::format("hidden layers {} to {}: in the table below", m, layers_.size() - kShownAtEnds));
        }
        gap = true;
        continue;
      }
      draw_layer(m, y, y + kRow, gap);
      gap = false;
      y += kRow;
    }
    const double height = y + kNodeHeight + 8;
    return fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plot network-figure\" role=\"img\" "
                       "viewBox=\"0 0 {} {}\" aria-label=\"the network, layer by layer\">\n{}{}</svg>\n",
                       kWidth, height, edges_, nodes_);
  }

private:
  void text(double x, double y, const char *kind, std::string_view content) {
    nodes_ += fmt::format("<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n",
                          kind, x, y, content);
  }

  void node(std::size_t column, double y, const char *kind, const std::string &first,
            const std::string &second) {
    nodes_ +=
        fmt::format("<rect class=\"network-node {}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{}\" height=\"{}\" "
                    "rx=\"5\"/>\n",
                    kind, centre(column) - kNodeWidth / 2, y, kNodeWidth, kNodeHeight);
    text(centre(column), y + (second.empty() ? 20 : 14), "plot-text", first);
    if (!second.empty()) {
      text(centre(column), y + 26, "plot-label network-bits", second);
    }
  }

  void edge(std::size_t from, double from_y, std::size_t to, double to_y, const char *kind) {
    const double a = from_y + kNodeHeight;
    const double middle = (a + to_y) / 2;
    edges_ +=
        fmt::format("<path class=\"network-edge {}\" d=\"M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} "
                    "{:.1f}\"/>\n",
                    kind, centre(from), a, centre(from), middle, centre(to), middle, centre(to), to_y);
  }

  void draw_inputs(double y) {
    text(kLabelWidth / 2, y + 20, "plot-label", "input");
    const std::size_t d = network_.dimension;
    node(column_of(Role::Carry), y, "network-input",
         svg_text_of(d == 1   ? std::string("*x*_{0}")
                     : d == 2 ? std::string("*x*_{0}, *x*_{1}")
                              : fmt::format("*x*_{{0}} \u2026 *x*_{{{}}}", d - 1)),
         "");
  }

  void draw_layer(std::size_t m, double before_y, double y, bool after_gap) {
    const LayerFacts &layer = layers_[m - 1];
    text(kLabelWidth / 2, y + 20, "plot-label", fmt::format("layer {}", m));
    for (const auto &[role, channel] : layer.channels) {
      const bool sine = role == Role::FirstSine || role == Role::SecondSine;
      node(column_of(role), y, sine ? "network-sine" : "network-relu",
           fmt::format("{} {}", channel.units, sine ? "sine" : "ReLU"), bits_text(channel.longest_bits));
      if (channel.reads_inputs) {
        edge(column_of(Role::Carry), before_y, column_of(role), y, "");
      }
      for (const auto &[source, bits] : channel.sources) {
        if (!after_gap) {
          edge(column_of(source), before_y, column_of(role), y,
               source == Role::FirstSine ? "network-edge-long" : "");
        }
      }
    }
    for (const Readout &readout : network_.readouts) {
      if (static_cast<std::size_t>(readout.layer) == m) {
        node(kReadoutColumn, y, "network-readout", svg_text_of(fmt::format("*\u03a6*_{{{}}}", readout.level)),
             "");
        const double middle = y + kNodeHeight / 2;
        edges_ +=
            fmt::format("<path class=\"network-edge\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>\n",
                        centre(column_of(Role::SecondSine)), middle, centre(kReadoutColumn) - kNodeWidth / 2);
      }
    }
  }

  const Network &network_;
  const std::vector<LayerFacts> &layers_;
  std::string edges_, nodes_; // the nodes lie on the edges
};

} // namespace

std::string network_figure(const Network &network, const std::vector<LayerFacts> &layers) {
  return Figure(network, layers).markup();
}

std::string network_figure_style() {
  return ".network-node{fill:var(--plot-paper);stroke:var(--plot-5);stroke-width:1.2}\n"
         ".network-sine{stroke:var(--plot-1);stroke-width:2}\n"
         ".network-readout{stroke:var(--plot-0);stroke-width:2}\n"
         ".network-input{stroke-dasharray:3 2}\n"
         ".network-edge{fill:none;stroke:var(--plot-5);opacity:.45}\n"
         ".network-edge-long{stroke:var(--plot-1);stroke-width:3;opacity:.9}\n"
         ".network-bits{font-size:10px}\n";
}

} // namespace layercert
