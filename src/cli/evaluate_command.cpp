#include "commands.hpp"

#include "layercert/error.hpp"
#include "layercert/instance/exact_number.hpp"
#include "layercert/instance/instance.hpp"
#include "layercert/network/direct_evaluator.hpp"
#include "layercert/network/network_file.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace layercert::cli {

namespace {

// Exactly, and no more of it than can matter: 2^-kFinest is far below the steepest ramp.
constexpr std::int64_t kFinest = 1000000;

mpq_class parse_coordinate(const std::string &part) {
  const auto outside = [&]() -> InputError {
    return {"--at", 0, fmt::format("found {}; expected coordinates from 0 to 1", part)};
  };
  mpq_class x;
  try {
    if (part.find('x') == std::string::npos && part.find('X') == std::string::npos) {
      x = parse_exact_number(part);
    } else {
      const Dyadic dyadic = Dyadic::parse(part);
      if (dyadic.sign() < 0 || Dyadic::from_integer(1) < dyadic) {
        throw outside();
      }
      if (dyadic.exponent() < -kFinest) {
        throw std::invalid_argument(fmt::format("expected no power of two below 2^-{}", kFinest));
      }
      x = dyadic.to_rational();
    }
  } catch (const std::invalid_argument &error) {
    throw InputError("--at", 0, fmt::format("\"{}\": {}", part, error.what()));
  }
  if (x < 0 || x > 1) {
    throw outside();
  }
  return x;
}

std::vector<mpq_class> parse_point(const std::string &text, std::size_t dimension) {
  std::vector<mpq_class> point;
  std::size_t from = 0;
  while (from <= text.size()) {
    const std::size_t to = std::min(text.find(',', from), text.size());
    const std::string part = text.substr(from, to - from);
    point.push_back(parse_coordinate(part));
    from = to + 1;
  }
  if (point.size() != dimension) {
    throw InputError("--at", 0,
                     fmt::format("found {} coordinate{}; expected {}, the dimension of the network",
                                 point.size(), point.size() == 1 ? "" : "s", dimension));
  }
  return point;
}

// Two layers of intervals are held at a time, and a few more to compute with.
void require_memory(const Network &network, mpfr_prec_t precision, bool asked_for) {
  const double needed = (2.0 * network.width + network.depth + 16) * 2 * static_cast<double>(precision) / 8;
  const auto there = static_cast<double>(physical_memory_bytes());
  if (needed > there) {
    throw InputError(
        "--precision", 0,
        fmt::format("{} {} bits, which need {:.3g} bytes of memory; there are {:.3g}; expected {}",
                    asked_for ? "found" : "the network asks for", precision, needed, there,
                    asked_for ? "fewer bits" : "a network with smaller weights, or fewer bits"));
  }
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
  const int level = arguments.level.value_or(0); // 0: all
  if (arguments.level && (level < 1 || level > network.depth)) {
    throw InputError("--level", 0,
                     fmt::format("found {}; expected a level from 1 to {}, the depth of the network", level,
                                 network.depth));
  }
  const mpfr_prec_t precision = arguments.precision.value_or(sufficient_precision(network, level, 64));
  require_memory(network, precision, arguments.precision.has_value());
  const std::vector<MpfrInterval> readouts = evaluate_directly(network, point, precision, level);
  nlohmann::json json = nlohmann::json::array();
  for (std::size_t l = 1; l <= readouts.size(); ++l) {
    const MpfrInterval &value = readouts[l - 1];
    if (level != 0 && static_cast<int>(l) != level) {
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
