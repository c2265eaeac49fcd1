// How many significant digits tables and pages show.
#pragma once

namespace layercert {

inline constexpr int kDigits = 5; // of bounds, rounded outward
inline constexpr int kDigitsOfRatio = 4;

} // namespace layercert
