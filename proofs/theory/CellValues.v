(* d = 1: the value of every readout on the good part of every cell, exactly, and enclosures of these values by rising cells. *)
From Coq Require Import Reals ZArith List Bool Lra Lia Arith.
From Interval.Float Require Import Basic.
From Layercert Require Import Relu Digits Sums Network Dyadic Weight Layers Decoder Expression Phases.
Import ListNotations.
Open Scope R_scope.

Section CellValues.
Variable P : parameters.
Let N := base P.

(* ---- the values ---- *)

(* The bits of digit i with value e, lowest first. *)
Definition digit_bits (i e : nat) : list (bool * positive) := map (fun q => (Nat.testbit e q, bit_shift P i q)) (seq 0 (digit_width P)).
(* m nu of the cell of level m + 1 with the digits u, in turns. *)
Definition cell_turns (m : nat) (u : nat -> nat) : R := value (multiplier P m) * nu (real_bits (cell_bits digit_bits u (S m))).
(* The readout of level l on the good part of the cell with the digits u. *)
Definition cell_sum (u : nat -> nat) (l : nat) : R :=
  weight_value (start P) + sum_to l (fun m => value (amplitude P m) * sin (2 * PI * cell_turns m u)).

(* Digit m, first digit highest, of the number k of a cell of level l. *)
Definition digit_of (l k m : nat) : nat := ((k / N ^ (l - 1 - m)) mod N)%nat.
Definition cell_value (l k : nat) : R := cell_sum (digit_of l k) l.

(* ---- they are what the network computes ---- *)

(* What the construction has, and the proofs need: a computation. `start_bound` is a number that |Phi_0| does not exceed. *)
Definition sound (start_bound : dyadic) : bool :=
  Nat.leb 2 N && Nat.eqb (dimension P) 1 && Z.leb 0 (ramp P) &&
  forallb (fun m => Z.leb (-64) (exponent (multiplier P m))) (seq 0 (depth P)) &&
  le (fold_right (fun m a => add (absolute (amplitude P m)) a) start_bound (seq 0 (depth P))) (offset P).

Variable start_bound : dyadic.
Hypothesis start_bounded : Rabs (weight_value (start P)) <= value start_bound.
Hypothesis is_sound : sound start_bound = true.

Lemma sound_facts : (2 <= N)%nat /\ dimension P = 1%nat /\ (0 <= ramp P)%Z /\
  (forall m, (m < depth P)%nat -> (-64 <= exponent (multiplier P m))%Z) /\
  le (fold_right (fun m a => add (absolute (amplitude P m)) a) start_bound (seq 0 (depth P))) (offset P) = true.
Proof.
  assert (H := is_sound). unfold sound in H. apply andb_prop in H. destruct H as [H H5]. apply andb_prop in H. destruct H as [H H4].
  apply andb_prop in H. destruct H as [H H3]. apply andb_prop in H. destruct H as [H1 H2].
  split; [apply Nat.leb_le, H1 |]. split; [apply Nat.eqb_eq, H2 |]. split; [apply Z.leb_le, H3 |]. split; [| exact H5].
  intros m Hm. rewrite forallb_forall in H4. apply Z.leb_le, H4, in_seq. lia.
Qed.

Definition sound_N := proj1 sound_facts.
Definition sound_dimension := proj1 (proj2 sound_facts).
Definition sound_ramp := proj1 (proj2 (proj2 sound_facts)).
Definition sound_multiplier := proj1 (proj2 (proj2 (proj2 sound_facts))).

Lemma fold_amplitudes : forall k, value (fold_right (fun m a => add (absolute (amplitude P m)) a) start_bound (seq 0 k)) =
  value start_bound + sum_to k (fun m => Rabs (value (amplitude P m))).
Proof.
  assert (G : forall l a, value (fold_right (fun m a => add (absolute (amplitude P m)) a) a l) =
    value a + value (fold_right (fun m a => add (absolute (amplitude P m)) a) zero l)).
  { induction l as [| m l IH]; intros a; cbn [fold_right]; [rewrite value_zero; ring |]. rewrite !value_add, IH. ring. }
  intros k. rewrite G. f_equal. induction k as [| k IH]; [apply value_zero |].
  cbn [sum_to]. rewrite seq_S, fold_right_app. cbn [fold_right]. rewrite G, IH, value_add, value_absolute, value_zero.
  cbn [Nat.add]. ring.
Qed.

Lemma sum_to_longer : forall l k u, (l <= k)%nat -> (forall m, 0 <= u m) -> sum_to l u <= sum_to k u.
Proof.
  intros l k u H U. induction H as [| k H IH]; [lra |]. cbn [sum_to]. generalize (U k). lra.
Qed.

Lemma sound_offset : forall l, (l <= depth P)%nat ->
  Rabs (weight_value (start P)) + sum_to l (fun m => Rabs (value (amplitude P m))) <= value (offset P).
Proof.
  intros l Hl. assert (H := proj2 (proj2 (proj2 (proj2 sound_facts)))). apply value_le in H. rewrite fold_amplitudes in H.
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

(* The angles, and Q, of a list of bits. *)
Lemma arg_app : forall a b, Decoder.arg (a ++ b) = Decoder.arg a + Decoder.arg b.
Proof. induction a as [| [s t] a IH]; intros b; cbn [app Decoder.arg]; [ring |]. rewrite IH. ring. Qed.

Lemma arg_nonneg : forall bits, 0 <= Decoder.arg (real_bits bits).
Proof.
  induction bits as [| [set s] bits IH]; [apply Rle_refl |]. cbn [real_bits map Decoder.arg fst snd]. fold (real_bits bits).
  assert (0 <= atan (tau s)).
  { rewrite <- atan_0. destruct (tau_facts s) as [[T _] _]. apply Rlt_le, atan_increasing, T. }
  destruct set; lra.
Qed.

Lemma Q_app : forall a b, Q_of (a ++ b) = Q_of a * Q_of b.
Proof. induction a as [| s a IH]; intros b; cbn [app Q_of]; [ring |]. rewrite IH. ring. Qed.

Lemma Q_of_bits : forall bits, Decoder.Q (real_bits bits) = Q_of (map snd bits).
Proof.
  induction bits as [| [set s] bits IH]; [reflexivity |]. cbn [real_bits map Decoder.Q Q_of fst snd]. fold (real_bits bits).
  rewrite IH. reflexivity.
Qed.

Lemma bits_shifts : forall i e, map snd (digit_bits i e) = digit_shifts P i.
Proof. intros. unfold digit_bits, digit_shifts. rewrite map_map. reflexivity. Qed.

Lemma cell_shifts : forall u l, map snd (cell_bits digit_bits u l) = shifts P l.
Proof.
  intros u. unfold shifts. induction l as [| l IH]; [reflexivity |]. cbn [cell_bits].
  rewrite map_app, IH, bits_shifts, seq_S, flat_map_app. cbn [flat_map Nat.add]. rewrite app_nil_r. reflexivity.
Qed.

Lemma angle_value : forall m e, weight_value (angle P m 0 e) = Decoder.arg (real_bits (digit_bits m e)).
Proof.
  intros m e. unfold angle, digit_bits. rewrite sound_dimension. replace (m * 1 + 0)%nat with m by lia.
  induction (seq 0 (digit_width P)) as [| q qs IH]; [reflexivity |].
  cbn [filter map real_bits Decoder.arg fst snd]. destruct (Nat.testbit e q).
  - cbn [map angle_form weight_value fst snd atom_value]. unfold angle_form, real_bits in IH. rewrite IH.
    change {| mantissa := 1; exponent := 0 |} with one. rewrite value_one. ring.
  - unfold real_bits in IH. rewrite IH. ring.
Qed.

Lemma arg_clear : forall m, Decoder.arg (real_bits (digit_bits m 0)) = 0.
Proof.
  intros m. unfold digit_bits. induction (seq 0 (digit_width P)) as [| q qs IH]; [reflexivity |].
  cbn [map real_bits Decoder.arg fst snd]. rewrite Nat.bits_0. unfold real_bits in IH. rewrite IH. ring.
Qed.

Lemma second_sine_turns : forall m u,
  weight_value (sine_weight P m) * sin (weight_value first_phase + Decoder.arg (real_bits (cell_bits digit_bits u (S m)))) =
  2 * PI * cell_turns m u.
Proof.
  intros m u. unfold sine_weight, first_phase, cell_turns. rewrite value_multiplier, value_pi_times, sound_dimension.
  rewrite <- ideal_phase, Q_of_bits, cell_shifts, Nat.mul_1_r.
  replace (value {| mantissa := 1; exponent := -2 |}) with (/ 4) by (unfold value; simpl; lra).
  replace (/ 4 * PI) with (PI / 4) by (unfold Rdiv; ring). reflexivity.
Qed.

Lemma Phi_next : forall m x, (m < depth P)%nat -> ideal_Phi P (S m) x =
  ideal_Phi P m x + value (amplitude P m) * sin (weight_value (sine_weight P m) * sin (weight_value first_phase + ideal_arg P (S m) x)).
Proof.
  intros m x Hm. unfold ideal_Phi at 1. cbn [Phi]. fold (ideal_Phi P m x).
  assert (O := sound_offset m (Nat.lt_le_incl _ _ Hm)).
  assert (B : Rabs (ideal_Phi P m x - weight_value (start P)) <= sum_to m (fun m => Rabs (value (amplitude P m))))
    by exact (proj2 (Phi_sum _ _ _ _ _ (fun m => value (amplitude P m)) _ _ _ m x O)).
  rewrite relu_offset; [unfold correction; fold (ideal_arg P (S m) x); ring |].
  replace (ideal_Phi P m x) with (weight_value (start P) + (ideal_Phi P m x - weight_value (start P))) by ring.
  eapply Rle_trans; [apply Rabs_triang |]. lra.
Qed.

Lemma cell_holds : forall (u : nat -> nat) l x, (l <= depth P)%nat ->
  (forall m, (m < l)%nat -> (u m <= N - 1)%nat /\
     forall i, (1 <= i <= N - 1)%nat -> Digits.step (delta P) i (INR N * residue N (delta P) m x) = if (i <=? u m)%nat then 1 else 0) ->
  forall m, (m <= l)%nat -> ideal_arg P m (on_line x) = Decoder.arg (real_bits (cell_bits digit_bits u m)) /\
    ideal_Phi P m (on_line x) = cell_sum u m.
Proof.
  intros u l x Hl U. induction m as [| m IH]; intros Hm; [split; [reflexivity | unfold cell_sum, ideal_Phi; cbn [Phi sum_to]; ring] |].
  destruct IH as [A0 E]; [lia |]. destruct (U m) as [U1 U2]; [lia |].
  assert (A : ideal_arg P (S m) (on_line x) = Decoder.arg (real_bits (cell_bits digit_bits u (S m)))).
  { unfold ideal_arg at 1. cbn [Network.arg]. fold (ideal_arg P m (on_line x)).
    cbn [cell_bits]. rewrite real_bits_app, arg_app, A0, relu_pos by apply arg_nonneg. f_equal.
    unfold steps_sum. rewrite sound_dimension. cbn [sum_to]. rewrite Rplus_0_l.
    rewrite (sum_to_ext _ _ (fun i => (ideal_angle P m 0 (S i) - ideal_angle P m 0 i) * (if (S i <=? u m)%nat then 1 else 0))).
    - etransitivity; [exact (rises (fun e => ideal_angle P m 0 e) (u m) (N - 1) U1) |]. unfold ideal_angle.
      rewrite !angle_value, arg_clear. ring.
    - intros i Hi. unfold on_line. fold N. rewrite U2 by (fold N in Hi; lia). reflexivity. }
  split; [exact A |]. rewrite Phi_next by lia. rewrite A, second_sine_turns, E. unfold cell_sum. cbn [sum_to]. ring.
Qed.

Lemma cell_bits_ext : forall (u v : nat -> nat) l, (forall m, (m < l)%nat -> u m = v m) -> cell_bits digit_bits u l = cell_bits digit_bits v l.
Proof.
  induction l as [| l IH]; intros H; [reflexivity |]. cbn [cell_bits]. rewrite IH, H by (intros; try apply H; lia). reflexivity.
Qed.

Lemma cell_sum_ext : forall (u v : nat -> nat) l, (forall m, (m < l)%nat -> u m = v m) -> cell_sum u l = cell_sum v l.
Proof.
  intros u v l H. unfold cell_sum. f_equal. apply sum_to_ext. intros m Hm. unfold cell_turns.
  rewrite (cell_bits_ext u v) by (intros; apply H; lia). reflexivity.
Qed.

Lemma digit_of_below : forall l k m, (digit_of l k m < N)%nat.
Proof. intros. assert (n2 := sound_N). apply Nat.mod_upper_bound. lia. Qed.

Lemma index_digit_of : forall l k, (k < N ^ l)%nat -> Digits.index N (digit_of l k) l = k.
Proof.
  intros l k Hk. assert (n2 := sound_N).
  assert (G : forall j, (j <= l)%nat -> Digits.index N (digit_of l k) j = (k / N ^ (l - j))%nat).
  { induction j as [| j IH]; intros Hj; cbn [Digits.index].
    - rewrite Nat.sub_0_r. symmetry. apply Nat.div_small, Hk.
    - rewrite IH by lia. unfold digit_of. replace (l - 1 - j)%nat with (l - S j)%nat by lia.
      replace (N ^ (l - j))%nat with (N ^ (l - S j) * N)%nat by (replace (l - j)%nat with (S (l - S j)) by lia; rewrite Nat.pow_succ_r'; lia).
      rewrite <- Nat.div_div by (try apply Nat.pow_nonzero; lia). symmetry. apply Nat.div_mod. lia. }
  rewrite G, Nat.sub_diag by lia. apply Nat.div_1_r.
Qed.

(* The readout l on the good part of cell k. *)
Theorem cell_value_correct : forall l k x, (l <= depth P)%nat -> (k < N ^ l)%nat -> 0 <= x < 1 -> good N (delta P) l x ->
  INR k <= INR N ^ l * x < INR k + 1 -> ideal_Phi P l (on_line x) = cell_value l k.
Proof.
  intros l k x Hl Hk Hx G K. assert (n2 := sound_N).
  destruct (digits N (delta P) n2 (delta_pos P) l x Hx G) as [u [U [E R]]].
  destruct (cell_holds u l x Hl) with (m := l) as [_ C]; [| lia |].
  { intros m Hm. destruct (U m Hm) as [U1 [_ U2]]. split; assumption. }
  rewrite C. unfold cell_value. apply cell_sum_ext. apply (index_injective N n2 l u (digit_of l k)).
  - intros m Hm. split; [destruct (U m Hm); lia | apply digit_of_below].
  - rewrite index_digit_of by exact Hk. exact (index_of_cell N (delta P) l x k u (proj1 Hx) K E R).
Qed.

(* ---- enclosures ---- *)

Section Enclosures.
Variable prec : I.F.precision.

(* 2 pi / 2^64 *)
Definition unit_turn : I.type := I.div prec (I.mul prec (I.fromZ prec 2) (I.pi prec)) (I.fromZ prec (2 ^ 64)).

(* The same sine, of at most a quarter of a turn. *)
Definition folded (t : Z) : Z :=
  let t := if Z.ltb t (2 ^ 63) then t else (t - 2 ^ 64)%Z in
  if Z.ltb (2 ^ 62) t then (2 ^ 63 - t)%Z else if Z.ltb t (- 2 ^ 62) then (- 2 ^ 63 - t)%Z else t.

(* The sine of a phase that is within E of t, in units of 2^-64 turns. *)
Definition turn_sine (unit_turn : I.type) (E t : Z) : I.type :=
  let t := folded t in I.sin prec (I.mul prec (I.join (I.fromZ prec (t - E)) (I.fromZ prec (t + E))) unit_turn).

Lemma sine_folded : forall E t x, close 64 E t x -> exists y, Rabs (y - IZR (folded t)) <= IZR E /\
  sin (2 * PI * (x * powerRZ 2 (-64))) = sin (2 * PI * (y * powerRZ 2 (-64))).
Proof.
  assert (P64 : powerRZ 2 64 * powerRZ 2 (-64) = 1) by (rewrite <- powerRZ_add by lra; reflexivity).
  assert (E64 : powerRZ 2 64 = IZR (2 ^ 64)) by (symmetry; apply power_of_two; lia).
  assert (E63 : powerRZ 2 64 = 2 * IZR (2 ^ 63)) by (rewrite E64, <- mult_IZR; reflexivity).
  set (u := powerRZ 2 (-64)) in *.
  intros E t x [z Hz].
  (* by whole turns *)
  assert (T : exists y, Rabs (y - IZR (if Z.ltb t (2 ^ 63) then t else (t - 2 ^ 64)%Z)) <= IZR E /\
    sin (2 * PI * (x * u)) = sin (2 * PI * (y * u))).
  { destruct (Z.ltb t (2 ^ 63)).
    - exists (x - IZR z * powerRZ 2 64). split; [replace (x - IZR z * powerRZ 2 64 - IZR t) with (x - IZR t - IZR z * powerRZ 2 64) by ring; exact Hz |].
      apply (sin_turns _ _ z). replace (x * u - (x - IZR z * powerRZ 2 64) * u) with (IZR z * (powerRZ 2 64 * u)) by ring. rewrite P64. ring.
    - exists (x - IZR (z + 1) * powerRZ 2 64). split.
      + rewrite minus_IZR, plus_IZR, <- E64. replace (x - (IZR z + 1) * powerRZ 2 64 - (IZR t - powerRZ 2 64)) with (x - IZR t - IZR z * powerRZ 2 64) by ring. exact Hz.
      + apply (sin_turns _ _ (z + 1)). replace (x * u - (x - IZR (z + 1) * powerRZ 2 64) * u) with (IZR (z + 1) * (powerRZ 2 64 * u)) by ring.
        rewrite P64. ring. }
  unfold folded. cbv zeta. set (t' := if Z.ltb t (2 ^ 63) then t else (t - 2 ^ 64)%Z) in *. destruct T as [y [Hy S]].
  assert (H : 2 * PI * (IZR (2 ^ 63) * u) = PI).
  { transitivity (PI * (powerRZ 2 64 * u)); [rewrite E63; ring | rewrite P64; ring]. }
  destruct (Z.ltb (2 ^ 62) t'); [| destruct (Z.ltb t' (- 2 ^ 62))].
  - exists (IZR (2 ^ 63) - y). split.
    + rewrite minus_IZR, <- Rabs_Ropp. replace (- (IZR (2 ^ 63) - y - (IZR (2 ^ 63) - IZR t'))) with (y - IZR t') by ring. exact Hy.
    + rewrite S. replace (2 * PI * ((IZR (2 ^ 63) - y) * u)) with (2 * PI * (IZR (2 ^ 63) * u) - 2 * PI * (y * u)) by ring. rewrite H.
      rewrite sin_minus, sin_PI, cos_PI. ring.
  - exists (- IZR (2 ^ 63) - y). split.
    + rewrite minus_IZR, opp_IZR, <- Rabs_Ropp. replace (- (- IZR (2 ^ 63) - y - (- IZR (2 ^ 63) - IZR t'))) with (y - IZR t') by ring. exact Hy.
    + rewrite S. replace (2 * PI * ((- IZR (2 ^ 63) - y) * u)) with (- (2 * PI * (IZR (2 ^ 63) * u)) - 2 * PI * (y * u)) by ring. rewrite H.
      rewrite sin_minus, sin_neg, cos_neg, sin_PI, cos_PI. ring.
  - exists y. split; [exact Hy | exact S].
Qed.

Lemma unit_turn_holds : holds unit_turn (2 * PI * powerRZ 2 (-64)).
Proof.
  replace (2 * PI * powerRZ 2 (-64)) with (2 * PI / IZR (2 ^ 64)).
  - apply holds_div; [apply holds_mul; [apply holds_Z | apply I.pi_correct] | apply holds_Z].
  - unfold Rdiv. f_equal. rewrite power_of_two by lia. symmetry. apply (power_of_two_opp 64).
Qed.

Lemma turn_sine_holds : forall E t x, close 64 E t x -> holds (turn_sine unit_turn E t) (sin (2 * PI * (x * powerRZ 2 (-64)))).
Proof.
  intros E t x H. destruct (sine_folded E t x H) as [y [Hy ->]]. unfold turn_sine. cbv zeta. set (t' := folded t) in *.
  apply holds_sin. replace (2 * PI * (y * powerRZ 2 (-64))) with (y * (2 * PI * powerRZ 2 (-64))) by ring.
  apply holds_mul; [| exact unit_turn_holds].
  apply (between _ _ (IZR (t' - E)) (IZR (t' + E))); try apply holds_Z. rewrite minus_IZR, plus_IZR. revert Hy; split_Rabs; lra.
Qed.

(* The values of level m + 1, from those of level m. *)
Definition next_values (m : nat) (values : list I.type) : list I.type :=
  let A := dyadic_interval prec (amplitude P m) in
  let unit := unit_turn in
  let E := phase_error (digit_shifts P) (S m) in
  map2 (fun V t => I.add prec V (I.mul prec A (turn_sine unit E t))) (flat_map (fun V => repeat V N) values)
    (phases N digit_bits (digit_shifts P) (S m) (shifted (multiplier P m) (-64))).

Definition values_hold (l : nat) (values : list I.type) : Prop := length values = (N ^ l)%nat /\
  forall u, (forall m, (m < l)%nat -> (u m < N)%nat) -> holds (nth (Digits.index N u l) values (I.fromZ prec 0)) (cell_sum u l).

Lemma first_values : forall V, holds V (weight_value (start P)) -> values_hold 0 [V].
Proof.
  intros V H. split; [reflexivity |]. intros u _. unfold cell_sum. cbn [Digits.index nth sum_to]. rewrite Rplus_0_r. exact H.
Qed.

Theorem next_values_hold : forall m values, (m < depth P)%nat -> values_hold m values -> values_hold (S m) (next_values m values).
Proof.
  intros m values Hm [L H]. assert (n2 := sound_N).
  assert (Lr : forall V, In V values -> length (repeat V N) = N) by (intros; apply repeat_length).
  assert (L1 : length (flat_map (fun V => repeat V N) values) = (N ^ S m)%nat).
  { rewrite (flat_map_length_const _ _ _ N _ Lr), L, Nat.pow_succ_r'. lia. }
  assert (L2 : length (phases N digit_bits (digit_shifts P) (S m) (shifted (multiplier P m) (-64))) = (N ^ S m)%nat)
    by (apply leaves_length, n2).
  unfold next_values. cbv zeta. assert (L12 := eq_trans L1 (eq_sym L2)). split; [exact (eq_trans (map2_length _ _ _ _ _ _ L12) L1) |].
  intros u U. assert (I1 : (Digits.index N u (S m) < N ^ S m)%nat) by (apply index_below; [exact n2 | exact U]).
  assert (I0 : (Digits.index N u m < N ^ m)%nat) by (apply index_below; [exact n2 | intros; apply U; lia]).
  rewrite (nth_map2 _ _ _ _ _ _ _ (I.fromZ prec 0) 0%Z) by first [exact L12 | exact (eq_ind_r (fun n => (_ < n)%nat) I1 L1)].
  unfold cell_sum. cbn [sum_to]. rewrite <- Rplus_assoc. apply holds_add.
  - cbn [Digits.index]. rewrite (nth_flat_map _ _ _ N _ _ _ (I.fromZ prec 0) _ Lr) by first [exact (eq_ind_r (fun n => (_ < n)%nat) I0 L) | apply U; lia].
    rewrite (nth_indep _ _ (nth (Digits.index N u m) values (I.fromZ prec 0))) by (rewrite repeat_length; apply U; lia).
    rewrite nth_repeat. apply H. intros; apply U; lia.
  - apply holds_mul; [apply holds_dyadic |]. unfold cell_turns.
    rewrite (value_shifted _ _ (sound_multiplier m Hm)).
    replace (IZR (shifted (multiplier P m) (-64)) * powerRZ 2 (-64) * nu (real_bits (cell_bits digit_bits u (S m))))
      with (IZR (shifted (multiplier P m) (-64)) * nu (real_bits (cell_bits digit_bits u (S m))) * powerRZ 2 (-64)) by ring.
    apply turn_sine_holds, phases_close; [apply bits_shifts | exact n2 | exact U].
Qed.

Lemma value_of_cell : forall l values k, values_hold l values -> (k < N ^ l)%nat -> holds (nth k values (I.fromZ prec 0)) (cell_value l k).
Proof.
  intros l values k [_ H] Hk. unfold cell_value. rewrite <- (index_digit_of l k Hk) at 1. apply H. intros; apply digit_of_below.
Qed.

End Enclosures.
End CellValues.
