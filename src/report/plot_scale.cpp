#include "plot_scale.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

constexpr double kMargin = 0.05;      // of the range, on either side
constexpr double kWholeMargin = 0.35; // beside the first and last whole number
constexpr double kMostTicks = 6;
constexpr double kMostWholeTicks = 12;
constexpr double kFarOutside = 1e4;

constexpr const char *kMinus = "\u2212";

std::string with_minus(std::string text) { return text.starts_with('-') ? kMinus + text.substr(1) : text; }

PlotTick power_tick(double value, const std::string &factor, int exponent) {
  const std::string front = (factor.empty() ? std::string() : factor + "\u00b7") + "10";
  const std::string power = with_minus(std::to_string(exponent));
  return {value, fmt::format("{}^{{{}}}", front, power)};
}

PlotTick plain_tick(double value) {
  std::string text = value == 0 ? "0" : fmt::format("{:.10g}", value);
  if (const std::size_t e = text.find('e'); e != std::string::npos) {
    const std::string factor = text.substr(0, e);
    return power_tick(value, factor == "1" ? "" : with_minus(factor), std::stoi(text.substr(e + 1)));
  }
  text = with_minus(text);
  return {value, text};
}

// The least of 1, 2 and 5 times a power of ten that is at least x.
double round_step(double x) {
  const double power = std::pow(10.0, std::floor(std::log10(x)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= x * (1 - 1e-9)) {
      return factor * power;
    }
  }
  return 10 * power;
}

std::vector<PlotTick> linear_ticks(double least, double most, bool whole) {
  double step = round_step((most - least) / (whole ? kMostWholeTicks : kMostTicks));
  if (whole) {
    step = std::max(1.0, step);
  }
  std::vector<PlotTick> ticks;
  for (double k = std::ceil(least / step); k * step <= most; ++k) {
    ticks.push_back(plain_tick(k * step));
  }
  return ticks;
}

std::vector<PlotTick> logarithmic_ticks(double least, double most) {
  const double decades = std::log10(most) - std::log10(least);
  if (decades < 0.5) {
    return linear_ticks(least, most, false);
  }
  const int stride = std::max(1, static_cast<int>(round_step(decades / kMostTicks)));
  const bool between = decades < 2.5;
  const int from = static_cast<int>(std::floor(std::log10(least)));
  const int to = static_cast<int>(std::ceil(std::log10(most)));
  const bool plain = from >= -2 && to <= 3;
  std::vector<PlotTick> ticks;
  for (int exponent = from - ((from % stride) + stride) % stride; exponent <= to; exponent += stride) {
    for (const int factor : {1, 2, 5}) {
      const double value = factor * std::pow(10.0, exponent);
      if ((factor == 1 || between) && value >= least && value <= most) {
        ticks.push_back(plain ? plain_tick(value)
                              : power_tick(value, factor == 1 ? "" : std::to_string(factor), exponent));
      }
    }
  }
  return ticks;
}

} // namespace

bool is_drawable(const PlotAxis &axis, double value) {
  return std::isfinite(value) && (!axis.logarithmic || value > 0);
}

PlotScale::PlotScale(const PlotAxis &axis, const std::vector<double> &values, double begin, double end)
    : logarithmic_(axis.logarithmic), begin_(begin), end_(end) {
  choose_range(axis, values);
  if (!axis.ticks.empty()) {
    for (std::size_t i = 0; i < axis.ticks.size(); ++i) {
      const double value = axis.ticks[i];
      if (is_drawable(axis, value) && holds(value)) {
        ticks_.push_back(i < axis.tick_labels.size() ? PlotTick{value, axis.tick_labels[i]}
                                                     : plain_tick(value));
      }
    }
  } else {
    ticks_ = logarithmic_ ? logarithmic_ticks(least_, most_) : linear_ticks(least_, most_, axis.whole);
  }
}

void PlotScale::choose_range(const PlotAxis &axis, const std::vector<double> &values) {
  bool any = false;
  for (const double value : values) {
    if (is_drawable(axis, value)) {
      least_ = any ? std::min(least_, value) : value;
      most_ = any ? std::max(most_, value) : value;
      any = true;
    }
  }
  if (!any) {
    least_ = logarithmic_ ? 1 : 0;
    most_ = logarithmic_ ? 10 : 1;
  }
  double lower = position(least_);
  double upper = position(most_);
  const bool single = !(upper > lower);
  const double margin = axis.whole && !logarithmic_ ? kWholeMargin
                        : !single                   ? kMargin * (upper - lower)
                        : logarithmic_              ? 0.5
                                                    : std::max(0.5 * std::fabs(upper), 0.5);
  lower = axis.least ? position(*axis.least) : lower - margin;
  upper = axis.most ? position(*axis.most) : upper + margin;
  if (!(lower < upper)) {
    upper = lower + 1;
  }
  constexpr double kLargestPower = 300;
  least_ = logarithmic_ ? std::pow(10.0, std::max(lower, -kLargestPower)) : lower;
  most_ = logarithmic_ ? std::pow(10.0, std::min(upper, kLargestPower)) : upper;
}

double PlotScale::position(double value) const { return logarithmic_ ? std::log10(value) : value; }

double PlotScale::place(double value) const {
  const double part = (position(value) - position(least_)) / (position(most_) - position(least_));
  return std::clamp(begin_ + part * (end_ - begin_), -kFarOutside, kFarOutside);
}

} // namespace layercert
