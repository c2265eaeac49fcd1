(* An integral over the cube, by what the proofs need of it, so that a theorem holds for the Riemann and for the Lebesgue integral:
   positive, linear, with the volume of boxes. Claim R in d dimensions, for functions that may jump, with the norm of such an integral. *)
From Coq Require Import Reals List Lra Lia.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Power Box Cube Modulus CubeNorm Weight Layers.
Open Scope R_scope.

(* The cube without the faces x j = 1, which have no volume. *)
Definition in_half_open (d : nat) (x : point) : Prop := forall j, (j < d)%nat -> 0 <= x j < 1.

(* 1 on the box lo j <= x j < hi j, j < d, and 0 elsewhere; the volume of that box. *)
Definition between (lo hi v : R) : R := if Rle_dec lo v then if Rlt_dec v hi then 1 else 0 else 0.
Fixpoint indicator (d : nat) (lo hi x : point) : R := match d with O => 1 | S j => indicator j lo hi x * between (lo j) (hi j) (x j) end.
Fixpoint volume (d : nat) (lo hi : point) : R := match d with O => 1 | S j => volume j lo hi * (hi j - lo j) end.
Definition box_in_cube (d : nat) (lo hi : point) : Prop := forall j, (j < d)%nat -> 0 <= lo j /\ lo j <= hi j /\ hi j <= 1.

Record integration (d : nat) := Integration {
  integrable : (point -> R) -> Prop;
  integral_of : (point -> R) -> R;
  integrable_same : forall f g, (forall x, in_half_open d x -> f x = g x) -> integrable f -> integrable g;
  integrable_plus : forall f g, integrable f -> integrable g -> integrable (fun x => f x + g x);
  integrable_multiple : forall c f, integrable f -> integrable (fun x => c * f x);
  integral_plus : forall f g, integrable f -> integrable g -> integral_of (fun x => f x + g x) = integral_of f + integral_of g;
  integral_multiple : forall c f, integrable f -> integral_of (fun x => c * f x) = c * integral_of f;
  integral_le : forall f g, integrable f -> integrable g -> (forall x, in_half_open d x -> f x <= g x) -> integral_of f <= integral_of g;
  integrable_on_box : forall lo hi g, box_in_cube d lo hi -> continuous_on_cube d g -> integrable (fun x => indicator d lo hi x * g x);
  integral_of_box : forall lo hi, box_in_cube d lo hi -> integral_of (indicator d lo hi) = volume d lo hi }.

Section Claim.
Variable d : nat.
Variable I : integration d.
Variable p : R.

Definition has_norm (g : point -> R) : Prop := integrable d I (power_of p g).
Definition norm_of (g : point -> R) : R := power (/ p) (integral_of d I (power_of p g)).

(* f(. + h) - f, where x and x + h are in the cube, and 0 elsewhere; up to faces, which have no volume. *)
Definition difference (f : point -> R) (h x : point) : R := indicator d (shift_lo h) (shift_hi h) x * (f (moved x h) - f x).

(* Only shifts for which the integral exists count. *)
Definition moduli_of (n : shift_norm) (f : point -> R) (t m : R) : Prop :=
  exists h, shift_size n d h <= t /\ has_norm (difference f h) /\ m = norm_of (difference f h).
Definition omega_of (n : shift_norm) (f : point -> R) (t : R) : Rbar := Lub_Rbar (moduli_of n f t).

(* At every level l = 1 .. L: | f - Phi_l |^p has an integral, omega_p(f, N^-l) is finite, and || f - Phi_l ||_p <= (2 d + 1) omega_p(f, N^-l),
   where Phi_l is readout l, an affine function of hidden layer l + 2 of the network. *)
Definition claim_R_cube (n : shift_norm) (net : network weight) (f : point -> R) (N L : nat) : Prop :=
  forall l : nat, (1 <= l <= L)%nat ->
    let error := fun x => f x - readout (real_network net) l x in
    has_norm error /\ is_finite (omega_of n f (/ INR N ^ l)) /\
    Rbar_le (norm_of error) (Rbar_mult (2 * INR d + 1) (omega_of n f (/ INR N ^ l))).

End Claim.

(* ---- indicators ---- *)

Lemma between_range : forall lo hi v, 0 <= between lo hi v <= 1.
Proof. intros. unfold between. destruct Rle_dec; [destruct Rlt_dec |]; lra. Qed.

Lemma between_inside : forall lo hi v, lo <= v < hi -> between lo hi v = 1.
Proof. intros. unfold between. destruct Rle_dec; [destruct Rlt_dec |]; lra. Qed.

Lemma between_outside : forall lo hi v, ~ lo <= v < hi -> between lo hi v = 0.
Proof. intros. unfold between. destruct Rle_dec; [destruct Rlt_dec |]; lra. Qed.

Lemma indicator_range : forall d lo hi x, 0 <= indicator d lo hi x <= 1.
Proof. induction d as [| d IH]; intros; cbn [indicator]; [lra |]. generalize (IH lo hi x) (between_range (lo d) (hi d) (x d)). nra. Qed.

Lemma indicator_inside : forall d lo hi x, (forall j, (j < d)%nat -> lo j <= x j < hi j) -> indicator d lo hi x = 1.
Proof.
  induction d as [| d IH]; intros lo hi x H; cbn [indicator]; [reflexivity |].
  rewrite IH, between_inside by (intros; apply H; lia). ring.
Qed.

Lemma indicator_outside : forall d lo hi x j, (j < d)%nat -> ~ lo j <= x j < hi j -> indicator d lo hi x = 0.
Proof.
  induction d as [| d IH]; intros lo hi x j Hj H; cbn [indicator]; [lia |]. destruct (Nat.eq_dec j d) as [-> | n].
  - rewrite between_outside by exact H. ring.
  - rewrite (IH lo hi x j) by (lia || exact H). ring.
Qed.

Lemma indicator_ext : forall d lo hi lo' hi' x x', (forall j, (j < d)%nat -> lo j = lo' j /\ hi j = hi' j /\ x j = x' j) ->
  indicator d lo hi x = indicator d lo' hi' x'.
Proof.
  induction d as [| d IH]; intros lo hi lo' hi' x x' H; cbn [indicator]; [reflexivity |].
  destruct (H d (Nat.lt_succ_diag_r d)) as [-> [-> ->]]. rewrite (IH lo hi lo' hi' x x'); [reflexivity |]. intros; apply H; lia.
Qed.

Lemma volume_ext : forall d lo hi lo' hi', (forall j, (j < d)%nat -> lo j = lo' j /\ hi j = hi' j) -> volume d lo hi = volume d lo' hi'.
Proof.
  induction d as [| d IH]; intros lo hi lo' hi' H; cbn [volume]; [reflexivity |].
  destruct (H d (Nat.lt_succ_diag_r d)) as [-> ->]. rewrite (IH lo hi lo' hi'); [reflexivity |]. intros; apply H; lia.
Qed.

(* ---- a few consequences of the record ---- *)

Section Consequences.
Variable d : nat.
Variable I : integration d.

Lemma constant_continuous : forall c, continuous_on_cube d (fun _ => c).
Proof. intros c x _ e He. exists 1. split; [lra |]. intros. rewrite Rminus_eq_0, Rabs_R0. exact He. Qed.

Lemma whole_cube : box_in_cube d zeros ones.
Proof. intros j _. unfold zeros, ones. lra. Qed.

Lemma indicator_cube : forall x, in_half_open d x -> indicator d zeros ones x = 1.
Proof. intros x H. apply indicator_inside. intros j Hj. apply H, Hj. Qed.

Lemma box_indicator_integrable : forall lo hi, box_in_cube d lo hi -> integrable d I (indicator d lo hi).
Proof.
  intros lo hi H. apply (integrable_same d I (fun x => indicator d lo hi x * 1)); [intros; ring |].
  apply (integrable_on_box d I); [exact H | apply constant_continuous].
Qed.

Lemma continuous_integrable : forall g, continuous_on_cube d g -> integrable d I g.
Proof.
  intros g H. apply (integrable_same d I (fun x => indicator d zeros ones x * g x)).
  - intros x Hx. rewrite (indicator_cube x Hx). ring.
  - apply (integrable_on_box d I); [apply whole_cube | exact H].
Qed.

Lemma integral_constant : forall c, integrable d I (fun _ => c) /\ integral_of d I (fun _ => c) = c.
Proof.
  intros c. assert (K := continuous_integrable _ (constant_continuous c)). split; [exact K |].
  assert (B := box_indicator_integrable _ _ whole_cube). assert (E := integral_of_box d I _ _ whole_cube).
  assert (V : volume d zeros ones = 1).
  { clear. induction d as [| n IH]; cbn [volume]; [reflexivity |]. rewrite IH. unfold zeros, ones. ring. }
  assert (M := integral_multiple d I c _ B). rewrite E, V, Rmult_1_r in M. transitivity (integral_of d I (fun x => c * indicator d zeros ones x)); [| exact M].
  apply Rle_antisym; apply (integral_le d I); try exact K; try apply (integrable_multiple d I), B;
    intros x Hx; rewrite (indicator_cube x Hx); lra.
Qed.

Lemma integral_same : forall f g, integrable d I f -> (forall x, in_half_open d x -> f x = g x) -> integral_of d I f = integral_of d I g.
Proof.
  intros f g Hf E. assert (Hg := integrable_same d I f g E Hf).
  apply Rle_antisym; apply (integral_le d I); try assumption; intros x Hx; rewrite (E x Hx); lra.
Qed.

(* || g ||_p for a bounded g *)
Lemma norm_bound : forall p g B, 0 < p -> has_norm d I p g -> (forall x, in_half_open d x -> Rabs (g x) <= B) -> 0 <= B -> norm_of d I p g <= B.
Proof.
  intros p g B Hp Hg H B0. destruct (integral_constant (power p B)) as [K E].
  rewrite <- (power_root p B) at 1 by assumption. apply power_le; [apply Rinv_0_lt_compat, Hp |]. rewrite <- E.
  apply (integral_le d I); [exact Hg | exact K |]. intros x Hx. apply power_le; [exact Hp | apply H, Hx].
Qed.

Lemma norm_nonneg : forall p g, 0 <= norm_of d I p g.
Proof. intros. apply power_nonneg. Qed.

End Consequences.
