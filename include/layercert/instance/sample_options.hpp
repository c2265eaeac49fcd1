// How the samples of an image or a table are to be read.
#pragma once

#include <gmpxx.h>

#include <optional>
#include <string>

namespace layercert {

// What stands in for the grey value of an image. Luma is (299 red + 587 green + 114 blue) / 1000, exactly
// (ITU-R BT.601), of the values as they stand in the file.
enum class Channel { Grey, Luma, Red, Green, Blue, Alpha };

struct SampleOptions {
  std::optional<bool> header;      // of a CSV: whether its first row has names; without, it is found out
  std::string column_name;         // of a CSV: this column alone,
  int column = 0;                  // or the one with this number, from 1 on; 0 for all
  Channel channel = Channel::Grey; // of a PNG
  mpq_class round = 0;             // above 0: samples are rounded to the nearest multiple of this
};

} // namespace layercert
