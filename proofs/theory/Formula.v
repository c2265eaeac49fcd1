(* Targets of several variables as formulas: their values, where they have one, where they are continuous, and enclosures over boxes by
   intervals whose ends are binary numbers over Z, so that the same enclosures run in the extracted program. A formula may jump: it may have
   steps, floors and choices. *)
From Coq Require Import Reals ZArith List Bool Lra Lia.
From Coquelicot Require Import Coquelicot.
From Interval.Real Require Import Xreal.
From Interval.Interval Require Import Interval Interval_compl Float_full.
From Interval.Float Require Import Basic Sig Specific_stdz Specific_ops.
From Layercert Require Import Dyadic Box Cube CubeValues.
Import ListNotations.
Open Scope R_scope.

Module F := SpecificFloat StdZRadix2.
Module I := FloatIntervalFull F.

Inductive unary := Opposite | Magnitude | Square_root | Exponential | Logarithm | Sine_of | Cosine_of | Arctangent
| Step_of       (* 1 of what is at least 0, else 0 *)
| Floor_of.     (* the greatest whole number up to it *)
Inductive binary := Plus | Minus | Times | Over | Least | Greatest.
Inductive formula :=
| Argument (j : nat)                          (* coordinate x j *)
| Number (numerator : Z) (denominator : positive)
| Circle                                      (* pi *)
| Power_of (a : formula) (n : positive)
| Apply (o : unary) (a : formula)
| Combine (o : binary) (a b : formula)
| Choose (condition a b : formula).           (* a where the condition is not 0, else b *)

(* ---- values ---- *)

Definition unary_value (o : unary) (v : R) : R :=
  match o with
  | Opposite => - v | Magnitude => Rabs v | Square_root => sqrt v | Exponential => exp v | Logarithm => ln v
  | Sine_of => sin v | Cosine_of => cos v | Arctangent => atan v
  | Step_of => if Rle_dec 0 v then 1 else 0
  | Floor_of => IZR (Int_part v)
  end.
Definition binary_value (o : binary) (v w : R) : R :=
  match o with Plus => v + w | Minus => v - w | Times => v * w | Over => v / w | Least => Rmin v w | Greatest => Rmax v w end.

Fixpoint formula_value (e : formula) (x : point) : R :=
  match e with
  | Argument j => x j
  | Number n q => IZR n / IZR (Zpos q)
  | Circle => PI
  | Power_of a n => formula_value a x ^ Pos.to_nat n
  | Apply o a => unary_value o (formula_value a x)
  | Combine o a b => binary_value o (formula_value a x) (formula_value b x)
  | Choose c a b => if Req_EM_T (formula_value c x) 0 then formula_value b x else formula_value a x
  end.

(* Coq's functions have a value everywhere: 1 / 0, sqrt (-1) and ln 0 among them. These formulas have none there. *)
Definition unary_defined (o : unary) (v : R) : Prop := match o with Square_root => 0 <= v | Logarithm => 0 < v | _ => True end.
Definition binary_defined (o : binary) (w : R) : Prop := match o with Over => w <> 0 | _ => True end.

Fixpoint has_value (e : formula) (x : point) : Prop :=
  match e with
  | Argument _ | Number _ _ | Circle => True
  | Power_of a _ => has_value a x
  | Apply o a => has_value a x /\ unary_defined o (formula_value a x)
  | Combine o a b => has_value a x /\ has_value b x /\ binary_defined o (formula_value b x)
  | Choose c a b => has_value c x /\ if Req_EM_T (formula_value c x) 0 then has_value b x else has_value a x
  end.

(* A formula that may jump. All others are continuous where they have a value. *)
Definition unary_jumps (o : unary) : bool := match o with Step_of | Floor_of => true | _ => false end.
Fixpoint jumps (e : formula) : bool :=
  match e with
  | Argument _ | Number _ _ | Circle => false
  | Power_of a _ => jumps a
  | Apply o a => unary_jumps o || jumps a
  | Combine _ a b => jumps a || jumps b
  | Choose _ _ _ => true
  end.

(* ---- continuity at a point ---- *)

(* y is near x if its first d coordinates are. *)
Definition near_point (d : nat) (x : point) (P : point -> Prop) : Prop :=
  exists delta, 0 < delta /\ forall y, (forall j, (j < d)%nat -> Rabs (y j - x j) < delta) -> P y.
Definition continuous_point (d : nat) (g : point -> R) (x : point) : Prop := filterlim g (near_point d x) (locally (g x)).

Global Instance near_point_filter : forall d x, Filter (near_point d x).
Proof.
  intros d x. constructor.
  - exists 1. split; [lra | auto].
  - intros P Q [a [Ha A]] [b [Hb B]]. exists (Rmin a b). split; [apply Rmin_glb_lt; assumption |].
    intros y H. split; [apply A | apply B]; intros j Hj; (eapply Rlt_le_trans; [apply H, Hj |]); [apply Rmin_l | apply Rmin_r].
  - intros P Q H [a [Ha A]]. exists a. split; [exact Ha |]. intros y Hy. apply H, A, Hy.
Qed.

Lemma continuous_everywhere : forall d g, (forall x, in_cube d x -> continuous_point d g x) -> continuous_on_cube d g.
Proof.
  intros d g H x Hx e He. assert (B : locally (g x) (fun v => Rabs (v - g x) < e)) by (exists (mkposreal e He); intros v Hv; exact Hv).
  destruct (H x Hx _ B) as [delta [Hd D]]. exists delta. split; [exact Hd |]. intros y _ Hy. apply D, Hy.
Qed.

Lemma argument_continuous : forall d j x, (j < d)%nat -> continuous_point d (fun x => x j) x.
Proof. intros d j x Hj P [e He]. exists e. split; [apply cond_pos |]. intros y Hy. apply He, Hy, Hj. Qed.

Lemma unary_continuous : forall o v, unary_jumps o = false -> unary_defined o v -> continuous (unary_value o) v.
Proof.
  intros [] v J H; try discriminate J; cbn [unary_value].
  - exact (filterlim_opp v).
  - apply continuous_Rabs.
  - apply continuous_sqrt.
  - apply continuous_exp.
  - apply continuous_ln, H.
  - apply continuous_sin.
  - apply continuous_cos.
  - apply continuous_atan.
Qed.

Lemma power_continuous : forall n v, continuous (fun v => v ^ n) v.
Proof.
  induction n as [| n IH]; intros v; [apply continuous_const |]. apply (continuous_mult (fun v => v) (fun v => v ^ n)); [apply continuous_id | apply IH].
Qed.

Section Continuity.
Variable d : nat.
Variable x : point.

Lemma point_continuous_comp : forall (g : point -> R) (phi : R -> R), continuous_point d g x -> continuous phi (g x) -> continuous_point d (fun x => phi (g x)) x.
Proof. intros g phi Hg Hphi. exact (filterlim_comp _ _ _ g phi _ _ _ Hg Hphi). Qed.

Lemma point_continuous_const : forall c, continuous_point d (fun _ => c) x.
Proof. intros c. apply filterlim_const. Qed.

Lemma point_continuous_plus : forall g k, continuous_point d g x -> continuous_point d k x -> continuous_point d (fun x => g x + k x) x.
Proof. intros g k Hg Hk. exact (filterlim_comp_2 g k Rplus Hg Hk (filterlim_plus (g x) (k x))). Qed.

Lemma point_continuous_mult : forall g k, continuous_point d g x -> continuous_point d k x -> continuous_point d (fun x => g x * k x) x.
Proof. intros g k Hg Hk. exact (filterlim_comp_2 g k Rmult Hg Hk (filterlim_mult (g x) (k x))). Qed.

Lemma point_continuous_minus : forall g k, continuous_point d g x -> continuous_point d k x -> continuous_point d (fun x => g x - k x) x.
Proof.
  intros g k Hg Hk. apply (point_continuous_plus g (fun x => - k x) Hg).
  exact (point_continuous_comp k (unary_value Opposite) Hk (unary_continuous Opposite (k x) eq_refl I)).
Qed.

Lemma point_continuous_ext : forall g k, (forall x, g x = k x) -> continuous_point d g x -> continuous_point d k x.
Proof. intros g k E Hg. unfold continuous_point. rewrite <- (E x). exact (filterlim_ext g k E Hg). Qed.

Lemma point_continuous_abs : forall g, continuous_point d g x -> continuous_point d (fun x => Rabs (g x)) x.
Proof. intros g Hg. apply (point_continuous_comp g Rabs Hg), continuous_Rabs. Qed.
End Continuity.

Lemma least_half : forall a b, Rmin a b = / 2 * (a + b - Rabs (a - b)).
Proof. intros. unfold Rmin, Rabs. destruct (Rle_dec a b), (Rcase_abs (a - b)); lra. Qed.

Lemma greatest_half : forall a b, Rmax a b = / 2 * (a + b + Rabs (a - b)).
Proof. intros. unfold Rmax, Rabs. destruct (Rle_dec a b), (Rcase_abs (a - b)); lra. Qed.

Lemma binary_continuous : forall d x o g k, continuous_point d g x -> continuous_point d k x -> binary_defined o (k x) ->
  continuous_point d (fun x => binary_value o (g x) (k x)) x.
Proof.
  intros d x [] g k Hg Hk D; cbn [binary_value binary_defined] in *.
  - apply point_continuous_plus; assumption.
  - apply point_continuous_minus; assumption.
  - apply point_continuous_mult; assumption.
  - apply (point_continuous_mult d x g (fun x => / k x) Hg), (point_continuous_comp d x k Rinv Hk).
    apply (continuous_Rinv_comp (fun v => v)); [apply continuous_id | exact D].
  - apply point_continuous_ext with (fun x => / 2 * (g x + k x - Rabs (g x - k x))); [intros; symmetry; apply least_half |].
    apply (point_continuous_mult d x (fun _ => / 2)); [apply point_continuous_const |].
    apply point_continuous_minus; [apply point_continuous_plus | apply point_continuous_abs, point_continuous_minus]; assumption.
  - apply point_continuous_ext with (fun x => / 2 * (g x + k x + Rabs (g x - k x))); [intros; symmetry; apply greatest_half |].
    apply (point_continuous_mult d x (fun _ => / 2)); [apply point_continuous_const |].
    apply point_continuous_plus; [apply point_continuous_plus | apply point_continuous_abs, point_continuous_minus]; assumption.
Qed.

(* ---- enclosures ---- *)

Lemma some_equal : forall (T : Type) (a b : T), Some a = Some b -> a = b.
Proof. intros T a b H. injection H as ->. reflexivity. Qed.

Definition holds (A : I.type) (v : R) : Prop := contains (I.convert A) (Xreal v).

Section Enclosures.
Variable prec : F.precision.

Definition whole (n : Z) : I.type := I.fromZ prec n.
Definition half : I.type := I.div prec (whole 1) (whole 2).

(* None where there may be no value. *)
Definition unary_enclosure (o : unary) (A : I.type) : option I.type :=
  match o with
  | Opposite => Some (I.neg A)
  | Magnitude => Some (I.abs A)
  | Square_root => match I.sign_large A with Xeq | Xgt => Some (I.sqrt prec A) | _ => None end
  | Exponential => Some (I.exp prec A)
  | Logarithm => match I.sign_strict A with Xgt => Some (I.ln prec A) | _ => None end
  | Sine_of => Some (I.sin prec A)
  | Cosine_of => Some (I.cos prec A)
  | Arctangent => Some (I.atan prec A)
  | Step_of => Some (match I.sign_strict A with
      | Xlt => whole 0
      | _ => match I.sign_large A with Xeq | Xgt => whole 1 | _ => I.join (whole 0) (whole 1) end end)
  | Floor_of => Some (I.nearbyint rnd_DN A)
  end.
Definition binary_enclosure (o : binary) (A B : I.type) : option I.type :=
  match o with
  | Plus => Some (I.add prec A B)
  | Minus => Some (I.sub prec A B)
  | Times => Some (I.mul prec A B)
  | Over => match I.sign_strict B with Xlt | Xgt => Some (I.div prec A B) | _ => None end
  | Least => Some (match I.sign_large (I.sub prec A B) with
      | Xlt => A | Xgt => B | _ => I.mul prec half (I.sub prec (I.add prec A B) (I.abs (I.sub prec A B))) end)
  | Greatest => Some (match I.sign_large (I.sub prec A B) with
      | Xlt => B | Xgt => A | _ => I.mul prec half (I.add prec (I.add prec A B) (I.abs (I.sub prec A B))) end)
  end.

(* An interval that holds the values over the box X, of one interval for each coordinate. *)
Fixpoint enclosure (e : formula) (X : list I.type) : option I.type :=
  match e with
  | Argument j => nth_error X j
  | Number n q => Some (I.div prec (whole n) (whole (Zpos q)))
  | Circle => Some (I.pi prec)
  | Power_of a n => match enclosure a X with Some A => Some (I.power_int prec A (Zpos n)) | None => None end
  | Apply o a => match enclosure a X with Some A => unary_enclosure o A | None => None end
  | Combine o a b => match enclosure a X, enclosure b X with Some A, Some B => binary_enclosure o A B | _, _ => None end
  | Choose c a b => match enclosure c X with
      | Some C => match I.sign_strict C with
          | Xlt | Xgt => enclosure a X
          | _ => match I.sign_large C with
              | Xeq => enclosure b X
              | _ => match enclosure a X, enclosure b X with Some A, Some B => Some (I.join A B) | _, _ => None end
              end
          end
      | None => None
      end
  end.

Lemma whole_holds : forall n, holds (whole n) (IZR n).
Proof. intros. apply I.fromZ_correct. Qed.

Lemma anything_holds : forall A v, contains (I.convert A) Xnan -> holds A v.
Proof. intros A v H. unfold holds. destruct (I.convert A); [exact Logic.I | contradiction]. Qed.

Lemma quotient_holds : forall A B a b, holds A a -> holds B b -> holds (I.div prec A B) (a / b).
Proof.
  intros A B a b HA HB. assert (H := I.div_correct prec A B _ _ HA HB). unfold Xbind2, Xdiv' in H.
  destruct (Xreal.is_zero b); [apply anything_holds, H | exact H].
Qed.

Lemma logarithm_holds : forall A a, holds A a -> holds (I.ln prec A) (ln a).
Proof.
  intros A a HA. assert (H := I.ln_correct prec A _ HA). unfold Xbind, Xln' in H.
  destruct (Xreal.is_positive a); [exact H | apply anything_holds, H].
Qed.

Lemma sum_holds : forall A B a b, holds A a -> holds B b -> holds (I.add prec A B) (a + b).
Proof. intros A B a b HA HB. exact (I.add_correct prec A B _ _ HA HB). Qed.

Lemma difference_holds : forall A B a b, holds A a -> holds B b -> holds (I.sub prec A B) (a - b).
Proof. intros A B a b HA HB. exact (I.sub_correct prec A B _ _ HA HB). Qed.

Lemma product_holds : forall A B a b, holds A a -> holds B b -> holds (I.mul prec A B) (a * b).
Proof. intros A B a b HA HB. exact (I.mul_correct prec A B _ _ HA HB). Qed.

Lemma magnitude_holds : forall A a, holds A a -> holds (I.abs A) (Rabs a).
Proof. intros A a HA. exact (I.abs_correct A _ HA). Qed.

Lemma half_holds : holds half (/ 2).
Proof. replace (/ 2) with (IZR 1 / IZR 2) by lra. apply quotient_holds; apply whole_holds. Qed.

Lemma sign_known : forall A a, holds A a ->
  match I.sign_large A with Xeq => a = 0 | Xlt => a <= 0 | Xgt => 0 <= a | Xund => True end.
Proof.
  intros A a HA. assert (S := I.sign_large_correct A). destruct (I.sign_large A); [| | | exact Logic.I].
  - assert (E := S _ HA). injection E as E. exact E.
  - apply (S _ HA).
  - apply (S _ HA).
Qed.

Lemma strict_sign_known : forall A a, holds A a -> match I.sign_strict A with Xlt => a < 0 | Xgt => 0 < a | _ => True end.
Proof. intros A a HA. assert (S := I.sign_strict_correct A). destruct (I.sign_strict A); try exact Logic.I; apply (S _ HA). Qed.

Lemma join_holds : forall A B a, holds A a \/ holds B a -> holds (I.join A B) a.
Proof. intros A B a H. exact (I.join_correct A B _ H). Qed.

Lemma step_holds : forall A a, holds A a ->
  holds (match I.sign_strict A with
    | Xlt => whole 0
    | _ => match I.sign_large A with Xeq | Xgt => whole 1 | _ => I.join (whole 0) (whole 1) end end) (if Rle_dec 0 a then 1 else 0).
Proof.
  intros A a HA. assert (S := strict_sign_known A a HA). assert (L := sign_known A a HA).
  assert (J : holds (I.join (whole 0) (whole 1)) (if Rle_dec 0 a then 1 else 0)).
  { apply join_holds. destruct Rle_dec; [right | left]; apply whole_holds. }
  assert (O : 0 <= a -> holds (whole 1) (if Rle_dec 0 a then 1 else 0)).
  { intros H. destruct Rle_dec as [_ | n]; [apply whole_holds | contradiction]. }
  assert (U : a < 0 -> holds (whole 0) (if Rle_dec 0 a then 1 else 0)).
  { intros H. destruct Rle_dec as [n | _]; [exfalso; lra | apply whole_holds]. }
  destruct (I.sign_strict A); destruct (I.sign_large A); try exact J; try (apply U; exact S); apply O; lra.
Qed.

Lemma unary_enclosure_holds : forall o A Y a, unary_enclosure o A = Some Y -> holds A a -> holds Y (unary_value o a) /\ unary_defined o a.
Proof.
  intros [] A Y a H HA; cbn [unary_enclosure unary_value unary_defined] in *;
    try (apply some_equal in H; subst Y; split; [| exact Logic.I]).
  - exact (I.neg_correct _ _ HA).
  - apply magnitude_holds, HA.
  - assert (S := sign_known A a HA). destruct (I.sign_large A); try discriminate H; apply some_equal in H; subst Y; (split; [exact (I.sqrt_correct prec A _ HA) | lra]).
  - exact (I.exp_correct prec _ _ HA).
  - assert (S := strict_sign_known A a HA). destruct (I.sign_strict A); try discriminate H; apply some_equal in H; subst Y. split; [apply logarithm_holds, HA | exact S].
  - exact (I.sin_correct prec _ _ HA).
  - exact (I.cos_correct prec _ _ HA).
  - exact (I.atan_correct prec _ _ HA).
  - apply step_holds, HA.
  - exact (I.nearbyint_correct rnd_DN A _ HA).
Qed.

Lemma binary_enclosure_holds : forall o A B Y a b, binary_enclosure o A B = Some Y -> holds A a -> holds B b ->
  holds Y (binary_value o a b) /\ binary_defined o b.
Proof.
  intros o A B Y a b H HA HB. assert (D := difference_holds A B a b HA HB). assert (S := sign_known _ _ D).
  destruct o; cbn [binary_enclosure binary_value binary_defined] in *; try (apply some_equal in H; subst Y; split; [| exact Logic.I]).
  - apply sum_holds; assumption.
  - exact D.
  - apply product_holds; assumption.
  - assert (T := strict_sign_known B b HB). destruct (I.sign_strict B); try discriminate H; apply some_equal in H; subst Y;
      (split; [apply quotient_holds; assumption | lra]).
  - assert (G : holds (I.mul prec half (I.sub prec (I.add prec A B) (I.abs (I.sub prec A B)))) (Rmin a b)).
    { rewrite least_half. apply product_holds; [exact half_holds |]. apply difference_holds; [apply sum_holds | apply magnitude_holds]; assumption. }
    destruct (I.sign_large (I.sub prec A B)); try exact G; [rewrite Rmin_left by lra | rewrite Rmin_right by lra]; assumption.
  - assert (G : holds (I.mul prec half (I.add prec (I.add prec A B) (I.abs (I.sub prec A B)))) (Rmax a b)).
    { rewrite greatest_half. apply product_holds; [exact half_holds |]. apply sum_holds; [apply sum_holds | apply magnitude_holds]; assumption. }
    destruct (I.sign_large (I.sub prec A B)); try exact G; [rewrite Rmax_right by lra | rewrite Rmax_left by lra]; assumption.
Qed.

Definition in_intervals (X : list I.type) (x : point) : Prop := forall j A, nth_error X j = Some A -> holds A (x j).

Theorem enclosure_correct : forall e X Y x, enclosure e X = Some Y -> in_intervals X x ->
  holds Y (formula_value e x) /\ has_value e x /\ (jumps e = false -> continuous_point (length X) (formula_value e) x).
Proof.
  induction e; intros X Y x H HX; cbn [enclosure formula_value has_value jumps] in *.
  - split; [apply HX, H |]. split; [exact Logic.I |]. intros _. apply argument_continuous, nth_error_Some. rewrite H. discriminate.
  - apply some_equal in H; subst Y. split; [apply quotient_holds; apply whole_holds |]. split; [exact Logic.I | intros _; apply point_continuous_const].
  - apply some_equal in H; subst Y. split; [exact (I.pi_correct prec) |]. split; [exact Logic.I | intros _; apply point_continuous_const].
  - destruct (enclosure e X) as [A |] eqn:E; [| discriminate]. apply some_equal in H; subst Y. destruct (IHe X A x E HX) as [H1 [H2 H3]].
    split; [exact (I.power_int_correct prec (Zpos n) A _ H1) |]. split; [exact H2 |]. intros J.
    apply (point_continuous_comp _ _ _ (fun v => v ^ Pos.to_nat n) (H3 J)), power_continuous.
  - destruct (enclosure e X) as [A |] eqn:E; [| discriminate]. destruct (IHe X A x E HX) as [H1 [H2 H3]].
    destruct (unary_enclosure_holds o A Y _ H H1) as [G1 G2]. split; [exact G1 |]. split; [split; assumption |].
    intros J. apply orb_false_elim in J. destruct J as [J1 J2]. exact (point_continuous_comp _ _ _ _ (H3 J2) (unary_continuous o _ J1 G2)).
  - destruct (enclosure e1 X) as [A |] eqn:E1; [| discriminate]. destruct (enclosure e2 X) as [B |] eqn:E2; [| discriminate].
    destruct (IHe1 X A x E1 HX) as [H1 [H2 H3]]. destruct (IHe2 X B x E2 HX) as [K1 [K2 K3]].
    destruct (binary_enclosure_holds o A B Y _ _ H H1 K1) as [G1 G2]. split; [exact G1 |]. split; [auto |].
    intros J. apply orb_false_elim in J. destruct J as [J1 J2]. apply binary_continuous; auto.
  - destruct (enclosure e1 X) as [C |] eqn:E1; [| discriminate]. destruct (IHe1 X C x E1 HX) as [H1 [H2 _]].
    assert (S := strict_sign_known C _ H1). assert (L := sign_known C _ H1).
    assert (Nonzero : forall A, formula_value e1 x <> 0 -> enclosure e2 X = Some A ->
      holds A (if Req_EM_T (formula_value e1 x) 0 then formula_value e3 x else formula_value e2 x) /\
      (has_value e1 x /\ (if Req_EM_T (formula_value e1 x) 0 then has_value e3 x else has_value e2 x))).
    { intros A n E. destruct (IHe2 X A x E HX) as [K1 [K2 _]]. destruct Req_EM_T as [z | _]; [contradiction | auto]. }
    assert (Zero : forall A, formula_value e1 x = 0 -> enclosure e3 X = Some A ->
      holds A (if Req_EM_T (formula_value e1 x) 0 then formula_value e3 x else formula_value e2 x) /\
      (has_value e1 x /\ (if Req_EM_T (formula_value e1 x) 0 then has_value e3 x else has_value e2 x))).
    { intros A z E. destruct (IHe3 X A x E HX) as [K1 [K2 _]]. destruct Req_EM_T as [_ | n]; [auto | contradiction]. }
    assert (Either : match enclosure e2 X, enclosure e3 X with Some A, Some B => Some (I.join A B) | _, _ => None end = Some Y ->
      holds Y (if Req_EM_T (formula_value e1 x) 0 then formula_value e3 x else formula_value e2 x) /\
      (has_value e1 x /\ (if Req_EM_T (formula_value e1 x) 0 then has_value e3 x else has_value e2 x))).
    { intros E. destruct (enclosure e2 X) as [A |] eqn:E2; [| discriminate]. destruct (enclosure e3 X) as [B |] eqn:E3; [| discriminate].
      apply some_equal in E; subst Y. destruct (Req_dec (formula_value e1 x) 0) as [z | n].
      - destruct (Zero B z eq_refl) as [K1 K2]. split; [apply join_holds; right; exact K1 | exact K2].
      - destruct (Nonzero A n eq_refl) as [K1 K2]. split; [apply join_holds; left; exact K1 | exact K2]. }
    assert (G : holds Y (if Req_EM_T (formula_value e1 x) 0 then formula_value e3 x else formula_value e2 x) /\
      (has_value e1 x /\ (if Req_EM_T (formula_value e1 x) 0 then has_value e3 x else has_value e2 x))).
    { destruct (I.sign_strict C); try (apply Nonzero; [intros z; rewrite z in S; lra | exact H]); destruct (I.sign_large C); try (apply Either; exact H); apply Zero; assumption. }
    split; [apply G |]. split; [apply G | discriminate].
Qed.

(* ---- integers around the values, in units of 2^-w ---- *)

Definition floor_of (w : Z) (a : F.type) : option Z :=
  match F.toF a with
  | Basic.Fnan => None
  | Fzero => Some 0%Z
  | Basic.Float s m e => Some (Z.shiftl (if s then Zneg m else Zpos m) (e + w))
  end.
Definition ceiling_of (w : Z) (a : F.type) : option Z := match floor_of w (F.neg a) with Some k => Some (- k)%Z | None => None end.
Definition integers_around (w : Z) (A : I.type) : option (Z * Z) :=
  match A with
  | Float.Inan => None
  | Float.Ibnd l u => match floor_of w l, ceiling_of w u with Some a, Some b => Some (a, b) | _, _ => None end
  end.

Lemma binary_number : forall s m e, FtoR radix2 s m e = IZR (if s then Zneg m else Zpos m) * powerRZ 2 e.
Proof.
  intros s m e. unfold FtoR. destruct e as [| p | p].
  - simpl. ring.
  - rewrite mult_IZR. f_equal. exact (power_of_two (Zpos p) ltac:(lia)).
  - change (Zneg p) with (- Zpos p)%Z. rewrite (power_of_two_opp (Zpos p)), <- (power_of_two (Zpos p)) by lia. reflexivity.
Qed.

Lemma floor_of_below : forall w a k v, floor_of w a = Some k -> F.toX a = Xreal v -> IZR k <= powerRZ 2 w * v.
Proof.
  intros w a k v H E. unfold floor_of in H. unfold F.toX in E. destruct (F.toF a) as [| | s m e]; [discriminate | |].
  - injection H as <-. injection E as <-. lra.
  - injection H as <-. cbn [FtoX] in E. injection E as <-. change F.radix with radix2. rewrite binary_number.
    assert (S := shiftl_near (if s then Zneg m else Zpos m) (e + w)). rewrite powerRZ_add in S by lra. lra.
Qed.

Lemma negated_number : forall a, F.toX (F.neg a) = Xneg (F.toX a).
Proof. intros a. assert (H := F.neg_correct a). destruct a; exact H || reflexivity. Qed.

Lemma ceiling_of_above : forall w a k v, ceiling_of w a = Some k -> F.toX a = Xreal v -> powerRZ 2 w * v <= IZR k.
Proof.
  intros w a k v H E. unfold ceiling_of in H. destruct (floor_of w (F.neg a)) as [k' |] eqn:G; [| discriminate]. injection H as <-.
  assert (N : F.toX (F.neg a) = Xreal (- v)) by (rewrite negated_number, E; reflexivity).
  assert (B := floor_of_below w _ _ _ G N). rewrite opp_IZR. lra.
Qed.

Lemma finite_number : forall w a k, floor_of w a = Some k -> exists v, F.toX a = Xreal v.
Proof. intros w a k H. unfold floor_of in H. unfold F.toX. destruct (F.toF a); [discriminate | |]; eexists; reflexivity. Qed.

Theorem integers_around_correct : forall w A a b v, integers_around w A = Some (a, b) -> holds A v -> IZR a <= powerRZ 2 w * v <= IZR b.
Proof.
  intros w [| l u] a b v H HA; cbn [integers_around] in H; [discriminate |].
  destruct (floor_of w l) as [a' |] eqn:La; [| discriminate]. destruct (ceiling_of w u) as [b' |] eqn:Ub; [| discriminate].
  injection H as -> ->. destruct (finite_number w l a La) as [lv Lv].
  assert (Uv : exists uv, F.toX u = Xreal uv).
  { unfold ceiling_of in Ub. destruct (floor_of w (F.neg u)) as [k |] eqn:G; [| discriminate]. destruct (finite_number w _ k G) as [nv Nv].
    rewrite negated_number in Nv. destruct (F.toX u) as [| uv]; [discriminate | exists uv; reflexivity]. }
  destruct Uv as [uv Uv]. unfold holds in HA. change (I.convert (Float.Ibnd l u)) with (Interval.Ibnd (F.toX l) (F.toX u)) in HA.
  rewrite Lv, Uv in HA. destruct HA as [L U]. assert (P := powerRZ_pos w).
  assert (A1 := floor_of_below w l a lv La Lv). assert (B1 := ceiling_of_above w u b uv Ub Uv). split.
  - eapply Rle_trans; [exact A1 |]. apply Rmult_le_compat_l; lra.
  - eapply Rle_trans; [| exact B1]. apply Rmult_le_compat_l; lra.
Qed.

End Enclosures.
