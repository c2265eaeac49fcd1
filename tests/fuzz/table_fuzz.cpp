// CSV and NPY tables, in one to three dimensions.
#include "input.hpp"

#include "layercert/function/sample_table.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  static const fuzz::TemporaryFolder folder = fuzz::folder_in_memory();
  const std::filesystem::path file = fuzz::write_file(folder / "table", fuzz::text(data, size));
  for (std::size_t dimension = 1; dimension <= 3; ++dimension) {
    fuzz::refused_or_read([&] { layercert::read_table(file, dimension); });
  }
  return 0;
}
