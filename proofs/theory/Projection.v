(* The projection bound: for continuous f on [0, 1]^d, the cell means of level l are within 2^(1/p) d omega_p(f, N^-l) of f. *)
From Coq Require Import Reals List Lra Lia FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Integral Power Jensen Sums Shifts Continuous Box Cube Modulus Cells Soundness.
Import ListNotations.
Open Scope R_scope.

Section Definitions.
Variable p : R.
Variable d : nat.
Variable f : point -> R.
Variable N l : nat.

Let coords := seq 0 d.

(* The cell of level l that holds the coordinate x; 1 is in the last one. *)
Definition cell_index (x : R) : nat := Nat.min (Z.to_nat (Int_part (INR N ^ l * x))) (N ^ l - 1).
Definition indices (x : point) : nat -> nat := fun j => cell_index (x j).

Definition cell_lo (k : nat -> nat) (j : nat) : R := cell_end N l (k j).
Definition cell_hi (k : nat -> nat) (j : nat) : R := cell_end N l (S (k j)).

(* P_l f: the mean over the cell that holds x *)
Definition projection (x : point) : R := (INR N ^ l) ^ d * box coords (cell_lo (indices x)) (cell_hi (indices x)) f origin.

Definition error (x : point) : R := power p (Rabs (f x - projection x)).
Definition error_integral : R := box coords zeros ones error origin.

End Definitions.

Section Grid.
Variable N l : nat.
Hypothesis N2 : (2 <= N)%nat.

Lemma cell_index_inside : forall m v, (m < N ^ l)%nat -> cell_end N l m < v < cell_end N l (S m) -> cell_index N l v = m.
Proof.
  intros m v Hm Hv. assert (C := cell_of N N2 l m v Hv). unfold cell_index.
  unfold Int_part. rewrite <- (tech_up _ (Z.of_nat m + 1)).
  - replace (Z.of_nat m + 1 - 1)%Z with (Z.of_nat m) by lia. rewrite Nat2Z.id. lia.
  - rewrite plus_IZR, <- INR_IZR_INZ. lra.
  - rewrite plus_IZR, <- INR_IZR_INZ. lra.
Qed.

Lemma cell_index_range : forall v, (cell_index N l v < N ^ l)%nat.
Proof. intros v. assert (0 < N ^ l)%nat by (apply Nat.neq_0_lt_0, Nat.pow_nonzero; lia). unfold cell_index. lia. Qed.

Lemma indices_set : forall x j m v, (m < N ^ l)%nat -> cell_end N l m < v < cell_end N l (S m) ->
  indices N l (set x j v) = set (indices N l x) j m.
Proof.
  intros x j m v Hm Hv. apply functional_extensionality. intros i. unfold indices, set.
  destruct Nat.eq_dec; [apply cell_index_inside; assumption | reflexivity].
Qed.

(* The integral over the cube of a function that is given cell by cell. *)
Lemma box_by_cells : forall js g G, regular_family G -> (forall x, in_box js zeros ones x -> g x = G (indices N l x) x) ->
  (forall x, box js zeros ones g x = total N l js G (indices N l x) x) /\ box_integrable js zeros ones g.
Proof.
  induction js as [| j js IH]; intros g G HG E; simpl.
  - split; [| exact I]. intros x. apply E. intros j [].
  - assert (Line : forall x, in_box js zeros ones x -> ex_RInt (fun v => g (set x j v)) 0 1 /\
      integral j 0 1 g x = across N l j G (indices N l x) x).
    { intros x Hx. apply (sum_of_cells N l N2 (fun v => g (set x j v)) (fun m v => G (set (indices N l x) j m) (set x j v))).
      - intros m _. apply line_integrable, HG.
      - intros m v Hm Hv. rewrite <- (indices_set x j m v Hm Hv). symmetry. apply E, in_box_set; [exact Hx |].
        destruct (cell_end_range N N2 l m); [lia |]. destruct (cell_end_range N N2 l (S m)); [lia |]. unfold zeros, ones. lra. }
    destruct (IH (integral j 0 1 g) (across N l j G)) as [A B]; [apply across_regular, HG | apply Line |].
    split; [exact A |]. split; [apply Line | exact B].
Qed.

Lemma total_plain : forall js F k x, regular F -> total N l js (fun _ => F) k x = box js zeros ones F x.
Proof.
  induction js as [| j js IH]; intros F k x HF; simpl; [reflexivity |].
  rewrite <- (IH _ k) by apply regular_integral, HF. f_equal.
  apply functional_extensionality. intros k'. apply functional_extensionality. intros y. unfold across. symmetry.
  apply (sum_of_cells N l N2 (fun v => F (set y j v)) (fun _ v => F (set y j v)));
    [intros; apply line_integrable, HF | reflexivity].
Qed.

Lemma averages_box : forall js G k x, regular_family G ->
  averages N l js G k x = (INR N ^ l) ^ length js * box js (cell_lo N l k) (cell_hi N l k) (G k) x.
Proof.
  induction js as [| j js IH]; intros G k x HG; simpl; [ring |].
  rewrite IH by apply average_regular, HG.
  change (average N l j G k) with (fun x => / / INR N ^ l * integral j (cell_lo N l k j) (cell_hi N l k j) (G k) x).
  rewrite box_multiple by apply regular_integral, HG. rewrite Rinv_inv. ring.
Qed.

End Grid.

(* The values of a function of some coordinates do not depend on where the integral over these starts. *)
Lemma box_base : forall js lo hi F x y, (forall x y, (forall j, In j js -> x j = y j) -> F x = F y) ->
  box js lo hi F x = box js lo hi F y.
Proof.
  induction js as [| j js IH]; intros lo hi F x y H; simpl; [apply H; intros j [] |].
  apply IH. clear x y. intros x y E. apply RInt_ext. intros v _. apply H. intros i Hi.
  unfold set. destruct Nat.eq_dec as [e | n]; [reflexivity |]. destruct Hi as [-> | Hi]; [contradiction | apply E, Hi].
Qed.

Section Projection.
Variable N l : nat.
Hypothesis N2 : (2 <= N)%nat.
Variable p : R.
Hypothesis p1 : 1 <= p.
Variable d : nat.
Variable f : point -> R.
Hypothesis f_continuous : continuous_on_cube d f.

Let t := / INR N ^ l.
Let coords := seq 0 d.
Let F := extended_cube f.
Let F_family : family := fun _ => F.

Lemma in_coords : forall j, In j coords <-> (j < d)%nat.
Proof. clear N2. intros. unfold coords. rewrite in_seq. lia. Qed.

Lemma F_regular : regular F.
Proof. apply (extended_cube_regular d), f_continuous. Qed.

Lemma F_inside : forall x, (forall j, In j coords -> 0 <= x j <= 1) -> F x = f x.
Proof. intros x H. apply (extended_cube_inside d f f_continuous). intros j Hj. apply H, in_coords, Hj. Qed.

Lemma F_coordinates : forall x y, (forall j, In j coords -> x j = y j) -> F x = F y.
Proof.
  intros x y E. symmetry. apply (cube_ext d f f_continuous); [apply clamped_in_cube |].
  intros j Hj. unfold clamped. rewrite E by (apply in_coords, Hj). reflexivity.
Qed.

Lemma F_good : exists B, 0 <= B /\ good B F_family.
Proof.
  destruct (extended_cube_bounded d f f_continuous) as [B [B0 HB]]. exists B. split; [exact B0 |].
  split; intros k; [exact F_regular | exact HB].
Qed.

(* ---- pairs of points in one cell along coordinate j, and shifts along it ---- *)

Definition shifted_F (h x : point) : R := distance p (F x) (F (moved x h)).

Lemma shifted_F_regular : forall h, regular (shifted_F h).
Proof.
  intros h. destruct F_good as [B [B0 [R HB]]]. unfold shifted_F.
  apply (distance_regular p p1 B F (fun x => F (moved x h))).
  - exact F_regular.
  - apply (regular_moved F (fun x => moved x h) F_regular). intros x y delta _ H j. unfold moved.
    replace (x j + h j - (y j + h j)) with (x j - y j) by ring. apply H.
  - intros; apply (HB (fun _ => O)).
  - intros; apply (HB (fun _ => O)).
Qed.

Definition pairs (j : nat) (a b : R) (x : point) : R := RInt (fun s => distance p (F x) (F (set x j s))) a b.

Lemma pair_regular : forall j s, regular (fun x => distance p (F x) (F (set x j s))).
Proof.
  intros j s. destruct F_good as [B [B0 [R HB]]]. apply (distance_regular p p1 B F (fun x => F (set x j s))).
  - exact F_regular.
  - apply (regular_moved F (fun x => set x j s) F_regular). intros. apply near_set; assumption.
  - intros; apply (HB (fun _ => O)).
  - intros; apply (HB (fun _ => O)).
Qed.

Lemma pair_line_uniform : forall u x j, uniform (fun s => distance p u (F (set x j s))).
Proof.
  intros u x j. destruct F_good as [B [B0 [R HB]]].
  apply uniform_dominated with (fun s => F (set x j s)) (slope p (B + Rabs u)); [apply slope_pos, p1 | apply line_uniform, F_regular |].
  intros v w. assert (H : forall y, Rabs (F y) <= B + Rabs u) by (intros y; generalize (HB (fun _ => O) y) (Rabs_pos u); unfold F_family; lra).
  eapply Rle_trans; [apply (distance_lipschitz p (B + Rabs u)); try exact p1; try apply H; lra |].
  rewrite Rminus_eq_0, Rabs_R0, Rplus_0_l. lra.
Qed.

Lemma pairs_regular : forall j a b, regular (pairs j a b).
Proof.
  intros j a b e He. destruct F_good as [B [B0 [R HB]]]. assert (S := slope_pos p B p1). assert (P := Rabs_pos (b - a)).
  set (c := slope p B * (2 * (Rabs (b - a) + 1))).
  assert (C : 0 < c) by (apply Rmult_lt_0_compat; lra).
  destruct (F_regular (e / c)) as [delta [Hd K]]; [apply Rdiv_lt_0_compat; lra |].
  exists delta. split; [exact Hd |]. intros x y H. unfold pairs.
  rewrite <- integral_minus by apply uniform_integrable, pair_line_uniform.
  apply Rle_trans with (Rabs (b - a) * (slope p B * (e / c + e / c))).
  - apply abs_integral; [apply integrable_minus; apply uniform_integrable, pair_line_uniform |].
    intros s _. eapply Rle_trans; [apply (distance_lipschitz p B); try exact p1; apply (HB (fun _ => O)) |].
    apply Rmult_le_compat_l; [lra |]. apply Rplus_le_compat; [apply K, H | apply K, near_set; [lra | exact H]].
  - assert (Q : 0 < e / c) by (apply Rdiv_lt_0_compat; lra).
    replace e with (c * (e / c)) at 3 by (field; lra). unfold c at 3. nra.
Qed.

Lemma distance_to_mean : forall j k x, In j coords ->
  gap p F_family (average N l j F_family) k x <= / t * pairs j (cell_lo N l k j) (cell_hi N l k j) x.
Proof.
  intros j k x _. assert (T := side_pos N l N2).
  unfold gap, average, pairs, cell_lo, cell_hi, integral, F_family. rewrite !(edge_next N l N2). fold t in T; fold t.
  replace (F x) with (/ t * RInt (fun _ => F x) (cell_end N l (k j)) (cell_end N l (k j) + t)) at 1
    by (rewrite integral_const; field; lra).
  apply (mean_gap N l N2 p p1 (fun _ => F x) (fun v => F (set x j v))).
  - apply ex_RInt_const.
  - apply line_integrable, F_regular.
  - apply (line_integrable (fun y => Rabs (F x - F y))), (difference_regular (fun _ => F x) F); [apply regular_const | exact F_regular].
  - apply uniform_integrable, pair_line_uniform.
Qed.

Lemma moved_axis : forall x j u s, moved (set x j u) (axis j s) = set x j (u + s).
Proof.
  intros. apply functional_extensionality. intros i. unfold moved, axis, set, origin. destruct Nat.eq_dec; ring.
Qed.

Lemma pairs_across : forall j e, 0 < e -> exists n, (0 < n)%nat /\ forall k x,
  across N l j (fun k x => / t * pairs j (cell_lo N l k j) (cell_hi N l k j) x) k x <=
  / INR n * sum_to (2 * n) (fun i => integral j (shift_lo (axis j (shift (t / INR n) n i)) j)
    (shift_hi (axis j (shift (t / INR n) n i)) j) (shifted_F (axis j (shift (t / INR n) n i))) x) + e.
Proof.
  intros j e He. destruct F_good as [B [B0 [R HB]]]. assert (S := slope_pos p B p1). assert (T := side_pos N l N2). fold t in T.
  destruct (F_regular (e / slope p B)) as [delta [Hd K]]; [apply Rdiv_lt_0_compat; lra |].
  destruct (pieces_below t delta T Hd) as [n [Hn Hh]]. exists n. split; [exact Hn |]. intros k x.
  assert (n0 : 0 < INR n) by (apply lt_0_INR; lia). set (h := t / INR n) in *.
  assert (h0 : 0 < h) by (apply Rdiv_lt_0_compat; assumption).
  assert (Nn : node h n = t) by (unfold node, h; field; lra).
  assert (Nc : forall m, node h (m * n) = cell_end N l m).
  { intros m. unfold node, h, cell_end, t. rewrite mult_INR. field. split; [apply Rgt_not_eq, pow_lt, lt_0_INR; lia | lra]. }
  set (D := fun u s => distance p (F (set x j u)) (F (set x j s))).
  assert (Pairs := pairs_by_shifts h h0 n (N ^ l) ltac:(apply Nat.neq_0_lt_0, Nat.pow_nonzero; lia) e D).
  rewrite Nc, Nn, (cell_end_last N N2 l) in Pairs.
  apply Rle_trans with (/ t * sum_to (N ^ l) (cell_pairs h n D)).
  - unfold across. rewrite <- sum_to_scale. apply Req_le, sum_to_ext. intros m _.
    rewrite integral_multiple by apply pairs_regular. f_equal. unfold cell_lo, cell_hi, integral, cell_pairs, pairs.
    rewrite set_same, node_plus, Nc, Nn, (edge_next N l N2). fold t. apply RInt_ext. intros u _. apply RInt_ext. intros s _.
    unfold D. rewrite set_set. reflexivity.
  - apply (Rmult_le_reg_l t); [exact T |]. rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by lra.
    eapply Rle_trans; [apply Pairs |].
    + intros; apply distance_nonneg.
    + intros u s w Hsw. assert (Z := distance_lipschitz p B (F (set x j u)) (F (set x j s)) (F (set x j u)) (F (set x j w)) p1
        (HB (fun _ => O) _) (HB (fun _ => O) _) (HB (fun _ => O) _) (HB (fun _ => O) _)).
      rewrite Rminus_eq_0, Rabs_R0, Rplus_0_l in Z. fold (D u s) (D u w) in Z.
      assert (V := K _ _ (near_line delta x j s w (Rle_trans _ _ _ Hsw Hh))).
      apply (Rmult_le_compat_l (slope p B)) in V; [| lra]. replace (slope p B * (e / slope p B)) with e in V by (field; lra).
      split_Rabs; lra.
    + intros; apply uniform_integrable, pair_line_uniform.
    + intros sigma a b. apply ex_RInt_ext with (fun u => shifted_F (axis j sigma) (set x j u));
        [| apply line_integrable, shifted_F_regular].
      intros u _. unfold shifted_F, D. rewrite moved_axis. reflexivity.
    + intros a b c1 c2. apply ex_RInt_ext with (fun u => pairs j a b (set x j u)); [| apply line_integrable, pairs_regular].
      intros u _. apply RInt_ext. intros s _. unfold D. rewrite set_set. reflexivity.
    + match goal with |- _ <= t * (/ INR n * ?X + e) =>
        replace (t * (/ INR n * X + e)) with (h * X + 1 * t * e) by (unfold h; field; lra) end.
      apply Rplus_le_compat_r, Rmult_le_compat_l; [lra |]. apply Req_le, sum_to_ext. intros i _.
      unfold shift_lo, shift_hi, axis. rewrite !set_same. apply RInt_ext. intros u _.
      unfold D, shifted_F. fold (axis j (shift h n i)). rewrite moved_axis. reflexivity.
Qed.

Lemma shifted_inside : forall h x, (forall j, In j coords -> Rabs (h j) <= 1) -> in_box coords (shift_lo h) (shift_hi h) x ->
  shifted_F h x = shifted p f h x.
Proof.
  intros h x Hh Hx. unfold shifted_F, shifted. rewrite distance_sym. unfold distance.
  rewrite !F_inside; [reflexivity | |]; intros j Hj; specialize (Hh j Hj); specialize (Hx j Hj);
    revert Hx; unfold moved, shift_lo, shift_hi, Rmax, Rmin; repeat destruct Rle_dec; split_Rabs; lra.
Qed.

Lemma shift_range : forall h j, Rabs (h j) <= 1 -> shift_lo h j <= shift_hi h j.
Proof. intros h j H. unfold shift_lo, shift_hi, Rmax, Rmin. repeat destruct Rle_dec; split_Rabs; lra. Qed.

Lemma shift_integral_F : forall h, (forall j, In j coords -> Rabs (h j) <= 1) ->
  (forall x, box coords (shift_lo h) (shift_hi h) (shifted_F h) x = shift_integral p d f h) /\
  box_integrable coords (shift_lo h) (shift_hi h) (shifted p f h).
Proof.
  intros h Hh. destruct (box_ext coords (shift_lo h) (shift_hi h) (shifted_F h) (shifted p f h)) as [A B].
  - intros j Hj. apply shift_range, Hh, Hj.
  - intros x Hx. apply shifted_inside; assumption.
  - split; [| apply B, box_regular_integrable, shifted_F_regular]. intros x. unfold shift_integral. fold coords. rewrite <- A.
    apply box_base. intros y z E. unfold shifted_F. f_equal; apply F_coordinates; [exact E |].
    intros j Hj. unfold moved. rewrite E by exact Hj. reflexivity.
Qed.

Lemma axis_small : forall j s i, Rabs s <= 1 -> Rabs (axis j s i) <= 1.
Proof. intros j s i H. unfold axis, set, origin. destruct Nat.eq_dec; [exact H | rewrite Rabs_R0; lra]. Qed.

(* || (I - A_j) f ||_p^p <= 2 omega_p(f, t)^p *)
Theorem one_coordinate : forall j W k x, In j coords ->
  (forall s, Rabs s <= t -> shift_integral p d f (axis j s) <= W) ->
  total N l coords (gap p F_family (average N l j F_family)) k x <= 2 * W.
Proof.
  intros j W k x Hj HW. apply le_epsilon. intros e He. destruct (pairs_across j e He) as [n [Hn Across]].
  assert (n0 : 0 < INR n) by (apply lt_0_INR; lia). assert (T := side_pos N l N2). fold t in T.
  destruct F_good as [B [B0 G]]. assert (GA := average_good N l N2 B j F_family G).
  set (H := fun (k : nat -> nat) x => / t * pairs j (cell_lo N l k j) (cell_hi N l k j) x).
  assert (RH : regular_family H) by (intros k'; apply regular_scale, pairs_regular).
  eapply Rle_trans; [apply (total_le N l N2 coords _ H); [apply (gap_regular p p1 B); assumption | exact RH |] |].
  { intros; apply distance_to_mean, Hj. }
  destruct (in_split j coords Hj) as [l1 [l2 Split]].
  assert (Others : ~ In j (l1 ++ l2)) by (apply NoDup_remove_2; rewrite <- Split; apply seq_NoDup).
  rewrite Split, total_first by exact RH.
  set (sh := fun i => axis j (shift (t / INR n) n i)).
  set (line := fun i => integral j (shift_lo (sh i) j) (shift_hi (sh i) j) (shifted_F (sh i))).
  assert (RL : forall i, regular (line i)) by (intros; apply regular_integral, shifted_F_regular).
  eapply Rle_trans; [apply (total_le N l N2 (l1 ++ l2) _ (fun _ x => / INR n * sum_to (2 * n) (fun i => line i x) + e)) |].
  - apply across_regular, RH.
  - intros k'. apply regular_plus; [apply regular_scale, (regular_sum (2 * n) line); intros; apply RL | apply regular_const].
  - exact Across.
  - rewrite (total_plus N l (l1 ++ l2) (fun _ x => / INR n * sum_to (2 * n) (fun i => line i x)) (fun _ _ => e)),
      (total_scale N l (l1 ++ l2) (/ INR n) (fun _ x => sum_to (2 * n) (fun i => line i x))),
      (total_sum N l (l1 ++ l2) (2 * n) (fun i _ => line i)), (total_const N l N2).
    + apply Rplus_le_compat_r. replace (2 * W) with (/ INR n * (INR (2 * n) * W)) by (rewrite mult_INR; simpl (INR 2); field; lra).
      apply Rmult_le_compat_l; [apply Rlt_le, Rinv_0_lt_compat, n0 |]. rewrite <- sum_to_const. apply sum_to_le. intros i Hi.
      assert (Si : Rabs (shift (t / INR n) n i) <= t).
      { assert (0 <= INR i <= 2 * INR n).
        { split; [apply pos_INR |]. replace (2 * INR n) with (INR (2 * n)) by (rewrite mult_INR; simpl; ring). apply le_INR. lia. }
        unfold shift. rewrite Rabs_mult, (Rabs_pos_eq (t / INR n)) by (apply Rlt_le, Rdiv_lt_0_compat; assumption).
        replace t with (INR n * (t / INR n)) at 2 by (field; lra).
        apply Rmult_le_compat_r; [apply Rlt_le, Rdiv_lt_0_compat; assumption | apply Rabs_le; lra]. }
      rewrite (total_plain N l N2) by apply RL. eapply Rle_trans; [| apply (HW _ Si)]. apply Req_le.
      transitivity (box coords (shift_lo (sh i)) (shift_hi (sh i)) (shifted_F (sh i)) x);
        [| apply (shift_integral_F (sh i)); intros; apply axis_small, (Rle_trans _ _ _ Si), side_le_1, N2].
      rewrite Split, box_first by apply shifted_F_regular. unfold line. refine (equal_f (box_bounds_ext _ _ _ _ _ _ _) x).
      intros i' Hi'. assert (i' <> j) by (intros ->; apply Others, Hi').
      unfold shift_lo, shift_hi, sh, axis. rewrite set_other by assumption. unfold origin, zeros, ones, Rmax, Rmin.
      repeat destruct Rle_dec; split; lra.
    + intros i k'. apply RL.
    + intros k'. apply (regular_sum (2 * n) line). intros; apply RL.
    + intros k'. apply regular_scale, (regular_sum (2 * n) line). intros; apply RL.
    + intros k'. apply regular_const.
Qed.

Lemma projection_inside : forall x, averages N l coords F_family (indices N l x) x = projection d f N l x.
Proof.
  intros x. unfold projection. fold coords. rewrite averages_box by (intros k; exact F_regular).
  replace (length coords) with d by (unfold coords; rewrite seq_length; reflexivity). f_equal.
  rewrite (box_base coords _ _ (F_family (indices N l x)) x origin) by exact F_coordinates.
  apply box_ext.
  - intros j _. unfold cell_lo, cell_hi. apply cell_end_le. exact N2.
  - intros y Hy. apply F_inside. intros j Hj. specialize (Hy j Hj). unfold cell_lo, cell_hi in Hy.
    assert (M := cell_index_range N l N2 (x j)).
    destruct (cell_end_range N N2 l (indices N l x j)); [unfold indices; lia |].
    destruct (cell_end_range N N2 l (S (indices N l x j))); [unfold indices; lia |]. lra.
Qed.

Theorem projection_power : box_integrable coords zeros ones (error p d f N l) /\
  forall W, (forall j s, (j < d)%nat -> Rabs s <= t -> shift_integral p d f (axis j s) <= W) ->
  error_integral p d f N l <= 2 * power p (INR d) * W.
Proof.
  destruct F_good as [B [B0 G]]. assert (GA := averages_good N l N2 B coords F_family G).
  destruct (box_by_cells N l N2 coords (error p d f N l) (gap p F_family (averages N l coords F_family))) as [E I].
  - apply (gap_regular p p1 B); assumption.
  - intros x Hx. unfold gap, error. rewrite projection_inside. unfold F_family. rewrite F_inside; [reflexivity | exact Hx].
  - split; [exact I |]. intros W HW. unfold error_integral. fold coords. rewrite E.
    replace (2 * power p (INR d) * W) with (power p (INR (length coords)) * (2 * W))
      by (unfold coords; rewrite seq_length; ring).
    apply (telescoping N l N2 p p1 B); [auto | exact G |].
    intros j Hj. apply one_coordinate; [exact Hj |]. intros s Hs. apply HW; [apply in_coords, Hj | exact Hs].
Qed.

(* || f - P_l f ||_p <= 2^(1/p) d omega_p(f, N^-l) *)
Theorem projection_bound : forall size, (1 <= d)%nat -> (forall j s, (j < d)%nat -> size (axis j s) <= Rabs s) ->
  box_integrable coords zeros ones (error p d f N l) /\
  Rbar_le (power (/ p) (error_integral p d f N l)) (Rbar_mult (power (/ p) 2 * INR d) (cube_omega p d f size t)).
Proof.
  intros size Hd Size. destruct projection_power as [I H]. split; [exact I |].
  assert (D : 0 < INR d) by (apply lt_0_INR; lia).
  assert (Dp : 0 < power p (INR d)) by (rewrite power_pos by exact D; apply exp_pos).
  rewrite <- (power_root p (INR d)) by lra. rewrite <- power_mult by (lra || apply power_nonneg).
  assert (Shifts : forall j s, (j < d)%nat -> Rabs s <= t -> cube_moduli p d f size t (power (/ p) (shift_integral p d f (axis j s)))).
  { intros j s Hj Hs. assert (Small : forall i, Rabs (axis j s i) <= 1)
      by (intros; apply axis_small, (Rle_trans _ _ _ Hs), side_le_1, N2).
    exists (axis j s). split; [eapply Rle_trans; [apply Size, Hj | exact Hs] |]. split; [intros; apply Small |].
    split; [| reflexivity]. apply (shift_integral_F (axis j s)). intros; apply Small. }
  assert (T := side_pos N l N2). fold t in T.
  apply root_of_bound; [lra | lra | | |].
  - eexists. apply (Shifts O 0); [lia | rewrite Rabs_R0; lra].
  - intros m [h [_ [_ [_ ->]]]]. apply power_nonneg.
  - intros w w0 Hw. apply H. intros j s Hj Hs. specialize (Hw _ (Shifts j s Hj Hs)).
    apply (power_le p) in Hw; [| lra]. rewrite root_power in Hw; [exact Hw | lra |].
    assert (Small : forall i, In i coords -> Rabs (axis j s i) <= 1)
      by (intros; apply axis_small, (Rle_trans _ _ _ Hs), side_le_1, N2).
    rewrite <- (proj1 (shift_integral_F (axis j s) Small) origin).
    apply box_nonneg; [intros; apply shift_range, Small; assumption | apply shifted_F_regular | intros; apply distance_nonneg].
Qed.

End Projection.
