// What the certificates of the construction and of other networks have in common.
#include "fields.hpp"

#include <utility>

namespace layercert {

void require_statement(const Fields &fields, const Instance &instance) {
  fields.text("version");
  for (const auto &[key, number] :
       {std::pair("d", instance.dimension), std::pair("N", static_cast<std::size_t>(instance.N))}) {
    if (fields.count(key) != number) {
      fields.fail(key, fmt::format("{}, that of the instance", number));
    }
  }
  const std::pair<const char *, std::string> words[] = {{"p", instance.p.get_str()},
                                                        {"norm", std::string(name_of(instance.norm))},
                                                        {"expression", instance.expression}};
  for (const auto &[key, word] : words) {
    if (!word.empty() && fields.text(key) != word) {
      fields.fail(key, fmt::format("\"{}\", that of the instance", word));
    }
  }
}

void read_claim(const Fields &fields, std::size_t dimension, LevelCertificate &level) {
  level.error_lower = fields.bound("error_lower");
  level.error_upper = fields.bound("error_upper");
  level.modulus_lower = fields.bound("modulus_lower");
  level.modulus_upper = fields.bound("modulus_upper");
  fields.require_order("error_upper", level.error_lower, level.error_upper);
  fields.require_order("modulus_upper", level.modulus_lower, level.modulus_upper);
  level.shift = fields.numbers("shift");
  if (!level.shift.empty() && level.shift.size() != dimension) {
    fields.fail("shift", fmt::format("{} coordinates", dimension));
  }
  judge(level, dimension);
  fields.require_bound("bound", level.bound_lower);
  fields.require_bound("ratio_upper", level.ratio_upper);
  fields.require_bound("ratio_lower", level.ratio_lower);
  fields.require_status("status", level.status);
}

} // namespace layercert
