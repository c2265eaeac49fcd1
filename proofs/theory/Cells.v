(* Functions that are given cell by cell on the grid of side N^-l, their means along one coordinate over the cells, and their integrals
   over [0, 1]^d. Means are contractions, so the error of all means is at most the sum of the errors of each. *)
From Coq Require Import Reals List Lra Lia FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Integral Power Jensen Sums Continuous Box Soundness.
Import ListNotations.
Open Scope R_scope.

Section Cells.
Variable N l : nat.
Hypothesis N2 : (2 <= N)%nat.

Let M := (N ^ l)%nat.
Let t := / INR N ^ l.
Let edge := cell_end N l.

Lemma side_pos : 0 < t.
Proof. apply Rinv_0_lt_compat, pow_lt, lt_0_INR. lia. Qed.

Lemma side_inverse : / t = INR N ^ l.
Proof. apply Rinv_inv. Qed.

Lemma side_le_1 : t <= 1.
Proof. unfold t. rewrite <- Rinv_1. apply Rinv_le_contravar; [lra |]. apply pow_R1_Rle, (le_INR 1). lia. Qed.

Lemma sides : INR M * t = 1.
Proof. unfold M, t. rewrite pow_INR. apply Rinv_r, Rgt_not_eq, pow_lt, lt_0_INR. lia. Qed.

Lemma edge_next : forall m, edge (S m) = edge m + t.
Proof. intros. unfold edge, cell_end, t. rewrite S_INR. field. apply Rgt_not_eq, pow_lt, lt_0_INR. lia. Qed.

Lemma sum_of_cells : forall (g : R -> R) (c : nat -> R -> R),
  (forall k, (k < M)%nat -> ex_RInt (c k) (edge k) (edge (S k))) ->
  (forall k x, (k < M)%nat -> edge k < x < edge (S k) -> c k x = g x) ->
  ex_RInt g 0 1 /\ RInt g 0 1 = sum_to M (fun k => RInt (c k) (edge k) (edge (S k))).
Proof.
  intros g c I E. rewrite <- (cell_end_last N N2 l). fold edge. replace 0 with (edge 0) by (unfold edge, cell_end; simpl; field; apply Rgt_not_eq, pow_lt, lt_0_INR; lia).
  assert (G : forall K, (K <= M)%nat -> ex_RInt g (edge 0) (edge K) /\
    RInt g (edge 0) (edge K) = sum_to K (fun k => RInt (c k) (edge k) (edge (S k)))).
  { induction K as [| K IH]; intros HK.
    - split; [apply ex_RInt_point | apply (RInt_point (edge 0) g)].
    - destruct (IH ltac:(lia)) as [IH1 IH2]. clear IH.
      assert (E' : forall x, Rmin (edge K) (edge (S K)) < x < Rmax (edge K) (edge (S K)) -> c K x = g x).
      { assert (O := cell_end_le N N2 l K). rewrite Rmin_left, Rmax_right by exact O. intros; apply E; [lia | assumption]. }
      assert (J : ex_RInt g (edge K) (edge (S K))) by (eapply ex_RInt_ext; [exact E' | apply I; lia]).
      split; [eapply integrable_join; eassumption |].
      cbn [sum_to]. rewrite <- IH2, (RInt_ext _ _ _ _ E'). apply integral_split; assumption. }
  apply G, le_n.
Qed.

Definition family := (nat -> nat) -> point -> R. (* the first argument numbers the cell, coordinate by coordinate *)
Definition regular_family (G : family) : Prop := forall k, regular (G k).

Definition average (j : nat) (G : family) : family := fun k x => / t * integral j (edge (k j)) (edge (S (k j))) (G k) x.

(* The integral over [0, 1] along coordinate j. *)
Definition across (j : nat) (G : family) : family :=
  fun k x => sum_to M (fun m => integral j (edge m) (edge (S m)) (G (set k j m)) x).

Fixpoint total (js : list nat) (G : family) : family := match js with [] => G | j :: js => total js (across j G) end.
Fixpoint averages (js : list nat) (G : family) : family := match js with [] => G | j :: js => averages js (average j G) end.

Lemma average_regular : forall j G, regular_family G -> regular_family (average j G).
Proof. intros j G HG k. apply regular_scale, regular_integral, HG. Qed.

Lemma across_regular : forall j G, regular_family G -> regular_family (across j G).
Proof. intros j G HG k. apply regular_sum. intros. apply regular_integral, HG. Qed.

Lemma total_regular : forall js G, regular_family G -> regular_family (total js G).
Proof. induction js as [| j js IH]; intros; simpl; [assumption | apply IH, across_regular; assumption]. Qed.

Lemma averages_regular : forall js G, regular_family G -> regular_family (averages js G).
Proof. induction js as [| j js IH]; intros; simpl; [assumption | apply IH, average_regular; assumption]. Qed.

Lemma across_le : forall j G H, regular_family G -> regular_family H -> (forall k x, G k x <= H k x) ->
  forall k x, across j G k x <= across j H k x.
Proof.
  intros j G H HG HH L k x. apply sum_to_le. intros m _.
  apply integral_le; [rewrite edge_next; generalize side_pos; lra | apply HG | apply HH | apply L].
Qed.

Lemma total_le : forall js G H, regular_family G -> regular_family H -> (forall k x, G k x <= H k x) ->
  forall k x, total js G k x <= total js H k x.
Proof.
  induction js as [| j js IH]; intros G H HG HH L; simpl; [exact L |].
  apply IH; try apply across_regular; try assumption. apply across_le; assumption.
Qed.

Lemma across_plus : forall j G H, regular_family G -> regular_family H ->
  across j (fun k x => G k x + H k x) = (fun k x => across j G k x + across j H k x).
Proof.
  intros j G H HG HH. apply functional_extensionality. intros k. apply functional_extensionality. intros x.
  unfold across. rewrite <- sum_to_plus. apply sum_to_ext. intros m _.
  exact (equal_f (integral_add _ _ j (edge m) (edge (S m)) (HG (set k j m)) (HH (set k j m))) x).
Qed.

Lemma across_scale : forall j c G, regular_family G -> across j (fun k x => c * G k x) = (fun k x => c * across j G k x).
Proof.
  intros j c G HG. apply functional_extensionality. intros k. apply functional_extensionality. intros x.
  unfold across. rewrite <- sum_to_scale. apply sum_to_ext. intros m _.
  exact (equal_f (integral_multiple c _ j (edge m) (edge (S m)) (HG (set k j m))) x).
Qed.

Lemma total_plus : forall js G H, regular_family G -> regular_family H ->
  total js (fun k x => G k x + H k x) = (fun k x => total js G k x + total js H k x).
Proof.
  induction js as [| j js IH]; intros G H HG HH; simpl; [reflexivity |].
  rewrite across_plus, IH by (try apply across_regular; assumption). reflexivity.
Qed.

Lemma total_scale : forall js c G, regular_family G -> total js (fun k x => c * G k x) = (fun k x => c * total js G k x).
Proof.
  induction js as [| j js IH]; intros c G HG; simpl; [reflexivity |].
  rewrite across_scale, IH by (try apply across_regular; assumption). reflexivity.
Qed.

Lemma total_sum : forall js n (G : nat -> family), (forall i, regular_family (G i)) ->
  total js (fun k x => sum_to n (fun i => G i k x)) = (fun k x => sum_to n (fun i => total js (G i) k x)).
Proof.
  intros js n G HG. induction n as [| n IH]; cbn [sum_to].
  - assert (Z : regular_family (fun _ _ => 0)) by (intros k; apply regular_const).
    assert (E := total_scale js 0 _ Z). replace (fun (k : nat -> nat) (x : point) => 0) with (fun (k : nat -> nat) (x : point) => 0 * 0).
    + rewrite E. apply functional_extensionality. intros k. apply functional_extensionality. intros x. ring.
    + apply functional_extensionality. intros k. apply functional_extensionality. intros x. ring.
  - rewrite (total_plus js (fun k x => sum_to n (fun i => G i k x))), IH; [reflexivity | | apply HG].
    intros k. apply (regular_sum n (fun i => G i k)). intros. apply HG.
Qed.

Lemma total_const : forall js c, total js (fun _ _ => c) = (fun _ _ => c).
Proof.
  induction js as [| j js IH]; intros c; simpl; [reflexivity |]. rewrite <- (IH c) at 2. f_equal.
  apply functional_extensionality. intros k. apply functional_extensionality. intros x. unfold across, integral.
  rewrite (sum_to_ext M _ (fun _ => t * c)).
  - rewrite sum_to_const, <- Rmult_assoc, sides. ring.
  - intros m _. rewrite integral_const, edge_next. as_real. ring.
Qed.

Lemma integral_across : forall i j a b G k x, regular_family G -> integral i a b (across j G k) x =
  sum_to M (fun m => integral i a b (integral j (edge m) (edge (S m)) (G (set k j m))) x).
Proof.
  intros. exact (equal_f (integral_sum M (fun m => integral j (edge m) (edge (S m)) (G (set k j m))) i a b
    (fun m _ => regular_integral _ _ _ _ (H _))) x).
Qed.

Lemma across_swap : forall i j G, i <> j -> regular_family G -> across i (across j G) = across j (across i G).
Proof.
  intros i j G n HG. apply functional_extensionality. intros k. apply functional_extensionality. intros x.
  unfold across at 1 3. rewrite (sum_to_ext M _ _ (fun m _ => integral_across i j _ _ G _ x HG)).
  rewrite (sum_to_ext M (fun m => integral j (edge m) (edge (S m)) (across i G (set k j m)) x) _ (fun m _ => integral_across j i _ _ G _ x HG)).
  rewrite sum_to_exchange. apply sum_to_ext. intros m' _. apply sum_to_ext. intros m _.
  rewrite (set_swap nat k i j) by exact n. rewrite fubini by (exact n || apply HG). reflexivity.
Qed.

Lemma total_across : forall js j G, regular_family G -> total js (across j G) = across j (total js G).
Proof.
  induction js as [| i js IH]; intros j G HG; simpl; [reflexivity |].
  rewrite <- IH by apply across_regular, HG. f_equal.
  destruct (Nat.eq_dec i j) as [-> | n]; [reflexivity | apply across_swap; [exact n | exact HG]].
Qed.

Lemma total_append : forall js is G, total (js ++ is) G = total is (total js G).
Proof. induction js as [| j js IH]; intros; simpl; [reflexivity | apply IH]. Qed.

(* Any coordinate may come first. *)
Lemma total_first : forall js is j G, regular_family G -> total (js ++ j :: is) G = total (js ++ is) (across j G).
Proof. intros. rewrite !total_append. simpl. rewrite (total_across js) by assumption. reflexivity. Qed.

Lemma across_average : forall j G, across j (average j G) = across j G.
Proof.
  intros j G. apply functional_extensionality. intros k. apply functional_extensionality. intros x.
  apply sum_to_ext. intros m _. unfold average. unfold integral at 1. rewrite set_same.
  rewrite (RInt_ext _ (fun _ => / t * integral j (edge m) (edge (S m)) (G (set k j m)) x)).
  - rewrite integral_const, edge_next. as_real. field. apply Rgt_not_eq, side_pos.
  - intros v _. f_equal. unfold integral. f_equal. apply functional_extensionality. intros w. rewrite set_set. reflexivity.
Qed.

Lemma across_average_other : forall i j G, i <> j -> regular_family G -> across i (average j G) = average j (across i G).
Proof.
  intros i j G n HG. apply functional_extensionality. intros k. apply functional_extensionality. intros x.
  unfold average at 2. rewrite integral_across by exact HG. rewrite <- sum_to_scale.
  apply sum_to_ext. intros m _. unfold average. rewrite set_other by congruence.
  rewrite integral_multiple by apply regular_integral, HG. rewrite fubini by (exact n || apply HG). reflexivity.
Qed.

Lemma total_average : forall js j G, In j js -> regular_family G -> total js (average j G) = total js G.
Proof.
  induction js as [| i js IH]; intros j G Hj HG; [contradiction |]. simpl. destruct (Nat.eq_dec i j) as [-> | n].
  - rewrite across_average. reflexivity.
  - destruct Hj as [E | Hj]; [contradiction |]. rewrite across_average_other by assumption. apply IH; [exact Hj | apply across_regular, HG].
Qed.

(* ---- p-th powers of distances ---- *)

Variable p : R.
Hypothesis p1 : 1 <= p.
Variable B : R.
Hypothesis B0 : 0 <= B.

Definition good (G : family) : Prop := regular_family G /\ forall k x, Rabs (G k x) <= B.

Lemma average_good : forall j G, good G -> good (average j G).
Proof.
  intros j G [R G0]. split; [apply average_regular, R |]. intros k x. unfold average. assert (T := side_pos).
  rewrite Rabs_mult, Rabs_pos_eq by (apply Rlt_le, Rinv_0_lt_compat, T).
  replace B with (/ t * (t * B)) by (field; lra). apply Rmult_le_compat_l; [apply Rlt_le, Rinv_0_lt_compat, T |].
  replace t with (Rabs (edge (S (k j)) - edge (k j))) by (rewrite edge_next, Rabs_pos_eq; lra).
  apply abs_integral; [apply line_integrable, R | intros; apply G0].
Qed.

Lemma averages_good : forall js G, good G -> good (averages js G).
Proof. induction js as [| j js IH]; intros; simpl; [assumption | apply IH, average_good; assumption]. Qed.

Definition gap (G H : family) : family := fun k x => distance p (G k x) (H k x).

Lemma distance_regular : forall F G : point -> R, regular F -> regular G -> (forall x, Rabs (F x) <= B) -> (forall x, Rabs (G x) <= B) ->
  regular (fun x => distance p (F x) (G x)).
Proof.
  intros F G HF HG BF BG e He. assert (S := slope_pos p B p1).
  destruct (HF (e / (2 * slope p B))) as [d1 [D1 K1]]; [apply Rdiv_lt_0_compat; lra |].
  destruct (HG (e / (2 * slope p B))) as [d2 [D2 K2]]; [apply Rdiv_lt_0_compat; lra |].
  exists (Rmin d1 d2). split; [apply Rmin_glb_lt; assumption |]. intros x y H.
  assert (A1 := K1 x y (fun j => Rle_trans _ _ _ (H j) (Rmin_l _ _))).
  assert (A2 := K2 x y (fun j => Rle_trans _ _ _ (H j) (Rmin_r _ _))).
  eapply Rle_trans; [apply (distance_lipschitz p B); auto |].
  replace e with (slope p B * (e / (2 * slope p B) + e / (2 * slope p B))) by (field; lra).
  apply Rmult_le_compat_l; lra.
Qed.

Lemma gap_regular : forall G H, good G -> good H -> regular_family (gap G H).
Proof. intros G H [RG BG] [RH BH] k. apply distance_regular; auto. Qed.

(* |mean of g - mean of h|^p <= mean of |g - h|^p *)
Lemma mean_gap : forall (g h : R -> R) a, ex_RInt g a (a + t) -> ex_RInt h a (a + t) ->
  ex_RInt (fun y => Rabs (g y - h y)) a (a + t) -> ex_RInt (fun y => distance p (g y) (h y)) a (a + t) ->
  distance p (/ t * RInt g a (a + t)) (/ t * RInt h a (a + t)) <= / t * RInt (fun y => distance p (g y) (h y)) a (a + t).
Proof.
  intros g h a Ig Ih Ia Id. assert (T := side_pos).
  eapply Rle_trans; [| apply (jensen p (fun y => Rabs (g y - h y))); try assumption; intros; apply Rabs_pos].
  unfold distance. apply power_le; [lra |].
  rewrite <- Rmult_minus_distr_l, <- integral_minus, Rabs_mult, (Rabs_pos_eq (/ t)) by (assumption || apply Rlt_le, Rinv_0_lt_compat, T).
  apply Rmult_le_compat_l; [apply Rlt_le, Rinv_0_lt_compat, T |].
  apply (abs_RInt_le (fun y => g y - h y)); [lra | apply integrable_minus; assumption].
Qed.

Lemma difference_regular : forall F G : point -> R, regular F -> regular G -> regular (fun x => Rabs (F x - G x)).
Proof.
  intros F G HF HG. apply regular_dominated with (fun x => F x + -1 * G x) 1; [lra | apply regular_plus; [| apply regular_scale]; assumption |].
  intros. split_Rabs; lra.
Qed.

Lemma average_contracts : forall js j G H k x, In j js -> good G -> good H ->
  total js (gap (average j G) (average j H)) k x <= total js (gap G H) k x.
Proof.
  intros js j G H k x Hj HG HH. rewrite <- (total_average js j (gap G H)) by (exact Hj || apply gap_regular; assumption).
  apply total_le; [apply gap_regular; apply average_good; assumption | apply average_regular, gap_regular; assumption |].
  clear k x. intros k x. unfold gap, average, integral. rewrite edge_next.
  apply mean_gap.
  - apply line_integrable, HG.
  - apply line_integrable, HH.
  - apply (line_integrable (fun x => Rabs (G k x - H k x))), difference_regular; [apply HG | apply HH].
  - apply (line_integrable (gap G H k)), gap_regular; assumption.
Qed.

Lemma averages_contract : forall is js G H k x, (forall j, In j is -> In j js) -> good G -> good H ->
  total js (gap (averages is G) (averages is H)) k x <= total js (gap G H) k x.
Proof.
  induction is as [| i is IH]; intros js G H k x S HG HH; simpl; [lra |].
  eapply Rle_trans; [apply IH; try apply average_good; try assumption; intros; apply S; right; assumption |].
  apply average_contracts; try assumption. apply S. left. reflexivity.
Qed.

Lemma gap_split : forall n a b c, (0 < n)%nat ->
  distance p a c <= INR n / INR (S n) * power p (INR (S n) / INR n) * distance p a b
                    + / INR (S n) * power p (INR (S n)) * distance p b c.
Proof.
  intros n a b c Hn. assert (n0 : 0 < INR n) by (apply lt_0_INR; exact Hn). rewrite S_INR. set (m := INR n) in *.
  assert (W : 0 < m / (m + 1) < 1).
  { split; [apply Rdiv_lt_0_compat; lra |]. apply Rmult_lt_reg_r with (m + 1); [lra |]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra. }
  unfold distance. eapply Rle_trans; [apply (power_le p _ (Rabs (a - b) + Rabs (b - c))); [lra | split_Rabs; lra] |].
  eapply Rle_trans; [apply (power_sum p _ _ (m / (m + 1)) p1); try apply Rabs_pos; exact W |].
  replace (1 - m / (m + 1)) with (/ (m + 1)) by (field; lra).
  replace (Rabs (a - b) / (m / (m + 1))) with ((m + 1) / m * Rabs (a - b)) by (field; lra).
  replace (Rabs (b - c) / / (m + 1)) with ((m + 1) * Rabs (b - c)) by (field; lra).
  assert (0 <= (m + 1) / m) by (apply Rdiv_le_0_compat; lra).
  rewrite !power_mult by (apply Rabs_pos || lra). lra.
Qed.

(* The error of all means, from those of each. *)
Theorem telescoping : forall is js F X k x, (forall j, In j is -> In j js) -> good F ->
  (forall j, In j is -> total js (gap F (average j F)) k x <= X) ->
  total js (gap F (averages is F)) k x <= power p (INR (length is)) * X.
Proof.
  induction is as [| i is IH]; intros js F X k x S HF HX.
  - simpl averages. simpl length. rewrite power_0 by (simpl; lra).
    replace (gap F F) with (fun (_ : nat -> nat) (_ : point) => 0).
    + rewrite total_const. lra.
    + apply functional_extensionality. intros. apply functional_extensionality. intros.
      unfold gap, distance. rewrite Rminus_eq_0, Rabs_R0, power_0; lra.
  - assert (Hi := HX i (or_introl eq_refl)). destruct is as [| i' is'].
    { simpl. rewrite power_pos by lra. unfold Rpower. rewrite ln_1, Rmult_0_r, exp_0, Rmult_1_l. exact Hi. }
    set (is := i' :: is') in *. set (n := length is).
    assert (n0 : (0 < n)%nat) by (unfold n, is; simpl; lia).
    assert (n0' : 0 < INR n) by (apply lt_0_INR; exact n0).
    assert (G1 := averages_good is F HF). assert (G2 := averages_good is _ (average_good i F HF)).
    assert (R1 := gap_regular _ _ HF G1). assert (R2 := gap_regular _ _ G1 G2).
    set (c1 := INR n / INR (Datatypes.S n) * power p (INR (Datatypes.S n) / INR n)).
    set (c2 := / INR (Datatypes.S n) * power p (INR (Datatypes.S n))).
    assert (C1 : 0 <= c1) by (apply Rmult_le_pos; [apply Rdiv_le_0_compat; [lra |]; apply lt_0_INR; lia | apply power_nonneg]).
    assert (C2 : 0 <= c2) by (apply Rmult_le_pos; [apply Rlt_le, Rinv_0_lt_compat, lt_0_INR; lia | apply power_nonneg]).
    assert (L1 : total js (gap F (averages is F)) k x <= power p (INR n) * X)
      by (apply IH; [intros; apply S; right; assumption | exact HF | intros; apply HX; right; assumption]).
    assert (L2 : total js (gap (averages is F) (averages is (average i F))) k x <= X).
    { eapply Rle_trans; [apply averages_contract; [intros; apply S; right; assumption | exact HF | apply average_good, HF] | exact Hi]. }
    apply Rle_trans with (c1 * (power p (INR n) * X) + c2 * X).
    + apply Rle_trans with (total js (fun k x => c1 * gap F (averages is F) k x
        + c2 * gap (averages is F) (averages is (average i F)) k x) k x).
      * apply total_le; [apply gap_regular; assumption | |].
        -- intros k'. apply regular_plus; apply regular_scale; [apply R1 | apply R2].
        -- intros k' x'. apply gap_split, n0.
      * rewrite (total_plus js (fun k x => c1 * gap F (averages is F) k x)) by (intros k'; apply regular_scale; [apply R1 || apply R2]).
        rewrite !total_scale by assumption. apply Rplus_le_compat; apply Rmult_le_compat_l; assumption.
    + apply Req_le. change (length (i :: is)) with (Datatypes.S n). unfold c1, c2.
      assert (E : power p (INR (Datatypes.S n) / INR n) * power p (INR n) = power p (INR (Datatypes.S n))).
      { rewrite <- power_mult; [f_equal; field; lra | apply Rdiv_le_0_compat; [apply pos_INR | exact n0'] | lra]. }
      transitivity ((INR n / INR (Datatypes.S n) * (power p (INR (Datatypes.S n) / INR n) * power p (INR n))
                     + / INR (Datatypes.S n) * power p (INR (Datatypes.S n))) * X); [ring |].
      rewrite E, S_INR. field. lra.
Qed.

End Cells.
