(* The closed forms of the construction's weights have the values that the decoder needs. *)
From Coq Require Import Reals ZArith List Lra Lia Arith.
From Layercert Require Import Dyadic Weight Layers Lacunary CellNumbers ReadoutOnCells.
Import ListNotations.
Open Scope R_scope.

(* ---- shifts ---- *)

Lemma tau_pos : forall s, tau s = / 2 ^ Pos.to_nat s.
Proof. reflexivity. Qed.

Lemma digit_taus_map : forall w s i0, digit_taus w (s * 2 ^ i0) = map (fun q => / 2 ^ (s * 2 ^ q)) (seq i0 w).
Proof.
  induction w as [| w IH]; intros s i0; cbn [digit_taus seq map]; [reflexivity |]. f_equal. rewrite <- IH. f_equal. cbn [Nat.pow]. lia.
Qed.

Section ClosedForms.
Variable P : parameters.
Hypothesis N2 : (2 <= base P)%nat.
Let N := base P.
Let d := dimension P.
Let b := Pos.to_nat (spacing P).
Let w := digit_width P.

Lemma bit_shift_nat : forall i q, Pos.to_nat (bit_shift P i q) = (b * N ^ i * 2 ^ q)%nat.
Proof.
  intros i q. assert (NZ : (0 < Z.of_nat N)%Z) by (unfold N; lia). unfold bit_shift. fold N.
  rewrite <- Z2Nat.inj_pos, Z2Pos.id by (apply Z.mul_pos_pos; [apply Z.mul_pos_pos; [lia |] |]; apply Z.pow_pos_nonneg; lia).
  apply Nat2Z.inj. rewrite Z2Nat.id by (apply Z.lt_le_incl, Z.mul_pos_pos; [apply Z.mul_pos_pos; [lia |] |]; apply Z.pow_pos_nonneg; lia).
  rewrite !Nat2Z.inj_mul, !Nat2Z.inj_pow. unfold b. rewrite positive_nat_Z. change (Z.of_nat 2) with 2%Z. ring.
Qed.

Lemma digit_shifts_taus : forall i, map tau (digit_shifts P i) = digit_taus w (b * N ^ i).
Proof.
  intros i. unfold digit_shifts. rewrite map_map. fold w. replace (b * N ^ i)%nat with (b * N ^ i * 2 ^ 0)%nat by (simpl; lia).
  rewrite digit_taus_map. apply map_ext. intros q. rewrite tau_pos, bit_shift_nat. reflexivity.
Qed.

Lemma shifts_taus : forall n, map tau (shifts P n) = layout_taus N w n b.
Proof.
  assert (G : forall n i, map tau (flat_map (digit_shifts P) (seq i n)) = layout_taus N w n (b * N ^ i)).
  { induction n as [| n IH]; intros i; cbn [seq flat_map layout_taus]; [reflexivity |]. rewrite map_app, digit_shifts_taus, IH.
    f_equal. f_equal. cbn [Nat.pow]. lia. }
  intros n. unfold shifts. rewrite G. simpl. rewrite Nat.mul_1_r. reflexivity.
Qed.

Lemma Q_of_taus : forall l, Q_of l = product_Q (map tau l).
Proof. induction l as [| s l IH]; [reflexivity |]. cbn [Q_of map product_Q]. rewrite IH. reflexivity. Qed.

(* ---- the three irrational weights ---- *)

Theorem sine_weight_exact : forall m, weight_value (sine_weight P m) = exact_weight N d w b (fun i => value (multiplier P i)) m.
Proof. intros m. unfold sine_weight, exact_weight. rewrite value_multiplier, Q_of_taus, shifts_taus. reflexivity. Qed.

Theorem first_phase_exact : weight_value first_phase = PI / 4.
Proof. unfold first_phase. rewrite value_pi_times. unfold value. simpl. field. Qed.

(* The sum of 2 arctan over the bits q >= q0 of e that are set. *)
Lemma angle_of_bits : forall s (shift : nat -> positive) n q0 e, (forall q, Pos.to_nat (shift q) = s * 2 ^ q)%nat ->
  weight_value (angle_form (map (fun q => (shift q, 1%Z)) (filter (Nat.testbit (e * 2 ^ q0)) (seq q0 n)))) =
    Decoder.arg (combine (digit_bits n e) (digit_taus n (s * 2 ^ q0))).
Proof.
  intros s shift n. induction n as [| n IH]; intros q0 e H; [reflexivity |].
  cbn [seq filter digit_bits digit_taus combine Decoder.arg].
  assert (Low : Nat.testbit (e * 2 ^ q0) q0 = Nat.odd e).
  { rewrite <- Nat.shiftl_mul_pow2, Nat.shiftl_spec_high', Nat.sub_diag, Nat.bit0_odd by lia. reflexivity. }
  assert (High : filter (Nat.testbit (e * 2 ^ q0)) (seq (S q0) n) = filter (Nat.testbit (Nat.div2 e * 2 ^ S q0)) (seq (S q0) n)).
  { apply filter_ext_in. intros q Hq. apply in_seq in Hq. rewrite <- !Nat.shiftl_mul_pow2, !Nat.shiftl_spec_high' by lia.
    rewrite Nat.div2_spec, Nat.shiftr_spec by lia. f_equal. lia. }
  assert (Rest := IH (S q0) (Nat.div2 e) H). replace (2 * (s * 2 ^ q0))%nat with (s * 2 ^ S q0)%nat by (cbn [Nat.pow]; lia).
  rewrite Low, High, <- Rest. destruct (Nat.odd e); [| ring]. cbn [map]. unfold angle_form at 1. cbn [map fst snd weight_value atom_value].
  rewrite tau_pos, H. unfold value at 1. simpl powerRZ. cbn [mantissa exponent]. rewrite Rmult_1_l, Rmult_1_l. reflexivity.
Qed.

Theorem angle_exact : forall m j e, weight_value (angle P m j e) = exact_angle N d w b m j e.
Proof.
  intros m j e. unfold angle, exact_angle, digit_angle. fold d w.
  rewrite <- (Nat.mul_1_r e) at 1. change 1%nat with (2 ^ 0)%nat.
  rewrite (angle_of_bits (b * N ^ (m * d + j)) (bit_shift P (m * d + j))) by (intros; apply bit_shift_nat).
  cbn [Nat.pow]. rewrite Nat.mul_1_r. reflexivity.
Qed.

End ClosedForms.
