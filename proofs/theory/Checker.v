(* A checker of certificates for samples, in any dimension and for whole exponents, as a function to bool, and its theorem: if it returns
   true, claim R holds for the network and the samples that it was given. All sums are exact or rounded outward, in integers. *)
From Coq Require Import Reals ZArith List Bool Lra Lia Arith FunctionalExtensionality.
From Coquelicot Require Import Coquelicot.
From Layercert Require Import Power Digits Sums Network Dyadic Weight Layers Soundness Expression Box Cube Modulus CubeNorm ReadoutContinuous
  ReadoutOnCells Integration Steps CubeValues Samples.
Import ListNotations.
Open Scope R_scope.

(* A shift h: h_j is numerator j over the denominator. *)
Record shift_hint := ShiftHint { shift_denominator : positive; shift_numerators : list Z }.

Record certificate := Certificate {
  shape_of_network : parameters;
  layers : network weight;
  exponent_p : positive;          (* p *)
  size_of_shift : shift_norm;
  side : positive;                (* samples along each axis *)
  sample_exponent : Z;            (* a sample is a number of the list, times 2^sample_exponent, over sample_denominator *)
  sample_denominator : positive;
  samples : list Z;               (* sample (i_0, ..., i_(d-1)) has the place i_0 + side i_1 + side^2 i_2 + ... *)
  (* Nothing of what follows has to be right: with other values the answer is false, or needs longer. *)
  fraction_bits : Z;              (* values are rounded to multiples of 2^-fraction_bits / sample_denominator *)
  shifts_of_levels : list shift_hint }.

(* ---- what is claimed ---- *)

Definition place_of_sample (c : certificate) (i : nat -> Z) : Z := sum_Z (dimension (shape_of_network c)) (fun j => Zpos (side c) ^ Z.of_nat j * i j)%Z.
Definition sample_value (c : certificate) (i : nat -> Z) : R :=
  IZR (nth (Z.to_nat (place_of_sample c i)) (samples c) 0%Z) * powerRZ 2 (sample_exponent c) / IZR (Zpos (sample_denominator c)).

(* f has the value of sample i where i_j / side <= x_j < (i_j + 1) / side. *)
Definition is_sampled (c : certificate) (f : point -> R) : Prop := forall (i : nat -> Z) (x : point),
  (forall j, (j < dimension (shape_of_network c))%nat -> (0 <= i j < Zpos (side c))%Z /\
     IZR (i j) / IZR (Zpos (side c)) <= x j < (IZR (i j) + 1) / IZR (Zpos (side c))) -> f x = sample_value c i.

(* The network has L + 2 layers, in each at most 2 d N + d + 2 units, and claim R holds on levels 1, ..., L, for every such f and with every
   integral that fits the record `integration`. *)
Definition certified_claim (c : certificate) : Prop :=
  let P := shape_of_network c in
  shaped (layers c) (depth P + 2) (2 * dimension P * base P + dimension P + 2) /\
  forall (I : integration (dimension P)) (f : point -> R), is_sampled c f ->
    claim_R_cube (dimension P) I (IZR (Zpos (exponent_p c))) (size_of_shift c) (layers c) f (base P) (depth P).

(* ---- the checker ---- *)

Section Checker.
Variable c : certificate.
Let P := shape_of_network c.
Let N := base P.
Let d := dimension P.
Let L := depth P.
Let M := sample_denominator c.
Let w := fraction_bits c.
Let n := Zpos (side c).
Let p := Zpos (exponent_p c).

(* A sample in units of 1 / (M 2^w). *)
Definition in_units (a : Z) : Z := Z.shiftl a (sample_exponent c + w).

Definition ceiling (a k : Z) : Z := (- Z.shiftl (- a) k)%Z.
Definition amplitude_ceiling (m : nat) : Z := ceiling (Z.abs (scaled_amplitude P M m)) (amplitude_shift P w m).
Definition amplitudes_to (l : nat) : Z := sum_Z l amplitude_ceiling.

(* |sample - Phi_0| at most, where Phi_0 is within E of V. *)
Definition farthest (V E : Z) : Z := (fold_left (fun b a => Z.max b (Z.abs (in_units a - V))) (samples c) 0 + E)%Z.

Definition structure_ok (V E : Z) : bool :=
  Nat.leb 2 N && Nat.leb 1 d && Z.leb 0 (ramp P) && Z.leb 0 (sample_exponent c + w) &&
  Z.eqb (Z.of_nat (length (samples c))) (n ^ Z.of_nat d) &&
  forallb (fun m => Z.leb (-64) (exponent (multiplier P m))) (seq 0 L) &&
  Z.leb (Z.abs V + E + amplitudes_to L) (Z.shiftl (Zpos M * mantissa (offset P)) (exponent (offset P) + w)) &&
  has_shape (layers c) (L + 2) (2 * d * N + d + 2) && matches P (layers c).

(* The axes for | f - Phi_l |: where samples and cells meet. *)
Definition cells_of (l : nat) : Z := (Z.of_nat N ^ Z.of_nat l)%Z.
Definition error_parts (l : nat) : list part :=
  let K := cells_of l in cut (S (Z.to_nat (n + K))) (n * K) n 0 K 0 (n * K) 0.
Definition sample_place (j : nat) (i : Z) : Z := (n ^ Z.of_nat j * i)%Z.
Definition error_axes (l : nat) (D : positive) (parts : list part) : list axis :=
  map (fun j => make_axis D parts (sample_place j) (fun k => place P j * spread P l k)%Z) (seq 0 d).

(* The axes for | f(. + h) - f |: where samples and moved samples meet. *)
Definition shift_units (h : shift_hint) (j : nat) : Z := (nth j (shift_numerators h) 0 * n)%Z.
Definition shift_from (D H : Z) : Z := Z.max 0 (- H).
Definition shift_till (D H : Z) : Z := Z.min D (D - H).
Definition shift_parts (h : shift_hint) (j : nat) : list part :=
  let D := (n * Zpos (shift_denominator h))%Z in
  let H := shift_units h j in
  cut (S (Z.to_nat (n + n))) D n 0 n H (shift_till D H) (shift_from D H).
Definition shift_axes (h : shift_hint) (D : positive) (parts : nat -> list part) : list axis :=
  map (fun j => make_axis D (parts j) (sample_place j) (sample_place j)) (seq 0 d).

(* |h| <= 1 / K *)
Definition shift_small (h : shift_hint) (K : Z) : bool :=
  let q := Zpos (shift_denominator h) in
  let a := fun j => nth j (shift_numerators h) 0%Z in
  match size_of_shift c with
  | Euclidean => Z.leb (sum_Z d (fun j => a j * a j)%Z * (K * K)) (q * q)
  | Maximum => forallb (fun j => Z.leb (Z.abs (a j) * K) q) (seq 0 d)
  | Sum => Z.leb (sum_Z d (fun j => Z.abs (a j)) * K) q
  end.

Definition error_term (table values : tree) (E a b : Z) : Z := ((Z.abs (in_units (get table a) - get values b) + E) ^ p)%Z.
Definition modulus_term (table : tree) (a b : Z) : Z := (Z.abs (in_units (get table a) - in_units (get table b)) ^ p)%Z.

(* Level l, from integers that are within E of the values of its cells. `far` bounds |f - Phi_0|. *)
Definition level_ok (table : tree) (far : Z) (l : nat) (E : Z) (values : list Z) (h : shift_hint) : bool :=
  let K := cells_of l in
  let D1 := (side c * Z.to_pos K)%positive in
  let parts1 := error_parts l in
  let axes1 := error_axes l D1 parts1 in
  let D2 := (side c * shift_denominator h)%positive in
  let parts2 := map (shift_parts h) (seq 0 d) in
  let parts2_of := fun j => nth j parts2 [] in
  let axes2 := shift_axes h D2 parts2_of in
  let cells := tree_of values in
  let S1 := grid_sum axes1 (error_term table cells E) 0 0 in
  let S2 := grid_sum axes2 (modulus_term table) 0 0 in
  let U1 := Zpos (grid_units axes1) in
  let U2 := Zpos (grid_units axes2) in
  let reach := (far + amplitudes_to l)%Z in
  forallb (part_ok D1 n 0 K 0) parts1 && chain 0 (Zpos D1) (pieces (make_axis D1 parts1 (fun i => i) (fun i => i))) &&
  forallb (fun j => forallb (part_ok D2 n 0 n (shift_units h j)) (parts2_of j) &&
    chain (shift_from (Zpos D2) (shift_units h j)) (shift_till (Zpos D2) (shift_units h j)) (pieces (make_axis D2 (parts2_of j) (fun i => i) (fun i => i)))) (seq 0 d) &&
  shift_small h K &&
  Z.leb ((S1 * 2 ^ ramp P + reach ^ p * (Z.of_nat d * Z.of_nat l) * U1) * U2) ((2 * Z.of_nat d + 1) ^ p * S2 * U1 * 2 ^ ramp P).

Fixpoint levels_ok (table : tree) (far : Z) (todo m : nat) (E : Z) (values : list Z) (hints : list shift_hint) : bool :=
  match todo, hints with
  | O, _ => true
  | S todo, h :: hints =>
      let values := next_values P M w m values in
      let E := next_error P M w m E in
      level_ok table far (S m) E values h && levels_ok table far todo (S m) E values hints
  | S _, [] => false
  end.

Definition check : bool :=
  match first_value P M w with
  | Some (V, E) => structure_ok V E && levels_ok (tree_of (samples c)) (farthest V E) L 0 E [V] (shifts_of_levels c)
  | None => false
  end.
End Checker.
