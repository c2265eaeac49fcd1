// Where g keeps its sign, its mean and its variance say nearly all. Halving serves the few boxes on which it
// does not.
#include "legendre_powers.hpp"

#include "box_bounds.hpp"
#include "integrate/in_parallel.hpp"
#include "integrate/legendre_tensor.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"
#include "numeric/stop_request.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numeric>
#include <utility>

namespace layercert {

namespace {

constexpr std::size_t kFewParts = 64;   // below, threads cost more than they gain
constexpr double kHalvings = 64;        // that share what may be left out
constexpr double kLargestRatio = 0.875; // of R and |m| for Taylor's formula

// The halves of a coordinate: rows for P_n at y / 2 and (y + 1) / 2.
struct Halves {
  std::vector<Row> lower;
  std::vector<Row> upper;
};

Halves halves_of(std::size_t count) {
  const Interval half(0.5);
  return {substituted(count, half, -half, times_in_legendre),
          substituted(count, half, half, times_in_legendre)};
}

class Powers {
public:
  Powers(std::size_t dimension, const Exponent &p, std::size_t count, double negligible)
      : d_(dimension), p_(p), negligible_(negligible / kHalvings) {
    for (std::size_t c = 0; c <= count; ++c) {
      halves_.push_back(halves_of(std::max<std::size_t>(c, 1)));
    }
  }

  // Leaves out high degrees, and bounds the integral.
  void bound(PolynomialPart &part) const {
    shorten(part);
    Interval variance(0.0);
    double deviation = 0;
    for (std::size_t i = 1; i < part.tensor.size(); ++i) {
      Interval square = square_of(part.tensor[i]);
      for (std::size_t rest = i; rest > 0; rest /= part.count) {
        const std::size_t n = rest % part.count;
        square = n > 0 ? square / whole(2 * n + 1) : square;
      }
      variance += square;
      deviation = add_up(deviation, abs_range(part.tensor[i]).upper());
    }
    const Interval integral =
        part.measure * mean_of_power(part.tensor[0], variance, known_upper(deviation), p_);
    part.lower = largest_lower(0.0, integral.lower());
    part.upper = known_upper(integral.upper());
  }

  std::pair<PolynomialPart, PolynomialPart> halves(PolynomialPart &&part) const {
    std::array<double, kMaxDimension> moves{};
    for (std::size_t i = 1; i < part.tensor.size(); ++i) {
      const double size = std::fabs(part.tensor[i].lower());
      for (std::size_t j = 0, rest = i; j < d_; ++j, rest /= part.count) {
        moves[j] += rest % part.count > 0 ? size : 0;
      }
    }
    const std::size_t axis = static_cast<std::size_t>(
        std::max_element(moves.begin(), moves.begin() + static_cast<std::ptrdiff_t>(d_)) - moves.begin());
    PolynomialPart lower{{}, part.count, part.measure * Interval(0.5), part.cell, part.rest_upper};
    PolynomialPart upper = lower;
    lower.tensor = along(part, axis, halves_[part.count].lower);
    upper.tensor = along(part, axis, halves_[part.count].upper);
    return {std::move(lower), std::move(upper)};
  }

private:
  // `rows` for one coordinate. Its index is brought to the fastest place, and back.
  std::vector<Interval> along(const PolynomialPart &part, std::size_t axis,
                              const std::vector<Row> &rows) const {
    const std::size_t count = part.count;
    std::size_t stride = 1;
    for (std::size_t j = 0; j < axis; ++j) {
      stride *= count;
    }
    const std::size_t others = part.tensor.size() / count;
    const auto place = [&](std::size_t other, std::size_t n) {
      return other / stride * stride * count + n * stride + other % stride;
    };
    std::vector<Interval> turned(part.tensor.size());
    for (std::size_t other = 0; other < others; ++other) {
      for (std::size_t n = 0; n < count; ++n) {
        turned[other * count + n] = part.tensor[place(other, n)];
      }
    }
    std::vector<Interval> product;
    product.reserve(turned.size());
    contract_to(turned, rows, count, product);
    for (std::size_t n = 0; n < count; ++n) {
      for (std::size_t other = 0; other < others; ++other) {
        turned[place(other, n)] = product[n * others + other];
      }
    }
    return turned;
  }

  void shorten(PolynomialPart &part) const {
    std::vector<double> of_degree(part.count, 0.0); // coefficients whose highest index that is, rounded up
    for (std::size_t i = 0; i < part.tensor.size(); ++i) {
      std::size_t highest = 0;
      for (std::size_t rest = i; rest > 0; rest /= part.count) {
        highest = std::max(highest, rest % part.count);
      }
      of_degree[highest] = add_up(of_degree[highest], abs_range(part.tensor[i]).upper());
    }
    std::size_t count = part.count;
    double left_out = 0;
    while (count > 1 && add_up(left_out, of_degree[count - 1]) <= negligible_) {
      left_out = add_up(left_out, of_degree[--count]);
    }
    if (count == part.count) {
      return;
    }
    std::vector<Interval> shorter;
    for (std::size_t i = 0; i < part.tensor.size(); ++i) {
      bool kept = true;
      for (std::size_t rest = i; rest > 0; rest /= part.count) {
        kept = kept && rest % part.count < count;
      }
      if (kept) {
        shorter.push_back(part.tensor[i]);
      }
    }
    part.tensor = std::move(shorter);
    part.count = count;
    part.rest_upper = add_up(part.rest_upper, left_out);
  }

  std::size_t d_;
  const Exponent &p_;
  double negligible_;
  std::vector<Halves> halves_; // by count
};

template <class Do> void for_all(std::size_t count, const Do &act) {
  if (count >= kFewParts) {
    in_parallel(count, act);
    return;
  }
  for (std::size_t i = 0; i < count; ++i) {
    act(i);
  }
}

} // namespace

Interval mean_of_power(const Interval &mean, const Interval &variance, double deviation_upper,
                       const Exponent &p) {
  assert_upward();
  assert(p.unit() == 1 && p.exact() <= kLargestPower);
  const Interval size = abs_range(mean);
  const Interval square = square_of(mean) + variance;
  const double highest = add_up(size.upper(), deviation_upper);
  if (!(highest > 0)) {
    return highest == 0 ? Interval(0.0) : Interval(0.0, known_upper(highest));
  }
  const Interval top(highest);
  const Interval by_square =
      p.power(Interval(sqrt_down(largest_lower(0.0, square.lower())), sqrt_up(known_upper(square.upper()))));
  const Interval by_highest = p.power(top) * (square / (top * top));
  double lower = 0;
  double upper = 0;
  if (p.exact() < 2) {
    lower = std::max(largest_lower(0.0, p.power(size).lower()), largest_lower(0.0, by_highest.lower()));
    upper = known_upper(by_square.upper());
  } else {
    lower = largest_lower(0.0, by_square.lower());
    upper = known_upper(by_highest.upper());
  }
  if (deviation_upper < kLargestRatio * size.lower()) {
    const double ratio = div_up(deviation_upper, size.lower());
    const Interval e(p.exact().get_d()); // exact only for some p
    const Interval exponent(p.exact() == e.lower()
                                ? e
                                : Interval(std::nextafter(e.lower(), 0.0), std::nextafter(e.upper(), 16.0)));
    const Interval one(1.0);
    const Interval relative = variance / square_of(mean);
    const Interval second = exponent * (exponent - one) / Interval(2.0);
    double growth = 1;
    if (p.exact() <= 3) {
      const double left = sub_down(1.0, ratio);
      growth = div_up(1.0, mul_down(left, left));
    } else {
      for (int k = 3; k < p.exact(); ++k) {
        growth = mul_up(growth, add_up(1.0, ratio));
      }
    }
    const Interval third =
        second * (exponent - Interval(2.0)) / Interval(3.0) * Interval(growth) * Interval(ratio) * relative;
    const double apart = abs_range(third).upper();
    const Interval taylor = p.power(size) * (one + second * relative + Interval(-apart, apart));
    lower = std::max(lower, largest_lower(0.0, taylor.lower()));
    upper = std::min(upper, known_upper(taylor.upper()));
  }
  return {lower, upper};
}

PolynomialPowers integrate_powers(std::vector<PolynomialPart> parts, std::size_t dimension, const Exponent &p,
                                  double gap, std::size_t most_parts, double negligible) {
  assert_upward();
  std::size_t count = 1;
  for (const PolynomialPart &part : parts) {
    count = std::max(count, part.count);
  }
  const Powers powers(dimension, p, count, negligible);
  for_all(parts.size(), [&](std::size_t i) { powers.bound(parts[i]); });
  PolynomialPowers result;
  while (true) {
    throw_if_stopped();
    result.lower = 0;
    result.upper = 0;
    for (const PolynomialPart &part : parts) {
      result.lower = add_down(result.lower, part.lower);
      result.upper = add_up(result.upper, part.upper);
    }
    const double allowed = gap * result.upper;
    if (result.upper - result.lower <= allowed || !std::isfinite(result.upper)) {
      break;
    }
    // The narrowest stay as they are, as many as fill half of what is allowed.
    std::vector<std::size_t> order(parts.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return parts[a].upper - parts[a].lower < parts[b].upper - parts[b].lower;
    });
    std::size_t kept = 0;
    for (double sum = 0; kept < order.size(); ++kept) {
      sum += parts[order[kept]].upper - parts[order[kept]].lower;
      if (sum > 0.5 * allowed) {
        break;
      }
    }
    if (2 * parts.size() - kept > most_parts) {
      break;
    }
    std::sort(order.begin() + static_cast<std::ptrdiff_t>(kept), order.end());
    const std::size_t before = parts.size();
    const std::size_t cut = before - kept;
    parts.resize(before + cut);
    for_all(cut, [&](std::size_t i) {
      PolynomialPart &part = parts[order[kept + i]];
      auto [lower, upper] = powers.halves(std::move(part));
      powers.bound(lower);
      powers.bound(upper);
      part = std::move(lower);
      parts[before + i] = std::move(upper);
    });
  }
  for (const PolynomialPart &part : parts) {
    result.rest_upper = std::max(result.rest_upper, part.rest_upper);
  }
  result.parts = std::move(parts);
  return result;
}

} // namespace layercert
