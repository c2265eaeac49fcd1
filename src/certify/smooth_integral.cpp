#include "layercert/certify/smooth_integral.hpp"

#include "models.hpp"
#include "taylor_bounds.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <memory>

namespace layercert {

namespace {

constexpr std::size_t kBatch = 16; // Taylor forms are dear: few boxes keep all threads busy

// A Taylor form with a gap of at most this part of its upper bound needs no mean value form beside it.
constexpr double kGoodEnough = 0.05;

// The boxes of a batch that mean value forms are asked for.
struct Rest {
  std::vector<std::size_t> places;
  std::vector<Box> boxes;
  std::vector<IntegralBounds> bounds;
  std::vector<std::uint8_t> directions;

  void clear() {
    places.clear();
    boxes.clear();
  }
};

} // namespace

IntegralResult integrate_smooth(const Exponent &p, const Expression &f, int dimension,
                                const std::function<Interval(const Box &)> &constant, std::vector<Box> boxes,
                                const Refinement &refinement, int degree) {
  assert(degree == 0 || degree >= 2);
  const auto tables = std::make_shared<const TaylorTables>(
      p, dimension, degree != 0 ? degree : std::max(2, default_taylor_degree(dimension)));
  const BounderFactory mean_value =
      mean_value_bounder(p, dimension, function_modeller(f, dimension, constant));
  const BounderFactory factory = [&]() -> Bounder {
    auto taylor = std::make_shared<TaylorBounds>(f, dimension, tables);
    return [&constant, taylor, by_mean_value = mean_value(),
            rest = Rest()](std::span<const Box> batch, std::span<IntegralBounds> bounds,
                           std::span<std::uint8_t> directions) mutable {
      rest.clear();
      for (std::size_t i = 0; i < batch.size(); ++i) {
        bounds[i] = {0, std::numeric_limits<double>::infinity()};
        if (const std::optional<TaylorBounds::Result> found = (*taylor)(batch[i], constant(batch[i]))) {
          bounds[i] = found->bounds;
          directions[i] = static_cast<std::uint8_t>(found->direction);
        }
        if (std::isinf(bounds[i].upper) ||
            bounds[i].upper - bounds[i].lower > kGoodEnough * bounds[i].upper) {
          rest.places.push_back(i);
          rest.boxes.push_back(batch[i]);
        }
      }
      rest.bounds.resize(rest.boxes.size());
      rest.directions.resize(rest.boxes.size());
      by_mean_value(rest.boxes, rest.bounds, rest.directions);
      for (std::size_t k = 0; k < rest.places.size(); ++k) {
        IntegralBounds &known = bounds[rest.places[k]];
        if (rest.bounds[k].upper - rest.bounds[k].lower <= known.upper - known.lower ||
            std::isinf(known.upper)) {
          directions[rest.places[k]] = rest.directions[k];
        }
        known.lower = std::max(known.lower, rest.bounds[k].lower);
        known.upper = std::min(known.upper, rest.bounds[k].upper);
      }
    };
  };
  return integrate_by(dimension, std::move(boxes), factory, kBatch, refinement);
}

} // namespace layercert
