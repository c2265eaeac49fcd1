#include "certificate_document.hpp"

#include "fields.hpp"

#include "integrate/cells.hpp"

#include "layercert/error.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace layercert {

namespace {

using nlohmann::json;

Architecture read_architecture(const Fields &fields) {
  Architecture a;
  a.width = fields.small_count("width");
  a.theorem_width = fields.small_count("theorem_width");
  a.units_used = fields.small_count("units_used");
  a.hidden_layers = fields.small_count("hidden_layers");
  a.parameters = fields.count("parameters");
  a.sine_units = fields.small_count("sine_units");
  return a;
}

HoelderCorollary read_corollary(const Fields &fields, const Instance &instance) {
  HoelderCorollary corollary;
  corollary.declared = instance.hoelder.has_value();
  corollary.lambda = fields.exact_positive("lambda");
  corollary.alpha = fields.exact_positive("alpha");
  if (corollary.declared && corollary.lambda != instance.hoelder->lambda) {
    fields.fail("lambda", "that of the instance");
  }
  if (corollary.declared && corollary.alpha != instance.hoelder->alpha) {
    fields.fail("alpha", "that of the instance");
  }
  const std::string hypothesis = fields.text("hypothesis");
  corollary.verified = hypothesis == "verified";
  if (!corollary.verified && hypothesis != "assumed") {
    fields.fail("hypothesis", "verified or assumed");
  }
  corollary.constant_upper = fields.bound("constant_upper");
  return corollary;
}

AccuracyResult read_accuracy(const Fields &fields) {
  AccuracyResult accuracy;
  accuracy.accuracy = fields.exact_positive("wanted");
  accuracy.level = fields.small_count("level");
  accuracy.smallest_proved = fields.truth("smallest_proved");
  return accuracy;
}

std::string effort_of(const Fields &fields) {
  return fields.has("effort") ? fields.text("effort") : kDefaultEffort;
}

LevelCertificate read_level(const Fields &fields, const Instance &instance, int number,
                            const std::optional<HoelderCorollary> &corollary) {
  LevelCertificate level;
  level.level = number;
  if (fields.count("level") != static_cast<std::uint64_t>(number)) {
    fields.fail("level", std::to_string(number));
  }
  level.cells = fields.count("cells");
  if (const std::uint64_t cells = cells_in_cube(instance.dimension, instance.N, number);
      level.cells != cells) {
    fields.fail("cells", std::to_string(cells));
  }
  level.boxes = fields.count("boxes");
  level.modulus_boxes = fields.count("modulus_boxes");
  level.projection_upper = fields.bound("projection_bound");
  read_claim(fields, instance.dimension, level);
  if (corollary) {
    judge_corollary(level, instance, *corollary);
    fields.require_bound("hoelder_bound", *level.hoelder_bound_lower);
    fields.require_status("hoelder_status", level.hoelder_status);
  }
  if (level.status != Status::Certified) {
    level.reason = fields.text("reason");
    for (const Fields &cell : fields.objects("worst_cells")) {
      level.worst_cells.push_back({cell.count("cell"), cell.bound("share_upper")});
    }
  }
  return level;
}

} // namespace

Certificate read_certificate(const json &root, const std::string &name, const Instance &instance) {
  const UpwardScope upward;
  const Fields fields(root, "", name);
  if (fields.text("format") != "layercert-certificate-1") {
    fields.fail("format", "layercert-certificate-1");
  }
  require_statement(fields, instance);
  Certificate certificate;
  certificate.architecture = read_architecture(fields.object("architecture"));
  certificate.effort = effort_of(fields);
  certificate.tolerance = fields.part_of_one("tolerance");
  if (fields.has("accuracy")) {
    certificate.accuracy = read_accuracy(fields.object("accuracy"));
  }
  if (fields.has("hoelder")) {
    certificate.hoelder = read_corollary(fields.object("hoelder"), instance);
  } else if (instance.hoelder) {
    fields.fail("hoelder", "the corollary that the instance asks for");
  }
  const std::vector<Fields> levels = fields.objects("levels");
  const auto depth = static_cast<std::size_t>(instance.depth);
  if (levels.empty() || levels.size() > depth || (levels.size() < depth && !certificate.accuracy)) {
    throw InputError(name, 0,
                     fmt::format("/levels has {} entries; expected {}, the depth of the instance",
                                 levels.size(), instance.depth));
  }
  for (const Fields &level : levels) {
    certificate.levels.push_back(
        read_level(level, instance, static_cast<int>(certificate.levels.size()) + 1, certificate.hoelder));
  }
  fields.require_status("verdict", certificate.verdict());
  return certificate;
}

StoredOptions read_options(const json &root, const std::string &name, std::size_t most_boxes) {
  const Fields fields(root, "", name);
  StoredOptions options;
  const std::uint64_t boxes = fields.count("boxes");
  if (boxes == 0 || boxes > most_boxes) {
    fields.fail("boxes", fmt::format("a number from 1 to {}", most_boxes));
  }
  options.boxes = static_cast<std::size_t>(boxes);
  options.effort = effort_of(fields);
  options.tolerance = fields.part_of_one("tolerance");
  options.lists_subdivisions = fields.has("subdivisions");
  if (fields.has("accuracy")) {
    options.accuracy = fields.object("accuracy").exact_positive("wanted");
  }
  return options;
}

} // namespace layercert
