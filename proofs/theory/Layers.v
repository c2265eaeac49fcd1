(* A network as its file lists it: layers of units, each with an index, an activation, a bias and weights. `matches` compares such a
   list with the construction, unit by unit; if it does, the readouts compute the recursion of Network.v. *)
From Coq Require Import Reals ZArith List Bool Lra Lia Arith.
From Layercert Require Import Relu Digits Sums Network Dyadic.
Import ListNotations.
Open Scope R_scope.

(* ---- what a list of layers computes ---- *)

Inductive activation := Rectified | Sine.
Record affine := Affine { bias : dyadic; weights : list (nat * dyadic) }. (* index in the layer before, weight *)
Record unit := Unit { index : nat; activate : activation; form : affine }.
Record network := Layered { hidden : list (list unit); readouts : list affine }.

Definition activation_value (a : activation) (y : R) : R := match a with Rectified => relu y | Sine => sin y end.
Fixpoint dot (weights : list (nat * dyadic)) (before : nat -> R) : R :=
  match weights with [] => 0 | (i, a) :: rest => value a * before i + dot rest before end.
Definition affine_value (f : affine) (before : nat -> R) : R := value (bias f) + dot (weights f) before.
Definition find_unit (layer : list unit) (i : nat) : option unit := find (fun u => Nat.eqb (index u) i) layer.
(* Units that are not listed are 0. *)
Definition unit_value (u : option unit) (before : nat -> R) : R :=
  match u with Some u => activation_value (activate u) (affine_value (form u) before) | None => 0 end.
Definition layer_value (layer : list unit) (before : nat -> R) (i : nat) : R := unit_value (find_unit layer i) before.
Fixpoint outputs (layers : list (list unit)) (x : point) : nat -> R :=
  match layers with [] => x | layer :: rest => outputs rest (layer_value layer x) end.

(* Readout l = 1, 2, ... reads hidden layer l + 2 and no layer after it. *)
Definition readout (net : network) (l : nat) (x : point) : R :=
  affine_value (nth (l - 1) (readouts net) (Affine zero [])) (outputs (firstn (l + 2) (hidden net)) x).

(* Width and number of the layers, sines in a layer: a computation. *)
Definition is_sine (u : unit) : bool := match activate u with Sine => true | Rectified => false end.
Definition has_shape (net : network) (layers units : nat) : bool :=
  Nat.eqb (length (hidden net)) layers &&
  forallb (fun layer => forallb (fun u => Nat.ltb (index u) units) layer && Nat.leb (length (filter is_sine layer)) 2) (hidden net).

Theorem shape : forall net layers units, has_shape net layers units = true ->
  length (hidden net) = layers /\
  forall layer, In layer (hidden net) -> (forall u, In u layer -> (index u < units)%nat) /\ (length (filter is_sine layer) <= 2)%nat.
Proof.
  intros net layers units H. apply andb_prop in H. destruct H as [H1 H2]. split; [apply Nat.eqb_eq, H1 |].
  intros layer Hl. rewrite forallb_forall in H2. assert (E := H2 layer Hl). apply andb_prop in E. destruct E as [E1 E2]. split.
  - intros u Hu. rewrite forallb_forall in E1. apply Nat.ltb_lt, E1, Hu.
  - apply Nat.leb_le, E2.
Qed.

(* ---- comparison ---- *)

Fixpoint same_weights (a b : list (nat * dyadic)) : bool :=
  match a, b with
  | [], [] => true
  | (i, x) :: a, (j, y) :: b => Nat.eqb i j && same x y && same_weights a b
  | _, _ => false
  end.
Definition nonzero (w : list (nat * dyadic)) : list (nat * dyadic) := filter (fun c => negb (is_zero (snd c))) w.
Definition same_affine (a b : affine) : bool :=
  same (bias a) (bias b) && same_weights (nonzero (weights a)) (nonzero (weights b)).
Definition same_activation (a b : activation) : bool :=
  match a, b with Rectified, Rectified | Sine, Sine => true | _, _ => false end.
Definition same_unit (a b : option unit) : bool :=
  match a, b with
  | Some a, Some b => same_activation (activate a) (activate b) && same_affine (form a) (form b)
  | None, None => true
  | _, _ => false
  end.

Lemma dot_nonzero : forall w v, dot (nonzero w) v = dot w v.
Proof.
  induction w as [| [i a] w IH]; intros v; [reflexivity |]. cbn [nonzero filter snd].
  destruct (is_zero a) eqn:E; cbn [negb dot]; fold (nonzero w); rewrite IH; [| reflexivity].
  rewrite (value_is_zero a E). ring.
Qed.

Lemma same_weights_dot : forall a b v, same_weights a b = true -> dot a v = dot b v.
Proof.
  induction a as [| [i x] a IH]; intros [| [j y] b] v H; try discriminate; [reflexivity |].
  cbn [same_weights] in H. apply andb_prop in H. destruct H as [H H3]. apply andb_prop in H. destruct H as [H1 H2].
  apply Nat.eqb_eq in H1. subst. cbn [dot]. rewrite (value_same _ _ H2), (IH b v H3). reflexivity.
Qed.

Lemma same_affine_value : forall a b v, same_affine a b = true -> affine_value a v = affine_value b v.
Proof.
  intros a b v H. apply andb_prop in H. destruct H as [H1 H2]. unfold affine_value.
  rewrite (value_same _ _ H1), <- (dot_nonzero (weights a)), (same_weights_dot _ _ v H2), dot_nonzero. reflexivity.
Qed.

Lemma same_unit_value : forall a b v, same_unit a b = true -> unit_value a v = unit_value b v.
Proof.
  intros [a |] [b |] v H; try discriminate; [| reflexivity]. cbn [same_unit] in H. apply andb_prop in H. destruct H as [H1 H2].
  cbn [unit_value]. rewrite (same_affine_value _ _ v H2). destruct (activate a), (activate b); (reflexivity || discriminate).
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
  base : nat;                     (* N *)
  dimension : nat;                (* d *)
  depth : nat;                    (* L *)
  ramp : Z;                       (* delta = 2^-ramp *)
  angles : list (list dyadic);    (* number level * d + coordinate, levels from 0: the stored angles of the digits 0..N-1 *)
  sine_weights : list dyadic;     (* w of each level *)
  amplitudes : list dyadic;       (* A of each level *)
  first_phase : dyadic;           (* beta *)
  start : dyadic;                 (* Phi_0 *)
  offset : dyadic }.              (* M *)

Section Construction.
Variable P : parameters.
Let N := base P.
Let d := dimension P.
Let L := depth P.

Definition delta : R := powerRZ 2 (- ramp P).
Definition angle (m j e : nat) : dyadic := nth e (nth (m * d + j) (angles P) []) zero.
Definition sine_weight (m : nat) : dyadic := nth m (sine_weights P) zero.
Definition amplitude (m : nat) : dyadic := nth m (amplitudes P) zero.

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
Fixpoint on_steps (c : nat -> dyadic) (j k : nat) : list (nat * dyadic) :=
  match k with O => [] | S i => on_steps c j i ++ [(plus j i, c i); (minus j i, opp (c i))] end.

(* factor times what x_j has become before layer t, t from 0, as weights on the layer before. *)
Definition coordinate (t j : nat) (factor : dyadic) : list (nat * dyadic) :=
  match t with
  | O => [(j, factor)]
  | S _ => on_steps (fun _ => opp factor) j (N - 1) ++ [(carry j, mul factor (Dyadic (Z.of_nat N) 0))]
  end.

Definition rise (m j i : nat) : dyadic := add (angle m j (S i)) (opp (angle m j i)).
Fixpoint all_rises (m j : nat) : list (nat * dyadic) :=
  match j with O => [] | S j => all_rises m j ++ on_steps (rise m j) j (N - 1) end.
(* arg after level m, as weights on layer m. *)
Definition argument (m : nat) : list (nat * dyadic) :=
  all_rises m d ++ match m with O => [] | S _ => [(argument_carry, one)] end.

Definition step_unit (t i : nat) : unit :=
  let j := (i / 2 / (N - 1))%nat in
  let e := S ((i / 2) mod (N - 1)) in
  let edge := Dyadic (- Z.of_nat e) (ramp P) in
  Unit i Rectified (Affine (if Nat.even i then add edge one else edge) (coordinate t j (Dyadic (Z.of_nat N) (ramp P)))).
Definition sum_unit (t : nat) : affine :=
  match t with
  | S (S O) => Affine (add (start P) (offset P)) []
  | S (S (S m)) => Affine zero [(sum_carry, one); (second_sine, amplitude m)]
  | _ => Affine zero []
  end.

(* Unit i of layer t. *)
Definition expected (t i : nat) : option unit :=
  if Nat.ltb i carries then if Nat.ltb t L then Some (step_unit t i) else None
  else if Nat.ltb i argument_carry then
    if Nat.ltb t L then Some (Unit i Rectified (Affine zero (coordinate t (i - carries) one))) else None
  else if Nat.eqb i argument_carry then
    match t with
    | O => None
    | S m => if Nat.ltb t L then Some (Unit i Rectified (Affine zero (argument m))) else None
    end
  else if Nat.eqb i sum_carry then if Nat.ltb t 2 then None else Some (Unit i Rectified (sum_unit t))
  else if Nat.eqb i first_sine then
    match t with
    | O => None
    | S m => if Nat.leb t L then Some (Unit i Sine (Affine (first_phase P) (argument m))) else None
    end
  else
    match t with
    | S (S m) => Some (Unit i Sine (Affine zero [(first_sine, sine_weight m)]))
    | _ => None
    end.

Definition expected_readout (m : nat) : affine := Affine (opp (offset P)) [(sum_carry, one); (second_sine, amplitude m)].

Definition layer_matches (t : nat) (layer : list unit) : bool :=
  forallb (fun i => same_unit (find_unit layer i) (expected t i)) (seq 0 width).
Definition matches (net : network) : bool :=
  Nat.eqb (length (hidden net)) (L + 2) && Nat.eqb (length (readouts net)) L &&
  forallb (fun t => layer_matches t (nth t (hidden net) [])) (seq 0 (L + 2)) &&
  forallb (fun m => same_affine (nth m (readouts net) (Affine zero [])) (expected_readout m)) (seq 0 L).

(* ---- what it computes ---- *)

Hypothesis N2 : (2 <= N)%nat.
Hypothesis ramp_nonneg : (0 <= ramp P)%Z.

Definition ideal_angle (m j e : nat) : R := value (angle m j e).
Definition ideal_arg := Network.arg N d delta ideal_angle.
Definition ideal_correction := correction N d delta ideal_angle (fun m => value (sine_weight m)) (value (first_phase P)).
Definition ideal_Phi := Phi N d delta ideal_angle (fun m => value (sine_weight m)) (fun m => value (amplitude m))
  (value (first_phase P)) (value (start P)) (value (offset P)).

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

Lemma dot_on_steps : forall c j k v,
  dot (on_steps c j k) v = sum_to k (fun i => value (c i) * (v (plus j i) - v (minus j i))).
Proof.
  induction k as [| k IH]; intros v; [reflexivity |]. cbn [on_steps sum_to]. rewrite dot_app, IH. cbn [dot].
  rewrite value_opp. ring.
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
  holds_first : (1 <= t <= L)%nat -> v first_sine = sin (value (first_phase P) + ideal_arg t x);
  holds_second : (2 <= t)%nat -> v second_sine = ideal_correction (t - 2) x }.

Lemma coordinate_next : forall t x v j f, (S t < L)%nat -> (j < d)%nat -> holds t x v ->
  dot (coordinate (S t) j f) v = value f * residue N delta (S t) (x j).
Proof.
  intros t x v j f Ht Hj [S C _ _ _ _]. cbn [coordinate]. rewrite dot_app, dot_on_steps. cbn [dot].
  rewrite value_mul, C by lia. rewrite (sum_to_ext _ _ (fun i => value (opp f) * step delta (Datatypes.S i) (INR N * residue N delta t (x j)))).
  - rewrite sum_to_scale, <- steps_as_sum, value_opp. cbn [residue]. unfold next.
    replace (value {| mantissa := Z.of_nat N; exponent := 0 |}) with (INR N); [ring |].
    unfold value. cbn [mantissa exponent powerRZ]. rewrite <- INR_IZR_INZ. ring.
  - intros i Hi. rewrite S by lia. reflexivity.
Qed.

Lemma argument_next : forall t x v, (t < L)%nat -> holds t x v -> dot (argument t) v = ideal_arg (S t) x.
Proof.
  intros t x v Ht [S _ G _ _ _]. unfold argument. rewrite dot_app.
  unfold ideal_arg at 1. cbn [Network.arg]. fold ideal_arg.
  assert (R : forall k, (k <= d)%nat -> dot (all_rises t k) v = sum_to k (fun j => sum_to (N - 1) (fun i =>
    (ideal_angle t j (Datatypes.S i) - ideal_angle t j i) * step delta (Datatypes.S i) (INR N * residue N delta t (x j))))).
  { induction k as [| k IH]; intros Hk; [reflexivity |]. cbn [all_rises sum_to]. rewrite dot_app, IH by lia.
    f_equal. rewrite dot_on_steps. apply sum_to_ext. intros i Hi. rewrite S by lia. unfold rise.
    rewrite value_add, value_opp. reflexivity. }
  rewrite R by lia. fold (steps_sum N d delta ideal_angle t x). rewrite Rplus_comm. f_equal.
  destruct t as [| t]; cbn [dot].
  - unfold ideal_arg. cbn [Network.arg]. rewrite relu_pos; lra.
  - rewrite G by lia. rewrite value_one. ring.
Qed.

Section Values.
Variable net : network.
Hypothesis net_matches : matches net = true.

Lemma layer_is_expected : forall t v i, (t < L + 2)%nat -> (i < width)%nat ->
  layer_value (nth t (hidden net) []) v i = unit_value (expected t i) v.
Proof.
  intros t v i Ht Hi. unfold matches in net_matches. apply andb_prop in net_matches. destruct net_matches as [H _].
  apply andb_prop in H. destruct H as [_ H]. rewrite forallb_forall in H. specialize (H t).
  assert (M : layer_matches t (nth t (hidden net) []) = true) by (apply H, in_seq; lia).
  unfold layer_matches in M. rewrite forallb_forall in M. apply same_unit_value, M, in_seq. lia.
Qed.

Lemma expected_carry : forall t j, (t < L)%nat -> (j < d)%nat ->
  expected t (carry j) = Some (Unit (carry j) Rectified (Affine zero (coordinate t j one))).
Proof.
  intros t j Ht Hj. unfold expected. replace (Nat.ltb (carry j) carries) with false by (symmetry; apply Nat.ltb_ge; unfold carry; lia).
  replace (Nat.ltb (carry j) argument_carry) with true by (symmetry; apply Nat.ltb_lt; unfold carry, argument_carry; lia).
  replace (Nat.ltb t L) with true by (symmetry; apply Nat.ltb_lt; assumption).
  replace (carry j - carries)%nat with j by (unfold carry; lia). reflexivity.
Qed.

Lemma expected_step : forall t j i b, (t < L)%nat -> (j < d)%nat -> (i < N - 1)%nat -> (b < 2)%nat ->
  expected t (plus j i + b) = Some (Unit (plus j i + b) Rectified
    (Affine (let edge := Dyadic (- Z.of_nat (S i)) (ramp P) in match b with O => add edge one | _ => edge end)
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
    match t with O => None | S m => if Nat.ltb t L then Some (Unit i Rectified (Affine zero (argument m))) else None end
  else if Nat.eqb i sum_carry then if Nat.ltb t 2 then None else Some (Unit i Rectified (sum_unit t))
  else if Nat.eqb i first_sine then
    match t with O => None | S m => if Nat.leb t L then Some (Unit i Sine (Affine (first_phase P) (argument m))) else None end
  else match t with S (S m) => Some (Unit i Sine (Affine zero [(first_sine, sine_weight m)])) | _ => None end.
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

(* One layer more. `coordinates`: what its weights on the coordinates read. *)
Lemma next_layer : forall t x (before : nat -> R), (t < L + 2)%nat -> (forall j, (j < d)%nat -> 0 <= x j <= 1) ->
  (forall j f, (t < L)%nat -> (j < d)%nat -> dot (coordinate t j f) before = value f * residue N delta t (x j)) ->
  (forall m, t = S m -> holds m x before) ->
  holds t x (layer_value (nth t (hidden net) []) before).
Proof.
  intros t x before Ht Hx Hc Hb. split.
  - intros T j i Hj Hi. assert (W : (minus j i < width)%nat) by (unfold minus, plus, width, carries; nia).
    rewrite !layer_is_expected by (unfold minus in *; lia).
    rewrite <- (Nat.add_0_r (plus j i)) at 1. unfold minus. rewrite <- Nat.add_1_r.
    rewrite !expected_step by lia. cbn [unit_value activation_value activate form affine_value bias weights].
    unfold affine_value. cbn [bias weights]. rewrite Hc by assumption. apply step_difference.
  - intros T j Hj. rewrite layer_is_expected by (unfold carry, width; lia). rewrite expected_carry by assumption.
    cbn [unit_value activation_value activate form]. unfold affine_value. cbn [bias weights]. rewrite Hc by assumption.
    rewrite value_zero, value_one, Rplus_0_l, Rmult_1_l. apply relu_pos.
    exact (proj1 (residue_range N delta N2 delta_pos delta_1 t (x j) (Hx j Hj))).
  - intros T. rewrite layer_is_expected, expected_later by (unfold argument_carry, width; lia).
    rewrite Nat.eqb_refl. destruct t as [| m]; [lia |]. replace (Nat.ltb (S m) L) with true by (symmetry; apply Nat.ltb_lt; lia).
    cbn [unit_value activation_value activate form]. unfold affine_value. cbn [bias weights].
    rewrite (argument_next m x) by (lia || apply Hb; reflexivity). rewrite value_zero, Rplus_0_l. reflexivity.
  - intros T. rewrite layer_is_expected, expected_later by (unfold sum_carry, width; lia).
    replace (Nat.eqb sum_carry argument_carry) with false by (symmetry; apply Nat.eqb_neq; unfold sum_carry, argument_carry; lia).
    rewrite Nat.eqb_refl. replace (Nat.ltb t 2) with false by (symmetry; apply Nat.ltb_ge; lia).
    cbn [unit_value activation_value activate form]. unfold affine_value.
    destruct t as [| [| [| m]]]; [lia | lia | |]; cbn [sum_unit bias weights dot].
    + rewrite value_add, Rplus_0_r. reflexivity.
    + destruct (Hb (S (S m)) eq_refl) as [_ _ _ H4 _ H6]. rewrite H4, H6 by lia. rewrite value_zero, value_one.
      replace (S (S (S m)) - 2)%nat with (S m) by lia. replace (S (S m) - 2)%nat with m by lia.
      unfold ideal_Phi at 2. cbn [Phi]. fold ideal_Phi. fold ideal_correction. f_equal. ring.
  - intros T. rewrite layer_is_expected, expected_later by (unfold first_sine, width; lia).
    replace (Nat.eqb first_sine argument_carry) with false by (symmetry; apply Nat.eqb_neq; unfold first_sine, argument_carry; lia).
    replace (Nat.eqb first_sine sum_carry) with false by (symmetry; apply Nat.eqb_neq; unfold first_sine, sum_carry; lia).
    rewrite Nat.eqb_refl. destruct t as [| m]; [lia |]. replace (Nat.leb (S m) L) with true by (symmetry; apply Nat.leb_le; lia).
    cbn [unit_value activation_value activate form]. unfold affine_value. cbn [bias weights].
    rewrite (argument_next m x) by (lia || apply Hb; reflexivity). reflexivity.
  - intros T. rewrite layer_is_expected, expected_later by (unfold second_sine, width; lia).
    replace (Nat.eqb second_sine argument_carry) with false by (symmetry; apply Nat.eqb_neq; unfold second_sine, argument_carry; lia).
    replace (Nat.eqb second_sine sum_carry) with false by (symmetry; apply Nat.eqb_neq; unfold second_sine, sum_carry; lia).
    replace (Nat.eqb second_sine first_sine) with false by (symmetry; apply Nat.eqb_neq; unfold second_sine, first_sine; lia).
    destruct t as [| [| m]]; [lia | lia |].
    cbn [unit_value activation_value activate form]. unfold affine_value. cbn [bias weights dot].
    destruct (Hb (S m) eq_refl) as [_ _ _ _ H5 _]. rewrite H5 by lia. rewrite value_zero.
    replace (S (S m) - 2)%nat with m by lia. unfold ideal_correction, correction. f_equal. fold ideal_arg. ring.
Qed.

Lemma layers_hold : forall t x, (t < L + 2)%nat -> (forall j, (j < d)%nat -> 0 <= x j <= 1) ->
  holds t x (outputs (firstn (S t) (hidden net)) x).
Proof.
  assert (len : length (hidden net) = (L + 2)%nat).
  { assert (H := net_matches). unfold matches in H. do 3 (apply andb_prop in H; destruct H as [H _]). apply Nat.eqb_eq, H. }
  induction t as [| t IH]; intros x Ht Hx; rewrite (firstn_next _ _ []) by lia; rewrite outputs_last; apply next_layer; try assumption.
  - intros j f _ Hj. cbn [firstn outputs coordinate dot residue]. ring.
  - intros m E. discriminate.
  - intros j f T Hj. apply coordinate_next; [assumption | assumption |]. apply IH; [lia | assumption].
  - intros m E. injection E as <-. apply IH; [lia | assumption].
Qed.

(* The layers, unit for unit, compute the recursion of Network.v. *)
Theorem readout_is_Phi : forall l x, (1 <= l <= L)%nat -> (forall j, (j < d)%nat -> 0 <= x j <= 1) -> readout net l x = ideal_Phi l x.
Proof.
  intros l x Hl Hx. unfold readout. destruct l as [| l]; [lia |]. replace (S l - 1)%nat with l by lia.
  assert (M : same_affine (nth l (readouts net) (Affine zero [])) (expected_readout l) = true).
  { unfold matches in net_matches. apply andb_prop in net_matches. destruct net_matches as [_ H].
    rewrite forallb_forall in H. apply H, in_seq. lia. }
  rewrite (same_affine_value _ _ _ M). unfold expected_readout, affine_value. cbn [bias weights dot].
  replace (S l + 2)%nat with (S (l + 2)) by lia. destruct (layers_hold (l + 2) x) as [_ _ _ H4 _ H6]; [lia | assumption |].
  rewrite H4, H6 by lia. replace (l + 2 - 2)%nat with l by lia. rewrite value_opp, value_one.
  unfold ideal_Phi at 2. cbn [Phi]. fold ideal_Phi. fold ideal_correction. ring.
Qed.

End Values.
End Construction.
