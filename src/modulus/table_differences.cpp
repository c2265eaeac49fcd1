#include "table_differences.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/stop_request.hpp"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>

namespace layercert {

namespace {

constexpr std::uint64_t kLargestList = 1 << 22;
constexpr std::size_t kManySamples = 1 << 16;
constexpr std::int64_t kBlock = 4096; // samples of one line that are summed on end
constexpr int kKeptBits = 13;         // of a difference that is not looked up as it is

// |a - b|, for any two 64-bit integers.
std::uint64_t distance(std::int64_t a, std::int64_t b) {
  const auto x = static_cast<std::uint64_t>(a);
  const auto y = static_cast<std::uint64_t>(b);
  return a > b ? x - y : y - x;
}

// The place of a difference in the list of rounded ones: itself below 2^13, else by its 13 leading bits.
std::size_t bucket_of(std::uint64_t n) {
  const int cut = std::max(0, static_cast<int>(std::bit_width(n)) - kKeptBits);
  return (static_cast<std::size_t>(cut) << (kKeptBits - 1)) + static_cast<std::size_t>(n >> cut);
}

// The least and the largest difference of a place.
std::pair<std::uint64_t, std::uint64_t> bucket_ends(std::size_t bucket) {
  const std::size_t row = bucket >> (kKeptBits - 1);
  const std::size_t cut = row < 2 ? 0 : row - 1;
  const std::uint64_t first = static_cast<std::uint64_t>(bucket - (cut << (kKeptBits - 1))) << cut;
  return {first, first + ((std::uint64_t{1} << cut) - 1)};
}

// The same for doubles in [0, 1]: by their binary exponent and 12 bits after the leading one; all below 2^-64
// share a place.
constexpr int kCutBits = 52 - (kKeptBits - 1);
constexpr std::uint64_t kLeastPlace = std::uint64_t{1023 - 64} << (kKeptBits - 1); // of 2^-64

std::size_t place_of(double x) {
  const std::uint64_t place = std::bit_cast<std::uint64_t>(std::fabs(x)) >> kCutBits; // -0 is 0
  return place < kLeastPlace ? 0 : static_cast<std::size_t>(place - kLeastPlace + 1);
}

// From the least double of a place to the least of the next one.
Interval place_ends(std::size_t place) {
  const auto least_of = [](std::uint64_t n) {
    return std::bit_cast<double>((n + kLeastPlace - 1) << kCutBits);
  };
  return {place == 0 ? 0 : least_of(place), least_of(place + 1)};
}

// 2^e x, rounded to one side; in two steps, since 2^e may be no double.
double scaled_down(double x, int e) {
  return mul_down(mul_down(x, std::ldexp(1.0, e / 2)), std::ldexp(1.0, e - e / 2));
}
double scaled_up(double x, int e) {
  return mul_up(mul_up(x, std::ldexp(1.0, e / 2)), std::ldexp(1.0, e - e / 2));
}

constexpr int kMostFactors = 1024;   // of a power
constexpr double kBitsNotLost = 256; // of a power that is not lost yet

// Differences of enclosures that are less sharp than this are taken exactly.
constexpr double kSharpDifference = 0x1p-30;

// The samples k, k + s with both in the table, as lines along x0 cut into blocks: work that is the same for
// any number of threads.
struct Pairs {
  std::vector<std::int64_t> first;  // of the lowest k along each axis
  std::vector<std::int64_t> length; // how many k there are along each axis
  std::int64_t offset = 0;          // index of k + s, less the index of k
  std::int64_t blocks = 0;          // of a line
  std::int64_t items = 0;           // blocks of all lines

  Pairs(const std::vector<int> &sides, std::span<const std::int64_t> s) {
    std::int64_t stride = 1;
    items = 1;
    for (std::size_t j = 0; j < s.size(); ++j) {
      const std::int64_t side = sides[j];
      first.push_back(std::max<std::int64_t>(0, -s[j]));
      length.push_back(std::max<std::int64_t>(0, side - std::abs(s[j])));
      offset += stride * s[j];
      stride *= side;
      items *= j == 0 ? 1 : length[j];
    }
    blocks = (length[0] + kBlock - 1) / kBlock;
    items *= blocks;
  }
};

} // namespace

TableDifferences::TableDifferences(const SampleTable &table, const Exponent &p)
    : table_(table), p_(p), exponent_(enclosure(p.exact())) {
  assert(table.size() > 0 && table.denominator > 0);
  if (p.exact().get_den() == 1 && p.exact() <= kMostFactors) {
    whole_ = p.exact().get_num().get_ui();
  }
  table.numerators.empty() ? scale_others() : scale_integers();
  scale_of_all_ = scale_exponent_;
}

void TableDifferences::scale_integers() {
  const std::vector<std::int64_t> &numerators = table_.numerators;
  const auto [least, most] = std::minmax_element(numerators.begin(), numerators.end());
  range_ = distance(*most, *least);
  scale_exponent_ = static_cast<int>(std::bit_width(range_));
  const std::size_t count = numerators.size();
  if (range_ < std::min<std::uint64_t>(kLargestList, std::max<std::uint64_t>(256, 4 * count))) {
    list_ = List::Exact;
    make_list(static_cast<std::size_t>(range_) + 1, [&](std::size_t n) { return power_of(n); });
  } else if (whole_ == 0 && count >= kManySamples) {
    list_ = List::Rounded;
    make_list(bucket_of(range_) + 1, [&](std::size_t n) {
      const auto [low, high] = bucket_ends(n);
      return Interval(power_of(low).lower(), power_of(high).upper());
    });
  }
}

// Doubles and rationals: bounds of 2^-e sample, with 2^e at least twice the largest difference, so that
// rounding leaves these below 1.
void TableDifferences::scale_others() {
  const std::size_t count = table_.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Interval x = table_.doubles.empty() ? enclosure(table_.rationals[i]) : Interval(table_.doubles[i]);
    scaled_lower_.push_back(x.lower());
    scaled_upper_.push_back(x.upper());
  }
  // Halves, which differ by no more than the largest double.
  const double half_range =
      sub_up(mul_up(0.5, *std::max_element(scaled_upper_.begin(), scaled_upper_.end())),
             mul_down(0.5, *std::min_element(scaled_lower_.begin(), scaled_lower_.end())));
  int exponent = 0;
  std::frexp(half_range, &exponent); // half_range < 2^exponent
  scale_exponent_ = half_range > 0 ? exponent + 2 : 0;
  if (!table_.rationals.empty()) { // which may differ by far less than enclosures tell
    const auto [least, most] = std::minmax_element(table_.rationals.begin(), table_.rationals.end());
    std::frexp(enclosure(mpq_class(*most - *least)).upper(), &exponent);
    scale_exponent_ = std::min(scale_exponent_, exponent + 1);
  }
  scale_samples();
  if (whole_ == 0 && count >= kManySamples) {
    list_ = List::Rounded;
    make_list(place_of(1.0) + 1, [&](std::size_t n) { return power_of_scaled(place_ends(n)); });
  }
}

void TableDifferences::scale_samples() {
  for (std::size_t i = 0; i < table_.size(); ++i) {
    const Interval x = table_.doubles.empty() ? enclosure(table_.rationals[i]) : Interval(table_.doubles[i]);
    scaled_lower_[i] = scaled_down(x.lower(), -scale_exponent_);
    scaled_upper_[i] = scaled_up(x.upper(), -scale_exponent_);
  }
}

// About the largest difference of two samples at most so many apart along each axis: the largest less the
// smallest of every window, axis by axis, each from windows half as long.
double TableDifferences::largest_within(std::span<const double> reach) const {
  const std::size_t count = table_.size();
  std::vector<double> most(count);
  for (std::size_t i = 0; i < count; ++i) {
    const double x =
        table_.numerators.empty() ? table_.nearest(i) : static_cast<double>(table_.numerators[i]);
    most[i] = x / 2; // halves, which differ by no more than the largest double
  }
  std::vector<double> least = most;
  std::size_t stride = 1;
  for (std::size_t j = 0; j < reach.size(); ++j) {
    const auto side = static_cast<std::size_t>(table_.sides[j]);
    const auto window = static_cast<std::size_t>(std::min<double>(table_.sides[j], std::ceil(reach[j]) + 1));
    for (std::size_t length = 1; length < window;) {
      const std::size_t step = std::min(length, window - length);
      for (std::size_t i = 0; i < count; ++i) { // upward: what stands further on is not widened yet
        if (i / stride % side + step < side) {
          most[i] = std::max(most[i], most[i + step * stride]);
          least[i] = std::min(least[i], least[i + step * stride]);
        }
      }
      length += step;
    }
    stride *= side;
  }
  double largest = 0;
  for (std::size_t i = 0; i < count; ++i) {
    largest = std::max(largest, most[i] - least[i]);
  }
  return 2 * largest;
}

void TableDifferences::suit(std::span<const double> reach) {
  assert_upward();
  if (!p_.is_large()) {
    return;
  }
  const double largest = largest_within(reach);
  if (!(largest > 0) || !std::isfinite(largest)) {
    return;
  }
  const int exponent = std::ilogb(largest);
  const bool lost = (scale_of_all_ - exponent) * p_.exact().get_d() > kBitsNotLost;
  rescale(lost ? exponent : scale_of_all_);
}

void TableDifferences::rescale(int exponent) {
  if (exponent == scale_exponent_) {
    return;
  }
  scale_exponent_ = exponent;
  sums_.clear();
  list_ = List::None; // its scale was another one
  powers_.clear();
  if (table_.numerators.empty()) {
    scale_samples();
  }
}

template <class EndsOf> void TableDifferences::make_list(std::size_t size, const EndsOf &ends_of) {
  powers_.resize(size);
  oneapi::tbb::parallel_for(oneapi::tbb::blocked_range<std::size_t>(0, size, 1024), [&](const auto &part) {
    throw_if_stopped();
    const UpwardScope upward;
    prepare_mpfr_thread();
    for (std::size_t n = part.begin(); n < part.end(); ++n) {
      const Interval power = ends_of(n);
      powers_[n] = {-power.lower(), power.upper()};
    }
  });
}

// (2^-scale_exponent n)^p.
Interval TableDifferences::power_of(std::uint64_t difference) const {
  const Interval integer = Interval(static_cast<std::int64_t>(difference >> 32)) * Interval(0x1p32) +
                           Interval(static_cast<std::int64_t>(difference & 0xffffffffU)); // up to 2^64 - 1
  return power_of_scaled(
      Interval(std::ldexp(integer.lower(), -scale_exponent_), std::ldexp(integer.upper(), -scale_exponent_)));
}

// 2^-e |f_b - f_a| of samples that are no integers.
Interval TableDifferences::scaled_difference(std::size_t a, std::size_t b) const {
  const double lower = sub_down(scaled_lower_[b], scaled_upper_[a]);
  const double upper = sub_up(scaled_upper_[b], scaled_lower_[a]);
  const Interval size = lower >= 0   ? Interval(lower, upper)
                        : upper <= 0 ? Interval(-upper, -lower)
                                     : Interval(0.0, std::max(-lower, upper));
  if (table_.rationals.empty() || size.lower() >= mul_up(1 - kSharpDifference, size.upper())) {
    return size;
  }
  const Interval exact = enclosure(mpq_class(abs(table_.rationals[b] - table_.rationals[a])));
  return {scaled_down(exact.lower(), -scale_exponent_), scaled_up(exact.upper(), -scale_exponent_)};
}

// x^p for x >= 0.
Interval TableDifferences::power_of_scaled(const Interval &x) const {
  if (whole_ == 0) {
    // Up to 1, powers fall as the exponent grows.
    return {pow_down(x.lower(), x.lower() <= 1 ? exponent_.upper() : exponent_.lower()),
            pow_up(x.upper(), x.upper() <= 1 ? exponent_.lower() : exponent_.upper())};
  }
  double lower = 1;
  double upper = 1;
  double low_factor = x.lower();
  double high_factor = x.upper();
  for (unsigned long n = whole_;; n /= 2) {
    if (n % 2 == 1) {
      lower = mul_down(lower, low_factor);
      upper = mul_up(upper, high_factor);
    }
    if (n == 1) {
      return {lower, upper};
    }
    low_factor = mul_down(low_factor, low_factor);
    high_factor = mul_up(high_factor, high_factor);
  }
}

double TableDifferences::cost_of_sum() const noexcept {
  const double dearness = list_ != List::None ? 1 : whole_ != 0 ? 4 : 256;
  return dearness * static_cast<double>(table_.size());
}

// Over the samples first..last - 1, of samples that are no integers.
TableDifferences::Ends TableDifferences::sum_of_others(std::size_t first, std::size_t last,
                                                       std::int64_t offset) const {
  Ends sum{0, 0};
  for (std::size_t i = first; i < last; ++i) {
    const Interval x = scaled_difference(i, static_cast<std::size_t>(static_cast<std::int64_t>(i) + offset));
    if (list_ == List::Rounded) {
      sum.negative_lower = add_up(sum.negative_lower, powers_[place_of(x.lower())].negative_lower);
      sum.upper = add_up(sum.upper, powers_[place_of(x.upper())].upper);
    } else {
      const Interval power = power_of_scaled(x);
      sum.negative_lower = add_up(sum.negative_lower, -power.lower());
      sum.upper = add_up(sum.upper, power.upper());
    }
  }
  return sum;
}

Interval TableDifferences::sum_over_samples(std::span<const std::int64_t> s) const {
  assert_upward();
  const Pairs pairs(table_.sides, s);
  if (pairs.items == 0) {
    return Interval(0.0);
  }
  std::vector<Ends> sums(static_cast<std::size_t>(pairs.items));
  const std::size_t grain = static_cast<std::size_t>(kBlock / std::min(kBlock, pairs.length[0])) + 1;
  oneapi::tbb::parallel_for(
      oneapi::tbb::blocked_range<std::size_t>(0, sums.size(), grain), [&](const auto &part) {
        throw_if_stopped();
        const UpwardScope upward;
        prepare_mpfr_thread();
        for (std::size_t item = part.begin(); item < part.end(); ++item) {
          std::int64_t line = static_cast<std::int64_t>(item) / pairs.blocks;
          const std::int64_t begin = static_cast<std::int64_t>(item) % pairs.blocks * kBlock;
          const std::int64_t end = std::min(pairs.length[0], begin + kBlock);
          std::int64_t base = pairs.first[0];
          std::int64_t stride = table_.sides[0];
          for (std::size_t j = 1; j < s.size(); ++j) {
            base += stride * (pairs.first[j] + line % pairs.length[j]);
            line /= pairs.length[j];
            stride *= table_.sides[j];
          }
          if (table_.numerators.empty()) {
            sums[item] = sum_of_others(static_cast<std::size_t>(base + begin),
                                       static_cast<std::size_t>(base + end), pairs.offset);
            continue;
          }
          const std::int64_t *here = table_.numerators.data() + base;
          const std::int64_t *there = here + pairs.offset;
          const auto sum_of = [&](const auto &ends_of) {
            Ends sum{0, 0};
            for (std::int64_t i = begin; i < end; ++i) {
              const Ends power = ends_of(distance(there[i], here[i]));
              sum.negative_lower = add_up(sum.negative_lower, power.negative_lower);
              sum.upper = add_up(sum.upper, power.upper);
            }
            return sum;
          };
          sums[item] = list_ == List::Exact ? sum_of([&](std::uint64_t n) { return powers_[n]; })
                       : list_ == List::Rounded
                           ? sum_of([&](std::uint64_t n) { return powers_[bucket_of(n)]; })
                           : sum_of([&](std::uint64_t n) {
                               const Interval power = power_of(n);
                               return Ends{-power.lower(), power.upper()};
                             });
        }
      });
  Ends total{0, 0}; // in the order of the samples
  for (const Ends &sum : sums) {
    total.negative_lower = add_up(total.negative_lower, sum.negative_lower);
    total.upper = add_up(total.upper, sum.upper);
  }
  return {std::max(0.0, -total.negative_lower), total.upper};
}

Interval TableDifferences::scaled_sum(std::vector<std::int64_t> s) {
  const auto nonzero = std::find_if(s.begin(), s.end(), [](std::int64_t x) { return x != 0; });
  if (nonzero == s.end()) {
    return Interval(0.0);
  }
  if (*nonzero < 0) {
    for (std::int64_t &x : s) {
      x = -x;
    }
  }
  const auto [place, is_new] = sums_.try_emplace(std::move(s), 0.0);
  if (is_new) {
    place->second = sum_over_samples(place->first);
  }
  return place->second;
}

Interval TableDifferences::norm_from_scaled(const Interval &x) const {
  assert_upward();
  const Interval mean = x / Interval(static_cast<std::int64_t>(table_.size()));
  const Interval root = p_.root(Interval(std::max(0.0, mean.lower()), mean.upper()));
  const Interval scaled(scaled_down(root.lower(), scale_exponent_), scaled_up(root.upper(), scale_exponent_));
  return scaled / Interval(table_.denominator);
}

Interval TableDifferences::norm(std::span<const double> h) {
  assert_upward();
  const std::size_t d = table_.dimension;
  assert(h.size() == d);
  std::vector<std::int64_t> s(d);
  std::vector<mpq_class> r(d);
  for (std::size_t j = 0; j < d; ++j) {
    mpq_class samples(h[j]); // exact
    samples *= table_.sides[j];
    mpz_class whole;
    mpz_fdiv_q(whole.get_mpz_t(), samples.get_num_mpz_t(), samples.get_den_mpz_t());
    if (whole >= table_.sides[j] || whole < -table_.sides[j]) { // |h_j| >= 1: Omega_h has measure 0
      return Interval(0.0);
    }
    r[j] = samples - mpq_class(whole);
    s[j] = whole.get_si();
  }
  Interval sum(0.0);
  for (std::size_t c = 0; c < std::size_t{1} << d; ++c) {
    mpq_class weight = 1;
    std::vector<std::int64_t> corner = s;
    for (std::size_t j = 0; j < d && weight != 0; ++j) {
      const bool next = (c >> j & 1U) != 0;
      weight *= next ? r[j] : mpq_class(1 - r[j]);
      corner[j] += next ? 1 : 0;
    }
    if (weight != 0) {
      sum += enclosure(weight) * scaled_sum(std::move(corner));
    }
  }
  return norm_from_scaled(sum);
}

} // namespace layercert
