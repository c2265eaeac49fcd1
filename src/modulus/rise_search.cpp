#include "rise_search.hpp"

#include "branch_and_bound.hpp"
#include "integrate/in_parallel.hpp"
#include "many_coordinates.hpp"
#include "shift_spread.hpp"

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

constexpr std::size_t kMostRisePieces =
    1 << 12; // in all: each takes up to a millisecond, and log(x y) is done with some hundreds

class RiseSearch : public ModulusStrategy {
public:
  struct Piece {
    ShiftCone cone;
    double upper;
  };

  RiseSearch(const ModulusProblem &problem, const ModulusBounds &known, const SearchLimits &limits,
             const SquareNorms &expansion)
      : ModulusStrategy(problem, known, limits), expansion_(expansion), signs_(*problem.sector.directions()) {
  }

  std::vector<Piece> pieces() const {
    std::vector<Piece> open;
    for (ShiftCone &cone : problem_.sector.cones_of_ball(problem_.t_upper)) {
      open.push_back({std::move(cone), best_.upper});
    }
    return open;
  }
  bool may_bound(const std::vector<Piece> &open) const {
    return pieces_ + open.size() <= kMostRisePieces && best_.boxes < limits_.most_boxes;
  }
  void bound(std::vector<Piece> &open) {
    in_parallel(open.size(),
                [&](std::size_t i) { open[i].upper = least_upper(open[i].upper, upper_of(open[i].cone)); });
    pieces_ += open.size();
    best_.boxes += open.size() * expansion_.cost();
  }
  bool may_cut(const std::vector<Piece> &open) const {
    return std::any_of(open.begin(), open.end(),
                       [](const Piece &piece) { return std::isfinite(piece.upper); });
  }
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
  double upper_of(const ShiftCone &cone) const {
    const Hull hull = hull_of(corners_of(cone, problem_.norm));
    std::vector<double> a(signs_.size());
    std::vector<double> b(signs_.size());
    for (std::size_t j = 0; j < signs_.size(); ++j) {
      const double first = std::fabs(hull.lower[j]);
      const double second = std::fabs(hull.upper[j]);
      const double low = hull.lower[j] < 0 && hull.upper[j] > 0 ? 0 : std::min(first, second);
      if (low >= 1) {
        return 0; // no room for x and x + h
      }
      a[j] = signs_[j] * low;
      b[j] = signs_[j] * std::max(first, second);
    }
    // h and -h are alike: where f has a pole on one side, x moves away from it.
    const double forward = expansion_.rise_upper(a, b);
    if (std::isfinite(forward)) {
      return forward;
    }
    for (std::size_t j = 0; j < signs_.size(); ++j) {
      a[j] = -a[j];
      b[j] = -b[j];
    }
    return expansion_.rise_upper(a, b);
  }

  const SquareNorms &expansion_;
  const std::vector<int> &signs_;
  std::size_t pieces_ = 0; // that were bounded
};

} // namespace

ModulusBounds search_by_rise(const ModulusProblem &problem, const ModulusBounds &known,
                             const SearchLimits &limits, const SquareNorms &expansion) {
  assert_upward();
  if (!problem.sector.directions()) {
    return {known.upper, known.lower, 0};
  }
  // A good shift first: pieces below it need no cutting.
  const ModulusBounds climbed = search_many_coordinates(problem, known, expansion);
  RiseSearch search(problem, climbed, limits, expansion);
  ModulusBounds found = search.best().lower.value > 0 ? branch_and_bound(search) : search.best();
  found.boxes += climbed.boxes;
  return found;
}

} // namespace layercert
