// Comparisons, signs and steps over intervals, one template for Interval and MpfrInterval: 1 where something
// holds on the whole box, 0 where it holds nowhere, and both where the box does not tell.
#pragma once

#include "numeric/elementary.hpp"

namespace layercert {

enum class Truth { No, Yes, Both };

inline Truth negated(Truth truth) {
  return truth == Truth::Yes ? Truth::No : truth == Truth::No ? Truth::Yes : Truth::Both;
}

// `like` gives the precision.
template <class I> I truth_value(Truth truth, const I &like) {
  return {integer_like(like, truth == Truth::Yes ? 1 : 0), integer_like(like, truth == Truth::No ? 0 : 1)};
}

template <class I> Truth is_less(const I &a, const I &b) {
  return a.upper() < b.lower() ? Truth::Yes : a.lower() >= b.upper() ? Truth::No : Truth::Both;
}

template <class I> Truth is_less_or_equal(const I &a, const I &b) {
  return a.upper() <= b.lower() ? Truth::Yes : a.lower() > b.upper() ? Truth::No : Truth::Both;
}

template <class I> Truth is_equal(const I &a, const I &b) {
  if (a.upper() < b.lower() || b.upper() < a.lower()) {
    return Truth::No;
  }
  return a.lower() == a.upper() && b.lower() == b.upper() && a.lower() == b.lower() ? Truth::Yes
                                                                                    : Truth::Both;
}

// Does the condition of `if` (not 0) hold on the whole box?
template <class I> Truth holds(const I &condition) { return negated(is_equal(condition, I(BoundOf<I>(0)))); }

template <class I> I sign_range(const I &x) {
  const BoundOf<I> zero(0);
  const auto sign = [&](const BoundOf<I> &t) { return integer_like(x, t > zero ? 1 : t < zero ? -1 : 0); };
  return {sign(x.lower()), sign(x.upper())};
}

template <class I> I step_range(const I &x) {
  const BoundOf<I> zero(0);
  return {integer_like(x, x.lower() >= zero ? 1 : 0), integer_like(x, x.upper() >= zero ? 1 : 0)};
}

} // namespace layercert
