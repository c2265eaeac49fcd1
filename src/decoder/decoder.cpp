#include "layercert/decoder/decoder.hpp"

#include <oneapi/tbb/parallel_invoke.h>

#include <cassert>

namespace layercert {

namespace {

// Subtrees of fewer cells than this are walked by one task.
constexpr std::uint64_t kParallelCells = 256;

void shift_right(mpz_class &out, const mpz_class &in, std::int64_t bits) {
  mpz_fdiv_q_2exp(out.get_mpz_t(), in.get_mpz_t(), static_cast<mp_bitcnt_t>(bits)); // floor
}

void shift_left(mpz_class &out, const mpz_class &in, std::int64_t bits) {
  mpz_mul_2exp(out.get_mpz_t(), in.get_mpz_t(), static_cast<mp_bitcnt_t>(bits));
}

void reduce(mpz_class &value, std::int64_t bits) { // modulo 2^bits, into [0, 2^bits)
  mpz_fdiv_r_2exp(value.get_mpz_t(), value.get_mpz_t(), static_cast<mp_bitcnt_t>(bits));
}

// A complex number, its parts in units of 2^-g.
struct Gaussian {
  mpz_class re;
  mpz_class im;
};

// floor(value * 2^g) for a dyadic value.
mpz_class in_units(const Dyadic &value, std::int64_t g) {
  mpz_class result;
  const std::int64_t shift = value.exponent() + g;
  if (shift >= 0) {
    shift_left(result, value.mantissa(), shift);
  } else {
    shift_right(result, value.mantissa(), -shift);
  }
  return result;
}

// The walk both trees share: which child exists, and how many bits the factors below it need.
class Walk {
public:
  explicit Walk(const DecoderLayout &layout) : layout_(layout) {
    modulus_bits_.push_back(0);
    for (const BitPosition &position : layout.positions()) {
      modulus_bits_.push_back(modulus_bits_.back() + 2 * position.shift);
    }
  }
  int positions() const { return static_cast<int>(layout_.positions().size()); }
  const BitPosition &position(int t) const { return layout_.positions()[static_cast<std::size_t>(t)]; }
  // f = 2 * sum of the s of the positions 0..t-1: all that is still to come once t positions are left.
  std::int64_t modulus_bits(int t) const { return modulus_bits_[static_cast<std::size_t>(t)]; }
  // The digit of position t, as far as its higher bits in `cell` have fixed it, with bit t set: is it a digit?
  bool set_is_digit(int t, std::uint64_t cell) const {
    const BitPosition &at = position(t);
    const std::uint64_t digit =
        (cell / layout_.place_value(at.digit)) % static_cast<std::uint64_t>(layout_.N());
    return digit + (std::uint64_t{1} << at.bit) < static_cast<std::uint64_t>(layout_.N());
  }
  std::uint64_t with_set(int t, std::uint64_t cell) const {
    const BitPosition &at = position(t);
    return cell + (layout_.place_value(at.digit) << at.bit);
  }
  // An upper bound of the number of cells below a node with t positions left.
  static std::uint64_t cells_below(int t) { return t >= 63 ? ~std::uint64_t{0} : std::uint64_t{1} << t; }

private:
  const DecoderLayout &layout_;
  std::vector<std::int64_t> modulus_bits_;
};

// ---- evaluating --------------------------------------------------------------------------------------------------

// Error of a leaf, in units of 2^-g: a node adds at most 4 units to |error| (two floors a part) after multiplying it by
// |1 + i tau|^2 = 1 + tau^2, and prod (1 + tau^2) < 2; so n positions leave less than 8 n units. With g = 96 and n < 2^20
// this is far below 2^-64, one unit of Turns; the last floor takes another one.
constexpr std::int64_t kDecodeGuard = 96;

class Decoder {
public:
  Decoder(const DecoderLayout &layout, std::vector<Turns> &phases) : walk_(layout), phases_(phases) {}

  void run(const Dyadic &multiplier) {
    const int t = walk_.positions();
    Gaussian root;
    assert(multiplier.exponent() >= -kDecodeGuard); // exact in units of 2^-g
    root.re = in_units(multiplier, kDecodeGuard);
    reduce(root.re, walk_.modulus_bits(t) + kDecodeGuard);
    root.im = root.re; // W = m (1 + i)
    node(t, 0, root);
  }

private:
  void node(int t, std::uint64_t cell, Gaussian &w) {
    if (t == 0) {
      shift_right(w.im, w.im, kDecodeGuard - 64);
      phases_[cell] = low_word(w.im);
      return;
    }
    --t;
    const std::int64_t s = walk_.position(t).shift;
    const std::int64_t bits = walk_.modulus_bits(t) + kDecodeGuard;
    const bool has_set = walk_.set_is_digit(t, cell);
    Gaussian squares; // tau^2 W
    shift_right(squares.re, w.re, 2 * s);
    shift_right(squares.im, w.im, 2 * s);
    Gaussian set;
    if (has_set) { // (1 + i tau)^2 W = W - tau^2 W + 2 i tau W
      shift_right(set.re, w.im, s - 1);
      set.re = w.re - squares.re - set.re;
      reduce(set.re, bits);
      shift_right(set.im, w.re, s - 1);
      set.im = w.im - squares.im + set.im;
      reduce(set.im, bits);
    }
    w.re += squares.re; // (1 + tau^2) W
    reduce(w.re, bits);
    w.im += squares.im;
    reduce(w.im, bits);
    if (!has_set) {
      node(t, cell, w);
    } else if (Walk::cells_below(t) >= kParallelCells) {
      oneapi::tbb::parallel_invoke([&] { node(t, walk_.with_set(t, cell), set); }, [&] { node(t, cell, w); });
    } else {
      node(t, walk_.with_set(t, cell), set);
      node(t, cell, w);
    }
  }

  static Turns low_word(const mpz_class &value) { // value >= 0, below 2^64
    return mpz_size(value.get_mpz_t()) == 0 ? 0 : mpz_getlimbn(value.get_mpz_t(), 0);
  }
  static_assert(GMP_NUMB_BITS == 64);

  Walk walk_;
  std::vector<Turns> &phases_;
};

// ---- solving -----------------------------------------------------------------------------------------------------

// psi_T = sum over S inside T of (-1)^|T - S| phi_S, modulo 1, in place: finite differences along every bit.
void moebius_transform(const DecoderLayout &layout, std::vector<Turns> &phases) {
  for (const BitPosition &position : layout.positions()) {
    const std::uint64_t place = layout.place_value(position.digit);
    const std::uint64_t step = place << position.bit;
    for (std::uint64_t cell = 0; cell < layout.cells(); ++cell) {
      const std::uint64_t digit = (cell / place) % static_cast<std::uint64_t>(layout.N());
      if ((digit >> position.bit & 1U) != 0) {
        phases[cell] -= phases[cell - step];
      }
    }
  }
}

class Solver {
public:
  Solver(const DecoderLayout &layout, const std::vector<Turns> &psi, int accuracy_bits)
      : walk_(layout), psi_(psi), keep_bits_(walk_.positions() + accuracy_bits + 4), guard_(keep_bits_ + 24) {
    if (keep_bits_ > 62) {
      keep_bits_ = 62; // psi itself has 64
      guard_ = keep_bits_ + 24;
    }
  }

  Dyadic run() {
    Gaussian root;
    return node(walk_.positions(), 0, root);
  }

private:
  struct Decision {
    std::int64_t shift;
    bool set;
  };

  // Corrects m for every subset below the node, highest index first, and returns the sum of the corrections. On entry w is
  // m (1+i) prod(factors fixed so far) for the m so far, modulo 2^f and down to 2^-g.
  Dyadic node(int t, std::uint64_t cell, Gaussian &w) {
    if (t == 0) {
      return leaf(cell, w);
    }
    --t;
    const std::int64_t s = walk_.position(t).shift;
    const std::int64_t bits = walk_.modulus_bits(t) + guard_;
    Dyadic correction;
    if (walk_.set_is_digit(t, cell)) {
      Gaussian upper; // 2 i tau (1 + i tau) W = 2 tau (i W) - 2 tau^2 W
      Gaussian squares;
      shift_right(squares.re, w.re, 2 * s - 1);
      shift_right(squares.im, w.im, 2 * s - 1);
      shift_right(upper.re, w.im, s - 1);
      upper.re = -upper.re - squares.re;
      reduce(upper.re, bits);
      shift_right(upper.im, w.re, s - 1);
      upper.im -= squares.im;
      reduce(upper.im, bits);
      path_.push_back({s, true});
      correction = node(t, walk_.with_set(t, cell), upper);
      path_.pop_back();
      add_correction(correction, w);
    }
    Gaussian squares; // (1 + tau^2) W
    shift_right(squares.re, w.re, 2 * s);
    shift_right(squares.im, w.im, 2 * s);
    w.re += squares.re;
    reduce(w.re, bits);
    w.im += squares.im;
    reduce(w.im, bits);
    path_.push_back({s, false});
    const Dyadic lower = node(t, cell, w);
    path_.pop_back();
    return correction + lower;
  }

  // w += correction * C, C = (1+i) prod(factors fixed so far). The powers of two and of i in the factors 2 i tau (1 + i tau) go
  // first, so that what is left has the size of the node, and the terms tau and tau^2 of far ancestors fall below 2^-g.
  void add_correction(const Dyadic &correction, Gaussian &w) {
    if (correction.is_zero()) {
      return;
    }
    std::int64_t exponent = 0;
    int quarter_turns = 0;
    for (const Decision &decision : path_) {
      if (decision.set) {
        exponent += 1 - decision.shift;
        ++quarter_turns;
      }
    }
    const mpz_class scaled = in_units(correction.times_power_of_two(exponent), guard_);
    Gaussian z{scaled, scaled}; // (1 + i) times the scaled correction
    for (int turn = 0; turn < quarter_turns % 4; ++turn) {
      mpz_class re = -z.im;
      z.im = z.re;
      z.re = std::move(re);
    }
    mpz_class part;
    mpz_class other;
    for (const Decision &decision : path_) {
      if (decision.set) { // 1 + i tau
        shift_right(part, z.im, decision.shift);
        shift_right(other, z.re, decision.shift);
        z.re -= part;
        z.im += other;
      } else { // 1 + tau^2
        shift_right(part, z.re, 2 * decision.shift);
        shift_right(other, z.im, 2 * decision.shift);
        z.re += part;
        z.im += other;
      }
    }
    w.re += z.re;
    w.im += z.im;
  }

  // All positions fixed: Im W mod 1 = m kappa_T. The step that makes it psi_T is divided by the leading term of kappa_T,
  // Im[(1+i) i^|T|] 2^|T| prod tau = +- a power of two.
  Dyadic leaf(std::uint64_t cell, Gaussian &w) const {
    reduce(w.im, guard_);
    mpz_class wanted;
    mpz_import(wanted.get_mpz_t(), 1, 1, sizeof(Turns), 0, 0, &psi_[cell]);
    shift_left(wanted, wanted, guard_ > 64 ? guard_ - 64 : 0);
    if (guard_ < 64) {
      shift_right(wanted, wanted, 64 - guard_);
    }
    mpz_class step = wanted - w.im; // in units of 2^-guard, modulo 1
    const std::int64_t drop = guard_ - keep_bits_;
    step += mpz_class(1) << static_cast<mp_bitcnt_t>(drop - 1);
    shift_right(step, step, drop); // to nearest, in units of 2^-keep_bits
    reduce(step, keep_bits_);
    if (mpz_tstbit(step.get_mpz_t(), static_cast<mp_bitcnt_t>(keep_bits_ - 1)) != 0) {
      step -= mpz_class(1) << static_cast<mp_bitcnt_t>(keep_bits_); // into [-1/2, 1/2)
    }
    std::int64_t exponent = 0; // of kappa_T
    int members = 0;
    for (const Decision &decision : path_) {
      if (decision.set) {
        exponent += 1 - decision.shift;
        ++members;
      }
    }
    const bool negative = members % 4 >= 2; // Im[(1+i) i^a] = 1, 1, -1, -1 for a = 0, 1, 2, 3
    return Dyadic(negative ? mpz_class(-step) : step, -keep_bits_ - exponent);
  }

  Walk walk_;
  const std::vector<Turns> &psi_;
  std::int64_t keep_bits_; // corrections are multiples of 2^-keep_bits / kappa_T
  std::int64_t guard_;     // W is kept down to 2^-guard
  std::vector<Decision> path_;
};

} // namespace

Dyadic solve_multiplier(const DecoderLayout &layout, std::vector<Turns> phases, int accuracy_bits) {
  assert(phases.size() == layout.cells());
  moebius_transform(layout, phases);
  return Solver(layout, phases, accuracy_bits).run();
}

std::vector<Turns> decode_phases(const DecoderLayout &layout, const Dyadic &multiplier) {
  std::vector<Turns> phases(layout.cells());
  Decoder(layout, phases).run(multiplier);
  return phases;
}

Dyadic exact_nu(const DecoderLayout &layout, std::uint64_t cell) {
  const Dyadic one = Dyadic::from_integer(1);
  Dyadic re = one; // 1 + i
  Dyadic im = one;
  for (const BitPosition &position : layout.positions()) {
    const std::uint64_t digit =
        (cell / layout.place_value(position.digit)) % static_cast<std::uint64_t>(layout.N());
    const Dyadic tau2 = Dyadic::power_of_two(-2 * position.shift);
    if ((digit >> position.bit & 1U) != 0) {
      const Dyadic a = one - tau2;
      const Dyadic c = Dyadic::power_of_two(1 - position.shift);
      const Dyadic new_re = re * a - im * c;
      im = re * c + im * a;
      re = new_re;
    } else {
      re = re * (one + tau2);
      im = im * (one + tau2);
    }
  }
  return im;
}

Dyadic exact_Q(const DecoderLayout &layout) {
  Dyadic product = Dyadic::from_integer(1);
  for (const BitPosition &position : layout.positions()) {
    product = product + product.times_power_of_two(-2 * position.shift);
  }
  return product;
}

} // namespace layercert
