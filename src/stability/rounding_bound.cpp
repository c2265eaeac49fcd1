#include "rounding_bound.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "network/weight_enclosure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace layercert {

std::string name_of(const RoundingPlace &place) {
  if (place.role == Role::Unnamed) {
    return place.layer == 0 ? "the coordinates"
                            : fmt::format("the readout from hidden layer {}", place.layer);
  }
  const char *units = place.role == Role::Step            ? "the steps"
                      : place.role == Role::Carry         ? "the carried coordinates"
                      : place.role == Role::ArgumentCarry ? "the carried argument"
                      : place.role == Role::SumCarry      ? "the carried sum"
                      : place.role == Role::FirstSine     ? "the first sine"
                                                          : "the second sine";
  return fmt::format("{} of hidden layer {}", units, place.layer);
}

UpperBound RoundingBound::norm(const mpq_class &p) const {
  return std::min(anywhere, off_ramps + anywhere * left_out.root(p));
}

// One pass through the layers. Numbers in parentheses are those of the header.
class RoundingAnalysis::Walk {
public:
  Walk(const RoundingAnalysis &network, mpfr_prec_t precision, const std::optional<RoundingPlace> &only)
      : network_(network), precision_(precision), only_(only), u_(UpperBound::power_of_two(-precision)),
        delta_(UpperBound::power_of_two(-network.ramp_exponent_)), N_(network.N_) {}

  RoundingBound run() {
    coordinate_ = unit_roundoff({0, Role::Unnamed});
    values_.assign(network_.dimension_, UpperBound(1));
    roles_.assign(values_.size(), Role::Unnamed);
    for (int m = 1; m <= network_.depth_ + 2; ++m) {
      layer(m);
    }
    bound_.off_ramps = sum_error(network_.readout_, sum_, second_);
    bound_.anywhere = sum_error(network_.readout_, sum_anywhere_, UpperBound(2));
    const Sum readout = sum_of(network_.readout_, {network_.depth_ + 2, Role::Unnamed});
    bound_.off_ramps += readout.rounding;
    bound_.anywhere += readout.rounding;
    bound_.off_ramps = std::min(bound_.off_ramps, bound_.anywhere);
    bound_.left_out = std::min(bound_.left_out, UpperBound(1));
    return bound_;
  }

private:
  struct Sum {
    UpperBound rounding; // (1)
    UpperBound size;     // of what is computed
  };

  UpperBound unit_roundoff(const RoundingPlace &place) const {
    return !only_ || *only_ == place ? u_ : UpperBound();
  }

  Sum sum_of(const SizedUnit &unit, const RoundingPlace &place) const {
    const UpperBound u = unit_roundoff(place);
    const auto rho = [&](const SizedWeight &weight) {
      return weight.bits > static_cast<std::size_t>(precision_) ? u : UpperBound();
    };
    Sum sum{rho(unit.bias) * unit.bias.size, (rho(unit.bias) + 1) * unit.bias.size};
    bool empty = unit.bias.bits == 0;
    for (const SizedTerm &term : unit.terms) {
      const UpperBound pi = term.weight.bits > 1 ? u : UpperBound();
      const UpperBound relative = rho(term.weight) + pi + rho(term.weight) * pi;
      const UpperBound exact = term.weight.size * values_[static_cast<std::size_t>(term.source)];
      const UpperBound product = exact * (relative + 1);
      sum.rounding += exact * relative;
      if (!empty) {
        sum.rounding += u * (sum.size + product);
      }
      sum.size = empty ? product : (sum.size + product) * (u + 1);
      empty = false;
    }
    return sum;
  }

  // (5): what the errors of the layer before do to the argument that a unit reads.
  UpperBound argument_error(const SizedUnit &unit) const {
    UpperBound steps; // both units of a pair have a weight of the same size
    UpperBound carried;
    for (const SizedTerm &term : unit.terms) {
      const Role role = roles_[static_cast<std::size_t>(term.source)];
      (role == Role::Step ? steps : carried) += term.weight.size;
    }
    return steps.over(2) * step_ + carried * argument_;
  }

  // (6): what errors of the carried sum and the second sine do to a unit that reads them.
  UpperBound sum_error(const SizedUnit &unit, const UpperBound &carried, const UpperBound &second) const {
    UpperBound error;
    for (const SizedTerm &term : unit.terms) {
      const Role role = roles_[static_cast<std::size_t>(term.source)];
      error += term.weight.size * (role == Role::SecondSine ? second : carried);
    }
    return error;
  }

  void layer(int m) {
    std::vector<UpperBound> values(static_cast<std::size_t>(network_.width_));
    std::vector<Role> roles(values.size(), Role::Unnamed);
    UpperBound coordinate;
    UpperBound step;
    UpperBound argument;
    UpperBound first;
    UpperBound second;
    UpperBound sum;
    UpperBound sum_anywhere;
    const std::vector<SizedUnit> &units = network_.hidden_[static_cast<std::size_t>(m) - 1];
    if (m <= network_.depth_) {
      const UpperBound R = step_rounding(m, units);
      leave_out(m, R);
      step = R * 2; // (2)
      step_size_ = UpperBound::power_of_two(network_.ramp_exponent_) * (coordinate_ * N_ + (N_ - 1)) + 1 + R;
    }
    for (const SizedUnit &unit : units) {
      UpperBound &value = values[static_cast<std::size_t>(unit.index)];
      roles[static_cast<std::size_t>(unit.index)] = unit.role;
      const RoundingPlace place{m, unit.role};
      if (unit.role == Role::Step) {
        value = step_size_;
        continue;
      }
      const Sum input = sum_of(unit, place);
      const UpperBound u = unit_roundoff(place);
      switch (unit.role) {
      case Role::Carry: // (3), (4)
        value = coordinate_ + 1 + input.rounding;
        coordinate = (coordinate_ + input.rounding) * N_ + step * (N_ - 1);
        break;
      case Role::ArgumentCarry:
        argument = argument_error(unit) + input.rounding;
        value = network_.argument_[static_cast<std::size_t>(m) - 1] + argument;
        break;
      case Role::FirstSine:
        first = argument_error(unit) + input.rounding + u;
        value = 1;
        break;
      case Role::SecondSine: {
        const UpperBound w = unit.terms.empty() ? UpperBound() : unit.terms.front().weight.size;
        second =
            std::min(UpperBound(2), w * first_ + input.rounding + u * std::min(UpperBound(1), input.size));
        value = 1;
        break;
      }
      case Role::SumCarry:
        sum = sum_error(unit, sum_, second_) + input.rounding;
        sum_anywhere = sum_error(unit, sum_anywhere_, UpperBound(2)) + input.rounding;
        value = input.size;
        break;
      case Role::Step:
      case Role::Unnamed:
        break;
      }
    }
    values_ = std::move(values);
    roles_ = std::move(roles);
    coordinate_ = coordinate;
    step_ = step;
    argument_ = argument;
    first_ = first;
    second_ = second;
    sum_ = sum;
    sum_anywhere_ = sum_anywhere;
  }

  // Of every step of a layer: of those units that have the largest bias. All have the weights of these two,
  // on values that have the same bounds for every coordinate.
  UpperBound step_rounding(int m, const std::vector<SizedUnit> &units) const {
    UpperBound R;
    int left = 2;
    for (auto unit = units.rbegin(); unit != units.rend() && left > 0; ++unit) {
      if (unit->role == Role::Step) {
        R = std::max(R, sum_of(*unit, {m, Role::Step}).rounding);
        --left;
      }
    }
    return R;
  }

  void leave_out(int m, const UpperBound &R) {
    const UpperBound g = coordinate_ * N_ + delta_ * R;
    bound_.left_out += ((delta_ + g * 2) * (static_cast<int>(network_.dimension_) * (N_ - 1))).over(N_);
    UpperBound scaled = (delta_ + g) * 4; // by N^(l - m)
    for (int i = m; i < network_.depth_; ++i) {
      scaled = scaled * N_;
    }
    bound_.middles_off_ramps = bound_.middles_off_ramps && !(UpperBound(1) < scaled);
  }

  const RoundingAnalysis &network_;
  mpfr_prec_t precision_;
  std::optional<RoundingPlace> only_;
  UpperBound u_;
  UpperBound delta_;
  int N_;
  RoundingBound bound_;
  // Of the layer before: bounds of the computed values, and of the errors.
  std::vector<UpperBound> values_;
  std::vector<Role> roles_;
  UpperBound step_size_;
  UpperBound coordinate_; // E_m
  UpperBound step_;       // T_m
  UpperBound argument_;   // a_m
  UpperBound first_;
  UpperBound second_;
  UpperBound sum_;
  UpperBound sum_anywhere_;
};

RoundingAnalysis::RoundingAnalysis(const NetworkParameters &parameters, const Network &network)
    : dimension_(network.dimension), N_(network.N), depth_(network.depth), width_(network.width),
      ramp_exponent_(parameters.ramp_exponent) {
  prepare_mpfr_thread();
  // A number that is not dyadic has no last bit: it is never without an error of rounding.
  WeightEnclosures enclosures(UpperBound::kBits);
  const auto sized_weight = [&](const Weight &weight) {
    return SizedWeight{UpperBound::of_size(enclosures.of(*weight)),
                       weight->is_dyadic() ? weight->dyadic().mantissa_bits()
                                           : std::numeric_limits<std::size_t>::max()};
  };
  const auto sized = [&](int index, Role role, const Weight &bias, const std::vector<Connection> &weights) {
    SizedUnit unit{index, role, sized_weight(bias), {}};
    for (const Connection &connection : weights) {
      unit.terms.push_back({connection.source, sized_weight(connection.weight)});
    }
    return unit;
  };
  for (const Layer &layer : network.hidden) {
    std::vector<SizedUnit> &units = hidden_.emplace_back();
    for (const Unit &unit : layer.units) {
      units.push_back(sized(unit.index, unit.role, unit.bias, unit.weights));
    }
  }
  readout_ = sized(0, Role::Unnamed, network.readouts.back().bias, network.readouts.back().weights);
  const std::size_t bits = parameters.theta.size() / static_cast<std::size_t>(depth_); // of a level
  argument_.emplace_back();
  for (std::size_t i = 0; i < parameters.theta.size(); ++i) {
    if (i % bits == 0) {
      argument_.push_back(argument_.back());
    }
    argument_.back() += UpperBound::of_size(enclosures.of(parameters.theta[i]));
  }
}

RoundingBound RoundingAnalysis::bound(mpfr_prec_t precision, const std::optional<RoundingPlace> &only) const {
  prepare_mpfr_thread();
  return Walk(*this, precision, only).run();
}

std::vector<RoundingPlace> RoundingAnalysis::places() const {
  std::vector<RoundingPlace> places{{0, Role::Unnamed}};
  for (std::size_t m = 1; m <= hidden_.size(); ++m) {
    for (const SizedUnit &unit : hidden_[m - 1]) {
      if (const RoundingPlace place{static_cast<int>(m), unit.role};
          std::find(places.begin(), places.end(), place) == places.end()) {
        places.push_back(place);
      }
    }
  }
  places.push_back({depth_ + 2, Role::Unnamed});
  return places;
}

} // namespace layercert
