// One unit after the other, in doubles. Weights that are no doubles may differ by amounts that steep ramps
// make visible; such networks are evaluated in MPFR.
#include "layer_sampler.hpp"

#include "layercert/numeric/rounding_scope.hpp"

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

double activated(Activation activation, double z) {
  switch (activation) {
  case Activation::Relu:
    return std::max(z, 0.0);
  case Activation::Sine:
    return std::sin(z);
  case Activation::Cosine:
    return std::cos(z);
  case Activation::Tanh:
    return std::tanh(z);
  case Activation::Sigmoid:
    return 1 / (1 + std::exp(-z));
  case Activation::Softplus:
    return std::max(z, 0.0) + std::log1p(std::exp(-std::fabs(z)));
  case Activation::Identity:
    break;
  }
  return z;
}

double middle(const MpfrInterval &value) {
  return mpfr_get_d(value.lower().get(), MPFR_RNDN) / 2 + mpfr_get_d(value.upper().get(), MPFR_RNDN) / 2;
}

} // namespace

LayerSampler::LayerSampler(const LayeredNetwork &network, Slot slot) : network_(network), slot_(slot) {
  const std::vector<bool> needed = needed_units(network, slot);
  for (std::size_t i = 0; i < needed.size(); ++i) {
    if (needed[i]) {
      units_.push_back(i);
    }
  }
  values_.resize(static_cast<std::size_t>(network.slot_of(network.units.size())));
  if (!network.forms.empty()) {
    const UpwardScope upward;
    const mpfr_prec_t bits = sufficient_precision(network, slot);
    precise_.emplace(network, slot, bits == 0 ? 64 : bits);
  }
}

double LayerSampler::sample(std::span<const double> point) {
  if (precise_) {
    const UpwardScope upward;
    return middle(precise_->value(point));
  }
  std::copy(point.begin(), point.end(), values_.begin());
  for (const std::size_t i : units_) {
    const LayerUnit &unit = network_.units[i];
    double z = unit.bias;
    for (const LinearTerm &term : network_.terms_of(unit)) {
      z += term.weight * values_[static_cast<std::size_t>(term.source)];
    }
    double &value = values_[static_cast<std::size_t>(network_.slot_of(i))];
    value = activated(unit.activation, z);
    if (unit.factor >= 0) {
      value *= values_[static_cast<std::size_t>(unit.factor)];
    }
  }
  return values_[static_cast<std::size_t>(slot_)];
}

} // namespace layercert
