(* Formulas in the words of closed expressions (Expression.v), as `layercert prove` writes them, and the proof that a formula has the values
   of the function that a file writes beside it. *)
From Coq Require Import Reals ZArith Lra.
From Layercert Require Import Formula Jumps.
Open Scope R_scope.

Definition Coordinate (j : nat) : formula := Argument j.
Definition Whole (n : Z) : formula := Number n 1.
Definition Rational (n : Z) (q : positive) : formula := Number n q.
Definition Pi : formula := Circle.
Definition Neg (a : formula) : formula := Apply Opposite a.
Definition Add (a b : formula) : formula := Combine Plus a b.
Definition Sub (a b : formula) : formula := Combine Minus a b.
Definition Mul (a b : formula) : formula := Combine Times a b.
Definition Div (a b : formula) : formula := Combine Over a b.
Definition Pow (a : formula) (n : positive) : formula := Power_of a n.
Definition Sqrt (a : formula) : formula := Apply Square_root a.
Definition Exp (a : formula) : formula := Apply Exponential a.
Definition Ln (a : formula) : formula := Apply Logarithm a.
Definition Sin (a : formula) : formula := Apply Sine_of a.
Definition Cos (a : formula) : formula := Apply Cosine_of a.
Definition Atan (a : formula) : formula := Apply Arctangent a.
Definition Abs (a : formula) : formula := Apply Magnitude a.
Definition Min (a b : formula) : formula := Combine Least a b.
Definition Max (a b : formula) : formula := Combine Greatest a b.
Definition Step (a : formula) : formula := Apply Step_of a.
Definition Floor (a : formula) : formula := Apply Floor_of a.
Definition Sign (a : formula) : formula := Sub (Step a) (Step (Neg a)).
Definition At_most (a b : formula) : formula := Step (Sub b a).
Definition Less (a b : formula) : formula := Sub (Whole 1) (At_most b a).
Definition Equal (a b : formula) : formula := Mul (At_most a b) (At_most b a).
Definition Different (a b : formula) : formula := Sub (Whole 1) (Equal a b).

Lemma over_one : forall v, v / 1 = v.
Proof. intros. lra. Qed.

(* A whole number is a quotient by 1 in a formula. *)
Ltac same_values :=
  intros;
  cbv [Coordinate Whole Rational Pi Neg Add Sub Mul Div Pow Sqrt Exp Ln Sin Cos Atan Abs Min Max Step Floor Sign At_most Less Equal Different
    step floor sign at_most less equal different choose formula_value unary_value binary_value];
  rewrite ?over_one; reflexivity.
