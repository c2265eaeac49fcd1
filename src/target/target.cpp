#include "layercert/target/target.hpp"

#include "layercert/error.hpp"

namespace layercert {

Target make_target(const Instance &instance) {
  if (!instance.expression.empty()) {
    const TextPlace place{instance.file, static_cast<std::size_t>(instance.expression_line),
                          static_cast<std::size_t>(instance.expression_column)};
    return {instance.dimension, parse_expression(instance.expression, instance.dimension, place),
            instance.remainder};
  }
  SampleTable table =
      instance.image.empty() ? read_table(instance.table, instance.dimension) : read_image(instance.image);
  const auto line = static_cast<std::size_t>(instance.line_of_source);
  if (instance.interpolation == Interpolation::Multilinear) {
    if (table.side < 2) {
      throw InputError(instance.file, line,
                       "found a single sample; expected 2 or more an axis to interpolate between");
    }
    return {instance.dimension, Expression::of_table(std::make_shared<const SampleTable>(std::move(table))),
            instance.remainder};
  }
  require_power_side(table, instance.N, instance.depth, instance.file, line);
  return {instance.dimension, std::move(table), instance.remainder};
}

} // namespace layercert
