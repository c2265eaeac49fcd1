// What bounds over doubles and MPFR numbers need of the thread that computes them.
#pragma once

#include "layercert/numeric/rounding_scope.hpp"

namespace layercert::test {

struct BoundScope {
  BoundScope() { prepare_mpfr_thread(); }
  UpwardScope upward;
};

} // namespace layercert::test
