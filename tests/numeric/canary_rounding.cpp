// Fails where the compiler, its flags or a library break directed rounding. Built at -O0 and at -O3, with the
// numeric sources. Everything is compared with MPFR at 53 bits, which rounds in integers and is indifferent
// to the FPU's mode.
#define BOOST_TEST_MODULE canary_rounding
#include <boost/test/unit_test.hpp>

#include "layercert/numeric/interval.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/reference.hpp"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

#include <array>
#include <atomic>
#include <cfenv>
#include <cfloat>
#include <cmath>
#include <cstdlib>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace layercert;
using namespace layercert::test;

namespace {

using Operation = int (*)(mpfr_ptr, mpfr_srcptr, mpfr_srcptr, mpfr_rnd_t);

double rounded(Operation operation, double a, double b, mpfr_rnd_t rnd) {
  Real x(a, 53);
  Real y(b, 53);
  Real z(53);
  operation(z, x, y, rnd);
  return mpfr_get_d(z, rnd);
}
double rounded_sqrt(double a, mpfr_rnd_t rnd) {
  Real x(a, 53);
  mpfr_sqrt(x, x, rnd);
  return mpfr_get_d(x, rnd);
}

constexpr double kThirdDown = 0x1.5555555555555p-2;
constexpr double kThirdUp = 0x1.5555555555556p-2;

// Operands that the compiler sees, in functions that it may inline anywhere: hence no attributes.
double quotient_up(double a, double b) {
  const UpwardScope upward;
  return div_up(a, b);
}
double quotient_down(double a, double b) {
  const UpwardScope upward;
  return div_down(a, b);
}
double used_after(double a, double b, bool used) {
  double q = 0;
  {
    const UpwardScope upward;
    q = div_up(a, b);
  }
  return used ? q : 0;
}

struct Sample {
  std::vector<double> a, b;
};
Sample random_sample(std::size_t size) {
  Draw draw(1);
  Sample sample;
  for (std::size_t i = 0; i < size; ++i) {
    sample.a.push_back(draw.sized(-30, 30));
    sample.b.push_back(draw.sized(-30, 30));
  }
  return sample;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_third_has_two_bounds) {
  BOOST_TEST(quotient_down(1.0, 3.0) == kThirdDown);
  BOOST_TEST(quotient_up(1.0, 3.0) == kThirdUp);
  BOOST_TEST(quotient_down(-1.0, 3.0) == -kThirdUp);
  BOOST_TEST(quotient_up(-1.0, 3.0) == -kThirdDown);
}

BOOST_AUTO_TEST_CASE(constants_are_not_folded_in_the_wrong_direction) {
  std::array<double, 10> found{};
  {
    const UpwardScope upward;
    found = {add_down(1.0, 0x1p-60), add_up(1.0, 0x1p-60), sub_down(1.0, 0x1p-60), sub_up(1.0, 0x1p-60),
             mul_down(0.1, 0.1),     mul_up(0.1, 0.1),     div_down(2.0, 7.0),     div_up(2.0, 7.0),
             sqrt_down(2.0),         sqrt_up(2.0)};
  }
  BOOST_TEST(found[0] == 1.0);
  BOOST_TEST(found[1] == 0x1.0000000000001p+0);
  BOOST_TEST(found[2] == 0x1.fffffffffffffp-1);
  BOOST_TEST(found[3] == 1.0);
  BOOST_TEST(found[4] == rounded(mpfr_mul, 0.1, 0.1, MPFR_RNDD));
  BOOST_TEST(found[5] == rounded(mpfr_mul, 0.1, 0.1, MPFR_RNDU));
  BOOST_TEST(found[6] == rounded(mpfr_div, 2.0, 7.0, MPFR_RNDD));
  BOOST_TEST(found[7] == rounded(mpfr_div, 2.0, 7.0, MPFR_RNDU));
  BOOST_TEST(found[8] == rounded_sqrt(2.0, MPFR_RNDD));
  BOOST_TEST(found[9] == rounded_sqrt(2.0, MPFR_RNDU));
}

BOOST_AUTO_TEST_CASE(operations_stay_inside_the_scope) {
  volatile double one = 1;
  volatile double three = 3;
  const double a = one;
  const double b = three;
  const double before = a / b; // the same expression, in the other mode: not to be reused
  double in_scope = 0;
  double in_inner_scope = 0;
  double in_inner_scope_down = 0;
  {
    const UpwardScope upward;
    in_scope = div_up(a, b);
    {
      const NearestScope nearest;
      const UpwardScope upward_again;
      in_inner_scope = div_up(a, b);
      in_inner_scope_down = div_down(a, b);
    }
  }
  const double after = a / b;
  BOOST_TEST(before == kThirdDown);
  BOOST_TEST(after == kThirdDown);
  BOOST_TEST(in_scope == kThirdUp);
  BOOST_TEST(in_inner_scope == kThirdUp);
  BOOST_TEST(in_inner_scope_down == kThirdDown);
  BOOST_TEST(used_after(a, b, one == 1) == kThirdUp);
  BOOST_TEST(quotient_up(a, b) == kThirdUp);
  BOOST_TEST(quotient_down(a, b) == kThirdDown);
}

BOOST_AUTO_TEST_CASE(nothing_leaves_a_loop_for_another_mode) {
  volatile double one = 1;
  volatile double three = 3;
  const double a = one;
  const double b = three;
  double lower = 0;
  double upper = 0;
  for (int i = 0; i < 100; ++i) { // a/b does not change in the loop, the mode does
    const NearestScope nearest;
    const UpwardScope upward;
    lower = add_down(lower, div_down(a, b));
    upper = add_up(upper, div_up(a, b));
  }
  double expected_lower = 0;
  double expected_upper = 0;
  for (int i = 0; i < 100; ++i) {
    expected_lower = rounded(mpfr_add, expected_lower, kThirdDown, MPFR_RNDD);
    expected_upper = rounded(mpfr_add, expected_upper, kThirdUp, MPFR_RNDU);
  }
  BOOST_TEST(lower == expected_lower);
  BOOST_TEST(upper == expected_upper);
}

BOOST_AUTO_TEST_CASE(loops_that_could_be_vectors) {
  const Sample sample = random_sample(4096);
  const std::size_t size = sample.a.size();
  const struct {
    const char *name;
    double (*down)(double, double);
    double (*up)(double, double);
    Operation exact;
  } operations[] = {{"add", add_down, add_up, mpfr_add},
                    {"sub", sub_down, sub_up, mpfr_sub},
                    {"mul", mul_down, mul_up, mpfr_mul},
                    {"div", div_down, div_up, mpfr_div}};
  Tally tally;
  std::array<std::vector<double>, 4> down;
  std::array<std::vector<double>, 4> up;
  std::vector<double> root_down(size);
  std::vector<double> root_up(size);
  for (std::size_t k = 0; k < 4; ++k) {
    down[k].resize(size);
    up[k].resize(size);
  }
  {
    const UpwardScope upward;
    for (std::size_t i = 0; i < size; ++i) {
      down[0][i] = add_down(sample.a[i], sample.b[i]);
      up[0][i] = add_up(sample.a[i], sample.b[i]);
    }
    for (std::size_t i = 0; i < size; ++i) {
      down[1][i] = sub_down(sample.a[i], sample.b[i]);
      up[1][i] = sub_up(sample.a[i], sample.b[i]);
    }
    for (std::size_t i = 0; i < size; ++i) {
      down[2][i] = mul_down(sample.a[i], sample.b[i]);
      up[2][i] = mul_up(sample.a[i], sample.b[i]);
    }
    for (std::size_t i = 0; i < size; ++i) {
      down[3][i] = div_down(sample.a[i], sample.b[i]);
      up[3][i] = div_up(sample.a[i], sample.b[i]);
    }
    for (std::size_t i = 0; i < size; ++i) {
      root_down[i] = sqrt_down(std::fabs(sample.a[i]));
      root_up[i] = sqrt_up(std::fabs(sample.a[i]));
    }
  }
  for (std::size_t i = 0; i < size; ++i) {
    const double a = sample.a[i];
    const double b = sample.b[i];
    for (std::size_t k = 0; k < 4; ++k) {
      tally.require(down[k][i] == rounded(operations[k].exact, a, b, MPFR_RNDD), operations[k].name, a, b);
      tally.require(up[k][i] == rounded(operations[k].exact, a, b, MPFR_RNDU), operations[k].name, a, b);
    }
    tally.require(root_down[i] == rounded_sqrt(std::fabs(a), MPFR_RNDD), "sqrt_down", a);
    tally.require(root_up[i] == rounded_sqrt(std::fabs(a), MPFR_RNDU), "sqrt_up", a);
  }
}

BOOST_AUTO_TEST_CASE(sums_are_not_reassociated_or_contracted) {
  const Sample sample = random_sample(1000);
  double lower = 0;
  double upper = 0;
  {
    const UpwardScope upward;
    for (std::size_t i = 0; i < sample.a.size(); ++i) {
      lower = add_down(lower, mul_down(sample.a[i], sample.b[i]));
      upper = add_up(upper, mul_up(sample.a[i], sample.b[i]));
    }
  }
  double expected_lower = 0;
  double expected_upper = 0;
  for (std::size_t i = 0; i < sample.a.size(); ++i) {
    expected_lower =
        rounded(mpfr_add, expected_lower, rounded(mpfr_mul, sample.a[i], sample.b[i], MPFR_RNDD), MPFR_RNDD);
    expected_upper =
        rounded(mpfr_add, expected_upper, rounded(mpfr_mul, sample.a[i], sample.b[i], MPFR_RNDU), MPFR_RNDU);
  }
  BOOST_TEST(lower == expected_lower);
  BOOST_TEST(upper == expected_upper);
}

BOOST_AUTO_TEST_CASE(subnormal_numbers_are_kept) { // not so once any library was linked with -ffast-math
  volatile double least_normal = DBL_MIN;
  volatile double least = kTiny;
  volatile double most = DBL_MAX;
  volatile double two = 2;
  std::array<double, 8> found{};
  {
    const UpwardScope upward;
    found = {mul_up(least_normal, 0x1p-10), mul_down(least, 0.5), mul_up(least, 0.5),  add_up(least, least),
             div_down(least, two),          div_up(least, two),   mul_down(most, two), mul_up(most, two)};
  }
  BOOST_TEST(found[0] == 0x1p-1032);
  BOOST_TEST(found[1] == 0.0);
  BOOST_TEST(found[2] == kTiny);
  BOOST_TEST(found[3] == 0x1p-1073);
  BOOST_TEST(found[4] == 0.0);
  BOOST_TEST(found[5] == kTiny);
  BOOST_TEST(found[6] == DBL_MAX);
  BOOST_TEST(found[7] == kInfinity);
  BOOST_TEST(!(least == 0.0));
}

BOOST_AUTO_TEST_CASE(comparisons_know_nan) { // not so under -ffinite-math-only
  volatile double not_a_number = kNan;
  const double x = not_a_number;
  BOOST_TEST(has_nan(Interval(x, 1.0)));
  BOOST_TEST(!(x <= 1.0));
  BOOST_TEST(!std::isfinite(x));
}

BOOST_AUTO_TEST_CASE(floor_in_upward_mode) {
  Draw draw(2);
  Tally tally;
  for (int i = 0; i < 20000; ++i) {
    const double x = i % 3 == 0
                         ? std::nextafter(static_cast<double>(draw.between(-1000, 1000)), draw.number())
                         : draw.number();
    double found = 0;
    {
      const UpwardScope upward;
      found = std::floor(x);
    }
    Real exact(x, 53);
    mpfr_floor(exact, exact);
    tally.require(found == mpfr_get_d(exact, MPFR_RNDN), "floor", x);
  }
}

BOOST_AUTO_TEST_CASE(products_of_intervals) {
  const Sample sample = random_sample(2000);
  Tally tally;
  for (std::size_t i = 0; i + 1 < sample.a.size(); ++i) {
    const double a = sample.a[i];
    const double b = sample.b[i];
    Interval product;
    {
      const UpwardScope upward;
      product = Interval(a) * Interval(b) + Interval(1.0);
    }
    tally.require(product.lower() == rounded(mpfr_add, rounded(mpfr_mul, a, b, MPFR_RNDD), 1.0, MPFR_RNDD),
                  "a*b + 1", a, b);
    tally.require(product.upper() == rounded(mpfr_add, rounded(mpfr_mul, a, b, MPFR_RNDU), 1.0, MPFR_RNDU),
                  "a*b + 1", a, b);
  }
}

BOOST_AUTO_TEST_CASE(scopes_give_the_mode_back) {
  const int found_first = std::fegetround();
  BOOST_TEST(found_first == FE_TONEAREST);
  for (const int mode : {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO}) {
    std::fesetround(mode);
    std::array<int, 5> seen{};
    {
      const UpwardScope upward;
      seen[0] = std::fegetround();
      {
        const NearestScope nearest;
        seen[1] = std::fegetround();
      }
      seen[2] = std::fegetround();
      try {
        const NearestScope nearest;
        throw std::runtime_error("leave");
      } catch (const std::runtime_error &) {
        seen[3] = std::fegetround();
      }
    }
    seen[4] = std::fegetround();
    std::fesetround(FE_TONEAREST);
    BOOST_TEST(seen[0] == FE_UPWARD);
    BOOST_TEST(seen[1] == FE_TONEAREST);
    BOOST_TEST(seen[2] == FE_UPWARD);
    BOOST_TEST(seen[3] == FE_UPWARD);
    BOOST_TEST(seen[4] == mode);
  }
}

BOOST_AUTO_TEST_CASE(libraries_round_to_nearest_inside_a_nearest_scope) {
  const char *const digits = "0.1";
  double up = 0;
  double nearest_value = 0;
  {
    const UpwardScope upward;
    up = div_up(1.0, 3.0);
    {
      const NearestScope nearest;
      nearest_value = std::strtod(digits, nullptr);
    }
    up = sub_up(up, div_down(1.0, 3.0));
  }
  BOOST_TEST(nearest_value == 0.1);
  BOOST_TEST(up == 0x1p-54);
}

BOOST_AUTO_TEST_CASE(tasks_have_a_mode_of_their_own) {
  for (const int callers_mode : {FE_TONEAREST, FE_UPWARD}) {
    std::atomic<int> wrong = 0;
    std::atomic<int> lost = 0;
    std::atomic<int> not_nearest = 0;
    std::fesetround(callers_mode);
    oneapi::tbb::parallel_for(oneapi::tbb::blocked_range<int>(0, 2000, 10), [&](const auto &range) {
      const int entered = std::fegetround();
      not_nearest += entered != FE_TONEAREST ? 1 : 0;
      {
        const UpwardScope upward;
        for (int i = range.begin(); i < range.end(); ++i) {
          const double n = 2 * i + 3;
          const double lower = div_down(1.0, n);
          const double upper = div_up(1.0, n);
          wrong += lower == rounded(mpfr_div, 1.0, n, MPFR_RNDD) ? 0 : 1;
          wrong += upper == rounded(mpfr_div, 1.0, n, MPFR_RNDU) ? 0 : 1;
        }
      }
      lost += std::fegetround() != entered ? 1 : 0;
    });
    const int left = std::fegetround();
    std::fesetround(FE_TONEAREST);
    BOOST_TEST(wrong == 0);
    BOOST_TEST(lost == 0);
    BOOST_TEST(left == callers_mode);
    if (callers_mode == FE_TONEAREST) {
      BOOST_TEST(not_nearest == 0);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_thread_starts_with_its_makers_mode_and_a_scope_settles_it) {
  int inner_mode = -1;
  double up = 0;
  double near = 0;
  {
    const UpwardScope upward;
    std::thread([&] {
      const NearestScope nearest;
      inner_mode = std::fegetround();
      near = std::strtod("0.1", nullptr);
      const UpwardScope upward_here;
      up = div_up(1.0, 3.0);
    }).join();
  }
  BOOST_TEST(inner_mode == FE_TONEAREST);
  BOOST_TEST(near == 0.1);
  BOOST_TEST(up == kThirdUp);
}
