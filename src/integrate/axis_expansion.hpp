// Functions u of one coordinate as piecewise polynomials U with proven distances in L^2, and the integrals of
// products of them that norms of sums of products need (Lemmas 44 to 46 of proofs/theorem.md).
//
// [0, 1] is cut into pieces for all functions together. On a piece with centre c and half side r where u is
// smooth, U is a polynomial near Taylor's in t = (x - c)/r,
//
//     |u - U| <= sum_(a < m) |u_a(c) r^a - U_a| + |u_m r^m - U_m|,   u_a = u^(a)/a!, the last one over the piece;
//
// elsewhere (a pole, a jump, a kink, no slope at all) U is a number v, and the integral of |u - v|^2 over the
// piece is bounded as any integral is. Pieces are halved until the sum of all these is small: towards a pole
// they become as short as doubles can be.
#pragma once

#include "layercert/function/expression.hpp"
#include "layercert/numeric/interval.hpp"

#include <gmpxx.h>

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

namespace layercert {

// Of functions numbered 0, 1, ..., where 0 is the constant 1: row after row.
using ProductMatrix = std::vector<Interval>;

// The integrals over {x : x and x + h in [0, 1]} of products of u(x), v(x + h) and their differences v(x + h)
// - v(x).
struct StepProducts {
  ProductMatrix here_here, there_there, here_there, here_rise, there_rise, rise_rise;
};
// On each of K slabs of equal width: the means of U, and the means of products of deviations from them,
// covariances.
struct SlabProducts {
  std::vector<std::vector<Interval>> means;
  std::vector<ProductMatrix> covariances;
};

// Immutable: for any number of threads.
class AxisExpansion {
public:
  // The functions are expressions in x_0. Requires: an open UpwardScope.
  static AxisExpansion of(const std::vector<Expression> &functions);

  std::size_t count() const noexcept { return distances_upper_[0].size(); } // with the constant
  // At least || u - U ||_2 over [0, 1]; of the first and second derivative, infinite where u has none.
  double distance_upper(std::size_t u, std::size_t order = 0) const { return distances_upper_[order][u]; }
  // The integral of U^(order) V^(other_order).
  Interval product(std::size_t u, std::size_t order, std::size_t v, std::size_t other_order) const;
  // Requires: |h| < 1.
  StepProducts with_step(double h) const { return with_steps(h, h); }
  // With x + b for x + h, and the end of [0, 1] next to it where it is beyond; x and x + a are in [0, 1].
  // Requires: a and b have one sign, |a| <= |b|, |a| < 1.
  StepProducts with_steps(double a, double b) const;
  SlabProducts on_slabs(std::size_t slabs) const;
  std::size_t pieces() const noexcept { return pieces_.size(); }

private:
  static constexpr std::size_t kOrders = 3;
  using Row = std::vector<Interval>; // coefficients
  struct Piece {
    double lower = 0;
    double upper = 1;
    std::array<std::vector<Row>, kOrders>
        powers; // of t, of every function; empty beyond order 0 where a function has no slopes
    std::array<std::vector<Row>, kOrders> legendre;
  };
  class Builder;

  const Row &on(const Piece &piece, std::size_t u, const mpq_class &from, const mpq_class &to,
                Row &room) const;

  std::vector<Piece> pieces_;            // from left to right
  std::array<std::vector<Row>, 2> ends_; // the values at 0 and at 1; the whole line where there is none
  std::array<std::vector<double>, kOrders> distances_upper_;
};

} // namespace layercert
