#include "coq_expression.hpp"

#include "function/expression_evaluator.hpp"
#include "instance_proof.hpp"
#include "layercert/error.hpp"
#include "layercert/network/level_values.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "network/closed_constant.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace layercert {

namespace {

// Of Coq's intervals. Comparisons have a margin of a quarter, so few suffice: sin(2 pi x), N = 2, L = 10
// takes 17 s of processor time with 40 bits and 26 s with 64, loading the libraries included.
constexpr int kValueBits = 40;
constexpr int kMostBoxes = 1 << 16; // an integral: Coq takes a minute for so many
// Coq's enclosures are wider than those here: its min and max are twice as wide, its numbers have other
// roundings.
constexpr double kMargin = 1.25;

struct Bounds {
  double lower = 0;
  double upper = 0;
};

// Plain doubles: a guess of what Coq's intervals will be.
class Guess {
public:
  explicit Guess(const ProofTask &task)
      : task_(task), evaluator_(task.target, 1), values_(decode_levels(task.parameters, task.network_name)),
        delta_(std::ldexp(1.0, -task.parameters.ramp_exponent)) {}

  double bound(int boxes) {
    double most = 0;
    for (int i = 0; i < boxes; ++i) {
      const Bounds f = range(static_cast<double>(i) / boxes, static_cast<double>(i + 1) / boxes);
      most = std::max({most, std::fabs(f.lower), std::fabs(f.upper)});
    }
    return most;
  }

  // Does so fine a cut seem to prove level l?
  bool suffices(int l, int boxes_of_cell, int boxes_of_modulus, double bound) {
    const double reach = bound + task_.parameters.M.to_double_upper();
    const double bad = power(reach) * l * delta_;
    return power(3) * modulus(l, boxes_of_modulus) > power(kMargin) * (error(l, boxes_of_cell) + bad);
  }

private:
  Bounds range(double lower, double upper) {
    const Interval box(lower, upper);
    const Range found = evaluator_.range({&box, 1});
    constexpr double infinity = std::numeric_limits<double>::infinity();
    return found.undefined ? Bounds{-infinity, infinity} : Bounds{found.value.lower(), found.value.upper()};
  }
  double power(double x) const { return std::pow(x, task_.p); }

  double error(int l, int boxes_of_cell) {
    const std::vector<Interval> &values = values_.values[static_cast<std::size_t>(l)];
    const double boxes = static_cast<double>(values.size()) * boxes_of_cell;
    double sum = 0;
    for (std::size_t k = 0; k < values.size(); ++k) {
      const double value = values[number_by_first_digit(k, l)].lower();
      for (int i = 0; i < boxes_of_cell; ++i) {
        const double at = static_cast<double>(k) * boxes_of_cell + i;
        const Bounds f = range(at / boxes, (at + 1) / boxes);
        sum += power(std::max(std::fabs(f.lower - value), std::fabs(f.upper - value))) / boxes;
      }
    }
    return sum;
  }

  double modulus(int l, int boxes) {
    const double h = task_.shifts[static_cast<std::size_t>(l) - 1].to_double_lower();
    const double width = (1 - h) / boxes;
    double sum = 0;
    for (int i = 0; i < boxes; ++i) {
      const double left = i * width;
      const double right = (i + 1) * width;
      const Bounds here = range(left, right);
      const Bounds there = range(left + h, std::min(1.0, right + h));
      const double least = std::max({0.0, there.lower - here.upper, here.lower - there.upper});
      sum += std::isfinite(least) ? power(least) * width : 0;
    }
    return sum;
  }

  // Cells by rising x have their first digit highest; LevelValues has it lowest.
  std::size_t number_by_first_digit(std::size_t k, int l) const {
    const auto N = static_cast<std::size_t>(task_.parameters.N);
    std::size_t number = 0;
    for (int m = 0; m < l; ++m) {
      number = number * N + k % N;
      k /= N;
    }
    return number;
  }

  const ProofTask &task_;
  ExpressionEvaluator evaluator_;
  LevelValues values_;
  double delta_;
};

// Are all readouts one constant, and does Coq see that the target is it? (Weight.is_constant of
// proofs/theory)
bool is_seen_as_constant(const ProofTask &task) {
  const std::vector<Node> &nodes = task.target.nodes();
  const ClosedForm &Phi_0 = task.parameters.Phi_0;
  const bool varies =
      std::any_of(nodes.begin(), nodes.end(), [](const Node &node) { return node.op == Op::Variable; }) ||
      std::any_of(task.parameters.A.begin(), task.parameters.A.end(),
                  [](const Dyadic &A) { return !A.is_zero(); });
  if (varies) {
    return false;
  }
  if (Phi_0.is_dyadic()) {
    return nodes.back().op == Op::Constant;
  }
  const auto term = [&](const Expression &expression) {
    return coq_expression(expression, task.instance_name, task.target_line).term;
  };
  return Phi_0.constants().size() == 1 &&
         term(parse_closed_constant(Phi_0.constants()[0])) == term(task.target);
}

} // namespace

std::optional<ProofHints> find_proof_hints(const ProofTask &task, std::string &reason) {
  const UpwardScope upward;
  ProofHints hints;
  hints.value_bits = kValueBits;
  const ClosedForm &Phi_0 = task.parameters.Phi_0;
  hints.bound_of_Phi_0 =
      Phi_0.is_dyadic() ? Phi_0.dyadic().abs() : task.parameters.M; // then all amplitudes are 0
  if (is_seen_as_constant(task)) {
    hints.boxes_of_bound = 1;
    return hints; // no integrals
  }
  Guess guess(task);
  double bound = std::numeric_limits<double>::infinity();
  for (hints.boxes_of_bound = 64; hints.boxes_of_bound <= 4096; hints.boxes_of_bound *= 4) {
    bound = guess.bound(hints.boxes_of_bound);
    if (std::isfinite(bound)) {
      break;
    }
  }
  if (!std::isfinite(bound)) {
    reason = "the target has no bound that enclosures over boxes of side 1/4096 would find";
    return std::nullopt;
  }
  hints.bound = mpz_class(std::floor(bound)) + 2;
  double cells = 1;
  for (int l = 1; l <= task.parameters.depth; ++l) {
    cells *= task.parameters.N;
    ProofHints::Level level;
    level.shift = task.shifts[static_cast<std::size_t>(l) - 1];
    bool found = false;
    for (int boxes = 1; !found && boxes * cells <= kMostBoxes; boxes *= 2) {
      level.boxes_of_cell = boxes;
      level.boxes_of_modulus = boxes * static_cast<int>(cells);
      found = guess.suffices(l, level.boxes_of_cell, level.boxes_of_modulus, bound);
    }
    if (!found) {
      reason = fmt::format("level {} is not proved by enclosures over {} boxes", l, kMostBoxes);
      return std::nullopt;
    }
    hints.levels.push_back(level);
  }
  return hints;
}

} // namespace layercert
