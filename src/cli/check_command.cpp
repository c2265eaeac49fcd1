#include "commands.hpp"
#include "output_colour.hpp"
#include "progress.hpp"
#include "threads.hpp"

#include "check.hpp"

#include "certify/recertify.hpp"
#include "layercert/error.hpp"
#include "result/result_files.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

namespace layercert::cli {

namespace {

using nlohmann::json;

// layercert-verified stands beside this program. It takes the place of this process: its output and exit status are the answer.
[[noreturn]] void become_verified_checker(const std::filesystem::path &folder) {
  const std::filesystem::path program =
      std::filesystem::read_symlink("/proc/self/exe").replace_filename("layercert-verified");
  execl(program.c_str(), program.c_str(), folder.c_str(), nullptr);
  throw InputError(program.string(), 0, "cannot be run; expected the checker that scripts/verified builds");
}

} // namespace

int check_command(const CheckArguments &arguments) {
  if (arguments.verified) {
    become_verified_checker(arguments.folder);
  }
  const ThreadLimit threads(arguments.threads);
  Progress progress(arguments.quiet);
  const ResultFiles result = read_result(arguments.folder);
  const std::string certificate = (arguments.folder / "certificate.json").string();
  // The independent checker where the certificate says that it lists what that needs.
  checker::Report proof;
  proof.unknown = true;
  proof.reason = arguments.anew ? "--anew" : "the certificate does not list how its integrals were cut";
  if (!arguments.anew && result.certificate.value("subdivisions", json()) == json(true)) {
    progress.phase("proving again, independently");
    proof = checker::check(arguments.folder, arguments.threads, [&](const checker::Step &step) {
      Instance sizes;
      sizes.dimension = step.dimension;
      sizes.N = step.N;
      sizes.depth = step.depth;
      progress.level("proving again, independently,", step.level, sizes);
    });
  }
  Recertification verdict{proof.reason, 0};
  if (proof.unknown) {
    verdict = recertify(result, most_boxes(), [&](RecertifyPhase phase, int level, const Instance &instance) {
      switch (phase) {
      case RecertifyPhase::Reading:
        return progress.phase("reading the target and the network");
      case RecertifyPhase::Decoding:
        return progress.phase("decoding the network");
      case RecertifyPhase::Certifying:
        return progress.level("checking", level, instance);
      case RecertifyPhase::Comparing:
        return progress.phase("comparing with the layers");
      }
    });
  }
  progress.clear();
  const bool accepted = verdict.rejection.empty();
  const std::string yes = painted("accepted", Status::Certified, output_colour());
  if (arguments.json) {
    fmt::print("{}\n", json{{"accepted", accepted},
                            {"reason", verdict.rejection},
                            {"independent", !proof.unknown},
                            {"lines", proof.unknown ? std::vector<std::string>() : proof.lines},
                            {"cells_compared", verdict.cells_compared}}
                           .dump(2, ' ', false, json::error_handler_t::replace));
  } else if (!accepted) {
    fmt::print("{}: {}\n", painted("rejected", Status::Refuted, output_colour()), verdict.rejection);
  } else if (proof.unknown) {
    fmt::print(
        "{}: every number of {} was found again by the program that made it; {} cells agree layer by layer\n"
        "not by the independent checker: {}\n",
        yes, certificate, verdict.cells_compared, proof.reason);
  } else {
    fmt::print("{}: every verdict of {} is proved again, by the independent checker\n{}\n"
               "this program runs it beside the rest of layercert and TBB; layercert-check is the same "
               "checker alone\n",
               yes, certificate, fmt::join(proof.lines, "\n"));
  }
  return accepted ? 0 : 1;
}

} // namespace layercert::cli
