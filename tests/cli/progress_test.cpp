#define BOOST_TEST_MODULE cli_progress
#include <boost/test/unit_test.hpp>

#include "checks.hpp"

#include <cstdio>
#include <sstream>

using namespace cli_test;

namespace {

struct Fixture {
  Fixture() { instance = write_file(folder / "i.toml", instance_text("sin(20*x)", 3)).string(); }
  TemporaryFolder folder;
  std::string instance;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(progress, Fixture)

BOOST_AUTO_TEST_CASE(a_terminal_sees_phases_levels_and_the_time_left) {
  Running running({"certify", instance, "--out", (folder / "out").string()}, true);
  const Outcome outcome = running.wait();
  BOOST_TEST(outcome.status == 0);
  std::size_t at = 0;
  for (const char *text : {"building the network: 8 cells, about ", "building level 2 of 3, about ",
                           "decoding the network", "certifying level 1 of 3", "level 1: certified (error <= ",
                           "certifying level 2 of 3, about ", " s left", "certifying level 3 of 3, about ",
                           "level 3: certified (error <= ", "sharpening level 1 of 3",
                           "sharpening level 3 of 3, about ", "listing boxes for the checker, level 1 of 3",
                           "listing boxes for the checker, level 3 of 3, about ", "writing the result"}) {
    const std::size_t found = outcome.err.find(text, at);
    BOOST_TEST(found != std::string::npos, "lacks, in its place: " << text);
    at = found == std::string::npos ? at : found;
  }
  BOOST_TEST(outcome.err.ends_with("\r\033[K")); // a clean line for what comes next
  BOOST_TEST(outcome.out.find("level 1 of 3") == std::string::npos);
  BOOST_TEST(outcome.out.find("level 1:") == std::string::npos);

  Running checking({"check", (folder / "out").string(), "--anew"}, true);
  const Outcome checked = checking.wait();
  BOOST_TEST(checked.status == 0);
  BOOST_TEST(checked.err.find("checking level 3 of 3, about ") != std::string::npos);
  BOOST_TEST(checked.err.find("comparing with the layers") != std::string::npos);

  Running proving({"check", (folder / "out").string()}, true);
  const Outcome proved = proving.wait();
  BOOST_TEST(proved.status == 0);
  BOOST_TEST(proved.err.find("proving again, independently, level 3 of 3, about ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(quiet_runs_and_files_see_nothing) {
  Running quiet({"certify", instance, "--quiet"}, true);
  BOOST_TEST(quiet.wait().err.empty());
  BOOST_TEST(run({"certify", instance}).err.empty());
}

// The numbers are those of the moment, rounded outward, and prove the verdict as they stand.
BOOST_AUTO_TEST_CASE(a_file_sees_lines_if_that_is_wanted) {
  const Outcome outcome = run({"certify", instance, "--progress"});
  BOOST_TEST(outcome.status == 0);
  BOOST_TEST(outcome.err.find('\r') == std::string::npos);
  BOOST_TEST(outcome.out == run({"certify", instance}).out);
  std::istringstream lines(outcome.err);
  int verdicts = 0;
  for (std::string line; std::getline(lines, line);) {
    int level = 0;
    double error = 0;
    double bound = 0;
    if (std::sscanf(line.c_str(), "level %d: certified (error <= %lf, bound >= %lf)", &level, &error,
                    &bound) == 3) {
      BOOST_TEST(level == ++verdicts);
      BOOST_TEST(error > 0);
      BOOST_TEST(error <= bound);
    }
  }
  BOOST_TEST(verdicts == 3);
  refuses({"certify", instance, "--progress", "--quiet"}, {"--progress", "--quiet"});
}

BOOST_AUTO_TEST_CASE(a_terminal_sees_where_an_expression_is_wrong) {
  const fs::path file = write_file(folder / "bad.toml", instance_text("abs(x - y)"));
  Running running({"certify", file.string()}, true);
  const Outcome outcome = running.wait();
  BOOST_TEST(outcome.status == 2);
  BOOST_TEST(outcome.err.find("abs(x - y)") != std::string::npos);
  BOOST_TEST(outcome.err.find("^") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
