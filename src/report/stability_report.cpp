#include "stability_report.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

using nlohmann::json;

constexpr int kDigitsOfTable = 3;
constexpr int kDigitsOfJson = 10;

std::string decimal(const MpfrNumber &x, int digits, mpfr_rnd_t rnd) {
  char *text = nullptr;
  mpfr_asprintf(&text, rnd == MPFR_RNDD ? "%.*RDg" : "%.*RUg", digits, x.get());
  std::string result(text);
  mpfr_free_str(text);
  return result;
}

void put(json &object, const std::string &key, const MpfrNumber &bound, mpfr_rnd_t rnd) {
  object[key] =
      mpfr_number_p(bound.get()) != 0 ? Dyadic::from_mpfr(bound.get()).to_string() : std::string("inf");
  object[key + "_decimal"] = decimal(bound, kDigitsOfJson, rnd);
}

void put(json &object, const std::string &key, double bound, mpfr_rnd_t rnd) {
  put(object, key, MpfrNumber::from_double(bound, UpperBound::kBits, MPFR_RNDN), rnd); // exact
}

json json_of(const PrecisionProfile &profile) {
  json entry{{"bits", profile.bits}, {"claim_holds", profile.claim_holds}};
  put(entry, "difference_upper", profile.difference.value(), MPFR_RNDU);
  put(entry, "norm_upper", profile.norm.value(), MPFR_RNDU);
  put(entry, "last_bit_upper", profile.last_bit.value(), MPFR_RNDU);
  entry["observed_cells"] = profile.observed ? profile.observed->cells : 0;
  if (profile.observed) {
    put(entry, "difference_observed", profile.observed->difference_lower, MPFR_RNDD);
    put(entry, "last_bit_observed", profile.observed->last_bit_lower, MPFR_RNDD);
  }
  return entry;
}

// From which precision on the claim holds, and what it is lost in below.
std::string conclusion(const LevelProfile &level) {
  const std::string weight =
      fmt::format("level {}: w_{} has {} bits; ", level.level, level.level, level.weight_bits);
  if (!(level.claim.error_upper <= level.claim.bound_lower)) {
    return weight + "the claim is not certified\n";
  }
  if (!level.least_bits) {
    return weight + "for no precision could the claim be proved\n";
  }
  std::string lost;
  if (const UpperBound nothing; nothing < level.lost) {
    lost = fmt::format("; with {} bits the rounding of {} alone may cost {}", *level.least_bits - 1,
                       name_of(level.lost_in), decimal(level.lost.value(), kDigitsOfTable, MPFR_RNDU));
  }
  return fmt::format("{}{} bits are enough for the claim{}\n", weight, *level.least_bits, lost);
}

} // namespace

std::string stability_table(const std::vector<LevelProfile> &profile) {
  std::string out = fmt::format("{:>5} {:>8} {:>11} {:>11} {:>11} {:>11} {:>9}  {}\n", "level", "bits",
                                "differs <=", "differs >=", "norm <=", "last bit >=", "cells", "claim");
  bool sampled = false;
  bool passed_over = false;
  for (const LevelProfile &level : profile) {
    for (const PrecisionProfile &precision : level.precisions) {
      const std::optional<Observation> &seen = precision.observed;
      const auto observed = [&](const MpfrNumber Observation::*what) {
        return seen ? decimal(*seen.*what, kDigitsOfTable, MPFR_RNDD) : std::string("-");
      };
      sampled = sampled || (seen && seen->cells < level.cells);
      passed_over = passed_over || !seen;
      out += fmt::format("{:>5} {:>8} {:>11} {:>11} {:>11} {:>11} {:>9}  {}\n", level.level, precision.bits,
                         decimal(precision.difference.value(), kDigitsOfTable, MPFR_RNDU),
                         observed(&Observation::difference_lower),
                         decimal(precision.norm.value(), kDigitsOfTable, MPFR_RNDU),
                         observed(&Observation::last_bit_lower),
                         !seen                       ? std::string("none")
                         : seen->cells < level.cells ? fmt::format("{} of {}", seen->cells, level.cells)
                                                     : fmt::format("all {}", seen->cells),
                         precision.claim_holds ? "holds" : "not proved");
    }
  }
  for (const LevelProfile &level : profile) {
    out += conclusion(level);
  }
  if (sampled) {
    out += "\"n of K\" cells: a sample, evenly spread; the bounds are for all cells (--samples)\n";
  }
  if (passed_over) {
    out += "no cells: a single one would take long; the bounds are for all cells (--samples)\n";
  }
  return out;
}

json stability_json(const std::vector<LevelProfile> &profile) {
  json root{{"format", "layercert-stability-1"}, {"levels", json::array()}};
  for (const LevelProfile &level : profile) {
    json entry{{"level", level.level}, {"cells", level.cells}, {"weight_bits", level.weight_bits}};
    put(entry, "error_upper", level.claim.error_upper, MPFR_RNDU);
    put(entry, "bound", level.claim.bound_lower, MPFR_RNDD);
    entry["least_bits"] = level.least_bits ? json(*level.least_bits) : json();
    if (const UpperBound nothing; nothing < level.lost) {
      entry["lost_in"] = {{"hidden_layer", level.lost_in.layer}, {"units", name_of(level.lost_in)}};
      put(entry["lost_in"], "norm_upper", level.lost.value(), MPFR_RNDU);
    }
    entry["precisions"] = json::array();
    for (const PrecisionProfile &precision : level.precisions) {
      entry["precisions"].push_back(json_of(precision));
    }
    root["levels"].push_back(std::move(entry));
  }
  return root;
}

bool all_hold(const std::vector<LevelProfile> &profile) {
  return std::all_of(profile.begin(), profile.end(),
                     [](const LevelProfile &level) { return level.least_bits.has_value(); });
}

} // namespace layercert
