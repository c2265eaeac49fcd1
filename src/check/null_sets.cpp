#include "null_sets.hpp"

#include "pole_sums.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace checker {

namespace {

constexpr std::size_t kMostNodes = 1500;   // beyond, the expression stays as it is
constexpr int kDeepestLevel = 8;           // of conditions inside of conditions
constexpr std::size_t kMostLevelTerms = 8; // of a sum
constexpr ulong kLevelProbes = 3;

bool is_comparison(Op op) {
  return op == Op::Less || op == Op::LessEqual || op == Op::Equal || op == Op::NotEqual;
}
bool may_have_zero(const Interval &x) { return !(x.lower.sign() > 0 || x.upper.sign() < 0); }

// Nodes that take each value on a null set only (Lemma 40).
class NullLevels {
public:
  NullLevels(const Expression &f, std::size_t dimension) : f_(f) {
    Evaluator evaluator(f, dimension);
    evaluator(std::vector<Interval>(dimension, Interval(Arf(0), Arf(1))), Evaluator::Value);
    for (std::size_t at = 0; at < f.nodes.size(); ++at) {
      cube_.push_back(evaluator.at(at).value);
    }
    std::vector<std::vector<Interval>> probes(f.nodes.size());
    for (ulong i = 0; i < kLevelProbes; ++i) {
      std::vector<Interval> point;
      for (ulong j = 0; j < static_cast<ulong>(dimension); ++j) {
        point.emplace_back(Arf((317 * (i + 1) + 211 * j * (i + 2) + 97 * j) % 1021 + 1).times_two_to(-10));
      }
      evaluator(point, Evaluator::Value);
      for (std::size_t at = 0; at < f.nodes.size(); ++at) {
        probes[at].push_back(evaluator.at(at).value);
      }
    }
    for (std::size_t at = 0; at < f.nodes.size(); ++at) {
      analytic_.push_back(analytic(at));
      bool differ = false;
      for (ulong i = 1; i < kLevelProbes; ++i) {
        const Interval &a = probes[at][0];
        const Interval &b = probes[at][i];
        differ = differ || (a.bounded() && b.bounded() && (a.upper < b.lower || b.upper < a.lower));
      }
      null_.push_back((analytic_[at] && differ) || rule(at));
    }
  }
  bool operator()(std::size_t at) const { return null_[at]; }
  const Interval &cube(std::size_t at) const { return cube_[at]; }

private:
  std::size_t argument(std::size_t at, int i) const { return index_of(f_.nodes[at].argument[i]); }

  // On an open set that holds the closed cube.
  bool analytic(std::size_t at) const {
    const Node &node = f_.nodes[at];
    for (int i = 0; i < 3 && node.argument[i] >= 0; ++i) {
      if (!analytic_[argument(at, i)]) {
        return false;
      }
    }
    if (!cube_[at].bounded()) {
      return false;
    }
    const auto of = [&](int i) -> const Interval & { return cube_[argument(at, i)]; };
    switch (node.op) {
    case Op::Constant:
    case Op::Pi:
    case Op::Variable:
    case Op::Negate:
    case Op::Add:
    case Op::Subtract:
    case Op::Multiply:
    case Op::Exp:
    case Op::Sin:
    case Op::Cos:
    case Op::Tan: // bounded: no pole
    case Op::Atan:
    case Op::Sinh:
    case Op::Cosh:
    case Op::Tanh:
    case Op::Erf:
      return true;
    case Op::Divide:
      return !may_have_zero(of(1));
    case Op::IntegerPower:
      return node.integer >= 0 || !may_have_zero(of(0));
    case Op::RealPower:
    case Op::Log:
      return of(0).lower.sign() > 0;
    case Op::Asin:
    case Op::Acos:
      return of(0).lower > Arf(-1) && of(0).upper < Arf(1);
    case Op::Cbrt:
      return !may_have_zero(of(0));
    default:
      return false;
    }
  }

  bool rule(std::size_t at) const {
    const Node &node = f_.nodes[at];
    const auto null = [&](int i) { return static_cast<bool>(null_[argument(at, i)]); };
    const auto number = [&](int i) {
      const Node &other = f_.nodes[argument(at, i)];
      return other.op == Op::Pi || (other.op == Op::Constant && other.constant != 0);
    };
    const auto apart = [&] { return (f_.variables[argument(at, 0)] & f_.variables[argument(at, 1)]) == 0; };
    switch (node.op) {
    case Op::Variable:
      return true;
    case Op::Negate:
    case Op::Exp:
    case Op::Log:
    case Op::Sin:
    case Op::Cos:
    case Op::Tan:
    case Op::Asin:
    case Op::Acos:
    case Op::Atan:
    case Op::Sinh:
    case Op::Cosh:
    case Op::Tanh:
    case Op::Cbrt:
    case Op::Erf:
    case Op::Abs:
      return null(0);
    case Op::IntegerPower:
      return node.integer != 0 && null(0);
    case Op::RealPower:
      return node.constant != 0 && null(0);
    case Op::Add:
    case Op::Subtract:
      return apart() && (null(0) || null(1));
    case Op::Multiply:
    case Op::Divide:
      return (null(0) && number(1)) || (null(1) && number(0)) || (apart() && null(0) && null(1));
    case Op::Min:
    case Op::Max:
      return null(0) && null(1);
    default:
      return false;
    }
  }

  const Expression &f_;
  std::vector<Interval> cube_;
  std::vector<bool> analytic_, null_;
};

// number + the sum of multiples of nodes.
struct Sum {
  Rational number = 0;
  std::map<std::size_t, Rational> terms;
  void add(const Sum &other, const Rational &factor) {
    number = number + factor * other.number;
    for (const auto &[node, c] : other.terms) {
      Rational &entry = terms.try_emplace(node, 0).first->second;
      entry = entry + factor * c;
      if (entry == 0) {
        terms.erase(node);
      }
    }
  }
};

std::vector<Sum> sums_of(const Expression &f) {
  std::vector<Sum> sums;
  for (std::size_t at = 0; at < f.nodes.size(); ++at) {
    const Node &node = f.nodes[at];
    const auto of = [&](int i) -> const Sum & { return sums[index_of(node.argument[i])]; };
    Sum sum;
    bool known = true;
    switch (node.op) {
    case Op::Constant:
      sum.number = node.constant;
      break;
    case Op::Negate:
      sum.add(of(0), -1);
      break;
    case Op::Add:
    case Op::Subtract:
      sum.add(of(0), 1);
      sum.add(of(1), node.op == Op::Add ? 1 : -1);
      break;
    case Op::Multiply:
      known = of(0).terms.empty() || of(1).terms.empty();
      if (known) {
        const bool first = of(0).terms.empty();
        sum.add(of(first ? 1 : 0), of(first ? 0 : 1).number);
      }
      break;
    case Op::Divide:
      known = of(1).terms.empty() && of(1).number != 0;
      if (known) {
        sum.add(of(0), 1 / of(1).number);
      }
      break;
    default:
      known = false;
    }
    if (!known || sum.terms.size() > kMostLevelTerms) {
      sum = Sum{0, {{at, Rational(1)}}};
    }
    sums.push_back(std::move(sum));
  }
  return sums;
}

struct TooMany {}; // nodes: the expression stays as it is

class Rewritten {
public:
  Rewritten(const Expression &f, std::size_t dimension)
      : f_(f), sums_(sums_of(f)), decided_(f.nodes.size(), -1) {
    for (std::size_t at = 0; at < f.nodes.size(); ++at) {
      if (is_comparison(f.nodes[at].op) && f.variables[at] != 0) {
        decide(at, dimension);
      }
    }
  }

  std::vector<Node> operator()() && {
    build(f_.nodes.size() - 1, {}, 0);
    return std::move(nodes_);
  }

private:
  using Facts = std::vector<Sum>; // that are nonnegative

  void decide(std::size_t at, std::size_t dimension) {
    const Node &node = f_.nodes[at];
    Expression difference = f_;
    difference.nodes.resize(index_of(std::max(node.argument[0], node.argument[1])) + 1);
    Node gap;
    gap.op = Op::Subtract;
    gap.argument[0] = node.argument[1];
    gap.argument[1] = node.argument[0];
    difference.nodes.push_back(gap);
    difference.prepare(dimension);
    const NullLevels null(difference, dimension);
    const Interval &range = null.cube(difference.nodes.size() - 1);
    if (!range.bounded() || !null(difference.nodes.size() - 1)) {
      return;
    }
    if (node.op == Op::Equal || node.op == Op::NotEqual) {
      decided_[at] = node.op == Op::Equal ? 0 : 1;
    } else if (range.lower.sign() >= 0 || range.upper.sign() <= 0) {
      decided_[at] = range.lower.sign() >= 0 ? 1 : 0;
    }
  }

  bool is_truth(int at) const {
    return is_comparison(f_.nodes[index_of(at)].op) || f_.nodes[index_of(at)].op == Op::Step;
  }

  void gather(std::size_t condition, bool holds, Facts &facts) const {
    const Node &node = f_.nodes[condition];
    Sum sum;
    switch (node.op) {
    case Op::Less:
    case Op::LessEqual:
      sum.add(sums_[index_of(node.argument[1])], holds ? 1 : -1);
      sum.add(sums_[index_of(node.argument[0])], holds ? -1 : 1);
      facts.push_back(std::move(sum));
      break;
    case Op::Step:
      sum.add(sums_[index_of(node.argument[0])], holds ? 1 : -1);
      facts.push_back(std::move(sum));
      break;
    case Op::Multiply:
    case Op::Min:
      if (holds && (node.op == Op::Multiply || (is_truth(node.argument[0]) && is_truth(node.argument[1])))) {
        gather(index_of(node.argument[0]), true, facts);
        gather(index_of(node.argument[1]), true, facts);
      }
      break;
    default:
      break;
    }
  }

  // Whether w is a positive multiple of one of these and at least 0.
  static bool nonnegative(const Sum &w, const Facts &facts) {
    for (const Sum &fact : facts) {
      if (w.terms.empty() || fact.terms.empty()) {
        continue;
      }
      const Rational factor = w.terms.begin()->second / fact.terms.begin()->second;
      Sum rest = w;
      rest.add(fact, -factor);
      if (factor > 0 && rest.terms.empty() && rest.number >= 0) {
        return true;
      }
    }
    return false;
  }

  int add(const Node &node) {
    if (nodes_.size() > 4 * kMostNodes) {
      throw TooMany{};
    }
    nodes_.push_back(node);
    return static_cast<int>(nodes_.size()) - 1;
  }

  int build(std::size_t root, const Facts &facts, int depth) {
    std::set<std::size_t> needed;
    std::set<std::size_t> open{root};
    while (!open.empty()) {
      const std::size_t at = *open.rbegin();
      open.erase(at);
      needed.insert(at);
      const int own = decided_[at] >= 0 ? 0 : f_.nodes[at].op == Op::If && depth < kDeepestLevel ? 1 : 3;
      for (int i = 0; i < own && f_.nodes[at].argument[i] >= 0; ++i) {
        open.insert(index_of(f_.nodes[at].argument[i]));
      }
    }
    std::map<std::size_t, int> values;
    for (const std::size_t at : needed) {
      Node node = f_.nodes[at];
      if (decided_[at] >= 0) {
        Node truth;
        truth.constant = decided_[at];
        values[at] = add(truth);
        continue;
      }
      if (node.op == Op::If && depth < kDeepestLevel) {
        const std::size_t condition = index_of(node.argument[0]);
        const auto branch = [&](int i, bool holds) {
          Facts more = facts;
          gather(condition, holds, more);
          return build(index_of(node.argument[i]), more, depth + 1);
        };
        if (decided_[condition] >= 0) {
          const bool holds = decided_[condition] == 1;
          values[at] = branch(holds ? 1 : 2, holds);
          continue;
        }
        const int yes = branch(1, true);
        const int no = branch(2, false);
        node.argument[0] = values.at(condition);
        node.argument[1] = yes;
        node.argument[2] = no;
        values[at] = add(node);
        continue;
      }
      const bool guarded = node.op == Op::RealPower || node.op == Op::Log;
      const int inside = node.argument[0];
      for (int &argument : node.argument) {
        argument = argument >= 0 ? values.at(index_of(argument)) : -1;
      }
      if (guarded && nonnegative(sums_[index_of(inside)], facts)) {
        Node size;
        size.op = Op::Abs;
        size.function = find_function(Op::Abs);
        size.argument[0] = node.argument[0];
        node.argument[0] = add(size);
      }
      values[at] = add(node);
    }
    return values.at(root);
  }

  const Expression &f_;
  std::vector<Sum> sums_;
  std::vector<int> decided_; // 0 or 1; -1: not decided
  std::vector<Node> nodes_;
};

// Of each node, if it is a quotient of functions of a part g that vanish together.
std::vector<std::optional<CommonZero>> common_zeros(const Expression &f, std::size_t dimension) {
  const NullLevels null(f, dimension);
  std::vector<std::optional<CommonZero>> quotients(f.nodes.size());
  for (std::size_t at = 0; at < f.nodes.size(); ++at) {
    const Node &node = f.nodes[at];
    const bool candidate = node.op == Op::Divide && f.variables[index_of(node.argument[0])] != 0 &&
                           f.variables[index_of(node.argument[1])] != 0 &&
                           may_have_zero(null.cube(index_of(node.argument[1])));
    if (!candidate) {
      continue;
    }
    for (const std::size_t g : necks(f, at)) {
      quotients[at] = null(g) ? CommonZero::find(f, at, g, null.cube(g)) : std::nullopt;
      if (quotients[at]) {
        break;
      }
    }
  }
  return quotients;
}

} // namespace

Expression almost_everywhere(const Expression &f, std::size_t dimension) {
  if (f.samples || f.nodes.size() > kMostNodes) {
    return f;
  }
  Expression result = f;
  if (std::any_of(f.nodes.begin(), f.nodes.end(),
                  [](const Node &node) { return is_comparison(node.op) || node.op == Op::If; })) {
    try {
      result.nodes = Rewritten(f, dimension)(); // the value stands last there, too
      result.prepare(dimension);
    } catch (const TooMany &) {
    }
  }
  result =
      over_common_denominators(result, dimension, [](const Expression &quotient, std::size_t coordinates) {
        return common_zeros(quotient, coordinates).back().has_value();
      });
  if (std::any_of(result.nodes.begin(), result.nodes.end(),
                  [](const Node &node) { return node.op == Op::Divide; })) {
    result.quotients = common_zeros(result, dimension);
  }
  return result;
}

} // namespace checker
