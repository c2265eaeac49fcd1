#include "commands.hpp"
#include "output_colour.hpp"
#include "progress.hpp"
#include "result_files.hpp"
#include "threads.hpp"

#include "check.hpp"

#include "layercert/certify/result_folder.hpp"
#include "layercert/error.hpp"
#include "layercert/network/direct_evaluator.hpp"
#include "layercert/network/network_file.hpp"
#include "layercert/numeric/file_bytes.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "layercert/target/target_from_bytes.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <cmath>
#include <stdexcept>

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

// What a check finds wrong with a result, as against files that cannot be read.
class Rejected : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

std::string not_certified(const std::string &file) {
  return file + " is not the file that was certified (its SHA-256 differs)";
}

// Says nothing about the result: it could not be looked at.
class CannotCheck : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

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

// Throws Rejected; InputError for a file that is the one named and still none that could have been certified; CannotCheck.
// Returns how many cells were compared layer by layer.
std::uint64_t verify(const ResultFiles &result, Progress &progress) {
  const json &stored = result.certificate;
  if (const std::string altered = altered_file(result); !altered.empty()) {
    throw Rejected(not_certified(altered));
  }
  Instance instance =
      parse_instance(result.instance_bytes, (result.folder / "instance.toml").string(), result.folder);
  try {
    cell_count_or_throw(instance, physical_memory_bytes());
  } catch (const InputError &error) {
    throw CannotCheck(error.what());
  }
  std::string sample_bytes;
  for (std::filesystem::path *samples : {&instance.image, &instance.table}) {
    if (!samples->empty()) { // the copy that stands in the result
      *samples = result.folder / ("samples" + samples->extension().string());
      try {
        sample_bytes = read_regular_bytes(*samples, "the samples that were certified");
      } catch (const InputError &error) {
        throw CannotCheck(error.what());
      }
      if (stored.value("samples_sha256", json()) != json(sha256_hex(sample_bytes))) {
        throw Rejected(not_certified(samples->filename().string()));
      }
    }
  }
  progress.phase("reading the target and the network");
  const Target target = make_target(instance, sample_bytes);
  const std::string network_name = result.network_file.string();
  const Network network = parse_network(result.network_bytes, network_name);
  CertifyOptions options;
  const json boxes = stored.value("boxes", json());
  if (!boxes.is_number_unsigned() || boxes.get<std::uint64_t>() == 0 ||
      boxes.get<std::uint64_t>() > most_boxes()) {
    throw Rejected(fmt::format("certificate.json: /boxes is {}; expected a number from 1 to {}", boxes.dump(),
                               most_boxes()));
  }
  options.boxes = boxes.get<std::size_t>();
  const json tolerance = stored.value("tolerance", json());
  if (!tolerance.is_number() || !(tolerance.get<double>() > 0 && tolerance.get<double>() <= 1)) {
    throw Rejected(fmt::format("certificate.json: /tolerance is {}; expected a number above 0 and at most 1",
                               tolerance.dump()));
  }
  options.tolerance = tolerance.get<double>();
  options.list_subdivisions = stored.contains("subdivisions");
  if (stored.contains("accuracy")) { // the network may be cut at the level that reaches it
    const json wanted = stored["accuracy"].is_object() ? stored["accuracy"].value("wanted", json()) : json();
    const std::optional<mpq_class> accuracy =
        wanted.is_string() ? positive_number(wanted.get<std::string>()) : std::nullopt;
    if (!accuracy) {
      throw Rejected(fmt::format(
          "certificate.json: /accuracy/wanted is {}; expected a number above 0 as a string", wanted.dump()));
    }
    options.accuracy = *accuracy;
    instance.depth = std::min(instance.depth, network.depth);
  }
  progress.phase("decoding the network");
  options.progress = [&](int level) { progress.level("checking", level, instance); };
  const Certificate again = certify(instance, target, network, network_name, options);
  json found = certificate_json(again, sha256_hex(result.instance_bytes), sha256_hex(result.network_bytes));
  found["network_file"] = result.network_file.filename().string();
  found["boxes"] = options.boxes; // read above, not computed
  if (options.list_subdivisions) {
    found["subdivisions"] = again.subdivisions_suffice;
  }
  if (target.samples() != nullptr) {
    found["samples_sha256"] = stored["samples_sha256"];
  }
  if (const std::string difference = first_difference(stored, found, ""); !difference.empty()) {
    throw Rejected("certificate.json: " + difference);
  }
  progress.phase("comparing with the layers");
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

struct Verdict {
  std::string reason; // of a rejection; empty: accepted
  std::uint64_t cells_compared = 0;
};

Verdict certify_anew(const ResultFiles &result, Progress &progress) {
  Verdict verdict;
  try {
    verdict.cells_compared = verify(result, progress);
  } catch (const Rejected &rejected) {
    verdict.reason = rejected.what();
  } catch (const InputError &error) {
    verdict.reason = error.what();
    verdict.reason = verdict.reason.substr(0, verdict.reason.find('\n'));
  }
  return verdict;
}

// layercert-verified stands beside this program. It takes the place of this process: its output and exit status are the answer.
[[noreturn]] void become_verified_checker(const std::filesystem::path &folder) {
  const std::filesystem::path program =
      std::filesystem::read_symlink("/proc/self/exe").replace_filename("layercert-verified");
  execl(program.c_str(), program.c_str(), folder.c_str(), nullptr);
  throw InputError(program.string(), 0, "cannot be run; expected the checker that scripts/verified builds");
}

} // namespace

int check_command(const CheckArguments &arguments) {
  if (arguments.verified) {
    become_verified_checker(arguments.folder);
  }
  const ThreadLimit threads(arguments.threads);
  Progress progress(arguments.quiet);
  const ResultFiles result = read_result(arguments.folder);
  const std::string certificate = (arguments.folder / "certificate.json").string();
  // The independent checker where the certificate says that it lists what that needs.
  checker::Report proof;
  proof.unknown = true;
  proof.reason = arguments.anew ? "--anew" : "the certificate does not list how its integrals were cut";
  if (!arguments.anew && result.certificate.value("subdivisions", json()) == json(true)) {
    progress.phase("proving again, independently");
    proof = checker::check(arguments.folder, arguments.threads, [&](const checker::Step &step) {
      Instance sizes;
      sizes.dimension = step.dimension;
      sizes.N = step.N;
      sizes.depth = step.depth;
      progress.level("proving again, independently,", step.level, sizes);
    });
  }
  Verdict verdict{proof.reason};
  if (proof.unknown) {
    verdict = certify_anew(result, progress);
  }
  progress.clear();
  const bool accepted = verdict.reason.empty();
  const std::string yes = painted("accepted", Status::Certified, output_colour());
  if (arguments.json) {
    fmt::print("{}\n", json{{"accepted", accepted},
                            {"reason", verdict.reason},
                            {"independent", !proof.unknown},
                            {"lines", proof.unknown ? std::vector<std::string>() : proof.lines},
                            {"cells_compared", verdict.cells_compared}}
                           .dump(2, ' ', false, json::error_handler_t::replace));
  } else if (!accepted) {
    fmt::print("{}: {}\n", painted("rejected", Status::Refuted, output_colour()), verdict.reason);
  } else if (proof.unknown) {
    fmt::print(
        "{}: every number of {} was found again by the program that made it; {} cells agree layer by layer\n"
        "not by the independent checker: {}\n",
        yes, certificate, verdict.cells_compared, proof.reason);
  } else {
    fmt::print("{}: every verdict of {} is proved again, by the independent checker\n{}\n"
               "this program runs it beside the rest of layercert and TBB; layercert-check is the same "
               "checker alone\n",
               yes, certificate, fmt::join(proof.lines, "\n"));
  }
  return accepted ? 0 : 1;
}

} // namespace layercert::cli
