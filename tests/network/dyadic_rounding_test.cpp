#define BOOST_TEST_MODULE dyadic_rounding
#include <boost/test/unit_test.hpp>

#include "network/network_for_test.hpp"

#include "layercert/error.hpp"
#include "layercert/network/network_file.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "network/dyadic_rounding.hpp"
#include "network/weight_enclosure.hpp"

#include <fmt/format.h>

#include <random>

using namespace layercert;
using namespace layercert::test;

namespace {

struct Case {
  const char *target;
  int d, N, depth;
};
const Case kCases[] = {{"exp(x0)", 1, 2, 4},
                       {"sin(5*x0)", 1, 3, 3},
                       {"x0*x1 + x1", 2, 2, 2},
                       {"1/(x0 + 1/7)", 1, 7, 2},
                       {"pi/7", 1, 2, 2}};

} // namespace

// Both networks, evaluated layer by layer, differ by no more than the bound, at every cell of every level;
// and the bound is no more than a few times what is seen where much is lost.
BOOST_AUTO_TEST_CASE(readouts_move_by_no_more_than_the_bound) {
  prepare_mpfr_thread();
  std::mt19937_64 random(4);
  for (const Case &c : kCases) {
    const NetworkParameters exact = parameters_for(c.target, c.d, c.N, c.depth);
    const Network exact_network = assemble_network(exact);
    for (const std::optional<mpfr_prec_t> bits :
         {std::optional<mpfr_prec_t>(), std::optional<mpfr_prec_t>(24), std::optional<mpfr_prec_t>(64),
          std::optional<mpfr_prec_t>(400)}) {
      const DyadicRounding rounding = round_weights(exact, bits);
      const Network rounded = assemble_network(rounding.parameters);
      BOOST_TEST(has_dyadic_weights(rounded));
      BOOST_TEST(!has_dyadic_weights(exact_network));
      BOOST_REQUIRE_EQUAL(rounding.readout_error_upper.size(), static_cast<std::size_t>(c.depth) + 1);
      const mpfr_prec_t precision = sufficient_precision(exact_network, 0, 200);
      const std::uint64_t cells = power(static_cast<std::uint64_t>(c.N), c.d * c.depth);
      for (std::uint64_t k = 0; k < cells; ++k) {
        const Point point = point_in_cell(k, c.d, c.N, c.depth, random_inside(random, c.d));
        const std::vector<MpfrInterval> a = evaluate_directly(exact_network, point, precision);
        const std::vector<MpfrInterval> b = evaluate_directly(rounded, point, precision);
        for (std::size_t l = 1; l <= a.size(); ++l) {
          const MpfrInterval difference = a[l - 1] - b[l - 1];
          const MpfrNumber &bound = rounding.readout_error_upper[l];
          BOOST_TEST((difference.lower() <= bound && -difference.upper() <= bound),
                     fmt::format("{}, {} bits, level {}, cell {}", c.target, bits.value_or(0), l, k));
        }
      }
      if (!bits) { // fine enough for phases good to 2^-64
        for (const MpfrNumber &error : rounding.phase_error_upper) {
          BOOST_TEST(mpfr_cmp_d(error.get(), 0x1p-64) < 0);
        }
      }
    }
  }
}

// It is the rounding that moves the readouts: with few bits the network with many cells is another one, and
// the bound says so.
BOOST_AUTO_TEST_CASE(few_bits_lose_the_readout) {
  const NetworkParameters exact = parameters_for("sin(5*x0)", 1, 2, 5);
  const DyadicRounding rounding = round_weights(exact, 24);
  BOOST_TEST(mpfr_cmp_d(rounding.readout_error_upper.back().get(), 0.1) > 0);
  const DyadicRounding finer = round_weights(exact, 2000);
  BOOST_TEST(mpfr_cmp_d(finer.readout_error_upper.back().get(), 1e-100) < 0);
}

// Files of formats 1 and 2 hold it, and read it back.
BOOST_AUTO_TEST_CASE(rounded_networks_are_of_format_1) {
  const NetworkParameters exact = parameters_for("x0*x1 + x1", 2, 2, 2);
  const Network rounded = assemble_network(round_weights(exact, {}).parameters);
  const std::string json = encode_network(rounded, NetworkFormat::Json).bytes;
  BOOST_TEST(json.find("layercert-network-1") != std::string::npos);
  BOOST_TEST(first_difference(parse_network(json, "n"), rounded) == "");
  BOOST_TEST(first_difference(parse_network(encode_network(rounded, NetworkFormat::Binary).bytes, "n"),
                              rounded) == "");
  BOOST_TEST(difference(extract_parameters(rounded, "n"), round_weights(exact, {}).parameters) == "");
  BOOST_CHECK_THROW(decoder_weights(extract_parameters(rounded, "n"), "n"), InputError);
}
