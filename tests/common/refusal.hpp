// Input that has to be refused.
#pragma once

#include "common/text.hpp"
#include "layercert/error.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <string>

namespace layercert::test {

// What an action refuses its input with.
template <class Action> InputError refusal_of(const Action &action) {
  try {
    action();
  } catch (const InputError &error) {
    return error;
  }
  BOOST_ERROR("accepted");
  return {"", 0, "nothing was refused"};
}

// Expects a message of one short line that holds every one of `pieces`; line 0: none is named.
template <class Action> void refuses(const Action &action, std::size_t line, Pieces pieces) {
  const InputError error = refusal_of(action);
  BOOST_TEST_CONTEXT(error.what()) {
    BOOST_TEST(error.line() == line);
    BOOST_TEST(!holds(error.message(), "\n"));
    BOOST_TEST(error.message().size() < 400U);
    holds_all(error.message(), pieces);
  }
}

// For BOOST_CHECK_EXCEPTION.
inline auto tells(const std::string &words) {
  return [words](const InputError &error) {
    BOOST_TEST_MESSAGE(error.what());
    return holds(error.what(), words);
  };
}

} // namespace layercert::test
