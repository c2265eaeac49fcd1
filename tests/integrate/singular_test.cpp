// Unbounded targets: integrals, errors of projections and ramps against closed forms; what is not in L^p is
// never certified.
#define BOOST_TEST_MODULE singular
#include <boost/test/unit_test.hpp>

#include "certify/support.hpp"
#include "common/bound_scope.hpp"
#include "integrate/cells.hpp"
#include "integrate/ramps.hpp"
#include "integrate/singular_models.hpp"
#include "layercert/numeric/rounding_scope.hpp"

using namespace layercert;
using namespace layercert::test;

namespace {

Interval outward(const MpfrInterval &x) { return {double_lower(x), double_upper(x)}; }

MpfrInterval gamma_of(const mpq_class &x) {
  MpfrNumber down = MpfrNumber::with_precision(kPrecision);
  MpfrNumber up = MpfrNumber::with_precision(kPrecision);
  mpfr_gamma(down.get(), real(x).lower().get(),
             MPFR_RNDD); // all x here are dyadic and above the minimum of gamma
  mpfr_gamma(up.get(), real(x).upper().get(), MPFR_RNDU);
  return {down, up};
}

MpfrInterval log_of(const MpfrInterval &x) {
  bool undefined = false;
  return log_range(x, undefined);
}

// The integral of |x - 1/3|^-e from a to b.
MpfrInterval pole_integral(const mpq_class &a, const mpq_class &b, const mpq_class &e) {
  const auto primitive = [&](const mpq_class &x) {
    const MpfrInterval y = power(real(abs(mpq_class(x - mpq_class(1, 3)))), mpq_class(1 - e)) / real(1 - e);
    return x < mpq_class(1, 3) ? -y : y;
  };
  return primitive(b) - primitive(a);
}

Certificate certified_of(const Instance &instance) {
  const Target target = make_target(instance);
  CertifyOptions options;
  options.boxes = 1 << 12;
  return certify(instance, target, built_network(instance, target), "test", options);
}

} // namespace

BOOST_AUTO_TEST_CASE(known_integrals) {
  const BoundScope scope;
  const MpfrInterval sqrt_2 = power(real(2), mpq_class(1, 2));
  const MpfrInterval mean = pole_integral(0, 1, mpq_class(1, 4));
  struct Known {
    std::size_t d;
    const char *text;
    mpq_class p;
    Interval constant;
    MpfrInterval integral;
    double gap; // that is reached
  };
  for (const Known &k : {
           Known{1, "x^(-1/4)", 2, Interval(0.0), real(2), 1e-3},
           Known{1, "x^(-1/4)", mpq_class(39, 10), Interval(0.0), real(40), 1e-2},
           Known{1, "abs(x-1/3)^(-1/4)", 2, Interval(0.0), pole_integral(0, 1, mpq_class(1, 2)), 1e-3},
           Known{1, "abs(x-1/3)^(-1/4)", 2, outward(mean), pole_integral(0, 1, mpq_class(1, 2)) - mean * mean,
                 2e-3},
           Known{1, "log(x)", 1, Interval(0.0), real(1), 1e-3},
           Known{1, "log(x)", 2, Interval(0.0), real(2), 1e-3},
           Known{1, "log(x)", mpq_class(5, 2), Interval(0.0), gamma_of(mpq_class(7, 2)), 1e-3},
           Known{1, "log(x)", 7, Interval(0.0), gamma_of(8), 1e-3},
           Known{1, "1 + log(x)", 2, Interval(0.0), real(1), 2e-3},
           Known{2, "1/(x+y)", 1, Interval(0.0), real(2) * log_of(real(2)), 1e-2},
           Known{2, "1/sqrt(x+y)", 2, Interval(0.0), real(2) * log_of(real(2)), 1e-2},
           Known{2, "(x^2+y^2)^(-1/4)", 2, Interval(0.0), real(2) * log_of(real(1) + sqrt_2), 1e-2},
           Known{2, "x^(-1/4)*(1-y)^(-1/4)", 2, Interval(0.0), real(4), 2e-1},
           Known{2, "log(abs(x-y))", 1, Interval(0.0), real(mpq_class(3, 2)), 5e-2},
           Known{3, "1/sqrt(x+y+z)", 2, Interval(0.0),
                 real(mpq_class(9, 2)) * log_of(real(3)) - real(6) * log_of(real(2)), 1e-1},
       }) {
    BOOST_TEST_CONTEXT(k.text << ", p = " << k.p) {
      const Expression f = parse_expression(k.text, k.d);
      const Exponent p(k.p);
      const IntegralResult result = integrate(
          p, k.d, {unit_cube(k.d)},
          singular_function_modeller(p, f, k.d, [&](const Box &) { return k.constant; }), {k.gap, 1 << 14});
      BOOST_TEST(contains(Interval(result.lower, result.upper), k.integral),
                 "[" << result.lower << ", " << result.upper << "] without " << nearest(k.integral));
      BOOST_TEST(result.upper - result.lower <= k.gap * result.upper);
    }
  }
}

// A plane of poles in four dimensions: boxes are halved across it only.
BOOST_AUTO_TEST_CASE(planes_of_poles_in_many_dimensions) {
  const BoundScope scope;
  const Expression f = parse_expression("abs(x0-1/3)^(-1/4) - x1/8", 4);
  const Exponent p(1);
  const IntegralResult result = integrate(
      p, 4, {unit_cube(4)}, singular_function_modeller(p, f, 4, [](const Box &) { return Interval(0.0); }),
      {1e-2, 1 << 9});
  BOOST_TEST(contains(Interval(result.lower, result.upper),
                      pole_integral(0, 1, mpq_class(1, 4)) - real(mpq_class(1, 16))));
  BOOST_TEST(result.upper - result.lower <= 1e-2 * result.upper);
}

// || f - P_l f ||_2, P_l f given by the cells' exact means.
BOOST_AUTO_TEST_CASE(error_of_the_projection) {
  const BoundScope scope;
  const Expression f = parse_expression("abs(x-1/3)^(-1/4)", 1);
  const Exponent p(2);
  for (const int cells : {1, 2, 3, 8, 27}) {
    std::vector<Box> boxes;
    std::vector<Interval> means;
    MpfrInterval exact = real(0);
    for (int k = 0; k < cells; ++k) {
      const mpq_class from(k, cells);
      const mpq_class to(k + 1, cells);
      const MpfrInterval integral = pole_integral(from, to, mpq_class(1, 4));
      exact += pole_integral(from, to, mpq_class(1, 2)) - integral * integral * real(cells);
      means.push_back(outward(integral * real(cells)));
      Box box;
      box.lower[0] = enclosure(from).lower();
      box.upper[0] = enclosure(to).upper();
      box.cell = static_cast<std::uint64_t>(k);
      boxes.push_back(box);
    }
    const IntegralResult result = integrate(
        p, 1, boxes, singular_function_modeller(p, f, 1, [&](const Box &box) { return means[box.cell]; }),
        {1e-3, 1 << 12});
    BOOST_TEST(at_least(result.upper, exact), cells << " cells");
    BOOST_TEST(result.upper <= 1.002 * nearest(exact), cells << " cells");
    BOOST_TEST(result.lower >= 0.998 * nearest(exact), cells << " cells");
  }
}

// || f(. + 1/4) - f ||_2^2 for f = x^(-1/4) on [0, 3/4]:
// int f^2 + int f(. + 1/4)^2 - 2 int (x (x + 1/4))^(-1/4), the last one by substitution and quadrature to 10
// digits.
BOOST_AUTO_TEST_CASE(difference_of_a_shift) {
  const BoundScope scope;
  const Expression f = parse_expression("x^(-1/4)", 1);
  const Exponent p(2);
  Box box;
  box.upper[0] = 0.75;
  const IntegralResult result =
      integrate(p, 1, {box}, singular_difference_modeller(p, f, {0.25}), {1e-3, 1 << 12});
  // x = u^4: int_0^(3/4) (x (x + 1/4))^(-1/4) dx = int_0^((3/4)^(1/4)) 4 u^2 (u^4 + 1/4)^(-1/4) du, smooth;
  // Simpson.
  const NearestScope nearest_scope;
  const double end = std::pow(0.75, 0.25);
  constexpr int kPanels = 2000;
  double simpson = 0;
  for (int i = 0; i <= kPanels; ++i) {
    const double u = end * i / kPanels;
    const double weight = i == 0 || i == kPanels ? 1 : i % 2 == 1 ? 4 : 2;
    simpson += weight * 4 * u * u * std::pow(std::pow(u, 4) + 0.25, -0.25);
  }
  simpson *= end / kPanels / 3;
  const double exact = 2 * std::sqrt(0.75) + 2 * (1 - 0.5) - 2 * simpson;
  BOOST_TEST(result.upper >= exact * (1 - 1e-9));
  BOOST_TEST(result.lower <= exact * (1 + 1e-9));
  BOOST_TEST(result.upper - result.lower <= 1e-3 * result.upper);
}

// The integral of x^(-1/2) over [0, 2^-n] is 2^(1 - n/2); Hoelder's bound of it has to be above and to fall.
BOOST_AUTO_TEST_CASE(sets_of_small_measure) {
  const BoundScope scope;
  const Expression f = parse_expression("x^(-1/4)", 1);
  const mpq_class p(2);
  const TailNorm tail = tail_norm(p, f, 1, Interval(0.0));
  BOOST_TEST(tail.s == mpq_class(3, 2)); // f is in L^3, but not in L^4
  BOOST_TEST(tail.norm_upper >= std::pow(4.0, 1 / 3.0) * (1 - 1e-12));
  BOOST_TEST(tail.norm_upper <= 1.7);
  double former = std::numeric_limits<double>::infinity();
  for (const int n : {0, 1, 10, 100, 2000}) {
    const double bound = small_set_upper(Exponent(p), tail, 0, 1, n);
    BOOST_TEST(bound >= std::ldexp(2.0, -n / 2));
    BOOST_TEST(bound <= 3 * std::pow(2.0, -n / 3.0));
    BOOST_TEST(bound < former);
    BOOST_TEST(small_set_upper(Exponent(p), tail, 5, 1, n) >= std::ldexp(25.0, -n));
    former = bound;
  }
  BOOST_TEST(std::isinf(small_set_upper(Exponent(p), {}, 0, 1, 100)));
  BOOST_TEST(std::isinf(tail_norm(p, parse_expression("x^(-1/2)", 1), 1, Interval(0.0)).norm_upper));
}

BOOST_AUTO_TEST_CASE(the_theorem_is_certified_for_unbounded_targets) {
  struct Sample {
    std::size_t d;
    const char *text;
    int N;
    int depth;
    mpq_class p;
  };
  for (const Sample &s : {Sample{1, "abs(x-1/3)^(-1/4)", 2, 4, 2}, Sample{1, "abs(x-1/2)^(-1/4)", 3, 3, 2},
                          Sample{1, "log(x)", 2, 3, 3}, Sample{1, "step(x-1/3)/sqrt(abs(x-1/3))", 2, 3, 1},
                          Sample{2, "1/sqrt(x+y)", 2, 2, 2}, Sample{2, "log(abs(x-y))", 2, 2, 1},
                          Sample{2, "x/sqrt(x^2+y^2)^(3/2)", 3, 1, 1}}) {
    const Instance instance = make_instance(s.d, s.text, s.N, s.depth, s.p);
    const Certificate certificate = certified_of(instance);
    for (const LevelCertificate &level : certificate.levels) {
      BOOST_TEST_CONTEXT(s.text << ", level " << level.level) {
        BOOST_TEST(name_of(level.status) == "certified");
        BOOST_TEST(level.error_lower <= level.error_upper);
        BOOST_TEST(level.modulus_lower <= level.modulus_upper);
        BOOST_TEST(std::isfinite(level.modulus_upper));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_error_of_a_network_of_an_unbounded_target) {
  // Level 1 of a network built for 0: || x^(-1/4) ||_2 = sqrt 2 in any case.
  const Instance zero = make_instance(1, "0", 2, 1, 2);
  const Network network = built_network(zero, make_target(zero));
  const Instance instance = make_instance(1, "x^(-1/4)", 2, 1, 2);
  const Certificate certificate = certify(instance, make_target(instance), network, "test");
  // With the network's own short ramps, whose share is bounded, not known to be small.
  BOOST_TEST(certificate.levels[0].error_upper >= std::sqrt(2.0));
  BOOST_TEST(certificate.levels[0].error_upper <= 1.45);
  BOOST_TEST(certificate.levels[0].error_lower <= std::sqrt(2.0));
  BOOST_TEST(certificate.levels[0].error_lower >= 1.38);
}

BOOST_AUTO_TEST_CASE(what_is_not_in_lp_is_said) {
  struct Sample {
    std::size_t d;
    const char *text;
    mpq_class p;
    bool proven;
  };
  for (const Sample &s :
       {Sample{1, "x^(-1/2)", 2, true}, Sample{1, "1/x", 1, true}, Sample{1, "abs(x-1/3)^(-1/2)", 2, true},
        Sample{1, "1/sqrt(x) + log(x) + 5", 2, true}, Sample{2, "1/(x+y)", 2, true},
        Sample{2, "1/abs(x-y)", 1, true}, Sample{1, "floor(1/x) - 1/x", 1, false},
        Sample{1, "exp(1/(x+1/10)^2/20)/x^2", 1, true}}) {
    const Certificate certificate = certified_of(make_instance(s.d, s.text, 2, 2, s.p));
    for (const LevelCertificate &level : certificate.levels) {
      BOOST_TEST_CONTEXT(s.text << ", level " << level.level) {
        BOOST_TEST(name_of(level.status) == "undecided");
        BOOST_TEST(std::isinf(level.error_upper));
        BOOST_TEST(level.reason.starts_with("f is not in L^p: ") == s.proven, level.reason);
        BOOST_TEST(!level.reason.empty());
      }
    }
  }
}
