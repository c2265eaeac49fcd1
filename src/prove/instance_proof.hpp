// Claim R for one network and one target, d = 1, as a file for Coq: proofs/theory/Instance.v proves it by a
// computation.
#pragma once

#include "layercert/function/expression.hpp"
#include "layercert/network/construction.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace layercert {

// What steers Coq's computation and proves nothing: with bad hints it comes out false.
struct ProofHints {
  struct Level {
    Dyadic shift;
    int boxes_of_cell = 0;
    int boxes_of_modulus = 0;
  };
  int value_bits = 0;
  Dyadic bound_of_Phi_0; // at least |Phi_0|
  mpz_class bound;       // of |f| on [0, 1]
  int boxes_of_bound = 0;
  std::vector<Level> levels;
};

// What is to be proved.
struct ProofTask {
  const Expression &target; // in x0 alone
  NetworkParameters parameters;
  int p = 0;
  std::vector<Dyadic> shifts; // of each level, within N^-l and not negative
  std::string instance_name;  // with the line of the target, for messages
  std::size_t target_line = 0;
  std::string network_name;
};

// Boxes that enclosures over whole boxes are likely to suffice with; nothing, and why, if too many would be
// needed. Throws InputError for a network whose cells have no values. Requires: d = 1.
std::optional<ProofHints> find_proof_hints(const ProofTask &task, std::string &reason);

// Throws InputError for targets that the theory does not know. Requires: d = 1.
std::string instance_proof(const ProofTask &task, const ProofHints &hints);

} // namespace layercert
