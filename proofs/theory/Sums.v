(* Finite sums of reals. *)
From Coq Require Import Reals Lra Lia.
Open Scope R_scope.

Fixpoint sum_to (K : nat) (U : nat -> R) : R := match K with O => 0 | S k => sum_to k U + U k end.

Lemma sum_to_le : forall K U V, (forall k, (k < K)%nat -> U k <= V k) -> sum_to K U <= sum_to K V.
Proof.
  induction K as [| K IH]; intros U V H; simpl; [lra |].
  apply Rplus_le_compat; [apply IH; intros; apply H; lia | apply H; lia].
Qed.

Lemma sum_to_nonneg : forall K U, (forall k, (k < K)%nat -> 0 <= U k) -> 0 <= sum_to K U.
Proof.
  induction K as [| K IH]; intros U H; simpl; [lra |].
  assert (0 <= sum_to K U) by (apply IH; intros; apply H; lia). specialize (H K). assert (0 <= U K) by (apply H; lia). lra.
Qed.

Lemma sum_to_one : forall K U k, (forall k, (k < K)%nat -> 0 <= U k) -> (k < K)%nat -> U k <= sum_to K U.
Proof.
  induction K as [| K IH]; intros U k H Hk; [lia |]. simpl.
  assert (0 <= U K) by (apply H; lia).
  destruct (Nat.eq_dec k K) as [-> | n].
  - assert (0 <= sum_to K U) by (apply sum_to_nonneg; intros; apply H; lia). lra.
  - assert (U k <= sum_to K U) by (apply IH; [intros; apply H |]; lia). lra.
Qed.

Lemma sum_to_ext : forall K U V, (forall k, (k < K)%nat -> U k = V k) -> sum_to K U = sum_to K V.
Proof. intros K U V H. apply Rle_antisym; apply sum_to_le; intros; rewrite H; (assumption || lra). Qed.

Lemma sum_to_plus : forall K U V, sum_to K (fun k => U k + V k) = sum_to K U + sum_to K V.
Proof. induction K as [| K IH]; intros; simpl; [ring |]. rewrite IH. ring. Qed.

Lemma sum_to_scale : forall K c U, sum_to K (fun k => c * U k) = c * sum_to K U.
Proof. induction K as [| K IH]; intros; simpl; [ring |]. rewrite IH. ring. Qed.

Lemma sum_to_const : forall K c, sum_to K (fun _ => c) = INR K * c.
Proof. induction K as [| K IH]; intros; [simpl; ring |]. cbn [sum_to]. rewrite IH, S_INR. ring. Qed.

Lemma sum_to_append : forall K L U, sum_to (K + L) U = sum_to K U + sum_to L (fun j => U (K + j)%nat).
Proof.
  intros K L. induction L as [| L IH]; intros U; [rewrite Nat.add_0_r; simpl; ring |].
  rewrite Nat.add_succ_r. cbn [sum_to]. rewrite IH. ring.
Qed.

Lemma sum_to_exchange : forall K L (U : nat -> nat -> R),
  sum_to K (fun k => sum_to L (U k)) = sum_to L (fun j => sum_to K (fun k => U k j)).
Proof.
  induction K as [| K IH]; intros L U; cbn [sum_to]; [rewrite sum_to_const; ring |].
  rewrite IH, <- sum_to_plus. reflexivity.
Qed.

Lemma sum_to_blocks : forall C n U, sum_to (C * n) U = sum_to C (fun c => sum_to n (fun a => U (c * n + a)%nat)).
Proof.
  induction C as [| C IH]; intros n U; [reflexivity |].
  cbn [sum_to]. replace (S C * n)%nat with (C * n + n)%nat by lia. rewrite sum_to_append, IH. reflexivity.
Qed.

(* Terms lo <= k < hi only. *)
Definition window (lo hi : nat) (U : nat -> R) (k : nat) : R :=
  if le_dec lo k then if lt_dec k hi then U k else 0 else 0.

Lemma sum_window : forall K lo hi U, (lo <= hi <= K)%nat ->
  sum_to K (window lo hi U) = sum_to (hi - lo) (fun b => U (lo + b)%nat).
Proof.
  intros K lo hi U H. replace K with (lo + (hi - lo) + (K - hi))%nat by lia. rewrite !sum_to_append.
  rewrite (sum_to_ext lo _ (fun _ => 0)), (sum_to_ext (K - hi) _ (fun _ => 0)), !sum_to_const.
  - rewrite (sum_to_ext (hi - lo) _ (fun b => U (lo + b)%nat)); [ring |].
    intros k Hk. unfold window. destruct le_dec; [| lia]. destruct lt_dec; [reflexivity | lia].
  - intros k Hk. unfold window. destruct le_dec; [| lia]. destruct lt_dec; [lia | reflexivity].
  - intros k Hk. unfold window. destruct le_dec; [lia | reflexivity].
Qed.

Lemma sum_to_single : forall K k U, (k < K)%nat -> (forall i, (i < K)%nat -> i <> k -> U i = 0) -> sum_to K U = U k.
Proof.
  intros K k U Hk H. rewrite (sum_to_ext K U (window k (S k) U)).
  - rewrite sum_window by lia. replace (S k - k)%nat with 1%nat by lia. simpl. rewrite Nat.add_0_r. ring.
  - intros i Hi. unfold window. destruct le_dec; [destruct lt_dec |]; try reflexivity; apply H; lia.
Qed.
