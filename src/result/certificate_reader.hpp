// A certificate back from its file.
#pragma once

#include "layercert/result/certificate.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace layercert {

// What certificate_json() wrote for this instance, except subdivisions. Nothing is proved anew; but what follows from the bounds by
// arithmetic (bound, ratios, verdicts) is computed again and has to agree. Throws InputError(name, ...) that names the key.
Certificate read_certificate(const nlohmann::json &root, const std::string &name, const Instance &instance);

} // namespace layercert
