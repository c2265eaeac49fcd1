(* On the good part of a cell, in d dimensions, the readout with the weights of the construction is Phi_0 and a sum of sines of turns,
   exactly: no weight is rounded, so no phase is moved. *)
From Coq Require Import Reals List Lra Lia Arith.
From Layercert Require Import Relu Digits Sums Decoder Lacunary CellNumbers Storage Network.
Import ListNotations.
Open Scope R_scope.

(* The product of 1 + tau^2. *)
Fixpoint product_Q (taus : list R) : R := match taus with [] => 1 | t :: taus => (1 + t * t) * product_Q taus end.

Lemma Q_of_bits : forall bits taus, length bits = length taus -> Decoder.Q (combine bits taus) = product_Q taus.
Proof.
  induction bits as [| s bits IH]; intros [| t taus] H; try discriminate; [reflexivity |]. simpl in *. rewrite IH by lia. reflexivity.
Qed.

(* A digit u for which the steps 1..u are 1 and the rest 0 picks c u out of the rises of c. *)
Lemma sum_of_rises : forall (c : nat -> R) u k, (u <= k)%nat ->
  sum_to k (fun i => (c (S i) - c i) * (if (S i <=? u)%nat then 1 else 0)) = c u - c O.
Proof.
  intros c u k H. induction H as [| k H IH].
  - rewrite (sum_to_ext u _ (fun i => c (S i) - c i)).
    + clear. induction u as [| u IH]; cbn [sum_to]; [ring | rewrite IH; ring].
    + intros i Hi. replace (S i <=? u)%nat with true by (symmetry; apply Nat.leb_le; lia). ring.
  - cbn [sum_to]. rewrite IH. replace (S k <=? u)%nat with false by (symmetry; apply Nat.leb_gt; lia). ring.
Qed.

Lemma choose : forall (T : Type) (t0 : T) (Q : nat -> T -> Prop) n, (forall j, (j < n)%nat -> exists t, Q j t) ->
  exists u : nat -> T, forall j, (j < n)%nat -> Q j (u j).
Proof.
  intros T t0 Q n. induction n as [| n IH]; intros H; [exists (fun _ => t0); intros; lia |].
  destruct IH as [u U]; [intros; apply H; lia |]. destruct (H n ltac:(lia)) as [t Ht].
  exists (fun j => if Nat.eqb j n then t else u j). intros j Hj. destruct (Nat.eqb_spec j n) as [-> | ne]; [exact Ht | apply U; lia].
Qed.

Section ReadoutOnCells.
Variable N d : nat.
Variable delta : R.
Hypothesis N2 : (2 <= N)%nat.

(* x has the digits u j m of coordinate j on the levels m < l, and is on no ramp of theirs. *)
Definition has_digits (l : nat) (x : point) (u : nat -> nat -> nat) : Prop := forall j m, (j < d)%nat -> (m < l)%nat ->
  (u j m < N)%nat /\ forall i, (1 <= i <= N - 1)%nat -> step delta i (INR N * residue N delta m (x j)) = if (i <=? u j m)%nat then 1 else 0.

(* The digits of a cell in one row: place m d + j holds digit m of coordinate j. *)
Definition row (u : nat -> nat -> nat) (i : nat) : nat := u (i mod d)%nat (i / d)%nat.
Definition cell_of_digits (u : nat -> nat -> nat) (l : nat) : nat := number N (row u) (l * d).

Lemma row_place : forall u m j, (j < d)%nat -> row u (m * d + j) = u j m.
Proof.
  intros u m j Hj. unfold row. rewrite <- (Nat.mod_unique (m * d + j) d m j), <- (Nat.div_unique (m * d + j) d m j) by lia. reflexivity.
Qed.

Lemma row_below : forall l x u, has_digits l x u -> forall i, (i < l * d)%nat -> (row u i < N)%nat.
Proof.
  intros l x u H i Hi. assert (d0 : (0 < d)%nat) by (destruct d; lia). unfold row. apply H.
  - apply Nat.mod_upper_bound. lia.
  - apply Nat.div_lt_upper_bound; lia.
Qed.

Lemma cell_of_digits_below : forall l x u, has_digits l x u -> (cell_of_digits u l < N ^ (l * d))%nat.
Proof. intros l x u H. apply number_below; [exact N2 | exact (row_below l x u H)]. Qed.

(* ---- the digits of a good point ---- *)

(* x in cell k, k j numbering the interval of coordinate j, and good. *)
Theorem good_has_digits : 0 < delta -> forall l (k : nat -> nat) x,
  (forall j, (j < d)%nat -> 0 <= x j < 1 /\ good N delta l (x j) /\ INR (k j) <= INR N ^ l * x j < INR (k j) + 1) ->
  exists u, has_digits l x u /\ forall j, (j < d)%nat -> index N (u j) l = k j.
Proof.
  intros delta_pos l k x H. destruct (choose (nat -> nat) (fun _ => O) (fun j e => (forall m, (m < l)%nat -> (e m < N)%nat /\
    forall i, (1 <= i <= N - 1)%nat -> step delta i (INR N * residue N delta m (x j)) = if (i <=? e m)%nat then 1 else 0) /\
    index N e l = k j) d) as [u U].
  - intros j Hj. destruct (H j Hj) as [Hx [G K]]. destruct (digits N delta N2 delta_pos l (x j) Hx G) as [e [E1 [E2 E3]]].
    exists e. split; [| exact (index_of_cell N delta l (x j) (k j) e (proj1 Hx) K E2 E3)].
    intros m Hm. destruct (E1 m Hm) as [F1 [_ F2]]. split; [lia | exact F2].
  - exists u. split; [intros j m Hj Hm; apply (U j Hj), Hm | intros j Hj; apply (U j Hj)].
Qed.

Section Angles.
Variable g : nat -> nat -> nat -> R.
Hypothesis g_0 : forall m j, g m j O = 0.
Hypothesis g_nonneg : forall m j e, 0 <= g m j e.

(* The carries of the argument cut nothing off, as no angle is negative. *)
Lemma arg_sum : forall l x u, has_digits l x u -> forall m, (m <= l)%nat ->
  0 <= arg N d delta g m x /\ arg N d delta g m x = sum_to m (fun i => sum_to d (fun j => g i j (u j i))).
Proof.
  intros l x u H. induction m as [| m IH]; intros Hm; [split; [apply Rle_refl | reflexivity] |]. destruct IH as [A E]; [lia |].
  assert (Step : arg N d delta g (S m) x = arg N d delta g m x + sum_to d (fun j => g m j (u j m))).
  { cbn [arg]. rewrite relu_pos by assumption. f_equal. unfold steps_sum. apply sum_to_ext. intros j Hj.
    destruct (H j m Hj ltac:(lia)) as [U1 U2].
    rewrite (sum_to_ext _ _ (fun i => (g m j (S i) - g m j i) * (if (S i <=? u j m)%nat then 1 else 0))).
    - rewrite (sum_of_rises (g m j)), g_0 by lia. ring.
    - intros i Hi. rewrite U2 by lia. reflexivity. }
  rewrite Step. split.
  - apply Rplus_le_le_0_compat; [assumption |]. apply sum_to_nonneg. intros. apply g_nonneg.
  - cbn [sum_to]. rewrite E. reflexivity.
Qed.

End Angles.

Variable width b : nat.
Hypothesis digit_fits : (N <= 2 ^ width)%nat.

(* The weights of the construction, as real numbers. *)
Definition exact_angle (m j e : nat) : R := digit_angle width (b * N ^ (m * d + j)) e.
Definition exact_weight (m : nat -> R) (l : nat) : R := 2 * PI * sqrt 2 * product_Q (layout_taus N width (S l * d) b) * m l.

Lemma arg_is_cell_arg : forall l x u, has_digits l x u -> forall m, (m <= l)%nat ->
  arg N d delta exact_angle m x = Decoder.arg (combine (cell_bits N width (m * d) (cell_of_digits u m)) (layout_taus N width (m * d) b)).
Proof.
  intros l x u H m Hm. rewrite arg_of_cell by exact N2.
  rewrite (sum_to_blocks m d). rewrite (proj2 (arg_sum exact_angle (fun _ _ => digit_angle_0 width _) (fun _ _ _ => digit_angle_nonneg width _ _) l x u H m Hm)).
  apply sum_to_ext. intros i Hi. apply sum_to_ext. intros j Hj. unfold exact_angle. f_equal. unfold cell_of_digits.
  rewrite number_digit; [symmetry; apply row_place, Hj | exact N2 | | nia].
  intros k Hk. apply (row_below l x u H). nia.
Qed.

(* Lemma 8 on every level *)
Theorem Phi_on_cell : forall (m A : nat -> R) Phi_0 M l x u, Rabs Phi_0 + sum_to l (fun i => Rabs (A i)) <= M -> has_digits l x u ->
  Phi N d delta exact_angle (exact_weight m) A (PI / 4) Phi_0 M l x =
    Phi_0 + sum_to l (fun i => A i * sin (2 * PI * (m i * cell_nu N width b (S i * d) (cell_of_digits u (S i))))).
Proof.
  intros m A Phi_0 M l x u HM H. rewrite (proj1 (Phi_sum N d delta exact_angle (exact_weight m) A (PI / 4) Phi_0 M l x HM)).
  f_equal. apply sum_to_ext. intros i Hi. f_equal. unfold correction, exact_weight.
  rewrite (arg_is_cell_arg l x u H (S i) Hi), <- (Q_of_bits (cell_bits N width (S i * d) (cell_of_digits u (S i)))).
  - rewrite ideal_phase. reflexivity.
  - rewrite (cell_bits_length N width 7), (layout_taus_length N width 7) by (assumption || lia). reflexivity.
Qed.

(* With one amplitude for all levels and Phi_0 = 0, that is the value that Storage.v finds the multipliers for. *)
Corollary Phi_is_level_value : forall (m : nat -> Dyadic.dyadic) A M l x u, INR l * Rabs A <= M -> has_digits l x u ->
  Phi N d delta exact_angle (exact_weight (fun i => Dyadic.value (m i))) (fun _ => A) (PI / 4) 0 M l x =
    level_value N width d A b m l (cell_of_digits u l).
Proof.
  intros m A M l x u HM H. rewrite (Phi_on_cell (fun i => Dyadic.value (m i)) (fun _ => A) 0 M l x u) by (try exact H; rewrite Rabs_R0, sum_to_const; lra).
  rewrite Rplus_0_l. apply sum_to_ext. intros i Hi. unfold level_term. do 5 f_equal. unfold cell_of_digits.
  symmetry. apply number_mod; [exact N2 | exact (row_below l x u H) | nia].
Qed.

End ReadoutOnCells.
