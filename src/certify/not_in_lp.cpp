// A pole shows on large boxes already where the expression gives it away; where other parts hide it there,
// smaller boxes are tried, of which only those without a finite integral are cut. A pole on one side of a
// condition, as that of if(x < 1/3, 1/(1/3 - x), 0), is looked for with the condition taken as decided: f is
// the same on that side.
#include "not_in_lp.hpp"

#include "function/equal_forms.hpp"
#include "function/expression_builder.hpp"
#include "function/majorant.hpp"
#include "function/null_set_forms.hpp"
#include "integrate/cells.hpp"
#include "integrate/integral.hpp"
#include "integrate/singular_models.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>
#include <vector>

namespace layercert {

namespace {

constexpr std::size_t kBoxes[] = {1, 32, 1024}; // 1,024 boxes take a few hundredths of a second
constexpr std::size_t kMostBranches = 16;
constexpr std::size_t kBoxesOfBranch = 256;
constexpr double kGap = 0.9; // nothing but a finite bound is wanted

// A condition a < b, a <= b or step(a), its two sides, and f with the condition decided.
struct Branch {
  Expression f;
  MajorantEvaluator::Side side;
};

Expression with_condition(const Expression &f, std::size_t condition, bool holds) {
  ExpressionBuilder builder;
  std::vector<std::int32_t> values;
  for (std::size_t at = 0; at < f.nodes().size(); ++at) {
    const Node &node = f.nodes()[at];
    if (at == condition) {
      values.push_back(builder.constant(holds ? 1 : 0));
      continue;
    }
    const mpq_class *truth =
        node.op == Op::If ? builder.value_of(values[static_cast<std::size_t>(node.argument[0])]) : nullptr;
    values.push_back(truth != nullptr ? values[static_cast<std::size_t>(node.argument[*truth != 0 ? 1 : 2])]
                                      : builder.copy(f, node, values));
  }
  return builder.finish(values.back());
}

std::vector<Branch> branches_of(const Expression &f) {
  std::vector<Branch> result;
  for (std::size_t at = 0; at < f.nodes().size() && result.size() < kMostBranches; ++at) {
    const Node &node = f.nodes()[at];
    if (node.op != Op::Less && node.op != Op::LessEqual && node.op != Op::Step) {
      continue;
    }
    for (const bool holds : {true, false}) {
      MajorantEvaluator::Side side;
      if (node.op == Op::Step) {
        side = MajorantEvaluator::Side::of(f, node.argument[0], holds ? 1 : -1);
      } else {
        ExpressionBuilder builder;
        std::vector<std::int32_t> values;
        for (std::size_t i = 0; i < at; ++i) {
          values.push_back(builder.copy(f, f.nodes()[i], values));
        }
        const auto value = [&](std::size_t i) { return values[static_cast<std::size_t>(node.argument[i])]; };
        const Expression gap = builder.finish(builder.apply(Op::Subtract, value(1), value(0)));
        side = MajorantEvaluator::Side::of(gap, static_cast<std::int32_t>(gap.nodes().size()) - 1,
                                           holds ? 1 : -1);
      }
      if (!side.terms.empty()) {
        result.push_back({with_condition(f, at, holds), std::move(side)});
      }
    }
  }
  return result;
}

} // namespace

std::string reason_not_in_lp(const Instance &instance, const Box &box) {
  std::string place;
  for (std::size_t j = 0; j < instance.dimension; ++j) {
    place += fmt::format("{}[{}, {}]", j == 0 ? "" : " x ", box.lower[j], box.upper[j]);
  }
  return fmt::format(
      "f is not in L^p: it is unbounded on {}, where the integral of |f|^p is infinite for p = {}", place,
      instance.p.get_str());
}

std::string proof_of_not_in_lp(const Instance &instance, const Target &target) {
  assert_upward();
  if (target.is_table() || target.expression().table() != nullptr) {
    return {};
  }
  const std::size_t d = instance.dimension;
  const Exponent p(instance.p);
  const Expression f = without_null_sets(with_decided_comparisons(target.expression()), d);
  const ModellerFactory model =
      singular_function_modeller(p, f, d, [](const Box &) { return Interval(0.0); });
  for (const std::size_t most : kBoxes) {
    const IntegralResult whole = integrate(p, d, {unit_cube(d)}, model, {kGap, most});
    if (std::isfinite(whole.upper)) {
      return {};
    }
    if (const std::optional<Box> box = box_without_integral(p, f, d, whole.boxes, whole.bounds)) {
      return reason_not_in_lp(instance, *box);
    }
  }
  for (const Branch &branch : branches_of(f)) {
    const ModellerFactory on_side =
        singular_function_modeller(p, branch.f, d, [](const Box &) { return Interval(0.0); });
    const IntegralResult whole = integrate(p, d, {unit_cube(d)}, on_side, {kGap, kBoxesOfBranch});
    if (const std::optional<Box> box =
            box_without_integral(p, branch.f, d, whole.boxes, whole.bounds, &branch.side)) {
      return reason_not_in_lp(instance, *box);
    }
  }
  return {};
}

} // namespace layercert
