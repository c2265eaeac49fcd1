// Solving for a multiplier and decoding it, each next to one GMP product of two integers of the size of the
// weight that it gives: what the sparse factors save, and how the time grows with the number of cells. Also
// how long the weight is, against the least that any way of storing the phases needs.
#include "layercert/decoder/decoder.hpp"
#include "run.hpp"
#include "timing.hpp"

#include <benchmark/benchmark.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>

#include <memory>
#include <numbers>
#include <string>

namespace layercert::bench {

namespace {

constexpr int kN = 2;
constexpr int kDimension = 2;
constexpr double kP = 2;
constexpr double kWantedAccuracy =
    9; // r: bits of the phases in the mean, as the builder chooses it for smooth targets

// sin(2 pi x) y + |x - 1/3| in the middle of each cell, less the mean over the 2^d cells that refine the same
// cell of the level above: what the finest grade of a network stores (cells numbered as in proofs/theorem.md,
// section 4).
std::vector<double> detail_of_a_wave(int digits) {
  const std::size_t cells = std::size_t{1} << digits;
  std::vector<double> values(cells);
  for (std::size_t k = 0; k < cells; ++k) {
    double x[kDimension] = {};
    double side = 1;
    for (int i = 0; i < digits; ++i) {
      side /= i % kDimension == 0 ? 2 : 1;
      x[i % kDimension] += (k >> i & 1U) != 0 ? side : 0.0;
    }
    for (double &coordinate : x) {
      coordinate += side / 2;
    }
    values[k] = std::sin(2 * std::numbers::pi * x[0]) * x[1] + std::fabs(x[0] - 1.0 / 3);
  }
  const std::size_t children = std::size_t{1} << kDimension;
  const std::size_t coarse = cells / children;
  for (std::size_t k = 0; k < coarse; ++k) {
    double mean = 0;
    for (std::size_t child = 0; child < children; ++child) {
      mean += values[k + coarse * child] / static_cast<double>(children);
    }
    for (std::size_t child = 0; child < children; ++child) {
      values[k + coarse * child] -= mean;
    }
  }
  return values;
}

// The phases that the builder asks for: arcsin(v / A) / (2 pi), A the largest |v|.
std::vector<Turns> phases_for(const std::vector<double> &values) {
  double largest = 0;
  for (const double value : values) {
    largest = std::max(largest, std::fabs(value));
  }
  std::vector<Turns> phases;
  for (const double value : values) {
    const double turns = std::asin(value / largest) / (2 * std::numbers::pi);
    phases.push_back(static_cast<Turns>(static_cast<std::int64_t>(std::ldexp(turns, 64))));
  }
  return phases;
}

double rms_error_in_turns(const std::vector<Turns> &wanted, const std::vector<Turns> &stored) {
  double sum = 0;
  for (std::size_t k = 0; k < wanted.size(); ++k) {
    const auto difference = static_cast<double>(static_cast<std::int64_t>(stored[k] - wanted[k]));
    sum += std::ldexp(difference, -64) * std::ldexp(difference, -64);
  }
  return std::sqrt(sum / static_cast<double>(wanted.size()));
}

// Everything that is made once for a number of cells.
class Case {
public:
  explicit Case(int digits)
      : layout(kN, digits,
               static_cast<std::int64_t>(std::ceil(disturbance_bits(digits, kP) + kWantedAccuracy))),
        phases(phases_for(detail_of_a_wave(digits))), multiplier(solve_multiplier(layout, phases)),
        accuracy_bits(-std::log2(rms_error_in_turns(phases, decode_phases(layout, multiplier)))),
        weight_bits(multiplier.mantissa_bits()) {
    gmp_randclass random(gmp_randinit_default);
    random.seed(1);
    for (mpz_class *factor : {&left_, &right_}) {
      *factor = random.get_z_bits(weight_bits);
      mpz_setbit(factor->get_mpz_t(), weight_bits - 1);
    }
    multiply(); // the product has its memory from here on
  }

  void multiply() {
    mpz_mul(product_.get_mpz_t(), left_.get_mpz_t(), right_.get_mpz_t());
    benchmark::DoNotOptimize(product_.get_mpz_t()->_mp_d);
    benchmark::ClobberMemory();
  }

  // To store every vector of K phases with an rms error of D = 2^-r turns takes at least K (r - log2 sqrt(2
  // pi e)) bits: balls of radius D sqrt(K) about the vectors that can be stored must cover a torus of volume
  // 1, and the volume of a ball is (pi D^2 K)^(K/2) / Gamma(K/2 + 1) <= (2 pi e D^2)^(K/2). (Phases within a
  // quarter turn of 0, which are all that the sine needs, would do with one bit a cell less.)
  double least_bits_a_cell() const {
    return accuracy_bits - std::log2(2 * std::numbers::pi * std::numbers::e) / 2;
  }

  DecoderLayout layout;
  std::vector<Turns> phases;
  Dyadic multiplier;
  double accuracy_bits; // r, measured
  std::size_t weight_bits;

private:
  mpz_class left_, right_, product_;
};

Case &case_of(int digits) {
  static std::map<int, std::unique_ptr<Case>> cases;
  std::unique_ptr<Case> &place = cases[digits];
  if (place == nullptr) {
    place = std::make_unique<Case>(digits);
  }
  return *place;
}

// On one thread, by number of cells; what growth() reads.
std::map<double, double> &timings(const std::string &name) {
  static std::map<std::string, std::map<double, double>> all;
  return all[name];
}

template <class Action>
void against_product(benchmark::State &state, const std::string &name, const Action &action) {
  const auto digits = static_cast<int>(state.range(0));
  Case &at = case_of(digits);
  const oneapi::tbb::global_control threads(oneapi::tbb::global_control::max_allowed_parallelism,
                                            static_cast<std::size_t>(state.range(1)));
  const bool alone = state.range(1) == 1;
  std::vector<double> ours;
  std::vector<double> products;
  for ([[maybe_unused]] auto _ : state) {
    const auto multiply = [&] { at.multiply(); };
    const auto act = [&] { action(at); };
    products.push_back(alone ? thread_seconds_of(multiply) : wall_seconds_of(multiply));
    ours.push_back(alone ? thread_seconds_of(act) : wall_seconds_of(act));
    state.SetIterationTime(ours.back());
  }
  if (alone) {
    timings(name)[static_cast<double>(at.layout.cells())] = median(ours);
  }
  state.counters["cells"] = static_cast<double>(at.layout.cells());
  state.counters["product_ms"] = 1e3 * median(products);
  state.counters["times_product"] = median(ours) / median(products);
  state.counters["b"] = static_cast<double>(at.layout.b());
  state.counters["accuracy_bits"] = at.accuracy_bits;
  state.counters["bits_per_cell"] =
      static_cast<double>(at.weight_bits) / static_cast<double>(at.layout.cells());
  state.counters["bits_per_cell_least"] = at.least_bits_a_cell();
}

void solve(benchmark::State &state) {
  against_product(state, "solve",
                  [](const Case &at) { benchmark::DoNotOptimize(solve_multiplier(at.layout, at.phases)); });
}

void decode(benchmark::State &state) {
  against_product(state, "decode",
                  [](const Case &at) { benchmark::DoNotOptimize(decode_phases(at.layout, at.multiplier)); });
}

// The exponent a in time ~ cells^a over the sizes that were timed before.
void growth(benchmark::State &state, const std::string &name) {
  const std::map<double, double> &measured = timings(name);
  for ([[maybe_unused]] auto _ : state) {
  }
  if (measured.size() < 2) {
    state.SkipWithError("two sizes or more must be timed for it, in the same run");
    return;
  }
  state.counters["exponent"] = growth_exponent(measured);
}

void register_all() {
  // Odd numbers of single timings, of which the median counts: about a second for each size.
  const std::vector<std::pair<int, int>> sizes{{12, 101}, {14, 51}, {16, 21}, {18, 7}, {20, 3}};
  const auto add = [&](const char *name, void (*function)(benchmark::State &), int threads) {
    for (const auto &[digits, iterations] : sizes) {
      benchmark::RegisterBenchmark(name, function)
          ->ArgNames({"log2_cells", "threads"})
          ->Args({digits, threads})
          ->Iterations(iterations)
          ->UseManualTime()
          ->Unit(benchmark::kMillisecond);
    }
  };
  add("solve", solve, 1); // it goes in one line
  add("decode", decode, 1);
  if (const int processors = oneapi::tbb::info::default_concurrency(); processors > 1) {
    add("decode", decode, processors);
  }
  for (const std::string name : {"solve", "decode"}) {
    benchmark::RegisterBenchmark(("growth/" + name).c_str(), growth, name)->Iterations(1);
  }
}

} // namespace

} // namespace layercert::bench

int main(int argc, char **argv) { return layercert::bench::run(argc, argv, layercert::bench::register_all); }
