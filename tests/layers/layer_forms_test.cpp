// The fast path against the slow one: forms in doubles hold the values that MPFR finds, and are sharp.
#define BOOST_TEST_MODULE layer_forms
#include <boost/test/unit_test.hpp>

#include "layers_for_test.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "layers/layer_forms.hpp"
#include "layers/precise_layers.hpp"
#include "numeric/elementary.hpp"

using namespace layercert;

namespace {

const std::vector<std::vector<Activation>> kKinds{
    {Activation::Relu},     {Activation::Sine},
    {Activation::Cosine},   {Activation::Tanh},
    {Activation::Sigmoid},  {Activation::Softplus},
    {Activation::Identity}, {Activation::Sine, Activation::Relu, Activation::Tanh, Activation::Softplus}};

Box random_box(std::size_t d, std::mt19937_64 &random) {
  std::uniform_real_distribution<double> uniform(0, 1);
  Box box;
  const double width = std::exp2(-20 * uniform(random)); // from whole cubes to tiny boxes
  for (std::size_t j = 0; j < d; ++j) {
    box.lower[j] = uniform(random) * (1 - width);
    box.upper[j] = std::min(1.0, box.lower[j] + width * (0.1 + uniform(random)));
  }
  return box;
}

// The form at t, where the point is c + r t, as an interval that holds the polynomial's value.
Interval polynomial_at(const LayerForms &forms, std::size_t i, const std::vector<Interval> &t) {
  const Monomials &monomials = forms.monomials();
  Interval sum(0.0);
  for (std::size_t a = 0; a < monomials.count(); ++a) {
    Interval term(forms.coefficient(a, i));
    for (std::size_t j = 0; j < t.size(); ++j) {
      for (int k = 0; k < monomials.exponent(a, j); ++k) {
        term *= t[j];
      }
    }
    sum += term;
  }
  return sum;
}

LayeredNetwork with_factor(LayeredNetwork network, std::uint64_t seed) {
  // The last readout times itself, and times the one before.
  std::mt19937_64 random(seed);
  for (const std::size_t other : {network.readouts.size() - 1, std::size_t{0}}) {
    const Slot last = network.readouts.back().slot;
    network.terms.push_back({last, -1, 1.0});
    LayerUnit unit;
    unit.factor = network.readouts[other].slot;
    network.readouts.back().slot = network.add(unit, network.terms.size() - 1);
  }
  return network;
}

void check_network(const LayeredNetwork &network, Slot slot, int degree, std::mt19937_64 &random,
                   const std::string &what) {
  const UpwardScope upward;
  prepare_mpfr_thread();
  const std::size_t d = network.dimension;
  LayerForms forms(network, slot, degree);
  const PreciseLayers precise(network, slot, 128);
  std::vector<Box> boxes;
  for (int i = 0; i < 7; ++i) {
    boxes.push_back(random_box(d, random));
  }
  forms.evaluate(boxes);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const Box &box = boxes[i];
    const LocalModel model = precise.model(box);
    BOOST_TEST(std::isfinite(forms.remainder_upper(i)), what);
    for (int k = 0; k < 12; ++k) {
      std::vector<double> point;
      std::vector<Interval> t;
      for (std::size_t j = 0; j < d; ++j) {
        const double at = k < 2 ? (k == 0 ? box.lower[j] : box.upper[j])
                                : std::clamp(box.lower[j] + uniform(random) * (box.upper[j] - box.lower[j]),
                                             box.lower[j], box.upper[j]);
        point.push_back(at);
        const Interval a(box.lower[j]);
        const Interval b(box.upper[j]);
        t.push_back((Interval(2.0) * Interval(at) - a - b) / (b - a));
      }
      const MpfrInterval value = precise.value(point);
      const Interval exact(double_lower(value), double_upper(value));
      const Interval form =
          polynomial_at(forms, i, t) + Interval(-forms.remainder_upper(i), forms.remainder_upper(i));
      BOOST_TEST((form.lower() <= exact.upper() && exact.lower() <= form.upper()),
                 what << ": form [" << form.lower() << ", " << form.upper() << "], value " << exact.lower());
      BOOST_TEST((model.range.lower() <= exact.upper() && exact.lower() <= model.range.upper()),
                 what << ": range [" << model.range.lower() << ", " << model.range.upper() << "], value "
                      << exact.lower());
    }
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(forms_hold_the_values_of_random_networks) {
  std::mt19937_64 random(7);
  std::uint64_t seed = 1;
  for (const std::vector<Activation> &kinds : kKinds) {
    for (const std::size_t d : {1, 2, 3}) {
      for (const double scale : {0.5, 2.0}) {
        for (const int degree : {1, 2, 5}) {
          const LayeredNetwork network = random_layers(d, 3, 6, kinds, scale, ++seed);
          const std::string what = std::string(name_of(kinds[0])) + ", d = " + std::to_string(d) +
                                   ", degree " + std::to_string(degree) + ", seed " + std::to_string(seed);
          check_network(network, network.readouts.back().slot, degree, random, what);
          const LayeredNetwork products = with_factor(network, seed);
          check_network(products, products.readouts.back().slot, degree, random, what + ", with products");
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(large_arguments_and_saturated_units_are_held) {
  std::mt19937_64 random(11);
  for (const std::vector<Activation> &kinds : kKinds) {
    for (const double scale : {30.0, 1e4}) {
      const LayeredNetwork network = random_layers(2, 2, 4, kinds, scale, 5);
      check_network(network, network.readouts.back().slot, 4, random,
                    std::string(name_of(kinds[0])) + ", scale " + std::to_string(scale));
    }
  }
}

// The remainder of degree n falls like width^(n+1).
BOOST_AUTO_TEST_CASE(remainders_fall_with_the_width) {
  const UpwardScope upward;
  for (const Activation activation :
       {Activation::Sine, Activation::Cosine, Activation::Tanh, Activation::Sigmoid, Activation::Softplus}) {
    for (const int degree : {1, 2, 4}) {
      const LayeredNetwork network = random_layers(2, 3, 8, {activation}, 1.0, 3);
      LayerForms forms(network, network.readouts.back().slot, degree);
      std::vector<double> remainders;
      for (const double width : {0x1p-4, 0x1p-5}) {
        Box box;
        for (std::size_t j = 0; j < 2; ++j) {
          box.lower[j] = 0.375;
          box.upper[j] = 0.375 + width;
        }
        forms.evaluate(std::span(&box, 1));
        remainders.push_back(forms.remainder_upper(0));
      }
      BOOST_TEST(remainders[1] * std::exp2(degree + 0.7) <= remainders[0],
                 name_of(activation) << ", degree " << degree << ": " << remainders[0] << " and "
                                     << remainders[1]);
    }
  }
}

// Where no ReLU changes its sign, the form of a piecewise linear network is exact but for rounding.
BOOST_AUTO_TEST_CASE(pieces_of_relu_networks_are_exact) {
  const UpwardScope upward;
  const LayeredNetwork network = interpolant_of_squares(2, 4);
  LayerForms forms(network, network.readouts[0].slot, 1);
  Box box;
  box.lower = {0.25, 0.5};
  box.upper = {0.5, 0.75};
  forms.evaluate(std::span(&box, 1));
  BOOST_TEST(forms.remainder_upper(0) <= 0x1p-45);
  // x^2 at 1/4 and 1/2, y^2 at 1/2 and 3/4: the middle of both chords, and half their rises.
  BOOST_TEST(std::fabs(forms.coefficient(0, 0) - ((0.0625 + 0.25) / 2 + (0.25 + 0.5625) / 2)) <= 0x1p-45);
}

BOOST_AUTO_TEST_CASE(an_overflow_is_no_bound) {
  const UpwardScope upward;
  LayeredNetwork network = random_layers(1, 2, 3, {Activation::Identity}, 1.0, 3);
  for (LinearTerm &term : network.terms) {
    term.weight = 0x1p+1000;
  }
  LayerForms forms(network, network.readouts.back().slot, 2);
  Box box;
  box.upper = {1};
  forms.evaluate(std::span(&box, 1));
  BOOST_TEST(std::isinf(forms.remainder_upper(0)));
}
