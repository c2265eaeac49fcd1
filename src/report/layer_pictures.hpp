// The pictures of a network that others made.
#pragma once

#include "readout_pictures.hpp"

namespace layercert {

class LayerPictures : public ReadoutPictures {
public:
  // `input` must outlive it.
  explicit LayerPictures(const LayersReportInput &input);
};

} // namespace layercert
