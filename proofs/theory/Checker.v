(* A checker of certificates for samples and for formulas, in any dimension and for rational exponents, as a function to bool, and its theorem:
   if it returns true, claim R holds for the network and the target that it was given. All sums are exact or rounded outward, in integers.
   A formula enters by integers below and above its values on the boxes of a grid, so that samples are the case where both are the same. *)
From Coq Require Import Reals ZArith List Bool Lra Lia Arith FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Power Digits Sums Network Dyadic Weight Layers Soundness Box Cube Modulus CubeNorm ReadoutContinuous
  ReadoutOnCells Integration CubeClaim Steps CubeValues Samples Formula GridBounds ConstantFormula RationalPower.
Import ListNotations.
Open Scope R_scope.

(* A shift h: h_j is numerator j over the denominator. *)
Record shift_hint := ShiftHint { shift_denominator : positive; shift_numerators : list Z }.

Inductive target :=
(* Samples: n along each axis. A sample is a number of the list, times 2^exponent, over the denominator. Sample (i_0, ..., i_(d-1)) has the
   place i_0 + n i_1 + n^2 i_2 + ... *)
| Sampled (n : positive) (exponent : Z) (denominator : positive) (numbers : list Z)
(* A formula, and how far f may be from it. *)
| Near (e : formula) (remainder_numerator : Z) (remainder_denominator : positive).

(* Nothing of a level's hint has to be right: with other values the answer is false, or needs longer. *)
Record level_hint := LevelHint {
  shift : shift_hint;
  cuts : list positive }.         (* a formula is enclosed on boxes of 1 / cut of a cell's edge; the first cut that suffices counts *)

Record certificate := Certificate {
  shape_of_network : parameters;
  layers : network weight;
  exponent_numerator : positive;  (* p is a quotient, and at least 1 *)
  exponent_denominator : positive;
  size_of_shift : shift_norm;
  target_of : target;
  (* Nothing of what follows has to be right, either. *)
  fraction_bits : Z;              (* values are rounded to multiples of 2^-fraction_bits / the samples' denominator *)
  interval_bits : positive;       (* of the ends of intervals *)
  hints_of_levels : list level_hint }.

(* ---- what is claimed ---- *)

Section Claim.
Variable d : nat.

Definition place_of_sample (n : positive) (i : nat -> Z) : Z := sum_Z d (fun j => Zpos n ^ Z.of_nat j * i j)%Z.
Definition sample_value (n : positive) (exponent : Z) (denominator : positive) (numbers : list Z) (i : nat -> Z) : R :=
  IZR (nth (Z.to_nat (place_of_sample n i)) numbers 0%Z) * powerRZ 2 exponent / IZR (Zpos denominator).

(* f has the value of sample i where i_j / n <= x_j < (i_j + 1) / n. *)
Definition is_sampled (n : positive) (exponent : Z) (denominator : positive) (numbers : list Z) (f : point -> R) : Prop :=
  forall (i : nat -> Z) (x : point),
  (forall j, (j < d)%nat -> (0 <= i j < Zpos n)%Z /\ IZR (i j) / IZR (Zpos n) <= x j < (IZR (i j) + 1) / IZR (Zpos n)) ->
  f x = sample_value n exponent denominator numbers i.

(* f is within r of the formula, and continuous if the formula has no jumps. *)
Definition is_near (e : formula) (r : R) (f : point -> R) : Prop :=
  (jumps e = false -> continuous_on_cube d f) /\ forall x, in_cube d x -> Rabs (f x - formula_value e x) <= r.

Definition fits (t : target) (f : point -> R) : Prop :=
  match t with
  | Sampled n exponent denominator numbers => is_sampled n exponent denominator numbers f
  | Near e a b => is_near e (IZR a / IZR (Zpos b)) f
  end.

(* A formula has a value everywhere on the cube, is continuous there if it has no jumps, and is one of the functions near it. *)
Definition has_meaning (t : target) : Prop :=
  match t with
  | Sampled _ _ _ _ => True
  | Near e a b => (forall x, in_cube d x -> has_value e x) /\ (jumps e = false -> continuous_on_cube d (formula_value e)) /\ fits t (formula_value e)
  end.
End Claim.

Definition jumping (t : target) : bool := match t with Sampled _ _ _ _ => false | Near e _ _ => jumps e end.

Definition exponent_p (c : certificate) : R := quotient (exponent_numerator c) (exponent_denominator c).

(* The network has L + 2 layers, in each at most 2 d N + d + 2 units, and claim R holds on levels 1, ..., L for every function that fits the
   target: with every integral; if the target is a formula with jumps, with every integral that the function has. *)
Definition certified_claim (c : certificate) : Prop :=
  let P := shape_of_network c in
  shaped (layers c) (depth P + 2) (2 * dimension P * base P + dimension P + 2) /\
  has_meaning (dimension P) (target_of c) /\
  forall f : point -> R, fits (dimension P) (target_of c) f ->
    (if jumping (target_of c) then claim_R_if_integrable else claim_R) (dimension P) (size_of_shift c) (layers c) f (exponent_p c) (base P) (depth P).

(* ---- the checker ---- *)

(* What is known of f: in units of 1 / (M 2^w), integers below and above its values on the box with each place, the boxes being n along each
   axis, and an integer that |f - Phi_0| does not exceed. *)
Record bounds := Bounds { side : positive; lows : tree; highs : tree; far : Z }.

Section Checker.
Variable c : certificate.
Let P := shape_of_network c.
Let N := base P.
Let d := dimension P.
Let L := depth P.
Definition unit_denominator : positive := match target_of c with Sampled _ _ q _ => q | Near _ _ _ => 1%positive end.
Let M := unit_denominator.
Let w := fraction_bits c.
Definition above (z : Z) : Z := power_above (exponent_numerator c) (exponent_denominator c) z.
Definition below (z : Z) : Z := power_below (exponent_numerator c) (exponent_denominator c) z.

Definition ceiling (a k : Z) : Z := (- Z.shiftl (- a) k)%Z.
Definition amplitude_ceiling (m : nat) : Z := ceiling (Z.abs (scaled_amplitude P M m)) (amplitude_shift P w m).
Definition amplitudes_to (l : nat) : Z := sum_Z l amplitude_ceiling.

Definition structure_ok (V E : Z) : bool :=
  Nat.leb 2 N && Nat.leb 1 d && Nat.leb 1 L && Z.leb 0 (ramp P) && Pos.leb (exponent_denominator c) (exponent_numerator c) &&
  forallb (fun m => Z.leb (-64) (exponent (multiplier P m))) (seq 0 L) &&
  Z.leb (Z.abs V + E + amplitudes_to L) (Z.shiftl (Zpos M * mantissa (offset P)) (exponent (offset P) + w)) &&
  has_shape (layers c) (L + 2) (2 * d * N + d + 2) && matches P (layers c).

(* Bounds from the integers of all boxes, where Phi_0 is within E of V. *)
Definition farthest (V E : Z) (pairs : list (Z * Z)) : Z :=
  (fold_left (fun b q => Z.max b (Z.max (Z.abs (fst q - V)) (Z.abs (snd q - V)))) pairs 0 + E)%Z.
Definition bounds_from (n : positive) (V E : Z) (pairs : list (Z * Z)) : option bounds :=
  if Z.eqb (Z.of_nat (length pairs)) (Zpos n ^ Z.of_nat d) then
    Some (Bounds n (tree_of (map fst pairs)) (tree_of (map snd pairs)) (farthest V E pairs))
  else None.

(* A sample in units of 1 / (M 2^w). *)
Definition in_units (exponent a : Z) : Z := Z.shiftl a (exponent + w).
(* How far f may be from the formula, in these units, rounded up. *)
Definition slack (a : Z) (b : positive) : Z := (- ((- Z.shiftl a w) / Zpos b))%Z.

Definition sample_bounds (V E : Z) : option bounds :=
  match target_of c with
  | Sampled n exponent _ numbers =>
      if Z.leb 0 (exponent + w) then bounds_from n V E (map (fun a => let v := in_units exponent a in (v, v)) numbers) else None
  | Near _ _ _ => None
  end.
Definition level_bounds (samples : option bounds) (V E : Z) (n : positive) : option bounds :=
  match target_of c with
  | Sampled _ _ _ _ => samples
  | Near e a b =>
      if Z.leb 0 a && Z.leb 0 w then
        match grid_integers (F.PtoP (interval_bits c)) w (slack a b) d n e with Some pairs => bounds_from n V E pairs | None => None end
      else None
  end.

(* The axes for | f - Phi_l |: where boxes and cells meet. *)
Definition cells_of (l : nat) : Z := (Z.of_nat N ^ Z.of_nat l)%Z.
Definition error_parts (n : Z) (l : nat) : list part :=
  let K := cells_of l in cut (S (Z.to_nat (n + K))) (n * K) n 0 K 0 (n * K) 0.
Definition box_place (n : Z) (j : nat) (i : Z) : Z := (n ^ Z.of_nat j * i)%Z.
Definition error_axes (n : Z) (l : nat) (D : positive) (parts : list part) : list axis :=
  map (fun j => make_axis D parts (box_place n j) (fun k => place P j * spread P l k)%Z) (seq 0 d).

(* The axes for | f(. + h) - f |: where boxes and moved boxes meet. *)
Definition shift_units (n : Z) (h : shift_hint) (j : nat) : Z := (nth j (shift_numerators h) 0 * n)%Z.
Definition shift_from (D H : Z) : Z := Z.max 0 (- H).
Definition shift_till (D H : Z) : Z := Z.min D (D - H).
Definition shift_parts (n : Z) (h : shift_hint) (j : nat) : list part :=
  let D := (n * Zpos (shift_denominator h))%Z in
  let H := shift_units n h j in
  cut (S (Z.to_nat (n + n))) D n 0 n H (shift_till D H) (shift_from D H).
Definition shift_axes (n : Z) (h : shift_hint) (D : positive) (parts : nat -> list part) : list axis :=
  map (fun j => make_axis D (parts j) (box_place n j) (box_place n j)) (seq 0 d).

(* |h| <= 1 / K *)
Definition shift_small (h : shift_hint) (K : Z) : bool :=
  let q := Zpos (shift_denominator h) in
  let a := fun j => nth j (shift_numerators h) 0%Z in
  match size_of_shift c with
  | Euclidean => Z.leb (sum_Z d (fun j => a j * a j)%Z * (K * K)) (q * q)
  | Maximum => forallb (fun j => Z.leb (Z.abs (a j) * K) q) (seq 0 d)
  | Sum => Z.leb (sum_Z d (fun j => Z.abs (a j)) * K) q
  end.

(* On box a and a cell whose value is within E of V. *)
Definition error_term (b : bounds) (values : tree) (E a k : Z) : Z :=
  let V := get values k in above (Z.max (Z.abs (get (lows b) a - V)) (Z.abs (get (highs b) a - V)) + E).
Definition modulus_term (b : bounds) (a k : Z) : Z :=
  below (Z.max 0 (Z.max (get (lows b) a - get (highs b) k) (get (lows b) k - get (highs b) a))).

(* Level l, from integers that are within E of the values of its cells. *)
Definition level_ok (b : bounds) (l : nat) (E : Z) (values : list Z) (h : shift_hint) : bool :=
  let K := cells_of l in
  let n := Zpos (side b) in
  let D1 := (side b * Z.to_pos K)%positive in
  let parts1 := error_parts n l in
  let axes1 := error_axes n l D1 parts1 in
  let D2 := (side b * shift_denominator h)%positive in
  let parts2 := map (shift_parts n h) (seq 0 d) in
  let parts2_of := fun j => nth j parts2 [] in
  let axes2 := shift_axes n h D2 parts2_of in
  let cells := tree_of values in
  let S1 := grid_sum axes1 (error_term b cells E) 0 0 in
  let S2 := grid_sum axes2 (modulus_term b) 0 0 in
  let U1 := Zpos (grid_units axes1) in
  let U2 := Zpos (grid_units axes2) in
  let reach := (far b + amplitudes_to l)%Z in
  forallb (part_ok D1 n 0 K 0) parts1 && chain 0 (Zpos D1) (pieces (make_axis D1 parts1 (fun i => i) (fun i => i))) &&
  forallb (fun j => forallb (part_ok D2 n 0 n (shift_units n h j)) (parts2_of j) &&
    chain (shift_from (Zpos D2) (shift_units n h j)) (shift_till (Zpos D2) (shift_units n h j))
      (pieces (make_axis D2 (parts2_of j) (fun i => i) (fun i => i)))) (seq 0 d) &&
  shift_small h K &&
  Z.leb ((S1 * 2 ^ ramp P + above reach * (Z.of_nat d * Z.of_nat l) * U1) * U2) (below (2 * Z.of_nat d + 1) * S2 * U1 * 2 ^ ramp P).

Definition cut_ok (samples : option bounds) (V0 E0 : Z) (l : nat) (E : Z) (values : list Z) (h : shift_hint) (cut : positive) : bool :=
  match level_bounds samples V0 E0 (Z.to_pos (cells_of l) * cut) with Some b => level_ok b l E values h | None => false end.

(* The virtual machine evaluates both sides of ||, and so would `existsb` every cut: this stops at the first one that suffices. *)
Fixpoint first_that_suffices (ok : positive -> bool) (numbers : list positive) : bool :=
  match numbers with [] => false | n :: rest => if ok n then true else first_that_suffices ok rest end.

Lemma first_that_suffices_exists : forall ok numbers, first_that_suffices ok numbers = true -> exists n, In n numbers /\ ok n = true.
Proof.
  induction numbers as [| n rest IH]; intros H; [discriminate |]. cbn [first_that_suffices] in H. destruct (ok n) eqn:E.
  - exists n. split; [left; reflexivity | exact E].
  - destruct (IH H) as [k [Hk Ek]]. exists k. split; [right; exact Hk | exact Ek].
Qed.

Fixpoint levels_ok (samples : option bounds) (V0 E0 : Z) (todo m : nat) (E : Z) (values : list Z) (hints : list level_hint) : bool :=
  match todo, hints with
  | O, _ => true
  | S todo, h :: hints =>
      let values := next_values P M w m values in
      let E := next_error P M w m E in
      first_that_suffices (cut_ok samples V0 E0 (S m) E values (shift h)) (cuts h) && levels_ok samples V0 E0 todo (S m) E values hints
  | S _, [] => false
  end.

(* The target is a constant, and Phi_0 the same one, in the same closed form; all amplitudes are 0. Then nothing is integrated. *)
Definition constant_ok : bool :=
  match target_of c, start P with
  | Near e a _, [(k, Closed g)] =>
      match grid_integers (F.PtoP (interval_bits c)) w 0 d 1 e with
      | Some [(low, high)] =>
          Z.eqb a 0 && same k one && (if formula_eq e (formula_of g) then true else false) && negb (jumps e) &&
          forallb (fun m => is_zero (amplitude P m)) (seq 0 L) && structure_ok (Z.max (Z.abs low) (Z.abs high)) 0
      | _ => false
      end
  | _, _ => false
  end.

Definition varying_ok : bool :=
  match first_value P M w with
  | Some (V, E) => structure_ok V E && levels_ok (sample_bounds V E) V E L 0 E [V] (hints_of_levels c)
  | None => false
  end.

Definition check : bool := if constant_ok then true else varying_ok.
End Checker.
