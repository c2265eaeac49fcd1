#include "layercert/network/builder.hpp"

#include "closed_constant.hpp"
#include "function/cell_index.hpp"
#include "function/constant_value.hpp"
#include "function/expression_evaluator.hpp"
#include "layercert/decoder/decoder.hpp"
#include "layercert/error.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/elementary.hpp"
#include "numeric/stop_request.hpp"

#include <fmt/format.h>
#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_reduce.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <numbers>
#include <optional>

namespace layercert {

namespace {

constexpr double kSamplesPerAxis =
    64; // the midpoint rule uses about so many points an axis where cells are few

// The decoder may add so much to a level's error, in L^p and as a part of || f - P_l f ||_p: the accuracy of
// the phases follows from it (choose_b). By Minkowski's inequality the readout is then within 1 +
// kDecoderShare of the projection. For p = 2 the decoder's error is orthogonal to f - P_l f, cell by cell, so
// the factor is sqrt(1 + share^2) = 1.02 for a share five times as large.
constexpr double kDecoderShare = 1.0 / 25;
constexpr double kSquareShare = 1.0 / 5;
// Where P_l f is f, as for samples that the grid resolves, the share is of omega_p(f, N^-l), which claim R
// compares with.
constexpr double kModulusShare = 1.0 / 64;
constexpr double kResolved =
    0x1p-20;                  // of omega_p: a projection's error below is a rounding error of the means
constexpr int kMostTries = 4; // at a b that stores the phases as well as wanted
constexpr int kUnboundedRampFactor = 16; // 1 - 1/s >= 1/17
constexpr int kLeastSumExponent = -20;   // M is 2^-20 where the readouts are 0
constexpr int kLeastPhaseBits = 7;     // of b: below, the leading terms that solving divides by are too rough
constexpr double kMostPhaseBits = 256; // of b: phases reach 2^-64 turns, and the disturbance takes less

std::uint64_t power(std::uint64_t base, std::size_t exponent) {
  std::uint64_t result = 1;
  for (std::size_t i = 0; i < exponent; ++i) {
    result *= base;
  }
  return result;
}

// Means over the finest cells, and || f - P_L f ||_p as far as the same points tell.
struct CellMeans {
  std::vector<double> means;
  double deviation = 0;
};

// (mean of |x|^p)^(1/p), one x after the other, in units of the largest: neither |x|^p nor the sum leaves the
// range of doubles.
class PowerMean {
public:
  explicit PowerMean(double p) : p_(p) {}
  void add(double x, double weight = 1) {
    const double size = std::fabs(x);
    if (size > largest_) {
      sum_ = sum_ * power(largest_ / size) + weight;
      largest_ = size;
    } else if (largest_ > 0) {
      sum_ += weight * power(size / largest_);
    }
    count_ += weight;
  }
  void add(const PowerMean &other) {
    if (other.largest_ > largest_) {
      sum_ = sum_ * power(largest_ / other.largest_) + other.sum_;
      largest_ = other.largest_;
    } else if (largest_ > 0) {
      sum_ += other.sum_ * power(other.largest_ / largest_);
    }
    count_ += other.count_;
  }
  double value() const { return largest_ == 0 ? 0 : largest_ * std::pow(sum_ / count_, 1 / p_); }

private:
  double power(double ratio) const { return p_ == 2 ? ratio * ratio : p_ == 1 ? ratio : std::pow(ratio, p_); }

  double p_;
  double largest_ = 0;
  double sum_ = 0;   // of (|x| / largest)^p
  double count_ = 0; // or the sum of the weights
};

// The two halves of a reduction as one.
PowerMean joined(PowerMean a, const PowerMean &b) {
  const NearestScope nearest;
  a.add(b);
  return a;
}

// The mean of what `add_to(k, mean)` adds for every k < count: the same for any number of threads.
template <class Add> double power_mean(double p, std::uint64_t count, const Add &add_to) {
  using Range = oneapi::tbb::blocked_range<std::uint64_t>;
  return oneapi::tbb::parallel_deterministic_reduce(
             Range(0, count, 4096), PowerMean(p),
             [&](const Range &range, PowerMean mean) {
               throw_if_stopped();
               const NearestScope nearest;
               for (std::uint64_t k = range.begin(); k < range.end(); ++k) {
                 add_to(k, mean);
               }
               return mean;
             },
             joined)
      .value();
}

CellMeans expression_means(const Instance &instance, const Expression &expression) {
  const std::size_t d = instance.dimension;
  const std::uint64_t side = cells_along_axis(instance.N, instance.depth);
  const std::uint64_t cells = power(side, d);
  const double wanted = std::pow(2.0, 18.0 / static_cast<double>(d)) /
                        static_cast<double>(side); // at most about 2^18 points in all, or 2^d a cell
  const auto per_axis = static_cast<std::uint64_t>(
      std::max(2.0, std::min(std::ceil(kSamplesPerAxis / static_cast<double>(side)), std::floor(wanted))));
  CellMeans result;
  result.means.resize(cells);
  std::mutex guard;
  std::optional<std::vector<double>> bad;
  using Cells = oneapi::tbb::blocked_range<std::uint64_t>;
  const auto of_cells = [&](const Cells &range, PowerMean deviation) {
    throw_if_stopped();
    const NearestScope nearest;
    ExpressionEvaluator evaluator(expression, d);
    std::vector<double> point(d);
    const std::uint64_t points = power(per_axis, d);
    std::vector<double> values;
    for (std::uint64_t k = range.begin(); k < range.end(); ++k) {
      const CellIndex index = index_of_cell(k, d, instance.N, instance.depth);
      double sum = 0;
      values.clear();
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
          values.push_back(value);
        } else if (cell_bad.empty()) { // a point of a pole is passed over, but not a whole cell of such
          cell_bad = point;
        }
      }
      double mean = sum / static_cast<double>(values.size());
      if (!std::isfinite(mean) && !values.empty()) { // the sum is beyond the largest double
        mean = 0;
        for (const double value : values) {
          mean += value / static_cast<double>(values.size());
        }
      }
      result.means[k] = mean;
      for (const double value : values) {
        deviation.add(value - mean);
      }
      if (values.empty()) {
        const std::scoped_lock lock(guard);
        if (!bad || cell_bad < *bad) {
          bad = cell_bad;
        }
      }
    }
    return deviation;
  };
  result.deviation = oneapi::tbb::parallel_deterministic_reduce(
                         Cells(0, cells, 256), PowerMean(instance.p.get_d()), of_cells, joined)
                         .value();
  if (bad) {
    ExpressionEvaluator evaluator(expression, d);
    throw InputError(instance.file, static_cast<std::size_t>(instance.expression_line),
                     fmt::format("the target is {} at x = ({}); expected a finite value on [0,1]^{}",
                                 evaluator.sample(*bad), fmt::join(*bad, ", "), d));
  }
  return result;
}

bool may_be_unbounded(const Expression &expression, std::size_t d) {
  const UpwardScope upward;
  const Range range = ExpressionEvaluator(expression, d).range(std::vector<Interval>(d, Interval(0.0, 1.0)));
  return range.undefined || !bounded(range.value);
}

// Cell by cell of the finest level, over what it shares with each sample (grid_overlap.hpp). Not bounds.
CellMeans table_means(const Instance &instance, const SampleTable &table) {
  const std::uint64_t side = cells_along_axis(instance.N, instance.depth);
  const GridOverlaps overlaps(side, table.sides);
  double units = 1; // of a cell
  for (const GridOverlap &axis : overlaps.axes()) {
    const auto along_axis = axis.units() / side; // exactly
    units *= static_cast<double>(along_axis);
  }
  CellMeans result;
  result.means.resize(power(side, instance.dimension));
  const auto for_shares = [&](std::uint64_t k, const auto &visit) {
    overlaps.for_each(index_of_cell(k, instance.dimension, instance.N, instance.depth),
                      [&](std::size_t place, std::span<const std::uint64_t> lengths) {
                        double shared = 1;
                        for (std::size_t j = lengths.size(); j-- > 0;) {
                          shared *= static_cast<double>(lengths[j]);
                        }
                        visit(table.nearest(place), shared / units);
                      });
  };
  result.deviation =
      power_mean(instance.p.get_d(), result.means.size(), [&](std::uint64_t k, PowerMean &mean) {
        double &own = result.means[k];
        for_shares(k, [&](double value, double share) { own += value * share; });
        PowerMean deviation(instance.p.get_d());
        for_shares(k, [&](double value, double share) { deviation.add(value - own, share); });
        mean.add(deviation);
      });
  return result;
}

// The least dyadic of 8 bits that is not below `value`.
Dyadic rounded_up(double value) {
  int exponent = 0;
  const double fraction = std::frexp(value, &exponent);
  return Dyadic(mpz_class(std::ceil(fraction * 256)), exponent - 8);
}

using Means =
    std::vector<std::vector<double>>; // by level; cell k of level l - 1 holds the cells k + K_(l-1) e

double largest_size(const std::vector<double> &values) {
  double largest = 0;
  for (const double value : values) {
    largest = std::max(largest, std::fabs(value));
  }
  return largest;
}

// || P_l f - P_(l-1) f ||_p, by level; 0 for level 0.
std::vector<double> details(const Means &means, double p) {
  std::vector<double> result{0};
  for (std::size_t l = 1; l < means.size(); ++l) {
    const std::vector<double> &before = means[l - 1];
    result.push_back(power_mean(p, means[l].size(), [&](std::uint64_t k, PowerMean &mean) {
      mean.add(means[l][k] - before[k % before.size()]);
    }));
  }
  return result;
}

// || P_l f(. + N^-l e_j) - P_l f ||_p for the worst axis j: at most omega_p(f, N^-l), since P_l commutes with
// shifts of the grid.
double modulus_of_means(const std::vector<double> &means, std::size_t d, int N, int level, double p) {
  const auto base = static_cast<std::uint64_t>(N);
  const std::uint64_t side = cells_along_axis(N, level);
  double largest = 0;
  for (std::size_t axis = 0; axis < d; ++axis) {
    std::vector<std::uint64_t> places; // of the digits along this axis, the highest power of N last
    for (std::size_t m = 0; m < static_cast<std::size_t>(level); ++m) {
      places.push_back(power(base, m * d + axis));
    }
    largest = std::max(largest, power_mean(p, means.size(), [&](std::uint64_t k, PowerMean &mean) {
                         const auto x = index_of_cell(k, d, N, level)[axis];
                         if (x + 1 == side) {
                           mean.add(0); // x + h is not in the cube
                           return;
                         }
                         // The digits of x + 1: those at the end that are N - 1 become 0.
                         std::uint64_t neighbour = k;
                         for (auto digit = places.rbegin(); digit != places.rend(); ++digit) {
                           const std::uint64_t place = *digit;
                           if (k / place % base + 1 < base) {
                             neighbour += place;
                             break;
                           }
                           neighbour -= place * (base - 1);
                         }
                         mean.add(means[neighbour] - means[k]);
                       }));
  }
  return largest;
}

// What the decoder may add to || f - Phi_l ||_p, by level. || f - P_l f ||_p is not known, but P_(l+1) f -
// P_l f is a projection of it, later details and the deviation within the finest cells are no more than twice
// as large: the largest of them is near enough.
std::vector<double> allowances(const Instance &instance, const Means &means, double deviation) {
  const double p = instance.p.get_d();
  const double share = instance.p == 2 ? kSquareShare : kDecoderShare;
  const std::vector<double> detail = details(means, p);
  std::vector<double> result(means.size());
  double later = deviation / 2;
  for (std::size_t l = means.size(); l-- > 0;) {
    const double next = l + 1 < means.size() ? detail[l + 1] : deviation;
    result[l] = share * std::max(next, later);
    later = std::max(later, detail[l] / 2);
  }
  const double scale = largest_size(means.back());
  for (std::size_t l = 1; l < means.size(); ++l) {
    if (result[l] > kResolved * detail[l] && result[l] > kResolved * kResolved * scale) {
      continue;
    }
    const double modulus = modulus_of_means(means[l], instance.dimension, instance.N, static_cast<int>(l), p);
    result[l] = std::max(result[l], kModulusShare * modulus);
  }
  return result;
}

// b of the decoder's layout: each level l wants disturbance_bits(its positions, p) + r_l, and they share one
// b, because they share the angles. A phase off by e turns moves the readout by at most 2 pi A e, so 2^r = 2
// pi A / (what the level may add).
std::int64_t choose_b(const Instance &instance, const Means &means, const std::vector<double> &allowance) {
  const double p = instance.p.get_d();
  const int bits_per_level = static_cast<int>(instance.dimension) * DecoderLayout::bits_of_digit(instance.N);
  double wanted = kLeastPhaseBits;
  for (std::size_t l = 1; l < means.size(); ++l) {
    const std::vector<double> &before = means[l - 1];
    double amplitude = 0;
    for (std::size_t k = 0; k < means[l].size(); ++k) {
      amplitude = std::max(amplitude, std::fabs(means[l][k] - before[k % before.size()]));
    }
    if (amplitude > 0 && allowance[l] > 0) {
      const double r = std::log2(2 * std::numbers::pi * amplitude / allowance[l]);
      wanted = std::max(wanted, r + disturbance_bits(static_cast<int>(l) * bits_per_level, p));
    }
  }
  return static_cast<std::int64_t>(std::ceil(std::min(wanted, kMostPhaseBits)));
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
    throw_if_stopped();
    const NearestScope nearest;
    for (std::size_t k = range.begin(); k < range.end(); ++k) {
      const double turns = std::asin((mean[k] - grade.phi[k]) / A) / (2 * std::numbers::pi); // within 1/4
      phases[k] = static_cast<Turns>(static_cast<std::int64_t>(std::ldexp(turns, 64)));
    }
  });
  grade.multiplier = solve_multiplier(layout, std::move(phases));
  const std::vector<Turns> stored = decode_phases(layout, grade.multiplier);
  oneapi::tbb::parallel_for(cells, [&](const auto &range) {
    throw_if_stopped();
    const NearestScope nearest;
    for (std::size_t k = range.begin(); k < range.end(); ++k) {
      const double turns = std::ldexp(static_cast<double>(static_cast<std::int64_t>(stored[k])), -64);
      grade.phi[k] += A * std::sin(2 * std::numbers::pi * turns);
    }
  });
  return grade;
}

// The network of a constant: Phi_0 is the constant itself, and no level adds anything.
void store_constant(NetworkParameters &p, const std::string &constant) {
  const auto levels = static_cast<std::size_t>(p.depth);
  p.Phi_0 = closed_form_of_constant(constant);
  const Dyadic size = Dyadic::power_of_two(p.Phi_0.magnitude_exponent_upper());
  p.M = p.Phi_0.is_zero() ? Dyadic::power_of_two(kLeastSumExponent) : size;
  p.A.assign(levels, Dyadic());
  set_decoder(p, kLeastPhaseBits, std::vector<Dyadic>(levels));
}

// The levels one after the other, since each repairs the one before, by a decoder of base b. Returns by how
// many bits the worst level misses what it may add; at most 0 if none does.
double store_levels(NetworkParameters &p, const Means &means, const std::vector<double> &allowance,
                    double exponent, std::int64_t b, const BuildOptions &options) {
  const double scale = largest_size(means.back());
  p.A.clear();
  p.Phi_0 = Dyadic::from_double(means[0][0]);
  Dyadic sum = p.Phi_0.dyadic().abs();
  std::vector<double> phi{means[0][0]};
  std::vector<Dyadic> multipliers;
  double missing_bits = -std::numeric_limits<double>::infinity();
  for (int l = 1; l <= p.depth; ++l) {
    if (options.progress) {
      options.progress(l);
    }
    const std::vector<double> &mean = means[static_cast<std::size_t>(l)];
    const double may_add = allowance[static_cast<std::size_t>(l)];
    // Below this nothing is left but rounding errors of the means: the level adds 0.
    const double negligible = scale * 0x1p-48;
    Grade grade = build_grade(DecoderLayout(p.N, p.digits(l), b), mean, phi, negligible);
    const double added = power_mean(exponent, mean.size(), [&](std::uint64_t k, PowerMean &average) {
      average.add(grade.phi[k] - mean[k]);
    });
    if (added > std::max(may_add, negligible)) {
      missing_bits = std::max(missing_bits, std::log2(added / std::max(may_add, negligible)));
    }
    multipliers.push_back(std::move(grade.multiplier));
    sum = sum + grade.amplitude;
    p.A.push_back(std::move(grade.amplitude));
    phi = std::move(grade.phi);
  }
  const double size = sum.is_zero() ? std::ldexp(1.0, kLeastSumExponent) : sum.to_double_upper();
  p.M = std::isfinite(size) ? rounded_up(size) : Dyadic::power_of_two(sum.magnitude_exponent());
  set_decoder(p, b, std::move(multipliers));
  return missing_bits;
}

} // namespace

NetworkParameters build_parameters(const Instance &instance, const Target &target,
                                   const BuildOptions &options) {
  const NearestScope to_nearest;
  prepare_mpfr_thread();
  const std::size_t d = instance.dimension;
  const int N = instance.N;
  const int L = instance.depth;
  NetworkParameters p;
  p.dimension = d;
  p.N = N;
  p.depth = L;
  // q: |bad| (S + M)^p must not show beside (N^-L)^p; |bad|^(1-1/s), for some s near 1, where the target may
  // have no bound.
  p.ramp_exponent = static_cast<int>(64 + std::ceil(instance.p.get_d()) * (std::ceil(L * std::log2(N)) + 16));
  if (!target.is_table() && may_be_unbounded(target.expression(), d)) {
    p.ramp_exponent *= kUnboundedRampFactor;
  }
  if (const std::optional<std::string> constant = constant_value(target)) {
    try {
      store_constant(p, *constant);
    } catch (const std::invalid_argument &error) {
      throw InputError(instance.file, static_cast<std::size_t>(std::max(0, instance.expression_line)),
                       "the target is a constant that " + std::string(error.what()));
    }
    return p;
  }

  // Means of f over the cells of every level, from the finest up.
  Means means(static_cast<std::size_t>(L) + 1);
  CellMeans finest = target.is_table() ? table_means(instance, target.table())
                                       : expression_means(instance, target.expression());
  means.back() = std::move(finest.means);
  const auto [least, most] = std::minmax_element(means.back().begin(), means.back().end());
  if (!std::isfinite(1.125 * (*most - *least))) { // no correction is larger
    throw InputError(
        instance.file, static_cast<std::size_t>(std::max(0, instance.expression_line)),
        fmt::format(
            "the target reaches from about {:.3g} to {:.3g}; expected values whose differences are doubles",
            *least, *most));
  }
  const std::uint64_t children = power(static_cast<std::uint64_t>(N), d);
  for (std::size_t l = means.size() - 1; l-- > 0;) {
    means[l].assign(means[l + 1].size() / children, 0.0);
    for (std::size_t k = 0; k < means[l + 1].size(); ++k) {
      means[l][k % means[l].size()] += means[l + 1][k] / static_cast<double>(children);
    }
  }
  const std::vector<double> allowance = allowances(instance, means, finest.deviation);
  std::int64_t b = choose_b(instance, means, allowance);
  for (int attempt = 1;; ++attempt) {
    const double missing_bits = store_levels(p, means, allowance, instance.p.get_d(), b, options);
    if (!(missing_bits > 0) || attempt == kMostTries) {
      return p;
    }
    b += static_cast<std::int64_t>(std::ceil(missing_bits));
  }
}

} // namespace layercert
