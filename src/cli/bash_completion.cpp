#include "completion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace layercert::cli {

namespace {

// Bash cuts words at "=", so --format=json comes as three words. Where nothing of ours fits the word so far, which may begin with
// a tilde or a quote, readline's own completion of file names takes over.
constexpr const char *kHead = R"(# bash completion for layercert, written by: layercert completion bash

_layercert_words() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$word")
}

_layercert_folders() {
  compopt -o filenames -o dirnames 2>/dev/null
}

_layercert_files() {
  compopt -o filenames -o default 2>/dev/null
  local ending
  mapfile -t COMPREPLY < <(
    for ending; do compgen -f -X "!*.$ending" -- "$word"; done
    [ $# -eq 0 ] || compgen -d -- "$word"
  )
}

_layercert() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
  if [[ $word == = ]]; then
    word=
  elif [[ $before == = ]]; then
    before=${COMP_WORDS[COMP_CWORD - 2]}
  fi
)";

std::string words_of(const std::vector<std::string> &words) {
  return fmt::format("_layercert_words '{}'", fmt::join(words, " "));
}

std::string action(const ArgumentDescription &argument) {
  switch (argument.values) {
  case Values::Words:
    return words_of(argument.words);
  case Values::Files:
    return fmt::format("_layercert_files{}{}", argument.words.empty() ? "" : " ",
                       fmt::join(argument.words, " "));
  case Values::Folders:
    return "_layercert_folders";
  case Values::Examples:
    return R"~(_layercert_words "$("${COMP_WORDS[0]}" examples --names 2>/dev/null)")~";
  case Values::Anything:
    break;
  }
  return ":";
}

// `"certify --out" | "certify --boxes"`
std::string patterns(const CommandDescription &command, const ArgumentDescription &option) {
  std::string text;
  for (const std::string &name : option.names) {
    text += fmt::format("{}\"{} {}\"", text.empty() ? "" : " | ", command.name, name);
  }
  return text;
}

std::vector<std::string> option_names(const CommandDescription &command) {
  std::vector<std::string> names;
  for (const ArgumentDescription &option : command.options) {
    names.insert(names.end(), option.names.begin(), option.names.end());
  }
  return names;
}

} // namespace

std::string bash_completion(const Description &description) {
  std::string valued, values, options, places;
  std::vector<std::string> commands;
  options += fmt::format("      '') {} ;;\n", words_of(option_names(description.program)));
  for (const CommandDescription &command : description.commands) {
    commands.push_back(command.name);
    options += fmt::format("      {}) {} ;;\n", command.name, words_of(option_names(command)));
    for (const ArgumentDescription &option : command.options) {
      if (!option.value.empty()) {
        valued += (valued.empty() ? "" : " | ") + patterns(command, option);
        if (option.values != Values::Anything) {
          values += fmt::format("  {}) {} ;;\n", patterns(command, option), action(option));
        }
      }
    }
    for (std::size_t i = 0; i < command.places.size(); ++i) {
      places += fmt::format("      '{} {}') {} ;;\n", command.name, i, action(command.places[i]));
    }
  }
  return fmt::format(
      R"({}
  local command= place=0 i
  for ((i = 1; i < COMP_CWORD; ++i)); do
    case "$command ${{COMP_WORDS[i]}}" in
    {})
      [[ ${{COMP_WORDS[i + 1]}} == = ]] && i=$((i + 1))
      i=$((i + 1))
      ;;
    *' -'*) ;;
    ' '*) command=${{COMP_WORDS[i]}} ;;
    *) place=$((place + 1)) ;;
    esac
  done

  COMPREPLY=()
  case "$command $before" in
{}  {}) ;;
  *)
    if [[ $word == -* ]]; then
      case $command in
{}      esac
    else
      case "$command $place" in
      ' 0') {} ;;
{}      esac
    fi
    ;;
  esac
}}

complete -F _layercert layercert
)",
      kHead, valued, values, valued, options, words_of(commands), places);
}

} // namespace layercert::cli
