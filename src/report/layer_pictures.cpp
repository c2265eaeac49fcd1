#include "layer_pictures.hpp"

#include "layers/layer_sampler.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

namespace layercert {

namespace {

constexpr int kPointsOfRange = 16; // along each axis of a plane

std::vector<PicturedReadout> readouts_of(const LayersReportInput &input) {
  std::vector<PicturedReadout> readouts;
  for (const LayerReadout &readout : input.network.readouts) {
    const auto sampler = std::make_shared<LayerSampler>(input.network, readout.slot);
    readouts.push_back({"the readout " + readout.name,
                        [sampler](const std::vector<double> &point) { return sampler->sample(point); }, 0});
  }
  return readouts;
}

// Of the last readout, at points of the plane that is drawn.
std::pair<double, double> range_of(const LayersReportInput &input) {
  LayerSampler sampler(input.network, input.network.readouts.back().slot);
  std::vector<double> point(input.instance.dimension, 0.5);
  double least = std::numeric_limits<double>::infinity();
  double most = -least;
  const int rows = point.size() > 1 ? kPointsOfRange : 1;
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < kPointsOfRange; ++column) {
      point[0] = (column + 0.5) / kPointsOfRange;
      if (rows > 1) {
        point[1] = (row + 0.5) / kPointsOfRange;
      }
      if (const double value = sampler.sample(point); std::isfinite(value)) {
        least = std::min(least, value);
        most = std::max(most, value);
      }
    }
  }
  return least <= most ? std::pair(least, most) : std::pair(0.0, 0.0);
}

} // namespace

LayerPictures::LayerPictures(const LayersReportInput &input)
    : ReadoutPictures(input.target, input.instance.dimension, readouts_of(input), range_of(input)) {}

} // namespace layercert
