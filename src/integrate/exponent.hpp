// The exponent p of L^p, exact, and powers of intervals with one fixed exponent. Powers of large or small
// numbers, or with a large p, leave the range of doubles; so they are taken in units of a number of about the
// size of the norm (Lemma 18a of proofs/theorem.md).
#pragma once

#include "layercert/numeric/interval.hpp"

#include <gmpxx.h>

#include <array>
#include <optional>
#include <span>

namespace layercert {

// x -> x^e for x >= 0 and one fixed e >= 0: what depends on e alone is worked out once. Construct and use
// with an open UpwardScope.
class FixedPower {
public:
  FixedPower() = default; // e = 1
  explicit FixedPower(const mpq_class &e);
  // Requires: x.lower() >= 0 but for rounding (a negative lower end counts as 0).
  Interval operator()(const Interval &x) const;
  bool is_quick() const noexcept { return eighths_ >= 0 || denominator_ > 0; }

private:
  std::optional<double> by_products(double x, int side) const; // a bound of x^e from that side

  // Whole eighths (e = n/8) go by products and square roots: several times faster than MPFR's pow, and a few
  // units in the last place wider. -1 for any other e.
  int eighths_ = 8;
  // e = numerator/denominator, small; 0 for any other e.
  int numerator_ = 0;
  int denominator_ = 0;
  Interval e_{1.0};
};

// The exponent p >= 1, exact, with what every cell needs of it. Construct with an open UpwardScope. Integrals
// are of (|g| / unit)^p, and norms are of g itself: whoever adds integrals, or takes the root of one, does it
// with the exponent that they came from.
class Exponent {
public:
  explicit Exponent(const mpq_class &p); // its unit is 1

  // The same p in a unit for functions of about that size: 1, unless size^p is far from 1. Any unit is right;
  // one that is far off makes bounds wide. 1, too, if the size is not finite or not positive.
  Exponent for_size(double size) const;
  double unit() const noexcept { return unit_; }
  // From where on the range of powers is narrow: a supremum is then too far above the norm to be a unit.
  bool is_large() const { return exact_ > 16; }

  const mpq_class &exact() const noexcept { return exact_; }
  // Whether power() and root() go by products and square roots, far faster than MPFR's pow.
  bool is_quick() const noexcept { return power_.is_quick() && inverse_.is_quick(); }
  // An even whole number: then |x|^p is smooth at 0.
  bool is_even() const { return exact_.get_den() == 1 && mpz_even_p(exact_.get_num_mpz_t()) != 0; }
  // (x / unit)^p for an interval x >= 0, and its inverse.
  Interval power(const Interval &x) const;
  Interval root(const Interval &x) const;
  // x^(1/p) of a number that has no unit, such as a measure.
  Interval root_of_measure(const Interval &x) const;
  // Near power() and root(), for guesses.
  double power_about(double x) const;
  double root_about(double x) const;
  // At least power(y), and root(y), for every y in [0, x], of y = 0 if x < 0; infinite if x is, or is not a
  // number.
  double power_upper(double x) const;
  double root_upper(double x) const;
  // An upper bound of || u ||_p / r for u uniform on [-r, r]: (p+1)^(-1/p).
  double uniform_norm_upper() const noexcept { return uniform_norm_upper_; }

  // Bounds of (E |X|^p)^(1/p), X = a + sum_j t_j U_j with independent U_j uniform on [-1, 1]. At most
  // kMaxDimension terms. No unit enters.
  Interval affine_norm(const Interval &a, std::span<const Interval> t) const;

private:
  enum class Kind { One, BelowTwo, Two, Even, BetweenEven, Large };
  static constexpr int kMostMoments = 26; // E X^0, ..., E X^50
  using Moments = std::array<Interval, kMostMoments>;

  Interval norm_in_range(const Interval &a, std::span<const Interval> t) const;
  Interval plain_root(const Interval &x) const;
  void even_moments(const Interval &a, std::span<const Interval> t, Moments &moments) const;
  void add_to_moments(const Interval &square, bool uniform, Moments &moments) const;

  std::optional<Interval> norm_by_antiderivative(const Interval &a, std::span<const Interval> t) const;
  Interval norm_about(const Interval &a, double part_upper, std::span<const Interval> t) const;

  mpq_class exact_;
  double unit_ = 1;
  double least_in_range_ = 0; // numbers between these have powers in the range of doubles
  double largest_in_range_ = 0;
  Kind kind_ = Kind::One;
  FixedPower power_;   // p
  FixedPower inverse_; // 1/p
  // Between which moments p lies: E X^2n is known exactly for 2n = lower_even_ and the even number above.
  int lower_even_ = 2;
  int moments_ = 1; // the highest n that is needed
  FixedPower half_p_;
  FixedPower weight_of_lower_;
  FixedPower weight_of_upper_;
  static constexpr std::size_t kMostTerms = 4;
  std::array<FixedPower, kMostTerms> antiderivative_; // p + n
  std::array<Interval, kMostTerms> rising_;           // (p+1) ... (p+n)
  bool below_four_ = true;
  FixedPower from_four_; // |p - 4|
  Interval choose_two_;  // (p choose 2), (p choose 4)
  Interval choose_four_;
  FixedPower lower_root_;                                                       // 1/lower_even_
  std::array<std::array<double, kMostMoments>, kMostMoments> even_binomials_{}; // (2k choose 2i), exact
  double uniform_norm_upper_ = 1;
};

} // namespace layercert
