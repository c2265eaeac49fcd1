// The two-sine decoder by divide and conquer (design.md section 3): solve for the multiplier m that stores a phase for
// every cell, and evaluate the phases that a given m stores. Both walk a binary tree over the bits of the cell number,
// highest first, with sparse factors only, so that a step costs shifts and additions and never a product.
#pragma once

#include "layercert/decoder/layout.hpp"
#include "layercert/numeric/dyadic.hpp"

#include <cstdint>
#include <vector>

namespace layercert {

// Phases are in turns, as multiples of 2^-64 modulo 1: the unsigned 64-bit integer u stands for u / 2^64.
using Turns = std::uint64_t;

// The multiples of 2^-64 between which a decoded phase lies, counted from the value that decode_phases gives:
// u - kPhaseBelow <= exact <= u + kPhaseAbove (modulo 1).
inline constexpr std::uint64_t kPhaseBelow = 1;
inline constexpr std::uint64_t kPhaseAbove = 2;

// A dyadic m with frac(m nu_k) within about 2^-accuracy_bits of phases[k], for every cell k. The result is a proposal:
// decode_phases says what it really stores. Requires: phases.size() == layout.cells(); layout.b() >= number of bit
// positions + accuracy_bits + 3, or neighbouring cells disturb each other.
Dyadic solve_multiplier(const DecoderLayout &layout, std::vector<Turns> phases, int accuracy_bits);

// frac(m nu_k) for every cell k, each within the error above: rigorous, integer arithmetic with counted truncations.
std::vector<Turns> decode_phases(const DecoderLayout &layout, const Dyadic &multiplier);

// nu_k itself (design.md section 3), by exact arithmetic, for one cell: the oracle of the tests.
Dyadic exact_nu(const DecoderLayout &layout, std::uint64_t cell);

// Q = prod over all positions of (1 + tau^2), exactly.
Dyadic exact_Q(const DecoderLayout &layout);

} // namespace layercert
