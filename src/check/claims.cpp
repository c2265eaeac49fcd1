#include "claims.hpp"

#include "network.hpp"
#include "shown.hpp"

#include <algorithm>
#include <set>
#include <span>

namespace checker {

namespace {

using nlohmann::json;

constexpr slong kRounding = 40; // what follows by arithmetic does so up to a factor 1 + 2^-kRounding,
constexpr slong kLeast = -1070; // and up to about the least positive double

// What an accepted certificate's key rests on.
enum class Basis {
  Checked,     // compared with the files, proved, or arithmetic of what is
  FromModulus, // arithmetic of modulus_upper, of which nothing is proved
  Nothing
};

struct Key {
  const char *name;
  bool is_bound = false; // and has a copy for people
  Basis basis = Basis::Checked;
};

constexpr bool kBound = true;

constexpr Key kCertificate[] = {{"format"},
                                {"instance_sha256"},
                                {"network_sha256"},
                                {"samples_sha256"},
                                {"network_file"},
                                {"architecture"},
                                {"levels"},
                                {"accuracy"},
                                {"hoelder"},
                                {"subdivisions"},
                                {"d"},
                                {"N"},
                                {"p"},
                                {"norm"},
                                {"expression"},
                                {"verdict"},
                                {"version", false, Basis::Nothing},
                                {"effort", false, Basis::Nothing},
                                {"tolerance", false, Basis::Nothing},
                                {"boxes", false, Basis::Nothing}};
constexpr Key kArchitecture[] = {{"width"},         {"theorem_width"}, {"units_used"},
                                 {"hidden_layers"}, {"parameters"},    {"sine_units"}};
constexpr Key kLevel[] = {{"level"},
                          {"cells"},
                          {"status"},
                          {"error_upper", kBound},
                          {"error_lower", kBound},
                          {"modulus_lower", kBound},
                          {"modulus_upper", kBound, Basis::Nothing},
                          {"bound", kBound},
                          {"ratio_upper", kBound},
                          {"ratio_lower", kBound, Basis::FromModulus},
                          {"error_width", kBound},
                          {"modulus_width", kBound, Basis::FromModulus},
                          {"projection_bound", kBound, Basis::FromModulus},
                          {"shift"},
                          {"hoelder_bound", kBound},
                          {"hoelder_status"},
                          {"error_subdivision"},
                          {"modulus_subdivision"},
                          {"reason", false, Basis::Nothing},
                          {"worst_cells", false, Basis::Nothing},
                          {"boxes", false, Basis::Nothing},
                          {"modulus_boxes", false, Basis::Nothing}};
constexpr Key kLayers[] = {{"format"},
                           {"instance_sha256"},
                           {"network_sha256"},
                           {"samples_sha256"},
                           {"model_sha256"},
                           {"network_file"},
                           {"model_file"},
                           {"network"},
                           {"readouts"},
                           {"at_most"},
                           {"subdivisions"},
                           {"d"},
                           {"N"},
                           {"p"},
                           {"norm"},
                           {"expression"},
                           {"verdict"},
                           {"version", false, Basis::Nothing},
                           {"tolerance", false, Basis::Nothing},
                           {"boxes", false, Basis::Nothing}};
constexpr Key kLayersCount[] = {{"units"}, {"parameters"}, {"activations"}};
constexpr Key kReadout[] = {{"readout"},
                            {"level"},
                            {"status"},
                            {"error_upper", kBound},
                            {"error_lower", kBound},
                            {"modulus_lower", kBound},
                            {"modulus_upper", kBound, Basis::Nothing},
                            {"bound", kBound},
                            {"ratio_upper", kBound},
                            {"ratio_lower", kBound, Basis::FromModulus},
                            {"error_width", kBound},
                            {"sup_lower", kBound, Basis::Nothing},
                            {"sup_upper", kBound, Basis::Nothing},
                            {"modulus_width", kBound, Basis::FromModulus},
                            {"shift"},
                            {"error_subdivision"},
                            {"modulus_subdivision"},
                            {"reason", false, Basis::Nothing},
                            {"places", false, Basis::Nothing},
                            {"boxes", false, Basis::Nothing},
                            {"modulus_boxes", false, Basis::Nothing}};
constexpr Key kCorollary[] = {{"lambda"},
                              {"alpha"},
                              {"hypothesis"},
                              {"constant_upper", kBound, Basis::Nothing},
                              {"hypothesis_subdivision"}};
constexpr Key kAccuracy[] = {{"wanted"}, {"level"}, {"smallest_proved"}};

std::span<const Key> keys_of(Section section) {
  switch (section) {
  case Section::Certificate:
    return kCertificate;
  case Section::Architecture:
    return kArchitecture;
  case Section::Level:
    return kLevel;
  case Section::Layers:
    return kLayers;
  case Section::LayersCount:
    return kLayersCount;
  case Section::Readout:
    return kReadout;
  case Section::Corollary:
    return kCorollary;
  case Section::Accuracy:
    break;
  }
  return kAccuracy;
}

std::string quoted(const std::string &text) { return '"' + text.substr(0, 40) + '"'; }

// From above or below, an upper or lower bound up to rounding.
void require_follows(const json &level, const std::string &key, const Interval &exact, bool upper) {
  const Arf value = bound_of(level, key);
  const Arf unit = two_to(-kRounding);
  const Arf least = two_to(kLeast);
  const Interval wide = exact * Interval(Arf(1) - unit, Arf(1) + unit) + Interval(-least, least);
  const bool good = !exact.bounded() ? value == Arf::infinity()
                    : upper          ? value >= exact.lower && value <= wide.upper
                                     : value <= exact.upper && value >= wide.lower;
  if (!good) {
    throw Rejected(key + " is " + shown(value) + ", not what follows from the numbers beside it, " +
                   shown(exact.upper));
  }
}

// a / b and (b - a) / a, with 0 for 0/0.
Interval quotient(const Arf &a, const Arf &b) {
  return a.zero() ? Interval(0) : b.zero() || !a.finite() ? Interval::whole() : Interval(a) / Interval(b);
}
Interval width(const Arf &a, const Arf &b) {
  return a == b ? Interval(0) : b.finite() ? quotient(b - a, a) : Interval::whole();
}

void require_search_count(const json &object, const std::string &key, std::uint64_t least) {
  const json &value = get(object, key);
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() < least) {
    throw Rejected(quoted(key) + " is no number of boxes");
  }
}

} // namespace

void require_known_keys(const json &object, Section section) {
  if (!object.is_object()) {
    throw Rejected("expected an object where there is none");
  }
  const std::span<const Key> keys = keys_of(section);
  for (const auto &[key, value] : object.items()) {
    const bool copy = key.ends_with("_decimal");
    const std::string base = copy ? key.substr(0, key.size() - 8) : key;
    const auto known = std::find_if(keys.begin(), keys.end(), [&](const Key &k) { return base == k.name; });
    if (known == keys.end() || (copy && !known->is_bound)) {
      throw Rejected("certificate.json: " + quoted(key) + " is no key that this checker knows");
    }
    if (copy) {
      const std::string exact = get_text(object, base);
      const Arf number = exact == "inf" ? Arf::infinity() : hexadecimal(exact);
      const bool same = exact == "inf" ? value == json("inf")
                                       : value.is_number() && Arf::from_double(value.get<double>()) == number;
      if (!same) {
        throw Rejected("certificate.json: " + quoted(key) + " is not the number beside it");
      }
    }
  }
}

Arf bound_of(const json &object, const std::string &key) {
  const std::string text = get_text(object, key);
  Arf result = text == "inf" ? Arf::infinity() : hexadecimal(text);
  if (result.sign() < 0) {
    throw Rejected(key + " is negative");
  }
  get(object, key + "_decimal"); // K2
  return result;
}

namespace {

void require_none_of(const json &entry, std::initializer_list<const char *> keys, const char *where) {
  for (const char *key : keys) {
    if (entry.contains(key)) {
      throw Rejected(quoted(key) + " at " + where);
    }
  }
}

// K7.
void require_order(const char *name, const Arf &lower, const Arf &upper) {
  if (!lower.finite() || !(lower <= upper)) {
    throw Rejected(std::string(name) + "_lower is infinite, or exceeds the upper bound beside it");
  }
}

// K7 and K11 of the error.
void read_error(const json &entry, LevelClaims &claims) {
  claims.error_lower = bound_of(entry, "error_lower");
  claims.error_upper = bound_of(entry, "error_upper");
  require_order("error", claims.error_lower, claims.error_upper);
  require_follows(entry, "error_width", width(claims.error_lower, claims.error_upper), true);
}

// K7, K9 to K11 and K13 of an entry that is compared with claim R.
LevelClaims read_claim(const json &entry, const Instance &instance) {
  LevelClaims claims;
  read_error(entry, claims);
  claims.modulus_lower = bound_of(entry, "modulus_lower");
  claims.modulus_upper = bound_of(entry, "modulus_upper");
  require_order("modulus", claims.modulus_lower, claims.modulus_upper);
  const Interval factor(2 * instance.dimension + 1);
  require_follows(entry, "bound", factor * Interval(claims.modulus_lower), false);                 // K9
  require_follows(entry, "ratio_upper", quotient(claims.error_upper, claims.modulus_lower), true); // K10
  require_follows(entry, "ratio_lower",
                  claims.modulus_upper.finite() ? quotient(claims.error_lower, claims.modulus_upper)
                                                : Interval(0),
                  false);
  require_follows(entry, "modulus_width", width(claims.modulus_lower, claims.modulus_upper), true); // K11
  if (!(claims.error_upper <= bound_of(entry, "bound"))) {                                          // K13
    throw Rejected("not certified: error_upper = " + shown(claims.error_upper) +
                   " exceeds bound = " + shown(bound_of(entry, "bound")));
  }
  return claims;
}

} // namespace

LevelClaims read_level(const json &level, ulong l, ulong cells, const Instance &instance) {
  require_known_keys(level, Section::Level);
  if (get_count(level, "level") != l || get_count(level, "cells") != cells) { // K5 and K6
    throw Rejected("the number of the level or of its cells is wrong");
  }
  require_search_count(level, "boxes", 0);
  require_search_count(level, "modulus_boxes", 0);
  require_none_of(level, {"reason", "worst_cells"}, "a level that is certified"); // K15
  LevelClaims claims = read_claim(level, instance);
  const Interval root_of_two = real_power(Interval(2), Rational(1 / instance.p));
  require_follows(level, "projection_bound", // K12
                  root_of_two * Interval(instance.dimension) * Interval(claims.modulus_upper), true);
  return claims;
}

ReadoutClaims read_readout(const json &entry, const std::optional<Rational> &at_most,
                           const Instance &instance) {
  constexpr ulong kHighestLevel = 64;
  require_known_keys(entry, Section::Readout);
  ReadoutClaims result;
  result.name = get_text(entry, "readout");
  require_search_count(entry, "boxes", 0);
  require_none_of(entry, {"reason"}, "a readout that is certified");
  if (entry.contains("sup_lower") || entry.contains("sup_upper")) {
    require_order("sup", bound_of(entry, "sup_lower"), bound_of(entry, "sup_upper"));
  }
  if (!at_most) {
    result.level = get_count(entry, "level");
    if (result.level < 1 || result.level > kHighestLevel) {
      throw Rejected("a readout of a level that is not from 1 to 64");
    }
    require_search_count(entry, "modulus_boxes", 0);
    result.bounds = read_claim(entry, instance);
    return result;
  }
  require_none_of(entry,
                  {"level", "modulus_lower", "modulus_upper", "modulus_width", "bound", "ratio_lower",
                   "ratio_upper", "shift", "modulus_boxes", "modulus_subdivision"},
                  "a readout that is compared with at_most");
  read_error(entry, result.bounds);
  if (!(result.bounds.error_upper <= Interval(*at_most).upper)) {
    throw Rejected("not certified: error_upper = " + shown(result.bounds.error_upper) +
                   " exceeds at_most = " + at_most->get_str());
  }
  return result;
}

std::optional<Rational> read_at_most(const json &certificate) {
  if (!certificate.contains("at_most")) {
    return std::nullopt;
  }
  const std::string text = get_text(certificate, "at_most");
  try {
    const Rational number = exact_number(text);
    if (number > 0 && number.get_str() == text) {
      return number;
    }
  } catch (const std::invalid_argument &) { // it is none
  }
  throw Rejected("at_most is no fraction above 0 in lowest terms");
}

// A shift of level m is one of every level l < m too, and N^(m-l) shifts of level m make one of level l.
void compare_moduli(ulong l, const LevelClaims &of_l, ulong m, const LevelClaims &of_m, ulong N) {
  const Interval steps(power(Rational(N), static_cast<slong>(m - l)));
  const Arf most = (steps * Interval(of_m.modulus_upper)).upper;
  if (of_m.modulus_lower > of_l.modulus_upper || of_l.modulus_lower > most) {
    throw Rejected("the moduli of levels " + std::to_string(l) + " and " + std::to_string(m) +
                   " contradict each other");
  }
}

void compare_levels(const std::vector<LevelClaims> &levels, ulong N) {
  for (std::size_t l = 0; l < levels.size(); ++l) {
    for (std::size_t m = l + 1; m < levels.size(); ++m) {
      compare_moduli(l + 1, levels[l], m + 1, levels[m], N);
    }
  }
}

Interval read_corollary_bound(const json &level, ulong l, const Instance &instance, const Rational &lambda,
                              const Rational &alpha) {
  const Interval bound = Interval(2 * instance.dimension + 1) * Interval(lambda) *
                         real_power(Interval(instance.N), alpha * -static_cast<slong>(l));
  require_follows(level, "hoelder_bound", bound, false);
  if (get_text(level, "hoelder_status") != "certified" ||
      !(bound_of(level, "error_upper") <= bound_of(level, "hoelder_bound"))) {
    throw Rejected("the corollary is not certified: error_upper = " + shown(bound_of(level, "error_upper")) +
                   " exceeds hoelder_bound = " + shown(bound_of(level, "hoelder_bound")));
  }
  return bound;
}

CorollaryClaims read_corollary(const json &entry, const Instance &instance) {
  require_known_keys(entry, Section::Corollary);
  CorollaryClaims claims;
  claims.lambda = instance.lambda.value_or(Rational(1));
  claims.alpha = instance.alpha.value_or(Rational(1));
  if (get_text(entry, "lambda") != claims.lambda.get_str() ||
      get_text(entry, "alpha") != claims.alpha.get_str()) {
    throw Rejected("lambda or alpha is not that of the instance");
  }
  const std::string hypothesis = get_text(entry, "hypothesis");
  claims.verified = hypothesis == "verified";
  if (!claims.verified && hypothesis != "assumed") {
    throw Rejected("the corollary's hypothesis is neither verified nor assumed");
  }
  if (!claims.verified && !instance.lambda) {
    throw Rejected("a hypothesis is assumed that the instance does not declare");
  }
  const Arf constant = bound_of(entry, "constant_upper");
  if (claims.verified && !(constant <= Interval(claims.lambda).upper)) {
    throw Rejected("the hypothesis is verified, but constant_upper = " + shown(constant) + " exceeds lambda");
  }
  if (!claims.verified && entry.contains("hypothesis_subdivision")) {
    throw Rejected("a subdivision for a hypothesis that is only assumed");
  }
  return claims;
}

AccuracyClaims read_accuracy(const json &entry, const std::vector<LevelClaims> &levels) {
  require_known_keys(entry, Section::Accuracy);
  AccuracyClaims claims;
  try {
    claims.wanted = exact_number(get_text(entry, "wanted"));
  } catch (const std::invalid_argument &error) {
    throw Rejected(error.what());
  }
  const json &smallest = get(entry, "smallest_proved");
  if (claims.wanted <= 0 || !smallest.is_boolean()) {
    throw Rejected("the wanted accuracy is not above 0, or smallest_proved is neither true nor false");
  }
  claims.smallest_proved = smallest.get<bool>();
  const Interval wanted(claims.wanted);
  if (get_count(entry, "level") != levels.size() || !(levels.back().error_upper <= wanted.lower)) {
    throw Rejected("the accuracy is not reached at the last level of the network");
  }
  bool all_above = true; // surely
  for (std::size_t l = 0; l + 1 < levels.size(); ++l) {
    if (!(levels[l].error_upper > wanted.lower) ||
        (claims.smallest_proved && !(levels[l].error_lower > wanted.lower))) {
      throw Rejected("that the accuracy is first reached at the last level is not what level " +
                     std::to_string(l + 1) + " says");
    }
    all_above = all_above && levels[l].error_lower > wanted.upper;
  }
  if (all_above && !claims.smallest_proved) {
    throw Rejected("smallest_proved is false, though the errors of all levels before are above the accuracy");
  }
  return claims;
}

void read_search(const json &certificate) {
  require_search_count(certificate, "boxes", 1);
  if (certificate.contains("effort")) {
    get_text(certificate, "effort");
  }
  const json &tolerance = get(certificate, "tolerance");
  if (!tolerance.is_number() || !(tolerance.get<double>() > 0 && tolerance.get<double>() <= 1)) {
    throw Rejected("\"tolerance\" is no number above 0 and at most 1");
  }
  if (certificate.contains("subdivisions") && !certificate.at("subdivisions").is_boolean()) { // K19
    throw Rejected("\"subdivisions\" is neither true nor false");
  }
}

std::vector<std::string> unverified_lines(const json &certificate) {
  std::vector<std::string> nothing;
  std::vector<std::string> from_modulus;
  const auto add = [&](const json &object, Section section) {
    for (const Key &key : keys_of(section)) {
      std::vector<std::string> &names = key.basis == Basis::Nothing ? nothing : from_modulus;
      if (key.basis != Basis::Checked && object.contains(key.name) &&
          std::find(names.begin(), names.end(), key.name) == names.end()) {
        names.emplace_back(key.name);
      }
    }
  };
  const bool of_layers = certificate.contains("readouts");
  for (const json &entry : certificate.at(of_layers ? "readouts" : "levels")) {
    add(entry, of_layers ? Section::Readout : Section::Level);
  }
  if (certificate.contains("hoelder")) {
    add(certificate.at("hoelder"), Section::Corollary);
  }
  add(certificate, of_layers ? Section::Layers : Section::Certificate);
  const auto joined = [](const std::vector<std::string> &names) {
    std::string text;
    for (const std::string &name : names) {
      text += (text.empty() ? "" : ", ") + name;
    }
    return text;
  };
  std::vector<std::string> lines{"not verified: " + joined(nothing)};
  if (!from_modulus.empty()) {
    lines.push_back("not verified but for their arithmetic from modulus_upper: " + joined(from_modulus));
  }
  return lines;
}

} // namespace checker
