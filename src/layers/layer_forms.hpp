// The values of a network's units over many boxes at once, as polynomials with one remainder each (Taylor
// models of Makino and Berz):
//
//   unit(c + r t) = sum over |a| <= n of C_a t^a + e(t),   |e(t)| <= R,   t in [-1, 1]^d,
//
// where c + r t are the points of the box. The C_a are doubles, exact by definition: whatever rounding,
// truncation and the remainders of the activations' own expansions lose is added to R, rounded upward. So a
// weight costs one product a coefficient, dependencies between the units of a layer are kept to order n, and
// R does not grow with the depth but by the layers' own slopes.
//
//   affine       coefficient by coefficient; R by the weights' magnitudes.
//   smooth       y = the form less its constant C_0, |y| <= rho. s(C_0 + y) = sum of s_k y^k, k <= n, in Horner's scheme with products cut
//                at degree n, and a remainder of at most sup|s^(n+1)| / (n+1)! rho^(n+1); R is multiplied by sup|s'|.
//   ReLU         itself or 0 where its argument keeps one sign on the box; else the line through the ends of its graph, halfway down.
#pragma once

#include "activation_series.hpp"
#include "layered_network.hpp"

#include "function/monomials.hpp"
#include "integrate/box_bounds.hpp"

#include <map>
#include <memory>
#include <span>
#include <vector>

namespace layercert {

// Holds scratch memory: one object per task. The network must outlive it, and suit doubles (suits_doubles).
class LayerForms {
public:
  static constexpr std::size_t kCapacity = 16; // boxes at once

  // What `slot` depends on, to degree n >= 1. Requires: an open UpwardScope.
  LayerForms(const LayeredNetwork &network, Slot slot, int degree);
  LayerForms(const LayerForms &) = delete;
  LayerForms &operator=(const LayerForms &) = delete;

  const Monomials &monomials() const noexcept { return monomials_; }

  // Requires: at most kCapacity boxes; an open UpwardScope.
  void evaluate(std::span<const Box> boxes);
  // Of the slot, on box i of the last evaluate(). The remainder is infinite where nothing is known, and never
  // NaN; else every coefficient is finite.
  double coefficient(std::size_t a, std::size_t i) const;
  double remainder_upper(std::size_t i) const;

private:
  struct Step {
    const LayerUnit *unit;
    std::size_t at;                   // where its form stands
    std::vector<std::size_t> sources; // of its terms
    std::size_t factor = 0;
    const ActivationSeries *series = nullptr; // of a smooth activation
  };
  struct Product { // t^a t^b = t^c
    std::uint32_t a;
    std::uint32_t b;
    std::uint32_t c;
  };

  double *form(std::size_t at) { return forms_.data() + at * stride_; }
  const double *form(std::size_t at) const { return forms_.data() + at * stride_; }
  double *radius(double *form) const { return form + count_ * kCapacity; }
  double *size(double *form) const { return form + (count_ + 1) * kCapacity; }

  void set_inputs(std::span<const Box> boxes);
  void affine(const Step &step);
  void rectify(double *form) const;
  void compose(const ActivationSeries &series, double *form);
  void multiply(const double *a, double *form);
  void measure(double *form) const;

  const LayeredNetwork &network_;
  Monomials monomials_;
  std::size_t count_;
  std::size_t stride_; // count_ rows of coefficients, R, and the sum of the magnitudes of all coefficients
  std::vector<std::vector<Product>> products_; // that Horner's scheme keeps, by the degree that it is cut at
  std::vector<Product> all_products_;          // of two forms, cut at degree n
  std::map<Activation, std::unique_ptr<const ActivationSeries>> series_of_;
  std::vector<Step> steps_;
  std::vector<double> forms_;
  std::size_t result_ = 0;
  std::vector<double> horner_;
  std::vector<double> next_;
  SeriesBatch series_;
};

} // namespace layercert
