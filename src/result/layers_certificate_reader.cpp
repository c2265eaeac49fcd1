#include "layers_certificate.hpp"

#include "fields.hpp"

#include "layercert/numeric/rounding_scope.hpp"

namespace layercert {

namespace {

LayerCount read_count(const Fields &fields) {
  LayerCount count;
  count.units = static_cast<std::size_t>(fields.count("units"));
  count.parameters = fields.count("parameters");
  count.activations = fields.text("activations");
  return count;
}

void read_comparison(const Fields &fields, const mpq_class &at_most, LevelCertificate &level) {
  level.error_lower = fields.bound("error_lower");
  level.error_upper = fields.bound("error_upper");
  fields.require_order("error_upper", level.error_lower, level.error_upper);
  level.status = status_against(at_most, level.error_lower, level.error_upper);
  fields.require_status("status", level.status);
}

PlaceShare read_place(const Fields &fields, std::size_t dimension) {
  PlaceShare place;
  place.lower = fields.plain_numbers("lower");
  if (place.lower.size() != dimension) {
    fields.fail("lower", fmt::format("{} coordinates", dimension));
  }
  place.side = fields.plain_number("side");
  place.share = fields.plain_number("share");
  return place;
}

ReadoutCertificate read_readout(const Fields &fields, const Instance &instance,
                                const std::optional<mpq_class> &at_most) {
  ReadoutCertificate readout;
  readout.name = fields.text("readout");
  LevelCertificate &level = readout.level;
  level.boxes = fields.count("boxes");
  if (at_most) {
    read_comparison(fields, *at_most, level);
  } else {
    level.level = fields.small_count("level");
    if (level.level < 1 || level.level > kHighestLevel) {
      fields.fail("level", fmt::format("1 to {}", kHighestLevel));
    }
    level.modulus_boxes = fields.count("modulus_boxes");
    read_claim(fields, instance.dimension, level);
  }
  if (fields.has("sup_upper")) {
    readout.sup.emplace(fields.bound("sup_lower"), fields.bound("sup_upper"));
    fields.require_order("sup_upper", readout.sup->first, readout.sup->second);
  }
  if (level.status != Status::Certified) {
    level.reason = fields.text("reason");
  }
  for (const Fields &place : fields.objects("places")) {
    readout.places.push_back(read_place(place, instance.dimension));
  }
  return readout;
}

} // namespace

LayersCertificate read_layers_certificate(const nlohmann::json &root, const std::string &name,
                                          const Instance &instance, LayersContext &context) {
  const UpwardScope upward;
  const Fields fields(root, "", name);
  if (fields.text("format") != "layercert-certificate-network-1") {
    fields.fail("format", "layercert-certificate-network-1");
  }
  require_statement(fields, instance);
  context.instance_sha256 = fields.text("instance_sha256");
  context.network_sha256 = fields.text("network_sha256");
  context.network_file = fields.text("network_file");
  context.model_sha256 = fields.has("model_sha256") ? fields.text("model_sha256") : std::string();
  context.samples_sha256 = fields.has("samples_sha256") ? fields.text("samples_sha256") : std::string();
  context.boxes = static_cast<std::size_t>(fields.count("boxes"));
  LayersCertificate certificate;
  certificate.count = read_count(fields.object("network"));
  certificate.tolerance = fields.part_of_one("tolerance");
  certificate.subdivisions_suffice = fields.truth("subdivisions");
  if (fields.has("at_most")) {
    certificate.at_most = fields.exact_positive("at_most");
  }
  for (const Fields &readout : fields.objects("readouts")) {
    certificate.readouts.push_back(read_readout(readout, instance, certificate.at_most));
  }
  if (certificate.readouts.empty()) {
    fields.fail("readouts", "one readout or more");
  }
  fields.require_status("verdict", certificate.verdict());
  return certificate;
}

} // namespace layercert
