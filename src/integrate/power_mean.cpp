#include "power_mean.hpp"

#include "layercert/numeric/rounding_scope.hpp"

#include <cassert>

namespace layercert {

namespace {

constexpr std::size_t kMostCoefficients = 500; // of the higher one of the two factors

} // namespace

Interval monomial_mean(const Monomials &monomials, std::size_t a) {
  assert_upward();
  double divisor = 1; // a whole number, far below 2^53 for every degree in use
  for (std::size_t j = 0; j < monomials.dimension(); ++j) {
    if (monomials.exponent(a, j) % 2 != 0) {
      return Interval(0.0);
    }
    divisor = mul_up(divisor, monomials.exponent(a, j) + 1);
  }
  assert(divisor < 0x1p53);
  return Interval(1.0) / divisor;
}

bool PowerMean::affordable(std::size_t dimension, int degree, int n) {
  const int half = n / 2 + n % 2;
  return degree <= 255 && half <= 255 && half * degree <= 255 &&
         Monomials::count_of(dimension, half * degree) <= kMostCoefficients;
}

PowerMean::PowerMean(std::size_t dimension, int degree, int n) : n_(n) {
  assert_upward();
  assert(n >= 1 && affordable(dimension, degree, n));
  const int low = n / 2;
  const int high = n - low;
  const Monomials monomials(dimension, high * degree);
  count_ = monomials.begin_of(degree + 1);
  for (int k = 1; k <= high; ++k) {
    counts_.push_back(monomials.begin_of(k * degree + 1));
  }
  for (int k = 1; k < high; ++k) {
    std::vector<std::uint32_t> &places = places_.emplace_back();
    for (std::size_t a = 0; a < monomials.begin_of(k * degree + 1); ++a) {
      for (std::size_t b = 0; b < count_; ++b) {
        places.push_back(static_cast<std::uint32_t>(monomials.product(a, b)));
      }
    }
  }
  for (std::size_t a = 0; a < monomials.begin_of(low * degree + 1); ++a) {
    for (std::size_t b = low == high ? a : 0; b < monomials.count(); ++b) {
      double divisor = 1;
      bool even = true;
      for (std::size_t j = 0; j < dimension; ++j) {
        const int exponent = monomials.exponent(a, j) + monomials.exponent(b, j);
        even = even && exponent % 2 == 0;
        divisor = mul_up(divisor, exponent + 1);
      }
      if (even) { // the mixed terms of a square come twice
        pairs_.push_back({static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(b),
                          Interval(low == high && a != b ? 2.0 : 1.0) / divisor});
      }
    }
  }
}

Interval PowerMean::operator()(ConstSeries p) const {
  assert_upward();
  assert(p.size() == count_);
  std::vector<Interval> low;
  std::vector<Interval> high(p.begin(), p.end());
  if (n_ == 1) {
    low.assign(1, Interval(1.0));
  }
  for (std::size_t k = 1; k <= places_.size(); ++k) { // high = P^k
    std::vector<Interval> next(counts_[k], Interval(0.0));
    for (std::size_t a = 0; a < high.size(); ++a) {
      for (std::size_t b = 0; b < count_; ++b) {
        next[places_[k - 1][a * count_ + b]] += high[a] * p[b];
      }
    }
    low.swap(high);
    high.swap(next);
  }
  const std::vector<Interval> &first = n_ % 2 == 0 ? high : low;
  Interval sum(0.0);
  for (const Pair &pair : pairs_) {
    sum += first[pair.a] * high[pair.b] * pair.mean;
  }
  return sum;
}

} // namespace layercert
