// Certifies a result again, and compares every key of its certificate with what is found.
#pragma once

#include "layercert/instance/instance.hpp"
#include "result/result_files.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace layercert {

struct Recertification {
  std::string rejection;            // what is wrong with the result; empty: nothing is
  std::uint64_t cells_compared = 0; // at whose centres the layers themselves gave what the decoder says
};

// Called as each phase begins, with the level of Certifying, Sharpening and Listing.
enum class RecertifyPhase { Reading, Decoding, Certifying, Sharpening, Listing, Comparing };
using RecertifyProgress = std::function<void(RecertifyPhase phase, int level, const Instance &instance)>;

// Accepts a result only if all of it is certified. `most_boxes`: the most that memory holds; a certificate
// that says more is rejected. Throws std::runtime_error where the result could not be looked at: samples that
// cannot be read, or too little memory.
Recertification recertify(const ResultFiles &result, std::size_t most_boxes,
                          const RecertifyProgress &progress);

} // namespace layercert
