(* The main theorems and what they rest on; the Makefile compares the output with assumptions.txt. *)
From Coq Require Import Reals List.
From Coquelicot Require Import Coquelicot.
From Layercert Require Relu Perturbation Digits Network Decoder Greedy Lacunary Jensen Soundness Dyadic Weight Layers
  Modulus Projection ProjectionInterval ModulusBounds Phases CellValues Claim Instance
  UnitInterval Storage ReadoutOnCells Build BoxNorm ModulusRules Rate Existence LpSpace Completion Integration Formula GridBounds RationalPower
  CubeClaim Checker CheckerSound CubeInstance RiemannIntegration.
Open Scope R_scope.

Check Relu.relu_offset. Print Assumptions Relu.relu_offset.
Check Perturbation.perturbation. Print Assumptions Perturbation.perturbation.
Check Perturbation.carried_error. Print Assumptions Perturbation.carried_error.
Check Perturbation.phase_error_stored. Print Assumptions Perturbation.phase_error_stored.
Check Digits.next_range. Print Assumptions Digits.next_range.
Check Digits.digits. Print Assumptions Digits.digits.
Check Digits.total_length_ramps. Print Assumptions Digits.total_length_ramps.
Check Digits.bad_covered. Print Assumptions Digits.bad_covered.
Check Decoder.decoder_identity. Print Assumptions Decoder.decoder_identity.
Check Decoder.decoded_value. Print Assumptions Decoder.decoded_value.
Check Decoder.nu_dyadic. Print Assumptions Decoder.nu_dyadic.
Check Greedy.greedy. Print Assumptions Greedy.greedy.
Check Greedy.greedy_lacunary. Print Assumptions Greedy.greedy_lacunary.
Check Lacunary.moebius_inversion. Print Assumptions Lacunary.moebius_inversion.
Check Lacunary.nu_expansion. Print Assumptions Lacunary.nu_expansion.
Check Lacunary.kappa_lacunary. Print Assumptions Lacunary.kappa_lacunary.
Check Lacunary.decoder_stores. Print Assumptions Lacunary.decoder_stores.
Check Lacunary.decoder_accuracy. Print Assumptions Lacunary.decoder_accuracy.
Check Soundness.error_upper. Print Assumptions Soundness.error_upper.
Check Soundness.comparison. Print Assumptions Soundness.comparison.
Check Soundness.error_lower. Print Assumptions Soundness.error_lower.
Check Soundness.refutation. Print Assumptions Soundness.refutation.
Check Soundness.claim_from_bounds. Print Assumptions Soundness.claim_from_bounds.
Check Soundness.interval_error_upper. Print Assumptions Soundness.interval_error_upper.
Check Soundness.certified. Print Assumptions Soundness.certified.
Check Jensen.power_tangent. Print Assumptions Jensen.power_tangent.
Check Jensen.jensen. Print Assumptions Jensen.jensen.
Check Jensen.mean_distance. Print Assumptions Jensen.mean_distance.
Print Modulus.cube_moduli. Print Modulus.shift_integral. Print Projection.projection. Print Projection.error_integral.
Check Projection.projection_bound. Print Assumptions Projection.projection_bound.
Check Modulus.euclidean_axis. Print Assumptions Modulus.euclidean_axis.
Check Modulus.one_norm_axis. Print Assumptions Modulus.one_norm_axis.
Check Modulus.max_norm_axis. Print Assumptions Modulus.max_norm_axis.
Check ModulusBounds.modulus_finite. Print Assumptions ModulusBounds.modulus_finite.
Check ModulusBounds.hoelder_modulus. Print Assumptions ModulusBounds.hoelder_modulus.
Check ProjectionInterval.projection_bound_interval. Print Assumptions ProjectionInterval.projection_bound_interval.
Check Network.Phi_sum. Print Assumptions Network.Phi_sum.
Check Network.Phi_constant. Print Assumptions Network.Phi_constant.
Check Weight.same_weight_value. Print Assumptions Weight.same_weight_value.
Check Layers.matches_agrees. Print Assumptions Layers.matches_agrees.
Check Layers.readout_is_Phi. Print Assumptions Layers.readout_is_Phi.
Check Layers.shape. Print Assumptions Layers.shape.
Check Phases.phases_close. Print Assumptions Phases.phases_close.
Check CellValues.cell_value_correct. Print Assumptions CellValues.cell_value_correct.
Print Claim.claim_R.
Check UnitInterval.unit_error_upper. Print Assumptions UnitInterval.unit_error_upper.
Check UnitInterval.unit_error_lower. Print Assumptions UnitInterval.unit_error_lower.
Check UnitInterval.interval_error_lower. Print Assumptions UnitInterval.interval_error_lower.
Check Storage.levels_stored. Print Assumptions Storage.levels_stored.
Check ReadoutOnCells.Phi_on_cell. Print Assumptions ReadoutOnCells.Phi_on_cell.
Check Build.build_agrees. Print Assumptions Build.build_agrees.
Print Layers.shaped. Print ClosedNetwork.in_closed_form. Print CubeNorm.norm_exists. Print CubeNorm.cube_norm. Print CubeNorm.shift_size.
Print Existence.modulus. Print Existence.rate. Print Existence.constant_on_cube. Print Existence.network_for.
Check Existence.construction_rate. Print Assumptions Existence.construction_rate.
Check Existence.existence. Print Assumptions Existence.existence.
Check Existence.existence_sharp. Print Assumptions Existence.existence_sharp.
Check Existence.existence_hoelder. Print Assumptions Existence.existence_hoelder.
Check Existence.existence_prefix. Print Assumptions Existence.existence_prefix.
Check Build.shallower_units. Print Assumptions Build.shallower_units.
Check Existence.shallower_readout. Print Assumptions Existence.shallower_readout.
Check BoxNorm.minkowski. Print Assumptions BoxNorm.minkowski.
Check ModulusRules.modulus_stable. Print Assumptions ModulusRules.modulus_stable.
Check ModulusRules.modulus_multiple. Print Assumptions ModulusRules.modulus_multiple.
Print LpSpace.Lp_space. Print LpSpace.Lp_rate. Print LpSpace.constant_class.
Check LpSpace.existence_Lp_rate. Print Assumptions LpSpace.existence_Lp_rate.
Check LpSpace.existence_Lp. Print Assumptions LpSpace.existence_Lp.
Check Completion.completion. Print Assumptions Completion.completion.
Print Formula.formula_value. Print Formula.has_value. Print Formula.jumps.
Check Formula.enclosure_correct. Print Assumptions Formula.enclosure_correct.
Check GridBounds.grid_integers_correct. Print Assumptions GridBounds.grid_integers_correct.
Print Integration.integration. Print Integration.claim_R_cube. Print CubeClaim.claim_R. Print CubeClaim.integrals_exist. Print CubeClaim.claim_R_if_integrable.
Print Checker.is_sampled. Print Checker.is_near. Print Checker.fits.
Print Checker.has_meaning. Print RationalPower.quotient. Print Checker.exponent_p. Print Checker.certified_claim.
Print RiemannIntegration.riemann_integrable. Print RiemannIntegration.riemann_integral.
Check RiemannIntegration.riemann. Print Assumptions RiemannIntegration.riemann.
Check CheckerSound.check_sound. Print Assumptions CheckerSound.check_sound.
(* scripts/check-proof reads the axioms of these two. *)
Check CubeInstance.claim_R. Print Assumptions CubeInstance.claim_R.
Check Instance.claim_R. Print Assumptions Instance.claim_R.
