#include "separable_expansion.hpp"

#include "cells.hpp"
#include "in_parallel.hpp"

#include "function/expression_evaluator.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"
#include "square_norms.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

namespace layercert {

namespace {

constexpr double kMostDistance = 0.1; // of the tolerance times || f - mean ||
constexpr std::uint64_t kMostSeparableProducts = std::uint64_t{1} << 28; // of one level: some seconds
constexpr std::size_t kMostSlabs = 1 << 12;
constexpr std::size_t kMostSteps = 1 << 16; // that are kept, of every axis
constexpr std::size_t kCellsATask = 256;

// Products: the checker does not merge them as product_sum() does, and takes at most 64.
constexpr std::size_t kMostCheckable = 32;

// Those that src/check/products.cpp integrates.
bool consists_of_known(const Expression &u) {
  constexpr Op known[] = {Op::Constant, Op::Pi,       Op::E,      Op::Variable,     Op::Negate, Op::Add,
                          Op::Subtract, Op::Multiply, Op::Divide, Op::PowerInteger, Op::Power,  Op::Sqrt,
                          Op::Exp,      Op::Log,      Op::Sin,    Op::Cos,          Op::Tan,    Op::Atan,
                          Op::Sinh,     Op::Cosh,     Op::Tanh,   Op::Erf};
  return std::all_of(u.nodes().begin(), u.nodes().end(), [&](const Node &node) {
    return std::find(std::begin(known), std::end(known), node.op) != std::end(known);
  });
}

// Arb's integration asks for values on balls in the complex plane. Around a common zero of numerator and
// denominator it has none, though the quotient is bounded there.
bool keeps_off_zero(const Expression &divisor) {
  constexpr int kPieces = 64; // of the axis
  ExpressionEvaluator evaluator(divisor, 1);
  for (int i = 0; i < kPieces; ++i) {
    const std::array<Interval, 1> piece{Interval(static_cast<double>(i) / kPieces, (i + 1.0) / kPieces)};
    const Range range = evaluator.range(piece);
    if (range.undefined || !(range.value.lower() > 0 || range.value.upper() < 0)) {
      return false;
    }
  }
  return true;
}

bool divides_by_no_zero(const Expression &u) {
  return std::all_of(u.nodes().begin(), u.nodes().end(), [&](const Node &node) {
    const bool divides = node.op == Op::Divide;
    const bool inverts = node.op == Op::PowerInteger && node.integer < 0;
    return !(divides || inverts) ||
           keeps_off_zero(u.subexpression(static_cast<std::size_t>(node.argument[divides ? 1 : 0])));
  });
}

} // namespace

SeparableExpansion::SeparableExpansion(ProductSum sum, std::vector<AxisExpansion> axes)
    : products_(std::move(sum.products)), axes_(std::move(axes)),
      steps_(std::make_unique<Steps[]>(axes_.size())) {
  distance_upper_ = distance_of(Orders(axes_.size(), 0));
}

std::unique_ptr<SeparableExpansion> SeparableExpansion::of(const Expression &f, std::size_t dimension,
                                                           double tolerance) {
  assert_upward();
  assert(tolerance > 0);
  std::optional<ProductSum> sum = product_sum(f, dimension);
  if (!sum) {
    return nullptr;
  }

  std::vector<std::optional<AxisExpansion>> found(sum->functions.size());
  in_parallel(found.size(), [&](std::size_t j) { found[j] = AxisExpansion::of(sum->functions[j]); });
  std::vector<AxisExpansion> axes;
  axes.reserve(found.size());
  for (std::optional<AxisExpansion> &axis : found) {
    axes.push_back(std::move(*axis));
  }
  std::unique_ptr<SeparableExpansion> result(new SeparableExpansion(std::move(*sum), std::move(axes)));
  const std::optional<CellIntegrals> whole = result->cell_integrals(2, 0, {Interval(0.0)});
  if (!std::isfinite(result->distance_upper_) || !whole || !std::isfinite(whole->upper)) {
    return nullptr;
  }
  // || f - mean || from the integrals of f^2 and of f.
  const Orders none(dimension, 0);
  Interval mean(0.0);
  for (const std::vector<std::size_t> &product : result->products_) {
    Interval part(1.0);
    for (std::size_t j = 0; j < product.size(); ++j) {
      part *= result->axes_[j].product(product[j], 0, 0, 0);
    }
    mean += part;
  }
  const std::optional<CellIntegrals> apart = result->cell_integrals(2, 0, {mean});
  const double size = apart ? std::sqrt(std::max(0.0, apart->upper)) : 0;
  if (!(size > 0) || !(result->distance_upper_ <= kMostDistance * tolerance * size)) {
    return nullptr;
  }
  result->find_slopes();

  return result;
}

bool is_integrated_by_checker(const Expression &f, std::size_t dimension) {
  const std::optional<ProductSum> sum = product_sum(f, dimension);
  return sum && sum->products.size() <= kMostCheckable &&
         std::all_of(sum->functions.begin(), sum->functions.end(),
                     [](const std::vector<Expression> &functions) {
                       return std::all_of(functions.begin(), functions.end(), [](const Expression &u) {
                         return consists_of_known(u) && divides_by_no_zero(u);
                       });
                     });
}

// The integral of the product of two derivatives of g over the cube.
Interval SeparableExpansion::product_of(const Orders &orders, const Orders &others) const {
  Interval sum(0.0);
  for (const std::vector<std::size_t> &r : products_) {
    for (const std::vector<std::size_t> &s : products_) {
      Interval part(1.0);
      for (std::size_t j = 0; j < axes_.size(); ++j) {
        part *= axes_[j].product(r[j], orders[j], s[j], others[j]);
      }
      sum += part;
    }
  }
  return sum;
}

// Lemma 44: by one factor after the other, with || u || <= || U || + || u - U ||.
double SeparableExpansion::distance_of(const Orders &orders) const {
  double sum = 0;
  for (const std::vector<std::size_t> &product : products_) {
    double norm = 1;  // at least that of the product of the U so far, and of the u
    double apart = 0; // at least that of their difference
    for (std::size_t j = 0; j < axes_.size(); ++j) {
      const std::size_t u = product[j];
      const double of_u = axes_[j].distance_upper(u, orders[j]);
      if (std::isinf(of_u)) {
        return kInfinity;
      }
      const double of_factor =
          sqrt_up(std::max(0.0, known_upper(axes_[j].product(u, orders[j], u, orders[j]).upper())));
      apart = add_up(mul_up(apart, add_up(of_factor, of_u)), mul_up(norm, of_u));
      norm = mul_up(norm, of_factor);
    }
    sum = add_up(sum, apart);
  }
  return known_upper(sum);
}

void SeparableExpansion::find_slopes() {
  const std::size_t d = axes_.size();
  const auto norm_upper = [&](const Orders &orders) {
    const double apart = distance_of(orders);
    return std::isinf(apart) ? apart : widened_root(product_of(orders, orders), apart).upper();
  };
  std::vector<Orders> first(d, Orders(d, 0));
  std::vector<double> apart;
  for (std::size_t j = 0; j < d; ++j) {
    first[j][j] = 1;
    slopes_upper_.push_back(norm_upper(first[j]));
    apart.push_back(distance_of(first[j]));
  }
  for (std::size_t j = 0; j < d; ++j) {
    for (std::size_t k = 0; k < d; ++k) {
      Orders second(d, 0);
      ++second[j];
      ++second[k];
      second_slopes_upper_.push_back(k < j ? second_slopes_upper_[k * d + j] : norm_upper(second));
    }
  }
  // || s . grad f || <= (s G s)^(1/2) + sum_j |s_j| eta_j, G_jk the integral of g_j g_k; and G's largest
  // eigenvalue is at most its largest sum of sizes in a row, and at most its trace.
  Interval trace(0.0);
  double rows = 0;
  double squares = 0;
  for (std::size_t j = 0; j < d; ++j) {
    if (std::isinf(apart[j])) {
      steepest_upper_ = kInfinity;
      return;
    }
    double row = 0;
    for (std::size_t k = 0; k < d; ++k) {
      row = add_up(row, abs_range(product_of(first[j], first[k])).upper());
    }
    rows = largest_upper(rows, row);
    trace += product_of(first[j], first[j]);
    squares = add_up(squares, mul_up(apart[j], apart[j]));
  }
  steepest_upper_ = known_upper(add_up(sqrt_up(least_upper(rows, trace.upper())), sqrt_up(squares)));
}

std::uint64_t SeparableExpansion::cost() const {
  std::size_t pieces = 0;
  for (const AxisExpansion &axis : axes_) {
    pieces += axis.pieces() * axis.count();
  }
  return 1 + pieces / 8 + axes_.size() * products_.size() * products_.size() / 8;
}

std::shared_ptr<const StepProducts> SeparableExpansion::with_step(std::size_t j, double h) const {
  Steps &known = steps_[j];
  if (const auto at = known.find(h); at != known.end()) {
    return at->second;
  }
  auto products = std::make_shared<const StepProducts>(axes_[j].with_step(h));
  if (known.size() < kMostSteps) {
    known.emplace(h, products);
  }
  return products;
}

// Lemma 45. With A = prod_(i <= j) U_ri(x_i) and D = prod_(i <= j) U_ri(x_i + h_i) - A for one product, B and
// E for another, the integrals of A B, A E, D B and D E follow from those of one factor less.
Interval
SeparableExpansion::square_of_rise(const std::vector<std::shared_ptr<const StepProducts>> &steps) const {
  Interval sum(0.0);
  for (std::size_t r = 0; r < products_.size(); ++r) {
    for (std::size_t s = r; s < products_.size(); ++s) {
      Interval ab(1.0);
      Interval ae(0.0);
      Interval db(0.0);
      Interval de(0.0);
      for (std::size_t j = 0; j < axes_.size(); ++j) {
        const std::size_t n = axes_[j].count();
        const std::size_t at = products_[r][j] * n + products_[s][j];
        const std::size_t turned = products_[s][j] * n + products_[r][j];
        const StepProducts &of = *steps[j];
        de = de * of.there_there[at] + db * of.there_rise[at] + ae * of.there_rise[turned] +
             ab * of.rise_rise[at];
        ae = ae * of.here_there[at] + ab * of.here_rise[at];
        db = db * of.here_there[turned] + ab * of.here_rise[turned];
        ab *= of.here_here[at];
      }
      sum += r == s ? de : Interval(2.0) * de;
    }
  }
  return sum;
}

Interval SeparableExpansion::difference_norm(std::span<const double> h) const {
  assert_upward();
  assert(h.size() == axes_.size());
  std::vector<std::shared_ptr<const StepProducts>> steps;
  for (std::size_t j = 0; j < axes_.size(); ++j) {
    steps.push_back(with_step(j, h[j]));
  }
  return widened_root(square_of_rise(steps), mul_up(2.0, distance_upper_));
}

// Lemma 47: the integral of (f(P(x + b)) - f(x))^2 over Omega_a, P(y) the point of the cube next to y.
// U(P(x_j + b_j)) is as near to u as U is within the cube, and the value of u beyond.
double SeparableExpansion::rise_upper(std::span<const double> a, std::span<const double> b) const {
  assert_upward();
  std::vector<std::shared_ptr<const StepProducts>> steps;
  for (std::size_t j = 0; j < axes_.size(); ++j) {
    steps.push_back(std::make_shared<const StepProducts>(axes_[j].with_steps(a[j], b[j])));
  }
  double apart = distance_upper_; // of f(x) and g(x), and then of f(P(x + b)) and g(P(x + b))
  for (const std::vector<std::size_t> &product : products_) {
    double norm = 1;
    double of_product = 0;
    for (std::size_t j = 0; j < axes_.size(); ++j) {
      const std::size_t u = product[j];
      const double of_u = axes_[j].distance_upper(u);
      const double of_factor = sqrt_up(known_upper(steps[j]->there_there[u * axes_[j].count() + u].upper()));
      of_product = add_up(mul_up(of_product, add_up(of_factor, of_u)), mul_up(norm, of_u));
      norm = mul_up(norm, of_factor);
    }
    apart = add_up(apart, of_product);
  }
  return widened_root(square_of_rise(steps), known_upper(apart)).upper();
}

bool SeparableExpansion::may_integrate_cells(int N, int level) const {
  const std::size_t count = products_.size();
  const std::size_t d = axes_.size();
  return cells_along_axis(N, level) <= kMostSlabs &&
         cells_in_cube(d, N, level) * count * count * d <= kMostSeparableProducts;
}

std::optional<CellIntegrals> SeparableExpansion::cell_integrals(int N, int level,
                                                                const std::vector<Interval> &values) const {
  assert_upward();
  const std::uint64_t side = cells_along_axis(N, level);
  const std::size_t count = products_.size();
  const std::size_t d = axes_.size();
  if (!may_integrate_cells(N, level)) {
    return std::nullopt;
  }
  std::vector<SlabProducts> slabs(d);
  in_parallel(d, [&](std::size_t j) { slabs[j] = axes_[j].on_slabs(static_cast<std::size_t>(side)); });
  const Interval cells(static_cast<double>(values.size()));
  std::vector<Interval> integrals(values.size());
  in_parallel((values.size() + kCellsATask - 1) / kCellsATask, [&](std::size_t task) {
    for (std::size_t cell = task * kCellsATask; cell < std::min(values.size(), (task + 1) * kCellsATask);
         ++cell) {
      const CellIndex place = index_of_cell(cell, d, N, level);
      Interval mean(0.0);
      Interval variance(0.0);
      for (std::size_t r = 0; r < count; ++r) {
        Interval of_product(1.0);
        for (std::size_t j = 0; j < d; ++j) {
          of_product *= slabs[j].means[static_cast<std::size_t>(place[j])][products_[r][j]];
        }
        mean += of_product;
        for (std::size_t s = r; s < count; ++s) {
          Interval means(1.0);      // prod m_r m_s
          Interval covariance(0.0); // prod (m_r m_s + c_rs) - prod m_r m_s
          for (std::size_t j = 0; j < d; ++j) {
            const auto slab = static_cast<std::size_t>(place[j]);
            const std::vector<Interval> &m = slabs[j].means[slab];
            const Interval &c =
                slabs[j].covariances[slab][products_[r][j] * axes_[j].count() + products_[s][j]];
            const Interval both = products_[r][j] == products_[s][j]
                                      ? square_of(m[products_[r][j]])
                                      : m[products_[r][j]] * m[products_[s][j]];
            covariance = covariance * (both + c) + means * c;
            means *= both;
          }
          variance += r == s ? covariance : Interval(2.0) * covariance;
        }
      }
      const Interval sum = (square_of(mean - values[cell]) + variance) / cells;
      integrals[cell] = {largest_lower(0.0, sum.lower()), known_upper(sum.upper())};
    }
  });
  CellIntegrals result;
  result.boxes = values.size();
  Interval all(0.0);
  for (const Interval &integral : integrals) {
    all += integral;
    const double height = widened_root(integral, distance_upper_).upper();
    result.share_upper.push_back(known_upper(mul_up(height, height)));
  }
  const Interval norm = widened_root(all, distance_upper_);
  result.lower = largest_lower(0.0, mul_down(norm.lower(), norm.lower()));
  result.upper = known_upper(mul_up(norm.upper(), norm.upper()));
  return result;
}

} // namespace layercert
