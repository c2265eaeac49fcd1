#include "commands.hpp"
#include "interruption.hpp"
#include "progress.hpp"
#include "result/result_files.hpp"
#include "threads.hpp"

#include "layercert/error.hpp"
#include "layercert/instance/instance.hpp"
#include "layercert/network/network_file.hpp"
#include "numeric/file_bytes.hpp"
#include "report/stability_report.hpp"
#include "result/certificate_document.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace layercert::cli {

namespace {

using nlohmann::json;

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

int stability_command(const StabilityArguments &arguments) {
  const ThreadLimit threads(arguments.threads);
  Progress progress(arguments.quiet);
  const ResultFiles result = read_result(arguments.folder);
  const std::string certificate_name = (arguments.folder / "certificate.json").string();
  require_unaltered(result);
  Instance instance =
      parse_instance(result.instance_bytes, (arguments.folder / "instance.toml").string(), arguments.folder);
  progress.phase("reading the network");
  const std::string network_name = result.network_file.string();
  const Network network = parse_network(result.network_bytes, network_name);
  if (network.dimension != instance.dimension || network.N != instance.N) {
    throw InputError(network_name, 0, "d or N is not that of the instance");
  }
  const Certificate certificate = read_certificate(result.certificate, certificate_name, instance);
  const std::vector<LevelClaim> claims = claims_of(certificate, network.depth, certificate_name);
  instance.depth = network.depth; // a network may be cut at the level that reaches an accuracy
  StabilityOptions options;
  options.samples = arguments.samples;
  options.progress = [&](int level) { progress.level("rounding", level, instance); };
  const std::vector<LevelProfile> profile =
      stability_profile(extract_parameters(network, network_name), instance.p, claims, network_name, options);
  progress.clear();
  json found = stability_json(profile);
  found["network_sha256"] = result.certificate["network_sha256"];
  if (arguments.out || arguments.plot) {
    const Uninterrupted whole;
    if (arguments.out) {
      write_bytes(*arguments.out, found.dump(2) + "\n");
    }
    if (arguments.plot) {
      write_bytes(*arguments.plot, stability_svg(profile));
    }
  }
  if (arguments.json) {
    fmt::print("{}\n", found.dump(2));
  } else {
    fmt::print("{}\n{}", arguments.folder.string(), stability_table(profile));
  }
  return all_hold(profile) ? 0 : 1;
}

} // namespace layercert::cli
