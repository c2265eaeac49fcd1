#include "layercert/target/target.hpp"

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
  require_power_side(table, instance.N, instance.depth, instance.file,
                     static_cast<std::size_t>(instance.line_of_source));
  return {instance.dimension, std::move(table), instance.remainder};
}

} // namespace layercert
