// The network layer by layer in balls, at a point: the oracle that the checker's tree is compared with.
#pragma once

#include "network.hpp"

#include <map>

namespace check_test {

using checker::Arf;
using checker::Ball;

// The value of a weight without closed expressions, to about `bits` bits after the point.
inline Ball enclosure(const checker::Weight &weight, slong bits) {
  Ball result(weight.dyadic);
  Ball term;
  arb_const_pi(term.get(), bits);
  Ball pi = term;
  arb_addmul(result.get(), pi.get(), Ball(weight.pi).get(), bits);
  for (const auto &[s, times] : weight.angle) {
    arb_one(term.get());
    arb_mul_2exp_si(term.get(), term.get(), -static_cast<slong>(s));
    arb_atan(term.get(), term.get(), bits);
    arb_addmul_si(result.get(), term.get(), 2 * times, bits);
  }
  for (const auto &multiplier : weight.multipliers) {
    arb_sqrt_ui(term.get(), 8, bits);
    arb_mul(term.get(), term.get(), pi.get(), bits);
    arb_mul_arf(term.get(), term.get(), multiplier.m.get(), bits);
    for (const ulong s : multiplier.shifts) {
      Ball part;
      arb_mul_2exp_si(part.get(), term.get(), -2 * static_cast<slong>(s));
      arb_add(term.get(), term.get(), part.get(), bits);
    }
    arb_add(result.get(), result.get(), term.get(), bits);
  }
  return result;
}

class Direct {
public:
  Direct(const checker::Network &network, slong bits) : network_(network), bits_(bits) {
    for (const checker::Weight &weight : network.table) {
      weights_.push_back(enclosure(weight, bits));
    }
  }

  // Of every readout at a point.
  std::vector<Ball> operator()(const std::vector<checker::Rational> &x) const {
    std::map<ulong, Ball> before;
    for (std::size_t j = 0; j < x.size(); ++j) {
      before.emplace(j, checker::ball(x[j], bits_));
    }
    std::vector<Ball> result;
    for (std::size_t m = 0; m < network_.hidden.size(); ++m) {
      std::map<ulong, Ball> units;
      for (const checker::Unit &unit : network_.hidden[m]) {
        Ball value = affine(unit.sum, before);
        if (unit.sine) {
          arb_sin(value.get(), value.get(), bits_);
        } else {
          arb_max(value.get(), value.get(), Ball().get(), bits_);
        }
        units.emplace(unit.index, value);
      }
      before = std::move(units);
      for (const checker::Readout &readout : network_.readouts) {
        if (readout.layer == m + 1) {
          result.push_back(affine(readout.sum, before));
        }
      }
    }
    return result;
  }

private:
  Ball affine(const checker::Affine &sum, const std::map<ulong, Ball> &before) const {
    Ball result = weights_[sum.bias.index];
    if (sum.bias.minus) {
      arb_neg(result.get(), result.get());
    }
    for (const auto &[source, weight] : sum.weights) {
      const auto at = before.find(source);
      if (at != before.end()) { // else a zero unit
        (weight.minus ? arb_submul : arb_addmul)(result.get(), at->second.get(), weights_[weight.index].get(),
                                                 bits_);
      }
    }
    return result;
  }

  const checker::Network &network_;
  slong bits_;
  std::vector<Ball> weights_;
};

} // namespace check_test
