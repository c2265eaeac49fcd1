// || f(. + h) - f ||_p of a piecewise constant table, for every shift h: a formula, not a search.
//
// Let h_j = (s_j + r_j) / side with whole s_j and 0 <= r_j < 1. A point of sample k, at the part u_j of its width, moves into
// sample k + s + c, where c_j = 1 if u_j + r_j >= 1 and 0 otherwise; so the pair (k, k + s + c) fills a box of volume
// prod_j (c_j ? r_j : 1 - r_j) / side^d, and
//
//     || f(. + h) - f ||_p^p = side^-d  sum_{c in {0,1}^d}  prod_j (c_j ? r_j : 1 - r_j)  D(s + c),
//     D(s) = sum over the samples k for which k + s is a sample of |f_(k+s) - f_k|^p.
//
// Both points lie in the cube exactly if both samples exist, so nothing is left to cut at the border of Omega_h.
#pragma once

#include "integrate/box_bounds.hpp"
#include "layercert/function/sample_table.hpp"

#include <map>
#include <span>
#include <vector>

namespace layercert {

// The table and p must outlive it. Requires, for construction and every call, an open UpwardScope. One thread calls; the sums
// run on all, and come out the same for any number of them.
class TableDifferences {
public:
  TableDifferences(const SampleTable &table, const Exponent &p);

  // Encloses || f(. + h) - f ||_p, in units of the samples. Requires: h.size() == dimension, h finite.
  Interval norm(std::span<const double> h);

  // Encloses 2^(-p scale_exponent) denominator^p D(s). Every s is summed once, and remembered; D(-s) = D(s).
  Interval scaled_sum(std::vector<std::int64_t> s);
  // || . ||_p from a mean of scaled sums: (side^-d x)^(1/p) 2^scale_exponent / denominator.
  Interval norm_from_scaled(const Interval &x) const;

  // Samples that a new scaled_sum looks at, times how dear a power is beside a look into a list.
  double cost_of_sum() const noexcept;
  std::size_t sums_made() const noexcept { return sums_.size(); }

private:
  Interval power_of(std::uint64_t difference) const;
  Interval sum_over_samples(std::span<const std::int64_t> s) const;

  const SampleTable &table_;
  const Exponent &p_;
  Interval exponent_;       // p
  std::uint64_t range_ = 0; // largest numerator - smallest
  int scale_exponent_ = 0;  // the least e with range < 2^e
  unsigned long whole_ = 0; // p where it is whole and small, else 0
  // (-lower, upper): rounded upward, sums of the first member are the mirror image of a sum rounded downward.
  struct Ends {
    double negative_lower;
    double upper;
  };
  // Powers of all differences, where those are few; where samples are many and a power is dear, of all differences rounded to
  // 13 leading bits, which widens the norm by at most 2^-12 of itself; or no list.
  enum class List { None, Exact, Rounded };
  void make_list(std::size_t size);

  List list_ = List::None;
  std::vector<Ends> powers_;
  std::map<std::vector<std::int64_t>, Interval> sums_;
};

} // namespace layercert
