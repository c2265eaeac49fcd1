// The certified error against || f - Phi_l ||_p found another way: the value of Phi_l on every cell by the
// direct evaluator, layer by layer at a point, and the integral over the cell in closed form.
#define BOOST_TEST_MODULE known_error
#include <boost/test/unit_test.hpp>

#include "function/random_table.hpp"
#include "layercert/error.hpp"
#include "layercert/network/direct_evaluator.hpp"
#include "layercert/network/level_values.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "support.hpp"

#include <functional>
#include <numbers>

using namespace layercert;
using namespace layercert::test;

namespace {

using Corner = std::vector<mpq_class>;

// A function with the integral of |f - v|^p over a box in closed form, v any number.
struct Known {
  std::size_t d;
  const char *text;
  std::function<MpfrInterval(const mpq_class &p, const Corner &a, const Corner &b, const MpfrInterval &v)>
      integral;
};

MpfrInterval affine_integral(const mpq_class &p, const Corner &a, const Corner &b, const MpfrInterval &v,
                             int slope) {
  const auto F = [&](const mpq_class &x) { return antiderivative(real(slope * x) - v, p, 1); };
  return (F(b[0]) - F(a[0])) / real(slope);
}

// Of a function that is c on the left of `jump` and 1 + c on the right.
MpfrInterval jump_integral(const mpq_class &p, const mpq_class &a, const mpq_class &b, const MpfrInterval &v,
                           const mpq_class &jump) {
  const mpq_class middle = std::min(b, std::max(a, jump));
  return power(v, p) * real(middle - a) + power(real(1) - v, p) * real(b - middle);
}

const std::vector<Known> &known_functions() {
  static const std::vector<Known> list{
      {1, "x0",
       [](const mpq_class &p, const Corner &a, const Corner &b, const MpfrInterval &v) {
         return affine_integral(p, a, b, v, 1);
       }},
      {1, "5 - 3*x0 - 5",
       [](const mpq_class &p, const Corner &a, const Corner &b, const MpfrInterval &v) {
         return affine_integral(p, a, b, v, -3);
       }},
      {1, "step(x0 - 1/2)", // on the grid for N = 2
       [](const mpq_class &p, const Corner &a, const Corner &b, const MpfrInterval &v) {
         return jump_integral(p, a[0], b[0], v, mpq_class(1, 2));
       }},
      {1, "step(x0 - 2/7)", // off every grid here
       [](const mpq_class &p, const Corner &a, const Corner &b, const MpfrInterval &v) {
         return jump_integral(p, a[0], b[0], v, mpq_class(2, 7));
       }},
      {2, "x0 + x1",
       [](const mpq_class &p, const Corner &a, const Corner &b, const MpfrInterval &v) {
         const auto F = [&](const mpq_class &s) { return antiderivative(real(s) - v, p, 2); };
         return F(b[0] + b[1]) - F(a[0] + b[1]) - F(b[0] + a[1]) + F(a[0] + a[1]);
       }},
      {2, "step(x1 - 2/7)",
       [](const mpq_class &p, const Corner &a, const Corner &b, const MpfrInterval &v) {
         return jump_integral(p, a[1], b[1], v, mpq_class(2, 7)) * real(b[0] - a[0]);
       }},
  };
  return list;
}

// The cell of level l that the number k names (proofs/theorem.md, section 4), as its index along each axis.
std::vector<std::uint64_t> index_of_cell(std::uint64_t k, std::size_t d, int N, int level) {
  std::vector<std::uint64_t> index(d, 0);
  for (std::size_t i = 0; i < d * static_cast<std::size_t>(level);
       ++i) { // digit i = (m - 1) d + j, the leading digits of level 1 first
    std::uint64_t &x = index[i % d];
    x = x * static_cast<std::uint64_t>(N) + k % static_cast<std::uint64_t>(N);
    k /= static_cast<std::uint64_t>(N);
  }
  return index;
}

std::uint64_t power_of(std::uint64_t base, std::size_t n) {
  std::uint64_t result = 1;
  for (std::size_t i = 0; i < n; ++i) {
    result *= base;
  }
  return result;
}

struct Cells {
  std::vector<Corner> lower;
  std::vector<Corner> upper;
  std::vector<MpfrInterval> value; // of Phi_l at a point that is on no ramp
};

// The readouts of one level at one point inside of every cell, by the direct evaluator.
Cells cells_by_evaluation(const Network &network, int level) {
  const std::size_t d = network.dimension;
  const std::uint64_t side = power_of(static_cast<std::uint64_t>(network.N), static_cast<std::size_t>(level));
  const mpfr_prec_t precision = sufficient_precision(network, level, 150);
  Cells cells;
  for (std::uint64_t k = 0; k < power_of(side, d); ++k) {
    Corner lower;
    Corner upper;
    Corner inside;
    for (const std::uint64_t index : index_of_cell(k, d, network.N, level)) {
      lower.emplace_back(mpz_class(index), mpz_class(side));
      lower.back().canonicalize();
      upper.emplace_back(mpz_class(index + 1), mpz_class(side));
      upper.back().canonicalize();
      inside.emplace_back(lower.back() + (upper.back() - lower.back()) * mpq_class(3, 8));
    }
    cells.value.push_back(
        evaluate_directly(network, inside, precision, level).at(static_cast<std::size_t>(level) - 1));
    cells.lower.push_back(std::move(lower));
    cells.upper.push_back(std::move(upper));
  }
  return cells;
}

// || f - Phi_l ||_p^p over all cells as if there were no ramps.
MpfrInterval exact_integral(const Known &known, const mpq_class &p, const Cells &cells) {
  MpfrInterval sum = real(0);
  for (std::size_t k = 0; k < cells.value.size(); ++k) {
    sum += known.integral(p, cells.lower[k], cells.upper[k], cells.value[k]);
  }
  return sum;
}

// All that (integral +- ramps)^(1/p) can be.
MpfrInterval root_of(const MpfrInterval &integral, const MpfrInterval &ramps, const mpq_class &p) {
  const MpfrInterval least = max_range(real(0), integral - ramps);
  return {power(least, 1 / p).lower(), power(integral + ramps, 1 / p).upper()};
}

struct Case {
  std::size_t function;
  int N;
  int depth;
  mpq_class p;
};

// || f - Phi_l ||_2 on [0,1], estimated by the midpoint rule; the network by the direct evaluator.
double estimated_error(const Network &network, int level, const std::function<double(const mpq_class &)> &f) {
  const mpfr_prec_t precision = sufficient_precision(network, level, 60);
  const int points = 1024;
  double sum = 0;
  for (int i = 0; i < points; ++i) {
    const mpq_class x(2 * i + 1, 2 * points);
    const double difference =
        f(x) -
        nearest(evaluate_directly(network, {x}, precision, level).at(static_cast<std::size_t>(level) - 1));
    sum += difference * difference / points;
  }
  return std::sqrt(sum);
}

CertifyOptions few_boxes() {
  CertifyOptions options;
  options.boxes = 1 << 11;
  return options;
}

} // namespace

BOOST_AUTO_TEST_CASE(certified_errors_contain_the_exact_ones) {
  prepare_mpfr_thread();
  std::vector<Case> cases;
  for (std::size_t f = 0; f < known_functions().size(); ++f) {
    const std::size_t d = known_functions()[f].d;
    cases.push_back({f, 2, d == 1 ? 4 : 2, mpq_class(1)});
    cases.push_back({f, 2, d == 1 ? 4 : 2, mpq_class(2)});
    cases.push_back({f, 2, d == 1 ? 3 : 2, mpq_class(7, 2)});
    cases.push_back({f, 3, d == 1 ? 3 : 1, mpq_class(2)});
    cases.push_back({f, 5, 1, mpq_class(3, 2)});
    cases.push_back({f, 2, d == 1 ? 3 : 1, mpq_class(1000)});
    cases.push_back({f, 3, d == 1 ? 2 : 1, mpq_class(300)});
  }
  for (const Case &c : cases) {
    const Known &known = known_functions()[c.function];
    const Instance instance = make_instance(known.d, known.text, c.N, c.depth, c.p);
    const Target target = make_target(instance);
    const Network network = built_network(instance, target);
    const NetworkParameters parameters = extract_parameters(network, "test");
    const Certificate certificate = certify(instance, target, network, "test", few_boxes());
    BOOST_REQUIRE_EQUAL(certificate.levels.size(), static_cast<std::size_t>(c.depth));
    for (int l = 1; l <= c.depth; ++l) {
      const LevelCertificate &level = certificate.levels[static_cast<std::size_t>(l) - 1];
      // The ramps move the p-th power by at most their measure times (|f| + |Phi|)^p: nothing to see, but
      // counted.
      mpq_class reach = 4 + parameters.M.to_rational();
      const MpfrInterval ramps =
          power(real(reach), c.p) *
          real(known.d * l * Dyadic::power_of_two(-parameters.ramp_exponent).to_rational());
      const MpfrInterval integral = exact_integral(known, c.p, cells_by_evaluation(network, l));
      const MpfrInterval error = root_of(integral, ramps, c.p);
      BOOST_TEST_CONTEXT(known.text << ", N = " << c.N << ", p = " << c.p << ", level " << l << ": ["
                                    << level.error_lower << ", " << level.error_upper << "] against "
                                    << nearest(error) << ", modulus [" << level.modulus_lower << ", "
                                    << level.modulus_upper << ']') {
        BOOST_TEST(at_most(level.error_lower, error));
        BOOST_TEST(at_least(level.error_upper, error));
        if (nearest(error) > 1e-6) {
          BOOST_TEST(level.error_upper <= 1.06 * nearest(error));
          BOOST_TEST(level.error_lower >= 0.94 * nearest(error));
        }
        BOOST_TEST(level.modulus_lower <= level.modulus_upper);
        BOOST_TEST(at_most(level.bound_lower, real(2 * known.d + 1) * real(mpq_class(level.modulus_lower))));
        BOOST_TEST((level.status != Status::Certified || level.error_upper <= level.bound_lower));
        BOOST_TEST(name_of(level.status) == "certified"); // the theorem holds for them all
      }
    }
  }
}

// f = x: no function that is constant on the cells is nearer than t / sqrt 12 in L^2; and the network comes
// near that.
BOOST_AUTO_TEST_CASE(projection_error_of_the_identity) {
  for (const int N : {2, 3}) {
    const Instance instance = make_instance(1, "x0", N, 5 - N, 2);
    const Target target = make_target(instance);
    const Certificate certificate =
        certify(instance, target, built_network(instance, target), "test", few_boxes());
    for (const LevelCertificate &level : certificate.levels) {
      const mpq_class t(1, static_cast<long>(level.cells));
      const MpfrInterval projection = power(real(t * t / 12), mpq_class(1, 2));
      const MpfrInterval modulus = power(real(t * t * (1 - t)), mpq_class(1, 2));
      BOOST_TEST(at_least(level.error_upper, projection));
      BOOST_TEST(level.error_lower >= 0.9 * nearest(projection));
      BOOST_TEST(level.error_upper <= 1.1 * nearest(projection));
      BOOST_TEST(at_most(level.modulus_lower, modulus));
      BOOST_TEST(at_least(level.modulus_upper, modulus));
      BOOST_TEST(level.modulus_lower >= 0.98 * nearest(modulus));
    }
  }
}

// Tables: sums over samples in exact rationals; also with numerators that no double holds, on coarser and on
// finer cells.
BOOST_AUTO_TEST_CASE(tables) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 12; ++i) {
    const std::size_t d = 1 + i % 2;
    const int N = 2 + i % 3 / 2;
    SampleTable table;
    table.dimension = d;
    table.sides =
        d == 1 ? std::vector<int>{i % 4 < 2 ? N * N : 3 * N} : std::vector<int>{N, i % 4 < 2 ? N : 5};
    table.denominator = i % 4 < 2 ? 255 : 1000000000000000000;
    const std::uint64_t count = static_cast<std::uint64_t>(table.sides[0] * (d == 1 ? 1 : table.sides[1]));
    for (std::uint64_t k = 0; k < count; ++k) {
      // Large, and nearly the same: what a rounded numerator would lose is all there is to see.
      table.numerators.push_back(i % 4 < 2 ? static_cast<std::int64_t>(random() % 256)
                                           : 999999999999999000 + static_cast<std::int64_t>(random() % 1000));
    }
    const mpq_class p = i % 2 == 0 ? mpq_class(2) : mpq_class(3);
    const Instance instance = make_instance(d, "", N, d == 2 ? 2 : 3, p);
    const Target target{d, i % 3 == 0   ? test::with_rationals(table)
                           : i % 3 == 1 ? table
                                        : test::with_doubles(table)};
    const SampleTable &used = target.table();
    const Network network = built_network(instance, target);
    const NetworkParameters parameters = extract_parameters(network, "test");
    const Certificate certificate = certify(instance, target, network, "test");
    for (const LevelCertificate &level : certificate.levels) {
      const Cells cells = cells_by_evaluation(network, level.level);
      MpfrInterval sum = real(0);
      std::uint64_t fine = power_of(static_cast<std::uint64_t>(N), static_cast<std::size_t>(level.level));
      for (const int side : table.sides) {
        fine = std::lcm(fine, static_cast<std::uint64_t>(side));
      }
      for (std::size_t k = 0; k < cells.value.size(); ++k) { // fine pieces inside the cell
        for (std::uint64_t piece = 0; piece < power_of(fine, d); ++piece) {
          std::uint64_t rest = piece;
          std::size_t sample = 0;
          std::size_t stride = 1;
          bool inside = true;
          for (std::size_t j = 0; j < d; ++j) {
            const mpq_class at(2 * (rest % fine) + 1, 2 * fine);
            inside = inside && cells.lower[k][j] < at && at < cells.upper[k][j];
            sample += stride * (rest % fine * static_cast<std::size_t>(table.sides[j]) / fine);
            stride *= static_cast<std::size_t>(table.sides[j]);
            rest /= fine;
          }
          if (inside) {
            sum += power(real(used.exact(sample)) - cells.value[k], p);
          }
        }
      }
      sum /= real(mpq_class(mpz_class(power_of(fine, d))));
      const mpq_class reach = 4 + parameters.M.to_rational();
      const MpfrInterval ramps =
          power(real(reach), p) *
          real(d * level.level * Dyadic::power_of_two(-parameters.ramp_exponent).to_rational());
      const MpfrInterval error = root_of(sum, ramps, p);
      BOOST_TEST_CONTEXT("case " << i << ", level " << level.level << ": [" << level.error_lower << ", "
                                 << level.error_upper << "] against " << nearest(error)) {
        BOOST_TEST(at_most(level.error_lower, error));
        BOOST_TEST(at_least(level.error_upper, error));
        BOOST_TEST(level.modulus_lower <= level.modulus_upper);
      }
    }
  }
}

// Where k / N^l is no double, the boxes are a little larger than the cells and overlap: their sum must not
// enter a lower bound. f = 1 against the constant 1/2 is wrong by exactly 1/2.
BOOST_AUTO_TEST_CASE(overlap_of_rounded_cells) {
  for (const int N : {3, 5, 7}) {
    for (const mpq_class &p : {mpq_class(1), mpq_class(2), mpq_class(4)}) {
      const Instance instance = make_instance(1, "1", N, 3, p);
      const Target target = make_target(instance);
      NetworkParameters parameters = build_parameters(instance, target);
      parameters.Phi_0 = Dyadic::power_of_two(-1);
      for (const LevelCertificate &level :
           certify(instance, target, assemble_network(parameters), "test", few_boxes()).levels) {
        BOOST_TEST_CONTEXT("N = " << N << ", p = " << p << ", level " << level.level << ": " << std::hexfloat
                                  << level.error_lower << " .. " << level.error_upper) {
          BOOST_TEST(level.error_lower <= 0.5);
          BOOST_TEST(level.error_upper >= 0.5);
          BOOST_TEST(level.error_lower >= 0.5 - 1e-12);
          BOOST_TEST(level.error_upper <= 0.5 + 1e-12);
          BOOST_TEST(name_of(level.status) == "refuted"); // the modulus of a constant is 0
        }
      }
    }
  }
}

// Ramps so wide that they show: f = step(x0 - 1/2) is met exactly, but for the decoder, outside of them. The
// estimate of the true error is a mean over points, mostly on the ramps, of what the direct evaluator says;
// it must not exceed the certified bound, and without the ramps' share of it, it would.
BOOST_AUTO_TEST_CASE(wide_ramps_show_in_the_bound) {
  const mpq_class p = 2;
  const Instance instance = make_instance(1, "step(x0 - 1/2)", 2, 2, p);
  const Target target = make_target(instance);
  NetworkParameters parameters = build_parameters(instance, target);
  const Certificate steep = certify(instance, target, assemble_network(parameters), "test", few_boxes());
  parameters.ramp_exponent = 3; // delta = 1/8 < 1/4
  const Network network = assemble_network(parameters);
  const Certificate certificate = certify(instance, target, network, "test", few_boxes());
  for (int l = 1; l <= 2; ++l) {
    const double estimate =
        estimated_error(network, l, [](const mpq_class &x) { return 2 * x >= 1 ? 1.0 : 0.0; });
    const LevelCertificate &level = certificate.levels[static_cast<std::size_t>(l) - 1];
    const LevelCertificate &without = steep.levels[static_cast<std::size_t>(l) - 1];
    BOOST_TEST_CONTEXT("level " << l << ": estimate " << estimate << ", bound " << level.error_upper
                                << ", with steep ramps " << without.error_upper) {
      BOOST_TEST(estimate <= level.error_upper);
      BOOST_TEST(estimate > 2 * without.error_upper);
      BOOST_TEST(level.error_lower <= estimate);
    }
  }
}

// f = 0, Phi_0 = 0, and a correction whose phase is 0 on both cells: m = 2^f makes every m nu_k whole. On the
// ramp between them the correction swings from -A to A all the same.
BOOST_AUTO_TEST_CASE(amplitudes_show_on_the_ramps) {
  const Instance instance = make_instance(1, "0*x0", 2, 1, 2);
  const Instance other = make_instance(1, "step(x0 - 1/2)", 2, 1, 2); // for its angles
  NetworkParameters parameters = build_parameters(other, make_target(other));
  const std::int64_t b = decoder_weights(parameters, "test").b;
  set_decoder(parameters, b, {Dyadic::power_of_two(2 * b)});
  parameters.A = {Dyadic::from_integer(1)};
  parameters.Phi_0 = Dyadic();
  parameters.M = Dyadic::from_integer(2);
  parameters.ramp_exponent = 2;
  const Network network = assemble_network(parameters);
  const double estimate = estimated_error(network, 1, [](const mpq_class &) { return 0.0; });
  const LevelCertificate level =
      certify(instance, make_target(instance), network, "test", few_boxes()).levels[0];
  BOOST_TEST_CONTEXT("estimate " << estimate << ", [" << level.error_lower << ", " << level.error_upper
                                 << ']') {
    BOOST_TEST(estimate > 0.2); // the ramp has measure 1/8, and the mean of sin^2 is 1/2
    BOOST_TEST(estimate <= level.error_upper);
    BOOST_TEST(level.error_lower <= 1e-15);
    BOOST_TEST(name_of(level.status) == "undecided");
  }
}

// Samples 1, -1, 1, ... on the cells of level 6: their means over coarser cells are 0, and on the ramps of
// all six levels the readout is about as often anything in [-1, 1], so the ramps' share of || f - Phi_6 ||_1
// is about 6 delta / 2. One level's ramps would count for 2 delta.
BOOST_AUTO_TEST_CASE(ramps_of_every_level_show) {
  constexpr int kLevel = 6;
  const Instance instance = make_instance(1, "", 2, kLevel, 1);
  SampleTable table;
  table.dimension = 1;
  constexpr int kSide = 1 << kLevel;
  table.sides = {kSide};
  table.denominator = 1;
  for (int i = 0; i < kSide; ++i) {
    table.numerators.push_back(i % 2 == 0 ? 1 : -1);
  }
  const Target target{1, table};
  NetworkParameters parameters = build_parameters(instance, target);
  parameters.ramp_exponent = kLevel + 1;
  const Network network = assemble_network(parameters);
  const mpfr_prec_t precision = sufficient_precision(network, kLevel, 60);
  const std::int64_t points = 8000;
  double estimate = 0;
  for (std::int64_t i = 0; i < points; ++i) { // spread evenly over [0,1]
    const std::int64_t place = i * 2654435769 % 4294967296;
    const double phi =
        nearest(evaluate_directly(network, {mpq_class(place, 4294967296)}, precision, kLevel).at(kLevel - 1));
    estimate += std::fabs(phi - (place * kSide / 4294967296 % 2 == 0 ? 1 : -1)) / points;
  }
  const LevelCertificate level =
      certify(instance, target, network, "test", few_boxes()).levels.at(kLevel - 1);
  BOOST_TEST_CONTEXT("estimate " << estimate << ", [" << level.error_lower << ", " << level.error_upper
                                 << ']') {
    BOOST_TEST(estimate <= level.error_upper);
    BOOST_TEST(level.error_lower <= estimate);
  }
}
