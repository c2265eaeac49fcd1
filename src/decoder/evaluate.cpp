// frac(m nu_k) for all cells at once (Lemmas 6 to 8 of proofs/theorem.md).
#include "numeric/stop_request.hpp"
#include "tree_walk.hpp"

#include <oneapi/tbb/parallel_invoke.h>

namespace layercert {

namespace {

// Subtrees with this many positions left or fewer are walked by one task.
constexpr int kTaskPositions = 10;

// The error of a leaf, in units of 2^-64. A node computes, with floors of one unit at most each,
//   set:   re - floor(tau^2 re) - floor(2 tau im), im - floor(tau^2 im) + floor(2 tau re), off by (0..2) + i (-1..1);
//   clear: re + floor(tau^2 re),                   im + floor(tau^2 im),                   off by (-1..0) + i (-1..0);
// less than 3 units in absolute value. What W carries from before is multiplied by a factor of absolute value
// 1 + tau^2, and the product of all of them is below 2. So n positions leave less than 6 n units (Lemma 32 of
// proofs/lemmas.md): 6 * 85 = 510 < kPhaseBelow, kPhaseAbove.
constexpr int kMostPositions = 85;
static_assert(6 * kMostPositions < kPhaseBelow && 6 * kMostPositions < kPhaseAbove);

class Evaluation {
public:
  // Of the cells from `first` on, as many as there are phases.
  Evaluation(const DecoderLayout &layout, std::uint64_t first, std::vector<Turns> &phases)
      : walk_(layout), first_(first), last_(first + phases.size()), phases_(phases) {
    assert(walk_.positions() <= kMostPositions);
    spans_.push_back(1);
    for (const BitPosition &position : layout.positions()) {
      spans_.push_back(layout.place_value(position.digit) << (position.bit + 1));
    }
  }

  void run(const Dyadic &multiplier) {
    const int t = walk_.positions();
    const mp_size_t n = walk_.limbs(t);
    std::vector<Limb> root(static_cast<std::size_t>(2 * n));
    set_in_units(root.data(), n, multiplier); // W = m (1 + i)
    mpn_copyi(root.data() + n, root.data(), n);
    parallel_node(t, 0, root.data());
  }

private:
  // W stands in the 2 limbs(t) limbs from w: re, then im. They are overwritten.
  void parallel_node(int t, std::uint64_t cell, Limb *w) {
    throw_if_stopped();
    if (is_outside(t, cell)) {
      return;
    }
    if (t <= kTaskPositions) {
      LimbArena arena(t, 2 * walk_.limbs(t), [&](int left) { return 2 * walk_.limbs(left); });
      node(t, cell, w, arena);
      return;
    }
    const int below = t - 1;
    std::vector<Limb> scratch(static_cast<std::size_t>(2 * walk_.limbs(below)));
    const bool has_set = walk_.set_is_digit(below, cell) && !is_outside(below, walk_.with_set(below, cell));
    if (!has_set) {
      walk_.go_to_clear_child(t, w, scratch.data());
      scratch = {};
      parallel_node(below, cell, w);
      return;
    }
    std::vector<Limb> set(static_cast<std::size_t>(2 * walk_.limbs(below)));
    set_child(t, w, set.data(), scratch.data());
    walk_.go_to_clear_child(t, w, scratch.data());
    scratch = {};
    oneapi::tbb::parallel_invoke([&] { parallel_node(below, walk_.with_set(below, cell), set.data()); },
                                 [&] { parallel_node(below, cell, w); });
  }

  // Whether a node with t positions left has none of the cells: these only add to its number.
  bool is_outside(int t, std::uint64_t cell) const {
    return cell >= last_ || cell + spans_[static_cast<std::size_t>(t)] <= first_;
  }

  void node(int t, std::uint64_t cell, Limb *w, LimbArena &arena) {
    if (is_outside(t, cell)) {
      return;
    }
    if (t == 0) { // limbs(0) = 1: im is the fraction itself
      phases_[cell - first_] = w[1];
      return;
    }
    const int below = t - 1;
    const bool has_set = walk_.set_is_digit(below, cell);
    Limb *set = arena.of_node(below);
    if (has_set) {
      set_child(t, w, set, arena.shared());
    }
    walk_.go_to_clear_child(t, w, arena.shared());
    if (has_set) {
      node(below, walk_.with_set(below, cell), set, arena);
    }
    node(below, cell, w, arena);
  }

  // (1 + i tau)^2 W = W - tau^2 W + 2 i tau W
  void set_child(int t, const Limb *w, Limb *out, Limb *scratch) const {
    const std::int64_t s = walk_.position(t - 1).shift;
    const mp_size_t n = walk_.limbs(t);
    const mp_size_t m = walk_.limbs(t - 1);
    const Limb *re = w;
    const Limb *im = w + n;
    shift_right(scratch, m, re, n, 2 * s);
    mpn_sub_n(out, re, scratch, m);
    shift_right(scratch, m, im, n, s - 1);
    subtract(out, scratch, m);
    shift_right(scratch, m, im, n, 2 * s);
    mpn_sub_n(out + m, im, scratch, m);
    shift_right(scratch, m, re, n, s - 1);
    add(out + m, scratch, m);
  }

  TreeWalk walk_;
  std::uint64_t first_, last_;       // cells
  std::vector<std::uint64_t> spans_; // with t positions left: cell numbers from the first of a node on
  std::vector<Turns> &phases_;
};

} // namespace

std::vector<Turns> decode_phases(const DecoderLayout &layout, const Dyadic &multiplier) {
  return decode_phases(layout, multiplier, 0, layout.cells());
}

std::vector<Turns> decode_phases(const DecoderLayout &layout, const Dyadic &multiplier, std::uint64_t first,
                                 std::uint64_t last) {
  assert(first <= last && last <= layout.cells());
  std::vector<Turns> phases(last - first);
  Evaluation(layout, first, phases).run(multiplier);
  return phases;
}

} // namespace layercert
