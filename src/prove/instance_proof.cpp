#include "instance_proof.hpp"

#include "coq_expression.hpp"
#include "coq_network.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cassert>

namespace layercert {

namespace {

std::string hints_term(const ProofHints &hints) {
  std::vector<std::string> levels;
  for (const ProofHints::Level &level : hints.levels) {
    levels.push_back(fmt::format("LevelHints {} {} {}", coq_dyadic(level.shift), level.boxes_of_cell,
                                 level.boxes_of_modulus));
  }
  return fmt::format("Hints {} {} {} {}\n  [ {} ]", hints.value_bits, coq_dyadic(hints.bound_of_Phi_0),
                     hints.bound.get_str(), hints.boxes_of_bound, fmt::join(levels, ";\n    "));
}

} // namespace

std::string instance_proof(const ProofTask &task, const ProofHints &hints) {
  const NetworkParameters &p = task.parameters;
  assert(p.dimension == 1);
  const CoqExpression target =
      coq_expression(task.target, CoqArgument::Number, task.instance_name, task.target_line);
  const CoqNetwork network = coq_network(p, task.network_name);
  return fmt::format(
      R"((* Claim R for one network and one function, proved by computing. Written by layercert prove; to check it:
     scripts/check-proof FILE.v DIR
   with the result that it was written for. What is claimed are the theorems `shape` and `claim_R`, on the definitions `net` and
   `target` and those of theory/Claim.v (claim_R), Layers.v (network, readout, shaped), Weight.v and Dyadic.v (weights) and
   Soundness.v (norm, omega). `weights` and `hints` only serve the proof. *)
From Coq Require Import Reals ZArith List.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Dyadic Weight Layers Expression Instance Claim.
Import ListNotations.
Open Scope nat_scope.

(* The multipliers of the levels. Dyadic m e is the number m 2^e. *)
{multipliers}
(* The hidden layers, unit by unit, and the readouts. *)
Definition net : network weight := {network}.

Definition target (x : R) : R := ({function})%R.

Theorem shape : shaped net {layers} {width}.
Proof. apply Layers.shape. vm_compute. reflexivity. Qed.

Definition target_expression : expression := {term}.

Definition weights : parameters := {parameters}.

Definition hints : hints := {hints}.

Theorem claim_R : Claim.claim_R net target {p} {N} {depth}.
Proof.
  assert (computed : certificate_ok weights net target_expression {p} hints = true) by (vm_cast_no_check (eq_refl true)).
  exact (Instance.claim_R weights net target_expression {p} hints computed).
Qed.

Print Assumptions shape.
Print Assumptions claim_R.
)",
      fmt::arg("multipliers", network.multipliers), fmt::arg("network", network.layers),
      fmt::arg("function", target.function), fmt::arg("layers", network.hidden_layers),
      fmt::arg("width", network.width), fmt::arg("term", target.term),
      fmt::arg("parameters", network.parameters), fmt::arg("hints", hints_term(hints)),
      fmt::arg("depth", p.depth), fmt::arg("p", task.p), fmt::arg("N", p.N));
}

} // namespace layercert
