(* d = 1: the value of every readout on the good part of every cell, as a list by rising cells, and enclosures of it. *)
From Coq Require Import Reals ZArith List Bool Lra Lia Arith.
From Flocq Require Import Zaux.
From Interval.Float Require Import Basic.
From Layercert Require Import Relu Digits Sums Network Dyadic Layers Expression.
Import ListNotations.
Open Scope R_scope.

Lemma flat_map_length_const : forall (A B : Type) (F : A -> list B) n l, (forall a, length (F a) = n) ->
  length (flat_map F l) = (length l * n)%nat.
Proof. induction l as [| a l IH]; intros H; [reflexivity |]. cbn [flat_map length]. rewrite app_length, H, IH by assumption. lia. Qed.

Lemma nth_flat_map : forall (A B : Type) (F : A -> list B) n l i e a b, (forall a, length (F a) = n) ->
  (i < length l)%nat -> (e < n)%nat -> nth (n * i + e) (flat_map F l) b = nth e (F (nth i l a)) b.
Proof.
  induction l as [| y l IH]; intros i e a b H Hi He; simpl in Hi; [lia |]. cbn [flat_map]. destruct i as [| i]; cbn [nth].
  - rewrite app_nth1 by (rewrite H; lia). f_equal. lia.
  - rewrite app_nth2 by (rewrite H; nia). rewrite H. rewrite <- (IH i e a b H) by lia. f_equal. nia.
Qed.

Section CellValues.
Variable P : parameters.
Let N := base P.

(* ---- the values ---- *)

(* (arg, Phi) of a cell, from those of the cell of level m that it lies in and its digit. *)
Definition refine (m : nat) (c : R * R) (e : nat) : R * R :=
  let a := fst c + value (angle P m 0 e) in
  (a, snd c + value (amplitude P m) * sin (value (sine_weight P m) * sin (value (first_phase P) + a))).
Fixpoint cells (l : nat) : list (R * R) :=
  match l with O => [(0, value (start P))] | S m => flat_map (fun c => map (refine m c) (seq 0 N)) (cells m) end.
Definition cell_value (l k : nat) : R := snd (nth k (cells l) (0, 0)).

Lemma cells_length : forall l, length (cells l) = (N ^ l)%nat.
Proof.
  induction l as [| l IH]; [reflexivity |]. cbn [cells]. rewrite (flat_map_length_const _ _ _ N).
  - rewrite IH, Nat.pow_succ_r'. lia.
  - intros. rewrite map_length, seq_length. reflexivity.
Qed.

Lemma cells_next : forall l i e, (i < N ^ l)%nat -> (e < N)%nat ->
  nth (N * i + e) (cells (S l)) (0, 0) = refine l (nth i (cells l) (0, 0)) e.
Proof.
  intros l i e Hi He. cbn [cells]. rewrite (nth_flat_map _ _ _ N _ _ _ (0, 0)).
  - rewrite (nth_indep _ _ (refine l (nth i (cells l) (0, 0)) 0)) by (rewrite map_length, seq_length; assumption).
    rewrite map_nth, seq_nth by assumption. reflexivity.
  - intros. rewrite map_length, seq_length. reflexivity.
  - rewrite cells_length. assumption.
  - assumption.
Qed.

(* ---- they are what the network computes ---- *)

(* What the construction has, and the proofs need: a computation. *)
Definition sound : bool :=
  Nat.leb 2 N && Nat.eqb (dimension P) 1 && Z.leb 0 (ramp P) &&
  forallb (fun m => is_zero (angle P m 0 0) && forallb (fun e => le zero (angle P m 0 e)) (seq 0 N)) (seq 0 (depth P)) &&
  le (fold_right (fun m a => add (absolute (amplitude P m)) a) (absolute (start P)) (seq 0 (depth P))) (offset P).

Hypothesis is_sound : sound = true.

Lemma sound_N : (2 <= N)%nat.
Proof. assert (H := is_sound). unfold sound in H. do 4 (apply andb_prop in H; destruct H as [H _]). apply Nat.leb_le, H. Qed.

Lemma sound_dimension : dimension P = 1%nat.
Proof.
  assert (H := is_sound). unfold sound in H. do 3 (apply andb_prop in H; destruct H as [H _]).
  apply andb_prop in H. apply Nat.eqb_eq, H.
Qed.

Lemma sound_ramp : (0 <= ramp P)%Z.
Proof.
  assert (H := is_sound). unfold sound in H. do 2 (apply andb_prop in H; destruct H as [H _]).
  apply andb_prop in H. apply Z.leb_le, H.
Qed.

Lemma sound_angle : forall m, (m < depth P)%nat ->
  value (angle P m 0 0) = 0 /\ forall e, (e < N)%nat -> 0 <= value (angle P m 0 e).
Proof.
  intros m Hm. assert (H := is_sound). unfold sound in H. apply andb_prop in H. destruct H as [H _].
  apply andb_prop in H. destruct H as [_ H]. rewrite forallb_forall in H.
  assert (A := H m (proj2 (in_seq _ _ _) (conj (Nat.le_0_l m) Hm))). apply andb_prop in A. destruct A as [A B]. split.
  - apply value_is_zero, A.
  - intros e He. rewrite forallb_forall in B. rewrite <- value_zero. apply value_le, B, in_seq. lia.
Qed.

Lemma fold_amplitudes : forall k, value (fold_right (fun m a => add (absolute (amplitude P m)) a) (absolute (start P)) (seq 0 k)) =
  Rabs (value (start P)) + sum_to k (fun m => Rabs (value (amplitude P m))).
Proof.
  assert (G : forall l a, value (fold_right (fun m a => add (absolute (amplitude P m)) a) a l) =
    value a + value (fold_right (fun m a => add (absolute (amplitude P m)) a) zero l)).
  { induction l as [| m l IH]; intros a; cbn [fold_right]; [rewrite value_zero; ring |]. rewrite !value_add, IH. ring. }
  intros k. rewrite G, value_absolute. f_equal. induction k as [| k IH]; [apply value_zero |].
  cbn [sum_to]. rewrite seq_S, fold_right_app. cbn [fold_right]. rewrite G, IH, value_add, value_absolute, value_zero.
  cbn [Nat.add]. ring.
Qed.

Lemma sum_to_longer : forall l k u, (l <= k)%nat -> (forall m, 0 <= u m) -> sum_to l u <= sum_to k u.
Proof.
  intros l k u H U. induction H as [| k H IH]; [lra |]. cbn [sum_to]. generalize (U k). lra.
Qed.

Lemma sound_offset : forall l, (l <= depth P)%nat ->
  Rabs (value (start P)) + sum_to l (fun m => Rabs (value (amplitude P m))) <= value (offset P).
Proof.
  intros l Hl. assert (H := is_sound). unfold sound in H. apply andb_prop in H. destruct H as [_ H].
  apply value_le in H. rewrite fold_amplitudes in H.
  assert (S := sum_to_longer l (depth P) (fun m => Rabs (value (amplitude P m))) Hl (fun m => Rabs_pos _)). lra.
Qed.

Definition on_line (x : R) : point := fun _ => x.

(* Of the rises of the steps up to the digit remains the digit's angle. *)
Lemma rises : forall (c : nat -> R) u k, (u <= k)%nat ->
  sum_to k (fun i => (c (S i) - c i) * (if (S i <=? u)%nat then 1 else 0)) = c u - c O.
Proof.
  intros c u k. induction k as [| k IH]; intros H; cbn [sum_to].
  - replace u with O by lia. ring.
  - destruct (Nat.eq_dec u (S k)) as [-> | n].
    + rewrite Nat.leb_refl. rewrite (sum_to_ext k _ (fun i => (c (S i) - c i) * (if (S i <=? k)%nat then 1 else 0))).
      * assert (E : forall j, sum_to j (fun i => (c (S i) - c i) * (if (S i <=? j)%nat then 1 else 0)) = c j - c O).
        { induction j as [| j IHj]; cbn [sum_to]; [ring |]. rewrite Nat.leb_refl.
          rewrite (sum_to_ext j _ (fun i => (c (S i) - c i) * (if (S i <=? j)%nat then 1 else 0))); [rewrite IHj; ring |].
          intros i Hi. replace (S i <=? S j)%nat with true by (symmetry; apply Nat.leb_le; lia).
          replace (S i <=? j)%nat with true by (symmetry; apply Nat.leb_le; lia). reflexivity. }
        rewrite E. ring.
      * intros i Hi. replace (S i <=? S k)%nat with true by (symmetry; apply Nat.leb_le; lia).
        replace (S i <=? k)%nat with true by (symmetry; apply Nat.leb_le; lia). reflexivity.
    + rewrite IH by lia. replace (S k <=? u)%nat with false by (symmetry; apply Nat.leb_gt; lia). ring.
Qed.

Lemma Phi_next : forall m x, (m < depth P)%nat -> ideal_Phi P (S m) x =
  ideal_Phi P m x + value (amplitude P m) * sin (value (sine_weight P m) * sin (value (first_phase P) + ideal_arg P (S m) x)).
Proof.
  intros m x Hm. unfold ideal_Phi at 1. cbn [Phi]. fold (ideal_Phi P m x).
  assert (O := sound_offset m (Nat.lt_le_incl _ _ Hm)).
  assert (B : Rabs (ideal_Phi P m x - value (start P)) <= sum_to m (fun m => Rabs (value (amplitude P m))))
    by exact (proj2 (Phi_sum _ _ _ _ _ (fun m => value (amplitude P m)) _ _ _ m x O)).
  rewrite relu_offset; [unfold correction; fold (ideal_arg P (S m) x); ring |].
  replace (ideal_Phi P m x) with (value (start P) + (ideal_Phi P m x - value (start P))) by ring.
  eapply Rle_trans; [apply Rabs_triang |]. lra.
Qed.

Lemma cell_holds : forall (u : nat -> nat) l x, (l <= depth P)%nat ->
  (forall m, (m < l)%nat -> (u m <= N - 1)%nat /\
     forall i, (1 <= i <= N - 1)%nat -> step (delta P) i (INR N * residue N (delta P) m x) = if (i <=? u m)%nat then 1 else 0) ->
  forall m, (m <= l)%nat -> 0 <= ideal_arg P m (on_line x) /\
    nth (Digits.index N u m) (cells m) (0, 0) = (ideal_arg P m (on_line x), ideal_Phi P m (on_line x)).
Proof.
  intros u l x Hl U. assert (n2 := sound_N). induction m as [| m IH]; intros Hm; [split; [apply Rle_refl | reflexivity] |].
  destruct IH as [A0 E]; [lia |]. destruct (U m) as [U1 U2]; [lia |].
  destruct (sound_angle m) as [Z0 Zp]; [lia |].
  assert (A : ideal_arg P (S m) (on_line x) = ideal_arg P m (on_line x) + value (angle P m 0 (u m))).
  { unfold ideal_arg at 1. cbn [Network.arg]. fold (ideal_arg P m (on_line x)). rewrite relu_pos by assumption. f_equal.
    unfold steps_sum. rewrite sound_dimension. cbn [sum_to]. rewrite Rplus_0_l.
    rewrite (sum_to_ext _ _ (fun i => (value (angle P m 0 (S i)) - value (angle P m 0 i)) * (if (S i <=? u m)%nat then 1 else 0))).
    - etransitivity; [exact (rises (fun e => value (angle P m 0 e)) (u m) (N - 1) U1) | cbv beta; rewrite Z0; ring].
    - intros i Hi. unfold ideal_angle, on_line. fold N. rewrite U2 by (fold N in Hi; lia). reflexivity. }
  split; [rewrite A; assert (0 <= value (angle P m 0 (u m))) by (apply Zp; lia); lra |].
  cbn [Digits.index]. rewrite cells_next; [| | lia].
  - rewrite E. unfold refine. cbn [fst snd]. rewrite <- A, <- Phi_next by lia. reflexivity.
  - apply index_below; [exact n2 |]. intros i Hi. destruct (U i) as [U3 _]; lia.
Qed.

(* The readout l on the good part of cell k. *)
Theorem cell_value_correct : forall l k x, (l <= depth P)%nat -> 0 <= x < 1 -> good N (delta P) l x ->
  INR k <= INR N ^ l * x < INR k + 1 -> ideal_Phi P l (on_line x) = cell_value l k.
Proof.
  intros l k x Hl Hx G K. assert (n2 := sound_N).
  destruct (digits N (delta P) n2 (delta_pos P) l x Hx G) as [u [U [E R]]].
  destruct (cell_holds u l x Hl) with (m := l) as [_ C]; [| lia |].
  { intros m Hm. destruct (U m Hm) as [U1 [_ U2]]. split; assumption. }
  rewrite (index_of_cell N (delta P) l x k u (proj1 Hx) K E R) in C. unfold cell_value. rewrite C. reflexivity.
Qed.

(* ---- enclosures ---- *)

(* How often a turn of 2 pi goes into a number of Q turns: a guess, any whole number would be right. *)
Definition whole_turns (Q : I.type) : Z :=
  match F.toF (I.midpoint Q) with
  | Float s m e => Z.shiftl (if s then Zneg m else Zpos m) e
  | _ => 0%Z
  end.

Section Level.
Variables carried fine coarse : I.F.precision. (* of arg, of the first sine and the phase, of the value *)

Definition refine_enclosures (m : nat) : list (I.type * I.type) -> list (I.type * I.type) :=
  let Beta := dyadic_interval fine (first_phase P) in
  let W := dyadic_interval fine (sine_weight P m) in
  let Turn := I.mul fine (I.fromZ fine 2) (I.pi fine) in
  let A := dyadic_interval coarse (amplitude P m) in
  let G := map (fun e => dyadic_interval carried (angle P m 0 e)) (seq 0 N) in
  flat_map (fun C => map (fun g =>
    let a := I.add carried (fst C) g in
    let phase := I.mul fine W (I.sin fine (I.add fine Beta a)) in
    let rest := I.sub fine phase (I.mul fine (I.fromZ fine (whole_turns (I.div fine phase Turn))) Turn) in
    (a, I.add coarse (snd C) (I.mul coarse A (I.sin coarse rest)))) G).

Definition holds_cell (C : I.type * I.type) (c : R * R) : Prop := holds (fst C) (fst c) /\ holds (snd C) (snd c).

Lemma sin_turns : forall y (n : Z), sin (y - IZR n * (2 * PI)) = sin y.
Proof.
  assert (T : forall y k, sin (y + INR k * (2 * PI)) = sin y).
  { intros y k. rewrite <- (sin_period y k). f_equal. ring. }
  intros y n. destruct (Z.le_ge_cases 0 n) as [Z0 | Z0].
  - rewrite <- (T (y - IZR n * (2 * PI)) (Z.to_nat n)), INR_IZR_INZ, Z2Nat.id by assumption. f_equal. ring.
  - rewrite <- (T y (Z.to_nat (- n))), INR_IZR_INZ, Z2Nat.id, opp_IZR by lia. f_equal. ring.
Qed.

Lemma Forall2_flat_map : forall (A B C D : Type) (R1 : A -> B -> Prop) (R2 : C -> D -> Prop) F G l l',
  (forall a b, R1 a b -> Forall2 R2 (F a) (G b)) -> Forall2 R1 l l' -> Forall2 R2 (flat_map F l) (flat_map G l').
Proof. intros A B C D R1 R2 F G l l' H. induction 1; cbn [flat_map]; [constructor |]. apply Forall2_app; auto. Qed.

Lemma Forall2_map2 : forall (A B C D : Type) (R2 : C -> D -> Prop) (F : A -> C) (G : B -> D) (g : B -> A) l,
  (forall b, R2 (F (g b)) (G b)) -> Forall2 R2 (map F (map g l)) (map G l).
Proof. intros. induction l; cbn [map]; constructor; auto. Qed.

Lemma refine_holds : forall m Cs, Forall2 holds_cell Cs (cells m) -> Forall2 holds_cell (refine_enclosures m Cs) (cells (S m)).
Proof.
  intros m Cs H. cbn [cells]. unfold refine_enclosures. eapply Forall2_flat_map; [| exact H]. clear Cs H.
  intros C c [H1 H2]. apply Forall2_map2. intros e.
  assert (Ha : holds (I.add carried (fst C) (dyadic_interval carried (angle P m 0 e))) (fst c + value (angle P m 0 e)))
    by (apply holds_add; [exact H1 | apply holds_dyadic]).
  split; [exact Ha |]. cbn [snd]. unfold refine. cbv zeta. cbn [snd].
  apply holds_add; [exact H2 |]. apply holds_mul; [apply holds_dyadic |].
  match goal with |- context [whole_turns ?Q] => rewrite <- (sin_turns _ (whole_turns Q)) end.
  apply holds_sin, holds_sub.
  - apply holds_mul; [apply holds_dyadic |]. apply holds_sin, holds_add; [apply holds_dyadic | exact Ha].
  - apply holds_mul; [apply holds_Z |]. apply holds_mul; [apply holds_Z | apply I.pi_correct].
Qed.

Lemma cells_start : Forall2 holds_cell [(I.fromZ coarse 0, dyadic_interval coarse (start P))] (cells 0).
Proof. constructor; [split; cbn [fst snd]; [apply holds_Z | apply holds_dyadic] | constructor]. Qed.

End Level.
End CellValues.
