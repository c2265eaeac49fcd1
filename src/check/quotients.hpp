// Quotients u/v of two functions of one node g that vanish together: bounds of their smooth extension (Lemma
// 41 of proofs/theorem.md).
#pragma once

#include "numbers.hpp"

#include <optional>
#include <vector>

namespace checker {

class Expression;

class CommonZero {
public:
  // Of the quotient with number `node`, whose parts are functions of node `g` alone; nothing if no zero of
  // both is found where g lies in `range`.
  static std::optional<CommonZero> find(const Expression &f, std::size_t node, std::size_t g,
                                        const Interval &range);

  std::size_t g() const { return g_; }
  // Whether over() may say more than u/v.
  bool near(const Interval &g) const;
  // The extension with its first and second derivative by g; nothing if the zero is too far, or something has
  // no bound.
  struct Value {
    Interval value, slope, second;
  };
  std::optional<Value> over(const Expression &f, const Interval &g) const;

private:
  CommonZero(std::size_t u, std::size_t v, std::size_t g) : u_(u), v_(v), g_(g) {}
  std::size_t u_, v_, g_;
  Interval zero_; // of g, one number
  std::size_t order_ = 0;
  std::vector<Interval> u_at_zero_, v_at_zero_; // Taylor coefficients
};

// Every way from the node to a coordinate goes through each of these, the nearest first.
std::vector<std::size_t> necks(const Expression &f, std::size_t node);

} // namespace checker
