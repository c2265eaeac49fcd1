#include "modulus_search.hpp"

#include "cells.hpp"
#include "models.hpp"
#include "modulus_guess.hpp"
#include "singular_models.hpp"

#include "layercert/numeric/elementary.hpp"
#include "layercert/numeric/mpfr_interval.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "layercert/target/batch_evaluator.hpp"
#include "layercert/target/derivative.hpp"

#include <oneapi/tbb/enumerable_thread_specific.h>
#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <set>

namespace layercert {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// What is known of kappa on a box Y of y, for all shifts of a cone.
struct Spread {
  double bend = kInfinity;  // e, at least
  double reach = kInfinity; // R, at least
  // Where R is infinite: an upper bound of the integral of |kappa(., h)|^p over Y, for every h; by the p-th powers of f itself.
  double integral = kInfinity;
  // How much of it is due to each h_j, and to the width of Y along y_j, about; infinite where the slope is.
  std::array<double, kMaxDimension> share{};
};

// The hull of the cone's corners, by coordinates.
struct Hull {
  std::vector<double> lower;
  std::vector<double> upper;
};

Hull hull_of(const std::vector<Shift> &corners) {
  Hull hull{corners.front(), corners.front()};
  for (const Shift &corner : corners) {
    for (std::size_t j = 0; j < corner.size(); ++j) {
      hull.lower[j] = std::min(hull.lower[j], corner[j]);
      hull.upper[j] = std::max(hull.upper[j], corner[j]);
    }
  }
  return hull;
}

class SpreadEvaluator {
public:
  SpreadEvaluator(const Expression &f, int d, const Exponent &p)
      : d_(d), p_(p), inverse_p_(enclosure(mpq_class(1 / p.exact()))), evaluator_(f, d, kModelBatch),
        here_(d, kModelBatch), there_(d, kModelBatch), way_(d, kModelBatch), at_here_(d, kModelBatch),
        at_there_(d, kModelBatch), on_way_(d, kModelBatch),
        values_(singular_function_modeller(p, f, d, [](const Box &) { return Interval(0.0); })()) {
    for (std::size_t j = 0; j < size(); ++j) {
      std::vector<double> axis(size(), 0.0);
      axis[j] = 1;
      const std::optional<Expression> derivative = directional_derivative(f, axis);
      if (!derivative) {
        slopes_.clear();
        break;
      }
      slopes_.push_back({BatchEvaluator(*derivative, d, kModelBatch), RangeBatch(d, kModelBatch),
                         RangeBatch(d, kModelBatch)});
    }
  }

  // Requires: at most kModelBatch boxes.
  void run(const Hull &hull, std::span<const Box> boxes, std::span<Spread> spreads) {
    place(hull, boxes);
    way_.assign_hull(here_, there_);
    // Where all shifts are short beside the boxes, the slopes on the way say what the two ends would.
    bool ends = false;
    for (std::size_t j = 0; j < size(); ++j) {
      const double longest = std::max(std::fabs(hull.lower[j]), std::fabs(hull.upper[j]));
      for (const Box &box : boxes) {
        ends = ends || longest > 0.25 * (box.upper[j] - box.lower[j]);
      }
    }
    evaluator_.range_and_gradient(way_, on_way_);
    if (ends) {
      evaluator_.range_and_gradient(here_, at_here_);
      evaluator_.range_and_gradient(there_, at_there_);
    }
    for (Slope &slope : slopes_) {
      slope.evaluator.range_and_gradient(here_, slope.at_here);
      slope.evaluator.range_and_gradient(there_, slope.at_there);
    }
    Interval volume(1.0); // prod (1 - a_j), over the hull
    for (std::size_t j = 0; j < size(); ++j) {
      volume *= Interval(1.0) - length(hull, j);
    }
    const Interval weight = p_.root(Interval(std::max(0.0, volume.lower()), volume.upper()));
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      spreads[i] = spread(hull, boxes[i], i, ends, weight);
      if (std::isinf(spreads[i].reach)) {
        spreads[i].integral = integral_of_both(i);
      }
    }
  }

private:
  std::size_t size() const { return static_cast<std::size_t>(d_); }
  static bool negative(const Hull &hull, std::size_t j) { return hull.lower[j] < 0; }
  // a_j = |h_j|; every cone keeps the sign of h_j.
  static Interval length(const Hull &hull, std::size_t j) {
    return negative(hull, j) ? Interval(-hull.upper[j], -hull.lower[j])
                             : Interval(hull.lower[j], hull.upper[j]);
  }

  // Boxes of x and of x + h.
  void place(const Hull &hull, std::span<const Box> boxes) {
    here_.resize(boxes.size());
    there_.resize(boxes.size());
    for (std::size_t j = 0; j < size(); ++j) {
      const Interval a = length(hull, j);
      const Interval left = Interval(1.0) - a;
      BoxBatch &low = negative(hull, j) ? there_ : here_;
      BoxBatch &high = negative(hull, j) ? here_ : there_;
      const int axis = static_cast<int>(j);
      for (std::size_t i = 0; i < boxes.size(); ++i) {
        const double y_lower = boxes[i].lower[j];
        const double y_upper = boxes[i].upper[j];
        low.lower(axis)[i] = mul_down(y_lower, left.lower()); // y (1 - a)
        low.upper(axis)[i] = mul_up(y_upper, left.upper());
        // y (1 - a) + a = y + a (1 - y), which grows with both
        const double grown_lower = add_down(y_lower, mul_down(a.lower(), sub_down(1.0, y_lower)));
        const double grown_upper = add_up(y_upper, mul_up(a.upper(), sub_up(1.0, y_upper)));
        high.lower(axis)[i] = std::min(1.0, grown_lower);
        high.upper(axis)[i] = std::min(1.0, grown_upper);
      }
    }
  }

  static Interval value(const RangeBatch &ranges, std::size_t i) {
    return {ranges.value_lower()[i], ranges.value_upper()[i]};
  }
  static Interval slope(const RangeBatch &ranges, std::size_t i, std::size_t j) {
    const int axis = static_cast<int>(j);
    return {ranges.gradient_lower(axis)[i], ranges.gradient_upper(axis)[i]};
  }
  bool smooth(const RangeBatch &ranges, std::size_t i) const {
    for (std::size_t j = 0; j < size(); ++j) {
      if (!bounded(slope(ranges, i, j))) {
        return false;
      }
    }
    return ranges.undefined()[i] == 0;
  }

  // x and x + h run over the images of Y, which lie in the boxes here and there: by Minkowski's inequality.
  double integral_of_both(std::size_t i) {
    double norms = 0;
    for (const BoxBatch *batch : {&here_, &there_}) {
      Box box;
      for (std::size_t j = 0; j < size(); ++j) {
        box.lower[j] = batch->lower(static_cast<int>(j))[i];
        box.upper[j] = batch->upper(static_cast<int>(j))[i];
      }
      LocalModel model;
      values_(std::span(&box, 1), std::span(&model, 1));
      const double upper = integral_of_power(p_, d_, box, model).upper;
      norms = add_up(norms, std::isfinite(upper) ? p_.root(Interval(0.0, upper)).upper() : kInfinity);
    }
    return std::isfinite(norms) ? p_.power(Interval(0.0, norms)).upper() : kInfinity;
  }

  Spread spread(const Hull &hull, const Box &box, std::size_t i, bool ends, const Interval &weight) const {
    const bool way = smooth(on_way_, i);
    Interval rise = whole_line(); // f(x + h) - f(x)
    if (ends && at_here_.undefined()[i] == 0 && at_there_.undefined()[i] == 0) {
      rise = value(at_there_, i) - value(at_here_, i);
      rise = has_nan(rise) ? whole_line() : rise;
    }
    if (way) {
      Interval along(0.0);
      for (std::size_t j = 0; j < size(); ++j) {
        along += slope(on_way_, i, j) * Interval(hull.lower[j], hull.upper[j]);
      }
      const Interval both = intersect(rise, along);
      rise = has_nan(both) ? rise : both;
    }
    Spread result;
    if (!bounded(rise)) {
      return result;
    }
    result.reach = mul_up(abs_range(rise).upper(), weight.upper());
    const bool from_ends = ends && smooth(at_here_, i) && smooth(at_there_, i);
    for (std::size_t j = 0; j < size(); ++j) {
      const Interval here = ends ? slope(at_here_, i, j) : slope(on_way_, i, j);
      const Interval there = ends ? slope(at_there_, i, j) : slope(on_way_, i, j);
      const double spread = (here.upper() - here.lower()) + (there.upper() - there.lower());
      result.share[j] = spread >= 0 ? spread : kInfinity;
    }
    if (!from_ends && !way) {
      return result;
    }
    if (!slopes_.empty()) {
      result.bend = second_order(hull, box, i, from_ends, rise, weight);
    }
    double bend = 0;
    for (std::size_t j = 0; j < size(); ++j) {
      const Interval here = from_ends ? slope(at_here_, i, j) : slope(on_way_, i, j);
      const Interval there = from_ends ? slope(at_there_, i, j) : slope(on_way_, i, j);
      const Interval y(box.lower[j], box.upper[j]);
      const Interval rest(sub_down(1.0, box.upper[j]), sub_up(1.0, box.lower[j]));
      // The derivative by a_j of x_j + h_j and of x_j.
      const Interval moved = negative(hull, j) ? -(y * there + rest * here) : rest * there + y * here;
      const Interval left = Interval(1.0) - length(hull, j);
      const Interval slope_of_kappa = weight * (moved - rise * inverse_p_ / left);
      bend = add_up(bend, mul_up(0.25, mul_up(sub_up(slope_of_kappa.upper(), slope_of_kappa.lower()),
                                              sub_up(hull.upper[j], hull.lower[j]))));
    }
    if (bend < result.bend) { // NaN is not
      result.bend = bend;
    }
    return result;
  }

  // With b_j = 1/(p (1 - a_j)), W = prod (1 - a_j)^(1/p) and k = f(x + h) - f(x),
  //     kappa_ij = W (k_ij - b_i k_j - b_j k_i + b_i b_j k)   for i != j,   kappa_jj with b_j (b_j - 1/(1 - a_j)) k at the end.
  double second_order(const Hull &hull, const Box &box, std::size_t i, bool from_ends, const Interval &rise,
                      const Interval &weight) const {
    std::array<Interval, kMaxDimension> first;      // k_j
    std::array<Interval, kMaxDimension> factor;     // b_j
    std::array<Interval, kMaxDimension> move_here;  // derivative of x_j by a_j
    std::array<Interval, kMaxDimension> move_there; // of x_j + h_j
    for (std::size_t j = 0; j < size(); ++j) {
      if (!smooth(slopes_[j].at_here, i) || !smooth(slopes_[j].at_there, i)) {
        return kInfinity;
      }
      const Interval y(box.lower[j], box.upper[j]);
      const Interval rest(sub_down(1.0, box.upper[j]), sub_up(1.0, box.lower[j]));
      move_here[j] = negative(hull, j) ? rest : -y;
      move_there[j] = negative(hull, j) ? -y : rest;
      const Interval here = from_ends ? slope(at_here_, i, j) : slope(on_way_, i, j);
      const Interval there = from_ends ? slope(at_there_, i, j) : slope(on_way_, i, j);
      first[j] = move_there[j] * there - move_here[j] * here;
      factor[j] = inverse_p_ / (Interval(1.0) - length(hull, j));
    }
    double bend = 0;
    for (std::size_t j = 0; j < size(); ++j) {
      for (std::size_t m = 0; m < size(); ++m) {
        const Interval mixed = move_there[j] * move_there[m] * slope(slopes_[j].at_there, i, m) -
                               move_here[j] * move_here[m] * slope(slopes_[j].at_here, i, m);
        const Interval last =
            j == m ? factor[j] - Interval(1.0) / (Interval(1.0) - length(hull, j)) : factor[m];
        const Interval kappa =
            weight * (mixed - factor[j] * first[m] - factor[m] * first[j] + factor[j] * last * rise);
        const double widths =
            mul_up(sub_up(hull.upper[j], hull.lower[j]), sub_up(hull.upper[m], hull.lower[m]));
        bend = add_up(bend, mul_up(0.125, mul_up(abs_range(kappa).upper(), widths)));
      }
    }
    return bend < kInfinity ? bend : kInfinity;
  }

  int d_;
  const Exponent &p_;
  Interval inverse_p_;
  BatchEvaluator evaluator_;
  BoxBatch here_, there_, way_;
  RangeBatch at_here_, at_there_, on_way_;
  Modeller values_;
  struct Slope { // df/dx_j
    BatchEvaluator evaluator;
    RangeBatch at_here, at_there;
  };
  std::vector<Slope> slopes_; // none, where f has none
};

// Boxes of y are cut no finer than this part of the shifts' spread: below that, only a smaller cone helps.
constexpr double kFinestBox = 0.5;
constexpr std::size_t kMostBoxesACone = 4096; // and a 64th of all
constexpr double kWorthwhile = 0.85;          // of the excess over the corners has to go when boxes are cut
constexpr int kTrustingDepth = 4;             // up to here sampled norms decide what is hopeless
constexpr std::size_t kMostPieces = 1 << 12;
constexpr std::size_t kGuessPoints = 1024;
constexpr double kGuessError = 0.003;        // of a smooth function, about
constexpr std::uint64_t kBoxesAGuess = 64;   // that take about as long
constexpr double kPartOfTolerance = 0.25;    // for the norms at the corners, and for the lower bound
constexpr std::uint64_t kBoxesACorner = 512; // for kLastGap, about
constexpr double kLastGap = 0.05;            // relative, of the norms at the corners of pieces that stay open
constexpr double kPartOfRoom = 0.7;
constexpr double kWorthIt = 0.7; // so much smaller must a gap be to integrate once more
constexpr double kCoarsestGap = 0.5;
constexpr double kPieces = 256; // of the domain of a shift, to begin with

class Search {
public:
  Search(const Expression &f, int d, const Exponent &p, ShiftNorm norm, double t_lower, double t_upper,
         const ModulusBounds &known, const SearchLimits &search)
      : f_(f), d_(d), p_(p), norm_(norm), t_lower_(t_lower), t_upper_(t_upper), known_(known.upper),
        search_(search), guess_([&f, d, &p] { return ModulusGuess(f, d, p.exact().get_d(), kGuessPoints); }),
        evaluators_([&f, d, &p] { return SpreadEvaluator(f, d, p); }) {
    best_.lower = known.lower;
    best_.upper = known.upper;
  }

  ModulusBounds run() {
    raise_lower(guess_.local().best(norm_, t_lower_));
    std::vector<Piece> open;
    for (ShiftCone &cone : cones_of_ball(d_, t_upper_)) {
      open.push_back({std::move(cone), {}, known_});
    }
    double settled = 0;     // the largest bound of the pieces that need no more cutting
    std::uint64_t cost = 0; // of a piece of the round before
    while (!open.empty() && open.size() <= kMostPieces &&
           best_.boxes + cost * open.size() < search_.most_boxes) {
      const std::uint64_t before = best_.boxes;
      bound(open, false);
      cost = (best_.boxes - before) / open.size();
      std::vector<Piece> next;
      for (Piece &piece : open) {
        if (piece.upper <= goal()) {
          settled = std::max(settled, piece.upper);
          continue;
        }
        auto [first, second] = halves(piece.cone, direction_to_cut(piece));
        for (ShiftCone *half : {&first, &second}) {
          next.push_back({std::move(*half), {}, piece.upper});
          next.back().depth = piece.depth + 1;
        }
      }
      open = std::move(next);
    }
    if (!open.empty()) {
      if (open.size() * kBoxesACorner << d_ <= search_.most_boxes) {
        bound(open, true);
      }
      for (const Piece &piece : open) {
        settled = std::max(settled, piece.upper);
      }
    }
    best_.upper = std::min(known_, settled);
    return best_;
  }

private:
  // Integrals over the cube that bound a piece.
  struct Integrals {
    double bends = 0;           // of e^p off B
    double jumps = kInfinity;   // of R^p over B
    double reaches = kInfinity; // of R^p
  };

  struct Piece {
    ShiftCone cone;
    std::vector<Shift> corners;
    double upper; // of || f(. + h) - f ||_p for its shifts
    std::uint64_t boxes = 0;
    Integrals integrals{};
    std::array<double, kMaxDimension>
        weight{};           // how much of the bound is due to a width of its hull along h_j
    int depth = 0;          // how often it was cut
    bool promising = false; // with exact norms at the corners it would be settled, it seems
  };
  // || f(. + h) - f ||_p at a corner.
  struct Corner {
    double guess = -1;
    double upper = kInfinity;
    double gap = kInfinity;    // relative, of the integral that gave `upper`
    double wanted = kInfinity; // the gap that would do for all pieces that want it
  };

  // The side whose halves spread least where it counts; while nothing is known of that, the longest.
  std::size_t direction_to_cut(const Piece &piece) const {
    std::size_t best = longest_side(piece.cone);
    if (std::all_of(piece.weight.begin(), piece.weight.end(), [](double w) { return w == 0; })) {
      return best;
    }
    double least = kInfinity;
    for (std::size_t j = 0; j < piece.cone.lower.size(); ++j) {
      if (!may_be_cut(piece.cone, j)) {
        continue;
      }
      const auto [first, second] = halves(piece.cone, j);
      const double spread = std::max(weighted_width(first, piece), weighted_width(second, piece));
      if (spread < least) {
        least = spread;
        best = j;
      }
    }
    return best;
  }

  double weighted_width(const ShiftCone &cone, const Piece &piece) const {
    const Hull hull = hull_of(corners_of(cone, norm_));
    double sum = 0;
    for (std::size_t j = 0; j < hull.lower.size(); ++j) {
      sum += piece.weight[j] * (hull.upper[j] - hull.lower[j]);
    }
    return sum;
  }

  double goal() const { return mul_down(1 + search_.relative_gap, best_.lower.value); }
  // Gaps of integrals of p-th powers; norms have about 1/p of them.
  double finest_gap() const { return gap_of_norm(kPartOfTolerance * search_.relative_gap); }
  double gap_of_norm(double relative_gap) const {
    return std::min(kCoarsestGap, relative_gap * p_.exact().get_d());
  }

  Interval norm_at(const Shift &h, double gap, std::uint64_t &boxes) const {
    for (const double x : h) {
      const double a = std::fabs(x);
      if (a >= 1 || sub_up(1.0, a) != sub_down(1.0, a)) {
        return {0.0, kInfinity}; // no room for x and x + h, or Omega_h is no box of doubles
      }
    }
    if (std::all_of(h.begin(), h.end(), [](double x) { return x == 0; })) {
      return Interval(0.0);
    }
    const IntegralResult result =
        integrate(p_, d_, domain_of_shift(h, kPieces), singular_difference_modeller(p_, f_, h),
                  {gap, search_.most_boxes_an_integral});
    boxes += result.boxes.size();
    return std::isfinite(result.upper) ? p_.root(Interval(result.lower, result.upper))
                                       : Interval(0.0, kInfinity);
  }

  // Bounds the pieces that look as if they could be settled, or, at the end, all of them.
  void bound(std::vector<Piece> &open, bool all) {
    std::vector<std::pair<const Shift, Corner> *> fresh;
    for (Piece &piece : open) {
      piece.corners = corners_of(piece.cone, norm_);
      for (const Shift &corner : piece.corners) {
        const auto [place, is_new] = corners_.try_emplace(corner);
        if (is_new) {
          fresh.push_back(&*place);
        }
      }
    }
    in_parallel(fresh.size(), [&](std::size_t i) {
      const Shift &h = fresh[i]->first;
      if (std::all_of(h.begin(), h.end(), [](double x) { return std::fabs(x) < 1; })) {
        fresh[i]->second.guess = (1 - kGuessError) * guess_.local().norm(h);
      }
    });
    best_.boxes += kBoxesAGuess * fresh.size() + open.size(); // so that no cutting is for nothing
    confirm_guesses(open);
    in_parallel(open.size(), [&](std::size_t i) {
      Piece &piece = open[i];
      double guess = 0;
      for (const Shift &corner : piece.corners) {
        guess = std::max(guess, corners_.find(corner)->second.guess);
      }
      piece.promising = all;
      if (all || guess <= goal()) {
        const double upper = spread_bound(piece, guess, all);
        piece.promising = all || upper <= goal();
      }
    });
    while (sharpen_corners(open, all)) {
    }
    // The guess may have been too low, as for functions with jumps: the corner that an integral says is the best, cut to the ball.
    const Shift *highest = nullptr;
    double top = (1 + kPartOfTolerance * search_.relative_gap) * best_.lower.value;
    for (Piece &piece : open) {
      best_.boxes += piece.boxes;
      double at_corners = 0;
      for (const Shift &shift : piece.corners) {
        const Corner &corner = corners_.find(shift)->second;
        at_corners = std::max(at_corners, corner.upper);
        if (corner.gap < kInfinity && corner.guess > top) {
          top = corner.guess;
          highest = &shift;
        }
      }
      if (piece.promising) {
        piece.upper = std::min(piece.upper, combine(at_corners, piece.integrals));
      }
    }
    if (highest != nullptr && tried_.insert(*highest).second) {
      raise_lower(*highest);
    }
  }

  // Integrates at the corners of promising pieces, each as sharply as the piece's room asks for. What comes out corrects the guess,
  // which may ask for more, or take the promise away. False if there was nothing to do.
  bool sharpen_corners(std::vector<Piece> &open, bool last) {
    std::vector<std::pair<const Shift, Corner> *> wanted;
    for (Piece &piece : open) {
      if (!piece.promising) {
        continue;
      }
      const double room = room_at_corners(piece.integrals);
      for (const Shift &corner : piece.corners) {
        auto &entry = *corners_.find(corner);
        const double slack = room / entry.second.guess - 1;
        const double gap =
            last ? gap_of_norm(kLastGap) : std::max(finest_gap(), gap_of_norm(kPartOfRoom * slack));
        if ((last || entry.second.upper > room) && gap < kWorthIt * entry.second.gap) {
          if (entry.second.wanted == kInfinity) {
            wanted.push_back(&entry);
          }
          entry.second.wanted = std::min(entry.second.wanted, gap);
        }
      }
    }
    integrate_at(wanted);
    return !wanted.empty();
  }

  // As sharply as each corner wants it.
  void integrate_at(const std::vector<std::pair<const Shift, Corner> *> &wanted) {
    std::vector<std::uint64_t> boxes(wanted.size());
    in_parallel(wanted.size(), [&](std::size_t i) {
      Corner &corner = wanted[i]->second;
      corner.gap = corner.wanted;
      corner.wanted = kInfinity;
      const Interval norm = norm_at(wanted[i]->first, corner.gap, boxes[i]);
      corner.upper = std::min(corner.upper, norm.upper());
      if (std::isfinite(norm.upper())) {
        corner.guess = norm.lower() / 2 + norm.upper() / 2;
      }
    });
    for (const std::uint64_t n : boxes) {
      best_.boxes += n;
    }
  }

  // Sampling may be wrong, most for functions with jumps: after a few cuts, only what an integral says is too large is too large.
  void confirm_guesses(const std::vector<Piece> &open) {
    std::vector<std::pair<const Shift, Corner> *> wanted;
    for (const Piece &piece : open) {
      for (const Shift &h : piece.corners) {
        auto &entry = *corners_.find(h);
        Corner &corner = entry.second;
        if (piece.depth >= kTrustingDepth && corner.guess > goal() && corner.gap == kInfinity &&
            corner.wanted == kInfinity) {
          corner.wanted = gap_of_norm(search_.relative_gap);
          wanted.push_back(&entry);
        }
      }
    }
    integrate_at(wanted);
  }

  // About the largest norm at the corners that still leaves a piece below the goal.
  double room_at_corners(const Integrals &integrals) const {
    const double p = p_.exact().get_d();
    const double power = std::pow(goal(), p) - integrals.jumps;
    return power > 0 ? std::pow(power, 1 / p) - std::pow(integrals.bends, 1 / p) : 0;
  }

  // (max || kappa(., v_i) || + || e ||)^p + || R 1_B ||^p or || R ||^p, whichever is less; and which.
  double by_range(const Integrals &integrals) const { return root_upper(integrals.reaches); }
  double interpolated(double at_corners, const Integrals &integrals) const {
    if (!std::isfinite(at_corners) || !std::isfinite(integrals.jumps)) {
      return kInfinity;
    }
    const double smooth = add_up(at_corners, root_upper(integrals.bends));
    return integrals.jumps == 0
               ? smooth
               : root_upper(add_up(p_.power(Interval(0.0, smooth)).upper(), integrals.jumps));
  }
  double combine(double at_corners, const Integrals &integrals) const {
    return std::min(interpolated(at_corners, integrals), by_range(integrals));
  }
  double root_upper(double x) const {
    return std::isfinite(x) ? p_.root(Interval(0.0, x)).upper() : kInfinity;
  }

  // Fills piece.integrals; returns what the bound would be with `guess` at the corners. `rough`: without cutting boxes of y.
  double spread_bound(Piece &piece, double guess, bool rough) {
    const Hull hull = hull_of(piece.corners);
    for (std::size_t j = 0; j < hull.lower.size(); ++j) {
      if (hull.lower[j] <= -1 || hull.upper[j] >= 1) {
        return kInfinity;
      }
    }
    SpreadEvaluator &evaluator = evaluators_.local();
    std::vector<Box> boxes = first_boxes();
    std::vector<Spread> spreads(boxes.size());
    std::size_t fresh = 0;
    double excess = kInfinity;
    while (true) {
      for (std::size_t from = fresh; from < boxes.size(); from += kModelBatch) {
        const std::size_t count = std::min(kModelBatch, boxes.size() - from);
        evaluator.run(hull, std::span(boxes).subspan(from, count), std::span(spreads).subspan(from, count));
      }
      piece.boxes += boxes.size() - fresh;
      piece.integrals = integrals_of(boxes, spreads);
      piece.weight = weights_of(boxes, spreads);
      const double bound = combine(guess, piece.integrals);
      const bool ranges_win = by_range(piece.integrals) < interpolated(guess, piece.integrals);
      const bool stalls = piece.integrals.jumps == 0 && !(bound - guess < kWorthwhile * excess);
      excess = bound - guess;
      if (rough || stalls || bound <= mul_down(goal(), 1 - kPartOfTolerance * search_.relative_gap) ||
          !refine(hull, ranges_win, boxes, spreads, fresh)) {
        return bound;
      }
    }
  }

  std::array<double, kMaxDimension> weights_of(const std::vector<Box> &boxes,
                                               const std::vector<Spread> &spreads) const {
    std::array<double, kMaxDimension> weights{};
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      const auto &share = spreads[i].share;
      const double all = std::accumulate(share.begin(), share.end(), 0.0);
      const double cost = cost_of(spreads[i], volume(d_, boxes[i]).upper());
      if (!std::isfinite(cost) || all == 0) {
        continue;
      }
      for (std::size_t j = 0; j < static_cast<std::size_t>(d_); ++j) {
        weights[j] += cost * (std::isinf(all) ? (std::isinf(share[j]) ? 1.0 : 0.0) : share[j] / all);
      }
    }
    return weights;
  }

  double cost_of(const Spread &spread, double measure) const {
    const bool bends = spread.bend <= spread.reach && std::isfinite(spread.bend);
    return bends ? integral_upper(spread.bend, measure) : reach_upper(spread, measure);
  }
  // Of R^p over a box, or what stands for it.
  double reach_upper(const Spread &spread, double measure) const {
    return std::isinf(spread.reach) ? spread.integral : integral_upper(spread.reach, measure);
  }

  Integrals integrals_of(const std::vector<Box> &boxes, const std::vector<Spread> &spreads) const {
    Integrals sums{0, 0, 0};
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      const double measure = volume(d_, boxes[i]).upper();
      const Spread &spread = spreads[i];
      const double reach = reach_upper(spread, measure);
      sums.reaches = add_up(sums.reaches, reach);
      if (spread.bend <= spread.reach && std::isfinite(spread.bend)) {
        sums.bends = add_up(sums.bends, integral_upper(spread.bend, measure));
      } else {
        sums.jumps = add_up(sums.jumps, reach);
      }
    }
    return sums;
  }

  double integral_upper(double height, double measure) const {
    return std::isfinite(height) ? mul_up(p_.power(Interval(0.0, height)).upper(), measure) : kInfinity;
  }

  std::vector<Box> first_boxes() const {
    std::vector<Box> boxes{unit_cube(d_)};
    const std::size_t wanted = d_ == 1 ? 32 : 64;
    for (std::size_t j = 0; boxes.size() * 2 <= wanted; j = (j + 1) % static_cast<std::size_t>(d_)) {
      const std::size_t count = boxes.size();
      for (std::size_t i = 0; i < count; ++i) {
        boxes.push_back(boxes[i]);
        boxes.back().lower[j] = boxes[i].upper[j] = boxes[i].lower[j] / 2 + boxes[i].upper[j] / 2;
      }
    }
    return boxes;
  }

  // Halves the boxes that cost most, where that can still help; their halves go to the end, from `fresh` on.
  bool refine(const Hull &hull, bool by_range, std::vector<Box> &boxes, std::vector<Spread> &spreads,
              std::size_t &fresh) const {
    struct Choice {
      std::size_t box;
      std::size_t axis;
      double cost;
    };
    std::vector<Choice> choices;
    double total = 0;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      const Spread &spread = spreads[i];
      const bool bends = !by_range && spread.bend <= spread.reach && std::isfinite(spread.bend);
      const double cost = integral_upper(bends ? spread.bend : spread.reach, volume(d_, boxes[i]).upper());
      total += std::isfinite(cost) ? cost : 0;
      // Along the coordinate that counts most, where that can still help.
      std::size_t axis = 0;
      double most = 0;
      for (std::size_t j = 0; j < hull.lower.size(); ++j) {
        const double width = boxes[i].upper[j] - boxes[i].lower[j];
        const double share = std::isinf(spread.share[j]) ? 1e300 : spread.share[j];
        if (width > kFinestBox * (hull.upper[j] - hull.lower[j]) && width * (share + 1e-300) > most) {
          most = width * (share + 1e-300);
          axis = j;
        }
      }
      if (most > 0) {
        choices.push_back({i, axis, cost});
      }
    }
    const double fair = 0.5 * total / static_cast<double>(boxes.size());
    std::erase_if(choices, [&](const Choice &choice) { return !(choice.cost > fair); });
    if (choices.empty() || boxes.size() + choices.size() >
                               std::clamp<std::size_t>(search_.most_boxes / 64, 256, kMostBoxesACone)) {
      return false;
    }
    // The old boxes leave their places to their halves, which are evaluated anew: the rest moves to the front.
    std::vector<Box> halves;
    std::vector<char> gone(boxes.size(), 0);
    for (const Choice &choice : choices) {
      gone[choice.box] = 1;
      Box first = boxes[choice.box];
      Box second = first;
      first.upper[choice.axis] = second.lower[choice.axis] =
          first.lower[choice.axis] / 2 + first.upper[choice.axis] / 2;
      halves.push_back(first);
      halves.push_back(second);
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      if (gone[i] == 0) {
        boxes[kept] = boxes[i];
        spreads[kept] = spreads[i];
        ++kept;
      }
    }
    boxes.resize(kept);
    fresh = kept;
    boxes.insert(boxes.end(), halves.begin(), halves.end());
    spreads.resize(boxes.size());
    return true;
  }

  void raise_lower(Shift h) {
    const double shrink = std::min(1.0, t_lower_ / length_about(h, norm_));
    for (double &x : h) {
      x *= shrink;
    }
    while (!(norm_of(h, norm_).upper() <= t_lower_)) { // too long by a rounding
      for (double &x : h) {
        x *= 1 - 1e-15;
      }
    }
    const IntegralResult result =
        integrate(p_, d_, domain_of_shift(h, kPieces), singular_difference_modeller(p_, f_, h),
                  {finest_gap(), search_.most_boxes_an_integral});
    best_.boxes += result.boxes.size();
    const double value = p_.root(Interval(result.lower)).lower();
    if (value > best_.lower.value) {
      best_.lower = {value, h};
    }
  }

  template <class Body> static void in_parallel(std::size_t count, const Body &body) {
    oneapi::tbb::parallel_for(std::size_t{0}, count, [&](std::size_t i) {
      const UpwardScope upward;
      prepare_mpfr_thread();
      body(i);
    });
  }

  const Expression &f_;
  int d_;
  const Exponent &p_;
  ShiftNorm norm_;
  double t_lower_;
  double t_upper_;
  double known_;
  SearchLimits search_;
  ModulusBounds best_;
  std::map<Shift, Corner> corners_;
  std::set<Shift> tried_; // for the lower bound
  oneapi::tbb::enumerable_thread_specific<ModulusGuess> guess_;
  oneapi::tbb::enumerable_thread_specific<SpreadEvaluator> evaluators_;
};

} // namespace

ModulusBounds search_modulus(const Expression &f, int dimension, const Exponent &p, ShiftNorm norm,
                             double t_lower, double t_upper, const ModulusBounds &known,
                             const SearchLimits &search) {
  return Search(f, dimension, p, norm, t_lower, t_upper, known, search).run();
}

} // namespace layercert
