// The monomials u^a = u_0^a_0 ... u_(d-1)^a_(d-1) of total degree |a| <= m, numbered by rising degree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace layercert {

// The monomials in `dimension` variables of degree at most `degree`, by number.
class Monomials {
public:
  // Requires: dimension >= 1, 0 <= degree <= 255.
  Monomials(std::size_t dimension, int degree);

  std::size_t dimension() const noexcept { return dimension_; }
  int degree() const noexcept { return static_cast<int>(begin_.size()) - 2; }
  std::size_t count() const noexcept { return begin_.back(); }
  // Those of degree k are begin_of(k), ..., begin_of(k + 1) - 1; number 0 is the constant 1.
  std::size_t begin_of(int k) const { return begin_[static_cast<std::size_t>(k)]; }
  int degree_of(std::size_t a) const { return degrees_[a]; }
  int exponent(std::size_t a, std::size_t j) const { return exponents_[a * dimension_ + j]; }
  // u^a = u^parent u_j with j = parent_variable. Requires: a >= 1.
  std::size_t parent(std::size_t a) const { return parents_[a]; }
  std::size_t parent_variable(std::size_t a) const { return parent_variables_[a]; }
  // The number of u_j.
  std::size_t variable(std::size_t j) const;
  // The number of u^a u^b, whose degree must be <= degree().
  std::size_t product(std::size_t a, std::size_t b) const;
  std::size_t find(std::span<const std::uint8_t> exponents) const;

  // (m + d choose d), or a large number if that is larger.
  static std::size_t count_of(std::size_t dimension, int degree);

private:
  std::size_t dimension_;
  std::vector<std::size_t> begin_; // by degree, and one more
  std::vector<std::uint8_t> exponents_;
  std::vector<int> degrees_;
  std::vector<std::size_t> parents_;
  std::vector<std::size_t> parent_variables_;
  std::map<std::vector<std::uint8_t>, std::size_t> numbers_;
};

} // namespace layercert
