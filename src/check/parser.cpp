#include "expression.hpp"

#include <charconv>
#include <cstring>
#include <map>
#include <tuple>

namespace checker {

namespace {

constexpr std::size_t kMostNodes = 100000;
constexpr int kDeepest = 5000;
constexpr slong kMostTerms = 10000;

std::size_t bits(const Integer &x) { return mpz_sizeinbase(x.get_mpz_t(), 2); } // of 0: 1

// Recursive descent. Equal nodes are one node; rational arithmetic of constants is exact.
class Parser {
public:
  Parser(const std::string &text, int dimension) : text_(text), dimension_(dimension) {}

  Expression run() {
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
  void space() {
    while (at_ < text_.size() && std::strchr(" \t\r\n\v\f", text_[at_]) != nullptr) {
      ++at_;
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
      if (result_.nodes.size() == kMostNodes) {
        throw Unknown("the expression has more operations than this checker takes");
      }
      result_.nodes.push_back({op, {a, b, c}, integer, constant, find_function(op)});
    }
    return found->second;
  }
  int constant(const Rational &value) { return add(Op::Constant, -1, -1, -1, 0, value); }
  const Rational *value_of(int at) const {
    const Node &node = result_.nodes[static_cast<std::size_t>(at)];
    return node.op == Op::Constant ? &node.constant : nullptr;
  }
  int binary(Op op, int a, int b) { // one of the four
    const Rational *x = value_of(a);
    const Rational *y = value_of(b);
    if (x != nullptr && y != nullptr && (op != Op::Divide || *y != 0) &&
        bits(x->get_den()) + bits(y->get_den()) < 4000) {
      return constant(op == Op::Add        ? Rational(*x + *y)
                      : op == Op::Subtract ? Rational(*x - *y)
                      : op == Op::Multiply ? Rational(*x * *y)
                                           : Rational(*x / *y));
    }
    return op == Op::Multiply && a == b ? add(Op::IntegerPower, a, -1, -1, 2) : add(op, a, b);
  }
  int power(int a, int b) {
    const Rational *e = value_of(b);
    if (e == nullptr) { // a > 0
      return add(Op::Exp, binary(Op::Multiply, b, add(Op::Log, a)));
    }
    if (!whole(*e)) {
      return add(Op::RealPower, a, -1, -1, 0, *e);
    }
    if (bits(e->get_num()) > 12) {
      fail("a whole exponent below 4096");
    }
    const slong n = e->get_num().get_si();
    const Rational *x = value_of(a);
    if (x != nullptr && (*x != 0 || n >= 0) && bits(x->get_num()) < 64) {
      return constant(checker::power(*x, n));
    }
    return n == 1 ? a : n == 0 ? add(Op::IntegerPower, a) : add(Op::IntegerPower, a, -1, -1, n);
  }

  int comparison() {
    if (++depth_ > kDeepest) {
      fail("less nesting");
    }
    int a = sum();
    static const std::pair<const char *, Op> signs[] = {{"<=", Op::LessEqual}, {">=", Op::LessEqual},
                                                        {"==", Op::Equal},     {"!=", Op::NotEqual},
                                                        {"<", Op::Less},       {">", Op::Less}};
    for (const auto &[sign, op] : signs) {
      if (take(sign)) {
        const int b = sum();
        a = sign[0] == '>' ? add(op, b, a) : add(op, a, b);
        break;
      }
    }
    --depth_;
    return a;
  }
  int sum() {
    int a = product();
    while (true) {
      if (take("+")) {
        a = binary(Op::Add, a, product());
      } else if (take("-")) {
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
        a = binary(Op::Multiply, a, unary());
      } else if (take("/")) {
        a = binary(Op::Divide, a, unary());
      } else {
        return a;
      }
    }
  }
  int unary() {
    if (++depth_ > kDeepest) {
      fail("less nesting");
    }
    int a = -1;
    if (take("-")) {
      a = unary();
      if (const Rational *x = value_of(a)) {
        a = constant(-*x);
      } else {
        a = add(Op::Negate, a);
      }
    } else if (take("+")) {
      a = unary();
    } else {
      a = primary();
      if (take("^")) {
        a = power(a, unary());
      }
    }
    --depth_;
    return a;
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

  int primary() {
    space();
    if (take("(")) {
      const int a = comparison();
      expect(")");
      return a;
    }
    if (at_ < text_.size() && (digit(text_[at_]) || text_[at_] == '.')) {
      double rounded = 0; // only where the number ends counts
      const char *const from = text_.data() + at_;
      const char *const to = std::from_chars(from, text_.data() + text_.size(), rounded).ptr;
      if (to != from) {
        at_ += static_cast<std::size_t>(to - from);
        return constant(exact_number({from, to}));
      }
    }
    const std::string what = name();
    if (what.empty()) {
      fail("a number, a name or \"(\"");
    }
    for (const auto &[index, value] : indices_) {
      if (index == what) {
        return constant(value);
      }
    }
    space();
    if (at_ < text_.size() && text_[at_] == '(') {
      ++at_;
      return what == "sum" ? series() : call(what);
    }
    if (what == "pi") {
      return add(Op::Pi);
    }
    if (what == "e") {
      return add(Op::Exp, constant(Rational(1)));
    }
    const bool plain = what == "x" || what == "y" || what == "z";
    if (!plain && !(what.size() == 2 && what[0] == 'x' && digit(what[1]))) {
      fail("a variable, not " + what);
    }
    const int j = plain ? what[0] - 'x' : what[1] - '0';
    if (j >= dimension_) {
      fail("one of the variables of the instance");
    }
    return add(Op::Variable, -1, -1, -1, j);
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
    if ((function == "min" || function == "max") && a.size() >= 2) {
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
      const bool converges = ratio != nullptr && *ratio > 0 && *ratio < 1;
      if (!converges || b == nullptr || !whole(*b) || *b < 2 || bits(b->get_num()) > 31) {
        fail("weierstrass(x, a, b) with 0 < a < 1 and a whole b from 2 to 2147483647");
      }
      return add(Op::Weierstrass, a[0], -1, -1, b->get_num().get_si(), *ratio);
    }
    if (function == "if" && a.size() == 3) {
      return add(Op::If, a[0], a[1], a[2]);
    }
    throw Unknown("this checker does not know the function " + function);
  }

  // sum(k, from, to, term): the text of the term is read for every k.
  int series() {
    const std::string index = name();
    expect(",");
    const auto bound = [&] {
      const Rational *value = value_of(comparison());
      if (value == nullptr || !whole(*value) || !value->get_num().fits_slong_p()) {
        fail("whole numbers as bounds of the sum");
      }
      expect(",");
      return value->get_num().get_si();
    };
    const slong from = bound();
    const slong to = bound();
    if (index.empty() || (to >= from && (to - from < 0 || to - from >= kMostTerms - terms_))) {
      fail("fewer terms of a sum");
    }
    const std::size_t begin = at_;
    int value = constant(Rational(0));
    indices_.emplace_back(index, Rational(from));
    for (slong k = from; k <= std::max(from, to); ++k) { // a sum without terms is read all the same
      at_ = begin;
      indices_.back().second = Rational(k);
      const int term = comparison();
      value = k <= to ? binary(Op::Add, value, term) : value;
      ++terms_;
    }
    indices_.pop_back();
    expect(")");
    return value;
  }

  const std::string &text_;
  int dimension_;
  std::size_t at_ = 0;
  int depth_ = 0;
  slong terms_ = 0;
  Expression result_;
  std::map<std::tuple<Op, int, int, int, slong, std::string>, int> known_;
  std::vector<std::pair<std::string, Rational>> indices_; // of the sums around
};

} // namespace

Expression Expression::parse(const std::string &text, int dimension) {
  try {
    return Parser(text, dimension).run();
  } catch (const std::invalid_argument &error) {
    throw Unknown(error.what());
  }
}

Expression Expression::of_number(const Rational &value) {
  Expression result;
  result.nodes.emplace_back().constant = value;
  return result;
}

Expression Expression::of_samples(const layercert::SampleTable &table) {
  Expression result;
  result.nodes.emplace_back();
  result.nodes.back().op = Op::Samples;
  result.samples.emplace(table);
  return result;
}

} // namespace checker
