(* The files of a result folder, as what the checker that Coq has proved (proved.ml) takes them for: target, network, p and norm. This is not
   proved. *)
module Zarith = Z
open Proved
module Z = Zarith

exception Refused of string    (* the certificate is rejected *)
exception Not_covered of string (* nothing is said of it *)
exception Bad_input of string

let refuse fmt = Printf.ksprintf (fun s -> raise (Refused s)) fmt
let not_covered fmt = Printf.ksprintf (fun s -> raise (Not_covered s)) fmt
let bad fmt = Printf.ksprintf (fun s -> raise (Bad_input s)) fmt

(* ---- files ---- *)
(* A regular file, read once. *)
let read_file name =
  (match (try Unix.lstat name with Unix.Unix_error _ -> bad "%s: cannot be read; expected a regular file" name) with
   | { Unix.st_kind = Unix.S_REG; _ } -> ()
   | _ -> bad "%s: not a regular file" name);
  let channel = open_in_bin name in
  let bytes = really_input_string channel (in_channel_length channel) in
  close_in channel; bytes

(* SHA-256, FIPS 180-4. The constants are the first 32 bits of the fractions of cube roots of primes. *)
let sha256_constants =
  let primes = List.filter (fun n -> List.for_all (fun k -> k * k > n || n mod k <> 0) (List.init 16 (fun i -> i + 2))) (List.init 310 (fun i -> i + 2)) in
  Array.of_list (List.map (fun n -> Z.to_int (Z.extract (Z.root (Z.shift_left (Z.of_int n) 96) 3) 0 32)) primes)

let sha256 text =
  let mask x = x land 0xffffffff in
  let turn x n = mask ((x lsr n) lor (x lsl (32 - n))) in
  let length = String.length text in
  let blocks = (length + 9 + 63) / 64 in
  let data = Bytes.make (64 * blocks) '\000' in
  Bytes.blit_string text 0 data 0 length;
  Bytes.set data length '\x80';
  Bytes.set_int64_be data (64 * blocks - 8) (Int64.of_int (8 * length));
  let h = [| 0x6a09e667; 0xbb67ae85; 0x3c6ef372; 0xa54ff53a; 0x510e527f; 0x9b05688c; 0x1f83d9ab; 0x5be0cd19 |] in
  let w = Array.make 64 0 in
  for block = 0 to blocks - 1 do
    for t = 0 to 15 do w.(t) <- mask (Int32.to_int (Bytes.get_int32_be data (64 * block + 4 * t))) done;
    for t = 16 to 63 do
      let s0 = turn w.(t-15) 7 lxor turn w.(t-15) 18 lxor (w.(t-15) lsr 3) in
      let s1 = turn w.(t-2) 17 lxor turn w.(t-2) 19 lxor (w.(t-2) lsr 10) in
      w.(t) <- mask (w.(t-16) + s0 + w.(t-7) + s1)
    done;
    let v = Array.copy h in
    for t = 0 to 63 do
      let s1 = turn v.(4) 6 lxor turn v.(4) 11 lxor turn v.(4) 25 in
      let choice = (v.(4) land v.(5)) lxor (lnot v.(4) land 0xffffffff land v.(6)) in
      let t1 = mask (v.(7) + s1 + choice + sha256_constants.(t) + w.(t)) in
      let s0 = turn v.(0) 2 lxor turn v.(0) 13 lxor turn v.(0) 22 in
      let majority = (v.(0) land v.(1)) lxor (v.(0) land v.(2)) lxor (v.(1) land v.(2)) in
      for i = 7 downto 1 do v.(i) <- v.(i-1) done;
      v.(4) <- mask (v.(4) + t1);
      v.(0) <- mask (t1 + s0 + majority)
    done;
    Array.iteri (fun i x -> h.(i) <- mask (x + v.(i))) h
  done;
  String.concat "" (Array.to_list (Array.map (Printf.sprintf "%08x") h))

(* ---- JSON ---- *)
type json = Null | Bool of bool | Number of string | Text of string | List of json list | Object of (string * json) list

let parse_json name text =
  let at = ref 0 in
  let fail what = bad "%s: byte %d: expected %s" name !at what in
  let peek () = if !at < String.length text then text.[!at] else '\000' in
  let next () = let c = peek () in incr at; c in
  let rec blanks () = match peek () with ' ' | '\t' | '\n' | '\r' -> incr at; blanks () | _ -> () in
  let expect c = blanks (); if next () <> c then fail (Printf.sprintf "'%c'" c) in
  let string_ () =
    expect '"';
    let b = Buffer.create 64 in
    let rec go () = match next () with
      | '"' -> Buffer.contents b
      | '\\' -> (match next () with
          | ('"' | '\\' | '/') as c -> Buffer.add_char b c; go ()
          | 'n' -> Buffer.add_char b '\n'; go ()
          | 't' -> Buffer.add_char b '\t'; go ()
          | _ -> fail "a plain text")
      | c when c < ' ' -> fail "a text"
      | c -> Buffer.add_char b c; go () in
    go () in
  let word w value = String.iter (fun c -> if next () <> c then fail w) w; value in
  let items close item =
    let rec go seen =
      let seen = item seen :: seen in
      blanks ();
      match next () with ',' -> go seen | c when c = close -> List.rev seen | _ -> fail (Printf.sprintf "',' or '%c'" close) in
    blanks (); if peek () = close then (incr at; []) else go [] in
  let rec value () =
    blanks ();
    match peek () with
    | '{' -> incr at;
      Object (items '}' (fun seen ->
        let key = (blanks (); string_ ()) in
        if List.mem_assoc key seen then fail ("no second key \"" ^ key ^ "\"");
        expect ':'; (key, value ())))
    | '[' -> incr at; List (items ']' (fun _ -> value ()))
    | '"' -> Text (string_ ())
    | 't' -> word "true" (Bool true) | 'f' -> word "false" (Bool false) | 'n' -> word "null" Null
    | '-' | '0' .. '9' ->
      let start = !at in
      let rec go () = match peek () with '-' | '+' | '.' | 'e' | 'E' | '0' .. '9' -> incr at; go () | _ -> () in
      go (); Number (String.sub text start (!at - start))
    | _ -> fail "a value" in
  let v = value () in
  blanks (); if !at <> String.length text then fail "the end"; v

let member name key = function
  | Object o -> (try List.assoc key o with Not_found -> bad "%s: no key \"%s\"" name key)
  | _ -> bad "%s: expected an object with the key \"%s\"" name key
let has key = function Object o -> List.mem_assoc key o | _ -> false
let text name = function Text s -> s | _ -> bad "%s: expected a text" name
let list name = function List l -> l | _ -> bad "%s: expected a list" name
let whole name s =
  if s = "" || String.length s > 9 || not (String.for_all (fun c -> c >= '0' && c <= '9') s) then bad "%s: found %s; expected a whole number" name s;
  int_of_string s
let integer name = function Number s -> whole name s | _ -> bad "%s: expected a whole number" name
let signed name = function
  | Number s when s <> "" && s.[0] = '-' -> Z.of_int (- (whole name (String.sub s 1 (String.length s - 1))))
  | v -> Z.of_int (integer name v)

(* ---- numbers and weights ---- *)

(* [-]0x<digits>[.<digits>]p<power of two> *)
let hex_float name s =
  try
    let negative = s.[0] = '-' in
    let s = if negative then String.sub s 1 (String.length s - 1) else s in
    if String.sub s 0 2 <> "0x" then raise Exit;
    let p = String.index s 'p' in
    let digits = String.sub s 2 (p - 2) in
    let digits, places = match String.index_opt digits '.' with
      | None -> digits, 0
      | Some i -> String.sub digits 0 i ^ String.sub digits (i + 1) (String.length digits - i - 1), String.length digits - i - 1 in
    if digits = "" || not (String.for_all (fun c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) digits) then raise Exit;
    let power = String.sub s (p + 1) (String.length s - p - 1) in
    let power = if power <> "" && power.[0] = '+' then String.sub power 1 (String.length power - 1) else power in
    let sign, power = if power <> "" && power.[0] = '-' then -1, String.sub power 1 (String.length power - 1) else 1, power in
    let m = Z.of_string_base 16 digits in
    let e = Z.of_int (sign * whole name power - 4 * places) in
    (* In lowest terms, which is the same number. *)
    let twos = if Z.equal m Z.zero then 0 else Z.trailing_zeros m in
    { mantissa = (let m = Z.shift_right m twos in if negative then Z.neg m else m); exponent = Z.add e (Z.of_int twos) }
  with Exit | Invalid_argument _ | Not_found | Failure _ -> bad "%s: found \"%s\"; expected a hexadecimal float" name s

let one_ = { mantissa = Z.one; exponent = Z.zero }
let shift_of_angle name v = let s = signed name v in if Z.sign s <= 0 then bad "%s: expected a shift above 0" name; s
(* A constant is an expression: expressions.ml reads it. *)
let closed_constant = ref (fun _ _ -> failwith "no reader of expressions")

let rec weight name shared = function
  | Text s -> number (hex_float name s)
  | Object [ ("angle", terms) ] ->
    List.map (fun t -> match list name t with
      | [s; c] -> ({ mantissa = signed name c; exponent = Z.zero }, Double_arctangent (shift_of_angle name s))
      | _ -> bad "%s: expected pairs in an angle" name) (list name terms)
  | Object [ ("pi", c) ] -> [ (hex_float name (text name c), Half_turn) ]
  | Object ([ ("multiplier", m); ("shifts", s) ] | [ ("shifts", s); ("multiplier", m) ]) ->
    [ (hex_float name (text name m), Turns (List.map (shift_of_angle name) (list name s))) ]
  | Object [ ("constant", e) ] -> [ (one_, Closed (!closed_constant name (text name e))) ]
  | Object [ ("sum", terms) ] -> List.concat_map (weight name [||]) (list name terms)
  | Object (("shared", i) :: rest) when rest = [] || List.map fst rest = [ "negate" ] ->
    let i = integer name i in
    if i >= Array.length shared then bad "%s: no shared weight %d" name i;
    if rest <> [] && snd (List.hd rest) = Bool true then opp_weight shared.(i) else shared.(i)
  | _ -> bad "%s: expected a weight" name

(* ---- the network ---- *)

let read_network name bytes =
  let json = parse_json name bytes in
  let at key = integer name (member name key json) in
  let d, n, depth = at "d", at "N", at "depth" in
  let shared = if has "shared" json then Array.of_list (List.map (weight name [||]) (list name (member name "shared" json))) else [||] in
  let affine v =
    { bias = weight name shared (member name "bias" v);
      weights = List.map (fun w -> match list name w with
        | [i; a] -> (Z.of_int (integer name i), weight name shared a) | _ -> bad "%s: expected pairs of a source and a weight" name)
        (list name (member name "weights" v)) } in
  let unit_ v =
    { index = Z.of_int (integer name (member name "index" v));
      activate = (match text name (member name "activation" v) with
        | "relu" -> Rectified | "sine" -> Sine | s -> bad "%s: found the activation %s; expected relu or sine" name s);
      form = affine v } in
  let hidden = List.map (fun l -> List.map unit_ (list name (member name "units" l))) (list name (member name "hidden" json)) in
  let readout i v =
    if integer name (member name "level" v) <> i + 1 || integer name (member name "layer" v) <> i + 3 then bad "%s: readout %d out of order" name (i + 1);
    affine v in
  let readouts = List.mapi readout (list name (member name "readouts" json)) in
  (d, n, depth, { hidden; readouts })

(* ---- samples: side, exponent, denominator, numbers in the order of the file, in which x0 runs fastest ---- *)

let read_pgm name bytes =
  let at = ref 2 in
  let rec token () =
    match bytes.[!at] with
    | ' ' | '\t' | '\n' | '\r' -> incr at; token ()
    | '#' -> while bytes.[!at] <> '\n' do incr at done; token ()
    | _ -> let start = !at in while !at < String.length bytes && bytes.[!at] >= '0' && bytes.[!at] <= '9' do incr at done;
      whole name (String.sub bytes start (!at - start)) in
  try
    let kind = String.sub bytes 0 2 in
    let width = token () in let height = token () in let most = token () in
    if width <> height || most < 1 || most > 65535 then bad "%s: expected a square grey image" name;
    let grey = match kind with
      | "P2" -> List.init (width * height) (fun _ -> token ())
      | "P5" -> let start = !at + 1 in
        List.init (width * height) (fun i -> if most < 256 then Char.code bytes.[start + i] else String.get_uint16_be bytes (start + 2 * i))
      | _ -> bad "%s: expected a PGM file" name in
    if List.exists (fun g -> g > most) grey then bad "%s: a grey value is above %d" name most;
    (width, Z.zero, Z.of_int most, List.map Z.of_int grey)
  with Invalid_argument _ -> bad "%s: the file ends early" name

let read_npy name bytes d =
  try
    if String.sub bytes 0 8 <> "\x93NUMPY\x01\x00" then not_covered "%s: NPY version other than 1.0" name;
    let size = String.get_uint16_le bytes 8 in
    let header = String.trim (String.sub bytes 10 size) in
    let descr, side, shape = try Scanf.sscanf header "{'descr': '%[^']', 'fortran_order': False, 'shape': (%d%[^)])" (fun a b c -> (a, b, c))
      with _ -> not_covered "%s: the header %s" name header in
    let expected = if d = 1 then "," else String.concat "" (List.init (d - 1) (fun _ -> Printf.sprintf ", %d" side)) in
    if shape <> expected then bad "%s: found the shape (%d%s); expected %d axes of one length" name side shape d;
    let count = int_of_float (float_of_int side ** float_of_int d) in
    let big = descr.[0] = '>' in
    let bytes_of k = int_of_char k - 48 in
    let width = bytes_of descr.[2] in
    if String.length bytes <> 10 + size + width * count then bad "%s: the file has not %d samples" name count;
    let raw i = (* the bits, as a whole number *)
      let z = ref Z.zero in
      for b = 0 to width - 1 do
        z := Z.add (Z.shift_left !z 8) (Z.of_int (Char.code bytes.[10 + size + width * i + (if big then b else width - 1 - b)]))
      done; !z in
    let float_ fraction bits i =
      let z = raw i in
      let power = Z.to_int (Z.extract z fraction bits) in
      if power = (1 lsl bits) - 1 then bad "%s: a sample is not finite" name;
      let m = Z.extract z 0 fraction in
      let m = if power = 0 then m else Z.add m (Z.shift_left Z.one fraction) in
      ((if Z.testbit z (fraction + bits) then Z.neg m else m), max power 1 - (1 lsl (bits - 1)) + 2 - 1 - fraction) in
    let samples = List.init count (fun i -> match descr.[1], width with
      | 'f', 8 -> float_ 52 11 i | 'f', 4 -> float_ 23 8 i
      | 'u', (1 | 2 | 4 | 8) -> (raw i, 0) | 'i', (1 | 2 | 4 | 8) -> (Z.signed_extract (raw i) 0 (8 * width), 0)
      | _ -> not_covered "%s: samples of the type %s" name descr) in
    let lowest = List.fold_left (fun e (m, f) -> if Z.sign m = 0 then e else min e (f + Z.trailing_zeros m)) 0 samples in
    (side, Z.of_int lowest, Z.one,
     List.map (fun (m, f) -> if f >= lowest then Z.shift_left m (f - lowest) else Z.shift_right m (lowest - f)) samples)
  with Invalid_argument _ | Failure _ -> bad "%s: the file ends early" name

let read_samples (name, bytes) d =
  let kind = String.lowercase_ascii (Filename.extension name) in
  if kind = ".pgm" && d <> 2 then bad "%s: an image has two dimensions" name;
  let side, exponent, denominator, samples = match kind with
    | ".pgm" -> read_pgm name bytes | ".npy" -> read_npy name bytes d | s -> not_covered "samples in %s files" s in
  Sampled (Z.of_int side, exponent, denominator, samples),
  Printf.sprintf "constant on %d^%d boxes, the %s of %s, which are %d numbers, the first %s, the last %s (times 2^%s / %s)"
    side d (if kind = ".pgm" then "grey values over the largest" else "samples") name (List.length samples)
    (Z.to_string (List.hd samples)) (Z.to_string (List.nth samples (List.length samples - 1))) (Z.to_string exponent) (Z.to_string denominator)

(* ---- the instance ---- *)
let read_instance name bytes =
  let section = ref "" in
  let entries = ref [] in
  List.iteri (fun i line ->
    let fail what = bad "%s: line %d: expected %s" name (i + 1) what in
    let quoted = ref false in
    let stop = ref (String.length line) in
    String.iteri (fun j c -> if c = '"' then quoted := not !quoted else if c = '#' && not !quoted && j < !stop then stop := j) line;
    let line = String.trim (String.sub line 0 !stop) in
    if line = "" then ()
    else if line.[0] = '[' then section := line ^ " "
    else match String.index_opt line '=' with
      | None -> fail "a key and a value"
      | Some j ->
        let key = !section ^ String.trim (String.sub line 0 j) in
        let value = String.trim (String.sub line (j + 1) (String.length line - j - 1)) in
        let length = String.length value in
        let value = if length >= 2 && value.[0] = '"' && value.[length - 1] = '"' then String.sub value 1 (length - 2) else value in
        let for_people = List.mem key [ "name"; "title"; "latex" ] in
        if not for_people && String.exists (fun c -> c = '"' || c = '\\' || c = '\'' || c = '[') value then fail "a number or a plain text in double quotes";
        if List.mem_assoc key !entries then fail "no second key of this name";
        entries := (key, value) :: !entries) (String.split_on_char '\n' bytes);
  List.iter (fun (key, _) -> if not (List.mem key
    [ "name"; "title"; "latex"; "[target] dimension"; "[target] image"; "[target] table"; "[target] expression"; "[target] interpolation"; "[target] remainder";
      "[theorem] N"; "[theorem] depth"; "[theorem] p"; "[theorem] norm"; "[hoelder] lambda"; "[hoelder] alpha" ]) then bad "%s: the key %s" name key) !entries;
  fun key -> List.assoc_opt key !entries
