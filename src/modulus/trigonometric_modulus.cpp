#include "trigonometric_modulus.hpp"

#include "branch_and_bound.hpp"
#include "integrate/in_parallel.hpp"
#include "integrate/narrow.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

constexpr std::size_t kFirstPieces = 64;
constexpr std::size_t kMostTrigonometricPieces = 1 << 14;
constexpr double kTrigonometricPartOfTolerance = 0.05; // that a lower bound has to gain

Interval square(const Interval &x) {
  const Interval size = abs_range(x);
  return {mul_down(size.lower(), size.lower()), mul_up(size.upper(), size.upper())};
}

} // namespace

TrigonometricDifference::Integral TrigonometricDifference::integral(const Interval &v, const Interval &q) {
  if (v.lower() > 0 || v.upper() < 0) {
    return {false, Interval(2.0) * cos_range(v / Interval(2.0) + q) / v, Interval(0.0)};
  }
  return {true, Interval(0.0), cos_range(v * Interval(0.0, 1.0) + q)};
}

TrigonometricDifference::TrigonometricDifference(TrigonometricSum f, double unit)
    : f_(std::move(f)), unit_(unit) {
  assert_upward();
  for (TrigonometricSum::Wave &wave : f_.waves) {
    wave.amplitude = wave.amplitude / Interval(unit_);
  }
  f_.rest_upper = div_up(f_.rest_upper, unit_);
  for (std::size_t l = 0; l < f_.waves.size(); ++l) {
    for (std::size_t k = 0; k <= l; ++k) {
      const auto &a = f_.waves[k];
      const auto &b = f_.waves[l];
      differences_.push_back(k == l ? Integral{true, Interval(0.0), Interval(1.0)}
                                    : integral(a.frequency - b.frequency, a.phase - b.phase));
      sums_.push_back(integral(a.frequency + b.frequency, a.phase + b.phase));
    }
  }
}

Interval TrigonometricDifference::norm(const Interval &h) const {
  assert_upward();
  struct Moved {
    Interval weight; // c s
    Interval sine;   // of w (1 - h)/2
    Interval cosine;
  };
  const Interval left = Interval(1.0) - h;
  std::vector<Moved> moved;
  for (const TrigonometricSum::Wave &wave : f_.waves) {
    const Interval angle = wave.frequency * left / Interval(2.0);
    moved.push_back(
        {wave.amplitude * sin_range(wave.frequency * h / Interval(2.0)), sin_range(angle), cos_range(angle)});
  }
  const Interval largest(-left.upper(), left.upper()); // of J
  const auto value = [&](const Integral &J, const Interval &sine) {
    Interval integral = J.may_be_flat ? left * J.flat : J.factor * sine;
    narrow(integral, largest);
    return integral;
  };
  Interval sum(0.0);
  std::size_t pair = 0;
  for (std::size_t l = 0; l < moved.size(); ++l) {
    for (std::size_t k = 0; k <= l; ++k, ++pair) {
      const Interval forth = moved[k].sine * moved[l].cosine;
      const Interval back = moved[k].cosine * moved[l].sine;
      const Interval both = value(differences_[pair], forth - back) - value(sums_[pair], forth + back);
      sum +=
          k == l ? square(moved[k].weight) * both : Interval(2.0) * moved[k].weight * moved[l].weight * both;
    }
  }
  const Interval power = Interval(2.0) * sum;
  if (!bounded(power)) {
    return {0.0, std::numeric_limits<double>::infinity()};
  }
  const double rest = mul_up(2.0, f_.rest_upper);
  const double lower = sub_down(sqrt_down(largest_lower(0.0, power.lower())), rest);
  return {mul_down(unit_, largest_lower(0.0, lower)),
          mul_up(unit_, add_up(sqrt_up(largest_upper(0.0, power.upper())), rest))};
}

namespace {

class TrigonometricSearch : public ModulusStrategy {
public:
  struct Piece {
    double lower; // shifts
    double end;
    double upper = std::numeric_limits<double>::infinity();
  };

  TrigonometricSearch(const TrigonometricDifference &difference, const ModulusProblem &problem,
                      const ModulusBounds &known, const SearchLimits &limits)
      : ModulusStrategy(problem, known, limits), difference_(difference) {
    try_shift(problem.t_lower);
  }

  std::vector<Piece> pieces() const {
    std::vector<Piece> open;
    for (std::size_t i = 0; i < kFirstPieces; ++i) {
      const auto end = [&](std::size_t k) {
        return problem_.t_upper * (static_cast<double>(k) / kFirstPieces);
      };
      open.push_back({end(i), i + 1 == kFirstPieces ? problem_.t_upper : end(i + 1)});
    }
    return open;
  }

  bool may_bound(const std::vector<Piece> & /*open*/) const { return true; }

  void bound(std::vector<Piece> &open) {
    in_parallel(open.size(), [&](std::size_t i) {
      open[i].upper = difference_.norm(Interval(open[i].lower, open[i].end)).upper();
    });
    best_.boxes += open.size() * difference_.cost();
    const auto highest = std::max_element(open.begin(), open.end(),
                                          [](const Piece &a, const Piece &b) { return a.upper < b.upper; });
    try_shift(std::min(problem_.t_lower, highest->lower / 2 + highest->end / 2));
  }

  bool may_cut(const std::vector<Piece> &open) const {
    return best_.boxes < limits_.most_boxes && open.size() <= kMostTrigonometricPieces;
  }

  std::vector<Piece> cut(const std::vector<Piece> &open) const {
    std::vector<Piece> halves;
    for (const Piece &piece : open) {
      const double middle = piece.lower / 2 + piece.end / 2;
      halves.push_back({piece.lower, middle});
      halves.push_back({middle, piece.end});
    }
    return halves;
  }

  void finish(const std::vector<Piece> & /*open*/) const {}

private:
  void try_shift(double h) {
    best_.boxes += difference_.cost();
    const double norm = difference_.norm(Interval(h)).lower();
    if (norm > best_.lower.value * (1 + kTrigonometricPartOfTolerance * limits_.relative_gap)) {
      best_.lower = {norm, {h}};
    }
  }

  const TrigonometricDifference &difference_;
};

} // namespace

ModulusBounds search_trigonometric_modulus(const TrigonometricDifference &difference,
                                           const ModulusProblem &problem, const ModulusBounds &known,
                                           const SearchLimits &limits) {
  assert_upward();
  TrigonometricSearch search(difference, problem, known, limits);
  return branch_and_bound(search);
}

} // namespace layercert
