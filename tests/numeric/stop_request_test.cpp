#define BOOST_TEST_MODULE stop_request
#include "numeric/stop_request.hpp"

#include <boost/test/unit_test.hpp>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

using namespace layercert;

namespace {

// More threads than a small machine would give.
struct Threads {
  oneapi::tbb::global_control limit{oneapi::tbb::global_control::max_allowed_parallelism, 4};
};

} // namespace

BOOST_TEST_GLOBAL_FIXTURE(Threads);

BOOST_AUTO_TEST_CASE(nothing_stops_that_nobody_asked_to) {
  throw_if_stopped();
  const StopRequest request;
  int done = 0;
  run_until_stopped(request, 0, [&] {
    throw_if_stopped();
    ++done;
  });
  BOOST_TEST(done == 1);
}

BOOST_AUTO_TEST_CASE(what_the_work_throws_arrives) {
  const StopRequest request;
  BOOST_CHECK_THROW(run_until_stopped(request, 0, [] { throw std::out_of_range("mine"); }),
                    std::out_of_range);
}

BOOST_AUTO_TEST_CASE(a_request_reaches_the_loop_and_every_thread_in_it) {
  StopRequest request;
  std::atomic<int> turns = 0;
  std::atomic<int> not_reached = 0;
  BOOST_CHECK_THROW(run_until_stopped(request, 4,
                                      [&] {
                                        oneapi::tbb::parallel_for(0, 100000, [&](int) {
                                          throw_if_stopped();
                                          std::this_thread::sleep_for(std::chrono::milliseconds(1));
                                          if (++turns == 20) {
                                            request.ask();
                                          }
                                          if (request.asked()) {
                                            try {
                                              throw_if_stopped();
                                              ++not_reached;
                                            } catch (const Stopped &) {
                                              throw;
                                            }
                                          }
                                        });
                                      }),
                    Stopped);
  BOOST_TEST(turns >= 20);
  BOOST_TEST(turns < 40);
  BOOST_TEST(not_reached == 0);
  throw_if_stopped(); // this thread is free again
}

BOOST_AUTO_TEST_CASE(a_request_stops_its_own_work_only) {
  StopRequest stopped;
  const StopRequest other;
  stopped.ask();
  std::atomic<int> turns = 0;
  for (int i = 0; i < 20; ++i) { // TBB's threads go from one to the other
    BOOST_CHECK_THROW(
        run_until_stopped(stopped, 4,
                          [&] { oneapi::tbb::parallel_for(0, 1000, [&](int) { throw_if_stopped(); }); }),
        Stopped);
    run_until_stopped(other, 4, [&] {
      oneapi::tbb::parallel_for(0, 1000, [&](int) {
        throw_if_stopped();
        ++turns;
      });
    });
  }
  BOOST_TEST(turns == 20000);
  oneapi::tbb::parallel_for(0, 1000, [&](int) { throw_if_stopped(); });
}
