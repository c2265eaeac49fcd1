// The integral of |f - Phi|^p over the cube for a readout Phi of a network of any layers, over the boxes of a
// list. Where these do not suffice, as the producer's arithmetic is another, the boxes that say least are
// halved.
#pragma once

#include "integral.hpp"
#include "layers.hpp"

#include <memory>

namespace checker {

// The means over a box of |g|^p, for polynomials.
class PolynomialMeans {
public:
  PolynomialMeans(const Exponent &p, const Monomials &monomials);
  // Of g, which lies in `range`. Unbounded where nothing is known.
  Interval operator()(const Polynomial &g, const Interval &range) const;

private:
  struct Pair {
    std::size_t a, b;
    Ball mean; // of t^a t^b
  };
  Interval mean_of_power(const Polynomial &p) const;

  const Exponent &p_;
  const Monomials &monomials_;
  ulong whole_p_ = 0;                      // p; 0 if it is no whole number, or too many products
  std::unique_ptr<const Monomials> large_; // of P^k, k = ceil(p/2)
  std::vector<Pair> pairs_;                // of these
};

class LayersError {
public:
  // All must outlive it. `between` is called before every box.
  LayersError(const Expression &f, const Layers &layers, Layers::Slot slot, const Exponent &p,
              const std::function<void()> &between);

  // Ends where `enough` says of the integral that it is, or at `most_boxes`, if the list does not have more.
  using Enough = std::function<bool(const Interval &integral)>;
  Interval integral(const std::string &tree, const ParallelFor &parallel, std::size_t most_boxes,
                    const Enough &enough, std::size_t &boxes) const;

private:
  struct Leaf {
    Box box;
    Interval part;
    std::size_t direction = 0; // along which halving helps most
  };
  class Worker;
  void evaluate(std::vector<Leaf> &leaves, const std::vector<std::size_t> &which,
                const ParallelFor &parallel) const;

  const Expression &f_;
  const Layers &layers_;
  Layers::Slot slot_;
  const Exponent &p_;
  const std::function<void()> &between_;
  Monomials of_target_;
  Monomials of_network_;
  PolynomialMeans means_;
};

} // namespace checker
