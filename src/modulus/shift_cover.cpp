#include "shift_cover.hpp"

#include "function/batch_evaluator.hpp"
#include "function/majorant.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

namespace layercert {

namespace {

// Ends of hulls and grid lines are multiples of this, so that their sums are exact.
constexpr int kGridBits = 45;
// Boxes that f is bounded on are cut no finer than this part of the hull's width, where they have no mean
// value form.
constexpr double kFinestCoverBox = 0.25;

double on_grid(double x, double (*to_integer)(double)) {
  return std::ldexp(to_integer(std::ldexp(x, kGridBits)), -kGridBits);
}

std::size_t pieces_an_axis(std::size_t d) { return d == 1 ? 64 : d == 2 ? 16 : d == 3 ? 6 : 3; }

// The lines of both grids across one coordinate, for h_j in [a, b].
struct Axis {
  double a;
  double b;
  std::vector<double> x;
  std::vector<double> u;
};

Axis axis_for(double lower, double upper, std::size_t pieces) {
  Axis axis{on_grid(lower, std::floor), on_grid(upper, std::ceil), {}, {}};
  const double first = std::max(0.0, -axis.b);
  const double last = std::min(1.0, 1 - axis.a);
  axis.x = {first, last};
  // Beyond these, x + h is not in the cube for all h.
  for (const double line : {-axis.a, 1 - axis.b}) {
    if (line > first && line < last) {
      axis.x.push_back(line);
    }
  }
  for (std::size_t i = 1; i < pieces; ++i) {
    const double part = static_cast<double>(i) / static_cast<double>(pieces);
    axis.x.push_back(on_grid(first + (last - first) * part, std::floor));
  }
  const auto in_order = [](std::vector<double> &lines) {
    std::sort(lines.begin(), lines.end());
    lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  };
  in_order(axis.x);
  for (const double line : axis.x) {
    for (const double moved : {line + axis.a, line + axis.b}) {
      axis.u.push_back(std::clamp(moved, 0.0, 1.0));
    }
  }
  in_order(axis.u);
  return axis;
}

// The boxes between lines, the first coordinate fastest.
std::vector<Box> boxes_between(const std::vector<Axis> &axes, std::vector<double> Axis::*lines) {
  std::vector<Box> boxes{Box{}};
  for (std::size_t j = axes.size(); j-- > 0;) {
    const std::vector<double> &along = axes[j].*lines;
    std::vector<Box> next;
    for (const Box &box : boxes) {
      for (std::size_t i = 0; i + 1 < along.size(); ++i) {
        next.push_back(box);
        next.back().lower[j] = along[i];
        next.back().upper[j] = along[i + 1];
      }
    }
    boxes = std::move(next);
  }
  return boxes;
}

Interval value_of(const RangeBatch &ranges, std::size_t i) {
  const Interval value(ranges.value_lower()[i], ranges.value_upper()[i]);
  return ranges.undefined()[i] != 0 || has_nan(value) ? whole_line() : value;
}
Interval slope_of(const RangeBatch &ranges, std::size_t i, std::size_t j) {
  const Interval slope(ranges.gradient_lower(j)[i], ranges.gradient_upper(j)[i]);
  return ranges.undefined()[i] != 0 || has_nan(slope) ? whole_line() : slope;
}

double spread_of(const RangeBatch &ranges, std::size_t i, std::size_t j) {
  return ranges.gradient_upper(j)[i] - ranges.gradient_lower(j)[i];
}

// Bounds the integrals over boxes X of |f(x + h) - f(x)|^p, for all h of one hull.
class SideBounder {
public:
  SideBounder(const Expression &f, std::size_t d, const Exponent &p, std::vector<double> a,
              std::vector<double> b)
      : d_(d), p_(p), a_(std::move(a)), b_(std::move(b)), evaluator_(f, d, kModelBatch), majorants_(f, d),
        here_(d, kModelBatch), there_(d, kModelBatch), middle_(d, kModelBatch), moved_middle_(d, kModelBatch),
        at_here_(d, kModelBatch), at_there_(d, kModelBatch), at_middle_(d, kModelBatch),
        at_moved_middle_(d, kModelBatch) {
    for (std::size_t j = 0; j < size(); ++j) {
      c_.push_back(a_[j] / 2 + b_[j] / 2);
      r_.push_back(largest_upper(sub_up(b_[j], c_[j]), sub_up(c_[j], a_[j])));
    }
  }

  void run(std::span<const Box> boxes, std::span<IntegralBounds> bounds, std::span<std::uint8_t> directions) {
    place(boxes);
    evaluator_.range_and_gradient(here_, at_here_, middle_, at_middle_);
    evaluator_.range_and_gradient(there_, at_there_);
    evaluator_.range(moved_middle_, at_moved_middle_);
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      bounds[i] = meets_[i] != 0 ? bound(boxes[i], i) : IntegralBounds{0, 0};
      directions[i] = direction(boxes[i], i);
    }
  }

  // How much rougher f is on the boxes themselves than on them moved: positive, or, where both are as bad, 0.
  void compare(std::span<const Box> boxes, std::span<double> rougher) {
    place(boxes);
    evaluator_.range_and_gradient(here_, at_here_);
    evaluator_.range_and_gradient(there_, at_there_);
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      const double here = roughness(at_here_, i);
      const double there = roughness(at_there_, i);
      rougher[i] = std::isinf(here) && std::isinf(there) ? 0 : here - there;
    }
  }

private:
  std::size_t size() const { return d_; }

  void place(std::span<const Box> boxes) {
    for (BoxBatch *batch : {&here_, &there_, &moved_middle_}) {
      batch->resize(boxes.size());
    }
    middle_.resize(boxes.size());
    meets_.assign(boxes.size(), 1);
    inside_.assign(boxes.size(), 1);
    for (std::size_t j = 0; j < size(); ++j) {
      for (std::size_t i = 0; i < boxes.size(); ++i) {
        here_.lower(j)[i] = boxes[i].lower[j];
        here_.upper(j)[i] = boxes[i].upper[j];
        const double lower = add_down(boxes[i].lower[j], a_[j]);
        const double upper = add_up(boxes[i].upper[j], b_[j]);
        meets_[i] = meets_[i] != 0 && lower <= 1 && upper >= 0 ? 1 : 0;
        inside_[i] = inside_[i] != 0 && lower >= 0 && upper <= 1 ? 1 : 0;
        there_.lower(j)[i] = std::clamp(lower, 0.0, 1.0);
        there_.upper(j)[i] = std::clamp(upper, 0.0, 1.0);
      }
    }
    middle_.assign_midpoints(here_);
    for (std::size_t j = 0; j < size(); ++j) {
      for (std::size_t i = 0; i < boxes.size(); ++i) { // means something for boxes inside only
        moved_middle_.lower(j)[i] = std::clamp(add_down(middle_.lower(j)[i], c_[j]), 0.0, 1.0);
        moved_middle_.upper(j)[i] = std::clamp(add_up(middle_.upper(j)[i], c_[j]), 0.0, 1.0);
      }
    }
  }

  double roughness(const RangeBatch &ranges, std::size_t i) const {
    double steepest = 0;
    for (std::size_t j = 0; j < size(); ++j) {
      steepest = largest_upper(steepest, abs_range(slope_of(ranges, i, j)).upper());
    }
    return bounded(value_of(ranges, i)) ? steepest : kInfinity;
  }

  // `lower` is no bound, but what the upper bound comes to on small boxes.
  IntegralBounds bound(const Box &box, std::size_t i) {
    const Interval here = value_of(at_here_, i);
    const Interval there = value_of(at_there_, i);
    const double measure = volume(d_, box).upper();
    if (!bounded(here) || !bounded(there)) {
      const double upper = unbounded(i, there);
      return {bounded(there) || !small(box) ? 0 : upper, upper};
    }
    const double largest = abs_range(there - here).upper();
    const double by_range = mul_up(p_.power_upper(largest), measure);
    const double e = moved_by(i, there);
    const bool slopes = std::isfinite(roughness(at_here_, i)) && std::isfinite(roughness(at_there_, i));
    if (inside_[i] == 0 || !slopes) {
      return {small(box) ? by_range : 0, by_range};
    }
    LocalModel model;
    model.range = there - here;
    model.differentiable = at_middle_.undefined()[i] == 0 && at_moved_middle_.undefined()[i] == 0;
    model.at_midpoint = value_of(at_moved_middle_, i) - value_of(at_middle_, i);
    for (std::size_t j = 0; j < size(); ++j) {
      model.gradient[j] = slope_of(at_there_, i, j) - slope_of(at_here_, i, j);
    }
    const IntegralBounds amid = integral_of_power(p_, d_, box, model); // of |f(x + c) - f(x)|^p
    const double all_e = mul_up(e, p_.root_of_measure(Interval(0.0, measure)).upper());
    return {std::min(by_range, p_.power(p_.root(Interval(amid.lower)) + Interval(all_e)).lower()),
            least_upper(by_range, p_.power(p_.root(Interval(0.0, amid.upper)) + Interval(all_e)).upper())};
  }

  // e of the header.
  double moved_by(std::size_t i, const Interval &there) const {
    double along = 0;
    for (std::size_t j = 0; j < size(); ++j) {
      along = add_up(along, r_[j] == 0 ? 0 : mul_up(abs_range(slope_of(at_there_, i, j)).upper(), r_[j]));
    }
    return least_upper(along, sub_up(there.upper(), there.lower()));
  }

  double unbounded(std::size_t i, const Interval &there) {
    const double norm_here = norm_upper(here_, i, bounded(there) ? abs_range(there).upper() : 0);
    const double norm = bounded(there) ? norm_here : add_up(norm_here, norm_upper(there_, i, 0));
    return p_.power_upper(norm);
  }
  double norm_upper(const BoxBatch &batch, std::size_t i, double shift) {
    std::vector<Interval> box;
    for (std::size_t j = 0; j < d_; ++j) {
      box.emplace_back(batch.lower(j)[i], batch.upper(j)[i]);
    }
    return majorants_.norm_upper(box, p_.exact(), shift);
  }

  bool small(const Box &box) const {
    for (std::size_t j = 0; j < size(); ++j) {
      if (box.upper[j] - box.lower[j] > kFinestCoverBox * (b_[j] - a_[j])) {
        return false;
      }
    }
    return true;
  }

  std::uint8_t direction(const Box &box, std::size_t i) const {
    std::size_t best = 0;
    double most = -1;
    for (std::size_t j = 0; j < size(); ++j) {
      // Where f has no value, the slopes still say along which coordinates it varies.
      const double spread = spread_of(at_here_, i, j) + spread_of(at_there_, i, j);
      const double score = (box.upper[j] - box.lower[j]) * (std::isfinite(spread) ? spread + 1e-300 : 1e300);
      if (score > most) {
        most = score;
        best = j;
      }
    }
    return static_cast<std::uint8_t>(best);
  }

  std::size_t d_;
  const Exponent &p_;
  std::vector<double> a_, b_, c_, r_;
  BatchEvaluator evaluator_;
  MajorantEvaluator majorants_;
  BoxBatch here_, there_, middle_, moved_middle_;
  RangeBatch at_here_, at_there_, at_middle_, at_moved_middle_;
  std::vector<char> meets_;  // the moved box meets the cube for some h
  std::vector<char> inside_; // and lies in it for all
};

// The boxes X of A as they are, with cell 0, and the boxes U with cell 1.
class Cover {
public:
  Cover(const Expression &f, std::size_t d, const Exponent &p, const Hull &hull, const RidgeDensity *density)
      : f_(f), d_(d), p_(p), density_(density) {
    for (std::size_t j = 0; j < hull.lower.size(); ++j) {
      axes_.push_back(axis_for(hull.lower[j], hull.upper[j], pieces_an_axis(d)));
      a_.push_back(axes_[j].a);
      b_.push_back(axes_[j].b);
      minus_a_.push_back(-axes_[j].a);
      minus_b_.push_back(-axes_[j].b);
    }
  }

  CoverBound bound(const Refinement &refinement) const {
    const BounderFactory factory = [this]() -> Bounder {
      auto plain = std::make_shared<SideBounder>(f_, d_, p_, a_, b_);
      auto moved = std::make_shared<SideBounder>(f_, d_, p_, minus_b_, minus_a_);
      return [this, plain, moved](std::span<const Box> boxes, std::span<IntegralBounds> bounds,
                                  std::span<std::uint8_t> directions) {
        for (std::size_t from = 0, to = 0; from < boxes.size(); from = to) {
          while (to < boxes.size() && boxes[to].cell == boxes[from].cell) {
            ++to;
          }
          (boxes[from].cell == 0 ? *plain : *moved)
              .run(boxes.subspan(from, to - from), bounds.subspan(from, to - from),
                   directions.subspan(from, to - from));
        }
        for (std::size_t i = 0; density_ != nullptr && i < boxes.size(); ++i) {
          // x itself, or u - h.
          const bool moved_box = boxes[i].cell != 0;
          const double lower = moved_box ? sub_down(boxes[i].lower[0], b_[0]) : boxes[i].lower[0];
          const double upper = moved_box ? sub_up(boxes[i].upper[0], a_[0]) : boxes[i].upper[0];
          bounds[i] = weighted(bounds[i], density_->bounds(lower, upper));
        }
      };
    };
    const IntegralResult result = integrate_by(BoxList(d_, boxes()), factory, kModelBatch, refinement);
    return {result.upper, result.boxes.size()};
  }

private:
  std::vector<Box> boxes() const {
    std::vector<Box> cover = boxes_between(axes_, &Axis::x);
    const std::vector<char> in_a = rougher_here(cover);
    std::vector<Box> moved = boxes_between(axes_, &Axis::u);
    std::erase_if(moved, [&](const Box &box) { return !needed(box, in_a); });
    std::size_t kept = 0;
    for (std::size_t i = 0; i < cover.size(); ++i) {
      if (in_a[i] != 0) {
        cover[kept++] = cover[i];
      }
    }
    cover.resize(kept);
    for (Box &box : moved) {
      box.cell = 1;
      cover.push_back(box);
    }
    return cover;
  }

  std::vector<char> rougher_here(const std::vector<Box> &boxes) const {
    SideBounder side(f_, d_, p_, a_, b_);
    std::vector<double> rougher(boxes.size());
    for (std::size_t from = 0; from < boxes.size(); from += kModelBatch) {
      const std::size_t count = std::min(kModelBatch, boxes.size() - from);
      side.compare(std::span(boxes).subspan(from, count), std::span(rougher).subspan(from, count));
    }
    std::vector<char> result;
    result.reserve(rougher.size());
    for (const double x : rougher) {
      result.push_back(x >= 0 ? 1 : 0);
    }
    return result;
  }

  // Whether the box U meets X + h (more than in its border) for some h and some X that is not in A.
  bool needed(const Box &box, const std::vector<char> &in_a) const {
    std::vector<std::size_t> some{0}; // numbers of the boxes X that it meets
    for (std::size_t j = axes_.size(); j-- > 0;) {
      const Axis &axis = axes_[j];
      std::vector<std::size_t> next;
      for (const std::size_t number : some) {
        for (std::size_t i = 0; i + 1 < axis.x.size(); ++i) {
          if (axis.x[i] + axis.a < box.upper[j] && axis.x[i + 1] + axis.b > box.lower[j]) {
            next.push_back(number * (axis.x.size() - 1) + i);
          }
        }
      }
      some = std::move(next);
    }
    return std::any_of(some.begin(), some.end(), [&](std::size_t number) { return in_a[number] == 0; });
  }

  const Expression &f_;
  std::size_t d_;
  const Exponent &p_;
  const RidgeDensity *density_;
  std::vector<Axis> axes_;
  std::vector<double> a_, b_, minus_a_, minus_b_;
};

} // namespace

CoverBound cover_bound(const Expression &f, std::size_t dimension, const Exponent &p, const Hull &hull,
                       const Refinement &refinement, const RidgeDensity *density) {
  assert_upward();
  return Cover(f, dimension, p, hull, density).bound(refinement);
}

} // namespace layercert
