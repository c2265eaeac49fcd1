// A pole shows on large boxes already where the expression gives it away; where other parts hide it there,
// smaller boxes are tried, of which only those without a finite integral are cut.
#include "not_in_lp.hpp"

#include "function/equal_forms.hpp"
#include "function/null_set_forms.hpp"
#include "integrate/cells.hpp"
#include "integrate/integral.hpp"
#include "integrate/singular_models.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <fmt/format.h>

#include <cmath>

namespace layercert {

namespace {

constexpr std::size_t kBoxes[] = {1, 32, 1024}; // 1,024 boxes take a few hundredths of a second
constexpr double kGap = 0.9;                    // nothing but a finite bound is wanted

} // namespace

std::string reason_not_in_lp(const Instance &instance, const Box &box) {
  std::string place;
  for (std::size_t j = 0; j < static_cast<std::size_t>(instance.dimension); ++j) {
    place += fmt::format("{}[{}, {}]", j == 0 ? "" : " x ", box.lower[j], box.upper[j]);
  }
  return fmt::format(
      "f is not in L^p: it is unbounded on {}, where the integral of |f|^p is infinite for p = {}", place,
      instance.p.get_str());
}

std::string proof_of_not_in_lp(const Instance &instance, const Target &target) {
  assert_upward();
  if (target.is_table() || target.expression().table() != nullptr) {
    return {};
  }
  const int d = instance.dimension;
  const Exponent p(instance.p);
  const Expression f = without_null_sets(with_decided_comparisons(target.expression()), d);
  const ModellerFactory model =
      singular_function_modeller(p, f, d, [](const Box &) { return Interval(0.0); });
  for (const std::size_t most : kBoxes) {
    const IntegralResult whole = integrate(p, d, {unit_cube(d)}, model, {kGap, most});
    if (std::isfinite(whole.upper)) {
      return {};
    }
    if (const std::optional<Box> box = box_without_integral(p, f, d, whole.boxes, whole.bounds)) {
      return reason_not_in_lp(instance, *box);
    }
  }
  return {};
}

} // namespace layercert
