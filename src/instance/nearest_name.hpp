// What somebody who mistyped a name may have meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace layercert {

// `"N", "depth" or "p"`.
std::string quoted_list(const std::vector<std::string_view> &names);

// `did you mean "depth"?` when a known name is near (letter case is free), else `expected "N", "depth" or
// "p"`. Requires: `known` is not empty.
std::string suggestion(std::string_view found, const std::vector<std::string_view> &known);

} // namespace layercert
