// A result as a document for people: one HTML file that needs nothing else, LaTeX, or CSV. The bounds and
// verdicts are the certificate's; a report proves nothing anew.
#pragma once

#include "layercert/function/target.hpp"
#include "layercert/instance/instance.hpp"
#include "layercert/network/network.hpp"
#include "layercert/result/certificate.hpp"
#include "layers/layered_network.hpp"
#include "result/layers_certificate.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace layercert {

// When and where the result was made.
struct RunFacts {
  std::string date, machine, version;
  double seconds = 0;
  int threads = 0;
};

// What every result folder holds, read.
struct ReportFacts {
  std::string folder; // as the commands that the report shows should name it
  Instance instance;
  Target target;
  std::string network_file; // its name in the folder
  std::uint64_t network_file_bytes = 0;
  std::string instance_sha256, network_sha256, certificate_sha256;
  std::string samples_file, samples_sha256; // empty for an expression
  std::string samples_origin;               // as the instance names them
  std::uint64_t boxes = 0;                  // that certify was given
  std::optional<RunFacts> run;              // if run.json is there
  std::string check;                        // what a check said, for this report; empty: there was none
};

// Of the construction (certificate_document.hpp).
struct ReportInput : ReportFacts {
  Network network;
  Certificate certificate;
  bool subdivisions = false; // listed, as certify was told
};

// Of a network that others made (layers_certificate.hpp).
struct LayersReportInput : ReportFacts {
  LayeredNetwork network; // with the readouts of the certificate, in its order
  LayersCertificate certificate;
  std::string model_sha256; // of network.onnx; empty: there is none
};

// Throw InputError(network_file, ...) if the network is not of the construction.
std::string html_report(const ReportInput &input);
std::string tex_report(const ReportInput &input);
std::string csv_report(const ReportInput &input);

std::string html_report(const LayersReportInput &input);
std::string tex_report(const LayersReportInput &input);
std::string csv_report(const LayersReportInput &input);

} // namespace layercert
