// Bounds of the modulus of continuity of a piecewise constant table, from the exact formula of table_differences.hpp.
#pragma once

#include "modulus.hpp"
#include "table_differences.hpp"

#include <map>

namespace layercert {

// The instance, the table and p must outlive it. Requires an open UpwardScope, for construction and every call.
class TableModulus {
public:
  TableModulus(const Instance &instance, const SampleTable &table, const Exponent &p);

  // A lower bound of omega_p(f, N^-level): the best of the candidate shifts, of a fan of shifts by whole samples, and, where the
  // scale is shorter than a sample, of the steepest direction.
  ModulusLower lower(int level);

  // An upper bound of omega_p(f, N^-level), to about a thousandth; looser where all shifts would cost too much, or infinite. In one
  // dimension and for the maximum norm it is the modulus itself, up to rounding, at scales of few samples.
  double upper(int level);

private:
  std::int64_t radius_lower(int level) const; // side N^-level, rounded down to whole samples
  std::int64_t radius_upper(int level) const; // and up
  void try_shift(const std::vector<double> &h, ModulusLower &best);
  std::vector<std::vector<std::int64_t>> fan(std::int64_t radius) const;
  std::vector<double> steepest(double t);
  double upper_at_radius(std::int64_t radius);
  double upper_below_one_sample(double part_upper);
  bool affordable(double sums, double budget) const;

  const Instance &instance_;
  const SampleTable &table_;
  TableDifferences differences_;
  std::map<std::int64_t, std::vector<double>>
      best_at_;                  // by radius: the shift, in samples, that a search found to be the best
  std::vector<double> upper_at_; // [m - 1] of omega_p(f, m / side), as far as they were wanted
};

} // namespace layercert
