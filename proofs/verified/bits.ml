(* Three operations on whole numbers above 0 that Coq's Interval library does bit by bit (StdZRadix2), by Zarith. Extract.v puts them in. *)
let digits m = Z.of_int (Z.numbits m)
let left m d = if Z.sign d > 0 then Z.shift_left m (Z.to_int d) else Z.one

(* m / 2^d, rounded down, and where the rest is: 0, below, at or above the half. `exact` says whether m itself is exact. Where the quotient
   would be 0, and where d is not above 0, the library has 1 and 0. *)
let right zero below half above exact m d =
  let d = Z.to_int d in
  if d <= 0 || d >= Z.numbits m then (Z.one, zero) else
  let rest = Z.extract m 0 d in
  let side = Z.compare rest (Z.shift_left Z.one (d - 1)) in
  (Z.shift_right m d, if Z.sign rest = 0 && exact then zero else if side < 0 then below else if side = 0 && exact then half else above)
