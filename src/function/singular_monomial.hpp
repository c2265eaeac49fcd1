// Products of powers of |g_k|, negative ones too, and bounds of their integrals over a box: the integrable
// singularities of proofs/singularities.md. The functions g_k are nodes of an expression; on the box each is
// Lipschitz, and one of its partial derivatives at least is bounded away from 0, so that it vanishes on a
// null set only.
#pragma once

#include "layercert/numeric/interval.hpp"

#include <functional>
#include <span>
#include <vector>

namespace layercert {

// Bounds of x^e for x >= 0 (a negative x counts as 0), infinity included, and exact e; 0^0 = 1, and 0^e is
// infinite for e < 0. Require: an open UpwardScope.
double rational_power_lower(double x, const mpq_class &e);
double rational_power_upper(double x, const mpq_class &e);

// prod |g_k|^e_k; the empty product is 1.
class Monomial {
public:
  // g_base^exponent.
  struct Factor {
    std::int32_t base = 0; // which g_k
    mpq_class exponent;    // not 0
    friend bool operator==(const Factor &, const Factor &) = default;
  };

  Monomial() = default;
  explicit Monomial(std::int32_t base) : factors_{{base, mpq_class(1)}} {}

  const std::vector<Factor> &factors() const noexcept { return factors_; } // by rising base
  bool constant() const noexcept { return factors_.empty(); }
  mpq_class largest_exponent() const;                       // 0 of the empty product
  mpq_class deepest_pole() const;                           // the largest -e_k; 0 if none is above 0
  bool has_zeros() const { return largest_exponent() > 0; } // else it is at least some constant > 0
  bool shares_base(const Monomial &other) const;

  Monomial times(const Monomial &other) const;
  Monomial power(const mpq_class &e) const;

  friend bool operator==(const Monomial &, const Monomial &) = default;

private:
  std::vector<Factor> factors_;
};

// What is known of g_k on the box.
struct BaseBounds {
  Interval range;
  std::span<const Interval> gradient; // bounded, one entry at least without 0
};
using BaseLookup = std::function<BaseBounds(std::int32_t base)>;

// At least the integral over the box of prod |g_k|^(q e_k); infinite where no bound is found. Finite for
// linearly independent gradients and q e_k > -1, and in any case where the negative exponents add up to more
// than -1/q.
// Requires: an open UpwardScope; q > 0; finite ends, lower <= upper.
double integral_upper(const Monomial &monomial, const mpq_class &q, std::span<const Interval> box,
                      const BaseLookup &base);

} // namespace layercert
