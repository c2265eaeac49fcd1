#include "commands.hpp"
#include "interruption.hpp"
#include "result/result_files.hpp"

#include "layercert/error.hpp"
#include "layercert/function/target.hpp"
#include "layercert/instance/instance.hpp"
#include "layercert/network/network_file.hpp"
#include "numeric/file_bytes.hpp"
#include "prove/instance_proof.hpp"

#include <fmt/format.h>

namespace layercert::cli {

namespace {

using nlohmann::json;

// Without its sign, which does not matter.
Dyadic shift_of(const json &certificate, int level, int N, const std::string &name) {
  const json shift =
      certificate.value(json::json_pointer(fmt::format("/levels/{}/shift/0", level - 1)), json());
  if (!shift.is_string()) {
    throw InputError(name, 0, fmt::format("level {} has no shift; expected \"shift\": [\"0x...\"]", level));
  }
  Dyadic h;
  try {
    h = Dyadic::parse(shift.get<std::string>()).abs();
  } catch (const std::invalid_argument &fault) {
    throw InputError(name, 0, fmt::format("the shift of level {}: {}", level, fault.what()));
  }
  Dyadic scaled = h;
  for (int m = 0; m < level; ++m) {
    scaled = scaled * Dyadic::from_integer(N);
  }
  if (scaled > Dyadic::from_integer(1)) {
    throw InputError(name, 0, fmt::format("the shift of level {0} is longer than N^-{0}", level));
  }
  return h;
}

// Throws InputError for instances that proofs/theory/Instance.v is not about.
int whole_exponent(const Instance &instance) {
  if (instance.dimension != 1) {
    throw InputError(instance.file, static_cast<std::size_t>(instance.line_of_dimension),
                     fmt::format("found dimension {}; layercert prove expects 1", instance.dimension));
  }
  if (instance.expression.empty() || instance.remainder != 0) {
    throw InputError(instance.file, static_cast<std::size_t>(instance.line_of_source),
                     "layercert prove expects an expression as target, without a remainder");
  }
  if (instance.p.get_den() != 1 || instance.p > 64) {
    throw InputError(instance.file, static_cast<std::size_t>(instance.line_of_p),
                     fmt::format("found p = {}; layercert prove expects a whole number from 1 to 64",
                                 instance.p.get_str()));
  }
  return static_cast<int>(instance.p.get_num().get_si());
}

} // namespace

int prove_command(const ProveArguments &arguments) {
  const ResultFiles result = read_result(arguments.folder);
  require_unaltered(result);
  const Instance instance =
      parse_instance(result.instance_bytes, (result.folder / "instance.toml").string(), result.folder);
  const int p = whole_exponent(instance);
  const Target target = make_target(instance);
  const std::string certificate_name = (result.folder / "certificate.json").string();
  const std::string network_name = result.network_file.string();
  NetworkParameters parameters =
      extract_parameters(parse_network(result.network_bytes, network_name), network_name);
  if (parameters.dimension != 1 || parameters.N != instance.N) {
    throw InputError(network_name, 0, "is not a network for the instance beside it");
  }
  if (arguments.level) {
    if (*arguments.level > parameters.depth) {
      throw InputError(
          "--level", 0,
          fmt::format("found {}; the network has levels 1 to {}", *arguments.level, parameters.depth));
    }
    parameters = prefix_of(parameters, *arguments.level);
  }
  ProofTask task{target.expression(),
                 parameters,
                 p,
                 {},
                 instance.file,
                 static_cast<std::size_t>(instance.expression_line),
                 network_name};
  for (int l = 1; l <= parameters.depth; ++l) {
    task.shifts.push_back(shift_of(result.certificate, l, parameters.N, certificate_name));
  }
  std::string reason;
  const std::optional<ProofHints> hints = find_proof_hints(task, reason);
  if (!hints) {
    fmt::print("undecided: {}\n", reason);
    return 1;
  }
  const std::string text = instance_proof(task, *hints);
  if (arguments.out) {
    const Uninterrupted whole;
    write_bytes(*arguments.out, text);
    fmt::print("{}: {} bytes; coqc -Q proofs/theory Layercert {} checks it\n", arguments.out->string(),
               text.size(), arguments.out->string());
  } else {
    fmt::print("{}", text);
  }
  return 0;
}

} // namespace layercert::cli
