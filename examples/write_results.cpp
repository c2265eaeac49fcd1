// Certifies a family of functions and writes a result folder for each of them, which `layercert check`
// verifies.
#include "layercert/certify/run.hpp"
#include "layercert/function/function_instance.hpp"
#include "layercert/function/symbolic.hpp"

#include <fmt/format.h>

#include <exception>
#include <filesystem>

int main(int argc, char **argv) {
  using namespace layercert;
  if (argc != 2) {
    fmt::print(stderr, "usage: write_results DIR\n");
    return 2;
  }
  try {
    bool certified = true;
    for (int k = 1; k <= 3; ++k) {
      const Expression f = record<1>([k](auto x) { return sin(k * Symbolic::pi() * x) / k; });
      const Instance instance = instance_of(f, 1, {.N = 2, .depth = 4});
      const std::filesystem::path place = std::filesystem::path(argv[1]) / fmt::format("wave{}", k);
      PendingFolder folder(place);
      const Run result = run(instance, {}, &folder);
      fmt::print("{}: {}\n", place.string(), instance.expression);
      certified = certified && result.certificate.all_certified();
    }
    return certified ? 0 : 1;
  } catch (const std::exception &error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  }
}
