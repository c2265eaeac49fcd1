#include "pole_sums.hpp"

#include <map>
#include <set>

namespace checker {

namespace {

constexpr std::size_t kMostPoleNodes = 400; // of an expression that is looked at
constexpr std::size_t kMostPoleTerms = 60;  // of a sum

class Sums {
public:
  Sums(const Expression &f, std::size_t dimension, bool (*removable)(const Expression &, std::size_t))
      : old_(f), dimension_(dimension), removable_(removable) {
    Evaluator evaluator(f, dimension);
    evaluator(std::vector<Interval>(dimension, Interval(Arf(0), Arf(1))), Evaluator::Value);
    for (std::size_t at = 0; at < f.nodes.size(); ++at) {
      const Interval &value = evaluator.at(at).value;
      has_zero_.push_back(value.lower.sign() <= 0 && value.upper.sign() >= 0);
      if (is_sum(f.nodes[at])) {
        inner_.insert(f.nodes[at].argument[0]);
        inner_.insert(f.nodes[at].argument[1]); // -1 does no harm
      }
    }
  }

  Expression operator()() {
    Expression result = old_;
    for (std::size_t at = 0; at < old_.nodes.size(); ++at) {
      const int i = static_cast<int>(at);
      const bool whole = is_sum(old_.nodes[at]) && (!inner_.contains(i) || at + 1 == old_.nodes.size());
      int value = whole ? as_quotient(i) : -1;
      if (value < 0) {
        Node node = old_.nodes[at];
        for (int &argument : node.argument) {
          argument = argument < 0 ? -1 : new_of_[argument];
        }
        value = add(node);
      }
      new_of_[i] = value;
    }
    if (!changed_) {
      return old_;
    }
    result.nodes = reached(new_of_[static_cast<int>(old_.nodes.size()) - 1]);
    result.prepare(dimension_);
    return result;
  }

private:
  struct Term {
    int node;
    bool minus;
  };
  struct Fraction {
    int above, below;
  };

  static bool is_sum(const Node &node) {
    return node.op == Op::Add || node.op == Op::Subtract || node.op == Op::Negate;
  }

  int add(const Node &node) {
    nodes_.push_back(node);
    return static_cast<int>(nodes_.size()) - 1;
  }
  int apply(Op op, int a, int b = -1) {
    Node node;
    node.op = op;
    node.argument[0] = a;
    node.argument[1] = b;
    return add(node);
  }

  // The nodes that this one needs, which stands last.
  std::vector<Node> reached(int root) const {
    std::set<int> open{root}, needed;
    while (!open.empty()) {
      const int at = *open.rbegin();
      open.erase(at);
      needed.insert(at);
      for (const int argument : nodes_[index_of(at)].argument) {
        if (argument >= 0) {
          open.insert(argument);
        }
      }
    }
    std::vector<Node> result;
    std::map<int, int> places;
    for (const int at : needed) {
      Node node = nodes_[index_of(at)];
      for (int &argument : node.argument) {
        argument = argument < 0 ? -1 : places.at(argument);
      }
      places[at] = static_cast<int>(result.size());
      result.push_back(node);
    }
    return result;
  }

  void terms_of(int at, bool minus, std::vector<Term> &terms) const {
    const Node &node = old_.nodes[index_of(at)];
    if (!is_sum(node) || terms.size() > kMostPoleTerms) {
      terms.push_back({at, minus});
    } else if (node.op == Op::Negate) {
      terms_of(node.argument[0], !minus, terms);
    } else {
      terms_of(node.argument[0], minus, terms);
      terms_of(node.argument[1], node.op == Op::Subtract ? !minus : minus, terms);
    }
  }

  std::optional<Fraction> fraction_of(int at) {
    const Node &node = old_.nodes[index_of(at)];
    if (node.op == Op::Divide && has_zero_[index_of(node.argument[1])]) {
      return Fraction{new_of_.at(node.argument[0]), new_of_.at(node.argument[1])};
    }
    if (node.op == Op::IntegerPower && node.integer < 0 && has_zero_[index_of(node.argument[0])]) {
      Node one;
      one.constant = 1;
      Node power;
      power.op = Op::IntegerPower;
      power.integer = -node.integer;
      power.argument[0] = new_of_.at(node.argument[0]);
      const int above = add(one);
      return Fraction{above, add(power)};
    }
    if (node.op == Op::Multiply) {
      for (const int i : {0, 1}) {
        if (std::optional<Fraction> part = fraction_of(node.argument[i])) {
          part->above = apply(Op::Multiply, part->above, new_of_.at(node.argument[1 - i]));
          return part;
        }
      }
    }
    return std::nullopt;
  }

  int as_quotient(int at) {
    std::vector<Term> terms, rest;
    terms_of(at, false, terms);
    std::optional<Fraction> sum;
    ulong coordinates = 0;
    int count = 0;
    for (const Term &term : terms) {
      const std::optional<Fraction> part = fraction_of(term.node);
      if (!part || (sum && old_.variables[index_of(term.node)] != coordinates)) {
        rest.push_back(term);
        continue;
      }
      ++count;
      coordinates = old_.variables[index_of(term.node)];
      if (!sum) {
        sum = part;
        sum->above = term.minus ? apply(Op::Negate, part->above) : part->above;
      } else if (sum->below == part->below) {
        sum->above = apply(term.minus ? Op::Subtract : Op::Add, sum->above, part->above);
      } else {
        const int first = apply(Op::Multiply, sum->above, part->below);
        const int second = apply(Op::Multiply, part->above, sum->below);
        sum->above = apply(term.minus ? Op::Subtract : Op::Add, first, second);
        sum->below = apply(Op::Multiply, sum->below, part->below);
      }
    }
    if (count < 2 || count > 4) {
      return -1;
    }
    int value = apply(Op::Divide, sum->above, sum->below);
    Expression quotient = old_;
    quotient.nodes = reached(value);
    quotient.prepare(dimension_);
    if (!removable_(quotient, dimension_)) {
      return -1;
    }
    for (const Term &term : rest) {
      value = apply(term.minus ? Op::Subtract : Op::Add, value, new_of_.at(term.node));
    }
    changed_ = true;
    return value;
  }

  const Expression &old_;
  std::size_t dimension_;
  bool (*removable_)(const Expression &, std::size_t);
  std::vector<bool> has_zero_; // over the cube
  std::set<int> inner_;        // terms of sums
  std::vector<Node> nodes_;
  std::map<int, int> new_of_;
  bool changed_ = false;
};

} // namespace

Expression over_common_denominators(const Expression &f, std::size_t dimension,
                                    bool (*removable)(const Expression &, std::size_t)) {
  std::size_t divisions = 0;
  for (const Node &node : f.nodes) {
    divisions += node.op == Op::Divide || (node.op == Op::IntegerPower && node.integer < 0) ? 1 : 0;
  }
  return divisions < 2 || f.nodes.size() > kMostPoleNodes || f.samples ? f : Sums(f, dimension, removable)();
}

} // namespace checker
