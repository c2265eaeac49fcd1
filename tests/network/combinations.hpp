// One combination of d, N and depth, compared on every cell of every level; combinations_test.cpp has the
// small ones, combinations_slow_test.cpp all others up to 1,024 cells.
#pragma once

#include "network/network_for_test.hpp"

#include <boost/test/unit_test.hpp>
#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace layercert::test {

struct Combination {
  int d, N, depth;
};

// Every d = 1..3, N = 2..6 and depth with more than `above` and at most `most` cells at the finest level.
inline std::vector<Combination> combinations(std::uint64_t above, std::uint64_t most) {
  std::vector<Combination> result;
  for (int d = 1; d <= 3; ++d) {
    for (int N = 2; N <= 6; ++N) {
      for (int depth = 1; power(static_cast<std::uint64_t>(N), d * depth) <= most; ++depth) {
        if (power(static_cast<std::uint64_t>(N), d * depth) > above) {
          result.push_back({d, N, depth});
        }
      }
    }
  }
  return result;
}

// A smooth target of each dimension; kCurvature bounds the sum of its pure second derivatives.
inline const char *const kTargets[] = {"", "sin(2*pi*x0)", "sin(2*pi*x0)*(x1 + 1/2) + x1^2",
                                       "sin(2*pi*x0)*(x1 + 1/2) + x1^2 + cos(3*x2)*x0"};
inline constexpr double kCurvature = 71; // 4 pi^2 * 3/2 + 2 + 9
inline double target_value(const std::vector<double> &x) {
  constexpr double pi = std::numbers::pi;
  switch (x.size()) {
  case 1:
    return std::sin(2 * pi * x[0]);
  case 2:
    return std::sin(2 * pi * x[0]) * (x[1] + 0.5) + x[1] * x[1];
  default:
    return std::sin(2 * pi * x[0]) * (x[1] + 0.5) + x[1] * x[1] + std::cos(3 * x[2]) * x[0];
  }
}

// The counts that follow from proofs/theorem.md, section 3, alone.
inline void check_structure(const Network &network, const Combination &c) {
  const int d = c.d;
  const int N = c.N;
  const int L = c.depth;
  BOOST_TEST(network.width == 2 * d * N + d + 2);
  BOOST_REQUIRE(network.hidden.size() == static_cast<std::size_t>(L) + 2);
  BOOST_REQUIRE(network.readouts.size() == static_cast<std::size_t>(L));
  int most_units = 0;
  int most_sines = 0;
  for (int m = 1; m <= L + 2; ++m) {
    const std::vector<Unit> &units = network.hidden[static_cast<std::size_t>(m) - 1].units;
    const auto with_role = [&](Role role) {
      return std::count_if(units.begin(), units.end(), [&](const Unit &unit) { return unit.role == role; });
    };
    const auto sines = std::count_if(units.begin(), units.end(),
                                     [](const Unit &unit) { return unit.activation == Activation::Sine; });
    const bool reads_digits = m <= L;
    BOOST_TEST_CONTEXT("hidden layer " << m) {
      BOOST_TEST(with_role(Role::Step) == (reads_digits ? 2 * d * (N - 1) : 0));
      BOOST_TEST(with_role(Role::Carry) == (reads_digits ? d : 0));
      BOOST_TEST(with_role(Role::ArgumentCarry) == (2 <= m && m <= L ? 1 : 0));
      BOOST_TEST(with_role(Role::FirstSine) == (2 <= m && m <= L + 1 ? 1 : 0));
      BOOST_TEST(with_role(Role::SecondSine) == (3 <= m ? 1 : 0));
      BOOST_TEST(with_role(Role::SumCarry) == (3 <= m ? 1 : 0));
      BOOST_TEST(with_role(Role::Unnamed) == 0);
      BOOST_TEST(sines == with_role(Role::FirstSine) + with_role(Role::SecondSine));
      if (3 <= m && m <= L) { // a layer in the middle has every kind of unit
        BOOST_TEST(units.size() == static_cast<std::size_t>(2 * d * N - d + 4));
      }
      for (const Unit &unit : units) {
        if (unit.role == Role::Step) { // integers all
          BOOST_TEST(unit.bias->dyadic().exponent() >= 0);
          for (const Connection &connection : unit.weights) {
            BOOST_TEST(connection.weight->dyadic().exponent() >= 0);
          }
        }
      }
    }
    most_units = std::max(most_units, static_cast<int>(units.size()));
    most_sines = std::max(most_sines, static_cast<int>(sines));
  }
  for (int l = 1; l <= L; ++l) {
    BOOST_TEST(network.readouts[static_cast<std::size_t>(l) - 1].layer == l + 2);
  }

  const Architecture architecture = count_architecture(network);
  BOOST_TEST(architecture.width == 2 * d * N + d + 2);
  BOOST_TEST(architecture.theorem_width == 2 * d * N + d + 2);
  BOOST_TEST(architecture.hidden_layers == L + 2);
  BOOST_TEST(architecture.units_used == most_units);
  BOOST_TEST(architecture.units_used <= 2 * d * N - d + 4);
  BOOST_TEST(architecture.sine_units == most_sines);
  BOOST_TEST(architecture.sine_units == (L == 1 ? 1 : 2));
  const int steps = 2 * d * (N - 1);
  int parameters = 2 * steps + d;                            // layer 1: bias and weight; carries
  parameters += (L - 1) * (steps * 2 * N + d * (2 * N - 1)); // layers 2..L: N x - steps
  parameters += (L - 1) * steps + std::max(L - 2, 0);        // argument carries, from layer 2 on
  parameters += L * (steps + 1) + L - 1;                     // first sines, with beta
  parameters += L + 1 + 2 * (L - 1);                         // second sines, sum carries
  parameters += 3 * L;                                       // readouts: A, the sum, -M
  BOOST_TEST(architecture.parameters == static_cast<std::uint64_t>(parameters));
}

// The network for level l < L is a prefix: by is_prefix, and in what it computes.
inline void check_nestedness(const Network &network, const NetworkParameters &parameters,
                             const LevelValues &values, const Combination &c) {
  std::mt19937_64 random(7);
  for (int l = 1; l < c.depth; ++l) {
    const Network shorter = prefix(network, l);
    BOOST_TEST(first_fault(shorter) == "");
    BOOST_TEST(is_prefix(shorter, network));
    // Assembled on its own, without the units that only higher levels need.
    NetworkParameters alone = parameters;
    const int positions = c.d * l * DecoderLayout::bits_of_digit(c.N);
    alone.depth = l;
    alone.theta.resize(static_cast<std::size_t>(positions));
    alone.w.resize(static_cast<std::size_t>(l));
    alone.A.resize(static_cast<std::size_t>(l));
    const Network assembled = assemble_network(alone);
    BOOST_TEST(is_prefix(assembled, network));
    BOOST_TEST(is_prefix(assembled, shorter));
    BOOST_TEST(!is_prefix(network, shorter));
    const LevelValues of_alone = decode(alone);
    bool equal = of_alone.values.size() == static_cast<std::size_t>(l) + 1;
    for (std::size_t i = 0; equal && i < of_alone.values.size(); ++i) {
      for (std::size_t k = 0; equal && k < of_alone.values[i].size(); ++k) {
        equal = of_alone.values[i][k].lower() == values.values[i][k].lower() &&
                of_alone.values[i][k].upper() == values.values[i][k].upper();
      }
    }
    BOOST_TEST(equal, "level " << l << ": the prefix has other values than the network");
    const Point point = point_in_cell(0, c.d, c.N, 0, random_inside(random, c.d));
    const mpfr_prec_t precision = sufficient_precision(network, l, 64);
    const std::vector<MpfrInterval> of_network = evaluate_directly(network, point, precision, l);
    const std::vector<MpfrInterval> of_prefix = evaluate_directly(shorter, point, precision);
    const std::vector<MpfrInterval> of_assembled = evaluate_directly(assembled, point, precision);
    BOOST_REQUIRE(of_prefix.size() == static_cast<std::size_t>(l));
    for (std::size_t i = 0; i < of_prefix.size(); ++i) {
      BOOST_TEST(
          (of_prefix[i].lower() == of_network[i].lower() && of_prefix[i].upper() == of_network[i].upper()));
      BOOST_TEST((of_assembled[i].lower() == of_network[i].lower() &&
                  of_assembled[i].upper() == of_network[i].upper()));
    }
  }
}

// One cell of a level and of all levels above it: the decoder's tree against the layers themselves. Returns
// "" or what is wrong.
inline std::string compare_cell(const Network &network, const NetworkParameters &parameters,
                                const LevelValues &values, const Combination &c, int level, std::uint64_t k,
                                mpfr_prec_t precision) {
  std::string wrong;
  std::mt19937_64 random(k);
  const double scale = reach(parameters, c.depth).to_double_upper();
  const Point point = point_in_cell(k, c.d, c.N, level, random_inside(random, c.d));
  const std::vector<MpfrInterval> direct = evaluate_directly(network, point, precision, level);
  for (int l = 1; l <= level; ++l) {
    const MpfrInterval &layers = direct[static_cast<std::size_t>(l) - 1];
    const std::vector<Interval> &of_level = values.values[static_cast<std::size_t>(l)];
    const std::uint64_t cell = k % of_level.size();
    const Interval &tree = of_level[cell];
    if (!overlap(layers, tree) || width_upper(layers) > 0x1p-60 || width_upper(tree) > 0x1p-48 * scale) {
      wrong += fmt::format("level {}, cell {}: the layers give {}, the decoder {}\n", l, cell, show(layers),
                           show(tree));
    }
  }
  return wrong;
}

// Every cell of every level. The visit of a cell compares the readouts of all levels up to its own, so the
// finest level's cells are enough for the coarser ones: each of those holds some of them.
inline void check_values(const Network &network, const NetworkParameters &parameters,
                         const LevelValues &values, const Combination &c) {
  const auto L = static_cast<std::size_t>(c.depth);
  BOOST_REQUIRE(values.values.size() == L + 1);
  for (int l = 0; l <= c.depth; ++l) {
    const std::uint64_t cells = power(static_cast<std::uint64_t>(c.N), c.d * l);
    BOOST_REQUIRE(values.values[static_cast<std::size_t>(l)].size() == cells);
  }
  const mpfr_prec_t precision = sufficient_precision(network, c.depth, 64);
  std::vector<std::string> wrong(values.values.back().size());
  oneapi::tbb::parallel_for(std::size_t{0}, wrong.size(), [&](std::size_t k) {
    wrong[k] = compare_cell(network, parameters, values, c, c.depth, k, precision);
  });
  for (const std::string &message : wrong) {
    BOOST_TEST(message == "");
  }
}

// The values against the target at the cells' centres, in the mean over all cells of a level: a digit that
// goes to the wrong coordinate or level would show.
inline void check_target(const NetworkParameters &parameters, const LevelValues &values,
                         const Combination &c) {
  for (int l = 1; l <= c.depth; ++l) {
    const std::vector<Interval> &of_level = values.values[static_cast<std::size_t>(l)];
    double off = 0;
    for (std::uint64_t k = 0; k < of_level.size(); ++k) {
      std::vector<double> centre;
      for (const mpq_class &x : point_in_cell(k, c.d, c.N, l, Point(c.d, mpq_class(1, 2)))) {
        centre.push_back(x.get_d());
      }
      off += std::fabs(of_level[k].lower() - target_value(centre)) / static_cast<double>(of_level.size());
    }
    // The builder lets the decoder add a sixteenth of the level's detail, in the mean of order p = 1, and A_l
    // bounds the detail; |mean - centre| <= curvature h^2 / 24, once for the mean and at most a quarter for
    // the midpoint rule behind it.
    const double h = std::pow(c.N, -static_cast<double>(l));
    const double A = parameters.A[static_cast<std::size_t>(l) - 1].to_double_upper();
    BOOST_TEST(off <= A / 8 + kCurvature * h * h / 24 * 1.25, "level " << l);
  }
}

inline void check_combination(const Combination &c) {
  BOOST_TEST_CONTEXT("d = " << c.d << ", N = " << c.N << ", L = " << c.depth) {
    const NetworkParameters parameters = parameters_for(kTargets[c.d], c.d, c.N, c.depth);
    const Network network = assemble_network(parameters);
    BOOST_TEST(first_fault(network) == "");
    check_structure(network, c);
    const LevelValues values = decode(parameters);
    check_values(network, parameters, values, c);
    check_target(parameters, values, c);
    check_nestedness(network, parameters, values, c);
  }
}

} // namespace layercert::test
