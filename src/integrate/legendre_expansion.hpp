// || f(. + h) - f ||_2, and the integrals of |f - v|^2 over cells, for smooth f, at a small part of the price
// of an integral over boxes: f is expanded once, for all shifts and levels.
//
// Let g = sum_k c_k prod_j P_(k_j)(x_j), where P_n is Legendre's polynomial on [0, 1], and || f - g ||_2 <=
// eta over the cube. By Minkowski's inequality,
//
//     | || f(. + h) - f ||_2 - || g(. + h) - g ||_2 | <= 2 eta,
//
// for x and x + h run over parts of the cube. With a_j = |h_j|, let x_j = (1 - a_j) y_j, and x_j + h_j = (1 -
// a_j) y_j + a_j (the other way round where h_j < 0); y runs over the cube while x runs over Omega_h. If 2 y
// - 1 is put in as (1 - a) (2 y - 1) - a or + a, P_n is a combination of P_0, ..., P_n, by the recurrence (n
// + 1) P_(n+1) = (2 n + 1) (2 y - 1) P_n - n P_(n-1). So g(x + h) - g(x) = sum_m e_m prod_j P_(m_j)(y_j), and
// by orthogonality
//
//     || g(. + h) - g ||_2^2 = prod_j (1 - a_j)  sum_m e_m^2 / prod_j (2 m_j + 1).
//
// The c are doubles near those of f, and no claim rests on how they were found. For eta, the cube is cut into
// cells; on a cell with centre c and half sides r, u = r t, Taylor's formula of degree m for f
// (function/taylor_evaluator.hpp) and the exact expansion g = sum_a G_a t^a give
//
//     |f - g| <= sum_(|a| < m) |f_a(c) r^a - G_a| + sum_(|a| = m) |F_a r^a - G_a| + sum_(|a| > m) |G_a|,
//
// F_a the range of f_a over the cell, and eta^2 is the sum of the squares times the cells' volumes.
//
// On the cells of a level, K = N^l along each axis, let Q_j leave out the terms of P_m, m >= M, of the
// expansions along x_j on each of the K slabs: orthogonal projections of L^2 that commute. With g - Q_1 ...
// Q_d g = sum_j Q_1 ... Q_(j-1) (g - Q_j g), for v that is constant on every cell,
//
//     | || f - v ||_2 - || Q_1 ... Q_d g - v ||_2 | <= eta + sum_j || g - Q_j g ||_2.
//
// For another p the distances are eta = sup |f - g|, at least || f - g ||_p, and || g(. + h) - g ||_p and
// || g - v ||_p come from integrate_powers() (legendre_powers.hpp), off what is left out of g.
//
// All norms on the right are sums of squares of coefficients, with M^d of them a cell in the second on the
// left.
#pragma once

#include "exponent.hpp"
#include "square_norms.hpp"

#include "layercert/function/expression.hpp"
#include "layercert/numeric/interval.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace layercert {

// Immutable: for any number of threads.
class LegendreExpansion final : public SquareNorms {
public:
  // Nothing where f is not known to be smooth on the cube, or is not near a polynomial of a sensible degree.
  // eta is then a small part of `tolerance` times || f - mean ||_2. `degree`: of g in every coordinate; 0 for
  // the least that serves; another may leave eta larger. The same result for any number of threads. Requires:
  // tolerance > 0; 1 <= p <= kLargestPower; an open UpwardScope.
  static std::optional<LegendreExpansion> of(const Expression &f, std::size_t dimension, double tolerance,
                                             int degree = 0, const mpq_class &p = 2);

  Interval difference_norm(std::span<const double> h) const override;
  std::optional<CellIntegrals> cell_integrals(int N, int level,
                                              const std::vector<Interval> &values) const override;
  bool may_integrate_cells(int N, int level) const override;
  double distance_upper() const noexcept override { return distance_upper_; } // eta
  double slope_upper(std::size_t j) const override { return slopes_upper_[j]; }
  double second_slope_upper(std::size_t j, std::size_t k) const override {
    return second_slopes_upper_[j * dimension_ + k];
  }
  double steepest_upper() const override { return steepest_upper_; }
  std::uint64_t cost() const override;
  mpq_class exponent() const override { return p_.exact(); }

private:
  LegendreExpansion(std::size_t dimension, std::size_t count, const std::vector<double> &coefficients,
                    const mpq_class &p);

  Interval norm_of_powers(std::vector<Interval> tensor, const Interval &measure, double gap) const;
  std::optional<CellIntegrals> cell_powers(int N, int level, const std::vector<Interval> &values) const;

  void find_slopes();

  std::size_t dimension_;
  Exponent p_;
  double gap_ = 0;                     // of a norm for p other than 2
  std::size_t count_;                  // 1 + the degree of g in every coordinate
  std::vector<Interval> coefficients_; // c, the first coordinate's index fastest
  std::vector<Interval> squares_;      // 1 / prod_j (2 m_j + 1), in the same order
  std::vector<double> slopes_upper_;
  std::vector<double> second_slopes_upper_;
  double steepest_upper_ = 0;
  double negligible_ = 0; // so little may the projections on cells leave out
  double distance_upper_ = 0;
};

} // namespace layercert
