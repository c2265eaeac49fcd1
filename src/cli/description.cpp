#include "description.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <sstream>

namespace layercert::cli {

namespace {

std::string in_one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

void say_what_completes(ArgumentDescription &argument) {
  if (argument.value.find('|') != std::string::npos) {
    argument.values = Values::Words;
    std::istringstream in(argument.value);
    for (std::string word; std::getline(in, word, '|');) {
      argument.words.push_back(word);
    }
  } else if (argument.value == "DIR") {
    argument.values = Values::Folders;
  } else if (argument.value == "FILE") {
    argument.values = Values::Files;
  } else if (argument.value == "INSTANCE") {
    argument.values = Values::Files;
    argument.words = {"toml"};
  } else if (argument.value == "NETWORK") {
    argument.values = Values::Files;
    argument.words = {"json", "lcn"};
  } else if (argument.value == "EXAMPLE") {
    argument.values = Values::Examples;
  }
}

ArgumentDescription describe_argument(const CLI::Option &option) {
  ArgumentDescription argument;
  for (const std::string &name : option.get_snames()) {
    argument.names.push_back("-" + name);
  }
  for (const std::string &name : option.get_lnames()) {
    argument.names.push_back("--" + name);
  }
  if (option.get_items_expected_max() > 0) {
    argument.value = option.get_type_name();
    if (argument.value.empty()) {
      argument.value = option.get_single_name();
    }
    say_what_completes(argument);
  }
  argument.help = in_one_line(option.get_description());
  argument.required = option.get_required();
  return argument;
}

CommandDescription describe_command(const CLI::App &app) {
  CommandDescription command;
  command.name = app.get_name();
  command.help = in_one_line(app.get_description());
  command.notes = app.get_footer();
  for (const CLI::Option *option : app.get_options()) {
    (option->get_positional() ? command.places : command.options).push_back(describe_argument(*option));
  }
  return command;
}

} // namespace

Description describe(const CLI::App &app) {
  Description description{describe_command(app), {}};
  for (const CLI::App *command : app.get_subcommands([](const CLI::App *) { return true; })) {
    description.commands.push_back(describe_command(*command));
  }
  return description;
}

std::string in_brief(const std::string &help) {
  std::string brief = help.substr(0, help.find_first_of(";:("));
  brief.erase(brief.find_last_not_of(" .") + 1);
  return brief;
}

} // namespace layercert::cli
