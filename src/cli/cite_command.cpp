// The entries say what CITATION.cff says; a test compares them.
#include "commands.hpp"

#include <fmt/format.h>

namespace layercert::cli {

int version_command() {
  fmt::print("layercert {}\n", LAYERCERT_VERSION);
  return 0;
}

int cite_command() {
  fmt::print(R"(@software{{layercert,
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
  return 0;
}

} // namespace layercert::cli
