#include "ridge_search.hpp"

#include "branch_and_bound.hpp"
#include "good_shift.hpp"
#include "integrate/in_parallel.hpp"
#include "numeric/elementary.hpp"
#include "shift_cover.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace layercert {

namespace {

constexpr std::size_t kMostRidgePieces = 1 << 12; // in all
constexpr std::size_t kBoxesOfCover = 4096;       // of one piece
constexpr std::size_t kBoxesOfClimb = 1 << 11;    // of one shift, in d coordinates
constexpr double kRidgePartOfExcess = 0.1;        // that the boxes of a cover may account for
constexpr double kFirstRidgeExcess = 0.4;         // relative, that the first round is after

class RidgeSearch : public ModulusStrategy {
public:
  struct Piece {
    ShiftCone cone;
    double upper;
  };

  RidgeSearch(const Ridge &ridge, const ModulusProblem &problem, const ModulusBounds &known,
              const SearchLimits &limits)
      : ModulusStrategy(problem, known, limits), ridge_(ridge) {}

  std::vector<Piece> pieces() const {
    std::vector<Piece> open;
    for (ShiftCone &cone : problem_.sector.cones_of_ball(problem_.t_upper)) {
      open.push_back({std::move(cone), best_.upper});
    }
    return open;
  }
  bool may_bound(const std::vector<Piece> &open) const {
    return pieces_ + open.size() <= kMostRidgePieces && best_.boxes < limits_.most_boxes;
  }
  void bound(std::vector<Piece> &open) {
    std::vector<std::uint64_t> boxes(open.size());
    in_parallel(open.size(), [&](std::size_t i) {
      open[i].upper = least_upper(open[i].upper, upper_of(open[i].cone, boxes[i]));
    });
    for (const std::uint64_t n : boxes) {
      best_.boxes += n;
    }
    pieces_ += open.size();
    excess_ = std::max(limits_.relative_gap, excess_ / 2);
  }
  bool may_cut(const std::vector<Piece> &open) const { return !open.empty(); }
  std::vector<Piece> cut(const std::vector<Piece> &open) const {
    std::vector<Piece> next;
    for (const Piece &piece : open) {
      for (ShiftCone &half : problem_.sector.halves(piece.cone, longest_side(piece.cone))) {
        next.push_back({std::move(half), piece.upper});
      }
    }
    return next;
  }
  void finish(std::vector<Piece> & /*open*/) const {}

private:
  double upper_of(const ShiftCone &cone, std::uint64_t &boxes) const {
    const Hull hull = hull_of(corners_of(cone, problem_.norm));
    std::vector<Interval> box; // that holds all x with x and x + h in the cube
    Interval step(0.0);        // of t
    for (std::size_t j = 0; j < hull.lower.size(); ++j) {
      const double from = hull.upper[j] < 0 ? -hull.upper[j] : 0;
      const double to = hull.lower[j] > 0 ? sub_up(1.0, hull.lower[j]) : 1;
      if (!(from < to)) {
        return 0;
      }
      box.emplace_back(from, to);
      step += enclosure(ridge_.a[j]) * Interval(hull.lower[j], hull.upper[j]);
    }
    step = step / enclosure(ridge_.length);
    const RidgeDensity density(ridge_, box);
    const double gap = std::min(0.3, kRidgePartOfExcess * excess_ * problem_.p.exact().get_d());
    double most = 0;
    // The way is known to keep its sign on either side of 0.
    const std::pair<double, double> sides[] = {{std::max(step.lower(), -1.0), std::min(step.upper(), 0.0)},
                                               {std::max(step.lower(), 0.0), std::min(step.upper(), 1.0)}};
    for (const auto &[from, to] : sides) {
      if (from > to || (from == 0 && to == 0)) {
        continue;
      }
      const CoverBound bound =
          cover_bound(ridge_.g, 1, problem_.p, {{from}, {to}}, {gap, kBoxesOfCover}, &density);
      boxes += bound.boxes;
      most = largest_upper(most, bound.integral_upper);
    }
    return problem_.p.root_upper(most);
  }

  const Ridge &ridge_;
  std::size_t pieces_ = 0; // that were bounded
  double excess_ = kFirstRidgeExcess;
};

} // namespace

ModulusBounds search_ridge(const Ridge &ridge, const ModulusProblem &problem, const ModulusBounds &known,
                           const SearchLimits &limits) {
  assert_upward();
  ModulusBounds better = known;
  better.boxes = 0;
  climb(problem, kBoxesOfClimb, better);
  const std::uint64_t climbed = better.boxes;
  RidgeSearch search(ridge, problem, better, limits);
  ModulusBounds found = better.lower.value > 0 ? branch_and_bound(search) : better;
  found.boxes += climbed;
  return found;
}

} // namespace layercert
