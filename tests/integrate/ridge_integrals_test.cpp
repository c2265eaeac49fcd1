// Integrals over cells along one combination of the coordinates, against those over boxes in all coordinates and
// against closed forms.
#define BOOST_TEST_MODULE ridge_integrals
#include <boost/test/unit_test.hpp>

#include "certify/support.hpp"
#include "common/bound_scope.hpp"
#include "integrate/cells.hpp"
#include "integrate/ridge_integrals.hpp"

#include <cmath>

using namespace layercert;
using namespace layercert::test;

namespace {

CellIntegrals along_ridge(const char *text, std::size_t d, const mpq_class &p, int N, int level,
                          const std::vector<Interval> &values, double gap) {
  const std::optional<Ridge> ridge = ridge_of(parse_expression(text, d), d);
  BOOST_TEST_REQUIRE(ridge.has_value());
  return ridge_cell_integrals(*ridge, Exponent(p), N, level, values, {gap, 1 << 15});
}

} // namespace

BOOST_AUTO_TEST_CASE(the_same_as_over_boxes) {
  const BoundScope scope;
  struct Case {
    const char *text;
    std::size_t d;
    mpq_class p;
    int N;
  };
  for (const Case &c :
       {Case{"sin(3*x-2*y)", 2, 2, 2}, Case{"sqrt(abs(x-y))", 2, 1, 3},
        Case{"step(x+2*y-1)", 2, mpq_class(3, 2), 2}, Case{"exp(x+y-z)", 3, 2, 2},
        Case{"log(x+1/8)", 3, 3, 3}, Case{"abs(2*y-1)", 2, 2, 3}, Case{"cos(5*z-x)", 3, 1, 3}}) {
    const Expression f = parse_expression(c.text, c.d);
    std::vector<Interval> values;
    for (std::uint64_t k = 0; k < cells_in_cube(c.d, c.N, 1); ++k) {
      values.emplace_back(0.25 * static_cast<double>(k % 5) - 0.5);
    }
    const CellIntegrals line = along_ridge(c.text, c.d, c.p, c.N, 1, values, 1e-3);
    const CellIntegrals boxes = cell_integrals(f, c.d, Exponent(c.p), c.N, 1, values, {0.01, 1 << 15}, false);
    BOOST_TEST_CONTEXT(c.text << ", " << line.boxes << " and " << boxes.boxes << " boxes") {
      BOOST_TEST(line.lower <= boxes.upper);
      BOOST_TEST(line.upper >= boxes.lower);
      BOOST_TEST(line.upper <= 1.0011 * line.lower);
      BOOST_TEST_REQUIRE(line.share_upper.size() == values.size());
      double total = 0;
      for (const double share : line.share_upper) {
        total += share;
      }
      BOOST_TEST(total >= line.lower);
      BOOST_TEST(total <= line.upper * (1 + 1e-12));
    }
  }
}

// |x - y|^(-1/2) has the integral 8/3 over the square, |x + y - 1| has 1/3, and step(x - y) is 1 on half of it.
BOOST_AUTO_TEST_CASE(closed_forms) {
  const BoundScope scope;
  const std::vector<Interval> zeros(16, Interval(0.0));
  const auto holds = [](const CellIntegrals &found, double known) {
    BOOST_TEST(found.lower <= known);
    BOOST_TEST(found.upper >= known);
    BOOST_TEST(found.upper <= 1.0011 * found.lower);
  };
  holds(along_ridge("abs(x-y)^(-1/4)", 2, 2, 2, 2, zeros, 1e-3), 8.0 / 3);
  holds(along_ridge("x+y-1", 2, 1, 4, 1, zeros, 1e-3), 1.0 / 3);
  holds(along_ridge("step(x-y)", 2, 1, 2, 2, zeros, 1e-3), 0.5);
  // The cells on the diagonal have a half of it each, the others all or nothing.
  const CellIntegrals cells = along_ridge("step(x-y)", 2, 1, 4, 1, zeros, 1e-3);
  for (std::uint64_t k = 0; k < 16; ++k) {
    const CellIndex index = index_of_cell(k, 2, 4, 1);
    const double known = index[0] > index[1] ? 1.0 / 16 : index[0] == index[1] ? 1.0 / 32 : 0;
    BOOST_TEST(cells.share_upper[k] >= known);
    BOOST_TEST(cells.share_upper[k] <= known + 1e-3);
  }
}
