#define BOOST_TEST_MODULE cli_evaluate
#include <boost/test/unit_test.hpp>

#include "checks.hpp"
#include "common/paths.hpp"

#include "layercert/numeric/dyadic.hpp"

#include <nlohmann/json.hpp>

using namespace cli_test;
using layercert::Dyadic;
using nlohmann::json;

namespace {

const fs::path vectors = paths::test_data() / "vectors";

struct Bounds {
  mpq_class lower, upper;
};

std::vector<Bounds> evaluate(const fs::path &network, const std::string &at,
                             std::vector<std::string> more = {}) {
  more.insert(more.begin(), {"evaluate", network.string(), "--at", at, "--json"});
  const Outcome outcome = run(more);
  BOOST_TEST(outcome.err == "");
  BOOST_REQUIRE(outcome.status == 0);
  std::vector<Bounds> bounds;
  for (const json &readout : json::parse(outcome.out)) {
    bounds.push_back({Dyadic::parse(readout["lower"].get<std::string>()).to_rational(),
                      Dyadic::parse(readout["upper"].get<std::string>()).to_rational()});
  }
  return bounds;
}

// `digits` as the vectors write a number: within one unit of its last digit.
Bounds around(const std::string &digits) {
  const std::size_t point = digits.find('.');
  BOOST_REQUIRE(point != std::string::npos);
  BOOST_REQUIRE(digits.find('e') == std::string::npos);
  std::string all = digits;
  all.erase(point, 1);
  mpz_class unit;
  mpz_ui_pow_ui(unit.get_mpz_t(), 10, digits.size() - point - 1);
  const mpz_class whole(all, 10);
  return {mpq_class(whole - 1, unit), mpq_class(whole + 1, unit)};
}

void refused(std::vector<std::string> arguments, Pieces pieces) {
  arguments.insert(arguments.begin(), {"evaluate", (vectors / "d2-N2-L2.network.json").string()});
  refuses(arguments, pieces);
}

} // namespace

BOOST_AUTO_TEST_CASE(enclosures_hold_what_another_program_computed) {
  for (const char *name : {"d2-N2-L2", "d1-N3-L2"}) {
    const fs::path network = vectors / (std::string(name) + ".network.json");
    const json points = json::parse(read_file(vectors / (std::string(name) + ".values.json")))["points"];
    BOOST_TEST(points.size() >= 5U);
    for (const json &point : points) {
      std::string at;
      for (const json &x : point["x"]) {
        at += (at.empty() ? "" : ",") + x.get<std::string>();
      }
      // A handful of bits gives wide enclosures, never wrong ones.
      for (const char *precision : {"", "2", "3", "17", "100", "2000"}) {
        const bool given = *precision != '\0';
        const std::vector<Bounds> found =
            given ? evaluate(network, at, {"--precision", precision}) : evaluate(network, at);
        BOOST_REQUIRE(found.size() == point["readouts"].size());
        for (std::size_t l = 0; l < found.size(); ++l) {
          const Bounds expected = around(point["readouts"][l].get<std::string>());
          BOOST_TEST_CONTEXT(name << " at " << at << ", level " << l + 1 << ", precision " << precision) {
            BOOST_TEST((found[l].lower <= expected.upper && expected.lower <= found[l].upper));
            if (!given) {
              BOOST_TEST((found[l].upper - found[l].lower < mpq_class(1, 1UL << 60U)));
            }
          }
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(coordinates_are_taken_exactly) {
  const fs::path network = vectors / "d2-N2-L2.network.json";
  const auto same = [&](const std::string &a, const std::string &b) {
    const std::vector<Bounds> first = evaluate(network, a);
    const std::vector<Bounds> second = evaluate(network, b);
    BOOST_REQUIRE(first.size() == second.size());
    for (std::size_t l = 0; l < first.size(); ++l) {
      BOOST_TEST((first[l].lower == second[l].lower && first[l].upper == second[l].upper), a << " and " << b);
    }
  };
  same("0.25,0.1", "1/4,1/10");
  same("0x1p-2,1", "25e-2,1.000");
  // The network jumps within a ramp below 1/2: a coordinate rounded to a double would not see it.
  const std::vector<Bounds> at = evaluate(network, "1/2,0");
  const std::vector<Bounds> below = evaluate(network, "0.4999999999999999999999999999999,0");
  BOOST_TEST((at[0].upper < below[0].lower || below[0].upper < at[0].lower));
}

BOOST_AUTO_TEST_CASE(one_level) {
  const fs::path network = vectors / "d2-N2-L2.network.json";
  BOOST_TEST(evaluate(network, "0,0", {"--level", "2"}).size() == 1U);
  const Outcome outcome = run({"evaluate", network.string(), "--at", "0,0", "--level", "2"});
  BOOST_TEST(outcome.out.starts_with("Phi_2 in ["));
  BOOST_TEST(outcome.out.find('\n') == outcome.out.size() - 1);
}

BOOST_AUTO_TEST_CASE(wrong_points) {
  refused({"--at", "0.5"}, {"--at", "found 1 coordinate;", "expected 2"});
  refused({"--at", "0,0,0"}, {"found 3 coordinates", "expected 2"});
  refused({"--at", "0,1.0000000000000000000000001"}, {"1.0000000000000000000000001", "from 0 to 1"});
  refused({"--at", "-0.1,0"}, {"-0.1", "from 0 to 1"});
  refused({"--at", "0,-0x1p-1"}, {"-0x1p-1", "from 0 to 1"});
  refused({"--at", "0,0x1p1000000000000"}, {"from 0 to 1"}); // decided without 2^1000000000000
  refused({"--at", "0,0x1p-1000000000000"}, {"2^-1000000"});
  for (const char *word : {"", ",", "0,", "0,nan", "0,inf", "0,half", "0,0.5.5", "0,0x1", "0, 1", "0,1/0"}) {
    refused({"--at", word}, {"--at", "expected"});
  }
}

BOOST_AUTO_TEST_CASE(wrong_levels_and_precisions) {
  refused({"--at", "0,0", "--level", "3"}, {"--level", "found 3", "from 1 to 2"});
  refused({"--at", "0,0", "--level", "-1"}, {"--level", "found \"-1\""});
  refused({"--at", "0,0", "--precision", "4000000001"}, {"--precision", "4000000001", "expected an integer"});
}

BOOST_AUTO_TEST_CASE(networks_that_are_none) {
  const TemporaryFolder folder;
  const std::string good = read_file(vectors / "d2-N2-L2.network.json");
  const auto refuses_network = [&](const fs::path &file, const char *piece) {
    const Outcome outcome = run({"evaluate", file.string(), "--at", "0,0"});
    is_refusal(outcome, {piece});
    BOOST_TEST(outcome.err.starts_with("layercert: " + file.string() + ":"));
  };
  refuses_network(folder / "none.json", "expected a network");
  refuses_network(folder.path(), "expected a network");
  refuses_network(write_file(folder / "n.json", ""), "JSON");
  refuses_network(write_file(folder / "n.json", good.substr(0, good.size() / 2)), "JSON");
  refuses_network(write_file(folder / "n.json", "{\"format\": \"layercert-network-0\"}"),
                  "layercert-network-1");
  std::string altered = good;
  altered.replace(altered.find("\"relu\""), 6, "\"tanh\"");
  refuses_network(write_file(folder / "n.json", altered), "expected \"relu\" or \"sine\"");
}
