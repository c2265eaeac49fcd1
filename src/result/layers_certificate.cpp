#include "layers_certificate.hpp"

#include "bound_json.hpp"
#include "layercert/numeric/dyadic.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/relative_width.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

using nlohmann::json;

json readout_json(const ReadoutCertificate &readout, bool claim) {
  const LevelCertificate &level = readout.level;
  json entry{{"readout", readout.name}, {"status", name_of(level.status)}, {"boxes", level.boxes}};
  put_bound(entry, "error_lower", level.error_lower);
  put_bound(entry, "error_upper", level.error_upper);
  put_bound(entry, "error_width", width_of(level.error_lower, level.error_upper));
  if (readout.sup) {
    put_bound(entry, "sup_lower", readout.sup->first);
    put_bound(entry, "sup_upper", readout.sup->second);
  }
  if (claim) {
    entry["level"] = level.level;
    put_bound(entry, "modulus_lower", level.modulus_lower);
    put_bound(entry, "modulus_upper", level.modulus_upper);
    put_bound(entry, "modulus_width", width_of(level.modulus_lower, level.modulus_upper));
    put_bound(entry, "bound", level.bound_lower);
    put_bound(entry, "ratio_upper", level.ratio_upper);
    put_bound(entry, "ratio_lower", level.ratio_lower);
    entry["modulus_boxes"] = level.modulus_boxes;
    entry["shift"] = json::array();
    for (const double h : level.shift) {
      entry["shift"].push_back(Dyadic::from_double(h).to_string());
    }
  }
  if (level.status != Status::Certified) {
    entry["reason"] = level.reason;
  } else {
    entry["error_subdivision"] = level.error_subdivision;
    if (claim) {
      entry["modulus_subdivision"] = level.modulus_subdivision;
    }
  }
  entry["places"] = json::array();
  for (const PlaceShare &place : readout.places) {
    entry["places"].push_back({{"lower", place.lower}, {"side", place.side}, {"share", place.share}});
  }
  return entry;
}

} // namespace

Status LayersCertificate::verdict() const {
  const auto any = [&](Status status) {
    return std::any_of(readouts.begin(), readouts.end(),
                       [&](const ReadoutCertificate &readout) { return readout.level.status == status; });
  };
  return any(Status::Refuted)     ? Status::Refuted
         : any(Status::Undecided) ? Status::Undecided
                                  : Status::Certified;
}

Status status_against(const mpq_class &at_most, double error_lower, double error_upper) {
  const bool within = std::isfinite(error_upper) && mpq_class(error_upper) <= at_most;
  const bool above = std::isinf(error_lower) || mpq_class(error_lower) > at_most;
  return within ? Status::Certified : above ? Status::Refuted : Status::Undecided;
}

json layers_certificate_json(const LayersCertificate &certificate, const Instance &instance,
                             const LayersContext &context) {
  json root{{"format", "layercert-certificate-network-1"},
            {"version", LAYERCERT_VERSION},
            {"verdict", name_of(certificate.verdict())},
            {"instance_sha256", context.instance_sha256},
            {"network_sha256", context.network_sha256},
            {"network_file", context.network_file},
            {"d", instance.dimension},
            {"N", instance.N},
            {"p", instance.p.get_str()},
            {"norm", name_of(instance.norm)},
            {"tolerance", certificate.tolerance},
            {"boxes", context.boxes},
            {"network",
             {{"units", certificate.count.units},
              {"parameters", certificate.count.parameters},
              {"activations", certificate.count.activations}}},
            {"readouts", json::array()}};
  if (!instance.expression.empty()) {
    root["expression"] = instance.expression;
  }
  if (!context.model_sha256.empty()) {
    root["model_file"] = "network.onnx";
    root["model_sha256"] = context.model_sha256;
  }
  if (!context.samples_sha256.empty()) {
    root["samples_sha256"] = context.samples_sha256;
  }
  root["subdivisions"] = certificate.subdivisions_suffice;
  if (certificate.at_most) {
    root["at_most"] = certificate.at_most->get_str();
  }
  for (const ReadoutCertificate &readout : certificate.readouts) {
    root["readouts"].push_back(readout_json(readout, !certificate.at_most));
  }
  return root;
}

} // namespace layercert
