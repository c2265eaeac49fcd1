#define BOOST_TEST_MODULE cli_interruption
#include <boost/test/unit_test.hpp>

#include "checks.hpp"

#include <functional>
#include <thread>

using namespace cli_test;
using Clock = std::chrono::steady_clock;

namespace {

// Half a second is what is promised; the rest is for a busy machine and the sanitizers.
constexpr std::chrono::seconds kPrompt(3);

bool wait_until(const std::function<bool()> &condition) {
  const auto end = Clock::now() + std::chrono::seconds(60);
  while (!condition()) {
    if (Clock::now() > end) {
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

struct Fixture {
  Fixture() {
    slow = write_file(folder / "long.toml", long_instance_text());
    quick = write_file(folder / "quick.toml", instance_text());
    out = folder / "result";
    make_result(quick, out);
    former = result_files(out);
  }
  std::vector<std::string> long_run() const { return {"certify", slow.string(), "--out", out.string()}; }

  void nothing_has_changed() const {
    BOOST_TEST(result_files(out) == former);
    BOOST_TEST(partial_folders(out).empty());
  }

  TemporaryFolder folder;
  fs::path slow, quick, out;
  std::map<std::string, std::string> former;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(interruption, Fixture)

// The phase is read off a terminal, so that every phase is met, however fast the machine is.
BOOST_AUTO_TEST_CASE(every_phase_ends_at_once_and_leaves_no_trace) {
  const std::pair<const char *, int> moments[] = {{"building the network", SIGINT},
                                                  {"decoding the network", SIGINT},
                                                  {"certifying level 1 of 7", SIGTERM},
                                                  {"certifying level 1 of 7", SIGHUP},
                                                  {"certifying level 3 of 7", SIGINT}};
  for (const auto &[phase, signal] : moments) {
    BOOST_TEST_CONTEXT(phase << ", signal " << signal) {
      Running running(long_run(), true);
      BOOST_REQUIRE(running.wait_for_text(phase));
      BOOST_TEST(partial_folders(out).size() == 1U);
      std::this_thread::sleep_for(std::chrono::milliseconds(30));
      const auto begin = Clock::now();
      running.send(signal);
      const Outcome outcome = running.wait();
      BOOST_TEST((Clock::now() - begin < kPrompt));
      BOOST_TEST(outcome.status == 128 + signal);
      BOOST_TEST(outcome.out.empty());
      BOOST_TEST(outcome.err.find("layercert: interrupted; nothing was written to " + out.string()) !=
                 std::string::npos);
      nothing_has_changed();
    }
  }
}

BOOST_AUTO_TEST_CASE(without_a_terminal_too) {
  const fs::path fresh = folder / "a/b/fresh";
  Running running({"certify", slow.string(), "--out", fresh.string()});
  BOOST_REQUIRE(
      wait_until([&] { return fs::exists(fresh.parent_path()) && partial_folders(fresh).size() == 1; }));
  running.send(SIGINT);
  const Outcome outcome = running.wait();
  BOOST_TEST(outcome.status == 130);
  BOOST_TEST(outcome.error_lines() == 1U);
  BOOST_TEST(!fs::exists(folder / "a")); // parents made for it are gone as well
}

BOOST_AUTO_TEST_CASE(check_is_interrupted_too) {
  BOOST_TEST(run({"certify", write_file(folder / "l.toml", instance_text("sin(20*x)", 12)).string(), "--out",
                  out.string()})
                 .status == 0);
  const auto before = contents(out);
  for (const auto &[option, text] :
       {std::pair("--anew", "checking level 1 of 12"),
        std::pair("--threads=1", "proving again, independently, level 1 of 12")}) {
    Running running({"check", out.string(), option}, true);
    BOOST_REQUIRE(running.wait_for_text(text));
    const auto begin = Clock::now();
    running.send(SIGINT);
    BOOST_TEST(running.wait().status == 130);
    BOOST_TEST((Clock::now() - begin < kPrompt));
    BOOST_TEST(contents(out) == before);
  }
}

BOOST_AUTO_TEST_CASE(a_killed_run_leaves_the_former_result_and_the_next_one_tidies_up) {
  {
    Running running(long_run(), true);
    BOOST_REQUIRE(running.wait_for_text("certifying level 1 of 7"));
    running.send(SIGKILL);
    BOOST_TEST(running.wait().status == 128 + SIGKILL);
  }
  BOOST_TEST(result_files(out) == former);
  BOOST_REQUIRE(partial_folders(out).size() == 1U);
  const std::string left = partial_folders(out).front().string();

  BOOST_TEST(run({"check", out.string()}).status == 0);
  const Outcome next = run({"certify", quick.string(), "--out", out.string()});
  BOOST_TEST(next.status == 0);
  BOOST_TEST(next.err == "layercert: removed " + left + ", which a killed run had left behind\n");
  nothing_has_changed();
}

BOOST_AUTO_TEST_CASE(a_kill_at_any_moment_leaves_one_result_or_the_other) {
  const fs::path other = write_file(folder / "other.toml", instance_text("x*x"));
  const fs::path second = folder / "second";
  BOOST_REQUIRE(run({"certify", other.string(), "--out", second.string()}).status == 0);
  const std::map<std::string, std::string> latter = result_files(second);
  // How long a run takes once its folder is there; the moment of the kill moves over that time and half of it
  // more.
  const auto folder_or_end = [&](const Running &running) {
    const fs::path own = folder / (".result.partial-" + std::to_string(running.pid()));
    return wait_until([&] { return running.ended() || fs::exists(own); });
  };
  Clock::duration whole{};
  {
    Running running({"certify", quick.string(), "--quiet", "--out", out.string()});
    BOOST_REQUIRE(folder_or_end(running));
    const auto begin = Clock::now();
    BOOST_TEST(running.wait().status == 0);
    whole = Clock::now() - begin;
  }
  constexpr int kKills = 40;
  std::map<std::string, std::string> before = former;
  int replaced = 0;
  int kept = 0;
  for (int i = 0; i < kKills; ++i) {
    const fs::path &instance = before == former ? other : quick;
    Running running({"certify", instance.string(), "--quiet", "--out", out.string()});
    BOOST_REQUIRE(folder_or_end(running));
    std::this_thread::sleep_for(whole * (3 * i) / (2 * kKills));
    running.send(SIGKILL);
    running.wait();
    const auto now = result_files(out);
    BOOST_TEST((now == former || now == latter), "a result in between, after kill " << i);
    (now == before ? kept : replaced) += 1;
    before = now;
  }
  BOOST_TEST_MESSAGE(replaced << " replaced, " << kept << " kept");
  BOOST_TEST(run({"certify", quick.string(), "--out", out.string()}).status == 0);
  nothing_has_changed();
}

BOOST_AUTO_TEST_CASE(the_folder_of_a_living_run_is_left_alone) {
  Running running(long_run(), true);
  BOOST_REQUIRE(running.wait_for_text("certifying level 1 of 7"));
  BOOST_REQUIRE(partial_folders(out).size() == 1U);
  const fs::path theirs = partial_folders(out).front();
  const Outcome other = run({"certify", quick.string(), "--out", out.string()});
  BOOST_TEST(other.status == 0);
  BOOST_TEST(other.err.empty());
  BOOST_TEST(fs::exists(theirs));
  running.send(SIGTERM);
  BOOST_TEST(running.wait().status == 128 + SIGTERM);
  nothing_has_changed();
}

// Where two names cannot be exchanged, a kill may come between the two renames.
BOOST_AUTO_TEST_CASE(a_former_result_from_between_two_renames_comes_back) {
  const fs::path aside = folder / ".result.partial-4000000.old";
  fs::rename(out, aside);
  fs::create_directory(folder / ".result.partial-4000000");
  Running running(long_run(), true);
  BOOST_REQUIRE(running.wait_for_text("certifying level 1 of 7"));
  running.send(SIGINT);
  BOOST_TEST(running.wait().status == 130);
  nothing_has_changed();
}

BOOST_AUTO_TEST_SUITE_END()
