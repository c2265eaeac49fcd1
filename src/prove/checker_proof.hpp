// Claim R for one network and one target in any dimension as a file for Coq: proofs/theory/Checker.v proves
// it by a computation.
#pragma once

#include "layercert/function/target.hpp"
#include "layercert/network/construction.hpp"

#include <string>
#include <vector>

namespace layercert {

// What is to be proved.
struct CheckerProofTask {
  const Target &target; // samples without a remainder, or an expression
  NetworkParameters parameters;
  mpq_class p; // at least 1
  ShiftNorm norm = ShiftNorm::Euclidean;
  std::vector<std::vector<Dyadic>> shifts; // of each level
  std::string instance_name;               // with the line of the target, for messages
  std::size_t target_line = 0;
  std::string network_name;
};

// Coq decides whether the file is a proof: it says no where enclosures over the boxes that the file names do
// not suffice. Throws InputError for targets that the theory does not know.
std::string checker_proof(const CheckerProofTask &task);

} // namespace layercert
