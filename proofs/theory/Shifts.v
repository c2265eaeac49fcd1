(* From pairs of points within one cell to shifts, in one coordinate: the substitution y = x + s of the projection bound. Cells of length n h
   side by side are cut into pieces of length h; a pair (u, s) in a cell is near the pair (u, u + k h) for a whole k, |k| <= n. *)
From Coq Require Import Reals Lra Lia.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Integral Sums.
Open Scope R_scope.

Section Pieces.
Variable h : R.
Hypothesis h_pos : 0 < h.

Definition node (i : nat) : R := INR i * h.

Lemma node_S : forall i, node (S i) = node i + h.
Proof. intros. unfold node. rewrite S_INR. ring. Qed.

Lemma node_plus : forall i j, node (i + j) = node i + node j.
Proof. intros. unfold node. rewrite plus_INR. ring. Qed.

Lemma node_le : forall i j, (i <= j)%nat -> node i <= node j.
Proof. intros. unfold node. apply Rmult_le_compat_r; [lra | apply le_INR; assumption]. Qed.

Lemma integral_pieces : forall (g : R -> R) i k, (forall a b, ex_RInt g a b) ->
  RInt g (node i) (node (i + k)) = sum_to k (fun j => RInt g (node (i + j)) (node (S (i + j)))).
Proof.
  intros g i k I. induction k as [| k IH]; [rewrite Nat.add_0_r; apply (RInt_point (node i) g) |].
  cbn [sum_to]. rewrite <- IH, Nat.add_succ_r. apply integral_split; apply I.
Qed.

(* A point in every piece, h apart, gives a Riemann sum. *)
Lemma riemann_upper : forall (g : R -> R) e i k a v, (forall c d, ex_RInt g c d) ->
  (forall s w, Rabs (s - w) <= h -> g s <= g w + e) -> node a <= v <= node (S a) ->
  RInt g (node i) (node (i + k)) <= sum_to k (fun b => h * (g (v + (INR (i + b) - INR a) * h) + e)).
Proof.
  intros g e i k a v I H Hv. rewrite integral_pieces by assumption. apply sum_to_le. intros b _.
  set (w := v + (INR (i + b) - INR a) * h).
  assert (W : node (i + b) <= w <= node (S (i + b))).
  { rewrite node_S in *. unfold w, node in *. split; nra. }
  rewrite node_S in *. replace (h * (g w + e)) with (RInt (fun _ => g w + e) (node (i + b)) (node (i + b) + h)).
  - apply RInt_le; [lra | apply I | apply ex_RInt_const |].
    intros s Hs. apply H. apply Rabs_le. lra.
  - rewrite integral_const. as_real. ring.
Qed.

Variable n C : nat. (* pieces in a cell, cells *)
Hypothesis C_pos : (0 < C)%nat.
Variable e : R.
Variable D : R -> R -> R.
Hypothesis D_nonneg : forall u s, 0 <= D u s.
Hypothesis D_near : forall u s w, Rabs (s - w) <= h -> D u s <= D u w + e.
Hypothesis D_integrable : forall u a b, ex_RInt (D u) a b.
Hypothesis shift_integrable : forall sigma a b, ex_RInt (fun u => D u (u + sigma)) a b.
Hypothesis double_integrable : forall c d a b, ex_RInt (fun u => RInt (D u) c d) a b.

Definition shift (k : nat) : R := (INR k - INR n) * h. (* k = 0..2n-1 *)
Definition piece (i k : nat) : R := RInt (fun u => D u (u + shift k)) (node i) (node (S i)).

Lemma piece_nonneg : forall i k, 0 <= piece i k.
Proof. intros. apply RInt_ge_0; [apply node_le; lia | apply shift_integrable | intros; apply D_nonneg]. Qed.

Definition cell_pairs (c : nat) : R := RInt (fun u => RInt (D u) (node (c * n)) (node (c * n + n))) (node (c * n)) (node (c * n + n)).

Lemma sum_integrable : forall m (G : nat -> R -> R) a b, (forall k, (k < m)%nat -> ex_RInt (G k) a b) ->
  ex_RInt (fun u => sum_to m (fun k => G k u)) a b /\
  RInt (fun u => sum_to m (fun k => G k u)) a b = sum_to m (fun k => RInt (G k) a b).
Proof.
  induction m as [| m IH]; intros G a b H; cbn [sum_to].
  - split; [apply ex_RInt_const | rewrite integral_const; as_real; ring].
  - destruct (IH G a b) as [A B]; [intros; apply H; lia |]. split.
    + apply integrable_plus; [assumption | apply H; lia].
    + rewrite <- B. apply (integral_plus (fun u => sum_to m (fun k => G k u))); [assumption | apply H; lia].
Qed.

Lemma cell_pairs_upper : forall c,
  cell_pairs c <= sum_to n (fun a => sum_to n (fun b => h * (piece (c * n + a) (n + b - a) + h * e))).
Proof.
  intros c. unfold cell_pairs. rewrite integral_pieces by apply double_integrable. apply sum_to_le. intros a Ha.
  set (G := fun b u => h * (D u (u + shift (n + b - a)) + e)).
  assert (I : forall b, ex_RInt (fun u => D u (u + shift (n + b - a)) + e) (node (c * n + a)) (node (S (c * n + a))))
    by (intros; apply (integrable_plus _ (fun _ => e)); [apply shift_integrable | apply ex_RInt_const]).
  destruct (sum_integrable n G (node (c * n + a)) (node (S (c * n + a)))) as [A B].
  { intros b _. apply integrable_scale, I. }
  apply Rle_trans with (RInt (fun u => sum_to n (fun b => G b u)) (node (c * n + a)) (node (S (c * n + a)))).
  - apply RInt_le; [apply node_le; lia | apply double_integrable | exact A |].
    intros u Hu. eapply Rle_trans; [apply (riemann_upper (D u) e (c * n) n (c * n + a) u (D_integrable u)); [apply D_near | lra] |].
    apply sum_to_le. intros b _. apply Req_le. unfold G, shift. do 4 f_equal. rewrite minus_INR, !plus_INR by lia. ring.
  - rewrite B. apply sum_to_le. intros b _. apply Req_le. unfold G.
    etransitivity; [exact (integral_scale _ h _ _ (I b)) |].
    rewrite (integral_plus _ (fun _ => e) _ _ (shift_integrable (shift (n + b - a)) _ _) (ex_RInt_const _ _ e)).
    rewrite integral_const. unfold piece. rewrite node_S. as_real. ring.
Qed.

Lemma one_shift : forall k, (k < 2 * n)%nat ->
  sum_to (C * n) (fun i => window (n - i) (2 * n + (C - 1) * n - i) (piece i) k)
  <= RInt (fun u => D u (u + shift k)) (Rmax 0 (- shift k)) (Rmin (node (C * n)) (node (C * n) - shift k)).
Proof.
  intros k Hk.
  set (lo := (n - k)%nat). set (hi := Nat.min (C * n) (C * n + n - k)).
  assert (CN : (C * n = n + (C - 1) * n)%nat) by (destruct C; [lia | simpl; lia]).
  assert (LH : (lo <= hi <= C * n)%nat) by (unfold lo, hi; lia).
  rewrite (sum_to_ext (C * n) _ (window lo hi (fun i => piece i k))).
  - rewrite sum_window by exact LH.
    replace (Rmax 0 (- shift k)) with (node lo).
    replace (Rmin (node (C * n)) (node (C * n) - shift k)) with (node (lo + (hi - lo))).
    + rewrite (integral_pieces (fun u => D u (u + shift k))) by (intros; apply shift_integrable). apply Rle_refl.
    + replace (lo + (hi - lo))%nat with hi by lia. unfold hi, shift. destruct (le_lt_dec n k) as [L | L].
      * rewrite Nat.min_r by lia. rewrite Rmin_right.
        -- unfold node. rewrite minus_INR, !plus_INR by lia. ring.
        -- apply le_INR in L. assert (0 <= (INR k - INR n) * h) by nra. lra.
      * rewrite Nat.min_l by lia. rewrite Rmin_left; [reflexivity |].
        apply Nat.lt_le_incl, le_INR in L. assert (0 <= (INR n - INR k) * h) by nra. lra.
    + unfold lo, shift, node. destruct (le_lt_dec n k) as [L | L].
      * replace (n - k)%nat with O by lia. apply le_INR in L. rewrite Rmax_left; [simpl; ring | nra].
      * rewrite minus_INR by lia. apply Nat.lt_le_incl, le_INR in L. rewrite Rmax_right; [ring | nra].
  - intros i Hi. unfold window, lo, hi. repeat destruct le_dec; repeat destruct lt_dec; (reflexivity || lia).
Qed.

Theorem pairs_by_shifts : sum_to C cell_pairs <=
  h * sum_to (2 * n) (fun k =>
    RInt (fun u => D u (u + shift k)) (Rmax 0 (- shift k)) (Rmin (node (C * n)) (node (C * n) - shift k)))
  + node (C * n) * node n * e.
Proof.
  apply Rle_trans with (h * sum_to C (fun c => sum_to n (fun a => sum_to n (fun b => piece (c * n + a) (n + b - a)%nat)))
                        + node (C * n) * node n * e).
  - apply Rle_trans with (sum_to C (fun c => h * sum_to n (fun a => sum_to n (fun b => piece (c * n + a) (n + b - a)%nat))
                                            + node n * node n * e)).
    + apply sum_to_le. intros c _. eapply Rle_trans; [apply cell_pairs_upper |]. apply Req_le.
      rewrite <- sum_to_scale.
      replace (node n * node n * e) with (sum_to n (fun _ => INR n * (h * (h * e)))) by (rewrite sum_to_const; unfold node; ring).
      rewrite <- sum_to_plus. apply sum_to_ext. intros a _.
      rewrite <- sum_to_scale, <- sum_to_const, <- sum_to_plus. apply sum_to_ext. intros; ring.
    + apply Req_le. rewrite sum_to_plus, sum_to_scale, sum_to_const. unfold node. rewrite mult_INR. ring.
  - apply Rplus_le_compat_r, Rmult_le_compat_l; [lra |].
    apply Rle_trans with (sum_to (2 * n) (fun k => sum_to (C * n) (fun i => window (n - i) (2 * n + (C - 1) * n - i) (piece i) k)));
      [| apply sum_to_le; intros; apply one_shift; assumption].
    rewrite (sum_to_exchange (2 * n)), sum_to_blocks. apply sum_to_le. intros c Hc. apply sum_to_le. intros a Ha.
    rewrite (sum_to_ext n _ (fun b => piece (c * n + a) (n - a + b)%nat)) by (intros; f_equal; lia).
    replace n with (2 * n - a - (n - a))%nat at 1 by lia.
    rewrite <- (sum_window (2 * n) (n - a) (2 * n - a)) by lia.
    apply sum_to_le. intros k Hk. unfold window.
    assert (M : (c * n <= (C - 1) * n)%nat) by (apply Nat.mul_le_mono_r; lia).
    repeat destruct le_dec; repeat destruct lt_dec; (lia || apply Rle_refl || apply piece_nonneg).
Qed.

End Pieces.
