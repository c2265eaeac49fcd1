// Where the graph of an expression may jump, taken out of it: f(x) = body(x, s_0(x), ..., s_(m-1)(x)), where
// s_j has few values.
#pragma once

#include "layercert/function/expression.hpp"

#include <vector>

namespace layercert {

// s = op(c) for a continuous or again jumping c: with op Less, s is 1 where c < 0, with LessEqual where c <=
// 0, else 0; with Step, Sign and Floor, s is that function of c.
struct Jump {
  Op op = Op::Step;
  Expression argument; // c, of x and of the s of the jumps before
};

struct JumpForm {
  Expression body; // of x_0, ..., x_(d-1) and of s_j as the variable number d + j
  std::vector<Jump> jumps;
};

// Whether jump_form() takes anything out of f.
bool has_jumps(const Expression &f);

// Comparisons by == and != stay in the body, as do functions without slopes. Requires: variables of f below
// `dimension`.
JumpForm jump_form(const Expression &f, std::size_t dimension);

} // namespace layercert
