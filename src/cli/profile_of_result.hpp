// How the network of a result folder fares in finite precision, against what its certificate claims.
#pragma once

#include "layercert/instance/instance.hpp"
#include "stability/profile.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

namespace layercert::cli {

struct ResultProfile {
  std::vector<LevelProfile> levels;
  nlohmann::json document; // "layercert-stability-1", with the sum of the network
};

// Called as a level begins. The instance has the depth of the network.
using ProfileProgress = std::function<void(int level, const Instance &instance)>;

// `samples`: cells a level and precision; without: what does not take too long. Throws InputError for what is
// no result, or was altered.
ResultProfile profile_of_result(const std::filesystem::path &folder, std::optional<std::uint64_t> samples,
                                const ProfileProgress &progress);

} // namespace layercert::cli
