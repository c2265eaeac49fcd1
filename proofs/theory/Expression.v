(* Targets as expressions in one variable: their values, enclosures over intervals, and where they are continuous. *)
From Coq Require Import Reals ZArith List Bool Lra Lia.
From Coquelicot Require Import Coquelicot.
From Interval.Real Require Import Xreal.
From Interval.Interval Require Import Interval Interval_compl Float_full.
From Interval.Float Require Import Basic Sig Specific_bigint Specific_ops.
From Layercert Require Import Dyadic.
Open Scope R_scope.

(* Binary floating-point numbers of any precision over machine integers, and intervals of them. *)
Module F := SpecificFloat BigIntRadix2.
Module I := FloatIntervalFull F.

Definition holds (X : I.type) (x : R) : Prop := contains (I.convert X) (Xreal x).

Inductive expression :=
| Coordinate
| Whole (n : Z)
| Rational (numerator : Z) (denominator : positive)
| Pi
| Neg (a : expression)
| Add (a b : expression)
| Sub (a b : expression)
| Mul (a b : expression)
| Div (a b : expression)
| Pow (a : expression) (n : positive)
| Sqrt (a : expression)
| Exp (a : expression)
| Ln (a : expression)
| Sin (a : expression)
| Cos (a : expression)
| Atan (a : expression)
| Abs (a : expression)
| Min (a b : expression)
| Max (a b : expression).

Fixpoint eval (e : expression) (x : R) : R :=
  match e with
  | Coordinate => x
  | Whole n => IZR n
  | Rational n d => IZR n / IZR (Zpos d)
  | Pi => PI
  | Neg a => - eval a x
  | Add a b => eval a x + eval b x
  | Sub a b => eval a x - eval b x
  | Mul a b => eval a x * eval b x
  | Div a b => eval a x / eval b x
  | Pow a n => eval a x ^ Pos.to_nat n
  | Sqrt a => sqrt (eval a x)
  | Exp a => exp (eval a x)
  | Ln a => ln (eval a x)
  | Sin a => sin (eval a x)
  | Cos a => cos (eval a x)
  | Atan a => atan (eval a x)
  | Abs a => Rabs (eval a x)
  | Min a b => Rmin (eval a x) (eval b x)
  | Max a b => Rmax (eval a x) (eval b x)
  end.

Section Enclosures.
Variable prec : I.F.precision.

Definition half : I.type := I.div prec (I.fromZ prec 1) (I.fromZ prec 2).

(* Intervals that hold the values over an interval X of x; everything where there may be none. *)
Fixpoint enclose (e : expression) (X : I.type) : I.type :=
  match e with
  | Coordinate => X
  | Whole n => I.fromZ prec n
  | Rational n d => I.div prec (I.fromZ prec n) (I.fromZ prec (Zpos d))
  | Pi => I.pi prec
  | Neg a => I.neg (enclose a X)
  | Add a b => I.add prec (enclose a X) (enclose b X)
  | Sub a b => I.sub prec (enclose a X) (enclose b X)
  | Mul a b => I.mul prec (enclose a X) (enclose b X)
  | Div a b => I.div prec (enclose a X) (enclose b X)
  | Pow a n => I.power_int prec (enclose a X) (Zpos n)
  | Sqrt a => I.sqrt prec (enclose a X)
  | Exp a => I.exp prec (enclose a X)
  | Ln a => I.ln prec (enclose a X)
  | Sin a => I.sin prec (enclose a X)
  | Cos a => I.cos prec (enclose a X)
  | Atan a => I.atan prec (enclose a X)
  | Abs a => I.abs (enclose a X)
  | Min a b => let A := enclose a X in let B := enclose b X in
      I.mul prec half (I.sub prec (I.add prec A B) (I.abs (I.sub prec A B)))
  | Max a b => let A := enclose a X in let B := enclose b X in
      I.mul prec half (I.add prec (I.add prec A B) (I.abs (I.sub prec A B)))
  end.

(* True only if the expression is continuous at every x of X. *)
Fixpoint continuous_on (e : expression) (X : I.type) : bool :=
  match e with
  | Coordinate | Whole _ | Rational _ _ | Pi => true
  | Neg a | Pow a _ | Sqrt a | Exp a | Sin a | Cos a | Atan a | Abs a => continuous_on a X
  | Add a b | Sub a b | Mul a b | Min a b | Max a b => continuous_on a X && continuous_on b X
  | Div a b => continuous_on a X && continuous_on b X &&
      match I.sign_strict (enclose b X) with Xlt | Xgt => true | _ => false end
  | Ln a => continuous_on a X && match I.sign_strict (enclose a X) with Xgt => true | _ => false end
  end.

Lemma anything : forall X x, contains (I.convert X) Xnan -> holds X x.
Proof. intros X x H. unfold holds. destruct (I.convert X); [exact I | contradiction]. Qed.

Lemma holds_div : forall A B a b, holds A a -> holds B b -> holds (I.div prec A B) (a / b).
Proof.
  intros A B a b HA HB. assert (H := I.div_correct prec A B _ _ HA HB). unfold Xbind2, Xdiv' in H.
  destruct (Xreal.is_zero b); [apply anything, H | exact H].
Qed.

Lemma holds_ln : forall A a, holds A a -> holds (I.ln prec A) (ln a).
Proof.
  intros A a HA. assert (H := I.ln_correct prec A _ HA). unfold Xbind, Xln' in H.
  destruct (Xreal.is_positive a); [exact H | apply anything, H].
Qed.

Lemma holds_sqrt : forall A a, holds A a -> holds (I.sqrt prec A) (sqrt a).
Proof.
  intros A a HA. assert (H := I.sqrt_correct prec A _ HA). exact H.
Qed.

Lemma holds_sin : forall A a, holds A a -> holds (I.sin prec A) (sin a).
Proof. intros A a HA. exact (I.sin_correct prec A _ HA). Qed.

Lemma holds_power : forall A a n, holds A a -> holds (I.power_int prec A (Zpos n)) (a ^ Pos.to_nat n).
Proof. intros A a n HA. exact (I.power_int_correct prec (Zpos n) A _ HA). Qed.

Lemma holds_add : forall A B a b, holds A a -> holds B b -> holds (I.add prec A B) (a + b).
Proof. intros A B a b HA HB. exact (I.add_correct prec A B _ _ HA HB). Qed.

Lemma holds_sub : forall A B a b, holds A a -> holds B b -> holds (I.sub prec A B) (a - b).
Proof. intros A B a b HA HB. exact (I.sub_correct prec A B _ _ HA HB). Qed.

Lemma holds_mul : forall A B a b, holds A a -> holds B b -> holds (I.mul prec A B) (a * b).
Proof. intros A B a b HA HB. exact (I.mul_correct prec A B _ _ HA HB). Qed.

Lemma holds_Z : forall n, holds (I.fromZ prec n) (IZR n).
Proof. intros. apply I.fromZ_correct. Qed.

Lemma holds_abs : forall A a, holds A a -> holds (I.abs A) (Rabs a).
Proof. intros A a HA. exact (I.abs_correct A _ HA). Qed.

Lemma holds_half : holds half (/ 2).
Proof. replace (/ 2) with (IZR 1 / IZR 2) by lra. apply holds_div; apply holds_Z. Qed.

Lemma min_half : forall a b, Rmin a b = / 2 * (a + b - Rabs (a - b)).
Proof. intros. unfold Rmin, Rabs. destruct (Rle_dec a b), (Rcase_abs (a - b)); lra. Qed.

Lemma max_half : forall a b, Rmax a b = / 2 * (a + b + Rabs (a - b)).
Proof. intros. unfold Rmax, Rabs. destruct (Rle_dec a b), (Rcase_abs (a - b)); lra. Qed.

Theorem enclose_correct : forall e X x, holds X x -> holds (enclose e X) (eval e x).
Proof.
  induction e; intros X x H; cbn [enclose eval]; try (specialize (IHe X x H)); try (specialize (IHe1 X x H); specialize (IHe2 X x H)).
  - exact H.
  - apply holds_Z.
  - apply holds_div; apply holds_Z.
  - exact (I.pi_correct prec).
  - exact (I.neg_correct _ _ IHe).
  - apply holds_add; assumption.
  - apply holds_sub; assumption.
  - apply holds_mul; assumption.
  - apply holds_div; assumption.
  - apply holds_power; assumption.
  - apply holds_sqrt; assumption.
  - exact (I.exp_correct prec _ _ IHe).
  - apply holds_ln; assumption.
  - apply holds_sin; assumption.
  - exact (I.cos_correct prec _ _ IHe).
  - exact (I.atan_correct prec _ _ IHe).
  - apply holds_abs; assumption.
  - rewrite min_half. apply holds_mul; [exact holds_half |].
    apply holds_sub; [apply holds_add; assumption | apply holds_abs, holds_sub; assumption].
  - rewrite max_half. apply holds_mul; [exact holds_half |].
    apply holds_add; [apply holds_add; assumption | apply holds_abs, holds_sub; assumption].
Qed.

Lemma continuous_add : forall (f g : R -> R) x, continuous f x -> continuous g x -> continuous (fun x => f x + g x) x.
Proof. intros f g x Hf Hg. exact (continuous_plus f g x Hf Hg). Qed.

Lemma continuous_sub : forall (f g : R -> R) x, continuous f x -> continuous g x -> continuous (fun x => f x - g x) x.
Proof. intros f g x Hf Hg. exact (continuous_minus f g x Hf Hg). Qed.

Lemma continuous_mul : forall (f g : R -> R) x, continuous f x -> continuous g x -> continuous (fun x => f x * g x) x.
Proof. intros f g x Hf Hg. exact (continuous_mult f g x Hf Hg). Qed.

Lemma continuous_pow : forall (f : R -> R) n x, continuous f x -> continuous (fun x => f x ^ n) x.
Proof.
  intros f n x H. induction n as [| n IH]; [apply continuous_const |].
  exact (continuous_mul f (fun x => f x ^ n) x H IH).
Qed.

Lemma continuous_abs : forall (f : R -> R) x, continuous f x -> continuous (fun x => Rabs (f x)) x.
Proof. intros f x H. exact (continuous_Rabs_comp f x H). Qed.

Theorem continuous_correct : forall e X x, continuous_on e X = true -> holds X x -> continuous (eval e) x.
Proof.
  induction e; intros X x C H; cbn [continuous_on eval] in *;
    try (apply andb_prop in C; destruct C as [C C3]); try (apply andb_prop in C; destruct C as [C1 C2]).
  - apply continuous_id.
  - apply continuous_const.
  - apply continuous_const.
  - apply continuous_const.
  - apply (continuous_opp (eval e)). exact (IHe X x C H).
  - apply continuous_add; [exact (IHe1 X x C H) | exact (IHe2 X x C3 H)].
  - apply continuous_sub; [exact (IHe1 X x C H) | exact (IHe2 X x C3 H)].
  - apply continuous_mul; [exact (IHe1 X x C H) | exact (IHe2 X x C3 H)].
  - apply (continuous_mul (eval e1) (fun x => / eval e2 x)); [exact (IHe1 X x C1 H) |].
    apply continuous_Rinv_comp; [exact (IHe2 X x C2 H) |].
    assert (E := enclose_correct e2 X x H). assert (S := I.sign_strict_correct (enclose e2 X)).
    destruct (I.sign_strict (enclose e2 X)); try discriminate; destruct (S _ E) as [_ S2]; simpl in S2; lra.
  - apply continuous_pow. exact (IHe X x C H).
  - apply (continuous_sqrt_comp (eval e)). exact (IHe X x C H).
  - apply (continuous_exp_comp (eval e)). exact (IHe X x C H).
  - apply (continuous_comp (eval e) ln); [exact (IHe X x C H) |]. apply continuous_ln.
    assert (E := enclose_correct e X x H). assert (S := I.sign_strict_correct (enclose e X)).
    destruct (I.sign_strict (enclose e X)); try discriminate; destruct (S _ E) as [_ S2]; simpl in S2; lra.
  - apply (continuous_sin_comp (eval e)). exact (IHe X x C H).
  - apply (continuous_cos_comp (eval e)). exact (IHe X x C H).
  - apply (continuous_atan_comp (eval e)). exact (IHe X x C H).
  - apply continuous_abs. exact (IHe X x C H).
  - apply continuous_ext with (fun x => / 2 * (eval e1 x + eval e2 x - Rabs (eval e1 x - eval e2 x))).
    { intros. symmetry. apply min_half. }
    specialize (IHe1 X x C H). specialize (IHe2 X x C3 H).
    apply (continuous_mul (fun _ => / 2)); [apply continuous_const |].
    apply continuous_sub; [apply continuous_add | apply continuous_abs, continuous_sub]; assumption.
  - apply continuous_ext with (fun x => / 2 * (eval e1 x + eval e2 x + Rabs (eval e1 x - eval e2 x))).
    { intros. symmetry. apply max_half. }
    specialize (IHe1 X x C H). specialize (IHe2 X x C3 H).
    apply (continuous_mul (fun _ => / 2)); [apply continuous_const |].
    apply continuous_add; [apply continuous_add | apply continuous_abs, continuous_sub]; assumption.
Qed.

(* A dyadic number; rounded outward if prec is too small for it. *)
Definition dyadic_interval (a : dyadic) : I.type :=
  if Z.leb 0 (exponent a) then I.fromZ prec (mantissa a * 2 ^ exponent a)
  else I.div prec (I.fromZ prec (mantissa a)) (I.fromZ prec (2 ^ (- exponent a))).

Lemma holds_dyadic : forall a, holds (dyadic_interval a) (value a).
Proof.
  intros a. unfold dyadic_interval, value. destruct (Z.leb_spec 0 (exponent a)).
  - rewrite <- power_of_two, <- mult_IZR by assumption. apply holds_Z.
  - replace (powerRZ 2 (exponent a)) with (/ IZR (2 ^ (- exponent a))).
    + apply holds_div; apply holds_Z.
    + rewrite power_of_two by lia. rewrite power_of_two_opp, Rinv_inv. reflexivity.
Qed.

Lemma between : forall A B a b x, holds A a -> holds B b -> a <= x <= b -> holds (I.join A B) x.
Proof.
  intros A B a b x HA HB H. unfold holds. refine (contains_connected _ a b _ _ x H).
  - apply I.join_correct. left. exact HA.
  - apply I.join_correct. right. exact HB.
Qed.

Lemma nonneg : forall X x, holds X x -> I.sign_large X = Xgt -> 0 <= x.
Proof. intros X x H S. assert (C := I.sign_large_correct X). rewrite S in C. destruct (C _ H) as [_ C2]. exact C2. Qed.

(* True only if every number of X is at least as large as every one of Y. *)
Definition at_least (X Y : I.type) : bool := match I.sign_large (I.sub prec X Y) with Xgt => true | _ => false end.

Lemma at_least_correct : forall X Y x y, at_least X Y = true -> holds X x -> holds Y y -> y <= x.
Proof.
  intros X Y x y A HX HY. unfold at_least in A.
  destruct (I.sign_large (I.sub prec X Y)) eqn:S; try discriminate.
  assert (G := nonneg _ _ (holds_sub _ _ _ _ HX HY) S). lra.
Qed.

End Enclosures.
