(* The weights of a network: real numbers in closed form. A weight is a sum of dyadic multiples of a few kinds of real numbers, so that
   its negative, its sum with another and a comparison of two weights are computations. *)
From Coq Require Import Reals ZArith List Bool Lra Lia.
From Interval.Real Require Import Xreal.
From Interval.Interval Require Import Interval.
From Layercert Require Import Dyadic Expression.
Import ListNotations.
Open Scope R_scope.

(* 2^-s *)
Definition tau (s : positive) : R := powerRZ 2 (Zneg s).

(* Q of Lemma 6: the product of 1 + 2^(-2s). *)
Fixpoint Q_of (shifts : list positive) : R :=
  match shifts with [] => 1 | s :: rest => (1 + tau s * tau s) * Q_of rest end.

(* The real numbers of which a weight holds multiples. `Real` is for theorems about all networks: it is never found equal to anything. *)
Inductive atom :=
| One
| Half_turn                          (* pi *)
| Double_arctangent (s : positive)   (* 2 arctan 2^-s *)
| Turns (shifts : list positive)     (* 2 pi sqrt 2 Q, of which the second sine's weight is the multiple m *)
| Closed (e : expression)            (* the value of an expression without variables *)
| Real (c : R).

Definition atom_value (a : atom) : R :=
  match a with
  | One => 1
  | Half_turn => PI
  | Double_arctangent s => 2 * atan (tau s)
  | Turns shifts => 2 * PI * sqrt 2 * Q_of shifts
  | Closed e => eval e 0
  | Real c => c
  end.

Definition weight := list (dyadic * atom).

Fixpoint weight_value (w : weight) : R :=
  match w with [] => 0 | (c, a) :: rest => value c * atom_value a + weight_value rest end.

(* ---- the forms of a network's file ---- *)

Definition number (c : dyadic) : weight := [(c, One)].
Definition angle_form (terms : list (positive * Z)) : weight := map (fun t => (Dyadic (snd t) 0, Double_arctangent (fst t))) terms.
Definition pi_times (c : dyadic) : weight := [(c, Half_turn)].
Definition multiplier_form (m : dyadic) (shifts : list positive) : weight := [(m, Turns shifts)].
Definition constant_form (e : expression) : weight := [(Dyadic.one, Closed e)].
Definition real_form (c : R) : weight := [(Dyadic.one, Real c)].

Definition plus_weight (v w : weight) : weight := v ++ w.
Definition opp_weight (w : weight) : weight := map (fun t => (Dyadic.opp (fst t), snd t)) w.

Lemma value_number : forall c, weight_value (number c) = value c.
Proof. intros. cbn. ring. Qed.

Lemma value_pi_times : forall c, weight_value (pi_times c) = value c * PI.
Proof. intros. cbn. ring. Qed.

Lemma value_multiplier : forall m shifts, weight_value (multiplier_form m shifts) = 2 * PI * sqrt 2 * Q_of shifts * value m.
Proof. intros. cbn. ring. Qed.

Lemma value_constant : forall e, weight_value (constant_form e) = eval e 0.
Proof. intros. cbn. rewrite value_one. ring. Qed.

Lemma value_real : forall c, weight_value (real_form c) = c.
Proof. intros. cbn. rewrite value_one. ring. Qed.

Lemma value_plus_weight : forall v w, weight_value (plus_weight v w) = weight_value v + weight_value w.
Proof.
  intros v w. unfold plus_weight. induction v as [| [c a] v IH]; cbn [app weight_value]; [ring |]. rewrite IH. ring.
Qed.

Lemma value_opp_weight : forall w, weight_value (opp_weight w) = - weight_value w.
Proof.
  intros w. unfold opp_weight. induction w as [| [c a] w IH]; cbn [map weight_value fst snd]; [ring |].
  rewrite IH, value_opp. ring.
Qed.

(* ---- comparison ---- *)

Definition expression_eq (a b : expression) : {a = b} + {a <> b}.
Proof. decide equality; try apply Z.eq_dec; apply Pos.eq_dec. Defined.

Definition same_shifts (a b : list positive) : bool := if list_eq_dec Pos.eq_dec a b then true else false.

Definition same_atom (a b : atom) : bool :=
  match a, b with
  | One, One | Half_turn, Half_turn => true
  | Double_arctangent s, Double_arctangent t => Pos.eqb s t
  | Turns s, Turns t => same_shifts s t
  | Closed e, Closed g => if expression_eq e g then true else false
  | _, _ => false
  end.

Lemma same_atom_value : forall a b, same_atom a b = true -> atom_value a = atom_value b.
Proof.
  intros [| | s | s | e | c] [| | t | t | g | c'] H; try discriminate; try reflexivity; cbn [same_atom] in H.
  - apply Pos.eqb_eq in H. subst. reflexivity.
  - unfold same_shifts in H. destruct list_eq_dec as [-> | _]; [reflexivity | discriminate].
  - destruct expression_eq as [-> | _]; [reflexivity | discriminate].
Qed.

(* A multiple more in a sum that holds each atom once. *)
Fixpoint include (c : dyadic) (a : atom) (sum : weight) : weight :=
  match sum with
  | [] => [(c, a)]
  | (c', a') :: rest => if same_atom a a' then (Dyadic.add c c', a') :: rest else (c', a') :: include c a rest
  end.
Fixpoint collect (w : weight) : weight := match w with [] => [] | (c, a) :: rest => include c a (collect rest) end.

Lemma value_include : forall c a sum, weight_value (include c a sum) = value c * atom_value a + weight_value sum.
Proof.
  intros c a. induction sum as [| [c' a'] rest IH]; cbn [include weight_value]; [ring |].
  destruct (same_atom a a') eqn:E; cbn [weight_value]; [| rewrite IH; ring].
  rewrite value_add, (same_atom_value _ _ E). ring.
Qed.

Lemma value_collect : forall w, weight_value (collect w) = weight_value w.
Proof. induction w as [| [c a] w IH]; cbn [collect weight_value]; [reflexivity |]. rewrite value_include, IH. reflexivity. Qed.

(* Do the multiples of every atom cancel? *)
Definition vanishes (w : weight) : bool := forallb (fun t => Dyadic.is_zero (fst t)) (collect w).
Definition same_weight (v w : weight) : bool := vanishes (plus_weight v (opp_weight w)).

Lemma vanishes_value : forall w, vanishes w = true -> weight_value w = 0.
Proof.
  intros w H. rewrite <- value_collect. unfold vanishes in H. induction (collect w) as [| [c a] l IH]; [reflexivity |].
  cbn [forallb fst] in H. apply andb_prop in H. destruct H as [H1 H2]. cbn [weight_value].
  rewrite (value_is_zero c H1), (IH H2). ring.
Qed.

Lemma same_weight_value : forall v w, same_weight v w = true -> weight_value v = weight_value w.
Proof.
  intros v w H. apply vanishes_value in H. rewrite value_plus_weight, value_opp_weight in H. lra.
Qed.

(* ---- constants ---- *)

Fixpoint closed (e : expression) : bool :=
  match e with
  | Coordinate => false
  | Whole _ | Rational _ _ | Pi => true
  | Neg a | Pow a _ | Sqrt a | Exp a | Ln a | Sin a | Cos a | Atan a | Abs a => closed a
  | Add a b | Sub a b | Mul a b | Div a b | Min a b | Max a b => closed a && closed b
  end.

Lemma closed_value : forall e x y, closed e = true -> eval e x = eval e y.
Proof.
  induction e; intros x y H; cbn [closed eval] in *; try discriminate; try reflexivity;
    try (apply andb_prop in H; destruct H as [H1 H2]; rewrite (IHe1 x y H1), (IHe2 x y H2); reflexivity);
    rewrite (IHe x y H); reflexivity.
Qed.

Definition scale_weight (c : dyadic) (w : weight) : weight := map (fun t => (mul c (fst t), snd t)) w.

Lemma value_scale_weight : forall c w, weight_value (scale_weight c w) = value c * weight_value w.
Proof.
  intros c w. unfold scale_weight. induction w as [| [b a] w IH]; cbn [map weight_value fst snd]; [ring |]. rewrite IH, value_mul. ring.
Qed.

(* True only if the value of e, which has no variable, is that of w. *)
Definition is_constant (e : expression) (w : weight) : bool :=
  closed e && (same_weight w (constant_form e) ||
    match e with
    | Whole n => same_weight w (number (Dyadic n 0))
    | Rational n d => same_weight (scale_weight (Dyadic (Zpos d) 0) w) (number (Dyadic n 0))
    | _ => false
    end).

Lemma is_constant_value : forall e w x, is_constant e w = true -> eval e x = weight_value w.
Proof.
  intros e w x H. apply andb_prop in H. destruct H as [C H]. rewrite (closed_value e x 0 C). apply orb_prop in H. destruct H as [H | H].
  - rewrite (same_weight_value _ _ H). symmetry. apply value_constant.
  - assert (Z0 : forall n, value (Dyadic n 0) = IZR n) by (intros; unfold value; cbn; ring).
    destruct e; try discriminate; apply same_weight_value in H; rewrite ?value_scale_weight, value_number, !Z0 in H; cbn [eval].
    + symmetry. exact H.
    + assert (IZR (Zpos denominator) <> 0) by (apply not_0_IZR; lia). rewrite <- H. field. assumption.
Qed.

(* ---- enclosures ---- *)

Definition atom_interval (prec : I.F.precision) (a : atom) : I.type :=
  match a with
  | One => I.fromZ prec 1
  | Half_turn => I.pi prec
  | Double_arctangent s => I.mul prec (I.fromZ prec 2) (I.atan prec (dyadic_interval prec (Dyadic 1 (Zneg s))))
  | Closed e => enclose prec e (I.fromZ prec 0)
  | Turns _ | Real _ => I.nai
  end.
Fixpoint weight_interval (prec : I.F.precision) (w : weight) : I.type :=
  match w with
  | [] => I.fromZ prec 0
  | (c, a) :: rest => I.add prec (I.mul prec (dyadic_interval prec c) (atom_interval prec a)) (weight_interval prec rest)
  end.

Lemma holds_nai : forall x, holds I.nai x.
Proof. intros. apply anything. rewrite I.nai_correct. exact I. Qed.

Lemma holds_atom : forall prec a, holds (atom_interval prec a) (atom_value a).
Proof.
  intros prec [| | s | s | e | c]; cbn [atom_interval atom_value].
  - apply holds_Z.
  - apply I.pi_correct.
  - apply holds_mul; [apply holds_Z |]. apply (I.atan_correct prec _ (Xreal (tau s))).
    replace (tau s) with (value (Dyadic 1 (Zneg s))) by (unfold value, tau; cbn [mantissa exponent]; ring). apply holds_dyadic.
  - apply holds_nai.
  - apply enclose_correct, holds_Z.
  - apply holds_nai.
Qed.

Lemma holds_weight : forall prec w, holds (weight_interval prec w) (weight_value w).
Proof.
  intros prec. induction w as [| [c a] w IH]; cbn [weight_interval weight_value]; [apply holds_Z |].
  apply holds_add; [| exact IH]. apply holds_mul; [apply holds_dyadic | apply holds_atom].
Qed.

(* True only if |w| is at most b; of a dyadic number without rounding. *)
Definition at_most (prec : I.F.precision) (w : weight) (b : dyadic) : bool :=
  match w with
  | [] => le zero b
  | [(c, One)] => le (absolute c) b
  | _ => at_least prec (dyadic_interval prec b) (I.abs (weight_interval prec w))
  end.

Lemma at_most_correct : forall prec w b, at_most prec w b = true -> Rabs (weight_value w) <= value b.
Proof.
  intros prec w b H.
  assert (G : at_least prec (dyadic_interval prec b) (I.abs (weight_interval prec w)) = true -> Rabs (weight_value w) <= value b).
  { intros A. exact (at_least_correct _ _ _ _ _ A (holds_dyadic prec b) (holds_abs _ _ (holds_weight prec w))). }
  destruct w as [| [c [| | s | s | e | r]] [| t w]]; try exact (G H); cbn [at_most] in H.
  { apply value_le in H. rewrite value_zero in H. cbn [weight_value]. rewrite Rabs_R0. exact H. }
  apply value_le in H.
  rewrite value_absolute in H. cbn [weight_value atom_value]. replace (value c * 1 + 0) with (value c) by ring. exact H.
Qed.
