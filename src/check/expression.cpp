#include "expression.hpp"

#include "self_affine.hpp"

#include <algorithm>
#include <cstring>

namespace checker {

namespace {

constexpr std::size_t kMostNodes = 100000;
constexpr int kDeepest = 5000;
constexpr slong kMostTerms = 10000;

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
    const auto [found, fresh] =
        known_.try_emplace({op, a, b, c, integer, constant.text()}, static_cast<int>(result_.nodes.size()));
    if (fresh) {
      if (result_.nodes.size() == kMostNodes) {
        throw Unknown("the expression has more operations than this checker takes");
      }
      Node node{op, {a, b, c}, integer, constant};
      result_.nodes.push_back(node);
    }
    return found->second;
  }
  int constant(const Rational &value) { return add(Op::Constant, -1, -1, -1, 0, value); }
  const Rational *value_of(int at) const {
    const Node &node = result_.nodes[static_cast<std::size_t>(at)];
    return node.op == Op::Constant ? &node.constant : nullptr;
  }
  int binary(Op op, int a, int b) {
    const Rational *x = value_of(a);
    const Rational *y = value_of(b);
    void (*const exact)(fmpq_t, const fmpq_t, const fmpq_t) = op == Op::Add        ? fmpq_add
                                                              : op == Op::Subtract ? fmpq_sub
                                                              : op == Op::Multiply ? fmpq_mul
                                                              : op == Op::Divide   ? fmpq_div
                                                                                   : nullptr;
    if (x != nullptr && y != nullptr && exact != nullptr && (op != Op::Divide || y->compare(0) != 0) &&
        fmpz_bits(fmpq_denref(x->get())) + fmpz_bits(fmpq_denref(y->get())) < 4000) {
      Rational value;
      exact(value.get(), x->get(), y->get());
      return constant(value);
    }
    return op == Op::Multiply && a == b ? add(Op::IntegerPower, a, -1, -1, 2) : add(op, a, b);
  }
  int power(int a, int b) {
    const Rational *e = value_of(b);
    if (e == nullptr) { // a > 0
      return add(Op::Exp, binary(Op::Multiply, b, add(Op::Log, a)));
    }
    if (!e->whole()) {
      const Rational half = exact_number("1/2");
      return fmpq_equal(e->get(), half.get()) ? add(Op::Sqrt, a) : add(Op::RealPower, a, -1, -1, 0, *e);
    }
    if (fmpz_bits(fmpq_numref(e->get())) > 12) {
      fail("a whole exponent below 4096");
    }
    const slong n = fmpz_get_si(fmpq_numref(e->get()));
    const Rational *x = value_of(a);
    if (x != nullptr && (x->compare(0) != 0 || n >= 0) && fmpz_bits(fmpq_numref(x->get())) < 64) {
      Rational value;
      fmpq_pow_si(value.get(), x->get(), n);
      return constant(value);
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
        Rational value;
        fmpq_neg(value.get(), x->get());
        a = constant(value);
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
    const std::size_t begin = at_;
    const auto digits = [&](std::size_t at) {
      while (at < text_.size() && digit(text_[at])) {
        ++at;
      }
      return at;
    };
    std::size_t end = digits(begin);
    if (end < text_.size() && text_[end] == '.') {
      end = digits(end + 1);
    }
    if (end > begin && text_.substr(begin, end - begin) != ".") {
      if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
        const std::size_t sign = end + 1 < text_.size() && (text_[end + 1] == '-' || text_[end + 1] == '+');
        if (const std::size_t last = digits(end + 1 + sign); last > end + 1 + sign) {
          end = last;
        }
      }
      at_ = end;
      return constant(exact_number(text_.substr(begin, end - begin)));
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
    static const std::map<std::string, Op> unary_functions = {
        {"sqrt", Op::Sqrt},     {"exp", Op::Exp},      {"log", Op::Log},   {"sin", Op::Sin},
        {"cos", Op::Cos},       {"tan", Op::Tan},      {"asin", Op::Asin}, {"acos", Op::Acos},
        {"atan", Op::Atan},     {"sinh", Op::Sinh},    {"cosh", Op::Cosh}, {"tanh", Op::Tanh},
        {"abs", Op::Abs},       {"floor", Op::Floor},  {"step", Op::Step}, {"sign", Op::Sign},
        {"cantor", Op::Cantor}, {"takagi", Op::Takagi}};
    if (const auto found = unary_functions.find(function); found != unary_functions.end() && a.size() == 1) {
      return add(found->second, a[0]);
    }
    if ((function == "min" || function == "max") && a.size() >= 2) {
      int value = a[0];
      for (std::size_t i = 1; i < a.size(); ++i) {
        value = add(function == "min" ? Op::Min : Op::Max, value, a[i]);
      }
      return value;
    }
    if (function == "pow" && a.size() == 2) {
      return power(a[0], a[1]);
    }
    if (function == "weierstrass" && a.size() == 3) {
      const Rational *ratio = value_of(a[1]);
      const Rational *b = value_of(a[2]);
      const bool converges = ratio != nullptr && ratio->compare(0) > 0 && ratio->compare(1) < 0;
      if (!converges || b == nullptr || !b->whole() || b->compare(2) < 0 ||
          fmpz_bits(fmpq_numref(b->get())) > 31) {
        fail("weierstrass(x, a, b) with 0 < a < 1 and a whole b from 2 to 2147483647");
      }
      return add(Op::Weierstrass, a[0], -1, -1, fmpz_get_si(fmpq_numref(b->get())), *ratio);
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
      if (value == nullptr || !value->whole() || !fmpz_fits_si(fmpq_numref(value->get()))) {
        fail("whole numbers as bounds of the sum");
      }
      expect(",");
      return fmpz_get_si(fmpq_numref(value->get()));
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

// 1 where a comparison holds, 0 where it does not, both where it is open.
Interval truth(bool surely, bool surely_not) { return {Arf(surely ? 1 : 0), Arf(surely_not ? 0 : 1)}; }

} // namespace

Expression Expression::parse(const std::string &text, int dimension) {
  try {
    return Parser(text, dimension).run();
  } catch (const std::invalid_argument &error) {
    throw Unknown(error.what());
  }
}

Expression Expression::of_samples(const layercert::SampleTable &table) {
  Expression result;
  result.nodes.emplace_back();
  result.nodes.back().op = Op::Samples;
  result.samples.emplace(table);
  return result;
}

Evaluator::Evaluator(const Expression &f, int dimension)
    : f_(f), d_(static_cast<std::size_t>(dimension)), jets_(f.nodes.size()) {
  for (std::size_t at = 0; at < f.nodes.size(); ++at) {
    const Node &node = f.nodes[at];
    ulong variables = node.op == Op::Variable  ? ulong{1} << node.integer
                      : node.op == Op::Samples ? (ulong{1} << d_) - 1
                                               : 0;
    for (const int a : node.argument) {
      variables |= a < 0 ? 0 : variables_[static_cast<std::size_t>(a)];
    }
    variables_.push_back(variables);
    jets_[at].slope.resize(d_);
    jets_[at].rate_slope.resize(d_);
    if (variables == 0) {
      evaluate(at, {}, {});
    }
  }
}

const Jet &Evaluator::operator()(const std::vector<Interval> &box, Depth depth,
                                 const std::vector<Interval> &h) {
  ulong changed = 0;
  for (std::size_t j = 0; j < d_; ++j) {
    const bool same = depth == depth_ && h == h_ && !box_.empty() && box[j] == box_[j];
    changed |= same ? 0 : ulong{1} << j;
  }
  depth_ = depth;
  box_ = box;
  h_ = h;
  for (std::size_t at = 0; at < jets_.size(); ++at) {
    if ((variables_[at] & changed) != 0) {
      evaluate(at, box, h);
    }
  }
  return jets_.back();
}

// Of u(a), with u' in `first` and u'' in `second`. What does not vary, does not vary whatever u does.
void Evaluator::chain(Jet &out, const Jet &a, const Interval &first, const Interval &second) {
  const auto product = [](const Interval &u, const Interval &v) { return v.zero() ? Interval(0) : u * v; };
  for (std::size_t j = 0; depth_ >= Slopes && j < d_; ++j) {
    out.slope[j] = product(first, a.slope[j]);
  }
  if (depth_ >= Rates) {
    out.rate = product(first, a.rate);
    for (std::size_t j = 0; j < d_; ++j) {
      out.rate_slope[j] =
          product(first, a.rate_slope[j]) +
          (a.slope[j].zero() || a.rate.zero() ? Interval(0) : product(second, a.rate * a.slope[j]));
    }
  }
}

// Between two patches the slopes jump, so that the rate has none.
void Evaluator::samples(Jet &out, const std::vector<Interval> &box, const std::vector<Interval> &h) {
  bool one_patch = false;
  out.value = f_.samples->derivative(box, 0, one_patch);
  for (std::size_t j = 0; depth_ >= Slopes && j < d_; ++j) {
    out.slope[j] = f_.samples->derivative(box, ulong{1} << j, one_patch);
  }
  out.rate = Interval(0);
  for (std::size_t j = 0; depth_ >= Rates && j < d_; ++j) {
    out.rate = out.rate + out.slope[j] * h[j];
    out.rate_slope[j] = one_patch ? Interval(0) : Interval::whole();
    for (std::size_t i = 0; one_patch && i < d_; ++i) {
      if (i != j) {
        out.rate_slope[j] =
            out.rate_slope[j] + h[i] * f_.samples->derivative(box, ulong{1} << i | ulong{1} << j, one_patch);
      }
    }
  }
}

void Evaluator::evaluate(std::size_t at, const std::vector<Interval> &box, const std::vector<Interval> &h) {
  const Node &node = f_.nodes[at];
  Jet &out = jets_[at];
  const Jet *arguments[3] = {nullptr, nullptr, nullptr};
  bool known = true;
  for (int i = 0; i < 3; ++i) {
    if (node.argument[i] >= 0) {
      arguments[i] = &jets_[static_cast<std::size_t>(node.argument[i])];
      // Only an `if` may have a branch that says nothing, where it is not taken.
      known = known && (arguments[i]->value.bounded() || (node.op == Op::If && i > 0));
    }
  }
  const auto nothing = [&] {
    out.value = Interval::whole();
    std::fill(out.slope.begin(), out.slope.end(), Interval::whole());
    out.rate = Interval::whole();
    std::fill(out.rate_slope.begin(), out.rate_slope.end(), Interval::whole());
  };
  if (!known) {
    nothing();
    return;
  }
  const Jet none;
  const Jet &a = arguments[0] != nullptr ? *arguments[0] : none;
  const Jet &b = arguments[1] != nullptr ? *arguments[1] : none;
  const Interval &x = a.value;
  const Interval one(1);
  const auto unary = [&](const Interval &value, const auto &first, const auto &second) {
    out.value = value;
    if (depth_ >= Slopes && variables_[at] != 0) {
      const Interval slope = first();
      chain(out, a, slope, depth_ >= Rates ? second(slope) : Interval(0));
    }
  };
  // Constant where the value is a point, otherwise a jump.
  const auto jump = [&](const Interval &value) {
    out.value = value;
    for (std::size_t j = 0; j < d_; ++j) {
      const bool varies =
          !value.point() && (!a.slope[j].zero() || (arguments[1] != nullptr && !b.slope[j].zero()));
      out.slope[j] = out.rate_slope[j] = varies ? Interval::whole() : Interval(0);
    }
    out.rate = value.point() ? Interval(0) : Interval::whole();
  };
  // The same operation on every part: f(a, b) is linear.
  const auto linear = [&](const auto &f) {
    out.value = f(x, b.value);
    for (std::size_t j = 0; depth_ >= Slopes && j < d_; ++j) {
      out.slope[j] = f(a.slope[j], b.slope.empty() ? Interval(0) : b.slope[j]);
    }
    if (depth_ >= Rates) {
      out.rate = f(a.rate, b.rate);
      for (std::size_t j = 0; j < d_; ++j) {
        out.rate_slope[j] = f(a.rate_slope[j], b.rate_slope.empty() ? Interval(0) : b.rate_slope[j]);
      }
    }
  };
  const auto product = [](const Interval &u, const Interval &v) {
    return u.zero() || v.zero() ? Interval(0) : u * v;
  };
  const Interval &y = b.value;
  switch (node.op) {
  case Op::Constant:
    out.value = Interval(ball(node.constant, kBits));
    break;
  case Op::Pi:
    out.value = pi();
    break;
  case Op::Variable:
    out.value = box[static_cast<std::size_t>(node.integer)];
    for (std::size_t j = 0; j < d_; ++j) {
      out.slope[j] = Interval(j == static_cast<std::size_t>(node.integer) ? 1 : 0);
    }
    out.rate = h.empty() ? Interval(0) : h[static_cast<std::size_t>(node.integer)];
    break;
  case Op::Samples:
    samples(out, box, h);
    break;
  case Op::Negate:
    linear([](const Interval &u, const Interval &) { return -u; });
    break;
  case Op::Add:
    linear([](const Interval &u, const Interval &v) { return u + v; });
    break;
  case Op::Subtract:
    linear([](const Interval &u, const Interval &v) { return u - v; });
    break;
  case Op::Multiply:
    out.value = x * y;
    for (std::size_t j = 0; depth_ >= Slopes && j < d_; ++j) {
      out.slope[j] = product(x, b.slope[j]) + product(y, a.slope[j]);
      if (depth_ >= Rates) {
        out.rate_slope[j] = product(x, b.rate_slope[j]) + product(a.rate, b.slope[j]) +
                            product(a.slope[j], b.rate) + product(a.rate_slope[j], y);
      }
    }
    out.rate = depth_ >= Rates ? product(x, b.rate) + product(y, a.rate) : Interval(0);
    break;
  case Op::Divide:
    out.value = x / y;
    out.rate = depth_ >= Rates ? (a.rate - product(out.value, b.rate)) / y : Interval(0);
    for (std::size_t j = 0; depth_ >= Slopes && j < d_; ++j) {
      out.slope[j] = (a.slope[j] - product(out.value, b.slope[j])) / y;
      if (depth_ >= Rates) {
        out.rate_slope[j] = (a.rate_slope[j] - product(out.slope[j], b.rate) - product(out.rate, b.slope[j]) -
                             product(out.value, b.rate_slope[j])) /
                            y;
      }
    }
    break;
  case Op::IntegerPower: {
    const slong n = node.integer;
    unary(
        power(x, n), [&] { return n == 0 ? Interval(0) : Interval(n) * power(x, n - 1); },
        [&](const Interval &) {
          return n == 0 || n == 1 ? Interval(0) : Interval(n * (n - 1)) * power(x, n - 2);
        });
    break;
  }
  case Op::RealPower: {
    Rational less;
    fmpq_sub_si(less.get(), node.constant.get(), 1);
    Rational least;
    fmpq_sub_si(least.get(), node.constant.get(), 2);
    const Interval e(ball(node.constant, kBits));
    unary(
        real_power(x, node.constant), [&] { return e * real_power(x, less); },
        [&](const Interval &) { return e * (e - one) * real_power(x, least); });
    break;
  }
  case Op::Sqrt:
    unary(
        x.lower.sign() < 0 ? Interval::whole() : monotone(arb_sqrt, x),
        [&] { return one / (Interval(2) * out.value); },
        [&](const Interval &slope) { return -slope / (Interval(2) * x); });
    break;
  case Op::Exp:
    unary(
        monotone(arb_exp, x), [&] { return out.value; }, [&](const Interval &slope) { return slope; });
    break;
  case Op::Log:
    unary(
        x.lower.sign() <= 0 ? Interval::whole() : monotone(arb_log, x), [&] { return one / x; },
        [&](const Interval &slope) { return -square(slope); });
    break;
  case Op::Sin:
  case Op::Cos: {
    const int shift = node.op == Op::Sin ? 0 : 1;
    unary(
        sine(x, shift), [&] { return sine(x, shift + 1); }, [&](const Interval &) { return -out.value; });
    break;
  }
  case Op::Tan: {
    const Interval cosine = sine(x, 1); // without a zero, no pole lies between the ends
    const auto slope = [&] { return one + square(out.value); };
    unary(cosine.lower.sign() > 0 || cosine.upper.sign() < 0 ? monotone(arb_tan, x) : Interval::whole(),
          slope, [&](const Interval &s) { return Interval(2) * out.value * s; });
    break;
  }
  case Op::Asin:
  case Op::Acos: {
    const bool falling = node.op == Op::Acos;
    const bool defined = x.lower >= Arf(-1) && x.upper <= Arf(1);
    unary(
        defined ? monotone(falling ? arb_acos : arb_asin, x, falling) : Interval::whole(),
        [&] {
          const Interval root = one - square(x);
          const Interval slope = root.lower.sign() > 0 ? one / monotone(arb_sqrt, root) : Interval::whole();
          return falling ? -slope : slope;
        },
        [&](const Interval &slope) { return x * power(slope, 3); });
    break;
  }
  case Op::Atan:
    unary(
        monotone(arb_atan, x), [&] { return one / (one + square(x)); },
        [&](const Interval &slope) { return Interval(-2) * x * square(slope); });
    break;
  case Op::Sinh:
    unary(
        monotone(arb_sinh, x),
        [&] {
          const Interval m = abs(x);
          return monotone(arb_cosh, m);
        },
        [&](const Interval &) { return out.value; });
    break;
  case Op::Cosh:
    unary(
        monotone(arb_cosh, abs(x)), [&] { return monotone(arb_sinh, x); },
        [&](const Interval &) { return out.value; });
    break;
  case Op::Tanh:
    unary(
        monotone(arb_tanh, x), [&] { return one - square(out.value); },
        [&](const Interval &slope) { return Interval(-2) * out.value * slope; });
    break;
  case Op::Abs: {
    const bool kink = x.lower.sign() < 0 && x.upper.sign() > 0;
    unary(
        abs(x), [&] { return kink ? Interval(Arf(-1), Arf(1)) : Interval(x.lower.sign() >= 0 ? 1 : -1); },
        [&](const Interval &) { return kink ? Interval::whole() : Interval(0); });
    break;
  }
  case Op::Floor: {
    Interval value;
    arf_floor(value.lower.get(), x.lower.get());
    arf_floor(value.upper.get(), x.upper.get());
    jump(value);
    break;
  }
  case Op::Step:
    jump(truth(x.lower.sign() >= 0, x.upper.sign() < 0));
    break;
  case Op::Sign:
    jump({Arf(x.lower.sign()), Arf(x.upper.sign())});
    break;
  case Op::Less:
    jump(truth(x.upper < y.lower, x.lower >= y.upper));
    break;
  case Op::LessEqual:
    jump(truth(x.upper <= y.lower, x.lower > y.upper));
    break;
  case Op::Equal:
  case Op::NotEqual: {
    const bool equal = x.point() && y.point() && x.lower == y.lower;
    const bool differ = x.upper < y.lower || y.upper < x.lower;
    jump(node.op == Op::Equal ? truth(equal, differ) : truth(differ, equal));
    break;
  }
  case Op::Cantor: // without slopes, as are the next ones
    jump(cantor(x));
    break;
  case Op::Takagi:
    jump(takagi(x));
    break;
  case Op::Weierstrass: {
    const Interval value = weierstrass(x, node.constant, node.integer);
    Rational ratio;
    fmpq_mul_si(ratio.get(), node.constant.get(), node.integer);
    if (ratio.compare(1) >= 0) {
      jump(value);
      break;
    }
    unary(
        value, [&] { return -pi() * weierstrass(x, ratio, node.integer, true); },
        [](const Interval &) { return Interval::whole(); });
    break;
  }
  case Op::Min:
  case Op::Max: {
    const bool least = node.op == Op::Min;
    if (least ? x.upper <= y.lower : x.lower >= y.upper) {
      out = a;
    } else if (least ? y.upper <= x.lower : y.lower >= x.upper) {
      out = b;
    } else {
      linear(hull);
      out.value = least ? Interval(std::min(x.lower, y.lower), std::min(x.upper, y.upper))
                        : Interval(std::max(x.lower, y.lower), std::max(x.upper, y.upper));
      for (std::size_t j = 0; depth_ >= Rates && j < d_; ++j) {
        const bool varies = !a.slope[j].zero() || !b.slope[j].zero();
        out.rate_slope[j] = varies ? Interval::whole() : Interval(0);
      }
    }
    break;
  }
  case Op::If: {
    const bool yes = x.lower.sign() > 0 || x.upper.sign() < 0;
    if (yes || x.zero()) {
      out = yes ? b : *arguments[2];
    } else if (b.value.bounded() && arguments[2]->value.bounded()) {
      nothing();
      out.value = hull(b.value, arguments[2]->value);
    } else {
      nothing();
    }
    break;
  }
  }
}

} // namespace checker
