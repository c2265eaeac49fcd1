(* Iterated Riemann integrals of uniformly continuous functions of several variables; the order of integration does not matter. *)
From Coq Require Import Reals List Lra Lia FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Integral Sums Continuous.
Import ListNotations.
Open Scope R_scope.

Definition point := nat -> R. (* functions of d variables look at the first d coordinates *)

Definition set {T : Type} (x : nat -> T) (j : nat) (v : T) : nat -> T := fun i => if Nat.eq_dec i j then v else x i.

Lemma set_same : forall T (x : nat -> T) j v, set x j v j = v.
Proof. intros. unfold set. destruct Nat.eq_dec; [reflexivity | contradiction]. Qed.

Lemma set_other : forall T (x : nat -> T) i j v, i <> j -> set x j v i = x i.
Proof. intros. unfold set. destruct Nat.eq_dec; [contradiction | reflexivity]. Qed.

Lemma set_set : forall T (x : nat -> T) j v w, set (set x j v) j w = set x j w.
Proof. intros. apply functional_extensionality. intros i. unfold set. destruct Nat.eq_dec; reflexivity. Qed.

Lemma set_swap : forall T (x : nat -> T) i j v w, i <> j -> set (set x i v) j w = set (set x j w) i v.
Proof.
  intros. apply functional_extensionality. intros k. unfold set.
  destruct (Nat.eq_dec k j), (Nat.eq_dec k i); try reflexivity. congruence.
Qed.

Definition near (delta : R) (x y : point) : Prop := forall j, Rabs (x j - y j) <= delta.

Definition regular (F : point -> R) : Prop :=
  forall e, 0 < e -> exists delta, 0 < delta /\ forall x y, near delta x y -> Rabs (F x - F y) <= e.

Lemma near_set : forall delta x y j v, 0 <= delta -> near delta x y -> near delta (set x j v) (set y j v).
Proof.
  intros delta x y j v Hd H i. unfold set. destruct Nat.eq_dec; [rewrite Rminus_eq_0, Rabs_R0; exact Hd | apply H].
Qed.

Lemma near_line : forall delta x j v w, Rabs (v - w) <= delta -> near delta (set x j v) (set x j w).
Proof.
  intros delta x j v w H i. unfold set. destruct Nat.eq_dec; [exact H |].
  rewrite Rminus_eq_0, Rabs_R0. eapply Rle_trans; [apply Rabs_pos | exact H].
Qed.

Lemma line_uniform : forall F x j, regular F -> uniform (fun v => F (set x j v)).
Proof.
  intros F x j H e He. destruct (H e He) as [delta [Hd K]]. exists delta. split; [exact Hd |].
  intros v w Hvw. apply K, near_line, Hvw.
Qed.

Lemma line_integrable : forall F x j a b, regular F -> ex_RInt (fun v => F (set x j v)) a b.
Proof. intros. apply uniform_integrable, line_uniform. assumption. Qed.

Lemma regular_dominated : forall (F G : point -> R) c, 0 < c -> regular F ->
  (forall x y, Rabs (G x - G y) <= c * Rabs (F x - F y)) -> regular G.
Proof. exact (dominated point near). Qed.

Lemma regular_const : forall c, regular (fun _ => c).
Proof. intros c e He. exists 1. split; [lra |]. intros. rewrite Rminus_eq_0, Rabs_R0. lra. Qed.

Lemma regular_plus : forall F G, regular F -> regular G -> regular (fun x => F x + G x).
Proof.
  intros F G HF HG e He. destruct (HF (e / 2)) as [d1 [D1 K1]]; [lra |]. destruct (HG (e / 2)) as [d2 [D2 K2]]; [lra |].
  exists (Rmin d1 d2). split; [apply Rmin_glb_lt; assumption |]. intros x y H.
  assert (A := K1 x y (fun j => Rle_trans _ _ _ (H j) (Rmin_l _ _))).
  assert (B := K2 x y (fun j => Rle_trans _ _ _ (H j) (Rmin_r _ _))). split_Rabs; lra.
Qed.

Lemma regular_scale : forall c F, regular F -> regular (fun x => c * F x).
Proof.
  intros c F HF. apply regular_dominated with F (Rabs c + 1); [generalize (Rabs_pos c); lra | exact HF |].
  intros x y. replace (c * F x - c * F y) with (c * (F x - F y)) by ring. rewrite Rabs_mult.
  apply Rmult_le_compat_r; [apply Rabs_pos | lra].
Qed.

Lemma regular_sum : forall n (G : nat -> point -> R), (forall k, (k < n)%nat -> regular (G k)) ->
  regular (fun x => sum_to n (fun k => G k x)).
Proof.
  induction n as [| n IH]; intros G H; cbn [sum_to]; [apply regular_const |].
  apply regular_plus; [apply IH; intros; apply H |apply H]; lia.
Qed.

Lemma regular_moved : forall F (move : point -> point), regular F ->
  (forall x y delta, 0 <= delta -> near delta x y -> near delta (move x) (move y)) -> regular (fun x => F (move x)).
Proof.
  intros F move HF M e He. destruct (HF e He) as [delta [Hd K]]. exists delta. split; [exact Hd |].
  intros x y H. apply K, M; [lra | exact H].
Qed.

(* ---- the integral along one coordinate ---- *)

Definition integral (j : nat) (a b : R) (F : point -> R) : point -> R := fun x => RInt (fun v => F (set x j v)) a b.

Lemma integral_moves : forall F G j a b e x y, regular F -> regular G ->
  (forall v, Rabs (F (set x j v) - G (set y j v)) <= e) -> Rabs (integral j a b F x - integral j a b G y) <= Rabs (b - a) * e.
Proof.
  intros F G j a b e x y HF HG H. unfold integral.
  rewrite <- integral_minus by (apply line_integrable; assumption).
  apply abs_integral; [apply integrable_minus; apply line_integrable; assumption | intros; apply H].
Qed.

Lemma regular_integral : forall F j a b, regular F -> regular (integral j a b F).
Proof.
  intros F j a b HF e He. assert (P := Rabs_pos (b - a)).
  destruct (HF (e / (Rabs (b - a) + 1))) as [delta [Hd K]]; [apply Rdiv_lt_0_compat; lra |].
  exists delta. split; [exact Hd |]. intros x y H.
  eapply Rle_trans; [apply integral_moves with (e := e / (Rabs (b - a) + 1)); try exact HF |].
  - intros v. apply K, near_set; [lra | exact H].
  - replace e with ((Rabs (b - a) + 1) * (e / (Rabs (b - a) + 1))) at 2 by (field; lra).
    apply Rmult_le_compat_r; [apply Rlt_le, Rdiv_lt_0_compat; lra | lra].
Qed.

Lemma integral_add : forall F G j a b, regular F -> regular G ->
  integral j a b (fun x => F x + G x) = (fun x => integral j a b F x + integral j a b G x).
Proof.
  intros F G j a b HF HG. apply functional_extensionality. intros x.
  apply (Integral.integral_plus (fun v => F (set x j v)) (fun v => G (set x j v))); apply line_integrable; assumption.
Qed.

Lemma integral_multiple : forall c F j a b, regular F -> integral j a b (fun x => c * F x) = (fun x => c * integral j a b F x).
Proof.
  intros c F j a b HF. apply functional_extensionality. intros x.
  apply (Integral.integral_scale (fun v => F (set x j v)) c). apply line_integrable, HF.
Qed.

Lemma integral_sum : forall n (G : nat -> point -> R) j a b, (forall k, (k < n)%nat -> regular (G k)) ->
  integral j a b (fun x => sum_to n (fun k => G k x)) = (fun x => sum_to n (fun k => integral j a b (G k) x)).
Proof.
  intros n G j a b. induction n as [| n IH]; intros H; cbn [sum_to].
  - apply functional_extensionality. intros x. unfold integral. rewrite integral_const. as_real. ring.
  - rewrite integral_add, IH by (try apply regular_sum; intros; apply H; lia). reflexivity.
Qed.

Lemma integral_le : forall F G j a b x, a <= b -> regular F -> regular G -> (forall x, F x <= G x) ->
  integral j a b F x <= integral j a b G x.
Proof. intros. apply RInt_le; try apply line_integrable; try assumption. intros. apply H2. Qed.

(* The left Riemann sum of n terms is within |b - a| e. *)
Lemma riemann : forall (g : R -> R) a b n delta e, (0 < n)%nat -> (forall c d, ex_RInt g c d) ->
  (forall u v, Rabs (u - v) <= delta -> Rabs (g u - g v) <= e) -> Rabs (b - a) / INR n <= delta ->
  Rabs (RInt g a b - sum_to n (fun k => (b - a) / INR n * g (a + INR k * ((b - a) / INR n)))) <= Rabs (b - a) * e.
Proof.
  intros g a b n delta e Hn I H Hd. set (s := (b - a) / INR n).
  assert (n0 : 0 < INR n) by (apply lt_0_INR; exact Hn).
  assert (S : Rabs s = Rabs (b - a) / INR n) by (unfold s, Rdiv; rewrite Rabs_mult, Rabs_inv, (Rabs_pos_eq (INR n)); lra).
  assert (G : forall m, Rabs (RInt g a (a + INR m * s) - sum_to m (fun k => s * g (a + INR k * s))) <= INR m * (Rabs s * e)).
  { induction m as [| m IH]; cbn [sum_to].
    - simpl INR. rewrite !Rmult_0_l, Rplus_0_r, RInt_point. unfold zero. simpl. rewrite Rminus_eq_0, Rabs_R0. lra.
    - set (c := a + INR m * s) in *. replace (a + INR (Datatypes.S m) * s) with (c + s) by (unfold c; rewrite S_INR; ring).
      rewrite (integral_split g a c (c + s)) by apply I.
      assert (Last : Rabs (RInt g c (c + s) - s * g c) <= Rabs s * e).
      { replace (s * g c) with (RInt (fun _ => g c) c (c + s)) by (rewrite integral_const; as_real; ring).
        rewrite <- integral_minus by (apply I || apply ex_RInt_const).
        replace (Rabs s) with (Rabs (c + s - c)) by (f_equal; ring).
        apply abs_integral; [apply integrable_minus; [apply I | apply ex_RInt_const] |].
        intros x Hx. apply H. rewrite <- S in Hd. revert Hx. unfold Rmin, Rmax. repeat destruct Rle_dec; split_Rabs; lra. }
      rewrite S_INR. split_Rabs; lra. }
  specialize (G n). replace (a + INR n * s) with b in G by (unfold s; field; lra).
  replace (INR n * (Rabs s * e)) with (Rabs (b - a) * e) in G by (rewrite S; field; lra). exact G.
Qed.

Lemma riemann_line : forall F j a b n delta e x, (0 < n)%nat -> regular F ->
  (forall x y, near delta x y -> Rabs (F x - F y) <= e) -> Rabs (b - a) / INR n <= delta ->
  Rabs (integral j a b F x - sum_to n (fun k => (b - a) / INR n * F (set x j (a + INR k * ((b - a) / INR n))))) <= Rabs (b - a) * e.
Proof.
  intros F j a b n delta e x Hn HF H Hd.
  apply (riemann (fun v => F (set x j v)) a b n delta e Hn); [intros; apply line_integrable, HF | | exact Hd].
  intros u v Huv. apply H, near_line, Huv.
Qed.

Lemma equal_within : forall u v c, 0 <= c -> (forall e, 0 < e -> Rabs (u - v) <= c * e) -> u = v.
Proof.
  intros u v c Hc H. destruct (Req_dec u v) as [E | E]; [exact E |]. exfalso.
  assert (P : 0 < Rabs (u - v)) by (apply Rabs_pos_lt; lra).
  specialize (H (Rabs (u - v) / (2 * (c + 1)))).
  assert (Q : 0 < Rabs (u - v) / (2 * (c + 1))) by (apply Rdiv_lt_0_compat; lra). specialize (H Q).
  assert (E2 : Rabs (u - v) = 2 * (c + 1) * (Rabs (u - v) / (2 * (c + 1)))) by (field; lra).
  nra.
Qed.

Theorem fubini : forall F i j a b c d, i <> j -> regular F ->
  integral i a b (integral j c d F) = integral j c d (integral i a b F).
Proof.
  intros F i j a b c d ij HF. apply functional_extensionality. intros x.
  apply equal_within with (2 * (Rabs (b - a) * Rabs (d - c))).
  { generalize (Rmult_le_pos _ _ (Rabs_pos (b - a)) (Rabs_pos (d - c))). lra. }
  intros e He. destruct (HF e He) as [delta [Hd K]].
  destruct (pieces_below (Rabs (b - a) + 1) delta) as [n [Hn Hp]]; [generalize (Rabs_pos (b - a)); lra | exact Hd |].
  assert (n0 : 0 < INR n) by (apply lt_0_INR; exact Hn).
  assert (Hp' : Rabs (b - a) / INR n <= delta).
  { eapply Rle_trans; [| exact Hp]. apply Rmult_le_compat_r; [apply Rlt_le, Rinv_0_lt_compat, n0 | lra]. }
  set (s := (b - a) / INR n). set (node := fun k => a + INR k * s).
  set (S := sum_to n (fun k => s * integral j c d F (set x i (node k)))).
  assert (A : Rabs (integral i a b (integral j c d F) x - S) <= Rabs (b - a) * (Rabs (d - c) * e)).
  { apply (riemann_line (integral j c d F) i a b n delta); [exact Hn | apply regular_integral, HF | | exact Hp'].
    intros y z Hyz. apply integral_moves; [exact HF | exact HF |]. intros v. apply K, near_set; [lra | exact Hyz]. }
  set (R := fun y => sum_to n (fun k => s * F (set y i (node k)))).
  assert (HR : forall k, (k < n)%nat -> regular (fun y => s * F (set y i (node k)))).
  { intros k _. apply regular_scale, (regular_moved F (fun y => set y i (node k)) HF). intros. apply near_set; assumption. }
  assert (B : Rabs (integral j c d (integral i a b F) x - integral j c d R x) <= Rabs (d - c) * (Rabs (b - a) * e)).
  { apply integral_moves; [apply regular_integral, HF | apply regular_sum, HR |].
    intros v. apply (riemann_line F i a b n delta); assumption. }
  assert (E : integral j c d R x = S).
  { unfold R. rewrite (integral_sum n (fun k y => s * F (set y i (node k)))) by exact HR. apply sum_to_ext. intros k _.
    rewrite integral_multiple by (apply (regular_moved F (fun y => set y i (node k)) HF); intros; apply near_set; assumption).
    f_equal. unfold integral. f_equal. apply functional_extensionality. intros v. rewrite set_swap; [reflexivity |]. congruence. }
  rewrite E in B. split_Rabs; lra.
Qed.

(* ---- the integral over a box: lo j <= x j <= hi j for the coordinates j of a list, the first of them innermost ---- *)

Fixpoint box (l : list nat) (lo hi : nat -> R) (F : point -> R) : point -> R :=
  match l with [] => F | j :: l => box l lo hi (integral j (lo j) (hi j) F) end.

Definition in_box (l : list nat) (lo hi : nat -> R) (x : point) : Prop := forall j, In j l -> lo j <= x j <= hi j.

(* All integrals on the way exist. *)
Fixpoint box_integrable (l : list nat) (lo hi : nat -> R) (F : point -> R) : Prop :=
  match l with
  | [] => True
  | j :: l => (forall x, in_box l lo hi x -> ex_RInt (fun v => F (set x j v)) (lo j) (hi j)) /\
              box_integrable l lo hi (integral j (lo j) (hi j) F)
  end.

Lemma regular_box : forall l lo hi F, regular F -> regular (box l lo hi F).
Proof. induction l as [| j l IH]; intros; simpl; [assumption | apply IH, regular_integral; assumption]. Qed.

Lemma box_regular_integrable : forall l lo hi F, regular F -> box_integrable l lo hi F.
Proof.
  induction l as [| j l IH]; intros; simpl; [exact I |].
  split; [intros; apply line_integrable; assumption | apply IH, regular_integral; assumption].
Qed.

Lemma box_append : forall l m lo hi F, box (l ++ m) lo hi F = box m lo hi (box l lo hi F).
Proof. induction l as [| j l IH]; intros; simpl; [reflexivity | apply IH]. Qed.

Lemma box_integral : forall l lo hi j F, regular F ->
  box l lo hi (integral j (lo j) (hi j) F) = integral j (lo j) (hi j) (box l lo hi F).
Proof.
  induction l as [| i l IH]; intros lo hi j F HF; simpl; [reflexivity |].
  rewrite <- IH by apply regular_integral, HF. f_equal.
  destruct (Nat.eq_dec i j) as [-> | n]; [reflexivity |].
  apply fubini; [exact n | exact HF].
Qed.

(* Any coordinate may come first. *)
Lemma box_first : forall l m lo hi j F, regular F ->
  box (l ++ j :: m) lo hi F = box (l ++ m) lo hi (integral j (lo j) (hi j) F).
Proof. intros. rewrite !box_append. simpl. rewrite (box_integral l) by assumption. reflexivity. Qed.

Lemma box_multiple : forall l lo hi c F, regular F -> box l lo hi (fun x => c * F x) = (fun x => c * box l lo hi F x).
Proof.
  induction l as [| j l IH]; intros lo hi c F HF; simpl; [reflexivity |].
  rewrite integral_multiple, IH by (try apply regular_integral; exact HF). reflexivity.
Qed.

Lemma integral_ext : forall F G j a b x, (forall v, Rmin a b <= v <= Rmax a b -> F (set x j v) = G (set x j v)) ->
  integral j a b F x = integral j a b G x.
Proof. intros F G j a b x H. apply RInt_ext. intros v Hv. apply H. lra. Qed.

Lemma in_box_set : forall j l lo hi x v, in_box l lo hi x -> lo j <= v <= hi j -> in_box (j :: l) lo hi (set x j v).
Proof.
  intros j l lo hi x v Hx Hv i [<- | Hi]; [rewrite set_same; exact Hv |].
  unfold set. destruct Nat.eq_dec as [-> | n]; [exact Hv | apply Hx, Hi].
Qed.

Lemma box_ext : forall l lo hi F G, (forall j, In j l -> lo j <= hi j) ->
  (forall x, in_box l lo hi x -> F x = G x) ->
  (forall x, box l lo hi F x = box l lo hi G x) /\ (box_integrable l lo hi F -> box_integrable l lo hi G).
Proof.
  induction l as [| j l IH]; intros lo hi F G O H; simpl.
  - split; [| intros; exact I]. intros x. apply H. intros j [].
  - assert (Oj := O j (or_introl eq_refl)).
    assert (E : forall x v, in_box l lo hi x -> Rmin (lo j) (hi j) <= v <= Rmax (lo j) (hi j) -> F (set x j v) = G (set x j v)).
    { intros x v Hx Hv. rewrite Rmin_left, Rmax_right in Hv by exact Oj. apply H, in_box_set; assumption. }
    assert (Ol : forall i, In i l -> lo i <= hi i) by (intros; apply O; right; assumption).
    destruct (IH lo hi (integral j (lo j) (hi j) F) (integral j (lo j) (hi j) G) Ol) as [A B].
    { intros x Hx. apply integral_ext. intros v Hv. apply E; assumption. }
    split; [exact A |]. intros [I1 I2]. split; [| apply B, I2].
    intros x Hx. apply ex_RInt_ext with (fun v => F (set x j v)); [| apply I1, Hx].
    intros v Hv. apply E; [exact Hx | lra].
Qed.

Lemma box_bounds_ext : forall l lo hi lo' hi' F, (forall j, In j l -> lo j = lo' j /\ hi j = hi' j) -> box l lo hi F = box l lo' hi' F.
Proof.
  induction l as [| j l IH]; intros lo hi lo' hi' F H; simpl; [reflexivity |].
  destruct (H j (or_introl eq_refl)) as [-> ->]. apply IH. intros. apply H. right. assumption.
Qed.

Lemma box_nonneg : forall l lo hi F x, (forall j, In j l -> lo j <= hi j) -> regular F -> (forall x, 0 <= F x) -> 0 <= box l lo hi F x.
Proof.
  induction l as [| j l IH]; intros lo hi F x O HF H; simpl; [apply H |].
  apply IH; [intros; apply O; right; assumption | apply regular_integral, HF |].
  intros y. apply RInt_ge_0; [apply O; left; reflexivity | apply line_integrable, HF | intros; apply H].
Qed.
