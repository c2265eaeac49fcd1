// The cube is cut into equal boxes, since intervals over the whole cube lose what arguments have in common.
// At its boundary a coordinate is 0 or 1, inside it is neither: that is what the strict signs are made of.
#include "normal_ranges.hpp"

#include "expression_evaluator.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "node_index.hpp"

#include <algorithm>
#include <cmath>

namespace layercert::normal {

namespace {

constexpr std::size_t kProbes = 4;
constexpr double kProbeSide = 0x1p-20;
constexpr std::size_t kMostBoxes = 256;         // that the cube is cut into
constexpr std::size_t kMostRangeWork = 1000000; // nodes times boxes
constexpr double kSteps[] = {0.6180339887, 0.4142135623, 0.7320508075, 0.2360679774, 0.6457513110};

bool has_two(const Node &node) { return node.argument[1] >= 0 && node.argument[2] < 0; }

} // namespace

Ranges::Ranges(const Expression &f, std::size_t dimension) {
  assert_upward();
  const std::size_t nodes = f.nodes().size();
  const std::size_t d = dimension;
  ExpressionEvaluator evaluator(f, dimension);
  std::vector<Interval> box(d);
  probes_.resize(nodes);
  for (std::size_t i = 0; i < kProbes; ++i) {
    for (std::size_t j = 0; j < d; ++j) {
      const double where = (static_cast<double>(i) + 1) * kSteps[j % 5] + static_cast<double>(j) / 16 + 0.01;
      const double lower = std::floor((where - std::floor(where)) * 0x1p20 - 0.5) * kProbeSide;
      box[j] = Interval(std::max(lower, 0.0), std::max(lower, 0.0) + kProbeSide);
    }
    evaluator.range(box);
    for (std::size_t at = 0; at < nodes; ++at) {
      probes_[at].push_back(evaluator.undefined(at) ? std::nullopt : std::optional(evaluator.value(at)));
    }
  }
  const auto &root = probes_.back();
  for (std::size_t i = 1; i < kProbes; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      root_varies_ = root_varies_ || (root[i] && root[j] && !overlap(*root[i], *root[j]));
    }
  }
  if (root_varies_) {
    return;
  }
  const auto most =
      static_cast<double>(std::min(kMostBoxes, std::max<std::size_t>(1, kMostRangeWork / nodes)));
  std::size_t side = 1;
  while (std::pow(2.0 * static_cast<double>(side), static_cast<double>(d)) <= most) {
    side *= 2;
  }
  defined_.assign(nodes, 1);
  std::vector<std::size_t> place(d, 0);
  for (bool first = true;; first = false) {
    for (std::size_t j = 0; j < d; ++j) { // exact: `side` is a power of two
      box[j] = Interval(static_cast<double>(place[j]) / static_cast<double>(side),
                        static_cast<double>(place[j] + 1) / static_cast<double>(side));
    }
    evaluator.range(box);
    for (std::size_t at = 0; at < nodes; ++at) {
      const Node &node = f.nodes()[at];
      const Interval &value = evaluator.value(at);
      const Interval difference = has_two(node) ? evaluator.value(index_of(node.argument[0])) -
                                                      evaluator.value(index_of(node.argument[1]))
                                                : Interval(0.0);
      if (first) {
        values_.push_back(value);
        differences_.push_back(difference);
      } else {
        values_[at] = hull(values_[at], value);
        differences_[at] = hull(differences_[at], difference);
      }
      defined_[at] = defined_[at] != 0 && !evaluator.undefined(at) ? 1 : 0;
    }
    std::size_t j = 0;
    while (j < d && ++place[j] == side) {
      place[j++] = 0;
    }
    if (j == d) {
      break;
    }
  }
  for (std::size_t at = 0; at < nodes; ++at) {
    const Node &node = f.nodes()[at];
    const bool known =
        !has_two(node) || (defined(index_of(node.argument[0])) && defined(index_of(node.argument[1])));
    if (!defined(at) || has_nan(values_[at])) {
      values_[at] = whole_line();
    }
    if (!known || has_nan(differences_[at])) {
      differences_[at] = whole_line();
    }
  }
  find_signs(f);
}

void Ranges::find_signs(const Expression &f) {
  for (std::size_t at = 0; at < f.nodes().size(); ++at) {
    const Node &node = f.nodes()[at];
    const auto of = [&](const std::vector<char> &flags, std::size_t i) {
      return flags[index_of(node.argument[i])] != 0;
    };
    const auto pos = [&](std::size_t i) { return of(positive_, i); };
    const auto neg = [&](std::size_t i) { return of(negative_, i); };
    const auto value = [&](std::size_t i) -> const Interval & { return values_[index_of(node.argument[i])]; };
    const auto not_neg = [&](std::size_t i) { return pos(i) || value(i).lower() >= 0; };
    const auto not_pos = [&](std::size_t i) { return neg(i) || value(i).upper() <= 0; };
    const auto in_unit = [&](std::size_t i) { return value(i).lower() >= 0 && value(i).upper() <= 1; };
    bool positive = values_[at].lower() > 0;
    bool negative = values_[at].upper() < 0;
    bool below_one = values_[at].upper() < 1;
    switch (node.op) {
    case Op::Variable:
      positive = below_one = true;
      break;
    case Op::Negate:
      positive = positive || neg(0);
      negative = negative || pos(0);
      break;
    case Op::Add:
      positive = positive || (pos(0) && not_neg(1)) || (pos(1) && not_neg(0));
      negative = negative || (neg(0) && not_pos(1)) || (neg(1) && not_pos(0));
      break;
    case Op::Subtract:
      positive = positive || (pos(0) && not_pos(1)) || (neg(1) && not_neg(0)) ||
                 (value(0).lower() >= 1 && of(below_one_, 1));
      negative = negative || (neg(0) && not_neg(1)) || (pos(1) && not_pos(0)) ||
                 (value(1).lower() >= 1 && of(below_one_, 0));
      break;
    case Op::Multiply:
      below_one = below_one || (in_unit(0) && in_unit(1) && (of(below_one_, 0) || of(below_one_, 1)));
      [[fallthrough]];
    case Op::Divide:
      positive = positive || (pos(0) && pos(1)) || (neg(0) && neg(1));
      negative = negative || (pos(0) && neg(1)) || (neg(0) && pos(1));
      break;
    case Op::PowerInteger:
      positive = positive || pos(0) || (neg(0) && node.integer % 2 == 0);
      negative = negative || (neg(0) && node.integer % 2 != 0);
      below_one = below_one || (in_unit(0) && of(below_one_, 0) && node.integer >= 1);
      break;
    case Op::Power:
    case Op::Sqrt:
    case Op::Tanh:
    case Op::Sinh:
    case Op::Atan:
    case Op::Asin:
    case Op::Cbrt:
    case Op::Erf:
    case Op::Sign:
      positive = positive || pos(0);
      negative = negative || (node.op != Op::Power && neg(0));
      break;
    case Op::Abs:
      positive = positive || pos(0) || neg(0);
      break;
    case Op::Exp:
    case Op::Cosh:
      positive = true;
      break;
    case Op::Max:
      positive = positive || pos(0) || pos(1);
      negative = negative || (neg(0) && neg(1));
      break;
    case Op::Min:
      positive = positive || (pos(0) && pos(1));
      negative = negative || neg(0) || neg(1);
      break;
    default:
      break;
    }
    positive_.push_back(positive ? 1 : 0);
    negative_.push_back(negative ? 1 : 0);
    below_one_.push_back(below_one ? 1 : 0);
  }
}

} // namespace layercert::normal
