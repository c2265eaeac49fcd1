// What is known of f for one p, mostly 2, once it has been expanded: norms of differences and integrals over
// cells, without boxes of f. In what follows || ||_2 is || ||_p where exponent() is another.
#pragma once

#include "cell_integrals.hpp"

#include "layercert/numeric/interval.hpp"
#include "numeric/bounds.hpp"

#include <gmpxx.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace layercert {

// The root of a sum of squares, give or take `apart`.
inline Interval widened_root(const Interval &sum, double apart) {
  return {largest_lower(0.0, sub_down(sqrt_down(largest_lower(0.0, sum.lower())), apart)),
          known_upper(add_up(sqrt_up(known_upper(sum.upper())), apart))};
}

// Every call is for any number of threads and requires an open UpwardScope.
class SquareNorms {
public:
  SquareNorms() = default;
  SquareNorms(const SquareNorms &) = default;
  SquareNorms(SquareNorms &&) = default;
  SquareNorms &operator=(const SquareNorms &) = default;
  SquareNorms &operator=(SquareNorms &&) = default;
  virtual ~SquareNorms() = default;

  // Encloses || f(. + h) - f ||_2 over Omega_h. Requires: |h_j| < 1.
  virtual Interval difference_norm(std::span<const double> h) const = 0;
  // The integrals of |f - v|^2 over the cells of a level, `values` enclosing v; `boxes` are cells, and
  // nothing overlaps. Nothing where there are too many cells.
  virtual std::optional<CellIntegrals> cell_integrals(int N, int level,
                                                      const std::vector<Interval> &values) const = 0;
  // False: there are surely too many.
  virtual bool may_integrate_cells(int N, int level) const = 0;
  // At least || f - g ||_2, g being what f was expanded to.
  virtual double distance_upper() const = 0;
  // At least || dw/dx_j ||_2 and || d^2 w / dx_j dx_k ||_2 over the cube, w being f or g; infinite where
  // nothing is known.
  virtual double slope_upper(std::size_t j) const = 0;
  virtual double second_slope_upper(std::size_t j, std::size_t k) const = 0;
  // At least || s . grad w ||_2 for every s of that length in the Euclidean norm 1.
  virtual double steepest_upper() const = 0;
  // At least || f(. + h) - f ||_2 for all h between a and b, coordinate by coordinate, if f does not fall
  // along any coordinate in the direction of a_j and b_j. Requires: a_j and b_j have one sign, |a_j| <=
  // |b_j|, |a_j| < 1.
  virtual double rise_upper(std::span<const double> /*a*/, std::span<const double> /*b*/) const {
    return std::numeric_limits<double>::infinity();
  }
  // About how many boxes of an integral take as long as one norm.
  virtual std::uint64_t cost() const = 0;
  virtual mpq_class exponent() const { return 2; }
};

} // namespace layercert
