// Units in one row, whatever layers they came in: a unit of a network.json, an operator of ONNX and a
// residual connection all become "activation of an affine function of what stands before".
#include "layered_network.hpp"

#include "layers_file.hpp"
#include "onnx_reader.hpp"

#include "layercert/network/network_file.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "network/network_binary.hpp"
#include "network/network_json.hpp"
#include "network/weight_enclosure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>

namespace layercert {

void LayeredNetwork::set_weight(const Weight &weight, double &number, std::int32_t &form) {
  form = -1;
  if (weight->is_dyadic()) {
    const Dyadic &value = weight->dyadic();
    number = value.to_double_lower();
    if (number == value.to_double_upper()) {
      return;
    }
  } else {
    try {
      number = mpfr_get_d(nearest_number(*weight, 53).get(), MPFR_RNDN);
    } catch (const std::runtime_error &) { // a sum that may cancel
      number = std::numeric_limits<double>::quiet_NaN();
    }
  }
  form = static_cast<std::int32_t>(forms.size());
  forms.push_back(weight);
}

Slot LayeredNetwork::add(LayerUnit unit, std::size_t first_term) {
  unit.first_term = first_term;
  unit.term_count = terms.size() - first_term;
  units.push_back(unit);
  return slot_of(units.size() - 1);
}

LayerCount count_layers(const LayeredNetwork &network) {
  LayerCount result;
  std::map<Activation, std::size_t> by_activation;
  for (const LayerUnit &unit : network.units) {
    if (unit.activation != Activation::Identity) {
      ++result.units;
      ++by_activation[unit.activation];
    }
    result.parameters += unit.bias != 0 || unit.bias_form >= 0 ? 1 : 0;
    for (const LinearTerm &term : network.terms_of(unit)) {
      result.parameters += term.weight != 0 || term.form >= 0 ? 1 : 0;
    }
  }
  for (const auto &[activation, count] : by_activation) {
    result.activations +=
        fmt::format("{}{} {}", result.activations.empty() ? "" : ", ", count, name_of(activation));
  }
  return result;
}

std::vector<bool> needed_units(const LayeredNetwork &network, Slot slot) {
  std::vector<bool> needed(network.units.size(), false);
  const auto need = [&](Slot source) {
    if (source >= network.slot_of(0)) {
      needed[static_cast<std::size_t>(source - network.slot_of(0))] = true;
    }
  };
  need(slot);
  for (std::size_t i = network.units.size(); i-- > 0;) {
    if (needed[i]) {
      for (const LinearTerm &term : network.terms_of(network.units[i])) {
        need(term.source);
      }
      if (network.units[i].factor >= 0) {
        need(network.units[i].factor);
      }
    }
  }
  return needed;
}

namespace {

// Whether a unit is its one source with the weight 1, but for bias and activation.
bool passes_on(const LayeredNetwork &network, const LayerUnit &unit) {
  return unit.term_count == 1 && network.terms[unit.first_term].form < 0 &&
         network.terms[unit.first_term].weight == 1;
}

bool suits_doubles(double number, std::int32_t form) {
  // Relative to a number this large, rounding is that of normal doubles in all products that matter.
  constexpr double kLeast = 0x1p-900;
  return std::isfinite(number) && (form < 0 || std::fabs(number) >= kLeast);
}

bool has_bias(const LayerUnit &unit) { return unit.bias != 0 || unit.bias_form >= 0; }

} // namespace

bool suits_doubles(const LayeredNetwork &network) {
  const auto term_suits = [](const LinearTerm &term) { return suits_doubles(term.weight, term.form); };
  const auto unit_suits = [](const LayerUnit &unit) { return suits_doubles(unit.bias, unit.bias_form); };
  return std::all_of(network.terms.begin(), network.terms.end(), term_suits) &&
         std::all_of(network.units.begin(), network.units.end(), unit_suits);
}

LayeredNetwork simplified(const LayeredNetwork &network) {
  const auto d = network.dimension;
  std::vector<std::size_t> uses(d + network.units.size(), 0);
  std::vector<bool> needed(network.units.size(), false);
  for (const LayerReadout &readout : network.readouts) {
    uses[static_cast<std::size_t>(readout.slot)] += 2; // never merged away
    const std::vector<bool> of_readout = needed_units(network, readout.slot);
    for (std::size_t i = 0; i < needed.size(); ++i) {
      needed[i] = needed[i] || of_readout[i];
    }
  }
  for (std::size_t i = 0; i < network.units.size(); ++i) {
    if (needed[i]) {
      for (const LinearTerm &term : network.terms_of(network.units[i])) {
        ++uses[static_cast<std::size_t>(term.source)];
      }
      if (network.units[i].factor >= 0) {
        uses[static_cast<std::size_t>(network.units[i].factor)] += 2;
      }
    }
  }
  LayeredNetwork result;
  result.dimension = network.dimension;
  result.forms = network.forms;
  std::vector<Slot> moved(d + network.units.size(), -1);
  for (std::size_t j = 0; j < d; ++j) {
    moved[j] = static_cast<Slot>(j);
  }
  for (std::size_t i = 0; i < network.units.size(); ++i) {
    if (!needed[i]) {
      continue;
    }
    LayerUnit unit = network.units[i];
    if (passes_on(network, unit)) {
      const Slot source = network.terms[unit.first_term].source;
      const Slot there = moved[static_cast<std::size_t>(source)];
      if (source >= network.slot_of(0) && uses[static_cast<std::size_t>(source)] == 1) {
        LayerUnit &former = result.units[static_cast<std::size_t>(there - network.slot_of(0))];
        if (former.activation == Activation::Identity && former.factor < 0 &&
            !(has_bias(former) && has_bias(unit)) && unit.factor < 0) {
          if (has_bias(unit)) {
            former.bias = unit.bias;
            former.bias_form = unit.bias_form;
          }
          former.activation = unit.activation;
          moved[d + i] = there;
          continue;
        }
      }
    }
    const std::size_t first_term = result.terms.size();
    for (LinearTerm term : network.terms_of(unit)) {
      term.source = moved[static_cast<std::size_t>(term.source)];
      result.terms.push_back(term);
    }
    if (unit.factor >= 0) {
      unit.factor = moved[static_cast<std::size_t>(unit.factor)];
    }
    moved[d + i] = result.add(unit, first_term);
  }
  for (LayerReadout readout : network.readouts) {
    readout.slot = moved[static_cast<std::size_t>(readout.slot)];
    result.readouts.push_back(std::move(readout));
  }
  return result;
}

LayeredNetwork layers_of(const Network &network) {
  LayeredNetwork result;
  result.dimension = network.dimension;
  std::vector<std::map<int, Slot>> slots(network.hidden.size());      // of the units of each layer, by index
  const auto source_of = [&](std::size_t layer, int source) -> Slot { // -1: a zero unit
    if (layer == 0) {
      return source;
    }
    const auto found = slots[layer - 1].find(source);
    return found == slots[layer - 1].end() ? -1 : found->second;
  };
  const auto add = [&](Activation activation, std::size_t layer, const Weight &bias,
                       const std::vector<Connection> &weights) {
    LayerUnit unit;
    unit.activation = activation;
    result.set_weight(bias, unit.bias, unit.bias_form);
    const std::size_t first_term = result.terms.size();
    for (const Connection &connection : weights) {
      LinearTerm term;
      term.source = source_of(layer, connection.source);
      if (term.source >= 0 && !connection.weight->is_zero()) {
        result.set_weight(connection.weight, term.weight, term.form);
        result.terms.push_back(term);
      }
    }
    return result.add(unit, first_term);
  };
  for (std::size_t layer = 0; layer < network.hidden.size(); ++layer) {
    for (const Unit &unit : network.hidden[layer].units) {
      slots[layer][unit.index] = add(unit.activation, layer, unit.bias, unit.weights);
    }
  }
  for (const Readout &readout : network.readouts) {
    const Slot slot =
        add(Activation::Identity, static_cast<std::size_t>(readout.layer), readout.bias, readout.weights);
    result.readouts.push_back({std::to_string(readout.level), slot, readout.level});
  }
  return result;
}

NetworkKind kind_of_network(std::string_view bytes) {
  if (looks_binary(bytes)) {
    return NetworkKind::Binary;
  }
  const std::size_t first = bytes.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || bytes[first] != '{') {
    return NetworkKind::Onnx;
  }
  return is_row_of_layers(bytes) ? NetworkKind::Row : NetworkKind::Json;
}

LayeredNetwork parse_layers(std::string_view bytes, const std::string &name) {
  switch (kind_of_network(bytes)) {
  case NetworkKind::Binary:
    return layers_of(network_from_binary(bytes, name));
  case NetworkKind::Json:
    return layers_of(network_of_any_layers(bytes, name));
  case NetworkKind::Row:
    return layers_from_json(bytes, name);
  case NetworkKind::Onnx:
    break;
  }
  return simplified(layers_from_onnx(bytes, name));
}

} // namespace layercert
