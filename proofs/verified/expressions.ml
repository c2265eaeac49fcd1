(* Expressions by the grammar of proofs/certificate-format.md, and numbers of the instance. layercert-verified prints the formula and the number
   that come out of here, and what is proved is about what it prints. *)
module Zarith = Z
module Rational_numbers = Q
open Proved
module Z = Zarith
module Q = Rational_numbers
open Reading

(* The exact number that a formula of exact numbers is. *)
let exact = function
  | Proved.Number (a, b) -> Some (Q.make a b)
  | Apply (Opposite, Proved.Number (a, b)) -> Some (Q.make (Z.neg a) b)
  | Power_of (Proved.Number (a, b), n) when Z.numbits n < 13 -> Some (Q.make (Z.pow a (Z.to_int n)) (Z.pow b (Z.to_int n)))
  | Combine (o, Proved.Number (a, b), Proved.Number (a', b')) ->
    let x, y = Q.make a b, Q.make a' b' in
    (match o with Plus -> Some (Q.add x y) | Minus -> Some (Q.sub x y) | Times -> Some (Q.mul x y)
                | Over when Z.sign a' <> 0 -> Some (Q.div x y) | _ -> None)
  | _ -> None
let folded e = match exact e with Some q -> Proved.Number (q.Q.num, q.Q.den) | None -> e
let combine o a b = folded (Combine (o, a, b))
let whole_number n = Proved.Number (Z.of_int n, Z.one)
let apply o a = folded (Apply (o, a))

(* Jumps, by steps and choices alone. *)
let step a = match exact a with
  | Some q -> whole_number (if Q.sign q >= 0 then 1 else 0)
  | None -> Apply (Step_of, a)
let floor a = match exact a with
  | Some q -> Proved.Number (Z.fdiv q.Q.num q.Q.den, Z.one)
  | None -> Apply (Floor_of, a)
let at_most a b = step (combine Minus b a)
let less a b = combine Minus (whole_number 1) (at_most b a)
let equal a b = combine Times (at_most a b) (at_most b a)
let choose c a b = match exact c with Some q -> if Q.sign q = 0 then b else a | None -> Choose (c, a, b)

(* Whole and half exponents; those that are not whole need a base of at least 0. *)
let rec power a b = match b with
  | Proved.Number (n, q) when Z.sign n < 0 -> combine Over (whole_number 1) (power a (Proved.Number (Z.neg n, q)))
  | Proved.Number (n, q) when Z.sign n > 0 && Z.equal q Z.one -> folded (Power_of (a, n))
  | Proved.Number (n, q) when Z.sign n > 0 && Z.equal q (Z.of_int 2) -> power (apply Square_root a) (Proved.Number (n, Z.one))
  | Proved.Number (n, _) when Z.sign n = 0 && exact a <> None -> whole_number 1
  | _ -> not_covered "an exponent that is neither whole nor half of a whole number, or 0"

let known_names = String.split_on_char ' ' ("x y z pi e sqrt cbrt exp log sin cos tan asin acos atan sinh cosh tanh erf abs floor step sign cantor "
  ^ "takagi pow hypot mod sinc atan2 if weierstrass min max sum x0 x1 x2 x3 x4 x5 x6 x7 x8 x9")

let parse_formula name d text =
  let at = ref 0 in
  let fail what = bad "%s: the expression, character %d: expected %s" name (!at + 1) what in
  let peek () = if !at < String.length text then text.[!at] else '\000' in
  let rec blanks () = match peek () with ' ' | '\t' | '\n' | '\r' -> incr at; blanks () | _ -> () in
  let accept c = blanks (); if peek () = c then (incr at; true) else false in
  let expect c = if not (accept c) then fail (Printf.sprintf "'%c'" c) in
  let span inside = let start = !at in while inside (peek ()) do incr at done; String.sub text start (!at - start) in
  let digit c = c >= '0' && c <= '9' in
  let letter c = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c = '_' in
  let number () =
    let whole_part = span digit in
    let fraction = if peek () = '.' then (incr at; span digit) else "" in
    if whole_part ^ fraction = "" then fail "a number";
    let exponent = if peek () <> 'e' && peek () <> 'E' then 0 else begin
        incr at;
        let sign = match peek () with '-' -> incr at; -1 | '+' -> incr at; 1 | _ -> 1 in
        sign * whole (name ^ ", an exponent") (span digit)
      end in
    let power = exponent - String.length fraction in
    if abs power > 200000 then fail "a smaller exponent";
    let tens = Z.pow (Z.of_int 10) (abs power) in
    folded (combine (if power < 0 then Over else Times) (Proved.Number (Z.of_string (whole_part ^ fraction), Z.one)) (Proved.Number (tens, Z.one))) in
  let rec comparison env =
    let a = sum env in
    blanks ();
    let second () = let c = peek () in if c = '=' then incr at; c = '=' in
    (match peek () with
     | '<' -> incr at; if second () then at_most a (sum env) else less a (sum env)
     | '>' -> incr at; if second () then let b = sum env in at_most b a else let b = sum env in less b a
     | '=' -> incr at; if second () then equal a (sum env) else fail "'=='"
     | '!' -> incr at; if second () then combine Minus (whole_number 1) (equal a (sum env)) else fail "'!='"
     | _ -> a)
  and sum env =
    let rec go a = if accept '+' then go (combine Plus a (product env)) else if accept '-' then go (combine Minus a (product env)) else a in
    go (product env)
  and product env =
    let rec go a = if accept '*' then go (combine Times a (unary env)) else if accept '/' then go (combine Over a (unary env)) else a in
    go (unary env)
  and unary env =
    if accept '+' then unary env else if accept '-' then apply Opposite (unary env)
    else let a = primary env in if accept '^' then power a (unary env) else a
  and primary env =
    blanks ();
    if accept '(' then (let v = comparison env in expect ')'; v)
    else if digit (peek ()) || peek () = '.' then number ()
    else if not (letter (peek ())) then fail "a number, a name or '('"
    else
      let word = span (fun c -> letter c || digit c) in
      match List.assoc_opt word env, word with
      | Some v, _ -> v
      | None, "sum" -> series env
      | None, "pi" -> Circle
      | None, "e" -> Apply (Exponential, whole_number 1)
      | None, _ ->
        let coordinate = match word with "x" -> 0 | "y" -> 1 | "z" -> 2
          | _ -> if String.length word = 2 && word.[0] = 'x' && digit word.[1] then Char.code word.[1] - 48 else -1 in
        if coordinate >= d then fail "a coordinate of the instance";
        if coordinate >= 0 then Argument (Z.of_int coordinate) else (expect '('; call word (arguments env))
  and arguments env =
    let v = comparison env in
    if accept ',' then v :: arguments env else (expect ')'; [ v ])
  and call word args = match word, args with
    | "sqrt", [ a ] -> apply Square_root a | "exp", [ a ] -> apply Exponential a | "log", [ a ] -> apply Logarithm a
    | "sin", [ a ] -> apply Sine_of a | "cos", [ a ] -> apply Cosine_of a | "atan", [ a ] -> apply Arctangent a
    | "abs", [ a ] -> apply Magnitude a | "tan", [ a ] -> combine Over (apply Sine_of a) (apply Cosine_of a)
    | "step", [ a ] -> step a | "floor", [ a ] -> floor a | "sign", [ a ] -> combine Minus (step a) (step (apply Opposite a))
    | "mod", [ a; b ] -> combine Minus a (combine Times b (floor (combine Over a b))) | "if", [ c; a; b ] -> choose c a b
    | "pow", [ a; b ] -> power a b
    | "hypot", [ a; b ] -> apply Square_root (combine Plus (power a (whole_number 2)) (power b (whole_number 2)))
    | "cosh", [ a ] -> combine Over (combine Plus (apply Exponential a) (apply Exponential (apply Opposite a))) (whole_number 2)
    | "sinh", [ a ] -> combine Over (combine Minus (apply Exponential a) (apply Exponential (apply Opposite a))) (whole_number 2)
    | "tanh", [ a ] -> combine Minus (whole_number 1)
        (combine Over (whole_number 2) (combine Plus (apply Exponential (combine Times (whole_number 2) a)) (whole_number 1)))
    | "min", a :: (_ :: _ as rest) -> List.fold_left (combine Least) a rest
    | "max", a :: (_ :: _ as rest) -> List.fold_left (combine Greatest) a rest
    | _ -> if List.mem word known_names then not_covered "the function %s" word else bad "%s: no name %s" name word
  (* sum(k, from, to, term) *)
  and series env =
    expect '('; blanks ();
    let index = span (fun c -> letter c || digit c) in
    if index = "" || digit index.[0] || List.mem index known_names || List.mem_assoc index env then fail "an index with a name of its own";
    let bound () = expect ','; match comparison env with
      | Proved.Number (n, q) when Z.equal q Z.one && Z.numbits n < 31 -> Z.to_int n | _ -> fail "a whole number" in
    let first = bound () in
    let last = bound () in
    expect ',';
    let start = !at in
    if last - first >= 10000 then fail "at most 10,000 terms";
    let term k = at := start; comparison ((index, whole_number k) :: env) in
    let total = ref (whole_number 0) in
    if last < first then ignore (term first) else for k = first to last do total := combine Plus !total (term k) done;
    expect ')'; !total in
  let v = comparison [] in
  blanks (); if !at <> String.length text then fail "the end"; v

(* A number of the instance: not negative; where it is a quotient, its denominator may have an exponent. *)
let fraction name s = match parse_formula name 0 s with
  | Proved.Number (a, b) when Z.sign a >= 0 -> (a, b)
  | _ -> not_covered "%s: the number %s" name s

(* A closed formula as the expression of a network's constant. *)
let rec closed name = function
  | Proved.Number (n, q) -> Rational (n, q)
  | Circle -> Pi
  | Power_of (a, n) -> Pow (closed name a, n)
  | Apply (o, a) -> let a = closed name a in
    (match o with Opposite -> Neg a | Magnitude -> Abs a | Square_root -> Sqrt a | Exponential -> Exp a | Logarithm -> Ln a
      | Sine_of -> Sin a | Cosine_of -> Cos a | Arctangent -> Atan a | Step_of | Floor_of -> not_covered "%s: a constant with a jump" name)
  | Combine (o, a, b) -> let a = closed name a in let b = closed name b in
    (match o with Plus -> Add (a, b) | Minus -> Sub (a, b) | Times -> Mul (a, b) | Over -> Div (a, b) | Least -> Min (a, b) | Greatest -> Max (a, b))
  | Argument _ | Choose _ -> not_covered "%s: a constant with a coordinate or a choice" name
let () = closed_constant := fun name text -> closed name (parse_formula name 0 text)
