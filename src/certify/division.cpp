#include "division.hpp"

#include "integrate/cell_blocks.hpp"
#include "layercert/instance/instance.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace layercert {

namespace {

// In cells, about: what a search over shifts costs on any level, and what the error costs beyond its cells.
constexpr double kSearch = 1 << 16;
constexpr double kFirstBoxes = 1 << 14;

// The owner of each part.
std::vector<int> dealt_out(const std::vector<double> &costs, int shares) {
  std::vector<std::size_t> order(costs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return costs[a] > costs[b]; });
  std::vector<double> loads(static_cast<std::size_t>(shares), 0.0);
  std::vector<int> owners(costs.size());
  for (const std::size_t part : order) {
    const auto least = std::min_element(loads.begin(), loads.end());
    *least += costs[part];
    owners[part] = static_cast<int>(least - loads.begin());
  }
  return owners;
}

} // namespace

std::uint64_t most_shares(const Instance &instance) {
  std::uint64_t parts = 0;
  for (int level = 1; level <= instance.depth; ++level) {
    parts += 1 + count_of_blocks(cells_in_cube(instance.dimension, instance.N, level));
  }
  return parts;
}

BlockRange blocks_of(const Share &share, std::uint64_t blocks) {
  const auto before = [&](int index) {
    return blocks * static_cast<std::uint64_t>(index) / static_cast<std::uint64_t>(share.count);
  };
  return {before(share.index), before(share.index + 1)};
}

Division::Division(const Share &share, const std::vector<LevelWork> &levels)
    : share_(share), levels_(levels) {
  std::vector<double> halves;
  std::vector<double> lists;
  for (const LevelWork &level : levels) {
    const double of_error = kFirstBoxes + 4 * static_cast<double>(level.cells);
    halves.push_back(level.blocks > 1 ? 0 : of_error);
    halves.push_back(kSearch);
    lists.push_back(of_error);
  }
  owner_of_half_ = dealt_out(halves, share.count);
  owner_of_list_ = dealt_out(lists, share.count);
}

} // namespace layercert
