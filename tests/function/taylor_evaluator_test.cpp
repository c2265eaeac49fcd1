#define BOOST_TEST_MODULE taylor_evaluator
#include <boost/test/unit_test.hpp>

#include "common/bound_scope.hpp"
#include "function/taylor_evaluator.hpp"
#include "numeric/elementary.hpp"
#include "random_expression.hpp"

#include <arb_hypgeom.h>
#include <arb_poly.h>

#include <cmath>
#include <string>

using namespace layercert;
using namespace layercert::test;

namespace {

constexpr slong kBits = 300;

// A univariate power series by FLINT, at 300 bits.
class Reference {
public:
  explicit Reference(slong length) : length_(length) { arb_poly_init(poly_); }
  Reference(const Reference &other) : length_(other.length_) {
    arb_poly_init(poly_);
    arb_poly_set(poly_, other.poly_);
  }
  Reference &operator=(const Reference &) = delete;
  ~Reference() { arb_poly_clear(poly_); }

  arb_poly_struct *get() { return poly_; }
  slong length() const { return length_; }
  bool meets(slong k, const Interval &x) {
    arb_t ball;
    arb_init(ball);
    arb_poly_get_coeff_arb(ball, poly_, k);
    arf_t lower;
    arf_t upper;
    arf_init(lower);
    arf_init(upper);
    arb_get_interval_arf(lower, upper, ball, kBits);
    const bool meets = arf_cmp_d(lower, x.upper()) <= 0 && arf_cmp_d(upper, x.lower()) >= 0;
    arf_clear(lower);
    arf_clear(upper);
    arb_clear(ball);
    return meets;
  }

private:
  slong length_;
  arb_poly_t poly_;
};

// The expression's series at x0 = at + t, x1 = ... = slope_j t + at_j, by FLINT's series functions; false
// where they are not finite.
bool reference_series(const Expression &f, const std::vector<double> &at, const std::vector<double> &slope,
                      slong length, Reference &result) {
  std::vector<Reference> series;
  series.reserve(f.nodes().size());
  for (const Node &node : f.nodes()) {
    Reference &h = series.emplace_back(length);
    arb_t number;
    arb_init(number);
    const auto argument = [&](std::size_t i) {
      return series[static_cast<std::size_t>(node.argument[i])].get();
    };
    switch (node.op) {
    case Op::Constant: {
      fmpq_t q;
      fmpq_init(q);
      fmpq_set_mpq(q, f.constants()[static_cast<std::size_t>(node.constant)].get_mpq_t());
      arb_set_fmpq(number, q, kBits);
      arb_poly_set_arb(h.get(), number);
      fmpq_clear(q);
      break;
    }
    case Op::Pi:
      arb_const_pi(number, kBits);
      arb_poly_set_arb(h.get(), number);
      break;
    case Op::E:
      arb_const_e(number, kBits);
      arb_poly_set_arb(h.get(), number);
      break;
    case Op::Variable: {
      const auto j = static_cast<std::size_t>(node.integer);
      arb_set_d(number, at[j]);
      arb_poly_set_coeff_arb(h.get(), 0, number);
      arb_set_d(number, slope[j]);
      arb_poly_set_coeff_arb(h.get(), 1, number);
      break;
    }
    case Op::Negate:
      arb_poly_neg(h.get(), argument(0));
      break;
    case Op::Add:
      arb_poly_add(h.get(), argument(0), argument(1), kBits);
      break;
    case Op::Subtract:
      arb_poly_sub(h.get(), argument(0), argument(1), kBits);
      break;
    case Op::Multiply:
      arb_poly_mullow(h.get(), argument(0), argument(1), length, kBits);
      break;
    case Op::Divide:
      arb_poly_div_series(h.get(), argument(0), argument(1), length, kBits);
      break;
    case Op::PowerInteger:
      arb_set_si(number, node.integer);
      if (node.integer >= 0) {
        arb_poly_pow_ui_trunc_binexp(h.get(), argument(0), static_cast<ulong>(node.integer), length, kBits);
      } else {
        arb_poly_pow_arb_series(h.get(), argument(0), number, length, kBits);
      }
      break;
    case Op::Power:
      arb_poly_pow_series(h.get(), argument(0), argument(1), length, kBits);
      break;
    case Op::Sqrt:
      arb_poly_sqrt_series(h.get(), argument(0), length, kBits);
      break;
    case Op::Exp:
      arb_poly_exp_series(h.get(), argument(0), length, kBits);
      break;
    case Op::Log:
      arb_poly_log_series(h.get(), argument(0), length, kBits);
      break;
    case Op::Sin:
      arb_poly_sin_series(h.get(), argument(0), length, kBits);
      break;
    case Op::Cos:
      arb_poly_cos_series(h.get(), argument(0), length, kBits);
      break;
    case Op::Tan:
      arb_poly_tan_series(h.get(), argument(0), length, kBits);
      break;
    case Op::Asin:
      arb_poly_asin_series(h.get(), argument(0), length, kBits);
      break;
    case Op::Acos:
      arb_poly_acos_series(h.get(), argument(0), length, kBits);
      break;
    case Op::Atan:
      arb_poly_atan_series(h.get(), argument(0), length, kBits);
      break;
    case Op::Sinh:
      arb_poly_sinh_series(h.get(), argument(0), length, kBits);
      break;
    case Op::Cosh:
      arb_poly_cosh_series(h.get(), argument(0), length, kBits);
      break;
    case Op::Tanh: { // sinh / cosh
      Reference cosine(length);
      Reference sine(length);
      arb_poly_sinh_cosh_series(sine.get(), cosine.get(), argument(0), length, kBits);
      arb_poly_div_series(h.get(), sine.get(), cosine.get(), length, kBits);
      break;
    }
    case Op::Cbrt: { // the power 1/3 of g or -g
      Reference size(length);
      arb_poly_get_coeff_arb(number, argument(0), 0);
      const bool minus = arb_is_negative(number) != 0;
      minus ? arb_poly_neg(size.get(), argument(0)) : arb_poly_set(size.get(), argument(0));
      arb_set_ui(number, 1);
      arb_div_ui(number, number, 3, kBits);
      arb_poly_pow_arb_series(h.get(), size.get(), number, length, kBits);
      if (minus) {
        arb_poly_neg(h.get(), h.get());
      }
      break;
    }
    case Op::Erf:
      arb_hypgeom_erf_series(h.get(), argument(0), length, kBits);
      break;
    default:
      arb_clear(number);
      return false;
    }
    arb_clear(number);
  }
  arb_poly_set(result.get(), series.back().get());
  arb_t number;
  arb_init(number);
  bool finite = true;
  for (slong k = 0; k < length; ++k) {
    arb_poly_get_coeff_arb(number, result.get(), k);
    finite = finite && arb_is_finite(number) != 0;
  }
  arb_clear(number);
  return finite;
}

// On the line x = at + t slope, the coefficients of degree k in t of an expansion.
Interval on_line(const Monomials &monomials, ConstSeries series, const std::vector<double> &slope, int k) {
  Interval sum(0.0);
  for (std::size_t a = monomials.begin_of(k); a < monomials.begin_of(k + 1); ++a) {
    Interval term = series[a];
    for (std::size_t j = 0; j < slope.size(); ++j) {
      for (int i = 0; i < monomials.exponent(a, j); ++i) {
        term *= Interval(slope[j]);
      }
    }
    sum += term;
  }
  return sum;
}

// At the centre the coefficients are those of FLINT, and over the box they enclose those of FLINT at points
// of the box, along lines in all directions (which tell all coefficients of one degree apart). Returns the
// number of coefficients compared.
int compare(RandomExpression &random, const std::string &text, std::size_t d, int degree,
            std::vector<double> lower, std::vector<double> upper, bool &smooth) {
  const Expression f = parse_expression(text, d);
  TaylorEvaluator evaluator(f, d, degree);
  std::vector<Interval> box;
  std::vector<double> centre;
  std::vector<Interval> at;
  for (std::size_t j = 0; j < d; ++j) {
    box.emplace_back(lower[j], upper[j]);
    centre.push_back(random.between(lower[j], upper[j]));
    at.emplace_back(centre[j]);
  }
  smooth = evaluator.expand(at, box);
  if (!smooth) {
    return 0;
  }
  int compared = 0;
  for (int line = 0; line < 3; ++line) {
    std::vector<double> slope;
    std::vector<double> point;
    for (std::size_t j = 0; j < d; ++j) {
      slope.push_back(line == 0 ? 1.0 : std::ldexp(std::floor(16 * random.unit()) - 8, -3));
      point.push_back(random.between(lower[j], upper[j]));
    }
    for (const bool central : {true, false}) {
      Reference reference(degree + 1);
      if (!reference_series(f, central ? centre : point, slope, degree + 1, reference)) {
        continue;
      }
      for (int k = 0; k <= (central ? degree - 1 : degree); ++k) {
        const Interval found =
            on_line(evaluator.monomials(), central ? evaluator.at_centre() : evaluator.over_box(), slope, k);
        BOOST_TEST_CONTEXT(text << ", degree " << k << (central ? " at the centre " : " over the box ")
                                << found.lower() << ", " << found.upper()) {
          BOOST_TEST(reference.meets(k, found));
        }
        ++compared;
      }
    }
  }
  return compared;
}

} // namespace

BOOST_AUTO_TEST_CASE(monomials_are_numbered_by_degree) {
  const Monomials m(3, 5);
  BOOST_TEST(m.count() == Monomials::count_of(3, 5));
  BOOST_TEST(m.count() == 56U);
  for (std::size_t a = 0; a < m.count(); ++a) {
    int sum = 0;
    std::vector<std::uint8_t> exponents;
    for (std::size_t j = 0; j < 3; ++j) {
      sum += m.exponent(a, j);
      exponents.push_back(static_cast<std::uint8_t>(m.exponent(a, j)));
    }
    BOOST_TEST(sum == m.degree_of(a));
    BOOST_TEST(a >= m.begin_of(sum));
    BOOST_TEST(a < m.begin_of(sum + 1));
    BOOST_TEST(m.find(exponents) == a); // and so no two are the same
    if (a > 0) {
      BOOST_TEST(m.product(m.parent(a), m.variable(m.parent_variable(a))) == a);
    }
  }
}

// Every recurrence against FLINT's series, in one and more variables, and at points that need not be the
// middle.
BOOST_FIXTURE_TEST_CASE(each_function_has_flints_coefficients, BoundScope) {
  RandomExpression random(1);
  const std::string inner[] = {"x0", "(x0*x1 - x1^2 + x0/2)", "(x2*x0 + x1 - x2^3)"};
  for (const char *outer : {"exp(T)",
                            "log(3 + T)",
                            "sqrt(3 + T)",
                            "sin(T)",
                            "cos(3*T)",
                            "tan(T/4)",
                            "asin(T/4)",
                            "acos(T/4)",
                            "atan(2*T)",
                            "sinh(T)",
                            "cosh(T)",
                            "tanh(2*T)",
                            "1/(4 + T)",
                            "(T + 4)^(-3)",
                            "T^2",
                            "T^3",
                            "T^7",
                            "T^0",
                            "T*T",
                            "(3 + T)^(1/3)",
                            "(3 + T)^(-3/2)",
                            "(3 + T)^T",
                            "2^T",
                            "sin(T)*exp(T)",
                            "sin(T)/(2 + cos(T))",
                            "abs(T + 4) - abs(T - 4)",
                            "min(T, 4)",
                            "max(T, 4 + T)",
                            "if(T < 9, exp(T), log(T))",
                            "floor(T/99 + 1/2)*T"}) {
    for (std::size_t d = 1; d <= 3; ++d) {
      std::string text = outer;
      for (std::size_t at = text.find('T'); at != std::string::npos; at = text.find('T')) {
        text.replace(at, 1, inner[d - 1]);
      }
      std::string plain = text; // without what FLINT's series do not have
      const auto replace = [&](const std::string &from, const std::string &to) {
        (void)from;
        plain = to;
      };
      const std::string t = inner[d - 1];
      if (text.rfind("abs", 0) == 0) {
        replace(text, "(" + t + " + 4) - (4 - " + t + ")");
      } else if (text.rfind("min", 0) == 0) {
        replace(text, t);
      } else if (text.rfind("max", 0) == 0) {
        replace(text, "4 + " + t);
      } else if (text.rfind("if", 0) == 0) {
        replace(text, "exp(" + t + ")");
      } else if (text.rfind("floor", 0) == 0) {
        replace(text, "0*" + t);
      }
      for (int trial = 0; trial < 4; ++trial) {
        std::vector<double> lower;
        std::vector<double> upper;
        for (std::size_t j = 0; j < d; ++j) {
          const double from = random.unit() - 0.25;
          lower.push_back(from);
          upper.push_back(from + std::ldexp(1, -2 * trial));
        }
        bool smooth = false;
        const int compared = compare(random, plain, d, d == 1 ? 9 : 5, lower, upper, smooth);
        BOOST_TEST_CONTEXT(text << " as " << plain) { BOOST_TEST((compared > 0 || trial == 0)); }
        if (plain == text) {
          continue;
        }
        // The chosen branch has the coefficients of what it stands for.
        const Expression f = parse_expression(text, d);
        const Expression g = parse_expression(plain, d);
        TaylorEvaluator of_f(f, d, 4);
        TaylorEvaluator of_g(g, d, 4);
        std::vector<Interval> box;
        std::vector<Interval> middle;
        for (std::size_t j = 0; j < d; ++j) {
          box.emplace_back(lower[j], upper[j]);
          middle.emplace_back(lower[j] / 2 + upper[j] / 2);
        }
        if (trial > 0) {
          BOOST_REQUIRE(of_f.expand(middle, box));
          BOOST_REQUIRE(of_g.expand(middle, box));
          for (std::size_t a = 0; a < of_f.at_centre().size(); ++a) {
            BOOST_TEST(!has_nan(intersect(of_f.at_centre()[a], of_g.at_centre()[a])));
            BOOST_TEST(width(of_f.at_centre()[a]) <= 1e-12 * (1 + std::fabs(of_f.at_centre()[a].upper())));
          }
          for (std::size_t a = 0; a < of_f.over_box().size(); ++a) {
            BOOST_TEST(!has_nan(intersect(of_f.over_box()[a], of_g.over_box()[a])));
          }
        }
      }
    }
  }
}

BOOST_FIXTURE_TEST_CASE(random_expressions_have_flints_coefficients, BoundScope) {
  RandomExpression random(2);
  int compared = 0;
  int smooth_ones = 0;
  for (int trial = 0; trial < 4000; ++trial) {
    const std::size_t d = 1 + random.below(3);
    const std::string text = random.text(d, 3);
    std::vector<double> lower;
    std::vector<double> upper;
    random.box(d, lower, upper);
    bool smooth = false;
    compared += compare(random, text, d, 4, lower, upper, smooth);
    smooth_ones += smooth ? 1 : 0;
  }
  BOOST_TEST(smooth_ones > 1000);
  BOOST_TEST(compared > 10000);
}

// Without an excuse: at a point the coefficients are as sharp as doubles allow, so a bound that is merely
// wide would be seen.
BOOST_FIXTURE_TEST_CASE(coefficients_at_points_are_sharp, BoundScope) {
  for (const char *text : {"exp(x0)*sin(3*x0) + 1/(1 + x0^2)", "tan(x0/2)^2 + tanh(x0)",
                           "asin(x0/2)*atan(x0)", "(2 + x0)^(1/3)"}) {
    const Expression f = parse_expression(text, 1);
    TaylorEvaluator evaluator(f, 1, 10);
    const Interval at(0.625);
    BOOST_REQUIRE(evaluator.expand(std::span(&at, 1), std::span(&at, 1)));
    for (const Interval &coefficient : evaluator.over_box()) {
      BOOST_TEST(width(coefficient) <= 1e-11);
    }
  }
}

BOOST_FIXTURE_TEST_CASE(no_expansion_where_f_is_not_smooth, BoundScope) {
  for (const char *text : {"abs(x0 - 1/2)", "sqrt(x0)",        "log(x0)",        "1/x0",
                           "x0^(1/3)",      "x0^(5/2)",        "step(x0 - 1/2)", "floor(2*x0)",
                           "min(x0, 1/2)",  "max(x0, 1 - x0)", "sign(x0)",       "asin(x0)",
                           "acos(x0)",      "tan(2*x0)",       "x0^(-2)",        "if(x0 < 1/2, x0, 1)",
                           "x0 == 1/2",     "1/(x0 - 1/3)",    "x0^x0",          "sqrt(x0 - 2)",
                           "0*log(x0)",     "sqrt(1 - x0^2)"}) {
    const Expression f = parse_expression(text, 1);
    TaylorEvaluator evaluator(f, 1, 4);
    const Interval box(0.0, 1.0);
    const Interval middle(0.5);
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(!evaluator.expand(std::span(&middle, 1), std::span(&box, 1))); }
  }
  // A kink in a corner, or in a branch that is not taken, is none.
  for (const char *text :
       {"abs(x0)", "max(x0, 0)", "abs(x0 - 1)", "step(x0)", "if(x0 < 2, x0, sqrt(x0 - 2))", "min(x0, 1)"}) {
    const Expression f = parse_expression(text, 1);
    TaylorEvaluator evaluator(f, 1, 4);
    const Interval box(0.0, 1.0);
    const Interval middle(0.5);
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(evaluator.expand(std::span(&middle, 1), std::span(&box, 1))); }
  }
}
