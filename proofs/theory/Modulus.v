(* The modulus omega_p(f, t) on [0, 1]^d, and how a bound of p-th powers gives one with the modulus. *)
From Coq Require Import Reals List Lra Lia.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Power Sums Box.
Import ListNotations.
Open Scope R_scope.

Definition origin : point := fun _ => 0.
Definition axis (j : nat) (s : R) : point := set origin j s.
Definition moved (x h : point) : point := fun j => x j + h j.

(* x and x + h are in the cube if shift_lo h j <= x j <= shift_hi h j for all j < d. *)
Definition shift_lo (h : point) (j : nat) : R := Rmax 0 (- h j).
Definition shift_hi (h : point) (j : nat) : R := Rmin 1 (1 - h j).

Definition zeros (_ : nat) : R := 0.
Definition ones (_ : nat) : R := 1.

Section Modulus.
Variable p : R.
Variable d : nat.
Variable f : point -> R.

Let coords := seq 0 d.

(* |f(. + h) - f|^p and its integral over the x for which x and x + h are in the cube *)
Definition shifted (h x : point) : R := power p (Rabs (f (moved x h) - f x)).
Definition shift_integral (h : point) : R := box coords (shift_lo h) (shift_hi h) (shifted h) origin.

(* Only shifts for which the integral exists count. *)
Definition cube_moduli (size : point -> R) (t m : R) : Prop :=
  exists h, size h <= t /\ (forall j, (j < d)%nat -> Rabs (h j) <= 1) /\
    box_integrable coords (shift_lo h) (shift_hi h) (shifted h) /\ m = power (/ p) (shift_integral h).

Definition cube_omega (size : point -> R) (t : R) : Rbar := Lub_Rbar (cube_moduli size t).

End Modulus.

(* ---- the three norms of a shift ---- *)

Definition euclidean (d : nat) (h : point) : R := sqrt (sum_to d (fun j => h j * h j)).
Definition one_norm (d : nat) (h : point) : R := sum_to d (fun j => Rabs (h j)).
Fixpoint max_norm (d : nat) (h : point) : R := match d with O => 0 | S d => Rmax (max_norm d h) (Rabs (h d)) end.

Lemma sum_axis : forall (g : R -> R) d j s, g 0 = 0 -> (j < d)%nat -> sum_to d (fun i => g (axis j s i)) = g s.
Proof.
  intros g d j s g0 Hj. rewrite (sum_to_single d j) by (try exact Hj; intros; unfold axis; rewrite set_other by assumption; exact g0).
  unfold axis. rewrite set_same. reflexivity.
Qed.

Lemma euclidean_axis : forall d j s, (j < d)%nat -> euclidean d (axis j s) = Rabs s.
Proof. intros. unfold euclidean. rewrite (sum_axis (fun x => x * x)) by (lra || assumption). apply sqrt_Rsqr_abs. Qed.

Lemma one_norm_axis : forall d j s, (j < d)%nat -> one_norm d (axis j s) = Rabs s.
Proof. intros. apply (sum_axis Rabs); [apply Rabs_R0 | assumption]. Qed.

Lemma max_norm_axis : forall d j s, (j < d)%nat -> max_norm d (axis j s) = Rabs s.
Proof.
  assert (Z : forall d j s, (d <= j)%nat -> max_norm d (axis j s) = 0).
  { induction d as [| d IH]; intros j s H; [reflexivity |]. cbn [max_norm]. rewrite IH by lia.
    unfold axis. rewrite set_other by lia. unfold origin. rewrite Rabs_R0. apply Rmax_left. lra. }
  induction d as [| d IH]; intros j s H; [lia |]. cbn [max_norm]. destruct (Nat.eq_dec j d) as [-> | n].
  - rewrite Z by lia. unfold axis. rewrite set_same. apply Rmax_right, Rabs_pos.
  - rewrite IH by lia. unfold axis. rewrite set_other by lia. unfold origin. rewrite Rabs_R0. apply Rmax_left, Rabs_pos.
Qed.

(* ---- from p-th powers to norms ---- *)

Lemma root_of_bound : forall (moduli : R -> Prop) p error c, 0 < p -> 0 < c ->
  (exists m, moduli m) -> (forall m, moduli m -> 0 <= m) ->
  (forall w, 0 <= w -> (forall m, moduli m -> m <= w) -> error <= c * power p w) ->
  Rbar_le (power (/ p) error) (Rbar_mult (power (/ p) c) (Lub_Rbar moduli)).
Proof.
  intros moduli p error c Hp Hc [m0 Hm0] Nonneg H. destruct (Lub_Rbar_correct moduli) as [Ub _].
  assert (C : 0 < power (/ p) c) by (rewrite power_pos by exact Hc; apply exp_pos).
  assert (U0 := Ub m0 Hm0). assert (M0 := Nonneg m0 Hm0).
  destruct (Lub_Rbar moduli) as [w | |]; [| | contradiction].
  - simpl in U0. simpl. assert (w0 : 0 <= w) by lra.
    replace (power (/ p) c * w) with (power (/ p) (c * power p w)).
    + apply power_le; [apply Rinv_0_lt_compat, Hp | apply H; [exact w0 | exact Ub]].
    + rewrite power_mult by (lra || apply power_nonneg). rewrite power_root by lra. reflexivity.
  - unfold Rbar_mult, Rbar_mult'. destruct Rle_dec; [destruct Rle_lt_or_eq_dec; [exact I |] |]; lra.
Qed.
