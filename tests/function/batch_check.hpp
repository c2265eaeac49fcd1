// What BatchEvaluator owes to its contract, checked on random expressions and boxes against MPFR at points of
// the boxes, against difference quotients, and against the scalar evaluator.
#pragma once

#include "random_expression.hpp"

#include "function/batch_evaluator.hpp"
#include "function/expression_evaluator.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/elementary.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdio>
#include <sstream>

namespace layercert::test {

constexpr mpfr_prec_t kReferencePrecision = 200;

struct BatchCounts {
  std::size_t boxes = 0;
  std::size_t defined = 0;
  std::size_t only_batch_undefined = 0; // the scalar evaluator sees that there is a value
  std::size_t points = 0;
  std::size_t quotients = 0;
  std::size_t bounded = 0;        // of both evaluators, and not flagged
  std::size_t wider = 0;          // of those, values more than 1.25 times as wide as the scalar ones
  std::size_t slopes_bounded = 0; // the same of gradients
  std::size_t slopes_wider = 0;
  std::size_t only_batch_unbounded = 0;
};

class BatchCheck {
public:
  BatchCheck(std::string text, std::size_t dimension, std::size_t capacity)
      : text_(std::move(text)), dimension_(dimension), expression_(parse_expression(text_, dimension)),
        batch_(expression_, dimension, capacity), scalar_(expression_, dimension),
        boxes_(dimension, capacity), ranges_(dimension, capacity), only_ranges_(dimension, capacity),
        points_(dimension, capacity), with_points_(dimension, capacity), at_points_(dimension, capacity) {}

  void run(RandomExpression &random, std::size_t checked, BatchCounts &counts) {
    const UpwardScope upward;
    boxes_.clear();
    std::vector<double> lower;
    std::vector<double> upper;
    while (!boxes_.full()) {
      random.box(dimension_, lower, upper);
      boxes_.push_back(lower.data(), upper.data());
    }
    batch_.range(boxes_, only_ranges_);
    batch_.range_and_gradient(boxes_, ranges_);
    points_.assign_midpoints(boxes_);
    if (random.below(4) == 0) { // any other boxes will do
      points_.clear();
      while (!points_.full()) {
        random.box(dimension_, lower, upper);
        points_.push_back(lower.data(), upper.data());
      }
    }
    batch_.range_and_gradient(boxes_, with_points_, points_, at_points_);
    for (std::size_t i = 0; i < checked && i < boxes_.size(); ++i) {
      const std::size_t lane = boxes_.size() <= checked ? i : random.below(boxes_.size());
      check_box(lane, random, counts);
      check_second_batch(lane, random, counts);
    }
  }

private:
  Interval value(std::size_t lane) const {
    return {ranges_.value_lower()[lane], ranges_.value_upper()[lane]};
  }
  Interval slope(std::size_t lane, std::size_t j) const {
    return {ranges_.gradient_lower(j)[lane], ranges_.gradient_upper(j)[lane]};
  }

  std::string where(std::size_t lane) const {
    std::ostringstream out;
    out << text_ << " on";
    char buffer[128];
    for (std::size_t j = 0; j < dimension_; ++j) {
      std::snprintf(buffer, sizeof buffer, " [%a, %a]", boxes_.lower(j)[lane], boxes_.upper(j)[lane]);
      out << buffer;
    }
    const Interval v = value(lane);
    std::snprintf(buffer, sizeof buffer, ": value [%a, %a] undefined %d", v.lower(), v.upper(),
                  ranges_.undefined()[lane]);
    out << buffer;
    for (std::size_t j = 0; j < dimension_; ++j) {
      std::snprintf(buffer, sizeof buffer, " gradient [%a, %a]", slope(lane, j).lower(),
                    slope(lane, j).upper());
      out << buffer;
    }
    return out.str();
  }

  static bool wider(const Interval &a, const Interval &b) { // than a quarter and what rounding may add up to
    const double magnitude = std::max(std::fabs(b.lower()), std::fabs(b.upper()));
    return a.upper() - a.lower() > 1.25 * (b.upper() - b.lower()) + 1e-13 * (1 + magnitude);
  }

  void check_box(std::size_t lane, RandomExpression &random, BatchCounts &counts) {
    ++counts.boxes;
    const Interval v = value(lane);
    const bool undefined = ranges_.undefined()[lane] != 0;
    BOOST_REQUIRE_MESSAGE(v.lower() <= v.upper(), "no interval: " << where(lane));
    BOOST_REQUIRE_MESSAGE(only_ranges_.value_lower()[lane] == v.lower() &&
                              only_ranges_.value_upper()[lane] == v.upper() &&
                              only_ranges_.undefined()[lane] == ranges_.undefined()[lane],
                          "range and range_and_gradient differ: " << where(lane));
    std::vector<Interval> box;
    for (std::size_t j = 0; j < dimension_; ++j) {
      box.emplace_back(boxes_.lower(j)[lane], boxes_.upper(j)[lane]);
      BOOST_REQUIRE_MESSAGE(slope(lane, j).lower() <= slope(lane, j).upper(), "no interval: " << where(lane));
    }
    std::vector<Interval> gradient(box.size());
    const Range scalar = scalar_.range_and_gradient(box, gradient);
    if (scalar.undefined && !undefined) {
      check_almost_everywhere(lane, random);
      return;
    }
    counts.only_batch_undefined += undefined && !scalar.undefined ? 1 : 0;
    if (!undefined) {
      ++counts.defined;
      compare_widths(lane, scalar, gradient, counts);
    }
    check_points(lane, undefined, random, counts);
  }

  // The majorants give bounds where f has no value on a null set: points inside of the box, at random, have
  // values within them.
  void check_almost_everywhere(std::size_t lane, RandomExpression &random) {
    for (int repeat = 0; repeat < 4; ++repeat) {
      std::vector<double> point;
      for (std::size_t j = 0; j < dimension_; ++j) {
        const double a = boxes_.lower(j)[lane];
        const double b = boxes_.upper(j)[lane];
        BOOST_REQUIRE_MESSAGE(a < b, "no box, and the scalar evaluator sees no value: " << where(lane));
        point.push_back(a + (0.1 + 0.8 * random.unit()) * (b - a));
      }
      const MpfrRange here = reference(point);
      const Interval v = value(lane);
      // The reference is an enclosure, too, where the bounds may be exact.
      BOOST_REQUIRE_MESSAGE(!here.undefined && mpfr_cmp_d(here.value.upper().get(), v.lower()) >= 0 &&
                                mpfr_cmp_d(here.value.lower().get(), v.upper()) <= 0,
                            "a value inside, where bounds hold almost everywhere: " << where(lane));
    }
  }

  // range_and_gradient with points: nothing else for the boxes, and what range() owes for the points.
  void check_second_batch(std::size_t lane, RandomExpression &random, BatchCounts &counts) {
    bool same = with_points_.value_lower()[lane] == ranges_.value_lower()[lane] &&
                with_points_.value_upper()[lane] == ranges_.value_upper()[lane] &&
                with_points_.undefined()[lane] == ranges_.undefined()[lane];
    std::vector<Interval> box;
    std::vector<MpfrInterval> point;
    for (std::size_t j = 0; j < dimension_; ++j) {
      same = same && with_points_.gradient_lower(j)[lane] == ranges_.gradient_lower(j)[lane] &&
             with_points_.gradient_upper(j)[lane] == ranges_.gradient_upper(j)[lane];
      box.emplace_back(points_.lower(j)[lane], points_.upper(j)[lane]);
      point.push_back(
          mpfr_enclosure(random.between(box.back().lower(), box.back().upper()), kReferencePrecision));
    }
    BOOST_REQUIRE_MESSAGE(same, "with points and without: " << where(lane));
    const Interval v(at_points_.value_lower()[lane], at_points_.value_upper()[lane]);
    const bool undefined = at_points_.undefined()[lane] != 0;
    const Range scalar = scalar_.range(box);
    const MpfrRange at_point = scalar_.range(point, kReferencePrecision);
    std::ostringstream text;
    text << std::hexfloat << "second batch, x0 in [" << box[0].lower() << ", " << box[0].upper()
         << "], value [" << v.lower() << ", " << v.upper() << "], first: ";
    BOOST_REQUIRE_MESSAGE(v.lower() <= v.upper(), text.str() << where(lane));
    if (!undefined &&
        (scalar.undefined || at_point.undefined)) { // a quotient that is extended, or a thin box
      const bool thin =
          std::all_of(box.begin(), box.end(), [](const Interval &x) { return x.lower() < x.upper(); });
      BOOST_REQUIRE_MESSAGE(thin || scalar_.extends(), text.str() << where(lane));
      return;
    }
    counts.only_batch_undefined += undefined && !scalar.undefined ? 1 : 0;
    if (undefined) {
      return;
    }
    BOOST_REQUIRE_MESSAGE(mpfr_cmp_d(at_point.value.lower().get(), v.lower()) >= 0 &&
                              mpfr_cmp_d(at_point.value.upper().get(), v.upper()) <= 0,
                          text.str() << where(lane));
    if (bounded(scalar.value) && bounded(v)) {
      ++counts.bounded;
      counts.wider += wider(v, scalar.value) ? 1 : 0;
    }
  }

  void compare_widths(std::size_t lane, const Range &scalar, const std::vector<Interval> &gradient,
                      BatchCounts &counts) {
    if (bounded(scalar.value) && bounded(value(lane))) {
      ++counts.bounded;
      counts.wider += wider(value(lane), scalar.value) ? 1 : 0;
    }
    for (std::size_t j = 0; j < dimension_; ++j) {
      const Interval &expected = gradient[j];
      BOOST_REQUIRE_MESSAGE(bounded(expected) || !bounded(slope(lane, j)),
                            "bounded where the scalar evaluator is not, x" << j << ": " << where(lane));
      counts.only_batch_unbounded += bounded(expected) && !bounded(slope(lane, j)) ? 1 : 0;
      if (bounded(expected) && bounded(slope(lane, j))) {
        ++counts.slopes_bounded;
        counts.slopes_wider += wider(slope(lane, j), expected) ? 1 : 0;
      }
    }
  }

  MpfrRange reference(const std::vector<double> &point) {
    std::vector<MpfrInterval> box;
    for (const double x : point) {
      box.push_back(mpfr_enclosure(x, kReferencePrecision));
    }
    return scalar_.range(box, kReferencePrecision);
  }

  void check_points(std::size_t lane, bool undefined, RandomExpression &random, BatchCounts &counts) {
    for (int repeat = 0; repeat < 2; ++repeat) {
      std::vector<double> point;
      for (std::size_t j = 0; j < dimension_; ++j) {
        point.push_back(random.between(boxes_.lower(j)[lane], boxes_.upper(j)[lane]));
      }
      const MpfrRange here = reference(point);
      BOOST_REQUIRE_MESSAGE(undefined || !here.undefined || scalar_.extends(),
                            "no value at a point: " << where(lane));
      if (undefined || here.undefined || has_nan(here.value)) {
        continue;
      }
      ++counts.points;
      const Interval v = value(lane);
      BOOST_REQUIRE_MESSAGE(mpfr_cmp_d(here.value.lower().get(), v.lower()) >= 0 &&
                                mpfr_cmp_d(here.value.upper().get(), v.upper()) <= 0,
                            "value at a point lies outside: " << where(lane));
      check_derivative(lane, random);
      for (std::size_t j = 0; j < dimension_; ++j) {
        check_quotient(lane, j, point, here.value, random, counts);
      }
    }
  }

  // The scalar evaluator's enclosure of the derivative at a point meets the batch's over the box. The point
  // lies inside: on the face of a box a kink has a derivative from one side only, and which one is a
  // convention.
  void check_derivative(std::size_t lane, RandomExpression &random) {
    std::vector<Interval> box;
    for (std::size_t j = 0; j < dimension_; ++j) {
      const double a = boxes_.lower(j)[lane];
      const double b = boxes_.upper(j)[lane];
      const double x = a + (0.1 + 0.8 * random.unit()) * (b - a);
      if (a != b && !(a < x && x < b)) {
        return;
      }
      box.emplace_back(a == b ? a : x);
    }
    std::vector<Interval> gradient(box.size());
    if (scalar_.range_and_gradient(box, gradient).undefined) {
      return;
    }
    for (std::size_t j = 0; j < dimension_; ++j) {
      const Interval &at_point = gradient[j];
      if (bounded(at_point)) {
        BOOST_REQUIRE_MESSAGE(at_point.lower() <= slope(lane, j).upper() &&
                                  slope(lane, j).lower() <= at_point.upper(),
                              "derivative by x" << j << " at a point: " << where(lane));
      }
    }
  }

  // (f(y) - f(x)) / (y_j - x_j) lies between the bounds of the derivative, as f is Lipschitz on the box where
  // they are finite.
  void check_quotient(std::size_t lane, std::size_t j, const std::vector<double> &point,
                      const MpfrInterval &at_point, RandomExpression &random, BatchCounts &counts) {
    std::vector<double> other = point;
    double &moved = other[static_cast<std::size_t>(j)];
    const double from = moved;
    moved = random.between(boxes_.lower(j)[lane], boxes_.upper(j)[lane]);
    if (moved == from || !bounded(slope(lane, j))) {
      return;
    }
    const MpfrRange there = reference(other);
    if (there.undefined || has_nan(there.value) || !bounded(at_point) || !bounded(there.value)) {
      return;
    }
    const MpfrInterval quotient = (there.value - at_point) / (mpfr_enclosure(moved, kReferencePrecision) -
                                                              mpfr_enclosure(from, kReferencePrecision));
    ++counts.quotients;
    BOOST_REQUIRE_MESSAGE(mpfr_cmp_d(quotient.upper().get(), slope(lane, j).lower()) >= 0 &&
                              mpfr_cmp_d(quotient.lower().get(), slope(lane, j).upper()) <= 0,
                          "difference quotient by x" << j << " from " << from << " to " << moved << ": "
                                                     << where(lane));
  }

  std::string text_;
  std::size_t dimension_;
  Expression expression_;
  BatchEvaluator batch_;
  ExpressionEvaluator scalar_;
  BoxBatch boxes_;
  RangeBatch ranges_;
  RangeBatch only_ranges_;
  BoxBatch points_;
  RangeBatch with_points_;
  RangeBatch at_points_;
};

inline BatchCounts check_random_expressions(std::uint64_t seed, std::size_t expressions) {
  prepare_mpfr_thread();
  RandomExpression random(seed);
  BatchCounts counts;
  constexpr std::array<std::size_t, 5> capacities{1, 7, 16, 67, 150};
  for (std::size_t i = 0; i < expressions; ++i) {
    const std::size_t dimension = 1 + random.below(3);
    const std::string text = random.text(dimension, 1 + static_cast<int>(random.below(4)));
    BatchCheck check(text, dimension, capacities[random.below(capacities.size())]);
    check.run(random, 10, counts);
  }
  BOOST_TEST_MESSAGE("boxes " << counts.boxes << ", defined " << counts.defined
                              << ", undefined only in the batch " << counts.only_batch_undefined
                              << ", points " << counts.points << ", quotients " << counts.quotients
                              << ", wider " << counts.wider << " of " << counts.bounded << ", slopes wider "
                              << counts.slopes_wider << " of " << counts.slopes_bounded
                              << ", unbounded only in the batch " << counts.only_batch_unbounded);
  return counts;
}

} // namespace layercert::test
