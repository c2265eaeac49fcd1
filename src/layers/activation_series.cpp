// Sine and cosine: all derivatives are sines, at most 1. tanh: its derivatives are polynomials in tanh, p_0 =
// z, p_1 = 1 - z^2, (k+1) p_(k+1) = (1 - z^2) p_k'(z). Sigmoid and softplus come from it: sigmoid(x) = (1 +
// tanh(x/2)) / 2, softplus' = sigmoid. The values of sine and tanh at points are Arb's, with its proved
// bounds (numeric/arb_point.hpp).
#include "activation_series.hpp"

#include "layercert/numeric/directed_double.hpp"
#include "layercert/numeric/interval.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/arb_point.hpp"
#include "numeric/bounds.hpp"

#include <gmpxx.h>

#include <algorithm>
#include <cassert>
#include <cmath>

namespace layercert {

namespace {

// In upward rounding an operation is off by less than 2^-52 of its result, or by 2^-1074.
constexpr double kUnit = 0x1p-52;

using Polynomial = std::vector<mpq_class>; // by rising power

// At least |q| on [-1, 1], by intervals on pieces of it.
double supremum_upper(const Polynomial &q) {
  constexpr int kPieces = 1024;
  std::vector<Interval> coefficients;
  for (const mpq_class &coefficient : q) {
    coefficients.push_back(enclosure(coefficient));
  }
  double result = 0;
  for (int i = -kPieces; i < kPieces; ++i) {
    const Interval z(static_cast<double>(i) / kPieces, static_cast<double>(i + 1) / kPieces); // exact
    Interval value(0.0);
    for (std::size_t k = coefficients.size(); k-- > 0;) {
      value = value * z + coefficients[k];
    }
    result = largest_upper(result, largest_upper(value.upper(), -value.lower()));
  }
  return result;
}

// e^x <= 1 + x + x^2 for 0 <= x <= 1; infinite beyond.
double short_exponential_upper(double x) { return x <= 1 ? add_up(1.0, add_up(x, mul_up(x, x))) : kInfinity; }

double midpoint(const PointEnclosure &value) { return value.floor; }
double radius_upper(const PointEnclosure &value) {
  return add_up(sub_up(value.ceiling, value.floor), value.radius);
}

// log(1 + e^c) as max(c, 0) + log(1 + e^-|c|).
Interval softplus_at(double c) {
  const double least = exp_down(-std::fabs(c));
  const double most = exp_up(-std::fabs(c));
  const Interval rest(log_down(add_down(1.0, least)), log_up(add_up(1.0, most)));
  return Interval(std::max(c, 0.0)) + rest;
}

} // namespace

ActivationSeries::ActivationSeries(Activation activation, int degree)
    : activation_(activation), degree_(static_cast<std::size_t>(degree)) {
  assert_upward();
  assert(degree >= 1 && degree <= 14);
  assert(activation != Activation::Relu && activation != Activation::Identity);
  mpz_class factorial = 1;
  for (std::size_t k = 0; k <= degree_ + 1; ++k) {
    factorial *= k == 0 ? 1UL : static_cast<unsigned long>(k);
    inverse_factorial_upper_.push_back(rational_to_double_upper(mpq_class(mpz_class(1), factorial)));
  }
  Polynomial p{0, 1};
  Polynomial q{}; // p_0 is no multiple of 1 - z^2
  for (std::size_t k = 0; k <= degree_ + 1; ++k) {
    std::vector<double> rounded;
    mpq_class magnitude = 0;
    mpq_class derivative = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
      rounded.push_back(rational_to_double_upper(p[i]));
      magnitude += abs(p[i]);
      derivative += abs(p[i]) * static_cast<unsigned long>(i);
    }
    tangent_.push_back(std::move(rounded));
    magnitude_upper_.push_back(rational_to_double_upper(magnitude));
    derivative_upper_.push_back(rational_to_double_upper(derivative));
    quotient_upper_.push_back(k == 0 ? kInfinity : supremum_upper(q));
    q.assign(p.size() - 1, 0);
    for (std::size_t i = 1; i < p.size(); ++i) {
      q[i - 1] = p[i] * mpq_class(static_cast<unsigned long>(i), static_cast<unsigned long>(k + 1));
      q[i - 1].canonicalize();
    }
    Polynomial next(q.size() + 2, 0);
    for (std::size_t i = 0; i < q.size(); ++i) {
      next[i] += q[i];
      next[i + 2] -= q[i];
    }
    p = std::move(next);
  }
}

void ActivationSeries::expand(const SeriesBatch::Row &point, const SeriesBatch::Row &rho,
                              const SeriesBatch::Row &reach, SeriesBatch &series) const {
  assert_upward();
  series.terms.resize(degree_ + 1);
  const bool sinusoid = activation_ == Activation::Sine || activation_ == Activation::Cosine;
  for (std::size_t i = 0; i < SeriesBatch::kCapacity; ++i) {
    if (!std::isfinite(point[i]) || !std::isfinite(rho[i]) || !std::isfinite(reach[i])) {
      for (SeriesBatch::Row &term : series.terms) {
        term[i] = 0;
      }
      series.remainder[i] = kInfinity;
      series.slope[i] = 1; // of all of these activations
      series.value_error[i] = kInfinity;
    } else if (sinusoid) {
      expand_sinusoid(i, point[i], rho[i], reach[i], series);
    } else {
      expand_tangent(i, point[i], rho[i], reach[i], series);
    }
  }
}

// |s(c + y) - sum over k <= n of s^(k)(c)/k! y^k| <= rho^(n+1)/(n+1)!.
void ActivationSeries::expand_sinusoid(std::size_t i, double point, double rho, double reach,
                                       SeriesBatch &series) const {
  PointEnclosure sine{};
  PointEnclosure cosine{};
  {
    const NearestScope nearest;
    arb_sin_cos_at(point, sine, cosine);
  }
  const double s = midpoint(sine);
  const double c = midpoint(cosine);
  const double error = largest_upper(radius_upper(sine), radius_upper(cosine));
  const bool is_sine = activation_ == Activation::Sine;
  const std::array<double, 4> cycle =
      is_sine ? std::array<double, 4>{s, c, -s, -c} : std::array<double, 4>{c, -s, -c, s};
  double remainder = 0;
  double power = 1; // rho^k
  for (std::size_t k = 0; k <= degree_; ++k) {
    const double term = mul_up(cycle[k % 4], inverse_factorial_upper_[k]);
    series.terms[k][i] = term;
    // The product and 1/k! are rounded, each by less than 2^-52 of itself.
    const double lost = add_up(mul_up(error, inverse_factorial_upper_[k]),
                               add_up(mul_up(3 * kUnit, std::fabs(term)), 0x1p-1000));
    if (k == 0) {
      series.value_error[i] = lost;
    }
    remainder = add_up(remainder, mul_up(lost, power));
    power = mul_up(power, rho);
  }
  series.remainder[i] = known_upper(add_up(remainder, mul_up(power, inverse_factorial_upper_[degree_ + 1])));
  series.slope[i] = std::min(1.0, add_up(std::fabs(is_sine ? c : s), add_up(error, reach)));
}

// With z = tanh(c), sech^2(c + y) <= sech^2(c) e^(2|y|), since the logarithm of sech^2 has slopes of at most
// 2.
void ActivationSeries::expand_tangent(std::size_t i, double point, double rho, double reach,
                                      SeriesBatch &series) const {
  const bool is_tanh = activation_ == Activation::Tanh;
  const double scale = is_tanh ? 1.0 : 0.5; // of the argument of tanh
  const double inner = scale * point;
  PointEnclosure value{};
  {
    const NearestScope nearest;
    value = arb_tanh_at(inner);
  }
  const double z = std::clamp(midpoint(value), -1.0, 1.0); // tanh lies in [-1, 1], so the error does not grow
  // Halving a subnormal number rounds it; tanh moves by no more.
  const double error = add_up(radius_upper(value), 0x1p-1000);
  const double least = std::max(0.0, sub_down(std::fabs(z), error));
  const double square = std::min(1.0, mul_up(sub_up(1.0, least), add_up(1.0, least))); // sech^2(c)
  const auto square_within = [&](double y) {
    return least_upper(1.0, mul_up(square, short_exponential_upper(mul_up(2.0, y))));
  };
  // p_k(z) in Horner's scheme: 2 operations a coefficient, each rounded, and so is every coefficient.
  const auto derivative = [&](std::size_t k) {
    double sum = 0;
    for (std::size_t j = tangent_[k].size(); j-- > 0;) {
      sum = add_up(mul_up(sum, z), tangent_[k][j]);
    }
    return sum;
  };
  const auto lost_upper = [&](std::size_t k) {
    const double operations = 3.0 * static_cast<double>(tangent_[k].size()) + 3.0;
    return add_up(
        add_up(mul_up(mul_up(operations, kUnit), magnitude_upper_[k]), mul_up(derivative_upper_[k], error)),
        0x1p-1000);
  };
  double remainder = 0;
  double power = 1;
  if (is_tanh) {
    for (std::size_t k = 0; k <= degree_; ++k) {
      series.terms[k][i] = derivative(k);
      remainder = add_up(remainder, mul_up(lost_upper(k), power));
      power = mul_up(power, rho);
    }
    const double sup = mul_up(square_within(rho), quotient_upper_[degree_ + 1]);
    series.remainder[i] = known_upper(add_up(remainder, mul_up(sup, power)));
    series.slope[i] = square_within(reach);
    series.value_error[i] = lost_upper(0);
    return;
  }
  // sigmoid^(k)/k! = 2^-(k+1) p_k(z), and 1/2 more for k = 0.
  const auto sigmoid_term = [&](std::size_t k) {
    const double part = std::ldexp(derivative(k), -static_cast<int>(k) - 1);
    return k == 0 ? add_up(0.5, part) : part;
  };
  const auto sigmoid_lost_upper = [&](std::size_t k) {
    return add_up(std::ldexp(lost_upper(k), -static_cast<int>(k) - 1), k == 0 ? 2 * kUnit : 0x1p-1000);
  };
  const auto sigmoid_sup = [&](std::size_t k, double y) { // of |sigmoid^(k)|/k!, k >= 1
    return mul_up(square_within(mul_up(0.5, y)), std::ldexp(quotient_upper_[k], -static_cast<int>(k) - 1));
  };
  if (activation_ == Activation::Sigmoid) {
    for (std::size_t k = 0; k <= degree_; ++k) {
      series.terms[k][i] = sigmoid_term(k);
      remainder = add_up(remainder, mul_up(sigmoid_lost_upper(k), power));
      power = mul_up(power, rho);
    }
    series.remainder[i] = known_upper(add_up(remainder, mul_up(sigmoid_sup(degree_ + 1, rho), power)));
    series.slope[i] = sigmoid_sup(1, reach);
    series.value_error[i] = sigmoid_lost_upper(0);
    return;
  }
  const Interval at_point = softplus_at(point);
  series.terms[0][i] = at_point.lower();
  remainder = sub_up(at_point.upper(), at_point.lower());
  series.value_error[i] = remainder;
  power = rho;
  for (std::size_t k = 1; k <= degree_; ++k) { // softplus^(k)/k! = sigmoid^(k-1)/(k-1)! / k
    const auto divisor = static_cast<double>(k);
    const double term = div_up(sigmoid_term(k - 1), divisor);
    series.terms[k][i] = term;
    const double lost = add_up(div_up(sigmoid_lost_upper(k - 1), divisor),
                               add_up(mul_up(2 * kUnit, std::fabs(term)), 0x1p-1000));
    remainder = add_up(remainder, mul_up(lost, power));
    power = mul_up(power, rho);
  }
  const double sup = div_up(sigmoid_sup(degree_, rho), static_cast<double>(degree_ + 1));
  series.remainder[i] = known_upper(add_up(remainder, mul_up(sup, power)));
  series.slope[i] =
      least_upper(1.0, add_up(add_up(sigmoid_term(0), sigmoid_lost_upper(0)), mul_up(0.25, reach)));
}

} // namespace layercert
