// The two parsers of targets, layercert's and the checker's, against each other: the same texts are
// expressions, and mean the same.
#define BOOST_TEST_MODULE check_language
#include <boost/test/unit_test.hpp>

#include "expression.hpp"
#include "files.hpp"
#include "language_cases.hpp"

#include "function/expression_evaluator.hpp"
#include "layercert/error.hpp"
#include "layercert/instance/exact_number.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <cmath>
#include <functional>
#include <optional>
#include <random>

namespace {

constexpr double kPlaces[] = {0, 0.25, 0.6875, 1};

std::string shown(const std::string &text) {
  return text.size() <= 120 ? text
                            : text.substr(0, 80) + " ... " + text.substr(text.size() - 30) + " (" +
                                  std::to_string(text.size()) + " characters)";
}

std::optional<layercert::Expression> of_producer(const std::string &text, std::size_t dimension) {
  try {
    return layercert::parse_expression(text, dimension);
  } catch (const layercert::InputError &) {
    return std::nullopt;
  }
}

std::optional<checker::Expression> of_checker(const std::string &text, std::size_t dimension) {
  try {
    return checker::Expression::parse(text, dimension);
  } catch (const checker::Rejected &) {
    return std::nullopt;
  }
}

checker::Arf number(double x) {
  checker::Arf result;
  arf_set_d(result.get(), x);
  return result;
}

// Whether both parsers say that the text is an expression, or that it is none; "" or what they disagree
// about. `known` counts the values that both know well.
std::string disagreement(const std::string &text, std::size_t dimension, bool &accepted,
                         const std::string &value, std::size_t &known) {
  const std::optional<layercert::Expression> mine = of_producer(text, dimension);
  const std::optional<checker::Expression> theirs = of_checker(text, dimension);
  accepted = mine.has_value();
  if (mine.has_value() != theirs.has_value()) {
    return mine ? "refused by the checker alone" : "refused by layercert alone";
  }
  if (!mine) {
    return "";
  }
  const auto d = dimension;
  layercert::ExpressionEvaluator first(*mine, dimension);
  checker::Evaluator second(*theirs, dimension);
  const layercert::UpwardScope upward;
  for (const double place : kPlaces) {
    std::vector<layercert::Interval> here;
    std::vector<checker::Interval> there;
    for (std::size_t j = 0; j < d; ++j) { // coordinates that differ, all of them dyadic
      const double x = j % 2 == 0 ? place : 1 - place / 2;
      here.emplace_back(x);
      there.emplace_back(number(x));
    }
    const layercert::Range range = first.range(here);
    const checker::Interval other = second(there, checker::Evaluator::Value).value;
    if (range.undefined || std::isnan(range.value.lower()) || !other.bounded()) {
      continue;
    }
    const bool meet = (std::isinf(range.value.upper()) || other.lower <= number(range.value.upper())) &&
                      (std::isinf(range.value.lower()) || number(range.value.lower()) <= other.upper);
    if (!meet) {
      return "at " + std::to_string(place) + " they have the values " + std::to_string(range.value.lower()) +
             " and " + std::to_string(other.lower.about());
    }
    known += 1;
    if (!value.empty()) {
      const checker::Interval wanted(checker::exact_number(value));
      if (!(other.lower <= wanted.upper && wanted.lower <= other.upper)) {
        return "the value is " + std::to_string(other.lower.about());
      }
    }
  }
  return "";
}

} // namespace

BOOST_AUTO_TEST_CASE(both_parsers_agree_with_the_table) {
  std::size_t known = 0;
  for (const language::Case &one : language::cases()) {
    BOOST_TEST_CONTEXT(shown(one.text)) {
      bool accepted = false;
      std::size_t before = known;
      BOOST_CHECK_EQUAL(disagreement(one.text, one.dimension, accepted, one.value, known), "");
      BOOST_CHECK_EQUAL(accepted, one.accepted);
      BOOST_CHECK(one.value.empty() || !accepted || known > before); // its value was looked at
    }
  }
}

BOOST_AUTO_TEST_CASE(both_read_the_same_numbers) {
  for (const language::Number &one : language::numbers()) {
    BOOST_TEST_CONTEXT(shown(one.text)) {
      std::optional<mpq_class> mine;
      std::optional<mpq_class> theirs;
      try {
        mine = layercert::parse_exact_number(one.text);
      } catch (const std::invalid_argument &) {
      }
      try {
        theirs = checker::exact_number(one.text);
      } catch (const std::invalid_argument &) {
      }
      BOOST_CHECK_EQUAL(mine.has_value(), one.accepted);
      BOOST_CHECK_EQUAL(theirs.has_value(), one.accepted);
      BOOST_CHECK(mine == theirs);
    }
  }
}

namespace {

class RandomText {
public:
  explicit RandomText(std::uint64_t seed) : source_(seed) {}
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(source_() % n); }

  std::string expression(int depth) {
    const auto pick = [&](std::initializer_list<const char *> words) {
      return std::string(*(words.begin() + static_cast<std::ptrdiff_t>(below(words.size()))));
    };
    const auto part = [&] { return expression(depth - 1); };
    if (depth <= 0) {
      std::vector<std::string> leaves{"x",  "y",   "x0",   "1",  "2",   "0",     "3",   "1/2", "pi",
                                      "e",  "0.1", "1e-2", ".5", "7.",  "1e2",   "12",  "5/3", "4",
                                      "10", "1/3", "2^3",  "-1", "1e9", "2^-40", "1-1", "x1",  "1/2^40"};
      leaves.insert(leaves.end(), indices_.begin(), indices_.end());
      leaves.insert(leaves.end(), indices_.begin(), indices_.end());
      return leaves[below(leaves.size())];
    }
    switch (below(16)) {
    case 0:
    case 1:
      return part() + pick({"+", "-", " + ", "\t-"}) + part();
    case 2:
    case 3:
      return part() + pick({"*", "/", "* ", " /"}) + part();
    case 4:
      return part() + "^" + part();
    case 5:
      return "(" + part() + ")" + pick({"^2", "^-1", "^(1/2)", "^3", "^0.5", "^0"});
    case 6:
      return pick({"-", "+", "--", "-+"}) + part();
    case 7:
      return "(" + part() + ")";
    case 8:
      return pick({"sin", "cos", "abs", "exp", "floor", "step", "sign", "tanh", "atan", "sqrt", "log",
                   "takagi", "cantor", "cosh", "cbrt", "erf"}) +
             pick({"(", " ("}) + part() + ")";
    case 9:
      return pick({"min", "max", "pow", "hypot", "mod"}) + "(" + part() + "," + part() + ")";
    case 10:
      return "(" + part() + pick({"<", "<=", ">", ">=", "==", "!="}) + part() + ")";
    case 11:
      return "if(" + part() + "," + part() + "," + part() + ")";
    case 12:
      return "weierstrass(" + part() + "," + expression(below(2) == 0 ? 0 : 1) + "," +
             pick({"2", "3", "7", "x", "1"}) + ")";
    default:
      return series(depth);
    }
  }

  // Some characters of a text are lost, doubled, or become others.
  std::string damaged(std::string text) {
    static const std::string others = "()+-*/^<>=!,.0123456789eExyzk_ \t\n\v\f$";
    for (std::size_t i = 1 + below(2); i > 0 && !text.empty(); --i) {
      const std::size_t at = below(text.size());
      switch (below(3)) {
      case 0:
        text.erase(at, 1 + below(3));
        break;
      case 1:
        text.insert(at, 1, others[below(others.size())]);
        break;
      default:
        text[at] = others[below(others.size())];
      }
    }
    return text;
  }

private:
  std::string series(int depth) {
    static const char *const names[] = {"k", "j", "i", "k", "j", "n_1", "x", "x7", "e", "sin", "K"};
    const std::string index = names[below(below(4) == 0 ? std::size(names) : 6)];
    std::string result = "sum(" + index + "," + (below(3) == 0 ? expression(0) : std::to_string(below(4))) +
                         "," + (below(3) == 0 ? expression(1) : std::to_string(below(6))) + ",";
    indices_.push_back(index);
    result += expression(depth - 1) + ")";
    indices_.pop_back();
    return result;
  }
  std::mt19937_64 source_;
  std::vector<std::string> indices_;
};

} // namespace

BOOST_AUTO_TEST_CASE(both_agree_about_random_texts) {
  constexpr std::size_t kTexts = 20000;
  RandomText random(16);
  std::size_t known = 0;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < kTexts; ++i) {
    const std::string whole = random.expression(1 + static_cast<int>(random.below(4)));
    const std::string text = random.below(3) == 0 ? random.damaged(whole) : whole;
    bool accepted = false;
    const std::string difference = disagreement(text, 2, accepted, "", known);
    kept += accepted ? 1 : 0;
    BOOST_CHECK_MESSAGE(difference.empty(), difference << ": " << text);
  }
  BOOST_TEST_MESSAGE(kept << " of " << kTexts << " are expressions; both know " << known << " values");
  BOOST_CHECK_GT(kept, kTexts / 4);
  BOOST_CHECK_LT(kept, kTexts * 9 / 10);
  BOOST_CHECK_GT(known, kTexts / 2);
}
