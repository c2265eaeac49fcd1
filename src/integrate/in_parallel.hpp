// Loops whose turns are tasks: a task has to set the rounding mode and MPFR for itself, and ends where the
// run is to end.
#pragma once

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/stop_request.hpp"

#include <oneapi/tbb/parallel_for.h>

#include <cstddef>

namespace layercert {

// body(i) for i < count, each with an open UpwardScope.
template <class Body> void in_parallel(std::size_t count, const Body &body) {
  oneapi::tbb::parallel_for(std::size_t{0}, count, [&](std::size_t i) {
    throw_if_stopped();
    const UpwardScope upward;
    prepare_mpfr_thread();
    body(i);
  });
}

} // namespace layercert
