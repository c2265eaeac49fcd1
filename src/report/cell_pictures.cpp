#include "cell_pictures.hpp"

#include "integrate/cells.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace layercert {

namespace {

double middle(const Interval &value) { return value.lower() / 2 + value.upper() / 2; }

std::vector<PicturedReadout> readouts_of(const ReportInput &input,
                                         const std::shared_ptr<const LevelValues> &values) {
  const std::size_t d = input.instance.dimension;
  const int N = input.instance.N;
  std::vector<PicturedReadout> readouts;
  for (int level = 1; level <= input.network.depth; ++level) {
    const std::uint64_t cells = cells_along_axis(N, level);
    const auto value = [=](const std::vector<double> &x) {
      CellIndex index{};
      const auto along = static_cast<double>(cells);
      for (std::size_t j = 0; j < x.size(); ++j) {
        index[j] = static_cast<std::uint64_t>(std::min(x[j] * along, along - 1));
      }
      return middle(values->values[static_cast<std::size_t>(level)][cell_of_index(index, d, N, level)]);
    };
    readouts.push_back({fmt::format("the readout of level {}", level), value, cells});
  }
  return readouts;
}

std::pair<double, double> range_of(const std::vector<Interval> &values) {
  std::vector<double> middles(values.size());
  std::transform(values.begin(), values.end(), middles.begin(), middle);
  const auto [least, most] = std::minmax_element(middles.begin(), middles.end());
  return {*least, *most};
}

} // namespace

CellPictures::Decoded CellPictures::decoded(const ReportInput &input) {
  NetworkParameters parameters = extract_parameters(input.network, input.network_file);
  const UpwardScope upward;
  auto values = std::make_shared<const LevelValues>(decode_levels(parameters, input.network_file));
  return {std::move(parameters), std::move(values)};
}

CellPictures::CellPictures(const ReportInput &input, Decoded decoded)
    : ReadoutPictures(input.target, input.instance.dimension, readouts_of(input, decoded.values),
                      range_of(decoded.values->values[static_cast<std::size_t>(input.network.depth)])),
      parameters_(std::move(decoded.parameters)) {}

CellPictures::CellPictures(const ReportInput &input) : CellPictures(input, decoded(input)) {}

} // namespace layercert
