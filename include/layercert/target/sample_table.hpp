// Samples of a target on a regular grid of [0,1]^d, taken exactly from an image or a table of decimals.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace layercert {

// side^dimension samples; sample i is exactly numerators[i] / denominator. The index of the sample in column
// c0 (coordinate x0), row c1 from the top (x1), c2, ... is c0 + side * (c1 + side * (c2 + ...)).
struct SampleTable {
  int dimension = 0;
  int side = 0;
  std::vector<std::int64_t> numerators;
  std::int64_t denominator = 1; // > 0
};

// Reads a square grey image, PGM P2 (text) or P5 (binary), 8 or 16 bit. dimension = 2; the numerators are the
// grey values and the denominator the image's largest value, so samples lie in [0,1]. Throws InputError: the
// file is missing, a folder, no PGM, not square, cut off, has a largest value outside 1..65535, a sample
// above it, or anything after the last sample.
SampleTable read_image(const std::filesystem::path &file);

// Reads decimals separated by commas, one line a row of `side` samples, side^(dimension-1) lines; for
// dimension 1 also a single column. Blank lines and lines that start with # are skipped. The denominator is
// the least power of ten that makes all numerators integers. Requires: dimension >= 1. Throws InputError: the
// file is missing, a folder or empty, something is no decimal, the rows differ in length or are too few or
// too many, or a numerator needs
// more than 18 digits or the denominator more than 18 decimal places.
SampleTable read_csv(const std::filesystem::path &file, int dimension);

// Throws InputError(file, line, ...) unless the side is a power of N: samples and cells must nest, so that no
// cell of any of the levels 1..depth cuts a sample that does not contain it. `line` is where the instance
// names the table.
void require_power_side(const SampleTable &table, int N, int depth, const std::string &file,
                        std::size_t line);

} // namespace layercert
