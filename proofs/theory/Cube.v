(* Functions that are continuous on [0, 1]^d, carried on as constants outside of it, are bounded and uniformly continuous. *)
From Coq Require Import Reals List Lra Lia FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Continuous Box.
Import ListNotations.
Open Scope R_scope.

Definition in_cube (d : nat) (x : point) : Prop := forall j, (j < d)%nat -> 0 <= x j <= 1.

Definition continuous_on_cube (d : nat) (f : point -> R) : Prop := forall x, in_cube d x -> forall e, 0 < e ->
  exists delta, 0 < delta /\
    forall y, in_cube d y -> (forall j, (j < d)%nat -> Rabs (y j - x j) < delta) -> Rabs (f y - f x) < e.

Definition clamped (x : point) : point := fun j => clamp (x j).
Definition extended_cube (f : point -> R) (x : point) : R := f (clamped x).

Lemma clamped_in_cube : forall d x, in_cube d (clamped x).
Proof. intros d x j _. apply clamp_range. Qed.

Lemma clamped_twice : forall x, clamped (clamped x) = clamped x.
Proof. intros x. apply functional_extensionality. intros j. apply clamp_inside, clamp_range. Qed.

Section Continuous.
Variable d : nat.
Variable f : point -> R.
Hypothesis f_continuous : continuous_on_cube d f.

(* f looks at the first d coordinates only. *)
Lemma cube_ext : forall x y, in_cube d x -> (forall j, (j < d)%nat -> y j = x j) -> f y = f x.
Proof.
  intros x y Hx E. apply equal_within with 1; [lra |]. intros e He. destruct (f_continuous x Hx e He) as [delta [Hd H]].
  assert (A := H y). rewrite Rmult_1_l. apply Rlt_le, A.
  - intros j Hj. rewrite E by exact Hj. apply Hx, Hj.
  - intros j Hj. rewrite E, Rminus_eq_0, Rabs_R0 by exact Hj. exact Hd.
Qed.

Lemma extended_cube_inside : forall x, in_cube d x -> extended_cube f x = f x.
Proof. intros x Hx. apply cube_ext; [exact Hx |]. intros j Hj. apply clamp_inside, Hx, Hj. Qed.

Definition close (delta : R) (x y : point) : Prop := forall j, (j < d)%nat -> Rabs (y j - x j) < delta.

(* How far from x the values stay within e of each other; at most 1. *)
Definition radius (e : R) (x : point) (delta : R) : Prop := 0 <= delta <= 1 /\
  forall y z, close delta x y -> close delta x z -> Rabs (extended_cube f y - extended_cube f z) <= e.

Lemma some_radius : forall e x, 0 < e -> exists delta, 0 < delta /\ radius e x delta.
Proof.
  intros e x He. destruct (f_continuous (clamped x) (clamped_in_cube d x) (e / 2)) as [delta [Hd H]]; [lra |].
  exists (Rmin delta 1). split; [apply Rmin_glb_lt; lra |]. split; [split; [apply Rmin_glb; lra | apply Rmin_r] |].
  assert (K : forall y, close (Rmin delta 1) x y -> Rabs (extended_cube f y - extended_cube f x) < e / 2).
  { intros y Hy. apply H; [apply clamped_in_cube |]. intros j Hj. eapply Rle_lt_trans; [apply clamp_nearer |].
    eapply Rlt_le_trans; [apply Hy, Hj | apply Rmin_l]. }
  intros y z Hy Hz. assert (A := K y Hy). assert (B := K z Hz). split_Rabs; lra.
Qed.

Definition largest_radius (e : R) (x : point) : R := real (Lub_Rbar (radius e x)).

Lemma below_largest : forall e x, 0 < e -> 0 < largest_radius e x /\
  forall y z, close (largest_radius e x / 2) x y -> close (largest_radius e x / 2) x z -> Rabs (extended_cube f y - extended_cube f z) <= e.
Proof.
  intros e x He. unfold largest_radius. destruct (Lub_Rbar_correct (radius e x)) as [Ub Least].
  destruct (some_radius e x He) as [r [Hr Rr]]. assert (U1 := Ub r Rr).
  assert (L1 := Least 1 (fun y Hy => proj2 (proj1 Hy))).
  destruct (Lub_Rbar (radius e x)) as [s | |]; simpl in *; [| contradiction | contradiction].
  split; [lra |]. intros y z Hy Hz.
  assert (E : exists r', s / 2 < r' /\ radius e x r').
  { apply Classical_Pred_Type.not_all_not_ex. intros N.
    assert (H : s <= s / 2).
    { apply (Least (Finite (s / 2))). intros r' Hr'. simpl. apply Rnot_lt_le. intros L. apply (N r'). split; assumption. }
    lra. }
  destruct E as [r' [H1 [_ H2]]]. apply H2; intros j Hj; (eapply Rlt_trans; [apply Hy || apply Hz |]; [exact Hj | lra]).
Qed.

Fixpoint coordinates (n : nat) : (nat -> R) -> Compactness.Tn n R :=
  match n with O => fun _ => tt | S n => fun x => (x O, coordinates n (fun j => x (S j))) end.

Fixpoint from_coordinates (n : nat) : Compactness.Tn n R -> (nat -> R) :=
  match n with
  | O => fun _ _ => 0
  | S n => fun t j => match j with O => fst t | S j => from_coordinates n (snd t) j end
  end.

Lemma coordinates_bounded : forall n x, (forall j, (j < n)%nat -> 0 <= x j <= 1) ->
  bounded_n n (coordinates n (fun _ => 0)) (coordinates n (fun _ => 1)) (coordinates n x).
Proof.
  induction n as [| n IH]; intros x H; simpl; [exact I |].
  split; [apply H; lia | apply IH; intros; apply H; lia].
Qed.

Lemma coordinates_close : forall n delta x t, close_n n delta (coordinates n x) t ->
  forall j, (j < n)%nat -> Rabs (x j - from_coordinates n t j) < delta.
Proof.
  induction n as [| n IH]; intros delta x t H j Hj; [lia |]. destruct t as [t1 t2]. destruct H as [H1 H2].
  destruct j as [| j]; simpl; [exact H1 |]. apply (IH delta (fun j => x (S j)) t2 H2 j). lia.
Qed.

Theorem extended_cube_regular : regular (extended_cube f).
Proof.
  intros e He.
  assert (P : forall t, 0 < largest_radius e (from_coordinates d t) / 4)
    by (intros t; destruct (below_largest e (from_coordinates d t) He); lra).
  destruct (compactness_value d (coordinates d (fun _ => 0)) (coordinates d (fun _ => 1)) (fun t => mkposreal _ (P t)))
    as [delta H]. exists (delta / 2). assert (Hd := cond_pos delta). split; [lra |].
  intros x y Hxy. unfold extended_cube. rewrite <- (clamped_twice x), <- (clamped_twice y).
  apply Rnot_lt_le. intros Far.
  apply (H (coordinates d (clamped x))); [apply coordinates_bounded; intros; apply clamp_range |].
  intros [t [_ [C L]]]. simpl in C, L. assert (Q := coordinates_close _ _ _ _ C).
  destruct (below_largest e (from_coordinates d t) He) as [_ B].
  apply (Rlt_not_le _ _ Far), B; intros j Hj; specialize (Q j Hj).
  - lra.
  - assert (N : Rabs (clamped x j - clamped y j) <= delta / 2) by (eapply Rle_trans; [apply clamp_nearer | apply Hxy]).
    split_Rabs; lra.
Qed.

Lemma extended_cube_bounded : exists B, 0 <= B /\ forall x, Rabs (extended_cube f x) <= B.
Proof.
  destruct (extended_cube_regular 1) as [delta [Hd H]]; [lra |].
  destruct (pieces_below 1 delta) as [n [Hn Hp]]; [lra | exact Hd |].
  assert (n0 : 0 < INR n) by (apply lt_0_INR; exact Hn).
  exists (Rabs (extended_cube f (fun _ => 0)) + INR n). split; [generalize (Rabs_pos (extended_cube f (fun _ => 0))); lra |].
  intros x. set (path := fun k : nat => (fun j => INR k / INR n * clamped x j) : point).
  assert (G : forall k, Rabs (extended_cube f (path k)) <= Rabs (extended_cube f (fun _ => 0)) + INR k).
  { induction k as [| k IH].
    - replace (path O) with (fun _ : nat => 0); [simpl; lra |].
      apply functional_extensionality. intros j. unfold path. simpl. field. lra.
    - assert (N : near delta (path (S k)) (path k)).
      { intros j. unfold path. rewrite S_INR.
        replace ((INR k + 1) / INR n * clamped x j - INR k / INR n * clamped x j) with (1 / INR n * clamped x j) by (field; lra).
        eapply Rle_trans; [| exact Hp]. assert (C := clamp_range (x j)). fold (clamped x j) in C.
        assert (0 < 1 / INR n) by (apply Rdiv_lt_0_compat; lra). rewrite Rabs_pos_eq; nra. }
      specialize (H _ _ N). rewrite S_INR. split_Rabs; lra. }
  specialize (G n). replace (path n) with (clamped x) in G.
  - unfold extended_cube in *. rewrite clamped_twice in G. exact G.
  - apply functional_extensionality. intros j. unfold path. field. lra.
Qed.

End Continuous.
