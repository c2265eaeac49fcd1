// Runs the program as a user would, without a shell, and keeps what it says.
#pragma once

#include "common/files.hpp"
#include "common/paths.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace cli_test {

namespace fs = std::filesystem;
using layercert::test::read_file;
using layercert::test::TemporaryFolder;
using layercert::test::write_file;

// Every file below a folder, by its relative name.
inline std::map<std::string, std::string> contents(const fs::path &folder) {
  std::map<std::string, std::string> files;
  for (const fs::directory_entry &entry : fs::recursive_directory_iterator(folder)) {
    files[fs::relative(entry.path(), folder).string()] =
        entry.is_directory() ? "(folder)" : read_file(entry.path());
  }
  return files;
}

// What depends on the instance alone: all but run.json.
inline std::map<std::string, std::string> result_files(const fs::path &result) {
  auto files = contents(result);
  files.erase("run.json");
  return files;
}

// The hidden folders that a run of `--out folder` fills.
inline std::vector<fs::path> partial_folders(const fs::path &folder) {
  std::vector<fs::path> found;
  for (const fs::directory_entry &entry : fs::directory_iterator(folder.parent_path())) {
    if (entry.path().filename().string().starts_with("." + folder.filename().string() + ".partial-")) {
      found.push_back(entry.path());
    }
  }
  return found;
}

struct Outcome {
  int status = -1; // of the exit; 128 + signal if one ended the process
  std::string out;
  std::string err;

  std::size_t error_lines() const {
    std::size_t lines = 0;
    for (const char c : err) {
      lines += c == '\n' ? 1U : 0U;
    }
    return lines;
  }
};

// A run in the background, in the folder `in` if one is given. stdout goes to a file, or to the descriptor
// `to_out` if that is not negative; stderr to a file, or to a terminal of its own.
class Running {
public:
  explicit Running(const std::vector<std::string> &arguments, bool terminal = false, const fs::path &in = {},
                   int to_out = -1) {
    if (terminal && ::openpty(&terminal_, &terminal_end_, nullptr, nullptr, nullptr) != 0) {
      throw std::runtime_error("no terminal");
    }
    const std::string out = (folder_ / "out").string();
    const std::string err = (folder_ / "err").string();
    std::vector<char *> argv;
    const std::string program = paths::program().string();
    argv.push_back(const_cast<char *>(program.c_str()));
    for (const std::string &argument : arguments) {
      argv.push_back(const_cast<char *>(argument.c_str()));
    }
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) { // only calls that are safe between fork and exec
      for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        ::signal(signal, SIG_DFL); // a shell starts what runs in its background with SIGINT ignored
      }
      sigset_t none;
      ::sigemptyset(&none);
      ::sigprocmask(SIG_SETMASK, &none, nullptr);
      if (!in.empty() && ::chdir(in.c_str()) != 0) {
        ::_exit(126);
      }
      const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
      const int out_end =
          to_out >= 0 ? to_out : ::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
      const int to_err =
          terminal ? terminal_end_ : ::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
      ::dup2(nothing, 0);
      ::dup2(out_end, 1);
      ::dup2(to_err, 2);
      if (terminal) {
        ::close(terminal_);
        ::close(terminal_end_);
      }
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    if (terminal) {
      ::close(terminal_end_);
    }
    if (pid_ < 0) {
      throw std::runtime_error("no process");
    }
  }
  Running(const Running &) = delete;
  Running &operator=(const Running &) = delete;
  ~Running() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    if (terminal_ >= 0) {
      ::close(terminal_);
    }
  }

  pid_t pid() const { return pid_; }
  void send(int signal) const { ::kill(pid_, signal); }
  bool ended() const { // and not yet waited for
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == pid_;
  }

  // With a terminal: reads what comes until it holds `text`. False if the process ends before, or after a
  // minute.
  bool wait_for_text(const std::string &text) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (err_.find(text) == std::string::npos) {
      if (std::chrono::steady_clock::now() > end || !read_terminal(1000)) {
        return false;
      }
    }
    return true;
  }

  Outcome wait() {
    while (terminal_ >= 0 && read_terminal(60000)) {
    }
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    Outcome outcome;
    outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    outcome.out = read_file(folder_ / "out");
    outcome.err = terminal_ >= 0 ? err_ : read_file(folder_ / "err");
    return outcome;
  }

private:
  // False once the other end is closed, or nothing came in time.
  bool read_terminal(int milliseconds) {
    pollfd ready{terminal_, POLLIN, 0};
    if (::poll(&ready, 1, milliseconds) <= 0) {
      return milliseconds < 60000;
    }
    char bytes[4096];
    const ssize_t count = ::read(terminal_, bytes, sizeof bytes);
    if (count > 0) {
      err_.append(bytes, static_cast<std::size_t>(count));
    }
    return count > 0;
  }

  TemporaryFolder folder_;
  pid_t pid_ = -1;
  int terminal_ = -1;
  int terminal_end_ = -1;
  std::string err_;
};

inline Outcome run(const std::vector<std::string> &arguments, const fs::path &in = {}) {
  return Running(arguments, false, in).wait();
}

// A small instance: d = 1, N = 2, p = 2.
inline std::string instance_text(const std::string &expression = "abs(x - 1/3)", int depth = 2) {
  return "[target]\ndimension = 1\nexpression = \"" + expression +
         "\"\n[theorem]\nN = 2\ndepth = " + std::to_string(depth) + "\np = 2\n";
}

// One that takes long enough to be interrupted in any phase.
inline std::string long_instance_text() {
  return "[target]\ndimension = 2\nexpression = \"sin(2*pi*x0)*x1 + abs(x0 - 1/3)\"\n[theorem]\nN = 2\n"
         "depth = 7\np = 2\n";
}

} // namespace cli_test
