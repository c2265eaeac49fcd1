(* Integrals over intervals that are cut into equal boxes, from enclosures of the integrand over the boxes. *)
From Coq Require Import Reals ZArith List Bool Lra Lia.
From Coquelicot Require Import Coquelicot.
From Interval.Interval Require Import Interval.
From Layercert Require Import Integral Dyadic Expression.
Open Scope R_scope.

Section Boxes.
Variable prec : I.F.precision.
Variable n : nat. (* boxes *)
Variable b : R.   (* of [0, b] *)
Variable B : I.type.
Hypothesis n1 : (1 <= n)%nat.
Hypothesis b_pos : 0 <= b.
Hypothesis B_holds : holds B b.

Definition box_end (i : nat) : R := IZR (Z.of_nat i) / IZR (Z.of_nat n) * b.
Definition End (i : nat) : I.type := I.mul prec (I.div prec (I.fromZ prec (Z.of_nat i)) (I.fromZ prec (Z.of_nat n))) B.
Definition box (i : nat) : I.type := I.join (End i) (End (S i)).

Lemma End_holds : forall i, holds (End i) (box_end i).
Proof. intros. apply holds_mul; [apply holds_div; apply holds_Z | exact B_holds]. Qed.

Lemma n_pos : 0 < IZR (Z.of_nat n).
Proof. apply IZR_lt. lia. Qed.

Lemma box_end_le : forall i j, (i <= j)%nat -> box_end i <= box_end j.
Proof.
  intros i j H. unfold box_end. apply Rmult_le_compat_r; [assumption |]. unfold Rdiv.
  apply Rmult_le_compat_r; [apply Rlt_le, Rinv_0_lt_compat, n_pos | apply IZR_le; lia].
Qed.

Lemma box_end_first : box_end 0 = 0.
Proof. unfold box_end. simpl. unfold Rdiv. ring. Qed.

Lemma box_end_last : box_end n = b.
Proof. unfold box_end. field. apply Rgt_not_eq, n_pos. Qed.

Lemma in_box : forall i x, box_end i <= x <= box_end (S i) -> holds (box i) x.
Proof. intros i x H. exact (between _ _ _ _ x (End_holds i) (End_holds (S i)) H). Qed.

(* Every x of [0, b] lies in a box. *)
Lemma box_of : forall x, 0 <= x <= b -> exists i, (i < n)%nat /\ holds (box i) x.
Proof.
  intros x Hx.
  assert (G : forall k, (k <= n)%nat -> x <= box_end k -> (1 <= k)%nat -> exists i, (i < n)%nat /\ holds (box i) x).
  { induction k as [| k IH]; intros Hk H H1; [lia |]. destruct (Rle_dec (box_end k) x) as [L | L].
    - exists k. split; [lia | apply in_box; split; assumption].
    - destruct k as [| k]; [rewrite box_end_first in L; lra |]. apply IH; [lia | lra | lia]. }
  apply (G n); [lia | rewrite box_end_last; apply Hx | assumption].
Qed.

(* G i: an enclosure of the integrand over box i; the integral over `count` boxes. *)
Fixpoint integral_enclosure (G : nat -> I.type) (first count : nat) : I.type :=
  match count with
  | O => I.fromZ prec 0
  | S k => I.add prec (I.mul prec (I.sub prec (End (S first)) (End first)) (G first)) (integral_enclosure G (S first) k)
  end.

Theorem integral_enclosure_holds : forall (g : R -> R) G count first, ex_RInt g (box_end first) (box_end (first + count)) ->
  (forall i x, (first <= i < first + count)%nat -> holds (box i) x -> box_end i <= x <= box_end (S i) -> holds (G i) (g x)) ->
  holds (integral_enclosure G first count) (RInt g (box_end first) (box_end (first + count))).
Proof.
  induction count as [| count IH]; intros first Ig H; cbn [integral_enclosure].
  - rewrite Nat.add_0_r, RInt_point. apply holds_Z.
  - replace (first + S count)%nat with (S first + count)%nat in * by lia.
    assert (L1 := box_end_le first (S first) (Nat.le_succ_diag_r first)).
    assert (L2 := box_end_le (S first) (S first + count) (Nat.le_add_r _ _)).
    assert (I1 : ex_RInt g (box_end first) (box_end (S first)))
      by (exact (integrable_part g _ _ _ _ (Rle_refl _) L1 L2 Ig)).
    assert (I2 : ex_RInt g (box_end (S first)) (box_end (S first + count)))
      by (exact (integrable_part g _ _ _ _ L1 L2 (Rle_refl _) Ig)).
    rewrite (integral_split g _ _ _ I1 I2). apply holds_add; [| apply IH; [exact I2 |]].
    + apply (I.T.J.contains_RInt prec g _ _ (G first) (End first) (End (S first)) I1 (End_holds _) (End_holds _)).
      intros x Hx. rewrite Rmin_left, Rmax_right in Hx by assumption.
      apply H; [lia | apply in_box, Hx | exact Hx].
    + intros i x Hi. apply H. lia.
Qed.

End Boxes.
