// The grammar of target expressions, in Boost.Spirit X3. All of X3 stays in this file: it compiles slowly.
#include "expression_builder.hpp"
#include "function_names.hpp"

#include "layercert/error.hpp"
#include "layercert/instance/exact_number.hpp"

#include <boost/fusion/include/std_pair.hpp>
#include <boost/spirit/home/x3.hpp>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <vector>

namespace layercert {

namespace {

namespace x3 = boost::spirit::x3;
using Iterator = std::string_view::const_iterator;

// The limits of proofs/certificate-format.md, "Expressions", which the checker has too.
constexpr std::size_t kMostTerms = 10000;        // of all sums together
constexpr std::size_t kMostWritten = 10'000'000; // characters that they would have if written out
constexpr std::size_t kMostSymbols =
    50'000; // operands, signs, operators, calls and terms of sums, written out
constexpr int kLargestExponent = std::numeric_limits<int>::max(); // that is whole

// A fault in the meaning (a name, an argument count), found while parsing, at its place.
struct Fault {
  Iterator where;
  std::string message;
};

const std::string kOperand = "a number, a variable, a function or \"(\"";

// The index of a sum that is being written out.
struct Index {
  std::string name;
  mpz_class value;
};

struct Context {
  ExpressionBuilder builder;
  int dimension = 0;
  std::vector<Index> indices; // the innermost one stands last
  std::size_t terms = 0;
  std::size_t written = 0;
  std::size_t symbols = 0;
};
struct ContextTag;

void count_symbol(Context &state, Iterator where) {
  if (++state.symbols > kMostSymbols) {
    throw Fault{where, "the expression has more than " + std::to_string(kMostSymbols) +
                           " operands, signs, operators, calls and terms of sums when written out"};
  }
}
void count_symbol(auto &context) {
  count_symbol(x3::get<ContextTag>(context).get(), x3::_where(context).begin());
}

using Id = std::int32_t;
using Ids = std::vector<Id>;

auto &builder_of(auto &context) { return x3::get<ContextTag>(context).get().builder; }

template <Op op> struct Binary {
  template <class C> void operator()(C &context) const {
    count_symbol(context);
    x3::_val(context) = builder_of(context).apply(op, x3::_val(context), x3::_attr(context));
  }
};
template <Op op> struct Swapped {
  template <class C> void operator()(C &context) const {
    count_symbol(context);
    x3::_val(context) = builder_of(context).apply(op, x3::_attr(context), x3::_val(context));
  }
};

std::string known_names() {
  std::string names = "pi, e, x0..x9, x, y, z, sum";
  for (const FunctionName &function : kFunctions) {
    names += std::string(", ") + function.name;
  }
  return names;
}

// An action sees the place behind what it matched.
Iterator before(Iterator behind, const std::string &matched) {
  return behind - static_cast<std::ptrdiff_t>(matched.size());
}

// Back from behind the ")" of a call, over its parentheses, to the name.
Iterator start_of_call(Iterator behind, const std::string &name) {
  int open = 0;
  do {
    --behind;
    open += *behind == ')' ? 1 : *behind == '(' ? -1 : 0;
  } while (open != 0);
  while (std::string_view(" \t\r\n").find(*(behind - 1)) != std::string_view::npos) {
    --behind;
  }
  return before(behind, name);
}

// The place of an argument of the call that begins at `call`; arguments are counted from 0.
Iterator place_of_argument(Iterator call, std::size_t argument) {
  while (*call != '(') {
    ++call;
  }
  for (int open = 0; open != 1 || argument != 0; ++call) {
    open += *call == '(' ? 1 : *call == ')' ? -1 : 0;
    argument -= open == 1 && *call == ',' ? 1 : 0;
  }
  return call;
}

const auto take = [](auto &c) { x3::_val(c) = x3::_attr(c); };
const auto take_signed = [](auto &c) {
  count_symbol(c);
  x3::_val(c) = x3::_attr(c);
};
const auto negate = [](auto &c) {
  count_symbol(c);
  x3::_val(c) = builder_of(c).apply(Op::Negate, x3::_attr(c));
};

Id raised(ExpressionBuilder &builder, Id base, Id exponent, Iterator where) {
  const mpq_class *value = builder.value_of(exponent);
  if (value != nullptr && value->get_den() == 1 && abs(value->get_num()) > kLargestExponent) {
    throw Fault{where, "found a whole exponent beyond " + std::to_string(kLargestExponent) +
                           "; expected a smaller one"};
  }
  return builder.power(base, exponent);
}
const auto raise = [](auto &c) {
  count_symbol(c);
  x3::_val(c) = raised(builder_of(c), x3::_val(c), x3::_attr(c), x3::_where(c).begin());
};

const auto number_action = [](auto &c) {
  count_symbol(c);
  try {
    x3::_val(c) = builder_of(c).constant(parse_exact_number(x3::_attr(c)));
  } catch (const std::invalid_argument &error) {
    throw Fault{before(x3::_where(c).begin(), x3::_attr(c)), error.what()};
  }
};

const auto name_action = [](auto &c) {
  count_symbol(c);
  const std::string &name = x3::_attr(c);
  const Iterator where = before(x3::_where(c).begin(), name);
  Context &state = x3::get<ContextTag>(c).get();
  for (const Index &index : state.indices) {
    if (name == index.name) {
      x3::_val(c) = state.builder.constant(mpq_class(index.value));
      return;
    }
  }
  if (name == "pi" || name == "e") {
    x3::_val(c) = state.builder.leaf(name == "pi" ? Op::Pi : Op::E);
    return;
  }
  int index = -1;
  if (name == "x" || name == "y" || name == "z") {
    index = name[0] - 'x';
  } else if (name.size() == 2 && name[0] == 'x' && name[1] >= '0' && name[1] <= '9') {
    index = name[1] - '0';
  } else {
    throw Fault{where, "unknown name \"" + name + "\"; expected one of " + known_names()};
  }
  if (index >= state.dimension) {
    throw Fault{where, name + " is used, but [target] dimension = " + std::to_string(state.dimension) +
                           " has only x0" +
                           (state.dimension > 1 ? "..x" + std::to_string(state.dimension - 1) : "")};
  }
  x3::_val(c) = state.builder.variable(index);
};

// weierstrass(x, a, b), whose series is one only for these a and b.
Id weierstrass(ExpressionBuilder &builder, const Ids &arguments, Iterator call) {
  const mpq_class *a = builder.value_of(arguments[1]);
  const mpq_class *b = builder.value_of(arguments[2]);
  const mpq_class least(1, std::int64_t{1} << 40); // so that 1 / (1 - a) is finite in doubles
  if (a == nullptr || *a < least || *a > 1 - least) {
    throw Fault{place_of_argument(call, 1),
                "the second argument of weierstrass is " +
                    (a == nullptr ? "no rational constant" : a->get_str()) +
                    "; expected a rational constant between 0 and 1, by 2^-40 or more"};
  }
  if (b == nullptr || *b < 2 || b->get_den() != 1 || !b->get_num().fits_sint_p()) {
    throw Fault{place_of_argument(call, 2), "the third argument of weierstrass is " +
                                                (b == nullptr ? "no rational constant" : b->get_str()) +
                                                "; expected a whole number from 2 to 2147483647"};
  }
  return builder.weierstrass(arguments[0], *a, static_cast<std::int32_t>(b->get_num().get_si()));
}

const auto call_action = [](auto &c) {
  count_symbol(c);
  const std::string &name = boost::fusion::at_c<0>(x3::_attr(c));
  const Ids &arguments = boost::fusion::at_c<1>(x3::_attr(c));
  const Iterator where = start_of_call(x3::_where(c).begin(), name);
  ExpressionBuilder &builder = builder_of(c);
  for (const FunctionName &function : kFunctions) {
    if (name != function.name) {
      continue;
    }
    if (arguments.size() < function.least_arguments || arguments.size() > function.most_arguments) {
      throw Fault{where, name + " has " + std::to_string(arguments.size()) + " argument(s); expected " +
                             std::to_string(function.least_arguments) +
                             (function.most_arguments == kAnyArguments ? " or more" : "")};
    }
    if (function.op == Op::Power) {
      x3::_val(c) = raised(builder, arguments[0], arguments[1], place_of_argument(where, 1));
    } else if (function.op == Op::Weierstrass) {
      x3::_val(c) = weierstrass(builder, arguments, where);
    } else if (function.op == Op::If) {
      x3::_val(c) = builder.apply(Op::If, arguments[0], arguments[1], arguments[2]);
    } else if (function.most_arguments == 1) {
      x3::_val(c) = builder.apply(function.op, arguments[0]);
    } else {
      Id value = arguments[0];
      for (std::size_t i = 1; i < arguments.size(); ++i) {
        value = builder.apply(function.op, value, arguments[i]);
      }
      x3::_val(c) = value;
    }
    return;
  }
  throw Fault{where, "unknown function \"" + name + "\"; expected one of " + known_names()};
};

const x3::rule<struct comparison_tag, Id> comparison = "an expression";
const x3::rule<struct sum_tag, Id> sum = "an expression";
const x3::rule<struct product_tag, Id> product = "a number, a variable, a function or \"(\"";
const x3::rule<struct unary_tag, Id> unary = "a number, a variable, a function or \"(\"";
const x3::rule<struct power_tag, Id> power = "a number, a variable, a function or \"(\"";
const x3::rule<struct primary_tag, Id> primary = "a number, a variable, a function or \"(\"";
const x3::rule<struct arguments_tag, Ids> arguments = "arguments";

const x3::rule<struct number_tag, std::string> number_text = "a number";
const x3::rule<struct name_tag, std::string> name_text = "a name";

const auto number_text_def =
    x3::raw[x3::lexeme[((+x3::digit >> -('.' >> *x3::digit)) | ('.' >> +x3::digit)) >>
                       -(x3::char_("eE") >> -x3::char_("+-") >> +x3::digit)]];
const auto name_text_def = x3::raw[x3::lexeme[(x3::alpha | '_') >> *(x3::alnum | '_')]];

bool is_in_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Has the name another meaning already?
bool is_taken(const std::string &name, const Context &state) {
  const bool variable = name.size() == 2 && name[0] == 'x' && name[1] >= '0' && name[1] <= '9';
  return variable || name == "x" || name == "y" || name == "z" || name == "pi" || name == "e" ||
         name == "sum" ||
         std::any_of(kFunctions.begin(), kFunctions.end(),
                     [&](const FunctionName &function) { return name == function.name; }) ||
         std::any_of(state.indices.begin(), state.indices.end(),
                     [&](const Index &index) { return name == index.name; });
}

// sum(k, from, to, term): the text of the term is read once for every k.
struct Series : x3::parser<Series> {
  using attribute_type = Id;
  static constexpr bool has_attribute = true;

  template <class C, class R, class A>
  bool parse(Iterator &first, const Iterator &last, const C &context, const R &, A &attribute) const {
    Context &state = x3::get<ContextTag>(context).get();
    Iterator at = first;
    x3::skip_over(at, last, context);
    const Iterator call = at;
    for (const char c : std::string_view("sum")) {
      if (at == last || *at++ != c) {
        return false;
      }
    }
    if (at != last && is_in_name(*at)) {
      return false;
    }
    x3::skip_over(at, last, context);
    if (at == last || *at != '(') {
      return false;
    }
    ++at;
    x3::skip_over(at, last, context);
    const Iterator name_begins = at;
    while (at != last && is_in_name(*at)) {
      ++at;
    }
    const std::string name(name_begins, at);
    if (name.empty() || (name[0] >= '0' && name[0] <= '9')) {
      throw Fault{name_begins, "found no name; expected the index of the sum, as in sum(k, 0, 9, x^k)"};
    }
    if (is_taken(name, state)) {
      throw Fault{name_begins, "\"" + name + "\" has a meaning already; expected another index of the sum"};
    }
    expect(at, last, context, ',');
    const mpz_class from = bound(at, last, context, state, "first");
    expect(at, last, context, ',');
    x3::skip_over(at, last, context);
    const Iterator last_begins = at;
    const mpz_class to = bound(at, last, context, state, "last");
    const mpz_class terms = to < from ? mpz_class(0) : mpz_class(to - from + 1);
    if (terms + state.terms > kMostTerms) {
      throw Fault{last_begins, "the sum over " + name + " has " + terms.get_str() + " terms" +
                                   (state.terms > 0 ? ", after " + std::to_string(state.terms) : "") +
                                   "; expected at most " + std::to_string(kMostTerms) +
                                   " in all sums of an expression"};
    }
    expect(at, last, context, ',');
    const Iterator term_begins = at;
    count_symbol(state, call);
    Id value = state.builder.constant(0);
    state.indices.push_back({name, from});
    do { // a sum without terms is 0; its term is read all the same
      at = term_begins;
      count_symbol(state, call);
      const Id term = operand(at, last, context);
      if (to >= from) {
        value = state.builder.apply(Op::Add, value, term);
      }
      ++state.terms;
      x3::skip_over(at, last, context);
      state.written += static_cast<std::size_t>(at - term_begins);
      if (state.written > kMostWritten || state.terms > kMostTerms) {
        throw Fault{call, "the sum over " + name + " is too long when written out; expected at most " +
                              std::to_string(kMostTerms) + " terms and " + std::to_string(kMostWritten) +
                              " characters in all sums of an expression"};
      }
      ++state.indices.back().value;
    } while (state.indices.back().value <= to);
    state.indices.pop_back();
    expect(at, last, context, ')');
    first = at;
    x3::traits::move_to(value, attribute);
    return true;
  }

private:
  template <class C> static void expect(Iterator &at, const Iterator &last, const C &context, char c) {
    x3::skip_over(at, last, context);
    if (at == last || *at != c) {
      throw x3::expectation_failure<Iterator>(at, std::string("\"") + c + "\"");
    }
    ++at;
  }
  template <class C> static Id operand(Iterator &at, const Iterator &last, const C &context) {
    Id id = -1;
    x3::unused_type nothing;
    if (!comparison.parse(at, last, context, nothing, id)) {
      throw x3::expectation_failure<Iterator>(at, kOperand);
    }
    return id;
  }
  template <class C>
  static mpz_class bound(Iterator &at, const Iterator &last, const C &context, Context &state,
                         const std::string &which) {
    x3::skip_over(at, last, context);
    const Iterator begins = at;
    const mpq_class *value = state.builder.value_of(operand(at, last, context));
    if (value == nullptr || value->get_den() != 1) {
      throw Fault{begins, "the " + which + " index of the sum is " +
                              (value == nullptr ? "no constant" : value->get_str()) +
                              "; expected a whole number"};
    }
    return value->get_num();
  }
};
const Series series;

const auto comparison_def = sum[take] >> -((x3::lit("<=") > sum[Binary<Op::LessEqual>{}]) |
                                           (x3::lit(">=") > sum[Swapped<Op::LessEqual>{}]) |
                                           (x3::lit("==") > sum[Binary<Op::Equal>{}]) |
                                           (x3::lit("!=") > sum[Binary<Op::NotEqual>{}]) |
                                           (x3::lit("<") > sum[Binary<Op::Less>{}]) |
                                           (x3::lit(">") > sum[Swapped<Op::Less>{}]));
const auto sum_def = product[take] >> *((x3::lit("+") > product[Binary<Op::Add>{}]) |
                                        (x3::lit("-") > product[Binary<Op::Subtract>{}]));
const auto product_def = unary[take] >> *((x3::lit("*") > unary[Binary<Op::Multiply>{}]) |
                                          (x3::lit("/") > unary[Binary<Op::Divide>{}]));
const auto unary_def = (x3::lit("-") > unary[negate]) | (x3::lit("+") > unary[take_signed]) | power[take];
const auto power_def = primary[take] >>
                       -(x3::lit("^") > unary[raise]); // right associative: the exponent is a unary
const auto arguments_def = comparison % ',';
const auto primary_def = number_text[number_action] | series[take] |
                         (name_text >> (x3::lit("(") > arguments > x3::lit(")")))[call_action] |
                         name_text[name_action] | (x3::lit("(") > comparison[take] > x3::lit(")"));

BOOST_SPIRIT_DEFINE(comparison, sum, product, unary, power, arguments, primary, number_text, name_text)

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

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The place behind the number that begins at `at`.
std::size_t end_of_number(std::string_view text, std::size_t at) {
  const auto skip = [&](auto belongs) {
    while (at < text.size() && belongs(text[at])) {
      ++at;
    }
  };
  skip([](char c) { return is_digit(c) || c == '.'; }); // a second point is no number, whatever the nesting
  std::size_t exponent = at;
  if (exponent < text.size() && (text[exponent] == 'e' || text[exponent] == 'E')) {
    ++exponent;
    exponent += exponent < text.size() && (text[exponent] == '+' || text[exponent] == '-') ? 1 : 0;
    if (exponent < text.size() && is_digit(text[exponent])) {
      at = exponent;
      skip(is_digit);
    }
  }
  return at;
}

// Parentheses, signs and exponents that are open at once, from the text alone: X3 recurses for each.
void check_nesting(std::string_view text, const TextPlace &place) {
  std::vector<int> around; // signs and exponents that are open around each open parenthesis
  int depth = 0;           // everything that is open
  int here = 0;            // signs and exponents since the last open parenthesis
  bool operand = false;    // whether one has just ended, so that a sign is an operator
  const auto close = [&] {
    depth -= here;
    here = 0;
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (is_digit(c) || c == '.') {
      at = end_of_number(text, at) - 1;
      operand = true;
    } else if (is_in_name(c)) {
      while (at + 1 < text.size() && is_in_name(text[at + 1])) {
        ++at;
      }
      operand = true;
    } else if (c == '(') {
      around.push_back(here);
      here = 0;
      ++depth;
      operand = false;
    } else if (c == ')') {
      close();
      if (!around.empty()) {
        --depth;
        here = around.back();
        around.pop_back();
      }
      operand = true;
    } else if (c == '^' || ((c == '+' || c == '-') && !operand)) {
      ++here;
      ++depth;
      operand = false;
    } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') { // an operator, or a comma
      close();
      operand = false;
    }
    if (depth > kDeepestNesting) {
      refuse(text, place, at,
             "more than " + std::to_string(kDeepestNesting) +
                 " parentheses, signs and exponents that are open at once");
    }
  }
}

// What X3 cannot be asked to survive: nesting that would exhaust the stack, and bytes that are no text.
void check_text(std::string_view text, const TextPlace &place) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    refuse(text, place, 0, "the expression is empty; expected a formula such as \"sin(2*pi*x0)\"");
  }
  if (text.size() > kLongestText) {
    refuse(text, place, 0,
           "the expression has " + std::to_string(text.size()) + " characters; expected at most " +
               std::to_string(kLongestText));
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if ((c < ' ' || c > '~') && c != '\t' && c != '\n' && c != '\r') {
      refuse(text, place, at,
             "found the byte " + std::to_string(static_cast<unsigned char>(c)) + "; expected ASCII text");
    }
  }
  check_nesting(text, place);
}

} // namespace

Expression parse_expression(std::string_view text, int dimension, const TextPlace &place) {
  check_text(text, place);
  Context state;
  state.dimension = dimension;
  Id root = -1;
  Iterator at = text.begin();
  const auto position = [&](Iterator where) { return static_cast<std::size_t>(where - text.begin()); };
  const auto skip_space = [&](Iterator where) {
    while (where != text.end() && (*where == ' ' || *where == '\t' || *where == '\n' || *where == '\r')) {
      ++where;
    }
    return where;
  };
  const auto found = [&](Iterator where) {
    return where == text.end() ? std::string("found the end") : std::string("found \"") + *where + "\"";
  };
  try {
    const auto grammar = x3::with<ContextTag>(std::ref(state))[comparison];
    const bool parsed = x3::phrase_parse(at, text.end(), grammar, x3::space, root);
    at = skip_space(at);
    if (!parsed) {
      refuse(text, place, position(at), found(at) + "; expected " + kOperand);
    }
    if (at != text.end()) {
      refuse(text, place, position(at), found(at) + "; expected an operator or the end");
    }
  } catch (const x3::expectation_failure<Iterator> &failure) {
    const Iterator where = skip_space(failure.where());
    std::string expected = failure.which();
    if (expected.front() != '"') { // not a literal sign: an operand is missing, whatever rule X3 names
      expected = kOperand;
    } else {
      std::erase_if(expected, [](char c) { return c == '\n'; });
    }
    refuse(text, place, position(where), found(where) + "; expected " + expected);
  } catch (const Fault &fault) {
    refuse(text, place, position(skip_space(fault.where)), fault.message);
  }
  return state.builder.finish(root);
}

} // namespace layercert
