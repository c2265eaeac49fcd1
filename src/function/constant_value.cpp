// A target without variables is its own constant, any other the one that its normal form shows; samples are
// one if they are all the same.
#include "constant_value.hpp"

#include "expression_text.hpp"
#include "layercert/error.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "normal_form.hpp"

namespace layercert {

namespace {

std::optional<std::string> constant_of_samples(const SampleTable &table) {
  if (!table.is_constant()) {
    return {};
  }
  return table.exact(0).get_str();
}

std::optional<std::string> constant_of_expression(const Expression &f, std::size_t dimension) {
  if (f.highest_variable() >= 0) {
    const UpwardScope upward;
    return normal::constant_almost_everywhere(f, dimension);
  }
  try {
    return text_of(f);
  } catch (const InputError &) { // too long
    return {};
  }
}

} // namespace

std::optional<std::string> constant_value(const Target &target) {
  if (const SampleTable *samples = target.samples()) {
    return constant_of_samples(*samples);
  }
  return constant_of_expression(target.expression(), target.dimension);
}

bool surely_varies(const Target &target) {
  if (const SampleTable *samples = target.samples()) {
    return !constant_of_samples(*samples);
  }
  const UpwardScope upward;
  return normal::surely_varies(target.expression(), target.dimension);
}

} // namespace layercert
