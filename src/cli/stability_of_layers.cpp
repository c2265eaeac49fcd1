#include "stability_of_layers.hpp"

#include "progress.hpp"
#include "rounding_of_result.hpp"
#include "threads.hpp"

#include "layercert/error.hpp"
#include "numeric/file_bytes.hpp"

#include <fmt/format.h>

#include <cmath>

namespace layercert::cli {

int stability_of_layers(const StabilityArguments &arguments) {
  const ThreadLimit threads(arguments.threads);
  Progress progress(arguments.quiet);
  if (arguments.plot) {
    throw InputError("--plot", 0, "is for the construction; a network of others has no picture");
  }
  LayersRoundingOptions options;
  options.ulps = arguments.ulps;
  options.points = arguments.samples.value_or(options.points);
  progress.phase("rounding");
  const ResultRounding result = rounding_of_result(arguments.folder, options);
  progress.clear();
  if (arguments.out) {
    write_bytes(*arguments.out, result.document.dump(2) + "\n");
  }
  if (arguments.json) {
    fmt::print("{}\n", result.document.dump(2));
    return 0;
  }
  fmt::print("{}\n{}", arguments.folder.string(), result.table);
  for (const LayersRounding &rounding : result.roundings) {
    if (rounding.format->name == arguments.float_format && std::isfinite(rounding.bound_upper)) {
      fmt::print("{}\n{}\n", cpp_line(rounding), python_line(rounding));
    }
  }
  return 0;
}

} // namespace layercert::cli
