(* Integers below and above the values of a formula on the boxes of a grid of n boxes along each axis. *)
From Coq Require Import Reals ZArith List Bool Lra Lia.
From Interval.Real Require Import Xreal.
From Interval.Interval Require Import Interval.
From Layercert Require Import Dyadic Box Cube Integration CubeValues Phases Formula.
Import ListNotations.
Open Scope R_scope.

Section GridBounds.
Variable prec : F.precision.
Variable w : Z.
Variable slack : Z.     (* what the integers leave on both sides *)
Variable d : nat.
Variable n : positive.

(* The interval from i / n to (i + 1) / n. *)
Definition edge_end (i : Z) : I.type := I.div prec (whole prec i) (whole prec (Zpos n)).
Definition edge (i : Z) : I.type := I.join (edge_end i) (edge_end (i + 1)).
Definition edges : list I.type := map (fun i => edge (Z.of_nat i)) (seq 0 (Pos.to_nat n)).

(* All boxes whose coordinates from j on are those of `rest`; coordinate 0 runs fastest. *)
Fixpoint boxes (along : list I.type) (j : nat) (rest : list I.type) : list (list I.type) :=
  match j with O => [rest] | S j => flat_map (fun A => boxes along j (A :: rest)) along end.

Definition box_integers (e : formula) (X : list I.type) : option (Z * Z) :=
  match enclosure prec e X with
  | Some Y => match integers_around w Y with Some (a, b) => Some (a - slack, b + slack)%Z | None => None end
  | None => None
  end.
Fixpoint all_integers (e : formula) (l : list (list I.type)) : option (list (Z * Z)) :=
  match l with
  | [] => Some []
  | X :: l => match box_integers e X with
      | Some q => match all_integers e l with Some rest => Some (q :: rest) | None => None end
      | None => None
      end
  end.
Definition grid_integers (e : formula) : option (list (Z * Z)) := all_integers e (boxes edges d []).

(* ---- where the boxes stand ---- *)

Lemma edges_length : length edges = Pos.to_nat n.
Proof. unfold edges. rewrite map_length, seq_length. reflexivity. Qed.

Lemma boxes_length : forall j rest, length (boxes edges j rest) = (Pos.to_nat n ^ j)%nat.
Proof.
  induction j as [| j IH]; intros rest; cbn [boxes]; [reflexivity |].
  rewrite (flat_map_length_const _ _ _ (Pos.to_nat n ^ j)%nat) by (intros; apply IH). rewrite edges_length, Nat.pow_succ_r'. lia.
Qed.

(* i_0 + n i_1 + ... + n^(j-1) i_(j-1) *)
Fixpoint box_number (i : nat -> nat) (j : nat) : nat := match j with O => O | S j => (Pos.to_nat n ^ j * i j + box_number i j)%nat end.

Lemma box_number_below : forall i j, (forall m, (m < j)%nat -> (i m < Pos.to_nat n)%nat) -> (box_number i j < Pos.to_nat n ^ j)%nat.
Proof.
  induction j as [| j IH]; intros H; cbn [box_number]; [apply Nat.lt_0_1 |]. specialize (IH (fun m Hm => H m (Nat.lt_lt_succ_r _ _ Hm))).
  assert (Hj := H j (Nat.lt_succ_diag_r j)). rewrite Nat.pow_succ_r'. nia.
Qed.

Lemma box_number_place : forall i j, Z.of_nat (box_number i j) = sum_Z j (fun m => Zpos n ^ Z.of_nat m * Z.of_nat (i m))%Z.
Proof.
  induction j as [| j IH]; [reflexivity |]. cbn [box_number sum_Z]. rewrite Nat2Z.inj_add, Nat2Z.inj_mul, Nat2Z.inj_pow, positive_nat_Z, IH. lia.
Qed.

Lemma box_at : forall i j rest, (forall m, (m < j)%nat -> (i m < Pos.to_nat n)%nat) ->
  nth (box_number i j) (boxes edges j rest) [] = map (fun m => edge (Z.of_nat (i m))) (seq 0 j) ++ rest.
Proof.
  induction j as [| j IH]; intros rest H; cbn [box_number boxes]; [reflexivity |].
  assert (H' : forall m, (m < j)%nat -> (i m < Pos.to_nat n)%nat) by (intros; apply H; lia). assert (Hj := H j (Nat.lt_succ_diag_r j)).
  rewrite (nth_flat_map _ _ (fun A => boxes edges j (A :: rest)) (Pos.to_nat n ^ j) edges (i j) _ (edge 0))
    by first [intros; apply boxes_length | rewrite edges_length; exact Hj | apply box_number_below, H'].
  rewrite IH by exact H'. rewrite seq_S, map_app, <- app_assoc. cbn [map app Nat.add]. do 2 f_equal.
  unfold edges. change (edge 0) with ((fun i => edge (Z.of_nat i)) O). rewrite map_nth, seq_nth by exact Hj. reflexivity.
Qed.

Lemma all_integers_at : forall e l pairs k, all_integers e l = Some pairs -> length pairs = length l /\
  ((k < length l)%nat -> box_integers e (nth k l []) = Some (nth k pairs (0, 0)%Z)).
Proof.
  induction l as [| X l IH]; intros pairs k H; cbn [all_integers] in H.
  - injection H as <-. split; [reflexivity | intros K; inversion K].
  - destruct (box_integers e X) as [q |] eqn:B; [| discriminate]. destruct (all_integers e l) as [rest |] eqn:A; [| discriminate].
    injection H as <-. split; [cbn [length]; f_equal; apply (IH rest O eq_refl) |]. destruct k as [| k]; intros K; cbn [nth]; [exact B |].
    apply (IH rest k eq_refl). cbn [length] in K. lia.
Qed.

(* ---- what the integers say ---- *)

(* x in the closed box i *)
Definition in_box_number (i : nat -> nat) (x : point) : Prop :=
  forall j, (j < d)%nat -> (i j < Pos.to_nat n)%nat /\ INR (i j) / IZR (Zpos n) <= x j <= (INR (i j) + 1) / IZR (Zpos n).

Lemma edge_holds : forall i v, IZR i / IZR (Zpos n) <= v <= (IZR i + 1) / IZR (Zpos n) -> holds (edge i) v.
Proof.
  intros i v H. rewrite <- plus_IZR in H. refine (contains_connected _ _ _ _ _ v H).
  - apply I.join_correct. left. apply quotient_holds; apply whole_holds.
  - apply I.join_correct. right. apply quotient_holds; apply whole_holds.
Qed.

Definition box_of_number (i : nat -> nat) : list I.type := map (fun m => edge (Z.of_nat (i m))) (seq 0 d).

Lemma box_of_number_holds : forall i x, in_box_number i x -> in_intervals (box_of_number i) x.
Proof.
  intros i x H j A HA. unfold box_of_number in HA. assert (Hj : (j < d)%nat).
  { rewrite <- (seq_length d 0), <- (map_length (fun m => edge (Z.of_nat (i m)))). apply nth_error_Some. rewrite HA. discriminate. }
  rewrite (map_nth_error _ j (seq 0 d) (d := j)) in HA.
  - injection HA as <-. apply edge_holds. rewrite <- INR_IZR_INZ. apply H, Hj.
  - rewrite nth_error_nth' with (d := O) by (rewrite seq_length; exact Hj). f_equal. rewrite seq_nth by exact Hj. reflexivity.
Qed.

Section Grid.
Variable e : formula.
Variable pairs : list (Z * Z).
Hypothesis found : grid_integers e = Some pairs.

Lemma pairs_length : length pairs = (Pos.to_nat n ^ d)%nat.
Proof. destruct (all_integers_at e _ pairs O found) as [E _]. rewrite E. apply boxes_length. Qed.

Theorem grid_integers_correct : forall i x, in_box_number i x ->
  IZR (fst (nth (box_number i d) pairs (0, 0)%Z)) <= powerRZ 2 w * formula_value e x - IZR slack /\
  powerRZ 2 w * formula_value e x + IZR slack <= IZR (snd (nth (box_number i d) pairs (0, 0)%Z)) /\
  has_value e x /\ (jumps e = false -> continuous_point d (formula_value e) x).
Proof.
  intros i x H. assert (Hi : forall m, (m < d)%nat -> (i m < Pos.to_nat n)%nat) by (intros m Hm; apply (H m Hm)).
  destruct (all_integers_at e _ pairs (box_number i d) found) as [_ B]. rewrite boxes_length, box_at, app_nil_r in B by exact Hi.
  specialize (B (box_number_below i d Hi)). fold (box_of_number i) in B. unfold box_integers in B.
  destruct (enclosure prec e (box_of_number i)) as [Y |] eqn:EY; [| discriminate].
  destruct (integers_around w Y) as [[a b] |] eqn:Ab; [| discriminate].
  destruct (enclosure_correct prec e _ Y x EY (box_of_number_holds i x H)) as [C1 [C2 C3]].
  assert (G := integers_around_correct w Y a b _ Ab C1). injection B as B. rewrite <- B. cbn [fst snd]. rewrite minus_IZR, plus_IZR.
  unfold box_of_number in C3. rewrite map_length, seq_length in C3. split; [lra |]. split; [lra |]. split; assumption.
Qed.

(* Every point of the cube is in some box. *)
Lemma some_box : forall x, in_cube d x -> exists i, in_box_number i x.
Proof.
  intros x Hx. assert (n0 : 0 < IZR (Zpos n)) by (apply IZR_lt; lia).
  exists (fun j => Nat.min (Pos.to_nat n - 1) (Z.to_nat (up (x j * IZR (Zpos n)) - 1))). intros j Hj. destruct (Hx j Hj) as [X0 X1].
  destruct (archimed (x j * IZR (Zpos n))) as [A1 A2]. set (k := up (x j * IZR (Zpos n))) in *.
  assert (P0 : 0 <= x j * IZR (Zpos n)) by (apply Rmult_le_pos; lra).
  assert (P1 : x j * IZR (Zpos n) <= IZR (Zpos n)) by nra.
  assert (K : (0 < k)%Z) by (apply lt_IZR; lra). assert (Np := Pos2Nat.is_pos n). split; [lia |].
  assert (E : forall a, a <= x j * IZR (Zpos n) -> a / IZR (Zpos n) <= x j).
  { intros a Ha. apply Rmult_le_reg_r with (IZR (Zpos n)); [exact n0 |]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra. exact Ha. }
  assert (E' : forall a, x j * IZR (Zpos n) <= a -> x j <= a / IZR (Zpos n)).
  { intros a Ha. apply Rmult_le_reg_r with (IZR (Zpos n)); [exact n0 |]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra. exact Ha. }
  assert (Kv : INR (Z.to_nat (k - 1)) = IZR k - 1) by (rewrite INR_IZR_INZ, Z2Nat.id, minus_IZR by lia; reflexivity).
  assert (Nv : INR (Pos.to_nat n - 1) = IZR (Zpos n) - 1) by (rewrite minus_INR, INR_IZR_INZ, positive_nat_Z by lia; simpl; ring).
  destruct (Nat.min_spec (Pos.to_nat n - 1) (Z.to_nat (k - 1))) as [[M1 ->] | [M1 ->]].
  - rewrite Nv. assert (M2 : INR (Pos.to_nat n - 1) + 1 <= INR (Z.to_nat (k - 1))) by (rewrite <- S_INR; apply le_INR; lia).
    rewrite Nv, Kv in M2. split; [apply E | apply E']; lra.
  - rewrite Kv. split; [apply E | apply E']; lra.
Qed.

Corollary formula_meaningful : (forall x, in_cube d x -> has_value e x) /\ (jumps e = false -> continuous_on_cube d (formula_value e)).
Proof.
  split.
  - intros x Hx. destruct (some_box x Hx) as [i Hi]. apply (grid_integers_correct i x Hi).
  - intros J. apply continuous_everywhere. intros x Hx. destruct (some_box x Hx) as [i Hi]. apply (grid_integers_correct i x Hi), J.
Qed.

End Grid.
End GridBounds.
