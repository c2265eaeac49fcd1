// The loops of layer_forms.cpp over arrays of numbers, vectorised. All of them only add and multiply in
// upward rounding.
#pragma once

#include <cstddef>

namespace layercert::forms {

// to[i] += w from[i].
void add_multiple(double *to, const double *from, double w, std::size_t count);
// Four of them at once.
void add_multiples(double *to, const double *const *from, const double *w, std::size_t count);
// to[i] += a[i] b[i].
void add_product(double *to, const double *a, const double *b, std::size_t count);
// to[i] += |a[i]|.
void add_magnitude(double *to, const double *a, std::size_t count);

} // namespace layercert::forms
