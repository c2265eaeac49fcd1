#include "jumps.hpp"

#include "expression_builder.hpp"

#include <algorithm>

namespace layercert {

namespace {

bool jumps_at(Op op) { return is_jump(op) && op != Op::Equal && op != Op::NotEqual; }

} // namespace

bool has_jumps(const Expression &f) {
  return std::any_of(f.nodes().begin(), f.nodes().end(), [](const Node &node) { return jumps_at(node.op); });
}

JumpForm jump_form(const Expression &f, std::size_t dimension) {
  if (f.table() != nullptr) {
    return {f, {}};
  }
  JumpForm form;
  ExpressionBuilder build;
  std::vector<std::int32_t> values;
  for (const Node &node : f.nodes()) {
    if (!jumps_at(node.op)) {
      values.push_back(build.copy(f, node, values));
      continue;
    }
    const std::int32_t first = values[static_cast<std::size_t>(node.argument[0])];
    const bool compares = node.op == Op::Less || node.op == Op::LessEqual;
    const std::int32_t argument =
        compares ? build.apply(Op::Subtract, first, values[static_cast<std::size_t>(node.argument[1])])
                 : first;
    values.push_back(build.variable(static_cast<int>(dimension + form.jumps.size())));
    form.jumps.push_back({node.op, build.finish(argument)});
  }
  form.body = build.finish(values.back());
  return form;
}

} // namespace layercert
