// A new result against an older one of the same instance: what has become worse, and by how much it may.
#pragma once

#include "layercert/result/certificate.hpp"

#include <optional>
#include <string>
#include <vector>

namespace layercert {

// What the files of a result say of a level.
struct LevelFacts {
  int level = 0;
  Status status = Status::Undecided;
  std::optional<Status> hoelder_status;
  double error_lower = 0, error_upper = 0;
  double modulus_lower = 0, modulus_upper = 0;
  double ratio_upper = 0;
};

struct ResultFacts {
  std::string name;
  std::string instance_sha256, network_sha256;
  std::vector<LevelFacts> levels;          // 1, 2, ...
  bool accuracy_reached = true;            // false if one was asked for and no level reached it
  std::optional<bool> hypothesis_verified; // of the corollary, if the instance asks for it
  // Of a stability profile, if there is one: the bits that are enough for the claim, by level; none where no
  // number is.
  std::optional<std::vector<std::optional<long>>> least_bits;
  std::optional<double> seconds; // that certifying took
};

// How much worse a new result may be. Guesses use the C library's functions, so that numbers may differ a
// little from machine to machine.
struct RegressionThresholds {
  double ratio = 0.02;        // relative growth of a ratio's upper bound
  double width = 0.5;         // relative growth of an enclosure's width
  double width_floor = 0.002; // a width (relative to the enclosed number) up to which it does not matter
  double bits = 0.05;         // relative growth of the bits that are enough
  double time = 2;            // factor
  double time_floor = 5;      // seconds up to which it does not matter
};

enum class Change { Same, Better, Worse };

// One comparison. A text says what it found, in any case.
struct Comparison {
  std::string result; // its name
  std::string what;   // "level 3: verdict"
  Change change = Change::Same;
  std::string text;
};

// Is every level certified, its corollary too, and the accuracy reached? That is what ends layercert certify
// with status 0. "" if so; else what is not, for a sentence that begins with the result.
std::string what_is_not_certified(const ResultFacts &result);

// Same instance, verdicts, ratios, widths, bits and time, in this order, level by level. Enclosures of the
// same number that do not overlap are worse, whatever the thresholds: one of the two is wrong. A level that
// is missing is worse, and so is a new one that is not certified.
std::vector<Comparison> compare(const ResultFacts &baseline, const ResultFacts &now,
                                const RegressionThresholds &thresholds);

// Folders of results, by name: one that is missing is worse, one that is new is better if all of it is
// certified, and else worse.
std::vector<Comparison> compare(const std::vector<ResultFacts> &baseline, const std::vector<ResultFacts> &now,
                                const RegressionThresholds &thresholds);

bool any_worse(const std::vector<Comparison> &comparisons);

// What is worse and what is better, a line each, and the counts.
std::string regression_text(const std::vector<Comparison> &comparisons);

// JUnit XML: a test suite for every result, a test case for every comparison, failed if worse.
std::string regression_junit(const std::vector<Comparison> &comparisons);

} // namespace layercert
