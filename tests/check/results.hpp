// Results of small instances for the checker to look at, and what its producer says of the same files.
#pragma once

#include "check.hpp"
#include "common/files.hpp"

#include "layercert/certify/run.hpp"
#include "layercert/error.hpp"
#include "layercert/numeric/dyadic.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/relative_width.hpp"
#include "numeric/sha256.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <string>
#include <tuple>

namespace check_test {

namespace fs = std::filesystem;
using layercert::test::read_file;
using layercert::test::TemporaryFolder;
using layercert::test::write_file;
using nlohmann::json;

inline layercert::CertifyOptions listing() {
  layercert::CertifyOptions options;
  options.boxes = 1 << 14;
  options.list_subdivisions = true;
  return options;
}

// The result of an instance; `samples` is the text of its image samples.pgm, or empty.
inline void make_result(const fs::path &folder, const std::string &instance_text,
                        const std::string &samples = {},
                        layercert::NetworkFormat format = layercert::NetworkFormat::Automatic,
                        const layercert::CertifyOptions &options = listing()) {
  const TemporaryFolder place;
  write_file(place / "samples.pgm", samples);
  layercert::RunOptions run;
  run.certify = options;
  run.format = format;
  layercert::PendingFolder result(folder);
  layercert::run(layercert::parse_instance(instance_text, "instance.toml", place.path()), run, &result);
}

// Makes the certificate name the files that stand beside it, as somebody would who means to deceive.
inline void sign(const fs::path &result) {
  json certificate = json::parse(read_file(result / "certificate.json"));
  const std::string text = read_file(result / "instance.toml");
  certificate["instance_sha256"] = layercert::sha256_hex(text);
  try {
    const layercert::Instance instance = layercert::parse_instance(text, "instance.toml", result);
    certificate["d"] = instance.dimension;
    certificate["N"] = instance.N;
    certificate["p"] = instance.p.get_str();
    certificate["norm"] = name_of(instance.norm);
    if (!instance.expression.empty()) {
      certificate["expression"] = instance.expression;
    }
  } catch (const layercert::InputError &) { // the text is what is tried
  }
  certificate["network_sha256"] =
      layercert::sha256_hex(read_file(result / certificate["network_file"].get<std::string>()));
  write_file(result / "certificate.json",
             certificate.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
}

inline std::string instance_text(const std::string &expression, std::size_t dimension, int N, int depth,
                                 const std::string &p, const std::string &more = {}) {
  return "[target]\ndimension = " + std::to_string(dimension) + "\nexpression = \"" + expression +
         "\"\n[theorem]\nN = " + std::to_string(N) + "\ndepth = " + std::to_string(depth) + "\np = " + p +
         "\n" + more;
}

inline double number(const json &level, const char *key) {
  const std::string text = level.at(key).get<std::string>();
  return text == "inf" ? std::numeric_limits<double>::infinity() : std::strtod(text.c_str(), nullptr);
}

// A bound with its copy for people, as the producer writes it.
inline void put(json &object, const std::string &key, double bound) {
  object[key] = std::isinf(bound) ? std::string("inf") : layercert::Dyadic::from_double(bound).to_string();
  object[key + "_decimal"] = std::isinf(bound) ? json("inf") : json(bound);
}

// Sets what follows from the bounds of error and modulus, for d = 1 and p = 2.
inline void derive(json &level) {
  const layercert::UpwardScope upward;
  layercert::LevelCertificate l;
  l.error_lower = number(level, "error_lower");
  l.error_upper = number(level, "error_upper");
  l.modulus_lower = number(level, "modulus_lower");
  l.modulus_upper = number(level, "modulus_upper");
  layercert::judge(l, 1);
  const layercert::NearestScope nearest; // for the copies
  put(level, "bound", l.bound_lower);
  put(level, "ratio_upper", l.ratio_upper);
  put(level, "ratio_lower", l.ratio_lower);
  for (const auto &[key, lower, upper] : {std::tuple("error_width", l.error_lower, l.error_upper),
                                          std::tuple("modulus_width", l.modulus_lower, l.modulus_upper)}) {
    double width = 0;
    {
      const layercert::UpwardScope up;
      width = layercert::relative_width_upper(lower, upper);
    }
    put(level, key, width);
  }
  put(level, "projection_bound", std::sqrt(2.0) * l.modulus_upper * (1 + 1e-14));
}

// Is everything true that the certificate of the folder says, as far as its producer can tell from the
// instance and the network that stand there? Returns "" or the first thing that is false.
inline std::string falsehood(const fs::path &folder) {
  using namespace layercert;
  try {
    const json claims = json::parse(read_file(folder / "certificate.json"));
    const Instance instance = parse_instance(read_file(folder / "instance.toml"), "instance.toml", folder);
    const Target target = make_target(instance);
    const fs::path file = folder / claims.value("network_file", std::string("network.json"));
    const Certificate truth =
        certify(instance, target, parse_network(read_file(file), "network"), "network", listing());
    if (claims.at("levels").size() != truth.levels.size()) {
      return "levels";
    }
    for (std::size_t i = 0; i < truth.levels.size(); ++i) {
      const LevelCertificate &level = truth.levels[i];
      const json &claim = claims.at("levels")[i];
      const auto factor = static_cast<double>(2 * instance.dimension + 1);
      const auto fail = [&](const char *what) { return "level " + std::to_string(i + 1) + ": " + what; };
      if (level.status != Status::Certified) {
        return fail("claim R is not certified");
      }
      if (claim.at("level") != level.level || claim.at("cells") != level.cells) {
        return fail("level or cells");
      }
      if (number(claim, "error_upper") < level.error_lower) {
        return fail("error_upper");
      }
      if (number(claim, "error_lower") > level.error_upper) {
        return fail("error_lower");
      }
      if (number(claim, "modulus_lower") > level.modulus_upper * (1 + 1e-12)) {
        return fail("modulus_lower");
      }
      if (number(claim, "bound") > factor * level.modulus_upper * (1 + 1e-12)) {
        return fail("bound");
      }
      if (claim.contains("hoelder_bound") && level.hoelder_bound_lower &&
          number(claim, "hoelder_bound") > *level.hoelder_bound_lower * (1 + 1e-11)) {
        return fail("hoelder_bound");
      }
    }
    const json &a = claims.at("architecture");
    if (a.at("width") != truth.architecture.width ||
        a.at("theorem_width") != truth.architecture.theorem_width ||
        a.at("units_used") != truth.architecture.units_used ||
        a.at("hidden_layers") != truth.architecture.hidden_layers ||
        a.at("parameters") != truth.architecture.parameters ||
        a.at("sine_units") != truth.architecture.sine_units) {
      return "architecture";
    }
    return {};
  } catch (const std::exception &error) {
    return error.what();
  }
}

} // namespace check_test
