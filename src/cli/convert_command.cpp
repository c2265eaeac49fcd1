// Another form of a network: the same weights in other bytes, or rounded weights with a bound of what that
// costs.
#include "commands.hpp"
#include "interruption.hpp"
#include "result/result_files.hpp"

#include "layercert/error.hpp"
#include "layercert/network/level_values.hpp"
#include "layercert/network/network_file.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "network/dyadic_rounding.hpp"
#include "numeric/file_bytes.hpp"
#include "numeric/sha256.hpp"
#include "result/certificate_document.hpp"
#include "stability/rounding_bound.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace layercert::cli {

namespace {

using nlohmann::json;

// A certificate beside the network, if there is one, and the instance that it is about.
struct Claims {
  Instance instance;
  Certificate certificate;
};

std::optional<Claims> claims_beside(const std::filesystem::path &network) {
  const std::filesystem::path folder = network.parent_path();
  std::error_code ignored;
  if (!std::filesystem::exists(folder / "certificate.json", ignored)) {
    return {};
  }
  const ResultFiles result = read_result(folder.empty() ? "." : folder);
  if (result.network_file.filename() != network.filename()) {
    return {}; // of another network
  }
  require_unaltered(result);
  Claims claims{parse_instance(result.instance_bytes, (folder / "instance.toml").string(), folder), {}};
  claims.certificate =
      read_certificate(result.certificate, (folder / "certificate.json").string(), claims.instance);
  return claims;
}

// Of || Phi~_l - Phi_l ||_p: where all digits are read off the readout moves by `moved`; on the ramps, which
// have measure d l delta at most, by 2 sum A_m more, since |Phi_l - Phi_0| <= sum A_m (Lemma 5).
UpperBound norm_of_move(const NetworkParameters &p, const DyadicRounding &rounding, int level,
                        const mpq_class &exponent) {
  RoundingBound bound;
  bound.off_ramps = UpperBound::of(rounding.readout_error_upper[static_cast<std::size_t>(level)]);
  bound.anywhere = UpperBound::of(rounding.readout_error_upper[0]);
  for (int m = 1; m <= level; ++m) {
    bound.anywhere += UpperBound(2) * UpperBound::of_size(p.A[static_cast<std::size_t>(m) - 1]);
  }
  bound.left_out = UpperBound(p.digits(level)) * UpperBound::power_of_two(-p.ramp_exponent);
  return bound.norm(exponent);
}

// Claim R of the rounded network follows from that of the exact one: || f - Phi~_l || <= || f - Phi_l || + ||
// Phi~_l - Phi_l ||.
bool survives(const LevelCertificate &level, const UpperBound &norm) {
  const UpperBound error =
      UpperBound::of(MpfrNumber::from_double(level.error_upper, UpperBound::kBits, MPFR_RNDU)) + norm;
  return mpfr_cmp_d(error.value().get(), level.bound_lower) <= 0;
}

std::string decimal_upper(const MpfrNumber &x) {
  char *text = nullptr;
  mpfr_asprintf(&text, "%.3RUg", x.get());
  std::string result(text);
  mpfr_free_str(text);
  return result;
}

// What rounding does to each level, for people and as JSON.
struct MovedLevel {
  MpfrNumber moved_upper;
  std::optional<bool> survives; // without a certificate: nothing is known
};

int print_levels(const std::vector<MovedLevel> &levels, bool as_json, json &document) {
  bool all_survive = true;
  document["levels"] = json::array();
  for (std::size_t l = 1; l <= levels.size(); ++l) {
    const MovedLevel &level = levels[l - 1];
    json entry{{"level", l},
               {"moved_upper", Dyadic::from_mpfr(level.moved_upper.get()).to_string()},
               {"moved_upper_decimal", decimal_upper(level.moved_upper)}};
    std::string claim;
    if (level.survives) {
      claim = *level.survives ? "claim R survives" : "claim R is not proved to survive";
      entry["claim_survives"] = *level.survives;
      all_survive = all_survive && *level.survives;
    }
    document["levels"].push_back(std::move(entry));
    if (!as_json) {
      fmt::print("level {}: Phi_{} moves by at most {} on the good part of the cells{}{}\n", l, l,
                 decimal_upper(level.moved_upper), claim.empty() ? "" : "; ", claim);
    }
  }
  return all_survive ? 0 : 1;
}

} // namespace

int convert_command(const ConvertArguments &arguments) {
  const NetworkFormat format = parse_network_format(arguments.to, "--to");
  std::error_code ignored;
  const std::filesystem::path file = std::filesystem::is_directory(arguments.network, ignored)
                                         ? find_network(arguments.network)
                                         : arguments.network;
  Network network = read_network(file);
  std::vector<MovedLevel> levels;
  if (arguments.dyadic) {
    const NetworkParameters exact = extract_parameters(network, file.string());
    {
      const UpwardScope upward;
      decoder_base(exact, file.string());
    }
    decoder_weights(exact, file.string());
    const std::optional<Claims> claims = claims_beside(file);
    const DyadicRounding rounding =
        round_weights(exact, arguments.bits ? std::optional<mpfr_prec_t>(*arguments.bits) : std::nullopt);
    for (int l = 1; l <= exact.depth; ++l) {
      const auto at = static_cast<std::size_t>(l);
      MovedLevel &level = levels.emplace_back();
      level.moved_upper = rounding.readout_error_upper[at];
      if (claims && at <= claims->certificate.levels.size()) {
        level.survives = survives(claims->certificate.levels[at - 1],
                                  norm_of_move(exact, rounding, l, claims->instance.p));
      }
    }
    network = assemble_network(rounding.parameters);
  }
  const EncodedNetwork encoded = encode_network(network, format);
  {
    const Uninterrupted whole;
    write_bytes(arguments.out, encoded.bytes);
  }
  json document{{"file", arguments.out.string()},
                {"bytes", encoded.bytes.size()},
                {"sha256", sha256_hex(encoded.bytes)}};
  int status = 0;
  if (!arguments.json) {
    fmt::print("{}: {} bytes\n", arguments.out.string(), encoded.bytes.size());
  }
  if (arguments.dyadic) {
    status = print_levels(levels, arguments.json, document);
  }
  if (arguments.json) {
    fmt::print("{}\n", document.dump(2, ' ', false, json::error_handler_t::replace));
  }
  return status;
}

} // namespace layercert::cli
