// The compiled half of the Python package: runs, and what they found, as NumPy arrays. The other half is layercert/__init__.py.
#include "integrate/cells.hpp"

#include "layercert/certify/run.hpp"
#include "layercert/error.hpp"
#include "layercert/instance/exact_number.hpp"
#include "layercert/network/construction.hpp"
#include "layercert/network/direct_evaluator.hpp"
#include "layercert/network/level_values.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "layercert/result/pending_folder.hpp"

#include <oneapi/tbb/global_control.h>
#include <pybind11/functional.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace py = pybind11;
using namespace layercert;

namespace {

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
  case Phase::Writing:
    return "writing";
  }
  return "";
}

struct Stopped : std::exception {};

// Work on a thread of its own, so that Python's can look for signals and call `progress` meanwhile. A signal, or an exception of
// `progress`, ends the work when it next tells how far it is.
class Watched {
public:
  using Told = std::pair<std::string, int>;

  explicit Watched(std::function<void(const std::string &, int)> progress) : progress_(std::move(progress)) {}

  void tell(const std::string &phase, int level) {
    const std::scoped_lock lock(mutex_);
    if (stop_) {
      throw Stopped();
    }
    told_ = Told(phase, level);
    changed_.notify_all();
  }

  // Requires the GIL; without it while it waits.
  template <class Work> void run(const Work &work) {
    std::exception_ptr failure;
    std::thread thread([&] {
      try {
        work();
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
        const std::scoped_lock lock(mutex_);
        stop_ = true;
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

private:
  // False once the work is done.
  bool wait() {
    constexpr std::chrono::milliseconds kBetweenLooks(50);
    const py::gil_scoped_release released;
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kBetweenLooks, [&] { return done_ || told_.has_value(); });
    return !done_;
  }

  void look_around() {
    if (PyErr_CheckSignals() != 0) {
      throw py::error_already_set();
    }
    std::optional<Told> told;
    {
      const std::scoped_lock lock(mutex_);
      told.swap(told_);
    }
    if (told && progress_) {
      progress_(told->first, told->second);
    }
  }

  std::function<void(const std::string &, int)> progress_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Told> told_;
  bool stop_ = false;
  bool done_ = false;
};

std::vector<std::size_t> grid_shape(int dimension, int N, int level) {
  return std::vector<std::size_t>(static_cast<std::size_t>(dimension),
                                  static_cast<std::size_t>(cells_along_axis(N, level)));
}

// In an array with the axes x(d-1), ..., x0, as tables have them.
std::size_t place_of_cell(std::uint64_t k, int dimension, int N, int level) {
  const CellIndex index = index_of_cell(k, dimension, N, level);
  std::size_t place = 0;
  for (int j = dimension; j-- > 0;) {
    place = place * cells_along_axis(N, level) + index[static_cast<std::size_t>(j)];
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

class Result {
public:
  Result(Instance instance, Run run) : instance_(std::move(instance)), run_(std::move(run)) {}

  std::string document() const { return run_.document.dump(); }
  int dimension() const { return run_.network.dimension; }
  int N() const { return run_.network.N; }
  int depth() const { return run_.network.depth; }

  py::tuple readout(int level) {
    require_level(level, 0);
    {
      const py::gil_scoped_release released;
      decode();
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

  // Enclosures of readouts 1..level at one point, its coordinates exact decimals or fractions.
  std::vector<std::pair<double, double>> evaluate(const std::vector<std::string> &point, int level,
                                                  int bits) const {
    require_level(level, 1);
    if (point.size() != static_cast<std::size_t>(dimension())) {
      throw InputError("point", 0,
                       "has " + std::to_string(point.size()) + " coordinates; expected " +
                           std::to_string(dimension()));
    }
    std::vector<mpq_class> exact;
    for (const std::string &text : point) {
      const mpq_class x = exact_number(text, "point");
      if (x < 0 || x > 1) {
        throw InputError("point", 0, "found " + text + "; expected coordinates from 0 to 1");
      }
      exact.push_back(x);
    }
    const py::gil_scoped_release released;
    std::vector<std::pair<double, double>> bounds;
    for (const MpfrInterval &value :
         evaluate_directly(run_.network, exact, sufficient_precision(run_.network, level, bits), level)) {
      bounds.emplace_back(double_lower(value), double_upper(value));
    }
    return bounds;
  }

private:
  void require_level(int level, int least) const {
    if (level < least || level > depth()) {
      throw InputError("level", 0,
                       "found " + std::to_string(level) + "; expected " + std::to_string(least) + " to " +
                           std::to_string(depth()));
    }
  }
  void decode() {
    const std::scoped_lock lock(mutex_); // Python's other threads may ask, too
    if (!values_) {
      const UpwardScope upward;
      values_ = decode_levels(extract_parameters(run_.network, "the network"), "the network");
    }
  }

  Instance instance_;
  Run run_;
  std::mutex mutex_;
  std::optional<LevelValues> values_;
};

std::unique_ptr<Result> certify_text(const std::string &text, const std::string &folder,
                                     const std::optional<std::string> &out, std::size_t boxes,
                                     double tolerance, const std::optional<std::string> &accuracy,
                                     bool subdivisions, const std::string &format, int threads,
                                     std::function<void(const std::string &, int)> progress) {
  Instance instance = parse_instance(text, "instance", folder);
  cell_count_or_throw(instance, physical_memory_bytes());
  RunOptions options;
  options.certify.boxes = boxes;
  options.certify.tolerance = tolerance;
  options.certify.list_subdivisions = subdivisions;
  if (accuracy) {
    options.certify.accuracy = exact_number(*accuracy, "accuracy");
    if (*options.certify.accuracy <= 0) {
      throw InputError("accuracy", 0, "found " + *accuracy + "; expected a number above 0");
    }
  }
  options.format = parse_network_format(format, "format");
  Watched watched(std::move(progress));
  options.progress = [&](Phase phase, int level) { watched.tell(name_of_phase(phase), level); };
  std::unique_ptr<Result> result;
  watched.run([&] {
    std::optional<oneapi::tbb::global_control> limit;
    if (threads > 0) {
      limit.emplace(oneapi::tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads));
    }
    std::optional<PendingFolder> pending;
    if (out) {
      pending.emplace(*out);
    }
    Run done = run(instance, options, pending ? &*pending : nullptr);
    result = std::make_unique<Result>(instance, std::move(done));
  });
  return result;
}

} // namespace

PYBIND11_MODULE(_layercert, module) {
  module.doc() = "The compiled half of layercert.";
  module.attr("__version__") = LAYERCERT_VERSION;
  py::register_exception<InputError>(module, "InputError", PyExc_ValueError);
  py::class_<Result>(module, "Result")
      .def_property_readonly("document", &Result::document)
      .def_property_readonly("dimension", &Result::dimension)
      .def_property_readonly("N", &Result::N)
      .def_property_readonly("depth", &Result::depth)
      .def("readout", &Result::readout)
      .def("evaluate", &Result::evaluate);
  module.def("certify_text", &certify_text);
}
