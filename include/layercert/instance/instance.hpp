// An instance: the target, and the theorem's parameters for it, as a TOML file states them (`layercert
// certify` reads it).
#pragma once

#include "layercert/instance/sample_options.hpp"

#include <gmpxx.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace layercert {

// The norm |h| of the shift in the modulus of continuity (proofs/theorem.md, Definitions).
enum class ShiftNorm { Euclidean, Max, One };

// Its word in an instance: "euclidean", "max" or "one".
std::string_view name_of(ShiftNorm norm);

// What an image or table is between its samples: the sample of its piece of the grid, or multilinear between
// samples at nodes.
enum class Interpolation { Constant, Multilinear };

// The claim |f(x) - f(y)| <= lambda |x - y|^alpha, with lambda > 0 and 0 < alpha <= 1.
struct HoelderClaim {
  mpq_class lambda, alpha;
};

// Exactly one of expression, image and table is not empty. Lines and columns are 1-based, columns count
// characters.
struct Instance {
  std::string file;          // the name that messages use
  std::string text;          // the bytes of the file, for the sha256
  std::string name;          // a short one, of letters, digits and "._-"; empty: that of the file
  std::string title;         // one line for people; may be empty
  std::string latex;         // of f, for LaTeX's mathematics; may be empty
  std::size_t dimension = 0; // 1..10
  std::string expression;    // what the quotes hold, escapes resolved
  int expression_line = 0;   // where the text inside the quotes begins
  int expression_column = 0;
  mpq_class remainder =
      0; // >= 0: the target is any function within this distance of what the above describes, everywhere
  Interpolation interpolation = Interpolation::Constant; // of image and table
  std::filesystem::path image, table;                    // resolved against the folder of the instance file
  SampleOptions samples;                                 // how image or table are read
  int N = 0;                                             // 2..1000
  int depth = 0;                                         // 1..64: L, the number of certified readouts
  mpq_class p;                                           // 1..1000
  ShiftNorm norm = ShiftNorm::Euclidean;
  std::optional<HoelderClaim> hoelder;
  int line_of_dimension = 0, line_of_N = 0, line_of_depth = 0, line_of_p = 0;
  int line_of_source = 0; // of expression, image or table
};

// Its name, or, without one, that of its file less the ending.
std::string name_of(const Instance &instance);

// Reads and checks an instance file. The image or table that it names is not opened here.
// Throws InputError with file and line: the file is missing, a folder or empty, is not TOML, has an unknown
// or missing key, or a value of the wrong type or outside its range.
Instance read_instance(const std::filesystem::path &file);

// The same for text already in memory. `name` is for messages; relative paths are resolved against `folder`.
Instance parse_instance(std::string text, std::string name, const std::filesystem::path &folder);

// The number N^(d depth) of cells of the finest grid.
// Throws InputError, with the largest depth that would fit, when the memory estimate below exceeds
// `memory_bytes`: the multipliers take about cells * (log2(cells) + 14) bits (b a cell, Theorem 13 of
// proofs/theorem.md), held four times over while they are solved for and written; values, integrals and boxes
// of the cells take the rest, by the constants in instance.cpp.
std::uint64_t cell_count_or_throw(const Instance &instance, std::uint64_t memory_bytes);

// The physical memory of this machine in bytes.
std::uint64_t physical_memory_bytes();

} // namespace layercert
