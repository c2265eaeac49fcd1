// Boxes a second: the batch evaluator (value, gradient and value at the midpoint), the scalar evaluator (the
// same), and what one would otherwise write by hand for one formula: a loop with Boost.Interval and one with
// MPFI at 53 bits, values only. All in one run; `batch_is_faster_by` is the batch's rate divided by that of
// the line.

#include "function/batch_evaluator.hpp"
#include "function/expression_evaluator.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/elementary.hpp"

#include <benchmark/benchmark.h>
#include <mpfi.h>

#include <ctime>
#include <map>
#include <random>

using namespace layercert;

namespace {

constexpr std::size_t kBoxes = 4096;
constexpr int kDimension = 2;
constexpr std::array<const char *, 3> kFormulas{
    "x0^3*x1 - 2*x0*x1^2 + 0.5*x1 + x0^2 - 1/3",
    "sin(2*pi*x0)*x1 + exp(-x0*x1)",
    "abs(x0 - 1/3)*x1 + step(x1 - x0) + max(x0, x1)*if(x0 < 0.7, x1, 1 - x1)",
};
enum Formula : std::int64_t { kPolynomial, kSineAndExponential, kKinksAndJumps };

// ---- by hand: Boost.Interval ----------------------------------------------------------------------------

Interval polynomial(const Interval &x, const Interval &y) {
  static const Interval third = enclosure(mpq_class(1, 3));
  bool undefined = false;
  const Interval x_squared = power_range(x, 2, undefined);
  return x_squared * x * y - Interval(2.0) * x * power_range(y, 2, undefined) + Interval(0.5) * y +
         x_squared - third;
}

Interval sine_and_exponential(const Interval &x, const Interval &y) {
  static const Interval two_pi = Interval(2.0) * Interval(pi_down(), pi_up());
  return sin_range(two_pi * x) * y + exp_range(-x * y);
}

Interval kinks_and_jumps(const Interval &x, const Interval &y) {
  static const Interval third = enclosure(mpq_class(1, 3));
  static const Interval bound = enclosure(mpq_class(7, 10));
  const Interval difference = y - x;
  const Interval step(difference.lower() >= 0 ? 1.0 : 0.0, difference.upper() >= 0 ? 1.0 : 0.0);
  const Interval otherwise = Interval(1.0) - y;
  const Interval chosen = x.upper() < bound.lower()    ? y
                          : x.lower() >= bound.upper() ? otherwise
                                                       : hull(y, otherwise);
  return abs_range(x - third) * y + step + max_range(x, y) * chosen;
}

// ---- by hand: MPFI --------------------------------------------------------------------------------------

class Mpfi {
public:
  Mpfi() { mpfi_init2(interval_, 53); }
  Mpfi(const Mpfi &) = delete;
  Mpfi &operator=(const Mpfi &) = delete;
  ~Mpfi() { mpfi_clear(interval_); }
  mpfi_ptr get() { return interval_; }
  double lower() const { return mpfr_get_d(&interval_->left, MPFR_RNDD); }
  double upper() const { return mpfr_get_d(&interval_->right, MPFR_RNDU); }

private:
  mpfi_t interval_;
};

struct MpfiWork {
  Mpfi x, y, a, b, c, third, bound, two_pi;
  MpfiWork() {
    mpfi_set_q(third.get(), mpq_class(1, 3).get_mpq_t());
    mpfi_set_q(bound.get(), mpq_class(7, 10).get_mpq_t());
    mpfi_const_pi(two_pi.get());
    mpfi_mul_2ui(two_pi.get(), two_pi.get(), 1);
  }
};

void mpfi_polynomial(MpfiWork &w) { // into w.a
  mpfi_sqr(w.b.get(), w.x.get());
  mpfi_mul(w.a.get(), w.b.get(), w.x.get());
  mpfi_mul(w.a.get(), w.a.get(), w.y.get());
  mpfi_add(w.a.get(), w.a.get(), w.b.get());
  mpfi_sqr(w.b.get(), w.y.get());
  mpfi_mul(w.b.get(), w.b.get(), w.x.get());
  mpfi_mul_2ui(w.b.get(), w.b.get(), 1);
  mpfi_sub(w.a.get(), w.a.get(), w.b.get());
  mpfi_div_2ui(w.b.get(), w.y.get(), 1);
  mpfi_add(w.a.get(), w.a.get(), w.b.get());
  mpfi_sub(w.a.get(), w.a.get(), w.third.get());
}

void mpfi_sine_and_exponential(MpfiWork &w) {
  mpfi_mul(w.a.get(), w.two_pi.get(), w.x.get());
  mpfi_sin(w.a.get(), w.a.get());
  mpfi_mul(w.a.get(), w.a.get(), w.y.get());
  mpfi_mul(w.b.get(), w.x.get(), w.y.get());
  mpfi_neg(w.b.get(), w.b.get());
  mpfi_exp(w.b.get(), w.b.get());
  mpfi_add(w.a.get(), w.a.get(), w.b.get());
}

void mpfi_kinks_and_jumps(MpfiWork &w) {
  mpfi_sub(w.a.get(), w.x.get(), w.third.get());
  mpfi_abs(w.a.get(), w.a.get());
  mpfi_mul(w.a.get(), w.a.get(), w.y.get());
  mpfi_sub(w.b.get(), w.y.get(), w.x.get());
  mpfi_interv_si(w.b.get(), mpfr_sgn(&w.b.get()->left) >= 0 ? 1 : 0,
                 mpfr_sgn(&w.b.get()->right) >= 0 ? 1 : 0);
  mpfi_add(w.a.get(), w.a.get(), w.b.get());
  mpfi_ui_sub(w.b.get(), 1, w.y.get());
  if (mpfr_less_p(&w.x.get()->right, &w.bound.get()->left) != 0) {
    mpfi_set(w.b.get(), w.y.get());
  } else if (mpfr_less_p(&w.x.get()->left, &w.bound.get()->right) != 0) {
    mpfi_union(w.b.get(), w.b.get(), w.y.get());
  }
  mpfr_max(&w.c.get()->left, &w.x.get()->left, &w.y.get()->left, MPFR_RNDD);
  mpfr_max(&w.c.get()->right, &w.x.get()->right, &w.y.get()->right, MPFR_RNDU);
  mpfi_mul(w.b.get(), w.b.get(), w.c.get());
  mpfi_add(w.a.get(), w.a.get(), w.b.get());
}

// ---- the measurements -----------------------------------------------------------------------------------

struct Boxes {
  std::array<std::vector<double>, kDimension> lower;
  std::array<std::vector<double>, kDimension> upper;

  Boxes() { // cells of a grid of 1/1024, as subdivision gives them
    std::mt19937_64 random(1);
    for (std::size_t i = 0; i < kBoxes; ++i) {
      for (std::size_t j = 0; j < kDimension; ++j) {
        const double from = std::ldexp(static_cast<double>(random() % 1024), -10);
        lower[j].push_back(from);
        upper[j].push_back(from + 0x1p-10);
      }
    }
  }
};

const Boxes &boxes() {
  static const Boxes result;
  return result;
}

double processor_seconds() { // of this thread: other programs on the machine do not count
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

std::map<std::int64_t, double> batch_rates; // by formula

// Runs `pass` over all boxes as often as the library asks for, and tells the rates.
template <class Pass> void measure(benchmark::State &state, bool is_batch, const Pass &pass) {
  const double start = processor_seconds();
  for (auto _ : state) {
    pass();
    benchmark::ClobberMemory();
  }
  const double rate = static_cast<double>(state.iterations() * kBoxes) / (processor_seconds() - start);
  state.SetLabel(kFormulas[static_cast<std::size_t>(state.range(0))]);
  state.counters["boxes_per_second"] = rate;
  if (is_batch) {
    batch_rates[state.range(0)] = rate;
  } else if (batch_rates.contains(state.range(0))) {
    state.counters["batch_is_faster_by"] = batch_rates[state.range(0)] / rate;
  }
}

Expression formula(const benchmark::State &state) {
  return parse_expression(kFormulas[static_cast<std::size_t>(state.range(0))], kDimension);
}

void batch(benchmark::State &state) {
  const Expression expression = formula(state);
  const auto capacity = static_cast<std::size_t>(state.range(1));
  BatchEvaluator evaluator(expression, kDimension, capacity);
  BoxBatch block(kDimension, capacity);
  BoxBatch middle(kDimension, capacity);
  RangeBatch ranges(kDimension, capacity);
  RangeBatch at_middle(kDimension, capacity);
  const UpwardScope upward;
  measure(state, capacity == BatchEvaluator::kUsualCapacity, [&] {
    for (std::size_t from = 0; from < kBoxes; from += capacity) {
      const std::size_t count = std::min(capacity, kBoxes - from);
      block.resize(count);
      for (int j = 0; j < kDimension; ++j) {
        std::copy_n(boxes().lower[static_cast<std::size_t>(j)].data() + from, count, block.lower(j));
        std::copy_n(boxes().upper[static_cast<std::size_t>(j)].data() + from, count, block.upper(j));
      }
      middle.assign_midpoints(block);
      evaluator.range_and_gradient(block, ranges, middle, at_middle);
    }
  });
}

void scalar(benchmark::State &state) {
  const Expression expression = formula(state);
  ExpressionEvaluator evaluator(expression, kDimension);
  const UpwardScope upward;
  prepare_mpfr_thread();
  std::array<Interval, kDimension> box;
  std::array<Interval, kDimension> middle;
  std::array<Interval, kDimension> gradient;
  measure(state, false, [&] {
    for (std::size_t i = 0; i < kBoxes; ++i) {
      for (std::size_t j = 0; j < kDimension; ++j) {
        box[j] = Interval(boxes().lower[j][i], boxes().upper[j][i]);
        middle[j] = (Interval(box[j].lower()) + Interval(box[j].upper())) / Interval(2.0);
      }
      benchmark::DoNotOptimize(evaluator.range_and_gradient(box, gradient));
      benchmark::DoNotOptimize(evaluator.range(middle));
    }
  });
}

// Fills `values` by Boost.Interval.
void by_boost(std::int64_t which, std::vector<Interval> &values) {
  const auto loop = [&](const auto &f) {
    for (std::size_t i = 0; i < kBoxes; ++i) {
      values[i] = f(Interval(boxes().lower[0][i], boxes().upper[0][i]),
                    Interval(boxes().lower[1][i], boxes().upper[1][i]));
    }
  };
  which == kPolynomial           ? loop(polynomial)
  : which == kSineAndExponential ? loop(sine_and_exponential)
                                 : loop(kinks_and_jumps);
}

void boost_interval(benchmark::State &state) {
  const UpwardScope upward;
  prepare_mpfr_thread();
  std::vector<Interval> values(kBoxes);
  measure(state, false, [&] { by_boost(state.range(0), values); });
}

void mpfi(benchmark::State &state) {
  MpfiWork work;
  std::vector<Interval> expected(kBoxes);
  {
    const UpwardScope upward;
    by_boost(state.range(0), expected);
  }
  const auto evaluate = [&](std::size_t i, auto *f) {
    mpfi_interv_d(work.x.get(), boxes().lower[0][i], boxes().upper[0][i]);
    mpfi_interv_d(work.y.get(), boxes().lower[1][i], boxes().upper[1][i]);
    f(work);
  };
  auto *const f = state.range(0) == kPolynomial           ? mpfi_polynomial
                  : state.range(0) == kSineAndExponential ? mpfi_sine_and_exponential
                                                          : mpfi_kinks_and_jumps;
  for (std::size_t i = 0; i < kBoxes; ++i) { // the formulas are written twice: do they say the same?
    evaluate(i, f);
    if (!(work.a.lower() <= expected[i].upper() && expected[i].lower() <= work.a.upper())) {
      state.SkipWithError("MPFI and Boost.Interval disagree");
      return;
    }
  }
  measure(state, false, [&] {
    for (std::size_t i = 0; i < kBoxes; ++i) {
      evaluate(i, f);
      benchmark::DoNotOptimize(work.a.get());
    }
  });
}

} // namespace

BENCHMARK(batch)->ArgsProduct({{kPolynomial, kSineAndExponential, kKinksAndJumps}, {32, 64, 256, 128}});
BENCHMARK(scalar)->DenseRange(kPolynomial, kKinksAndJumps);
BENCHMARK(boost_interval)->DenseRange(kPolynomial, kKinksAndJumps);
BENCHMARK(mpfi)->DenseRange(kPolynomial, kKinksAndJumps);
BENCHMARK_MAIN();
