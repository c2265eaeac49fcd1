// The entries say what CITATION.cff says; a test compares them.
#include "citation.hpp"

#include <fmt/format.h>

namespace layercert {

std::string citation_text() {
  return fmt::format(R"(@software{{layercert,
  title   = {{layercert: certified layer-wise approximation rates of deep networks}},
  author  = {{{{the layercert authors}}}},
  version = {{{}}},
  year    = {{2026}}
}}

@misc{{zhang2026layerwise,
  title         = {{Layer-wise Geometric Approximation Rates for Deep Networks}},
  author        = {{Zhang, S. and Xu, Y. and Shen, Z.}},
  year          = {{2026}},
  eprint        = {{2604.20219v2}},
  archivePrefix = {{arXiv}},
  url           = {{https://arxiv.org/abs/2604.20219v2}}
}}
)",
                     LAYERCERT_VERSION);
}

} // namespace layercert
