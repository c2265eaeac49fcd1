// Samples of a target on a regular grid of [0,1]^d, taken exactly from an image or a table of numbers.
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

// Reads a square grey image: a PNG if the file begins as one, else a PGM. Throws InputError as those two.
SampleTable read_image(const std::filesystem::path &file);

// Reads an array of numbers: NPY if the file begins as one, else CSV. Requires and throws as those two.
SampleTable read_table(const std::filesystem::path &file, int dimension);

// Reads a square grey image, PNG with 8 or 16 bit. dimension = 2; the numerators are the samples of the file, without gamma or
// other corrections, and the denominator is 255 or 65535. Throws InputError: the file is missing, a folder, no PNG, damaged, cut
// off, not square, larger than 65535 samples a side, has colours, a palette or transparency, or anything after the image.
SampleTable read_png(const std::filesystem::path &file);

// Reads an array of NumPy in the NPY format, version 1.0, 2.0 or 3.0, of the types f4, f8, i1..i8 and u1..u8 with either order of bytes,
// in C or Fortran order: `dimension` axes of one length, of which the last is x0, the one before x1, and so on, as the columns
// and rows of an image or of a CSV. Floating point samples are taken exactly; the denominator is the least power of two that makes
// all numerators integers. Requires: dimension >= 1. Throws InputError: the file is missing, a folder, no NPY, has another type
// or shape, a length other than its header says, a sample that is no finite number, or a numerator or denominator of more than
// 59 bits, when rounding the samples to a coarser power of two helps. Nothing of the table's size is allocated before the header
// agrees with the size of the file.
SampleTable read_npy(const std::filesystem::path &file, int dimension);

// Reads a square grey image, PGM P2 (text) or P5 (binary), 8 or 16 bit. dimension = 2; the numerators are the
// grey values and the denominator the image's largest value, so samples lie in [0,1]. Throws InputError: the
// file is missing, a folder, no PGM, not square, cut off, has a largest value outside 1..65535, a sample
// above it, or anything after the last sample.
SampleTable read_pgm(const std::filesystem::path &file);

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
