(* The rectifier. *)
From Coq Require Import Reals Lra.
Open Scope R_scope.

Definition relu (x : R) : R := Rmax x 0.

Lemma relu_pos : forall x, 0 <= x -> relu x = x.
Proof. intros. apply Rmax_left. assumption. Qed.

Lemma relu_neg : forall x, x <= 0 -> relu x = 0.
Proof. intros. apply Rmax_right. assumption. Qed.

Lemma relu_nonneg : forall x, 0 <= relu x.
Proof. intros. apply Rmax_r. Qed.

(* Of a number that should be a >= 0, the rectified one is no further away. *)
Lemma relu_nearer : forall x a, 0 <= a -> Rabs (relu x - a) <= Rabs (x - a).
Proof.
  intros x a Ha. destruct (Rle_dec 0 x).
  - rewrite relu_pos by assumption. lra.
  - rewrite relu_neg by lra. rewrite !Rabs_left1 by lra. lra.
Qed.

(* A carry with an offset M loses nothing while |x| <= M: the sum of the corrections. *)
Lemma relu_offset : forall x M, Rabs x <= M -> relu (x + M) - M = x.
Proof. intros x M H. rewrite relu_pos; [ring |]. generalize (Rle_abs (- x)). rewrite Rabs_Ropp. lra. Qed.
