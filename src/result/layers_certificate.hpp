// What is proved of a network that others made: for every readout, two-sided bounds of its error, and the
// verdict against claim R or a number.
#pragma once

#include "layercert/result/certificate.hpp"
#include "layers/error_integral.hpp"
#include "layers/layered_network.hpp"

#include <gmpxx.h>
#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace layercert {

struct ReadoutCertificate {
  std::string name;
  LevelCertificate
      level; // of the claim that the readout is compared with; without moduli if a number is given
  std::vector<PlaceShare> places; // where the error sits: with the largest shares of the p-th power
  std::string error_subdivision;  // of the cube, where the error was bounded last
  // Holds the essential supremum of |f - Phi|, if that was asked for.
  std::optional<std::pair<double, double>> sup;
};

struct LayersCertificate {
  LayerCount count;
  double tolerance = 0;
  std::optional<mpq_class> at_most; // the number that every error is compared with; else claim R
  std::vector<ReadoutCertificate> readouts;
  bool subdivisions_suffice = true; // the lists of boxes prove again what is certified

  Status verdict() const; // the worst one
};

// The levels that a readout may be compared with end here.
inline constexpr int kHighestLevel = 64;

// The verdict of an error against a number: from its two bounds, exactly.
Status status_against(const mpq_class &at_most, double error_lower, double error_upper);

// What stands beside it in the file.
struct LayersContext {
  std::string instance_sha256;
  std::string network_sha256;
  std::string network_file;
  std::string model_sha256; // of network.onnx, if the network was read from ONNX
  std::string samples_sha256;
  std::size_t boxes = 0;
};

// Format "layercert-certificate-network-1": no program takes it for the certificate of the construction.
nlohmann::json layers_certificate_json(const LayersCertificate &certificate, const Instance &instance,
                                       const LayersContext &context);

// What layers_certificate_json() wrote for this instance, except subdivisions; `context` gets what stands
// beside it. Nothing is proved anew; but what follows from the bounds by arithmetic has to agree. Throws
// InputError(name, ...) that names the key.
LayersCertificate read_layers_certificate(const nlohmann::json &root, const std::string &name,
                                          const Instance &instance, LayersContext &context);

} // namespace layercert
