#include "layercert/certify/certify.hpp"

#include "error_norm.hpp"
#include "integrate/cells.hpp"
#include "integrate/models.hpp"
#include "integrate/singular_models.hpp"
#include "integrate/table_integrals.hpp"
#include "listing.hpp"
#include "modulus/cover_search.hpp"
#include "modulus/hoelder_constant.hpp"
#include "modulus/jump_search.hpp"
#include "modulus/modulus.hpp"
#include "modulus/modulus_search.hpp"

#include "function/constant_value.hpp"
#include "function/equal_forms.hpp"
#include "layercert/error.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "network/closed_constant.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"

#include <fmt/format.h>
#include <oneapi/tbb/parallel_invoke.h>

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

constexpr std::size_t kHoelderBoxes = 1 << 16;   // for the constant of a declared corollary
constexpr std::size_t kLipschitzBoxes = 1 << 10; // to find out whether a target is 1-Lipschitz

constexpr double kPartOfGap = 0.9;
constexpr double kPartOfRest = 0.01; // of the tolerance, for what is left out of a sum of sines
constexpr std::size_t kMostBoxesAShift = 1 << 16;
constexpr std::uint64_t kCoverPart = 16; // of the boxes of a search over shifts, for one by covers
constexpr std::size_t kModulusShare =
    64; // boxes of a search over shifts, as a multiple of those of an integral

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
  return !(relative_width_upper(lower, upper) <= tolerance);
}

// 2^(1/p) d times an upper bound of the modulus: || f - P_l f ||_p is at most that (Lemma 1 of proofs/theorem.md).
double projection_bound(const Setting &setting, double modulus_upper) {
  if (std::isinf(modulus_upper)) {
    return kInfinity;
  }
  const double root_of_two = setting.p.root_upper(2.0);
  return mul_up(mul_up(root_of_two, static_cast<double>(setting.instance.dimension)), modulus_upper);
}

constexpr double kCostOfMajorant = 64;

constexpr std::size_t kSimpleOperations = 64; // that count for nothing
constexpr double kOperationsABox = 16; // and more of them that take as long as a box of a simple target
constexpr double kDearBox = 64;        // from here on an integral has fewer boxes, the more each costs

// About what a box costs, in boxes of a simple target, where f is bounded on it.
double cost_of_bounded_box(const Setting &setting) {
  // On grids of two dimensions and more, values of a function of one coordinate are found again.
  const double elementary = setting.instance.dimension == 1 ? 2 : 0.5;
  const Expression &f = setting.target.expression();
  double cost = 1;
  if (f.nodes().size() > kSimpleOperations) {
    cost += static_cast<double>(f.nodes().size() - kSimpleOperations) / kOperationsABox;
  }
  for (const Node &node : f.nodes()) {
    switch (node.op) {
    case Op::Weierstrass:
      cost += 40;
      break;
    case Op::Takagi:
    case Op::Cantor:
    case Op::Power:
    case Op::Log:
    case Op::Tan:
    case Op::Asin:
    case Op::Acos:
    case Op::Atan:
    case Op::Sinh:
    case Op::Cosh:
    case Op::Tanh:
    case Op::Sin:
    case Op::Cos:
    case Op::Exp:
      cost += elementary;
      break;
    default:
      break;
    }
  }
  return cost;
}

double cost_of_box(const Setting &setting) {
  return cost_of_bounded_box(setting) *
         (1 + kCostOfMajorant * setting.unbounded_part); // majorants, box by box
}

// Of an integral: fewer where each takes long, so that a dear target takes about as long as others.
std::size_t boxes_worth_it(const Setting &setting, std::size_t most_boxes) {
  constexpr std::size_t least = 1024;
  const double cost = setting.target.is_table() ? 1 : cost_of_bounded_box(setting) / kDearBox;
  return cost <= 1 ? most_boxes
                   : std::max(std::min(least, most_boxes),
                              static_cast<std::size_t>(static_cast<double>(most_boxes) / cost));
}

// What a search over shifts may look at: fewer boxes where each costs more; second derivatives cost the more, the more coordinates.
SearchLimits search_limits(const Setting &setting, const CertifyOptions &options) {
  const double d = setting.instance.dimension;
  const double cost = cost_of_box(setting) * (d > 2 ? d - 1 : 1);
  const auto boxes =
      static_cast<std::uint64_t>(static_cast<double>(options.boxes * kModulusShare) / cost) + 1;
  return {options.tolerance, boxes,
          std::min({options.boxes, kMostBoxesAShift, std::max<std::size_t>(1024, boxes / 32)}),
          std::isinf(setting.sup_upper)};
}

// Whether slopes say nothing of f, as far as it is seen from its operations.
bool has_no_slopes(const Expression &f) {
  return std::any_of(f.nodes().begin(), f.nodes().end(),
                     [](const Node &node) { return node.op == Op::Takagi || node.op == Op::Weierstrass; });
}

// Searches over all shifts, one after the other, where the bounds that come for nothing leave the modulus wider than wanted.
void sharpen_modulus(const Setting &setting, const CertifyOptions &options, int level, double t_upper,
                     ModulusBounds &modulus) {
  const Instance &instance = setting.instance;
  const Expression &f = setting.target.expression();
  const double t_lower = scale_lower(instance, level);
  const SearchLimits limits = search_limits(setting, options);
  const auto try_to = [&](const auto &search) {
    if (wider_than(modulus.lower.value, modulus.upper, options.tolerance)) {
      const std::uint64_t boxes = modulus.boxes;
      modulus = search();
      modulus.boxes += boxes;
    }
  };
  const bool rough = instance.dimension == 1 && has_no_slopes(f);
  const auto cover = [&] {
    SearchLimits of_covers = limits;
    // Bounded targets of several coordinates gain little by covers.
    const bool much = instance.dimension == 1 || std::isinf(setting.sup_upper);
    of_covers.most_boxes /= rough ? 4 : much ? kCoverPart : 32 * kCoverPart;
    of_covers.most_boxes_an_integral = std::max<std::size_t>(of_covers.most_boxes_an_integral, 8192);
    return search_by_covers(f, instance.dimension, setting.p, instance.norm, *setting.sector, t_upper,
                            modulus, of_covers);
  };
  if (setting.difference_power) {
    try_to([&] {
      return search_polynomial_modulus(*setting.difference_power, instance.dimension, setting.p,
                                       instance.norm, *setting.sector, t_lower, t_upper, modulus, limits);
    });
  }
  if (setting.difference) {
    try_to(
        [&] { return search_trigonometric_modulus(*setting.difference, t_lower, t_upper, modulus, limits); });
  }
  const double without_variation = modulus.upper;
  if (std::isfinite(setting.sup_upper)) {
    try_to([&] {
      return search_by_variation(f, instance.dimension, setting.p, instance.norm, *setting.sector, t_lower,
                                 t_upper, modulus, limits);
    });
  }
  const bool at_jumps = modulus.upper < without_variation; // then slopes seldom say more
  // Poles are looked at best where they stand still; what stays wide has no slopes where it counts.
  const bool cover_first = std::isinf(setting.sup_upper);
  if (cover_first) {
    try_to(cover);
  }
  try_to([&] {
    SearchLimits of_slopes = limits;
    of_slopes.most_boxes /= rough || at_jumps ? 16 : 1;
    return search_modulus(f, instance.dimension, setting.p, instance.norm, *setting.sector, t_lower, t_upper,
                          modulus, of_slopes);
  });
  if (!cover_first) {
    try_to(cover);
  }
}

// What the instance declares, or, where it declares nothing, that f is 1-Lipschitz if it is.
std::optional<HoelderCorollary> corollary_of(const Instance &instance, const Target &target,
                                             bool list_subdivisions) {
  HoelderCorollary corollary;
  corollary.declared = instance.hoelder.has_value();
  corollary.lambda = corollary.declared ? instance.hoelder->lambda : mpq_class(1);
  corollary.alpha = corollary.declared ? instance.hoelder->alpha : mpq_class(1);
  if (!target.is_table()) {
    const double lambda_lower = enclosure(corollary.lambda).lower();
    HoelderConstant constant =
        hoelder_constant(target.expression(), instance.dimension, corollary.alpha, instance.norm,
                         lambda_lower, corollary.declared ? kHoelderBoxes : kLipschitzBoxes);
    corollary.constant_upper = constant.upper;
    corollary.verified = corollary.constant_upper <= lambda_lower && target.remainder_upper() == 0;
    if (corollary.verified && list_subdivisions) {
      corollary.subdivision = std::move(constant.subdivision);
    }
  }
  return corollary.declared || corollary.verified ? std::optional(corollary) : std::nullopt;
}

bool reaches(const LevelCertificate &level, const mpq_class &accuracy) {
  return std::isfinite(level.error_upper) && mpq_class(level.error_upper) <= accuracy;
}

AccuracyResult accuracy_reached(const Certificate &certificate, const mpq_class &accuracy) {
  AccuracyResult result{accuracy, 0, false};
  const LevelCertificate &last = certificate.levels.back();
  if (reaches(last, accuracy)) {
    result.level = last.level;
    result.smallest_proved =
        std::all_of(certificate.levels.begin(), certificate.levels.end() - 1,
                    [&](const LevelCertificate &level) { return mpq_class(level.error_lower) > accuracy; });
  }
  return result;
}

constexpr double kLeastPartOfTolerance = 0.25;

// From bounds for g to bounds for f, |f - g| <= remainder on a cube of measure 1: || f - Phi_l || moves by at most the remainder, and
// || f(. + h) - f || by at most twice that, for every h.
struct Remainder {
  double once_upper;

  double twice_upper() const { return mul_up(2.0, once_upper); }
  void widen(ErrorBounds &error) const {
    error.lower = largest_lower(0.0, sub_down(error.lower, once_upper));
    error.upper = known_upper(add_up(error.upper, once_upper));
  }
  double lower(const ModulusBounds &modulus) const {
    return largest_lower(0.0, sub_down(modulus.lower.value, twice_upper()));
  }
  double upper(const ModulusBounds &modulus) const { return add_up(modulus.upper, twice_upper()); }
  // The width that bounds for g may have, relative to about `size`, so that those for f are within the tolerance: not much less than that where the
  // remainder takes most of it.
  double tolerance_for_g(double tolerance, double size, double moved) const {
    const double left = size > 0 ? tolerance - (2 + tolerance) * moved / size : tolerance;
    return std::max(kLeastPartOfTolerance * tolerance, left);
  }
};

// A shift of a finer level is one of a coarser level too; and N steps of h/N make one of h, so that, for t = N^-l,
// omega_p(f, t/N) <= omega_p(f, t) <= N omega_p(f, t/N).
void use_monotony(std::vector<LevelCertificate> &levels, const Instance &instance) {
  for (std::size_t i = levels.size(); i-- > 1;) {
    LevelCertificate &coarser = levels[i - 1];
    if (levels[i].modulus_lower > coarser.modulus_lower) {
      coarser.modulus_lower = levels[i].modulus_lower;
      coarser.shift = levels[i].shift;
    }
    coarser.modulus_upper =
        least_upper(coarser.modulus_upper, mul_up(static_cast<double>(instance.N), levels[i].modulus_upper));
  }
  for (std::size_t i = 1; i < levels.size(); ++i) {
    levels[i].modulus_upper = least_upper(levels[i].modulus_upper, levels[i - 1].modulus_upper);
  }
}

// What follows from the bounds.
void conclude(const Setting &setting, const std::optional<HoelderCorollary> &corollary,
              LevelCertificate &level) {
  const Instance &instance = setting.instance;
  judge(level, instance.dimension);
  if (level.status == Status::Certified) {
    level.worst_cells.clear();
  } else {
    level.reason = what_would_decide(setting, level);
  }
  level.projection_upper = projection_bound(setting, level.modulus_upper);
  if (corollary) {
    judge_corollary(level, instance, *corollary);
  }
}

// Of a constant and the network that is it: g - Phi_l and every g(. + h) - g are 0, and only the remainder is left.
LevelCertificate certify_constant(const Setting &setting, int l) {
  LevelCertificate level;
  level.level = l;
  level.cells = setting.values.values[static_cast<std::size_t>(l)].size();
  const Remainder remainder{setting.target.remainder_upper()};
  level.error_lower = 0;
  level.error_upper = remainder.once_upper;
  level.modulus_lower = 0;
  level.modulus_upper = remainder.twice_upper();
  level.shift.assign(static_cast<std::size_t>(setting.instance.dimension), 0.0);
  judge(level, setting.instance.dimension);
  return level;
}

// Does the network store exactly the constant that the target is?
bool is_constant_of(const Target &target, const NetworkParameters &parameters) {
  const auto nothing = [](const Dyadic &amplitude) { return amplitude.is_zero(); };
  if (!std::all_of(parameters.A.begin(), parameters.A.end(), nothing)) {
    return false;
  }
  const std::optional<std::string> constant = constant_value(target);
  return constant && parameters.Phi_0 == closed_form_of_constant(*constant);
}

LevelCertificate certify_level(const Setting &setting, int l, const CertifyOptions &options) {
  if (setting.target_is_phi_0) {
    return certify_constant(setting, l);
  }
  const Instance &instance = setting.instance;
  LevelCertificate level;
  level.level = l;
  level.cells = setting.values.values[static_cast<std::size_t>(l)].size();
  const Remainder remainder{setting.target.remainder_upper()};
  // omega_p(f, t) <= t || |grad f|_* ||_p, and <= 2 || f - c ||_p for every constant c.
  const double t_upper = div_up(1.0, static_cast<double>(cells_along_axis(instance.N, l)));
  ModulusBounds modulus; // without the remainder, as all that enters it
  modulus.upper = least_upper(mul_up(t_upper, setting.gradient_upper), mul_up(2.0, setting.norm_upper));
  if (setting.table_modulus != nullptr) {
    modulus.upper = least_upper(modulus.upper, setting.table_modulus->upper(l));
  }
  const auto bound_error = [&](double gap, std::size_t boxes) {
    ErrorBounds error = error_of_level(setting, l, {gap, std::max<std::size_t>(boxes, 4 * level.cells)});
    remainder.widen(error);
    level.error_lower = largest_lower(level.error_lower, error.lower);
    level.error_upper = least_upper(level.error_upper, error.upper);
    level.boxes = error.boxes;
    return error;
  };
  const auto bound_modulus = [&](double gap, std::size_t boxes) {
    const ModulusLower found = setting.table_modulus != nullptr
                                   ? setting.table_modulus->lower(l)
                                   : modulus_lower(instance, setting.target, setting.p, l,
                                                   {gap, std::min<std::size_t>(boxes, 1 << 16)});
    if (modulus.lower.shift.empty() || found.value > modulus.lower.value) {
      modulus.lower = found;
    }
  };
  const auto judge_bounds = [&] {
    level.modulus_lower = remainder.lower(modulus);
    level.modulus_upper = remainder.upper(modulus);
    level.shift = modulus.lower.shift;
    judge(level, instance.dimension);
  };
  ErrorBounds error;
  for (const double gap : kGaps) {
    const std::size_t boxes = gap == kGaps[0] ? std::min(kFirstBoxes, options.boxes) : options.boxes;
    // Side by side, since each has parts that one thread has to do.
    oneapi::tbb::parallel_invoke(
        [&] {
          const UpwardScope upward;
          prepare_mpfr_thread();
          bound_modulus(gap, boxes);
        },
        [&] {
          const UpwardScope upward;
          prepare_mpfr_thread();
          error = bound_error(gap, boxes);
        });
    judge_bounds();
    if (level.status != Status::Undecided || setting.target.is_table()) {
      break; // sums over samples do not become sharper
    }
  }
  if (!setting.target.is_table()) {
    // Both sides as sharp as wanted. The p-th power's gap is about p times as wide.
    const double tolerance =
        remainder.tolerance_for_g(options.tolerance, level.error_upper, remainder.once_upper);
    const double gap = std::min(0.5, setting.p.exact().get_d() * tolerance) * kPartOfGap;
    if (wider_than(level.error_lower, level.error_upper, options.tolerance)) {
      error = bound_error(gap, options.boxes);
    }
    CertifyOptions for_g = options;
    for_g.tolerance =
        remainder.tolerance_for_g(options.tolerance, modulus.lower.value, remainder.twice_upper());
    sharpen_modulus(setting, for_g, l, t_upper, modulus);
    level.modulus_boxes = modulus.boxes;
    judge_bounds();
  }
  if (level.status != Status::Certified) {
    name_worst_cells(level, error.share_upper);
  }
  return level;
}

} // namespace

double relative_width_upper(double lower, double upper) {
  assert_upward();
  return upper == lower                      ? 0
         : lower > 0 && std::isfinite(upper) ? div_up(sub_up(upper, lower), lower)
                                             : kInfinity;
}

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
  // The same function in forms that intervals enclose better; what is listed for a checker is for the form that it has.
  std::optional<Expression> as_written;
  std::optional<Target> other_form;
  if (!target.is_table()) {
    as_written = with_decided_comparisons(target.expression());
    other_form = Target{target.dimension, with_differences_as_products(*as_written), target.remainder};
  }
  const Target &used = other_form ? *other_form : target;
  Setting setting{instance, used, parameters, values, Exponent(instance.p)};
  setting.as_written = as_written ? &*as_written : nullptr;
  const Interval phi_0 = values.values[0][0];
  setting.target_is_phi_0 = is_constant_of(target, parameters);
  if (setting.target_is_phi_0) {
    setting.sup_upper = 0;
    setting.norm_upper = 0;
  } else if (used.is_table()) {
    setting.table_modulus = std::make_unique<TableModulus>(instance, used.table(), setting.p);
    setting.sup_upper = table_sup_upper(used.table(), phi_0);
    const std::vector<IntegralBounds> whole =
        table_integrals(used.table(), setting.p, instance.N, 0, {phi_0});
    setting.norm_upper = setting.p.root_upper(whole[0].upper);
    double mean = 0;
    for (std::size_t i = 0; i < used.table().size(); ++i) {
      mean += used.table().nearest(i) / static_cast<double>(used.table().size());
    }
    if (std::fabs(mean - phi_0.lower()) > kFarFromMean * setting.norm_upper) {
      const std::vector<IntegralBounds> centred =
          table_integrals(used.table(), setting.p, instance.N, 0, {Interval(mean)});
      setting.norm_upper = least_upper(setting.norm_upper, setting.p.root_upper(centred[0].upper));
    }
  } else {
    const IntegralResult whole =
        integrate(setting.p, instance.dimension, {unit_cube(instance.dimension)},
                  singular_function_modeller(setting.p, used.expression(), instance.dimension,
                                             [&](const Box &) { return phi_0; }),
                  {0.02, 8192});
    setting.norm_upper = setting.p.root_upper(whole.upper);
    // sup |f - Phi_0| from the ranges over the same boxes.
    const Modeller model =
        function_modeller(used.expression(), instance.dimension, [&](const Box &) { return phi_0; })();
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
        mean += (range.lower() / 2 + range.upper() / 2) * volume(instance.dimension, box).upper();
      } else {
        ++unbounded;
      }
    }
    setting.sup_upper = sup;
    setting.unbounded_part = static_cast<double>(unbounded) / static_cast<double>(whole.boxes.size());
    if (std::isinf(sup) && std::isfinite(whole.upper)) {
      setting.tail = tail_norm(instance.p, used.expression(), instance.dimension, phi_0);
    } else if (const std::optional<Box> box = box_without_integral(
                   setting.p, used.expression(), instance.dimension, whole.boxes, whole.bounds)) {
      setting.not_in_lp = reason_not_in_lp(instance, *box);
    }
    if (std::isfinite(mean) && std::fabs(mean) > kFarFromMean * setting.norm_upper) {
      const Interval centre = phi_0 + Interval(mean);
      const IntegralResult centred =
          integrate(setting.p, instance.dimension, {unit_cube(instance.dimension)},
                    singular_function_modeller(setting.p, used.expression(), instance.dimension,
                                               [&](const Box &) { return centre; }),
                    {0.02, 8192});
      if (std::isfinite(centred.upper)) {
        setting.norm_upper = least_upper(setting.norm_upper, setting.p.root_upper(centred.upper));
      }
    }
    setting.sector = std::isfinite(setting.norm_upper)
                         ? std::make_unique<ShiftSector>(used.expression(), instance.dimension)
                         : std::make_unique<ShiftSector>(instance.dimension);
    if (instance.dimension == 1 && instance.p == 2) {
      if (std::optional<TrigonometricSum> sum =
              trigonometric_sum(used.expression(), kPartOfRest * options.tolerance * setting.norm_upper);
          sum && !sum->waves.empty()) {
        setting.difference.emplace(std::move(*sum));
      }
    }
    setting.difference_power = DifferencePower::of(used.expression(), instance.dimension, setting.p);
    setting.gradient_upper = gradient_norm_upper(instance, used, setting.p);
  }
  Certificate certificate;
  certificate.architecture = count_architecture(network);
  certificate.tolerance = options.tolerance;
  certificate.hoelder = corollary_of(instance, target, options.list_subdivisions);
  CertifyOptions effort = options;
  effort.boxes = boxes_worth_it(setting, options.boxes);
  for (int l = 1; l <= instance.depth; ++l) {
    if (options.progress) {
      options.progress(l);
    }
    certificate.levels.push_back(certify_level(setting, l, effort));
    if (options.accuracy && reaches(certificate.levels.back(), *options.accuracy)) {
      break;
    }
  }
  use_monotony(certificate.levels, instance);
  bool listed = options.list_subdivisions;
  for (LevelCertificate &level : certificate.levels) {
    judge(level, instance.dimension);
    listed = listed && (setting.target_is_phi_0 || list_subdivisions(setting, effort.boxes, level));
  }
  for (LevelCertificate &level : certificate.levels) {
    conclude(setting, certificate.hoelder, level);
  }
  certificate.subdivisions_suffice = listed && certificate.all_certified();
  if (options.accuracy) {
    certificate.accuracy = accuracy_reached(certificate, *options.accuracy);
  }
  return certificate;
}

} // namespace layercert
