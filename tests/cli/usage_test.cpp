#define BOOST_TEST_MODULE cli_usage
#include <boost/test/unit_test.hpp>

#include "checks.hpp"

using namespace cli_test;

BOOST_AUTO_TEST_CASE(no_arguments_show_the_help_and_are_wrong) {
  const Outcome outcome = run({});
  BOOST_TEST(outcome.status == 2);
  BOOST_TEST(outcome.error_lines() == 1U);
  BOOST_TEST(outcome.err.find("\"certify\", \"merge\", \"check\"") != std::string::npos);
  BOOST_TEST(outcome.out == run({"--help"}).out);
}

BOOST_AUTO_TEST_CASE(help_has_examples) {
  for (const std::vector<std::string> &arguments : {std::vector<std::string>{"--help"},
                                                    {"help"},
                                                    {"certify", "--help"},
                                                    {"check", "-h"},
                                                    {"stability", "--help"},
                                                    {"regress", "--help"},
                                                    {"evaluate", "--help"},
                                                    {"convert", "--help"},
                                                    {"report", "--help"},
                                                    {"new", "--help"},
                                                    {"examples", "--help"},
                                                    {"version", "--help"},
                                                    {"cite", "--help"}}) {
    const Outcome outcome = run(arguments);
    BOOST_TEST_CONTEXT(arguments.front()) {
      BOOST_TEST(outcome.status == 0);
      BOOST_TEST(outcome.err.empty());
      BOOST_TEST(outcome.out.find("Usage: layercert") != std::string::npos);
      const std::string command = arguments.size() == 2 ? arguments.front() : "certify";
      BOOST_TEST(outcome.out.find("\n  layercert " + command) != std::string::npos);
    }
  }
  BOOST_TEST(run({"--help"}).out.find("Exit status") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_version_is_that_of_the_build) {
  for (const std::string word : {"--version", "-V", "version"}) {
    const Outcome outcome = run({word});
    BOOST_TEST(outcome.status == 0);
    BOOST_TEST(outcome.out == std::string("layercert ") + LAYERCERT_VERSION + "\n");
  }
}

BOOST_AUTO_TEST_CASE(wrong_commands_and_options) {
  refuses({"certfy", "a.toml"}, {"unknown command \"certfy\"", "did you mean \"certify\"?"});
  refuses({"zzzzzzzzz"}, {"unknown command", "\"certify\", \"merge\", \"check\""});
  refuses({"certify"}, {"INSTANCE"});
  refuses({"check"}, {"DIR"});
  refuses({"evaluate", "n.json"}, {"--at"});
  refuses({"certify", "a.toml", "--otu", "x"}, {"unknown option \"--otu\"", "did you mean \"--out\"?"});
  refuses({"--bogus"}, {"unknown option \"--bogus\""});
  refuses({"certify", "a.toml", "b.toml"}, {"a.toml: no such file"});
  refuses({"certify", "a.toml", "--out"}, {"--out"});
  refuses({"certify", "a.toml", "--out", "x", "--out", "y"}, {"--out"});
  refuses({"certify", "a.toml", "--out", ""}, {"--out", "empty"});
  refuses({"certify", ""}, {"INSTANCE", "empty"});
  refuses({"certify", "a.toml", "--effort", "quik"},
          {"--effort", "found \"quik\"", "\"quick\", \"default\" or \"thorough\""});
  refuses({"certify", "a.toml", "--resume"}, {"--resume", "--out"});
  refuses({"convert", "n.json", "--to", "json"}, {"--out"});
  refuses({"convert", "n.json", "--to", "json", "--out", "o"}, {"n.json: ", "expected a network"});
  refuses({"convert", "n.json", "--to", "xml", "--out", "o"},
          {"--to", "found \"xml\"", "expected auto, json or binary"});
}

BOOST_AUTO_TEST_CASE(wrong_numbers) {
  for (const char *threads : {"-1", "two", "1.5", "99999999999999999999", ""}) {
    refuses({"certify", "a.toml", std::string("--threads=") + threads}, {"--threads"});
  }
  refuses({"certify", "a.toml", "--threads", "-1"}, {"found \"-1\"", "expected an integer from 0"});
  for (const char *boxes : {"0", "-1", "many", "9223372036854775807", "18446744073709551616"}) {
    refuses({"certify", "a.toml", std::string("--boxes=") + boxes},
            {"--boxes", "found", "expected an integer from 1"});
  }
  refuses({"evaluate", "n.json", "--at", "0", "--precision", "1"}, {"--precision", "from 2"});
  refuses({"evaluate", "n.json", "--at", "0", "--level", "0"}, {"--level", "from 1"});
}

BOOST_AUTO_TEST_CASE(a_result_that_cannot_be_printed_is_no_success) {
  if (!fs::exists("/dev/full")) {
    return;
  }
  const TemporaryFolder folder;
  const fs::path instance = write_file(folder / "i.toml", instance_text());
  const int full = ::open("/dev/full", O_WRONLY);
  BOOST_REQUIRE(full >= 0);
  for (const std::vector<std::string> &arguments : {std::vector<std::string>{"--help"},
                                                    {"certify", instance.string()},
                                                    {"certify", instance.string(), "--json"}}) {
    const Outcome outcome = Running(arguments, false, {}, full).wait();
    BOOST_TEST(outcome.status == 2);
    BOOST_TEST(outcome.error_lines() == 1U);
  }
  ::close(full);
}
