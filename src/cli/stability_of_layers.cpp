#include "stability_of_layers.hpp"

#include "progress.hpp"
#include "threads.hpp"

#include "layercert/error.hpp"
#include "numeric/file_bytes.hpp"
#include "numeric/sha256.hpp"
#include "result/read_json.hpp"
#include "result/result_files.hpp"
#include "stability/layers_rounding.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <cmath>

namespace layercert::cli {

namespace {

using nlohmann::json;

// The network of a result, with the readouts that its certificate names.
LayeredNetwork certified_network(const std::filesystem::path &folder) {
  const std::string name = (folder / "certificate.json").string();
  const json certificate = parse_json(read_regular_bytes(name, "the certificate of a result folder"), name);
  const std::string file = certificate.value("network_file", std::string());
  if (file != "network.json" && file != "network.lcn" && file != "layers.json") {
    throw InputError(name, 0, "\"network_file\" is none of network.json, network.lcn and layers.json");
  }
  const std::string bytes = read_regular_bytes(folder / file, "the network of the certificate");
  if (certificate.value("network_sha256", std::string()) != sha256_hex(bytes)) {
    refuse_altered(folder / file);
  }
  LayeredNetwork network = parse_layers(bytes, (folder / file).string());
  std::vector<LayerReadout> chosen;
  for (const json &entry : certificate.value("readouts", json::array())) {
    const std::string readout = entry.is_object() ? entry.value("readout", std::string()) : std::string();
    const auto found = std::find_if(network.readouts.begin(), network.readouts.end(),
                                    [&](const LayerReadout &one) { return one.name == readout; });
    if (found != network.readouts.end()) {
      chosen.push_back(*found);
    }
  }
  network.readouts = std::move(chosen);
  return network;
}

// At least x, with three digits.
std::string tolerance_text(double x) {
  std::string text = fmt::format("{:.2e}", x);
  for (double more = x; std::stod(text) < x;) {
    more *= 1.001;
    text = fmt::format("{:.2e}", more);
  }
  return text;
}

std::string cpp_line(const LayersRounding &rounding) {
  return fmt::format("constexpr double kTolerance = {}; // |fl(Phi) - Phi| over the cube, readout {} in {}",
                     tolerance_text(rounding.bound_upper), rounding.readout, rounding.format->name);
}
std::string python_line(const LayersRounding &rounding) {
  return fmt::format("numpy.testing.assert_allclose(computed, exact, rtol=0, atol={})  # readout {} in {}",
                     tolerance_text(rounding.bound_upper), rounding.readout, rounding.format->name);
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

} // namespace

int stability_of_layers(const StabilityArguments &arguments) {
  const ThreadLimit threads(arguments.threads);
  Progress progress(arguments.quiet);
  if (arguments.plot) {
    throw InputError("--plot", 0, "is for the construction; a network of others has no picture");
  }
  progress.phase("reading the network");
  const LayeredNetwork network = certified_network(arguments.folder);
  LayersRoundingOptions options;
  options.ulps = arguments.ulps;
  options.points = arguments.samples.value_or(options.points);
  progress.phase("rounding");
  const std::vector<LayersRounding> roundings = layers_rounding(network, options, arguments.folder.string());
  progress.clear();
  const json document = document_of(roundings, options.ulps);
  if (arguments.out) {
    write_bytes(*arguments.out, document.dump(2) + "\n");
  }
  if (arguments.json) {
    fmt::print("{}\n", document.dump(2));
    return 0;
  }
  fmt::print("{}\n{:<16} {:>6} {:>12} {:>12}\n", arguments.folder.string(), "readout", "float", "at most",
             "observed");
  for (const LayersRounding &rounding : roundings) {
    fmt::print("{:<16} {:>6} {:>12} {:>12}\n", rounding.readout, rounding.format->name,
               std::isfinite(rounding.bound_upper) ? tolerance_text(rounding.bound_upper) : "overflow",
               fmt::format("{:.2e}", rounding.observed_lower));
  }
  for (const LayersRounding &rounding : roundings) {
    if (rounding.format->name == arguments.float_format && std::isfinite(rounding.bound_upper)) {
      fmt::print("{}\n{}\n", cpp_line(rounding), python_line(rounding));
    }
  }
  fmt::print(
      "for every order of summation, with or without fused operations; sine, cosine, tanh, sigmoid and "
      "softplus within {:g} ulps\n",
      options.ulps);
  return 0;
}

} // namespace layercert::cli
