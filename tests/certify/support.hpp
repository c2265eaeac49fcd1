// What the tests of the certificate share: instances in one line, exact comparisons, references at 400 bits.
#pragma once

#include "integrate/integral.hpp"
#include "layercert/certify/certify.hpp"
#include "layercert/network/builder.hpp"
#include "layercert/numeric/interval.hpp"
#include "layercert/numeric/mpfr_interval.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/elementary.hpp"
#include "numeric/relative_width.hpp"

#include <boost/test/unit_test.hpp>
#include <oneapi/tbb/global_control.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <ostream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace layercert::test {

inline constexpr mpfr_prec_t kPrecision = 400;

inline Instance make_instance(std::size_t d, const std::string &expression, int N, int depth,
                              const mpq_class &p, ShiftNorm norm = ShiftNorm::Euclidean) {
  Instance instance;
  instance.file = "test.toml";
  instance.dimension = d;
  instance.expression = expression;
  instance.expression_line = 1;
  instance.expression_column = 1;
  instance.N = N;
  instance.depth = depth;
  instance.p = p;
  instance.norm = norm;
  return instance;
}

inline Network built_network(const Instance &instance, const Target &target) {
  return assemble_network(build_parameters(instance, target));
}

inline double relative_width(double lower, double upper) {
  const UpwardScope upward;
  return relative_width_upper(lower, upper);
}

// lower <= x <= upper, exactly.
inline bool at_most(double a, const mpq_class &b) {
  return std::isinf(a) ? a < 0 : !std::isnan(a) && mpq_class(a) <= b;
}
inline bool at_least(double a, const mpq_class &b) {
  return std::isinf(a) ? a > 0 : !std::isnan(a) && mpq_class(a) >= b;
}
inline bool contains(const Interval &x, const mpq_class &value) {
  return at_most(x.lower(), value) && at_least(x.upper(), value);
}

// A reference is a short interval; a bound is refuted only beyond its far end.
inline bool at_most(double a, const MpfrInterval &b) { return mpfr_cmp_d(b.upper().get(), a) >= 0; }
inline bool at_least(double a, const MpfrInterval &b) { return mpfr_cmp_d(b.lower().get(), a) <= 0; }
inline bool contains(const Interval &x, const MpfrInterval &value) {
  return at_most(x.lower(), value) && at_least(x.upper(), value);
}
inline double nearest(const MpfrInterval &x) { return mpfr_get_d(x.lower().get(), MPFR_RNDN); }

inline MpfrInterval real(const mpq_class &value) { return mpfr_enclosure(value, kPrecision); }

// |y|^e, e a rational > 0.
inline MpfrInterval power(const MpfrInterval &y, const mpq_class &e) {
  const MpfrInterval magnitude = abs_range(y);
  if (e.get_den() == 1) {
    bool undefined = false;
    return power_range(magnitude, static_cast<std::int32_t>(e.get_num().get_si()), undefined);
  }
  const MpfrInterval exponent = real(e);
  MpfrNumber lower = MpfrNumber::with_precision(kPrecision);
  MpfrNumber upper = MpfrNumber::with_precision(kPrecision);
  MpfrNumber other = MpfrNumber::with_precision(kPrecision);
  mpfr_pow(lower.get(), magnitude.lower().get(), exponent.lower().get(), MPFR_RNDD);
  mpfr_pow(other.get(), magnitude.lower().get(), exponent.upper().get(), MPFR_RNDD);
  mpfr_min(lower.get(), lower.get(), other.get(), MPFR_RNDD);
  mpfr_pow(upper.get(), magnitude.upper().get(), exponent.lower().get(), MPFR_RNDU);
  mpfr_pow(other.get(), magnitude.upper().get(), exponent.upper().get(), MPFR_RNDU);
  mpfr_max(upper.get(), upper.get(), other.get(), MPFR_RNDU);
  return {lower, upper};
}

// |y|^(p+d) sgn(y)^d / ((p+1) ... (p+d)): the d-fold antiderivative of |y|^p. For a sign that the interval
// does not tell, d even needs none, and for d odd the power is then as small as the interval.
inline MpfrInterval antiderivative(const MpfrInterval &y, const mpq_class &p, std::size_t d) {
  MpfrInterval result = power(y, p + d);
  if (d % 2 == 1 && y.upper() <= MpfrNumber(0)) {
    result = -result;
  } else if (d % 2 == 1 && y.lower() < MpfrNumber(0)) {
    result = hull(result, -result);
  }
  mpq_class divisor = 1;
  for (std::size_t i = 1; i <= d; ++i) {
    divisor *= p + i;
  }
  return result / real(divisor);
}

inline std::uint64_t bits(double x) {
  std::uint64_t result = 0;
  std::memcpy(&result, &x, sizeof result);
  return result;
}

// Expects the same integral, bit for bit, of any number of threads. It has to take more than `fewest_boxes`.
template <class Integrate>
void any_number_of_threads_gives_the_same(const Integrate &integrate, std::size_t fewest_boxes) {
  const auto run = [&](std::size_t threads) -> IntegralResult {
    const oneapi::tbb::global_control control(oneapi::tbb::global_control::max_allowed_parallelism, threads);
    return integrate();
  };
  const IntegralResult one = run(1);
  BOOST_TEST(one.boxes.size() > fewest_boxes);
  for (const std::size_t threads : {2, 3, 4, 4, 4}) {
    const IntegralResult many = run(threads);
    BOOST_TEST(bits(many.lower) == bits(one.lower));
    BOOST_TEST(bits(many.upper) == bits(one.upper));
    BOOST_REQUIRE_EQUAL(many.boxes.size(), one.boxes.size());
    for (std::size_t i = 0; i < one.boxes.size(); ++i) {
      BOOST_REQUIRE(many.boxes[i].lower == one.boxes[i].lower);
      BOOST_REQUIRE(many.boxes[i].upper == one.boxes[i].upper);
      BOOST_REQUIRE_EQUAL(many.boxes[i].cell, one.boxes[i].cell);
      BOOST_REQUIRE_EQUAL(bits(many.bounds[i].lower), bits(one.bounds[i].lower));
      BOOST_REQUIRE_EQUAL(bits(many.bounds[i].upper), bits(one.bounds[i].upper));
    }
  }
}

inline std::string shown(const Interval &x) {
  std::ostringstream out;
  out << std::hexfloat << '[' << x.lower() << ", " << x.upper() << ']';
  return std::move(out).str();
}

// |h| <= N^-level, exactly.
inline bool short_enough(const std::vector<double> &h, ShiftNorm norm, int N, int level) {
  mpz_class cells;
  mpz_ui_pow_ui(cells.get_mpz_t(), static_cast<unsigned long>(N), static_cast<unsigned long>(level));
  mpq_class largest = 0;
  mpq_class sum = 0;
  mpq_class squares = 0;
  for (const double x : h) {
    const mpq_class size = abs(mpq_class(x));
    largest = std::max(largest, size);
    sum += size;
    squares += size * size;
  }
  const mpq_class t(mpz_class(1), cells);
  return norm == ShiftNorm::Max ? largest <= t : norm == ShiftNorm::One ? sum <= t : squares <= t * t;
}

inline std::string shown(const std::vector<double> &h) {
  std::ostringstream out;
  out << std::hexfloat << '(';
  for (const double x : h) {
    out << ' ' << x;
  }
  out << " )";
  return std::move(out).str();
}

// A double of any size in 2^low .. 2^high, of either sign if wanted.
inline double random_double(std::mt19937_64 &random, int low, int high) {
  const double fraction = static_cast<double>(random() >> 12) * 0x1p-52; // in [0, 1)
  const int exponent = low + static_cast<int>(random() % static_cast<std::uint64_t>(high - low + 1));
  return std::ldexp((1 + fraction) / 2, exponent);
}
inline double signed_random(std::mt19937_64 &random, int low, int high) {
  const double x = random_double(random, low, high);
  return random() % 2 == 0 ? x : -x;
}

} // namespace layercert::test
