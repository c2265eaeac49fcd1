// A message is a line of words: what is found, "is", or why it is not, "rejected" or "unknown" with the
// reason. Numbers are written exactly.
#include "division.hpp"

#include "files.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <string_view>
#include <utility>

namespace checker {

namespace {

constexpr std::string_view kUnknown = "cannot verify: "; // how Unknown begins

std::string exact_text(const Arf &x) { // mantissa and exponent in hexadecimal
  char *const text = arf_dump_str(x.get());
  std::string result(text);
  flint_free(text);
  std::replace(result.begin(), result.end(), ' ', ':');
  return result;
}

Arf exact_of(std::istream &words) {
  std::string text;
  words >> text;
  std::replace(text.begin(), text.end(), ':', ' ');
  Arf x;
  if (text.empty() || arf_load_str(x.get(), text.c_str()) != 0) {
    throw Unknown("what another process has sent: it is no number");
  }
  return x;
}

Interval interval_of(std::istream &words) {
  Arf lower = exact_of(words);
  return {std::move(lower), exact_of(words)};
}

std::string text_of(const CellsSum &sum) {
  return "is " + std::to_string(sum.first) + " " + std::to_string(sum.last) + " " +
         exact_text(sum.sum.lower) + " " + exact_text(sum.sum.upper) + " " + exact_text(sum.sup);
}

std::string text_of(const Rejected &rejected) {
  const bool unknown = dynamic_cast<const Unknown *>(&rejected) != nullptr;
  return (unknown ? "unknown " : "rejected ") + one_line(rejected.what());
}

// The words after "is". Throws what the text says otherwise.
std::istringstream words_of(const std::string &text) {
  const std::size_t blank = text.find(' ');
  const std::string verb = text.substr(0, blank);
  const std::string rest = blank == std::string::npos ? std::string() : text.substr(blank + 1);
  if (verb == "unknown") {
    throw Unknown(rest.substr(rest.starts_with(kUnknown) ? kUnknown.size() : 0));
  }
  if (verb != "is") {
    throw Rejected(rest);
  }
  return std::istringstream(rest);
}

template <class Work> std::string found_or_rejected(const Work &work) {
  try {
    return work();
  } catch (const Rejected &rejected) {
    return text_of(rejected);
  }
}

} // namespace

std::vector<std::string> DividedSteps::step(const std::string &text) {
  std::vector<std::string> texts = division_.exchange("step\n" + text);
  for (std::string &theirs : texts) {
    if (!theirs.starts_with("step\n")) {
      ended_ = true;
      words_of(theirs);
      throw Unknown("what another process checks: it has ended before");
    }
    theirs.erase(0, 5);
  }
  return texts;
}

void DividedSteps::agree_on(const std::string &digest) {
  if (alone()) {
    return;
  }
  for (const std::string &theirs : step(digest)) {
    if (theirs != digest) {
      throw Unreadable("certificate.json is another one for another process; expected one folder for all");
    }
  }
}

std::vector<CellsSum> DividedSteps::sums(std::size_t count, const ParallelFor &parallel,
                                         const std::function<CellsSum(std::size_t)> &work) {
  std::vector<CellsSum> result(count);
  if (alone()) {
    parallel(count, [&](std::size_t i) { result[i] = work(i); });
    return result;
  }
  const auto processes = static_cast<std::size_t>(division_.count);
  const auto index = static_cast<std::size_t>(division_.index);
  const std::size_t first = count * index / processes;
  const std::size_t last = count * (index + 1) / processes;
  std::vector<std::string> ours(last - first);
  parallel(ours.size(),
           [&](std::size_t i) { ours[i] = found_or_rejected([&] { return text_of(work(first + i)); }); });
  std::string text;
  for (const std::string &line : ours) {
    text += line + "\n";
  }
  std::size_t next = 0;
  for (const std::string &theirs : step(text)) {
    std::istringstream lines(theirs);
    for (std::string line; std::getline(lines, line); ++next) {
      std::istringstream words = words_of(line);
      if (next == count) {
        throw Unknown("more sums than there are parts");
      }
      CellsSum &sum = result[next];
      words >> sum.first >> sum.last;
      sum.sum = interval_of(words);
      sum.sup = exact_of(words);
    }
  }
  if (next != count) {
    throw Unknown("fewer sums than there are parts");
  }
  return result;
}

void DividedSteps::find_answers(std::size_t count, const std::function<Interval(std::size_t)> &work) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    if (has(i)) {
      text += std::to_string(i) + " " + found_or_rejected([&] {
                const Interval found = work(i);
                return "is " + exact_text(found.lower) + " " + exact_text(found.upper);
              }) +
              "\n";
    }
  }
  answers_.assign(count, {});
  for (const std::string &theirs : step(text)) {
    std::istringstream lines(theirs);
    for (std::string line; std::getline(lines, line);) {
      const std::size_t blank = line.find(' ');
      const std::size_t i = std::strtoull(line.c_str(), nullptr, 10);
      if (i >= count || blank == std::string::npos || !answers_[i].empty()) {
        throw Unknown("an answer of another process that was not asked for");
      }
      answers_[i] = line.substr(blank + 1);
    }
  }
}

Interval DividedSteps::answer(std::size_t i) const {
  std::istringstream words = words_of(answers_.at(i));
  return interval_of(words);
}

void DividedSteps::end(const std::string &rejection, bool unknown) {
  if (alone() || ended_) {
    return;
  }
  ended_ = true;
  const std::string text = rejection.empty() ? "is" : (unknown ? "unknown " : "rejected ") + rejection;
  for (const std::string &theirs : division_.exchange(text)) {
    if (theirs != text && rejection.empty()) {
      words_of(theirs.starts_with("step\n") ? "unknown another process is at another step" : theirs);
    }
  }
}

void require_cover(const std::vector<CellsSum> &ranges, ulong cells) {
  ulong next = 0;
  for (const CellsSum &range : ranges) {
    if (range.first != next || range.last < range.first) {
      throw Rejected("the cells from " + std::to_string(range.first) + " on follow those before " +
                     std::to_string(next) + "; expected ranges that have every cell once");
    }
    next = range.last;
  }
  if (next != cells) {
    throw Rejected("the ranges end before cell " + std::to_string(next) + " of " + std::to_string(cells));
  }
}

} // namespace checker
