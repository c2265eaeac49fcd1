#define BOOST_TEST_MODULE jump_search
#include <boost/test/unit_test.hpp>

#include "certify/support.hpp"
#include "common/bound_scope.hpp"
#include "modulus/jump_search.hpp"

#include <oneapi/tbb/global_control.h>

#include <functional>
#include <numbers>

using namespace layercert;
using namespace layercert::test;

namespace {

constexpr double kReference = 1e-9; // relative, more than closed forms in doubles are wrong

ModulusBounds modulus_of(const char *text, std::size_t d, const mpq_class &power, ShiftNorm norm, double t) {
  const Expression f = parse_expression(text, d);
  const Exponent p(power);
  ModulusBounds known;
  known.upper = 100;
  return search_by_variation({f, d, p, norm, ShiftSector(f, d), t, t}, known, {0.01, 1 << 20, 1 << 14});
}

// The area of a disk less the part that it shares with itself moved by s, twice.
double moved_disk(double r, double s) {
  const double lens = 2 * r * r * std::acos(s / (2 * r)) - s / 2 * std::sqrt(4 * r * r - s * s);
  return 2 * (std::numbers::pi * r * r - lens);
}

struct Known {
  std::size_t d;
  const char *text;
  ShiftNorm norm;
  double t;
  std::function<double(double t, double p)> power; // of omega_p(f, t)
};

const Known kKnown[] = {
    {1, "step(x - 1/3)", ShiftNorm::Euclidean, 0.125, [](double t, double) { return t; }},
    {1, "3*sign(x - 1/3)", ShiftNorm::Euclidean, 0.125,
     [](double t, double p) { return t * std::pow(6.0, p); }},
    {1, "floor(5*x)", ShiftNorm::Euclidean, 0.125, [](double t, double) { return 4 * t; }},
    {2, "step(x - 1/3)", ShiftNorm::Euclidean, 0.125, [](double t, double) { return t; }},
    {2, "(x-1/2)^2 + (y-1/2)^2 < 1/25", ShiftNorm::Euclidean, 0.125,
     [](double t, double) { return moved_disk(0.2, t); }},
    {2, "(x-1/2)^2 + (y-1/2)^2 >= 1/25", ShiftNorm::Euclidean, 0x1p-6,
     [](double t, double) { return moved_disk(0.2, t); }},
    {2, "if((x-1/2)^2 + (y-1/2)^2 < 1/25, 5, 3)", ShiftNorm::Max, 0.0625,
     [](double t, double p) { return std::pow(2.0, p) * moved_disk(0.2, t * std::sqrt(2.0)); }},
    // With h_1, h_2 >= 0 and s = h_1 + h_2, the strip has s - s^2/2 - |h|^2/2 in the domain of h, most at h_1
    // = h_2.
    {2, "step(x + y - 1)", ShiftNorm::Euclidean, 0.125,
     [](double t, double) { return std::sqrt(2.0) * t - 1.5 * t * t; }},
    // With u = |h_1| + |h_2|, 2 (u/2 - h_1 h_2) is largest at h_1 = h_2.
    {2, "(x > 1/4)*(x < 3/4)*(y > 1/4)*(y < 3/4)", ShiftNorm::Euclidean, 0.125,
     [](double t, double) { return std::sqrt(2.0) * t - t * t; }},
    {2, "(x > 1/4)*(x < 3/4)*(y > 1/4)*(y < 3/4)", ShiftNorm::One, 0.125, [](double t, double) { return t; }},
    {3, "sign(x - 1/2)", ShiftNorm::Euclidean, 0.125,
     [](double t, double p) { return t * std::pow(2.0, p); }},
    // f(x + h) - f(x) is h on a set of measure 1 - 2h and, about the jump, runs from 1 - h to 1 + h.
    {1, "if(x < 1/2, x, 2 - x)", ShiftNorm::Euclidean, 0.125,
     [](double t, double p) {
       return (1 - 2 * t) * std::pow(t, p) +
              (std::pow(1 + t, p + 1) - std::pow(1 - t, p + 1)) / (2 * (p + 1));
     }},
};

} // namespace

BOOST_AUTO_TEST_CASE(closed_forms_within_a_percent) {
  const BoundScope scope;
  for (const Known &known : kKnown) {
    for (const mpq_class &p : {mpq_class(1), mpq_class(3, 2), mpq_class(2)}) {
      const ModulusBounds found = modulus_of(known.text, known.d, p, known.norm, known.t);
      const double expected = std::pow(known.power(known.t, p.get_d()), 1 / p.get_d());
      BOOST_TEST(
          (found.lower.value <= expected * (1 + kReference) && expected * (1 - kReference) <= found.upper),
          known.text << ", p = " << p << ": [" << found.lower.value << ", " << found.upper
                     << "] does not hold " << expected);
      BOOST_TEST(found.upper <= 1.0101 * found.lower.value,
                 known.text << ", p = " << p << ": " << found.lower.value << ' ' << found.upper);
      BOOST_TEST(norm_of(found.lower.shift, known.norm).upper() <= known.t);
    }
  }
}

BOOST_AUTO_TEST_CASE(threads_do_not_matter) {
  const BoundScope scope;
  const auto run = [](std::size_t threads) {
    const oneapi::tbb::global_control control(oneapi::tbb::global_control::max_allowed_parallelism, threads);
    return modulus_of("if(x*y < 0.2, 1, y)", 2, 1, ShiftNorm::Euclidean, 0.125);
  };
  const ModulusBounds one = run(1);
  const ModulusBounds two = run(2);
  BOOST_TEST((bits(one.upper) == bits(two.upper) && bits(one.lower.value) == bits(two.lower.value)));
  BOOST_TEST((one.lower.shift == two.lower.shift && one.boxes == two.boxes));
}

// Where there is nothing to gain, what is known comes back.
BOOST_AUTO_TEST_CASE(no_jumps_or_no_bound) {
  const BoundScope scope;
  for (const char *text : {"sin(x)", "1/(x - 1/3)^2 + step(x - 1/2)", "sin(1/x) + step(x - 1/2)"}) {
    BOOST_TEST(modulus_of(text, 1, 1, ShiftNorm::Euclidean, 0.125).upper <= 100, text);
  }
  BOOST_TEST(modulus_of("1/(x - 1/3)^2 + step(x - 1/2)", 1, 1, ShiftNorm::Euclidean, 0.125).upper == 100);
}
