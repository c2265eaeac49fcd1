// The search of a level of the construction (level.hpp) serves here, too: it asks for two-sided bounds of an
// error and of a modulus, and does not mind where they come from. The modulus is that of the target alone.
#include "certify_layers.hpp"

#include "effort.hpp"

#include "advice.hpp"
#include "level.hpp"
#include "level_bounds.hpp"
#include "listing.hpp"
#include "not_in_lp.hpp"
#include "remainder.hpp"

#include "function/equal_forms.hpp"
#include "function/expression_evaluator.hpp"
#include "function/null_set_forms.hpp"
#include "layercert/certify/run.hpp"
#include "layercert/error.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "layers/error_integral.hpp"
#include "numeric/relative_width.hpp"
#include "result/subdivision.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace layercert {

namespace {

constexpr std::size_t kMostBoxesOfSup = 1 << 16; // one thread looks at them

// The boxes of a bound.
void keep(LayerError &error, ReadoutCertificate &readout) {
  readout.places = std::move(error.places);
  readout.error_subdivision = subdivision_text(1, error.halvings);
}

class ReadoutBounds final : public LevelBounds {
public:
  ReadoutBounds(const LayerErrors &errors, const LevelBounds &modulus, ReadoutCertificate &readout)
      : errors_(errors), modulus_(modulus), readout_(readout) {}

  ErrorBounds error(int /*level*/, const Refinement &refinement) const override {
    if (!last_) {
      LayerError error = errors_.bounds(refinement);
      keep(error, readout_);
      ErrorBounds bounds{error.lower, error.upper, error.boxes, {}};
      if (!error.is_last) {
        return bounds;
      }
      last_ = std::move(bounds);
    }
    return *last_;
  }
  double modulus_upper(int level) const override { return modulus_.modulus_upper(level); }
  ModulusLower modulus_lower(int level, const Refinement &refinement) const override {
    return modulus_.modulus_lower(
        level, {refinement.relative_gap, modulus_.boxes_of_integral(refinement.most_boxes)});
  }
  bool gets_sharper() const override { return true; }
  void sharpen_modulus(int level, double tolerance, const IntegralBudget &budget,
                       ModulusBounds &modulus) const override {
    modulus_.sharpen_modulus(level, tolerance,
                             {modulus_.boxes_of_integral(budget.boxes), budget.boxes_of_shift}, modulus);
  }
  bool list_subdivisions(std::size_t /*most_boxes*/, const Decided & /*decided*/,
                         LevelCertificate & /*level*/) const override {
    return false;
  }

private:
  const LayerErrors &errors_;
  const LevelBounds &modulus_;
  ReadoutCertificate &readout_;             // has the boxes of the error that was bounded last
  mutable std::optional<ErrorBounds> last_; // once no more boxes are tried
};

// Of a readout whose boxes take too long for more of them.
std::string no_more_boxes(const LayerErrors &errors, const LevelCertificate &level) {
  return fmt::format("the error lies in [{:.6g}, {:.6g}] after {} boxes: the weights need {} bits, with "
                     "which no more boxes are "
                     "tried; if this is the construction's own network, certify without --network proves it "
                     "by its structure",
                     level.error_lower, level.error_upper, level.boxes, errors.bits());
}

// A grid of cells, and points of each: where a whole cell has no value, there is nothing to certify, and
// boxes would be halved in vain.
void require_values(const Instance &instance, const Expression &f) {
  const NearestScope nearest; // samples, not bounds
  const std::size_t d = instance.dimension;
  const std::uint64_t cells = d <= 2 ? 16 : d == 3 ? 4 : 2; // along each axis
  const std::uint64_t points = d <= 2 ? 4 : 2;
  const auto d_th_power = [&](std::uint64_t x) {
    std::uint64_t result = 1;
    for (std::size_t j = 0; j < d; ++j) {
      result *= x;
    }
    return result;
  };
  ExpressionEvaluator evaluator(f, d);
  std::vector<double> point(d);
  for (std::uint64_t cell = 0; cell < d_th_power(cells); ++cell) {
    bool has_value = false;
    for (std::uint64_t i = 0; i < d_th_power(points) && !has_value; ++i) {
      std::uint64_t rest_of_cell = cell;
      std::uint64_t rest = i;
      for (double &x : point) {
        const double inside = (static_cast<double>(rest % points) + 0.5) / static_cast<double>(points);
        x = (static_cast<double>(rest_of_cell % cells) + inside) / static_cast<double>(cells);
        rest /= points;
        rest_of_cell /= cells;
      }
      has_value = std::isfinite(evaluator.sample(point));
    }
    if (!has_value) {
      throw InputError(instance.file, static_cast<std::size_t>(instance.expression_line),
                       fmt::format("the target is {} at x = ({}); expected a finite value on [0,1]^{}",
                                   evaluator.sample(point), fmt::join(point, ", "), d));
    }
  }
}

// The error until it is decided whether it is at most the number, then as sharp as wanted.
ReadoutCertificate compare_with_number(const LayerErrors &errors, const mpq_class &p, double remainder_upper,
                                       const LayersOptions &options) {
  ReadoutCertificate result;
  LevelCertificate &level = result.level;
  const Remainder remainder{remainder_upper};
  const auto bound = [&](double gap) {
    LayerError found = errors.bounds({gap, options.effort.boxes});
    ErrorBounds error{found.lower, found.upper, found.boxes, {}};
    remainder.widen(error);
    level.error_lower = largest_lower(level.error_lower, error.lower);
    level.error_upper = least_upper(level.error_upper, error.upper);
    level.boxes = error.boxes;
    keep(found, result);
    level.status = status_against(*options.at_most, level.error_lower, level.error_upper);
    return found.is_last;
  };
  bool is_last = false;
  for (const double gap : kVerdictGaps) {
    is_last = bound(gap);
    if (is_last || level.status != Status::Undecided) {
      break;
    }
  }
  const double wanted = options.effort.tolerance;
  if (!is_last && wanted < 1 && wider_than(level.error_lower, level.error_upper, wanted)) {
    const double tolerance = remainder.tolerance_for_g(wanted, level.error_upper, remainder.once_upper);
    bound(std::min(0.5, p.get_d() * tolerance) * kPartOfGap);
  }
  if (level.status == Status::Refuted) {
    level.reason = fmt::format("the error is at least {:.6g}", level.error_lower);
  } else if (level.status == Status::Undecided && is_last) {
    level.reason = no_more_boxes(errors, level);
  } else if (level.status == Status::Undecided) {
    level.reason =
        fmt::format("the error lies in [{:.6g}, {:.6g}] and {:.6g} between: more subdivision (--boxes)",
                    level.error_lower, level.error_upper, options.at_most->get_d());
  }
  return result;
}

// The checker has integrals of its own for it, without boxes.
bool has_exact_modulus(const Instance &instance, const Target &target) {
  return instance.p == 2 && target.expression().table() != nullptr;
}

} // namespace

LayersCertificate certify_layers(const Instance &instance, const Target &target,
                                 const LayeredNetwork &network, const std::string &name,
                                 const LayersOptions &options) {
  const UpwardScope upward;
  prepare_mpfr_thread();
  if (network.dimension != instance.dimension) {
    throw InputError(name, 0,
                     fmt::format("has {} inputs; expected {}, the coordinates of {}", network.dimension,
                                 instance.dimension, instance.file));
  }
  if (target.is_table()) {
    throw InputError(instance.file, static_cast<std::size_t>(instance.line_of_source),
                     "samples that are constant on their pieces are not covered with --network; expected an "
                     "expression, or interpolation = \"multilinear\"");
  }
  if (const std::string reason = proof_of_not_in_lp(instance, target); !reason.empty()) {
    throw NotInLpError(instance.file, reason);
  }
  require_values(instance, target.expression());
  LayersCertificate certificate;
  certificate.count = count_layers(network);
  certificate.tolerance = options.effort.tolerance;
  certificate.at_most = options.at_most;

  // What the bounds of the modulus take of a network: nothing but that Phi_0 is about f.
  int deepest = 0;
  for (const LayerReadout &readout : network.readouts) {
    deepest = std::max(deepest, readout.level);
  }
  const NetworkParameters no_parameters;
  LevelValues values;
  values.values.assign(static_cast<std::size_t>(deepest) + 1, {Interval(0.0)});
  const Setting setting{instance, no_parameters, values, Exponent(instance.p)};
  // An open verdict is looked at as by default.
  const bool quick = options.effort.ends_at_verdicts && options.effort.tolerance == 1;
  Effort goal = options.effort;
  goal.tolerance = quick ? default_effort().tolerance : goal.tolerance;
  const Expression as_written =
      without_null_sets(with_decided_comparisons(target.expression()), instance.dimension);
  std::unique_ptr<LevelBounds> modulus;
  if (!options.at_most) {
    modulus = bounds_of_expression(setting, target, goal.tolerance);
  }
  for (std::size_t i = 0; i < network.readouts.size(); ++i) {
    const LayerReadout &readout = network.readouts[i];
    if (options.progress) {
      options.progress(readout);
    }
    const LayerErrors errors(target, instance.p, network, i, name);
    ReadoutCertificate result;
    if (options.at_most) {
      result = compare_with_number(errors, instance.p, target.remainder_upper(), options);
      result.level.level = readout.level;
    } else {
      const ReadoutBounds bounds(errors, *modulus, result);
      LevelSearch search(setting, bounds, target.remainder_upper(), readout.level);
      search.decide(goal.boxes);
      const bool is_done = quick && search.found().status != Status::Undecided;
      if (!is_done) {
        search.sharpen(goal.tolerance, {goal.boxes, goal.boxes_of_shift});
      }
      result.level = std::move(search).result();
      result.level.worst_cells.clear();
      if (result.level.status != Status::Certified) {
        result.level.reason = what_would_decide(result.level, target, modulus->not_in_lp());
        if (result.level.status == Status::Undecided && result.level.boxes >= errors.affordable_boxes()) {
          result.level.reason = no_more_boxes(errors, result.level);
        }
      } else if (!has_exact_modulus(instance, target)) {
        certificate.subdivisions_suffice &= list_modulus_subdivision(
            as_written, instance.p, target.remainder_upper(), options.effort.boxes, result.level);
      }
    }
    if (options.sup) {
      const LayerError sup = errors.supremum({goal.tolerance, std::min(goal.boxes, kMostBoxesOfSup)});
      result.sup = {sup.lower, sup.upper};
    }
    result.level.error_subdivision = std::move(result.error_subdivision);
    result.name = readout.name;
    certificate.readouts.push_back(std::move(result));
  }
  return certificate;
}

} // namespace layercert
