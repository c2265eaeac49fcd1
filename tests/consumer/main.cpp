#include "layercert/certify/run.hpp"
#include "layercert/function/function_instance.hpp"
#include "layercert/function/symbolic.hpp"
#include "layercert/report/table.hpp"

#include <cstdio>

int main() {
  const auto kink = layercert::record<1>([](auto x) { return abs(x - layercert::Symbolic(1) / 3); });
  const layercert::Instance instance = layercert::instance_of(kink, 1, {.N = 2, .depth = 2});
  const layercert::Run result = layercert::run(instance);
  std::fputs(table_of(instance, result.certificate).c_str(), stdout);
  return result.certificate.all_certified() ? 0 : 1;
}
