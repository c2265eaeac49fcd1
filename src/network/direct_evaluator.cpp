#include "layercert/network/direct_evaluator.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/elementary.hpp"
#include "numeric/stop_request.hpp"
#include "weight_enclosure.hpp"

#include <algorithm>
#include <cassert>

namespace layercert {

namespace {

MpfrInterval affine(const Weight &bias, const std::vector<Connection> &weights,
                    const std::vector<MpfrInterval> &sources, WeightEnclosures &enclosures) {
  MpfrInterval sum = enclosures.of(*bias);
  for (const Connection &connection : weights) {
    const MpfrInterval &source = sources[static_cast<std::size_t>(connection.source)];
    sum += enclosures.of(*connection.weight) * source;
  }
  return sum;
}

} // namespace

mpfr_prec_t sufficient_precision(const Network &network, int level, int output_bits) {
  if (level == 0) {
    level = network.depth;
  }
  std::int64_t ramps = 0;   // growth of the error of x through the layers
  std::int64_t largest = 0; // of the second sine's weight
  for (int m = 0; m < level + 2; ++m) {
    std::int64_t steepest = 0;
    for (const Unit &unit : network.hidden[static_cast<std::size_t>(m)].units) {
      for (const Connection &connection : unit.weights) {
        const std::int64_t size = connection.weight->magnitude_exponent_upper();
        std::int64_t &place = unit.activation == Activation::Sine ? largest : steepest;
        place = std::max(place, size);
      }
    }
    ramps += steepest + 8;
  }
  return static_cast<mpfr_prec_t>(ramps + largest + output_bits + 128);
}

std::vector<MpfrInterval> evaluate_directly(const Network &network, const std::vector<mpq_class> &point,
                                            mpfr_prec_t precision, int level) {
  prepare_mpfr_thread();
  assert(point.size() == network.dimension);
  if (level == 0) {
    level = network.depth;
  }
  WeightEnclosures enclosures(precision);
  std::vector<MpfrInterval> values;
  values.reserve(point.size());
  for (const mpq_class &x : point) {
    values.push_back(mpfr_enclosure(x, precision));
  }
  std::vector<MpfrInterval> readouts;
  for (int m = 1; m <= level + 2; ++m) {
    throw_if_stopped();
    std::vector<MpfrInterval> next(static_cast<std::size_t>(network.width), mpfr_enclosure(0.0, precision));
    for (const Unit &unit : network.hidden[static_cast<std::size_t>(m) - 1].units) {
      const MpfrInterval input = affine(unit.bias, unit.weights, values, enclosures);
      next[static_cast<std::size_t>(unit.index)] = unit.activation == Activation::Sine
                                                       ? sin_range(input)
                                                       : max_range(input, mpfr_enclosure(0.0, precision));
    }
    values = std::move(next);
    if (m >= 3) {
      const Readout &readout = network.readouts[static_cast<std::size_t>(m) - 3];
      readouts.push_back(affine(readout.bias, readout.weights, values, enclosures));
    }
  }
  return readouts;
}

} // namespace layercert
