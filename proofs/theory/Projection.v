(* The projection bound on [0, 1]: the cell means of a continuous f are within 2^(1/p) omega_p(f, N^-l) of f. *)
From Coq Require Import Reals List Lra Lia.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Integral Power Jensen Sums Shifts Continuous Soundness.
Open Scope R_scope.

Lemma pieces_below : forall t delta, 0 < t -> 0 < delta -> exists n, (0 < n)%nat /\ t / INR n <= delta.
Proof.
  intros t delta Ht Hd. destruct (archimed_cor1 (delta / t)) as [n [H Hn]]; [apply Rdiv_lt_0_compat; assumption |].
  exists n. split; [exact Hn |]. unfold Rdiv. apply (Rmult_lt_compat_l t) in H; [| exact Ht].
  replace (t * (delta / t)) with delta in H by (field; lra). lra.
Qed.

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

Let F := extended f.
Let t := / INR N ^ l.

Lemma cells_pos : 0 < INR N ^ l.
Proof. apply pow_lt, lt_0_INR. lia. Qed.

Lemma side_pos : 0 < t.
Proof. apply Rinv_0_lt_compat, cells_pos. Qed.

Lemma cells_inverse : / t = INR N ^ l.
Proof. apply Rinv_inv. Qed.

Lemma cell_end_next : forall k, cell_end N l (S k) = cell_end N l k + t.
Proof. intros. unfold cell_end, t. rewrite S_INR. field. generalize cells_pos. lra. Qed.

Lemma F_integrable : forall a b, ex_RInt F a b.
Proof. apply uniform_integrable, extended_uniform, f_continuous. Qed.

Lemma pair_bound : exists c, 0 < c /\ forall u v w z,
  Rabs (distance p (F u) (F v) - distance p (F w) (F z)) <= c * (Rabs (F u - F w) + Rabs (F v - F z)).
Proof.
  destruct (extended_bounded f f_continuous) as [B [_ HB]]. exists (slope p B). split; [apply slope_pos, p1 |].
  intros. apply distance_lipschitz; (exact p1 || apply HB).
Qed.

Lemma distance_uniform : forall u, uniform (fun s => distance p (F u) (F s)).
Proof.
  intros u. destruct pair_bound as [c [Hc K]]. apply uniform_dominated with F c; [exact Hc | apply extended_uniform, f_continuous |].
  intros x y. eapply Rle_trans; [apply K |]. rewrite Rminus_eq_0, Rabs_R0. lra.
Qed.

Lemma shifted_uniform : forall sigma, uniform (fun u => distance p (F u) (F (u + sigma))).
Proof.
  intros sigma e He. destruct pair_bound as [c [Hc K]].
  destruct (extended_uniform f f_continuous (e / (2 * c))) as [delta [Hd U]]; [apply Rdiv_lt_0_compat; lra |].
  exists delta. split; [exact Hd |]. intros x y Hxy. eapply Rle_trans; [apply K |].
  assert (A := U x y Hxy). assert (A' := U (x + sigma) (y + sigma) ltac:(replace (x + sigma - (y + sigma)) with (x - y) by ring; exact Hxy)).
  replace e with (c * (e / (2 * c) + e / (2 * c))) by (field; lra). apply Rmult_le_compat_l; [lra |]. fold F in A, A'. lra.
Qed.

Lemma averaged_uniform : forall a b, uniform (fun u => RInt (fun s => distance p (F u) (F s)) a b).
Proof.
  intros a b. destruct pair_bound as [c [Hc K]].
  assert (L : 0 < c * (Rabs (b - a) + 1)) by (apply Rmult_lt_0_compat; [| generalize (Rabs_pos (b - a))]; lra).
  apply uniform_dominated with F (c * (Rabs (b - a) + 1)); [exact L | apply extended_uniform, f_continuous |].
  intros x y.
  assert (H : forall a b, a <= b -> Rabs (RInt (fun s => distance p (F x) (F s)) a b - RInt (fun s => distance p (F y) (F s)) a b)
                                    <= (b - a) * (c * Rabs (F x - F y))).
  { clear a b L. intros a b L. rewrite <- integral_minus by apply uniform_integrable, distance_uniform.
    apply abs_RInt_le_const; [exact L | apply integrable_minus; apply uniform_integrable, distance_uniform |].
    intros s _. eapply Rle_trans; [apply K |]. rewrite Rminus_eq_0, Rabs_R0. lra. }
  assert (V := Rmult_le_pos c _ (Rlt_le _ _ Hc) (Rabs_pos (F x - F y))).
  destruct (Rle_dec a b) as [O | O].
  - eapply Rle_trans; [apply H, O |]. rewrite (Rabs_pos_eq (b - a)) by lra. nra.
  - rewrite <- (opp_RInt_swap _ b a), <- (opp_RInt_swap (fun s => distance p (F y) (F s)) b a)
      by apply uniform_integrable, distance_uniform.
    assert (G := H b a ltac:(lra)). unfold opp. simpl. rewrite (Rabs_left (b - a)) by lra.
    replace (- RInt (fun s => distance p (F x) (F s)) b a - - RInt (fun s => distance p (F y) (F s)) b a)
      with (- (RInt (fun s => distance p (F x) (F s)) b a - RInt (fun s => distance p (F y) (F s)) b a)) by ring.
    rewrite Rabs_Ropp. nra.
Qed.

Lemma sum_of_cells : forall (g : R -> R) (c : nat -> R -> R),
  (forall k, (k < N ^ l)%nat -> ex_RInt (c k) (cell_end N l k) (cell_end N l (S k))) ->
  (forall k x, (k < N ^ l)%nat -> cell_end N l k < x < cell_end N l (S k) -> c k x = g x) ->
  ex_RInt g 0 1 /\ RInt g 0 1 = sum_to (N ^ l) (fun k => RInt (c k) (cell_end N l k) (cell_end N l (S k))).
Proof.
  intros g c I E. rewrite <- (cell_end_last N N2 l). replace 0 with (cell_end N l 0) by (unfold cell_end; simpl; field; generalize cells_pos; lra).
  assert (G : forall K, (K <= N ^ l)%nat -> ex_RInt g (cell_end N l 0) (cell_end N l K) /\
    RInt g (cell_end N l 0) (cell_end N l K) = sum_to K (fun k => RInt (c k) (cell_end N l k) (cell_end N l (S k)))).
  { induction K as [| K IH]; intros HK.
    - split; [apply ex_RInt_point | apply (RInt_point (cell_end N l 0) g)].
    - destruct (IH ltac:(lia)) as [IH1 IH2]. clear IH.
      assert (E' : forall x, Rmin (cell_end N l K) (cell_end N l (S K)) < x < Rmax (cell_end N l K) (cell_end N l (S K)) -> c K x = g x).
      { assert (O := cell_end_le N N2 l K). rewrite Rmin_left, Rmax_right by exact O. intros; apply E; [lia | assumption]. }
      assert (J : ex_RInt g (cell_end N l K) (cell_end N l (S K))) by (eapply ex_RInt_ext; [exact E' | apply I; lia]).
      split; [eapply integrable_join; eassumption |].
      cbn [sum_to]. rewrite <- IH2, (RInt_ext _ _ _ _ E'). apply integral_split; assumption. }
  apply G, le_n.
Qed.

Lemma side_le_1 : t <= 1.
Proof.
  unfold t. rewrite <- Rinv_1. apply Rinv_le_contravar; [lra |]. apply pow_R1_Rle, (le_INR 1). lia.
Qed.

(* || f(. + s) - f ||_p^p, for |s| <= N^-l *)
Definition shift_power (s : R) : R := RInt (fun x => distance p (f (x + s)) (f x)) (Rmax 0 (- s)) (Rmin 1 (1 - s)).

Lemma shift_power_extended : forall s, Rabs s <= 1 ->
  ex_RInt (fun x => distance p (f (x + s)) (f x)) (Rmax 0 (- s)) (Rmin 1 (1 - s)) /\
  RInt (fun u => distance p (F u) (F (u + s))) (Rmax 0 (- s)) (Rmin 1 (1 - s)) = shift_power s.
Proof.
  intros s Hs.
  assert (E : forall x, Rmin (Rmax 0 (- s)) (Rmin 1 (1 - s)) < x < Rmax (Rmax 0 (- s)) (Rmin 1 (1 - s)) ->
              distance p (F x) (F (x + s)) = distance p (f (x + s)) (f x)).
  { intros x Hx. rewrite distance_sym. unfold F. rewrite !extended_inside; [reflexivity | |];
      revert Hx; unfold Rmin, Rmax; repeat destruct Rle_dec; split_Rabs; lra. }
  split; [| exact (RInt_ext _ _ _ _ E)].
  eapply ex_RInt_ext; [exact E | apply uniform_integrable, shifted_uniform].
Qed.

Theorem projection_power : ex_RInt (fun x => distance p (f x) (P x)) 0 1 /\
  forall W, (forall s, Rabs s <= t -> shift_power s <= W) -> RInt (fun x => distance p (f x) (P x)) 0 1 <= 2 * W.
Proof.
  assert (T := side_pos).
  set (mean := fun k => / t * RInt F (cell_end N l k) (cell_end N l k + t)).
  set (near_mean := fun k x => distance p (F x) (mean k)).
  assert (I : forall k, ex_RInt (near_mean k) (cell_end N l k) (cell_end N l k + t)).
  { intros k. destruct (extended_bounded f f_continuous) as [B [_ HB]].
    apply uniform_integrable.
    apply uniform_dominated with F (slope p (B + Rabs (mean k))); [apply slope_pos, p1 | apply extended_uniform, f_continuous |].
    intros x y. eapply Rle_trans; [apply (distance_lipschitz p (B + Rabs (mean k))); try exact p1 |].
    - generalize (HB x) (Rabs_pos (mean k)). fold F. lra.
    - generalize (HB x) (Rabs_pos (F x)) . fold F. lra.
    - generalize (HB y) (Rabs_pos (mean k)). fold F. lra.
    - generalize (HB y) (Rabs_pos (F y)). fold F. lra.
    - rewrite Rminus_eq_0, Rabs_R0. lra. }
  assert (Inside : forall k x, (k < N ^ l)%nat -> cell_end N l k < x < cell_end N l (S k) -> 0 <= x <= 1).
  { intros k x Hk Hx. destruct (cell_end_range N N2 l k); [lia |]. destruct (cell_end_range N N2 l (S k)); [lia |]. lra. }
  destruct (sum_of_cells (fun x => distance p (f x) (P x)) near_mean) as [I' S].
  { intros k Hk. rewrite cell_end_next. apply I. }
  { intros k x Hk Hx. unfold near_mean, mean, F. rewrite extended_inside by (eapply Inside; eassumption).
    rewrite (P_mean k x Hk Hx), <- cells_inverse, cell_end_next. do 2 f_equal.
    apply RInt_ext. intros y Hy. apply extended_inside, (Inside k); [assumption |].
    rewrite Rmin_left, Rmax_right in Hy by lra. rewrite cell_end_next. exact Hy. }
  split; [exact I' |]. intros W HW. rewrite S. clear I' S.
  apply le_epsilon. intros e He. destruct pair_bound as [c [Hc K]].
  destruct (extended_uniform f f_continuous (e / c)) as [delta [Hd U]]; [apply Rdiv_lt_0_compat; lra |].
  destruct (pieces_below t delta T Hd) as [n [Hn Hh]]. set (h := t / INR n) in *.
  assert (n0 : 0 < INR n) by (apply lt_0_INR; lia).
  assert (h0 : 0 < h) by (apply Rdiv_lt_0_compat; assumption).
  assert (Nn : node h n = t) by (unfold node, h; field; lra).
  assert (Nc : forall k, node h (k * n) = cell_end N l k).
  { intros k. unfold node, h, cell_end, t. rewrite mult_INR. field. split; [generalize cells_pos |]; lra. }
  set (D := fun u s => distance p (F u) (F s)).
  assert (Pairs := pairs_by_shifts h h0 n (N ^ l) ltac:(apply Nat.neq_0_lt_0, Nat.pow_nonzero; lia) e D).
  rewrite Nc, Nn, (cell_end_last N N2 l) in Pairs.
  apply Rle_trans with (/ t * sum_to (N ^ l) (cell_pairs h n D)).
  - rewrite <- sum_to_scale. apply sum_to_le. intros k Hk. rewrite cell_end_next.
    unfold cell_pairs. rewrite node_plus, Nc, Nn.
    assert (A := fun a b => uniform_integrable _ (averaged_uniform (cell_end N l k) (cell_end N l k + t)) a b).
    rewrite <- integral_scale by apply A.
    apply RInt_le; [lra | apply I | apply integrable_scale, A |]. intros u _.
    apply mean_distance; [exact p1 | exact T | apply F_integrable | | apply uniform_integrable, distance_uniform].
    apply uniform_integrable.
    apply (uniform_dominated F _ 1); [lra | apply extended_uniform, f_continuous |]. intros x y. split_Rabs; lra.
  - apply (Rmult_le_reg_l t); [exact T |]. rewrite <- Rmult_assoc, Rinv_r, Rmult_1_l by lra.
    eapply Rle_trans; [apply Pairs |].
    + intros; apply distance_nonneg.
    + intros u s w Hsw. assert (Z := K u s u w). rewrite Rminus_eq_0, Rabs_R0, Rplus_0_l in Z. fold (D u s) (D u w) in Z.
      assert (V := U s w (Rle_trans _ _ _ Hsw Hh)). fold F in V.
      apply (Rmult_le_compat_l c) in V; [| lra]. replace (c * (e / c)) with e in V by (field; lra). split_Rabs; lra.
    + intros; apply uniform_integrable, distance_uniform.
    + intros; apply uniform_integrable, shifted_uniform.
    + intros; apply uniform_integrable, averaged_uniform.
    + replace (t * (2 * W + e)) with (h * (INR (2 * n) * W) + 1 * t * e).
      * apply Rplus_le_compat_r, Rmult_le_compat_l; [lra |]. rewrite <- sum_to_const. apply sum_to_le.
        intros k Hk. assert (Sk : Rabs (shift h n k) <= t).
        { rewrite <- Nn. unfold shift, node. apply Rabs_le. assert (0 <= INR k <= INR (2 * n)) by (split; [apply pos_INR | apply le_INR; lia]).
          rewrite mult_INR in *. simpl (INR 2) in *. split; nra. }
        destruct (shift_power_extended (shift h n k)) as [_ E]; [eapply Rle_trans; [exact Sk | apply side_le_1] |].
        unfold D. rewrite E. apply HW, Sk.
      * rewrite mult_INR. simpl (INR 2). unfold h. field. lra.
Qed.

(* || f - P_l f ||_p <= 2^(1/p) omega_p(f, N^-l) *)
Theorem projection_bound : ex_RInt (fun x => power p (Rabs (f x - P x))) 0 1 /\
  Rbar_le (norm p (fun x => f x - P x) 0 1) (Rbar_mult (power (/ p) 2) (omega p f (/ INR N ^ l))).
Proof.
  assert (Set_of : forall s, Rabs s <= t -> moduli p f t (difference_norm p f s)).
  { intros s Hs. assert (S1 : Rabs s <= 1) by (eapply Rle_trans; [exact Hs | apply side_le_1]).
    exists s. repeat split; [exact Hs | exact S1 | apply (shift_power_extended s S1)]. }
  assert (Two : 0 < power (/ p) 2) by (rewrite power_pos by lra; apply exp_pos).
  destruct projection_power as [I H]. split; [exact I |].
  fold t. unfold omega. destruct (Lub_Rbar_correct (moduli p f t)) as [Ub _].
  assert (Bound : forall s, Rabs s <= t -> Rbar_le (difference_norm p f s) (Lub_Rbar (moduli p f t)))
    by (intros; apply Ub, Set_of; assumption).
  assert (Bound0 := Bound 0 ltac:(rewrite Rabs_R0; apply Rlt_le, side_pos)).
  destruct (Lub_Rbar (moduli p f t)) as [w | |]; [| | contradiction].
  - assert (w0 : 0 <= w) by (eapply Rle_trans; [apply power_nonneg | exact Bound0]).
    simpl. unfold norm. replace (power (/ p) 2 * w) with (power (/ p) (2 * power p w)).
    + apply power_le; [apply Rinv_0_lt_compat; lra | apply H]. intros s Hs. assert (B := Bound s Hs). simpl in B.
      apply (power_le p) in B; [| lra]. unfold difference_norm, norm in B. rewrite root_power in B; [exact B | lra |].
      assert (T := side_le_1). apply RInt_ge_0; [| apply (shift_power_extended s); lra | intros; apply power_nonneg].
      clear - Hs T. unfold Rmax, Rmin. repeat destruct Rle_dec; split_Rabs; lra.
    + rewrite power_mult by (lra || apply power_nonneg). rewrite power_root by lra. reflexivity.
  - unfold Rbar_mult, Rbar_mult'. destruct Rle_dec; [destruct Rle_lt_or_eq_dec; [exact Logic.I |] |]; lra.
Qed.

End Interval.
