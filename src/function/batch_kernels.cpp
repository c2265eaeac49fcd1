#include "batch_kernels.hpp"
#include "numeric/bounds.hpp"

#include <bit>
#include <cassert>
#include <cmath>

// The same loops for several vector lengths; the machine's own is chosen when the program starts. Only IEEE
// operations without contraction are used (-ffp-contract=off), so that all of them give the same bits. The
// address sanitizer is not set up yet when the choice is made: its builds have, and test, the shortest
// vectors alone.
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
#define LAYERCERT_VECTORISED __attribute__((target_clones("default", "avx2", "avx512f")))
#else
#define LAYERCERT_VECTORISED
#endif

namespace layercert::batch {

namespace {

// The second argument where the first is NaN.
inline double larger(double a, double b) { return a > b ? a : b; }
inline double smaller(double a, double b) { return a < b ? a : b; }
inline double number_or_zero(double a) { return a == a ? a : 0.0; }

// condition ? a : b by bits, which the compiler keeps free of branches.
inline double choose(bool condition, double a, double b) {
  const std::uint64_t mask = condition ? ~std::uint64_t{0} : 0;
  return std::bit_cast<double>((std::bit_cast<std::uint64_t>(a) & mask) |
                               (std::bit_cast<std::uint64_t>(b) & ~mask));
}

using In = const double *__restrict;
using Out = double *__restrict;

LAYERCERT_VECTORISED void add(const Operands &o, std::size_t count) {
  In an = o.in[0], au = o.in[1], bn = o.in[2], bu = o.in[3];
  Out n = o.out[0], u = o.out[1];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    n[i] = an[i] + bn[i];
    u[i] = au[i] + bu[i];
  }
}

// 0 * inf gives NaN and stands for 0, a number that the product holds. The first product's NaN is made 0;
// another one's is passed over by larger(), and 0 is still between the bounds: let x = 0 be the end of one
// factor and y, y' the ends of the other, y infinite. A finite y' gives x y' = 0. Else the other factor is
// the whole line, and the end x' gives both infinities, or is 0 as well, when every product is NaN, the first
// one too.
LAYERCERT_VECTORISED void multiply(const Operands &o, std::size_t count) {
  In an = o.in[0], au = o.in[1], bn = o.in[2], bu = o.in[3];
  Out n = o.out[0], u = o.out[1];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    const double al = -an[i];
    const double bl = -bn[i];
    double upper = number_or_zero(an[i] * bn[i]);
    upper = larger(al * bu[i], upper);
    upper = larger(au[i] * bl, upper);
    u[i] = larger(au[i] * bu[i], upper);
    double negated = number_or_zero(al * bn[i]);
    negated = larger(an[i] * bu[i], negated);
    negated = larger(au[i] * bn[i], negated);
    n[i] = larger((-au[i]) * bu[i], negated);
  }
}

LAYERCERT_VECTORISED void multiply_by_nonnegative(const Operands &o, std::size_t count) {
  In an = o.in[0], au = o.in[1], bn = o.in[2], bu = o.in[3];
  Out n = o.out[0], u = o.out[1];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    const double bl = -bn[i];
    u[i] = larger(au[i] * bu[i], number_or_zero(au[i] * bl));
    n[i] = larger(an[i] * bu[i], number_or_zero(an[i] * bl));
  }
}

LAYERCERT_VECTORISED void multiply_nonnegative(const Operands &o, std::size_t count) {
  In an = o.in[0], au = o.in[1], bn = o.in[2], bu = o.in[3];
  Out n = o.out[0], u = o.out[1];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    n[i] = an[i] * (-bn[i]);
    u[i] = number_or_zero(au[i] * bu[i]);
  }
}

LAYERCERT_VECTORISED void scale(const Operands &o, std::size_t count) {
  In an = o.in[0], au = o.in[1], c = o.in[2];
  Out n = o.out[0], u = o.out[1];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    n[i] = an[i] * c[i];
    u[i] = au[i] * c[i];
  }
}

LAYERCERT_VECTORISED void square(const Operands &o, std::size_t count) {
  In an = o.in[0], au = o.in[1];
  Out n = o.out[0], u = o.out[1];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    const double least = larger(0.0, larger(-an[i], -au[i]));
    const double greatest = larger(an[i], au[i]);
    n[i] = (-least) * least;
    u[i] = greatest * greatest;
  }
}

LAYERCERT_VECTORISED void divide(const Operands &o, std::size_t count) {
  In an = o.in[0], au = o.in[1], bn = o.in[2], bu = o.in[3];
  Out n = o.out[0], u = o.out[1];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    const bool negative = bu[i] < 0;
    const bool holds_zero = smaller(bn[i], bu[i]) >= 0;
    const double dn = choose(negative, au[i], an[i]);
    const double du = choose(negative, an[i], au[i]);
    const double least = -choose(negative, bu[i], bn[i]);
    const double greatest = choose(negative, bn[i], bu[i]);
    n[i] = choose(holds_zero, kInfinity, dn / choose(dn >= 0, least, greatest));
    u[i] = choose(holds_zero, kInfinity, du / choose(du >= 0, least, greatest));
  }
}

// In upward rounding the square of the root s exceeds a number unless s is its exact root; else the number
// next below s is a lower bound. That is s (1 - 2^-53) rounded down, since s 2^-53 is at most the unit in the
// last place of s.
LAYERCERT_VECTORISED void square_root(const Operands &o, std::size_t count) {
  In an = o.in[0], au = o.in[1];
  Out n = o.out[0], u = o.out[1];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) { // not vectorised with -frounding-math, but short
    n[i] = std::sqrt(larger(-an[i], 0.0));
    u[i] = std::sqrt(larger(au[i], 0.0));
  }
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    const double exact = n[i] * n[i] <= larger(-an[i], 0.0) ? 1.0 : 0x1.fffffffffffffp-1;
    n[i] = (-n[i]) * exact;
    u[i] = choose(au[i] < 0, kInfinity, u[i]);
  }
}

LAYERCERT_VECTORISED void absolute(const Operands &o, std::size_t count) {
  In an = o.in[0], au = o.in[1];
  Out n = o.out[0], u = o.out[1];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    n[i] = -larger(0.0, larger(-an[i], -au[i]));
    u[i] = larger(an[i], au[i]);
  }
}

LAYERCERT_VECTORISED void maximum(const Operands &o, std::size_t count) {
  In an = o.in[0], au = o.in[1], bn = o.in[2], bu = o.in[3];
  Out n = o.out[0], u = o.out[1];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    n[i] = smaller(an[i], bn[i]);
    u[i] = larger(au[i], bu[i]);
  }
}

LAYERCERT_VECTORISED void floor(const Operands &o, std::size_t count) {
  In an = o.in[0], au = o.in[1];
  Out n = o.out[0], u = o.out[1];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    n[i] = -std::floor(-an[i]);
    u[i] = std::floor(au[i]);
  }
}

LAYERCERT_VECTORISED void step(const Operands &o, std::size_t count) {
  In an = o.in[0], au = o.in[1];
  Out n = o.out[0], u = o.out[1];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    n[i] = an[i] <= 0 ? -1.0 : 0.0;
    u[i] = au[i] >= 0 ? 1.0 : 0.0;
  }
}

LAYERCERT_VECTORISED void sign(const Operands &o, std::size_t count) {
  In an = o.in[0], au = o.in[1];
  Out n = o.out[0], u = o.out[1];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    n[i] = (an[i] > 0 ? 1.0 : 0.0) - (an[i] < 0 ? 1.0 : 0.0);
    u[i] = (au[i] > 0 ? 1.0 : 0.0) - (au[i] < 0 ? 1.0 : 0.0);
  }
}

LAYERCERT_VECTORISED void less(const Operands &o, std::size_t count) {
  In an = o.in[0], au = o.in[1], bn = o.in[2], bu = o.in[3];
  Out n = o.out[0], u = o.out[1];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    n[i] = au[i] < -bn[i] ? -1.0 : 0.0;
    u[i] = -an[i] >= bu[i] ? 0.0 : 1.0;
  }
}

LAYERCERT_VECTORISED void less_equal(const Operands &o, std::size_t count) {
  In an = o.in[0], au = o.in[1], bn = o.in[2], bu = o.in[3];
  Out n = o.out[0], u = o.out[1];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    n[i] = au[i] <= -bn[i] ? -1.0 : 0.0;
    u[i] = -an[i] > bu[i] ? 0.0 : 1.0;
  }
}

LAYERCERT_VECTORISED void equal(const Operands &o, std::size_t count) {
  In an = o.in[0], au = o.in[1], bn = o.in[2], bu = o.in[3];
  Out n = o.out[0], u = o.out[1];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    n[i] = larger(au[i], bu[i]) <= -larger(an[i], bn[i]) ? -1.0 : 0.0; // all four bounds are one number
    u[i] = smaller(au[i], bu[i]) < -smaller(an[i], bn[i]) ? 0.0 : 1.0; // disjoint
  }
}

// The condition of `if` is never 0 where smaller(negated lower, upper) < 0, and always 0 where larger(..) is
// 0.
LAYERCERT_VECTORISED void if_value(const Operands &o, std::size_t count) {
  In an = o.in[0], au = o.in[1], bn = o.in[2], bu = o.in[3], cn = o.in[4], cu = o.in[5];
  Out n = o.out[0], u = o.out[1];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    const bool never_zero = smaller(an[i], au[i]) < 0;
    const bool always_zero = larger(an[i], au[i]) == 0;
    n[i] = choose(never_zero, bn[i], choose(always_zero, cn[i], larger(bn[i], cn[i])));
    u[i] = choose(never_zero, bu[i], choose(always_zero, cu[i], larger(bu[i], cu[i])));
  }
}

LAYERCERT_VECTORISED void real_power(const Operands &o, std::size_t count) {
  In au = o.in[1], en = o.in[4], eu = o.in[5], f = o.in[6];
  Out n = o.out[0], u = o.out[1];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    n[i] = choose(f[i] != 0, 0.0, choose(au[i] <= 0, 0.0, smaller(0.0, en[i]))); // a^b >= 0
    u[i] = choose(f[i] != 0, kInfinity, choose(au[i] <= 0, 0.0, eu[i]));
  }
}

LAYERCERT_VECTORISED void holds_zero_flag(const Operands &o, std::size_t count) {
  In an = o.in[0], au = o.in[1];
  Out f = o.out[0];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    f[i] = (an[i] >= 0 ? 1.0 : 0.0) * (au[i] >= 0 ? 1.0 : 0.0);
  }
}

LAYERCERT_VECTORISED void may_be_negative(const Operands &o, std::size_t count) {
  In an = o.in[0];
  Out f = o.out[0];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    f[i] = an[i] > 0 ? 1.0 : 0.0;
  }
}

LAYERCERT_VECTORISED void may_be_nonpositive(const Operands &o, std::size_t count) {
  In an = o.in[0];
  Out f = o.out[0];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    f[i] = an[i] >= 0 ? 1.0 : 0.0;
  }
}

LAYERCERT_VECTORISED void may_leave_unit(const Operands &o, std::size_t count) {
  In an = o.in[0], au = o.in[1];
  Out f = o.out[0];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    f[i] = larger(an[i], au[i]) > 1 ? 1.0 : 0.0;
  }
}

LAYERCERT_VECTORISED void power_may_fail(const Operands &o, std::size_t count) {
  In an = o.in[0], bn = o.in[2];
  Out f = o.out[0];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    const double negative_base = an[i] > 0 ? 1.0 : 0.0;
    const double zero_base = an[i] >= 0 ? 1.0 : 0.0;
    const double no_exponent = bn[i] >= 0 ? 1.0 : 0.0;
    f[i] = larger(negative_base, zero_base * no_exponent);
  }
}

LAYERCERT_VECTORISED void either(const Operands &o, std::size_t count) {
  In a = o.in[0], b = o.in[1];
  Out f = o.out[0];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    f[i] = larger(a[i], b[i]);
  }
}

LAYERCERT_VECTORISED void if_flag(const Operands &o, std::size_t count) {
  In an = o.in[0], au = o.in[1], fa = o.in[2], fb = o.in[3], fc = o.in[4];
  Out f = o.out[0];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    const double of_b = larger(an[i], au[i]) == 0 ? 0.0 : fb[i];
    const double of_c = smaller(an[i], au[i]) < 0 ? 0.0 : fc[i];
    f[i] = larger(fa[i], larger(of_b, of_c));
  }
}

LAYERCERT_VECTORISED void absolute_gradient(const Operands &o, std::size_t count) {
  In an = o.in[0], au = o.in[1], gn = o.in[2], gu = o.in[3];
  Out n = o.out[0], u = o.out[1];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    const double both = larger(gn[i], gu[i]);
    n[i] = choose(an[i] <= 0, gn[i], choose(au[i] <= 0, gu[i], both));
    u[i] = choose(an[i] <= 0, gu[i], choose(au[i] <= 0, gn[i], both));
  }
}

LAYERCERT_VECTORISED void maximum_gradient(const Operands &o, std::size_t count) {
  In an = o.in[0], au = o.in[1], bn = o.in[2], bu = o.in[3];
  In gn = o.in[4], gu = o.in[5], hn = o.in[6], hu = o.in[7];
  Out n = o.out[0], u = o.out[1];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    const bool first = -an[i] > bu[i];
    const bool second = -bn[i] > au[i];
    n[i] = choose(first, gn[i], choose(second, hn[i], larger(gn[i], hn[i])));
    u[i] = choose(first, gu[i], choose(second, hu[i], larger(gu[i], hu[i])));
  }
}

LAYERCERT_VECTORISED void jump_gradient(const Operands &o, std::size_t count) {
  In an = o.in[0], au = o.in[1];
  Out n = o.out[0], u = o.out[1];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    const double slope = -an[i] == au[i] ? 0.0 : kInfinity;
    n[i] = slope;
    u[i] = slope;
  }
}

LAYERCERT_VECTORISED void if_gradient(const Operands &o, std::size_t count) {
  In an = o.in[0], au = o.in[1], gn = o.in[2], gu = o.in[3], hn = o.in[4], hu = o.in[5];
  Out n = o.out[0], u = o.out[1];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    const bool never_zero = smaller(an[i], au[i]) < 0;
    const bool always_zero = larger(an[i], au[i]) == 0;
    n[i] = choose(never_zero, gn[i], choose(always_zero, hn[i], kInfinity));
    u[i] = choose(never_zero, gu[i], choose(always_zero, hu[i], kInfinity));
  }
}

LAYERCERT_VECTORISED void whole_where(const Operands &o, std::size_t count) {
  In an = o.in[0], au = o.in[1], f = o.in[2];
  Out n = o.out[0], u = o.out[1];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    n[i] = f[i] != 0 ? kInfinity : an[i];
    u[i] = f[i] != 0 ? kInfinity : au[i];
  }
}

} // namespace

Kernel kernel_of(Operation operation) {
  switch (operation) {
  case Operation::Add:
    return add;
  case Operation::Multiply:
    return multiply;
  case Operation::MultiplyByNonnegative:
    return multiply_by_nonnegative;
  case Operation::MultiplyNonnegative:
    return multiply_nonnegative;
  case Operation::Scale:
    return scale;
  case Operation::Square:
    return square;
  case Operation::Divide:
    return divide;
  case Operation::SquareRoot:
    return square_root;
  case Operation::Absolute:
    return absolute;
  case Operation::Maximum:
    return maximum;
  case Operation::Floor:
    return floor;
  case Operation::Step:
    return step;
  case Operation::Sign:
    return sign;
  case Operation::Less:
    return less;
  case Operation::LessEqual:
    return less_equal;
  case Operation::Equal:
    return equal;
  case Operation::If:
    return if_value;
  case Operation::SineCosine:
    return sine_cosine_kernel;
  case Operation::SineCosineNear:
    return sine_cosine_near_kernel;
  case Operation::ExponentialNear:
    return exponential_near_kernel;
  case Operation::Exponential:
    return exponential_kernel;
  case Operation::Logarithm:
    return logarithm_kernel;
  case Operation::Tangent:
    return tangent_kernel;
  case Operation::ArcSine:
    return arc_sine_kernel;
  case Operation::ArcCosine:
    return arc_cosine_kernel;
  case Operation::ArcTangent:
    return arc_tangent_kernel;
  case Operation::HyperbolicSineCosine:
    return hyperbolic_sine_cosine_kernel;
  case Operation::HyperbolicTangent:
    return hyperbolic_tangent_kernel;
  case Operation::CubeRoot:
    return cube_root_kernel;
  case Operation::ErrorFunction:
    return error_function_kernel;
  case Operation::Cantor:
    return cantor_kernel;
  case Operation::Takagi:
    return takagi_kernel;
  case Operation::Weierstrass:
    return weierstrass_kernel;
  case Operation::WeierstrassSlope:
    return weierstrass_slope_kernel;
  case Operation::RealPower:
    return real_power;
  case Operation::HoldsZero:
    return holds_zero_flag;
  case Operation::MayBeNegative:
    return may_be_negative;
  case Operation::MayBeNonpositive:
    return may_be_nonpositive;
  case Operation::MayLeaveUnit:
    return may_leave_unit;
  case Operation::PowerMayFail:
    return power_may_fail;
  case Operation::Either:
    return either;
  case Operation::IfFlag:
    return if_flag;
  case Operation::AbsoluteGradient:
    return absolute_gradient;
  case Operation::MaximumGradient:
    return maximum_gradient;
  case Operation::JumpGradient:
    return jump_gradient;
  case Operation::IfGradient:
    return if_gradient;
  case Operation::WholeWhere:
    return whole_where;
  }
  assert(false);
  return nullptr;
}

} // namespace layercert::batch
