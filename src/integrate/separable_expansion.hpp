// SquareNorms of f = sum_r prod_j u_rj(x_j), in any dimension: all integrals are sums of products of
// integrals over one coordinate.
//
// With g = sum_r prod_j U_rj, the U piecewise polynomials (axis_expansion.hpp), || f - g ||_2 <= eta by Lemma
// 44 of proofs/theorem.md, and norms for g are off by eta or 2 eta, as in legendre_expansion.hpp. Lemma 45:
// || g(. + h) - g ||^2 without cancellation, factor by factor. Lemma 46: over a cell of measure mu,
//
//     int |g - v|^2 = mu ((sum_r prod_j m_rj - v)^2 + sum_rs (prod_j (m_rj m_sj + c_rsj) - prod_j m_rj m_sj)),
//
// m the means over the cell's sides, and c the covariances.
#pragma once

#include "axis_expansion.hpp"
#include "square_norms.hpp"

#include "function/product_sum.hpp"

#include <oneapi/tbb/concurrent_unordered_map.h>

#include <memory>

namespace layercert {

class SeparableExpansion final : public SquareNorms {
public:
  // Nothing where f is not seen to be such a sum, or where eta is no small part of `tolerance` times || f -
  // mean ||_2. Requires: tolerance > 0; an open UpwardScope.
  static std::unique_ptr<SeparableExpansion> of(const Expression &f, std::size_t dimension, double tolerance);

  Interval difference_norm(std::span<const double> h) const override;
  std::optional<CellIntegrals> cell_integrals(int N, int level,
                                              const std::vector<Interval> &values) const override;
  bool may_integrate_cells(int N, int level) const override;
  double distance_upper() const override { return distance_upper_; }
  double slope_upper(std::size_t j) const override { return slopes_upper_[j]; }
  double second_slope_upper(std::size_t j, std::size_t k) const override {
    return second_slopes_upper_[j * axes_.size() + k];
  }
  double steepest_upper() const override { return steepest_upper_; }
  double rise_upper(std::span<const double> a, std::span<const double> b) const override;
  std::uint64_t cost() const override;

private:
  using Orders = std::vector<std::size_t>; // of the derivative by each coordinate
  using Steps = oneapi::tbb::concurrent_unordered_map<double, std::shared_ptr<const StepProducts>>;

  SeparableExpansion(ProductSum sum, std::vector<AxisExpansion> axes);
  Interval product_of(const Orders &orders, const Orders &others) const;
  double distance_of(const Orders &orders) const;
  Interval square_of_rise(const std::vector<std::shared_ptr<const StepProducts>> &steps) const;
  void find_slopes();
  std::shared_ptr<const StepProducts> with_step(std::size_t j, double h) const;

  std::vector<std::vector<std::size_t>> products_; // ProductSum::products
  std::vector<AxisExpansion> axes_;
  std::unique_ptr<Steps[]> steps_; // of every axis, what has been asked for
  double distance_upper_ = 0;
  std::vector<double> slopes_upper_;
  std::vector<double> second_slopes_upper_;
  double steepest_upper_ = 0;
};

// Whether the checker sees f as such a sum, too, of operations that it integrates along each axis where they
// are analytic: then it needs no boxes. f as it is written. Requires: an open UpwardScope.
bool is_integrated_by_checker(const Expression &f, std::size_t dimension);

} // namespace layercert
