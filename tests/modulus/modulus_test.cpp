#define BOOST_TEST_MODULE modulus
#include <boost/test/unit_test.hpp>

#include "certify/support.hpp"
#include "common/bound_scope.hpp"
#include "modulus/modulus_guess.hpp"
#include "modulus/modulus_search.hpp"

#include <functional>

using namespace layercert;
using namespace layercert::test;

namespace {

const Refinement kRefinement{0.002, 1 << 11};
const ShiftNorm kNorms[] = {ShiftNorm::Euclidean, ShiftNorm::Max, ShiftNorm::One};

mpq_class scale(int N, int level) {
  mpz_class cells;
  mpz_ui_pow_ui(cells.get_mpz_t(), static_cast<unsigned long>(N), static_cast<unsigned long>(level));
  return mpq_class(mpz_class(1), cells);
}

using Shift = std::vector<mpq_class>;

struct Known {
  std::size_t d;
  const char *text;
  std::function<MpfrInterval(const mpq_class &p, const Shift &h)> power_of_norm; // || f(. + h) - f ||_p^p
  bool has_gradient = true;
  bool any_p = true; // else p = 2 only
};

MpfrInterval sine_difference(const mpq_class &, const Shift &h) {
  // 4 sin^2(pi h) times the integral of cos^2(2 pi x + pi h) over [0, 1-h], for f = sin(2 pi x), p = 2, h > 0
  const MpfrInterval pi = mpfr_pi(kPrecision);
  const MpfrInterval angle = pi * real(abs(h[0]));
  const MpfrInterval sine = sin_range(angle);
  const MpfrInterval mean = real((1 - abs(h[0])) / 2) - sin_range(real(2) * angle) / (real(4) * pi);
  return real(4) * sine * sine * mean;
}

const std::vector<Known> &known_moduli() {
  static const std::vector<Known> list{
      {1, "x0",
       [](const mpq_class &p, const Shift &h) { return power(real(h[0]), p) * real(1 - abs(h[0])); }},
      {1, "3 - 2*x0",
       [](const mpq_class &p, const Shift &h) { return power(real(2 * h[0]), p) * real(1 - abs(h[0])); }},
      {1, "step(x0 - 1/2)", [](const mpq_class &, const Shift &h) { return real(abs(h[0])); }, false},
      {1, "sin(2*pi*x0)", sine_difference, true, false},
      // -s left of 1/3 - s, s right of 1/3, linear between
      {1, "abs(x0 - 1/3)",
       [](const mpq_class &p, const Shift &h) {
         const mpq_class s = abs(h[0]);
         const mpq_class first = std::max(mpq_class(0), mpq_class(mpq_class(1, 3) - s));
         return power(real(s), p) * real(first + mpq_class(2, 3) - s) +
                (antiderivative(real(s), p, 1) -
                 antiderivative(real(2 * first + s - mpq_class(2, 3)), p, 1)) /
                    real(2);
       }},
      {2, "x0 + x1",
       [](const mpq_class &p, const Shift &h) {
         return power(real(h[0] + h[1]), p) * real((1 - abs(h[0])) * (1 - abs(h[1])));
       }},
      {2, "x0 - 2*x1",
       [](const mpq_class &p, const Shift &h) {
         return power(real(h[0] - 2 * h[1]), p) * real((1 - abs(h[0])) * (1 - abs(h[1])));
       }},
      {2, "step(x1 - 1/2)",
       [](const mpq_class &, const Shift &h) { return real(abs(h[1]) * (1 - abs(h[0]))); }, false},
      {3, "x0 + x1 + x2",
       [](const mpq_class &p, const Shift &h) {
         return power(real(h[0] + h[1] + h[2]), p) *
                real((1 - abs(h[0])) * (1 - abs(h[1])) * (1 - abs(h[2])));
       }},
  };
  return list;
}

Shift exact(const std::vector<double> &h) { return Shift(h.begin(), h.end()); }

} // namespace

BOOST_AUTO_TEST_CASE(candidate_shifts_obey_the_scale_exactly) {
  const BoundScope scope;
  for (std::size_t d = 1; d <= 10; ++d) {
    for (const int N : {2, 3, 5, 7, 10, 1000}) {
      for (int level = 1; level <= 6; ++level) {
        for (const ShiftNorm norm : kNorms) {
          const Instance instance = make_instance(d, "x0", N, level, 2, norm);
          const std::vector<std::vector<double>> shifts = candidate_shifts(instance, level);
          BOOST_TEST(shifts.size() >= (d == 1 ? 1U : d + 1));
          for (const std::vector<double> &h : shifts) {
            BOOST_TEST_CONTEXT("d = " << d << ", N = " << N << ", level " << level << ", " << shown(h)) {
              BOOST_REQUIRE_EQUAL(h.size(), d);
              BOOST_REQUIRE(short_enough(h, norm, N, level));
              std::vector<double> longer = h; // and not much shorter than it may be
              for (double &x : longer) {
                x *= 1 + 1e-14;
              }
              BOOST_REQUIRE(!short_enough(longer, norm, N, level));
            }
          }
        }
      }
    }
  }
}

// lower <= || f(. + h) - f || at the shift it names <= the gradient's bound, and lower reaches the best of
// the candidates.
BOOST_AUTO_TEST_CASE(closed_forms) {
  const BoundScope scope;
  for (const Known &known : known_moduli()) {
    for (const mpq_class &p : {mpq_class(1), mpq_class(3, 2), mpq_class(2), mpq_class(7, 2)}) {
      if ((!known.any_p && p != 2) || (known.d > 1 && p == mpq_class(3, 2)) || (known.d == 3 && p != 2)) {
        continue;
      }
      for (const ShiftNorm norm : kNorms) {
        if (known.d == 1 && norm != ShiftNorm::Euclidean) {
          continue; // all the same
        }
        if (norm != ShiftNorm::Euclidean && p != 2) {
          continue;
        }
        for (const int N : {2, 3}) {
          if (N == 3 && p != 2) {
            continue;
          }
          const Instance instance = make_instance(known.d, known.text, N, 3, p, norm);
          const Target target = make_target(instance);
          const Exponent exponent(p);
          const double gradient = gradient_norm_upper(instance, target.expression(), exponent);
          BOOST_TEST(std::isfinite(gradient) == known.has_gradient);
          for (const int level : {known.d == 3 || N == 3 ? 2 : 1, N == 3 ? 2 : 3}) {
            const ModulusLower lower =
                modulus_lower(instance, target.expression(), exponent, level, kRefinement);
            const MpfrInterval at_shift = power(known.power_of_norm(p, exact(lower.shift)), 1 / p);
            const double upper = mul_up(rational_to_double_upper(scale(N, level)), gradient);
            BOOST_TEST_CONTEXT(known.text << ", p = " << p << ", N = " << N << ", level " << level
                                          << ", norm " << static_cast<int>(norm) << ", shift "
                                          << shown(lower.shift) << ": " << lower.value << " of "
                                          << nearest(at_shift) << ", at most " << upper) {
              BOOST_TEST(short_enough(lower.shift, norm, N, level));
              BOOST_TEST(at_most(lower.value, at_shift));
              double best = 0;
              for (const std::vector<double> &h : candidate_shifts(instance, level)) {
                const MpfrInterval value = power(known.power_of_norm(p, exact(h)), 1 / p);
                best = std::max(best, nearest(value));
                BOOST_TEST(at_least(upper, value));
              }
              BOOST_TEST(lower.value >= (known.d == 1 ? 0.995 : 0.9) * best);
            }
          }
        }
      }
    }
  }
}

// In one dimension omega_p(f, t) itself is known: the norm grows with the shift up to t = 1/2.
BOOST_AUTO_TEST_CASE(moduli_of_one_dimension) {
  const BoundScope scope;
  for (const Known &known : known_moduli()) {
    if (known.d != 1) {
      continue;
    }
    const mpq_class p = 2;
    const Instance instance = make_instance(1, known.text, 2, 5, p);
    const Target target = make_target(instance);
    for (int level = std::string(known.text).starts_with("abs") ? 2 : 1; level <= 5; ++level) {
      const ModulusLower lower =
          modulus_lower(instance, target.expression(), Exponent(p), level, kRefinement);
      const MpfrInterval modulus = power(known.power_of_norm(p, {scale(2, level)}), 1 / p);
      BOOST_TEST_CONTEXT(known.text << ", level " << level << ": " << lower.value << " of "
                                    << nearest(modulus)) {
        BOOST_TEST(at_most(lower.value, modulus));
        BOOST_TEST(lower.value >= 0.995 * nearest(modulus));
      }
    }
  }
}

// The dual norms: |grad f|_* of f = 3 x0 + 4 x1 is 5, 7 and 4.
BOOST_AUTO_TEST_CASE(gradient_norms) {
  const BoundScope scope;
  const double duals[] = {5, 7, 4};
  for (std::size_t i = 0; i < 3; ++i) {
    for (const mpq_class &p : {mpq_class(1), mpq_class(2), mpq_class(7, 2)}) {
      const Instance instance = make_instance(2, "3*x0 - 4*x1", 2, 1, p, kNorms[i]);
      const double upper = gradient_norm_upper(instance, make_target(instance).expression(), Exponent(p));
      BOOST_TEST(upper >= duals[i]);
      BOOST_TEST(upper <= duals[i] * (1 + 1e-9));
    }
  }
  // || 2x ||_2 = 2/sqrt 3
  const Instance square = make_instance(1, "x0^2", 2, 1, 2);
  const double upper = gradient_norm_upper(square, make_target(square).expression(), Exponent(2));
  BOOST_TEST(at_least(upper, power(real(mpq_class(4, 3)), mpq_class(1, 2))));
  BOOST_TEST(upper <= 1.18);
  for (const char *text : {"step(x0 - 1/3)", "floor(3*x0)", "if(x0 < 1/3, x0, 1)", "1/x0"}) {
    const Instance jump = make_instance(1, text, 2, 1, 1);
    BOOST_TEST(std::isinf(gradient_norm_upper(jump, make_target(jump).expression(), Exponent(1))), text);
  }
}

// A difference that cannot be bounded from below gives 0, not NaN, and never a positive bound.
BOOST_AUTO_TEST_CASE(domain_errors_give_no_modulus_where_they_are) {
  const BoundScope scope;
  for (const char *text : {"sqrt(x0 - 2)", "log(-x0)", "0*log(x0 - 1)"}) { // nowhere a value
    const Instance instance = make_instance(1, text, 2, 1, 2);
    const ModulusLower lower =
        modulus_lower(instance, make_target(instance).expression(), Exponent(2), 1, {0.01, 500});
    BOOST_TEST(lower.value == 0, text);
    BOOST_TEST(lower.shift.size() == 1U);
  }
  const Instance constant = make_instance(1, "1/3", 2, 1, 2);
  BOOST_TEST(modulus_lower(constant, make_target(constant).expression(), Exponent(2), 1, {0.01, 500}).value ==
             0);
}

// Both bounds of the search, against closed forms at a dense set of shifts: none exceeds the upper bound, and
// the lower one is met.
BOOST_AUTO_TEST_CASE(the_search_encloses_the_largest_shift) {
  const BoundScope scope;
  std::mt19937_64 random(11);
  const auto uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  for (const Known &known : known_moduli()) {
    for (const mpq_class &p : {mpq_class(1), mpq_class(2), mpq_class(7, 2)}) {
      if ((!known.any_p && p != 2) || (known.d == 3 && p != 2)) {
        continue;
      }
      for (const ShiftNorm norm : kNorms) {
        if (known.d == 1 && norm != ShiftNorm::Euclidean) {
          continue; // all the same
        }
        const int N = p == 1 ? 3 : 2;
        const Instance instance = make_instance(known.d, known.text, N, 3, p, norm);
        const Target target = make_target(instance);
        for (const int level : {1, 3}) {
          const double t_lower = scale_lower(instance, level);
          const ModulusBounds found =
              search_modulus({target.expression(), known.d, Exponent(p), norm, ShiftSector(known.d), t_lower,
                              rational_to_double_upper(scale(N, level))},
                             {std::numeric_limits<double>::infinity(), {}, 0}, {0.01, 1 << 21, 1 << 14});
          const MpfrInterval at_shift = power(known.power_of_norm(p, exact(found.lower.shift)), 1 / p);
          BOOST_TEST_CONTEXT(known.text << ", p = " << p << ", level " << level << ", norm "
                                        << static_cast<int>(norm) << ", shift " << shown(found.lower.shift)
                                        << ": [" << found.lower.value << ", " << found.upper << "], "
                                        << found.boxes << " boxes") {
            BOOST_TEST(short_enough(found.lower.shift, norm, N, level));
            BOOST_TEST(at_most(found.lower.value, at_shift));
            BOOST_TEST(found.upper <= 1.0101 * found.lower.value);
            for (int i = 0; i < 400; ++i) {
              std::vector<double> h(known.d);
              for (double &x : h) {
                x = 2 * uniform() - 1;
              }
              const double length = i % 4 == 0 ? 0.2 + 0.8 * uniform() : 1; // most at full length
              const double scale_by = length * t_lower / length_about(h, norm) * (1 - 1e-14);
              for (double &x : h) {
                x *= scale_by;
              }
              BOOST_REQUIRE(at_least(found.upper, power(known.power_of_norm(p, exact(h)), 1 / p)));
            }
          }
        }
      }
    }
  }
}

// Kinks at most: to any accuracy that is asked for.
BOOST_AUTO_TEST_CASE(the_search_is_as_sharp_as_wanted) {
  const BoundScope scope;
  for (const char *text : {"x0", "abs(x0 - 1/3)"}) {
    const Instance instance = make_instance(1, text, 2, 2, 2);
    const Target target = make_target(instance);
    for (const double tolerance : {1e-2, 1e-4, 1e-6}) {
      const ModulusBounds found = search_modulus(
          {target.expression(), 1, Exponent(2), ShiftNorm::Euclidean, ShiftSector(1), 0.25, 0.25},
          {std::numeric_limits<double>::infinity(), {}, 0}, {tolerance, 1 << 21, 1 << 16});
      BOOST_TEST_CONTEXT(text << ", " << tolerance << ": [" << found.lower.value << ", " << found.upper
                              << ']') {
        BOOST_TEST(found.upper <= (1 + 1.01 * tolerance) * found.lower.value);
        BOOST_TEST(found.upper >= found.lower.value);
      }
    }
  }
}

// Where the best shift lies amid a cone, the bound rests on how the norm bends between the corners.
BOOST_AUTO_TEST_CASE(a_best_shift_inside_a_cone) {
  const BoundScope scope;
  const Instance instance = make_instance(1, "sin(2*pi*x0)", 2, 1, 2);
  const Target target = make_target(instance);
  for (const double tolerance : {1e-2, 1e-3, 1e-4, 1e-5}) {
    const ModulusBounds found =
        search_modulus({target.expression(), 1, Exponent(2), ShiftNorm::Euclidean, ShiftSector(1), 0.5, 0.5},
                       {std::numeric_limits<double>::infinity(), {}, 0}, {tolerance, 1 << 21, 1 << 16});
    BOOST_TEST(found.upper <= (1 + 1.01 * tolerance) * found.lower.value);
    double largest = 0;
    for (int i = 1; i <= 1000; ++i) {
      largest = std::max(largest, nearest(power(sine_difference(2, {mpq_class(i, 2000)}), mpq_class(1, 2))));
    }
    BOOST_TEST(found.upper >= largest);
    BOOST_TEST(found.lower.value <= largest * (1 + 1e-6));
  }
}

// Few boxes make the enclosure wide, not wrong.
BOOST_AUTO_TEST_CASE(a_search_that_is_cut_short_still_encloses) {
  const BoundScope scope;
  for (const Known &known : known_moduli()) {
    const Instance instance = make_instance(known.d, known.text, 2, 2, 2);
    const Target target = make_target(instance);
    for (const std::uint64_t boxes : {1U, 100U, 3000U}) {
      const ModulusBounds found = search_modulus(
          {target.expression(), known.d, Exponent(2), ShiftNorm::Euclidean, ShiftSector(known.d), 0.25, 0.25},
          {std::numeric_limits<double>::infinity(), {}, 0}, {0.01, boxes, 64});
      std::vector<double> h(known.d, 0.25 / 2);
      h[0] = known.d == 1 ? 0.25 : 0.125;
      BOOST_TEST_CONTEXT(known.text << ", " << boxes) {
        BOOST_TEST(at_least(found.upper, power(known.power_of_norm(2, exact(h)), mpq_class(1, 2))));
        BOOST_TEST(at_most(found.lower.value,
                           power(known.power_of_norm(2, exact(found.lower.shift)), mpq_class(1, 2))));
      }
    }
  }
}
