// The subdivisions that a certificate lists, so that somebody who searches nothing can prove it again.
#pragma once

#include "error_norm.hpp"

#include "layercert/certify/certificate.hpp"

namespace layercert {

// For a certified level of an expression: subdivisions of the cells and of the domain of f(. + h) - f, h the level's shift, on which plain
// mean value forms prove claim R and confirm both of its bounds up to kListedPart. Where they do not within the boxes allowed, the level's
// bounds become those that they do prove. Other levels stay as they are. Returns whether claim R is proved so; for samples without
// interpolation nothing is listed or needed. Requires: an open UpwardScope.
inline constexpr double kListedPart = 1.0 / 128;
bool list_subdivisions(const Setting &setting, std::size_t most_boxes, LevelCertificate &level);

} // namespace layercert
