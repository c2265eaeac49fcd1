// The subdivisions that a certificate lists, so that somebody who searches nothing can prove it again.
#pragma once

#include "error_norm.hpp"

#include "layercert/function/expression.hpp"
#include "layercert/result/certificate.hpp"

#include <functional>

namespace layercert {

// The target of a run as a checker has it.
struct ListedTarget {
  const Setting &setting;
  const Expression &f; // as it is written
  const Height &height;
  double remainder_upper;
  const Exponent &of_error; // in units for f - Phi_l, and for f(. + h) - f
  const Exponent &of_modulus;
  bool needs_many_boxes; // for the modulus
};

// Whether all that is claimed of a level follows from its bounds. Empty: the bounds are wanted for
// themselves.
using Decided = std::function<bool(const LevelCertificate &level)>;

// For a certified level of an expression: subdivisions of the cells and of the domain of f(. + h) - f, h the
// level's shift, on which plain mean value forms prove claim R and confirm both of its bounds up to
// kListedPart. Where they do not within the boxes allowed, the level's bounds become those that they do
// prove. Other levels stay as they are. Returns whether claim R is proved so; for samples without
// interpolation nothing is listed or needed. Requires: an open UpwardScope.
// Measured on 19 of the shipped instances with a first gap of 1/64: the list proves bounds that are weaker by
// at most 0.84 percent, except for kink1 and jump1 (1.2), weierstrass1 (1.7), product4 (2.4) and disk2 (2.9).
// These need the next gap: disk2 196 to 299 kB, the check 0.9 s as before; weierstrass1 1,099 to 1,502 kB, 35
// to 66 s; product4 1,283 to 2,051 kB, 6 to 9 s, and its claims become those that 2^18 boxes prove. A first
// gap of 1/128 would double the lists and the checks of all (poly3: 177 to 408 kB, 0.5 to 1.1 s) for 0.4
// percent.
inline constexpr double kListedPart = 1.0 / 96;
// With `decided`, the first list that proves claim R and decides what it asks is enough, and its bounds
// become those of the level.
bool list_subdivisions(const ListedTarget &target, std::size_t most_boxes, const Decided &decided,
                       LevelCertificate &level);

// The part of it that is about the modulus, for a level or readout whose error is bounded in another way.
// Lists boxes, and makes modulus_lower what they prove where they do not confirm it up to kListedPart;
// returns whether that still proves claim R. Else the bound stays. Requires: an open UpwardScope.
bool list_modulus_subdivision(const Expression &f, const mpq_class &p, double remainder_upper,
                              std::size_t most_boxes, LevelCertificate &level);

} // namespace layercert
