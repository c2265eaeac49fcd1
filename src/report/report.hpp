// A result as a document for people: one HTML file that needs nothing else, LaTeX, or CSV. The bounds and
// verdicts are the certificate's; a report proves nothing anew.
#pragma once

#include "layercert/function/target.hpp"
#include "layercert/instance/instance.hpp"
#include "layercert/network/network.hpp"
#include "layercert/result/certificate.hpp"

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

// What a result folder holds (certificate_document.hpp), read.
struct ReportInput {
  std::string folder; // as the commands that the report shows should name it
  Instance instance;
  Target target;
  Network network;
  Certificate certificate;
  std::string network_file; // its name in the folder
  std::uint64_t network_file_bytes = 0;
  std::string instance_sha256, network_sha256, certificate_sha256;
  std::string samples_file, samples_sha256; // empty for an expression
  std::string samples_origin;               // as the instance names them
  std::uint64_t boxes = 0;                  // that certify was given
  bool subdivisions = false;                // listed, as certify was told
  std::optional<RunFacts> run;              // if run.json is there
  std::string check;                        // what a check said, for this report; empty: there was none
};

// Throw InputError(network_file, ...) if the network is not of the construction.
std::string html_report(const ReportInput &input);
std::string tex_report(const ReportInput &input);
std::string csv_report(const ReportInput &input);

} // namespace layercert
