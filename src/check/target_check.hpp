// What the checks of all kinds of certificates share: the files of an instance, what is said of its target,
// norms of the target's differences, and the slack of a bound.
#pragma once

#include "check.hpp"
#include "files.hpp"
#include "integral.hpp"
#include "patches.hpp"
#include "products.hpp"

#include <nlohmann/json.hpp>

#include <optional>

namespace checker {

class TargetCheck {
protected:
  TargetCheck(const std::filesystem::path &folder, int threads, const Progress &progress,
              const Between &between);

  // ---- files ----
  static std::string text_or_empty(const nlohmann::json &object, const char *key);
  // Throws Rejected where the certificate's sum is not that of the bytes.
  static void require_sum(const nlohmann::json &certificate, const char *key, const std::string &bytes,
                          const std::string &file);
  // The instance, its target and its samples, whose sums the certificate has.
  void read_subject(const nlohmann::json &certificate);
  // K21.
  void require_statement(const nlohmann::json &certificate) const;
  std::string trusted_line() const;

  // ---- bounds ----
  // What the subdivisions do not prove is wrong, unless the certificate says itself that they
  // do not suffice, and it may be true.
  void require(bool proved, bool surely_false, const std::string &otherwise) const;
  // Up to the slack.
  static bool at_most(const Arf &mine, const Arf &theirs);
  // Nothing that is surely false, and nothing that is much sharper than what is proved here. Returns what is
  // said of it.
  std::string compared(const char *key, const Arf &theirs, const Arf &mine, bool upper,
                       bool surely_false) const;
  // || f(. + h) - f ||_p for the shift h that the entry lists, which must be at most 1/scale long, by the
  // tree that it lists.
  Interval modulus(const nlohmann::json &entry, const Arf &scale, const Exponent &p) const;

  // Work for 0..count-1, on all threads.
  void parallel(std::size_t count, const std::function<void(std::size_t)> &work) const;

  std::filesystem::path folder_;
  const Progress &progress_;
  const Between &between_;
  std::size_t threads_ = 1;
  ParallelFor parallel_;
  Instance instance_;
  bool subdivisions_suffice_ = true;
  Expression expression_;
  layercert::SampleTable samples_;
  bool pieces_ = false;            // the target is constant on each sample
  std::optional<Patches> patches_; // of samples with multilinear interpolation, for p = 2
  std::optional<Products>
      products_; // for p = 2, if the target is a sum of products of functions of one coordinate

private:
  void read_target(const nlohmann::json &certificate);
};

} // namespace checker
