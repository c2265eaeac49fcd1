(* The iterated Riemann integral over the cube fits the record `integration`. *)
From Coq Require Import Reals List Lra Lia FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Integral Continuous Soundness Box Cube Modulus Integration.
Import ListNotations.
Open Scope R_scope.

Definition unit_sides (l : list nat) : forall j, In j l -> zeros j <= ones j := fun j _ => Rle_0_1.

Lemma box_integrable_plus : forall l F G, box_integrable l zeros ones F -> box_integrable l zeros ones G ->
  box_integrable l zeros ones (fun x => F x + G x) /\
  forall x, box l zeros ones (fun x => F x + G x) x = box l zeros ones F x + box l zeros ones G x.
Proof.
  induction l as [| j l IH]; intros F G HF HG; simpl; [split; [exact Logic.I | reflexivity] |]. destruct HF as [F1 F2]. destruct HG as [G1 G2].
  destruct (IH _ _ F2 G2) as [A B].
  assert (E : forall x, in_box l zeros ones x -> integral j (zeros j) (ones j) F x + integral j (zeros j) (ones j) G x =
    integral j (zeros j) (ones j) (fun x => F x + G x) x).
  { intros x Hx. unfold integral. symmetry. apply (Integral.integral_plus (fun v => F (set x j v)) (fun v => G (set x j v))); [apply F1 | apply G1]; exact Hx. }
  destruct (box_ext l zeros ones _ _ (unit_sides l) E) as [C D]. split; [split |].
  - intros x Hx. apply (Integral.integrable_plus (fun v => F (set x j v)) (fun v => G (set x j v))); [apply F1 | apply G1]; exact Hx.
  - apply D, A.
  - intros x. rewrite <- C. apply B.
Qed.

Lemma box_integrable_multiple : forall l c F, box_integrable l zeros ones F ->
  box_integrable l zeros ones (fun x => c * F x) /\ forall x, box l zeros ones (fun x => c * F x) x = c * box l zeros ones F x.
Proof.
  induction l as [| j l IH]; intros c F HF; simpl; [split; [exact Logic.I | reflexivity] |]. destruct HF as [F1 F2]. destruct (IH c _ F2) as [A B].
  assert (E : forall x, in_box l zeros ones x -> c * integral j (zeros j) (ones j) F x = integral j (zeros j) (ones j) (fun x => c * F x) x).
  { intros x Hx. unfold integral. symmetry. apply (Integral.integral_scale (fun v => F (set x j v)) c). apply F1, Hx. }
  destruct (box_ext l zeros ones _ _ (unit_sides l) E) as [C D]. split; [split |].
  - intros x Hx. apply (Integral.integrable_scale (fun v => F (set x j v)) c). apply F1, Hx.
  - apply D, A.
  - intros x. rewrite <- C. apply B.
Qed.

Lemma box_integrable_le : forall l F G, box_integrable l zeros ones F -> box_integrable l zeros ones G ->
  (forall x, in_box l zeros ones x -> F x <= G x) -> forall x, in_box [] zeros ones x -> box l zeros ones F x <= box l zeros ones G x.
Proof.
  induction l as [| j l IH]; intros F G HF HG H x Hx; simpl; [apply H, Hx |]. destruct HF as [F1 F2]. destruct HG as [G1 G2].
  apply IH; [exact F2 | exact G2 | | exact Hx]. intros y Hy. apply RInt_le; [apply Rle_0_1 | apply F1, Hy | apply G1, Hy |].
  intros v Hv. apply H, in_box_set; [exact Hy | unfold zeros, ones in *; lra].
Qed.

(* ---- a box within the cube ---- *)

Fixpoint on_box (l : list nat) (lo hi x : point) : R := match l with [] => 1 | j :: l => between (lo j) (hi j) (x j) * on_box l lo hi x end.

Lemma on_box_ext : forall l lo hi x y, (forall j, In j l -> x j = y j) -> on_box l lo hi x = on_box l lo hi y.
Proof.
  induction l as [| j l IH]; intros lo hi x y H; simpl; [reflexivity |].
  rewrite (H j), (IH lo hi x y) by (try (left; reflexivity); intros; apply H; right; assumption). reflexivity.
Qed.

Lemma between_integral : forall (g : R -> R) a b, 0 <= a -> a <= b -> b <= 1 -> (forall c d, ex_RInt g c d) ->
  ex_RInt (fun v => between a b v * g v) 0 1 /\ RInt (fun v => between a b v * g v) 0 1 = RInt g a b.
Proof.
  intros g a b H0 H1 H2 Hg. set (k := fun v => between a b v * g v).
  destruct (ex_RInt_const_inside k 0 0 a H0) as [A1 A2]. { intros v Hv. unfold k. rewrite between_outside by lra. ring. }
  destruct (ex_RInt_const_inside k 0 b 1 H2) as [C1 C2]. { intros v Hv. unfold k. rewrite between_outside by lra. ring. }
  assert (E : forall v, Rmin a b < v < Rmax a b -> g v = k v).
  { intros v Hv. rewrite Rmin_left, Rmax_right in Hv by exact H1. unfold k. rewrite between_inside by lra. ring. }
  assert (B1 : ex_RInt k a b) by (apply (ex_RInt_ext g); [exact E | apply Hg]).
  assert (B2 : RInt k a b = RInt g a b) by (symmetry; apply RInt_ext; exact E).
  assert (D1 : ex_RInt k 0 b) by (eapply ex_RInt_Chasles; eassumption).
  split; [eapply ex_RInt_Chasles; eassumption |].
  rewrite (integral_split k 0 b 1 D1 C1), (integral_split k 0 a b A1 B1), A2, B2, C2. as_real. ring.
Qed.

Lemma on_box_integrable : forall l lo hi F, NoDup l -> (forall j, In j l -> 0 <= lo j /\ lo j <= hi j /\ hi j <= 1) -> regular F ->
  box_integrable l zeros ones (fun x => on_box l lo hi x * F x) /\
  forall x, box l zeros ones (fun x => on_box l lo hi x * F x) x = box l lo hi F x.
Proof.
  induction l as [| j l IH]; intros lo hi F ND B HF; simpl; [split; [exact Logic.I | intros; ring] |].
  inversion ND as [| ? ? Fresh ND']; subst. destruct (B j (or_introl eq_refl)) as [B0 [B1 B2]].
  destruct (IH lo hi (integral j (lo j) (hi j) F) ND' (fun i Hi => B i (or_intror Hi)) (regular_integral F j _ _ HF)) as [A C].
  assert (Line : forall x v, between (lo j) (hi j) (set x j v j) * on_box l lo hi (set x j v) * F (set x j v) =
    on_box l lo hi x * (between (lo j) (hi j) v * F (set x j v))).
  { intros x v. rewrite set_same, (on_box_ext l lo hi (set x j v) x); [ring |]. intros i Hi. apply set_other. intros ->. contradiction. }
  assert (G : forall x, ex_RInt (fun v => between (lo j) (hi j) (set x j v j) * on_box l lo hi (set x j v) * F (set x j v)) 0 1 /\
    RInt (fun v => between (lo j) (hi j) (set x j v j) * on_box l lo hi (set x j v) * F (set x j v)) 0 1 = on_box l lo hi x * integral j (lo j) (hi j) F x).
  { intros x. destruct (between_integral (fun v => F (set x j v)) (lo j) (hi j) B0 B1 B2 (fun c d => line_integrable F x j c d HF)) as [E1 E2].
    split.
    - apply (ex_RInt_ext (fun v => on_box l lo hi x * (between (lo j) (hi j) v * F (set x j v)))); [intros v _; symmetry; apply Line |].
      apply (Integral.integrable_scale (fun v => between (lo j) (hi j) v * F (set x j v))). exact E1.
    - unfold integral. rewrite <- E2, <- (Integral.integral_scale (fun v => between (lo j) (hi j) v * F (set x j v))) by exact E1.
      apply RInt_ext. intros v _. apply Line. }
  assert (E : forall x, in_box l zeros ones x -> on_box l lo hi x * integral j (lo j) (hi j) F x =
    integral j (zeros j) (ones j) (fun x => between (lo j) (hi j) (x j) * on_box l lo hi x * F x) x) by (intros x _; symmetry; apply G).
  destruct (box_ext l zeros ones _ _ (unit_sides l) E) as [X Y]. split; [split |].
  - intros x _. apply G.
  - apply Y, A.
  - intros x. rewrite <- X. apply C.
Qed.

Lemma on_box_app : forall l m lo hi x, on_box (l ++ m) lo hi x = on_box l lo hi x * on_box m lo hi x.
Proof. induction l as [| j l IH]; intros; simpl; [ring |]. rewrite IH. ring. Qed.

Lemma on_box_indicator : forall d lo hi x, on_box (seq 0 d) lo hi x = indicator d lo hi x.
Proof. induction d as [| d IH]; intros lo hi x; [reflexivity |]. rewrite seq_S, on_box_app, IH. simpl. ring. Qed.

Lemma box_volume : forall d lo hi x, box (seq 0 d) lo hi (fun _ => 1) x = volume d lo hi.
Proof.
  induction d as [| d IH]; intros lo hi x; [reflexivity |]. rewrite seq_S, box_append. simpl. unfold integral.
  rewrite (RInt_ext _ (fun _ => volume d lo hi)) by (intros; apply IH). rewrite integral_const. as_real. ring.
Qed.

(* ---- the instance ---- *)

Section Riemann.
Variable d : nat.

(* F, and 0 on the faces x_j = 1. *)
Definition trimmed (F : point -> R) (x : point) : R := indicator d zeros ones x * F x.
Definition riemann_integrable (F : point -> R) : Prop := box_integrable (seq 0 d) zeros ones (trimmed F).
Definition riemann_integral (F : point -> R) : R := box (seq 0 d) zeros ones (trimmed F) origin.

Lemma trimmed_inside : forall F x, in_half_open d x -> trimmed F x = F x.
Proof. intros F x Hx. unfold trimmed. rewrite indicator_cube by exact Hx. ring. Qed.

Lemma trimmed_outside : forall F x, ~ in_half_open d x -> trimmed F x = 0.
Proof.
  intros F x H. unfold trimmed. assert (Ex : exists j, (j < d)%nat /\ ~ 0 <= x j < 1).
  { apply Classical_Prop.NNPP. intros Q. apply H. intros j Hj. apply Classical_Prop.NNPP. intros Q'. apply Q. exists j. split; assumption. }
  destruct Ex as [j [Hj Bj]]. rewrite (indicator_outside d zeros ones x j Hj Bj). ring.
Qed.

Lemma trimmed_le : forall F G, (forall x, in_half_open d x -> F x <= G x) -> forall x, trimmed F x <= trimmed G x.
Proof.
  intros F G H x. destruct (Classical_Prop.classic (in_half_open d x)) as [I | O].
  - rewrite !trimmed_inside by exact I. apply H, I.
  - rewrite !trimmed_outside by exact O. lra.
Qed.

Lemma trimmed_same : forall F G, (forall x, in_half_open d x -> F x = G x) -> trimmed F = trimmed G.
Proof.
  intros F G H. apply functional_extensionality. intros x. apply Rle_antisym; apply trimmed_le; intros y Hy; rewrite (H y Hy); lra.
Qed.

Lemma riemann_on_box : forall lo hi g, box_in_cube d lo hi -> continuous_on_cube d g ->
  riemann_integrable (fun x => indicator d lo hi x * g x) /\
  riemann_integral (fun x => indicator d lo hi x * g x) = box (seq 0 d) lo hi (extended_cube g) origin.
Proof.
  intros lo hi g B Hg. unfold riemann_integrable, riemann_integral.
  assert (E : trimmed (fun x => indicator d lo hi x * g x) = (fun x => on_box (seq 0 d) lo hi x * extended_cube g x)).
  { apply functional_extensionality. intros x. rewrite on_box_indicator. destruct (Classical_Prop.classic (in_half_open d x)) as [I | O].
    - rewrite trimmed_inside, (extended_cube_inside d g Hg) by (try exact I; intros j Hj; destruct (I j Hj); lra). reflexivity.
    - rewrite trimmed_outside by exact O. assert (Ex : exists j, (j < d)%nat /\ ~ 0 <= x j < 1).
      { apply Classical_Prop.NNPP. intros Q. apply O. intros j Hj. apply Classical_Prop.NNPP. intros Q'. apply Q. exists j. split; assumption. }
      destruct Ex as [j [Hj Bj]]. rewrite (indicator_outside d lo hi x j Hj); [ring |]. destruct (B j Hj) as [B0 [B1 B2]]. lra. }
  rewrite E. destruct (on_box_integrable (seq 0 d) lo hi (extended_cube g) (seq_NoDup d 0)
    (fun j Hj => B j (proj2 (proj1 (in_seq d 0 j) Hj))) (extended_cube_regular d g Hg)) as [A C].
  split; [exact A | apply C].
Qed.

Definition riemann : integration d.
Proof.
  apply (Integration.Integration d riemann_integrable riemann_integral).
  - intros F G H. unfold riemann_integrable. rewrite (trimmed_same F G H). auto.
  - intros F G HF HG. unfold riemann_integrable. replace (trimmed (fun x => F x + G x)) with (fun x => trimmed F x + trimmed G x)
      by (apply functional_extensionality; intros; unfold trimmed; ring). apply box_integrable_plus; assumption.
  - intros c F HF. unfold riemann_integrable. replace (trimmed (fun x => c * F x)) with (fun x => c * trimmed F x)
      by (apply functional_extensionality; intros; unfold trimmed; ring). apply box_integrable_multiple; assumption.
  - intros F G HF HG. unfold riemann_integral. replace (trimmed (fun x => F x + G x)) with (fun x => trimmed F x + trimmed G x)
      by (apply functional_extensionality; intros; unfold trimmed; ring). apply box_integrable_plus; assumption.
  - intros c F HF. unfold riemann_integral. replace (trimmed (fun x => c * F x)) with (fun x => c * trimmed F x)
      by (apply functional_extensionality; intros; unfold trimmed; ring). apply box_integrable_multiple; assumption.
  - intros F G HF HG H. apply box_integrable_le; [exact HF | exact HG | intros x _; apply trimmed_le, H | intros j []].
  - intros lo hi g B Hg. apply riemann_on_box; assumption.
  - intros lo hi B. assert (C : continuous_on_cube d (fun _ => 1)) by (intros x _ e He; exists 1; split; [lra |]; intros; rewrite Rminus_eq_0, Rabs_R0; exact He).
    destruct (riemann_on_box lo hi (fun _ => 1) B C) as [_ V]. rewrite <- (box_volume d lo hi origin).
    transitivity (riemann_integral (fun x => indicator d lo hi x * 1)); [| exact V].
    f_equal. apply functional_extensionality. intros; ring.
Defined.
End Riemann.
