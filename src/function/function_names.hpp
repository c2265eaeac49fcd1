// The functions of expressions by name: what their text is read and written with.
#pragma once

#include "layercert/function/expression.hpp"

#include <array>
#include <cstddef>

namespace layercert {

struct FunctionName {
  const char *name;
  Op op;
  std::size_t least_arguments;
  std::size_t most_arguments;
};

inline constexpr std::size_t kAnyArguments = 64; // min and max take several, folded from the left
inline constexpr std::array<FunctionName, 23> kFunctions{{{"sqrt", Op::Sqrt, 1, 1},
                                                          {"exp", Op::Exp, 1, 1},
                                                          {"log", Op::Log, 1, 1},
                                                          {"sin", Op::Sin, 1, 1},
                                                          {"cos", Op::Cos, 1, 1},
                                                          {"tan", Op::Tan, 1, 1},
                                                          {"asin", Op::Asin, 1, 1},
                                                          {"acos", Op::Acos, 1, 1},
                                                          {"atan", Op::Atan, 1, 1},
                                                          {"sinh", Op::Sinh, 1, 1},
                                                          {"cosh", Op::Cosh, 1, 1},
                                                          {"tanh", Op::Tanh, 1, 1},
                                                          {"abs", Op::Abs, 1, 1},
                                                          {"floor", Op::Floor, 1, 1},
                                                          {"step", Op::Step, 1, 1},
                                                          {"sign", Op::Sign, 1, 1},
                                                          {"min", Op::Min, 2, kAnyArguments},
                                                          {"max", Op::Max, 2, kAnyArguments},
                                                          {"pow", Op::Power, 2, 2},
                                                          {"if", Op::If, 3, 3},
                                                          {"cantor", Op::Cantor, 1, 1},
                                                          {"takagi", Op::Takagi, 1, 1},
                                                          {"weierstrass", Op::Weierstrass, 3, 3}}};

// What a text, and what comes of it, may not exceed.
inline constexpr std::size_t kLongestText = 100000;
inline constexpr std::size_t kLargestNodes = 20000; // of a target that is recorded
inline constexpr int kDeepestNesting = 500;         // parentheses, signs and exponents that are open at once

} // namespace layercert
