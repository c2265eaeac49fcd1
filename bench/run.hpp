// The main function of benchmarks that are added one by one.
#pragma once

#include <benchmark/benchmark.h>

namespace layercert::bench {

template <class Add> int run(int argc, char **argv, const Add &add_all) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return 2;
  }
  add_all();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

} // namespace layercert::bench
