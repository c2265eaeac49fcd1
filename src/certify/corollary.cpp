#include "corollary.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "modulus/hoelder_constant.hpp"
#include "numeric/elementary.hpp"

namespace layercert {

namespace {

constexpr std::size_t kHoelderBoxes = 1 << 16;   // for the constant of a declared corollary
constexpr std::size_t kLipschitzBoxes = 1 << 10; // to find out whether a target is 1-Lipschitz

} // namespace

std::optional<HoelderCorollary> corollary_of(const Instance &instance, const Target &target,
                                             bool list_subdivisions) {
  assert_upward();
  HoelderCorollary corollary;
  corollary.declared = instance.hoelder.has_value();
  corollary.lambda = corollary.declared ? instance.hoelder->lambda : mpq_class(1);
  corollary.alpha = corollary.declared ? instance.hoelder->alpha : mpq_class(1);
  if (!target.is_table()) {
    const double lambda_lower = enclosure(corollary.lambda).lower();
    HoelderConstant constant =
        hoelder_constant(target.expression(), instance.dimension, corollary.alpha, instance.norm,
                         lambda_lower, corollary.declared ? kHoelderBoxes : kLipschitzBoxes);
    corollary.constant_upper = constant.upper;
    corollary.verified = corollary.constant_upper <= lambda_lower && target.remainder_upper() == 0;
    if (corollary.verified && list_subdivisions) {
      corollary.subdivision = std::move(constant.subdivision);
    }
  }
  return corollary.declared || corollary.verified ? std::optional(corollary) : std::nullopt;
}

} // namespace layercert
