// Targets of any magnitude and exponents up to 1000: closed forms, and the same target in two units (Lemma
// 18a of proofs/theorem.md).
#define BOOST_TEST_MODULE scale
#include <boost/test/unit_test.hpp>

#include "function/random_table.hpp"
#include "support.hpp"

#include <tuple>

using namespace layercert;
using namespace layercert::test;

namespace {

constexpr double kSame = 1e-9; // relative, between what is known of f and of 2^k f

CertifyOptions some_boxes() {
  CertifyOptions options;
  options.boxes = 1 << 14;
  return options;
}

std::vector<LevelCertificate> levels_of(const Instance &instance, const Target &target) {
  return certify(instance, target, built_network(instance, target), "test", some_boxes()).levels;
}

void are_scaled(const std::vector<LevelCertificate> &plain, const std::vector<LevelCertificate> &scaled,
                int exponent) {
  BOOST_REQUIRE_EQUAL(plain.size(), scaled.size());
  for (std::size_t i = 0; i < plain.size(); ++i) {
    BOOST_TEST_CONTEXT("level " << i + 1) {
      BOOST_TEST(name_of(scaled[i].status) == "certified");
      for (const auto &[a, b] : {std::pair(plain[i].error_lower, scaled[i].error_lower),
                                 std::pair(plain[i].error_upper, scaled[i].error_upper),
                                 std::pair(plain[i].modulus_lower, scaled[i].modulus_lower),
                                 std::pair(plain[i].modulus_upper, scaled[i].modulus_upper)}) {
        BOOST_TEST(std::ldexp(b, -exponent) >= (1 - kSame) * a);
        BOOST_TEST(std::ldexp(b, -exponent) <= (1 + kSame) * a);
      }
    }
  }
}

SampleTable table_of_doubles(std::vector<double> values) {
  SampleTable table;
  table.dimension = 1;
  table.sides = {static_cast<int>(values.size())};
  table.doubles = std::move(values);
  return table;
}

Target target_of(const SampleTable &table) {
  Target target;
  target.dimension = table.dimension;
  target.function = table;
  return target;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_power_of_two_scales_all_bounds) {
  prepare_mpfr_thread();
  for (const auto &[d, text, p] :
       {std::tuple(1, "x0", 2), std::tuple(1, "sin(5*x0) + abs(x0 - 1/3)", 2), std::tuple(1, "sin(9*x0)", 3),
        std::tuple(1, "step(x0 - 1/3)", 3), std::tuple(2, "exp(x0*x1)*abs(x1 - 1/3)", 2),
        std::tuple(2, "x0^2 - x0*x1", 4), std::tuple(1, "x0^(-1/8)", 2), std::tuple(1, "sqrt(x0)", 1)}) {
    const int depth = d == 1 ? 3 : 2;
    const Instance plain = make_instance(d, text, 2, depth, p);
    const std::vector<LevelCertificate> levels = levels_of(plain, make_target(plain));
    for (const int exponent : {900, -900}) {
      const Instance scaled =
          make_instance(d, "2^(" + std::to_string(exponent) + ")*(" + text + ")", 2, depth, p);
      BOOST_TEST_CONTEXT(scaled.expression << ", p = " << p) {
        are_scaled(levels, levels_of(scaled, make_target(scaled)), exponent);
      }
    }
  }
}

// Expansions are of targets in the unit 1: scaled targets have other bounds, of the same numbers.
BOOST_AUTO_TEST_CASE(bounds_by_an_expansion_agree_with_others) {
  prepare_mpfr_thread();
  for (const char *text : {"exp(x0)*abs(x1 - 1/3)", "cos(3*x0*x1 + 1)"}) {
    const Instance plain = make_instance(2, text, 2, 2, 2);
    const Instance scaled = make_instance(2, "2^900*(" + std::string(text) + ")", 2, 2, 2);
    const std::vector<LevelCertificate> levels = levels_of(plain, make_target(plain));
    const std::vector<LevelCertificate> others = levels_of(scaled, make_target(scaled));
    BOOST_REQUIRE_EQUAL(levels.size(), others.size());
    for (std::size_t i = 0; i < levels.size(); ++i) {
      BOOST_TEST(levels[i].error_lower <= std::ldexp(others[i].error_upper, -900));
      BOOST_TEST(levels[i].error_upper >= std::ldexp(others[i].error_lower, -900));
      BOOST_TEST(levels[i].modulus_lower <= std::ldexp(others[i].modulus_upper, -900));
      BOOST_TEST(levels[i].modulus_upper >= std::ldexp(others[i].modulus_lower, -900));
    }
  }
}

// f = x/2: no function that is constant on the cells is nearer than t/4 (p+1)^(-1/p); and omega_p(f, t) = t/2
// (1-t)^(1/p).
BOOST_AUTO_TEST_CASE(lines_for_large_p) {
  prepare_mpfr_thread();
  for (const auto &[N, p] : {std::pair(2, 1000), std::pair(3, 1000), std::pair(2, 500), std::pair(2, 100)}) {
    const Instance instance = make_instance(1, "x0/2", N, 2, p);
    for (const LevelCertificate &level : levels_of(instance, make_target(instance))) {
      const mpq_class t(1, static_cast<long>(level.cells));
      const MpfrInterval projection = real(t / 4) / power(real(mpq_class(p + 1)), mpq_class(1, p));
      const MpfrInterval modulus = real(t / 2) * power(real(1 - t), mpq_class(1, p));
      BOOST_TEST_CONTEXT("N = " << N << ", p = " << p << ", level " << level.level) {
        BOOST_TEST(name_of(level.status) == "certified");
        BOOST_TEST(at_least(level.error_upper, projection));
        BOOST_TEST(level.error_upper <= 1.06 * nearest(projection));
        BOOST_TEST(relative_width(level.error_lower, level.error_upper) <= 0.02);
        BOOST_TEST(at_most(level.modulus_lower, modulus));
        BOOST_TEST(at_least(level.modulus_upper, modulus));
        BOOST_TEST(relative_width(level.modulus_lower, level.modulus_upper) <= 0.02);
      }
    }
  }
}

// A curve whose differences are largest at an end of the cube, two coordinates, and one with jumps.
BOOST_AUTO_TEST_CASE(large_p_is_within_two_percent) {
  prepare_mpfr_thread();
  for (const auto &[d, text, p] : {std::tuple(1, "10*sin(3*x0)", 1000), std::tuple(2, "x0^2 + x1", 500),
                                   std::tuple(1, "step(x0 - 1/3)", 200)}) {
    const Instance instance = make_instance(d, text, 2, 2, p);
    for (const LevelCertificate &level : levels_of(instance, make_target(instance))) {
      BOOST_TEST_CONTEXT(text << ", level " << level.level) {
        BOOST_TEST(name_of(level.status) == "certified");
        BOOST_TEST(relative_width(level.error_lower, level.error_upper) <= 0.02);
        BOOST_TEST(relative_width(level.modulus_lower, level.modulus_upper) <= 0.02);
      }
    }
  }
}

// 2^-q is far below the least double, and what the ramps add is known to be next to nothing; with a smaller q
// it is not.
BOOST_AUTO_TEST_CASE(ramps_below_the_least_double) {
  prepare_mpfr_thread();
  const Instance instance = make_instance(1, "x0/2", 2, 1, 1000);
  const Target target = make_target(instance);
  NetworkParameters parameters = build_parameters(instance, target);
  for (const int q : {20000, 1500}) {
    parameters.ramp_exponent = q;
    const Network network = assemble_network(parameters);
    const LevelCertificate level = certify(instance, target, network, "test", some_boxes()).levels[0];
    // Off the ramps the error is 0.124; on them |f - Phi_1| may be 1/4 + 1/8, and 2^-1.5 (3/8) is more than
    // 0.13.
    BOOST_TEST((q == 20000 ? level.error_upper <= 0.126 : level.error_upper >= 0.13));
    BOOST_TEST(std::isfinite(level.error_upper));
  }
}

BOOST_AUTO_TEST_CASE(tables_of_any_size) {
  prepare_mpfr_thread();
  std::mt19937_64 random(7);
  std::vector<double> values;
  for (int i = 0; i < 16; ++i) {
    values.push_back(signed_random(random, -3, 3));
  }
  const Instance instance = make_instance(1, "", 2, 4, 2);
  const std::vector<LevelCertificate> levels = levels_of(instance, target_of(table_of_doubles(values)));
  for (const int exponent : {700, 1010, -700, -1000}) {
    std::vector<double> scaled = values;
    for (double &x : scaled) {
      x = std::ldexp(x, exponent);
    }
    BOOST_TEST_CONTEXT("2^" << exponent) {
      are_scaled(levels, levels_of(instance, target_of(table_of_doubles(scaled))), exponent);
    }
  }
}

// Samples k/n on a line: a shift by t = s/n makes all differences t, on a part 1 - t of the interval.
BOOST_AUTO_TEST_CASE(tables_for_large_p) {
  prepare_mpfr_thread();
  const int n = 32;
  SampleTable integers;
  integers.dimension = 1;
  integers.sides = {n};
  integers.denominator = n;
  std::vector<double> doubles;
  for (int k = 0; k < n; ++k) {
    integers.numerators.push_back(k);
    doubles.push_back(std::ldexp(k, -5 - 600));
  }
  for (const mpq_class &p : {mpq_class(1000), mpq_class(1999, 2)}) {
    const Instance instance = make_instance(1, "", 2, 5, p);
    for (const auto &[table, exponent] :
         {std::pair(integers, 0), std::pair(table_of_doubles(doubles), -600)}) {
      for (const LevelCertificate &level : levels_of(instance, target_of(table))) {
        const mpq_class t(1, static_cast<long>(level.cells));
        const mpq_class unit = Dyadic::power_of_two(exponent).to_rational();
        const MpfrInterval modulus = real(t * unit) * power(real(1 - t), 1 / p);
        BOOST_TEST_CONTEXT("p = " << p << ", 2^" << exponent << ", level " << level.level) {
          BOOST_TEST(name_of(level.status) == "certified");
          BOOST_TEST(at_most(level.modulus_lower, modulus));
          BOOST_TEST(at_least(level.modulus_upper, modulus));
          BOOST_TEST(relative_width(level.modulus_lower, level.modulus_upper) <= 0.02);
        }
      }
    }
  }
}
