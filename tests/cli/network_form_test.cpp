#define BOOST_TEST_MODULE network_form
#include <boost/test/unit_test.hpp>

#include "checks.hpp"
#include "common/paths.hpp"

#include "numeric/file_bytes.hpp"
#include "numeric/sha256.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

using cli_test::holds;
using cli_test::Outcome;
using cli_test::run;
using layercert::read_bytes;
using layercert::sha256_hex;
using layercert::write_bytes;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

// A result in binary and one in JSON, made once.
struct Results {
  cli_test::TemporaryFolder place;
  fs::path path = place.path();
  fs::path binary = path / "binary";
  fs::path text = path / "text";

  Results() {
    const std::string instance = (paths::data() / "instances" / "kink1.toml").string();
    BOOST_REQUIRE_EQUAL(run({"certify", instance, "--format", "binary", "--out", binary.string()}).status, 0);
    BOOST_REQUIRE_EQUAL(run({"certify", instance, "--out", text.string()}).status, 0);
  }
  // A copy of the binary result, to be spoilt.
  fs::path copy(const std::string &name) const {
    fs::copy(binary, path / name);
    return path / name;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(network_form, Results)

BOOST_AUTO_TEST_CASE(certificates_name_the_file) {
  for (const auto &[folder, name] : {std::pair(binary, "network.lcn"), std::pair(text, "network.json")}) {
    const json certificate = json::parse(read_bytes(folder / "certificate.json", "a certificate"));
    BOOST_CHECK_EQUAL(certificate["network_file"].get<std::string>(), name);
    BOOST_CHECK_EQUAL(certificate["network_sha256"].get<std::string>(),
                      sha256_hex(read_bytes(folder / name, "a network")));
    BOOST_CHECK_EQUAL(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 4);
    const Outcome checked = run({"check", folder.string()});
    BOOST_CHECK_EQUAL(checked.status, 0);
    BOOST_CHECK(checked.out.starts_with("accepted"));
  }
  // Apart from that the two results say the same.
  json a = json::parse(read_bytes(binary / "certificate.json", "a certificate"));
  json b = json::parse(read_bytes(text / "certificate.json", "a certificate"));
  for (const char *key : {"network_file", "network_sha256"}) {
    a.erase(key);
    b.erase(key);
  }
  BOOST_CHECK(a == b);
}

// Without a number of bits the rounded network is as good as the exact one; with few it is not, and the
// output says so.
BOOST_AUTO_TEST_CASE(rounding_says_what_it_costs) {
  const std::string file = (path / "rounded.json").string();
  const auto convert = [&](std::vector<std::string> bits) {
    std::vector<std::string> words{"convert", text.string(), "--dyadic"};
    words.insert(words.end(), bits.begin(), bits.end());
    words.insert(words.end(), {"--out", file, "--json"});
    return run(words);
  };
  const Outcome fine = convert({});
  BOOST_CHECK_EQUAL(fine.status, 0);
  const json of_fine = json::parse(fine.out);
  BOOST_REQUIRE_EQUAL(of_fine["levels"].size(), 7U);
  for (const json &level : of_fine["levels"]) {
    BOOST_CHECK_LT(std::stod(level["moved_upper_decimal"].get<std::string>()), 0x1p-62);
    BOOST_CHECK(level["claim_survives"] == true);
  }
  BOOST_CHECK(read_bytes(file, "a network").find("layercert-network-1") != std::string::npos);
  // The files agree, layer by layer.
  const auto readout = [&](const std::string &network) {
    return json::parse(run({"evaluate", network, "--at", "1/7", "--level", "7", "--json"}).out)[0];
  };
  const json exact = readout((text / "network.json").string());
  const json rounded = readout(file);
  BOOST_CHECK_LT(std::fabs(std::stod(exact["lower_decimal"].get<std::string>()) -
                           std::stod(rounded["upper_decimal"].get<std::string>())),
                 1e-15);
  const Outcome coarse = convert({"24"});
  BOOST_CHECK_EQUAL(coarse.status, 1);
  BOOST_CHECK(json::parse(coarse.out)["levels"][6]["claim_survives"] == false);
  BOOST_CHECK_EQUAL(convert({"2000"}).status, 0);
  for (const char *bits : {"1", "0", "-5", "many", "1.5", "99999999999"}) {
    BOOST_CHECK_EQUAL(convert({bits}).status, 2);
  }
  BOOST_CHECK_EQUAL(run({"convert", text.string(), "--out", file}).status, 2);
  BOOST_CHECK_EQUAL(run({"convert", file, "--dyadic", "--out", file}).status, 2); // not exact any more
}

BOOST_AUTO_TEST_CASE(conversion_is_exact) {
  const std::string json_file = (path / "converted.json").string();
  const std::string binary_file = (path / "converted.lcn").string();
  BOOST_CHECK_EQUAL(
      run({"convert", (binary / "network.lcn").string(), "--to", "json", "--out", json_file}).status, 0);
  BOOST_CHECK(read_bytes(json_file, "a network") == read_bytes(text / "network.json", "a network"));
  BOOST_CHECK_EQUAL(run({"convert", json_file, "--to", "binary", "--out", binary_file}).status, 0);
  BOOST_CHECK(read_bytes(binary_file, "a network") == read_bytes(binary / "network.lcn", "a network"));
  BOOST_CHECK_EQUAL(run({"convert", binary_file, "--to", "auto", "--out", binary_file}).status, 0);
  BOOST_CHECK(read_bytes(binary_file, "a network") == read_bytes(text / "network.json", "a network"));
}

BOOST_AUTO_TEST_CASE(either_form_is_evaluated) {
  const Outcome a = run({"evaluate", (binary / "network.lcn").string(), "--at", "1/3", "--json"});
  const Outcome b = run({"evaluate", (text / "network.json").string(), "--at", "1/3", "--json"});
  BOOST_CHECK_EQUAL(a.status, 0);
  BOOST_CHECK_EQUAL(a.out, b.out);
  BOOST_CHECK_EQUAL(json::parse(a.out).size(), 7U);
}

BOOST_AUTO_TEST_CASE(altered_networks) {
  const fs::path folder = copy("altered");
  std::string bytes = read_bytes(folder / "network.lcn", "a network");
  bytes[bytes.size() / 2] ^= 1;
  write_bytes(folder / "network.lcn", bytes);
  const Outcome checked = run({"check", folder.string()});
  BOOST_CHECK_EQUAL(checked.status, 1);
  BOOST_CHECK(holds(checked.out, "network.lcn is not the file that was certified"));
  const Outcome evaluated = run({"evaluate", (folder / "network.lcn").string(), "--at", "0.5"});
  BOOST_CHECK_EQUAL(evaluated.status, 2);
  BOOST_CHECK(holds(evaluated.err, "network.lcn: damaged"));
}

BOOST_AUTO_TEST_CASE(which_network_must_be_plain) {
  const fs::path folder = copy("spoilt");
  const json certificate = json::parse(read_bytes(folder / "certificate.json", "a certificate"));
  json changed = certificate;
  changed["network_file"] = "network.json";
  write_bytes(folder / "certificate.json", changed.dump());
  BOOST_CHECK_EQUAL(run({"check", folder.string()}).status, 1);
  changed.erase("network_file");
  write_bytes(folder / "certificate.json", changed.dump());
  BOOST_CHECK_EQUAL(run({"check", folder.string()}).status, 1);
  write_bytes(folder / "certificate.json", certificate.dump());
  BOOST_CHECK_EQUAL(run({"check", folder.string()}).status, 0);

  fs::copy(text / "network.json", folder / "network.json");
  const Outcome both = run({"check", folder.string()});
  BOOST_CHECK_EQUAL(both.status, 2);
  BOOST_CHECK(holds(both.err, "holds network.json and network.lcn"));
  fs::remove(folder / "network.json");
  fs::remove(folder / "network.lcn");
  const Outcome neither = run({"check", folder.string()});
  BOOST_CHECK_EQUAL(neither.status, 2);
  BOOST_CHECK(holds(neither.err, "expected network.json or network.lcn"));
}

// A certificate from before there were two forms names no file, and is no longer accepted.
BOOST_AUTO_TEST_CASE(older_results) {
  const fs::path folder = path / "older";
  fs::copy(text, folder);
  json certificate = json::parse(read_bytes(folder / "certificate.json", "a certificate"));
  certificate.erase("network_file");
  write_bytes(folder / "certificate.json", certificate.dump());
  const Outcome checked = run({"check", folder.string()});
  BOOST_CHECK_EQUAL(checked.status, 1);
  BOOST_CHECK(holds(checked.out, "network_file"));
}

BOOST_AUTO_TEST_CASE(unknown_forms) {
  const Outcome certified = run({"certify", "none.toml", "--format", "xml"});
  BOOST_CHECK_EQUAL(certified.status, 2);
  BOOST_CHECK(holds(certified.err, "--format: found \"xml\"; expected auto, json or binary"));
  const Outcome converted = run({"convert", (text / "network.json").string(), "--to", "xml", "--out", "x"});
  BOOST_CHECK_EQUAL(converted.status, 2);
  BOOST_CHECK(holds(converted.err, "--to: found \"xml\"; expected auto, json or binary"));
}

BOOST_AUTO_TEST_SUITE_END()
