// What the network computes on every cell: by the decoder's tree, against what one would do otherwise,
// evaluating the network layer by layer in the middle of each cell, with MPFR intervals or with Arb balls.
// All on one thread, in its processor time. The layers have rounded weights, so that none has to be computed
// in what is timed; they are fine enough for the readouts to be those of the tree.
//
// `mpfr` is the library's own direct evaluator, `arb` does the same in balls; both hold every number at the
// precision that the finest level needs. `arb_by_level` takes each sine at the precision of its own level:
// less would not do for the readouts up to it.
#include "layercert/network/builder.hpp"
#include "layercert/network/direct_evaluator.hpp"
#include "layercert/network/level_values.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "network/dyadic_rounding.hpp"
#include "run.hpp"
#include "timing.hpp"

#include <arb.h>
#include <benchmark/benchmark.h>
#include <oneapi/tbb/global_control.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>

namespace layercert::bench {

namespace {

constexpr int kDimension = 2;
constexpr int kOutputBits = 64; // of the readouts, in direct evaluation
constexpr const char *kExpression = "sin(2*pi*x0)*x1 + abs(x0 - 1/3)";

// ---- direct evaluation with Arb, as direct_evaluator.cpp does it with MPFR -----------------------------

class Balls {
public:
  explicit Balls(int size) : size_(size), first_(_arb_vec_init(size)) {}
  ~Balls() { _arb_vec_clear(first_, size_); }
  Balls(const Balls &) = delete;
  Balls &operator=(const Balls &) = delete;
  Balls(Balls &&) = delete;
  Balls &operator=(Balls &&) = delete;

  arb_ptr operator[](int i) { return first_ + i; }
  void swap(Balls &other) noexcept {
    std::swap(size_, other.size_);
    std::swap(first_, other.first_);
  }

private:
  slong size_;
  arb_ptr first_;
};

void set_dyadic(arb_ptr out, const Dyadic &value, slong precision) {
  fmpz_t mantissa;
  fmpz_t exponent;
  fmpz_init(mantissa);
  fmpz_init_set_si(exponent, value.exponent());
  fmpz_set_mpz(mantissa, value.mantissa().get_mpz_t());
  arb_set_round_fmpz_2exp(out, mantissa, exponent, precision);
  fmpz_clear(mantissa);
  fmpz_clear(exponent);
}

void affine(arb_ptr out, const Weight &bias, const std::vector<Connection> &weights, Balls &sources,
            slong precision) {
  Balls weight(1);
  set_dyadic(out, bias->dyadic(), precision);
  for (const Connection &connection : weights) {
    set_dyadic(weight[0], connection.weight->dyadic(), precision);
    arb_addmul(out, weight[0], sources[connection.source], precision);
  }
}

// Arb gives up on arguments beyond 2^65536 that are not known to many relative bits (it returns [-1, 1]), so
// whole turns come off first.
void sine(arb_ptr out, arb_ptr argument, slong precision) {
  if (arf_cmpabs_2exp_si(arb_midref(argument), 8) > 0) {
    Balls scratch(2);
    arb_ptr turn = scratch[0];
    arb_ptr turns = scratch[1];
    arb_const_pi(turn, precision);
    arb_mul_2exp_si(turn, turn, 1);
    arb_div(turns, argument, turn, precision);
    arf_floor(arb_midref(turns), arb_midref(turns));
    mag_zero(arb_radref(turns));
    arb_submul(argument, turns, turn, precision);
  }
  arb_sin(out, argument, precision);
}

Interval interval_of(arb_srcptr ball) {
  arf_t end;
  arf_init(end);
  arb_get_lbound_arf(end, ball, 64);
  const double lower = arf_get_d(end, ARF_RND_FLOOR);
  arb_get_ubound_arf(end, ball, 64);
  const double upper = arf_get_d(end, ARF_RND_CEIL);
  arf_clear(end);
  return {lower, upper};
}

// `sine_precisions[m - 1]` is that of the sines of layer m; everything else is done at `precision`.
std::vector<Interval> evaluate_with_arb(const Network &network, const std::vector<mpq_class> &point,
                                        slong precision, const std::vector<slong> &sine_precisions) {
  Balls values(network.width);
  Balls next(network.width);
  Balls input(2); // the argument, and 0
  for (std::size_t j = 0; j < point.size(); ++j) {
    fmpq_t x;
    fmpq_init(x);
    fmpq_set_mpq(x, point[j].get_mpq_t());
    arb_set_fmpq(values[static_cast<int>(j)], x, precision);
    fmpq_clear(x);
  }
  std::vector<Interval> readouts;
  for (int m = 1; m <= network.depth + 2; ++m) {
    for (int i = 0; i < network.width; ++i) {
      arb_zero(next[i]);
    }
    for (const Unit &unit : network.hidden[static_cast<std::size_t>(m) - 1].units) {
      affine(input[0], unit.bias, unit.weights, values, precision);
      if (unit.activation == Activation::Sine) {
        sine(next[unit.index], input[0], sine_precisions[static_cast<std::size_t>(m) - 1]);
      } else {
        arb_max(next[unit.index], input[0], input[1], precision);
      }
    }
    values.swap(next);
    if (m >= 3) {
      const Readout &readout = network.readouts[static_cast<std::size_t>(m) - 3];
      affine(input[0], readout.bias, readout.weights, values, precision);
      readouts.push_back(interval_of(input[0]));
    }
  }
  return readouts;
}

// ---- the network ---------------------------------------------------------------------------------------

NetworkParameters parameters_for(int depth) {
  const std::string text = "[target]\ndimension = " + std::to_string(kDimension) + "\nexpression = \"" +
                           kExpression + "\"\n[theorem]\nN = 2\ndepth = " + std::to_string(depth) +
                           "\np = 2\n";
  const Instance instance = parse_instance(text, "direct_bench", ".");
  return build_parameters(instance, make_target(instance));
}

struct Case {
  explicit Case(int depth)
      : parameters(parameters_for(depth)),
        network(assemble_network(round_weights(parameters, {}).parameters)),
        precision(sufficient_precision(network, 0, kOutputBits)), by_tree(decode()) {
    for (int layer = 1; layer <= depth + 2;
         ++layer) { // the first sine of level l sits in layer l + 1, the second in l + 2
      precision_by_layer.push_back(
          sufficient_precision(network, std::clamp(layer - 1, 1, depth), kOutputBits));
    }
  }

  LevelValues decode() const {
    const UpwardScope upward;
    return decode_levels(parameters, "direct_bench");
  }
  std::uint64_t cells() const { return by_tree.values.back().size(); }

  // The middle of a finest cell: bit (m-1) d + j of its number is digit m of coordinate j.
  std::vector<mpq_class> middle(std::uint64_t cell) const {
    const mpz_class halves = mpz_class(1)
                             << static_cast<mp_bitcnt_t>(parameters.depth + 1); // per unit length
    std::vector<mpq_class> point(kDimension);
    for (std::size_t j = 0; j < kDimension; ++j) {
      mpz_class index = 0;
      for (int m = 0; m < parameters.depth; ++m) {
        index = 2 * index + (cell >> (static_cast<std::size_t>(m) * kDimension + j) & 1U);
      }
      point[j] = mpq_class(2 * index + 1, halves);
      point[j].canonicalize();
    }
    return point;
  }

  // Do the readouts agree with what the tree says of the cell, and are they as narrow as asked for?
  bool agree(std::uint64_t cell, const std::vector<Interval> &readouts) const {
    for (std::size_t l = 1; l < by_tree.values.size(); ++l) {
      const std::vector<Interval> &level = by_tree.values[l];
      const Interval &tree = level[cell % level.size()];
      const Interval &direct = readouts[l - 1];
      if (!(direct.upper() - direct.lower() < 0x1p-48) || direct.upper() < tree.lower() ||
          tree.upper() < direct.lower()) {
        return false;
      }
    }
    return readouts.size() + 1 == by_tree.values.size();
  }

  NetworkParameters parameters;
  Network network;
  mpfr_prec_t precision;
  std::vector<slong> precision_by_layer;
  LevelValues by_tree;
};

const Case &case_of(int depth) {
  static std::map<int, std::unique_ptr<Case>> cases;
  std::unique_ptr<Case> &place = cases[depth];
  if (place == nullptr) {
    place = std::make_unique<Case>(depth);
  }
  return *place;
}

// ---- the benchmarks ------------------------------------------------------------------------------------

void tree(benchmark::State &state) {
  const oneapi::tbb::global_control one(oneapi::tbb::global_control::max_allowed_parallelism, 1);
  const Case &at = case_of(static_cast<int>(state.range(0)));
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(at.decode());
  }
  state.counters["cells"] = static_cast<double>(at.cells());
  state.SetLabel("all levels");
}

using Evaluator = std::vector<Interval> (*)(const Case &, const std::vector<mpq_class> &);

std::vector<Interval> by_mpfr(const Case &at, const std::vector<mpq_class> &point) {
  std::vector<Interval> readouts;
  for (const MpfrInterval &readout : evaluate_directly(at.network, point, at.precision)) {
    readouts.emplace_back(double_lower(readout), double_upper(readout));
  }
  return readouts;
}

std::vector<Interval> by_arb(const Case &at, const std::vector<mpq_class> &point) {
  const std::vector<slong> everywhere(at.precision_by_layer.size(), at.precision);
  return evaluate_with_arb(at.network, point, at.precision, everywhere);
}

std::vector<Interval> by_arb_by_level(const Case &at, const std::vector<mpq_class> &point) {
  return evaluate_with_arb(at.network, point, at.precision, at.precision_by_layer);
}

// Both libraries keep pi: nobody pays for it in what is timed.
void fill_caches(mpfr_prec_t precision) {
  benchmark::DoNotOptimize(mpfr_pi(precision));
  Balls pi(1);
  arb_const_pi(pi[0], precision);
}

// Times `evaluate` on range(1) cells spread over all of them (all of them for 0), after the tree on
// everything.
void direct(benchmark::State &state, Evaluator evaluate) {
  const oneapi::tbb::global_control one(oneapi::tbb::global_control::max_allowed_parallelism, 1);
  const Case &at = case_of(static_cast<int>(state.range(0)));
  const std::uint64_t cells = at.cells();
  const std::uint64_t count = state.range(1) == 0 ? cells : static_cast<std::uint64_t>(state.range(1));
  const std::uint64_t stride = cells / count;
  std::mt19937_64 random(1);
  fill_caches(2 * at.precision);
  std::vector<double> per_cell;
  std::vector<double> trees;
  for ([[maybe_unused]] auto _ : state) {
    for (int i = 0; i < 3; ++i) {
      trees.push_back(thread_seconds_of([&] { benchmark::DoNotOptimize(at.decode()); }));
    }
    double seconds = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t cell = i * stride + random() % stride;
      const std::vector<mpq_class> point = at.middle(cell);
      std::vector<Interval> readouts;
      seconds += thread_seconds_of([&] { readouts = evaluate(at, point); });
      if (!at.agree(cell, readouts)) {
        state.SkipWithError(("wide, or not what the tree says, on cell " + std::to_string(cell)).c_str());
        return;
      }
    }
    per_cell.push_back(seconds / static_cast<double>(count));
    state.SetIterationTime(seconds);
  }
  const double all = median(per_cell) * static_cast<double>(cells);
  state.counters["cells"] = static_cast<double>(cells);
  state.counters["precision"] = static_cast<double>(at.precision);
  state.counters["all_cells_s"] = all;
  state.counters["tree_s"] = median(trees);
  state.counters["times_tree"] = all / median(trees);
  state.SetLabel(count == cells ? "every cell timed"
                                : std::to_string(count) + " of " + std::to_string(cells) +
                                      " cells timed, extrapolated to all");
}

void register_all() {
  for (const int depth : {6, 8}) {
    benchmark::RegisterBenchmark("tree", tree)->ArgName("depth")->Arg(depth)->Unit(benchmark::kMillisecond);
  }
  const auto add = [](const char *name, Evaluator evaluate, int depth, std::int64_t count) {
    benchmark::RegisterBenchmark(name, direct, evaluate)
        ->ArgNames({"depth", "cells"})
        ->Args({depth, count})
        ->Iterations(1)
        ->UseManualTime()
        ->Unit(benchmark::kSecond);
  };
  // Some five to thirty seconds each.
  add("mpfr", by_mpfr, 6, 16);
  add("arb", by_arb, 6, 256);
  add("arb_by_level", by_arb_by_level, 6, 0);
  add("mpfr", by_mpfr, 8, 1);
  add("arb", by_arb, 8, 2);
  add("arb_by_level", by_arb_by_level, 8, 32);
}

} // namespace

} // namespace layercert::bench

int main(int argc, char **argv) { return layercert::bench::run(argc, argv, layercert::bench::register_all); }
