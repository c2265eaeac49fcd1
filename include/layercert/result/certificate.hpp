// The certificate of an instance: for every level, two-sided bounds of the error and of the modulus, and the
// verdict.
#pragma once

#include "layercert/function/target.hpp"
#include "layercert/instance/instance.hpp"
#include "layercert/network/construction.hpp"
#include "layercert/network/level_values.hpp"

#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace layercert {

// The verdict: claim R is proved, or disproved, or neither.
enum class Status { Certified, Refuted, Undecided };
std::string_view name_of(Status status);

// The share that one cell has in the p-th power of an error.
struct CellShare {
  std::uint64_t cell = 0;
  double share_upper =
      0; // of the integral of |f - Phi_l|^p, or |g - Phi_l|^p with a remainder; infinite: unknown
};

// What is proved of one level l: the bounds of || f - Phi_l ||_p and of omega_p(f, N^-l), and the verdict
// that follows.
struct LevelCertificate {
  int level = 0;
  std::uint64_t cells = 0;
  double error_lower = 0;
  double error_upper = std::numeric_limits<double>::infinity();
  double modulus_lower = 0;
  double modulus_upper = 0;
  std::vector<double> shift;   // that gives modulus_lower
  double bound_lower = 0;      // (2d+1) modulus_lower, rounded down
  double ratio_upper = 0;      // error_upper / modulus_lower, rounded up
  double ratio_lower = 0;      // error_lower / modulus_upper, rounded down
  double projection_upper = 0; // 2^(1/p) d modulus_upper, which || f - P_l f ||_p cannot exceed
  std::uint64_t boxes = 0;     // that the error's integral was split into
  // How the cells, and the domain of f(. + h) - f for the shift h above, are cut into boxes on which the two
  // bounds are proved: proofs/certificate-format.md. Empty where nothing is cut.
  std::string error_subdivision;
  std::string modulus_subdivision;
  std::uint64_t modulus_boxes = 0; // that the search for the largest shift looked at
  Status status = Status::Undecided;
  std::string reason; // of a level that is not certified: what would decide it
  // Of a level that is not certified: the cells with the largest shares, and every cell whose share is
  // infinite.
  std::vector<CellShare> worst_cells;
  std::optional<double> hoelder_bound_lower; // (2d+1) lambda N^(-alpha l), rounded down
  Status hoelder_status = Status::Undecided;
};

// The corollary for f with |f(x) - f(y)| <= lambda |x - y|^alpha: the error is at most (2d+1) lambda
// N^(-alpha l).
struct HoelderCorollary {
  mpq_class lambda, alpha;
  double constant_upper = std::numeric_limits<double>::infinity(); // of f over the cube, for this alpha
  bool verified = false;   // constant_upper <= lambda; else the hypothesis is assumed
  bool declared = false;   // by the instance; else f was found to be 1-Lipschitz
  std::string subdivision; // of the cube, on which the constant was found (proofs/certificate-format.md)
};

// What a wanted accuracy asks of the levels: the first whose certified error is at most that.
struct AccuracyResult {
  mpq_class accuracy;
  int level = 0;                // 0: no level reaches it
  bool smallest_proved = false; // the errors of all levels before are above the accuracy
};

// What is proved of a network for an instance.
struct Certificate {
  Architecture architecture;
  std::optional<AccuracyResult> accuracy;
  std::string effort = "default"; // of the run (certify/effort.hpp)
  double tolerance = 0;
  std::optional<HoelderCorollary> hoelder;
  std::vector<LevelCertificate> levels;
  // All is certified, and plain mean value forms on the listed subdivisions prove it again.
  bool subdivisions_suffice = false;

  // The worst of all levels' verdicts, the corollary's included: refuted, else undecided, else certified.
  Status verdict() const;
  bool all_certified() const { return verdict() == Status::Certified; }
};

// Claim R and the ratios from the bounds of error and modulus. Requires: an open UpwardScope.
void judge(LevelCertificate &level, std::size_t dimension);
// The corollary from the bounds of the error. Requires: an open UpwardScope.
void judge_corollary(LevelCertificate &level, const Instance &instance, const HoelderCorollary &corollary);

} // namespace layercert
