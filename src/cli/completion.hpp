// Scripts that let a shell complete the command line.
#pragma once

#include "description.hpp"

namespace layercert::cli {

std::string bash_completion(const Description &description);
std::string zsh_completion(const Description &description);
std::string fish_completion(const Description &description);

} // namespace layercert::cli
