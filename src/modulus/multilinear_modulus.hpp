// Both bounds of omega_2(f, t) for samples with multilinear interpolation, by the exact integral.
//
// Along one axis let y = m x count patches, m of them, and s = m h = q + r with whole q >= 0 and 0 <= r <= 1.
// Where y = i + u lies in patch i, y + s lies in patch i + q' with q' = q for u <= 1 - r, and with q' = q + 1
// for u >= 1 - r; i runs from 0 to m - q' - 1 in both cases. With the values v_i at the nodes and hats phi,
// psi,
//
//     f(y) = psi_0 v_i + psi_1 v_(i+1),   f(y + s) = phi_0 v_(i+q') + phi_1 v_(i+q'+1),
//
// so that the integrals over u of products of two of these four hats are polynomials in r of degree 3, which
// do not depend on i. They are listed in the .cpp file. Therefore, in d dimensions and on each cube q +
// [0,1]^d of shifts in patches,
//
//     F(h) = || f(. + h) - f ||_2^2 = int f(. + h)^2 - 2 int f(. + h) f + int f^2
//
// is a polynomial of degree 3 in every r_j, and its coefficients are sums of v_(i+x) v_(i+y) over all i. In
// Bernstein's form on a box of r it lies between its least and its greatest coefficient. A negative h_j is a
// positive one of the samples in the opposite order along x_j, and F(-h) = F(h).
//
// The sums: with f(. + h) and f once each, x - y is a lag of whole patches, and i runs over all indices that
// the lag leaves, but for the first, the last or both along each axis; so every lag is summed up once, by
// these classes. With one of them twice, x - y is 0 or 1 along each axis, and the sums are those of the first
// so many, or of the last so many indices.
//
// The samples are rounded to doubles first: f is then another function, nowhere farther away than the largest
// rounding e, and by Minkowski's inequality the norm differs by at most 2 e.
#pragma once

#include "modulus_problem.hpp"
#include "shift_cones.hpp"

#include "function/grid_overlap.hpp"
#include "layercert/function/sample_table.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace layercert {

class MultilinearDifference {
public:
  static constexpr std::size_t kMostAxes = 3;
  static constexpr std::size_t kMostSamples = std::size_t{1}
                                              << 18;   // for which sums are kept, of up to 700 bytes each
  using Patches = std::array<std::int64_t, kMostAxes>; // along each axis

  // Nothing for more than kMostAxes dimensions, or kMostSamples samples, or samples that are all equal.
  // Requires: table.sides[j] >= 2; an open UpwardScope.
  static std::optional<MultilinearDifference> of(const SampleTable &table);

  // Holds || f(. + h) - f ||_2. Requires: |h_j| < 1; an open UpwardScope.
  Interval norm(std::span<const double> h) const;

  // sum v_(k+lag) v_k over the k of each class: along axis j digit j to the base 3 says whether k is the
  // first (0), between (1), or the last (2). Requires: |lag_j| <= patches()[j]; an open UpwardScope. Bit j of
  // `opposite`: the samples are taken in the opposite order along x_j.
  using LagSums = std::array<Interval, 27>;
  LagSums sums_of_lag(std::size_t opposite, const Patches &lag) const;

  // F up to a positive factor, on a cube of shifts: the 4^d coefficients of Bernstein's form, that of r_0
  // fastest. Bit j of `opposite` says that h_j <= 0, and h_j = -(q_j + r_j) / m_j. sums(lag) gives
  // sums_of_lag(opposite, lag). Requires: 0 <= q_j < patches()[j]; an open UpwardScope.
  using Coefficients = std::vector<Interval>;
  using SumsOfLag = std::function<const LagSums &(const Patches &lag)>;
  Coefficients coefficients(std::size_t opposite, const Patches &q, const SumsOfLag &sums) const;
  Coefficients coefficients(std::size_t opposite, const Patches &q) const;
  // The norms for values of F in that factor.
  Interval norm_of(const Interval &value) const;

  std::size_t dimension() const noexcept { return dimension_; }
  const Patches &patches() const noexcept { return patches_; }

private:
  MultilinearDifference() = default;
  void add_up_first();
  std::size_t place_of_count(const Patches &count) const;
  Interval sum_of_both(const Patches &moved, std::size_t x, std::size_t y, const SumsOfLag &sums) const;
  Interval sum_of_first(std::size_t opposite, const Patches &count, std::size_t x, std::size_t y) const;

  std::size_t dimension_ = 0;
  Patches patches_{}; // m_j; 1 for j >= d, as if f were constant there
  std::vector<std::vector<double>>
      samples_; // in units of unit_, from about their mean; by all 2^d `opposite`
  std::vector<std::vector<std::vector<Interval>>>
      first_;                 // by `opposite`, x and y: sums of v_(i+x) v_(i+y) for i < count
  double unit_ = 1;           // a power of two
  double rounding_upper_ = 0; // e, in that unit
};

// `difference` is of problem.f, and p = 2. `known` bounds the modulus already, from both sides, and is
// returned as it is where the sums of products would take longer than the limits allow. The same result for
// any number of threads. Requires: an open UpwardScope.
ModulusBounds search_multilinear_modulus(const MultilinearDifference &difference,
                                         const ModulusProblem &problem, const ModulusBounds &known,
                                         const SearchLimits &limits);

} // namespace layercert
