#include "ramps.hpp"

#include "cells.hpp"
#include "singular_models.hpp"

#include "function/singular_monomial.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <cmath>

namespace layercert {

TailNorm tail_norm(const mpq_class &p, const Expression &f, std::size_t dimension, const Interval &phi_0,
                   double size) {
  assert_upward();
  TailNorm tail;
  for (const int n : {1, 2, 4, 8, 16, 64}) {
    tail.s = mpq_class(n + 1, n);
    const Exponent higher = Exponent(p * tail.s).for_size(size);
    const IntegralResult whole = integrate(
        higher, dimension, {unit_cube(dimension)},
        singular_function_modeller(higher, f, dimension, [&](const Box &) { return phi_0; }), {0.9, 512});
    if (std::isfinite(whole.upper)) {
      tail.norm_upper = higher.root_upper(whole.upper);
      break;
    }
  }
  return tail;
}

TailNorm tail_norm_over(const BoxList &boxes, const TailNorm &like, const mpq_class &p, const Expression &f,
                        std::size_t dimension, const Interval &phi_0, double size) {
  assert_upward();
  const Exponent higher = Exponent(p * like.s).for_size(size);
  const Modeller model =
      singular_function_modeller(higher, f, dimension, [&](const Box &) { return phi_0; })();
  double sum = 0;
  LocalModel known;
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const Box box = boxes[i];
    model(std::span(&box, 1), std::span(&known, 1));
    known.differentiable = false;
    sum = add_up(sum, integral_of_power(higher, dimension, box, known).upper);
  }
  return {like.s, higher.root_upper(sum)};
}

double small_set_upper(const Exponent &p, const TailNorm &tail, double reach, double count, int halvings) {
  assert_upward();
  if (count == 0) {
    return 0;
  }
  if (!std::isfinite(tail.norm_upper) || !std::isfinite(reach)) {
    return std::numeric_limits<double>::infinity();
  }
  // |B|^e; a power of 2 beyond the doubles makes it wider, not wrong (Lemma 31 of proofs/lemmas.md).
  const auto measure_to = [&](const mpq_class &e) {
    return mul_up(rational_power_upper(count, e), rational_power_upper(2.0, mpq_class(-e * halvings)));
  };
  const double of_f = mul_up(tail.norm_upper, measure_to(mpq_class((1 - 1 / tail.s) / p.exact())));
  const double of_phi = mul_up(reach, measure_to(mpq_class(1 / p.exact())));
  return p.power_upper(add_up(of_f, of_phi));
}

} // namespace layercert
