(* The readouts of the network, in d dimensions, layer by layer: each is a constant plus a sum of amplitudes times sines, and is
   constant on the good part of every cell. *)
From Coq Require Import Reals Lra Lia Arith.
From Layercert Require Import Relu Digits Sums.
Open Scope R_scope.

Section Network.
Variable N d : nat.
Variable delta : R.
Hypothesis N2 : (2 <= N)%nat.
Hypothesis delta_pos : 0 < delta.
Hypothesis delta_1 : delta <= 1.
Variable g : nat -> nat -> nat -> R. (* level (from 0), coordinate, digit: the stored angle *)
Variables w A : nat -> R.            (* of each level *)
Variables beta Phi_0 M : R.

Definition point := nat -> R. (* coordinates 0..d-1 *)

Definition steps_sum (m : nat) (x : point) : R :=
  sum_to d (fun j => sum_to (N - 1) (fun i =>
    (g m j (S i) - g m j i) * step delta (S i) (INR N * residue N delta m (x j)))).
Fixpoint arg (m : nat) (x : point) : R := match m with O => 0 | S n => relu (arg n x) + steps_sum n x end.
Definition correction (m : nat) (x : point) : R := sin (w m * sin (beta + arg (S m) x)).
Fixpoint Phi (l : nat) (x : point) : R :=
  match l with O => Phi_0 | S n => A n * correction n x + (relu (Phi n x + M) - M) end.

Lemma correction_bound : forall m x, Rabs (A m * correction m x) <= Rabs (A m).
Proof.
  intros. rewrite Rabs_mult. assert (Rabs (correction m x) <= 1) by (apply Rabs_le, SIN_bound).
  generalize (Rabs_pos (A m)). nra.
Qed.

Lemma sum_abs_nonneg : forall l, 0 <= sum_to l (fun m => Rabs (A m)).
Proof. intros. apply sum_to_nonneg. intros. apply Rabs_pos. Qed.

(* The offset M keeps the sum's carry from cutting anything off, on the ramps too. *)
Theorem Phi_sum : forall l x, Rabs Phi_0 + sum_to l (fun m => Rabs (A m)) <= M ->
  Phi l x = Phi_0 + sum_to l (fun m => A m * correction m x) /\
  Rabs (Phi l x - Phi_0) <= sum_to l (fun m => Rabs (A m)).
Proof.
  induction l as [| l IH]; intros x H; cbn [Phi sum_to] in *.
  { split; [lra |]. rewrite Rminus_eq_0, Rabs_R0. lra. }
  assert (B := Rabs_pos (A l)). destruct (IH x) as [E L]; [lra |].
  assert (S : Rabs (Phi l x) <= M).
  { replace (Phi l x) with (Phi_0 + (Phi l x - Phi_0)) by ring. eapply Rle_trans; [apply Rabs_triang |]. lra. }
  rewrite (relu_offset _ _ S). split; [rewrite E; ring |].
  replace (A l * correction l x + Phi l x - Phi_0) with ((Phi l x - Phi_0) + A l * correction l x) by ring.
  eapply Rle_trans; [apply Rabs_triang |]. generalize (correction_bound l x). lra.
Qed.

Lemma index_injective : forall l (u v : nat -> nat), (forall m, (m < l)%nat -> (u m < N)%nat /\ (v m < N)%nat) ->
  index N u l = index N v l -> forall m, (m < l)%nat -> u m = v m.
Proof.
  induction l as [| l IH]; intros u v B E m Hm; [lia |]. cbn [index] in E.
  destruct (B l) as [Bu Bv]; [lia |].
  assert (Q : index N u l = index N v l).
  { destruct (Nat.lt_trichotomy (index N u l) (index N v l)) as [L | [L | L]]; [nia | assumption | nia]. }
  destruct (Nat.eq_dec m l) as [-> | n]; [nia |]. apply IH; [intros; apply B; lia | assumption | lia].
Qed.

Lemma index_of_cell : forall l x k (u : nat -> nat), 0 <= x -> INR k <= INR N ^ l * x < INR k + 1 ->
  residue N delta l x = INR N ^ l * x - INR (index N u l) -> 0 <= residue N delta l x < 1 -> index N u l = k.
Proof.
  intros l x k u _ H E R. rewrite E in R. set (i := index N u l) in *.
  destruct (Nat.lt_trichotomy i k) as [L | [L | L]]; [exfalso | assumption | exfalso];
    apply le_INR in L; rewrite S_INR in L; lra.
Qed.

(* Two good points of one interval have the same steps on every level. *)
Lemma same_steps : forall l k x y, 0 <= x < 1 -> 0 <= y < 1 -> good N delta l x -> good N delta l y ->
  INR k <= INR N ^ l * x < INR k + 1 -> INR k <= INR N ^ l * y < INR k + 1 ->
  forall m i, (m < l)%nat -> (i < N - 1)%nat ->
  step delta (S i) (INR N * residue N delta m x) = step delta (S i) (INR N * residue N delta m y).
Proof.
  intros l k x y Hx Hy Gx Gy Kx Ky m i Hm Hi.
  destruct (digits N delta N2 delta_pos l x Hx Gx) as [u [U [Ex Rx]]].
  destruct (digits N delta N2 delta_pos l y Hy Gy) as [v [V [Ey Ry]]].
  assert (E : u m = v m).
  { apply index_injective with l; [| | assumption].
    - intros n Hn. destruct (U n Hn) as [U1 _]. destruct (V n Hn) as [V1 _]. lia.
    - rewrite (index_of_cell l x k u (proj1 Hx) Kx Ex Rx), (index_of_cell l y k v (proj1 Hy) Ky Ey Ry). reflexivity. }
  destruct (U m Hm) as [_ [_ U2]]. destruct (V m Hm) as [_ [_ V2]].
  rewrite U2, V2, E by lia. reflexivity.
Qed.

Lemma arg_constant : forall l (k : nat -> nat) (x y : point),
  (forall j, (j < d)%nat -> 0 <= x j < 1 /\ 0 <= y j < 1 /\ good N delta l (x j) /\ good N delta l (y j) /\
     INR (k j) <= INR N ^ l * x j < INR (k j) + 1 /\ INR (k j) <= INR N ^ l * y j < INR (k j) + 1) ->
  forall m, (m <= l)%nat -> arg m x = arg m y.
Proof.
  intros l k x y H. induction m as [| m IH]; intros Hm; cbn [arg]; [reflexivity |].
  rewrite IH by lia. f_equal. unfold steps_sum. apply sum_to_ext. intros j Hj. apply sum_to_ext. intros i Hi.
  destruct (H j Hj) as [A1 [A2 [A3 [A4 [A5 A6]]]]].
  rewrite (same_steps l (k j) (x j) (y j)) by assumption. reflexivity.
Qed.

(* Every readout is constant on the good part of a cell. *)
Theorem Phi_constant : forall l (k : nat -> nat) (x y : point),
  (forall j, (j < d)%nat -> 0 <= x j < 1 /\ 0 <= y j < 1 /\ good N delta l (x j) /\ good N delta l (y j) /\
     INR (k j) <= INR N ^ l * x j < INR (k j) + 1 /\ INR (k j) <= INR N ^ l * y j < INR (k j) + 1) ->
  Phi l x = Phi l y.
Proof.
  intros l k x y H. assert (A0 := arg_constant l k x y H). clear H.
  assert (G : forall n, (n <= l)%nat -> Phi n x = Phi n y); [| apply G; lia].
  induction n as [| n IH]; intros Hn; cbn [Phi]; [reflexivity |].
  unfold correction. rewrite IH, (A0 (S n)) by lia. reflexivity.
Qed.

End Network.
