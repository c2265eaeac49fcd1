// The hypothesis of the Hoelder corollary: declared by the instance, or found.
#pragma once

#include "layercert/function/target.hpp"
#include "layercert/instance/instance.hpp"
#include "layercert/result/certificate.hpp"

#include <optional>

namespace layercert {

// What the instance declares, or, where it declares nothing, that f is 1-Lipschitz if it is. Requires: an
// open UpwardScope.
std::optional<HoelderCorollary> corollary_of(const Instance &instance, const Target &target,
                                             bool list_subdivisions);

} // namespace layercert
