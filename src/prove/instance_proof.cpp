#include "layercert/prove/instance_proof.hpp"

#include "coq_expression.hpp"

#include "layercert/decoder/layout.hpp"
#include "layercert/network/dyadic_rounding.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cassert>

namespace layercert {

namespace {

std::string dyadic(const Dyadic &value) {
  const std::string digits = "0x" + mpz_class(::abs(value.mantissa())).get_str(16);
  return value.sign() < 0 ? fmt::format("Dyadic (-{}) ({})", digits, value.exponent())
                          : fmt::format("Dyadic {} ({})", digits, value.exponent());
}

std::string in_parentheses(const Dyadic &value) { return "(" + dyadic(value) + ")"; }

std::string dyadics(const std::vector<Dyadic> &values) {
  std::vector<std::string> texts;
  for (const Dyadic &value : values) {
    texts.push_back(dyadic(value));
  }
  return fmt::format("[{}]", fmt::join(texts, "; "));
}

std::string affine(const Weight &bias, const std::vector<Connection> &weights) {
  std::vector<std::string> texts;
  for (const Connection &connection : weights) {
    texts.push_back(fmt::format("({}, {})", connection.source, dyadic(connection.weight->dyadic())));
  }
  return fmt::format("Affine {} [{}]", in_parentheses(bias->dyadic()), fmt::join(texts, "; "));
}

std::string network_term(const Network &network) {
  std::vector<std::string> layers;
  for (const Layer &layer : network.hidden) {
    std::vector<std::string> units;
    for (const Unit &unit : layer.units) {
      units.push_back(fmt::format("Unit {} {} ({})", unit.index,
                                  unit.activation == Activation::Relu ? "Rectified" : "Sine",
                                  affine(unit.bias, unit.weights)));
    }
    layers.push_back(fmt::format("[ {} ]", fmt::join(units, ";\n      ")));
  }
  std::vector<std::string> readouts;
  for (const Readout &readout : network.readouts) {
    readouts.push_back(affine(readout.bias, readout.weights));
  }
  return fmt::format("Layered\n  [ {} ]\n  [ {} ]", fmt::join(layers, ";\n    "),
                     fmt::join(readouts, ";\n    "));
}

// The stored angles of the digits 0..N-1 of a level: sums of theta over the bits of the digit.
std::vector<Dyadic> digit_angles(const NetworkParameters &p, int level) {
  const int bits = DecoderLayout::bits_of_digit(p.N);
  std::vector<Dyadic> angles;
  for (int e = 0; e < p.N; ++e) {
    Dyadic sum;
    for (int q = 0; q < bits; ++q) {
      if ((e >> q & 1) != 0) {
        sum = sum + p.theta[static_cast<std::size_t>(level * bits + q)].dyadic();
      }
    }
    angles.push_back(sum);
  }
  return angles;
}

std::vector<Dyadic> dyadic_parts(const std::vector<ClosedForm> &weights) {
  std::vector<Dyadic> parts;
  for (const ClosedForm &weight : weights) {
    parts.push_back(weight.dyadic());
  }
  return parts;
}

std::string parameters_term(const NetworkParameters &p) {
  std::vector<std::string> angles;
  for (int level = 0; level < p.depth; ++level) {
    angles.push_back(dyadics(digit_angles(p, level)));
  }
  return fmt::format("Parameters {} 1 {} {}\n  [ {} ]\n  {}\n  {}\n  {} {} {}", p.N, p.depth, p.ramp_exponent,
                     fmt::join(angles, ";\n    "), dyadics(dyadic_parts(p.w)), dyadics(p.A),
                     in_parentheses(p.beta.dyadic()), in_parentheses(p.Phi_0.dyadic()), in_parentheses(p.M));
}

std::string hints_term(const ProofHints &hints) {
  std::vector<std::string> levels;
  for (const ProofHints::Level &level : hints.levels) {
    levels.push_back(fmt::format("LevelHints {} {} {} {}", in_parentheses(level.shift), level.phase_bits,
                                 level.boxes_of_cell, level.boxes_of_modulus));
  }
  return fmt::format("Hints {} {} {} {}\n  [ {} ]", hints.argument_bits, hints.value_bits,
                     hints.bound.get_str(), hints.boxes_of_bound, fmt::join(levels, ";\n    "));
}

} // namespace

std::string instance_proof(const ProofTask &task, const ProofHints &hints) {
  const NetworkParameters p = round_weights(task.parameters, {}).parameters;
  assert(p.dimension == 1);
  const CoqExpression target = coq_expression(task.target, task.instance_name, task.target_line);
  const Network network = assemble_network(p);
  return fmt::format(
      R"((* Claim R for one network and one function, proved by computing. Written by layercert prove; to check it:
     coqc -Q proofs/theory Layercert FILE.v
   after make -C proofs. What is claimed are the theorems `shape` and `claim_R`, on the definitions `net` and `target` and those
   of theory/Layers.v (readout), theory/Dyadic.v and theory/Soundness.v (norm, omega). `weights` and `hints` only serve the proof. *)
From Coq Require Import Reals ZArith List.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Dyadic Layers Soundness Expression Instance.
Import ListNotations.
Open Scope nat_scope.

(* The hidden layers, unit by unit, and the readouts. Dyadic m e is the number m 2^e. *)
Definition net : network := {network}.

Definition target (x : R) : R := ({function})%R.

Theorem shape : length (hidden net) = {layers} /\
  forall layer, In layer (hidden net) ->
    (forall u, In u layer -> index u < {width}) /\ length (filter is_sine layer) <= 2.
Proof. apply Layers.shape. vm_compute. reflexivity. Qed.

Definition target_expression : expression := {term}.

Definition weights : parameters := {parameters}.

Definition hints : hints := {hints}.

Theorem claim_R : forall l : nat, 1 <= l <= {depth} ->
  (Rbar_le (norm {p} (fun x => target x - readout net l (fun _ => x)) 0 1)
    (Rbar_mult 3 (omega {p} target (/ {N} ^ l))))%R.
Proof.
  assert (computed : certificate_ok weights net target_expression {p} hints = true) by (vm_cast_no_check (eq_refl true)).
  exact (Instance.claim_R weights net target_expression {p} hints computed).
Qed.

Print Assumptions claim_R.
)",
      fmt::arg("network", network_term(network)), fmt::arg("function", target.function),
      fmt::arg("layers", p.depth + 2), fmt::arg("width", network.width), fmt::arg("term", target.term),
      fmt::arg("parameters", parameters_term(p)), fmt::arg("hints", hints_term(hints)),
      fmt::arg("depth", p.depth), fmt::arg("p", task.p), fmt::arg("N", p.N));
}

} // namespace layercert
