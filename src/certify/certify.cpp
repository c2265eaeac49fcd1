// Certifying, step by step: decode the network, choose how the target is bounded, certify the levels, and
// draw what follows from all of them.
#include "layercert/certify/certify.hpp"

#include "advice.hpp"
#include "corollary.hpp"
#include "kept_levels.hpp"
#include "level.hpp"
#include "level_bounds.hpp"

#include "function/constant_value.hpp"
#include "layercert/error.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "network/closed_constant.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>

namespace layercert {

namespace {

// 2^(1/p) d times an upper bound of the modulus: || f - P_l f ||_p is at most that (Lemma 1 of
// proofs/theorem.md).
double projection_bound(const Setting &setting, double modulus_upper) {
  if (std::isinf(modulus_upper)) {
    return modulus_upper;
  }
  const double root_of_two = setting.p.root_upper(2.0);
  return mul_up(mul_up(root_of_two, static_cast<double>(setting.instance.dimension)), modulus_upper);
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

// A shift of a finer level is one of a coarser level too; and N steps of h/N make one of h, so that, for t =
// N^-l, omega_p(f, t/N) <= omega_p(f, t) <= N omega_p(f, t/N).
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

// Does the network store exactly the constant that the target is?
bool is_constant_of(const Target &target, const NetworkParameters &parameters) {
  const auto nothing = [](const Dyadic &amplitude) { return amplitude.is_zero(); };
  if (!std::all_of(parameters.A.begin(), parameters.A.end(), nothing)) {
    return false;
  }
  const std::optional<std::string> constant = constant_value(target);
  try {
    return constant && parameters.Phi_0 == closed_form_of_constant(*constant);
  } catch (const std::invalid_argument &) { // it has no finite value
    return false;
  }
}

std::unique_ptr<LevelBounds> bounds_of(const Setting &setting, const Target &target, double tolerance) {
  return is_constant_of(target, setting.parameters) ? bounds_of_constant(setting)
         : target.is_table()                        ? bounds_of_table(setting, target.table())
                                                    : bounds_of_expression(setting, target, tolerance);
}

// What follows from the bounds.
void conclude(const Setting &setting, const Target &target, const LevelBounds &bounds,
              const std::optional<HoelderCorollary> &corollary, LevelCertificate &level) {
  judge(level, setting.instance.dimension);
  if (level.status == Status::Certified) {
    level.worst_cells.clear();
  } else {
    level.reason = what_would_decide(level, target, bounds.not_in_lp());
  }
  level.projection_upper = projection_bound(setting, level.modulus_upper);
  if (corollary) {
    judge_corollary(level, setting.instance, *corollary);
  }
}

// What a run of an effort is after.
class Goal {
public:
  explicit Goal(const CertifyOptions &options)
      : effort_(effort_named(options.effort, "effort")), wanted_(options.tolerance) {}

  // Whether a level is done once its claims are decided: of an effort that says so, unless a tolerance is
  // asked for.
  bool ends_at_verdicts() const { return effort_.ends_at_verdicts && wanted_ == 1; }
  // For what is to be sharpened. A level whose claims stay open is looked at as by default, so that its
  // verdict is no other.
  double tolerance() const { return ends_at_verdicts() ? default_effort().tolerance : wanted_; }
  std::size_t boxes_of_shift() const { return effort_.boxes_of_shift; }

private:
  const Effort &effort_;
  double wanted_;
};

// Whether the bounds decide all that is claimed of the level: claim R, the corollary, and whether it is
// accurate enough.
bool is_decided(LevelCertificate level, const Instance &instance,
                const std::optional<HoelderCorollary> &corollary, const std::optional<mpq_class> &accuracy) {
  if (corollary) {
    judge_corollary(level, instance, *corollary);
  }
  const bool accurate = !accuracy || reaches(level, *accuracy) || mpq_class(level.error_lower) > *accuracy;
  return level.status != Status::Undecided && (!corollary || level.hoelder_status != Status::Undecided) &&
         accurate;
}

void tell(const CertifyOptions &options, CertifyStep step, int level) {
  if (options.progress) {
    options.progress(step, level);
  }
}

// Verdicts first: all levels are decided, and then sharpened. A wanted accuracy makes each level wait for
// those before it, since a level that reaches it is the last.
std::vector<LevelCertificate> certify_levels(const Setting &setting, const LevelBounds &bounds,
                                             double remainder_upper, const IntegralBudget &budget,
                                             const Goal &goal, const Decided &decided, const KeptLevels &kept,
                                             const CertifyOptions &options) {
  const auto tell_verdict = [&](const LevelCertificate &level) {
    if (options.verdict) {
      options.verdict(level);
    }
  };
  std::vector<LevelCertificate> levels;
  const int depth = setting.instance.depth;
  const int together = options.accuracy ? 1 : depth;
  for (int first = 1; first <= depth; first += together) {
    std::vector<LevelSearch> searches;
    std::map<int, LevelCertificate> done;
    for (int l = first; l < first + together; ++l) {
      if (std::optional<LevelCertificate> level = kept.bounds_of(l)) {
        tell_verdict(*level);
        done.emplace(l, std::move(*level));
        continue;
      }
      tell(options, CertifyStep::Deciding, l);
      searches.emplace_back(setting, bounds, remainder_upper, l).decide(budget.boxes);
      if (searches.back().found().status != Status::Undecided) {
        tell_verdict(searches.back().found());
      }
    }
    for (LevelSearch &search : searches) {
      const int l = search.found().level;
      const bool open = search.found().status == Status::Undecided;
      if (bounds.gets_sharper() && !(goal.ends_at_verdicts() && decided(search.found()))) {
        tell(options, CertifyStep::Sharpening, l);
        search.sharpen(goal.tolerance(), budget);
      }
      if (open) {
        tell_verdict(search.found());
      }
      kept.keep_bounds(done.emplace(l, std::move(search).result()).first->second);
    }
    for (auto &[l, level] : done) {
      levels.push_back(std::move(level));
    }
    if (options.accuracy && reaches(levels.back(), *options.accuracy)) {
      break;
    }
  }
  return levels;
}

} // namespace

Certificate certify(const Instance &instance, const Target &target, const Network &network,
                    const std::string &name, const CertifyOptions &options) {
  const UpwardScope upward;
  prepare_mpfr_thread();
  if (network.dimension != instance.dimension || network.N != instance.N || network.depth != instance.depth) {
    throw InputError(name, 0, "d, N or depth is not that of the instance");
  }
  const NetworkParameters parameters = extract_parameters(network, name);
  const LevelValues values = decode_levels(parameters, name);
  const Setting setting{instance, parameters, values, Exponent(instance.p)};
  const Goal goal(options);
  const std::unique_ptr<LevelBounds> bounds = bounds_of(setting, target, goal.tolerance());

  Certificate certificate;
  certificate.architecture = count_architecture(network);
  certificate.effort = options.effort;
  certificate.tolerance = options.tolerance;
  certificate.hoelder = corollary_of(instance, target, options.list_subdivisions);
  const IntegralBudget budget{bounds->boxes_of_integral(options.boxes), goal.boxes_of_shift()};
  const KeptLevels kept(options.pieces, parameters, name);
  const Decided decided = [&](const LevelCertificate &level) {
    return is_decided(level, instance, certificate.hoelder, options.accuracy);
  };
  certificate.levels =
      certify_levels(setting, *bounds, target.remainder_upper(), budget, goal, decided, kept, options);
  use_monotony(certificate.levels, instance);
  bool listed = options.list_subdivisions;
  for (LevelCertificate &level : certificate.levels) {
    judge(level, instance.dimension);
    if (!listed) {
      continue;
    }
    if (std::optional<ListedLevel> former = kept.list_of(level.level)) {
      level = std::move(former->level);
      listed = former->proves;
    } else {
      tell(options, CertifyStep::Listing, level.level);
      listed = bounds->list_subdivisions(budget.boxes, goal.ends_at_verdicts() ? decided : Decided(), level);
      kept.keep_list(level, listed);
    }
  }
  for (LevelCertificate &level : certificate.levels) {
    conclude(setting, target, *bounds, certificate.hoelder, level);
  }
  certificate.subdivisions_suffice = listed && certificate.all_certified();
  if (options.accuracy) {
    certificate.accuracy = accuracy_reached(certificate, *options.accuracy);
  }
  return certificate;
}

} // namespace layercert
