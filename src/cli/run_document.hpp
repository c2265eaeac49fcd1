// run.json: what depends on the day and the machine, and so has no place in the certificate.
#pragma once

#include "ranks/team.hpp"

#include <string>

namespace layercert::cli {

// `threads` is 0 for all that the machine has; `team` is null where no ranks shared the work, and else rank 0
// has taken `seconds_building` to build the network.
std::string run_document(double seconds, int threads, const Team *team = nullptr,
                         double seconds_building = 0);

} // namespace layercert::cli
