// What a network of the construction computes in the middle of one cell, to any accuracy: without the ramps,
// which are over there.
#pragma once

#include "layercert/network/construction.hpp"
#include "layercert/numeric/mpfr_interval.hpp"

#include <cstdint>
#include <vector>

namespace layercert {

// A point of the middle half of a cell (cells.hpp numbers them) whose coordinates no precision holds: at
// centres, dyadic numbers of few bits for N = 2, most operations are exact, which is no example of what
// rounding does.
std::vector<mpq_class> point_of_cell(std::uint64_t cell, std::size_t d, int N, int level);

// Of the last level of the parameters. Requires: decoder_base (level_values.hpp) does not throw for them.
class CellReadout {
public:
  // Enclosures are about 2^-output_bits wide, measured by the amplitudes. Requires: cell < N^(d L),
  // output_bits >= 2.
  CellReadout(const NetworkParameters &parameters, std::uint64_t cell, mpfr_prec_t output_bits);

  // Phi_L on the cell.
  const MpfrInterval &value() const noexcept { return value_; }

  // Phi_L with w_L + h for w_L, minus Phi_L.
  MpfrInterval change(const Dyadic &h) const;

private:
  const NetworkParameters &parameters_;
  mpfr_prec_t precision_;
  MpfrInterval value_;
  MpfrInterval weight_;     // w of the last level
  MpfrInterval first_sine_; // of the last level
  MpfrInterval last_sine_;
};

} // namespace layercert
