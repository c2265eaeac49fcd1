(* Step functions on a grid whose axes are cut into pieces of any lengths: their integrals are sums of products, computed in integers. *)
From Coq Require Import Reals ZArith List Bool Lra Lia.
From Layercert Require Import Box Cube Modulus Integration.
Import ListNotations.
Open Scope R_scope.

(* A piece lo <= x < hi of an axis, in units of 1 / denominator, and what it adds to two numbers that a value depends on. *)
Record piece := Piece { lo : Z; hi : Z; first : Z; second : Z }.
Record axis := Axis { denominator : positive; pieces : list piece }.

Definition left (D : positive) (q : piece) : R := IZR (lo q) / IZR (Zpos D).
Definition right (D : positive) (q : piece) : R := IZR (hi q) / IZR (Zpos D).
Definition on_piece (D : positive) (q : piece) (v : R) : R := between (left D q) (right D q) v.

(* The sum over all boxes of their volume times F, where F depends on the two sums over the pieces that make up the box; in units of
   1 / the product of all denominators. *)
Fixpoint grid_sum (axes : list axis) (F : Z -> Z -> Z) (a b : Z) : Z :=
  match axes with
  | [] => F a b
  | A :: rest => fold_left (fun s q => s + (hi q - lo q) * grid_sum rest F (a + first q) (b + second q))%Z (pieces A) 0%Z
  end.
Fixpoint grid_units (axes : list axis) : positive := match axes with [] => 1 | A :: rest => denominator A * grid_units rest end.

(* The pieces follow each other from `from` to `till`. *)
Fixpoint chain (from till : Z) (l : list piece) : bool :=
  match l with [] => Z.eqb from till | q :: rest => Z.eqb (lo q) from && Z.leb from (hi q) && chain (hi q) till rest end.

(* ---- the function ---- *)

Fixpoint sum_list {T : Type} (g : T -> R) (l : list T) : R := match l with [] => 0 | q :: rest => g q + sum_list g rest end.

(* Coordinate j belongs to the first of the axes. *)
Fixpoint step_function (axes : list axis) (j : nat) (F : Z -> Z -> point -> R) (a b : Z) (x : point) : R :=
  match axes with
  | [] => F a b x
  | A :: rest => sum_list (fun q => on_piece (denominator A) q (x j) * step_function rest (S j) F (a + first q) (b + second q) x) (pieces A)
  end.
Fixpoint step_integral (axes : list axis) (F : Z -> Z -> R) (a b : Z) : R :=
  match axes with
  | [] => F a b
  | A :: rest => sum_list (fun q => (right (denominator A) q - left (denominator A) q) *
      step_integral rest F (a + first q) (b + second q)) (pieces A)
  end.

Lemma sum_list_ext : forall T (f g : T -> R) l, (forall q, In q l -> f q = g q) -> sum_list f l = sum_list g l.
Proof.
  induction l as [| q l IH]; intros H; cbn [sum_list]; [reflexivity |]. rewrite H, IH by (simpl; auto; intros; apply H; simpl; auto). reflexivity.
Qed.

Lemma sum_list_scale : forall T c (g : T -> R) l, sum_list (fun q => c * g q) l = c * sum_list g l.
Proof. induction l as [| q l IH]; cbn [sum_list]; [ring |]. rewrite IH. ring. Qed.

Lemma fold_left_sum : forall T (g : T -> Z) l s, IZR (fold_left (fun s q => s + g q)%Z l s) = IZR s + sum_list (fun q => IZR (g q)) l.
Proof.
  induction l as [| q l IH]; intros s; cbn [fold_left sum_list]; [ring |]. rewrite IH, plus_IZR. ring.
Qed.

Lemma positive_real : forall D : positive, 0 < IZR (Zpos D).
Proof. intros. apply IZR_lt. lia. Qed.

Theorem grid_sum_value : forall axes F a b, step_integral axes (fun a b => IZR (F a b)) a b = IZR (grid_sum axes F a b) / IZR (Zpos (grid_units axes)).
Proof.
  induction axes as [| A rest IH]; intros F a b; cbn [step_integral grid_sum grid_units]; [field |].
  rewrite (fold_left_sum _ (fun q => (hi q - lo q) * grid_sum rest F (a + first q) (b + second q))%Z), Rplus_0_l.
  assert (P := positive_real (denominator A)). assert (Q := positive_real (grid_units rest)). rewrite Pos2Z.inj_mul, mult_IZR.
  unfold Rdiv. rewrite (Rmult_comm (sum_list _ _)), <- sum_list_scale. apply sum_list_ext. intros q _. rewrite IH, mult_IZR, minus_IZR.
  unfold left, right. field. lra.
Qed.

Lemma step_integral_scale : forall axes c F a b, step_integral axes (fun a b => c * F a b) a b = c * step_integral axes F a b.
Proof.
  induction axes as [| A rest IH]; intros c F a b; cbn [step_integral]; [reflexivity |]. rewrite <- sum_list_scale.
  apply sum_list_ext. intros q _. rewrite IH. ring.
Qed.

(* ---- its integral ---- *)

Section Integral.
Variable d : nat.
Variable I : integration d.

Definition pieces_in_cube (A : axis) : Prop := forall q, In q (pieces A) -> 0 <= left (denominator A) q <= right (denominator A) q /\ right (denominator A) q <= 1.

Lemma indicator_next : forall j lo hi x a b,
  indicator (S j) (set lo j a) (set hi j b) x = indicator j lo hi x * between a b (x j).
Proof.
  intros. cbn [indicator]. rewrite !set_same. f_equal. apply indicator_ext. intros i Hi. rewrite !set_other by lia. auto.
Qed.

Lemma volume_next : forall j lo hi a b, volume (S j) (set lo j a) (set hi j b) = volume j lo hi * (b - a).
Proof. intros. cbn [volume]. rewrite !set_same. f_equal. apply volume_ext. intros i Hi. rewrite !set_other by lia. auto. Qed.

Lemma box_next : forall j lo hi a b, box_in_cube j lo hi -> 0 <= a <= b -> b <= 1 -> box_in_cube (S j) (set lo j a) (set hi j b).
Proof.
  intros j lo hi a b H H1 H2 i Hi. unfold set. destruct Nat.eq_dec; [lra |]. apply H. lia.
Qed.

Lemma step_function_integrable : forall axes j F, (j + length axes = d)%nat -> (forall A, In A axes -> pieces_in_cube A) ->
  (forall a b, continuous_on_cube d (F a b)) -> forall lo hi a b, box_in_cube j lo hi ->
  integrable d I (fun x => indicator j lo hi x * step_function axes j F a b x).
Proof.
  induction axes as [| A rest IH]; intros j F Hj HA HF lo0 hi0 a b B; cbn [step_function].
  - simpl in Hj. rewrite Nat.add_0_r in Hj. subst j. apply (integrable_on_box d I); [exact B | apply HF].
  - assert (HP := HA A (or_introl eq_refl)). unfold pieces_in_cube in HP. revert HP. generalize (pieces A) as l.
    induction l as [| q l IHl]; intros HP; cbn [sum_list].
    + apply (integrable_same d I (fun _ => 0)); [intros; ring | apply (integral_constant d I)].
    + set (D := denominator A) in *. destruct (HP q (or_introl eq_refl)) as [P1 P2].
      apply (integrable_same d I (fun x =>
        indicator (S j) (set lo0 j (left D q)) (set hi0 j (right D q)) x * step_function rest (S j) F (a + first q) (b + second q) x +
        indicator j lo0 hi0 x * sum_list (fun q => on_piece D q (x j) * step_function rest (S j) F (a + first q) (b + second q) x) l)).
      { intros x _. rewrite indicator_next. unfold on_piece. ring. }
      apply (integrable_plus d I).
      * apply IH; [simpl in Hj; lia | intros; apply HA; right; assumption | exact HF | apply box_next; assumption].
      * apply IHl. intros; apply HP; right; assumption.
Qed.

Lemma step_function_integral_on : forall axes j F, (j + length axes = d)%nat -> (forall A, In A axes -> pieces_in_cube A) ->
  forall lo hi a b, box_in_cube j lo hi ->
  integral_of d I (fun x => indicator j lo hi x * step_function axes j (fun a b _ => F a b) a b x) = volume j lo hi * step_integral axes F a b.
Proof.
  induction axes as [| A rest IH]; intros j F Hj HA lo0 hi0 a b B; cbn [step_function step_integral].
  - simpl in Hj. rewrite Nat.add_0_r in Hj. subst j. assert (K := box_indicator_integrable d I _ _ B).
    rewrite (integral_same d I _ (fun x => F a b * indicator d lo0 hi0 x)).
    + rewrite (integral_multiple d I), (integral_of_box d I) by assumption. ring.
    + apply (integrable_on_box d I); [exact B | apply constant_continuous].
    + intros; ring.
  - assert (HP := HA A (or_introl eq_refl)). unfold pieces_in_cube in HP.
    assert (C : forall a b : Z, continuous_on_cube d (fun _ : point => F a b)) by (intros; apply constant_continuous).
    assert (HA' : forall A, In A rest -> pieces_in_cube A) by (intros; apply HA; right; assumption). simpl in Hj.
    assert (HI : forall l, (forall q, In q l -> In q (pieces A)) -> integrable d I (fun x => indicator j lo0 hi0 x *
      sum_list (fun q => on_piece (denominator A) q (x j) * step_function rest (S j) (fun a b _ => F a b) (a + first q) (b + second q) x) l)).
    { intros l Hl. apply (step_function_integrable (Axis (denominator A) l :: rest) j (fun a b _ => F a b)); [simpl; lia | | exact C | exact B].
      intros A' [<- | HA'']; [intros q Hq; apply HP, Hl, Hq | apply HA', HA'']. }
    assert (Sub : forall q, In q (pieces A) -> In q (pieces A)) by auto. revert Sub. generalize (pieces A) at 1 3 4 as l.
    induction l as [| q l IHl]; intros Sub; cbn [sum_list].
    + rewrite (integral_same d I _ (fun _ => 0)); [rewrite (proj2 (integral_constant d I 0)); ring | exact (HI [] Sub) | intros; ring].
    + set (D := denominator A) in *. destruct (HP q (Sub q (or_introl eq_refl))) as [P1 P2].
      assert (Bq : box_in_cube (S j) (set lo0 j (left D q)) (set hi0 j (right D q))) by (apply box_next; assumption).
      rewrite (integral_same d I _ (fun x =>
        indicator (S j) (set lo0 j (left D q)) (set hi0 j (right D q)) x * step_function rest (S j) (fun a b _ => F a b) (a + first q) (b + second q) x +
        indicator j lo0 hi0 x * sum_list (fun q => on_piece D q (x j) * step_function rest (S j) (fun a b _ => F a b) (a + first q) (b + second q) x) l)).
      * assert (Sub' : forall q, In q l -> In q (pieces A)) by (intros; apply Sub; right; assumption).
        rewrite (integral_plus d I).
        -- rewrite (IH (S j) F ltac:(lia) HA' _ _ _ _ Bq), (IHl Sub'), volume_next. ring.
        -- apply (step_function_integrable rest (S j) (fun a b _ => F a b)); try assumption. lia.
        -- apply HI, Sub'.
      * apply (HI (q :: l)). exact Sub.
      * intros x _. rewrite indicator_next. unfold on_piece. ring.
Qed.

Theorem step_function_integral : forall axes F a b, length axes = d -> (forall A, In A axes -> pieces_in_cube A) ->
  integrable d I (step_function axes 0 (fun a b _ => F a b) a b) /\
  integral_of d I (step_function axes 0 (fun a b _ => F a b) a b) = step_integral axes F a b.
Proof.
  intros axes F a b L HA. assert (B : box_in_cube 0 zeros ones) by (intros j Hj; lia).
  assert (C : forall a b : Z, continuous_on_cube d (fun _ : point => F a b)) by (intros; apply constant_continuous).
  assert (K := step_function_integrable axes 0 _ L HA C zeros ones a b B).
  assert (E := step_function_integral_on axes 0 F L HA zeros ones a b B). cbn [indicator volume] in K, E.
  assert (K' : integrable d I (step_function axes 0 (fun a b _ => F a b) a b)).
  { apply (integrable_same d I _ _ (fun x _ => Rmult_1_l _)) in K. exact K. }
  split; [exact K' |]. rewrite <- (Rmult_1_l (step_integral axes F a b)), <- E. apply (integral_same d I); [exact K' | intros; ring].
Qed.

Theorem step_function_of_continuous : forall axes F a b, length axes = d -> (forall A, In A axes -> pieces_in_cube A) ->
  (forall a b, continuous_on_cube d (F a b)) -> integrable d I (step_function axes 0 F a b).
Proof.
  intros axes F a b L HA C. assert (K := step_function_integrable axes 0 F L HA C zeros ones a b ltac:(intros j Hj; lia)).
  cbn [indicator] in K. apply (integrable_same d I _ _ (fun x _ => Rmult_1_l _)) in K. exact K.
Qed.

End Integral.

(* ---- its values ---- *)

Lemma chain_facts : forall l from till D, chain from till l = true ->
  (from <= till)%Z /\
  (forall q, In q l -> (from <= lo q)%Z /\ (lo q <= hi q)%Z /\ (hi q <= till)%Z) /\
  forall v,
    (IZR from / IZR (Zpos D) <= v < IZR till / IZR (Zpos D) -> exists q, In q l /\ left D q <= v < right D q /\
       forall G : piece -> R, sum_list (fun q => on_piece D q v * G q) l = G q) /\
    (~ IZR from / IZR (Zpos D) <= v < IZR till / IZR (Zpos D) -> forall G : piece -> R, sum_list (fun q => on_piece D q v * G q) l = 0).
Proof.
  induction l as [| q l IH]; intros from till D H; cbn [chain] in H.
  - apply Z.eqb_eq in H. subst. split; [lia |]. split; [intros q [] |]. intros v. split; [lra | reflexivity].
  - apply andb_prop in H. destruct H as [H H3]. apply andb_prop in H. destruct H as [H1 H2]. apply Z.eqb_eq in H1. apply Z.leb_le in H2.
    destruct (IH (hi q) till D H3) as [A [B C]]. split; [lia |]. split.
    + intros r [<- | Hr]; [lia |]. destruct (B r Hr). lia.
    + intros v. destruct (C v) as [C1 C2]. cbn [sum_list].
      assert (P := Rinv_0_lt_compat _ (positive_real D)). subst from.
      assert (L1 : left D q <= right D q) by (apply Rmult_le_compat_r; [lra | apply IZR_le, H2]).
      assert (L2 : right D q <= IZR till / IZR (Zpos D)) by (apply Rmult_le_compat_r; [lra | apply IZR_le, A]).
      change (IZR (lo q) / IZR (Zpos D)) with (left D q). change (IZR (hi q) / IZR (Zpos D)) with (right D q) in C1, C2.
      assert (S0 : forall G : piece -> R, v < right D q -> sum_list (fun q => on_piece D q v * G q) l = 0) by (intros G Hq; apply C2; lra).
      split; intros Hv.
      * destruct (Rlt_dec v (right D q)) as [i | o].
        -- exists q. split; [left; reflexivity |]. split; [lra |]. intros G. unfold on_piece at 1. rewrite between_inside, S0 by lra. ring.
        -- destruct C1 as [r [R1 [R2 R3]]]; [lra |]. exists r. split; [right; exact R1 |]. split; [exact R2 |]. intros G. rewrite R3.
           unfold on_piece. rewrite between_outside by lra. ring.
      * intros G. unfold on_piece at 1. destruct (Rlt_dec v (left D q)) as [i | o].
        -- rewrite between_outside, S0 by lra. ring.
        -- rewrite between_outside, C2 by lra. ring.
Qed.

Section Values.
(* Axis m runs from `from m` to `till m`, in its own units. *)
Variable from till : nat -> Z.
Definition axes_run (j : nat) (axes : list axis) : Prop := forall m A, nth_error axes m = Some A -> chain (from (j + m)) (till (j + m)) (pieces A) = true.
Definition start_of (m : nat) (A : axis) : R := IZR (from m) / IZR (Zpos (denominator A)).
Definition end_of (m : nat) (A : axis) : R := IZR (till m) / IZR (Zpos (denominator A)).

(* The pieces, one of each axis, that x is in. *)
Inductive found (x : point) : nat -> list axis -> list piece -> Prop :=
| found_none : forall j, found x j [] []
| found_next : forall j A rest q qs, In q (pieces A) -> left (denominator A) q <= x j < right (denominator A) q ->
    found x (S j) rest qs -> found x j (A :: rest) (q :: qs).

Definition sum_first (qs : list piece) : Z := fold_right (fun q s => first q + s)%Z 0%Z qs.
Definition sum_second (qs : list piece) : Z := fold_right (fun q s => second q + s)%Z 0%Z qs.

Theorem step_value : forall axes j x, axes_run j axes ->
  ((forall m A, nth_error axes m = Some A -> start_of (j + m) A <= x (j + m)%nat < end_of (j + m) A) /\
     exists qs, found x j axes qs /\ forall F a b, step_function axes j F a b x = F (a + sum_first qs)%Z (b + sum_second qs)%Z x) \/
  ((exists m A, nth_error axes m = Some A /\ ~ start_of (j + m) A <= x (j + m)%nat < end_of (j + m) A) /\ forall F a b, step_function axes j F a b x = 0).
Proof.
  induction axes as [| A rest IH]; intros j x H.
  - left. split; [intros [| m] A E; discriminate |]. exists []. split; [constructor |]. intros. cbn. rewrite !Z.add_0_r. reflexivity.
  - assert (H0 := H O A eq_refl). rewrite Nat.add_0_r in H0.
    assert (HR : axes_run (S j) rest) by (intros m A' E; assert (X := H (S m) A' E); rewrite Nat.add_succ_r in X; exact X).
    cbn [step_function]. destruct (chain_facts _ _ _ (denominator A) H0) as [_ [_ C]]. destruct (C (x j)) as [C1 C2].
    destruct (Classical_Prop.classic (start_of j A <= x j < end_of j A)) as [In1 | Out].
    + destruct (C1 In1) as [q [Q1 [Q2 Q3]]]. destruct (IH (S j) x HR) as [[R1 [qs [R2 R3]]] | [[m [A' [R1 R2]]] R3]].
      * left. split.
        -- intros [| m] A' E; [injection E as <-; rewrite Nat.add_0_r; exact In1 | rewrite Nat.add_succ_r; apply R1, E].
        -- exists (q :: qs). split; [constructor; assumption |]. intros F a b.
           rewrite (Q3 (fun q => step_function rest (S j) F (a + first q) (b + second q) x)), R3.
           cbn [sum_first sum_second fold_right]. unfold sum_first, sum_second. rewrite !Z.add_assoc. reflexivity.
      * right. split; [exists (S m), A'; split; [exact R1 | rewrite Nat.add_succ_r; exact R2] |]. intros F a b.
        rewrite (Q3 (fun q => step_function rest (S j) F (a + first q) (b + second q) x)). apply R3.
    + right. split; [exists O, A; split; [reflexivity | rewrite Nat.add_0_r; exact Out] |]. intros F a b. apply (C2 Out).
Qed.

End Values.
