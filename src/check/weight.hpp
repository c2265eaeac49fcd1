// Weights of a network: real numbers in closed form.
#pragma once

#include "numbers.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace checker {

// A sum of the forms of proofs/network-json.md, gathered by kind: dyadic numbers, multiples of pi and of each
// angle are added up, the others are counted as they stand. Weights with equal members are equal numbers; the
// converse is not needed.
struct Weight {
  struct Multiplier { // 2 pi sqrt(2) m prod (1 + 2^-2s) over the shifts s
    std::vector<ulong> shifts;
    Arf m;
    friend std::partial_ordering operator<=>(const Multiplier &, const Multiplier &) = default;
    friend bool operator==(const Multiplier &, const Multiplier &) = default;
  };

  Arf dyadic, pi;               // a + b pi
  std::map<ulong, slong> angle; // c, not 0, for each s of c * 2 arctan 2^-s
  std::multiset<Multiplier> multipliers;
  std::map<std::string, slong> constants; // how often each closed expression is added, not 0

  Weight() = default;
  template <class T> explicit Weight(T value) : dyadic(std::move(value)) {}

  Weight &operator+=(const Weight &other);
  Weight operator-() const;
  friend Weight operator+(Weight a, const Weight &b) { return a += b; }
  friend Weight operator-(Weight a, const Weight &b) { return a += -b; }
  friend bool operator==(const Weight &, const Weight &) = default;
  bool zero() const { return *this == Weight(); }
  bool is_dyadic() const { return *this == Weight(dyadic); }
};

// Encloses the value of a closed expression in the grammar of targets. Throws Rejected where it has a
// variable, or none is found.
Interval closed_value(const std::string &text);

} // namespace checker
