(* What the checker is given beside target, network, p and norm: with other values it says no, or needs longer. So nothing that is proved
   rests on this file. *)
module Zarith = Z
open Proved
module Z = Zarith
open Reading

(* The construction's numbers, from where the network has them; the checker compares all weights with them. *)
let construction d n depth { hidden; readouts } =
  let unit_of layer i = try List.find (fun u -> Z.equal u.index (Z.of_int i)) (List.nth hidden layer) with _ -> refuse "layer %d has no unit %d" (layer + 1) i in
  let dyadic = function [ (c, One) ] -> c | [] -> { mantissa = Z.zero; exponent = Z.zero } | _ -> refuse "a weight is no dyadic number" in
  let weight_on form i = try List.assoc (Z.of_int i) form.weights with Not_found -> [] in
  let carries = 2 * d * (n - 1) in
  let sum_carry, first_sine, second_sine = carries + d + 1, carries + d + 2, carries + d + 3 in
  let offset = match readouts with r :: _ -> dyadic (opp_weight r.bias) | [] -> refuse "no readouts" in
  let spacing = match weight_on (unit_of 1 first_sine).form 0 with
    | [ (_, Double_arctangent s) ] -> s | _ -> refuse "the weight of the first step is no angle" in
  let start = List.filter (fun (c, _) -> Z.sign c.mantissa <> 0)
      (collect (plus_weight (unit_of 2 sum_carry).form.bias (opp_weight (number offset)))) in
  let multiplier m = match weight_on (unit_of (m + 2) second_sine).form first_sine with
    | [ (c, Turns _) ] -> c | [] -> { mantissa = Z.zero; exponent = Z.zero } | _ -> refuse "the weight of a second sine is no multiplier" in
  let levels = List.init depth (fun m -> m) in
  { base = Z.of_int n; dimension = Z.of_int d; depth = Z.of_int depth;
     ramp = (dyadic (unit_of 0 1).form.bias).exponent; (* -1 over delta *)
     spacing; multipliers = List.map multiplier levels;
     amplitudes = List.map (fun r -> dyadic (weight_on r second_sine)) readouts; start; offset }

(* The shift of a level of the certificate. *)
let shift name d level =
  let h = List.map (fun v -> hex_float name (text name v)) (list name (member name "shift" level)) in
  if List.length h <> d then refuse "a shift has not %d numbers" d;
  let bits = List.fold_left (fun b x -> max b (- (Z.to_int x.exponent))) 0 h in
  { shift_denominator = Z.shift_left Z.one bits;
    shift_numerators = List.map (fun x -> Z.shift_left x.mantissa (bits + Z.to_int x.exponent)) h }

(* Bits of the integers: those that the samples and the construction's numbers have, and 16 more. *)
let bits shape target =
  let least = match target with Sampled (_, e, _, _) -> max 64 (- (Z.to_int e)) | Near _ -> 64 in
  16 + List.fold_left (fun b x -> max b (- (Z.to_int x.exponent))) least (shape.offset :: shape.amplitudes @ List.map fst shape.start)

(* Into how many parts a cell's edge is cut for a formula, the coarsest first. Boxes and boxes that are moved meet in at most `meetings` parts:
   4,000,000 take some ten seconds, and all instances of data/instances that are accepted need fewer. *)
let meetings = 4e6
let cuts shape target level = match target with
  | Sampled _ -> [ 1 ]
  | Near _ ->
    let parts cut = (2. *. float_of_int cut *. (Z.to_float shape.base ** float_of_int level)) ** Z.to_float shape.dimension in
    1 :: List.filter (fun cut -> parts cut <= meetings) [ 2; 3; 4; 8; 16; 32; 64; 128; 256 ]
