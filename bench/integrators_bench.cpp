// Integrals of |f|^p over the unit cube with two-sided bounds: to the same relative accuracy, 10^-2, 10^-6
// and 10^-10, by Taylor forms (integrate_smooth), by mean value forms (integrate), and in one dimension by
// Arb's acb_calc_integrate.
//
// acb_calc_integrate wants a function of a complex variable, and asks whether it is analytic on a ball. |f|^p
// of a real f is sqrt(f^2)^p: acb_real_abs(f, analytic) is f or -f where the ball lies in one half plane, and
// not finite where it meets the imaginary axis and must be analytic. There Arb bisects, and at last uses the
// enclosure of f on real segments. A kink is handled in the same way.
//
// `gap` is the relative width reached, `evaluations` the boxes in use at the end; `times_ours` is the time as
// a multiple of that of the Taylor forms in the same run. Processor time of one thread; the least of the
// repetitions.
#include "integrate/models.hpp"
#include "integrate/smooth_integral.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "run.hpp"
#include "timing.hpp"

#include <acb_calc.h>
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <oneapi/tbb/global_control.h>

#include <map>
#include <string>

using namespace layercert;

namespace {

struct Case {
  std::size_t d;
  const char *name;
  const char *text;
  const char *p;
  void (*arb)(acb_ptr value, acb_srcptr x, bool analytic, slong bits); // f for Arb, in one dimension
};

void wave(acb_ptr value, acb_srcptr x, bool, slong bits) { // sin(7 x) e^x
  acb_t exponential;
  acb_init(exponential);
  acb_exp(exponential, x, bits);
  acb_mul_ui(value, x, 7, bits);
  acb_sin(value, value, bits);
  acb_mul(value, value, exponential, bits);
  acb_clear(exponential);
}

void rational(acb_ptr value, acb_srcptr x, bool, slong bits) { // 1 / (1 + 25 (2 x - 1)^2)
  acb_mul_ui(value, x, 2, bits);
  acb_sub_ui(value, value, 1, bits);
  acb_mul(value, value, value, bits);
  acb_mul_ui(value, value, 25, bits);
  acb_add_ui(value, value, 1, bits);
  acb_inv(value, value, bits);
}

void kink(acb_ptr value, acb_srcptr x, bool analytic, slong bits) { // |x - 1/3|
  arb_t third;
  arb_init(third);
  arb_set_ui(third, 1);
  arb_div_ui(third, third, 3, bits);
  acb_sub_arb(value, x, third, bits);
  acb_real_abs(value, value, analytic ? 1 : 0, bits);
  arb_clear(third);
}

const Case kCases[] = {
    {1, "sin_exp", "sin(7*x0)*exp(x0)", "1", wave},
    {1, "sin_exp", "sin(7*x0)*exp(x0)", "2", wave},
    {1, "sin_exp", "sin(7*x0)*exp(x0)", "7/2", wave},
    {1, "rational", "1/(1 + 25*(2*x0 - 1)^2)", "1", rational},
    {1, "rational", "1/(1 + 25*(2*x0 - 1)^2)", "2", rational},
    {1, "rational", "1/(1 + 25*(2*x0 - 1)^2)", "7/2", rational},
    {1, "kink", "abs(x0 - 1/3)", "1", kink},
    {1, "kink", "abs(x0 - 1/3)", "2", kink},
    {1, "kink", "abs(x0 - 1/3)", "7/2", kink},
    {2, "wave", "sin(2*pi*x0)*cos(x1)", "2", nullptr},
    {2, "exp", "exp(x0*x1)", "1", nullptr},
    {2, "exp", "exp(x0*x1)", "7/2", nullptr},
    {2, "both_signs", "sin(2*pi*x0)*x1 - 0.3", "1", nullptr},
    {3, "exp_sin", "exp(x0*x1)*sin(x2)", "1", nullptr},
    {3, "exp_sin", "exp(x0*x1)*sin(x2)", "2", nullptr},
    {3, "both_signs", "x0*x1 - x2", "1", nullptr},
};

struct ArbTask {
  const Case *task;
  arb_t p;
  bool odd_or_fractional;
};

int arb_integrand(acb_ptr value, const acb_t x, void *parameter, slong order, slong bits) {
  const auto &task = *static_cast<ArbTask *>(parameter);
  const bool analytic = order != 0;
  task.task->arb(value, x, analytic, bits);
  if (task.odd_or_fractional) {
    acb_real_abs(value, value, analytic ? 1 : 0, bits);
    if (!arb_is_one(task.p)) {
      acb_t exponent;
      acb_init(exponent);
      acb_set_arb(exponent, task.p);
      acb_pow_analytic(value, value, exponent, analytic ? 1 : 0, bits);
      acb_clear(exponent);
    }
  } else {
    acb_mul(value, value, value, bits); // p = 2
  }
  return 0;
}

enum class Who { taylor, mean_value, arb };

struct Outcome {
  double gap = 0;
  double boxes = 0;
};

Outcome by_us(const Case &task, double wanted, bool taylor) {
  const UpwardScope upward;
  prepare_mpfr_thread();
  const Expression f = parse_expression(task.text, task.d);
  const Exponent p{mpq_class(task.p)};
  Box cube;
  for (std::size_t j = 0; j < task.d; ++j) {
    cube.upper[j] = 1;
  }
  const auto zero = [](const Box &) { return Interval(0.0); };
  const Refinement refinement{wanted, std::size_t{1} << 15};
  const IntegralResult result =
      taylor ? integrate_smooth(p, f, task.d, zero, BoxList(task.d, {{cube}}), refinement)
             : integrate(p, task.d, {cube}, function_modeller(f, task.d, zero), refinement);
  return {(result.upper - result.lower) / result.upper, static_cast<double>(result.boxes.size())};
}

Outcome by_arb(const Case &task, double wanted) {
  ArbTask parameter{&task, {}, std::string(task.p) != "2"};
  constexpr slong kBits = 64;
  fmpq_t p;
  fmpq_init(p);
  fmpq_set_str(p, task.p, 10);
  arb_init(parameter.p);
  arb_set_fmpq(parameter.p, p, kBits);
  acb_t from;
  acb_t to;
  acb_t value;
  acb_init(from);
  acb_init(to);
  acb_init(value);
  acb_set_ui(to, 1);
  const auto goal = static_cast<slong>(-std::log2(wanted)) + 6; // its goals are not promises
  mag_t absolute;
  mag_init(absolute);
  mag_set_ui_2exp_si(absolute, 1, -goal - 8);
  acb_calc_integrate(value, arb_integrand, &parameter, from, to, goal, absolute, nullptr, kBits);
  const double middle = arf_get_d(arb_midref(acb_realref(value)), ARF_RND_NEAR);
  const double radius = mag_get_d(arb_radref(acb_realref(value)));
  mag_clear(absolute);
  acb_clear(from);
  acb_clear(to);
  acb_clear(value);
  arb_clear(parameter.p);
  fmpq_clear(p);
  return {2 * radius / (middle + radius), 0};
}

void add(const Case &task, double wanted, Who who) {
  static std::map<std::string, double> ours;
  const char *const names[] = {"taylor", "mean_value", "arb"};
  const std::string key = fmt::format("{}d/{}/p={}/{:.0e}", task.d, task.name, task.p, wanted);
  const std::string name = key + "/" + names[static_cast<std::size_t>(who)];
  benchmark::RegisterBenchmark(name.c_str(), [&task, wanted, who, key](benchmark::State &state) {
    const oneapi::tbb::global_control control(oneapi::tbb::global_control::max_allowed_parallelism, 1);
    Outcome outcome;
    double best = 1e9;
    for ([[maybe_unused]] const auto _ : state) {
      best = std::min(best, bench::thread_seconds_of([&] {
                        outcome =
                            who == Who::arb ? by_arb(task, wanted) : by_us(task, wanted, who == Who::taylor);
                      }));
    }
    if (who == Who::taylor) {
      ours[key] = best;
    }
    state.counters["gap"] = outcome.gap;
    state.counters["boxes"] = outcome.boxes;
    if (ours.count(key) != 0) {
      state.counters["times_ours"] = best / ours[key];
    }
    if (!(outcome.gap <= wanted)) {
      state.SetLabel("the wanted accuracy is not reached");
    }
  })->Unit(benchmark::kMicrosecond);
}

} // namespace

int main(int argc, char **argv) {
  return layercert::bench::run(argc, argv, [] {
    for (const Case &task : kCases) {
      for (const double wanted : {1e-2, 1e-6, 1e-10}) {
        for (const Who who : {Who::taylor, Who::mean_value, Who::arb}) {
          if (who != Who::arb || task.arb != nullptr) {
            add(task, wanted, who);
          }
        }
      }
    }
  });
}
