#include "samples.hpp"

#include "shares.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>

namespace checker {

namespace {

Interval of_double(double x) {
  Arf result;
  arf_set_d(result.get(), x);
  return Interval(result);
}

// |f_b - f_a| to the p, times the number of pairs, over all pairs of samples.
class PowerSum {
public:
  PowerSum(const SampleTable &table, const Exponent &p) : table_(table), p_(p) {}

  void add(std::size_t a, std::size_t b) {
    if (!table_.numerators.empty()) {
      ++counts_[std::abs(table_.numerators[b] - table_.numerators[a])];
    } else if (!table_.doubles.empty()) {
      rest_ = rest_ + p_.power(abs(of_double(table_.doubles[b]) - of_double(table_.doubles[a])));
    } else {
      const Rational difference = table_.rationals[b] - table_.rationals[a];
      rest_ = rest_ + p_.power(abs(Interval(difference)));
    }
  }

  Interval value() const {
    Interval sum = rest_;
    for (const auto &[difference, times] : counts_) {
      sum = sum + Interval(times) * p_.power(Interval(difference) / Interval(table_.denominator));
    }
    return sum;
  }

private:
  const SampleTable &table_;
  const Exponent &p_;
  std::map<slong, slong> counts_; // of each difference of whole numbers
  Interval rest_;
};

} // namespace

Interval sample(const SampleTable &table, std::size_t i) {
  return !table.numerators.empty() ? Interval(table.numerators[i]) / Interval(table.denominator)
         : !table.doubles.empty()  ? of_double(table.doubles[i])
                                   : Interval(table.rationals[i]);
}

// f - c is constant on what the cell shares with a sample.
Interval error_of_samples(const SampleTable &table, const Exponent &p, const std::vector<ulong> &place,
                          ulong side, const Interval &c, const Arf &Phi_0, Arf &sup) {
  const std::size_t d = place.size();
  std::vector<Shares> axes;
  Interval units(1); // of the cube
  for (std::size_t j = 0; j < d; ++j) {
    axes.emplace_back(place[j], side, static_cast<ulong>(table.sides[j]));
    units = units * Interval(axes[j].units);
  }
  Interval result;
  std::vector<std::size_t> at(d, 0); // among the samples of each axis that meet the cell
  for (bool more = true; more;) {
    std::size_t index = 0;
    Interval shared(1);
    for (std::size_t j = d; j-- > 0;) {
      index = index * static_cast<std::size_t>(table.sides[j]) + axes[j].first + at[j];
      if (axes[j].lengths[at[j]] != 1) {
        shared = shared * Interval(axes[j].lengths[at[j]]);
      }
    }
    const Interval value = sample(table, index);
    sup = std::max(sup, abs(value - Interval(Phi_0)).upper);
    result = result + p.power(abs(value - c)) * shared;
    more = false;
    for (std::size_t j = 0; j < d && !more; ++j) { // the next one
      more = at[j] + 1 < axes[j].lengths.size();
      at[j] = more ? at[j] + 1 : 0;
    }
  }
  return result / units;
}

// h_j = (s_j + r_j) / n_j with whole s_j and 0 <= r_j < 1, n_j samples along axis j: sum over c in {0,1}^d of
// prod (c_j ? r_j : 1 - r_j) / n_j times D(s + c), where D(s) is the sum of |f_(k+s) - f_k|^p over the
// samples k for which k + s is a sample.
Interval difference_of_samples(const SampleTable &table, const Exponent &p, const std::vector<Arf> &h) {
  const std::size_t d = h.size();
  std::vector<slong> whole;
  std::vector<Arf> rest;
  for (std::size_t j = 0; j < d; ++j) {
    const Arf moved = h[j] * Arf(table.sides[j]);
    const Arf floor = moved.floor();
    whole.push_back(arf_get_si(floor.get(), ARF_RND_DOWN));
    rest.push_back(moved - floor);
  }
  Interval result;
  for (ulong corner = 0; corner < ulong{1} << d; ++corner) {
    Interval weight(1);
    std::vector<slong> s = whole;
    for (std::size_t j = 0; j < d; ++j) {
      const bool up = (corner >> j & 1) != 0;
      s[j] += up ? 1 : 0;
      weight = weight * Interval(up ? rest[j] : Arf(1) - rest[j]) / Interval(table.sides[j]);
    }
    if (weight.zero()) {
      continue;
    }
    PowerSum sum(table, p);
    for (std::size_t k = 0; k < table.size(); ++k) {
      auto left = static_cast<slong>(k);
      slong other = 0;
      slong stride = 1;
      bool inside = true;
      for (std::size_t j = 0; j < d; ++j) {
        const slong n = table.sides[j];
        const slong x = left % n + s[j];
        inside = inside && x >= 0 && x < n;
        other += stride * x;
        stride *= n;
        left /= n;
      }
      if (inside) {
        sum.add(k, static_cast<std::size_t>(other));
      }
    }
    result = result + weight * sum.value();
  }
  return result;
}

} // namespace checker
