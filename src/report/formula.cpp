// One walk over the tree says what stands where: which quotient is a fraction, what needs parentheses, when
// e^a is exp(a). Two writers put it into MathML and LaTeX. A writer knows nothing of the tree, and the walk
// nothing of markup.
#include "formula.hpp"

#include "markup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <span>

namespace layercert {

namespace {

// How tightly a piece holds together, the loosest first.
enum class Bond { Comparison, Sum, Product, Signed, Power, Whole };

struct Piece {
  std::string text;
  Bond bond = Bond::Whole;
  int height = 0; // fractions on each other, about: how large a parenthesis has to be
  bool begins_with_minus = false;
  bool begins_with_digit = false;
  bool is_named = false; // a function's value, which stands apart from the factors beside it
};

enum class Fence { Parentheses, Bars, Floor };

struct Case {
  std::string value;
  std::string condition; // empty: otherwise
};

class MathWriter {
public:
  virtual ~MathWriter() = default;
  virtual std::string number(const std::string &digits) const = 0;
  virtual std::string letter(const std::string &name) const = 0; // a variable or an index
  virtual std::string pi() const = 0;
  virtual std::string infinity() const = 0;
  virtual std::string sign(char sign)
      const = 0; // + - n (minus before an operand) and, for a product, * or a blank or . for nothing at all
  virtual std::string relation(const std::string &sign) const = 0;
  virtual std::string comma() const = 0;
  virtual std::string dots() const = 0;
  virtual std::string words(const std::string &text) const = 0;
  virtual std::string row(const std::string &content) const = 0; // as one operand
  virtual std::string fraction(const std::string &above, const std::string &below) const = 0;
  virtual std::string slash() const = 0;
  virtual std::string root(const std::string &of, int degree) const = 0;
  virtual std::string raised(const std::string &base, const std::string &exponent) const = 0;
  virtual std::string lowered(const std::string &base, const std::string &index) const = 0;
  virtual std::string fenced(Fence fence, const std::string &content, int height) const = 0;
  virtual std::string function(const std::string &name) const = 0;
  virtual std::string sum(const std::string &from, const std::string &to) const = 0;
  virtual std::string cases(const std::vector<Case> &rows) const = 0;
};

class MathmlWriter final : public MathWriter {
public:
  std::string number(const std::string &digits) const override { return "<mn>" + digits + "</mn>"; }
  std::string letter(const std::string &name) const override { return "<mi>" + escaped(name) + "</mi>"; }
  std::string pi() const override { return "<mi>\u03c0</mi>"; }
  std::string infinity() const override { return "<mi class=\"fn\">\u221e</mi>"; }
  std::string sign(char sign) const override {
    return sign == '+'   ? "<mo form=\"infix\">+</mo>"
           : sign == '-' ? "<mo form=\"infix\">\u2212</mo>"
           : sign == 'n' ? "<mo form=\"prefix\">\u2212</mo>"
           : sign == '*' ? "<mo>\u22c5</mo>"
           : sign == ' ' ? "<mspace width=\"0.17em\"/>"
                         : "";
  }
  std::string relation(const std::string &sign) const override {
    return sign == "<="   ? "<mo>\u2264</mo>"
           : sign == ">=" ? "<mo>\u2265</mo>"
           : sign == "==" ? "<mo>=</mo>"
           : sign == "!=" ? "<mo>\u2260</mo>"
                          : "<mo>" + escaped(sign) + "</mo>";
  }
  std::string comma() const override { return "<mo>,</mo>"; }
  std::string dots() const override { return "<mi class=\"fn\">\u2026</mi>"; }
  std::string words(const std::string &text) const override { return "<mtext>" + text + "</mtext>"; }
  std::string row(const std::string &content) const override { return "<mrow>" + content + "</mrow>"; }
  std::string fraction(const std::string &above, const std::string &below) const override {
    return "<mfrac>" + row(above) + row(below) + "</mfrac>";
  }
  std::string slash() const override { return "<mo lspace=\"0\" rspace=\"0\">/</mo>"; }
  std::string root(const std::string &of, int degree) const override {
    return degree == 2 ? "<msqrt>" + of + "</msqrt>"
                       : fmt::format("<mroot>{}<mn>{}</mn></mroot>", row(of), degree);
  }
  std::string raised(const std::string &base, const std::string &exponent) const override {
    return "<msup>" + row(base) + row(exponent) + "</msup>";
  }
  std::string lowered(const std::string &base, const std::string &index) const override {
    return "<msub>" + row(base) + row(index) + "</msub>";
  }
  std::string fenced(Fence fence, const std::string &content, int height) const override {
    const char *const open = fence == Fence::Parentheses ? "(" : fence == Fence::Bars ? "|" : "\u230a";
    const char *const close = fence == Fence::Parentheses ? ")" : fence == Fence::Bars ? "|" : "\u230b";
    return fmt::format("<mrow><mo form=\"prefix\" stretchy=\"{0}\" lspace=\"0\" rspace=\"0\">{1}</mo>{2}"
                       "<mo form=\"postfix\" stretchy=\"{0}\" lspace=\"0\" rspace=\"0\">{3}</mo></mrow>",
                       height > 0, open, content, close);
  }
  std::string function(const std::string &name) const override {
    return "<mi class=\"fn\">" + name + "</mi>";
  }
  std::string sum(const std::string &from, const std::string &to) const override {
    return "<munderover><mo>\u2211</mo>" + row(from) + row(to) + "</munderover>";
  }
  std::string cases(const std::vector<Case> &rows) const override {
    std::string table;
    for (const Case &one : rows) {
      table +=
          fmt::format("<mtr><mtd class=\"case\">{}</mtd><mtd class=\"case\">{}</mtd></mtr>", row(one.value),
                      one.condition.empty() ? words("otherwise") : row(words("if\u00a0") + one.condition));
    }
    return "<mrow><mo fence=\"true\" form=\"prefix\" stretchy=\"true\">{</mo><mtable>" + table +
           "</mtable></mrow>";
  }
};

class TexWriter final : public MathWriter {
public:
  std::string number(const std::string &digits) const override { return digits; }
  std::string letter(const std::string &name) const override {
    if (name.size() == 1) {
      return name;
    }
    std::string text;
    for (const char c : name) {
      text += c == '_' ? std::string("\\_") : std::string(1, c);
    }
    return "\\mathit{" + text + "}";
  }
  std::string pi() const override { return "\\pi "; }
  std::string infinity() const override { return "\\infty "; }
  std::string sign(char sign) const override {
    return sign == '+'   ? " + "
           : sign == '-' ? " - "
           : sign == 'n' ? "-"
           : sign == '*' ? " \\cdot "
           : sign == ' ' ? "\\,\\allowbreak "
                         : "\\allowbreak ";
  }
  std::string relation(const std::string &sign) const override {
    return sign == "<="   ? " \\le "
           : sign == ">=" ? " \\ge "
           : sign == "==" ? " = "
           : sign == "!=" ? " \\ne "
                          : " " + sign + " ";
  }
  std::string comma() const override { return ",\\allowbreak "; }
  std::string dots() const override { return "\\dots "; }
  std::string words(const std::string &text) const override { return "\\text{ " + text + " }"; }
  std::string row(const std::string &content) const override { return "{" + content + "}"; }
  std::string fraction(const std::string &above, const std::string &below) const override {
    return "\\frac" + row(above) + row(below);
  }
  std::string slash() const override { return "/"; }
  std::string root(const std::string &of, int degree) const override {
    return degree == 2 ? "\\sqrt" + row(of) : fmt::format("\\sqrt[{}]{}", degree, row(of));
  }
  std::string raised(const std::string &base, const std::string &exponent) const override {
    return base + "^" + row(exponent);
  }
  std::string lowered(const std::string &base, const std::string &index) const override {
    return base + "_" + row(index);
  }
  std::string fenced(Fence fence, const std::string &content, int height) const override {
    constexpr std::array<const char *, 4> kSizes = {"", "\\big", "\\Big", "\\bigg"};
    const std::string size = kSizes[static_cast<std::size_t>(std::clamp(height, 0, 3))];
    const char *const open = fence == Fence::Parentheses ? "("
                             : fence == Fence::Bars      ? "\\lvert "
                                                         : "\\lfloor ";
    const char *const close = fence == Fence::Parentheses ? ")"
                              : fence == Fence::Bars      ? "\\rvert "
                                                          : "\\rfloor ";
    return (size.empty() ? "" : size + "l") + open + content + (size.empty() ? "" : size + "r") + close;
  }
  std::string function(const std::string &name) const override {
    constexpr std::array<std::string_view, 14> kKnown = {"sin",    "cos",  "tan",  "arcsin", "arccos",
                                                         "arctan", "sinh", "cosh", "tanh",   "log",
                                                         "exp",    "min",  "max",  "bmod"};
    return std::find(kKnown.begin(), kKnown.end(), name) != kKnown.end() ? "\\" + name + " "
                                                                         : "\\operatorname{" + name + "}";
  }
  std::string sum(const std::string &from, const std::string &to) const override {
    return "\\sum_" + row(from) + "^" + row(to) + " ";
  }
  std::string cases(const std::vector<Case> &rows) const override {
    std::string text = "\\begin{cases} ";
    for (const Case &one : rows) {
      text += one.value + " & " +
              (one.condition.empty() ? "\\text{otherwise}" : "\\text{if } " + one.condition) + " \\\\ ";
    }
    return text + "\\end{cases}";
  }
};

FormulaNode leaf(FormulaKind kind, std::string text) { return {kind, std::move(text)}; }

bool is_call(const FormulaNode &node, std::string_view name, std::size_t arguments) {
  return node.kind == FormulaKind::Call && node.text == name && node.of.size() == arguments;
}

class Walk {
public:
  Walk(const MathWriter &writer, const FormulaNode &formula, std::size_t dimension)
      : on_(writer), numbered_(!names_letters(formula, dimension)) {}

  std::string name_of_variables(std::size_t dimension) const {
    constexpr int kMostNamed = 3;
    std::string names;
    for (std::size_t i = 0; i < dimension; ++i) {
      if (dimension > kMostNamed && i == 1) {
        names += on_.comma() + on_.dots();
        i = dimension - 1;
      }
      names += (i == 0 ? "" : on_.comma()) + variable(i);
    }
    return on_.letter("f") + on_.fenced(Fence::Parentheses, names, 0) + on_.relation("==");
  }

  // The parts between which a line may break.
  std::vector<std::string> lines(const FormulaNode &formula) const {
    if (formula.kind != FormulaKind::Terms) {
      return {piece(formula).text};
    }
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < formula.of.size(); ++i) {
      parts.push_back(term(formula, i));
    }
    return parts;
  }

private:
  std::string variable(std::size_t index) const {
    return numbered_ || index > 2 ? on_.lowered(on_.letter("x"), on_.number(std::to_string(index)))
                                  : on_.letter(std::string(1, static_cast<char>('x' + index)));
  }

  Piece fenced(const Piece &inner, Fence fence = Fence::Parentheses) const {
    return {on_.fenced(fence, inner.text, inner.height), Bond::Whole, inner.height};
  }
  Piece at_least(Bond bond, const FormulaNode &node, bool script = false) const {
    const Piece inner = piece(node, script);
    return inner.bond < bond ? fenced(inner) : inner;
  }

  // In an exponent (script) nothing is stacked.
  Piece piece(const FormulaNode &node, bool script = false) const {
    switch (node.kind) {
    case FormulaKind::Number:
      return number(node.text);
    case FormulaKind::Name:
      return {name(node.text)};
    case FormulaKind::Negate: {
      const Piece of = at_least(Bond::Product, node.of[0], script);
      const std::string inner = of.begins_with_minus ? fenced(of).text : of.text;
      return {on_.sign('n') + inner, Bond::Signed, of.height, true};
    }
    case FormulaKind::Terms:
      return terms(node, script);
    case FormulaKind::Factors:
      return factors(node, script);
    case FormulaKind::Power:
      return power(node);
    case FormulaKind::Call:
      return call(node, script);
    case FormulaKind::Sum: {
      const std::string from = on_.letter(node.text) + on_.relation("==") + piece(node.of[0], true).text;
      const Piece term = at_least(Bond::Product, node.of[2], script);
      return {on_.sum(from, piece(node.of[1], true).text) + term.text, Bond::Sum, 2};
    }
    case FormulaKind::Compare:
      return {on_.lowered(on_.function("1"), condition(node)), Bond::Whole};
    }
    return {};
  }

  Piece number(const std::string &text) const {
    const std::size_t e = text.find_first_of("eE");
    if (e == std::string::npos) {
      return {on_.number(text), Bond::Whole, 0, false, true};
    }
    const std::string exponent = text.substr(text[e + 1] == '+' ? e + 2 : e + 1);
    const std::string power =
        on_.raised(on_.number("10"), exponent[0] == '-' ? on_.sign('n') + on_.number(exponent.substr(1))
                                                        : on_.number(exponent));
    const std::string mantissa = text.substr(0, e);
    return mantissa == "1"
               ? Piece{power, Bond::Power, 0, false, true}
               : Piece{on_.number(mantissa) + on_.sign('*') + power, Bond::Product, 0, false, true};
  }

  std::string name(const std::string &text) const {
    if (text == "pi") {
      return on_.pi();
    }
    if (text == "infinity") { // not of the grammar: of a series that a call stands for
      return on_.infinity();
    }
    if (text.size() == 2 && text[0] == 'x' && text[1] >= '0' && text[1] <= '9') {
      return variable(text[1] - '0');
    }
    return text.size() == 1 && text[0] >= 'x' && text[0] <= 'z' ? variable(text[0] - 'x') : on_.letter(text);
  }

  // One of the terms of a sum, with its sign.
  std::string term(const FormulaNode &node, std::size_t i, bool script = false, int *height = nullptr) const {
    Piece part = piece(node.of[i], script);
    const bool last = i + 1 == node.of.size();
    const bool open_end = node.of[i].kind == FormulaKind::Sum; // would take in what follows
    if ((i > 0 && part.begins_with_minus) || (part.bond <= Bond::Sum && !(open_end && last))) {
      part = fenced(part);
    }
    if (height != nullptr) {
      *height = std::max(*height, part.height);
    }
    return (i == 0 ? "" : on_.sign(node.text[i])) + part.text;
  }

  Piece terms(const FormulaNode &node, bool script) const {
    Piece whole{"", Bond::Sum};
    for (std::size_t i = 0; i < node.of.size(); ++i) {
      whole.text += term(node, i, script, &whole.height);
    }
    const Piece first = piece(node.of[0], script);
    whole.begins_with_minus = first.begins_with_minus;
    whole.begins_with_digit = first.begins_with_digit;
    return whole;
  }

  void multiply(Piece &whole, Piece by, bool first) const {
    if (by.bond < Bond::Product || (!first && by.begins_with_minus)) {
      by = fenced(by);
    }
    if (first) {
      by.bond = std::min(by.bond, Bond::Product);
      whole = std::move(by);
      return;
    }
    whole.text += on_.sign(by.begins_with_digit ? '*' : whole.is_named || by.is_named ? ' ' : '.') + by.text;
    whole.is_named = by.is_named;
    whole.height = std::max(whole.height, by.height);
    whole.bond = Bond::Product;
  }

  // Taken from the left: a quotient is a fraction of all that stands before it.
  Piece factors(const FormulaNode &node, bool script) const {
    Piece whole;
    for (std::size_t i = 0; i < node.of.size(); ++i) {
      if (node.text[i] == '*') {
        if (script && i > 0 && node.text[i - 1] == '/') { // a/b c would be read as a/(b c)
          whole = fenced(whole);
        }
        multiply(whole, piece(node.of[i], script), i == 0);
        continue;
      }
      if (script) {
        const Piece below = at_least(Bond::Power, node.of[i], true);
        whole.text += on_.slash() + below.text;
        whole.bond = Bond::Product;
        continue;
      }
      const Piece below = piece(node.of[i]);
      const bool minus = whole.begins_with_minus && i == 1 && node.of[0].kind == FormulaKind::Negate;
      const Piece above = minus ? piece(node.of[0].of[0]) : whole;
      whole = {(minus ? on_.sign('n') : "") + on_.fraction(above.text, below.text), Bond::Product,
               1 + std::max(above.height, below.height), minus};
    }
    return whole;
  }

  Piece power(const FormulaNode &node) const {
    const FormulaNode &base = node.of[0];
    const Piece exponent = piece(node.of[1], true);
    const bool square = node.of[1].kind == FormulaKind::Number && base.kind == FormulaKind::Call &&
                        base.of.size() == 1 && has_usual_powers(base.text) &&
                        node.of[1].text.find_first_not_of("0123456789") == std::string::npos;
    if (square) { // sin^2(x)
      return named(on_.raised(on_.function(usual_name(base.text)), exponent.text), base);
    }
    const Piece lower = at_least(Bond::Whole, base);
    return {on_.raised(lower.text, exponent.text), Bond::Power, lower.height, false, lower.begins_with_digit};
  }

  static bool has_usual_powers(std::string_view name) {
    constexpr std::array<std::string_view, 7> kNames = {"sin", "cos", "tan", "sinh", "cosh", "tanh", "log"};
    return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
  }
  static std::string usual_name(const std::string &name) {
    return name == "asin"   ? "arcsin"
           : name == "acos" ? "arccos"
           : name == "atan" ? "arctan"
           : name == "sign" ? "sgn"
                            : name;
  }

  Piece named(const std::string &name, const FormulaNode &node) const {
    Piece arguments;
    for (std::size_t i = 0; i < node.of.size(); ++i) {
      const Piece one = piece(node.of[i]);
      arguments.text += (i == 0 ? "" : on_.comma()) + one.text;
      arguments.height = std::max(arguments.height, one.height);
    }
    return {name + fenced(arguments).text, Bond::Power, arguments.height, false, false, true};
  }

  Piece call(const FormulaNode &node, bool script) const {
    constexpr std::size_t kShortExponent = 12; // nodes: beyond, exp(a) is easier to read
    if (is_call(node, "sqrt", 1) || is_call(node, "cbrt", 1)) {
      const Piece of = piece(node.of[0], script);
      return {on_.root(of.text, node.text == "sqrt" ? 2 : 3), Bond::Whole, of.height};
    }
    if (is_call(node, "abs", 1)) {
      return fenced(piece(node.of[0], script), Fence::Bars);
    }
    if (is_call(node, "floor", 1)) {
      return fenced(piece(node.of[0], script), Fence::Floor);
    }
    if (is_call(node, "exp", 1) && !script && size_of(node) <= kShortExponent) {
      if (const Piece exponent = piece(node.of[0], true); exponent.height == 0) {
        return {on_.raised(on_.letter("e"), exponent.text), Bond::Power};
      }
    }
    if (is_call(node, "step", 1)) {
      FormulaNode holds{FormulaKind::Compare, ">=", {node.of[0], leaf(FormulaKind::Number, "0")}};
      return piece(holds, script);
    }
    if (is_call(node, "if", 3)) {
      return {on_.cases(rows_of(node)), Bond::Sum, 2};
    }
    if (is_call(node, "hypot", 2)) {
      const FormulaNode two = leaf(FormulaKind::Number, "2");
      FormulaNode squares{
          FormulaKind::Terms,
          "++",
          {{FormulaKind::Power, "", {node.of[0], two}}, {FormulaKind::Power, "", {node.of[1], two}}}};
      return piece({FormulaKind::Call, "sqrt", {std::move(squares)}}, script);
    }
    if (is_call(node, "mod", 2)) {
      const Piece a = at_least(Bond::Power, node.of[0], script);
      const Piece b = at_least(Bond::Power, node.of[1], script);
      return {a.text + on_.words("mod") + b.text, Bond::Sum, std::max(a.height, b.height)};
    }
    if (is_call(node, "weierstrass", 3)) { // its series
      const FormulaNode n = leaf(FormulaKind::Name, "n");
      FormulaNode angle{
          FormulaKind::Factors,
          "***",
          {{FormulaKind::Power, "", {node.of[2], n}}, leaf(FormulaKind::Name, "pi"), node.of[0]}};
      FormulaNode term{
          FormulaKind::Factors,
          "**",
          {{FormulaKind::Power, "", {node.of[1], n}}, {FormulaKind::Call, "cos", {std::move(angle)}}}};
      return piece({FormulaKind::Sum,
                    "n",
                    {leaf(FormulaKind::Number, "0"), leaf(FormulaKind::Name, "infinity"), std::move(term)}},
                   script);
    }
    return named(on_.function(usual_name(node.text)), node);
  }

  // if(c, a, if(d, b, e)): three rows of one brace.
  std::vector<Case> rows_of(const FormulaNode &node) const {
    std::vector<Case> rows;
    const FormulaNode *rest = &node;
    while (is_call(*rest, "if", 3)) {
      rows.push_back({piece(rest->of[1]).text, condition(rest->of[0])});
      rest = &rest->of[2];
    }
    rows.push_back({piece(*rest).text, ""});
    return rows;
  }

  // What is asked of a condition: a product holds where all its factors do, a maximum where one of its
  // arguments does.
  std::string condition(const FormulaNode &node) const {
    const auto all_compare = [](std::span<const FormulaNode> parts) {
      return std::all_of(parts.begin(), parts.end(),
                         [](const FormulaNode &part) { return part.kind == FormulaKind::Compare; });
    };
    if (node.kind == FormulaKind::Compare) {
      return piece(node.of[0]).text + on_.relation(node.text) + piece(node.of[1]).text;
    }
    const bool all =
        node.kind == FormulaKind::Factors && node.text.find('/') == std::string::npos && all_compare(node.of);
    const bool any = node.kind == FormulaKind::Call && node.text == "max" && all_compare(node.of);
    if (all || any) {
      std::string text;
      for (const FormulaNode &part : node.of) {
        text += (text.empty() ? "" : on_.words(all ? "and" : "or")) + condition(part);
      }
      return text;
    }
    return piece(node).text + on_.relation("!=") + on_.number("0");
  }

  const MathWriter &on_;
  bool numbered_;
};

} // namespace

bool names_letters(const FormulaNode &formula, std::size_t dimension) {
  const bool numbered = formula.kind == FormulaKind::Name && formula.text.size() == 2 &&
                        formula.text[0] == 'x' && formula.text[1] >= '0' && formula.text[1] <= '9';
  return dimension <= 3 && !numbered &&
         std::all_of(formula.of.begin(), formula.of.end(),
                     [&](const FormulaNode &part) { return names_letters(part, dimension); });
}

std::string mathml_of(const FormulaNode &formula, std::size_t dimension) {
  const MathmlWriter writer;
  const Walk walk(writer, formula, dimension);
  std::string text;
  for (const std::string &part : walk.lines(formula)) {
    text += fmt::format("{}<math displaystyle=\"true\"><mrow>{}{}</mrow></math>", text.empty() ? "" : "<wbr>",
                        text.empty() ? walk.name_of_variables(dimension) : "", part);
  }
  return text;
}

std::string tex_of(const FormulaNode &formula, std::size_t dimension) {
  const TexWriter writer;
  const Walk walk(writer, formula, dimension);
  std::string text = walk.name_of_variables(dimension);
  for (const std::string &part : walk.lines(formula)) {
    text += part;
  }
  return text;
}

} // namespace layercert
