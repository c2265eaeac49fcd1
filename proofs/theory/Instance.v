(* Claim R of one network and one target, d = 1, from a computation: enclosures of the cells' values, of the integrals of error and
   modulus, and the comparison. *)
From Coq Require Import Reals ZArith List Bool Lra Lia Arith.
From Coquelicot Require Import Coquelicot.
From Interval.Interval Require Import Interval.
From Interval.Real Require Import Xreal.
From Layercert Require Import Integral Power Relu Digits Network Dyadic Weight Layers Sums Soundness Expression CellValues Boxes Claim.
Import ListNotations.
Open Scope R_scope.

Section Instance.
Variable P : parameters.
Variable net : network weight.
Variable f : expression.
Variable p : positive.
Let N := base P.
Let n := Pos.to_nat p.

(* Nothing here has to be right: with other values the computation comes out false, or needs longer. *)
Record level_hints := LevelHints {
  shift : dyadic;               (* h, for which the modulus is bounded from below *)
  boxes_of_cell : positive;     (* in how many boxes each cell is cut *)
  boxes_of_modulus : positive }.
Record hints := Hints {
  value_bits : positive;
  start_bound : dyadic;         (* of |Phi_0| *)
  bound : Z;                    (* of |f| on [0, 1] *)
  boxes_of_bound : positive;
  levels : list level_hints }.
Variable H : hints.

Let prec := F.PtoP (value_bits H).
Definition whole (z : Z) : I.type := I.fromZ prec z.
Definition power_enclosure (X : I.type) : I.type := I.power_int prec (I.abs X) (Zpos p).

(* ---- the target on [0, 1] ---- *)

Definition target_ok : bool :=
  forallb (fun i => let X := box prec (boxes_of_bound H) (whole 1) i in
    continuous_on prec f X && at_least prec (whole (bound H)) (I.abs (enclose prec f X))) (numbers 0 (Pos.to_nat (boxes_of_bound H))).

Lemma target_correct : target_ok = true -> forall x, 0 <= x <= 1 -> continuous (eval f) x /\ Rabs (eval f x) <= IZR (bound H).
Proof.
  intros T x Hx. unfold target_ok in T. rewrite forallb_forall in T.
  destruct (box_of prec (boxes_of_bound H) 1 (whole 1) (holds_Z prec 1) x Hx) as [i [Hi B]].
  assert (Ti := T i (in_numbers _ _ _ ltac:(rewrite positive_nat_Z; exact Hi))). cbv zeta in Ti. apply andb_prop in Ti. destruct Ti as [C A].
  split; [exact (continuous_correct prec f _ x C B) |].
  exact (at_least_correct _ _ _ _ _ A (holds_Z prec (bound H)) (holds_abs _ _ (enclose_correct prec f _ x B))).
Qed.

Lemma power_whole : forall x, 0 <= x -> power (IZR (Zpos p)) x = x ^ n.
Proof.
  assert (Hn : (0 < n)%nat) by apply Pos2Nat.is_pos.
  intros x Hx. destruct (Req_dec x 0) as [-> | z].
  - rewrite power_0 by lra. symmetry. apply pow_i. assumption.
  - rewrite power_pos by lra. rewrite <- Rpower_pow by lra. unfold n. rewrite INR_IZR_INZ, positive_nat_Z. reflexivity.
Qed.

Lemma power_holds : forall X x, holds X x -> holds (power_enclosure X) (power (IZR (Zpos p)) (Rabs x)).
Proof. intros X x HX. rewrite power_whole by apply Rabs_pos. apply holds_power, holds_abs, HX. Qed.

Lemma power_continuous : forall (g : R -> R) x, continuous g x -> continuous (fun x => power (IZR (Zpos p)) (Rabs (g x))) x.
Proof.
  intros g x Hg. apply continuous_ext with (fun x => Rabs (g x) ^ n).
  - intros y. symmetry. apply power_whole, Rabs_pos.
  - apply continuous_pow, continuous_abs, Hg.
Qed.

Lemma integrable_of_continuous : forall (g : R -> R) a b, a <= b -> (forall x, a <= x <= b -> continuous g x) -> ex_RInt g a b.
Proof.
  intros g a b Hab Hg. apply (ex_RInt_continuous g a b). intros x Hx. rewrite Rmin_left, Rmax_right in Hx by assumption. apply Hg, Hx.
Qed.

(* ---- the readouts are continuous ---- *)

Lemma relu_continuous : forall (g : R -> R) x, continuous g x -> continuous (fun x => relu (g x)) x.
Proof.
  intros g x Hg. apply continuous_ext with (fun x => / 2 * (g x + 0 + Rabs (g x - 0))).
  - intros y. symmetry. apply max_half.
  - apply (continuous_mul (fun _ => / 2)); [apply continuous_const |].
    apply continuous_add; [| apply continuous_abs]; [apply continuous_add | apply continuous_sub]; try assumption; apply continuous_const.
Qed.

Lemma scale_continuous : forall (g : R -> R) c x, continuous g x -> continuous (fun x => c * g x) x.
Proof. intros g c x Hg. apply (continuous_mul (fun _ => c)); [apply continuous_const | assumption]. Qed.

Lemma step_continuous : forall (g : R -> R) delta e x, continuous g x -> continuous (fun x => step delta e (g x)) x.
Proof.
  intros g delta e x Hg. unfold step.
  assert (Q : continuous (fun x => (g x - INR e) / delta) x).
  { apply continuous_ext with (fun x => / delta * (g x - INR e)); [intros; apply Rmult_comm |].
    apply scale_continuous, continuous_sub; [assumption | apply continuous_const]. }
  apply continuous_sub; apply relu_continuous; [apply continuous_add; [assumption | apply continuous_const] | assumption].
Qed.

Lemma residue_continuous : forall delta l x, continuous (residue N delta l) x.
Proof.
  intros delta. induction l as [| l IH]; intros x; [apply continuous_id |]. cbn [residue]. unfold next.
  apply continuous_sub; [apply scale_continuous, IH |].
  generalize (N - 1)%nat. induction n0 as [| k IHk]; cbn [steps]; [apply continuous_const |].
  apply continuous_add; [exact IHk | apply step_continuous, scale_continuous, IH].
Qed.

Lemma sum_continuous : forall k (u : nat -> R -> R) x, (forall i, continuous (u i) x) -> continuous (fun x => sum_to k (fun i => u i x)) x.
Proof.
  induction k as [| k IH]; intros u x Hu; cbn [sum_to]; [apply continuous_const |].
  apply continuous_add; [apply IH, Hu | apply Hu].
Qed.

Lemma arg_continuous : forall m x, continuous (fun x => ideal_arg P m (on_line x)) x.
Proof.
  unfold ideal_arg. induction m as [| m IH]; intros x; cbn [Network.arg]; [apply continuous_const |].
  apply continuous_add; [apply relu_continuous, IH |]. unfold steps_sum.
  apply sum_continuous. intros j. apply (sum_continuous _ (fun i x => (ideal_angle P m j (S i) - ideal_angle P m j i) *
    step (delta P) (S i) (INR (base P) * residue (base P) (delta P) m (on_line x j)))). intros i.
  apply scale_continuous, step_continuous, scale_continuous. exact (residue_continuous (delta P) m x).
Qed.

Lemma Phi_continuous : forall l x, continuous (fun x => ideal_Phi P l (on_line x)) x.
Proof.
  unfold ideal_Phi. induction l as [| l IH]; intros x; cbn [Phi]; [apply continuous_const |].
  apply continuous_add.
  - apply scale_continuous. unfold correction.
    apply (continuous_sin_comp (fun x => weight_value (sine_weight P l) * sin (weight_value first_phase + ideal_arg P (S l) (on_line x)))).
    apply scale_continuous. apply (continuous_sin_comp (fun x => weight_value first_phase + ideal_arg P (S l) (on_line x))).
    apply continuous_add; [apply continuous_const | apply arg_continuous].
  - apply continuous_sub; [| apply continuous_const]. apply relu_continuous, continuous_add; [apply IH | apply continuous_const].
Qed.

(* ---- one level ---- *)

Definition level_claim (l : nat) : Prop :=
  ex_RInt (fun x => power (IZR (Zpos p)) (Rabs (eval f x - readout (real_network net) l (fun _ => x)))) 0 1 /\
  is_finite (omega (IZR (Zpos p)) (eval f) (/ INR N ^ l)) /\
  Rbar_le (Finite (norm (IZR (Zpos p)) (fun x => eval f x - readout (real_network net) l (fun _ => x)) 0 1))
    (Rbar_mult (Finite 3) (omega (IZR (Zpos p)) (eval f) (/ INR N ^ l))).

Section Level.
Variable l : nat.
Variable h : level_hints.
Definition boxes_of_level : positive := Z.to_pos (Z.of_nat N ^ Z.of_nat l * Zpos (boxes_of_cell h)).

Definition error_integrand (V X : I.type) : I.type := power_enclosure (I.sub prec (enclose prec f X) V).
Fixpoint error_enclosure (boxes : positive) (per_cell : nat) (values : list I.type) (first : Z) : I.type :=
  match values with
  | [] => whole 0
  | V :: rest => I.add prec (integral_enclosure prec boxes (whole 1) (error_integrand V) first per_cell)
      (error_enclosure boxes per_cell rest (first + Z.of_nat per_cell))
  end.

Definition modulus_integrand (Shift X : I.type) : I.type :=
  power_enclosure (I.sub prec (enclose prec f (I.add prec X Shift)) (enclose prec f X)).
(* Over the x with x and x + h in [0, 1]. *)
Definition modulus_enclosure : I.type :=
  let Shift := dyadic_interval prec (shift h) in
  let Reach := I.sub prec (whole 1) Shift in
  integral_enclosure prec (boxes_of_modulus h) Reach (modulus_integrand Shift) 0 (Pos.to_nat (boxes_of_modulus h)).

(* reach^p times the measure of the bad set *)
Definition bad_enclosure : I.type :=
  I.mul prec (power_enclosure (I.add prec (whole (bound H)) (dyadic_interval prec (offset P))))
    (I.mul prec (whole (Z.of_nat l)) (I.mul prec (dyadic_interval prec (Dyadic 1 (- ramp P)))
      (I.sub prec (whole 1) (I.div prec (whole 1) (whole (Z.of_nat N)))))).

Definition shift_ok : bool := le zero (shift h) && le (shift h) one && le (mul (shift h) (Dyadic (Z.of_nat N ^ Z.of_nat l) 0)) one.
Definition error_of_level (values : list I.type) : I.type :=
  I.add prec (error_enclosure boxes_of_level (Pos.to_nat (boxes_of_cell h)) values 0) bad_enclosure.
Definition modulus_of_level : I.type := I.mul prec (I.power_int prec (whole 3) (Zpos p)) modulus_enclosure.
Definition level_ok (values : list I.type) : bool := shift_ok && at_least prec modulus_of_level (error_of_level values).

Hypothesis start_bounded : Rabs (weight_value (start P)) <= value (start_bound H).
Hypothesis is_sound : sound P (start_bound H) = true.
Hypothesis net_matches : matches P net = true.
Hypothesis is_target : target_ok = true.
Hypothesis l_range : (1 <= l <= depth P)%nat.
Variable values : list I.type.
Hypothesis values_right : values_hold P prec l values.
Hypothesis is_level : level_ok values = true.

Let N2 : (2 <= N)%nat := sound_N P _ is_sound.

Lemma level_facts : shift_ok = true /\ at_least prec modulus_of_level (error_of_level values) = true.
Proof. exact (andb_prop _ _ is_level). Qed.

Lemma boxes_value : IZR (Zpos boxes_of_level) = INR N ^ l * IZR (Zpos (boxes_of_cell h)).
Proof.
  unfold boxes_of_level. rewrite Z2Pos.id.
  - rewrite mult_IZR, INR_IZR_INZ, <- pow_IZR. reflexivity.
  - apply Z.mul_pos_pos; [apply Z.pow_pos_nonneg |]; lia.
Qed.

Lemma cell_end_box : forall k, cell_end N l k = box_end boxes_of_level 1 (Z.of_nat k * Zpos (boxes_of_cell h)).
Proof.
  intros k. unfold cell_end, box_end. rewrite boxes_value, mult_IZR, <- INR_IZR_INZ.
  assert (IZR (Zpos (boxes_of_cell h)) <> 0) by (apply not_0_IZR; lia).
  assert (INR N ^ l <> 0) by (apply pow_nonzero, not_0_INR; lia). field. split; assumption.
Qed.

Definition cell_error (k : nat) : R :=
  RInt (fun x => power (IZR (Zpos p)) (Rabs (eval f x - cell_value P l k))) (cell_end N l k) (cell_end N l (S k)).

Lemma error_integrand_continuous : forall v x, 0 <= x <= 1 ->
  continuous (fun x => power (IZR (Zpos p)) (Rabs (eval f x - v))) x.
Proof.
  intros v x Hx. apply (power_continuous (fun x => eval f x - v)). apply continuous_sub; [| apply continuous_const].
  apply (target_correct is_target x Hx).
Qed.

Lemma cell_integrable : forall v k, (k < N ^ l)%nat ->
  ex_RInt (fun x => power (IZR (Zpos p)) (Rabs (eval f x - v))) (cell_end N l k) (cell_end N l (S k)).
Proof.
  intros v k Hk. apply integrable_of_continuous; [apply cell_end_le; assumption |]. intros x Hx.
  apply error_integrand_continuous. destruct (cell_end_range N N2 l k) as [A0 _]; [lia |].
  destruct (cell_end_range N N2 l (S k)) as [_ A1]; [lia |]. lra.
Qed.

Lemma cell_error_holds : forall V k, (k < N ^ l)%nat -> holds V (cell_value P l k) ->
  holds (integral_enclosure prec boxes_of_level (whole 1) (error_integrand V) (Z.of_nat k * Zpos (boxes_of_cell h)) (Pos.to_nat (boxes_of_cell h)))
    (cell_error k).
Proof.
  intros V k Hk HV. assert (Ik := cell_integrable (cell_value P l k) k Hk). unfold cell_error. rewrite !cell_end_box in *.
  replace (Z.of_nat (S k) * Zpos (boxes_of_cell h))%Z
    with (Z.of_nat k * Zpos (boxes_of_cell h) + Z.of_nat (Pos.to_nat (boxes_of_cell h)))%Z in * by (rewrite positive_nat_Z; lia).
  apply (integral_enclosure_holds prec boxes_of_level 1 (whole 1) Rle_0_1 (holds_Z prec 1)); [exact Ik |].
  intros X x B. unfold error_integrand. apply power_holds, holds_sub; [apply enclose_correct, B | exact HV].
Qed.

Lemma sum_to_front : forall K U, sum_to (S K) U = U O + sum_to K (fun k => U (S k)).
Proof.
  induction K as [| K IH]; intros U; [cbn [sum_to]; ring |]. transitivity (sum_to (S K) U + U (S K)); [reflexivity |].
  rewrite IH. cbn [sum_to]. ring.
Qed.

Lemma error_holds : holds (error_enclosure boxes_of_level (Pos.to_nat (boxes_of_cell h)) values 0) (sum_to (N ^ l) cell_error).
Proof.
  assert (G : forall vs k, (forall i, (i < length vs)%nat -> (k + i < N ^ l)%nat /\ holds (nth i vs (whole 0)) (cell_value P l (k + i))) ->
    holds (error_enclosure boxes_of_level (Pos.to_nat (boxes_of_cell h)) vs (Z.of_nat k * Zpos (boxes_of_cell h)))
      (sum_to (length vs) (fun i => cell_error (k + i)))).
  { induction vs as [| V vs IH]; intros k Hv; [apply holds_Z |]. cbn [length error_enclosure]. rewrite sum_to_front. apply holds_add.
    - destruct (Hv O) as [B1 B2]; [simpl; lia |]. rewrite Nat.add_0_r in *. apply cell_error_holds; assumption.
    - assert (E : sum_to (length vs) (fun i => cell_error (k + S i)) = sum_to (length vs) (fun i => cell_error (S k + i))).
      { apply sum_to_ext. intros i _. f_equal. lia. }
      rewrite E.
      replace (Z.of_nat k * Zpos (boxes_of_cell h) + Z.of_nat (Pos.to_nat (boxes_of_cell h)))%Z
        with (Z.of_nat (S k) * Zpos (boxes_of_cell h))%Z by (rewrite positive_nat_Z; lia).
      apply IH. intros i Hi. destruct (Hv (S i)) as [B1 B2]; [simpl; lia |].
      replace (S k + i)%nat with (k + S i)%nat by lia. split; assumption. }
  assert (len := proj1 values_right). fold N in len. rewrite <- len. apply (G values O). intros i Hi. rewrite Nat.add_0_l.
  assert (Hi' : (i < N ^ l)%nat) by (rewrite <- len; exact Hi). split; [exact Hi' |].
  exact (value_of_cell P _ is_sound prec l values i values_right Hi').
Qed.

Lemma shift_facts : 0 <= value (shift h) <= 1 /\ value (shift h) <= / INR N ^ l.
Proof.
  destruct level_facts as [S _]. unfold shift_ok in S. apply andb_prop in S. destruct S as [S S3]. apply andb_prop in S. destruct S as [S1 S2].
  apply value_le in S1. apply value_le in S2. apply value_le in S3. rewrite value_mul in S3. rewrite value_zero in S1. rewrite value_one in S2, S3.
  assert (E : value {| mantissa := Z.of_nat N ^ Z.of_nat l; exponent := 0 |} = INR N ^ l).
  { unfold value. cbn [mantissa exponent powerRZ]. rewrite <- pow_IZR, <- INR_IZR_INZ. ring. }
  rewrite E in S3. assert (Q : 0 < INR N ^ l) by (apply pow_lt, lt_0_INR; lia).
  split; [lra |]. apply Rmult_le_reg_r with (INR N ^ l); [assumption |]. rewrite Rinv_l by lra. assumption.
Qed.

Definition difference (x : R) : R := power (IZR (Zpos p)) (Rabs (eval f (x + value (shift h)) - eval f x)).

Lemma difference_integrable : ex_RInt difference 0 (1 - value (shift h)).
Proof.
  destruct shift_facts as [S _]. apply integrable_of_continuous; [lra |]. intros x Hx.
  apply (power_continuous (fun x => eval f (x + value (shift h)) - eval f x)). apply continuous_sub.
  - apply (continuous_comp (fun x => x + value (shift h)) (eval f)).
    + apply continuous_add; [apply continuous_id | apply continuous_const].
    + apply (target_correct is_target). lra.
  - apply (target_correct is_target). lra.
Qed.

Lemma modulus_holds : holds modulus_enclosure (RInt difference 0 (1 - value (shift h))).
Proof.
  destruct shift_facts as [S _]. unfold modulus_enclosure. cbv zeta. set (Shift := dyadic_interval prec (shift h)).
  assert (R0 : 0 <= 1 - value (shift h)) by lra.
  assert (HS : holds Shift (value (shift h))) by apply holds_dyadic.
  assert (HR : holds (I.sub prec (whole 1) Shift) (1 - value (shift h))) by (apply holds_sub; [apply holds_Z | exact HS]).
  assert (G := integral_enclosure_holds prec (boxes_of_modulus h) _ _ R0 HR difference (modulus_integrand Shift)
    (Pos.to_nat (boxes_of_modulus h)) 0).
  rewrite Z.add_0_l, positive_nat_Z, box_end_first, box_end_last in G. apply G; [apply difference_integrable |].
  intros X x B. unfold modulus_integrand. apply power_holds, holds_sub; apply enclose_correct; [| exact B].
  apply holds_add; assumption.
Qed.

Definition reach : R := IZR (bound H) + value (offset P).
Definition bad_part : R := power (IZR (Zpos p)) reach * (INR l * (delta P * (1 - 1 / INR N))).

Lemma bound_nonneg : 0 <= IZR (bound H).
Proof.
  destruct (target_correct is_target 0) as [_ B]; [lra |]. generalize (Rabs_pos (eval f 0)). lra.
Qed.

Lemma Phi_bound : forall x, Rabs (ideal_Phi P l x) <= value (offset P).
Proof.
  intros x. assert (O := sound_offset P _ start_bounded is_sound l (proj2 l_range)).
  assert (B : Rabs (ideal_Phi P l x - weight_value (start P)) <= sum_to l (fun m => Rabs (value (amplitude P m))))
    by exact (proj2 (Phi_sum _ _ _ _ _ (fun m => value (amplitude P m)) _ _ _ l x O)).
  replace (ideal_Phi P l x) with (weight_value (start P) + (ideal_Phi P l x - weight_value (start P))) by ring.
  eapply Rle_trans; [apply Rabs_triang |]. lra.
Qed.

Lemma offset_nonneg : 0 <= value (offset P).
Proof. generalize (Phi_bound (on_line 0)) (Rabs_pos (ideal_Phi P l (on_line 0))). lra. Qed.

Lemma bad_holds : holds bad_enclosure bad_part.
Proof.
  assert (B := bound_nonneg). assert (M := offset_nonneg). unfold bad_enclosure, bad_part. apply holds_mul.
  - rewrite <- (Rabs_pos_eq reach) by (unfold reach; lra). apply power_holds, holds_add; [apply holds_Z | apply holds_dyadic].
  - rewrite !INR_IZR_INZ. apply holds_mul; [apply holds_Z |]. apply holds_mul.
    + unfold delta. replace (powerRZ 2 (- ramp P)) with (value (Dyadic 1 (- ramp P))) by (unfold value; simpl; ring). apply holds_dyadic.
    + apply holds_sub; [apply holds_Z |]. apply holds_div; apply holds_Z.
Qed.

Lemma compared : sum_to (N ^ l) cell_error + bad_part <= 3 ^ n * RInt difference 0 (1 - value (shift h)).
Proof.
  destruct level_facts as [_ A]. apply (at_least_correct _ _ _ _ _ A).
  - apply holds_mul; [| apply modulus_holds]. apply holds_power, holds_Z.
  - apply holds_add; [apply error_holds | apply bad_holds].
Qed.

Lemma readout_Phi : forall x, 0 <= x <= 1 -> readout (real_network net) l (fun _ => x) = ideal_Phi P l (on_line x).
Proof.
  intros x Hx. apply (readout_is_Phi P N2 (sound_ramp P _ is_sound) _ (matches_agrees P net net_matches) l (fun _ => x) l_range). intros; assumption.
Qed.

Lemma error_integrable : ex_RInt (fun x => power (IZR (Zpos p)) (Rabs (eval f x - readout (real_network net) l (fun _ => x)))) 0 1.
Proof.
  apply (ex_RInt_ext (fun x => power (IZR (Zpos p)) (Rabs (eval f x - ideal_Phi P l (on_line x))))).
  - intros x Hx. rewrite Rmin_left, Rmax_right in Hx by lra. rewrite readout_Phi by lra. reflexivity.
  - apply integrable_of_continuous; [lra |]. intros x Hx.
    apply (power_continuous (fun x => eval f x - ideal_Phi P l (on_line x))). apply continuous_sub; [| apply Phi_continuous].
    apply (target_correct is_target x Hx).
Qed.

Theorem level_certified : level_claim l.
Proof.
  assert (p0 : 0 < IZR (Zpos p)) by (apply IZR_lt; lia).
  split; [exact error_integrable |]. split.
  { apply (omega_finite _ _ _ (IZR (bound H)) p0); [apply Rlt_le, Rinv_0_lt_compat, pow_lt, lt_0_INR; fold N; lia |].
    intros x Hx. apply (target_correct is_target x Hx). }
  destruct shift_facts as [S1 S2]. assert (D := difference_integrable).
  assert (X0 : Rmax 0 (- value (shift h)) = 0) by (apply Rmax_left; lra).
  assert (X1 : Rmin 1 (1 - value (shift h)) = 1 - value (shift h)) by (apply Rmin_right; lra).
  assert (d1 := delta_1 P N2 (sound_ramp P _ is_sound)).
  apply (certified N (delta P) N2 (delta_pos P) d1 (eval f) (fun x => readout (real_network net) l (fun _ => x)) (cell_value P l) cell_error
    (IZR (Zpos p)) l reach (difference_norm (IZR (Zpos p)) (eval f) (value (shift h))) (value (shift h)) p0).
  - generalize bound_nonneg offset_nonneg. unfold reach. lra.
  - exact error_integrable.
  - intros k Hk. split; [apply cell_integrable, Hk | apply Rle_refl].
  - intros k x Hk Hx G K. rewrite readout_Phi by lra. exact (cell_value_correct P _ start_bounded is_sound l k x (proj2 l_range) Hk Hx G K).
  - intros x Hx _. rewrite readout_Phi by assumption. destruct (target_correct is_target x Hx) as [_ B].
    assert (Q := Phi_bound (on_line x)). unfold reach. eapply Rle_trans; [apply Rabs_triang |]. rewrite Rabs_Ropp. lra.
  - exists (value (shift h)). rewrite Rabs_pos_eq, X0, X1 by lra. split; [assumption |]. split; [lra |]. split; [exact D | reflexivity].
  - apply Rle_refl.
  - assert (I0 : 0 <= RInt difference 0 (1 - value (shift h))).
    { apply RInt_ge_0; [lra | exact D |]. intros. apply power_nonneg. }
    unfold difference_norm, norm. rewrite X0, X1. fold difference.
    replace 3 with (power (/ IZR (Zpos p)) (power (IZR (Zpos p)) 3)) by (apply power_root; lra).
    rewrite <- power_mult by (try apply power_nonneg; assumption).
    apply power_le; [apply Rinv_0_lt_compat, p0 |]. rewrite (power_whole 3) by lra. exact compared.
Qed.

End Level.

(* ---- all levels ---- *)

Fixpoint levels_ok (m : nat) (hs : list level_hints) (values : list I.type) : bool :=
  match hs with
  | [] => true
  | h :: rest => let next := next_values P prec m values in level_ok (S m) h next && levels_ok (S m) rest next
  end.

Definition varying_ok : bool :=
  at_most prec (start P) (start_bound H) && sound P (start_bound H) && matches P net && target_ok &&
  Nat.eqb (length (levels H)) (depth P) && levels_ok 0 (levels H) [weight_interval prec (start P)].

Lemma varying_claim : varying_ok = true -> Claim.claim_R net (eval f) (IZR (Zpos p)) (base P) (depth P).
Proof.
  intros C. unfold varying_ok in C. apply andb_prop in C. destruct C as [C C5]. apply andb_prop in C. destruct C as [C C4].
  apply andb_prop in C. destruct C as [C C3]. apply andb_prop in C. destruct C as [C C2]. apply andb_prop in C. destruct C as [C0 C1].
  apply Nat.eqb_eq in C4. apply at_most_correct in C0.
  assert (G : forall hs m values, (m + length hs <= depth P)%nat -> values_hold P prec m values -> levels_ok m hs values = true ->
    forall l, (m < l <= m + length hs)%nat -> level_claim l).
  { induction hs as [| h hs IH]; intros m values Hm V Ok l Hl; simpl in Hl; [lia |]. cbn [levels_ok] in Ok. cbv zeta in Ok.
    apply andb_prop in Ok. destruct Ok as [Ok1 Ok2]. cbn [length] in Hm.
    assert (V' := next_values_hold P _ C0 C1 prec m values ltac:(lia) V).
    destruct (Nat.eq_dec l (S m)) as [-> | ne].
    - exact (level_certified (S m) h C0 C1 C2 C3 ltac:(lia) _ V' Ok1).
    - apply (IH (S m) _ ltac:(lia) V' Ok2). simpl. lia. }
  intros l Hl. apply (G (levels H) O [weight_interval prec (start P)]); [lia | apply first_values, holds_weight | exact C5 | lia].
Qed.

(* ---- a target that is constant: the readouts are this constant ---- *)

Definition constant_ok : bool :=
  is_constant f (start P) && forallb (fun m => is_zero (amplitude P m)) (seq 0 (depth P)) &&
  at_most prec (start P) (offset P) && Nat.leb 2 N && Z.leb 0 (ramp P) && matches P net.

Lemma constant_claim : constant_ok = true -> Claim.claim_R net (eval f) (IZR (Zpos p)) (base P) (depth P).
Proof.
  intros C. unfold constant_ok in C. apply andb_prop in C. destruct C as [C C6]. apply andb_prop in C. destruct C as [C C5].
  apply andb_prop in C. destruct C as [C C4]. apply andb_prop in C. destruct C as [C C3]. apply andb_prop in C. destruct C as [C1 C2].
  apply at_most_correct in C3. apply Nat.leb_le in C4. apply Z.leb_le in C5.
  assert (A : forall m, (m < depth P)%nat -> value (amplitude P m) = 0).
  { intros m Hm. rewrite forallb_forall in C2. apply value_is_zero, C2, in_seq. lia. }
  assert (F : forall l x, (l <= depth P)%nat -> ideal_Phi P l x = weight_value (start P)).
  { induction l as [| l IH]; intros x Hl; [reflexivity |]. unfold ideal_Phi. cbn [Phi]. fold (ideal_Phi P l x).
    rewrite A, IH by lia. rewrite relu_offset by exact C3. ring. }
  assert (p0 : 0 < IZR (Zpos p)) by (apply IZR_lt; lia).
  intros l Hl. assert (t0 : 0 <= / INR (base P) ^ l) by (apply Rlt_le, Rinv_0_lt_compat, pow_lt, lt_0_INR; fold N; lia).
  assert (Z : forall x, Rmin 0 1 < x < Rmax 0 1 ->
    0 = power (IZR (Zpos p)) (Rabs (eval f x - readout (real_network net) l (fun _ => x)))).
  { intros x Hx. rewrite Rmin_left, Rmax_right in Hx by lra.
    rewrite (readout_is_Phi P C4 C5 _ (matches_agrees P net C6) l (fun _ => x) Hl) by (intros; lra).
    rewrite (is_constant_value f _ x C1), (F l _ (proj2 Hl)), Rminus_eq_0, Rabs_R0, power_0 by lra. reflexivity. }
  split; [| split].
  - apply (ex_RInt_ext (fun _ => 0)); [exact Z | apply ex_RInt_const].
  - apply (omega_finite _ _ _ (Rabs (weight_value (start P))) p0 t0). intros x _. rewrite (is_constant_value f _ x C1). apply Rle_refl.
  - unfold norm. rewrite <- (RInt_ext (fun _ => 0) _ 0 1 Z), integral_const, Rmult_0_r, power_0 by lra.
    assert (W := omega_nonneg (IZR (Zpos p)) (eval f) _ t0).
    assert (W' := omega_finite (IZR (Zpos p)) (eval f) (/ INR (base P) ^ l) (Rabs (weight_value (start P))) p0 t0
      (fun x _ => Req_le _ _ (f_equal Rabs (is_constant_value f _ x C1)))).
    rewrite <- W' in W |- *. cbn in *. lra.
Qed.

Definition certificate_ok : bool := constant_ok || varying_ok.

Theorem claim_R : certificate_ok = true -> Claim.claim_R net (eval f) (IZR (Zpos p)) (base P) (depth P).
Proof. intros C. apply orb_prop in C. destruct C as [C | C]; [apply constant_claim, C | apply varying_claim, C]. Qed.

End Instance.
