// How to cite the program and the paper.
#pragma once

#include <string>

namespace layercert {

// Two entries of BibTeX, which say what CITATION.cff says.
std::string citation_text();

} // namespace layercert
