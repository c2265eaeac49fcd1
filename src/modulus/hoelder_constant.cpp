#include "hoelder_constant.hpp"

#include "integrate/cells.hpp"
#include "integrate/models.hpp"

#include "function/expression_evaluator.hpp"
#include "function/operations.hpp"
#include "integrate/integral.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"
#include "numeric/stop_request.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <set>

namespace layercert {

namespace {

constexpr double kSharpEnough = 1e-3; // of the constant, if nothing is wanted
// Where a slope has no bound, halving never ends; and the checker takes a thousand halvings of a box at most,
// all coordinates together.
constexpr double kNarrowest = 0x1p-96;
// A sum of so many terms is searched as a whole and term by term; a shorter one at each of its partial sums,
// too.
constexpr std::size_t kLongSum = 64;
constexpr std::size_t kMostPairs = 200000; // of a node and an exponent
constexpr std::size_t kMostBits = 256;     // of an exponent
constexpr std::size_t kBoxesInAll =
    256; // searches of all nodes: operations, as a multiple of the boxes of one search

double power_upper(double x, const mpq_class &e) {
  bool undefined = false;
  const Interval result = power_range(Interval(0.0, x), enclosure(e), undefined);
  return undefined || has_nan(result) ? kInfinity : result.upper();
}

// H(v, alpha) of the nodes v of f (proofs/certificate-format.md, statement 8), by the rules for its operation
// and, where these give more than is wanted, by its slopes. A sum of many terms is a deep expression, so
// nothing recurses along it: the pairs (v, alpha) that the last node needs are collected from the last node
// to the first, and bounded in the opposite order.
class Bound {
public:
  Bound(const Expression &f, std::size_t d, ShiftNorm norm, double wanted, std::size_t most_boxes)
      : f_(f), d_(d), norm_(norm), wanted_(wanted), most_boxes_(most_boxes),
        operations_left_(most_boxes * kBoxesInAll), lipschitz_(f.nodes().size()),
        nonnegative_(f.nodes().size()), inner_(inner_sums(f)) {
    const Interval side(static_cast<double>(d));
    diameter_ = norm == ShiftNorm::Max ? 1 : norm == ShiftNorm::One ? side.upper() : sqrt_up(side.upper());
  }

  // Of the last node.
  double constant(const mpq_class &alpha) {
    std::vector<std::map<mpq_class, double>> constants(f_.nodes().size());
    constants.back().emplace(alpha, kInfinity);
    std::size_t pairs = 1;
    for (std::size_t at = constants.size(); at-- > 0;) {
      for (const auto &[exponent, constant] : constants[at]) {
        for (const auto &[argument, needed] : needs(at, exponent)) {
          pairs += constants[argument].try_emplace(needed, kInfinity).second ? 1 : 0;
        }
      }
      if (pairs > kMostPairs) {
        return kInfinity;
      }
    }
    for (std::size_t at = 0; at < constants.size(); ++at) {
      for (auto &[exponent, constant] : constants[at]) {
        std::vector<double> arguments;
        for (const auto &[argument, needed] : needs(at, exponent)) {
          arguments.push_back(constants[argument].at(needed));
        }
        constant = by_rule(at, arguments);
        if (!(constant <= wanted_) && inner_[at] == 0) {
          const double by_slopes =
              exponent == 1 ? lipschitz(at)
                            : mul_up(lipschitz(at), power_upper(diameter_, mpq_class(1 - exponent)));
          constant = least_upper(constant, by_slopes);
        }
      }
    }
    return constants.back().at(alpha);
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
    for (std::size_t j = 0; j < d_; ++j) {
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

  using Needs = std::vector<std::pair<std::size_t, mpq_class>>;

  std::optional<mpq_class> value_of(std::int32_t at) const {
    const Node &node = f_.nodes()[static_cast<std::size_t>(at)];
    return node.op == Op::Constant ? std::optional(f_.constants()[static_cast<std::size_t>(node.constant)])
                                   : std::nullopt;
  }
  // |c|, rounded up, of a multiple c v; and which argument v is. Nothing of another product.
  struct Multiple {
    double factor_upper;
    std::size_t of;
  };
  std::optional<Multiple> multiple(const Node &node) const {
    for (std::size_t i = 0; i < 2 && node.op == Op::Multiply; ++i) {
      if (const std::optional<mpq_class> factor = value_of(node.argument[i])) {
        return Multiple{abs_range(enclosure(*factor)).upper(), 1 - i};
      }
    }
    if (node.op == Op::Divide) {
      if (const std::optional<mpq_class> divisor = value_of(node.argument[1]); divisor && *divisor != 0) {
        return Multiple{abs_range(enclosure(mpq_class(1 / *divisor))).upper(), 0};
      }
    }
    return std::nullopt;
  }

  // The nodes and exponents whose constants the rule for the node `at` takes; none where there is no rule.
  Needs needs(std::size_t at, const mpq_class &alpha) {
    const Node &node = f_.nodes()[at];
    const auto argument = [&](std::size_t i) { return static_cast<std::size_t>(node.argument[i]); };
    // |u^b - v^b| <= |u - v|^b for u, v >= 0 and 0 < b <= 1.
    const auto root = [&](const mpq_class &b) -> Needs {
      const mpq_class inner = alpha / b;
      const std::size_t bits =
          mpz_sizeinbase(inner.get_num_mpz_t(), 2) + mpz_sizeinbase(inner.get_den_mpz_t(), 2);
      return alpha <= b && bits <= kMostBits && nonnegative(argument(0)) ? Needs{{argument(0), inner}}
                                                                         : Needs{};
    };
    switch (node.op) {
    case Op::Negate:
    case Op::Abs:
      return {{argument(0), alpha}};
    case Op::Add:
    case Op::Subtract:
    case Op::Min:
    case Op::Max:
      return {{argument(0), alpha}, {argument(1), alpha}};
    case Op::Multiply:
    case Op::Divide:
      if (const std::optional<Multiple> known = multiple(node)) {
        return {{argument(known->of), alpha}};
      }
      return {};
    case Op::Power:
      if (const std::optional<mpq_class> b = value_of(node.argument[1]); b && *b > 0 && *b <= 1) {
        return root(*b);
      }
      return {};
    default:
      if (const int degree = rules_of(node.op).root; degree > 0) {
        return root(mpq_class(1, degree));
      }
      return {};
    }
  }

  // From the constants of what the node needs.
  double by_rule(std::size_t at, const std::vector<double> &arguments) const {
    const Node &node = f_.nodes()[at];
    switch (node.op) {
    case Op::Constant:
    case Op::Pi:
    case Op::E:
      return 0;
    default:
      break;
    }
    if (arguments.empty()) {
      return kInfinity;
    }
    switch (node.op) {
    case Op::Add:
    case Op::Subtract:
      return add_up(arguments[0], arguments[1]);
    case Op::Min:
    case Op::Max:
      return largest_upper(arguments[0], arguments[1]);
    case Op::Multiply:
    case Op::Divide:
      return mul_up(multiple(node)->factor_upper, arguments[0]);
    case Op::Power:
      return power_upper(arguments[0], *value_of(node.argument[1]));
    default:
      if (const int degree = rules_of(node.op).root; degree > 0) {
        return power_upper(arguments[0], mpq_class(1, degree));
      }
      return arguments[0]; // negation and the absolute value
    }
  }

  // 1 for the partial sums that lie inside a long sum, whose only user is the next one.
  static std::vector<char> inner_sums(const Expression &f) {
    const auto is_sum = [&](std::size_t at) {
      return f.nodes()[at].op == Op::Add || f.nodes()[at].op == Op::Subtract;
    };
    std::vector<std::size_t> length(f.nodes().size(), 0); // of the sum so far
    std::vector<std::size_t> next(f.nodes().size(), 0);   // the partial sum that continues it
    for (std::size_t at = 0; at < length.size(); ++at) {
      length[at] = is_sum(at) ? 1 : 0;
      for (std::size_t i = 0; i < 2 && is_sum(at); ++i) {
        const auto part = static_cast<std::size_t>(f.nodes()[at].argument[i]);
        length[at] += length[part];
        next[part] = at;
      }
    }
    std::vector<char> inner(length.size(), 0);
    for (std::size_t at = length.size(); at-- > 0;) {
      if (is_sum(at) && next[at] != 0) {
        length[at] = std::max(length[at], length[next[at]]); // of the whole sum
        inner[at] = length[at] > kLongSum ? 1 : 0;
      }
    }
    return inner;
  }

  double lipschitz(std::size_t at) {
    if (!lipschitz_[at]) {
      lipschitz_[at] = supremum_of_gradient(f_.subexpression(at));
    }
    return *lipschitz_[at];
  }

  // Boxes that a search may look at: all searches together are paid by the operations that they cost.
  std::size_t boxes_for(const Expression &f) {
    return std::min(most_boxes_, std::max<std::size_t>(1, operations_left_ / f.nodes().size()));
  }
  void pay(const Expression &f, std::size_t boxes) {
    operations_left_ -= std::min(operations_left_, boxes * f.nodes().size());
  }

  // Whether the values of the node are at least 0, from enclosures over boxes that are cut where they are
  // not; the cuts are listed, for the checker has no others.
  bool nonnegative(std::size_t at) {
    if (!nonnegative_[at]) {
      const Expression f = f_.subexpression(at);
      ExpressionEvaluator evaluator(f, d_);
      const std::size_t most = boxes_for(f);
      std::set<Ends> cuts;
      std::vector<Box> open{unit_cube(d_)};
      std::size_t boxes = 0;
      bool known = true;
      while (!open.empty() && known) {
        throw_if_stopped();
        const Box box = open.back();
        open.pop_back();
        ++boxes;
        std::vector<Interval> sides;
        for (std::size_t j = 0; j < d_; ++j) {
          sides.emplace_back(box.lower[j], box.upper[j]);
        }
        const Range range = evaluator.range(sides);
        if (range.value.lower() >= 0) { // not so for NaN
          continue;
        }
        const Cut halves = cut(box);
        known = boxes < most && box.upper[halves.axis] - box.lower[halves.axis] > kNarrowest &&
                !(range.value.upper() < 0);
        cuts.insert(ends_of(box));
        open.push_back(halves.second);
        open.push_back(halves.first);
      }
      pay(f, boxes);
      nonnegative_[at] = known;
      if (known) {
        halved_.insert(cuts.begin(), cuts.end());
      }
    }
    return *nonnegative_[at];
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
    const std::size_t most = boxes_for(f);
    std::size_t boxes = 1;
    for (; boxes < most; ++boxes) {
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
    pay(f, boxes);
    return heap.front().size.upper();
  }

  const Expression &f_;
  std::size_t d_;
  ShiftNorm norm_;
  double wanted_;
  std::size_t most_boxes_;
  std::size_t operations_left_;
  std::vector<std::optional<double>> lipschitz_; // by node, if it is known
  std::vector<std::optional<bool>> nonnegative_;
  std::vector<char> inner_;
  double diameter_;
  std::set<Ends> halved_;
};

} // namespace

HoelderConstant hoelder_constant(const Expression &f, std::size_t dimension, const mpq_class &alpha,
                                 ShiftNorm norm, double wanted, std::size_t most_boxes) {
  assert_upward();
  Bound bound(f, dimension, norm, wanted, most_boxes);
  const double upper = bound.constant(alpha);
  return {upper, bound.subdivision()};
}

} // namespace layercert
