#include "layercert/report/regression.hpp"

#include "layercert/numeric/rounding_scope.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace layercert {

namespace {

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
    if (i >= now_.levels.size() || i >= baseline_.levels.size()) {
      const bool missing = i >= now_.levels.size();
      add(at + "verdict", missing ? Change::Worse : Change::Better,
          missing ? "the level is missing" : "the level is new");
      return;
    }
    const LevelFacts &before = baseline_.levels[i];
    const LevelFacts &now = now_.levels[i];
    verdict(at + "verdict", before.status, now.status);
    if (before.hoelder_status) {
      verdict(at + "Hoelder verdict", *before.hoelder_status, now.hoelder_status.value_or(Status::Undecided));
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
    if (!baseline_.least_bits || i >= baseline_.least_bits->size() || !now_.least_bits ||
        i >= now_.least_bits->size()) {
      return;
    }
    const std::string what = fmt::format("level {}: bits that are enough", i + 1);
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
      all.push_back({name, "result", Change::Better, "the result is new"});
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
