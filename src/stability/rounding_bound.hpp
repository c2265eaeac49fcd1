// How far the readout that is computed in finite precision (rounded_network.hpp) can be from the exact one: a
// rigorous bound from the weights alone, for all points at once.
//
// Let u = 2^-P; rounding to nearest moves a number a by at most u |a|. A unit that adds up b + sum_i w_i v_i
// has, against the exact sum over the same values v_i, a rounding error of at most
//     rho_0 |b|  +  sum_i |w_i| V_i ((1 + rho_i)(1 + pi_i) - 1)  +  u sum_i (S_(i-1) + T_i),                              (1)
//     T_i = |w_i| V_i (1 + rho_i)(1 + pi_i),   S_0 = |b| (1 + rho_0),   S_i = (S_(i-1) + T_i)(1 + u),
// where |v_i| <= V_i; rho_i = 0 if w_i has at most P bits, else u; pi_i = 0 if w_i is a power of two, else u;
// and nothing is added for the first term if b = 0. (1) is R below, with the unit it belongs to as its index.
//
// A step is the difference of two units of size up to N / delta that differ by 1, and both see the same error
// of the coordinate. So errors are not carried from unit to unit, which would multiply them by N / delta in
// every layer, but from coordinate to coordinate. Let xi_m = N c - sum_e (p_e - n_e), exactly, of the
// computed values of carry and steps in layer m; xi_0 is the rounded coordinate. With x^(m) the exact
// coordinate, suppose |xi_(m-1) - x^(m-1)| <= E_(m-1); E_0 = u. In layer m, where N x^(m-1) keeps out of
// every (e - delta - g_m, e + g_m), g_m = N E_(m-1) + delta R_step:
//     above, both units of the pair are positive and linear, so that |(p_e - n_e) - 1| <= 2 R_step =: T_m; below, both are 0;          (2)
//     |c - x^(m-1)| <= E_(m-1) + R_carry,  since ReLU does not lengthen distances;                                        (3)
//     E_m = N (E_(m-1) + R_carry) + (N - 1) T_m.                                                                          (4)
// With a_m the error of the carried argument (a_1 = 0), the argument that layer m + 1 reads is wrong by
//     alpha_m = a_m + T_m sum |g_i(e) - g_i(e-1)|,  so  a_(m+1) = alpha_m + R_argument,  first sine: alpha_m + R_first + u.           (5)
// The second sine of level l is wrong by at most min(2, |w_l| (alpha_l + R_first + u) + R_second + u), its error enters Phi_l times A_l, and the
// sums add (1) of their own.                                                                                              (6)
//
// The points that (2) leaves out have measure at most sum_(m <= l) d (1 - 1/N)(delta + 2 g_m); there every
// second sine is wrong by at most 2. The middle half of a cell (along every axis) is not among them if delta
// + g_m <= N^(m-l) / 4 for all m <= l.
#pragma once

#include "layercert/network/construction.hpp"
#include "upper_bound.hpp"

#include <optional>
#include <string>
#include <vector>

namespace layercert {

// Where rounding happens: in the units of one role in one hidden layer; with no role, in the coordinates
// (layer 0) or in the readout.
struct RoundingPlace {
  int layer = 0;
  Role role = Role::Unnamed;

  friend bool operator==(const RoundingPlace &, const RoundingPlace &) = default;
};
std::string name_of(const RoundingPlace &place);

// Of the difference of the computed and the exact readout of the last level.
struct RoundingBound {
  UpperBound off_ramps;          // of its size at the points that (2) does not leave out
  UpperBound anywhere;           // of its size
  UpperBound left_out;           // of the measure of the points that (2) leaves out; at most 1
  bool middles_off_ramps = true; // (2) leaves out no point of the middle half of a cell

  const UpperBound &in_middles() const { return middles_off_ramps ? off_ramps : anywhere; }
  // Of its L^p norm: off_ramps + anywhere left_out^(1/p). Requires: p >= 1.
  UpperBound norm(const mpq_class &p) const;
};

// The analysis above for the last level of a network. Immutable, for any number of threads.
class RoundingAnalysis {
public:
  // Requires: network = assemble_network(parameters), decoder_base (level_values.hpp) does not throw for the
  // parameters.
  RoundingAnalysis(const NetworkParameters &parameters, const Network &network);

  // With a place, of a computation that rounds there alone. Requires: precision >= 2.
  RoundingBound bound(mpfr_prec_t precision, const std::optional<RoundingPlace> &only = {}) const;

  // Every place there is, in the order of the computation.
  std::vector<RoundingPlace> places() const;

private:
  struct SizedWeight {
    UpperBound size;
    std::size_t bits = 0;
  };
  struct SizedTerm {
    int source;
    SizedWeight weight;
  };
  struct SizedUnit {
    int index;
    Role role;
    SizedWeight bias;
    std::vector<SizedTerm> terms;
  };
  class Walk;

  std::size_t dimension_;
  int N_;
  int depth_;
  int width_;
  std::int64_t ramp_exponent_;
  std::vector<UpperBound> argument_; // arg_m, m = 0..depth
  std::vector<std::vector<SizedUnit>> hidden_;
  SizedUnit readout_; // its role is Unnamed
};

} // namespace layercert
