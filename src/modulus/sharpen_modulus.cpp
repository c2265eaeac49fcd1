#include "sharpen_modulus.hpp"

#include "cover_search.hpp"
#include "diagonal_search.hpp"
#include "jump_search.hpp"
#include "many_coordinates.hpp"
#include "modulus_search.hpp"
#include "ridge_search.hpp"
#include "rise_search.hpp"

#include "function/expression_evaluator.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/elementary.hpp"
#include "numeric/relative_width.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace layercert {

namespace {

constexpr std::uint64_t kCoverPart = 16; // of the boxes of a search over shifts, for one by covers

constexpr std::uint64_t kRidgePart = 4; // the same for one along a single combination of the coordinates

// Whether a function of one coordinate is seen to have bounded slopes: then the searches by slopes are of
// second order.
bool has_slopes_everywhere(const Expression &g) {
  const std::array<Interval, 1> line{Interval(0.0, 1.0)};
  std::array<Interval, 1> slope;
  ExpressionEvaluator evaluator(g, 1);
  return !evaluator.range_and_gradient(line, slope).undefined && bounded(slope[0]);
}

// Whether slopes say nothing of f, as far as it is seen from its operations.
bool has_no_slopes(const Expression &f) {
  return std::any_of(f.nodes().begin(), f.nodes().end(),
                     [](const Node &node) { return node.op == Op::Takagi || node.op == Op::Weierstrass; });
}

} // namespace

void sharpen_modulus(const ModulusProblem &problem, const ModulusForms &forms, const SearchLimits &limits,
                     ModulusBounds &modulus) {
  assert_upward();
  const auto try_to = [&](const auto &search) {
    if (wider_than(modulus.lower.value, modulus.upper, limits.relative_gap)) {
      const std::uint64_t boxes = modulus.boxes;
      modulus = search();
      modulus.boxes += boxes;
    }
  };
  const bool rough = problem.dimension == 1 && has_no_slopes(problem.f);
  const auto cover = [&] {
    SearchLimits of_covers = limits;
    // Bounded targets of several coordinates gain little by covers.
    const bool much = problem.dimension == 1 || !forms.bounded;
    of_covers.most_boxes /= rough ? 4 : much ? kCoverPart : 32 * kCoverPart;
    of_covers.most_boxes_an_integral = std::max<std::size_t>(of_covers.most_boxes_an_integral, 8192);
    return search_by_covers(problem, modulus, of_covers);
  };
  if (forms.difference_power) {
    try_to([&] { return search_polynomial_modulus(*forms.difference_power, problem, modulus, limits); });
  }
  if (forms.difference) {
    try_to([&] { return search_trigonometric_modulus(*forms.difference, problem, modulus, limits); });
  }
  if (forms.samples) {
    try_to([&] { return search_multilinear_modulus(*forms.samples, problem, modulus, limits); });
  }
  if (forms.expansion && problem.dimension >= kManyCoordinates) {
    try_to([&] { return search_many_coordinates(problem, modulus, *forms.expansion); });
    return;
  }
  if (forms.expansion && !std::isfinite(forms.expansion->steepest_upper())) {
    try_to([&] { return search_by_rise(problem, modulus, limits, *forms.expansion); });
  }
  // Across a cusp, a jump or a pole one coordinate says more than boxes in all of them.
  const std::optional<Ridge> &ridge = forms.ridge;
  if (ridge && is_diagonal(*ridge) && (problem.dimension > 1 || problem.sector.directions())) {
    const double before = modulus.upper;
    try_to([&] { return search_diagonal(*ridge, problem, modulus, limits); });
    if (problem.dimension > 1 && modulus.upper < before) {
      return; // what this leaves, boxes in more coordinates do not settle
    }
  } else if (ridge && problem.dimension > 1 && forms.bounded && !forms.expansion &&
             !has_slopes_everywhere(ridge->g)) {
    SearchLimits of_ridge = limits;
    of_ridge.most_boxes /= kRidgePart;
    try_to([&] { return search_ridge(*ridge, problem, modulus, of_ridge); });
  }
  const double without_variation = modulus.upper;
  if (forms.bounded) {
    try_to([&] { return search_by_variation(problem, modulus, limits); });
  }
  const bool at_jumps = modulus.upper < without_variation; // then slopes seldom say more
  // Poles are looked at best where they stand still; what stays wide has no slopes where it counts.
  const bool cover_first = !forms.bounded;
  if (cover_first) {
    try_to(cover);
  }
  try_to([&] {
    SearchLimits of_slopes = limits;
    of_slopes.most_boxes /= rough || at_jumps ? 16 : 1;
    return search_modulus(problem, modulus, of_slopes, forms.expansion.get());
  });
  if (!cover_first) {
    try_to(cover);
  }
}

} // namespace layercert
