#include "models.hpp"

#include "narrow.hpp"

#include "function/batch_evaluator.hpp"
#include "function/derivative.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <memory>
#include <optional>

namespace layercert {

namespace {

// Below so many widths of its box, a shift is short: f(x + h) - f(x) is then known best from the slopes on
// the way.
constexpr double kCurvedWay =
    0.25; // largest |h| (1 + |h| / width) for which the curvature on the way is looked at
constexpr double kLongShift = 0.25;
constexpr double kVeryLongShift = 2; // from here on the way says nothing that the ends do not

// The evaluator of a thread and batches for it to work on.
struct Bench {
  Bench(const Expression &f, std::size_t d, std::size_t batches)
      : dimension(d), evaluator(f, d, kModelBatch), boxes(batches, BoxBatch(d, kModelBatch)),
        ranges(batches, RangeBatch(d, kModelBatch)) {}

  void take(std::span<const Box> from) {
    boxes[0].clear();
    for (const Box &box : from) {
      boxes[0].push_back(box.lower.data(), box.upper.data());
    }
  }
  void range_and_gradient(std::size_t batch) { evaluator.range_and_gradient(boxes[batch], ranges[batch]); }
  // And the range at `points`, a batch of points in the middles of those boxes.
  void range_and_gradient(std::size_t batch, std::size_t points) {
    evaluator.range_and_gradient(boxes[batch], ranges[batch], boxes[points], ranges[points]);
  }

  bool undefined(std::size_t batch, std::size_t i) const { return ranges[batch].undefined()[i] != 0; }
  Interval value(std::size_t batch, std::size_t i) const {
    return {ranges[batch].value_lower()[i], ranges[batch].value_upper()[i]};
  }
  Interval slope(std::size_t batch, std::size_t i, std::size_t j) const {
    return {ranges[batch].gradient_lower(j)[i], ranges[batch].gradient_upper(j)[i]};
  }
  bool slopes_bounded(std::size_t batch, std::size_t i) const {
    for (std::size_t j = 0; j < dimension; ++j) {
      if (!bounded(slope(batch, i, j))) {
        return false;
      }
    }
    return true;
  }

  std::size_t dimension;
  BatchEvaluator evaluator;
  std::vector<BoxBatch> boxes;
  std::vector<RangeBatch> ranges;
};

// Whether slopes say nothing of f anywhere, as far as it is seen from its operations: then nobody asks for
// values at midpoints, which take hundreds of terms of a Weierstrass function where its range takes a few.
bool has_slopes_nowhere(const Expression &f) {
  std::vector<char> varies;
  std::vector<char> rough;
  for (const Node &node : f.nodes()) {
    const auto any = [&](const std::vector<char> &flags) {
      return std::any_of(node.argument.begin(), node.argument.end(), [&](std::int32_t argument) {
        return argument >= 0 && flags[static_cast<std::size_t>(argument)] != 0;
      });
    };
    const bool moves = node.op == Op::Variable || node.op == Op::Table || any(varies);
    bool own = node.op == Op::Takagi;
    if (node.op == Op::Weierstrass) {
      own = f.constants()[static_cast<std::size_t>(node.constant)] * node.integer >= 1;
    }
    const bool carries = is_smooth(node.op) || node.op == Op::Divide;
    rough.push_back((own && moves) || (carries && any(rough)) ? 1 : 0);
    varies.push_back(moves ? 1 : 0);
  }
  return rough.back() != 0;
}

Interval whole_if_nan(const Interval &x) { return has_nan(x) ? whole_line() : x; }

} // namespace

ModellerFactory function_modeller(const Expression &f, std::size_t dimension,
                                  std::function<Interval(const Box &)> constant) {
  return [&f, dimension, constant = std::move(constant), rough = has_slopes_nowhere(f)]() -> Modeller {
    enum : std::size_t { Whole, Middle, Batches };
    auto bench = std::make_shared<Bench>(f, dimension, Batches);
    return [bench, constant, rough](std::span<const Box> boxes, std::span<LocalModel> models) {
      bench->take(boxes);
      if (rough) {
        bench->range_and_gradient(Whole);
      } else {
        bench->boxes[Middle].assign_midpoints(bench->boxes[Whole]);
        bench->range_and_gradient(Whole, Middle);
      }
      for (std::size_t i = 0; i < boxes.size(); ++i) {
        LocalModel &model = models[i];
        const Interval c = constant(boxes[i]);
        const bool undefined = bench->undefined(Whole, i);
        model.range = undefined ? whole_line() : whole_if_nan(bench->value(Whole, i) - c);
        model.differentiable =
            !rough && !undefined && bench->slopes_bounded(Whole, i) && !bench->undefined(Middle, i);
        if (model.differentiable) {
          model.at_midpoint = bench->value(Middle, i) - c;
        }
        for (std::size_t j = 0; j < bench->dimension;
             ++j) { // without a value, too: it says along which coordinates f varies
          model.gradient[j] = whole_if_nan(bench->slope(Whole, i, j));
        }
      }
    };
  };
}

ModellerFactory difference_modeller(const Expression &f, std::vector<double> h) {
  const std::optional<Expression> derivative = directional_derivative(f, h);
  return [&f, derivative, h = std::move(h), rough = has_slopes_nowhere(f)]() -> Modeller {
    enum : std::size_t { Here, There, Way, Middle, MovedMiddle, Rate, Batches };
    const std::size_t d = h.size();
    auto bench = std::make_shared<Bench>(f, d, Batches);
    auto rate = derivative ? std::make_shared<BatchEvaluator>(*derivative, d, kModelBatch) : nullptr;
    return [bench, rate, h, d, rough](std::span<const Box> boxes, std::span<LocalModel> models) {
      bench->take(boxes);
      std::vector<BoxBatch> &batch = bench->boxes;
      batch[There].assign_moved(batch[Here], h);
      // Short shifts are known best from the slopes on the way, long ones from both ends.
      bool ends = false;
      bool way = false;
      bool curved = false; // D_h f and its slopes on the way say more of the slopes of g than the ends do
      for (const Box &box : boxes) {
        double widths = 0; // of the box, that the shift is long
        double longest = 0;
        for (std::size_t j = 0; j < h.size(); ++j) {
          widths = std::max(widths, std::fabs(h[j]) / (box.upper[j] - box.lower[j]));
          longest = std::max(longest, std::fabs(h[j]));
        }
        const bool bends = rate != nullptr && longest * (1 + widths) < kCurvedWay;
        curved = curved || bends;
        ends = ends || (widths > kLongShift && !bends);
        way = way || widths < kVeryLongShift || bends;
      }
      if (way) {
        batch[Way].assign_hull(batch[Here], batch[There]);
        bench->range_and_gradient(Way);
        for (std::size_t i = 0; i < boxes.size() && !ends; ++i) {
          ends = bench->undefined(Way, i) || !bench->slopes_bounded(Way, i);
        }
      }
      if ((ends && !rough) || curved) {
        batch[Middle].assign_midpoints(batch[Here]);
        batch[MovedMiddle].assign_moved(batch[Middle], h);
      }
      if (ends && rough) {
        bench->range_and_gradient(Here);
        bench->range_and_gradient(There);
      } else if (ends) {
        bench->range_and_gradient(Here, Middle);
        bench->range_and_gradient(There, MovedMiddle);
      } else if (curved) {
        bench->evaluator.range(batch[Middle], bench->ranges[Middle]);
        bench->evaluator.range(batch[MovedMiddle], bench->ranges[MovedMiddle]);
      }
      if (curved) {
        rate->range_and_gradient(batch[Way], bench->ranges[Rate]);
      }
      for (std::size_t i = 0; i < boxes.size(); ++i) {
        LocalModel &model = models[i];
        model.range = whole_line();
        model.differentiable = false;
        model.gradient.fill(whole_line());
        if (ends) {
          if (!bench->undefined(Here, i) && !bench->undefined(There, i)) {
            model.range = whole_if_nan(bench->value(There, i) - bench->value(Here, i));
            model.differentiable =
                !rough && bench->slopes_bounded(Here, i) && bench->slopes_bounded(There, i);
          }
          for (std::size_t j = 0; j < d; ++j) {
            model.gradient[j] = whole_if_nan(bench->slope(There, i, j) - bench->slope(Here, i, j));
          }
        }
        if (way && !bench->undefined(Way, i) && bench->slopes_bounded(Way, i)) {
          // g in sum_j G_j h_j; where f is Lipschitz, g is the mean of D_h f over the way, and likewise its
          // slopes.
          Interval rise(0.0);
          for (std::size_t j = 0; j < d; ++j) {
            rise += bench->slope(Way, i, j) * Interval(h[j]);
          }
          narrow(model.range, rise);
          if (curved && !bench->undefined(Rate, i)) {
            narrow(model.range, bench->value(Rate, i));
            if (bench->slopes_bounded(Rate, i)) {
              for (std::size_t j = 0; j < d; ++j) {
                Interval &slope = model.gradient[j];
                slope = model.differentiable ? slope : whole_line();
                narrow(slope, bench->slope(Rate, i, j));
              }
              model.differentiable = true;
            }
          }
        }
        if (model.differentiable) {
          model.differentiable = !bench->undefined(Middle, i) && !bench->undefined(MovedMiddle, i);
          model.at_midpoint = bench->value(MovedMiddle, i) - bench->value(Middle, i);
        }
      }
    };
  };
}

ModellerFactory gradient_norm_modeller(const Expression &f, std::size_t dimension, ShiftNorm norm) {
  return [&f, dimension, norm]() -> Modeller {
    auto bench = std::make_shared<Bench>(f, dimension, 1);
    return [bench, dimension, norm](std::span<const Box> boxes, std::span<LocalModel> models) {
      bench->take(boxes);
      bench->range_and_gradient(0);
      for (std::size_t i = 0; i < boxes.size(); ++i) {
        models[i].differentiable = false;
        models[i].range = whole_line();
        for (std::size_t j = 0; j < dimension; ++j) {
          models[i].gradient[j] = bench->undefined(0, i) ? whole_line() : bench->slope(0, i, j);
        }
        if (bench->undefined(0, i) || !bench->slopes_bounded(0, i)) {
          continue;
        }
        Interval size(0.0);
        for (std::size_t j = 0; j < dimension; ++j) {
          const Interval slope = abs_range(bench->slope(0, i, j));
          size = norm == ShiftNorm::One
                     ? max_range(size, slope) // the dual of the sum is the maximum, and so on
                 : norm == ShiftNorm::Max ? size + slope
                                          : size + slope * slope;
        }
        models[i].range = norm == ShiftNorm::Euclidean
                              ? Interval(sqrt_down(std::max(0.0, size.lower())), sqrt_up(size.upper()))
                              : size;
      }
    };
  };
}

} // namespace layercert
