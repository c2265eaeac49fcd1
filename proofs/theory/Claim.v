(* Claim R for one network and one function of one variable: the statement of the proofs that `layercert prove` writes. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Integral Power Soundness Weight Layers.
Open Scope R_scope.

(* At every level l = 1 .. L: | f - Phi_l |^p has an integral over [0, 1], omega_p(f, N^-l) is finite, and
   || f - Phi_l ||_p <= 3 omega_p(f, N^-l), where Phi_l is readout l, an affine function of hidden layer l + 2 of the network. *)
Definition claim_R (net : network weight) (f : R -> R) (p : R) (N L : nat) : Prop :=
  forall l : nat, (1 <= l <= L)%nat ->
    ex_RInt (fun x => power p (Rabs (f x - readout (real_network net) l (fun _ => x)))) 0 1 /\
    is_finite (omega p f (/ INR N ^ l)) /\
    Rbar_le (norm p (fun x => f x - readout (real_network net) l (fun _ => x)) 0 1) (Rbar_mult 3 (omega p f (/ INR N ^ l))).

(* The modulus of a bounded function is finite. *)
Lemma difference_norm_bound : forall p f h B, 0 < p -> Rabs h <= 1 -> (forall x, 0 <= x <= 1 -> Rabs (f x) <= B) ->
  ex_RInt (fun x => power p (Rabs (f (x + h) - f x))) (Rmax 0 (- h)) (Rmin 1 (1 - h)) -> difference_norm p f h <= 2 * B.
Proof.
  intros p f h B Hp Hh HB I.
  assert (B0 : 0 <= B) by (apply Rle_trans with (Rabs (f 0)); [apply Rabs_pos | apply HB; lra]).
  unfold difference_norm, norm. rewrite <- (power_root p (2 * B)) by lra.
  apply power_le; [apply Rinv_0_lt_compat, Hp |].
  assert (ab : Rmax 0 (- h) <= Rmin 1 (1 - h)) by (unfold Rmax, Rmin; repeat destruct Rle_dec; split_Rabs; lra).
  assert (short : Rmin 1 (1 - h) - Rmax 0 (- h) <= 1) by (unfold Rmax, Rmin; repeat destruct Rle_dec; split_Rabs; lra).
  apply Rle_trans with ((Rmin 1 (1 - h) - Rmax 0 (- h)) * power p (2 * B)).
  - rewrite <- integral_const. apply RInt_le; [exact ab | exact I | apply ex_RInt_const |].
    intros x Hx. apply power_le; [exact Hp |].
    assert (X : 0 <= x <= 1 /\ 0 <= x + h <= 1) by (revert Hx; unfold Rmax, Rmin; repeat destruct Rle_dec; lra).
    assert (F1 := HB x (proj1 X)). assert (F2 := HB (x + h) (proj2 X)). split_Rabs; lra.
  - assert (P := power_nonneg p (2 * B)). nra.
Qed.

Lemma no_shift : forall p f t, 0 <= t -> moduli p f t (difference_norm p f 0).
Proof.
  intros p f t Ht. exists 0. rewrite Rabs_R0. split; [exact Ht |]. split; [lra |]. split; [| reflexivity].
  apply (ex_RInt_ext (fun _ => 0)); [| apply ex_RInt_const]. intros x _. rewrite Rplus_0_r, Rminus_eq_0, Rabs_R0, power_0 by lra. reflexivity.
Qed.

Lemma omega_finite : forall p f t B, 0 < p -> 0 <= t -> (forall x, 0 <= x <= 1 -> Rabs (f x) <= B) -> is_finite (omega p f t).
Proof.
  intros p f t B Hp Ht HB. unfold omega. destruct (Lub_Rbar_correct (moduli p f t)) as [U L].
  assert (low := U _ (no_shift p f t Ht)).
  assert (up : Rbar_le (Lub_Rbar (moduli p f t)) (2 * B)).
  { apply L. intros m [h [_ [H1 [H2 ->]]]]. apply difference_norm_bound; assumption. }
  destruct (Lub_Rbar (moduli p f t)); [reflexivity | contradiction | contradiction].
Qed.

Lemma omega_nonneg : forall p f t, 0 <= t -> Rbar_le 0 (omega p f t).
Proof.
  intros p f t Ht. unfold omega. destruct (Lub_Rbar_correct (moduli p f t)) as [U _].
  apply Rbar_le_trans with (Finite (difference_norm p f 0)); [apply power_nonneg | apply U, no_shift, Ht].
Qed.
