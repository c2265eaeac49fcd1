// What is said of a level that is not certified: where its error sits, and what would decide it.
#pragma once

#include "layercert/result/certificate.hpp"

#include <string>
#include <vector>

namespace layercert {

// Enters the cells with the largest shares, and every cell whose share has no bound.
void name_worst_cells(LevelCertificate &level, const std::vector<double> &share_upper);

// `not_in_lp`: why f is not in L^p, where that is proved; else empty.
std::string what_would_decide(const LevelCertificate &level, const std::string &not_in_lp);

} // namespace layercert
