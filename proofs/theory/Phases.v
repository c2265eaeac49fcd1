(* frac(m nu_k) for all cells k of a level at once, by integer arithmetic with counted truncations: Lemmas 6 and 7, d = 1.
   A walk down the tree of the digits, last digit first, keeps W = m (1 + i) prod(factors so far) in units of 2^-64. The factors still
   to come are Gaussian integers times 2^-f, f twice the sum of their shifts, so W matters only modulo 2^f. *)
From Coq Require Import Reals ZArith List Lra Lia.
From Coquelicot Require Import Complex.
From Layercert Require Import Digits Dyadic Weight Decoder.
Import ListNotations.
Open Scope R_scope.

(* ---- lists ---- *)

Lemma flat_map_length_const : forall (A B : Type) (F : A -> list B) n l, (forall a, In a l -> length (F a) = n) ->
  length (flat_map F l) = (length l * n)%nat.
Proof.
  induction l as [| a l IH]; intros H; [reflexivity |]. cbn [flat_map length].
  rewrite app_length, H, IH by (try (left; reflexivity); intros; apply H; right; assumption). lia.
Qed.

Lemma nth_flat_map : forall (A B : Type) (F : A -> list B) n l i e a b, (forall a, In a l -> length (F a) = n) ->
  (i < length l)%nat -> (e < n)%nat -> nth (n * i + e) (flat_map F l) b = nth e (F (nth i l a)) b.
Proof.
  induction l as [| y l IH]; intros i e a b H Hi He; simpl in Hi; [lia |]. cbn [flat_map].
  assert (Hy : length (F y) = n) by (apply H; left; reflexivity). destruct i as [| i]; cbn [nth].
  - rewrite app_nth1 by lia. f_equal. lia.
  - rewrite app_nth2 by nia. rewrite Hy.
    rewrite <- (IH i e a b) by (try (intros; apply H; right); assumption || lia). f_equal. nia.
Qed.

Fixpoint map2 {A B C : Type} (f : A -> B -> C) (a : list A) (b : list B) : list C :=
  match a, b with x :: a, y :: b => f x y :: map2 f a b | _, _ => [] end.

Lemma map2_length : forall (A B C : Type) (f : A -> B -> C) a b, length a = length b -> length (map2 f a b) = length a.
Proof. induction a as [| x a IH]; intros [| y b] H; try discriminate; [reflexivity |]. cbn. f_equal. apply IH. injection H as H. exact H. Qed.

Lemma nth_map2 : forall (A B C : Type) (f : A -> B -> C) a b i x y z, length a = length b -> (i < length a)%nat ->
  nth i (map2 f a b) z = f (nth i a x) (nth i b y).
Proof.
  induction a as [| x a IH]; intros [| y b] i x' y' z H Hi; try discriminate; simpl in Hi; [lia |].
  destruct i as [| i]; [reflexivity |]. cbn [map2 nth]. apply IH; [injection H as H; exact H | lia].
Qed.

(* The first entries of all lists, then the second ones, and so on. *)
Definition columns {A : Type} (rows : list (list A)) : list (list A) :=
  fold_right (map2 cons) (map (fun _ => []) (hd [] rows)) rows.
Definition interleave {A : Type} (rows : list (list A)) : list A := flat_map (fun c => c) (columns rows).

Lemma columns_shape : forall (A : Type) n (rows : list (list A)) (start : list (list A)), length start = n ->
  (forall r, In r rows -> length r = n) -> (forall c, In c start -> c = []) ->
  length (fold_right (map2 cons) start rows) = n /\
  (forall c, In c (fold_right (map2 cons) start rows) -> length c = length rows) /\
  forall e i a, (e < length rows)%nat -> (i < n)%nat ->
    nth e (nth i (fold_right (map2 cons) start rows) []) a = nth i (nth e rows []) a.
Proof.
  intros A n rows start Hs. induction rows as [| r rows IH]; intros Hr Hc; cbn [fold_right length].
  - split; [exact Hs |]. split; [intros c C; rewrite (Hc c C); reflexivity | intros; lia].
  - destruct IH as [L [C G]]; [intros; apply Hr; right; assumption | exact Hc |].
    assert (R : length r = n) by (apply Hr; left; reflexivity). rewrite map2_length by congruence. split; [exact R |]. split.
    + intros c I. destruct (In_nth _ _ [] I) as [i [Hi <-]]. rewrite map2_length in Hi by congruence.
      destruct r as [| a r']; [simpl in Hi; lia |].
      rewrite (nth_map2 _ _ _ cons (a :: r') _ i a []) by congruence.
      cbn [length]. f_equal. apply C, nth_In. rewrite L, <- R. exact Hi.
    + intros e i a He Hi. rewrite (nth_map2 _ _ _ cons r _ i a []) by congruence.
      destruct e as [| e]; [reflexivity |]. cbn [nth]. apply G; lia.
Qed.

Lemma nth_interleave : forall (A : Type) n (rows : list (list A)) i e a, (forall r, In r rows -> length r = n) ->
  (i < n)%nat -> (e < length rows)%nat -> nth (length rows * i + e) (interleave rows) a = nth i (nth e rows []) a.
Proof.
  intros A n rows i e a H Hi He. unfold interleave.
  assert (S : length (map (fun _ : A => @nil A) (hd [] rows)) = n).
  { rewrite map_length. apply H. destruct rows; [simpl in He; lia | left; reflexivity]. }
  destruct (columns_shape A n rows _ S H) as [L [C G]].
  { intros c I. apply in_map_iff in I. destruct I as [y [E _]]. symmetry. exact E. }
  rewrite (nth_flat_map _ _ _ _ _ _ _ []); [apply G; assumption | exact C | unfold columns; lia | exact He].
Qed.

Lemma interleave_length : forall (A : Type) n (rows : list (list A)), rows <> [] -> (forall r, In r rows -> length r = n) ->
  length (interleave rows) = (n * length rows)%nat.
Proof.
  intros A n rows H0 H. unfold interleave.
  assert (S : length (map (fun _ : A => @nil A) (hd [] rows)) = n).
  { rewrite map_length. apply H. destruct rows; [contradiction | left; reflexivity]. }
  destruct (columns_shape A n rows _ S H) as [L [C _]].
  { intros c I. apply in_map_iff in I. destruct I as [y [E _]]. symmetry. exact E. }
  fold (columns rows) in L, C. rewrite (flat_map_length_const _ _ _ _ _ C), L. reflexivity.
Qed.

(* ---- one bit position ---- *)

(* x is within E of a modulo 2^g. *)
Definition close (g : Z) (E a : Z) (x : R) : Prop := exists t : Z, Rabs (x - IZR a - IZR t * powerRZ 2 g) <= IZR E.
Definition both_close (g : Z) (E : Z) (W : Z * Z) (X : C) : Prop := close g E (fst W) (fst X) /\ close g E (snd W) (snd X).

(* A bit position, with the mask of the bits that matter below it. *)
Definition position := (positive * Z)%type.

Definition step (b : bool * position) (W : Z * Z) : Z * Z :=
  let '(set, (s, mask)) := b in
  let '(re, im) := W in
  if set then (Z.land (re - Z.shiftr re (2 * Zpos s) - Z.shiftr im (Zpos s - 1)) mask,
               Z.land (im - Z.shiftr im (2 * Zpos s) + Z.shiftr re (Zpos s - 1)) mask)
  else (Z.land (re + Z.shiftr re (2 * Zpos s)) mask, Z.land (im + Z.shiftr im (2 * Zpos s)) mask).
Definition more_error (s : positive) (E : Z) : Z := E + Z.shiftr E (Zpos s - 1) + 3.

(* The factor of a bit: (1 + i tau)^2 or 1 + tau^2. *)
Definition factor (b : bool * positive) : C := if fst b then u_set (tau (snd b)) else u_clear (tau (snd b)).

Lemma floor_bounds : forall a k, (0 <= k)%Z -> 0 <= IZR a * powerRZ 2 (- k) - IZR (Z.shiftr a k) < 1.
Proof.
  intros a k Hk. rewrite Z.shiftr_div_pow2 by assumption. assert (P : (0 < 2 ^ k)%Z) by (apply Z.pow_pos_nonneg; lia).
  assert (E := Z.div_mod a (2 ^ k) ltac:(lia)). assert (B := Z.mod_pos_bound a (2 ^ k) P).
  rewrite power_of_two_opp, <- power_of_two by assumption. set (q := (a / 2 ^ k)%Z) in *. set (r := (a mod 2 ^ k)%Z) in *.
  assert (PR : 0 < IZR (2 ^ k)) by (apply IZR_lt, P). rewrite E, plus_IZR, mult_IZR.
  replace ((IZR (2 ^ k) * IZR q + IZR r) * / IZR (2 ^ k) - IZR q) with (IZR r * / IZR (2 ^ k)) by (field; lra).
  split.
  - apply Rmult_le_pos; [apply IZR_le; lia | apply Rlt_le, Rinv_0_lt_compat, PR].
  - apply Rmult_lt_reg_r with (IZR (2 ^ k)); [exact PR |]. rewrite Rmult_assoc, Rinv_l, Rmult_1_r, Rmult_1_l by lra.
    apply IZR_lt. lia.
Qed.

Lemma masked : forall g a, (0 <= g)%Z -> exists t : Z, IZR (Z.land a (Z.ones g)) = IZR a - IZR t * powerRZ 2 g.
Proof.
  intros g a Hg. exists (a / 2 ^ g)%Z. rewrite Z.land_ones by assumption.
  assert (E := Z.div_mod a (2 ^ g) ltac:(apply Z.pow_nonzero; lia)).
  rewrite <- power_of_two, <- mult_IZR, <- minus_IZR by assumption. f_equal. lia.
Qed.

(* c x + c' y, where c and c' times the modulus before are whole multiples of the one after. *)
Lemma close_combination : forall g h E a b x y c c' (n n' : Z) u, close h E a x -> close h E b y -> (0 <= g)%Z -> forall r : Z,
  c * powerRZ 2 h = IZR n * powerRZ 2 g -> c' * powerRZ 2 h = IZR n' * powerRZ 2 g ->
  Rabs (c * IZR a + c' * IZR b - IZR r) <= u -> forall E', (Rabs c + Rabs c') * IZR E + u <= IZR E' ->
  close g E' (Z.land r (Z.ones g)) (c * x + c' * y).
Proof.
  intros g h E a b x y c c' n n' u [t Ht] [t' Ht'] Hg r Hn Hn' Hr E' HE'.
  destruct (masked g r Hg) as [z Ez]. exists (n * t + n' * t' + z)%Z. rewrite Ez.
  rewrite !plus_IZR, !mult_IZR.
  replace (c * x + c' * y - (IZR r - IZR z * powerRZ 2 g) - (IZR n * IZR t + IZR n' * IZR t' + IZR z) * powerRZ 2 g)
    with (c * (x - IZR a - IZR t * powerRZ 2 h) + c' * (y - IZR b - IZR t' * powerRZ 2 h) + (c * IZR a + c' * IZR b - IZR r)
      + (c * powerRZ 2 h - IZR n * powerRZ 2 g) * IZR t + (c' * powerRZ 2 h - IZR n' * powerRZ 2 g) * IZR t') by ring.
  rewrite Hn, Hn', !Rminus_eq_0, !Rmult_0_l, !Rplus_0_r.
  eapply Rle_trans; [apply Rabs_triang |]. eapply Rle_trans; [apply Rplus_le_compat_r, Rabs_triang |]. rewrite !Rabs_mult.
  assert (A := Rmult_le_compat_l _ _ _ (Rabs_pos c) Ht). assert (B := Rmult_le_compat_l _ _ _ (Rabs_pos c') Ht'). lra.
Qed.

Lemma tau_facts : forall s, 0 < tau s <= 1 / 2 /\ 2 * tau s = powerRZ 2 (- (Zpos s - 1)) /\ tau s * tau s = powerRZ 2 (- (2 * Zpos s)).
Proof.
  intros s. assert (P := powerRZ_pos (Zneg s)). fold (tau s) in P.
  assert (T : 2 * tau s = powerRZ 2 (- (Zpos s - 1))).
  { unfold tau. replace (Zneg s) with (- (Zpos s - 1) + - (1))%Z by lia. rewrite powerRZ_add by lra. simpl (powerRZ 2 (- (1))). field. }
  split; [split; [exact P |] | split; [exact T |]].
  - assert (H : powerRZ 2 (- (Zpos s - 1)) <= 1).
    { rewrite power_of_two_opp, <- power_of_two, <- Rinv_1 by lia. apply Rinv_le_contravar; [lra |]. apply IZR_le.
      assert (0 < 2 ^ (Zpos s - 1))%Z by (apply Z.pow_pos_nonneg; lia). lia. }
    lra.
  - unfold tau. rewrite <- powerRZ_add by lra. f_equal. lia.
Qed.

Lemma more_error_bound : forall s E c c', (0 <= E)%Z -> Rabs c + Rabs c' <= 1 + 2 * tau s ->
  (Rabs c + Rabs c') * IZR E + 2 <= IZR (more_error s E).
Proof.
  intros s E c c' HE H. unfold more_error. rewrite !plus_IZR. destruct (tau_facts s) as [_ [T _]].
  destruct (floor_bounds E (Zpos s - 1) ltac:(lia)) as [_ F]. rewrite <- T in F. apply IZR_le in HE.
  assert (G := Rmult_le_compat_r _ _ _ HE H). lra.
Qed.

Theorem step_close : forall g set s E W X, (0 <= g)%Z -> (0 <= E)%Z -> both_close (g + 2 * Zpos s) E W X ->
  both_close g (more_error s E) (step (set, (s, Z.ones g)) W) (factor (set, s) * X)%C.
Proof.
  intros g set s E [a b] [x y] Hg HE [Ha Hb]. cbn [fst snd] in Ha, Hb. destruct (tau_facts s) as [T [T1 T2]].
  set (h := (g + 2 * Zpos s)%Z) in *.
  assert (M1 : powerRZ 2 h = IZR (2 ^ (2 * Zpos s)) * powerRZ 2 g).
  { unfold h. rewrite powerRZ_add, power_of_two by (lra || lia). ring. }
  assert (M2 : tau s * tau s * powerRZ 2 h = 1 * powerRZ 2 g).
  { rewrite T2. unfold h. rewrite <- powerRZ_add, Rmult_1_l by lra. f_equal. lia. }
  assert (M3 : 2 * tau s * powerRZ 2 h = IZR (2 ^ (Zpos s + 1)) * powerRZ 2 g).
  { rewrite T1, power_of_two by lia. unfold h. rewrite <- !powerRZ_add by lra. f_equal. lia. }
  assert (F2a := floor_bounds a (2 * Zpos s) ltac:(lia)). assert (F2b := floor_bounds b (2 * Zpos s) ltac:(lia)).
  assert (F1a := floor_bounds a (Zpos s - 1) ltac:(lia)). assert (F1b := floor_bounds b (Zpos s - 1) ltac:(lia)).
  rewrite <- T1 in F1a, F1b. rewrite <- T2 in F2a, F2b.
  assert (Q : 0 < tau s * tau s <= tau s) by nra.
  unfold step, factor, both_close. cbn [fst snd]. destruct set.
  - assert (S1 : Rabs (1 - tau s * tau s) + Rabs (- (2 * tau s)) <= 1 + 2 * tau s)
      by (rewrite Rabs_Ropp, !Rabs_pos_eq by lra; lra).
    assert (S2 : Rabs (1 - tau s * tau s) + Rabs (2 * tau s) <= 1 + 2 * tau s) by (rewrite !Rabs_pos_eq by lra; lra).
    unfold u_set, Cmult. cbn [fst snd]. split.
    + replace ((1 * 1 - tau s * tau s) * x - (1 * tau s + tau s * 1) * y)
        with ((1 - tau s * tau s) * x + - (2 * tau s) * y) by ring.
      apply (close_combination g h E a b x y _ _ (2 ^ (2 * Zpos s) - 1) (- 2 ^ (Zpos s + 1)) 2 Ha Hb Hg);
        [rewrite minus_IZR; lra | rewrite opp_IZR; lra | | apply more_error_bound; assumption].
      rewrite !minus_IZR. apply Rabs_le. lra.
    + replace ((1 * 1 - tau s * tau s) * y + (1 * tau s + tau s * 1) * x)
        with ((1 - tau s * tau s) * y + 2 * tau s * x) by ring.
      apply (close_combination g h E b a y x _ _ (2 ^ (2 * Zpos s) - 1) (2 ^ (Zpos s + 1)) 2 Hb Ha Hg);
        [rewrite minus_IZR; lra | exact M3 | | apply more_error_bound; assumption].
      rewrite plus_IZR, minus_IZR. apply Rabs_le. lra.
  - assert (S1 : Rabs (1 + tau s * tau s) + Rabs 0 <= 1 + 2 * tau s) by (rewrite !Rabs_pos_eq by lra; lra).
    assert (G : forall v z, close h E v z -> close g (more_error s E) (Z.land (v + Z.shiftr v (2 * Zpos s)) (Z.ones g)) ((1 + tau s * tau s) * z)).
    { intros v z Hv. replace ((1 + tau s * tau s) * z) with ((1 + tau s * tau s) * z + 0 * z) by ring.
      apply (close_combination g h E v v z z _ _ (2 ^ (2 * Zpos s) + 1) 0 2 Hv Hv Hg);
        [rewrite plus_IZR; lra | ring | | apply more_error_bound; assumption].
      assert (F := floor_bounds v (2 * Zpos s) ltac:(lia)). rewrite <- T2 in F. rewrite plus_IZR. apply Rabs_le. lra. }
    unfold u_clear, Cmult, RtoC. cbn [fst snd]. split.
    + replace ((1 + tau s * tau s) * x - 0 * y) with ((1 + tau s * tau s) * x) by ring. apply G, Ha.
    + replace ((1 + tau s * tau s) * y + 0 * x) with ((1 + tau s * tau s) * y) by ring. apply G, Hb.
Qed.

(* ---- the bits of a digit ---- *)

(* Bits with rising shifts; those of the bits that matter below the first are g. *)
Fixpoint with_masks (g : Z) (bits : list (bool * positive)) : list (bool * position) :=
  match bits with [] => [] | (set, s) :: rest => (set, (s, Z.ones g)) :: with_masks (g + 2 * Zpos s) rest end.
Definition walk (bits : list (bool * position)) (W : Z * Z) : Z * Z := fold_right step W bits.
Definition shift_sum (shifts : list positive) : Z := fold_right (fun s sum => Z.pos s + sum)%Z 0%Z shifts.
Definition error_after (shifts : list positive) (E : Z) : Z := fold_right more_error E shifts.
Definition real_bits (bits : list (bool * positive)) : list bit := map (fun b => (fst b, tau (snd b))) bits.

Lemma error_after_nonneg : forall shifts E, (0 <= E)%Z -> (0 <= error_after shifts E)%Z.
Proof.
  induction shifts as [| s shifts IH]; intros E HE; [exact HE |]. change (0 <= more_error s (error_after shifts E))%Z.
  assert (A := IH E HE). assert (B := proj2 (Z.shiftr_nonneg (error_after shifts E) (Zpos s - 1)) A). unfold more_error. lia.
Qed.

Lemma shift_sum_nonneg : forall shifts, (0 <= shift_sum shifts)%Z.
Proof. induction shifts as [| s shifts IH]; cbn [shift_sum fold_right]; [lia |]. unfold shift_sum in IH. lia. Qed.

Theorem walk_close : forall bits g E W X, (0 <= g)%Z -> (0 <= E)%Z -> both_close (g + 2 * shift_sum (map snd bits)) E W X ->
  both_close g (error_after (map snd bits) E) (walk (with_masks g bits) W) (factors (real_bits bits) * X)%C.
Proof.
  induction bits as [| [set s] bits IH]; intros g E W X Hg HE H.
  - cbn [with_masks walk fold_right error_after map real_bits factors]. replace (RtoC 1 * X)%C with X by ring.
    cbn [shift_sum map fold_right] in H. rewrite Z.add_0_r in H. exact H.
  - cbn [with_masks walk fold_right map error_after snd real_bits factors fst].
    fold (walk (with_masks (g + 2 * Zpos s) bits) W) (error_after (map snd bits) E) (real_bits bits).
    replace ((if set then u_set (tau s) else u_clear (tau s)) * factors (real_bits bits) * X)%C
      with (factor (set, s) * (factors (real_bits bits) * X))%C by (unfold factor; cbn [fst snd]; ring).
    apply step_close; [exact Hg | apply error_after_nonneg, HE |]. apply IH; [lia | exact HE |].
    change (shift_sum (map snd ((set, s) :: bits))) with (Zpos s + shift_sum (map snd bits))%Z in H.
    replace (g + 2 * Zpos s + 2 * shift_sum (map snd bits))%Z with (g + 2 * (Zpos s + shift_sum (map snd bits)))%Z by lia. exact H.
Qed.

(* ---- the tree ---- *)

Section Tree.
Variable N : nat.
Variable digit_bits : nat -> nat -> list (bool * positive). (* of digit i with value e *)
Variable digit_shifts : nat -> list positive.
Hypothesis shifts_of_bits : forall i e, map snd (digit_bits i e) = digit_shifts i.
Hypothesis N2 : (2 <= N)%nat.

Fixpoint cell_bits (u : nat -> nat) (l : nat) : list (bool * positive) :=
  match l with O => [] | S i => cell_bits u i ++ digit_bits i (u i) end.

(* Bits of W that matter before digit i is read, in units of 2^-64. *)
Fixpoint kept (i : nat) : Z := match i with O => 64%Z | S i => (kept i + 2 * shift_sum (digit_shifts i))%Z end.

(* For each digit, highest first, and each of its values the bits with their masks. *)
Fixpoint choices (l : nat) : list (list (list (bool * position))) :=
  match l with O => [] | S i => map (fun e => with_masks (kept i) (digit_bits i e)) (seq 0 N) :: choices i end.

(* The leaves, by rising x: the first digit, which is read last, counts most. *)
Fixpoint leaves (tree : list (list (list (bool * position)))) (W : Z * Z) : list Z :=
  match tree with
  | [] => [snd W]
  | digit :: rest => interleave (map (fun bits => leaves rest (walk bits W)) digit)
  end.

Fixpoint leaf_error (l : nat) (E : Z) : Z := match l with O => E | S i => leaf_error i (error_after (digit_shifts i) E) end.

Lemma kept_nonneg : forall i, (0 <= kept i)%Z.
Proof. induction i as [| i IH]; cbn [kept]; [lia |]. generalize (shift_sum_nonneg (digit_shifts i)). lia. Qed.

Lemma leaves_length : forall l W, length (leaves (choices l) W) = (N ^ l)%nat.
Proof.
  induction l as [| l IH]; intros W; [reflexivity |]. cbn [choices leaves]. rewrite map_map.
  rewrite (interleave_length _ (N ^ l)).
  - rewrite map_length, seq_length, Nat.pow_succ_r'. lia.
  - destruct N; [lia | discriminate].
  - intros r I. apply in_map_iff in I. destruct I as [e [<- _]]. apply IH.
Qed.

Lemma factors_app : forall a b, factors (a ++ b) = (factors a * factors b)%C.
Proof. induction a as [| [s t] a IH]; intros b; cbn [app factors]; [ring |]. rewrite IH. ring. Qed.

Lemma real_bits_app : forall a b, real_bits (a ++ b) = real_bits a ++ real_bits b.
Proof. intros. apply map_app. Qed.

Theorem leaves_close : forall l E W X (u : nat -> nat), (0 <= E)%Z -> both_close (kept l) E W X ->
  (forall m, (m < l)%nat -> (u m < N)%nat) ->
  close 64 (leaf_error l E) (nth (Digits.index N u l) (leaves (choices l) W) 0%Z) (snd (factors (real_bits (cell_bits u l)) * X)%C).
Proof.
  induction l as [| l IH]; intros E W X u HE H U.
  - cbn. replace (1 * snd X + 0 * fst X) with (snd X) by ring. exact (proj2 H).
  - cbn [choices leaves Digits.index leaf_error cell_bits]. rewrite map_map.
    assert (Ul : (u l < N)%nat) by (apply U; lia).
    assert (I : (Digits.index N u l < N ^ l)%nat) by (apply index_below; [exact N2 | intros; apply U; lia]).
    set (rows := map (fun e => leaves (choices l) (walk (with_masks (kept l) (digit_bits l e)) W)) (seq 0 N)).
    assert (L : length rows = N) by (unfold rows; rewrite map_length, seq_length; reflexivity).
    assert (G : forall z, nth (N * Digits.index N u l + u l) (interleave rows) z = nth (Digits.index N u l) (nth (u l) rows []) z).
    { intros z. rewrite <- L at 1. apply (nth_interleave _ (N ^ l)); [| exact I | lia].
      intros r R. unfold rows in R. apply in_map_iff in R. destruct R as [e [<- _]]. apply leaves_length. }
    rewrite G. unfold rows.
    rewrite (nth_indep _ [] (leaves (choices l) (walk (with_masks (kept l) (digit_bits l 0)) W))) by (rewrite map_length, seq_length; lia).
    rewrite (map_nth (fun e => leaves (choices l) (walk (with_masks (kept l) (digit_bits l e)) W))), seq_nth by lia. cbn [Nat.add].
    rewrite real_bits_app, factors_app.
    replace (factors (real_bits (cell_bits u l)) * factors (real_bits (digit_bits l (u l))) * X)%C
      with (factors (real_bits (cell_bits u l)) * (factors (real_bits (digit_bits l (u l))) * X))%C by ring.
    rewrite <- (shifts_of_bits l (u l)). apply IH; [apply error_after_nonneg, HE | | intros; apply U; lia].
    apply walk_close; [apply kept_nonneg | exact HE |]. rewrite shifts_of_bits. exact H.
Qed.

(* The phases m nu_k, in units of 2^-64, for m = units 2^-64. *)
Definition phases (l : nat) (units : Z) : list Z :=
  let root := Z.land units (Z.ones (kept l)) in leaves (choices l) (root, root).
Definition phase_error (l : nat) : Z := leaf_error l 0.

Theorem phases_close : forall l units (u : nat -> nat), (forall m, (m < l)%nat -> (u m < N)%nat) ->
  close 64 (phase_error l) (nth (Digits.index N u l) (phases l units) 0%Z) (IZR units * nu (real_bits (cell_bits u l))).
Proof.
  intros l units u U. unfold phases, phase_error. cbv zeta. unfold nu.
  replace (IZR units * snd ((1, 1) * factors (real_bits (cell_bits u l)))%C)
    with (snd (factors (real_bits (cell_bits u l)) * (IZR units, IZR units))%C) by (cbn [Cmult fst snd]; ring).
  apply leaves_close; [lia | | exact U].
  assert (G : close (kept l) 0 (Z.land units (Z.ones (kept l))) (IZR units)).
  { destruct (masked (kept l) units (kept_nonneg l)) as [t E]. exists t. rewrite E.
    replace (IZR units - (IZR units - IZR t * powerRZ 2 (kept l)) - IZR t * powerRZ 2 (kept l)) with 0 by ring. rewrite Rabs_R0. lra. }
  split; exact G.
Qed.

End Tree.
