// pi by the Chudnovsky series, in binary splitting:
//
//     1/pi = 12 sum_{k>=0} (-1)^k (6k)! (A + B k) / ((3k)! (k!)^3 640320^(3k + 3/2)),  A = 13591409, B = 545140134,
//
// that is pi = 426880 sqrt(10005) / S with S = A + sum_{k>=1} (-1)^k (A + B k) prod_{j=1..k} p_j / q_j,
// p_j = (6j-5)(2j-1)(6j-1), q_j = j^3 C, C = 640320^3 / 24.
#include "enclosure.hpp"
#include "layercert/numeric/constants.hpp"

#include <oneapi/tbb/parallel_invoke.h>

#include <algorithm>
#include <cassert>

namespace layercert {

namespace {

constexpr unsigned long kA = 13591409;
constexpr unsigned long kB = 545140134;
constexpr unsigned long kC = 10939058860032000; // 640320^3 / 24
constexpr std::int64_t kLeafTerms = 20;
constexpr std::int64_t kParallelTerms = 2000;

// Of the terms first <= k < last: P = prod -p_k, Q 2^twos = prod q_k with Q odd (a sixth of the bits of q_k are factors
// of two), and T / (Q 2^twos) = sum (A + B k) prod_{j=first..k} -p_j / q_j.
struct Sum {
  mpz_class P, Q, T;
  mp_bitcnt_t twos = 0;
};

// a *= x y z. Requires: x y < 2^64. One multiplication where the whole product fits a word.
void multiply(mpz_class &a, unsigned long x, unsigned long y, unsigned long z) {
  unsigned long product = 0;
  if (__builtin_umull_overflow(x * y, z, &product)) {
    mpz_mul_ui(a.get_mpz_t(), a.get_mpz_t(), x * y);
    product = z;
  }
  mpz_mul_ui(a.get_mpz_t(), a.get_mpz_t(), product);
}

Sum leaf(std::int64_t first, std::int64_t last) {
  // From the last term backwards: T <- -p_k ((A + B k) Q + T), P <- -p_k P, Q <- q_k Q (with Q, T of the terms after k).
  Sum s;
  s.P = 1;
  s.Q = 1;
  s.T = 0;
  for (std::int64_t k = last - 1; k >= first; --k) {
    const auto j = static_cast<unsigned long>(k);
    mpz_addmul_ui(s.T.get_mpz_t(), s.Q.get_mpz_t(), kA + kB * j);
    multiply(s.T, 6 * j - 5, 2 * j - 1, 6 * j - 1);
    multiply(s.P, 6 * j - 5, 2 * j - 1, 6 * j - 1);
    mpz_neg(s.T.get_mpz_t(), s.T.get_mpz_t());
    mpz_neg(s.P.get_mpz_t(), s.P.get_mpz_t());
    mpz_mul_ui(s.Q.get_mpz_t(), s.Q.get_mpz_t(), kC);
    multiply(s.Q, j, j, j);
  }
  s.twos = mpz_scan1(s.Q.get_mpz_t(), 0);
  s.Q >>= s.twos;
  return s;
}

// P is left out where it is not needed: at the right edge of the tree.
Sum sum(std::int64_t first, std::int64_t last, bool with_P) {
  if (last - first <= kLeafTerms) {
    return leaf(first, last);
  }
  const std::int64_t middle = first + (last - first) / 2;
  Sum left;
  Sum right;
  const auto halves = [&](const auto &compute_left, const auto &compute_right) {
    if (last - first < kParallelTerms) {
      compute_left();
      compute_right();
    } else {
      oneapi::tbb::parallel_invoke(compute_left, compute_right);
    }
  };
  halves([&] { left = sum(first, middle, true); }, [&] { right = sum(middle, last, with_P); });
  halves(
      [&] {
        left.T *= right.Q;
        left.T <<= right.twos;
      },
      [&] { right.T *= left.P; });
  left.T += right.T;
  right.T = 0;
  halves([&] { left.Q *= right.Q; },
         [&] {
           if (with_P) {
             left.P *= right.P;
           }
         });
  left.twos += right.twos;
  return left;
}

// floor(x 2^shift)
void shift_floor(mpz_class &x, std::int64_t shift) {
  if (shift >= 0) {
    mpz_mul_2exp(x.get_mpz_t(), x.get_mpz_t(), static_cast<mp_bitcnt_t>(shift));
  } else {
    mpz_fdiv_q_2exp(x.get_mpz_t(), x.get_mpz_t(), static_cast<mp_bitcnt_t>(-shift));
  }
}

} // namespace

// Let n = bits, S_N = A + T/Q = U/Q with the terms k < N. The terms alternate in sign; p_k/q_k < 72/C < 2^-47 and
// (A + B (k+1)) / (A + B k) <= 42, so they fall in size, and |S - S_N| < |term N| < 2^(-47 N) (A + B N)
// < 2^(-47 N + 30) (N + 1). Both S and S_N exceed 2^23 (A = 13591409 less at most a millionth), so
//     |pi - pi_N| = 426880 sqrt(10005) |S - S_N| / (S S_N) = pi |S - S_N| / S_N < 2^(-47 N + 9) (N + 1) < 2^-n
// for N = floor(n / 47) + 2, where 47 N > n + 47 and N + 1 < 2^38. In units of 2^-n:
//   (1) the tail: pi_N is off by less than 1, either way;
//   (2) Q and U cut to at least n + 8 bits: Q/U lies between Qc/(Uc + 1) and (Qc + 1)/Uc, off by less than a factor
//       1 +- 2^(-n-6), which moves pi_N by less than 1, either way;
//   (3) r = floor(sqrt(10005) 2^n): 426880 (Qc/Uc) (sqrt(10005) 2^n - r) < 426880 Qc/Uc < 1 (it is about pi/100);
//   (4) the floor of the division: less than 1.
// So pi 2^n lies in (z - 2, z + 4) for z = floor(426880 Qc r / Uc).
constants::Enclosure constants::enclose_pi(std::int64_t bits) {
  const std::int64_t terms = bits / 47 + 2;
  assert(terms < std::int64_t{1} << 30); // products of two factors fit a word
  Sum s;
  mpz_class root = 10005;
  oneapi::tbb::parallel_invoke([&] { s = sum(1, terms, false); },
                               [&] {
                                 root <<= static_cast<mp_bitcnt_t>(2 * bits);
                                 mpz_sqrt(root.get_mpz_t(), root.get_mpz_t());
                               });
  s.P = 0;
  // Both without the bits of Q 2^twos beyond n + 8.
  const auto twos = static_cast<std::int64_t>(s.twos);
  const std::int64_t excess = std::max<std::int64_t>(
      0, static_cast<std::int64_t>(mpz_sizeinbase(s.Q.get_mpz_t(), 2)) + twos - (bits + 8));
  mpz_class U = s.Q * kA;
  U <<= s.twos;
  U += s.T;
  s.T = 0;
  shift_floor(U, -excess);
  shift_floor(s.Q, twos - excess);
  s.Q *= root;
  s.Q *= 426880UL;
  constants::Enclosure result;
  // All positive, so that truncation is the floor, and quicker than mpz_fdiv_q, which wants the remainder.
  mpz_tdiv_q(result.lower.get_mpz_t(), s.Q.get_mpz_t(), U.get_mpz_t());
  result.lower -= 2;
  result.width = 6;
  return result;
}

FixedPoint compute_pi(std::int64_t bits) {
  assert(bits >= 0);
  return constants::exact_floor(bits, constants::enclose_pi);
}

} // namespace layercert
