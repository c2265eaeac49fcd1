// A target without variables is its own constant; samples are one if they are all the same.
#include "constant_value.hpp"

#include "expression_text.hpp"
#include "layercert/error.hpp"

namespace layercert {

namespace {

std::optional<std::string> constant_of_samples(const SampleTable &table) {
  if (!table.is_constant()) {
    return {};
  }
  return table.exact(0).get_str();
}

std::optional<std::string> constant_of_expression(const Expression &f) {
  if (f.highest_variable() >= 0) {
    return {};
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
  return constant_of_expression(target.expression());
}

} // namespace layercert
