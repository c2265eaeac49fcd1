#include "linear_form.hpp"

#include "node_index.hpp"
#include "operations.hpp"

namespace layercert {

namespace {

constexpr std::size_t kMostLinearTerms = 8; // of a part as a sum of multiples

} // namespace

void add(Linear &sum, const Linear &other, const mpq_class &factor) {
  sum.constant += factor * other.constant;
  for (const auto &[node, coefficient] : other.terms) {
    mpq_class &entry = sum.terms[node];
    entry += factor * coefficient;
    if (entry == 0) {
      sum.terms.erase(node);
    }
  }
}

std::vector<Linear> linear_forms(const Expression &f) {
  std::vector<Linear> forms;
  for (std::size_t at = 0; at < f.nodes().size(); ++at) {
    const Node &node = f.nodes()[at];
    const auto argument = [&](std::size_t i) -> const Linear & { return forms[index_of(node.argument[i])]; };
    Linear form;
    bool known = true;
    switch (node.op) {
    case Op::Constant:
      form.constant = f.constants()[index_of(node.constant)];
      break;
    case Op::Negate:
      add(form, argument(0), -1);
      break;
    case Op::Add:
    case Op::Subtract:
      add(form, argument(0), 1);
      add(form, argument(1), node.op == Op::Add ? 1 : -1);
      break;
    case Op::Multiply:
      if (argument(0).terms.empty()) {
        add(form, argument(1), argument(0).constant);
      } else if (argument(1).terms.empty()) {
        add(form, argument(0), argument(1).constant);
      } else {
        known = false;
      }
      break;
    case Op::Divide:
      known = argument(1).terms.empty() && argument(1).constant != 0;
      if (known) {
        add(form, argument(0), 1 / argument(1).constant);
      }
      break;
    default:
      known = false;
    }
    if (!known || form.terms.size() > kMostLinearTerms) {
      form = Linear{0, {{static_cast<std::int32_t>(at), 1}}};
    }
    forms.push_back(std::move(form));
  }
  return forms;
}

std::vector<char> total_nodes(const Expression &f) {
  std::vector<char> total;
  for (const Node &node : f.nodes()) {
    bool all = true;
    for (const std::int32_t argument : node.argument) {
      all = all && (argument < 0 || total[index_of(argument)] != 0);
    }
    switch (node.op) {
    case Op::Divide: {
      const Node &divisor = f.nodes()[index_of(node.argument[1])];
      all = all && divisor.op == Op::Constant && f.constants()[index_of(divisor.constant)] != 0;
      break;
    }
    case Op::PowerInteger:
      all = all && node.integer >= 0;
      break;
    default:
      all = all && rules_of(node.op).total;
    }
    total.push_back(all ? 1 : 0);
  }
  return total;
}

} // namespace layercert
