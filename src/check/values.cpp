// The values of the readouts on the cells, by an integer tree with counted truncations (Lemmas 6 to 8 of
// proofs/theorem.md).
#include "network.hpp"

#include <algorithm>
#include <array>

namespace checker {

namespace {

__extension__ using Wide = __int128;

constexpr ulong kMostCells = ulong{1} << 28;     // eight bytes for each
constexpr ulong kMostDigitBits = ulong{1} << 34; // of a node of the tree
constexpr slong kSineError = 4;                  // of sine_of_turns, in its units

ulong whole_power(ulong N, ulong n) {
  ulong result = 1;
  for (ulong i = 0; i < n; ++i) {
    if (result > kMostCells / N) {
      throw Unknown("more than 2^28 cells");
    }
    result *= N;
  }
  return result;
}

// floor(x / 2^by) modulo 2^(64 count), for x of n limbs.
void shift_right(ulong *out, mp_size_t count, const ulong *x, mp_size_t n, ulong by) {
  const auto skip = static_cast<mp_size_t>(std::min<ulong>(by / 64, static_cast<ulong>(n)));
  const auto bits = static_cast<unsigned>(by % 64);
  const mp_size_t have = std::min(count, n - skip);
  if (have > 0 && bits == 0) {
    mpn_copyi(out, x + skip, have);
  } else if (have > 0) {
    mpn_rshift(out, x + skip, have, bits);
    if (skip + have < n) {
      out[have - 1] |= x[skip + have] << (64 - bits);
    }
  }
  mpn_zero(out + have, count - have);
}

// frac(m nu_k) for all cells at once, nu_k = Im (1+i) prod (bit set: (1 + i tau)^2; clear: 1 + tau^2), tau =
// 2^-s. A node with t positions left holds W = m (1+i) times the factors of its higher bits in units of
// 2^-64. Every factor to come is a Gaussian integer times 2^-2s, so W counts modulo 2^(2 * sum of the s to
// come) only, and shifts to the right keep what counts. A node's floors are off by less than 3 units in all,
// and the factors to come enlarge that by less than prod (1 + tau^2) < 2: n positions leave less than 6 n
// units (Lemma 32 of proofs/lemmas.md).
class Tree {
public:
  Tree(const Construction &net, ulong level, const ParallelFor &parallel)
      : net_(net), positions_(net.d * level * net.bits_a_digit), parallel_(parallel),
        phases_(whole_power(net.N, net.d * level)) {
    ulong bits = 64;
    limbs_.push_back(1);
    for (ulong t = 0; t < positions_; ++t) {
      bits += 2 * net.shifts[t];
      if (net.shifts[t] > kMostDigitBits || bits > kMostDigitBits) {
        throw Unknown("a decoder with shifts of more than 2^34 bits");
      }
      limbs_.push_back(static_cast<mp_size_t>((bits + 63) / 64));
      steps_.push_back(whole_power(net.N, t / net.bits_a_digit) << t % net.bits_a_digit);
    }
  }

  // In units of 2^-64 turns, off by 6 positions of them.
  std::vector<slong> run(const Arf &m) && {
    std::vector<Node> nodes{root(m)};
    ulong t = positions_;
    for (; t > 0 && nodes.size() < kSubtrees; --t) {
      nodes = generation(t, nodes);
    }
    parallel_(nodes.size(), [&](std::size_t i) {
      std::vector<std::vector<ulong>> room; // for the node with each t, and scratch
      for (ulong below = 0; below < t; ++below) {
        room.emplace_back(3 * limbs_[below]);
      }
      walk(t, nodes[i].cell, nodes[i].digit, nodes[i].w.data(), room);
      nodes[i].w = {};
    });
    return std::move(phases_);
  }

private:
  static constexpr std::size_t kSubtrees = 64; // that are walked one by one

  struct Node {
    ulong cell = 0;  // its bits so far
    ulong digit = 0; // of which the last position was one
    std::vector<ulong> w;
  };

  Node root(const Arf &m) const {
    const auto n = static_cast<std::size_t>(limbs_[positions_]);
    const auto bits = static_cast<slong>(64 * n);
    Arf units = m.times_two_to(64);
    units = units - units.times_two_to(-bits).floor().times_two_to(bits);
    Node result;
    result.w.resize(2 * n);
    fmpz_t whole;
    fmpz_init(whole);
    arf_get_fmpz(whole, units.get(), ARF_RND_DOWN);
    Integer integer;
    fmpz_get_mpz(integer.get_mpz_t(), whole);
    fmpz_clear(whole);
    mpn_copyi(result.w.data(), mpz_limbs_read(integer.get_mpz_t()),
              static_cast<mp_size_t>(mpz_size(integer.get_mpz_t())));
    std::copy_n(result.w.begin(), n, result.w.begin() + static_cast<std::ptrdiff_t>(n));
    return result;
  }

  // The digit that position t is a bit of, as far as its higher bits are known.
  ulong digit_above(ulong t, ulong digit) const { return (t + 1) % net_.bits_a_digit == 0 ? 0 : digit; }
  ulong bit(ulong t) const { return ulong{1} << t % net_.bits_a_digit; }

  // A node with t positions left, from one with t + 1: two times limbs_[t] limbs. Also limbs_[t] limbs of
  // scratch.
  void child(ulong t, const ulong *w, bool set, ulong *out, ulong *scratch) const {
    const ulong s = net_.shifts[t];
    const mp_size_t n = limbs_[t + 1];
    const mp_size_t count = limbs_[t];
    for (const bool imaginary : {false, true}) {
      const ulong *own = w + (imaginary ? n : 0);
      const ulong *other = w + (imaginary ? 0 : n);
      ulong *to = out + (imaginary ? count : 0);
      shift_right(scratch, count, own, n, 2 * s);
      (set ? mpn_sub_n : mpn_add_n)(to, own, scratch, count); // (1 + i tau)^2 = 1 - tau^2 + 2 i tau
      if (set) {
        shift_right(scratch, count, other, n, s - 1);
        (imaginary ? mpn_add_n : mpn_sub_n)(to, to, scratch, count);
      }
    }
  }

  // The children of nodes with t positions left.
  std::vector<Node> generation(ulong t, std::vector<Node> &nodes) const {
    --t;
    std::vector<Node> children;
    std::vector<std::pair<std::size_t, bool>> origin;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const ulong digit = digit_above(t, nodes[i].digit);
      children.push_back({nodes[i].cell, digit, {}});
      origin.emplace_back(i, false);
      if (digit + bit(t) < net_.N) {
        children.push_back({nodes[i].cell + steps_[t], digit + bit(t), {}});
        origin.emplace_back(i, true);
      }
    }
    const auto n = static_cast<std::size_t>(limbs_[t]);
    parallel_(children.size(), [&](std::size_t i) {
      std::vector<ulong> scratch(n);
      children[i].w.resize(2 * n);
      child(t, nodes[origin[i].first].w.data(), origin[i].second, children[i].w.data(), scratch.data());
    });
    return children;
  }

  void walk(ulong t, ulong cell, ulong digit, const ulong *w, std::vector<std::vector<ulong>> &room) {
    if (t == 0) {
      phases_[cell] = static_cast<slong>(w[1]);
      return;
    }
    --t;
    ulong *out = room[t].data();
    ulong *scratch = out + 2 * limbs_[t];
    digit = digit_above(t, digit);
    child(t, w, false, out, scratch);
    walk(t, cell, digit, out, room);
    if (digit + bit(t) < net_.N) {
      child(t, w, true, out, scratch);
      walk(t, cell + steps_[t], digit + bit(t), out, room);
    }
  }

  const Construction &net_;
  ulong positions_;
  const ParallelFor &parallel_;
  std::vector<mp_size_t> limbs_; // of each part of a node with t positions left
  std::vector<ulong> steps_;     // what the bit of each position adds to the number of the cell
  std::vector<slong> phases_;
};

} // namespace

// With u = i 2^-10 + v, |v| <= 2^-11 turns, x = 2 pi v: sin(a + x) = S - S (1 - cos x) + C sin x, S and C the
// sine and cosine of a = 2 pi i 2^-10. Fixed point: S and C in units of 2^-62, off by 1; x and sin x in units
// of 2^-70, off by 2 and 6 (one for each floor, and x^7 / 5040 < 2^-70 left out); x^2 and 1 - cos x in units
// of 2^-78, off by 4 and 10. The two products are floored: less than 4 in all.
slong sine_of_turns(ulong u) {
  static const auto table = [] {
    std::array<slong, 1024 + 256> result{}; // a quarter more, for the cosines
    for (std::size_t i = 0; i < result.size(); ++i) {
      Ball sine(Arf(i).times_two_to(-9));
      arb_sin_pi(sine.get(), sine.get(), 96);
      arb_mul_2exp_si(sine.get(), sine.get(), 62);
      result[i] = arf_get_si(arb_midref(sine.get()), ARF_RND_NEAR);
    }
    return result;
  }();
  constexpr slong kTwoPi = 7244019458077122842; // 2 pi in units of 2^-60
  const auto product = [](slong a, slong b, int shift) {
    return static_cast<slong>(static_cast<Wide>(a) * b >> shift);
  };
  const ulong i = (u + (ulong{1} << 53)) >> 54;
  const slong x = product(static_cast<slong>(u - (i << 54)), kTwoPi, 54);
  const slong x2 = product(x, x, 62);
  const slong x3 = product(x, x2, 78);
  const slong x4 = product(x2, x2, 78);
  const slong sine = x - x3 / 6 + product(x3, x2, 78) / 120;
  const slong versine = x2 / 2 - x4 / 24 + product(x4, x2, 78) / 720;
  const slong S = table[i % 1024];
  const slong C = table[i % 1024 + 256];
  return S - product(S, versine, 78) + product(C, sine, 70);
}

CellValues::CellValues(const Construction &network, const ParallelFor &parallel)
    : network_(network), parallel_(parallel) {
  Arf reach;
  for (const Arf &A : network.A) {
    reach = reach + abs(A);
  }
  unit_ = reach.zero()
              ? 0
              : arf_abs_bound_lt_2exp_si(reach.get()) - 61; // so sums_ stays within 2^61 and a little
}

void CellValues::next() {
  const Arf &m = network_.m[level_];
  const Arf &A = network_.A[level_];
  ++level_;
  cells_ = whole_power(network_.N, network_.d * level_);
  if (m.zero() || A.zero()) {
    return; // sin(0) = 0, or nothing is added
  }
  std::vector<slong> sums = Tree(network_, level_, parallel_).run(m);
  const slong a = arf_get_si(A.times_two_to(-unit_).get(), ARF_RND_DOWN); // off by less than 1
  parallel_((sums.size() + 4095) / 4096, [&](std::size_t block) {
    for (std::size_t k = 4096 * block; k < std::min(sums.size(), 4096 * (block + 1)); ++k) {
      const Wide product = static_cast<Wide>(sine_of_turns(static_cast<ulong>(sums[k]))) * a;
      sums[k] = static_cast<slong>(product >> 62) + sums_[k % sums_.size()];
    }
  });
  // The phase is off by 6 n 2^-64 turns, so its sine by 12 pi n 2^-64 < 10 n 2^-62 and kSineError; then A's
  // rounding, and the product's.
  const auto n = static_cast<slong>(network_.d * level_ * network_.bits_a_digit);
  radius_ += static_cast<slong>(static_cast<Wide>(std::abs(a)) * (10 * n + kSineError) >> 62) + 3;
  sums_ = std::move(sums);
}

Interval CellValues::of(ulong k) const {
  const slong sum = sums_[k % sums_.size()];
  return Interval(network_.Phi_0) +
         Interval(Arf(sum - radius_).times_two_to(unit_), Arf(sum + radius_).times_two_to(unit_));
}

} // namespace checker
