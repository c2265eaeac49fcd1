(* The readouts are continuous on the cube, with any weights. *)
From Coq Require Import Reals List Lra Lia FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Relu Digits Sums Perturbation Continuous Box Cube Network.
Open Scope R_scope.

Lemma regular_minus : forall F G, regular F -> regular G -> regular (fun x => F x - G x).
Proof.
  intros F G HF HG. replace (fun x => F x - G x) with (fun x => F x + (-1) * G x) by (apply functional_extensionality; intros; ring).
  apply regular_plus; [exact HF | apply regular_scale, HG].
Qed.

Lemma regular_relu : forall F, regular F -> regular (fun x => relu (F x)).
Proof.
  intros F H. apply (regular_dominated F (fun x => relu (F x)) 1 Rlt_0_1 H). intros x y.
  unfold relu, Rmax. repeat destruct Rle_dec; split_Rabs; lra.
Qed.

Lemma regular_sin : forall F, regular F -> regular (fun x => sin (F x)).
Proof.
  intros F H. apply (regular_dominated F (fun x => sin (F x)) 1 Rlt_0_1 H). intros x y. rewrite Rmult_1_l. apply sin_lipschitz.
Qed.

Lemma regular_coordinate : forall j, regular (fun x => x j).
Proof. intros j e He. exists e. split; [exact He |]. intros x y H. apply H. Qed.

Lemma regular_clamp : forall j, regular (fun x => clamp (x j)).
Proof. intros j e He. exists e. split; [exact He |]. intros x y H. eapply Rle_trans; [apply clamp_nearer | apply H]. Qed.

Lemma regular_step : forall delta e F, regular F -> regular (fun x => step delta e (F x)).
Proof.
  intros delta e F H. unfold step. assert (Q : regular (fun x => (F x - INR e) / delta)).
  { replace (fun x => (F x - INR e) / delta) with (fun x => / delta * (F x - INR e))
      by (apply functional_extensionality; intros; unfold Rdiv; ring).
    apply regular_scale, regular_minus; [exact H | apply regular_const]. }
  apply regular_minus; apply regular_relu; [apply regular_plus; [exact Q | apply regular_const] | exact Q].
Qed.

Lemma clamped_inside : forall d x, in_cube d x -> forall j, (j < d)%nat -> clamped x j = x j.
Proof. intros d x H j Hj. apply clamp_inside, H, Hj. Qed.

(* A function that looks at d coordinates and has a regular extension is continuous on the cube. *)
Lemma regular_continuous : forall d G, regular G -> (forall x y, (forall j, (j < d)%nat -> x j = y j) -> G x = G y) ->
  continuous_on_cube d G.
Proof.
  intros d G R C x _ e He. destruct (R (e / 2)) as [delta [Hd H]]; [lra |]. exists delta. split; [exact Hd |]. intros y _ Hxy.
  set (z := fun j => if Nat.ltb j d then y j else x j).
  rewrite (C y z) by (intros j Hj; unfold z; replace (Nat.ltb j d) with true by (symmetry; apply Nat.ltb_lt, Hj); reflexivity).
  assert (Z : near delta z x).
  { intros j. unfold z. destruct (Nat.ltb_spec j d) as [L | L]; [apply Rlt_le, Hxy, L | rewrite Rminus_eq_0, Rabs_R0; lra]. }
  specialize (H z x Z). lra.
Qed.

Lemma continuous_on_cube_ext : forall d f g, (forall x, in_cube d x -> f x = g x) -> continuous_on_cube d f -> continuous_on_cube d g.
Proof.
  intros d f g E H x Hx e He. destruct (H x Hx e He) as [delta [Hd K]]. exists delta. split; [exact Hd |].
  intros y Hy Hxy. rewrite <- !E by assumption. apply K; assumption.
Qed.

Section Readout.
Variable N d : nat.
Variable delta : R.
Variable g : nat -> nat -> nat -> R.
Variables w A : nat -> R.
Variables beta Phi_0 M : R.

Lemma regular_residue : forall j l, regular (fun x => residue N delta l (clamped x j)).
Proof.
  intros j. induction l as [| l IH]; [apply regular_clamp |]. cbn [residue]. unfold next.
  apply regular_minus; [apply regular_scale, IH |].
  generalize (N - 1)%nat. induction n as [| k IHk]; cbn [steps]; [apply regular_const |].
  apply regular_plus; [exact IHk | apply regular_step, regular_scale, IH].
Qed.

Lemma regular_arg : forall m, regular (fun x => arg N d delta g m (clamped x)).
Proof.
  induction m as [| m IH]; cbn [arg]; [apply regular_const |].
  apply regular_plus; [apply regular_relu, IH |]. unfold steps_sum.
  apply (regular_sum d (fun j x => sum_to (N - 1) (fun i =>
    (g m j (S i) - g m j i) * step delta (S i) (INR N * residue N delta m (clamped x j))))). intros j _.
  apply (regular_sum (N - 1) (fun i x =>
    (g m j (S i) - g m j i) * step delta (S i) (INR N * residue N delta m (clamped x j)))). intros i _.
  apply regular_scale, regular_step, regular_scale, regular_residue.
Qed.

Lemma regular_Phi : forall l, regular (fun x => Phi N d delta g w A beta Phi_0 M l (clamped x)).
Proof.
  induction l as [| l IH]; cbn [Phi]; [apply regular_const |]. apply regular_plus.
  - apply regular_scale. unfold correction. apply regular_sin, regular_scale, regular_sin, regular_plus; [apply regular_const | apply regular_arg].
  - apply regular_minus; [| apply regular_const]. apply regular_relu, regular_plus; [apply IH | apply regular_const].
Qed.

Lemma Phi_coordinates : forall l x y, (forall j, (j < d)%nat -> x j = y j) ->
  Phi N d delta g w A beta Phi_0 M l x = Phi N d delta g w A beta Phi_0 M l y.
Proof.
  intros l x y E. assert (G : forall m, arg N d delta g m x = arg N d delta g m y).
  { induction m as [| m IH]; [reflexivity |]. cbn [arg]. rewrite IH. f_equal. unfold steps_sum. apply sum_to_ext.
    intros j Hj. rewrite (E j Hj). reflexivity. }
  induction l as [| l IH]; [reflexivity |]. cbn [Phi]. rewrite IH. unfold correction. rewrite G. reflexivity.
Qed.

Theorem Phi_continuous : forall l, continuous_on_cube d (Phi N d delta g w A beta Phi_0 M l).
Proof.
  intros l. apply continuous_on_cube_ext with (fun x => Phi N d delta g w A beta Phi_0 M l (clamped x)).
  - intros x Hx. apply Phi_coordinates, clamped_inside, Hx.
  - apply regular_continuous; [apply regular_Phi |]. intros x y E. apply Phi_coordinates. intros j Hj. unfold clamped. rewrite E by exact Hj. reflexivity.
Qed.

End Readout.
