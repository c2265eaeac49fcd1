#define BOOST_TEST_MODULE cli_regress
#include <boost/test/unit_test.hpp>

#include "checks.hpp"

#include <fmt/format.h>
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
  fs::remove(now / "deep/two/certificate.json"); // the folder is there, the result is not
  fs::copy(base / "one", now / "one");
  const Outcome hollow = run({"regress", base.string(), now.string()});
  BOOST_TEST(hollow.status == 1);
  BOOST_TEST(hollow.out.starts_with("worse   deep/two: result: the result is missing\n"));
  const auto drop_level = [&](const fs::path &results) {
    json certificate = json::parse(read_file(results / "one/certificate.json"));
    certificate["levels"].erase(1);
    write_file(results / "one/certificate.json", certificate.dump());
  };
  fs::copy(base / "deep/two/certificate.json", now / "deep/two/certificate.json");
  drop_level(now);
  const Outcome fewer = run({"regress", base.string(), now.string()});
  BOOST_TEST(fewer.status == 1);
  BOOST_TEST(fewer.out.starts_with("worse   one: level 2: verdict: the level is missing\n"), fewer.out);
}

// What the workflow of docs/regression.md meets when somebody adds an instance that is not certified.
BOOST_AUTO_TEST_CASE(a_new_result_that_is_not_certified_is_worse) {
  for (const char *status : {"undecided", "refuted"}) {
    alter("deep/two", 1, "status", status);
    fs::remove_all(base / "deep");
    const Outcome outcome = run({"regress", base.string(), now.string()});
    BOOST_TEST(outcome.status == 1);
    BOOST_TEST(outcome.out.starts_with(
                   fmt::format("worse   deep/two: result: the result is new: level 2: {}\n", status)),
               outcome.out);
  }
  alter("deep/two", 1, "status", "certified");
  const Outcome outcome = run({"regress", base.string(), now.string()});
  BOOST_TEST(outcome.status == 0);
  BOOST_TEST(outcome.out.starts_with("better  deep/two: result: the result is new, and certified\n"),
             outcome.out);
}

BOOST_AUTO_TEST_CASE(what_a_killed_run_left_is_no_result) {
  fs::copy(base / "one", now / ".three.partial-123");
  BOOST_TEST(run({"regress", base.string(), now.string()}).out.ends_with(" 0 worse, 0 better\n"));
  BOOST_TEST(run({"regress", base.string(), now.string(), "--update"}).status == 0);
  BOOST_TEST(!fs::exists(base / ".three.partial-123"));
}

BOOST_AUTO_TEST_CASE(an_update_accepts_a_baseline) {
  alter("deep/two", 1, "status", "undecided");
  alter("one", 0, "ratio_upper", "0x1p+3");
  write_file(now / "one/stability.json",
             R"({"format": "layercert-stability-1", "levels": [{"least_bits": 9}, {"least_bits": null}]})");
  BOOST_TEST(run({"regress", base.string(), now.string()}).status == 1);
  const std::string network = read_file(base / "one/network.json");
  const Outcome accepted = run({"regress", base.string(), now.string(), "--update"});
  BOOST_TEST(accepted.status == 0);
  BOOST_TEST(accepted.err.empty());
  BOOST_TEST(accepted.out.starts_with("worse   deep/two: level 2: verdict: undecided, was certified\n"),
             accepted.out); // is shown all the same
  BOOST_TEST(accepted.out.ends_with("accepted: 2 results as the baseline " + base.string() + "\n"),
             accepted.out);
  for (const char *file : {"one/certificate.json", "deep/two/certificate.json", "one/stability.json"}) {
    BOOST_TEST(read_file(base / file) == read_file(now / file));
  }
  BOOST_TEST(read_file(base / "one/network.json") == network); // nothing else is touched
  BOOST_TEST(run({"regress", base.string(), now.string()}).status == 0);
  // The same once more, and a profile that the new results lack stays.
  fs::remove(now / "one/stability.json");
  BOOST_TEST(run({"regress", base.string(), now.string(), "--update", "--json"}).status == 0);
  BOOST_TEST(fs::exists(base / "one/stability.json"));
}

BOOST_AUTO_TEST_CASE(an_update_makes_the_first_baseline) {
  const fs::path fresh = folder / "my/golden";
  const Outcome accepted = run({"regress", fresh.string(), now.string(), "--update"});
  BOOST_TEST(accepted.status == 0);
  BOOST_TEST(read_file(fresh / "deep/two/certificate.json") == read_file(now / "deep/two/certificate.json"));
  BOOST_TEST(!fs::exists(fresh / "deep/two/network.json"));
  BOOST_TEST(run({"regress", fresh.string(), now.string()}).status == 0);
  // Of a single result, too.
  const fs::path single = folder / "single";
  BOOST_TEST(run({"regress", single.string(), (now / "one").string(), "--update"}).status == 0);
  BOOST_TEST(run({"regress", single.string(), (now / "one/").string()}).status == 0);
  refuses({single.string(), now.string(), "--update"}, {"two results or two folders"});
}

BOOST_AUTO_TEST_CASE(an_update_removes_no_result) {
  fs::remove_all(now / "one");
  const Outcome accepted = run({"regress", base.string(), now.string(), "--update"});
  BOOST_TEST(accepted.status == 1); // the result that is missing is missing still
  BOOST_TEST(fs::exists(base / "one/certificate.json"));
  // Another instance of the same name: the former profile and time are not those of it.
  write_file(base / "deep/two/timing.json", "{\"seconds\": 10}");
  json certificate = json::parse(read_file(now / "deep/two/certificate.json"));
  certificate["instance_sha256"] = std::string(64, '0');
  write_file(now / "deep/two/certificate.json", certificate.dump());
  run({"regress", base.string(), now.string(), "--update"});
  BOOST_TEST(!fs::exists(base / "deep/two/timing.json"));
  BOOST_TEST(read_file(base / "deep/two/certificate.json") == certificate.dump());
}

BOOST_AUTO_TEST_CASE(an_update_is_whole_or_not_at_all) {
  const std::string before = read_file(base / "deep/two/certificate.json");
  alter("deep/two", 0, "ratio_upper", "0x1p+3");
  const auto refused_and_unchanged = [&](Pieces pieces) {
    refuses({base.string(), now.string(), "--update"}, pieces);
    BOOST_TEST(read_file(base / "deep/two/certificate.json") == before);
    for (const fs::directory_entry &entry : fs::recursive_directory_iterator(base)) {
      BOOST_TEST(entry.path().string().find(".partial-") == std::string::npos, entry.path().string());
    }
  };
  // One of the new results is damaged.
  const std::string good = read_file(now / "one/certificate.json");
  write_file(now / "one/certificate.json", good.substr(0, good.size() / 2));
  refused_and_unchanged({"now/one/certificate.json"});
  write_file(now / "one/certificate.json", good);
  // One of the files cannot take its place. "deep/two" comes first.
  fs::create_directory(base / "one/timing.json");
  write_file(now / "one/timing.json", "{\"seconds\": 1}");
  refuses({base.string(), now.string(), "--update"}, {"timing.json"});
  BOOST_TEST(read_file(base / "deep/two/certificate.json") == before);
  fs::remove(base / "one/timing.json");
  // A folder that is to be made would have to be where a file is; one that was made for nothing is removed.
  fs::create_directories(now / "zero");
  fs::copy(now / "one", now / "zero/zero",
           fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  write_file(base / "zero", "");
  fs::copy(now / "one", now / "new", fs::copy_options::recursive);
  refused_and_unchanged({"zero", "expected a place for a baseline"});
  BOOST_TEST(!fs::exists(base / "new"));
  refuses({now.string(), now.string(), "--update"}, {"is the baseline itself"});
  refuses({(base / "zero").string(), now.string(), "--update"}, {"zero", "is no folder"});
  refuses({base.string(), (folder / "none").string(), "--update"}, {"none", "is no folder"});
}

BOOST_AUTO_TEST_CASE(a_verdict_that_its_numbers_deny_is_refused) {
  alter("one", 1, "error_upper", "inf");
  refuses({base.string(), now.string()}, {"now/one/certificate.json", "\"error_upper\" is above \"bound\""});
  alter("one", 1, "status", "undecided");
  refuses({base.string(), now.string()},
          {"\"hoelder_status\"", "\"error_upper\" is above \"hoelder_bound\""});
  alter("one", 1, "hoelder_status", "undecided");
  BOOST_TEST(run({"regress", base.string(), now.string()}).status == 1);
  alter("one", 1, "level", 7);
  refuses({base.string(), now.string()}, {"\"level\"", "found 7; expected 2"});
  write_file(
      now / "one/certificate.json",
      R"({"format": "layercert-certificate-1", "instance_sha256": "", "network_sha256": "", "levels": []})");
  refuses({base.string(), now.string()}, {"\"levels\" is empty"});
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
