#include "hoelder_constant.hpp"

#include "cells.hpp"
#include "models.hpp"

#include "layercert/certify/integral.hpp"
#include "layercert/numeric/elementary.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

namespace layercert {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kSharpEnough = 1e-3; // of the constant, if nothing is wanted
// Where a slope has no bound, halving never ends; and the checker takes a thousand halvings of a box at most, all coordinates together.
constexpr double kNarrowest = 0x1p-96;

double power_upper(double x, const mpq_class &e) {
  bool undefined = false;
  const Interval result = power_range(Interval(0.0, x), enclosure(e), undefined);
  return undefined || has_nan(result) ? kInfinity : result.upper();
}

class Bound {
public:
  Bound(const Expression &f, int d, ShiftNorm norm, double wanted, std::size_t most_boxes)
      : f_(f), d_(d), norm_(norm), wanted_(wanted), most_boxes_(most_boxes) {
    const Interval side(static_cast<double>(d));
    diameter_ = norm == ShiftNorm::Max ? 1 : norm == ShiftNorm::One ? side.upper() : sqrt_up(side.upper());
  }

  // Of node `at`.
  double constant(std::size_t at, const mpq_class &alpha) {
    double best = by_rule(at, alpha);
    if (!(best <= wanted_)) {
      const double lipschitz = supremum_of_gradient(f_.subexpression(at));
      best = std::min(best, alpha == 1 ? lipschitz
                                       : mul_up(lipschitz, power_upper(diameter_, mpq_class(1 - alpha))));
    }
    return best;
  }

  // All halvings so far, of whichever node they were for.
  std::string subdivision() const {
    std::string text;
    if (!halved_.empty()) {
      append_tree(unit_cube(d_), text);
    }
    return text;
  }

private:
  using Ends = std::pair<std::array<double, kMaxDimension>, std::array<double, kMaxDimension>>;
  static Ends ends_of(const Box &box) { return {box.lower, box.upper}; }

  struct Cut { // along the first of the longest sides
    std::size_t axis = 0;
    Box first, second;
  };
  Cut cut(const Box &box) const {
    Cut result{0, box, box};
    const auto length = [&](std::size_t j) { return box.upper[j] - box.lower[j]; };
    for (std::size_t j = 0; j < static_cast<std::size_t>(d_); ++j) {
      result.axis = length(j) > length(result.axis) ? j : result.axis;
    }
    const std::size_t j = result.axis;
    result.first.upper[j] = result.second.lower[j] = box.lower[j] / 2 + box.upper[j] / 2;
    return result;
  }

  void append_tree(const Box &box, std::string &text) const {
    if (!halved_.contains(ends_of(box))) {
      text += '.';
      return;
    }
    const Cut halves = cut(box);
    text += static_cast<char>('0' + halves.axis);
    append_tree(halves.first, text);
    append_tree(halves.second, text);
  }

  double argument(const Node &node, std::size_t i, const mpq_class &alpha) {
    return constant(static_cast<std::size_t>(node.argument[i]), alpha);
  }
  std::optional<mpq_class> value_of(std::int32_t at) const {
    const Node &node = f_.nodes()[static_cast<std::size_t>(at)];
    return node.op == Op::Constant ? std::optional(f_.constants()[static_cast<std::size_t>(node.constant)])
                                   : std::nullopt;
  }
  // |u^b - v^b| <= |u - v|^b for u, v >= 0 and 0 < b <= 1.
  double root(const Node &node, const mpq_class &b, const mpq_class &alpha) {
    return alpha <= b ? power_upper(argument(node, 0, mpq_class(alpha / b)), b) : kInfinity;
  }

  double by_rule(std::size_t at, const mpq_class &alpha) {
    const Node &node = f_.nodes()[at];
    switch (node.op) {
    case Op::Constant:
    case Op::Pi:
    case Op::E:
      return 0;
    case Op::Negate:
    case Op::Abs:
      return argument(node, 0, alpha);
    case Op::Add:
    case Op::Subtract:
      return add_up(argument(node, 0, alpha), argument(node, 1, alpha));
    case Op::Min:
    case Op::Max:
      return std::max(argument(node, 0, alpha), argument(node, 1, alpha));
    case Op::Multiply:
      for (std::size_t i = 0; i < 2; ++i) {
        if (const std::optional<mpq_class> factor = value_of(node.argument[i])) {
          return mul_up(abs_range(enclosure(*factor)).upper(), argument(node, 1 - i, alpha));
        }
      }
      return kInfinity;
    case Op::Divide:
      if (const std::optional<mpq_class> divisor = value_of(node.argument[1]); divisor && *divisor != 0) {
        return mul_up(abs_range(enclosure(mpq_class(1 / *divisor))).upper(), argument(node, 0, alpha));
      }
      return kInfinity;
    case Op::Sqrt:
      return root(node, mpq_class(1, 2), alpha);
    case Op::Power:
      if (const std::optional<mpq_class> b = value_of(node.argument[1]); b && *b > 0 && *b <= 1) {
        return root(node, *b, alpha);
      }
      return kInfinity;
    default:
      return kInfinity;
    }
  }

  double supremum_of_gradient(const Expression &f) {
    const Modeller model = gradient_norm_modeller(f, d_, norm_)();
    struct Part {
      Box box;
      Interval size;
    };
    const auto smaller = [](const Part &a, const Part &b) { return a.size.upper() < b.size.upper(); };
    const auto measured = [&](const Box &box) {
      LocalModel result;
      model(std::span(&box, 1), std::span(&result, 1));
      return Part{box, has_nan(result.range) ? whole_line() : result.range};
    };
    std::vector<Part> heap{measured(unit_cube(d_))};
    double least = heap.front().size.lower();
    for (std::size_t boxes = 1; boxes < most_boxes_; ++boxes) {
      const Part worst = heap.front();
      const Cut halves = cut(worst.box);
      const double middle = halves.first.upper[halves.axis];
      if (worst.size.upper() <= wanted_ || worst.size.upper() <= least * (1 + kSharpEnough) ||
          least > wanted_ || worst.box.upper[halves.axis] - worst.box.lower[halves.axis] < kNarrowest ||
          !(middle > worst.box.lower[halves.axis] && middle < worst.box.upper[halves.axis])) {
        break;
      }
      std::pop_heap(heap.begin(), heap.end(), smaller);
      heap.pop_back();
      halved_.insert(ends_of(worst.box));
      for (const Box &half : {halves.first, halves.second}) {
        heap.push_back(measured(half));
        std::push_heap(heap.begin(), heap.end(), smaller);
        if (std::isfinite(heap.front().size.upper())) {
          least = std::max(least, heap.front().size.lower());
        }
      }
    }
    return heap.front().size.upper();
  }

  const Expression &f_;
  int d_;
  ShiftNorm norm_;
  double wanted_;
  std::size_t most_boxes_;
  double diameter_;
  std::set<Ends> halved_;
};

} // namespace

HoelderConstant hoelder_constant(const Expression &f, int dimension, const mpq_class &alpha, ShiftNorm norm,
                                 double wanted, std::size_t most_boxes) {
  assert_upward();
  Bound bound(f, dimension, norm, wanted, most_boxes);
  const double upper = bound.constant(f.nodes().size() - 1, alpha);
  return {upper, bound.subdivision()};
}

} // namespace layercert
