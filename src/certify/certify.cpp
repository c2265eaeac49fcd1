#include "modulus.hpp"

#include "layercert/error.hpp"
#include "layercert/numeric/elementary.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace layercert {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::size_t kWorstCells = 10;

// First tries, then harder ones, while the claim is neither certified nor refuted. The first keeps to fewer boxes.
constexpr double kGaps[] = {0.05, 0.01, 0.002};
constexpr std::size_t kFirstBoxes = 1 << 14;

std::uint64_t cells_along_axis(int N, int level) {
  std::uint64_t side = 1;
  for (int m = 0; m < level; ++m) {
    side *= static_cast<std::uint64_t>(N);
  }
  return side;
}

// The cells of a level as boxes, rounded outward where k / N^l is no double; their numbering is design.md section 3's.
std::vector<Box> cells_of_level(int d, int N, int level) {
  const std::uint64_t side = cells_along_axis(N, level);
  std::uint64_t cells = 1;
  for (int j = 0; j < d; ++j) {
    cells *= side;
  }
  std::vector<Box> boxes(cells);
  for (std::uint64_t k = 0; k < cells; ++k) {
    std::array<std::uint64_t, kMaxDimension> index{};
    std::uint64_t rest = k;
    for (int m = 0; m < level; ++m) {
      for (std::size_t j = 0; j < static_cast<std::size_t>(d); ++j) {
        index[j] = index[j] * static_cast<std::uint64_t>(N) + rest % static_cast<std::uint64_t>(N);
        rest /= static_cast<std::uint64_t>(N);
      }
    }
    boxes[k].cell = k;
    for (std::size_t j = 0; j < static_cast<std::size_t>(d); ++j) {
      boxes[k].lower[j] = div_down(static_cast<double>(index[j]), static_cast<double>(side));
      boxes[k].upper[j] = div_up(static_cast<double>(index[j] + 1), static_cast<double>(side));
    }
  }
  return boxes;
}

// What all levels share.
struct Setting {
  const Instance &instance;
  const Target &target;
  const NetworkParameters &parameters;
  const LevelValues &values;
  Exponent p;
  double sup_upper = kInfinity;      // sup |f - Phi_0|
  double gradient_upper = kInfinity; // || |grad f|_* ||_p
  double norm_upper = kInfinity;     // || f - Phi_0 ||_p
};

Box unit_cube(int d) {
  Box box;
  for (std::size_t j = 0; j < static_cast<std::size_t>(d); ++j) {
    box.upper[j] = 1;
  }
  return box;
}

double table_sup_upper(const SampleTable &table, const Interval &c) {
  double sup = 0;
  const Interval scale = Interval(1.0) / Interval(table.denominator);
  const auto [least, most] = std::minmax_element(table.numerators.begin(), table.numerators.end());
  for (const std::int64_t numerator : {*least, *most}) {
    sup = std::max(sup, abs_range(Interval(numerator) * scale - c).upper());
  }
  return sup;
}

// Integrals over the cells of a table: sums over its samples, no subdivision.
std::vector<IntegralBounds> table_integrals(const Setting &setting, int level,
                                            const std::vector<Interval> &values) {
  const SampleTable &table = setting.target.table();
  const std::size_t d = static_cast<std::size_t>(table.dimension);
  const auto N = static_cast<std::uint64_t>(setting.instance.N);
  const std::uint64_t side = cells_along_axis(setting.instance.N, level);
  const auto samples = static_cast<std::uint64_t>(table.side);
  const std::uint64_t fine = std::max(side, samples);
  std::uint64_t count = 1;
  for (std::size_t j = 0; j < d; ++j) {
    count *= fine;
  }
  Interval measure(1.0);
  for (std::size_t j = 0; j < d; ++j) {
    measure /= Interval(static_cast<double>(fine));
  }
  const Interval scale = Interval(1.0) / Interval(table.denominator);
  std::vector<IntegralBounds> result(values.size());
  for (std::uint64_t i = 0; i < count; ++i) {
    std::array<std::uint64_t, kMaxDimension> x{};
    std::uint64_t rest = i;
    std::uint64_t sample = 0;
    std::uint64_t stride = 1;
    for (std::size_t j = 0; j < d; ++j) {
      x[j] = rest % fine;
      rest /= fine;
      sample += stride * (x[j] / (fine / samples));
      stride *= samples;
    }
    std::uint64_t k = 0;
    std::uint64_t place = 1;
    std::uint64_t block = fine;
    for (int m = 1; m <= level; ++m) {
      block /= N;
      for (std::size_t j = 0; j < d; ++j) {
        k += place * ((x[j] / block) % N);
        place *= N;
      }
    }
    const Interval difference = Interval(table.numerators[sample]) * scale - values[k];
    const Interval power = setting.p.power(abs_range(difference)) * measure;
    result[k].lower = add_down(result[k].lower, power.lower());
    result[k].upper = add_up(result[k].upper, power.upper());
  }
  return result;
}

struct ErrorBounds {
  double lower = 0;
  double upper = kInfinity;
  std::uint64_t boxes = 0;
  std::vector<double> share_upper; // of each cell
};

// || f - Phi_l ||_p: the cells' integrals, and the ramps of section 4.
ErrorBounds error_of_level(const Setting &setting, int level, const Refinement &refinement) {
  const int d = setting.instance.dimension;
  const std::vector<Interval> &values = setting.values.values[static_cast<std::size_t>(level)];
  ErrorBounds result;
  result.share_upper.assign(values.size(), 0.0);
  double lower = 0;
  double upper = 0;
  double overlap = 0; // measure by which the outward boxes exceed the cube
  if (setting.target.is_table()) {
    const std::vector<IntegralBounds> bounds = table_integrals(setting, level, values);
    for (std::size_t k = 0; k < bounds.size(); ++k) {
      lower = add_down(lower, bounds[k].lower);
      upper = add_up(upper, bounds[k].upper);
      result.share_upper[k] = bounds[k].upper;
    }
    result.boxes = bounds.size();
  } else {
    std::vector<Box> cells = cells_of_level(d, setting.instance.N, level);
    double covered = 0;
    for (const Box &cell : cells) {
      covered = add_up(covered, volume(d, cell).upper());
    }
    overlap = std::max(0.0, sub_up(covered, 1.0));
    const IntegralResult integral = integrate(
        setting.p, d, std::move(cells),
        function_modeller(setting.target, [&](const Box &box) { return values[box.cell]; }), refinement);
    lower = integral.lower;
    upper = integral.upper;
    result.boxes = integral.boxes.size();
    for (std::size_t i = 0; i < integral.boxes.size(); ++i) {
      double &share = result.share_upper[integral.boxes[i].cell];
      share = add_up(share, integral.bounds[i].upper);
    }
  }
  // The bad set of levels 1..l has measure at most d l delta (1 - 1/N) < d l delta; everywhere |f - Phi_l| is at most
  // sup |f - Phi_0| + sum A_m.
  double reach = setting.sup_upper;
  for (int m = 1; m <= level; ++m) {
    reach = add_up(reach, setting.parameters.A[static_cast<std::size_t>(m) - 1].abs().to_double_upper());
  }
  double bad = mul_up(static_cast<double>(d * level),
                      Dyadic::power_of_two(-setting.parameters.ramp_exponent).to_double_upper());
  const double peak = reach == 0          ? 0
                      : std::isinf(reach) ? kInfinity
                                          : setting.p.power(Interval(reach)).upper();
  upper = add_up(upper, mul_up(peak, bad));
  bad = add_up(bad, overlap);
  lower = std::max(0.0, sub_down(lower, mul_up(peak, bad)));
  if (!(upper < kInfinity)) {
    upper = kInfinity;
  }
  result.upper = std::isinf(upper) ? kInfinity : setting.p.root(Interval(upper)).upper();
  result.lower = std::isfinite(lower) ? setting.p.root(Interval(lower)).lower() : 0;
  return result;
}

void name_worst_cells(LevelCertificate &level, const std::vector<double> &share_upper) {
  std::vector<std::uint64_t> order(share_upper.size());
  for (std::uint64_t k = 0; k < order.size(); ++k) {
    order[k] = k;
  }
  const std::size_t kept = std::min(kWorstCells, order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(),
                    [&](std::uint64_t a, std::uint64_t b) {
                      return share_upper[a] != share_upper[b] ? share_upper[a] > share_upper[b] : a < b;
                    });
  for (std::size_t i = 0; i < kept; ++i) {
    level.worst_cells.push_back({order[i], share_upper[order[i]]});
  }
}

std::string what_would_decide(const LevelCertificate &level) {
  if (level.status == Status::Refuted) {
    return fmt::format("the error is at least {:.6g}, above every possible value of the right side",
                       level.error_lower);
  }
  if (std::isinf(level.error_upper)) {
    return level.worst_cells.empty() || std::isfinite(level.worst_cells.front().share_upper)
               ? "the target may be unbounded or have no value somewhere in the cube"
               : fmt::format("the target may be unbounded or have no value on cell {}",
                             level.worst_cells.front().cell);
  }
  if (level.error_lower <= level.bound_lower) {
    return fmt::format(
        "the error lies in [{:.6g}, {:.6g}] and the bound {:.6g} between: more subdivision (--boxes)",
        level.error_lower, level.error_upper, level.bound_lower);
  }
  return fmt::format("a larger lower bound of the modulus, now {:.6g}, or a smaller upper bound, now {:.6g}",
                     level.modulus_lower, level.modulus_upper);
}

LevelCertificate certify_level(const Setting &setting, int l, const CertifyOptions &options) {
  const Instance &instance = setting.instance;
  LevelCertificate level;
  level.level = l;
  level.cells = setting.values.values[static_cast<std::size_t>(l)].size();
  const double factor = 2.0 * instance.dimension + 1;
  ErrorBounds error;
  for (const double gap : kGaps) {
    const std::size_t boxes = std::max<std::size_t>(
        gap == kGaps[0] ? std::min(kFirstBoxes, options.boxes) : options.boxes, 4 * level.cells);
    error = error_of_level(setting, l, {gap, boxes});
    level.error_lower = std::max(level.error_lower, error.lower);
    level.error_upper = error.upper;
    level.boxes = error.boxes;
    const ModulusLower modulus =
        modulus_lower(instance, setting.target, setting.p, l, {gap, std::min<std::size_t>(boxes, 1 << 16)});
    if (level.shift.empty() || modulus.value > level.modulus_lower) {
      level.modulus_lower = modulus.value;
      level.shift = modulus.shift;
    }
    level.bound_lower = mul_down(factor, level.modulus_lower);
    // omega_p(f, t) <= t || |grad f|_* ||_p, and <= 2 || f - c ||_p for every constant c.
    const double t_upper = div_up(1.0, static_cast<double>(cells_along_axis(instance.N, l)));
    level.modulus_upper = std::min(mul_up(t_upper, setting.gradient_upper), mul_up(2.0, setting.norm_upper));
    if (level.error_upper <= level.bound_lower) {
      level.status = Status::Certified;
      break;
    }
    if (level.error_lower > mul_up(factor, level.modulus_upper)) {
      level.status = Status::Refuted;
      break;
    }
    if (setting.target.is_table()) {
      break; // sums over samples do not become sharper
    }
  }
  level.ratio_upper = level.error_upper == 0     ? 0
                      : level.modulus_lower == 0 ? kInfinity
                                                 : div_up(level.error_upper, level.modulus_lower);
  if (level.status != Status::Certified) {
    name_worst_cells(level, error.share_upper);
    level.reason = what_would_decide(level);
  }
  if (instance.hoelder) { // (2d+1) lambda N^(-alpha l)
    bool undefined = false;
    const Interval exponent = -enclosure(instance.hoelder->alpha) * Interval(static_cast<double>(l));
    const Interval rate = power_range(Interval(static_cast<double>(instance.N)), exponent, undefined);
    level.hoelder_bound_lower = (Interval(factor) * enclosure(instance.hoelder->lambda) * rate).lower();
    level.hoelder_status =
        level.error_upper <= *level.hoelder_bound_lower ? Status::Certified
        : level.error_lower > (Interval(factor) * enclosure(instance.hoelder->lambda) * rate).upper()
            ? Status::Refuted
            : Status::Undecided;
  }
  return level;
}

} // namespace

std::string_view name_of(Status status) {
  return status == Status::Certified ? "certified" : status == Status::Refuted ? "refuted" : "undecided";
}

bool Certificate::all_certified() const {
  return std::all_of(levels.begin(), levels.end(), [](const LevelCertificate &level) {
    return level.status == Status::Certified &&
           (!level.hoelder_bound_lower || level.hoelder_status == Status::Certified);
  });
}

Certificate certify(const Instance &instance, const Target &target, const Network &network,
                    const std::string &name, const CertifyOptions &options) {
  const UpwardScope upward;
  prepare_mpfr_thread();
  if (network.dimension != instance.dimension || network.N != instance.N || network.depth != instance.depth) {
    throw InputError(name, 0, "d, N or depth is not that of the instance");
  }
  const NetworkParameters parameters = extract_parameters(network, name);
  const LevelValues values = decode_levels(parameters, name);
  Setting setting{instance, target, parameters, values, Exponent(instance.p)};
  const Interval phi_0 = values.values[0][0];
  if (target.is_table()) {
    setting.sup_upper = table_sup_upper(target.table(), phi_0);
    const std::vector<IntegralBounds> whole = table_integrals(setting, 0, {phi_0});
    setting.norm_upper = setting.p.root(Interval(0.0, whole[0].upper)).upper();
  } else {
    const IntegralResult whole =
        integrate(setting.p, instance.dimension, {unit_cube(instance.dimension)},
                  function_modeller(target, [&](const Box &) { return phi_0; }), {0.02, 8192});
    setting.norm_upper =
        std::isfinite(whole.upper) ? setting.p.root(Interval(0.0, whole.upper)).upper() : kInfinity;
    // sup |f - Phi_0| from the ranges over the same boxes.
    const Modeller model = function_modeller(target, [&](const Box &) { return phi_0; })();
    double sup = 0;
    std::vector<LocalModel> models(1);
    for (const Box &box : whole.boxes) {
      model(std::span(&box, 1), models);
      const Interval range = models[0].range;
      sup = has_nan(range) ? kInfinity : std::max(sup, abs_range(range).upper());
    }
    setting.sup_upper = sup;
    setting.gradient_upper = gradient_norm_upper(instance, target, setting.p);
  }
  Certificate certificate;
  certificate.architecture = count_architecture(network);
  for (int l = 1; l <= instance.depth; ++l) {
    if (options.progress) {
      options.progress(l);
    }
    certificate.levels.push_back(certify_level(setting, l, options));
  }
  return certificate;
}

} // namespace layercert
