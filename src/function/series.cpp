#include "series.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"
#include "numeric/signs.hpp"

#include <algorithm>
#include <cassert>

namespace layercert {

namespace {

// A sum of products; many coefficients are exactly 0.
void add_product(Interval &sum, const Interval &x, const Interval &y) {
  if (!is_zero(x) && !is_zero(y)) {
    sum += x * y;
  }
}

} // namespace

SeriesArithmetic::SeriesArithmetic(std::size_t dimension, int degree) : monomials_(dimension, degree) {
  const auto d = dimension;
  std::vector<std::uint8_t> b(d);
  std::vector<std::uint8_t> c(d);
  for (std::size_t a = 0; a < monomials_.count(); ++a) {
    first_split_.push_back(splits_.size());
    std::fill(b.begin(), b.end(), std::uint8_t{0});
    while (true) { // all b <= a in every coordinate
      for (std::size_t j = 0; j < d; ++j) {
        c[j] = static_cast<std::uint8_t>(monomials_.exponent(a, j) - b[j]);
      }
      splits_.push_back(
          {static_cast<std::uint32_t>(monomials_.find(b)), static_cast<std::uint32_t>(monomials_.find(c))});
      std::size_t j = 0;
      while (j < d && b[j] == monomials_.exponent(a, j)) {
        b[j++] = 0;
      }
      if (j == d) {
        break;
      }
      ++b[j];
    }
    std::sort(splits_.begin() + static_cast<std::ptrdiff_t>(first_split_[a]), splits_.end(),
              [](const Split &x, const Split &y) { return x.b < y.b; });
  }
  first_split_.push_back(splits_.size());
  weighted_.resize(monomials_.count());
}

void SeriesArithmetic::weigh(ConstSeries g, std::size_t count) {
  for (std::size_t c = 0; c < count; ++c) {
    weighted_[c] = static_cast<double>(monomials_.degree_of(c)) * g[c];
  }
}

void SeriesArithmetic::multiply(ConstSeries f, ConstSeries g, Series h) const {
  assert_upward();
  for (std::size_t a = 0; a < h.size(); ++a) {
    Interval sum(0.0);
    for (const Split &split : splits(a)) {
      add_product(sum, f[split.b], g[split.c]);
    }
    h[a] = sum;
  }
}

// Of g^2, each mixed product once.
Interval SeriesArithmetic::square_coefficient(ConstSeries g, std::size_t a) const {
  Interval mixed(0.0);
  Interval own(0.0);
  for (const Split &split : splits(a)) {
    if (split.b < split.c) {
      add_product(mixed, g[split.b], g[split.c]);
    } else if (split.b == split.c) {
      own = square_of(g[split.b]);
    }
  }
  return 2.0 * mixed + own;
}

void SeriesArithmetic::square(ConstSeries g, const Interval &h_0, Series h) const {
  assert_upward();
  h[0] = h_0;
  for (std::size_t a = 1; a < h.size(); ++a) {
    h[a] = square_coefficient(g, a);
  }
}

// f_a = sum of h_b g_c, of which the last term is h_a g_0.
void SeriesArithmetic::divide(ConstSeries f, ConstSeries g, const Interval &h_0, Series h) const {
  assert_upward();
  h[0] = h_0;
  for (std::size_t a = 1; a < h.size(); ++a) {
    Interval sum(0.0);
    for (const Split &split : splits(a).first(splits(a).size() - 1)) {
      add_product(sum, h[split.b], g[split.c]);
    }
    h[a] = (f[a] - sum) / g[0];
  }
}

void SeriesArithmetic::power(ConstSeries g, std::int32_t n, const Interval &h_0, Series h) {
  assert_upward();
  assert(n >= 1);
  // From the highest bit of n down.
  scratch_.assign(g.begin(), g.begin() + static_cast<std::ptrdiff_t>(h.size()));
  other_scratch_.resize(h.size());
  int bit = 30;
  while ((n >> bit & 1) == 0) {
    --bit;
  }
  while (bit-- > 0) {
    square(scratch_, square_of(scratch_[0]), other_scratch_);
    scratch_.swap(other_scratch_);
    if ((n >> bit & 1) != 0) {
      multiply(scratch_, g, other_scratch_);
      scratch_.swap(other_scratch_);
    }
  }
  std::copy(scratch_.begin(), scratch_.end(), h.begin());
  h[0] = h_0;
}

// g E h = r h E g: |a| h_a g_0 = sum over c != 0 of (r |c| - |b|) h_b g_c.
void SeriesArithmetic::power(ConstSeries g, const Interval &r, const Interval &h_0, Series h) {
  assert_upward();
  h[0] = h_0;
  for (std::size_t a = 1; a < h.size(); ++a) {
    Interval sum(0.0);
    const int degree = monomials_.degree_of(a);
    for (const Split &split : splits(a).first(splits(a).size() - 1)) {
      const int of_c = monomials_.degree_of(split.c);
      if (!is_zero(g[split.c]) && !is_zero(h[split.b])) {
        sum +=
            (static_cast<double>(of_c) * r - static_cast<double>(degree - of_c)) * (h[split.b] * g[split.c]);
      }
    }
    h[a] = sum / (static_cast<double>(degree) * g[0]);
  }
}

// h^2 = g: g_a = 2 h_0 h_a + the products of two others.
void SeriesArithmetic::sqrt(ConstSeries g, const Interval &h_0, Series h) const {
  assert_upward();
  h[0] = h_0;
  for (std::size_t a = 1; a < h.size(); ++a) {
    h[a] = Interval(0.0);
    h[a] = (g[a] - square_coefficient(h, a)) / (2.0 * h_0);
  }
}

void SeriesArithmetic::exp(ConstSeries g, const Interval &h_0, Series h) {
  assert_upward();
  weigh(g, h.size());
  h[0] = h_0;
  for (std::size_t a = 1; a < h.size(); ++a) {
    Interval sum(0.0);
    for (const Split &split : splits(a).first(splits(a).size() - 1)) {
      add_product(sum, h[split.b], weighted_[split.c]);
    }
    h[a] = sum / static_cast<double>(monomials_.degree_of(a));
  }
}

void SeriesArithmetic::sine_and_cosine(ConstSeries g, int sign, const Interval &s_0, const Interval &c_0,
                                       Series s, Series c) {
  assert_upward();
  weigh(g, s.size());
  s[0] = s_0;
  c[0] = c_0;
  for (std::size_t a = 1; a < s.size(); ++a) {
    Interval of_sine(0.0);
    Interval of_cosine(0.0);
    for (const Split &split : splits(a).first(splits(a).size() - 1)) {
      if (!is_zero(weighted_[split.c])) {
        add_product(of_sine, c[split.b], weighted_[split.c]);
        add_product(of_cosine, s[split.b], weighted_[split.c]);
      }
    }
    const auto degree = static_cast<double>(monomials_.degree_of(a));
    s[a] = of_sine / degree;
    c[a] = (sign < 0 ? -of_cosine : of_cosine) / degree;
  }
}

// With w = 1 + sign h^2: |a| h_a = sum of w_b |c| g_c, and w_b only needs h of lower degree.
void SeriesArithmetic::tangent(ConstSeries g, int sign, const Interval &h_0, Series h) {
  assert_upward();
  weigh(g, h.size());
  scratch_.assign(h.size(), Interval(0.0));
  std::fill(h.begin(), h.end(), Interval(0.0));
  h[0] = h_0;
  const Interval square_0 = square_of(h_0);
  scratch_[0] = sign > 0 ? 1.0 + square_0 : 1.0 - square_0;
  for (std::size_t a = 1; a < h.size(); ++a) {
    Interval sum(0.0);
    for (const Split &split : splits(a).first(splits(a).size() - 1)) {
      add_product(sum, scratch_[split.b], weighted_[split.c]);
    }
    h[a] = sum / static_cast<double>(monomials_.degree_of(a));
    const Interval square_a = square_coefficient(h, a);
    scratch_[a] = sign > 0 ? square_a : -square_a;
  }
}

// |a| g_a = sum of |b| h_b w_c.
void SeriesArithmetic::primitive(ConstSeries g, ConstSeries w, const Interval &h_0, Series h) {
  assert_upward();
  h[0] = h_0;
  weighted_[0] = Interval(0.0); // here of h
  for (std::size_t a = 1; a < h.size(); ++a) {
    Interval sum(0.0);
    for (const Split &split : splits(a).first(splits(a).size() - 1)) {
      add_product(sum, weighted_[split.b], w[split.c]);
    }
    const auto degree = static_cast<double>(monomials_.degree_of(a));
    h[a] = (g[a] - sum / degree) / w[0];
    weighted_[a] = degree * h[a];
  }
}

} // namespace layercert
