// || f(. + h) - f ||_p of a piecewise constant table, for every shift h: a formula, not a search.
//
// Let n_j be the samples along axis j, and h_j = (s_j + r_j) / n_j with whole s_j and 0 <= r_j < 1. A point
// of sample k, at the part u_j of its width, moves into sample k + s + c, where c_j = 1 if u_j + r_j >= 1 and
// 0 otherwise; so the pair (k, k + s + c) fills a box of volume prod_j (c_j ? r_j : 1 - r_j) / n_j, and
//
//     || f(. + h) - f ||_p^p = prod_j 1/n_j  sum_{c in {0,1}^d}  prod_j (c_j ? r_j : 1 - r_j)  D(s + c),
//     D(s) = sum over the samples k for which k + s is a sample of |f_(k+s) - f_k|^p.
//
// Both points lie in the cube exactly if both samples exist, so nothing is left to cut at the border of
// Omega_h.
#pragma once

#include "modulus.hpp"

#include "integrate/box_bounds.hpp"
#include "layercert/function/sample_table.hpp"

#include <map>
#include <span>
#include <vector>

namespace layercert {

// The table and p must outlive it. Requires, for construction and every call, an open UpwardScope. One thread
// calls; the sums run on all, and come out the same for any number of them.
class TableDifferences {
public:
  TableDifferences(const SampleTable &table, const Exponent &p);

  // From here on, scaled sums are in a scale that suits shifts of at most so many samples along each axis. It
  // changes only where p is so large that their powers would be lost in the scale of all shifts.
  void suit(std::span<const double> reach);

  // Encloses || f(. + h) - f ||_p, in units of the samples. Requires: h.size() == dimension, h finite.
  Interval norm(std::span<const double> h);

  // Encloses 2^(-p scale_exponent) D(s), the samples counted in units of 1/denominator. Every s is summed
  // once in each scale, and remembered; D(-s) = D(s).
  Interval scaled_sum(std::vector<std::int64_t> s);
  // || . ||_p from a mean of scaled sums: (x / number of samples)^(1/p) 2^scale_exponent / denominator.
  Interval norm_from_scaled(const Interval &x) const;

  // Samples that a new scaled_sum looks at, times how dear a power is beside a look into a list.
  double cost_of_sum() const noexcept;
  std::size_t sums_made() const noexcept { return sums_.size(); }

private:
  // (-lower, upper): rounded upward, sums of the first member are the mirror image of a sum rounded downward.
  struct Ends {
    double negative_lower;
    double upper;
  };
  void scale_integers();
  void scale_others();
  void rescale(int exponent);
  void scale_samples();
  double largest_within(std::span<const double> reach) const;
  Interval power_of(std::uint64_t difference) const;
  Interval power_of_scaled(const Interval &x) const;
  Interval scaled_difference(std::size_t a, std::size_t b) const;
  Ends sum_of_others(std::size_t first, std::size_t last, std::int64_t offset) const;
  Interval sum_over_samples(std::span<const std::int64_t> s) const;

  const SampleTable &table_;
  const Exponent &p_;
  Interval exponent_;       // p
  std::uint64_t range_ = 0; // largest numerator - smallest
  int scale_exponent_ = 0;  // 2^e is at least the largest difference, or about that of suit()
  int scale_of_all_ = 0;    // the first one
  std::vector<double> scaled_lower_, scaled_upper_; // of samples that are no integers: bounds of 2^-e sample
  unsigned long whole_ = 0; // p where it is whole, and products are cheaper than MPFR, else 0
  // Powers of all differences, where those are few; where samples are many and a power is dear, of all
  // differences rounded to 13 leading bits, which widens the norm by at most 2^-12 of itself; or no list.
  enum class List { None, Exact, Rounded };
  template <class EndsOf> void make_list(std::size_t size, const EndsOf &ends_of);

  List list_ = List::None;
  std::vector<Ends> powers_;
  std::map<std::vector<std::int64_t>, Interval> sums_;
};

} // namespace layercert
