(* Integers times powers of two: the weights of a network. *)
From Coq Require Import Reals ZArith List Lra Lia.
Open Scope R_scope.

Record dyadic := Dyadic { mantissa : Z; exponent : Z }.

(* An integer in pieces of so many bits, lowest first: Coq reads no number of 10,000 digits. *)
Definition joined (bits : Z) (pieces : list Z) : Z := fold_right (fun piece rest => piece + Z.shiftl rest bits)%Z 0%Z pieces.

Definition value (a : dyadic) : R := IZR (mantissa a) * powerRZ 2 (exponent a).

Lemma power_of_two : forall k, (0 <= k)%Z -> IZR (2 ^ k) = powerRZ 2 k.
Proof.
  intros k H. rewrite <- (Z2Nat.id k H). rewrite <- pow_powerRZ, <- pow_IZR. reflexivity.
Qed.

Lemma power_of_two_opp : forall k, powerRZ 2 (- k) = / powerRZ 2 k.
Proof.
  intros k. assert (E : powerRZ 2 k * powerRZ 2 (- k) = 1) by (rewrite <- powerRZ_add by lra; rewrite Z.add_opp_diag_r; reflexivity).
  apply Rmult_eq_reg_l with (powerRZ 2 k); [rewrite E, Rinv_r |]; try reflexivity; intros Z; rewrite Z in E; lra.
Qed.

(* The mantissa over the smaller exponent e. *)
Definition shifted (a : dyadic) (e : Z) : Z := (mantissa a * 2 ^ (exponent a - e))%Z.

Lemma value_shifted : forall a e, (e <= exponent a)%Z -> value a = IZR (shifted a e) * powerRZ 2 e.
Proof.
  intros a e H. unfold value, shifted. rewrite mult_IZR, power_of_two by lia.
  rewrite Rmult_assoc, <- powerRZ_add by lra. do 2 f_equal. lia.
Qed.

Definition zero : dyadic := Dyadic 0 0.
Definition one : dyadic := Dyadic 1 0.
Definition opp (a : dyadic) : dyadic := Dyadic (- mantissa a) (exponent a).
Definition add (a b : dyadic) : dyadic :=
  let e := Z.min (exponent a) (exponent b) in Dyadic (shifted a e + shifted b e) e.
Definition mul (a b : dyadic) : dyadic := Dyadic (mantissa a * mantissa b) (exponent a + exponent b).
Definition is_zero (a : dyadic) : bool := Z.eqb (mantissa a) 0.
Definition le (a b : dyadic) : bool :=
  let e := Z.min (exponent a) (exponent b) in Z.leb (shifted a e) (shifted b e).
Definition same (a b : dyadic) : bool :=
  let e := Z.min (exponent a) (exponent b) in Z.eqb (shifted a e) (shifted b e).
Definition absolute (a : dyadic) : dyadic := Dyadic (Z.abs (mantissa a)) (exponent a).

Lemma value_zero : value zero = 0.
Proof. unfold value. simpl. lra. Qed.

Lemma value_one : value one = 1.
Proof. unfold value. simpl. lra. Qed.

Lemma value_opp : forall a, value (opp a) = - value a.
Proof. intros. unfold value. simpl. rewrite opp_IZR. ring. Qed.

Lemma value_add : forall a b, value (add a b) = value a + value b.
Proof.
  intros a b. rewrite (value_shifted a (Z.min (exponent a) (exponent b))) by lia.
  rewrite (value_shifted b (Z.min (exponent a) (exponent b))) by lia.
  unfold value, add. cbn [mantissa exponent]. rewrite plus_IZR. ring.
Qed.

Lemma value_mul : forall a b, value (mul a b) = value a * value b.
Proof. intros. unfold value. simpl. rewrite mult_IZR, powerRZ_add by lra. ring. Qed.

Lemma value_is_zero : forall a, is_zero a = true -> value a = 0.
Proof. intros a H. apply Z.eqb_eq in H. unfold value. rewrite H. ring. Qed.

Lemma value_same : forall a b, same a b = true -> value a = value b.
Proof.
  intros a b H. apply Z.eqb_eq in H. rewrite (value_shifted a (Z.min (exponent a) (exponent b))) by lia.
  rewrite (value_shifted b (Z.min (exponent a) (exponent b))) by lia. rewrite H. reflexivity.
Qed.

Lemma powerRZ_pos : forall k, 0 < powerRZ 2 k.
Proof. intros. apply powerRZ_lt. lra. Qed.

Lemma value_le : forall a b, le a b = true -> value a <= value b.
Proof.
  intros a b H. apply Z.leb_le in H. rewrite (value_shifted a (Z.min (exponent a) (exponent b))) by lia.
  rewrite (value_shifted b (Z.min (exponent a) (exponent b))) by lia.
  apply Rmult_le_compat_r; [apply Rlt_le, powerRZ_pos | apply IZR_le, H].
Qed.

Lemma value_absolute : forall a, value (absolute a) = Rabs (value a).
Proof.
  intros a. unfold value, absolute. cbn [mantissa exponent].
  rewrite Rabs_mult, (Rabs_pos_eq (powerRZ 2 _)) by apply Rlt_le, powerRZ_pos. rewrite <- abs_IZR. reflexivity.
Qed.
