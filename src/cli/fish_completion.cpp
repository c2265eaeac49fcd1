#include "completion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace layercert::cli {

namespace {

std::string quoted(const std::string &text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') {
      out += '\\';
    }
    out += c;
  }
  return out + "'";
}

std::string action(const ArgumentDescription &argument) {
  switch (argument.values) {
  case Values::Words:
    return fmt::format(" -a {}", quoted(fmt::format("{}", fmt::join(argument.words, " "))));
  case Values::Files: {
    std::string command;
    for (const std::string &ending : argument.words) {
      command += fmt::format("{}__fish_complete_suffix .{}", command.empty() ? "" : "; ", ending);
    }
    return command.empty() ? " -F" : " -k -a " + quoted("(" + command + ")");
  }
  case Values::Folders:
    return " -a '(__fish_complete_directories)'";
  case Values::Examples:
    return " -a '(layercert examples --names 2>/dev/null)'";
  case Values::Anything:
    break;
  }
  return "";
}

std::string option_line(const std::string &condition, const ArgumentDescription &option) {
  std::string text = "complete -c layercert -n " + quoted(condition);
  for (const std::string &name : option.names) {
    text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  if (!option.value.empty()) {
    text += " -r" + action(option);
  }
  return text + " -d " + quoted(in_brief(option.help)) + "\n";
}

} // namespace

std::string fish_completion(const Description &description) {
  std::string text = "# fish completion for layercert, written by: layercert completion fish\n\n"
                     "complete -c layercert -f\n";
  for (const ArgumentDescription &option : description.program.options) {
    text += option_line("__fish_use_subcommand", option);
  }
  for (const CommandDescription &command : description.commands) {
    text += fmt::format("complete -c layercert -n __fish_use_subcommand -a {} -d {}\n", command.name,
                        quoted(in_brief(command.help)));
  }
  for (const CommandDescription &command : description.commands) {
    const std::string condition = "__fish_seen_subcommand_from " + command.name;
    for (const ArgumentDescription &place : command.places) {
      if (const std::string values = action(place); !values.empty()) {
        text += fmt::format("complete -c layercert -n {}{}\n", quoted(condition), values);
      }
    }
    for (const ArgumentDescription &option : command.options) {
      text += option_line(condition, option);
    }
  }
  return text;
}

} // namespace layercert::cli
