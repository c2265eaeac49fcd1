#include "layercert/certify/box_bounds.hpp"

#include "layercert/numeric/elementary.hpp"

#include <cassert>
#include <cmath>
#include <limits>
#include <vector>

namespace layercert {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The binomial coefficients of even order, (2n choose 2k), exactly in double for 2n <= 50.
double binomial(int n, int k) {
  double result = 1;
  for (int i = 1; i <= k; ++i) {
    result = result * (n - k + i) / i;
  }
  return result;
}

// E X^0, E X^2, ..., E X^(2n) for X = a + sum t_j U_j. Odd moments of a + (symmetric) do not vanish, but those of
// the symmetric part S = sum t_j U_j do: first the even moments of S, term by term, then
// E (a + S)^2k = sum over i of (2k choose 2i) a^(2k-2i) E S^2i. All terms are nonnegative.
std::vector<Interval> even_moments(const Interval &a, std::span<const Interval> t, int n) {
  const std::size_t count = static_cast<std::size_t>(n) + 1;
  std::vector<Interval> moments(count, Interval(0.0));
  moments[0] = Interval(1.0);
  const auto add_symmetric = [&](const Interval &square, bool uniform) {
    std::vector<Interval> powers(count, Interval(1.0)); // of the new term: t^2i / (2i+1), or a^2i
    for (std::size_t i = 1; i < count; ++i) {
      powers[i] = powers[i - 1] * square;
    }
    std::vector<Interval> next(count, Interval(0.0));
    for (std::size_t k = 0; k < count; ++k) {
      for (std::size_t i = 0; i <= k; ++i) {
        Interval term =
            moments[k - i] * powers[i] * Interval(binomial(2 * static_cast<int>(k), 2 * static_cast<int>(i)));
        if (uniform) {
          term /= Interval(static_cast<double>(2 * i + 1));
        }
        next[k] += term;
      }
    }
    moments = std::move(next);
  };
  for (const Interval &term : t) {
    add_symmetric(Interval(mul_down(term.lower(), term.lower()), mul_up(term.upper(), term.upper())), true);
  }
  const Interval magnitude = abs_range(a);
  add_symmetric(
      Interval(mul_down(magnitude.lower(), magnitude.lower()), mul_up(magnitude.upper(), magnitude.upper())),
      false);
  return moments;
}

// x^e for x >= 0 and 8e a whole number up to 8 * 64, by products and square roots: several times faster than MPFR's pow, and a
// few units in the last place wider. False for any other e.
bool power_by_roots(const Interval &x, const mpq_class &e, Interval &result) {
  const mpq_class eighths = e * 8;
  if (eighths.get_den() != 1 || eighths < 0 || eighths > 512) {
    return false;
  }
  const unsigned long n = eighths.get_num().get_ui();
  const auto product = [](const Interval &a, const Interval &b) { // both >= 0
    return Interval(mul_down(a.lower(), b.lower()), mul_up(a.upper(), b.upper()));
  };
  result = Interval(1.0);
  Interval factor = x; // x^(2^i), squared on the way
  for (unsigned long whole = n / 8; whole != 0; whole /= 2) {
    if (whole % 2 == 1) {
      result = product(result, factor);
    }
    if (whole > 1) {
      factor = product(factor, factor);
    }
  }
  factor = x;
  for (unsigned long bit = 4; bit != 0 && n % 8 != 0; bit /= 2) { // x^(1/2), x^(1/4), x^(1/8)
    factor = Interval(sqrt_down(factor.lower()), sqrt_up(factor.upper()));
    if ((n & bit) != 0) {
      result = product(result, factor);
    }
  }
  return true;
}

} // namespace

Exponent::Exponent(const mpq_class &p)
    : exact_(p), p_(enclosure(p)), inverse_(enclosure(mpq_class(1 / p))), is_one_(p == 1), is_two_(p == 2) {
  assert(p >= 1);
  while (mpq_class(even_ + 2) <= p && even_ < 48) {
    even_ += 2;
  }
  is_even_ = mpq_class(even_) == p;
  // (p+1)^(-1/p); it is below 1 for every p >= 1, and 1/2, 1/sqrt 3 for p = 1, 2.
  bool undefined = false;
  uniform_norm_upper_ = power_range(Interval(1.0) + p_, -inverse_, undefined).upper();
}

Interval Exponent::power_of(const Interval &x, const mpq_class &exponent) const {
  bool undefined = false;
  if (exponent == 1) {
    return x;
  }
  const Interval base(std::max(0.0, x.lower()), x.upper());
  Interval result;
  return bounded(base) && power_by_roots(base, exponent, result)
             ? result
             : power_range(base, enclosure(exponent), undefined);
}

Interval Exponent::power(const Interval &x) const {
  assert(x.lower() >= 0);
  if (is_one_) {
    return x;
  }
  if (is_two_) {
    return {mul_down(x.lower(), x.lower()), mul_up(x.upper(), x.upper())};
  }
  return power_of(x, exact_);
}

Interval Exponent::root(const Interval &x) const {
  assert(x.lower() >= 0);
  if (is_one_) {
    return x;
  }
  if (is_two_) {
    return {sqrt_down(x.lower()), sqrt_up(x.upper())};
  }
  bool undefined = false;
  return power_range(x, inverse_, undefined);
}

Interval Exponent::affine_norm(const Interval &a, std::span<const Interval> t) const {
  Interval reach(0.0); // |X - a| <= reach
  for (const Interval &term : t) {
    reach += term;
  }
  const Interval magnitude = abs_range(a);
  if (is_one_ && magnitude.lower() >= reach.upper()) {
    return magnitude; // no change of sign: E |a + S| = |a|
  }
  if (is_one_ && t.size() == 1 && t[0].lower() > 0) {
    // E |a + tU| = (a^2 + t^2) / (2t) for |a| <= t; for |a| > t it is |a|, which is not more than that formula, and a
    // straddling `a` is covered from below by |a| alone.
    const Interval inside = (Interval(mul_down(magnitude.lower(), magnitude.lower()),
                                      mul_up(magnitude.upper(), magnitude.upper())) +
                             t[0] * t[0]) /
                            (Interval(2.0) * t[0]);
    if (magnitude.upper() <= t[0].lower()) {
      return inside;
    }
    return {magnitude.lower(), inside.upper()};
  }
  // Moments of even order are exact; between two of them log E|X|^p is convex in p (Hoelder, Lyapunov).
  if (exact_ < 2) {
    const std::vector<Interval> moments = even_moments(a, t, 2);
    const Interval upper = root(power_of(moments[1], exact_ / 2)); // E|X|^p <= (E X^2)^(p/2)
    double lower = magnitude.lower();                              // Jensen: E|X| >= |E X|
    if (moments[2].upper() > 0) {
      // E X^2 <= (E|X|^p)^(2/(4-p)) (E X^4)^((2-p)/(4-p))
      bool undefined = false;
      const Interval quotient =
          divide_range(power_of(moments[1], (4 - exact_) / 2),
                       Interval(power_of(moments[2], (2 - exact_) / 2).upper()), undefined);
      if (!undefined && quotient.lower() > 0) {
        lower = std::max(lower, root(quotient).lower());
      }
    }
    return {std::min(lower, upper.upper()), upper.upper()};
  }
  const int n = even_ / 2;
  const std::vector<Interval> moments = even_moments(a, t, is_even_ ? n : n + 1);
  const Interval &below = moments[static_cast<std::size_t>(n)];
  if (is_two_) {
    return root(below);
  }
  if (is_even_) {
    return root(below);
  }
  const double lower = power_of(below, mpq_class(1, even_)).lower(); // (E|X|^p)^(1/p) >= (E X^2n)^(1/2n)
  if (exact_ > even_ + 2) { // beyond the moments kept here: the supremum
    return {lower, (magnitude + reach).upper()};
  }
  const mpq_class to_above = (exact_ - even_) / 2; // p = (1-s) 2n + s (2n+2)
  const Interval upper =
      power_of(below, 1 - to_above) * power_of(moments[static_cast<std::size_t>(n) + 1], to_above);
  return {lower, root(Interval(std::max(0.0, upper.lower()), upper.upper())).upper()};
}

Interval volume(int dimension, const Box &box) {
  Interval result(1.0);
  for (std::size_t j = 0; j < static_cast<std::size_t>(dimension); ++j) {
    result *= Interval(box.upper[j]) - Interval(box.lower[j]);
  }
  return result;
}

IntegralBounds integral_of_power(const Exponent &p, int dimension, const Box &box, const LocalModel &model) {
  const Interval measure = volume(dimension, box);
  const Interval range = abs_range(model.range);
  double norm_lower = range.lower(); // of (mean of |g|^p)^(1/p)
  double norm_upper = range.upper();
  if (model.differentiable) {
    // g(x) = g(mid) + sum_j G_j(x) u_j, u = x - mid; with the slopes s_j inside G_j,
    // |g - (g(mid) + sum s_j u_j)| <= sum rad(G_j) |u_j|, and || u_j ||_p = (p+1)^(-1/p) r_j.
    std::array<Interval, kMaxDimension> t;
    double remainder_upper = 0;
    for (std::size_t j = 0; j < static_cast<std::size_t>(dimension); ++j) {
      const Interval half_width = (Interval(box.upper[j]) - Interval(box.lower[j])) / Interval(2.0);
      const Interval &slope = model.gradient[j];
      const double middle = slope.lower() / 2 + slope.upper() / 2;
      const double radius_upper = std::max(sub_up(slope.upper(), middle), sub_up(middle, slope.lower()));
      t[j] = Interval(std::fabs(middle)) * half_width;
      remainder_upper =
          add_up(remainder_upper, mul_up(mul_up(radius_upper, half_width.upper()), p.uniform_norm_upper()));
    }
    if (std::isfinite(remainder_upper) && bounded(model.at_midpoint)) {
      const Interval norm = p.affine_norm(
          model.at_midpoint, std::span<const Interval>(t.data(), static_cast<std::size_t>(dimension)));
      norm_upper = std::min(norm_upper, add_up(norm.upper(), remainder_upper));
      norm_lower = std::max(norm_lower, sub_down(norm.lower(), remainder_upper));
    }
  }
  if (!(norm_upper < kInfinity)) {
    return {0, kInfinity};
  }
  const Interval mean = p.power(Interval(std::max(0.0, std::min(norm_lower, norm_upper)), norm_upper));
  return {mul_down(mean.lower(), measure.lower()), mul_up(mean.upper(), measure.upper())};
}

} // namespace layercert
