#include "certificate_document.hpp"

#include "bound_json.hpp"
#include "layercert/numeric/dyadic.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/relative_width.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace layercert {

namespace {

using nlohmann::json;

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
    put_bound(entry, "constant_upper", corollary->constant_upper);
    if (!corollary->subdivision.empty()) {
      entry["hypothesis_subdivision"] = corollary->subdivision;
    }
  }
  for (const LevelCertificate &level : certificate.levels) {
    json entry{{"level", level.level},
               {"cells", level.cells},
               {"boxes", level.boxes},
               {"status", name_of(level.status)}};
    put_bound(entry, "error_upper", level.error_upper);
    put_bound(entry, "error_lower", level.error_lower);
    entry["modulus_boxes"] = level.modulus_boxes;
    put_bound(entry, "modulus_lower", level.modulus_lower);
    put_bound(entry, "modulus_upper", level.modulus_upper);
    put_bound(entry, "bound", level.bound_lower);
    put_bound(entry, "ratio_upper", level.ratio_upper);
    put_bound(entry, "ratio_lower", level.ratio_lower);
    put_bound(entry, "error_width", width_of(level.error_lower, level.error_upper));
    put_bound(entry, "modulus_width", width_of(level.modulus_lower, level.modulus_upper));
    put_bound(entry, "projection_bound", level.projection_upper);
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
      put_bound(entry, "hoelder_bound", *level.hoelder_bound_lower);
      entry["hoelder_status"] = name_of(level.hoelder_status);
    }
    if (level.status != Status::Certified) {
      entry["reason"] = level.reason;
      entry["worst_cells"] = json::array();
      for (const CellShare &cell : level.worst_cells) {
        json share{{"cell", cell.cell}};
        put_bound(share, "share_upper", cell.share_upper);
        entry["worst_cells"].push_back(std::move(share));
      }
    }
    root["levels"].push_back(std::move(entry));
  }
  return root;
}

} // namespace layercert
