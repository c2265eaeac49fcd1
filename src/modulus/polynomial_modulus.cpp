#include "polynomial_modulus.hpp"

#include "branch_and_bound.hpp"
#include "integrate/in_parallel.hpp"
#include "modulus_guess.hpp"
#include "shift_spread.hpp"

#include "function/polynomial.hpp"
#include "layercert/numeric/mpfr_interval.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace layercert {

namespace {

constexpr std::size_t kMostPolynomialPieces = 1 << 15; // of a round
constexpr double kPolynomialPartOfTolerance = 0.1;     // for the lower bound

// The coordinates x_j = 1/2 + u_j + sign h_j / 2 as polynomials in u_0, u_1, ..., h_0, h_1, ...
std::vector<Polynomial> ends(std::size_t d, int sign) {
  std::vector<Polynomial> coordinates;
  for (std::size_t j = 0; j < d; ++j) {
    Polynomial half_step = Polynomial::variable(2 * d, d + j);
    half_step *= mpq_class(sign, 2);
    Polynomial x(2 * d, mpq_class(1, 2));
    x += Polynomial::variable(2 * d, j);
    x += half_step;
    coordinates.push_back(std::move(x));
  }
  return coordinates;
}

// x^0, ..., x^n.
void powers_of(const Interval &x, std::size_t n, std::vector<Interval> &powers) {
  powers.resize(n + 1);
  for (std::size_t i = 0; i <= n; ++i) {
    bool undefined = false;
    powers[i] = i == 0 ? Interval(1.0) : power_range(x, static_cast<std::int32_t>(i), undefined);
  }
}

// r_j, of |h_j|.
Interval half_room(const Interval &length) { return (Interval(1.0) - length) / Interval(2.0); }

// n x^(n-1) y and the like: a power is asked for only where its factor is not 0.
Interval times_power(double factor, const std::vector<Interval> &powers, int exponent) {
  return factor == 0 ? Interval(0.0) : Interval(factor) * powers[static_cast<std::size_t>(exponent)];
}

} // namespace

std::optional<DifferencePower> DifferencePower::of(const Expression &f, std::size_t dimension,
                                                   const Exponent &p) {
  assert_upward();
  const auto d = dimension;
  if (!p.is_even() || p.exact() > 64) {
    return std::nullopt;
  }
  const std::optional<Polynomial> there = substituted(f, ends(d, 1));
  const std::optional<Polynomial> here = there ? substituted(f, ends(d, -1)) : std::nullopt;
  std::optional<Polynomial> all = here ? std::optional(*there - *here) : std::nullopt;
  if (all && p.unit() != 1) {
    *all *= mpq_class(1 / mpq_class(p.unit()));
  }
  all = all ? layercert::power(*all, static_cast<std::int32_t>(p.exact().get_num().get_si())) : std::nullopt;
  if (!all) {
    return std::nullopt;
  }
  DifferencePower result(dimension, p);
  std::map<std::pair<std::uint8_t, std::uint8_t>, std::uint16_t> numbers;
  for (const auto &[exponents, coefficient] : all->terms()) {
    if (std::any_of(exponents.begin(), exponents.begin() + static_cast<std::ptrdiff_t>(d),
                    [](std::uint8_t m) { return m % 2 == 1; })) {
      continue;
    }
    Term term;
    mpq_class c = coefficient;
    for (std::size_t j = 0; j < d; ++j) {
      const Factor factor{exponents[d + j], static_cast<std::uint8_t>(exponents[j] + 1)};
      c *= mpq_class(2, static_cast<unsigned long>(factor.of_r));
      const auto [place, fresh] =
          numbers.try_emplace({factor.of_h, factor.of_r}, static_cast<std::uint16_t>(result.factors_.size()));
      if (fresh) {
        result.factors_.push_back(factor);
        result.highest_h_ = std::max<std::size_t>(result.highest_h_, factor.of_h);
        result.highest_r_ = std::max<std::size_t>(result.highest_r_, factor.of_r);
      }
      term.factor_of[j] = place->second;
    }
    term.coefficient = enclosure(c);
    result.terms_.push_back(term);
  }
  return result;
}

Interval DifferencePower::at(std::span<const double> h) const {
  assert_upward();
  assert(h.size() == dimension_);
  std::vector<Interval> values(dimension_ * factors_.size());
  std::vector<Interval> of_h;
  std::vector<Interval> of_r;
  for (std::size_t j = 0; j < dimension_; ++j) {
    powers_of(Interval(h[j]), highest_h_, of_h);
    powers_of(half_room(Interval(std::fabs(h[j]))), highest_r_, of_r);
    for (std::size_t i = 0; i < factors_.size(); ++i) {
      values[j * factors_.size() + i] = of_h[factors_[i].of_h] * of_r[factors_[i].of_r];
    }
  }
  Interval sum(0.0);
  for (const Term &term : terms_) {
    Interval value = term.coefficient;
    for (std::size_t j = 0; j < dimension_; ++j) {
      value *= values[j * factors_.size() + term.factor_of[j]];
    }
    sum += value;
  }
  return sum;
}

// For a factor h^a r^b of one coordinate, r = (1 - s h)/2 with s the sign of h:
//     first   a h^(a-1) r^b - s b/2 h^a r^(b-1)
//     second  a (a-1) h^(a-2) r^b - s a b h^(a-1) r^(b-1) + b (b-1)/4 h^a r^(b-2).
void DifferencePower::second_derivatives(std::span<const Interval> h, Hessian &hessian) const {
  assert_upward();
  assert(h.size() == dimension_);
  const std::size_t count = factors_.size();
  std::vector<Interval> value(dimension_ * count);
  std::vector<Interval> first(dimension_ * count);
  std::vector<Interval> second(dimension_ * count);
  std::vector<Interval> of_h;
  std::vector<Interval> of_r;
  for (std::size_t j = 0; j < dimension_; ++j) {
    const double sign = h[j].lower() < 0 ? -1 : 1;
    powers_of(h[j], highest_h_, of_h);
    powers_of(half_room(abs_range(h[j])), highest_r_, of_r);
    for (std::size_t i = 0; i < count; ++i) {
      const int a = factors_[i].of_h;
      const int b = factors_[i].of_r;
      const Interval h_a = of_h[static_cast<std::size_t>(a)];
      const Interval r_b = of_r[static_cast<std::size_t>(b)];
      const Interval h_1 = times_power(a, of_h, a - 1);
      const Interval r_1 = times_power(-sign * b / 2.0, of_r, b - 1);
      const std::size_t at = j * count + i;
      value[at] = h_a * r_b;
      first[at] = h_1 * r_b + h_a * r_1;
      second[at] = times_power(a * (a - 1), of_h, a - 2) * r_b + Interval(2.0) * h_1 * r_1 +
                   h_a * times_power(b * (b - 1) / 4.0, of_r, b - 2);
    }
  }
  for (std::size_t j = 0; j < dimension_; ++j) {
    for (std::size_t k = j; k < dimension_; ++k) {
      Interval sum(0.0);
      for (const Term &term : terms_) {
        Interval product = term.coefficient;
        for (std::size_t m = 0; m < dimension_; ++m) {
          const std::size_t at = m * count + term.factor_of[m];
          product *= j == k && m == j ? second[at] : m == j || m == k ? first[at] : value[at];
        }
        sum += product;
      }
      hessian[j][k] = sum;
    }
  }
}

namespace {

class PolynomialSearch : public ModulusStrategy {
public:
  struct Piece {
    ShiftCone cone;
    double upper = kInfinity; // of || f(. + h) - f ||_p for its shifts
    Shift highest = {};       // the corner where M is largest
    double at_highest = 0;
    std::size_t direction = 0; // to cut it along
  };

  PolynomialSearch(const DifferencePower &power, const ModulusProblem &problem, const ModulusBounds &known,
                   const SearchLimits &limits)
      : ModulusStrategy(problem, known, limits), power_(power) {}

  std::vector<Piece> pieces() const {
    std::vector<Piece> open;
    for (ShiftCone &cone : problem_.sector.cones_of_ball(problem_.t_upper)) {
      open.push_back({std::move(cone)});
    }
    return open;
  }

  bool may_bound(const std::vector<Piece> & /*open*/) const { return true; }

  void bound(std::vector<Piece> &open) {
    in_parallel(open.size(), [&](std::size_t i) { bound(open[i]); });
    best_.boxes += open.size();
    raise_lower(open);
  }

  bool may_cut(const std::vector<Piece> &open) const {
    return open.size() <= kMostPolynomialPieces && best_.boxes + 2 * open.size() <= limits_.most_boxes;
  }

  std::vector<Piece> cut(const std::vector<Piece> &open) const {
    std::vector<Piece> next;
    for (const Piece &piece : open) {
      for (ShiftCone &half : problem_.sector.halves(piece.cone, piece.direction)) {
        next.push_back({std::move(half)});
      }
    }
    return next;
  }

  void finish(const std::vector<Piece> & /*open*/) const {}

private:
  void bound(Piece &piece) const {
    const std::vector<Shift> corners = corners_of(piece.cone, problem_.norm);
    const Hull hull = hull_of(corners);
    double most = 0;
    double longest_corner = piece.cone.outer;
    for (const Shift &corner : corners) {
      longest_corner = std::max(longest_corner, length_about(corner, problem_.norm));
      const Interval value = power_.at(corner);
      const double upper = has_nan(value) ? kInfinity : value.upper();
      if (piece.highest.empty() || upper > most) {
        piece.highest = corner;
        most = largest_upper(most, upper);
      }
    }
    piece.at_highest = most;
    std::vector<Interval> box;
    for (std::size_t j = 0; j < hull.lower.size(); ++j) {
      box.emplace_back(hull.lower[j], hull.upper[j]);
    }
    DifferencePower::Hessian hessian;
    power_.second_derivatives(box, hessian);
    double bend = 0;
    std::vector<double> shares(box.size(), 0.0); // of the bend, due to each w_j
    for (std::size_t j = 0; j < box.size(); ++j) {
      for (std::size_t k = j; k < box.size(); ++k) {
        const Interval &curvature = hessian[j][k];
        const double steepest = has_nan(curvature) ? kInfinity
                                : j == k           ? std::max(0.0, -curvature.lower())
                                                   : mul_up(2.0, abs_range(curvature).upper());
        const double widths =
            mul_up(sub_up(box[j].upper(), box[j].lower()), sub_up(box[k].upper(), box[k].lower()));
        const double part = widths == 0 ? 0 : mul_up(0.125, mul_up(steepest, widths));
        bend = add_up(bend, part);
        shares[j] += part;
        shares[k] += part;
      }
    }
    piece.upper = power_.exponent().root_upper(add_up(most, bend));
    piece.direction = direction_to_cut(piece.cone, hull, longest_corner, shares, bend, most);
  }

  // Where the corners lie far beyond the ball, the longest side; else the one whose halves bend least, about:
  // what is due to h_j = s q_j goes by the parts of its width that are due to q_j and to the length of the
  // piece.
  std::size_t direction_to_cut(const ShiftCone &cone, const Hull &hull, double longest_corner,
                               const std::vector<double> &shares, double bend, double most) const {
    const double beyond = most * (1 - std::pow(cone.outer / longest_corner, problem_.p.exact().get_d()));
    std::size_t best = longest_side(cone);
    if (!std::isfinite(bend) || beyond >= bend) {
      return best;
    }
    const double length = (cone.outer - cone.inner) / cone.outer;
    double radial = 0;
    for (std::size_t j = 0; j < shares.size(); ++j) {
      const double width = hull.upper[j] - hull.lower[j];
      const double farthest = std::max(std::fabs(hull.lower[j]), std::fabs(hull.upper[j]));
      radial += width > 0 ? shares[j] * std::min(1.0, length * farthest / width) : 0;
    }
    double most_gain = 0;
    for (std::size_t j = 0; j < shares.size(); ++j) {
      const double width = hull.upper[j] - hull.lower[j];
      const double gain = j == cone.axis ? radial
                          : width > 0    ? shares[j] * cone.outer * (cone.upper[j] - cone.lower[j]) / width
                                         : 0;
      if (gain > most_gain && may_be_cut(cone, j)) {
        most_gain = gain;
        best = j;
      }
    }
    return best;
  }

  // By the highest of the corners, cut to the ball.
  void raise_lower(const std::vector<Piece> &pieces) {
    const auto highest = std::max_element(pieces.begin(), pieces.end(), [](const Piece &a, const Piece &b) {
      return a.at_highest < b.at_highest;
    });
    const Shift h = shortened(highest->highest, problem_.norm, problem_.t_lower);
    if (std::any_of(h.begin(), h.end(), [](double x) { return std::fabs(x) >= 1; })) {
      return;
    }
    const Interval power = power_.at(h);
    const double value =
        has_nan(power) ? 0 : power_.exponent().root(Interval(std::max(0.0, power.lower()))).lower();
    if (value > best_.lower.value * (1 + kPolynomialPartOfTolerance * limits_.relative_gap)) {
      best_.lower = {value, h};
    }
  }

  const DifferencePower &power_;
};

} // namespace

ModulusBounds search_polynomial_modulus(const DifferencePower &power, const ModulusProblem &problem,
                                        const ModulusBounds &known, const SearchLimits &limits) {
  assert_upward();
  PolynomialSearch search(power, problem, known, limits);
  return branch_and_bound(search);
}

} // namespace layercert
