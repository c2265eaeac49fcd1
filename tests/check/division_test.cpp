// Threads in place of processes: all find what one finds alone, and all end where one cannot go on.
#define BOOST_TEST_MODULE check_division
#include <boost/test/unit_test.hpp>

#include "division.hpp"

#include <flint/flint.h>

#include <barrier>
#include <string>
#include <thread>
#include <vector>

using namespace checker;

namespace {

constexpr std::size_t kParts = 10;

void one_by_one(std::size_t count, const std::function<void(std::size_t)> &work) {
  for (std::size_t i = 0; i < count; ++i) {
    work(i);
  }
}

// What each of `count` processes answers.
std::vector<std::string> by_processes(int count, const std::function<std::string(DividedSteps &)> &body) {
  std::vector<std::string> texts(static_cast<std::size_t>(count));
  std::vector<std::string> answers(texts.size());
  std::barrier all(count);
  std::vector<std::thread> threads;
  threads.reserve(texts.size());
  for (int index = 0; index < count; ++index) {
    threads.emplace_back([&, index] {
      const Division division{index, count, [&, index](const std::string &text) {
                                texts[static_cast<std::size_t>(index)] = text;
                                all.arrive_and_wait();
                                std::vector<std::string> everybody = texts;
                                all.arrive_and_wait();
                                return everybody;
                              }};
      DividedSteps steps(division);
      std::string &answer = answers[static_cast<std::size_t>(index)];
      try {
        answer = body(steps);
        steps.end({}, false);
      } catch (const Unknown &unknown) {
        answer = std::string("unknown: ") + unknown.what();
        steps.end(unknown.what(), true);
      } catch (const Rejected &rejected) {
        answer = std::string("rejected: ") + rejected.what();
        steps.end(rejected.what(), false);
      }
      flint_cleanup(); // the thread's caches
    });
  }
  for (std::thread &thread : threads) {
    thread.join();
  }
  return answers;
}

// Numbers without an end as doubles, and an infinity.
CellsSum part(std::size_t i) {
  CellsSum sum;
  sum.first = 7 * i;
  sum.last = 7 * (i + 1);
  const Arf third = Interval(Rational(static_cast<long>(i) + 1, 3)).lower;
  sum.sum = {-third.times_two_to(-2000), i == 3 ? Arf::infinity() : third};
  sum.sup = third;
  return sum;
}

void require_alike(const std::vector<std::string> &answers, const std::string &expected) {
  for (const std::string &answer : answers) {
    BOOST_TEST(answer == expected);
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(sums_are_those_of_one_process) {
  for (const int count : {1, 2, 3, 4, 13}) {
    require_alike(by_processes(count,
                               [](DividedSteps &steps) {
                                 const std::vector<CellsSum> sums = steps.sums(kParts, one_by_one, part);
                                 require_cover(sums, 7 * kParts);
                                 for (std::size_t i = 0; i < kParts; ++i) {
                                   const CellsSum expected = part(i);
                                   if (sums[i].sum.lower != expected.sum.lower ||
                                       sums[i].sum.upper != expected.sum.upper ||
                                       sums[i].sup != expected.sup || sums[i].last != expected.last) {
                                     return "differs: " + std::to_string(i);
                                   }
                                 }
                                 return std::string("same");
                               }),
                  "same");
  }
}

BOOST_AUTO_TEST_CASE(every_cell_once) {
  std::vector<CellsSum> sums(3);
  sums[0].last = sums[1].first = 4;
  sums[1].last = sums[2].first = 9;
  sums[2].last = 12;
  BOOST_CHECK_NO_THROW(require_cover(sums, 12));
  BOOST_CHECK_THROW(require_cover(sums, 13), Rejected);
  BOOST_CHECK_THROW(require_cover(sums, 11), Rejected);
  sums[1].first = 5; // cell 4 is in none
  BOOST_CHECK_THROW(require_cover(sums, 12), Rejected);
  sums[1].first = 3; // cell 3 is in two
  BOOST_CHECK_THROW(require_cover(sums, 12), Rejected);
}

BOOST_AUTO_TEST_CASE(what_one_rejects_all_reject) {
  for (const bool unknown : {false, true}) {
    const auto fails_at_6 = [unknown](std::size_t i) {
      if (i >= 6) {
        unknown ? throw Unknown("part " + std::to_string(i)) : throw Rejected("part " + std::to_string(i));
      }
      return part(i);
    };
    require_alike(by_processes(3,
                               [&](DividedSteps &steps) {
                                 steps.sums(kParts, one_by_one, fails_at_6);
                                 return std::string("accepted");
                               }),
                  unknown ? "unknown: cannot verify: part 6" : "rejected: part 6");
  }
}

// An answer is rejected where it is asked for, and not before.
BOOST_AUTO_TEST_CASE(answers_in_their_order) {
  require_alike(by_processes(3,
                             [](DividedSteps &steps) {
                               steps.find_answers(5, [](std::size_t i) {
                                 if (i == 2) {
                                   throw Rejected("answer 2");
                                 }
                                 return Interval(static_cast<long>(i));
                               });
                               std::string found;
                               for (std::size_t i = 0; i < 5; ++i) {
                                 found += i == 2 ? "" : std::to_string(steps.answer(i).upper.about());
                               }
                               if (found != "0.0000001.0000003.0000004.000000") {
                                 return found;
                               }
                               steps.answer(2);
                               return std::string("accepted");
                             }),
                "rejected: answer 2");
}

// One ends while the others are about to sum: they do not wait for ever.
BOOST_AUTO_TEST_CASE(an_early_end_is_told) {
  const std::vector<std::string> answers = by_processes(3, [](DividedSteps &steps) {
    if (steps.has(1)) {
      throw Rejected("no file here");
    }
    steps.sums(kParts, one_by_one, part);
    return std::string("accepted");
  });
  require_alike(answers, "rejected: no file here");
}

BOOST_AUTO_TEST_CASE(other_bytes) {
  std::vector<std::string> answers = by_processes(2, [](DividedSteps &steps) {
    try {
      steps.agree_on(steps.has(0) ? "one" : "other");
    } catch (const Unreadable &) {
      return std::string("unreadable");
    }
    return std::string("agreed");
  });
  require_alike(answers, "unreadable");
}
