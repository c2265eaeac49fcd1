// Internal to src/function: the bytes of a sample file, and the reader of each format.
#pragma once

#include "layercert/function/sample_table.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace layercert::internal {

// Returns the whole file. `expected` completes "expected ..." in the InputError for a missing file or a
// folder.
std::string read_sample_file(const std::filesystem::path &file, const std::string &expected);

// How files of these formats begin; a shorter piece of the PNG signature already tells it from a PGM.
inline constexpr std::string_view kPngMagic = "\x89PNG";
inline constexpr std::string_view kNpyMagic = "\x93NUMPY";

// As read_png() and so on (sample_table.hpp), from bytes and without rounding. `name` stands in messages.
SampleTable parse_png(std::string_view bytes, const std::string &name, Channel channel);
SampleTable parse_pgm(std::string_view bytes, const std::string &name);
SampleTable parse_npy(std::string_view bytes, const std::string &name, std::size_t dimension);
SampleTable parse_csv(std::string_view bytes, const std::string &name, std::size_t dimension,
                      const SampleOptions &options);

// Puts the values into the first of the three lists of a table that holds them all. Returns the index of a
// value beyond the largest double, if there is one: no list takes that.
std::optional<std::size_t> set_samples(SampleTable &table, std::vector<mpq_class> values);

// The table, or, with options.round, every sample at its nearest multiple (the larger one of two), and the
// farthest way in table.rounding. `name` stands in messages.
SampleTable rounded(SampleTable table, const std::string &name, const SampleOptions &options);

// A piece of a file for a message: short, and with bytes that cannot be shown replaced by '?'.
std::string shown_bytes(std::string_view bytes);

} // namespace layercert::internal
