#include "subdivision.hpp"

#include <limits>

namespace layercert {

std::string subdivision_text(std::size_t roots, const std::vector<Halving> &halvings) {
  if (halvings.empty()) {
    return {};
  }
  // The halvings of each box in their order, as chains: the i-th makes box roots + i, and what keeps the
  // number is the lower half.
  constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
  std::vector<std::size_t> first(roots + halvings.size(), none);
  std::vector<std::size_t> next(halvings.size(), none);
  for (std::size_t i = halvings.size(); i-- > 0;) {
    next[i] = first[halvings[i].box];
    first[halvings[i].box] = i;
  }
  std::string text;
  text.reserve(roots + 2 * halvings.size());
  std::vector<std::size_t> open;
  for (std::size_t root = 0; root < roots; ++root) {
    open.push_back(first[root]);
    while (!open.empty()) {
      const std::size_t i = open.back();
      open.pop_back();
      if (i == none) {
        text += '.';
        continue;
      }
      text += static_cast<char>('0' + halvings[i].direction);
      open.push_back(first[roots + i]);
      open.push_back(next[i]);
    }
  }
  return text;
}

} // namespace layercert
