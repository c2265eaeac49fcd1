// The grammar of targets, by recursive descent. proofs/certificate-format.md, "Expressions", states the
// grammar, the scopes of names and all limits; layercert's own parser keeps to the same text, and
// tests/check/language_cases.hpp is read by both.
#include "expression.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <tuple>

namespace checker {

namespace {

constexpr std::size_t kLongestText = 100000;
constexpr std::size_t kMostSymbols =
    50000; // operands, signs, operators, calls and terms of sums, written out
constexpr std::size_t kMostParsedTerms = 10000; // of all sums
constexpr std::size_t kMostWritten = 10000000;  // characters that terms have, each as often as it is read
constexpr int kDeepestParsed = 500;             // parentheses, signs and exponents that are open at once
constexpr std::size_t kMostArguments = 64;
constexpr slong kLargestPower = 2147483647;   // that is whole
constexpr std::size_t kMostParsedBits = 4096; // of an exact number that arithmetic gives

const char *const kBlanks = " \t\r\n";

std::size_t bits(const Rational &x) { // of 0: 2
  return mpz_sizeinbase(x.get_num_mpz_t(), 2) + mpz_sizeinbase(x.get_den_mpz_t(), 2);
}

// Equal nodes are one node. Arithmetic of exact numbers is exact while the results are short; otherwise it
// becomes a node.
class Parser {
public:
  Parser(const std::string &text, std::size_t dimension) : text_(text), dimension_(dimension) {}

  Expression run() {
    if (text_.size() > kLongestText) {
      throw Unknown("the expression has more than " + std::to_string(kLongestText) + " characters");
    }
    const int root = comparison();
    space();
    if (at_ != text_.size()) {
      fail("an operator");
    }
    // The value last: what stands after it is not needed by it.
    result_.nodes.resize(static_cast<std::size_t>(root) + 1);
    return std::move(result_);
  }

private:
  [[noreturn]] void fail(const std::string &expected) const {
    throw Unknown("the expression has, at character " + std::to_string(at_ + 1) +
                  ", something that this checker does not know; expected " + expected);
  }
  void space() { at_ = std::min(text_.find_first_not_of(kBlanks, at_), text_.size()); }
  // A parenthesis, a sign or an exponent that is open.
  class Level {
  public:
    explicit Level(Parser &parser) : depth_(parser.depth_) {
      if (++depth_ > kDeepestParsed) {
        parser.fail("less nesting");
      }
    }
    Level(const Level &) = delete;
    Level &operator=(const Level &) = delete;
    ~Level() { --depth_; }

  private:
    int &depth_;
  };
  void symbol() {
    if (++symbols_ > kMostSymbols) {
      fail("fewer operations; it has more than " + std::to_string(kMostSymbols) + " when written out");
    }
  }
  bool take(const char *sign) {
    space();
    const std::size_t n = std::strlen(sign);
    if (text_.compare(at_, n, sign) != 0) {
      return false;
    }
    at_ += n;
    return true;
  }
  void expect(const char *sign) {
    if (!take(sign)) {
      fail(std::string("\"") + sign + "\"");
    }
  }

  int add(Op op, int a = -1, int b = -1, int c = -1, slong integer = 0, const Rational &constant = {}) {
    const auto [found, fresh] = known_.try_emplace({op, a, b, c, integer, constant.get_str()},
                                                   static_cast<int>(result_.nodes.size()));
    if (fresh) {
      result_.nodes.push_back({op, {a, b, c}, integer, constant, find_function(op)});
    }
    return found->second;
  }
  int constant(const Rational &value) { return add(Op::Constant, -1, -1, -1, 0, value); }
  const Rational *value_of(int at) const {
    const Node &node = result_.nodes[static_cast<std::size_t>(at)];
    return node.op == Op::Constant ? &node.constant : nullptr;
  }
  // The value of an operation on exact numbers, if it is short enough to be one.
  int folded(const Rational &value, Op op, int a, int b = -1) {
    return bits(value) <= kMostParsedBits ? constant(value) : add(op, a, b);
  }
  int negative(int a) {
    const Rational *x = value_of(a);
    return x != nullptr ? folded(-*x, Op::Negate, a) : add(Op::Negate, a);
  }
  int binary(Op op, int a, int b) { // one of the four
    const Rational *x = value_of(a);
    const Rational *y = value_of(b);
    if (x != nullptr && y != nullptr && (op != Op::Divide || *y != 0)) {
      return folded(op == Op::Add        ? Rational(*x + *y)
                    : op == Op::Subtract ? Rational(*x - *y)
                    : op == Op::Multiply ? Rational(*x * *y)
                                         : Rational(*x / *y),
                    op, a, b);
    }
    return op == Op::Multiply && a == b ? add(Op::IntegerPower, a, -1, -1, 2) : add(op, a, b);
  }
  // Whether a node is v^-n or c/v with a number c.
  bool divides(int at) const {
    const Node &node = result_.nodes[index_of(at)];
    return (node.op == Op::IntegerPower && node.integer < 0) ||
           (node.op == Op::Divide && value_of(node.argument[0]) != nullptr);
  }
  // u times v^-n, or times c/v, is the quotient: the same values wherever v is not 0, and none where it is.
  int times(int a, int b) {
    const bool first = divides(a);
    const int other = first ? b : a;
    if (first == divides(b) || value_of(other) != nullptr) {
      return binary(Op::Multiply, a, b);
    }
    const Node factor = result_.nodes[index_of(first ? a : b)];
    if (factor.op == Op::Divide) {
      return binary(Op::Divide, binary(Op::Multiply, factor.argument[0], other), factor.argument[1]);
    }
    return binary(Op::Divide, other,
                  factor.integer == -1 ? factor.argument[0]
                                       : add(Op::IntegerPower, factor.argument[0], -1, -1, -factor.integer));
  }
  int power(int a, int b) {
    const Rational *e = value_of(b);
    if (e == nullptr) { // a > 0
      return add(Op::Exp, add(Op::Multiply, b, add(Op::Log, a)));
    }
    if (!whole(*e)) {
      return add(Op::RealPower, a, -1, -1, 0, *e);
    }
    if (abs(e->get_num()) > kLargestPower) {
      fail("a whole exponent of at most " + std::to_string(kLargestPower));
    }
    const slong n = e->get_num().get_si();
    const auto size = static_cast<std::size_t>(std::abs(n));
    const Rational *x = value_of(a);
    if (x != nullptr && (*x != 0 || n >= 0) && size <= kMostParsedBits &&
        bits(*x) * size <= kMostParsedBits) {
      return constant(checker::power(*x, n));
    }
    return n == 1 && x == nullptr ? a : add(Op::IntegerPower, a, -1, -1, n);
  }

  int comparison() {
    int a = sum();
    static const std::pair<const char *, Op> signs[] = {{"<=", Op::LessEqual}, {">=", Op::LessEqual},
                                                        {"==", Op::Equal},     {"!=", Op::NotEqual},
                                                        {"<", Op::Less},       {">", Op::Less}};
    for (const auto &[sign, op] : signs) {
      if (take(sign)) {
        symbol();
        const int b = sum();
        return sign[0] == '>' ? add(op, b, a) : add(op, a, b);
      }
    }
    return a;
  }
  int sum() {
    int a = product();
    while (true) {
      if (take("+")) {
        symbol();
        a = binary(Op::Add, a, product());
      } else if (take("-")) {
        symbol();
        a = binary(Op::Subtract, a, product());
      } else {
        return a;
      }
    }
  }
  int product() {
    int a = unary();
    while (true) {
      if (take("*")) {
        symbol();
        a = times(a, unary());
      } else if (take("/")) {
        symbol();
        a = binary(Op::Divide, a, unary());
      } else {
        return a;
      }
    }
  }
  int unary() {
    const bool minus = take("-");
    if (minus || take("+")) {
      const Level sign(*this);
      symbol();
      const int a = unary();
      return minus ? negative(a) : a;
    }
    const int a = primary();
    if (!take("^")) {
      return a;
    }
    const Level exponent(*this);
    symbol();
    return power(a, unary());
  }

  static bool digit(char c) { return c >= '0' && c <= '9'; }
  static bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
  std::string name() {
    space();
    const std::size_t begin = at_;
    while (at_ < text_.size() && (letter(text_[at_]) || (at_ > begin && digit(text_[at_])))) {
      ++at_;
    }
    return text_.substr(begin, at_ - begin);
  }
  // Digits, perhaps with a point among them; then perhaps an exponent. Empty where no number stands.
  std::string number() {
    space();
    const std::size_t begin = at_;
    const auto digits = [&] {
      const std::size_t from = at_;
      at_ = std::min(text_.find_first_not_of("0123456789", at_), text_.size());
      return at_ > from;
    };
    const auto next_is = [&](const char *signs) {
      return at_ < text_.size() && text_[at_] != '\0' && std::strchr(signs, text_[at_]) != nullptr;
    };
    bool any = digits();
    if (next_is(".")) {
      ++at_;
      any = digits() || any;
    }
    if (!any) {
      at_ = begin;
      return {};
    }
    const std::size_t behind = at_;
    if (next_is("eE")) {
      ++at_;
      at_ += next_is("+-") ? 1 : 0;
      at_ = digits() ? at_ : behind;
    }
    return text_.substr(begin, at_ - begin);
  }

  int primary() {
    if (take("(")) {
      const Level inside(*this);
      const int a = comparison();
      expect(")");
      return a;
    }
    if (const std::string digits = number(); !digits.empty()) {
      symbol();
      return constant(exact_number(digits));
    }
    const std::string what = name();
    if (what.empty()) {
      fail("a number, a name or \"(\"");
    }
    symbol();
    for (const auto &[index, value] : indices_) {
      if (index == what) {
        return constant(value);
      }
    }
    if (take("(")) {
      const Level inside(*this);
      return what == "sum" ? series() : call(what);
    }
    if (what == "pi") {
      return add(Op::Pi);
    }
    if (what == "e") {
      return add(Op::Exp, constant(Rational(1)));
    }
    const int j = variable(what);
    if (j < 0) {
      fail("a variable, not " + what.substr(0, 20));
    }
    if (static_cast<std::size_t>(j) >= dimension_) {
      fail("one of the variables of the instance");
    }
    return add(Op::Variable, -1, -1, -1, j);
  }

  static int variable(const std::string &name) { // its number, or -1
    const bool plain = name == "x" || name == "y" || name == "z";
    return plain ? name[0] - 'x' : name.size() == 2 && name[0] == 'x' && digit(name[1]) ? name[1] - '0' : -1;
  }
  static bool function_of_several(const std::string &name) {
    return name == "min" || name == "max" || name == "sqrt" || name == "pow" || name == "weierstrass" ||
           name == "if" || name == "hypot" || name == "mod" || name == "sinc" || name == "atan2";
  }
  // A name has one meaning wherever it stands: no index hides anything.
  bool has_meaning(const std::string &name) const {
    return variable(name) >= 0 || name == "pi" || name == "e" || name == "sum" || function_of_several(name) ||
           find_function(name) != nullptr ||
           std::any_of(indices_.begin(), indices_.end(),
                       [&](const auto &index) { return index.first == name; });
  }

  int call(const std::string &function) {
    std::vector<int> a{comparison()};
    while (take(",")) {
      a.push_back(comparison());
    }
    expect(")");
    if (const Function *known = find_function(function); known != nullptr && a.size() == 1) {
      return add(known->op, a[0]);
    }
    if ((function == "min" || function == "max") && a.size() >= 2 && a.size() <= kMostArguments) {
      int value = a[0];
      for (std::size_t i = 1; i < a.size(); ++i) {
        value = add(function == "min" ? Op::Min : Op::Max, value, a[i]);
      }
      return value;
    }
    if (function == "sqrt" && a.size() == 1) {
      return power(a[0], constant(Rational(1, 2)));
    }
    if (function == "pow" && a.size() == 2) {
      return power(a[0], a[1]);
    }
    if (function == "weierstrass" && a.size() == 3) {
      const Rational *ratio = value_of(a[1]);
      const Rational *b = value_of(a[2]);
      const Rational least(1, ulong{1} << 40);
      const bool converges = ratio != nullptr && *ratio >= least && *ratio <= 1 - least;
      if (!converges || b == nullptr || !whole(*b) || *b < 2 || *b > kLargestPower) {
        fail("weierstrass(x, a, b) with a between 0 and 1, by 2^-40 or more, and a whole b from 2 to " +
             std::to_string(kLargestPower));
      }
      return add(Op::Weierstrass, a[0], -1, -1, b->get_num().get_si(), *ratio);
    }
    if (function == "hypot" && a.size() == 2) { // sqrt(x^2 + y^2)
      const int two = constant(Rational(2));
      return power(binary(Op::Add, power(a[0], two), power(a[1], two)), constant(Rational(1, 2)));
    }
    if (function == "mod" && a.size() == 2) { // x - y floor(x/y)
      const int whole_part = add(Op::Floor, binary(Op::Divide, a[0], a[1]));
      return binary(Op::Subtract, a[0], binary(Op::Multiply, a[1], whole_part));
    }
    if (function == "sinc" && a.size() == 1) { // 1 at 0, sin(x)/x elsewhere
      if (const Rational *number = value_of(a[0]); number != nullptr && *number == 0) {
        return constant(Rational(1));
      }
      const int sine = add(Op::Sin, a[0]);
      const int quotient = binary(Op::Divide, sine, a[0]);
      return add(Op::If, binary(Op::Equal, a[0], constant(Rational(0))), constant(Rational(1)), quotient);
    }
    if (function == "atan2" && a.size() == 2) { // of (y, x): 2 atan(y/(sqrt(x^2 + y^2) + x))
      const int two = constant(Rational(2));
      const int squares = binary(Op::Add, power(a[1], two), power(a[0], two));
      const int below = binary(Op::Add, power(squares, constant(Rational(1, 2))), a[1]);
      return binary(Op::Multiply, two, add(Op::Atan, binary(Op::Divide, a[0], below)));
    }
    if (function == "if" && a.size() == 3) {
      return add(Op::If, a[0], a[1], a[2]);
    }
    fail("a function and its arguments, not " + function.substr(0, 20));
  }

  // sum(k, from, to, term): the text of the term is read for every k.
  int series() {
    const std::string index = name();
    if (index.empty() || has_meaning(index)) {
      fail("an index of the sum, a name without another meaning");
    }
    expect(",");
    const auto bound = [&] {
      const Rational *value = value_of(comparison());
      if (value == nullptr || !whole(*value)) {
        fail("whole numbers as bounds of the sum");
      }
      Integer result = value->get_num();
      expect(",");
      return result;
    };
    const Integer from = bound();
    const Integer to = bound();
    if (to >= from && to - from >= kMostParsedTerms) {
      fail("fewer terms of a sum");
    }
    const std::size_t begin = at_;
    int value = constant(Rational(0));
    indices_.emplace_back(index, Rational(from));
    for (Integer k = from; k == from || k <= to; ++k) { // a sum without terms is read all the same
      at_ = begin;
      indices_.back().second = Rational(k);
      symbol();
      const int term = comparison();
      value = k <= to ? binary(Op::Add, value, term) : value;
      space();
      written_ += at_ - begin;
      if (++terms_ > kMostParsedTerms || written_ > kMostWritten) {
        fail("at most " + std::to_string(kMostParsedTerms) + " terms and " + std::to_string(kMostWritten) +
             " characters of all sums, written out");
      }
    }
    indices_.pop_back();
    expect(")");
    return value;
  }

  const std::string &text_;
  std::size_t dimension_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::size_t symbols_ = 0, terms_ = 0, written_ = 0;
  Expression result_;
  std::map<std::tuple<Op, int, int, int, slong, std::string>, int> known_;
  std::vector<std::pair<std::string, Rational>> indices_; // of the sums around
};

} // namespace

Expression Expression::parse(const std::string &text, std::size_t dimension) {
  try {
    Expression result = Parser(text, dimension).run();
    result.prepare(dimension);
    return result;
  } catch (const std::invalid_argument &error) {
    throw Unknown(error.what());
  }
}

Expression Expression::of_number(const Rational &value) {
  Expression result;
  result.nodes.emplace_back().constant = value;
  result.prepare(0);
  return result;
}

Expression Expression::of_samples(const layercert::SampleTable &table) {
  Expression result;
  result.nodes.emplace_back();
  result.nodes.back().op = Op::Samples;
  result.samples.emplace(table);
  result.prepare(table.dimension);
  return result;
}

} // namespace checker
