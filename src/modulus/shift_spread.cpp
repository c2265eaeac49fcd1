#include "shift_spread.hpp"

#include "integrate/models.hpp"
#include "integrate/narrow.hpp"
#include "integrate/singular_models.hpp"

#include "function/batch_evaluator.hpp"
#include "function/derivative.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace layercert {

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

class SpreadEvaluator::Parts {
public:
  Parts(const Expression &f, std::size_t d, const Exponent &p)
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
    const Interval weight = p_.root_of_measure(Interval(std::max(0.0, volume.lower()), volume.upper()));
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      spreads[i] = spread(hull, boxes[i], i, ends, weight);
      if (std::isinf(spreads[i].reach)) {
        spreads[i].integral = integral_of_both(i);
      }
    }
  }

private:
  std::size_t size() const { return d_; }
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
      for (std::size_t i = 0; i < boxes.size(); ++i) {
        const double y_lower = boxes[i].lower[j];
        const double y_upper = boxes[i].upper[j];
        low.lower(j)[i] = mul_down(y_lower, left.lower()); // y (1 - a)
        low.upper(j)[i] = mul_up(y_upper, left.upper());
        // y (1 - a) + a = y + a (1 - y), which grows with both
        const double grown_lower = add_down(y_lower, mul_down(a.lower(), sub_down(1.0, y_lower)));
        const double grown_upper = add_up(y_upper, mul_up(a.upper(), sub_up(1.0, y_upper)));
        high.lower(j)[i] = std::min(1.0, grown_lower);
        high.upper(j)[i] = std::min(1.0, grown_upper);
      }
    }
  }

  static Interval value(const RangeBatch &ranges, std::size_t i) {
    return {ranges.value_lower()[i], ranges.value_upper()[i]};
  }
  static Interval slope(const RangeBatch &ranges, std::size_t i, std::size_t j) {
    return {ranges.gradient_lower(j)[i], ranges.gradient_upper(j)[i]};
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
        box.lower[j] = batch->lower(j)[i];
        box.upper[j] = batch->upper(j)[i];
      }
      LocalModel model;
      values_(std::span(&box, 1), std::span(&model, 1));
      const double upper = integral_of_power(p_, d_, box, model).upper;
      norms = add_up(norms, p_.root_upper(upper));
    }
    return p_.power_upper(norms);
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
      narrow(rise, along);
    }
    Spread result;
    const bool rough_here = ends && !smooth(at_here_, i);
    const bool rough_there = ends && !smooth(at_there_, i);
    for (std::size_t j = 0; j < size(); ++j) {
      const Interval here = ends ? slope(at_here_, i, j) : slope(on_way_, i, j);
      const Interval there = ends ? slope(at_there_, i, j) : slope(on_way_, i, j);
      const double spread = (here.upper() - here.lower()) + (there.upper() - there.lower());
      result.share[j] = spread >= 0 ? spread : kInfinity;
      const double at_start = negative(hull, j) ? 1 - box.lower[j] : box.upper[j]; // of x; of x + h the rest
      const double at_end = negative(hull, j) ? box.upper[j] : 1 - box.lower[j];
      result.moves[j] = (hull.upper[j] - hull.lower[j]) * (rough_here && !rough_there   ? at_start
                                                           : rough_there && !rough_here ? at_end
                                                                                        : 1);
    }
    if (!bounded(rise)) {
      return result;
    }
    result.reach = mul_up(abs_range(rise).upper(), weight.upper());
    const bool from_ends = ends && !rough_here && !rough_there;
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

  std::size_t d_;
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

SpreadEvaluator::SpreadEvaluator(const Expression &f, std::size_t dimension, const Exponent &p)
    : parts_(std::make_unique<Parts>(f, dimension, p)) {}
SpreadEvaluator::SpreadEvaluator(SpreadEvaluator &&) noexcept = default;
SpreadEvaluator::~SpreadEvaluator() = default;

void SpreadEvaluator::run(const Hull &hull, std::span<const Box> boxes, std::span<Spread> spreads) {
  assert_upward();
  parts_->run(hull, boxes, spreads);
}

} // namespace layercert
