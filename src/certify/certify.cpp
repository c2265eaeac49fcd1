#include "cells.hpp"
#include "error_norm.hpp"
#include "models.hpp"
#include "modulus.hpp"
#include "modulus_upper.hpp"
#include "singular_models.hpp"
#include "table_integrals.hpp"

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
constexpr double kFarFromMean = 0.1; // of || f - Phi_0 ||: from here on another constant than Phi_0 pays

// First tries, then harder ones, while the claim is neither certified nor refuted. The first keeps to fewer boxes.
constexpr double kGaps[] = {0.05, 0.01, 0.002};
constexpr std::size_t kFirstBoxes = 1 << 14;

constexpr double kPartOfGap = 0.9;
constexpr std::size_t kMostBoxesAShift = 1 << 14;
constexpr std::size_t kModulusShare =
    4; // boxes of a search over shifts, as a multiple of those of an integral

void name_worst_cells(LevelCertificate &level, const std::vector<double> &share_upper) {
  std::vector<std::uint64_t> order(share_upper.size());
  for (std::uint64_t k = 0; k < order.size(); ++k) {
    order[k] = k;
  }
  // Cells without an upper bound are all named.
  const auto unbounded = static_cast<std::size_t>(
      std::count_if(share_upper.begin(), share_upper.end(), [](double share) { return std::isinf(share); }));
  const std::size_t kept = std::min(std::max(kWorstCells, unbounded), order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(),
                    [&](std::uint64_t a, std::uint64_t b) {
                      return share_upper[a] != share_upper[b] ? share_upper[a] > share_upper[b] : a < b;
                    });
  for (std::size_t i = 0; i < kept; ++i) {
    level.worst_cells.push_back({order[i], share_upper[order[i]]});
  }
}

std::string what_would_decide(const Setting &setting, const LevelCertificate &level) {
  if (level.status == Status::Refuted) {
    return fmt::format("the error is at least {:.6g}, above every possible value of the right side",
                       level.error_lower);
  }
  if (!setting.not_in_lp.empty()) {
    return setting.not_in_lp;
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

std::string reason_not_in_lp(const Instance &instance, const Box &box) {
  std::string place;
  for (std::size_t j = 0; j < static_cast<std::size_t>(instance.dimension); ++j) {
    place += fmt::format("{}[{}, {}]", j == 0 ? "" : " x ", box.lower[j], box.upper[j]);
  }
  return fmt::format(
      "f is not in L^p: it is unbounded on {}, where the integral of |f|^p is infinite for p = {}", place,
      instance.p.get_str());
}

bool wider_than(double lower, double upper, double tolerance) {
  return !(sub_up(upper, lower) <= mul_down(tolerance, lower)) && upper > 0;
}

// A search over all shifts where the bounds that come for nothing leave the modulus wider than wanted.
void sharpen_modulus(const Setting &setting, const CertifyOptions &options, double t_upper,
                     LevelCertificate &level) {
  if (!wider_than(level.modulus_lower, level.modulus_upper, options.tolerance) ||
      std::isinf(
          setting.sup_upper)) { // the search bounds differences by the ranges of f where it knows no slopes
    return;
  }
  const Instance &instance = setting.instance;
  const ModulusUpper known{level.modulus_upper, {level.modulus_lower, level.shift}, 0};
  ModulusUpper found = search_modulus(
      setting.target.expression(), instance.dimension, setting.p, instance.norm,
      scale_lower(instance, level.level), t_upper, known,
      {options.tolerance, options.boxes * kModulusShare, std::min(options.boxes, kMostBoxesAShift)});
  level.modulus_upper = found.upper;
  level.modulus_lower = found.lower.value;
  level.shift = found.lower.shift;
  level.bound_lower = mul_down(2.0 * instance.dimension + 1, level.modulus_lower);
  level.modulus_boxes = found.boxes;
}

LevelCertificate certify_level(const Setting &setting, int l, const CertifyOptions &options) {
  const Instance &instance = setting.instance;
  LevelCertificate level;
  level.level = l;
  level.cells = setting.values.values[static_cast<std::size_t>(l)].size();
  const double factor = 2.0 * instance.dimension + 1;
  // omega_p(f, t) <= t || |grad f|_* ||_p, and <= 2 || f - c ||_p for every constant c.
  const double t_upper = div_up(1.0, static_cast<double>(cells_along_axis(instance.N, l)));
  level.modulus_upper = std::min(mul_up(t_upper, setting.gradient_upper), mul_up(2.0, setting.norm_upper));
  if (setting.table_modulus != nullptr) {
    level.modulus_upper = std::min(level.modulus_upper, setting.table_modulus->upper(l));
  }
  const auto bound_error = [&](double gap, std::size_t boxes) {
    ErrorBounds error = error_of_level(setting, l, {gap, std::max<std::size_t>(boxes, 4 * level.cells)});
    level.error_lower = std::max(level.error_lower, error.lower);
    level.error_upper = std::min(level.error_upper, error.upper);
    level.boxes = error.boxes;
    return error;
  };
  const auto bound_modulus = [&](double gap, std::size_t boxes) {
    const ModulusLower modulus = setting.table_modulus != nullptr
                                     ? setting.table_modulus->lower(l)
                                     : modulus_lower(instance, setting.target, setting.p, l,
                                                     {gap, std::min<std::size_t>(boxes, 1 << 16)});
    if (level.shift.empty() || modulus.value > level.modulus_lower) {
      level.modulus_lower = modulus.value;
      level.shift = modulus.shift;
    }
    level.bound_lower = mul_down(factor, level.modulus_lower);
  };
  ErrorBounds error;
  for (const double gap : kGaps) {
    const std::size_t boxes = gap == kGaps[0] ? std::min(kFirstBoxes, options.boxes) : options.boxes;
    error = bound_error(gap, boxes);
    bound_modulus(gap, boxes);
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
  if (!setting.target.is_table()) {
    // Both sides as sharp as wanted. The p-th power's gap is about p times as wide.
    const double gap = std::min(0.5, setting.p.exact().get_d() * options.tolerance) * kPartOfGap;
    if (wider_than(level.error_lower, level.error_upper, options.tolerance)) {
      error = bound_error(gap, options.boxes);
    }
    sharpen_modulus(setting, options, t_upper, level);
    if (level.status == Status::Undecided && level.error_lower > mul_up(factor, level.modulus_upper)) {
      level.status = Status::Refuted;
    }
    if (level.status == Status::Undecided && level.error_upper <= level.bound_lower) {
      level.status = Status::Certified;
    }
  }
  level.ratio_upper = level.error_upper == 0     ? 0
                      : level.modulus_lower == 0 ? kInfinity
                                                 : div_up(level.error_upper, level.modulus_lower);
  if (level.status != Status::Certified) {
    name_worst_cells(level, error.share_upper);
    level.reason = what_would_decide(setting, level);
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
    setting.table_modulus = std::make_unique<TableModulus>(instance, target.table(), setting.p);
    setting.sup_upper = table_sup_upper(target.table(), phi_0);
    const std::vector<IntegralBounds> whole =
        table_integrals(target.table(), setting.p, instance.N, 0, {phi_0});
    setting.norm_upper = setting.p.root(Interval(0.0, whole[0].upper)).upper();
    double sum = 0;
    for (const std::int64_t numerator : target.table().numerators) {
      sum += static_cast<double>(numerator);
    }
    const double mean = sum / static_cast<double>(target.table().numerators.size()) /
                        static_cast<double>(target.table().denominator);
    if (std::fabs(mean - phi_0.lower()) > kFarFromMean * setting.norm_upper) {
      const std::vector<IntegralBounds> centred =
          table_integrals(target.table(), setting.p, instance.N, 0, {Interval(mean)});
      setting.norm_upper =
          std::min(setting.norm_upper, setting.p.root(Interval(0.0, centred[0].upper)).upper());
    }
  } else {
    const IntegralResult whole =
        integrate(setting.p, instance.dimension, {unit_cube(instance.dimension)},
                  singular_function_modeller(setting.p, target.expression(), instance.dimension,
                                             [&](const Box &) { return phi_0; }),
                  {0.02, 8192});
    setting.norm_upper =
        std::isfinite(whole.upper) ? setting.p.root(Interval(0.0, whole.upper)).upper() : kInfinity;
    // sup |f - Phi_0| from the ranges over the same boxes.
    const Modeller model =
        function_modeller(target.expression(), instance.dimension, [&](const Box &) { return phi_0; })();
    double sup = 0;
    double mean = 0; // of f - Phi_0, about
    std::vector<LocalModel> models(1);
    for (const Box &box : whole.boxes) {
      model(std::span(&box, 1), models);
      const Interval range = models[0].range;
      sup = has_nan(range) ? kInfinity : std::max(sup, abs_range(range).upper());
      if (bounded(range)) {
        mean += (range.lower() / 2 + range.upper() / 2) * volume(instance.dimension, box).upper();
      }
    }
    setting.sup_upper = sup;
    if (std::isinf(sup) && std::isfinite(whole.upper)) {
      setting.tail = tail_norm(instance.p, target.expression(), instance.dimension, phi_0);
    } else if (const Box *box = box_without_integral(setting.p, target.expression(), instance.dimension,
                                                     whole.boxes, whole.bounds)) {
      setting.not_in_lp = reason_not_in_lp(instance, *box);
    }
    if (std::isfinite(mean) && std::fabs(mean) > kFarFromMean * setting.norm_upper) {
      const Interval centre = phi_0 + Interval(mean);
      const IntegralResult centred =
          integrate(setting.p, instance.dimension, {unit_cube(instance.dimension)},
                    singular_function_modeller(setting.p, target.expression(), instance.dimension,
                                               [&](const Box &) { return centre; }),
                    {0.02, 8192});
      if (std::isfinite(centred.upper)) {
        setting.norm_upper =
            std::min(setting.norm_upper, setting.p.root(Interval(0.0, centred.upper)).upper());
      }
    }
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
