// Proofs that the integral of |f|^q over a box is infinite.
#include "majorant.hpp"

#include "expression_text.hpp"
#include "layercert/error.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "linear_form.hpp"
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

MajorantEvaluator::Side MajorantEvaluator::Side::of(const Expression &f, std::int32_t part, int sign) {
  const Linear form = linear_forms(f)[index_of(part)];
  Side side{sign * form.constant, {}};
  try {
    for (const auto &[node, coefficient] : form.terms) {
      side.terms[text_of(f.subexpression(index_of(node)))] += sign * coefficient;
    }
  } catch (const InputError &) { // too long
    side.terms.clear();
  }
  return side;
}

bool MajorantEvaluator::diverges(std::span<const Interval> box, const mpq_class &q, const Side *side) {
  assert_upward();
  side_ = side;
  evaluate(box, mpq_class(1 / (4 * q)));
  corners_ = side == nullptr && dimension_ <= kMostCornerDimensions ? std::size_t{1} << dimension_ : 0;
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
    if (order > 0 && order * q >= dimension_) {
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

// Whether the points near {g = 0} where g > 0 (1), g < 0 (-1) or both (2) are on the side that is asked
// about; 0 where that is not known. The side is {k g + c > 0} with numbers k and c >= 0.
int MajorantEvaluator::sign_on_side(std::size_t base) const {
  if (side_ == nullptr) {
    return 2;
  }
  const Side g = Side::of(expression_, static_cast<std::int32_t>(base), 1);
  if (g.terms.empty() || side_->terms.empty()) {
    return 0;
  }
  const mpq_class k = side_->terms.begin()->second / g.terms.begin()->second;
  if (k == 0 || g.terms.size() != side_->terms.size() ||
      !std::equal(g.terms.begin(), g.terms.end(), side_->terms.begin(), [&](const auto &a, const auto &b) {
        return a.first == b.first && mpq_class(k * a.second) == b.second;
      })) {
    return 0;
  }
  const mpq_class c = side_->constant - k * g.constant;
  return c > 0 ? 2 : c < 0 ? 0 : k > 0 ? 1 : -1;
}

// Whether every line along some x_j has a zero of g, and next to it points of the side that is asked about.
bool MajorantEvaluator::crosses_zero(std::size_t base, std::span<const Interval> box) {
  const int sign = sign_on_side(base);
  if (sign == 0) {
    return false;
  }
  const auto crosses = [&](const Interval &a, const Interval &b) { // from g <= 0 to g >= 0
    return a.upper() <= 0 && b.lower() >= 0 && (sign != 1 || b.lower() > 0) && (sign != -1 || a.upper() < 0);
  };
  // On one side it is enough for a part of the lines: those through some half of the box in each other
  // coordinate.
  const std::size_t parts =
      sign == 2 || dimension_ > kMostCornerDimensions ? 1 : std::size_t{1} << dimension_;
  for (std::size_t j = 0; j < dimension_; ++j) {
    if (!steep(natural_.gradient_at(base)[j])) {
      continue;
    }
    for (std::size_t part = 0; part < parts; ++part) {
      std::vector<Interval> face(box.begin(), box.end());
      for (std::size_t i = 0; parts > 1 && i < dimension_; ++i) {
        const double middle = box[i].lower() / 2 + box[i].upper() / 2;
        face[i] = (part >> i & 1U) != 0 ? Interval(middle, box[i].upper()) : Interval(box[i].lower(), middle);
      }
      face[j] = Interval(box[j].lower());
      probe_.range(face);
      const Range first = probe_.range_at(base);
      face[j] = Interval(box[j].upper());
      probe_.range(face);
      const Range last = probe_.range_at(base);
      if (!first.undefined && !last.undefined &&
          (crosses(first.value, last.value) || crosses(last.value, first.value))) {
        return true;
      }
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
    const mpq_class &a = of(0);
    const mpq_class &b = of(1);
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
  mpq_class order = bounds.lower && !bounds.lower->monomial.has_zeros() ? mpq_class(0) : kUnknown;
  switch (node.op) {
  case Op::Negate:
  case Op::Abs:
    return std::max(order, of(0));
  case Op::Multiply: {
    const mpq_class &a = of(0);
    const mpq_class &b = of(1);
    return a < 0 || b < 0 ? order : std::max(order, mpq_class(a + b));
  }
  case Op::Divide: {
    const mpq_class &a = of(0);
    const mpq_class &b = zero_order(1);
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
