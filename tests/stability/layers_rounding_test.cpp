// Networks of any layers in floating point: bounds against what programs compute, in other orders and with
// fused operations.
#define BOOST_TEST_MODULE stability_layers_rounding
#include <boost/test/unit_test.hpp>

#include "layers/layers_for_test.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "stability/layers_rounding.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

using namespace layercert;

namespace {

const LayersRounding &in_format(const std::vector<LayersRounding> &all, const std::string &readout,
                                const std::string &format) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const LayersRounding &one) {
    return one.readout == readout && one.format->name == format;
  });
  BOOST_TEST_REQUIRE((found != all.end()));
  return *found;
}

template <class Real> Real function(Activation activation, Real z) {
  switch (activation) {
  case Activation::Relu:
    return std::max(z, Real(0));
  case Activation::Sine:
    return std::sin(z);
  case Activation::Cosine:
    return std::cos(z);
  case Activation::Tanh:
    return std::tanh(z);
  case Activation::Sigmoid:
    return Real(1) / (Real(1) + std::exp(-z));
  case Activation::Softplus:
    return std::log1p(std::exp(z));
  case Activation::Identity:
    break;
  }
  return z;
}

// Sums in an order of its own, with fused operations or without.
template <class Real>
Real computed(const LayeredNetwork &network, Slot slot, const std::vector<double> &point, bool fused,
              std::mt19937_64 &random) {
  std::vector<Real> values;
  for (const double x : point) {
    values.push_back(static_cast<Real>(x));
  }
  for (const LayerUnit &unit : network.units) {
    const auto terms = network.terms_of(unit);
    std::vector<std::size_t> order(terms.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::shuffle(order.begin(), order.end(), random);
    Real sum = static_cast<Real>(unit.bias);
    Real other = 0; // every other term, as two lanes would have them
    for (std::size_t k = 0; k < order.size(); ++k) {
      const auto weight = static_cast<Real>(terms[order[k]].weight);
      const Real value = values[static_cast<std::size_t>(terms[order[k]].source)];
      Real &lane = k % 2 == 0 ? sum : other;
      lane = fused ? std::fma(weight, value, lane) : lane + weight * value;
    }
    Real v = function(unit.activation, sum + other);
    if (unit.factor >= 0) {
      v *= values[static_cast<std::size_t>(unit.factor)];
    }
    values.push_back(v);
  }
  return values[static_cast<std::size_t>(slot)];
}

LayersRoundingOptions few_points() {
  LayersRoundingOptions options;
  options.points = 40;
  return options;
}

} // namespace

BOOST_AUTO_TEST_CASE(bounds_hold_for_every_order_and_are_not_far_off) {
  std::mt19937_64 random(1);
  for (const Activation activation : {Activation::Relu, Activation::Sine, Activation::Cosine,
                                      Activation::Tanh, Activation::Sigmoid, Activation::Softplus}) {
    const LayeredNetwork network = random_layers(2, 2, 8, {activation}, 0.8, 7);
    const std::vector<LayersRounding> found = layers_rounding(network, few_points(), "test");
    BOOST_TEST(found.size() == 8U);
    for (const LayerReadout &readout : network.readouts) {
      for (const LayersRounding &one : found) {
        BOOST_TEST(one.observed_lower <= one.bound_upper, name_of(activation) << " " << one.format->name
                                                                              << ": " << one.observed_lower
                                                                              << " > " << one.bound_upper);
        BOOST_TEST(one.bound_upper <= 1000 * one.observed_lower + 1e-18,
                   name_of(activation) << " " << one.format->name << ": bound " << one.bound_upper
                                       << ", observed " << one.observed_lower);
      }
      const double bound = in_format(found, readout.name, "fp32").bound_upper;
      double largest = 0;
      for (int i = 0; i < 300; ++i) {
        const std::vector<double> point{std::fmod(0.37 * i, 1.0), std::fmod(0.71 * i, 1.0)};
        const double exact = computed<double>(network, readout.slot, point, false, random);
        const double single = computed<float>(network, readout.slot, point, i % 2 == 0, random);
        largest = std::max(largest, std::fabs(single - exact));
      }
      BOOST_TEST(largest <= bound, name_of(activation) << ", readout " << readout.name);
      BOOST_TEST(largest > 0.0);
    }
  }
}

// x / 3 as (1/3 rounded) x: for fp16 the weight alone is off by up to u / 3.
BOOST_AUTO_TEST_CASE(rounded_weights_count) {
  LayeredNetwork network;
  network.dimension = 1;
  network.terms.push_back({0, -1, 1.0 / 3});
  network.readouts.push_back({"y", network.add(LayerUnit(), 0), 1});
  const std::vector<LayersRounding> found = layers_rounding(network, few_points(), "test");
  const double third_in_half = 1365.0 / 4096;
  BOOST_TEST(in_format(found, "y", "fp16").bound_upper >= 1.0 / 3 - third_in_half);
  BOOST_TEST(in_format(found, "y", "fp16").bound_upper <= 4 * 0x1p-11);
  BOOST_TEST(in_format(found, "y", "fp16").observed_lower > 0.0);
  BOOST_TEST(in_format(found, "y", "fp64").bound_upper <= 4 * 0x1p-53);
}

// 1 + 64 times 2^-12 x: at x = 1, a program for fp16 that adds from the left loses every term.
BOOST_AUTO_TEST_CASE(roundings_of_sums_count) {
  LayeredNetwork network;
  network.dimension = 1;
  LayerUnit unit;
  unit.bias = 1;
  for (int k = 0; k < 64; ++k) {
    network.terms.push_back({0, -1, 0x1p-12});
  }
  network.readouts.push_back({"y", network.add(unit, 0), 1});
  const std::vector<LayersRounding> found = layers_rounding(network, few_points(), "test");
  BOOST_TEST(in_format(found, "y", "fp16").bound_upper >= 0x1p-6);
}

// Rounded in fp16, 0.7 and 1.4 are too large by more than u / 2: the errors of all layers add up.
BOOST_AUTO_TEST_CASE(errors_of_the_units_before_count) {
  LayeredNetwork network;
  network.dimension = 1;
  Slot last = 0;
  for (int k = 0; k < 40; ++k) {
    network.terms.push_back({last, -1, k % 2 == 0 ? 0.7 : 1.4});
    last = network.add(LayerUnit(), network.terms.size() - 1);
  }
  network.readouts.push_back({"y", last, 1});
  const LayersRounding half = in_format(layers_rounding(network, few_points(), "test"), "y", "fp16");
  BOOST_TEST(half.observed_lower >= 5 * 0x1p-11); // more than the last unit's own
  BOOST_TEST(half.bound_upper >= half.observed_lower);
}

BOOST_AUTO_TEST_CASE(overflow_is_no_tolerance) {
  LayeredNetwork network;
  network.dimension = 1;
  network.terms.push_back({0, -1, 70000.0});
  network.readouts.push_back({"y", network.add(LayerUnit(), 0), 1});
  const std::vector<LayersRounding> found = layers_rounding(network, few_points(), "test");
  BOOST_TEST(std::isinf(in_format(found, "y", "fp16").bound_upper));
  BOOST_TEST(std::isfinite(in_format(found, "y", "bf16").bound_upper));
}

// tanh(x) y: the product has roundings of its own.
BOOST_AUTO_TEST_CASE(products) {
  LayeredNetwork network;
  network.dimension = 2;
  LayerUnit unit;
  unit.activation = Activation::Tanh;
  unit.factor = 1;
  network.terms.push_back({0, -1, 2.0});
  network.readouts.push_back({"y", network.add(unit, 0), 1});
  std::mt19937_64 random(2);
  const std::vector<LayersRounding> found = layers_rounding(network, few_points(), "test");
  const double bound = in_format(found, "y", "fp32").bound_upper;
  for (int i = 0; i < 200; ++i) {
    const std::vector<double> point{std::fmod(0.37 * i, 1.0), std::fmod(0.71 * i, 1.0)};
    const double difference = computed<float>(network, 2, point, false, random) -
                              computed<double>(network, 2, point, false, random);
    BOOST_TEST(std::fabs(difference) <= bound);
  }
  BOOST_TEST(bound <= 40 * 0x1p-24);
}
