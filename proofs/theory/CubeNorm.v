(* The L^p norm on the cube, as an iterated Riemann integral, and the three norms of a shift. *)
From Coq Require Import Reals List Lra Lia.
From Layercert Require Import Power Box Cube Modulus.
Open Scope R_scope.

(* |g|^p, whether its integral over the cube exists, and || g ||_p *)
Definition power_of (p : R) (g : point -> R) (x : point) : R := power p (Rabs (g x)).
Definition norm_exists (p : R) (d : nat) (g : point -> R) : Prop := box_integrable (seq 0 d) zeros ones (power_of p g).
Definition cube_norm (p : R) (d : nat) (g : point -> R) : R := power (/ p) (box (seq 0 d) zeros ones (power_of p g) origin).

Inductive shift_norm := Euclidean | Maximum | Sum.

Definition shift_size (n : shift_norm) (d : nat) : point -> R :=
  match n with Euclidean => euclidean d | Maximum => max_norm d | Sum => one_norm d end.

Lemma shift_size_axis : forall n d j s, (j < d)%nat -> shift_size n d (axis j s) = Rabs s.
Proof. intros [| |]; [exact euclidean_axis | exact max_norm_axis | exact one_norm_axis]. Qed.

Corollary shift_size_axis_le : forall n d j s, (j < d)%nat -> shift_size n d (axis j s) <= Rabs s.
Proof. intros. rewrite shift_size_axis by assumption. apply Rle_refl. Qed.

(* The norm sees the values on the cube only. *)
Lemma cube_norm_ext : forall p d g h, (forall x, in_cube d x -> g x = h x) ->
  cube_norm p d g = cube_norm p d h /\ (norm_exists p d g -> norm_exists p d h).
Proof.
  intros p d g h E. destruct (box_ext (seq 0 d) zeros ones (power_of p g) (power_of p h)) as [A B].
  - intros; unfold zeros, ones; lra.
  - intros x Hx. unfold power_of. rewrite E; [reflexivity |]. intros j Hj. apply Hx, in_seq. lia.
  - split; [unfold cube_norm; rewrite A; reflexivity | exact B].
Qed.
