#include "instance_proof.hpp"

#include "coq_expression.hpp"

#include "layercert/error.hpp"
#include "network/closed_constant.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace layercert {

namespace {

// Coq 8.16 overflows its stack on a number of 10,000 digits: longer ones than this are written in pieces, lowest first.
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

std::string in_parentheses(const Dyadic &value) { return "(" + dyadic(value) + ")"; }

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
  return fmt::format("Parameters {} {} {} {} {}\n  [{}]\n  {}\n  ({}) {}", p.N, p.dimension, p.depth,
                     p.ramp_exponent, decoder.b, fmt::join(names, "; "), dyadics(p.A), terms.of(p.Phi_0),
                     in_parentheses(p.M));
}

// ---- the target ----

// Sample i is numbers[i] 2^exponent / denominator.
struct Samples {
  int side = 0;
  std::int64_t exponent = 0;
  mpz_class denominator = 1;
  std::vector<std::string> numbers;
};

Samples exact_samples(const SampleTable &table, const ProofTask &task) {
  if (std::any_of(table.sides.begin(), table.sides.end(),
                  [&](int side) { return side != table.sides.front(); })) {
    throw InputError(task.instance_name, task.target_line,
                     "layercert prove expects samples with equally many along each axis");
  }
  mpz_class common = 1;
  for (std::size_t i = 0; i < table.size(); ++i) {
    common = lcm(common, table.exact(i).get_den());
  }
  Samples samples;
  samples.side = table.sides.front();
  for (std::size_t i = 0; i < table.size(); ++i) {
    const mpq_class scaled = table.exact(i) * common;
    samples.numbers.push_back(scaled.get_num().get_str());
  }
  const mp_bitcnt_t twos = mpz_scan1(common.get_mpz_t(), 0);
  samples.exponent = -static_cast<std::int64_t>(twos);
  samples.denominator = common >> twos;
  return samples;
}

// What a file states of its target.
struct Statement {
  std::string definitions;
  std::string target;                      // of type Checker.target
  std::string claim;                       // with {} for what is claimed of a function f
  std::string proof;                       // of the claim
  std::string more;                        // further theorems
  std::string definition = "claim_R";      // of Claim.v
  std::string theorems = "shape, claim_R"; // all that is claimed
};

Statement of_samples(int dimension, const Samples &samples) {
  Statement statement;
  statement.definitions = fmt::format("(* Sample (i_0, i_1, ...) has the place i_0 + {0} i_1 + ... *)\n"
                                      "Definition samples : list Z := [{1}]%Z.\n",
                                      samples.side, fmt::join(samples.numbers, "; "));
  const std::string data =
      fmt::format("{} ({}) {} samples", samples.side, samples.exponent, samples.denominator.get_str());
  statement.target = "Sampled " + data;
  statement.claim = fmt::format("forall f : point -> R, is_sampled {} {} f -> {{}}", dimension, data);
  statement.proof = fmt::format("claim_of_samples certificate computed {{}} exponent {} eq_refl", data);
  return statement;
}

Statement of_formula(const ProofTask &task, int dimension) {
  const CoqExpression target = coq_expression(task.target.expression(), task.instance_name, task.target_line);
  const mpq_class &remainder = task.target.remainder;
  Statement statement;
  statement.definitions = fmt::format(R"(Definition target (x : point) : R := ({})%R.

From Layercert Require Import Terms.
Definition target_formula : formula := {}.
)",
                                      target.function, target.term);
  statement.target =
      fmt::format("Near target_formula {} {}", remainder.get_num().get_str(), remainder.get_den().get_str());
  statement.more = fmt::format(R"(
Lemma same : forall x, formula_value target_formula x = target x.
Proof. unfold target_formula, target. same_values. Qed.

(* By the usual rules: no quotient by 0, no root of a negative number. *)
Theorem defined : forall x, in_cube {} x -> has_value target_formula x.
Proof. exact (formula_has_values certificate computed target_formula {} {} eq_refl). Qed.
)",
                               dimension, remainder.get_num().get_str(), remainder.get_den().get_str());
  statement.theorems = "shape, defined, claim_R";
  const std::string numbers =
      fmt::format("{} {}", remainder.get_num().get_str(), remainder.get_den().get_str());
  const std::string arguments = fmt::format(
      "certificate computed {{}} exponent target_formula {} eq_refl target same eq_refl", numbers);
  statement.definition = target.jumps ? "claim_R_if_integrable" : "claim_R";
  if (remainder == 0) {
    statement.claim = "{}";
    statement.proof = (target.jumps ? "claim_of_jumps " : "claim_of_formula ") + arguments;
  } else {
    statement.claim =
        fmt::format("forall f : point -> R, {1}(forall x, in_cube {0} x -> (Rabs (f x - target x) <= "
                    "{2} / {3})%R) -> {{}}",
                    dimension, target.jumps ? "" : fmt::format("continuous_on_cube {} f -> ", dimension),
                    remainder.get_num().get_str(), remainder.get_den().get_str());
    statement.proof = (target.jumps ? "claim_near_jumps " : "claim_near_formula ") + arguments;
  }
  return statement;
}

// ---- what steers the checker; with bad hints its answer is no ----

// Of the integers that stand for values: what the numbers of samples and construction have, and 16 more.
std::int64_t value_bits(const NetworkParameters &p, std::int64_t sample_exponent) {
  std::int64_t bits = std::max<std::int64_t>(64, -sample_exponent);
  const auto include = [&](const Dyadic &number) {
    if (!number.is_zero()) {
      bits = std::max(bits, -number.exponent());
    }
  };
  include(p.M);
  include(p.Phi_0.dyadic());
  for (const Dyadic &amplitude : p.A) {
    include(amplitude);
  }
  return bits + 16;
}

std::string shift_term(const std::vector<Dyadic> &shift) {
  std::int64_t bits = 0;
  for (const Dyadic &h : shift) {
    bits = h.is_zero() ? bits : std::max(bits, -h.exponent());
  }
  std::vector<std::string> numerators;
  for (const Dyadic &h : shift) {
    const mp_bitcnt_t places = h.is_zero() ? 0 : static_cast<mp_bitcnt_t>(bits + h.exponent());
    numerators.push_back(mpz_class(h.mantissa() << places).get_str());
  }
  return fmt::format("(ShiftHint {} [{}]%Z)",
                     mpz_class(mpz_class(1) << static_cast<mp_bitcnt_t>(bits)).get_str(),
                     fmt::join(numerators, "; "));
}

// Into how many parts a cell's edge may be cut for a formula. The checker takes the first number that suffices; the largest one makes
// 4,000,000 parts where boxes and moved boxes meet, which takes Coq hours. No instance of data needs more than 10.
std::string cuts(const NetworkParameters &p, int level) {
  constexpr double kMostParts = 4e6;
  std::string texts = "1";
  for (const int cut : {2, 3, 4, 8, 16, 32, 64, 128, 256}) {
    if (std::pow(2.0 * cut * std::pow(p.N, level), p.dimension) <= kMostParts) {
      texts += fmt::format("; {}", cut);
    }
  }
  return fmt::format("[{}]%positive", texts);
}

std::string hints_term(const ProofTask &task) {
  std::vector<std::string> levels;
  for (int l = 1; l <= task.parameters.depth; ++l) {
    levels.push_back(fmt::format("LevelHint {} {}", shift_term(task.shifts[static_cast<std::size_t>(l) - 1]),
                                 task.target.is_table() ? "[1]%positive" : cuts(task.parameters, l)));
  }
  return fmt::format("[ {} ]", fmt::join(levels, ";\n    "));
}

std::string name_in_coq(ShiftNorm norm) {
  switch (norm) {
  case ShiftNorm::Max:
    return "Maximum";
  case ShiftNorm::One:
    return "Sum";
  case ShiftNorm::Euclidean:
    break;
  }
  return "Euclidean";
}

} // namespace

std::string instance_proof(const ProofTask &task) {
  const NetworkParameters &p = task.parameters;
  const DecoderWeights decoder = decoder_weights(p, task.network_name);
  const WeightTerms terms(task, decoder.multipliers);
  const Network network = assemble_network(p);
  const Samples samples = task.target.is_table() ? exact_samples(task.target.table(), task) : Samples();
  const Statement statement =
      task.target.is_table() ? of_samples(p.dimension, samples) : of_formula(task, p.dimension);
  const bool whole = task.p.get_den() == 1;
  const std::string exponent =
      whole ? task.p.get_num().get_str()
            : fmt::format("({} / {})%R", task.p.get_num().get_str(), task.p.get_den().get_str());
  const std::string norm = name_in_coq(task.norm);
  const std::string claimed =
      fmt::format("Claim.{} {} {} net {} {} {} {}", statement.definition, p.dimension, norm,
                  statement.claim == "{}" ? "target" : "f", exponent, p.N, p.depth);
  return fmt::format(
      R"((* Claim R for one network and one target, proved by computing. Written by layercert prove; to check it:
     scripts/check-proof FILE.v DIR
   with the result that it was written for. What is claimed are the theorems `shape`, `claim_R` and, for a formula, `defined`, on the
   definitions `net` and `target` or `samples`, and those of theory/Claim.v (claim_R), Integration.v (integrals, norm and modulus), Layers.v
   (network, readout, shaped), Weight.v and Dyadic.v (weights), Formula.v (has_value) and Jumps.v. The rest only serves the proof. *)
From Coq Require Import Reals ZArith List.
From Layercert Require Import Dyadic Weight Layers Box Cube CubeNorm Integration Formula Jumps Claim Checker Instance Expression.
Import ListNotations.
Open Scope nat_scope.

(* The multipliers of the levels. Dyadic m e is the number m 2^e. *)
{multipliers}
(* The hidden layers, unit by unit, and the readouts. *)
Definition net : network weight := {network}.

Theorem shape : shaped net {layers} {width}.
Proof. apply Layers.shape. vm_compute. reflexivity. Qed.

Definition weights : parameters := {parameters}.

{definitions}
Definition certificate : certificate := Certificate weights net {numerator} {denominator} {norm}
  ({target}) {bits} 53
  {hints}.

Lemma computed : check certificate = true.
Proof. vm_cast_no_check (eq_refl true). Qed.

Lemma exponent : exponent_p certificate = ({p})%R.
Proof. exact {exponent}. Qed.
{more}
Theorem claim_R : {claim}.
Proof.
  exact ({proof}).
Qed.

Definition proved := ({theorems}).
Print Assumptions proved.
)",
      fmt::arg("multipliers", multiplier_definitions(decoder.multipliers)),
      fmt::arg("network", network_term(network, terms)), fmt::arg("layers", p.depth + 2),
      fmt::arg("width", network.width), fmt::arg("parameters", parameters_term(p, decoder, terms)),
      fmt::arg("definitions", statement.definitions), fmt::arg("numerator", task.p.get_num().get_str()),
      fmt::arg("denominator", task.p.get_den().get_str()), fmt::arg("norm", norm),
      fmt::arg("target", statement.target), fmt::arg("bits", value_bits(p, samples.exponent)),
      fmt::arg("hints", hints_term(task)), fmt::arg("p", exponent),
      fmt::arg("exponent",
               whole ? "(whole_exponent certificate eq_refl)" : "(eq_refl (exponent_p certificate))"),
      fmt::arg("more", statement.more),
      fmt::arg("claim", fmt::format(fmt::runtime(statement.claim), claimed)),
      fmt::arg("proof", fmt::format(fmt::runtime(statement.proof), exponent)),
      fmt::arg("theorems", statement.theorems));
}

} // namespace layercert
