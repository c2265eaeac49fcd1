// f as a sum of products of functions of one coordinate each, where its operations show that: exp of a sum is
// a product, log of a product is a sum, sines and cosines of sums go by the addition theorems, and powers,
// roots and absolute values of products are products.
#pragma once

#include "layercert/function/expression.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace layercert {

// f = sum_r prod_j u_rj(x_j) almost everywhere on the cube.
struct ProductSum {
  // Of each coordinate j, the different u_rj that are not 1, as expressions in x_0.
  std::vector<std::vector<Expression>> functions;
  // Of each product and coordinate: 0 where u_rj is 1, else 1 + its place among the functions of x_j.
  std::vector<std::vector<std::size_t>> products;
};

// Nothing where f is not seen to be such a sum, or where it has too many products. Requires: an open
// UpwardScope.
std::optional<ProductSum> product_sum(const Expression &f, std::size_t dimension);

} // namespace layercert
