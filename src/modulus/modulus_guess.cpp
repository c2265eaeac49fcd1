#include "modulus_guess.hpp"

#include "layercert/numeric/rounding_scope.hpp"

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

// Directions a face of the cube, and steps of the search at the end.
constexpr std::size_t kDirectionsAFace = 16;
constexpr double kMostDirectionsAFace = 1024; // in many coordinates, where two cells along each are too many
constexpr double kFirstGuessStep = 1.0 / 8;
constexpr double kLastGuessStep = 1.0 / 64;
constexpr double kBitsInRange = 400; // of a power that needs no unit

std::size_t whole_root(std::size_t x, std::size_t d) {
  return std::max<std::size_t>(
      2, static_cast<std::size_t>(std::pow(static_cast<double>(x), 1.0 / static_cast<double>(d)) + 1e-9));
}

} // namespace

double length_about(const Shift &h, ShiftNorm norm) {
  double sum = 0;
  double largest = 0;
  for (const double x : h) {
    sum += norm == ShiftNorm::One ? std::fabs(x) : x * x;
    largest = std::max(largest, std::fabs(x));
  }
  return norm == ShiftNorm::Max ? largest : norm == ShiftNorm::One ? sum : std::sqrt(sum);
}

ModulusGuess::ModulusGuess(const Expression &f, std::size_t dimension, double p, std::size_t points)
    : dimension_(dimension), p_(p), evaluator_(f, dimension), side_(whole_root(points, dimension)) {
  const auto d = dimension;
  for (std::size_t j = 0; j < d; ++j) {
    count_ *= side_;
  }
  grid_.resize(d * count_);
  for (std::size_t i = 0; i < count_; ++i) {
    std::size_t rest = i;
    for (std::size_t j = 0; j < d; ++j, rest /= side_) {
      grid_[j * count_ + i] = (static_cast<double>(rest % side_) + 0.5) / static_cast<double>(side_);
    }
  }
  here_.resize(grid_.size());
  there_.resize(grid_.size());
  at_here_.resize(count_);
  at_there_.resize(count_);
}

double ModulusGuess::norm(const Shift &h) {
  const NearestScope nearest;
  double volume = 1;
  std::vector<const double *> here(h.size());
  std::vector<const double *> there(h.size());
  for (std::size_t j = 0; j < h.size(); ++j) {
    const double left = 1 - std::fabs(h[j]);
    const double from = std::max(0.0, -h[j]);
    volume *= left;
    for (std::size_t i = j * count_; i < (j + 1) * count_; ++i) {
      here_[i] = grid_[i] * left + from;
      there_[i] = here_[i] + h[j];
    }
    here[j] = here_.data() + j * count_;
    there[j] = there_.data() + j * count_;
  }
  evaluator_.sample(here, at_here_);
  evaluator_.sample(there, at_there_);
  double largest = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    largest = std::max(largest, std::fabs(at_there_[i] - at_here_[i]));
  }
  // In units of the largest, where powers of it would leave the range of doubles.
  const bool in_range = !std::isfinite(largest) || std::fabs(std::log2(largest)) * p_ <= kBitsInRange;
  const double unit = largest == 0 || in_range ? 1 : largest;
  double sum = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    const double rise = std::fabs(at_there_[i] - at_here_[i]) / unit;
    sum += p_ == 1 ? rise : p_ == 2 ? rise * rise : std::pow(rise, p_);
  }
  return unit * std::pow(volume * sum / static_cast<double>(count_), 1 / p_);
}

Shift ModulusGuess::best(ShiftNorm kind, double t) {
  const NearestScope nearest;
  const auto d = dimension_;
  Shift best(d, 0.0);
  double best_norm = -1;
  const auto consider = [&](Shift h) {
    const double length = length_about(h, kind);
    if (length > t) {
      for (double &x : h) {
        x *= t / length;
      }
    }
    if (std::any_of(h.begin(), h.end(), [](double x) { return std::fabs(x) >= 1; })) {
      return false;
    }
    const double value = norm(h);
    if (!(value > best_norm * (1 + 1e-12))) {
      return false;
    }
    best = std::move(h);
    best_norm = value;
    return true;
  };
  // h and -h are alike: half of the faces.
  std::size_t cells = d == 1 ? 1 : whole_root(kDirectionsAFace, dimension_ - 1);
  while (cells > 1 && std::pow(static_cast<double>(cells + 1), static_cast<double>(dimension_ - 1)) >
                          kMostDirectionsAFace) {
    --cells;
  }
  for (std::size_t axis = 0; axis < d; ++axis) {
    std::size_t directions = 1;
    for (std::size_t j = 1; j < d; ++j) {
      directions *= cells + 1;
    }
    for (std::size_t i = 0; i < directions; ++i) {
      Shift q(d, 1.0);
      std::size_t rest = i;
      for (std::size_t j = 0; j < d; ++j) {
        if (j != axis) {
          q[j] = -1 + 2 * static_cast<double>(rest % (cells + 1)) / static_cast<double>(cells);
          rest /= cells + 1;
        }
      }
      const double scale = t / length_about(q, kind);
      for (double &x : q) {
        x *= scale;
      }
      consider(q);
    }
  }
  for (const double part : {0.75, 0.5, 0.25}) {
    Shift shorter = best;
    for (double &x : shorter) {
      x *= part;
    }
    consider(shorter);
  }
  for (double step = kFirstGuessStep * t; step >= kLastGuessStep * t; step /= 2) {
    for (int round = 0; round < 4; ++round) {
      bool better = false;
      for (std::size_t j = 0; j < d; ++j) {
        for (const double sign : {1.0, -1.0}) {
          Shift moved = best;
          moved[j] += sign * step;
          better = consider(moved) || better;
        }
      }
      if (!better) {
        break;
      }
    }
  }
  return best;
}

} // namespace layercert
