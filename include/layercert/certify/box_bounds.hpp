// Two-sided bounds of the integral of |g|^p over one box, from a mean value form of g.
#pragma once

#include "layercert/numeric/interval.hpp"

#include <gmpxx.h>

#include <array>
#include <span>

namespace layercert {

inline constexpr int kMaxDimension = 10;

// A box with double ends. `cell` names the cell of the grid that it is a part of.
struct Box {
  std::array<double, kMaxDimension> lower{};
  std::array<double, kMaxDimension> upper{};
  std::uint64_t cell = 0;
};

// What is known of g on a box. Without `differentiable`, the gradient says nothing.
struct LocalModel {
  Interval range;       // of g over the box
  Interval at_midpoint; // g at the exact midpoint
  std::array<Interval, kMaxDimension> gradient;
  bool differentiable = false;
};

struct IntegralBounds {
  double lower = 0; // at most the integral
  double upper = 0; // at least the integral; infinite where nothing is known
};

// The exponent p >= 1, exact, with what every cell needs of it. Construct with an open UpwardScope.
class Exponent {
public:
  explicit Exponent(const mpq_class &p);

  const mpq_class &exact() const noexcept { return exact_; }
  // |x|^p for an interval x >= 0, and its inverse.
  Interval power(const Interval &x) const;
  Interval root(const Interval &x) const;
  // An upper bound of || u ||_p / r for u uniform on [-r, r]: (p+1)^(-1/p).
  double uniform_norm_upper() const noexcept { return uniform_norm_upper_; }

  // Bounds of (E |X|^p)^(1/p), X = a + sum_j t_j U_j with independent U_j uniform on [-1, 1].
  Interval affine_norm(const Interval &a, std::span<const Interval> t) const;

private:
  Interval power_of(const Interval &x, const mpq_class &exponent) const;

  mpq_class exact_;
  Interval p_;
  Interval inverse_;
  int even_ = 2; // the largest even integer <= p, or 2 for p < 2
  bool is_one_ = false;
  bool is_two_ = false;
  bool is_even_ = false;
  double uniform_norm_upper_ = 1;
};

// Requires: an open UpwardScope; box.lower < box.upper in every coordinate.
IntegralBounds integral_of_power(const Exponent &p, int dimension, const Box &box, const LocalModel &model);

// The volume of the box.
Interval volume(int dimension, const Box &box);

} // namespace layercert
