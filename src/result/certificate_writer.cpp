#include "certificate_document.hpp"

#include "layercert/numeric/dyadic.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/relative_width.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace layercert {

namespace {

using nlohmann::json;

// A bound exactly, as a hexadecimal float, and the same double as a number beside it; "inf" where there is
// none.
void put(json &object, const std::string &key, double bound) {
  object[key] = std::isinf(bound) ? std::string("inf") : Dyadic::from_double(bound).to_string();
  object[key + "_decimal"] = std::isinf(bound) ? json("inf") : json(bound);
}

// Rounded up, in whatever mode the thread is: texts are written in round-to-nearest.
double width_upper(double lower, double upper) {
  const UpwardScope upward;
  return relative_width_upper(lower, upper);
}

} // namespace

json certificate_json(const Certificate &certificate, const Instance &instance,
                      const CertificateContext &context) {
  const Architecture &a = certificate.architecture;
  json root{{"format", "layercert-certificate-1"},
            {"instance_sha256", context.instance_sha256},
            {"network_sha256", context.network_sha256},
            {"architecture",
             {{"width", a.width},
              {"theorem_width", a.theorem_width},
              {"units_used", a.units_used},
              {"hidden_layers", a.hidden_layers},
              {"parameters", a.parameters},
              {"sine_units", a.sine_units}}},
            {"levels", json::array()}};
  root["version"] = LAYERCERT_VERSION;
  root["verdict"] = name_of(certificate.verdict());
  root["d"] = instance.dimension;
  root["N"] = instance.N;
  root["p"] = instance.p.get_str();
  root["norm"] = name_of(instance.norm);
  if (!instance.expression.empty()) {
    root["expression"] = instance.expression;
  }
  if (certificate.effort != kDefaultEffort) {
    root["effort"] = certificate.effort;
  }
  root["tolerance"] = certificate.tolerance;
  if (!context.network_file.empty()) {
    root["network_file"] = context.network_file;
  }
  if (context.boxes != 0) {
    root["boxes"] = context.boxes;
  }
  if (context.lists_subdivisions) {
    root["subdivisions"] = certificate.subdivisions_suffice;
  }
  if (!context.samples_sha256.empty()) {
    root["samples_sha256"] = context.samples_sha256;
  }
  if (certificate.accuracy) {
    root["accuracy"] = {{"wanted", certificate.accuracy->accuracy.get_str()},
                        {"level", certificate.accuracy->level},
                        {"smallest_proved", certificate.accuracy->smallest_proved}};
  }
  if (const std::optional<HoelderCorollary> &corollary = certificate.hoelder) {
    json &entry = root["hoelder"];
    entry["lambda"] = corollary->lambda.get_str();
    entry["alpha"] = corollary->alpha.get_str();
    entry["hypothesis"] = corollary->verified ? "verified" : "assumed";
    put(entry, "constant_upper", corollary->constant_upper);
    if (!corollary->subdivision.empty()) {
      entry["hypothesis_subdivision"] = corollary->subdivision;
    }
  }
  for (const LevelCertificate &level : certificate.levels) {
    json entry{{"level", level.level},
               {"cells", level.cells},
               {"boxes", level.boxes},
               {"status", name_of(level.status)}};
    put(entry, "error_upper", level.error_upper);
    put(entry, "error_lower", level.error_lower);
    entry["modulus_boxes"] = level.modulus_boxes;
    put(entry, "modulus_lower", level.modulus_lower);
    put(entry, "modulus_upper", level.modulus_upper);
    put(entry, "bound", level.bound_lower);
    put(entry, "ratio_upper", level.ratio_upper);
    put(entry, "ratio_lower", level.ratio_lower);
    put(entry, "error_width", width_upper(level.error_lower, level.error_upper));
    put(entry, "modulus_width", width_upper(level.modulus_lower, level.modulus_upper));
    put(entry, "projection_bound", level.projection_upper);
    entry["shift"] = json::array();
    for (const double h : level.shift) {
      entry["shift"].push_back(Dyadic::from_double(h).to_string());
    }
    if (!level.error_subdivision.empty()) {
      entry["error_subdivision"] = level.error_subdivision;
    }
    if (!level.modulus_subdivision.empty()) {
      entry["modulus_subdivision"] = level.modulus_subdivision;
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

} // namespace layercert
