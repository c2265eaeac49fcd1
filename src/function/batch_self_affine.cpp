// The Cantor, Takagi and Weierstrass functions over intervals, one interval after the other.

#include "batch_kernels.hpp"

#include "numeric/cantor.hpp"
#include "numeric/takagi.hpp"
#include "numeric/weierstrass.hpp"

namespace layercert::batch {

namespace {

template <class Function> void each(const Operands &o, std::size_t count, const Function &function) {
  for (std::size_t i = 0; i < count; ++i) {
    const Interval result = function(Interval(-o.in[0][i], o.in[1][i]), i);
    o.out[0][i] = -result.lower();
    o.out[1][i] = result.upper();
  }
}

} // namespace

void cantor_kernel(const Operands &o, std::size_t count) {
  each(o, count, [](const Interval &x, std::size_t) { return cantor_range(x); });
}

void takagi_kernel(const Operands &o, std::size_t count) {
  each(o, count, [](const Interval &x, std::size_t) { return takagi_range(x); });
}

void weierstrass_kernel(const Operands &o, std::size_t count) {
  each(o, count, [&](const Interval &x, std::size_t i) {
    return weierstrass_range(x, Interval(-o.in[2][i], o.in[3][i]), static_cast<std::int32_t>(o.in[4][i]));
  });
}

void weierstrass_slope_kernel(const Operands &o, std::size_t count) {
  each(o, count, [&](const Interval &x, std::size_t i) {
    return weierstrass_slope_range(x, Interval(-o.in[2][i], o.in[3][i]),
                                   static_cast<std::int32_t>(o.in[4][i]));
  });
}

} // namespace layercert::batch
