// CSV and NPY tables, in one to three dimensions.
#include "input.hpp"

#include "layercert/target/sample_table.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  static const fuzz::Folder folder;
  const std::filesystem::path file = folder.write("table", fuzz::text(data, size));
  for (int dimension = 1; dimension <= 3; ++dimension) {
    fuzz::refused_or_read([&] { layercert::read_table(file, dimension); });
  }
  return 0;
}
