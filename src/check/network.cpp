#include "network.hpp"

#include <algorithm>

namespace checker {

namespace {

std::string at_unit(ulong layer, ulong index) {
  return "unit " + std::to_string(index) + " of hidden layer " + std::to_string(layer);
}

// The units of the construction: pairs of steps by (j, e), then the carries and the sines. Weights are
// compared as forms.
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
    const Weight step = -bias(find(1, minus(0, 1)).sum);   // 2^q
    c.q = arf_abs_bound_lt_2exp_si(step.dyadic.get()) - 1; // so it is if step is a power of two
    if (!step.is_dyadic() || step.dyadic.sign() <= 0 || arf_bits(step.dyadic.get()) != 1 || c.q < 0 ||
        c.q > 1 << 20) {
      throw Rejected("the first step's bias is not -2^q with q in 0..2^20");
    }
    layout(c);
    const Weight M = -bias(network_.readouts[0].sum);
    c.M = dyadic(M, "M");
    const Weight start = bias(find(3, sum()).sum);
    begin(c, start - M);
    Weight quarter;
    quarter.pi = two_to(-2);
    for (ulong m = 1; m <= L_ + 2; ++m) {
      ulong units = 0;
      const auto expect = [&](ulong index, bool sine, const Weight &expected_bias, const Weights &weights) {
        const Unit &unit = find(m, index);
        ++units;
        if (unit.sine != sine || !(bias(unit.sum) == expected_bias)) {
          throw Rejected(at_unit(m, index) + " has not the activation or the bias of the construction");
        }
        same(unit.sum, weights, at_unit(m, index));
      };
      for (ulong j = 0; m <= L_ && j < d_; ++j) {
        const Weights weights = coordinate(m, j, Arf(N_) * step.dyadic);
        for (ulong e = 1; e < N_; ++e) {
          const Arf below = -(Arf(e) * step.dyadic);
          expect(plus(j, e), false, Weight(below + Arf(1)), weights);
          expect(minus(j, e), false, Weight(below), weights);
        }
        expect(carry(j), false, Weight(), coordinate(m, j, Arf(1)));
      }
      if (m >= 2 && m <= L_ + 1) {
        const Weights weights = argument(m - 1, c);
        expect(first_sine(), true, quarter, weights);
        if (m <= L_) {
          expect(argument_carry(), false, Weight(), weights);
        }
      }
      if (m >= 3) {
        const Weight w = weight_of(find(m, second_sine()).sum, first_sine());
        c.m.push_back(multiplier(w, m - 2, c));
        expect(second_sine(), true, Weight(), {{first_sine(), w}});
        if (m == 3) {
          expect(sum(), false, start, {});
        } else {
          expect(sum(), false, Weight(), {{sum(), Weight(1)}, {second_sine(), Weight(c.A.back())}});
        }
        const Readout &readout = network_.readouts[m - 3];
        c.A.push_back(dyadic(weight_of(readout.sum, second_sine()), "an amplitude"));
        if (!(bias(readout.sum) == -M)) {
          throw Rejected("the readouts do not all subtract the same M");
        }
        same(readout.sum, {{sum(), Weight(1)}, {second_sine(), Weight(c.A.back())}}, "a readout");
      }
      if (units != network_.hidden[m - 1].size()) {
        throw Rejected("hidden layer " + std::to_string(m) + " has units that the construction has not");
      }
    }
    bounds(c);
    return c;
  }

private:
  using Weights = std::vector<std::pair<ulong, Weight>>;

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

  Weight bias(const Affine &sum) const { return network_.weight(sum.bias); }

  Weight weight_of(const Affine &sum, ulong source) const {
    for (const auto &[from, weight] : sum.weights) {
      if (from == source) {
        return network_.weight(weight);
      }
    }
    return {};
  }

  static const Arf &dyadic(const Weight &weight, const char *what) {
    if (!weight.is_dyadic()) {
      throw Rejected(std::string(what) + " is no dyadic number");
    }
    return weight.dyadic;
  }

  // The weights are these, which are listed by rising source, and no others but zeros.
  void same(const Affine &sum, const Weights &expected, const std::string &where) const {
    std::vector<std::pair<std::uint32_t, Reference>> weights = sum.weights;
    const auto before = [](const auto &a, const auto &b) { return a.first < b.first; };
    const auto equal = [](const auto &a, const auto &b) { return a.first == b.first; };
    std::sort(weights.begin(), weights.end(), before);
    if (std::adjacent_find(weights.begin(), weights.end(), equal) != weights.end()) {
      throw Rejected(where + " names a source twice");
    }
    auto at = weights.begin();
    for (const auto &[source, weight] : expected) {
      for (; at != weights.end() && at->first < source; ++at) {
        require_zero(*at, where);
      }
      const bool there = at != weights.end() && at->first == source;
      const bool right = !there             ? weight.zero()
                         : at->second.minus ? -network_.table[at->second.index] == weight
                                            : network_.table[at->second.index] == weight;
      if (!right) {
        throw Rejected(where + " has another weight of source " + std::to_string(source) +
                       " than the construction");
      }
      at += there ? 1 : 0;
    }
    for (; at != weights.end(); ++at) {
      require_zero(*at, where);
    }
  }
  void require_zero(const std::pair<std::uint32_t, Reference> &weight, const std::string &where) const {
    if (!network_.table[weight.second.index].zero()) {
      throw Rejected(where + " has a weight of source " + std::to_string(weight.first) +
                     ", which the construction has not");
    }
  }

  // b, from the angle of the lowest bit, and the shifts b 2^q N^i that follow.
  void layout(Construction &c) const {
    while (ulong{1} << c.bits_a_digit < N_) {
      ++c.bits_a_digit;
    }
    const Weight first = weight_of(find(2, first_sine()).sum, plus(0, 1));
    Weight expected;
    if (first.angle.size() == 1) {
      expected.angle.emplace(first.angle.begin()->first, 1);
    }
    if (first.angle.empty() || !(first == expected)) {
      throw Rejected("the weight of the first step in the argument is no angle 2 arctan 2^-b");
    }
    ulong s = first.angle.begin()->first;
    for (ulong i = 0; i < d_ * L_; ++i) {
      for (ulong q = 0; q < c.bits_a_digit; ++q) {
        if (s >= kShiftLimit >> q) {
          throw Rejected("the shifts of the decoder's layout reach 2^62");
        }
        c.shifts.push_back(s << q);
      }
      if (s >= kShiftLimit / N_ && i + 1 < d_ * L_) {
        throw Rejected("the shifts of the decoder's layout reach 2^62");
      }
      s *= N_;
    }
  }

  // Phi_0: dyadic, or a closed expression.
  static void begin(Construction &c, const Weight &Phi_0) {
    c.Phi_0 = Phi_0.dyadic;
    if (Phi_0.constants.size() == 1) {
      c.constant = Phi_0.constants.begin()->first;
      Weight expected;
      expected.constants.emplace(c.constant, 1);
      if (!(Phi_0 == expected)) {
        throw Rejected("Phi_0 is more than one closed expression");
      }
    } else {
      dyadic(Phi_0, "Phi_0");
    }
  }

  // factor x_j^(m-1) from layer m-1: N times the carry, minus the steps.
  Weights coordinate(ulong m, ulong j, const Arf &factor) const {
    if (m == 1) {
      return {{j, Weight(factor)}};
    }
    Weights weights;
    for (ulong e = 1; e < N_; ++e) {
      weights.emplace_back(plus(j, e), Weight(-factor));
      weights.emplace_back(minus(j, e), Weight(factor));
    }
    weights.emplace_back(carry(j), Weight(factor * Arf(N_)));
    return weights;
  }

  // arg_m from layer m: steps e of digit i rise by g_i(e) - g_i(e-1), g_i(e) the sum of 2 arctan 2^-s over
  // the bits set in e. So all g_i(e) >= 0, and no carried argument is ever cut off.
  Weights argument(ulong m, const Construction &c) const {
    Weights weights;
    for (ulong j = 0; j < d_; ++j) {
      const ulong *shifts = c.shifts.data() + ((m - 1) * d_ + j) * c.bits_a_digit;
      for (ulong e = 1; e < N_; ++e) {
        Weight rise;
        for (ulong q = 0; q < c.bits_a_digit; ++q) {
          const bool now = (e >> q & 1) != 0;
          if (now != (((e - 1) >> q & 1) != 0)) {
            rise.angle.emplace(shifts[q], now ? 1 : -1);
          }
        }
        weights.emplace_back(plus(j, e), rise);
        weights.emplace_back(minus(j, e), -rise);
      }
    }
    if (m >= 2) {
      weights.emplace_back(argument_carry(), Weight(1));
    }
    return weights;
  }

  // m of the second sine's weight 2 pi sqrt(2) Q m, Q over all bits of the digits of level l.
  Arf multiplier(const Weight &w, ulong l, const Construction &c) const {
    if (w.zero()) {
      return {};
    }
    const std::vector<ulong> shifts(c.shifts.begin(),
                                    c.shifts.begin() + static_cast<std::ptrdiff_t>(d_ * l * c.bits_a_digit));
    Weight expected;
    if (w.multipliers.size() == 1) {
      expected.multipliers.insert({shifts, w.multipliers.begin()->m});
    }
    if (expected.zero() || !(w == expected)) {
      throw Rejected("the weight of the second sine of level " + std::to_string(l) +
                     " is no multiplier with the shifts of the layout");
    }
    return w.multipliers.begin()->m;
  }

  // M >= |Phi_0| + sum |A_m|, so that no carried sum is ever cut off.
  static void bounds(const Construction &c) {
    Arf bound = c.constant.empty() ? abs(c.Phi_0) : abs(closed_value(c.constant)).upper;
    for (const Arf &A : c.A) {
      if (!c.constant.empty() && !A.zero()) {
        throw Rejected("an amplitude that is not 0 beside a closed expression as Phi_0");
      }
      bound = bound + abs(A);
    }
    if (c.M < bound) {
      throw Rejected("M is below |Phi_0| + sum |A_l|, so that a carried sum could be cut off");
    }
  }

  static constexpr ulong kShiftLimit = ulong{1} << 62;
  const Network &network_;
  ulong d_, N_, L_;
  std::vector<std::vector<const Unit *>> by_index_;
};

} // namespace

Architecture count(const Network &network) {
  Architecture result;
  const auto add = [&](const Affine &sum) {
    const auto nonzero = [&](Reference at) { return network.table[at.index].zero() ? ulong{0} : ulong{1}; };
    result.parameters += nonzero(sum.bias);
    for (const auto &[source, weight] : sum.weights) {
      result.parameters += nonzero(weight);
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
