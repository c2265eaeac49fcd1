#include "ridge_search.hpp"

#include "branch_and_bound.hpp"
#include "function/expression_builder.hpp"
#include "function/linear_form.hpp"
#include "function/node_index.hpp"
#include "good_shift.hpp"
#include "integrate/in_parallel.hpp"
#include "numeric/elementary.hpp"
#include "shift_cover.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace layercert {

namespace {

constexpr std::size_t kMostDirections = 3;        // coordinates that f depends on
constexpr std::size_t kMostRidgePieces = 1 << 12; // in all
constexpr std::size_t kBoxesOfCover = 4096;       // of one piece
constexpr std::size_t kBoxesOfClimb = 1 << 11;    // of one shift, in d coordinates
constexpr double kRidgePartOfExcess = 0.1;        // that the boxes of a cover may account for
constexpr double kFirstRidgeExcess = 0.4;         // relative, that the first round is after

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

class RidgeSearch : public ModulusStrategy {
public:
  struct Piece {
    ShiftCone cone;
    double upper;
  };

  RidgeSearch(const Ridge &ridge, const ModulusProblem &problem, const ModulusBounds &known,
              const SearchLimits &limits)
      : ModulusStrategy(problem, known, limits), ridge_(ridge) {}

  std::vector<Piece> pieces() const {
    std::vector<Piece> open;
    for (ShiftCone &cone : problem_.sector.cones_of_ball(problem_.t_upper)) {
      open.push_back({std::move(cone), best_.upper});
    }
    return open;
  }
  bool may_bound(const std::vector<Piece> &open) const {
    return pieces_ + open.size() <= kMostRidgePieces && best_.boxes < limits_.most_boxes;
  }
  void bound(std::vector<Piece> &open) {
    std::vector<std::uint64_t> boxes(open.size());
    in_parallel(open.size(), [&](std::size_t i) {
      open[i].upper = least_upper(open[i].upper, upper_of(open[i].cone, boxes[i]));
    });
    for (const std::uint64_t n : boxes) {
      best_.boxes += n;
    }
    pieces_ += open.size();
    excess_ = std::max(limits_.relative_gap, excess_ / 2);
  }
  bool may_cut(const std::vector<Piece> &open) const { return !open.empty(); }
  std::vector<Piece> cut(const std::vector<Piece> &open) const {
    std::vector<Piece> next;
    for (const Piece &piece : open) {
      for (ShiftCone &half : problem_.sector.halves(piece.cone, longest_side(piece.cone))) {
        next.push_back({std::move(half), piece.upper});
      }
    }
    return next;
  }
  void finish(std::vector<Piece> & /*open*/) const {}

private:
  double upper_of(const ShiftCone &cone, std::uint64_t &boxes) const {
    const Hull hull = hull_of(corners_of(cone, problem_.norm));
    std::vector<Interval> box; // that holds all x with x and x + h in the cube
    Interval step(0.0);        // of t
    for (std::size_t j = 0; j < hull.lower.size(); ++j) {
      const double from = hull.upper[j] < 0 ? -hull.upper[j] : 0;
      const double to = hull.lower[j] > 0 ? sub_up(1.0, hull.lower[j]) : 1;
      if (!(from < to)) {
        return 0;
      }
      box.emplace_back(from, to);
      step += enclosure(ridge_.a[j]) * Interval(hull.lower[j], hull.upper[j]);
    }
    step = step / enclosure(ridge_.length);
    const WeightUpper weight = [&](double lower, double upper) {
      return density_upper(ridge_, box, lower, upper);
    };
    const double gap = std::min(0.3, kRidgePartOfExcess * excess_ * problem_.p.exact().get_d());
    double most = 0;
    // The way is known to keep its sign on either side of 0.
    const std::pair<double, double> sides[] = {{std::max(step.lower(), -1.0), std::min(step.upper(), 0.0)},
                                               {std::max(step.lower(), 0.0), std::min(step.upper(), 1.0)}};
    for (const auto &[from, to] : sides) {
      if (from > to || (from == 0 && to == 0)) {
        continue;
      }
      const CoverBound bound =
          cover_bound(ridge_.g, 1, problem_.p, {{from}, {to}}, {gap, kBoxesOfCover}, weight);
      boxes += bound.boxes;
      most = largest_upper(most, bound.integral_upper);
    }
    return problem_.p.root_upper(most);
  }

  const Ridge &ridge_;
  std::size_t pieces_ = 0; // that were bounded
  double excess_ = kFirstRidgeExcess;
};

} // namespace

std::optional<Ridge> ridge_of(const Expression &f, std::size_t dimension) {
  if (f.table() != nullptr || dimension < 2) {
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

// With n coordinates of a_j not 0, s = a.x has on the box the density of a sum of n uniform variables:
// (1 / ((n-1)! prod |a_j|)) sum over J of (-1)^|J| (s - s_0 - sum over J of l_j)_+^(n-1), l_j = |a_j| times
// the side, s_0 the least s. It rises up to the middle and falls from there.
double density_upper(const Ridge &ridge, const std::vector<Interval> &box, double lower, double upper) {
  assert_upward();
  Interval first(0.0); // the least and the largest s
  Interval last(0.0);
  Interval factor = enclosure(ridge.length); // from s to t
  std::vector<Interval> lengths;
  for (std::size_t j = 0; j < box.size(); ++j) {
    const Interval side = Interval(box[j].upper()) - Interval(box[j].lower());
    if (ridge.a[j] == 0) {
      factor *= side;
      continue;
    }
    const Interval a = enclosure(ridge.a[j]);
    const Interval ends[] = {a * Interval(box[j].lower()), a * Interval(box[j].upper())};
    first += ends[ridge.a[j] > 0 ? 0 : 1];
    last += ends[ridge.a[j] > 0 ? 1 : 0];
    lengths.push_back(abs_range(a) * side);
    factor = factor / abs_range(a);
  }
  const Interval s = enclosure(ridge.low) + enclosure(ridge.length) * Interval(lower, upper);
  if (s.upper() <= first.lower() || s.lower() >= last.upper()) {
    return 0;
  }
  // The largest is at the point next to the middle.
  const Interval middle = (first + last) / Interval(2.0);
  const Interval at = s.upper() <= middle.lower()   ? Interval(s.upper())
                      : s.lower() >= middle.upper() ? Interval(s.lower())
                                                    : middle;
  const auto positive = [](const Interval &x) {
    return Interval(std::max(x.lower(), 0.0), std::max(x.upper(), 0.0));
  };
  const Interval from_first = at - first;
  const Interval from_last = last - at;
  Interval height(1.0);
  if (lengths.size() == 2) {
    height = Interval(std::min(
        {positive(from_first).upper(), positive(from_last).upper(), lengths[0].upper(), lengths[1].upper()}));
  } else if (lengths.size() == 3) {
    Interval sum(0.0);
    for (std::size_t J = 0; J < 8; ++J) {
      Interval x = from_first;
      bool minus = false;
      for (std::size_t j = 0; j < 3; ++j) {
        if ((J >> j & 1U) != 0) {
          x -= lengths[j];
          minus = !minus;
        }
      }
      x = positive(x);
      sum += minus ? -(x * x) : x * x;
    }
    height = positive(sum / Interval(2.0));
  }
  return std::max(0.0, (height * factor).upper());
}

ModulusBounds search_ridge(const Ridge &ridge, const ModulusProblem &problem, const ModulusBounds &known,
                           const SearchLimits &limits) {
  assert_upward();
  ModulusBounds better = known;
  better.boxes = 0;
  climb(problem, kBoxesOfClimb, better);
  const std::uint64_t climbed = better.boxes;
  RidgeSearch search(ridge, problem, better, limits);
  ModulusBounds found = better.lower.value > 0 ? branch_and_bound(search) : better;
  found.boxes += climbed;
  return found;
}

} // namespace layercert
