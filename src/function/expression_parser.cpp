// The grammar of target expressions, by recursive descent. The limits on nesting and length keep the stack
// and the memory small; proofs/certificate-format.md, "Expressions", states the grammar, the scopes of names
// and all limits.
#include "expression_builder.hpp"
#include "operations.hpp"

#include "layercert/error.hpp"
#include "layercert/instance/exact_number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <vector>

namespace layercert {

namespace {

// The limits of proofs/certificate-format.md, "Expressions", which the checker has too.
constexpr std::size_t kMostTerms = 10000;        // of all sums together
constexpr std::size_t kMostWritten = 10'000'000; // characters that they would have if written out
constexpr std::size_t kMostSymbols =
    50'000; // operands, signs, operators, calls and terms of sums, written out
constexpr int kLargestExponent = std::numeric_limits<int>::max(); // that is whole

constexpr std::string_view kBlanksOfText = " \t\r\n";
const std::string kOperand = "a number, a variable, a function or \"(\"";

using Id = std::int32_t;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_in_name(char c) { return begins_name(c) || is_digit(c); }

std::string known_names() {
  const std::string names = "pi, e, x0..x9, x, y, z, sum";
  return names + ", " + function_names(", ");
}

// What people write elsewhere, and what to write here.
struct Hint {
  std::string_view found;
  std::string_view write;
};
// The longest ones first.
constexpr Hint kHints[] = {{"&&", "write (a < b)*(c < d)"},
                           {"||", "write max(a < b, c < d)"},
                           {"|", "write abs(x)"},
                           {"&", "write (a < b)*(c < d)"},
                           {"%", "write mod(x, y)"},
                           {"=", "write =="},
                           {"[", "write ("},
                           {"{", "write ("},
                           {"\u03c0", "write pi"},
                           {"\u00b2", "write x^2"},
                           {"\u00b3", "write x^3"},
                           {"\u00b9", "write x^1"},
                           {"\u2070", "write x^0"},
                           {"\u2074", "write x^4"},
                           {"\u2075", "write x^5"},
                           {"\u2076", "write x^6"},
                           {"\u2077", "write x^7"},
                           {"\u2078", "write x^8"},
                           {"\u2079", "write x^9"},
                           {"\u207f", "write x^n"},
                           {"\u207b", "write x^-1"},
                           {"\u2212", "write -"},
                           {"\u2013", "write -"},
                           {"\u00d7", "write *"},
                           {"\u00b7", "write *"},
                           {"\u22c5", "write *"},
                           {"\u00f7", "write /"},
                           {"\u2264", "write <="},
                           {"\u2265", "write >="},
                           {"\u2260", "write !="},
                           {"\u221a", "write sqrt(x)"},
                           {"\u00a0", "write a plain blank"}};
constexpr Hint kHintsOfNames[] = {{"ln", "write log"},
                                  {"Log", "write log"},
                                  {"log10", "write log(x)/log(10)"},
                                  {"log2", "write log(x)/log(2)"},
                                  {"lg", "write log(x)/log(10)"},
                                  {"Pi", "write pi"},
                                  {"PI", "write pi"},
                                  {"E", "write e"},
                                  {"fabs", "write abs"},
                                  {"sgn", "write sign"},
                                  {"arcsin", "write asin"},
                                  {"arccos", "write acos"},
                                  {"arctan", "write atan"},
                                  {"ceil", "write -floor(-x)"},
                                  {"round", "write floor(x + 1/2)"},
                                  {"heaviside", "write step"},
                                  {"power", "write pow"},
                                  {"fmod", "write mod"}};

const Hint *hint_at(std::string_view text) {
  const auto *const found = std::find_if(std::begin(kHints), std::end(kHints),
                                         [&](const Hint &hint) { return text.starts_with(hint.found); });
  return found == std::end(kHints) ? nullptr : found;
}

// With what separates it from the rest of a message; empty for other names.
std::string hint_of_name(std::string_view name) {
  const auto *const found = std::find_if(std::begin(kHintsOfNames), std::end(kHintsOfNames),
                                         [&](const Hint &hint) { return name == hint.found; });
  return found == std::end(kHintsOfNames) ? "" : std::string(found->write) + "; ";
}

// x, y, z and x0 to x9 by their number; -1 for any other name.
int variable_index(std::string_view name) {
  if (name.size() == 1 && name[0] >= 'x' && name[0] <= 'z') {
    return name[0] - 'x';
  }
  return name.size() == 2 && name[0] == 'x' && is_digit(name[1]) ? name[1] - '0' : -1;
}

[[noreturn]] void refuse(std::string_view text, const TextPlace &place, std::size_t at,
                         const std::string &message) {
  // The caret stands under the place in a window of the text, on the text's own line.
  constexpr std::size_t kWindow = 100;
  const std::size_t line_begins = at == 0 ? 0 : text.rfind('\n', at - 1) + 1; // npos + 1 = 0
  const std::size_t line_ends = std::min(text.size(), text.find('\n', at));
  const std::size_t from = at - line_begins > kWindow / 2 ? at - kWindow / 2 : line_begins;
  std::string shown(text.substr(from, std::min(kWindow, line_ends - from)));
  for (char &c : shown) {
    c = c >= ' ' && c <= '~' ? c : ' ';
  }
  const std::size_t column = (line_begins == 0 ? place.column : 1) + (at - line_begins);
  std::size_t line = place.line;
  for (std::size_t i = 0; i < line_begins && line > 0; ++i) {
    line += text[i] == '\n' ? 1 : 0;
  }
  throw InputError(place.file, line,
                   "column " + std::to_string(column) + ": " + message + "\n    " + shown + "\n    " +
                       std::string(at - from, ' ') + "^");
}

// An operand with the place where its text begins.
struct Argument {
  Id id;
  std::size_t place;
};

class Parser {
public:
  Parser(std::string_view text, std::size_t dimension, const TextPlace &place)
      : text_(text), place_(place), dimension_(dimension) {}

  Expression run() {
    const Id root = comparison();
    skip_blanks();
    if (at_ != text_.size()) {
      fail(at_, found(at_) + "; expected an operator or the end");
    }
    return builder_.finish(root);
  }

private:
  // The index of a sum that is being written out.
  struct Index {
    std::string_view name;
    mpz_class value;
  };

  // One more parenthesis, sign or exponent that is open, as long as this lives.
  class Nested {
  public:
    Nested(Parser &parser, std::size_t where) : depth_(parser.depth_) {
      if (++depth_ > kDeepestNesting) {
        parser.fail(where, "more than " + std::to_string(kDeepestNesting) +
                               " parentheses, signs and exponents that are open at once");
      }
    }
    Nested(const Nested &) = delete;
    Nested &operator=(const Nested &) = delete;
    ~Nested() { --depth_; }

  private:
    int &depth_;
  };

  [[noreturn]] void fail(std::size_t where, const std::string &message) const {
    refuse(text_, place_, where, message);
  }
  std::string found(std::size_t where) const {
    if (where == text_.size()) {
      return "found the end";
    }
    const Hint *const hint = hint_at(text_.substr(where));
    return hint == nullptr ? std::string("found \"") + text_[where] + "\""
                           : std::string("found \"").append(hint->found).append("\"; ").append(hint->write);
  }

  void skip_blanks() { at_ = std::min(text_.find_first_not_of(kBlanksOfText, at_), text_.size()); }
  // The next sign, or 0 at the end of the text.
  char next() {
    skip_blanks();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(std::string_view sign) {
    skip_blanks();
    const bool there = text_.substr(at_).starts_with(sign);
    at_ += there ? sign.size() : 0;
    return there;
  }
  void expect(char sign) {
    if (!take(std::string_view(&sign, 1))) {
      fail(at_, found(at_) + "; expected \"" + sign + "\"");
    }
  }
  std::string_view name() {
    const std::size_t begins = at_;
    while (at_ < text_.size() && is_in_name(text_[at_])) {
      ++at_;
    }
    return text_.substr(begins, at_ - begins);
  }

  void count_symbol() {
    if (++symbols_ > kMostSymbols) {
      fail(at_, "the expression has more than " + std::to_string(kMostSymbols) +
                    " operands, signs, operators, calls and terms of sums when written out");
    }
  }
  Id times(Id a, Id b) {
    count_symbol();
    return builder_.times(a, b);
  }
  Id apply(Op op, Id a, Id b = -1, Id c = -1) {
    count_symbol();
    return builder_.apply(op, a, b, c);
  }

  // comparison: sum [("<" | "<=" | ">" | ">=" | "==" | "!=") sum]
  Id comparison() {
    const Id a = sum();
    if (take("<=")) {
      return apply(Op::LessEqual, a, sum());
    }
    if (take(">=")) {
      const Id b = sum();
      return apply(Op::LessEqual, b, a);
    }
    if (take("==")) {
      return apply(Op::Equal, a, sum());
    }
    if (take("!=")) {
      return apply(Op::NotEqual, a, sum());
    }
    if (take("<")) {
      return apply(Op::Less, a, sum());
    }
    if (take(">")) {
      const Id b = sum();
      return apply(Op::Less, b, a);
    }
    return a;
  }

  // sum: product {("+" | "-") product}
  Id sum() {
    Id a = product();
    for (;;) {
      if (take("+")) {
        a = apply(Op::Add, a, product());
      } else if (take("-")) {
        a = apply(Op::Subtract, a, product());
      } else {
        return a;
      }
    }
  }

  // product: signed {("*" | "/") signed}
  Id product() {
    Id a = signed_power();
    for (;;) {
      if (take("*")) {
        if (at_ < text_.size() && text_[at_] == '*') {
          fail(at_ - 1, "found \"**\"; write x^2; expected one operator");
        }
        a = times(a, signed_power());
      } else if (take("/")) {
        a = apply(Op::Divide, a, signed_power());
      } else {
        return a;
      }
    }
  }

  // signed: ("-" | "+") signed | power
  Id signed_power() {
    const char sign = next();
    if (sign != '-' && sign != '+') {
      return power();
    }
    const Nested nested(*this, at_);
    ++at_;
    const Id a = signed_power();
    if (sign == '-') {
      return apply(Op::Negate, a);
    }
    count_symbol();
    return a;
  }

  // power: operand ["^" signed]
  Id power() {
    const Id base = operand();
    if (next() != '^') {
      return base;
    }
    const Nested nested(*this, at_);
    ++at_;
    skip_blanks();
    const std::size_t where = at_;
    const Id exponent = signed_power();
    count_symbol();
    return raised(base, {exponent, where});
  }
  Id raised(Id base, const Argument &exponent) {
    const mpq_class *value = builder_.value_of(exponent.id);
    if (value != nullptr && value->get_den() == 1 && abs(value->get_num()) > kLargestExponent) {
      fail(exponent.place,
           "found a whole exponent beyond " + std::to_string(kLargestExponent) + "; expected a smaller one");
    }
    return builder_.power(base, exponent.id);
  }

  // operand: number | series | call | name | "(" comparison ")"
  Id operand() {
    const char c = next();
    const std::size_t where = at_;
    if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) {
      return number();
    }
    if (c == '(') {
      const Nested nested(*this, at_);
      ++at_;
      const Id a = comparison();
      expect(')');
      return a;
    }
    if (!begins_name(c)) {
      fail(where, found(where) + "; expected " + kOperand);
    }
    const std::string_view called = name();
    const bool is_call = next() == '(';
    if (is_call && called == "sum") {
      return series(where);
    }
    return is_call ? call(called, where) : value_of_name(called, where);
  }

  Id number() {
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
        at_ = before; // the e is no part of the number
      }
    }
    count_symbol();
    try {
      return builder_.constant(parse_exact_number(text_.substr(begins, at_ - begins)));
    } catch (const std::invalid_argument &error) {
      fail(begins, error.what());
    }
  }

  Id value_of_name(std::string_view called, std::size_t where) {
    count_symbol();
    for (const Index &index : indices_) {
      if (called == index.name) {
        return builder_.constant(mpq_class(index.value));
      }
    }
    if (called == "pi" || called == "e") {
      return builder_.leaf(called == "pi" ? Op::Pi : Op::E);
    }
    const int index = variable_index(called);
    if (index < 0) {
      fail(where, "unknown name \"" + std::string(called) + "\"; " + hint_of_name(called) +
                      "expected one of " + known_names());
    }
    if (static_cast<std::size_t>(index) >= dimension_) {
      fail(where, std::string(called) + " is used, but [target] dimension = " + std::to_string(dimension_) +
                      " has only x0" + (dimension_ > 1 ? "..x" + std::to_string(dimension_ - 1) : ""));
    }
    return builder_.variable(index);
  }

  // call: name "(" comparison {"," comparison} ")"
  Id call(std::string_view called, std::size_t where) {
    std::vector<Argument> arguments;
    {
      const Nested nested(*this, at_);
      do {
        ++at_; // the parenthesis, or the comma
        skip_blanks();
        const std::size_t place = at_;
        arguments.push_back({comparison(), place});
      } while (next() == ',');
      expect(')');
    }
    count_symbol();
    const OperationRules *const function = find_function(called);
    const Abbreviation *const abbreviation = find_abbreviation(called);
    if (function == nullptr && abbreviation == nullptr) {
      fail(where, "unknown function \"" + std::string(called) + "\"; " + hint_of_name(called) +
                      "expected one of " + known_names());
    }
    const Text text = function != nullptr
                          ? function->text
                          : Text{abbreviation->name, abbreviation->arguments, abbreviation->arguments};
    if (arguments.size() < text.least_arguments || arguments.size() > text.most_arguments) {
      fail(where, std::string(called) + " has " + std::to_string(arguments.size()) +
                      " argument(s); expected " + std::to_string(text.least_arguments) +
                      (text.most_arguments > text.least_arguments ? " or more" : ""));
    }
    if (abbreviation != nullptr) {
      std::vector<Id> ids;
      std::transform(arguments.begin(), arguments.end(), std::back_inserter(ids),
                     [](const Argument &argument) { return argument.id; });
      return abbreviation->build(builder_, ids);
    }
    switch (function->op) {
    case Op::Power:
      return raised(arguments[0].id, arguments[1]);
    case Op::Weierstrass:
      return weierstrass(arguments);
    case Op::If:
      return builder_.apply(Op::If, arguments[0].id, arguments[1].id, arguments[2].id);
    default:
      break;
    }
    if (arguments.size() == 1) {
      return builder_.apply(function->op, arguments[0].id);
    }
    Id value = arguments[0].id;
    for (std::size_t i = 1; i < arguments.size(); ++i) {
      value = builder_.apply(function->op, value, arguments[i].id);
    }
    return value;
  }

  // weierstrass(x, a, b), whose series is one only for these a and b.
  Id weierstrass(const std::vector<Argument> &arguments) {
    const mpq_class *a = builder_.value_of(arguments[1].id);
    const mpq_class *b = builder_.value_of(arguments[2].id);
    const mpq_class least(1, std::int64_t{1} << 40); // so that 1 / (1 - a) is finite in doubles
    if (a == nullptr || *a < least || *a > 1 - least) {
      fail(arguments[1].place, "the second argument of weierstrass is " +
                                   (a == nullptr ? "no rational constant" : a->get_str()) +
                                   "; expected a rational constant between 0 and 1, by 2^-40 or more");
    }
    if (b == nullptr || *b < 2 || b->get_den() != 1 || !b->get_num().fits_sint_p()) {
      fail(arguments[2].place, "the third argument of weierstrass is " +
                                   (b == nullptr ? "no rational constant" : b->get_str()) +
                                   "; expected a whole number from 2 to 2147483647");
    }
    return builder_.weierstrass(arguments[0].id, *a, static_cast<std::int32_t>(b->get_num().get_si()));
  }

  // series: "sum" "(" index "," from "," to "," term ")". The text of the term is read once for every index.
  Id series(std::size_t where) {
    const Nested nested(*this, at_);
    ++at_;
    const std::string_view index = index_name();
    expect(',');
    skip_blanks();
    const mpz_class from = bound("first");
    expect(',');
    skip_blanks();
    const std::size_t last_begins = at_;
    const mpz_class to = bound("last");
    const mpz_class terms = to < from ? mpz_class(0) : mpz_class(to - from + 1);
    if (terms + terms_ > kMostTerms) {
      fail(last_begins, "the sum over " + std::string(index) + " has " + terms.get_str() + " terms" +
                            (terms_ > 0 ? ", after " + std::to_string(terms_) : "") + "; expected at most " +
                            std::to_string(kMostTerms) + " in all sums of an expression");
    }
    expect(',');
    const std::size_t term_begins = at_;
    count_symbol();
    Id value = builder_.constant(0);
    indices_.push_back({index, from});
    do { // a sum without terms is 0; its term is read all the same
      at_ = term_begins;
      count_symbol();
      const Id term = comparison();
      if (to >= from) {
        value = builder_.apply(Op::Add, value, term);
      }
      ++terms_;
      skip_blanks();
      written_ += at_ - term_begins;
      if (written_ > kMostWritten || terms_ > kMostTerms) {
        fail(where, "the sum over " + std::string(index) +
                        " is too long when written out; expected at most " + std::to_string(kMostTerms) +
                        " terms and " + std::to_string(kMostWritten) +
                        " characters in all sums of an expression");
      }
      ++indices_.back().value;
    } while (indices_.back().value <= to);
    indices_.pop_back();
    expect(')');
    return value;
  }
  std::string_view index_name() {
    skip_blanks();
    const std::size_t begins = at_;
    const std::string_view index = name();
    if (index.empty() || is_digit(index[0])) {
      fail(begins, "found no name; expected the index of the sum, as in sum(k, 0, 9, x^k)");
    }
    const bool taken = variable_index(index) >= 0 || index == "pi" || index == "e" || index == "sum" ||
                       find_function(index) != nullptr || find_abbreviation(index) != nullptr ||
                       std::any_of(indices_.begin(), indices_.end(),
                                   [&](const Index &other) { return other.name == index; });
    if (taken) {
      fail(begins, fmt::format("\"{}\" has a meaning already; expected another index of the sum", index));
    }
    return index;
  }
  mpz_class bound(const std::string &which) {
    const std::size_t begins = at_;
    const mpq_class *value = builder_.value_of(comparison());
    if (value == nullptr || value->get_den() != 1) {
      fail(begins, "the " + which + " index of the sum is " +
                       (value == nullptr ? "no constant" : value->get_str()) + "; expected a whole number");
    }
    return value->get_num();
  }

  std::string_view text_;
  const TextPlace &place_;
  std::size_t dimension_;
  ExpressionBuilder builder_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::vector<Index> indices_; // the innermost one stands last
  std::size_t terms_ = 0;
  std::size_t written_ = 0;
  std::size_t symbols_ = 0;
};

// The text is not empty, short enough, and ASCII.
void check_text(std::string_view text, const TextPlace &place) {
  if (text.find_first_not_of(kBlanksOfText) == std::string_view::npos) {
    refuse(text, place, 0, "the expression is empty; expected a formula such as \"sin(2*pi*x0)\"");
  }
  if (text.size() > kLongestText) {
    refuse(text, place, 0,
           "the expression has " + std::to_string(text.size()) + " characters; expected at most " +
               std::to_string(kLongestText));
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if ((c < ' ' || c > '~') && kBlanksOfText.find(c) == std::string_view::npos) {
      if (const Hint *const hint = hint_at(text.substr(at))) {
        refuse(text, place, at,
               std::string("found \"").append(hint->found).append("\"; ").append(hint->write) +
                   "; expected ASCII text");
      }
      refuse(text, place, at,
             "found the byte " + std::to_string(static_cast<unsigned char>(c)) + "; expected ASCII text");
    }
  }
}

} // namespace

Expression parse_expression(std::string_view text, std::size_t dimension, const TextPlace &place) {
  check_text(text, place);
  return Parser(text, dimension, place).run();
}

} // namespace layercert
