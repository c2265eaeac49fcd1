// A task of TBB does not know whose work it is. So the work gets an arena of its own, and every thread that
// enters the arena is told, in a variable of the thread, which request it has to obey.
#include "stop_request.hpp"

#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_scheduler_observer.h>

namespace layercert {

namespace {

thread_local const StopRequest *obeyed = nullptr;

class Teller : public oneapi::tbb::task_scheduler_observer {
public:
  Teller(oneapi::tbb::task_arena &arena, const StopRequest &request)
      : oneapi::tbb::task_scheduler_observer(arena), request_(request) {
    observe(true);
  }
  Teller(const Teller &) = delete;
  Teller &operator=(const Teller &) = delete;
  ~Teller() override { observe(false); } // waits for threads that are being told

  void on_scheduler_entry(bool) override { obeyed = &request_; }
  void on_scheduler_exit(bool) override { obeyed = nullptr; }

private:
  const StopRequest &request_;
};

} // namespace

void throw_if_stopped() {
  if (obeyed != nullptr && obeyed->asked()) {
    throw Stopped();
  }
}

void run_until_stopped(const StopRequest &request, int threads, const std::function<void()> &work) {
  oneapi::tbb::task_arena arena(threads > 0 ? threads : oneapi::tbb::task_arena::automatic);
  const Teller teller(arena, request);
  arena.execute(work);
}

} // namespace layercert
