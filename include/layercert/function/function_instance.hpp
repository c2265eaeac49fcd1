// The instance of a function that a program has, as a file would state it.
//
//     const Expression f = record<2>([](auto x, auto y) { return sin(3 * x) * y; });
//     const Instance instance = instance_of(f, 2, {.N = 2, .depth = 4});
#pragma once

#include "layercert/function/expression.hpp"
#include "layercert/instance/instance.hpp"

#include <optional>

namespace layercert {

// What is claimed of a function: claim R for these numbers, and the corollary if its constants are given.
struct Theorem {
  int N = 2;
  int depth = 4;
  mpq_class p = 2;
  ShiftNorm norm = ShiftNorm::Euclidean;
  std::optional<HoelderClaim> hoelder = std::nullopt;
  mpq_class remainder = 0; // the target is any function within this distance of the one given
};

// The instance has a text, from which everything follows as from that of a file: run() (certify/run.hpp)
// certifies it, and a result folder holds it. Throws InputError for numbers that an instance must not have,
// where text_of(f) does, and where the cells would not fit into the memory of this machine.
Instance instance_of(const Expression &f, std::size_t dimension, const Theorem &theorem);

} // namespace layercert
