(* The existence theorem: for every continuous f on the cube there is one network whose readouts have claim R on all levels. *)
From Coq Require Import Reals ZArith List Lra Lia Arith FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Network Power Sums Dyadic Expression Weight Box Cube Modulus Cells ModulusBounds ModulusValues CubeNorm
  CellNumbers Storage ReadoutOnCells ReadoutContinuous Layers ClosedForms Build ClosedNetwork Rate.
Import ListNotations.
Open Scope R_scope.

(* ---- the construction computes the recursion with the exact weights ---- *)

Lemma Phi_levels : forall N d delta g w w' A A' beta Phi_0 M l x, (forall i, (i < l)%nat -> w i = w' i /\ A i = A' i) ->
  Phi N d delta g w A beta Phi_0 M l x = Phi N d delta g w' A' beta Phi_0 M l x.
Proof.
  intros N d delta g w w' A A' beta Phi_0 M l x H. induction l as [| l IH]; [reflexivity |]. cbn [Phi].
  rewrite IH by (intros; apply H; lia). destruct (H l) as [W E]; [lia |]. unfold correction. rewrite W, E. reflexivity.
Qed.

Theorem built_readout : forall P l x, (2 <= base P)%nat -> (0 <= ramp P)%Z -> (1 <= l <= depth P)%nat -> in_cube (dimension P) x ->
  readout (real_network (build P)) l x =
    Phi (base P) (dimension P) (/ 2 ^ Z.to_nat (ramp P))
      (exact_angle (base P) (dimension P) (digit_width P) (Pos.to_nat (spacing P)))
      (exact_weight (base P) (dimension P) (digit_width P) (Pos.to_nat (spacing P)) (fun i => value (multiplier P i)))
      (fun i => value (amplitude P i)) (PI / 4) (weight_value (start P)) (value (offset P)) l x.
Proof.
  intros P l x N2 R0 Hl Hx. rewrite (readout_is_Phi P N2 R0 _ (build_agrees P) l x Hl Hx). unfold ideal_Phi.
  replace (delta P) with (/ 2 ^ Z.to_nat (ramp P)).
  - replace (ideal_angle P) with (exact_angle (base P) (dimension P) (digit_width P) (Pos.to_nat (spacing P))).
    + rewrite first_phase_exact. apply Phi_levels. intros i _. split; [apply sine_weight_exact, N2 | reflexivity].
    + do 3 (apply functional_extensionality; intros). symmetry. apply angle_exact, N2.
  - unfold delta. rewrite power_of_two_opp. rewrite <- (Z2Nat.id (ramp P) R0) at 2. rewrite <- pow_powerRZ. reflexivity.
Qed.

Theorem built_continuous : forall P l, (2 <= base P)%nat -> (0 <= ramp P)%Z -> (1 <= l <= depth P)%nat ->
  continuous_on_cube (dimension P) (readout (real_network (build P)) l).
Proof.
  intros P l N2 R0 Hl. eapply continuous_on_cube_ext; [intros x Hx; symmetry; apply built_readout; assumption |]. apply Phi_continuous.
Qed.

(* Prefixes: with less depth and all else the same, the readouts are the same. *)
Theorem shallower_readout : forall P levels l x, (2 <= base P)%nat -> (0 <= ramp P)%Z -> (1 <= l <= levels)%nat -> (levels <= depth P)%nat ->
  in_cube (dimension P) x -> readout (real_network (build (shallower P levels))) l x = readout (real_network (build P)) l x.
Proof.
  intros P levels l x N2 R0 Hl HL Hx. rewrite (built_readout P) by (assumption || lia).
  rewrite (built_readout (shallower P levels)) by assumption. reflexivity.
Qed.

(* ---- claim R ---- *)

(* omega_p(f, t) in the norm n of the shifts *)
Definition modulus (p : R) (d : nat) (n : shift_norm) (f : point -> R) (t : R) : Rbar := cube_omega p d f (shift_size n d) t.

(* || f - Phi_l ||_p <= c omega_p(f, N^-l): the integral exists and the modulus is a real number. *)
Definition rate (c p : R) (d N : nat) (n : shift_norm) (f : point -> R) (Phi_l : point -> R) (l : nat) : Prop :=
  let error := fun x => f x - Phi_l x in
  let omega := modulus p d n f (/ INR N ^ l) in
  norm_exists p d error /\ is_finite omega /\ Rbar_le (cube_norm p d error) (Rbar_mult c omega).

Definition constant_on_cube (d : nat) (f : point -> R) : Prop := forall x y, in_cube d x -> in_cube d y -> f x = f y.

Lemma rate_ext : forall c p d N n f Phi_l Psi_l l, (forall x, in_cube d x -> Phi_l x = Psi_l x) ->
  rate c p d N n f Phi_l l -> rate c p d N n f Psi_l l.
Proof.
  intros c p d N n f Phi_l Psi_l l E. unfold rate. cbv zeta. intros [H1 [H2 H3]].
  destruct (cube_norm_ext p d (fun x => f x - Phi_l x) (fun x => f x - Psi_l x)) as [A B]; [intros x Hx; rewrite E by exact Hx; reflexivity |].
  split; [apply B, H1 |]. split; [exact H2 |]. rewrite <- A. exact H3.
Qed.

Section Existence.
Variable d N L : nat.
Hypothesis d1 : (1 <= d)%nat.
Hypothesis N2 : (2 <= N)%nat.
Variable p : R.
Hypothesis p1 : 1 <= p.
Variable n : shift_norm.
Variable f : point -> R.
Hypothesis f_continuous : continuous_on_cube d f.

Let omega_finite : forall t, 0 <= t -> is_finite (modulus p d n f t).
Proof.
  intros t Ht. destruct (modulus_value p p1 d d1 f f_continuous (shift_size n d) (shift_size_axis_le n d) t Ht) as [w [E _]].
  unfold modulus. rewrite E. reflexivity.
Qed.

(* The network of a constant has Phi_0 = f and no amplitudes. *)
Definition constant_parameters (c : R) : parameters := Parameters N d L 0 1 [] [] (real_form c) (Dyadic (up (Rabs c)) 0).

Lemma constant_readout : forall c l x, (1 <= l <= L)%nat -> in_cube d x -> readout (real_network (build (constant_parameters c))) l x = c.
Proof.
  intros c l x Hl Hx. rewrite (built_readout (constant_parameters c)) by (assumption || exact (Z.le_refl 0)).
  assert (Zero : forall i, value (amplitude (constant_parameters c) i) = 0) by (intros [| i]; apply value_zero).
  assert (Sum : sum_to l (fun i => Rabs (value (amplitude (constant_parameters c) i))) = 0).
  { rewrite (sum_to_ext l _ (fun _ => 0)), sum_to_const by (intros; rewrite Zero; apply Rabs_R0). ring. }
  cbn [start offset constant_parameters]. rewrite value_real. destruct (archimed (Rabs c)) as [Up _].
  match goal with |- Phi ?N ?d ?delta ?g ?w ?A ?beta ?c ?M l x = _ => destruct (Phi_sum N d delta g w A beta c M l x) as [_ H] end.
  - rewrite Sum. unfold value. cbn [mantissa exponent powerRZ]. lra.
  - rewrite Sum in H. split_Rabs; lra.
Qed.

Lemma constant_rate : forall c l, 0 <= c -> (1 <= l <= L)%nat -> constant_on_cube d f ->
  rate c p d N n f (readout (real_network (build (constant_parameters (f origin)))) l) l.
Proof.
  intros c l Hc Hl F. set (Phi_l := readout (real_network (build (constant_parameters (f origin)))) l).
  assert (O : in_cube d origin) by (intros j _; unfold origin; lra).
  destruct (cube_norm_ext p d (fun _ => 0) (fun x => f x - Phi_l x)) as [A B].
  { intros x Hx. unfold Phi_l. rewrite constant_readout by assumption. rewrite (F x origin Hx O). ring. }
  assert (T : 0 <= / INR N ^ l) by (apply Rlt_le, Rinv_0_lt_compat, pow_lt, lt_0_INR; lia).
  assert (Zero : power_of p (fun _ => 0) = (fun _ : point => 0)).
  { apply functional_extensionality. intros x. unfold power_of. rewrite Rabs_R0. apply power_0. lra. }
  unfold rate. cbv zeta. split; [apply B; unfold norm_exists; rewrite Zero; apply box_regular_integrable, regular_const |].
  split; [apply omega_finite, T |]. rewrite <- A.
  destruct (modulus_value p p1 d d1 f f_continuous (shift_size n d) (shift_size_axis_le n d) _ T) as [w [E [w0 _]]].
  unfold modulus. rewrite E. change (Rbar_mult c (Finite w)) with (Finite (c * w)). cbn [Rbar_le].
  apply Rle_trans with 0; [| apply Rmult_le_pos; assumption]. apply Req_le. unfold cube_norm.
  rewrite Zero, RampHats.box_const. apply power_0. lra.
Qed.

(* The network of a function that is not constant: ramps of width 2^-q, Phi_0 = 0, one amplitude A. *)
Definition level_parameters (q b : nat) (m : nat -> dyadic) (A : Z) : parameters :=
  (Parameters N d L (Z.of_nat q) (Pos.of_nat b) (map m (seq 0 L)) (map (fun _ => Dyadic A 0) (seq 0 L)) [] (Dyadic (Z.of_nat L * A) 0)).

Lemma nth_of_map : forall (T : Type) (h : nat -> T) t0 i, (i < L)%nat -> nth i (map h (seq 0 L)) t0 = h i.
Proof.
  intros T h t0 i Hi. rewrite (nth_indep _ t0 (h O)) by (rewrite map_length, seq_length; exact Hi). rewrite map_nth, seq_nth by exact Hi. reflexivity.
Qed.

Lemma level_readout : forall q b m A l x, (0 < b)%nat -> (1 <= l <= L)%nat -> in_cube d x ->
  readout (real_network (build (level_parameters q b m A))) l x = exact_Phi N d q b m (IZR A) (INR L * IZR A) l x.
Proof.
  intros q b m A l x Hb Hl Hx. rewrite (built_readout (level_parameters q b m A)) by (try assumption; apply Nat2Z.is_nonneg).
  unfold exact_Phi. cbn [base dimension ramp spacing start offset level_parameters weight_value]. rewrite Nat2Z.id, Nat2Pos.id by lia.
  replace (value (Dyadic (Z.of_nat L * A) 0)) with (INR L * IZR A)
    by (unfold value; cbn [mantissa exponent powerRZ]; rewrite mult_IZR, <- INR_IZR_INZ; ring).
  apply Phi_levels. intros i Hi. split.
  - unfold exact_weight, multiplier. cbn [multipliers level_parameters]. rewrite nth_of_map by lia. reflexivity.
  - unfold amplitude. cbn [amplitudes level_parameters]. rewrite (nth_of_map _ (fun _ => Dyadic A 0)) by lia. unfold value. cbn [mantissa exponent powerRZ]. ring.
Qed.

(* The theorem for the construction: any constant above 2^(1/p) d. *)
Theorem construction_rate : forall c, projection_constant p d < c -> exists P : parameters,
  base P = N /\ dimension P = d /\ depth P = L /\ (0 <= ramp P)%Z /\ (constant_on_cube d f \/ start P = []) /\
  forall l, (1 <= l <= L)%nat -> rate c p d N n f (readout (real_network (build P)) l) l.
Proof.
  intros c Hc. assert (K := projection_constant_pos p d d1).
  assert (S0 : 0 < / INR N ^ L) by (apply Rinv_0_lt_compat, pow_lt, lt_0_INR; lia).
  destruct (modulus_value p p1 d d1 f f_continuous (shift_size n d) (shift_size_axis_le n d) (/ INR N ^ L) (Rlt_le _ _ S0)) as [w [Ew [w0 _]]].
  destruct (Req_dec w 0) as [-> | w1].
  - assert (F : constant_on_cube d f).
    { assert (G := constant_of_zero_modulus p p1 d d1 f f_continuous (shift_size n d) (shift_size_axis_le n d) (/ INR N ^ L)
        (conj S0 (side_le_1 N L N2)) Ew). intros x y Hx Hy. rewrite (G x Hx), (G y Hy). reflexivity. }
    exists (constant_parameters (f origin)). do 3 (split; [reflexivity |]). split; [apply Z.le_refl |]. split; [left; exact F |].
    intros l Hl. apply constant_rate; [lra | exact Hl | exact F].
  - destruct (exact_Phi_rate N L d N2 d1 p p1 f f_continuous (shift_size n d) (shift_size_axis_le n d) c w Hc Ew ltac:(lra)) as [q [b [m [A [b0 [A0 H]]]]]].
    exists (level_parameters q b m A). do 3 (split; [reflexivity |]). split; [apply Nat2Z.is_nonneg |]. split; [right; reflexivity |].
    intros l Hl. apply rate_ext with (exact_Phi N d q b m (IZR A) (INR L * IZR A) l).
    + intros x Hx. symmetry. apply level_readout; assumption.
    + destruct (H l Hl) as [H1 H2]. unfold rate. cbv zeta. split; [exact H1 |]. split; [| exact H2].
      apply omega_finite, Rlt_le, Rinv_0_lt_compat, pow_lt, lt_0_INR. lia.
Qed.

End Existence.

(* ---- the theorem ---- *)

(* A network in the form of the theorem: L + 2 hidden layers; in each, units with distinct indices below 2dN + d + 2, at most two of
   them sines and the others ReLU units; L readouts, of which number l reads hidden layer l + 2. Its weights are closed forms, unless
   the target is constant: then one bias holds the constant, which may be any real number. *)
Record network_for (d N L : nat) (varies : Prop) (net : network weight) : Prop := {
  has_width : shaped (real_network net) (L + 2) (2 * d * N + d + 2);
  has_readouts : length (readouts net) = L;
  has_closed_forms : varies -> in_closed_form net;
  has_continuous_readouts : forall l, (1 <= l <= L)%nat -> continuous_on_cube d (readout (real_network net) l) }.

Theorem existence_rate : forall d N L p n f c, (1 <= d)%nat -> (2 <= N)%nat -> 1 <= p -> continuous_on_cube d f ->
  projection_constant p d < c ->
  exists net : network weight, network_for d N L (~ constant_on_cube d f) net /\
    forall l, (1 <= l <= L)%nat -> rate c p d N n f (readout (real_network net) l) l.
Proof.
  intros d N L p n f c d1 N2 p1 Hf Hc. destruct (construction_rate d N L d1 N2 p p1 n f Hf c Hc) as [P [E1 [E2 [E3 [R0 [Start H]]]]]].
  exists (build P). split; [| exact H]. split.
  - rewrite <- E1, <- E2, <- E3. apply build_shaped; lia.
  - unfold build. cbn [readouts]. rewrite map_length, seq_length. exact E3.
  - intros NC. apply build_closed. destruct Start as [F | ->]; [contradiction | constructor].
  - intros l Hl. rewrite <- E2. apply built_continuous; lia.
Qed.

(* The theorem: || f - Phi_l ||_p <= (2d + 1) omega_p(f, N^-l) for l = 1..L. *)
Theorem existence : forall (d N L : nat) (p : R) (n : shift_norm) (f : point -> R),
  (1 <= d)%nat -> (2 <= N)%nat -> (1 <= L)%nat -> 1 <= p -> continuous_on_cube d f ->
  exists net : network weight, network_for d N L (~ constant_on_cube d f) net /\
    forall l, (1 <= l <= L)%nat -> rate (2 * INR d + 1) p d N n f (readout (real_network net) l) l.
Proof. intros. apply existence_rate; try assumption. apply projection_constant_below. assumption. Qed.

(* With 2^(1/p) d + eps in place of 2d + 1. *)
Theorem existence_sharp : forall (d N L : nat) (p : R) (n : shift_norm) (f : point -> R) (eps : R),
  (1 <= d)%nat -> (2 <= N)%nat -> (1 <= L)%nat -> 1 <= p -> continuous_on_cube d f -> 0 < eps ->
  exists net : network weight, network_for d N L (~ constant_on_cube d f) net /\
    forall l, (1 <= l <= L)%nat -> rate (power (/ p) 2 * INR d + eps) p d N n f (readout (real_network net) l) l.
Proof. intros. apply existence_rate; try assumption. unfold projection_constant. lra. Qed.

(* For f with |f(x) - f(y)| <= lambda |x - y|^alpha the right side is (2d + 1) lambda N^(-alpha l). *)
Corollary existence_hoelder : forall (d N L : nat) (p : R) (n : shift_norm) (f : point -> R) (lambda alpha : R),
  (1 <= d)%nat -> (2 <= N)%nat -> (1 <= L)%nat -> 1 <= p -> continuous_on_cube d f -> 0 <= lambda -> 0 < alpha ->
  (forall x h, in_cube d x -> in_cube d (moved x h) -> Rabs (f (moved x h) - f x) <= lambda * power alpha (shift_size n d h)) ->
  exists net : network weight, network_for d N L (~ constant_on_cube d f) net /\
    forall l, (1 <= l <= L)%nat -> let error := fun x => f x - readout (real_network net) l x in
      norm_exists p d error /\ cube_norm p d error <= (2 * INR d + 1) * lambda * Rpower (INR N) (- (alpha * INR l)).
Proof.
  intros d N L p n f lambda alpha d1 N2 L1 p1 Hf l0 a0 H. destruct (existence d N L p n f d1 N2 L1 p1 Hf) as [net [Net R]].
  exists net. split; [exact Net |]. intros l Hl error. assert (Rl := R l Hl). unfold rate in Rl. cbv zeta in Rl. destruct Rl as [R1 [R2 R3]]. fold error in R1, R3. split; [exact R1 |].
  assert (D := pos_INR d). assert (HM := hoelder_modulus p p1 d f Hf (shift_size n d) lambda alpha (/ INR N ^ l) l0 a0 H).
  fold (modulus p d n f (/ INR N ^ l)) in HM. rewrite <- R2 in HM, R3. cbn [Rbar_le] in HM.
  change (Rbar_mult (2 * INR d + 1) (real (modulus p d n f (/ INR N ^ l)))) with (Finite ((2 * INR d + 1) * real (modulus p d n f (/ INR N ^ l)))) in R3.
  cbn [Rbar_le] in R3. eapply Rle_trans; [exact R3 |]. rewrite Rmult_assoc. apply Rmult_le_compat_l; [lra |].
  eapply Rle_trans; [exact HM |]. apply Req_le. f_equal. assert (N0 : 0 < INR N) by (apply lt_0_INR; lia).
  rewrite power_pos by (apply Rinv_0_lt_compat, pow_lt, N0). rewrite <- Rpower_pow, <- Rpower_Ropp, Rpower_mult by exact N0. f_equal. ring.
Qed.

(* The first L' + 2 layers and L' readouts are a network of the same kind for the levels 1..L', with the same weights. *)
Theorem existence_prefix : forall d N L levels p n f c varies net, (levels <= L)%nat -> network_for d N L varies net ->
  (forall l, (1 <= l <= L)%nat -> rate c p d N n f (readout (real_network net) l) l) ->
  network_for d N levels varies (prefix levels net) /\
  forall l, (1 <= l <= levels)%nat -> rate c p d N n f (readout (real_network (prefix levels net)) l) l.
Proof.
  intros d N L levels p n f c varies net HL [W Len C K] R.
  assert (E : real_network (prefix levels net) = prefix levels (real_network net)).
  { unfold real_network, prefix. cbn [hidden readouts]. rewrite !firstn_map. reflexivity. }
  split; [split |].
  - rewrite E. apply prefix_shaped with L; assumption.
  - unfold prefix. cbn [readouts]. rewrite firstn_length. lia.
  - intros NC. destruct (C NC) as [C1 C2]. unfold prefix. split; cbn [hidden readouts].
    + apply Forall_forall. intros y Hy. rewrite Forall_forall in C1. apply C1.
      rewrite <- (firstn_skipn (levels + 2) (hidden net)). apply in_or_app. left. exact Hy.
    + apply Forall_forall. intros y Hy. rewrite Forall_forall in C2. apply C2.
      rewrite <- (firstn_skipn levels (readouts net)). apply in_or_app. left. exact Hy.
  - intros l Hl. rewrite E. apply continuous_on_cube_ext with (readout (real_network net) l); [| apply K; lia].
    intros x _. symmetry. apply prefix_readout, Hl.
  - intros l Hl. rewrite E. apply rate_ext with (readout (real_network net) l); [| apply R; lia].
    intros x _. symmetry. apply prefix_readout, Hl.
Qed.
