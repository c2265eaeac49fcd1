(* Reading off base-N digits with steep ramps of ReLU units: one coordinate. *)
From Coq Require Import Reals List Lra Lia Arith.
From Layercert Require Import Relu.
Import ListNotations.
Open Scope R_scope.

Section Digits.
Variable N : nat.
Variable delta : R.
Hypothesis N2 : (2 <= N)%nat.
Hypothesis delta_pos : 0 < delta.
Hypothesis delta_1 : delta <= 1.

(* The pair of units of digit e, at y = N x. *)
Definition step (e : nat) (y : R) : R := relu ((y - INR e) / delta + 1) - relu ((y - INR e) / delta).

(* step 1 + ... + step k *)
Fixpoint steps (k : nat) (y : R) : R := match k with O => 0 | S k' => steps k' y + step k y end.

(* From x^(m-1) to x^(m). *)
Definition next (x : R) : R := INR N * x - steps (N - 1) (INR N * x).

Definition on_ramp (e : nat) (y : R) : Prop := INR e - delta < y < INR e.
Definition bad_at (x : R) : Prop := exists e, (1 <= e <= N - 1)%nat /\ on_ramp e (INR N * x).

Lemma quotient : forall t, t / delta * delta = t.
Proof. intros. field. lra. Qed.

Lemma step_one : forall e y, INR e <= y -> step e y = 1.
Proof.
  intros e y H. assert (0 <= (y - INR e) / delta).
  { apply Rmult_le_reg_r with delta; [lra |]. rewrite quotient. lra. }
  unfold step. rewrite !relu_pos by lra. ring.
Qed.

Lemma step_zero : forall e y, y <= INR e - delta -> step e y = 0.
Proof.
  intros e y H. assert ((y - INR e) / delta <= - 1).
  { apply Rmult_le_reg_r with delta; [lra |]. rewrite quotient. lra. }
  unfold step. rewrite !relu_neg by lra. ring.
Qed.

Lemma step_between : forall e y, INR e - delta <= y <= INR e -> step e y = (y - INR e) / delta + 1.
Proof.
  intros e y H. assert (A : - 1 <= (y - INR e) / delta).
  { apply Rmult_le_reg_r with delta; [lra |]. rewrite quotient. lra. }
  assert (B : (y - INR e) / delta <= 0).
  { apply Rmult_le_reg_r with delta; [lra |]. rewrite quotient. lra. }
  unfold step. rewrite relu_pos, relu_neg by lra. ring.
Qed.

Lemma step_range : forall e y, 0 <= step e y <= 1.
Proof.
  intros e y. destruct (Rle_dec (INR e) y). { rewrite step_one by assumption. lra. }
  destruct (Rle_dec y (INR e - delta)). { rewrite step_zero by assumption. lra. }
  rewrite step_between by lra. assert (- 1 <= (y - INR e) / delta <= 0); [| lra].
  split; apply Rmult_le_reg_r with delta; try lra; rewrite quotient; lra.
Qed.

(* On the ramp before k + 1 the step is below the distance from k. *)
Lemma step_below : forall k y, INR k <= y <= INR (S k) -> step (S k) y <= y - INR k.
Proof.
  intros k y H. rewrite S_INR in H. destruct (Rle_dec y (INR (S k) - delta)).
  { rewrite step_zero by assumption. lra. }
  rewrite step_between by (rewrite S_INR in *; lra). rewrite S_INR in *.
  apply Rmult_le_reg_r with delta; [lra |]. rewrite Rmult_plus_distr_r, quotient. nra.
Qed.

Lemma steps_range : forall k y, 0 <= steps k y <= INR k.
Proof.
  induction k as [| k IH]; intros y. { simpl. lra. }
  rewrite S_INR. cbn [steps]. generalize (IH y) (step_range (S k) y). lra.
Qed.

Lemma steps_full : forall k y, INR k <= y -> steps k y = INR k.
Proof.
  induction k as [| k IH]; intros y H. { reflexivity. }
  cbn [steps]. rewrite step_one by assumption. rewrite S_INR in *. rewrite IH; lra.
Qed.

Lemma steps_le : forall k y, 0 <= y -> steps k y <= y.
Proof.
  induction k as [| k IH]; intros y H. { simpl. lra. }
  cbn [steps]. destruct (Rle_dec (INR k) y).
  - destruct (Rle_dec y (INR (S k))).
    + generalize (steps_range k y) (step_below k y). lra.
    + generalize (steps_range (S k) y). cbn [steps]. lra.
  - rewrite step_zero; [generalize (IH y H); lra |]. rewrite S_INR. lra.
Qed.

Lemma steps_ge : forall k y, y <= INR (S k) -> y - 1 <= steps k y.
Proof.
  induction k as [| k IH]; intros y H. { simpl in *. lra. }
  destruct (Rle_dec y (INR (S k))) as [L | L].
  - generalize (IH y L) (step_range (S k) y). cbn [steps]. lra.
  - rewrite steps_full by lra. rewrite (S_INR (S k)) in H. lra.
Qed.

Lemma N_real : INR N = INR (N - 1) + 1.
Proof. rewrite <- S_INR. f_equal. lia. Qed.

Lemma N_pos : 2 <= INR N.
Proof. apply (le_INR 2). assumption. Qed.

(* Everywhere, ramps included, the recursion stays in [0, 1], so that a ReLU unit can carry it. *)
Theorem next_range : forall x, 0 <= x <= 1 -> 0 <= next x <= 1.
Proof.
  intros x H. unfold next. assert (0 <= INR N * x) by (generalize N_pos; nra). split.
  - generalize (steps_le (N - 1) (INR N * x)). lra.
  - generalize (steps_ge (N - 1) (INR N * x)). replace (S (N - 1)) with N by lia.
    intros G. assert (INR N * x <= INR N) by (generalize N_pos; nra). lra.
Qed.

Lemma steps_past : forall k e y, (e <= k)%nat -> y < INR e + 1 -> (forall i, (e < i <= k)%nat -> ~ on_ramp i y) ->
  INR e <= y -> steps k y = INR e.
Proof.
  induction k as [| k IH]; intros e y He Hy Hr Hl.
  { replace e with O by lia. reflexivity. }
  destruct (Nat.eq_dec e (S k)) as [-> | D]. { apply steps_full, Hl. }
  cbn [steps]. rewrite (IH e); [| lia | assumption | intros; apply Hr; lia | assumption].
  rewrite step_zero; [ring |]. destruct (Rle_dec y (INR (S k) - delta)) as [| n]; [assumption | exfalso].
  apply (Hr (S k)); [lia |]. split; [lra |]. assert (INR (S e) <= INR (S k)) by (apply le_INR; lia).
  rewrite S_INR in H. lra.
Qed.

(* Off the ramps the steps count the digit. *)
Theorem steps_digit : forall e x, (e <= N - 1)%nat -> INR e <= INR N * x < INR e + 1 -> ~ bad_at x ->
  steps (N - 1) (INR N * x) = INR e.
Proof.
  intros e x He H B. apply steps_past; [assumption | lra | | lra].
  intros i Hi R. apply B. exists i. split; [lia | assumption].
Qed.

(* Each single step is 0 or 1 there: what the argument's sum is made of. *)
Theorem step_digit : forall e i x, INR e <= INR N * x < INR e + 1 -> ~ bad_at x -> (1 <= i <= N - 1)%nat ->
  step i (INR N * x) = if (i <=? e)%nat then 1 else 0.
Proof.
  intros e i x H B Hi. destruct (Nat.leb_spec i e) as [L | L].
  - apply step_one. assert (INR i <= INR e) by (apply le_INR, L). lra.
  - apply step_zero. destruct (Rle_dec (INR N * x) (INR i - delta)) as [| n]; [assumption | exfalso].
    apply B. exists i. split; [assumption |]. split; [lra |].
    assert (INR (S e) <= INR i) by (apply le_INR; lia). rewrite S_INR in H0. lra.
Qed.

(* ---- all levels ---- *)

Fixpoint residue (l : nat) (x : R) : R := match l with O => x | S l' => next (residue l' x) end.
Definition good (l : nat) (x : R) : Prop := forall m, (m < l)%nat -> ~ bad_at (residue m x).

Lemma residue_range : forall l x, 0 <= x <= 1 -> 0 <= residue l x <= 1.
Proof. induction l; intros x H; simpl; [assumption | apply next_range, IHl, H]. Qed.

(* The number of the interval of side N^-l, from its digits, first digit highest. *)
Fixpoint index (digit : nat -> nat) (l : nat) : nat :=
  match l with O => O | S l' => (N * index digit l' + digit l')%nat end.

Lemma index_below : forall digit l, (forall m, (m < l)%nat -> (digit m < N)%nat) -> (index digit l < N ^ l)%nat.
Proof.
  induction l as [| l IH]; intros H. { simpl. lia. }
  cbn [index]. rewrite Nat.pow_succ_r'. assert (index digit l < N ^ l)%nat by (apply IH; intros; apply H; lia).
  specialize (H l). nia.
Qed.

Lemma digit_exists : forall y, 0 <= y < INR N -> exists e, (e <= N - 1)%nat /\ INR e <= y < INR e + 1.
Proof.
  intros y [H0 H1]. destruct (archimed y) as [A B].
  assert (P : (0 < up y)%Z) by (apply lt_IZR; lra).
  exists (Z.to_nat (up y - 1)). rewrite INR_IZR_INZ, Z2Nat.id by lia. rewrite minus_IZR.
  split; [| lra]. assert (up y - 1 < Z.of_nat N)%Z; [| lia].
  apply lt_IZR. rewrite minus_IZR, <- INR_IZR_INZ. lra.
Qed.

(* Off the ramps x^(l) is the fractional part of N^l x, and the steps of every level are the base-N digits of x. *)
Theorem digits : forall l x, 0 <= x < 1 -> good l x -> exists digit : nat -> nat,
  (forall m, (m < l)%nat -> (digit m <= N - 1)%nat /\ steps (N - 1) (INR N * residue m x) = INR (digit m) /\
     forall i, (1 <= i <= N - 1)%nat -> step i (INR N * residue m x) = if (i <=? digit m)%nat then 1 else 0) /\
  residue l x = INR N ^ l * x - INR (index digit l) /\ 0 <= residue l x < 1.
Proof.
  induction l as [| l IH]; intros x Hx G.
  { exists (fun _ => O). split; [intros; lia |]. simpl. lra. }
  destruct (IH x Hx) as [digit [D [E F]]]. { intros m Hm. apply G. lia. }
  assert (B : ~ bad_at (residue l x)) by (apply G; lia).
  destruct (digit_exists (INR N * residue l x)) as [e [He1 He2]]. { generalize N_pos; nra. }
  assert (T := steps_digit e _ He1 He2 B).
  exists (fun m => if (m =? l)%nat then e else digit m).
  assert (I : forall k, (k <= l)%nat -> index (fun m => if (m =? l)%nat then e else digit m) k = index digit k).
  { induction k; intros Hk; [reflexivity |]. cbn [index]. rewrite IHk by lia.
    destruct (Nat.eqb_spec k l); [lia | reflexivity]. }
  split; [| split].
  - intros m Hm. destruct (Nat.eqb_spec m l) as [-> | n].
    + split; [assumption | split; [assumption |]]. intros i Hi. apply step_digit; assumption.
    + apply D. lia.
  - cbn [residue index]. rewrite I by lia. rewrite Nat.eqb_refl. unfold next. rewrite T, E.
    rewrite plus_INR, mult_INR. simpl. ring.
  - cbn [residue]. unfold next. rewrite T. lra.
Qed.

(* ---- the bad set ---- *)

(* The ramps of level m + 1, as intervals (left, right) of x. *)
Definition ramp (m c e : nat) : R * R :=
  ((INR c + (INR e - delta) / INR N) / INR N ^ m, (INR c + INR e / INR N) / INR N ^ m).
Definition ramps_of (m : nat) : list (R * R) :=
  flat_map (fun c => map (ramp m c) (seq 1 (N - 1))) (seq 0 (N ^ m)).
Definition ramps (l : nat) : list (R * R) := flat_map ramps_of (seq 0 l).

Fixpoint total_length (l : list (R * R)) : R :=
  match l with [] => 0 | (a, b) :: l => (b - a) + total_length l end.

Lemma total_length_app : forall l1 l2, total_length (l1 ++ l2) = total_length l1 + total_length l2.
Proof. induction l1 as [| [a b] l IH]; intros; simpl; [ring |]. rewrite IH. ring. Qed.

Lemma total_length_const : forall (A : Type) (f : A -> list (R * R)) c l,
  (forall x, In x l -> total_length (f x) = c) -> total_length (flat_map f l) = INR (length l) * c.
Proof.
  induction l as [| x l IH]; intros H. { simpl. ring. }
  cbn [flat_map length]. rewrite total_length_app, (H x), IH, S_INR; [ring | | now left].
  intros; apply H; now right.
Qed.

Lemma total_length_map : forall (A : Type) (f : A -> R * R) c l,
  (forall x, snd (f x) - fst (f x) = c) -> total_length (map f l) = INR (length l) * c.
Proof.
  induction l as [| x l IH]; intros H. { simpl. ring. }
  cbn [map length]. specialize (IH H). specialize (H x). destruct (f x) as [a b].
  cbn [total_length]. rewrite IH, S_INR. simpl in H. rewrite H. ring.
Qed.

Lemma total_length_ramps_of : forall m, total_length (ramps_of m) = delta * (1 - 1 / INR N).
Proof.
  intros m. assert (P := N_pos). assert (Q : 0 < INR N ^ m) by (apply pow_lt; lra).
  unfold ramps_of. rewrite (total_length_const _ _ (INR (N - 1) * (delta / INR N / INR N ^ m))).
  - rewrite seq_length, pow_INR. assert (E := N_real). replace (INR (N - 1)) with (INR N - 1) by lra. field. lra.
  - intros c _. rewrite (total_length_map _ _ (delta / INR N / INR N ^ m)).
    + rewrite seq_length. reflexivity.
    + intros e. unfold ramp. simpl. field. lra.
Qed.

(* The ramps of l levels have the total length l delta (1 - 1/N). *)
Theorem total_length_ramps : forall l, total_length (ramps l) = INR l * (delta * (1 - 1 / INR N)).
Proof.
  intros l. unfold ramps. rewrite (total_length_const _ _ (delta * (1 - 1 / INR N))).
  - rewrite seq_length. reflexivity.
  - intros m _. apply total_length_ramps_of.
Qed.

Lemma end_not_bad : ~ bad_at 1.
Proof.
  intros [e [He [_ H]]]. rewrite Rmult_1_r in H.
  assert (INR e <= INR N) by (apply le_INR; lia). lra.
Qed.

Lemma residue_end : forall l, residue l 1 = 1.
Proof.
  induction l as [| l IH]; simpl; [reflexivity |]. rewrite IH. unfold next.
  rewrite Rmult_1_r, steps_full; generalize N_real; lra.
Qed.

(* The first level on whose ramp x lies. *)
Lemma first_bad : forall l x, ~ good l x -> exists m, (m < l)%nat /\ good m x /\ bad_at (residue m x).
Proof.
  intros l x H. apply Classical_Prop.NNPP. intros C. apply H.
  assert (G : forall m, (m <= l)%nat -> good m x).
  { induction m as [| m IH]; intros Hm k Hk; [lia |].
    destruct (Nat.eq_dec k m) as [-> | n].
    - intros B. apply C. exists m. split; [lia |]. split; [apply IH; lia | assumption].
    - apply IH; lia. }
  apply G. lia.
Qed.

(* Every x of [0, 1] that is bad at one of the levels 1..l lies in one of those intervals. *)
Theorem bad_covered : forall l x, 0 <= x <= 1 -> ~ good l x -> exists I, In I (ramps l) /\ fst I < x < snd I.
Proof.
  intros l x Hx H. destruct (first_bad l x H) as [m [Hm [G [e [He [R1 R2]]]]]].
  destruct (Req_dec x 1) as [-> | n1].
  { exfalso. apply end_not_bad. rewrite residue_end in *. exists e. split; [assumption | split; assumption]. }
  destruct (digits m x) as [digit [D [E _]]]; [lra | assumption |].
  exists (ramp m (index digit m) e). split.
  - apply in_flat_map. exists m. split; [apply in_seq; lia |].
    apply in_flat_map. exists (index digit m). split.
    + apply in_seq. split; [lia |]. apply index_below. intros k Hk. destruct (D k Hk). lia.
    + apply in_map, in_seq. lia.
  - rewrite E in R1, R2. assert (P := N_pos). assert (Q : 0 < INR N ^ m) by (apply pow_lt; lra).
    set (c := INR (index digit m)) in *. set (y := INR N ^ m) in *.
    assert (A : (c + (INR e - delta) / INR N) < y * x).
    { apply Rmult_lt_reg_r with (INR N); [lra |].
      replace ((c + (INR e - delta) / INR N) * INR N) with (c * INR N + (INR e - delta)) by (field; lra). nra. }
    assert (B : y * x < c + INR e / INR N).
    { apply Rmult_lt_reg_r with (INR N); [lra |].
      replace ((c + INR e / INR N) * INR N) with (c * INR N + INR e) by (field; lra). nra. }
    unfold ramp. cbn [fst snd]. fold c y. split; apply Rmult_lt_reg_r with y; try assumption.
    + replace ((c + (INR e - delta) / INR N) / y * y) with (c + (INR e - delta) / INR N) by (field; lra). lra.
    + replace ((c + INR e / INR N) / y * y) with (c + INR e / INR N) by (field; lra). lra.
Qed.

End Digits.
