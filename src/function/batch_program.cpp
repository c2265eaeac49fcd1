#include "batch_program.hpp"

#include "layercert/numeric/rounding_scope.hpp"

#include <algorithm>
#include <bit>
#include <cassert>

namespace layercert::batch {

Enclosure ProgramBuilder::variable(int index_of_variable, int batch) {
  const auto [at, is_new] = variables_.try_emplace({batch, index_of_variable});
  if (is_new) {
    at->second.negated_lower = new_register();
    at->second.upper = new_register();
  }
  return at->second;
}

Register ProgramBuilder::constant(double value) {
  const auto [at, is_new] = constants_.try_emplace(std::bit_cast<std::uint64_t>(value), 0);
  if (is_new) {
    at->second = new_register();
    registers_.back() = {true, value};
  }
  return at->second;
}

Results ProgramBuilder::apply(Operation operation, std::initializer_list<Register> operands,
                              std::size_t results) {
  Step step{operation, {}, {}};
  step.in.fill(-1);
  step.out.fill(-1);
  std::copy(operands.begin(), operands.end(), step.in.begin());
  const auto [at, is_new] = known_.try_emplace({operation, step.in});
  if (!is_new) {
    return at->second;
  }
  if (std::all_of(operands.begin(), operands.end(), [&](Register r) { return is_constant(r); })) {
    std::array<double, 8> in{};
    std::array<double, 9> out{};
    Operands pointers;
    for (std::size_t i = 0; i < operands.size(); ++i) {
      in[i] = value(step.in[i]);
      pointers.in[i] = &in[i];
    }
    for (std::size_t i = 0; i < results; ++i) {
      pointers.out[i] = &out[i];
    }
    kernel_of(operation)(pointers, 1);
    for (std::size_t i = 0; i < results; ++i) {
      step.out[i] = constant(out[i]);
    }
  } else {
    for (std::size_t i = 0; i < results; ++i) {
      step.out[i] = new_register();
    }
    steps_.push_back(step);
  }
  at->second = step.out;
  return step.out;
}

// Which steps a program needs, and the places in memory, in arrays, of its registers.
class Program::Placement {
public:
  Placement(const ProgramBuilder &builder, std::span<const Register> results)
      : builder_(builder), end_(builder.steps_.size() + 1), last_use_(builder.registers_.size(), kNever),
        needed_(end_, 0), place_(builder.registers_.size(), 0) {
    find_uses(results);
    place_inputs();
    place_results();
  }

  std::size_t places() const { return places_; }
  std::size_t place(Register r) const { return place_[builder_.index(r)]; }
  bool is_needed(std::size_t step) const { return needed_[step + 1] != 0; }
  const std::vector<Register> &constants() const { return constants_; }
  const std::vector<std::pair<std::pair<int, int>, Enclosure>> &variables() const { return variables_; }

  // What a kernel can leave out is what nothing reads of the point p, see Operation.
  bool is_wanted(const ProgramBuilder::Step &step, std::size_t i) const {
    const std::size_t always = step.operation == Operation::SineCosine    ? 4
                               : step.operation == Operation::Exponential ? 2
                                                                          : step.out.size();
    return step.out[i] >= 0 && (i < always || is_used(step.out[i]));
  }

private:
  static constexpr std::size_t kNever = 0;

  bool is_used(Register r) const { return last_use_[builder_.index(r)] != kNever; }

  // Backwards: a step is needed if something reads what it makes.
  void find_uses(std::span<const Register> results) {
    for (const Register result : results) {
      last_use_[builder_.index(result)] = end_;
    }
    for (std::size_t at = end_; at-- > 1;) {
      const ProgramBuilder::Step &step = builder_.steps_[at - 1];
      needed_[at] =
          std::any_of(step.out.begin(), step.out.end(), [&](Register r) { return r >= 0 && is_used(r); });
      for (const Register r : step.in) {
        if (needed_[at] != 0 && r >= 0) {
          last_use_[builder_.index(r)] = std::max(last_use_[builder_.index(r)], at);
        }
      }
    }
  }

  void take(Register r) {
    if (free_.empty()) {
      free_.push_back(places_++);
    }
    place_[builder_.index(r)] = free_.back();
    free_.pop_back();
  }

  void give_back(Register r, std::size_t at) {
    if (r >= 0 && last_use_[builder_.index(r)] <= at && !builder_.registers_[builder_.index(r)].is_constant) {
      free_.push_back(place(r));
      last_use_[builder_.index(r)] = end_; // once
    }
  }

  // What is no step's result keeps its place for good if it is a constant.
  void place_inputs() {
    for (std::size_t r = 0; r < place_.size(); ++r) {
      if (builder_.registers_[r].is_constant && last_use_[r] != kNever) {
        constants_.push_back(static_cast<Register>(r));
        take(constants_.back());
      }
    }
    for (const auto &[variable, bounds] : builder_.variables_) {
      if (is_used(bounds.negated_lower) || is_used(bounds.upper)) {
        variables_.emplace_back(variable, bounds);
        take(bounds.negated_lower);
        take(bounds.upper);
      }
    }
  }

  // A place is free again after the last step that reads it. Results take theirs before operands give theirs
  // back: a kernel's arrays are distinct.
  void place_results() {
    for (std::size_t at = 1; at < end_; ++at) {
      if (needed_[at] == 0) {
        continue;
      }
      const ProgramBuilder::Step &step = builder_.steps_[at - 1];
      for (std::size_t i = 0; i < step.out.size(); ++i) {
        if (is_wanted(step, i)) {
          take(step.out[i]);
        }
      }
      for (const Register r : step.in) {
        give_back(r, at);
      }
      for (std::size_t i = 0; i < step.out.size(); ++i) { // those that nothing reads
        give_back(is_wanted(step, i) ? step.out[i] : -1, at);
      }
    }
  }

  const ProgramBuilder &builder_;
  std::size_t end_;                   // steps are counted from 1 here
  std::vector<std::size_t> last_use_; // the last step that reads a register; `end` for a result
  std::vector<char> needed_;
  std::vector<std::size_t> place_;
  std::vector<std::size_t> free_;
  std::size_t places_ = 0;
  std::vector<Register> constants_;
  std::vector<std::pair<std::pair<int, int>, Enclosure>> variables_;
};

Program::Program(const ProgramBuilder &builder, std::span<const Register> results, std::size_t capacity) {
  const Placement placement(builder, results);
  // Arrays begin at cache lines, and an odd number of lines apart: at powers of two they would compete for
  // the same lines.
  const std::size_t lines = (capacity + 7) / 8 | 1U;
  memory_.resize(placement.places() * lines * 8);
  const auto array = [&](Register r) { return memory_.data() + placement.place(r) * lines * 8; };
  for (const Register r : placement.constants()) {
    std::fill_n(array(r), capacity, builder.value(r));
  }
  for (const auto &[variable, bounds] : placement.variables()) {
    loads_.push_back({variable.first, variable.second, array(bounds.negated_lower), array(bounds.upper)});
  }
  for (std::size_t at = 0; at < builder.steps_.size(); ++at) {
    if (!placement.is_needed(at)) {
      continue;
    }
    const ProgramBuilder::Step &from = builder.steps_[at];
    Step step{kernel_of(from.operation), {}};
    for (std::size_t i = 0; i < from.in.size() && from.in[i] >= 0; ++i) {
      step.operands.in[i] = array(from.in[i]);
    }
    for (std::size_t i = 0; i < from.out.size(); ++i) {
      step.operands.out[i] = placement.is_wanted(from, i) ? array(from.out[i]) : nullptr;
    }
    steps_.push_back(step);
  }
  for (const Register result : results) {
    results_.push_back(array(result));
  }
}

void Program::run(const BoxBatch &boxes, const BoxBatch &points) {
  assert_upward();
  const std::size_t count = boxes.size();
  for (const Load &load : loads_) {
    const BoxBatch &batch = load.batch == 0 ? boxes : points;
    assert(batch.size() == count);
    const double *lower = batch.lower(load.variable);
    const double *upper = batch.upper(load.variable);
    for (std::size_t i = 0; i < count; ++i) {
      load.negated_lower[i] = -lower[i];
      load.upper[i] = upper[i];
    }
  }
  for (const Step &step : steps_) {
    step.kernel(step.operands, count);
  }
}

} // namespace layercert::batch
