#include "layercert/numeric/rounding_scope.hpp"
#include "layercert/result/certificate.hpp"
#include "numeric/elementary.hpp"

#include <cmath>
#include <limits>

namespace layercert {

std::string_view name_of(Status status) {
  return status == Status::Certified ? "certified" : status == Status::Refuted ? "refuted" : "undecided";
}

Status Certificate::verdict() const {
  bool refuted = false;
  bool undecided = false;
  for (const LevelCertificate &level : levels) {
    for (const Status status :
         {level.status, level.hoelder_bound_lower ? level.hoelder_status : Status::Certified}) {
      refuted = refuted || status == Status::Refuted;
      undecided = undecided || status == Status::Undecided;
    }
  }
  return refuted ? Status::Refuted : undecided ? Status::Undecided : Status::Certified;
}

void judge(LevelCertificate &level, std::size_t dimension) {
  assert_upward();
  const auto factor = static_cast<double>(2 * dimension + 1);
  level.bound_lower = mul_down(factor, level.modulus_lower);
  level.status = level.error_upper <= level.bound_lower                    ? Status::Certified
                 : level.error_lower > mul_up(factor, level.modulus_upper) ? Status::Refuted
                                                                           : Status::Undecided;
  level.ratio_upper = level.error_upper == 0     ? 0
                      : level.modulus_lower == 0 ? std::numeric_limits<double>::infinity()
                                                 : div_up(level.error_upper, level.modulus_lower);
  level.ratio_lower = std::isinf(level.modulus_upper) || level.error_lower == 0
                          ? 0
                          : div_down(level.error_lower, level.modulus_upper);
}

void judge_corollary(LevelCertificate &level, const Instance &instance, const HoelderCorollary &corollary) {
  assert_upward();
  bool undefined = false; // N > 0
  const Interval exponent = -enclosure(corollary.alpha) * Interval(static_cast<double>(level.level));
  const Interval rate = power_range(Interval(static_cast<double>(instance.N)), exponent, undefined);
  // (2d+1) lambda N^(-alpha l)
  const Interval bound =
      Interval(static_cast<double>(2 * instance.dimension + 1)) * enclosure(corollary.lambda) * rate;
  level.hoelder_bound_lower = bound.lower();
  level.hoelder_status = level.error_upper <= bound.lower()  ? Status::Certified
                         : level.error_lower > bound.upper() ? Status::Refuted
                                                             : Status::Undecided;
}

} // namespace layercert
