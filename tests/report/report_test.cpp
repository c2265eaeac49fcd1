#define BOOST_TEST_MODULE report_report
#include <boost/test/unit_test.hpp>

#include "certify/support.hpp"
#include "common/text.hpp"

#include "layercert/instance/exact_number.hpp"
#include "layercert/network/direct_evaluator.hpp"
#include "report/cell_pictures.hpp"
#include "report/colour_map.hpp"
#include "report/layer_pictures.hpp"
#include "report/network_facts.hpp"
#include "report/report.hpp"
#include "report/report_text.hpp"

#include <png.h>

#include <regex>
#include <set>
#include <sstream>

using namespace layercert;
using namespace layercert::test;

namespace {

ReportInput input_of(const Instance &instance) {
  Target target = make_target(instance);
  Network network = built_network(instance, target);
  CertifyOptions options;
  options.boxes = 1 << 12;
  options.tolerance = 0.1;
  Certificate certificate = certify(instance, target, network, "test", options);
  ReportInput input;
  input.folder = "results/it's";
  input.instance = instance;
  input.target = std::move(target);
  input.network = std::move(network);
  input.certificate = std::move(certificate);
  input.network_file = "network.json";
  input.boxes = options.boxes;
  return input;
}

const ReportInput &one_dimension() {
  static const ReportInput input = input_of(make_instance(1, "abs(x-1/3)", 2, 3, 2));
  return input;
}

const ReportInput &two_dimensions() { // not symmetric, N = 3
  static const ReportInput input = input_of(make_instance(2, "x0^2 + x1/4", 3, 2, 1));
  return input;
}

// x of the squares' middles, row by row from the top, x1 up.
std::vector<mpq_class> middle(std::size_t square, std::size_t side) {
  return {
      mpq_class(static_cast<unsigned long>(2 * (square % side) + 1), static_cast<unsigned long>(2 * side)),
      mpq_class(static_cast<unsigned long>(2 * (side - 1 - square / side) + 1),
                static_cast<unsigned long>(2 * side))};
}

} // namespace

BOOST_AUTO_TEST_CASE(pictures_show_what_the_layers_compute) {
  const ReportInput &input = two_dimensions();
  const CellPictures pictures(input);
  for (int level = 1; level <= 2; ++level) {
    const Raster raster = pictures.readout(level);
    BOOST_REQUIRE(raster.side == (level == 1 ? 3U : 9U));
    BOOST_REQUIRE(raster.values.size() == raster.side * raster.side);
    for (std::size_t i = 0; i < raster.values.size(); ++i) {
      const MpfrInterval direct = evaluate_directly(input.network, middle(i, raster.side),
                                                    sufficient_precision(input.network, level, 40), level)
                                      .back();
      BOOST_TEST(std::fabs(mpfr_get_d(direct.lower().get(), MPFR_RNDN) - raster.values[i]) < 1e-9);
    }
  }
  const Raster target = pictures.target();
  for (const std::size_t i :
       {std::size_t{0}, target.side - 1, target.side * 5 + 3, target.values.size() - 1}) {
    const std::vector<mpq_class> x = middle(i, target.side);
    BOOST_TEST(std::fabs(target.values[i] - (x[0].get_d() * x[0].get_d() + x[1].get_d() / 4)) < 1e-9);
  }
}

BOOST_AUTO_TEST_CASE(graphs_show_what_the_layers_compute) {
  const ReportInput &input = one_dimension();
  const CellPictures pictures(input);
  const std::vector<CellPictures::Piece> line = pictures.readout_line(3);
  BOOST_REQUIRE(line.size() == 8U);
  for (const CellPictures::Piece &piece : line) {
    const MpfrInterval direct = evaluate_directly(input.network, {mpq_class(piece.x) + mpq_class(1, 16)},
                                                  sufficient_precision(input.network, 3, 40), 3)
                                    .back();
    BOOST_TEST(std::fabs(mpfr_get_d(direct.lower().get(), MPFR_RNDN) - piece.value) < 1e-9);
  }
  for (const CellPictures::Stretch &stretch : pictures.target_line()) {
    BOOST_TEST(stretch.least <= stretch.most);
    BOOST_TEST((std::fabs(stretch.x - 1.0 / 3) - 0.005 <= stretch.least &&
                stretch.most <= std::fabs(stretch.x - 1.0 / 3) + 0.005));
  }
}

BOOST_AUTO_TEST_CASE(differences_are_f_less_the_readout_and_fall_from_level_to_level) {
  for (const ReportInput *input : {&one_dimension(), &two_dimensions()}) {
    const CellPictures pictures(*input);
    BOOST_TEST(pictures.difference_range() == pictures.largest_difference(1));
    for (int level = 2; level <= input->network.depth; ++level) {
      BOOST_TEST(pictures.largest_difference(level) < pictures.largest_difference(level - 1));
    }
  }
  const CellPictures pictures(two_dimensions());
  const Raster difference = pictures.difference(1);
  for (const std::size_t i : {std::size_t{0}, difference.side - 1, difference.side * 7 + 5}) {
    const std::vector<mpq_class> x = middle(i, difference.side);
    const MpfrInterval readout = evaluate_directly(two_dimensions().network, x,
                                                   sufficient_precision(two_dimensions().network, 1, 40), 1)
                                     .back();
    const double f = x[0].get_d() * x[0].get_d() + x[1].get_d() / 4;
    BOOST_TEST(std::fabs(difference.values[i] - (f - mpfr_get_d(readout.lower().get(), MPFR_RNDN))) < 1e-9);
  }
}

// f = x^2 and its interpolants with the nodes 0, 1 and 0, 1/2, 1, whose differences are at most 1/4 and 1/16.
BOOST_AUTO_TEST_CASE(pictures_of_another_network_show_what_it_computes) {
  LayersReportInput input;
  input.instance = make_instance(1, "x^2", 2, 2, 2);
  input.target = make_target(input.instance);
  input.network.dimension = 1;
  input.network.readouts.push_back({"coarse", 0, 1});
  LayerUnit kink;
  kink.activation = Activation::Relu;
  kink.bias = -0.5;
  input.network.terms.push_back({0, -1, 1});
  const Slot at_kink = input.network.add(kink, 0);
  input.network.terms.push_back({0, -1, 0.5});
  input.network.terms.push_back({at_kink, -1, 1});
  input.network.readouts.push_back({"fine", input.network.add(LayerUnit(), 1), 2});
  const LayerPictures pictures(input);
  BOOST_TEST(pictures.count() == 2);
  BOOST_TEST(std::fabs(pictures.largest_difference(1) - 0.25) < 1e-4);
  BOOST_TEST(std::fabs(pictures.largest_difference(2) - 0.0625) < 1e-4);
  for (const ReadoutPictures::Stretch &stretch : pictures.readout_curve(2)) {
    const auto fine = [](double x) { return x / 2 + std::fmax(x - 0.5, 0.0); };
    BOOST_TEST(stretch.least >= fine(stretch.x) - 1e-12);
    BOOST_TEST(stretch.most <= fine(stretch.x + 1.0 / 256) + 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(a_png_holds_its_colours) {
  const Palette palette = palette_of(ColourMap::Viridis);
  const std::vector<double> values = {0, 0.25, 0.5, 1, 7, std::nan("")};
  const IndexedImage image{3, 2, colours_of(values, 0, 1)};
  BOOST_TEST(image.pixels[0] == 0);
  BOOST_TEST(image.pixels[3] == 254);
  BOOST_TEST(image.pixels[4] == 254); // beyond the scale
  BOOST_TEST(image.pixels[5] == kNoValue);
  const std::string png = png_of(image, palette);
  png_image reader{};
  reader.version = PNG_IMAGE_VERSION;
  BOOST_REQUIRE(png_image_begin_read_from_memory(&reader, png.data(), png.size()) != 0);
  BOOST_TEST(reader.width == 3U);
  BOOST_TEST(reader.height == 2U);
  reader.format = PNG_FORMAT_RGB;
  std::vector<std::uint8_t> rgb(PNG_IMAGE_SIZE(reader));
  BOOST_REQUIRE(png_image_finish_read(&reader, nullptr, rgb.data(), 0, nullptr) != 0);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    const Colour8 &colour = palette[image.pixels[i]];
    BOOST_TEST((rgb[3 * i] == colour.red && rgb[3 * i + 1] == colour.green && rgb[3 * i + 2] == colour.blue));
  }
  BOOST_TEST(data_url_of("image/png", "\x89PNG") == "data:image/png;base64,iVBORw==");
}

BOOST_AUTO_TEST_CASE(scales_become_lighter) {
  for (const ColourMap map : {ColourMap::Viridis, ColourMap::Grey}) {
    const Palette palette = palette_of(map);
    double before = -1;
    for (std::size_t i = 0; i < kNoValue; i += 6) {
      const double luminance = 0.2126 * std::pow(palette[i].red, 2.2) +
                               0.7152 * std::pow(palette[i].green, 2.2) +
                               0.0722 * std::pow(palette[i].blue, 2.2);
      BOOST_TEST(luminance >= before);
      before = luminance;
    }
  }
}

BOOST_AUTO_TEST_CASE(the_page_needs_nothing_else_and_has_every_part) {
  for (const ReportInput *input : {&one_dimension(), &two_dimensions()}) {
    const std::string page = html_report(*input);
    const std::size_t levels = input->certificate.levels.size();
    const bool graphs = input->instance.dimension == 1;
    BOOST_TEST(count(page, "class=\"plot\"") == 4 + (graphs ? 2 : 3) * levels);
    BOOST_TEST(count(page, "class=\"plot network-figure\"") == 1U);
    BOOST_TEST(count(page, " href=\"data:image/png;base64,") == (graphs ? 0 : 1 + 2 * levels));
    BOOST_TEST(count(page, "<math") == (graphs ? 3U : 4U)); // the claim, the modulus, the terms of f
    BOOST_TEST(count(page, "href=\"data:image/svg+xml;base64,") == 3 + (graphs ? 2 : 3) * levels);
    BOOST_TEST(count(page, "download=\"levels.csv\" href=\"data:text/csv;base64,") == 1U);
    BOOST_TEST(page.find("<h1>it&#39;s</h1>") != std::string::npos); // the folder's name
    BOOST_TEST(page.find("<h1>") < page.find("<math"));
    BOOST_TEST(page.find("<math") < page.find("<details"));
    BOOST_TEST(count(page, "<article") == levels);
    BOOST_TEST(page.find("certified at every level from 1 to") != std::string::npos);
    for (const char *tag :
         {"svg",  "section", "table", "tr",   "td", "th", "figure", "article", "div",     "p",  "math",
          "mrow", "msub",    "text",  "span", "dl", "dd", "i",      "a",       "details", "pre"}) {
      BOOST_TEST(count(page, std::string("<") + tag + ">") + count(page, std::string("<") + tag + " ") ==
                     count(page, std::string("</") + tag + ">"),
                 tag);
    }
    // The only addresses are the name of SVG's namespace and the paper's, as text.
    BOOST_TEST(count(page, "http") == count(page, "xmlns=\"http://www.w3.org/2000/svg\"") + 1);
    BOOST_TEST(page.find("<script") == std::string::npos);
    BOOST_TEST(page.find("@import") == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(what_a_report_quotes_stays_text) {
  ReportInput input = one_dimension();
  input.instance.text = "# </pre><script>alert(1)</script>";
  const std::string page = html_report(input);
  BOOST_TEST(page.find("<script") == std::string::npos);
  BOOST_TEST(page.find("&lt;script&gt;") != std::string::npos);
  BOOST_TEST(page.find("layercert check &#39;results/it&#39;\\&#39;&#39;s&#39;") !=
             std::string::npos); // for a shell
  input.instance.title = "x_0^2 % {#}";
  BOOST_TEST(tex_report(input).find("x\\_0\\^{}2 \\% \\{\\#\\}") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_level_that_is_not_certified_is_said_to_be_so) {
  ReportInput input = one_dimension();
  input.certificate.levels[1].status = Status::Undecided;
  input.certificate.levels[1].reason = "because";
  BOOST_TEST((input.certificate.verdict() == Status::Undecided));
  BOOST_TEST(verdict_text(input.certificate) == "level 2 is undecided");
  for (const std::string &report : {html_report(input), tex_report(input)}) {
    BOOST_TEST(report.find("certified at every level") == std::string::npos);
    BOOST_TEST(report.find("level 2 is undecided") != std::string::npos);
  }
  BOOST_TEST(html_report(input).find("because") != std::string::npos);
  input.certificate.levels[2].status = Status::Refuted;
  BOOST_TEST((input.certificate.verdict() == Status::Refuted));
  input = one_dimension();
  BOOST_REQUIRE(input.certificate.levels[0].hoelder_bound_lower.has_value()); // 1-Lipschitz
  input.certificate.levels[0].hoelder_status = Status::Refuted;
  BOOST_TEST((input.certificate.verdict() == Status::Refuted));
}

BOOST_AUTO_TEST_CASE(lines_of_the_csv_are_on_the_safe_side) {
  const ReportInput &input = two_dimensions();
  std::istringstream lines(csv_report(input));
  std::string line;
  std::getline(lines, line);
  BOOST_TEST(line == "level,cells,error_lower,error_upper,modulus_lower,modulus_upper,bound,ratio_lower,"
                     "ratio_upper,projection_bound,status");
  for (const LevelCertificate &level : input.certificate.levels) {
    std::getline(lines, line);
    std::vector<std::string> fields;
    std::istringstream pieces(line);
    for (std::string field; std::getline(pieces, field, ',');) {
      fields.push_back(field);
    }
    BOOST_REQUIRE(fields.size() == 11U);
    BOOST_TEST(fields[0] == std::to_string(level.level));
    BOOST_TEST(fields[1] == std::to_string(level.cells));
    const auto at_most = [&](std::size_t i, double bound) {
      return parse_exact_number(fields[i]) <= mpq_class(bound);
    };
    const auto at_least = [&](std::size_t i, double bound) {
      return parse_exact_number(fields[i]) >= mpq_class(bound);
    };
    BOOST_TEST((at_most(2, level.error_lower) && at_least(3, level.error_upper)));
    BOOST_TEST((at_most(4, level.modulus_lower) && at_least(5, level.modulus_upper)));
    BOOST_TEST(
        (at_most(6, level.bound_lower) && at_most(7, level.ratio_lower) && at_least(8, level.ratio_upper)));
    BOOST_TEST(at_least(9, level.projection_upper));
    BOOST_TEST(fields[10] == name_of(level.status));
  }
  BOOST_TEST(!std::getline(lines, line));
}

BOOST_AUTO_TEST_CASE(the_layers_add_up_to_the_network) {
  const ReportInput &input = two_dimensions();
  const std::vector<LayerFacts> layers = facts_of_layers(input.network);
  BOOST_TEST(layers.size() == static_cast<std::size_t>(input.certificate.architecture.hidden_layers));
  std::uint64_t parameters = 0;
  for (const LayerFacts &layer : layers) {
    int units = layer.zero_units;
    for (const auto &[role, channel] : layer.channels) {
      units += channel.units;
    }
    BOOST_TEST(units == input.network.width);
    parameters += layer.parameters;
  }
  for (const Readout &readout : input.network.readouts) {
    parameters += readout.weights.size() + (readout.bias->is_zero() ? 0 : 1);
  }
  BOOST_TEST(parameters == input.certificate.architecture.parameters);
  BOOST_TEST(layers[2].channels.at(Role::SecondSine).longest_bits == weight_bits(input.network, 1));
  BOOST_TEST(weight_bits(input.network, 2) > weight_bits(input.network, 1));
  // A network of many layers leaves out some, and says so.
  const Instance deep = make_instance(1, "0", 2, 12, 1);
  const Network network = built_network(deep, make_target(deep));
  const std::string figure = network_figure(network, facts_of_layers(network));
  BOOST_TEST(figure.find("hidden layers 5 to 10") != std::string::npos);
  BOOST_TEST(figure.find(">layer 14<") != std::string::npos);
  BOOST_TEST(figure.find(">layer 7<") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(three_dimensions_are_shown_in_a_slice) {
  const ReportInput input = input_of(make_instance(3, "x0 + 2*step(x2 - 1/4)", 2, 1, 1));
  const CellPictures pictures(input);
  for (const double value : pictures.target().values) {
    BOOST_TEST(value >= 2); // x2 = 1/2
  }
  BOOST_TEST(html_report(input).find(", where <i class=\"letter\">x</i><sub>2</sub> = 1/2, from") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(comments_of_the_instance_are_marked_and_strings_are_none) {
  ReportInput input = one_dimension();
  input.instance.text = "# first\nname = \"a#b\" # last\ntitle = 'c#d'\nlatex = \"\"\"e\n# f\"\"\"\n";
  const std::string page = html_report(input);
  BOOST_TEST(count(page, "class=\"comment\"") == 2U);
  BOOST_TEST(page.find("<span class=\"comment\"># first\n</span>name = &quot;a#b&quot; <span "
                       "class=\"comment\"># last</span>\n") != std::string::npos);
  BOOST_TEST(page.find(".comment") != std::string::npos); // hidden in print
}

BOOST_AUTO_TEST_CASE(the_run_and_the_check_are_told) {
  ReportInput input = one_dimension();
  BOOST_TEST(html_report(input).find("not run for this report") != std::string::npos);
  BOOST_TEST(html_report(input).find("run time") == std::string::npos);
  input.run = RunFacts{"2026-01-02T03:04:05Z", "Linux <6>", "9.9", 1.25, 2};
  input.check = "accepted";
  const std::string page = html_report(input);
  for (const char *piece : {"<dd>2026-01-02T03:04:05Z</dd>", "<dd>1.25 s</dd>", "<dd>Linux &lt;6&gt;</dd>",
                            "<dd>layercert 9.9</dd>", "<dd>accepted</dd>", "@misc{zhang"}) {
    BOOST_TEST(page.find(piece) != std::string::npos, piece);
  }
}

BOOST_AUTO_TEST_CASE(levels_are_aligned_with_the_verdict_beside_them) {
  const std::string page = html_report(one_dimension());
  const std::regex head("<thead><tr><th>level [^\n]*</th><th>verdict</th><th>cells</th>");
  BOOST_TEST(std::regex_search(page, head));
  // Every end of an enclosure in the column of errors has as many decimals.
  const std::regex row(
      "<tr><th scope=\"row\">[0-9]+</th><td "
      "class=\"left\">.*?</td><td>.*?</td><td>.*?</td><td>\\[0\\.([0-9]+), 0\\.([0-9]+)\\]</td>");
  std::set<std::size_t> decimals;
  std::size_t rows = 0;
  for (std::sregex_iterator it(page.begin(), page.end(), row), end; it != end; ++it, ++rows) {
    decimals.insert({(*it)[1].length() + 0UL, (*it)[2].length() + 0UL});
  }
  BOOST_TEST(rows == 3U);
  BOOST_TEST(decimals.size() == 1U);
}
