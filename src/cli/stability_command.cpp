#include "certificate_numbers.hpp"
#include "commands.hpp"
#include "interruption.hpp"
#include "progress.hpp"
#include "result_files.hpp"
#include "threads.hpp"

#include "layercert/error.hpp"
#include "layercert/instance/instance.hpp"
#include "layercert/network/network_file.hpp"
#include "layercert/numeric/file_bytes.hpp"
#include "layercert/report/stability_report.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace layercert::cli {

namespace {

using nlohmann::json;

// What the certificate says of every level of the network.
std::vector<LevelClaim> read_claims(const json &certificate, int depth, const std::string &name) {
  const json levels = certificate.value("levels", json());
  if (!levels.is_array() || levels.size() != static_cast<std::size_t>(depth) ||
      !std::all_of(levels.begin(), levels.end(), [](const json &level) { return level.is_object(); })) {
    throw InputError(name, 0, fmt::format("expected \"levels\" with {} entries, as the network has", depth));
  }
  std::vector<LevelClaim> claims;
  for (const json &level : levels) {
    claims.push_back({read_bound(level, "error_upper", name), read_bound(level, "bound", name)});
  }
  return claims;
}

} // namespace

int stability_command(const StabilityArguments &arguments) {
  const ThreadLimit threads(arguments.threads);
  Progress progress(arguments.quiet);
  const ResultFiles result = read_result(arguments.folder);
  const std::string certificate_name = (arguments.folder / "certificate.json").string();
  if (const std::string altered = altered_file(result); !altered.empty()) {
    throw InputError((arguments.folder / altered).string(), 0,
                     "its SHA-256 is not the one in certificate.json; expected the file that was certified");
  }
  Instance instance =
      parse_instance(result.instance_bytes, (arguments.folder / "instance.toml").string(), arguments.folder);
  progress.phase("reading the network");
  const std::string network_name = result.network_file.string();
  const Network network = parse_network(result.network_bytes, network_name);
  if (network.dimension != instance.dimension || network.N != instance.N) {
    throw InputError(network_name, 0, "d or N is not that of the instance");
  }
  const std::vector<LevelClaim> claims = read_claims(result.certificate, network.depth, certificate_name);
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
