// Enclosures a few units wide, and from one of them to an exact floor.
#pragma once

#include "layercert/numeric/fixed_point.hpp"

#include <cstdint>

namespace layercert::constants {

// lower <= x 2^bits <= lower + width for the `bits` that were asked for.
struct Enclosure {
  mpz_class lower;
  unsigned width = 0;
};

// Each states and proves its width at its definition. enclose_arctan encloses arctan(2^-s). Requires: bits > 3 s.
Enclosure enclose_pi(std::int64_t bits);
Enclosure enclose_two_pi_sqrt2(std::int64_t bits);
Enclosure enclose_arctan(std::int64_t s, std::int64_t bits);

// The exact floor of an irrational x at `bits`. Requires: enclose(n) encloses x 2^n, with a width that does not grow.
//
// With n = bits + guard and lower = q 2^guard + r, 0 <= r < 2^guard: where r + width <= 2^guard, x 2^bits lies in
// [q, q + 1], and not at its ends because it is irrational, so q is the floor. Otherwise x 2^bits is within
// width 2^-guard of an integer; more guard bits end that, x being irrational.
template <class Enclose> FixedPoint exact_floor(std::int64_t bits, const Enclose &enclose) {
  for (std::int64_t guard = 64;; guard *= 2) {
    Enclosure x = enclose(bits + guard);
    mpz_class rest;
    mpz_fdiv_r_2exp(rest.get_mpz_t(), x.lower.get_mpz_t(), static_cast<mp_bitcnt_t>(guard));
    rest += x.width;
    if (rest <= mpz_class(1) << static_cast<mp_bitcnt_t>(guard)) {
      mpz_fdiv_q_2exp(x.lower.get_mpz_t(), x.lower.get_mpz_t(), static_cast<mp_bitcnt_t>(guard));
      return {std::move(x.lower), bits};
    }
  }
}

} // namespace layercert::constants
