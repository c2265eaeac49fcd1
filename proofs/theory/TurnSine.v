(* The sine of a phase in units of 2^-64 turns, in whole units of 2^-60, by a polynomial in integers with counted floors. *)
From Coq Require Import Reals ZArith List Bool Lra Lia.
From Interval.Float Require Import Specific_ops Specific_stdz.
From Interval Require Tactic.
From Layercert Require Import Dyadic Layers Decoder Phases CellValues Perturbation.
Import ListNotations.
Open Scope R_scope.

(* The tactic `interval` with binary numbers over Z: what it proves rests on no axiom about machine integers. *)
Module Z_float := SpecificFloat StdZRadix2.
Module Z_tactic := Interval.Tactic.IntervalTactic Z_float.
Import Interval.Tactic Z_tactic.

(* sin(2 pi u) = u times a polynomial in u^2, in units of 2^-60, for |u| <= 1/4: the Taylor coefficients, rounded. *)
Definition sine_coefficients : list Z :=
  [7244019458077122842; -47663737550009948117; 94084446779189261458; -88435835238661320601; 48490372704750286625; -17402938031173335826;
   4404105481650095717; -827938644658201033; 120168042516919699; -13871474167196302; 1303866309430076; -101728416331883]%Z.

Fixpoint polynomial (c : list Z) (y : R) : R := match c with [] => 0 | a :: rest => IZR a / 2 ^ 60 + y * polynomial rest y end.

Lemma sine_near : forall u, -1/4 <= u <= 1/4 -> Rabs (sin (2 * PI * u) - u * polynomial sine_coefficients (u * u)) <= 1 / 2 ^ 60.
Proof.
  intros u H. cbn [polynomial sine_coefficients]. rewrite Rmult_0_r, Rplus_0_r.
  interval with (i_prec 110, i_bisect u, i_taylor u, i_degree 26, i_depth 8).
Qed.

(* y in units of 2^-128 *)
Fixpoint horner (c : list Z) (y : Z) : Z := match c with [] => 0%Z | a :: rest => (a + Z.shiftr (y * horner rest y) 128)%Z end.

Lemma shiftr_floor : forall a k, (0 <= k)%Z -> 0 <= IZR a / IZR (2 ^ k) - IZR (Z.shiftr a k) < 1.
Proof.
  intros a k Hk. assert (F := floor_bounds a k Hk). rewrite power_of_two_opp, <- power_of_two in F by exact Hk. exact F.
Qed.

Lemma horner_near : forall c y, (0 <= y <= 2 ^ 124)%Z ->
  Rabs (IZR (horner c y) - 2 ^ 60 * polynomial c (IZR y / IZR (2 ^ 128))) <= 2.
Proof.
  induction c as [| a c IH]; intros y Hy; cbn [horner polynomial]; [rewrite Rmult_0_r, Rminus_0_r, Rabs_R0; lra |].
  specialize (IH y Hy). assert (F := shiftr_floor (y * horner c y) 128 ltac:(lia)). rewrite mult_IZR in F.
  set (v := IZR y / IZR (2 ^ 128)) in *. set (h := IZR (horner c y)) in *. set (q := polynomial c v) in *.
  replace (IZR y * h / IZR (2 ^ 128)) with (v * h) in F by (unfold v, Rdiv; ring). rewrite plus_IZR.
  assert (V : 0 <= v <= / 16).
  { unfold v. split; [apply Rmult_le_pos; [apply IZR_le; lia | apply Rlt_le, Rinv_0_lt_compat, IZR_lt; lia] |].
    apply Rmult_le_reg_r with (IZR (2 ^ 128)); [apply IZR_lt; lia |]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by (apply not_0_IZR; lia).
    replace (IZR (2 ^ 128)) with (16 * IZR (2 ^ 124)) by (rewrite <- mult_IZR; reflexivity).
    assert (IZR y <= IZR (2 ^ 124)) by (apply IZR_le; lia). lra. }
  set (s := IZR (Z.shiftr (y * horner c y) 128)) in *.
  replace (IZR a + s - 2 ^ 60 * (IZR a / 2 ^ 60 + v * q)) with (- (v * h - s) + v * (h - 2 ^ 60 * q)) by field.
  assert (G : Rabs (v * (h - 2 ^ 60 * q)) <= / 8).
  { rewrite Rabs_mult, (Rabs_pos_eq v) by lra. assert (P := Rabs_pos (h - 2 ^ 60 * q)). nra. }
  revert G. split_Rabs; lra.
Qed.

(* The same sine, of at most a quarter of a turn. *)
Definition quarter (t : Z) : Z := folded (Z.land t (Z.ones 64)).
Definition turn_sine (t : Z) : Z := let q := quarter t in Z.shiftr (q * horner sine_coefficients (q * q)) 64.
Definition sine_error (E : Z) : Z := (3 + E)%Z.

Lemma quarter_range : forall t, (- 2 ^ 62 <= quarter t <= 2 ^ 62)%Z.
Proof.
  intros t. unfold quarter, folded. rewrite Z.land_ones by lia. assert (B := Z.mod_pos_bound t (2 ^ 64) ltac:(lia)). cbv zeta.
  repeat match goal with |- context [Z.ltb ?a ?b] => destruct (Z.ltb_spec a b) end; lia.
Qed.

Lemma turn_sine_quarter : forall t, Rabs (IZR (turn_sine t) - 2 ^ 60 * sin (2 * PI * (IZR (quarter t) / IZR (2 ^ 64)))) <= 3.
Proof.
  intros t. unfold turn_sine. cbv zeta. assert (Q := quarter_range t). set (q := quarter t) in *.
  assert (Y : (0 <= q * q <= 2 ^ 124)%Z) by nia. assert (H := horner_near sine_coefficients (q * q) Y).
  set (u := IZR q / IZR (2 ^ 64)). assert (E : IZR (q * q) / IZR (2 ^ 128) = u * u).
  { unfold u. rewrite mult_IZR. replace (IZR (2 ^ 128)) with (IZR (2 ^ 64) * IZR (2 ^ 64)) by (rewrite <- mult_IZR; reflexivity).
    field. apply not_0_IZR; lia. }
  rewrite E in H. assert (U : -1 / 4 <= u <= 1 / 4).
  { assert (P : 0 < IZR (2 ^ 64)) by (apply IZR_lt; lia). assert (D : u * IZR (2 ^ 64) = IZR q) by (unfold u; field; lra).
    assert (W : IZR (2 ^ 64) = 4 * IZR (2 ^ 62)) by (rewrite <- mult_IZR; reflexivity).
    assert (A : - IZR (2 ^ 62) <= IZR q <= IZR (2 ^ 62)) by (rewrite <- opp_IZR; split; apply IZR_le; lia).
    split; apply Rmult_le_reg_r with (IZR (2 ^ 64)); try exact P; rewrite D; lra. }
  assert (S := sine_near u U). assert (F := shiftr_floor (q * horner sine_coefficients (q * q)) 64 ltac:(lia)). rewrite mult_IZR in F.
  set (h := IZR (horner sine_coefficients (q * q))) in *. set (P := polynomial sine_coefficients (u * u)) in *.
  replace (IZR q * h / IZR (2 ^ 64)) with (u * h) in F by (unfold u, Rdiv; ring).
  set (s := IZR (Z.shiftr _ 64)) in *. set (y := sin (2 * PI * u)) in *.
  assert (G : Rabs (u * (h - 2 ^ 60 * P)) <= 1 / 2).
  { rewrite Rabs_mult. assert (0 <= Rabs u <= 1 / 4) by (split_Rabs; lra). assert (X := Rabs_pos (h - 2 ^ 60 * P)). nra. }
  assert (K : 2 ^ 60 * Rabs (y - u * P) <= 1).
  { apply Rmult_le_compat_l with (r := 2 ^ 60) in S; [| apply pow_le; lra]. replace (2 ^ 60 * (1 / 2 ^ 60)) with 1 in S by field. exact S. }
  replace (s - 2 ^ 60 * y) with (- (u * h - s) + u * (h - 2 ^ 60 * P) - 2 ^ 60 * (y - u * P)) by ring.
  replace (2 ^ 60 * Rabs (y - u * P)) with (Rabs (2 ^ 60 * (y - u * P))) in K
    by (rewrite Rabs_mult, (Rabs_pos_eq (2 ^ 60)) by (apply pow_le; lra); reflexivity).
  revert G K. generalize (u * (h - 2 ^ 60 * P)) (2 ^ 60 * (y - u * P)). intros a b G K. split_Rabs; lra.
Qed.

Theorem turn_sine_near : forall E t x, (0 <= E)%Z -> close 64 E t x ->
  Rabs (IZR (turn_sine t) - 2 ^ 60 * sin (2 * PI * (x * powerRZ 2 (-64)))) <= IZR (sine_error E).
Proof.
  intros E t x HE H. assert (C : close 64 E (Z.land t (Z.ones 64)) x).
  { destruct H as [z Hz]. destruct (masked 64 t ltac:(lia)) as [z' Ez']. exists (z + z')%Z. rewrite Ez', plus_IZR.
    replace (x - (IZR t - IZR z' * powerRZ 2 64) - (IZR z + IZR z') * powerRZ 2 64) with (x - IZR t - IZR z * powerRZ 2 64) by ring. exact Hz. }
  destruct (sine_folded (Parameters 2 1 0 0 1 [] [] [] zero) E _ x C) as [y [Hy ->]]. fold (quarter t) in Hy.
  assert (T := turn_sine_quarter t). unfold sine_error. rewrite plus_IZR.
  assert (U64 : powerRZ 2 (-64) = / IZR (2 ^ 64)) by (rewrite power_of_two by lia; apply (power_of_two_opp 64)). rewrite U64.
  set (q := quarter t) in *. set (c := IZR (2 ^ 64)) in *. assert (c0 : 0 < c) by (apply IZR_lt; lia).
  assert (L := sin_lipschitz (2 * PI * (IZR q / c)) (2 * PI * (y * / c))).
  replace (2 * PI * (IZR q / c) - 2 * PI * (y * / c)) with (2 * PI / c * - (y - IZR q)) in L by (field; lra).
  rewrite Rabs_mult, Rabs_Ropp, (Rabs_pos_eq (2 * PI / c)) in L
    by (apply Rmult_le_pos; [generalize PI_RGT_0; lra | apply Rlt_le, Rinv_0_lt_compat, c0]).
  assert (B : 2 ^ 60 * (2 * PI / c) <= 1).
  { replace (2 ^ 60 * (2 * PI / c)) with (2 * PI / 16); [generalize PI_4; lra |]. replace c with (16 * 2 ^ 60); [field |].
    unfold c. replace (IZR (2 ^ 64)) with (16 * IZR (2 ^ 60)) by (rewrite <- mult_IZR; reflexivity). rewrite <- pow_IZR with (n := 60%nat). reflexivity. }
  set (a := sin (2 * PI * (IZR q / c))) in *. set (b := sin (2 * PI * (y * / c))) in *.
  assert (M : 2 ^ 60 * Rabs (a - b) <= IZR E).
  { apply Rmult_le_compat_l with (r := 2 ^ 60) in L; [| apply pow_le; lra].
    assert (X := Rabs_pos (y - IZR q)). rewrite <- Rmult_assoc in L.
    assert (Y : 2 ^ 60 * (2 * PI / c) * Rabs (y - IZR q) <= 1 * IZR E).
    { apply Rmult_le_compat; try assumption. apply Rmult_le_pos; [apply pow_le; lra |].
      apply Rmult_le_pos; [generalize PI_RGT_0; lra | apply Rlt_le, Rinv_0_lt_compat, c0]. }
    lra. }
  replace (IZR (turn_sine t) - 2 ^ 60 * b) with (IZR (turn_sine t) - 2 ^ 60 * a + 2 ^ 60 * (a - b)) by ring.
  eapply Rle_trans; [apply Rabs_triang |]. rewrite (Rabs_mult (2 ^ 60)), (Rabs_pos_eq (2 ^ 60)) by (apply pow_le; lra). lra.
Qed.
