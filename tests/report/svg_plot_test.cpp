#define BOOST_TEST_MODULE report_svg_plot
#include <boost/test/unit_test.hpp>

#include "common/text.hpp"
#include "report/pdf_plot.hpp"
#include "report/svg_plot.hpp"
#include "report/tex_plot.hpp"

#include <limits>
#include <regex>

using namespace layercert;
using layercert::test::count;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The numbers of every path of a class, in the order of the picture.
std::vector<std::vector<double>> paths(const std::string &svg, const std::string &kind) {
  const std::regex path("<path class=\"" + kind + "[^\"]*\" d=\"([^\"]*)\"");
  const std::regex number("-?[0-9]+\\.?[0-9]*");
  std::vector<std::vector<double>> found;
  for (std::sregex_iterator it(svg.begin(), svg.end(), path), end; it != end; ++it) {
    const std::string d = (*it)[1];
    found.emplace_back();
    for (std::sregex_iterator n(d.begin(), d.end(), number), last; n != last; ++n) {
      found.back().push_back(std::stod(n->str()));
    }
  }
  return found;
}

// Two series over levels 1..3 on a logarithmic axis; nameless, so that no legend holds paths of the same
// classes.
Plot errors() {
  Plot plot;
  plot.title = "error";
  plot.x = {.label = "level", .whole = true};
  plot.y = {.label = "error", .logarithmic = true};
  plot.series.push_back(
      {.name = "", .colour = 0, .points = {{1, 0.09, 0.1}, {2, 0.009, 0.01}, {3, 0, 0.001}}});
  return plot;
}

} // namespace

BOOST_AUTO_TEST_CASE(decades_are_equally_far_apart) {
  const std::vector<std::vector<double>> lines = paths(svg_of(errors()), "plot-line");
  BOOST_REQUIRE(lines.size() == 1U);
  const std::vector<double> &at = lines[0]; // x y x y x y
  BOOST_REQUIRE(at.size() == 6U);
  BOOST_TEST((at[0] < at[2] && at[2] < at[4]));
  BOOST_TEST((at[1] < at[3] && at[3] < at[5])); // y runs downward
  BOOST_TEST(at[3] - at[1] == at[5] - at[3], boost::test_tools::tolerance(0.001));
  BOOST_TEST(at[2] - at[0] == at[4] - at[2], boost::test_tools::tolerance(0.001));
}

BOOST_AUTO_TEST_CASE(a_band_holds_its_line_and_reaches_the_edge_where_the_lower_end_is_0) {
  const std::string svg = svg_of(errors());
  const std::vector<double> line = paths(svg, "plot-line").at(0);
  const std::vector<double> band = paths(svg, "plot-band").at(0);
  const std::vector<double> axis = paths(svg, "plot-axis").at(0); // M x top V bottom H right
  BOOST_REQUIRE(band.size() == 12U);
  BOOST_TEST(std::vector<double>(band.begin(), band.begin() + 6) == line, boost::test_tools::per_element());
  BOOST_TEST(band[7] == axis[2]); // of level 3
  BOOST_TEST(band[9] > band[3]);  // the lower end of level 2 is below its upper end
}

BOOST_AUTO_TEST_CASE(a_line_is_interrupted_where_nothing_can_be_drawn) {
  Plot plot = errors();
  plot.series[0].points = {{1, 1, 1}, {2, 1, 2}, {3, 1, kInfinity}, {4, 1, 1}, {5, 1, 1}};
  BOOST_TEST(paths(svg_of(plot), "plot-line").size() == 2U);
  BOOST_TEST(paths(svg_of(plot), "plot-band").size() == 1U); // goes up to the frame
  BOOST_TEST(paths(svg_of(plot), "plot-mark").size() == 4U);
  plot.series[0].points[2].upper = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST(paths(svg_of(plot), "plot-band").size() == 2U);
  plot.series[0].edge = PlotEdge::None;
  BOOST_TEST(paths(svg_of(plot), "plot-line").empty());
}

BOOST_AUTO_TEST_CASE(steps_run_level_and_then_up_or_down) {
  Plot plot;
  plot.series.push_back({.name = "",
                         .colour = 1,
                         .points = {{0, 1, 1}, {1, 2, 2}, {2, 2, 2}},
                         .shape = PlotShape::Steps,
                         .marks = false});
  const std::vector<double> line = paths(svg_of(plot), "plot-line").at(0); // M x y H x V y H x V y
  BOOST_REQUIRE(line.size() == 6U);
  BOOST_TEST(line[3] < line[1]);
  BOOST_TEST(line[5] == line[3]);
}

BOOST_AUTO_TEST_CASE(ticks_are_few_and_at_round_numbers) {
  const std::regex label("<text class=\"plot-text\"[^>]*>(.*)</text>");
  const auto labels = [&](const Plot &plot) {
    const std::string svg = svg_of(plot);
    std::vector<std::string> found;
    for (std::sregex_iterator it(svg.begin(), svg.end(), label), end; it != end; ++it) {
      found.push_back((*it)[1]);
    }
    return found;
  };
  Plot plot;
  plot.series.push_back({.points = {{1, -0.4, 0.4}, {4, 0, 0}}});
  plot.x.whole = true;
  BOOST_TEST((labels(plot) ==
              std::vector<std::string>{"\u22120.4", "\u22120.2", "0", "0.2", "0.4", "1", "2", "3", "4"}));
  plot.y.ticks = {-0.25, 0.25, 7};
  BOOST_TEST((labels(plot) == std::vector<std::string>{"\u22120.25", "0.25", "1", "2", "3", "4"}));
  plot.x = {.ticks = {1, 3.9999, 4}}; // two of the labels would lie on each other
  BOOST_TEST((labels(plot) == std::vector<std::string>{"\u22120.25", "0.25", "1", "3.9999"}));
  for (const double least : {1e-300, 1e-40, 1e-7, 1e-3, 0.1, 0.9}) {
    plot = errors();
    plot.x.ticks = {1};
    plot.series[0].points = {{1, least, 1}};
    const std::size_t ticks = labels(plot).size() - 1;
    BOOST_TEST((ticks >= 2U && ticks <= 8U), least << " has " << ticks);
  }
}

BOOST_AUTO_TEST_CASE(no_values_many_and_absurd_ones_make_a_picture_all_the_same) {
  Plot plot = errors();
  for (const std::vector<PlotPoint> &points : {std::vector<PlotPoint>{},
                                               {{1, 0, 0}},
                                               {{kInfinity, 1, 1}},
                                               {{1, 1, 1}},
                                               {{1, 1e-320, 1e308}},
                                               {{1, 1, 1}, {1e300, 1, 1}}}) {
    plot.series[0].points = points;
    for (const bool logarithmic : {true, false}) {
      plot.y.logarithmic = logarithmic;
      const std::string svg = svg_of(plot);
      BOOST_TEST(svg.find("nan") == std::string::npos);
      BOOST_TEST(svg.find("inf") == std::string::npos);
      BOOST_TEST(count(svg, "<svg") == count(svg, "</svg>"));
      BOOST_TEST(svg.size() < 20000U);
    }
  }
}

BOOST_AUTO_TEST_CASE(names_are_text_and_tooltips_are_rounded_outward) {
  Plot plot = errors();
  plot.title = "a <b> & \"c\"";
  plot.series[0].name = "x<y";
  plot.series[0].points = {{1, 1.0 / 3, 2.0 / 3}};
  const std::string svg = svg_of(plot);
  BOOST_TEST(svg.find("a &lt;b&gt; &amp; &quot;c&quot;") != std::string::npos);
  BOOST_TEST(svg.find("<b>") == std::string::npos);
  BOOST_TEST(svg.find("<title>x&lt;y, 1: [0.333333, 0.666667]</title>") != std::string::npos);
  plot.series[0].points = {{1, 2.0 / 3, 1 + 1.0 / 3}};
  BOOST_TEST(svg_of(plot).find("[0.666666, 1.33334]") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_file_brings_its_style_without_variables) {
  const std::string file = svg_file_of(errors());
  BOOST_TEST(file.starts_with("<?xml"));
  BOOST_TEST(file.find(".plot-line.plot-c0") != std::string::npos);
  BOOST_TEST(file.find("var(") == std::string::npos); // Inkscape knows none
  BOOST_TEST(plot_style().find("var(--plot-0)") != std::string::npos);
  BOOST_TEST(svg_of(errors()).find("<style") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(names_at_the_ends_stand_apart_and_in_the_order_of_the_curves) {
  Plot plot = errors();
  plot.series.clear();
  const std::vector<double> ends = {1, 1.01, 1.02, 1e-3, 1e-3};
  for (std::size_t i = 0; i < ends.size(); ++i) {
    plot.series.push_back({.name = "n" + std::to_string(i),
                           .colour = static_cast<int>(i),
                           .points = {{1, 1, 1}, {2, ends[i], ends[i]}}});
  }
  const std::string svg = svg_of(plot);
  const std::regex name("<text class=\"plot-name plot-c[0-9]\" x=\"([0-9.]+)\" y=\"([0-9.]+)\" "
                        "text-anchor=\"start\">(n[0-9])</text>");
  std::vector<double> places;
  std::string order;
  for (std::sregex_iterator it(svg.begin(), svg.end(), name), end; it != end; ++it) {
    places.push_back(std::stod((*it)[2]));
    order += (*it)[3];
    BOOST_TEST(std::stod((*it)[1]) > paths(svg, "plot-line").at(0).at(2)); // right of the curves
  }
  BOOST_TEST(order == "n2n1n0n3n4");
  for (std::size_t i = 1; i < places.size(); ++i) {
    BOOST_TEST(places[i] - places[i - 1] >= 13.99);
  }
}

BOOST_AUTO_TEST_CASE(letters_indices_and_exponents_are_set_as_such) {
  BOOST_TEST(
      svg_text_of("*\u03a6*_{l} and 10^{\u22124} of 2") ==
      "<tspan class=\"plot-letter\">\u03a6</tspan><tspan class=\"plot-letter plot-small\" dy=\"3\">l</tspan>"
      "<tspan dy=\"-3\"> and 10</tspan><tspan class=\"plot-small\" dy=\"-4\">\u22124</tspan><tspan dy=\"4\"> "
      "of 2</tspan>");
  BOOST_TEST(svg_text_of("5 * x_1 <") == "5 * x_1 &lt;");
  BOOST_TEST(characters_of("*\u03c9*_{2}") == 1.8);
}

BOOST_AUTO_TEST_CASE(a_picture_fills_a_square_with_ticks_outside) {
  Plot plot{.title = "p",
            .x = {.label = "x", .least = 0, .most = 1},
            .y = {.label = "y", .least = 0, .most = 1},
            .series = {}};
  plot.x.ticks = plot.y.ticks = {0, 1};
  plot.y.tick_labels = {"1", "0"};
  plot.picture = PlotPicture{{2, 2, {0, 1, 2, 3}}, {}};
  const std::string svg = svg_of(plot);
  const std::regex image(
      "<image class=\"plot-picture\" x=\"[0-9.]+\" y=\"([0-9.]+)\" width=\"([0-9.]+)\" height=\"([0-9.]+)\"");
  std::smatch found;
  BOOST_REQUIRE(std::regex_search(svg, found, image));
  BOOST_TEST(found[2] == found[3]);
  // The first label of the axis upward, 1, stands at the bottom.
  const std::regex label(
      "<text class=\"plot-text\" x=\"[0-9.]+\" y=\"([0-9.]+)\" text-anchor=\"end\">1</text>");
  std::smatch one;
  BOOST_REQUIRE(std::regex_search(svg, one, label));
  BOOST_TEST(std::stod(one[1]) > std::stod(found[1]) + std::stod(found[3]) - 1);
}

// The places that a PDF names are where its objects are, its streams as long as they say.
BOOST_AUTO_TEST_CASE(a_pdf_is_what_its_table_says) {
  Plot plot = errors();
  plot.series[0].name = "*\u03a6*_{l} (\u03c9) \u22121";
  Plot picture{.title = "p", .x = {.least = 0, .most = 1}, .y = {.least = 0, .most = 1}, .series = {}};
  picture.picture = PlotPicture{{2, 1, {0, 255}}, {}};
  for (const Plot &one : {plot, picture}) {
    const std::string pdf = pdf_of(one);
    BOOST_TEST(pdf.starts_with("%PDF-1.4\n"));
    BOOST_TEST(pdf.ends_with("%%EOF\n"));
    const std::size_t table = std::stoul(pdf.substr(pdf.rfind("startxref\n") + 10));
    BOOST_REQUIRE(pdf.compare(table, 5, "xref\n") == 0);
    const std::regex place("([0-9]{10}) 00000 n ");
    std::size_t number = 0;
    for (std::sregex_iterator it(pdf.begin() + static_cast<std::ptrdiff_t>(table), pdf.end(), place), end;
         it != end; ++it) {
      const std::string begins = std::to_string(++number) + " 0 obj\n";
      BOOST_TEST(pdf.compare(std::stoul((*it)[1]), begins.size(), begins) == 0);
    }
    BOOST_TEST(number == (one.picture ? 8U : 7U));
    const std::regex stream("/Length ([0-9]+) >>\nstream\n");
    for (std::sregex_iterator it(pdf.begin(), pdf.end(), stream), end; it != end; ++it) {
      const auto begins = static_cast<std::size_t>(it->position() + it->length());
      BOOST_TEST(pdf.compare(begins + std::stoul((*it)[1]), 10, "\nendstream") == 0);
    }
    BOOST_TEST(pdf.find("nan") == std::string::npos);
    BOOST_TEST(count(pdf, " q ") + count(pdf, "\nq ") == count(pdf, " Q\n") + count(pdf, "\nQ\n"));
  }
}

BOOST_AUTO_TEST_CASE(a_plot_for_tex_has_its_points_and_names_in_mathematics) {
  Plot plot = errors();
  plot.series[0].name = "5% *\u03c9*_{p}";
  const std::string tex = tex_of(plot, "5cm", "");
  BOOST_TEST(tex.find("ymode=log") != std::string::npos);
  BOOST_TEST(tex.find("coordinates { (1,0.1) (2,0.01) (3,0.001)}") != std::string::npos);
  BOOST_TEST(tex.find("{5\\% $\\omega_{p}$}") != std::string::npos);
  BOOST_TEST(tex.find("-- cycle") != std::string::npos); // the band, whose end at 0 is at the lowest value
  BOOST_TEST(tex.find("(3,0)") == std::string::npos);
  BOOST_TEST(tex_text_of("10^{\u22124}") == "10$^{-4}$");
}
