#include "certificate_document.hpp"

#include "integrate/cells.hpp"

#include "layercert/error.hpp"
#include "layercert/instance/exact_number.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/exact_double.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <stdexcept>

namespace layercert {

namespace {

using nlohmann::json;

constexpr std::size_t kQuoted = 60; // characters of a wrong value in a message

// An object of the file, and where it stands.
class Fields {
public:
  Fields(const json &object, std::string place, const std::string &name)
      : object_(object), place_(std::move(place)), name_(name) {
    if (!object.is_object()) {
      throw InputError(name_, 0, fmt::format("{} is {}; expected an object", place_, shown(object)));
    }
  }

  bool has(const char *key) const { return object_.contains(key); }

  [[noreturn]] void fail(const char *key, const std::string &expected) const {
    const auto found = object_.find(key);
    throw InputError(name_, 0,
                     found == object_.end()
                         ? fmt::format("{}/{} is missing; expected {}", place_, key, expected)
                         : fmt::format("{}/{} is {}; expected {}", place_, key, shown(*found), expected));
  }

  const json &at(const char *key, const char *expected) const {
    const auto found = object_.find(key);
    if (found == object_.end()) {
      fail(key, expected);
    }
    return *found;
  }

  Fields object(const char *key) const { return {at(key, "an object"), place_ + "/" + key, name_}; }

  std::vector<Fields> objects(const char *key) const {
    std::vector<Fields> entries;
    for (const json &entry : array(key)) {
      entries.emplace_back(entry, fmt::format("{}/{}/{}", place_, key, entries.size()), name_);
    }
    return entries;
  }

  std::string text(const char *key) const {
    const json &value = at(key, "a text");
    if (!value.is_string()) {
      fail(key, "a text");
    }
    return value.get<std::string>();
  }

  std::uint64_t count(const char *key) const {
    const json &value = at(key, "a whole number");
    if (!value.is_number_integer() || (!value.is_number_unsigned() && value.get<std::int64_t>() < 0)) {
      fail(key, "a whole number");
    }
    return value.get<std::uint64_t>();
  }

  int small_count(const char *key) const {
    const std::uint64_t value = count(key);
    if (value > static_cast<std::uint64_t>(std::numeric_limits<int>::max())) {
      fail(key, "a smaller number");
    }
    return static_cast<int>(value);
  }

  double part_of_one(const char *key) const {
    const json &value = at(key, "a number");
    if (!value.is_number() || !(value.get<double>() > 0 && value.get<double>() <= 1)) {
      fail(key, "a number above 0 and at most 1");
    }
    return value.get<double>();
  }

  bool truth(const char *key) const {
    const json &value = at(key, "true or false");
    if (!value.is_boolean()) {
      fail(key, "true or false");
    }
    return value.get<bool>();
  }

  // A bound: not negative, or infinite.
  double bound(const char *key) const {
    const double value =
        text(key) == "inf" ? std::numeric_limits<double>::infinity() : number(key, text(key));
    if (!(value >= 0)) {
      fail(key, "a bound, not below 0");
    }
    return value;
  }

  std::vector<double> numbers(const char *key) const {
    std::vector<double> values;
    for (const json &value : array(key)) {
      if (!value.is_string()) {
        fail(key, "hexadecimal floats as texts");
      }
      values.push_back(number(key, value.get<std::string>()));
    }
    return values;
  }

  mpq_class exact_positive(const char *key) const {
    try {
      const mpq_class value = parse_exact_number(text(key));
      if (value > 0) {
        return value;
      }
    } catch (const std::invalid_argument &) {
    }
    fail(key, "a number above 0 as a text");
  }

  Status status(const char *key) const {
    for (const Status status : {Status::Certified, Status::Refuted, Status::Undecided}) {
      if (text(key) == name_of(status)) {
        return status;
      }
    }
    fail(key, "certified, refuted or undecided");
  }

private:
  static std::string shown(const json &value) {
    const std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
    return text.size() <= kQuoted ? text : text.substr(0, kQuoted) + "...";
  }

  const json &array(const char *key) const {
    const json &value = at(key, "an array");
    if (!value.is_array()) {
      fail(key, "an array");
    }
    return value;
  }

  double number(const char *key, const std::string &text) const {
    if (const std::optional<double> value = exact_double(text)) {
      return *value;
    }
    fail(key, "a hexadecimal float of double precision, such as \"0x1.8p-3\"");
  }

  const json &object_;
  std::string place_;
  const std::string &name_;
};

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

// What is claimed stands in the instance, and the certificate repeats it for whoever reads it alone.
void require_statement(const Fields &fields, const Instance &instance) {
  fields.text("version");
  for (const auto &[key, number] : {std::pair("d", instance.dimension), std::pair("N", instance.N)}) {
    if (fields.count(key) != static_cast<std::uint64_t>(number)) {
      fields.fail(key, fmt::format("{}, that of the instance", number));
    }
  }
  const std::pair<const char *, std::string> words[] = {{"p", instance.p.get_str()},
                                                        {"norm", std::string(name_of(instance.norm))},
                                                        {"expression", instance.expression}};
  for (const auto &[key, word] : words) {
    if (!word.empty() && fields.text(key) != word) {
      fields.fail(key, fmt::format("\"{}\", that of the instance", word));
    }
  }
}

void require_order(const Fields &fields, const char *key, double lower, double upper) {
  if (lower > upper) {
    fields.fail(key, "at least the lower bound beside it");
  }
}

void require_same(const Fields &fields, const char *key, double stored, double computed) {
  if (stored != computed) {
    fields.fail(key, fmt::format("{:.10g}, which follows from the bounds beside it", computed));
  }
}

void require_same(const Fields &fields, const char *key, Status stored, Status computed) {
  if (stored != computed) {
    fields.fail(key, std::string(name_of(computed)) + ", which follows from the bounds beside it");
  }
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
  level.error_lower = fields.bound("error_lower");
  level.error_upper = fields.bound("error_upper");
  level.modulus_lower = fields.bound("modulus_lower");
  level.modulus_upper = fields.bound("modulus_upper");
  level.projection_upper = fields.bound("projection_bound");
  require_order(fields, "error_upper", level.error_lower, level.error_upper);
  require_order(fields, "modulus_upper", level.modulus_lower, level.modulus_upper);
  level.shift = fields.numbers("shift");
  if (!level.shift.empty() && level.shift.size() != static_cast<std::size_t>(instance.dimension)) {
    fields.fail("shift", fmt::format("{} coordinates", instance.dimension));
  }
  judge(level, instance.dimension);
  require_same(fields, "bound", fields.bound("bound"), level.bound_lower);
  require_same(fields, "ratio_upper", fields.bound("ratio_upper"), level.ratio_upper);
  require_same(fields, "ratio_lower", fields.bound("ratio_lower"), level.ratio_lower);
  require_same(fields, "status", fields.status("status"), level.status);
  if (corollary) {
    judge_corollary(level, instance, *corollary);
    require_same(fields, "hoelder_bound", fields.bound("hoelder_bound"), *level.hoelder_bound_lower);
    require_same(fields, "hoelder_status", fields.status("hoelder_status"), level.hoelder_status);
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
  require_same(fields, "verdict", fields.status("verdict"), certificate.verdict());
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
