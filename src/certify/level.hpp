// One level: the bounds of its error and its modulus, until claim R is decided, then as sharp as wanted.
#pragma once

#include "level_bounds.hpp"

#include "layercert/certify/certify.hpp"

namespace layercert {

// With `remainder_upper` >= |f - g|, and at most options.boxes for an integral. Requires: an open UpwardScope.
LevelCertificate certify_level(const Setting &setting, const LevelBounds &bounds, double remainder_upper,
                               int level, const CertifyOptions &options);

} // namespace layercert
