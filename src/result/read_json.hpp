// JSON files, read strictly.
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace layercert {

// Throws InputError(name, line, ...): no JSON, nested too deeply, or an object with the same key twice, which
// readers take differently.
nlohmann::json parse_json(const std::string &text, const std::string &name);

} // namespace layercert
