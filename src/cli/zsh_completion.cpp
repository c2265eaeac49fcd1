#include "completion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace layercert::cli {

namespace {

// For text inside '...' of which zsh's functions read colons and brackets themselves.
std::string escaped(const std::string &text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
      continue;
    }
    if (c == ':' || c == '[' || c == ']' || c == '\\') {
      out += '\\';
    }
    out += c;
  }
  return out;
}

std::string action(const ArgumentDescription &argument) {
  switch (argument.values) {
  case Values::Words:
    return fmt::format("({})", fmt::join(argument.words, " "));
  case Values::Files:
    return argument.words.empty() ? "_files"
                                  : fmt::format("_files -g \"*.({})(-.)\"", fmt::join(argument.words, "|"));
  case Values::Folders:
    return "_files -/";
  case Values::Examples:
    return "($(layercert examples --names 2>/dev/null))";
  case Values::Anything:
    break;
  }
  return " ";
}

std::string option_specification(const ArgumentDescription &option) {
  std::string text;
  for (const std::string &name : option.names) {
    const std::string flag = fmt::format("'{}[{}]'", name, escaped(in_brief(option.help)));
    const std::string valued = fmt::format("'{}=[{}]:{}:{}'", name, escaped(in_brief(option.help)),
                                           escaped(option.value), action(option));
    text += " \\\n      " + (option.value.empty() ? flag : valued);
  }
  return text;
}

std::string arguments(const CommandDescription &command) {
  std::string text;
  for (const ArgumentDescription &option : command.options) {
    text += option_specification(option);
  }
  for (std::size_t i = 0; i < command.places.size(); ++i) {
    const ArgumentDescription &place = command.places[i];
    text += fmt::format(" \\\n      '{}:{}:{}'", i + 1, escaped(place.value), action(place));
  }
  return text;
}

} // namespace

std::string zsh_completion(const Description &description) {
  std::string commands, cases;
  for (const CommandDescription &command : description.commands) {
    commands += fmt::format("    '{}:{}'\n", command.name, escaped(in_brief(command.help)));
    cases += fmt::format("    {}) _arguments{} ;;\n", command.name, arguments(command));
  }
  return fmt::format(R"(#compdef layercert
# zsh completion for layercert, written by: layercert completion zsh

_layercert() {{
  local curcontext=$curcontext state line
  typeset -A opt_args
  local -a commands=(
{}  )
  _arguments -C{} \
      '1:command:->command' '*::argument:->argument'
  case $state in
  command) _describe -t commands command commands ;;
  argument)
    case $words[1] in
{}    esac
    ;;
  esac
}}

if [[ $funcstack[1] == _layercert ]]; then # found on fpath
  _layercert "$@"
else
  compdef _layercert layercert
fi
)",
                     commands, arguments(description.program), cases);
}

} // namespace layercert::cli
