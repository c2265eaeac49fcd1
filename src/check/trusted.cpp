#include "trusted.hpp"

namespace checker {

// tests/check/independence_test.cpp compares this with what the program loads and includes.
std::span<const Trusted> trusted() {
  static constexpr Trusted list[] = {
      {"Arb", "libflint-arb.so"},
      {"FLINT", "libflint.so"},
      {"NTL", "libntl.so"}, // of FLINT, as gf2x is of NTL
      {"gf2x", "libgf2x.so"},
      {"MPFR", "libmpfr.so"},
      {"GMP", "libgmp.so"},
      {"OpenSSL's SHA-256", "libcrypto.so"},
      {"nlohmann/json", ""},
      {"toml++", "libtomlplusplus.so"},
      {"libpng", "libpng16.so"},
      {"zlib", "libz.so"},
      {"fmt", "libfmt.so"},
      {"the C++ library", "libstdc++.so"},
      {"GCC's library", "libgcc_s.so"},
      {"the C library", "libc.so"},
      {"its mathematics", "libm.so"},
      {"its threads", "libpthread.so"},
      {"its loader", "ld-linux"},
      {"the kernel's vDSO", "linux-vdso.so"},
  };
  return list;
}

std::string trusted_names() {
  std::string names;
  for (const Trusted &one : trusted()) {
    names += (names.empty() ? "" : ", ") + std::string(one.name);
  }
  return names;
}

} // namespace checker
