#include "network.hpp"

#include <algorithm>
#include <set>

namespace checker {

namespace {

std::string at_unit(ulong layer, ulong index) {
  return "unit " + std::to_string(index) + " of hidden layer " + std::to_string(layer);
}

// The units of the construction: pairs of steps by (j, e), then the carries and the sines.
class Walk {
public:
  explicit Walk(const Network &network)
      : network_(network), d_(network.d), N_(network.N), L_(network.depth) {}

  Construction run() {
    shape();
    Construction c;
    c.d = d_;
    c.N = N_;
    c.depth = L_;
    const Arf step = -find(1, minus(0, 1)).sum.bias.value(); // 2^q
    c.q = arf_abs_bound_lt_2exp_si(step.get()) - 1;          // so it is if step is a power of two
    if (step.sign() <= 0 || arf_bits(step.get()) != 1 || c.q < 0 || c.q > 1 << 20) {
      throw Rejected("the first step's bias is not -2^q with q in 0..2^20");
    }
    const Arf slope = Arf(N_) * step;
    c.beta = find(2, first_sine()).sum.bias.value();
    c.M = -network_.readouts[0].sum.bias.value();
    c.Phi_0 = find(3, sum()).sum.bias.value() - c.M;
    Arf bound = abs(c.Phi_0); // of what is carried: the ReLU unit never cuts it off
    for (ulong m = 1; m <= L_ + 2; ++m) {
      ulong units = 0;
      const auto expect = [&](ulong index, bool sine, const Arf &bias, const Weights &weights) {
        const Unit &unit = find(m, index);
        ++units;
        if (unit.sine != sine || !(unit.sum.bias.value() == bias)) {
          throw Rejected(at_unit(m, index) + " has not the activation or the bias of the construction");
        }
        same(unit.sum, weights, at_unit(m, index));
      };
      for (ulong j = 0; m <= L_ && j < d_; ++j) {
        for (ulong e = 1; e < N_; ++e) {
          const Arf bias = -(Arf(e) * step);
          const Weights weights = coordinate(m, j, slope);
          expect(plus(j, e), false, bias + Arf(1), weights);
          expect(minus(j, e), false, bias, weights);
        }
        expect(carry(j), false, Arf(0), coordinate(m, j, Arf(1)));
      }
      if (m >= 2 && m <= L_ + 1) {
        const Weights weights = argument(m - 1, find(m, first_sine()).sum, c);
        expect(first_sine(), true, c.beta, weights);
        if (m <= L_) {
          expect(argument_carry(), false, Arf(0), weights);
        }
      }
      if (m >= 3) {
        c.w.push_back(only_weight(find(m, second_sine()).sum, first_sine()));
        expect(second_sine(), true, Arf(0), {{first_sine(), c.w.back()}});
        if (m == 3) {
          expect(sum(), false, c.Phi_0 + c.M, {});
        } else {
          expect(sum(), false, Arf(0), {{sum(), Arf(1)}, {second_sine(), c.A.back()}});
        }
        const Readout &readout = network_.readouts[m - 3];
        c.A.push_back(only_weight(readout.sum, second_sine()));
        bound = bound + abs(c.A.back());
        if (!(readout.sum.bias.value() == -c.M)) {
          throw Rejected("the readouts do not all subtract the same M");
        }
        same(readout.sum, {{sum(), Arf(1)}, {second_sine(), c.A.back()}}, "a readout");
      }
      if (units != network_.hidden[m - 1].size()) {
        throw Rejected("hidden layer " + std::to_string(m) + " has units that the construction has not");
      }
    }
    if (c.M < bound) {
      throw Rejected("M is below |Phi_0| + sum |A_l|, so that a carried sum could be cut off");
    }
    return c;
  }

private:
  using Weights = std::vector<std::pair<ulong, Arf>>;

  ulong plus(ulong j, ulong e) const { return 2 * (j * (N_ - 1) + e - 1); }
  ulong minus(ulong j, ulong e) const { return plus(j, e) + 1; }
  ulong carry(ulong j) const { return 2 * d_ * (N_ - 1) + j; }
  ulong argument_carry() const { return 2 * d_ * (N_ - 1) + d_; }
  ulong sum() const { return argument_carry() + 1; }
  ulong first_sine() const { return argument_carry() + 2; }
  ulong second_sine() const { return argument_carry() + 3; }

  void shape() {
    if (network_.width != 2 * d_ * N_ + d_ + 2 || network_.hidden.size() != L_ + 2 ||
        network_.readouts.size() != L_) {
      throw Rejected("the network has not the width 2dN+d+2, L+2 hidden layers and L readouts");
    }
    std::size_t most = 2 * d_ * (N_ - 1);
    if (network_.hidden[0].size() < most) {
      throw Rejected("hidden layer 1 has too few units");
    }
    by_index_.assign(L_ + 2, std::vector<const Unit *>(network_.width, nullptr));
    for (std::size_t m = 0; m < network_.hidden.size(); ++m) {
      for (const Unit &unit : network_.hidden[m]) {
        if (unit.index >= network_.width || by_index_[m][unit.index] != nullptr) {
          throw Rejected(at_unit(m + 1, unit.index) + " is beyond the width or stands twice");
        }
        by_index_[m][unit.index] = &unit;
      }
    }
    for (ulong l = 1; l <= L_;
         ++l) { // nestedness: Phi_l reads hidden layer l + 2 only, and each layer the one before
      if (network_.readouts[l - 1].level != l || network_.readouts[l - 1].layer != l + 2) {
        throw Rejected("readout " + std::to_string(l) + " does not read hidden layer l+2 of level l");
      }
    }
  }

  const Unit &find(ulong layer, ulong index) const {
    const Unit *unit = by_index_[layer - 1][index];
    if (unit == nullptr) {
      throw Rejected(at_unit(layer, index) + " is missing");
    }
    return *unit;
  }

  static Arf only_weight(const Affine &sum, ulong source) {
    for (const auto &[from, weight] : sum.weights) {
      if (from == source) {
        return weight.value();
      }
    }
    return Arf(0);
  }

  // The weights are these, and no others but zeros.
  static void same(const Affine &sum, const Weights &expected, const std::string &where) {
    std::set<ulong> seen;
    std::size_t nonzero = 0;
    for (const auto &[source, weight] : sum.weights) {
      nonzero += weight.zero() ? 0 : 1;
      if (!seen.insert(source).second) {
        throw Rejected(where + " names a source twice");
      }
    }
    std::size_t wanted = 0;
    for (const auto &[source, weight] : expected) {
      wanted += weight.zero() ? 0 : 1;
      if (!(only_weight(sum, source) == weight)) {
        throw Rejected(where + " has another weight of source " + std::to_string(source) +
                       " than the construction");
      }
    }
    if (nonzero != wanted) {
      throw Rejected(where + " has weights that the construction has not");
    }
  }

  // factor x_j^(m-1) from layer m-1: N times the carry, minus the steps.
  Weights coordinate(ulong m, ulong j, const Arf &factor) const {
    if (m == 1) {
      return {{j, factor}};
    }
    Weights weights{{carry(j), factor * Arf(N_)}};
    for (ulong e = 1; e < N_; ++e) {
      weights.emplace_back(plus(j, e), -factor);
      weights.emplace_back(minus(j, e), factor);
    }
    return weights;
  }

  // arg_m from layer m, and g_i(e) of its digits on the way: g_i(e) - g_i(e-1) is the weight of the step.
  Weights argument(ulong m, const Affine &sine, Construction &c) const {
    Weights weights;
    for (ulong j = 0; j < d_; ++j) {
      std::vector<Arf> g(1);
      for (ulong e = 1; e < N_; ++e) {
        const Arf rise = only_weight(sine, plus(j, e));
        g.push_back(g.back() + rise);
        if (g.back().sign() < 0) {
          throw Rejected("an angle is negative, so that a carried argument could be cut off");
        }
        weights.emplace_back(plus(j, e), rise);
        weights.emplace_back(minus(j, e), -rise);
      }
      c.g.push_back(std::move(g));
    }
    if (m >= 2) {
      weights.emplace_back(argument_carry(), Arf(1));
    }
    return weights;
  }

  const Network &network_;
  ulong d_, N_, L_;
  std::vector<std::vector<const Unit *>> by_index_;
};

} // namespace

Architecture count(const Network &network) {
  Architecture result;
  const auto add = [&](const Affine &sum) {
    result.parameters += sum.bias.zero() ? 0 : 1;
    for (const auto &[source, weight] : sum.weights) {
      result.parameters += weight.zero() ? 0 : 1;
    }
  };
  for (const std::vector<Unit> &layer : network.hidden) {
    ulong sines = 0;
    for (const Unit &unit : layer) {
      sines += unit.sine ? 1 : 0;
      add(unit.sum);
    }
    result.units_used = std::max<ulong>(result.units_used, layer.size());
    result.sine_units = std::max(result.sine_units, sines);
  }
  for (const Readout &readout : network.readouts) {
    add(readout.sum);
  }
  return result;
}

Construction walk(const Network &network) { return Walk(network).run(); }

} // namespace checker
