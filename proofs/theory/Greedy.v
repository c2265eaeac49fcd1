(* A multiplier m for which every m kappa_k comes near a wanted psi_k modulo 1, by falling k: each step of m disturbs what was met
   before, by little if the kappa_k fall fast. *)
From Coq Require Import Reals Lra Lia.
Open Scope R_scope.

(* x is within e of y modulo 1. *)
Definition near (x y e : R) : Prop := exists z : Z, Rabs (x - y - IZR z) <= e.

Lemma near_le : forall x y e e', near x y e -> e <= e' -> near x y e'.
Proof. intros x y e e' [z H] L. exists z. lra. Qed.

Lemma near_plus : forall x y e x' y' e', near x y e -> near x' y' e' -> near (x + x') (y + y') (e + e').
Proof.
  intros x y e x' y' e' [z H] [z' H']. exists (z + z')%Z. rewrite plus_IZR.
  replace (x + x' - (y + y') - (IZR z + IZR z')) with ((x - y - IZR z) + (x' - y' - IZR z')) by ring.
  eapply Rle_trans; [apply Rabs_triang | lra].
Qed.

Lemma near_half : forall x y, near x y (1 / 2).
Proof.
  intros x y. destruct (archimed (x - y - 1 / 2)) as [A B]. exists (up (x - y - 1 / 2)). apply Rabs_le. lra.
Qed.

Section Greedy.
Variable kappa psi : nat -> R.
(* The numbers that m may be, such as the multiples of 2^-64: one within u of every real. *)
Variable allowed : R -> Prop.
Variable u : R.
Hypothesis allowed_0 : allowed 0.
Hypothesis allowed_plus : forall x y, allowed x -> allowed y -> allowed (x + y).
Hypothesis allowed_near : forall x, exists y, allowed y /\ Rabs (y - x) <= u.

(* At most so far do the steps for 0..k-1 move m. *)
Fixpoint movement (k : nat) : R := match k with O => 0 | S j => movement j + (/ (2 * Rabs (kappa j)) + u) end.

Lemma greedy_from : forall K, (forall k, (k < K)%nat -> kappa k <> 0) -> forall m0, allowed m0 ->
  exists m, allowed m /\ Rabs (m - m0) <= movement K /\
    forall k, (k < K)%nat -> near (m * kappa k) (psi k) (Rabs (kappa k) * (u + movement k)).
Proof.
  induction K as [| K IH]; intros n0 m0 A0.
  { exists m0. split; [assumption |]. split; [rewrite Rminus_eq_0, Rabs_R0; simpl; lra | intros; lia]. }
  assert (nK : kappa K <> 0) by (apply n0; lia).
  assert (P : 0 < Rabs (kappa K)) by (apply Rabs_pos_lt, nK).
  destruct (near_half (m0 * kappa K) (psi K)) as [z Hz].
  destruct (allowed_near (- (m0 * kappa K - psi K - IZR z) / kappa K)) as [y [Ay Hy]].
  set (r := m0 * kappa K - psi K - IZR z) in *.
  destruct (IH (fun k h => n0 k (Nat.lt_lt_succ_r _ _ h)) (m0 + y)) as [m [Am [Hm Hk]]]. { auto. }
  exists m. split; [assumption |]. split.
  - cbn [movement]. assert (Y : Rabs y <= / (2 * Rabs (kappa K)) + u).
    { replace y with (- r / kappa K + (y - - r / kappa K)) by ring.
      eapply Rle_trans; [apply Rabs_triang |]. apply Rplus_le_compat; [| assumption].
      unfold Rdiv. rewrite Rabs_mult, Rabs_Ropp, Rabs_inv, Rinv_mult.
      apply Rmult_le_compat_r; [apply Rlt_le, Rinv_0_lt_compat, P | lra]. }
    replace (m - m0) with ((m - (m0 + y)) + y) by ring.
    eapply Rle_trans; [apply Rabs_triang | lra].
  - intros k Hlt. destruct (Nat.eq_dec k K) as [-> | n]; [| apply Hk; lia].
    exists z.
    replace (m * kappa K - psi K - IZR z) with (kappa K * ((y - - r / kappa K) + (m - (m0 + y))))
      by (unfold r; field; assumption).
    rewrite Rabs_mult. apply Rmult_le_compat_l; [lra |].
    eapply Rle_trans; [apply Rabs_triang | lra].
Qed.

(* Every phase is met up to |kappa_k| (u + sum over j < k of (1 / (2 |kappa_j|) + u)). *)
Theorem greedy : forall K, (forall k, (k < K)%nat -> kappa k <> 0) ->
  exists m, allowed m /\ forall k, (k < K)%nat -> near (m * kappa k) (psi k) (Rabs (kappa k) * (u + movement k)).
Proof. intros K n0. destruct (greedy_from K n0 0 allowed_0) as [m [A [_ H]]]. exists m. auto. Qed.

(* If every kappa_(k+1) is at most rho times kappa_k, that is a geometric sum. *)
Theorem greedy_lacunary : forall K rho, (forall k, (k < K)%nat -> kappa k <> 0) -> 0 <= rho < 1 -> 0 <= u ->
  (forall k, (S k < K)%nat -> Rabs (kappa (S k)) <= rho * Rabs (kappa k)) ->
  exists m, allowed m /\
    forall k, (k < K)%nat -> near (m * kappa k) (psi k) ((rho / 2 + u * Rabs (kappa O)) / (1 - rho)).
Proof.
  intros K rho n0 Hrho Hu Hr. destruct (greedy K n0) as [m [A H]]. exists m. split; [assumption |].
  intros k Hk. eapply near_le; [apply H, Hk |]. clear H A m.
  set (X := (rho / 2 + u * Rabs (kappa O)) / (1 - rho)).
  assert (EX : X * (1 - rho) = rho / 2 + u * Rabs (kappa O)) by (unfold X; field; lra).
  assert (P0 := Rabs_pos (kappa O)).
  assert (U0 : 0 <= u * Rabs (kappa O)) by (apply Rmult_le_pos; assumption).
  assert (X0 : u * Rabs (kappa O) <= X).
  { apply Rmult_le_reg_r with (1 - rho); [lra |]. rewrite EX. nra. }
  cut (Rabs (kappa k) * (u + movement k) <= X /\ Rabs (kappa k) <= Rabs (kappa O)); [tauto |].
  induction k as [| k IH]. { simpl. split; [lra | lra]. }
  destruct IH as [IH1 IH2]; [lia |]. specialize (Hr k Hk).
  assert (P : 0 < Rabs (kappa k)) by (apply Rabs_pos_lt, n0; lia).
  split.
  - cbn [movement].
    assert (M : 0 <= u + (movement k + (/ (2 * Rabs (kappa k)) + u))).
    { assert (0 <= movement k).
      { clear - Hu n0 Hk. assert (G : forall j, (j <= k)%nat -> 0 <= movement j); [| apply G; lia].
        induction j as [| j IH]; intros Hj; cbn [movement]; [lra |].
        assert (0 < Rabs (kappa j)) by (apply Rabs_pos_lt, n0; lia).
        assert (0 < / (2 * Rabs (kappa j))) by (apply Rinv_0_lt_compat; lra).
        assert (0 <= movement j) by (apply IH; lia). lra. }
      assert (0 < / (2 * Rabs (kappa k))) by (apply Rinv_0_lt_compat; lra). lra. }
    eapply Rle_trans; [apply Rmult_le_compat_r; [exact M | exact Hr] |].
    replace (rho * Rabs (kappa k) * (u + (movement k + (/ (2 * Rabs (kappa k)) + u))))
      with (rho * (Rabs (kappa k) * (u + movement k) + 1 / 2 + u * Rabs (kappa k))) by (field; lra).
    assert (u * Rabs (kappa k) <= u * Rabs (kappa O)) by (apply Rmult_le_compat_l; lra).
    assert (rho * (u * Rabs (kappa k)) <= u * Rabs (kappa O)) by nra.
    nra.
  - nra.
Qed.

End Greedy.
