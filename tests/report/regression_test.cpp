#define BOOST_TEST_MODULE report_regression
#include <boost/test/unit_test.hpp>

#include "report/regression.hpp"

#include <fmt/format.h>

#include <limits>

using namespace layercert;

namespace {

ResultFacts facts() {
  ResultFacts result;
  result.name = "wave";
  result.instance_sha256 = "i";
  result.network_sha256 = "n";
  result.levels = {{1, Status::Certified, Status::Certified, 0.99, 1.0, 1.99, 2.0, 0.5},
                   {2, Status::Certified, std::nullopt, 0.495, 0.5, 0.99, 1.0, 0.5}};
  result.least_bits = {{100L, 200L}};
  result.seconds = 10;
  return result;
}

std::vector<Comparison> changed(const std::vector<Comparison> &all) {
  std::vector<Comparison> some;
  for (const Comparison &comparison : all) {
    if (comparison.change != Change::Same) {
      some.push_back(comparison);
    }
  }
  return some;
}

// Exactly one comparison is not the same, this one.
void only(const ResultFacts &now, const std::string &what, Change change, std::string_view piece,
          const ResultFacts &before = facts(), const RegressionThresholds &thresholds = {}) {
  const std::vector<Comparison> found = changed(compare(before, now, thresholds));
  BOOST_TEST_CONTEXT(what) {
    BOOST_REQUIRE(found.size() == 1U);
    BOOST_TEST(found[0].result == "wave");
    BOOST_TEST(found[0].what == what);
    BOOST_TEST((found[0].change == change));
    BOOST_TEST(found[0].text.find(piece) != std::string::npos, found[0].text);
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(a_result_is_no_worse_than_itself) {
  const std::vector<Comparison> found = compare(facts(), facts(), {});
  BOOST_TEST(changed(found).empty());
  BOOST_TEST(!any_worse(found));
  BOOST_TEST(found.size() == 1U + 8U + 7U + 1U);
}

BOOST_AUTO_TEST_CASE(verdicts) {
  ResultFacts now = facts();
  now.levels[1].status = Status::Undecided;
  only(now, "level 2: verdict", Change::Worse, "undecided, was certified");
  only(facts(), "level 2: verdict", Change::Better, "certified, was undecided", now);
  ResultFacts refuted = now;
  refuted.levels[1].status = Status::Refuted;
  only(refuted, "level 2: verdict", Change::Worse, "refuted, was undecided", now);
  now = facts();
  now.levels[0].hoelder_status = {}; // no longer claimed
  only(now, "level 1: Hoelder verdict", Change::Worse, "undecided, was certified");
}

BOOST_AUTO_TEST_CASE(levels_and_instances) {
  ResultFacts now = facts();
  now.levels.pop_back();
  only(now, "level 2: verdict", Change::Worse, "missing");
  only(facts(), "level 2: verdict", Change::Better, "new", now);
  for (const Status status : {Status::Undecided, Status::Refuted}) {
    ResultFacts longer = facts(); // a level that was not there before, and is not certified
    longer.levels[1].status = status;
    only(longer, "level 2: verdict", Change::Worse, name_of(status), now);
    longer = facts();
    longer.levels[1].hoelder_status = status;
    only(longer, "level 2: verdict", Change::Worse, "corollary", now);
    only(longer, "level 2: Hoelder verdict", Change::Worse, name_of(status)); // a verdict that is new
  }
  ResultFacts bounded = facts();
  bounded.levels[1].hoelder_status = Status::Certified;
  only(bounded, "level 2: Hoelder verdict", Change::Better, "new");
  now = facts();
  now.instance_sha256 = "j";
  only(now, "instance", Change::Worse, "another");
}

BOOST_AUTO_TEST_CASE(ratios) {
  ResultFacts now = facts();
  now.levels[0].ratio_upper = 0.5 * 1.019;
  BOOST_TEST(changed(compare(facts(), now, {})).empty());
  now.levels[0].ratio_upper = 0.5 * 1.021;
  only(now, "level 1: ratio", Change::Worse, "0.5105, was 0.5");
  RegressionThresholds wide;
  wide.ratio = 0.03;
  BOOST_TEST(changed(compare(facts(), now, wide)).empty());
  now.levels[0].ratio_upper = std::numeric_limits<double>::infinity();
  only(now, "level 1: ratio", Change::Worse, "inf");
  BOOST_TEST(changed(compare(now, now, {})).empty());
  now.levels[0].ratio_upper = 0.4;
  only(now, "level 1: ratio", Change::Better, "0.4, was 0.5");
}

BOOST_AUTO_TEST_CASE(enclosures_without_a_common_number) {
  ResultFacts now = facts();
  now.levels[1].modulus_lower = 1.001;
  now.levels[1].modulus_upper = 1.0111; // as wide as before
  only(now, "level 2: enclosure of the modulus", Change::Worse, "one is wrong");
  now = facts();
  now.levels[1].error_lower = 0.48;
  now.levels[1].error_upper = 0.4848;
  only(now, "level 2: enclosure of the error", Change::Worse, "one is wrong");
  now.network_sha256 = "another network has another error";
  BOOST_TEST(changed(compare(facts(), now, {})).empty());
}

BOOST_AUTO_TEST_CASE(widths) {
  ResultFacts now = facts();
  now.levels[0].error_lower = 0.98; // 0.0204 wide, and was 0.0101
  only(now, "level 1: width of the error", Change::Worse, "0.0204");
  RegressionThresholds thresholds;
  thresholds.width_floor = 0.03;
  BOOST_TEST(changed(compare(facts(), now, thresholds)).empty());
  thresholds = {};
  thresholds.width = 1.1;
  BOOST_TEST(changed(compare(facts(), now, thresholds)).empty());
}

BOOST_AUTO_TEST_CASE(bits_and_time) {
  ResultFacts now = facts();
  now.least_bits = {{104L, 211L}};
  only(now, "level 2: bits that are enough", Change::Worse, "211, was 200");
  now.least_bits = {{100L, std::nullopt}};
  only(now, "level 2: bits that are enough", Change::Worse, "none, was 200");
  only(facts(), "level 2: bits that are enough", Change::Better, "200, was none", now);
  now.least_bits = {{100L}}; // a profile that ends before
  only(now, "level 2: bits that are enough", Change::Worse, "missing");
  now.least_bits = {};
  BOOST_TEST(changed(compare(facts(), now, {})).empty()); // not looked at
  now = facts();
  now.seconds = 19;
  BOOST_TEST(changed(compare(facts(), now, {})).empty());
  now.seconds = 21;
  only(now, "time", Change::Worse, "2.1 times as long");
  ResultFacts short_run = facts();
  short_run.seconds = 0.1;
  ResultFacts longer = facts();
  longer.seconds = 3;
  BOOST_TEST(changed(compare(short_run, longer, {})).empty()); // below the floor
}

BOOST_AUTO_TEST_CASE(folders_of_results) {
  ResultFacts other = facts();
  other.name = "other";
  const std::vector<Comparison> found = compare(std::vector<ResultFacts>{facts(), other}, {facts()}, {});
  BOOST_TEST(any_worse(found));
  BOOST_TEST(changed(found).front().text == "the result is missing");
  const std::vector<Comparison> reverse = compare(std::vector<ResultFacts>{facts()}, {other, facts()}, {});
  BOOST_TEST(!any_worse(reverse));
  BOOST_TEST(changed(reverse).front().text == "the result is new, and certified");
}

BOOST_AUTO_TEST_CASE(a_new_result_is_better_only_if_it_is_certified) {
  const auto added = [](const ResultFacts &result) {
    const std::vector<Comparison> found =
        changed(compare(std::vector<ResultFacts>{facts()}, {facts(), result}, {}));
    BOOST_REQUIRE(found.size() == 1U);
    return found.front();
  };
  ResultFacts other = facts();
  other.name = "other";
  BOOST_TEST((added(other).change == Change::Better));
  std::vector<std::pair<ResultFacts, std::string>> cases;
  for (const Status status : {Status::Undecided, Status::Refuted}) {
    for (const std::size_t level : {0U, 1U}) {
      cases.emplace_back(other, fmt::format("the result is new: level {}: {}", level + 1, name_of(status)));
      cases.back().first.levels[level].status = status;
    }
    cases.emplace_back(other,
                       fmt::format("the result is new: level 1: the corollary is {}", name_of(status)));
    cases.back().first.levels[0].hoelder_status = status;
  }
  cases.emplace_back(other, "the result is new: it has no level");
  cases.back().first.levels.clear();
  cases.emplace_back(other, "the result is new: the accuracy that was asked for is not reached");
  cases.back().first.accuracy_reached = false;
  for (const auto &[result, text] : cases) {
    BOOST_TEST(added(result).text == text);
    BOOST_TEST((added(result).change == Change::Worse));
    BOOST_TEST(!what_is_not_certified(result).empty());
  }
  BOOST_TEST(what_is_not_certified(other).empty());
}

BOOST_AUTO_TEST_CASE(accuracy_and_hypothesis) {
  ResultFacts now = facts();
  now.accuracy_reached = false;
  only(now, "accuracy", Change::Worse, "not reached, was reached");
  only(facts(), "accuracy", Change::Better, "reached, was not reached", now);
  ResultFacts verified = facts(), assumed = facts();
  verified.hypothesis_verified = true;
  assumed.hypothesis_verified = false;
  only(assumed, "hypothesis", Change::Worse, "assumed, was verified", verified);
  only(verified, "hypothesis", Change::Better, "verified, was assumed", assumed);
  only(facts(), "hypothesis", Change::Worse, "assumed, was verified", verified);
}

BOOST_AUTO_TEST_CASE(texts) {
  const std::vector<Comparison> all = {{"a", "level 1: ratio", Change::Worse, "2, was 1"},
                                       {"a", "time", Change::Same, "1, was 1"},
                                       {"b<&>\"'\x01", "result", Change::Better, "the result is new"}};
  BOOST_TEST(regression_text(all) == "worse   a: level 1: ratio: 2, was 1\n"
                                     "better  b<&>\"'\x01: result: the result is new\n"
                                     "3 comparisons: 1 worse, 1 better\n");
  BOOST_TEST(regression_junit(all) ==
             "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
             "<testsuites name=\"layercert\" tests=\"3\" failures=\"1\">\n"
             "  <testsuite name=\"a\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\">\n"
             "    <testcase classname=\"a\" name=\"level 1: ratio\">\n"
             "      <failure message=\"2, was 1\">2, was 1</failure>\n"
             "    </testcase>\n"
             "    <testcase classname=\"a\" name=\"time\">\n"
             "      <system-out>1, was 1</system-out>\n"
             "    </testcase>\n"
             "  </testsuite>\n"
             "  <testsuite name=\"b&lt;&amp;&gt;&quot;&apos;?\" tests=\"1\" failures=\"0\" errors=\"0\" "
             "skipped=\"0\">\n"
             "    <testcase classname=\"b&lt;&amp;&gt;&quot;&apos;?\" name=\"result\">\n"
             "      <system-out>the result is new</system-out>\n"
             "    </testcase>\n"
             "  </testsuite>\n"
             "</testsuites>\n");
}
