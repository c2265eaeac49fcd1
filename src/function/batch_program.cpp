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

Program::Program(const ProgramBuilder &builder, std::span<const Register> results, std::size_t capacity) {
  constexpr std::size_t kNever = 0;
  const std::size_t count = builder.registers_.size();
  const std::size_t end = builder.steps_.size() + 1; // steps are counted from 1 here
  // The last step that reads a register; `end` for a result.
  std::vector<std::size_t> last_use(count, kNever);
  for (const Register result : results) {
    last_use[builder.index(result)] = end;
  }
  std::vector<char> needed(end, 0);
  for (std::size_t at = end; at-- > 1;) {
    const ProgramBuilder::Step &step = builder.steps_[at - 1];
    needed[at] = std::any_of(step.out.begin(), step.out.end(),
                             [&](Register r) { return r >= 0 && last_use[builder.index(r)] != kNever; });
    for (const Register r : step.in) {
      if (needed[at] != 0 && r >= 0) {
        last_use[builder.index(r)] = std::max(last_use[builder.index(r)], at);
      }
    }
  }
  // What a kernel can leave out is what nothing reads of the point p, see Operation.
  const auto is_wanted = [&](const ProgramBuilder::Step &step, std::size_t i) {
    const std::size_t always = step.operation == Operation::SineCosine    ? 4
                               : step.operation == Operation::Exponential ? 2
                                                                          : step.out.size();
    return step.out[i] >= 0 && (i < always || last_use[builder.index(step.out[i])] != kNever);
  };
  // Places in memory, in arrays. What is no step's result keeps its place for good if it is a constant.
  std::vector<std::size_t> place(count, 0);
  std::vector<std::size_t> free;
  std::size_t places = 0;
  const auto take = [&](Register r) {
    if (free.empty()) {
      free.push_back(places++);
    }
    place[builder.index(r)] = free.back();
    free.pop_back();
  };
  std::vector<Register> constants;
  for (std::size_t r = 0; r < count; ++r) {
    if (builder.registers_[r].is_constant && last_use[r] != kNever) {
      constants.push_back(static_cast<Register>(r));
      take(constants.back());
    }
  }
  std::vector<std::pair<std::pair<int, int>, Enclosure>> variables;
  for (const auto &[variable, bounds] : builder.variables_) {
    if (last_use[builder.index(bounds.negated_lower)] != kNever ||
        last_use[builder.index(bounds.upper)] != kNever) {
      variables.emplace_back(variable, bounds);
      take(bounds.negated_lower);
      take(bounds.upper);
    }
  }
  for (std::size_t at = 1; at < end; ++at) {
    if (needed[at] == 0) {
      continue;
    }
    const ProgramBuilder::Step &step = builder.steps_[at - 1];
    for (std::size_t i = 0; i < step.out.size();
         ++i) { // before operands are given back: a kernel's arrays are distinct
      if (is_wanted(step, i)) {
        take(step.out[i]);
      }
    }
    const auto give_back = [&](Register r) {
      if (r >= 0 && last_use[builder.index(r)] <= at && !builder.registers_[builder.index(r)].is_constant) {
        free.push_back(place[builder.index(r)]);
        last_use[builder.index(r)] = end; // once
      }
    };
    std::for_each(step.in.begin(), step.in.end(), give_back);
    for (std::size_t i = 0; i < step.out.size(); ++i) { // those that nothing reads
      give_back(is_wanted(step, i) ? step.out[i] : -1);
    }
  }
  // Arrays begin at cache lines, and an odd number of lines apart: at powers of two they would compete for
  // the same lines.
  const std::size_t lines = (capacity + 7) / 8 | 1U;
  memory_.resize(places * lines * 8);
  const auto array = [&](Register r) { return memory_.data() + place[builder.index(r)] * lines * 8; };
  for (const Register r : constants) {
    std::fill_n(array(r), capacity, builder.value(r));
  }
  for (const auto &[variable, bounds] : variables) {
    loads_.push_back({variable.first, variable.second, array(bounds.negated_lower), array(bounds.upper)});
  }
  for (std::size_t at = 1; at < end; ++at) {
    if (needed[at] == 0) {
      continue;
    }
    const ProgramBuilder::Step &from = builder.steps_[at - 1];
    Step step{kernel_of(from.operation), {}};
    for (std::size_t i = 0; i < from.in.size() && from.in[i] >= 0; ++i) {
      step.operands.in[i] = array(from.in[i]);
    }
    for (std::size_t i = 0; i < from.out.size(); ++i) {
      step.operands.out[i] = is_wanted(from, i) ? array(from.out[i]) : nullptr;
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
