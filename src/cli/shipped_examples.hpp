// The instances that come with the program.
#pragma once

#include "layercert/instance/instance.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace layercert::cli {

struct Example {
  std::string name;  // of the file, without its ending
  std::string about; // one line: the comment that the file begins with
  Instance instance;
};

// By name. They stand in share/layercert/instances beside the program's folder, or in data/instances of the
// source tree that the program was built in. Throws InputError if they are in neither.
std::vector<Example> shipped_examples();

// The text of the example with its image or table in the same folder as the file itself.
std::string text_beside_samples(const Example &example);

} // namespace layercert::cli
