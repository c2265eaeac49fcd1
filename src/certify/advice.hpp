// What is said of a level that is not certified: what would decide it.
#pragma once

#include "layercert/function/target.hpp"
#include "layercert/result/certificate.hpp"

#include <string>

namespace layercert {

// `not_in_lp`: why f is not in L^p, where that is proved; else empty.
std::string what_would_decide(const LevelCertificate &level, const Target &target,
                              const std::string &not_in_lp);

} // namespace layercert
