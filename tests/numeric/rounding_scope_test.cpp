// What needs an UpwardScope says so where there is none, in builds with assertions. A function is called
// without a scope in a process of its own, which must abort; and with one, where it must not.
#define BOOST_TEST_MODULE rounding_scope
#include <boost/test/unit_test.hpp>

#include "certify/error_norm.hpp"
#include "function/batch_evaluator.hpp"
#include "function/expression_evaluator.hpp"
#include "function/majorant.hpp"
#include "function/monotony.hpp"
#include "function/singular_monomial.hpp"
#include "function/taylor_evaluator.hpp"
#include "function/trigonometric_sum.hpp"
#include "integrate/half_space.hpp"
#include "integrate/jump_partition.hpp"
#include "integrate/power_mean.hpp"
#include "integrate/ramps.hpp"
#include "layercert/function/expression.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "layercert/result/certificate.hpp"
#include "modulus/jump_variation.hpp"
#include "modulus/polynomial_modulus.hpp"
#include "modulus/shift_cones.hpp"
#include "modulus/shift_sector.hpp"
#include "numeric/relative_width.hpp"
#include "numeric/weierstrass.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <functional>
#include <thread>

using namespace layercert;

namespace {

// How the process ended that has called `body`: 0, or the signal.
int end_of(const std::function<void()> &body) {
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGABRT, SIG_DFL);
    std::freopen("/dev/null", "w", stderr);
    body();
    ::_exit(0);
  }
  int status = 0;
  BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

struct Case {
  const char *name;
  std::function<void()> body;
};

// The tools that are made with a scope, as a caller would; each body then uses one of them.
std::vector<Case> cases() {
  static const UpwardScope *const scope = new UpwardScope; // closed below, once all is made
  static const Expression f = parse_expression("abs(x - 1/3) + x^2", 1);
  static const Expression jump = parse_expression("step(x - 1/3)", 1);
  static const Expression pole = parse_expression("abs(x)^(-1/4)", 1);
  static const Expression square = parse_expression("x^2", 1);
  static const Exponent two(2);
  static const std::vector<Interval> unit{Interval(0.0, 1.0)};
  static const std::vector<double> half{0.5};
  static const Box box = [] {
    Box cube;
    cube.upper[0] = 1;
    return cube;
  }();
  static ExpressionEvaluator evaluator(f, 1);
  static MajorantEvaluator majorant(pole, 1);
  static TaylorEvaluator taylor(square, 1, 3);
  static const DifferencePower power = *DifferencePower::of(square, 1, two);
  static const JumpVariation variation(jump, 1, two, 0.25, {0.1, 256});
  static const ShiftCone cone = cones_of_ball(1, 0.25).front();
  static LevelCertificate level;
  delete scope;
  return {{"an expression's range", [] { evaluator.range(unit); }},
          {"its slopes",
           [] {
             std::vector<Interval> gradient(1);
             evaluator.range_and_gradient(unit, gradient);
           }},
          {"a majorant", [] { majorant.norm_upper(unit, 1, 0); }},
          {"a proof of divergence", [] { majorant.diverges(unit, 1); }},
          {"a Taylor form", [] { taylor.expand(unit, unit); }},
          {"trends", [] { monotone_directions(f, 1); }},
          {"a sum of sines", [] { trigonometric_sum(square, 0); }},
          {"a power", [] { rational_power_upper(0.5, mpq_class(1, 3)); }},
          {"a series of cosines", [] { weierstrass_range(unit[0], Interval(0.5), 3); }},
          {"an exponent", [] { Exponent(3); }},
          {"a volume", [] { volume(1, box); }},
          {"an integral of a power", [] { integral_of_power(two, 1, box, {}); }},
          {"the power of a difference", [] { power.at(half); }},
          {"its second derivatives",
           [] {
             DifferencePower::Hessian hessian;
             power.second_derivatives(unit, hessian);
           }},
          {"a polynomial", [] { DifferencePower::of(square, 1, two); }},
          {"a jump's part of the power", [] { jump_power_upper(two, 1, 0.5); }},
          {"boxes about jumps",
           [] {
             jump_partition(jump, 1, two, 0.25, {0.1, 256});
           }},
          {"growth with a shift", [] { variation.growth(unit); }},
          {"corners", [] { corners_of(cone, ShiftNorm::Euclidean); }},
          {"a shift's length", [] { norm_of(half, ShiftNorm::Euclidean); }},
          {"a sector", [] { ShiftSector(f, 1); }},
          {"a half space", [] { part_below_zero({}); }},
          {"a power's mean", [] { PowerMean(1, 2, 2); }},
          {"a small set",
           [] {
             small_set_upper(two, {2, 1.0}, 1, 1, 100);
           }},
          {"a width", [] { relative_width_upper(1, 2); }},
          {"a verdict", [] { judge(level, 1); }}};
}

} // namespace

BOOST_AUTO_TEST_CASE(what_needs_a_scope_says_so) {
  for (const Case &one : cases()) {
    BOOST_TEST_CONTEXT(one.name) {
      BOOST_TEST(end_of([&] {
                   const UpwardScope upward;
                   one.body();
                 }) == 0);
#ifndef NDEBUG
      BOOST_TEST(end_of(one.body) == SIGABRT);
#endif
    }
  }
}

// The mode belongs to a thread: a scope of the caller is none of another thread's.
BOOST_AUTO_TEST_CASE(a_scope_is_of_its_thread) {
#ifndef NDEBUG
  BOOST_TEST(end_of([] { std::thread([] { assert_upward(); }).join(); }) == SIGABRT);
#endif
  BOOST_TEST(end_of([] {
               const UpwardScope upward;
               assert_upward();
               {
                 const UpwardScope again;
                 const NearestScope nearest;
               }
               assert_upward();
             }) == 0);
}
