#include "commands.hpp"

#include "layercert/error.hpp"

#include <CLI/CLI.hpp>

#include <atomic>
#include <csignal>
#include <iostream>

namespace layercert::cli {

namespace {

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void on_signal(int /*signal*/) { interrupted = true; }

} // namespace

void stop_if_interrupted() {
  if (interrupted) {
    throw Interrupted();
  }
}

} // namespace layercert::cli

int main(int argc, char **argv) {
  using namespace layercert;
  using namespace layercert::cli;
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);

  CLI::App app{"layercert proves layer-wise approximation rates of deep networks, with interval arithmetic"};
  app.require_subcommand(1);
  app.set_version_flag("--version", LAYERCERT_VERSION);
  app.footer("Exit status: 0 all certified or accepted; 1 something refuted, undecided or rejected; 2 wrong "
             "input or usage.\n"
             "Examples:\n"
             "  layercert certify data/instances/wave2.toml --out results/wave2\n"
             "  layercert check results/wave2\n"
             "  layercert evaluate results/wave2/network.json --at 0.25,0.5");

  CertifyArguments certify_arguments;
  CLI::App *certify =
      app.add_subcommand("certify", "build the network of an instance and certify every level");
  certify->add_option("INSTANCE", certify_arguments.instance, "the instance, a TOML file")->required();
  certify->add_option("--out", certify_arguments.out,
                      "folder for instance.toml, the network and certificate.json");
  certify->add_option("--threads", certify_arguments.threads, "threads; 0 for all")
      ->check(CLI::NonNegativeNumber);
  certify->add_option("--boxes", certify_arguments.boxes, "at most so many boxes an integral")
      ->check(CLI::PositiveNumber);
  certify->add_option("--format", certify_arguments.format,
                      "of the network: json (network.json), binary (network.lcn), or auto, by size");
  certify->add_flag("--quiet", certify_arguments.quiet, "no progress");
  certify->add_flag("--json", certify_arguments.json, "print the certificate as JSON");
  certify->footer("Example: layercert certify data/instances/wave2.toml --out results/wave2 --threads 2");

  CheckArguments check_arguments;
  CLI::App *check = app.add_subcommand("check", "verify a result folder anew from its network and instance");
  check->add_option("DIR", check_arguments.folder, "a folder written by certify --out")->required();
  check->add_option("--threads", check_arguments.threads, "threads; 0 for all")
      ->check(CLI::NonNegativeNumber);
  check->add_flag("--quiet", check_arguments.quiet, "no progress");
  check->add_flag("--json", check_arguments.json, "print the outcome as JSON");
  check->footer("Example: layercert check results/wave2");

  EvaluateArguments evaluate_arguments;
  CLI::App *evaluate = app.add_subcommand("evaluate", "enclose the readouts at a point, layer by layer");
  evaluate->add_option("NETWORK", evaluate_arguments.network, "a network.json or network.lcn")->required();
  evaluate->add_option("--at", evaluate_arguments.point, "coordinates, exact: 0.25,1/3 or 0x1p-2")
      ->required();
  evaluate->add_option("--precision", evaluate_arguments.precision, "bits of the interval arithmetic")
      ->check(CLI::Range(2L, 4000000000L));
  evaluate->add_option("--level", evaluate_arguments.level, "only this level");
  evaluate->add_flag("--json", evaluate_arguments.json, "print as JSON");
  evaluate->footer("Example: layercert evaluate results/wave2/network.json --at 0.25,0.5 --level 3");

  ConvertArguments convert_arguments;
  CLI::App *convert = app.add_subcommand("convert", "write a network in the other form, without loss");
  convert->add_option("NETWORK", convert_arguments.network, "a network.json or network.lcn")->required();
  convert->add_option("--to", convert_arguments.to, "json, binary or auto, by size")->required();
  convert->add_option("--out", convert_arguments.out, "the file to write")->required();
  convert->footer("Example: layercert convert results/wave2/network.lcn --to json --out wave2.json");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    const int status = app.exit(error);
    return status == 0 ? 0 : 2;
  }
  try {
    if (certify->parsed()) {
      return certify_command(certify_arguments);
    }
    if (convert->parsed()) {
      return convert_command(convert_arguments);
    }
    return check->parsed() ? check_command(check_arguments) : evaluate_command(evaluate_arguments);
  } catch (const InputError &error) {
    std::cerr << "layercert: " << error.what() << '\n';
  } catch (const Interrupted &) {
    std::cerr << "layercert: interrupted; nothing was written\n";
    return 130;
  } catch (const std::bad_alloc &) {
    std::cerr << "layercert: out of memory; choose a smaller depth\n";
  } catch (const std::exception &error) {
    std::cerr << "layercert: " << error.what() << '\n';
  }
  return 2;
}
