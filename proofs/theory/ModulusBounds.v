(* The modulus of a continuous function is at most what its values differ by: it is finite, and lambda t^alpha for Hoelder continuous f. *)
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

Section Bounds.
Variable p : R.
Hypothesis p1 : 1 <= p.
Variable d : nat.
Variable f : point -> R.
Hypothesis f_continuous : continuous_on_cube d f.
Variable size : point -> R.

Theorem modulus_at_most : forall t c, 0 <= c ->
  (forall x h, size h <= t -> in_cube d x -> in_cube d (moved x h) -> Rabs (f (moved x h) - f x) <= c) ->
  Rbar_le (cube_omega p d f size t) c.
Proof.
  intros t c c0 H. unfold cube_omega. apply Lub_Rbar_correct. intros m [h [Hs [Hh [_ ->]]]]. simpl.
  rewrite <- (power_root p c) by lra. apply power_le; [apply Rinv_0_lt_compat; lra |].
  assert (Small : forall j, In j (seq 0 d) -> Rabs (h j) <= 1) by (intros j Hj; apply in_seq in Hj; apply Hh; lia).
  rewrite <- (proj1 (shift_integral_F p p1 d f f_continuous h Small) origin).
  apply box_at_most; [| apply (shifted_F_regular p p1 d f f_continuous) | apply power_nonneg |].
  - intros j Hj. specialize (Small j Hj). assert (R := shift_range h j Small).
    revert R. unfold shift_lo, shift_hi, Rmax, Rmin. repeat destruct Rle_dec; split_Rabs; lra.
  - intros x Hx. rewrite (shifted_inside p d f f_continuous h x Small Hx). unfold shifted. apply power_le; [lra |].
    apply H; [exact Hs | |]; intros j Hj; assert (Hj' : In j (seq 0 d)) by (apply in_seq; lia);
      specialize (Hx j Hj'); specialize (Small j Hj'); revert Hx; unfold moved, shift_lo, shift_hi, Rmax, Rmin;
      repeat destruct Rle_dec; split_Rabs; lra.
Qed.

(* So Lemma 1 says something. *)
Corollary modulus_finite : exists w : R, forall t, Rbar_le (cube_omega p d f size t) w.
Proof.
  destruct (extended_cube_bounded d f f_continuous) as [B [B0 HB]]. exists (2 * B). intros t.
  apply modulus_at_most; [lra |]. intros x h _ Hx Hy.
  rewrite <- (extended_cube_inside d f f_continuous x Hx), <- (extended_cube_inside d f f_continuous _ Hy).
  assert (A := HB x). assert (A' := HB (moved x h)). split_Rabs; lra.
Qed.

Corollary hoelder_modulus : forall lambda alpha t, 0 <= lambda -> 0 < alpha ->
  (forall x h, in_cube d x -> in_cube d (moved x h) -> Rabs (f (moved x h) - f x) <= lambda * power alpha (size h)) ->
  Rbar_le (cube_omega p d f size t) (lambda * power alpha t).
Proof.
  intros lambda alpha t l0 a0 H. apply modulus_at_most; [apply Rmult_le_pos; [exact l0 | apply power_nonneg] |].
  intros x h Hs Hx Hy. eapply Rle_trans; [apply H; assumption |].
  apply Rmult_le_compat_l; [exact l0 | apply power_le; assumption].
Qed.

End Bounds.
