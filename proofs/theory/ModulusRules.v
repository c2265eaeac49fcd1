(* The norm and the modulus of continuous functions on the cube: Minkowski's inequality, |omega(f, t) - omega(g, t)| <= 2 || f - g ||_p,
   omega(f, k t) <= k omega(f, t). *)
From Coq Require Import Reals List Lra Lia FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Integral Power Sums Continuous Box Cube Modulus Cells Projection ModulusBounds ModulusValues RampHats CubeNorm BoxNorm.
Import ListNotations.
Open Scope R_scope.

Lemma continuous_minus : forall d f g, continuous_on_cube d f -> continuous_on_cube d g -> continuous_on_cube d (fun x => f x - g x).
Proof.
  intros d f g Hf Hg x Hx e He. destruct (Hf x Hx (e / 2)) as [a [Ha A]]; [lra |]. destruct (Hg x Hx (e / 2)) as [b [Hb B]]; [lra |].
  exists (Rmin a b). split; [apply Rmin_glb_lt; assumption |]. intros y Hy Hxy.
  assert (Fa := A y Hy (fun j Hj => Rlt_le_trans _ _ _ (Hxy j Hj) (Rmin_l a b))).
  assert (Gb := B y Hy (fun j Hj => Rlt_le_trans _ _ _ (Hxy j Hj) (Rmin_r a b))). split_Rabs; lra.
Qed.

Lemma continuous_constant : forall d c, continuous_on_cube d (fun _ => c).
Proof. intros d c x _ e He. exists 1. split; [lra |]. intros. rewrite Rminus_eq_0, Rabs_R0. exact He. Qed.

Lemma extended_bounded_regular : forall d f, continuous_on_cube d f -> bounded_regular (extended_cube f).
Proof.
  intros d f Hf. split; [apply (extended_cube_regular d), Hf |]. destruct (extended_cube_bounded d f Hf) as [B [_ HB]]. exists B. exact HB.
Qed.

(* ---- the three norms of a multiple ---- *)

Lemma shift_size_scaled : forall n d c h, 0 <= c -> shift_size n d (fun j => c * h j) = c * shift_size n d h.
Proof.
  intros [| |] d c h Hc; cbn [shift_size].
  - unfold euclidean. rewrite (sum_to_ext d _ (fun j => c * c * (h j * h j))) by (intros; ring). rewrite sum_to_scale.
    rewrite sqrt_mult, sqrt_square by (try exact Hc; try apply Rle_0_sqr; apply sum_to_nonneg; intros; apply Rle_0_sqr). reflexivity.
  - induction d as [| d IH]; cbn [max_norm]; [ring |]. rewrite IH, Rabs_mult, (Rabs_pos_eq c) by exact Hc. apply RmaxRmult, Hc.
  - unfold one_norm. rewrite <- sum_to_scale. apply sum_to_ext. intros j _. rewrite Rabs_mult, (Rabs_pos_eq c) by exact Hc. reflexivity.
Qed.

Section Rules.
Variable p : R.
Hypothesis p1 : 1 <= p.
Variable d : nat.

Let coords := seq 0 d.

Lemma cube_norm_extended : forall f, continuous_on_cube d f -> cube_norm p d f = box_norm p coords zeros ones (extended_cube f) origin.
Proof.
  intros f Hf. rewrite (proj1 (cube_norm_ext p d f (extended_cube f) (fun x Hx => eq_sym (extended_cube_inside d f Hf x Hx)))). reflexivity.
Qed.

Lemma norm_of_continuous_exists : forall f, continuous_on_cube d f -> norm_exists p d f.
Proof.
  intros f Hf. apply (cube_norm_ext p d (extended_cube f) f); [intros x Hx; apply (extended_cube_inside d f Hf x Hx) |].
  apply box_regular_integrable, (power_regular p p1), (extended_bounded_regular d), Hf.
Qed.

Lemma unit_ordered : forall j, In j coords -> zeros j <= ones j.
Proof. intros. unfold zeros, ones. lra. Qed.

Lemma cube_norm_nonneg : forall f, 0 <= cube_norm p d f.
Proof. intros. apply power_nonneg. Qed.

Lemma cube_norm_symmetric : forall f g, cube_norm p d (fun x => f x - g x) = cube_norm p d (fun x => g x - f x).
Proof.
  intros f g. unfold cube_norm, power_of. do 2 f_equal. apply functional_extensionality. intros x. rewrite Rabs_minus_sym. reflexivity.
Qed.

Theorem cube_norm_triangle : forall f g h, continuous_on_cube d f -> continuous_on_cube d g -> continuous_on_cube d h ->
  cube_norm p d (fun x => f x - h x) <= cube_norm p d (fun x => f x - g x) + cube_norm p d (fun x => g x - h x).
Proof.
  intros f g h Hf Hg Hh. rewrite !cube_norm_extended by (apply continuous_minus; assumption).
  rewrite (box_norm_ext p coords zeros ones (extended_cube (fun x => f x - h x))
    (fun x => extended_cube (fun x => f x - g x) x + extended_cube (fun x => g x - h x) x)) by (intros; f_equal; unfold extended_cube; ring).
  apply (minkowski p p1 coords zeros ones unit_ordered); apply (extended_bounded_regular d), continuous_minus; assumption.
Qed.

Lemma cube_norm_constant : forall c, cube_norm p d (fun _ => c) = Rabs c.
Proof. intros c. unfold cube_norm, power_of. rewrite box_const. apply power_root; [lra | apply Rabs_pos]. Qed.

(* ---- || f(. + h) - f ||_p ---- *)

Definition small_shift (h : point) : Prop := forall j, (j < d)%nat -> Rabs (h j) <= 1.
Definition difference (F : point -> R) (h x : point) : R := F (moved x h) - F x.

Lemma difference_bounded : forall F h, bounded_regular F -> bounded_regular (difference F h).
Proof.
  intros F h HF. unfold difference. replace (fun x => F (moved x h) - F x) with (fun x => F (moved x h) + (-1) * F x)
    by (apply functional_extensionality; intros; ring).
  apply bounded_plus; [apply bounded_translated, HF | apply bounded_scale, HF].
Qed.

Definition difference_norm (f : point -> R) (h : point) : R := power (/ p) (shift_integral p d f h).

Lemma difference_norm_box : forall f h x, continuous_on_cube d f -> small_shift h ->
  difference_norm f h = box_norm p coords (shift_lo h) (shift_hi h) (difference (extended_cube f) h) x.
Proof.
  intros f h x Hf Hh. unfold difference_norm, box_norm. f_equal. assert (Small : forall j, In j (seq 0 d) -> Rabs (h j) <= 1).
  { intros j Hj. apply in_seq in Hj. apply Hh. lia. }
  rewrite <- (proj1 (shift_integral_F p p1 d f Hf h Small) x). unfold coords. f_equal. apply functional_extensionality. intros y.
  unfold shifted_F, distance, difference. rewrite Rabs_minus_sym. reflexivity.
Qed.

Lemma shift_ordered : forall h, small_shift h -> forall j, In j coords -> shift_lo h j <= shift_hi h j.
Proof. intros h Hh j Hj. apply shift_range, Hh. apply in_seq in Hj. lia. Qed.

Lemma shift_inside : forall h, small_shift h -> forall j, In j coords ->
  zeros j <= shift_lo h j /\ shift_lo h j <= shift_hi h j /\ shift_hi h j <= ones j.
Proof.
  intros h Hh j Hj. assert (O := shift_ordered h Hh j Hj). unfold zeros, ones. split; [apply Rmax_l |]. split; [exact O | apply Rmin_l].
Qed.

Lemma shifted_inside_cube : forall h, small_shift h -> forall j, In j coords ->
  zeros j <= shift_lo h j + h j /\ shift_lo h j + h j <= shift_hi h j + h j /\ shift_hi h j + h j <= ones j.
Proof.
  intros h Hh j Hj. assert (O := shift_ordered h Hh j Hj). revert O. unfold zeros, ones, shift_lo, shift_hi, Rmax, Rmin.
  repeat destruct Rle_dec; lra.
Qed.

(* The values outside of the coordinates of the cube do not matter. *)
Lemma box_norm_base : forall f lo hi x y, continuous_on_cube d f ->
  box_norm p coords lo hi (extended_cube f) x = box_norm p coords lo hi (extended_cube f) y.
Proof.
  intros f lo hi x y Hf. unfold box_norm. f_equal. apply box_base. intros u v E. do 2 f_equal. exact (F_coordinates d f Hf u v E).
Qed.

Lemma difference_at_most_twice : forall f h, continuous_on_cube d f -> small_shift h ->
  box_norm p coords (shift_lo h) (shift_hi h) (difference (extended_cube f) h) origin <= 2 * cube_norm p d f.
Proof.
  intros f h Hf Hh. assert (BF := extended_bounded_regular d f Hf).
  rewrite (box_norm_ext p coords _ _ (difference (extended_cube f) h) (fun x => extended_cube f (moved x h) + (-1) * extended_cube f x))
    by (intros; unfold difference; f_equal; ring).
  eapply Rle_trans; [apply (minkowski p p1 coords _ _ (shift_ordered h Hh)); [apply bounded_translated, BF | apply bounded_scale, BF] |].
  rewrite box_norm_translated by assumption.
  rewrite (box_norm_ext p coords _ _ (fun x => -1 * extended_cube f x) (extended_cube f))
    by (intros; rewrite Rabs_mult, (Rabs_left1 (-1)) by lra; ring).
  assert (A := box_norm_smaller p p1 coords zeros ones _ _ (extended_cube f) (moved origin h) (shifted_inside_cube h Hh) BF).
  assert (B := box_norm_smaller p p1 coords zeros ones _ _ (extended_cube f) origin (shift_inside h Hh) BF).
  rewrite (box_norm_base f zeros ones (moved origin h) origin Hf) in A. rewrite <- cube_norm_extended in A, B by exact Hf. lra.
Qed.

Lemma difference_norm_stable : forall f g h, continuous_on_cube d f -> continuous_on_cube d g -> small_shift h ->
  difference_norm f h <= difference_norm g h + 2 * cube_norm p d (fun x => f x - g x).
Proof.
  intros f g h Hf Hg Hh. assert (Hu := continuous_minus d f g Hf Hg).
  rewrite (difference_norm_box f h origin Hf Hh), (difference_norm_box g h origin Hg Hh).
  rewrite (box_norm_ext p coords _ _ (difference (extended_cube f) h)
    (fun x => difference (extended_cube g) h x + difference (extended_cube (fun x => f x - g x)) h x))
    by (intros; f_equal; unfold difference, extended_cube; ring).
  eapply Rle_trans; [apply (minkowski p p1 coords _ _ (shift_ordered h Hh)); apply difference_bounded, (extended_bounded_regular d); assumption |].
  apply Rplus_le_compat_l, difference_at_most_twice; assumption.
Qed.

(* ---- k small steps instead of a large one ---- *)

Section Steps.
Variable f : point -> R.
Hypothesis Hf : continuous_on_cube d f.
Variable h : point.
Variable k : nat.
Hypothesis k1 : (1 <= k)%nat.
Let whole : point := fun j => INR k * h j.
Hypothesis whole_small : small_shift whole.

Let times (i : nat) : point := fun j => INR i * h j.

Lemma step_small : small_shift h.
Proof.
  intros j Hj. assert (W := whole_small j Hj). unfold whole in W. rewrite Rabs_mult, (Rabs_pos_eq (INR k)) in W by apply pos_INR.
  assert (K : 1 <= INR k) by (apply (le_INR 1); exact k1). assert (P := Rabs_pos (h j)). nra.
Qed.

Lemma step_inside : forall i, (i < k)%nat -> forall j, In j coords ->
  shift_lo h j <= shift_lo whole j + times i j /\ shift_lo whole j + times i j <= shift_hi whole j + times i j /\
  shift_hi whole j + times i j <= shift_hi h j.
Proof.
  intros i Hi j Hj. assert (O := shift_ordered whole whole_small j Hj).
  assert (I0 := pos_INR i). assert (Ik : INR i + 1 <= INR k) by (rewrite <- S_INR; apply le_INR; lia).
  unfold shift_lo, shift_hi, whole, times in *. destruct (Rle_dec 0 (h j)) as [P | P].
  - assert (INR i * h j + h j <= INR k * h j) by nra. assert (0 <= INR i * h j) by nra.
    revert O. unfold Rmax, Rmin. repeat destruct Rle_dec; lra.
  - assert (INR k * h j <= INR i * h j + h j) by nra. assert (INR i * h j <= 0) by nra.
    revert O. unfold Rmax, Rmin. repeat destruct Rle_dec; lra.
Qed.

Lemma steps_norm : forall i, (i <= k)%nat ->
  box_norm p coords (shift_lo whole) (shift_hi whole) (difference (extended_cube f) (times i)) origin <= INR i * difference_norm f h.
Proof.
  assert (BF := extended_bounded_regular d f Hf). induction i as [| i IH]; intros Hi.
  - rewrite (box_norm_ext p coords _ _ _ (fun _ => 0)).
    + unfold box_norm. rewrite Rabs_R0, (power_0 p 0) by lra.
      rewrite box_zero, power_0; simpl; lra.
    + intros x. f_equal. unfold difference, times. replace (moved x (fun j => INR 0 * h j)) with x; [ring |].
      apply functional_extensionality. intros j. unfold moved. simpl. ring.
  - rewrite (box_norm_ext p coords _ _ (difference (extended_cube f) (times (S i)))
      (fun x => difference (extended_cube f) (times i) x + difference (extended_cube f) h (moved x (times i)))).
    + eapply Rle_trans; [apply (minkowski p p1 coords _ _ (shift_ordered whole whole_small));
        [apply difference_bounded, BF | apply bounded_translated, difference_bounded, BF] |].
      rewrite box_norm_translated by (try assumption; apply difference_bounded, BF).
      assert (A := box_norm_smaller p p1 coords (shift_lo h) (shift_hi h) _ _ (difference (extended_cube f) h) (moved origin (times i))
        (step_inside i ltac:(lia)) (difference_bounded _ h BF)).
      rewrite <- (difference_norm_box f h (moved origin (times i)) Hf step_small) in A. assert (B := IH ltac:(lia)). rewrite S_INR. lra.
    + intros x. f_equal. unfold difference. replace (moved (moved x (times i)) h) with (moved x (times (S i))); [ring |].
      apply functional_extensionality. intros j. unfold moved, times. rewrite S_INR. ring.
Qed.

Lemma difference_norm_steps : difference_norm f whole <= INR k * difference_norm f h.
Proof. rewrite (difference_norm_box f whole origin Hf whole_small). exact (steps_norm k (le_n k)). Qed.

End Steps.

(* ---- the modulus ---- *)

Hypothesis d1 : (1 <= d)%nat.
Variable n : shift_norm.

Definition modulus_real (f : point -> R) (t : R) : R := real (cube_omega p d f (shift_size n d) t).

Lemma modulus_real_correct : forall f t, continuous_on_cube d f -> 0 <= t ->
  cube_omega p d f (shift_size n d) t = Finite (modulus_real f t) /\ 0 <= modulus_real f t.
Proof.
  intros f t Hf Ht. destruct (modulus_value p p1 d d1 f Hf (shift_size n d) (shift_size_axis_le n d) t Ht) as [w [E [w0 _]]].
  unfold modulus_real. rewrite E. split; [reflexivity | exact w0].
Qed.

(* Every small shift counts, and the modulus is the least upper bound. *)
Lemma modulus_above : forall f t h, continuous_on_cube d f -> 0 <= t -> shift_size n d h <= t -> small_shift h ->
  difference_norm f h <= modulus_real f t.
Proof.
  intros f t h Hf Ht Hs Hh. destruct (modulus_real_correct f t Hf Ht) as [E _].
  assert (C := shift_counts p p1 d d1 f Hf (shift_size n d) h t Hs Hh).
  assert (U := proj1 (Lub_Rbar_correct (cube_moduli p d f (shift_size n d) t)) _ C). fold (cube_omega p d f (shift_size n d) t) in U.
  rewrite E in U. exact U.
Qed.

Lemma modulus_least : forall f t c, continuous_on_cube d f -> 0 <= t ->
  (forall h, shift_size n d h <= t -> small_shift h -> difference_norm f h <= c) -> modulus_real f t <= c.
Proof.
  intros f t c Hf Ht H. destruct (modulus_real_correct f t Hf Ht) as [E _].
  assert (U := proj2 (Lub_Rbar_correct (cube_moduli p d f (shift_size n d) t)) (Finite c)).
  fold (cube_omega p d f (shift_size n d) t) in U. rewrite E in U. apply U. intros m [h [Hs [Hh [_ ->]]]]. apply H; assumption.
Qed.

Theorem modulus_stable : forall f g t, continuous_on_cube d f -> continuous_on_cube d g -> 0 <= t ->
  Rabs (modulus_real f t - modulus_real g t) <= 2 * cube_norm p d (fun x => f x - g x).
Proof.
  assert (One : forall f g t, continuous_on_cube d f -> continuous_on_cube d g -> 0 <= t ->
    modulus_real f t <= modulus_real g t + 2 * cube_norm p d (fun x => f x - g x)).
  { intros f g t Hf Hg Ht. apply modulus_least; [exact Hf | exact Ht |]. intros h Hs Hh.
    eapply Rle_trans; [apply (difference_norm_stable f g h Hf Hg Hh) |]. apply Rplus_le_compat_r, modulus_above; assumption. }
  intros f g t Hf Hg Ht. assert (A := One f g t Hf Hg Ht). assert (B := One g f t Hg Hf Ht). rewrite (cube_norm_symmetric g f) in B.
  apply Rabs_le. lra.
Qed.

Theorem modulus_multiple : forall f t k, continuous_on_cube d f -> 0 <= t -> (1 <= k)%nat ->
  modulus_real f (INR k * t) <= INR k * modulus_real f t.
Proof.
  intros f t k Hf Ht Hk. assert (K : 0 < INR k) by (apply lt_0_INR; lia).
  apply modulus_least; [exact Hf | apply Rmult_le_pos; lra |]. intros h Hs Hh. set (g := fun j => / INR k * h j : R).
  assert (E : h = (fun j => INR k * g j)) by (apply functional_extensionality; intros j; unfold g; field; lra).
  assert (G : shift_size n d g <= t).
  { unfold g. rewrite shift_size_scaled by (apply Rlt_le, Rinv_0_lt_compat, K).
    apply Rmult_le_reg_l with (INR k); [exact K |]. rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by lra. exact Hs. }
  rewrite E in Hh. rewrite E. eapply Rle_trans; [apply (difference_norm_steps f Hf g k Hk Hh) |].
  apply Rmult_le_compat_l; [lra |]. apply modulus_above; [exact Hf | exact Ht | exact G | exact (step_small g k Hk Hh)].
Qed.

End Rules.
