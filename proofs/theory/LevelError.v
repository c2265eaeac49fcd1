(* The error of one level: a function Psi that is near the means of f on the good part of the cells, and bounded everywhere, is about as
   near to f as the means are. *)
From Coq Require Import Reals List Lra Lia Arith FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Integral Power Digits Sums Jensen Continuous Box Cube Modulus Cells Projection Soundness ReadoutContinuous RampHats.
Import ListNotations.
Open Scope R_scope.

Section Grid.
Variable N l : nat.
Hypothesis N2 : (2 <= N)%nat.

(* x is inside cell k in the coordinates js. *)
Definition inside_cell (js : list nat) (k : nat -> nat) (x : point) : Prop :=
  forall j, In j js -> (k j < N ^ l)%nat /\ cell_end N l (k j) < x j < cell_end N l (S (k j)).

(* Two families that compare inside the cells have integrals that compare. *)
Lemma total_le_inside : forall js G H, regular_family G -> regular_family H -> (forall k x, inside_cell js k x -> G k x <= H k x) ->
  forall k x, total N l js G k x <= total N l js H k x.
Proof.
  assert (T : forall js rest G H, regular_family G -> regular_family H -> (forall k x, inside_cell (js ++ rest) k x -> G k x <= H k x) ->
    forall k x, inside_cell rest k x -> total N l js G k x <= total N l js H k x).
  { induction js as [| j js IH]; intros rest G H HG HH L k x I; simpl; [apply L, I |].
    apply (IH rest); [apply across_regular, HG | apply across_regular, HH | | exact I].
    clear k x I. intros k x I. apply sum_to_le. intros m Hm. unfold integral.
    apply RInt_le; [apply cell_end_le, N2 | apply line_integrable, HG | apply line_integrable, HH |].
    intros v Hv. apply L. intros i [<- | Hi]; [rewrite !set_same; split; assumption |].
    unfold set. destruct (Nat.eq_dec i j) as [-> | n]; [split; assumption | apply I, Hi]. }
  intros js G H HG HH L k x. apply (T js []); try assumption.
  - rewrite app_nil_r. exact L.
  - intros j [].
Qed.

Lemma inside_cell_range : forall js k x, inside_cell js k x -> forall j, In j js -> 0 < x j < 1.
Proof.
  intros js k x I j Hj. destruct (I j Hj) as [K [L1 L2]].
  destruct (cell_end_range N N2 l (k j)) as [A0 A1]; [lia |]. destruct (cell_end_range N N2 l (S (k j))) as [A2 A3]; [lia |]. lra.
Qed.

End Grid.

(* ---- the two inequalities at one point ---- *)

(* |f - Psi|^p by |f - P|^p, with weights theta and 1 - theta, where Psi is within eps of P. *)
Lemma near_mean : forall p theta eps f P Psi, 1 <= p -> 0 < theta < 1 -> Rabs (Psi - P) <= eps ->
  distance p f Psi <= theta * power p (/ theta) * distance p f P + (1 - theta) * power p (eps / (1 - theta)).
Proof.
  intros p theta eps f P Psi p1 Ht He. unfold distance. assert (A := Rabs_pos (f - P)). assert (B := Rabs_pos (Psi - P)).
  apply Rle_trans with (power p (Rabs (f - P) + eps)); [apply power_le; [lra |] |].
  { replace (f - Psi) with ((f - P) + - (Psi - P)) by ring. eapply Rle_trans; [apply Rabs_triang |]. rewrite Rabs_Ropp. lra. }
  eapply Rle_trans; [apply (power_sum p _ _ theta p1); [exact A | lra | exact Ht] |].
  replace (Rabs (f - P) / theta) with (/ theta * Rabs (f - P)) by (field; lra).
  rewrite (power_mult p (/ theta)) by (try exact A; apply Rlt_le, Rinv_0_lt_compat; lra). lra.
Qed.

Lemma bounded_distance : forall p f Psi B M, 0 < p -> Rabs f <= B -> Rabs Psi <= M -> distance p f Psi <= power p (B + M).
Proof.
  intros p f Psi B M p0 HB HM. apply power_le; [exact p0 |]. unfold Rminus. eapply Rle_trans; [apply Rabs_triang |].
  rewrite Rabs_Ropp. lra.
Qed.

Section Level.
Variable N l : nat.
Hypothesis N2 : (2 <= N)%nat.
Variable p : R.
Hypothesis p1 : 1 <= p.
Variable d : nat.
Variable f : point -> R.
Hypothesis f_continuous : continuous_on_cube d f.

Let coords := seq 0 d.
Let F := extended_cube f.
Let F_family : family := fun _ => F.

(* The mean of f over cell k. *)
Definition cell_mean (k : nat -> nat) (x : point) : R := averages N l coords F_family k x.

Lemma cell_mean_ext : forall k k' x y, (forall j, (j < d)%nat -> k j = k' j) -> cell_mean k x = cell_mean k' y.
Proof.
  intros k k' x y E. assert (R : regular F) by (apply (extended_cube_regular d), f_continuous).
  unfold cell_mean. rewrite !(averages_box N l) by (intros i; exact R). f_equal.
  rewrite (box_base coords (cell_lo N l k) (cell_hi N l k) (F_family k) x y).
  - refine (equal_f (box_bounds_ext _ _ _ _ _ _ _) y). intros j Hj. apply in_seq in Hj. unfold cell_lo, cell_hi.
    rewrite E by lia. split; reflexivity.
  - exact (F_coordinates d f f_continuous).
Qed.

Lemma cell_mean_bounded : forall B, 0 <= B -> (forall x, Rabs (F x) <= B) -> forall k x, Rabs (cell_mean k x) <= B.
Proof.
  intros B B0 HB k x. assert (G : Cells.good B F_family).
  { split; intros i; [apply (extended_cube_regular d), f_continuous | exact HB]. }
  exact (proj2 (averages_good N l N2 B coords _ G) k x).
Qed.

Variable delta : R.
Hypothesis delta_pos : 0 < delta.
Hypothesis delta_1 : delta <= 1.
Variable Psi : point -> R.
Variables B M eps W theta : R.
Hypothesis B0 : 0 <= B.
Hypothesis Psi_regular : regular Psi.
Hypothesis Psi_bounded : forall x, Rabs (Psi x) <= M.
Hypothesis F_bounded : forall x, Rabs (F x) <= B.
Hypothesis theta_range : 0 < theta < 1.
Hypothesis near_means : forall k x, inside_cell N l coords k x -> (forall j, (j < d)%nat -> Digits.good N delta l (x j)) ->
  Rabs (Psi x - cell_mean k x) <= eps.
Hypothesis shifts_bounded : forall j s, (j < d)%nat -> Rabs s <= / INR N ^ l -> shift_integral p d f (axis j s) <= W.

Lemma level_error_regular : regular (fun x => distance p (F x) (Psi x)).
Proof.
  assert (M0 : 0 <= M) by (eapply Rle_trans; [apply Rabs_pos | apply (Psi_bounded origin)]).
  apply (distance_regular p p1 (B + M) F Psi); [apply (extended_cube_regular d), f_continuous | exact Psi_regular | |];
    intros x; [generalize (F_bounded x) | generalize (Psi_bounded x)]; lra.
Qed.

(* The sum over the coordinates of a function that is at least 1 on the ramps. *)
Let hats : family := fun _ x => sum_to d (fun j => hat (ramps N delta l) (x j)).

Lemma hats_regular : regular_family hats.
Proof.
  intros k. apply (regular_sum d (fun j x => hat (ramps N delta l) (x j))). intros; apply regular_hat, ramps_strict; assumption.
Qed.

Lemma hats_on_bad : forall k x, inside_cell N l coords k x -> ~ (forall j, (j < d)%nat -> Digits.good N delta l (x j)) -> 1 <= hats k x.
Proof.
  intros k x I Bad. assert (Ex : exists j, (j < d)%nat /\ ~ Digits.good N delta l (x j)).
  { apply Classical_Prop.NNPP. intros Q. apply Bad. intros j Hj. apply Classical_Prop.NNPP. intros Q'. apply Q. exists j. split; assumption. }
  destruct Ex as [j [Hj Bj]]. assert (X := inside_cell_range N l N2 coords k x I j ltac:(apply in_seq; lia)).
  destruct (bad_covered N delta N2 delta_pos delta_1 l (x j) ltac:(lra) Bj) as [J [J1 J2]].
  eapply Rle_trans; [exact (hat_one _ J (x j) J1 J2) |].
  apply (sum_to_one d (fun j => hat (ramps N delta l) (x j)) j); [intros; apply hat_nonneg | exact Hj].
Qed.

Lemma hats_total : forall k x, total N l coords hats k x <= INR d * (2 * (INR l * (delta * (1 - 1 / INR N)))).
Proof.
  intros k x. assert (St := ramps_strict N delta l N2 delta_pos). unfold hats.
  rewrite (total_sum N l coords d (fun j _ x => hat (ramps N delta l) (x j))) by (intros i i'; apply regular_hat, St).
  rewrite <- (total_length_ramps N delta N2 l), <- sum_to_const. apply sum_to_le. intros j Hj.
  rewrite (total_plain N l N2 coords (fun x => hat (ramps N delta l) (x j))) by apply regular_hat, St.
  rewrite box_of_coordinate by (try apply in_seq; try lia; apply seq_NoDup).
  apply hat_integral; [exact St | apply ramps_inside; assumption].
Qed.

Let means : family := averages N l coords F_family.
Let mean_gap_family : family := gap p F_family means.

Lemma mean_gap_regular : regular_family mean_gap_family.
Proof.
  assert (G : Cells.good B F_family).
  { split; intros i; [apply (extended_cube_regular d), f_continuous | exact F_bounded]. }
  apply (gap_regular p p1 B); [exact G | apply averages_good; assumption].
Qed.

Lemma mean_gap_total : forall k x, total N l coords mean_gap_family k x <= power p (INR d) * (2 * W).
Proof.
  intros k x. assert (G : Cells.good B F_family).
  { split; intros i; [apply (extended_cube_regular d), f_continuous | exact F_bounded]. }
  replace (INR d) with (INR (length coords)) by (unfold coords; rewrite seq_length; reflexivity).
  apply (telescoping N l N2 p p1 B); [auto | exact G |]. intros j Hj.
  apply (one_coordinate N l N2 p p1 d f f_continuous j W); [exact Hj |]. intros s Hs. apply shifts_bounded; [apply in_seq in Hj; lia | exact Hs].
Qed.

(* || f - Psi ||_p^p, in three parts: what the means are off, what Psi is off them, and the bad set. *)
Theorem level_error : box coords zeros ones (fun x => distance p (F x) (Psi x)) origin <=
  theta * power p (/ theta) * (power p (INR d) * (2 * W)) + (1 - theta) * power p (eps / (1 - theta))
    + power p (B + M) * (INR d * (2 * (INR l * (delta * (1 - 1 / INR N))))).
Proof.
  set (a := theta * power p (/ theta)). set (b := (1 - theta) * power p (eps / (1 - theta))). set (r := power p (B + M)).
  assert (a0 : 0 <= a) by (apply Rmult_le_pos; [lra | apply power_nonneg]).
  assert (b0 : 0 <= b) by (apply Rmult_le_pos; [lra | apply power_nonneg]).
  assert (r0 : 0 <= r) by apply power_nonneg.
  assert (R1 : regular_family (fun k x => a * mean_gap_family k x)) by (intros k; apply regular_scale, mean_gap_regular).
  assert (RC : regular_family (fun _ _ => b)) by (intros k; apply regular_const).
  assert (R2 : regular_family (fun k x => a * mean_gap_family k x + b)) by (intros k; apply regular_plus; [apply R1 | apply regular_const]).
  assert (R3 : regular_family (fun k x => r * hats k x)) by (intros k; apply regular_scale, hats_regular).
  rewrite <- (total_plain N l N2 coords _ (fun _ => O)) by exact level_error_regular.
  eapply Rle_trans; [apply (total_le_inside N l N2 coords _ (fun k x => (a * mean_gap_family k x + b) + r * hats k x));
    [intros k; exact level_error_regular | intros k; apply regular_plus; [apply R2 | apply R3] |] |].
  - intros k x I. assert (H0 : 0 <= hats k x) by (apply sum_to_nonneg; intros; apply hat_nonneg).
    assert (G0 : 0 <= a * mean_gap_family k x) by (apply Rmult_le_pos; [exact a0 | apply distance_nonneg]).
    destruct (Classical_Prop.classic (forall j, (j < d)%nat -> Digits.good N delta l (x j))) as [Gx | Bx].
    + assert (T := near_mean p theta eps (F x) _ (Psi x) p1 theta_range (near_means k x I Gx)).
      assert (0 <= r * hats k x) by (apply Rmult_le_pos; assumption).
      change (mean_gap_family k x) with (distance p (F x) (cell_mean k x)) in *. fold a b in T. lra.
    + assert (T := bounded_distance p (F x) (Psi x) B M ltac:(lra) (F_bounded x) (Psi_bounded x)). fold r in T.
      assert (H1 := hats_on_bad k x I Bx). assert (r * 1 <= r * hats k x) by (apply Rmult_le_compat_l; assumption). lra.
  - rewrite (total_plus N l coords (fun k x => a * mean_gap_family k x + b) (fun k x => r * hats k x) R2 R3).
    rewrite (total_plus N l coords (fun k x => a * mean_gap_family k x) (fun _ _ => b) R1 RC).
    rewrite (total_scale N l coords a _ mean_gap_regular), (total_const N l N2), (total_scale N l coords r _ hats_regular).
    apply Rplus_le_compat; [apply Rplus_le_compat_r |]; apply Rmult_le_compat_l; try assumption; [apply mean_gap_total | apply hats_total].
Qed.

End Level.
