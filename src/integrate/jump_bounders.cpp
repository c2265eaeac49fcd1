#include "jump_bounders.hpp"

#include "half_space.hpp"
#include "singular_models.hpp"

#include "numeric/elementary.hpp"

#include <algorithm>
#include <memory>

namespace layercert {

namespace {

using Kind = Branches::Kind;

// mu a + (1 - mu) b, a and b >= 0.
double mixed_down(double mu, double a, double b) {
  return add_down(mul_down(mu, a), mul_down(sub_down(1.0, mu), b));
}
double mixed_up(double mu, double a, double b) { return add_up(mul_up(mu, a), mul_up(sub_up(1.0, mu), b)); }

// Of |g|^p over the box, g in values[0] where c < 0 and in values[1] where c > 0.
IntegralBounds integral_across(const Exponent &p, std::size_t dimension, const Box &box, const Branches &jump,
                               const std::array<Interval, 2> &values) {
  if (!bounded(values[0]) || !bounded(values[1])) {
    return {0, std::numeric_limits<double>::infinity()};
  }
  const Interval part = part_below_zero(nearly_affine(dimension, box, jump.c_at_midpoint, jump.c_gradient));
  const Interval below = p.power(abs_range(values[0]));
  const Interval above = p.power(abs_range(values[1]));
  const Interval measure = volume(dimension, box);
  const double least = std::min(mixed_down(part.lower(), below.lower(), above.lower()),
                                mixed_down(part.upper(), below.lower(), above.lower()));
  const double most = std::max(mixed_up(part.lower(), below.upper(), above.upper()),
                               mixed_up(part.upper(), below.upper(), above.upper()));
  return {mul_down(least, measure.lower()), mul_up(most, measure.upper())};
}

void narrow(IntegralBounds &bounds, const IntegralBounds &other) {
  bounds.lower = std::max(bounds.lower, other.lower);
  bounds.upper = std::min(bounds.upper, other.upper);
}

struct JumpBench {
  JumpBench(const Expression &f, std::size_t d)
      : branches(f, d), boxes(d, JumpBranches::kCapacity), midpoints(boxes), here(boxes.capacity()),
        there(boxes.capacity()) {}

  JumpBranches branches;
  BoxBatch boxes;
  BoxBatch midpoints;
  std::vector<Branches> here;
  std::vector<Branches> there;
};

// `sharper` narrows the bounds that `plain` finds.
BounderFactory
sharpened(const Expression &f, std::size_t dimension, BounderFactory plain,
          std::function<void(JumpBench &, std::span<const Box>, std::span<IntegralBounds>)> sharper) {
  static_assert(kModelBatch <= JumpBranches::kCapacity);
  return [&f, dimension, plain = std::move(plain), sharper = std::move(sharper)]() -> Bounder {
    auto bench = std::make_shared<JumpBench>(f, dimension);
    return [bench, sharper, plain = plain()](std::span<const Box> boxes, std::span<IntegralBounds> bounds,
                                             std::span<std::uint8_t> directions) {
      plain(boxes, bounds, directions);
      if (bench->branches.has_jumps()) {
        bench->boxes.clear();
        for (const Box &box : boxes) {
          bench->boxes.push_back(box.lower.data(), box.upper.data());
        }
        bench->midpoints.assign_midpoints(bench->boxes);
        bench->branches.run(bench->boxes, bench->midpoints, bench->here);
        sharper(*bench, boxes, bounds);
      }
    };
  };
}

} // namespace

BounderFactory jump_function_bounder(const Exponent &p, const Expression &f, std::size_t dimension,
                                     std::function<Interval(const Box &)> constant) {
  BounderFactory plain =
      mean_value_bounder(p, dimension, singular_function_modeller(p, f, dimension, constant));
  return sharpened(f, dimension, std::move(plain),
                   [&p, dimension, constant = std::move(constant)](
                       JumpBench &bench, std::span<const Box> boxes, std::span<IntegralBounds> bounds) {
                     for (std::size_t i = 0; i < boxes.size(); ++i) {
                       const Branches &here = bench.here[i];
                       if (here.kind == Kind::OneJump) {
                         const Interval c = constant(boxes[i]);
                         narrow(bounds[i],
                                integral_across(p, dimension, boxes[i], here,
                                                {here.branches[0].value - c, here.branches[1].value - c}));
                       }
                     }
                   });
}

BounderFactory jump_difference_bounder(const Exponent &p, const Expression &f, std::vector<double> h) {
  const std::size_t d = h.size();
  BounderFactory plain = mean_value_bounder(p, d, singular_difference_modeller(p, f, h));
  return sharpened(
      f, d, std::move(plain),
      [&p, d, h = std::move(h)](JumpBench &bench, std::span<const Box> boxes,
                                std::span<IntegralBounds> bounds) {
        bench.boxes.assign_moved(bench.boxes, h);
        bench.midpoints.assign_moved(bench.midpoints, h);
        bench.branches.run(bench.boxes, bench.midpoints, bench.there);
        for (std::size_t i = 0; i < boxes.size(); ++i) {
          const Branches &here = bench.here[i];
          const Branches &there = bench.there[i];
          const bool jumps_here = here.kind == Kind::OneJump && there.kind == Kind::Decided;
          const bool jumps_there = there.kind == Kind::OneJump && here.kind == Kind::Decided;
          if (jumps_here || jumps_there) {
            const auto rise = [&](std::size_t k) { return there.branches[k].value - here.branches[k].value; };
            narrow(bounds[i], integral_across(p, d, boxes[i], jumps_here ? here : there, {rise(0), rise(1)}));
          }
        }
      });
}

} // namespace layercert
