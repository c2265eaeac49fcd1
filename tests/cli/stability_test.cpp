#define BOOST_TEST_MODULE cli_stability
#include <boost/test/unit_test.hpp>

#include "checks.hpp"

#include "layercert/numeric/dyadic.hpp"
#include "numeric/sha256.hpp"

#include <nlohmann/json.hpp>

using namespace cli_test;
using layercert::Dyadic;
using nlohmann::json;

namespace {

struct Fixture {
  Fixture() : result(folder / "result") {
    make_result(write_file(folder / "i.toml", instance_text("abs(x - 1/3)", 3)), result);
  }

  void refuses(Pieces pieces, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"stability", result.string()});
    cli_test::refuses(more, pieces);
  }
  // The certificate with the first `from` replaced.
  void alter_certificate(const std::string &from, const std::string &to) const {
    const fs::path file = result / "certificate.json";
    write_file(file, replaced(read_file(file), from, to));
  }

  TemporaryFolder folder;
  fs::path result;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(stability, Fixture)

BOOST_AUTO_TEST_CASE(a_table_for_people) {
  const Outcome outcome = run({"stability", result.string()});
  BOOST_TEST(outcome.status == 0);
  BOOST_TEST(outcome.err.empty());
  for (const char *piece :
       {"differs <=", "level 1: w_1 has ", "level 3: w_3 has ", "bits are enough for the claim", "all 8"}) {
    BOOST_TEST(outcome.out.find(piece) != std::string::npos, "lacks: " << piece << "\n" << outcome.out);
  }
}

BOOST_AUTO_TEST_CASE(the_profile_as_json) {
  const Outcome outcome = run({"stability", result.string(), "--json"});
  BOOST_TEST(outcome.status == 0);
  const json profile = json::parse(outcome.out);
  const json certificate = json::parse(read_file(result / "certificate.json"));
  BOOST_TEST(profile["format"] == "layercert-stability-1");
  BOOST_TEST(profile["network_sha256"] == certificate["network_sha256"]);
  BOOST_REQUIRE(profile["levels"].size() == 3U);
  const auto number = [](const json &text) { return Dyadic::parse(text.get<std::string>()); };
  for (std::size_t l = 0; l < 3; ++l) {
    const json &level = profile["levels"][l];
    BOOST_TEST(level["error_upper"] == certificate["levels"][l]["error_upper"]);
    BOOST_TEST(level["bound"] == certificate["levels"][l]["bound"]);
    const Dyadic slack = number(level["bound"]) - number(level["error_upper"]);
    for (const json &precision : level["precisions"]) {
      BOOST_TEST(precision["observed_cells"] == 2U << l);
      BOOST_TEST((number(precision["difference_observed"]) <= number(precision["difference_upper"])));
      BOOST_TEST((number(precision["last_bit_observed"]) <= number(precision["last_bit_upper"])));
      BOOST_TEST((number(precision["norm_upper"]) <= slack) == precision["claim_holds"].get<bool>());
      BOOST_TEST((precision["bits"] >= level["least_bits"]) == precision["claim_holds"].get<bool>());
    }
  }
  BOOST_TEST(run({"stability", result.string(), "--json", "--threads", "1"}).out == outcome.out);
}

BOOST_AUTO_TEST_CASE(files) {
  const fs::path json_file = result / "stability.json";
  const fs::path plot = folder / "plot.svg";
  const Outcome outcome =
      run({"stability", result.string(), "--json", "--out", json_file.string(), "--plot", plot.string()});
  BOOST_TEST(outcome.status == 0);
  BOOST_TEST(read_file(json_file) == outcome.out);
  const std::string svg = read_file(plot);
  BOOST_TEST(svg.find("<svg") != std::string::npos);
  BOOST_TEST(svg.find("level 3") != std::string::npos);
  BOOST_TEST(svg.ends_with("</svg>\n"));
  // What stability adds does not keep the result from being replaced.
  BOOST_TEST(run({"certify", (folder / "i.toml").string(), "--out", result.string()}).status == 0);
  BOOST_TEST(!fs::exists(json_file));
  refuses({(folder / "no/such.svg").c_str()}, {"--plot", (folder / "no/such.svg").string()});
}

BOOST_AUTO_TEST_CASE(samples) {
  const Outcome none = run({"stability", result.string(), "--samples", "0"});
  BOOST_TEST(none.status == 0);
  BOOST_TEST(none.out.find("none") != std::string::npos);
  BOOST_TEST(run({"stability", result.string(), "--samples", "3"}).out.find("3 of 8") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_claim_that_is_not_certified) {
  // The remainder alone may be larger than the bound, since the modulus is 0.
  const fs::path instance = write_file(
      folder / "constant.toml", "[target]\ndimension = 1\nexpression = \"6/5\"\nremainder = \"1/100\"\n"
                                "[theorem]\nN = 2\ndepth = 1\np = 2\n");
  const fs::path undecided = folder / "undecided";
  BOOST_TEST(run({"certify", instance.string(), "--out", undecided.string()}).status == 1);
  const Outcome outcome = run({"stability", undecided.string()});
  BOOST_TEST(outcome.status == 1);
  BOOST_TEST(outcome.out.find("level 1: w_1 has") != std::string::npos);
  BOOST_TEST(outcome.out.find("the claim is not certified") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(results_that_are_none) {
  refuses({"--samples", "expected an integer from 0"}, {"--samples", "-1"});
  const std::string certificate = read_file(result / "certificate.json");
  write_file(result / "certificate.json", certificate.substr(0, certificate.size() / 2));
  refuses({"certificate.json", "JSON"});
  write_file(result / "certificate.json", certificate);
  alter_certificate("\"error_upper\": \"0x", "\"error_upper\": \"0y");
  refuses({"certificate.json", "/levels/0/error_upper", "0y"});
  write_file(result / "certificate.json", certificate);
  alter_certificate("\"error_upper\": \"0x", "\"error_upper\": \"0x1p-200 0x");
  refuses({"certificate.json", "/levels/0/error_upper"});
  write_file(result / "certificate.json", certificate);
  alter_certificate("\"bound\": \"0x", "\"bound\": \"0x1");
  refuses({"certificate.json", "/levels/0/bound", "follows from the bounds beside it"});
  write_file(result / "certificate.json", certificate);
  alter_certificate("\"levels\"", "\"stages\"");
  refuses({"certificate.json", "/levels is missing"});
  write_file(result / "certificate.json", certificate);
  const std::string network = read_file(result / "network.json");
  write_file(result / "network.json", network + "\n");
  refuses({"network.json", "SHA-256"});
  write_file(result / "network.json", network);
  write_file(result / "instance.toml", read_file(result / "instance.toml") + "\n");
  refuses({"instance.toml", "SHA-256"});
  fs::remove(result / "instance.toml");
  refuses({"instance.toml", "expected"});
  fs::remove_all(result);
  refuses({"certificate.json", "expected the certificate of a result folder"});
}

BOOST_AUTO_TEST_CASE(a_network_of_another_depth) {
  make_result(write_file(folder / "short.toml", instance_text("abs(x - 1/3)", 2)), folder / "short");
  const std::string network = read_file(folder / "short/network.json");
  write_file(result / "network.json", network);
  json certificate = json::parse(read_file(result / "certificate.json"));
  certificate["network_sha256"] = layercert::sha256_hex(network);
  write_file(result / "certificate.json", certificate.dump());
  refuses({"certificate.json", "/levels has 3 entries", "expected 2"});
}

BOOST_AUTO_TEST_CASE(it_shows_progress_and_ends_when_told) {
  Running running({"stability", result.string(), "--samples", "1000000000"}, true);
  BOOST_REQUIRE(running.wait_for_text("rounding level 1 of 3"));
  BOOST_TEST(running.wait().status == 0); // there are no more than 8 cells
  Running stopped({"stability", result.string()}, true);
  BOOST_REQUIRE(stopped.wait_for_text("rounding level 1 of 3"));
  stopped.send(SIGINT);
  const int status = stopped.wait().status;
  BOOST_TEST((status == 130 || status == 0)); // it may have been faster
}

BOOST_AUTO_TEST_SUITE_END()
