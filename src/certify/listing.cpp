#include "listing.hpp"

#include "integrate/cells.hpp"
#include "integrate/checkable_models.hpp"
#include "integrate/singular_models.hpp"
#include "result/subdivision.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/elementary.hpp"

#include <cmath>
#include <iterator>

namespace layercert {

namespace {

// Of the norm; the p-th power's gap is about p times as wide. The last ones only where claim R or kListedPart
// asks for them.
constexpr double kListGaps[] = {1.0 / 64, 1.0 / 128, 1.0 / 512, 1.0 / 2048};
// Before these where verdicts are enough.
constexpr double kCoarseGaps[] = {1.0 / 16};
// In d > 3, for poles in d > 1, and for sums of sines, four times as many. With 2^14 the list of disk2, a
// jump along a circle, ended at 2.7 percent, and all its gaps were tried: 1,147 kB, and 299 kB with 2^18.
constexpr std::size_t kMostBoxesOfShift = 1 << 18;
constexpr double kRounding = 0x1p-30; // more than rounding and the ramps of a bounded target differ by

std::vector<Box> domain_of(const std::vector<double> &h) {
  Box box{};
  for (std::size_t j = 0; j < h.size(); ++j) {
    box.lower[j] = std::max(0.0, -h[j]);
    box.upper[j] = std::min(1.0, sub_down(1.0, h[j]));
  }
  return {box};
}

// What the ramps add where f has no bound, as far as it is known on the listed boxes; where f has one, less
// than kRounding.
double ramps_upper(const ListedTarget &target, int level, const BoxList &boxes) {
  const Setting &setting = target.setting;
  if (std::isfinite(target.height.sup_upper)) {
    return 0;
  }
  const std::size_t d = setting.instance.dimension;
  const TailNorm tail = tail_norm_over(boxes, target.height.tail, setting.instance.p, target.f, d,
                                       setting.values.values[0][0], target.of_error.unit());
  return small_set_upper(target.of_error, tail, amplitudes_upper(setting.parameters, level),
                         setting.parameters.digits(level), setting.parameters.ramp_exponent);
}

double gap_of_power(const Exponent &p, double gap_of_norm) {
  return std::min(0.5, p.exact().get_d() * gap_of_norm);
}

bool within(double weaker, double sharper) { return weaker <= sharper * (1 + kListedPart); }

// What plain mean value forms prove on the boxes of a list.
struct ListedBounds {
  double error_lower = 0;
  double error_upper = 0;
  double modulus_lower = 0;

  bool confirms_error(const LevelCertificate &level) const {
    return within(error_upper, level.error_upper) && within(level.error_lower, error_lower);
  }
  bool confirms_modulus(const LevelCertificate &level) const {
    return within(level.modulus_lower, modulus_lower);
  }
  // The bounds that are not confirmed become those of the list.
  void weaken(LevelCertificate &level) const {
    level.error_upper = within(error_upper, level.error_upper) ? level.error_upper : error_upper;
    level.error_lower = within(level.error_lower, error_lower) ? level.error_lower : error_lower;
    level.modulus_lower = within(level.modulus_lower, modulus_lower) ? level.modulus_lower : modulus_lower;
  }
  bool decide(const Decided &decided, LevelCertificate level, std::size_t dimension) const {
    weaken(level);
    judge(level, dimension);
    return decided(level);
  }
};

// The boxes of || f(. + h) - f ||_p, h the shift of a level, and the lower bound of the modulus that they
// prove.
class ModulusList {
public:
  // All must outlive it, `p` in the unit of the norm.
  ModulusList(const Exponent &p, const Expression &f, const std::vector<double> &shift,
              double remainder_upper)
      : p_(p), dimension_(static_cast<int>(shift.size())), domain_(domain_of(shift)),
        model_(checkable_modeller(f, dimension_, domain_.front(), singular_difference_modeller(p, f, shift))),
        twice_(mul_up(2.0, remainder_upper)) {}

  // To a gap of the norm, with at most so many boxes; `full` says whether these were all used.
  double lower(double gap, std::size_t most_boxes, std::string &subdivision, bool &full) const {
    const IntegralResult modulus =
        integrate(p_, dimension_, domain_, model_, {gap_of_power(p_, gap), most_boxes});
    subdivision = subdivision_text(1, modulus.halvings);
    full = modulus.boxes.size() >= most_boxes;
    const double norm_lower = p_.root(Interval(modulus.lower)).lower();
    return std::max(0.0, mul_down(sub_down(norm_lower, twice_), 1 - kRounding));
  }

private:
  const Exponent &p_;
  std::size_t dimension_;
  std::vector<Box> domain_;
  ModellerFactory model_;
  double twice_; // the remainder, at x and at x + h
};

// The list of the error's boxes, or that of the modulus.
struct ListOfHalf {
  bool wanted = true;    // with the next gap
  std::size_t tried = 0; // gaps
  bool full = false;     // with all the boxes allowed

  bool may_go_on(std::size_t gaps) const { return !full && tried < gaps; }
};

std::vector<double> gaps_until(const Decided &decided) {
  std::vector<double> gaps(std::begin(kListGaps), std::end(kListGaps));
  if (decided) {
    gaps.insert(gaps.begin(), std::begin(kCoarseGaps), std::end(kCoarseGaps));
  }
  return gaps;
}

} // namespace

bool list_modulus_subdivision(const Expression &f, const mpq_class &p, double remainder_upper,
                              std::size_t most_boxes, LevelCertificate &level) {
  assert_upward();
  const auto d = static_cast<int>(level.shift.size());
  const Exponent of_modulus = Exponent(p).for_size(level.modulus_lower);
  const ModulusList list(of_modulus, f, level.shift, remainder_upper);
  double listed_lower = 0;
  bool full = false;
  for (const double gap : kListGaps) {
    listed_lower = list.lower(gap, std::min(most_boxes, kMostBoxesOfShift), level.modulus_subdivision, full);
    if (full || within(level.modulus_lower, listed_lower)) {
      break;
    }
  }
  const double least = within(level.modulus_lower, listed_lower) ? level.modulus_lower : listed_lower;
  if (!(level.error_upper <= mul_down(static_cast<double>(2 * d + 1), least))) {
    return false;
  }
  level.modulus_lower = least;
  judge(level, d);
  return true;
}

bool list_subdivisions(const ListedTarget &target, std::size_t most_boxes, const Decided &decided,
                       LevelCertificate &level) {
  assert_upward();
  if (level.status != Status::Certified) {
    return false;
  }
  const Setting &setting = target.setting;
  const std::size_t d = setting.instance.dimension;
  const std::size_t most_boxes_of_shift =
      std::min(most_boxes, target.needs_many_boxes ? 4 * kMostBoxesOfShift : kMostBoxesOfShift);
  const Expression &f = target.f;
  const std::vector<Interval> &values = setting.values.values[static_cast<std::size_t>(level.level)];
  const double once = target.remainder_upper;
  ListedBounds listed;
  bool proved = false;
  const ModulusList modulus_list(target.of_modulus, f, level.shift, once);
  const ModellerFactory error_model = checkable_modeller(
      f, d, unit_cube(d),
      singular_function_modeller(target.of_error, f, d, [&](const Box &box) { return values[box.cell]; }));
  const std::vector<double> gaps = gaps_until(decided);
  const std::size_t most_boxes_of_error = std::max(most_boxes, 4 * values.size());
  // Each of the two goes on to finer gaps for as long as it needs them, whatever the other one needs.
  ListOfHalf of_error;
  ListOfHalf of_modulus;
  while (of_error.wanted || of_modulus.wanted) {
    if (of_error.wanted) {
      const double gap = gap_of_power(setting.p, gaps[of_error.tried++]);
      const IntegralResult error =
          integrate(target.of_error, d, cells_of_level(d, setting.instance.N, level.level), error_model,
                    {gap, most_boxes_of_error});
      const double ramps = ramps_upper(target, level.level, error.boxes);
      const double least = std::max(0.0, sub_down(error.lower, ramps));
      listed.error_upper =
          mul_up(add_up(target.of_error.root_upper(add_up(error.upper, ramps)), once), 1 + kRounding);
      listed.error_lower = std::max(
          0.0, mul_down(sub_down(target.of_error.root(Interval(least)).lower(), once), 1 - kRounding));
      level.error_subdivision = subdivision_text(values.size(), error.halvings);
      of_error.full = error.boxes.size() >= most_boxes_of_error;
    }
    if (of_modulus.wanted) {
      listed.modulus_lower = modulus_list.lower(gaps[of_modulus.tried++], most_boxes_of_shift,
                                                level.modulus_subdivision, of_modulus.full);
    }
    proved = listed.error_upper <= mul_down(static_cast<double>(2 * d + 1), listed.modulus_lower);
    const bool enough = proved && decided && listed.decide(decided, level, d);
    const bool sharper = !proved || decided; // both, whether they confirm the bounds or not
    of_error.wanted =
        !enough && of_error.may_go_on(gaps.size()) && (sharper || !listed.confirms_error(level));
    of_modulus.wanted =
        !enough && of_modulus.may_go_on(gaps.size()) && (sharper || !listed.confirms_modulus(level));
  }
  if (proved) { // else the verdict stands, but a checker without search will not confirm it
    listed.weaken(level);
  }
  return proved;
}

} // namespace layercert
