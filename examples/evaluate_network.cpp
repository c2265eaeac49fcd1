// Builds the network of a function and encloses its readouts at a point, with more and more bits.
#include "layercert/function/function_instance.hpp"
#include "layercert/function/symbolic.hpp"
#include "layercert/network/builder.hpp"
#include "layercert/network/direct_evaluator.hpp"

#include <fmt/format.h>

#include <exception>

int main() {
  using namespace layercert;
  try {
    const Expression f = record<1>([](auto x) { return sin(3 * x); });
    const Instance instance = instance_of(f, 1, {.N = 2, .depth = 4});
    const Network network = assemble_network(build_parameters(instance, make_target(instance)));
    const mpq_class third(1, 3);
    for (const mpfr_prec_t precision : {64, 256, 1024}) {
      fmt::print("{} bits:\n", precision);
      const std::vector<MpfrInterval> readouts = evaluate_directly(network, {third}, precision);
      for (std::size_t l = 1; l <= readouts.size(); ++l) {
        fmt::print("  Phi_{}(1/3) in [{:a}, {:a}]\n", l, double_lower(readouts[l - 1]),
                   double_upper(readouts[l - 1]));
      }
    }
    return 0;
  } catch (const std::exception &error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  }
}
