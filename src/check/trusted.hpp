// What the checker is linked with or made of and does not check.
#pragma once

#include <span>
#include <string>

namespace checker {

struct Trusted {
  const char *name;    // for people
  const char *library; // how the shared library's file name begins; empty for what consists of headers
};
// Every shared library that layercert-check loads, and every header library that it is compiled with.
std::span<const Trusted> trusted();
std::string trusted_names(); // "Arb, FLINT, ..."

} // namespace checker
