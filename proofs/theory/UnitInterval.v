(* Theorems 17 and 18 for Riemann's integral on [0, 1]: the functionals of Soundness.v have this instance. With it, the lower bound of the
   error on one level, d = 1. *)
From Coq Require Import Reals List Lra Lia.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Integral Power Digits Sums Continuous Soundness.
Import ListNotations.
Open Scope R_scope.

(* ---- the functional ---- *)

Definition unit_point := {x : R | 0 <= x <= 1}.
Definition at_unit (x : R) : unit_point := exist _ (clamp x) (clamp_range x).
Definition coordinate (x : unit_point) : R := proj1_sig x.

Definition unit_integrable (g : unit_point -> R) : Prop := ex_RInt (fun x => g (at_unit x)) 0 1.
Definition unit_integral (g : unit_point -> R) : R := RInt (fun x => g (at_unit x)) 0 1.

Lemma unit_sum_integrable : forall g h, unit_integrable g -> unit_integrable h -> unit_integrable (fun x => g x + h x).
Proof. intros g h. apply (integrable_plus (fun x => g (at_unit x)) (fun x => h (at_unit x))). Qed.

Lemma unit_multiple_integrable : forall c g, unit_integrable g -> unit_integrable (fun x => c * g x).
Proof. intros c g. apply (integrable_scale (fun x => g (at_unit x))). Qed.

Lemma unit_integral_of_sum : forall g h, unit_integrable g -> unit_integrable h ->
  unit_integral (fun x => g x + h x) = unit_integral g + unit_integral h.
Proof. intros g h. apply (integral_plus (fun x => g (at_unit x)) (fun x => h (at_unit x))). Qed.

Lemma unit_integral_of_multiple : forall c g, unit_integrable g -> unit_integral (fun x => c * g x) = c * unit_integral g.
Proof. intros c g. apply (integral_scale (fun x => g (at_unit x))). Qed.

Lemma unit_integral_le : forall g h, unit_integrable g -> unit_integrable h -> (forall x, g x <= h x) -> unit_integral g <= unit_integral h.
Proof. intros g h Hg Hh H. apply RInt_le; [lra | exact Hg | exact Hh |]. intros; apply H. Qed.

Definition unit_error_upper := error_upper unit_point unit_integrable unit_integral
  unit_sum_integrable unit_multiple_integrable unit_integral_of_sum unit_integral_of_multiple unit_integral_le.
Definition unit_error_lower := error_lower unit_point unit_integrable unit_integral
  unit_sum_integrable unit_multiple_integrable unit_integral_of_sum unit_integral_of_multiple unit_integral_le.

(* Functions of a real number, on the open interval. *)
Lemma unit_of_real : forall (G : unit_point -> R) (g : R -> R), (forall x, 0 < x < 1 -> G (at_unit x) = g x) ->
  (ex_RInt g 0 1 -> unit_integrable G) /\ unit_integral G = RInt g 0 1.
Proof.
  intros G g E. assert (E' : forall x, Rmin 0 1 < x < Rmax 0 1 -> g x = G (at_unit x)).
  { rewrite Rmin_left, Rmax_right by lra. intros x Hx. symmetry. apply E, Hx. }
  split; [apply ex_RInt_ext, E' |]. symmetry. apply RInt_ext, E'.
Qed.

Lemma coordinate_at : forall x, 0 < x < 1 -> coordinate (at_unit x) = x.
Proof. intros x Hx. apply clamp_inside. lra. Qed.

(* ---- functions that are 0 outside of an interval ---- *)

Lemma cut_integral : forall (g h : R -> R) a b, 0 <= a -> a <= b -> b <= 1 -> ex_RInt h a b ->
  (forall x, a < x < b -> g x = h x) -> (forall x, 0 < x < a \/ b < x < 1 -> g x = 0) -> ex_RInt g 0 1 /\ RInt g 0 1 = RInt h a b.
Proof.
  intros g h a b H0 Hab H1 I E Z.
  destruct (ex_RInt_const_inside g 0 0 a H0) as [I1 E1]; [intros; apply Z; left; assumption |].
  destruct (ex_RInt_const_inside g 0 b 1 H1) as [I3 E3]; [intros; apply Z; right; assumption |].
  assert (E' : forall x, Rmin a b < x < Rmax a b -> h x = g x) by (rewrite Rmin_left, Rmax_right by lra; intros; symmetry; apply E; assumption).
  assert (I2 := ex_RInt_ext h g a b E' I). assert (I12 := integrable_join g 0 a b I1 I2).
  split; [exact (integrable_join g 0 b 1 I12 I3) |].
  rewrite (integral_split g 0 b 1 I12 I3), (integral_split g 0 a b I1 I2), E1, E3, (RInt_ext h g a b E'). as_real. ring.
Qed.

(* ---- one level, from below ---- *)

Section Level.
Variable N : nat.
Variable delta : R.
Hypothesis N2 : (2 <= N)%nat.
Hypothesis delta_pos : 0 < delta.
Hypothesis delta_1 : delta <= 1.
Variable l : nat.

(* 1 on the half-open cell k, 0 elsewhere *)
Definition on_cell (k : nat) (x : R) : R :=
  if Rle_dec (INR k) (INR N ^ l * x) then if Rlt_dec (INR N ^ l * x) (INR k + 1) then 1 else 0 else 0.

Lemma on_cell_inside : forall k x, cell_end N l k < x < cell_end N l (S k) -> on_cell k x = 1.
Proof. intros k x Hx. destruct (cell_of N N2 l k x Hx). unfold on_cell. destruct Rle_dec; [destruct Rlt_dec |]; lra. Qed.

Lemma on_cell_outside : forall k x, x < cell_end N l k \/ cell_end N l (S k) < x -> on_cell k x = 0.
Proof.
  intros k x Hx. assert (Q : 0 < INR N ^ l) by (apply pow_lt, lt_0_INR; lia).
  assert (C : forall m, INR N ^ l * cell_end N l m = INR m) by (intros; unfold cell_end; field; lra).
  unfold on_cell. destruct Rle_dec; [destruct Rlt_dec |]; try reflexivity. exfalso. rewrite <- S_INR, <- (C (S k)) in *. rewrite <- (C k) in *.
  destruct Hx as [Hx | Hx]; apply (Rmult_lt_compat_l (INR N ^ l)) in Hx; lra.
Qed.

Lemma on_cell_other : forall k i x, INR k <= INR N ^ l * x < INR k + 1 -> i <> k -> on_cell i x = 0.
Proof.
  intros k i x Hx n. unfold on_cell. destruct Rle_dec as [A |]; [destruct Rlt_dec as [B |] |]; try reflexivity. exfalso.
  destruct (Nat.lt_trichotomy i k) as [L | [L | L]]; [| contradiction |]; apply le_INR in L; rewrite S_INR in L; lra.
Qed.

Lemma cell_exists : forall x, 0 <= x < 1 -> exists k, (k < N ^ l)%nat /\ INR k <= INR N ^ l * x < INR k + 1.
Proof.
  intros x Hx. assert (Q : 0 < INR N ^ l) by (apply pow_lt, lt_0_INR; lia). destruct (archimed (INR N ^ l * x)) as [A B].
  set (z := up (INR N ^ l * x)) in *. assert (P : (0 < z)%Z) by (apply lt_IZR; nra). exists (Z.to_nat (z - 1)).
  assert (E : INR (Z.to_nat (z - 1)) = IZR z - 1) by (rewrite (INR_IZR_INZ (Z.to_nat (z - 1))), Z2Nat.id, minus_IZR by lia; reflexivity).
  rewrite E. split; [| lra]. apply INR_lt. rewrite E, pow_INR. nra.
Qed.

Theorem interval_error_lower : forall (f Phi : R -> R) (v low : nat -> R) p reach,
  0 < p -> 0 <= reach ->
  ex_RInt (fun x => power p (Rabs (f x - Phi x))) 0 1 ->
  (forall k, (k < N ^ l)%nat -> ex_RInt (fun x => power p (Rabs (f x - v k))) (cell_end N l k) (cell_end N l (S k)) /\
     low k <= RInt (fun x => power p (Rabs (f x - v k))) (cell_end N l k) (cell_end N l (S k))) ->
  (forall k x, (k < N ^ l)%nat -> 0 <= x < 1 -> good N delta l x -> INR k <= INR N ^ l * x < INR k + 1 -> Phi x = v k) ->
  (forall k x, (k < N ^ l)%nat -> 0 <= x <= 1 -> ~ good N delta l x -> Rabs (f x - v k) <= reach) ->
  sum_to (N ^ l) low - power p reach * (INR l * (delta * (1 - 1 / INR N))) <= RInt (fun x => power p (Rabs (f x - Phi x))) 0 1.
Proof.
  intros f Phi v low p reach Hp Hr Ig Ic Hgood Hbad.
  assert (M0 : (0 < N ^ l)%nat) by (apply Nat.neq_0_lt_0, Nat.pow_nonzero; lia).
  assert (Q : INR (N ^ l) = INR N ^ l) by apply pow_INR.
  destruct (hits_integral _ (ramps_inside N delta N2 delta_pos delta_1 l)) as [IB EB].
  (* At the point 1, which no cell holds, the difference is set to 0. *)
  set (F := fun x : unit_point => if Rlt_dec (coordinate x) 1 then f (coordinate x) else v O).
  set (P := fun x : unit_point => if Rlt_dec (coordinate x) 1 then Phi (coordinate x) else v O).
  set (cell := fun k (x : unit_point) => if Rlt_dec (coordinate x) 1 then on_cell k (coordinate x) else if Nat.eqb k 0 then 1 else 0).
  set (bad := fun x : unit_point => hits (ramps N delta l) (coordinate x)).
  assert (Inner : forall x, 0 < x < 1 -> F (at_unit x) = f x /\ P (at_unit x) = Phi x /\ forall k, cell k (at_unit x) = on_cell k x).
  { intros x Hx. unfold F, P, cell. rewrite coordinate_at by exact Hx. destruct (Rlt_dec x 1); [auto | lra]. }
  destruct (unit_of_real (fun x => power p (Rabs (F x - P x))) (fun x => power p (Rabs (f x - Phi x)))) as [IF EF].
  { intros x Hx. destruct (Inner x Hx) as [-> [-> _]]. reflexivity. }
  destruct (unit_of_real bad (hits (ramps N delta l))) as [Ibad Ebad]; [intros x Hx; unfold bad; rewrite coordinate_at by exact Hx; reflexivity |].
  rewrite <- EF. rewrite <- (total_length_ramps N delta N2 l), <- EB, <- Ebad.
  apply (unit_error_lower F P bad cell v low (N ^ l) p reach (unit_integral bad) Hp Hr (IF Ig)).
  - intros k Hk. destruct (Ic k Hk) as [I1 I2].
    destruct (cell_end_range N N2 l k ltac:(lia)) as [A0 _]. destruct (cell_end_range N N2 l (S k) Hk) as [_ A1].
    destruct (cut_integral (fun x => on_cell k x * power p (Rabs (f x - v k))) _ _ _ A0 (cell_end_le N N2 l k) A1 I1) as [J1 J2].
    { intros x Hx. rewrite on_cell_inside by exact Hx. ring. }
    { intros x Hx. rewrite on_cell_outside by lra. ring. }
    destruct (unit_of_real (fun x => cell k x * power p (Rabs (F x - v k))) (fun x => on_cell k x * power p (Rabs (f x - v k)))) as [K1 K2].
    { intros x Hx. destruct (Inner x Hx) as [-> [_ ->]]. reflexivity. }
    split; [apply K1, J1 | rewrite K2, J2; exact I2].
  - apply Ibad, IB.
  - apply Rle_refl.
  - intros x. apply hits_nonneg.
  - intros x. assert (Hx := proj2_sig x). fold (coordinate x) in Hx. unfold F, P, cell, bad. set (y := coordinate x) in *. cbv beta in Hx.
    destruct (Rlt_dec y 1) as [L | L].
    + destruct (cell_exists y ltac:(lra)) as [k [Hk K]]. exists k. split; [exact Hk |].
      assert (One : on_cell k y = 1) by (unfold on_cell; destruct Rle_dec; [destruct Rlt_dec |]; lra). rewrite One.
      split; [lra |]. split; [intros i _ n; apply (on_cell_other k); assumption |].
      destruct (Classical_Prop.classic (good N delta l y)) as [G | G]; [left; apply Hgood; (assumption || lra) | right].
      destruct (bad_covered N delta N2 delta_pos delta_1 l y ltac:(lra) G) as [J [HJ1 HJ2]].
      split; [exact (hits_one _ y J HJ1 HJ2) | apply Hbad; (assumption || lra)].
    + exists O. split; [exact M0 |]. split; [cbn [Nat.eqb]; lra |]. split; [| left; reflexivity].
      intros i _ n. destruct i; [contradiction | reflexivity].
Qed.

End Level.
