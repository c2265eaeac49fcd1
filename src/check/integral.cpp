#include "integral.hpp"

#include <algorithm>

namespace checker {

namespace {

constexpr slong kMostHalvings = 1000;

// The middle of an interval, exactly a number of few bits, and how far its ends are from there at most.
std::pair<Arf, Arf> centred(const Interval &x) {
  Arf middle;
  arf_add(middle.get(), x.lower.get(), x.upper.get(), 30, ARF_RND_NEAR);
  middle = middle.times_two_to(-1);
  return {middle, abs(x - Interval(middle)).upper};
}

} // namespace

Exponent::Exponent(const Rational &p)
    : p_(p), inverse_(1 / p), is_two_(p == 2),
      uniform_norm_(real_power(Interval(1 / (p + 1)), inverse_).upper) {}

Interval Exponent::power(const Interval &x) const {
  return is_two_ && x.lower.sign() >= 0 ? square(x) : real_power(x, p_);
}

Interval Exponent::root(const Interval &x) const {
  if (!is_two_ || x.lower.sign() < 0) {
    return real_power(x, inverse_);
  }
  Interval result;
  arf_sqrt(result.lower.get(), x.lower.get(), kBits, ARF_RND_FLOOR);
  arf_sqrt(result.upper.get(), x.upper.get(), kBits, ARF_RND_CEIL);
  return result;
}

// E |a + sum t_j u_j|^p for independent u_j, uniform on [-1, 1], t_j > 0: a^2 + sum t_j^2 / 3 for p = 2;
// otherwise, integrating |x|^p once for each of the n terms,
//     sum over signs s of (prod s_j) F(a + sum s_j t_j) / (2^n prod t_j),  F(x) = sgn(x)^n |x|^(p+n) / ((p+1) ... (p+n)).
Ball Exponent::affine_mean(const Arf &a, const std::vector<Arf> &t) const {
  Ball result;
  if (is_two_) {
    for (const Arf &term : t) {
      arb_add_arf(result.get(), result.get(), (term * term).get(), kBits);
    }
    arb_div_ui(result.get(), result.get(), 3, kBits);
    arb_add_arf(result.get(), result.get(), (a * a).get(), kBits);
    return result;
  }
  Arf reach;
  for (const Arf &term : t) {
    reach = reach + term;
  }
  if (t.empty() || (p_ == 1 && reach <= abs(a))) { // no change of sign
    return real_power(Ball(abs(a)), p_, kBits);
  }
  const auto p_plus = [&](std::size_t n) -> Rational { return p_ + n; };
  for (slong bits = 96; bits <= 2048; bits *= 2) { // the signs cancel
    arb_zero(result.get());
    for (ulong signs = 0; signs < ulong{1} << t.size(); ++signs) {
      Arf x = a;
      bool minus = false;
      for (std::size_t j = 0; j < t.size(); ++j) {
        const bool down = (signs >> j & 1) != 0;
        x = down ? x - t[j] : x + t[j];
        minus = minus != down;
      }
      minus = minus != (x.sign() < 0 && t.size() % 2 == 1);
      const Ball term = real_power(Ball(abs(x)), p_plus(t.size()), bits);
      (minus ? arb_sub : arb_add)(result.get(), result.get(), term.get(), bits);
    }
    for (std::size_t j = 0; j < t.size(); ++j) {
      arb_div(result.get(), result.get(), ball(p_plus(j + 1), bits).get(), bits);
      arb_div_arf(result.get(), result.get(), t[j].get(), bits);
      arb_mul_2exp_si(result.get(), result.get(), -1);
    }
    if (arb_rel_accuracy_bits(result.get()) > 48) {
      break;
    }
  }
  return result;
}

// || g ||_p of the mean, by Minkowski: || a + sum t_j u_j ||_p with numbers a and t_j, give or take |a -
// middle| + sum |c_j - t_j| || u_j ||_p.
Interval Exponent::mean(const Interval &range, const Interval &middle,
                        const std::vector<Interval> &slopes) const {
  const Interval size = abs(range);
  Interval norm = size;
  bool known = middle.bounded() && !slopes.empty();
  for (const Interval &slope : slopes) {
    known = known && slope.bounded();
  }
  if (known) {
    auto [a, rest] = centred(middle);
    std::vector<std::pair<Arf, Arf>> terms;
    Arf largest;
    for (const Interval &slope : slopes) {
      terms.push_back(centred(slope));
      largest = std::max(largest, abs(terms.back().first));
    }
    std::vector<Arf> t;
    Interval slack(rest);
    if (abs(a) <= largest.times_two_to(-kBits)) { // sums with it would only be long
      slack = slack + Interval(abs(a));
      a = Arf(0);
    }
    for (const auto &[term, radius] : terms) {
      const bool small = abs(term) <= std::max(largest, abs(a)).times_two_to(-30); // would only cancel
      slack = slack + Interval(small ? Interval(abs(term)) + Interval(radius) : Interval(radius)) *
                          Interval(uniform_norm_);
      if (!small) {
        t.push_back(abs(term));
      }
    }
    const Interval mean(affine_mean(a, t));
    const Interval affine = root(Interval(std::max(Arf(0), mean.lower), std::max(Arf(0), mean.upper)));
    if (affine.bounded()) {
      norm = common(norm, Interval(std::max(Arf(0), (affine - slack).lower), (affine + slack).upper));
    }
  }
  return power(norm);
}

Interval Box::measure() const {
  Interval result(two_to(-halvings));
  for (std::size_t j = 0; j < lower.size(); ++j) {
    result = result / Interval(scale);
  }
  return result;
}

void Box::enclose() {
  whole.clear();
  middle.clear();
  half_widths.clear();
  const Interval unit(scale);
  for (std::size_t j = 0; j < lower.size(); ++j) {
    whole.push_back(Interval(lower[j], upper[j]) / unit);
    middle.push_back(Interval((lower[j] + upper[j]).times_two_to(-1)) / unit);
    half_widths.push_back(Interval((upper[j] - lower[j]).times_two_to(-1)) / unit);
  }
}

std::size_t visit_boxes(const std::string &trees, std::size_t at, Box root,
                        const std::function<void(Box &)> &visit) {
  std::vector<Box> open{std::move(root)};
  while (!open.empty()) {
    Box box = std::move(open.back());
    open.pop_back();
    const char symbol = trees.empty() ? '.' : at < trees.size() ? trees[at] : ' ';
    ++at;
    if (symbol == '.') {
      box.enclose();
      visit(box);
      continue;
    }
    const auto j = static_cast<std::size_t>(symbol - '0');
    if (symbol < '0' || j >= box.lower.size() || ++box.halvings > kMostHalvings) {
      throw Rejected("a subdivision is no list of trees");
    }
    Box upper_half = box;
    upper_half.lower[j] = box.upper[j] = (box.lower[j] + box.upper[j]).times_two_to(-1);
    open.push_back(std::move(upper_half));
    open.push_back(std::move(box));
  }
  return at;
}

std::vector<std::size_t> places_of_trees(const std::string &trees, std::size_t count) {
  std::vector<std::size_t> places(count, 0);
  std::size_t at = 0;
  for (std::size_t k = 0; k < count && !trees.empty(); ++k) {
    places[k] = at;
    for (std::size_t open = 1; open != 0; ++at) {
      if (at == trees.size()) {
        throw Rejected("a subdivision has fewer trees than there are cells");
      }
      open = trees[at] == '.' ? open - 1 : open + 1;
    }
  }
  if (at != trees.size()) {
    throw Rejected("a subdivision has more trees than there are cells");
  }
  return places;
}

std::size_t Integrals::visit(const std::string &trees, std::size_t at, Box root,
                             const std::function<void(Box &)> &visit_box) const {
  return visit_boxes(trees, at, std::move(root), [&](Box &box) {
    if (between_) {
      between_();
    }
    visit_box(box);
  });
}

Interval Integrals::range_of(const Jet &jet, const std::vector<Interval> &box) {
  return jet.value.bounded() ? jet.value : majorants_.range(box);
}

Interval Integrals::error(Box root, const Interval &c, const Arf &Phi_0, const std::string &trees,
                          std::size_t at, Arf &sup) {
  Interval sum;
  visit(trees, at, std::move(root), [&](Box &box) {
    const Jet &jet = f_(box.whole, Evaluator::Slopes);
    const Interval value = range_of(jet, box.whole);
    const Interval range = value - c;
    sup = std::max(sup, abs(value - Interval(Phi_0)).upper);
    std::vector<Interval> slopes;
    bool known = true;
    for (std::size_t j = 0; j < box.whole.size(); ++j) {
      slopes.push_back(jet.slope[j].zero() ? Interval(0) : jet.slope[j] * box.half_widths[j]);
      known = known && slopes.back().bounded();
    }
    const Interval middle = known ? middle_(box.middle, Evaluator::Value).value - c : Interval::whole();
    Interval part = p_.mean(range, middle, slopes) * box.measure();
    if (!part.upper.finite()) {
      part.upper = p_.power(Interval(majorants_.norm(box.whole, p_.value(), abs(c).upper))).upper;
    }
    sum = sum + part;
  });
  return sum;
}

Interval Integrals::tail(Box root, const Arf &c, const Rational &q, const std::string &trees,
                         std::size_t at) {
  Interval sum;
  visit(trees, at, std::move(root), [&](Box &box) {
    const Arf most = abs(range_of(f_(box.whole, Evaluator::Value), box.whole) - Interval(c)).upper;
    const Interval part = most.finite() ? real_power(Interval(most), q) * box.measure()
                                        : real_power(Interval(majorants_.norm(box.whole, q, abs(c))), q);
    sum = sum + Interval(Arf(0), part.upper);
  });
  return sum;
}

// g(x) = f(x + h) - f(x) from the ends of the way and, where f has slopes, from the rates on it: g is the
// mean of h . grad f on the way.
Interval Integrals::difference(const std::vector<Arf> &h, const std::string &trees) {
  Box root;
  Interval measure(1);
  std::vector<Interval> shift;
  for (const Arf &part : h) {
    if (!part.zero() && arf_abs_bound_lt_2exp_si(part.get()) < -kFinest) {
      throw Unknown("a shift of less than 2^-" + std::to_string(kFinest));
    }
    root.lower.push_back(std::max(Arf(0), -part));
    root.upper.push_back(std::min(Arf(1), Arf(1) - part));
    if (root.lower.back() >= root.upper.back()) {
      throw Rejected("a shift leaves nothing of the cube");
    }
    measure = measure * Interval(root.upper.back() - root.lower.back());
    shift.emplace_back(part);
  }
  places_of_trees(trees, 1);
  Interval sum;
  visit(trees, 0, root, [&](Box &box) {
    const auto moved = [&](const std::vector<Interval> &from) {
      std::vector<Interval> to;
      for (std::size_t j = 0; j < from.size(); ++j) {
        to.push_back(from[j] + shift[j]);
      }
      return to;
    };
    const std::vector<Interval> there_box = moved(box.whole);
    std::vector<Interval> way_box;
    for (std::size_t j = 0; j < shift.size(); ++j) {
      way_box.push_back(hull(box.whole[j], there_box[j]));
    }
    const Interval middle =
        after_(moved(box.middle), Evaluator::Value).value - middle_(box.middle, Evaluator::Value).value;
    const Jet &here = f_(box.whole, Evaluator::Slopes);
    const Jet &there = there_(there_box, Evaluator::Slopes);
    const Jet &way = way_(way_box, Evaluator::Rates, shift);
    Interval range = range_of(there, there_box) - range_of(here, box.whole);
    Interval rise(0);
    bool bounded = true;
    for (std::size_t j = 0; j < shift.size(); ++j) {
      bounded = bounded && way.slope[j].bounded();
      rise = rise + (bounded ? way.slope[j] * shift[j] : Interval(0));
    }
    range = bounded ? common(common(range, rise), way.rate()) : range;
    std::vector<Interval> slopes;
    for (std::size_t j = 0; j < shift.size(); ++j) {
      const Interval of_ends = there.slope[j] - here.slope[j];
      slopes.push_back((bounded ? common(of_ends, way.rate_slope[j]) : of_ends) * box.half_widths[j]);
    }
    sum = sum + p_.mean(range, middle, slopes) * Interval(two_to(-box.halvings));
  });
  return sum * measure;
}

} // namespace checker
