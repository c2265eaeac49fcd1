// pi, sqrt(2), 2 pi sqrt(2) and arctan(2^-s), to any number of places (thousands to tens of millions of bits), in exact
// integer arithmetic: every series has a proven bound of its tail, every division and root is an integer floor, and
// the few units of doubt that remain are removed by more guard bits, so that all results are exact floors
// (fixed_point.hpp). The FPU and MPFR are not involved, neither are their modes.
#pragma once

#include "layercert/numeric/fixed_point.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace layercert {

// ---- computed anew at every call --------------------------------------------------------------------------
// All require 0 <= bits < 2^31, and run in parallel on the caller's TBB arena.

FixedPoint compute_pi(std::int64_t bits);
FixedPoint compute_sqrt2(std::int64_t bits);
// arctan(2^-s), the half of the decoder's theta (proofs/theorem.md, section 4). Requires: s >= 1.
FixedPoint compute_arctan_power_of_two(std::int64_t s, std::int64_t bits);

// ---- shared by the whole process --------------------------------------------------------------------------
// Each is computed once, at the largest number of bits asked for so far, and cut down for smaller ones. Any thread
// may call, also inside TBB tasks; two threads that want the same constant compute it once, and the second one waits idle
// meanwhile (so ask for 2 pi sqrt(2) before pi, not for both at once). Results are immutable and live as long as someone
// holds them.
using SharedFixedPoint = std::shared_ptr<const FixedPoint>;

SharedFixedPoint pi_to(std::int64_t bits);
SharedFixedPoint sqrt2_to(std::int64_t bits);
// 2 pi sqrt(2), the factor of w = 2 pi sqrt(2) Q m (Lemma 8 of proofs/theorem.md).
SharedFixedPoint two_pi_sqrt2_to(std::int64_t bits);
SharedFixedPoint arctan_power_of_two_to(std::int64_t s, std::int64_t bits);
// arctan(2^-shifts[i]) at place i, all at once. Shifts may repeat and stand in any order.
std::vector<SharedFixedPoint> arctan_powers_of_two_to(std::span<const std::int64_t> shifts,
                                                      std::int64_t bits);

// What the cache keeps alive, in bytes. The least recently used constants are dropped when the limit (512 MiB unless
// set) is exceeded; a constant that alone exceeds it is returned but not kept.
std::size_t constant_cache_bytes();
void set_constant_cache_limit(std::size_t bytes);
// Drops everything. Results already handed out stay valid.
void clear_constant_cache();

} // namespace layercert
