// The constants of the decoder against MPFR and Arb, at 10^5 to 3 * 10^7 bits, on one thread and on all. Every row says how
// often one GMP product of that size fits into its time ("products"); the rows of one size run one after the other, and
// those of MPFR and Arb say how many times as long as ours they take ("times_ours").
// Rows of one thread count processor time, the least of the repetitions, which other programs on the machine disturb
// little; "parallel" rows count time on the clock, against ours on one thread.
// MPFR and Arb keep pi once it is known: their caches are emptied before every run.
//
//     constants_bench --benchmark_filter='pi/'             one constant
//     constants_bench --benchmark_filter='/1000000/'       one size
#include "layercert/numeric/constants.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "run.hpp"

#include <arb.h>
#include <benchmark/benchmark.h>
#include <oneapi/tbb/global_control.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <functional>
#include <map>
#include <string>
#include <thread>

using namespace layercert;

namespace {

constexpr std::int64_t kSizes[] = {100'000, 1'000'000, 10'000'000, 30'000'000};
constexpr std::int64_t kLowestShift = 16;
constexpr int kShifts = 21; // 16 * 2^0..20

double clock_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// The time of one product of two numbers of that many bits, the least of several.
double product_seconds(std::int64_t bits) {
  static std::map<std::int64_t, double> known;
  double &best = known[bits];
  if (best == 0) {
    gmp_randclass random(gmp_randinit_default);
    const mpz_class a = random.get_z_bits(static_cast<mp_bitcnt_t>(bits));
    const mpz_class b = random.get_z_bits(static_cast<mp_bitcnt_t>(bits));
    mpz_class c;
    best = 1e9;
    for (int i = 0; i < 5; ++i) {
      const double start = processor_seconds();
      c = a * b;
      benchmark::DoNotOptimize(c.get_mpz_t());
      best = std::min(best, processor_seconds() - start);
    }
    best = std::max(best, 1e-9);
  }
  return best;
}

enum class Who { ours, ours_parallel, mpfr, arb };

// ours (one thread), per constant and size
std::map<std::pair<std::string, std::int64_t>, double> &our_seconds() {
  static std::map<std::pair<std::string, std::int64_t>, double> seconds;
  return seconds;
}

void add(const std::string &constant, Who who, std::int64_t bits, const std::function<void()> &compute) {
  const char *const names[] = {"ours", "ours_parallel", "mpfr", "arb"};
  const std::string name = constant + "/" + std::to_string(bits) + "/" + names[static_cast<std::size_t>(who)];
  auto *registered =
      benchmark::RegisterBenchmark(name.c_str(), [constant, who, bits, compute](benchmark::State &state) {
        const oneapi::tbb::global_control threads(
            oneapi::tbb::global_control::max_allowed_parallelism,
            who == Who::ours_parallel ? static_cast<std::size_t>(std::thread::hardware_concurrency()) : 1);
        const auto seconds = who == Who::ours_parallel ? clock_seconds : processor_seconds;
        double best = 1e9;
        for ([[maybe_unused]] const auto _ : state) {
          state.PauseTiming();
          mpfr_free_cache();
          flint_cleanup();
          state.ResumeTiming();
          const double start = seconds();
          compute();
          best = std::min(best, seconds() - start);
        }
        if (who == Who::ours) {
          our_seconds()[{constant, bits}] = best;
        }
        state.counters["products"] = best / product_seconds(bits);
        const auto ours = our_seconds().find({constant, bits});
        if (ours != our_seconds().end()) {
          state.counters["times_ours"] = best / ours->second;
        }
      });
  registered->Unit(benchmark::kMillisecond);
  if (bits > 1'000'000) {
    registered->Iterations(1);
  }
}

void with_mpfr(std::int64_t bits, const std::function<void(mpfr_ptr)> &compute) {
  prepare_mpfr_thread();
  MpfrNumber x = MpfrNumber::with_precision(bits);
  compute(x.get());
  benchmark::DoNotOptimize(x.get());
}

void with_arb(const std::function<void(arb_ptr)> &compute) {
  arb_t x;
  arb_init(x);
  compute(x);
  benchmark::DoNotOptimize(x);
  arb_clear(x);
}

void add_all(std::int64_t bits) {
  for (const Who who : {Who::ours, Who::ours_parallel}) {
    add("pi", who, bits, [bits] { benchmark::DoNotOptimize(compute_pi(bits)); });
  }
  add("pi", Who::mpfr, bits, [bits] { with_mpfr(bits, [](mpfr_ptr x) { mpfr_const_pi(x, MPFR_RNDD); }); });
  add("pi", Who::arb, bits, [bits] { with_arb([bits](arb_ptr x) { arb_const_pi(x, bits); }); });

  add("sqrt2", Who::ours, bits, [bits] { benchmark::DoNotOptimize(compute_sqrt2(bits)); });
  add("sqrt2", Who::mpfr, bits,
      [bits] { with_mpfr(bits, [](mpfr_ptr x) { mpfr_sqrt_ui(x, 2, MPFR_RNDD); }); });
  add("sqrt2", Who::arb, bits, [bits] { with_arb([bits](arb_ptr x) { arb_sqrt_ui(x, 2, bits); }); });

  const auto every_shift = [](const std::function<void(std::int64_t)> &compute) {
    return [compute] {
      for (int i = 0; i < kShifts; ++i) {
        compute(kLowestShift << i);
      }
    };
  };
  const auto ours = [bits](std::int64_t s) {
    benchmark::DoNotOptimize(compute_arctan_power_of_two(s, bits));
  };
  const auto mpfr = [bits](std::int64_t s) {
    with_mpfr(bits, [s](mpfr_ptr x) {
      mpfr_set_ui_2exp(x, 1, -s, MPFR_RNDN);
      mpfr_atan(x, x, MPFR_RNDD);
    });
  };
  const auto arb = [bits](std::int64_t s) {
    with_arb([s, bits](arb_ptr x) {
      arb_one(x);
      arb_mul_2exp_si(x, x, -s);
      arb_atan(x, x, bits);
    });
  };
  for (const std::int64_t s : {16, 256, 4096}) {
    const std::string name = "arctan_2^-" + std::to_string(s);
    add(name, Who::ours, bits, [ours, s] { ours(s); });
    add(name, Who::mpfr, bits, [mpfr, s] { mpfr(s); });
    if (bits <= 1'000'000) { // minutes beyond
      add(name, Who::arb, bits, [arb, s] { arb(s); });
    }
  }
  const std::string all = "arctan_2^-16..2^-16777216";
  add(all, Who::ours, bits, every_shift(ours));
  add(all, Who::ours_parallel, bits, [bits] {
    clear_constant_cache();
    std::vector<std::int64_t> shifts;
    for (int i = 0; i < kShifts; ++i) {
      shifts.push_back(kLowestShift << i);
    }
    benchmark::DoNotOptimize(arctan_powers_of_two_to(shifts, bits));
    clear_constant_cache();
  });
  if (bits <= 10'000'000) {
    add(all, Who::mpfr, bits, every_shift(mpfr));
  }
  add("two_pi_sqrt2", Who::ours, bits, [bits] {
    clear_constant_cache();
    benchmark::DoNotOptimize(two_pi_sqrt2_to(bits));
    clear_constant_cache();
  });
}

} // namespace

int main(int argc, char **argv) {
  return layercert::bench::run(argc, argv, [] {
    for (const std::int64_t bits : kSizes) {
      add_all(bits);
    }
  });
}
