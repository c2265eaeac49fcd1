(* The readouts of the construction have every rate c omega_p(f, N^-l) with c > 2^(1/p) d, on all levels 1..L at once: on the recursion
   of Network.v, with the exact weights, for continuous f that is not constant. *)
From Coq Require Import Reals ZArith List Lra Lia Arith.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Integral Power Digits Sums Dyadic Jensen Continuous Box Cube Modulus Cells Projection ModulusBounds Soundness
  Lacunary CellNumbers Storage ReadoutOnCells ReadoutContinuous LevelError ModulusValues CubeNorm Network.
Import ListNotations.
Open Scope R_scope.

(* 2^(1/p) d, the constant of Lemma 1. *)
Definition projection_constant (p : R) (d : nat) : R := power (/ p) 2 * INR d.

Lemma projection_constant_pos : forall p d, (1 <= d)%nat -> 0 < projection_constant p d.
Proof.
  intros p d Hd. apply Rmult_lt_0_compat; [rewrite power_pos by lra; apply exp_pos | apply lt_0_INR; lia].
Qed.

Lemma projection_constant_power : forall p d, 1 <= p -> power p (projection_constant p d) = power p (INR d) * 2.
Proof.
  intros p d Hp. unfold projection_constant. rewrite power_mult by (try apply pos_INR; apply power_nonneg). rewrite root_power by lra. ring.
Qed.

(* 2^(1/p) d < 2d + 1 *)
Lemma projection_constant_below : forall p d, 1 <= p -> projection_constant p d < 2 * INR d + 1.
Proof.
  intros p d Hp. assert (D := pos_INR d). assert (T : power (/ p) 2 <= 2).
  { rewrite power_pos by lra. rewrite <- (Rpower_1 2) at 2 by lra. apply Rle_Rpower; [lra |].
    rewrite <- Rinv_1. apply Rinv_le_contravar; lra. }
  unfold projection_constant. nra.
Qed.

Lemma power_half : forall p x, 1 <= p -> 0 <= x -> power p (x / 2) <= power p x / 2.
Proof.
  intros p x Hp Hx. unfold Rdiv. rewrite power_mult by lra. apply Rmult_le_compat_l; [apply power_nonneg |].
  rewrite power_pos by lra. rewrite <- (Rpower_1 (/ 2)) at 2 by lra. unfold Rpower.
  assert (L : ln (/ 2) < 0) by (rewrite <- ln_1; apply ln_increasing; lra).
  destruct (Req_dec p 1) as [-> | n]; [apply Rle_refl |]. apply Rlt_le, exp_increasing. nra.
Qed.

Section Rate.
Variable N L d : nat.
Hypothesis N2 : (2 <= N)%nat.
Hypothesis d1 : (1 <= d)%nat.
Variable p : R.
Hypothesis p1 : 1 <= p.
Variable f : point -> R.
Hypothesis f_continuous : continuous_on_cube d f.
Variable size : point -> R.
Hypothesis size_axis : forall j s, (j < d)%nat -> size (axis j s) <= Rabs s.

(* Bits of a digit. *)
Definition bits_of_digit : nat := Nat.log2_up N.

Lemma digit_fits : (N <= 2 ^ bits_of_digit)%nat.
Proof. unfold bits_of_digit. destruct (Nat.log2_up_spec N) as [_ H]; [lia | exact H]. Qed.

(* The readouts of the construction with ramps of width 2^-q, base shift b, multipliers m, one amplitude A, Phi_0 = 0. *)
Definition exact_Phi (q b : nat) (m : nat -> dyadic) (A M : R) (l : nat) : point -> R :=
  Phi N d (/ 2 ^ q) (exact_angle N d bits_of_digit b) (exact_weight N d bits_of_digit b (fun i => value (m i))) (fun _ => A) (PI / 4) 0 M l.

Lemma side_nonneg : forall l, 0 <= / INR N ^ l.
Proof. intros. apply Rlt_le, side_pos, N2. Qed.

Lemma side_le : forall l, (l <= L)%nat -> / INR N ^ L <= / INR N ^ l.
Proof. intros l H. apply Rinv_le_contravar; [apply pow_lt, lt_0_INR; lia | apply Rle_pow; [apply (le_INR 1); lia | exact H]]. Qed.

(* ---- the wanted values: the means, by the number of the cell ---- *)

Let F := extended_cube f.

Lemma index_ext : forall l e e', (forall i, (i < l)%nat -> e i = e' i) -> index N e l = index N e' l.
Proof. induction l as [| l IH]; intros e e' H; [reflexivity |]. cbn [index]. rewrite (IH e e'), (H l) by (intros; try apply H; lia). reflexivity. Qed.

(* Cell k has the digits k / N^i mod N; those at the places m d + j belong to coordinate j. *)
Definition cell_index_vector (l k j : nat) : nat := index N (fun m => digit N k (m * d + j)) l.
Definition wanted (B : R) (l k : nat) : R := Rmax (- B) (Rmin B (cell_mean N l d f (cell_index_vector l k) origin)).

Lemma wanted_bounded : forall B l k, 0 <= B -> Rabs (wanted B l k) <= B.
Proof. intros B l k B0. unfold wanted, Rmax, Rmin. repeat destruct Rle_dec; split_Rabs; lra. Qed.

Lemma wanted_is_mean : forall B l u k delta x, 0 <= B -> (forall y, Rabs (F y) <= B) -> has_digits N d delta l x u ->
  (forall j, (j < d)%nat -> index N (u j) l = k j) -> wanted B l (cell_of_digits N d u l) = cell_mean N l d f k x.
Proof.
  intros B l u k delta x B0 HB U K. assert (Bound := cell_mean_bounded N l N2 d f f_continuous B B0 HB k x). unfold wanted.
  rewrite (cell_mean_ext N l N2 d f f_continuous (cell_index_vector l (cell_of_digits N d u l)) k origin x).
  - rewrite Rmin_right by (split_Rabs; lra). apply Rmax_right. split_Rabs; lra.
  - intros j Hj. rewrite <- (K j Hj). unfold cell_index_vector. apply index_ext. intros m Hm. unfold cell_of_digits.
    rewrite (number_digit N N2 (row d u) (l * d) (m * d + j) (row_below N d delta N2 l x u U)) by nia. exact (row_place N d N2 u m j Hj).
Qed.

(* ---- one level ---- *)

Section Level.
Variables q b : nat.
Variable m : nat -> dyadic.
Variables A B eps : R.
Hypothesis B0 : 0 <= B.
Hypothesis A0 : 0 <= A.
Hypothesis F_bounded : forall x, Rabs (F x) <= B.
Hypothesis stored : forall l k, (1 <= l <= L)%nat -> (k < N ^ (l * d))%nat ->
  Rabs (level_value N bits_of_digit d A b m l k - wanted B l k) <= eps.

Let M := INR L * A.
Let delta := / 2 ^ q.

Lemma delta_range : 0 < delta <= 1.
Proof.
  split; [apply half_pow_pos |]. unfold delta. rewrite <- Rinv_1. apply Rinv_le_contravar; [lra | apply pow_R1_Rle; lra].
Qed.

Lemma amplitudes_fit : forall l, (l <= L)%nat -> INR l * Rabs A <= M.
Proof. intros l Hl. rewrite Rabs_pos_eq by exact A0. apply Rmult_le_compat_r; [exact A0 | apply le_INR, Hl]. Qed.

Lemma exact_Phi_bounded : forall l x, (l <= L)%nat -> Rabs (exact_Phi q b m A M l x) <= M.
Proof.
  intros l x Hl. assert (Fit := amplitudes_fit l Hl).
  destruct (Phi_sum N d delta (exact_angle N d bits_of_digit b) (exact_weight N d bits_of_digit b (fun i => value (m i))) (fun _ => A) (PI / 4) 0 M l x)
    as [_ H]; [rewrite Rabs_R0, sum_to_const; lra |]. rewrite sum_to_const, Rminus_0_r in H. unfold exact_Phi. fold delta. lra.
Qed.

Lemma exact_Phi_near_means : forall l k x, (1 <= l <= L)%nat -> inside_cell N l (seq 0 d) k x ->
  (forall j, (j < d)%nat -> Digits.good N delta l (x j)) ->
  Rabs (exact_Phi q b m A M l (clamped x) - cell_mean N l d f k x) <= eps.
Proof.
  intros l k x Hl I G. assert (X := inside_cell_range N l N2 _ k x I).
  destruct (good_has_digits N d delta N2 (proj1 delta_range) l k x) as [u [U K]].
  { intros j Hj. assert (Hj' : In j (seq 0 d)) by (apply in_seq; lia). specialize (X j Hj'). split; [lra |]. split; [apply G, Hj |].
    apply (cell_of N N2), (I j Hj'). }
  unfold exact_Phi. rewrite (Phi_coordinates N d _ _ _ _ _ _ _ l (clamped x) x).
  - fold delta. rewrite (Phi_is_level_value N d delta N2 bits_of_digit b digit_fits m A M l x u (amplitudes_fit l ltac:(lia)) U).
    rewrite <- (wanted_is_mean B l u k delta x B0 F_bounded U K). apply stored; [exact Hl | exact (cell_of_digits_below N d delta N2 l x u U)].
  - apply (clamped_inside d). intros j Hj. specialize (X j ltac:(apply in_seq; lia)). lra.
Qed.

Theorem exact_Phi_error : forall l theta W, (1 <= l <= L)%nat -> 0 < theta < 1 ->
  (forall j s, (j < d)%nat -> Rabs s <= / INR N ^ l -> shift_integral p d f (axis j s) <= W) ->
  let g := fun x => f x - exact_Phi q b m A M l x in
  norm_exists p d g /\ power p (cube_norm p d g) <=
    theta * power p (/ theta) * (power p (INR d) * (2 * W)) + (1 - theta) * power p (eps / (1 - theta))
      + power p (B + M) * (INR d * (2 * (INR l * (delta * (1 - 1 / INR N))))).
Proof.
  intros l theta W Hl Ht HW g. set (Psi := fun x => exact_Phi q b m A M l (clamped x)).
  assert (R : regular Psi) by apply regular_Phi.
  assert (Reg := level_error_regular p p1 d f f_continuous Psi B M B0 R (fun x => exact_Phi_bounded l (clamped x) ltac:(lia)) F_bounded).
  assert (E := level_error N l N2 p p1 d f f_continuous delta (proj1 delta_range) (proj2 delta_range) Psi B M eps W theta B0 R
    (fun x => exact_Phi_bounded l (clamped x) ltac:(lia)) F_bounded Ht (fun k x I G => exact_Phi_near_means l k x Hl I G) HW).
  destruct (box_ext (seq 0 d) zeros ones (fun x => distance p (F x) (Psi x)) (power_of p g)) as [X1 X2].
  { intros; unfold zeros, ones; lra. }
  { intros x Hx. assert (C : in_cube d x) by (intros j Hj; apply Hx, in_seq; lia). unfold distance, power_of, g, F, Psi, exact_Phi.
    rewrite (extended_cube_inside d f f_continuous x C), (Phi_coordinates N d _ _ _ _ _ _ _ l (clamped x) x (clamped_inside d x C)). reflexivity. }
  split; [apply X2, box_regular_integrable, Reg |]. unfold cube_norm. rewrite <- X1, root_power; [exact E | lra |].
  apply box_nonneg; [intros; unfold zeros, ones; lra | exact Reg | intros; apply distance_nonneg].
Qed.

End Level.

(* ---- all levels ---- *)

(* The three parts of the error add up to (c w)^p. *)
Lemma parts_add_up : forall c w theta eps bad, let k := projection_constant p d in
  k < c -> 0 < w -> theta = k / c -> eps = (1 - theta) * (c * w / 2) -> bad <= (1 - theta) / 2 * power p (c * w) ->
  theta * power p (/ theta) * (power p (INR d) * (2 * power p w)) + (1 - theta) * power p (eps / (1 - theta)) + bad <= power p (c * w).
Proof.
  intros c w theta eps bad k Hc Hw Et Ee Hb. assert (K := projection_constant_pos p d d1). fold k in K.
  assert (T : 0 < theta < 1).
  { rewrite Et. split; [apply Rdiv_lt_0_compat; lra |]. apply Rmult_lt_reg_r with c; [lra |]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
  assert (P1 : power p (/ theta) * (power p (INR d) * (2 * power p w)) = power p (c * w)).
  { replace (power p (INR d) * (2 * power p w)) with (power p (k * w)).
    - rewrite <- power_mult by (try apply Rmult_le_pos; try (apply Rlt_le, Rinv_0_lt_compat); lra). f_equal. rewrite Et. field. lra.
    - rewrite power_mult by lra. unfold k. rewrite projection_constant_power by exact p1. ring. }
  assert (P2 : power p (eps / (1 - theta)) <= power p (c * w) / 2).
  { replace (eps / (1 - theta)) with (c * w / 2) by (rewrite Ee; field; lra). apply power_half; [exact p1 | apply Rmult_le_pos; lra]. }
  rewrite Rmult_assoc, P1. assert (P0 := power_nonneg p (c * w)).
  apply (Rmult_le_compat_l (1 - theta)) in P2; [| lra]. lra.
Qed.

(* Ramps so narrow that the bad set costs at most e. *)
Lemma narrow_ramps : forall r e, 0 <= r -> 0 < e -> exists q : nat, forall l, (l <= L)%nat ->
  r * (INR d * (2 * (INR l * (/ 2 ^ q * (1 - 1 / INR N))))) <= e.
Proof.
  intros r e Hr He. assert (L0 := pos_INR L). assert (D := pos_INR d). set (C := r * (INR d * (2 * INR L))).
  assert (C0 : 0 <= C) by (apply Rmult_le_pos; [exact Hr | apply Rmult_le_pos; lra]).
  destruct (small_power (e / (C + 1))) as [q Hq]; [apply Rdiv_lt_0_compat; lra |]. exists q. intros l Hl.
  assert (n0 : 0 < / INR N) by (apply Rinv_0_lt_compat, lt_0_INR; lia).
  assert (n1 : / INR N <= 1) by (rewrite <- Rinv_1; apply Rinv_le_contravar; [lra | apply (le_INR 1); lia]).
  assert (lL : INR l <= INR L) by (apply le_INR; lia). assert (l0 := pos_INR l). assert (Q := half_pow_pos q).
  apply Rle_trans with (r * (INR d * (2 * (INR L * / 2 ^ q)))).
  - apply Rmult_le_compat_l; [exact Hr |]. apply Rmult_le_compat_l; [exact D |]. apply Rmult_le_compat_l; [lra |].
    apply Rmult_le_compat; [exact l0 | apply Rmult_le_pos; lra | exact lL | nra].
  - replace (r * (INR d * (2 * (INR L * / 2 ^ q)))) with (C * / 2 ^ q) by (unfold C; ring).
    apply Rle_trans with (C * (e / (C + 1))); [apply Rmult_le_compat_l; assumption |].
    apply Rmult_le_reg_r with (C + 1); [lra |]. replace (C * (e / (C + 1)) * (C + 1)) with (C * e) by (field; lra). nra.
Qed.

(* A rate on one level, where |f - Phi_l| is integrable and at most c omega. *)
Definition rate_holds (c : R) (Phi : point -> R) (l : nat) : Prop :=
  norm_exists p d (fun x => f x - Phi x) /\
  Rbar_le (cube_norm p d (fun x => f x - Phi x)) (Rbar_mult c (cube_omega p d f size (/ INR N ^ l))).

(* The least modulus is positive. *)
Theorem exact_Phi_rate : forall c w, projection_constant p d < c -> cube_omega p d f size (/ INR N ^ L) = Finite w -> 0 < w ->
  exists q b m (A : Z), (0 < b)%nat /\ 0 <= IZR A /\ forall l, (1 <= l <= L)%nat -> rate_holds c (exact_Phi q b m (IZR A) (INR L * IZR A) l) l.
Proof.
  intros c w Hc Ew w0. destruct (extended_cube_bounded d f f_continuous) as [B [B0 HB]].
  assert (K := projection_constant_pos p d d1). set (theta := projection_constant p d / c).
  assert (T : 0 < theta < 1).
  { split; [apply Rdiv_lt_0_compat; lra |]. apply Rmult_lt_reg_r with c; [lra |]. unfold theta, Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
  set (eps := (1 - theta) * (c * w / 2)). assert (cw : 0 < c * w) by (apply Rmult_lt_0_compat; lra).
  assert (e0 : 0 < eps) by (apply Rmult_lt_0_compat; lra).
  set (A := up (2 * B + eps)). destruct (archimed (2 * B + eps)) as [HA _]. fold A in HA.
  assert (P0 : 0 < power p (c * w)) by (rewrite power_pos by exact cw; apply exp_pos).
  destruct (narrow_ramps (power p (B + INR L * IZR A)) ((1 - theta) / 2 * power p (c * w)) (power_nonneg _ _)) as [q Hq].
  { apply Rmult_lt_0_compat; lra. }
  destruct (levels_stored N bits_of_digit d N2 digit_fits L (IZR A) B eps B0 e0 ltac:(lra)) as [b0 Stored].
  set (b := S b0). destruct (Stored b (Nat.le_succ_diag_r b0) (wanted B) (fun l k => wanted_bounded B l k B0)) as [m Hm]. clear Stored.
  exists q, b, m, A. split; [apply Nat.lt_0_succ |]. split; [lra |]. intros l Hl.
  destruct (modulus_value p p1 d d1 f f_continuous size size_axis (/ INR N ^ l) (side_nonneg l)) as [wl [El [wl0 HW]]].
  assert (wle : w <= wl) by (apply (modulus_grows p d f size (/ INR N ^ L) (/ INR N ^ l)); [apply side_le; lia | exact Ew | exact El]).
  assert (t1 : / INR N ^ l <= 1) by apply side_le_1, N2.
  destruct (exact_Phi_error q b m (IZR A) B eps B0 ltac:(lra) HB Hm l theta (power p wl) Hl T) as [I E].
  { intros j s Hj Hs. apply HW; [exact Hj | exact Hs | lra]. }
  split; [exact I |]. rewrite El. change (Rbar_mult c (Finite wl)) with (Finite (c * wl)). cbn [Rbar_le].
  assert (More : power p (c * w) <= power p (c * wl)) by (apply power_le; [lra | apply Rmult_le_compat_l; lra]).
  rewrite <- (power_root p (cube_norm p d _)) by (try apply power_nonneg; lra). rewrite <- (power_root p (c * wl)) by (try apply Rmult_le_pos; lra).
  apply power_le; [apply Rinv_0_lt_compat; lra |]. eapply Rle_trans; [exact E |].
  apply Rle_trans with (theta * power p (/ theta) * (power p (INR d) * (2 * power p wl)) + (1 - theta) * power p ((1 - theta) * (c * wl / 2) / (1 - theta))
    + (1 - theta) / 2 * power p (c * wl)).
  - apply Rplus_le_compat; [apply Rplus_le_compat_l, Rmult_le_compat_l; [lra |] |].
    + apply power_le; [lra |]. apply Rmult_le_compat_r; [apply Rlt_le, Rinv_0_lt_compat; lra |].
      apply Rmult_le_compat_l; [lra |]. assert (c * w <= c * wl) by (apply Rmult_le_compat_l; lra). lra.
    + eapply Rle_trans; [apply Hq; lia |]. apply Rmult_le_compat_l; lra.
  - apply (parts_add_up c wl theta ((1 - theta) * (c * wl / 2))); [exact Hc | lra | reflexivity | reflexivity | apply Rle_refl].
Qed.

End Rate.
