#include "layercert/network/builder.hpp"

#include "layercert/decoder/decoder.hpp"
#include "layercert/error.hpp"
#include "layercert/network/stored_weights.hpp"
#include "layercert/numeric/elementary.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "layercert/target/expression_evaluator.hpp"

#include <fmt/format.h>
#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_invoke.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include <cmath>
#include <mutex>
#include <numbers>
#include <optional>

namespace layercert {

namespace {

constexpr double kSamplesPerAxis =
    64; // the midpoint rule uses about so many points an axis where cells are few

// The decoder may add so much to a level's error, in L^p and as a part of what the level before left: the accuracy r of the phases
// follows from it (phase_accuracy_bits). Claim R leaves a factor of about ten between the projection's error and the bound.
constexpr double kDecoderShare = 1.0 / 16;
constexpr int kUnboundedRampFactor = 16; // 1 - 1/s >= 1/17
constexpr int kLeastPhaseBits = 7; // of b: below, the leading terms that solving divides by are too rough

std::uint64_t power(std::uint64_t base, int exponent) {
  std::uint64_t result = 1;
  for (int i = 0; i < exponent; ++i) {
    result *= base;
  }
  return result;
}

// Digits e_(m,j) of cell k -> the cell's index along each coordinate.
std::vector<std::uint64_t> coordinates(std::uint64_t k, int d, int N, int level) {
  std::vector<std::uint64_t> index(static_cast<std::size_t>(d), 0);
  for (int m = 0; m < level; ++m) {
    for (std::uint64_t &x : index) {
      x = x * static_cast<std::uint64_t>(N) + k % static_cast<std::uint64_t>(N);
      k /= static_cast<std::uint64_t>(N);
    }
  }
  return index;
}

std::vector<double> expression_means(const Instance &instance, const Expression &expression) {
  const int d = instance.dimension;
  const std::uint64_t side = power(static_cast<std::uint64_t>(instance.N), instance.depth);
  const std::uint64_t cells = power(side, d);
  const double wanted =
      std::pow(2.0, 18.0 / d) / static_cast<double>(side); // at most about 2^18 points in all, or 2^d a cell
  const auto per_axis = static_cast<std::uint64_t>(
      std::max(2.0, std::min(std::ceil(kSamplesPerAxis / static_cast<double>(side)), std::floor(wanted))));
  std::vector<double> means(cells);
  std::mutex guard;
  std::optional<std::vector<double>> bad;
  oneapi::tbb::parallel_for(oneapi::tbb::blocked_range<std::uint64_t>(0, cells, 256), [&](const auto &range) {
    const NearestScope nearest;
    ExpressionEvaluator evaluator(expression, d);
    std::vector<double> point(static_cast<std::size_t>(d));
    const std::uint64_t points = power(per_axis, d);
    for (std::uint64_t k = range.begin(); k < range.end(); ++k) {
      const std::vector<std::uint64_t> index = coordinates(k, d, instance.N, instance.depth);
      double sum = 0;
      std::uint64_t finite = 0;
      std::vector<double> cell_bad;
      for (std::uint64_t i = 0; i < points; ++i) {
        std::uint64_t rest = i;
        for (std::size_t j = 0; j < point.size(); ++j) {
          const double inside = (static_cast<double>(rest % per_axis) + 0.5) / static_cast<double>(per_axis);
          point[j] = (static_cast<double>(index[j]) + inside) / static_cast<double>(side);
          rest /= per_axis;
        }
        const double value = evaluator.sample(point);
        if (std::isfinite(value)) {
          sum += value;
          ++finite;
        } else if (cell_bad.empty()) { // a point of a pole is passed over, but not a whole cell of such
          cell_bad = point;
        }
      }
      means[k] = sum / static_cast<double>(finite);
      if (finite == 0) {
        const std::scoped_lock lock(guard);
        if (!bad || cell_bad < *bad) {
          bad = cell_bad;
        }
      }
    }
  });
  if (bad) {
    ExpressionEvaluator evaluator(expression, d);
    throw InputError(instance.file, static_cast<std::size_t>(instance.expression_line),
                     fmt::format("the target is {} at x = ({}); expected a finite value on [0,1]^{}",
                                 evaluator.sample(*bad), fmt::join(*bad, ", "), d));
  }
  return means;
}

bool may_be_unbounded(const Expression &expression, int d) {
  const UpwardScope upward;
  const Range range = ExpressionEvaluator(expression, d)
                          .range(std::vector<Interval>(static_cast<std::size_t>(d), Interval(0.0, 1.0)));
  return range.undefined || !bounded(range.value);
}

std::vector<double> table_means(const Instance &instance, const SampleTable &table) {
  const int d = instance.dimension;
  const std::uint64_t side = power(static_cast<std::uint64_t>(instance.N), instance.depth);
  const auto table_side = static_cast<std::uint64_t>(table.side);
  std::vector<double> sums(power(side, d), 0.0);
  std::vector<double> counts(sums.size(), 0.0);
  // Whichever grid is finer is walked; the other one is looked up.
  const std::uint64_t fine = std::max(side, table_side);
  for (std::uint64_t cell = 0; cell < power(fine, d); ++cell) {
    std::uint64_t rest = cell;
    std::uint64_t sample = 0;
    std::uint64_t stride = 1;
    std::vector<std::uint64_t> at(static_cast<std::size_t>(d));
    for (std::uint64_t &x : at) {
      x = rest % fine;
      rest /= fine;
      sample += stride * (x / (fine / table_side));
      stride *= table_side;
    }
    std::uint64_t k = 0; // the finest cell that holds it: the first level's digit is the lowest
    std::uint64_t place = 1;
    for (int m = 1; m <= instance.depth; ++m) {
      const std::uint64_t block = fine / power(static_cast<std::uint64_t>(instance.N), m);
      for (const std::uint64_t x : at) {
        k += place * ((x / block) % static_cast<std::uint64_t>(instance.N));
        place *= static_cast<std::uint64_t>(instance.N);
      }
    }
    sums[k] += static_cast<double>(table.numerators[sample]) / static_cast<double>(table.denominator);
    counts[k] += 1;
  }
  for (std::size_t k = 0; k < sums.size(); ++k) {
    sums[k] /= counts[k];
  }
  return sums;
}

// The least dyadic of 8 bits that is not below `value`.
Dyadic rounded_up(double value) {
  int exponent = 0;
  const double fraction = std::frexp(value, &exponent);
  return Dyadic(mpz_class(std::ceil(fraction * 256)), exponent - 8);
}

double lp_mean(const std::vector<double> &values, double p) {
  double largest = 0;
  for (const double value : values) {
    largest = std::max(largest, std::fabs(value));
  }
  if (largest == 0) {
    return 0;
  }
  double sum = 0;
  for (const double value : values) {
    sum += std::pow(std::fabs(value) / largest, p);
  }
  return largest * std::pow(sum / static_cast<double>(values.size()), 1 / p);
}

// b of the decoder's layout: each level l wants disturbance_bits(its positions, p) + r_l, and they share one b, because they share the
// angles. A phase off by e turns moves the readout by at most 2 pi A e, so 2^r = 2 pi A / (share of the level's detail).
std::int64_t choose_b(const Instance &instance, const std::vector<std::vector<double>> &means) {
  const double p = instance.p.get_d();
  const int bits_per_level = instance.dimension * DecoderLayout::bits_of_digit(instance.N);
  double wanted = kLeastPhaseBits;
  for (std::size_t l = 1; l < means.size(); ++l) {
    const std::vector<double> &before = means[l - 1];
    std::vector<double> detail(means[l].size());
    double amplitude = 0;
    for (std::size_t k = 0; k < detail.size(); ++k) {
      detail[k] = means[l][k] - before[k % before.size()];
      amplitude = std::max(amplitude, std::fabs(detail[k]));
    }
    if (amplitude > 0) {
      const double r = std::log2(2 * std::numbers::pi * amplitude / (kDecoderShare * lp_mean(detail, p)));
      wanted = std::max(wanted, r + disturbance_bits(static_cast<int>(l) * bits_per_level, p));
    }
  }
  return static_cast<std::int64_t>(std::ceil(wanted));
}

// What grade l stores, and what Phi_l then is on each cell, as far as doubles tell.
struct Grade {
  Dyadic amplitude;
  Dyadic multiplier;
  std::vector<double> phi;
};

Grade build_grade(const DecoderLayout &layout, const std::vector<double> &mean,
                  const std::vector<double> &former_phi, double negligible) {
  Grade grade;
  grade.phi.resize(mean.size());
  double largest = 0;
  for (std::size_t k = 0; k < mean.size(); ++k) {
    grade.phi[k] = former_phi[k % former_phi.size()];
    largest = std::max(largest, std::fabs(mean[k] - grade.phi[k]));
  }
  if (largest <= negligible) {
    return grade;
  }
  grade.amplitude = rounded_up(largest);
  const double A = grade.amplitude.to_double_upper(); // exact: 8 bits
  std::vector<Turns> phases(mean.size());
  const oneapi::tbb::blocked_range<std::size_t> cells(0, mean.size(), 1024);
  oneapi::tbb::parallel_for(cells, [&](const auto &range) {
    const NearestScope nearest;
    for (std::size_t k = range.begin(); k < range.end(); ++k) {
      const double turns = std::asin((mean[k] - grade.phi[k]) / A) / (2 * std::numbers::pi); // within 1/4
      phases[k] = static_cast<Turns>(static_cast<std::int64_t>(std::ldexp(turns, 64)));
    }
  });
  grade.multiplier = solve_multiplier(layout, std::move(phases));
  const std::vector<Turns> stored = decode_phases(layout, grade.multiplier);
  oneapi::tbb::parallel_for(cells, [&](const auto &range) {
    const NearestScope nearest;
    for (std::size_t k = range.begin(); k < range.end(); ++k) {
      const double turns = std::ldexp(static_cast<double>(static_cast<std::int64_t>(stored[k])), -64);
      grade.phi[k] += A * std::sin(2 * std::numbers::pi * turns);
    }
  });
  return grade;
}

} // namespace

NetworkParameters build_parameters(const Instance &instance, const Target &target,
                                   const BuildOptions &options) {
  const NearestScope to_nearest;
  prepare_mpfr_thread();
  const int d = instance.dimension;
  const int N = instance.N;
  const int L = instance.depth;
  NetworkParameters p;
  p.dimension = d;
  p.N = N;
  p.depth = L;

  // Means of f over the cells of every level, from the finest up: cell k of level l-1 holds the cells k + K_(l-1) e.
  std::vector<std::vector<double>> means(static_cast<std::size_t>(L) + 1);
  means.back() = target.is_table() ? table_means(instance, target.table())
                                   : expression_means(instance, target.expression());
  const std::uint64_t children = power(static_cast<std::uint64_t>(N), d);
  for (std::size_t l = means.size() - 1; l-- > 0;) {
    means[l].assign(means[l + 1].size() / children, 0.0);
    for (std::size_t k = 0; k < means[l + 1].size(); ++k) {
      means[l][k % means[l].size()] += means[l + 1][k] / static_cast<double>(children);
    }
  }
  double scale = 0;
  for (const double mean : means.back()) {
    scale = std::max(scale, std::fabs(mean));
  }

  const std::int64_t b = choose_b(instance, means);
  const DecoderLayout finest(N, d * L, b);
  if (constant_bits(finest) >= kConstantBitsLimit) {
    throw InputError(
        instance.file, static_cast<std::size_t>(instance.line_of_depth),
        fmt::format("\"depth\": found {}, which makes weights of {} bits; expected fewer than {}", L,
                    constant_bits(finest), kConstantBitsLimit));
  }
  oneapi::tbb::task_group constants; // of the weights: longer work than solving for many cells, and beside it
  constants.run([&] { prefetch_constants(finest); });

  p.Phi_0 = Dyadic::from_double(means[0][0]);
  p.M = p.Phi_0.abs();
  std::vector<double> phi{means[0][0]};
  std::vector<Dyadic> multipliers(static_cast<std::size_t>(L));
  // Level after level, since each repairs the one before. Isolated: where it waits for its own tasks, it must not take up a
  // constant, which is longer work than all of them.
  oneapi::tbb::this_task_arena::isolate([&] {
    for (int l = 1; l <= L; ++l) {
      if (options.progress) {
        options.progress(l);
      }
      // Below this nothing is left but rounding errors of the means: the level adds 0.
      Grade grade =
          build_grade(DecoderLayout(N, d * l, b), means[static_cast<std::size_t>(l)], phi, scale * 0x1p-48);
      multipliers[static_cast<std::size_t>(l) - 1] = std::move(grade.multiplier);
      p.M = p.M + grade.amplitude;
      p.A.push_back(std::move(grade.amplitude));
      phi = std::move(grade.phi);
    }
  });
  p.M = rounded_up(std::max(p.M.to_double_upper(), 0x1p-20));
  constants.wait();
  p.w.resize(static_cast<std::size_t>(L));
  oneapi::tbb::parallel_invoke(
      [&] {
        p.beta = stored_beta(finest);
        p.theta = stored_thetas(finest);
      },
      [&] {
        oneapi::tbb::parallel_for(0, L, [&](int i) {
          const int l = L - i; // the longest first
          p.w[static_cast<std::size_t>(l) - 1] =
              stored_weight(DecoderLayout(N, d * l, b), multipliers[static_cast<std::size_t>(l) - 1]);
        });
      });
  // q: |bad| (S + M)^p must not show beside (N^-L)^p; |bad|^(1-1/s), for some s near 1, where the target may have no bound.
  p.ramp_exponent = static_cast<int>(64 + std::ceil(instance.p.get_d()) * (std::ceil(L * std::log2(N)) + 16));
  if (!target.is_table() && may_be_unbounded(target.expression(), d)) {
    p.ramp_exponent *= kUnboundedRampFactor;
  }
  return p;
}

} // namespace layercert
