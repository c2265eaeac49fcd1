// Networks of the same construction written by an independent program, with their readouts to 40 digits:
// tests/data/vectors. They name no roles, carry constants from layer 1 on and keep carries that nothing
// reads.
#define BOOST_TEST_MODULE vectors
#include <boost/test/unit_test.hpp>

#include "common/paths.hpp"
#include "network/network_for_test.hpp"

#include "layercert/error.hpp"
#include "layercert/instance/exact_number.hpp"
#include "network/network_json.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

using namespace layercert;
using namespace layercert::test;

namespace {

struct Vector {
  std::string name;
  Network network;
  std::vector<Point> points;
  std::vector<std::vector<mpq_class>> readouts; // of each point, levels 1..L, to the digits given
};

const mpq_class kLastDigit = parse_exact_number("1e-40");

std::vector<Vector> vectors() {
  std::vector<Vector> result;
  for (const auto &entry : std::filesystem::directory_iterator(paths::test_data() / "vectors")) {
    const std::string file = entry.path().string();
    const std::string suffix = ".network.json";
    if (!file.ends_with(suffix)) {
      continue;
    }
    Vector vector{entry.path().filename().string(), read_network(file), {}, {}};
    std::ifstream in(file.substr(0, file.size() - suffix.size()) + ".values.json");
    const nlohmann::json values = nlohmann::json::parse(in);
    for (const auto &point : values.at("points")) {
      vector.points.emplace_back();
      for (const auto &x : point.at("x")) {
        vector.points.back().push_back(Dyadic::parse(x.get<std::string>()).to_rational());
      }
      vector.readouts.emplace_back();
      for (const auto &value : point.at("readouts")) {
        const auto text = value.get<std::string>();
        BOOST_REQUIRE(text.size() - text.find('.') - 1 == 40);
        vector.readouts.back().push_back(parse_exact_number(text));
      }
    }
    result.push_back(std::move(vector));
  }
  return result;
}

// Neither end of the last digit is out of reach: [lower, upper] meets [value - 1e-40, value + 1e-40].
bool meets(const MpfrInterval &x, const mpq_class &value) {
  const mpq_class below = value - kLastDigit;
  const mpq_class above = value + kLastDigit;
  return mpfr_cmp_q(x.lower().get(), above.get_mpq_t()) <= 0 &&
         mpfr_cmp_q(x.upper().get(), below.get_mpq_t()) >= 0;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_readout_is_enclosed) {
  const std::vector<Vector> all = vectors();
  BOOST_REQUIRE(all.size() >= 2);
  for (const Vector &vector : all) {
    BOOST_TEST(first_fault(vector.network) == "");
    BOOST_REQUIRE(vector.points.size() >= 10);
    const mpfr_prec_t precision = sufficient_precision(vector.network, 0, 160);
    for (std::size_t i = 0; i < vector.points.size(); ++i) {
      const std::vector<MpfrInterval> direct = evaluate_directly(vector.network, vector.points[i], precision);
      BOOST_REQUIRE(direct.size() == vector.readouts[i].size());
      for (std::size_t l = 0; l < direct.size(); ++l) {
        BOOST_TEST_CONTEXT(vector.name << ", point " << i << ", level " << l + 1 << ", " << show(direct[l])) {
          BOOST_TEST(width_upper(direct[l]) <= 1e-45);
          BOOST_TEST(meets(direct[l], vector.readouts[i][l]));
        }
      }
    }
  }
}

// Fewer bits widen the enclosures and never move them off.
BOOST_AUTO_TEST_CASE(every_precision_encloses) {
  for (const Vector &vector : vectors()) {
    for (const mpfr_prec_t precision : {24, 53, 100, 150, 200, 250, 300, 400, 1000}) {
      for (std::size_t i = 0; i < vector.points.size(); ++i) {
        const std::vector<MpfrInterval> direct =
            evaluate_directly(vector.network, vector.points[i], precision);
        for (std::size_t l = 0; l < direct.size(); ++l) {
          BOOST_TEST(meets(direct[l], vector.readouts[i][l]),
                     vector.name << ", point " << i << ", level " << l + 1 << ", " << precision << " bits");
        }
      }
    }
  }
}

// Of the construction's shape, but with rounded weights: nothing decodes them as if they were exact.
BOOST_AUTO_TEST_CASE(the_construction_is_recognised) {
  for (const Vector &vector : vectors()) {
    const NetworkParameters parameters = extract_parameters(vector.network, vector.name);
    const Network assembled = assemble_network(parameters); // the same, without what is only carried along
    BOOST_TEST(difference(extract_parameters(assembled, "assembled"), parameters) == "");
    BOOST_TEST(count_architecture(assembled).parameters < count_architecture(vector.network).parameters);
    BOOST_CHECK_THROW(decode(parameters), InputError);
    const mpfr_prec_t precision = sufficient_precision(assembled, 0, 64);
    for (std::size_t i = 0; i < vector.points.size(); ++i) {
      const std::vector<MpfrInterval> direct = evaluate_directly(assembled, vector.points[i], precision);
      for (std::size_t l = 0; l < direct.size(); ++l) {
        BOOST_TEST(meets(direct[l], vector.readouts[i][l]),
                   vector.name << ", point " << i << ", level " << l + 1);
      }
    }
  }
}
