#include "cell_readout.hpp"

#include "integrate/cells.hpp"

#include "layercert/decoder/layout.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "network/weight_enclosure.hpp"

#include <algorithm>

namespace layercert {

namespace {

constexpr unsigned long kPrime = 997;  // denominator of a place in a cell
constexpr mpfr_prec_t kSpareBits = 32; // for what a few operations lose

// The slope is at most 1: the value at the lower end and the width.
MpfrInterval sine(const MpfrInterval &x) {
  const MpfrNumber width = sub_up(x.upper(), x.lower());
  return {sub_down(sin_down(x.lower()), width), add_up(sin_up(x.lower()), width)};
}

// arg_l on a cell of level l, exactly.
ClosedForm argument(const NetworkParameters &p, int level, std::uint64_t cell) {
  const auto base = static_cast<std::uint64_t>(p.N);
  const auto bits = static_cast<std::size_t>(DecoderLayout::bits_of_digit(p.N));
  ClosedForm sum;
  for (std::size_t i = 0; i < static_cast<std::size_t>(p.digits(level)); ++i) {
    for (std::size_t q = 0; q < bits; ++q) {
      if ((cell % base >> q & 1U) != 0) {
        sum = sum + p.theta[i * bits + q];
      }
    }
    cell /= base;
  }
  return sum;
}

} // namespace

std::vector<mpq_class> point_of_cell(std::uint64_t cell, std::size_t d, int N, int level) {
  const CellIndex index = index_of_cell(cell, d, N, level);
  const mpq_class side(static_cast<unsigned long>(cells_along_axis(N, level)));
  std::vector<mpq_class> point;
  for (std::size_t j = 0; j < d; ++j) {
    const auto scattered = 1 + (31 * cell + 57 * j) % (kPrime - 1);
    const mpq_class inside = mpq_class(1, 4) + mpq_class(scattered, 2 * kPrime);
    point.push_back((static_cast<unsigned long>(index[j]) + inside) / side);
  }
  return point;
}

CellReadout::CellReadout(const NetworkParameters &parameters, std::uint64_t cell, mpfr_prec_t output_bits)
    : parameters_(parameters) {
  prepare_mpfr_thread();
  std::int64_t largest = 0;
  for (const ClosedForm &w : parameters.w) {
    largest = std::max(largest, w.magnitude_exponent_upper());
  }
  precision_ = static_cast<mpfr_prec_t>(largest) + output_bits + kSpareBits;
  WeightEnclosures enclosures(precision_);
  value_ = enclosures.of(parameters.Phi_0);
  for (int l = 1; l <= parameters.depth; ++l) {
    const auto level = static_cast<std::size_t>(l);
    const std::uint64_t ancestor = cell % cells_in_cube(parameters.dimension, parameters.N, l);
    first_sine_ = sine(enclosures.of(parameters.beta + argument(parameters, l, ancestor)));
    weight_ = enclosures.of(parameters.w[level - 1]);
    last_sine_ = sine(weight_ * first_sine_);
    value_ += mpfr_enclosure(parameters.A[level - 1], precision_) * last_sine_;
  }
}

MpfrInterval CellReadout::change(const Dyadic &h) const {
  const MpfrInterval changed = weight_ + mpfr_enclosure(h, precision_);
  return mpfr_enclosure(parameters_.A.back(), precision_) * (sine(changed * first_sine_) - last_sine_);
}

} // namespace layercert
