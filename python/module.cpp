// The compiled half of the Python package: runs, and what they found, as NumPy arrays. The other half is in layercert/*.py. Python gives
// texts and reads what was found; nothing that a claim rests on is computed there.
#include "certify/certify_layers_run.hpp"
#include "cli/check_result.hpp"
#include "cli/profile_of_result.hpp"
#include "cli/regress_results.hpp"
#include "cli/report_of_result.hpp"
#include "cli/rounding_of_result.hpp"
#include "function/expression_text.hpp"
#include "integrate/cells.hpp"
#include "integrate/in_parallel.hpp"
#include "numeric/bounds.hpp"
#include "numeric/file_bytes.hpp"
#include "numeric/sha256.hpp"
#include "numeric/stop_request.hpp"
#include "report/layers_table.hpp"
#include "report/stability_report.hpp"
#include "result/certificate_document.hpp"
#include "result/result_files.hpp"

#include "layercert/certify/run.hpp"
#include "layercert/error.hpp"
#include "layercert/function/symbolic.hpp"
#include "layercert/instance/exact_number.hpp"
#include "layercert/network/construction.hpp"
#include "layercert/network/direct_evaluator.hpp"
#include "layercert/network/level_values.hpp"
#include "layercert/numeric/dyadic.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "layercert/result/pending_folder.hpp"

#include <oneapi/tbb/global_control.h>
#include <pybind11/functional.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace py = pybind11;
using namespace layercert;

namespace {

using nlohmann::json;

// Called as told(phase, level, levels); may be empty.
using Told = std::function<void(const std::string &, int, int)>;

const char *name_of_phase(Phase phase) {
  switch (phase) {
  case Phase::Reading:
    return "reading";
  case Phase::Building:
    return "building";
  case Phase::Decoding:
    return "decoding";
  case Phase::Certifying:
    return "certifying";
  case Phase::Sharpening:
    return "sharpening";
  case Phase::Listing:
    return "listing";
  case Phase::Writing:
    return "writing";
  }
  return "";
}

// Work on a thread of its own, so that Python's can look for signals and call `progress` meanwhile. A signal, or an exception of
// `progress`, asks the work to stop.
class Watched {
public:
  explicit Watched(Told progress) : progress_(std::move(progress)) {}

  // On the working thread.
  void tell(const std::string &phase, int level, int levels) {
    throw_if_stopped();
    const std::scoped_lock lock(mutex_);
    news_.push_back({phase, level, levels});
    changed_.notify_all();
  }

  // Requires the GIL; without it while it waits.
  template <class Work> void run(int threads, const Work &work) {
    std::exception_ptr failure;
    std::thread thread([&] {
      try {
        std::optional<oneapi::tbb::global_control> limit;
        if (threads > 0) {
          limit.emplace(oneapi::tbb::global_control::max_allowed_parallelism,
                        static_cast<std::size_t>(threads));
        }
        run_until_stopped(request_, threads, work);
      } catch (...) {
        failure = std::current_exception();
      }
      const std::scoped_lock lock(mutex_);
      done_ = true;
      changed_.notify_all();
    });
    std::exception_ptr asked_to_stop;
    while (wait()) {
      try {
        look_around();
      } catch (...) { // thrown by Python
        asked_to_stop = asked_to_stop ? asked_to_stop : std::current_exception();
        request_.ask();
      }
    }
    {
      const py::gil_scoped_release released;
      thread.join();
    }
    if (asked_to_stop) {
      std::rethrow_exception(asked_to_stop);
    }
    if (failure) {
      std::rethrow_exception(failure);
    }
    look_around(); // at what was told last
  }

  // For loops that are not TBB's.
  bool stopped() const noexcept { return request_.asked(); }

private:
  struct News {
    std::string phase;
    int level = 0, levels = 0;
  };

  // False once the work is done.
  bool wait() {
    constexpr std::chrono::milliseconds kBetweenLooks(50);
    const py::gil_scoped_release released;
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kBetweenLooks, [&] { return done_ || !news_.empty(); });
    return !done_;
  }

  void look_around() {
    if (PyErr_CheckSignals() != 0) {
      throw py::error_already_set();
    }
    std::vector<News> news;
    {
      const std::scoped_lock lock(mutex_);
      news.swap(news_);
    }
    for (const News &told : news) {
      if (progress_) {
        progress_(told.phase, told.level, told.levels);
      }
    }
  }

  Told progress_;
  StopRequest request_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<News> news_;
  bool done_ = false;
};

std::vector<std::size_t> grid_shape(std::size_t dimension, int N, int level) {
  return std::vector<std::size_t>(dimension, static_cast<std::size_t>(cells_along_axis(N, level)));
}

// In an array with the axes x(d-1), ..., x0, as tables have them.
std::size_t place_of_cell(std::uint64_t k, std::size_t dimension, int N, int level) {
  const CellIndex index = index_of_cell(k, dimension, N, level);
  std::size_t place = 0;
  for (std::size_t j = dimension; j-- > 0;) {
    place = place * cells_along_axis(N, level) + index[j];
  }
  return place;
}

mpq_class exact_number(const std::string &text, const std::string &what) {
  try {
    return parse_exact_number(text);
  } catch (const std::invalid_argument &error) {
    throw InputError(what, 0, error.what());
  }
}

// ---- what was found ---------------------------------------------------------------------------------------

// (2d+1) omega_p(f, N^-l) from above.
double claim_upper(const LevelCertificate &level, std::size_t dimension) {
  const UpwardScope upward;
  return mul_up(static_cast<double>(2 * dimension + 1), level.modulus_upper);
}

// The bounds of a level, all of them doubles that the library rounded outward.
py::dict bounds_of_level(const LevelCertificate &level, std::size_t dimension) {
  py::dict bounds;
  bounds["level"] = level.level;
  bounds["cells"] = level.cells;
  bounds["status"] = std::string(name_of(level.status));
  bounds["error_lower"] = level.error_lower;
  bounds["error_upper"] = level.error_upper;
  bounds["modulus_lower"] = level.modulus_lower;
  bounds["modulus_upper"] = level.modulus_upper;
  bounds["bound"] = level.bound_lower;
  bounds["bound_upper"] = claim_upper(level, dimension);
  bounds["ratio_lower"] = level.ratio_lower;
  bounds["ratio_upper"] = level.ratio_upper;
  bounds["projection_bound"] = level.projection_upper;
  if (level.hoelder_bound_lower) {
    bounds["hoelder_bound"] = *level.hoelder_bound_lower;
    bounds["hoelder_status"] = std::string(name_of(level.hoelder_status));
  }
  return bounds;
}

// The bytes of a result's files, from which all else follows.
struct Files {
  std::string certificate, instance, network_file, network;
};

class Result {
public:
  // As run() leaves it.
  Result(Instance instance, Run run)
      : instance_(std::move(instance)), network_(std::move(run.network)),
        certificate_(std::move(run.certificate)), document_(run.document.dump()),
        network_file_(run.document.value("network_file", std::string())) {}

  // As files say it. Throws InputError where they are not those that the certificate names by their sums, or contradict themselves.
  explicit Result(Files files, const std::string &place) {
    const auto name = [&](const std::string &file) {
      return place.empty() ? file : (std::filesystem::path(place) / file).string();
    };
    json document;
    try {
      document = json::parse(files.certificate);
    } catch (const json::exception &error) {
      throw InputError(name("certificate.json"), 0, error.what());
    }
    if (document.value("instance_sha256", json()) != json(sha256_hex(files.instance))) {
      refuse_altered(name("instance.toml"));
    }
    if (document.value("network_sha256", json()) != json(sha256_hex(files.network))) {
      refuse_altered(name(files.network_file));
    }
    instance_ = parse_instance(std::move(files.instance), name("instance.toml"), place);
    certificate_ = read_certificate(document, name("certificate.json"), instance_);
    network_ = parse_network(files.network, name(files.network_file));
    if (network_.dimension != instance_.dimension || network_.N != instance_.N ||
        network_.depth < static_cast<int>(certificate_.levels.size())) {
      throw InputError(
          name(files.network_file), 0,
          "d, N or depth is not that of the certificate; expected the network that was certified");
    }
    document_ = document.dump();
    network_file_ = std::move(files.network_file);
    network_bytes_ = std::move(files.network);
  }

  // The certificate, the instance, the network's file name, the network.
  py::tuple files() const {
    std::string network = network_bytes_;
    if (network.empty()) {
      const bool is_json = network_file_.ends_with(".json");
      network = encode_network(network_, is_json ? NetworkFormat::Json : NetworkFormat::Binary).bytes;
    }
    return py::make_tuple(py::bytes(document_), py::bytes(instance_.text), network_file_, py::bytes(network));
  }

  const std::string &document() const { return document_; }
  const std::string &instance_text() const { return instance_.text; }
  const std::string &expression() const { return instance_.expression; }
  std::string p() const { return instance_.p.get_str(); }
  std::size_t dimension() const { return network_.dimension; }
  int N() const { return network_.N; }
  int depth() const { return network_.depth; }
  bool all_certified() const {
    return certificate_.all_certified() && (!certificate_.accuracy || certificate_.accuracy->level != 0);
  }

  py::list levels() const {
    py::list levels;
    for (const LevelCertificate &level : certificate_.levels) {
      levels.append(bounds_of_level(level, dimension()));
    }
    return levels;
  }

  py::tuple readout(int level) {
    require_level(level, 0);
    std::unique_lock lock(mutex_, std::defer_lock); // Python's other threads may ask, too
    {
      const py::gil_scoped_release released; // who holds the lock may wait for the GIL
      lock.lock();
    }
    if (!values_) {
      Watched watched{Told()};
      watched.run(0, [&] {
        const UpwardScope upward;
        values_ = decode_levels(extract_parameters(network_, "the network"), "the network");
      });
    }
    const std::vector<Interval> &values = values_->values[static_cast<std::size_t>(level)];
    py::array_t<double> lower(grid_shape(dimension(), N(), level));
    py::array_t<double> upper(grid_shape(dimension(), N(), level));
    for (std::size_t k = 0; k < values.size(); ++k) {
      const std::size_t place = place_of_cell(k, dimension(), N(), level);
      lower.mutable_data()[place] = values[k].lower();
      upper.mutable_data()[place] = values[k].upper();
    }
    return py::make_tuple(lower, upper);
  }

  // Enclosures of readouts 1..level at points: an array of the shape (points, level, 2). `coordinates` are exact texts, or finite doubles,
  // point by point.
  py::array_t<double> evaluate_texts(const std::vector<std::string> &coordinates, int level, int bits) const {
    std::vector<mpq_class> exact;
    exact.reserve(coordinates.size());
    for (const std::string &text : coordinates) {
      exact.push_back(exact_number(text, "points"));
      require_coordinate(exact.back(), text);
    }
    return evaluate(exact, level, bits);
  }
  py::array_t<double> evaluate_doubles(const py::array_t<double, py::array::c_style> &coordinates, int level,
                                       int bits) const {
    std::vector<mpq_class> exact;
    for (py::ssize_t i = 0; i < coordinates.size(); ++i) {
      const double x = coordinates.data()[i];
      exact.push_back(Dyadic::from_double(x).to_rational());
      require_coordinate(exact.back(), std::to_string(x));
    }
    return evaluate(exact, level, bits);
  }

private:
  static void require_coordinate(const mpq_class &x, const std::string &text) {
    if (x < 0 || x > 1) {
      throw InputError("points", 0, "found " + text + "; expected coordinates from 0 to 1");
    }
  }

  void require_level(int level, int least) const {
    if (level < least || level > depth()) {
      throw InputError("level", 0,
                       "found " + std::to_string(level) + "; expected " + std::to_string(least) + " to " +
                           std::to_string(depth()));
    }
  }

  py::array_t<double> evaluate(const std::vector<mpq_class> &coordinates, int level, int bits) const {
    require_level(level, 1);
    const auto d = dimension();
    const std::size_t points = coordinates.size() / d;
    const auto levels = static_cast<std::size_t>(level);
    py::array_t<double> bounds(std::vector<std::size_t>{points, levels, 2});
    double *const out = bounds.mutable_data();
    Watched watched{Told()};
    watched.run(0, [&] {
      const mpfr_prec_t precision = sufficient_precision(network_, level, bits);
      in_parallel(points, [&](std::size_t i) {
        const auto first = coordinates.begin() + static_cast<std::ptrdiff_t>(i * d);
        const std::vector<mpq_class> point(first, first + static_cast<std::ptrdiff_t>(d));
        double *at = out + i * levels * 2;
        const NearestScope nearest; // MPFR rounds by itself
        for (const MpfrInterval &value : evaluate_directly(network_, point, precision, level)) {
          *at++ = double_lower(value);
          *at++ = double_upper(value);
        }
      });
    });
    return bounds;
  }

  Instance instance_;
  Network network_;
  Certificate certificate_;
  std::string document_, network_file_;
  std::string network_bytes_; // empty: as encode_network() gives them
  std::mutex mutex_;
  std::optional<LevelValues> values_;
};

std::unique_ptr<Result> result_of_files(const std::string &certificate, const std::string &instance,
                                        const std::string &network_file, const std::string &network) {
  return std::make_unique<Result>(Files{certificate, instance, network_file, network}, "");
}

std::unique_ptr<Result> load(const std::string &folder) {
  std::unique_ptr<Result> result;
  Watched watched{Told()};
  watched.run(0, [&] {
    ResultFiles files = read_result(folder);
    require_unaltered(files);
    result = std::make_unique<Result>(
        Files{std::move(files.certificate_bytes), std::move(files.instance_bytes),
              files.network_file.filename().string(), std::move(files.network_bytes)},
        folder);
  });
  return result;
}

// ---- runs -------------------------------------------------------------------------------------------------

struct CertifyArguments {
  std::optional<std::string> out;
  std::string effort;
  std::optional<std::size_t> boxes; // in place of those of the effort
  std::optional<double> tolerance;
  std::optional<std::string> accuracy;
  bool subdivisions = true;
  std::string format;
  int threads = 0;
  Told progress;
};

std::unique_ptr<Result> certify(const Instance &instance, const CertifyArguments &arguments) {
  cell_count_or_throw(instance, physical_memory_bytes());
  RunOptions options;
  options.certify = options_of(effort_named(arguments.effort, "effort"));
  options.certify.boxes = arguments.boxes.value_or(options.certify.boxes);
  options.certify.tolerance = arguments.tolerance.value_or(options.certify.tolerance);
  options.certify.list_subdivisions = arguments.subdivisions;
  if (arguments.accuracy) {
    options.certify.accuracy = exact_number(*arguments.accuracy, "accuracy");
    if (*options.certify.accuracy <= 0) {
      throw InputError("accuracy", 0, "found " + *arguments.accuracy + "; expected a number above 0");
    }
  }
  options.format = parse_network_format(arguments.format, "format");
  Watched watched(arguments.progress);
  options.progress = [&](Phase phase, int level) {
    watched.tell(name_of_phase(phase), level, instance.depth);
  };
  std::unique_ptr<Result> result;
  watched.run(arguments.threads, [&] {
    std::optional<PendingFolder> pending;
    if (arguments.out) {
      pending.emplace(*arguments.out);
    }
    Run done = run(instance, options, pending ? &*pending : nullptr);
    result = std::make_unique<Result>(instance, std::move(done));
  });
  return result;
}

// `arguments_of_lines` names the argument of Python that each line of the text came from, or nothing. An error then bears the argument's
// name in place of the line's; what stands in `folder` is the argument "target".
template <class Work>
auto with_instance(const std::string &text, const std::string &folder,
                   const std::vector<std::string> &arguments_of_lines, const Work &work) {
  const std::string name = "the arguments";
  try {
    return work(parse_instance(text, name, folder));
  } catch (const InputError &error) {
    std::string message = error.message();
    if (error.file() == name) {
      const std::size_t line = error.line();
      const std::string argument =
          line >= 1 && line <= arguments_of_lines.size() ? arguments_of_lines[line - 1] : "";
      const std::size_t colon = message.find("\": "); // "p": found ..., and p it is
      if (message.starts_with('"') && colon != std::string::npos && !argument.empty()) {
        message = message.substr(colon + 3);
      }
      throw InputError(argument.empty() ? name : argument, 0, message);
    }
    if (!folder.empty() && error.file().starts_with(folder)) {
      throw InputError("target", 0, message);
    }
    throw;
  }
}

std::unique_ptr<Result> certify_text(const std::string &text, const std::string &folder,
                                     const std::vector<std::string> &arguments_of_lines,
                                     const CertifyArguments &arguments) {
  return with_instance(text, folder, arguments_of_lines,
                       [&](const Instance &instance) { return certify(instance, arguments); });
}

// (certificate.json, the table) of a network that others made.
py::tuple certify_network(const std::string &text, const std::string &folder,
                          const std::vector<std::string> &arguments_of_lines, const std::string &network,
                          const std::string &name, const std::string &readouts,
                          const std::optional<std::string> &at_most, const CertifyArguments &arguments) {
  return with_instance(text, folder, arguments_of_lines, [&](const Instance &instance) {
    LayersRun run;
    run.readouts = readouts;
    run.options.effort = effort_named(arguments.effort, "effort");
    run.options.effort.boxes = arguments.boxes.value_or(run.options.effort.boxes);
    run.options.effort.tolerance = arguments.tolerance.value_or(run.options.effort.tolerance);
    if (at_most) {
      run.options.at_most = exact_number(*at_most, "at_most");
      if (*run.options.at_most <= 0) {
        throw InputError("at_most", 0, "found " + *at_most + "; expected a number above 0");
      }
    }
    Watched watched(arguments.progress);
    run.phase = [&](const std::string &phase) { watched.tell(phase, 0, 0); };
    std::optional<LayersOutcome> outcome;
    watched.run(arguments.threads, [&] {
      std::optional<PendingFolder> pending;
      if (arguments.out) {
        pending.emplace(*arguments.out);
      }
      outcome = run_layers(instance, network, name, run, pending ? &*pending : nullptr);
      if (pending) {
        pending->commit();
      }
    });
    return py::make_tuple(outcome->document.dump(),
                          layers_table(instance, outcome->certificate, Colour::Off));
  });
}

py::dict check(const std::string &folder, int threads, bool anew, const Told &progress) {
  Watched watched(progress);
  cli::CheckOptions options;
  options.threads = threads;
  options.anew = anew;
  options.proving = [&](const checker::Step &step) { watched.tell("checking", step.level, step.depth); };
  options.certifying = [&](RecertifyPhase phase, int level, const Instance &instance) {
    if (phase == RecertifyPhase::Certifying) {
      watched.tell("checking", level, instance.depth);
    }
  };
  options.between = [&] { // the checker has threads of its own
    if (watched.stopped()) {
      throw Stopped();
    }
  };
  cli::CheckOutcome outcome;
  watched.run(threads, [&] { outcome = cli::check_result(folder, options); });
  py::dict found;
  found["accepted"] = outcome.accepted();
  found["reason"] = outcome.rejection;
  found["independent"] = outcome.independent();
  found["lines"] = outcome.independent() ? outcome.proof.lines : std::vector<std::string>();
  found["cells_compared"] = outcome.cells_compared;
  return found;
}

// Writes the report, where there is a place for it, and returns it.
std::string report(const std::string &folder, const std::string &format,
                   const std::optional<std::string> &out, int threads) {
  std::string text;
  Watched watched{Told()};
  watched.run(threads, [&] { text = cli::report_of_result(folder, format); });
  if (out) {
    write_bytes(*out, text);
  }
  return text;
}

py::list as_list(const std::vector<Comparison> &comparisons) {
  py::list list;
  for (const Comparison &comparison : comparisons) {
    const char *change = comparison.change == Change::Worse    ? "worse"
                         : comparison.change == Change::Better ? "better"
                                                               : "same";
    list.append(py::make_tuple(comparison.result, comparison.what, change, comparison.text));
  }
  return list;
}

// (worse, comparisons, text); `worse` after the update, if there is one.
py::tuple regress(const std::string &baseline, const std::string &now,
                  const std::optional<std::string> &thresholds_file, const std::optional<std::string> &junit,
                  bool update) {
  const RegressionThresholds thresholds =
      thresholds_file ? cli::read_thresholds(*thresholds_file) : RegressionThresholds();
  if (update) {
    cli::require_two_folders(baseline, now);
  }
  const cli::ResultComparison found = cli::compare_results(baseline, now, thresholds, update);
  bool worse = any_worse(found.comparisons);
  if (junit) {
    write_bytes(*junit, regression_junit(found.comparisons));
  }
  if (update) {
    worse = any_worse(cli::accept_as_baseline(baseline, now, found, thresholds));
  }
  return py::make_tuple(worse, as_list(found.comparisons), regression_text(found.comparisons));
}

// (all hold, the document, the table, the picture)
py::tuple stability_of_layers(const std::string &folder, std::optional<std::uint64_t> points, double ulps,
                              int threads, const Told &progress) {
  Watched watched(progress);
  LayersRoundingOptions options;
  options.ulps = ulps;
  options.points = points.value_or(options.points);
  cli::ResultRounding result;
  watched.run(threads, [&] {
    watched.tell("rounding", 0, 0);
    result = cli::rounding_of_result(folder, options);
  });
  const bool finite =
      std::all_of(result.roundings.begin(), result.roundings.end(),
                  [](const LayersRounding &rounding) { return std::isfinite(rounding.bound_upper); });
  return py::make_tuple(finite, result.document.dump(2), result.table, std::string());
}

py::tuple stability(const std::string &folder, std::optional<std::uint64_t> samples, double ulps, int threads,
                    const Told &progress) {
  if (is_result_of_layers(folder)) {
    return stability_of_layers(folder, samples, ulps, threads, progress);
  }
  Watched watched(progress);
  cli::ResultProfile profile;
  watched.run(threads, [&] {
    profile = cli::profile_of_result(folder, samples, [&](int level, const Instance &instance) {
      watched.tell("rounding", level, instance.depth);
    });
  });
  return py::make_tuple(all_hold(profile.levels), profile.document.dump(2), stability_table(profile.levels),
                        stability_svg(profile.levels));
}

// ---- expressions ------------------------------------------------------------------------------------------

// The operations of Symbolic by the names of the grammar, and of the signs.
Symbolic apply_operation(const std::string &name, const std::vector<Symbolic> &a) {
  using Unary = Symbolic (*)(const Symbolic &);
  using Binary = Symbolic (*)(const Symbolic &, const Symbolic &);
  static const std::map<std::string, Unary> unary = {
      {"-", [](const Symbolic &x) { return -x; }},
      {"sqrt", [](const Symbolic &x) { return sqrt(x); }},
      {"exp", [](const Symbolic &x) { return exp(x); }},
      {"log", [](const Symbolic &x) { return log(x); }},
      {"sin", [](const Symbolic &x) { return sin(x); }},
      {"cos", [](const Symbolic &x) { return cos(x); }},
      {"tan", [](const Symbolic &x) { return tan(x); }},
      {"asin", [](const Symbolic &x) { return asin(x); }},
      {"acos", [](const Symbolic &x) { return acos(x); }},
      {"atan", [](const Symbolic &x) { return atan(x); }},
      {"sinh", [](const Symbolic &x) { return sinh(x); }},
      {"cosh", [](const Symbolic &x) { return cosh(x); }},
      {"tanh", [](const Symbolic &x) { return tanh(x); }},
      {"cbrt", [](const Symbolic &x) { return cbrt(x); }},
      {"erf", [](const Symbolic &x) { return erf(x); }},
      {"abs", [](const Symbolic &x) { return abs(x); }},
      {"floor", [](const Symbolic &x) { return floor(x); }},
      {"step", [](const Symbolic &x) { return step(x); }},
      {"sign", [](const Symbolic &x) { return sign(x); }},
      {"cantor", [](const Symbolic &x) { return cantor(x); }},
      {"takagi", [](const Symbolic &x) { return takagi(x); }},
  };
  static const std::map<std::string, Binary> binary = {
      {"+", [](const Symbolic &x, const Symbolic &y) { return x + y; }},
      {"-", [](const Symbolic &x, const Symbolic &y) { return x - y; }},
      {"*", [](const Symbolic &x, const Symbolic &y) { return x * y; }},
      {"/", [](const Symbolic &x, const Symbolic &y) { return x / y; }},
      {"<", [](const Symbolic &x, const Symbolic &y) { return x < y; }},
      {"<=", [](const Symbolic &x, const Symbolic &y) { return x <= y; }},
      {"==", [](const Symbolic &x, const Symbolic &y) { return x == y; }},
      {"!=", [](const Symbolic &x, const Symbolic &y) { return x != y; }},
      {"min", [](const Symbolic &x, const Symbolic &y) { return min(x, y); }},
      {"max", [](const Symbolic &x, const Symbolic &y) { return max(x, y); }},
      {"pow", [](const Symbolic &x, const Symbolic &y) { return pow(x, y); }},
  };
  if (a.size() == 1 && unary.contains(name)) {
    return unary.at(name)(a[0]);
  }
  if (a.size() == 2 && binary.contains(name)) {
    return binary.at(name)(a[0], a[1]);
  }
  if (a.size() == 3 && name == "where") {
    return choose(a[0], a[1], a[2]);
  }
  throw std::logic_error("no operation " + name);
}

std::string text_of_symbolic(const Symbolic &f) {
  try {
    return text_of(f.expression());
  } catch (const InputError &error) {
    throw InputError("target", 0, error.message());
  }
}

// As many coordinates as the text names: 0 for a constant.
int dimension_of_text(const std::string &text) {
  constexpr int kMostDimensions = 10;
  return parse_expression(text, kMostDimensions, {"target", 0, 1}).highest_variable() + 1;
}

void bind_results(py::module_ &module) {
  py::class_<Result>(module, "Result")
      .def_property_readonly("document", &Result::document)
      .def_property_readonly("instance", &Result::instance_text)
      .def_property_readonly("expression", &Result::expression)
      .def_property_readonly("p", &Result::p)
      .def_property_readonly("dimension", &Result::dimension)
      .def_property_readonly("N", &Result::N)
      .def_property_readonly("depth", &Result::depth)
      .def_property_readonly("all_certified", &Result::all_certified)
      .def("levels", &Result::levels)
      .def("files", &Result::files)
      .def("readout", &Result::readout)
      .def("evaluate_texts", &Result::evaluate_texts)
      .def("evaluate_doubles", &Result::evaluate_doubles);
  module.def("result_of_files", &result_of_files);
  module.def("load", &load);
}

void bind_runs(py::module_ &module) {
  py::class_<CertifyArguments>(module, "CertifyArguments")
      .def(py::init([](std::optional<std::string> out, std::string effort, std::optional<std::size_t> boxes,
                       std::optional<double> tolerance, std::optional<std::string> accuracy,
                       bool subdivisions, std::string format, int threads, Told progress) {
        return CertifyArguments{
            std::move(out), std::move(effort), boxes,   tolerance,          std::move(accuracy),
            subdivisions,   std::move(format), threads, std::move(progress)};
      }));
  module.def("certify_text", &certify_text);
  module.def("certify_network", &certify_network);
  module.def("certify_file", [](const std::string &file, const CertifyArguments &arguments) {
    return certify(read_instance(file), arguments);
  });
  module.def("check", &check);
  module.def("report", &report);
  module.def("report_formats", &cli::report_formats);
  module.def("regress", &regress);
  module.def("stability", &stability);
}

void bind_expressions(py::module_ &module) {
  py::class_<Symbolic>(module, "Symbolic")
      .def_static("variable", &Symbolic::variable)
      .def_static("exactly", [](const std::string &number) { return Symbolic::exactly(number); })
      .def_static("pi", &Symbolic::pi)
      .def_static("e", &Symbolic::e)
      .def("text", &text_of_symbolic);
  module.def("apply", &apply_operation);
  module.def("dimension_of_text", &dimension_of_text);
}

} // namespace

PYBIND11_MODULE(_layercert, module) {
  module.doc() = "The compiled half of layercert.";
  module.attr("__version__") = LAYERCERT_VERSION;
  py::register_exception<InputError>(module, "InputError", PyExc_ValueError);
  bind_results(module);
  bind_runs(module);
  bind_expressions(module);
}
