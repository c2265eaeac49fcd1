(* Functions with jumps, as targets have them. *)
From Coq Require Import Reals.
Open Scope R_scope.

Definition step (v : R) : R := if Rle_dec 0 v then 1 else 0.
Definition floor (v : R) : R := IZR (Int_part v).
Definition sign (v : R) : R := step v - step (- v).          (* -1, 0 or 1 *)
Definition at_most (v w : R) : R := step (w - v).            (* 1 if v <= w, else 0 *)
Definition less (v w : R) : R := 1 - at_most w v.
Definition equal (v w : R) : R := at_most v w * at_most w v.
Definition different (v w : R) : R := 1 - equal v w.
Definition choose (c v w : R) : R := if Req_EM_T c 0 then w else v.   (* if(c, v, w) *)
