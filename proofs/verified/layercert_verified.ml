(* layercert-verified DIR: reads a result folder, gives target, network and shifts to the checker that Coq has proved (proved.ml), and says
   what was proved. *)
module Zarith = Z
module Rational_numbers = Q
open Proved
module Z = Zarith
module Q = Rational_numbers
open Reading
open Expressions

(* The formula as it was read, for people. *)
let rec show = function
  | Argument j -> "x" ^ Z.to_string j
  | Proved.Number (a, b) -> let s = Q.to_string (Q.make a b) in if Z.equal b Z.one && Z.sign a >= 0 then s else "(" ^ s ^ ")"
  | Circle -> "pi"
  | Power_of (a, n) -> "(" ^ show a ^ "^" ^ Z.to_string n ^ ")"
  | Apply (Opposite, a) -> "(-" ^ show a ^ ")"
  | Apply (o, a) -> (match o with Opposite | Magnitude -> "abs" | Square_root -> "sqrt" | Exponential -> "exp" | Logarithm -> "log"
      | Sine_of -> "sin" | Cosine_of -> "cos" | Arctangent -> "atan" | Step_of -> "step" | Floor_of -> "floor") ^ "(" ^ show a ^ ")"
  | Combine (o, a, b) -> let infix s = "(" ^ show a ^ " " ^ s ^ " " ^ show b ^ ")" in
    (match o with Plus -> infix "+" | Minus -> infix "-" | Times -> infix "*" | Over -> infix "/"
      | Least -> "min(" ^ show a ^ ", " ^ show b ^ ")" | Greatest -> "max(" ^ show a ^ ", " ^ show b ^ ")")
  | Choose (c, a, b) -> "if(" ^ show c ^ ", " ^ show a ^ ", " ^ show b ^ ")"

let print_result c net_levels f_text norm_text =
  let p = Q.to_string (Q.make c.exponent_numerator c.exponent_denominator) in
  Printf.printf "accepted: proved by the checker that Coq has verified (check_sound), from these files alone:\n";
  Printf.printf "  f: %s\n" f_text;
  Printf.printf "  network: N = %s, d = %s, %d levels, %d hidden layers, compared weight for weight with the construction\n"
    (Z.to_string c.shape_of_network.base) (Z.to_string c.shape_of_network.dimension) net_levels (List.length c.layers.hidden);
  if jumping c.target_of then
    Printf.printf "  claim, for every integral that |f - g|^%s with continuous g and |f(. + h) - f|^%s have: for l = 1, ..., %d, omega_%s(f, N^-l) is finite, and\n" p p net_levels p
  else
    Printf.printf "  claim: for l = 1, ..., %d, the integral of |f - Phi_l|^%s exists, omega_%s(f, N^-l) is finite, and\n" net_levels p p;
  Printf.printf "         || f - Phi_l ||_%s <= %d omega_%s(f, N^-l), shifts in the %s norm\n" p (2 * Z.to_int c.shape_of_network.dimension + 1) p norm_text;
  Printf.printf "not used, so not confirmed: the bounds that the certificate states; its corollary, if it has one\n";
  Printf.printf "trusted: Coq's kernel, its extraction and the arithmetic put in for it (proofs/verified/Extract.v), OCaml, Zarith and GMP, and\n";
  Printf.printf "         the program text around it: its readers of TOML, JSON, PGM, NPY and expressions, its SHA-256\n"

let run folder =
  let path file = Filename.concat folder file in
  let bytes_of file = let name = path file in (name, read_file name) in
  let certificate_name, certificate_bytes = bytes_of "certificate.json" in
  let json = parse_json certificate_name certificate_bytes in
  let at key = member certificate_name key json in
  if text certificate_name (at "format") <> "layercert-certificate-1" then bad "%s: another format" certificate_name;
  let digest key (name, bytes) = if text certificate_name (at key) <> sha256 bytes then refuse "%s is not the file that was certified (its SHA-256 differs)" name in
  let instance_file = bytes_of "instance.toml" in
  digest "instance_sha256" instance_file;
  let instance = fst instance_file in
  let entry = read_instance instance (snd instance_file) in
  let number_of key = match entry key with Some s -> whole (instance ^ ", " ^ key) s | None -> bad "%s: no key %s" instance key in
  if entry "[target] interpolation" <> None && entry "[target] interpolation" <> Some "constant" then not_covered "samples with interpolation";
  let d, n, depth = number_of "[target] dimension", number_of "[theorem] N", number_of "[theorem] depth" in
  let exponent_numerator, exponent_denominator = match entry "[theorem] p" with
    | Some s -> fraction instance s | None -> bad "%s: no p" instance in
  if Z.lt exponent_numerator exponent_denominator then bad "%s: p is below 1" instance;
  if Z.numbits exponent_numerator > 7 then not_covered "a p whose numerator is above 127";
  let size_of_shift, norm_text = match entry "[theorem] norm" with
    | None | Some "euclidean" -> Euclidean, "Euclidean" | Some "max" -> Maximum, "maximum" | Some "one" -> Sum, "sum"
    | Some s -> bad "%s: the norm %s" instance s in
  let target_of, target_text = match entry "[target] expression", entry "[target] image", entry "[target] table" with
    | Some e, None, None ->
      let formula = parse_formula instance d e in
      let a, b = match entry "[target] remainder" with None -> Z.zero, Z.one | Some r -> fraction instance r in
      let jumps = jumping (Near (formula, a, b)) in
      Near (formula, a, b), show formula ^ ", which has a value" ^ (if jumps then "" else " and is continuous") ^ " everywhere on the cube"
        ^ (if Z.sign a = 0 then "" else Printf.sprintf ", and every %sfunction within %s/%s of it" (if jumps then "" else "continuous ") (Z.to_string a) (Z.to_string b))
    | None, Some file, None | None, None, Some file ->
      if entry "[target] remainder" <> None then not_covered "samples with a remainder";
      let samples_file = bytes_of ("samples" ^ Filename.extension file) in
      digest "samples_sha256" samples_file;
      read_samples samples_file d
    | _ -> bad "%s: expected an expression, an image or a table" instance in
  if text certificate_name (at "network_file") <> "network.json" then not_covered "networks in the binary form (certify --format json writes the other)";
  let network_file = bytes_of "network.json" in
  digest "network_sha256" network_file;
  let net_d, net_n, net_levels, layers = read_network (fst network_file) (snd network_file) in
  if net_d <> d || net_n <> n then refuse "the network is one for another d or N";
  if net_levels <> depth && not (has "accuracy" json && net_levels < depth) then refuse "the network has %d levels, the instance %d" net_levels depth;
  let levels = list certificate_name (at "levels") in
  if List.length levels <> net_levels then refuse "the certificate has %d levels, the network %d" (List.length levels) net_levels;
  List.iteri (fun i level ->
    if integer certificate_name (member certificate_name "level" level) <> i + 1 then refuse "entry %d is not the one of level %d" i (i + 1);
    if text certificate_name (member certificate_name "status" level) <> "certified" then refuse "level %d is not certified" (i + 1)) levels;
  let shape_of_network = { (Hints.construction net_d net_n net_levels layers) with
      base = Z.of_int net_n; dimension = Z.of_int net_d; depth = Z.of_int net_levels } in
  let hint i level = { shift = Hints.shift certificate_name d level; cuts = List.map Z.of_int (Hints.cuts shape_of_network target_of (i + 1)) } in
  let c = { shape_of_network; layers; exponent_numerator; exponent_denominator; size_of_shift; target_of;
            fraction_bits = Z.of_int (Hints.bits shape_of_network target_of); interval_bits = Z.of_int 53; hints_of_levels = List.mapi hint levels } in
  if not (check c) then refuse "the checker does not prove claim R for this network and this target";
  print_result c net_levels target_text norm_text

let () =
  match Sys.argv with
  | [| _; folder |] when folder <> "--help" ->
    (try run folder; exit 0 with
     | Refused s -> Printf.printf "rejected: %s\n" s; exit 1
     | Not_covered s -> Printf.printf "not covered: %s\n" s; exit 1
     | Bad_input s -> Printf.eprintf "error: %s\n" s; exit 2
     | Stack_overflow | Out_of_memory -> Printf.eprintf "error: not enough memory (ulimit -s)\n"; exit 2)
  | _ -> Printf.eprintf "usage: layercert-verified DIR\n"; exit 2
