// How boxes were halved, as a text from which anybody can rebuild them (proofs/certificate-format.md).
#pragma once

#include "integrate/integral.hpp"

#include <string>

namespace layercert {

// The trees of the first `roots` boxes, one after the other: `.` is a box that stays whole; the digit j one
// that is halved along x_j, followed by the trees of its lower and of its upper half. Empty if all stay
// whole.
std::string subdivision_text(std::size_t roots, const std::vector<Halving> &halvings);

} // namespace layercert
