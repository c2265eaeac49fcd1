// Shifts that are enough for the modulus, by what is known of f; numbered for the proofs below. h and -h are
// alike for every f.
//
// 1. If f with x_i and x_j exchanged is f + c or c - f, shifts with h_i and h_j exchanged have the same norm
// || f(. + h) - f ||_p. So
//    |h_i| >= |h_j| may be asked for i < j, and, exchanges generating all orders, for all coordinates of a kind.
// 2. If f with 1 - x_j for x_j is f + c or c - f, the shift with -h_j for h_j has the same norm, by the same
// substitution.
// 3. If s_j f does not fall along x_j, for signs s_j and all j, then the shift (s_j |h_j|)_j has at least the
// norm of h. Let all s_j be 1, by
//    substitution of 1 - x_j. With h = u - v, u, v >= 0 and u_j v_j = 0, x = z + v and x + h = z + u both lie between z and z + |h|, which is
//    in the cube, by coordinates: |f(x + h) - f(x)| <= f(z + |h|) - f(z); and z runs over Omega_|h| while x runs over Omega_h. The points on
//    the way have each coordinate of z or of z + |h|, and almost all x have a value of f at all of them (Lemma 25 of proofs/lemmas.md).
// 2 and 3 keep every |h_j|, so they may follow 1. A null set on which f has no value does not matter; where
// there may be more, 3 is not to be used, nor 1 and 2.
#pragma once

#include "shift_cones.hpp"

#include "function/symmetry.hpp"
#include "layercert/function/expression.hpp"

#include <optional>
#include <vector>

namespace layercert {

class ShiftSector {
public:
  // All shifts.
  explicit ShiftSector(std::size_t dimension);
  // Requires: f has a value almost everywhere; an open UpwardScope.
  ShiftSector(const Expression &f, std::size_t dimension);

  // Whether a piece may hold shifts of the sector (or their negatives). Those that do not may be left out.
  bool meets(const ShiftCone &cone) const;
  // What cones_of_ball() and halves() give, without those.
  std::vector<ShiftCone> cones_of_ball(double t) const;
  std::vector<ShiftCone> halves(const ShiftCone &cone, std::size_t direction) const;

  // Signs s_j with which s_j f does not fall along x_j, of 3, if they are known; then only shifts with these
  // signs, or all opposite ones, are in the sector.
  const std::optional<std::vector<int>> &directions() const noexcept { return directions_; }

private:
  std::vector<ShiftCone> that_meet(std::vector<ShiftCone> cones) const;
  bool signs_meet(const ShiftCone &cone) const;

  Symmetries symmetries_;
  std::optional<std::vector<int>> directions_; // s of 3
};

} // namespace layercert
