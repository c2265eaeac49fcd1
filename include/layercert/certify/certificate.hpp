// The certificate of an instance: for every level, two-sided bounds of the error and of the modulus, and the verdict.
#pragma once

#include "layercert/instance/instance.hpp"
#include "layercert/network/construction.hpp"
#include "layercert/network/level_values.hpp"
#include "layercert/target/target.hpp"

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace layercert {

enum class Status { Certified, Refuted, Undecided };
std::string_view name_of(Status status);

struct CellShare {
  std::uint64_t cell = 0;
  double share_upper = 0; // of the integral of |f - Phi_l|^p; infinite where nothing is known
};

struct LevelCertificate {
  int level = 0;
  std::uint64_t cells = 0;
  double error_lower = 0;
  double error_upper = std::numeric_limits<double>::infinity();
  double modulus_lower = 0;
  double modulus_upper = 0;
  std::vector<double> shift;       // that gives modulus_lower
  double bound_lower = 0;          // (2d+1) modulus_lower, rounded down
  double ratio_upper = 0;          // error_upper / modulus_lower, rounded up
  std::uint64_t boxes = 0;         // that the error's integral was split into
  std::uint64_t modulus_boxes = 0; // that the search for the largest shift looked at
  Status status = Status::Undecided;
  std::string reason; // of a level that is not certified: what would decide it
  // Of a level that is not certified: the cells with the largest shares, and every cell whose share is infinite.
  std::vector<CellShare> worst_cells;
  std::optional<double> hoelder_bound_lower; // (2d+1) lambda N^(-alpha l), rounded down
  Status hoelder_status = Status::Undecided;
};

struct Certificate {
  Architecture architecture;
  std::vector<LevelCertificate> levels;

  bool all_certified() const;
};

struct CertifyOptions {
  std::size_t boxes = 1 << 18; // at most so many boxes an integral, or 4 a cell
  double tolerance =
      0.01; // wanted relative width of the enclosures of the error and of the modulus, in (0, 1]
  std::function<void(int level)> progress; // called before each level; may throw
};

// Rigorous: only the network's weights and the target enter. Throws InputError(name, ...) for a network that is not of the
// construction.
Certificate certify(const Instance &instance, const Target &target, const Network &network,
                    const std::string &name, const CertifyOptions &options = {});

} // namespace layercert
