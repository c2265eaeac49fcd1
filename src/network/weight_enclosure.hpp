// Enclosures of weights in closed form, at a precision. Arb computes pi and the arctangents: its balls are
// proved to hold the exact values (arb_point.hpp names the papers).
#pragma once

#include "layercert/network/closed_form.hpp"
#include "layercert/numeric/mpfr_interval.hpp"

#include <map>
#include <memory>

namespace layercert {

// Remembers the arctangents, pi and sqrt(2), which many weights share. One object a thread.
class WeightEnclosures {
public:
  // Requires: precision >= 2.
  explicit WeightEnclosures(mpfr_prec_t precision);
  WeightEnclosures(const WeightEnclosures &) = delete;
  WeightEnclosures &operator=(const WeightEnclosures &) = delete;
  ~WeightEnclosures();

  mpfr_prec_t precision() const noexcept { return precision_; }

  // Holds the weight. Each term is known to about the precision in bits; a dyadic number that has so few bits
  // is exact.
  MpfrInterval of(const ClosedForm &weight);

private:
  class Balls;
  mpfr_prec_t precision_;
  std::unique_ptr<Balls> balls_;
};

// The weight rounded to nearest to `bits` bits, correctly: the enclosures become finer until both ends round
// to the same number. A weight halfway between two such numbers that no form shows as one would be met for
// ever: a sum that cancels is refused.
// Throws std::runtime_error where 2^20 bits do not settle it.
MpfrNumber nearest_number(const ClosedForm &weight, mpfr_prec_t bits);

} // namespace layercert
