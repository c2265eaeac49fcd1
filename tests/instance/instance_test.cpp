#define BOOST_TEST_MODULE instance
#include <boost/test/unit_test.hpp>

#include "common/files.hpp"
#include "common/paths.hpp"
#include "common/refusal.hpp"
#include "instance/memory_estimate.hpp"
#include "layercert/error.hpp"
#include "layercert/instance/instance.hpp"

#include <filesystem>
#include <string>

using layercert::cell_count_or_throw;
using layercert::InputError;
using layercert::Instance;
using layercert::parse_instance;
using layercert::read_instance;
using layercert::ShiftNorm;
using layercert::test::Pieces;
using layercert::test::refusal_of;
using layercert::test::replaced;
using layercert::test::TemporaryFolder;
using layercert::test::write_file;

namespace fs = std::filesystem;

namespace {

const std::string good = "[target]\n"            // 1
                         "dimension = 2\n"       // 2
                         "expression = \"x0\"\n" // 3
                         "[theorem]\n"           // 4
                         "N = 3\n"               // 5
                         "depth = 4\n"           // 6
                         "p = 2.5\n"             // 7
                         "norm = \"max\"\n"      // 8
                         "[hoelder]\n"           // 9
                         "lambda = 0.1\n"        // 10
                         "alpha = 1\n";          // 11

// `good` with one piece of it replaced.
std::string with(const std::string &old_piece, const std::string &new_piece) {
  return replaced(good, old_piece, new_piece);
}

Instance parse(const std::string &text) { return parse_instance(text, "i.toml", "folder"); }

// Expects an InputError on that line whose message holds every one of `pieces`.
void refuses(const std::string &text, std::size_t line, Pieces pieces) {
  const auto action = [&] { parse(text); };
  BOOST_TEST_CONTEXT("of\n" << text) {
    BOOST_TEST(refusal_of(action).file() == "i.toml");
    layercert::test::refuses(action, line, pieces);
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(texts_for_people_stand_before_the_tables) {
  BOOST_TEST(name_of(parse(good)) == "i");
  const Instance named = parse("name = \"b-1.x_2\"\ntitle = \"A title, ümlaut\"\nlatex = '\\sin x'\n" + good);
  BOOST_TEST(name_of(named) == "b-1.x_2");
  BOOST_TEST(named.title == "A title, ümlaut");
  BOOST_TEST(named.latex == "\\sin x");
  for (const char *name : {"a b", "a/b", "..", "-a", ".a", "ü", "a,b", "a\\u0000b"}) {
    refuses(std::string("name = \"") + name + "\"\n" + good, 1, {"\"name\""});
  }
  refuses("name = \"" + std::string(65, 'a') + "\"\n" + good, 1, {"at most 64 letters"});
  refuses("name = 3\n" + good, 1, {"\"name\": found an integer"});
  refuses("title = \"\"\n" + good, 1, {"empty"});
  refuses("title = \"a\\nb\"\n" + good, 1, {"expected one line"});
  refuses("latex = \"" + std::string(1001, 'a') + "\"\n" + good, 1, {"1001 bytes"});
  refuses(with("dimension = 2\n", "dimension = 2\ntitle = \"t\"\n"), 3,
          {"\"title\" in [target]", "before the first table"});
  refuses("titel = \"t\"\n" + good, 1, {"\"name\", \"title\""});
}

BOOST_AUTO_TEST_CASE(a_good_instance_is_read_whole) {
  const Instance instance = parse(good);
  BOOST_TEST(instance.file == "i.toml");
  BOOST_TEST(instance.text == good);
  BOOST_TEST(instance.dimension == 2);
  BOOST_TEST(instance.expression == "x0");
  BOOST_TEST(instance.image.empty());
  BOOST_TEST(instance.table.empty());
  BOOST_TEST(instance.N == 3);
  BOOST_TEST(instance.depth == 4);
  BOOST_TEST(instance.p.get_str() == "5/2");
  BOOST_TEST((instance.norm == ShiftNorm::Max));
  BOOST_REQUIRE(instance.hoelder.has_value());
  BOOST_TEST(instance.hoelder->lambda.get_str() == "1/10");
  BOOST_TEST(instance.hoelder->alpha.get_str() == "1");
  BOOST_TEST(instance.line_of_dimension == 2);
  BOOST_TEST(instance.line_of_source == 3);
  BOOST_TEST(instance.line_of_N == 5);
  BOOST_TEST(instance.line_of_depth == 6);
  BOOST_TEST(instance.line_of_p == 7);
}

BOOST_AUTO_TEST_CASE(norm_and_hoelder_are_optional) {
  std::string text = with("norm = \"max\"\n", "");
  text.erase(text.find("[hoelder]"));
  const Instance instance = parse(text);
  BOOST_TEST((instance.norm == ShiftNorm::Euclidean));
  BOOST_TEST(!instance.hoelder.has_value());
  BOOST_TEST((parse(with("\"max\"", "\"one\"")).norm == ShiftNorm::One));
  BOOST_TEST((parse(with("\"max\"", "\"euclidean\"")).norm == ShiftNorm::Euclidean));
}

BOOST_AUTO_TEST_CASE(remainders) {
  BOOST_TEST(parse(good).remainder == 0);
  const std::string line = "expression = \"x0\"\n";
  BOOST_TEST(parse(with(line, line + "remainder = \"1/1024\"\n")).remainder.get_str() == "1/1024");
  BOOST_TEST(parse(with(line, line + "remainder = 1e-3\n")).remainder.get_str() == "1/1000");
  BOOST_TEST(parse(with(line, line + "remainder = 0\n")).remainder == 0);
  BOOST_TEST(parse(with(line, line + "remainder = \"1/2^30\"\n")).remainder.get_str() == "1/1073741824");
  refuses(with(line, line + "remainder = -1e-3\n"), 4,
          {"\"remainder\": found -1/1000; expected", "0 or more"});
  refuses(with(line, line + "remainder = true\n"), 4, {"\"remainder\": found a boolean"});
  refuses(with(line, line + "remainder = \"small\"\n"), 4, {"\"remainder\": found \"small\""});
}

BOOST_AUTO_TEST_CASE(interpolations) {
  using layercert::Interpolation;
  const std::string line = "expression = \"x0\"\n";
  BOOST_TEST((parse(with(line, "table = \"t.npy\"\n")).interpolation == Interpolation::Constant));
  const std::string table = "table = \"t.npy\"\ninterpolation = ";
  BOOST_TEST((parse(with(line, table + "\"constant\"\n")).interpolation == Interpolation::Constant));
  BOOST_TEST((parse(with(line, table + "\"multilinear\"\n")).interpolation == Interpolation::Multilinear));
  refuses(with(line, table + "\"cubic\"\n"), 4,
          {"\"interpolation\": found \"cubic\"; expected \"constant\" or"});
  refuses(with(line, line + "interpolation = \"multilinear\"\n"), 4, {"goes with \"image\" or \"table\""});
}

BOOST_AUTO_TEST_CASE(numbers_are_exact) {
  BOOST_TEST(parse(with("0.1", "1e-3")).hoelder->lambda.get_str() == "1/1000");
  BOOST_TEST(parse(with("0.1", "\"1/3\"")).hoelder->lambda.get_str() == "1/3");
  BOOST_TEST(parse(with("0.1", "1_0.2_5")).hoelder->lambda.get_str() == "41/4");
  BOOST_TEST(parse(with("p = 2.5", "p = \"7/2\"")).p.get_str() == "7/2");
  BOOST_TEST(parse(with("p = 2.5", "p   =\t  2.5   # rounded to 3")).p.get_str() == "5/2");
  BOOST_TEST(parse(with("p = 2.5", "p = 1")).p == 1);
  BOOST_TEST(parse(with("p = 2.5", "p = 1000")).p == 1000);
  BOOST_TEST(parse(with("alpha = 1", "alpha = 0.3")).hoelder->alpha.get_str() == "3/10");
  // More digits than a double holds.
  BOOST_TEST(parse(with("p = 2.5", "p = 1.00000000000000000000000001")).p.get_str() ==
             "100000000000000000000000001/100000000000000000000000000");
}

BOOST_AUTO_TEST_CASE(numbers_are_found_behind_other_characters) {
  // A byte order mark, characters of several bytes, CRLF and inline tables all shift bytes against columns.
  BOOST_TEST(parse("\xef\xbb\xbftheorem = { N = 2, depth = 1, p = 1.1 }\r\n"
                   "target = { dimension = 1, expression = \"x\" }\r\n"
                   "hoelder = { alpha = 0.7, lambda = 1.3 }\r\n")
                 .p.get_str() == "11/10");
  const Instance instance = parse("theorem = { norm = \"one\", \"p\" = 1.1, N = 2, depth = 1 } # \xc3\xa4\r\n"
                                  "[target]\r\ndimension = 1\r\n\"expression\" = 'x'\r\n");
  BOOST_TEST(instance.p.get_str() == "11/10");
  BOOST_TEST(instance.expression_line == 4);
  BOOST_TEST(instance.expression_column == 17);
  // p is read rightly behind a character of two bytes: only the norm is wrong.
  refuses("theorem = { norm = \"\xc3\xa4\", p = 1.1, N = 2, depth = 1 }\n"
          "target = { dimension = 1, expression = 'x' }\n",
          1, {"\"norm\""});
}

BOOST_AUTO_TEST_CASE(the_expression_is_located) {
  BOOST_TEST(parse(good).expression_line == 3);
  BOOST_TEST(parse(good).expression_column == 15);
  const Instance literal = parse(with("expression = \"x0\"", "  expression   =  'x0'"));
  BOOST_TEST(literal.expression_column == 20);
  const Instance lines = parse(with("\"x0\"", "\"\"\"\nx0\n + x1\"\"\""));
  BOOST_TEST(lines.expression == "x0\n + x1");
  BOOST_TEST(lines.expression_line == 4);
  BOOST_TEST(lines.expression_column == 1);
  const Instance windows = parse(with("\"x0\"", "\"\"\"\r\nx0\"\"\""));
  BOOST_TEST(windows.expression_line == 4);
  BOOST_TEST(windows.expression_column == 1);
  const Instance one_line = parse(with("\"x0\"", "'''x0'''"));
  BOOST_TEST(one_line.expression_line == 3);
  BOOST_TEST(one_line.expression_column == 17);
}

BOOST_AUTO_TEST_CASE(files_are_resolved_against_the_folder) {
  const Instance image = parse(with("expression = \"x0\"", "image = \"../images/a.pgm\""));
  BOOST_TEST(image.expression.empty());
  BOOST_TEST(image.image == fs::path("images/a.pgm"));
  BOOST_TEST(parse(with("expression = \"x0\"", "table = \"a.csv\"")).table == fs::path("folder/a.csv"));
  BOOST_TEST(parse(with("expression = \"x0\"", "table = \"/a.csv\"")).table == fs::path("/a.csv"));
  BOOST_TEST(parse(with("expression = \"x0\"", "table = \"a.csv\"")).line_of_source == 3);
}

BOOST_AUTO_TEST_CASE(files_that_are_none) {
  const TemporaryFolder folder;
  const auto refuses_file = [](const fs::path &file, const char *piece) {
    BOOST_CHECK_EXCEPTION(read_instance(file), InputError, [&](const InputError &error) {
      return error.line() == 0 && error.file() == file.string() &&
             error.message().find(piece) != std::string::npos;
    });
  };
  refuses_file(folder / "none.toml", "no such file");
  refuses_file(folder.path(), "folder");
  refuses_file(write_file(folder / "empty.toml", ""), "empty");

  const Instance instance =
      read_instance(write_file(folder / "good.toml", with("expression = \"x0\"", "image = \"a.pgm\"")));
  BOOST_TEST(instance.image == folder / "a.pgm");
  BOOST_TEST(instance.text.size() == with("expression = \"x0\"", "image = \"a.pgm\"").size());
}

BOOST_AUTO_TEST_CASE(toml_syntax) {
  refuses(with("depth = 4", "depth = "), 6, {"TOML"});
  refuses(with("depth = 4", "depth = 4\ndepth = 5"), 7, {"TOML"});
  refuses(with("\"x0\"", "\"x0"), 3, {"TOML"});
  refuses(with("p = 2.5", "p = 2.5.1"), 7, {"TOML"});
  refuses("\xff\xfe", 1, {"TOML"});
}

BOOST_AUTO_TEST_CASE(unknown_names) {
  refuses(with("depth = 4", "detph = 4"), 6, {"unknown key \"detph\"; did you mean \"depth\"?"});
  refuses(with("N = 3", "n = 3"), 5, {"unknown key \"n\"; did you mean \"N\"?"});
  refuses(with("lambda", "lamda"), 10, {"did you mean \"lambda\"?"});
  refuses(with("N = 3", "N = 3\nbanana = 3"), 6, {"unknown key \"banana\"; expected", "\"depth\""});
  refuses(with("[hoelder]", "[holder]"), 9, {"unknown table \"holder\"; did you mean \"hoelder\"?"});
  refuses(with("[hoelder]", "[zzzzzzzz]"), 9, {"unknown table \"zzzzzzzz\"; expected", "\"theorem\""});
  refuses("N = 2\n" + good, 1, {"\"N\" outside of a table", "[theorem]"});
  refuses("foo = 2\n" + good, 1, {"unknown key \"foo\"", "\"target\""});
}

BOOST_AUTO_TEST_CASE(wrong_types) {
  refuses(with("dimension = 2", "dimension = \"2\""), 2, {"\"dimension\"", "a string", "an integer"});
  refuses(with("dimension = 2", "dimension = 2.0"), 2, {"\"dimension\"", "fraction", "an integer"});
  refuses(with("N = 3", "N = true"), 5, {"\"N\"", "a boolean"});
  refuses(with("depth = 4", "depth = [4]"), 6, {"\"depth\"", "an array"});
  refuses(with("p = 2.5", "p = 1979-05-27"), 7, {"\"p\"", "a date", "a number"});
  refuses(with("p = 2.5", "p = \"two\""), 7, {"\"p\"", "\"two\""});
  refuses(with("\"max\"", "3"), 8, {"\"norm\"", "an integer", "a string"});
  refuses(with("\"x0\"", "7"), 3, {"\"expression\"", "an integer", "a string"});
  refuses(with("alpha = 1", "alpha = {}"), 11, {"\"alpha\"", "a table"});
  refuses("target = 3\n" + good.substr(good.find("[theorem]")), 1, {"\"target\"", "an integer", "a table"});
  refuses(with("[theorem]", "[[theorem]]"), 4, {"\"theorem\"", "an array", "a table"});
}

BOOST_AUTO_TEST_CASE(missing_keys_and_tables) {
  refuses(with("dimension = 2\n", ""), 1, {"[target]", "\"dimension\" is missing"});
  refuses(with("N = 3\n", ""), 4, {"[theorem]", "\"N\" is missing"});
  refuses(with("depth = 4\n", ""), 4, {"\"depth\" is missing"});
  refuses(with("p = 2.5\n", ""), 4, {"\"p\" is missing"});
  refuses(with("lambda = 0.1\n", ""), 9, {"[hoelder]", "\"lambda\" is missing"});
  refuses(with("alpha = 1\n", ""), 9, {"\"alpha\" is missing"});
  refuses(good.substr(good.find("[theorem]")), 0, {"[target] is missing"});
  refuses(good.substr(0, good.find("[theorem]")), 0, {"[theorem] is missing"});
  refuses("# nothing\n", 0, {"[target] is missing"});
}

BOOST_AUTO_TEST_CASE(none_or_several_targets) {
  refuses(with("expression = \"x0\"\n", ""), 1, {"\"expression\", \"image\" and \"table\""});
  refuses(with("expression = \"x0\"\n", "expression = \"x0\"\ntable = \"a\"\n"), 4,
          {"both \"expression\" and \"table\""});
  refuses(with("expression = \"x0\"\n", "image = \"b\"\ntable = \"a\"\n"), 4,
          {"both \"image\" and \"table\""});
  refuses(with("\"x0\"", "\"  \""), 3, {"\"expression\"", "empty"});
  refuses(with("dimension = 2\nexpression = \"x0\"", "dimension = 3\nimage = \"a.pgm\""), 2, {"image", "2"});
}

BOOST_AUTO_TEST_CASE(ranges) {
  for (const char *value : {"0", "-1", "11", "9223372036854775807"}) {
    refuses(with("dimension = 2", std::string("dimension = ") + value), 2,
            {"\"dimension\"", value, "1 to 10"});
  }
  for (const char *value : {"1", "0", "-2", "1001", "4294967298"}) {
    refuses(with("N = 3", std::string("N = ") + value), 5, {"\"N\"", value, "2 to 1000"});
  }
  for (const char *value : {"0", "-4", "65"}) {
    refuses(with("depth = 4", std::string("depth = ") + value), 6, {"\"depth\"", value, "1 to 64"});
  }
  for (const char *value : {"0", "0.99999999999999999999", "-2.5", "1000.0000001", "1001", "1e300"}) {
    refuses(with("p = 2.5", std::string("p = ") + value), 7, {"\"p\"", "1 to 1000"});
  }
  for (const char *value : {"nan", "inf", "-inf", "+nan"}) {
    refuses(with("p = 2.5", std::string("p = ") + value), 7, {"\"p\"", value});
  }
  refuses(with("\"max\"", "\"maximum\""), 8,
          {"\"norm\"", "\"maximum\"", "\"euclidean\", \"max\" or \"one\""});
  refuses(with("0.1", "0"), 10, {"\"lambda\"", "0"});
  refuses(with("0.1", "-1.5"), 10, {"\"lambda\"", "-3/2"});
  refuses(with("alpha = 1", "alpha = 0"), 11, {"\"alpha\"", "at most 1"});
  refuses(with("alpha = 1", "alpha = 1.00000000000000000001"), 11, {"\"alpha\"", "at most 1"});
  BOOST_TEST(parse(with("dimension = 2", "dimension = 10")).dimension == 10);
  BOOST_TEST(parse(with("N = 3", "N = 1000")).N == 1000);
  BOOST_TEST(parse(with("depth = 4", "depth = 64")).depth == 64);
}

BOOST_AUTO_TEST_CASE(cells_are_counted) {
  BOOST_TEST(cell_count_or_throw(parse(good), 1U << 30U) == 6561U); // 3^(2*4)
  BOOST_TEST(cell_count_or_throw(parse(with("depth = 4", "depth = 8")), std::uint64_t(1) << 40U) ==
             43046721U);
  BOOST_TEST(layercert::physical_memory_bytes() > (1U << 20U));
}

// Rank 0 needs what one process does. Of samples the others need less, of an expression as much.
BOOST_AUTO_TEST_CASE(memory_of_ranks) {
  const layercert::Instance expression = parse(good);
  const std::string alone = layercert::memory_estimate_text(expression);
  BOOST_TEST(layercert::memory_estimate_text(expression, 3) == alone + " on each of 3 ranks");
  layercert::Instance image = expression;
  image.image = "image.pgm";
  const std::string of_image = layercert::memory_estimate_text(image, 4);
  BOOST_TEST(of_image.starts_with(alone + " on rank 0 and "));
  BOOST_TEST(of_image.ends_with(" on each other rank"));
  BOOST_TEST(of_image != layercert::memory_estimate_text(image, 2));
  image.interpolation = layercert::Interpolation::Multilinear;
  BOOST_TEST(layercert::memory_estimate_text(image, 4) == alone + " on each of 4 ranks");
}

BOOST_AUTO_TEST_CASE(too_many_cells) {
  const auto refuses_cells = [](const std::string &text, std::uint64_t memory, Pieces pieces) {
    const Instance instance = parse(text);
    layercert::test::refuses([&] { cell_count_or_throw(instance, memory); }, 6, pieces);
  };
  // One cell takes (log2 + 14) / 2 + 128 + 32 d bytes: about 1.3 MiB for 6561 cells, 0.1 MiB for 729.
  refuses_cells(good, 1U << 20U, {"3^(2*4)", "6561 cells", "1.2 MiB", "there are 1.0 MiB", "at most 3"});
  refuses_cells(good, 1000, {"1000 bytes", "not even a depth of 1"});
  refuses_cells(with("N = 3\ndepth = 4", "N = 1000\ndepth = 64"), UINT64_MAX,
                {"about 1e384 cells", "at most 2"}); // 1000^(2*3) = 1e18 cells need more than 2^64 bytes
}

BOOST_AUTO_TEST_CASE(how_samples_are_read) {
  using layercert::Channel;
  const auto table = [](const std::string &lines) {
    return with("expression = \"x0\"\n", "table = \"t.csv\"\n" + lines);
  };
  const auto image = [](const std::string &lines) {
    return with("expression = \"x0\"\n", "image = \"i.png\"\n" + lines);
  };
  BOOST_TEST(!parse(table("")).samples.header.has_value());
  BOOST_TEST(parse(table("header = true\n")).samples.header.value_or(false));
  BOOST_TEST(!parse(table("header = false\n")).samples.header.value_or(true));
  BOOST_TEST(parse(table("column = 3\n")).samples.column == 3);
  BOOST_TEST(parse(table("column = \"height\"\n")).samples.column_name == "height");
  BOOST_TEST(parse(table("round = \"1/2^40\"\n")).samples.round == mpq_class(1, 1L << 40));
  BOOST_TEST(parse(image("round = 0.1\n")).samples.round == mpq_class(1, 10));
  BOOST_TEST((parse(image("channel = \"luma\"\n")).samples.channel == Channel::Luma));
  BOOST_TEST((parse(image("channel = \"alpha\"\n")).samples.channel == Channel::Alpha));
  refuses(table("header = 1\n"), 4, {"\"header\"", "an integer", "true or false"});
  refuses(table("column = 0\n"), 4, {"\"column\"", "from 1"});
  refuses(table("column = true\n"), 4, {"\"column\"", "a boolean", "its name in quotes, or its number"});
  refuses(table("round = 0\n"), 4, {"\"round\"", "above 0"});
  refuses(table("channel = \"red\"\n"), 4, {"\"channel\" goes with \"image\"", "\"table\""});
  refuses(image("header = true\n"), 4, {"\"header\" goes with \"table\"", "\"image\""});
  refuses(image("channel = \"grey\"\n"), 4, {"\"channel\"", "\"grey\"", "\"luma\""});
  refuses(with("dimension = 2\n", "dimension = 2\nround = 1\n"), 3,
          {"\"round\" goes with", "\"expression\""});
}

BOOST_AUTO_TEST_CASE(the_supremum_norm) {
  for (const char *p : {"p = \"inf\"", "p = inf", "p = \"Infinity\"", "p = \"oo\"", "p = +inf"}) {
    refuses(with("p = 2.5", p), 7, {"the theorem is about p < inf", "p = 1000", "1.02 E", "2.6e-9"});
  }
}

BOOST_AUTO_TEST_CASE(the_instances_of_the_repository_are_good) {
  int count = 0;
  for (const auto &entry : fs::directory_iterator(paths::data() / "instances")) {
    if (entry.path().extension() != ".toml") {
      continue;
    }
    BOOST_TEST_CONTEXT(entry.path()) {
      const Instance instance = read_instance(entry.path());
      BOOST_TEST(cell_count_or_throw(instance, 1U << 30U) > 0U);
      BOOST_TEST((instance.image.empty() || fs::exists(instance.image)));
    }
    ++count;
  }
  BOOST_TEST(count >= 9);
}
