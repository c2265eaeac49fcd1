(* The value of every readout on the good part of every cell, in d dimensions, and integers near these values, cell by cell. *)
From Coq Require Import Reals ZArith List Bool Lra Lia Arith.
From Layercert Require Import Relu Digits Sums Network Dyadic Weight Layers Decoder Expression Phases CellValues Lacunary CellNumbers
  ReadoutOnCells ClosedForms TurnSine.
Import ListNotations.
Open Scope R_scope.

Lemma shiftl_near : forall a k, 0 <= IZR a * powerRZ 2 k - IZR (Z.shiftl a k) < 1.
Proof.
  intros a k. destruct (Z.le_gt_cases 0 k) as [K | K].
  - rewrite Z.shiftl_mul_pow2, mult_IZR, power_of_two by exact K. lra.
  - replace k with (- (- k))%Z by lia. rewrite Z.shiftl_opp_r. apply floor_bounds. lia.
Qed.

Lemma shiftl_whole : forall a k, (0 <= k)%Z -> IZR (Z.shiftl a k) = IZR a * powerRZ 2 k.
Proof. intros a k K. rewrite Z.shiftl_mul_pow2, mult_IZR, power_of_two by exact K. reflexivity. Qed.

Lemma index_split : forall N v k j, Digits.index N v (k + j) = (N ^ j * Digits.index N v k + Digits.index N (fun i => v (k + i)%nat) j)%nat.
Proof.
  intros N v k. induction j as [| j IH]; [rewrite Nat.add_0_r; simpl; lia |]. rewrite Nat.add_succ_r. cbn [Digits.index]. rewrite IH, Nat.pow_succ_r'. lia.
Qed.

(* Finite sums of integers. *)
Fixpoint sum_Z (n : nat) (F : nat -> Z) : Z := match n with O => 0%Z | S k => (sum_Z k F + F k)%Z end.

Lemma sum_Z_ext : forall n F G, (forall j, (j < n)%nat -> F j = G j) -> sum_Z n F = sum_Z n G.
Proof. induction n as [| n IH]; intros F G H; cbn [sum_Z]; [reflexivity |]. rewrite (IH F G), (H n) by (intros; try apply H; lia). reflexivity. Qed.

Lemma sum_Z_scale : forall n c F, sum_Z n (fun j => c * F j)%Z = (c * sum_Z n F)%Z.
Proof. induction n as [| n IH]; intros c F; cbn [sum_Z]; [lia |]. rewrite IH. lia. Qed.

Lemma sum_Z_plus : forall n F G, sum_Z n (fun j => F j + G j)%Z = (sum_Z n F + sum_Z n G)%Z.
Proof. induction n as [| n IH]; intros F G; cbn [sum_Z]; [lia |]. rewrite IH. lia. Qed.

Lemma some_pair : forall (a b V E : Z), Some (a, b) = Some (V, E) -> V = a /\ E = b.
Proof. intros a b V E H. inversion H. split; reflexivity. Qed.

Section CubeValues.
Variable P : parameters.
Let N := base P.
Let d := dimension P.

(* v i is digit i of a cell: digit m of coordinate j has the place i = m d + j. *)
Definition cube_turns (m : nat) (v : nat -> nat) : R := value (multiplier P m) * nu (real_bits (Phases.cell_bits (CellValues.digit_bits P) v (S m * d))).
Definition cube_sum (v : nat -> nat) (l : nat) : R :=
  weight_value (start P) + sum_to l (fun m => value (amplitude P m) * sin (2 * PI * cube_turns m v)).

Hypothesis N2 : (2 <= N)%nat.

Lemma angle_bits : forall m j e, ideal_angle P m j e = Decoder.arg (real_bits (CellValues.digit_bits P (m * d + j) e)).
Proof.
  intros m j e. unfold ideal_angle, angle, CellValues.digit_bits. fold d.
  induction (seq 0 (digit_width P)) as [| q qs IH]; [reflexivity |].
  cbn [filter map real_bits Decoder.arg fst snd]. destruct (Nat.testbit e q).
  - cbn [map angle_form weight_value fst snd atom_value]. unfold angle_form, real_bits in IH. rewrite IH.
    change {| mantissa := 1; exponent := 0 |} with one. rewrite value_one. ring.
  - unfold real_bits in IH. rewrite IH. ring.
Qed.

Lemma cell_arg : forall v n, Decoder.arg (real_bits (Phases.cell_bits (CellValues.digit_bits P) v n)) =
  sum_to n (fun i => Decoder.arg (real_bits (CellValues.digit_bits P i (v i)))).
Proof.
  intros v. induction n as [| n IH]; [reflexivity |]. cbn [Phases.cell_bits sum_to]. rewrite real_bits_app, CellValues.arg_app, IH. reflexivity.
Qed.

Lemma arg_on_cell : forall l x u, has_digits N d (delta P) l x u -> forall m, (m <= l)%nat ->
  ideal_arg P m x = Decoder.arg (real_bits (Phases.cell_bits (CellValues.digit_bits P) (row d u) (m * d))).
Proof.
  intros l x u H m Hm. unfold ideal_arg. fold N d.
  rewrite (proj2 (arg_sum N d (delta P) N2 (ideal_angle P)
    ltac:(intros; rewrite angle_bits; apply arg_clear) ltac:(intros; rewrite angle_bits; apply arg_nonneg) l x u H m Hm)).
  rewrite cell_arg, sum_to_blocks. apply sum_to_ext. intros i Hi. apply sum_to_ext. intros j Hj.
  rewrite angle_bits, (row_place N d N2) by exact Hj. reflexivity.
Qed.

Lemma turns_on_cell : forall m v,
  weight_value (sine_weight P m) * sin (weight_value first_phase + Decoder.arg (real_bits (Phases.cell_bits (CellValues.digit_bits P) v (S m * d)))) =
  2 * PI * cube_turns m v.
Proof.
  intros m v. unfold sine_weight, cube_turns. rewrite value_multiplier, first_phase_exact.
  rewrite <- ideal_phase, CellValues.Q_of_bits, cell_shifts. reflexivity.
Qed.

(* Readout l on the good part of a cell. *)
Theorem readout_on_cell : forall l x u, Rabs (weight_value (start P)) + sum_to l (fun m => Rabs (value (amplitude P m))) <= value (offset P) ->
  has_digits N d (delta P) l x u -> ideal_Phi P l x = cube_sum (row d u) l.
Proof.
  intros l x u HM H. unfold ideal_Phi. rewrite (proj1 (Phi_sum _ _ _ _ _ (fun m => value (amplitude P m)) _ _ _ l x HM)).
  unfold cube_sum. f_equal. apply sum_to_ext. intros m Hm. unfold correction. fold (ideal_arg P (S m) x).
  rewrite (arg_on_cell l x u H (S m) Hm), turns_on_cell. reflexivity.
Qed.

(* ---- integers near the values, in units of 1 / (M 2^w) ---- *)

Variable M : positive.
Variable w : Z.
Definition scale : R := IZR (Zpos M) * powerRZ 2 w.

Lemma scale_pos : 0 < scale.
Proof. apply Rmult_lt_0_compat; [apply IZR_lt; lia | apply powerRZ_pos]. Qed.

(* Phi_0, where its form is one of those that the construction has, and how far the integer may be off. *)
Definition first_value : option (Z * Z) :=
  match start P with
  | [] => Some (0, 0)%Z
  | [(c, One)] => let k := (exponent c + w)%Z in Some (Z.shiftl (Zpos M * mantissa c) k, if Z.leb 0 k then 0 else 1)%Z
  | [(c, Closed (Whole n))] => if Dyadic.same c one && Z.leb 0 w then Some (Z.shiftl (Zpos M * n) w, 0%Z) else None
  | [(c, Closed (Rational n q))] =>
      if Dyadic.same c one && Z.leb 0 w then
        let a := Z.shiftl (Zpos M * n) w in Some (Z.div a (Zpos q), if Z.eqb (Z.modulo a (Zpos q)) 0 then 0 else 1)%Z
      else None
  | _ => None
  end.

Lemma first_value_near : forall V E, first_value = Some (V, E) -> Rabs (IZR V - scale * weight_value (start P)) <= IZR E /\ (0 <= E)%Z.
Proof.
  intros V E H. unfold first_value in H. unfold scale.
  destruct (start P) as [| [c [| | s | s | e | r]] [| t rest]]; try discriminate H; cbn [weight_value atom_value].
  - apply some_pair in H; destruct H as [-> ->]. rewrite Rmult_0_r, Rminus_0_r, Rabs_R0. split; [lra | lia].
  - apply some_pair in H; destruct H as [-> ->]. split; [| destruct Z.leb; lia].
    replace (IZR (Zpos M) * powerRZ 2 w * (value c * 1 + 0)) with (IZR (Zpos M * mantissa c) * powerRZ 2 (exponent c + w))
      by (unfold value; rewrite mult_IZR, powerRZ_add by lra; ring).
    assert (S := shiftl_near (Zpos M * mantissa c) (exponent c + w)). destruct (Z.leb_spec 0 (exponent c + w)) as [K | K].
    + rewrite shiftl_whole, Rminus_eq_0, Rabs_R0 by exact K. lra.
    + apply Rabs_le. lra.
  - destruct e; discriminate H || idtac; destruct (Dyadic.same c one) eqn:C; try discriminate H; cbn [andb] in H;
      destruct (Z.leb_spec 0 w) as [W | W]; try discriminate H; apply some_pair in H; destruct H as [-> ->]; apply value_same in C; rewrite C, value_one; cbn [eval].
    + split; [| lia]. rewrite shiftl_whole, mult_IZR by exact W.
      replace (IZR (Zpos M) * IZR n * powerRZ 2 w - IZR (Zpos M) * powerRZ 2 w * (1 * IZR n + 0)) with 0 by ring. rewrite Rabs_R0. lra.
    + set (a := Z.shiftl (Zpos M * numerator) w). assert (Q : 0 < IZR (Zpos denominator)) by (apply IZR_lt; lia).
      assert (A : IZR (Zpos M) * powerRZ 2 w * (1 * (IZR numerator / IZR (Zpos denominator)) + 0) = IZR a / IZR (Zpos denominator)).
      { unfold a. rewrite shiftl_whole, mult_IZR by exact W. field. lra. }
      rewrite A. assert (D := Z.div_mod a (Zpos denominator) ltac:(lia)). assert (B := Z.mod_pos_bound a (Zpos denominator) ltac:(lia)).
      assert (F : IZR a / IZR (Zpos denominator) = IZR (a / Zpos denominator) + IZR (a mod Zpos denominator) / IZR (Zpos denominator)).
      { rewrite D at 1. rewrite plus_IZR, mult_IZR. field. lra. }
      rewrite F. replace (IZR (a / Zpos denominator) - (IZR (a / Zpos denominator) + IZR (a mod Zpos denominator) / IZR (Zpos denominator)))
        with (- (IZR (a mod Zpos denominator) / IZR (Zpos denominator))) by ring. rewrite Rabs_Ropp.
      assert (X : 0 <= IZR (a mod Zpos denominator) / IZR (Zpos denominator) <= 1).
      { split; [apply Rmult_le_pos; [apply IZR_le; lia | apply Rlt_le, Rinv_0_lt_compat, Q] |].
        apply Rmult_le_reg_r with (IZR (Zpos denominator)); [exact Q |]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r, Rmult_1_l by lra. apply IZR_le. lia. }
      destruct (Z.eqb_spec (a mod Zpos denominator) 0) as [Z0 | Z0]; [rewrite Z0 | split; [rewrite Rabs_pos_eq; lra | lia]].
      unfold Rdiv. rewrite Rmult_0_l, Rabs_R0. split; [lra | lia].
  - destruct e; discriminate H.
Qed.

Definition scaled_amplitude (m : nat) : Z := (Zpos M * mantissa (amplitude P m))%Z.
Definition amplitude_shift (m : nat) : Z := (exponent (amplitude P m) + w)%Z.

Lemma amplitude_scaled : forall m, scale * value (amplitude P m) = IZR (scaled_amplitude m) * powerRZ 2 (amplitude_shift m).
Proof. intros m. unfold scale, scaled_amplitude, amplitude_shift, value. rewrite mult_IZR, powerRZ_add by lra. ring. Qed.

Definition next_values (m : nat) (values : list Z) : list Z :=
  let c := scaled_amplitude m in
  let k := (amplitude_shift m - 60)%Z in
  map2 (fun V t => V + Z.shiftl (c * turn_sine t) k)%Z (flat_map (fun V => repeat V (N ^ d)) values)
    (phases N (CellValues.digit_bits P) (digit_shifts P) (S m * d) (shifted (multiplier P m) (-64))).
Definition next_error (m : nat) (E : Z) : Z :=
  let c := scaled_amplitude m in
  if Z.eqb c 0 then E else (E + Z.shiftl (Z.abs c * sine_error (phase_error (digit_shifts P) (S m * d))) (amplitude_shift m - 60) + 2)%Z.

Definition values_near (l : nat) (E : Z) (values : list Z) : Prop := length values = (N ^ (l * d))%nat /\
  forall v, (forall i, (i < l * d)%nat -> (v i < N)%nat) -> Rabs (IZR (nth (Digits.index N v (l * d)) values 0%Z) - scale * cube_sum v l) <= IZR E.

Lemma first_values_near : forall V E, first_value = Some (V, E) -> values_near 0 E [V].
Proof.
  intros V E H. split; [reflexivity |]. intros v _. unfold cube_sum. cbn [Nat.mul Digits.index nth sum_to]. rewrite Rplus_0_r.
  apply first_value_near, H.
Qed.

Lemma phase_error_nonneg : forall l, (0 <= phase_error (digit_shifts P) l)%Z.
Proof.
  assert (G : forall l E, (0 <= E)%Z -> (0 <= leaf_error (digit_shifts P) l E)%Z).
  { induction l as [| l IH]; intros E HE; [exact HE |]. cbn [leaf_error]. apply IH, error_after_nonneg, HE. }
  intros l. apply G. lia.
Qed.

Lemma next_error_mono : forall m E, (0 <= E)%Z -> (E <= next_error m E)%Z.
Proof.
  intros m E HE. unfold next_error. cbv zeta. destruct Z.eqb; [lia |]. assert (B := phase_error_nonneg (S m * d)).
  assert (0 <= Z.shiftl (Z.abs (scaled_amplitude m) * sine_error (phase_error (digit_shifts P) (S m * d))) (amplitude_shift m - 60))%Z; [| lia].
  apply Z.shiftl_nonneg. unfold sine_error. nia.
Qed.

Lemma term_near : forall m t x, close 64 (phase_error (digit_shifts P) (S m * d)) t x ->
  Rabs (IZR (Z.shiftl (scaled_amplitude m * turn_sine t) (amplitude_shift m - 60)) -
    scale * (value (amplitude P m) * sin (2 * PI * (x * powerRZ 2 (-64))))) <= IZR (next_error m 0).
Proof.
  intros m t x C. rewrite <- Rmult_assoc, amplitude_scaled. assert (B := phase_error_nonneg (S m * d)).
  assert (T := turn_sine_near _ t x B C). unfold next_error. cbv zeta.
  set (c := scaled_amplitude m) in *. set (k := (amplitude_shift m - 60)%Z). set (se := sine_error _) in *.
  set (s := turn_sine t) in *. set (y := sin _) in *. destruct (Z.eqb_spec c 0) as [Z0 | Z0].
  { rewrite Z0, Z.mul_0_l, Z.shiftl_0_l, !Rmult_0_l, Rminus_eq_0, Rabs_R0. lra. }
  assert (K : powerRZ 2 (amplitude_shift m) = 2 ^ 60 * powerRZ 2 k).
  { unfold k. rewrite (pow_powerRZ 2 60), <- powerRZ_add by lra. f_equal. simpl Z.of_nat. lia. }
  rewrite K. assert (S1 := shiftl_near (c * s) k). assert (S2 := shiftl_near (Z.abs c * se) k). rewrite mult_IZR in S1, S2.
  rewrite !plus_IZR. set (g := powerRZ 2 k) in *. assert (g0 : 0 < g) by apply powerRZ_pos.
  assert (G : Rabs (IZR c * g * (IZR s - 2 ^ 60 * y)) <= IZR (Z.abs c) * IZR se * g).
  { rewrite !Rabs_mult, (Rabs_pos_eq g), <- abs_IZR by lra. assert (A0 : 0 <= IZR (Z.abs c)) by (apply IZR_le; lia).
    replace (IZR (Z.abs c) * IZR se * g) with (IZR (Z.abs c) * g * IZR se) by ring. apply Rmult_le_compat_l; [apply Rmult_le_pos; lra | exact T]. }
  set (q := IZR (Z.shiftl (c * s) k)) in *.
  replace (q - IZR c * (2 ^ 60 * g) * y) with (- (IZR c * IZR s * g - q) + IZR c * g * (IZR s - 2 ^ 60 * y)) by ring.
  revert G. generalize (IZR c * g * (IZR s - 2 ^ 60 * y)). intros r G. split_Rabs; lra.
Qed.

Lemma next_error_split : forall m E, next_error m E = (E + next_error m 0)%Z.
Proof. intros. unfold next_error. cbv zeta. destruct Z.eqb; lia. Qed.

Theorem next_values_near : forall m E values, (-64 <= exponent (multiplier P m))%Z -> values_near m E values ->
  values_near (S m) (next_error m E) (next_values m values).
Proof.
  intros m E values Hm [L H]. assert (Lr : forall V, In V values -> length (repeat V (N ^ d)) = (N ^ d)%nat) by (intros; apply repeat_length).
  assert (L1 : length (flat_map (fun V => repeat V (N ^ d)) values) = (N ^ (S m * d))%nat).
  { rewrite (flat_map_length_const _ _ _ _ _ Lr), L. replace (S m * d)%nat with (m * d + d)%nat by (simpl; lia). rewrite Nat.pow_add_r. reflexivity. }
  assert (L2 : length (phases N (CellValues.digit_bits P) (digit_shifts P) (S m * d) (shifted (multiplier P m) (-64))) = (N ^ (S m * d))%nat)
    by (apply leaves_length, N2).
  unfold next_values. cbv zeta. assert (L12 := eq_trans L1 (eq_sym L2)). split; [exact (eq_trans (map2_length _ _ _ _ _ _ L12) L1) |].
  intros v U. assert (I1 : (Digits.index N v (S m * d) < N ^ (S m * d))%nat) by (apply index_below; [exact N2 | exact U]).
  assert (U0 : forall i, (i < m * d)%nat -> (v i < N)%nat) by (intros; apply U; simpl; lia).
  assert (I0 : (Digits.index N v (m * d) < N ^ (m * d))%nat) by (apply index_below; [exact N2 | exact U0]).
  assert (Id : (Digits.index N (fun i => v (m * d + i)%nat) d < N ^ d)%nat) by (apply index_below; [exact N2 | intros; apply U; simpl; lia]).
  rewrite (nth_map2 _ _ _ _ _ _ _ 0%Z 0%Z) by first [exact L12 | exact (eq_ind_r (fun n => (_ < n)%nat) I1 L1)].
  unfold cube_sum. cbn [sum_to]. rewrite <- Rplus_assoc. fold (cube_sum v m). rewrite next_error_split, !plus_IZR, Rmult_plus_distr_l.
  match goal with |- Rabs (?a + ?b - (?c + ?e)) <= _ => replace (a + b - (c + e)) with (a - c + (b - e)) by ring end.
  eapply Rle_trans; [apply Rabs_triang |]. apply Rplus_le_compat.
  - replace (S m * d)%nat with (m * d + d)%nat by (simpl; lia). rewrite index_split.
    rewrite (nth_flat_map _ _ _ (N ^ d)%nat _ _ _ 0%Z _ Lr) by first [exact (eq_ind_r (fun n => (_ < n)%nat) I0 L) | exact Id].
    rewrite (nth_indep _ _ (nth (Digits.index N v (m * d)) values 0%Z)) by (rewrite repeat_length; exact Id).
    rewrite nth_repeat. apply H, U0.
  - unfold cube_turns. rewrite (value_shifted _ _ Hm).
    replace (IZR (shifted (multiplier P m) (-64)) * powerRZ 2 (-64) * nu (real_bits (Phases.cell_bits (CellValues.digit_bits P) v (S m * d))))
      with (IZR (shifted (multiplier P m) (-64)) * nu (real_bits (Phases.cell_bits (CellValues.digit_bits P) v (S m * d))) * powerRZ 2 (-64)) by ring.
    apply term_near, phases_close; [apply bits_shifts | exact N2 | exact U].
Qed.

(* ---- the number of a cell, from the numbers of its intervals ---- *)

(* Digits of one coordinate, with room between them for those of the others. *)
Fixpoint spread (l : nat) (k : Z) : Z :=
  match l with O => 0%Z | S i => (k mod Z.of_nat N + Z.of_nat (N ^ d) * spread i (k / Z.of_nat N))%Z end.
Definition place (j : nat) : Z := Z.of_nat (N ^ (d - 1 - j)).

Lemma spread_digits : forall l (u : nat -> nat), (forall m, (m < l)%nat -> (u m < N)%nat) ->
  spread (S l) (Z.of_nat (Digits.index N u (S l))) = (Z.of_nat (u l) + Z.of_nat (N ^ d) * spread l (Z.of_nat (Digits.index N u l)))%Z \/ ~ (u l < N)%nat.
Proof.
  intros l u U. destruct (Nat.lt_ge_cases (u l) N) as [H | H]; [left | right; lia]. cbn [spread Digits.index].
  rewrite Nat2Z.inj_add, Nat2Z.inj_mul. set (n := Z.of_nat N). assert (n0 : (0 < n)%Z) by (unfold n; lia).
  assert (B : (0 <= Z.of_nat (u l) < n)%Z) by (unfold n; lia).
  replace (n * Z.of_nat (Digits.index N u l) + Z.of_nat (u l))%Z with (Z.of_nat (u l) + Z.of_nat (Digits.index N u l) * n)%Z by lia.
  rewrite Z.mod_add, Z.div_add, Z.mod_small, Z.div_small by lia. rewrite Z.add_0_l. reflexivity.
Qed.

Lemma index_places : forall n v, Z.of_nat (Digits.index N v n) = sum_Z n (fun j => Z.of_nat (N ^ (n - 1 - j)) * Z.of_nat (v j))%Z.
Proof.
  induction n as [| n IH]; intros v; [reflexivity |]. cbn [Digits.index sum_Z]. rewrite Nat2Z.inj_add, Nat2Z.inj_mul, IH, <- sum_Z_scale.
  replace (S n - 1 - n)%nat with O by lia. f_equal; [| rewrite Nat.pow_0_r, Z.mul_1_l; reflexivity]. apply sum_Z_ext. intros j Hj.
  replace (S n - 1 - j)%nat with (S (n - 1 - j)) by lia. rewrite Nat.pow_succ_r', Nat2Z.inj_mul. ring.
Qed.

Theorem number_of_cell : forall l (u : nat -> nat -> nat), (forall j m, (j < d)%nat -> (m < l)%nat -> (u j m < N)%nat) ->
  Z.of_nat (Digits.index N (row d u) (l * d)) = sum_Z d (fun j => place j * spread l (Z.of_nat (Digits.index N (u j) l)))%Z.
Proof.
  induction l as [| l IH]; intros u U.
  - cbn [Nat.mul Digits.index spread]. rewrite (sum_Z_ext d _ (fun _ => 0 * 0)%Z) by (intros; rewrite Z.mul_0_r; reflexivity). rewrite sum_Z_scale. reflexivity.
  - replace (S l * d)%nat with (l * d + d)%nat by (simpl; lia). rewrite index_split, Nat2Z.inj_add, Nat2Z.inj_mul, IH, index_places by (intros; apply U; lia).
    rewrite <- sum_Z_scale, <- sum_Z_plus. apply sum_Z_ext. intros j Hj. rewrite (row_place N d N2) by exact Hj.
    destruct (spread_digits l (u j)) as [E | E]; [intros; apply U; lia | | exfalso; apply E, U; lia]. rewrite E. unfold place. ring.
Qed.

End CubeValues.
