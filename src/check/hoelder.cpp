#include "hoelder.hpp"

#include <algorithm>
#include <map>
#include <vector>

namespace checker {

namespace {

constexpr std::size_t kMostPairs = 200000; // of a node and an exponent
constexpr std::size_t kMostBits = 256;     // of an exponent

// H(v, alpha) of the nodes v of f (proofs/certificate-format.md, statement 8). A sum of many terms is a deep
// expression, so nothing recurses along it: the pairs that the last node needs are collected from the last
// node to the first, and bounded in the opposite order.
class Constants {
public:
  Constants(const Expression &f, const Instance &instance, const std::string &tree)
      : f_(f), norm_(instance.norm), d_(instance.dimension), evaluator_(f, instance.dimension),
        lipschitz_(f.nodes.size()), nonnegative_(f.nodes.size(), true) {
    Box cube;
    cube.lower.assign(d_, Arf(0));
    cube.upper.assign(d_, Arf(1));
    places_of_trees(tree, 1);
    visit_boxes(tree, 0, std::move(cube), [&](Box &box) {
      evaluator_(box.whole, Evaluator::Slopes);
      for (std::size_t at = 0; at < lipschitz_.size(); ++at) {
        const Jet &jet = evaluator_.at(at);
        lipschitz_[at] = std::max(lipschitz_[at], dual_norm(jet.slope).upper);
        nonnegative_[at] = nonnegative_[at] && jet.value.lower.sign() >= 0;
      }
    });
  }

  Arf of_last(const Rational &alpha) {
    std::vector<std::map<Rational, Arf>> constants(f_.nodes.size());
    std::size_t pairs = 1;
    constants.back().emplace(alpha, Arf::infinity());
    for (std::size_t at = constants.size(); at-- > 0;) {
      for (const auto &[exponent, constant] : constants[at]) {
        for (const auto &[argument, needed] : needs(at, exponent)) {
          pairs += constants[argument].try_emplace(needed, Arf::infinity()).second ? 1 : 0;
        }
      }
      if (pairs > kMostPairs) {
        throw Unknown("Hoelder's condition, by so many roots within roots");
      }
    }
    const Interval diameter = norm_ == Norm::Max   ? Interval(1)
                              : norm_ == Norm::One ? Interval(d_)
                                                   : monotone(arb_sqrt, Interval(d_));
    for (std::size_t at = 0; at < constants.size(); ++at) {
      for (auto &[exponent, constant] : constants[at]) { // |x - y| <= diam^(1 - alpha) |x - y|^alpha
        std::vector<Arf> arguments;
        for (const auto &[argument, needed] : needs(at, exponent)) {
          arguments.push_back(constants[argument].at(needed));
        }
        const Interval by_slopes = Interval(lipschitz_[at]) * real_power(diameter, 1 - exponent);
        constant = std::min(by_rule(f_.nodes[at], arguments), by_slopes.upper);
      }
    }
    return constants.back().at(alpha);
  }

private:
  using Needs = std::vector<std::pair<std::size_t, Rational>>;

  Interval dual_norm(const std::vector<Interval> &slopes) const {
    Interval size(0);
    for (const Interval &slope : slopes) {
      const Interval part = abs(slope);
      size = norm_ == Norm::One   ? Interval(std::max(size.upper, part.upper))
             : norm_ == Norm::Max ? size + part
                                  : size + square(part);
    }
    return norm_ == Norm::Euclidean ? monotone(arb_sqrt, size) : size;
  }

  // The nodes and exponents whose constants the rule for the node `at` takes; none where there is no rule.
  Needs needs(std::size_t at, const Rational &alpha) const {
    const Node &node = f_.nodes[at];
    const auto argument = [&](int i) { return static_cast<std::size_t>(node.argument[i]); };
    switch (node.op) {
    case Op::Negate:
    case Op::Abs:
      return {{argument(0), alpha}};
    case Op::Add:
    case Op::Subtract:
    case Op::Min:
    case Op::Max:
      return {{argument(0), alpha}, {argument(1), alpha}};
    case Op::Multiply: // by a constant
    case Op::Divide:
      if (const int i = fixed_factor(node); i >= 0) {
        return {{argument(1 - i), alpha}};
      }
      return {};
    case Op::Cbrt:
    case Op::RealPower: { // |u^b - v^b| <= |u - v|^b for u, v >= 0 and 0 < b <= 1
      const Rational b = exponent(node);
      const bool root = b > 0 && b <= 1 && alpha <= b && nonnegative_[argument(0)];
      const Rational inner = root ? Rational(alpha / b) : Rational(1);
      const std::size_t bits =
          mpz_sizeinbase(inner.get_num_mpz_t(), 2) + mpz_sizeinbase(inner.get_den_mpz_t(), 2);
      return root && bits <= kMostBits ? Needs{{argument(0), inner}} : Needs{};
    }
    default:
      return {};
    }
  }
  static Rational exponent(const Node &node) { return node.op == Op::Cbrt ? Rational(1, 3) : node.constant; }
  int fixed_factor(const Node &node) const { // the argument that is one, or -1
    for (const int i : {1, 0}) {
      if (evaluator_.fixed(static_cast<std::size_t>(node.argument[i])) &&
          (i == 1 || node.op == Op::Multiply)) {
        return i;
      }
    }
    return -1;
  }

  // From the constants of what the node needs.
  Arf by_rule(const Node &node, const std::vector<Arf> &arguments) const {
    if (arguments.empty()) {
      return Arf::infinity();
    }
    const Interval first(arguments[0]);
    switch (node.op) {
    case Op::Add:
    case Op::Subtract:
      return (first + Interval(arguments[1])).upper;
    case Op::Min:
    case Op::Max:
      return std::max(arguments[0], arguments[1]);
    case Op::Multiply:
    case Op::Divide: {
      const auto at = static_cast<std::size_t>(node.argument[fixed_factor(node)]);
      const Interval factor = abs(evaluator_.at(at).value);
      return (node.op == Op::Multiply ? factor * first : first / factor).upper;
    }
    case Op::Cbrt:
    case Op::RealPower:
      return real_power(first, exponent(node)).upper;
    default: // negation and the absolute value
      return arguments[0];
    }
  }

  const Expression &f_;
  Norm norm_;
  slong d_;
  Evaluator evaluator_;
  std::vector<Arf> lipschitz_;    // of every node
  std::vector<bool> nonnegative_; // on every box
};

} // namespace

Arf hoelder_constant(const Expression &f, const Instance &instance, const Rational &alpha,
                     const std::string &tree) {
  return Constants(f, instance, tree).of_last(alpha);
}

} // namespace checker
