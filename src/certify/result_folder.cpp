#include "layercert/certify/result_folder.hpp"

#include "layercert/error.hpp"
#include "layercert/numeric/dyadic.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <cmath>
#include <fstream>

namespace layercert {

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

// A bound exactly, as a hexadecimal float, and for people beside it; "inf" where there is none.
void put(json &object, const std::string &key, double bound) {
  object[key] = std::isinf(bound) ? std::string("inf") : Dyadic::from_double(bound).to_string();
  object[key + "_decimal"] = fmt::format("{:.10g}", bound);
}

} // namespace

json certificate_json(const Certificate &certificate, const std::string &instance_sha256,
                      const std::string &network_sha256) {
  const Architecture &a = certificate.architecture;
  json root{{"format", "layercert-certificate-1"},
            {"instance_sha256", instance_sha256},
            {"network_sha256", network_sha256},
            {"architecture",
             {{"width", a.width},
              {"theorem_width", a.theorem_width},
              {"units_used", a.units_used},
              {"hidden_layers", a.hidden_layers},
              {"parameters", a.parameters},
              {"sine_units", a.sine_units}}},
            {"levels", json::array()}};
  for (const LevelCertificate &level : certificate.levels) {
    json entry{{"level", level.level},
               {"cells", level.cells},
               {"boxes", level.boxes},
               {"status", name_of(level.status)}};
    put(entry, "error_upper", level.error_upper);
    put(entry, "error_lower", level.error_lower);
    put(entry, "modulus_lower", level.modulus_lower);
    put(entry, "modulus_upper", level.modulus_upper);
    put(entry, "bound", level.bound_lower);
    put(entry, "ratio_upper", level.ratio_upper);
    entry["shift"] = json::array();
    for (const double h : level.shift) {
      entry["shift"].push_back(Dyadic::from_double(h).to_string());
    }
    if (level.hoelder_bound_lower) {
      put(entry, "hoelder_bound", *level.hoelder_bound_lower);
      entry["hoelder_status"] = name_of(level.hoelder_status);
    }
    if (level.status != Status::Certified) {
      entry["reason"] = level.reason;
      entry["worst_cells"] = json::array();
      for (const CellShare &cell : level.worst_cells) {
        json share{{"cell", cell.cell}};
        put(share, "share_upper", cell.share_upper);
        entry["worst_cells"].push_back(std::move(share));
      }
    }
    root["levels"].push_back(std::move(entry));
  }
  return root;
}

PendingFolder::PendingFolder(const fs::path &target) : target_(fs::absolute(target).lexically_normal()) {
  if (!target_.has_filename()) {
    target_ = target_.parent_path(); // "out/" is "out"
  }
  std::error_code error;
  if (fs::exists(target_, error) && !fs::exists(target_ / "certificate.json", error) &&
      !(fs::is_directory(target_, error) && fs::is_empty(target_, error))) {
    throw InputError(target.string(), 0,
                     "exists and holds no certificate.json; expected a new folder, or a former result");
  }
  fs::create_directories(target_.parent_path(), error);
  temporary_ = target_.parent_path() / fmt::format(".{}.partial-{}", target_.filename().string(), ::getpid());
  if (error || !fs::create_directory(temporary_, error)) {
    const std::string why = error ? error.message() : "it exists";
    temporary_.clear();
    throw InputError(target.string(), 0,
                     "the output folder cannot be written (" + why + "); choose another --out");
  }
}

PendingFolder::~PendingFolder() {
  std::error_code ignored;
  if (!temporary_.empty()) {
    fs::remove_all(temporary_, ignored);
  }
}

void PendingFolder::write(const std::string &name, std::string_view bytes) const {
  std::ofstream out(temporary_ / name, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) {
    throw InputError((target_ / name).string(), 0, "cannot be written (disk full?)");
  }
}

void PendingFolder::commit() {
  const fs::path old = temporary_.string() + ".old";
  std::error_code error;
  if (fs::exists(target_)) {
    fs::rename(target_, old, error);
  }
  if (!error) {
    fs::rename(temporary_, target_, error);
  }
  if (error) {
    std::error_code ignored;
    if (fs::exists(old, ignored)) {
      fs::rename(old, target_, ignored); // the former result comes back
    }
    throw InputError(target_.string(), 0, "the output folder cannot be written (" + error.message() + ")");
  }
  temporary_.clear();
  fs::remove_all(old, error);
}

} // namespace layercert
