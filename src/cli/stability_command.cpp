#include "commands.hpp"
#include "progress.hpp"
#include "result_files.hpp"
#include "threads.hpp"

#include "layercert/error.hpp"
#include "layercert/instance/instance.hpp"
#include "layercert/network/network_file.hpp"
#include "layercert/report/stability_report.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <limits>

namespace layercert::cli {

namespace {

using nlohmann::json;

double read_bound(const json &level, const char *key, const std::string &name) {
  const json value = level.is_object() ? level.value(key, json()) : json();
  if (value == json("inf")) {
    return std::numeric_limits<double>::infinity();
  }
  try {
    if (value.is_string()) {
      const Dyadic exact = Dyadic::parse(value.get<std::string>());
      if (exact.to_double_lower() == exact.to_double_upper()) {
        return exact.to_double_lower();
      }
    }
  } catch (const std::invalid_argument &) {
  }
  throw InputError(name, 0,
                   fmt::format("\"{}\" of a level: found {}; expected a double as a hexadecimal float", key,
                               value.dump().substr(0, 60)));
}

// What the certificate says of every level of the network.
std::vector<LevelClaim> read_claims(const json &certificate, int depth, const std::string &name) {
  const json levels = certificate.value("levels", json());
  if (!levels.is_array() || levels.size() != static_cast<std::size_t>(depth)) {
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
  if (arguments.json) {
    json found = stability_json(profile);
    found["network_sha256"] = result.certificate["network_sha256"];
    fmt::print("{}\n", found.dump(2));
  } else {
    fmt::print("{}\n{}", arguments.folder.string(), stability_table(profile));
  }
  return all_hold(profile) ? 0 : 1;
}

} // namespace layercert::cli
