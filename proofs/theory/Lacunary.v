(* The two-sine decoder can store any phases: the coefficients kappa_T of the subsets T of a cell's bits fall fast enough for the
   greedy choice of the multiplier. *)
From Coq Require Import Reals List Lra Lia Arith.
From Coquelicot Require Import Rcomplements Complex.
From Layercert Require Import Decoder Greedy.
Import ListNotations.
Open Scope R_scope.

(* ---- subsets of the bits, as lists of booleans ---- *)

Fixpoint subset (T U : list bool) : Prop :=
  match T, U with
  | [], [] => True
  | t :: T', u :: U' => (t = true -> u = true) /\ subset T' U'
  | _, _ => False
  end.

Fixpoint members (T : list bool) : nat := match T with [] => O | t :: T => ((if t then 1 else 0) + members T)%nat end.

(* Sum of G over the subsets of S. *)
Fixpoint sum_subsets (U : list bool) (G : list bool -> R) : R :=
  match U with
  | [] => G []
  | true :: U' => sum_subsets U' (fun T => G (true :: T)) + sum_subsets U' (fun T => G (false :: T))
  | false :: U' => sum_subsets U' (fun T => G (false :: T))
  end.

(* The Moebius transform: finite differences along every bit. *)
Fixpoint moebius (F : list bool -> R) (T : list bool) : R :=
  match T with
  | [] => F []
  | true :: T => moebius (fun S => F (true :: S) - F (false :: S)) T
  | false :: T => moebius (fun S => F (false :: S)) T
  end.

Lemma moebius_minus : forall T F G, moebius (fun S => F S - G S) T = moebius F T - moebius G T.
Proof.
  induction T as [| t T IH]; intros F G; [reflexivity |]. destruct t; simpl.
  - rewrite (IH (fun S => F (true :: S) - G (true :: S)) (fun S => F (false :: S) - G (false :: S))), !IH. ring.
  - apply IH.
Qed.

Lemma sum_subsets_ext : forall S F G, (forall T, F T = G T) -> sum_subsets S F = sum_subsets S G.
Proof.
  induction S as [| s S IH]; intros F G H; [apply H |]. destruct s; simpl.
  - f_equal; apply IH; intros; apply H.
  - apply IH. intros. apply H.
Qed.

Lemma sum_subsets_plus : forall S F G, sum_subsets S (fun T => F T + G T) = sum_subsets S F + sum_subsets S G.
Proof.
  induction S as [| s S IH]; intros F G; [reflexivity |]. destruct s; simpl.
  - rewrite (IH (fun T => F (true :: T)) (fun T => G (true :: T))), (IH (fun T => F (false :: T)) (fun T => G (false :: T))). ring.
  - apply (IH (fun T => F (false :: T)) (fun T => G (false :: T))).
Qed.

(* The transform is inverted by summing over subsets. *)
Theorem moebius_inversion : forall S F, sum_subsets S (moebius F) = F S.
Proof.
  induction S as [| s S IH]; intros F; [reflexivity |]. destruct s; simpl.
  - rewrite <- sum_subsets_plus.
    rewrite (sum_subsets_ext _ _ (moebius (fun S => F (true :: S)))); [apply (IH (fun S => F (true :: S))) |].
    intros T. rewrite moebius_minus. ring.
  - apply (IH (fun S => F (false :: S))).
Qed.

(* ---- the coefficients ---- *)

Definition k_set (tau : R) : C := (RtoC 2 * (0, tau) * (1, tau))%C.

Fixpoint k_factors (l : list bit) : C :=
  match l with [] => RtoC 1 | (s, tau) :: l => ((if s then k_set tau else u_clear tau) * k_factors l)%C end.

(* kappa_T = Im[(1+i) prod (in T: 2 i tau (1 + i tau), else: 1 + tau^2)] *)
Definition kappa (taus : list R) (T : list bool) : R := snd ((1, 1) * k_factors (combine T taus))%C.

Lemma u_set_split : forall tau, u_set tau = (k_set tau + u_clear tau)%C.
Proof. intros. unfold u_set, k_set, u_clear, Cmult, Cplus, RtoC. simpl. f_equal; ring. Qed.

Theorem nu_expansion : forall S taus, length S = length taus ->
  nu (combine S taus) = sum_subsets S (kappa taus).
Proof.
  assert (G : forall S taus (A : C), length S = length taus ->
    snd (A * factors (combine S taus))%C = sum_subsets S (fun T => snd (A * k_factors (combine T taus))%C)).
  { induction S as [| s S IH]; intros [| tau taus] A E; try discriminate; [reflexivity |].
    injection E as E. destruct s; cbn [combine factors sum_subsets].
    - transitivity (sum_subsets S (fun T => snd (A * k_set tau * k_factors (combine T taus))%C)
        + sum_subsets S (fun T => snd (A * u_clear tau * k_factors (combine T taus))%C)).
      + rewrite <- !IH by assumption. rewrite u_set_split.
        replace (A * ((k_set tau + u_clear tau) * factors (combine S taus)))%C
          with (A * k_set tau * factors (combine S taus) + A * u_clear tau * factors (combine S taus))%C by ring.
        reflexivity.
      + f_equal; apply sum_subsets_ext; intros; cbn [k_factors]; f_equal; ring.
    - transitivity (sum_subsets S (fun T => snd (A * u_clear tau * k_factors (combine T taus))%C)).
      + rewrite <- IH by assumption. f_equal. ring.
      + apply sum_subsets_ext; intros; cbn [k_factors]; f_equal; ring. }
  intros. apply G. assumption.
Qed.

(* Phases that are met for all subsets are met for the cell, up to 2^|S| times as much. *)
Theorem near_cell : forall S (F G : list bool -> R) e,
  (forall T, subset T S -> near (F T) (G T) e) -> near (sum_subsets S F) (sum_subsets S G) (2 ^ members S * e).
Proof.
  induction S as [| s S IH]; intros F G e H. { simpl. rewrite Rmult_1_l. apply H. exact I. }
  destruct s; cbn [sum_subsets members].
  - replace (2 ^ (1 + members S) * e) with (2 ^ members S * e + 2 ^ members S * e) by (simpl; ring).
    apply near_plus; apply IH; intros T HT; apply H; simpl; split; auto; discriminate.
  - apply IH. intros T HT. apply H. simpl. split; auto; discriminate.
Qed.

(* ---- their size ---- *)

Fixpoint sum_tau (taus : list R) : R := match taus with [] => 0 | t :: l => t + sum_tau l end.
Fixpoint tau_product (T : list bool) (taus : list R) : R :=
  match T, taus with t :: T, tau :: taus => (if t then tau else 1) * tau_product T taus | _, _ => 1 end.

(* k_factors without 2 i tau *)
Fixpoint tails (l : list bit) : C :=
  match l with [] => RtoC 1 | (s, tau) :: l => ((if s then (1, tau) else u_clear tau) * tails l)%C end.
Fixpoint i_power (n : nat) : C := match n with O => RtoC 1 | S n => (Ci * i_power n)%C end.

Lemma k_factors_split : forall T taus, length T = length taus ->
  k_factors (combine T taus) =
    (RtoC (2 ^ members T * tau_product T taus) * (i_power (members T) * tails (combine T taus)))%C.
Proof.
  induction T as [| t T IH]; intros [| tau taus] E; try discriminate.
  - simpl. rewrite Rmult_1_r. ring.
  - injection E as E. cbn [combine k_factors tau_product members tails]. rewrite IH by assumption. destruct t.
    + cbn [Nat.add i_power]. replace (2 ^ S (members T) * (tau * tau_product T taus))
        with (2 * tau * (2 ^ members T * tau_product T taus)) by (simpl; ring).
      rewrite (RtoC_mult (2 * tau)), (RtoC_mult 2). unfold k_set.
      replace (0, tau) with (RtoC tau * Ci)%C by (unfold Cmult, RtoC, Ci; simpl; f_equal; ring). ring.
    + cbn [Nat.add]. rewrite Rmult_1_l. ring.
Qed.

Lemma i_power_cases : forall n (z : C), exists e, (e = 1 \/ e = -1) /\
  (snd ((1, 1) * (i_power n * z))%C = e * (fst z + snd z) \/ snd ((1, 1) * (i_power n * z))%C = e * (fst z - snd z)).
Proof.
  intros n z.
  assert (G : exists e, (e = 1 \/ e = -1) /\ (i_power n = (e, 0) \/ i_power n = (0, e))).
  { induction n as [| n [e [He [H | H]]]].
    - exists 1. split; [lra | left; reflexivity].
    - exists e. split; [assumption | right]. cbn [i_power]. rewrite H. unfold Ci, Cmult. simpl. f_equal; ring.
    - exists (- e). split; [lra | left]. cbn [i_power]. rewrite H. unfold Ci, Cmult. simpl. f_equal; ring. }
  destruct G as [e [He [H | H]]]; rewrite H; exists e; (split; [assumption |]); [left | right];
    unfold Cmult; simpl; ring.
Qed.

Lemma sum_tau_nonneg : forall taus, Forall (fun t => 0 <= t) taus -> 0 <= sum_tau taus.
Proof. induction 1; simpl; lra. Qed.

Lemma tails_near_1 : forall T taus, length T = length taus -> Forall (fun t => 0 <= t) taus -> sum_tau taus <= 1 / 4 ->
  Rabs (fst (tails (combine T taus)) - 1) <= 2 * sum_tau taus /\ Rabs (snd (tails (combine T taus))) <= 2 * sum_tau taus.
Proof.
  induction T as [| t T IH]; intros [| tau taus] E P S; try discriminate.
  { simpl. rewrite Rminus_eq_0, Rabs_R0. lra. }
  injection E as E. inversion P as [| ? ? P0 P1]; subst. cbn [sum_tau] in S.
  assert (P2 := sum_tau_nonneg _ P1). destruct (IH taus E P1) as [A B]; [lra |].
  set (s := sum_tau taus) in *.
  cbn [combine tails sum_tau]. fold s. destruct (tails (combine T taus)) as [x y]. simpl in A, B.
  apply Rabs_le_between in A. apply Rabs_le_between in B.
  destruct t; unfold u_clear, RtoC, Cmult; simpl; split; apply Rabs_le; nra.
Qed.

(* |kappa_T| = 2^|T| prod tau, up to a factor between 1 - 4 sigma and 1 + 4 sigma, sigma the sum of all tau. *)
Theorem kappa_size : forall T taus, length T = length taus -> Forall (fun t => 0 < t) taus -> sum_tau taus <= 1 / 4 ->
  let leading := 2 ^ members T * tau_product T taus in
  0 < leading /\
  leading * (1 - 4 * sum_tau taus) <= Rabs (kappa taus T) <= leading * (1 + 4 * sum_tau taus).
Proof.
  intros T taus E P S leading.
  assert (P0 : Forall (fun t => 0 <= t) taus) by (eapply Forall_impl; [| exact P]; simpl; intros; lra).
  assert (L : 0 < leading).
  { apply Rmult_lt_0_compat; [apply pow_lt; lra |]. clear - P. revert T. induction P; intros [| t T]; simpl; try lra.
    apply Rmult_lt_0_compat; [destruct t; lra | apply IHP]. }
  split; [assumption |].
  unfold kappa. rewrite k_factors_split by assumption. fold leading.
  destruct (tails_near_1 T taus E P0 S) as [A B].
  set (z := tails (combine T taus)) in *. destruct (i_power_cases (members T) z) as [e [He H]].
  replace ((1, 1) * (RtoC leading * (i_power (members T) * z)))%C
    with (RtoC leading * ((1, 1) * (i_power (members T) * z)))%C by ring.
  assert (M : forall w : C, snd (RtoC leading * w)%C = leading * snd w) by (intros; unfold Cmult, RtoC; simpl; ring).
  rewrite M, Rabs_mult, (Rabs_pos_eq leading) by lra.
  assert (1 - 4 * sum_tau taus <= Rabs (snd ((1, 1) * (i_power (members T) * z))%C) <= 1 + 4 * sum_tau taus).
  { apply Rabs_le_between in A. apply Rabs_le_between in B.
    assert (Ee : Rabs e = 1) by (destruct He; subst; unfold Rabs; destruct Rcase_abs; lra).
    destruct H as [-> | ->]; rewrite Rabs_mult, Ee, Rmult_1_l; rewrite Rabs_pos_eq; lra. }
  split; apply Rmult_le_compat_l; lra.
Qed.

(* ---- the layout of the cells: digits in base N, each in `width` bits, tau = 2^-(b 2^q N^i) ---- *)

Section Layout.
Variable N width b : nat.
Hypothesis N2 : (2 <= N)%nat.
Hypothesis digit_fits : (N <= 2 ^ width)%nat.
Hypothesis b7 : (7 <= b)%nat.

Fixpoint digit_bits (w e : nat) : list bool :=
  match w with O => [] | S w => Nat.odd e :: digit_bits w (Nat.div2 e) end.
Fixpoint cell_bits (digits k : nat) : list bool :=
  match digits with O => [] | S n => digit_bits width (k mod N) ++ cell_bits n (k / N) end.
Fixpoint digit_taus (w s : nat) : list R := match w with O => [] | S w => / 2 ^ s :: digit_taus w (2 * s) end.
Fixpoint layout_taus (digits s : nat) : list R :=
  match digits with O => [] | S n => digit_taus width s ++ layout_taus n (N * s) end.

Lemma digit_bits_length : forall w e, length (digit_bits w e) = w.
Proof. induction w; intros; simpl; [reflexivity | rewrite IHw; reflexivity]. Qed.
Lemma digit_taus_length : forall w s, length (digit_taus w s) = w.
Proof. induction w; intros; cbn [digit_taus length]; [reflexivity | rewrite IHw; reflexivity]. Qed.
Lemma cell_bits_length : forall n k, length (cell_bits n k) = (n * width)%nat.
Proof. induction n; intros; cbn [cell_bits]; [reflexivity | rewrite app_length, digit_bits_length, IHn; lia]. Qed.
Lemma layout_taus_length : forall n s, length (layout_taus n s) = (n * width)%nat.
Proof. induction n; intros; cbn [layout_taus]; [reflexivity | rewrite app_length, digit_taus_length, IHn; lia]. Qed.

Lemma half_pow_pos : forall s, 0 < / 2 ^ s.
Proof. intros. apply Rinv_0_lt_compat, pow_lt. lra. Qed.

Lemma layout_taus_pos : forall n s, Forall (fun t => 0 < t) (layout_taus n s).
Proof.
  assert (G : forall w s, Forall (fun t => 0 < t) (digit_taus w s)).
  { induction w; intros; cbn [digit_taus]; constructor; [apply half_pow_pos | apply IHw]. }
  induction n; intros; cbn [layout_taus]; [constructor | apply Forall_app; split; [apply G | apply IHn]].
Qed.

Lemma sum_tau_app : forall l1 l2, sum_tau (l1 ++ l2) = sum_tau l1 + sum_tau l2.
Proof. induction l1; intros; simpl; [ring | rewrite IHl1; ring]. Qed.

Lemma half_pow_le : forall s t, (s <= t)%nat -> / 2 ^ t <= / 2 ^ s.
Proof.
  intros. apply Rinv_le_contravar; [apply pow_lt; lra |]. apply Rle_pow; [lra | assumption].
Qed.

Lemma half_pow_twice : forall s t, (1 <= s)%nat -> (2 * s <= t)%nat -> / 2 ^ t <= / 2 ^ s / 2.
Proof.
  intros s t H1 H2. eapply Rle_trans; [apply (half_pow_le (S s) t); lia |]. simpl.
  rewrite Rinv_mult. lra.
Qed.

Lemma digit_taus_sum : forall w s, (1 <= s)%nat -> sum_tau (digit_taus w s) <= 2 * / 2 ^ s.
Proof.
  induction w; intros s Hs; cbn [digit_taus sum_tau]. { generalize (half_pow_pos s). lra. }
  generalize (IHw (2 * s)%nat) (half_pow_twice s (2 * s)). intros I J.
  assert (sum_tau (digit_taus w (2 * s)) <= 2 * / 2 ^ (2 * s)) by (apply I; lia).
  assert (/ 2 ^ (2 * s) <= / 2 ^ s / 2) by (apply J; lia). lra.
Qed.

Lemma layout_taus_sum : forall n s, (1 <= s)%nat -> sum_tau (layout_taus n s) <= 4 * / 2 ^ s.
Proof.
  induction n; intros s Hs; cbn [layout_taus sum_tau]. { generalize (half_pow_pos s). lra. }
  rewrite sum_tau_app. assert (A := digit_taus_sum width s Hs).
  assert (B : sum_tau (layout_taus n (N * s)) <= 4 * / 2 ^ (N * s)) by (apply IHn; nia).
  assert (/ 2 ^ (N * s) <= / 2 ^ s / 2) by (apply half_pow_twice; nia). lra.
Qed.

Lemma half_pow_plus : forall s t, / 2 ^ (s + t) = / 2 ^ s * / 2 ^ t.
Proof. intros. rewrite pow_add, Rinv_mult. reflexivity. Qed.

Lemma tau_product_app : forall S taus S' taus', length S = length taus ->
  tau_product (S ++ S') (taus ++ taus') = tau_product S taus * tau_product S' taus'.
Proof.
  induction S as [| s S IH]; intros [| t taus] S' taus' E; try discriminate; simpl; [ring |].
  injection E as E. rewrite IH by assumption. ring.
Qed.

Lemma digit_tau_product : forall w s e, (e < 2 ^ w)%nat -> tau_product (digit_bits w e) (digit_taus w s) = / 2 ^ (s * e).
Proof.
  induction w as [| w IH]; intros s e H.
  { simpl in H. replace e with O by lia. rewrite Nat.mul_0_r. simpl. field. }
  cbn [digit_bits digit_taus tau_product].
  assert (E := Nat.div2_odd e). rewrite Nat.pow_succ_r' in H.
  rewrite IH by lia. rewrite E at 3. destruct (Nat.odd e); simpl Nat.b2n.
  - rewrite <- half_pow_plus. f_equal. f_equal. lia.
  - rewrite Rmult_1_l. f_equal. f_equal. lia.
Qed.

Lemma cell_tau_product : forall n s k, (k < N ^ n)%nat -> tau_product (cell_bits n k) (layout_taus n s) = / 2 ^ (s * k).
Proof.
  induction n as [| n IH]; intros s k H.
  { simpl in H. replace k with O by lia. rewrite Nat.mul_0_r. simpl. field. }
  cbn [cell_bits layout_taus]. rewrite tau_product_app by (rewrite digit_bits_length, digit_taus_length; reflexivity).
  rewrite Nat.pow_succ_r' in H. assert (D := Nat.div_mod k N). assert (M := Nat.mod_upper_bound k N).
  rewrite digit_tau_product, IH by (try apply Nat.div_lt_upper_bound; lia).
  rewrite <- half_pow_plus. f_equal. f_equal. rewrite D at 3 by lia. nia.
Qed.

Lemma members_app : forall S S', members (S ++ S') = (members S + members S')%nat.
Proof. induction S; intros; simpl; [reflexivity | rewrite IHS; lia]. Qed.

Lemma members_length : forall S, (members S <= length S)%nat.
Proof. induction S as [| [|] S IH]; simpl; lia. Qed.

Lemma digit_members_succ : forall w e, (members (digit_bits w (S e)) <= members (digit_bits w e) + 1)%nat.
Proof.
  induction w as [| w IH]; intros e; cbn [digit_bits members]; [lia |].
  rewrite Nat.odd_succ, <- Nat.negb_odd.
  assert (E := Nat.div2_odd e). assert (E' := Nat.div2_odd (S e)). rewrite Nat.odd_succ, <- Nat.negb_odd in E'.
  destruct (Nat.odd e); simpl Nat.b2n in *; simpl negb in *; cbv iota.
  - replace (Nat.div2 (S e)) with (S (Nat.div2 e)) by (simpl negb in E'; simpl Nat.b2n in E'; lia).
    generalize (IH (Nat.div2 e)). lia.
  - replace (Nat.div2 (S e)) with (Nat.div2 e) by (simpl negb in E'; simpl Nat.b2n in E'; lia). lia.
Qed.

Lemma digit_members_0 : forall w, members (digit_bits w 0) = O.
Proof. induction w; simpl; auto. Qed.

Lemma cell_members_0 : forall n, members (cell_bits n 0) = O.
Proof.
  induction n as [| n IH]; cbn [cell_bits]; [reflexivity |].
  rewrite members_app, Nat.mod_0_l, Nat.div_0_l, digit_members_0, IH by lia. reflexivity.
Qed.

(* From one cell to the next at most one more bit is set. *)
Lemma cell_members_succ : forall n k, (members (cell_bits n (S k)) <= members (cell_bits n k) + 1)%nat.
Proof.
  induction n as [| n IH]; intros k; cbn [cell_bits]; [simpl; lia |]. rewrite !members_app.
  assert (D := Nat.div_mod k N). assert (M := Nat.mod_upper_bound k N).
  destruct (Nat.eq_dec (S (k mod N)) N) as [E | E].
  - assert (Q : (S k / N = S (k / N))%nat) by (symmetry; apply Nat.div_unique with O; nia).
    assert (R : (S k mod N = 0)%nat) by (symmetry; apply Nat.mod_unique with (S (k / N)); nia).
    rewrite Q, R, digit_members_0. generalize (IH (k / N)%nat). lia.
  - assert (Q : (S k / N = k / N)%nat) by (symmetry; apply Nat.div_unique with (S (k mod N)); nia).
    assert (R : (S k mod N = S (k mod N))%nat) by (symmetry; apply Nat.mod_unique with (k / N)%nat; nia).
    rewrite Q, R. generalize (digit_members_succ width (k mod N)). lia.
Qed.

(* A subset of the bits of a cell is a cell. *)
Lemma subset_app : forall S S' T, subset T (S ++ S') -> exists T1 T2, T = T1 ++ T2 /\ subset T1 S /\ subset T2 S'.
Proof.
  induction S as [| s S IH]; intros S' T H. { exists [], T. simpl. auto. }
  destruct T as [| t T]; simpl in H; [contradiction |]. destruct H as [H1 H2].
  destruct (IH _ _ H2) as [T1 [T2 [E [A B]]]]. exists (t :: T1), T2. subst. simpl. auto.
Qed.

Lemma digit_subset : forall w e T, subset T (digit_bits w e) -> exists e', (e' <= e)%nat /\ T = digit_bits w e'.
Proof.
  induction w as [| w IH]; intros e T H; cbn [digit_bits] in H.
  { exists O. destruct T; [split; [lia | reflexivity] | contradiction]. }
  destruct T as [| t T]; [contradiction |]. destruct H as [H1 H2]. destruct (IH _ _ H2) as [e' [L ->]].
  assert (E := Nat.div2_odd e).
  exists (2 * e' + Nat.b2n t)%nat. split.
  - destruct t; [rewrite H1 in E by reflexivity |]; simpl Nat.b2n in *; lia.
  - cbn [digit_bits].
    assert (O : Nat.odd (2 * e' + Nat.b2n t) = t).
    { rewrite Nat.odd_add, Nat.odd_mul. simpl Nat.odd at 1. destruct t; reflexivity. }
    assert (Dv := Nat.div2_odd (2 * e' + Nat.b2n t)). rewrite O in Dv. rewrite O. f_equal. f_equal. lia.
Qed.

Lemma cell_subset : forall n k T, (k < N ^ n)%nat -> subset T (cell_bits n k) ->
  exists k', (k' < N ^ n)%nat /\ T = cell_bits n k'.
Proof.
  induction n as [| n IH]; intros k T Hk H; cbn [cell_bits] in H.
  { exists O. destruct T; [split; [simpl; lia | reflexivity] | contradiction]. }
  destruct (subset_app _ _ _ H) as [T1 [T2 [-> [A B]]]].
  destruct (digit_subset _ _ _ A) as [e [Le ->]].
  rewrite Nat.pow_succ_r' in Hk. assert (M := Nat.mod_upper_bound k N).
  destruct (IH _ _ (Nat.div_lt_upper_bound k N (N ^ n) ltac:(lia) Hk) B) as [k' [Lk ->]].
  exists (e + k' * N)%nat. split; [rewrite Nat.pow_succ_r'; nia |].
  cbn [cell_bits]. rewrite Nat.mod_add, Nat.div_add, Nat.mod_small, Nat.div_small by lia. reflexivity.
Qed.

Lemma b_bound : / 2 ^ b <= 1 / 128.
Proof. eapply Rle_trans; [apply (half_pow_le 7 b b7) |]. lra. Qed.

Definition kappa_of (n k : nat) : R := kappa (layout_taus n b) (cell_bits n k).

Lemma kappa_of_size : forall n k, (k < N ^ n)%nat ->
  let leading := 2 ^ members (cell_bits n k) * / 2 ^ (b * k) in
  0 < leading /\ leading * (7 / 8) <= Rabs (kappa_of n k) <= leading * (9 / 8).
Proof.
  intros n k Hk leading. assert (B := b_bound).
  assert (S : sum_tau (layout_taus n b) <= 1 / 32) by (generalize (layout_taus_sum n b); intros G; specialize (G ltac:(lia)); lra).
  destruct (kappa_size (cell_bits n k) (layout_taus n b)) as [P K].
  { rewrite cell_bits_length, layout_taus_length. reflexivity. }
  { apply layout_taus_pos. } { lra. }
  rewrite cell_tau_product in P, K by assumption. fold leading in P, K. split; [assumption |].
  unfold kappa_of. nra.
Qed.

(* Lacunary: each coefficient is less than 18/7 2^-b times the one before. *)
Theorem kappa_lacunary : forall n k, (S k < N ^ n)%nat ->
  Rabs (kappa_of n (S k)) <= 18 / 7 * / 2 ^ b * Rabs (kappa_of n k).
Proof.
  intros n k Hk. destruct (kappa_of_size n (S k) Hk) as [P [_ U]]. destruct (kappa_of_size n k) as [P' [L _]]; [lia |].
  eapply Rle_trans; [exact U |].
  assert (R : 2 ^ members (cell_bits n (S k)) * / 2 ^ (b * S k)
    <= 2 * / 2 ^ b * (2 ^ members (cell_bits n k) * / 2 ^ (b * k))).
  { replace (b * S k)%nat with (b + b * k)%nat by lia. rewrite half_pow_plus.
    replace (2 * / 2 ^ b * (2 ^ members (cell_bits n k) * / 2 ^ (b * k)))
      with (2 ^ (members (cell_bits n k) + 1) * (/ 2 ^ b * / 2 ^ (b * k))) by (rewrite pow_add; ring).
    apply Rmult_le_compat_r.
    - apply Rlt_le, Rmult_lt_0_compat; apply half_pow_pos.
    - apply Rle_pow; [lra | apply cell_members_succ]. }
  generalize (half_pow_pos b). nra.
Qed.

(* m is a multiple of 2^-u. *)
Definition multiple (u : nat) (m : R) : Prop := exists z : Z, m = IZR z * / 2 ^ u.

Lemma multiple_near : forall u x, exists y, multiple u y /\ Rabs (y - x) <= / 2 ^ S u.
Proof.
  intros u x. destruct (archimed (x * 2 ^ u - 1 / 2)) as [A B]. set (z := up (x * 2 ^ u - 1 / 2)) in *.
  exists (IZR z * / 2 ^ u). split; [exists z; reflexivity |].
  assert (P : 0 < 2 ^ u) by (apply pow_lt; lra).
  replace (2 ^ S u) with (2 ^ u * 2) by (simpl; ring). rewrite Rinv_mult.
  replace (IZR z * / 2 ^ u - x) with (/ 2 ^ u * (IZR z - x * 2 ^ u)) by (field; lra).
  rewrite Rabs_mult, (Rabs_pos_eq (/ 2 ^ u)) by (apply Rlt_le, Rinv_0_lt_compat, P).
  apply Rmult_le_compat_l; [apply Rlt_le, Rinv_0_lt_compat, P |]. apply Rabs_le. lra.
Qed.

(* The decoder stores any phases on the N^n cells: one multiple m of 2^-u brings m nu_k within 2^|k| (4/3 2^-b + 2^-u) turns of
   the wanted phase for every cell k, |k| the number of its bits that are set. The program has u = 64. *)
Theorem decoder_stores : forall n u (phase : list bool -> R), exists m, multiple u m /\ forall k, (k < N ^ n)%nat ->
  near (m * nu (combine (cell_bits n k) (layout_taus n b))) (phase (cell_bits n k))
    (2 ^ members (cell_bits n k) * (4 / 3 * / 2 ^ b + / 2 ^ u)).
Proof.
  intros n u phase. assert (B := b_bound). assert (Bp := half_pow_pos b).
  destruct (greedy_lacunary (kappa_of n) (fun k => moebius phase (cell_bits n k)) (multiple u) (/ 2 ^ S u)) with (K := (N ^ n)%nat)
    (rho := 18 / 7 * / 2 ^ b) as [m [Am H]].
  - exists 0%Z. ring.
  - intros x y [i ->] [j ->]. exists (i + j)%Z. rewrite plus_IZR. ring.
  - apply multiple_near.
  - intros k Hk. destruct (kappa_of_size n k Hk) as [P [L _]]. intros E. rewrite E, Rabs_R0 in L. lra.
  - lra.
  - apply Rlt_le, half_pow_pos.
  - intros k Hk. apply kappa_lacunary, Hk.
  - exists m. split; [assumption |]. intros k Hk.
    rewrite nu_expansion by (rewrite cell_bits_length, layout_taus_length; reflexivity).
    rewrite <- (moebius_inversion (cell_bits n k) phase).
    assert (Z0 : (0 < N ^ n)%nat) by lia.
    assert (K0 : Rabs (kappa_of n 0) <= 9 / 8).
    { destruct (kappa_of_size n 0 Z0) as [_ [_ U]]. rewrite Nat.mul_0_r in U.
      rewrite cell_members_0 in U. simpl in U. lra. }
    replace (m * sum_subsets (cell_bits n k) (kappa (layout_taus n b)))
      with (sum_subsets (cell_bits n k) (fun T => m * kappa (layout_taus n b) T)).
    + apply near_cell. intros T HT. destruct (cell_subset n k T Hk HT) as [k' [Hk' ->]].
      eapply near_le; [apply (H k' Hk') |].
      set (x := / 2 ^ b) in *. replace (2 ^ S u) with (2 ^ u * 2) by (simpl; ring).
      assert (Pu := half_pow_pos u). rewrite Rinv_mult.
      set (y := / 2 ^ u) in *. set (z := Rabs (kappa_of n 0)) in *.
      apply Rmult_le_reg_r with (1 - 18 / 7 * x); [lra |].
      unfold Rdiv at 1. rewrite Rmult_assoc, Rinv_l by lra.
      assert (0 <= z) by apply Rabs_pos. nra.
    + clear. generalize (kappa (layout_taus n b)). induction (cell_bits n k) as [| [|] S IH]; intros G; simpl.
      * ring.
      * rewrite (IH (fun T => G (true :: T))), (IH (fun T => G (false :: T))). ring.
      * apply IH.
Qed.

(* With b = (number of bit positions) + r + 3 every phase is stored to r bits, by a multiple of 2^-u with enough bits. *)
Corollary decoder_accuracy : forall n r u (phase : list bool -> R), b = (n * width + r + 3)%nat -> (n * width + r < u)%nat ->
  exists m, multiple u m /\ forall k, (k < N ^ n)%nat ->
  near (m * nu (combine (cell_bits n k) (layout_taus n b))) (phase (cell_bits n k)) (/ 2 ^ r).
Proof.
  intros n r u phase Eb Hr. destruct (decoder_stores n u phase) as [m [A H]]. exists m. split; [assumption |].
  intros k Hk. eapply near_le; [apply H, Hk |].
  assert (M : 2 ^ members (cell_bits n k) <= 2 ^ (n * width)).
  { apply Rle_pow; [lra |]. rewrite <- (cell_bits_length n k). apply members_length. }
  rewrite Eb, !half_pow_plus. set (t := (n * width)%nat) in *.
  assert (Pu : / 2 ^ u <= / 2 ^ t * / 2 ^ r * / 2).
  { rewrite <- half_pow_plus. replace (/ 2) with (/ 2 ^ 1) by (simpl; field). rewrite <- half_pow_plus. apply half_pow_le. lia. }
  assert (Pt := half_pow_pos t). assert (Pr := half_pow_pos r).
  assert (I : 2 ^ t * / 2 ^ t = 1) by (apply Rinv_r, pow_nonzero; lra).
  apply Rle_trans with (2 ^ t * (4 / 3 * (/ 2 ^ t * / 2 ^ r * / 2 ^ 3) + / 2 ^ t * / 2 ^ r * / 2)).
  - apply Rmult_le_compat; [apply pow_le; lra | | assumption | lra].
    generalize (half_pow_pos u) (half_pow_pos 3). intros. assert (0 < / 2 ^ t * / 2 ^ r * / 2 ^ 3)
      by (repeat apply Rmult_lt_0_compat; assumption). lra.
  - replace (2 ^ t * (4 / 3 * (/ 2 ^ t * / 2 ^ r * / 2 ^ 3) + / 2 ^ t * / 2 ^ r * / 2))
      with (2 ^ t * / 2 ^ t * (/ 2 ^ r * (4 / 3 * / 2 ^ 3 + / 2))) by ring.
    rewrite I. simpl. lra.
Qed.

End Layout.
