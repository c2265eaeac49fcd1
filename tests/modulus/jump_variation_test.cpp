#define BOOST_TEST_MODULE jump_variation
#include <boost/test/unit_test.hpp>

#include "certify/support.hpp"
#include "common/bound_scope.hpp"
#include "integrate/jump_bounders.hpp"
#include "modulus/jump_variation.hpp"
#include "modulus/modulus.hpp"

using namespace layercert;
using namespace layercert::test;

namespace {

using Shift = std::vector<double>;

std::vector<Interval> intervals(const Shift &k) {
  std::vector<Interval> result;
  for (const double x : k) {
    result.emplace_back(x);
  }
  return result;
}

JumpVariation variation_of(const char *text, std::size_t d, const Exponent &p, std::size_t boxes) {
  return JumpVariation(parse_expression(text, d), d, p, 0.125, {0.002, boxes});
}

// Of || f(. + h) - f ||_p.
Interval norm_of_difference(const Expression &f, const Exponent &p, const Shift &h) {
  const IntegralResult found = integrate_by(BoxList(static_cast<int>(h.size()), domain_of_shift(h, 64)),
                                            jump_difference_bounder(p, f, h), kModelBatch, {0.01, 8192});
  return p.root(Interval(found.lower, found.upper));
}

struct Text {
  std::size_t d;
  const char *text;
};
constexpr Text kTexts[] = {
    {1, "step(x - 1/3)"},
    {1, "if(x < 0.4, sin(5*x), 1 + x^2)"},
    {1, "floor(7*x)"},
    {1, "step(x - 0.4) + step(x - 0.43)"},
    {1, "(x == 1/3) + step(x - 0.6)"},
    {1, "3*abs(sign(max(x - 1/2, 0)))"},
    {2, "(x-1/2)^2 + (y-1/2)^2 <= 1/9"},
    {2, "if(x*y < 0.2, x - y, exp(x)*y)"},
    {2, "sign(x + 2*y - 1.3)"},
    {2, "floor(3*x + y)*x"},
    {2, "if((x-1/2)^2 + (y-1/2)^2 > 1/16, step(x - y), 2)"},
    {2, "(x < 0.7)*(y >= 0.3)"},
    {2, "step(sin(9*x) - 2*y + 1)"},
    {3, "step(x^2 + y^2 + z^2 - 0.8)"},
};

} // namespace

// Inequality (1), with random shifts that go on in the same directions.
BOOST_AUTO_TEST_CASE(growth_bounds_what_a_longer_shift_adds) {
  const BoundScope scope;
  std::mt19937_64 random(9);
  double excess = 0;
  int count = 0;
  for (const auto &[d, text] : kTexts) {
    const Expression f = parse_expression(text, d);
    for (const mpq_class &power : {mpq_class(1), mpq_class(3, 2), mpq_class(2)}) {
      const Exponent p(power);
      const JumpVariation variation = variation_of(text, d, p, 2048);
      for (int i = 0; i < 4; ++i) {
        Shift v;
        Shift k;
        for (std::size_t j = 0; j < d; ++j) {
          const double sign = random() % 2 == 0 ? 1 : -1;
          v.push_back(i == 0 ? 0 : sign * std::ldexp(static_cast<double>(random() % 1024), -14));
          k.push_back(sign * std::ldexp(static_cast<double>(random() % 1024), -14));
        }
        Shift h = v;
        for (std::size_t j = 0; j < h.size(); ++j) {
          h[j] += k[j];
        }
        const double before = i == 0 ? 0 : norm_of_difference(f, p, v).upper();
        const Interval after = norm_of_difference(f, p, h);
        const JumpVariation::Growth growth = variation.growth(intervals(k));
        const double bound =
            add_up(p.power(Interval(add_up(before, growth.smooth_upper))).upper(), growth.jumps_upper);
        BOOST_TEST(bound >= p.power(after).lower(), text << ", p = " << power << ": " << shown(v) << " and "
                                                         << shown(k) << ": " << bound << " < "
                                                         << p.power(after).lower());
        excess += bound / p.power(after).upper() - 1;
        ++count;
      }
    }
  }
  BOOST_TEST(excess < count); // on average, it is no wild bound
}

// The integral of |n . k| over a circle of radius r is 4 r |k|; a jump of 1 counts 1 for every p.
BOOST_AUTO_TEST_CASE(variation_of_a_disk) {
  const BoundScope scope;
  for (const mpq_class &power : {mpq_class(1), mpq_class(3, 2), mpq_class(2)}) {
    const Exponent p(power);
    const JumpVariation variation = variation_of("(x-1/2)^2 + (y-1/2)^2 <= 1/9", 2, p, 16384);
    for (const Shift &k :
         {Shift{0.125, 0}, Shift{0, -0.125}, Shift{0.0625, 0.0625}, Shift{0.03125, -0.125}}) {
      const JumpVariation::Growth growth = variation.growth(intervals(k));
      const double expected = 4 * std::hypot(k[0], k[1]) / 3;
      BOOST_TEST(growth.smooth_upper == 0);
      BOOST_TEST((growth.jumps_upper >= expected && growth.jumps_upper <= 1.01 * expected),
                 shown(k) << growth.jumps_upper << expected);
    }
    BOOST_TEST(variation.constant_upper() == 0);
  }
}

// phi(1) = 2^p - 1 for two jumps of 1 with an oscillation of 2, but 1 where they are too far apart for one
// shift; slopes of 3.
BOOST_AUTO_TEST_CASE(heights_and_slopes) {
  const BoundScope scope;
  const Exponent p(2);
  const auto jumps_of = [&](const char *text) {
    const JumpVariation::Growth growth = variation_of(text, 1, p, 4096).growth(intervals({0.125}));
    BOOST_TEST(growth.smooth_upper == 0);
    return growth.jumps_upper;
  };
  const double together = jumps_of("step(x - 0.4) + step(x - 0.45)");
  BOOST_TEST((together >= 0.75 && together < 0.751));
  const double apart = jumps_of("floor(3*x)"); // and a third at the border, which no shift crosses
  BOOST_TEST((apart >= 0.25 && apart < 0.252));
  const JumpVariation::Growth slopes = variation_of("3*x", 1, p, 4096).growth(intervals({0.125}));
  BOOST_TEST(slopes.jumps_upper == 0);
  BOOST_TEST((slopes.smooth_upper >= 0.375 && slopes.smooth_upper < 0.3751));
}

BOOST_AUTO_TEST_CASE(unbounded_functions_have_no_bound) {
  const BoundScope scope;
  const Exponent p(1);
  const JumpVariation variation = variation_of("1/(x - 1/3) + step(x - 1/2)", 1, p, 256);
  BOOST_TEST(std::isinf(variation.constant_upper()));
}
