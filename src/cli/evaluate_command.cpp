#include "commands.hpp"

#include "layercert/error.hpp"
#include "layercert/instance/exact_number.hpp"
#include "layercert/network/direct_evaluator.hpp"
#include "layercert/network/network_file.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace layercert::cli {

namespace {

std::vector<mpq_class> parse_point(const std::string &text, int dimension) {
  std::vector<mpq_class> point;
  std::size_t from = 0;
  while (from <= text.size()) {
    const std::size_t to = std::min(text.find(',', from), text.size());
    const std::string part = text.substr(from, to - from);
    try {
      point.push_back(part.find('x') != std::string::npos ? Dyadic::parse(part).to_rational()
                                                          : parse_exact_number(part));
    } catch (const std::invalid_argument &error) {
      throw InputError("--at", 0, "\"" + part + "\": " + error.what());
    }
    if (point.back() < 0 || point.back() > 1) {
      throw InputError("--at", 0, part + " is outside [0, 1]");
    }
    from = to + 1;
  }
  if (point.size() != static_cast<std::size_t>(dimension)) {
    throw InputError("--at", 0,
                     fmt::format("{} coordinates; expected {}, as the network has", point.size(), dimension));
  }
  return point;
}

std::string decimal(const MpfrNumber &x, mpfr_rnd_t rnd) {
  char *text = nullptr;
  mpfr_asprintf(&text, rnd == MPFR_RNDD ? "%.40RDg" : "%.40RUg", x.get());
  std::string result(text);
  mpfr_free_str(text);
  return result;
}

} // namespace

int evaluate_command(const EvaluateArguments &arguments) {
  const Network network = read_network(arguments.network);
  const std::vector<mpq_class> point = parse_point(arguments.point, network.dimension);
  if (arguments.level < 0 || arguments.level > network.depth) {
    throw InputError("--level", 0, fmt::format("{}; expected 1..{}", arguments.level, network.depth));
  }
  const mpfr_prec_t precision =
      arguments.precision > 0 ? arguments.precision : sufficient_precision(network, arguments.level, 64);
  const std::vector<MpfrInterval> readouts = evaluate_directly(network, point, precision, arguments.level);
  nlohmann::json json = nlohmann::json::array();
  for (std::size_t l = 1; l <= readouts.size(); ++l) {
    const MpfrInterval &value = readouts[l - 1];
    if (arguments.level != 0 && static_cast<int>(l) != arguments.level) {
      continue;
    }
    if (arguments.json) {
      const MpfrNumber &lower = value.lower();
      const MpfrNumber &upper = value.upper();
      json.push_back(
          {{"level", l},
           {"lower", mpfr_number_p(lower.get()) != 0 ? Dyadic::from_mpfr(lower.get()).to_string() : "-inf"},
           {"upper", mpfr_number_p(upper.get()) != 0 ? Dyadic::from_mpfr(upper.get()).to_string() : "inf"},
           {"lower_decimal", decimal(value.lower(), MPFR_RNDD)},
           {"upper_decimal", decimal(value.upper(), MPFR_RNDU)}});
    } else {
      fmt::print("Phi_{} in [{}, {}]\n", l, decimal(value.lower(), MPFR_RNDD),
                 decimal(value.upper(), MPFR_RNDU));
    }
  }
  if (arguments.json) {
    fmt::print("{}\n", json.dump(2));
  }
  return 0;
}

} // namespace layercert::cli
