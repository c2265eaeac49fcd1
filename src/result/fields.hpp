// The keys of a JSON object, read strictly.
#pragma once

#include "layercert/error.hpp"
#include "layercert/instance/exact_number.hpp"
#include "layercert/result/certificate.hpp"
#include "numeric/exact_double.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace layercert {

// An object of the file, and where it stands. Both arguments must outlive it. Every reader throws
// InputError(name, ...) that names the key, what was found and what was expected.
class Fields {
public:
  Fields(const nlohmann::json &object, std::string place, const std::string &name)
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

  const nlohmann::json &at(const char *key, const char *expected) const {
    const auto found = object_.find(key);
    if (found == object_.end()) {
      fail(key, expected);
    }
    return *found;
  }

  Fields object(const char *key) const { return {at(key, "an object"), place_ + "/" + key, name_}; }

  std::vector<Fields> objects(const char *key) const {
    std::vector<Fields> entries;
    for (const nlohmann::json &entry : array(key)) {
      entries.emplace_back(entry, fmt::format("{}/{}/{}", place_, key, entries.size()), name_);
    }
    return entries;
  }

  std::string text(const char *key) const {
    const nlohmann::json &value = at(key, "a text");
    if (!value.is_string()) {
      fail(key, "a text");
    }
    return value.get<std::string>();
  }

  std::uint64_t count(const char *key) const {
    const nlohmann::json &value = at(key, "a whole number");
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
    const nlohmann::json &value = at(key, "a number");
    if (!value.is_number() || !(value.get<double>() > 0 && value.get<double>() <= 1)) {
      fail(key, "a number above 0 and at most 1");
    }
    return value.get<double>();
  }

  // Numbers of JSON, finite.
  double plain_number(const char *key) const {
    const nlohmann::json &value = at(key, "a number");
    if (!value.is_number()) {
      fail(key, "a number");
    }
    return value.get<double>();
  }
  std::vector<double> plain_numbers(const char *key) const {
    std::vector<double> values;
    for (const nlohmann::json &value : array(key)) {
      if (!value.is_number()) {
        fail(key, "numbers");
      }
      values.push_back(value.get<double>());
    }
    return values;
  }

  bool truth(const char *key) const {
    const nlohmann::json &value = at(key, "true or false");
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
    for (const nlohmann::json &value : array(key)) {
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

  // What follows from the bounds beside it by arithmetic.
  void require_bound(const char *key, double computed) const {
    if (bound(key) != computed) {
      fail(key, fmt::format("{:.10g}, which follows from the bounds beside it", computed));
    }
  }
  void require_status(const char *key, Status computed) const {
    if (status(key) != computed) {
      fail(key, std::string(name_of(computed)) + ", which follows from the bounds beside it");
    }
  }
  void require_order(const char *key, double lower, double upper) const {
    if (lower > upper) {
      fail(key, "at least the lower bound beside it");
    }
  }

private:
  static constexpr std::size_t kQuoted = 60; // characters of a wrong value in a message

  static std::string shown(const nlohmann::json &value) {
    const std::string text = value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return text.size() <= kQuoted ? text : text.substr(0, kQuoted) + "...";
  }

  const nlohmann::json &array(const char *key) const {
    const nlohmann::json &value = at(key, "an array");
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

  const nlohmann::json &object_;
  std::string place_;
  const std::string &name_;
};

// What is claimed stands in the instance, and every certificate repeats it for whoever reads it alone.
void require_statement(const Fields &fields, const Instance &instance);

// Both enclosures, the shift, and what follows from them: bound, ratios and verdict. Requires: an open
// UpwardScope.
void read_claim(const Fields &fields, std::size_t dimension, LevelCertificate &level);

} // namespace layercert
