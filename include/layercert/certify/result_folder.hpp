// A result folder: instance.toml, the network, certificate.json; written whole or not at all.
#pragma once

#include "layercert/certify/certificate.hpp"
#include "layercert/numeric/file_bytes.hpp"
#include "layercert/numeric/sha256.hpp"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>

namespace layercert {

// certificate.json of formats.md; the two sums are of the bytes of instance.toml and the network.
nlohmann::json certificate_json(const Certificate &certificate, const std::string &instance_sha256,
                                const std::string &network_sha256);

// A folder that is filled beside its place and renamed into it by commit(); until then, and on any exception, nothing stands at
// the target. Throws InputError: not writable, or the target exists and is no former result (no certificate.json in it).
class PendingFolder {
public:
  explicit PendingFolder(const std::filesystem::path &target);
  PendingFolder(const PendingFolder &) = delete;
  PendingFolder &operator=(const PendingFolder &) = delete;
  ~PendingFolder();

  const std::filesystem::path &path() const noexcept { return temporary_; }
  void write(const std::string &name, std::string_view bytes) const;
  void commit();

private:
  std::filesystem::path target_;
  std::filesystem::path temporary_;
};

} // namespace layercert
