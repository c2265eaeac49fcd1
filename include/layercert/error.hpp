// The one exception type for bad input. Our own mistakes are asserts, never this.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

namespace layercert {

// Bad input: what() is one line "file:line: found ...; expected ...", ready for stderr (exit status 2).
// `line` is 1-based; 0 means that no line applies (a missing file, a command line).
class InputError : public std::runtime_error {
public:
  InputError(std::string file, std::size_t line, const std::string &message)
      : std::runtime_error(compose(file, line, message)), file_(std::move(file)), line_(line),
        message_(message) {}

  const std::string &file() const noexcept { return file_; }
  std::size_t line() const noexcept { return line_; }
  const std::string &message() const noexcept { return message_; } // without the place

private:
  static std::string compose(const std::string &file, std::size_t line, const std::string &message) {
    if (file.empty()) {
      return message;
    }
    return line == 0 ? file + ": " + message : file + ":" + std::to_string(line) + ": " + message;
  }

  std::string file_;
  std::size_t line_;
  std::string message_;
};

} // namespace layercert
