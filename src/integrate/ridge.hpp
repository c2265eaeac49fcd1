// Functions of one linear combination of the coordinates, and how that combination is spread over a box. For two
// coordinates its density is a trapezoid (Lemma 49 of proofs/theorem.md).
#pragma once

#include "layercert/function/expression.hpp"
#include "layercert/numeric/interval.hpp"

#include <gmpxx.h>

#include <optional>
#include <utility>
#include <vector>

namespace layercert {

// f(x) = g(t), t in [0, 1], low + length t = a.x with the smallest and the largest value of a.x on the cube.
struct Ridge {
  Expression g; // of one coordinate
  std::vector<mpq_class> a;
  mpq_class low, length;
};
// Nothing where f is not seen to be such a function, or depends on more than three coordinates.
std::optional<Ridge> ridge_of(const Expression &f, std::size_t dimension);

// The density of t, x being spread over the box with these sides.
class RidgeDensity {
public:
  // Requires: an open UpwardScope, for what follows, too.
  RidgeDensity(const Ridge &ridge, const std::vector<Interval> &sides);

  // Encloses the density on [lower, upper].
  Interval bounds(double lower, double upper) const;
  double upper(double lower, double upper) const { return bounds(lower, upper).upper(); }
  // The least interval that holds every t of positive density, rounded outward, in [0, 1].
  std::pair<double, double> support() const;
  // Where a derivative of the density jumps, about, in [0, 1]; between two of these, with at most two coordinates,
  // it is linear.
  std::vector<double> knots() const;
  // Whether it is linear on [lower, upper] for sure.
  bool linear(double lower, double upper) const;

private:
  Interval height_at(const Interval &s) const;
  Interval of_line(double lower, double upper) const { return low_ + length_ * Interval(lower, upper); }

  Interval low_;
  Interval length_;
  Interval first_{0.0}; // the least and the largest a.x
  Interval last_{0.0};
  Interval factor_;               // from a.x to t, and what the other coordinates make of it
  std::vector<Interval> lengths_; // |a_j| times the side
};

} // namespace layercert
