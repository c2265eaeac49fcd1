(* A continuous function that is at least 1 on the ramps of the levels 1..l and has a small integral. *)
From Coq Require Import Reals List Lra Lia Arith FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Integral Digits Continuous Box Modulus Soundness ReadoutContinuous.
Import ListNotations.
Open Scope R_scope.

(* 1 on the interval J, 0 at a distance of half its length, linear between. *)
Definition tent (J : R * R) (v : R) : R := clamp (2 - Rabs (v - (fst J + snd J) / 2) * (2 / (snd J - fst J))).
Fixpoint hat (l : list (R * R)) (v : R) : R := match l with [] => 0 | J :: l => tent J v + hat l v end.

Lemma tent_range : forall J v, 0 <= tent J v <= 1.
Proof. intros. apply clamp_range. Qed.

Lemma hat_nonneg : forall l v, 0 <= hat l v.
Proof. induction l as [| J l IH]; intros v; simpl; [lra |]. generalize (tent_range J v) (IH v). lra. Qed.

(* The distance from the middle, in half lengths. *)
Lemma half_lengths : forall J v c, fst J < snd J ->
  (Rabs (v - (fst J + snd J) / 2) <= c * ((snd J - fst J) / 2) -> Rabs (v - (fst J + snd J) / 2) * (2 / (snd J - fst J)) <= c) /\
  (c * ((snd J - fst J) / 2) <= Rabs (v - (fst J + snd J) / 2) -> c <= Rabs (v - (fst J + snd J) / 2) * (2 / (snd J - fst J))).
Proof.
  intros J v c HJ. assert (P : 0 < 2 / (snd J - fst J)) by (apply Rdiv_lt_0_compat; lra).
  assert (E : c = c * ((snd J - fst J) / 2) * (2 / (snd J - fst J))) by (field; lra).
  split; intros H; rewrite E; apply Rmult_le_compat_r; lra.
Qed.

Lemma tent_one : forall J v, fst J < v < snd J -> tent J v = 1.
Proof.
  intros J v Hv. assert (Q := proj1 (half_lengths J v 1 ltac:(lra)) ltac:(split_Rabs; lra)).
  unfold tent, clamp. rewrite Rmin_left by lra. apply Rmax_right. lra.
Qed.

Lemma tent_zero : forall J v, fst J < snd J -> v <= fst J - (snd J - fst J) / 2 \/ snd J + (snd J - fst J) / 2 <= v -> tent J v = 0.
Proof.
  intros J v HJ Hv. assert (Q := proj2 (half_lengths J v 2 HJ) ltac:(split_Rabs; lra)).
  unfold tent, clamp. rewrite Rmin_right by lra. apply Rmax_left. lra.
Qed.

Lemma hat_one : forall l J v, In J l -> fst J < v < snd J -> 1 <= hat l v.
Proof.
  induction l as [| I l IH]; intros J v HJ Hv; [contradiction |]. simpl. destruct HJ as [-> | HJ].
  - rewrite (tent_one J v Hv). generalize (hat_nonneg l v). lra.
  - generalize (IH J v HJ Hv) (tent_range I v). lra.
Qed.

Lemma regular_tent : forall J j, fst J < snd J -> regular (fun x => tent J (x j)).
Proof.
  intros J j HJ. assert (C : 0 < 2 / (snd J - fst J)) by (apply Rdiv_lt_0_compat; lra).
  apply (regular_dominated (fun x => x j) (fun x => tent J (x j)) (2 / (snd J - fst J)) C (regular_coordinate j)).
  intros x y. unfold tent. eapply Rle_trans; [apply clamp_nearer |]. set (c := 2 / (snd J - fst J)) in *. set (m := (fst J + snd J) / 2).
  replace (2 - Rabs (x j - m) * c - (2 - Rabs (y j - m) * c)) with (c * (Rabs (y j - m) - Rabs (x j - m))) by ring.
  rewrite Rabs_mult, (Rabs_pos_eq c) by lra. apply Rmult_le_compat_l; [lra | split_Rabs; lra].
Qed.

Lemma regular_hat : forall l j, List.Forall (fun J => fst J < snd J) l -> regular (fun x => hat l (x j)).
Proof.
  intros l j H. induction H as [| J l HJ H IH]; simpl; [apply regular_const |]. apply regular_plus; [apply regular_tent, HJ | exact IH].
Qed.

(* A function of one coordinate that is regular is integrable. *)
Lemma line_of_coordinate : forall h, regular (fun x => h (x O)) -> forall a b, ex_RInt h a b.
Proof.
  intros h H a b. apply ex_RInt_ext with (fun v => h (set origin 0 v O)).
  - intros v _. rewrite set_same. reflexivity.
  - apply (line_integrable (fun x => h (x O)) origin 0 a b H).
Qed.

Lemma tent_integral : forall J, fst J < snd J -> 0 <= fst J -> snd J <= 1 -> RInt (tent J) 0 1 <= 2 * (snd J - fst J).
Proof.
  intros J HJ H0 H1. set (a := Rmax 0 (fst J - (snd J - fst J) / 2)). set (b := Rmin 1 (snd J + (snd J - fst J) / 2)).
  assert (AB : 0 <= a /\ a <= b /\ b <= 1 /\ b - a <= 2 * (snd J - fst J)) by (unfold a, b, Rmax, Rmin; repeat destruct Rle_dec; lra).
  destruct AB as [A1 [A2 [A3 A4]]]. destruct (inside_integral (a, b)) as [I E]; [simpl; lra | simpl; lra |]. simpl in E.
  eapply Rle_trans; [| exact A4]. rewrite <- E. apply RInt_le; [lra | apply line_of_coordinate, regular_tent, HJ | exact I |].
  intros v Hv. unfold inside. simpl. assert (T := tent_range J v).
  destruct (Rlt_dec a v) as [La | La]; [destruct (Rlt_dec v b) as [Lb | Lb]; [apply T |] |].
  - rewrite tent_zero; [lra | exact HJ |]. right. revert Lb. unfold b, Rmin. destruct Rle_dec; lra.
  - rewrite tent_zero; [lra | exact HJ |]. left. revert La. unfold a, Rmax. destruct Rle_dec; lra.
Qed.

Lemma hat_integral : forall l, List.Forall (fun J => fst J < snd J) l -> List.Forall (fun J => 0 <= fst J <= snd J /\ snd J <= 1) l ->
  RInt (hat l) 0 1 <= 2 * total_length l.
Proof.
  induction l as [| J l IH]; intros H H'.
  - simpl. rewrite integral_const. lra.
  - assert (K1 := List.Forall_inv H). assert (K2 := List.Forall_inv_tail H). destruct (List.Forall_inv H') as [H0 H1].
    specialize (IH K2 (List.Forall_inv_tail H')). assert (T := tent_integral J K1 (proj1 H0) H1). destruct J as [a b]. cbn [total_length].
    change (hat ((a, b) :: l)) with (fun v => tent (a, b) v + hat l v).
    rewrite (integral_plus (tent (a, b)) (hat l)) by (apply line_of_coordinate; (apply regular_tent, K1 || apply regular_hat, K2)).
    simpl in *. lra.
Qed.

Lemma ramps_strict : forall N delta l, (2 <= N)%nat -> 0 < delta -> List.Forall (fun J => fst J < snd J) (ramps N delta l).
Proof.
  intros N delta l N2 D. apply List.Forall_forall. intros I HI.
  apply in_flat_map in HI. destruct HI as [m [_ HI]]. apply in_flat_map in HI. destruct HI as [c [_ HI]].
  apply in_map_iff in HI. destruct HI as [e [<- _]]. unfold ramp. simpl.
  assert (P : 0 < INR N) by (apply lt_0_INR; lia). assert (Q : 0 < INR N ^ m) by (apply pow_lt, P).
  apply Rmult_lt_compat_r; [apply Rinv_0_lt_compat, Q |]. apply Rplus_lt_compat_l.
  apply Rmult_lt_compat_r; [apply Rinv_0_lt_compat, P | lra].
Qed.

(* ---- over the cube ---- *)

Lemma box_const : forall js c x, box js zeros ones (fun _ => c) x = c.
Proof.
  induction js as [| j js IH]; intros c x; simpl; [reflexivity |].
  replace (integral j (zeros j) (ones j) (fun _ => c)) with (fun _ : point => c); [apply IH |].
  apply functional_extensionality. intros y. unfold integral. rewrite integral_const. unfold ones, zeros. as_real. ring.
Qed.

(* The integral over the cube of a function of one coordinate. *)
Lemma box_of_coordinate : forall h js j x, In j js -> NoDup js -> box js zeros ones (fun x => h (x j)) x = RInt h 0 1.
Proof.
  intros h. induction js as [| i js IH]; intros j x Hj ND; [contradiction |]. inversion ND as [| ? ? Fresh ND']; subst. simpl.
  destruct Hj as [-> | Hj].
  - replace (integral j (zeros j) (ones j) (fun x => h (x j))) with (fun _ : point => RInt h 0 1); [apply box_const |].
    apply functional_extensionality. intros y. unfold integral. apply RInt_ext. intros v _. rewrite set_same. reflexivity.
  - replace (integral i (zeros i) (ones i) (fun x => h (x j))) with (fun x : point => h (x j)); [apply IH; assumption |].
    apply functional_extensionality. intros y. unfold integral.
    transitivity (RInt (fun _ => h (y j)) (zeros i) (ones i)); [rewrite integral_const; unfold ones, zeros; as_real; ring |].
    apply RInt_ext. intros v _. rewrite set_other; [reflexivity |]. intros ->. contradiction.
Qed.
