// Which jumps of an expression a box meets, and what is known of f on either side of a single one.
#pragma once

#include "box_bounds.hpp"
#include "function/batch_evaluator.hpp"
#include "function/jumps.hpp"

#include <array>
#include <span>
#include <vector>

namespace layercert {

// What f would be on the whole box if the undecided jump had one of its two values.
struct Branch {
  Interval value;
  std::array<Interval, kMaxDimension> gradient;
  bool lipschitz = false; // with these slopes at almost every point
};

// The box is decided: f is branches[0] on it. Or one jump is undecided, and its argument c has bounded
// slopes, one of which keeps its sign: then { c = 0 } is the graph of a Lipschitz function and so a null set,
// or empty, and f is branches[0] where c < 0 and branches[1] where c > 0. Otherwise branches[0].value says
// what is known of f, perhaps the whole line.
struct Branches {
  enum class Kind { Decided, OneJump, Unknown };
  Kind kind = Kind::Unknown;
  std::array<Branch, 2> branches; // both alike unless kind is OneJump
  Interval c_at_midpoint;         // this and the slopes only for OneJump
  std::array<Interval, kMaxDimension> c_gradient;
};

// Holds scratch memory: one per task. It keeps nothing of the expression.
class JumpBranches {
public:
  // That many boxes at once.
  static constexpr std::size_t kCapacity = 128;

  JumpBranches(const Expression &f, std::size_t dimension);

  bool has_jumps() const noexcept { return !jumps_.empty(); }

  // midpoints[i] are points of boxes[i], where c is wanted. Requires: boxes in [0,1]^d, no more than
  // kCapacity; an open UpwardScope.
  void run(const BoxBatch &boxes, const BoxBatch &midpoints, std::span<Branches> result);

private:
  JumpBranches(const JumpForm &form, std::size_t dimension);

  struct JumpEvaluator {
    Op op;
    BatchEvaluator argument;
  };
  struct Values { // of the undecided jump where c < 0 and where c > 0
    std::size_t jump = 0;
    double below = 0;
    double above = 0;
  };

  void take(const BoxBatch &boxes);
  void decide(std::size_t jump, std::span<Branches> result);
  void settle(std::size_t jump, std::size_t i, const Interval &c, Branches &result);
  void evaluate_bodies(std::span<Branches> result);
  void evaluate_argument(std::size_t jump, const BoxBatch &midpoints, std::span<Branches> result);
  void push(BoxBatch &batch, std::size_t i, const BoxBatch &x) const;
  Branch branch(std::size_t i, bool lost) const;

  std::size_t dimension_;
  std::vector<JumpEvaluator> jumps_;
  BatchEvaluator body_;
  BoxBatch all_; // x and the s of the jumps
  BoxBatch some_;
  BoxBatch points_;
  RangeBatch ranges_;
  RangeBatch at_points_;
  std::vector<Values> values_;
  std::vector<char> lost_; // nothing is known of f on that box
  std::vector<std::size_t> chosen_;
};

} // namespace layercert
