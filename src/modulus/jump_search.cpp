#include "jump_search.hpp"

#include "branch_and_bound.hpp"
#include "integrate/in_parallel.hpp"
#include "integrate/jump_bounders.hpp"
#include "jump_variation.hpp"
#include "modulus_guess.hpp"
#include "shift_spread.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

namespace layercert {

namespace {

constexpr double kFinestGap = 0.15;    // of the tolerance, for norms
constexpr double kLowerGap = 0.1;      // of the tolerance, for the lower bound
constexpr double kCoarsestGap = 0.05;  // of norms, to begin with
constexpr double kFiner = 0.3;         // the next gap, as a part of the one before
constexpr double kVariationGap = 0.25; // of the tolerance
constexpr double kMostConstant = 0.25; // of the tolerance, that unresolved boxes may take up
constexpr std::size_t kMostJumpPieces = 1 << 11;
constexpr std::size_t kGuessPoints = 4096;
constexpr double kJumpPieces = 64;     // of the domain of a shift, to begin with
constexpr double kExactUnit = 0x1p-52; // multiples a of it in [0, 1] have an exact 1 - a

constexpr std::size_t kTermsABox = 16; // of a growth, that take about as long as a box of an integral

using Growth = JumpVariation::Growth;

// || f(. + v) - f ||_p, as sharply as was asked for so far.
struct Start {
  Shift v;
  Interval norm{0.0, kInfinity};
  double gap = kInfinity;
};

struct StartedPiece {
  ShiftCone cone;
  Start start;
  std::vector<Growth> growths; // at the corners
  double upper = kInfinity;    // of || f(. + h) - f ||_p for its shifts
};

class VariationSearch : public ModulusStrategy {
public:
  VariationSearch(const ModulusProblem &problem, const ModulusBounds &known, const SearchLimits &limits)
      : ModulusStrategy(problem, known, limits),
        variation_(problem.f, problem.dimension, problem.p, problem.t_upper,
                   {kVariationGap * limits.relative_gap, limits.most_boxes_an_integral}) {
    best_.boxes = variation_.boxes();
    raise_lower(best_.lower.shift);
    raise_lower(ModulusGuess(problem.f, problem.dimension, problem.p.exact().get_d(), kGuessPoints)
                    .best(problem.norm, problem.t_lower));
  }

  // Whether unresolved boxes alone take up too much of the tolerance.
  bool out_of_reach() const {
    const double power = problem_.p.power_upper(best_.lower.value);
    return !(variation_.constant_upper() <= kMostConstant * gap_of_power(limits_.relative_gap) * power);
  }

  std::vector<StartedPiece> pieces() const {
    std::vector<StartedPiece> open;
    for (ShiftCone &cone : problem_.sector.cones_of_ball(problem_.t_upper)) {
      open.push_back(piece_of(std::move(cone), nullptr));
    }
    return open;
  }

  bool may_bound(const std::vector<StartedPiece> & /*open*/) const { return true; }

  // Sharper norms where they may settle the piece.
  void bound(std::vector<StartedPiece> &open) {
    std::vector<std::uint64_t> boxes(open.size());
    const double goal_now = goal();
    in_parallel(open.size(), [&](std::size_t i) {
      StartedPiece &piece = open[i];
      double gap = kCoarsestGap;
      while (true) {
        throw_if_stopped();
        sharpen(piece.start, gap, boxes[i]);
        piece.upper = least_upper(piece.upper, bound_with(piece, piece.start.norm.upper()));
        const bool out_of_reach = bound_with(piece, piece.start.norm.lower()) > goal_now;
        if (piece.upper <= goal_now || out_of_reach || gap <= kFinestGap * limits_.relative_gap) {
          break;
        }
        gap = std::max(kFinestGap * limits_.relative_gap, kFiner * gap);
      }
    });
    const StartedPiece *highest = nullptr;
    for (std::size_t i = 0; i < open.size(); ++i) {
      best_.boxes += boxes[i];
      const Start &start = open[i].start;
      if (start.norm.lower() > best_.lower.value &&
          norm_of(start.v, problem_.norm).upper() <= problem_.t_lower) {
        best_.lower = {start.norm.lower(), start.v};
      }
      highest = highest == nullptr || open[i].upper > highest->upper ? &open[i] : highest;
    }
    if (highest->upper > goal()) {
      raise_lower(farthest(corners_of(highest->cone, problem_.norm)));
    }
  }

  bool may_cut(const std::vector<StartedPiece> &open) const {
    return best_.boxes < limits_.most_boxes && open.size() <= kMostJumpPieces;
  }

  // Every piece is cut the way that promises the lower bounds, with rough norms.
  std::vector<StartedPiece> cut(const std::vector<StartedPiece> &open) {
    std::vector<std::vector<StartedPiece>> parts(open.size());
    std::vector<std::uint64_t> boxes(open.size());
    in_parallel(open.size(), [&](std::size_t i) {
      double least = kInfinity;
      for (std::size_t direction = 0; direction < open[i].cone.lower.size(); ++direction) {
        if (!may_be_cut(open[i].cone, direction)) {
          continue;
        }
        double largest = 0;
        std::vector<StartedPiece> some;
        for (ShiftCone &half : problem_.sector.halves(open[i].cone, direction)) {
          some.push_back(piece_of(std::move(half), &open[i]));
          boxes[i] += some.back().growths.size() * variation_.terms() / kTermsABox;
          Start &start = some.back().start;
          sharpen(start, kCoarsestGap, boxes[i]);
          largest =
              std::max(largest, bound_with(some.back(), start.norm.lower() / 2 + start.norm.upper() / 2));
        }
        if (parts[i].empty() || largest < least) {
          least = largest;
          parts[i] = std::move(some);
        }
      }
    });
    std::vector<StartedPiece> next;
    for (std::size_t i = 0; i < open.size(); ++i) {
      best_.boxes += boxes[i];
      std::move(parts[i].begin(), parts[i].end(), std::back_inserter(next));
    }
    return next;
  }

  void finish(const std::vector<StartedPiece> & /*open*/) const {}

private:
  double gap_of_power(double gap_of_norm) const {
    return std::min(0.5, gap_of_norm * problem_.p.exact().get_d());
  }

  Interval norm_at(const Shift &h, double gap, std::uint64_t &boxes) const {
    const IntegralResult result =
        integrate_by(BoxList(problem_.dimension, domain_of_shift(h, kJumpPieces)),
                     jump_difference_bounder(problem_.p, problem_.f, h), kModelBatch,
                     {gap_of_power(gap), limits_.most_boxes_an_integral});
    boxes += result.boxes.size();
    return std::isfinite(result.upper) ? problem_.p.root(Interval(result.lower, result.upper))
                                       : Interval(problem_.p.root(Interval(result.lower)).lower(), kInfinity);
  }

  void sharpen(Start &start, double gap, std::uint64_t &boxes) const {
    if (std::all_of(start.v.begin(), start.v.end(), [](double x) { return x == 0; })) {
      start.norm = Interval(0.0);
      start.gap = 0;
    } else if (gap < start.gap) {
      start.norm = norm_at(start.v, gap, boxes);
      start.gap = gap;
    }
  }

  // The nearest point to 0 of the hull, rounded towards 0 so that the domain of that shift is a box of
  // doubles.
  static Shift nearest(const Hull &hull) {
    Shift v;
    for (std::size_t j = 0; j < hull.lower.size(); ++j) {
      const double x = hull.lower[j] >= 0 ? hull.lower[j] : std::min(0.0, hull.upper[j]);
      v.push_back(std::trunc(x / kExactUnit) * kExactUnit);
    }
    return v;
  }

  // A parent with the same nearest point gives its norm.
  StartedPiece piece_of(ShiftCone cone, const StartedPiece *parent) const {
    const std::vector<Shift> corners = corners_of(cone, problem_.norm);
    StartedPiece piece{std::move(cone), {nearest(hull_of(corners))}, {}, kInfinity};
    if (parent != nullptr) {
      piece.upper = parent->upper;
      if (parent->start.v == piece.start.v) {
        piece.start = parent->start;
      }
    }
    for (const Shift &corner : corners) {
      std::vector<Interval> k;
      for (std::size_t j = 0; j < corner.size(); ++j) {
        k.push_back(Interval(corner[j]) - Interval(piece.start.v[j]));
      }
      piece.growths.push_back(variation_.growth(k));
    }
    return piece;
  }

  // The largest right side of (1) with that norm at v.
  double bound_with(const StartedPiece &piece, double norm) const {
    double largest = 0;
    for (const Growth &growth : piece.growths) {
      const double smooth = add_up(norm, growth.smooth_upper);
      largest = largest_upper(largest, add_up(problem_.p.power_upper(smooth), growth.jumps_upper));
    }
    return problem_.p.root_upper(largest);
  }

  Shift farthest(const std::vector<Shift> &corners) const {
    return *std::max_element(corners.begin(), corners.end(), [&](const Shift &a, const Shift &b) {
      return length_about(a, problem_.norm) < length_about(b, problem_.norm);
    });
  }

  void raise_lower(Shift h) {
    h = shortened(std::move(h), problem_.norm, problem_.t_lower);
    if (h.empty() || !tried_.insert(h).second) {
      return;
    }
    Interval norm = norm_at(h, kCoarsestGap, best_.boxes);
    if (norm.upper() > best_.lower.value) {
      norm = norm_at(h, kLowerGap * limits_.relative_gap, best_.boxes);
    }
    if (norm.lower() > best_.lower.value) {
      best_.lower = {norm.lower(), h};
    }
  }

  JumpVariation variation_;
  std::set<Shift> tried_;
};

} // namespace

ModulusBounds search_by_variation(const ModulusProblem &problem, const ModulusBounds &known,
                                  const SearchLimits &limits) {
  assert_upward();
  if (!has_jumps(problem.f)) {
    return known;
  }
  VariationSearch search(problem, known, limits);
  return search.out_of_reach() ? search.best() : branch_and_bound(search);
}

} // namespace layercert
