#include "hoelder.hpp"

#include <algorithm>

namespace checker {

namespace {

class Constants {
public:
  Constants(const Expression &f, const Instance &instance, const std::string &tree)
      : f_(f), norm_(instance.norm), d_(instance.dimension), evaluator_(f, instance.dimension),
        lipschitz_(f.nodes.size()) {
    Box cube;
    cube.lower.assign(static_cast<std::size_t>(d_), Arf(0));
    cube.upper.assign(static_cast<std::size_t>(d_), Arf(1));
    places_of_trees(tree, 1);
    visit_boxes(tree, 0, std::move(cube), [&](Box &box) {
      evaluator_(box.whole, Evaluator::Slopes);
      for (std::size_t at = 0; at < lipschitz_.size(); ++at) {
        lipschitz_[at] = std::max(lipschitz_[at], dual_norm(evaluator_.at(at).slope).upper);
      }
    });
  }

  Arf of(std::size_t at, const Rational &alpha) {
    const auto [known, fresh] = known_.try_emplace({at, alpha.get_str()}, Arf::infinity());
    if (fresh) { // |x - y| <= diam^(1 - alpha) |x - y|^alpha
      const Interval diameter = norm_ == Norm::Max   ? Interval(1)
                                : norm_ == Norm::One ? Interval(d_)
                                                     : monotone(arb_sqrt, Interval(d_));
      const Interval by_slopes = Interval(lipschitz_[at]) * real_power(diameter, 1 - alpha);
      known->second = std::min(by_rule(f_.nodes[at], alpha), by_slopes.upper);
    }
    return known->second;
  }

private:
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

  Arf by_rule(const Node &node, const Rational &alpha) {
    const auto argument = [&](int i, const Rational &exponent) {
      return of(static_cast<std::size_t>(node.argument[i]), exponent);
    };
    switch (node.op) {
    case Op::Negate:
    case Op::Abs:
      return argument(0, alpha);
    case Op::Add:
    case Op::Subtract:
      return (Interval(argument(0, alpha)) + Interval(argument(1, alpha))).upper;
    case Op::Min:
    case Op::Max:
      return std::max(argument(0, alpha), argument(1, alpha));
    case Op::Multiply: // by a constant
    case Op::Divide:
      for (const int i : {1, 0}) {
        const auto at = static_cast<std::size_t>(node.argument[i]);
        if (evaluator_.fixed(at) && (i == 1 || node.op == Op::Multiply)) {
          const Interval factor = abs(evaluator_.at(at).value);
          const Interval other(argument(1 - i, alpha));
          return (node.op == Op::Multiply ? factor * other : other / factor).upper;
        }
      }
      return Arf::infinity();
    case Op::RealPower:
      return root(node, node.constant, alpha);
    default:
      return Arf::infinity();
    }
  }

  // |u^b - v^b| <= |u - v|^b for u, v >= 0 and 0 < b <= 1.
  Arf root(const Node &node, const Rational &b, const Rational &alpha) {
    if (b <= 0 || b > 1 || alpha > b) {
      return Arf::infinity();
    }
    return real_power(Interval(of(static_cast<std::size_t>(node.argument[0]), alpha / b)), b).upper;
  }

  const Expression &f_;
  Norm norm_;
  slong d_;
  Evaluator evaluator_;
  std::vector<Arf> lipschitz_; // of every node
  std::map<std::pair<std::size_t, std::string>, Arf> known_;
};

} // namespace

Arf hoelder_constant(const Expression &f, const Instance &instance, const Rational &alpha,
                     const std::string &tree) {
  return Constants(f, instance, tree).of(f.nodes.size() - 1, alpha);
}

} // namespace checker
