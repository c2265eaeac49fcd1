#include "smooth_integral.hpp"

#include "layercert/numeric/rounding_scope.hpp"

#include "models.hpp"
#include "taylor_bounds.hpp"

#include "numeric/bounds.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <memory>

namespace layercert {

namespace {

constexpr std::size_t kBatch = 16; // Taylor forms are dear: few boxes keep all threads busy

// Where one form's gap is at most this part of its upper bound, the other one has no try. A mean value form
// comes first where it costs a fiftieth of a Taylor form, and must then do for the wanted gap; else a Taylor
// form does, and need only not be hopeless.
constexpr double kPartOfWantedGap = 0.25;
constexpr double kHopefulGap = 0.05;

bool is_within(const IntegralBounds &bounds, double gap) {
  return std::isfinite(bounds.upper) && bounds.upper - bounds.lower <= gap * bounds.upper;
}

struct Found {
  IntegralBounds bounds{0, std::numeric_limits<double>::infinity()};
  std::uint8_t direction = 0;

  // The direction is that of the narrower one.
  void improve(const IntegralBounds &other, std::uint8_t other_direction) {
    if (std::isinf(bounds.upper) || other.upper - other.lower <= bounds.upper - bounds.lower) {
      direction = other_direction;
    }
    bounds.lower = largest_lower(bounds.lower, other.lower);
    bounds.upper = least_upper(bounds.upper, other.upper);
  }
};

class SmoothBounder {
public:
  SmoothBounder(Bounder mean_value, TaylorBounds taylor, const std::function<Interval(const Box &)> &constant,
                bool mean_value_first, double wanted_gap)
      : mean_value_(std::move(mean_value)), taylor_(std::move(taylor)), constant_(constant),
        mean_value_first_(mean_value_first), wanted_gap_(wanted_gap) {}

  void operator()(std::span<const Box> boxes, std::span<IntegralBounds> bounds,
                  std::span<std::uint8_t> directions) {
    found_.assign(boxes.size(), Found());
    if (mean_value_first_) {
      by_mean_value(boxes, 0);
      by_taylor(boxes, kPartOfWantedGap * wanted_gap_);
    } else {
      by_taylor(boxes, 0);
      by_mean_value(boxes, kHopefulGap);
    }
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      bounds[i] = found_[i].bounds;
      directions[i] = found_[i].direction;
    }
  }

private:
  // Each for the boxes whose gap is above that one.
  void by_taylor(std::span<const Box> boxes, double gap) {
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      if (!is_within(found_[i].bounds, gap)) {
        if (const std::optional<TaylorBounds::Result> result = taylor_(boxes[i], constant_(boxes[i]))) {
          found_[i].improve(result->bounds, static_cast<std::uint8_t>(result->direction));
        }
      }
    }
  }
  void by_mean_value(std::span<const Box> boxes, double gap) {
    places_.clear();
    chosen_.clear();
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      if (!is_within(found_[i].bounds, gap)) {
        places_.push_back(i);
        chosen_.push_back(boxes[i]);
      }
    }
    bounds_.resize(chosen_.size());
    directions_.resize(chosen_.size());
    mean_value_(chosen_, bounds_, directions_);
    for (std::size_t k = 0; k < places_.size(); ++k) {
      found_[places_[k]].improve(bounds_[k], directions_[k]);
    }
  }

  Bounder mean_value_;
  TaylorBounds taylor_;
  const std::function<Interval(const Box &)> &constant_;
  bool mean_value_first_;
  double wanted_gap_;
  std::vector<Found> found_;
  std::vector<std::size_t> places_;
  std::vector<Box> chosen_;
  std::vector<IntegralBounds> bounds_;
  std::vector<std::uint8_t> directions_;
};

} // namespace

IntegralResult integrate_smooth(const Exponent &p, const Expression &f, std::size_t dimension,
                                const std::function<Interval(const Box &)> &constant, BoxList boxes,
                                const Refinement &refinement, int degree) {
  assert_upward();
  assert(degree == 0 || degree >= 2);
  const auto tables = std::make_shared<const TaylorTables>(
      p, dimension, degree != 0 ? degree : default_taylor_degree(dimension));
  const BounderFactory mean_value =
      mean_value_bounder(p, dimension, function_modeller(f, dimension, constant));
  const BounderFactory factory = [&]() -> Bounder {
    // Shared, for a std::function wants to be copied.
    const auto bounder = std::make_shared<SmoothBounder>(mean_value(), TaylorBounds(f, dimension, tables),
                                                         constant, p.is_quick(), refinement.relative_gap);
    return [bounder](std::span<const Box> batch, std::span<IntegralBounds> bounds,
                     std::span<std::uint8_t> directions) { (*bounder)(batch, bounds, directions); };
  };
  return integrate_by(std::move(boxes), factory, kBatch, refinement);
}

} // namespace layercert
