#include "layercert/network/network.hpp"

#include "weight_table.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <string>

namespace layercert {

namespace {

constexpr std::array<std::string_view, 7> kRoleNames{
    "unnamed", "step", "carry", "argument_carry", "sum_carry", "first_sine", "second_sine"};

constexpr std::array<std::string_view, 7> kActivationNames{"relu",    "sine",     "cosine",  "tanh",
                                                           "sigmoid", "softplus", "identity"};

bool equal(const Weight &a, const Weight &b) { return a == b || *a == *b; }

bool equal(const std::vector<Connection> &a, const std::vector<Connection> &b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Connection &x, const Connection &y) {
    return x.source == y.source && equal(x.weight, y.weight);
  });
}

bool equal(const Unit &a, const Unit &b) {
  return a.index == b.index && a.activation == b.activation && equal(a.bias, b.bias) &&
         equal(a.weights, b.weights);
}

const Unit *unit_at(const Layer &layer, int index) {
  const auto found = std::lower_bound(layer.units.begin(), layer.units.end(), index,
                                      [](const Unit &unit, int i) { return unit.index < i; });
  return found != layer.units.end() && found->index == index ? &*found : nullptr;
}

// Does the number reach 2^exponent, or has it bits below 2^-exponent?
bool beyond(const Dyadic &value, std::int64_t exponent) {
  return !value.is_zero() && (value.magnitude_exponent() > exponent || value.exponent() < -exponent);
}

// The same for the dyadic numbers in a closed form. Angles are small, and their shifts are only ever written
// down.
bool beyond(const ClosedForm &value, std::int64_t exponent) {
  return beyond(value.dyadic(), exponent) || beyond(value.pi_factor(), exponent) ||
         std::any_of(value.multipliers().begin(), value.multipliers().end(),
                     [&](const MultiplierTerm &term) { return beyond(term.m, exponent); });
}

// Numbers of a file can be short and yet too large to add to others ("0x1p+1000000000000"). The
// construction's own reach no further than its longest weight, but for the ramps and the amplitudes: twice
// all bits of the network and kSpareBits.
constexpr std::int64_t kSpareBits = std::int64_t{1} << 21;

std::int64_t exponent_limit(const Network &network) {
  std::size_t bits = 0;
  const auto count = [&](const Weight &bias, const std::vector<Connection> &weights) {
    bits += bias->bits();
    for (const Connection &connection : weights) {
      bits += connection.weight->bits();
    }
  };
  for (const Layer &layer : network.hidden) {
    for (const Unit &unit : layer.units) {
      count(unit.bias, unit.weights);
    }
  }
  for (const Readout &readout : network.readouts) {
    count(readout.bias, readout.weights);
  }
  return 2 * static_cast<std::int64_t>(bits) + kSpareBits;
}

std::string fault_of_numbers(const Weight &bias, const std::vector<Connection> &weights, int sources,
                             std::int64_t limit, const std::string &where) {
  if (beyond(*bias, limit)) {
    return where + ": the bias has bits beyond 2^+-" + std::to_string(limit);
  }
  for (const Connection &connection : weights) {
    if (beyond(*connection.weight, limit)) {
      return where + ": the weight of source " + std::to_string(connection.source) + " has bits beyond 2^+-" +
             std::to_string(limit);
    }
    if (connection.source < 0 || connection.source >= sources) {
      return where + " reads source " + std::to_string(connection.source) + "; expected 0.." +
             std::to_string(sources - 1);
    }
  }
  return {};
}

} // namespace

std::string_view name_of(Activation activation) {
  return kActivationNames[static_cast<std::size_t>(activation)];
}

std::string_view name_of(Role role) { return kRoleNames[static_cast<std::size_t>(role)]; }

Architecture count_architecture(const Network &network) {
  Architecture result;
  result.width = network.width;
  const auto d = static_cast<int>(network.dimension);
  result.theorem_width = 2 * d * network.N + d + 2;
  result.hidden_layers = static_cast<int>(network.hidden.size());
  const auto count = [&](const Weight &bias, const std::vector<Connection> &weights) {
    result.parameters += bias->is_zero() ? 0 : 1;
    for (const Connection &connection : weights) {
      result.parameters += connection.weight->is_zero() ? 0 : 1;
    }
  };
  for (const Layer &layer : network.hidden) {
    int sines = 0;
    for (const Unit &unit : layer.units) {
      sines += unit.activation == Activation::Sine ? 1 : 0;
      count(unit.bias, unit.weights);
    }
    result.units_used = std::max(result.units_used, static_cast<int>(layer.units.size()));
    result.sine_units = std::max(result.sine_units, sines);
  }
  for (const Readout &readout : network.readouts) {
    count(readout.bias, readout.weights);
  }
  return result;
}

bool has_dyadic_weights(const Network &network) {
  bool dyadic = true;
  internal::for_each_weight(network, [&](const Weight &weight) { dyadic = dyadic && weight->is_dyadic(); });
  return dyadic;
}

bool is_prefix(const Network &shorter, const Network &longer) {
  if (shorter.dimension != longer.dimension || shorter.N != longer.N || shorter.width != longer.width ||
      shorter.depth > longer.depth || shorter.hidden.size() > longer.hidden.size()) {
    return false;
  }
  std::vector<std::set<int>> needed(shorter.hidden.size());
  const auto need = [&](std::size_t layer, const std::vector<Connection> &weights) {
    for (const Connection &connection : weights) {
      needed[layer].insert(connection.source);
    }
  };
  for (std::size_t l = 0; l < shorter.readouts.size(); ++l) {
    const Readout &a = shorter.readouts[l];
    const Readout &b = longer.readouts[l];
    if (a.level != b.level || a.layer != b.layer || !equal(a.bias, b.bias) || !equal(a.weights, b.weights)) {
      return false;
    }
    need(static_cast<std::size_t>(a.layer) - 1, a.weights);
  }
  for (std::size_t layer = shorter.hidden.size(); layer-- > 0;) {
    for (const int index : needed[layer]) {
      const Unit *a = unit_at(shorter.hidden[layer], index);
      const Unit *b = unit_at(longer.hidden[layer], index);
      if ((a == nullptr) != (b == nullptr) || (a != nullptr && !equal(*a, *b))) {
        return false;
      }
      if (a != nullptr && layer > 0) {
        need(layer - 1, a->weights);
      }
    }
  }
  return true;
}

std::string first_difference(const Network &a, const Network &b) {
  if (a.dimension != b.dimension || a.N != b.N || a.depth != b.depth || a.width != b.width ||
      a.hidden.size() != b.hidden.size() || a.readouts.size() != b.readouts.size()) {
    return "the shape (d, N, depth, width, layers, readouts)";
  }
  for (std::size_t m = 0; m < a.hidden.size(); ++m) {
    const std::vector<Unit> &x = a.hidden[m].units;
    const std::vector<Unit> &y = b.hidden[m].units;
    for (std::size_t i = 0; i < std::max(x.size(), y.size()); ++i) {
      if (i >= x.size() || i >= y.size() || !equal(x[i], y[i])) {
        return "hidden layer " + std::to_string(m + 1) + ", unit " +
               std::to_string((i < x.size() ? x : y)[i].index);
      }
    }
  }
  for (std::size_t l = 0; l < a.readouts.size(); ++l) {
    const Readout &x = a.readouts[l];
    const Readout &y = b.readouts[l];
    if (x.level != y.level || x.layer != y.layer || !equal(x.bias, y.bias) || !equal(x.weights, y.weights)) {
      return "readout " + std::to_string(l + 1);
    }
  }
  return {};
}

std::string first_fault(const Network &network) {
  if (network.dimension < 1 || network.N < 2 || network.depth < 1 || network.width < 1) {
    return "d, N, depth and width must be at least 1, 2, 1 and 1";
  }
  if (network.hidden.size() != static_cast<std::size_t>(network.depth) + 2) {
    return "found " + std::to_string(network.hidden.size()) + " hidden layers; expected depth + 2";
  }
  if (network.readouts.size() != static_cast<std::size_t>(network.depth)) {
    return "found " + std::to_string(network.readouts.size()) + " readouts; expected one a level";
  }
  const std::int64_t theorem_width =
      (2 * static_cast<std::int64_t>(network.N) + 1) * static_cast<std::int64_t>(network.dimension) +
      2; // 2dN + d + 2
  if (theorem_width > std::numeric_limits<int>::max()) {
    return "2dN + d + 2 = " + std::to_string(theorem_width) + " units a layer are too many";
  }
  const std::int64_t limit = exponent_limit(network);
  const auto inputs = static_cast<int>(network.dimension);
  for (std::size_t m = 0; m < network.hidden.size(); ++m) {
    int former = -1;
    for (const Unit &unit : network.hidden[m].units) {
      const std::string where =
          "hidden layer " + std::to_string(m + 1) + ", unit " + std::to_string(unit.index);
      if (unit.index <= former || unit.index >= network.width) {
        return where + ": the index is repeated or not in 0.." + std::to_string(network.width - 1);
      }
      former = unit.index;
      if (std::string fault =
              fault_of_numbers(unit.bias, unit.weights, m == 0 ? inputs : network.width, limit, where);
          !fault.empty()) {
        return fault;
      }
    }
  }
  for (std::size_t l = 0; l < network.readouts.size(); ++l) {
    const Readout &readout = network.readouts[l];
    const std::string where = "readout " + std::to_string(l + 1);
    if (readout.level != static_cast<int>(l) + 1 || readout.layer != readout.level + 2) {
      return where + ": level " + std::to_string(readout.level) + " reads hidden layer " +
             std::to_string(readout.layer) + "; expected level " + std::to_string(l + 1) + " and layer " +
             std::to_string(l + 3);
    }
    if (std::string fault = fault_of_numbers(readout.bias, readout.weights, network.width, limit, where);
        !fault.empty()) {
      return fault;
    }
  }
  return {};
}

std::string first_fault_of_any_layers(const Network &network) {
  if (network.dimension < 1) {
    return "d must be at least 1";
  }
  if (network.readouts.empty()) {
    return "found no readout; expected at least one";
  }
  constexpr int kMostUnits = std::numeric_limits<int>::max();
  const std::int64_t limit = exponent_limit(network);
  const auto inputs = static_cast<int>(network.dimension);
  for (std::size_t m = 0; m < network.hidden.size(); ++m) {
    int former = -1;
    for (const Unit &unit : network.hidden[m].units) {
      const std::string where =
          "hidden layer " + std::to_string(m + 1) + ", unit " + std::to_string(unit.index);
      if (unit.index <= former) {
        return where + ": the index is repeated";
      }
      former = unit.index;
      if (std::string fault =
              fault_of_numbers(unit.bias, unit.weights, m == 0 ? inputs : kMostUnits, limit, where);
          !fault.empty()) {
        return fault;
      }
    }
  }
  const auto layers = static_cast<int>(network.hidden.size());
  for (std::size_t l = 0; l < network.readouts.size(); ++l) {
    const Readout &readout = network.readouts[l];
    const std::string where = "readout " + std::to_string(l + 1);
    if (readout.layer < 0 || readout.layer > layers || readout.level < 1 || readout.level > 64) {
      return where + ": level " + std::to_string(readout.level) + " reads hidden layer " +
             std::to_string(readout.layer) + "; expected a level from 1 to 64 and a layer from 0 to " +
             std::to_string(layers);
    }
    if (std::string fault = fault_of_numbers(readout.bias, readout.weights,
                                             readout.layer == 0 ? inputs : kMostUnits, limit, where);
        !fault.empty()) {
      return fault;
    }
  }
  return {};
}

} // namespace layercert
