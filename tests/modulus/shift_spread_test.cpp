#define BOOST_TEST_MODULE shift_spread
#include <boost/test/unit_test.hpp>

#include "common/bound_scope.hpp"
#include "modulus/shift_spread.hpp"

#include <cmath>
#include <random>

using namespace layercert;
using layercert::test::BoundScope;

namespace {

struct Known {
  std::size_t d;
  const char *text;
  double (*f)(const double *x);
};

const Known kKnown[] = {
    {1, "x0", [](const double *x) { return x[0]; }},
    {1, "sin(3*x0)", [](const double *x) { return std::sin(3 * x[0]); }},
    {1, "exp(2*x0) - x0^3", [](const double *x) { return std::exp(2 * x[0]) - x[0] * x[0] * x[0]; }},
    {1, "abs(x0 - 1/2)", [](const double *x) { return std::fabs(x[0] - 0.5); }},
    {1, "step(x0 - 1/2)", [](const double *x) { return x[0] >= 0.5 ? 1.0 : 0.0; }},
    {2, "x0*x1", [](const double *x) { return x[0] * x[1]; }},
    {2, "sin(2*x0 + x1)*x1", [](const double *x) { return std::sin(2 * x[0] + x[1]) * x[1]; }},
    {3, "x0*x1 - x2^2", [](const double *x) { return x[0] * x[1] - x[2] * x[2]; }},
};

// By its definition in modulus_search.hpp.
double kappa(const Known &known, double p, const std::vector<double> &y, const Shift &h) {
  std::vector<double> here(y.size());
  std::vector<double> there(y.size());
  double volume = 1;
  for (std::size_t j = 0; j < y.size(); ++j) {
    const double a = std::fabs(h[j]);
    here[j] = y[j] * (1 - a) + (h[j] < 0 ? a : 0);
    there[j] = here[j] + h[j];
    volume *= 1 - a;
  }
  return std::pow(volume, 1 / p) * (known.f(there.data()) - known.f(here.data()));
}

} // namespace

// On points of the box and convex combinations of the hull's corners, kappa is within `bend` of the same
// combination of its values at the corners, and within `reach` of 0; and on small boxes some come near to
// that.
BOOST_AUTO_TEST_CASE(bounds_hold_and_are_nearly_met) {
  const BoundScope scope;
  std::mt19937_64 random(8);
  const auto uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  for (const Known &known : kKnown) {
    const auto d = known.d;
    const Expression f = parse_expression(known.text, known.d);
    for (const mpq_class &p : {mpq_class(1), mpq_class(2), mpq_class(7, 2)}) {
      const Exponent exponent(p);
      SpreadEvaluator evaluator(f, known.d, exponent);
      double nearest = 0; // to the bend
      for (int i = 0; i < 300; ++i) {
        Hull hull{Shift(d), Shift(d)};
        Box box;
        const double size = i % 3 == 0 ? 0.2 : 1e-4; // of the box
        for (std::size_t j = 0; j < d; ++j) {
          const double from = 0.6 * uniform();
          const double to = from + (i % 2 == 0 ? 0.3 : 0.02) * uniform();
          const bool negative = random() % 2 == 0;
          hull.lower[j] = negative ? -to : from;
          hull.upper[j] = negative ? -from : to;
          box.lower[j] = (1 - size) * uniform();
          box.upper[j] = box.lower[j] + size;
        }
        Spread spread;
        evaluator.run(hull, std::span(&box, 1), std::span(&spread, 1));
        for (int trial = 0; trial < 20; ++trial) {
          std::vector<double> y(d);
          std::vector<double> part(d);
          Shift h(d);
          for (std::size_t j = 0; j < d; ++j) {
            y[j] = box.lower[j] + uniform() * (box.upper[j] - box.lower[j]);
            part[j] = trial % 2 == 0 ? 0.5 : uniform();
            h[j] = hull.lower[j] + part[j] * (hull.upper[j] - hull.lower[j]);
          }
          const double p_double = p.get_d();
          double mean = 0;
          for (std::size_t corner = 0; corner < std::size_t{1} << d; ++corner) {
            double weight = 1;
            Shift v(d);
            for (std::size_t j = 0; j < d; ++j) {
              const bool high = (corner >> j & 1U) != 0;
              v[j] = high ? hull.upper[j] : hull.lower[j];
              weight *= high ? part[j] : 1 - part[j];
            }
            mean += weight * kappa(known, p_double, y, v);
          }
          const double value = kappa(known, p_double, y, h);
          BOOST_TEST_CONTEXT(known.text << ", p = " << p << ", case " << i << ": " << value << " against "
                                        << mean << ", bend " << spread.bend << ", reach " << spread.reach) {
            BOOST_REQUIRE_LE(std::fabs(value), spread.reach * (1 + 1e-12) + 1e-14);
            BOOST_REQUIRE_LE(std::fabs(value - mean), spread.bend * (1 + 1e-9) + 1e-14);
          }
          if (std::fabs(value - mean) > 1e-9) {
            nearest = std::max(nearest, std::fabs(value - mean) / spread.bend);
          }
        }
      }
      const bool jumps = std::string(known.text).starts_with("step");
      BOOST_TEST_CONTEXT(known.text << ", p = " << p << ": " << nearest) {
        BOOST_TEST((jumps || nearest > 0.3));
      }
    }
  }
}
