#include "commands.hpp"
#include "interruption.hpp"
#include "profile_of_result.hpp"
#include "progress.hpp"
#include "stability_of_layers.hpp"
#include "threads.hpp"

#include "numeric/file_bytes.hpp"
#include "report/stability_report.hpp"
#include "result/result_files.hpp"

#include <fmt/format.h>

namespace layercert::cli {

int stability_command(const StabilityArguments &arguments) {
  if (is_result_of_layers(arguments.folder)) {
    return stability_of_layers(arguments);
  }
  const ThreadLimit threads(arguments.threads);
  Progress progress(arguments.quiet);
  progress.phase("reading the network");
  const ResultProfile profile =
      profile_of_result(arguments.folder, arguments.samples, [&](int level, const Instance &instance) {
        progress.level("rounding", level, instance);
      });
  progress.clear();
  if (arguments.out || arguments.plot) {
    const Uninterrupted whole;
    if (arguments.out) {
      write_bytes(*arguments.out, profile.document.dump(2) + "\n");
    }
    if (arguments.plot) {
      write_bytes(*arguments.plot, stability_svg(profile.levels));
    }
  }
  if (arguments.json) {
    fmt::print("{}\n", profile.document.dump(2));
  } else {
    fmt::print("{}\n{}", arguments.folder.string(), stability_table(profile.levels));
  }
  return all_hold(profile.levels) ? 0 : 1;
}

} // namespace layercert::cli
