#define BOOST_TEST_MODULE cli_bad_instance
#include <boost/test/unit_test.hpp>

#include "checks.hpp"

using namespace cli_test;

namespace {

struct Fixture {
  // Status 2, nothing on stdout, one line on stderr that names file and line and holds every one of `pieces`;
  // no output.
  void refuses_file(const fs::path &file, int line, Pieces pieces) {
    const fs::path out = folder / "out";
    const Outcome outcome = run({"certify", file.string(), "--out", out.string()});
    BOOST_TEST_CONTEXT(outcome.err << "of\n"
                                   << (fs::is_regular_file(file) ? read_file(file) : std::string())) {
      is_refusal(outcome, pieces);
      const std::string place = file.string() + ":" + (line > 0 ? std::to_string(line) + ":" : "");
      BOOST_TEST(outcome.err.starts_with("layercert: " + place), "does not begin with the place " << place);
      BOOST_TEST(!fs::exists(out));
      BOOST_TEST(partial_folders(out).empty());
    }
  }
  void refuses(const std::string &text, int line, Pieces pieces) {
    refuses_file(write_file(folder / "i.toml", text), line, pieces);
  }
  // The small instance with one piece replaced.
  void refuses_with(const std::string &old_piece, const std::string &new_piece, int line, Pieces pieces) {
    refuses(replaced(instance_text(), old_piece, new_piece), line, pieces);
  }

  TemporaryFolder folder;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(bad_instance, Fixture)

BOOST_AUTO_TEST_CASE(files_that_are_none) {
  refuses_file(folder / "none.toml", 0, {"no such file", "expected an instance"});
  refuses_file(folder.path(), 0, {"found a folder", "expected"});
  refuses_file(write_file(folder / "empty.toml", ""), 0, {"empty", "expected an instance"});
}

BOOST_AUTO_TEST_CASE(toml_and_names) {
  refuses_with("depth = 2", "depth = ", 6, {"TOML"});
  refuses_with("depth = 2", "depth = 1000000000000000000000000000000", 6, {"TOML"});
  refuses_with("depth = 2", "detph = 2", 6, {"unknown key \"detph\"; did you mean \"depth\"?"});
  refuses_with("[theorem]", "[theorm]", 4, {"unknown table \"theorm\"; did you mean \"theorem\"?"});
  refuses_with("p = 2\n", "", 4, {"\"p\" is missing"});
}

BOOST_AUTO_TEST_CASE(numbers) {
  refuses_with("p = 2", "p = 0.99", 7, {"\"p\"", "expected a number from 1"});
  refuses_with("p = 2", "p = nan", 7, {"\"p\"", "nan", "expected"});
  refuses_with("p = 2", "p = inf", 7, {"\"p\"", "inf", "expected"});
  refuses_with("N = 2", "N = 1", 5, {"\"N\": found 1; expected an integer from 2"});
  refuses_with("depth = 2", "depth = 0", 6, {"\"depth\": found 0; expected an integer from 1"});
  refuses_with("depth = 2", "depth = -3", 6, {"\"depth\": found -3"});
  refuses_with("dimension = 1", "dimension = 0", 2, {"\"dimension\": found 0"});
  refuses_with("depth = 2", "depth = \"2\"", 6, {"\"depth\": found a string; expected an integer"});
  refuses_with("N = 2", "N = 2.0", 5, {"\"N\": found a number with a fraction; expected an integer"});
  refuses_with("p = 2", "p = true", 7, {"\"p\": found a boolean; expected a number"});
}

BOOST_AUTO_TEST_CASE(more_cells_than_memory) {
  refuses_with("depth = 2", "depth = 40", 6,
               {"2^(1*40) = 1099511627776 cells", "of memory", "expected a depth of at most"});
  refuses("[target]\ndimension = 10\nexpression = \"x0\"\n[theorem]\nN = 1000\ndepth = 64\np = 2\n", 6,
          {"1000^(10*64) = about 1e1920 cells", "of memory"});
}

BOOST_AUTO_TEST_CASE(expressions) {
  refuses_with("abs(x - 1/3)", "abs(x - 1/3", 3, {"expected"});
  refuses_with("abs(x - 1/3)", "abs(x - y)", 3, {"y"});
  refuses("[target]\ndimension = 2\nexpression = \"x0 + x3\"\n[theorem]\nN = 2\ndepth = 2\np = 2\n", 3,
          {"x3", "x0"});
  refuses_with("abs(x - 1/3)", std::string(2000, '(') + "x" + std::string(2000, ')'), 3, {"open at once"});
}

BOOST_AUTO_TEST_CASE(targets_without_finite_values) {
  refuses_with("abs(x - 1/3)", "sqrt(x - 2)", 3, {"nan", "expected a finite value"});
  refuses_with("abs(x - 1/3)", "exp(10000*x)", 3, {"inf", "expected a finite value"});
}

BOOST_AUTO_TEST_CASE(samples) {
  const std::string image =
      "[target]\ndimension = 2\nimage = \"i.pgm\"\n[theorem]\nN = 2\ndepth = 1\np = 2\n";
  const fs::path file = write_file(folder / "i.toml", image);
  // A file of samples that is bad itself is named itself.
  const auto refuses_samples = [&](const std::string &place, Pieces pieces) {
    const Outcome outcome = run({"certify", file.string()});
    is_refusal(outcome, pieces);
    BOOST_TEST(outcome.err.starts_with("layercert: " + (folder / place).string()), outcome.err);
  };
  refuses_samples("i.pgm:", {"no such file", "expected"});
  write_file(folder / "i.pgm", "P2\n2 2\n9\n1 2\n3\n");
  refuses_samples("i.pgm:", {"ends after 3 samples; expected 4"});
  write_file(folder / "i.pgm", "P2\n2 2\n9\n1 2\n3 10\n");
  refuses_samples("i.pgm:5:", {"found \"10\""});
  // A single sample along an axis, with nothing to interpolate between.
  write_file(folder / "i.pgm", "P2\n3 1\n9\n1 2 3\n");
  write_file(file, "[target]\ndimension = 2\nimage = \"i.pgm\"\ninterpolation = \"multilinear\"\n"
                   "[theorem]\nN = 2\ndepth = 1\np = 2\n");
  refuses_samples("i.toml:3:", {"a single sample along an axis"});
}

// Data as people have them, certified and then verified by the independent checker: a header row and 25
// digits, a column of several, sides that differ and are no powers of N, doubles that share no denominator,
// colours, rounding.
BOOST_AUTO_TEST_CASE(own_data) {
  write_file(folder / "long.csv",
             "height\n4.967141530112326980e-01\n-1.382643011711846630e-01\n6.4768853810069252e-21\n");
  write_file(folder / "two.csv", "t;h\r\n0;0.1\r\n1;0.7\r\n2;-1e-3\r\n");
  write_file(folder / "wide.csv", "1,2,3\n1e17,0.001,7e-30\n"); // 3 x 2
  write_file(folder / "i.pgm", "P2\n3 5\n9\n1 2 3 4 5 6 7 8 9 0 1 2 3 4 5\n");
  int number = 0;
  for (const auto &[dimension, source] :
       {std::pair{1, "table = \"long.csv\""},
        {1, "table = \"two.csv\"\ncolumn = \"h\""},
        {1, "table = \"two.csv\"\ncolumn = 2\nheader = true\nround = \"1/2^40\""},
        {2, "table = \"wide.csv\""},
        {2, "image = \"i.pgm\""},
        {2, "image = \"i.pgm\"\ninterpolation = \"multilinear\""}}) {
    const std::string out = (folder / ("out" + std::to_string(number++))).string();
    const fs::path file =
        write_file(folder / "own.toml", "[target]\ndimension = " + std::to_string(dimension) + "\n" + source +
                                            "\n[theorem]\nN = 2\ndepth = 2\np = 2\n");
    const Outcome certified = run({"certify", file.string(), "--out", out});
    BOOST_TEST_CONTEXT(source << ": " << certified.out << certified.err) {
      BOOST_TEST(certified.status == 0);
      const Outcome checked = run({"check", out});
      BOOST_TEST(checked.status == 0, checked.out << checked.err);
    }
  }
  const Outcome said =
      run({"certify", write_file(folder / "said.toml", "[target]\ndimension = 1\ntable = "
                                                       "\"long.csv\"\n[theorem]\nN = 2\ndepth = 1\n"
                                                       "p = 1\n")
                          .string()});
  BOOST_TEST(holds(said.err, "found a header row, \"height\""), said.err);
}

BOOST_AUTO_TEST_SUITE_END()
