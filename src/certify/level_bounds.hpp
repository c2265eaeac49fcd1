// What a run asks of its target, level by level: two-sided bounds of the error and of the modulus, for
// expressions, samples and constants.
#pragma once

#include "effort.hpp"
#include "error_norm.hpp"
#include "listing.hpp"

#include "integrate/cell_blocks.hpp"
#include "layercert/function/target.hpp"
#include "layercert/result/certificate.hpp"
#include "modulus/modulus_problem.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace layercert {

// Of || f - Phi_0 ||: if the mean of f is farther than this from Phi_0, a bound about the mean pays.
inline constexpr double kFarFromMean = 0.1;

// Bounds for g, which the target names: of || g - Phi_l ||_p and of omega_p(g, N^-l). Several levels, and
// error and modulus of one, may be asked for at once. Every call requires an open UpwardScope.
class LevelBounds {
public:
  LevelBounds() = default;
  LevelBounds(const LevelBounds &) = delete;
  LevelBounds &operator=(const LevelBounds &) = delete;
  virtual ~LevelBounds() = default;

  virtual ErrorBounds error(int level, const Refinement &refinement) const = 0;
  // Whether error() is error_from(), a sum over blocks of cells, which several processes may share.
  virtual bool sums_blocks(int /*level*/) const { return false; }
  virtual ErrorBounds error_from(const CellBlocks & /*blocks*/, int level,
                                 const Refinement &refinement) const {
    return error(level, refinement);
  }
  // Of the modulus, without a search.
  virtual double modulus_upper(int level) const = 0;
  virtual ModulusLower modulus_lower(int level, const Refinement &refinement) const = 0;

  // Whether more boxes make the bounds sharper; only then are the next two of use.
  virtual bool gets_sharper() const { return false; }
  // The boxes that one integral is worth, at most so many.
  virtual std::size_t boxes_of_integral(std::size_t most_boxes) const { return most_boxes; }
  virtual void sharpen_modulus(int /*level*/, double /*tolerance*/, const IntegralBudget & /*budget*/,
                               ModulusBounds & /*modulus*/) const {}

  // Enters what a checker without a search needs; whether it then proves claim R (listing.hpp).
  virtual bool list_subdivisions(std::size_t most_boxes, const Decided &decided,
                                 LevelCertificate &level) const = 0;
  // Why f is not in L^p, where that is proved.
  virtual const std::string &not_in_lp() const {
    static const std::string nothing;
    return nothing;
  }
};

// `tolerance`: the relative width that is wanted of the enclosures. Setting and target must outlive what is
// returned. Requires: an open UpwardScope.
std::unique_ptr<LevelBounds> bounds_of_expression(const Setting &setting, const Target &target,
                                                  double tolerance);
std::unique_ptr<LevelBounds> bounds_of_table(const Setting &setting, const SampleTable &table);
std::unique_ptr<LevelBounds> bounds_of_constant(const Setting &setting);

} // namespace layercert
