// Whole runs of `layercert certify`, from the text of the instance to those of the network and the
// certificate, without the files. The target has a wave and a kink off the grid; d = 2, N = 2, so that depth
// 4, 6 and 7 make 256, 4,096 and 16,384 cells.
#include "layercert/certify/certify.hpp"
#include "layercert/network/builder.hpp"
#include "layercert/network/network_file.hpp"
#include "numeric/sha256.hpp"
#include "result/certificate_document.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace {

using namespace layercert;

void certify_whole(benchmark::State &state) {
  const std::string text = fmt::format("[target]\ndimension = 2\n"
                                       "expression = \"sin(2*pi*x0)*x1 + abs(x0 - 1/3)\"\n"
                                       "[theorem]\nN = 2\ndepth = {}\np = 2\n",
                                       state.range(0));
  double cells = 0;
  for ([[maybe_unused]] const auto _ : state) {
    const Instance instance = parse_instance(text, "bench", ".");
    cells = static_cast<double>(cell_count_or_throw(instance, physical_memory_bytes()));
    const Target target = make_target(instance);
    const Network network = assemble_network(build_parameters(instance, target));
    const Certificate certificate = certify(instance, target, network, "the built network");
    if (!certificate.all_certified()) {
      state.SkipWithError("not certified");
      break;
    }
    const std::string bytes = encode_network(network, NetworkFormat::Automatic).bytes;
    const std::string json =
        certificate_json(certificate, instance,
                         {sha256_hex(instance.text), sha256_hex(bytes), {}, {}, 0, false})
            .dump(2);
    benchmark::DoNotOptimize(json.data());
  }
  state.counters["cells"] = cells;
  state.counters["cells/s"] = benchmark::Counter(cells, benchmark::Counter::kIsIterationInvariantRate);
}

} // namespace

BENCHMARK(certify_whole)
    ->ArgName("depth")
    ->Arg(4)
    ->Arg(6)
    ->Arg(7)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

BENCHMARK_MAIN();
