// Tables of decimals in text: rows are lines, columns are set apart by one separator in the whole file, and
// the first row may name them.
#include "layercert/error.hpp"
#include "layercert/function/sample_table.hpp"
#include "layercert/instance/exact_number.hpp"
#include "sample_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <climits>
#include <set>
#include <stdexcept>

namespace layercert {

namespace {

constexpr char kBlanks = ' ';       // as a separator: blanks and tabs, any number of them
constexpr char kNoSeparator = '\0'; // one number a row

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && is_blank(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

// Cuts the text before the first `end` off `rest`; the end goes too.
std::string_view next_piece(std::string_view &rest, char end) {
  const std::size_t length = std::min(rest.find(end), rest.size());
  const std::string_view piece = rest.substr(0, length);
  rest.remove_prefix(std::min(length + 1, rest.size()));
  return piece;
}

struct Line {
  std::string_view text; // without blanks around it
  std::size_t number;
};

// The cells of a line, without blanks and quotes around them. A separator within quotes separates nothing.
std::vector<std::string_view> cells_of(std::string_view text, char separator) {
  std::vector<std::string_view> cells;
  std::size_t begin = 0;
  bool quoted = false;
  const auto is_separator = [&](char c) { return separator == kBlanks ? is_blank(c) : c == separator; };
  for (std::size_t at = 0; at <= text.size(); ++at) {
    const bool ends = at == text.size();
    quoted = !ends && (text[at] == '"' ? !quoted : quoted);
    if (!ends && (quoted || separator == kNoSeparator || !is_separator(text[at]))) {
      continue;
    }
    std::string_view cell = trimmed(text.substr(begin, at - begin));
    begin = at + 1;
    if (separator == kBlanks && cell.empty()) {
      continue; // more than one blank in a row
    }
    if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') {
      cell = trimmed(cell.substr(1, cell.size() - 2));
    }
    cells.push_back(cell);
  }
  return cells;
}

std::string_view name_of(char separator) {
  return separator == ';'       ? "semicolons"
         : separator == ','     ? "commas"
         : separator == '\t'    ? "tabs"
         : separator == kBlanks ? "blanks"
                                : "no separator";
}

char separator_of(std::string_view row) {
  for (const char c : {';', ',', '\t', ' '}) {
    if (row.find(c) != std::string_view::npos) {
      return c;
    }
  }
  return kNoSeparator;
}

std::optional<mpq_class> decimal(std::string_view text) {
  if (text.find('/') != std::string_view::npos) {
    return std::nullopt;
  }
  try {
    return parse_exact_number(text);
  } catch (const std::invalid_argument &) {
    return std::nullopt;
  }
}

// What programs write where a number is missing or not finite: a name of a column it is not.
bool is_missing_number(std::string_view text) {
  std::string lower;
  for (const char c : text.substr(0, 16)) {
    lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  if (!lower.empty() && (lower.front() == '-' || lower.front() == '+')) {
    lower.erase(0, 1);
  }
  static const std::set<std::string> known{"nan", "inf", "infinity", "na", "n/a", "#n/a", "null", "none"};
  return known.contains(lower);
}

// Could be the name of a column: no number, nor something that was meant as one or as several.
bool is_name(std::string_view text) {
  constexpr std::string_view kOfNumbers = "0123456789+-.,;eE \t\"";
  return text.find_first_not_of(kOfNumbers) != std::string_view::npos && !is_missing_number(text);
}

class CsvReader {
public:
  CsvReader(std::string name, std::string_view bytes, std::size_t dimension, const SampleOptions &options)
      : name_(std::move(name)), dimension_(dimension), options_(options) {
    if (bytes.starts_with("\xef\xbb\xbf")) { // a byte order mark
      bytes.remove_prefix(3);
    }
    read_lines(bytes);
  }

  SampleTable run() {
    SampleTable table;
    table.dimension = dimension_;
    read_header(table);
    for (std::size_t row = first_row_; row < rows_.size(); ++row) {
      read_row(rows_[row]);
    }
    const std::size_t rows = rows_.size() - first_row_;
    table.sides = chosen_ ? sides_of_column(rows) : sides_of_rows(rows);
    if (const std::optional<std::size_t> bad = internal::set_samples(table, std::move(values_))) {
      const std::size_t a_row = chosen_ ? 1 : row_length_;
      fail(rows_[first_row_ + *bad / a_row].number,
           fmt::format(
               "column {}: found a number beyond the largest double; expected at most 1.797e308 in size",
               chosen_ ? *chosen_ + 1 : *bad % a_row + 1));
    }
    return table;
  }

private:
  [[noreturn]] void fail(std::size_t line, const std::string &message) const {
    throw InputError(name_, line, message);
  }

  void read_lines(std::string_view rest) {
    for (std::size_t number = 1; !rest.empty(); ++number) {
      const std::string_view text = trimmed(next_piece(rest, '\n'));
      if (text.starts_with('#')) {
        if (rows_.empty()) {
          comment_ = {trimmed(text.substr(1)), number};
        }
      } else if (!text.empty()) {
        rows_.push_back({text, number});
      }
    }
    if (rows_.empty()) {
      fail(0, "found no numbers; expected rows of decimals");
    }
    // Names may have blanks and commas inside; a row of numbers tells more.
    separator_ = separator_of(rows_[rows_.size() > 1 ? 1 : 0].text);
    if (separator_ == kNoSeparator && !is_name(rows_[0].text)) {
      separator_ = separator_of(rows_[0].text);
    }
  }

  // ---- names -----------------------------------------------------------------------------------------

  void read_header(SampleTable &table) {
    const std::vector<std::string_view> first = cells_of(rows_[0].text, separator_);
    const bool by_name = !options_.column_name.empty();
    const auto may_be_name = [](std::string_view cell) { return cell.empty() || is_name(cell); };
    bool has_names = options_.header.value_or(false);
    if (!options_.header && rows_.size() == 1) {
      has_names = false;
    } else if (!options_.header && by_name) {
      has_names = std::find(first.begin(), first.end(), options_.column_name) != first.end() ||
                  std::all_of(first.begin(), first.end(), may_be_name);
    } else if (!options_.header && options_.column != 0) {
      const auto at = static_cast<std::size_t>(options_.column) - 1;
      has_names = at < first.size() && is_name(first[at]);
    } else if (!options_.header) {
      has_names = std::all_of(first.begin(), first.end(), may_be_name) &&
                  std::any_of(first.begin(), first.end(), is_name);
    }
    first_row_ = has_names ? 1 : 0;
    if (first_row_ == rows_.size()) {
      fail(rows_[0].number, fmt::format("found \"{}\" and no numbers; expected rows of decimals",
                                        internal::shown_bytes(rows_[0].text)));
    }
    row_length_ = cells_of(rows_[first_row_].text, separator_).size();
    choose_column(has_names ? first : std::vector<std::string_view>(),
                  has_names ? rows_[0].number : comment_.number);
    if (has_names && !options_.header) {
      table.note = fmt::format("line {}: found a header row, \"{}\"", rows_[0].number,
                               internal::shown_bytes(rows_[0].text));
    }
    if (chosen_ && *chosen_ >= row_length_) {
      fail(rows_[first_row_].number,
           fmt::format("found {} columns; expected a column {}, which \"column\" names", row_length_,
                       *chosen_ + 1));
    }
  }

  void choose_column(std::vector<std::string_view> names, std::size_t line) {
    if (options_.column != 0) {
      chosen_ = static_cast<std::size_t>(options_.column) - 1;
    }
    if (options_.column_name.empty()) {
      return;
    }
    if (names.empty() && !comment_.text.empty()) { // as numpy.savetxt writes them
      names = cells_of(comment_.text, separator_ == kNoSeparator ? separator_of(comment_.text) : separator_);
    }
    const auto found = std::find(names.begin(), names.end(), options_.column_name);
    if (found == names.end() || std::find(found + 1, names.end(), options_.column_name) != names.end()) {
      std::string known;
      for (const std::string_view name : names) {
        known += fmt::format("{}\"{}\"", known.empty() ? "" : ", ", internal::shown_bytes(name));
        if (known.size() > 200) {
          known += ", ...";
          break;
        }
      }
      fail(line,
           found != names.end() ? fmt::format("found the column \"{}\" more than once; expected its number",
                                              options_.column_name)
           : known.empty()
               ? fmt::format("found no names of columns; expected a row with \"{}\" in front of the numbers",
                             options_.column_name)
               : fmt::format("found the columns {}; expected one named \"{}\"", known, options_.column_name));
    }
    chosen_ = static_cast<std::size_t>(found - names.begin());
  }

  // ---- numbers ---------------------------------------------------------------------------------------

  void read_row(const Line &row) {
    const std::vector<std::string_view> cells = cells_of(row.text, separator_);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (chosen_ && i != *chosen_) {
        continue;
      }
      std::optional<mpq_class> value = decimal(cells[i]);
      if (!value) {
        fail(row.number, fmt::format("column {}: found \"{}\"; expected a {}decimal{}", i + 1,
                                     internal::shown_bytes(cells[i]),
                                     is_missing_number(cells[i]) ? "finite " : "", hint(row, cells[i])));
      }
      values_.push_back(std::move(*value));
    }
    if (cells.size() != row_length_) {
      fail(row.number, fmt::format("found {} numbers; expected {}, as in the rows above, separated by {}",
                                   cells.size(), row_length_, name_of(separator_)));
    }
  }

  std::string hint(const Line &row, std::string_view cell) const {
    if (separator_ == ';' && cell.find(',') != std::string_view::npos) {
      return " with a point, not a comma";
    }
    if (row.number == rows_[0].number && !options_.header && !is_missing_number(cell)) {
      return "; header = true says that the row has names";
    }
    return "";
  }

  // ---- shape -----------------------------------------------------------------------------------------

  int side_within_limit(std::size_t side) const {
    if (side > INT_MAX) {
      fail(0, fmt::format("found a side of {} samples; expected at most {}", side, INT_MAX));
    }
    return static_cast<int>(side);
  }

  std::vector<int> sides_of_column(std::size_t rows) const {
    mpz_class side;
    const mpz_class count(static_cast<unsigned long>(rows));
    if (mpz_root(side.get_mpz_t(), count.get_mpz_t(), dimension_) == 0) {
      fail(0, fmt::format("found a column of {} numbers; expected side^{} of them for dimension {}", rows,
                          dimension_, dimension_));
    }
    return std::vector<int>(dimension_, side_within_limit(side.get_ui()));
  }

  std::vector<int> sides_of_rows(std::size_t rows) const {
    if (dimension_ == 1 && rows > 1 && row_length_ > 1) {
      fail(0,
           fmt::format("found {} rows of {} numbers; expected 1 rows for dimension 1, or a single column, or "
                       "column = 2 or column = \"name\", which chooses one",
                       rows, row_length_));
    }
    if (dimension_ == 1) {
      return {side_within_limit(std::max(rows, row_length_))};
    }
    if (dimension_ > 2) {
      mpz_class expected;
      mpz_ui_pow_ui(expected.get_mpz_t(), row_length_, dimension_ - 1);
      if (expected != rows) {
        fail(0, fmt::format(
                    "found {} rows of {} numbers; expected {} rows for dimension {}: a table with unequal "
                    "sides goes into the NPY format",
                    rows, row_length_, expected.get_str(), dimension_));
      }
      return std::vector<int>(dimension_, side_within_limit(row_length_));
    }
    return {side_within_limit(row_length_), side_within_limit(rows)};
  }

  std::string name_;
  std::size_t dimension_;
  const SampleOptions &options_;
  std::vector<Line> rows_;
  Line comment_{{}, 0}; // the last one before the rows
  char separator_ = kNoSeparator;
  std::size_t first_row_ = 0; // of numbers
  std::optional<std::size_t> chosen_;
  std::vector<mpq_class> values_;
  std::size_t row_length_ = 0;
};

} // namespace

SampleTable internal::parse_csv(std::string_view bytes, const std::string &name, std::size_t dimension,
                                const SampleOptions &options) {
  assert(dimension >= 1 && options.column >= 0);
  return CsvReader(name, bytes, dimension, options).run();
}

SampleTable read_csv(const std::filesystem::path &file, std::size_t dimension, const SampleOptions &options) {
  return internal::rounded(internal::parse_csv(internal::read_sample_file(file, "a table of decimals (CSV)"),
                                               file.string(), dimension, options),
                           file.string(), options);
}

} // namespace layercert
