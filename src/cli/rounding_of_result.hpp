// What floating point adds to a network that others made, from its result folder.
#pragma once

#include "stability/layers_rounding.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace layercert::cli {

struct ResultRounding {
  std::vector<LayersRounding> roundings;
  nlohmann::json document; // "layercert-stability-network-1"
  std::string table;       // for people
};

// Throws InputError for what is no result of a network, or was altered.
ResultRounding rounding_of_result(const std::filesystem::path &folder, const LayersRoundingOptions &options);

// The tolerance for a test, as a line of C++ and one of Python. Requires: a finite bound.
std::string cpp_line(const LayersRounding &rounding);
std::string python_line(const LayersRounding &rounding);

} // namespace layercert::cli
