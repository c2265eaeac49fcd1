#include "modulus_search.hpp"

#include "branch_and_bound.hpp"
#include "integrate/cells.hpp"
#include "integrate/in_parallel.hpp"
#include "integrate/models.hpp"
#include "integrate/singular_models.hpp"
#include "modulus_guess.hpp"
#include "norm_bend.hpp"
#include "shift_spread.hpp"

#include "layercert/numeric/mpfr_interval.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"
#include "numeric/relative_width.hpp"

#include <oneapi/tbb/enumerable_thread_specific.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <set>

namespace layercert {

namespace {

// Boxes of y are cut no finer than this part of what x or x + h moves by: below that, only a smaller cone
// helps.
constexpr double kFinestBox = 0.5;
constexpr std::size_t kMostBoxesACone = 4096; // and a 64th of all
constexpr double kWorthwhile = 0.85; // of the excess over the corners may be left by twice as many boxes
constexpr int kSlowRoundsAtJumps =
    4;                            // rounds of cutting that gain little, where a jump wants finer boxes first
constexpr int kTrustingDepth = 4; // up to here sampled norms decide what is hopeless
// From so many coordinates on a cut piece has so many corners that boxes of y are tried first. exp(-16 |x -
// c|^2) in two takes 0.2 s without them and 1.3 s with them; in three, (1 + x + 2 y + z)^-4 took 9 s without
// them.
constexpr int kSpreadDimension = 3;
// Norms that cost at most so many boxes make cutting cheaper than boxes of y: product peak in three
// coordinates takes 0.2 s a level so.
constexpr std::uint64_t kCheapNorm = 256;
constexpr std::uint64_t kSlopePartWithoutPromise = 16; // of all boxes
constexpr std::size_t kMostSlopePieces = 1 << 12;
constexpr std::size_t kFewPieces = 256; // that are left at the end: boxes are cut for them, too
constexpr std::size_t kSlopeGuessPoints = 1024;
constexpr double kGuessError = 0.003;         // of a smooth function, about
constexpr std::uint64_t kBoxesAMajorant = 64; // that take about as long as one on which f has no bound
constexpr double kLargestBias = 1.1;
constexpr std::uint64_t kBoxesAGuess = 64; // that take about as long
constexpr double kPartOfTolerance = 0.25;  // for the norms at the corners, and for the lower bound
constexpr double kPartOfFinest = 0.3;      // for the lower bound, of which there is one only
constexpr std::size_t kBoxesOfLower = 4;
constexpr std::uint64_t kBoxesACorner = 512; // for kLastGap, about
constexpr double kLastGap = 0.05;            // relative, of the norms at the corners of pieces that stay open
constexpr double kPartOfRoom = 0.7;
constexpr double kPartOfFormerGap = 0.7; // so much smaller must a gap be to integrate once more
constexpr double kCoarsestSlopeGap = 0.5;
constexpr double kSlopePieces = 64; // of the domain of a shift, to begin with

class SlopeSearch : public ModulusStrategy {
  // Integrals over the cube that bound a piece.
  struct Integrals {
    double bends = 0;           // of e^p off B
    double highest_bend = 0;    // the supremum of e off B
    double jumps = kInfinity;   // of R^p over B
    double reaches = kInfinity; // of R^p
  };

public:
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

  SlopeSearch(const ModulusProblem &problem, const ModulusBounds &known, const SearchLimits &limits,
              const SquareNorms *expansion)
      : ModulusStrategy(problem, known, limits), expansion_(expansion),
        has_slopes_(expansion != nullptr && std::isfinite(expansion->steepest_upper())), guess_([&problem] {
          return ModulusGuess(problem.f, problem.dimension, problem.p.exact().get_d(), kSlopeGuessPoints);
        }),
        evaluators_([&problem] { return SpreadEvaluator(problem.f, problem.dimension, problem.p); }) {
    raise_lower(guess_.local().best(problem.norm, problem.t_lower));
  }

  std::vector<Piece> pieces() const {
    std::vector<Piece> open;
    for (ShiftCone &cone : problem_.sector.cones_of_ball(problem_.t_upper)) {
      open.push_back({std::move(cone), {}, best_.upper});
    }
    return open;
  }

  bool may_bound(const std::vector<Piece> &open) const {
    const bool nothing_settles =
        !some_promising_ && bounded_ && best_.boxes > limits_.most_boxes / kSlopePartWithoutPromise;
    return !nothing_settles && open.size() <= kMostSlopePieces &&
           (best_.boxes + cost_ * open.size() < limits_.most_boxes || best_.boxes < limits_.most_boxes / 2);
  }

  void bound(std::vector<Piece> &open) {
    const std::uint64_t before = best_.boxes;
    bound(open, false);
    cost_ = (best_.boxes - before) / open.size();
    bounded_ = true;
    some_promising_ = some_promising_ || std::any_of(open.begin(), open.end(),
                                                     [](const Piece &piece) { return piece.promising; });
  }

  bool may_cut(const std::vector<Piece> & /*open*/) const { return true; }

  std::vector<Piece> cut(const std::vector<Piece> &open) const {
    std::vector<Piece> next;
    for (const Piece &piece : open) {
      for (ShiftCone &half : problem_.sector.halves(piece.cone, direction_to_cut(piece))) {
        next.push_back({std::move(half), {}, piece.upper});
        next.back().depth = piece.depth + 1;
      }
    }
    return next;
  }

  void finish(std::vector<Piece> &open) {
    if (open.size() * kBoxesACorner << problem_.dimension <= limits_.most_boxes) {
      bound(open, true);
    }
  }

private:
  // || f(. + h) - f ||_p at a corner.
  struct Corner {
    double sampled = -1;
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
    const Hull hull = hull_of(corners_of(cone, problem_.norm));
    double sum = 0;
    for (std::size_t j = 0; j < hull.lower.size(); ++j) {
      sum += piece.weight[j] * (hull.upper[j] - hull.lower[j]);
    }
    return sum;
  }

  // Gaps of integrals of p-th powers; norms have about 1/p of them.
  double finest_gap() const { return gap_of_norm(kPartOfTolerance * limits_.relative_gap); }
  double gap_of_norm(double relative_gap) const {
    return std::min(kCoarsestSlopeGap, relative_gap * problem_.p.exact().get_d());
  }

  // By the expansion of f, if that is within `gap` of the p-th power.
  std::optional<Interval> expanded_norm(const Shift &h, double gap, std::uint64_t &boxes) const {
    if (expansion_ == nullptr ||
        std::any_of(h.begin(), h.end(), [](double x) { return std::fabs(x) >= 1; })) {
      return std::nullopt;
    }
    boxes += expansion_->cost();
    const Interval norm = expansion_->difference_norm(h);
    return is_within(norm, gap) ? std::optional(norm) : std::nullopt;
  }
  bool is_within(const Interval &norm, double gap) const {
    return !wider_than(norm.lower(), norm.upper(), gap / problem_.p.exact().get_d());
  }

  // `gap` becomes 0 where no smaller one will ever be wanted.
  Interval norm_at(const Shift &h, double &gap, std::uint64_t &boxes) const {
    if (const std::optional<Interval> norm = expanded_norm(h, gap, boxes)) {
      gap = is_within(*norm, finest_gap()) ? 0 : gap;
      return *norm;
    }
    for (const double x : h) {
      const double a = std::fabs(x);
      if (a >= 1 || sub_up(1.0, a) != sub_down(1.0, a)) {
        return {0.0, kInfinity}; // no room for x and x + h, or Omega_h is no box of doubles
      }
    }
    if (std::all_of(h.begin(), h.end(), [](double x) { return x == 0; })) {
      return Interval(0.0);
    }
    const IntegralResult result = integrate(problem_.p, problem_.dimension, domain_of_shift(h, kSlopePieces),
                                            singular_difference_modeller(problem_.p, problem_.f, h),
                                            {gap, limits_.most_boxes_an_integral});
    boxes += cost_of(result);
    return std::isfinite(result.upper) ? problem_.p.root(Interval(result.lower, result.upper))
                                       : Interval(0.0, kInfinity);
  }

  // In boxes: those without a lower bound are about those that needed a majorant.
  std::uint64_t cost_of(const IntegralResult &result) const {
    const auto poles = static_cast<std::uint64_t>(
        limits_.has_poles ? std::count_if(result.bounds.begin(), result.bounds.end(),
                                          [](const IntegralBounds &bounds) { return bounds.lower == 0; })
                          : 0);
    return result.boxes.size() + kBoxesAMajorant * poles;
  }

  // Bounds the pieces that look as if they could be settled, or, at the end, all of them.
  void bound(std::vector<Piece> &open, bool all) {
    std::vector<std::pair<const Shift, Corner> *> fresh;
    for (Piece &piece : open) {
      piece.corners = corners_of(piece.cone, problem_.norm);
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
        fresh[i]->second.sampled = (1 - kGuessError) * guess_.local().norm(h);
        fresh[i]->second.guess = bias_ * fresh[i]->second.sampled;
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
        double upper = has_slopes_ ? bend_bound(piece, guess) : kInfinity;
        if (!(upper <= goal()) &&
            (!has_slopes_ || (problem_.dimension >= kSpreadDimension && expansion_->cost() > kCheapNorm))) {
          upper = spread_bound(piece, guess, all && open.size() > kFewPieces);
        }
        piece.promising = all || upper <= goal();
      }
    });
    while (sharpen_corners(open, all)) {
    }
    // The guess may have been too low, as for functions with jumps: the corner that an integral says is the
    // best, cut to the ball.
    const Shift *highest = nullptr;
    double top = (1 + kPartOfTolerance * limits_.relative_gap) * best_.lower.value;
    for (Piece &piece : open) {
      best_.boxes += piece.boxes;
      double at_corners = 0;
      for (const Shift &shift : piece.corners) {
        const Corner &corner = corners_.find(shift)->second;
        at_corners = largest_upper(at_corners, corner.upper);
        if (corner.gap < kInfinity && corner.guess > top) {
          top = corner.guess;
          highest = &shift;
        }
      }
      if (piece.promising) {
        piece.upper = least_upper(piece.upper, combine(at_corners, piece.integrals));
      }
    }
    if (highest != nullptr && tried_.insert(*highest).second) {
      raise_lower(*highest);
    }
  }

  // Integrates at the corners of promising pieces, each as sharply as the piece's room asks for. What comes
  // out corrects the guess, which may ask for more, or take the promise away. False if there was nothing to
  // do.
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
        if ((last || entry.second.upper > room) && gap < kPartOfFormerGap * entry.second.gap) {
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
      corner.upper = least_upper(corner.upper, norm.upper());
      if (std::isfinite(norm.upper())) {
        corner.guess = norm.lower() / 2 + norm.upper() / 2;
      }
    });
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      best_.boxes += boxes[i];
      const Corner &corner = wanted[i]->second;
      if (corner.guess > highest_guess_) {
        highest_guess_ = corner.guess;
        bias_ = std::clamp(corner.guess / corner.sampled, 1.0, kLargestBias);
      }
    }
  }

  // Sampling may be wrong, most for functions with jumps: after a few cuts, only what an integral says is too
  // large is too large.
  void confirm_guesses(const std::vector<Piece> &open) {
    std::vector<std::pair<const Shift, Corner> *> wanted;
    for (const Piece &piece : open) {
      for (const Shift &h : piece.corners) {
        auto &entry = *corners_.find(h);
        Corner &corner = entry.second;
        if (piece.depth >= kTrustingDepth && corner.guess > goal() && corner.gap == kInfinity &&
            corner.wanted == kInfinity) {
          corner.wanted = gap_of_norm(limits_.relative_gap);
          wanted.push_back(&entry);
        }
      }
    }
    integrate_at(wanted);
  }

  // About the largest norm at the corners that still leaves a piece below the goal.
  double room_at_corners(const Integrals &integrals) const {
    const Exponent &p = problem_.p;
    const double power = p.power_about(goal()) - integrals.jumps;
    return power > 0 ? p.root_about(power) - bends_upper(integrals) : 0;
  }

  // (max || kappa(., v_i) || + || e ||)^p + || R 1_B ||^p or || R ||^p, whichever is less; and which.
  double by_range(const Integrals &integrals) const { return problem_.p.root_upper(integrals.reaches); }
  // || e ||_p off B. For large p, e^p may be far below the least double; the supremum of e is then no worse,
  // as the cube has measure 1.
  double bends_upper(const Integrals &integrals) const {
    const double norm = problem_.p.root_upper(integrals.bends);
    return problem_.p.is_large() ? least_upper(norm, integrals.highest_bend) : norm;
  }
  double interpolated(double at_corners, const Integrals &integrals) const {
    if (!std::isfinite(at_corners) || !std::isfinite(integrals.jumps)) {
      return kInfinity;
    }
    const double smooth = add_up(at_corners, bends_upper(integrals));
    return integrals.jumps == 0
               ? smooth
               : problem_.p.root_upper(add_up(problem_.p.power_upper(smooth), integrals.jumps));
  }
  double combine(double at_corners, const Integrals &integrals) const {
    return std::min(interpolated(at_corners, integrals), by_range(integrals));
  }

  // As spread_bound(), from norms of slopes over the cube instead of boxes.
  double bend_bound(Piece &piece, double guess) const {
    const Hull hull = hull_of(piece.corners);
    for (std::size_t j = 0; j < hull.lower.size(); ++j) {
      if (hull.lower[j] <= -1 || hull.upper[j] >= 1) {
        return kInfinity;
      }
    }
    const NormBend bend = norm_bend(*expansion_, hull);
    piece.integrals = {.bends = problem_.p.power_upper(bend.upper),
                       .highest_bend = kInfinity,
                       .jumps = 0,
                       .reaches = kInfinity};
    piece.weight = bend.weight;
    return interpolated(guess, piece.integrals);
  }

  // Fills piece.integrals; returns what the bound would be with `guess` at the corners. `rough`: without
  // cutting boxes of y.
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
    int slow_rounds = 0;
    std::size_t count = boxes.size() / 2; // in the round before
    while (true) {
      for (std::size_t from = fresh; from < boxes.size(); from += kModelBatch) {
        throw_if_stopped();
        const std::size_t batch = std::min(kModelBatch, boxes.size() - from);
        evaluator.run(hull, std::span(boxes).subspan(from, batch), std::span(spreads).subspan(from, batch));
      }
      piece.boxes += boxes.size() - fresh;
      for (std::size_t i = fresh; i < boxes.size(); ++i) {
        piece.boxes += std::isinf(spreads[i].reach) ? kBoxesAMajorant : 0;
      }
      piece.integrals = integrals_of(boxes, spreads);
      piece.weight = weights_of(boxes, spreads);
      const double bound = combine(guess, piece.integrals);
      const bool ranges_win = by_range(piece.integrals) < interpolated(guess, piece.integrals);
      const double more = static_cast<double>(boxes.size()) / static_cast<double>(count) - 1;
      const bool slow = !(bound - guess < std::pow(kWorthwhile, std::min(1.0, more)) * excess);
      slow_rounds = slow ? slow_rounds + 1 : 0;
      count = boxes.size();
      const bool stalls = slow_rounds > (piece.integrals.jumps == 0 ? 0 : kSlowRoundsAtJumps);
      excess = bound - guess;
      if (rough || stalls || bound <= mul_down(goal(), 1 - kPartOfTolerance * limits_.relative_gap) ||
          !refine(ranges_win, boxes, spreads, fresh)) {
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
      const double cost = cost_of(spreads[i], volume(problem_.dimension, boxes[i]).upper());
      if (!std::isfinite(cost) || all == 0) {
        continue;
      }
      for (std::size_t j = 0; j < problem_.dimension; ++j) {
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
    Integrals sums{0, 0, 0, 0};
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      const double measure = volume(problem_.dimension, boxes[i]).upper();
      const Spread &spread = spreads[i];
      const double reach = reach_upper(spread, measure);
      sums.reaches = add_up(sums.reaches, reach);
      if (spread.bend <= spread.reach && std::isfinite(spread.bend)) {
        sums.bends = add_up(sums.bends, integral_upper(spread.bend, measure));
        sums.highest_bend = largest_upper(sums.highest_bend, spread.bend);
      } else {
        sums.jumps = add_up(sums.jumps, reach);
      }
    }
    return sums;
  }

  double integral_upper(double height, double measure) const {
    return std::isfinite(height) ? mul_up(problem_.p.power_upper(height), measure) : kInfinity;
  }

  std::vector<Box> first_boxes() const {
    std::vector<Box> boxes{unit_cube(problem_.dimension)};
    const std::size_t wanted = problem_.dimension == 1 ? 32 : 64;
    for (std::size_t j = 0; boxes.size() * 2 <= wanted; j = (j + 1) % problem_.dimension) {
      const std::size_t count = boxes.size();
      for (std::size_t i = 0; i < count; ++i) {
        boxes.push_back(boxes[i]);
        boxes.back().lower[j] = boxes[i].upper[j] = boxes[i].lower[j] / 2 + boxes[i].upper[j] / 2;
      }
    }
    return boxes;
  }

  // Halves the boxes that cost most, where that can still help; their halves go to the end, from `fresh` on.
  bool refine(bool by_range, std::vector<Box> &boxes, std::vector<Spread> &spreads,
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
      const double cost =
          integral_upper(bends ? spread.bend : spread.reach, volume(problem_.dimension, boxes[i]).upper());
      total += std::isfinite(cost) ? cost : 0;
      // Along the coordinate that counts most, where that can still help.
      std::size_t axis = 0;
      double most = 0;
      for (std::size_t j = 0; j < problem_.dimension; ++j) {
        const double width = boxes[i].upper[j] - boxes[i].lower[j];
        const double share = std::isinf(spread.share[j]) ? 1e300 : spread.share[j];
        if (width > kFinestBox * spread.moves[j] && width * (share + 1e-300) > most) {
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
                               std::clamp<std::size_t>(limits_.most_boxes / 64, 256, kMostBoxesACone)) {
      return false;
    }
    // The old boxes leave their places to their halves, which are evaluated anew: the rest moves to the
    // front.
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
    h = shortened(std::move(h), problem_.norm, problem_.t_lower);
    if (const std::optional<Interval> norm = expanded_norm(h, kPartOfFinest * finest_gap(), best_.boxes)) {
      if (norm->lower() > best_.lower.value) {
        best_.lower = {norm->lower(), h};
      }
      return;
    }
    const IntegralResult result =
        integrate(problem_.p, problem_.dimension, domain_of_shift(h, kSlopePieces),
                  singular_difference_modeller(problem_.p, problem_.f, h),
                  {kPartOfFinest * finest_gap(), kBoxesOfLower * limits_.most_boxes_an_integral});
    best_.boxes += cost_of(result);
    const double value = problem_.p.root(Interval(result.lower)).lower();
    if (value > best_.lower.value) {
      best_.lower = {value, h};
    }
  }

  const SquareNorms *expansion_; // where f is smooth, or separable for p = 2; or null
  bool has_slopes_;              // the expansion knows norms of slopes
  std::uint64_t cost_ = 0;       // of a piece of the round before
  bool bounded_ = false;         // a round is done
  bool some_promising_ = false;  // that pieces can be settled at all
  std::map<Shift, Corner> corners_;
  std::set<Shift> tried_;    // for the lower bound
  double highest_guess_ = 0; // of the corners that were integrated
  double bias_ = 1;          // there, so much too low were the samples, as they are near a pole
  oneapi::tbb::enumerable_thread_specific<ModulusGuess> guess_;
  oneapi::tbb::enumerable_thread_specific<SpreadEvaluator> evaluators_;
};

} // namespace

ModulusBounds search_modulus(const ModulusProblem &problem, const ModulusBounds &known,
                             const SearchLimits &limits, const SquareNorms *expansion) {
  assert_upward();
  SlopeSearch search(problem, known, limits,
                     expansion != nullptr && problem.p.exact() == expansion->exponent() ? expansion
                                                                                        : nullptr);
  return search.best().lower.value > 0 ? branch_and_bound(search)
                                       : search.best(); // no upper bound comes within a part of 0
}

} // namespace layercert
