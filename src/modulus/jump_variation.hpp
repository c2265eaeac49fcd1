// How much || f(. + h) - f ||_p may grow with h, where f is bounded and jumps: from one look at where and how
// much it jumps, for all shifts.
//
// The cube is cut into boxes X (jump_partition.hpp). On a resolved one f is Lipschitz, or jumps once, where c
// = 0, and is Lipschitz on both sides. Let omega_X be at least the oscillation sup f - inf f over all that is
// at most t away from X along every axis, and phi_X(s) = omega_X^p - (omega_X - s)_+^p, which is concave,
// does not fall, is 0 at 0, and grows with omega_X. Let v and k be such that v_j and k_j have the same sign
// and |v + k| <= t, so that x + v lies in the cube wherever x and x + v + k do. Then
//
//     || f(. + v + k) - f ||_p^p  <=  ( || f(. + v) - f ||_p + G(k) )^p + D(k) + C,                                              (1)
//
//     G(k)^p = sum over resolved boxes of |X| sup_X |grad f . k|^p,
//     D(k)   = sum over boxes with a jump of phi_X(sup |jump|) L_X(k) + sum over unresolved boxes of phi_X(sup_X f - inf_X f) sum_j |k_j| F_j,
//     C      = sum over unresolved boxes of phi_X(sup_X f - inf_X f) |X|,
//
// F_j the area of the face across x_j, or 0 if that face or its opposite lies in the border of the cube; and
// L_X(k) the measure, weighed by their number, of the crossings of { c = 0 } in X by lines along k, times
// |k|: the integral of |n . k| over that hypersurface, n its normal. A box with a jump may also be taken as
// unresolved.
//
// Proof (Lemma 29 of proofs/lemmas.md). For almost every x the way from x + v to x + v + k is cut by the
// boxes into parts; on a resolved one f changes by an integral of grad f . k and by jumps at crossings, on
// another by at most sup_X f - inf_X f. So f(x + v + k) - f(x) = b + e + j, b = f(x + v) - f(x), e the
// integrals, j the rest. || b + e ||_p is at most the bracket of (1), by Minkowski's inequality. Let a = |b +
// e + j|, which is at most omega_X for all X on the way, for x and x + v + k are at most t away from them.
// Where |b + e| < a, a^p - |b + e|^p <= a^p - (a - |j|)_+^p, which is at most the sum of the phi_X of the
// parts of j, for a function like phi of a sum is at most the sum of its values; and elsewhere it is not
// positive. A crossing at z is met from the x in { z - v - s k : 0 <= s <= 1 }, which gives L_X. And the way
// meets X for x in a set of measure |X| + sum_j |k_j| F_j with all F_j; but if X touches the border across
// x_j, the way that meets it starts or ends within the width of X from there, so that x + v or x + v + k lies
// in X + { s k : |s| <= 1 } without that k_j. Several such coordinates at once: Lemma 27.
//
// The right side of (1) is convex in k, so on a convex hull of k it is largest at a corner (Lemma 30). At a
// corner any bound of it will do, the smaller one of two as well, convex or not.
//
// L_X(k) (Lemma 28). If the derivative of c along k keeps its sign, a line crosses { c = 0 } at most once,
// and does so where c has one sign as it enters X and the other as it leaves. So L_X(k) = | sum_j k_j ( B_j+
// - B_j- ) |, B_j+- the area of { c < 0 } on the two faces across x_j. And if dc/dx_i keeps its sign, L_X(k)
// <= L_X(e_i) sup |grad c . k / (dc/dx_i)|, by the formula for the area of a graph. Both may be summed over
// boxes first if the signs of the derivatives along k and e_i agree on all of them.
#pragma once

#include "integrate/jump_partition.hpp"

#include <array>
#include <map>
#include <span>
#include <utility>

namespace layercert {

class JumpVariation {
public:
  // For this t; the boxes as of jump_partition(). Requires: an open UpwardScope.
  JumpVariation(const Expression &f, std::size_t dimension, const Exponent &p, double t,
                const Refinement &refinement);

  // The parts of (1) for one k.
  struct Growth {
    double smooth_upper = 0; // G(k)
    double jumps_upper = 0;  // D(k) + C
  };
  // Infinite where f is not known to be bounded. Requires: an open UpwardScope.
  Growth growth(std::span<const Interval> k) const;

  double constant_upper() const noexcept { return constant_upper_; } // C
  std::size_t boxes() const noexcept { return boxes_; }
  // That growth() adds up.
  std::size_t terms() const noexcept { return slopes_.size() + jumps_.size(); }

private:
  using Direction = std::array<int, kMaxDimension>;
  // Of f on resolved boxes.
  struct Slopes {
    double measure_upper;
    std::array<std::array<Interval, kMaxDimension>, 2> gradient;
  };
  // Of resolved boxes on which dc/dx_axis keeps its sign.
  struct Jumps {
    std::size_t axis;
    std::array<Interval, kMaxDimension> normal; // grad c / (dc/dx_axis), on all of them
    std::array<Interval, kMaxDimension>
        crossings; // the sum of phi times B_j+ - B_j-, of -c where c falls along the axis
  };

  bool is_layer(const JumpPiece &piece, double omega, double t) const;
  void add_unresolved(const JumpPiece &piece, double omega);
  void add_slopes(const JumpPiece &piece, double steepest);
  void add_jump(const JumpPiece &piece, double omega);
  double crossings_upper(const Jumps &jumps, std::span<const Interval> k) const;

  std::size_t dimension_;
  const Exponent &p_;
  std::size_t boxes_ = 0;
  std::map<Direction, Slopes> slopes_;                       // by what they are about
  std::map<std::pair<std::size_t, Direction>, Jumps> jumps_; // by the axis and what the normals are about
  std::array<double, kMaxDimension> unresolved_faces_{};     // the sum of phi F_j
  double constant_upper_ = 0;
};

} // namespace layercert
