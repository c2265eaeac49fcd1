// Targets whose p-th power has no integral.
#pragma once

#include "integrate/box_list.hpp"
#include "layercert/function/target.hpp"
#include "layercert/instance/instance.hpp"

#include <string>

namespace layercert {

// What is said of an f whose integral of |f|^p is infinite on the box.
std::string reason_not_in_lp(const Instance &instance, const Box &box);

// Looks for the proof on a few boxes of the cube (proofs/singularities.md, "Not in L^p"), in far less than a
// second: the reason, or empty if none was found. A sampled target has none. Requires: an open UpwardScope.
std::string proof_of_not_in_lp(const Instance &instance, const Target &target);

} // namespace layercert
