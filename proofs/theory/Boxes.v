(* Integrals over intervals that are cut into equal boxes, from enclosures of the integrand over the boxes. Boxes have binary numbers, as
   counting in unary takes quadratic time. *)
From Coq Require Import Reals ZArith List Bool Lra Lia.
From Coquelicot Require Import Coquelicot.
From Interval.Interval Require Import Interval.
From Layercert Require Import Integral Dyadic Expression.
Import ListNotations.
Open Scope R_scope.

Fixpoint numbers (first : Z) (count : nat) : list Z :=
  match count with O => [] | S k => first :: numbers (Z.succ first) k end.

Lemma in_numbers : forall count first i, (first <= i < first + Z.of_nat count)%Z -> In i (numbers first count).
Proof.
  induction count as [| count IH]; intros first i H; [lia |]. cbn [numbers].
  destruct (Z.eq_dec first i) as [e | n]; [left; exact e | right; apply IH; lia].
Qed.

Section Boxes.
Variable prec : I.F.precision.
Variable n : positive. (* boxes *)
Variable b : R.        (* of [0, b] *)
Variable B : I.type.
Hypothesis b_pos : 0 <= b.
Hypothesis B_holds : holds B b.

Definition box_end (i : Z) : R := IZR i / IZR (Zpos n) * b.
Definition End (i : Z) : I.type := I.mul prec (I.div prec (I.fromZ prec i) (I.fromZ prec (Zpos n))) B.
Definition box (i : Z) : I.type := I.join (End i) (End (Z.succ i)).

Lemma End_holds : forall i, holds (End i) (box_end i).
Proof. intros. apply holds_mul; [apply holds_div; apply holds_Z | exact B_holds]. Qed.

Lemma n_pos : 0 < IZR (Zpos n).
Proof. apply IZR_lt. lia. Qed.

Lemma box_end_le : forall i j, (i <= j)%Z -> box_end i <= box_end j.
Proof.
  intros i j H. unfold box_end. apply Rmult_le_compat_r; [assumption |]. unfold Rdiv.
  apply Rmult_le_compat_r; [apply Rlt_le, Rinv_0_lt_compat, n_pos | apply IZR_le; lia].
Qed.

Lemma box_end_first : box_end 0 = 0.
Proof. unfold box_end, Rdiv. ring. Qed.

Lemma box_end_last : box_end (Zpos n) = b.
Proof. unfold box_end. field. apply Rgt_not_eq, n_pos. Qed.

Lemma in_box : forall i x, box_end i <= x <= box_end (Z.succ i) -> holds (box i) x.
Proof. intros i x H. exact (between _ _ _ _ x (End_holds i) (End_holds (Z.succ i)) H). Qed.

(* Every x of [0, b] lies in a box. *)
Lemma box_of : forall x, 0 <= x <= b -> exists i, (0 <= i < Zpos n)%Z /\ holds (box i) x.
Proof.
  intros x Hx.
  assert (G : forall k, (Z.of_nat k <= Zpos n)%Z -> x <= box_end (Z.of_nat k) -> (1 <= k)%nat ->
    exists i, (0 <= i < Zpos n)%Z /\ holds (box i) x).
  { induction k as [| k IH]; intros Hk H H1; [lia |]. rewrite Nat2Z.inj_succ in H. destruct (Rle_dec (box_end (Z.of_nat k)) x) as [L | L].
    - exists (Z.of_nat k). split; [lia | apply in_box; split; assumption].
    - destruct k as [| k]; [simpl in L; rewrite box_end_first in L; lra |]. apply IH; [lia | lra | lia]. }
  apply (G (Pos.to_nat n)); rewrite ?positive_nat_Z; [lia | rewrite box_end_last; apply Hx | lia].
Qed.

(* G X: an enclosure of the integrand over the box X; the integral over `count` boxes, whose left end is `left`. *)
Fixpoint integral_from (G : I.type -> I.type) (first : Z) (left : I.type) (count : nat) : I.type :=
  match count with
  | O => I.fromZ prec 0
  | S k =>
      let next := Z.succ first in
      let right := End next in
      I.add prec (I.mul prec (I.sub prec right left) (G (I.join left right))) (integral_from G next right k)
  end.
Definition integral_enclosure (G : I.type -> I.type) (first : Z) (count : nat) : I.type := integral_from G first (End first) count.

Theorem integral_enclosure_holds : forall (g : R -> R) G count first, ex_RInt g (box_end first) (box_end (first + Z.of_nat count)) ->
  (forall X x, holds X x -> holds (G X) (g x)) ->
  holds (integral_enclosure G first count) (RInt g (box_end first) (box_end (first + Z.of_nat count))).
Proof.
  intros g G count first Ig H. unfold integral_enclosure. revert first Ig.
  induction count as [| count IH]; intros first Ig; cbn [integral_from].
  - rewrite Z.add_0_r, RInt_point. apply holds_Z.
  - replace (first + Z.of_nat (S count))%Z with (Z.succ first + Z.of_nat count)%Z in * by lia.
    assert (L1 := box_end_le first (Z.succ first) (Z.le_succ_diag_r first)).
    assert (L2 := box_end_le (Z.succ first) (Z.succ first + Z.of_nat count) ltac:(lia)).
    assert (I1 : ex_RInt g (box_end first) (box_end (Z.succ first)))
      by (exact (integrable_part g _ _ _ _ (Rle_refl _) L1 L2 Ig)).
    assert (I2 : ex_RInt g (box_end (Z.succ first)) (box_end (Z.succ first + Z.of_nat count)))
      by (exact (integrable_part g _ _ _ _ L1 L2 (Rle_refl _) Ig)).
    rewrite (integral_split g _ _ _ I1 I2). apply holds_add; [| apply IH; exact I2].
    apply (I.T.J.contains_RInt prec g _ _ _ (End first) (End (Z.succ first)) I1 (End_holds _) (End_holds _)).
    intros x Hx. rewrite Rmin_left, Rmax_right in Hx by assumption. apply H, in_box, Hx.
Qed.

End Boxes.
