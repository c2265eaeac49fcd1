// || f - Phi ||_p against closed forms, dense quadrature, and the construction's own certificate.
#define BOOST_TEST_MODULE layers_error_integral
#include <boost/test/unit_test.hpp>

#include "layers_for_test.hpp"

#include "certify/certify_layers.hpp"
#include "layercert/certify/certify.hpp"
#include "layercert/error.hpp"
#include "layercert/network/builder.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "layers/error_integral.hpp"
#include "layers/precise_layers.hpp"

#include <fmt/format.h>

using namespace layercert;

namespace {

Instance instance_for(std::size_t d, const std::string &expression, const std::string &p, int depth = 3) {
  return parse_instance(fmt::format("[target]\ndimension = {}\nexpression = \"{}\"\n"
                                    "[theorem]\nN = 2\ndepth = {}\np = \"{}\"\n",
                                    d, expression, depth, p),
                        "test.toml", {});
}

LayerError error_of(const Instance &instance, const LayeredNetwork &network, double gap = 1e-3,
                    std::size_t boxes = 1 << 18) {
  const UpwardScope upward;
  prepare_mpfr_thread();
  const Target target = make_target(instance);
  const LayerErrors errors(target, instance.p, network, network.readouts.size() - 1, "test");
  return errors.bounds({gap, boxes});
}

void check_holds(const LayerError &error, double exact, double width, const std::string &what) {
  BOOST_TEST(error.lower <= exact * (1 + 1e-12), what << ": " << error.lower << " > " << exact);
  BOOST_TEST(error.upper >= exact * (1 - 1e-12), what << ": " << error.upper << " < " << exact);
  BOOST_TEST(error.upper - error.lower <= width * error.upper,
             what << ": [" << error.lower << ", " << error.upper << "] after " << error.boxes << " boxes");
}

} // namespace

// On a piece the error is h^2 s (1 - s): its mean is h^2/6, that of its square h^4/30, of its fourth power
// h^8/630.
BOOST_AUTO_TEST_CASE(interpolants_of_squares_have_their_errors) {
  for (const int n : {1, 4, 16}) {
    const double h2 = 1.0 / n / n;
    const LayeredNetwork line = interpolant_of_squares(1, n);
    check_holds(error_of(instance_for(1, "x0^2", "1"), line), h2 / 6, 0.01, fmt::format("p = 1, n = {}", n));
    check_holds(error_of(instance_for(1, "x0^2", "2"), line), h2 / std::sqrt(30.0), 0.01,
                fmt::format("p = 2, n = {}", n));
    check_holds(error_of(instance_for(1, "x0^2", "4"), line), h2 * std::pow(1 / 630.0, 0.25), 0.01,
                fmt::format("p = 4, n = {}", n));
  }
  for (const int n : {2, 4}) {
    const double h2 = 1.0 / n / n;
    const LayeredNetwork plane = interpolant_of_squares(2, n);
    check_holds(error_of(instance_for(2, "x0^2 + x1^2", "2"), plane, 5e-3), h2 * std::sqrt(11 / 90.0), 0.01,
                fmt::format("d = 2, p = 2, n = {}", n));
    check_holds(error_of(instance_for(2, "x0^2 + x1^2", "1"), plane, 5e-3), h2 / 3, 0.01,
                fmt::format("d = 2, p = 1, n = {}", n));
  }
}

// p = 3/2: the mean of (s (1 - s))^(3/2) is B(5/2, 5/2) = 3 pi / 128.
BOOST_AUTO_TEST_CASE(a_fractional_exponent) {
  const double pi = std::acos(-1.0);
  check_holds(error_of(instance_for(1, "x0^2", "3/2"), interpolant_of_squares(1, 4), 1e-2),
              std::pow(3 * pi / 128, 2.0 / 3) / 16, 0.02, "p = 3/2");
}

// Far from machine precision, the midpoint rule on a fine grid is a good estimate.
BOOST_AUTO_TEST_CASE(random_networks_agree_with_quadrature) {
  std::uint64_t seed = 100;
  for (const std::vector<Activation> &kinds :
       std::vector<std::vector<Activation>>{{Activation::Tanh},
                                            {Activation::Sine},
                                            {Activation::Relu},
                                            {Activation::Softplus, Activation::Sigmoid},
                                            {Activation::Cosine}}) {
    for (const std::string p : {"1", "2", "3"}) {
      for (const std::size_t d : {1, 2}) {
        const std::string expression = d == 1 ? "sin(5*x0) + abs(x0 - 1/3)" : "sin(3*x0 + x1) * exp(-x1)";
        const Instance instance = instance_for(d, expression, p);
        const LayeredNetwork network = random_layers(d, 2, 6, kinds, 1.0, ++seed);
        const LayerError error = error_of(instance, network, 2e-2);
        const PreciseLayers layers(network, network.readouts.back().slot, 64);
        const double q = instance.p.get_d();
        const int n = d == 1 ? 2000 : 60;
        double sum = 0;
        for (int i = 0; i < (d == 1 ? n : n * n); ++i) {
          const std::vector<double> point =
              d == 1 ? std::vector{(i + 0.5) / n} : std::vector{(i % n + 0.5) / n, (i / n + 0.5) / n};
          const double x = point[0];
          const double f = d == 1 ? std::sin(5 * x) + std::fabs(x - 1 / 3.0)
                                  : std::sin(3 * x + point[1]) * std::exp(-point[1]);
          sum += std::pow(std::fabs(f - double_lower(layers.value(point))), q);
        }
        const double about = std::pow(sum / std::pow(n, d), 1 / q);
        const std::string what = fmt::format("{}, p = {}, d = {}, seed {}", name_of(kinds[0]), p, d, seed);
        BOOST_TEST(error.lower <= about * 1.002, what << ": " << error.lower << " > " << about);
        BOOST_TEST(error.upper >= about * 0.998, what << ": " << error.upper << " < " << about);
        BOOST_TEST(error.upper <= 1.03 * error.lower, what << ": width, boxes " << error.boxes);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_remainder_of_the_target_and_jumps) {
  const LayeredNetwork network = interpolant_of_squares(1, 2);
  // f = x^2 + step(x - 1/3) / 4: the integral of the square by hand, with e = h^2 s (1 - s) above x^2.
  const LayerError error = error_of(instance_for(1, "x0^2 + step(x0 - 1/3) / 4", "1"), network);
  // |1/4 - e| = 1/4 - e on [1/3, 1], since e <= 1/16; |e| = e on [0, 1/3].
  const double e_to_third = 0.5 * 0.25 * ((2 / 3.0) * (2 / 3.0) / 2 - std::pow(2 / 3.0, 3) / 3);
  const double e_all = 0.25 / 6;
  check_holds(error, e_to_third + 0.25 * 2 / 3 - (e_all - e_to_third), 0.01, "a jump");
}

// The construction certified in both ways: its enclosures of the error overlap with those of the network as
// one of any layers.
BOOST_AUTO_TEST_CASE(the_construction_is_certified_in_both_ways) {
  for (const std::string expression : {"sin(3*x0)", "x0*x0"}) {
    const Instance instance = instance_for(1, expression, "2", 2);
    const Target target = make_target(instance);
    const Network network = assemble_network(build_parameters(instance, target));
    const Certificate certificate = certify(instance, target, network, "test");
    LayersOptions options;
    options.effort.boxes = 4096;
    const LayersCertificate layers = certify_layers(instance, target, layers_of(network), "test", options);
    BOOST_TEST_REQUIRE(layers.readouts.size() == certificate.levels.size());
    for (std::size_t l = 0; l < certificate.levels.size(); ++l) {
      const LevelCertificate &a = certificate.levels[l];
      const LevelCertificate &b = layers.readouts[l].level;
      BOOST_TEST((a.error_lower <= b.error_upper && b.error_lower <= a.error_upper),
                 expression << ", level " << l + 1 << ": [" << a.error_lower << ", " << a.error_upper
                            << "] and [" << b.error_lower << ", " << b.error_upper << "]");
      BOOST_TEST(b.error_upper <= 1.05 * b.error_lower, "level " << l + 1 << ", boxes " << b.boxes);
      BOOST_TEST((b.status == Status::Certified));
      BOOST_TEST((a.modulus_lower <= b.modulus_upper && b.modulus_lower <= a.modulus_upper));
    }
  }
}

BOOST_AUTO_TEST_CASE(verdicts_against_a_number_and_the_claim) {
  const Instance instance = instance_for(1, "x0^2", "2");
  const Target target = make_target(instance);
  const LayeredNetwork network = interpolant_of_squares(1, 4); // its error is 1/16/sqrt(30) = 0.011410...
  const auto status_of = [&](const mpq_class &at_most) {
    LayersOptions options;
    options.at_most = at_most;
    return certify_layers(instance, target, network, "test", options).verdict();
  };
  BOOST_TEST((status_of(mpq_class(12, 1000)) == Status::Certified));
  BOOST_TEST((status_of(mpq_class(11, 1000)) == Status::Refuted));
  LayersOptions options;
  options.at_most = mpq_class("11411/1000000"); // nearer than one box with three kinks can tell
  options.effort.boxes = 1;
  BOOST_TEST((certify_layers(instance, target, network, "test", options).verdict() == Status::Undecided));
  const LayersCertificate claim = certify_layers(instance, target, network, "test", {});
  BOOST_TEST((claim.verdict() == Status::Certified));
  // A network that is far off is refuted: 10 is never within 3 omega(x^2, 1/2) of x^2.
  LayeredNetwork far = network;
  far.units.back().bias = 10;
  BOOST_TEST((certify_layers(instance, target, far, "test", {}).verdict() == Status::Refuted));
}

// On a piece the error is h^2 s (1 - s), at most h^2/4 in each coordinate.
BOOST_AUTO_TEST_CASE(suprema) {
  const UpwardScope upward;
  prepare_mpfr_thread();
  for (const std::size_t d : {1, 2}) {
    const Instance instance = instance_for(d, d == 1 ? "x0^2" : "x0^2 + x1^2", "2");
    const Target target = make_target(instance);
    const LayeredNetwork network = interpolant_of_squares(d, 4);
    const LayerErrors errors(target, instance.p, network, 0, "test");
    check_holds(errors.supremum({0.01, 1 << 14}), static_cast<double>(d) / 64.0, 0.01,
                fmt::format("supremum, d = {}", d));
  }
  // Of log(x) there is none, of a jump the larger side counts.
  const Instance pole = instance_for(1, "log(x0)", "2");
  const Target target = make_target(pole);
  const LayerError unbounded =
      LayerErrors(target, pole.p, interpolant_of_squares(1, 2), 0, "test").supremum({0.01, 1 << 10});
  BOOST_TEST(std::isinf(unbounded.upper));
  BOOST_TEST(unbounded.lower > 1.0);
  LayeredNetwork zero = interpolant_of_squares(1, 1);
  zero.terms.back().weight = 0;
  const Instance jump = instance_for(1, "if(x0 < 1/3, 2, 1)", "2");
  const Target step = make_target(jump);
  check_holds(LayerErrors(step, jump.p, zero, 0, "test").supremum({0.01, 1 << 10}), 2, 0.01, "a jump");
}

// A network of 2 coordinates and 3 levels, read as if others had made it, beside its own certificate.
BOOST_AUTO_TEST_CASE(the_construction_in_two_coordinates) {
  const Instance instance = instance_for(2, "sin(2*pi*x0)*x1 + abs(x0 - 1/3)", "2", 2);
  const Target target = make_target(instance);
  const Network network = assemble_network(build_parameters(instance, target));
  CertifyOptions of_construction;
  of_construction.tolerance = 0.05;
  const Certificate by_structure = certify(instance, target, network, "test", of_construction);
  LayersOptions options;
  options.effort.tolerance = 1;
  options.effort.ends_at_verdicts = true;
  const LayersCertificate by_layers = certify_layers(instance, target, layers_of(network), "test", options);
  BOOST_TEST_REQUIRE(by_layers.readouts.size() == by_structure.levels.size());
  for (std::size_t i = 0; i < by_layers.readouts.size(); ++i) {
    const LevelCertificate &a = by_structure.levels[i];
    const LevelCertificate &b = by_layers.readouts[i].level;
    BOOST_TEST((b.status == Status::Certified));
    BOOST_TEST((a.error_lower <= b.error_upper && b.error_lower <= a.error_upper),
               "[" << a.error_lower << ", " << a.error_upper << "] and [" << b.error_lower << ", "
                   << b.error_upper << "]");
  }
}

// With weights of thousands of bits a box takes long. The run ends all the same, and says what it ended at.
BOOST_AUTO_TEST_CASE(deep_constructions_end_in_bounded_time) {
  const Instance instance = instance_for(2, "sin(2*pi*x0)*x1 + abs(x0 - 1/3)", "2", 5);
  const Target target = make_target(instance);
  LayeredNetwork network = layers_of(assemble_network(build_parameters(instance, target)));
  network.readouts = {network.readouts.back()};
  const UpwardScope upward;
  prepare_mpfr_thread();
  const LayerErrors errors(target, instance.p, network, 0, "test");
  BOOST_TEST_REQUIRE(errors.is_precise());
  BOOST_TEST(errors.affordable_boxes() < std::size_t{1} << 14);
}

BOOST_AUTO_TEST_CASE(targets_without_values_are_refused) {
  const Instance instance = instance_for(1, "sqrt(x0 - 1/2)", "2");
  BOOST_CHECK_THROW(certify_layers(instance, make_target(instance), interpolant_of_squares(1, 2), "test", {}),
                    InputError);
}

BOOST_AUTO_TEST_CASE(the_number_of_inputs_is_looked_at) {
  const Instance instance = instance_for(1, "x0^2", "2");
  BOOST_CHECK_THROW(certify_layers(instance, make_target(instance), interpolant_of_squares(2, 2), "test", {}),
                    InputError);
}
