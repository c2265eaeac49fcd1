(* Uniformly continuous functions of one real variable, and |u - v|^p as one of them. *)
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
Lemma dominated : forall (T : Type) (close : R -> T -> T -> Prop) (f g : T -> R) c, 0 < c ->
  (forall e, 0 < e -> exists delta, 0 < delta /\ forall x y, close delta x y -> Rabs (f x - f y) <= e) ->
  (forall x y, Rabs (g x - g y) <= c * Rabs (f x - f y)) ->
  forall e, 0 < e -> exists delta, 0 < delta /\ forall x y, close delta x y -> Rabs (g x - g y) <= e.
Proof.
  intros T close f g c Hc U H e He. destruct (U (e / c)) as [delta [Hd K]]; [apply Rdiv_lt_0_compat; assumption |].
  exists delta. split; [exact Hd |]. intros x y Hxy. eapply Rle_trans; [apply H |].
  replace e with (c * (e / c)) by (field; lra). apply Rmult_le_compat_l; [lra | apply K, Hxy].
Qed.

Lemma uniform_dominated : forall (f g : R -> R) c, 0 < c -> uniform f ->
  (forall x y, Rabs (g x - g y) <= c * Rabs (f x - f y)) -> uniform g.
Proof. exact (dominated R (fun delta x y => Rabs (x - y) <= delta)). Qed.

Definition clamp (x : R) : R := Rmax 0 (Rmin 1 x).

Lemma clamp_range : forall x, 0 <= clamp x <= 1.
Proof. intros x. unfold clamp, Rmax, Rmin. repeat destruct Rle_dec; lra. Qed.

Lemma clamp_inside : forall x, 0 <= x <= 1 -> clamp x = x.
Proof. intros x H. unfold clamp, Rmax, Rmin. repeat destruct Rle_dec; lra. Qed.

Lemma clamp_nearer : forall x y, Rabs (clamp x - clamp y) <= Rabs (x - y).
Proof. intros x y. unfold clamp, Rmax, Rmin. repeat destruct Rle_dec; split_Rabs; lra. Qed.

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

Lemma pieces_below : forall t delta, 0 < t -> 0 < delta -> exists n, (0 < n)%nat /\ t / INR n <= delta.
Proof.
  intros t delta Ht Hd. destruct (archimed_cor1 (delta / t)) as [n [H Hn]]; [apply Rdiv_lt_0_compat; assumption |].
  exists n. split; [exact Hn |]. unfold Rdiv. apply (Rmult_lt_compat_l t) in H; [| exact Ht].
  replace (t * (delta / t)) with delta in H by (field; lra). lra.
Qed.
