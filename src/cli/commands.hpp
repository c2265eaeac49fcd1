// One function a command; each returns the exit status of formats.md.
#pragma once

#include <filesystem>
#include <string>

namespace layercert::cli {

struct CertifyArguments {
  std::filesystem::path instance;
  std::filesystem::path out;
  int threads = 0; // 0: all
  std::size_t boxes = 1 << 18;
  std::string format = "auto"; // of the network: auto, json or binary
  bool quiet = false;
  bool json = false;
};
int certify_command(const CertifyArguments &arguments);

struct CheckArguments {
  std::filesystem::path folder;
  int threads = 0;
  bool json = false;
  bool quiet = false;
};
int check_command(const CheckArguments &arguments);

struct EvaluateArguments {
  std::filesystem::path network;
  std::string point;
  long precision = 0; // 0: enough for 64 bits after the point
  int level = 0;      // 0: all
  bool json = false;
};
int evaluate_command(const EvaluateArguments &arguments);

struct ConvertArguments {
  std::filesystem::path network;
  std::filesystem::path out;
  std::string to; // auto, json or binary
};
int convert_command(const ConvertArguments &arguments);

// Throws Interrupted once Ctrl-C or SIGTERM was seen.
void stop_if_interrupted();
// A line of progress on stderr, only on a terminal and not with --quiet.
void show_progress(bool quiet, const std::string &text);

} // namespace layercert::cli
