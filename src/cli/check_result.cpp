#include "check_result.hpp"
#include "limits.hpp"

#include "result/result_files.hpp"

#include <nlohmann/json.hpp>

namespace layercert::cli {

CheckOutcome check_result(const std::filesystem::path &folder, const CheckOptions &options) {
  CheckOutcome outcome;
  if (is_result_of_layers(folder)) { // the independent checker's proof is the only one
    outcome.proof =
        checker::check(folder, options.threads, options.proving, options.between, options.division);
    outcome.proof.unknown = false;
    outcome.rejection = outcome.proof.reason;
    return outcome;
  }
  const ResultFiles result = read_result(folder);
  outcome.proof.unknown = true;
  outcome.proof.reason = options.anew ? "--anew" : "the certificate does not list how its integrals were cut";
  if (!options.anew && result.certificate.value("subdivisions", nlohmann::json()) == nlohmann::json(true)) {
    outcome.proof =
        checker::check(folder, options.threads, options.proving, options.between, options.division);
  }
  outcome.rejection = outcome.proof.reason;
  if (outcome.proof.unknown && options.division.index == 0) {
    const Recertification again = recertify(result, most_boxes(), options.certifying);
    outcome.rejection = again.rejection;
    outcome.cells_compared = again.cells_compared;
  }
  return outcome;
}

} // namespace layercert::cli
