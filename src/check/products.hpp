// Targets that are sums of products of functions of one coordinate, for p = 2: their integrals are sums of
// products of integrals over one coordinate (Lemmas 45 and 46 of proofs/theorem.md), which Arb's
// acb_calc_integrate encloses. No box has more than one dimension.
#pragma once

#include "expression.hpp"
#include "network.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace checker {

class Products {
public:
  // Nothing where the expression is not seen to be such a sum, of operations that are analytic where they
  // have a value. `between` is called before every integral.
  static std::optional<Products> of(const Expression &f, std::size_t dimension,
                                    const std::function<void()> &between);

  // Of |f - v|^2 over each cell of a grid with `side` cells along each axis: all integrals over one
  // coordinate, made once.
  class Cells {
  public:
    // v on the cell at `place`.
    Interval integral(const std::vector<ulong> &place, const Interval &v) const;

  private:
    friend class Products;
    const Products *of_ = nullptr;
    ulong side_ = 1;
    std::vector<std::vector<std::vector<Ball>>> means_;    // by coordinate, slab and function: of u
    std::vector<std::vector<std::vector<Ball>>> products_; // and pair of functions: of u v
  };
  Cells on_cells(ulong side, const ParallelFor &parallel) const;

  // Of |f(x + h) - f(x)|^2 over all x for which both points lie in the cube. Requires: |h_j| < 1.
  Interval difference(const std::vector<Arf> &h) const;

private:
  Products() = default;
  Ball integral(int u, const Arf &move_u, int v, const Arf &move_v, const Arf &from, const Arf &to,
                ulong scale) const;

  std::vector<Node> nodes_;                        // those of f, and others that were made of them
  std::vector<std::vector<int>> functions_;        // of each coordinate, the different factors, as nodes
  std::vector<std::vector<std::size_t>> products_; // of each product and coordinate, the place of the factor
  std::function<void()> between_;
};

} // namespace checker
