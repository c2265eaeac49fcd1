#include "profile_of_result.hpp"
#include "result/result_files.hpp"

#include "layercert/error.hpp"
#include "layercert/network/network_file.hpp"
#include "report/stability_report.hpp"
#include "result/certificate_document.hpp"

#include <fmt/format.h>

namespace layercert::cli {

namespace {

// What the certificate says of every level of the network.
std::vector<LevelClaim> claims_of(const Certificate &certificate, int depth, const std::string &name) {
  if (certificate.levels.size() != static_cast<std::size_t>(depth)) {
    throw InputError(name, 0,
                     fmt::format("/levels has {} entries; expected {}, the depth of the network",
                                 certificate.levels.size(), depth));
  }
  std::vector<LevelClaim> claims;
  for (const LevelCertificate &level : certificate.levels) {
    claims.push_back({level.error_upper, level.bound_lower});
  }
  return claims;
}

} // namespace

ResultProfile profile_of_result(const std::filesystem::path &folder, std::optional<std::uint64_t> samples,
                                const ProfileProgress &progress) {
  const ResultFiles result = read_result(folder);
  const std::string certificate_name = (folder / "certificate.json").string();
  require_unaltered(result);
  Instance instance = parse_instance(result.instance_bytes, (folder / "instance.toml").string(), folder);
  const std::string network_name = result.network_file.string();
  const Network network = parse_network(result.network_bytes, network_name);
  if (network.dimension != instance.dimension || network.N != instance.N) {
    throw InputError(network_name, 0, "d or N is not that of the instance");
  }
  const Certificate certificate = read_certificate(result.certificate, certificate_name, instance);
  const std::vector<LevelClaim> claims = claims_of(certificate, network.depth, certificate_name);
  instance.depth = network.depth; // a network may be cut at the level that reaches an accuracy
  StabilityOptions options;
  options.samples = samples;
  options.progress = [&](int level) { progress(level, instance); };
  ResultProfile profile;
  profile.levels =
      stability_profile(extract_parameters(network, network_name), instance.p, claims, network_name, options);
  profile.document = stability_json(profile.levels);
  profile.document["network_sha256"] = result.certificate["network_sha256"];
  return profile;
}

} // namespace layercert::cli
