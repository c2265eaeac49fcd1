// An interactive shell on a terminal of its own, in which somebody types.
#pragma once

#include "program.hpp"

#include <cstdio>

namespace cli_test {

class Shell {
public:
  // In the folder `in`, with the program on its PATH.
  Shell(const std::vector<std::string> &arguments, const fs::path &in) {
    std::vector<char *> argv;
    for (const std::string &argument : arguments) {
      argv.push_back(const_cast<char *>(argument.c_str()));
    }
    argv.push_back(nullptr);
    const std::string path = fs::path(LAYERCERT_PROGRAM).parent_path().string() + ":" + std::getenv("PATH");
    winsize size{50, 200, 0, 0};
    pid_ = ::forkpty(&terminal_, nullptr, nullptr, &size);
    if (pid_ == 0) {
      ::setenv("PATH", path.c_str(), 1);
      ::setenv("TERM", "dumb", 1);
      ::setenv("HOME", in.c_str(), 1);
      if (::chdir(in.c_str()) == 0) {
        ::execvp(argv[0], argv.data());
      }
      ::_exit(127);
    }
    if (pid_ < 0) {
      throw std::runtime_error("no terminal");
    }
  }
  Shell(const Shell &) = delete;
  Shell &operator=(const Shell &) = delete;
  ~Shell() {
    ::close(terminal_);
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  void type(const std::string &text) {
    if (::write(terminal_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
      throw std::runtime_error("the terminal does not take what is typed");
    }
  }

  // What has come since the last call, up to and with `text`; all of it and a note if nothing comes for ten seconds.
  std::string until(const std::string &text) {
    while (seen_.find(text) == std::string::npos) {
      pollfd ready{terminal_, POLLIN, 0};
      char bytes[4096];
      const ssize_t count = ::poll(&ready, 1, 10000) > 0 ? ::read(terminal_, bytes, sizeof bytes) : 0;
      if (count <= 0) {
        return std::exchange(seen_, {}) + "\n(nothing more)";
      }
      seen_.append(bytes, static_cast<std::size_t>(count));
    }
    const std::size_t end = seen_.find(text) + text.size();
    std::string found = seen_.substr(0, end);
    seen_.erase(0, end);
    return found;
  }

private:
  pid_t pid_ = -1;
  int terminal_ = -1;
  std::string seen_;
};

// What a command of sh prints, its messages included; throws if it fails.
inline std::string output_of(const std::string &command) {
  std::FILE *pipe = ::popen(("exec 2>&1; " + command).c_str(), "r");
  if (pipe == nullptr) {
    throw std::runtime_error("no pipe");
  }
  std::string text;
  char bytes[4096];
  while (const std::size_t count = std::fread(bytes, 1, sizeof bytes, pipe)) {
    text.append(bytes, count);
  }
  if (::pclose(pipe) != 0) {
    throw std::runtime_error(command + " failed: " + text);
  }
  return text;
}

} // namespace cli_test
