#include "manual.hpp"

#include <fmt/format.h>

#include <sstream>

namespace layercert::cli {

namespace {

// A line of text as roff prints it: no request, and every dash one that can be copied.
std::string escaped(const std::string &line) {
  std::string out = line.starts_with('.') || line.starts_with('\'') ? "\\&" : "";
  for (const char c : line) {
    switch (c) {
    case '\\':
      out += "\\e";
      break;
    case '-':
      out += "\\-";
      break;
    default:
      out += c;
    }
  }
  return out;
}

std::string bold(const std::string &text) { return "\\fB" + escaped(text) + "\\fR"; }
std::string italic(const std::string &text) { return "\\fI" + escaped(text) + "\\fR"; }

// Blank lines part paragraphs; indented lines stay as they are.
std::string paragraphs(const std::string &notes) {
  std::string out = ".PP\n";
  bool example = false;
  std::istringstream in(notes);
  for (std::string line; std::getline(in, line);) {
    const bool indented = line.starts_with(' ');
    if (indented != example) {
      out += indented ? ".PP\n.RS\n.EX\n" : ".EE\n.RE\n";
      example = indented;
    }
    out += line.empty() ? ".PP\n" : escaped(line.substr(indented ? line.find_first_not_of(' ') : 0)) + "\n";
  }
  return out + (example ? ".EE\n.RE\n" : "");
}

std::string synopsis(const CommandDescription &command) {
  std::string text = bold("layercert " + command.name);
  for (const ArgumentDescription &place : command.places) {
    text += place.required ? " " + italic(place.value) : " [" + italic(place.value) + "]";
  }
  for (const ArgumentDescription &option : command.options) {
    if (option.required) {
      text += " " + bold(option.names.back()) + " " + italic(option.value);
    }
  }
  return text + " [" + italic("options") + "]\n";
}

std::string argument_entry(const ArgumentDescription &argument) {
  std::string tag;
  for (const std::string &name : argument.names) {
    tag += (tag.empty() ? "" : ", ") + bold(name);
  }
  if (!argument.value.empty()) {
    tag += (tag.empty() ? "" : " ") + italic(argument.value);
  }
  return ".TP\n" + tag + "\n" + escaped(argument.help) + "\n";
}

std::string argument_entries(const CommandDescription &command) {
  std::string out;
  for (const ArgumentDescription &place : command.places) {
    out += argument_entry(place);
  }
  for (const ArgumentDescription &option : command.options) {
    out += argument_entry(option);
  }
  return out;
}

} // namespace

std::string manual_page(const Description &description) {
  std::string out = fmt::format(".TH LAYERCERT 1 \"\" \"layercert {}\" \"User commands\"\n"
                                ".SH NAME\nlayercert \\- certify layer\\-wise approximation rates of deep "
                                "networks\n.SH SYNOPSIS\n",
                                LAYERCERT_VERSION);
  for (const CommandDescription &command : description.commands) {
    out += synopsis(command) + ".br\n";
  }
  out += bold("layercert") + " [" + italic("options") + "]\n.SH DESCRIPTION\n" +
         escaped(description.program.help) + "\n" + argument_entries(description.program) +
         paragraphs(description.program.notes) + ".SH COMMANDS\n";
  for (const CommandDescription &command : description.commands) {
    out += fmt::format(".SS {}\n", escaped(command.name)) + escaped(command.help) + "\n" +
           argument_entries(command) + paragraphs(command.notes);
  }
  return out + ".SH SEE ALSO\n" + bold("layercert-check") + "(1)\n";
}

} // namespace layercert::cli
