#include "layercert/instance/exact_number.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <string>

namespace layercert {

namespace {

constexpr int max_exponent = 10000;
constexpr std::size_t max_length = 100000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

[[noreturn]] void refuse(std::string_view text, std::string_view expected) {
  constexpr std::size_t shown = 60;
  const bool cut = text.size() > shown;
  throw std::invalid_argument(
      fmt::format("found \"{}{}\"; expected {}", text.substr(0, shown), cut ? "..." : "", expected));
}

// Moves the leading digits of `rest` to the result.
std::string take_digits(std::string_view &rest) {
  std::size_t count = 0;
  while (count < rest.size() && is_digit(rest[count])) {
    ++count;
  }
  std::string digits(rest.substr(0, count));
  rest.remove_prefix(count);
  return digits;
}

// Takes a leading sign; true for minus.
bool take_sign(std::string_view &rest) {
  if (rest.empty() || (rest.front() != '-' && rest.front() != '+')) {
    return false;
  }
  const bool minus = rest.front() == '-';
  rest.remove_prefix(1);
  return minus;
}

} // namespace

mpq_class parse_exact_number(std::string_view text) {
  constexpr std::string_view expected = "a decimal such as 3.5 or 1e-3, or a fraction such as 7/2 or 1/2^30";
  if (text.size() > max_length) {
    refuse(text, fmt::format("at most {} characters", max_length));
  }
  std::string_view rest = text;
  const bool minus = take_sign(rest);
  std::string digits = take_digits(rest);

  if (!digits.empty() && !rest.empty() && rest.front() == '/') {
    rest.remove_prefix(1);
    const std::string denominator = take_digits(rest);
    std::string power = "1";
    if (!rest.empty() && rest.front() == '^') {
      rest.remove_prefix(1);
      power = take_digits(rest);
    }
    if (denominator.empty() || power.empty() || !rest.empty()) {
      refuse(text, expected);
    }
    mpq_class value;
    value.get_num() = mpz_class(digits, 10);
    value.get_den() = mpz_class(denominator, 10);
    if (value.get_den() == 0) {
      refuse(text, "a denominator other than 0");
    }
    const mpz_class exponent_of_den(power, 10);
    const std::size_t size = denominator.size() - denominator.find_first_not_of('0');
    if (exponent_of_den * size > max_exponent) {
      refuse(text, fmt::format("a denominator of at most {} digits", max_exponent));
    }
    mpz_pow_ui(value.get_den_mpz_t(), value.get_den_mpz_t(), exponent_of_den.get_ui());
    value.canonicalize();
    return minus ? mpq_class(-value) : value;
  }

  std::string fraction;
  if (!rest.empty() && rest.front() == '.') {
    rest.remove_prefix(1);
    fraction = take_digits(rest);
  }
  if (digits.empty() && fraction.empty()) {
    refuse(text, expected);
  }
  int exponent = 0;
  if (!rest.empty() && (rest.front() == 'e' || rest.front() == 'E')) {
    rest.remove_prefix(1);
    const bool negative = take_sign(rest);
    const std::string exponent_digits = take_digits(rest);
    if (exponent_digits.empty()) {
      refuse(text, expected);
    }
    for (const char c : exponent_digits) {
      exponent = 10 * exponent + (c - '0');
      if (exponent > max_exponent) {
        refuse(text, fmt::format("an exponent of at most {}", max_exponent));
      }
    }
    exponent = negative ? -exponent : exponent;
  }
  if (!rest.empty()) {
    refuse(text, expected);
  }

  mpq_class value(mpz_class(digits + fraction, 10));
  const long shift = exponent - static_cast<long>(fraction.size()); // value = digits * 10^shift
  mpz_class power;
  mpz_ui_pow_ui(power.get_mpz_t(), 10, static_cast<unsigned long>(shift < 0 ? -shift : shift));
  if (shift < 0) {
    value.get_den() = power;
    value.canonicalize();
  } else {
    value *= power;
  }
  return minus ? mpq_class(-value) : value;
}

} // namespace layercert
