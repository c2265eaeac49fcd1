(* The checker of theory/Checker.v as an OCaml program text. Beside what Coq's files say of Z and nat, these constants become Zarith's
   operations. A real number is never computed: of the one form of weight that holds one the reader makes none. *)
From Coq Require Import ZArith Reals Extraction ExtrOcamlBasic ExtrOcamlZBigInt ExtrOcamlNatBigInt.
From Interval.Float Require Import Specific_stdz.
From Layercert Require Import Dyadic Weight Layers CubeValues Formula Checker.

Extract Constant ClassicalDedekindReals.sig_forall_dec => "(fun _ -> failwith ""a real number"")".
Extract Constant Nat.add => "Big_int_Z.add_big_int".
Extract Constant Nat.mul => "Big_int_Z.mult_big_int".
Extract Constant Nat.sub => "(fun n m -> Big_int_Z.max_big_int Big_int_Z.zero_big_int (Big_int_Z.sub_big_int n m))".
Extract Constant Nat.leb => "Big_int_Z.le_big_int".
Extract Constant Nat.ltb => "Big_int_Z.lt_big_int".
Extract Constant Z.leb => "Big_int_Z.le_big_int".
Extract Constant Z.ltb => "Big_int_Z.lt_big_int".
Extract Constant Z.of_nat => "(fun n -> n)".
Extract Constant Z.to_nat => "(fun n -> Big_int_Z.max_big_int Big_int_Z.zero_big_int n)".
Extract Constant Pos.to_nat => "(fun n -> n)".
Extract Constant Z.land => "Big_int_Z.and_big_int".
Extract Constant Z.log2 => "(fun z -> if Big_int_Z.sign_big_int z > 0 then Big_int_Z.pred_big_int (Bits.digits z) else Big_int_Z.zero_big_int)".
Extract Constant Z.pow =>
  "(fun x y -> if Big_int_Z.sign_big_int y < 0 then Big_int_Z.zero_big_int else Big_int_Z.power_big_int_positive_int x (Big_int_Z.int_of_big_int y))".

(* The mantissas of the interval arithmetic's numbers, which Coq's Interval library takes apart bit by bit: bits.ml. *)
Extract Constant StdZRadix2.mantissa_digits => "Bits.digits".
Extract Constant StdZRadix2.mantissa_shl => "Bits.left".
Extract Constant StdZRadix2.mantissa_shr => "(fun m d pos -> Bits.right Pos_Eq Pos_Lo Pos_Mi Pos_Up (pos = Pos_Eq) m d)".

Extraction "proved.ml" check jumping first_value structure_ok collect plus_weight opp_weight number.
