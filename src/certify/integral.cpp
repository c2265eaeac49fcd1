#include "layercert/certify/integral.hpp"

#include "layercert/numeric/rounding_scope.hpp"

#include <oneapi/tbb/enumerable_thread_specific.h>
#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

// The coordinate along which halving helps most: where the slope is least known, weighed by the width; where it is not bounded in some
// coordinates, as at a jump, the widest of these.
std::size_t split_direction(int dimension, const Box &box, const LocalModel &model) {
  std::size_t best = 0;
  double best_score = -1;
  for (std::size_t j = 0; j < static_cast<std::size_t>(dimension); ++j) {
    const double width = box.upper[j] - box.lower[j];
    const double spread = model.gradient[j].upper() - model.gradient[j].lower();
    const double score = std::isfinite(spread) ? width * (spread + 1e-300) : width * 1e300;
    if (score > best_score) {
      best_score = score;
      best = j;
    }
  }
  return best;
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
  oneapi::tbb::parallel_for(std::size_t{0}, blocks.size(), [&](std::size_t i) {
    const UpwardScope upward;
    blocks[i] = sum(bounds.subspan(i * kBlock, std::min(kBlock, bounds.size() - i * kBlock)));
  });
  return sum(blocks);
}

struct Worker {
  Modeller model;
  std::vector<Box> boxes;
  std::vector<LocalModel> models;
};

} // namespace

Modeller one_by_one(std::function<LocalModel(const Box &)> model) {
  return [model = std::move(model)](std::span<const Box> boxes, std::span<LocalModel> models) {
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      models[i] = model(boxes[i]);
    }
  };
}

IntegralResult integrate(const Exponent &p, int dimension, std::vector<Box> boxes,
                         const ModellerFactory &factory, const Refinement &refinement) {
  IntegralResult result;
  result.boxes = std::move(boxes);
  std::vector<std::uint8_t> directions; // along which each box would be halved
  std::vector<std::size_t> fresh(result.boxes.size());
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    fresh[i] = i;
  }
  oneapi::tbb::enumerable_thread_specific<Worker> workers([&] { return Worker{factory(), {}, {}}; });
  const auto evaluate = [&](const std::vector<std::size_t> &which) {
    // A modeller may treat all boxes of a batch alike, so batches begin at multiples of their size, however TBB cuts the work.
    const std::size_t batches = (which.size() + kModelBatch - 1) / kModelBatch;
    oneapi::tbb::parallel_for(std::size_t{0}, batches, [&](std::size_t batch) {
      const UpwardScope upward;
      prepare_mpfr_thread();
      Worker &worker = workers.local();
      const std::size_t from = batch * kModelBatch;
      const std::size_t count = std::min(kModelBatch, which.size() - from);
      worker.boxes.resize(count);
      worker.models.resize(count);
      for (std::size_t i = 0; i < count; ++i) {
        worker.boxes[i] = result.boxes[which[from + i]];
      }
      worker.model(worker.boxes, worker.models);
      for (std::size_t i = 0; i < count; ++i) {
        result.bounds[which[from + i]] = integral_of_power(p, dimension, worker.boxes[i], worker.models[i]);
        directions[which[from + i]] =
            static_cast<std::uint8_t>(split_direction(dimension, worker.boxes[i], worker.models[i]));
      }
    });
  };
  while (true) {
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
    const double fair_gap =
        unbounded ? 0
                  : 0.5 * refinement.relative_gap * result.upper / static_cast<double>(result.boxes.size());
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < result.bounds.size(); ++i) {
      const IntegralBounds &bounds = result.bounds[i];
      const Box &box = result.boxes[i];
      const std::size_t j = directions[i];
      const double middle = box.lower[j] / 2 + box.upper[j] / 2;
      if (bounds.upper - bounds.lower > fair_gap && middle > box.lower[j] && middle < box.upper[j]) {
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
      const double middle = result.boxes[i].lower[j] / 2 + result.boxes[i].upper[j] / 2;
      Box second = result.boxes[i];
      second.lower[j] = middle;
      result.boxes[i].upper[j] = middle;
      fresh.push_back(i);
      fresh.push_back(result.boxes.size());
      result.boxes.push_back(second);
    }
  }
  return result;
}

} // namespace layercert
