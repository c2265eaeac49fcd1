#include "layercert/error.hpp"
#include "layercert/function/sample_table.hpp"
#include "layercert/instance/exact_number.hpp"
#include "sample_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <climits>
#include <stdexcept>

namespace layercert {

namespace {

constexpr unsigned long most_digits = 18; // so that numerators and denominator fit in 63 bits

struct Cell {
  mpq_class value;
  std::size_t line;
};

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && blank(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

// The least k for which value * 10^k is an integer; a decimal's denominator is 2^a 5^b, and k = max(a, b).
unsigned long decimal_places(const mpq_class &value) {
  mpz_class rest = value.get_den();
  unsigned long places = 0;
  for (const unsigned long prime : {2UL, 5UL}) {
    const mpz_class factor(prime);
    places = std::max(places, mpz_remove(rest.get_mpz_t(), rest.get_mpz_t(), factor.get_mpz_t()));
  }
  assert(rest == 1);
  return places;
}

mpz_class power_of_ten(unsigned long exponent) {
  mpz_class power;
  mpz_ui_pow_ui(power.get_mpz_t(), 10, exponent);
  return power;
}

class CsvReader {
public:
  CsvReader(std::string name, std::string_view bytes, int dimension)
      : name_(std::move(name)), rest_(bytes), dimension_(dimension) {}

  SampleTable run() {
    read_rows();
    SampleTable table;
    table.dimension = dimension_;
    table.side = check_shape();
    scale(table);
    return table;
  }

private:
  [[noreturn]] void fail(std::size_t line, const std::string &message) const {
    throw InputError(name_, line, message);
  }

  void read_rows() {
    for (std::size_t line = 1; !rest_.empty(); ++line) {
      const std::string_view row = trimmed(next_piece(rest_, '\n'));
      if (!row.empty() && row.front() != '#') {
        read_row(row, line);
      }
    }
    if (rows_ == 0) {
      fail(0, "found no numbers; expected rows of decimals separated by commas");
    }
  }

  // Cuts the text before the first `separator` off `rest`; the separator goes too.
  static std::string_view next_piece(std::string_view &rest, char separator) {
    const std::size_t end = std::min(rest.find(separator), rest.size());
    const std::string_view piece = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return piece;
  }

  void read_row(std::string_view row, std::size_t line) {
    std::size_t length = 0;
    for (bool more = true; more; ++length) {
      more = row.find(',') != std::string_view::npos; // so that a comma at the end leaves an empty last cell
      const std::string_view text = trimmed(next_piece(row, ','));
      if (text.find('/') != std::string_view::npos) {
        fail(line, fmt::format("column {}: found \"{}\"; expected a decimal", length + 1,
                               internal::shown_bytes(text)));
      }
      try {
        cells_.push_back({parse_exact_number(text), line});
      } catch (const std::invalid_argument &) {
        fail(line, fmt::format("column {}: found \"{}\"; expected a decimal", length + 1,
                               internal::shown_bytes(text)));
      }
    }
    if (rows_ > 0 && length != row_length_) {
      fail(line, fmt::format("found {} numbers; expected {}, as in the rows above", length, row_length_));
    }
    row_length_ = length;
    ++rows_;
  }

  int check_shape() const {
    const bool column = dimension_ == 1 && row_length_ == 1; // rows and columns change places
    const std::size_t side = column ? rows_ : row_length_;
    mpz_class expected_rows = column ? side : 1UL;
    if (!column) {
      mpz_ui_pow_ui(expected_rows.get_mpz_t(), side, static_cast<unsigned long>(dimension_ - 1));
    }
    if (expected_rows != rows_) {
      fail(0,
           fmt::format("found {} rows of {} numbers; expected {} rows for dimension {}{}", rows_, row_length_,
                       expected_rows.get_str(), dimension_, dimension_ == 1 ? ", or a single column" : ""));
    }
    if (side > INT_MAX) {
      fail(0, fmt::format("found a side of {} samples; expected at most {}", side, INT_MAX));
    }
    return static_cast<int>(side);
  }

  void scale(SampleTable &table) const {
    unsigned long places = 0;
    for (const Cell &cell : cells_) {
      const unsigned long own = decimal_places(cell.value);
      if (own > most_digits) {
        fail(cell.line,
             fmt::format("found a number with {} decimal places; expected at most {}", own, most_digits));
      }
      places = std::max(places, own);
    }
    const mpz_class denominator = power_of_ten(places);
    const mpz_class limit = power_of_ten(most_digits);
    table.denominator = denominator.get_si();
    table.numerators.reserve(cells_.size());
    for (const Cell &cell : cells_) {
      const mpq_class scaled = cell.value * denominator;
      assert(scaled.get_den() == 1);
      if (abs(scaled.get_num()) >= limit) {
        fail(cell.line,
             fmt::format("found a number of more than {} digits, counted to the {} decimal places that "
                         "the table has; expected at most {}",
                         most_digits, places, most_digits));
      }
      table.numerators.push_back(scaled.get_num().get_si());
    }
  }

  std::string name_;
  std::string_view rest_;
  int dimension_;
  std::vector<Cell> cells_;
  std::size_t rows_ = 0;
  std::size_t row_length_ = 0;
};

} // namespace

SampleTable internal::parse_csv(std::string_view bytes, const std::string &name, int dimension) {
  assert(dimension >= 1);
  return CsvReader(name, bytes, dimension).run();
}

SampleTable read_csv(const std::filesystem::path &file, int dimension) {
  return internal::parse_csv(internal::read_sample_file(file, "a table of decimals (CSV)"), file.string(),
                             dimension);
}

} // namespace layercert
