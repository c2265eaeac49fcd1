#include "rounded_network.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "network/weight_enclosure.hpp"

#include <cassert>

namespace layercert {

RoundedNetwork::RoundedNetwork(const Network &network, mpfr_prec_t precision)
    : precision_(precision), width_(network.width) {
  prepare_mpfr_thread();
  for (const Layer &layer : network.hidden) {
    std::vector<RoundedUnit> &units = hidden_.emplace_back();
    for (const Unit &unit : layer.units) {
      units.push_back({unit.index, unit.activation, rounded(unit.bias, unit.weights)});
    }
  }
  const Readout &last = network.readouts.back();
  assert(last.layer == static_cast<int>(network.hidden.size()));
  readout_ = rounded(last.bias, last.weights);
}

const MpfrNumber *RoundedNetwork::rounded(const Weight &weight) {
  const auto found = weights_.find(weight.get());
  return found != weights_.end()
             ? &found->second
             : &weights_.emplace(weight.get(), nearest_number(*weight, precision_)).first->second;
}

RoundedNetwork::Affine RoundedNetwork::rounded(const Weight &bias, const std::vector<Connection> &weights) {
  Affine affine{rounded(bias), {}};
  for (const Connection &connection : weights) {
    affine.terms.push_back({connection.source, rounded(connection.weight)});
  }
  return affine;
}

MpfrNumber RoundedNetwork::sum(const Affine &affine, const std::vector<MpfrNumber> &values) const {
  MpfrNumber sum = *affine.bias;
  MpfrNumber product = MpfrNumber::with_precision(precision_);
  for (const Term &term : affine.terms) {
    const MpfrNumber &value = values[static_cast<std::size_t>(term.source)];
    mpfr_mul(product.get(), term.weight->get(), value.get(), MPFR_RNDN);
    mpfr_add(sum.get(), sum.get(), product.get(), MPFR_RNDN);
  }
  return sum;
}

MpfrNumber RoundedNetwork::last_readout(const std::vector<mpq_class> &point) const {
  prepare_mpfr_thread();
  std::vector<MpfrNumber> values;
  for (const mpq_class &x : point) {
    values.push_back(MpfrNumber::from_rational(x, precision_, MPFR_RNDN));
  }
  for (const std::vector<RoundedUnit> &layer : hidden_) {
    std::vector<MpfrNumber> next(static_cast<std::size_t>(width_)); // zeros
    for (const RoundedUnit &unit : layer) {
      MpfrNumber input = sum(unit.input, values);
      if (unit.activation == Activation::Sine) {
        mpfr_sin(input.get(), input.get(), MPFR_RNDN);
      } else if (mpfr_sgn(input.get()) < 0) {
        mpfr_set_zero(input.get(), 1);
      }
      next[static_cast<std::size_t>(unit.index)] = std::move(input);
    }
    values = std::move(next);
  }
  return sum(readout_, values);
}

} // namespace layercert
