// An Expression in plain double arithmetic at many points: not a bound.
#pragma once

#include "layercert/function/expression.hpp"

#include <span>

namespace layercert::batch {

class Sampler {
public:
  Sampler(const Expression &expression, std::size_t capacity);

  // points[j][i] is coordinate j of point i; values.size() points. Requires round-to-nearest.
  void sample(std::span<const double *const> points, std::span<double> values);

private:
  void sample_block(std::span<const double *const> points, std::size_t from, std::size_t count);

  void sample_table(std::span<const double *const> points, std::size_t from, std::size_t count, double *out);

  std::vector<Node> nodes_;
  std::shared_ptr<const SampleTable> table_;
  std::size_t capacity_;
  std::vector<double> arrays_;     // node * capacity + point
  std::vector<double> parameters_; // of each node: a of a Weierstrass
};

} // namespace layercert::batch
