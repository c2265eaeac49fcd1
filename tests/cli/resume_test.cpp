#define BOOST_TEST_MODULE cli_resume
#include <boost/test/unit_test.hpp>

#include "checks.hpp"

#include <algorithm>

using namespace cli_test;

namespace {

struct Fixture {
  Fixture() {
    instance = write_file(folder / "long.toml", text());
    out = folder / "result";
    kept = folder / ".result.kept";
  }
  static std::string text(const std::string &expression = "sin(2*pi*x0)*x1 + abs(x0 - 1/3)") {
    return "[target]\ndimension = 2\nexpression = \"" + expression +
           "\"\n[theorem]\nN = 2\ndepth = 3\np = 2\n";
  }

  std::vector<std::string> command(const std::vector<std::string> &more = {}) const {
    std::vector<std::string> words = {"certify", instance.string(), "--out", out.string()};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  // What a run leaves that ends by this signal once `moment` is shown.
  Outcome ended(const std::string &moment, int signal, const std::vector<std::string> &more = {}) const {
    Running running(command(more), true);
    BOOST_REQUIRE(running.wait_for_text(moment));
    running.send(signal);
    Outcome outcome = running.wait();
    BOOST_TEST(outcome.status == 128 + signal);
    BOOST_TEST(!fs::exists(out));
    return outcome;
  }
  std::map<std::string, std::string> uninterrupted() const {
    const fs::path whole = folder / "whole";
    make_result(instance, whole);
    return result_files(whole);
  }
  std::vector<fs::path> pieces() const {
    std::vector<fs::path> files;
    for (const fs::directory_entry &entry : fs::directory_iterator(kept)) {
      files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
  }

  TemporaryFolder folder;
  fs::path instance, out, kept;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(resume, Fixture)

BOOST_AUTO_TEST_CASE(a_killed_run_is_taken_up_and_ends_in_the_same_bytes) {
  ended("sharpening level 2 of 3", SIGKILL);
  BOOST_REQUIRE(!pieces().empty());
  BOOST_TEST(pieces().front().filename().string().starts_with("level-1-"));
  const Outcome resumed = run(command({"--resume", "--progress"}));
  BOOST_TEST(resumed.status == 0);
  BOOST_TEST(holds(resumed.err, "taking up what is kept in " + kept.string()));
  BOOST_TEST(holds(resumed.err, "level 1: certified"));
  BOOST_TEST(!holds(resumed.err, "sharpening level 1 of 3")); // taken up, not computed
  BOOST_TEST(holds(resumed.err, "sharpening level 3 of 3"));
  BOOST_TEST(result_files(out) == uninterrupted());
  BOOST_TEST(!fs::exists(kept));
  BOOST_TEST(partial_folders(out).empty());
}

BOOST_AUTO_TEST_CASE(a_run_may_be_interrupted_twice_and_more) {
  const Outcome first = ended("sharpening level 2 of 3", SIGINT);
  BOOST_TEST(holds(first.err, "nothing was written to " + out.string()));
  BOOST_TEST(holds(first.err, "the same command with --resume takes them up"));
  ended("sharpening level 3 of 3", SIGTERM, {"--resume"});
  ended("listing boxes for the checker, level 2 of 3", SIGKILL, {"--resume"});
  const Outcome resumed = run(command({"--resume", "--progress", "--threads", "1"}));
  BOOST_TEST(resumed.status == 0);
  BOOST_TEST(!holds(resumed.err, "sharpening"));
  BOOST_TEST(!holds(resumed.err, "level 1 of 3, about")); // its list was kept, too
  BOOST_TEST(holds(resumed.err, "listing boxes for the checker, level 3 of 3"));
  BOOST_TEST(result_files(out) == uninterrupted());
}

BOOST_AUTO_TEST_CASE(altered_and_shortened_pieces_are_named_and_computed_anew) {
  ended("listing boxes for the checker, level 1 of 3", SIGKILL);
  const std::vector<fs::path> files = pieces();
  BOOST_REQUIRE(files.size() >= 3U);
  const std::string first = read_file(files[0]);
  const std::string second = read_file(files[1]);
  write_file(files[0], replaced(first, "\"error_upper\":\"0x", "\"error_upper\":\"0x0"));
  write_file(files[1], second.substr(0, second.size() / 2));
  fs::remove(files[2]);
  fs::create_symlink(instance, files[2]);
  const Outcome resumed = run(command({"--resume", "--progress"}));
  BOOST_TEST(resumed.status == 0);
  for (int i = 0; i < 3; ++i) {
    BOOST_TEST(holds(resumed.err, files[static_cast<std::size_t>(i)].string() + " is not as it was written"));
    BOOST_TEST(holds(resumed.err, "sharpening level " + std::to_string(i + 1) + " of 3"));
  }
  BOOST_TEST(result_files(out) == uninterrupted());
  BOOST_TEST(!fs::exists(kept));
}

BOOST_AUTO_TEST_CASE(pieces_of_another_run_are_refused_and_stay) {
  ended("sharpening level 2 of 3", SIGKILL);
  const auto before = contents(kept);
  const std::string piece = pieces().front().string();
  for (const std::vector<std::string> &options : {std::vector<std::string>{"--tolerance", "0.5"},
                                                  {"--effort", "quick"},
                                                  {"--boxes", "1000"},
                                                  {"--no-subdivisions"}}) {
    std::vector<std::string> words = command({"--resume", "--quiet"});
    words.insert(words.end(), options.begin(), options.end());
    refuses(words, {piece, "tolerance 0.01", "expected"});
  }
  const std::string own = read_file(instance);
  write_file(instance, text("sin(2*pi*x0)*x1 + abs(x0 - 1/4)"));
  refuses(command({"--resume", "--quiet"}), {piece, "another instance"});
  write_file(instance, own);
  BOOST_TEST(contents(kept) == before);
  const Outcome anew = run(command({"--progress"}));
  BOOST_TEST(anew.status == 0);
  BOOST_TEST(holds(anew.err, "removed " + kept.string()));
  BOOST_TEST(holds(anew.err, "sharpening level 1 of 3"));
  BOOST_TEST(!fs::exists(kept));
}

BOOST_AUTO_TEST_CASE(a_living_run_is_left_alone) {
  Running running(command(), true);
  BOOST_REQUIRE(running.wait_for_text("sharpening level 2 of 3"));
  ::kill(running.pid(), SIGSTOP);
  const auto before = contents(kept);
  refuses(command({"--resume"}), {kept.string(), "another run is at work"});
  const Outcome other = run(command());
  BOOST_TEST(other.status == 0);
  BOOST_TEST(other.err.empty());
  BOOST_TEST(contents(kept) == before);
  ::kill(running.pid(), SIGCONT);
  BOOST_TEST(running.wait().status == 0);
  BOOST_TEST(!fs::exists(kept));
}

BOOST_AUTO_TEST_CASE(without_anything_kept_it_says_so) {
  const Outcome outcome = run(command({"--resume"}));
  BOOST_TEST(outcome.status == 0);
  BOOST_TEST(holds(outcome.err, "nothing of an unfinished run is kept in " + kept.string()));
  BOOST_TEST(result_files(out) == uninterrupted());
  refuses({"certify", instance.string(), "--resume"}, {"--resume", "--out"});
}

// Those of a batch that are finished need not be computed again either.
BOOST_AUTO_TEST_CASE(a_batch_is_taken_up) {
  const fs::path first = write_file(folder / "first.toml", instance_text());
  const fs::path results = folder / "results";
  const std::vector<std::string> batch = {"certify", first.string(), instance.string(), "--out",
                                          results.string()};
  {
    Running running(batch, true);
    BOOST_REQUIRE(running.wait_for_text("sharpening level 2 of 3"));
    running.send(SIGKILL);
    running.wait();
  }
  BOOST_TEST(fs::exists(results / "first" / "certificate.json"));
  BOOST_TEST(fs::exists(results / ".first.kept"));
  BOOST_TEST(fs::exists(results / ".long.kept"));
  std::vector<std::string> again = batch;
  again.insert(again.end(), {"--resume", "--progress"});
  const Outcome resumed = run(again);
  BOOST_TEST(resumed.status == 0);
  BOOST_TEST(!holds(resumed.err, "sharpening level 1 of"));
  BOOST_TEST(result_files(results / "long") == uninterrupted());
  BOOST_TEST(!fs::exists(results / ".first.kept"));
  BOOST_TEST(!fs::exists(results / ".long.kept"));
}

// A wanted accuracy certifies twice: the network, and then the part of it that is enough.
BOOST_AUTO_TEST_CASE(a_run_with_an_accuracy_is_taken_up) {
  const std::vector<std::string> wanted = {"--accuracy", "0.1"};
  ended("sharpening level 2 of 3", SIGKILL, wanted);
  const Outcome resumed = run(command({"--accuracy", "0.1", "--resume"}));
  const fs::path whole = folder / "whole";
  const Outcome anew = run({"certify", instance.string(), "--accuracy", "0.1", "--out", whole.string()});
  BOOST_TEST(resumed.status == anew.status);
  BOOST_TEST(result_files(out) == result_files(whole));
  BOOST_TEST(!fs::exists(kept));
}

BOOST_AUTO_TEST_SUITE_END()
