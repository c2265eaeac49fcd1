// What all readers of samples share: the bytes of a file, the choice of the list that holds the samples, and
// rounding.
#include "layercert/function/sample_table.hpp"

#include "layercert/error.hpp"
#include "sample_bytes.hpp"
#include "sample_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <fstream>
#include <iterator>
#include <limits>

namespace layercert {

namespace {

// Short numbers over one denominator: sums and differences of a few of them fit in 64 bits.
const mpz_class &short_limit() {
  static const mpz_class limit("1000000000000000000");
  return limit;
}

mpq_class from_int64(std::int64_t value) { return mpq_class(static_cast<long>(value)); }

// The values over their common denominator, if that and all numerators are short.
bool set_short(SampleTable &table, const std::vector<mpq_class> &values) {
  mpz_class denominator = 1;
  for (const mpq_class &value : values) {
    mpz_lcm(denominator.get_mpz_t(), denominator.get_mpz_t(), value.get_den_mpz_t());
    if (denominator > short_limit()) {
      return false;
    }
  }
  std::vector<std::int64_t> numerators;
  numerators.reserve(values.size());
  mpz_class numerator;
  for (const mpq_class &value : values) {
    mpz_divexact(numerator.get_mpz_t(), denominator.get_mpz_t(), value.get_den_mpz_t());
    numerator *= value.get_num();
    if (mpz_cmpabs(numerator.get_mpz_t(), short_limit().get_mpz_t()) >= 0) {
      return false;
    }
    numerators.push_back(numerator.get_si());
  }
  table.numerators = std::move(numerators);
  table.denominator = denominator.get_si();
  return true;
}

bool set_doubles(SampleTable &table, const std::vector<mpq_class> &values) {
  std::vector<double> doubles;
  doubles.reserve(values.size());
  for (const mpq_class &value : values) {
    doubles.push_back(value.get_d()); // truncated, and 0 below the least double
    if (mpq_class(doubles.back()) != value) {
      return false;
    }
  }
  table.doubles = std::move(doubles);
  return true;
}

} // namespace

mpq_class SampleTable::exact(std::size_t i) const {
  assert(i < size());
  if (!doubles.empty()) {
    return mpq_class(doubles[i]);
  }
  if (!rationals.empty()) {
    return rationals[i];
  }
  mpq_class value = from_int64(numerators[i]);
  return value /= from_int64(denominator);
}

double SampleTable::nearest(std::size_t i) const {
  return !numerators.empty() ? static_cast<double>(numerators[i]) / static_cast<double>(denominator)
         : !doubles.empty()  ? doubles[i]
                             : rationals[i].get_d();
}

bool SampleTable::is_constant() const {
  const auto same = [](const auto &list) {
    return std::all_of(list.begin(), list.end(), [&](const auto &value) { return value == list.front(); });
  };
  return same(numerators) && same(doubles) && same(rationals);
}

namespace internal {

std::string read_sample_file(const std::filesystem::path &file, const std::string &expected) {
  std::error_code ignored;
  const auto status = std::filesystem::status(file, ignored);
  if (!std::filesystem::exists(status)) {
    throw InputError(file.string(), 0, "no such file; expected " + expected);
  }
  if (std::filesystem::is_directory(status)) {
    throw InputError(file.string(), 0, "found a folder; expected " + expected);
  }
  std::ifstream stream(file, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  if (!stream.is_open() || stream.bad()) {
    throw InputError(file.string(), 0, "the file cannot be read");
  }
  return bytes;
}

std::optional<std::size_t> set_samples(SampleTable &table, std::vector<mpq_class> values) {
  assert(!values.empty() && table.size() == 0);
  const mpq_class largest(std::numeric_limits<double>::max());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (abs(values[i]) > largest) {
      return i;
    }
  }
  if (!set_short(table, values) && !set_doubles(table, values)) {
    table.rationals = std::move(values);
  }
  return std::nullopt;
}

SampleTable rounded(SampleTable table, const std::string &name, const SampleOptions &options) {
  const mpq_class &step = options.round;
  if (step == 0) {
    return table;
  }
  if (step < 0 || step > mpq_class(std::numeric_limits<double>::max())) {
    throw InputError(name, 0, "\"round\": expected a step above 0 that is no larger than the largest double");
  }
  SampleTable result;
  result.dimension = table.dimension;
  result.sides = std::move(table.sides);
  result.note = std::move(table.note);
  std::vector<mpq_class> values;
  values.reserve(table.size());
  mpz_class multiple;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const mpq_class value = table.exact(i);
    const mpq_class place = value / step + mpq_class(1, 2);
    mpz_fdiv_q(multiple.get_mpz_t(), place.get_num_mpz_t(), place.get_den_mpz_t());
    values.emplace_back(step * multiple);
    result.rounding = std::max(result.rounding, mpq_class(abs(values.back() - value)));
  }
  if (set_samples(result, std::move(values))) {
    throw InputError(name, 0,
                     "\"round\": found a sample whose nearest multiple is beyond the largest double");
  }
  return result;
}

std::string shown_bytes(std::string_view bytes) {
  constexpr std::size_t most = 40;
  std::string shown(bytes.substr(0, most));
  for (char &c : shown) {
    if (c < ' ' || c > '~') {
      c = '?';
    }
  }
  return bytes.size() > most ? shown + "..." : shown;
}

} // namespace internal

namespace {

void refuse_option(bool is_given, const std::string &name, std::string_view key, std::string_view format,
                   std::string_view found) {
  if (is_given) {
    throw InputError(name, 0, fmt::format("\"{}\" goes with {}; found {}", key, format, found));
  }
}

} // namespace

SampleTable parse_image(std::string_view bytes, const std::string &name, const SampleOptions &options) {
  const bool is_png = bytes.starts_with(internal::kPngMagic);
  refuse_option(!is_png && options.channel != Channel::Grey && options.channel != Channel::Luma, name,
                "channel", "an image in PNG format", "another format, which has grey values alone");
  return internal::rounded(is_png ? internal::parse_png(bytes, name, options.channel)
                                  : internal::parse_pgm(bytes, name),
                           name, options);
}

SampleTable parse_table(std::string_view bytes, const std::string &name, std::size_t dimension,
                        const SampleOptions &options) {
  if (!bytes.starts_with(internal::kNpyMagic)) {
    return internal::rounded(internal::parse_csv(bytes, name, dimension, options), name, options);
  }
  refuse_option(options.header.has_value(), name, "header", "a CSV", "the NPY format, which has none");
  refuse_option(options.column != 0 || !options.column_name.empty(), name, "column", "a CSV",
                "the NPY format: save that column alone, as with numpy.save(file, a[:, 0])");
  return internal::rounded(internal::parse_npy(bytes, name, dimension), name, options);
}

SampleTable read_image(const std::filesystem::path &file, const SampleOptions &options) {
  return parse_image(internal::read_sample_file(file, "an image in PGM or PNG format"), file.string(),
                     options);
}

SampleTable read_table(const std::filesystem::path &file, std::size_t dimension,
                       const SampleOptions &options) {
  return parse_table(internal::read_sample_file(file, "a table in the NPY or CSV format"), file.string(),
                     dimension, options);
}

} // namespace layercert
