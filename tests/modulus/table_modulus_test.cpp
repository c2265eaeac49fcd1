#define BOOST_TEST_MODULE table_modulus
#include <boost/test/unit_test.hpp>

#include "certify/support.hpp"
#include "common/bound_scope.hpp"
#include "function/random_table.hpp"
#include "modulus/table_differences.hpp"
#include "modulus/table_modulus.hpp"

#include <oneapi/tbb/global_control.h>

#include <algorithm>

using namespace layercert;
using namespace layercert::test;

namespace {

// The value of the table at a point that is on no border of samples.
mpq_class value_at(const SampleTable &table, const std::vector<mpq_class> &x) {
  std::size_t index = 0;
  std::size_t stride = 1;
  for (std::size_t j = 0; j < x.size(); ++j) {
    const mpq_class place = x[j] * table.sides[j];
    mpz_class whole;
    mpz_fdiv_q(whole.get_mpz_t(), place.get_num_mpz_t(), place.get_den_mpz_t());
    index += stride * whole.get_ui();
    stride *= static_cast<std::size_t>(table.sides[j]);
  }
  return table.exact(index);
}

// || f(. + h) - f ||_p by brute force: Omega_h is cut wherever x or x + h crosses from one sample to the
// next, and f is asked at the middle of every piece. Exact rationals; powers and the root at 400 bits.
MpfrInterval brute_force(const SampleTable &table, const mpq_class &p, const std::vector<double> &h) {
  const std::size_t d = h.size();
  std::vector<std::vector<mpq_class>> cuts(d);
  for (std::size_t j = 0; j < d; ++j) {
    const mpq_class shift(h[j]);
    const mpq_class first = std::max(mpq_class(0), mpq_class(-shift));
    const mpq_class last = std::min(mpq_class(1), mpq_class(1 - shift));
    for (int k = 0; k <= table.sides[j]; ++k) {
      mpq_class border(k, table.sides[j]);
      border.canonicalize();
      for (const mpq_class &cut : {border, mpq_class(border - shift)}) {
        if (first <= cut && cut <= last) {
          cuts[j].push_back(cut);
        }
      }
    }
    std::sort(cuts[j].begin(), cuts[j].end());
    cuts[j].erase(std::unique(cuts[j].begin(), cuts[j].end()), cuts[j].end());
    if (cuts[j].size() < 2) {
      return real(0);
    }
  }
  MpfrInterval sum = real(0);
  std::vector<std::size_t> piece(d, 0);
  while (true) {
    mpq_class measure = 1;
    std::vector<mpq_class> here(d);
    std::vector<mpq_class> there(d);
    for (std::size_t j = 0; j < d; ++j) {
      const mpq_class &from = cuts[j][piece[j]];
      const mpq_class &to = cuts[j][piece[j] + 1];
      measure *= to - from;
      here[j] = (from + to) / 2;
      there[j] = here[j] + mpq_class(h[j]);
    }
    sum += power(real(value_at(table, there) - value_at(table, here)), p) * real(measure);
    std::size_t j = 0;
    while (j < d && piece[j] + 2 == cuts[j].size()) {
      piece[j++] = 0;
    }
    if (j == d) {
      break;
    }
    ++piece[j];
  }
  return power(sum, 1 / p);
}

const std::vector<mpq_class> kExponents{mpq_class(1), mpq_class(2),    mpq_class(3),
                                        mpq_class(4), mpq_class(7, 2), mpq_class(73, 10)};
const ShiftNorm kNorms[] = {ShiftNorm::Euclidean, ShiftNorm::Max, ShiftNorm::One};

Instance table_instance(const SampleTable &table, int N, int depth, const mpq_class &p, ShiftNorm norm) {
  return make_instance(table.dimension, "", N, depth, p, norm);
}

} // namespace

BOOST_FIXTURE_TEST_CASE(norms_of_differences_enclose_brute_force, BoundScope) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 160; ++i) {
    const std::size_t d = i % 8 == 0 ? 3 : 1 + i % 2;
    const int side = d == 3 ? 2 + i % 2 : 1 + static_cast<int>(random() % (d == 1 ? 9 : 5));
    // Grey values; decimals of 18 digits, which no double holds; few different values.
    const std::int64_t range = i % 3 == 0 ? 255 : i % 3 == 1 ? 1999999999999999998 : 2;
    std::vector<int> sides;
    for (std::size_t j = 0; j < d; ++j) {
      sides.push_back(side + (d > 1 && i % 5 == 0 ? static_cast<int>(j) : 0));
    }
    const SampleTable integers = random_table(random, sides, range, i % 3 == 1 ? 1000000000000000000 : 255);
    const SampleTable table = i % 7 < 3   ? integers
                              : i % 7 < 5 ? with_rationals(integers)
                                          : with_doubles(integers);
    const mpq_class &p = kExponents[static_cast<std::size_t>(i) % kExponents.size()];
    const Exponent exponent(p);
    TableDifferences differences(table, exponent);
    std::vector<double> h;
    for (std::size_t j = 0; j < d; ++j) {
      switch (random() % 6) {
      case 0: // whole samples, or as near as a double comes
        h.push_back(static_cast<double>(static_cast<int>(random() % 7) - 3) / sides[j]);
        break;
      case 1:
        h.push_back(0);
        break;
      case 2: // far shorter than a sample
        h.push_back(signed_random(random, -60, -10));
        break;
      default:
        h.push_back(signed_random(random, -5, 0));
      }
    }
    const Interval norm = differences.norm(h);
    const MpfrInterval exact = brute_force(table, p, h);
    BOOST_TEST_CONTEXT("case " << i << ", d = " << d << ", side = " << side << ", p = " << p << ", h = "
                               << shown(h) << ": " << shown(norm) << " against " << nearest(exact)) {
      BOOST_REQUIRE(contains(norm, exact));
      BOOST_REQUIRE_LE(norm.upper() - norm.lower(), 1e-12 * norm.upper());
    }
  }
}

// Values near the ends of the range of doubles, differences that cancel, and values that no double tells
// apart.
BOOST_FIXTURE_TEST_CASE(extreme_values, BoundScope) {
  const mpq_class tiny(1, mpz_class(1) << 200);
  const double most = std::numeric_limits<double>::max();
  std::vector<SampleTable> tables(5);
  tables[0].doubles = {most, -most, 1};
  tables[1].doubles = {0x1p-1074, 0, 0x3p-1074};
  tables[2].doubles = {1e200, 1e200 * (1 + 0x1p-52), 1e-200};
  tables[3].rationals = {mpq_class(1, 3), mpq_class(mpq_class(1, 3) + tiny),
                         mpq_class(mpq_class(1, 3) - 5 * tiny)};
  tables[4].rationals = {tiny, mpq_class(-3 * tiny), mpq_class(1, 7)};
  for (SampleTable &table : tables) {
    table.dimension = 1;
    table.sides = {3};
    for (const mpq_class &p : kExponents) {
      const Exponent exponent(p);
      for (const double h : {1.0 / 3, 0.5, 0.625}) {
        const Interval norm = TableDifferences(table, exponent).norm(std::vector<double>{h});
        const MpfrInterval exact = brute_force(table, p, {h});
        BOOST_TEST_CONTEXT("table " << &table - tables.data() << ", p = " << p << ", h = " << h << ": "
                                    << shown(norm) << " against " << nearest(exact)) {
          BOOST_TEST(contains(norm, exact));
          if (&table != &tables[1] && norm.upper() <= most) {
            BOOST_TEST(norm.upper() - norm.lower() <= 1e-12 * norm.upper());
          }
        }
      }
    }
  }
}

// A great many doubles with an exponent that is not whole: powers from the list of rounded differences.
BOOST_FIXTURE_TEST_CASE(many_doubles, BoundScope) {
  std::mt19937_64 random(5);
  SampleTable table;
  table.dimension = 1;
  table.sides = {70000};
  for (int i = 0; i < 70000; ++i) {
    table.doubles.push_back(i % 3 == 0 ? 0.0 : signed_random(random, -80, 3));
  }
  const mpq_class p(7, 2);
  const Exponent exponent(p);
  const Interval norm = TableDifferences(table, exponent).norm(std::vector<double>{0x1p-1});
  long double sum = 0;
  for (std::size_t i = 0; i < 35000; ++i) {
    sum += std::pow(std::fabs(static_cast<long double>(table.doubles[i + 35000]) - table.doubles[i]), 3.5L);
  }
  const double exact = static_cast<double>(std::pow(sum / 70000, 1 / 3.5L));
  BOOST_TEST(norm.lower() <= exact);
  BOOST_TEST(norm.upper() >= exact);
  BOOST_TEST(norm.upper() - norm.lower() <= 0x1p-11 * exact);
}

// Sides that differ, and that N^l does not divide: shifts of the whole ball, not of whole samples.
BOOST_FIXTURE_TEST_CASE(bounds_for_any_sides, BoundScope) {
  std::mt19937_64 random(3);
  const std::vector<std::vector<int>> shapes{{5}, {7}, {11}, {3, 5}, {6, 4}, {2, 7}, {1, 5}};
  for (std::size_t i = 0; i < 42; ++i) {
    const std::vector<int> &sides = shapes[i % shapes.size()];
    const std::size_t d = sides.size();
    const int N = 2 + static_cast<int>(random() % 2);
    const SampleTable integers = random_table(random, sides, 255, 255);
    const SampleTable table = i % 2 == 0 ? with_doubles(integers) : integers;
    const mpq_class &p = kExponents[i % kExponents.size()];
    const ShiftNorm norm = kNorms[i / 7 % 3];
    const Instance instance = table_instance(table, N, 3, p, norm);
    const Exponent exponent(p);
    TableModulus modulus(instance, table, exponent);
    for (int level = 1; level <= 3; ++level) {
      const double upper = modulus.upper(level);
      const ModulusLower lower = modulus.lower(level);
      const double t = candidate_shifts(instance, level)[0][0];
      BOOST_TEST_CONTEXT("case " << i << ", N = " << N << ", p = " << p << ", level " << level << ", shift "
                                 << shown(lower.shift) << ": " << lower.value << " .. " << upper) {
        BOOST_REQUIRE(short_enough(lower.shift, norm, N, level));
        BOOST_REQUIRE(at_most(lower.value, brute_force(table, p, lower.shift)));
        BOOST_REQUIRE_LE(lower.value, upper);
        if (d == 1 || (norm == ShiftNorm::Max && t * *std::min_element(sides.begin(), sides.end()) >= 1)) {
          BOOST_REQUIRE_GE(lower.value, upper * (1 - 1e-2));
        }
        for (int choice = 0; choice < 12; ++choice) {
          std::vector<double> h;
          double length = 0;
          for (std::size_t j = 0; j < d; ++j) {
            h.push_back(signed_random(random, -3, 0));
            length = norm == ShiftNorm::Max   ? std::max(length, std::fabs(h.back()))
                     : norm == ShiftNorm::One ? length + std::fabs(h.back())
                                              : std::hypot(length, h.back());
          }
          for (double &x : h) {
            x *= t / length * (choice < 8 ? 0.999999 : 0.5);
          }
          BOOST_REQUIRE(short_enough(h, norm, N, level));
          BOOST_TEST_INFO("h = " << shown(h));
          BOOST_REQUIRE(at_least(upper, brute_force(table, p, h)));
        }
      }
    }
  }
}

BOOST_FIXTURE_TEST_CASE(extreme_integers, BoundScope) {
  SampleTable table;
  table.dimension = 1;
  table.sides = {2};
  const std::int64_t least = std::numeric_limits<std::int64_t>::min();
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  for (const auto &[a, b] :
       {std::pair(least, most), std::pair(most, least), std::pair(most - 1, most),
        std::pair(least, least + 1), std::pair<std::int64_t, std::int64_t>(0, (std::int64_t{1} << 53) + 1)}) {
    table.numerators = {a, b};
    table.denominator = most;
    for (const mpq_class &p : kExponents) {
      const Exponent exponent(p);
      const Interval norm = TableDifferences(table, exponent).norm(std::vector<double>{0.5});
      BOOST_TEST_CONTEXT("p = " << p << ", " << a << ", " << b << ": " << shown(norm)) {
        BOOST_TEST(contains(norm, brute_force(table, p, {0.5})));
      }
    }
  }
}

// The lower bound is at most what its shift really gives, and the shift is legal; the upper bound is at least
// what any legal shift gives.
BOOST_FIXTURE_TEST_CASE(bounds_of_the_modulus, BoundScope) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 60; ++i) {
    const std::size_t d = i % 10 == 9 ? 3 : 1 + i % 2;
    const int N = 2 + static_cast<int>(random() % 2);
    const int side = d == 3 ? N : d == 2 ? (N == 2 ? 4 : 3) : (N == 2 ? 8 : 9);
    const SampleTable table = random_table(random, d, side, i % 2 == 0 ? 255 : 1999999999999999998, 255);
    const mpq_class &p = kExponents[static_cast<std::size_t>(i) % kExponents.size()];
    const ShiftNorm norm = kNorms[i % 3];
    const Instance instance = table_instance(table, N, 4, p, norm);
    const Exponent exponent(p);
    TableModulus modulus(instance, table, exponent);
    double former = std::numeric_limits<double>::infinity();
    for (int level = 1; level <= 4; ++level) {
      const ModulusLower lower = modulus.lower(level);
      const double upper = modulus.upper(level);
      const double t = candidate_shifts(instance, level)[0][0];
      BOOST_TEST_CONTEXT("case " << i << ", d = " << d << ", N = " << N << ", side = " << side
                                 << ", p = " << p << ", level " << level << ", shift " << shown(lower.shift)
                                 << ": " << lower.value << " .. " << upper) {
        BOOST_REQUIRE(short_enough(lower.shift, norm, N, level));
        const MpfrInterval exact = brute_force(table, p, lower.shift);
        BOOST_REQUIRE(at_most(lower.value, exact));
        BOOST_REQUIRE_GE(lower.value, nearest(exact) * (1 - 1e-12));
        BOOST_REQUIRE_LE(lower.value, upper);
        BOOST_REQUIRE_LE(lower.value, former * (1 + 1e-12)); // the modulus grows with the scale
        former = upper;
        if (d == 1 || (norm == ShiftNorm::Max && N == 2 && t * side >= 1)) { // exact there
          BOOST_REQUIRE_GE(lower.value, upper * (1 - 1e-7));
        }
        for (int choice = 0; choice < 6; ++choice) {
          std::vector<double> h;
          double length = 0;
          for (std::size_t j = 0; j < d; ++j) {
            h.push_back(signed_random(random, -3, 0));
            length = norm == ShiftNorm::Max   ? std::max(length, std::fabs(h.back()))
                     : norm == ShiftNorm::One ? length + std::fabs(h.back())
                                              : std::hypot(length, h.back());
          }
          for (double &x : h) {
            x *= t / length * (choice < 4 ? 0.999999 : 0.5);
          }
          BOOST_REQUIRE(short_enough(h, norm, N, level));
          const MpfrInterval other = brute_force(table, p, h);
          BOOST_TEST_INFO("h = " << shown(h) << ", " << nearest(other));
          BOOST_REQUIRE(at_least(upper, other));
        }
      }
    }
  }
}

// Samples that fall by halves: f = step(x0 - 1/2). omega_p(f, t)^p = t, also for t below the width of a
// sample, which a shift by whole samples would miss.
BOOST_FIXTURE_TEST_CASE(scales_below_one_sample, BoundScope) {
  SampleTable table;
  table.dimension = 2;
  table.sides = {4, 4};
  table.denominator = 1;
  for (int i = 0; i < 16; ++i) {
    table.numerators.push_back(i % 4 >= 2 ? 1 : 0);
  }
  for (const mpq_class &p : kExponents) {
    for (const ShiftNorm norm : kNorms) {
      const Instance instance = table_instance(table, 2, 20, p, norm);
      const Exponent exponent(p);
      TableModulus modulus(instance, table, exponent);
      for (int level = 1; level <= 20; ++level) {
        const mpq_class t(mpz_class(1), mpz_class(1) << level);
        const MpfrInterval exact = power(real(t), 1 / p);
        const double lower = modulus.lower(level).value;
        const double upper = modulus.upper(level);
        BOOST_TEST_CONTEXT("p = " << p << ", level " << level << ": " << lower << " .. " << upper) {
          BOOST_TEST(at_most(lower, exact));
          BOOST_TEST(lower >= nearest(exact) * (1 - 1e-12));
          BOOST_TEST(at_least(upper, exact));
          if (level > 2) { // D(e0) = 4 and D(e0 + e1) = 3: the mixed shifts add a little to the upper bound
            BOOST_TEST(upper <= nearest(exact) * std::pow(2.0, 1 / p.get_d()));
          }
        }
      }
    }
  }
}

// f = c0 + c1 (numbers of the sample): for p = 3 a diagonal neighbour differs by 2, to the third power 8, and
// it is the mixed term that the diagonal shift owes most to.
BOOST_FIXTURE_TEST_CASE(mixed_terms_below_one_sample, BoundScope) {
  SampleTable table;
  table.dimension = 2;
  table.sides = {8, 8};
  for (int i = 0; i < 64; ++i) {
    table.numerators.push_back(i % 8 + i / 8);
  }
  for (const ShiftNorm norm : kNorms) {
    const mpq_class p = 3;
    const Instance instance = table_instance(table, 2, 6, p, norm);
    const Exponent exponent(p);
    TableModulus modulus(instance, table, exponent);
    for (int level = 4; level <= 6; ++level) {
      const double upper = modulus.upper(level);
      double largest = 0;
      for (const std::vector<double> &h : candidate_shifts(instance, level)) {
        const MpfrInterval exact = brute_force(table, p, h);
        BOOST_TEST_CONTEXT("level " << level << ", h = " << shown(h) << ": " << upper << " against "
                                    << nearest(exact)) {
          BOOST_TEST(at_least(upper, exact));
        }
        largest = std::max(largest, nearest(exact));
      }
      BOOST_TEST(upper <= 1.3 * largest);
    }
  }
}

// Where t is short, the best direction of the Euclidean norm is neither an axis nor the diagonal: f is 3 for
// x0 >= 1/2, plus 4 for x1 >= 1/2, so || f(. + h) - f ||_1 is near 3 |h_0| + 4 |h_1| = 5 t at h parallel to
// (3, 4).
BOOST_FIXTURE_TEST_CASE(steepest_direction, BoundScope) {
  SampleTable table;
  table.dimension = 2;
  table.sides = {2, 2};
  table.numerators = {0, 3, 4, 7};
  for (const int flip : {0, 1}) {
    if (flip == 1) {
      table.numerators = {3, 0, 7, 4};
    }
    const Instance instance = table_instance(table, 2, 20, mpq_class(1), ShiftNorm::Euclidean);
    const Exponent exponent(instance.p);
    TableModulus modulus(instance, table, exponent);
    const double t = 0x1p-20;
    const ModulusLower lower = modulus.lower(20);
    BOOST_TEST(lower.value >= 5 * t * (1 - 1e-5));
    BOOST_TEST(lower.value <= 5 * t);
    BOOST_TEST(short_enough(lower.shift, ShiftNorm::Euclidean, 2, 20));
    BOOST_TEST(modulus.upper(20) <= 5 * t * (1 + 1e-5));
    BOOST_TEST(modulus.upper(20) >= lower.value);
  }
}

BOOST_FIXTURE_TEST_CASE(texture_finer_than_the_scale, BoundScope) {
  // Stripes of one sample: a shift by an even number of samples sees nothing, a shift by one sees everything.
  SampleTable table;
  table.dimension = 1;
  table.sides = {1024};
  for (int i = 0; i < 1024; ++i) {
    table.numerators.push_back(i % 2);
  }
  const Instance instance = table_instance(table, 2, 9, mpq_class(2), ShiftNorm::Euclidean);
  const Exponent exponent(instance.p);
  TableModulus modulus(instance, table, exponent);
  for (int level = 1; level <= 9; ++level) {
    const ModulusLower lower = modulus.lower(level);
    BOOST_TEST(lower.value >= std::sqrt(1023.0 / 1024) * (1 - 1e-12)); // (1023 pairs of neighbours)
  }
}

// Differences that are listed by their leading bits only.
BOOST_FIXTURE_TEST_CASE(rounded_list, BoundScope) {
  std::mt19937_64 random(3);
  SampleTable table = random_table(random, 2, 256, 1000000000000, 1000000000000);
  const Exponent exponent(mpq_class(5, 2));
  TableDifferences differences(table, exponent);
  for (const std::int64_t s : {1, 100}) {
    double sum = 0;
    for (std::int64_t y = 0; y < 256; ++y) {
      for (std::int64_t x = 0; x + s < 256; ++x) {
        const std::size_t i = static_cast<std::size_t>(x + 256 * y);
        const double difference =
            static_cast<double>(
                std::llabs(table.numerators[i + static_cast<std::size_t>(s)] - table.numerators[i])) *
            1e-12;
        sum += difference * difference * std::sqrt(difference);
      }
    }
    const double norm = std::pow(sum / 65536, 0.4); // to about 1e-11
    const Interval bounds =
        differences.norm(std::vector<double>{std::ldexp(static_cast<double>(s), -8), 0.0});
    BOOST_TEST_CONTEXT(shown(bounds) << " against " << norm) {
      BOOST_TEST(bounds.lower() <= norm * (1 + 1e-10));
      BOOST_TEST(bounds.upper() >= norm * (1 - 1e-10));
      BOOST_TEST(bounds.upper() - bounds.lower() <= 0x1p-11 * norm);
      BOOST_TEST(bounds.upper() - bounds.lower() >= 0x1p-14 * norm); // it is the rounded list that is tested
    }
  }
}

BOOST_FIXTURE_TEST_CASE(any_number_of_threads_gives_the_same_bits, BoundScope) {
  std::mt19937_64 random(4);
  for (const std::size_t d : {1, 2, 3}) {
    const int side = d == 1 ? 20000 : d == 2 ? 150 : 24;
    const SampleTable table = random_table(random, d, side, 100000000000, 1000);
    const auto run = [&](int threads) {
      const oneapi::tbb::global_control control(oneapi::tbb::global_control::max_allowed_parallelism,
                                                static_cast<std::size_t>(threads));
      const Exponent exponent(mpq_class(3));
      std::vector<double> h{0.1234, -0.011, 0.07};
      h.resize(d);
      return TableDifferences(table, exponent).norm(h);
    };
    const Interval one = run(1);
    BOOST_TEST(one.lower() > 0);
    for (const int threads : {2, 4}) {
      const Interval many = run(threads);
      BOOST_TEST(bits(many.lower()) == bits(one.lower()));
      BOOST_TEST(bits(many.upper()) == bits(one.upper()));
    }
  }
}

// At scales of whole samples both bounds come from one search, and nearly meet.
BOOST_AUTO_TEST_CASE(both_bounds_meet) {
  const BoundScope scope;
  std::mt19937_64 random(23);
  for (const std::size_t d : {1, 2, 3}) {
    SampleTable table;
    table.dimension = d;
    table.sides = std::vector<int>(d, d == 3 ? 4 : 8);
    table.denominator = 255;
    for (std::size_t i = 0; i < static_cast<std::size_t>(std::pow(table.sides[0], d)); ++i) {
      table.numerators.push_back(static_cast<std::int64_t>(random() % 256));
    }
    for (const mpq_class &p : {mpq_class(1), mpq_class(2), mpq_class(7, 2)}) {
      for (const ShiftNorm norm : {ShiftNorm::Euclidean, ShiftNorm::Max, ShiftNorm::One}) {
        const Instance instance = make_instance(d, "", 2, 2, p, norm);
        const Exponent exponent(p);
        TableModulus modulus(instance, table, exponent);
        for (const int level : {1, 2}) {
          const double upper = modulus.upper(level);
          const ModulusLower lower = modulus.lower(level);
          BOOST_TEST_CONTEXT("d = " << d << ", p = " << p << ", norm " << static_cast<int>(norm) << ", level "
                                    << level << ": [" << lower.value << ", " << upper << ']') {
            BOOST_TEST(lower.value <= upper);
            BOOST_TEST(upper <= 1.01 * lower.value);
          }
        }
      }
    }
  }
}
