#define BOOST_TEST_MODULE cli_comfort
#include <boost/test/unit_test.hpp>

#include "checks.hpp"
#include "common/paths.hpp"

#include "layercert/function/target.hpp"
#include "numeric/sha256.hpp"

#include <nlohmann/json.hpp>

#include <set>

using namespace cli_test;
using layercert::Instance;
using layercert::read_instance;
using nlohmann::json;

namespace {

const fs::path data = paths::data();

// What a run prints on a terminal.
std::string on_terminal(const std::vector<std::string> &arguments) {
  int reading = -1;
  int writing = -1;
  BOOST_REQUIRE(::openpty(&reading, &writing, nullptr, nullptr, nullptr) == 0);
  Running running(arguments, false, {}, writing);
  ::close(writing);
  std::string text;
  char bytes[4096];
  for (ssize_t count = 0; (count = ::read(reading, bytes, sizeof bytes)) > 0;) {
    text.append(bytes, static_cast<std::size_t>(count));
  }
  ::close(reading);
  running.wait();
  return text;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_new_instance_certifies) {
  const TemporaryFolder folder;
  for (const std::string dimension : {"1", "2", "3"}) {
    const fs::path file = folder / ("new" + dimension + ".toml");
    const Outcome made = run({"new", file.string(), "--dimension", dimension});
    BOOST_TEST(made.status == 0, made.err);
    BOOST_TEST(run({"new", "--dimension", dimension}).out == read_file(file));
    const Outcome certified = run({"certify", file.string(), "--tolerance", "0.2"});
    BOOST_TEST(certified.status == 0, certified.out << certified.err);
  }
}

BOOST_AUTO_TEST_CASE(a_new_instance_says_what_was_asked_for) {
  const TemporaryFolder folder;
  const fs::path file = folder / "new.toml";
  const Outcome made =
      run({"new", file.string(), "--expression", "x0 + sin(x2)", "--N", "3", "--depth", "2", "--p", "7/2",
           "--norm", "max", "--lambda", "2.5", "--alpha", "0.5", "--remainder", "1/4"});
  BOOST_TEST(made.status == 0, made.err);
  const Instance instance = read_instance(file);
  BOOST_TEST(instance.expression == "x0 + sin(x2)");
  BOOST_TEST(instance.dimension == 3); // as the expression needs
  BOOST_TEST(instance.N == 3);
  BOOST_TEST(instance.depth == 2);
  BOOST_CHECK(instance.p == mpq_class(7, 2));
  BOOST_CHECK(instance.norm == layercert::ShiftNorm::Max);
  BOOST_CHECK(instance.remainder == mpq_class(1, 4));
  BOOST_REQUIRE(instance.hoelder.has_value());
  BOOST_CHECK(instance.hoelder->lambda == mpq_class(5, 2));
  BOOST_CHECK(instance.hoelder->alpha == mpq_class(1, 2));
}

BOOST_AUTO_TEST_CASE(a_new_instance_finds_its_samples) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "here");
  fs::create_directory(folder / "pictures");
  fs::copy_file(data / "images" / "jacksboro64.pgm", folder / "pictures/a \"fault\".pgm");
  fs::copy_file(data / "tables" / "hills9.npy", folder / "hills.npy");
  BOOST_TEST(run({"new", "here/image.toml", "--image", "pictures/a \"fault\".pgm"}, folder.path()).status ==
             0);
  const Instance image = read_instance(folder / "here/image.toml");
  BOOST_TEST(layercert::make_target(image).table().sides == (std::vector<int>{64, 64}));
  BOOST_TEST(image.N == 2);
  BOOST_TEST(
      run({"new", "table.toml", "--table", "hills.npy", "--dimension", "2", "--interpolation", "multilinear"},
          folder.path())
          .status == 0);
  BOOST_TEST(layercert::make_target(read_instance(folder / "table.toml")).samples()->sides[0] == 9);
  // Constant pieces of side 9 nest with N = 3.
  BOOST_TEST(run({"new", "pieces.toml", "--table", "hills.npy", "--dimension", "2"}, folder.path()).status ==
             0);
  BOOST_TEST(read_instance(folder / "pieces.toml").N == 3);
}

BOOST_AUTO_TEST_CASE(new_refuses_and_leaves_alone) {
  const TemporaryFolder folder;
  const std::string there = write_file(folder / "there.toml", "mine").string();
  const std::string fresh = (folder / "fresh.toml").string();
  refuses({"new", there}, {"there.toml: exists already"});
  BOOST_TEST(read_file(there) == "mine");
  refuses({"new", fresh, "--expression", "x0 +* 2"}, {"--expression:1"});
  refuses({"new", fresh, "--expression", "x3", "--dimension", "2"}, {"--expression:1", "x3"});
  refuses({"new", fresh, "--expression", "x", "--image", "a.pgm"},
          {"one of --expression, --image and --table"});
  refuses({"new", fresh, "--table", "a.csv"}, {"--dimension"});
  refuses({"new", fresh, "--image", "none.pgm"}, {"none.pgm: no such file"});
  refuses({"new", fresh, "--depth", "64"}, {"depth", "expected a depth of at most"});
  refuses({"new", fresh, "--p", "0"}, {"\"p\": found 0"});
  refuses({"new", fresh, "--p", "two"}, {"\"p\""});
  refuses({"new", fresh, "--norm", "sup"},
          {"--norm: found \"sup\"; expected \"euclidean\", \"max\" or \"one\""});
  refuses({"new", fresh, "--alpha", "1"}, {"--lambda"});
  refuses({"new", (folder / "no/such/folder.toml").string()}, {"cannot be written"});
  BOOST_TEST(contents(folder.path()).size() == 1U);
}

BOOST_AUTO_TEST_CASE(examples_are_listed) {
  std::set<std::string> shipped;
  for (const fs::directory_entry &entry : fs::directory_iterator(data / "instances")) {
    shipped.insert(entry.path().stem().string());
  }
  const json listed = json::parse(run({"examples", "--json"}).out);
  const std::string table = run({"examples"}).out;
  std::string names;
  for (const json &example : listed) {
    const auto name = example["name"].get<std::string>();
    BOOST_TEST(shipped.erase(name) == 1U);
    BOOST_TEST(example["about"].get<std::string>().size() > 10, name);
    BOOST_TEST(holds(table, example["about"].get<std::string>() + "\n"));
    names += name + "\n";
  }
  BOOST_TEST(shipped.empty());
  BOOST_TEST(run({"examples", "--names"}).out == names);
  BOOST_TEST(run({"examples", "wave2"}).out == read_file(data / "instances" / "wave2.toml"));
  refuses({"examples", "wave3"}, {"EXAMPLE: found \"wave3\"", "did you mean \"wave2\"?"});
  refuses({"examples", "--out", "x"}, {"--out"});
}

BOOST_AUTO_TEST_CASE(examples_are_copied_with_their_samples) {
  const TemporaryFolder folder;
  const fs::path mine = folder / "new/folder";
  for (const std::string name : {"jacksboro64", "digits2", "kink1"}) {
    const Outcome copied = run({"examples", name, "--out", mine.string()});
    BOOST_TEST(copied.status == 0, copied.err);
    const fs::path file = mine / (name + ".toml");
    BOOST_TEST(holds(copied.out, file.string() + "\n"));
    const layercert::Target target = layercert::make_target(read_instance(file));
    const Instance original = read_instance(data / "instances" / (name + ".toml"));
    BOOST_TEST(target.is_table() == original.expression.empty());
  }
  const auto before = contents(folder.path());
  BOOST_TEST(before.size() == 7U); // two folders, three instances, two samples
  refuses({"examples", "kink1", "--out", mine.string()}, {"kink1.toml: exists already"});
  refuses({"examples", "wave2", "--out", (mine / "kink1.toml").string()}, {"cannot be made a folder"});
  BOOST_CHECK(contents(folder.path()) == before);
}

// Both say the same as CITATION.cff.
BOOST_AUTO_TEST_CASE(citations_are_those_of_the_file) {
  const Outcome cited = run({"cite"});
  BOOST_TEST(cited.status == 0, cited.err);
  const std::string file = read_file(data.parent_path() / "CITATION.cff");
  std::size_t titles = 0;
  for (const std::string key : {"title: \"", "\nversion: ", "url: \"", "family-names: "}) {
    for (std::size_t at = file.find(key); at != std::string::npos; at = file.find(key, at + 1)) {
      const std::size_t begin = at + key.size();
      const std::string said = file.substr(begin, file.find_first_of("\"\n", begin) - begin);
      BOOST_TEST(holds(cited.out, said), said);
      titles += key.starts_with("title") ? 1 : 0;
    }
  }
  BOOST_TEST(titles == 2U);
}

BOOST_AUTO_TEST_CASE(help_of_a_command) {
  BOOST_TEST(run({"help", "check"}).out == run({"check", "--help"}).out);
  BOOST_TEST(run({"help", "nothing"}).out == run({"--help"}).out);
}

BOOST_AUTO_TEST_CASE(verdicts_have_a_colour_only_where_somebody_looks) {
  const TemporaryFolder folder;
  const std::string instance = write_file(folder / "i.toml", instance_text()).string();
  const std::string result = (folder / "result").string();
  const std::vector<std::string> certify = {"certify", instance};
  const std::string green = "\033[32mcertified\033[0m";
  const char *former = std::getenv("TERM");
  const std::string terminal = former == nullptr ? "" : former;
  ::unsetenv("NO_COLOR");
  ::setenv("TERM", "xterm", 1);
  BOOST_TEST(holds(on_terminal(certify), green));
  BOOST_TEST(!holds(run(certify).out, "\033"));
  BOOST_TEST(!holds(on_terminal({"certify", instance, "--json"}), "\033"));
  ::setenv("TERM", "dumb", 1);
  BOOST_TEST(!holds(on_terminal(certify), "\033"));
  ::setenv("TERM", "xterm", 1);
  ::setenv("NO_COLOR", "1", 1);
  BOOST_TEST(!holds(on_terminal(certify), "\033"));
  ::unsetenv("NO_COLOR");

  BOOST_REQUIRE(run({"certify", instance, "--out", result}).status == 0);
  BOOST_TEST(holds(on_terminal({"check", result}), "\033[32maccepted\033[0m: "));
  BOOST_TEST(!holds(on_terminal({"check", result, "--json"}), "\033"));
  write_file(fs::path(result) / "instance.toml", instance_text() + "\n");
  BOOST_TEST(holds(on_terminal({"check", result}), "\033[31mrejected\033[0m: "));
  ::setenv("TERM", terminal.c_str(), 1);
}

BOOST_AUTO_TEST_CASE(convert_says_it_as_json) {
  const TemporaryFolder folder;
  const fs::path network = paths::test_data() / "vectors" / "d1-N3-L2.network.json";
  const fs::path out = folder / "n.lcn";
  const Outcome outcome =
      run({"convert", network.string(), "--to", "binary", "--out", out.string(), "--json"});
  BOOST_TEST(outcome.status == 0, outcome.err);
  const json said = json::parse(outcome.out);
  BOOST_TEST(said["file"] == out.string());
  BOOST_TEST(said["bytes"] == read_file(out).size());
  BOOST_TEST(said["sha256"] == layercert::sha256_hex(read_file(out)));
}
