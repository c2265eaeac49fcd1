// Tensors of coefficients by Legendre's polynomials on [0, 1], the first coordinate's index fastest, and what
// a substitution in one coordinate does to them.
#pragma once

#include "layercert/numeric/interval.hpp"
#include "numeric/elementary.hpp"

#include <cstddef>
#include <vector>

namespace layercert {

using Row = std::vector<Interval>;

inline Interval whole(std::size_t n) { return Interval(static_cast<double>(n)); }

// The coefficients of (2 y - 1) q, where q has those of `row`: by Legendre's polynomials in y, and by powers
// of 2 y - 1.
inline Interval times_in_legendre(const Row &row, std::size_t i) {
  Interval sum(0.0);
  if (i > 0) {
    sum += row[i - 1] * whole(i) / whole(2 * i - 1);
  }
  if (i + 1 < row.size()) {
    sum += row[i + 1] * whole(i + 1) / whole(2 * i + 3);
  }
  return sum;
}
inline Interval times_in_powers(const Row &row, std::size_t i) { return i > 0 ? row[i - 1] : Interval(0.0); }

// Row n: P_n with slope (2 y - 1) + shift for 2 y - 1.
template <class Times>
std::vector<Row> substituted(std::size_t count, const Interval &slope, const Interval &shift,
                             const Times &times) {
  std::vector<Row> rows(count, Row(count, Interval(0.0)));
  rows[0][0] = Interval(1.0);
  for (std::size_t n = 0; n + 1 < count; ++n) {
    for (std::size_t i = 0; i <= n + 1; ++i) {
      Interval next = whole(2 * n + 1) * (slope * times(rows[n], i) + shift * rows[n][i]);
      if (n > 0) {
        next -= whole(n) * rows[n - 1][i];
      }
      rows[n + 1][i] = next / whole(n + 1);
    }
  }
  return rows;
}

// sum_n tensor[n, ...] rows[n][i] for i < most, along the axis whose index is fastest; i then becomes the
// slowest. After as many calls as axes, the order is the old one. The result is appended. Requires:
// rows[n][i] = 0 for i > n.
//
// For balls a +- r and b +- s, |sum_n x_n y_n - sum_n a_n b_n| <= sum_n |a_n| s_n + r_n (|b_n| + s_n). The
// sum of N products that is computed differs from sum_n a_n b_n by at most (N + 1) 2^-52 sum_n |a_n b_n| in
// any rounding mode (N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed. 2002, section 3.1,
// with the unit 2^-52 of directed rounding), and by N times the least double where products underflow.
void contract_to(const std::vector<Interval> &tensor, const std::vector<Row> &rows, std::size_t most,
                 std::vector<Interval> &result);

// The same in place, with all rows.
void contract(std::vector<Interval> &tensor, const std::vector<Row> &rows);

} // namespace layercert
