#include "layercert/network/construction.hpp"

#include "layercert/decoder/layout.hpp"
#include "layercert/error.hpp"

#include <algorithm>
#include <cassert>
#include <map>
#include <set>

namespace layercert {

namespace {

// Where the units stand in a layer: pairs of step units by (j, e), then the carries and the sines.
struct Places {
  int d, N;
  int plus(int j, int e) const { return 2 * (j * (N - 1) + e - 1); }
  int minus(int j, int e) const { return plus(j, e) + 1; }
  int carry(int j) const { return 2 * d * (N - 1) + j; }
  int argument() const { return 2 * d * (N - 1) + d; }
  int sum() const { return argument() + 1; }
  int first_sine() const { return argument() + 2; }
  int second_sine() const { return argument() + 3; }
};

class Assembler {
public:
  explicit Assembler(const NetworkParameters &p)
      : p_(p), at_{static_cast<int>(p.dimension), p.N}, one_(make_weight(Dyadic::from_integer(1))),
        zero_(make_weight(Dyadic())), bits_(DecoderLayout::bits_of_digit(p.N)) {
    for (int i = 0; i < p.digits(p.depth); ++i) {
      ClosedForm former; // g_i(e - 1)
      for (int e = 1; e < p.N; ++e) {
        const ClosedForm current = g(i, e);
        rise_.push_back(make_weight(current - former));
        fall_.push_back(make_weight(former - current));
        former = current;
      }
    }
    for (const ClosedForm &w : p.w) {
      w_.push_back(make_weight(w));
    }
    beta_ = make_weight(p.beta);
  }

  Network run() {
    Network network;
    network.dimension = p_.dimension;
    network.N = p_.N;
    network.depth = p_.depth;
    network.width = 2 * at_.d * p_.N + at_.d + 2;
    for (int m = 1; m <= p_.depth + 2; ++m) {
      network.hidden.push_back(layer(m));
    }
    for (int l = 1; l <= p_.depth; ++l) {
      Readout readout{l, l + 2, make_weight(-p_.M), {{at_.sum(), one_}}};
      add_if(readout.weights, at_.second_sine(), amplitude(l));
      network.readouts.push_back(std::move(readout));
    }
    return network;
  }

private:
  // g_i(e): sum of theta over the bits set in e.
  ClosedForm g(int i, int e) const {
    ClosedForm sum;
    for (int q = 0; q < bits_; ++q) {
      if ((e >> q & 1) != 0) {
        const int position = i * bits_ + q;
        sum = sum + p_.theta[static_cast<std::size_t>(position)];
      }
    }
    return sum;
  }
  std::size_t rise_index(int i, int e) const { return static_cast<std::size_t>(i * (p_.N - 1) + e - 1); }
  Weight amplitude(int l) const { return make_weight(p_.A[static_cast<std::size_t>(l) - 1]); }
  static void add_if(std::vector<Connection> &weights, int source, const Weight &weight) {
    if (!weight->is_zero()) {
      weights.push_back({source, weight});
    }
  }

  // factor * x_j^(m-1) as weights on layer m-1: N times the carry, minus the steps.
  std::vector<Connection> coordinate(int m, int j, const Dyadic &factor) const {
    if (m == 1) {
      return {{j, make_weight(factor)}};
    }
    const Weight down = make_weight(-factor);
    const Weight up = make_weight(factor);
    std::vector<Connection> weights;
    for (int e = 1; e < p_.N; ++e) {
      weights.push_back({at_.plus(j, e), down});
      weights.push_back({at_.minus(j, e), up});
    }
    weights.push_back({at_.carry(j), make_weight(factor * Dyadic::from_integer(p_.N))});
    return weights;
  }

  // arg_m as weights on layer m.
  std::vector<Connection> argument(int m) const {
    std::vector<Connection> weights;
    for (int j = 0; j < at_.d; ++j) {
      const int i = (m - 1) * at_.d + j;
      for (int e = 1; e < p_.N; ++e) {
        add_if(weights, at_.plus(j, e), rise_[rise_index(i, e)]);
        add_if(weights, at_.minus(j, e), fall_[rise_index(i, e)]);
      }
    }
    if (m >= 2) {
      weights.push_back({at_.argument(), one_});
    }
    return weights;
  }

  Layer layer(int m) const {
    Layer layer;
    const auto unit = [&](int index, Role role, Activation activation, Weight bias,
                          std::vector<Connection> weights) {
      layer.units.push_back({index, role, activation, std::move(bias), std::move(weights)});
    };
    if (m <= p_.depth) {
      const Dyadic slope = Dyadic::from_integer(p_.N).times_power_of_two(p_.ramp_exponent); // N / delta
      for (int j = 0; j < at_.d; ++j) {
        for (int e = 1; e < p_.N; ++e) {
          const Dyadic offset = Dyadic::from_integer(-e).times_power_of_two(p_.ramp_exponent);
          unit(at_.plus(j, e), Role::Step, Activation::Relu, make_weight(offset + Dyadic::from_integer(1)),
               coordinate(m, j, slope));
          unit(at_.minus(j, e), Role::Step, Activation::Relu, make_weight(offset), coordinate(m, j, slope));
        }
      }
      for (int j = 0; j < at_.d; ++j) {
        unit(at_.carry(j), Role::Carry, Activation::Relu, zero_, coordinate(m, j, Dyadic::from_integer(1)));
      }
    }
    if (m >= 2 && m <= p_.depth) {
      unit(at_.argument(), Role::ArgumentCarry, Activation::Relu, zero_, argument(m - 1));
    }
    if (m >= 3) { // Phi_(m-3) + M
      if (m == 3) {
        unit(at_.sum(), Role::SumCarry, Activation::Relu, make_weight(p_.Phi_0 + ClosedForm(p_.M)), {});
      } else {
        std::vector<Connection> weights{{at_.sum(), one_}};
        add_if(weights, at_.second_sine(), amplitude(m - 3));
        unit(at_.sum(), Role::SumCarry, Activation::Relu, zero_, std::move(weights));
      }
    }
    if (m >= 2 && m <= p_.depth + 1) {
      unit(at_.first_sine(), Role::FirstSine, Activation::Sine, beta_, argument(m - 1));
    }
    if (m >= 3) {
      std::vector<Connection> weights;
      add_if(weights, at_.first_sine(), w_[static_cast<std::size_t>(m) - 3]);
      unit(at_.second_sine(), Role::SecondSine, Activation::Sine, zero_, std::move(weights));
    }
    return layer;
  }

  const NetworkParameters &p_;
  Places at_;
  Weight one_;
  Weight zero_;
  int bits_;
  std::vector<Weight> rise_;
  std::vector<Weight> fall_;
  std::vector<Weight> w_;
  Weight beta_;
};

// q is about 64 + p (L log2 N + 16): below this for every instance that can be stated.
constexpr int kLargestRampExponent = 1 << 20;

const Unit *find_unit(const Network &network, int layer, int index) {
  for (const Unit &unit : network.hidden[static_cast<std::size_t>(layer) - 1].units) {
    if (unit.index == index) {
      return &unit;
    }
  }
  return nullptr;
}

ClosedForm weight_of(const std::vector<Connection> &weights, int source) {
  for (const Connection &connection : weights) {
    if (connection.source == source) {
      return *connection.weight;
    }
  }
  return {};
}

// The same function, with constants in the biases that read them: units that are not listed (0) and, in
// hidden layers 1 and 2, ReLU units that read nothing. A network may carry arg_0 = 0 and Phi_0 + M from the
// first layer on; assemble_network has the one in no unit and the other in the bias of a unit of layer 3.
// Weights of 0 go too.
Network with_constants_in_biases(Network network, const std::string &name) {
  std::map<int, Dyadic> constants; // of the former layer, by unit
  std::set<int> listed;
  for (int j = 0; j < static_cast<int>(network.dimension); ++j) {
    listed.insert(j);
  }
  const auto fold = [&](Weight &bias, std::vector<Connection> &weights) {
    std::erase_if(weights, [&](const Connection &connection) {
      const auto constant = constants.find(connection.source);
      if (constant != constants.end() && !connection.weight->is_zero()) {
        if (!connection.weight->is_dyadic()) {
          throw InputError(
              name, 0,
              "unit " + std::to_string(connection.source) +
                  ", which is constant, is read with a weight that is no dyadic number; expected one");
        }
        bias = make_weight(*bias + ClosedForm(connection.weight->dyadic() * constant->second));
      }
      return !listed.contains(connection.source) || connection.weight->is_zero();
    });
  };
  for (std::size_t m = 0; m < network.hidden.size(); ++m) {
    std::map<int, Dyadic> found;
    for (Unit &unit : network.hidden[m].units) {
      fold(unit.bias, unit.weights);
      if (m < 2 && unit.activation == Activation::Relu && unit.weights.empty() && unit.bias->is_dyadic()) {
        found.emplace(unit.index, std::max(unit.bias->dyadic(), Dyadic()));
      }
    }
    std::erase_if(network.hidden[m].units, [&](const Unit &unit) { return found.contains(unit.index); });
    constants = std::move(found);
    listed.clear();
    for (const Unit &unit : network.hidden[m].units) {
      listed.insert(unit.index);
    }
    if (m >= 2) {
      Readout &readout = network.readouts[m - 2];
      fold(readout.bias, readout.weights);
    }
  }
  return network;
}

} // namespace

void set_decoder(NetworkParameters &p, std::int64_t b, std::vector<Dyadic> multipliers) {
  assert(multipliers.size() == static_cast<std::size_t>(p.depth));
  p.theta.clear();
  p.w.clear();
  std::vector<std::int64_t> shifts;
  const DecoderLayout layout(p.N, p.digits(p.depth), b);
  for (const BitPosition &position : layout.positions()) {
    p.theta.push_back(ClosedForm::angle(position.shift));
    shifts.push_back(position.shift);
  }
  p.beta = ClosedForm::pi(Dyadic::power_of_two(-2));
  const auto bits = shifts.size() / multipliers.size(); // of a level
  for (std::size_t l = 1; l <= multipliers.size(); ++l) {
    p.w.push_back(
        ClosedForm::multiplier(std::move(multipliers[l - 1]),
                               {shifts.begin(), shifts.begin() + static_cast<std::ptrdiff_t>(bits * l)}));
  }
}

DecoderWeights decoder_weights(const NetworkParameters &p, const std::string &name) {
  const auto fail = [&](const std::string &what) {
    throw InputError(name, 0,
                     what + " is not the decoder's own; expected exact weights (layercert-network-3)");
  };
  DecoderWeights result;
  if (p.theta.empty() || p.theta[0].angles().size() != 1) {
    fail("the angle of the lowest bit");
  }
  result.b = p.theta[0].angles()[0].shift;
  if (!DecoderLayout::fits(p.N, p.digits(p.depth), result.b)) {
    throw InputError(name, 0, "N^(d L) cells are more than can be numbered");
  }
  for (const ClosedForm &w : p.w) {
    result.multipliers.push_back(w.multipliers().size() == 1 ? w.multipliers()[0].m : Dyadic());
  }
  NetworkParameters own;
  own.dimension = p.dimension;
  own.N = p.N;
  own.depth = p.depth;
  set_decoder(own, result.b, result.multipliers);
  if (p.theta != own.theta) {
    fail("an angle");
  }
  if (p.beta != own.beta) {
    fail("the bias of the first sine");
  }
  for (std::size_t l = 1; l <= own.w.size(); ++l) {
    if (p.w[l - 1] != own.w[l - 1]) {
      fail("the weight of the second sine of level " + std::to_string(l));
    }
  }
  return result;
}

NetworkParameters prefix_of(const NetworkParameters &parameters, int depth) {
  assert(1 <= depth && depth <= parameters.depth);
  const auto levels = static_cast<std::size_t>(depth);
  NetworkParameters prefix = parameters;
  prefix.depth = depth;
  prefix.theta.resize(parameters.theta.size() / static_cast<std::size_t>(parameters.depth) * levels);
  prefix.w.resize(levels);
  prefix.A.resize(levels);
  return prefix;
}

Network assemble_network(const NetworkParameters &parameters) { return Assembler(parameters).run(); }

NetworkParameters extract_parameters(const Network &given, const std::string &name) {
  if (const std::string fault = first_fault(given); !fault.empty()) {
    throw InputError(name, 0, fault);
  }
  if (const int sines = count_architecture(given).sine_units; sines > 2) {
    throw InputError(name, 0,
                     "found " + std::to_string(sines) + " sine units in a layer; expected at most 2");
  }
  const Network network = with_constants_in_biases(given, name);
  NetworkParameters p;
  p.dimension = network.dimension;
  p.N = network.N;
  p.depth = network.depth;
  const Places at{static_cast<int>(p.dimension), p.N};
  const auto unit = [&](int layer, int index, const char *what) -> const Unit & {
    const Unit *found = find_unit(network, layer, index);
    if (found == nullptr) {
      throw InputError(name, 0,
                       "no " + std::string(what) + " at unit " + std::to_string(index) + " of hidden layer " +
                           std::to_string(layer) + "; expected the construction's own order of units");
    }
    return *found;
  };
  const Unit &step = unit(1, at.minus(0, 1), "step unit");
  if (!step.bias->is_dyadic() || step.bias->dyadic().mantissa() != -1 || step.bias->dyadic().exponent() < 0 ||
      step.bias->dyadic().exponent() > kLargestRampExponent) { // -1/delta
    throw InputError(
        name, 0, "the first step's bias is not -2^q with q in 0.." + std::to_string(kLargestRampExponent));
  }
  p.ramp_exponent = static_cast<int>(step.bias->dyadic().exponent());
  // Before anything of the size of N is formed.
  if (const auto steps = network.hidden[0].units.size(); steps < static_cast<std::size_t>(at.argument())) {
    throw InputError(name, 0,
                     "found " + std::to_string(steps) + " units in hidden layer 1; expected at least " +
                         std::to_string(at.argument()));
  }
  const int bits = DecoderLayout::bits_of_digit(p.N);
  for (int m = 1; m <= p.depth; ++m) {
    const Unit &sine = unit(m + 1, at.first_sine(), "first sine");
    for (int j = 0; j < at.d; ++j) {
      std::vector<ClosedForm> g(1); // g_i(0) = 0
      for (int e = 1; e < p.N; ++e) {
        g.push_back(g.back() + weight_of(sine.weights, at.plus(j, e)));
      }
      for (int q = 0; q < bits; ++q) {
        p.theta.push_back(g[std::size_t{1} << q]); // 2^q <= N-1, as q < ceil(log2 N)
      }
    }
    p.w.push_back(weight_of(unit(m + 2, at.second_sine(), "second sine").weights, at.first_sine()));
    // A and M are dyadic: anything beside that shows when the whole is compared.
    p.A.push_back(
        weight_of(network.readouts[static_cast<std::size_t>(m) - 1].weights, at.second_sine()).dyadic());
  }
  p.beta = *unit(2, at.first_sine(), "first sine").bias;
  p.M = -network.readouts[0].bias->dyadic();
  p.Phi_0 = *unit(3, at.sum(), "sum carry").bias - ClosedForm(p.M);
  // Every unit of the construction has to be there as it should. Others may be there too: as the
  // construction's read only each other, and the readouts only them, no readout depends on those.
  const Network expected = with_constants_in_biases(assemble_network(p), name);
  Network own = network;
  for (std::size_t m = 0; m < own.hidden.size(); ++m) {
    std::erase_if(own.hidden[m].units, [&](const Unit &own_unit) {
      return find_unit(expected, static_cast<int>(m) + 1, own_unit.index) == nullptr;
    });
  }
  if (const std::string difference = first_difference(expected, own); !difference.empty()) {
    throw InputError(name, 0, difference + " is not what the construction has there");
  }
  return p;
}

} // namespace layercert
