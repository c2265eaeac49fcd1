#define BOOST_TEST_MODULE stability_profile
#include <boost/test/unit_test.hpp>

#include "network/network_for_test.hpp"

#include "layercert/error.hpp"
#include "stability/profile.hpp"

using namespace layercert;
using namespace layercert::test;

namespace {

const std::vector<LevelClaim> claims = {{0.1, 0.4}, {0.05, 0.2}, {0.025, 0.1}};

std::vector<LevelProfile> profile_of(const NetworkParameters &p, const std::vector<LevelClaim> &of,
                                     std::optional<std::uint64_t> samples = {}) {
  StabilityOptions options;
  options.samples = samples;
  return stability_profile(p, 2, of, "test", options);
}

} // namespace

BOOST_AUTO_TEST_CASE(every_precision_is_bounded_observed_and_judged) {
  const NetworkParameters p = parameters_for("abs(x-1/3)", 1, 2, 3, "2");
  const std::vector<LevelProfile> profile = profile_of(p, claims);
  BOOST_REQUIRE(profile.size() == 3U);
  for (const LevelProfile &level : profile) {
    BOOST_TEST_CONTEXT("level " << level.level) {
      BOOST_TEST(level.cells == power(2, level.level));
      BOOST_TEST(level.weight_bits == p.w[static_cast<std::size_t>(level.level) - 1].mantissa_bits());
      BOOST_REQUIRE(level.precisions.size() >= 5U);
      const mpfr_prec_t formats[] = {24, 53, 64, 113, 128};
      for (std::size_t i = 0; i < 5; ++i) {
        BOOST_TEST(level.precisions[i].bits == formats[i]);
      }
      const auto last = static_cast<std::size_t>(level.precisions.back().bits);
      BOOST_TEST(last >= level.weight_bits);
      BOOST_REQUIRE(level.least_bits.has_value());
      for (const PrecisionProfile &precision : level.precisions) {
        BOOST_TEST(precision.claim_holds == (precision.bits >= *level.least_bits));
        BOOST_REQUIRE(precision.observed.has_value());
        BOOST_TEST(precision.observed->cells == level.cells);
        BOOST_TEST((precision.observed->difference_lower <= precision.difference.value()));
        BOOST_TEST((precision.observed->last_bit_lower <= precision.last_bit.value()));
      }
    }
  }
  // One bit less is not enough, and the claim is error + norm <= bound.
  const RoundingAnalysis analysis(p, assemble_network(p));
  const auto norm = [&](mpfr_prec_t bits) {
    return mpfr_get_d(analysis.bound(bits).norm(2).value().get(), MPFR_RNDN);
  };
  const LevelProfile &last = profile.back();
  BOOST_TEST(norm(*last.least_bits) <= 0.1 - 0.025);
  BOOST_TEST(norm(*last.least_bits - 1) > 0.1 - 0.025);
  BOOST_TEST(last.lost_in.layer >= 1);
  BOOST_TEST(last.lost_in.layer <= 5);
}

// Double precision is lost where the ramps alone, 2^q, are beyond it.
BOOST_AUTO_TEST_CASE(doubles_fail) {
  const NetworkParameters p = parameters_for("abs(x-1/3)", 1, 2, 3, "2");
  const LevelProfile level = profile_of(p, claims).back();
  const PrecisionProfile &doubles = level.precisions[1];
  BOOST_TEST(doubles.bits == 53);
  BOOST_TEST(!doubles.claim_holds);
  BOOST_TEST((doubles.observed->difference_lower > MpfrNumber::from_double(0.1, 53, MPFR_RNDN)));
  BOOST_TEST(*level.least_bits > p.ramp_exponent);
}

BOOST_AUTO_TEST_CASE(claims_that_do_not_hold_anyway) {
  const NetworkParameters p = parameters_for("abs(x-1/3)", 1, 2, 1);
  const double infinity = std::numeric_limits<double>::infinity();
  for (const LevelClaim &claim : {LevelClaim{0.5, 0.4}, LevelClaim{infinity, 1}, LevelClaim{0.5, 0.5}}) {
    const LevelProfile level = profile_of(p, {claim})[0];
    BOOST_TEST(!level.least_bits.has_value());
    for (const PrecisionProfile &precision : level.precisions) {
      BOOST_TEST(!precision.claim_holds);
    }
  }
}

BOOST_AUTO_TEST_CASE(samples_are_what_was_asked_for) {
  const NetworkParameters p = parameters_for("abs(x-1/3)", 1, 2, 3);
  BOOST_TEST(profile_of(p, claims, 3).back().precisions[0].observed->cells == 3U);
  BOOST_TEST(profile_of(p, claims, 100).back().precisions[0].observed->cells == 8U);
  BOOST_TEST(!profile_of(p, claims, 0).back().precisions[0].observed.has_value());
}

BOOST_AUTO_TEST_CASE(parameters_that_are_no_decoders) {
  NetworkParameters p = parameters_for("abs(x-1/3)", 1, 2, 3);
  p.M = Dyadic();
  BOOST_CHECK_THROW(profile_of(p, claims), InputError);
  p = parameters_for("abs(x-1/3)", 1, 2, 3);
  p.theta[1] = -p.theta[1];
  BOOST_CHECK_THROW(profile_of(p, claims), InputError);
}
