// certificate.json: every key of it is written and read here, by certificate_writer.cpp and
// certificate_reader.cpp.
#pragma once

#include "layercert/instance/instance.hpp"
#include "layercert/result/certificate.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace layercert {

// The effort of a certificate that names none.
inline constexpr const char *kDefaultEffort = "default";

// What the file says beside the certificate: of the files that stand with it, and of the options of the run.
struct CertificateContext {
  std::string instance_sha256; // of the bytes of instance.toml
  std::string network_sha256;  // of the network's file
  std::string network_file;    // its name; empty: not said
  std::string samples_sha256;  // of the copy of the samples; empty: there are none
  std::size_t boxes = 0;       // CertifyOptions::boxes; 0: not said
  bool lists_subdivisions = false;
};

nlohmann::json certificate_json(const Certificate &certificate, const Instance &instance,
                                const CertificateContext &context);

// What certificate_json() wrote for this instance, except subdivisions. Nothing is proved anew; but what
// follows from the bounds by arithmetic (bound, ratios, verdicts) is computed again and has to agree. Throws
// InputError(name, ...) that names the key.
Certificate read_certificate(const nlohmann::json &root, const std::string &name, const Instance &instance);

// The options that the run had, for one that repeats it.
struct StoredOptions {
  std::string effort;
  std::size_t boxes = 0;
  double tolerance = 0;
  bool lists_subdivisions = false;
  std::optional<mpq_class> accuracy;
};

// Throws InputError(name, ...) that names the key: missing, or no value that certify takes (`most_boxes` is
// the most that memory holds).
StoredOptions read_options(const nlohmann::json &root, const std::string &name, std::size_t most_boxes);

} // namespace layercert
