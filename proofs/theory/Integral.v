(* Coquelicot's Riemann integral for real functions, with the operations of R. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
Open Scope R_scope.

(* Equations between integrals live in R as a normed module, where ring does not find them. *)
Ltac as_real := match goal with |- @eq _ ?a ?b => change (@eq R a b) end.

Lemma integral_plus : forall (f g : R -> R) a b, ex_RInt f a b -> ex_RInt g a b ->
  RInt (fun x => f x + g x) a b = RInt f a b + RInt g a b.
Proof. intros. apply (RInt_plus f g a b); assumption. Qed.

Lemma integral_minus : forall (f g : R -> R) a b, ex_RInt f a b -> ex_RInt g a b ->
  RInt (fun x => f x - g x) a b = RInt f a b - RInt g a b.
Proof. intros. apply (RInt_minus f g a b); assumption. Qed.

Lemma integral_scale : forall (f : R -> R) c a b, ex_RInt f a b -> RInt (fun x => c * f x) a b = c * RInt f a b.
Proof. intros. apply (RInt_scal f a b c). assumption. Qed.

Lemma integral_const : forall c a b, RInt (fun _ => c) a b = (b - a) * c.
Proof. intros. apply (RInt_const a b c). Qed.

Lemma integral_split : forall (f : R -> R) a b c, ex_RInt f a b -> ex_RInt f b c ->
  RInt f a c = RInt f a b + RInt f b c.
Proof. intros. symmetry. apply (RInt_Chasles f a b c); assumption. Qed.

Lemma integrable_plus : forall (f g : R -> R) a b, ex_RInt f a b -> ex_RInt g a b -> ex_RInt (fun x => f x + g x) a b.
Proof. intros. apply (ex_RInt_plus f g); assumption. Qed.

Lemma integrable_minus : forall (f g : R -> R) a b, ex_RInt f a b -> ex_RInt g a b -> ex_RInt (fun x => f x - g x) a b.
Proof. intros. apply (ex_RInt_minus f g); assumption. Qed.

Lemma integrable_scale : forall (f : R -> R) c a b, ex_RInt f a b -> ex_RInt (fun x => c * f x) a b.
Proof. intros. apply (ex_RInt_scal f a b c). assumption. Qed.

Lemma integrable_part : forall (f : R -> R) a b c d, a <= b -> b <= c -> c <= d -> ex_RInt f a d -> ex_RInt f b c.
Proof.
  intros f a b c d H1 H2 H3 H.
  apply (@ex_RInt_Chasles_2 R_CompleteNormedModule f a b c); [split; assumption |].
  apply (@ex_RInt_Chasles_1 R_CompleteNormedModule f a c d); [split; [apply Rle_trans with b |]; assumption | assumption].
Qed.

Lemma integrable_join : forall (f : R -> R) a b c, ex_RInt f a b -> ex_RInt f b c -> ex_RInt f a c.
Proof. intros. apply (ex_RInt_Chasles f a b c); assumption. Qed.

Lemma abs_integral : forall (f : R -> R) a b M, ex_RInt f a b -> (forall x, Rmin a b <= x <= Rmax a b -> Rabs (f x) <= M) ->
  Rabs (RInt f a b) <= Rabs (b - a) * M.
Proof.
  intros f a b M I H. destruct (Rle_dec a b) as [O | O].
  - rewrite (Rabs_pos_eq (b - a)) by lra. rewrite Rmin_left, Rmax_right in H by lra.
    apply abs_RInt_le_const; assumption.
  - rewrite Rmin_right, Rmax_left in H by lra. rewrite (Rabs_left (b - a)) by lra.
    rewrite <- (opp_RInt_swap f b a) by (apply ex_RInt_swap, I). unfold opp. simpl. rewrite Rabs_Ropp.
    replace (- (b - a)) with (a - b) by ring. apply abs_RInt_le_const; [lra | apply ex_RInt_swap, I | assumption].
Qed.
