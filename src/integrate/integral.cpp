#include "integral.hpp"

#include "in_parallel.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/elementary.hpp"
#include "numeric/stop_request.hpp"

#include <oneapi/tbb/enumerable_thread_specific.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace layercert {

namespace {

constexpr double kTie = 1.5;
constexpr double kLong = 2;

// The coordinate along which halving helps most: where the slope is least known, weighed by the width; where
// it is not bounded in some coordinates, as at a jump, the widest of these. Of those that nearly tie the
// widest: x0*x1 would have a tie for ever, and boxes as long as the cube. Where g changes its sign and bounds
// are sharper on boxes where it does not, a box that is long in the one direction in which g surely rises
// most is cut across: x0*x1 - x2 would never be cut along x2.
std::size_t split_direction(std::size_t dimension, bool signs_matter, const Box &box,
                            const LocalModel &model) {
  std::size_t best = 0;
  double best_score = -1;
  std::size_t steepest = 0;
  double most_rise = 0;
  double all_rises = 0;
  for (std::size_t j = 0; j < dimension; ++j) {
    const double width = box.upper[j] - box.lower[j];
    const double spread = model.gradient[j].upper() - model.gradient[j].lower();
    const double score = std::isfinite(spread) ? width * (spread + 1e-300) : width * 1e300;
    const double best_width = box.upper[best] - box.lower[best];
    if (score > kTie * best_score || (score * kTie >= best_score && width > best_width)) {
      best_score = score;
      best = j;
    }
    const Interval rise = width * abs_range(model.gradient[j]);
    all_rises += rise.upper();
    if (rise.lower() > most_rise) {
      most_rise = rise.lower();
      steepest = j;
    }
  }
  const bool sign_changes = model.range.lower() < 0 && model.range.upper() > 0;
  // In the other directions together, g rises by less than half as much.
  const double other_rises = all_rises - most_rise;
  const bool across = signs_matter && sign_changes && model.differentiable && most_rise > kLong * other_rises;
  return across ? steepest : best;
}

// In blocks of boxes and then in the order of the blocks, so that no schedule of threads shows in the sum.
IntegralBounds sum_of(std::span<const IntegralBounds> bounds) {
  constexpr std::size_t kBlock = 4096;
  const auto sum = [](std::span<const IntegralBounds> terms) {
    IntegralBounds total;
    for (const IntegralBounds &term : terms) {
      total.lower = add_down(total.lower, term.lower);
      total.upper = add_up(total.upper, term.upper);
    }
    return total;
  };
  std::vector<IntegralBounds> blocks((bounds.size() + kBlock - 1) / kBlock);
  in_parallel(blocks.size(), [&](std::size_t i) {
    blocks[i] = sum(bounds.subspan(i * kBlock, std::min(kBlock, bounds.size() - i * kBlock)));
  });
  return sum(blocks);
}

struct Worker {
  Bounder bound;
  std::vector<Box> boxes;
  std::vector<IntegralBounds> bounds;
  std::vector<std::uint8_t> directions;
};

} // namespace

Modeller one_by_one(std::function<LocalModel(const Box &)> model) {
  return [model = std::move(model)](std::span<const Box> boxes, std::span<LocalModel> models) {
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      models[i] = model(boxes[i]);
    }
  };
}

BounderFactory mean_value_bounder(const Exponent &p, std::size_t dimension, const ModellerFactory &factory) {
  const bool signs_matter = !p.is_even();
  return [&p, dimension, signs_matter, factory]() -> Bounder {
    return [&p, dimension, signs_matter, model = factory(),
            models = std::vector<LocalModel>()](std::span<const Box> boxes, std::span<IntegralBounds> bounds,
                                                std::span<std::uint8_t> directions) mutable {
      models.resize(std::max(models.size(), boxes.size()));
      model(boxes, std::span(models).first(boxes.size()));
      for (std::size_t i = 0; i < boxes.size(); ++i) {
        bounds[i] = integral_of_power(p, dimension, boxes[i], models[i]);
        directions[i] =
            static_cast<std::uint8_t>(split_direction(dimension, signs_matter, boxes[i], models[i]));
      }
    };
  };
}

IntegralResult integrate(const Exponent &p, std::size_t dimension, const std::vector<Box> &boxes,
                         const ModellerFactory &factory, const Refinement &refinement) {
  return integrate(p, dimension, BoxList(dimension, boxes), factory, refinement);
}

IntegralResult integrate(const Exponent &p, std::size_t dimension, BoxList boxes,
                         const ModellerFactory &factory, const Refinement &refinement) {
  return integrate_by(std::move(boxes), mean_value_bounder(p, dimension, factory), kModelBatch, refinement);
}

namespace {

constexpr std::size_t kFirstLook = 8; // the part of all boxes at which the pace is looked at first
constexpr double kWorthGoingOn = 0.9; // of the gap, that the boxes that are left may leave

// How fast the gap between the bounds closes: where f jumps, or nearly so, everywhere, all boxes that are
// allowed would change next to nothing.
class Pace {
public:
  explicit Pace(std::size_t most_boxes) : most_boxes_(most_boxes), next_(most_boxes / (2 * kFirstLook)) {}

  // Whether to give up: at the pace since half as many boxes, the gap neither becomes `wanted` nor much
  // smaller.
  bool out_of_reach(std::size_t boxes, double gap, double wanted) {
    if (boxes < next_) {
      return false;
    }
    const double before = gap_;
    const double doublings = std::log2(static_cast<double>(boxes) / boxes_);
    gap_ = gap;
    boxes_ = static_cast<double>(boxes);
    next_ = 2 * boxes;
    if (!std::isfinite(before) || !(doublings > 0)) {
      return false;
    }
    const double left = std::max(0.0, std::log2(static_cast<double>(most_boxes_) / boxes_));
    const double at_last = gap * std::pow(gap / before, left / doublings);
    return at_last > wanted && at_last > kWorthGoingOn * gap;
  }

private:
  std::size_t most_boxes_;
  std::size_t next_;
  double gap_ = std::numeric_limits<double>::infinity();
  double boxes_ = 1;
};

} // namespace

IntegralResult integrate_by(BoxList boxes, const BounderFactory &factory, std::size_t batch_size,
                            const Refinement &refinement) {
  assert_upward();
  assert(batch_size >= 1);
  IntegralResult result;
  result.boxes = std::move(boxes);
  std::vector<std::uint8_t> directions; // along which each box would be halved
  std::vector<std::size_t> fresh(result.boxes.size());
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    fresh[i] = i;
  }
  oneapi::tbb::enumerable_thread_specific<Worker> workers([&] { return Worker{factory(), {}, {}, {}}; });
  const auto evaluate = [&](const std::vector<std::size_t> &which) {
    // A bounder may treat all boxes of a batch alike, so batches begin at multiples of their size, however
    // TBB cuts the work.
    const std::size_t batches = (which.size() + batch_size - 1) / batch_size;
    in_parallel(batches, [&](std::size_t batch) {
      Worker &worker = workers.local();
      const std::size_t from = batch * batch_size;
      const std::size_t count = std::min(batch_size, which.size() - from);
      worker.boxes.resize(count);
      worker.bounds.resize(count);
      worker.directions.resize(count);
      for (std::size_t i = 0; i < count; ++i) {
        worker.boxes[i] = result.boxes[which[from + i]];
      }
      worker.bound(worker.boxes, worker.bounds, worker.directions);
      for (std::size_t i = 0; i < count; ++i) {
        result.bounds[which[from + i]] = worker.bounds[i];
        directions[which[from + i]] = worker.directions[i];
      }
    });
  };
  Pace pace(refinement.most_boxes);
  while (true) {
    throw_if_stopped();
    result.bounds.resize(result.boxes.size());
    directions.resize(result.boxes.size());
    evaluate(fresh);
    const IntegralBounds sum = sum_of(result.bounds);
    result.lower = sum.lower;
    result.upper = sum.upper;
    const bool unbounded = std::isinf(result.upper);
    if (!unbounded && result.upper - result.lower <= refinement.relative_gap * result.upper) {
      break;
    }
    if (!unbounded && pace.out_of_reach(result.boxes.size(), result.upper - result.lower,
                                        refinement.relative_gap * result.upper)) {
      break;
    }
    const double fair_gap =
        unbounded ? 0
                  : 0.5 * refinement.relative_gap * result.upper / static_cast<double>(result.boxes.size());
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < result.bounds.size(); ++i) {
      const IntegralBounds &bounds = result.bounds[i];
      const std::size_t j = directions[i];
      const double middle = result.boxes.middle(i, j);
      if (bounds.upper - bounds.lower > fair_gap && middle > result.boxes.lower(i, j) &&
          middle < result.boxes.upper(i, j)) {
        chosen.push_back(i);
      }
    }
    const std::size_t room =
        refinement.most_boxes > result.boxes.size() ? refinement.most_boxes - result.boxes.size() : 0;
    if (chosen.size() > room) {
      const auto gap = [&](std::size_t i) { return result.bounds[i].upper - result.bounds[i].lower; };
      std::stable_sort(chosen.begin(), chosen.end(),
                       [&](std::size_t a, std::size_t c) { return gap(a) > gap(c); });
      chosen.resize(room);
    }
    if (chosen.empty()) {
      break;
    }
    fresh.clear();
    for (const std::size_t i : chosen) {
      const std::size_t j = directions[i];
      fresh.push_back(i);
      fresh.push_back(result.boxes.size());
      result.boxes.halve(i, j);
      result.halvings.push_back({i, static_cast<std::uint8_t>(j)});
    }
  }
  return result;
}

} // namespace layercert
