#include "samples.hpp"

#include <algorithm>
#include <map>

namespace checker {

namespace {

Interval sample(const SampleTable &table, slong numerator) {
  return Interval(numerator) / Interval(table.denominator);
}

} // namespace

// f - c is constant on the finer of the two grids.
Interval error_of_samples(const SampleTable &table, const Exponent &p, const std::vector<ulong> &place,
                          ulong side, const Interval &c, const Arf &Phi_0, Arf &sup) {
  const auto samples = static_cast<ulong>(table.side);
  const ulong fine = std::max(side, samples);
  const ulong in_cell = fine / side;
  ulong pieces = 1;
  Interval measure(1);
  for (std::size_t j = 0; j < place.size(); ++j) {
    pieces *= in_cell;
    measure = measure / Interval(fine);
  }
  Interval result;
  for (ulong piece = 0; piece < pieces; ++piece) {
    ulong rest = piece;
    ulong index = 0;
    ulong stride = 1;
    for (const ulong x : place) {
      index += stride * ((x * in_cell + rest % in_cell) / (fine / samples));
      rest /= in_cell;
      stride *= samples;
    }
    const Interval value = sample(table, table.numerators[index]);
    sup = std::max(sup, abs(value - Interval(Phi_0)).upper);
    result = result + p.power(abs(value - c));
  }
  return result * measure;
}

// h = (s + r) / side with whole s and 0 <= r < 1: side^-d sum over c in {0,1}^d of prod (c_j ? r_j : 1 - r_j) D(s + c), where D(s) is the sum
// of |f_(k+s) - f_k|^p over the samples k for which k + s is a sample.
Interval difference_of_samples(const SampleTable &table, const Exponent &p, const std::vector<Arf> &h) {
  const auto n = static_cast<slong>(table.side);
  std::vector<slong> whole;
  std::vector<Arf> rest;
  for (const Arf &part : h) {
    const Arf moved = part * Arf(n);
    const Arf floor = moved.floor();
    whole.push_back(arf_get_si(floor.get(), ARF_RND_DOWN));
    rest.push_back(moved - floor);
  }
  Interval result;
  for (ulong corner = 0; corner < ulong{1} << h.size(); ++corner) {
    Interval weight(1);
    std::vector<slong> s = whole;
    for (std::size_t j = 0; j < h.size(); ++j) {
      const bool up = (corner >> j & 1) != 0;
      s[j] += up ? 1 : 0;
      weight = weight * Interval(up ? rest[j] : Arf(1) - rest[j]) / Interval(n);
    }
    if (weight.zero()) {
      continue;
    }
    std::map<slong, slong> counts; // of each difference
    for (std::size_t k = 0; k < table.numerators.size(); ++k) {
      auto left = static_cast<slong>(k);
      slong other = 0;
      slong stride = 1;
      bool inside = true;
      for (const slong step : s) {
        const slong x = left % n + step;
        inside = inside && x >= 0 && x < n;
        other += stride * x;
        stride *= n;
        left /= n;
      }
      if (inside) {
        ++counts[std::abs(table.numerators[static_cast<std::size_t>(other)] - table.numerators[k])];
      }
    }
    Interval sum;
    for (const auto &[difference, times] : counts) {
      sum = sum + Interval(times) * p.power(sample(table, difference));
    }
    result = result + weight * sum;
  }
  return result;
}

} // namespace checker
