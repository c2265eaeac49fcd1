#define BOOST_TEST_MODULE half_space
#include <boost/test/unit_test.hpp>

#include "certify/support.hpp"
#include "common/bound_scope.hpp"
#include "integrate/half_space.hpp"

using namespace layercert;
using namespace layercert::test;

namespace {

// The part of [-1,1]^n where sum t_j u_j <= z, t_j > 0, exactly: the n-fold sum of powers.
mpq_class part_of(const mpq_class &z, const std::vector<mpq_class> &t) {
  mpq_class sum = 0;
  mpq_class divisor = 1;
  for (std::size_t j = 0; j < t.size(); ++j) {
    divisor *= 2 * static_cast<int>(j + 1) * t[j];
  }
  for (std::size_t set = 0; set < std::size_t{1} << t.size(); ++set) {
    mpq_class x = z;
    int sign = 1;
    for (std::size_t j = 0; j < t.size(); ++j) {
      const bool in = (set >> j & 1U) != 0;
      x += in ? -t[j] : t[j];
      sign = in ? -sign : sign;
    }
    mpq_class power = sign;
    for (std::size_t j = 0; j < t.size(); ++j) {
      power *= x > 0 ? x : mpq_class(0);
    }
    sum += power;
  }
  return sum / divisor;
}

} // namespace

// Of all sizes, with tiny rises beside large ones.
BOOST_AUTO_TEST_CASE(affine_functions_against_exact_parts) {
  const BoundScope scope;
  std::mt19937_64 random(5);
  for (int i = 0; i < 3000; ++i) {
    const std::size_t n = 1 + random() % 3;
    NearlyAffine c;
    std::vector<mpq_class> t;
    double reach = 0;
    for (std::size_t j = 0; j < n; ++j) {
      c.rise[j] = signed_random(random, i % 2 == 0 ? -40 : -2, 0);
      t.push_back(abs(mpq_class(c.rise[j])));
      reach += std::fabs(c.rise[j]);
    }
    const double middle = signed_random(random, -3, 0) * reach * 1.1;
    c.middle = Interval(middle);
    const Interval found = part_below_zero(c);
    const mpq_class expected = part_of(-mpq_class(middle), t);
    BOOST_TEST(contains(found, expected), shown(found) << " does not hold " << expected.get_d());
    BOOST_TEST(found.upper() - found.lower() < 1e-5, shown(found));
  }
}

BOOST_AUTO_TEST_CASE(ends) {
  const BoundScope scope;
  NearlyAffine c;
  const auto at = [&](double middle) {
    c.middle = Interval(middle);
    return part_below_zero(c);
  };
  BOOST_TEST((at(-1).lower() == 1 && at(1).upper() == 0)); // constant functions
  BOOST_TEST((at(0).lower() == 0 && at(0).upper() == 1));  // { c < 0 } is empty, { c <= 0 } is the box
  c.rise[1] = -0.5;
  BOOST_TEST((at(-0.75).lower() == 1 && at(0.75).upper() == 0));
  BOOST_TEST((at(0.25).lower() == 0.25 && at(0.25).upper() == 0.25));
  c.radius_upper = 0.125;
  BOOST_TEST((at(0.25).lower() == 0.125 && at(0.25).upper() == 0.375));
  const NearlyAffine face = on_face(c, 1, -1);
  BOOST_TEST((face.middle.lower() == 0.75 && face.rise[1] == 0)); // c at u_1 = -1
}

// More coordinates than are told apart, and curved functions: c = |x|^2 - r^2 against counted points.
BOOST_AUTO_TEST_CASE(curved_functions_against_points) {
  const BoundScope scope;
  std::mt19937_64 random(6);
  for (const std::size_t d : {1, 2, 3, 4}) {
    for (int i = 0; i < 30; ++i) {
      Box box;
      Interval at_midpoint(-random_double(random, 0, 0));
      std::array<Interval, kMaxDimension> gradient;
      for (std::size_t j = 0; j < d; ++j) {
        box.lower[j] = random_double(random, 0, 0);
        box.upper[j] = box.lower[j] + random_double(random, -2, 0);
        gradient[j] = Interval(2.0) * Interval(box.lower[j], box.upper[j]);
        const Interval x = (Interval(box.lower[j]) + Interval(box.upper[j])) / Interval(2.0);
        at_midpoint += x * x;
      }
      const Interval found = part_below_zero(nearly_affine(d, box, at_midpoint, gradient));
      constexpr int kPoints = 20000;
      int below = 0;
      for (int k = 0; k < kPoints; ++k) {
        double c = at_midpoint.lower();
        for (std::size_t j = 0; j < d; ++j) {
          const double middle = (box.lower[j] + box.upper[j]) / 2;
          const double x =
              box.lower[j] + (box.upper[j] - box.lower[j]) * static_cast<double>(random() >> 11) * 0x1p-53;
          c += x * x - middle * middle;
        }
        below += c < 0 ? 1 : 0;
      }
      const double part = static_cast<double>(below) / kPoints;
      BOOST_TEST((found.lower() <= part + 0.015 && part - 0.015 <= found.upper()), shown(found) << part);
    }
  }
}
