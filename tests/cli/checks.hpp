// What the tests of several commands expect of a run.
#pragma once

#include "common/text.hpp"
#include "program.hpp"

#include <boost/test/unit_test.hpp>

namespace cli_test {

using layercert::test::count;
using layercert::test::holds;
using layercert::test::Pieces;
using layercert::test::replaced;

// Bad input: status 2, nothing on stdout, one line on stderr that holds every one of `pieces`.
inline void is_refusal(const Outcome &outcome, Pieces pieces) {
  BOOST_TEST_CONTEXT(outcome.err) {
    BOOST_TEST(outcome.status == 2);
    BOOST_TEST(outcome.out.empty());
    BOOST_TEST(outcome.error_lines() == 1U);
    BOOST_TEST(outcome.err.starts_with("layercert: "));
    layercert::test::holds_all(outcome.err, pieces);
  }
}

inline void refuses(const std::vector<std::string> &arguments, Pieces pieces, const fs::path &in = {}) {
  std::string command = "layercert";
  for (const std::string &argument : arguments) {
    command += " " + argument;
  }
  BOOST_TEST_CONTEXT(command) { is_refusal(run(arguments, in), pieces); }
}

// Makes the result of an instance that is certified at every level; throws if it is not.
inline void make_result(const fs::path &instance, const fs::path &result) {
  const Outcome outcome = run({"certify", instance.string(), "--out", result.string()});
  if (outcome.status != 0) {
    throw std::runtime_error("no result: " + outcome.out + outcome.err);
  }
}

} // namespace cli_test
