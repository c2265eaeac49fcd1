#include "checker_proof.hpp"

#include "coq_expression.hpp"
#include "coq_network.hpp"

#include "layercert/error.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace layercert {

namespace {

// ---- the target ----

// Sample i is numbers[i] 2^exponent / denominator.
struct Samples {
  int side = 0;
  std::int64_t exponent = 0;
  mpz_class denominator = 1;
  std::vector<std::string> numbers;
};

Samples exact_samples(const SampleTable &table, const CheckerProofTask &task) {
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
  std::string definition = "claim_R";      // of CubeClaim.v
  std::string theorems = "shape, claim_R"; // all that is claimed
};

Statement of_samples(std::size_t dimension, const Samples &samples) {
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

Statement of_formula(const CheckerProofTask &task, std::size_t dimension) {
  const CoqExpression target =
      coq_expression(task.target.expression(), CoqArgument::Point, task.instance_name, task.target_line);
  const bool jumps = jumps_in_coq(task.target.expression());
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
  statement.definition = jumps ? "claim_R_if_integrable" : "claim_R";
  if (remainder == 0) {
    statement.claim = "{}";
    statement.proof = (jumps ? "claim_of_jumps " : "claim_of_formula ") + arguments;
  } else {
    statement.claim =
        fmt::format("forall f : point -> R, {1}(forall x, in_cube {0} x -> (Rabs (f x - target x) <= "
                    "{2} / {3})%R) -> {{}}",
                    dimension, jumps ? "" : fmt::format("continuous_on_cube {} f -> ", dimension),
                    remainder.get_num().get_str(), remainder.get_den().get_str());
    statement.proof = (jumps ? "claim_near_jumps " : "claim_near_formula ") + arguments;
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

// Into how many parts a cell's edge may be cut for a formula. The checker takes the first number that
// suffices; the largest one makes 4,000,000 parts where boxes and moved boxes meet, which takes Coq hours. No
// instance of data needs more than 10.
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

std::string hints_term(const CheckerProofTask &task) {
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

std::string checker_proof(const CheckerProofTask &task) {
  const NetworkParameters &p = task.parameters;
  const CoqNetwork network = coq_network(p, task.network_name);
  const Samples samples = task.target.is_table() ? exact_samples(task.target.table(), task) : Samples();
  const Statement statement =
      task.target.is_table() ? of_samples(p.dimension, samples) : of_formula(task, p.dimension);
  const bool whole = task.p.get_den() == 1;
  const std::string exponent =
      whole ? task.p.get_num().get_str()
            : fmt::format("({} / {})%R", task.p.get_num().get_str(), task.p.get_den().get_str());
  const std::string norm = name_in_coq(task.norm);
  const std::string claimed =
      fmt::format("CubeClaim.{} {} {} net {} {} {} {}", statement.definition, p.dimension, norm,
                  statement.claim == "{}" ? "target" : "f", exponent, p.N, p.depth);
  return fmt::format(
      R"((* Claim R for one network and one target, proved by computing. Written by layercert prove; to check it:
     scripts/check-proof FILE.v DIR
   with the result that it was written for. What is claimed are the theorems `shape`, `claim_R` and, for a formula, `defined`, on the
   definitions `net` and `target` or `samples`, and those of theory/CubeClaim.v (claim_R), Integration.v (integrals, norm and modulus), Layers.v
   (network, readout, shaped), Weight.v and Dyadic.v (weights), Formula.v (has_value) and Jumps.v. The rest only serves the proof. *)
From Coq Require Import Reals ZArith List.
From Layercert Require Import Dyadic Weight Layers Box Cube CubeNorm Integration Formula Jumps CubeClaim Checker CubeInstance Expression.
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
      fmt::arg("multipliers", network.multipliers), fmt::arg("network", network.layers),
      fmt::arg("layers", network.hidden_layers), fmt::arg("width", network.width),
      fmt::arg("parameters", network.parameters), fmt::arg("definitions", statement.definitions),
      fmt::arg("numerator", task.p.get_num().get_str()), fmt::arg("denominator", task.p.get_den().get_str()),
      fmt::arg("norm", norm), fmt::arg("target", statement.target),
      fmt::arg("bits", value_bits(p, samples.exponent)), fmt::arg("hints", hints_term(task)),
      fmt::arg("p", exponent),
      fmt::arg("exponent",
               whole ? "(whole_exponent certificate eq_refl)" : "(eq_refl (exponent_p certificate))"),
      fmt::arg("more", statement.more),
      fmt::arg("claim", fmt::format(fmt::runtime(statement.claim), claimed)),
      fmt::arg("proof", fmt::format(fmt::runtime(statement.proof), exponent)),
      fmt::arg("theorems", statement.theorems));
}

} // namespace layercert
