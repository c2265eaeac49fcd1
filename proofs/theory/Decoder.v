(* The two-sine decoder: what sqrt 2 Q sin(pi/4 + sum of 2 arctan tau) is, as a polynomial in the tau. *)
From Coq Require Import Reals List Lra Lia.
From Coquelicot Require Import Complex.
Import ListNotations.
Open Scope R_scope.

Definition cis (a : R) : C := (cos a, sin a).

Lemma cis_plus : forall a b, cis (a + b) = (cis a * cis b)%C.
Proof. intros. unfold cis, Cmult. simpl. rewrite cos_plus, sin_plus. f_equal. ring. Qed.

Lemma cis_0 : cis 0 = RtoC 1.
Proof. unfold cis. rewrite cos_0, sin_0. reflexivity. Qed.

(* sqrt 2 e^(i pi/4) = 1 + i *)
Lemma cis_eighth : (RtoC (sqrt 2) * cis (PI / 4))%C = (1, 1).
Proof.
  unfold cis, Cmult, RtoC. simpl. rewrite cos_PI4, sin_PI4.
  assert (sqrt 2 <> 0) by (apply Rgt_not_eq, sqrt_lt_R0; lra).
  f_equal; field; assumption.
Qed.

(* (1 + tau^2) e^(2 i arctan tau) = (1 + i tau)^2 *)
Lemma cis_double_atan : forall tau, (RtoC (1 + tau * tau) * cis (2 * atan tau))%C = ((1, tau) * (1, tau))%C.
Proof.
  intros tau. assert (P : 0 < 1 + tau * tau) by nra.
  assert (S : sqrt (1 + tau * tau) * sqrt (1 + tau * tau) = 1 + tau * tau) by (apply sqrt_sqrt; lra).
  assert (n : sqrt (1 + tau * tau) <> 0) by (apply Rgt_not_eq, sqrt_lt_R0, P).
  unfold cis, Cmult, RtoC. simpl. rewrite cos_2a, sin_2a, cos_atan, sin_atan. unfold Rsqr.
  f_equal; [replace (1 * 1 - tau * tau) with ((1 + tau * tau) * ((1 - tau * tau) / (sqrt (1 + tau * tau) * sqrt (1 + tau * tau))))
    by (rewrite S; field; lra)
  | replace (1 * tau + tau * 1) with ((1 + tau * tau) * ((2 * tau) / (sqrt (1 + tau * tau) * sqrt (1 + tau * tau))))
    by (rewrite S; field; lra)]; field; assumption.
Qed.

(* A bit position of a cell: is the bit set, and tau. *)
Definition bit := (bool * R)%type.

Fixpoint arg (l : list bit) : R :=
  match l with [] => 0 | (s, tau) :: l => (if s then 2 * atan tau else 0) + arg l end.
Fixpoint Q (l : list bit) : R :=
  match l with [] => 1 | (_, tau) :: l => (1 + tau * tau) * Q l end.

Definition u_set (tau : R) : C := ((1, tau) * (1, tau))%C.
Definition u_clear (tau : R) : C := RtoC (1 + tau * tau).

Fixpoint factors (l : list bit) : C :=
  match l with [] => RtoC 1 | (s, tau) :: l => ((if s then u_set tau else u_clear tau) * factors l)%C end.

Lemma factors_polar : forall l, factors l = (RtoC (Q l) * cis (arg l))%C.
Proof.
  induction l as [| [s tau] l IH]; simpl. { rewrite cis_0. ring. }
  rewrite IH, cis_plus, RtoC_mult. destruct s; unfold u_set, u_clear.
  - rewrite <- cis_double_atan. ring.
  - rewrite cis_0. ring.
Qed.

Definition nu (l : list bit) : R := snd ((1, 1) * factors l)%C.

(* sqrt 2 Q sin(pi/4 + arg) = Im[(1+i) prod (set: (1 + i tau)^2, clear: 1 + tau^2)] *)
Theorem decoder_identity : forall l, sqrt 2 * Q l * sin (PI / 4 + arg l) = nu l.
Proof.
  intros l. unfold nu. rewrite factors_polar, <- cis_eighth.
  replace (RtoC (sqrt 2) * cis (PI / 4) * (RtoC (Q l) * cis (arg l)))%C
    with (RtoC (sqrt 2 * Q l) * cis (PI / 4 + arg l))%C.
  - simpl. ring.
  - rewrite cis_plus, RtoC_mult. ring.
Qed.

Lemma Q_pos : forall l, 0 < Q l.
Proof. induction l as [| [s tau] l IH]; simpl; [lra |]. apply Rmult_lt_0_compat; [nra | assumption]. Qed.

(* With the ideal weight w = 2 pi sqrt 2 Q m, the argument of the second sine is 2 pi m nu. *)
Corollary ideal_phase : forall l m, 2 * PI * sqrt 2 * Q l * m * sin (PI / 4 + arg l) = 2 * PI * (m * nu l).
Proof. intros. rewrite <- decoder_identity. ring. Qed.

(* So only m nu modulo 1 matters. *)
Theorem sin_turns : forall x y (z : Z), x - y = IZR z -> sin (2 * PI * x) = sin (2 * PI * y).
Proof.
  assert (P : forall y n, sin (2 * PI * (y + INR n)) = sin (2 * PI * y)).
  { intros y n. replace (2 * PI * (y + INR n)) with (2 * PI * y + 2 * INR n * PI) by ring. apply sin_period. }
  intros x y z H. destruct (Z.le_ge_cases 0 z) as [Z0 | Z0].
  - replace x with (y + INR (Z.to_nat z)); [apply P |]. rewrite INR_IZR_INZ, Z2Nat.id by assumption. lra.
  - replace y with (x + INR (Z.to_nat (- z))); [symmetry; apply P |].
    rewrite INR_IZR_INZ, Z2Nat.id, opp_IZR by lia. lra.
Qed.

Theorem decoded_value : forall l m phase (z : Z), m * nu l - phase = IZR z ->
  sin (2 * PI * sqrt 2 * Q l * m * sin (PI / 4 + arg l)) = sin (2 * PI * phase).
Proof. intros. rewrite ideal_phase. apply sin_turns with z. assumption. Qed.

(* ---- nu is a dyadic rational: a Gaussian integer times 2^-f, f = 2 sum of the s, tau = 2^-s ---- *)

Definition gaussian (f : nat) (z : C) : Prop := exists a b : Z, fst z = IZR a / 2 ^ f /\ snd z = IZR b / 2 ^ f.

Lemma gaussian_mult : forall f g y z, gaussian f y -> gaussian g z -> gaussian (f + g) (y * z)%C.
Proof.
  intros f g [y1 y2] [z1 z2] [a [b [A B]]] [c [d [D E]]]. simpl in *. subst.
  exists (a * c - b * d)%Z, (a * d + b * c)%Z. simpl.
  rewrite minus_IZR, plus_IZR, !mult_IZR, pow_add.
  split; field; split; apply pow_nonzero; lra.
Qed.

Lemma gaussian_1_1 : gaussian 0 (1, 1).
Proof. exists 1%Z, 1%Z. simpl. split; field. Qed.

Fixpoint grid (shifts : list (bool * nat)) : list bit :=
  match shifts with [] => [] | (s, k) :: l => (s, / 2 ^ k) :: grid l end.
Fixpoint grid_bits (shifts : list (bool * nat)) : nat :=
  match shifts with [] => O | (_, k) :: l => (2 * k + grid_bits l)%nat end.

Theorem nu_dyadic : forall shifts, exists a : Z, nu (grid shifts) = IZR a / 2 ^ grid_bits shifts.
Proof.
  assert (two : forall k, IZR (2 ^ Z.of_nat k) = 2 ^ k) by (intros; rewrite <- pow_IZR; reflexivity).
  assert (G : forall shifts, gaussian (grid_bits shifts) (factors (grid shifts))).
  { induction shifts as [| [s k] l IH]; [exists 1%Z, 0%Z; simpl; split; field |].
    cbn [grid grid_bits factors]. apply gaussian_mult; [| assumption].
    assert (n : 2 ^ k <> 0) by (apply pow_nonzero; lra).
    destruct s; unfold u_set, u_clear; [exists (2 ^ Z.of_nat (2 * k) - 1)%Z, (2 * 2 ^ Z.of_nat k)%Z
      | exists (2 ^ Z.of_nat (2 * k) + 1)%Z, 0%Z];
      cbn [fst snd Cmult RtoC]; rewrite ?minus_IZR, ?plus_IZR, ?mult_IZR, ?two;
      replace (2 ^ (2 * k)) with (2 ^ k * 2 ^ k) by (rewrite <- pow_add; f_equal; lia);
      split; field; assumption. }
  intros shifts. destruct (gaussian_mult 0 _ (1, 1) _ gaussian_1_1 (G shifts))
    as [a [b [_ B]]]. exists b. exact B.
Qed.
