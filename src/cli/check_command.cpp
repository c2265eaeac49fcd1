#include "check_result.hpp"
#include "commands.hpp"
#include "on_ranks.hpp"
#include "output_colour.hpp"
#include "progress.hpp"
#include "threads.hpp"

#include "layercert/error.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

namespace layercert::cli {

namespace {

using nlohmann::json;

// layercert-verified stands beside this program. It takes the place of this process: its output and exit
// status are the answer.
[[noreturn]] void become_verified_checker(const std::filesystem::path &folder) {
  const std::filesystem::path program =
      std::filesystem::read_symlink("/proc/self/exe").replace_filename("layercert-verified");
  execl(program.c_str(), program.c_str(), folder.c_str(), nullptr);
  throw InputError(program.string(), 0, "cannot be run; expected the checker that scripts/verified builds");
}

int check_alone_or_shared(const CheckArguments &arguments, Team *team) {
  if (team != nullptr && (arguments.anew || arguments.verified)) {
    throw InputError(arguments.anew ? "--anew" : "--verified", 0,
                     "found it with mpirun; expected neither of these, or one process");
  }
  if (arguments.verified) {
    become_verified_checker(arguments.folder);
  }
  const ThreadLimit threads(arguments.threads);
  Progress progress(arguments.quiet);
  const std::string certificate = (arguments.folder / "certificate.json").string();
  CheckOptions options;
  options.threads = arguments.threads;
  options.anew = arguments.anew;
  if (team != nullptr) {
    options.division = {team->share().index, team->share().count,
                        [team](const std::string &text) { return team->exchange(text); }};
  }
  options.proving = [&](const checker::Step &step) {
    Instance sizes;
    sizes.dimension = step.dimension;
    sizes.N = step.N;
    sizes.depth = step.depth;
    progress.level("proving again, independently,", step.level, sizes);
  };
  options.certifying = [&](RecertifyPhase phase, int level, const Instance &instance) {
    switch (phase) {
    case RecertifyPhase::Reading:
      return progress.phase("reading the target and the network");
    case RecertifyPhase::Decoding:
      return progress.phase("decoding the network");
    case RecertifyPhase::Certifying:
      return progress.level("checking", level, instance);
    case RecertifyPhase::Sharpening:
      return progress.level("checking the sharper bounds,", level, instance);
    case RecertifyPhase::Listing:
      return progress.level("checking the lists of boxes,", level, instance);
    case RecertifyPhase::Comparing:
      return progress.phase("comparing with the layers");
    }
  };
  const CheckOutcome outcome = check_result(arguments.folder, options);
  progress.clear();
  const bool accepted = outcome.accepted();
  const checker::Report &proof = outcome.proof;
  const std::string yes = painted("accepted", Status::Certified, output_colour());
  if (arguments.json) {
    fmt::print("{}\n", json{{"accepted", accepted},
                            {"reason", outcome.rejection},
                            {"independent", !proof.unknown},
                            {"lines", proof.unknown ? std::vector<std::string>() : proof.lines},
                            {"cells_compared", outcome.cells_compared}}
                           .dump(2, ' ', false, json::error_handler_t::replace));
  } else if (!accepted) {
    fmt::print("{}: {}\n", painted("rejected", Status::Refuted, output_colour()), outcome.rejection);
  } else if (proof.unknown) {
    fmt::print(
        "{}: every number of {} was found again by the program that made it; {} cells agree layer by layer\n"
        "not by the independent checker: {}\n",
        yes, certificate, outcome.cells_compared, proof.reason);
  } else {
    fmt::print("{}: every verdict of {} is proved again, by the independent checker\n{}\n"
               "this program runs it beside the rest of layercert and TBB; layercert-check is the same "
               "checker alone\n",
               yes, certificate, fmt::join(proof.lines, "\n"));
  }
  return accepted ? 0 : 1;
}

} // namespace

int check_command(const CheckArguments &arguments) {
  return on_ranks([&](Team *team) { return check_alone_or_shared(arguments, team); });
}

} // namespace layercert::cli
