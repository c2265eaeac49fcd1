#include "layers.hpp"

#include "files.hpp"

#include <algorithm>
#include <map>

namespace checker {

namespace {

// In the order in which a certificate counts them.
constexpr std::pair<Activation, const char *> kActivations[] = {
    {Activation::Relu, "relu"}, {Activation::Sine, "sine"},       {Activation::Cosine, "cosine"},
    {Activation::Tanh, "tanh"}, {Activation::Sigmoid, "sigmoid"}, {Activation::Softplus, "softplus"}};

Polynomial activated(const Monomials &monomials, Activation activation, const Polynomial &u) {
  const auto apply = [&](Smooth s) { return composed(monomials, s, u, range(u)); };
  switch (activation) {
  case Activation::Identity:
    return u;
  case Activation::Relu:
    return rectified(u);
  case Activation::Sine:
    return apply(Smooth::Sin);
  case Activation::Cosine:
    return apply(Smooth::Cos);
  case Activation::Tanh:
    return apply(Smooth::Tanh);
  case Activation::Sigmoid:
    return apply(Smooth::Sigmoid);
  case Activation::Softplus:
    break;
  }
  return apply(Smooth::Softplus);
}

} // namespace

const char *name_of(Activation activation) {
  for (const auto &[known, name] : kActivations) {
    if (activation == known) {
      return name;
    }
  }
  return "identity";
}

Layers::Slot Layers::slot_of(const std::string &readout) const {
  const Readout *found = nullptr;
  for (const Readout &one : readouts) {
    if (one.name == readout) {
      if (found != nullptr) {
        throw Rejected("the network has two readouts " + readout.substr(0, 40));
      }
      found = &one;
    }
  }
  if (found == nullptr) {
    throw Rejected("the network has no readout " + readout.substr(0, 40));
  }
  return found->slot;
}

std::vector<bool> Layers::needed(Slot slot) const {
  std::vector<bool> result(units.size(), false);
  const auto need = [&](Slot source) {
    if (source >= d) {
      result[source - d] = true;
    }
  };
  need(slot);
  for (std::size_t i = units.size(); i-- > 0;) {
    if (result[i]) {
      for (const Term &term : units[i].terms) {
        need(term.source);
      }
      if (units[i].has_factor) {
        need(units[i].factor);
      }
    }
  }
  return result;
}

LayersCount count(const Layers &layers) {
  LayersCount result;
  std::map<Activation, std::size_t> of;
  for (const Layers::Unit &unit : layers.units) {
    if (unit.activation != Activation::Identity) {
      ++result.units;
      ++of[unit.activation];
    }
    result.parameters += unit.bias.zero() ? 0 : 1;
    for (const Layers::Term &term : unit.terms) {
      result.parameters += term.weight.zero() ? 0 : 1;
    }
  }
  for (const auto &[activation, name] : kActivations) {
    if (of.contains(activation)) {
      result.activations +=
          (result.activations.empty() ? "" : ", ") + std::to_string(of[activation]) + " " + name;
    }
  }
  return result;
}

LayerModels::LayerModels(const Layers &layers, Layers::Slot slot, const Monomials &monomials)
    : layers_(layers), slot_(slot), monomials_(monomials), needed_(layers.needed(slot)),
      weights_(layers.units.size()), models_(layers.d + layers.units.size()) {
  for (std::size_t i = 0; i < needed_.size(); ++i) {
    if (needed_[i]) {
      for (const Layers::Term &term : layers.units[i].terms) {
        weights_[i].emplace_back(term.weight);
      }
    }
  }
}

void LayerModels::affine(std::size_t unit, Polynomial &result) {
  static_assert(sizeof(Ball) == sizeof(arb_struct)); // so that rows of balls are Arb's vectors
  const Layers::Unit &of = layers_.units[unit];
  const std::vector<Ball> &weights = weights_[unit];
  result.resize(monomials_.count());
  gathered_.resize(std::max(gathered_.size(), weights.size()));
  const Ball bias(of.bias);
  for (std::size_t a = 0; a < result.size(); ++a) {
    for (std::size_t k = 0; k < weights.size(); ++k) {
      gathered_[k] = *models_[of.terms[k].source][a].get();
    }
    arb_dot(result[a].get(), a == 0 ? bias.get() : nullptr, 0, weights.empty() ? nullptr : weights[0].get(),
            1, gathered_.data(), 1, static_cast<slong>(weights.size()), kBits);
  }
}

const Polynomial &LayerModels::operator()(const std::vector<Interval> &middle,
                                          const std::vector<Interval> &half_widths) {
  for (std::size_t j = 0; j < layers_.d; ++j) {
    models_[j] = monomials_.variable(j, middle[j], half_widths[j]);
  }
  for (std::size_t i = 0; i < needed_.size(); ++i) {
    if (!needed_[i]) {
      continue;
    }
    const Layers::Unit &unit = layers_.units[i];
    Polynomial &model = models_[layers_.d + i];
    affine(i, model);
    if (unit.activation != Activation::Identity) {
      model = activated(monomials_, unit.activation, model);
    }
    if (unit.has_factor) {
      model = monomials_.product(model, models_[unit.factor]);
    }
  }
  return models_[slot_];
}

} // namespace checker
