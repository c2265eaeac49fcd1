// How the readouts of a network fare in finite precision, level by level: bounds, what is observed, and from
// which precision on the certified claim still holds for what is computed.
#pragma once

#include "layercert/network/construction.hpp"
#include "rounding_bound.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace layercert {

// Of a level, as its certificate has it: the claim is error_upper <= bound_lower.
struct LevelClaim {
  double error_upper = 0;
  double bound_lower = 0;
};

// The largest of what was found on some cells; lower bounds, for the exact values are known to enclosures.
struct Observation {
  std::uint64_t cells = 0;
  MpfrNumber difference_lower; // of the size of computed minus exact readout at a point of the cell
  MpfrNumber last_bit_lower;   // of the change of the exact readout when w_l changes in its last bit
};

// How the readout of a level, computed with so many bits, differs from the exact one.
struct PrecisionProfile {
  mpfr_prec_t bits = 0;
  UpperBound difference; // in the middle half of every cell
  UpperBound norm;       // of the difference in L^p, over the whole cube
  // Of the change of the exact readout when w_l changes by one unit in the last place of a number of so many
  // bits.
  UpperBound last_bit;
  std::optional<Observation> observed; // not where it would take too long
  bool claim_holds = false;            // proved: error_upper + norm <= bound_lower
};

// How a level fares at every precision that was looked at.
struct LevelProfile {
  int level = 0;
  std::uint64_t cells = 0;
  std::size_t weight_bits = 0; // of the multiplier m of w_l, or of w_l itself where it is rounded
  LevelClaim claim;
  std::vector<PrecisionProfile> precisions; // rising
  // The fewest bits for which the claim is proved to hold; none if not for any number.
  std::optional<mpfr_prec_t> least_bits;
  // With one bit less: where rounding alone costs the most, and the L^p norm of what it costs.
  RoundingPlace lost_in;
  UpperBound lost;
};

// How much to look at.
struct StabilityOptions {
  // Cells to look at, a level and precision; without: all of them, or as many as keep the work within bounds.
  std::optional<std::uint64_t> samples;
  std::function<void(int level)> progress; // called before each level; may throw
};

// Requires: a claim for every level. Throws InputError(name, ...) for parameters that are no decoder's.
std::vector<LevelProfile> stability_profile(const NetworkParameters &parameters, const mpq_class &p,
                                            const std::vector<LevelClaim> &claims, const std::string &name,
                                            const StabilityOptions &options = {});

} // namespace layercert
