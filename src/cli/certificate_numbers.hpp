// Numbers of a certificate, as read.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace layercert::cli {

// A double under a key of an entry of "levels". Throws InputError(name, ...) if there is none, exactly.
double read_bound(const nlohmann::json &level, const char *key, const std::string &name);

} // namespace layercert::cli
