#include "commands.hpp"
#include "function/target_from_bytes.hpp"
#include "interruption.hpp"
#include "result/result_files.hpp"

#include "layercert/error.hpp"
#include "layercert/instance/instance.hpp"
#include "layercert/network/network_file.hpp"
#include "numeric/file_bytes.hpp"
#include "numeric/sha256.hpp"
#include "prove/checker_proof.hpp"
#include "prove/coq_expression.hpp"
#include "prove/instance_proof.hpp"

#include <fmt/format.h>

namespace layercert::cli {

namespace {

using nlohmann::json;

// The powers of whole numbers that the checker takes are this long at most: layercert-verified has the same
// limit.
constexpr int kLargestNumerator = 127;
constexpr int kLargestWholeExponent = 64;

std::vector<Dyadic> shift_of(const json &certificate, int level, const NetworkParameters &parameters,
                             const std::string &name) {
  const json shift =
      certificate.value(json::json_pointer(fmt::format("/levels/{}/shift", level - 1)), json());
  if (!shift.is_array() || shift.size() != parameters.dimension) {
    throw InputError(
        name, 0,
        fmt::format("level {} has no shift; expected \"shift\": [\"0x...\"], a number for each of {} "
                    "coordinates",
                    level, parameters.dimension));
  }
  std::vector<Dyadic> numbers;
  for (const json &number : shift) {
    try {
      numbers.push_back(Dyadic::parse(number.is_string() ? number.get<std::string>() : std::string()));
    } catch (const std::invalid_argument &fault) {
      throw InputError(name, 0, fmt::format("the shift of level {}: {}", level, fault.what()));
    }
    Dyadic scaled = numbers.back().abs();
    for (int m = 0; m < level; ++m) {
      scaled = scaled * Dyadic::from_integer(parameters.N);
    }
    if (scaled > Dyadic::from_integer(1)) {
      throw InputError(name, 0, fmt::format("the shift of level {0} is longer than N^-{0}", level));
    }
  }
  return numbers;
}

// The target, of which samples are read from their copy in the result.
Target target_of(const ResultFiles &result, Instance &instance) {
  std::string sample_bytes;
  for (std::filesystem::path *samples : {&instance.image, &instance.table}) {
    if (!samples->empty()) {
      *samples = result.folder / ("samples" + samples->extension().string());
      sample_bytes = read_regular_bytes(*samples, "the samples that were certified");
      if (result.certificate.value("samples_sha256", json()) != json(sha256_hex(sample_bytes))) {
        refuse_altered(*samples);
      }
    }
  }
  return make_target(instance, sample_bytes);
}

// proofs/theory/Instance.v is about these; its integrals of one variable need fewer boxes than the checker's
// sums.
bool is_function_of_one_number(const Instance &instance, const Target &target) {
  return instance.dimension == 1 && !target.is_table() && target.remainder == 0 &&
         instance.p.get_den() == 1 && instance.p <= kLargestWholeExponent &&
         !jumps_in_coq(target.expression());
}

// Throws InputError for instances that proofs/theory/Checker.v is not about.
void require_covered(const Instance &instance, const Target &target) {
  if (target.is_table() ? target.remainder != 0 : target.samples() != nullptr) {
    throw InputError(
        instance.file, static_cast<std::size_t>(instance.line_of_source),
        "layercert prove expects an expression, or samples without interpolation and without a remainder");
  }
  if (instance.p.get_num() > kLargestNumerator) {
    throw InputError(instance.file, static_cast<std::size_t>(instance.line_of_p),
                     fmt::format("found p = {}; layercert prove expects a fraction with a numerator up to {}",
                                 instance.p.get_str(), kLargestNumerator));
  }
}

} // namespace

int prove_command(const ProveArguments &arguments) {
  const ResultFiles result = read_result(arguments.folder);
  require_unaltered(result);
  Instance instance =
      parse_instance(result.instance_bytes, (result.folder / "instance.toml").string(), result.folder);
  const Target target = target_of(result, instance);
  require_covered(instance, target);
  const std::string certificate_name = (result.folder / "certificate.json").string();
  const std::string network_name = result.network_file.string();
  NetworkParameters parameters =
      extract_parameters(parse_network(result.network_bytes, network_name), network_name);
  if (parameters.dimension != instance.dimension || parameters.N != instance.N) {
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
  std::vector<std::vector<Dyadic>> shifts;
  for (int l = 1; l <= parameters.depth; ++l) {
    shifts.push_back(shift_of(result.certificate, l, parameters, certificate_name));
  }
  std::string text;
  if (is_function_of_one_number(instance, target)) {
    ProofTask task{target.expression(),
                   parameters,
                   static_cast<int>(instance.p.get_num().get_si()),
                   {},
                   instance.file,
                   static_cast<std::size_t>(instance.expression_line),
                   network_name};
    for (const std::vector<Dyadic> &shift : shifts) {
      task.shifts.push_back(shift.front().abs()); // the sign does not matter
    }
    std::string reason;
    const std::optional<ProofHints> hints = find_proof_hints(task, reason);
    if (!hints) {
      fmt::print("undecided: {}\n", reason);
      return 1;
    }
    text = instance_proof(task, *hints);
  } else {
    text = checker_proof(
        {target, parameters, instance.p, instance.norm, shifts, instance.file,
         static_cast<std::size_t>(target.is_table() ? instance.line_of_source : instance.expression_line),
         network_name});
  }
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
