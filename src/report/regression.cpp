#include "regression.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/relative_width.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace layercert {

namespace {

// What keeps a level from being certified, its corollary included; "" if nothing does.
std::string verdicts_against(const LevelFacts &level) {
  if (level.status != Status::Certified) {
    return std::string(name_of(level.status));
  }
  if (level.hoelder_status && *level.hoelder_status != Status::Certified) {
    return fmt::format("the corollary is {}", name_of(*level.hoelder_status));
  }
  return {};
}

Comparison new_one(const std::string &result, const std::string &what, const std::string &text,
                   const std::string &against) {
  return against.empty() ? Comparison{result, what, Change::Better, text + ", and certified"}
                         : Comparison{result, what, Change::Worse, fmt::format("{}: {}", text, against)};
}

// The comparisons of one result, as they are found.
class Comparer {
public:
  Comparer(const ResultFacts &baseline, const ResultFacts &now, const RegressionThresholds &thresholds)
      : baseline_(baseline), now_(now), thresholds_(thresholds) {}

  std::vector<Comparison> run() {
    const bool same = baseline_.instance_sha256 == now_.instance_sha256;
    add("instance", same ? Change::Same : Change::Worse,
        same ? "the same" : "instance.toml is another one; expected results of the same instance");
    if (!same) {
      return found_;
    }
    for (std::size_t i = 0; i < std::max(baseline_.levels.size(), now_.levels.size()); ++i) {
      level(i);
    }
    accuracy_and_hypothesis();
    time();
    return found_;
  }

private:
  void add(const std::string &what, Change change, std::string text) {
    found_.push_back({baseline_.name, what, change, std::move(text)});
  }

  // A number of which less is better; a part of it more is borne with.
  void number(const std::string &what, double before, double now, double part, double floor = 0) {
    const bool worse = !(now <= std::max(before * (1 + part), floor)) && !(now <= before);
    const bool better = now * (1 + part) < before && before > floor;
    add(what,
        worse    ? Change::Worse
        : better ? Change::Better
                 : Change::Same,
        fmt::format("{:.6g}, was {:.6g}", now, before));
  }

  void level(std::size_t i) {
    const std::string at = fmt::format("level {}: ", i + 1);
    if (i >= now_.levels.size()) {
      add(at + "verdict", Change::Worse, "the level is missing");
      return;
    }
    if (i >= baseline_.levels.size()) {
      appeared(at + "verdict", "the level is new", verdicts_against(now_.levels[i]));
      return;
    }
    const LevelFacts &before = baseline_.levels[i];
    const LevelFacts &now = now_.levels[i];
    verdict(at + "verdict", before.status, now.status);
    if (before.hoelder_status) {
      verdict(at + "Hoelder verdict", *before.hoelder_status, now.hoelder_status.value_or(Status::Undecided));
    } else if (now.hoelder_status) {
      appeared(at + "Hoelder verdict", "the verdict is new",
               *now.hoelder_status == Status::Certified ? std::string()
                                                        : std::string(name_of(*now.hoelder_status)));
    }
    number(at + "ratio", before.ratio_upper, now.ratio_upper, thresholds_.ratio);
    if (baseline_.network_sha256 == now_.network_sha256) { // else the error is another one
      overlap(at + "enclosure of the error", before.error_lower, before.error_upper, now.error_lower,
              now.error_upper);
    }
    overlap(at + "enclosure of the modulus", before.modulus_lower, before.modulus_upper, now.modulus_lower,
            now.modulus_upper);
    width(at + "width of the error", before.error_lower, before.error_upper, now.error_lower,
          now.error_upper);
    width(at + "width of the modulus", before.modulus_lower, before.modulus_upper, now.modulus_lower,
          now.modulus_upper);
    bits(i);
  }

  // What was not there before is an improvement only if it is certified: nobody has accepted it yet.
  // `against` says what is not.
  void appeared(const std::string &what, const std::string &text, const std::string &against) {
    found_.push_back(new_one(baseline_.name, what, text, against));
  }

  void verdict(const std::string &what, Status before, Status now) {
    const auto rank = [](Status status) {
      return status == Status::Certified ? 2 : status == Status::Undecided ? 1 : 0;
    };
    add(what,
        rank(now) < rank(before)   ? Change::Worse
        : rank(now) > rank(before) ? Change::Better
                                   : Change::Same,
        fmt::format("{}, was {}", name_of(now), name_of(before)));
  }

  void overlap(const std::string &what, double lower, double upper, double new_lower, double new_upper) {
    const bool common = lower <= new_upper && new_lower <= upper;
    add(what, common ? Change::Same : Change::Worse,
        common
            ? "overlaps the former one"
            : fmt::format("[{:.17g}, {:.17g}] and [{:.17g}, {:.17g}] have no number in common: one is wrong",
                          new_lower, new_upper, lower, upper));
  }

  void width(const std::string &what, double lower, double upper, double new_lower, double new_upper) {
    const UpwardScope upward;
    const double before = relative_width_upper(lower, upper);
    const double now = relative_width_upper(new_lower, new_upper);
    const NearestScope nearest;
    number(what, before, now, thresholds_.width, thresholds_.width_floor);
  }

  void bits(std::size_t i) {
    if (!baseline_.least_bits || i >= baseline_.least_bits->size() || !now_.least_bits) {
      return;
    }
    const std::string what = fmt::format("level {}: bits that are enough", i + 1);
    if (i >= now_.least_bits->size()) { // there is a profile, and it does not reach this level
      add(what, Change::Worse, "the level is missing");
      return;
    }
    const std::optional<long> &before = (*baseline_.least_bits)[i];
    const std::optional<long> &now = (*now_.least_bits)[i];
    if (before && now) {
      number(what, static_cast<double>(*before), static_cast<double>(*now), thresholds_.bits);
    } else {
      add(what,
          before ? Change::Worse
          : now  ? Change::Better
                 : Change::Same,
          now      ? fmt::format("{}, was none", *now)
          : before ? fmt::format("none, was {}", *before)
                   : "none, was none");
    }
  }

  void accuracy_and_hypothesis() {
    const auto truth = [&](const char *what, bool before, bool now, const char *yes, const char *no) {
      if (before != now) {
        add(what, now ? Change::Better : Change::Worse,
            fmt::format("{}, was {}", now ? yes : no, before ? yes : no));
      }
    };
    truth("accuracy", baseline_.accuracy_reached, now_.accuracy_reached, "reached", "not reached");
    if (baseline_.hypothesis_verified) {
      truth("hypothesis", *baseline_.hypothesis_verified, now_.hypothesis_verified.value_or(false),
            "verified", "assumed");
    }
  }

  void time() {
    if (baseline_.seconds && now_.seconds) {
      number("time", *baseline_.seconds, *now_.seconds, thresholds_.time - 1, thresholds_.time_floor);
      found_.back().text += fmt::format(" s: {:.3g} times as long", *now_.seconds / *baseline_.seconds);
    }
  }

  const ResultFacts &baseline_;
  const ResultFacts &now_;
  const RegressionThresholds &thresholds_;
  std::vector<Comparison> found_;
};

std::map<std::string, const ResultFacts *> by_name(const std::vector<ResultFacts> &results) {
  std::map<std::string, const ResultFacts *> names;
  for (const ResultFacts &result : results) {
    names[result.name] = &result;
  }
  return names;
}

std::size_t count(const std::vector<Comparison> &comparisons, Change change) {
  return static_cast<std::size_t>(
      std::count_if(comparisons.begin(), comparisons.end(),
                    [&](const Comparison &comparison) { return comparison.change == change; }));
}

// For XML: what the five characters stand for, and no control characters, which XML cannot hold.
std::string escaped(const std::string &text) {
  std::string out;
  for (const char c : text) {
    out += c == '&'                               ? "&amp;"
           : c == '<'                             ? "&lt;"
           : c == '>'                             ? "&gt;"
           : c == '"'                             ? "&quot;"
           : c == '\''                            ? "&apos;"
           : static_cast<unsigned char>(c) < 0x20 ? "?"
                                                  : std::string(1, c);
  }
  return out;
}

} // namespace

std::string what_is_not_certified(const ResultFacts &result) {
  if (result.levels.empty()) {
    return "it has no level";
  }
  for (const LevelFacts &level : result.levels) {
    if (const std::string against = verdicts_against(level); !against.empty()) {
      return fmt::format("level {}: {}", level.level, against);
    }
  }
  return result.accuracy_reached ? "" : "the accuracy that was asked for is not reached";
}

std::vector<Comparison> compare(const ResultFacts &baseline, const ResultFacts &now,
                                const RegressionThresholds &thresholds) {
  return Comparer(baseline, now, thresholds).run();
}

std::vector<Comparison> compare(const std::vector<ResultFacts> &baseline, const std::vector<ResultFacts> &now,
                                const RegressionThresholds &thresholds) {
  const std::map<std::string, const ResultFacts *> former = by_name(baseline);
  const std::map<std::string, const ResultFacts *> latter = by_name(now);
  std::vector<Comparison> all;
  for (const auto &[name, result] : former) {
    if (const auto found = latter.find(name); found != latter.end()) {
      const std::vector<Comparison> one = compare(*result, *found->second, thresholds);
      all.insert(all.end(), one.begin(), one.end());
    } else {
      all.push_back({name, "result", Change::Worse, "the result is missing"});
    }
  }
  for (const auto &[name, result] : latter) {
    if (!former.contains(name)) {
      all.push_back(new_one(name, "result", "the result is new", what_is_not_certified(*result)));
    }
  }
  return all;
}

bool any_worse(const std::vector<Comparison> &comparisons) { return count(comparisons, Change::Worse) > 0; }

std::string regression_text(const std::vector<Comparison> &comparisons) {
  std::string out;
  for (const Comparison &comparison : comparisons) {
    if (comparison.change != Change::Same) {
      out += fmt::format("{}  {}: {}: {}\n", comparison.change == Change::Worse ? "worse " : "better",
                         comparison.result, comparison.what, comparison.text);
    }
  }
  return out + fmt::format("{} comparisons: {} worse, {} better\n", comparisons.size(),
                           count(comparisons, Change::Worse), count(comparisons, Change::Better));
}

std::string regression_junit(const std::vector<Comparison> &comparisons) {
  std::string out = fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"layercert\" "
                                "tests=\"{}\" failures=\"{}\">\n",
                                comparisons.size(), count(comparisons, Change::Worse));
  for (std::size_t i = 0; i < comparisons.size();) {
    std::vector<Comparison> suite; // those of one result stand together
    for (const std::string &name = comparisons[i].result;
         i < comparisons.size() && comparisons[i].result == name; ++i) {
      suite.push_back(comparisons[i]);
    }
    const std::string name = escaped(suite.front().result);
    out += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"0\">\n",
                       name, suite.size(), count(suite, Change::Worse));
    for (const Comparison &comparison : suite) {
      const std::string text = escaped(comparison.text);
      out += fmt::format("    <testcase classname=\"{}\" name=\"{}\"", name, escaped(comparison.what));
      out += comparison.change == Change::Worse
                 ? fmt::format(">\n      <failure message=\"{0}\">{0}</failure>\n    </testcase>\n", text)
                 : fmt::format(">\n      <system-out>{}</system-out>\n    </testcase>\n", text);
    }
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

} // namespace layercert
