#include "profile.hpp"

#include "integrate/cells.hpp"

#include "cell_readout.hpp"
#include "layercert/error.hpp"
#include "layercert/network/level_values.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/stop_request.hpp"
#include "rounded_network.hpp"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <cassert>
#include <mutex>
#include <set>

namespace layercert {

namespace {

constexpr mpfr_prec_t kFormats[] = {24, 53, 64, 113}; // single, double, extended and quadruple
constexpr mpfr_prec_t kFirstPower = 128;
// Bits of all numbers together that observing takes into its hands, unless it is told how many cells: seconds
// to a minute.
constexpr std::uint64_t kObservedBits = std::uint64_t{1} << 20;

// Bits beyond the precision to which exact values are found.
constexpr mpfr_prec_t kExactBits = 32;

// The size of an interval's numbers from below.
MpfrNumber size_lower(const MpfrInterval &x) {
  MpfrNumber size = MpfrNumber::with_precision(UpperBound::kBits);
  if (mpfr_sgn(x.lower().get()) > 0) {
    mpfr_set(size.get(), x.lower().get(), MPFR_RNDD);
  } else if (mpfr_sgn(x.upper().get()) < 0) {
    mpfr_neg(size.get(), x.upper().get(), MPFR_RNDD);
  }
  return size;
}

// One level of a network, as a network of its own.
class LevelAnalysis {
public:
  LevelAnalysis(const NetworkParameters &parameters, const mpq_class &p, const LevelClaim &claim,
                const StabilityOptions &options)
      : parameters_(parameters), network_(assemble_network(parameters_)), rounding_(parameters_, network_),
        p_(p), claim_(claim), options_(options),
        cells_(cells_in_cube(parameters.dimension, parameters.N, parameters.depth)) {}

  LevelProfile run() const {
    LevelProfile profile;
    profile.level = parameters_.depth;
    profile.cells = cells_;
    profile.weight_bits = bits_of_weight();
    profile.claim = claim_;
    profile.least_bits = least_bits();
    if (profile.least_bits && *profile.least_bits > kLeastPrecision) {
      find_loss(*profile.least_bits - 1, profile);
    }
    const auto size = std::max(static_cast<mpfr_prec_t>(profile.weight_bits), profile.least_bits.value_or(0));
    std::set<mpfr_prec_t> precisions(std::begin(kFormats), std::end(kFormats));
    mpfr_prec_t bits = kFirstPower;
    for (precisions.insert(bits); bits < size; precisions.insert(bits)) {
      bits *= 2;
    }
    for (const mpfr_prec_t precision : precisions) {
      profile.precisions.push_back(with_precision(precision));
    }
    return profile;
  }

private:
  static constexpr mpfr_prec_t kLeastPrecision = 2;

  const ClosedForm &last_weight() const { return parameters_.w.back(); }
  std::int64_t weight_size() const { return last_weight().magnitude_exponent_upper(); } // log2, about
  // Of the multiplier m, or of the number itself in a network with rounded weights.
  std::size_t bits_of_weight() const { return last_weight().mantissa_bits(); }

  bool holds(const UpperBound &norm) const {
    const UpperBound whole =
        UpperBound::of(MpfrNumber::from_double(claim_.error_upper, UpperBound::kBits, MPFR_RNDU)) + norm;
    return mpfr_cmp_d(whole.value().get(), claim_.bound_lower) <= 0;
  }
  bool holds(mpfr_prec_t precision) const { return holds(rounding_.bound(precision).norm(p_)); }

  // By halving: more bits never give a worse bound, but for how the bound itself is rounded.
  std::optional<mpfr_prec_t> least_bits() const {
    // Beyond this nothing is left but what the ramps and a few roundings of the sums leave.
    mpfr_prec_t enough = 2 * static_cast<mpfr_prec_t>(weight_size() + 2 * parameters_.ramp_exponent) + 4096;
    if (!(claim_.error_upper <= claim_.bound_lower) || !holds(enough)) {
      return {};
    }
    mpfr_prec_t too_few = kLeastPrecision - 1;
    while (enough - too_few > 1) {
      const mpfr_prec_t middle = too_few + (enough - too_few) / 2;
      (holds(middle) ? enough : too_few) = middle;
    }
    return enough;
  }

  void find_loss(mpfr_prec_t precision, LevelProfile &profile) const {
    for (const RoundingPlace &place : rounding_.places()) {
      if (const UpperBound lost = rounding_.bound(precision, place).norm(p_); profile.lost < lost) {
        profile.lost = lost;
        profile.lost_in = place;
      }
    }
  }

  // One unit in the last place of w_l with so many bits.
  Dyadic last_bit(mpfr_prec_t precision) const { return Dyadic::power_of_two(weight_size() - precision); }

  PrecisionProfile with_precision(mpfr_prec_t precision) const {
    PrecisionProfile profile;
    profile.bits = precision;
    const RoundingBound bound = rounding_.bound(precision);
    profile.difference = bound.in_middles();
    profile.norm = bound.norm(p_);
    // |sin((w + h) s) - sin(w s)| <= min(2, |h|), as |s| <= 1.
    profile.last_bit = UpperBound::of_size(parameters_.A.back()) *
                       std::min(UpperBound(2), UpperBound::of_size(last_bit(precision)));
    profile.claim_holds = holds(profile.norm);
    if (const std::uint64_t count = observed_cells(precision); count > 0) {
      profile.observed = observe(precision, count);
    }
    return profile;
  }

  std::uint64_t observed_cells(mpfr_prec_t precision) const {
    const auto bits = static_cast<std::uint64_t>(precision + weight_size());
    return std::min(cells_, options_.samples.value_or(kObservedBits / bits));
  }

  // Of `count` cells, evenly spread over their numbers.
  Observation observe(mpfr_prec_t precision, std::uint64_t count) const {
    Observation largest{count, MpfrNumber(), MpfrNumber()};
    const RoundedNetwork rounded(network_, precision);
    const Dyadic h = last_bit(precision);
    std::mutex guard;
    oneapi::tbb::parallel_for(oneapi::tbb::blocked_range<std::uint64_t>(0, count), [&](const auto &range) {
      for (std::uint64_t i = range.begin(); i < range.end(); ++i) {
        throw_if_stopped();
        // Not i cells / count, which numbers of 64 bits may not hold.
        const std::uint64_t cell = cells_ / count * i + cells_ % count * i / count;
        const CellReadout exact(parameters_, cell, precision + kExactBits);
        const MpfrNumber computed = rounded.last_readout(
            point_of_cell(cell, parameters_.dimension, parameters_.N, parameters_.depth));
        const MpfrNumber difference = size_lower(exact.value() - MpfrInterval(computed));
        const MpfrNumber change = size_lower(exact.change(h));
        const std::scoped_lock lock(guard);
        largest.difference_lower = std::max(largest.difference_lower, difference);
        largest.last_bit_lower = std::max(largest.last_bit_lower, change);
      }
    });
    return largest;
  }

  NetworkParameters parameters_;
  Network network_;
  RoundingAnalysis rounding_;
  mpq_class p_;
  LevelClaim claim_;
  const StabilityOptions &options_;
  std::uint64_t cells_;
};

} // namespace

std::vector<LevelProfile> stability_profile(const NetworkParameters &parameters, const mpq_class &p,
                                            const std::vector<LevelClaim> &claims, const std::string &name,
                                            const StabilityOptions &options) {
  assert(claims.size() == static_cast<std::size_t>(parameters.depth));
  prepare_mpfr_thread();
  decoder_base(parameters, name);
  for (const ClosedForm &theta : parameters.theta) {
    if (theta.leading_sign() < 0) {
      throw InputError(name, 0,
                       "an angle is negative; the bounds of the rounding errors are for those that are not");
    }
  }
  std::vector<LevelProfile> profiles;
  for (int l = 1; l <= parameters.depth; ++l) {
    if (options.progress) {
      options.progress(l);
    }
    profiles.push_back(
        LevelAnalysis(prefix_of(parameters, l), p, claims[static_cast<std::size_t>(l) - 1], options).run());
  }
  return profiles;
}

} // namespace layercert
