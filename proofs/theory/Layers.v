(* A network as its file lists it: layers of units, each with an index, an activation, a bias and weights. What it computes is defined
   for weights that are real numbers. `matches` compares a list whose weights are closed forms with the construction, unit by unit; if
   it does, the readouts compute the recursion of Network.v. *)
From Coq Require Import Reals ZArith List Bool Lra Lia Arith.
From Layercert Require Import Relu Digits Sums Network Dyadic Weight.
Import ListNotations.
Open Scope R_scope.

Inductive activation := Rectified | Sine.
Record affine (W : Type) := Affine { bias : W; weights : list (nat * W) }. (* index in the layer before, weight *)
Record unit (W : Type) := Unit { index : nat; activate : activation; form : affine W }.
Record network (W : Type) := Layered { hidden : list (list (unit W)); readouts : list (affine W) }.
Arguments Affine {W}. Arguments bias {W}. Arguments weights {W}.
Arguments Unit {W}. Arguments index {W}. Arguments activate {W}. Arguments form {W}.
Arguments Layered {W}. Arguments hidden {W}. Arguments readouts {W}.

(* ---- what a list of layers computes ---- *)

Definition activation_value (a : activation) (y : R) : R := match a with Rectified => relu y | Sine => sin y end.
Fixpoint dot (weights : list (nat * R)) (before : nat -> R) : R :=
  match weights with [] => 0 | (i, a) :: rest => a * before i + dot rest before end.
Definition affine_value (f : affine R) (before : nat -> R) : R := bias f + dot (weights f) before.
Definition find_unit {W : Type} (layer : list (unit W)) (i : nat) : option (unit W) := find (fun u => Nat.eqb (index u) i) layer.
(* Units that are not listed are 0. *)
Definition unit_value (u : option (unit R)) (before : nat -> R) : R :=
  match u with Some u => activation_value (activate u) (affine_value (form u) before) | None => 0 end.
Definition layer_value (layer : list (unit R)) (before : nat -> R) (i : nat) : R := unit_value (find_unit layer i) before.
Fixpoint outputs (layers : list (list (unit R))) (x : point) : nat -> R :=
  match layers with [] => x | layer :: rest => outputs rest (layer_value layer x) end.

(* Readout l = 1, 2, ... reads hidden layer l + 2 and no layer after it. *)
Definition readout (net : network R) (l : nat) (x : point) : R :=
  affine_value (nth (l - 1) (readouts net) (Affine 0 [])) (outputs (firstn (l + 2) (hidden net)) x).

(* ---- the network over real numbers that a network over closed forms is ---- *)

Definition real_weights (w : list (nat * weight)) : list (nat * R) := map (fun c => (fst c, weight_value (snd c))) w.
Definition real_affine (f : affine weight) : affine R := Affine (weight_value (bias f)) (real_weights (weights f)).
Definition real_unit (u : unit weight) : unit R := Unit (index u) (activate u) (real_affine (form u)).
Definition real_network (net : network weight) : network R :=
  Layered (map (map real_unit) (hidden net)) (map real_affine (readouts net)).

Lemma find_real_unit : forall layer i, find_unit (map real_unit layer) i = option_map real_unit (find_unit layer i).
Proof.
  induction layer as [| u layer IH]; intros i; [reflexivity |]. unfold find_unit in *. cbn [map find real_unit index].
  destruct (Nat.eqb (index u) i); [reflexivity | apply IH].
Qed.

(* ---- its shape ---- *)

Definition is_sine {W : Type} (u : unit W) : bool := match activate u with Sine => true | Rectified => false end.
Fixpoint distinct (indices : list nat) : bool :=
  match indices with [] => true | i :: rest => negb (existsb (Nat.eqb i) rest) && distinct rest end.

(* Number of layers; in each, units with distinct indices below `units`, at most two of them sines. *)
Definition shaped {W : Type} (net : network W) (layers units : nat) : Prop :=
  length (hidden net) = layers /\
  forall layer, In layer (hidden net) ->
    NoDup (map index layer) /\ (forall u, In u layer -> (index u < units)%nat) /\ (length (filter is_sine layer) <= 2)%nat.
Definition has_shape {W : Type} (net : network W) (layers units : nat) : bool :=
  Nat.eqb (length (hidden net)) layers &&
  forallb (fun layer => distinct (map index layer) && forallb (fun u => Nat.ltb (index u) units) layer &&
    Nat.leb (length (filter is_sine layer)) 2) (hidden net).

Lemma distinct_NoDup : forall indices, distinct indices = true -> NoDup indices.
Proof.
  induction indices as [| i rest IH]; intros H; [constructor |]. cbn [distinct] in H. apply andb_prop in H. destruct H as [H1 H2].
  constructor; [| apply IH, H2]. intros I. apply negb_true_iff in H1. rewrite <- not_true_iff_false in H1. apply H1.
  apply existsb_exists. exists i. split; [exact I | apply Nat.eqb_refl].
Qed.

Theorem shape : forall (W : Type) (net : network W) layers units, has_shape net layers units = true -> shaped net layers units.
Proof.
  intros W net layers units H. apply andb_prop in H. destruct H as [H1 H2]. split; [apply Nat.eqb_eq, H1 |].
  intros layer Hl. rewrite forallb_forall in H2. assert (E := H2 layer Hl). apply andb_prop in E. destruct E as [E E3].
  apply andb_prop in E. destruct E as [E1 E2]. split; [apply distinct_NoDup, E1 |]. split.
  - intros u Hu. rewrite forallb_forall in E2. apply Nat.ltb_lt, E2, Hu.
  - apply Nat.leb_le, E3.
Qed.

(* ---- comparison ---- *)

Fixpoint same_weights (a b : list (nat * weight)) : bool :=
  match a, b with
  | [], [] => true
  | (i, x) :: a, (j, y) :: b => Nat.eqb i j && same_weight x y && same_weights a b
  | _, _ => false
  end.
Definition nonzero (w : list (nat * weight)) : list (nat * weight) := filter (fun c => negb (vanishes (snd c))) w.
Definition same_affine (a b : affine weight) : bool :=
  same_weight (bias a) (bias b) && same_weights (nonzero (weights a)) (nonzero (weights b)).
Definition same_activation (a b : activation) : bool :=
  match a, b with Rectified, Rectified | Sine, Sine => true | _, _ => false end.
Definition same_unit (a b : option (unit weight)) : bool :=
  match a, b with
  | Some a, Some b => same_activation (activate a) (activate b) && same_affine (form a) (form b)
  | None, None => true
  | _, _ => false
  end.

Lemma dot_nonzero : forall w v, dot (real_weights (nonzero w)) v = dot (real_weights w) v.
Proof.
  induction w as [| [i a] w IH]; intros v; [reflexivity |]. cbn [nonzero filter snd].
  destruct (vanishes a) eqn:E; cbn [negb real_weights map dot fst snd]; fold (nonzero w) (real_weights w) (real_weights (nonzero w));
    rewrite IH; [| reflexivity].
  rewrite (vanishes_value a E). ring.
Qed.

Lemma same_weights_dot : forall a b v, same_weights a b = true -> dot (real_weights a) v = dot (real_weights b) v.
Proof.
  induction a as [| [i x] a IH]; intros [| [j y] b] v H; try discriminate; [reflexivity |].
  cbn [same_weights] in H. apply andb_prop in H. destruct H as [H H3]. apply andb_prop in H. destruct H as [H1 H2].
  apply Nat.eqb_eq in H1. subst. cbn [real_weights map dot fst snd].
  fold (real_weights a) (real_weights b). rewrite (same_weight_value _ _ H2), (IH b v H3). reflexivity.
Qed.

Lemma same_affine_value : forall a b v, same_affine a b = true -> affine_value (real_affine a) v = affine_value (real_affine b) v.
Proof.
  intros a b v H. apply andb_prop in H. destruct H as [H1 H2]. unfold affine_value, real_affine. cbn [bias weights].
  rewrite (same_weight_value _ _ H1), <- (dot_nonzero (weights a)), (same_weights_dot _ _ v H2), dot_nonzero. reflexivity.
Qed.

Lemma same_unit_value : forall a b v, same_unit a b = true ->
  unit_value (option_map real_unit a) v = unit_value (option_map real_unit b) v.
Proof.
  intros [a |] [b |] v H; try discriminate; [| reflexivity]. cbn [same_unit] in H. apply andb_prop in H. destruct H as [H1 H2].
  cbn [option_map unit_value real_unit activate form]. rewrite (same_affine_value _ _ v H2).
  destruct (activate a), (activate b); (reflexivity || discriminate).
Qed.

Lemma outputs_last : forall layers layer x, outputs (layers ++ [layer]) x = layer_value layer (outputs layers x).
Proof. induction layers; intros; cbn [app outputs]; [reflexivity | apply IHlayers]. Qed.

Lemma firstn_next : forall (A : Type) (l : list A) a n, (n < length l)%nat -> firstn (S n) l = firstn n l ++ [nth n l a].
Proof.
  induction l as [| y l IH]; intros a n H; simpl in H; [lia |]. destruct n; [reflexivity |].
  cbn [firstn app nth]. rewrite <- IH by lia. reflexivity.
Qed.

(* ---- the construction ---- *)

Record parameters := Parameters {
  base : nat;                   (* N *)
  dimension : nat;              (* d *)
  depth : nat;                  (* L *)
  ramp : Z;                     (* delta = 2^-ramp *)
  spacing : positive;           (* b: bit q of digit i has the shift b 2^q N^i *)
  multipliers : list dyadic;    (* m of each level *)
  amplitudes : list dyadic;     (* A of each level *)
  start : weight;               (* Phi_0 *)
  offset : dyadic }.            (* M *)

Section Construction.
Variable P : parameters.
Let N := base P.
Let d := dimension P.
Let L := depth P.

Definition delta : R := powerRZ 2 (- ramp P).
Definition amplitude (m : nat) : dyadic := nth m (amplitudes P) zero.
Definition multiplier (m : nat) : dyadic := nth m (multipliers P) zero.

(* The bit positions: q < digit_width of the digits 0, 1, ... *)
Definition digit_width : nat := Nat.log2_up N.
Definition bit_shift (i q : nat) : positive := Z.to_pos (Zpos (spacing P) * 2 ^ Z.of_nat q * Z.of_nat N ^ Z.of_nat i).
Definition digit_shifts (i : nat) : list positive := map (bit_shift i) (seq 0 digit_width).
Definition shifts (digits : nat) : list positive := flat_map digit_shifts (seq 0 digits).

(* g_i(e) of digit i = m d + j, level m from 0, coordinate j: the sum of 2 arctan 2^-s over the bits that are set in e. *)
Definition angle (m j e : nat) : weight :=
  angle_form (map (fun q => (bit_shift (m * d + j) q, 1%Z)) (filter (Nat.testbit e) (seq 0 digit_width))).
Definition sine_weight (m : nat) : weight := multiplier_form (multiplier m) (shifts (S m * d)).
Definition first_phase : weight := pi_times (Dyadic 1 (-2)).

(* Where the units stand in a layer. *)
Definition plus (j i : nat) : nat := 2 * (j * (N - 1) + i).
Definition minus (j i : nat) : nat := S (plus j i).
Definition carries : nat := 2 * (d * (N - 1)).
Definition carry (j : nat) : nat := carries + j.
Definition argument_carry : nat := carries + d.
Definition sum_carry : nat := carries + d + 1.
Definition first_sine : nat := carries + d + 2.
Definition second_sine : nat := carries + d + 3.
Definition width : nat := carries + d + 4.

(* c i times step i + 1 of coordinate j, added over i < k. *)
Fixpoint on_steps (c : nat -> weight) (j k : nat) : list (nat * weight) :=
  match k with O => [] | S i => on_steps c j i ++ [(plus j i, c i); (minus j i, opp_weight (c i))] end.

(* factor times what x_j has become before layer t, t from 0, as weights on the layer before. *)
Definition coordinate (t j : nat) (factor : dyadic) : list (nat * weight) :=
  match t with
  | O => [(j, number factor)]
  | S _ => on_steps (fun _ => number (opp factor)) j (N - 1) ++ [(carry j, number (mul factor (Dyadic (Z.of_nat N) 0)))]
  end.

Definition rise (m j i : nat) : weight := plus_weight (angle m j (S i)) (opp_weight (angle m j i)).
Fixpoint all_rises (m j : nat) : list (nat * weight) :=
  match j with O => [] | S j => all_rises m j ++ on_steps (rise m j) j (N - 1) end.
(* arg after level m, as weights on layer m. *)
Definition argument (m : nat) : list (nat * weight) :=
  all_rises m d ++ match m with O => [] | S _ => [(argument_carry, number one)] end.

Definition step_unit (t i : nat) : unit weight :=
  let j := (i / 2 / (N - 1))%nat in
  let e := S ((i / 2) mod (N - 1)) in
  let edge := Dyadic (- Z.of_nat e) (ramp P) in
  Unit i Rectified (Affine (number (if Nat.even i then add edge one else edge)) (coordinate t j (Dyadic (Z.of_nat N) (ramp P)))).
Definition sum_unit (t : nat) : affine weight :=
  match t with
  | S (S O) => Affine (plus_weight (start P) (number (offset P))) []
  | S (S (S m)) => Affine [] [(sum_carry, number one); (second_sine, number (amplitude m))]
  | _ => Affine [] []
  end.

(* Unit i of layer t. *)
Definition expected (t i : nat) : option (unit weight) :=
  if Nat.ltb i carries then if Nat.ltb t L then Some (step_unit t i) else None
  else if Nat.ltb i argument_carry then
    if Nat.ltb t L then Some (Unit i Rectified (Affine [] (coordinate t (i - carries) one))) else None
  else if Nat.eqb i argument_carry then
    match t with
    | O => None
    | S m => if Nat.ltb t L then Some (Unit i Rectified (Affine [] (argument m))) else None
    end
  else if Nat.eqb i sum_carry then if Nat.ltb t 2 then None else Some (Unit i Rectified (sum_unit t))
  else if Nat.eqb i first_sine then
    match t with
    | O => None
    | S m => if Nat.leb t L then Some (Unit i Sine (Affine first_phase (argument m))) else None
    end
  else
    match t with
    | S (S m) => Some (Unit i Sine (Affine [] [(first_sine, sine_weight m)]))
    | _ => None
    end.

Definition expected_readout (m : nat) : affine weight :=
  Affine (number (opp (offset P))) [(sum_carry, number one); (second_sine, number (amplitude m))].

Definition layer_matches (t : nat) (layer : list (unit weight)) : bool :=
  forallb (fun i => same_unit (find_unit layer i) (expected t i)) (seq 0 width).
Definition matches (net : network weight) : bool :=
  Nat.eqb (length (hidden net)) (L + 2) && Nat.eqb (length (readouts net)) L &&
  forallb (fun t => layer_matches t (nth t (hidden net) [])) (seq 0 (L + 2)) &&
  forallb (fun m => same_affine (nth m (readouts net) (Affine [] [])) (expected_readout m)) (seq 0 L).

(* ---- what it computes ---- *)

Hypothesis N2 : (2 <= N)%nat.
Hypothesis ramp_nonneg : (0 <= ramp P)%Z.

Definition ideal_angle (m j e : nat) : R := weight_value (angle m j e).
Definition ideal_arg := Network.arg N d delta ideal_angle.
Definition ideal_correction := correction N d delta ideal_angle (fun m => weight_value (sine_weight m)) (weight_value first_phase).
Definition ideal_Phi := Phi N d delta ideal_angle (fun m => weight_value (sine_weight m)) (fun m => value (amplitude m))
  (weight_value first_phase) (weight_value (start P)) (value (offset P)).

Lemma delta_pos : 0 < delta.
Proof. apply powerRZ_pos. Qed.

Lemma delta_1 : delta <= 1.
Proof.
  unfold delta. rewrite power_of_two_opp, <- Rinv_1. apply Rinv_le_contravar; [lra |].
  rewrite <- power_of_two by assumption. apply IZR_le. assert (0 < 2 ^ ramp P)%Z by (apply Z.pow_pos_nonneg; lia). lia.
Qed.

Lemma delta_inverse : powerRZ 2 (ramp P) = / delta.
Proof. unfold delta. rewrite power_of_two_opp, Rinv_inv. reflexivity. Qed.

Lemma dot_app : forall a b v, dot (a ++ b) v = dot a v + dot b v.
Proof. induction a as [| [i x] a IH]; intros; cbn [app dot]; [ring |]. rewrite IH. ring. Qed.

Lemma real_weights_app : forall a b, real_weights (a ++ b) = real_weights a ++ real_weights b.
Proof. intros. apply map_app. Qed.

Lemma dot_on_steps : forall c j k v,
  dot (real_weights (on_steps c j k)) v = sum_to k (fun i => weight_value (c i) * (v (plus j i) - v (minus j i))).
Proof.
  induction k as [| k IH]; intros v; [reflexivity |]. cbn [on_steps sum_to]. rewrite real_weights_app, dot_app, IH.
  cbn [real_weights map dot fst snd]. rewrite value_opp_weight. ring.
Qed.

Lemma steps_as_sum : forall k y, steps delta k y = sum_to k (fun i => step delta (S i) y).
Proof. induction k as [| k IH]; intros; cbn [steps sum_to]; [reflexivity |]. rewrite IH. reflexivity. Qed.

(* What the units of layer t hold: the digits of level t, the residue before it, the sums of the levels that have come so far. *)
Record holds (t : nat) (x : point) (v : nat -> R) : Prop := Holds {
  holds_steps : (t < L)%nat -> forall j i, (j < d)%nat -> (i < N - 1)%nat ->
    v (plus j i) - v (minus j i) = step delta (S i) (INR N * residue N delta t (x j));
  holds_carry : (t < L)%nat -> forall j, (j < d)%nat -> v (carry j) = residue N delta t (x j);
  holds_argument : (1 <= t < L)%nat -> v argument_carry = relu (ideal_arg t x);
  holds_sum : (2 <= t)%nat -> v sum_carry = relu (ideal_Phi (t - 2) x + value (offset P));
  holds_first : (1 <= t <= L)%nat -> v first_sine = sin (weight_value first_phase + ideal_arg t x);
  holds_second : (2 <= t)%nat -> v second_sine = ideal_correction (t - 2) x }.

Lemma coordinate_next : forall t x v j f, (S t < L)%nat -> (j < d)%nat -> holds t x v ->
  dot (real_weights (coordinate (S t) j f)) v = value f * residue N delta (S t) (x j).
Proof.
  intros t x v j f Ht Hj [S C _ _ _ _]. cbn [coordinate]. rewrite real_weights_app, dot_app, dot_on_steps.
  cbn [real_weights map dot fst snd]. rewrite (value_number (mul _ _)), value_mul, C by lia.
  rewrite (sum_to_ext _ _ (fun i => value (opp f) * step delta (Datatypes.S i) (INR N * residue N delta t (x j)))).
  - rewrite sum_to_scale, <- steps_as_sum, value_opp. cbn [residue]. unfold next.
    replace (value {| mantissa := Z.of_nat N; exponent := 0 |}) with (INR N); [ring |].
    unfold value. cbn [mantissa exponent powerRZ]. rewrite <- INR_IZR_INZ. ring.
  - intros i Hi. rewrite S, value_number by lia. reflexivity.
Qed.

Lemma argument_next : forall t x v, (t < L)%nat -> holds t x v -> dot (real_weights (argument t)) v = ideal_arg (S t) x.
Proof.
  intros t x v Ht [S _ G _ _ _]. unfold argument. rewrite real_weights_app, dot_app.
  unfold ideal_arg at 1. cbn [Network.arg]. fold ideal_arg.
  assert (R : forall k, (k <= d)%nat -> dot (real_weights (all_rises t k)) v = sum_to k (fun j => sum_to (N - 1) (fun i =>
    (ideal_angle t j (Datatypes.S i) - ideal_angle t j i) * step delta (Datatypes.S i) (INR N * residue N delta t (x j))))).
  { induction k as [| k IH]; intros Hk; [reflexivity |]. cbn [all_rises sum_to]. rewrite real_weights_app, dot_app, IH by lia.
    f_equal. rewrite dot_on_steps. apply sum_to_ext. intros i Hi. rewrite S by lia. unfold rise.
    rewrite value_plus_weight, value_opp_weight. reflexivity. }
  rewrite R by lia. fold (steps_sum N d delta ideal_angle t x). rewrite Rplus_comm. f_equal.
  destruct t as [| t]; cbn [real_weights map dot fst snd].
  - unfold ideal_arg. cbn [Network.arg]. rewrite relu_pos; lra.
  - rewrite G by lia. rewrite value_number, value_one. ring.
Qed.

(* A network over real numbers that has the construction's units and readouts. Units that are listed twice or further on do not count. *)
Definition agrees (net : network R) : Prop :=
  length (hidden net) = (L + 2)%nat /\ length (readouts net) = L /\
  (forall t v i, (t < L + 2)%nat -> (i < width)%nat ->
    layer_value (nth t (hidden net) []) v i = unit_value (option_map real_unit (expected t i)) v) /\
  (forall m v, (m < L)%nat -> affine_value (nth m (readouts net) (Affine 0 [])) v = affine_value (real_affine (expected_readout m)) v).

Theorem matches_agrees : forall net, matches net = true -> agrees (real_network net).
Proof.
  intros net H. unfold matches in H. apply andb_prop in H. destruct H as [H H4]. apply andb_prop in H. destruct H as [H H3].
  apply andb_prop in H. destruct H as [H1 H2]. apply Nat.eqb_eq in H1. apply Nat.eqb_eq in H2.
  unfold agrees, real_network. cbn [hidden readouts]. rewrite !map_length. split; [exact H1 |]. split; [exact H2 |]. split.
  - intros t v i Ht Hi. rewrite forallb_forall in H3.
    assert (M := H3 t (proj2 (in_seq _ _ _) (conj (Nat.le_0_l t) Ht))). unfold layer_matches in M. rewrite forallb_forall in M.
    rewrite <- (same_unit_value _ _ v (M i (proj2 (in_seq _ _ _) (conj (Nat.le_0_l i) Hi)))).
    unfold layer_value. change (@nil (unit R)) with (map real_unit []). rewrite map_nth, find_real_unit. reflexivity.
  - intros m v Hm. rewrite forallb_forall in H4.
    rewrite <- (same_affine_value _ _ v (H4 m (proj2 (in_seq _ _ _) (conj (Nat.le_0_l m) Hm)))).
    change (@Affine R 0 []) with (real_affine (Affine [] [])). rewrite map_nth. reflexivity.
Qed.

Section Values.
Variable net : network R.
Hypothesis net_agrees : agrees net.

Lemma layer_is_expected : forall t v i, (t < L + 2)%nat -> (i < width)%nat ->
  layer_value (nth t (hidden net) []) v i = unit_value (option_map real_unit (expected t i)) v.
Proof. exact (proj1 (proj2 (proj2 net_agrees))). Qed.

Lemma expected_carry : forall t j, (t < L)%nat -> (j < d)%nat ->
  expected t (carry j) = Some (Unit (carry j) Rectified (Affine [] (coordinate t j one))).
Proof.
  intros t j Ht Hj. unfold expected. replace (Nat.ltb (carry j) carries) with false by (symmetry; apply Nat.ltb_ge; unfold carry; lia).
  replace (Nat.ltb (carry j) argument_carry) with true by (symmetry; apply Nat.ltb_lt; unfold carry, argument_carry; lia).
  replace (Nat.ltb t L) with true by (symmetry; apply Nat.ltb_lt; assumption).
  replace (carry j - carries)%nat with j by (unfold carry; lia). reflexivity.
Qed.

Lemma expected_step : forall t j i b, (t < L)%nat -> (j < d)%nat -> (i < N - 1)%nat -> (b < 2)%nat ->
  expected t (plus j i + b) = Some (Unit (plus j i + b) Rectified
    (Affine (number (let edge := Dyadic (- Z.of_nat (S i)) (ramp P) in match b with O => add edge one | _ => edge end))
      (coordinate t j (Dyadic (Z.of_nat N) (ramp P))))).
Proof.
  intros t j i b Ht Hj Hi Hb. unfold expected.
  replace (Nat.ltb (plus j i + b) carries) with true by (symmetry; apply Nat.ltb_lt; unfold plus, carries; nia).
  replace (Nat.ltb t L) with true by (symmetry; apply Nat.ltb_lt; assumption).
  unfold step_unit.
  assert (H : ((plus j i + b) / 2 = j * (N - 1) + i)%nat).
  { symmetry. apply Nat.div_unique with b; [assumption |]. unfold plus. lia. }
  rewrite H. replace ((j * (N - 1) + i) / (N - 1))%nat with j by (apply Nat.div_unique with i; lia).
  replace ((j * (N - 1) + i) mod (N - 1))%nat with i by (apply Nat.mod_unique with j; lia).
  assert (E : Nat.even (plus j i) = true).
  { unfold plus. rewrite Nat.even_mul. reflexivity. }
  destruct b as [| [| b]]; [| | lia].
  - rewrite Nat.add_0_r, E. reflexivity.
  - rewrite Nat.add_1_r, Nat.even_succ, <- Nat.negb_even, E. reflexivity.
Qed.

Lemma expected_later : forall t i, (carries + d <= i)%nat -> expected t i =
  if Nat.eqb i argument_carry then
    match t with O => None | S m => if Nat.ltb t L then Some (Unit i Rectified (Affine [] (argument m))) else None end
  else if Nat.eqb i sum_carry then if Nat.ltb t 2 then None else Some (Unit i Rectified (sum_unit t))
  else if Nat.eqb i first_sine then
    match t with O => None | S m => if Nat.leb t L then Some (Unit i Sine (Affine first_phase (argument m))) else None end
  else match t with S (S m) => Some (Unit i Sine (Affine [] [(first_sine, sine_weight m)])) | _ => None end.
Proof.
  intros t i Hi. unfold expected.
  replace (Nat.ltb i carries) with false by (symmetry; apply Nat.ltb_ge; lia).
  replace (Nat.ltb i argument_carry) with false by (symmetry; apply Nat.ltb_ge; unfold argument_carry; lia). reflexivity.
Qed.

Lemma step_difference : forall e r, relu (value (add (Dyadic (- Z.of_nat e) (ramp P)) one) + value (Dyadic (Z.of_nat N) (ramp P)) * r) -
  relu (value (Dyadic (- Z.of_nat e) (ramp P)) + value (Dyadic (Z.of_nat N) (ramp P)) * r) = step delta e (INR N * r).
Proof.
  intros e r. unfold step. rewrite value_add, value_one. unfold value. cbn [mantissa exponent].
  rewrite opp_IZR, <- !INR_IZR_INZ, delta_inverse. unfold Rdiv. f_equal; [f_equal | f_equal]; ring.
Qed.

Ltac show_unit := cbn [option_map real_unit unit_value activation_value activate form]; unfold affine_value; cbn [real_affine bias weights].

(* One layer more. `coordinates`: what its weights on the coordinates read. *)
Lemma next_layer : forall t x (before : nat -> R), (t < L + 2)%nat -> (forall j, (j < d)%nat -> 0 <= x j <= 1) ->
  (forall j f, (t < L)%nat -> (j < d)%nat -> dot (real_weights (coordinate t j f)) before = value f * residue N delta t (x j)) ->
  (forall m, t = S m -> holds m x before) ->
  holds t x (layer_value (nth t (hidden net) []) before).
Proof.
  intros t x before Ht Hx Hc Hb. split.
  - intros T j i Hj Hi. assert (W : (minus j i < width)%nat) by (unfold minus, plus, width, carries; nia).
    rewrite !layer_is_expected by (unfold minus in *; lia).
    rewrite <- (Nat.add_0_r (plus j i)) at 1. unfold minus. rewrite <- Nat.add_1_r.
    rewrite !expected_step by lia. show_unit. rewrite !Hc, !value_number by assumption. apply step_difference.
  - intros T j Hj. rewrite layer_is_expected by (unfold carry, width; lia). rewrite expected_carry by assumption.
    show_unit. rewrite Hc by assumption.
    cbn [weight_value]. rewrite value_one, Rplus_0_l, Rmult_1_l. apply relu_pos.
    exact (proj1 (residue_range N delta N2 delta_pos delta_1 t (x j) (Hx j Hj))).
  - intros T. rewrite layer_is_expected, expected_later by (unfold argument_carry, width; lia).
    rewrite Nat.eqb_refl. destruct t as [| m]; [lia |]. replace (Nat.ltb (S m) L) with true by (symmetry; apply Nat.ltb_lt; lia).
    show_unit.
    rewrite (argument_next m x) by (lia || apply Hb; reflexivity). cbn [weight_value]. rewrite Rplus_0_l. reflexivity.
  - intros T. rewrite layer_is_expected, expected_later by (unfold sum_carry, width; lia).
    replace (Nat.eqb sum_carry argument_carry) with false by (symmetry; apply Nat.eqb_neq; unfold sum_carry, argument_carry; lia).
    rewrite Nat.eqb_refl. replace (Nat.ltb t 2) with false by (symmetry; apply Nat.ltb_ge; lia).
    destruct t as [| [| [| m]]]; [lia | lia | |]; cbn [sum_unit]; show_unit; cbn [real_weights map dot fst snd].
    + rewrite value_plus_weight, value_number, Rplus_0_r. reflexivity.
    + destruct (Hb (S (S m)) eq_refl) as [_ _ _ H4 _ H6]. rewrite H4, H6 by lia. rewrite !value_number, value_one. cbn [weight_value].
      replace (S (S (S m)) - 2)%nat with (S m) by lia. replace (S (S m) - 2)%nat with m by lia.
      unfold ideal_Phi at 2. cbn [Phi]. fold ideal_Phi. fold ideal_correction. f_equal. ring.
  - intros T. rewrite layer_is_expected, expected_later by (unfold first_sine, width; lia).
    replace (Nat.eqb first_sine argument_carry) with false by (symmetry; apply Nat.eqb_neq; unfold first_sine, argument_carry; lia).
    replace (Nat.eqb first_sine sum_carry) with false by (symmetry; apply Nat.eqb_neq; unfold first_sine, sum_carry; lia).
    rewrite Nat.eqb_refl. destruct t as [| m]; [lia |]. replace (Nat.leb (S m) L) with true by (symmetry; apply Nat.leb_le; lia).
    show_unit.
    rewrite (argument_next m x) by (lia || apply Hb; reflexivity). reflexivity.
  - intros T. rewrite layer_is_expected, expected_later by (unfold second_sine, width; lia).
    replace (Nat.eqb second_sine argument_carry) with false by (symmetry; apply Nat.eqb_neq; unfold second_sine, argument_carry; lia).
    replace (Nat.eqb second_sine sum_carry) with false by (symmetry; apply Nat.eqb_neq; unfold second_sine, sum_carry; lia).
    replace (Nat.eqb second_sine first_sine) with false by (symmetry; apply Nat.eqb_neq; unfold second_sine, first_sine; lia).
    destruct t as [| [| m]]; [lia | lia |].
    show_unit. cbn [real_weights map dot fst snd].
    destruct (Hb (S m) eq_refl) as [_ _ _ _ H5 _]. rewrite H5 by lia. change (weight_value []) with 0.
    replace (S (S m) - 2)%nat with m by lia. unfold ideal_correction, correction. f_equal. fold ideal_arg. ring.
Qed.

Lemma layers_hold : forall t x, (t < L + 2)%nat -> (forall j, (j < d)%nat -> 0 <= x j <= 1) ->
  holds t x (outputs (firstn (S t) (hidden net)) x).
Proof.
  assert (len := proj1 net_agrees).
  induction t as [| t IH]; intros x Ht Hx; rewrite (firstn_next _ _ []) by lia; rewrite outputs_last; apply next_layer; try assumption.
  - intros j f _ Hj. cbn [firstn outputs coordinate real_weights map dot fst snd residue]. rewrite value_number. ring.
  - intros m E. discriminate.
  - intros j f T Hj. apply coordinate_next; [assumption | assumption |]. apply IH; [lia | assumption].
  - intros m E. injection E as <-. apply IH; [lia | assumption].
Qed.

(* The layers, unit for unit, compute the recursion of Network.v. *)
Theorem readout_is_Phi : forall l x, (1 <= l <= L)%nat -> (forall j, (j < d)%nat -> 0 <= x j <= 1) -> readout net l x = ideal_Phi l x.
Proof.
  intros l x Hl Hx. unfold readout. destruct l as [| l]; [lia |]. replace (S l - 1)%nat with l by lia.
  rewrite (proj2 (proj2 (proj2 net_agrees))) by lia.
  unfold expected_readout, affine_value. cbn [real_affine bias weights real_weights map dot fst snd].
  replace (S l + 2)%nat with (S (l + 2)) by lia. destruct (layers_hold (l + 2) x) as [_ _ _ H4 _ H6]; [lia | assumption |].
  rewrite H4, H6 by lia. replace (l + 2 - 2)%nat with l by lia. rewrite !value_number, value_opp, value_one.
  unfold ideal_Phi at 2. cbn [Phi]. fold ideal_Phi. fold ideal_correction. ring.
Qed.

End Values.
End Construction.
