// The values of the readouts on the cells, twice: layer by layer, and by an integer tree for large levels.
#include "network.hpp"

#include <algorithm>

namespace checker {

namespace {

ulong whole_power(ulong N, ulong n) {
  ulong result = 1;
  for (ulong i = 0; i < n; ++i) {
    if (result > (ulong{1} << 40) / N) {
      throw Unknown("more than 2^40 cells");
    }
    result *= N;
  }
  return result;
}

slong bits_before_point(const Arf &x) {
  return x.zero() ? 0 : std::max<slong>(0, arf_abs_bound_lt_2exp_si(x.get()));
}

Integer integer(const Arf &x) { // x is one
  fmpz_t whole;
  fmpz_init(whole);
  arf_get_fmpz(whole, x.get(), ARF_RND_DOWN);
  Integer result;
  fmpz_get_mpz(result.get_mpz_t(), whole);
  fmpz_clear(whole);
  return result;
}

// A_l sin(2 pi u), for u in turns.
Interval correction(const Arf &A, const Ball &turns, slong bits) {
  Ball sine;
  arb_mul_2exp_si(sine.get(), turns.get(), 1);
  arb_sin_pi(sine.get(), sine.get(), bits);
  return Interval(A) * Interval(sine);
}

// Layer by layer on the good part of each cell k, where every step is 0 or 1: with the digits e_i of k,
// arg = sum_i g_i(e_i), then sin(w sin(beta + arg)). Precision enough for the whole turns of w to be taken off first.
std::vector<Interval> directly(const Construction &net, ulong level, const ParallelFor &parallel) {
  const slong bits = bits_before_point(net.w[level - 1]) + 96;
  Ball turn;
  arb_const_pi(turn.get(), bits + 16);
  arb_mul_2exp_si(turn.get(), turn.get(), 1);
  Ball w(net.w[level - 1]); // in turns
  arb_div(w.get(), w.get(), turn.get(), bits);
  std::vector<Interval> result(whole_power(net.N, net.d * level));
  parallel(result.size(), [&](std::size_t k) {
    Arf argument = net.beta;
    ulong digits = k;
    for (ulong i = 0; i < net.d * level; ++i, digits /= net.N) {
      argument = argument + net.g[i][digits % net.N];
    }
    Ball turns(argument);
    arb_sin(turns.get(), turns.get(), bits);
    arb_mul(turns.get(), turns.get(), w.get(), bits);
    Arf whole;
    arf_floor(whole.get(), arb_midref(turns.get()));
    arb_sub_arf(turns.get(), turns.get(), whole.get(), bits);
    result[k] = correction(net.A[level - 1], turns, 96);
  });
  return result;
}

// 2 arctan 2^-s to about `bits` bits after the point.
Ball ideal_angle(slong s, slong bits) {
  Ball half;
  if (s < 1024) {
    fmpz_t one;
    fmpz_t q;
    fmpz_init_set_ui(one, 1);
    fmpz_init(q);
    fmpz_mul_2exp(q, one, static_cast<ulong>(s));
    arb_atan_frac_bsplit(half.get(), one, q, 0, bits);
    fmpz_clear(q);
  } else {
    // sum (-1)^k 2^(-s(2k+1)) / (2k+1), alternating and falling: each term off by one unit, and the rest by one term.
    Integer sum;
    slong terms = 0;
    for (; s * (2 * terms + 1) < bits; ++terms) {
      const Integer term = (Integer(1) << static_cast<ulong>(bits - s * (2 * terms + 1))) / (2 * terms + 1);
      sum += terms % 2 == 0 ? term : Integer(-term);
    }
    half = Ball(Arf(sum).times_two_to(-bits));
    arb_add_error_arf(half.get(), Arf(terms + 1).times_two_to(-bits).get());
  }
  arb_mul_2exp_si(half.get(), half.get(), 1);
  return half;
}

// The ideal decoder that the stored angles are close to: theta_(i,q) = 2 arctan 2^-s with s = b 2^q N^i, beta = pi/4.
struct Ideal {
  std::vector<slong> shift; // s, of position i bits + q
  std::vector<Ball>
      angle_error; // up to digit i: |beta - pi/4| + sum of max_e |g_i(e) - sum of theta over the bits of e|
  ulong bits_a_digit = 0;
};

Ideal ideal_of(const Construction &net, slong bits, const ParallelFor &parallel) {
  Ideal ideal;
  while (ulong{1} << ideal.bits_a_digit < net.N) {
    ++ideal.bits_a_digit;
  }
  // 2 arctan 2^-b lies just below 2^(1-b).
  const slong b = 1 - arf_abs_bound_lt_2exp_si(net.g[0][1].get());
  if (net.g[0][1].sign() <= 0 || b < 2 || b > 4096) {
    throw Rejected("the angle of the lowest bit is not 2 arctan 2^-b");
  }
  for (ulong i = 0; i < net.d * net.depth; ++i) {
    for (ulong q = 0; q < ideal.bits_a_digit; ++q) {
      ideal.shift.push_back(b * static_cast<slong>(whole_power(net.N, i) << q));
    }
  }
  std::vector<Ball> theta(ideal.shift.size());
  parallel(theta.size(), [&](std::size_t t) { theta[t] = ideal_angle(ideal.shift[t], bits); });
  Ball error;
  arb_const_pi(error.get(), bits);
  arb_mul_2exp_si(error.get(), error.get(), -2);
  arb_sub_arf(error.get(), error.get(), net.beta.get(), bits);
  error = Ball(std::max(abs(Interval(error)).upper, Arf(0)));
  for (ulong i = 0; i < net.d * net.depth; ++i) {
    Arf largest;
    for (ulong e = 1; e < net.N; ++e) {
      Ball difference(-net.g[i][e]);
      for (ulong q = 0; q < ideal.bits_a_digit; ++q) {
        if ((e >> q & 1) != 0) {
          arb_add(difference.get(), difference.get(), theta[i * ideal.bits_a_digit + q].get(), bits);
        }
      }
      largest = std::max(largest, abs(Interval(difference)).upper);
    }
    arb_add_arf(error.get(), error.get(), largest.get(), kBits);
    ideal.angle_error.push_back(error);
  }
  return ideal;
}

// frac(m nu_k) for all cells at once, nu_k = Im (1+i) prod (bit set: (1 + i tau)^2; clear: 1 + tau^2), tau = 2^-s. A node holds
// W = m (1+i) times the factors of its higher bits in units of 2^-64, modulo 2^(2 * sum of the s below): every factor to come is
// a Gaussian integer times 2^-2s. Each node's floors are off by less than 3 units in all, and the factors to come enlarge that by
// less than prod (1 + tau^2) < 2: n positions leave less than 6 n units (Lemma 32 of proofs/lemmas.md).
class Tree {
public:
  Tree(const Construction &net, const Ideal &ideal, ulong level, const ParallelFor &parallel)
      : N_(net.N), bits_(ideal.bits_a_digit), ideal_(ideal), positions_(net.d * level * bits_),
        parallel_(parallel), phases_(whole_power(net.N, net.d * level)) {
    modulus_.push_back(64);
    for (ulong t = 0; t < positions_; ++t) {
      modulus_.push_back(modulus_.back() + 2 * static_cast<ulong>(ideal.shift[t]));
    }
  }

  // In turns, off by 6 positions 2^-64.
  const std::vector<ulong> &run(const Integer &m) {
    const Integer re = modulo(m, positions_);
    node(positions_, 0, re, re);
    return phases_;
  }

private:
  Integer modulo(const Integer &x, ulong t) const {
    Integer result;
    mpz_fdiv_r_2exp(result.get_mpz_t(), x.get_mpz_t(), modulus_[t]);
    return result;
  }

  void node(ulong t, ulong cell, const Integer &re, const Integer &im) {
    if (t == 0) {
      phases_[cell] = im.get_ui();
      return;
    }
    --t;
    const auto s = static_cast<ulong>(ideal_.shift[t]);
    const ulong place = whole_power(N_, t / bits_);
    const ulong digit = cell / place % N_ + (ulong{1} << t % bits_); // if this bit is set
    const auto child = [&](bool set) {
      if (set) { // (1 + i tau)^2 = 1 - tau^2 + 2 i tau
        node(t, cell + (place << t % bits_), modulo(re - (re >> 2 * s) - (im >> (s - 1)), t),
             modulo(im - (im >> 2 * s) + (re >> (s - 1)), t));
      } else {
        node(t, cell, modulo(re + (re >> 2 * s), t), modulo(im + (im >> 2 * s), t));
      }
    };
    if (digit >= N_) {
      child(false);
    } else if (t + 3 > positions_ && positions_ > 12) {
      parallel_(2, [&](std::size_t set) { child(set == 1); });
    } else {
      child(false);
      child(true);
    }
  }

  ulong N_, bits_;
  const Ideal &ideal_;
  ulong positions_;
  const ParallelFor &parallel_;
  std::vector<ulong> modulus_; // exponents
  std::vector<ulong> phases_;
};

// With the ideal w* = 2 pi sqrt(2) Q m, Q = prod (1 + tau^2), w* sin(ideal argument) = 2 pi m nu_k; the stored w and angles move that by
// at most |w - w*| + |w| (sum of the angles' errors).
std::vector<Interval> by_tree(const Construction &net, const Ideal &ideal, ulong level,
                              const ParallelFor &parallel) {
  const Arf &w = net.w[level - 1];
  const slong bits = bits_before_point(w) + 160;
  const ulong positions = net.d * level * ideal.bits_a_digit;
  Ball unit;
  arb_const_pi(unit.get(), bits);
  Ball root;
  arb_sqrt_ui(root.get(), 8, bits);
  arb_mul(unit.get(), unit.get(), root.get(), bits);
  for (ulong t = 0; t < positions; ++t) {
    Ball part;
    arb_mul_2exp_si(part.get(), unit.get(), -2 * ideal.shift[t]);
    arb_add(unit.get(), unit.get(), part.get(), bits);
  }
  Ball quotient;
  arb_set_arf(quotient.get(), w.get());
  arb_div(quotient.get(), quotient.get(), unit.get(), bits);
  Arf m; // in units of 2^-64; any m will do whose error below is small
  arf_mul_2exp_si(m.get(), arb_midref(quotient.get()), 64);
  m = (m + two_to(-1)).floor();
  Ball error;
  arb_mul_arf(error.get(), unit.get(), m.get(), bits);
  arb_mul_2exp_si(error.get(), error.get(), -64);
  arb_sub_arf(error.get(), error.get(), w.get(), bits);
  const Interval moved = Interval(abs(Interval(error)).upper) +
                         abs(Interval(Ball(w))) * Interval(ideal.angle_error[net.d * level - 1]);
  if (moved.upper > two_to(-40)) {
    throw Rejected("level " + std::to_string(level) +
                   ": the stored weights are too far from those of a two-sine decoder");
  }
  const Interval of_tree = Interval(6 * positions) * Interval(two_to(-64));
  const Ball radius((moved + of_tree).upper); // in turns: of what is moved, less than in radians
  Tree tree(net, ideal, level, parallel);
  const std::vector<ulong> &phases = tree.run(integer(m));
  std::vector<Interval> result(phases.size());
  parallel((phases.size() + 4095) / 4096, [&](std::size_t block) {
    for (std::size_t k = 4096 * block; k < std::min(phases.size(), 4096 * (block + 1)); ++k) {
      Ball turns;
      arb_set_si(turns.get(), static_cast<slong>(phases[k])); // to [-1/2, 1/2): a whole turn does not matter
      arb_mul_2exp_si(turns.get(), turns.get(), -64);
      arb_add_error(turns.get(), radius.get());
      result[k] = correction(net.A[level - 1], turns, kBits);
    }
  });
  return result;
}

} // namespace

std::vector<std::vector<Interval>> values(const Construction &net, ulong direct_cells,
                                          const ParallelFor &parallel) {
  std::vector<std::vector<Interval>> result{{Interval(net.Phi_0)}};
  std::optional<Ideal> ideal;
  for (ulong l = 1; l <= net.depth; ++l) {
    const ulong cells = whole_power(net.N, net.d * l);
    std::vector<Interval> level(cells);
    if (net.w[l - 1].zero() || net.A[l - 1].zero()) {
      // sin(0) = 0, or nothing is added
    } else if (cells <= direct_cells) {
      level = directly(net, l, parallel);
    } else {
      if (!ideal) {
        slong bits = 0;
        for (const Arf &w : net.w) {
          bits = std::max(bits, bits_before_point(w));
        }
        ideal = ideal_of(net, bits + 160, parallel);
      }
      level = by_tree(net, *ideal, l, parallel);
    }
    for (ulong k = 0; k < cells; ++k) {
      level[k] = result.back()[k % result.back().size()] + level[k];
    }
    result.push_back(std::move(level));
  }
  return result;
}

} // namespace checker
