// Doubles in pieces: exact, so that what is found is what was kept. Infinity is one of them; NaN is none.
#pragma once

#include "layercert/numeric/dyadic.hpp"
#include "layercert/result/certificate.hpp"
#include "numeric/exact_double.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace layercert {

inline nlohmann::json exact(double value) {
  return std::isinf(value) ? std::string("inf") : Dyadic::from_double(value).to_string();
}

// Throws a std::exception for what exact() does not write.
inline double exact_number(const nlohmann::json &value) {
  const std::string text = value.get<std::string>();
  const std::optional<double> read =
      text == "inf" ? std::numeric_limits<double>::infinity() : exact_double(text);
  return read ? *read : throw std::invalid_argument("no double");
}

inline nlohmann::json exact_list(const std::vector<double> &values) {
  nlohmann::json list = nlohmann::json::array();
  for (const double value : values) {
    list.push_back(exact(value));
  }
  return list;
}

inline std::vector<double> exact_numbers(const nlohmann::json &list) {
  std::vector<double> values;
  for (const nlohmann::json &value : list) {
    values.push_back(exact_number(value));
  }
  return values;
}

// Of each cell its number and its share.
inline nlohmann::json json_of_cells(const std::vector<CellShare> &cells) {
  nlohmann::json list = nlohmann::json::array();
  for (const CellShare &cell : cells) {
    list.push_back({cell.cell, exact(cell.share_upper)});
  }
  return list;
}

inline std::vector<CellShare> cells_of(const nlohmann::json &list) {
  std::vector<CellShare> cells;
  for (const nlohmann::json &cell : list) {
    cells.push_back({cell.at(0).get<std::uint64_t>(), exact_number(cell.at(1))});
  }
  return cells;
}

} // namespace layercert
