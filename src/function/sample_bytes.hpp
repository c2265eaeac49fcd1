// Samples from the bytes of an image or a table that the caller has read, and may hash or keep: what is
// hashed is what is parsed.
#pragma once

#include "layercert/function/sample_table.hpp"

#include <string>
#include <string_view>

namespace layercert {

// As read_image() and read_table(). `name` stands in messages.
SampleTable parse_image(std::string_view bytes, const std::string &name, const SampleOptions &options = {});
SampleTable parse_table(std::string_view bytes, const std::string &name, std::size_t dimension,
                        const SampleOptions &options = {});

} // namespace layercert
