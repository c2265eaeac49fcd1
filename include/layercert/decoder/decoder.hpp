// The two-sine decoder by divide and conquer (proofs/theorem.md, sections 4 and 5): solve for the multiplier
// m that stores a phase for every cell, and evaluate the phases that a given m stores. Both walk a binary
// tree over the bits of the cell number, highest first, with sparse factors only, so that a step costs shifts
// and additions and never a product.
#pragma once

#include "layercert/decoder/layout.hpp"
#include "layercert/numeric/dyadic.hpp"

#include <cstdint>
#include <vector>

namespace layercert {

// Phases are in turns, as multiples of 2^-64 modulo 1: the unsigned 64-bit integer u stands for u / 2^64.
using Turns = std::uint64_t;

// How far, in units of 2^-64 turns, a decoded phase u may be from the exact one (modulo 1):
// u - kPhaseBelow <= exact <= u + kPhaseAbove: Lemma 32 of proofs/lemmas.md.
inline constexpr std::uint64_t kPhaseBelow = 512;
inline constexpr std::uint64_t kPhaseAbove = 512;

// A dyadic m with frac(m nu_k) near phases[k] for every cell k. The result is a proposal: decode_phases says
// what it really stores. No phase is missed by more than about 2^(n-b), n the number of bit positions, b the
// layout's; in the mean it is much less, see disturbance_bits. Requires: phases.size() == layout.cells().
Dyadic solve_multiplier(const DecoderLayout &layout, std::vector<Turns> phases);

// frac(m nu_k) for every cell k, each within the error above: rigorous, integer arithmetic with counted
// truncations. Requires: the multiplier is a multiple of 2^-64, at most 85 bit positions.
std::vector<Turns> decode_phases(const DecoderLayout &layout, const Dyadic &multiplier);
// Of the cells first, ..., last - 1 alone, whose subtrees are all that is walked below the path to them.
std::vector<Turns> decode_phases(const DecoderLayout &layout, const Dyadic &multiplier, std::uint64_t first,
                                 std::uint64_t last);

// About log2 of 2^b times the l^p mean over the cells of what solve_multiplier misses their phases by, in
// turns: with b = disturbance_bits(n, p) + r the phases are stored to r bits in that mean. Each subset T of a
// cell's bits adds an error of about 2^-b / 2, of either sign, so a cell with a bits set is off by about
// 2^(a/2 - b) / 2, and the mean of 2^(pa/2) over the cells is ((1 + 2^(p/2)) / 2)^n. A rule to choose b by,
// no bound.
double disturbance_bits(int positions, double p);

// nu_k itself (Lemma 6 of proofs/theorem.md), by exact arithmetic, for one cell: the oracle of the tests.
Dyadic exact_nu(const DecoderLayout &layout, std::uint64_t cell);

// Q = prod over all positions of (1 + tau^2), exactly.
Dyadic exact_Q(const DecoderLayout &layout);

} // namespace layercert
