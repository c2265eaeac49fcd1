#include "layercert/function/function_instance.hpp"

#include "expression_text.hpp"

#include <fmt/format.h>

#include <utility>

namespace layercert {

Instance instance_of(const Expression &f, std::size_t dimension, const Theorem &theorem) {
  std::string text = fmt::format("[target]\ndimension = {}\nexpression = \"{}\"\n", dimension, text_of(f));
  if (theorem.remainder != 0) {
    text += fmt::format("remainder = \"{}\"\n", theorem.remainder.get_str());
  }
  text += fmt::format("\n[theorem]\nN = {}\ndepth = {}\np = \"{}\"\nnorm = \"{}\"\n", theorem.N,
                      theorem.depth, theorem.p.get_str(), name_of(theorem.norm));
  if (theorem.hoelder) {
    text += fmt::format("\n[hoelder]\nlambda = \"{}\"\nalpha = \"{}\"\n", theorem.hoelder->lambda.get_str(),
                        theorem.hoelder->alpha.get_str());
  }
  Instance instance = parse_instance(std::move(text), "the instance", {});
  cell_count_or_throw(instance, physical_memory_bytes());
  parse_expression(instance.expression, dimension, {instance.file, 0, 1}); // that it has so few coordinates
  return instance;
}

} // namespace layercert
