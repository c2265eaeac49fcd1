// Sums of closed forms, term by term: what two weights have in common adds up, the rest stands side by side.
#include "layercert/network/closed_form.hpp"

#include "closed_constant.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstdlib>

namespace layercert {

namespace {

// Two lists by rising shift as one; coefficients of the same shift add up.
std::vector<AngleTerm> merged(const std::vector<AngleTerm> &a, const std::vector<AngleTerm> &b) {
  std::vector<AngleTerm> result;
  result.reserve(a.size() + b.size());
  std::merge(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(result),
             [](const AngleTerm &x, const AngleTerm &y) { return x.shift < y.shift; });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (kept > 0 && result[kept - 1].shift == result[i].shift) {
      result[kept - 1].coefficient += result[i].coefficient;
      kept -= result[kept - 1].coefficient == 0 ? 1 : 0;
    } else {
      result[kept++] = result[i];
    }
  }
  result.resize(kept);
  return result;
}

// The terms stay in the order of their shifts.
void add_multiplier(std::vector<MultiplierTerm> &terms, const MultiplierTerm &term) {
  const auto same =
      std::lower_bound(terms.begin(), terms.end(), term,
                       [](const MultiplierTerm &a, const MultiplierTerm &b) { return a.shifts < b.shifts; });
  if (same == terms.end() || same->shifts != term.shifts) {
    terms.insert(same, term);
    return;
  }
  same->m = same->m + term.m;
  if (same->m.is_zero()) {
    terms.erase(same);
  }
}

std::string negated(const std::string &constant) { return "-(" + constant + ")"; }

// A constant and its negative cancel. The texts stay in order.
void add_constant(std::vector<std::string> &constants, const std::string &constant) {
  const auto opposite = std::find_if(constants.begin(), constants.end(), [&](const std::string &other) {
    return other == negated(constant) || constant == negated(other);
  });
  if (opposite != constants.end()) {
    constants.erase(opposite);
  } else {
    constants.insert(std::upper_bound(constants.begin(), constants.end(), constant), constant);
  }
}

std::int64_t exponent_of(const Dyadic &value) { return value.is_zero() ? 0 : value.magnitude_exponent(); }

} // namespace

const ClosedForm::Rest ClosedForm::kNoRest;

ClosedForm::ClosedForm(Dyadic value) : dyadic_(std::move(value)) {}

ClosedForm ClosedForm::pi(Dyadic factor) {
  ClosedForm result;
  Rest rest;
  rest.pi = std::move(factor);
  result.set_rest(std::move(rest));
  return result;
}

ClosedForm ClosedForm::angle(std::int64_t shift, std::int64_t coefficient) {
  assert(1 <= shift && shift <= kLargestShift);
  return coefficient == 0 ? ClosedForm() : sum_of_angles({{shift, coefficient}});
}

ClosedForm ClosedForm::sum_of_angles(std::vector<AngleTerm> terms) {
  assert(std::is_sorted(terms.begin(), terms.end(),
                        [](const AngleTerm &a, const AngleTerm &b) { return a.shift < b.shift; }));
  ClosedForm result;
  Rest rest;
  rest.angles = std::move(terms);
  result.set_rest(std::move(rest));
  return result;
}

ClosedForm ClosedForm::multiplier(Dyadic m, std::vector<std::int64_t> shifts) {
  assert(std::is_sorted(shifts.begin(), shifts.end(), std::less<>()));
  ClosedForm result;
  Rest rest;
  if (!m.is_zero()) {
    rest.multipliers.push_back({std::move(m), std::move(shifts)});
  }
  result.set_rest(std::move(rest));
  return result;
}

ClosedForm ClosedForm::constant(std::string text) {
  ClosedForm result;
  Rest rest;
  rest.constants.push_back(std::move(text));
  result.set_rest(std::move(rest));
  return result;
}

void ClosedForm::set_rest(Rest rest) {
  if (rest == kNoRest) {
    rest_ = nullptr;
  } else {
    rest_ = std::make_shared<const Rest>(std::move(rest));
  }
}

std::size_t ClosedForm::mantissa_bits() const noexcept {
  std::size_t longest = std::max(dyadic_.mantissa_bits(), pi_factor().mantissa_bits());
  for (const AngleTerm &term : angles()) {
    longest = std::max<std::size_t>(longest,
                                    std::bit_width(static_cast<std::uint64_t>(std::abs(term.coefficient))));
  }
  for (const MultiplierTerm &term : multipliers()) {
    longest = std::max(longest, term.m.mantissa_bits());
  }
  return longest;
}

std::size_t ClosedForm::bits() const noexcept {
  std::size_t result = dyadic_.mantissa_bits() + pi_factor().mantissa_bits() + 128 * angles().size();
  for (const MultiplierTerm &term : multipliers()) {
    result += term.m.mantissa_bits() + 64 * term.shifts.size();
  }
  for (const std::string &constant : constants()) {
    result += 8 * constant.size();
  }
  return result;
}

int ClosedForm::leading_sign() const noexcept {
  if (!dyadic_.is_zero()) {
    return dyadic_.sign();
  }
  if (!pi_factor().is_zero()) {
    return pi_factor().sign();
  }
  if (!angles().empty()) {
    return angles().front().coefficient < 0 ? -1 : 1;
  }
  if (!multipliers().empty()) {
    return multipliers().front().m.sign();
  }
  return constants().empty() ? 0 : constants().front().starts_with("-(") ? -1 : 1;
}

// |c 2 arctan(2^-s)| < |c| 2^(1-s); pi < 4; and 2 pi sqrt(2) Q < 13 < 16, since the shifts are different and
// at least 1, so that Q < exp(sum of 4^-s) <= exp(1/3) < 1.4. A sum of n terms below 2^e is below 2^(e + bits
// of n).
std::int64_t ClosedForm::magnitude_exponent_upper() const {
  if (is_zero()) {
    return 0;
  }
  std::vector<std::int64_t> exponents;
  if (!dyadic_.is_zero()) {
    exponents.push_back(dyadic_.magnitude_exponent());
  }
  if (!pi_factor().is_zero()) {
    exponents.push_back(pi_factor().magnitude_exponent() + 2);
  }
  for (const AngleTerm &term : angles()) {
    const Dyadic coefficient = Dyadic::from_integer(term.coefficient);
    exponents.push_back(exponent_of(coefficient) + 1 - term.shift);
  }
  for (const MultiplierTerm &term : multipliers()) {
    exponents.push_back(term.m.magnitude_exponent() + 4);
  }
  for (const std::string &constant : constants()) {
    const MpfrInterval value = constant_enclosure(parse_closed_constant(constant), 64);
    for (const MpfrNumber *end : {&value.lower(), &value.upper()}) {
      exponents.push_back(mpfr_zero_p(end->get()) != 0 ? 0 : mpfr_get_exp(end->get()));
    }
  }
  const std::int64_t largest = *std::max_element(exponents.begin(), exponents.end());
  std::int64_t spare = 0;
  while ((std::size_t{1} << spare) < exponents.size()) {
    ++spare;
  }
  return largest + spare;
}

ClosedForm ClosedForm::operator-() const {
  ClosedForm result(-dyadic_);
  if (is_dyadic()) {
    return result;
  }
  Rest rest = this->rest();
  rest.pi = -rest.pi;
  for (AngleTerm &term : rest.angles) {
    term.coefficient = -term.coefficient;
  }
  for (MultiplierTerm &term : rest.multipliers) {
    term.m = -term.m;
  }
  for (std::string &constant : rest.constants) {
    const bool is_negative = constant.starts_with("-(") && constant.ends_with(")");
    // "-(a)+(b)" is no negative of one text: only what this function wrote is taken back.
    const std::string inside = is_negative ? constant.substr(2, constant.size() - 3) : std::string();
    std::int64_t open = 0;
    const bool whole = is_negative && std::all_of(inside.begin(), inside.end(), [&](char c) {
                         open += c == '(' ? 1 : c == ')' ? -1 : 0;
                         return open >= 0;
                       });
    constant = whole ? inside : negated(constant);
  }
  std::sort(rest.constants.begin(), rest.constants.end());
  result.set_rest(std::move(rest));
  return result;
}

ClosedForm operator+(const ClosedForm &a, const ClosedForm &b) {
  ClosedForm result(a.dyadic_ + b.dyadic_);
  if (a.is_dyadic() || b.is_dyadic()) {
    result.rest_ = a.is_dyadic() ? b.rest_ : a.rest_;
    return result;
  }
  ClosedForm::Rest rest = a.rest();
  rest.pi = rest.pi + b.pi_factor();
  rest.angles = merged(rest.angles, b.angles());
  for (const MultiplierTerm &term : b.multipliers()) {
    add_multiplier(rest.multipliers, term);
  }
  for (const std::string &constant : b.constants()) {
    add_constant(rest.constants, constant);
  }
  result.set_rest(std::move(rest));
  return result;
}

} // namespace layercert
