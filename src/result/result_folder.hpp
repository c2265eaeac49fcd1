// certificate.json, a file of a result folder (pending_folder.hpp).
#pragma once

#include "layercert/result/certificate.hpp"
#include "numeric/file_bytes.hpp"
#include "numeric/sha256.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace layercert {

// certificate.json of formats.md; the two sums are of the bytes of instance.toml and network.json.
nlohmann::json certificate_json(const Certificate &certificate, const std::string &instance_sha256,
                                const std::string &network_sha256);

} // namespace layercert
