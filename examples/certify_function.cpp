// Certifies a function that is written in C++, and prints the table.
#include "layercert/certify/run.hpp"
#include "layercert/function/function_instance.hpp"
#include "layercert/function/symbolic.hpp"
#include "layercert/report/table.hpp"

#include <fmt/format.h>

#include <cmath>
#include <exception>

namespace {

// For any type of numbers: doubles give values, layercert::Symbolic the expression that is certified.
constexpr auto bump = [](auto x, auto y) {
  using std::exp;
  return exp(-4 * ((x - 0.5) * (x - 0.5) + (y - 0.5) * (y - 0.5)));
};

} // namespace

int main() {
  try {
    const layercert::Expression f = layercert::record<2>(bump);
    const layercert::Instance instance = layercert::instance_of(f, 2, {.N = 2, .depth = 3, .p = 1});
    const layercert::Run result = layercert::run(instance);
    fmt::print("f = {}, f(1/2, 1/2) = {}\n{}", instance.expression, bump(0.5, 0.5),
               table_of(instance, result.certificate));
    return result.certificate.all_certified() ? 0 : 1;
  } catch (const std::exception &error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  }
}
