(* Why the program's comparison implies claim R: from upper bounds of the cells' integrals, of the bad set's measure, and a lower bound
   of the modulus at one shift. The first part holds for any positive linear functional, so for the Lebesgue integral in any number of
   dimensions; the second part is the unit interval with Riemann integrals, with the ramps of Digits.v as the bad set. *)
From Coq Require Import Reals List Lra Lia.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Integral Power Digits Sums.
Import ListNotations.
Open Scope R_scope.

(* ---- any positive linear functional ---- *)

Section Functional.
Variable X : Type. (* points *)
Variable integrable : (X -> R) -> Prop.
Variable integral : (X -> R) -> R.
Hypothesis sum_integrable : forall f g, integrable f -> integrable g -> integrable (fun x => f x + g x).
Hypothesis multiple_integrable : forall c f, integrable f -> integrable (fun x => c * f x).
Hypothesis integral_of_sum : forall f g, integrable f -> integrable g ->
  integral (fun x => f x + g x) = integral f + integral g.
Hypothesis integral_of_multiple : forall c f, integrable f -> integral (fun x => c * f x) = c * integral f.
Hypothesis integral_le : forall f g, integrable f -> integrable g -> (forall x, f x <= g x) -> integral f <= integral g.

Lemma integrable_sum : forall K (c : nat -> X -> R), (forall k, (k < K)%nat -> integrable (c k)) -> forall g, integrable g ->
  integrable (fun x => sum_to K (fun k => c k x) + g x) /\
  integral (fun x => sum_to K (fun k => c k x) + g x) = sum_to K (fun k => integral (c k)) + integral g.
Proof.
  induction K as [| K IH]; intros c Hc g Hg; simpl.
  - assert (E : (fun x => 0 + g x) = g) by (apply FunctionalExtensionality.functional_extensionality; intros; ring).
    rewrite E. split; [assumption | ring].
  - assert (E : (fun x => sum_to K (fun k => c k x) + c K x + g x) = (fun x => sum_to K (fun k => c k x) + (c K x + g x)))
      by (apply FunctionalExtensionality.functional_extensionality; intros; ring).
    rewrite E. assert (HK : integrable (fun x => c K x + g x)) by (apply sum_integrable; [apply Hc; lia | assumption]).
    destruct (IH c (fun k h => Hc k (Nat.lt_lt_succ_r _ _ h)) _ HK) as [A B].
    split; [assumption |]. rewrite B, integral_of_sum by (try apply Hc; try lia; assumption). ring.
Qed.

(* cell k x is 1 on cell k and 0 elsewhere; bad x is at least 1 where x is bad. *)
Theorem error_upper : forall (f Phi bad : X -> R) (cell : nat -> X -> R) (v U : nat -> R) K p reach mu,
  0 < p -> 0 <= reach ->
  integrable (fun x => power p (Rabs (f x - Phi x))) ->
  (forall k, (k < K)%nat -> integrable (fun x => cell k x * power p (Rabs (f x - v k))) /\
     integral (fun x => cell k x * power p (Rabs (f x - v k))) <= U k) ->
  integrable bad -> integral bad <= mu ->
  (forall k x, 0 <= cell k x) -> (forall x, 0 <= bad x) ->
  (forall x, (exists k, (k < K)%nat /\ cell k x = 1 /\ Phi x = v k) \/ (1 <= bad x /\ Rabs (f x - Phi x) <= reach)) ->
  integral (fun x => power p (Rabs (f x - Phi x))) <= sum_to K U + power p reach * mu.
Proof.
  intros f Phi bad cell v U K p reach mu Hp Hr If Ic Ib Hmu C0 B0 Cover.
  assert (Ib' : integrable (fun x => power p reach * bad x)) by (apply multiple_integrable, Ib).
  destruct (integrable_sum K (fun k x => cell k x * power p (Rabs (f x - v k))) (fun k h => proj1 (Ic k h)) _ Ib') as [A B].
  eapply Rle_trans; [apply integral_le; [exact If | exact A |] |].
  - intros x. cbv beta.
    assert (S0 : forall k, (k < K)%nat -> 0 <= cell k x * power p (Rabs (f x - v k)))
      by (intros; apply Rmult_le_pos; [apply C0 | apply power_nonneg]).
    assert (R0 := power_nonneg p reach). specialize (B0 x).
    destruct (Cover x) as [[k [Hk [E1 E2]]] | [E1 E2]].
    + assert (G := sum_to_one K _ k S0 Hk). cbv beta in G. rewrite E1, Rmult_1_l in G. rewrite E2.
      assert (0 <= power p reach * bad x) by (apply Rmult_le_pos; assumption). lra.
    + assert (G := sum_to_nonneg K _ S0). cbv beta in G. assert (P := power_le p _ _ Hp E2). nra.
  - rewrite B. apply Rplus_le_compat.
    + apply sum_to_le. intros k Hk. apply Ic, Hk.
    + rewrite integral_of_multiple by assumption. apply Rmult_le_compat_l; [apply power_nonneg | assumption].
Qed.

(* Cells that do not overlap: every point belongs to one of them, where Phi has its value or the point is bad. *)
Theorem error_lower : forall (f Phi bad : X -> R) (cell : nat -> X -> R) (v low : nat -> R) K p reach mu,
  0 < p -> 0 <= reach ->
  integrable (fun x => power p (Rabs (f x - Phi x))) ->
  (forall k, (k < K)%nat -> integrable (fun x => cell k x * power p (Rabs (f x - v k))) /\
     low k <= integral (fun x => cell k x * power p (Rabs (f x - v k)))) ->
  integrable bad -> integral bad <= mu -> (forall x, 0 <= bad x) ->
  (forall x, exists k, (k < K)%nat /\ 0 <= cell k x <= 1 /\ (forall i, (i < K)%nat -> i <> k -> cell i x = 0) /\
     (Phi x = v k \/ (1 <= bad x /\ Rabs (f x - v k) <= reach))) ->
  sum_to K low - power p reach * mu <= integral (fun x => power p (Rabs (f x - Phi x))).
Proof.
  intros f Phi bad cell v low K p reach mu Hp Hr If Ic Ib Hmu B0 Cover.
  assert (Zero : integrable (fun x => 0 * bad x)) by (apply multiple_integrable, Ib).
  destruct (integrable_sum K (fun k x => cell k x * power p (Rabs (f x - v k))) (fun k h => proj1 (Ic k h)) _ Zero) as [A B].
  rewrite integral_of_multiple, Rmult_0_l, Rplus_0_r in B by exact Ib.
  assert (Ib' : integrable (fun x => power p reach * bad x)) by (apply multiple_integrable, Ib).
  assert (R0 := power_nonneg p reach).
  assert (L : sum_to K low <= sum_to K (fun k => integral (fun x => cell k x * power p (Rabs (f x - v k)))))
    by (apply sum_to_le; intros; apply Ic; assumption).
  assert (M : power p reach * integral bad <= power p reach * mu) by (apply Rmult_le_compat_l; assumption).
  assert (H := integral_le _ _ A (sum_integrable _ _ If Ib')).
  rewrite B, (integral_of_sum _ _ If Ib'), integral_of_multiple in H by exact Ib.
  clear A B. cut (sum_to K (fun k => integral (fun x => cell k x * power p (Rabs (f x - v k)))) <=
    integral (fun x => power p (Rabs (f x - Phi x))) + power p reach * integral bad); [lra |].
  apply H. intros x. destruct (Cover x) as [k [Hk [[C0 C1] [Others Value]]]].
  rewrite (sum_to_single K k) by (try exact Hk; intros i Hi n; rewrite (Others i Hi n); ring).
  assert (P0 := power_nonneg p (Rabs (f x - v k))). assert (Q0 := power_nonneg p (Rabs (f x - Phi x))).
  specialize (B0 x). assert (S0 := Rmult_le_pos _ _ R0 B0).
  assert (T : cell k x * power p (Rabs (f x - v k)) <= power p (Rabs (f x - v k))) by nra.
  destruct Value as [E | [E1 E2]].
  - rewrite E in *. lra.
  - assert (W := power_le p _ _ Hp E2). nra.
Qed.

End Functional.

(* ---- the comparison ---- *)

(* The modulus is the least upper bound of a set of numbers, one for every admissible shift; the program has a lower bound of one of them. *)
Theorem comparison : forall (moduli : R -> Prop) (omega : Rbar) c error upper lower m, 0 < c ->
  is_lub_Rbar moduli omega ->
  error <= upper -> moduli m -> lower <= m -> upper <= c * lower ->
  Rbar_le error (Rbar_mult c omega).
Proof.
  intros moduli omega c error upper lower m P [Ub _] H1 Hm H2 H3.
  specialize (Ub m Hm). destruct omega as [w | |]; simpl in Ub.
  - simpl. nra.
  - unfold Rbar_mult, Rbar_mult'. destruct Rle_dec as [g | n]; [destruct Rle_lt_or_eq_dec as [g' | e] |]; try lra. exact I.
  - contradiction.
Qed.

(* The error exceeds c times a bound of all moduli: the claim fails. *)
Theorem refutation : forall (moduli : R -> Prop) (omega : Rbar) c error lower upper, 0 < c ->
  is_lub_Rbar moduli omega ->
  lower <= error -> (forall m, moduli m -> m <= upper) -> c * upper < lower ->
  ~ Rbar_le error (Rbar_mult c omega).
Proof.
  intros moduli omega c error lower upper P [_ Least] H1 H2 H3 C.
  assert (U : Rbar_le omega upper) by (apply Least; exact H2).
  destruct omega as [w | |]; simpl in U; [| contradiction |].
  - simpl in C. assert (c * w <= c * upper) by (apply Rmult_le_compat_l; lra). lra.
  - unfold Rbar_mult, Rbar_mult' in C. destruct Rle_dec; [destruct Rle_lt_or_eq_dec |]; simpl in C; lra.
Qed.

(* In d dimensions c = 2 d + 1. *)
Corollary claim_from_bounds : forall (moduli : R -> Prop) (omega : Rbar) error upper lower m (d : nat),
  is_lub_Rbar moduli omega ->
  error <= upper -> moduli m -> lower <= m -> upper <= (2 * INR d + 1) * lower ->
  Rbar_le error (Rbar_mult (2 * INR d + 1) omega).
Proof. intros. eapply comparison; try eassumption. generalize (pos_INR d). lra. Qed.

(* ---- the unit interval ---- *)

Definition norm (p : R) (g : R -> R) (a b : R) : R := power (/ p) (RInt (fun x => power p (Rabs (g x))) a b).

(* || f(. + h) - f ||_p over the x with x and x + h in [0, 1] *)
Definition difference_norm (p : R) (f : R -> R) (h : R) : R :=
  norm p (fun x => f (x + h) - f x) (Rmax 0 (- h)) (Rmin 1 (1 - h)).

(* Only shifts for which the integral exists count. *)
Definition moduli (p : R) (f : R -> R) (t : R) (m : R) : Prop := exists h, Rabs h <= t /\ Rabs h <= 1 /\
  ex_RInt (fun x => power p (Rabs (f (x + h) - f x))) (Rmax 0 (- h)) (Rmin 1 (1 - h)) /\ m = difference_norm p f h.

Definition omega (p : R) (f : R -> R) (t : R) : Rbar := Lub_Rbar (moduli p f t).

Lemma ex_RInt_const_inside : forall (g : R -> R) c a b, a <= b -> (forall x, a < x < b -> g x = c) ->
  ex_RInt g a b /\ RInt g a b = (b - a) * c.
Proof.
  intros g c a b H E.
  assert (E' : forall x, Rmin a b < x < Rmax a b -> c = g x)
    by (rewrite Rmin_left, Rmax_right by assumption; intros; symmetry; apply E; assumption).
  split.
  - apply ex_RInt_ext with (fun _ => c); [exact E' | apply ex_RInt_const].
  - rewrite <- (RInt_ext (fun _ => c) g a b E'), integral_const. reflexivity.
Qed.

(* How many of the intervals hold x. *)
Definition inside (I : R * R) (x : R) : R := if Rlt_dec (fst I) x then if Rlt_dec x (snd I) then 1 else 0 else 0.
Fixpoint hits (l : list (R * R)) (x : R) : R := match l with [] => 0 | J :: l' => inside J x + hits l' x end.

Lemma inside_integral : forall I, 0 <= fst I <= snd I -> snd I <= 1 ->
  ex_RInt (inside I) 0 1 /\ RInt (inside I) 0 1 = snd I - fst I.
Proof.
  intros [a b] H0 H1. simpl in *.
  destruct (ex_RInt_const_inside (inside (a, b)) 0 0 a) as [A1 A2]; [lra | |].
  { intros x Hx. unfold inside. simpl. destruct (Rlt_dec a x); [lra | reflexivity]. }
  destruct (ex_RInt_const_inside (inside (a, b)) 1 a b) as [B1 B2]; [lra | |].
  { intros x Hx. unfold inside. simpl. destruct (Rlt_dec a x); [| lra]. destruct (Rlt_dec x b); [reflexivity | lra]. }
  destruct (ex_RInt_const_inside (inside (a, b)) 0 b 1) as [C1 C2]; [lra | |].
  { intros x Hx. unfold inside. simpl. destruct (Rlt_dec a x); [| lra]. destruct (Rlt_dec x b); [lra | reflexivity]. }
  assert (D1 : ex_RInt (inside (a, b)) 0 b) by (eapply ex_RInt_Chasles; eassumption).
  split; [eapply ex_RInt_Chasles; eassumption |].
  rewrite (integral_split _ 0 b 1 D1 C1), (integral_split _ 0 a b A1 B1), A2, B2, C2. ring.
Qed.

Lemma hits_integral : forall l : list (R * R), List.Forall (fun J => 0 <= fst J <= snd J /\ snd J <= 1) l ->
  ex_RInt (hits l) 0 1 /\ RInt (hits l) 0 1 = total_length l.
Proof.
  induction l as [| [a b] l IH]; intros H.
  - split; [apply ex_RInt_const |]. assert (E : RInt (fun _ : R => 0) 0 1 = 0) by (etransitivity; [apply integral_const | apply Rmult_0_r]). exact E.
  - inversion H as [| J l' [H0 H1] H2]. subst. destruct (IH H2) as [IH1 IH2].
    destruct (inside_integral (a, b) H0 H1) as [A B]. split.
    + exact (integrable_plus _ _ 0 1 A IH1).
    + cbn [total_length]. transitivity (RInt (inside (a, b)) 0 1 + RInt (hits l) 0 1).
      * exact (integral_plus _ _ 0 1 A IH1).
      * rewrite B, IH2. reflexivity.
Qed.

Lemma hits_nonneg : forall l x, 0 <= hits l x.
Proof.
  assert (P : forall I x, 0 <= inside I x) by (intros; unfold inside; repeat destruct Rlt_dec; lra).
  induction l; intros x; simpl; [lra |]. generalize (P a x) (IHl x). lra.
Qed.

Lemma hits_one : forall l x I, In I l -> fst I < x < snd I -> 1 <= hits l x.
Proof.
  induction l as [| J l IH]; intros x I HI Hx; [contradiction |]. simpl. destruct HI as [-> | HI].
  - assert (inside I x = 1) by (unfold inside; repeat destruct Rlt_dec; lra). generalize (hits_nonneg l x). lra.
  - assert (0 <= inside J x) by (unfold inside; repeat destruct Rlt_dec; lra). generalize (IH x I HI Hx). lra.
Qed.

Lemma three_pos : 0 < 3.
Proof. lra. Qed.

Section Level.
Variable N : nat.
Variable delta : R.
Hypothesis N2 : (2 <= N)%nat.
Hypothesis delta_pos : 0 < delta.
Hypothesis delta_1 : delta <= 1.

Lemma ramps_inside : forall l, List.Forall (fun I => 0 <= fst I <= snd I /\ snd I <= 1) (ramps N delta l).
Proof.
  intros l. apply List.Forall_forall. intros I HI.
  apply in_flat_map in HI. destruct HI as [m [_ HI]]. apply in_flat_map in HI. destruct HI as [c [Hc HI]].
  apply in_map_iff in HI. destruct HI as [e [<- He]]. apply in_seq in Hc. apply in_seq in He.
  unfold ramp. simpl. assert (P : 0 < INR N) by (apply lt_0_INR; lia). assert (Q : 0 < INR N ^ m) by (apply pow_lt, P).
  assert (e1 : 1 <= INR e) by (apply (le_INR 1); lia). assert (eN : INR e <= INR N) by (apply le_INR; lia).
  assert (c0 := pos_INR c). assert (cN : INR c + 1 <= INR N ^ m) by (rewrite <- pow_INR, <- S_INR; apply le_INR; lia).
  assert (A : 0 <= (INR e - delta) / INR N) by (apply Rdiv_le_0_compat; lra).
  assert (B : (INR e - delta) / INR N <= INR e / INR N)
    by (apply Rmult_le_compat_r; [apply Rlt_le, Rinv_0_lt_compat, P | lra]).
  assert (C : INR e / INR N <= 1) by (apply Rmult_le_reg_r with (INR N); [lra |]; unfold Rdiv; rewrite Rmult_assoc, Rinv_l; lra).
  split; [split |].
  - apply Rdiv_le_0_compat; lra.
  - apply Rmult_le_compat_r; [apply Rlt_le, Rinv_0_lt_compat, Q | lra].
  - apply Rmult_le_reg_r with (INR N ^ m); [lra |]. unfold Rdiv at 1. rewrite Rmult_assoc, Rinv_l; lra.
Qed.

Definition cell_end (l k : nat) : R := INR k / INR N ^ l.

Lemma cells_sum : forall l (g : R -> R) (U : nat -> R) K, (K <= N ^ l)%nat -> ex_RInt g 0 1 ->
  (forall k, (k < K)%nat -> RInt g (cell_end l k) (cell_end l (S k)) <= U k) ->
  RInt g 0 (cell_end l K) <= sum_to K U.
Proof.
  intros l g U K HK Ig H. assert (Q : 0 < INR N ^ l) by (apply pow_lt, lt_0_INR; lia).
  assert (E : forall k, (k <= N ^ l)%nat -> 0 <= cell_end l k <= 1).
  { intros k Hk. unfold cell_end. split; [apply Rdiv_le_0_compat; [apply pos_INR | lra] |].
    apply Rmult_le_reg_r with (INR N ^ l); [lra |]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra.
    rewrite <- pow_INR, Rmult_1_r, Rmult_1_l. apply le_INR. assumption. }
  induction K as [| K IH].
  - unfold cell_end. simpl. unfold Rdiv. rewrite Rmult_0_l, RInt_point. apply Rle_refl.
  - assert (O : cell_end l K <= cell_end l (S K)).
    { unfold cell_end. apply Rmult_le_compat_r; [apply Rlt_le, Rinv_0_lt_compat, Q | rewrite S_INR; lra]. }
    assert (EK := E K (Nat.lt_le_incl _ _ HK)). assert (ES := E (S K) HK).
    rewrite (integral_split g 0 (cell_end l K) (cell_end l (S K))).
    + cbn [sum_to]. apply Rplus_le_compat; [apply IH; [lia |]; intros; apply H; lia | apply H; lia].
    + apply integrable_part with 0 1; (assumption || apply Rle_refl || apply EK || apply ES).
    + apply integrable_part with 0 1; (assumption || apply Rle_refl || apply EK || apply ES).
Qed.

Lemma cell_end_range : forall l k, (k <= N ^ l)%nat -> 0 <= cell_end l k <= 1.
Proof.
  intros l k Hk. assert (Q : 0 < INR N ^ l) by (apply pow_lt, lt_0_INR; lia).
  unfold cell_end. split; [apply Rdiv_le_0_compat; [apply pos_INR | lra] |].
  apply Rmult_le_reg_r with (INR N ^ l); [lra |]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra.
  rewrite <- pow_INR, Rmult_1_r, Rmult_1_l. apply le_INR. assumption.
Qed.

Lemma cell_end_le : forall l k, cell_end l k <= cell_end l (S k).
Proof.
  intros l k. assert (Q : 0 < INR N ^ l) by (apply pow_lt, lt_0_INR; lia).
  unfold cell_end. apply Rmult_le_compat_r; [apply Rlt_le, Rinv_0_lt_compat, Q | rewrite S_INR; lra].
Qed.

Lemma cell_end_last : forall l, cell_end l (N ^ l) = 1.
Proof.
  intros l. unfold cell_end. rewrite pow_INR. apply Rinv_r, Rgt_not_eq, pow_lt, lt_0_INR. lia.
Qed.

(* x lies inside cell k. *)
Lemma cell_of : forall l k x, cell_end l k < x < cell_end l (S k) -> INR k <= INR N ^ l * x < INR k + 1.
Proof.
  intros l k x [Ha Hb]. assert (Q : 0 < INR N ^ l) by (apply pow_lt, lt_0_INR; lia).
  unfold cell_end in Ha, Hb. rewrite S_INR in Hb.
  apply (Rmult_lt_compat_l (INR N ^ l)) in Ha; [| lra]. apply (Rmult_lt_compat_l (INR N ^ l)) in Hb; [| lra].
  replace (INR N ^ l * (INR k / INR N ^ l)) with (INR k) in Ha by (field; lra).
  replace (INR N ^ l * ((INR k + 1) / INR N ^ l)) with (INR k + 1) in Hb by (field; lra). lra.
Qed.

(* g is at most c k plus r B inside cell k. *)
Lemma cells_and_bad : forall l (g B : R -> R) (c : nat -> R -> R) (U : nat -> R) (r : R),
  ex_RInt g 0 1 -> ex_RInt B 0 1 ->
  (forall k, (k < N ^ l)%nat -> ex_RInt (c k) (cell_end l k) (cell_end l (S k)) /\ RInt (c k) (cell_end l k) (cell_end l (S k)) <= U k) ->
  (forall k x, (k < N ^ l)%nat -> cell_end l k < x < cell_end l (S k) -> g x <= c k x + r * B x) ->
  RInt g 0 1 <= sum_to (N ^ l) U + r * RInt B 0 1.
Proof.
  intros l g B c U r Ig IB Ic H.
  assert (IrB := integrable_scale B r 0 1 IB). assert (IG := integrable_minus _ _ 0 1 Ig IrB).
  assert (EG := integral_minus _ _ 0 1 Ig IrB). rewrite (integral_scale B r 0 1 IB) in EG.
  assert (L : RInt (fun x => g x - r * B x) 0 (cell_end l (N ^ l)) <= sum_to (N ^ l) U).
  { apply cells_sum; [apply le_n | exact IG |]. intros k Hk. destruct (Ic k Hk) as [I1 I2].
    eapply Rle_trans; [| exact I2]. apply RInt_le; [apply cell_end_le | | exact I1 |].
    - destruct (cell_end_range l k (Nat.lt_le_incl _ _ Hk)) as [A0 _]. destruct (cell_end_range l (S k) Hk) as [_ A1].
      exact (integrable_part _ 0 _ _ 1 A0 (cell_end_le l k) A1 IG).
    - intros x Hx. specialize (H k x Hk Hx). lra. }
  rewrite cell_end_last in L. rewrite EG in L. lra.
Qed.

(* The error on [0, 1]: Phi has the value v k on the good part of cell k, the cells' integrals are at most U k, and |f - Phi| is at most
   `reach` on the ramps. *)
Theorem interval_error_upper : forall (f Phi : R -> R) (v U : nat -> R) p l reach,
  0 < p -> 0 <= reach ->
  ex_RInt (fun x => power p (Rabs (f x - Phi x))) 0 1 ->
  (forall k, (k < N ^ l)%nat -> ex_RInt (fun x => power p (Rabs (f x - v k))) (cell_end l k) (cell_end l (S k)) /\
     RInt (fun x => power p (Rabs (f x - v k))) (cell_end l k) (cell_end l (S k)) <= U k) ->
  (forall k x, (k < N ^ l)%nat -> 0 <= x < 1 -> good N delta l x -> INR k <= INR N ^ l * x < INR k + 1 -> Phi x = v k) ->
  (forall x, 0 <= x <= 1 -> ~ good N delta l x -> Rabs (f x - Phi x) <= reach) ->
  RInt (fun x => power p (Rabs (f x - Phi x))) 0 1
    <= sum_to (N ^ l) U + power p reach * (INR l * (delta * (1 - 1 / INR N))).
Proof.
  intros f Phi v U p l reach Hp Hr Ig Ic Hgood Hbad.
  destruct (hits_integral _ (ramps_inside l)) as [IB EB].
  rewrite <- (total_length_ramps N delta N2 l), <- EB.
  refine (cells_and_bad l _ _ _ U (power p reach) Ig IB Ic _).
  clear - Hp Hgood Hbad N2 delta_pos delta_1. intros k x Hk Hx.
  assert (X : 0 <= x < 1).
  { destruct (cell_end_range l k (Nat.lt_le_incl _ _ Hk)) as [A0 _]. destruct (cell_end_range l (S k) Hk) as [_ A1]. lra. }
  assert (X1 : 0 <= x <= 1) by lra.
  assert (B0 := hits_nonneg (ramps N delta l) x). assert (R0 := power_nonneg p reach).
  destruct (Classical_Prop.classic (good N delta l x)) as [Gx | Bx].
  - rewrite (Hgood k x Hk X Gx (cell_of l k x Hx)). generalize (Rmult_le_pos _ _ R0 B0). lra.
  - destruct (bad_covered N delta N2 delta_pos delta_1 l x X1 Bx) as [J [HJ1 HJ2]].
    assert (B1 := hits_one _ x J HJ1 HJ2).
    assert (S1 := power_le p _ _ Hp (Hbad x X1 Bx)).
    assert (V0 := power_nonneg p (Rabs (f x - v k))).
    assert (R1 := Rmult_le_compat_l _ _ _ R0 B1). lra.
Qed.

(* Level l is certified, d = 1: with a lower bound of the modulus at one shift h as well. *)
Theorem certified : forall (f Phi : R -> R) (v U : nat -> R) p l reach lower h,
  0 < p -> 0 <= reach ->
  ex_RInt (fun x => power p (Rabs (f x - Phi x))) 0 1 ->
  (forall k, (k < N ^ l)%nat -> ex_RInt (fun x => power p (Rabs (f x - v k))) (cell_end l k) (cell_end l (S k)) /\
     RInt (fun x => power p (Rabs (f x - v k))) (cell_end l k) (cell_end l (S k)) <= U k) ->
  (forall k x, (k < N ^ l)%nat -> 0 <= x < 1 -> good N delta l x -> INR k <= INR N ^ l * x < INR k + 1 -> Phi x = v k) ->
  (forall x, 0 <= x <= 1 -> ~ good N delta l x -> Rabs (f x - Phi x) <= reach) ->
  moduli p f (/ INR N ^ l) (difference_norm p f h) -> lower <= difference_norm p f h ->
  power (/ p) (sum_to (N ^ l) U + power p reach * (INR l * (delta * (1 - 1 / INR N)))) <= 3 * lower ->
  Rbar_le (Finite (norm p (fun x => f x - Phi x) 0 1)) (Rbar_mult (Finite 3) (omega p f (/ INR N ^ l))).
Proof.
  intros f Phi v U p l reach lower h Hp Hr Ig Ic Hgood Hbad.
  assert (E := power_le (/ p) _ _ (Rinv_0_lt_compat p Hp) (interval_error_upper f Phi v U p l reach Hp Hr Ig Ic Hgood Hbad)).
  change (power (/ p) (RInt (fun x => power p (Rabs (f x - Phi x))) 0 1)) with (norm p (fun x => f x - Phi x) 0 1) in E.
  clear - E. unfold omega.
  generalize dependent (norm p (fun x => f x - Phi x) 0 1).
  generalize (power (/ p) (sum_to (N ^ l) U + power p reach * (INR l * (delta * (1 - 1 / INR N))))).
  generalize (difference_norm p f h). generalize (moduli p f (/ INR N ^ l)).
  intros set m upper error E Hm Hl H.
  exact (comparison set (Lub_Rbar set) 3 error upper lower m three_pos (Lub_Rbar_correct set) E Hm Hl H).
Qed.

End Level.
