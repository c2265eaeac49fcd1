// The larger and the smaller of two bounds that are rounded to one side. std::max(a, NaN) is a, and
// std::max(NaN, a) is NaN: a bound that nothing is known of would get lost, or would spread. Here a NaN
// bounds nothing: above it is infinity, below minus infinity.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

namespace layercert {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity(); // bounds nothing

// The bound itself, or the infinity that says as little as NaN.
inline double known_upper(double x) { return std::isnan(x) ? kInfinity : x; }
inline double known_lower(double x) { return std::isnan(x) ? -kInfinity : x; }

// An upper bound of both, of two upper bounds. NaN becomes infinity.
inline double largest_upper(double a, double b) { return std::max(known_upper(a), known_upper(b)); }
// The better of two upper bounds of one thing. NaN counts for nothing.
inline double least_upper(double a, double b) { return std::min(known_upper(a), known_upper(b)); }
// A lower bound of both, of two lower bounds. NaN becomes minus infinity.
inline double least_lower(double a, double b) { return std::min(known_lower(a), known_lower(b)); }
// The better of two lower bounds of one thing. NaN counts for nothing.
inline double largest_lower(double a, double b) { return std::max(known_lower(a), known_lower(b)); }

} // namespace layercert
