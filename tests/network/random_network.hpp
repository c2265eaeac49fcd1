// Random networks of legal shape, for the tests of the files: nothing about them is of the construction.
#pragma once

#include "layercert/network/network.hpp"

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace layercert::test {

class RandomNetworks {
public:
  bool small = false; // about 30 weights a network, not up to some thousand

  explicit RandomNetworks(unsigned long seed) : engine_(seed), bits_(gmp_randinit_default) {
    bits_.seed(seed);
  }

  std::size_t below(std::size_t limit) { return engine_() % limit; }

  // Of at most so many bits, either sign; often short, sometimes 0.
  Dyadic dyadic(std::size_t largest_bits) {
    const std::size_t bits = below(3) == 0 ? below(3) : 1 + below(largest_bits);
    const mpz_class magnitude = bits_.get_z_bits(static_cast<mp_bitcnt_t>(bits));
    const std::int64_t exponent = static_cast<std::int64_t>(below(20001)) - 10000;
    return Dyadic(below(2) == 0 ? mpz_class(-magnitude) : magnitude, exponent);
  }
  // Exactly so many bits.
  Dyadic long_dyadic(std::size_t bits) {
    mpz_class magnitude = bits_.get_z_bits(static_cast<mp_bitcnt_t>(bits));
    mpz_setbit(magnitude.get_mpz_t(), static_cast<mp_bitcnt_t>(bits - 1));
    mpz_setbit(magnitude.get_mpz_t(), 0);
    return Dyadic(std::move(magnitude), -static_cast<std::int64_t>(bits));
  }

  // Weights drawn from a pool of which some are the same number, the same value held twice, or the negative
  // of another.
  Network network(std::size_t largest_bits) {
    std::vector<Weight> pool{make_weight(Dyadic())};
    for (std::size_t i = 0; i < 12; ++i) {
      pool.push_back(make_weight(dyadic(largest_bits)));
      pool.push_back(make_weight(*pool[below(pool.size())]));
      pool.push_back(make_weight(-*pool[below(pool.size())]));
    }
    return network(pool);
  }
  Network network(const std::vector<Weight> &pool) {
    Network result;
    const int d = small ? 1 : 1 + static_cast<int>(below(3));
    result.dimension = static_cast<std::size_t>(d);
    result.N = small ? 2 : 2 + static_cast<int>(below(4));
    result.depth = 1 + static_cast<int>(below(small ? 2 : 3));
    result.width = 2 * d * result.N + d + 2;
    const auto width = static_cast<std::size_t>(result.width);
    const auto draw = [&] { return pool[below(pool.size())]; };
    const auto connections = [&](std::size_t sources) {
      std::set<int> chosen;
      for (std::size_t i = below((small ? 2 : sources) + 1); i > 0; --i) {
        chosen.insert(static_cast<int>(below(sources)));
      }
      std::vector<Connection> weights;
      for (const int source : chosen) {
        weights.push_back({source, draw()});
      }
      return weights;
    };
    for (int m = 1; m <= result.depth + 2; ++m) {
      Layer layer;
      for (int index = 0; index < result.width; ++index) {
        if (below(3) != 0) {
          layer.units.push_back({index, static_cast<Role>(below(7)),
                                 below(2) == 0 ? Activation::Relu : Activation::Sine, draw(),
                                 connections(m == 1 ? result.dimension : width)});
        }
      }
      result.hidden.push_back(std::move(layer));
    }
    for (int l = 1; l <= result.depth; ++l) {
      result.readouts.push_back({l, l + 2, draw(), connections(width)});
    }
    return result;
  }

private:
  std::mt19937_64 engine_;
  gmp_randclass bits_;
};

// first_difference() leaves the roles out: a file keeps them too.
inline std::string any_difference(const Network &a, const Network &b) {
  if (std::string difference = first_difference(a, b); !difference.empty()) {
    return difference;
  }
  for (std::size_t m = 0; m < a.hidden.size(); ++m) {
    for (std::size_t i = 0; i < a.hidden[m].units.size(); ++i) {
      if (a.hidden[m].units[i].role != b.hidden[m].units[i].role) {
        return "the role of a unit in hidden layer " + std::to_string(m + 1);
      }
    }
  }
  return {};
}

// The least network there is, with one sine unit and a few weights: d = 1, N = 2, L = 1.
inline Network small_network() {
  const Weight theta = make_weight(Dyadic::parse("0x1.8p-3"));
  Network network;
  network.dimension = 1;
  network.N = 2;
  network.depth = 1;
  network.width = 7;
  network.hidden.resize(3);
  network.hidden[0].units = {
      {0, Role::Step, Activation::Relu, make_weight(Dyadic::from_integer(-3)), {{0, theta}}}};
  network.hidden[1].units = {
      {4, Role::FirstSine, Activation::Sine, make_weight(Dyadic()), {{0, theta}, {1, make_weight(-*theta)}}}};
  network.readouts = {{1, 3, make_weight(Dyadic::from_integer(3)), {}}};
  return network;
}

} // namespace layercert::test
