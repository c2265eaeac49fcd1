(* How far the stored weights move a phase. w', a', ... are the numbers that the network stores; w, a, ... the ideal ones. *)
From Coq Require Import Reals List Lra.
From Layercert Require Import Relu.
Import ListNotations.
Open Scope R_scope.

Lemma abs_sin_le : forall x, Rabs (sin x) <= Rabs x.
Proof.
  assert (pos : forall x, 0 < x -> Rabs (sin x) <= x).
  { intros x Hx. destruct (Rle_dec x 1) as [H1 | H1].
    - assert (0 < sin x) by (apply sin_gt_0; [lra | generalize PI2_1; lra]).
      rewrite Rabs_pos_eq by lra. apply Rlt_le, sin_lt_x, Hx.
    - generalize (SIN_bound x). intros [A B]. apply Rabs_le. lra. }
  intros x. destruct (Rtotal_order x 0) as [H | [H | H]].
  - rewrite <- (Rabs_Ropp x), (Rabs_pos_eq (- x)), <- Rabs_Ropp, <- sin_neg by lra. apply pos. lra.
  - subst. rewrite sin_0. lra.
  - rewrite (Rabs_pos_eq x) by lra. apply pos, H.
Qed.

Lemma sin_lipschitz : forall x y, Rabs (sin x - sin y) <= Rabs (x - y).
Proof.
  intros x y. rewrite form4, !Rabs_mult.
  assert (C : Rabs (cos ((x + y) / 2)) <= 1) by (apply Rabs_le; generalize (COS_bound ((x + y) / 2)); lra).
  generalize (abs_sin_le ((x - y) / 2)). unfold Rdiv at 2. rewrite Rabs_mult.
  rewrite (Rabs_pos_eq (/ 2)) by lra. rewrite (Rabs_pos_eq 2) by lra. intros S.
  generalize (Rabs_pos (cos ((x + y) / 2))) (Rabs_pos (sin ((x - y) / 2))). nra.
Qed.

(* |w' sin a' - w sin a| <= |w' - w| + |w| |a' - a| *)
Theorem perturbation : forall w' w a' a,
  Rabs (w' * sin a' - w * sin a) <= Rabs (w' - w) + Rabs w * Rabs (a' - a).
Proof.
  intros. replace (w' * sin a' - w * sin a) with ((w' - w) * sin a' + w * (sin a' - sin a)) by ring.
  eapply Rle_trans; [apply Rabs_triang |]. rewrite !Rabs_mult.
  assert (S : Rabs (sin a') <= 1) by (apply Rabs_le; generalize (SIN_bound a'); lra).
  generalize (sin_lipschitz a' a) (Rabs_pos (w' - w)) (Rabs_pos w) (Rabs_pos (sin a')). nra.
Qed.

(* A bit position of a cell: is the bit set, the stored angle and the ideal one. *)
Record angle := Angle { is_set : bool; stored : R; ideal : R }.

Fixpoint total (value : angle -> R) (l : list angle) : R :=
  match l with [] => 0 | x :: l => (if is_set x then value x else 0) + total value l end.
Fixpoint angle_error (l : list angle) : R :=
  match l with [] => 0 | x :: l => Rabs (stored x - ideal x) + angle_error l end.

Lemma angle_error_nonneg : forall l, 0 <= angle_error l.
Proof. induction l; simpl; [lra |]. generalize (Rabs_pos (stored a - ideal a)); lra. Qed.

(* The sum over the set bits of one cell is off by at most the sum over all bits. *)
Lemma total_error : forall l, Rabs (total stored l - total ideal l) <= angle_error l.
Proof.
  induction l as [| x l IH]; simpl; [rewrite Rminus_0_r, Rabs_R0; lra |].
  destruct (is_set x).
  - replace (stored x + total stored l - (ideal x + total ideal l))
      with ((stored x - ideal x) + (total stored l - total ideal l)) by ring.
    eapply Rle_trans; [apply Rabs_triang |]. lra.
  - rewrite !Rplus_0_l. generalize (Rabs_pos (stored x - ideal x)). lra.
Qed.

(* arg_m = arg_(m-1) + what level m adds. The network carries arg_(m-1) through a ReLU unit, the ideal one has none. *)
Fixpoint carried (levels : list (list angle)) : R := (* latest level first *)
  match levels with [] => 0 | l :: before => relu (carried before) + total stored l end.
Fixpoint carried_ideal (levels : list (list angle)) : R :=
  match levels with [] => 0 | l :: before => carried_ideal before + total ideal l end.
Fixpoint levels_error (levels : list (list angle)) : R :=
  match levels with [] => 0 | l :: before => levels_error before + angle_error l end.

(* Whatever sign the stored angles have, the ReLU carries never add to the error, since the ideal angles are >= 0. *)
Theorem carried_error : forall levels, Forall (Forall (fun x => 0 <= ideal x)) levels ->
  Rabs (carried levels - carried_ideal levels) <= levels_error levels.
Proof.
  assert (pos : forall l, Forall (fun x => 0 <= ideal x) l -> 0 <= total ideal l).
  { induction 1 as [| x l Hx _ IH]; simpl; [lra | destruct (is_set x); lra]. }
  assert (poss : forall levels, Forall (Forall (fun x => 0 <= ideal x)) levels -> 0 <= carried_ideal levels).
  { induction 1 as [| l b Hl _ IH]; simpl; [lra |]. generalize (pos _ Hl). lra. }
  induction 1 as [| l before Hl Hb IH]; simpl; [rewrite Rminus_0_r, Rabs_R0; lra |].
  replace (relu (carried before) + total stored l - (carried_ideal before + total ideal l))
    with ((relu (carried before) - carried_ideal before) + (total stored l - total ideal l)) by ring.
  eapply Rle_trans; [apply Rabs_triang |].
  generalize (total_error l) (relu_nearer (carried before) (carried_ideal before) (poss _ Hb)). lra.
Qed.

(* The phase w sin(beta + arg) of the second sine, all together. *)
Theorem phase_error : forall w' w beta' beta levels, Forall (Forall (fun x => 0 <= ideal x)) levels ->
  Rabs (w' * sin (beta' + carried levels) - w * sin (beta + carried_ideal levels))
    <= Rabs (w' - w) + Rabs w * (levels_error levels + Rabs (beta' - beta)).
Proof.
  intros. eapply Rle_trans; [apply perturbation |].
  apply Rplus_le_compat_l, Rmult_le_compat_l; [apply Rabs_pos |].
  replace (beta' + carried levels - (beta + carried_ideal levels))
    with ((carried levels - carried_ideal levels) + (beta' - beta)) by ring.
  eapply Rle_trans; [apply Rabs_triang |]. generalize (carried_error _ H). lra.
Qed.

(* The bound of |w| that the program has: |w| <= |w'| + |w' - w|. *)
Corollary phase_error_stored : forall w' w beta' beta levels ew ea W,
  Forall (Forall (fun x => 0 <= ideal x)) levels ->
  Rabs (w' - w) <= ew -> Rabs w' <= W -> levels_error levels + Rabs (beta' - beta) <= ea ->
  Rabs (w' * sin (beta' + carried levels) - w * sin (beta + carried_ideal levels)) <= ew + (W + ew) * ea.
Proof.
  intros. eapply Rle_trans; [apply phase_error; assumption |].
  assert (Rabs w <= W + ew).
  { replace w with (w' + - (w' - w)) by ring. eapply Rle_trans; [apply Rabs_triang |]. rewrite Rabs_Ropp. lra. }
  assert (0 <= levels_error levels) by
    (clear; induction levels; simpl; [lra |]; generalize (angle_error_nonneg a); lra).
  generalize (Rabs_pos w) (Rabs_pos (beta' - beta)). nra.
Qed.
