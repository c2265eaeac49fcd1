#include "commands.hpp"
#include "interruption.hpp"
#include "limits.hpp"
#include "on_ranks.hpp"
#include "output_colour.hpp"
#include "progress.hpp"
#include "run_document.hpp"
#include "shards.hpp"
#include "threads.hpp"

#include "function/constant_value.hpp"
#include "instance/memory_estimate.hpp"
#include "layercert/certify/run.hpp"
#include "layercert/error.hpp"
#include "layercert/instance/exact_number.hpp"
#include "layercert/numeric/directed_double.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "layercert/report/table.hpp"
#include "ranks/team.hpp"
#include "report/decimal.hpp"
#include "report/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <new>

namespace layercert::cli {

namespace {

namespace fs = std::filesystem;

// The command that may decide what this one did not, or "": more boxes help where the bound lies between
// those of the error, unless f may be constant.
std::string advice(const fs::path &file, const Target &target, const Certificate &certificate,
                   std::size_t boxes) {
  const bool helps =
      std::any_of(certificate.levels.begin(), certificate.levels.end(), [&](const LevelCertificate &level) {
        return level.status == Status::Undecided && std::isfinite(level.error_upper) &&
               level.error_lower <= level.bound_lower && (level.modulus_lower > 0 || surely_varies(target));
      });
  const std::size_t more = std::min(8 * boxes, most_boxes());
  return helps && !target.is_table() && more > boxes
             ? fmt::format("to decide more, try: layercert certify {} --boxes {}\n", file.string(), more)
             : std::string();
}

void show(Progress &progress, Phase phase, int level, const Instance &instance, int ranks) {
  switch (phase) {
  case Phase::Reading:
    return progress.phase("reading the target");
  case Phase::Building:
    return level == 0 ? progress.phase("building the network: " + memory_estimate_text(instance, ranks))
                      : progress.level("building", level, instance);
  case Phase::Decoding:
    return progress.phase("decoding the network");
  case Phase::Certifying:
    return level == 0 ? void() : progress.level("certifying", level, instance);
  case Phase::Sharpening:
    return progress.level("sharpening", level, instance);
  case Phase::Listing:
    return progress.level("listing boxes for the checker,", level, instance);
  case Phase::Writing:
    return progress.phase("writing the result");
  }
}

double upper_bound_of_claim(const LevelCertificate &level, std::size_t dimension) {
  const UpwardScope upward;
  return mul_up(static_cast<double>(2 * dimension + 1), level.modulus_upper);
}

// "level 3: certified (error <= 0.0123, bound >= 0.0456)", rounded outward.
void show_verdict(Progress &progress, const LevelCertificate &level, std::size_t dimension) {
  constexpr int digits = 3;
  const std::string error_upper = decimal_upper(level.error_upper, digits);
  const std::string bound_lower = decimal_lower(level.bound_lower, digits);
  const std::string error_lower = decimal_lower(level.error_lower, digits);
  const std::string bound_upper = decimal_upper(upper_bound_of_claim(level, dimension), digits);
  progress.note(fmt::format(
      "level {}: {} ({})", level.level, name_of(level.status),
      level.status == Status::Certified ? fmt::format("error <= {}, bound >= {}", error_upper, bound_lower)
      : level.status == Status::Refuted ? fmt::format("error >= {}, bound <= {}", error_lower, bound_upper)
                                        : fmt::format("error from {} to {}, bound from {} to {}", error_lower,
                                                      error_upper, bound_lower, bound_upper)));
}

mpq_class read_accuracy(const std::string &text) {
  const std::optional<mpq_class> value = positive_number(text);
  if (!value) {
    throw InputError("--accuracy", 0,
                     fmt::format("found \"{}\"; expected a number above 0, such as 1e-3", text));
  }
  return *value;
}

// One instance, and where its result is to stand.
struct Job {
  fs::path file; // "-": standard input
  Instance instance;
  std::optional<fs::path> out;
};

// The files that the words of the command line mean; a folder means its files *.toml, in order.
std::vector<fs::path> files_of(const std::vector<fs::path> &words) {
  std::vector<fs::path> files;
  for (const fs::path &word : words) {
    if (!fs::is_directory(word)) {
      files.push_back(word);
      continue;
    }
    std::vector<fs::path> inside;
    for (const fs::directory_entry &entry : fs::directory_iterator(word)) {
      if (entry.path().extension() == ".toml" && entry.is_regular_file()) {
        inside.push_back(entry.path());
      }
    }
    if (inside.empty()) {
      throw InputError(word.string(), 0, "found a folder without files *.toml; expected instances in TOML");
    }
    std::sort(inside.begin(), inside.end());
    files.insert(files.end(), inside.begin(), inside.end());
  }
  return files;
}

Instance read_standard_input() {
  std::string text((std::istreambuf_iterator<char>(std::cin)), std::istreambuf_iterator<char>());
  return parse_instance(std::move(text), "standard input", {});
}

// Every instance is read before the first one is certified. Throws InputError: two would have the same
// folder.
std::vector<Job> jobs_of(const CertifyArguments &arguments, bool several) {
  std::vector<Job> jobs;
  std::map<std::string, std::string> taken; // names and files
  for (const fs::path &file : files_of(arguments.instances)) {
    Job &job = jobs.emplace_back();
    job.file = file;
    job.instance = arguments.merges ? read_inputs(*arguments.shards)
                   : file == "-"    ? read_standard_input()
                                    : read_instance(file);
    cell_count_or_throw(job.instance, physical_memory_bytes());
    if (!arguments.out) {
      continue;
    }
    const std::string name = name_of(job.instance);
    if (const auto [other, is_new] = taken.emplace(name, job.instance.file); !is_new) {
      throw InputError(
          job.instance.file, 0,
          fmt::format("has the name \"{}\", which {} has too; expected different names, for each "
                      "result has a folder of its own",
                      name, other->second));
    }
    job.out = several ? *arguments.out / name : *arguments.out;
  }
  return jobs;
}

struct Outcome {
  Certificate certificate;
  nlohmann::json document;
  bool good = false; // all certified, and as accurate as was asked
};

// What all instances share.
RunOptions options_of(const CertifyArguments &arguments) {
  RunOptions options;
  options.certify = options_of(effort_named(arguments.effort, "--effort"));
  options.certify.boxes = arguments.boxes.value_or(options.certify.boxes);
  options.certify.tolerance = arguments.tolerance.value_or(options.certify.tolerance);
  options.certify.list_subdivisions = arguments.subdivisions;
  if (!arguments.accuracy.empty()) {
    options.certify.accuracy = read_accuracy(arguments.accuracy);
  }
  options.format = parse_network_format(arguments.format, "--format");
  return options;
}

// How to go on where a run has ended before its time.
std::string how_to_go_on(const CertifyArguments &arguments) {
  return arguments.shards
             ? fmt::format("what is finished is kept in {}, and the same command goes on from there",
                           arguments.shards->string())
             : "finished levels are kept, and the same command with --resume takes them up";
}

// The run, whose failure says what is left of it.
Run run_keeping(const Instance &instance, const RunOptions &options, const PieceFolder *pieces,
                const CertifyArguments &arguments, PendingFolder *folder) {
  const auto kept = [&] { return pieces != nullptr && pieces->count() != 0; };
  try {
    return run(instance, options, folder);
  } catch (const NotInLpError &) {
    throw;
  } catch (const InputError &error) {
    if (!kept()) {
      throw;
    }
    throw InputError(error.file(), error.line(),
                     fmt::format("{}; {}", error.message(), how_to_go_on(arguments)));
  } catch (const std::bad_alloc &) {
    if (!kept()) {
      throw;
    }
    throw std::runtime_error(fmt::format("out of memory; {}", how_to_go_on(arguments)));
  }
}

// Where the pieces of a run are kept, if anywhere; and the share of the work that is to be done, in a divided
// run.
std::unique_ptr<PieceFolder> piece_folder_of(const Job &job, const CertifyArguments &arguments,
                                             const PieceFolder::Tell &tell) {
  return arguments.shards ? PieceFolder::of_shards(*arguments.shards, tell)
         : job.out        ? std::make_unique<PieceFolder>(*job.out, arguments.resume, tell)
                          : nullptr;
}

std::optional<Share> share_of(const Job &job, const CertifyArguments &arguments, const Team *team) {
  if (team != nullptr) {
    const Share share = team->share();
    if (static_cast<std::uint64_t>(share.count) > most_shares(job.instance)) {
      throw InputError("mpirun", 0,
                       fmt::format("found {} ranks; expected at most {}, for the errors and moduli of {} "
                                   "levels",
                                   share.count, most_shares(job.instance), job.instance.depth));
    }
    return share;
  }
  return !arguments.shard.empty() ? std::optional(share_named(arguments.shard, job.instance))
         : arguments.shards       ? std::optional(Share{})
                                  : std::nullopt;
}

// "shard 2/4: ...". What a share alone comes to.
void tell_of_share(const Job &job, const Share &share, const CertifyArguments &arguments, bool bounded,
                   bool listed) {
  const std::string folder = arguments.shards->string();
  if (arguments.json) {
    fmt::print("{}\n", nlohmann::json{{"shard", share.index + 1},
                                      {"shards", share.count},
                                      {"folder", folder},
                                      {"all_bounds", bounded}}
                           .dump(2));
    return;
  }
  const std::string next =
      listed    ? "Nothing is left to others"
      : bounded ? "All bounds are there, and its lists of boxes"
                : fmt::format("Its bounds are there. Once all shards have theirs, the same command lists its "
                              "boxes; else merge does");
  fmt::print("shard {}/{} of {} is done, in {}. {}. layercert merge {} joins all shards.\n", share.index + 1,
             share.count, job.instance.file, folder, next, folder);
}

// `pieces` is set to what is kept while the run is not finished.
Outcome certify_one(const Job &job, const CertifyArguments &arguments, RunOptions options, Progress &progress,
                    Team *team, std::unique_ptr<PieceFolder> &pieces) {
  const auto begin = std::chrono::steady_clock::now();
  const Instance &instance = job.instance;
  const bool leads = team == nullptr || team->leads();
  std::optional<PendingFolder> folder;
  std::optional<TidyUp> tidy_up; // after `folder`: gone before it
  const auto say = [&arguments, &progress](const std::string &text) {
    if (!arguments.quiet) {
      progress.clear();
      fmt::print(stderr, "layercert: {}\n", text);
    }
  };
  options.certify.share = share_of(job, arguments, team);
  if (leads && job.out) {
    folder.emplace(*job.out);
  }
  if (leads) {
    pieces = piece_folder_of(job, arguments, say);
  }
  if (arguments.shards && leads && !arguments.merges) {
    copy_inputs(*arguments.shards, instance);
  }
  options.certify.pieces = team != nullptr ? &team->pieces(pieces.get()) : pieces.get();
  if (folder || pieces) {
    tidy_up.emplace([&] {
      const std::string place = job.out ? job.out->string() : std::string();
      const bool abandoned = folder && folder->abandon();
      return abandoned              ? place + " was already written"
             : pieces->count() == 0 ? (folder ? "nothing was written to " + place : "nothing is finished")
             : folder ? fmt::format("nothing was written to {}; {}", place, how_to_go_on(arguments))
                      : how_to_go_on(arguments);
    });
  }
  if (folder) {
    for (const fs::path &leftover : folder->leftovers()) {
      say(fmt::format("removed {}, which a killed run had left behind", leftover.string()));
    }
  }

  options.one_builds = team != nullptr;
  options.document = leads && arguments.shard.empty() && (folder || arguments.json);
  double seconds_building = 0;
  options.progress = [&](Phase phase, int level) {
    const std::chrono::duration<double> so_far = std::chrono::steady_clock::now() - begin;
    if (phase == Phase::Building && level == 0) {
      seconds_building = -so_far.count();
    } else if (phase == Phase::Decoding) {
      seconds_building += so_far.count();
    }
    show(progress, phase, level, instance, team != nullptr ? team->share().count : 1);
    if (phase == Phase::Writing && folder) {
      folder->write("run.json", run_document(so_far.count(), arguments.threads, team, seconds_building));
      if (arguments.timing) {
        folder->write("timing.json", nlohmann::json{{"seconds", so_far.count()}}.dump(2) + "\n");
      }
    }
  };
  options.certify.verdict = [&](const LevelCertificate &level) {
    show_verdict(progress, level, instance.dimension);
  };
  Run done;
  try {
    done = run_keeping(instance, options, pieces.get(), arguments, folder ? &*folder : nullptr);
  } catch (const ShareDone &share) {
    progress.clear();
    if (pieces && !arguments.shard.empty()) {
      mark_done(*pieces, *options.certify.share, arguments);
      tell_of_share(job, *options.certify.share, arguments, share.bounded(), false);
    }
    return {{}, {}, true};
  }
  progress.clear();
  if (!arguments.shard.empty()) {
    mark_done(*pieces, *options.certify.share, arguments);
    tell_of_share(job, *options.certify.share, arguments, true, true);
    return {{}, {}, true};
  }
  if (const SampleTable *samples = done.target.samples();
      samples != nullptr && !samples->note.empty() && !arguments.quiet) {
    fmt::print(stderr, "layercert: {}, {}\n", instance.table.string(), samples->note);
  }
  if (!arguments.json) {
    fmt::print("{}{}\n{}", instance.title.empty() ? "" : instance.title + ": ", instance.file,
               table_of(instance, done.certificate, output_colour()));
    fmt::print("{}", advice(job.file, done.target, done.certificate, options.certify.boxes));
    if (folder) {
      fmt::print("files: {0} (layercert check {0} verifies them)\n", job.out->string());
    } else {
      fmt::print("nothing was written; give --out DIR to keep the network and the certificate\n");
    }
  }
  const bool accurate = !done.certificate.accuracy || done.certificate.accuracy->level != 0;
  const bool good = done.certificate.all_certified() && accurate;
  return {std::move(done.certificate), std::move(done.document), good};
}

// Throws InputError for what is asked of a divided run, and cannot be divided.
void refuse_undivided(const CertifyArguments &arguments, bool several, bool by_ranks) {
  const std::string how = by_ranks ? "mpirun" : "--shards";
  if (arguments.network) {
    throw InputError("--network", 0,
                     "found it with " + how + "; expected an instance alone, whose work can be divided");
  }
  if (!arguments.accuracy.empty()) {
    throw InputError("--accuracy", 0,
                     "found it with " + how + "; expected none, for with it levels wait for each other");
  }
  if (several) {
    throw InputError(how, 0, "found several instances; expected one, for each needs a folder of its own");
  }
  if (by_ranks && arguments.instances.front() == "-") {
    throw InputError("-", 0, "found standard input with mpirun; expected a file, which every rank can read");
  }
  if (by_ranks && !arguments.shard.empty()) {
    throw InputError("--shard", 0, "found it with mpirun, which gives each rank its share; expected none");
  }
}

// All that the command does, on one rank.
int certify_all(const CertifyArguments &arguments, Team *team) {
  const bool several = arguments.instances.size() > 1 || fs::is_directory(arguments.instances.front());
  if (team != nullptr || arguments.shards) {
    refuse_undivided(arguments, several, team != nullptr);
  }
  if (arguments.network) {
    return certify_network_command(arguments);
  }
  if (!arguments.readouts.empty() || !arguments.at_most.empty() || arguments.sup) {
    throw InputError(!arguments.readouts.empty()  ? "--readouts"
                     : !arguments.at_most.empty() ? "--at-most"
                                                  : "--sup",
                     0, "expected --network FILE with it");
  }
  const ThreadLimit threads(arguments.threads);
  Progress progress(arguments.quiet, arguments.progress);
  const RunOptions options = options_of(arguments);
  std::vector<Job> jobs = jobs_of(arguments, several);
  std::vector<ResultSummary> results;
  std::vector<std::unique_ptr<PieceFolder>> pieces; // until all results stand
  nlohmann::json documents = nlohmann::json::array();
  bool good = true;
  std::size_t outside = 0; // not in L^p
  for (Job &job : jobs) {
    Outcome outcome;
    try {
      outcome = certify_one(job, arguments, options, progress, team, pieces.emplace_back());
    } catch (const NotInLpError &error) {
      if (!several) {
        throw;
      }
      progress.clear();
      fmt::print(arguments.json ? stderr : stdout, "{}\n\n", error.what());
      good = false;
      ++outside;
      continue;
    }
    good = good && outcome.good;
    if (!arguments.shard.empty() || (team != nullptr && !team->leads())) {
      return 0; // the result is written by others
    }
    documents.push_back(std::move(outcome.document));
    if (several && !arguments.json) {
      fmt::print("\n");
      std::fflush(stdout);
    }
    results.push_back({job.out ? job.out->filename().string() : "", std::move(job.instance),
                       std::move(outcome.certificate)});
  }
  for (const std::unique_ptr<PieceFolder> &of_job : pieces) {
    if (of_job) {
      of_job->remove();
    }
  }
  if (arguments.json) {
    fmt::print("{}\n", (several ? documents : documents.front()).dump(2));
  } else if (several) {
    fmt::print("{}", text_summary(results, outside, output_colour()));
    if (arguments.out) {
      fmt::print("layercert report {} makes one page of them\n", arguments.out->string());
    }
  }
  return good ? 0 : 1;
}

} // namespace

int certify_command(const CertifyArguments &arguments) {
  return on_ranks([&](Team *team) { return certify_all(arguments, team); });
}

int merge_command(const MergeArguments &merge) {
  CertifyArguments arguments = options_of_shards(merge.shards);
  remove_unfinished(merge.shards);
  arguments.instances = {merge.shards / "instance.toml"};
  arguments.out = merge.out;
  arguments.shards = merge.shards;
  arguments.merges = true;
  arguments.threads = merge.threads;
  arguments.timing = merge.timing;
  arguments.quiet = merge.quiet;
  arguments.progress = merge.progress;
  arguments.json = merge.json;
  return certify_all(arguments, nullptr);
}

std::optional<mpq_class> positive_number(const std::string &text) {
  try {
    const mpq_class value = parse_exact_number(text);
    return value > 0 ? std::optional(value) : std::nullopt;
  } catch (const std::invalid_argument &) {
    return std::nullopt;
  }
}

} // namespace layercert::cli
