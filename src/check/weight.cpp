#include "weight.hpp"

#include "expression.hpp"

namespace checker {

namespace {

// Adds the counts of b; what comes to nothing is left out.
template <class Key> void add(std::map<Key, slong> &a, const std::map<Key, slong> &b) {
  for (const auto &[key, times] : b) {
    const auto at = a.try_emplace(key, 0).first;
    at->second += times;
    if (at->second == 0) {
      a.erase(at);
    }
  }
}

template <class Key> std::map<Key, slong> negative(std::map<Key, slong> a) {
  for (auto &[key, times] : a) {
    times = -times;
  }
  return a;
}

} // namespace

Weight &Weight::operator+=(const Weight &other) {
  dyadic = dyadic + other.dyadic;
  pi = pi + other.pi;
  add(angle, other.angle);
  add(constants, other.constants);
  multipliers.insert(other.multipliers.begin(), other.multipliers.end());
  return *this;
}

Weight Weight::operator-() const {
  Weight result;
  result.dyadic = -dyadic;
  result.pi = -pi;
  result.angle = negative(angle);
  result.constants = negative(constants);
  for (const Multiplier &multiplier : multipliers) {
    result.multipliers.insert({multiplier.shifts, -multiplier.m});
  }
  return result;
}

Interval closed_value(const std::string &text) {
  const std::string name = "the constant \"" + text.substr(0, 60) + "\"";
  Interval result = Interval::whole();
  try {
    const Expression expression = Expression::parse(text, 0);
    result = Evaluator(expression, 0)({}, Evaluator::Value).value;
  } catch (const Unknown &unknown) {
    throw Rejected(name + " is no closed expression: " + unknown.what());
  }
  if (!result.bounded()) {
    throw Rejected(name + " has no value that this checker finds");
  }
  return result;
}

} // namespace checker
