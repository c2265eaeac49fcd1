(* Claim R for one network and one function: the statement of the proofs that `layercert prove` writes, and of what the checker proves. *)
From Coq Require Import Reals.
From Layercert Require Import Box Cube CubeNorm Weight Layers Integration.
Open Scope R_scope.

(* Let f be a function on the cube of d dimensions, p at least 1, and n the norm in which shifts are measured. For every integral that fits
   the record `integration`, such as Riemann's (RiemannIntegration.riemann), and at every level l = 1, ..., L: |f - Phi_l|^p has an integral,
   omega_p(f, N^-l) is finite, and || f - Phi_l ||_p <= (2 d + 1) omega_p(f, N^-l). Phi_l is readout l, an affine function of hidden layer
   l + 2 of the network. *)
Definition claim_R (d : nat) (n : shift_norm) (net : network weight) (f : point -> R) (p : R) (N L : nat) : Prop :=
  forall I : integration d, claim_R_cube d I p n net f N L.

(* All integrals that claim R speaks of exist. For Lebesgue's integral that is so for every bounded Borel function f. *)
Definition integrals_exist (d : nat) (I : integration d) (p : R) (f : point -> R) : Prop :=
  (forall g, continuous_on_cube d g -> has_norm d I p (fun x => f x - g x)) /\ forall h, has_norm d I p (difference d f h).

(* The same for a function that may jump: claim R for every integral that f has. *)
Definition claim_R_if_integrable (d : nat) (n : shift_norm) (net : network weight) (f : point -> R) (p : R) (N L : nat) : Prop :=
  forall I : integration d, integrals_exist d I p f -> claim_R_cube d I p n net f N L.
