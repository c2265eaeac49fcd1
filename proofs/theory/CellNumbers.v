(* The number k of a cell, its digits in base N, the bits of the digits, and the sum of the angles of the bits that are set. *)
From Coq Require Import Reals List Lra Lia Arith.
From Layercert Require Import Sums Decoder Lacunary.
Import ListNotations.
Open Scope R_scope.

Lemma arg_append : forall l m, Decoder.arg (l ++ m) = Decoder.arg l + Decoder.arg m.
Proof. induction l as [| [s t] l IH]; intros; simpl; [ring | rewrite IH; ring]. Qed.

Lemma combine_append : forall (A B : Type) (a c : list A) (b d : list B), length a = length b ->
  combine (a ++ c) (b ++ d) = combine a b ++ combine c d.
Proof.
  induction a as [| x a IH]; intros c [| y b] d H; try discriminate; [reflexivity |]. simpl in *. rewrite IH by lia. reflexivity.
Qed.

(* The number with these bits, lowest first. *)
Fixpoint bits_value (bits : list bool) : nat := match bits with [] => O | s :: rest => (Nat.b2n s + 2 * bits_value rest)%nat end.

Lemma bits_value_digit : forall w e, (e < 2 ^ w)%nat -> bits_value (digit_bits w e) = e.
Proof.
  induction w as [| w IH]; intros e H; [simpl in *; lia |]. cbn [digit_bits bits_value]. rewrite Nat.pow_succ_r' in H.
  assert (E := Nat.div2_odd e). rewrite IH by lia. lia.
Qed.

Section CellNumbers.
Variable N : nat.
Hypothesis N2 : (2 <= N)%nat.

Lemma N_power_pos : forall n, (0 < N ^ n)%nat.
Proof. intros n. apply Nat.neq_0_lt_0, Nat.pow_nonzero. lia. Qed.

(* ---- digits ---- *)

Definition digit (k i : nat) : nat := ((k / N ^ i) mod N)%nat.

(* The number with the digits e 0, ..., e (n - 1), lowest digit first. *)
Fixpoint number (e : nat -> nat) (n : nat) : nat := match n with O => O | S m => (number e m + e m * N ^ m)%nat end.

Lemma number_below : forall e n, (forall i, (i < n)%nat -> (e i < N)%nat) -> (number e n < N ^ n)%nat.
Proof.
  induction n as [| n IH]; intros H; [simpl; lia |]. cbn [number]. rewrite Nat.pow_succ_r'.
  assert (E := H n (Nat.lt_succ_diag_r n)). assert (I := IH (fun i Hi => H i (Nat.lt_lt_succ_r _ _ Hi))). nia.
Qed.

Lemma number_ext : forall e e' n, (forall i, (i < n)%nat -> e i = e' i) -> number e n = number e' n.
Proof.
  induction n as [| n IH]; intros H; [reflexivity |]. cbn [number]. rewrite IH, (H n) by (intros; try apply H; lia). reflexivity.
Qed.

(* The lowest m digits are the remainder modulo N^m. *)
Lemma number_mod : forall e n m, (forall i, (i < n)%nat -> (e i < N)%nat) -> (m <= n)%nat -> (number e n mod N ^ m = number e m)%nat.
Proof.
  intros e n m H Hm. induction Hm as [| n Hm IH].
  - apply Nat.mod_small, number_below, H.
  - cbn [number]. replace (N ^ n)%nat with (N ^ (n - m) * N ^ m)%nat by (rewrite <- Nat.pow_add_r; f_equal; lia).
    rewrite Nat.mul_assoc, Nat.mod_add by (generalize (N_power_pos m); lia). apply IH. intros; apply H; lia.
Qed.

Lemma number_digit : forall e n i, (forall i, (i < n)%nat -> (e i < N)%nat) -> (i < n)%nat -> digit (number e n) i = e i.
Proof.
  intros e n i H Hi. unfold digit. assert (P := N_power_pos i).
  assert (S1 := number_mod e n (S i) H Hi). cbn [number] in S1. rewrite Nat.pow_succ_r', Nat.mul_comm in S1.
  rewrite Nat.mod_mul_r, (number_mod e n i) in S1 by (try exact H; lia). nia.
Qed.

Lemma digit_next : forall k i, digit (k / N) i = digit k (S i).
Proof. intros k i. unfold digit. rewrite Nat.div_div, Nat.pow_succ_r' by (generalize (N_power_pos i); lia). reflexivity. Qed.

(* ---- angles ---- *)

Variable width : nat.

(* g_i(e): the angles of the bits that are set in the digit e at place i, s = b N^i *)
Definition digit_angle (s e : nat) : R := Decoder.arg (combine (digit_bits width e) (digit_taus width s)).

(* arg_k is the sum of the g_i over the digits of k. *)
Lemma arg_of_cell : forall n k s,
  Decoder.arg (combine (cell_bits N width n k) (layout_taus N width n s)) = sum_to n (fun i => digit_angle (s * N ^ i) (digit k i)).
Proof.
  assert (Front : forall K U, sum_to (S K) U = U O + sum_to K (fun i => U (S i))).
  { induction K as [| K IH]; intros U; [simpl; ring |]. cbn [sum_to] in *. rewrite IH. ring. }
  induction n as [| n IH]; intros k s; [reflexivity |]. cbn [cell_bits layout_taus].
  rewrite combine_append, arg_append, IH, Front by (rewrite digit_bits_length, digit_taus_length; reflexivity).
  unfold digit_angle at 2, digit at 2. rewrite Nat.pow_0_r, Nat.mul_1_r, Nat.div_1_r. f_equal.
  apply sum_to_ext. intros i _. rewrite digit_next, Nat.pow_succ_r'. f_equal. ring.
Qed.

Lemma digit_angle_0 : forall s, digit_angle s 0 = 0.
Proof.
  unfold digit_angle. induction width as [| w IH]; intros s; cbn [digit_bits digit_taus combine Decoder.arg]; [reflexivity |].
  change (Nat.odd 0) with false. change (Nat.div2 0) with O. cbv iota. rewrite IH. ring.
Qed.

Lemma digit_angle_nonneg : forall s e, 0 <= digit_angle s e.
Proof.
  unfold digit_angle. induction width as [| w IH]; intros s e; cbn [digit_bits digit_taus combine Decoder.arg]; [lra |].
  assert (A := IH (2 * s)%nat (Nat.div2 e)).
  assert (0 < atan (/ 2 ^ s)) by (rewrite <- atan_0; apply atan_increasing, half_pow_pos). destruct (Nat.odd e); lra.
Qed.

(* ---- bits ---- *)

Hypothesis digit_fits : (N <= 2 ^ width)%nat.

(* The number of the cell that has these bits. *)
Fixpoint cell_number (n : nat) (bits : list bool) : nat :=
  match n with O => O | S n => (bits_value (firstn width bits) + N * cell_number n (skipn width bits))%nat end.

Lemma cell_number_bits : forall n k, (k < N ^ n)%nat -> cell_number n (cell_bits N width n k) = k.
Proof.
  induction n as [| n IH]; intros k H; [simpl in *; lia |]. rewrite Nat.pow_succ_r' in H. cbn [cell_number cell_bits].
  assert (Len := digit_bits_length width (k mod N)). assert (D := Nat.div_mod k N). assert (M := Nat.mod_upper_bound k N).
  rewrite firstn_app, skipn_app, Len, Nat.sub_diag, firstn_O, app_nil_r, firstn_all2, skipn_all2 by lia. cbn [skipn app].
  rewrite bits_value_digit, IH by (try apply Nat.div_lt_upper_bound; lia). lia.
Qed.

End CellNumbers.
