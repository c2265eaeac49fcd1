(* The main theorems and what they rest on; the Makefile compares the output with assumptions.txt. A list of axioms is about all theorems
   since the list before: each of them rests on these, and Coq finds the list in one pass over their proofs, which takes seconds. *)
From Coq Require Import Reals List.
From Coquelicot Require Import Coquelicot.
From Layercert Require Relu Perturbation Digits Network Decoder Greedy Lacunary Jensen Soundness Dyadic Weight Layers
  Modulus Projection ProjectionInterval ModulusBounds Phases CellValues Claim Instance
  UnitInterval Storage ReadoutOnCells Build BoxNorm ModulusRules Rate Existence LpSpace Completion Integration Formula GridBounds RationalPower
  CubeClaim Checker CheckerSound CubeInstance RiemannIntegration.
Open Scope R_scope.

(* No axioms. *)
Check Layers.shape. Check Build.shallower_units.
Definition without_axioms := (Layers.shape, Build.shallower_units).
Print Assumptions without_axioms.

(* Real numbers and functional extensionality. *)
Check Relu.relu_offset. Check Perturbation.carried_error. Check Digits.next_range. Check Digits.digits. Check Digits.total_length_ramps.
Check Decoder.nu_dyadic. Check Greedy.greedy. Check Greedy.greedy_lacunary. Check Lacunary.moebius_inversion. Check Lacunary.nu_expansion.
Check Lacunary.kappa_lacunary. Check Lacunary.decoder_stores. Check Lacunary.decoder_accuracy. Check Soundness.comparison.
Check Soundness.refutation. Check Soundness.claim_from_bounds. Check Modulus.one_norm_axis. Check Modulus.max_norm_axis.
Check Phases.phases_close.
Definition on_real_numbers := (Relu.relu_offset, Perturbation.carried_error, Digits.next_range, Digits.digits, Digits.total_length_ramps,
  Decoder.nu_dyadic, Greedy.greedy, Greedy.greedy_lacunary, Lacunary.moebius_inversion, Lacunary.nu_expansion, Lacunary.kappa_lacunary,
  Lacunary.decoder_stores, Lacunary.decoder_accuracy, Soundness.comparison, Soundness.refutation, Soundness.claim_from_bounds,
  Modulus.one_norm_axis, Modulus.max_norm_axis, Phases.phases_close).
Print Assumptions on_real_numbers.

(* The same, and that a statement or its negation can be decided if it is a negated one. *)
Check Modulus.euclidean_axis. Check Network.Phi_sum. Check Network.Phi_constant.
Definition on_negated_statements := (Modulus.euclidean_axis, Network.Phi_sum, Network.Phi_constant).
Print Assumptions on_negated_statements.

(* Excluded middle without that. *)
Check Digits.bad_covered.
Print Assumptions Digits.bad_covered.

(* All axioms of real numbers, functional extensionality and excluded middle. scripts/check-proof reads them for CubeInstance.claim_R. *)
Print Modulus.cube_moduli. Print Modulus.shift_integral. Print Projection.projection. Print Projection.error_integral.
Print Layers.shaped. Print ClosedNetwork.in_closed_form. Print CubeNorm.norm_exists. Print CubeNorm.cube_norm. Print CubeNorm.shift_size.
Print Existence.modulus. Print Existence.rate. Print Existence.constant_on_cube. Print Existence.network_for. Print LpSpace.Lp_space.
Print LpSpace.Lp_rate. Print LpSpace.constant_class. Print RiemannIntegration.riemann_integrable.
Print RiemannIntegration.riemann_integral. Print Formula.formula_value. Print Formula.has_value. Print Formula.jumps.
Print Integration.integration. Print Integration.claim_R_cube. Print CubeClaim.claim_R. Print CubeClaim.integrals_exist.
Print CubeClaim.claim_R_if_integrable. Print Checker.is_sampled. Print Checker.is_near. Print Checker.fits. Print Checker.has_meaning.
Print RationalPower.quotient. Print Checker.exponent_p. Print Checker.certified_claim.
Check Perturbation.perturbation. Check Perturbation.phase_error_stored. Check Decoder.decoder_identity. Check Decoder.decoded_value.
Check Soundness.error_upper. Check Soundness.error_lower. Check Soundness.interval_error_upper. Check Soundness.certified.
Check Jensen.power_tangent. Check Jensen.jensen. Check Jensen.mean_distance. Check Projection.projection_bound.
Check ModulusBounds.modulus_finite. Check ModulusBounds.hoelder_modulus. Check ProjectionInterval.projection_bound_interval.
Check Weight.same_weight_value. Check Layers.matches_agrees. Check Layers.readout_is_Phi. Check CellValues.cell_value_correct.
Check UnitInterval.unit_error_upper. Check UnitInterval.unit_error_lower. Check UnitInterval.interval_error_lower.
Check Storage.levels_stored. Check ReadoutOnCells.Phi_on_cell. Check Build.build_agrees. Check Existence.construction_rate.
Check Existence.existence. Check Existence.existence_sharp. Check Existence.existence_hoelder. Check Existence.existence_prefix.
Check Existence.shallower_readout. Check BoxNorm.minkowski. Check ModulusRules.modulus_stable. Check ModulusRules.modulus_multiple.
Check LpSpace.existence_Lp_rate. Check LpSpace.existence_Lp. Check Completion.completion. Check Formula.enclosure_correct.
Check GridBounds.grid_integers_correct. Check RiemannIntegration.riemann.
Check CheckerSound.check_sound. Check CubeInstance.claim_R.
Definition on_excluded_middle := (Perturbation.perturbation, Perturbation.phase_error_stored, Decoder.decoder_identity,
  Decoder.decoded_value, Soundness.error_upper, Soundness.error_lower, Soundness.interval_error_upper, Soundness.certified,
  Jensen.power_tangent, Jensen.jensen, Jensen.mean_distance, Projection.projection_bound, ModulusBounds.modulus_finite,
  ModulusBounds.hoelder_modulus, ProjectionInterval.projection_bound_interval, Weight.same_weight_value, Layers.matches_agrees,
  Layers.readout_is_Phi, CellValues.cell_value_correct, UnitInterval.unit_error_upper, UnitInterval.unit_error_lower,
  UnitInterval.interval_error_lower, Storage.levels_stored, ReadoutOnCells.Phi_on_cell, Build.build_agrees, Existence.construction_rate,
  Existence.existence, Existence.existence_sharp, Existence.existence_hoelder, Existence.existence_prefix, Existence.shallower_readout,
  BoxNorm.minkowski, ModulusRules.modulus_stable, ModulusRules.modulus_multiple, LpSpace.existence_Lp_rate, LpSpace.existence_Lp,
  Completion.completion, Formula.enclosure_correct, GridBounds.grid_integers_correct, RiemannIntegration.riemann,
  CheckerSound.check_sound, CubeInstance.claim_R).
Print Assumptions on_excluded_middle.

(* Machine integers, too. scripts/check-proof reads these for Instance.claim_R. *)
Print Claim.claim_R.
Check Instance.claim_R.
Print Assumptions Instance.claim_R.
