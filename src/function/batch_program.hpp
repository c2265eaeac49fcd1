// A straight-line program over arrays: what BatchEvaluator runs for a block of boxes.
#pragma once

#include "batch_kernels.hpp"
#include "box_batch.hpp"

#include <boost/align/aligned_allocator.hpp>

#include <initializer_list>
#include <map>
#include <span>
#include <tuple>
#include <vector>

namespace layercert::batch {

// Names an array of one number a box.
using Register = int;

// Of an operation; -1 beyond its number.
using Results = std::array<Register, 9>;

// Two of them: an interval, see batch_kernels.hpp.
struct Enclosure {
  Register negated_lower;
  Register upper;

  friend bool operator==(const Enclosure &, const Enclosure &) = default;
};

// Collects operations and drops those of which nothing is used. Equal operations become one; an operation on
// constants is done at once. Requires an open UpwardScope while it works.
class ProgramBuilder {
public:
  // Bounds of the variable's interval in each box of the first batch that run() is given, or of the second.
  Enclosure variable(int index, int batch);
  // The same number in every box.
  Register constant(double value);
  Enclosure constant(double lower, double upper) { return {constant(-lower), constant(upper)}; }
  bool is_constant(Register at) const { return registers_[index(at)].is_constant; }
  bool is_constant(const Enclosure &at) const {
    return is_constant(at.negated_lower) && is_constant(at.upper);
  }
  // Requires: is_constant(at).
  double value(Register at) const { return registers_[index(at)].value; }

  // The results, as many as asked for, of an operation with operands as batch_kernels.hpp lists them.
  Results apply(Operation operation, std::initializer_list<Register> operands, std::size_t results);

  // Gives back what only apply() needs. Nothing is to be applied from here on.
  void close() {
    constants_.clear();
    known_.clear();
  }

private:
  friend class Program;

  struct Step {
    Operation operation;
    std::array<Register, 8> in;
    Results out;
  };
  struct Cell {
    bool is_constant = false;
    double value = 0;
  };
  static std::size_t index(Register at) { return static_cast<std::size_t>(at); }
  Register new_register() {
    registers_.emplace_back();
    return static_cast<Register>(registers_.size()) - 1;
  }

  std::vector<Cell> registers_;
  std::vector<Step> steps_;
  std::map<std::pair<int, int>, Enclosure> variables_; // by batch and index
  std::map<std::uint64_t, Register> constants_;        // by their bits
  std::map<std::tuple<Operation, std::array<Register, 8>>, Results> known_;
};

// The operations with their memory. Two registers that are not in use at the same time share an array.
class Program {
public:
  // `results` are the registers whose contents are wanted after run().
  Program(const ProgramBuilder &builder, std::span<const Register> results, std::size_t capacity);

  Program(Program &&) noexcept = default;
  Program &operator=(Program &&) noexcept = default;
  Program(const Program &) = delete; // steps hold pointers into the memory
  Program &operator=(const Program &) = delete;
  ~Program() = default;

  // Requires an open UpwardScope; boxes.size() <= capacity, points.size() the same. Without variables of a
  // second batch, `points` is not looked at.
  void run(const BoxBatch &boxes, const BoxBatch &points);
  // The array of results[i] of the construction.
  const double *result(std::size_t i) const { return results_[i]; }

private:
  class Placement;
  struct Load {
    int batch;
    int variable;
    double *negated_lower;
    double *upper;
  };
  struct Step {
    Kernel kernel;
    Operands operands;
  };

  std::vector<double, boost::alignment::aligned_allocator<double, 64>> memory_;
  std::vector<Load> loads_;
  std::vector<Step> steps_;
  std::vector<const double *> results_;
};

} // namespace layercert::batch
