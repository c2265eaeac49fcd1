#include "shards.hpp"

#include "layercert/error.hpp"
#include "numeric/file_bytes.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <map>
#include <vector>

namespace layercert::cli {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::string_view kMark = "shard-"; // the part of a note is shard-INDEX-of-COUNT

std::string mark_of(int number, int count) { return fmt::format("{}{}-of-{}", kMark, number, count); }

json json_of(const CertifyArguments &arguments) {
  return {{"effort", arguments.effort},
          {"boxes", arguments.boxes ? json(*arguments.boxes) : json()},
          {"tolerance", arguments.tolerance ? json(*arguments.tolerance) : json()},
          {"subdivisions", arguments.subdivisions},
          {"format", arguments.format}};
}

CertifyArguments arguments_of(const json &options) {
  CertifyArguments arguments;
  options.at("effort").get_to(arguments.effort);
  if (!options.at("boxes").is_null()) {
    arguments.boxes = options["boxes"].get<std::size_t>();
  }
  if (!options.at("tolerance").is_null()) {
    arguments.tolerance = options["tolerance"].get<double>();
  }
  options.at("subdivisions").get_to(arguments.subdivisions);
  options.at("format").get_to(arguments.format);
  return arguments;
}

struct Mark {
  fs::path file;
  int number = 0;
  int count = 0;
  json content;
};

std::vector<Mark> marks_in(const fs::path &folder) {
  std::vector<Mark> marks;
  std::error_code error;
  for (const fs::directory_entry &entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kMark) || entry.path().extension() != ".piece") {
      continue;
    }
    try {
      const std::optional<std::string> content = PieceFolder::content_of(entry.path());
      Mark mark{entry.path(), 0, 0, content ? json::parse(*content) : json()};
      mark.content.at("number").get_to(mark.number);
      mark.content.at("count").get_to(mark.count);
      if (mark.file.stem() == mark_of(mark.number, mark.count)) {
        marks.push_back(std::move(mark));
        continue;
      }
    } catch (const json::exception &) {
    }
    throw InputError(
        entry.path().string(), 0,
        "is not as it was written (its SHA-256 differs); expected the note of a shard: remove it, "
        "and run that shard again");
  }
  return marks;
}

// Of the division of which the fewest shares are missing.
std::vector<Mark> complete_marks(const fs::path &folder) {
  std::map<int, std::vector<Mark>> divisions; // by their numbers of shares
  for (Mark &mark : marks_in(folder)) {
    divisions[mark.count].push_back(std::move(mark));
  }
  if (divisions.empty()) {
    throw InputError(folder.string(), 0,
                     "holds no finished shard; expected what layercert certify --shards DIR --shard i/n "
                     "leaves there");
  }
  const auto fullest =
      std::min_element(divisions.begin(), divisions.end(), [](const auto &one, const auto &other) {
        const auto missing = [](const auto &division) {
          return division.first - static_cast<int>(division.second.size());
        };
        return missing(one) < missing(other);
      });
  const auto &[count, marks] = *fullest;
  std::string missing;
  for (int number = 1; number <= count; ++number) {
    const bool there =
        std::any_of(marks.begin(), marks.end(), [&](const Mark &mark) { return mark.number == number; });
    missing += there ? "" : fmt::format("{}{}/{}", missing.empty() ? "" : ", ", number, count);
  }
  if (!missing.empty()) {
    throw InputError(folder.string(), 0,
                     fmt::format("shard {} is missing; expected all {} shards: run layercert certify "
                                 "--shards {} --shard i/{} for those",
                                 missing, count, folder.string(), count));
  }
  return marks;
}

std::optional<int> positive_integer(std::string_view text) {
  int value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  return fault == std::errc() && end == text.data() + text.size() && value > 0 ? std::optional(value)
                                                                               : std::nullopt;
}

// Written once; every shard finds the same.
void put(const fs::path &file, const std::string &bytes, const char *what) {
  if (!fs::exists(fs::symlink_status(file))) {
    write_bytes(file, bytes);
  } else if (read_regular_bytes(file, what) != bytes) {
    throw InputError(file.string(), 0,
                     fmt::format("differs from {} of this shard; expected the same, or another --shards "
                                 "folder",
                                 what));
  }
}

fs::path samples_of(const Instance &instance) {
  return instance.image.empty() ? instance.table : instance.image;
}

} // namespace

Share share_named(const std::string &text, const Instance &instance) {
  const std::size_t slash = text.find('/');
  const std::optional<int> number = positive_integer(std::string_view(text).substr(0, slash));
  const std::optional<int> count =
      slash == std::string::npos ? std::nullopt : positive_integer(std::string_view(text).substr(slash + 1));
  if (!number || !count || *number > *count) {
    throw InputError("--shard", 0,
                     fmt::format("found \"{}\"; expected i/n, one of n shards, such as 1/4", text));
  }
  if (static_cast<std::uint64_t>(*count) > most_shares(instance)) {
    throw InputError("--shard", 0,
                     fmt::format("found {} shards; expected at most {}, the errors and moduli of {} levels",
                                 *count, most_shares(instance), instance.depth));
  }
  return {*number - 1, *count};
}

void copy_inputs(const fs::path &folder, const Instance &instance) {
  put(folder / "instance.toml", instance.text, "the instance");
  if (const fs::path samples = samples_of(instance); !samples.empty()) {
    put(folder / ("samples" + samples.extension().string()), read_bytes(samples, "the samples"),
        "the samples");
  }
}

Instance read_inputs(const fs::path &folder) {
  Instance instance = read_instance(folder / "instance.toml");
  for (fs::path *samples : {&instance.image, &instance.table}) {
    if (!samples->empty()) {
      *samples = folder / ("samples" + samples->extension().string());
    }
  }
  return instance;
}

void mark_done(PieceFolder &folder, const Share &share, const CertifyArguments &arguments) {
  std::vector<std::string> parts = folder.parts_used();
  std::erase_if(parts, [](const std::string &part) { return part.starts_with(kMark); });
  folder.keep(mark_of(share.index + 1, share.count), json{{"number", share.index + 1},
                                                          {"count", share.count},
                                                          {"options", json_of(arguments)},
                                                          {"parts", parts}}
                                                             .dump() +
                                                         "\n");
}

CertifyArguments options_of_shards(const fs::path &folder) {
  if (!fs::is_directory(folder)) {
    throw InputError(folder.string(), 0, "no such folder; expected a folder of shards");
  }
  const std::vector<Mark> marks = complete_marks(folder);
  try {
    for (const Mark &mark : marks) {
      if (mark.content.at("options") != marks.front().content.at("options")) {
        throw InputError(
            mark.file.string(), 0,
            fmt::format("was made with other options than {}; expected the same options for all shards",
                        marks.front().file.filename().string()));
      }
      for (const json &part : mark.content.at("parts")) {
        const fs::path file = folder / (part.get<std::string>() + ".piece");
        if (!fs::exists(fs::symlink_status(file))) {
          throw InputError(file.string(), 0,
                           fmt::format("is missing; expected the piece that shard {}/{} has noted: run that "
                                       "shard again",
                                       mark.number, mark.count));
        }
      }
    }
    return arguments_of(marks.front().content.at("options"));
  } catch (const json::exception &) {
    throw InputError(folder.string(), 0,
                     "has notes of shards in another form; expected those of this version");
  }
}

void remove_unfinished(const fs::path &folder) {
  std::vector<fs::path> unfinished;
  std::error_code error; // what cannot be removed does no harm
  for (const fs::directory_entry &entry : fs::directory_iterator(folder, error)) {
    if (entry.path().filename().string().find(".piece.partial-") != std::string::npos) {
      unfinished.push_back(entry.path());
    }
  }
  for (const fs::path &file : unfinished) {
    fs::remove(file, error);
  }
}

} // namespace layercert::cli
