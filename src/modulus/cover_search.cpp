#include "cover_search.hpp"

#include "branch_and_bound.hpp"
#include "shift_cover.hpp"

#include "integrate/in_parallel.hpp"

#include "layercert/numeric/mpfr_interval.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace layercert {

namespace {

constexpr double kPartOfExcess = 0.1;            // that the boxes of a cover may account for
constexpr double kFirstExcess = 0.5;             // relative, that the first round is after
constexpr double kEasierPart = 0.5;              // of the excess so far that the next round is after
constexpr std::uint64_t kPartWithoutPromise = 4; // of the effort, after which something must have come of it
constexpr std::size_t kMostPieces = 1 << 12;
constexpr std::size_t kMostFirstPieces =
    1 << 9; // in more than five coordinates already their first bounds take minutes

struct Piece {
  ShiftCone cone;
  double upper; // of || f(. + h) - f ||_p for its shifts
  bool is_fresh = true;
};

class CoverStrategy : public ModulusStrategy {
public:
  using ModulusStrategy::ModulusStrategy;

  std::vector<Piece> pieces() const {
    std::vector<Piece> all;
    for (ShiftCone &cone : problem_.sector.cones_of_ball(problem_.t_upper)) {
      all.push_back({std::move(cone), best_.upper});
    }
    return all;
  }
  bool may_bound(const std::vector<Piece> &open) const {
    return best_.boxes > 0 || open.size() <= kMostFirstPieces;
  }
  void bound(std::vector<Piece> &open) {
    std::vector<std::size_t> fresh;
    for (std::size_t i = 0; i < open.size(); ++i) {
      if (std::exchange(open[i].is_fresh, false)) {
        fresh.push_back(i);
      }
    }
    const double p_excess = std::max(limits_.relative_gap, excess_) * problem_.p.exact().get_d();
    const Refinement refinement{std::min(0.5, kPartOfExcess * p_excess), limits_.most_boxes_an_integral};
    std::vector<std::uint64_t> boxes(fresh.size());
    in_parallel(fresh.size(), [&](std::size_t i) {
      Piece &piece = open[fresh[i]];
      piece.upper = least_upper(piece.upper, bound_of(piece.cone, refinement, boxes[i]));
    });
    for (const std::uint64_t n : boxes) {
      best_.boxes += n;
    }
  }
  bool may_cut(const std::vector<Piece> &open) const {
    const bool out_of_reach =
        highest(open) >= best_.upper && best_.boxes >= limits_.most_boxes / kPartWithoutPromise;
    return !open.empty() && !out_of_reach && best_.boxes < limits_.most_boxes && open.size() <= kMostPieces;
  }
  // Those pieces that are in the way of half the excess.
  std::vector<Piece> cut(std::vector<Piece> open) {
    const double lower = best_.lower.value;
    if (highest(open) <= mul_down(1 + excess_, lower)) {
      excess_ = std::max(limits_.relative_gap, kEasierPart * (highest(open) / lower - 1));
    }
    const double in_the_way = mul_down(1 + excess_, lower);
    std::vector<Piece> parts;
    for (Piece &piece : open) {
      if (piece.upper <= in_the_way) {
        parts.push_back(std::move(piece));
        continue;
      }
      auto [first, second] = halves(piece.cone, longest_side(piece.cone));
      for (ShiftCone *half : {&first, &second}) {
        if (problem_.sector.meets(*half)) {
          parts.push_back({std::move(*half), piece.upper});
        }
      }
    }
    return parts;
  }
  void finish(const std::vector<Piece> & /*open*/) const {}

private:
  static double highest(const std::vector<Piece> &open) {
    double upper = 0;
    for (const Piece &piece : open) {
      upper = largest_upper(upper, piece.upper);
    }
    return upper;
  }

  double bound_of(const ShiftCone &cone, const Refinement &refinement, std::uint64_t &boxes) const {
    const Hull hull = hull_of(corners_of(cone, problem_.norm));
    for (std::size_t j = 0; j < hull.lower.size(); ++j) {
      if (hull.lower[j] < -1 || hull.upper[j] > 1) {
        return std::numeric_limits<double>::infinity();
      }
    }
    const CoverBound bound = cover_bound(problem_.f, problem_.dimension, problem_.p, hull, refinement);
    boxes += bound.boxes;
    return problem_.p.root_upper(bound.integral_upper);
  }

  double excess_ = kFirstExcess; // relative, that this round is after
};

} // namespace

ModulusBounds search_by_covers(const ModulusProblem &problem, const ModulusBounds &known,
                               const SearchLimits &limits) {
  assert_upward();
  if (!(known.lower.value > 0)) {
    return {known.upper, known.lower, 0};
  }
  CoverStrategy strategy(problem, known, limits);
  return branch_and_bound(strategy);
}

} // namespace layercert
