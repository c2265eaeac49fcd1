(* The projection bound for functions of one variable, with the modulus of Soundness.v. *)
From Coq Require Import Reals List Lra Lia FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Integral Power Continuous Box Cube Modulus Cells Projection Soundness.
Open Scope R_scope.

Definition continuous_on_interval (f : R -> R) : Prop := forall x, 0 <= x <= 1 -> forall e, 0 < e ->
  exists delta, 0 < delta /\ forall y, 0 <= y <= 1 -> Rabs (y - x) < delta -> Rabs (f y - f x) < e.

Section Interval.
Variable N l : nat.
Hypothesis N2 : (2 <= N)%nat.
Variable p : R.
Hypothesis p1 : 1 <= p.
Variable f P : R -> R.
Hypothesis f_continuous : continuous_on_interval f.
(* P is the mean of f inside of every cell; its values on the grid points do not matter. *)
Hypothesis P_mean : forall k x, (k < N ^ l)%nat -> cell_end N l k < x < cell_end N l (S k) ->
  P x = INR N ^ l * RInt f (cell_end N l k) (cell_end N l (S k)).

Let t := / INR N ^ l.
Let first (x : point) : R := f (x O).

Lemma first_continuous : continuous_on_cube 1 first.
Proof.
  intros x Hx e He. destruct (f_continuous (x O) (Hx O Nat.lt_0_1) e He) as [delta [Hd H]].
  exists delta. split; [exact Hd |]. intros y Hy Hxy. apply H; [apply Hy | apply Hxy]; lia.
Qed.

Lemma shift_power : forall s, shift_integral p 1 first (axis 0 s) = RInt (fun x => power p (Rabs (f (x + s) - f x))) (Rmax 0 (- s)) (Rmin 1 (1 - s)).
Proof. reflexivity. Qed.

Lemma shift_integrable : forall s, Rabs s <= t -> ex_RInt (fun x => power p (Rabs (f (x + s) - f x))) (Rmax 0 (- s)) (Rmin 1 (1 - s)).
Proof.
  intros s Hs. assert (S1 := Rle_trans _ _ _ Hs (side_le_1 N l N2)).
  destruct (shift_integral_F p p1 1 first first_continuous (axis 0 s)) as [_ [I _]].
  - intros. apply axis_small, S1.
  - apply (I (fun _ => Rmax 0 (- s))). intros j [].
Qed.

(* The projection of Projection.v agrees with P inside of every cell. *)
Lemma projection_first : forall k v, (k < N ^ l)%nat -> cell_end N l k < v < cell_end N l (S k) ->
  projection 1 first N l (set origin 0 v) = P v.
Proof.
  intros k v Hk Hv. rewrite (P_mean k v Hk Hv), <- (cell_index_inside N l N2 k v Hk Hv).
  change (INR N ^ l * 1 * RInt f (cell_end N l (cell_index N l v)) (cell_end N l (S (cell_index N l v))) = 
    INR N ^ l * RInt f (cell_end N l (cell_index N l v)) (cell_end N l (S (cell_index N l v)))). ring.
Qed.

Lemma error_first : ex_RInt (fun x => power p (Rabs (f x - P x))) 0 1 /\
  RInt (fun x => power p (Rabs (f x - P x))) 0 1 = error_integral p 1 first N l.
Proof.
  set (g := fun v => error p 1 first N l (set origin 0 v)).
  assert (I : ex_RInt g 0 1).
  { destruct (projection_power N l N2 p p1 1 first first_continuous) as [[I _] _]. apply I. intros j []. }
  assert (Cells : forall k, (k < N ^ l)%nat -> ex_RInt g (cell_end N l k) (cell_end N l (S k))).
  { intros k Hk. apply integrable_part with 0 1; [apply cell_end_range | apply cell_end_le | apply cell_end_range | exact I]; lia. }
  destruct (sum_of_cells N l N2 (fun x => power p (Rabs (f x - P x))) (fun _ => g) Cells) as [A B].
  { intros k v Hk Hv. unfold g, error. rewrite (projection_first k v Hk Hv). reflexivity. }
  destruct (sum_of_cells N l N2 g (fun _ => g) Cells) as [_ C]; [reflexivity |].
  split; [exact A |]. rewrite B, <- C. reflexivity.
Qed.

(* || f - P_l f ||_p <= 2^(1/p) omega_p(f, N^-l) *)
Theorem projection_bound_interval : ex_RInt (fun x => power p (Rabs (f x - P x))) 0 1 /\
  Rbar_le (norm p (fun x => f x - P x) 0 1) (Rbar_mult (power (/ p) 2) (omega p f (/ INR N ^ l))).
Proof.
  destruct error_first as [I E]. split; [exact I |]. unfold norm. rewrite E.
  destruct (projection_power N l N2 p p1 1 first first_continuous) as [_ H].
  assert (T := side_pos N l N2). assert (T1 := side_le_1 N l N2). fold t in T, T1.
  assert (Shifts : forall s, Rabs s <= t -> moduli p f t (difference_norm p f s)).
  { intros s Hs. exists s. repeat split; [exact Hs | exact (Rle_trans _ _ _ Hs T1) | apply shift_integrable, Hs]. }
  apply root_of_bound; [lra | lra | | |].
  - eexists. apply (Shifts 0). rewrite Rabs_R0. lra.
  - intros m [h [_ [_ [_ ->]]]]. apply power_nonneg.
  - intros w w0 Hw. replace (2 * power p w) with (2 * power p (INR 1) * power p w).
    + apply H. intros j s Hj Hs. replace j with O by lia. rewrite shift_power.
      specialize (Hw _ (Shifts s Hs)). apply (power_le p) in Hw; [| lra].
      unfold difference_norm, norm in Hw. rewrite root_power in Hw; [exact Hw | lra |].
      apply RInt_ge_0; [| apply shift_integrable, Hs | intros; apply power_nonneg].
      assert (S1 := Rle_trans _ _ _ Hs T1). clear - S1. unfold Rmax, Rmin. repeat destruct Rle_dec; split_Rabs; lra.
    + simpl INR. rewrite (power_pos p 1) by lra. unfold Rpower. rewrite ln_1, Rmult_0_r, exp_0. ring.
Qed.

End Interval.
