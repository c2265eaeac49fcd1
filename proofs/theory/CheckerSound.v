(* check_sound: if the checker of Checker.v returns true, claim R holds. *)
From Coq Require Import Reals ZArith List Bool Lra Lia Arith FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Layercert Require Continuous ModulusRules Relu.
From Layercert Require Import Power Digits Sums Network Dyadic Weight Layers Soundness Box Cube Modulus CubeNorm ReadoutContinuous
  ReadoutOnCells Integration Steps CubeValues Samples Formula GridBounds ConstantFormula RationalPower CubeClaim Checker.
Import ListNotations.
Open Scope R_scope.

(* |a - g|^p is continuous where g is. *)
Lemma distance_continuous : forall d p a g, 1 <= p -> continuous_on_cube d g -> continuous_on_cube d (fun x => power p (Rabs (a - g x))).
Proof.
  intros d p a g Hp Hg x Hx e He. set (B := Rabs a + Rabs (g x) + 1). assert (S := Continuous.slope_pos p B Hp). set (s := Continuous.slope p B) in *.
  destruct (Hg x Hx (Rmin 1 (e / s))) as [delta [Hd H]]; [apply Rmin_glb_lt; [lra | apply Rdiv_lt_0_compat; assumption] |].
  exists delta. split; [exact Hd |]. intros y Hy Hxy. assert (D := H y Hy Hxy).
  assert (D1 := Rlt_le_trans _ _ _ D (Rmin_l _ _)). assert (D2 := Rlt_le_trans _ _ _ D (Rmin_r _ _)). assert (A := Rabs_pos a).
  assert (Near : Rabs (g y) <= Rabs (g x) + 1) by (split_Rabs; lra).
  assert (G := Rabs_pos (g x)). assert (Lip := Continuous.distance_lipschitz p B a (g y) a (g x) Hp ltac:(unfold B; lra) ltac:(unfold B; lra) ltac:(unfold B; lra) ltac:(unfold B; lra)).
  unfold Continuous.distance in Lip. fold s in Lip. rewrite Rminus_eq_0, Rabs_R0, Rplus_0_l in Lip. eapply Rle_lt_trans; [exact Lip |].
  apply (Rmult_lt_compat_l s) in D2; [| exact S]. replace (s * (e / s)) with e in D2 by (field; lra). exact D2.
Qed.

Lemma power_of_continuous : forall d p g, 1 <= p -> continuous_on_cube d g -> continuous_on_cube d (power_of p g).
Proof.
  intros d p g Hp Hg. apply (continuous_on_cube_ext d (fun x => power p (Rabs (0 - g x)))).
  - intros x _. unfold power_of. rewrite <- (Rabs_Ropp (g x)). do 2 f_equal. ring.
  - apply distance_continuous; assumption.
Qed.

(* f(x + h), carried on as a constant outside of the cube *)
Lemma moved_continuous : forall d f h, continuous_on_cube d f -> continuous_on_cube d (fun x => extended_cube f (moved x h)).
Proof.
  intros d f h Hf x Hx e He. destruct (Hf (clamped (moved x h)) (clamped_in_cube d _) e He) as [delta [Hd H]]. exists delta. split; [exact Hd |].
  intros y _ Hxy. apply H; [apply clamped_in_cube |]. intros j Hj. eapply Rle_lt_trans; [apply Continuous.clamp_nearer |].
  unfold moved. replace (y j + h j - (x j + h j)) with (y j - x j) by ring. apply Hxy, Hj.
Qed.

Lemma ceiling_above : forall a k, IZR a * powerRZ 2 k <= IZR (ceiling a k).
Proof. intros a k. unfold ceiling. assert (S := shiftl_near (- a) k). rewrite opp_IZR in S |- *. lra. Qed.

Lemma ceiling_zero : forall k, ceiling 0 k = 0%Z.
Proof. intros. unfold ceiling. rewrite Z.shiftl_0_l. reflexivity. Qed.

Lemma farthest_above : forall V E q pairs, In q pairs ->
  (Z.abs (fst q - V) + E <= farthest V E pairs)%Z /\ (Z.abs (snd q - V) + E <= farthest V E pairs)%Z.
Proof.
  intros V E q pairs Hq. unfold farthest. set (F := fun b r => Z.max b (Z.max (Z.abs (fst r - V)) (Z.abs (snd r - V)))).
  assert (G : forall l b, (b <= fold_left F l b)%Z /\
    forall r, In r l -> (Z.max (Z.abs (fst r - V)) (Z.abs (snd r - V)) <= fold_left F l b)%Z).
  { induction l as [| v l IH]; intros b; cbn [fold_left]; [split; [lia | intros ? []] |].
    destruct (IH (F b v)) as [G1 G2]. unfold F at 1 in G1. split; [lia |]. intros r [<- | Hr]; [unfold F in *; lia | apply G2, Hr]. }
  assert (X := proj2 (G pairs 0%Z) q Hq). lia.
Qed.

Lemma sum_Z_value : forall n F, IZR (sum_Z n F) = sum_to n (fun j => IZR (F j)).
Proof. induction n as [| n IH]; intros F; [reflexivity |]. cbn [sum_Z sum_to]. rewrite plus_IZR, IH. reflexivity. Qed.

(* The pieces of an axis follow each other whatever they add. *)
Lemma chain_of_parts : forall D D' parts f g f' g' a b, chain a b (pieces (make_axis D parts f g)) = chain a b (pieces (make_axis D' parts f' g')).
Proof. intros D D' parts f g f' g'. unfold make_axis. cbn [pieces]. induction parts as [| q parts IH]; intros a b; [reflexivity |]. cbn. rewrite IH. reflexivity. Qed.


(* ---- the bad set ---- *)

Section Slabs.
Variable d : nat.
Variable I : integration d.

Lemma slab_box : forall j a b, 0 <= a -> a <= b -> b <= 1 -> box_in_cube d (set zeros j a) (set ones j b).
Proof. intros j a b H1 H2 H3 i _. unfold set, zeros, ones. destruct Nat.eq_dec; lra. Qed.

Lemma slab_volume : forall k j a b, (j < k)%nat -> volume k (set zeros j a) (set ones j b) = b - a.
Proof.
  assert (One : forall k j a b, (k <= j)%nat -> volume k (set zeros j a) (set ones j b) = 1).
  { induction k as [| k IH]; intros j a b H; cbn [volume]; [reflexivity |]. rewrite IH, !set_other by lia. unfold zeros, ones. ring. }
  induction k as [| k IH]; intros j a b H; [lia |]. cbn [volume]. destruct (Nat.eq_dec j k) as [-> | n].
  - rewrite One, !set_same by lia. ring.
  - rewrite IH, !set_other by lia. unfold zeros, ones. ring.
Qed.

Lemma slab_indicator : forall j a b x, (j < d)%nat -> in_half_open d x -> indicator d (set zeros j a) (set ones j b) x = between a b (x j).
Proof.
  intros j a b x Hj Hx. destruct (Classical_Prop.classic (a <= x j < b)) as [B | B].
  - rewrite between_inside by exact B. apply indicator_inside. intros i Hi. unfold set. destruct Nat.eq_dec as [-> | n]; [exact B |]. apply Hx, Hi.
  - rewrite between_outside by exact B. apply (indicator_outside d _ _ x j Hj). rewrite !set_same. exact B.
Qed.

Lemma slab_integral : forall j a b, (j < d)%nat -> 0 <= a -> a <= b -> b <= 1 ->
  integrable d I (fun x => between a b (x j)) /\ integral_of d I (fun x => between a b (x j)) = b - a.
Proof.
  intros j a b Hj H1 H2 H3. assert (B := slab_box j a b H1 H2 H3). assert (K := box_indicator_integrable d I _ _ B).
  assert (E := fun x Hx => slab_indicator j a b x Hj Hx). split; [exact (integrable_same d I _ _ E K) |].
  rewrite <- (integral_same d I _ _ K E), (integral_of_box d I) by exact B. apply slab_volume, Hj.
Qed.

(* How many ramps x is on, all coordinates together. *)
Definition ramps_on (l : list (R * R)) (v : R) : R := sum_list (fun J => between (fst J) (snd J) v) l.
Definition bad_count (l : list (R * R)) (x : point) : R := sum_to d (fun j => ramps_on l (x j)).

Lemma ramps_on_nonneg : forall l v, 0 <= ramps_on l v.
Proof. induction l as [| J l IH]; intros v; unfold ramps_on; cbn [sum_list]; [lra |]. assert (B := between_range (fst J) (snd J) v). assert (X := IH v). unfold ramps_on in X. lra. Qed.

Lemma bad_count_nonneg : forall l x, 0 <= bad_count l x.
Proof. intros. apply sum_to_nonneg. intros. apply ramps_on_nonneg. Qed.

Lemma ramps_on_one : forall l v J, In J l -> fst J < v < snd J -> 1 <= ramps_on l v.
Proof.
  induction l as [| J' l IH]; intros v J HJ Hv; [contradiction |]. unfold ramps_on. cbn [sum_list]. fold (ramps_on l v).
  assert (N0 := ramps_on_nonneg l v). assert (B := between_range (fst J') (snd J') v). destruct HJ as [-> | HJ].
  - rewrite between_inside by lra. lra.
  - assert (X := IH v J HJ Hv). lra.
Qed.

Lemma bad_count_integral : forall l, List.Forall (fun J => 0 <= fst J <= snd J /\ snd J <= 1) l ->
  integrable d I (bad_count l) /\ integral_of d I (bad_count l) = INR d * total_length l.
Proof.
  intros l H.
  assert (One : forall j, (j < d)%nat -> integrable d I (fun x => ramps_on l (x j)) /\ integral_of d I (fun x => ramps_on l (x j)) = total_length l).
  { intros j Hj. induction l as [| [a b] l IH]; [destruct (integral_constant d I 0); split; assumption |].
    inversion H as [| ? ? [H1 H2] H3]; subst. cbn [fst snd] in H1, H2. destruct (IH H3) as [A B].
    destruct (slab_integral j a b Hj) as [C E]; try lra. unfold ramps_on in *. cbn [sum_list fst snd total_length]. split.
    - apply (integrable_plus d I (fun x => between a b (x j)) _ C A).
    - rewrite (integral_plus d I (fun x => between a b (x j)) _ C A), B, E. reflexivity. }
  assert (G : forall k, (k <= d)%nat -> integrable d I (fun x => sum_to k (fun j => ramps_on l (x j))) /\
    integral_of d I (fun x => sum_to k (fun j => ramps_on l (x j))) = INR k * total_length l).
  { induction k as [| k IH]; intros Hk.
    - destruct (integral_constant d I 0) as [A B]. cbn [sum_to]. split; [exact A |]. rewrite B. simpl. ring.
    - destruct (IH ltac:(lia)) as [A B]. destruct (One k ltac:(lia)) as [C E]. cbn [sum_to]. split.
      + apply (integrable_plus d I _ (fun x => ramps_on l (x k)) A C).
      + rewrite (integral_plus d I _ (fun x => ramps_on l (x k)) A C), B, E, S_INR. ring. }
  apply (G d). apply le_n.
Qed.
End Slabs.

Section Sound.
Variable c : certificate.
Let P := shape_of_network c.
Let N := base P.
Let d := dimension P.
Let L := depth P.
Let M := unit_denominator c.
Let w := fraction_bits c.
Let pr := exponent_p c.
Variables V0 E0 : Z.
Hypothesis first : first_value P M w = Some (V0, E0).
Hypothesis structure : structure_ok c V0 E0 = true.

Lemma structure_facts : (2 <= N)%nat /\ (1 <= d)%nat /\ (1 <= L)%nat /\ (0 <= ramp P)%Z /\ (exponent_denominator c <= exponent_numerator c)%positive /\
  (forall m, (m < L)%nat -> (-64 <= exponent (multiplier P m))%Z) /\
  (Z.abs V0 + E0 + amplitudes_to c L <= Z.shiftl (Zpos M * mantissa (offset P)) (exponent (offset P) + w))%Z /\
  shaped (layers c) (L + 2) (2 * d * N + d + 2) /\ matches P (layers c) = true.
Proof.
  assert (H := structure). unfold structure_ok in H. repeat (apply andb_prop in H; let H' := fresh "H" in destruct H as [H H']).
  split; [apply Nat.leb_le; assumption |]. split; [apply Nat.leb_le; assumption |]. split; [apply Nat.leb_le; assumption |]. split; [apply Z.leb_le; assumption |].
  split; [apply Pos.leb_le; assumption |]. split.
  { intros m Hm. match goal with F : forallb _ (seq 0 _) = true |- _ => rewrite forallb_forall in F; apply Z.leb_le, F, in_seq end. unfold L, P in Hm. lia. }
  split; [apply Z.leb_le; assumption |]. split; [apply shape; assumption | assumption].
Qed.

Lemma N2 : (2 <= N)%nat.
Proof. exact (proj1 structure_facts). Qed.
Lemma d1 : (1 <= d)%nat.
Proof. exact (proj1 (proj2 structure_facts)). Qed.
Lemma L1 : (1 <= L)%nat.
Proof. exact (proj1 (proj2 (proj2 structure_facts))). Qed.
Lemma ramp0 : (0 <= ramp P)%Z.
Proof. exact (proj1 (proj2 (proj2 (proj2 structure_facts)))). Qed.
Lemma exponent_large : 1 <= pr.
Proof.
  assert (H := proj1 (proj2 (proj2 (proj2 (proj2 structure_facts))))). unfold pr, exponent_p, quotient. assert (B := positive_real (exponent_denominator c)).
  apply Rmult_le_reg_r with (IZR (Zpos (exponent_denominator c))); [exact B |]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_l, Rmult_1_r by lra.
  apply IZR_le. exact H.
Qed.
Lemma exponent_pos : 0 < pr.
Proof. generalize exponent_large. lra. Qed.
Lemma above_correct : forall z, (0 <= z)%Z -> power pr (IZR z) <= IZR (above c z).
Proof. exact (power_above_correct _ _). Qed.
Lemma below_correct : forall z, (0 <= z)%Z -> 0 <= IZR (below c z) <= power pr (IZR z).
Proof. exact (power_below_correct _ _). Qed.
Lemma fine : forall m, (m < L)%nat -> (-64 <= exponent (multiplier P m))%Z.
Proof. exact (proj1 (proj2 (proj2 (proj2 (proj2 (proj2 structure_facts)))))). Qed.
Lemma offset_ok : (Z.abs V0 + E0 + amplitudes_to c L <= Z.shiftl (Zpos M * mantissa (offset P)) (exponent (offset P) + w))%Z.
Proof. exact (proj1 (proj2 (proj2 (proj2 (proj2 (proj2 (proj2 structure_facts))))))). Qed.
Lemma net_matches : matches P (layers c) = true.
Proof. exact (proj2 (proj2 (proj2 (proj2 (proj2 (proj2 (proj2 (proj2 structure_facts)))))))). Qed.

Let u := scale M w.
Lemma u_pos : 0 < u.
Proof. apply Rmult_lt_0_compat; [apply IZR_lt; reflexivity | apply powerRZ_pos]. Qed.

Lemma amplitude_below : forall m, u * Rabs (value (amplitude P m)) <= IZR (amplitude_ceiling c m).
Proof.
  intros m. unfold amplitude_ceiling. fold P M w. eapply Rle_trans; [| apply ceiling_above]. rewrite abs_IZR.
  rewrite <- (Rabs_pos_eq u), <- Rabs_mult by (apply Rlt_le, u_pos). unfold u. rewrite amplitude_scaled, Rabs_mult, (Rabs_pos_eq (powerRZ 2 _)) by apply Rlt_le, powerRZ_pos. lra.
Qed.

Lemma amplitudes_below : forall l, u * sum_to l (fun m => Rabs (value (amplitude P m))) <= IZR (amplitudes_to c l).
Proof. intros l. unfold amplitudes_to. rewrite sum_Z_value, <- sum_to_scale. apply sum_to_le. intros m _. apply amplitude_below. Qed.

Lemma offset_suffices : forall l, (l <= L)%nat -> Rabs (weight_value (start P)) + sum_to l (fun m => Rabs (value (amplitude P m))) <= value (offset P).
Proof.
  intros l Hl. assert (O := offset_ok). apply IZR_le in O. rewrite !plus_IZR, abs_IZR in O.
  destruct (first_value_near P N2 M w V0 E0 first) as [F _]. fold u in F.
  assert (A := amplitudes_below L). assert (S := CellValues.sum_to_longer l L (fun m => Rabs (value (amplitude P m))) Hl (fun m => Rabs_pos _)).
  assert (T := shiftl_near (Zpos M * mantissa (offset P)) (exponent (offset P) + w)).
  replace (IZR (Zpos M * mantissa (offset P)) * powerRZ 2 (exponent (offset P) + w)) with (u * value (offset P)) in T
    by (unfold u, scale, value; rewrite mult_IZR, powerRZ_add by lra; ring).
  assert (X : u * Rabs (weight_value (start P)) <= Rabs (IZR V0) + IZR E0).
  { replace (u * Rabs (weight_value (start P))) with (Rabs (u * weight_value (start P))) by (rewrite Rabs_mult, (Rabs_pos_eq u) by (apply Rlt_le, u_pos); reflexivity).
    revert F. split_Rabs; lra. }
  apply Rmult_le_reg_l with u; [exact u_pos |]. assert (B := Rmult_le_compat_l u _ _ (Rlt_le _ _ u_pos) S). lra.
Qed.

Lemma readout_value : forall l x, (1 <= l <= L)%nat -> in_cube d x -> readout (real_network (layers c)) l x = ideal_Phi P l x.
Proof. intros l x Hl Hx. exact (readout_is_Phi P N2 ramp0 _ (matches_agrees P (layers c) net_matches) l x Hl Hx). Qed.

Lemma half_open_cube : forall x, in_half_open d x -> in_cube d x.
Proof. intros x H j Hj. destruct (H j Hj). lra. Qed.

Lemma ideal_continuous : forall l, continuous_on_cube d (ideal_Phi P l).
Proof. intros l. apply Phi_continuous. Qed.

(* |Phi_l - Phi_0| *)
Lemma readout_near_start : forall l x, (l <= L)%nat -> Rabs (ideal_Phi P l x - weight_value (start P)) <= sum_to l (fun m => Rabs (value (amplitude P m))).
Proof. intros l x Hl. exact (proj2 (Phi_sum _ _ _ _ _ (fun m => value (amplitude P m)) _ _ _ l x (offset_suffices l Hl))). Qed.

Variable f : point -> R.
Variable I : integration d.

Lemma nth_axes : forall (F : nat -> axis) k m A, nth_error (map F (seq 0 k)) m = Some A -> (m < k)%nat /\ A = F m.
Proof.
  intros F k m A H. assert (Hm : (m < k)%nat).
  { rewrite <- (seq_length k 0), <- (map_length F). apply nth_error_Some. rewrite H. discriminate. }
  split; [exact Hm |]. rewrite (map_nth_error F m (seq 0 k) (d := m)) in H; [injection H as <-; reflexivity |].
  rewrite nth_error_nth' with (d := O) by (rewrite seq_length; exact Hm). f_equal. rewrite seq_nth by exact Hm. reflexivity.
Qed.

Lemma chain_in_cube : forall D parts f g a b, chain a b (pieces (make_axis D parts f g)) = true -> (0 <= a)%Z -> (b <= Zpos D)%Z -> pieces_in_cube (make_axis D parts f g).
Proof.
  intros D parts f0 g a b H Ha Hb q Hq. destruct (chain_facts _ _ _ D H) as [_ [B _]]. destruct (B q Hq) as [B1 [B2 B3]].
  assert (Q := positive_real D). unfold left, right. cbn [denominator make_axis].
  assert (I0 := Rlt_le _ _ (Rinv_0_lt_compat _ Q)). split; [split |].
  - apply Rmult_le_pos; [apply IZR_le; lia | exact I0].
  - apply Rmult_le_compat_r; [exact I0 | apply IZR_le; lia].
  - apply Rmult_le_reg_r with (IZR (Zpos D)); [exact Q |]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r, Rmult_1_l by lra. apply IZR_le. lia.
Qed.

(* ---- what is known of f ---- *)

(* x is in box i of n^d half-open boxes. *)
Definition in_grid_box (n : Z) (i : nat -> Z) (x : point) : Prop := forall j, (j < d)%nat -> IZR (i j) / IZR n <= x j < (IZR (i j) + 1) / IZR n.
Definition number_of_box (n : Z) (i : nat -> Z) : Z := sum_Z d (fun j => box_place n j (i j)).

(* The bounds are true of f; and they are its values, or f is continuous, so that the integrals exist, or they exist by assumption. *)
Record bounds_hold (b : bounds) : Prop := BoundsHold {
  values_between : forall i x, in_half_open d x -> in_grid_box (Zpos (side b)) i x ->
    IZR (get (lows b) (number_of_box (Zpos (side b)) i)) <= u * f x <= IZR (get (highs b) (number_of_box (Zpos (side b)) i));
  value_near_start : forall x, in_half_open d x -> Rabs (u * f x - IZR V0) + IZR E0 <= IZR (far b);
  values_regular : (forall a, get (highs b) a = get (lows b) a) \/ continuous_on_cube d f \/ integrals_exist d I pr f }.

Section Level.
Variable l : nat.
Hypothesis l_range : (1 <= l <= L)%nat.
Variable E : Z.
Hypothesis E_nonneg : (0 <= E)%Z.
Variable values : list Z.
Hypothesis near : values_near P M w l E values.
Variable b : bounds.
Hypothesis known : bounds_hold b.
Let n := Zpos (side b).

(* ---- the error ---- *)

Variable parts1 : list part.
Let K := cells_of c l.
Let D1 := (side b * Z.to_pos K)%positive.
Hypothesis parts1_ok : forallb (part_ok D1 n 0 K 0) parts1 = true.
Hypothesis parts1_chain : chain 0 (Zpos D1) (pieces (make_axis D1 parts1 (fun i => i) (fun i => i))) = true.
Let axes1 := error_axes c n l D1 parts1.

Lemma K_value : K = Z.of_nat (N ^ l).
Proof. unfold K, cells_of. rewrite Nat2Z.inj_pow. reflexivity. Qed.

Lemma K_pos : (0 < K)%Z.
Proof. rewrite K_value. assert (X := Nat.pow_nonzero N l). assert (Y := N2). lia. Qed.

Lemma axes1_length : length axes1 = d.
Proof. unfold axes1, error_axes. rewrite map_length, seq_length. reflexivity. Qed.

Lemma axes1_in_cube : forall A, In A axes1 -> pieces_in_cube A.
Proof.
  intros A HA. unfold axes1, error_axes in HA. apply in_map_iff in HA. destruct HA as [j [<- _]].
  apply chain_in_cube with 0%Z (Zpos D1); [| lia | lia]. rewrite <- parts1_chain. apply chain_of_parts.
Qed.

Definition cell_of (k : nat -> Z) : Z := sum_Z d (fun j => place P j * spread P l (k j))%Z.

Lemma on_axes1 : forall x, in_half_open d x -> exists i k : nat -> Z,
  (forall j, (j < d)%nat -> IZR (i j) / IZR n <= x j < (IZR (i j) + 1) / IZR n /\ IZR (k j) / IZR K <= x j < (IZR (k j) + 1) / IZR K) /\
  forall F, step_function axes1 0 F 0 0 x = F (number_of_box n i) (cell_of k) x.
Proof.
  intros x Hx. assert (Run : axes_run (fun _ => 0%Z) (fun _ => Zpos D1) 0 axes1).
  { intros m A HA. destruct (nth_axes _ _ _ _ HA) as [_ ->]. rewrite <- parts1_chain. apply chain_of_parts. }
  destruct (step_value _ _ axes1 0 x Run) as [[_ [qs [F1 F2]]] | [[m [A [A1 A2]]] _]].
  - destruct (found_parts (fun _ => D1) (fun _ => parts1) (box_place n) (fun j k => place P j * spread P l k)%Z d 0 x qs F1) as [i [k [G1 [G2 G3]]]].
    exists i, k. split.
    + intros j Hj. destruct (G3 j Hj) as [q [Q1 [Q2 [Q3 Q4]]]]. cbn [Nat.add] in *. assert (B := parts1_ok). rewrite forallb_forall in B.
      assert (Bq := B q Q1). apply andb_prop in Bq. destruct Bq as [B1 B2].
      assert (C1 := interval_holds D1 n 0 _ _ _ (x j) ltac:(reflexivity) B1 Q4). assert (C2 := interval_holds D1 K 0 _ _ _ (x j) K_pos B2 Q4).
      rewrite Q2 in C1. rewrite Q3 in C2. unfold Rdiv in C1, C2. rewrite Rmult_0_l, Rplus_0_r in C1, C2. split; assumption.
    + intros F. rewrite F2, G1, G2. reflexivity.
  - exfalso. destruct (nth_axes _ _ _ _ A1) as [Hm ->]. apply A2. unfold start_of, end_of. cbn [Nat.add denominator make_axis].
    destruct (Hx m Hm). assert (Q := positive_real D1). unfold Rdiv. rewrite Rmult_0_l, Rinv_r by lra. lra.
Qed.

Let cells := tree_of values.

(* On the good part of a cell its integer is near the readout. *)
Lemma cell_near : forall (k : nat -> Z) x, in_half_open d x -> (forall j, (j < d)%nat -> IZR (k j) / IZR K <= x j < (IZR (k j) + 1) / IZR K) ->
  (forall j, (j < d)%nat -> good N (delta P) l (x j)) -> Rabs (IZR (get cells (cell_of k)) - u * ideal_Phi P l x) <= IZR E.
Proof.
  intros k x Hx Hk G. assert (K0 : 0 < IZR K) by (apply IZR_lt, K_pos).
  assert (Pos : forall j, (j < d)%nat -> (0 <= k j)%Z).
  { intros j Hj. destruct (Hk j Hj) as [_ B]. destruct (Hx j Hj) as [X0 _].
    assert (B' : 0 < IZR (k j) + 1).
    { apply Rmult_lt_reg_r with (/ IZR K); [apply Rinv_0_lt_compat, K0 |]. rewrite Rmult_0_l. unfold Rdiv in B. lra. }
    rewrite <- plus_IZR in B'. apply lt_IZR in B'. lia. }
  assert (KN : IZR K = INR N ^ l) by (rewrite K_value, <- INR_IZR_INZ, pow_INR; reflexivity).
  destruct (good_has_digits N d (delta P) N2 (delta_pos P) l (fun j => Z.to_nat (k j)) x) as [v [V1 V2]].
  { intros j Hj. destruct (Hk j Hj) as [A B]. split; [apply Hx, Hj |]. split; [apply G, Hj |].
    rewrite INR_IZR_INZ, Z2Nat.id, <- KN by (apply Pos, Hj). split.
    - apply Rmult_le_reg_r with (/ IZR K); [apply Rinv_0_lt_compat, K0 |]. replace (IZR K * x j * / IZR K) with (x j) by (field; lra). exact A.
    - apply Rmult_lt_reg_r with (/ IZR K); [apply Rinv_0_lt_compat, K0 |]. replace (IZR K * x j * / IZR K) with (x j) by (field; lra). exact B. }
  assert (Row : forall i, (i < l * d)%nat -> (row d v i < N)%nat) by (intros i Hi; eapply row_below; first [exact Hi | exact V1 | exact N2 | idtac]; eassumption || exact N2).
  assert (C : cell_of k = Z.of_nat (Digits.index N (row d v) (l * d))).
  { assert (X := number_of_cell P N2 l v). fold N d in X. rewrite X by (intros; apply V1; assumption). apply sum_Z_ext. intros j Hj.
    rewrite V2, Z2Nat.id by (exact Hj || apply Pos, Hj). reflexivity. }
  destruct near as [Len Near]. fold N d in Len.
  assert (Ind : (Digits.index N (row d v) (l * d) < N ^ (l * d))%nat) by (apply index_below; [exact N2 | exact Row]).
  rewrite C. unfold cells. rewrite get_tree_of by (rewrite Len; exact Ind).
  rewrite (readout_on_cell P N2 l x v (offset_suffices l (proj2 l_range)) V1). apply Near, Row.
Qed.

Definition upper_term (a k : Z) : R := IZR (error_term c b cells E a k).
Definition reach : Z := (far b + amplitudes_to c l)%Z.

Lemma reach_holds : forall x, in_half_open d x -> u * Rabs (f x - ideal_Phi P l x) <= IZR reach.
Proof.
  intros x Hx. assert (F := value_near_start b known x Hx).
  destruct (first_value_near P N2 M w V0 E0 first) as [S _]. fold u in S. assert (R := readout_near_start l x (proj2 l_range)). assert (B := amplitudes_below l).
  assert (R' := Rmult_le_compat_l u _ _ (Rlt_le _ _ u_pos) R). unfold reach. rewrite plus_IZR.
  rewrite <- (Rabs_pos_eq u) in R' at 1 by (apply Rlt_le, u_pos). rewrite <- Rabs_mult in R'.
  rewrite <- (Rabs_pos_eq u) at 1 by (apply Rlt_le, u_pos). rewrite <- Rabs_mult.
  replace (u * (f x - ideal_Phi P l x)) with ((u * f x - IZR V0) + (IZR V0 - u * weight_value (start P)) - u * (ideal_Phi P l x - weight_value (start P))) by ring.
  revert F S R'. generalize (u * (ideal_Phi P l x - weight_value (start P))) (IZR V0 - u * weight_value (start P)) (u * f x - IZR V0).
  intros. split_Rabs; lra.
Qed.

Lemma error_at : forall x, in_half_open d x ->
  power pr (u * Rabs (f x - ideal_Phi P l x)) <= step_function axes1 0 (fun a k _ => upper_term a k) 0 0 x + IZR (above c reach) * bad_count d (ramps N (delta P) l) x.
Proof.
  intros x Hx. destruct (on_axes1 x Hx) as [i [k [H HF]]]. rewrite HF. unfold upper_term, error_term. cbv zeta.
  assert (S := values_between b known i x Hx (fun j Hj => proj1 (H j Hj))). fold n in S.
  set (a1 := get (lows b) (number_of_box n i)) in *. set (a2 := get (highs b) (number_of_box n i)) in *. set (v := get cells (cell_of k)).
  assert (pos := exponent_pos).
  assert (B0 := bad_count_nonneg d (ramps N (delta P) l) x).
  set (T := (Z.max (Z.abs (a1 - v)) (Z.abs (a2 - v)) + E)%Z).
  assert (UT := above_correct T ltac:(unfold T; lia)). assert (R0 := reach_holds x Hx).
  assert (Rn : (0 <= reach)%Z). { apply le_IZR. eapply Rle_trans; [| exact R0]. apply Rmult_le_pos; [apply Rlt_le, u_pos | apply Rabs_pos]. }
  assert (UR := above_correct reach Rn). assert (RA := Rle_trans _ _ _ (power_nonneg pr (IZR reach)) UR).
  destruct (Classical_Prop.classic (forall j, (j < d)%nat -> good N (delta P) l (x j))) as [G | G].
  - assert (C := cell_near k x Hx (fun j Hj => proj2 (H j Hj)) G). fold v in C.
    assert (Up : u * Rabs (f x - ideal_Phi P l x) <= IZR T).
    { assert (T1 : IZR a2 - IZR v + IZR E <= IZR T) by (rewrite <- minus_IZR, <- plus_IZR; apply IZR_le; unfold T; lia).
      assert (T2 : IZR v - IZR a1 + IZR E <= IZR T) by (rewrite <- minus_IZR, <- plus_IZR; apply IZR_le; unfold T; lia).
      rewrite <- (Rabs_pos_eq u) at 1 by (apply Rlt_le, u_pos). rewrite <- Rabs_mult, Rmult_minus_distr_l.
      revert C S. generalize (u * f x) (u * ideal_Phi P l x). intros. split_Rabs; lra. }
    assert (X := power_le pr _ _ pos Up). assert (Y := Rmult_le_pos _ _ RA B0). lra.
  - assert (Ex : exists j, (j < d)%nat /\ ~ good N (delta P) l (x j)).
    { apply Classical_Prop.NNPP. intros Q. apply G. intros j Hj. apply Classical_Prop.NNPP. intros Q'. apply Q. exists j. split; assumption. }
    destruct Ex as [j [Hj Bj]]. destruct (Hx j Hj) as [X0 X1].
    destruct (bad_covered N (delta P) N2 (delta_pos P) (delta_1 P N2 ramp0) l (x j) ltac:(lra) Bj) as [J [J1 J2]].
    assert (One : 1 <= bad_count d (ramps N (delta P) l) x).
    { eapply Rle_trans; [exact (ramps_on_one _ (x j) J J1 J2) |].
      apply (sum_to_one d (fun j => ramps_on (ramps N (delta P) l) (x j)) j); [intros; apply ramps_on_nonneg | exact Hj]. }
    assert (X := power_le pr _ _ pos R0). assert (Y := power_nonneg pr (IZR T)).
    assert (Z1 := Rmult_le_compat_l _ _ _ RA One). lra.
Qed.

(* Where both integers of a box are the same, they are the value. *)
Lemma value_exact : (forall a, get (highs b) a = get (lows b) a) -> forall i x, in_half_open d x -> in_grid_box n i x ->
  u * f x = IZR (get (lows b) (number_of_box n i)).
Proof. intros Same i x Hx Hi. assert (S := values_between b known i x Hx Hi). fold n in S. rewrite Same in S. lra. Qed.

Lemma error_exists : has_norm d I pr (fun x => f x - readout (real_network (layers c)) l x).
Proof.
  assert (Ideal : forall x, in_half_open d x -> readout (real_network (layers c)) l x = ideal_Phi P l x)
    by (intros x Hx; apply (readout_value l x l_range (half_open_cube x Hx))).
  unfold has_norm. destruct (values_regular b known) as [Same | [Cont | Exist]].
  - apply (integrable_same d I (step_function axes1 0 (fun a _ x =>
      power pr (Rabs (IZR (get (lows b) a) / u - ideal_Phi P l x))) 0 0)).
    + intros x Hx. destruct (on_axes1 x Hx) as [i [k [H HF]]]. rewrite HF. unfold power_of. rewrite (Ideal x Hx).
      rewrite <- (value_exact Same i x Hx (fun j Hj => proj1 (H j Hj))). do 3 f_equal. field. generalize u_pos. lra.
    + apply (step_function_of_continuous d I); [exact axes1_length | exact axes1_in_cube |]. intros a k. apply distance_continuous; [apply exponent_large | apply ideal_continuous].
  - apply (integrable_same d I (power_of pr (fun x => f x - ideal_Phi P l x))).
    + intros x Hx. unfold power_of. rewrite (Ideal x Hx). reflexivity.
    + apply continuous_integrable, power_of_continuous; [apply exponent_large |]. apply ModulusRules.continuous_minus; [exact Cont | apply ideal_continuous].
  - apply (integrable_same d I (power_of pr (fun x => f x - ideal_Phi P l x))); [| exact (proj1 Exist _ (ideal_continuous l))].
    intros x Hx. unfold power_of. rewrite (Ideal x Hx). reflexivity.
Qed.

Definition upper_sum : Z := grid_sum axes1 (error_term c b cells E) 0 0.

Theorem error_integral : power pr u * integral_of d I (power_of pr (fun x => f x - readout (real_network (layers c)) l x)) <=
  IZR upper_sum / IZR (Zpos (grid_units axes1)) + IZR (above c reach) * (INR d * (INR l * delta P)).
Proof.
  destruct (step_function_integral d I axes1 upper_term 0 0 axes1_length axes1_in_cube) as [A1 A2].
  destruct (bad_count_integral d I (ramps N (delta P) l) (ramps_inside N (delta P) N2 (delta_pos P) (delta_1 P N2 ramp0) l)) as [B1 B2].
  assert (G := error_exists). unfold has_norm in G. rewrite <- (integral_multiple d I _ _ G).
  assert (B3 := integrable_multiple d I (IZR (above c reach)) _ B1).
  eapply Rle_trans; [apply (integral_le d I _ (fun x => step_function axes1 0 (fun a b _ => upper_term a b) 0 0 x + IZR (above c reach) * bad_count d (ramps N (delta P) l) x)) |].
  - apply (integrable_multiple d I), G.
  - apply (integrable_plus d I _ _ A1 B3).
  - intros x Hx. unfold power_of. rewrite (readout_value l x l_range (half_open_cube x Hx)).
    rewrite <- power_mult by (try apply Rabs_pos; apply Rlt_le, u_pos). apply error_at, Hx.
  - rewrite (integral_plus d I _ _ A1 B3), (integral_multiple d I _ _ B1), A2, B2, (total_length_ramps N (delta P) N2).
    unfold upper_term. rewrite (grid_sum_value axes1 (error_term c b cells E) 0 0). fold upper_sum.
    apply Rplus_le_compat_l, Rmult_le_compat_l.
    + assert (X := reach_holds). assert (Rn : (0 <= reach)%Z).
      { apply le_IZR. assert (Hx : in_half_open d (fun _ => 0)) by (intros j Hj; lra). eapply Rle_trans; [| apply (reach_holds _ Hx)].
        apply Rmult_le_pos; [apply Rlt_le, u_pos | apply Rabs_pos]. }
      exact (Rle_trans _ _ _ (power_nonneg pr (IZR reach)) (above_correct reach Rn)).
    + apply Rmult_le_compat_l; [apply pos_INR |]. apply Rmult_le_compat_l; [apply pos_INR |].
      assert (D0 := delta_pos P). assert (I1 : 0 <= 1 / INR N) by (apply Rmult_le_pos; [lra | apply Rlt_le, Rinv_0_lt_compat, lt_0_INR; generalize N2; lia]). nra.
Qed.

(* ---- the modulus ---- *)

Variable h : shift_hint.
Variable parts2 : nat -> list part.
Let D2 := (side b * shift_denominator h)%positive.
Let H := shift_units n h.
Hypothesis parts2_ok : forall j, (j < d)%nat -> forallb (part_ok D2 n 0 n (H j)) (parts2 j) = true.
Hypothesis parts2_chain : forall j, (j < d)%nat ->
  chain (shift_from (Zpos D2) (H j)) (shift_till (Zpos D2) (H j)) (pieces (make_axis D2 (parts2 j) (fun i => i) (fun i => i))) = true.
Hypothesis h_small : shift_small c h K = true.
Let axes2 := shift_axes c n h D2 parts2.

Definition shift_of (j : nat) : R := IZR (nth j (shift_numerators h) 0%Z) / IZR (Zpos (shift_denominator h)).

Lemma shift_value : forall j, IZR (H j) / IZR (Zpos D2) = shift_of j.
Proof.
  intros j. unfold H, shift_units, D2, shift_of. rewrite Pos2Z.inj_mul, !mult_IZR. unfold n.
  assert (A := positive_real (side b)). assert (B := positive_real (shift_denominator h)). field. lra.
Qed.

Lemma shift_from_value : forall j, IZR (shift_from (Zpos D2) (H j)) / IZR (Zpos D2) = shift_lo shift_of j.
Proof.
  intros j. unfold shift_from, shift_lo. rewrite <- shift_value. assert (Q := positive_real D2).
  assert (I0 := Rinv_0_lt_compat _ Q). replace (- (IZR (H j) / IZR (Zpos D2))) with (IZR (- H j) / IZR (Zpos D2)) by (rewrite opp_IZR; field; lra). unfold Rdiv.
  destruct (Z.max_spec 0 (- H j)) as [[A ->] | [A ->]]; [rewrite Rmax_right | rewrite Rmax_left, Rmult_0_l]; try reflexivity.
  - apply Rmult_le_pos; [apply IZR_le; lia | lra].
  - replace 0 with (0 * / IZR (Zpos D2)) by ring. apply Rmult_le_compat_r; [lra | apply IZR_le; lia].
Qed.

Lemma shift_till_value : forall j, IZR (shift_till (Zpos D2) (H j)) / IZR (Zpos D2) = shift_hi shift_of j.
Proof.
  intros j. unfold shift_till, shift_hi. rewrite <- shift_value. assert (Q := positive_real D2). assert (I0 := Rinv_0_lt_compat _ Q).
  assert (E1 : 1 = IZR (Zpos D2) / IZR (Zpos D2)) by (field; lra).
  assert (E2 : 1 - IZR (H j) / IZR (Zpos D2) = IZR (Zpos D2 - H j) / IZR (Zpos D2)) by (rewrite minus_IZR; field; lra). rewrite E2. rewrite E1 at 1.
  destruct (Z.min_spec (Zpos D2) (Zpos D2 - H j)) as [[A ->] | [A ->]]; [rewrite Rmin_left | rewrite Rmin_right]; try reflexivity;
    (apply Rmult_le_compat_r; [lra | apply IZR_le; lia]).
Qed.

Lemma axes2_length : length axes2 = d.
Proof. unfold axes2, shift_axes. rewrite map_length, seq_length. reflexivity. Qed.

Lemma axes2_in_cube : forall A, In A axes2 -> pieces_in_cube A.
Proof.
  intros A HA. unfold axes2, shift_axes in HA. apply in_map_iff in HA. destruct HA as [j [<- Hj]]. apply in_seq in Hj.
  apply chain_in_cube with (shift_from (Zpos D2) (H j)) (shift_till (Zpos D2) (H j)); [| apply Z.le_max_l | apply Z.le_min_l].
  rewrite <- (parts2_chain j) by (exact (proj2 Hj)). apply chain_of_parts.
Qed.

Definition lower_term (a k : Z) : R := IZR (modulus_term c b a k).

(* Either x is in a box, and x + h in another one, or it is not in the domain. *)
Lemma on_axes2 : forall x, in_half_open d x ->
  ((forall j, (j < d)%nat -> shift_lo shift_of j <= x j < shift_hi shift_of j) /\ in_half_open d (moved x shift_of) /\
     exists i i', in_grid_box n i x /\ in_grid_box n i' (moved x shift_of) /\
       forall F, step_function axes2 0 F 0 0 x = F (number_of_box n i) (number_of_box n i') x) \/
  (indicator d (shift_lo shift_of) (shift_hi shift_of) x = 0 /\ forall F, step_function axes2 0 F 0 0 x = 0).
Proof.
  intros x Hx. assert (Run : axes_run (fun j => shift_from (Zpos D2) (H j)) (fun j => shift_till (Zpos D2) (H j)) 0 axes2).
  { intros m A HA. destruct (nth_axes _ _ _ _ HA) as [Hm ->]. cbn [Nat.add]. rewrite <- (parts2_chain m Hm). apply chain_of_parts. }
  destruct (step_value _ _ axes2 0 x Run) as [[R1 [qs [F1 F2]]] | [[m [A [A1 A2]]] F2]]; [left | right].
  - destruct (found_parts (fun _ => D2) parts2 (box_place n) (box_place n) d 0 x qs F1) as [i [i' [G1 [G2 G3]]]].
    assert (In1 : forall j, (j < d)%nat -> shift_lo shift_of j <= x j < shift_hi shift_of j).
    { intros j Hj. rewrite <- shift_from_value, <- shift_till_value.
      apply (R1 j (make_axis D2 (parts2 j) (box_place n j) (box_place n j))).
      unfold axes2, shift_axes. fold P. fold d. rewrite (map_nth_error _ j (seq 0 d) (d := j)); [reflexivity |].
      rewrite nth_error_nth' with (d := O) by (rewrite seq_length; exact Hj). rewrite seq_nth by exact Hj. reflexivity. }
    split; [exact In1 |]. split.
    { intros j Hj. assert (B := In1 j Hj). unfold shift_lo, shift_hi in B. unfold moved.
      assert (X1 := Rmax_r 0 (- shift_of j)). assert (X2 := Rmin_r 1 (1 - shift_of j)). lra. }
    assert (Loc : forall j, (j < d)%nat -> IZR (i j) / IZR n <= x j < (IZR (i j) + 1) / IZR n /\
      IZR (i' j) / IZR n <= moved x shift_of j < (IZR (i' j) + 1) / IZR n).
    { intros j Hj. destruct (G3 j Hj) as [q [Q1 [Q2 [Q3 Q4]]]]. cbn [Nat.add] in *. assert (B := parts2_ok j Hj). rewrite forallb_forall in B.
      assert (Bq := B q Q1). apply andb_prop in Bq. destruct Bq as [B1 B2].
      assert (C1 := interval_holds D2 n 0 _ _ _ (x j) ltac:(reflexivity) B1 Q4). assert (C2 := interval_holds D2 n (H j) _ _ _ (x j) ltac:(reflexivity) B2 Q4).
      rewrite Q2 in C1. rewrite Q3, shift_value in C2. assert (Z0 : 0 / IZR (Zpos D2) = 0) by (unfold Rdiv; ring). rewrite Z0, Rplus_0_r in C1. split; [exact C1 | exact C2]. }
    exists i, i'. split; [intros j Hj; apply Loc, Hj |]. split; [intros j Hj; apply Loc, Hj |].
    intros F. rewrite F2, G1, G2. reflexivity.
  - destruct (nth_axes _ _ _ _ A1) as [Hm ->]. split; [| intros; apply F2]. apply (indicator_outside d _ _ x m Hm).
    unfold start_of, end_of in A2. cbn [Nat.add denominator make_axis] in A2. rewrite shift_from_value, shift_till_value in A2. exact A2.
Qed.

Lemma outside_domain : forall x, indicator d (shift_lo shift_of) (shift_hi shift_of) x = 0 -> power_of pr (difference d f shift_of) x = 0.
Proof. intros x Hx. unfold power_of, difference. rewrite Hx, Rmult_0_l, Rabs_R0. apply (power_0 pr 0). lra. Qed.

(* The gap between the integers of two boxes. *)
Lemma difference_at : forall x, in_half_open d x ->
  step_function axes2 0 (fun a k _ => lower_term a k) 0 0 x <= power pr u * power_of pr (difference d f shift_of) x.
Proof.
  intros x Hx. assert (pos := exponent_pos).
  destruct (on_axes2 x Hx) as [[In1 [Hm [i [i' [B1 [B2 HF]]]]]] | [Out HF]]; rewrite HF; [| rewrite (outside_domain x Out); lra].
  assert (S1 := values_between b known i x Hx B1). assert (S2 := values_between b known i' _ Hm B2). fold n in S1, S2.
  unfold lower_term, modulus_term, power_of, difference. rewrite indicator_inside, Rmult_1_l by exact In1.
  set (a1 := get (lows b) (number_of_box n i)) in *. set (a2 := get (highs b) (number_of_box n i)) in *.
  set (c1 := get (lows b) (number_of_box n i')) in *. set (c2 := get (highs b) (number_of_box n i')) in *.
  eapply Rle_trans; [apply below_correct; lia |].
  rewrite <- power_mult by (try apply Rabs_pos; apply Rlt_le, u_pos). apply power_le; [exact pos |].
  rewrite <- (Rabs_pos_eq u) at 1 by (apply Rlt_le, u_pos). rewrite <- Rabs_mult, Rmult_minus_distr_l.
  assert (T : forall t, (t = 0 \/ t = a1 - c2 \/ t = c1 - a2)%Z -> IZR t <= Rabs (u * f (moved x shift_of) - u * f x)).
  { intros t [-> | [-> | ->]]; rewrite ?minus_IZR; revert S1 S2; generalize (u * f (moved x shift_of)) (u * f x); intros; split_Rabs; lra. }
  apply T. lia.
Qed.

Lemma domain_in_cube : box_in_cube d (shift_lo shift_of) (shift_hi shift_of).
Proof.
  intros j Hj. split; [apply Rmax_l |]. split; [| apply Rmin_l]. rewrite <- shift_from_value, <- shift_till_value.
  destruct (chain_facts _ _ _ D2 (parts2_chain j Hj)) as [A _]. apply Rmult_le_compat_r; [apply Rlt_le, Rinv_0_lt_compat, positive_real | apply IZR_le, A].
Qed.

Lemma difference_exists : has_norm d I pr (difference d f shift_of).
Proof.
  assert (pos := exponent_pos). unfold has_norm. destruct (values_regular b known) as [Same | [Cont | Exist]]; [| | exact (proj2 Exist shift_of)].
  - apply (integrable_same d I (step_function axes2 0 (fun a k _ => power pr (Rabs (IZR (get (lows b) k) / u - IZR (get (lows b) a) / u))) 0 0)).
    + intros x Hx. destruct (on_axes2 x Hx) as [[In1 [Hm [i [i' [B1 [B2 HF]]]]]] | [Out HF]]; rewrite HF; [| symmetry; apply outside_domain, Out].
      unfold power_of, difference. rewrite indicator_inside, Rmult_1_l by exact In1.
      rewrite <- (value_exact Same i x Hx B1), <- (value_exact Same i' _ Hm B2). do 2 f_equal. field. generalize u_pos. lra.
    + apply (step_function_of_continuous d I); [exact axes2_length | exact axes2_in_cube | intros; apply constant_continuous].
  - apply (integrable_same d I (fun x => indicator d (shift_lo shift_of) (shift_hi shift_of) x *
      power_of pr (fun x => extended_cube f (moved x shift_of) - f x) x)).
    + intros x Hx. destruct (on_axes2 x Hx) as [[In1 [Hm _]] | [Out _]]; [| rewrite (outside_domain x Out), Out; ring].
      unfold power_of, difference. rewrite !indicator_inside, !Rmult_1_l by exact In1.
      rewrite (extended_cube_inside d f Cont) by (apply half_open_cube, Hm). reflexivity.
    + apply (integrable_on_box d I); [exact domain_in_cube |]. apply power_of_continuous; [apply exponent_large |].
      apply ModulusRules.continuous_minus; [apply moved_continuous |]; exact Cont.
Qed.

Definition lower_sum : Z := grid_sum axes2 (modulus_term c b) 0 0.

Theorem difference_integral : IZR lower_sum / IZR (Zpos (grid_units axes2)) <= power pr u * integral_of d I (power_of pr (difference d f shift_of)).
Proof.
  destruct (step_function_integral d I axes2 lower_term 0 0 axes2_length axes2_in_cube) as [A1 A2].
  assert (G := difference_exists). unfold has_norm in G. rewrite <- (integral_multiple d I _ _ G).
  unfold lower_sum. rewrite <- (grid_sum_value axes2 (modulus_term c b) 0 0).
  change (fun a k => IZR (modulus_term c b a k)) with lower_term. rewrite <- A2.
  apply (integral_le d I); [exact A1 | apply (integrable_multiple d I), G |]. exact difference_at.
Qed.

(* ---- the level ---- *)

Lemma shift_size_small : shift_size (size_of_shift c) d shift_of <= / INR N ^ l.
Proof.
  assert (KN : IZR K = INR N ^ l) by (rewrite K_value, <- INR_IZR_INZ, pow_INR; reflexivity). rewrite <- KN.
  assert (K0 : 0 < IZR K) by (apply IZR_lt, K_pos). assert (Q := positive_real (shift_denominator h)). set (q := IZR (Zpos (shift_denominator h))) in *.
  assert (S := h_small). unfold shift_small in S. fold P d in S. unfold shift_size. destruct (size_of_shift c).
  - apply Z.leb_le, IZR_le in S. rewrite !mult_IZR, sum_Z_value in S. fold q in S. unfold euclidean.
    replace (/ IZR K) with (sqrt (/ IZR K * / IZR K)) by (apply sqrt_square, Rlt_le, Rinv_0_lt_compat, K0). apply sqrt_le_1_alt.
    rewrite (sum_to_ext d _ (fun j => / (q * q) * IZR (nth j (shift_numerators h) 0%Z * nth j (shift_numerators h) 0%Z)))
      by (intros; unfold shift_of; fold q; rewrite mult_IZR; field; lra).
    rewrite sum_to_scale. apply Rmult_le_reg_l with (q * q * (IZR K * IZR K)); [repeat apply Rmult_lt_0_compat; assumption |].
    match goal with |- ?a * (/ ?b * ?s) <= _ => replace (a * (/ b * s)) with (s * (IZR K * IZR K)) by (field; lra) end.
    replace (q * q * (IZR K * IZR K) * (/ IZR K * / IZR K)) with (q * q) by (field; lra). exact S.
  - rewrite forallb_forall in S. assert (G : forall m, (m <= d)%nat -> max_norm m shift_of <= / IZR K).
    { induction m as [| m IH]; intros Hm; cbn [max_norm]; [apply Rlt_le, Rinv_0_lt_compat, K0 |]. apply Rmax_lub; [apply IH; lia |].
      assert (T := S m ltac:(apply in_seq; lia)). apply Z.leb_le, IZR_le in T. rewrite mult_IZR, abs_IZR in T. fold q in T.
      unfold shift_of. fold q. unfold Rdiv. rewrite Rabs_mult, (Rabs_pos_eq (/ q)) by (apply Rlt_le, Rinv_0_lt_compat, Q).
      apply Rmult_le_reg_l with (q * IZR K); [apply Rmult_lt_0_compat; assumption |].
      match goal with |- q * IZR K * (?s * / q) <= _ => replace (q * IZR K * (s * / q)) with (s * IZR K) by (field; lra) end.
      replace (q * IZR K * / IZR K) with q by (field; lra). exact T. }
    apply G, le_n.
  - apply Z.leb_le, IZR_le in S. rewrite mult_IZR, sum_Z_value in S. fold q in S. unfold one_norm.
    rewrite (sum_to_ext d _ (fun j => / q * IZR (Z.abs (nth j (shift_numerators h) 0%Z)))).
    + rewrite sum_to_scale. apply Rmult_le_reg_l with (q * IZR K); [apply Rmult_lt_0_compat; assumption |].
      match goal with |- q * IZR K * (/ q * ?s) <= _ => replace (q * IZR K * (/ q * s)) with (s * IZR K) by (field; lra) end.
      replace (q * IZR K * / IZR K) with q by (field; lra). exact S.
    + intros j Hj. unfold shift_of. fold q. unfold Rdiv. rewrite Rabs_mult, (Rabs_pos_eq (/ q)), abs_IZR by (apply Rlt_le, Rinv_0_lt_compat, Q). ring.
Qed.

Lemma f_bounded : exists B, 0 <= B /\ forall x, in_half_open d x -> Rabs (f x) <= B.
Proof.
  exists ((Rabs (IZR V0) + Rabs (IZR E0) + Rabs (IZR (far b))) / u). assert (U := Rinv_0_lt_compat _ u_pos). split.
  - apply Rmult_le_pos; [| lra]. generalize (Rabs_pos (IZR V0)) (Rabs_pos (IZR E0)) (Rabs_pos (IZR (far b))). lra.
  - intros x Hx. assert (F := value_near_start b known x Hx). apply Rmult_le_reg_l with u; [exact u_pos |].
    replace (u * ((Rabs (IZR V0) + Rabs (IZR E0) + Rabs (IZR (far b))) / u)) with (Rabs (IZR V0) + Rabs (IZR E0) + Rabs (IZR (far b)))
      by (field; generalize u_pos; lra).
    rewrite <- (Rabs_pos_eq u) at 1 by (apply Rlt_le, u_pos). rewrite <- Rabs_mult. revert F. generalize (u * f x). intros. split_Rabs; lra.
Qed.

Lemma difference_bounded : forall B (g : point), (forall x, in_half_open d x -> Rabs (f x) <= B) -> forall x, in_half_open d x -> 0 <= B -> Rabs (difference d f g x) <= 2 * B.
Proof.
  intros B g HB x Hx B0. unfold difference.
  destruct (Classical_Prop.classic (forall j, (j < d)%nat -> shift_lo g j <= x j < shift_hi g j)) as [In1 | Out].
  - rewrite indicator_inside, Rmult_1_l by exact In1.
    assert (Hm : in_half_open d (moved x g)).
    { intros j Hj. assert (B' := In1 j Hj). unfold shift_lo, shift_hi in B'. unfold moved.
      assert (X1 := Rmax_r 0 (- g j)). assert (X2 := Rmin_r 1 (1 - g j)). lra. }
    assert (A1 := HB x Hx). assert (A2 := HB _ Hm). split_Rabs; lra.
  - assert (Ex : exists j, (j < d)%nat /\ ~ (shift_lo g j <= x j < shift_hi g j)).
    { apply Classical_Prop.NNPP. intros Q. apply Out. intros j Hj. apply Classical_Prop.NNPP. intros Q'. apply Q. exists j. split; assumption. }
    destruct Ex as [j [Hj Bj]]. rewrite (indicator_outside d _ _ x j Hj Bj), Rmult_0_l, Rabs_R0. lra.
Qed.

Let t := / INR N ^ l.
Let omega := omega_of d I pr (size_of_shift c) f t.

Lemma modulus_member : moduli_of d I pr (size_of_shift c) f t (norm_of d I pr (difference d f shift_of)).
Proof. exists shift_of. split; [exact shift_size_small |]. split; [exact difference_exists | reflexivity]. Qed.

Lemma modulus_is_finite : is_finite omega.
Proof.
  destruct f_bounded as [B [B0 HB]]. unfold omega, omega_of. destruct (Lub_Rbar_correct (moduli_of d I pr (size_of_shift c) f t)) as [U Least].
  assert (low := U _ modulus_member).
  assert (up : Rbar_le (Lub_Rbar (moduli_of d I pr (size_of_shift c) f t)) (2 * B)).
  { apply Least. intros m [g [_ [G1 ->]]]. apply (norm_bound d I pr); [apply exponent_pos | exact G1 | | lra].
    intros x Hx. apply difference_bounded; assumption. }
  destruct (Lub_Rbar (moduli_of d I pr (size_of_shift c) f t)); [reflexivity | contradiction | contradiction].
Qed.

Hypothesis compare : ((upper_sum * 2 ^ ramp P + above c reach * (Z.of_nat d * Z.of_nat l) * Zpos (grid_units axes1)) * Zpos (grid_units axes2) <=
  below c (2 * Z.of_nat d + 1) * lower_sum * Zpos (grid_units axes1) * 2 ^ ramp P)%Z.

Theorem level_holds : let error := fun x => f x - readout (real_network (layers c)) l x in
  has_norm d I pr error /\ is_finite omega /\ Rbar_le (norm_of d I pr error) (Rbar_mult (2 * INR d + 1) omega).
Proof.
  cbv zeta. split; [exact error_exists |]. split; [exact modulus_is_finite |].
  assert (pos := exponent_pos). assert (d0 := pos_INR d).
  assert (G := difference_integral). assert (Er := error_integral).
  set (X := integral_of d I (power_of pr (fun x => f x - readout (real_network (layers c)) l x))) in *.
  set (Y := integral_of d I (power_of pr (difference d f shift_of))) in *.
  assert (U0 : 0 < power pr u) by (rewrite power_pos by exact u_pos; apply exp_pos).
  assert (Y0 : 0 <= Y).
  { destruct (integral_constant d I 0) as [C1 C2]. rewrite <- C2. apply (integral_le d I); [exact C1 | exact difference_exists |]. intros; apply power_nonneg. }
  assert (XY : X <= power pr (2 * INR d + 1) * Y).
  { assert (Cm := compare). apply IZR_le in Cm. rewrite !mult_IZR, plus_IZR, !mult_IZR, <- !INR_IZR_INZ in Cm.
    assert (Low := below_correct (2 * Z.of_nat d + 1) ltac:(lia)). rewrite plus_IZR, mult_IZR, <- INR_IZR_INZ in Low.
    assert (A1 := positive_real (grid_units axes1)). assert (A2 := positive_real (grid_units axes2)).
    assert (R0 : 0 < IZR (2 ^ ramp P)) by (apply IZR_lt, Z.pow_pos_nonneg; [lia | exact ramp0]).
    assert (De : delta P = / IZR (2 ^ ramp P)) by (unfold delta; rewrite power_of_two_opp, power_of_two by exact ramp0; reflexivity).
    rewrite De in Er. set (r := IZR (2 ^ ramp P)) in *. set (g1 := IZR (Zpos (grid_units axes1))) in *. set (g2 := IZR (Zpos (grid_units axes2))) in *.
    set (v := power pr (2 * INR d + 1)) in *. set (vd := IZR (below c (2 * Z.of_nat d + 1))) in *. set (s1 := IZR upper_sum) in *. set (s2 := IZR lower_sum) in *. set (ra := IZR (above c reach)) in *.
    apply Rmult_le_reg_l with (power pr u); [exact U0 |]. replace (power pr u * (v * Y)) with (v * (power pr u * Y)) by ring.
    apply Rle_trans with (vd * (power pr u * Y)); [| apply Rmult_le_compat_r; [apply Rmult_le_pos; [apply Rlt_le, U0 | exact Y0] | apply Low]].
    eapply Rle_trans; [| apply Rmult_le_compat_l; [apply Low | exact G]].
    eapply Rle_trans; [exact Er |]. apply Rmult_le_reg_r with (g1 * g2 * r); [repeat apply Rmult_lt_0_compat; assumption |].
    replace ((s1 / g1 + ra * (INR d * (INR l * / r))) * (g1 * g2 * r)) with ((s1 * r + ra * (INR d * INR l) * g1) * g2) by (field; lra).
    replace (vd * (s2 / g2) * (g1 * g2 * r)) with (vd * s2 * g1 * r) by (field; lra). exact Cm. }
  apply (comparison (moduli_of d I pr (size_of_shift c) f t) omega (2 * INR d + 1) _ (power (/ pr) X) (norm_of d I pr (difference d f shift_of))
    (norm_of d I pr (difference d f shift_of))).
  - lra.
  - apply Lub_Rbar_correct.
  - apply Rle_refl.
  - exact modulus_member.
  - apply Rle_refl.
  - unfold norm_of. fold Y. rewrite <- (power_root pr (2 * INR d + 1)) by lra. rewrite <- power_mult by (try exact Y0; apply power_nonneg).
    apply power_le; [apply Rinv_0_lt_compat, pos | exact XY].
Qed.

End Level.

Lemma nth_parts : forall (F : nat -> list part) k j, (j < k)%nat -> nth j (map F (seq 0 k)) [] = F j.
Proof.
  intros F k j H. rewrite (nth_indep _ _ (F O)) by (rewrite map_length, seq_length; exact H). rewrite map_nth, seq_nth by exact H. reflexivity.
Qed.

Lemma level_sound : forall l E values b h, (1 <= l <= L)%nat -> (0 <= E)%Z -> values_near P M w l E values -> bounds_hold b ->
  level_ok c b l E values h = true ->
  let error := fun x => f x - readout (real_network (layers c)) l x in
  let omega := omega_of d I pr (size_of_shift c) f (/ INR N ^ l) in
  has_norm d I pr error /\ is_finite omega /\ Rbar_le (norm_of d I pr error) (Rbar_mult (2 * INR d + 1) omega).
Proof.
  intros l E values b h Hl HE Near Known H. unfold level_ok in H. cbv zeta in H.
  apply andb_prop in H. destruct H as [H H5]. apply andb_prop in H. destruct H as [H H4]. apply andb_prop in H. destruct H as [H H3].
  apply andb_prop in H. destruct H as [H1 H2]. apply Z.leb_le in H5. set (n := Zpos (side b)) in *.
  assert (G : forall j, (j < d)%nat -> forallb (part_ok (side b * shift_denominator h)%positive n 0 n (shift_units n h j)) (nth j (map (shift_parts n h) (seq 0 d)) []) = true /\
    chain (shift_from (Zpos (side b * shift_denominator h)) (shift_units n h j)) (shift_till (Zpos (side b * shift_denominator h)) (shift_units n h j))
      (pieces (make_axis (side b * shift_denominator h) (nth j (map (shift_parts n h) (seq 0 d)) []) (fun i => i) (fun i => i))) = true).
  { intros j Hj. rewrite forallb_forall in H3. apply andb_prop. apply (H3 j). apply in_seq. exact (conj (Nat.le_0_l j) Hj). }
  exact (level_holds l Hl E HE values Near b Known (error_parts c n l) H1 H2 h (fun j => nth j (map (shift_parts n h) (seq 0 d)) [])
    (fun j Hj => proj1 (G j Hj)) (fun j Hj => proj2 (G j Hj)) H4 H5).
Qed.

(* What the bounds of a level are made of holds for f. *)
Variable samples : option bounds.
Hypothesis bounds_known : forall n b, level_bounds c samples V0 E0 n = Some b -> bounds_hold b.

Lemma levels_sound : forall todo m E values hints, (m + todo = L)%nat -> (0 <= E)%Z -> values_near P M w m E values ->
  levels_ok c samples V0 E0 todo m E values hints = true ->
  forall l, (m < l <= L)%nat ->
  let error := fun x => f x - readout (real_network (layers c)) l x in
  let omega := omega_of d I pr (size_of_shift c) f (/ INR N ^ l) in
  has_norm d I pr error /\ is_finite omega /\ Rbar_le (norm_of d I pr error) (Rbar_mult (2 * INR d + 1) omega).
Proof.
  induction todo as [| todo IH]; intros m E values hints HL HE Near H l Hl; [lia |].
  cbn [levels_ok] in H. destruct hints as [| h hints]; [discriminate |]. cbv zeta in H. apply andb_prop in H. destruct H as [H1 H2].
  assert (Near' := next_values_near P N2 M w m E values (fine m ltac:(lia)) Near).
  assert (HE' : (0 <= next_error P M w m E)%Z).
  { eapply Z.le_trans; [exact HE | apply next_error_mono; first [exact HE | exact N2]]. }
  destruct (Nat.eq_dec l (S m)) as [-> | ne].
  - apply first_that_suffices_exists in H1. destruct H1 as [cut [_ H1]]. unfold cut_ok in H1.
    destruct (level_bounds c samples V0 E0 _) as [b |] eqn:B; [| discriminate].
    exact (level_sound (S m) _ _ b (shift h) ltac:(lia) HE' Near' (bounds_known _ _ B) H1).
  - exact (IH (S m) _ _ hints ltac:(lia) HE' Near' H2 l ltac:(lia)).
Qed.

End Sound.

(* ---- the bounds that the checker computes ---- *)

Section Known.
Variable c : certificate.
Let P := shape_of_network c.
Let d := dimension P.
Let M := unit_denominator c.
Let w := fraction_bits c.
Let u := scale M w.
Variables V0 E0 : Z.
Variable f : point -> R.
Variable I : integration d.

(* A point of the cube without its upper faces has a box. *)
Lemma box_indices : forall (n : positive) (i : nat -> Z) x, in_half_open d x -> in_grid_box c (Zpos n) i x ->
  forall j, (j < d)%nat -> (0 <= i j < Zpos n)%Z.
Proof.
  intros n i x Hx Hi j Hj. assert (n0 := positive_real n). destruct (Hi j Hj) as [A B]. destruct (Hx j Hj) as [X0 X1].
  assert (A' : IZR (i j) < IZR (Zpos n)).
  { apply Rmult_lt_reg_r with (/ IZR (Zpos n)); [apply Rinv_0_lt_compat, n0 |]. rewrite Rinv_r by lra. unfold Rdiv in A. lra. }
  assert (B' : 0 < IZR (i j) + 1).
  { apply Rmult_lt_reg_r with (/ IZR (Zpos n)); [apply Rinv_0_lt_compat, n0 |]. rewrite Rmult_0_l. unfold Rdiv in B. lra. }
  apply lt_IZR in A'. rewrite <- plus_IZR in B'. apply lt_IZR in B'. lia.
Qed.

Lemma some_grid_box : forall (n : positive) x, in_half_open d x -> exists i, in_grid_box c (Zpos n) i x.
Proof.
  intros n x Hx. assert (n0 := positive_real n). exists (fun j => up (x j * IZR (Zpos n)) - 1)%Z. intros j Hj.
  destruct (archimed (x j * IZR (Zpos n))) as [A1 A2]. rewrite minus_IZR. set (k := IZR (up (x j * IZR (Zpos n)))) in *. split.
  - apply Rmult_le_reg_r with (IZR (Zpos n)); [exact n0 |]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
  - apply Rmult_lt_reg_r with (IZR (Zpos n)); [exact n0 |]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.

Variable n : positive.
Variable pairs : list (Z * Z).
Hypothesis regular : (forall q, In q pairs -> snd q = fst q) \/ continuous_on_cube d f \/ integrals_exist d I (exponent_p c) f.
Hypothesis between : forall i x, in_half_open d x -> in_grid_box c (Zpos n) i x ->
  IZR (fst (nth (Z.to_nat (number_of_box c (Zpos n) i)) pairs (0, 0)%Z)) <= u * f x <=
  IZR (snd (nth (Z.to_nat (number_of_box c (Zpos n) i)) pairs (0, 0)%Z)).

Lemma bounds_from_hold : forall b, bounds_from c n V0 E0 pairs = Some b -> bounds_hold c V0 E0 f I b.
Proof.
  intros b H. unfold bounds_from in H. destruct (Z.eqb_spec (Z.of_nat (length pairs)) (Zpos n ^ Z.of_nat (dimension (shape_of_network c)))) as [Len |]; [| discriminate].
  injection H as <-. fold P d in Len.
  assert (Place : forall i x, in_half_open d x -> in_grid_box c (Zpos n) i x ->
    (Z.to_nat (number_of_box c (Zpos n) i) < length pairs)%nat /\ Z.of_nat (Z.to_nat (number_of_box c (Zpos n) i)) = number_of_box c (Zpos n) i).
  { intros i x Hx Hi.
    assert (F : (0 <= number_of_box c (Zpos n) i < Zpos n ^ Z.of_nat d)%Z) by exact (flat_index_range d (Zpos n) i ltac:(reflexivity) (box_indices n i x Hx Hi)).
    destruct F as [F1 F2]. split; [| apply Z2Nat.id, F1]. apply Nat2Z.inj_lt. rewrite Z2Nat.id, Len by exact F1. exact F2. }
  constructor; cbn [side lows highs far].
  - intros i x Hx Hi. destruct (Place i x Hx Hi) as [B1 B2]. rewrite <- B2, !get_tree_of by (rewrite map_length; exact B1).
    change 0%Z with (fst (0, 0)%Z) at 1. change 0%Z with (snd (0, 0)%Z) at 3. rewrite !map_nth. exact (between i x Hx Hi).
  - intros x Hx. destruct (some_grid_box n x Hx) as [i Hi]. destruct (Place i x Hx Hi) as [B1 _]. assert (B := between i x Hx Hi).
    set (q := nth (Z.to_nat (number_of_box c (Zpos n) i)) pairs (0, 0)%Z) in *.
    destruct (farthest_above V0 E0 q pairs (nth_In _ _ B1)) as [F1 F2]. apply IZR_le in F1, F2. rewrite plus_IZR, abs_IZR, minus_IZR in F1, F2.
    change (Rabs (u * f x - IZR V0) + IZR E0 <= IZR (farthest V0 E0 pairs)). revert B F1 F2. generalize (u * f x). intros. split_Rabs; lra.
  - destruct regular as [Same | C]; [left | right; exact C]. intros a. do 2 f_equal. apply map_ext_in, Same.
Qed.

End Known.

Section Targets.
Variable c : certificate.
Let P := shape_of_network c.
Let d := dimension P.
Variables V0 E0 : Z.

Lemma sampled_bounds_hold : forall n exponent q numbers f (I : integration d) b, target_of c = Sampled n exponent q numbers -> is_sampled d n exponent q numbers f ->
  sample_bounds c V0 E0 = Some b -> bounds_hold c V0 E0 f I b.
Proof.
  intros n exponent q numbers f I b T Hf H. unfold sample_bounds in H. rewrite T in H.
  destruct (Z.leb_spec 0 (exponent + fraction_bits c)) as [W |]; [| discriminate]. revert H. apply bounds_from_hold.
  - left. intros r Hr. apply in_map_iff in Hr. destruct Hr as [a [<- _]]. reflexivity.
  - intros i x Hx Hi. assert (R := box_indices c n i x Hx Hi).
    assert (F := Hf i x (fun j Hj => conj (R j Hj) (Hi j Hj))). unfold sample_value in F.
    change (place_of_sample d n i) with (number_of_box c (Zpos n) i) in F. set (k := Z.to_nat (number_of_box c (Zpos n) i)) in *.
    set (twice := fun a : Z => let v := in_units c exponent a in (v, v)).
    assert (Z0 : twice 0%Z = (0, 0)%Z) by (unfold twice, in_units; rewrite Z.shiftl_0_l; reflexivity).
    rewrite <- Z0, map_nth. unfold twice. cbv zeta. cbn [fst snd].
    assert (V : IZR (in_units c exponent (nth k numbers 0%Z)) = scale (unit_denominator c) (fraction_bits c) * f x).
    { unfold in_units. rewrite shiftl_whole by exact W. rewrite F. unfold unit_denominator. rewrite T. unfold scale. rewrite powerRZ_add by lra.
      field. apply not_0_IZR. lia. }
    rewrite V. lra.
Qed.

Lemma slack_above : forall a b, (0 <= fraction_bits c)%Z -> powerRZ 2 (fraction_bits c) * (IZR a / IZR (Zpos b)) <= IZR (slack c a b).
Proof.
  intros a b W. unfold slack. assert (b0 := positive_real b). rewrite opp_IZR.
  assert (D := Z.mul_div_le (- Z.shiftl a (fraction_bits c)) (Zpos b) ltac:(lia)). apply IZR_le in D. rewrite mult_IZR, opp_IZR, shiftl_whole in D by exact W.
  set (k := IZR (- Z.shiftl a (fraction_bits c) / Zpos b)) in *. apply Rmult_le_reg_r with (IZR (Zpos b)); [exact b0 |].
  replace (powerRZ 2 (fraction_bits c) * (IZR a / IZR (Zpos b)) * IZR (Zpos b)) with (IZR a * powerRZ 2 (fraction_bits c)) by (field; lra). lra.
Qed.

Lemma near_bounds_hold : forall e a q samples n b, target_of c = Near e a q -> level_bounds c samples V0 E0 n = Some b ->
  has_meaning d (target_of c) /\ forall f (I : integration d), fits d (target_of c) f ->
    (jumps e = true -> integrals_exist d I (exponent_p c) f) -> bounds_hold c V0 E0 f I b.
Proof.
  intros e a q samples n b T H. unfold level_bounds in H. rewrite T in H.
  destruct (Z.leb_spec 0 a) as [A |]; [| discriminate]. destruct (Z.leb_spec 0 (fraction_bits c)) as [W |]; [| discriminate]. cbn [andb] in H.
  destruct (grid_integers _ _ _ _ _ _) as [pairs |] eqn:G; [| discriminate]. fold P d in G.
  assert (q0 := positive_real q). assert (r0 : 0 <= IZR a / IZR (Zpos q)) by (apply Rmult_le_pos; [apply IZR_le, A | apply Rlt_le, Rinv_0_lt_compat, q0]).
  destruct (formula_meaningful _ _ _ _ _ _ _ G) as [M1 M2]. rewrite T. split.
  - cbn [has_meaning fits]. split; [exact M1 |]. split; [exact M2 |]. split; [exact M2 |]. intros x _. rewrite Rminus_eq_0, Rabs_R0. exact r0.
  - intros f I [Cont Nr] Exist. revert H. apply bounds_from_hold; [destruct (jumps e); auto |].
    intros i x Hx Hi. assert (R := box_indices c n i x Hx Hi).
    assert (In : in_box_number d n (fun j => Z.to_nat (i j)) x).
    { intros j Hj. destruct (R j Hj) as [R1 R2]. destruct (Hi j Hj) as [I1 I2]. rewrite INR_IZR_INZ, Z2Nat.id by exact R1. split; [lia | lra]. }
    destruct (grid_integers_correct _ _ _ _ _ _ _ G _ _ In) as [L [U _]].
    assert (K : box_number n (fun j => Z.to_nat (i j)) d = Z.to_nat (number_of_box c (Zpos n) i)).
    { apply Nat2Z.inj. rewrite box_number_place. rewrite Z2Nat.id.
      - apply sum_Z_ext. intros j Hj. rewrite Z2Nat.id by apply R, Hj. reflexivity.
      - apply (flat_index_range d (Zpos n) i ltac:(reflexivity) R). }
    rewrite K in L, U. assert (S := slack_above a q W). assert (Nx := Nr x (fun j Hj => conj (proj1 (Hx j Hj)) (Rlt_le _ _ (proj2 (Hx j Hj))))).
    unfold unit_denominator. rewrite T. unfold scale. rewrite Rmult_1_l. set (s := powerRZ 2 (fraction_bits c)) in *.
    assert (s0 : 0 < s) by apply powerRZ_pos. assert (D := Rmult_le_compat_l s _ _ (Rlt_le _ _ s0) Nx).
    rewrite <- (Rabs_pos_eq s) in D at 1 by lra. rewrite <- Rabs_mult, Rmult_minus_distr_l in D.
    set (lo := IZR (fst _)) in *. set (hi := IZR (snd _)) in *. revert L U D S. generalize (s * f x) (s * formula_value e x). intros. split_Rabs; lra.
Qed.

End Targets.

(* ---- a constant target ---- *)

Section Constant.
Variable c : certificate.
Let P := shape_of_network c.
Let d := dimension P.
Variable v : R.
Hypothesis ramp_nonneg : (0 <= ramp P)%Z.
Hypothesis base_two : (2 <= base P)%nat.
Hypothesis layers_match : matches P (layers c) = true.
Hypothesis starts : weight_value (start P) = v.
Hypothesis amplitudes_zero : forall m, (m < depth P)%nat -> value (amplitude P m) = 0.
Hypothesis offset_large : Rabs v <= value (offset P).

Lemma constant_readout : forall l x, (1 <= l <= depth P)%nat -> in_cube d x -> readout (real_network (layers c)) l x = v.
Proof.
  intros l x Hl Hx. rewrite (readout_is_Phi P base_two ramp_nonneg _ (matches_agrees P (layers c) layers_match) l x Hl Hx).
  assert (G : forall k, (k <= depth P)%nat -> ideal_Phi P k x = v).
  { induction k as [| k IH]; intros Hk; [exact starts |]. unfold ideal_Phi. cbn [Phi]. fold (ideal_Phi P k x).
    rewrite (amplitudes_zero k Hk), (IH (Nat.lt_le_incl _ _ Hk)), Relu.relu_offset by exact offset_large. ring. }
  apply G, Hl.
Qed.

Variable I : integration d.
Variable p : R.
Hypothesis p_pos : 0 < p.
Variable f : point -> R.
Hypothesis f_constant : forall x, in_half_open d x -> f x = v.

Lemma vanishing_norm : forall g, (forall x, in_half_open d x -> g x = 0) -> has_norm d I p g /\ norm_of d I p g <= 0.
Proof.
  intros g Hg. assert (E : has_norm d I p g).
  { unfold has_norm. apply (integrable_same d I (fun _ => 0)); [| apply (integral_constant d I 0)].
    intros x Hx. unfold power_of. rewrite (Hg x Hx), Rabs_R0. symmetry. apply (power_0 p 0). lra. }
  split; [exact E |]. apply (norm_bound d I p g 0 p_pos E); [| lra]. intros x Hx. rewrite (Hg x Hx), Rabs_R0. lra.
Qed.

Lemma constant_difference : forall h x, in_half_open d x -> difference d f h x = 0.
Proof.
  intros h x Hx. assert (B := difference_bounded c (fun y => f y - v) 0 h).
  assert (Z : Rabs (difference d (fun y => f y - v) h x) <= 2 * 0).
  { apply B; [| exact Hx | lra]. intros y Hy. rewrite (f_constant y Hy), Rminus_eq_0, Rabs_R0. lra. }
  replace (difference d f h x) with (difference d (fun y => f y - v) h x) by (unfold difference; ring). revert Z. split_Rabs; lra.
Qed.

Lemma constant_level : forall l, (1 <= l <= depth P)%nat ->
  let error := fun x => f x - readout (real_network (layers c)) l x in
  let omega := omega_of d I p (size_of_shift c) f (/ INR (base P) ^ l) in
  has_norm d I p error /\ is_finite omega /\ Rbar_le (norm_of d I p error) (Rbar_mult (2 * INR d + 1) omega).
Proof.
  intros l Hl. cbv zeta. destruct (vanishing_norm (fun x => f x - readout (real_network (layers c)) l x)) as [E1 E2].
  { intros x Hx. rewrite (f_constant x Hx), (constant_readout l x Hl) by (apply half_open_cube, Hx). ring. }
  split; [exact E1 |]. set (t := / INR (base P) ^ l). assert (t0 : 0 <= t) by (apply Rlt_le, Rinv_0_lt_compat, pow_lt, lt_0_INR; lia).
  set (still := fun j : nat => 0 * origin j). destruct (vanishing_norm _ (constant_difference still)) as [S1 _].
  assert (Member : moduli_of d I p (size_of_shift c) f t (norm_of d I p (difference d f still))).
  { exists still. split; [| split; [exact S1 | reflexivity]]. unfold still. rewrite ModulusRules.shift_size_scaled by lra. lra. }
  unfold omega_of. destruct (Lub_Rbar_correct (moduli_of d I p (size_of_shift c) f t)) as [U Least].
  assert (Low := U _ Member). assert (N0 := norm_nonneg d I p (difference d f still)).
  assert (Up : Rbar_le (Lub_Rbar (moduli_of d I p (size_of_shift c) f t)) 0).
  { apply Least. intros m [h [_ [_ ->]]]. apply (vanishing_norm _ (constant_difference h)). }
  destruct (Lub_Rbar (moduli_of d I p (size_of_shift c) f t)) as [r | |]; [| contradiction | contradiction]. split; [reflexivity |].
  cbn [Rbar_le] in Low. cbn. assert (D := pos_INR d). assert (0 <= (2 * INR d + 1) * r) by (apply Rmult_le_pos; lra). lra.
Qed.
End Constant.

Lemma constant_sound : forall c : certificate, constant_ok c = true -> certified_claim c.
Proof.
  intros c H. unfold constant_ok in H. destruct (target_of c) as [| e a q] eqn:T; [discriminate |].
  destruct (start (shape_of_network c)) as [| [k [| | s | s | g | r]] [| more rest]] eqn:S; try discriminate.
  destruct (grid_integers _ _ _ _ _ _) as [[| [low high] [| more rest]] |] eqn:G; try discriminate.
  apply andb_prop in H. destruct H as [H H6]. apply andb_prop in H. destruct H as [H H5]. apply andb_prop in H. destruct H as [H H4].
  apply andb_prop in H. destruct H as [H H3]. apply andb_prop in H. destruct H as [H1 H2].
  apply Z.eqb_eq in H1. subst a. apply value_same in H2. destruct (formula_eq e (formula_of g)) as [E |]; [| discriminate]. apply negb_true_iff in H4.
  destruct (structure_facts c _ _ H6) as [N2 [d1 [L1 [ramp0 [pq [_ [off [Shape Match]]]]]]]].
  set (P := shape_of_network c) in *. set (d := dimension P) in *. set (v := Expression.eval g 0).
  assert (V : forall x, formula_value e x = v) by (intros x; rewrite E; apply formula_of_value).
  assert (Start : weight_value (start P) = v) by (rewrite S; cbn [weight_value atom_value]; rewrite H2, value_one; unfold v; ring).
  assert (Amplitudes : forall m, (m < depth P)%nat -> value (amplitude P m) = 0).
  { intros m Hm. rewrite forallb_forall in H5. apply value_is_zero, H5, in_seq. lia. }
  destruct (formula_meaningful _ _ _ _ _ _ _ G) as [M1 M2].
  assert (Offset : Rabs v <= value (offset P)).
  { destruct (some_box d 1 (fun _ => 0)) as [i Hi]; [intros j _; lra |].
    destruct (grid_integers_correct _ _ _ _ _ _ _ G _ _ Hi) as [B1 [B2 _]].
    assert (K : box_number 1 i d = O).
    { assert (B := box_number_below 1 i d (fun m Hm => proj1 (Hi m Hm))). rewrite Pos2Nat.inj_1, Nat.pow_1_l in B. lia. }
    rewrite K, V in B1, B2. cbn [nth fst snd] in B1, B2. set (u := powerRZ 2 (fraction_bits c)) in *.
    assert (u0 : 0 < u) by apply powerRZ_pos.
    assert (X : u * Rabs v <= IZR (Z.max (Z.abs low) (Z.abs high))).
    { rewrite <- (Rabs_pos_eq u) by lra. rewrite <- Rabs_mult.
      assert (Y1 : IZR (Z.abs low) <= IZR (Z.max (Z.abs low) (Z.abs high))) by (apply IZR_le; lia).
      assert (Y2 : IZR (Z.abs high) <= IZR (Z.max (Z.abs low) (Z.abs high))) by (apply IZR_le; lia).
      rewrite abs_IZR in Y1, Y2. revert B1 B2 Y1 Y2. generalize (u * v). intros. split_Rabs; lra. }
    assert (A := amplitudes_below c (depth P)). assert (A0 : 0 <= sum_to (depth P) (fun m => Rabs (value (amplitude P m)))) by (apply sum_to_nonneg; intros; apply Rabs_pos).
    assert (M : unit_denominator c = 1%positive) by (unfold unit_denominator; rewrite T; reflexivity).
    unfold scale in A. rewrite M in A, off. assert (A' := Rmult_le_pos _ _ (Rlt_le _ _ u0) A0). fold P u in A. rewrite Rmult_1_l in A.
    apply IZR_le in off. rewrite !plus_IZR, abs_IZR in off. fold P in off.
    assert (F := shiftl_near (1 * mantissa (offset P)) (exponent (offset P) + fraction_bits c)).
    replace (IZR (1 * mantissa (offset P)) * powerRZ 2 (exponent (offset P) + fraction_bits c)) with (u * value (offset P)) in F
      by (unfold value, u; rewrite mult_IZR, powerRZ_add by lra; ring).
    apply Rmult_le_reg_l with u; [exact u0 |]. assert (W := Rle_abs (IZR (Z.max (Z.abs low) (Z.abs high)))). lra. }
  unfold certified_claim. cbv zeta. rewrite T. cbn [jumping has_meaning]. rewrite H4. split; [exact Shape |]. split.
  - split; [exact M1 |]. split; [intros _; exact (M2 H4) |]. split; [intros _; exact (M2 H4) |].
    intros x _. rewrite Rminus_eq_0, Rabs_R0. unfold Rdiv. rewrite Rmult_0_l. lra.
  - intros f [_ Near] I l Hl. apply (constant_level c v ramp0 N2 Match Start Amplitudes Offset I (exponent_p c)).
    + exact (exponent_pos c _ _ H6).
    + intros x Hx. assert (N := Near x (half_open_cube c x Hx)). rewrite V in N. unfold Rdiv in N. rewrite Rmult_0_l in N. revert N. split_Rabs; lra.
    + exact Hl.
Qed.

Lemma varying_sound : forall c : certificate, varying_ok c = true -> certified_claim c.
Proof.
  intros c H. unfold varying_ok in H. destruct (first_value (shape_of_network c) (unit_denominator c) (fraction_bits c)) as [[V0 E0] |] eqn:F; [| discriminate].
  apply andb_prop in H. destruct H as [H1 H2]. assert (S := structure_facts c V0 E0 H1).
  set (d := dimension (shape_of_network c)).
  assert (Known : forall f (I : integration d), fits d (target_of c) f -> (jumping (target_of c) = true -> integrals_exist d I (exponent_p c) f) ->
    forall n b, level_bounds c (sample_bounds c V0 E0) V0 E0 n = Some b -> bounds_hold c V0 E0 f I b).
  { intros f I Hf Exist n b B. destruct (target_of c) as [m ex q a | e a q] eqn:T.
    - apply (sampled_bounds_hold c V0 E0 m ex q a f I b T Hf). unfold level_bounds in B. rewrite T in B. exact B.
    - apply (near_bounds_hold c V0 E0 e a q _ n b T B); [rewrite T; exact Hf | exact Exist]. }
  assert (Sound : forall f (I : integration d), fits d (target_of c) f -> (jumping (target_of c) = true -> integrals_exist d I (exponent_p c) f) ->
    claim_R_cube d I (exponent_p c) (size_of_shift c) (layers c) f (base (shape_of_network c)) (depth (shape_of_network c))).
  { intros f I Hf Exist l Hl. cbv zeta.
    apply (levels_sound c V0 E0 F H1 f I (sample_bounds c V0 E0) (Known f I Hf Exist) (depth (shape_of_network c)) 0 E0 [V0] (hints_of_levels c)).
    - reflexivity.
    - eapply (first_value_near (shape_of_network c) (proj1 S)), F.
    - apply first_values_near; [apply S | exact F].
    - exact H2.
    - lia. }
  unfold certified_claim. cbv zeta. split; [apply S |]. split.
  - destruct (target_of c) as [m ex q a | e a q] eqn:T; [exact Logic.I |]. rewrite <- T.
    assert (L1 := L1 c V0 E0 H1). destruct (depth (shape_of_network c)) as [| L]; [inversion L1 |]. cbn [levels_ok] in H2.
    destruct (hints_of_levels c) as [| h hints]; [discriminate |]. apply andb_prop in H2. destruct H2 as [H2 _]. apply first_that_suffices_exists in H2.
    destruct H2 as [cut [_ H2]]. unfold cut_ok in H2. destruct (level_bounds c _ V0 E0 _) as [b |] eqn:B; [| discriminate].
    exact (proj1 (near_bounds_hold c V0 E0 e a q _ _ b T B)).
  - intros f Hf. destruct (jumping (target_of c)) eqn:J; intros I.
    + intros Exist. exact (Sound f I Hf (fun _ => Exist)).
    + exact (Sound f I Hf (fun J' => False_ind _ (Bool.diff_false_true J'))).
Qed.

Theorem check_sound : forall c : certificate, check c = true -> certified_claim c.
Proof. intros c H. unfold check in H. destruct (constant_ok c) eqn:C; [apply constant_sound, C | apply varying_sound, H]. Qed.
