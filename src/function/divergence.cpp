// Proofs that the integral of |f|^q over a box is infinite.
#include "majorant.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "node_index.hpp"
#include "numeric/elementary.hpp"
#include "operations.hpp"

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

constexpr std::size_t kMostCornerDimensions = 6;
const mpq_class kUnknown = -1; // an order that no rule gives

bool steep(const Interval &slope) { return bounded(slope) && (slope.lower() > 0 || slope.upper() < 0); }

} // namespace

bool MajorantEvaluator::diverges(std::span<const Interval> box, const mpq_class &q) {
  assert_upward();
  evaluate(box, mpq_class(1 / (4 * q)));
  corners_ = dimension_ <= kMostCornerDimensions ? std::size_t{1} << dimension_ : 0;
  zero_at_corner_.assign(bounds_.size() * corners_, 0);
  std::vector<Interval> point(dimension_);
  for (std::size_t corner = 0; corner < corners_; ++corner) {
    for (std::size_t j = 0; j < dimension_; ++j) {
      point[j] = Interval((corner >> j & 1U) != 0 ? box[j].upper() : box[j].lower());
    }
    probe_.range(point);
    for (std::size_t at = 0; at < bounds_.size(); ++at) {
      const Range value = probe_.range_at(at);
      zero_at_corner_[at * corners_ + corner] =
          !value.undefined && value.value.lower() == 0 && value.value.upper() == 0 ? 1 : 0;
    }
  }
  orders_.assign(zero_at_corner_.size(), kUnknown);
  pole_orders_.assign(zero_at_corner_.size(), kUnknown);
  diverges_.assign(bounds_.size(), 0);
  for (std::size_t at = 0; at < bounds_.size(); ++at) {
    for (std::size_t corner = 0; corner < corners_; ++corner) {
      orders_[at * corners_ + corner] = order_of(at, corner);
      pole_orders_[at * corners_ + corner] = pole_order_of(at, corner);
    }
    diverges_[at] = node_diverges(at, box, q) ? 1 : 0;
  }
  return diverges_.back() != 0;
}

bool MajorantEvaluator::node_diverges(std::size_t at, std::span<const Interval> box, const mpq_class &q) {
  const Bounds &bounds = bounds_[at];
  if (!bounds.defined || bounded(bounds.range)) {
    return false;
  }
  // |f| >= c |g|^-e with e q >= 1, and every line along x_j meets a zero xi of g: |g| <= M |x_j - xi| on it.
  if (bounds.lower) {
    const std::vector<Monomial::Factor> &factors = bounds.lower->monomial.factors();
    for (const Monomial::Factor &factor : factors) {
      if (!bounds.lower->monomial.has_zeros() && factor.exponent * q <= -1 &&
          crosses_zero(index_of(factor.base), box)) {
        return true;
      }
    }
  }
  // |f| >= c |x - a|^-e at a corner a, with e q >= d.
  for (std::size_t corner = 0; corner < corners_; ++corner) {
    const mpq_class &order = pole_orders_[at * corners_ + corner];
    if (order > 0 && order * q >= static_cast<unsigned long>(dimension_)) {
      return true;
    }
  }
  const Node &node = expression_.nodes()[at];
  const auto argument = [&](std::size_t i) { return index_of(node.argument[i]); };
  const auto argument_diverges = [&](std::size_t i) { return diverges_[argument(i)] != 0; };
  const auto integrable = [&](std::size_t i) {
    return std::isfinite(norm_of(bounds_[argument(i)], box, q, 0));
  };
  switch (node.op) {
  case Op::Negate:
  case Op::Abs:
    return argument_diverges(0);
  case Op::Add:
  case Op::Subtract: // L^q is a linear space
    return (argument_diverges(0) && integrable(1)) || (argument_diverges(1) && integrable(0));
  case Op::Multiply:
  case Op::Divide: {
    const auto away_from_zero = [&](std::size_t i) {
      const Bounds &other = bounds_[argument(i)];
      return other.lower && !other.lower->monomial.has_zeros();
    };
    if (node.op == Op::Divide) {
      return bounded(bounds_[argument(1)].range) && argument_diverges(0);
    }
    return (away_from_zero(1) && argument_diverges(0)) || (away_from_zero(0) && argument_diverges(1));
  }
  default:
    return false;
  }
}

bool MajorantEvaluator::crosses_zero(std::size_t base, std::span<const Interval> box) {
  std::vector<Interval> face(box.begin(), box.end());
  for (std::size_t j = 0; j < dimension_; ++j) {
    if (!steep(natural_.gradient_at(base)[j])) {
      continue;
    }
    face[j] = Interval(box[j].lower());
    probe_.range(face);
    const Range first = probe_.range_at(base);
    face[j] = Interval(box[j].upper());
    probe_.range(face);
    const Range last = probe_.range_at(base);
    face[j] = box[j];
    if (!first.undefined && !last.undefined &&
        ((first.value.upper() <= 0 && last.value.lower() >= 0) ||
         (first.value.lower() >= 0 && last.value.upper() <= 0))) {
      return true;
    }
  }
  return false;
}

// The largest r found with |v| <= C |x - a|^r on the box, for a corner a and some C. Unknown where v has no
// bound.
mpq_class MajorantEvaluator::order_of(std::size_t at, std::size_t corner) const {
  const Bounds &bounds = bounds_[at];
  if (!bounds.defined || !bounded(bounds.range)) {
    return kUnknown;
  }
  const Node &node = expression_.nodes()[at];
  const auto of = [&](std::size_t i) -> const mpq_class & {
    return orders_[index_of(node.argument[i]) * corners_ + corner];
  };
  mpq_class order = 0;
  const Range natural = natural_.range_at(at);
  const std::span<const Interval> gradient = natural_.gradient_at(at);
  if (!natural.undefined && zero_at_corner_[at * corners_ + corner] != 0 &&
      std::all_of(gradient.begin(), gradient.end(), [](const Interval &slope) { return bounded(slope); })) {
    order = 1;
  }
  switch (node.op) {
  case Op::Negate:
  case Op::Abs:
    return std::max(order, of(0));
  case Op::Add:
  case Op::Subtract:
  case Op::Min:
  case Op::Max:
    return std::max(order, std::min(of(0), of(1)));
  case Op::Multiply: {
    const mpq_class a = of(0);
    const mpq_class b = of(1);
    return a < 0 || b < 0 ? order : std::max(order, mpq_class(a + b));
  }
  case Op::PowerInteger:
    return node.integer > 0 ? std::max(order, mpq_class(of(0) * node.integer)) : order;
  case Op::Power: {
    const Node &exponent = expression_.nodes()[index_of(node.argument[1])];
    if (exponent.op == Op::Constant) {
      const mpq_class &e = expression_.constants()[index_of(exponent.constant)];
      return e > 0 ? std::max(order, mpq_class(of(0) * e)) : order;
    }
    return order;
  }
  default:
    if (const int root = rules_of(node.op).root; root > 0) {
      return std::max(order, mpq_class(of(0) / root));
    }
    return order;
  }
}

// The largest r found with |v| >= c |x - a|^-r on the box, for a corner a and some c > 0.
mpq_class MajorantEvaluator::pole_order_of(std::size_t at, std::size_t corner) const {
  const Bounds &bounds = bounds_[at];
  if (!bounds.defined) {
    return kUnknown;
  }
  const Node &node = expression_.nodes()[at];
  const auto of = [&](std::size_t i) -> const mpq_class & {
    return pole_orders_[index_of(node.argument[i]) * corners_ + corner];
  };
  const auto zero_order = [&](std::size_t i) -> const mpq_class & {
    return orders_[index_of(node.argument[i]) * corners_ + corner];
  };
  const auto of_power = [&](const mpq_class &e) {
    const mpq_class inner = e > 0 ? of(0) : zero_order(0);
    return inner < 0 ? kUnknown : mpq_class(inner * abs(e));
  };
  const mpq_class order = bounds.lower && !bounds.lower->monomial.has_zeros() ? mpq_class(0) : kUnknown;
  switch (node.op) {
  case Op::Negate:
  case Op::Abs:
    return std::max(order, of(0));
  case Op::Multiply: {
    const mpq_class a = of(0);
    const mpq_class b = of(1);
    return a < 0 || b < 0 ? order : std::max(order, mpq_class(a + b));
  }
  case Op::Divide: {
    const mpq_class a = of(0);
    const mpq_class b = zero_order(1);
    return a < 0 || b < 0 ? order : std::max(order, mpq_class(a + b));
  }
  case Op::PowerInteger:
    return node.integer == 0 ? order : std::max(order, of_power(node.integer));
  case Op::Power: {
    const Node &exponent = expression_.nodes()[index_of(node.argument[1])];
    if (exponent.op == Op::Constant && expression_.constants()[index_of(exponent.constant)] != 0) {
      return std::max(order, of_power(expression_.constants()[index_of(exponent.constant)]));
    }
    return order;
  }
  default:
    if (const int root = rules_of(node.op).root; root > 0) {
      return std::max(order, of_power(mpq_class(1, root)));
    }
    return order;
  }
}

} // namespace layercert
