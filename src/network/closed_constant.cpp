// A constant is an expression of one coordinate that does not occur in it, so the evaluator of targets
// encloses it.
#include "closed_constant.hpp"

#include "function/expression_evaluator.hpp"
#include "layercert/error.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/elementary.hpp"

#include <stdexcept>
#include <vector>

namespace layercert {

namespace {

constexpr mpfr_prec_t kProofBits = 256;

MpfrRange range_of(const Expression &constant, mpfr_prec_t precision) {
  prepare_mpfr_thread();
  const std::vector<MpfrInterval> anywhere{mpfr_enclosure(0.0, precision)};
  return ExpressionEvaluator(constant, 1).range(anywhere, precision);
}

} // namespace

Expression parse_closed_constant(const std::string &text) {
  Expression constant;
  try {
    constant = parse_expression(text, 1);
  } catch (const InputError &error) {
    const std::string message = error.message(); // its first line; the others show the text
    throw std::invalid_argument(message.substr(0, message.find('\n')));
  }
  if (constant.highest_variable() >= 0) {
    throw std::invalid_argument("found a variable; expected a constant expression");
  }
  const MpfrRange range = range_of(constant, kProofBits);
  if (range.undefined || has_nan(range.value) || !bounded(range.value)) {
    throw std::invalid_argument("has no finite value; expected a constant expression that has one");
  }
  return constant;
}

MpfrInterval constant_enclosure(const Expression &constant, mpfr_prec_t precision) {
  return range_of(constant, precision).value;
}

ClosedForm closed_form_of_constant(const std::string &text) {
  const Expression constant = parse_closed_constant(text);
  const Node &value = constant.nodes().back();
  if (value.op == Op::Constant) {
    const mpq_class &number = constant.constants()[static_cast<std::size_t>(value.constant)];
    const auto bits = mpz_sizeinbase(number.get_den_mpz_t(), 2) - 1;
    if (mpz_scan1(number.get_den_mpz_t(), 0) == bits) {
      return Dyadic(number.get_num(), -static_cast<std::int64_t>(bits));
    }
  }
  return ClosedForm::constant(text);
}

} // namespace layercert
