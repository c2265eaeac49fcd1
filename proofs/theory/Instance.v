(* Claim R of one network and one target, d = 1, from a computation: enclosures of the cells' values, of the integrals of error and
   modulus, and the comparison. *)
From Coq Require Import Reals ZArith List Bool Lra Lia Arith.
From Coquelicot Require Import Coquelicot.
From Interval.Interval Require Import Interval.
From Interval.Real Require Import Xreal.
From Layercert Require Import Integral Power Relu Digits Network Dyadic Layers Sums Soundness Expression CellValues Boxes.
Import ListNotations.
Open Scope R_scope.

Lemma Forall2_same_length : forall (A B : Type) (R : A -> B -> Prop) l l', Forall2 R l l' -> length l = length l'.
Proof. induction 1; cbn [length]; congruence. Qed.

Lemma Forall2_nth : forall (A B : Type) (R : A -> B -> Prop) l l' a b i, Forall2 R l l' -> (i < length l)%nat -> R (nth i l a) (nth i l' b).
Proof. intros A B R l l' a b i H. revert i. induction H; intros [| i] Hi; simpl in Hi; try lia; [assumption |]. apply IHForall2. lia. Qed.

Section Instance.
Variable P : parameters.
Variable net : network.
Variable f : expression.
Variable p : positive.
Let N := base P.
Let n := Pos.to_nat p.

(* Nothing here has to be right: with other values the computation comes out false, or needs longer. *)
Record level_hints := LevelHints {
  shift : dyadic;          (* h, for which the modulus is bounded from below *)
  phase_bits : positive;   (* precision of the phases of this level *)
  boxes_of_cell : nat;     (* in how many boxes each cell is cut *)
  boxes_of_modulus : nat }.
Record hints := Hints {
  argument_bits : positive;
  value_bits : positive;
  bound : Z;               (* of |f| on [0, 1] *)
  boxes_of_bound : nat;
  levels : list level_hints }.
Variable H : hints.

Let prec := F.PtoP (value_bits H).
Definition whole (z : Z) : I.type := I.fromZ prec z.
Definition power_enclosure (X : I.type) : I.type := I.power_int prec (I.abs X) (Zpos p).

(* ---- the target on [0, 1] ---- *)

Definition at_least (X Y : I.type) : bool := match I.sign_large (I.sub prec X Y) with Xgt => true | _ => false end.
Definition target_ok : bool := Nat.leb 1 (boxes_of_bound H) &&
  forallb (fun i => let X := box prec (boxes_of_bound H) (whole 1) i in
    continuous_on prec f X && at_least (whole (bound H)) (I.abs (enclose prec f X))) (seq 0 (boxes_of_bound H)).

Lemma at_least_correct : forall X Y x y, at_least X Y = true -> holds X x -> holds Y y -> y <= x.
Proof.
  intros X Y x y A HX HY. unfold at_least in A.
  destruct (I.sign_large (I.sub prec X Y)) eqn:S; try discriminate.
  assert (G := nonneg _ _ (holds_sub prec _ _ _ _ HX HY) S). lra.
Qed.

Lemma target_correct : target_ok = true -> forall x, 0 <= x <= 1 -> continuous (eval f) x /\ Rabs (eval f x) <= IZR (bound H).
Proof.
  intros T x Hx. unfold target_ok in T. apply andb_prop in T. destruct T as [T1 T]. apply Nat.leb_le in T1.
  rewrite forallb_forall in T.
  destruct (box_of prec (boxes_of_bound H) 1 (whole 1) T1 (holds_Z prec 1) x Hx) as [i [Hi B]].
  assert (Ti := T i (proj2 (in_seq _ _ _) (conj (Nat.le_0_l i) Hi))). cbv zeta in Ti. apply andb_prop in Ti. destruct Ti as [C A].
  split; [exact (continuous_correct prec f _ x C B) |].
  exact (at_least_correct _ _ _ _ A (holds_Z prec (bound H)) (holds_abs _ _ (enclose_correct prec f _ x B))).
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
    apply (continuous_sin_comp (fun x => value (sine_weight P l) * sin (value (first_phase P) + ideal_arg P (S l) (on_line x)))).
    apply scale_continuous. apply (continuous_sin_comp (fun x => value (first_phase P) + ideal_arg P (S l) (on_line x))).
    apply continuous_add; [apply continuous_const | apply arg_continuous].
  - apply continuous_sub; [| apply continuous_const]. apply relu_continuous, continuous_add; [apply IH | apply continuous_const].
Qed.

(* ---- one level ---- *)

Section Level.
Variable l : nat.
Variable h : level_hints.
Let boxes := (N ^ l * boxes_of_cell h)%nat.

Definition error_integrand (V : I.type) (i : nat) : I.type :=
  power_enclosure (I.sub prec (enclose prec f (box prec boxes (whole 1) i)) V).
Fixpoint error_enclosure (values : list I.type) (k : nat) : I.type :=
  match values with
  | [] => whole 0
  | V :: rest => I.add prec
      (integral_enclosure prec boxes (whole 1) (error_integrand V) (k * boxes_of_cell h) (boxes_of_cell h))
      (error_enclosure rest (S k))
  end.

Let Shift := dyadic_interval prec (shift h).
Let Reach := I.sub prec (whole 1) Shift. (* of the x with x and x + h in [0, 1] *)
Definition modulus_integrand (i : nat) : I.type :=
  let X := box prec (boxes_of_modulus h) Reach i in
  power_enclosure (I.sub prec (enclose prec f (I.add prec X Shift)) (enclose prec f X)).
Definition modulus_enclosure : I.type :=
  integral_enclosure prec (boxes_of_modulus h) Reach modulus_integrand 0 (boxes_of_modulus h).

(* reach^p times the measure of the bad set *)
Definition bad_enclosure : I.type :=
  I.mul prec (power_enclosure (I.add prec (whole (bound H)) (dyadic_interval prec (offset P))))
    (I.mul prec (whole (Z.of_nat l)) (I.mul prec (dyadic_interval prec (Dyadic 1 (- ramp P)))
      (I.sub prec (whole 1) (I.div prec (whole 1) (whole (Z.of_nat N)))))).

Definition shift_ok : bool := le zero (shift h) && le (shift h) one && le (mul (shift h) (Dyadic (Z.of_nat N ^ Z.of_nat l) 0)) one.
Definition level_ok (values : list I.type) : bool :=
  shift_ok && Nat.leb 1 (boxes_of_cell h) && Nat.leb 1 (boxes_of_modulus h) &&
  at_least (I.mul prec (I.power_int prec (whole 3) (Zpos p)) modulus_enclosure) (I.add prec (error_enclosure values 0) bad_enclosure).

Hypothesis is_sound : sound P = true.
Hypothesis net_matches : matches P net = true.
Hypothesis is_target : target_ok = true.
Hypothesis l_range : (1 <= l <= depth P)%nat.
Variable values : list I.type.
Hypothesis values_hold : Forall2 holds values (map snd (cells P l)).
Hypothesis is_level : level_ok values = true.

Let N2 : (2 <= N)%nat := sound_N P is_sound.

Lemma level_facts : shift_ok = true /\ (1 <= boxes_of_cell h)%nat /\ (1 <= boxes_of_modulus h)%nat /\
  at_least (I.mul prec (I.power_int prec (whole 3) (Zpos p)) modulus_enclosure) (I.add prec (error_enclosure values 0) bad_enclosure) = true.
Proof.
  assert (E := is_level). unfold level_ok in E. apply andb_prop in E. destruct E as [E E4]. apply andb_prop in E. destruct E as [E E3].
  apply andb_prop in E. destruct E as [E1 E2]. apply Nat.leb_le in E2. apply Nat.leb_le in E3. repeat split; assumption.
Qed.

Lemma boxes_pos : (1 <= boxes)%nat.
Proof.
  destruct level_facts as [_ [E _]]. unfold boxes. assert (0 < N ^ l)%nat by (apply Nat.neq_0_lt_0, Nat.pow_nonzero; lia). nia.
Qed.

Lemma cell_end_box : forall k, cell_end N l k = box_end boxes 1 (k * boxes_of_cell h).
Proof.
  intros k. destruct level_facts as [_ [E _]]. unfold cell_end, box_end, boxes.
  rewrite !Nat2Z.inj_mul, !mult_IZR, <- !INR_IZR_INZ, pow_INR.
  assert (INR (boxes_of_cell h) <> 0) by (apply not_0_INR; lia).
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
  holds (integral_enclosure prec boxes (whole 1) (error_integrand V) (k * boxes_of_cell h) (boxes_of_cell h)) (cell_error k).
Proof.
  intros V k Hk HV. assert (Ik := cell_integrable (cell_value P l k) k Hk). unfold cell_error.
  rewrite !cell_end_box in *. replace (S k * boxes_of_cell h)%nat with (k * boxes_of_cell h + boxes_of_cell h)%nat in * by lia.
  apply (integral_enclosure_holds prec boxes 1 (whole 1) boxes_pos Rle_0_1 (holds_Z prec 1)); [exact Ik |].
  intros i x _ B _. unfold error_integrand. apply power_holds, holds_sub; [apply enclose_correct, B | exact HV].
Qed.

Lemma sum_to_front : forall K U, sum_to (S K) U = U O + sum_to K (fun k => U (S k)).
Proof.
  induction K as [| K IH]; intros U; [cbn [sum_to]; ring |]. transitivity (sum_to (S K) U + U (S K)); [reflexivity |].
  rewrite IH. cbn [sum_to]. ring.
Qed.

Lemma error_holds : holds (error_enclosure values 0) (sum_to (N ^ l) cell_error).
Proof.
  assert (G : forall vs k, (forall i, (i < length vs)%nat -> (k + i < N ^ l)%nat /\ holds (nth i vs (whole 0)) (cell_value P l (k + i))) ->
    holds (error_enclosure vs k) (sum_to (length vs) (fun i => cell_error (k + i)))).
  { induction vs as [| V vs IH]; intros k Hv; [apply holds_Z |]. cbn [length error_enclosure]. rewrite sum_to_front. apply holds_add.
    - destruct (Hv O) as [B1 B2]; [simpl; lia |]. rewrite Nat.add_0_r in *. apply cell_error_holds; assumption.
    - assert (E : sum_to (length vs) (fun i => cell_error (k + S i)) = sum_to (length vs) (fun i => cell_error (S k + i))).
      { f_equal. apply FunctionalExtensionality.functional_extensionality. intros i. f_equal. lia. }
      rewrite E. apply IH. intros i Hi. destruct (Hv (S i)) as [B1 B2]; [simpl; lia |].
      replace (S k + i)%nat with (k + S i)%nat by lia. split; assumption. }
  assert (len : length values = (N ^ l)%nat).
  { rewrite (Forall2_same_length _ _ _ _ _ values_hold), map_length. apply cells_length. }
  rewrite <- len. apply (G values O). intros i Hi. split; [lia |]. unfold cell_value. cbn [Nat.add].
  rewrite <- (map_nth snd). exact (Forall2_nth _ _ _ _ _ _ _ i values_hold Hi).
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
  destruct shift_facts as [S _]. destruct level_facts as [_ [_ [E _]]].
  assert (R0 : 0 <= 1 - value (shift h)) by lra.
  assert (HR : holds Reach (1 - value (shift h))) by (apply holds_sub; [apply holds_Z | apply holds_dyadic]).
  assert (G := integral_enclosure_holds prec (boxes_of_modulus h) _ Reach E R0 HR difference modulus_integrand (boxes_of_modulus h) 0).
  rewrite box_end_first, Nat.add_0_l, box_end_last in G by assumption. apply G; [apply difference_integrable |].
  intros i x _ B _. unfold modulus_integrand. cbv zeta. apply power_holds, holds_sub; apply enclose_correct; [| exact B].
  apply holds_add; [exact B | apply holds_dyadic].
Qed.

Definition reach : R := IZR (bound H) + value (offset P).
Definition bad_part : R := power (IZR (Zpos p)) reach * (INR l * (delta P * (1 - 1 / INR N))).

Lemma bound_nonneg : 0 <= IZR (bound H).
Proof.
  destruct (target_correct is_target 0) as [_ B]; [lra |]. generalize (Rabs_pos (eval f 0)). lra.
Qed.

Lemma Phi_bound : forall x, Rabs (ideal_Phi P l x) <= value (offset P).
Proof.
  intros x. assert (O := sound_offset P is_sound l (proj2 l_range)).
  assert (B : Rabs (ideal_Phi P l x - value (start P)) <= sum_to l (fun m => Rabs (value (amplitude P m))))
    by exact (proj2 (Phi_sum _ _ _ _ _ (fun m => value (amplitude P m)) _ _ _ l x O)).
  replace (ideal_Phi P l x) with (value (start P) + (ideal_Phi P l x - value (start P))) by ring.
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
  destruct level_facts as [_ [_ [_ A]]]. apply (at_least_correct _ _ _ _ A).
  - apply holds_mul; [| apply modulus_holds]. apply holds_power, holds_Z.
  - apply holds_add; [apply error_holds | apply bad_holds].
Qed.

Lemma readout_Phi : forall x, 0 <= x <= 1 -> readout net l (fun _ => x) = ideal_Phi P l (on_line x).
Proof.
  intros x Hx. apply (readout_is_Phi P N2 (sound_ramp P is_sound) net net_matches l (fun _ => x) l_range). intros; assumption.
Qed.

Theorem level_certified :
  Rbar_le (Finite (norm (IZR (Zpos p)) (fun x => eval f x - readout net l (fun _ => x)) 0 1))
    (Rbar_mult (Finite 3) (omega (IZR (Zpos p)) (eval f) (/ INR N ^ l))).
Proof.
  assert (p0 : 0 < IZR (Zpos p)) by (apply IZR_lt; lia).
  destruct shift_facts as [S1 S2]. assert (D := difference_integrable).
  assert (X0 : Rmax 0 (- value (shift h)) = 0) by (apply Rmax_left; lra).
  assert (X1 : Rmin 1 (1 - value (shift h)) = 1 - value (shift h)) by (apply Rmin_right; lra).
  assert (d1 := delta_1 P N2 (sound_ramp P is_sound)).
  apply (certified N (delta P) N2 (delta_pos P) d1 (eval f) (fun x => readout net l (fun _ => x)) (cell_value P l) cell_error
    (IZR (Zpos p)) l reach (difference_norm (IZR (Zpos p)) (eval f) (value (shift h))) (value (shift h)) p0).
  - generalize bound_nonneg offset_nonneg. unfold reach. lra.
  - apply (ex_RInt_ext (fun x => power (IZR (Zpos p)) (Rabs (eval f x - ideal_Phi P l (on_line x))))).
    + intros x Hx. rewrite Rmin_left, Rmax_right in Hx by lra. rewrite readout_Phi by lra. reflexivity.
    + apply integrable_of_continuous; [lra |]. intros x Hx.
      apply (power_continuous (fun x => eval f x - ideal_Phi P l (on_line x))). apply continuous_sub; [| apply Phi_continuous].
      apply (target_correct is_target x Hx).
  - intros k Hk. split; [apply cell_integrable, Hk | apply Rle_refl].
  - intros k x Hk Hx G K. rewrite readout_Phi by lra. exact (cell_value_correct P is_sound l k x (proj2 l_range) Hx G K).
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

Fixpoint levels_ok (m : nat) (hs : list level_hints) (Cs : list (I.type * I.type)) : bool :=
  match hs with
  | [] => true
  | h :: rest =>
      let next := refine_enclosures P (F.PtoP (argument_bits H)) (F.PtoP (phase_bits h)) prec m Cs in
      level_ok (S m) h (map snd next) && levels_ok (S m) rest next
  end.

Definition certificate_ok : bool :=
  sound P && matches P net && target_ok && Nat.eqb (length (levels H)) (depth P) &&
  levels_ok 0 (levels H) [(I.fromZ prec 0, dyadic_interval prec (start P))].

Theorem claim_R : certificate_ok = true -> forall l, (1 <= l <= depth P)%nat ->
  Rbar_le (Finite (norm (IZR (Zpos p)) (fun x => eval f x - readout net l (fun _ => x)) 0 1))
    (Rbar_mult (Finite 3) (omega (IZR (Zpos p)) (eval f) (/ IZR (Z.of_nat (base P)) ^ l))).
Proof.
  intros C. unfold certificate_ok in C. apply andb_prop in C. destruct C as [C C5]. apply andb_prop in C. destruct C as [C C4].
  apply andb_prop in C. destruct C as [C C3]. apply andb_prop in C. destruct C as [C1 C2]. apply Nat.eqb_eq in C4.
  assert (G : forall hs m Cs, (m + length hs <= depth P)%nat -> Forall2 holds_cell Cs (cells P m) -> levels_ok m hs Cs = true ->
    forall l, (m < l <= m + length hs)%nat ->
    Rbar_le (Finite (norm (IZR (Zpos p)) (fun x => eval f x - readout net l (fun _ => x)) 0 1))
      (Rbar_mult (Finite 3) (omega (IZR (Zpos p)) (eval f) (/ INR N ^ l)))).
  { induction hs as [| h hs IH]; intros m Cs Hm F Ok l Hl; simpl in Hl; [lia |]. cbn [levels_ok] in Ok. cbv zeta in Ok.
    apply andb_prop in Ok. destruct Ok as [Ok1 Ok2]. cbn [length] in Hm.
    assert (F' := refine_holds P (F.PtoP (argument_bits H)) (F.PtoP (phase_bits h)) prec m Cs F).
    destruct (Nat.eq_dec l (S m)) as [-> | ne].
    - refine (level_certified (S m) h C1 C2 C3 _ _ _ Ok1); [lia |].
      clear - F'. induction F' as [| A B As Bs [_ HV] _ IHF]; cbn [map]; constructor; assumption.
    - apply (IH (S m) _ ltac:(lia) F' Ok2). simpl. lia. }
  intros l Hl. rewrite <- INR_IZR_INZ. apply (G (levels H) O _ ltac:(lia) (cells_start P prec) C5). lia.
Qed.

End Instance.
