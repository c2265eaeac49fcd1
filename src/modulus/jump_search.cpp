#include "jump_search.hpp"

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
#include <limits>
#include <optional>
#include <set>

namespace layercert {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kFinestGap = 0.15;    // of the tolerance, for norms
constexpr double kLowerGap = 0.1;      // of the tolerance, for the lower bound
constexpr double kCoarsestGap = 0.05;  // of norms, to begin with
constexpr double kFiner = 0.3;         // the next gap, as a part of the one before
constexpr double kVariationGap = 0.25; // of the tolerance
constexpr double kMostConstant = 0.25; // of the tolerance, that unresolved boxes may take up
constexpr std::size_t kMostPieces = 1 << 11;
constexpr std::size_t kGuessPoints = 4096;
constexpr double kPieces = 64;         // of the domain of a shift, to begin with
constexpr double kExactUnit = 0x1p-52; // multiples a of it in [0, 1] have an exact 1 - a

constexpr std::size_t kTermsABox = 16; // of a growth, that take about as long as a box of an integral

using Growth = JumpVariation::Growth;

// || f(. + v) - f ||_p, as sharply as was asked for so far.
struct Start {
  Shift v;
  Interval norm{0.0, kInfinity};
  double gap = kInfinity;
};

struct Piece {
  ShiftCone cone;
  Start start;
  std::vector<Growth> growths; // at the corners
  double upper = kInfinity;    // of || f(. + h) - f ||_p for its shifts
};

class Search {
public:
  Search(const Expression &f, int d, const Exponent &p, ShiftNorm norm, const ShiftSector &sector,
         double t_lower, double t_upper, const ModulusBounds &known, const SearchLimits &search)
      : f_(f), d_(d), p_(p), norm_(norm), sector_(sector), t_lower_(t_lower), t_upper_(t_upper),
        search_(search), best_(known),
        variation_(f, d, p, t_upper, {kVariationGap * search.relative_gap, search.most_boxes_an_integral}) {
    best_.boxes = variation_.boxes();
  }

  ModulusBounds run() {
    raise_lower(best_.lower.shift);
    raise_lower(ModulusGuess(f_, d_, p_.exact().get_d(), kGuessPoints).best(norm_, t_lower_));
    if (hopeless()) {
      return best_;
    }
    std::vector<Piece> open;
    for (ShiftCone &cone : sector_.cones_of_ball(t_upper_)) {
      open.push_back(piece_of(std::move(cone), nullptr));
    }
    double settled = 0;
    while (!open.empty()) {
      bound(open);
      std::erase_if(open, [&](const Piece &piece) {
        settled = piece.upper <= goal() ? largest_upper(settled, piece.upper) : settled;
        return piece.upper <= goal();
      });
      if (best_.boxes >= search_.most_boxes || open.size() > kMostPieces) {
        break;
      }
      cut(open);
    }
    for (const Piece &piece : open) {
      settled = largest_upper(settled, piece.upper);
    }
    best_.upper = least_upper(best_.upper, settled);
    return best_;
  }

private:
  double goal() const { return mul_down(1 + search_.relative_gap, best_.lower.value); }
  double gap_of_power(double gap_of_norm) const { return std::min(0.5, gap_of_norm * p_.exact().get_d()); }

  // Whether unresolved boxes alone take up too much of the tolerance.
  bool hopeless() const {
    const double power = p_.power_upper(best_.lower.value);
    return !(variation_.constant_upper() <= kMostConstant * gap_of_power(search_.relative_gap) * power);
  }

  Interval norm_at(const Shift &h, double gap, std::uint64_t &boxes) const {
    const IntegralResult result =
        integrate_by(BoxList(d_, domain_of_shift(h, kPieces)), jump_difference_bounder(p_, f_, h),
                     kModelBatch, {gap_of_power(gap), search_.most_boxes_an_integral});
    boxes += result.boxes.size();
    return std::isfinite(result.upper) ? p_.root(Interval(result.lower, result.upper))
                                       : Interval(p_.root(Interval(result.lower)).lower(), kInfinity);
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

  // The nearest point to 0 of the hull, rounded towards 0 so that the domain of that shift is a box of doubles.
  static Shift nearest(const Hull &hull) {
    Shift v;
    for (std::size_t j = 0; j < hull.lower.size(); ++j) {
      const double x = hull.lower[j] >= 0 ? hull.lower[j] : std::min(0.0, hull.upper[j]);
      v.push_back(std::trunc(x / kExactUnit) * kExactUnit);
    }
    return v;
  }

  // A parent with the same nearest point gives its norm.
  Piece piece_of(ShiftCone cone, const Piece *parent) const {
    const std::vector<Shift> corners = corners_of(cone, norm_);
    Piece piece{std::move(cone), {nearest(hull_of(corners))}, {}, kInfinity};
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
  double bound_with(const Piece &piece, double norm) const {
    double largest = 0;
    for (const Growth &growth : piece.growths) {
      const double smooth = add_up(norm, growth.smooth_upper);
      largest = largest_upper(largest, add_up(p_.power_upper(smooth), growth.jumps_upper));
    }
    return p_.root_upper(largest);
  }

  // Sharper norms where they may settle the piece.
  void bound(std::vector<Piece> &open) {
    std::vector<std::uint64_t> boxes(open.size());
    const double goal_now = goal();
    in_parallel(open.size(), [&](std::size_t i) {
      Piece &piece = open[i];
      double gap = kCoarsestGap;
      while (true) {
        sharpen(piece.start, gap, boxes[i]);
        piece.upper = least_upper(piece.upper, bound_with(piece, piece.start.norm.upper()));
        const bool out_of_reach = bound_with(piece, piece.start.norm.lower()) > goal_now;
        if (piece.upper <= goal_now || out_of_reach || gap <= kFinestGap * search_.relative_gap) {
          break;
        }
        gap = std::max(kFinestGap * search_.relative_gap, kFiner * gap);
      }
    });
    const Piece *highest = nullptr;
    for (std::size_t i = 0; i < open.size(); ++i) {
      best_.boxes += boxes[i];
      const Start &start = open[i].start;
      if (start.norm.lower() > best_.lower.value && norm_of(start.v, norm_).upper() <= t_lower_) {
        best_.lower = {start.norm.lower(), start.v};
      }
      highest = highest == nullptr || open[i].upper > highest->upper ? &open[i] : highest;
    }
    if (highest->upper > goal()) {
      raise_lower(farthest(corners_of(highest->cone, norm_)));
    }
  }

  Shift farthest(const std::vector<Shift> &corners) const {
    return *std::max_element(corners.begin(), corners.end(), [&](const Shift &a, const Shift &b) {
      return length_about(a, norm_) < length_about(b, norm_);
    });
  }

  // Every piece is cut the way that promises the lower bounds, with rough norms.
  void cut(std::vector<Piece> &open) {
    std::vector<std::vector<Piece>> parts(open.size());
    std::vector<std::uint64_t> boxes(open.size());
    in_parallel(open.size(), [&](std::size_t i) {
      double least = kInfinity;
      for (std::size_t direction = 0; direction < open[i].cone.lower.size(); ++direction) {
        if (!may_be_cut(open[i].cone, direction)) {
          continue;
        }
        double largest = 0;
        std::vector<Piece> some;
        for (ShiftCone &half : sector_.halves(open[i].cone, direction)) {
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
    std::vector<Piece> next;
    for (std::size_t i = 0; i < open.size(); ++i) {
      best_.boxes += boxes[i];
      std::move(parts[i].begin(), parts[i].end(), std::back_inserter(next));
    }
    open = std::move(next);
  }

  void raise_lower(Shift h) {
    h = shortened(std::move(h), norm_, t_lower_);
    if (h.empty() || !tried_.insert(h).second) {
      return;
    }
    Interval norm = norm_at(h, kCoarsestGap, best_.boxes);
    if (norm.upper() > best_.lower.value) {
      norm = norm_at(h, kLowerGap * search_.relative_gap, best_.boxes);
    }
    if (norm.lower() > best_.lower.value) {
      best_.lower = {norm.lower(), h};
    }
  }

  const Expression &f_;
  int d_;
  const Exponent &p_;
  ShiftNorm norm_;
  const ShiftSector &sector_;
  double t_lower_;
  double t_upper_;
  SearchLimits search_;
  ModulusBounds best_;
  JumpVariation variation_;
  std::set<Shift> tried_;
};

} // namespace

ModulusBounds search_by_variation(const Expression &f, int dimension, const Exponent &p, ShiftNorm norm,
                                  const ShiftSector &sector, double t_lower, double t_upper,
                                  const ModulusBounds &known, const SearchLimits &search) {
  assert_upward();
  if (!has_jumps(f)) {
    return known;
  }
  return Search(f, dimension, p, norm, sector, t_lower, t_upper, known, search).run();
}

} // namespace layercert
