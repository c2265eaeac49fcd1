#include "layercert/network/builder.hpp"

#include "layercert/decoder/decoder.hpp"
#include "layercert/error.hpp"
#include "layercert/network/level_values.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "layercert/target/expression_evaluator.hpp"

#include <fmt/format.h>
#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

#include <cmath>
#include <mutex>
#include <numbers>
#include <optional>

namespace layercert {

namespace {

constexpr int kAccuracyBits = 10; // r: phases within 2^-r turns
constexpr double kSamplesPerAxis =
    64; // the midpoint rule uses about so many points an axis where cells are few
constexpr std::int64_t kPhaseBits =
    76; // stored weights move a phase by less than 2^-64 (design.md section 3)

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
      for (std::uint64_t i = 0; i < points; ++i) {
        std::uint64_t rest = i;
        for (std::size_t j = 0; j < point.size(); ++j) {
          const double inside = (static_cast<double>(rest % per_axis) + 0.5) / static_cast<double>(per_axis);
          point[j] = (static_cast<double>(index[j]) + inside) / static_cast<double>(side);
          rest /= per_axis;
        }
        const double value = evaluator.sample(point);
        if (!std::isfinite(value)) {
          const std::scoped_lock lock(guard);
          if (!bad || point < *bad) {
            bad = point;
          }
        }
        sum += value;
      }
      means[k] = sum / static_cast<double>(points);
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

Dyadic nearest(const MpfrInterval &x, std::int64_t exponent) {
  return Dyadic::from_mpfr(x.lower().get()).rounded_to_nearest(exponent);
}

} // namespace

NetworkParameters build_parameters(const Instance &instance, const Target &target) {
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

  const int positions = d * L * DecoderLayout::bits_of_digit(N);
  const std::int64_t b = positions + kAccuracyBits + 3; // one b for all levels: they share the angles
  p.Phi_0 = Dyadic::from_double(means[0][0]);
  p.M = p.Phi_0.abs();
  std::vector<double> phi{means[0][0]};
  std::vector<Dyadic> multipliers;
  std::vector<DecoderLayout> layouts;
  for (int l = 1; l <= L; ++l) {
    const std::vector<double> &mean = means[static_cast<std::size_t>(l)];
    layouts.emplace_back(N, d * l, b);
    double largest = 0;
    for (std::size_t k = 0; k < mean.size(); ++k) {
      largest = std::max(largest, std::fabs(mean[k] - phi[k % phi.size()]));
    }
    std::vector<double> next(mean.size());
    if (largest <= scale * 0x1p-48) { // nothing left but rounding errors of the means: the level adds 0
      for (std::size_t k = 0; k < next.size(); ++k) {
        next[k] = phi[k % phi.size()];
      }
      p.A.emplace_back();
      multipliers.emplace_back();
    } else {
      p.A.push_back(rounded_up(largest));
      const double A = p.A.back().to_double_upper(); // exact: 8 bits
      std::vector<Turns> phases(mean.size());
      for (std::size_t k = 0; k < mean.size(); ++k) {
        const double turns =
            std::asin((mean[k] - phi[k % phi.size()]) / A) / (2 * std::numbers::pi); // within 1/4
        phases[k] = static_cast<Turns>(static_cast<std::int64_t>(std::ldexp(turns, 64)));
      }
      multipliers.push_back(solve_multiplier(layouts.back(), std::move(phases)));
      const std::vector<Turns> stored = decode_phases(layouts.back(), multipliers.back());
      for (std::size_t k = 0; k < next.size(); ++k) {
        const double turns = std::ldexp(static_cast<double>(static_cast<std::int64_t>(stored[k])), -64);
        next[k] = phi[k % phi.size()] + A * std::sin(2 * std::numbers::pi * turns);
      }
    }
    p.M = p.M + p.A.back();
    phi = std::move(next);
  }
  p.M = rounded_up(std::max(p.M.to_double_upper(), 0x1p-20));

  // Stored weights, so exact that the phases move by less than 2^-64.
  std::int64_t largest_weight = 0;
  for (std::size_t l = 0; l < multipliers.size(); ++l) {
    const std::int64_t size = multipliers[l].is_zero() ? 0 : multipliers[l].magnitude_exponent() + 8;
    const auto precision = static_cast<mpfr_prec_t>(std::max<std::int64_t>(size, 0) + kPhaseBits + 64);
    p.w.push_back(multipliers[l].is_zero()
                      ? Dyadic()
                      : nearest(ideal_weight(layouts[l], multipliers[l], precision), -kPhaseBits));
    largest_weight = std::max(largest_weight, size);
  }
  const std::int64_t angle_exponent = -(largest_weight + kPhaseBits + 8);
  const auto precision = static_cast<mpfr_prec_t>(-angle_exponent + 64);
  p.beta = nearest(mpfr_enclosure(0.25, precision) * mpfr_pi(precision), angle_exponent);
  p.theta.resize(layouts.back().positions().size());
  oneapi::tbb::parallel_for(std::size_t{0}, p.theta.size(), [&](std::size_t i) {
    prepare_mpfr_thread();
    MpfrNumber theta = MpfrNumber::with_precision(precision);
    mpfr_set_ui_2exp(theta.get(), 1, -layouts.back().positions()[i].shift, MPFR_RNDN);
    mpfr_atan(theta.get(), theta.get(), MPFR_RNDN);
    p.theta[i] = Dyadic::from_mpfr(theta.get()).times_power_of_two(1).rounded_to_nearest(angle_exponent);
  });
  // q: |bad| (S + M)^p must not show beside (N^-L)^p.
  p.ramp_exponent = static_cast<int>(64 + std::ceil(instance.p.get_d()) * (std::ceil(L * std::log2(N)) + 16));
  return p;
}

} // namespace layercert
