// One function a command; each returns the exit status: 0 all certified or accepted, 1 not so. InputError is
// status 2.
#pragma once

#include <gmpxx.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace layercert::cli {

struct CertifyArguments {
  std::vector<std::filesystem::path> instances; // files, folders of them, or "-" for standard input
  std::optional<std::filesystem::path> out;     // of one file: the result; else a folder of results
  int threads = 0;                              // 0: all
  std::string effort = "default";
  std::optional<std::size_t> boxes; // in place of those of the effort
  std::optional<double> tolerance;
  std::string accuracy;                         // wanted, an exact number; empty: all levels
  std::string format = "auto";                  // of the network: auto, json or binary
  std::optional<std::filesystem::path> network; // of others: their readouts are certified, and none is built
  std::string readouts;                         // of it: NAME[=LEVEL],...; empty: all
  bool sup = false;                             // with it: encloses the supremum of the error, too
  std::string at_most;      // that its errors are compared with, an exact number; empty: claim R
  bool subdivisions = true; // listed in the certificate
  bool timing = false;      // kept beside it
  bool resume = false;      // what an unfinished run has kept is taken up
  std::optional<std::filesystem::path> shards; // where pieces are kept for good, and found
  std::string shard;                           // "i/n": this share of the work alone; empty: all that is left
  bool merges = false;                         // the instance and the samples stand in `shards`
  bool quiet = false;
  bool progress = false; // shown even where standard error is no terminal
  bool json = false;
};
int certify_command(const CertifyArguments &arguments);
int certify_network_command(const CertifyArguments &arguments); // where `network` is given

struct MergeArguments {
  std::filesystem::path shards;
  std::optional<std::filesystem::path> out;
  int threads = 0;
  bool timing = false;
  bool quiet = false;
  bool progress = false;
  bool json = false;
};
int merge_command(const MergeArguments &arguments);

struct CheckArguments {
  std::filesystem::path folder;
  int threads = 0;
  bool anew = false;     // certify anew, though the independent checker could do
  bool verified = false; // run layercert-verified instead
  bool json = false;
  bool quiet = false;
};
int check_command(const CheckArguments &arguments);

struct StabilityArguments {
  std::filesystem::path folder;
  std::optional<std::filesystem::path> out;  // for the profile as JSON
  std::optional<std::filesystem::path> plot; // for a picture of it as SVG
  std::optional<std::uint64_t> samples; // cells a level and precision; without: what does not take too long
  // Of a network of others: the accuracy of its functions, and the format whose tolerance is printed.
  double ulps = 4;
  std::string float_format = "fp32";
  int threads = 0;
  bool json = false;
  bool quiet = false;
};
int stability_command(const StabilityArguments &arguments);

struct RegressArguments {
  std::filesystem::path baseline, now;
  std::optional<std::filesystem::path> thresholds;
  std::optional<std::filesystem::path> junit;
  bool update = false; // takes the new results over as the baseline
  bool json = false;
};
int regress_command(const RegressArguments &arguments);

struct EvaluateArguments {
  std::filesystem::path network;
  std::string point;
  std::optional<long> precision; // without: enough for 64 bits after the point
  std::optional<int> level;      // without: all
  bool json = false;
};
int evaluate_command(const EvaluateArguments &arguments);

struct ConvertArguments {
  std::filesystem::path network; // a file, or a result folder
  std::filesystem::path out;
  std::string to = "auto"; // or json or binary
  bool dyadic = false;     // with rounded weights
  std::optional<int> bits; // of each of them; without: enough for phases good to 2^-64
  bool json = false;
};
int convert_command(const ConvertArguments &arguments);

struct NewArguments {
  std::optional<std::filesystem::path> file; // without: stdout
  std::string expression;                    // at most one of this, image and table is not empty
  std::filesystem::path image, table;
  std::string interpolation, remainder; // empty: the file only shows how
  std::optional<std::size_t> dimension;
  std::optional<int> N, depth;
  std::string p = "2";
  std::string norm, lambda, alpha;
  bool json = false;
};
int new_command(const NewArguments &arguments);

struct ExamplesArguments {
  std::string name; // empty: all
  std::optional<std::filesystem::path> out;
  bool names = false; // nothing but them
  bool json = false;
};
int examples_command(const ExamplesArguments &arguments);
struct ProveArguments {
  std::filesystem::path folder;
  std::optional<std::filesystem::path> out; // without: standard output
  std::optional<int> level;                 // without: all
};
int prove_command(const ProveArguments &arguments);

struct ReportArguments {
  std::filesystem::path folder;
  std::string format = "html"; // html, tex or csv
  std::string out;             // empty: in the folder; "-": standard output
  bool fragment = false;       // tex: parts to \input; `out` is then a folder
  bool standalone = false;     // tex: every figure as SVG and PDF
  bool check = false;          // the independent checker, first
  int threads = 0;
  bool quiet = false;
};
int report_command(const ReportArguments &arguments);

int version_command();
int cite_command();

// An exact number above 0, if the text is one.
std::optional<mpq_class> positive_number(const std::string &text);

} // namespace layercert::cli
