#include "regress_files.hpp"

#include "result/read_json.hpp"

#include "instance/nearest_name.hpp"
#include "layercert/error.hpp"
#include "numeric/exact_double.hpp"
#include "numeric/file_bytes.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace layercert::cli {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char *kCertificate = "certificate.json";
constexpr const char *kStability = "stability.json";
constexpr const char *kTiming = "timing.json";

std::string read_text(const json &object, const char *key, const std::string &name) {
  const json value = object.value(key, json());
  if (!value.is_string()) {
    throw InputError(name, 0,
                     fmt::format("\"{}\": found {}; expected a text", key, value.dump().substr(0, 60)));
  }
  return value.get<std::string>();
}

Status read_status(const json &level, const char *key, const std::string &name) {
  const std::string text = read_text(level, key, name);
  for (const Status status : {Status::Certified, Status::Refuted, Status::Undecided}) {
    if (text == name_of(status)) {
      return status;
    }
  }
  throw InputError(
      name, 0,
      fmt::format("\"{}\": found \"{}\"; expected \"certified\", \"refuted\" or \"undecided\"", key, text));
}

json read_object(const fs::path &file, const char *format) {
  const json root = parse_json(read_bytes(file, "a file of a result"), file.string());
  if (!root.is_object() || (format != nullptr && root.value("format", json()) != json(format))) {
    throw InputError(file.string(), 0,
                     format != nullptr ? fmt::format("expected an object with \"format\": \"{}\"", format)
                                       : "expected an object");
  }
  return root;
}

const json &levels_of(const json &&, const std::string &) = delete; // would not outlive it
const json &levels_of(const json &root, const std::string &name) {
  const auto levels = root.find("levels");
  if (levels == root.end() || !levels->is_array() ||
      !std::all_of(levels->begin(), levels->end(), [](const json &level) { return level.is_object(); })) {
    throw InputError(name, 0, "expected \"levels\", an array of objects");
  }
  return *levels;
}

double read_bound(const json &level, const char *key, const std::string &name) {
  const json value = level.value(key, json());
  if (value == json("inf")) {
    return std::numeric_limits<double>::infinity();
  }
  if (value.is_string()) {
    if (const std::optional<double> exact = exact_double(value.get<std::string>())) {
      return *exact;
    }
  }
  throw InputError(name, 0,
                   fmt::format("\"{}\" of a level: found {}; expected a double as a hexadecimal float", key,
                               value.dump().substr(0, 60)));
}

// A verdict that the numbers beside it deny is no verdict.
void require_bound_of(Status status, const char *status_key, const char *bound_key, const json &level,
                      double error_upper, const std::string &name) {
  if (status == Status::Certified && !(error_upper <= read_bound(level, bound_key, name))) {
    throw InputError(
        name, 0,
        fmt::format("\"{}\" of a level is \"certified\", but its \"error_upper\" is above \"{}\"", status_key,
                    bound_key));
  }
}

void read_accuracy_and_hypothesis(const json &certificate, const std::string &name, ResultFacts &facts) {
  if (const auto accuracy = certificate.find("accuracy"); accuracy != certificate.end()) {
    if (!accuracy->is_object() || !accuracy->value("level", json()).is_number_integer()) {
      throw InputError(name, 0, "\"accuracy\": expected an object with a whole number \"level\"");
    }
    facts.accuracy_reached = (*accuracy)["level"] != json(0);
  }
  if (const auto hoelder = certificate.find("hoelder"); hoelder != certificate.end()) {
    const json hypothesis = hoelder->is_object() ? hoelder->value("hypothesis", json()) : json();
    if (hypothesis != json("verified") && hypothesis != json("assumed")) {
      throw InputError(name, 0, "\"hypothesis\" of \"hoelder\": expected \"verified\" or \"assumed\"");
    }
    facts.hypothesis_verified = hypothesis == json("verified");
  }
}

std::optional<long> read_least_bits(const json &level, const std::string &name) {
  const json bits = level.value("least_bits", json());
  if (!bits.is_null() && !bits.is_number_integer()) {
    throw InputError(name, 0,
                     fmt::format("\"least_bits\": found {}; expected a number or null", bits.dump()));
  }
  return bits.is_null() ? std::nullopt : std::optional(bits.get<long>());
}

double read_seconds(const fs::path &file) {
  const json seconds = read_object(file, nullptr).value("seconds", json());
  if (!seconds.is_number() || !(seconds.get<double>() >= 0)) {
    throw InputError(
        file.string(), 0,
        fmt::format("\"seconds\": found {}; expected a number that is not negative", seconds.dump()));
  }
  return seconds.get<double>();
}

ResultFacts read_facts(const fs::path &folder, const std::string &result) {
  ResultFacts facts;
  facts.name = result;
  const std::string name = (folder / kCertificate).string();
  const json certificate = read_object(folder / kCertificate, "layercert-certificate-1");
  read_accuracy_and_hypothesis(certificate, name, facts);
  facts.instance_sha256 = read_text(certificate, "instance_sha256", name);
  facts.network_sha256 = read_text(certificate, "network_sha256", name);
  for (const json &level : levels_of(certificate, name)) {
    LevelFacts &found = facts.levels.emplace_back();
    found.level = static_cast<int>(facts.levels.size());
    if (level.value("level", json()) != json(found.level)) {
      throw InputError(name, 0,
                       fmt::format("\"level\": found {}; expected {}, as levels stand in their order",
                                   level.value("level", json()).dump().substr(0, 60), found.level));
    }
    found.status = read_status(level, "status", name);
    if (level.contains("hoelder_status")) {
      found.hoelder_status = read_status(level, "hoelder_status", name);
    }
    found.error_lower = read_bound(level, "error_lower", name);
    found.error_upper = read_bound(level, "error_upper", name);
    found.modulus_lower = read_bound(level, "modulus_lower", name);
    found.modulus_upper = read_bound(level, "modulus_upper", name);
    found.ratio_upper = read_bound(level, "ratio_upper", name);
    require_bound_of(found.status, "status", "bound", level, found.error_upper, name);
    if (found.hoelder_status) {
      require_bound_of(*found.hoelder_status, "hoelder_status", "hoelder_bound", level, found.error_upper,
                       name);
    }
  }
  if (facts.levels.empty()) {
    throw InputError(name, 0, "\"levels\" is empty; expected one level at least");
  }
  if (fs::exists(folder / kStability)) {
    const std::string stability = (folder / kStability).string();
    const json profile = read_object(stability, "layercert-stability-1");
    facts.least_bits.emplace();
    for (const json &level : levels_of(profile, stability)) {
      facts.least_bits->push_back(read_least_bits(level, stability));
    }
  }
  if (fs::exists(folder / kTiming)) {
    facts.seconds = read_seconds(folder / kTiming);
  }
  return facts;
}

// What a killed run has left beside its place.
bool is_leftover(const fs::path &folder) {
  const std::string name = folder.filename().string();
  return name.starts_with(".") && name.find(".partial-") != std::string::npos;
}

// The folders that a change needs and that are not there, made; removed again unless they are kept.
class NewFolders {
public:
  NewFolders() = default;
  NewFolders(const NewFolders &) = delete;
  NewFolders &operator=(const NewFolders &) = delete;
  ~NewFolders() {
    for (auto folder = made_.rbegin(); folder != made_.rend(); ++folder) {
      std::error_code ignored;
      fs::remove(*folder, ignored); // if it is empty
    }
  }
  void make(const fs::path &folder) {
    std::error_code error;
    if (fs::is_directory(folder, error)) {
      return;
    }
    if (const fs::path parent = folder.parent_path(); !parent.empty() && parent != folder) {
      make(parent);
    }
    if (fs::create_directory(folder, error)) {
      made_.push_back(folder);
    } else if (error || !fs::is_directory(folder)) {
      throw InputError(folder.string(), 0,
                       fmt::format("the folder cannot be made ({}); expected a place for a baseline",
                                   error ? error.message() : "there is a file of this name"));
    }
  }
  void keep() { made_.clear(); }

private:
  std::vector<fs::path> made_;
};

} // namespace

std::vector<ResultFacts> read_results_if_any(const fs::path &folder) {
  if (!fs::exists(folder)) {
    return {};
  }
  if (!fs::is_directory(folder)) {
    throw InputError(folder.string(), 0, "is no folder; expected a result, or a folder of results");
  }
  if (fs::exists(folder / kCertificate)) {
    return {read_facts(folder, "")};
  }
  std::set<fs::path> found;
  for (auto entry = fs::recursive_directory_iterator(folder); entry != fs::recursive_directory_iterator();
       ++entry) {
    if (entry->is_directory() && is_leftover(entry->path())) {
      entry.disable_recursion_pending();
    } else if (entry->path().filename() == kCertificate) {
      found.insert(entry->path().parent_path());
    }
  }
  std::vector<ResultFacts> results;
  for (const fs::path &result : found) {
    results.push_back(read_facts(result, fs::relative(result, folder).string()));
  }
  return results;
}

std::vector<ResultFacts> read_results(const fs::path &folder) {
  if (!fs::exists(folder)) {
    throw InputError(folder.string(), 0, "is no folder; expected a result, or a folder of results");
  }
  std::vector<ResultFacts> results = read_results_if_any(folder);
  if (results.empty()) {
    throw InputError(folder.string(), 0,
                     "holds no certificate.json; expected a result, or a folder of results");
  }
  return results;
}

void accept_results(const fs::path &baseline, const std::vector<ResultFacts> &former, const fs::path &now,
                    const std::vector<ResultFacts> &latter) {
  std::vector<FileBytes> files;
  std::vector<fs::path> outdated;
  for (const ResultFacts &result : latter) {
    const auto before = std::find_if(former.begin(), former.end(),
                                     [&](const ResultFacts &one) { return one.name == result.name; });
    const bool other_instance = before != former.end() && before->instance_sha256 != result.instance_sha256;
    for (const char *part : {kCertificate, kStability, kTiming}) {
      const fs::path from = now / result.name / part;
      const fs::path to = baseline / result.name / part;
      if (fs::exists(from)) {
        files.push_back({to, read_bytes(from, "a file of a result")});
      } else if (other_instance) {
        outdated.push_back(to);
      }
    }
  }
  NewFolders folders;
  for (const FileBytes &one : files) {
    folders.make(one.file.parent_path());
  }
  write_bytes(files);
  folders.keep();
  for (const fs::path &file : outdated) {
    std::error_code ignored;
    fs::remove(file, ignored);
  }
}

RegressionThresholds read_thresholds(const fs::path &file) {
  const std::string name = file.string();
  const std::string text = read_bytes(file, "thresholds in TOML");
  toml::table root;
  try {
    root = toml::parse(std::string_view(text), std::string_view(name));
  } catch (const toml::parse_error &error) {
    throw InputError(name, error.source().begin.line, fmt::format("TOML syntax: {}", error.description()));
  }
  RegressionThresholds thresholds;
  const std::vector<std::pair<std::string_view, double *>> keys = {
      {"ratio", &thresholds.ratio}, {"width", &thresholds.width}, {"width_floor", &thresholds.width_floor},
      {"bits", &thresholds.bits},   {"time", &thresholds.time},   {"time_floor", &thresholds.time_floor}};
  std::vector<std::string_view> names;
  for (const auto &[key, value] : keys) {
    names.push_back(key);
  }
  for (const auto &[key, node] : root) {
    const std::size_t line = key.source().begin.line;
    const auto known = std::find(names.begin(), names.end(), key.str());
    if (known == names.end()) {
      throw InputError(name, line,
                       fmt::format("unknown key \"{}\"; {}", key.str(), suggestion(key.str(), names)));
    }
    const double value = node.is_number() ? node.value<double>().value_or(-1) : -1;
    const double least = *known == "time" ? 1 : 0; // a factor
    if (!(value >= least) || !std::isfinite(value)) {
      throw InputError(name, line,
                       fmt::format("\"{}\": expected a number that is at least {}", key.str(), least));
    }
    *keys[static_cast<std::size_t>(known - names.begin())].second = value;
  }
  return thresholds;
}

} // namespace layercert::cli
