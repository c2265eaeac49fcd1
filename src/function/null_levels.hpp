// Which parts of an expression take no value on a set of positive measure.
#pragma once

#include "layercert/function/expression.hpp"

#include <vector>

namespace layercert {

// For every node v: true only if {x in the cube: v has the value c at x} is a null set for every number c
// (Lemma 40 of proofs/theorem.md). Requires: an open UpwardScope.
std::vector<bool> null_levels(const Expression &f, std::size_t dimension);

// The same of a difference of two nodes.
bool difference_has_null_levels(const Expression &f, std::int32_t a, std::int32_t b, std::size_t dimension);

} // namespace layercert
