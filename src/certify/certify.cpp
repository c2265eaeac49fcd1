// Certifying, step by step: decode the network, choose how the target is bounded, certify the levels, and draw what follows from all of them.
#include "layercert/certify/certify.hpp"

#include "advice.hpp"
#include "corollary.hpp"
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
#include <stdexcept>

namespace layercert {

namespace {

// 2^(1/p) d times an upper bound of the modulus: || f - P_l f ||_p is at most that (Lemma 1 of proofs/theorem.md).
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
  const std::unique_ptr<LevelBounds> bounds = bounds_of(setting, target, options.tolerance);

  Certificate certificate;
  certificate.architecture = count_architecture(network);
  certificate.tolerance = options.tolerance;
  certificate.hoelder = corollary_of(instance, target, options.list_subdivisions);
  CertifyOptions effort = options;
  effort.boxes = bounds->boxes_of_integral(options.boxes);
  for (int l = 1; l <= instance.depth; ++l) {
    if (options.progress) {
      options.progress(l);
    }
    certificate.levels.push_back(certify_level(setting, *bounds, target.remainder_upper(), l, effort));
    if (options.accuracy && reaches(certificate.levels.back(), *options.accuracy)) {
      break;
    }
  }
  use_monotony(certificate.levels, instance);
  bool listed = options.list_subdivisions;
  for (LevelCertificate &level : certificate.levels) {
    judge(level, instance.dimension);
    listed = listed && bounds->list_subdivisions(effort.boxes, level);
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
