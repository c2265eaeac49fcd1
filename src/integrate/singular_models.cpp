#include "singular_models.hpp"

#include "function/majorant.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/elementary.hpp"

#include <cmath>
#include <memory>

namespace layercert {

namespace {

// Proofs are tried on so many boxes.
constexpr int kMostProofs = 256;

std::vector<Interval> intervals_of(const Box &box, std::size_t dimension) {
  std::vector<Interval> result;
  for (std::size_t j = 0; j < dimension; ++j) {
    result.emplace_back(box.lower[j], box.upper[j]);
  }
  return result;
}

// What majorants know of g on a box.
struct Known {
  double norm_upper; // of || g ||_p
  std::optional<Interval> range;
};

// `known` is asked on the boxes of which the range says nothing.
ModellerFactory with_integrals(const Exponent &p, const Expression &f, std::size_t dimension,
                               ModellerFactory factory,
                               std::function<Known(MajorantEvaluator &, const Box &)> known) {
  return [&p, &f, dimension, factory = std::move(factory), known = std::move(known)]() -> Modeller {
    auto majorants = std::make_shared<MajorantEvaluator>(f, dimension);
    return
        [&p, majorants, known, plain = factory()](std::span<const Box> boxes, std::span<LocalModel> models) {
          plain(boxes, models);
          for (std::size_t i = 0; i < boxes.size(); ++i) {
            models[i].integral_upper = std::numeric_limits<double>::infinity();
            if (bounded(models[i].range)) {
              continue;
            }
            const Known more = known(*majorants, boxes[i]);
            models[i].integral_upper = p.power_upper(more.norm_upper);
            if (more.range && !has_nan(*more.range)) {
              models[i].range = *more.range;
            }
          }
        };
  };
}

} // namespace

ModellerFactory singular_function_modeller(const Exponent &p, const Expression &f, std::size_t dimension,
                                           std::function<Interval(const Box &)> constant) {
  ModellerFactory plain = function_modeller(f, dimension, constant);
  return with_integrals(
      p, f, dimension, std::move(plain),
      [&p, dimension, constant = std::move(constant)](MajorantEvaluator &majorants, const Box &box) {
        const Interval c = constant(box);
        const double norm =
            majorants.norm_upper(intervals_of(box, dimension), p.exact(), abs_range(c).upper());
        return Known{norm, majorants.last_range() - c};
      });
}

ModellerFactory singular_difference_modeller(const Exponent &p, const Expression &f, std::vector<double> h) {
  const std::size_t d = h.size();
  ModellerFactory plain = difference_modeller(f, h);
  return with_integrals(
      p, f, d, std::move(plain), [&p, d, h = std::move(h)](MajorantEvaluator &majorants, const Box &box) {
        const std::vector<Interval> here = intervals_of(box, d);
        std::vector<Interval> there = here;
        for (std::size_t j = 0; j < there.size(); ++j) { // x + h lies in the cube
          const Interval moved = here[j] + Interval(h[j]);
          there[j] = Interval(std::clamp(moved.lower(), 0.0, 1.0), std::clamp(moved.upper(), 0.0, 1.0));
        }
        // No range: with one, the second modulus of (x^2 + y^2)^(-1/4), d = 2, N = 3, was 4 percent wide in
        // place of 1.
        const double norm_upper =
            add_up(majorants.norm_upper(here, p.exact(), 0), majorants.norm_upper(there, p.exact(), 0));
        return Known{norm_upper, std::nullopt};
      });
}

std::optional<Box> box_without_integral(const Exponent &p, const Expression &f, std::size_t dimension,
                                        const BoxList &boxes, std::span<const IntegralBounds> bounds,
                                        const MajorantEvaluator::Side *side) {
  assert_upward();
  MajorantEvaluator majorants(f, dimension);
  int proofs = 0;
  for (std::size_t i = 0; i < boxes.size() && proofs < kMostProofs; ++i) {
    if (std::isinf(bounds[i].upper)) {
      ++proofs;
      if (majorants.diverges(intervals_of(boxes[i], dimension), p.exact(), side)) {
        return boxes[i];
      }
    }
  }
  return std::nullopt;
}

} // namespace layercert
