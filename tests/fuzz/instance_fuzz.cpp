// Instance files, and the targets that they describe.
#include "input.hpp"

#include "function/expression_evaluator.hpp"
#include "layercert/function/target.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <vector>

using namespace layercert;

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  // A named image or table is missing, whatever the name.
  static const fuzz::TemporaryFolder empty = fuzz::folder_in_memory();
  fuzz::refused_or_read([&] {
    const Instance instance =
        parse_instance(std::string(fuzz::text(data, size)), "instance.toml", empty.path());
    cell_count_or_throw(instance, std::uint64_t{1} << 32);
    if (instance.expression.empty()) {
      return;
    }
    const Target target = make_target(instance);
    const auto d = instance.dimension;
    const UpwardScope upward;
    ExpressionEvaluator evaluator(target.expression(), instance.dimension);
    std::vector<Interval> gradient(d);
    for (const Interval &side : {Interval(0, 1), Interval(0.25, 0.25), Interval(0, 0)}) {
      evaluator.range_and_gradient(std::vector<Interval>(d, side), gradient);
    }
  });
  return 0;
}
