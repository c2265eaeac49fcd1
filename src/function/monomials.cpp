#include "monomials.hpp"

#include <algorithm>
#include <cassert>

namespace layercert {

Monomials::Monomials(std::size_t dimension, int degree) : dimension_(dimension) {
  assert(dimension >= 1 && degree >= 0 && degree <= 255);
  const auto add = [&](const std::vector<std::uint8_t> &exponents, int k, std::size_t parent, std::size_t j) {
    numbers_.emplace(exponents, degrees_.size());
    exponents_.insert(exponents_.end(), exponents.begin(), exponents.end());
    degrees_.push_back(k);
    parents_.push_back(parent);
    parent_variables_.push_back(j);
  };
  begin_.push_back(0);
  add(std::vector<std::uint8_t>(dimension_, 0), 0, 0, 0);
  begin_.push_back(1);
  for (int k = 1; k <= degree; ++k) {
    // Each once: by its last variable.
    for (std::size_t parent = begin_of(k - 1); parent < begin_of(k); ++parent) {
      std::size_t last = 0;
      for (std::size_t j = 0; j < dimension_; ++j) {
        last = exponent(parent, j) > 0 ? j : last;
      }
      for (std::size_t j = last; j < dimension_; ++j) {
        const auto from = exponents_.begin() + static_cast<std::ptrdiff_t>(parent * dimension_);
        std::vector<std::uint8_t> exponents(from, from + static_cast<std::ptrdiff_t>(dimension_));
        ++exponents[j];
        add(exponents, k, parent, j);
      }
    }
    begin_.push_back(degrees_.size());
  }
}

std::size_t Monomials::variable(std::size_t j) const {
  assert(degree() >= 1 && j < dimension_);
  return 1 + j;
}

std::size_t Monomials::product(std::size_t a, std::size_t b) const {
  std::vector<std::uint8_t> exponents(dimension_);
  for (std::size_t j = 0; j < dimension_; ++j) {
    exponents[j] = static_cast<std::uint8_t>(exponent(a, j) + exponent(b, j));
  }
  return find(exponents);
}

std::size_t Monomials::find(std::span<const std::uint8_t> exponents) const {
  const auto found = numbers_.find(std::vector<std::uint8_t>(exponents.begin(), exponents.end()));
  assert(found != numbers_.end());
  return found->second;
}

std::size_t Monomials::count_of(std::size_t dimension, int degree) {
  std::size_t count = 1;
  for (std::size_t i = 1; i <= dimension; ++i) { // (degree + i choose i), a whole number at each step
    count = count * static_cast<std::size_t>(degree + i) / i;
    if (count > (std::size_t{1} << 32)) {
      return count;
    }
  }
  return count;
}

} // namespace layercert
