#include "instance_proof.hpp"

#include "coq_expression.hpp"

#include "network/closed_constant.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>

namespace layercert {

namespace {

// Coq 8.16 overflows its stack on a number of 10,000 digits: longer ones than this are written in pieces,
// lowest first.
constexpr mp_bitcnt_t kPieceBits = 4096;

std::string natural(mpz_class value) {
  const auto hexadecimal = [](const mpz_class &piece) { return "0x" + piece.get_str(16); };
  if (mpz_sizeinbase(value.get_mpz_t(), 2) <= kPieceBits) {
    return hexadecimal(value);
  }
  std::vector<std::string> pieces;
  for (; value != 0; value >>= kPieceBits) {
    mpz_class piece;
    mpz_fdiv_r_2exp(piece.get_mpz_t(), value.get_mpz_t(), kPieceBits);
    pieces.push_back(hexadecimal(piece));
  }
  return fmt::format("(joined {} [{}]%Z)", kPieceBits, fmt::join(pieces, ";\n    "));
}

std::string dyadic(const Dyadic &value) {
  const std::string digits = natural(abs(value.mantissa()));
  return value.sign() < 0 ? fmt::format("Dyadic (-{}) ({})", digits, value.exponent())
                          : fmt::format("Dyadic {} ({})", digits, value.exponent());
}

std::string in_parentheses(const Dyadic &value) { return fmt::format("({})", dyadic(value)); }

std::string dyadics(const std::vector<Dyadic> &values) {
  std::vector<std::string> texts;
  for (const Dyadic &value : values) {
    texts.push_back(dyadic(value));
  }
  return fmt::format("[{}]", fmt::join(texts, "; "));
}

std::string positives(const std::vector<std::int64_t> &shifts) {
  return fmt::format("[{}]%positive", fmt::join(shifts, "; "));
}

// The multipliers of the levels are long and stand in the file once.
std::string name_of_multiplier(std::size_t level) { return fmt::format("m_{}", level); }

// Weights as terms of proofs/theory/Weight.v, form by form.
class WeightTerms {
public:
  WeightTerms(const ProofTask &task, const std::vector<Dyadic> &multipliers)
      : task_(task), multipliers_(multipliers) {}

  std::string of(const ClosedForm &weight) const {
    std::vector<std::string> terms;
    if (!weight.dyadic().is_zero()) {
      terms.push_back(fmt::format("number ({})", dyadic(weight.dyadic())));
    }
    if (!weight.pi_factor().is_zero()) {
      terms.push_back(fmt::format("pi_times ({})", dyadic(weight.pi_factor())));
    }
    if (!weight.angles().empty()) {
      terms.push_back(fmt::format("angle_form [{}]", angles(weight.angles())));
    }
    for (const MultiplierTerm &term : weight.multipliers()) {
      terms.push_back(fmt::format("multiplier_form {} {}", multiplier(term.m), positives(term.shifts)));
    }
    for (const std::string &text : weight.constants()) {
      const Expression constant = parse_closed_constant(text);
      terms.push_back(
          fmt::format("constant_form ({})", coq_expression(constant, task_.network_name, 0).term));
    }
    return terms.empty() ? "[]" : fmt::format("{}", fmt::join(terms, " ++ "));
  }

private:
  static std::string angles(const std::vector<AngleTerm> &terms) {
    std::vector<std::string> texts;
    for (const AngleTerm &term : terms) {
      texts.push_back(fmt::format("({}%positive, ({})%Z)", term.shift, term.coefficient));
    }
    return fmt::format("{}", fmt::join(texts, "; "));
  }
  std::string multiplier(const Dyadic &m) const {
    const auto at = std::find(multipliers_.begin(), multipliers_.end(), m);
    return at == multipliers_.end()
               ? in_parentheses(m)
               : name_of_multiplier(static_cast<std::size_t>(at - multipliers_.begin()) + 1);
  }

  const ProofTask &task_;
  const std::vector<Dyadic> &multipliers_;
};

std::string affine(const WeightTerms &terms, const Weight &bias, const std::vector<Connection> &weights) {
  std::vector<std::string> texts;
  for (const Connection &connection : weights) {
    texts.push_back(fmt::format("({}, {})", connection.source, terms.of(*connection.weight)));
  }
  return fmt::format("Affine ({}) [{}]", terms.of(*bias), fmt::join(texts, "; "));
}

std::string network_term(const Network &network, const WeightTerms &terms) {
  std::vector<std::string> layers;
  for (const Layer &layer : network.hidden) {
    std::vector<std::string> units;
    for (const Unit &unit : layer.units) {
      units.push_back(fmt::format("Unit {} {} ({})", unit.index,
                                  unit.activation == Activation::Relu ? "Rectified" : "Sine",
                                  affine(terms, unit.bias, unit.weights)));
    }
    layers.push_back(fmt::format("[ {} ]", fmt::join(units, ";\n      ")));
  }
  std::vector<std::string> readouts;
  for (const Readout &readout : network.readouts) {
    readouts.push_back(affine(terms, readout.bias, readout.weights));
  }
  return fmt::format("Layered\n  [ {} ]\n  [ {} ]", fmt::join(layers, ";\n    "),
                     fmt::join(readouts, ";\n    "));
}

std::string multiplier_definitions(const std::vector<Dyadic> &multipliers) {
  std::string text;
  for (std::size_t l = 1; l <= multipliers.size(); ++l) {
    text += fmt::format("Definition {} : dyadic := {}.\n", name_of_multiplier(l), dyadic(multipliers[l - 1]));
  }
  return text;
}

std::string parameters_term(const NetworkParameters &p, const DecoderWeights &decoder,
                            const WeightTerms &terms) {
  std::vector<std::string> names;
  for (std::size_t l = 1; l <= decoder.multipliers.size(); ++l) {
    names.push_back(name_of_multiplier(l));
  }
  return fmt::format("Parameters {} 1 {} {} {}\n  [{}]\n  {}\n  ({}) {}", p.N, p.depth, p.ramp_exponent,
                     decoder.b, fmt::join(names, "; "), dyadics(p.A), terms.of(p.Phi_0), in_parentheses(p.M));
}

std::string hints_term(const ProofHints &hints) {
  std::vector<std::string> levels;
  for (const ProofHints::Level &level : hints.levels) {
    levels.push_back(fmt::format("LevelHints {} {} {}", in_parentheses(level.shift), level.boxes_of_cell,
                                 level.boxes_of_modulus));
  }
  return fmt::format("Hints {} {} {} {}\n  [ {} ]", hints.value_bits, in_parentheses(hints.bound_of_Phi_0),
                     hints.bound.get_str(), hints.boxes_of_bound, fmt::join(levels, ";\n    "));
}

} // namespace

std::string instance_proof(const ProofTask &task, const ProofHints &hints) {
  const NetworkParameters &p = task.parameters;
  assert(p.dimension == 1);
  const CoqExpression target = coq_expression(task.target, task.instance_name, task.target_line);
  const DecoderWeights decoder = decoder_weights(p, task.network_name);
  const WeightTerms terms(task, decoder.multipliers);
  const Network network = assemble_network(p);
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
      fmt::arg("multipliers", multiplier_definitions(decoder.multipliers)),
      fmt::arg("network", network_term(network, terms)), fmt::arg("function", target.function),
      fmt::arg("layers", p.depth + 2), fmt::arg("width", network.width), fmt::arg("term", target.term),
      fmt::arg("parameters", parameters_term(p, decoder, terms)), fmt::arg("hints", hints_term(hints)),
      fmt::arg("depth", p.depth), fmt::arg("p", task.p), fmt::arg("N", p.N));
}

} // namespace layercert
