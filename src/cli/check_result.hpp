// Whether a result holds: by the independent checker where the certificate lists what that needs, else by
// certifying again.
#pragma once

#include "check.hpp"
#include "division.hpp"

#include "certify/recertify.hpp"

#include <filesystem>
#include <functional>
#include <string>

namespace layercert::cli {

struct CheckOutcome {
  std::string rejection; // empty: accepted
  checker::Report proof; // `unknown`: the independent checker could not tell
  std::uint64_t cells_compared = 0;

  bool accepted() const noexcept { return rejection.empty(); }
  bool independent() const noexcept { return !proof.unknown; }
};

struct CheckOptions {
  int threads = 0;   // 0: all
  bool anew = false; // certify again, though the independent checker could do
  checker::Progress proving = [](const checker::Step &) {};
  RecertifyProgress certifying = [](RecertifyPhase, int, const Instance &) {};
  std::function<void()> between; // called often, on any thread; may throw, which ends the check
  checker::Division division;    // among the processes that share the check
};

// Throws InputError, or std::runtime_error, where the result cannot be looked at. What the independent checker
// does not divide the first process does alone; the others have an outcome without meaning.
CheckOutcome check_result(const std::filesystem::path &folder, const CheckOptions &options);

} // namespace layercert::cli
