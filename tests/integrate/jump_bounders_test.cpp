#define BOOST_TEST_MODULE jump_bounders
#include <boost/test/unit_test.hpp>

#include "certify/support.hpp"
#include "common/bound_scope.hpp"
#include "function/random_expression.hpp"
#include "integrate/cell_integrals.hpp"
#include "integrate/cells.hpp"
#include "integrate/jump_bounders.hpp"
#include "integrate/singular_models.hpp"
#include "modulus/modulus.hpp"

using namespace layercert;
using namespace layercert::test;

namespace {

struct Text {
  std::size_t d;
  const char *text;
};
constexpr Text kTexts[] = {
    {1, "step(x - 1/3)"},
    {1, "if(x < 0.4, sin(5*x), 1 + x^2)"},
    {1, "floor(7*x)"},
    {2, "(x-1/2)^2 + (y-1/2)^2 <= 1/9"},
    {2, "if(x*y < 0.2, x - y, exp(x)*y)"},
    {2, "sign(x + 2*y - 1.3)"},
    {2, "floor(3*x + y)*x"},
    {2, "if((x-1/2)^2 + (y-1/2)^2 > 1/16, step(x - y), 2)"},
    {2, "(x < 0.7)*(y >= 0.3) + sign(x)"},
    {3, "step(x^2 + y^2 + z^2 - 0.8)"},
    {3, "if(x + y > z + 0.3, x*y, z)"},
};

Box random_box(RandomExpression &random, std::size_t d) {
  Box box;
  for (std::size_t j = 0; j < d; ++j) {
    const double width = std::ldexp(1.0, -static_cast<int>(1 + random.below(5)));
    box.lower[j] = static_cast<double>(random.below(1 << 20)) * 0x1p-20 * (0.75 - width / 2);
    box.upper[j] = box.lower[j] + width / 2;
  }
  return box;
}

} // namespace

// Both hold the same integral, here on one box, there after much cutting by plain mean value forms.
BOOST_AUTO_TEST_CASE(random_boxes_against_subdivision) {
  const BoundScope scope;
  RandomExpression random(3);
  double width = 0;
  double plain_width = 0;
  for (const Text &target : kTexts) {
    const std::size_t d = target.d; // clang 14 captures no structured binding
    const char *const text = target.text;
    const Expression f = parse_expression(text, d);
    for (const mpq_class &power : {mpq_class(1), mpq_class(3, 2), mpq_class(2)}) {
      const Exponent p(power);
      for (int i = 0; i < 12; ++i) {
        const Box box = random_box(random, d);
        std::vector<double> h;
        for (std::size_t j = 0; j < d; ++j) {
          h.push_back(static_cast<double>(random.below(1 << 18)) * 0x1p-20);
        }
        const auto constant = [](const Box &) { return Interval(0.25); };
        const auto compare = [&](const BounderFactory &sharp, const ModellerFactory &modeller) {
          const IntegralResult one = integrate_by(BoxList(d, std::vector{box}), sharp, kModelBatch, {0.1, 1});
          const IntegralResult plain = integrate(p, d, std::vector{box}, modeller, {0.1, 1});
          const IntegralResult fine = integrate(p, d, std::vector{box}, modeller, {0.003, 4096});
          BOOST_TEST((one.lower <= fine.upper && fine.lower <= one.upper),
                     text << ": [" << one.lower << ", " << one.upper << "] and [" << fine.lower << ", "
                          << fine.upper << "]");
          width += one.upper - one.lower;
          plain_width += plain.upper - plain.lower;
        };
        compare(jump_function_bounder(p, f, d, constant), singular_function_modeller(p, f, d, constant));
        compare(jump_difference_bounder(p, f, h), singular_difference_modeller(p, f, h));
      }
    }
  }
  BOOST_TEST(width < 0.8 * plain_width);
}

// A thousand boxes are enough for the disk, p = 1; the plain bounds would take 10^5.
BOOST_AUTO_TEST_CASE(a_disk_takes_few_boxes) {
  const BoundScope scope;
  const Expression f = parse_expression("(x-1/2)^2 + (y-1/2)^2 <= 1/9", 2);
  const Exponent p(1);
  const auto constant = [](const Box &) { return Interval(0.0); };
  const IntegralResult found =
      integrate_by(BoxList(2, std::vector{unit_cube(2)}), jump_function_bounder(p, f, 2, constant),
                   kModelBatch, {0.003, 2048});
  BOOST_TEST(contains(Interval(found.lower, found.upper), mpfr_pi(kPrecision) * real(mpq_class(1, 9))));
  BOOST_TEST(found.upper - found.lower <= 0.003 * found.upper);
}

// The error of a level, of a target that jumps: over cells as over one box.
BOOST_AUTO_TEST_CASE(cells_of_a_disk) {
  const BoundScope scope;
  const Instance instance = make_instance(2, "(x-1/2)^2 + (y-1/2)^2 <= 1/9", 3, 2, 1);
  const Target target = make_target(instance);
  const std::vector<Interval> values(81, Interval(0.0));
  for (const bool smooth : {false, true}) {
    const CellIntegrals found = cell_integrals(target, Exponent(1), 3, 2, values, {0.003, 4096}, smooth);
    const Interval sum(found.lower - found.overlap, found.upper);
    BOOST_TEST(contains(sum, mpfr_pi(kPrecision) * real(mpq_class(1, 9))));
    BOOST_TEST(sum.upper() - sum.lower() <= 0.003 * sum.upper());
  }
}

// The value of sign where its argument is 0 counts if that is more than a null set.
BOOST_AUTO_TEST_CASE(a_plateau_at_the_jump) {
  const BoundScope scope;
  const Expression f = parse_expression("5 - 5*abs(sign(max(x - 1/2, 0)))", 1);
  const Exponent p(1);
  const IntegralResult found = integrate_by(
      BoxList(1, std::vector{unit_cube(1)}),
      jump_function_bounder(p, f, 1, [](const Box &) { return Interval(0.0); }), kModelBatch, {0.001, 4096});
  BOOST_TEST((found.lower <= 2.5 && 2.5 <= found.upper));
}
