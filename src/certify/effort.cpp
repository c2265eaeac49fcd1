#include "effort.hpp"

#include "function/operations.hpp"
#include "instance/nearest_name.hpp"
#include "layercert/certify/certify.hpp"
#include "layercert/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

constexpr std::size_t kModulusShare =
    64; // boxes of a search over shifts, as a multiple of those of an integral
constexpr double kCostOfMajorant = 64;

constexpr std::size_t kSimpleOperations = 64; // that count for nothing
constexpr double kOperationsABox = 16; // and more of them that take as long as a box of a simple target
constexpr double kDearBox = 64;        // from here on an integral has fewer boxes, the more each costs

// About what a box costs, in boxes of a simple target, where f is bounded on it.
double cost_of_bounded_box(const Cost &target) {
  const Expression &f = target.f;
  double cost = 1;
  if (f.nodes().size() > kSimpleOperations) {
    cost += static_cast<double>(f.nodes().size() - kSimpleOperations) / kOperationsABox;
  }
  for (const Node &node : f.nodes()) {
    cost += cost_of(node.op, target.dimension);
  }
  return cost;
}

double cost_of_box(const Cost &target) {
  return cost_of_bounded_box(target) * (1 + kCostOfMajorant * target.unbounded_part); // majorants, box by box
}

} // namespace

// Measured with two threads: seconds of processor time, and the widest enclosures of error and modulus in
// percent.
//
//                    quick              default              thorough
//     jump1          0.1   8   5400     0.2   0.9   1.0      0.4   0.09   0.10
//     wave2          0.1   7     75     0.9   0.7   1.0      9.8   0.08   0.10
//     Franke, d = 2  0.7   6    110     2.0   0.03  1.0      2.3   0.006  0.10
//     weierstrass1   1.0   9    470     7.9   1.4   1.0     22.5   0.4   0.10   (thorough without the list of boxes)
//
// With the default's boxes, thorough leaves 1.5 percent of weierstrass1's error; wave2 does not need more. Of
// quick, disk2, corner2, ridge3 and origin2 take 0.1 s, and line2 takes 1.3 s; by default, these take between
// 10 and 27 s on a busy machine.
const std::vector<Effort> &efforts() {
  static const std::vector<Effort> all = {
      {"quick", 1, 1 << 18, 1 << 16, true},
      {"default", 0.01, 1 << 18, 1 << 16, false},
      {"thorough", 0.001, 1 << 21, 1 << 19, false},
  };
  return all;
}

const Effort &default_effort() { return efforts()[1]; }

CertifyOptions options_of(const Effort &effort) {
  CertifyOptions options;
  options.effort = effort.name;
  options.boxes = effort.boxes;
  options.tolerance = effort.tolerance;
  return options;
}

const Effort &effort_named(std::string_view name, const std::string &place) {
  std::vector<std::string_view> names;
  for (const Effort &effort : efforts()) {
    if (effort.name == name) {
      return effort;
    }
    names.push_back(effort.name);
  }
  throw InputError(place, 0, fmt::format("found \"{}\"; {}", name, suggestion(name, names)));
}

std::size_t boxes_of_integral(const Cost &target, std::size_t most_boxes) {
  constexpr std::size_t least = 1024;
  const double cost = cost_of_bounded_box(target) / kDearBox;
  return cost <= 1 ? most_boxes
                   : std::max(std::min(least, most_boxes),
                              static_cast<std::size_t>(static_cast<double>(most_boxes) / cost));
}

SearchLimits search_limits(const Cost &target, double tolerance, const IntegralBudget &budget) {
  const std::size_t most_boxes = budget.boxes;
  const auto d = static_cast<double>(target.dimension);
  const double cost = cost_of_box(target) * (d > 2 ? d - 1 : 1);
  const auto boxes = static_cast<std::uint64_t>(static_cast<double>(most_boxes * kModulusShare) / cost) + 1;
  return {tolerance, boxes,
          std::min({most_boxes, budget.boxes_of_shift, std::max<std::size_t>(1024, boxes / 32)}),
          target.unbounded};
}

} // namespace layercert
