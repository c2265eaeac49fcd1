// Samples of a target on a regular grid of [0,1]^d, taken exactly from an image or a table of numbers.
#pragma once

#include "layercert/instance/sample_options.hpp"

#include <gmpxx.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace layercert {

// One sample for each piece of a grid of sides[0] x sides[1] x ... pieces. The index of the sample in column
// c0 (coordinate x0), row c1 from the top (x1), c2, ... is c0 + sides[0] * (c1 + sides[1] * (c2 + ...)).
// Exactly one of the three lists is not empty, and sample i is exactly what stands there: any finite double
// is, and any decimal.
struct SampleTable {
  std::size_t dimension = 0;
  std::vector<int> sides; // along x0, x1, ...; each at least 1
  std::vector<std::int64_t>
      numerators; // numerators[i] / denominator, where all are short; readers keep both below 10^18
  std::int64_t denominator = 1;     // > 0
  std::vector<double> doubles;      // finite
  std::vector<mpq_class> rationals; // in lowest terms, at most the largest double in size
  mpq_class rounding = 0;           // no sample was moved farther than this by SampleOptions::round
  std::string note;                 // what the reader found out and the user should know; may be empty

  std::size_t size() const noexcept { return numerators.size() + doubles.size() + rationals.size(); }
  mpq_class exact(std::size_t i) const; // in lowest terms
  double nearest(std::size_t i) const;  // near the sample: no bound
  bool is_constant() const;             // all samples are equal
};

// Reads a grey image, or one channel of a coloured one: a PNG if the file begins as one, else a PGM. Throws
// InputError as those two.
SampleTable read_image(const std::filesystem::path &file, const SampleOptions &options = {});

// Reads an array of numbers: NPY if the file begins as one, else CSV. Requires and throws as those two.
SampleTable read_table(const std::filesystem::path &file, std::size_t dimension,
                       const SampleOptions &options = {});

// Reads a PNG: grey, coloured or with a palette, with or without transparency, 1 to 16 bit. dimension = 2;
// the numerators are the samples of the file, without gamma or other corrections, and the denominator is 255
// or 65535, or 1000 times that for luma. 1, 2 and 4 bit are scaled to 255, exactly. Throws InputError: the
// file is missing, a folder, no PNG, damaged, cut off, larger than 65535 samples a side, has colours or
// transparency and options.channel names none of its channels, or anything after the image.
SampleTable read_png(const std::filesystem::path &file, const SampleOptions &options = {});

// Reads an array of NumPy in the NPY format, version 1.0, 2.0 or 3.0, of the types b1, f2, f4, f8, i1..i8 and
// u1..u8 with either order of bytes, in C or Fortran order: `dimension` axes, of which the last is x0, the
// one before x1, and so on, as the columns and rows of an image or of a CSV. Samples are taken exactly.
// Requires: dimension >= 1. Throws InputError: the file is missing, a folder, no NPY, has another type or
// number of axes, a length other than its header says, or a sample that is no finite number, with its index.
// Nothing of the table's size is allocated before the header agrees with the size of the file.
SampleTable read_npy(const std::filesystem::path &file, std::size_t dimension,
                     const SampleOptions &options = {});

// The lengths of the axes that the header of an NPY file states, the last axis (x0) first. Throws InputError
// as read_npy().
std::vector<int> npy_sides(const std::filesystem::path &file);

// Reads a grey image, PGM P2 (text) or P5 (binary), 8 or 16 bit. dimension = 2; the numerators are the
// grey values and the denominator the image's largest value, so samples lie in [0,1]. Throws InputError: the
// file is missing, a folder, no PGM, cut off, has a largest value outside 1..65535, a sample
// above it, or anything after the last sample.
SampleTable read_pgm(const std::filesystem::path &file, const SampleOptions &options = {});

// Reads decimals, a row a line, separated by commas, semicolons, tabs or blanks: by semicolons if the first
// row of numbers has one, else by commas if it has one, and so on. Dimension 1: one row or one column;
// dimension 2: the rows are x1, of any number; dimension d > 2: side^(d-1) rows of `side` numbers. With a
// column chosen: side^d rows, of which only that column is read. Blank lines and lines that start with # are
// skipped.
// The first row has the names of the columns if options.header says so, or if it is left open and none of its
// cells (the chosen one) is a number; SampleTable::note then says it. A column may be named by a line with #,
// too, the last one before the numbers. Requires: dimension >= 1. Throws InputError with line and column: the
// file is missing, a folder or empty, something is no decimal, the rows differ in length or are too few or
// too many, or a number is beyond the largest double.
SampleTable read_csv(const std::filesystem::path &file, std::size_t dimension,
                     const SampleOptions &options = {});

} // namespace layercert
