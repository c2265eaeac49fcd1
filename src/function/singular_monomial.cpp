#include "singular_monomial.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"
#include "numeric/signs.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace layercert {

namespace {

// |g|^-e, 0 < e < 1.
struct Pole {
  BaseBounds g;
  mpq_class e;
};

// At most the size of a slope, 0 where it has no bound.
double least_slope(const Interval &x) { return bounded(x) ? mignitude_lower(x) : 0; }

// x^e, e >= 0, rounded as `times` and `root` round: whole eighths by products and square roots, many times
// faster than `otherwise`.
template <class Otherwise>
double by_roots(double x, const mpq_class &e, double times(double, double), double root(double),
                const Otherwise &otherwise) {
  if (e == 0) {
    return 1;
  }
  if (!(x > 0) || std::isinf(x)) {
    return x > 0 ? x : 0;
  }
  const mpq_class eighths = e * 8;
  if (eighths.get_den() != 1 || eighths > 256) {
    return otherwise();
  }
  const auto n = static_cast<unsigned>(eighths.get_num().get_ui());
  double result = 1;
  double factor = x;
  for (unsigned whole = n / 8; whole != 0; whole /= 2) {
    result = whole % 2 == 1 ? times(result, factor) : result;
    factor = whole > 1 ? times(factor, factor) : factor;
  }
  factor = x;
  for (unsigned bit = 4; bit != 0 && n % 8 != 0; bit /= 2) {
    factor = root(factor);
    result = (n & bit) != 0 ? times(result, factor) : result;
  }
  return result;
}

double width_upper(const Interval &x) { return sub_up(x.upper(), x.lower()); }

// w^(1-e) / (1-e), the integral of y^-e from 0 to w.
double primitive_upper(double w, const mpq_class &e) {
  return div_up(rational_power_upper(w, mpq_class(1 - e)), enclosure(mpq_class(1 - e)).lower());
}

// One pole. With |dg/dx_j| >= m, on each line along x_j |g| >= m |x_j - xi| for some xi, which is an end of
// the line if g has one sign only: the integral along the line is at most s m^-e (w_j / s)^(1-e) / (1-e),
// with s sides of xi.
double line_bound(const Pole &pole, std::span<const Interval> box) {
  const double sides = pole.g.range.lower() >= 0 || pole.g.range.upper() <= 0 ? 1 : 2;
  double best = kInfinity;
  for (std::size_t j = 0; j < box.size(); ++j) {
    const double slope = least_slope(pole.g.gradient[j]);
    if (!(slope > 0)) {
      continue;
    }
    double bound = mul_up(sides, primitive_upper(div_up(width_upper(box[j]), sides), pole.e));
    bound = mul_up(bound, rational_power_upper(slope, mpq_class(-pole.e)));
    for (std::size_t i = 0; i < box.size(); ++i) {
      bound = i == j ? bound : mul_up(bound, width_upper(box[i]));
    }
    best = least_upper(best, bound);
  }
  return best;
}

// K poles. If every matrix of the interval Jacobian by K of the coordinates is regular, (g_1, .., g_K) is
// injective in these coordinates, and the change of variables gives prod (integral of |y|^-e_k over the range
// of g_k) / min |det|, times the widths of the other coordinates. Elimination with interval pivots bounds the
// determinant. The g_k need only be Lipschitz (Lemma 24 of proofs/lemmas.md).
double jacobian_bound(const std::vector<Pole> &poles, std::span<const Interval> box) {
  const std::size_t d = box.size();
  if (poles.size() > d) {
    return kInfinity;
  }
  std::vector<std::vector<Interval>> rows;
  for (const Pole &pole : poles) {
    rows.emplace_back(pole.g.gradient.begin(), pole.g.gradient.end());
  }
  std::vector<bool> taken(d, false);
  double bound = 1;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    std::size_t pivot = d;
    for (std::size_t j = 0; j < d; ++j) {
      if (!taken[j] && least_slope(rows[k][j]) > (pivot == d ? 0 : least_slope(rows[k][pivot]))) {
        pivot = j;
      }
    }
    if (pivot == d) {
      return kInfinity;
    }
    taken[pivot] = true;
    bound = div_up(bound, least_slope(rows[k][pivot]));
    for (std::size_t i = k + 1; i < rows.size(); ++i) {
      const Interval factor = rows[i][pivot] / rows[k][pivot];
      for (std::size_t j = 0; j < d; ++j) {
        if (!taken[j]) {
          rows[i][j] -= factor * rows[k][j];
        }
      }
    }
  }
  for (const Pole &pole : poles) {
    const double below = largest_upper(0.0, -pole.g.range.lower());
    const double above = largest_upper(0.0, pole.g.range.upper());
    bound = mul_up(bound, add_up(primitive_upper(below, pole.e), primitive_upper(above, pole.e)));
  }
  for (std::size_t j = 0; j < d; ++j) {
    bound = taken[j] ? bound : mul_up(bound, width_upper(box[j]));
  }
  return std::isnan(bound) ? kInfinity : bound;
}

// prod |g_k|^-e_k <= sum (e_k / E) |g_k|^-E, E = sum e_k (Young).
double young_bound(const std::vector<Pole> &poles, std::span<const Interval> box) {
  mpq_class total = 0;
  for (const Pole &pole : poles) {
    total += pole.e;
  }
  if (total >= 1) {
    return kInfinity;
  }
  double sum = 0;
  for (const Pole &pole : poles) {
    const double share = enclosure(mpq_class(pole.e / total)).upper();
    sum = add_up(sum, mul_up(share, line_bound({pole.g, total}, box)));
  }
  return std::isnan(sum) ? kInfinity : sum;
}

} // namespace

double rational_power_lower(double x, const mpq_class &e) {
  assert_upward();
  return e < 0 ? div_down(1.0, rational_power_upper(x, mpq_class(-e)))
               : by_roots(x, e, mul_down, sqrt_down, [&] {
                   const Interval exponent = enclosure(e);
                   return pow_down(x, x < 1 ? exponent.upper() : exponent.lower());
                 });
}

double rational_power_upper(double x, const mpq_class &e) {
  assert_upward();
  return e < 0 ? div_up(1.0, rational_power_lower(x, mpq_class(-e))) : by_roots(x, e, mul_up, sqrt_up, [&] {
    const Interval exponent = enclosure(e);
    return pow_up(x, x < 1 ? exponent.lower() : exponent.upper());
  });
}

mpq_class Monomial::largest_exponent() const {
  mpq_class largest = 0;
  for (const Factor &factor : factors_) {
    largest = std::max(largest, factor.exponent);
  }
  return largest;
}

mpq_class Monomial::deepest_pole() const {
  mpq_class deepest = 0;
  for (const Factor &factor : factors_) {
    deepest = std::max(deepest, mpq_class(-factor.exponent));
  }
  return deepest;
}

bool Monomial::shares_base(const Monomial &other) const {
  return std::any_of(factors_.begin(), factors_.end(), [&](const Factor &mine) {
    return std::any_of(other.factors_.begin(), other.factors_.end(),
                       [&](const Factor &theirs) { return mine.base == theirs.base; });
  });
}

Monomial Monomial::times(const Monomial &other) const {
  Monomial product = *this;
  for (const Factor &factor : other.factors_) {
    const auto place =
        std::lower_bound(product.factors_.begin(), product.factors_.end(), factor.base,
                         [](const Factor &f, std::int32_t wanted_base) { return f.base < wanted_base; });
    if (place == product.factors_.end() || place->base != factor.base) {
      product.factors_.insert(place, factor);
      continue;
    }
    place->exponent += factor.exponent;
    if (place->exponent == 0) {
      product.factors_.erase(place);
    }
  }
  return product;
}

Monomial Monomial::power(const mpq_class &e) const {
  Monomial result;
  if (e != 0) {
    result = *this;
    for (Factor &factor : result.factors_) {
      factor.exponent *= e;
    }
  }
  return result;
}

double integral_upper(const Monomial &monomial, const mpq_class &q, std::span<const Interval> box,
                      const BaseLookup &base) {
  assert_upward();
  assert(q > 0);
  double bound = 1; // of the factors with positive exponents, by their suprema
  std::vector<Pole> poles;
  for (const Monomial::Factor &factor : monomial.factors()) {
    const BaseBounds g = base(factor.base);
    const mpq_class e = factor.exponent * q;
    if (e > 0) {
      bound = mul_up(bound, rational_power_upper(abs_range(g.range).upper(), e));
    } else if (e > -1) {
      poles.push_back({g, mpq_class(-e)});
    } else {
      return kInfinity;
    }
  }
  double integral = 1;
  if (poles.empty()) {
    for (const Interval &x : box) {
      integral = mul_up(integral, width_upper(x));
    }
  } else if (poles.size() == 1) {
    integral = line_bound(poles[0], box);
  } else {
    integral = least_upper(jacobian_bound(poles, box), young_bound(poles, box));
  }
  bound = mul_up(bound, integral);
  return std::isnan(bound) ? kInfinity : bound;
}

} // namespace layercert
