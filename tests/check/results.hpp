// Results of small instances for the checker to look at, and what its producer says of the same files.
#pragma once

#include "check.hpp"

#include "layercert/certify/certificate.hpp"
#include "layercert/certify/result_folder.hpp"
#include "layercert/error.hpp"
#include "layercert/network/builder.hpp"
#include "layercert/network/network_file.hpp"
#include "layercert/numeric/dyadic.hpp"

#include <nlohmann/json.hpp>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>

namespace check_test {

namespace fs = std::filesystem;
using nlohmann::json;

class TemporaryFolder {
public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "layercert_check_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw std::runtime_error("no temporary folder");
    }
    path = name;
  }
  TemporaryFolder(const TemporaryFolder &) = delete;
  TemporaryFolder &operator=(const TemporaryFolder &) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  fs::path path;
};

inline std::string read(const fs::path &file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}
inline void write(const fs::path &file, const std::string &bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

inline layercert::CertifyOptions listing() {
  layercert::CertifyOptions options;
  options.boxes = 1 << 14;
  options.list_subdivisions = true;
  return options;
}

// The files of a result. `samples` is the text of a PGM image, or empty.
inline void write_result(const fs::path &folder, const std::string &instance_text,
                         const layercert::Network &network, const layercert::Certificate &certificate,
                         const std::string &samples = {},
                         layercert::NetworkFormat format = layercert::NetworkFormat::Automatic) {
  using namespace layercert;
  fs::create_directories(folder);
  write(folder / "instance.toml", instance_text);
  const EncodedNetwork encoded = encode_network(network, format);
  write(folder / encoded.file_name, encoded.bytes);
  json document = certificate_json(certificate, sha256_hex(instance_text), sha256_hex(encoded.bytes));
  document["network_file"] = encoded.file_name;
  document["boxes"] = listing().boxes;
  document["subdivisions"] = certificate.subdivisions_suffice;
  if (!samples.empty()) {
    document["samples_sha256"] = sha256_hex(samples);
  }
  write(folder / "certificate.json", document.dump(2) + "\n");
}

// As layercert certify --subdivisions --out writes them.
inline void make_result(const fs::path &folder, const std::string &instance_text,
                        const std::string &samples = {},
                        layercert::NetworkFormat format = layercert::NetworkFormat::Automatic,
                        const layercert::CertifyOptions &options = listing()) {
  using namespace layercert;
  fs::create_directories(folder);
  if (!samples.empty()) {
    write(folder / "samples.pgm", samples);
  }
  const Instance instance = parse_instance(instance_text, "instance.toml", folder);
  const Target target = make_target(instance);
  const Network network = assemble_network(build_parameters(instance, target));
  write_result(folder, instance_text, network, certify(instance, target, network, "network", options),
               samples, format);
}

inline std::string instance_text(const std::string &expression, int dimension, int N, int depth,
                                 const std::string &p, const std::string &more = {}) {
  return "[target]\ndimension = " + std::to_string(dimension) + "\nexpression = \"" + expression +
         "\"\n[theorem]\nN = " + std::to_string(N) + "\ndepth = " + std::to_string(depth) + "\np = " + p +
         "\n" + more;
}

inline double number(const json &level, const char *key) {
  const std::string text = level.at(key).get<std::string>();
  return text == "inf" ? std::numeric_limits<double>::infinity() : std::strtod(text.c_str(), nullptr);
}

// Is everything true that the certificate of the folder says, as far as its producer can tell from the instance and the network that
// stand there? Returns "" or the first thing that is false.
inline std::string falsehood(const fs::path &folder) {
  using namespace layercert;
  try {
    const json claims = json::parse(read(folder / "certificate.json"));
    const Instance instance = parse_instance(read(folder / "instance.toml"), "instance.toml", folder);
    const Target target = make_target(instance);
    const fs::path file = folder / claims.value("network_file", std::string("network.json"));
    const Certificate truth =
        certify(instance, target, parse_network(read(file), "network"), "network", listing());
    if (claims.at("levels").size() != truth.levels.size()) {
      return "levels";
    }
    for (std::size_t i = 0; i < truth.levels.size(); ++i) {
      const LevelCertificate &level = truth.levels[i];
      const json &claim = claims.at("levels")[i];
      const double factor = 2.0 * instance.dimension + 1;
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
