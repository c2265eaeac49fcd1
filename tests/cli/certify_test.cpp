#define BOOST_TEST_MODULE cli_certify
#include <boost/test/unit_test.hpp>

#include "checks.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>

using namespace cli_test;
using nlohmann::json;

namespace {

struct Fixture {
  Fixture() {
    instance = write_file(folder / "i.toml", instance_text() + "[hoelder]\nlambda = 1\nalpha = 1\n");
    out = folder / "result";
  }
  Outcome certify(std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments = {"certify", instance.string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }

  TemporaryFolder folder;
  fs::path instance, out;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(certify, Fixture)

BOOST_AUTO_TEST_CASE(certify_check_evaluate) {
  const Outcome certified = certify({"--out", out.string()});
  BOOST_TEST(certified.status == 0);
  BOOST_TEST(certified.err.empty());
  BOOST_TEST(certified.out.find("  certified\n") != std::string::npos);
  BOOST_TEST(certified.out.find("files: " + out.string()) != std::string::npos);
  const auto files = contents(out);
  BOOST_TEST(files.size() == 4U); // with run.json
  BOOST_TEST(files.count("network.json") == 1U);
  BOOST_TEST(files.at("instance.toml") == read_file(instance));
  BOOST_TEST(partial_folders(out).empty());

  const json certificate = json::parse(files.at("certificate.json"));
  BOOST_TEST(certificate["format"] == "layercert-certificate-1");
  BOOST_TEST(certificate["levels"].size() == 2U);
  BOOST_TEST(certificate["architecture"]["width"] == 7); // 2dN + d + 2
  BOOST_TEST(certificate["architecture"]["hidden_layers"] == 4);

  const Outcome checked = run({"check", out.string()});
  BOOST_TEST(checked.status == 0);
  BOOST_TEST(checked.out.starts_with("accepted"));
  const Outcome checked_json = run({"check", out.string(), "--json"});
  BOOST_TEST(checked_json.status == 0);
  BOOST_TEST(json::parse(checked_json.out)["accepted"] == true);

  const Outcome evaluated = run({"evaluate", (out / "network.json").string(), "--at", "1/3"});
  BOOST_TEST(evaluated.status == 0);
  BOOST_TEST(count(evaluated.out, "Phi_") == 2U);
  BOOST_TEST(contents(out) == files); // neither writes anything
}

BOOST_AUTO_TEST_CASE(json_says_what_the_table_says) {
  const Outcome table = certify();
  BOOST_TEST(table.out.find("nothing was written; give --out") != std::string::npos);
  const Outcome as_json = certify({"--json"});
  BOOST_TEST(as_json.status == table.status);
  BOOST_TEST(as_json.err.empty());
  const json certificate = json::parse(as_json.out);
  std::size_t certified = 0;
  for (const json &level : certificate["levels"]) {
    certified += level["status"] == "certified" ? 1U : 0U;
    certified += level["hoelder_status"] == "certified" ? 1U : 0U;
  }
  BOOST_TEST(certified == 4U);
  BOOST_TEST(count(table.out, "certified\n") == certified);
  // With a folder, the same as the file.
  const Outcome with_folder = certify({"--json", "--out", out.string()});
  BOOST_TEST(with_folder.out == as_json.out);
  BOOST_TEST(with_folder.out == read_file(out / "certificate.json"));
}

// What is constant almost everywhere is stored as that constant, and checked; what may be one is not said to
// need more boxes.
BOOST_AUTO_TEST_CASE(constants) {
  for (const char *target : {"sin(2*x) - 2*sin(x)*cos(x)", "x/x", "log(x+1) - log(2*x+2)", "floor(x)",
                             "if(x == 1/2, 7, 3)", "takagi(x)^2 - takagi(1-x)^2", "(pi*x + 1)/(x + 1/pi)"}) {
    write_file(instance, instance_text(target));
    const Outcome certified = certify({"--out", out.string()});
    BOOST_TEST(certified.status == 0, target);
    BOOST_TEST(certified.out.find("claim R reads 0 <= 0") != std::string::npos, certified.out);
    const json level = json::parse(read_file(out / "certificate.json"))["levels"][0];
    BOOST_TEST(level["error_upper_decimal"] == level["modulus_lower_decimal"]);
    const Outcome checked = run({"check", out.string()});
    BOOST_TEST(checked.status == 0, checked.out);
    fs::remove_all(out);
  }
  write_file(instance, instance_text("step(sin(pi*x))")); // 1, but at 0 and perhaps at 1
  const Outcome undecided = certify({"--boxes", "1000"});
  BOOST_TEST(undecided.status == 1);
  BOOST_TEST(undecided.out.find("if the target is constant almost everywhere") != std::string::npos,
             undecided.out);
  BOOST_TEST(undecided.out.find("to decide more") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(threads_do_not_show_in_the_files) {
  // 12 bits a cell number: the decoder's tree is walked by several tasks, too.
  const fs::path file = write_file(folder / "w.toml", "[target]\ndimension = 2\nexpression = \"sin(3*x)*y + "
                                                      "abs(x - 1/3)\"\n[theorem]\nN = 2\ndepth = 6\np = 2\n");
  const auto certified = [&](const char *threads, const fs::path &result) {
    return run({"certify", file.string(), "--boxes", "32768", "--threads", threads, "--out", result.string()})
               .status == 0;
  };
  const fs::path one = folder / "one";
  BOOST_TEST(certified("1", one));
  BOOST_TEST(result_files(one).size() == 3U);
  for (const char *threads : {"2", "3"}) {
    const fs::path more = folder / threads;
    BOOST_TEST(certified(threads, more));
    BOOST_TEST(result_files(one) == result_files(more));
  }
  BOOST_TEST(run({"check", one.string(), "--threads", "2"}).status == 0);
}

BOOST_AUTO_TEST_CASE(refuted_and_undecided_are_status_1) {
  // The cell means of |x - 1/3| are not within 3e-6 of it.
  write_file(instance, instance_text() + "[hoelder]\nlambda = 1e-6\nalpha = 1\n");
  const Outcome refuted = certify({"--out", out.string()});
  BOOST_TEST(refuted.status == 1);
  BOOST_TEST(refuted.out.find(": refuted") != std::string::npos);
  BOOST_TEST(json::parse(read_file(out / "certificate.json"))["levels"][0]["hoelder_status"] == "refuted");
  const Outcome checked = run({"check", out.string()});
  BOOST_TEST(checked.status == 1); // genuine, and no proof
  BOOST_TEST(checked.out.find("level 1 refuted") != std::string::npos);

  write_file(instance, instance_text("exp(exp(1/x))"));
  const Outcome undecided = certify({"--boxes", "1000"});
  BOOST_TEST(undecided.status == 1);
  BOOST_TEST(undecided.out.find("undecided") != std::string::npos);
  BOOST_TEST(undecided.out.find("unbounded") != std::string::npos); // says why

  write_file(instance, instance_text("1/x"));
  const Outcome outside = certify({"--out", (folder / "outside").string()});
  BOOST_TEST(outside.status == 1);
  BOOST_TEST(outside.out.empty());
  BOOST_TEST(holds(outside.err, "f is not in L^p"), outside.err);
  BOOST_TEST(!fs::exists(folder / "outside"));
  const fs::path other = write_file(folder / "other.toml", instance_text());
  const Outcome both = run({"certify", instance.string(), other.string()});
  BOOST_TEST(both.status == 1);
  BOOST_TEST(holds(both.out, "f is not in L^p"), both.out);
  BOOST_TEST(holds(both.out, "1 of 2 certified, 1 not in L^p"), both.out);
}

BOOST_AUTO_TEST_CASE(undecided_for_want_of_boxes_says_what_to_do) {
  write_file(instance, instance_text("exp(sin(12000*x))", 1));
  const Outcome few = certify({"--boxes", "64"});
  BOOST_TEST(few.status == 1);
  BOOST_TEST(few.out.find("undecided") != std::string::npos);
  BOOST_TEST(few.out.find("try: layercert certify " + instance.string() + " --boxes 512\n") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_tolerance_narrows_the_enclosures) {
  const auto widest = [&](const std::string &tolerance) {
    const Outcome outcome = certify({"--json", "--quiet", "--tolerance", tolerance});
    BOOST_TEST(outcome.status == 0);
    const json certificate = json::parse(outcome.out);
    double width = 0;
    for (const json &level : certificate["levels"]) {
      for (const char *key : {"error_width_decimal", "modulus_width_decimal"}) {
        width = std::max(width, level[key].get<double>());
      }
    }
    return width;
  };
  BOOST_TEST(widest("0.01") <= 0.01);
  BOOST_TEST(widest("1e-5") <= 1e-5);
  for (const char *wrong : {"0", "-0.1", "1.5", "nan", "x", "1e"}) {
    const Outcome outcome = certify({"--tolerance", wrong});
    BOOST_TEST(outcome.status == 2);
    BOOST_TEST(outcome.err.find("expected a number above 0 and at most 1") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(an_accuracy_keeps_the_prefix_that_reaches_it) {
  const Outcome reached = certify({"--accuracy", "1/8", "--out", out.string()});
  BOOST_TEST(reached.status == 0);
  BOOST_TEST(reached.out.find("level 1 is the first") != std::string::npos);
  const json network = json::parse(read_file(out / "network.json"));
  BOOST_TEST(network["depth"] == 1);
  BOOST_TEST(network["hidden"].size() == 3U);
  const json certificate = json::parse(read_file(out / "certificate.json"));
  BOOST_TEST(certificate["accuracy"]["level"] == 1);
  BOOST_TEST(certificate["levels"].size() == 1U);
  BOOST_TEST(run({"check", out.string()}).status == 0);

  const Outcome missed = certify({"--accuracy", "1e-9", "--out", out.string()});
  BOOST_TEST(missed.status == 1);
  BOOST_TEST(missed.out.find("no level up to 2") != std::string::npos);
  BOOST_TEST(run({"check", out.string()}).status == 1); // genuine, but not what was wanted
  for (const char *wrong : {"0", "-1", "abc", "1/0", "nan"}) {
    BOOST_TEST(certify({"--accuracy", wrong}).status == 2);
  }
}

BOOST_AUTO_TEST_CASE(a_former_result_is_replaced) {
  BOOST_TEST(certify({"--out", out.string()}).status == 0);
  const auto before = result_files(out);
  BOOST_TEST(certify({"--out", out.string()}).status == 0);
  BOOST_TEST(result_files(out) == before);
  write_file(instance, instance_text("x*x"));
  BOOST_TEST(certify({"--out", (out / "").string()}).status == 0); // "result/" is "result"
  BOOST_TEST(result_files(out).size() == before.size());
  BOOST_TEST(result_files(out) != before);
  BOOST_TEST(partial_folders(out).empty());
}

BOOST_AUTO_TEST_CASE(an_empty_folder_and_missing_parents_will_do) {
  fs::create_directory(out);
  BOOST_TEST(certify({"--out", out.string()}).status == 0);
  BOOST_TEST(contents(out).size() == 4U);
  const fs::path deep = folder / "a/b/c";
  BOOST_TEST(certify({"--out", deep.string()}).status == 0);
  BOOST_TEST(contents(deep).size() == 4U);
}

BOOST_AUTO_TEST_CASE(a_link_to_a_result_stays_a_link) {
  BOOST_TEST(certify({"--out", out.string()}).status == 0);
  fs::create_symlink("result", folder / "link");
  write_file(instance, instance_text("x*x"));
  BOOST_TEST(certify({"--out", (folder / "link").string()}).status == 0);
  BOOST_TEST(fs::is_symlink(folder / "link"));
  BOOST_TEST(read_file(out / "instance.toml") == instance_text("x*x"));
}

BOOST_AUTO_TEST_CASE(what_is_no_result_is_never_replaced) {
  const auto refuses = [&](const fs::path &place, const char *piece, const fs::path &in = {}) {
    const auto before = contents(folder.path());
    const Outcome outcome = run({"certify", instance.string(), "--out", place.string()}, in);
    BOOST_TEST_CONTEXT(place) {
      is_refusal(outcome, {place.string() + ": ", piece});
      BOOST_TEST(contents(folder.path()) == before);
    }
  };
  write_file(out, "a file");
  refuses(out, "is no folder");
  refuses(out / "below", "cannot be written");
  refuses(fs::path("/proc/layercert"), "cannot be written");
  fs::remove(out);
  fs::create_directory(out);
  write_file(out / "notes.txt", "mine");
  refuses(out, "holds \"notes.txt\"");
  write_file(out / "certificate.json", "{\"format\": \"layercert-certificate-1\"}"); // notes beside a result
  refuses(out, "holds \"notes.txt\"");
  fs::remove(out / "notes.txt");
  write_file(out / "certificate.json", "{\"format\": \"x509\"}");
  refuses(out, "something else");
  fs::rename(out / "certificate.json", out / "network.json");
  refuses(out, "no certificate.json");
  fs::remove(out / "network.json");
  fs::create_directory(out / "samples.d"); // a folder is never part of a result
  refuses(out, "samples.d");
  fs::create_symlink("nowhere", folder / "dangling");
  refuses(folder / "dangling", "is no folder");
  fs::create_directory(folder / "here");
  refuses(".", "current folder", folder / "here");
  if (::geteuid() != 0) { // root may write anywhere
    fs::create_directory(folder / "locked");
    fs::permissions(folder / "locked", fs::perms::owner_read | fs::perms::owner_exec);
    refuses(folder / "locked/result", "cannot be written");
    fs::permissions(folder / "locked", fs::perms::owner_all);
  }
}

BOOST_AUTO_TEST_CASE(run_json_says_when_and_where) {
  BOOST_TEST(certify({"--out", out.string(), "--threads", "1"}).status == 0);
  const json ran = json::parse(read_file(out / "run.json"));
  BOOST_TEST(ran["date"].get<std::string>().size() == std::string("2026-01-01T00:00:00Z").size());
  BOOST_TEST(ran["seconds"].get<double>() > 0);
  BOOST_TEST(ran["threads"] == 1);
  BOOST_TEST(!ran["machine"].get<std::string>().empty());
  BOOST_TEST(ran["version"] == LAYERCERT_VERSION);
}

BOOST_AUTO_TEST_CASE(the_certificate_says_what_is_claimed) {
  BOOST_TEST(certify({"--out", out.string()}).status == 0);
  const json certificate = json::parse(read_file(out / "certificate.json"));
  BOOST_TEST(certificate["d"] == 1);
  BOOST_TEST(certificate["N"] == 2);
  BOOST_TEST(certificate["p"] == "2");
  BOOST_TEST(certificate["norm"] == "euclidean");
  BOOST_TEST(certificate["verdict"] == "certified");
  BOOST_TEST(certificate["version"] == LAYERCERT_VERSION);
  for (const json &level : certificate["levels"]) { // the same double, as a number
    BOOST_TEST(level["error_upper_decimal"].get<double>() ==
               std::strtod(level["error_upper"].get<std::string>().c_str(), nullptr));
  }
}

// A second instance, of another name.
BOOST_AUTO_TEST_CASE(several_instances_end_with_one_table) {
  fs::create_directory(folder / "mine");
  fs::copy(instance, folder / "mine/a.toml");
  write_file(folder / "mine/b.toml", "name = \"other\"\ntitle = \"The other one\"\n" + instance_text());
  write_file(folder / "mine/notes.txt", "");
  const Outcome done = run({"certify", (folder / "mine").string(), "--out", out.string()});
  BOOST_TEST(done.status == 0, done.err);
  BOOST_TEST(holds(done.out, "2 of 2 certified"), done.out);
  BOOST_TEST(holds(done.out, "The other one: "), done.out);
  BOOST_TEST(count(done.out, "\na        ") == 1U);
  BOOST_TEST(count(done.out, "\nother    ") == 1U);
  for (const char *name : {"a", "other"}) {
    BOOST_TEST(run({"check", (out / name).string()}).status == 0);
  }
  // The same as each alone.
  BOOST_TEST(certify({"--out", (folder / "alone").string()}).status == 0);
  BOOST_TEST(read_file(out / "a/certificate.json") == read_file(folder / "alone/certificate.json"));
  const Outcome as_json = run({"certify", instance.string(), (folder / "mine/b.toml").string(), "--json"});
  BOOST_TEST(json::parse(as_json.out).size() == 2U);

  write_file(folder / "mine/c.toml", "name = \"a\"\n" + instance_text());
  refuses({"certify", (folder / "mine").string(), "--out", (folder / "x").string()},
          {"c.toml", "the name \"a\"", "a.toml"});
  fs::remove(folder / "mine/c.toml");
  write_file(folder / "mine/d.toml", "[target]\n");
  refuses({"certify", (folder / "mine").string(), "--out", (folder / "x").string()}, {"d.toml"});
  BOOST_TEST(!fs::exists(folder / "x"));
  fs::create_directory(folder / "empty");
  refuses({"certify", (folder / "empty").string()}, {"empty: found a folder without files *.toml"});
}

BOOST_AUTO_TEST_CASE(samples_go_with_the_result) {
  write_file(folder / "i.pgm", "P2\n2 2\n9\n1 2\n3 9\n");
  write_file(instance, "[target]\ndimension = 2\nimage = \"i.pgm\"\n[theorem]\nN = 2\ndepth = 1\np = 2\n");
  BOOST_TEST(certify({"--out", out.string()}).status == 0);
  BOOST_TEST(contents(out).size() == 5U);
  BOOST_TEST(read_file(out / "samples.pgm") == read_file(folder / "i.pgm"));
  fs::remove(folder / "i.pgm");
  BOOST_TEST(run({"check", out.string()}).status == 0);
}

// What is certified is the same for every effort; bounds are wider or narrower.
BOOST_AUTO_TEST_CASE(efforts_differ_in_bounds_alone_and_repeat_themselves) {
  const auto certificate_of = [&](const std::vector<std::string> &options) {
    std::vector<std::string> words = {"--out", out.string()};
    words.insert(words.end(), options.begin(), options.end());
    BOOST_TEST(certify(words).status == 0);
    BOOST_TEST(run({"check", out.string()}).status == 0);
    BOOST_TEST(run({"check", out.string(), "--anew"}).status == 0);
    return json::parse(read_file(out / "certificate.json"));
  };
  const json usual = certificate_of({});
  BOOST_TEST(!usual.contains("effort"));
  BOOST_TEST((usual == certificate_of({"--effort", "default", "--threads", "1"})));
  const json quick = certificate_of({"--effort", "quick"});
  BOOST_TEST(quick["effort"] == "quick");
  BOOST_TEST(quick["tolerance"] == 1.0);
  BOOST_TEST((quick == certificate_of({"--effort", "quick", "--threads", "1"})));
  const json thorough = certificate_of({"--effort", "thorough"});
  BOOST_TEST(thorough["effort"] == "thorough");
  BOOST_TEST(thorough["tolerance"] < usual["tolerance"]);
  BOOST_TEST(thorough["boxes"] > usual["boxes"]);
  for (std::size_t l = 0; l < 2; ++l) {
    for (const char *key : {"error_width_decimal", "modulus_width_decimal"}) {
      BOOST_TEST(thorough["levels"][l][key] <= usual["levels"][l][key]);
      BOOST_TEST(usual["levels"][l][key] < quick["levels"][l][key]);
      BOOST_TEST(thorough["levels"][l][key] < 0.001);
    }
    for (const json *other : {&quick, &thorough}) {
      BOOST_TEST(usual["levels"][l]["error_lower_decimal"] <= (*other)["levels"][l]["error_upper_decimal"]);
      BOOST_TEST((*other)["levels"][l]["error_lower_decimal"] <= usual["levels"][l]["error_upper_decimal"]);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_said_beside_an_effort_holds) {
  const auto levels_of = [&](const std::vector<std::string> &options) {
    std::vector<std::string> words = options;
    words.emplace_back("--json");
    return json::parse(certify(words).out)["levels"];
  };
  BOOST_TEST((levels_of({"--effort", "quick", "--tolerance", "0.01"}) == levels_of({})));
  BOOST_TEST(
      (levels_of({"--effort", "thorough", "--tolerance", "0.01", "--boxes", "262144"}) == levels_of({})));
  const Outcome quick = certify({"--effort", "quick"});
  BOOST_TEST(holds(quick.out, "effort quick: once its verdict is proved"));
  BOOST_TEST(!holds(certify().out, "effort"));
}

// The corollary is a claim of its own, and quick decides it, too.
BOOST_AUTO_TEST_CASE(quick_decides_the_corollary) {
  const json quick = json::parse(certify({"--effort", "quick", "--json"}).out);
  const json usual = json::parse(certify({"--json"}).out);
  for (std::size_t l = 0; l < 2; ++l) {
    BOOST_TEST(quick["levels"][l]["hoelder_status"] == usual["levels"][l]["hoelder_status"]);
  }
}

BOOST_AUTO_TEST_CASE(a_certificate_of_an_unknown_effort_is_rejected) {
  BOOST_TEST(certify({"--effort", "quick", "--out", out.string()}).status == 0);
  const std::string good = read_file(out / "certificate.json");
  write_file(out / "certificate.json", replaced(good, "\"effort\": \"quick\"", "\"effort\": \"quik\""));
  const Outcome anew = run({"check", out.string(), "--anew"});
  BOOST_TEST(anew.status == 1);
  BOOST_TEST(holds(anew.out, "effort"));
  write_file(out / "certificate.json", replaced(good, "\"effort\": \"quick\"", "\"effort\": 3"));
  BOOST_TEST(run({"check", out.string()}).status == 1);
}

BOOST_AUTO_TEST_SUITE_END()
