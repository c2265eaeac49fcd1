// || f(. + h) - f ||_2 for smooth f, at a small part of the price of an integral over boxes: f is expanded once, for all shifts and levels.
//
// Let g = sum_k c_k prod_j P_(k_j)(x_j), where P_n is Legendre's polynomial on [0, 1], and || f - g ||_2 <= eta over the cube. By Minkowski's inequality,
//
//     | || f(. + h) - f ||_2 - || g(. + h) - g ||_2 | <= 2 eta,
//
// for x and x + h run over parts of the cube. With a_j = |h_j|, let x_j = (1 - a_j) y_j, and x_j + h_j = (1 - a_j) y_j + a_j (the other way round
// where h_j < 0); y runs over the cube while x runs over Omega_h. If 2 y - 1 is put in as (1 - a) (2 y - 1) - a or + a, P_n is a combination of P_0, ..., P_n,
// by the recurrence (n + 1) P_(n+1) = (2 n + 1) (2 y - 1) P_n - n P_(n-1). So g(x + h) - g(x) = sum_m e_m prod_j P_(m_j)(y_j), and by orthogonality
//
//     || g(. + h) - g ||_2^2 = prod_j (1 - a_j)  sum_m e_m^2 / prod_j (2 m_j + 1).
//
// The c are doubles near those of f, and no claim rests on how they were found. For eta, the cube is cut into cells; on a cell with centre c and half
// sides r, u = r t, Taylor's formula of degree m for f (function/taylor_evaluator.hpp) and the exact expansion g = sum_a G_a t^a give
//
//     |f - g| <= sum_(|a| < m) |f_a(c) r^a - G_a| + sum_(|a| = m) |F_a r^a - G_a| + sum_(|a| > m) |G_a|,
//
// F_a the range of f_a over the cell, and eta^2 is the sum of the squares times the cells' volumes.
#pragma once

#include "layercert/function/expression.hpp"
#include "layercert/numeric/interval.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace layercert {

// Immutable: for any number of threads.
class LegendreDifference {
public:
  // Nothing where f is not known to be smooth on the cube, or is not near a polynomial of a sensible degree. `degree`: of g in every coordinate; 0 for
  // the least that serves, and then eta is small beside || f - mean ||_2. The same result for any number of threads. Requires: an open UpwardScope.
  static std::optional<LegendreDifference> of(const Expression &f, int dimension, int degree = 0);

  // Encloses || f(. + h) - f ||_2 over Omega_h. Requires: |h_j| < 1; an open UpwardScope.
  Interval norm(std::span<const double> h) const;
  // eta.
  double distance_upper() const noexcept { return distance_upper_; }
  // About how many boxes of an integral take as long as one norm.
  std::uint64_t cost() const;

private:
  LegendreDifference(int dimension, std::size_t count, const std::vector<double> &coefficients);

  std::size_t dimension_;
  std::size_t count_;                  // 1 + the degree of g in every coordinate
  std::vector<Interval> coefficients_; // c, the first coordinate's index fastest
  std::vector<Interval> squares_;      // 1 / prod_j (2 m_j + 1), in the same order
  double distance_upper_ = 0;
};

} // namespace layercert
