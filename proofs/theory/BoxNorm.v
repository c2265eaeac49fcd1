(* The L^p norm on a box: Minkowski's inequality, smaller boxes, translations. *)
From Coq Require Import Reals List Lra Lia FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Integral Power Jensen Continuous Box Modulus Cells.
Import ListNotations.
Open Scope R_scope.

(* ---- rules of iterated integrals ---- *)

Lemma box_le : forall l lo hi F G x, (forall j, In j l -> lo j <= hi j) -> regular F -> regular G -> (forall y, F y <= G y) ->
  box l lo hi F x <= box l lo hi G x.
Proof.
  induction l as [| j l IH]; intros lo hi F G x O HF HG H; simpl; [apply H |].
  apply IH; [intros; apply O; right; assumption | apply regular_integral, HF | apply regular_integral, HG |].
  intros y. apply integral_le; [apply O; left; reflexivity | exact HF | exact HG | exact H].
Qed.

Lemma box_add : forall l lo hi F G, regular F -> regular G -> box l lo hi (fun x => F x + G x) = (fun x => box l lo hi F x + box l lo hi G x).
Proof.
  induction l as [| j l IH]; intros lo hi F G HF HG; simpl; [reflexivity |].
  rewrite integral_add, IH by (try apply regular_integral; assumption). reflexivity.
Qed.

Lemma box_zero : forall l lo hi x, box l lo hi (fun _ => 0) x = 0.
Proof.
  induction l as [| j l IH]; intros lo hi x; simpl; [reflexivity |].
  replace (integral j (lo j) (hi j) (fun _ => 0)) with (fun _ : point => 0); [apply IH |].
  apply functional_extensionality. intros y. unfold integral. rewrite integral_const. as_real. ring.
Qed.

(* A smaller box has the smaller integral, of a function >= 0. *)
Lemma box_smaller : forall l lo hi lo' hi' F x, (forall j, In j l -> lo j <= lo' j /\ lo' j <= hi' j /\ hi' j <= hi j) -> regular F ->
  (forall y, 0 <= F y) -> box l lo' hi' F x <= box l lo hi F x.
Proof.
  induction l as [| j l IH]; intros lo hi lo' hi' F x O HF P; simpl; [apply Rle_refl |].
  assert (Oj := O j (or_introl eq_refl)). assert (O' := fun i Hi => O i (or_intror Hi)).
  apply Rle_trans with (box l lo' hi' (integral j (lo j) (hi j) F) x).
  - apply box_le; [intros i Hi; apply O', Hi | apply regular_integral, HF | apply regular_integral, HF |].
    intros y. unfold integral. assert (I := line_integrable F y j).
    rewrite (integral_split _ (lo j) (lo' j) (hi j)), (integral_split _ (lo' j) (hi' j) (hi j)) by apply I, HF.
    assert (0 <= RInt (fun v => F (set y j v)) (lo j) (lo' j)) by (apply RInt_ge_0; [lra | apply I, HF | intros; apply P]).
    assert (0 <= RInt (fun v => F (set y j v)) (hi' j) (hi j)) by (apply RInt_ge_0; [lra | apply I, HF | intros; apply P]). lra.
  - apply IH; [exact O' | apply regular_integral, HF |]. intros y. apply RInt_ge_0; [lra | apply line_integrable, HF | intros; apply P].
Qed.

Lemma integral_translated : forall (G : R -> R) c a b, ex_RInt G (a + c) (b + c) -> RInt (fun v => G (v + c)) a b = RInt G (a + c) (b + c).
Proof.
  intros G c a b I. assert (L := RInt_comp_lin G 1 c a b). rewrite !Rmult_1_l in L. rewrite <- (L I).
  apply RInt_ext. intros v _. unfold scal. simpl. unfold mult. simpl. rewrite !Rmult_1_l. reflexivity.
Qed.

Lemma regular_translated : forall F h, regular F -> regular (fun x => F (moved x h)).
Proof.
  intros F h HF. apply (regular_moved F (fun x => moved x h) HF). intros x y delta _ H j. unfold moved.
  replace (x j + h j - (y j + h j)) with (x j - y j) by ring. apply H.
Qed.

Lemma box_translated : forall l lo hi h F, regular F ->
  box l lo hi (fun x => F (moved x h)) = (fun x => box l (fun j => lo j + h j) (fun j => hi j + h j) F (moved x h)).
Proof.
  induction l as [| j l IH]; intros lo hi h F HF; [reflexivity |]. cbn [box].
  rewrite <- IH by apply regular_integral, HF. f_equal. apply functional_extensionality. intros x. unfold integral.
  rewrite <- (integral_translated (fun v => F (set (moved x h) j v)) (h j) (lo j) (hi j)).
  - apply RInt_ext. intros v _. f_equal. apply functional_extensionality. intros i. unfold moved, set. destruct (Nat.eq_dec i j) as [-> | n]; reflexivity.
  - apply line_integrable, HF.
Qed.

(* ---- the norm ---- *)

Section BoxNorm.
Variable p : R.
Hypothesis p1 : 1 <= p.

Definition bounded_regular (F : point -> R) : Prop := regular F /\ exists B, forall x, Rabs (F x) <= B.

Lemma power_regular : forall F, bounded_regular F -> regular (fun x => power p (Rabs (F x))).
Proof.
  intros F [HF [B HB]]. assert (B0 : 0 <= B) by (eapply Rle_trans; [apply Rabs_pos | apply (HB origin)]).
  replace (fun x => power p (Rabs (F x))) with (fun x => distance p (F x) 0)
    by (apply functional_extensionality; intros; unfold distance; rewrite Rminus_0_r; reflexivity).
  apply (distance_regular p p1 B F (fun _ => 0)); [exact HF | apply regular_const | exact HB |].
  intros _. rewrite Rabs_R0. exact B0.
Qed.

Lemma bounded_plus : forall F G, bounded_regular F -> bounded_regular G -> bounded_regular (fun x => F x + G x).
Proof.
  intros F G [HF [B HB]] [HG [C HC]]. split; [apply regular_plus; assumption |]. exists (B + C). intros x.
  eapply Rle_trans; [apply Rabs_triang |]. generalize (HB x) (HC x). lra.
Qed.

Lemma bounded_scale : forall c F, bounded_regular F -> bounded_regular (fun x => c * F x).
Proof.
  intros c F [HF [B HB]]. split; [apply regular_scale, HF |]. exists (Rabs c * B). intros x. rewrite Rabs_mult.
  apply Rmult_le_compat_l; [apply Rabs_pos | apply HB].
Qed.

Lemma bounded_translated : forall F h, bounded_regular F -> bounded_regular (fun x => F (moved x h)).
Proof. intros F h [HF [B HB]]. split; [apply regular_translated, HF |]. exists B. intros. apply HB. Qed.

Definition box_norm (l : list nat) (lo hi : nat -> R) (F : point -> R) (x : point) : R :=
  power (/ p) (box l lo hi (fun y => power p (Rabs (F y))) x).

Lemma box_norm_nonneg : forall l lo hi F x, 0 <= box_norm l lo hi F x.
Proof. intros. apply power_nonneg. Qed.

Section Ordered.
Variable l : list nat.
Variables lo hi : nat -> R.
Hypothesis ordered : forall j, In j l -> lo j <= hi j.

Lemma box_power_nonneg : forall F x, bounded_regular F -> 0 <= box l lo hi (fun y => power p (Rabs (F y))) x.
Proof. intros F x HF. apply box_nonneg; [exact ordered | apply power_regular, HF | intros; apply power_nonneg]. Qed.

Lemma box_norm_power : forall F x, bounded_regular F -> power p (box_norm l lo hi F x) = box l lo hi (fun y => power p (Rabs (F y))) x.
Proof. intros F x HF. apply root_power; [lra | apply box_power_nonneg, HF]. Qed.

(* |u + v|^p by |u|^p and |v|^p, as in Minkowski's inequality for norms a and b *)
Lemma power_of_sum : forall a b u v, 0 < a -> 0 < b ->
  power p (Rabs (u + v)) <= a / (a + b) * power p ((a + b) / a) * power p (Rabs u) + b / (a + b) * power p ((a + b) / b) * power p (Rabs v).
Proof.
  intros a b u v Ha Hb. assert (Hu := Rabs_pos u). assert (Hv := Rabs_pos v).
  apply Rle_trans with (power p (Rabs u + Rabs v)); [apply power_le; [lra | apply Rabs_triang] |].
  assert (W : 0 < a / (a + b) < 1).
  { split; [apply Rdiv_lt_0_compat; lra |]. apply Rmult_lt_reg_r with (a + b); [lra |]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra. }
  eapply Rle_trans; [apply (power_sum p _ _ (a / (a + b)) p1 Hu Hv W) |].
  replace (1 - a / (a + b)) with (b / (a + b)) by (field; lra).
  replace (Rabs u / (a / (a + b))) with ((a + b) / a * Rabs u) by (field; lra).
  replace (Rabs v / (b / (a + b))) with ((a + b) / b * Rabs v) by (field; lra).
  rewrite !power_mult by (try assumption; apply Rlt_le, Rdiv_lt_0_compat; lra). apply Req_le. ring.
Qed.

Lemma minkowski_above : forall F G x a b, bounded_regular F -> bounded_regular G -> 0 < a -> 0 < b ->
  box_norm l lo hi F x <= a -> box_norm l lo hi G x <= b -> box_norm l lo hi (fun y => F y + G y) x <= a + b.
Proof.
  intros F G x a b HF HG Ha Hb HA HB. assert (RF := power_regular F HF). assert (RG := power_regular G HG).
  apply (power_le p) in HA; [| lra]. apply (power_le p) in HB; [| lra]. rewrite box_norm_power in HA, HB by assumption.
  rewrite <- (power_root p (a + b)) by lra. apply power_le; [apply Rinv_0_lt_compat; lra |].
  set (ca := a / (a + b) * power p ((a + b) / a)). set (cb := b / (a + b) * power p ((a + b) / b)).
  assert (ca0 : 0 <= ca) by (apply Rmult_le_pos; [apply Rlt_le, Rdiv_lt_0_compat; lra | apply power_nonneg]).
  assert (cb0 : 0 <= cb) by (apply Rmult_le_pos; [apply Rlt_le, Rdiv_lt_0_compat; lra | apply power_nonneg]).
  apply Rle_trans with (box l lo hi (fun y => ca * power p (Rabs (F y)) + cb * power p (Rabs (G y))) x).
  - apply box_le; [exact ordered | apply power_regular, bounded_plus; assumption | apply regular_plus; apply regular_scale; assumption |].
    intros y. apply power_of_sum; assumption.
  - rewrite box_add, !box_multiple by (try apply regular_scale; assumption).
    apply Rle_trans with (ca * power p a + cb * power p b); [apply Rplus_le_compat; apply Rmult_le_compat_l; assumption |].
    unfold ca, cb. rewrite !Rmult_assoc, <- !power_mult by (try lra; apply Rlt_le, Rdiv_lt_0_compat; lra).
    replace ((a + b) / a * a) with (a + b) by (field; lra). replace ((a + b) / b * b) with (a + b) by (field; lra).
    apply Req_le. field. lra.
Qed.

Theorem minkowski : forall F G x, bounded_regular F -> bounded_regular G ->
  box_norm l lo hi (fun y => F y + G y) x <= box_norm l lo hi F x + box_norm l lo hi G x.
Proof.
  intros F G x HF HG. apply le_epsilon. intros e He. assert (A := box_norm_nonneg l lo hi F x). assert (B := box_norm_nonneg l lo hi G x).
  replace (box_norm l lo hi F x + box_norm l lo hi G x + e) with ((box_norm l lo hi F x + e / 2) + (box_norm l lo hi G x + e / 2)) by field.
  apply minkowski_above; try assumption; lra.
Qed.

End Ordered.

Lemma box_norm_ext : forall l lo hi F G x, (forall y, Rabs (F y) = Rabs (G y)) -> box_norm l lo hi F x = box_norm l lo hi G x.
Proof. intros l lo hi F G x E. unfold box_norm. do 2 f_equal. apply functional_extensionality. intros y. rewrite E. reflexivity. Qed.

Lemma box_norm_smaller : forall l lo hi lo' hi' F x, (forall j, In j l -> lo j <= lo' j /\ lo' j <= hi' j /\ hi' j <= hi j) ->
  bounded_regular F -> box_norm l lo' hi' F x <= box_norm l lo hi F x.
Proof.
  intros l lo hi lo' hi' F x O HF. apply power_le; [apply Rinv_0_lt_compat; lra |].
  apply box_smaller; [exact O | apply power_regular, HF | intros; apply power_nonneg].
Qed.

Lemma box_norm_translated : forall l lo hi h F x, bounded_regular F ->
  box_norm l lo hi (fun y => F (moved y h)) x = box_norm l (fun j => lo j + h j) (fun j => hi j + h j) F (moved x h).
Proof.
  intros l lo hi h F x HF. unfold box_norm. f_equal.
  exact (equal_f (box_translated l lo hi h (fun y => power p (Rabs (F y))) (power_regular F HF)) x).
Qed.

End BoxNorm.
