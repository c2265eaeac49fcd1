#include "form_kernels.hpp"

#include <cmath>

// As in function/batch_kernels.cpp: several vector lengths, the same bits.
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
#define LAYERCERT_VECTORISED __attribute__((target_clones("default", "avx2", "avx512f")))
#else
#define LAYERCERT_VECTORISED
#endif

namespace layercert::forms {

LAYERCERT_VECTORISED void add_multiple(double *__restrict to, const double *__restrict from, double w,
                                       std::size_t count) {
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    to[i] += w * from[i];
  }
}

LAYERCERT_VECTORISED void add_multiples(double *__restrict to, const double *const *from, const double *w,
                                        std::size_t count) {
  const double *__restrict a = from[0];
  const double *__restrict b = from[1];
  const double *__restrict c = from[2];
  const double *__restrict d = from[3];
  const double wa = w[0];
  const double wb = w[1];
  const double wc = w[2];
  const double wd = w[3];
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    to[i] = (((to[i] + wa * a[i]) + wb * b[i]) + wc * c[i]) + wd * d[i];
  }
}

LAYERCERT_VECTORISED void add_product(double *__restrict to, const double *__restrict a,
                                      const double *__restrict b, std::size_t count) {
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    to[i] += a[i] * b[i];
  }
}

LAYERCERT_VECTORISED void add_magnitude(double *__restrict to, const double *__restrict a,
                                        std::size_t count) {
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    to[i] += std::fabs(a[i]);
  }
}

} // namespace layercert::forms
