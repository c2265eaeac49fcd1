#define BOOST_TEST_MODULE report_formula
#include <boost/test/unit_test.hpp>

#include "common/paths.hpp"
#include "common/text.hpp"

#include "layercert/function/expression.hpp"
#include "layercert/instance/instance.hpp"
#include "report/formula.hpp"

#include <filesystem>

using namespace layercert;
using namespace layercert::test;

namespace {

// Back to text, with a parenthesis around everything.
std::string text_of(const FormulaNode &node) {
  const auto row = [&](const std::string &before) {
    std::string text = before;
    for (const FormulaNode &part : node.of) {
      text += (text == before ? "" : ", ") + text_of(part);
    }
    return text + ")";
  };
  switch (node.kind) {
  case FormulaKind::Number:
  case FormulaKind::Name:
    return node.text;
  case FormulaKind::Negate:
    return "(-" + text_of(node.of[0]) + ")";
  case FormulaKind::Terms:
  case FormulaKind::Factors: {
    std::string text = text_of(node.of[0]);
    for (std::size_t i = 1; i < node.of.size(); ++i) {
      text = "(" + text + node.text[i] + text_of(node.of[i]) + ")";
    }
    return text;
  }
  case FormulaKind::Power:
    return "(" + text_of(node.of[0]) + "^" + text_of(node.of[1]) + ")";
  case FormulaKind::Call:
    return row(node.text + "(");
  case FormulaKind::Sum:
    return row("sum(" + node.text + ", ");
  case FormulaKind::Compare:
    return "(" + text_of(node.of[0]) + node.text + text_of(node.of[1]) + ")";
  }
  return "";
}

std::string tex(const std::string &text, std::size_t dimension = 1) {
  parse_expression(text, dimension); // what it refuses is no example
  const std::string whole = tex_of(parse_formula(text), dimension);
  return whole.substr(whole.find(" = ") + 3);
}

std::string mathml(const std::string &text, std::size_t dimension = 1) {
  return mathml_of(parse_formula(text), dimension);
}

} // namespace

BOOST_AUTO_TEST_CASE(the_tree_means_what_the_parser_reads) {
  std::vector<std::pair<std::string, int>> texts = {{"-x^2^3", 1},
                                                    {"2^-x", 1},
                                                    {"x - 1 - 2 - x", 1},
                                                    {"x/2/3*x", 1},
                                                    {"-x*-x", 1},
                                                    {"1e-3*x + 2.5E+2", 1},
                                                    {"x0 >= 1/2", 1},
                                                    {"if(x<1/3, x, 1)", 1},
                                                    {"sum(k, 1, 3, sin(k*x)/k^2)", 1},
                                                    {"+-+x", 1},
                                                    {"pow(x, 1/3)", 1},
                                                    {"(x < y)*(y != 1/2)", 2},
                                                    {"mod(3*x, 1) + hypot(x, y)", 2},
                                                    {"weierstrass(x, 1/2, 3)", 1},
                                                    {"max(x, 1/2, x^2)", 1},
                                                    {"sum(i, 0, 1, sum(j, 0, i, x^i*x^j))", 1},
                                                    {".5*x + 3.", 1}};
  for (const auto &entry : std::filesystem::directory_iterator(paths::data() / "instances")) {
    if (const Instance instance = read_instance(entry.path().string()); !instance.expression.empty()) {
      texts.emplace_back(instance.expression, instance.dimension);
    }
  }
  BOOST_TEST(texts.size() > 30U);
  for (const auto &[text, dimension] : texts) {
    const Expression wanted = parse_expression(text, dimension);
    const Expression found = parse_expression(text_of(parse_formula(text)), dimension);
    BOOST_TEST((found.nodes() == wanted.nodes() && found.constants() == wanted.constants()), text);
  }
}

BOOST_AUTO_TEST_CASE(formulas_are_typeset_as_people_write_them) {
  BOOST_TEST(tex("x/3") == "\\frac{x}{3}");
  BOOST_TEST(tex("sin(2*pi*x0)") == "\\sin (2\\allowbreak \\pi \\allowbreak x_{0})");
  BOOST_TEST(tex("abs(x - 1/3)") == "\\bigl\\lvert x - \\frac{1}{3}\\bigr\\rvert ");
  BOOST_TEST(tex("sqrt(x) + cbrt(x)") == "\\sqrt{x} + \\sqrt[3]{x}");
  BOOST_TEST(tex("x^(1/2)") == "x^{1/2}");
  BOOST_TEST(tex("sin(x)^2") == "\\sin ^{2}(x)");
  BOOST_TEST(tex("(x^2)^3") == "(x^{2})^{3}");
  BOOST_TEST(tex("x^2^3") == "x^{2^{3}}");
  BOOST_TEST(tex("exp(-x^2)") == "e^{-x^{2}}");
  BOOST_TEST(tex("floor(8*x)") == "\\lfloor 8\\allowbreak x\\rfloor ");
  BOOST_TEST(tex("if(x < 1/2, x, 0)") ==
             "\\begin{cases} x & \\text{if } x < \\frac{1}{2} \\\\ 0 & \\text{otherwise} \\\\ \\end{cases}");
  BOOST_TEST(tex("sum(k, 1, 9, x^k)") == "\\sum_{k = 1}^{9} x^{k}");
  BOOST_TEST(tex("2.5e-7") == "2.5 \\cdot 10^{-7}");
  BOOST_TEST(tex("step(x - 1)") == "\\operatorname{1}_{x - 1 \\ge 0}");
  BOOST_TEST(tex("atan(x)") == "\\arctan (x)");
}

BOOST_AUTO_TEST_CASE(what_is_left_out_changes_no_meaning) {
  BOOST_TEST(tex("2*3*x") == "2 \\cdot 3\\allowbreak x"); // not 23 x
  BOOST_TEST(tex("2*sin(x)*x") == "2\\,\\allowbreak \\sin (x)\\,\\allowbreak x");
  BOOST_TEST(tex("x*(x + 1)") == "x\\allowbreak (x + 1)");
  BOOST_TEST(tex("x - (x - 1)") == "x - (x - 1)");
  BOOST_TEST(tex("x - -x") == "x - (-x)");
  BOOST_TEST(tex("x*-x") == "x\\allowbreak (-x)");
  BOOST_TEST(tex("(-x)^2") == "(-x)^{2}");
  BOOST_TEST(tex("-(x + 1)") == "-(x + 1)");
  BOOST_TEST(tex("(sum(k, 1, 2, x^k)) + 1") == "\\Bigl(\\sum_{k = 1}^{2} x^{k}\\Bigr) + 1");
  BOOST_TEST(tex("sum(k, 1, 2, x + k)") == "\\sum_{k = 1}^{2} (x + k)");
  BOOST_TEST(tex("x^(1/2*x)") == "x^{(1/2)\\allowbreak x}");
  BOOST_TEST(tex("(x/2)^2") == "\\bigl(\\frac{x}{2}\\bigr)^{2}");
  BOOST_TEST(tex("sin(x)^-1") == "(\\sin (x))^{-1}"); // no arcsine
}

BOOST_AUTO_TEST_CASE(variables_are_named_as_in_the_text) {
  BOOST_TEST(tex_of(parse_formula("x + y"), 2).starts_with("f(x,\\allowbreak y) = "));
  BOOST_TEST(tex_of(parse_formula("x0 + x1"), 2).starts_with("f(x_{0},\\allowbreak x_{1}) = "));
  BOOST_TEST(tex_of(parse_formula("x + x1"), 2).ends_with("x_{0} + x_{1}"));
  BOOST_TEST(
      tex_of(parse_formula("x"), 6).starts_with("f(x_{0},\\allowbreak \\dots ,\\allowbreak x_{5}) = "));
}

BOOST_AUTO_TEST_CASE(mathml_is_well_formed_and_breaks_between_terms) {
  for (const char *text : {"x/3 + sqrt(x) - abs(x)^3", "if(x < 1/2, x, if(x < 3/4, 0, 1))",
                           "sum(k, 1, 9, x^k)", "(x<1/2)*2", "cbrt(x)"}) {
    const std::string found = mathml(text);
    for (const char *tag : {"math", "mrow", "mi", "mo", "mn", "mfrac", "msup", "msub", "msqrt", "mroot",
                            "mtable", "mtr", "mtd", "mtext", "munderover"}) {
      BOOST_TEST(count(found, std::string("<") + tag + ">") + count(found, std::string("<") + tag + " ") ==
                     count(found, std::string("</") + tag + ">"),
                 text << " " << tag);
    }
  }
  BOOST_TEST(count(mathml("x + x^2 - x^3"), "<math") == 3U);
  BOOST_TEST(count(mathml("x + x^2 - x^3"), "<wbr>") == 2U);
  BOOST_TEST(count(mathml("if(x < 1/4, 0, if(x < 1/2, 1, 2))"), "<mtr>") == 3U);
  BOOST_TEST(mathml("x < 1").find("<mo>&lt;</mo>") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(many_operands_and_deep_nesting_are_no_trouble) {
  std::string wide = "x";
  for (int i = 0; i < 20000; ++i) {
    wide += "+x";
  }
  BOOST_TEST(size_of(parse_formula(wide)) == 20002U);
  const std::string deep = std::string(400, '(') + "x" + std::string(400, ')');
  BOOST_TEST(tex(deep) == "x");
}
