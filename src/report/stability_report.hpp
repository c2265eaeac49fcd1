// A stability profile for people and for programs.
#pragma once

#include "stability/profile.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace layercert {

// Numbers are rounded to the safe side.
std::string stability_table(const std::vector<LevelProfile> &profile);

// "layercert-stability-1"; numbers are exact, or bounds rounded outward, with decimals beside them.
nlohmann::json stability_json(const std::vector<LevelProfile> &profile);

// A plot of the differences from the exact readouts by the bits, level by level; a whole SVG file.
std::string stability_svg(const std::vector<LevelProfile> &profile);

// Every level: a claim, and bits from which it holds in finite precision.
bool all_hold(const std::vector<LevelProfile> &profile);

} // namespace layercert
