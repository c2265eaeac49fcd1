(* Real numbers as they are stored: a sum of sines of turns, A sin(2 pi m_l nu), one for each level, takes any wanted values on the
   cells of all levels at once, as near as is wanted. *)
From Coq Require Import Reals ZArith List Lra Lia Arith.
From Layercert Require Import Sums Dyadic Perturbation Decoder Greedy Lacunary CellNumbers.
Import ListNotations.
Open Scope R_scope.

Lemma small_power : forall e, 0 < e -> exists r, / 2 ^ r <= e.
Proof.
  intros e He. destruct (pow_lt_1_zero (/ 2)) with (y := e) as [r H].
  - rewrite Rabs_pos_eq; lra.
  - exact He.
  - exists r. specialize (H r (le_n r)). rewrite <- RPow_abs, Rabs_pos_eq in H by lra. rewrite <- pow_inv. lra.
Qed.

(* Phases that are near modulo 1 have near sines. *)
Lemma near_sin : forall x y e, near x y e -> Rabs (sin (2 * PI * x) - sin (2 * PI * y)) <= 2 * PI * e.
Proof.
  intros x y e [z H]. rewrite (sin_turns x (x - IZR z) z) by ring. eapply Rle_trans; [apply sin_lipschitz |].
  replace (2 * PI * (x - IZR z) - 2 * PI * y) with (2 * PI * (x - y - IZR z)) by ring.
  assert (P := PI_RGT_0). rewrite Rabs_mult, (Rabs_pos_eq (2 * PI)) by lra. apply Rmult_le_compat_l; lra.
Qed.

(* A number of [-A, A] is A times the sine of a phase. *)
Lemma phase_of_value : forall A v, 0 < A -> Rabs v <= A -> A * sin (2 * PI * (asin (v / A) / (2 * PI))) = v.
Proof.
  intros A v HA Hv. assert (P := PI_RGT_0). replace (2 * PI * (asin (v / A) / (2 * PI))) with (asin (v / A)) by (field; lra).
  assert (V : Rabs (v / A) <= 1).
  { unfold Rdiv. rewrite Rabs_mult, Rabs_inv, (Rabs_pos_eq A) by lra.
    apply Rmult_le_reg_r with A; [exact HA |]. rewrite Rmult_assoc, Rinv_l, Rmult_1_r, Rmult_1_l by lra. exact Hv. }
  rewrite sin_asin by (generalize (Rle_abs (v / A)) (Rle_abs (- (v / A))); rewrite Rabs_Ropp; lra). field. lra.
Qed.

Lemma multiple_is_dyadic : forall u m, multiple u m -> exists a : dyadic, value a = m.
Proof.
  intros u m [z ->]. exists (Dyadic z (- Z.of_nat u)). unfold value. cbn [mantissa exponent].
  rewrite power_of_two_opp, <- pow_powerRZ. reflexivity.
Qed.

Section Storage.
Variable N width d : nat.
Hypothesis N2 : (2 <= N)%nat.
Hypothesis digit_fits : (N <= 2 ^ width)%nat.

(* nu_k of the cells with n digits, for angles 2 arctan 2^-s, s = b 2^q N^i *)
Definition cell_nu (b n k : nat) : R := nu (combine (cell_bits N width n k) (layout_taus N width n b)).

(* Any values of [-A, A] on the N^n cells, for every b that is large enough. *)
Theorem values_stored : forall n A eps, 0 < A -> 0 < eps -> exists b0, forall b, (b0 <= b)%nat ->
  forall v : nat -> R, (forall k, Rabs (v k) <= A) -> exists m : dyadic, forall k, (k < N ^ n)%nat ->
  Rabs (A * sin (2 * PI * (value m * cell_nu b n k)) - v k) <= eps.
Proof.
  intros n A eps HA He. assert (P := PI_RGT_0). set (t := (n * width)%nat).
  assert (C : 0 < 2 * PI * A) by (apply Rmult_lt_0_compat; lra).
  destruct (small_power (eps / (2 * PI * A))) as [r Hr]; [apply Rdiv_lt_0_compat; assumption |].
  exists (t + r + 7)%nat. intros b Hb v Hv.
  set (phase := fun bits => asin (v (cell_number N width n bits) / A) / (2 * PI)).
  destruct (decoder_stores N width b N2 digit_fits ltac:(lia) n (t + r + 1) phase) as [x [Mx Hx]].
  destruct (multiple_is_dyadic _ _ Mx) as [m Em]. exists m. rewrite Em. clear m Em Mx. intros k Hk. specialize (Hx k Hk).
  unfold phase in Hx. rewrite (cell_number_bits N N2 width digit_fits n k Hk) in Hx. apply near_sin in Hx.
  rewrite <- (phase_of_value A (v k) HA (Hv k)) at 1. rewrite <- Rmult_minus_distr_l, Rabs_mult, (Rabs_pos_eq A) by lra.
  apply Rle_trans with (A * (2 * PI * / 2 ^ r)).
  - apply Rmult_le_compat_l; [lra |]. eapply Rle_trans; [exact Hx |]. apply Rmult_le_compat_l; [lra |].
    apply Rle_trans with (2 ^ t * (4 / 3 * / 2 ^ (t + r + 3) + / 2 ^ (t + r + 1))).
    + assert (S3 := half_pow_pos (t + r + 3)). assert (S1 := half_pow_pos (t + r + 1)).
      assert (B : / 2 ^ b <= / 2 ^ (t + r + 3)) by (apply half_pow_le; lia). assert (Sb := half_pow_pos b).
      apply Rmult_le_compat; [apply pow_le; lra | lra | | lra]. apply Rle_pow; [lra |].
      unfold t. rewrite <- (cell_bits_length N width b N2 digit_fits ltac:(lia) n k). apply (members_length N width b); (assumption || lia).
    + rewrite !half_pow_plus. assert (Sr := half_pow_pos r). assert (T := pow_nonzero 2 t ltac:(lra)).
      replace (2 ^ t * (4 / 3 * (/ 2 ^ t * / 2 ^ r * / 2 ^ 3) + / 2 ^ t * / 2 ^ r * / 2 ^ 1)) with (/ 2 ^ r * (4 / 3 * / 2 ^ 3 + / 2 ^ 1)) by (field; split; [apply pow_nonzero; lra | exact T]).
      simpl. lra.
  - replace (A * (2 * PI * / 2 ^ r)) with (2 * PI * A * / 2 ^ r) by ring.
    apply Rle_trans with (2 * PI * A * (eps / (2 * PI * A))); [apply Rmult_le_compat_l; lra |]. apply Req_le. field. lra.
Qed.

(* ---- all levels: a cell of level m + 1 has (m + 1) d digits, the lowest of those of the cells in it ---- *)

Definition level_term (A : R) (b : nat) (m : nat -> dyadic) (i k : nat) : R :=
  A * sin (2 * PI * (value (m i) * cell_nu b (S i * d) (k mod N ^ (S i * d)))).

(* What the readout of level l is on cell k of that level, less Phi_0. *)
Definition level_value (A : R) (b : nat) (m : nat -> dyadic) (l k : nat) : R := sum_to l (fun i => level_term A b m i k).

Lemma level_value_coarser : forall A b m l n k, (l <= n)%nat -> level_value A b m l (k mod N ^ (n * d)) = level_value A b m l k.
Proof.
  intros A b m l n k H. apply sum_to_ext. intros i Hi. unfold level_term. do 5 f_equal.
  replace (N ^ (n * d))%nat with (N ^ (S i * d) * N ^ (n * d - S i * d))%nat by (rewrite <- Nat.pow_add_r; f_equal; nia).
  rewrite Nat.mod_mul_r by (generalize (N_power_pos N N2 (S i * d)) (N_power_pos N N2 (n * d - S i * d)); lia).
  rewrite (Nat.mul_comm (N ^ (S i * d))), Nat.mod_add by (generalize (N_power_pos N N2 (S i * d)); lia).
  apply Nat.mod_mod. generalize (N_power_pos N N2 (S i * d)). lia.
Qed.

(* One level after the other: the multiplier of level l + 1 stores what the sum of the levels before lacks. *)
Theorem levels_stored : forall L A B eps, 0 <= B -> 0 < eps -> 2 * B + eps <= A -> exists b0, forall b, (b0 <= b)%nat ->
  forall v : nat -> nat -> R, (forall l k, Rabs (v l k) <= B) -> exists m : nat -> dyadic,
  forall l k, (1 <= l <= L)%nat -> (k < N ^ (l * d))%nat -> Rabs (level_value A b m l k - v l k) <= eps.
Proof.
  intros L A B eps HB He HA. induction L as [| L [b1 IH]]; [exists O; intros; exists (fun _ => zero); intros; lia |].
  destruct (values_stored (S L * d) A eps ltac:(lra) He) as [b2 Top].
  exists (Nat.max b1 b2). intros b Hb v Hv. destruct (IH b ltac:(lia) v Hv) as [m Hm]. clear IH.
  set (missing := fun k => v (S L) k - level_value A b m L k).
  destruct (Top b ltac:(lia) (fun k => Rmax (- A) (Rmin A (missing k)))) as [a Ha].
  { intros k. unfold Rmax, Rmin. repeat destruct Rle_dec; split_Rabs; lra. }
  exists (fun i => if Nat.eqb i L then a else m i).
  assert (Same : forall l k, (l <= L)%nat -> level_value A b (fun i => if Nat.eqb i L then a else m i) l k = level_value A b m l k).
  { intros l k Hl. apply sum_to_ext. intros i Hi. unfold level_term. replace (Nat.eqb i L) with false; [reflexivity |].
    symmetry. apply Nat.eqb_neq. lia. }
  intros l k Hl Hk. destruct (Nat.eq_dec l (S L)) as [-> | n]; [| rewrite Same by lia; apply Hm; [lia | exact Hk]].
  assert (Before : Rabs (level_value A b m L k) <= B + eps).
  { destruct L as [| L']; [unfold level_value; simpl; rewrite Rabs_R0; lra |]. rewrite <- (level_value_coarser A b m (S L') (S L') k) by lia.
    assert (Q := Hm (S L') (k mod N ^ (S L' * d))%nat ltac:(lia)). assert (V := Hv (S L') (k mod N ^ (S L' * d))%nat).
    assert (Q' := Q (Nat.mod_upper_bound _ _ (Nat.neq_sym _ _ (Nat.lt_neq _ _ (N_power_pos N N2 (S L' * d)))))). split_Rabs; lra. }
  specialize (Ha k Hk). assert (V := Hv (S L) k).
  assert (E : Rmax (- A) (Rmin A (missing k)) = missing k).
  { unfold missing. rewrite Rmin_right by (split_Rabs; lra). apply Rmax_right. split_Rabs; lra. }
  rewrite E in Ha. unfold missing in Ha. unfold level_value. cbn [sum_to].
  change (sum_to L (fun i => level_term A b (fun i => if Nat.eqb i L then a else m i) i k))
    with (level_value A b (fun i => if Nat.eqb i L then a else m i) L k).
  rewrite Same by lia. unfold level_term. rewrite Nat.eqb_refl, (Nat.mod_small k) by exact Hk.
  match goal with |- Rabs (?w + ?t - ?x) <= _ => replace (w + t - x) with (t - (x - w)) by ring end. exact Ha.
Qed.

End Storage.
