// The decoder's ideal numbers 2 pi sqrt(2) Q m, 2 arctan tau and pi/4, the dyadic ones that a network stores for them, and rigorous
// bounds of the difference (Theorem 16 of proofs/theorem.md).
#pragma once

#include "layercert/decoder/layout.hpp"
#include "layercert/numeric/dyadic.hpp"

#include <vector>

namespace layercert {

// Bits after the point to which the ideal numbers of a layout are worked out: |m| < 2^(b K + n) and the few bits that a phase
// accuracy far below 2^-64 needs.
std::int64_t constant_bits(const DecoderLayout &layout);

// All functions below require fewer constant_bits than this: constants.hpp's series are not proved for more.
inline constexpr std::int64_t kConstantBitsLimit = (std::int64_t{1} << 31) - 1024;

// Computes what the functions below need for this layout and all smaller ones, in parallel, into the cache of constants.hpp.
void prefetch_constants(const DecoderLayout &layout);

// ---- for the builder: the stored numbers, near enough to move no phase by 2^-64 ----------------------------------------------
Dyadic stored_weight(const DecoderLayout &layout, const Dyadic &multiplier);
Dyadic stored_beta(const DecoderLayout &finest);
std::vector<Dyadic> stored_thetas(const DecoderLayout &finest);

// ---- for whoever meets a network -------------------------------------------------------------------------------------------

// A multiple m of 2^-64 with 2 pi sqrt(2) Q m near w: any would do, weight_error_upper says how near it is.
// Requires: |w| below 2^(constant_bits(layout) - 64).
Dyadic nearest_multiplier(const DecoderLayout &layout, const Dyadic &w);

// At least |w - 2 pi sqrt(2) Q m|.
Dyadic weight_error_upper(const DecoderLayout &layout, const Dyadic &w, const Dyadic &multiplier);

// At least sum over the layout's positions of |theta_i - 2 arctan tau_i|, plus |beta - pi/4|.
Dyadic angle_error_upper(const DecoderLayout &layout, const std::vector<Dyadic> &theta, const Dyadic &beta);

} // namespace layercert
