#include "jump_branches.hpp"

#include "function/operations.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace layercert {

namespace {

constexpr double kLargestFloor = 0x1p50; // beyond, whole numbers are not told apart

std::size_t variables_of(const JumpForm &form, std::size_t dimension) {
  return dimension + form.jumps.size();
}

// All values that op(c) may have, where a comparison a < b is one of c = a - b with 0.
Interval values_of(Op op, const Interval &c) {
  bool undefined = false;
  return rules_of(op).enclosure(c, Interval(0.0), undefined);
}

} // namespace

JumpBranches::JumpBranches(const Expression &f, std::size_t dimension)
    : JumpBranches(jump_form(f, dimension), dimension) {}

JumpBranches::JumpBranches(const JumpForm &form, std::size_t dimension)
    : dimension_(dimension), body_(form.body, variables_of(form, dimension), kCapacity),
      all_(variables_of(form, dimension), kCapacity), some_(all_), points_(all_),
      ranges_(variables_of(form, dimension), kCapacity), at_points_(ranges_), values_(kCapacity),
      lost_(kCapacity) {
  for (const Jump &jump : form.jumps) {
    jumps_.push_back({jump.op, BatchEvaluator(jump.argument, variables_of(form, dimension), kCapacity)});
  }
}

void JumpBranches::run(const BoxBatch &boxes, const BoxBatch &midpoints, std::span<Branches> result) {
  assert_upward();
  assert(boxes.size() <= kCapacity && midpoints.size() == boxes.size() && result.size() >= boxes.size());
  take(boxes);
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    result[i].kind = Branches::Kind::Decided;
    lost_[i] = 0;
  }
  for (std::size_t jump = 0; jump < jumps_.size(); ++jump) {
    decide(jump, result.first(boxes.size()));
  }
  for (std::size_t jump = 0; jump < jumps_.size(); ++jump) {
    evaluate_argument(jump, midpoints, result.first(boxes.size()));
  }
  evaluate_bodies(result.first(boxes.size()));
}

void JumpBranches::take(const BoxBatch &boxes) {
  all_.resize(boxes.size());
  for (std::size_t j = 0; j < dimension_; ++j) {
    std::copy_n(boxes.lower(j), boxes.size(), all_.lower(j));
    std::copy_n(boxes.upper(j), boxes.size(), all_.upper(j));
  }
  for (std::size_t j = dimension_; j < all_.dimension(); ++j) { // jumps not looked at yet
    std::fill_n(all_.lower(j), boxes.size(), 0.0);
    std::fill_n(all_.upper(j), boxes.size(), 0.0);
  }
}

void JumpBranches::decide(std::size_t jump, std::span<Branches> result) {
  jumps_[jump].argument.range(all_, ranges_);
  for (std::size_t i = 0; i < result.size(); ++i) {
    const Interval c(ranges_.value_lower()[i], ranges_.value_upper()[i]);
    const bool known = ranges_.undefined()[i] == 0 && !has_nan(c);
    settle(jump, i, known ? c : whole_line(), result[i]);
    if (!known) {
      result[i].kind = Branches::Kind::Unknown;
      lost_[i] = 1;
    }
  }
}

void JumpBranches::settle(std::size_t jump, std::size_t i, const Interval &c, Branches &result) {
  const int variable = static_cast<int>(dimension_ + jump);
  const Interval s = values_of(jumps_[jump].op, c);
  if (!(s.lower() > -kLargestFloor && s.upper() < kLargestFloor)) {
    lost_[i] = 1;
    result.kind = Branches::Kind::Unknown;
    return;
  }
  all_.lower(variable)[i] = s.lower();
  all_.upper(variable)[i] = s.upper();
  if (s.lower() == s.upper()) {
    return;
  }
  const Op op = jumps_[jump].op;
  const bool is_first = result.kind == Branches::Kind::Decided;
  const bool two_values = op != Op::Floor || s.upper() - s.lower() == 1;
  result.kind = is_first && two_values ? Branches::Kind::OneJump : Branches::Kind::Unknown;
  const bool falls = op == Op::Less || op == Op::LessEqual;
  values_[i] = op == Op::Sign ? Values{jump, -1, 1}
               : falls        ? Values{jump, 1, 0}
                              : Values{jump, s.lower(), s.upper()};
}

void JumpBranches::push(BoxBatch &batch, std::size_t i, const BoxBatch &x) const {
  const std::size_t at = batch.size();
  batch.resize(at + 1);
  for (std::size_t j = 0; j < all_.dimension(); ++j) {
    const BoxBatch &from = j < dimension_ ? x : all_;
    batch.lower(j)[at] = from.lower(j)[i];
    batch.upper(j)[at] = from.upper(j)[i];
  }
}

// With one jump undecided, all that its argument depends on is decided.
void JumpBranches::evaluate_argument(std::size_t jump, const BoxBatch &midpoints,
                                     std::span<Branches> result) {
  chosen_.clear();
  some_.clear();
  points_.clear();
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (result[i].kind == Branches::Kind::OneJump && values_[i].jump == jump) {
      chosen_.push_back(i);
      push(some_, i, all_);
      push(points_, i, midpoints);
    }
  }
  if (chosen_.empty()) {
    return;
  }
  jumps_[jump].argument.range_and_gradient(some_, ranges_, points_, at_points_);
  const bool is_floor = jumps_[jump].op == Op::Floor;
  for (std::size_t k = 0; k < chosen_.size(); ++k) {
    Branches &out = result[chosen_[k]];
    const double threshold = is_floor ? values_[chosen_[k]].above : 0;
    out.c_at_midpoint =
        Interval(at_points_.value_lower()[k], at_points_.value_upper()[k]) - Interval(threshold);
    bool all_bounded =
        ranges_.undefined()[k] == 0 && at_points_.undefined()[k] == 0 && bounded(out.c_at_midpoint);
    bool one_definite = false;
    for (std::size_t j = 0; j < dimension_; ++j) {
      const Interval slope(ranges_.gradient_lower(j)[k], ranges_.gradient_upper(j)[k]);
      out.c_gradient[j] = slope;
      all_bounded = all_bounded && bounded(slope);
      one_definite = one_definite || slope.lower() > 0 || slope.upper() < 0;
    }
    out.kind = all_bounded && one_definite ? Branches::Kind::OneJump : Branches::Kind::Unknown;
  }
}

Branch JumpBranches::branch(std::size_t i, bool lost) const {
  Branch result;
  const Interval value(ranges_.value_lower()[i], ranges_.value_upper()[i]);
  const bool defined = !lost && ranges_.undefined()[i] == 0 && !has_nan(value);
  result.value = defined ? value : whole_line();
  result.lipschitz = defined;
  for (std::size_t j = 0; j < dimension_; ++j) {
    const Interval slope(ranges_.gradient_lower(j)[i], ranges_.gradient_upper(j)[i]);
    result.gradient[j] = defined && !has_nan(slope) ? slope : whole_line();
    result.lipschitz = result.lipschitz && bounded(result.gradient[j]);
  }
  return result;
}

void JumpBranches::evaluate_bodies(std::span<Branches> result) {
  some_.clear(); // one jump, with its value where c > 0
  chosen_.clear();
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (result[i].kind == Branches::Kind::OneJump) {
      const int variable = static_cast<int>(dimension_ + values_[i].jump);
      all_.lower(variable)[i] = all_.upper(variable)[i] = values_[i].above;
      chosen_.push_back(i);
      push(some_, i, all_);
      all_.lower(variable)[i] = all_.upper(variable)[i] = values_[i].below;
    }
  }
  body_.range_and_gradient(all_, ranges_);
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i].branches[0] = branch(i, lost_[i] != 0);
    if (result[i].kind != Branches::Kind::OneJump) {
      result[i].branches[1] = result[i].branches[0];
    }
  }
  if (!chosen_.empty()) {
    body_.range_and_gradient(some_, ranges_);
    for (std::size_t k = 0; k < chosen_.size(); ++k) {
      result[chosen_[k]].branches[1] = branch(k, false);
    }
  }
}

} // namespace layercert
