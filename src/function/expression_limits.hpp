// What the text of an expression, and what comes of it, may not exceed: proofs/certificate-format.md,
// "Expressions", states the same.
#pragma once

#include <cstddef>

namespace layercert {

inline constexpr std::size_t kLongestText = 100000;
inline constexpr std::size_t kLargestNodes = 20000; // of a target that is recorded
inline constexpr int kDeepestNesting = 500;         // parentheses, signs and exponents that are open at once
inline constexpr std::size_t kMostArguments = 64;   // of min and max, which are taken from the left

} // namespace layercert
