// Parts of an expression as sums of multiples of others.
#pragma once

#include "layercert/function/expression.hpp"

#include <gmpxx.h>

#include <map>
#include <vector>

namespace layercert {

// constant + the sum of multiples of nodes that are no such sums.
struct Linear {
  mpq_class constant;
  std::map<std::int32_t, mpq_class> terms;
};

// sum += factor * other
void add(Linear &sum, const Linear &other, const mpq_class &factor);

// Of every node. One that is no sum, or one of many terms, is once itself.
std::vector<Linear> linear_forms(const Expression &f);

// Whether each node has a value for all real coordinates.
std::vector<char> total_nodes(const Expression &f);

} // namespace layercert
