#define BOOST_TEST_MODULE cli_regress
#include <boost/test/unit_test.hpp>

#include "checks.hpp"

#include <nlohmann/json.hpp>

using namespace cli_test;
using nlohmann::json;

namespace {

struct Fixture {
  Fixture() {
    const fs::path instance = write_file(folder / "i.toml", instance_text("abs(x - 1/3)", 2));
    for (const char *name : {"base/one", "base/deep/two"}) {
      make_result(instance, folder / name);
    }
    fs::copy(base, now, fs::copy_options::recursive);
  }

  // Replaces a key of a level of a certificate of the new results.
  void alter(const std::string &result, std::size_t level, const char *key, const json &value) const {
    const fs::path file = now / result / "certificate.json";
    json certificate = json::parse(read_file(file));
    certificate["levels"][level][key] = value;
    write_file(file, certificate.dump());
  }

  void refuses(std::vector<std::string> arguments, Pieces pieces) const {
    arguments.insert(arguments.begin(), "regress");
    cli_test::refuses(arguments, pieces);
  }

  TemporaryFolder folder;
  fs::path base = folder / "base", now = folder / "now";
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(regress, Fixture)

BOOST_AUTO_TEST_CASE(nothing_has_changed) {
  const Outcome outcome = run({"regress", base.string(), now.string()});
  BOOST_TEST(outcome.status == 0);
  BOOST_TEST(outcome.err.empty());
  BOOST_TEST(outcome.out.ends_with(" 0 worse, 0 better\n"), outcome.out);
  // A certificate alone is enough.
  for (const char *file : {"network.json", "instance.toml"}) {
    fs::remove(base / "one" / file);
  }
  BOOST_TEST(run({"regress", (base / "one").string(), (now / "deep/two/").string()}).status == 0);
}

BOOST_AUTO_TEST_CASE(a_lost_certificate_is_found) {
  alter("deep/two", 1, "status", "undecided");
  const fs::path junit = folder / "junit.xml";
  const Outcome outcome = run({"regress", base.string(), now.string(), "--junit", junit.string()});
  BOOST_TEST(outcome.status == 1);
  BOOST_TEST(outcome.out.starts_with("worse   deep/two: level 2: verdict: undecided, was certified\n"),
             outcome.out);
  const std::string xml = read_file(junit);
  BOOST_TEST(xml.find("<testsuite name=\"deep/two\"") != std::string::npos);
  BOOST_TEST(xml.find("<failure message=\"undecided, was certified\">") != std::string::npos);
  const Outcome as_json = run({"regress", base.string(), now.string(), "--json"});
  BOOST_TEST(as_json.status == 1);
  BOOST_TEST(json::parse(as_json.out)["worse"] == true);
}

BOOST_AUTO_TEST_CASE(missing_results_and_levels) {
  fs::remove_all(now / "one");
  const Outcome outcome = run({"regress", base.string(), now.string()});
  BOOST_TEST(outcome.status == 1);
  BOOST_TEST(outcome.out.starts_with("worse   one: result: the result is missing\n"));
  BOOST_TEST(run({"regress", now.string(), base.string()}).status == 0);
}

BOOST_AUTO_TEST_CASE(thresholds_come_from_a_file) {
  const json before = json::parse(read_file(base / "one/certificate.json"))["levels"][0];
  alter("one", 0, "ratio_upper", "0x1p+3");
  BOOST_TEST(run({"regress", base.string(), now.string()}).status == 1);
  const auto with = [&](const std::string &text) {
    return run({"regress", base.string(), now.string(), "--thresholds",
                write_file(folder / "t.toml", text).string()});
  };
  BOOST_TEST(with("ratio = 1000\n").status == 0);
  BOOST_TEST(with("").status == 1);
  const auto refused = [&](const std::string &text, Pieces pieces) {
    refuses({base.string(), now.string(), "--thresholds", write_file(folder / "t.toml", text).string()},
            pieces);
  };
  refused("width = 1\nrati = 1\n", {"t.toml:2:", "unknown key \"rati\"", "did you mean \"ratio\"?"});
  refused("ratio = \"much\"\n", {"t.toml:1:", "\"ratio\"", "at least 0"});
  refused("ratio = -1\n", {"t.toml:1:", "at least 0"});
  refused("ratio = nan\n", {"t.toml:1:", "at least 0"});
  refused("time = 0.5\n", {"t.toml:1:", "\"time\"", "at least 1"});
  refused("[ratio]\n", {"t.toml:1:", "\"ratio\""});
  refused("ratio = \n", {"t.toml:1:", "TOML syntax"});
  refuses({base.string(), now.string(), "--thresholds", (folder / "none.toml").string()},
          {"none.toml", "expected thresholds"});
}

BOOST_AUTO_TEST_CASE(bits_and_times_are_compared_where_both_have_them) {
  const Outcome profile = run({"stability", (base / "one").string(), "--samples", "0", "--json"});
  write_file(base / "one/stability.json", profile.out);
  BOOST_TEST(run({"regress", base.string(), now.string()}).status == 0);
  json more = json::parse(profile.out);
  more["levels"][1]["least_bits"] = 100000;
  write_file(now / "one/stability.json", more.dump());
  Outcome outcome = run({"regress", base.string(), now.string()});
  BOOST_TEST(outcome.status == 1);
  BOOST_TEST(outcome.out.starts_with("worse   one: level 2: bits that are enough: 100000, was "));
  write_file(now / "one/stability.json", profile.out);
  write_file(base / "one/timing.json", "{\"seconds\": 10}");
  write_file(now / "one/timing.json", "{\"seconds\": 25}");
  outcome = run({"regress", base.string(), now.string()});
  BOOST_TEST(outcome.status == 1);
  BOOST_TEST(outcome.out.starts_with("worse   one: time: 25, was 10 s: 2.5 times as long\n"), outcome.out);
}

BOOST_AUTO_TEST_CASE(certify_keeps_its_time_if_asked) {
  const fs::path timed = folder / "timed";
  BOOST_TEST(run({"certify", (folder / "i.toml").string(), "--out", timed.string(), "--timing"}).status == 0);
  BOOST_TEST(json::parse(read_file(timed / "timing.json"))["seconds"].get<double>() > 0);
  BOOST_TEST(read_file(timed / "certificate.json") == read_file(base / "one/certificate.json"));
  BOOST_TEST(run({"check", timed.string()}).status == 0);
  BOOST_TEST(run({"regress", (base / "one").string(), timed.string()}).status == 0);
  BOOST_TEST(run({"certify", (folder / "i.toml").string(), "--out", timed.string()}).status == 0);
  BOOST_TEST(!fs::exists(timed / "timing.json"));
}

BOOST_AUTO_TEST_CASE(folders_that_hold_no_results) {
  refuses({base.string(), (folder / "none").string()}, {"none", "is no folder"});
  fs::create_directory(folder / "empty");
  refuses({(folder / "empty").string(), now.string()}, {"empty", "holds no certificate.json"});
  refuses({base.string(), (now / "one").string()}, {"two results or two folders"});
  alter("one", 1, "error_upper", "big");
  refuses({base.string(), now.string()}, {"now/one/certificate.json", "\"error_upper\"", "big"});
  alter("one", 1, "error_upper", "inf");
  alter("one", 1, "status", "fine");
  refuses({base.string(), now.string()}, {"now/one/certificate.json", "\"status\"", "fine"});
  write_file(now / "one/certificate.json", "[]");
  refuses({base.string(), now.string()}, {"now/one/certificate.json", "layercert-certificate-1"});
  fs::remove_all(now / "one");
  write_file(now / "deep/two/timing.json", "{\"seconds\": -1}");
  refuses({base.string(), now.string()}, {"timing.json", "\"seconds\"", "-1"});
  write_file(now / "deep/two/stability.json",
             "{\"format\": \"layercert-stability-1\", \"levels\": [{\"least_bits\": \"x\"}]}");
  refuses({base.string(), now.string()}, {"stability.json", "\"least_bits\""});
}

BOOST_AUTO_TEST_SUITE_END()
