(* Claim R of one network and one target as the theorem of a file, from a computation of the checker. The files that `layercert prove` writes
   end with these lemmas. *)
From Coq Require Import Reals ZArith List Lra.
From Layercert Require Import Weight Layers Box Cube CubeNorm Integration Formula RationalPower CubeClaim Checker CheckerSound.
Open Scope R_scope.

Section Instance.
Variable c : certificate.
Hypothesis computed : check c = true.
Variable p : R.
Hypothesis exponent : exponent_p c = p.
Let P := shape_of_network c.
Let d := dimension P.

(* For every function that fits the target: with every integral, or, if the target jumps, with every integral that the function has. *)
Theorem claim_R : forall f : point -> R, fits d (target_of c) f ->
  (if jumping (target_of c) then claim_R_if_integrable else CubeClaim.claim_R) d (size_of_shift c) (layers c) f p (base P) (depth P).
Proof. rewrite <- exponent. exact (proj2 (proj2 (check_sound c computed))). Qed.

(* Samples. *)
Theorem claim_of_samples : forall n e q numbers, target_of c = Sampled n e q numbers -> forall f : point -> R, is_sampled d n e q numbers f ->
  CubeClaim.claim_R d (size_of_shift c) (layers c) f p (base P) (depth P).
Proof. intros n e q numbers T f Hf. assert (C := claim_R f). rewrite T in C. exact (C Hf). Qed.

(* A formula, with what f may differ from it. A file gives the formula as a function of the coordinates, too. *)
Variable e : formula.
Variable a : Z.
Variable b : positive.
Hypothesis near : target_of c = Near e a b.

Theorem formula_has_values : forall x, in_cube d x -> has_value e x.
Proof. assert (M := proj1 (proj2 (check_sound c computed))). rewrite near in M. exact (proj1 M). Qed.

Variable target : point -> R.
Hypothesis same : forall x, formula_value e x = target x.

Lemma formula_fits : is_near d e (IZR a / IZR (Zpos b)) target.
Proof.
  assert (M := proj1 (proj2 (check_sound c computed))). rewrite near in M. destruct M as [_ [_ F]].
  replace target with (formula_value e) by (apply FunctionalExtensionality.functional_extensionality, same). exact F.
Qed.

Lemma near_fits : forall f : point -> R, (jumps e = false -> continuous_on_cube d f) ->
  (forall x, in_cube d x -> Rabs (f x - target x) <= IZR a / IZR (Zpos b)) -> is_near d e (IZR a / IZR (Zpos b)) f.
Proof. intros f Hf H. split; [exact Hf |]. intros x Hx. rewrite same. apply H, Hx. Qed.

Section Continuous.
Hypothesis continuous : jumps e = false.

Lemma claim_of_near : forall f, is_near d e (IZR a / IZR (Zpos b)) f -> CubeClaim.claim_R d (size_of_shift c) (layers c) f p (base P) (depth P).
Proof. intros f Hf. assert (C := claim_R f). rewrite near in C. cbn [jumping fits] in C. rewrite continuous in C. exact (C Hf). Qed.

Theorem claim_of_formula : CubeClaim.claim_R d (size_of_shift c) (layers c) target p (base P) (depth P).
Proof. apply claim_of_near, formula_fits. Qed.

Theorem claim_near_formula : forall f : point -> R, continuous_on_cube d f ->
  (forall x, in_cube d x -> Rabs (f x - target x) <= IZR a / IZR (Zpos b)) -> CubeClaim.claim_R d (size_of_shift c) (layers c) f p (base P) (depth P).
Proof. intros f Hf H. apply claim_of_near, near_fits; [intros _; exact Hf | exact H]. Qed.
End Continuous.

Section Jumping.
Hypothesis jumping_formula : jumps e = true.

Lemma claim_of_near_jumps : forall f, is_near d e (IZR a / IZR (Zpos b)) f ->
  claim_R_if_integrable d (size_of_shift c) (layers c) f p (base P) (depth P).
Proof. intros f Hf. assert (C := claim_R f). rewrite near in C. cbn [jumping fits] in C. rewrite jumping_formula in C. exact (C Hf). Qed.

Theorem claim_of_jumps : claim_R_if_integrable d (size_of_shift c) (layers c) target p (base P) (depth P).
Proof. apply claim_of_near_jumps, formula_fits. Qed.

Theorem claim_near_jumps : forall f : point -> R, (forall x, in_cube d x -> Rabs (f x - target x) <= IZR a / IZR (Zpos b)) ->
  claim_R_if_integrable d (size_of_shift c) (layers c) f p (base P) (depth P).
Proof. intros f H. apply claim_of_near_jumps, near_fits; [intros J; rewrite jumping_formula in J; discriminate | exact H]. Qed.
End Jumping.
End Instance.

(* The exponent of a certificate that has a whole one. *)
Lemma whole_exponent : forall c, exponent_denominator c = 1%positive -> exponent_p c = IZR (Zpos (exponent_numerator c)).
Proof. intros c H. unfold exponent_p, quotient. rewrite H. lra. Qed.
