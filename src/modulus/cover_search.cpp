#include "cover_search.hpp"

#include "integrate/in_parallel.hpp"
#include "shift_cover.hpp"

#include "layercert/numeric/mpfr_interval.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>
#include <limits>

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
};

double bound_of(const ModulusProblem &problem, const ShiftCone &cone, const Refinement &refinement,
                std::uint64_t &boxes) {
  const Hull hull = hull_of(corners_of(cone, problem.norm));
  for (std::size_t j = 0; j < hull.lower.size(); ++j) {
    if (hull.lower[j] < -1 || hull.upper[j] > 1) {
      return std::numeric_limits<double>::infinity();
    }
  }
  const CoverBound bound = cover_bound(problem.f, problem.dimension, problem.p, hull, refinement);
  boxes += bound.boxes;
  return problem.p.root_upper(bound.integral_upper);
}

} // namespace

ModulusBounds search_by_covers(const ModulusProblem &problem, const ModulusBounds &known,
                               const SearchLimits &limits) {
  assert_upward();
  ModulusBounds best = known;
  best.boxes = 0;
  if (!(known.lower.value > 0)) {
    return best;
  }
  const double goal = mul_down(1 + limits.relative_gap, known.lower.value);
  std::vector<Piece> pieces; // all that are above the goal
  for (ShiftCone &cone : problem.sector.cones_of_ball(problem.t_upper)) {
    pieces.push_back({std::move(cone), known.upper});
  }
  if (pieces.size() > kMostFirstPieces) {
    return best;
  }
  double settled = 0; // the largest bound of pieces that need no more cutting
  double excess = kFirstExcess;
  std::vector<std::size_t> fresh(pieces.size());
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    fresh[i] = i;
  }
  while (true) {
    const double p_excess = std::max(limits.relative_gap, excess) * problem.p.exact().get_d();
    const Refinement refinement{std::min(0.5, kPartOfExcess * p_excess), limits.most_boxes_an_integral};
    std::vector<std::uint64_t> boxes(fresh.size());
    in_parallel(fresh.size(), [&](std::size_t i) {
      Piece &piece = pieces[fresh[i]];
      piece.upper = least_upper(piece.upper, bound_of(problem, piece.cone, refinement, boxes[i]));
    });
    for (const std::uint64_t n : boxes) {
      best.boxes += n;
    }
    std::erase_if(pieces, [&](const Piece &piece) {
      settled = piece.upper <= goal ? largest_upper(settled, piece.upper) : settled;
      return piece.upper <= goal;
    });
    double highest = settled;
    for (const Piece &piece : pieces) {
      highest = largest_upper(highest, piece.upper);
    }
    best.upper = least_upper(best.upper, highest);
    const bool out_of_reach =
        best.upper == known.upper && best.boxes >= limits.most_boxes / kPartWithoutPromise;
    if (pieces.empty() || out_of_reach || best.boxes >= limits.most_boxes || pieces.size() > kMostPieces) {
      return best;
    }
    // The next round is after the pieces that are in the way of half the excess.
    if (highest <= mul_down(1 + excess, known.lower.value)) {
      excess = std::max(limits.relative_gap, kEasierPart * (highest / known.lower.value - 1));
    }
    const double in_the_way = mul_down(1 + excess, known.lower.value);
    fresh.clear();
    const std::size_t count = pieces.size();
    for (std::size_t i = 0; i < count; ++i) {
      if (pieces[i].upper <= in_the_way) {
        continue;
      }
      auto [first, second] = halves(pieces[i].cone, longest_side(pieces[i].cone));
      const double upper = pieces[i].upper;
      // A half that the sector does not meet leaves its place to the other.
      if (!problem.sector.meets(first)) {
        std::swap(first, second);
      }
      const bool both = problem.sector.meets(second);
      pieces[i].cone = std::move(first);
      fresh.push_back(i);
      if (both) {
        fresh.push_back(pieces.size());
        pieces.push_back({std::move(second), upper});
      }
    }
  }
}

} // namespace layercert
