// PGM and PNG images. A PNG gets the right sums of its chunks, or nearly every change would be refused for
// that alone.
#include "input.hpp"

#include "layercert/function/sample_table.hpp"

#include <cstdint>
#include <string>

namespace {

std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = ~std::uint32_t{0};
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320U : 0U);
    }
  }
  return ~crc;
}

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    value = value << 8 | static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)]);
  }
  return value;
}

std::string with_right_sums(std::string png) {
  constexpr std::size_t kSignature = 8, kLength = 4, kType = 4, kSum = 4;
  for (std::size_t at = kSignature; at + kLength + kType + kSum <= png.size();) {
    const std::size_t data = big_endian(std::string_view(png).substr(at, kLength));
    if (data > png.size() - (at + kLength + kType + kSum)) {
      break;
    }
    const std::size_t sum_at = at + kLength + kType + data;
    const std::uint32_t sum = crc32(std::string_view(png).substr(at + kLength, kType + data));
    for (std::size_t i = 0; i < kSum; ++i) {
      png[sum_at + i] = static_cast<char>(sum >> (24 - 8 * i) & 0xff);
    }
    at = sum_at + kSum;
  }
  return png;
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  static const fuzz::TemporaryFolder folder = fuzz::folder_in_memory();
  std::string bytes(fuzz::text(data, size));
  if (bytes.starts_with("\x89PNG")) {
    bytes = with_right_sums(std::move(bytes));
  }
  fuzz::refused_or_read([&] { layercert::read_image(fuzz::write_file(folder / "image", bytes)); });
  return 0;
}
