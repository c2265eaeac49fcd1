#include "level.hpp"

#include "effort.hpp"

#include "advice.hpp"
#include "divided_bounds.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/relative_width.hpp"

#include <oneapi/tbb/parallel_invoke.h>

#include <algorithm>

namespace layercert {

namespace {

constexpr std::size_t kFirstVerdictBoxes = 1 << 14; // of the first of kVerdictGaps

// Notes in `waits` whether the bound is another share's to find.
template <class Bound> void find_unless_awaited(const Bound &bound, bool &waits) {
  if (waits) {
    return;
  }
  try {
    bound();
  } catch (const AwaitedPiece &) {
    waits = true;
  }
}

} // namespace

LevelSearch::LevelSearch(const Setting &setting, const LevelBounds &bounds, double remainder_upper, int level)
    : setting_(setting), bounds_(bounds), remainder_{remainder_upper} {
  assert_upward();
  level_.level = level;
  level_.cells = setting.cells(level);
}

void LevelSearch::decide(std::size_t most_boxes) {
  assert_upward();
  for (const double gap : kVerdictGaps) {
    const std::size_t boxes = gap == kVerdictGaps[0] ? std::min(kFirstVerdictBoxes, most_boxes) : most_boxes;
    // Side by side, since each has parts that one thread has to do.
    oneapi::tbb::parallel_invoke(
        [&] {
          const UpwardScope upward;
          prepare_mpfr_thread();
          find_unless_awaited([&] { bound_modulus(gap, boxes); }, modulus_waits_);
        },
        [&] {
          const UpwardScope upward;
          prepare_mpfr_thread();
          find_unless_awaited([&] { bound_error(gap, boxes); }, error_waits_);
        });
    if (waits()) {
      return;
    }
    judge_bounds();
    if (level_.status != Status::Undecided || !bounds_.gets_sharper()) {
      break;
    }
  }
}

void LevelSearch::sharpen(double tolerance, const IntegralBudget &budget) {
  assert_upward();
  // The p-th power's gap is about p times as wide.
  const double of_error = remainder_.tolerance_for_g(tolerance, level_.error_upper, remainder_.once_upper);
  if (!error_waits_ && wider_than(level_.error_lower, level_.error_upper, tolerance)) {
    const double gap = std::min(0.5, setting_.p.exact().get_d() * of_error) * kPartOfGap;
    find_unless_awaited([&] { bound_error(gap, budget.boxes); }, error_waits_);
  }
  const double of_modulus =
      remainder_.tolerance_for_g(tolerance, modulus_.lower.value, remainder_.twice_upper());
  find_unless_awaited([&] { bounds_.sharpen_modulus(level_.level, of_modulus, budget, modulus_); },
                      modulus_waits_);
  level_.modulus_boxes = modulus_.boxes;
  if (!waits()) {
    judge_bounds();
  }
}

LevelCertificate LevelSearch::result() && {
  if (level_.status != Status::Certified) {
    level_.worst_cells = std::move(worst_cells_);
  }
  return std::move(level_);
}

void LevelSearch::bound_error(double gap, std::size_t boxes) {
  ErrorBounds error = bounds_.error(level_.level, {gap, std::max<std::size_t>(boxes, 4 * level_.cells)});
  remainder_.widen(error);
  level_.error_lower = largest_lower(level_.error_lower, error.lower);
  level_.error_upper = least_upper(level_.error_upper, error.upper);
  level_.boxes = error.boxes;
  worst_cells_ = std::move(error.worst_cells);
}

void LevelSearch::bound_modulus(double gap, std::size_t boxes) {
  if (modulus_.lower.shift.empty()) { // the first time
    modulus_.upper = bounds_.modulus_upper(level_.level);
  }
  ModulusLower found = bounds_.modulus_lower(level_.level, {gap, boxes});
  if (modulus_.lower.shift.empty() || found.value > modulus_.lower.value) {
    modulus_.lower = std::move(found);
  }
}

void LevelSearch::judge_bounds() {
  level_.modulus_lower = remainder_.lower(modulus_);
  level_.modulus_upper = remainder_.upper(modulus_);
  level_.shift = modulus_.lower.shift;
  judge(level_, setting_.instance.dimension);
}

} // namespace layercert
