(* From continuous functions to L^p: the existence theorem for every space in which the continuous functions are dense. *)
From Coq Require Import Reals List Lra Lia FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Power Dyadic Expression Weight Box Cube Modulus Cells Projection CubeNorm ModulusRules Layers Build ClosedNetwork Rate Existence.
Import ListNotations.
Open Scope R_scope.

(* What the theorem needs to know of L^p([0, 1]^d): the metric || f - g ||_p, the modulus omega_p(f, t) in the norm n of the shifts, and
   that both are the ones of the continuous functions and go to the limit. *)
Record Lp_space (p : R) (d : nat) (n : shift_norm) := {
  member : Type;
  of_continuous : forall g : point -> R, continuous_on_cube d g -> member;
  Lp_distance : member -> member -> R;
  Lp_modulus : member -> R -> R;
  Lp_symmetric : forall f g, Lp_distance f g = Lp_distance g f;
  Lp_minkowski : forall f g h, Lp_distance f h <= Lp_distance f g + Lp_distance g h;
  Lp_distance_continuous : forall g h Hg Hh, Lp_distance (of_continuous g Hg) (of_continuous h Hh) = cube_norm p d (fun x => g x - h x);
  Lp_modulus_continuous : forall g Hg t, 0 <= t -> Finite (Lp_modulus (of_continuous g Hg) t) = modulus p d n g t;
  Lp_dense : forall f e, 0 < e -> exists g Hg, Lp_distance f (of_continuous g Hg) <= e;
  Lp_modulus_stable : forall f g t, 0 <= t -> Rabs (Lp_modulus f t - Lp_modulus g t) <= 2 * Lp_distance f g }.

Arguments member {p d n}. Arguments of_continuous {p d n}. Arguments Lp_distance {p d n}. Arguments Lp_modulus {p d n}.
Arguments Lp_symmetric {p d n}. Arguments Lp_minkowski {p d n}. Arguments Lp_distance_continuous {p d n}.
Arguments Lp_modulus_continuous {p d n}. Arguments Lp_dense {p d n}. Arguments Lp_modulus_stable {p d n}.

Section Reduction.
Variable p : R.
Hypothesis p1 : 1 <= p.
Variable d : nat.
Hypothesis d1 : (1 <= d)%nat.
Variable n : shift_norm.
Variable X : Lp_space p d n.

Let K := projection_constant p d.

Definition constant_member (c : R) : member X := of_continuous X (fun _ => c) (continuous_constant d c).

Lemma continuous_modulus : forall g Hg t, 0 <= t -> Lp_modulus X (of_continuous X g Hg) t = modulus_real p d n g t.
Proof. intros g Hg t Ht. assert (E := Lp_modulus_continuous X g Hg t Ht). unfold modulus_real. fold (modulus p d n g t). rewrite <- E. reflexivity. Qed.

Lemma constant_distance : forall b c, Lp_distance X (constant_member b) (constant_member c) = Rabs (b - c).
Proof. intros. unfold constant_member. rewrite Lp_distance_continuous. apply (cube_norm_constant p p1). Qed.

(* The modulus grows with t and is at least 0, as it does for continuous functions. *)
Lemma Lp_modulus_grows : forall f t t', 0 <= t <= t' -> Lp_modulus X f t <= Lp_modulus X f t'.
Proof.
  intros f t t' Ht. apply le_epsilon. intros e He. destruct (Lp_dense X f (e / 4)) as [g [Hg D]]; [lra |].
  assert (A := Lp_modulus_stable X f (of_continuous X g Hg) t ltac:(lra)).
  assert (B := Lp_modulus_stable X f (of_continuous X g Hg) t' ltac:(lra)). rewrite continuous_modulus in A, B by lra.
  destruct (modulus_real_correct p p1 d d1 n g t Hg ltac:(lra)) as [E _]. destruct (modulus_real_correct p p1 d d1 n g t' Hg ltac:(lra)) as [E' _].
  assert (G := ModulusValues.modulus_grows p d g (shift_size n d) t t' _ _ ltac:(lra) E E'). split_Rabs; lra.
Qed.

Lemma Lp_modulus_nonneg : forall f t, 0 <= t -> 0 <= Lp_modulus X f t.
Proof.
  intros f t Ht. apply le_epsilon. intros e He. destruct (Lp_dense X f (e / 2)) as [g [Hg D]]; [lra |].
  assert (A := Lp_modulus_stable X f (of_continuous X g Hg) t Ht). rewrite continuous_modulus in A by exact Ht.
  destruct (modulus_real_correct p p1 d d1 n g t Hg Ht) as [_ G]. split_Rabs; lra.
Qed.

(* ---- members with modulus 0 are constant ---- *)

(* The projection to the one cell of level 0 is the mean. *)
Lemma near_its_mean : forall g, continuous_on_cube d g -> exists c, cube_norm p d (fun x => g x - c) <= K * modulus_real p d n g 1.
Proof.
  intros g Hg. destruct (projection_bound 2 0 (le_n 2) p p1 d g Hg (shift_size n d) d1 (shift_size_axis_le n d)) as [_ H].
  exists (projection d g 2 0 origin). destruct (modulus_real_correct p p1 d d1 n g 1 Hg ltac:(lra)) as [E _].
  replace (/ INR 2 ^ 0) with 1 in H by (simpl; field). rewrite E in H.
  change (Rbar_mult (power (/ p) 2 * INR d) (modulus_real p d n g 1)) with (Finite (K * modulus_real p d n g 1)) in H. cbn [Rbar_le] in H.
  eapply Rle_trans; [| exact H]. apply Req_le. unfold cube_norm, error_integral. do 2 f_equal. apply functional_extensionality. intros x.
  assert (One : forall y, indices 2 0 y = fun _ => O) by (intros y; apply functional_extensionality; intros j; apply Nat.min_0_r).
  unfold power_of, error, projection. rewrite !One. reflexivity.
Qed.

(* Of two constants that are near to one f each is near to the other, so there is a best one. *)
Lemma limit_of_constants : forall f, (forall e, 0 < e -> exists c, Lp_distance X f (constant_member c) <= e) ->
  exists c, Lp_distance X f (constant_member c) <= 0.
Proof.
  intros f H. set (below := fun y => exists c e, Lp_distance X f (constant_member c) <= e /\ y = c - e).
  assert (Cross : forall b c e e', Lp_distance X f (constant_member b) <= e -> Lp_distance X f (constant_member c) <= e' -> Rabs (b - c) <= e + e').
  { intros b c e e' B C. rewrite <- constant_distance. eapply Rle_trans; [apply (Lp_minkowski X _ f) |]. rewrite (Lp_symmetric X _ f). lra. }
  destruct (completeness below) as [s [Up Least]].
  - destruct (H 1 ltac:(lra)) as [c Hc]. exists (c + 1). intros y [b [e [B ->]]]. assert (Q := Cross b c e 1 B Hc). split_Rabs; lra.
  - destruct (H 1 ltac:(lra)) as [c Hc]. exists (c - 1), c, 1. split; [exact Hc | reflexivity].
  - exists s. apply le_epsilon. intros e He. rewrite Rplus_0_l. destruct (H (e / 2) ltac:(lra)) as [c Hc].
    assert (A : c - e / 2 <= s) by (apply Up; exists c, (e / 2); split; [exact Hc | reflexivity]).
    assert (B : s <= c + e / 2).
    { apply Least. intros y [b [e' [B' ->]]]. assert (Q := Cross b c e' (e / 2) B' Hc). split_Rabs; lra. }
    eapply Rle_trans; [apply (Lp_minkowski X _ (constant_member c)) |]. rewrite constant_distance. split_Rabs; lra.
Qed.

Lemma constant_of_zero : forall f k, (1 <= k)%nat -> Lp_modulus X f (/ INR k) = 0 -> exists c, Lp_distance X f (constant_member c) <= 0.
Proof.
  intros f k Hk Z. assert (k0 : 1 <= INR k) by (apply (le_INR 1); exact Hk). assert (T : 0 < / INR k) by (apply Rinv_0_lt_compat; lra).
  assert (K0 := projection_constant_pos p d d1). fold K in K0. apply limit_of_constants. intros e He.
  set (C := 1 + K * (INR k * 2)). assert (C1 : 0 < C) by (unfold C; assert (0 < K * (INR k * 2)) by (apply Rmult_lt_0_compat; lra); lra).
  destruct (Lp_dense X f (e / C)) as [g [Hg D]]; [apply Rdiv_lt_0_compat; assumption |].
  destruct (near_its_mean g Hg) as [c Hc]. exists c.
  assert (M := modulus_multiple p p1 d d1 n g (/ INR k) k Hg (Rlt_le _ _ T) Hk). rewrite Rinv_r in M by lra.
  assert (S := Lp_modulus_stable X f (of_continuous X g Hg) (/ INR k) (Rlt_le _ _ T)). rewrite Z, continuous_modulus in S by lra.
  assert (W : modulus_real p d n g (/ INR k) <= 2 * (e / C)) by (split_Rabs; lra).
  eapply Rle_trans; [apply (Lp_minkowski X _ (of_continuous X g Hg)) |]. unfold constant_member. rewrite Lp_distance_continuous.
  apply Rle_trans with (e / C + K * (INR k * (2 * (e / C)))).
  - apply Rplus_le_compat; [exact D |]. eapply Rle_trans; [exact Hc |]. apply Rmult_le_compat_l; [lra |].
    eapply Rle_trans; [exact M |]. apply Rmult_le_compat_l; lra.
  - apply Req_le. unfold C. field. fold C. lra.
Qed.

Lemma modulus_of_constant_function : forall g Hg t, 0 <= t -> constant_on_cube d g -> Lp_modulus X (of_continuous X g Hg) t <= 0.
Proof.
  intros g Hg t Ht G. rewrite continuous_modulus by exact Ht. destruct (modulus_real_correct p p1 d d1 n g t Hg Ht) as [E _].
  assert (U := ModulusBounds.modulus_at_most p p1 d g Hg (shift_size n d) t 0 (Rle_refl 0)). rewrite E in U. apply U.
  intros x h _ Hx Hy. rewrite (G _ _ Hy Hx), Rminus_eq_0, Rabs_R0. apply Rle_refl.
Qed.

Lemma modulus_of_constant : forall b t, 0 <= t -> Lp_modulus X (constant_member b) t <= 0.
Proof. intros b t Ht. apply modulus_of_constant_function; [exact Ht | intros x y _ _; reflexivity]. Qed.

(* ---- the theorem ---- *)

(* f is a constant, up to a null set. *)
Definition constant_class (f : member X) : Prop := exists c, Lp_distance X f (constant_member c) <= 0.

(* || f - Phi_l ||_p <= c omega_p(f, N^-l), where Phi_l is continuous and so a member. *)
Definition Lp_rate (c : R) (N : nat) (f : member X) (Phi_l : point -> R) (l : nat) : Prop :=
  exists H : continuous_on_cube d Phi_l, Lp_distance X f (of_continuous X Phi_l H) <= c * Lp_modulus X f (/ INR N ^ l).

Lemma rate_of_continuous : forall c N g Hg Phi_l H l, (2 <= N)%nat -> rate c p d N n g Phi_l l ->
  Lp_distance X (of_continuous X g Hg) (of_continuous X Phi_l H) <= c * Lp_modulus X (of_continuous X g Hg) (/ INR N ^ l).
Proof.
  intros c N g Hg Phi_l H l N2 R. unfold rate in R. cbv zeta in R. destruct R as [_ [_ R]].
  assert (T : 0 <= / INR N ^ l) by (apply Rlt_le, Rinv_0_lt_compat, pow_lt, lt_0_INR; lia).
  rewrite <- (Lp_modulus_continuous X g Hg _ T) in R. rewrite Lp_distance_continuous. exact R.
Qed.

Theorem existence_Lp_rate : forall N L (f : member X) c, (2 <= N)%nat -> K < c ->
  exists net : network weight, network_for d N L (~ constant_class f) net /\
    forall l, (1 <= l <= L)%nat -> Lp_rate c N f (readout (real_network net) l) l.
Proof.
  intros N L f c N2 Hc. assert (K0 := projection_constant_pos p d d1). fold K in K0.
  assert (T : forall l, 0 < / INR N ^ l) by (intros; apply Rinv_0_lt_compat, pow_lt, lt_0_INR; lia).
  assert (W0 := Lp_modulus_nonneg f (/ INR N ^ L) (Rlt_le _ _ (T L))).
  destruct (Req_dec (Lp_modulus X f (/ INR N ^ L)) 0) as [Z | NZ].
  - rewrite <- pow_INR in Z. destruct (constant_of_zero f (N ^ L)) as [b Hb].
    + assert (0 < N ^ L)%nat by (apply Nat.neq_0_lt_0, Nat.pow_nonzero; lia). lia.
    + exact Z.
    + destruct (existence_rate d N L p n (fun _ => b) c d1 N2 p1 (continuous_constant d b) Hc) as [net [[A1 A2 _ A3] R]].
      exists net. split; [split; try assumption; intros V; exfalso; apply V; exists b; exact Hb |]. intros l Hl. exists (A3 l Hl).
      assert (Rl := rate_of_continuous c N (fun _ => b) (continuous_constant d b) _ (A3 l Hl) l N2 (R l Hl)).
      assert (M := modulus_of_constant b (/ INR N ^ l) (Rlt_le _ _ (T l))).
      assert (P := Lp_modulus_nonneg f (/ INR N ^ l) (Rlt_le _ _ (T l))).
      eapply Rle_trans; [apply (Lp_minkowski X _ (constant_member b)) |]. fold (constant_member b) in Rl.
      assert (0 <= c * Lp_modulus X f (/ INR N ^ l)) by (apply Rmult_le_pos; lra).
      assert (c * Lp_modulus X (constant_member b) (/ INR N ^ l) <= 0) by nra. lra.
  - set (w := Lp_modulus X f (/ INR N ^ L)) in *. set (c' := (K + c) / 2).
    set (e := (c - c') * w / (1 + 2 * c')). assert (e0 : 0 < e) by (apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat |]; unfold c'; lra).
    destruct (Lp_dense X f e e0) as [g [Hg D]].
    destruct (existence_rate d N L p n g c' d1 N2 p1 Hg ltac:(unfold c', K in *; lra)) as [net [[A1 A2 C A3] R]].
    assert (cc : 0 < c - c') by (unfold c'; lra). assert (c'0 : 0 < c') by (unfold c'; lra).
    assert (E : e * (1 + 2 * c') = (c - c') * w) by (unfold e; field; lra).
    exists net. split; [split; try assumption; intros _; apply C |].
    { intros G. assert (S := Lp_modulus_stable X f (of_continuous X g Hg) (/ INR N ^ L) (Rlt_le _ _ (T L))). fold w in S.
      assert (M := modulus_of_constant_function g Hg (/ INR N ^ L) (Rlt_le _ _ (T L)) G).
      assert (2 * e < w); [| split_Rabs; lra]. apply Rmult_lt_reg_r with (1 + 2 * c'); [lra |].
      assert (c - c' <= c') by (unfold c'; lra). assert ((c - c') * w <= c' * w) by (apply Rmult_le_compat_r; lra). lra. }
    intros l Hl. exists (A3 l Hl).
    assert (Rl := rate_of_continuous c' N g Hg _ (A3 l Hl) l N2 (R l Hl)).
    assert (S := Lp_modulus_stable X f (of_continuous X g Hg) (/ INR N ^ l) (Rlt_le _ _ (T l))).
    assert (G : w <= Lp_modulus X f (/ INR N ^ l)).
    { apply Lp_modulus_grows. split; [apply Rlt_le, T |]. apply Rinv_le_contravar; [apply pow_lt, lt_0_INR; lia |].
      apply Rle_pow; [apply (le_INR 1); lia | lia]. }
    eapply Rle_trans; [apply (Lp_minkowski X _ (of_continuous X g Hg)) |].
    set (wl := Lp_modulus X f (/ INR N ^ l)) in *. set (wg := Lp_modulus X (of_continuous X g Hg) (/ INR N ^ l)) in *.
    assert (wg <= wl + 2 * e) by (split_Rabs; lra).
    assert (c' * wg <= c' * (wl + 2 * e)) by (apply Rmult_le_compat_l; lra).
    assert ((c - c') * w <= (c - c') * wl) by (apply Rmult_le_compat_l; lra). lra.
Qed.

(* The theorem for f in L^p. *)
Theorem existence_Lp : forall (N L : nat) (f : member X), (2 <= N)%nat ->
  exists net : network weight, network_for d N L (~ constant_class f) net /\
    forall l, (1 <= l <= L)%nat -> Lp_rate (2 * INR d + 1) N f (readout (real_network net) l) l.
Proof. intros N L f N2. apply existence_Lp_rate; [exact N2 | apply projection_constant_below, p1]. Qed.

End Reduction.
