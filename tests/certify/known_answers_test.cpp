// Whole certificates against answers known in closed form, by direct integration: the modulus of continuity
// omega_p(f, t), t = N^-l, and the error || f - P_l f ||_p of the cell means, near which the network's error
// must be (and which it cannot beat for p = 2).
//
// The first is the example after which the rest is made: f(x) = x has || f - P_l f ||_2 = t/sqrt(12) and
// omega_2(f, t) = t sqrt(1 - t) for t <= 2/3, so the ratio of the projection is 1/sqrt(12 (1 - t)).
#define BOOST_TEST_MODULE known_answers
#include <boost/test/unit_test.hpp>

#include "support.hpp"

#include <cmath>
#include <numbers>

using namespace layercert;
using namespace layercert::test;

namespace {

using std::numbers::pi;

struct Known {
  std::size_t d;
  const char *text;
  int N;
  int depth;
  mpq_class p;
  ShiftNorm norm;
  double (*modulus)(double t, double p);
  double (*error)(double t, double p); // of the cell means; null where it is not known in closed form
};

// E |U|^p^(1/p) for U uniform on [-t/2, t/2].
double uniform(double t, double p) { return t / 2 * std::pow(1 / (p + 1), 1 / p); }

const Known kKnown[] = {
    // h (1 - h)^(1/p), growing up to h = p/(p+1)
    {1, "x", 2, 4, 2, ShiftNorm::Euclidean, [](double t, double) { return t * std::sqrt(1 - t); },
     [](double t, double) { return t / std::sqrt(12); }},
    {1, "x", 3, 3, 1, ShiftNorm::Euclidean, [](double t, double) { return t * (1 - t); }, uniform},
    {1, "1 - 3*x", 2, 3, 4, ShiftNorm::Euclidean,
     [](double t, double) { return 3 * t * std::pow(1 - t, 0.25); },
     [](double t, double p) { return 3 * uniform(t, p); }},
    {1, "x", 2, 3, mpq_class(7, 2), ShiftNorm::Euclidean,
     [](double t, double p) { return t * std::pow(1 - t, 1 / p); }, uniform},
    // A step moves a set of measure h; the cell that holds it has the mean 1/2.
    {1, "step(x - 1/2)", 3, 3, 1, ShiftNorm::Euclidean, [](double t, double) { return t; },
     [](double t, double) { return t / 2; }},
    {1, "step(x - 1/2)", 3, 3, 2, ShiftNorm::Euclidean, [](double t, double) { return std::sqrt(t); },
     [](double t, double) { return std::sqrt(t) / 2; }},
    {1, "step(x - 1/2)", 3, 3, mpq_class(7, 2), ShiftNorm::Euclidean,
     [](double t, double p) { return std::pow(t, 1 / p); },
     [](double t, double p) { return std::pow(t, 1 / p) / 2; }},
    // h^2 (1 - h) less 2/3 h^3 for the part whose ends lie on both sides of the kink; growing up to h = 2/5
    {1, "abs(x - 1/2)", 4, 2, 2, ShiftNorm::Euclidean,
     [](double t, double) { return t * std::sqrt(1 - 5 * t / 3); },
     [](double t, double) { return t / std::sqrt(12); }},
    // integral of 2 x h + h^2, and of its square
    {1, "x^2", 2, 4, 1, ShiftNorm::Euclidean, [](double t, double) { return t * (1 - t); }, nullptr},
    {1, "x^2", 2, 4, 2, ShiftNorm::Euclidean,
     [](double t, double) { return t * std::sqrt((std::pow(2 - t, 3) - t * t * t) / 6); }, nullptr},
    // 4 sin^2(pi h) int_0^(1-h) cos^2(2 pi x + pi h) dx; means by sinc
    {1, "sin(2*pi*x)", 4, 3, 2, ShiftNorm::Euclidean,
     [](double t, double) {
       return 2 * std::sin(pi * t) * std::sqrt((1 - t) / 2 - std::sin(2 * pi * t) / (4 * pi));
     },
     [](double t, double) {
       const double sinc = std::sin(pi * t) / (pi * t);
       return std::sqrt((1 - sinc * sinc) / 2);
     }},
    // Two dimensions: (h_1 + h_2) ((1 - h_1)(1 - h_2))^(1/p), largest on the diagonal
    {2, "x + y", 2, 3, 2, ShiftNorm::Euclidean,
     [](double t, double) { return std::sqrt(2) * t * (1 - t / std::sqrt(2)); },
     [](double t, double) { return t / std::sqrt(6); }},
    {2, "x + y", 4, 2, 1, ShiftNorm::Max, [](double t, double) { return 2 * t * (1 - t) * (1 - t); },
     [](double t, double) { return t / 3; }},
    {2, "2*x - y", 4, 2, 2, ShiftNorm::One, [](double t, double) { return 2 * t * std::sqrt(1 - t); },
     [](double t, double) { return t * std::sqrt(5.0 / 12); }},
    {2, "step(x - 1/2)", 3, 2, 2, ShiftNorm::Euclidean, [](double t, double) { return std::sqrt(t); },
     [](double t, double) { return std::sqrt(t) / 2; }},
};

} // namespace

BOOST_AUTO_TEST_CASE(enclosures_contain_them_and_are_within_tolerance) {
  constexpr double kTolerance = 0.01;
  for (const Known &known : kKnown) {
    const Instance instance = make_instance(known.d, known.text, known.N, known.depth, known.p, known.norm);
    const Target target = make_target(instance);
    CertifyOptions options;
    options.tolerance = kTolerance;
    const Certificate certificate =
        certify(instance, target, built_network(instance, target), "test", options);
    BOOST_TEST(certificate.all_certified());
    for (const LevelCertificate &level : certificate.levels) {
      const double t = std::pow(known.N, -level.level);
      const double p = known.p.get_d();
      const double modulus = known.modulus(t, p);
      BOOST_TEST_CONTEXT(known.text << ", p = " << known.p << ", level " << level.level << ": modulus "
                                    << modulus << " in [" << level.modulus_lower << ", "
                                    << level.modulus_upper << "], error in [" << level.error_lower << ", "
                                    << level.error_upper << ']') {
        BOOST_TEST(level.modulus_lower <= modulus * (1 + 1e-14));
        BOOST_TEST(level.modulus_upper >= modulus * (1 - 1e-14));
        BOOST_TEST(relative_width(level.modulus_lower, level.modulus_upper) <= kTolerance);
        BOOST_TEST(relative_width(level.error_lower, level.error_upper) <= kTolerance);
        if (known.error != nullptr) {
          const double error = known.error(t, p);
          BOOST_TEST(level.error_upper >= 0.99 * error);
          BOOST_TEST(level.error_lower <= 1.2 * error); // the decoder is not exact, nor need it be
          if (known.p == 2) {
            BOOST_TEST(level.error_upper >= error * (1 - 1e-14)); // the means are the best constants
          }
          BOOST_TEST(level.projection_upper >= error); // 2^(1/p) d omega_p
          BOOST_TEST(level.ratio_upper >= 0.99 * error / modulus);
          BOOST_TEST(level.ratio_lower <= 1.2 * error / modulus);
        }
      }
    }
  }
}

// The first level of f(x) = x whose error is within 1/100 is the fifth: 2^-5 / sqrt(12) = 0.00902, before it
// 0.018.
BOOST_AUTO_TEST_CASE(accuracy_stops_at_the_first_level) {
  const Instance instance = make_instance(1, "x", 2, 7, 2);
  const Target target = make_target(instance);
  CertifyOptions options;
  options.accuracy = mpq_class(1, 100);
  const Certificate certificate = certify(instance, target, built_network(instance, target), "test", options);
  BOOST_REQUIRE(certificate.accuracy);
  BOOST_TEST(certificate.accuracy->level == 5);
  BOOST_TEST(certificate.accuracy->smallest_proved);
  BOOST_TEST(certificate.levels.size() == 5U);
  options.accuracy = mpq_class(1, 1000000);
  const Certificate none = certify(instance, target, built_network(instance, target), "test", options);
  BOOST_TEST(none.accuracy->level == 0);
  BOOST_TEST(none.levels.size() == 7U);
}

// The prefix's network is certified by itself, and stands in the longer one weight for weight.
BOOST_AUTO_TEST_CASE(prefixes_are_networks) {
  const Instance instance = make_instance(2, "x*y", 3, 3, 2);
  const Target target = make_target(instance);
  const NetworkParameters parameters = build_parameters(instance, target);
  const Network whole = assemble_network(parameters);
  const Certificate all = certify(instance, target, whole, "test");
  for (int depth = 1; depth <= 3; ++depth) {
    const Network prefix = assemble_network(prefix_of(parameters, depth));
    BOOST_TEST(prefix.hidden.size() == static_cast<std::size_t>(depth) + 2);
    BOOST_TEST(is_prefix(prefix, whole));
    Instance shorter = instance;
    shorter.depth = depth;
    const Certificate part = certify(shorter, target, prefix, "test");
    for (std::size_t l = 0; l < part.levels.size(); ++l) {
      BOOST_TEST(part.levels[l].error_lower <= all.levels[l].error_upper);
      BOOST_TEST(part.levels[l].error_upper >= all.levels[l].error_lower);
    }
  }
}

// What is known of one level bounds the others: omega_p(f, t/N) <= omega_p(f, t) <= N omega_p(f, t/N).
BOOST_AUTO_TEST_CASE(moduli_of_the_levels_agree) {
  for (const char *text : {"abs(x-1/3)^(-1/4)", "sin(9*x)", "step(x-1/3)", "takagi(x)"}) {
    const Instance instance = make_instance(1, text, 2, 4, 2);
    const Target target = make_target(instance);
    CertifyOptions options;
    options.boxes = 1 << 12;
    const Certificate certificate =
        certify(instance, target, built_network(instance, target), "test", options);
    for (std::size_t l = 1; l < certificate.levels.size(); ++l) {
      const LevelCertificate &coarse = certificate.levels[l - 1];
      const LevelCertificate &fine = certificate.levels[l];
      BOOST_TEST(coarse.modulus_lower >= fine.modulus_lower);
      BOOST_TEST(fine.modulus_upper <= coarse.modulus_upper);
      BOOST_TEST(coarse.modulus_upper <= 2 * fine.modulus_upper * (1 + 1e-14));
      BOOST_TEST(fine.modulus_lower <= fine.modulus_upper);
    }
  }
}

BOOST_AUTO_TEST_CASE(hypotheses_are_verified_or_assumed) {
  struct Case {
    const char *text;
    mpq_class lambda, alpha;
    bool verified;
  };
  for (const Case &c : {Case{"sqrt(abs(x-1/3))", 1, mpq_class(1, 2), true}, Case{"sin(3*x)", 3, 1, true},
                        Case{"sin(3*x)", mpq_class(29, 10), 1, false}, Case{"step(x-1/3)", 5, 1, false}}) {
    Instance instance = make_instance(1, c.text, 2, 2, 2);
    instance.hoelder = HoelderClaim{c.lambda, c.alpha};
    const Target target = make_target(instance);
    const Certificate certificate = certify(instance, target, built_network(instance, target), "test");
    BOOST_TEST_CONTEXT(c.text << ", " << c.lambda) {
      BOOST_REQUIRE(certificate.hoelder);
      BOOST_TEST(certificate.hoelder->verified == c.verified);
      BOOST_TEST(certificate.hoelder->declared);
    }
  }
  // Found without being told.
  for (const auto &[text, lipschitz] : {std::pair("abs(x-1/3)", true), std::pair("2*x", false)}) {
    const Instance instance = make_instance(1, text, 2, 2, 2);
    const Target target = make_target(instance);
    const Certificate certificate = certify(instance, target, built_network(instance, target), "test");
    BOOST_TEST(certificate.hoelder.has_value() == lipschitz);
  }
}
