(* x^p for real p > 0 and x >= 0, with 0^p = 0. *)
From Coq Require Import Reals Lra.
Open Scope R_scope.

Definition power (p x : R) : R := if Rle_dec x 0 then 0 else Rpower x p.

Lemma power_pos : forall p x, 0 < x -> power p x = Rpower x p.
Proof. intros p x H. unfold power. destruct (Rle_dec x 0); [lra | reflexivity]. Qed.

Lemma power_0 : forall p x, x <= 0 -> power p x = 0.
Proof. intros p x H. unfold power. destruct (Rle_dec x 0); [reflexivity | lra]. Qed.

Lemma power_nonneg : forall p x, 0 <= power p x.
Proof. intros. unfold power. destruct (Rle_dec x 0); [lra |]. apply Rlt_le, exp_pos. Qed.

Lemma power_le : forall p x y, 0 < p -> x <= y -> power p x <= power p y.
Proof.
  intros p x y Hp H. destruct (Rle_dec x 0). { rewrite (power_0 p x) by assumption. apply power_nonneg. }
  rewrite !power_pos by lra. apply Rle_Rpower_l; lra.
Qed.

Lemma power_power : forall p q x, 0 <= x -> power q (power p x) = power (p * q) x.
Proof.
  intros p q x H. destruct (Req_dec x 0) as [-> | n]. { rewrite !power_0; try rewrite power_0; lra. }
  rewrite (power_pos p), (power_pos (p * q)) by lra. rewrite power_pos by apply exp_pos.
  apply Rpower_mult.
Qed.

Lemma power_1 : forall x, 0 <= x -> power 1 x = x.
Proof.
  intros x H. destruct (Req_dec x 0) as [-> | n]; [apply power_0; lra |]. rewrite power_pos by lra. apply Rpower_1. lra.
Qed.

Lemma power_root : forall p x, 0 < p -> 0 <= x -> power (/ p) (power p x) = x.
Proof. intros. rewrite power_power, Rinv_r, power_1 by lra. reflexivity. Qed.

Lemma root_power : forall p x, 0 < p -> 0 <= x -> power p (power (/ p) x) = x.
Proof. intros. rewrite power_power, Rinv_l, power_1 by lra. reflexivity. Qed.

Lemma power_mult : forall p x y, 0 <= x -> 0 <= y -> power p (x * y) = power p x * power p y.
Proof.
  intros p x y Hx Hy. destruct (Req_dec x 0) as [-> | nx]. { rewrite Rmult_0_l, (power_0 p 0) by lra. ring. }
  destruct (Req_dec y 0) as [-> | ny]. { rewrite Rmult_0_r, (power_0 p 0) by lra. ring. }
  rewrite !power_pos by (try apply Rmult_lt_0_compat; lra). symmetry. apply Rpower_mult_distr; lra.
Qed.
