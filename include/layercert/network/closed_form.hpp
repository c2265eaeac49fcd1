// A weight of the network: a real number in closed form (proofs/theorem.md, section 3). No weight is rounded.
#pragma once

#include "layercert/numeric/dyadic.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace layercert {

// c 2 arctan(2^-s), a whole multiple of an angle of the decoder.
struct AngleTerm {
  std::int64_t shift = 0;       // s, at least 1
  std::int64_t coefficient = 0; // c

  friend bool operator==(const AngleTerm &, const AngleTerm &) = default;
};

// 2 pi sqrt(2) m prod (1 + 2^(-2s)) over the shifts s: what the second sine of a level multiplies by (Lemma
// 8).
struct MultiplierTerm {
  Dyadic m;
  std::vector<std::int64_t> shifts; // rising

  friend bool operator==(const MultiplierTerm &, const MultiplierTerm &) = default;
};

// A sum: a dyadic number, a dyadic multiple of pi, angles, multipliers, and constants of the grammar of
// targets. Sums and negatives are exact. Equal means that the terms are equal; equal numbers in different
// forms are different here.
class ClosedForm {
public:
  static constexpr std::int64_t kLargestShift = (std::int64_t{1} << 62) - 1;
  static constexpr std::int64_t kLargestCoefficient = std::int64_t{1} << 30;

  ClosedForm() = default;   // 0
  ClosedForm(Dyadic value); // NOLINT(google-explicit-constructor): a number is one
  static ClosedForm pi(Dyadic factor);
  // Requires: 1 <= shift <= kLargestShift.
  static ClosedForm angle(std::int64_t shift, std::int64_t coefficient = 1);
  // Requires: rising shifts from 1 to kLargestShift, no coefficient 0.
  static ClosedForm sum_of_angles(std::vector<AngleTerm> terms);
  // Requires: rising shifts from 1 to kLargestShift.
  static ClosedForm multiplier(Dyadic m, std::vector<std::int64_t> shifts);
  // Requires: `text` is a closed expression with a finite value (closed_constant.hpp).
  static ClosedForm constant(std::string text);

  const Dyadic &dyadic() const noexcept { return dyadic_; }
  const Dyadic &pi_factor() const noexcept { return rest().pi; }
  const std::vector<AngleTerm> &angles() const noexcept {
    return rest().angles;
  } // by rising shift, no coefficient 0
  const std::vector<MultiplierTerm> &multipliers() const noexcept { return rest().multipliers; } // no m = 0
  const std::vector<std::string> &constants() const noexcept { return rest().constants; }

  bool is_dyadic() const noexcept { return rest_ == nullptr; }
  bool is_zero() const noexcept { return is_dyadic() && dyadic_.is_zero(); } // no terms
  // Of the longest mantissa among the terms: what the network has to know of a cell, if this is a multiplier.
  std::size_t mantissa_bits() const noexcept;
  // Of all mantissas, and 64 for each shift, coefficient and eight characters: what a file holds, about.
  std::size_t bits() const noexcept;
  // Of the first term; 0 for 0. Not the sign of the value.
  int leading_sign() const noexcept;
  // An n with |value| < 2^n, near the least; 0 for 0. Constants count as their enclosures say.
  std::int64_t magnitude_exponent_upper() const;

  ClosedForm operator-() const;
  friend ClosedForm operator+(const ClosedForm &a, const ClosedForm &b);
  friend ClosedForm operator-(const ClosedForm &a, const ClosedForm &b) { return a + -b; }
  friend bool operator==(const ClosedForm &a, const ClosedForm &b) noexcept {
    return a.dyadic_ == b.dyadic_ && (a.rest_ == b.rest_ || a.rest() == b.rest());
  }

private:
  struct Rest {
    Dyadic pi;
    std::vector<AngleTerm> angles;
    std::vector<MultiplierTerm> multipliers;
    std::vector<std::string> constants;

    friend bool operator==(const Rest &, const Rest &) = default;
  };
  static const Rest kNoRest;
  const Rest &rest() const noexcept { return rest_ == nullptr ? kNoRest : *rest_; }
  void set_rest(Rest rest); // null where it has no terms

  Dyadic dyadic_;
  std::shared_ptr<const Rest> rest_; // shared by copies; null for a dyadic number, which most weights are
};

} // namespace layercert
