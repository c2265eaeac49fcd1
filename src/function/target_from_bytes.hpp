// A target whose samples the caller has read, and may hash or keep: what is hashed is what is parsed.
#pragma once

#include "layercert/function/target.hpp"

#include <string_view>

namespace layercert {

// As make_target(), with the bytes of the image or table that the instance names; they count for nothing if
// it has an expression.
Target make_target(const Instance &instance, std::string_view sample_bytes);

} // namespace layercert
