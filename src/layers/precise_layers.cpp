// Every unit has its range V, its value M at the midpoint and its slopes G, and V is cut to M + sum of G_j
// (x_j - mid_j) wherever that is narrower: steep ramps that cancel have exact slopes, where their ranges
// alone would be as wide as they are steep.
#include "precise_layers.hpp"

#include "integrate/narrow.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "network/weight_enclosure.hpp"
#include "numeric/elementary.hpp"
#include "numeric/stop_request.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

namespace layercert {

namespace {

struct Form {
  MpfrInterval range;
  MpfrInterval middle;
  std::vector<MpfrInterval> slopes;
};

MpfrInterval number(int value, mpfr_prec_t precision) {
  return mpfr_enclosure(static_cast<double>(value), precision);
}

// tanh at half the argument, as sigmoid and softplus' use it.
MpfrInterval sigmoid(const MpfrInterval &x, mpfr_prec_t precision) {
  const MpfrInterval half = mpfr_enclosure(0.5, precision);
  return half + half * tanh_range(MpfrInterval(half * x));
}

// log(1 + e^x) rises.
MpfrInterval softplus(const MpfrInterval &x, mpfr_prec_t precision) {
  // max(x, 0) + log(1 + e^-|x|) at a point.
  const auto at = [&](const MpfrNumber &end) {
    const MpfrInterval point(end, end);
    const MpfrInterval one = number(1, precision);
    bool undefined = false; // 1 + e^y > 0
    const MpfrInterval rest =
        log_range(MpfrInterval(one + exp_range(MpfrInterval(-abs_range(point)))), undefined);
    return MpfrInterval(max_range(point, number(0, precision)) + rest);
  };
  return {at(x.lower()).lower(), at(x.upper()).upper()};
}

MpfrInterval apply(Activation activation, const MpfrInterval &x, mpfr_prec_t precision) {
  switch (activation) {
  case Activation::Relu:
    return max_range(x, number(0, precision));
  case Activation::Sine:
    return sin_range(x);
  case Activation::Cosine:
    return cos_range(x);
  case Activation::Tanh:
    return tanh_range(x);
  case Activation::Sigmoid:
    return sigmoid(x, precision);
  case Activation::Softplus:
    return softplus(x, precision);
  case Activation::Identity:
    break;
  }
  return x;
}

MpfrInterval slope_of(Activation activation, const MpfrInterval &x, const MpfrInterval &value,
                      mpfr_prec_t precision) {
  const MpfrInterval one = number(1, precision);
  bool undefined = false;
  switch (activation) {
  case Activation::Relu: {
    const MpfrInterval zero = number(0, precision);
    return {x.lower() > zero.lower() ? one.lower() : zero.lower(),
            x.upper() < zero.upper() ? zero.upper() : one.upper()};
  }
  case Activation::Sine:
    return cos_range(x);
  case Activation::Cosine:
    return -sin_range(x);
  case Activation::Tanh:
    return one - power_range(value, 2, undefined);
  case Activation::Sigmoid: {
    const MpfrInterval z = tanh_range(MpfrInterval(mpfr_enclosure(0.5, precision) * x));
    return mpfr_enclosure(0.25, precision) * (one - power_range(z, 2, undefined));
  }
  case Activation::Softplus:
    return sigmoid(x, precision);
  case Activation::Identity:
    break;
  }
  return one;
}

} // namespace

PreciseLayers::PreciseLayers(const LayeredNetwork &network, Slot slot, mpfr_prec_t precision)
    : network_(network), precision_(precision) {
  prepare_mpfr_thread();
  const auto d = network.dimension;
  std::vector<std::size_t> place(d + network.units.size(), 0);
  for (std::size_t j = 0; j < d; ++j) {
    place[j] = j;
  }
  places_ = d;
  WeightEnclosures enclosures(precision);
  const auto exact = [&](double value, std::int32_t form) {
    return form < 0 ? mpfr_enclosure(value, precision)
                    : enclosures.of(*network.forms[static_cast<std::size_t>(form)]);
  };
  const std::vector<bool> needed = needed_units(network, slot);
  for (std::size_t i = 0; i < network.units.size(); ++i) {
    if (!needed[i]) {
      continue;
    }
    const LayerUnit &unit = network.units[i];
    Step step{i, places_, exact(unit.bias, unit.bias_form), {}, {}, 0};
    for (const LinearTerm &term : network.terms_of(unit)) {
      step.weights.push_back(exact(term.weight, term.form));
      step.sources.push_back(place[static_cast<std::size_t>(term.source)]);
    }
    if (unit.factor >= 0) {
      step.factor = place[static_cast<std::size_t>(unit.factor)];
    }
    place[d + i] = places_++;
    steps_.push_back(std::move(step));
  }
  result_ = place[static_cast<std::size_t>(slot)];
}

LocalModel PreciseLayers::model(const Box &box) const {
  assert_upward();
  prepare_mpfr_thread();
  const auto d = network_.dimension;
  const MpfrInterval zero = number(0, precision_);
  const MpfrInterval half = mpfr_enclosure(0.5, precision_);
  std::vector<Form> forms(places_);
  std::vector<MpfrInterval> way; // x_j - mid_j
  for (std::size_t j = 0; j < d; ++j) {
    const MpfrInterval a = mpfr_enclosure(box.lower[j], precision_);
    const MpfrInterval b = mpfr_enclosure(box.upper[j], precision_);
    forms[j].range = MpfrInterval(a.lower(), b.upper());
    forms[j].middle = half * (a + b);
    const MpfrInterval radius = half * (b - a);
    way.emplace_back((-radius).lower(), radius.upper());
    forms[j].slopes.assign(d, zero);
    forms[j].slopes[j] = number(1, precision_);
  }
  const auto cut_to_mean_value_form = [&](Form &form) {
    MpfrInterval other = form.middle;
    for (std::size_t j = 0; j < d; ++j) {
      other += form.slopes[j] * way[j];
    }
    if (has_nan(form.range)) {
      form.range = other;
    } else if (!has_nan(other)) {
      const MpfrNumber &lower = form.range.lower() < other.lower() ? other.lower() : form.range.lower();
      const MpfrNumber &upper = other.upper() < form.range.upper() ? other.upper() : form.range.upper();
      form.range = MpfrInterval(lower, upper);
    }
  };
  for (const Step &step : steps_) {
    throw_if_stopped();
    const LayerUnit &unit = network_.units[step.unit];
    Form &form = forms[step.at];
    form.range = step.bias;
    form.middle = step.bias;
    form.slopes.assign(d, zero);
    for (std::size_t k = 0; k < step.weights.size(); ++k) {
      const Form &source = forms[step.sources[k]];
      form.range += step.weights[k] * source.range;
      form.middle += step.weights[k] * source.middle;
      for (std::size_t j = 0; j < d; ++j) {
        form.slopes[j] += step.weights[k] * source.slopes[j];
      }
    }
    cut_to_mean_value_form(form);
    if (unit.activation != Activation::Identity) {
      const MpfrInterval argument = form.range;
      form.range = apply(unit.activation, argument, precision_);
      form.middle = apply(unit.activation, form.middle, precision_);
      const MpfrInterval slope = slope_of(unit.activation, argument, form.range, precision_);
      for (MpfrInterval &s : form.slopes) {
        s = s * slope;
      }
      cut_to_mean_value_form(form);
    }
    if (unit.factor >= 0) {
      const Form &other = forms[step.factor];
      for (std::size_t j = 0; j < d; ++j) {
        form.slopes[j] = form.slopes[j] * other.range + form.range * other.slopes[j];
      }
      form.range = form.range * other.range;
      form.middle = form.middle * other.middle;
      cut_to_mean_value_form(form);
    }
  }
  const auto in_doubles = [](const MpfrInterval &x) {
    return has_nan(x) ? whole_line() : Interval(double_lower(x), double_upper(x));
  };
  const Form &result = forms[result_];
  LocalModel model;
  model.range = in_doubles(result.range);
  model.at_midpoint = in_doubles(result.middle);
  model.differentiable = bounded(model.at_midpoint);
  for (std::size_t j = 0; j < d; ++j) {
    model.gradient[j] = in_doubles(result.slopes[j]);
    model.differentiable = model.differentiable && bounded(model.gradient[j]);
  }
  return model;
}

MpfrInterval PreciseLayers::value(std::span<const double> point) const {
  prepare_mpfr_thread();
  std::vector<MpfrInterval> values(places_);
  for (std::size_t j = 0; j < point.size(); ++j) {
    values[j] = mpfr_enclosure(point[j], precision_);
  }
  for (const Step &step : steps_) {
    const LayerUnit &unit = network_.units[step.unit];
    MpfrInterval sum = step.bias;
    for (std::size_t k = 0; k < step.weights.size(); ++k) {
      sum += step.weights[k] * values[step.sources[k]];
    }
    sum = apply(unit.activation, sum, precision_);
    values[step.at] = unit.factor >= 0 ? MpfrInterval(sum * values[step.factor]) : sum;
  }
  return values[result_];
}

mpfr_prec_t sufficient_precision(const LayeredNetwork &network, Slot slot) {
  assert_upward();
  constexpr int kPoints = 8;
  constexpr mpfr_prec_t kMost = mpfr_prec_t{1} << 20;
  const auto d = network.dimension;
  for (mpfr_prec_t precision = 64; precision <= kMost; precision *= 2) {
    const PreciseLayers layers(network, slot, precision);
    bool good = true;
    for (int i = 0; i < kPoints && good; ++i) {
      std::vector<double> point(d);
      for (std::size_t j = 0; j < d; ++j) { // spread, and not where ramps begin
        const double turn = (i + 1) * (0.6180339887498949 + 0.1 * static_cast<double>(j));
        point[j] = turn - std::floor(turn);
      }
      const MpfrInterval value = layers.value(point);
      const double width = double_upper(MpfrInterval(value.upper()) - MpfrInterval(value.lower()));
      const double size = std::max(std::fabs(double_lower(value)), std::fabs(double_upper(value)));
      good = !has_nan(value) && width <= 0x1p-40 * std::max(size, 0x1p-24);
    }
    if (good) {
      return precision;
    }
  }
  return 0;
}

} // namespace layercert
