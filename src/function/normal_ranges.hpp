// Enclosures of all nodes of an expression: over the cube, piece by piece, and on a few small boxes.
#pragma once

#include "layercert/function/expression.hpp"
#include "layercert/numeric/interval.hpp"

#include <optional>
#include <vector>

namespace layercert::normal {

// Requires, for the constructor: an open UpwardScope, no Table.
class Ranges {
public:
  Ranges(const Expression &f, std::size_t dimension);

  // True only if f has values on two of the small boxes that have no number in common: then it is no
  // constant.
  bool root_varies() const noexcept { return root_varies_; }

  // Everywhere on the cube the node has a value, in value().
  bool defined(std::size_t node) const { return defined_[node] != 0; }
  const Interval &value(std::size_t node) const { return values_[node]; }
  // Of the difference of the two arguments; of any node with two.
  const Interval &difference(std::size_t node) const { return differences_[node]; }
  // On the open cube the node is above 0, below 0, wherever it has a value.
  bool positive(std::size_t node) const { return positive_[node] != 0; }
  bool negative(std::size_t node) const { return negative_[node] != 0; }

  // Enclosures on the small boxes, of those where the node has a value everywhere; each box has a positive
  // volume.
  const std::vector<std::optional<Interval>> &probes(std::size_t node) const { return probes_[node]; }

private:
  void find_signs(const Expression &f);

  bool root_varies_ = false;
  std::vector<char> defined_, positive_, negative_, below_one_;
  std::vector<Interval> values_, differences_;
  std::vector<std::vector<std::optional<Interval>>> probes_;
};

} // namespace layercert::normal
