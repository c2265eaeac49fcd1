(* The modulus of a Hoelder continuous function: omega_p(f, t) <= lambda t^alpha. *)
From Coq Require Import Reals List Lra Lia.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Integral Power Continuous Box Cube Modulus Cells Projection.
Import ListNotations.
Open Scope R_scope.

(* An integral over a box of sides at most 1 is at most a bound of the integrand. *)
Lemma box_at_most : forall l lo hi F c, (forall j, In j l -> 0 <= hi j - lo j <= 1) -> regular F -> 0 <= c ->
  (forall x, in_box l lo hi x -> F x <= c) -> forall x, box l lo hi F x <= c.
Proof.
  induction l as [| j l IH]; intros lo hi F c O HF Hc H x; simpl; [apply H; intros j [] |].
  assert (Oj := O j (or_introl eq_refl)).
  apply IH; [intros; apply O; right; assumption | apply regular_integral, HF | exact Hc |].
  clear x. intros x Hx. apply Rle_trans with ((hi j - lo j) * c); [| nra].
  unfold integral. rewrite <- (integral_const c (lo j) (hi j)).
  apply RInt_le; [lra | apply line_integrable, HF | apply ex_RInt_const |].
  intros v Hv. apply H, in_box_set; [exact Hx | lra].
Qed.

Section Hoelder.
Variable p lambda alpha : R.
Hypothesis p1 : 1 <= p.
Hypothesis lambda_nonneg : 0 <= lambda.
Hypothesis alpha_pos : 0 < alpha.
Variable d : nat.
Variable f : point -> R.
Hypothesis f_continuous : continuous_on_cube d f.
Variable size : point -> R.
Hypothesis f_hoelder : forall x h, in_cube d x -> in_cube d (moved x h) ->
  Rabs (f (moved x h) - f x) <= lambda * power alpha (size h).

Theorem hoelder_modulus : forall t, 0 <= t -> Rbar_le (cube_omega p d f size t) (lambda * power alpha t).
Proof.
  intros t Ht. unfold cube_omega. apply Lub_Rbar_correct. intros m [h [Hs [Hh [_ ->]]]]. simpl.
  assert (C0 : 0 <= lambda * power alpha t) by (apply Rmult_le_pos; [exact lambda_nonneg | apply power_nonneg]).
  rewrite <- (power_root p (lambda * power alpha t)) by lra. apply power_le; [apply Rinv_0_lt_compat; lra |].
  assert (Small : forall j, In j (seq 0 d) -> Rabs (h j) <= 1) by (intros j Hj; apply in_seq in Hj; apply Hh; lia).
  rewrite <- (proj1 (shift_integral_F p p1 d f f_continuous h Small) origin).
  apply box_at_most; [| apply (shifted_F_regular p p1 d f f_continuous) | apply power_nonneg |].
  - intros j Hj. specialize (Small j Hj). assert (R := shift_range h j Small).
    revert R. unfold shift_lo, shift_hi, Rmax, Rmin. repeat destruct Rle_dec; split_Rabs; lra.
  - intros x Hx. rewrite (shifted_inside p d f f_continuous h x Small Hx). unfold shifted. apply power_le; [lra |].
    eapply Rle_trans; [apply f_hoelder |].
    + intros j Hj. assert (Hj' : In j (seq 0 d)) by (apply in_seq; lia). specialize (Hx j Hj'). specialize (Small j Hj').
      revert Hx. unfold shift_lo, shift_hi, Rmax, Rmin. repeat destruct Rle_dec; split_Rabs; lra.
    + intros j Hj. assert (Hj' : In j (seq 0 d)) by (apply in_seq; lia). specialize (Hx j Hj'). specialize (Small j Hj').
      revert Hx. unfold moved, shift_lo, shift_hi, Rmax, Rmin. repeat destruct Rle_dec; split_Rabs; lra.
    + apply Rmult_le_compat_l; [exact lambda_nonneg | apply power_le; assumption].
Qed.

End Hoelder.
