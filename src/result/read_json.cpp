#include "read_json.hpp"

#include "layercert/error.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace layercert {

namespace {

// No file of ours comes near it; nlohmann's values recurse when they are copied and written.
constexpr int kDeepestJson = 100;

} // namespace

nlohmann::json parse_json(const std::string &text, const std::string &name) {
  using nlohmann::json;
  std::vector<std::set<std::string>> open; // the keys so far of the objects that are not closed yet
  std::string twice;
  const auto watch = [&](int depth, json::parse_event_t event, json &parsed) {
    if (depth > kDeepestJson) {
      throw InputError(
          name, 0, "brackets are nested more than " + std::to_string(kDeepestJson) + " deep; expected fewer");
    }
    if (event == json::parse_event_t::object_start) {
      open.emplace_back();
    } else if (event == json::parse_event_t::object_end) {
      open.pop_back();
    } else if (event == json::parse_event_t::key &&
               !open.back().insert(parsed.get_ref<const std::string &>()).second && twice.empty()) {
      twice = parsed.get_ref<const std::string &>();
    }
    return true;
  };
  json root;
  try {
    root = json::parse(text, watch);
  } catch (const json::parse_error &error) {
    const std::size_t at = std::min(error.byte, text.size());
    const auto lines = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    throw InputError(name, static_cast<std::size_t>(lines) + 1,
                     "expected JSON, cut off or damaged? (" + std::string(error.what()) + ")");
  } catch (const json::out_of_range &error) { // without a place
    throw InputError(name, 0, "holds a number that no double holds (" + std::string(error.what()) + ")");
  }
  if (!twice.empty()) {
    throw InputError(name, 0, "the key \"" + twice + "\" stands twice in an object; expected it once");
  }
  return root;
}

} // namespace layercert
