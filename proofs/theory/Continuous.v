(* Uniformly continuous functions of one real variable, and functions that are continuous on [0, 1], carried on as constants outside of it. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Integral Power Jensen.
Open Scope R_scope.

Definition uniform (g : R -> R) : Prop :=
  forall e, 0 < e -> exists delta, 0 < delta /\ forall x y, Rabs (x - y) <= delta -> Rabs (g x - g y) <= e.

Lemma uniform_integrable : forall g, uniform g -> forall a b, ex_RInt g a b.
Proof.
  intros g U a b. apply (@ex_RInt_continuous R_CompleteNormedModule). intros x _.
  apply continuity_pt_filterlim. intros e He. destruct (U (e / 2)) as [delta [Hd H]]; [lra |].
  exists delta. split; [exact Hd |]. intros y [_ Hy]. unfold dist in *. simpl in *. unfold R_dist in *.
  assert (A := H y x ltac:(lra)). lra.
Qed.

(* Values of g that move by at most c times what f moves. *)
Lemma uniform_dominated : forall (f g : R -> R) c, 0 < c -> uniform f ->
  (forall x y, Rabs (g x - g y) <= c * Rabs (f x - f y)) -> uniform g.
Proof.
  intros f g c Hc U H e He. destruct (U (e / c)) as [delta [Hd K]]; [apply Rdiv_lt_0_compat; assumption |].
  exists delta. split; [exact Hd |]. intros x y Hxy. eapply Rle_trans; [apply H |].
  replace e with (c * (e / c)) by (field; lra). apply Rmult_le_compat_l; [lra | apply K, Hxy].
Qed.

Definition clamp (x : R) : R := Rmax 0 (Rmin 1 x).

Lemma clamp_range : forall x, 0 <= clamp x <= 1.
Proof. intros x. unfold clamp, Rmax, Rmin. repeat destruct Rle_dec; lra. Qed.

Lemma clamp_inside : forall x, 0 <= x <= 1 -> clamp x = x.
Proof. intros x H. unfold clamp, Rmax, Rmin. repeat destruct Rle_dec; lra. Qed.

Lemma clamp_nearer : forall x y, Rabs (clamp x - clamp y) <= Rabs (x - y).
Proof. intros x y. unfold clamp, Rmax, Rmin. repeat destruct Rle_dec; split_Rabs; lra. Qed.

Definition continuous_on_interval (f : R -> R) : Prop := forall x, 0 <= x <= 1 -> forall e, 0 < e ->
  exists delta, 0 < delta /\ forall y, 0 <= y <= 1 -> Rabs (y - x) < delta -> Rabs (f y - f x) < e.

Definition extended (f : R -> R) (x : R) : R := f (clamp x).

Lemma extended_inside : forall f x, 0 <= x <= 1 -> extended f x = f x.
Proof. intros f x H. unfold extended. rewrite clamp_inside by exact H. reflexivity. Qed.

Lemma extended_continuous : forall f, continuous_on_interval f -> forall x, continuity_pt (extended f) x.
Proof.
  intros f Hf x e He. destruct (Hf (clamp x) (clamp_range x) e He) as [delta [Hd H]].
  exists delta. split; [exact Hd |]. intros y [_ Hy]. unfold dist in *. simpl in *. unfold R_dist, extended in *.
  apply H; [apply clamp_range |]. eapply Rle_lt_trans; [apply clamp_nearer | exact Hy].
Qed.

Lemma extended_uniform : forall f, continuous_on_interval f -> uniform (extended f).
Proof.
  intros f Hf e He.
  destruct (@Heine_cor2 (extended f) 0 1 (fun x _ => extended_continuous f Hf x) (mkposreal e He)) as [delta H].
  simpl in H. exists (delta / 2). assert (P := cond_pos delta). split; [lra |]. intros x y Hxy.
  assert (E : forall z, extended f (clamp z) = extended f z)
    by (intros; unfold extended; rewrite (clamp_inside (clamp z)) by apply clamp_range; reflexivity).
  rewrite <- (E x), <- (E y). apply Rlt_le, H; try apply clamp_range.
  eapply Rle_lt_trans; [apply clamp_nearer | lra].
Qed.

Lemma extended_bounded : forall f, continuous_on_interval f -> exists B, 0 < B /\ forall x, Rabs (extended f x) <= B.
Proof.
  intros f Hf.
  destruct (continuity_ab_maj (extended f) 0 1) as [xM [HM _]]; [lra | intros; apply extended_continuous, Hf |].
  destruct (continuity_ab_min (extended f) 0 1) as [xm [Hm _]]; [lra | intros; apply extended_continuous, Hf |].
  exists (1 + Rabs (extended f xM) + Rabs (extended f xm)). split; [split_Rabs; lra |]. intros x.
  replace (extended f x) with (extended f (clamp x))
    by (unfold extended; rewrite (clamp_inside (clamp x)) by apply clamp_range; reflexivity).
  specialize (HM _ (clamp_range x)). specialize (Hm _ (clamp_range x)). split_Rabs; lra.
Qed.

(* |u - v|^p, as a function of u and of v *)
Definition distance (p u v : R) : R := power p (Rabs (u - v)).

Lemma distance_nonneg : forall p u v, 0 <= distance p u v.
Proof. intros. apply power_nonneg. Qed.

Lemma distance_sym : forall p u v, distance p u v = distance p v u.
Proof. intros. unfold distance. rewrite Rabs_minus_sym. reflexivity. Qed.

Definition slope (p B : R) : R := p * power (p - 1) (2 * B) + 1.

Lemma slope_pos : forall p B, 1 <= p -> 0 < slope p B.
Proof.
  intros p B Hp. unfold slope. assert (0 <= p * power (p - 1) (2 * B)) by (apply Rmult_le_pos; [lra | apply power_nonneg]). lra.
Qed.

Lemma distance_lipschitz : forall p B u v w z, 1 <= p -> Rabs u <= B -> Rabs v <= B -> Rabs w <= B -> Rabs z <= B ->
  Rabs (distance p u v - distance p w z) <= slope p B * (Rabs (u - w) + Rabs (v - z)).
Proof.
  intros p B u v w z Hp Hu Hv Hw Hz. unfold distance.
  assert (R2 : forall a b, Rabs a <= B -> Rabs b <= B -> 0 <= Rabs (a - b) <= 2 * B) by (intros; split_Rabs; lra).
  eapply Rle_trans; [apply (power_lipschitz p (2 * B)); [exact Hp | apply R2; assumption | apply R2; assumption] |].
  apply Rmult_le_compat; try apply Rabs_pos; try (unfold slope; lra).
  - apply Rmult_le_pos; [lra | apply power_nonneg].
  - split_Rabs; lra.
Qed.
