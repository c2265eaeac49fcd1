// Expressions: integrals and searches over boxes, with what is found of f once for all levels.
#include "level_bounds.hpp"

#include "not_in_lp.hpp"

#include "function/equal_forms.hpp"
#include "function/null_set_forms.hpp"
#include "function/trigonometric_sum.hpp"
#include "integrate/cells.hpp"
#include "integrate/legendre_expansion.hpp"
#include "integrate/legendre_powers.hpp"
#include "integrate/models.hpp"
#include "integrate/multilinear_integrals.hpp"
#include "integrate/ridge_integrals.hpp"
#include "integrate/separable_expansion.hpp"
#include "integrate/singular_models.hpp"
#include "integrate/size_about.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "modulus/diagonal_search.hpp"
#include "modulus/many_coordinates.hpp"
#include "modulus/sharpen_modulus.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

constexpr double kPartOfRest = 0.01;        // of the tolerance, for what is left out of a sum of sines
constexpr Refinement kOverCube{0.02, 8192}; // of an integral over the whole cube
constexpr int kMostOfPowers =
    6; // of a polynomial expanded along each axis, too: sum6's modulus 79 percent wide without, 1 with
constexpr int kWithoutLists =
    3; // coordinates, from which on lists of boxes are long where f is a sum of products
// Coordinates, up to which smooth targets are expanded for p other than 2; in one, boxes cost little.
// Franke's function, d = 2, p = 1: 14 s with, 71 without. sin(x + 2 y + 3 z), d = 3, p = 1: over 44 s
// with, 53 without.
constexpr int kMostExpandedForPowers = 2;
constexpr std::size_t kMostBoxesOfLower = 1 << 16;

// Below this gap mean value forms need so many boxes that Taylor forms are faster
// (bench/integrators_bench.cpp).
constexpr double kSmallGap = 1e-3;
constexpr double kSmallGapOfPolynomials = 0.04; // for even p their Taylor forms are exact

class ExpressionBounds final : public LevelBounds {
public:
  ExpressionBounds(const Setting &setting, const Target &target, double tolerance)
      : setting_(setting), d_(setting.instance.dimension), remainder_upper_(target.remainder_upper()),
        target_(target.expression()),
        as_written_(without_null_sets(with_decided_comparisons(target.expression()), d_)),
        f_(with_differences_as_products(as_written_)), sector_(d_), about_phi_0_(exponent_about_phi_0()) {
    look_at_cube();
    find_forms(tolerance);
    gradient_upper_ = gradient_norm_upper(setting.instance, f_, about_phi_0_);
  }

  ErrorBounds error(int level, const Refinement &refinement) const override {
    return error_from(BlocksHere(), level, refinement);
  }
  bool sums_blocks(int level) const override {
    const bool expanded =
        forms_.expansion && forms_.expansion->may_integrate_cells(setting_.instance.N, level);
    return is_exact_table() || (!expanded && integrated_ridge() == nullptr);
  }
  ErrorBounds error_from(const CellBlocks &blocks, int level, const Refinement &refinement) const override {
    const int N = setting_.instance.N;
    const LevelValues &values = setting_.values;
    const auto on_block = [&](const CellRange &block) { return values.on(level, block.first, block.last); };
    if (is_exact_table()) {
      const double unit = about_phi_0_.unit();
      return error_with_ramps(
          setting_, about_phi_0_, height_, level,
          sum_of_blocks(blocks.of_all(setting_.cells(level), unit, [&](const CellRange &block) {
            return multilinear_integrals_of(*f_.table(), N, level, on_block(block), unit, block.first);
          })));
    }
    const auto on_level = [&]() -> const std::vector<Interval> & {
      return values.values[static_cast<std::size_t>(level)];
    };
    if (forms_.expansion) {
      const std::optional<CellIntegrals> cells = forms_.expansion->cell_integrals(N, level, on_level());
      if (cells && cells->upper - cells->lower <= refinement.relative_gap * cells->upper) {
        return error_with_ramps(setting_, setting_.p, height_, level, *cells);
      }
    }
    if (const Ridge *const ridge = integrated_ridge()) {
      ErrorBounds error =
          error_with_ramps(setting_, about_phi_0_, height_, level,
                           ridge_cell_integrals(*ridge, about_phi_0_, N, level, on_level(), refinement));
      if (std::isfinite(error.upper)) { // else boxes may bound what grows beyond all bounds: 1/sqrt(x + y)
        return error;
      }
    }
    // Taylor forms where much is asked of a bounded target.
    const double small_gap = forms_.difference_power ? kSmallGapOfPolynomials : kSmallGap;
    const bool smooth = refinement.relative_gap <= small_gap && forms_.bounded;
    const auto in_unit_of = [&](const Exponent &p) {
      return error_with_ramps(
          setting_, p, height_, level,
          sum_of_blocks(blocks.of_all(setting_.cells(level), p.unit(), [&](const CellRange &block) {
            return integrals_of(f_, d_, p, N, level, block, on_block(block), refinement, smooth);
          })));
    };
    ErrorBounds error = in_unit_of(exponent_of_error(level));
    // Samples miss a jump at an end of a cell, and its power may be infinite in the unit of the rest.
    if (std::isinf(error.upper) && setting_.p.is_large() && std::isfinite(height_.sup_upper)) {
      error = in_unit_of(
          setting_.p.for_size(add_up(height_.sup_upper, amplitudes_upper(setting_.parameters, level))));
    }
    return error;
  }

  // omega_p(f, t) <= t || |grad f|_* ||_p, and <= 2 || f - c ||_p for every constant c.
  double modulus_upper(int level) const override {
    return least_upper(mul_up(scale_upper(level), gradient_upper_), mul_up(2.0, norm_upper_));
  }
  ModulusLower modulus_lower(int level, const Refinement &refinement) const override {
    if (forms_.samples) {
      return best_candidate(level);
    }
    if (forms_.expansion) {
      ModulusLower found = layercert::modulus_lower(setting_.instance, *forms_.expansion, level);
      if (forms_.expansion->distance_upper() <= 0.1 * refinement.relative_gap * found.value) {
        return found;
      }
    }
    const Exponent p = exponent_of_modulus(level);
    const Refinement at_most{refinement.relative_gap, std::min(refinement.most_boxes, kMostBoxesOfLower)};
    const Ridge *const ridge = integrated_ridge();
    return ridge != nullptr && is_diagonal(*ridge)
               ? diagonal_lower(*ridge, problem_of(level, p), at_most)
               : layercert::modulus_lower(setting_.instance, f_, p, level, at_most);
  }

  bool gets_sharper() const override { return true; }
  std::size_t boxes_of_integral(std::size_t most_boxes) const override {
    return layercert::boxes_of_integral(cost(), most_boxes);
  }
  void sharpen_modulus(int level, double tolerance, const IntegralBudget &budget,
                       ModulusBounds &modulus) const override {
    const Exponent p = exponent_of_modulus(level);
    layercert::sharpen_modulus(problem_of(level, p), forms_, search_limits(cost(), tolerance, budget),
                               modulus);
  }

  bool list_subdivisions(std::size_t most_boxes, const Decided &decided,
                         LevelCertificate &level) const override {
    if (is_exact_table() || needs_no_list_) {
      return level.status == Status::Certified; // the checker has integrals of its own
    }
    return layercert::list_subdivisions(
        {setting_, as_written_, height_, remainder_upper_,
         setting_.p.is_large() ? setting_.p.for_size(level.error_upper) : about_phi_0_,
         exponent_of_modulus(level.level),
         d_ > 3 || (d_ > 1 && !forms_.bounded) || forms_.difference.has_value()},
        most_boxes, decided, level);
  }
  const std::string &not_in_lp() const override { return not_in_lp_; }

private:
  ModulusProblem problem_of(int level, const Exponent &p) const {
    const Instance &instance = setting_.instance;
    return {f_, d_, p, instance.norm, sector_, scale_lower(instance, level), scale_upper(level)};
  }
  Cost cost() const { return {f_, d_, unbounded_part_, !forms_.bounded}; }
  double scale_upper(int level) const {
    return div_up(1.0, static_cast<double>(cells_along_axis(setting_.instance.N, level)));
  }

  // Samples with multilinear interpolation, of which squares have exact integrals.
  bool is_exact_table() const { return setting_.instance.p == 2 && f_.table() != nullptr; }

  // Powers of f - Phi_l and of f(. + h) - f in a unit of their size. For moderate p the supremum of |f -
  // Phi_0| gives one that does for all.
  Exponent exponent_of_error(int level) const {
    return setting_.p.is_large() ? setting_.p.for_size(size_on_level(level)) : about_phi_0_;
  }
  Exponent exponent_of_modulus(int level) const {
    if (!setting_.p.is_large()) {
      return about_phi_0_;
    }
    double size = 0;
    for (const std::vector<double> &h : candidate_shifts(setting_.instance, level)) {
      size = std::max(size, size_of_difference(f_, h));
    }
    return setting_.p.for_size(size);
  }
  double size_on_level(int level) const {
    return size_on_cells(f_, d_, setting_.instance.N, level,
                         setting_.values.values[static_cast<std::size_t>(level)]);
  }
  Exponent exponent_about_phi_0() const {
    const Interval phi_0 = setting_.values.values[0][0];
    const Box cube = unit_cube(d_);
    LocalModel whole;
    function_modeller(f_, d_, [&](const Box &) { return phi_0; })()(std::span(&cube, 1),
                                                                    std::span(&whole, 1));
    const double sup = bounded(whole.range) ? abs_range(whole.range).upper() : kInfinity;
    return setting_.p.for_size(setting_.p.is_large() || std::isinf(sup) ? size_on_level(0) : sup);
  }

  IntegralResult integral_about(const Interval &constant) const {
    return integrate(about_phi_0_, d_, {unit_cube(d_)},
                     singular_function_modeller(about_phi_0_, f_, d_, [&](const Box &) { return constant; }),
                     kOverCube);
  }

  ModulusLower best_candidate(int level) const {
    ModulusLower best;
    for (const std::vector<double> &h : candidate_shifts(setting_.instance, level)) {
      const double norm = forms_.samples->norm(h).lower();
      if (best.shift.empty() || norm > best.value) {
        best = {norm, h};
      }
    }
    return best;
  }

  // The norm and the supremum of f - Phi_0, from the same boxes.
  void look_at_cube() {
    const Interval phi_0 = setting_.values.values[0][0];
    const IntegralResult whole = integral_about(phi_0);
    norm_upper_ = about_phi_0_.root_upper(whole.upper);
    const Modeller model = function_modeller(f_, d_, [&](const Box &) { return phi_0; })();
    double sup = 0;
    double mean = 0; // of f - Phi_0, about
    std::size_t unbounded = 0;
    std::vector<LocalModel> models(1);
    for (std::size_t i = 0; i < whole.boxes.size(); ++i) {
      const Box box = whole.boxes[i];
      model(std::span(&box, 1), models);
      const Interval range = models[0].range;
      sup = has_nan(range) ? kInfinity : largest_upper(sup, abs_range(range).upper());
      if (bounded(range)) {
        mean += (range.lower() / 2 + range.upper() / 2) * volume(d_, box).upper();
      } else {
        ++unbounded;
      }
    }
    height_.sup_upper = sup;
    forms_.bounded = std::isfinite(sup);
    unbounded_part_ = static_cast<double>(unbounded) / static_cast<double>(whole.boxes.size());
    if (std::isinf(sup) && std::isfinite(whole.upper)) {
      height_.tail = tail_norm(setting_.instance.p, f_, d_, phi_0, about_phi_0_.unit());
    } else if (const std::optional<Box> box =
                   box_without_integral(about_phi_0_, f_, d_, whole.boxes, whole.bounds)) {
      not_in_lp_ = reason_not_in_lp(setting_.instance, *box);
    }
    if (std::isfinite(mean) && std::fabs(mean) > kFarFromMean * norm_upper_) {
      const IntegralResult centred = integral_about(phi_0 + Interval(mean));
      if (std::isfinite(centred.upper)) {
        norm_upper_ = least_upper(norm_upper_, about_phi_0_.root_upper(centred.upper));
      }
    }
  }

  void find_forms(double tolerance) {
    if (std::isfinite(norm_upper_)) {
      sector_ = ShiftSector(f_, d_);
    }
    if (d_ == 1 && setting_.instance.p == 2) {
      if (std::optional<TrigonometricSum> sum = trigonometric_sum(f_, kPartOfRest * tolerance * norm_upper_);
          sum && !sum->waves.empty()) {
        forms_.difference.emplace(std::move(*sum), about_phi_0_.unit());
      }
    }
    const bool plain_unit = about_phi_0_.unit() == 1; // the expansion's squares are those of f itself
    if (is_exact_table()) {
      forms_.samples = MultilinearDifference::of(*f_.table());
    }
    const bool square = setting_.instance.p == 2;
    const bool by_powers = d_ > 1 && d_ <= kMostExpandedForPowers && setting_.instance.p <= kLargestPower;
    const bool expands = (square || by_powers) && plain_unit && !forms_.difference;
    // In very many coordinates the powers of a polynomial's differences have too many terms.
    if (expands && square && d_ >= kManyCoordinates) {
      find_separable(tolerance);
    }
    if (!forms_.expansion || d_ <= kMostOfPowers) {
      forms_.difference_power = DifferencePower::of(f_, d_, about_phi_0_);
    }
    if (expands && !forms_.expansion && !forms_.difference_power) {
      if (d_ > 1 && square) {
        find_separable(tolerance);
      }
      if (!forms_.expansion && forms_.bounded) {
        if (std::optional<LegendreExpansion> expansion =
                LegendreExpansion::of(f_, d_, tolerance, 0, setting_.instance.p)) {
          forms_.expansion = std::make_unique<LegendreExpansion>(std::move(*expansion));
        }
      }
    }
    // Smooth expansions are of second order, in all coordinates.
    if (!forms_.expansion || !std::isfinite(forms_.expansion->steepest_upper())) {
      forms_.ridge = ridge_of(f_, d_);
    }
  }

  // The ridge, where its integrals say more than other forms. Not for large p, whose units depend on the level.
  const Ridge *integrated_ridge() const {
    const bool says_more = d_ > 1 && !forms_.expansion && !forms_.difference_power && !setting_.p.is_large();
    return forms_.ridge && says_more ? &*forms_.ridge : nullptr;
  }
  void find_separable(double tolerance) {
    std::unique_ptr<SeparableExpansion> expansion = SeparableExpansion::of(f_, d_, tolerance);
    needs_no_list_ = d_ >= kWithoutLists && expansion != nullptr &&
                     std::isfinite(expansion->steepest_upper()) && is_integrated_by_checker(target_, d_);
    forms_.expansion = std::move(expansion);
  }

  const Setting &setting_;
  std::size_t d_;
  double remainder_upper_;
  const Expression &target_;
  Expression as_written_; // as a checker has it
  Expression f_;          // the same function in forms that intervals enclose better
  ShiftSector sector_;    // shifts that are enough
  Exponent about_phi_0_;  // in a unit for f - Phi_0
  ModulusForms forms_;
  Height height_;
  double norm_upper_ = kInfinity;     // of || f - c ||_p for a constant c
  double gradient_upper_ = kInfinity; // || |grad f|_* ||_p
  double unbounded_part_ = 0;         // of the boxes of the cube, those on which f has no bound
  bool needs_no_list_ = false;        // to be checked again
  std::string not_in_lp_;
};

} // namespace

std::unique_ptr<LevelBounds> bounds_of_expression(const Setting &setting, const Target &target,
                                                  double tolerance) {
  assert_upward();
  return std::make_unique<ExpressionBounds>(setting, target, tolerance);
}

} // namespace layercert
