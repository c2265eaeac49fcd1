// Models that an independent library wrote (tests/data/onnx/make_models.py): the good ones have the values of
// their formulas, the bad ones are refused with one line that says why.
#define BOOST_TEST_MODULE onnx_reader
#include <boost/test/unit_test.hpp>

#include "common/paths.hpp"
#include "layercert/error.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "layers/layered_network.hpp"
#include "layers/precise_layers.hpp"
#include "numeric/file_bytes.hpp"

#include <cmath>
#include <functional>

using namespace layercert;

namespace {

std::string file_of(const std::string &model) {
  return paths::test_data().string() + "/onnx/" + model + ".onnx";
}

LayeredNetwork read(const std::string &model) {
  const std::string file = file_of(model);
  return parse_layers(read_bytes(file, "a model"), file);
}

std::string refusal(const std::string &model) {
  try {
    read(model);
  } catch (const InputError &error) {
    return error.what();
  }
  return "was read";
}

bool built_without_onnx() { return refusal("gemm").find("built without libonnx") != std::string::npos; }

void check_values(const std::string &model, std::size_t readout,
                  const std::function<double(double, double)> &f, double tolerance) {
  const LayeredNetwork network = read(model);
  BOOST_TEST_REQUIRE(network.readouts.size() > readout);
  const PreciseLayers layers(network, network.readouts[readout].slot, 64);
  for (int i = 0; i < 40; ++i) {
    const std::vector<double> point{std::fmod(0.37 * i, 1.0), std::fmod(0.71 * i + 0.1, 1.0)};
    const double value = double_lower(layers.value(point));
    const double expected = f(point[0], point[1]);
    BOOST_TEST(std::fabs(value - expected) <= tolerance, model << " at " << point[0] << ", " << point[1]
                                                               << ": " << value << " instead of "
                                                               << expected);
  }
}

double dense(double x, double y) {
  const double h1 = std::max(0.0, x + 0.25 * y + 0.5);
  const double h2 = std::max(0.0, -2 * x + 1.5 * y - 0.25);
  const double h3 = std::max(0.0, 0.5 * x - y + 0.125);
  return h1 - 0.5 * h2 + 2 * h3 + 0.75;
}

} // namespace

BOOST_AUTO_TEST_CASE(models_have_the_values_of_their_formulas) {
  if (built_without_onnx()) {
    return;
  }
  check_values("gemm", 0, dense, 1e-14);
  check_values("gemm_scaled", 0, dense, 1e-14);
  check_values("shapes", 0, dense, 1e-14);
  check_values(
      "shapes", 1, [](double x, double y) { return -dense(x, y); }, 1e-14);
  check_values(
      "functions", 0,
      [](double x, double y) {
        return x * y + std::sin(x) * std::cos(y) - std::tanh(x - y) / (1 + std::exp(-2 * x)) +
               std::log1p(std::exp(0.5 - y));
      },
      1e-14);
  BOOST_TEST(read("shapes").readouts[0].name == "out");
  BOOST_TEST(read("shapes").readouts[1].level == 2);
  // Bias and activation are no units of their own.
  BOOST_TEST(read("gemm").units.size() == 4);
}

BOOST_AUTO_TEST_CASE(bad_models_are_refused_with_one_line) {
  if (built_without_onnx()) {
    return;
  }
  const std::vector<std::pair<std::string, std::vector<std::string>>> bad{
      {"bad_truncated", {"truncated or damaged"}},
      {"bad_cut_at_a_field", {"truncated"}},
      {"bad_operator", {"LeakyRelu is not supported", "Relu(x) - a Relu(-x)"}},
      {"bad_domain", {"com.microsoft"}},
      {"bad_dynamic", {"dynamic dimension \"batch\"", "[1, d]"}},
      {"bad_no_shape", {"has no shape"}},
      {"bad_two_inputs", {"inputs \"x\" and \"y\""}},
      {"bad_batch", {"[3, 2]", "expected a vector"}},
      {"bad_shapes", {"[1, 2] and [3, 2]"}},
      {"bad_nan", {"\"W\" holds NaN at place 2"}},
      {"bad_infinite", {"\"V\" holds an infinite number at place 1"}},
      {"bad_opset", {"operator set 6"}},
      {"bad_few_numbers", {"holds 5 numbers; expected 6"}},
      {"bad_type", {"STRING"}},
      {"bad_external", {"\"weights.bin\"", "not opened"}},
      {"bad_external_outside", {"../../etc/passwd", "not opened"}},
      {"bad_huge", {"1000000000 parameters", "GB of memory"}},
      {"bad_overflow", {"expected one that memory holds"}},
      {"bad_unknown_input", {"reads \"z\""}},
      {"bad_unknown_output", {"output \"out\" is computed by no node"}},
      {"bad_no_output", {"no graph with outputs"}},
      {"bad_product", {"reads \"xt\""}},
      {"bad_reshape", {"[3] for a value of shape [1, 2]"}},
      {"bad_broadcast", {"[1, 2] and [2, 3]"}},
  };
  for (const auto &[model, parts] : bad) {
    const std::string message = refusal(model);
    BOOST_TEST(message.find('\n') == std::string::npos, message);
    BOOST_TEST(message.rfind(file_of(model), 0) == 0, message);
    for (const std::string &part : parts) {
      BOOST_TEST(message.find(part) != std::string::npos, model << ": " << message);
    }
  }
}

// Whatever is left of a model after a cut or a flipped byte: a network, or one InputError.
BOOST_AUTO_TEST_CASE(damaged_models_never_do_harm) {
  if (built_without_onnx()) {
    return;
  }
  const std::string bytes = read_bytes(file_of("functions"), "a model");
  std::size_t refused = 0;
  const auto attempt = [&](const std::string &damaged) {
    try {
      const LayeredNetwork network = parse_layers(damaged, "damaged");
      for (const LayerReadout &readout : network.readouts) {
        BOOST_TEST(readout.slot >= 0);
        BOOST_TEST(static_cast<std::size_t>(readout.slot) < network.units.size() + network.dimension);
      }
    } catch (const InputError &) {
      ++refused;
    }
  };
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    attempt(bytes.substr(0, i));
    for (const int bit : {0, 3, 7}) {
      std::string damaged = bytes;
      damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
      attempt(damaged);
    }
  }
  BOOST_TEST(refused > bytes.size());
}

BOOST_AUTO_TEST_CASE(json_of_any_layers) {
  const std::string good = R"({ "format": "layercert-network-1", "d": 1,
    "hidden": [ { "units": [ { "index": 0, "activation": "tanh", "bias": "0x0p+0", "weights": [[0, "0x1p+1"]] },
                             { "index": 3, "activation": "softplus", "bias": "0x1p-1", "weights": [] } ] },
                { "units": [ { "index": 0, "activation": "cosine", "bias": "0x0p+0",
                               "weights": [[0, "0x1p+0"], [1, "0x1p+0"], [3, "-0x1p+0"]] } ] } ],
    "readouts": [ { "level": 1, "layer": 1, "bias": "0x1p-1", "weights": [[0, "0x1p-1"]] },
                  { "level": 3, "layer": 2, "bias": "0x0p+0", "weights": [[0, "0x1p+0"]] } ] })";
  const LayeredNetwork network = parse_layers(good, "any.json");
  BOOST_TEST_REQUIRE(network.readouts.size() == 2U);
  BOOST_TEST(network.readouts[1].level == 3);
  for (const double x : {0.0, 0.3, 1.0}) {
    const std::vector<double> point{x};
    const double tanh = std::tanh(2 * x);
    const PreciseLayers first(network, network.readouts[0].slot, 64);
    const PreciseLayers second(network, network.readouts[1].slot, 64);
    BOOST_TEST(std::fabs(double_lower(first.value(point)) - (0.5 + tanh / 2)) < 1e-15);
    BOOST_TEST(std::fabs(double_lower(second.value(point)) - std::cos(tanh - std::log1p(std::exp(0.5)))) <
               1e-15);
  }
  const auto refused = [&](const std::string &from, const std::string &to, const std::string &part) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    try {
      parse_layers(text, "any.json");
      BOOST_TEST(false, to << " was read");
    } catch (const InputError &error) {
      BOOST_TEST(std::string(error.what()).find(part) != std::string::npos, error.what());
    }
  };
  refused("\"tanh\"", "\"gelu\"", "found the activation \"gelu\"");
  refused("\"layer\": 2", "\"layer\": 3", "reads hidden layer 3");
  refused("[[0, \"0x1p+1\"]]", "[[1, \"0x1p+1\"]]", "reads source 1; expected 0..0");
  refused("\"level\": 3", "\"level\": 65", "a level from 1 to 64");
  refused("\"d\": 1,", "", "the key \"d\"");
}
