// layercert-check DIR: is the result in DIR proved? Exit status 0 accepted, 1 rejected, 2 it cannot be read.
#include "check.hpp"

#include <cstdio>
#include <exception>
#include <new>

int main(int argc, char **argv) {
  if (argc != 2 || argv[1][0] == '-') {
    std::fprintf(stderr, "usage: layercert-check DIR; expected the folder of a result\n");
    return 2;
  }
  try {
    const checker::Report report = checker::check(argv[1]);
    for (const std::string &line : report.lines) {
      std::printf("%s\n", line.c_str());
    }
    std::printf(report.accepted ? "accepted\n" : "rejected: %s\n", report.reason.c_str());
    return report.accepted ? 0 : 1;
  } catch (const std::bad_alloc &) {
    std::fprintf(stderr, "layercert-check: out of memory\n");
  } catch (const std::exception &error) {
    std::fprintf(stderr, "layercert-check: %s\n", error.what());
  }
  return 2;
}
