// layercert certify INSTANCE --network FILE, as a user runs it.
#define BOOST_TEST_MODULE cli_network_command
#include <boost/test/unit_test.hpp>

#include "checks.hpp"
#include "common/paths.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <sstream>
#include <string>
#include <vector>

using namespace cli_test;
using nlohmann::json;

namespace {

// The interpolant of x^2 with the nodes 0, 1/2, 1: x/2 + relu(x - 1/2), and, as a second readout, the one
// with the nodes 0 and 1. Their errors in L^2 are h^2 / sqrt(30) = 0.04564... and 0.18257...
constexpr const char *kInterpolants = R"({ "format": "layercert-network-1", "d": 1,
  "hidden": [ { "units": [ { "index": 0, "activation": "relu", "bias": "-0x1p-1", "weights": [[0, "0x1p+0"]] },
                           { "index": 1, "activation": "identity", "bias": "0x0p+0", "weights": [[0, "0x1p+0"]] } ] } ],
  "readouts": [ { "level": 1, "layer": 1, "bias": "0x0p+0", "weights": [[0, "0x1p+0"], [1, "0x1p-1"]] },
                { "level": 2, "layer": 0, "bias": "0x0p+0", "weights": [[0, "0x1p+0"]] } ] })";

struct Fixture {
  Fixture() {
    instance = write_file(folder / "i.toml", instance_text("x^2")).string();
    network = write_file(folder / "any.json", kInterpolants).string();
    out = (folder / "result").string();
  }
  std::vector<std::string> certify(std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments = {"certify", instance, "--network", network};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  static double number(const json &entry, const std::string &key) {
    return entry[key + "_decimal"].get<double>();
  }

  TemporaryFolder folder;
  std::string instance, network, out;
};

const std::string kModels = paths::test_data().string() + "/onnx/";

} // namespace

BOOST_FIXTURE_TEST_SUITE(network_command, Fixture)

BOOST_AUTO_TEST_CASE(readouts_are_certified_against_the_claim) {
  const Outcome done = run(certify({"--out", out}));
  BOOST_TEST(done.status == 0, done.out + done.err);
  BOOST_TEST(count(done.out, "  certified\n") == 2U);
  const auto files = contents(out);
  BOOST_TEST(files.size() == 4U); // run.json, too
  BOOST_TEST(files.at("network.json") == kInterpolants);
  const json certificate = json::parse(files.at("certificate.json"));
  BOOST_TEST(certificate["format"] == "layercert-certificate-network-1");
  BOOST_TEST_REQUIRE(certificate["readouts"].size() == 2U);
  const double errors[] = {0.25 / std::sqrt(30.0), 1 / std::sqrt(30.0)};
  for (std::size_t i = 0; i < 2; ++i) {
    const json &entry = certificate["readouts"][i];
    BOOST_TEST(number(entry, "error_lower") <= errors[i] * (1 + 1e-12));
    BOOST_TEST(number(entry, "error_upper") >= errors[i] * (1 - 1e-12));
    BOOST_TEST(number(entry, "error_width") <= 0.01);
    BOOST_TEST(entry["level"] == i + 1);
    BOOST_TEST(number(entry, "bound") > 0);
  }
  // The same folder may be used again, and the checker proves it.
  BOOST_TEST(run(certify({"--out", out})).status == 0);
  const Outcome checked = run({"check", out});
  BOOST_TEST(checked.status == 0, checked.out + checked.err);
  BOOST_TEST(holds(checked.out, "by the independent checker"), checked.out);
  BOOST_TEST(holds(checked.out, "the network is that of network.json"), checked.out);
  const Outcome refused = run({"prove", out});
  BOOST_TEST(refused.status == 2, refused.out << refused.err);
  BOOST_TEST(holds(refused.err, "of a network of others"), refused.err);
  std::string altered = files.at("network.json");
  altered.replace(altered.find("-0x1p-1"), 7, "-0x2p-1");
  write_file(fs::path(out) / "network.json", altered);
  BOOST_TEST(run({"check", out}).status == 1);
  BOOST_TEST(run({"stability", out}).status == 2);
}

// What the reports say is what the certificate says.
BOOST_AUTO_TEST_CASE(reports) {
  BOOST_TEST(run(certify({"--out", out, "--sup", "--readouts", "2=1,1=2"})).status == 0);
  const Outcome csv = run({"report", out, "--format", "csv", "--out", "-"});
  BOOST_TEST(csv.status == 0, csv.err);
  const json certificate = json::parse(contents(out).at("certificate.json"));
  std::istringstream lines(csv.out);
  std::string line;
  std::getline(lines, line);
  BOOST_TEST(line ==
             "readout,error_lower,error_upper,sup_lower,sup_upper,level,modulus_lower,modulus_upper,bound,"
             "ratio_lower,ratio_upper,status");
  for (const json &entry : certificate["readouts"]) {
    BOOST_TEST_REQUIRE(!!std::getline(lines, line));
    std::vector<std::string> fields;
    std::istringstream row(line);
    for (std::string field; std::getline(row, field, ',');) {
      fields.push_back(field);
    }
    BOOST_TEST_REQUIRE(fields.size() == 12U);
    BOOST_TEST(fields[0] == entry["readout"]);
    BOOST_TEST(std::stod(fields[1]) <= number(entry, "error_lower"));
    BOOST_TEST(std::stod(fields[1]) >= number(entry, "error_lower") * (1 - 1e-15));
    BOOST_TEST(std::stod(fields[2]) >= number(entry, "error_upper"));
    BOOST_TEST(std::stod(fields[4]) >= number(entry, "sup_upper"));
    BOOST_TEST(std::stoi(fields[5]) == entry["level"].get<int>());
    BOOST_TEST(fields[11] == entry["status"]);
  }
  const Outcome page = run({"report", out, "--check"});
  BOOST_TEST(page.status == 0, page.err);
  const std::string html = read_file(fs::path(out) / "report.html");
  BOOST_TEST(holds(html, "every readout is certified"));
  BOOST_TEST(count(html, "<article class=\"level\">") == 2U);
  BOOST_TEST(holds(html, "accepted: every verdict is proved again"));
  BOOST_TEST(holds(html, "--readouts 2=1,1=2"));
  BOOST_TEST(holds(html, "run time"));
  const Outcome parts = run(
      {"report", out, "--format", "tex", "--fragment", "--standalone", "--out", (folder / "paper").string()});
  BOOST_TEST(parts.status == 0, parts.err);
  for (const char *name : {"preamble.tex", "formula.tex", "table.tex", "errors.tex", "pictures.tex", "f.pdf",
                           "readout-1.svg", "difference-2.pdf"}) {
    BOOST_TEST(fs::exists(folder / "paper" / (std::string("report-") + name)), name);
  }
  // A verdict that does not follow from the bounds, and another network.
  json altered = certificate;
  altered["readouts"][0]["status"] = "refuted";
  write_file(fs::path(out) / "certificate.json", altered.dump());
  refuses({"report", out}, {"/readouts/0/status", "certified"});
  altered = certificate;
  altered["readouts"][0].erase("error_upper");
  write_file(fs::path(out) / "certificate.json", altered.dump());
  refuses({"report", out}, {"/readouts/0/error_upper is missing"});
  write_file(fs::path(out) / "certificate.json", certificate.dump());
  write_file(fs::path(out) / "network.json", replaced(kInterpolants, "-0x1p-1", "-0x2p-1"));
  refuses({"report", out}, {"network.json", "SHA-256"});
}

// h^2 / 4 with h = 1/2 and h = 1. The checker does not verify it, and says so.
BOOST_AUTO_TEST_CASE(suprema) {
  BOOST_TEST(run(certify({"--out", out, "--sup"})).status == 0);
  const json certificate = json::parse(contents(out).at("certificate.json"));
  for (std::size_t i = 0; i < 2; ++i) {
    const json &entry = certificate["readouts"][i];
    BOOST_TEST(number(entry, "sup_lower") <= (i == 0 ? 0.0625 : 0.25));
    BOOST_TEST(number(entry, "sup_upper") >= (i == 0 ? 0.0625 : 0.25));
  }
  const Outcome checked = run({"check", out});
  BOOST_TEST(checked.status == 0, checked.out + checked.err);
  BOOST_TEST(holds(checked.out, "sup_lower, sup_upper"), checked.out);
}

BOOST_AUTO_TEST_CASE(tolerances_for_tests) {
  BOOST_TEST(run(certify({"--out", out})).status == 0);
  const Outcome done = run({"stability", out, "--float", "fp16"});
  BOOST_TEST(done.status == 0, done.out + done.err);
  BOOST_TEST(holds(done.out, "constexpr double kTolerance = "), done.out);
  BOOST_TEST(holds(done.out, "numpy.testing.assert_allclose("), done.out);
  const json document = json::parse(run({"stability", out, "--json", "--ulps", "2"}).out);
  BOOST_TEST(document["readouts"].size() == 8U);
  BOOST_TEST(document["ulps"] == 2.0);
  refuses({"stability", out, "--float", "fp8"}, {"--float"});
}

BOOST_AUTO_TEST_CASE(errors_are_compared_with_a_number) {
  const Outcome refuted = run(certify({"--at-most", "0.05"}));
  BOOST_TEST(refuted.status == 1);
  BOOST_TEST(count(refuted.out, "  certified\n") == 1U);
  BOOST_TEST(count(refuted.out, "  refuted\n") == 1U);
  BOOST_TEST(holds(refuted.out, "the error sits in"));
  const Outcome certified = run(certify({"--at-most", "0.05", "--readouts", "1", "--json"}));
  BOOST_TEST(certified.status == 0);
  BOOST_TEST(json::parse(certified.out)["readouts"].size() == 1U);
  BOOST_TEST(json::parse(certified.out)["at_most"] == "1/20");
  const json other = json::parse(run(certify({"--readouts", "2=1,1=5", "--json"})).out);
  BOOST_TEST(other["readouts"][0]["readout"] == "2");
  BOOST_TEST(other["readouts"][0]["level"] == 1);
  BOOST_TEST(other["readouts"][1]["level"] == 5);
}

BOOST_AUTO_TEST_CASE(wrong_usage_is_refused) {
  refuses(certify({"--readouts", "3"}), {"--readouts", "\"3\"", "readouts 1, 2"});
  refuses(certify({"--readouts", "1=0"}), {"--readouts", "1=0", "from 1 to 64"});
  refuses(certify({"--readouts", "1,"}), {"--readouts", "\"\""});
  refuses(certify({"--at-most", "0"}), {"--at-most", "\"0\""});
  refuses(certify({"--at-most", "nan"}), {"--at-most", "\"nan\""});
  refuses(certify({"--accuracy", "0.1"}), {"--accuracy", "--at-most"});
  refuses({"certify", instance, instance, "--network", network}, {"--network", "one instance"});
  refuses({"certify", instance, "--at-most", "1"}, {"--at-most", "--network FILE"});
  refuses({"certify", instance, "--readouts", "1"}, {"--readouts", "--network FILE"});
  refuses({"certify", instance, "--sup"}, {"--sup", "--network FILE"});
  refuses({"certify", instance, "--network", (folder / "missing.onnx").string()}, {"missing.onnx"});
  refuses({"certify", instance, "--network", folder.path().string()}, {"a network"});
  const std::string two =
      write_file(folder / "two.toml", replaced(instance_text("x0^2"), "dimension = 1", "dimension = 2"))
          .string();
  refuses({"certify", two, "--network", network}, {"any.json", "has 1 inputs; expected 2"});
  const std::string empty = write_file(folder / "empty.onnx", "").string();
  refuses({"certify", instance, "--network", empty}, {"empty.onnx"});
  BOOST_TEST(!fs::exists(out));
}

BOOST_AUTO_TEST_CASE(models_in_onnx) {
  const std::string plane =
      write_file(folder / "plane.toml", replaced(instance_text("x0 + x1"), "dimension = 1", "dimension = 2"))
          .string();
  const Outcome done =
      run({"certify", plane, "--network", kModels + "gemm.onnx", "--at-most", "10", "--out", out});
  if (holds(done.err, "built without libonnx")) {
    return;
  }
  BOOST_TEST(done.status == 0, done.out + done.err);
  BOOST_TEST(holds(done.out, "3 relu"));
  BOOST_TEST(fs::exists(fs::path(out) / "network.onnx"));
  // The checkers read the row of units beside it, and say so.
  const Outcome checked = run({"check", out});
  BOOST_TEST(checked.status == 0, checked.out + checked.err);
  BOOST_TEST(holds(checked.out, "not verified: that layers.json is the network of network.onnx"),
             checked.out);
  // It is a network as well.
  BOOST_TEST(run({"certify", plane, "--network", (fs::path(out) / "layers.json").string(), "--at-most", "10"})
                 .status == 0);
  refuses({"certify", plane, "--network", kModels + "bad_dynamic.onnx"},
          {"bad_dynamic.onnx", "dynamic dimension"});
  refuses({"certify", plane, "--network", kModels + "bad_huge.onnx"}, {"1000000000 parameters", "memory"});
  refuses({"certify", plane, "--network", kModels + "bad_external_outside.onnx"}, {"../../etc/passwd"});
}

BOOST_AUTO_TEST_SUITE_END()
