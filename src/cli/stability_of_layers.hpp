// layercert stability of a network that others made.
#pragma once

#include "commands.hpp"

namespace layercert::cli {

// Requires: is_result_of_layers(arguments.folder). Throws InputError: a file is not the one that was
// certified.
int stability_of_layers(const StabilityArguments &arguments);

} // namespace layercert::cli
