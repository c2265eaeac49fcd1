// The grammar of proofs/certificate-format.md, "Expressions", once more, for texts that parse_expression has
// taken already: what is refused there cannot come here, so that there are no messages and no limits.
// Operands in a row become one node, however many they are.
#include "formula.hpp"

#include <algorithm>
#include <stdexcept>

namespace layercert {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_in_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
}

class FormulaParser {
public:
  explicit FormulaParser(std::string_view text) : text_(text) {}

  FormulaNode run() {
    FormulaNode root = comparison();
    if (next() != '\0') {
      fail();
    }
    return root;
  }

private:
  [[noreturn]] static void fail() { throw std::invalid_argument("no text that parse_expression takes"); }

  char next() {
    at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(std::string_view sign) {
    next();
    const bool there = text_.substr(at_).starts_with(sign);
    at_ += there ? sign.size() : 0;
    return there;
  }
  void expect(std::string_view sign) {
    if (!take(sign)) {
      fail();
    }
  }

  FormulaNode comparison() {
    FormulaNode a = terms();
    for (const char *sign : {"<=", ">=", "==", "!=", "<", ">"}) {
      if (take(sign)) {
        FormulaNode node{FormulaKind::Compare, sign};
        node.of.push_back(std::move(a));
        node.of.push_back(terms());
        return node;
      }
    }
    return a;
  }

  FormulaNode terms() {
    return row(FormulaKind::Terms, "+-", [this] { return factors(); });
  }
  FormulaNode factors() {
    return row(FormulaKind::Factors, "*/", [this] { return signed_power(); });
  }

  template <class Operand> FormulaNode row(FormulaKind kind, std::string_view signs, Operand operand) {
    FormulaNode first = operand();
    if (signs.find(next()) == std::string_view::npos) {
      return first;
    }
    FormulaNode node{kind, std::string(1, signs[0])};
    node.of.push_back(std::move(first));
    for (char sign = next(); sign != '\0' && signs.find(sign) != std::string_view::npos; sign = next()) {
      ++at_;
      node.text += sign;
      node.of.push_back(operand());
    }
    return node;
  }

  FormulaNode signed_power() {
    if (take("+")) {
      return signed_power();
    }
    if (!take("-")) {
      return power();
    }
    FormulaNode node{FormulaKind::Negate};
    node.of.push_back(signed_power());
    return node;
  }

  FormulaNode power() {
    FormulaNode base = operand();
    if (!take("^")) {
      return base;
    }
    FormulaNode node{FormulaKind::Power};
    node.of.push_back(std::move(base));
    node.of.push_back(signed_power());
    return node;
  }

  FormulaNode operand() {
    const char c = next();
    if (is_digit(c) || c == '.') {
      return number();
    }
    if (take("(")) {
      FormulaNode inner = comparison();
      expect(")");
      return inner;
    }
    if (!is_in_name(c)) {
      fail();
    }
    FormulaNode node{FormulaKind::Name, name()};
    if (!take("(")) {
      return node;
    }
    if (node.text == "sum") {
      next();
      node = {FormulaKind::Sum, name()};
      for (int i = 0; i < 3; ++i) {
        expect(",");
        node.of.push_back(comparison());
      }
    } else {
      node.kind = FormulaKind::Call;
      do {
        node.of.push_back(comparison());
      } while (take(","));
    }
    expect(")");
    if (node.kind == FormulaKind::Call && node.text == "pow" && node.of.size() == 2) {
      node.kind = FormulaKind::Power;
      node.text.clear();
    }
    return node;
  }

  std::string name() {
    const std::size_t begins = at_;
    while (at_ < text_.size() && is_in_name(text_[at_])) {
      ++at_;
    }
    return std::string(text_.substr(begins, at_ - begins));
  }

  FormulaNode number() {
    const std::size_t begins = at_;
    const auto digits = [this] {
      while (at_ < text_.size() && is_digit(text_[at_])) {
        ++at_;
      }
    };
    digits();
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      digits();
    }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      const std::size_t before = at_++;
      at_ += at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-') ? 1 : 0;
      if (at_ < text_.size() && is_digit(text_[at_])) {
        digits();
      } else {
        at_ = before; // the constant e follows, without a sign: the grammar refuses that
      }
    }
    return {FormulaKind::Number, std::string(text_.substr(begins, at_ - begins))};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

} // namespace

FormulaNode parse_formula(std::string_view text) { return FormulaParser(text).run(); }

std::size_t size_of(const FormulaNode &formula) {
  std::size_t size = 1;
  for (const FormulaNode &part : formula.of) {
    size += size_of(part);
  }
  return size;
}

} // namespace layercert
