// The subdivisions that a certificate lists, so that somebody who searches nothing can prove it again.
#pragma once

#include "error_norm.hpp"

#include "layercert/certify/certificate.hpp"

namespace layercert {

// For a certified level of an expression: subdivisions of the cells and of the domain of f(. + h) - f, h the level's shift, on which plain
// mean value forms prove claim R and confirm both of its bounds up to kListedPart. Where they do not within the boxes allowed, the level's
// bounds become those that they do prove. Other levels stay as they are. Returns whether claim R is proved so; for samples without
// interpolation nothing is listed or needed. Requires: an open UpwardScope.
// Measured on the shipped instances with a first gap of 1/64, the list proves bounds that are weaker by at most 0.84 percent, except for kink1 and
// jump1 (1.2), weierstrass1 (1.7) and disk2 (2.9): these four need the next gap, which makes the list of disk2 6 times as long (195 to 1,178 kB; its
// check takes 3.1 s instead of 0.9). A first gap of 1/128 would double the lists and the checks of all (poly3: 177 to 408 kB, 0.5 to 1.1 s) for 0.4 percent.
inline constexpr double kListedPart = 1.0 / 96;
bool list_subdivisions(const Setting &setting, std::size_t most_boxes, LevelCertificate &level);

} // namespace layercert
