// Taylor expansions of the smooth activations about many points at once, with what is lost by cutting them.
#pragma once

#include "layercert/network/network.hpp"

#include <array>
#include <cstddef>
#include <vector>

namespace layercert {

// s(c + y) for |y| <= rho, where s is the activation:
//   | s(c + y) - sum over k <= n of term[k] y^k | <= remainder,  |s'(c + y)| <= slope,  | s(c) - term[0] | <= value_error.
// All arrays have kCapacity numbers, and one more row a term.
struct SeriesBatch {
  static constexpr std::size_t kCapacity = 16;
  using Row = std::array<double, kCapacity>;
  std::vector<Row> terms; // n + 1
  Row remainder{};
  Row slope{};
  Row value_error{};
};

// What depends on activation and degree alone.
class ActivationSeries {
public:
  // Requires: a smooth activation (not ReLU, nor the identity), 1 <= degree <= 14, an open UpwardScope.
  ActivationSeries(Activation activation, int degree);

  Activation activation() const noexcept { return activation_; }

  // `rho` bounds |y| in the remainder, `reach` >= rho bounds it in the slope. A remainder is infinite where
  // rho is infinite or NaN, or the point is no finite number. Requires: an open UpwardScope.
  void expand(const SeriesBatch::Row &point, const SeriesBatch::Row &rho, const SeriesBatch::Row &reach,
              SeriesBatch &series) const;

private:
  void expand_sinusoid(std::size_t i, double point, double rho, double reach, SeriesBatch &series) const;
  void expand_tangent(std::size_t i, double point, double rho, double reach, SeriesBatch &series) const;

  Activation activation_;
  std::size_t degree_;
  std::vector<double> inverse_factorial_upper_; // 1/k!
  // tanh^(k)/k! = p_k(tanh) = (1 - tanh^2) q_k(tanh): coefficients of p_k, to nearest or next to it; the sums
  // of their magnitudes and of i times the i-th; and at least |q_k| on [-1, 1].
  std::vector<std::vector<double>> tangent_;
  std::vector<double> magnitude_upper_;
  std::vector<double> derivative_upper_;
  std::vector<double> quotient_upper_;
};

} // namespace layercert
