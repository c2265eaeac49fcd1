#include "commands.hpp"

#include "layercert/certify/result_folder.hpp"
#include "layercert/error.hpp"
#include "layercert/network/direct_evaluator.hpp"
#include "layercert/network/network_file.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <oneapi/tbb/global_control.h>

#include <cmath>
#include <optional>

namespace layercert::cli {

namespace {

using nlohmann::json;

// All cells of a level up to this many are evaluated layer by layer; of larger levels, so many samples.
constexpr std::uint64_t kDirectCells = 64;
constexpr int kOutputBits = 48;

std::string first_difference(const json &stored, const json &found, const std::string &where) {
  if (stored.is_object() && found.is_object()) {
    for (const auto &[key, value] : found.items()) {
      if (!stored.contains(key)) {
        return where + "/" + key + " is missing";
      }
      if (std::string difference = first_difference(stored[key], value, where + "/" + key);
          !difference.empty()) {
        return difference;
      }
    }
    for (const auto &[key, value] : stored.items()) {
      if (!found.contains(key)) {
        return where + "/" + key + " is not what certify writes";
      }
    }
    return {};
  }
  if (stored.is_array() && found.is_array() && stored.size() == found.size()) {
    for (std::size_t i = 0; i < stored.size(); ++i) {
      if (std::string difference = first_difference(stored[i], found[i], where + "/" + std::to_string(i));
          !difference.empty()) {
        return difference;
      }
    }
    return {};
  }
  return stored == found
             ? std::string()
             : where + " is " + stored.dump().substr(0, 60) + "; recomputed " + found.dump().substr(0, 60);
}

// The tree's values against the layers themselves, at cell centres. Returns "" or the first cell that disagrees.
std::string compare_with_layers(const Network &network, const std::string &name, std::uint64_t &compared) {
  const UpwardScope upward;
  const LevelValues values = decode_levels(extract_parameters(network, name), name);
  std::uint64_t cells = 1;
  for (int l = 1; l <= network.depth; ++l) {
    for (int j = 0; j < network.dimension; ++j) {
      cells *= static_cast<std::uint64_t>(network.N);
    }
    const mpfr_prec_t precision = sufficient_precision(network, l, kOutputBits);
    if (precision > 200000) {
      break; // minutes a cell: the levels below have been compared
    }
    const std::uint64_t count = std::min<std::uint64_t>(cells, cells <= kDirectCells ? kDirectCells : 8);
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t k = cells <= kDirectCells ? i : (i * cells) / count + i * 7 % (cells / count);
      std::vector<mpq_class> point(static_cast<std::size_t>(network.dimension));
      std::uint64_t rest = k;
      mpq_class width(1);
      for (int m = 0; m < l; ++m) {
        width /= network.N;
        for (mpq_class &x : point) {
          x += width * mpq_class(static_cast<unsigned long>(rest % static_cast<std::uint64_t>(network.N)));
          rest /= static_cast<std::uint64_t>(network.N);
        }
      }
      for (mpq_class &x : point) {
        x +=
            width /
            3; // inside; the centre itself may be a digit boundary of the next level, which does not matter either
      }
      const MpfrInterval direct = evaluate_directly(network, point, precision, l).back();
      const Interval &tree = values.values[static_cast<std::size_t>(l)][k];
      const double lower = double_lower(direct);
      const double upper = double_upper(direct);
      ++compared;
      if (!(lower <= tree.upper() && tree.lower() <= upper) || !(upper - lower < 1e-9)) {
        return fmt::format("level {}, cell {}: the layers give [{}, {}], the decoder [{}, {}]", l, k, lower,
                           upper, tree.lower(), tree.upper());
      }
    }
  }
  return {};
}

} // namespace

int check_command(const CheckArguments &arguments) {
  std::optional<oneapi::tbb::global_control> threads;
  if (arguments.threads > 0) {
    threads.emplace(oneapi::tbb::global_control::max_allowed_parallelism,
                    static_cast<std::size_t>(arguments.threads));
  }
  const std::filesystem::path &folder = arguments.folder;
  const std::string name = (folder / "certificate.json").string();
  json stored;
  try {
    stored = json::parse(read_bytes(name, "a result folder of layercert certify --out"));
  } catch (const json::parse_error &error) {
    throw InputError(name, 0, "no valid JSON (truncated or damaged?): " + std::string(error.what()));
  }
  if (!stored.is_object() || stored.value("format", json()) != json("layercert-certificate-1")) {
    throw InputError(name, 0, "expected an object with \"format\": \"layercert-certificate-1\"");
  }
  const std::filesystem::path network_file = find_network(folder);
  const std::string network_bytes = read_bytes(network_file, "the network of the certificate");
  std::string rejected;
  std::uint64_t compared = 0;
  const auto finish = [&] {
    if (arguments.json) {
      fmt::print(
          "{}\n",
          json{{"accepted", rejected.empty()}, {"reason", rejected}, {"cells_compared", compared}}.dump(2));
    } else if (rejected.empty()) {
      fmt::print("accepted: every number of {} was found again; {} cells agree layer by layer\n", name,
                 compared);
    } else {
      fmt::print("rejected: {}\n", rejected);
    }
    return rejected.empty() ? 0 : 1;
  };

  const std::string instance_bytes = read_bytes(folder / "instance.toml", "the instance of the certificate");
  if (stored.value("instance_sha256", json()) != json(sha256_hex(instance_bytes))) {
    rejected = "instance.toml is not the file that was certified (its SHA-256 differs)";
    return finish();
  }
  const std::string network_sha256 = sha256_hex(network_bytes);
  if (stored.value("network_sha256", json()) != json(network_sha256)) {
    rejected = network_file.filename().string() + " is not the file that was certified (its SHA-256 differs)";
    return finish();
  }
  Instance instance = read_instance(folder / "instance.toml");
  for (std::filesystem::path *samples : {&instance.image, &instance.table}) {
    if (!samples->empty()) { // the copy that stands in the result
      *samples = folder / ("samples" + samples->extension().string());
      if (stored.value("samples_sha256", json()) !=
          json(sha256_hex(read_bytes(*samples, "the samples that were certified")))) {
        rejected = samples->filename().string() + " is not the file that was certified (its SHA-256 differs)";
        return finish();
      }
    }
  }
  const Target target = make_target(instance);
  const std::string network_name = network_file.string();
  const Network network = parse_network(network_bytes, network_name);
  CertifyOptions options;
  if (stored.contains("boxes") && stored["boxes"].is_number_unsigned()) {
    options.boxes = stored["boxes"].get<std::size_t>();
  }
  options.progress = [&](int level) {
    stop_if_interrupted();
    show_progress(arguments.quiet, fmt::format("checking level {} of {}", level, instance.depth));
  };
  const Certificate again = certify(instance, target, network, network_name, options);
  json found = certificate_json(again, sha256_hex(instance_bytes), network_sha256);
  // Certificates from before there were two forms name no file: theirs is network.json.
  if (stored.contains("network_file") || network_file.filename() != "network.json") {
    found["network_file"] = network_file.filename().string();
  }
  for (const char *key : {"boxes", "samples_sha256"}) {
    if (stored.contains(key)) {
      found[key] = stored[key]; // read above, not computed
    }
  }
  show_progress(arguments.quiet, "");
  rejected = first_difference(stored, found, "");
  if (rejected.empty()) {
    rejected = compare_with_layers(network, network_name, compared);
  }
  if (rejected.empty() && !again.all_certified()) {
    rejected = "the certificate is genuine, and not every level of it is certified";
  }
  return finish();
}

} // namespace layercert::cli
