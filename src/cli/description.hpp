// The command line as data: completions and the manual page are written from it, and it is read from the parser itself.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace layercert::cli {

// What may stand for a value.
enum class Values { Anything, Words, Files, Folders, Examples };

struct ArgumentDescription {
  std::vector<std::string> names; // "-h", "--help"; empty if it goes by its place
  std::string value;              // as the help calls it; empty for a flag
  Values values = Values::Anything;
  std::vector<std::string> words; // of Words; of Files the endings, none for all files
  std::string help;               // one line
  bool required = false;
};

struct CommandDescription {
  std::string name;
  std::string help;  // one line
  std::string notes; // paragraphs; lines that begin with blanks are to be kept as they are
  std::vector<ArgumentDescription> options;
  std::vector<ArgumentDescription> places; // in their order
};

// The program as if it were a command, and its commands.
struct Description {
  CommandDescription program;
  std::vector<CommandDescription> commands;
};

// The type name of an option, or the name of an argument that goes by its place and has none, says what completes it: DIR a
// folder, FILE a file, INSTANCE and NETWORK such files, EXAMPLE a shipped instance, and "a|b" one of these words.
Description describe(const CLI::App &app);

// The text up to its first semicolon, colon or opening parenthesis, for where there is little room.
std::string in_brief(const std::string &help);

} // namespace layercert::cli
