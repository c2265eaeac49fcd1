#include "rounding_of_result.hpp"

#include "certified_layers.hpp"

#include <fmt/format.h>

#include <cmath>

namespace layercert::cli {

namespace {

using nlohmann::json;

// At least x, with three digits.
std::string tolerance_text(double x) {
  std::string text = fmt::format("{:.2e}", x);
  for (double more = x; std::stod(text) < x;) {
    more *= 1.001;
    text = fmt::format("{:.2e}", more);
  }
  return text;
}

json document_of(const std::vector<LayersRounding> &roundings, double ulps) {
  json document{{"format", "layercert-stability-network-1"}, {"ulps", ulps}, {"readouts", json::array()}};
  for (const LayersRounding &rounding : roundings) {
    const bool finite = std::isfinite(rounding.bound_upper);
    json entry{{"readout", rounding.readout},
               {"float", rounding.format->name},
               {"bound_upper", finite ? json(rounding.bound_upper) : json("inf")},
               {"observed_lower",
                std::isfinite(rounding.observed_lower) ? json(rounding.observed_lower) : json("inf")},
               {"points", rounding.points}};
    if (finite) {
      entry["cpp"] = cpp_line(rounding);
      entry["python"] = python_line(rounding);
    }
    document["readouts"].push_back(std::move(entry));
  }
  return document;
}

std::string table_of(const std::vector<LayersRounding> &roundings, double ulps) {
  std::string table = fmt::format("{:<16} {:>6} {:>12} {:>12}\n", "readout", "float", "at most", "observed");
  for (const LayersRounding &rounding : roundings) {
    table +=
        fmt::format("{:<16} {:>6} {:>12} {:>12}\n", rounding.readout, rounding.format->name,
                    std::isfinite(rounding.bound_upper) ? tolerance_text(rounding.bound_upper) : "overflow",
                    fmt::format("{:.2e}", rounding.observed_lower));
  }
  return table +
         fmt::format("for every order of summation, with or without fused operations; sine, cosine, tanh, "
                     "sigmoid and softplus within {:g} ulps\n",
                     ulps);
}

} // namespace

std::string cpp_line(const LayersRounding &rounding) {
  return fmt::format("constexpr double kTolerance = {}; // |fl(Phi) - Phi| over the cube, readout {} in {}",
                     tolerance_text(rounding.bound_upper), rounding.readout, rounding.format->name);
}
std::string python_line(const LayersRounding &rounding) {
  return fmt::format("numpy.testing.assert_allclose(computed, exact, rtol=0, atol={})  # readout {} in {}",
                     tolerance_text(rounding.bound_upper), rounding.readout, rounding.format->name);
}

ResultRounding rounding_of_result(const std::filesystem::path &folder, const LayersRoundingOptions &options) {
  const LayeredNetwork network = certified_layers(read_result_of_layers(folder));
  ResultRounding result;
  result.roundings = layers_rounding(network, options, folder.string());
  result.document = document_of(result.roundings, options.ulps);
  result.table = table_of(result.roundings, options.ulps);
  return result;
}

} // namespace layercert::cli
