// Writing and reading network files whose weights have 10 million bits: bytes of the file a second. For the
// ratio, the digits of one such weight through GMP's own conversions, and the JSON through the library's
// tree.
#include "network/network_binary.hpp"
#include "network/network_json.hpp"

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>

using namespace layercert;

namespace {

constexpr std::size_t kBits = 10000000;
constexpr int kAngles = 8; // each is used four times, with both signs

mpz_class random_odd() {
  static gmp_randclass source(gmp_randinit_default);
  mpz_class value = source.get_z_bits(kBits);
  mpz_setbit(value.get_mpz_t(), 0);
  mpz_setbit(value.get_mpz_t(), kBits - 1);
  return value;
}

// Of the shape of the construction: angles as sources' weights of two units, one top weight.
Network network_of_long_weights() {
  Network network;
  network.dimension = 1;
  network.N = 2;
  network.depth = kAngles;
  network.width = 7;
  network.hidden.resize(kAngles + 2);
  const Weight zero = make_weight(Dyadic());
  for (int m = 1; m <= kAngles; ++m) {
    const Dyadic angle(random_odd(), -static_cast<std::int64_t>(kBits));
    for (const int index : {3, 5}) {
      network.hidden[static_cast<std::size_t>(m)].units.push_back(
          {index,
           Role::Unnamed,
           Activation::Sine,
           zero,
           {{0, make_weight(angle)}, {1, make_weight(-angle)}}});
    }
    network.readouts.push_back({m, m + 2, zero, {}});
  }
  network.readouts.back().bias = make_weight(Dyadic(random_odd(), 0));
  return network;
}

const Network &network() {
  static const Network built = network_of_long_weights();
  return built;
}

void count_bytes(benchmark::State &state, std::size_t bytes) {
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(bytes));
  state.counters["MB"] = static_cast<double>(bytes) / 1e6;
}

void write_json(benchmark::State &state) {
  std::size_t size = 0;
  for (auto _ : state) {
    size = network_to_json(network()).size();
  }
  count_bytes(state, size);
}

void write_binary(benchmark::State &state) {
  std::size_t size = 0;
  for (auto _ : state) {
    size = network_to_binary(network()).size();
  }
  count_bytes(state, size);
}

void read_json(benchmark::State &state) {
  const std::string text = network_to_json(network());
  for (auto _ : state) {
    benchmark::DoNotOptimize(network_from_json(text, "bench"));
  }
  count_bytes(state, text.size());
}

void read_binary(benchmark::State &state) {
  const std::string bytes = network_to_binary(network());
  for (auto _ : state) {
    benchmark::DoNotOptimize(network_from_binary(bytes, "bench"));
  }
  count_bytes(state, bytes.size());
}

void read_json_as_tree(benchmark::State &state) {
  const std::string text = network_to_json(network());
  for (auto _ : state) {
    benchmark::DoNotOptimize(nlohmann::json::parse(text));
  }
  count_bytes(state, text.size());
}

void write_digits(benchmark::State &state) {
  const Dyadic value(random_odd(), 0);
  for (auto _ : state) {
    benchmark::DoNotOptimize(value.to_string());
  }
  count_bytes(state, kBits / 4);
}

void write_digits_by_gmp(benchmark::State &state) {
  const mpz_class value = random_odd();
  for (auto _ : state) {
    benchmark::DoNotOptimize(value.get_str(16));
  }
  count_bytes(state, kBits / 4);
}

void read_digits(benchmark::State &state) {
  const std::string text = Dyadic(random_odd(), 0).to_string();
  for (auto _ : state) {
    benchmark::DoNotOptimize(Dyadic::parse(text));
  }
  count_bytes(state, text.size());
}

void read_digits_by_gmp(benchmark::State &state) {
  const std::string text = random_odd().get_str(16);
  mpz_class value;
  for (auto _ : state) {
    value.set_str(text, 16);
    benchmark::DoNotOptimize(value);
  }
  count_bytes(state, text.size());
}

BENCHMARK(write_binary)->Unit(benchmark::kMillisecond);
BENCHMARK(read_binary)->Unit(benchmark::kMillisecond);
BENCHMARK(write_json)->Unit(benchmark::kMillisecond);
BENCHMARK(read_json)->Unit(benchmark::kMillisecond);
BENCHMARK(read_json_as_tree)->Unit(benchmark::kMillisecond);
BENCHMARK(write_digits)->Unit(benchmark::kMillisecond);
BENCHMARK(write_digits_by_gmp)->Unit(benchmark::kMillisecond);
BENCHMARK(read_digits)->Unit(benchmark::kMillisecond);
BENCHMARK(read_digits_by_gmp)->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
