// What solving and evaluating share: a walk of the binary tree over the bits of the cell number, highest
// first.
#pragma once

#include "layercert/decoder/decoder.hpp"
#include "limbs.hpp"

#include <vector>

namespace layercert {

// A node with t bit positions left holds W = m (1+i) prod(factors fixed so far). Every factor still to come
// is a Gaussian integer times 2^-2s, so W matters only modulo 2^f, f = 2 * (sum of the s of the positions
// 0..t-1); and it is kept down to 2^-64. So it is a pair of integers of limbs(t) limbs each, modulo 2^(64
// limbs(t)), in units of 2^-64.
class TreeWalk {
public:
  explicit TreeWalk(const DecoderLayout &layout) : layout_(layout) {
    half_modulus_bits_.push_back(0);
    for (const BitPosition &position : layout.positions()) {
      half_modulus_bits_.push_back(half_modulus_bits_.back() + position.shift);
    }
  }

  int positions() const { return static_cast<int>(layout_.positions().size()); }
  const BitPosition &position(int t) const { return layout_.positions()[static_cast<std::size_t>(t)]; }
  // f / 2 with t positions left.
  std::int64_t half_modulus_bits(int t) const { return half_modulus_bits_[static_cast<std::size_t>(t)]; }
  mp_size_t limbs(int t) const { return static_cast<mp_size_t>((2 * half_modulus_bits(t) + 63) / 64 + 1); }

  // The digit of position t, as far as its higher bits in `cell` have fixed it, with bit t set: is it a
  // digit?
  bool set_is_digit(int t, std::uint64_t cell) const {
    const BitPosition &at = position(t);
    if (layout_.digits_are_whole()) {
      return true;
    }
    const std::uint64_t digit =
        (cell / layout_.place_value(at.digit)) % static_cast<std::uint64_t>(layout_.N());
    return digit + (std::uint64_t{1} << at.bit) < static_cast<std::uint64_t>(layout_.N());
  }
  std::uint64_t with_set(int t, std::uint64_t cell) const {
    const BitPosition &at = position(t);
    return cell + (layout_.place_value(at.digit) << at.bit);
  }

  // A node's W, in the 2 limbs(t) limbs from w (re, then im), becomes that of its child with the bit clear,
  // (1 + tau^2) W, in the 2 limbs(t-1) limbs from w. `scratch` holds limbs(t-1) limbs.
  void go_to_clear_child(int t, Limb *w, Limb *scratch) const {
    const std::int64_t s = position(t - 1).shift;
    const mp_size_t n = limbs(t);
    const mp_size_t m = limbs(t - 1);
    shift_right(scratch, m, w, n, 2 * s);
    add(w, scratch, m);
    shift_right(scratch, m, w + n, n, 2 * s);
    add(scratch, w + n, m);
    mpn_copyi(w + m, scratch, m);
  }

private:
  const DecoderLayout &layout_;
  std::vector<std::int64_t> half_modulus_bits_;
};

// Scratch limbs for a depth-first walk: `per_node(t)` of them for each t up to the top, and shared ones.
class LimbArena {
public:
  template <class Count> LimbArena(int top, mp_size_t shared, const Count &per_node) {
    offsets_.push_back(static_cast<std::size_t>(shared));
    for (int t = 0; t <= top; ++t) {
      offsets_.push_back(offsets_.back() + static_cast<std::size_t>(per_node(t)));
    }
    limbs_.resize(offsets_.back());
  }
  Limb *shared() { return limbs_.data(); }
  Limb *of_node(int t) { return limbs_.data() + offsets_[static_cast<std::size_t>(t)]; }

private:
  std::vector<std::size_t> offsets_;
  std::vector<Limb> limbs_;
};

// The `n` limbs of a multiple of 2^-64 in those units, two's complement.
void set_in_units(Limb *out, mp_size_t n, const Dyadic &value);
// And back.
Dyadic from_units(const Limb *value, mp_size_t n);

} // namespace layercert
