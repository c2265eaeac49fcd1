#include "ridge.hpp"

#include "function/expression_builder.hpp"
#include "function/linear_form.hpp"
#include "function/node_index.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace layercert {

namespace {

constexpr std::size_t kMostDirections = 3; // coordinates that f depends on

// Whether form = k a + c with k not 0, a having these coefficients by coordinate.
std::optional<std::pair<mpq_class, mpq_class>> multiple(const Expression &f, const Linear &form,
                                                        const std::vector<mpq_class> &a) {
  std::vector<mpq_class> here(a.size());
  for (const auto &[node, coefficient] : form.terms) {
    if (f.nodes()[index_of(node)].op != Op::Variable) {
      return std::nullopt;
    }
    here[index_of(f.nodes()[index_of(node)].integer)] += coefficient;
  }
  const auto first = std::find_if(a.begin(), a.end(), [](const mpq_class &x) { return x != 0; });
  const mpq_class k = here[static_cast<std::size_t>(first - a.begin())] / *first;
  for (std::size_t j = 0; j < a.size(); ++j) {
    if (here[j] != k * a[j]) {
      return std::nullopt;
    }
  }
  return k == 0 ? std::nullopt : std::optional(std::pair(k, form.constant));
}

// f with every k a.x + c written by t; nothing where a coordinate is left.
std::optional<Expression> along(const Expression &f, const std::vector<Linear> &forms, const Ridge &ridge) {
  ExpressionBuilder builder;
  const std::int32_t s =
      builder.apply(Op::Add, builder.constant(ridge.low),
                    builder.apply(Op::Multiply, builder.constant(ridge.length), builder.variable(0)));
  const std::size_t count = f.nodes().size();
  std::vector<std::optional<std::pair<mpq_class, mpq_class>>> linear(count);
  std::vector<char> needed(count, 0);
  needed.back() = 1;
  for (std::size_t at = count; at-- > 0;) {
    if (needed[at] == 0) {
      continue;
    }
    linear[at] = forms[at].terms.empty() ? std::nullopt : multiple(f, forms[at], ridge.a);
    if (linear[at]) {
      continue;
    }
    if (f.nodes()[at].op == Op::Variable) {
      return std::nullopt;
    }
    for (const std::int32_t argument : f.nodes()[at].argument) {
      if (argument >= 0) {
        needed[index_of(argument)] = 1;
      }
    }
  }
  std::vector<std::int32_t> values(count, -1);
  for (std::size_t at = 0; at < count; ++at) {
    if (needed[at] == 0) {
      continue;
    }
    if (!linear[at]) {
      values[at] = builder.copy(f, f.nodes()[at], values);
      continue;
    }
    const auto &[k, c] = *linear[at];
    values[at] = k == 1 ? s : builder.apply(Op::Multiply, builder.constant(k), s);
    values[at] = c == 0 ? values[at] : builder.apply(Op::Add, values[at], builder.constant(c));
  }
  return builder.finish(values.back());
}

} // namespace

std::optional<Ridge> ridge_of(const Expression &f, std::size_t dimension) {
  if (f.table() != nullptr) {
    return std::nullopt;
  }
  const std::vector<Linear> forms = linear_forms(f);
  for (std::size_t at = f.nodes().size(); at-- > 0;) {
    Ridge ridge;
    ridge.a.resize(dimension);
    bool plain = !forms[at].terms.empty();
    for (const auto &[node, coefficient] : forms[at].terms) {
      plain = plain && f.nodes()[index_of(node)].op == Op::Variable;
      if (plain) {
        ridge.a[index_of(f.nodes()[index_of(node)].integer)] += coefficient;
      }
    }
    const auto count =
        std::count_if(ridge.a.begin(), ridge.a.end(), [](const mpq_class &x) { return x != 0; });
    if (!plain || count < 1 || count > static_cast<std::ptrdiff_t>(kMostDirections)) {
      continue;
    }
    for (const mpq_class &x : ridge.a) {
      (x < 0 ? ridge.low : ridge.length) += x;
    }
    ridge.length -= ridge.low;
    if (std::optional<Expression> g = along(f, forms, ridge)) {
      ridge.g = std::move(*g);
      return ridge;
    }
  }
  return std::nullopt;
}

RidgeDensity::RidgeDensity(const Ridge &ridge, const std::vector<Interval> &sides)
    : low_(enclosure(ridge.low)), length_(enclosure(ridge.length)), factor_(length_) {
  assert_upward();
  for (std::size_t j = 0; j < sides.size(); ++j) {
    const Interval side = Interval(sides[j].upper()) - Interval(sides[j].lower());
    if (ridge.a[j] == 0) {
      factor_ *= side;
      continue;
    }
    const Interval a = enclosure(ridge.a[j]);
    const Interval ends[] = {a * Interval(sides[j].lower()), a * Interval(sides[j].upper())};
    first_ += ends[ridge.a[j] > 0 ? 0 : 1];
    last_ += ends[ridge.a[j] > 0 ? 1 : 0];
    lengths_.push_back(abs_range(a) * side);
    factor_ = factor_ / abs_range(a);
  }
}

// With n coordinates of a_j not 0, s = a.x has on the box the density of a sum of n uniform variables:
// (1 / ((n-1)! prod |a_j|)) sum over J of (-1)^|J| (s - s_0 - sum over J of l_j)_+^(n-1), l_j = |a_j| times
// the side, s_0 the least s. It rises up to the middle and falls from there.
Interval RidgeDensity::bounds(double lower, double upper) const {
  const Interval s = of_line(lower, upper);
  if (s.upper() <= first_.lower() || s.lower() >= last_.upper()) {
    return Interval(0.0);
  }
  // The largest is at the point next to the middle, the least at one of the ends.
  const Interval middle = (first_ + last_) / Interval(2.0);
  const Interval nearest = s.upper() <= middle.lower()   ? Interval(s.upper())
                           : s.lower() >= middle.upper() ? Interval(s.lower())
                                                         : middle;
  const double most = std::max(0.0, (height_at(nearest) * factor_).upper());
  const Interval at_ends = min_range(height_at(Interval(s.lower())), height_at(Interval(s.upper())));
  return {std::min(most, largest_lower(0.0, (at_ends * factor_).lower())), most};
}

// Times the factor; at one s, next to which it does not jump.
Interval RidgeDensity::height_at(const Interval &s) const {
  const auto positive = [](const Interval &x) {
    return Interval(std::max(x.lower(), 0.0), std::max(x.upper(), 0.0));
  };
  const Interval from_first = s - first_;
  const Interval from_last = last_ - s;
  if (lengths_.size() == 1) {
    return {from_first.lower() >= 0 && from_last.lower() >= 0 ? 1.0 : 0.0,
            from_first.upper() >= 0 && from_last.upper() >= 0 ? 1.0 : 0.0};
  }
  if (lengths_.size() == 2) {
    return min_range(min_range(positive(from_first), positive(from_last)),
                     min_range(lengths_[0], lengths_[1]));
  }
  Interval sum(0.0);
  for (std::size_t J = 0; J < 8; ++J) {
    Interval x = from_first;
    bool minus = false;
    for (std::size_t j = 0; j < 3; ++j) {
      if ((J >> j & 1U) != 0) {
        x -= lengths_[j];
        minus = !minus;
      }
    }
    x = positive(x);
    sum += minus ? -square_of(x) : square_of(x);
  }
  return positive(sum / Interval(2.0));
}

std::pair<double, double> RidgeDensity::support() const {
  return {largest_lower(0.0, ((first_ - low_) / length_).lower()),
          least_upper(1.0, ((last_ - low_) / length_).upper())};
}

std::vector<double> RidgeDensity::knots() const {
  std::vector<double> result;
  for (std::size_t J = 0; J < std::size_t{1} << lengths_.size(); ++J) {
    Interval s = first_;
    for (std::size_t j = 0; j < lengths_.size(); ++j) {
      s += (J >> j & 1U) != 0 ? lengths_[j] : Interval(0.0);
    }
    result.push_back(std::clamp(((s - low_) / length_).lower(), 0.0, 1.0));
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

bool RidgeDensity::linear(double lower, double upper) const {
  if (lengths_.size() > 2) {
    return false;
  }
  const Interval s = of_line(lower, upper);
  const auto clear = [&](const Interval &knot) {
    return s.upper() <= knot.lower() || s.lower() >= knot.upper();
  };
  bool all = clear(first_) && clear(last_);
  for (const Interval &l : lengths_) {
    all = all && clear(first_ + l);
  }
  return all;
}

} // namespace layercert
