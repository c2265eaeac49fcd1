// What the tests of the network share: networks for small instances, points in cells, comparisons without
// rounding.
#pragma once

#include "layercert/network/builder.hpp"
#include "layercert/network/construction.hpp"
#include "layercert/network/direct_evaluator.hpp"
#include "layercert/network/level_values.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace layercert::test {

using Point = std::vector<mpq_class>;

inline NetworkParameters parameters_for(const std::string &expression, std::size_t d, int N, int depth,
                                        const std::string &p = "1") {
  const Instance instance = parse_instance(
      fmt::format("[target]\ndimension = {}\nexpression = \"{}\"\n[theorem]\nN = {}\ndepth = {}\np = {}\n", d,
                  expression, N, depth, p),
      "test.toml", ".");
  return build_parameters(instance, make_target(instance));
}

inline LevelValues decode(const NetworkParameters &parameters) {
  const UpwardScope upward;
  return decode_levels(parameters, "test");
}

inline std::uint64_t power(std::uint64_t base, int exponent) {
  std::uint64_t result = 1;
  for (int i = 0; i < exponent; ++i) {
    result *= base;
  }
  return result;
}

// 2^exponent, exactly.
inline mpq_class two_to(std::int64_t exponent) { return Dyadic::power_of_two(exponent).to_rational(); }

// The point of cell k of a level at the given place (in [0,1] along each coordinate) inside it: digit e_i of
// k, i = (m-1) d + j, is the digit of weight N^-m of coordinate j (proofs/theorem.md, section 4).
inline Point point_in_cell(std::uint64_t k, std::size_t d, int N, int level, const Point &inside) {
  const auto base = static_cast<std::uint64_t>(N);
  Point point(d);
  mpq_class side(1);
  for (int m = 1; m <= level; ++m) {
    side /= N;
    for (mpq_class &x : point) {
      x += side * mpq_class(static_cast<unsigned long>(k % base));
      k /= base;
    }
  }
  for (std::size_t j = 0; j < point.size(); ++j) {
    point[j] += side * inside[j];
  }
  return point;
}

// The cell of a level that a point lies in, by one division a coordinate; the right end belongs to the last
// cell.
inline std::uint64_t cell_of_point(const Point &point, int N, int level) {
  const std::uint64_t side = power(static_cast<std::uint64_t>(N), level);
  std::uint64_t k = 0;
  for (std::size_t j = 0; j < point.size(); ++j) {
    const mpq_class scaled = point[j] * mpq_class(static_cast<unsigned long>(side));
    mpz_class whole;
    mpz_fdiv_q(whole.get_mpz_t(), scaled.get_num_mpz_t(), scaled.get_den_mpz_t());
    std::uint64_t index = std::min<std::uint64_t>(whole.get_ui(), side - 1);
    for (int m = level; m >= 1; --m) { // its last digit is that of level m
      const std::uint64_t digit = index % static_cast<std::uint64_t>(N);
      index /= static_cast<std::uint64_t>(N);
      k += digit * power(static_cast<std::uint64_t>(N),
                         (m - 1) * static_cast<int>(point.size()) + static_cast<int>(j));
    }
  }
  return k;
}

// r/997 with 1 <= r <= 996: inside a cell, and neither a digit boundary of any level nor a dyadic number.
inline Point random_inside(std::mt19937_64 &random, std::size_t d) {
  Point inside;
  for (std::size_t j = 0; j < d; ++j) {
    inside.emplace_back(static_cast<long>(1 + random() % 996), 997L);
  }
  return inside;
}

inline bool overlap(const MpfrInterval &a, const Interval &b) {
  return mpfr_cmp_d(a.lower().get(), b.upper()) <= 0 && mpfr_cmp_d(a.upper().get(), b.lower()) >= 0;
}

inline double width_upper(const MpfrInterval &x) {
  return mpfr_get_d(sub_up(x.upper(), x.lower()).get(), MPFR_RNDU);
}
inline double width_upper(const Interval &x) {
  const UpwardScope upward;
  return sub_up(x.upper(), x.lower());
}

// "" or the first parameter that differs.
inline std::string difference(const NetworkParameters &a, const NetworkParameters &b) {
  return a.dimension != b.dimension || a.N != b.N || a.depth != b.depth ? "the shape"
         : a.ramp_exponent != b.ramp_exponent                           ? "q"
         : a.theta != b.theta                                           ? "theta"
         : a.beta != b.beta                                             ? "beta"
         : a.w != b.w                                                   ? "w"
         : a.A != b.A                                                   ? "A"
         : a.M != b.M                                                   ? "M"
         : a.Phi_0 != b.Phi_0                                           ? "Phi_0"
                                                                        : "";
}

// |Phi_0| + sum A_m of levels up to `level`, the bound of |Phi_level| everywhere (Lemma 5 of
// proofs/theorem.md).
inline Dyadic reach(const NetworkParameters &parameters, int level) {
  Dyadic sum = parameters.Phi_0.dyadic().abs();
  for (int m = 1; m <= level; ++m) {
    sum = sum + parameters.A[static_cast<std::size_t>(m) - 1].abs();
  }
  return sum;
}

// The network for level l inside the one for L: its first l + 2 hidden layers and l readouts.
inline Network prefix(const Network &network, int level) {
  Network result = network;
  result.depth = level;
  result.hidden.resize(static_cast<std::size_t>(level) + 2);
  result.readouts.resize(static_cast<std::size_t>(level));
  return result;
}

inline std::string show(const MpfrInterval &x) {
  return fmt::format("[{:.17g}, {:.17g}]", double_lower(x), double_upper(x));
}
inline std::string show(const Interval &x) { return fmt::format("[{:.17g}, {:.17g}]", x.lower(), x.upper()); }

} // namespace layercert::test
