// Each `if` makes a context for either branch: the sums that its condition makes nonnegative there. A part w
// of the branch that is a positive multiple of such a sum, plus a number that is not negative, is
// nonnegative, too, wherever the branch is taken.
#include "null_set_forms.hpp"

#include "expression_builder.hpp"
#include "expression_evaluator.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "linear_form.hpp"
#include "node_index.hpp"
#include "null_levels.hpp"
#include "numeric/elementary.hpp"
#include "operations.hpp"
#include "pole_sums.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace layercert {

namespace {

constexpr int kDeepest = 8;                 // of `if` in `if`
constexpr std::size_t kMostParts = 2000;    // of an expression whose comparisons are looked at
constexpr std::size_t kMostBuilt = 1 << 20; // parts, over all contexts

bool compares(Op op) {
  return op == Op::Less || op == Op::LessEqual || op == Op::Equal || op == Op::NotEqual;
}

class Rewriter {
public:
  struct TooLarge {};

  Rewriter(const Expression &f, std::size_t dimension)
      : f_(f), dimension_(dimension), evaluator_(f, dimension), forms_(linear_forms(f)) {
    const std::vector<Interval> cube(dimension, Interval(0.0, 1.0));
    evaluator_.range(cube);
    for (const Node &node : f.nodes()) {
      decided_.push_back(decided(node));
    }
  }

  Expression run() { return builder_.finish(build(f_.nodes().size() - 1, {}, 0)); }

private:
  using Facts = std::vector<Linear>; // each of them is nonnegative

  // The value that a comparison has almost everywhere.
  std::optional<int> decided(const Node &node) const {
    if (!compares(node.op) || evaluator_.undefined(index_of(node.argument[0])) ||
        evaluator_.undefined(index_of(node.argument[1]))) {
      return std::nullopt;
    }
    const Interval difference =
        evaluator_.value(index_of(node.argument[1])) - evaluator_.value(index_of(node.argument[0]));
    const bool ordered = difference.lower() >= 0 || difference.upper() <= 0;
    const bool order = node.op == Op::Less || node.op == Op::LessEqual;
    if (has_nan(difference) || (order && !ordered) ||
        !difference_has_null_levels(f_, node.argument[0], node.argument[1], dimension_)) {
      return std::nullopt;
    }
    return order ? (difference.lower() >= 0 ? 1 : 0) : node.op == Op::NotEqual ? 1 : 0;
  }

  // Adds what is nonnegative where the condition holds, or (`holds` is false) where it does not.
  void add_facts(std::size_t condition, bool holds, Facts &facts) const {
    const Node &node = f_.nodes()[condition];
    if (node.op == Op::Less || node.op == Op::LessEqual) {
      Linear difference;
      add(difference, forms_[index_of(node.argument[1])], holds ? 1 : -1);
      add(difference, forms_[index_of(node.argument[0])], holds ? -1 : 1);
      facts.push_back(std::move(difference));
    } else if (node.op == Op::Step) {
      Linear argument;
      add(argument, forms_[index_of(node.argument[0])], holds ? 1 : -1);
      facts.push_back(std::move(argument));
    } else if (holds &&
               (node.op == Op::Multiply || (node.op == Op::Min && both_are_truths(node)))) { // neither is 0
      add_facts(index_of(node.argument[0]), true, facts);
      add_facts(index_of(node.argument[1]), true, facts);
    }
  }
  // 0 or 1.
  bool both_are_truths(const Node &node) const {
    const auto truth = [&](std::size_t i) {
      const Op op = f_.nodes()[index_of(node.argument[i])].op;
      return compares(op) || op == Op::Step;
    };
    return truth(0) && truth(1);
  }

  // w = k fact + c, k > 0, c >= 0.
  static bool follows(const Linear &w, const Facts &facts) {
    return std::any_of(facts.begin(), facts.end(), [&](const Linear &fact) {
      if (fact.terms.empty() || w.terms.empty() || fact.terms.begin()->first != w.terms.begin()->first) {
        return false;
      }
      const mpq_class k = w.terms.begin()->second / fact.terms.begin()->second;
      Linear rest = w;
      add(rest, fact, mpq_class(-k));
      return k > 0 && rest.terms.empty() && rest.constant >= 0;
    });
  }

  std::int32_t build(std::size_t root, const Facts &facts, int depth) {
    std::vector<char> needed(root + 1, 0);
    needed[root] = 1;
    for (std::size_t at = root + 1; at-- > 0;) {
      const Node &node = f_.nodes()[at];
      if (needed[at] == 0 || decided_[at]) {
        continue;
      }
      // Branches are built in contexts of their own.
      const std::size_t own = node.op == Op::If && depth < kDeepest ? 1 : 3;
      for (std::size_t i = 0; i < own && node.argument[i] >= 0; ++i) {
        needed[index_of(node.argument[i])] = 1;
      }
    }
    std::vector<std::int32_t> values(root + 1, -1);
    for (std::size_t at = 0; at <= root; ++at) {
      if (needed[at] != 0) {
        values[at] = built(at, values, facts, depth);
      }
    }
    return values[root];
  }

  std::int32_t built(std::size_t at, const std::vector<std::int32_t> &values, const Facts &facts, int depth) {
    const Node &node = f_.nodes()[at];
    if (++built_ > kMostBuilt) {
      throw TooLarge{};
    }
    if (decided_[at]) {
      return builder_.constant(*decided_[at]);
    }
    if (node.op == Op::If && depth < kDeepest) {
      const std::size_t condition = index_of(node.argument[0]);
      const auto branch = [&](std::size_t i, bool holds) {
        Facts more = facts;
        add_facts(condition, holds, more);
        return build(index_of(node.argument[i]), more, depth + 1);
      };
      const std::int32_t c = values[condition];
      if (const mpq_class *truth = builder_.value_of(c)) { // nobody asks the other branch
        return branch(*truth != 0 ? 1 : 2, *truth != 0);
      }
      const std::int32_t yes = branch(1, true);
      return builder_.apply(Op::If, c, yes, branch(2, false));
    }
    const bool guarded = node.op == Op::Sqrt || node.op == Op::Log || node.op == Op::Power;
    if (guarded && !facts.empty() && follows(forms_[index_of(node.argument[0])], facts)) {
      const std::int32_t size = builder_.apply(Op::Abs, values[index_of(node.argument[0])]);
      return node.op == Op::Power ? builder_.power(size, values[index_of(node.argument[1])])
                                  : builder_.apply(node.op, size);
    }
    return builder_.copy(f_, node, values);
  }

  const Expression &f_;
  std::size_t dimension_;
  ExpressionEvaluator evaluator_;
  std::vector<Linear> forms_;
  std::vector<std::optional<int>> decided_;
  ExpressionBuilder builder_;
  std::size_t built_ = 0;
};

} // namespace

namespace {

Expression with_decided_conditions(const Expression &f, std::size_t dimension) {
  const bool any = std::any_of(f.nodes().begin(), f.nodes().end(),
                               [](const Node &node) { return compares(node.op) || node.op == Op::If; });
  if (!any || f.table() != nullptr || f.nodes().size() > kMostParts) {
    return f;
  }
  try {
    return Rewriter(f, dimension).run();
  } catch (const Rewriter::TooLarge &) {
    return f;
  }
}

} // namespace

Expression without_null_sets(const Expression &f, std::size_t dimension) {
  assert_upward();
  return with_common_denominators(with_decided_conditions(f, dimension), dimension);
}

} // namespace layercert
