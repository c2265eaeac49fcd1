#include "modulus.hpp"

#include "integrate/in_parallel.hpp"
#include "integrate/models.hpp"
#include "integrate/singular_models.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

constexpr double kPiecesOfDomain = 1024; // of a domain, to begin with

} // namespace

double scale_lower(const Instance &instance, int level) {
  mpz_class cells;
  mpz_ui_pow_ui(cells.get_mpz_t(), static_cast<unsigned long>(instance.N), static_cast<unsigned long>(level));
  return rational_to_double_lower(mpq_class(mpz_class(1), cells));
}

std::vector<Box> domain_of_shift(const std::vector<double> &h, double wanted) {
  const std::size_t d = h.size();
  const int pieces =
      std::max(2, static_cast<int>(std::floor(std::pow(wanted, 1.0 / static_cast<double>(d)) + 1e-9)));
  std::vector<Box> boxes{Box{}};
  for (std::size_t j = 0; j < h.size(); ++j) {
    const double first = std::max(0.0, -h[j]);
    const double last = std::min(1.0, sub_down(1.0, h[j]));
    std::vector<Box> next;
    for (const Box &box : boxes) {
      double from = first;
      for (int i = 1; i <= pieces; ++i) {
        const double to = i == pieces ? last : first + (last - first) * (static_cast<double>(i) / pieces);
        if (to > from) {
          next.push_back(box);
          next.back().lower[j] = from;
          next.back().upper[j] = to;
          from = to;
        }
      }
    }
    boxes = std::move(next);
  }
  return boxes;
}

std::vector<std::vector<double>> candidate_shifts(const Instance &instance, int level) {
  const std::size_t d = instance.dimension;
  const double t = scale_lower(instance, level);
  std::vector<std::vector<double>> shifts;
  for (std::size_t j = 0; j < d; ++j) {
    shifts.emplace_back(d, 0.0);
    shifts.back()[j] = t;
  }
  if (d == 1) {
    return shifts;
  }
  // |(c, .., c)| = c sqrt d, c, or c d
  const auto n = static_cast<double>(d);
  const double c = instance.norm == ShiftNorm::Max   ? t
                   : instance.norm == ShiftNorm::One ? div_down(t, n)
                                                     : div_down(t, sqrt_up(n));
  const std::size_t signs = d <= 4 ? std::size_t{1} << (d - 1) : 1;
  for (std::size_t pattern = 0; pattern < signs; ++pattern) {
    shifts.emplace_back(d, c);
    for (std::size_t j = 1; j < d; ++j) {
      shifts.back()[j] = (pattern >> (j - 1) & 1U) != 0 ? -c : c;
    }
  }
  return shifts;
}

ModulusLower modulus_lower(const Instance &instance, const Expression &f, const Exponent &p, int level,
                           const Refinement &refinement) {
  assert_upward();
  ModulusLower best;
  const std::vector<std::vector<double>> shifts = candidate_shifts(instance, level);
  best.shift = shifts.front();
  const std::vector<double> *chosen = &shifts.front();
  double best_guess = -1;
  // Side by side: the rough integral of one shift has too few boxes for many threads.
  std::vector<IntegralBounds> roughs(shifts.size());
  in_parallel(shifts.size(), [&](std::size_t i) {
    const IntegralResult integral =
        integrate(p, instance.dimension, domain_of_shift(shifts[i], kPiecesOfDomain),
                  singular_difference_modeller(p, f, shifts[i]), {0.2, 2048});
    roughs[i] = {integral.lower, integral.upper};
  });
  for (std::size_t i = 0; i < shifts.size(); ++i) {
    const std::vector<double> &h = shifts[i];
    const IntegralBounds &rough = roughs[i];
    const double guess = std::isfinite(rough.upper) ? rough.lower / 2 + rough.upper / 2 : rough.lower;
    const double value = p.root(Interval(rough.lower)).lower();
    if (value > best.value) {
      best = {value, h};
    }
    if (guess > best_guess) {
      best_guess = guess;
      chosen = &h;
    }
  }
  const IntegralResult fine = integrate(p, instance.dimension, domain_of_shift(*chosen, kPiecesOfDomain),
                                        singular_difference_modeller(p, f, *chosen), refinement);
  const double value = p.root(Interval(fine.lower)).lower();
  if (value > best.value) {
    best = {value, *chosen};
  }
  return best;
}

ModulusLower modulus_lower(const Instance &instance, const SquareNorms &expansion, int level) {
  assert_upward();
  ModulusLower best;
  for (const std::vector<double> &h : candidate_shifts(instance, level)) {
    if (std::any_of(h.begin(), h.end(), [](double x) { return std::fabs(x) >= 1; })) {
      continue;
    }
    const double value = expansion.difference_norm(h).lower();
    if (best.shift.empty() || value > best.value) {
      best = {value, h};
    }
  }
  return best;
}

double gradient_norm_upper(const Instance &instance, const Expression &f, const Exponent &p) {
  assert_upward();
  const std::size_t d = instance.dimension;
  const std::vector<Box> pieces = domain_of_shift(std::vector<double>(d, 0.0), kPiecesOfDomain);
  const ModellerFactory gradient = gradient_norm_modeller(f, d, instance.norm);
  Exponent in_units = p;
  if (p.is_large() || p.unit() != 1) {
    double size = 0; // the largest |grad f|_* that some piece has everywhere
    double sup = 0;
    const Modeller model = gradient();
    LocalModel on_piece;
    for (const Box &piece : pieces) {
      model(std::span(&piece, 1), std::span(&on_piece, 1));
      size = std::max(size, on_piece.range.lower());
      sup = std::max(sup, on_piece.range.upper());
    }
    in_units = p.for_size(size > 0 ? size : sup);
  }
  const IntegralResult result = integrate(in_units, d, pieces, gradient, {0.05, 4096});
  return in_units.root_upper(result.upper);
}

} // namespace layercert
