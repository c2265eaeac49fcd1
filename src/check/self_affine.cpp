#include "self_affine.hpp"

#include <algorithm>

namespace checker {

namespace {

constexpr slong kMostSelfAffineTerms = 4096; // of a series; the rest is bounded, however large that is

// Where ends of kBits bits may be many periods apart, and exact arithmetic of them is long.
bool far(const Interval &x) { return std::max(abs(x.lower), abs(x.upper)) > two_to(kFinest); }

// From the ternary digits of t; rounded down or up by less than 2^-kBits.
Arf cantor_at(const Arf &t, bool up) {
  if (t.sign() <= 0) {
    return Arf(0);
  }
  Arf rest = t;
  Arf value;
  for (slong i = 1; i <= kBits; ++i) {
    if (rest >= Arf(1)) {
      return value + two_to(1 - i);
    }
    rest = rest * Arf(3);
    if (rest >= Arf(1)) {
      value = value + two_to(-i);
      if (rest <= Arf(2)) {
        return value;
      }
      rest = rest - Arf(2);
    }
  }
  return up ? value + two_to(-kBits) : value;
}

// The sum of the first n terms is affine on the part, `sum` at its lower end, with a whole slope; lower and
// upper are the part's ends times 2^n. It stays affine as long as the next term is: while no k/2 lies within.
// Then the rest is between 0 and 2^-n 2/3. At the first k/2 the part may be cut, and only at that: each piece
// ends there, so that the next one within comes late.
Interval takagi_part(Arf lower, Arf upper, Arf sum, slong slope, slong n, bool may_cut) {
  const Arf half = two_to(-1);
  const auto sum_at = [&](const Arf &x) { return sum + (Arf(slope) * (x - lower)).times_two_to(-n); };
  const auto all = [&] {
    const bool ends = lower.zero() && upper.zero();
    const Interval rest = ends ? Interval(0) : hull(Interval(0), Interval(2) / Interval(3));
    return hull(Interval(sum), Interval(sum_at(upper))) + rest * Interval(two_to(-n));
  };
  for (; n < kBits && !(lower.zero() && upper.zero()); ++n) {
    const Arf whole = lower.floor();
    lower = lower - whole;
    upper = upper - whole;
    const bool rises = lower < half;
    const Arf cut = rises ? half : Arf(1);
    if (upper > cut) {
      return !may_cut || upper > cut + half
                 ? all()
                 : common(all(), hull(takagi_part(lower, cut, sum, slope, n, false),
                                      takagi_part(cut, upper, sum_at(cut), slope, n, false)));
    }
    sum = sum + (rises ? lower : Arf(1) - lower).times_two_to(-n);
    slope += rises ? 1 : -1;
    lower = lower.times_two_to(1);
    upper = upper.times_two_to(1);
  }
  return all();
}

// cos(pi t) between the ends.
Interval cosine_of_turns(const Arf &lower, const Arf &upper) {
  const auto at = [](const Arf &t) {
    Ball value;
    arb_cos_pi(value.get(), Ball(t).get(), kBits);
    return Interval(value);
  };
  const auto meets = [&](slong place) { // place + 2 k for some k
    return (upper - Arf(place)).times_two_to(-1).floor().times_two_to(1) + Arf(place) >= lower;
  };
  const Interval ends = lower == upper ? at(lower) : hull(at(lower), at(upper));
  return {meets(1) ? Arf(-1) : ends.lower, meets(0) ? Arf(1) : ends.upper};
}

} // namespace

Interval cantor(const Interval &x) { return {cantor_at(x.lower, false), cantor_at(x.upper, true)}; } // rising

Interval takagi(const Interval &x) {
  const Interval t = on_grid(x);
  return t.bounded() && !far(t) ? takagi_part(t.lower, t.upper, Arf(0), 0, 0, true)
                                : hull(Interval(0), Interval(2) / Interval(3));
}

Interval weierstrass(const Interval &x, const Rational &ratio, slong b, bool sines) {
  const Interval a(ratio);
  const Interval rest = Interval(1) / (Interval(1) - a);
  const Arf shift = Arf(sines ? 1 : 0).times_two_to(-1); // sin(pi t) = cos(pi (t - 1/2))
  const Interval argument = on_grid(x);
  const bool known = argument.bounded() && !far(argument);
  Arf lower = argument.lower;
  Arf upper = argument.upper;
  Interval sum;
  Interval power(1);
  const Arf negligible = two_to(-kBits);
  for (slong n = 0;
       n < kMostSelfAffineTerms && known && upper - lower < Arf(2) && (power * rest).upper > negligible;
       ++n) {
    const Arf turns = lower.times_two_to(-1).floor().times_two_to(1);
    lower = lower - turns;
    upper = upper - turns;
    sum = sum + power * cosine_of_turns(lower - shift, upper - shift);
    power = power * a;
    lower = lower * Arf(b);
    upper = upper * Arf(b);
  }
  const Arf tail = (power * rest).upper;
  return common(sum + Interval(-tail, tail), Interval(-rest.upper, rest.upper));
}

} // namespace checker
