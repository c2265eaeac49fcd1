// Bounds of unbounded expressions: never below the integral, near it where it is known, never finite where
// there is none.
#define BOOST_TEST_MODULE majorant
#include <boost/test/unit_test.hpp>

#include "common/bound_scope.hpp"
#include "function/majorant.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>
#include <cmath>
#include <random>

using namespace layercert;
using layercert::test::BoundScope;

namespace {

std::vector<Interval> box_of(const std::vector<double> &ends) { // lower, upper, lower, upper, ..
  std::vector<Interval> box;
  for (std::size_t i = 0; i + 1 < ends.size(); i += 2) {
    box.emplace_back(ends[i], ends[i + 1]);
  }
  return box;
}

double norm_of(const std::string &text, const std::vector<Interval> &box, const mpq_class &q,
               double shift = 0) {
  const Expression f = parse_expression(text, static_cast<int>(box.size()));
  return MajorantEvaluator(f, static_cast<int>(box.size())).norm_upper(box, q, shift);
}

bool diverges(const std::string &text, const std::vector<Interval> &box, const mpq_class &q) {
  const Expression f = parse_expression(text, static_cast<int>(box.size()));
  return MajorantEvaluator(f, static_cast<int>(box.size())).diverges(box, q);
}

// (integral of |f|^q)^(1/q) by samples, without the largest hundredth of them: about the truth or below.
double sampled_norm(const Expression &f, const std::vector<Interval> &box, double q,
                    std::mt19937_64 &random) {
  const NearestScope nearest;
  constexpr std::size_t kSamples = 4000;
  ExpressionEvaluator evaluator(f, static_cast<int>(box.size()));
  std::vector<double> values;
  std::vector<double> point(box.size());
  double measure = 1;
  for (const Interval &x : box) {
    measure *= x.upper() - x.lower();
  }
  for (std::size_t i = 0; i < kSamples; ++i) {
    for (std::size_t j = 0; j < box.size(); ++j) {
      point[j] = std::uniform_real_distribution<double>(box[j].lower(), box[j].upper())(random);
    }
    values.push_back(std::pow(std::fabs(evaluator.sample(point)), q));
  }
  std::sort(values.begin(), values.end());
  double sum = 0;
  for (std::size_t i = 0; i < kSamples - kSamples / 100; ++i) {
    sum += values[i];
  }
  return std::pow(sum / kSamples * measure, 1 / q);
}

} // namespace

BOOST_AUTO_TEST_CASE(known_norms_on_one_box) {
  const BoundScope scope;
  struct Known {
    const char *text;
    std::vector<double> box;
    mpq_class q;
    double norm;
    double factor; // that the bound may exceed it by
  };
  const double h = 0x1p-20;
  for (const Known &k : {
           Known{"x^(-1/4)", {0, h}, 2, std::sqrt(2 * std::sqrt(h)), 1 + 1e-12},
           Known{"x^(-1/4)", {0, 1}, 2, std::sqrt(2.0), 1 + 1e-12},
           Known{"3/sqrt(x)", {0, 0.25}, 1, 3, 1 + 1e-12},
           Known{"abs(x-1/2)^(-1/4)", {0.5 - h, 0.5 + h}, 2, std::sqrt(4 * std::sqrt(h)), 1 + 1e-12},
           Known{"abs(x/8-1/16)^(-1/4)", {0.25, 0.75}, 2, std::sqrt(2 * std::sqrt(8.0)), 1 + 1e-12},
           Known{"abs(8*x-4)^(-1/4)", {0.25, 0.75}, 2, std::sqrt(2 / std::sqrt(8.0)), 1 + 1e-12},
           Known{"abs(y/8-1/16)^(-1/4)", {0, 4, 0.25, 0.75}, 2, std::sqrt(8 * std::sqrt(8.0)), 1 + 1e-12},
           Known{"x^(-1/4)*y^(-1/4)", {0, 1, 0, 1}, 2, 2, 1 + 1e-12},
           Known{"x^(-1/2)", {0, 1, 0.25, 0.5}, mpq_class(3, 2), std::pow(1.0, 2 / 3.0), 1 + 1e-12},
           Known{"x^(-0.3)", {0, 1}, mpq_class(7, 3), std::pow(1 / 0.3, 3 / 7.0), 1 + 1e-12},
           // 1/sqrt(x+y) <= (4xy)^(-1/4)
           Known{"1/sqrt(x+y)", {0, 1, 0, 1}, 2, std::sqrt(2 * std::log(2.0)), 1.3},
           Known{"(x^2+y^2)^(-1/4)", {0, 1, 0, 1}, 2, std::sqrt(2 * std::log(1 + std::sqrt(2.0))), 1.4},
           Known{"log(x)", {0, 1}, 1, 1, 1.5},
           Known{"log(x)", {0, 1}, 2, std::sqrt(2.0), 1.5},
           Known{"log(x)", {0, 0x1p-40}, 2, 0x1p-20 * 28.744, 1.05}, // h (log^2 h - 2 log h + 2)
           Known{"log(1/x)", {0, 1}, 1, 1, 2.5},
           Known{"x*log(x)", {0, 1}, 1, 0.25, 4},
           Known{"x*y/(x^2+y^2)", {0, 1, 0, 1}, 1, std::log(2.0) / 2, 1.5},
           Known{"sin(1/x)", {0, h}, 1, 0.5 * h, 3},
           Known{"1/log(x)", {0, h}, 1, h / 15, 2},
           Known{"abs(x^2+y^2-1/2)^(-1/4)", {0.5, 0.5 + h, 0.5, 0.5 + h}, 2, std::pow(h, 0.75) * 1.21, 1.2},
           Known{"max(abs(x-1/2),abs(y-1/2))^(-1/2)", {0.25, 0.75, 0.25, 0.75}, 2, 1.4142, 1.6},
       }) {
    BOOST_TEST_CONTEXT(k.text << ", q = " << k.q) {
      const double norm = norm_of(k.text, box_of(k.box), k.q);
      const double slack = k.factor < 1.01 ? 1e-13 : k.factor < 1.3 ? 0.02 : 0;
      BOOST_TEST(norm >= k.norm * (1 - slack));
      BOOST_TEST(norm <= k.norm * k.factor);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_shift_adds_its_norm) {
  const BoundScope scope;
  BOOST_TEST(norm_of("x^(-1/4)", box_of({0, 0.0625}), 2, 3) == std::sqrt(2 * 0.25) + 3 * 0.25,
             boost::test_tools::tolerance(1e-12));
}

// Random products, sums, maxima and logarithms of poles, on boxes that meet them.
BOOST_AUTO_TEST_CASE(bounds_are_not_below_samples) {
  const BoundScope scope;
  std::mt19937_64 random(20261125);
  const auto one_of = [&](const std::vector<std::string> &list) { return list[random() % list.size()]; };
  const auto pole = [&]() {
    const std::string g = one_of({"x", "y", "(1-x)", "(x-1/3)", "(x+y)", "(x-y)", "(x^2+y^2-1/2)", "sin(x)",
                                  "(exp(y)-1)", "(x+y^2)", "(1/sqrt(2)-y)", "(x*(1-y))"});
    const std::string k = one_of({"x", "y", "(x-1/3)", "(y-1/2)"});
    const std::string e = one_of({"1/8", "1/4", "1/5", "1/3", "0.45"});
    switch (random() % 8) {
    case 0:
      return "abs(" + g + ")^(-" + e + ")";
    case 1:
      return "log(abs(" + g + "))";
    case 2:
      return "1/sqrt(abs(" + g + "))";
    case 3:
      return "(" + g + "^2+" + k + "^2)^(-" + e + ")";
    case 4:
      return "1/sqrt(sqrt(abs(" + g + ")+2*abs(" + k + ")))";
    case 5:
      return "log(" + g + "^2+" + k + "^4)";
    case 6:
      return "max(abs(" + g + "),3*abs(" + k + "))^(-" + e + ")";
    default:
      return g + "/(abs(" + g + ")+abs(" + k + "))^(" + e + "+1)";
    }
  };
  int finite = 0;
  int proofs = 0;
  for (int i = 0; i < 1500; ++i) {
    std::string text = pole();
    switch (random() % 6) {
    case 0:
      text += one_of({"+", "-", "*"}) + pole();
      break;
    case 1:
      text = "cos(3*x)*" + text + " - 2";
      break;
    case 2:
      text = one_of({"max", "min"}) + "(" + text + ", 1+y)";
      break;
    case 3:
      text = "sqrt(abs(" + text + "))";
      break;
    case 4:
      text = "if(x < y, " + text + ", sin(5*x))";
      break;
    default:
      break;
    }
    const Expression f = parse_expression(text, 2);
    MajorantEvaluator majorants(f, 2);
    std::vector<Interval> box;
    for (int j = 0; j < 2; ++j) {
      const int level = static_cast<int>(random() % 5);
      const double width = std::ldexp(1.0, -level);
      const double lower = width * static_cast<double>(random() % (std::uint64_t{1} << level));
      box.emplace_back(lower, lower + width);
    }
    const mpq_class q = std::vector<mpq_class>{1, 2, mpq_class(3, 2), mpq_class(7, 3)}[random() % 4];
    const double norm = majorants.norm_upper(box, q, 0);
    const double sampled = sampled_norm(f, box, q.get_d(), random);
    BOOST_TEST_CONTEXT(text << ", q = " << q << ", box [" << box[0].lower() << ", " << box[0].upper()
                            << "] x [" << box[1].lower() << ", " << box[1].upper() << "]") {
      BOOST_TEST(norm >= 0.97 * sampled);
      const bool proven = majorants.diverges(box, q);
      BOOST_TEST(!(proven && std::isfinite(norm)));
      proofs += proven ? 1 : 0;
    }
    finite += std::isfinite(norm) ? 1 : 0;
  }
  BOOST_TEST(finite >= 1000);
  BOOST_TEST(finite <= 1490);
  BOOST_TEST(proofs >= 5);
}

// On every box around the pole, however small. Where a proof is possible it is found.
BOOST_AUTO_TEST_CASE(what_is_not_integrable_has_no_bound) {
  const BoundScope scope;
  struct Sample {
    const char *text;
    std::size_t d;
    double x, y; // a point of the pole
    mpq_class q;
    bool proven;
  };
  for (const Sample &s : {
           Sample{"x^(-1/2)", 1, 0, 0, 2, true},
           Sample{"1/x", 1, 0, 0, 1, true},
           Sample{"-3*(1+x)/sqrt(x)", 1, 0, 0, 2, true},
           Sample{"1/x - log(x)", 1, 0, 0, 1, true},
           Sample{"abs(x-1/3)^(-1/2)", 1, 1.0 / 3, 0, 2, true},
           Sample{"1/sin(x)", 1, 0, 0, 1, true},
           Sample{"1/(x+y)", 2, 0, 0, 2, true}, // on the border: its square's integral is logarithmic
           Sample{"(x^2+y^2)^(-1/2)", 2, 0, 0, 2, true},
           Sample{"x^2*(x^2+y^2)^(-2)", 2, 0, 0, 1, false},
           Sample{"1/(x-y)", 2, 0.25, 0.25, 1, true},
           Sample{"1/(x^2+y^2-1/2)", 2, 0.3, std::sqrt(0.41), 1, true},
           Sample{"x^(-1/4)*y^(-1/2)", 2, 0, 0, 2, true},
           Sample{"1/sqrt(x*y)", 2, 0, 0, 2, true},
           Sample{"x^(-1/4)*x^(-1/4)", 1, 0, 0, 2, true},
           Sample{"x^(-1/2)*log(x)", 1, 0, 0, 2, true},
           Sample{"log(x)/x", 1, 0, 0, 1, true},
           Sample{"exp(1/x)", 1, 0, 0, 1, false},
           Sample{"exp(-log(x))", 1, 0, 0, 1, false},
           Sample{"1/x - 1/x", 1, 0, 0, 1, false},            // 0, in truth
           Sample{"(x-1/3)^(-1/4)", 1, 1.0 / 3, 0, 2, false}, // no values on one side
           Sample{"log(x-1/3)", 1, 1.0 / 3, 0, 1, false},
           Sample{"max(x-1/3, 0)^(-1/4)", 1, 1.0 / 3, 0, 1, false},
           Sample{"log(max(x-1/3, 0))", 1, 1.0 / 3, 0, 1, false},
           Sample{"0/(x-x)", 1, 0, 0, 1, false},
           Sample{"(x-x)^(-1/4)", 1, 0, 0, 1, false},
           Sample{"(x-x)/(x-x)", 1, 0, 0, 1, false},
           Sample{"floor(x)^(-1/4)", 1, 0.5, 0, 1, false},
           Sample{"tan(pi*x)", 1, 0.5, 0, 1, false},
           Sample{"sqrt(-x)^(-1/4)", 1, 0, 0, 1, false},
       }) {
    bool proven = false;
    for (int k = 1; k <= 30; ++k) {
      const double h = std::ldexp(1.0, -k);
      std::vector<double> ends;
      for (std::size_t j = 0; j < s.d; ++j) {
        const double at = j == 0 ? s.x : s.y;
        ends.push_back(std::floor(at / h) * h);
        ends.push_back(ends.back() + h);
      }
      BOOST_TEST_CONTEXT(s.text << ", q = " << s.q << ", h = 2^-" << k) {
        BOOST_TEST(std::isinf(norm_of(s.text, box_of(ends), s.q)));
        const bool found = diverges(s.text, box_of(ends), s.q);
        BOOST_TEST((s.proven || !found));
        proven = proven || found;
      }
    }
    BOOST_TEST(proven == s.proven, s.text);
  }
}

// In L^q by little, and so not to be called otherwise.
BOOST_AUTO_TEST_CASE(what_is_integrable_is_not_called_otherwise) {
  const BoundScope scope;
  struct Sample {
    const char *text;
    std::vector<double> box;
    mpq_class q;
  };
  for (const Sample &s :
       {Sample{"x^(-0.499)", {0, 1}, 2}, Sample{"1/(x+y)", {0, 1, 0, 1}, mpq_class(199, 100)},
        Sample{"(x^2+y^2)^(-0.499)", {0, 1, 0, 1}, 2}, Sample{"log(x)", {0, 1}, 100},
        Sample{"x^(-0.49)*log(x)", {0, 1}, 2}, Sample{"1/abs(x-y)^0.9", {0, 1, 0, 1}, 1},
        Sample{"1/x", {0x1p-60, 1}, 1}, Sample{"1/(x+y)", {0, 1, 0x1p-40, 1}, 2}}) {
    BOOST_TEST(!diverges(s.text, box_of(s.box), s.q), s.text);
    BOOST_TEST(std::isfinite(norm_of(s.text, box_of(s.box), s.q)), s.text);
  }
  // No bound is found, as the sums have terms of both signs.
  for (const char *text : {"1/(x+y-2)", "1/(2-x-y)", "1/(x-y-1)", "1/(y-x-1)"}) {
    BOOST_TEST(!diverges(text, box_of({0, 1, 0, 1}), mpq_class(199, 100)), text);
  }
}
