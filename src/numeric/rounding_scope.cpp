#include "layercert/numeric/rounding_scope.hpp"

#include <mpfr.h>

namespace layercert {

namespace {

struct MpfrThread {
  MpfrThread() {
    mpfr_set_emin(mpfr_get_emin_min());
    mpfr_set_emax(mpfr_get_emax_max());
  }
  ~MpfrThread() { mpfr_free_cache(); }
  bool prepared = true;
};

} // namespace

void prepare_mpfr_thread() {
  thread_local MpfrThread thread;
  (void)thread.prepared; // touching it makes this thread construct it
}

} // namespace layercert
