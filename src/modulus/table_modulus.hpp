// Bounds of the modulus of continuity of a piecewise constant table, from the exact formula of
// table_differences.hpp.
#pragma once

#include "modulus.hpp"
#include "table_differences.hpp"

#include <gmpxx.h>

#include <map>
#include <vector>

namespace layercert {

// The instance, the table and p must outlive it. Requires an open UpwardScope, for construction and every
// call.
class TableModulus {
public:
  TableModulus(const Instance &instance, const SampleTable &table, const Exponent &p);

  // A lower bound of omega_p(f, N^-level): the best of the candidate shifts, of a fan of shifts by whole
  // samples, and, where the scale is shorter than a sample, of the steepest direction.
  ModulusLower lower(int level);

  // An upper bound of omega_p(f, N^-level), to about a thousandth; looser where all shifts would cost too
  // much. In one dimension and for the maximum norm it is the modulus itself, up to rounding, at scales of
  // few samples.
  double upper(int level);

private:
  // The shifts of a norm of at most 1/divisor, in samples: |x_j / reach_j| has a norm of at most 1, with
  // reach_j = samples along axis j / divisor.
  struct Ball {
    mpz_class divisor;
    std::vector<double> reach_lower, reach_upper;
  };
  class CornerStrategy; // of branch_and_bound.hpp

  Ball ball_of(const mpz_class &divisor) const;
  mpz_class cells_along_axis_of(int level) const;
  bool below_one_sample(const Ball &ball) const;
  double half_box_size(const Ball &ball) const;
  bool contains(const Ball &ball, const std::vector<std::int64_t> &s) const;
  double size_of_shift(const std::vector<double> &x, const std::vector<double> &reach, bool up) const;
  std::vector<double> as_shift(const std::vector<double> &samples, const mpz_class &divisor) const;
  void try_shift(const std::vector<double> &h, ModulusLower &best);
  std::vector<std::vector<std::int64_t>> fan(const Ball &ball) const;
  std::vector<double> steepest(double t);
  double upper_in(const Ball &ball);
  double upper_by_search(const Ball &ball);
  double upper_below_one_sample(const Ball &ball);
  bool affordable(double sums, double budget) const;

  const Instance &instance_;
  const SampleTable &table_;
  TableDifferences differences_;
  // By the divisor of the ball: what a search found, the best shift in samples and the bound.
  std::map<mpz_class, std::vector<double>> best_at_;
  std::map<mpz_class, double> upper_at_;
};

} // namespace layercert
