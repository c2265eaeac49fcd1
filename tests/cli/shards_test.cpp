#define BOOST_TEST_MODULE cli_shards
#include <boost/test/unit_test.hpp>

#include "checks.hpp"
#include "common/paths.hpp"

#include <algorithm>

using namespace cli_test;

namespace {

const fs::path kData = paths::data();

struct Fixture {
  Fixture() {
    instance = write_file(folder / "waves.toml", text());
    shards = folder / "shards";
    out = folder / "result";
  }
  static std::string text(const std::string &expression = "sin(2*pi*x0)*x1 + abs(x0 - 1/3)") {
    return "[target]\ndimension = 2\nexpression = \"" + expression +
           "\"\n[theorem]\nN = 2\ndepth = 3\np = 2\n";
  }

  std::vector<std::string> command(const std::string &shard,
                                   const std::vector<std::string> &more = {}) const {
    std::vector<std::string> words = {"certify", instance.string(), "--shards", shards.string()};
    if (!shard.empty()) {
      words.insert(words.end(), {"--shard", shard});
    }
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  void make_shard(const std::string &shard, const std::vector<std::string> &more = {}) const {
    const Outcome outcome = run(command(shard, more));
    BOOST_TEST_CONTEXT(shard << ": " << outcome.err) { BOOST_REQUIRE(outcome.status == 0); }
    BOOST_TEST(holds(outcome.out, "shard " + shard + " of " + instance.string() + " is done"));
  }
  void make_shards(int count, const std::vector<std::string> &more = {}) const {
    for (int i = 1; i <= count; ++i) {
      make_shard(std::to_string(i) + "/" + std::to_string(count), more);
    }
  }
  Outcome merge(const std::vector<std::string> &more = {}) const {
    std::vector<std::string> words = {"merge", shards.string(), "--out", out.string()};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
  void merge_is_refused(Pieces pieces) const {
    is_refusal(merge({"--quiet"}), pieces);
    BOOST_TEST(!fs::exists(out));
  }
  std::map<std::string, std::string> whole(const std::vector<std::string> &more = {}) const {
    const fs::path place = folder / "whole";
    std::vector<std::string> words = {"certify",      instance.string(), "--out",
                                      place.string(), "--threads",       "1"};
    words.insert(words.end(), more.begin(), more.end());
    BOOST_TEST(run(words).status != 2);
    return result_files(place);
  }
  // The first piece whose name begins so.
  fs::path piece(const std::string &begin) const {
    for (const fs::directory_entry &entry : fs::directory_iterator(shards)) {
      if (entry.path().filename().string().starts_with(begin)) {
        return entry.path();
      }
    }
    throw std::runtime_error("no piece " + begin);
  }

  TemporaryFolder folder;
  fs::path instance, shards, out;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(shards_of_a_run, Fixture)

BOOST_AUTO_TEST_CASE(shards_are_joined_into_the_bytes_of_one_run) {
  struct Case {
    std::string text;
    std::vector<std::string> options;
  };
  const std::string image = (kData / "images/jacksboro64.pgm").string();
  const std::vector<Case> cases = {
      {text(), {}},
      {"[target]\ndimension = 1\nexpression = \"abs(x - 1/3)^(1/2)\"\n[theorem]\nN = 3\ndepth = 3\np = 1.5\n",
       {"--effort", "quick"}},
      {"[target]\ndimension = 1\nexpression = \"if(x < 1/3, 0, 1)\"\n[theorem]\nN = 2\ndepth = 4\np = 1\n",
       {"--no-subdivisions"}},
      // Shares of cells that are infinite.
      {"[target]\ndimension = 1\nexpression = \"exp(exp(1/x))\"\n[theorem]\nN = 2\ndepth = 2\np = 2\n",
       {"--boxes", "1000"}},
      // No level is decided: all three tries are made, and the cells with the largest shares are named.
      {"[target]\ndimension = 1\nexpression = \"step(sin(pi*x))\"\n[theorem]\nN = 2\ndepth = 3\np = 2\n",
       {"--boxes", "1000"}},
      {"[target]\ndimension = 2\nexpression = \"1/3\"\n[theorem]\nN = 2\ndepth = 2\np = 2\n", {}},
      {"[target]\ndimension = 2\nimage = \"" + image + "\"\n[theorem]\nN = 2\ndepth = 4\np = 2\n",
       {"--format", "binary"}}};
  for (const Case &one : cases) {
    write_file(instance, one.text);
    const auto expected = whole(one.options);
    for (const int count : {1, 2, 4}) {
      BOOST_TEST_CONTEXT(one.text << count << " shards") {
        fs::remove_all(shards);
        make_shards(count, one.options);
        const Outcome merged = merge({"--threads", "1"});
        BOOST_TEST(merged.status != 2);
        BOOST_TEST(result_files(out) == expected);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_second_round_of_shards_lists_the_boxes_and_merge_computes_nothing) {
  make_shards(3);
  make_shards(3);
  const auto before = contents(shards);
  write_file(shards / "error-1-0.piece.partial-4711", "as far as a killed shard came");
  BOOST_TEST(std::count_if(before.begin(), before.end(),
                           [](const auto &file) { return file.first.starts_with("list-"); }) == 3);
  BOOST_TEST(merge().status == 0);
  BOOST_TEST(contents(shards) == before);
  BOOST_TEST(result_files(out) == whole());
}

BOOST_AUTO_TEST_CASE(each_shard_does_its_part_alone) {
  make_shard("1/2");
  const auto first = contents(shards);
  make_shard("2/2");
  std::size_t of_second = 0;
  for (const auto &[name, content] : contents(shards)) {
    const auto found = first.find(name);
    BOOST_TEST((found == first.end() || found->second == content)); // nothing is computed twice
    of_second += found == first.end() && !name.starts_with("shard-") ? 1U : 0U;
  }
  const auto bounds = [](const auto &files) {
    return std::count_if(files.begin(), files.end(), [](const auto &file) {
      return file.first.starts_with("error-") || file.first.starts_with("modulus-");
    });
  };
  BOOST_TEST(bounds(first) >= 6);
  BOOST_TEST(of_second >= 6U);
}

BOOST_AUTO_TEST_CASE(without_a_shard_a_run_does_what_is_left) {
  make_shard("2/3");
  const Outcome rest = run(command("", {"--out", out.string()}));
  BOOST_TEST(rest.status == 0);
  BOOST_TEST(result_files(out) == whole());
  BOOST_TEST(fs::exists(shards));
}

BOOST_AUTO_TEST_CASE(a_killed_shard_goes_on_where_it_was) {
  {
    Running running(command("1/1"), true);
    BOOST_REQUIRE(running.wait_for_text("sharpening level 2 of 3"));
    running.send(SIGKILL);
    running.wait();
  }
  merge_is_refused({shards.string(), "holds no finished shard"});
  const auto before = contents(shards);
  {
    Running running(command("1/1"), true);
    BOOST_REQUIRE(running.wait_for_text("sharpening level 3 of 3"));
    running.send(SIGINT);
    const Outcome interrupted = running.wait();
    BOOST_TEST(interrupted.status == 128 + SIGINT);
    BOOST_TEST(holds(interrupted.err, "the same command goes on from there"));
  }
  make_shards(1);
  const auto after = contents(shards);
  for (const auto &[name, content] : before) {
    BOOST_TEST((name.find(".partial-") != std::string::npos || after.at(name) == content));
  }
  BOOST_TEST(merge().status == 0);
  BOOST_TEST(result_files(out) == whole());
}

BOOST_AUTO_TEST_CASE(missing_shards_are_named) {
  make_shard("2/3");
  merge_is_refused({shards.string(), "shard 1/3, 3/3 is missing"});
  make_shard("1/3");
  merge_is_refused({"shard 3/3 is missing"});
  make_shard("3/3");
  const fs::path error = piece("error-3-");
  fs::remove(error);
  merge_is_refused({error.string(), "is missing", "run that shard again"});
  is_refusal(run({"merge", (folder / "nothing").string()}), {"no such folder"});
}

BOOST_AUTO_TEST_CASE(altered_and_shortened_pieces_are_refused_by_name) {
  make_shards(2);
  for (const std::string name : {"error-2-", "modulus-sharp-1-", "shard-1-of-2"}) {
    const fs::path file = piece(name);
    const std::string bytes = read_file(file);
    const auto with = [&](std::string_view from, std::string_view to) {
      return holds(bytes, from) ? replaced(bytes, from, to) : bytes.substr(1);
    };
    for (const std::string &wrong :
         {bytes.substr(0, bytes.size() / 2), with("\"0x", "\"0x0"), std::string(), with("\":", "\": ")}) {
      write_file(file, wrong);
      merge_is_refused({file.string(), "is not as it was written"});
      is_refusal(run(command("2/2", {"--quiet"})), {file.string(), "is not as it was written"});
    }
    write_file(file, bytes);
  }
  const fs::path one = piece("error-1-");
  const std::string bytes = read_file(one);
  write_file(one, read_file(piece("error-2-"))); // sealed, under the name of another
  merge_is_refused({one.string(), "is not as it was written"});
  write_file(one, bytes);
  BOOST_TEST(merge().status == 0);
}

BOOST_AUTO_TEST_CASE(shards_of_another_run_are_refused_by_name) {
  make_shard("1/2");
  is_refusal(run(command("2/2", {"--quiet", "--effort", "quick"})),
             {shards.string(), ".piece", "effort default", "expected effort quick"});
  const std::string own = read_file(instance);
  write_file(instance, text("x0"));
  is_refusal(run(command("2/2", {"--quiet"})),
             {(shards / "instance.toml").string(), "differs from the instance"});
  write_file(shards / "instance.toml", text("x0"));
  is_refusal(run(command("2/2", {"--quiet"})), {".piece", "another instance"});
  write_file(instance, own);
  write_file(shards / "instance.toml", own);
  make_shard("2/2", {"--format", "binary"});
  merge_is_refused({"shard-", "was made with other options"});
}

BOOST_AUTO_TEST_CASE(what_cannot_be_divided_is_refused) {
  for (const std::string shard : {"0/2", "3/2", "1", "1/", "/2", "a/b", "1/2/3", "-1/2", "1/2 "}) {
    refuses(command(shard), {"--shard", "found \"" + shard + "\"", "expected i/n"});
  }
  refuses(command("1/7"), {"--shard", "found 7 shards", "at most 6"});
  refuses(command("1/2", {"--accuracy", "0.1"}), {"--accuracy", "--shards"});
  refuses(command("1/2", {"--network", "n.onnx"}), {"--network", "--shards"});
  refuses(command("1/2", {"--out", out.string()}), {"--shard", "--out"});
  refuses({"certify", instance.string(), "--shard", "1/2"}, {"--shard", "--shards"});
  refuses({"certify", instance.string(), instance.string(), "--shards", shards.string()},
          {"several instances"});
  const fs::path file = write_file(folder / "file", "");
  refuses({"certify", instance.string(), "--shards", file.string(), "--shard", "1/2"},
          {file.string(), "folder"});
  BOOST_TEST(!fs::exists(shards));
}

BOOST_AUTO_TEST_SUITE_END()
