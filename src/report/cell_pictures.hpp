// The pictures of the construction: its readouts are constant on cells, but for ramps too steep to see.
#pragma once

#include "layercert/network/construction.hpp"
#include "layercert/network/level_values.hpp"
#include "readout_pictures.hpp"

#include <memory>

namespace layercert {

class CellPictures : public ReadoutPictures {
public:
  // Decodes the network; `input` must outlive it. Throws InputError if it is not of the construction.
  explicit CellPictures(const ReportInput &input);

  const NetworkParameters &parameters() const noexcept { return parameters_; }

private:
  struct Decoded {
    NetworkParameters parameters;
    std::shared_ptr<const LevelValues> values;
  };
  static Decoded decoded(const ReportInput &input);
  CellPictures(const ReportInput &input, Decoded decoded);

  NetworkParameters parameters_;
};

} // namespace layercert
