(* Functions that are constant on the boxes of a regular grid, tables of their values, and how an axis is cut where two grids meet. *)
From Coq Require Import Reals ZArith List Bool Lra Lia.
From Layercert Require Import Box Integration Steps CubeValues.
Import ListNotations.
Open Scope R_scope.

(* ---- a list as a tree, for quick access ---- *)

Inductive tree := Leaf (v : Z) | Node (half : Z) (low high : tree).

Fixpoint build (k : nat) (l : list Z) : tree * list Z :=
  match k with
  | O => match l with [] => (Leaf 0, []) | v :: rest => (Leaf v, rest) end
  | S k => let '(low, l) := build k l in let '(high, l) := build k l in (Node (2 ^ Z.of_nat k) low high, l)
  end.
Fixpoint get (t : tree) (i : Z) : Z :=
  match t with Leaf v => v | Node half low high => if Z.ltb i half then get low i else get high (i - half) end.

Lemma nth_skipped : forall (l : list Z) k i, nth i (skipn k l) 0%Z = nth (k + i) l 0%Z.
Proof. induction l as [| a l IH]; intros [| k] i; cbn; try reflexivity; [destruct i; reflexivity | apply IH]. Qed.

Lemma skip_twice : forall (l : list Z) a b, skipn a (skipn b l) = skipn (b + a) l.
Proof. induction l as [| v l IH]; intros a [| b]; cbn; try reflexivity; [destruct a; reflexivity | apply IH]. Qed.

Lemma get_build : forall k l t rest, build k l = (t, rest) ->
  rest = skipn (2 ^ k) l /\ forall i, (i < 2 ^ k)%nat -> get t (Z.of_nat i) = nth i l 0%Z.
Proof.
  induction k as [| k IH]; intros l t rest H; cbn [build] in H.
  - destruct l as [| v l]; inversion H; subst; (split; [reflexivity |]); intros [| i] Hi; try (simpl in Hi; lia); reflexivity.
  - destruct (build k l) as [low l1] eqn:E1. destruct (build k l1) as [high l2] eqn:E2. inversion H; subst t rest.
    destruct (IH _ _ _ E1) as [R1 G1]. destruct (IH _ _ _ E2) as [R2 G2]. subst l1. replace (2 ^ S k)%nat with (2 ^ k + 2 ^ k)%nat by (rewrite Nat.pow_succ_r'; lia). split.
    + rewrite R2. apply skip_twice.
    + intros i Hi. cbn [get]. assert (E : (2 ^ Z.of_nat k = Z.of_nat (2 ^ k))%Z) by (rewrite Nat2Z.inj_pow; reflexivity). rewrite E.
      destruct (Z.ltb_spec (Z.of_nat i) (Z.of_nat (2 ^ k))) as [L | L].
      * apply G1. lia.
      * rewrite <- Nat2Z.inj_sub, G2, nth_skipped by lia. f_equal. lia.
Qed.

Definition tree_of (l : list Z) : tree := fst (build (Nat.log2_up (length l)) l).

Lemma get_tree_of : forall l i, (i < length l)%nat -> get (tree_of l) (Z.of_nat i) = nth i l 0%Z.
Proof.
  intros l i H. unfold tree_of. destruct (build (Nat.log2_up (length l)) l) as [t rest] eqn:E. destruct (get_build _ _ _ _ E) as [_ G].
  apply G. destruct (Nat.le_gt_cases (length l) 1) as [K | K].
  - replace i with O by lia. assert (P := Nat.pow_nonzero 2 (Nat.log2_up (length l))). lia.
  - assert (U := Nat.log2_up_spec (length l) K). lia.
Qed.

(* ---- where two grids meet ---- *)

(* The part lo <= x < hi of an axis, in units of 1/D, that lies in interval i of a grid and in interval k of another. *)
Record part := Part { from : Z; till : Z; one_index : Z; other_index : Z }.

(* n intervals of equal length; the grid is moved by s to the left. *)
Definition inside_interval (D n s : Z) (lo hi i : Z) : bool := Z.leb (i * D) ((lo + s) * n) && Z.leb ((hi + s) * n) ((i + 1) * D).
Definition part_ok (D : positive) (n1 s1 n2 s2 : Z) (q : part) : bool :=
  inside_interval (Zpos D) n1 s1 (from q) (till q) (one_index q) && inside_interval (Zpos D) n2 s2 (from q) (till q) (other_index q).

(* The parts from `at` to `last`; D is a multiple of n1 and n2. Nothing is proved of it: what it gives is checked. *)
Fixpoint cut (fuel : nat) (D n1 s1 n2 s2 last at_ : Z) : list part :=
  match fuel with
  | O => []
  | S fuel =>
    if Z.ltb at_ last then
      let i := Z.div ((at_ + s1) * n1) D in
      let k := Z.div ((at_ + s2) * n2) D in
      let next := Z.min last (Z.min (Z.div ((i + 1) * D) n1 - s1) (Z.div ((k + 1) * D) n2 - s2)) in
      Part at_ next i k :: cut fuel D n1 s1 n2 s2 last next
    else []
  end.

Definition make_axis (D : positive) (parts : list part) (f g : Z -> Z) : axis :=
  Axis D (map (fun q => Piece (from q) (till q) (f (one_index q)) (g (other_index q))) parts).

Lemma interval_holds : forall (D : positive) n s lo hi i x, (0 < n)%Z -> inside_interval (Zpos D) n s lo hi i = true ->
  IZR lo / IZR (Zpos D) <= x < IZR hi / IZR (Zpos D) -> IZR i / IZR n <= x + IZR s / IZR (Zpos D) < (IZR i + 1) / IZR n.
Proof.
  intros D n s lo0 hi0 i x Hn H [L R]. apply andb_prop in H. destruct H as [H1 H2]. apply Z.leb_le in H1. apply Z.leb_le in H2.
  assert (P := positive_real D). assert (Q : 0 < IZR n) by (apply IZR_lt, Hn).
  apply IZR_le in H1. apply IZR_le in H2. rewrite !mult_IZR, plus_IZR in H1. rewrite !mult_IZR, !plus_IZR in H2.
  set (c := IZR (Zpos D)) in *. set (m := IZR n) in *.
  assert (X1 : IZR lo0 <= x * c) by (apply Rmult_le_reg_r with (/ c); [apply Rinv_0_lt_compat; lra |]; replace (x * c * / c) with x by (field; lra); exact L).
  assert (X2 : x * c < IZR hi0) by (apply Rmult_lt_reg_r with (/ c); [apply Rinv_0_lt_compat; lra |]; replace (x * c * / c) with x by (field; lra); exact R).
  split.
  - apply Rmult_le_reg_r with (m * c); [apply Rmult_lt_0_compat; lra |].
    replace (IZR i / m * (m * c)) with (IZR i * c) by (field; lra). replace ((x + IZR s / c) * (m * c)) with ((x * c + IZR s) * m) by (field; lra). nra.
  - apply Rmult_lt_reg_r with (m * c); [apply Rmult_lt_0_compat; lra |].
    replace ((IZR i + 1) / m * (m * c)) with ((IZR i + 1) * c) by (field; lra). replace ((x + IZR s / c) * (m * c)) with ((x * c + IZR s) * m) by (field; lra).
    apply Rlt_le_trans with ((IZR hi0 + IZR s) * m); [apply Rmult_lt_compat_r; lra | lra].
Qed.

Lemma sum_Z_front : forall n F, sum_Z (S n) F = (F O + sum_Z n (fun i => F (S i)))%Z.
Proof. induction n as [| n IH]; intros F; [cbn; lia |]. cbn [sum_Z] in *. rewrite IH. lia. Qed.

(* The parts that x is in, one of each axis, as two lists of indices. *)
Lemma found_parts : forall (D : nat -> positive) (parts : nat -> list part) (f g : nat -> Z -> Z) k j x qs,
  found x j (map (fun j => make_axis (D j) (parts j) (f j) (g j)) (seq j k)) qs ->
  exists i i' : nat -> Z, sum_first qs = sum_Z k (fun t => f (j + t)%nat (i (j + t)%nat)) /\ sum_second qs = sum_Z k (fun t => g (j + t)%nat (i' (j + t)%nat)) /\
    forall t, (t < k)%nat -> exists q, In q (parts (j + t)%nat) /\ one_index q = i (j + t)%nat /\ other_index q = i' (j + t)%nat /\
      IZR (from q) / IZR (Zpos (D (j + t)%nat)) <= x (j + t)%nat < IZR (till q) / IZR (Zpos (D (j + t)%nat)).
Proof.
  intros D parts f g. induction k as [| k IH]; intros j x qs H; cbn [seq map] in H.
  - inversion H; subst. exists (fun _ => 0%Z), (fun _ => 0%Z). split; [reflexivity |]. split; [reflexivity |]. intros; lia.
  - inversion H as [| ? ? ? q qs' I1 I2 I3]; subst. destruct (IH (S j) x qs' I3) as [i [i' [F [G K]]]].
    unfold make_axis in I1. cbn [pieces] in I1. apply in_map_iff in I1. destruct I1 as [r [<- R]].
    cbn [left right denominator make_axis lo hi first second] in I2 |- *.
    exists (fun m => if Nat.eqb m j then one_index r else i m), (fun m => if Nat.eqb m j then other_index r else i' m).
    assert (E : forall t, Nat.eqb (j + S t) j = false) by (intros; apply Nat.eqb_neq; lia).
    cbn [sum_first sum_second fold_right first second].
    split; [| split].
    + rewrite sum_Z_front, Nat.add_0_r, Nat.eqb_refl. f_equal. fold (sum_first qs'). rewrite F. apply sum_Z_ext. intros t Ht.
      rewrite E. replace (j + S t)%nat with (S j + t)%nat by lia. reflexivity.
    + rewrite sum_Z_front, Nat.add_0_r, Nat.eqb_refl. f_equal. fold (sum_second qs'). rewrite G. apply sum_Z_ext. intros t Ht.
      rewrite E. replace (j + S t)%nat with (S j + t)%nat by lia. reflexivity.
    + intros [| t] Ht.
      * rewrite Nat.add_0_r, Nat.eqb_refl. exists r. split; [exact R |]. split; [reflexivity |]. split; [reflexivity |]. exact I2.
      * destruct (K t ltac:(lia)) as [q [Q1 [Q2 [Q3 Q4]]]]. rewrite E. replace (j + S t)%nat with (S j + t)%nat by lia. exists q. repeat split; try assumption; apply Q4.
Qed.

(* Numbers below n, with the first one as the lowest digit, make a number below n^d. *)
Lemma flat_index_range : forall d n (i : nat -> Z), (0 < n)%Z -> (forall j, (j < d)%nat -> (0 <= i j < n)%Z) ->
  (0 <= sum_Z d (fun j => n ^ Z.of_nat j * i j) < n ^ Z.of_nat d)%Z.
Proof.
  induction d as [| d IH]; intros n i Hn H; cbn [sum_Z]; [simpl; lia |]. assert (G := IH n i Hn (fun j Hj => H j (Nat.lt_lt_succ_r _ _ Hj))).
  rewrite Nat2Z.inj_succ, Z.pow_succ_r by lia. assert (B := H d (Nat.lt_succ_diag_r d)). nia.
Qed.
