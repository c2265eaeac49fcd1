// The multiplier m that stores a phase for every cell (Theorem 13 of proofs/theorem.md).
#include "numeric/stop_request.hpp"
#include "tree_walk.hpp"

#include <cmath>

namespace layercert {

namespace {

// psi_T = sum over S inside T of (-1)^|T - S| phi_S, modulo 1, in place: finite differences along every bit.
void moebius_transform(const DecoderLayout &layout, std::vector<Turns> &phases) {
  const auto N = static_cast<std::uint64_t>(layout.N());
  for (const BitPosition &position : layout.positions()) {
    const std::uint64_t place = layout.place_value(position.digit);
    for (std::uint64_t block = 0; block < layout.cells(); block += N * place) {
      for (std::uint64_t e = 0; e < N; ++e) {
        if ((e >> position.bit & 1U) == 0) {
          continue;
        }
        Turns *with = phases.data() + block + e * place;
        const Turns *without = with - (place << position.bit);
        for (std::uint64_t j = 0; j < place; ++j) {
          with[j] -= without[j];
        }
      }
    }
  }
}

// Depth first, the child with the bit set before the other, so that T falls. A node returns the sum of the
// corrections of m for the subsets below it, times the power of two 2^e, e = sum over the bits set above it
// of (1 - s): so scaled, it is a multiple of 2^-64 and has about f/2 bits, however large m itself is.
class Solver {
public:
  Solver(const DecoderLayout &layout, const std::vector<Turns> &psi)
      : walk_(layout), psi_(psi),
        dropped_bits_(64 - static_cast<int>(std::min(layout.b() + kBitsBelowDisturbance, kMostKeptBits))),
        arena_(walk_.positions(), 4 * walk_.limbs(walk_.positions()),
               [&](int t) { return 2 * walk_.limbs(t) + correction_limbs(t); }) {}

  Dyadic run() {
    const int t = walk_.positions();
    std::vector<Limb> root(static_cast<std::size_t>(2 * walk_.limbs(t)), Limb{0});
    std::vector<Limb> correction(static_cast<std::size_t>(correction_limbs(t)));
    node(t, 0, 0, root.data(), correction.data());
    return from_units(correction.data(), correction_limbs(t));
  }

private:
  // W is off by less than 2^9 units of 2^-64 (evaluate.cpp): what a leaf reads is good for so many bits.
  static constexpr std::int64_t kMostKeptBits = 54;
  // Nodes with fewer positions do not ask whether the run is to end: a thousand leaves are a moment.
  static constexpr int kAskedPositions = 10;
  // The corrections disturb each other by about 2^-b: finer steps than this below it are wasted.
  static constexpr std::int64_t kBitsBelowDisturbance = 4;

  // |corrections| < prod over the positions below of (1 + 2^(s-1)) <= 2^(f/2), in units of 2^-64, and a sign.
  mp_size_t correction_limbs(int t) const {
    return static_cast<mp_size_t>((walk_.half_modulus_bits(t) + 64 + 2 + 63) / 64);
  }

  // W stands in the 2 limbs(t) limbs from w and is overwritten; `out` takes correction_limbs(t) limbs, two's
  // complement. `members` is the number of bits set above.
  void node(int t, std::uint64_t cell, int members, Limb *w, Limb *out) {
    if (t == 0) {
      leaf(cell, members, w, out);
      return;
    }
    if (t >= kAskedPositions) {
      throw_if_stopped();
    }
    const int below = t - 1;
    const std::int64_t s = walk_.position(below).shift;
    const mp_size_t n = walk_.limbs(t);
    const mp_size_t m = walk_.limbs(below);
    const mp_size_t c = correction_limbs(below);
    const bool has_set = walk_.set_is_digit(below, cell);
    Limb *upper = arena_.of_node(below);
    Limb *correction = upper + 2 * m;
    path_.push_back({s, true});
    if (has_set) {
      upper_child(t, w, upper);
      node(below, walk_.with_set(below, cell), members + 1, upper, correction);
    }
    path_.pop_back();
    if (has_set) {
      add_correction(correction, c, s - 1, members, w, n);
    }
    walk_.go_to_clear_child(t, w, arena_.shared());
    path_.push_back({s, false});
    node(below, cell, members, w, out);
    path_.pop_back();
    const mp_size_t size = correction_limbs(t);
    extend_sign(out, c, size);
    if (has_set) {
      Limb *scaled = arena_.shared();
      shift_left_signed(scaled, size, correction, c, s - 1);
      add(out, scaled, size);
    }
  }

  // u_set - u_clear = 2 i tau (1 + i tau): 2 tau (i W) - 2 tau^2 W
  void upper_child(int t, const Limb *w, Limb *out) {
    const std::int64_t s = walk_.position(t - 1).shift;
    const mp_size_t n = walk_.limbs(t);
    const mp_size_t m = walk_.limbs(t - 1);
    Limb *scratch = arena_.shared();
    shift_right(out, m, w + n, n, s - 1);
    shift_right(scratch, m, w, n, 2 * s - 1);
    add(out, scratch, m);
    negate(out, m);
    shift_right(out + m, m, w, n, s - 1);
    shift_right(scratch, m, w + n, n, 2 * s - 1);
    subtract(out + m, scratch, m);
  }

  // W += (correction of m) * C, C = (1+i) prod(factors fixed above W) = 2^e i^a (1+i) prod (1 + i tau or 1 +
  // tau^2). The power of two is in the correction's scale already, but for the `scale` bits between the
  // child's and this node's; what is left has the size of W, and tau of far ancestors falls below 2^-64.
  void add_correction(const Limb *correction, mp_size_t size, std::int64_t scale, int quarter_turns, Limb *w,
                      mp_size_t n) {
    Limb *re = arena_.shared();
    Limb *im = re + n;
    Limb *scratch = im + n;
    shift_left_signed(re, n, correction, size, scale);
    mpn_copyi(im, re, n); // (1 + i) z
    const int turns = quarter_turns % 4;
    if (turns == 1 || turns == 2) { // i (1 + i) = -1 + i, and so on
      negate(re, n);
    }
    if (turns == 2 || turns == 3) {
      negate(im, n);
    }
    const std::int64_t bits = 64 * n;
    for (auto decision = path_.rbegin(); decision != path_.rend() && decision->shift < bits; ++decision) {
      const std::int64_t s = decision->shift;
      if (decision->set) { // 1 + i tau
        shift_right_signed(scratch, n, im, s);
        Limb *turned = scratch + n;
        shift_right_signed(turned, n, re, s);
        subtract(re, scratch, n);
        add(im, turned, n);
      } else if (2 * s < bits) { // 1 + tau^2
        shift_right_signed(scratch, n, re, 2 * s);
        add(re, scratch, n);
        shift_right_signed(scratch, n, im, 2 * s);
        add(im, scratch, n);
      }
    }
    add(w, re, n);
    add(w + n, im, n);
  }

  // All positions fixed: Im W mod 1 = m kappa_T. The step that makes it psi_T is divided by the leading term
  // of kappa_T, Im[(1+i) i^|T|] 2^e = +- 2^e.
  void leaf(std::uint64_t cell, int members, const Limb *w, Limb *out) const {
    const Turns step = psi_[cell] - w[1];
    const std::int64_t half = std::int64_t{1} << (dropped_bits_ - 1);
    // To nearest, into [-1/2, 1/2); the sum wraps as turns do.
    std::int64_t kept = static_cast<std::int64_t>(step + static_cast<Turns>(half)) >> dropped_bits_;
    if (members % 4 >= 2) { // Im[(1+i) i^a] = 1, 1, -1, -1 for a = 0, 1, 2, 3
      kept = -kept;
    }
    out[0] = static_cast<Limb>(kept) << dropped_bits_;
    out[1] = static_cast<Limb>(kept >> (64 - dropped_bits_));
  }

  struct Decision {
    std::int64_t shift;
    bool set;
  };

  TreeWalk walk_;
  const std::vector<Turns> &psi_;
  int dropped_bits_; // corrections are multiples of 2^(dropped - 64) / kappa_T
  std::vector<Decision> path_;
  LimbArena arena_;
};

} // namespace

Dyadic solve_multiplier(const DecoderLayout &layout, std::vector<Turns> phases) {
  assert(phases.size() == layout.cells());
  moebius_transform(layout, phases);
  return Solver(layout, phases).run();
}

double disturbance_bits(int positions, double p) {
  return positions * std::log2((1 + std::exp2(p / 2)) / 2) / p - 1;
}

} // namespace layercert
