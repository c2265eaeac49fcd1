(* z^(a/b), for a whole number z that is not negative, between two whole numbers. *)
From Coq Require Import Reals ZArith Bool Lra Lia.
From Layercert Require Import Power Steps.
Open Scope R_scope.

Lemma power_whole : forall (p : positive) x, 0 <= x -> power (IZR (Zpos p)) x = x ^ Pos.to_nat p.
Proof.
  intros p x Hx. assert (Hn : (0 < Pos.to_nat p)%nat) by apply Pos2Nat.is_pos. destruct (Req_dec x 0) as [-> | z].
  - rewrite power_0 by lra. symmetry. apply pow_i. assumption.
  - rewrite power_pos by lra. rewrite <- Rpower_pow by lra. rewrite INR_IZR_INZ, positive_nat_Z. reflexivity.
Qed.

Lemma power_of_whole : forall (p : positive) (z : Z), (0 <= z)%Z -> IZR (z ^ Zpos p) = power (IZR (Zpos p)) (IZR z).
Proof.
  intros p z Hz. rewrite power_whole by (apply IZR_le, Hz). rewrite <- positive_nat_Z at 1. rewrite <- pow_IZR. reflexivity.
Qed.

Section RationalPower.
Variables a b : positive.
Definition quotient : R := IZR (Zpos a) / IZR (Zpos b).

(* Newton's steps from above towards the root of y. Nothing is proved of them: what they give is compared with y. *)
Fixpoint newton (fuel : nat) (y r : Z) : Z :=
  match fuel with
  | O => r
  | S fuel => let next := (((Zpos b - 1) * r + y / r ^ (Zpos b - 1)) / Zpos b)%Z in if Z.ltb next r then newton fuel y next else r
  end.
Definition root_guess (y : Z) : Z := newton 1000 y (2 ^ (Z.log2 y / Zpos b + 1)).

Definition power_below (z : Z) : Z :=
  let y := (z ^ Zpos a)%Z in
  if Pos.eqb b 1 then y else let r := root_guess y in if Z.leb 0 r && Z.leb (r ^ Zpos b) y then r else 0%Z.
Definition power_above (z : Z) : Z :=
  let y := (z ^ Zpos a)%Z in
  if Pos.eqb b 1 then y else
    let r := root_guess y in
    let r := if Z.ltb (r ^ Zpos b) y then (r + 1)%Z else r in
    if Z.leb 0 r && Z.leb y (r ^ Zpos b) then r else y.

Lemma quotient_pos : 0 < quotient.
Proof. apply Rdiv_lt_0_compat; apply positive_real. Qed.

Lemma power_of_quotient : forall z, (0 <= z)%Z -> power quotient (IZR z) = power (/ IZR (Zpos b)) (IZR (z ^ Zpos a)).
Proof. intros z Hz. rewrite power_of_whole, power_power by (exact Hz || apply IZR_le, Hz). reflexivity. Qed.

Lemma root_of_power : forall r, (0 <= r)%Z -> power (/ IZR (Zpos b)) (IZR (r ^ Zpos b)) = IZR r.
Proof. intros r Hr. rewrite power_of_whole by exact Hr. apply power_root; [apply positive_real | apply IZR_le, Hr]. Qed.

Lemma above_power : forall z r, (0 <= z)%Z -> (0 <= r)%Z -> (z ^ Zpos a <= r ^ Zpos b)%Z -> power quotient (IZR z) <= IZR r.
Proof.
  intros z r Hz Hr H. rewrite power_of_quotient, <- (root_of_power r) by assumption.
  apply power_le; [apply Rinv_0_lt_compat, positive_real | apply IZR_le, H].
Qed.

Lemma below_power : forall z r, (0 <= z)%Z -> (0 <= r)%Z -> (r ^ Zpos b <= z ^ Zpos a)%Z -> IZR r <= power quotient (IZR z).
Proof.
  intros z r Hz Hr H. rewrite power_of_quotient, <- (root_of_power r) by assumption.
  apply power_le; [apply Rinv_0_lt_compat, positive_real | apply IZR_le, H].
Qed.

Lemma power_at_least : forall y, (0 <= y)%Z -> (y <= y ^ Zpos b)%Z.
Proof.
  intros y Hy. destruct (Z.eq_dec y 0) as [-> | n]; [rewrite Z.pow_0_l; lia |].
  rewrite <- (Z.pow_1_r y) at 1. apply Z.pow_le_mono_r; lia.
Qed.

Theorem power_above_correct : forall z, (0 <= z)%Z -> power quotient (IZR z) <= IZR (power_above z).
Proof.
  intros z Hz. assert (Y := Z.pow_nonneg z (Zpos a) Hz). unfold power_above. cbv zeta.
  assert (Whole : power quotient (IZR z) <= IZR (z ^ Zpos a)) by (apply above_power; [exact Hz | exact Y | apply power_at_least, Y]).
  destruct Pos.eqb; [exact Whole |]. set (r := if Z.ltb _ _ then _ else _).
  destruct (Z.leb_spec 0 r); [| exact Whole]. destruct (Z.leb_spec (z ^ Zpos a) (r ^ Zpos b)); [| exact Whole]. apply above_power; assumption.
Qed.

Theorem power_below_correct : forall z, (0 <= z)%Z -> 0 <= IZR (power_below z) <= power quotient (IZR z).
Proof.
  intros z Hz. assert (Y := Z.pow_nonneg z (Zpos a) Hz). unfold power_below. cbv zeta.
  assert (Zero : 0 <= IZR 0 <= power quotient (IZR z)) by (split; [lra | apply power_nonneg]).
  destruct (Pos.eqb_spec b 1) as [One | _].
  - split; [apply IZR_le, Y |]. apply below_power; [exact Hz | exact Y |]. rewrite One, Z.pow_1_r. apply Z.le_refl.
  - destruct (Z.leb_spec 0 (root_guess (z ^ Zpos a))); [| exact Zero].
    destruct (Z.leb_spec (root_guess (z ^ Zpos a) ^ Zpos b) (z ^ Zpos a)); [| exact Zero].
    split; [apply IZR_le; assumption | apply below_power; assumption].
Qed.

End RationalPower.
