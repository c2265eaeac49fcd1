#include "recertify.hpp"

#include "function/target_from_bytes.hpp"
#include "instance/memory_estimate.hpp"
#include "layercert/certify/certify.hpp"
#include "layercert/error.hpp"
#include "layercert/network/direct_evaluator.hpp"
#include "layercert/network/network_file.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/file_bytes.hpp"
#include "numeric/sha256.hpp"
#include "result/certificate_document.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <stdexcept>

namespace layercert {

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

// The tree's values against the layers themselves, at cell centres. Returns "" or the first cell that
// disagrees.
std::string compare_with_layers(const Network &network, const std::string &name, std::uint64_t &compared) {
  const UpwardScope upward;
  const LevelValues values = decode_levels(extract_parameters(network, name), name);
  std::uint64_t cells = 1;
  for (int l = 1; l <= network.depth; ++l) {
    for (std::size_t j = 0; j < network.dimension; ++j) {
      cells *= static_cast<std::uint64_t>(network.N);
    }
    const mpfr_prec_t precision = sufficient_precision(network, l, kOutputBits);
    if (precision > 200000) {
      break; // minutes a cell: the levels below have been compared
    }
    const std::uint64_t count = std::min<std::uint64_t>(cells, cells <= kDirectCells ? kDirectCells : 8);
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t k = cells <= kDirectCells ? i : (i * cells) / count + i * 7 % (cells / count);
      std::vector<mpq_class> point(network.dimension);
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
        x += width / 3; // inside the cell
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

// What is wrong with a result, as against files that cannot be read.
class Rejected : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

std::string not_certified(const std::string &file) {
  return file + " is not the file that was certified (its SHA-256 differs)";
}

std::string name_levels(const Certificate &certificate) {
  std::string names;
  for (const LevelCertificate &level : certificate.levels) {
    if (level.status != Status::Certified) {
      names += fmt::format("{}level {} {}", names.empty() ? "" : ", ", level.level, name_of(level.status));
    } else if (level.hoelder_bound_lower && level.hoelder_status != Status::Certified) {
      names += fmt::format("{}level {} {} as to Hoelder", names.empty() ? "" : ", ", level.level,
                           name_of(level.hoelder_status));
    }
  }
  return names;
}

// Throws Rejected; InputError for a file that is the one named and still none that could have been certified;
// std::runtime_error where nothing can be said. Returns how many cells were compared layer by layer.
std::uint64_t verify(const ResultFiles &result, std::size_t most_boxes, const RecertifyProgress &progress) {
  const json &stored = result.certificate;
  if (const std::string altered = altered_file(result); !altered.empty()) {
    throw Rejected(not_certified(altered));
  }
  Instance instance =
      parse_instance(result.instance_bytes, (result.folder / "instance.toml").string(), result.folder);
  try {
    cell_count_or_throw(instance, physical_memory_bytes());
  } catch (const InputError &error) {
    throw std::runtime_error(error.what());
  }
  std::string sample_bytes;
  for (std::filesystem::path *samples : {&instance.image, &instance.table}) {
    if (!samples->empty()) { // the copy that stands in the result
      *samples = result.folder / ("samples" + samples->extension().string());
      try {
        sample_bytes = read_regular_bytes(*samples, "the samples that were certified");
      } catch (const InputError &error) {
        throw std::runtime_error(error.what());
      }
      if (stored.value("samples_sha256", json()) != json(sha256_hex(sample_bytes))) {
        throw Rejected(not_certified(samples->filename().string()));
      }
    }
  }
  progress(RecertifyPhase::Reading, 0, instance);
  const Target target = make_target(instance, sample_bytes);
  const std::string network_name = result.network_file.string();
  const Network network = parse_network(result.network_bytes, network_name);
  CertifyOptions options;
  const StoredOptions made_with = read_options(stored, "certificate.json", most_boxes);
  options.effort = effort_named(made_with.effort, "certificate.json: /effort").name;
  options.boxes = made_with.boxes;
  options.tolerance = made_with.tolerance;
  options.list_subdivisions = made_with.lists_subdivisions;
  options.accuracy = made_with.accuracy;
  if (options.accuracy) { // the network may be cut at the level that reaches it
    instance.depth = std::min(instance.depth, network.depth);
  }
  progress(RecertifyPhase::Decoding, 0, instance);
  options.progress = [&](CertifyStep step, int level) {
    progress(step == CertifyStep::Deciding     ? RecertifyPhase::Certifying
             : step == CertifyStep::Sharpening ? RecertifyPhase::Sharpening
                                               : RecertifyPhase::Listing,
             level, instance);
  };
  const Certificate again = certify(instance, target, network, network_name, options);
  // The options and the sum of the samples were compared above. Another version of the program may find the
  // same.
  json found = certificate_json(again, instance,
                                {sha256_hex(result.instance_bytes), sha256_hex(result.network_bytes),
                                 result.network_file.filename().string(),
                                 target.samples() != nullptr ? sha256_hex(sample_bytes) : std::string(),
                                 options.boxes, options.list_subdivisions});
  if (stored.contains("version") && stored["version"].is_string()) {
    found["version"] = stored["version"];
  }
  if (const std::string difference = first_difference(stored, found, ""); !difference.empty()) {
    throw Rejected("certificate.json: " + difference);
  }
  progress(RecertifyPhase::Comparing, 0, instance);
  std::uint64_t compared = 0;
  if (const std::string difference = compare_with_layers(network, network_name, compared);
      !difference.empty()) {
    throw Rejected(difference);
  }
  if (again.accuracy && again.accuracy->level == 0) {
    throw Rejected(
        "the certificate is genuine, but no level has a certified error within the wanted accuracy");
  }
  if (!again.all_certified()) {
    throw Rejected("the certificate is genuine, but not everything in it is certified: " +
                   name_levels(again));
  }
  return compared;
}

} // namespace

Recertification recertify(const ResultFiles &result, std::size_t most_boxes,
                          const RecertifyProgress &progress) {
  Recertification found;
  try {
    found.cells_compared = verify(result, most_boxes, progress);
  } catch (const Rejected &rejected) {
    found.rejection = rejected.what();
  } catch (const InputError &error) {
    found.rejection = error.what();
    found.rejection = found.rejection.substr(0, found.rejection.find('\n'));
  }
  return found;
}

} // namespace layercert
