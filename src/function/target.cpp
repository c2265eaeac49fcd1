#include "layercert/function/target.hpp"

#include "layercert/error.hpp"
#include "sample_bytes.hpp"
#include "target_from_bytes.hpp"

#include <algorithm>

namespace layercert {

namespace {

Target target_of_expression(const Instance &instance) {
  const TextPlace place{instance.file, static_cast<std::size_t>(instance.expression_line),
                        static_cast<std::size_t>(instance.expression_column)};
  return {instance.dimension, parse_expression(instance.expression, instance.dimension, place),
          instance.remainder};
}

// What rounding moved the samples by counts as remainder.
Target target_of_samples(const Instance &instance, SampleTable table) {
  const mpq_class remainder = instance.remainder + table.rounding;
  if (instance.interpolation == Interpolation::Constant) {
    return {instance.dimension, std::move(table), remainder};
  }
  if (std::any_of(table.sides.begin(), table.sides.end(), [](int side) { return side < 2; })) {
    throw InputError(
        instance.file, static_cast<std::size_t>(instance.line_of_source),
        "found a single sample along an axis; expected 2 or more an axis to interpolate between");
  }
  return {instance.dimension, Expression::of_table(std::make_shared<const SampleTable>(std::move(table))),
          remainder};
}

} // namespace

Target make_target(const Instance &instance) {
  if (!instance.expression.empty()) {
    return target_of_expression(instance);
  }
  return target_of_samples(instance, instance.image.empty()
                                         ? read_table(instance.table, instance.dimension, instance.samples)
                                         : read_image(instance.image, instance.samples));
}

Target make_target(const Instance &instance, std::string_view sample_bytes) {
  if (!instance.expression.empty()) {
    return target_of_expression(instance);
  }
  return target_of_samples(
      instance, instance.image.empty()
                    ? parse_table(sample_bytes, instance.table.string(), instance.dimension, instance.samples)
                    : parse_image(sample_bytes, instance.image.string(), instance.samples));
}

} // namespace layercert
