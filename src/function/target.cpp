#include "layercert/function/target.hpp"

#include "layercert/error.hpp"
#include "sample_bytes.hpp"
#include "target_from_bytes.hpp"

namespace layercert {

namespace {

Target target_of_expression(const Instance &instance) {
  const TextPlace place{instance.file, static_cast<std::size_t>(instance.expression_line),
                        static_cast<std::size_t>(instance.expression_column)};
  return {instance.dimension, parse_expression(instance.expression, instance.dimension, place),
          instance.remainder};
}

Target target_of_samples(const Instance &instance, SampleTable table) {
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

} // namespace

Target make_target(const Instance &instance) {
  if (!instance.expression.empty()) {
    return target_of_expression(instance);
  }
  return target_of_samples(instance, instance.image.empty() ? read_table(instance.table, instance.dimension)
                                                            : read_image(instance.image));
}

Target make_target(const Instance &instance, std::string_view sample_bytes) {
  if (!instance.expression.empty()) {
    return target_of_expression(instance);
  }
  return target_of_samples(instance,
                           instance.image.empty()
                               ? parse_table(sample_bytes, instance.table.string(), instance.dimension)
                               : parse_image(sample_bytes, instance.image.string()));
}

} // namespace layercert
