#define BOOST_TEST_MODULE exponent
#include <boost/test/unit_test.hpp>

#include "certify/support.hpp"
#include "common/bound_scope.hpp"
#include "integrate/box_bounds.hpp"
#include "layercert/numeric/rounding_scope.hpp"

using namespace layercert;
using namespace layercert::test;

namespace {

const std::vector<mpq_class> kExponents{
    mpq_class(1),      mpq_class(3, 2),   mpq_class(2),       mpq_class(5, 2), mpq_class(3),
    mpq_class(7, 2),   mpq_class(4),      mpq_class(73, 10),  mpq_class(60),   mpq_class(7, 3),
    mpq_class(13, 11), mpq_class(64, 63), mpq_class(311, 100)};

// (E |a + sum t_j U_j|^p)^(1/p): E is the sum over the corners e of {-1,1}^n of prod e_j F_n(a + sum e_j
// t_j), over prod 2 t_j, with F_n the n-fold antiderivative of |y|^p.
MpfrInterval exact_affine_norm(const mpq_class &p, double a, const std::vector<double> &all_t) {
  std::vector<mpq_class> t;
  for (const double x : all_t) {
    if (x != 0) {
      t.emplace_back(x);
    }
  }
  const int n = static_cast<int>(t.size());
  MpfrInterval sum = real(0);
  for (unsigned corner = 0; corner < 1U << n; ++corner) {
    mpq_class y(a);
    bool negative = false;
    for (int j = 0; j < n; ++j) {
      const bool minus = (corner >> j & 1U) != 0;
      y += minus ? mpq_class(-t[static_cast<std::size_t>(j)]) : t[static_cast<std::size_t>(j)];
      negative = negative != minus;
    }
    const MpfrInterval term = antiderivative(real(y), p, n);
    sum = negative ? sum - term : sum + term;
  }
  for (const mpq_class &x : t) {
    sum /= real(2 * x);
  }
  return power(sum, 1 / p);
}

double relative_width(const Interval &x) { return x.upper() == 0 ? 0 : (x.upper() - x.lower()) / x.upper(); }

} // namespace

BOOST_FIXTURE_TEST_CASE(powers_and_roots_enclose, BoundScope) {
  std::mt19937_64 random(1);
  for (const mpq_class &p : kExponents) {
    const Exponent exponent(p);
    const int reach = static_cast<int>(900 / p.get_d());
    for (int i = 0; i < 700; ++i) {
      const double x = i == 0 ? 0 : i == 1 ? 1 : i == 2 ? 0x1p-1074 : random_double(random, -reach, reach);
      const Interval raised = exponent.power(Interval(x));
      const Interval root = exponent.root(Interval(x));
      BOOST_TEST_CONTEXT("p = " << p << ", x = " << x << ", power " << shown(raised) << ", root "
                                << shown(root)) {
        BOOST_REQUIRE(contains(raised, power(real(mpq_class(x)), p)));
        BOOST_REQUIRE(contains(root, power(real(mpq_class(x)), 1 / p)));
        BOOST_REQUIRE(contains(exponent.root(raised), mpq_class(x)));
        BOOST_REQUIRE(at_least(exponent.power_upper(x), power(real(mpq_class(x)), p)));
        BOOST_REQUIRE(at_least(exponent.root_upper(x), power(real(mpq_class(x)), 1 / p)));
        BOOST_REQUIRE_LE(exponent.power_upper(x), raised.upper());
        BOOST_REQUIRE_LE(exponent.root_upper(x), root.upper());
        if (i > 2) {
          BOOST_REQUIRE_LE(relative_width(raised), 4e-13); // far out, p itself is an enclosure
          BOOST_REQUIRE_LE(relative_width(root), 4e-13);
        }
      }
    }
  }
}

BOOST_FIXTURE_TEST_CASE(powers_of_intervals_enclose_both_ends, BoundScope) {
  std::mt19937_64 random(2);
  for (const mpq_class &p : kExponents) {
    const Exponent exponent(p);
    for (int i = 0; i < 300; ++i) {
      double a = i % 10 == 0 ? 0 : random_double(random, -20, 10);
      double b = random_double(random, -20, 10);
      if (a > b) {
        std::swap(a, b);
      }
      const Interval raised = exponent.power(Interval(a, b));
      const Interval root = exponent.root(Interval(a, b));
      BOOST_TEST_CONTEXT("p = " << p << ", x = " << shown(Interval(a, b))) {
        BOOST_REQUIRE(at_most(raised.lower(), power(real(mpq_class(a)), p)));
        BOOST_REQUIRE(at_least(raised.upper(), power(real(mpq_class(b)), p)));
        BOOST_REQUIRE(at_most(root.lower(), power(real(mpq_class(a)), 1 / p)));
        BOOST_REQUIRE(at_least(root.upper(), power(real(mpq_class(b)), 1 / p)));
      }
    }
    const double infinity = std::numeric_limits<double>::infinity();
    const Interval unbounded = exponent.power(Interval(2.0, infinity));
    BOOST_TEST(unbounded.upper() == infinity);
    BOOST_TEST(at_most(unbounded.lower(), power(real(2), p)));
    const Interval overflow = exponent.power(Interval(0x1p1023));
    BOOST_TEST(at_most(overflow.lower(), power(real(mpq_class(0x1p1023)), p)));
    BOOST_TEST((overflow.upper() == infinity || p == 1));
    for (const double x : {infinity, std::numeric_limits<double>::quiet_NaN()}) {
      BOOST_TEST(exponent.power_upper(x) == infinity);
      BOOST_TEST(exponent.root_upper(x) == infinity);
    }
    BOOST_TEST(exponent.power_upper(-1) == exponent.power_upper(0));
    BOOST_TEST(exponent.root_upper(-1) == exponent.root_upper(0));
  }
}

BOOST_FIXTURE_TEST_CASE(uniform_norm_is_above_and_near, BoundScope) {
  for (const mpq_class &p : kExponents) {
    const double upper = Exponent(p).uniform_norm_upper();
    const MpfrInterval exact = real(1) / power(real(p + 1), 1 / p);
    BOOST_TEST_CONTEXT("p = " << p) {
      BOOST_TEST(at_least(upper, exact));
      BOOST_TEST(upper <= nearest(exact) * (1 + 1e-14));
    }
  }
}

BOOST_FIXTURE_TEST_CASE(affine_norm_encloses_the_closed_form, BoundScope) {
  std::mt19937_64 random(3);
  for (const mpq_class &p : kExponents) {
    const Exponent exponent(p);
    const bool even = p == 2 || p == 4;
    for (int i = 0; i < 400; ++i) {
      const int n = i % 2 == 0 ? 1 : 2 + i % 3 % 2;
      std::vector<double> t;
      for (int j = 0; j < n; ++j) {
        t.push_back(i % 17 == 16 && j == 0 ? 0.0 : random_double(random, -4, 2));
      }
      double a = i % 7 == 6 ? 0 : signed_random(random, -4, 3);
      if (i % 11 == 10) {
        a = t[0]; // at the change between the formulas of p = 1
      }
      std::vector<Interval> terms(t.begin(), t.end());
      const Interval norm = exponent.affine_norm(Interval(a), terms);
      const MpfrInterval exact = exact_affine_norm(p, a, t);
      std::ostringstream inputs;
      inputs << std::hexfloat << "p = " << p << ", a = " << a << ", t =";
      for (const double x : t) {
        inputs << ' ' << x;
      }
      BOOST_TEST_CONTEXT(inputs.str() << ": " << shown(norm) << " against " << nearest(exact)) {
        BOOST_REQUIRE(contains(norm, exact));
        if (even || (p == 1 && n == 1 && t[0] != 0 && std::fabs(a) != t[0])) {
          BOOST_REQUIRE_LE(relative_width(norm), 1e-13);
        } else { // about a, by four terms of Taylor's formula, or by antiderivatives
          BOOST_REQUIRE_LE(relative_width(norm), 0.02);
        }
      }
    }
  }
}

// Intervals hold every choice from them.
BOOST_FIXTURE_TEST_CASE(affine_norm_of_intervals, BoundScope) {
  std::mt19937_64 random(4);
  const auto part = [&](const Interval &x) {
    const double w = static_cast<double>(random() >> 11) * 0x1p-53;
    return std::clamp(x.lower() + (x.upper() - x.lower()) * w, x.lower(), x.upper());
  };
  for (const mpq_class &p : kExponents) {
    const Exponent exponent(p);
    for (int i = 0; i < 150; ++i) {
      const double centre = signed_random(random, -3, 2);
      const double radius = random_double(random, -6, 1);
      const Interval a(centre - radius, centre + radius);
      std::vector<Interval> terms;
      for (int j = 0; j <= i % 2; ++j) {
        const double low = random_double(random, -3, 1);
        terms.emplace_back(low, low + random_double(random, -6, 0));
      }
      const Interval norm = exponent.affine_norm(a, terms);
      for (int choice = 0; choice < 4; ++choice) {
        const double chosen = choice == 0 ? a.lower() : choice == 1 ? a.upper() : part(a);
        std::vector<double> t;
        for (const Interval &term : terms) {
          t.push_back(choice == 0 ? term.lower() : choice == 1 ? term.upper() : part(term));
        }
        BOOST_TEST_CONTEXT("p = " << p << ", a in " << shown(a) << ", t in " << shown(terms[0])
                                  << ", a = " << chosen << ", t = " << t[0] << ": " << shown(norm)) {
          BOOST_REQUIRE(contains(norm, exact_affine_norm(p, chosen, t)));
        }
      }
    }
  }
}

// With a change of sign the mean is known in closed form: E |U + V| = 2/3, E |U + V|^3 = 4/5, E |U + V + W| =
// 13/16.
BOOST_AUTO_TEST_CASE(means_of_affine_functions_with_a_zero_are_sharp) {
  const UpwardScope upward;
  const std::array<Interval, 3> t{Interval(1.0), Interval(1.0), Interval(1.0)};
  const auto check = [&](const mpq_class &p, std::size_t terms, const mpq_class &mean) {
    const Exponent exponent(p);
    const Interval found = exponent.power(exponent.affine_norm(Interval(0.0), std::span(t).first(terms)));
    BOOST_TEST_CONTEXT("p = " << p << ", " << terms << " terms") {
      BOOST_TEST(contains(found, mean));
      BOOST_TEST(width(found) <= 1e-13);
    }
  };
  check(1, 1, mpq_class(1, 2));
  check(1, 2, mpq_class(2, 3));
  check(3, 2, mpq_class(4, 5));
  check(1, 3, mpq_class(13, 16));
}

// Powers in a unit: root() takes back what power() did, for numbers of any size; without one, ordinary sizes
// have the unit 1.
BOOST_FIXTURE_TEST_CASE(a_unit_keeps_powers_in_range, BoundScope) {
  std::mt19937_64 random(5);
  for (const mpq_class &p : {mpq_class(1), mpq_class(2), mpq_class(3), mpq_class(15, 2), mpq_class(50),
                             mpq_class(333), mpq_class(1999, 2), mpq_class(1000)}) {
    const Exponent plain(p);
    for (int i = 0; i < 200; ++i) {
      const double size = random_double(random, -1060, 1023);
      const Exponent exponent = plain.for_size(size);
      const double x = size * random_double(random, 0, 0);
      const Interval power = exponent.power(Interval(x));
      const Interval back = exponent.root(power);
      BOOST_TEST_CONTEXT("p = " << p << ", size " << size << ", x = " << x << ", unit " << exponent.unit()) {
        BOOST_REQUIRE(contains(back, mpq_class(x)));
        BOOST_REQUIRE_GE(power.lower(), 0);
        if (x >= 0.75 * size && x > 0x1p-1020) {
          BOOST_REQUIRE_LE(relative_width(back), 1e-12);
        }
        BOOST_REQUIRE_GE(exponent.power_upper(x), power.upper());
        BOOST_REQUIRE(at_least(exponent.root_upper(power.upper()), mpq_class(x)));
        // ((x / u)^p)^(1/p) u, at 400 bits.
        const MpfrInterval reference = test::power(real(mpq_class(x) / mpq_class(exponent.unit())), p);
        BOOST_REQUIRE(contains(power, reference));
      }
    }
    BOOST_TEST(plain.for_size(1).unit() == 1);
    BOOST_TEST(plain.for_size(std::exp2(255 / p.get_d())).unit() == 1);
    BOOST_TEST(plain.for_size(0).unit() == 1);
    BOOST_TEST(plain.for_size(std::numeric_limits<double>::infinity()).unit() == 1);
    BOOST_TEST(plain.for_size(std::exp2(300 / p.get_d())).unit() != 1);
  }
}

// || s X || = s || X || where the powers of s X are no doubles; and || U ||_p = (p+1)^(-1/p) for large p.
BOOST_FIXTURE_TEST_CASE(affine_norms_of_any_size, BoundScope) {
  std::mt19937_64 random(6);
  for (const mpq_class &p : {mpq_class(1), mpq_class(3, 2), mpq_class(2), mpq_class(3), mpq_class(4),
                             mpq_class(100), mpq_class(1000)}) {
    const Exponent exponent(p);
    for (int i = 0; i < 100; ++i) {
      const int shift = i % 2 == 0 ? 900 : -900;
      const double a = i % 5 == 0 ? 0 : std::ldexp(signed_random(random, -2, 2), shift);
      const std::vector<double> t{std::ldexp(random_double(random, -2, 2), shift)};
      const Interval norm = exponent.affine_norm(Interval(a), std::vector<Interval>{Interval(t[0])});
      BOOST_TEST_CONTEXT("p = " << p << ", a = " << a << ", t = " << t[0] << ": " << shown(norm)) {
        BOOST_REQUIRE(contains(norm, exact_affine_norm(p, a, t)));
        BOOST_REQUIRE_LE(relative_width(norm), 0.02);
      }
    }
    const Interval uniform = exponent.affine_norm(Interval(0.0), std::vector<Interval>{Interval(1e-200)});
    BOOST_TEST(contains(uniform, real(mpq_class(1e-200)) / test::power(real(p + 1), 1 / p)));
    BOOST_TEST(relative_width(uniform) <= 1e-10);
  }
}
