// Certifying, step by step: decode the network, choose how the target is bounded, certify the levels, and
// draw what follows from all of them.
#include "layercert/certify/certify.hpp"

#include "advice.hpp"
#include "corollary.hpp"
#include "divided_bounds.hpp"
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
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

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

// Tells of each step and each verdict once, however often a divided run goes through its levels.
class Listener {
public:
  explicit Listener(const CertifyOptions &options) : options_(options) {}

  void step(CertifyStep step, int level) {
    if (options_.progress && steps_.emplace(step, level).second) {
      options_.progress(step, level);
    }
  }
  void verdict(const LevelCertificate &level) {
    if (options_.verdict && verdicts_.insert(level.level).second) {
      options_.verdict(level);
    }
  }

private:
  const CertifyOptions &options_;
  std::set<std::pair<CertifyStep, int>> steps_;
  std::set<int> verdicts_;
};

// What the levels of one run share.
struct Levels {
  const Setting &setting;
  const LevelBounds &bounds;
  double remainder_upper;
  const IntegralBudget &budget;
  const Goal &goal;
  const Decided &decided;
  const KeptLevels &kept;
  const Division *division; // null: nothing is divided
  const CertifyOptions &options;
};

// Verdicts first: all levels are decided, and then sharpened. A wanted accuracy makes each level wait for
// those before it, since a level that reaches it is the last. Nothing is returned while a bound of another
// share is awaited; all that is ours is then kept as pieces.
std::optional<std::vector<LevelCertificate>> bound_levels(const Levels &run, Listener &listener) {
  std::vector<LevelCertificate> levels;
  bool awaited = false;
  const int depth = run.setting.instance.depth;
  const int together = run.options.accuracy ? 1 : depth;
  for (int first = 1; first <= depth; first += together) {
    std::vector<LevelSearch> searches;
    std::map<int, LevelCertificate> done;
    for (int l = first; l < first + together; ++l) {
      if (std::optional<LevelCertificate> level = run.kept.bounds_of(l)) {
        listener.verdict(*level);
        done.emplace(l, std::move(*level));
        continue;
      }
      listener.step(CertifyStep::Deciding, l);
      searches.emplace_back(run.setting, run.bounds, run.remainder_upper, l).decide(run.budget.boxes);
      if (searches.back().found().status != Status::Undecided) {
        listener.verdict(searches.back().found());
      }
    }
    for (LevelSearch &search : searches) {
      const int l = search.found().level;
      const bool enough = run.goal.ends_at_verdicts() && (search.waits() || run.decided(search.found()));
      if (run.bounds.gets_sharper() && !enough) {
        listener.step(CertifyStep::Sharpening, l);
        search.sharpen(run.goal.tolerance(), run.budget);
      }
      if (search.waits()) {
        awaited = true;
        continue;
      }
      listener.verdict(search.found());
      const LevelCertificate &level = done.emplace(l, std::move(search).result()).first->second;
      if (run.division == nullptr) { // else its parts are kept
        run.kept.keep_bounds(level);
      }
    }
    for (auto &[l, level] : done) {
      levels.push_back(std::move(level));
    }
    if (!awaited && run.options.accuracy && reaches(levels.back(), *run.options.accuracy)) {
      break;
    }
  }
  return awaited ? std::nullopt : std::optional(std::move(levels));
}

// The lists of boxes, as long as they prove claim R; whether all do. Nothing is returned while the list of
// another share is awaited; ours are then kept, as if that one proved.
std::optional<bool> list_levels(const Levels &run, std::vector<LevelCertificate> &levels,
                                Listener &listener) {
  bool listed = run.options.list_subdivisions;
  bool awaited = false;
  for (LevelCertificate &level : levels) {
    judge(level, run.setting.instance.dimension);
    if (!listed) {
      continue;
    }
    if (std::optional<ListedLevel> former = run.kept.list_of(level.level)) {
      level = std::move(former->level);
      listed = former->proves;
    } else if (run.division != nullptr && !run.division->has_list(level.level)) {
      awaited = true;
    } else {
      listener.step(CertifyStep::Listing, level.level);
      listed = run.bounds.list_subdivisions(run.budget.boxes,
                                            run.goal.ends_at_verdicts() ? run.decided : Decided(), level);
      run.kept.keep_list(level, listed);
    }
  }
  return awaited ? std::nullopt : std::optional(listed);
}

// How often a divided run goes through its levels: each time it computes what is its own and not yet there,
// until nothing is awaited.
bool bound_and_list(const Levels &run, std::vector<LevelCertificate> &levels) {
  Listener listener(run.options);
  for (;;) {
    const std::optional<std::vector<LevelCertificate>> bounded = bound_levels(run, listener);
    if (bounded) {
      levels = *bounded;
      use_monotony(levels, run.setting.instance);
      if (const std::optional<bool> listed = list_levels(run, levels, listener)) {
        return *listed;
      }
    }
    if (!run.options.pieces->wait()) {
      throw ShareDone(bounded.has_value());
    }
  }
}

// The finest cells whose readouts a share needs: of samples those of its blocks, since all that is asked of a
// block is its sum. Boxes of an expression are listed over the whole level, and a large p looks at all cells
// for its unit.
CellRange held_cells(const CertifyOptions &options, const Target &target, const Exponent &p,
                     std::uint64_t cells) {
  if (!options.share || !target.is_table() || p.is_large() || count_of_blocks(cells) == 1) {
    return {0, cells};
  }
  const BlockRange blocks = blocks_of(*options.share, count_of_blocks(cells));
  return {std::min(cells, blocks.first * kCellsOfBlock), std::min(cells, blocks.last * kCellsOfBlock)};
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
  const std::uint64_t cells = cells_in_cube(instance.dimension, instance.N, instance.depth);
  const Exponent p(instance.p);
  const LevelValues values = decode_levels(parameters, name, held_cells(options, target, p, cells));
  const Setting setting{instance, parameters, values, p};
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
  std::optional<Division> division;
  std::optional<DividedBounds> divided;
  if (options.share) {
    std::vector<LevelWork> work;
    for (int l = 1; l <= instance.depth; ++l) {
      work.push_back(
          {setting.cells(l), bounds->sums_blocks(l) ? count_of_blocks(setting.cells(l)) : std::uint64_t{1}});
    }
    division.emplace(*options.share, work);
    divided.emplace(*bounds, *division, *options.pieces, kept.network_sha256());
  }
  const Levels levels{setting,
                      divided ? static_cast<const LevelBounds &>(*divided) : *bounds,
                      target.remainder_upper(),
                      budget,
                      goal,
                      decided,
                      kept,
                      division ? &*division : nullptr,
                      options};
  const bool listed = bound_and_list(levels, certificate.levels);
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
