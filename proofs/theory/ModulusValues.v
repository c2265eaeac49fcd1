(* The modulus of a continuous function as a number: it grows with t, bounds the shifts along every axis, and is 0 for constants only. *)
From Coq Require Import Reals List Lra Lia Arith FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Integral Power Continuous Box Cube Modulus Cells Projection ModulusBounds.
Import ListNotations.
Open Scope R_scope.

(* ---- a function >= 0 with integral 0 is 0 ---- *)

Lemma uniform_continuity : forall G, uniform G -> forall x, continuity_pt G x.
Proof.
  intros G U x e He. destruct (U (e / 2)) as [r [Hr H]]; [lra |]. exists r. split; [exact Hr |].
  intros y [_ Hy]. simpl in *. unfold R_dist in *. assert (Q := H y x ltac:(lra)). lra.
Qed.

Lemma zero_of_integral : forall G a b, uniform G -> (forall x, 0 <= G x) -> a < b -> RInt G a b = 0 ->
  forall x, a <= x <= b -> G x = 0.
Proof.
  intros G a b U P Hab Z x0 Hx. apply Rle_antisym; [| apply P]. apply Rnot_lt_le. intros Pos.
  destruct (uniform_continuity G U x0 (G x0 / 2) ltac:(lra)) as [r [Hr H]].
  set (u := Rmax a (x0 - r / 2)). set (v := Rmin b (x0 + r / 2)).
  assert (UV : a <= u /\ u < v /\ v <= b /\ x0 - r / 2 <= u /\ v <= x0 + r / 2) by (unfold u, v, Rmax, Rmin; repeat destruct Rle_dec; lra).
  destruct UV as [U1 [U2 [U3 [U4 U5]]]]. assert (I := uniform_integrable G U).
  rewrite (integral_split G a u b), (integral_split G u v b) in Z by apply I.
  assert (Z1 : 0 <= RInt G a u) by (apply RInt_ge_0; [lra | apply I | intros; apply P]).
  assert (Z2 : 0 <= RInt G v b) by (apply RInt_ge_0; [lra | apply I | intros; apply P]).
  assert (Z3 : (v - u) * (G x0 / 2) <= RInt G u v).
  { rewrite <- integral_const. apply RInt_le; [lra | apply ex_RInt_const | apply I |]. intros y Hy.
    destruct (Req_dec y x0) as [-> | n]; [lra |].
    assert (Q : Rabs (G y - G x0) < G x0 / 2) by (apply (H y); split; [split; [exact Logic.I | congruence] | simpl; unfold R_dist; split_Rabs; lra]).
    split_Rabs; lra. }
  assert (0 < (v - u) * (G x0 / 2)) by (apply Rmult_lt_0_compat; lra). lra.
Qed.

Lemma zero_of_box : forall js lo hi F, regular F -> (forall x, 0 <= F x) -> (forall j, In j js -> lo j < hi j) ->
  (forall x, box js lo hi F x = 0) -> forall x, in_box js lo hi x -> F x = 0.
Proof.
  induction js as [| j js IH]; intros lo hi F HF P O Z x Hx; simpl in Z; [apply Z |].
  assert (Oj := O j (or_introl eq_refl)).
  assert (I : integral j (lo j) (hi j) F x = 0).
  { apply (IH lo hi (integral j (lo j) (hi j) F)); [apply regular_integral, HF | | intros; apply O; right; assumption | exact Z
      | intros i Hi; apply Hx; right; exact Hi].
    intros y. apply RInt_ge_0; [lra | apply line_integrable, HF | intros; apply P]. }
  replace x with (set x j (x j)); [| apply functional_extensionality; intros i; unfold set; destruct Nat.eq_dec; congruence].
  apply (zero_of_integral (fun v => F (set x j v)) (lo j) (hi j));
    [apply line_uniform, HF | intros; apply P | exact Oj | exact I | apply Hx; left; reflexivity].
Qed.

Section ModulusValues.
Variable p : R.
Hypothesis p1 : 1 <= p.
Variable d : nat.
Hypothesis d1 : (1 <= d)%nat.
Variable f : point -> R.
Hypothesis f_continuous : continuous_on_cube d f.
Variable size : point -> R.
Hypothesis size_axis : forall j s, (j < d)%nat -> size (axis j s) <= Rabs s.

Let coords := seq 0 d.
Let F := extended_cube f.

Lemma shift_integral_nonneg : forall h, (forall j, (j < d)%nat -> Rabs (h j) <= 1) -> 0 <= shift_integral p d f h.
Proof.
  intros h Hh. assert (Small : forall j, In j (seq 0 d) -> Rabs (h j) <= 1) by (intros j Hj; apply in_seq in Hj; apply Hh; lia).
  rewrite <- (proj1 (shift_integral_F p p1 d f f_continuous h Small) origin).
  apply box_nonneg; [intros i Hi; apply shift_range, Small, Hi | apply (shifted_F_regular p p1 d f f_continuous) | intros; apply distance_nonneg].
Qed.

(* Every shift of the cube counts: its integral exists. *)
Lemma shift_counts : forall h t, size h <= t -> (forall j, (j < d)%nat -> Rabs (h j) <= 1) ->
  cube_moduli p d f size t (power (/ p) (shift_integral p d f h)).
Proof.
  intros h t Hs Hh. exists h. split; [exact Hs |]. split; [exact Hh |]. split; [| reflexivity].
  apply (shift_integral_F p p1 d f f_continuous h). intros j Hj. apply in_seq in Hj. apply Hh. lia.
Qed.

Theorem modulus_value : forall t, 0 <= t -> exists w, cube_omega p d f size t = Finite w /\ 0 <= w /\
  forall j s, (j < d)%nat -> Rabs s <= t -> Rabs s <= 1 -> shift_integral p d f (axis j s) <= power p w.
Proof.
  intros t Ht. destruct (modulus_finite p p1 d f f_continuous size) as [c Hc]. specialize (Hc t).
  unfold cube_omega in *. destruct (Lub_Rbar_correct (cube_moduli p d f size t)) as [Ub _].
  assert (Axis : forall j s, (j < d)%nat -> Rabs s <= t -> Rabs s <= 1 ->
    cube_moduli p d f size t (power (/ p) (shift_integral p d f (axis j s)))).
  { intros j s Hj H1 H2. apply shift_counts; [eapply Rle_trans; [apply size_axis, Hj | exact H1] | intros; apply axis_small, H2]. }
  assert (Z := Ub _ (Axis O 0 ltac:(lia) ltac:(rewrite Rabs_R0; lra) ltac:(rewrite Rabs_R0; lra))).
  assert (Z0 := power_nonneg (/ p) (shift_integral p d f (axis 0 0))).
  destruct (Lub_Rbar (cube_moduli p d f size t)) as [w | |]; [| contradiction | contradiction].
  exists w. simpl in Z. split; [reflexivity |]. split; [lra |]. intros j s Hj H1 H2.
  assert (U := Ub _ (Axis j s Hj H1 H2)). simpl in U. apply (power_le p) in U; [| lra].
  rewrite root_power in U; [exact U | lra | apply shift_integral_nonneg; intros; apply axis_small, H2].
Qed.

Theorem modulus_grows : forall t t' w w', t <= t' -> cube_omega p d f size t = Finite w -> cube_omega p d f size t' = Finite w' -> w <= w'.
Proof.
  intros t t' w w' H E E'. unfold cube_omega in *. destruct (Lub_Rbar_correct (cube_moduli p d f size t)) as [_ Least].
  destruct (Lub_Rbar_correct (cube_moduli p d f size t')) as [Ub _].
  rewrite E in Least. rewrite E' in Ub. apply (Least (Finite w')). intros m [h [H1 H2]]. apply Ub. exists h. split; [lra | exact H2].
Qed.

(* ---- if omega_p(f, t) is 0, f does not change along any axis ---- *)

Lemma no_change_by_shift : forall t, 0 < t <= 1 -> cube_omega p d f size t = Finite 0 -> forall x j s, (j < d)%nat -> in_cube d x ->
  0 <= s <= t / 2 -> x j + s <= 1 -> F (set x j (x j + s)) = F x.
Proof.
  intros t Ht E x j s Hj Hx Hs Hxs. destruct (modulus_value t ltac:(lra)) as [w [Ew [_ H]]]. rewrite E in Ew. injection Ew as <-.
  assert (Sa : Rabs s <= t) by (rewrite Rabs_pos_eq; lra). assert (Sb : Rabs s <= 1) by lra.
  assert (Small : forall i, In i coords -> Rabs (axis j s i) <= 1) by (intros; apply axis_small, Sb).
  assert (Q : shifted_F p f (axis j s) x = 0).
  { apply (zero_of_box coords (shift_lo (axis j s)) (shift_hi (axis j s))).
    - apply (shifted_F_regular p p1 d f f_continuous).
    - intros; apply distance_nonneg.
    - intros i Hi. unfold shift_lo, shift_hi, axis, set, origin. destruct Nat.eq_dec; unfold Rmax, Rmin; repeat destruct Rle_dec; lra.
    - intros y. rewrite (proj1 (shift_integral_F p p1 d f f_continuous (axis j s) Small)).
      apply Rle_antisym; [| apply shift_integral_nonneg; intros; apply axis_small, Sb].
      eapply Rle_trans; [apply (H j s Hj Sa Sb) |]. rewrite power_0; lra.
    - intros i Hi. apply in_seq in Hi. assert (Hxi := Hx i ltac:(lia)). unfold shift_lo, shift_hi, axis, set, origin.
      destruct (Nat.eq_dec i j) as [-> | n]; unfold Rmax, Rmin; repeat destruct Rle_dec; lra. }
  unfold shifted_F, distance in Q. fold F in Q. replace (moved x (axis j s)) with (set x j (x j + s)) in Q.
  - destruct (Req_dec (F x - F (set x j (x j + s))) 0) as [z | z]; [lra |]. exfalso.
    rewrite power_pos in Q by (apply Rabs_pos_lt, z). unfold Rpower in Q. generalize (exp_pos (p * ln (Rabs (F x - F (set x j (x j + s)))))). lra.
  - apply functional_extensionality. intros i. unfold moved, axis, set, origin. destruct (Nat.eq_dec i j) as [-> | n]; ring.
Qed.

Lemma no_change_on_line : forall t, 0 < t <= 1 -> cube_omega p d f size t = Finite 0 -> forall x j, (j < d)%nat -> in_cube d x ->
  F x = F (set x j 0).
Proof.
  intros t Ht E x j Hj Hx. assert (Xj := Hx j Hj). destruct (pieces_below 1 (t / 2) Rlt_0_1 ltac:(lra)) as [n [Hn Hp]].
  assert (n0 : 0 < INR n) by (apply lt_0_INR; exact Hn). set (s := x j / INR n).
  assert (S0 : 0 <= s <= t / 2).
  { split; [apply Rdiv_le_0_compat; lra |]. eapply Rle_trans; [| exact Hp].
    apply Rmult_le_compat_r; [apply Rlt_le, Rinv_0_lt_compat, n0 | lra]. }
  assert (Sn : INR n * s = x j) by (unfold s; field; lra).
  assert (G : forall k, (k <= n)%nat -> F (set x j (INR k * s)) = F (set x j 0)).
  { induction k as [| k IH]; intros Hk; [simpl; rewrite Rmult_0_l; reflexivity |]. rewrite <- IH by lia. rewrite S_INR.
    assert (B1 : INR k * s + s <= 1).
    { apply le_INR in Hk. rewrite S_INR in Hk. assert ((INR k + 1) * s <= INR n * s) by (apply Rmult_le_compat_r; lra). lra. }
    assert (B0 : 0 <= INR k * s) by (apply Rmult_le_pos; [apply pos_INR | lra]).
    assert (Y := no_change_by_shift t Ht E (set x j (INR k * s)) j s Hj). rewrite set_same, set_set in Y.
    replace ((INR k + 1) * s) with (INR k * s + s) by ring. apply Y; [| exact S0 | exact B1].
    intros i Hi. unfold set. destruct (Nat.eq_dec i j); [lra | apply Hx, Hi]. }
  rewrite <- (G n (le_n n)), Sn. f_equal. apply functional_extensionality. intros i. unfold set. destruct (Nat.eq_dec i j) as [-> | ne]; reflexivity.
Qed.

Theorem constant_of_zero_modulus : forall t, 0 < t <= 1 -> cube_omega p d f size t = Finite 0 -> forall x, in_cube d x -> f x = f origin.
Proof.
  intros t Ht E. assert (All : forall m, (m <= d)%nat -> forall y, in_cube d y ->
    exists z, in_cube d z /\ (forall i, (i < m)%nat -> z i = 0) /\ F y = F z).
  { induction m as [| m IH]; intros Hm y Hy; [exists y; split; [exact Hy | split; [intros; lia | reflexivity]] |].
    destruct (IH ltac:(lia) y Hy) as [z [Z1 [Z2 Z3]]]. exists (set z m 0). split; [| split].
    - intros i Hi. unfold set. destruct (Nat.eq_dec i m); [lra | apply Z1, Hi].
    - intros i Hi. unfold set. destruct (Nat.eq_dec i m); [reflexivity | apply Z2; lia].
    - rewrite Z3. apply (no_change_on_line t Ht E); [lia | exact Z1]. }
  intros x Hx. destruct (All d (le_n d) x Hx) as [z [Z1 [Z2 Z3]]]. unfold F in Z3.
  rewrite !(extended_cube_inside d f f_continuous) in Z3 by assumption. rewrite Z3.
  apply (cube_ext d f f_continuous); [intros j _; unfold origin; lra | exact Z2].
Qed.

End ModulusValues.
