(* A closed constant of a network as a formula: whether a target is the same constant can then be seen. *)
From Coq Require Import Reals ZArith Lra.
From Layercert Require Import Expression Formula.
Open Scope R_scope.

(* A coordinate is 0 in a closed constant. *)
Fixpoint formula_of (e : expression) : formula :=
  match e with
  | Coordinate => Number 0 1
  | Whole n => Number n 1
  | Rational n q => Number n q
  | Pi => Circle
  | Neg a => Apply Opposite (formula_of a)
  | Add a b => Combine Plus (formula_of a) (formula_of b)
  | Sub a b => Combine Minus (formula_of a) (formula_of b)
  | Mul a b => Combine Times (formula_of a) (formula_of b)
  | Div a b => Combine Over (formula_of a) (formula_of b)
  | Pow a n => Power_of (formula_of a) n
  | Sqrt a => Apply Square_root (formula_of a)
  | Exp a => Apply Exponential (formula_of a)
  | Ln a => Apply Logarithm (formula_of a)
  | Sin a => Apply Sine_of (formula_of a)
  | Cos a => Apply Cosine_of (formula_of a)
  | Atan a => Apply Arctangent (formula_of a)
  | Abs a => Apply Magnitude (formula_of a)
  | Min a b => Combine Least (formula_of a) (formula_of b)
  | Max a b => Combine Greatest (formula_of a) (formula_of b)
  end.

Lemma formula_of_value : forall e x, formula_value (formula_of e) x = eval e 0.
Proof.
  induction e; intros x; cbn [formula_of formula_value unary_value binary_value eval]; rewrite ?IHe, ?IHe1, ?IHe2; try reflexivity; lra.
Qed.

Definition formula_eq (a b : formula) : {a = b} + {a <> b}.
Proof. decide equality; try apply Z.eq_dec; try apply Pos.eq_dec; try apply Nat.eq_dec; decide equality. Defined.
