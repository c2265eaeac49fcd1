#define BOOST_TEST_MODULE check_network
#include <boost/test/unit_test.hpp>

#include "construction.hpp"
#include "network.hpp"

#include "numeric/sha256.hpp"

#include <chrono>

using namespace check_test;
using checker::Arf;
using checker::Weight;
using nlohmann::json;

namespace {

Parameters small() {
  Parameters p;
  p.N = 3;
  p.depth = 2;
  p.m = {"0x1234567p-3", "-0x123456789abcdefp-64"};
  p.A = {"0x1p-3", "-0x1p-4"};
  return p;
}

std::string reason(const std::string &bytes, bool binary = false) {
  const auto begin = std::chrono::steady_clock::now();
  std::string result;
  try {
    checker::walk(binary ? checker::read_network_binary(bytes) : checker::read_network_json(bytes));
  } catch (const checker::Rejected &rejected) {
    result = rejected.what();
  }
  BOOST_TEST(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() < 20);
  BOOST_TEST(result.find('\n') == std::string::npos);
  return result;
}

// The network with this bias of the first step.
std::string with(const std::string &weight) {
  const std::string text = Written(small()).network().dump();
  const std::string bias =
      "\"bias\":" + json(Written(small()).network()["hidden"][0]["units"][0]["bias"]).dump();
  std::string result = text;
  result.replace(result.find(bias), bias.size(), "\"bias\":" + weight);
  BOOST_TEST_REQUIRE(result != text);
  return result;
}

void refuses(const std::string &weight, const std::string &what) {
  const std::string found = reason(with(weight));
  BOOST_TEST_CONTEXT(weight.substr(0, 100)) { BOOST_TEST(found.find(what) != std::string::npos, found); }
}

} // namespace

BOOST_AUTO_TEST_CASE(the_construction_is_taken) {
  BOOST_TEST(reason(Written(small()).network().dump()) == "");
  const checker::Construction c =
      checker::walk(checker::read_network_json(Written(small()).network().dump()));
  BOOST_TEST(c.q == 20);
  BOOST_TEST(c.bits_a_digit == 2);
  BOOST_TEST((c.shifts == std::vector<ulong>{8, 16, 24, 48}));
  BOOST_TEST((c.m[0] == Arf(0x1234567).times_two_to(-3)));
  BOOST_TEST((c.A[1] == -checker::two_to(-4)));
  BOOST_TEST(c.Phi_0.zero());
  BOOST_TEST(c.constant == "");
}

// Equal numbers in another form.
BOOST_AUTO_TEST_CASE(sums_are_added_up) {
  for (
      const char *weight :
      {R"({"sum": ["-0x1p+20", "0x1p+0"]})", R"({"sum": ["-0x1p+20", {"sum": ["0x3p-1", "-0x1p-1"]}]})",
       R"({"sum": ["-0xfffffp+0", {"pi": "0x1p+0"}, {"pi": "-0x1p+0"}]})",
       R"({"sum": ["-0xfffffp+0", {"angle": [[5, 3], [9, -1]]}, {"angle": [[5, -3]]}, {"angle": [[9, 1]]}]})"}) {
    BOOST_TEST(reason(with(weight)) == "", weight);
  }
}

BOOST_AUTO_TEST_CASE(malformed_forms_are_refused) {
  refuses("null", "no hexadecimal float");
  refuses("3", "no hexadecimal float");
  refuses("[]", "no hexadecimal float");
  refuses("{}", "none of the forms");
  refuses(R"("1/3")", "no hexadecimal float");
  refuses(R"("0x1p+99999999999")", "beyond");
  refuses(R"({"angles": [[1, 1]]})", "none of the forms");
  refuses(R"({"angle": [[1, 1]], "role": "x"})", "none of the forms");
  refuses(R"({"angle": [[1, 1]], "angle": [[1, 1]]})", "stands twice");
  refuses(R"({"angle": []})", "without an entry");
  refuses(R"({"angle": [[0, 1]]})", "2^62");
  refuses(R"({"angle": [[4611686018427387904, 1]]})", "2^62");
  refuses(R"({"angle": [[4611686018427387903, 1]]})", "bias of the construction");
  refuses(R"({"angle": [[99999999999999999999999, 1]]})", "pairs");
  refuses(R"({"angle": [[2, 1], [2, 1]]})", "rise");
  refuses(R"({"angle": [[3, 1], [2, 1]]})", "rise");
  refuses(R"({"angle": [[3, 0]]})", "no times");
  refuses(R"({"angle": [[3, 1073741825]]})", "pairs");
  refuses(R"({"angle": [[3, -1073741825]]})", "2^30");
  refuses(R"({"angle": [[3, -9223372036854775808]]})", "2^30");
  refuses(R"({"angle": [[3, 1.0]]})", "pairs");
  refuses(R"({"angle": [[-3, 1]]})", "pairs");
  refuses(R"({"angle": [[3]]})", "pairs");
  refuses(R"({"angle": {"3": 1}})", "no array");
  refuses(R"({"pi": 1})", "no string");
  refuses(R"({"pi": "1"})", "no hexadecimal float");
  refuses(R"({"multiplier": "0x1p+0"})", "none of the forms");
  refuses(R"({"multiplier": "0x1p-65", "shifts": [1]})", "multiple of 2^-64");
  refuses(R"({"multiplier": "0x1.00000000000000001p-1", "shifts": [1]})", "multiple of 2^-64");
  refuses(R"({"multiplier": "0x0p+0", "shifts": [1]})", "that is 0");
  refuses(R"({"multiplier": "0x1p+0", "shifts": [2, 1]})", "rise");
  refuses(R"({"multiplier": "0x1p+0", "shifts": [0]})", "rise");
  refuses(R"({"multiplier": "0x1p+0", "shifts": ["1"]})", "whole numbers");
  refuses(R"({"multiplier": "0x1p+99999999999", "shifts": [1]})", "beyond");
  refuses(R"({"constant": 3})", "no string");
  refuses(R"({"constant": ""})", "no closed expression");
  refuses(R"({"constant": "x"})", "no closed expression");
  refuses(R"({"constant": "1/3 + x0"})", "no closed expression");
  refuses(R"({"constant": "1/0"})", "no value");
  refuses(R"j({"constant": "log(-1)"})j", "no value");
  refuses(R"j({"constant": "1/(exp(log(2)) - 2)"})j", "no value");
  refuses(R"({"sum": []})", "no terms");
  refuses(R"({"pi": "0x0p+0"})", "pi that is 0");
  refuses(R"({"sum": "0x1p+0"})", "no array");
  refuses(R"({"sum": [{"shared": 0}]})", "none of the forms");
  refuses(R"({"shared": 0})", "no shared weight");
  refuses(R"({"shared": -1})", "no count");
  refuses(R"({"shared": 0, "negate": 1})", "no shared weight");
}

BOOST_AUTO_TEST_CASE(nesting_is_bounded) {
  const auto nested = [](int depth) {
    std::string result = "\"-0xfffffp+0\"";
    for (int i = 0; i < depth; ++i) {
      result = "{\"sum\":[" + result + "]}";
    }
    return result;
  };
  BOOST_TEST(reason(with(nested(16))) == "");
  refuses(nested(17), "depth");
  refuses(nested(10000), "nested too deeply");
}

// Constants take time to read, and exact sums memory.
BOOST_AUTO_TEST_CASE(many_terms_take_no_longer_than_they_should) {
  std::string constants;
  std::string far;
  for (int i = 0; i < 16; ++i) {
    const std::string k = std::to_string(i);
    constants += (i == 0 ? "" : ",") + ("{\"sum\":[{\"constant\":\"sum(k, 1, 5000, 1/(k + " + k) +
                 "))\"}, {\"constant\":\"" + k + "\"}]}";
  }
  refuses("{\"sum\":[" + constants + "]}", "more closed expressions");
  for (int i = 0; i < 16; ++i) {
    far += std::string(i == 0 ? "" : ",") + (i % 2 == 0 ? R"("0x1p+4000000")" : R"("0x1p-4000000")");
  }
  refuses("{\"sum\":[" + far + "]}", "construction");
}

BOOST_AUTO_TEST_CASE(shared_weights) {
  json network = Written(small()).network();
  network["shared"] = {{{"pi", "0x1p-2"}}, {{"angle", {{8, 1}}}}, "0xfffffp+0"};
  int replaced = 0;
  for (json &unit : network["hidden"][0]["units"]) {
    if (unit["bias"] == "-0xfffffp+0") {
      unit["bias"] = {{"shared", 2}, {"negate", true}};
      ++replaced;
    }
  }
  for (json &layer : network["hidden"]) {
    for (json &unit : layer["units"]) {
      if (unit["activation"] == "sine" && unit["bias"].is_object()) {
        unit["bias"] = {{"shared", 0}};
        ++replaced;
      }
    }
  }
  json &first = network["hidden"][1]["units"][network["hidden"][1]["units"].size() - 2];
  BOOST_TEST(replaced == 3);
  BOOST_TEST(first.is_object());
  BOOST_TEST(reason(network.dump()) == "");
  network["shared"][0] = {{"shared", 1}};
  BOOST_TEST(reason(network.dump()).find("none of the forms") != std::string::npos);
  network["shared"][0] = {{"pi", "-0x1p-2"}};
  BOOST_TEST(reason(network.dump()).find("bias") != std::string::npos);
}

// Results of earlier versions: how to make them again.
BOOST_AUTO_TEST_CASE(earlier_formats) {
  json network = Written(small()).network();
  for (const char *format : {"layercert-network-1", "layercert-network-2"}) {
    network["format"] = format;
    BOOST_TEST(reason(network.dump()).find("run `layercert certify DIR/instance.toml --out DIR` again") !=
               std::string::npos);
  }
  network["format"] = "layercert-network-4";
  BOOST_TEST(reason(network.dump()) == "network.json: not of format layercert-network-3");
  const std::string binary("\x89LCN\r\n\x1a\n\x01\0\0\0\0\0\0\0", 16);
  BOOST_TEST(reason(binary + std::string(100, '\0'), true).find("again with this version") !=
             std::string::npos);
}

// Every number of every weight of the construction's network, changed by as little as its form can be.
BOOST_AUTO_TEST_CASE(every_field_of_a_form_counts) {
  const json network = Written(small()).network();
  std::map<std::string, int> tried;
  const auto refuse = [&](const json::json_pointer &at, const json &other, const std::string &what) {
    json altered = network;
    altered[at] = other;
    const std::string found = reason(altered.dump());
    BOOST_TEST(found != "", what << " at " << at.to_string());
    ++tried[what];
  };
  const auto alter = [&](const json::json_pointer &at, bool parameter) {
    const json &weight = network[at];
    if (!parameter) { // else another network of the construction
      refuse(at, {{"sum", {weight, "0x1p-300"}}}, "an added 2^-300");
      refuse(at, {{"sum", {weight, {{"constant", "0"}}}}}, "an added constant");
    }
    refuse(at, {{"sum", {weight, {{"pi", "0x1p-300"}}}}}, "an added multiple of pi");
    refuse(at, {{"sum", {weight, {{"angle", {{1, 1}}}}}}}, "an added angle");
    refuse(at, {{"sum", {weight, {{"multiplier", "0x1p-64"}, {"shifts", {1}}}}}}, "an added multiplier");
    if (weight.contains("angle")) {
      const json &pairs = weight["angle"];
      for (std::size_t i = 0; i < pairs.size(); ++i) {
        json other = weight;
        other["angle"][i][0] = pairs[i][0].get<int>() + 1;
        refuse(at, other, "s");
        other = weight;
        other["angle"][i][1] = -pairs[i][1].get<int>();
        refuse(at, other, "the sign of c");
        other["angle"][i][1] = 2 * pairs[i][1].get<int>();
        refuse(at, other, "c");
        other = weight;
        other["angle"].erase(i);
        refuse(at, other, "a dropped angle");
        if (i > 0) {
          other = weight;
          std::swap(other["angle"][i - 1], other["angle"][i]);
          refuse(at, other, "the order of the angles");
        }
      }
    } else if (weight.contains("pi")) {
      refuse(at, {{"pi", "0x1.0000000000000000001p-2"}}, "the multiple of pi");
      refuse(at, {{"pi", "-0x1p-2"}}, "the multiple of pi");
      refuse(at, "0x1.921fb54442d18p-1", "pi rounded");
    } else if (weight.contains("multiplier")) {
      json other = weight;
      other["shifts"].push_back(1000);
      refuse(at, other, "a shift too many");
      other = weight;
      std::swap(other["shifts"][0], other["shifts"][1]);
      refuse(at, other, "the order of the shifts");
      for (std::size_t i = 0; i < weight["shifts"].size(); ++i) {
        other = weight;
        other["shifts"][i] = weight["shifts"][i].get<int>() + 1;
        refuse(at, other, "a shift");
        other["shifts"].erase(i);
        refuse(at, other, "a dropped shift");
      }
      refuse(at, {{"sum", {weight, weight}}}, "a multiplier twice");
      refuse(at, "0x1p+20", "a multiplier's number alone");
    }
  };
  for (std::size_t layer = 0; layer < network["hidden"].size(); ++layer) {
    const json &units = network["hidden"][layer]["units"];
    for (std::size_t unit = 0; unit < units.size(); ++unit) {
      const json::json_pointer at = json::json_pointer("/hidden") / layer / "units" / unit;
      const bool start = layer == 2 && units[unit]["bias"] == "0x1p+0"; // Phi_0 + M
      alter(at / "bias", start);
      for (std::size_t i = 0; i < units[unit]["weights"].size(); ++i) {
        const json::json_pointer weight = at / "weights" / i / std::size_t{1};
        alter(weight, false);
      }
    }
  }
  for (std::size_t l = 0; l < 2; ++l) {
    for (std::size_t i = 0; i < 2; ++i) {
      alter(json::json_pointer("/readouts") / l / "weights" / i / std::size_t{1}, l == 1 && i == 1);
    }
  }
  for (const char *what : {"an added 2^-300", "an added constant", "s", "c", "the sign of c",
                           "a dropped angle", "the order of the angles", "the multiple of pi", "a shift",
                           "a dropped shift", "the order of the shifts", "a multiplier twice"}) {
    BOOST_TEST(tried[what] > 0, what);
  }
}

// Phi_0 as a closed expression: with amplitudes of 0 only, and nothing beside it.
BOOST_AUTO_TEST_CASE(closed_expressions) {
  Parameters p = small();
  p.A = {"0x0p+0", "0x0p+0"};
  p.m = {"", ""};
  const auto start = [&](const json &weight) {
    p.start = weight;
    return reason(Written(p).network().dump());
  };
  const json third = {{"constant", "1/3"}};
  BOOST_TEST(start({{"sum", {third, "0x1p+0"}}}) == "");
  const checker::Construction c = checker::walk(checker::read_network_json(Written(p).network().dump()));
  BOOST_TEST(c.constant == "1/3");
  BOOST_TEST(c.Phi_0.zero());
  BOOST_TEST(start({{"sum", {third, "0x1p+0", "0x1p-300"}}}).find("more than one") != std::string::npos);
  BOOST_TEST(start({{"sum", {third, third, "0x1p+0"}}}).find("more than one") != std::string::npos);
  BOOST_TEST(start({{"sum", {third, {{"pi", "0x1p+0"}}, "0x1p+0"}}}).find("more than one") !=
             std::string::npos);
  BOOST_TEST(start({{"sum", {third, {{"constant", "1/4"}}, "0x1p+0"}}}).find("Phi_0") != std::string::npos);
  BOOST_TEST(start({{"sum", {{{"constant", "1.1"}}, "0x1p+0"}}}).find("M is below") != std::string::npos);
  BOOST_TEST(start({{"sum", {{{"constant", "-exp(1)"}}, "0x1p+0"}}}).find("M is below") != std::string::npos);
  p.A[1] = "0x1p-10";
  BOOST_TEST(start({{"sum", {third, "0x1p+0"}}}).find("amplitude") != std::string::npos);
}

// ---- binary ----

namespace {

std::string u32(std::uint64_t x) { return std::string(reinterpret_cast<const char *>(&x), 4); }
std::string u64(std::uint64_t x) { return std::string(reinterpret_cast<const char *>(&x), 8); }

// A file with this table and nothing else.
std::string file_of(const std::string &table, std::uint64_t weights) {
  const std::string body =
      u32(1) + u32(2) + u32(1) + u32(7) + u32(weights) + u32(0) + u32(0) + u32(0) + table;
  const std::string bytes =
      std::string("\x89LCN\r\n\x1a\n", 8) + u32(2) + u32(0) + u64(24 + body.size() + 32) + body;
  std::string sum;
  const std::string digits = layercert::sha256_hex(bytes);
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    sum += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  }
  return bytes + sum;
}

std::string form(std::uint64_t kind, std::uint64_t count) { return u32(kind) + u32(count); }
std::string number(std::uint64_t mantissa, std::int64_t exponent) {
  return u64(static_cast<std::uint64_t>(exponent)) + u64(1) + u64(mantissa);
}

void reads(const std::string &table, const Weight &expected) {
  const checker::Network network = checker::read_network_binary(file_of(table, 1));
  BOOST_TEST_REQUIRE(network.table.size() == 1);
  BOOST_TEST((network.table[0] == expected));
}
void refuses_table(const std::string &table, const std::string &what) {
  const std::string found = reason(file_of(table, 1), true);
  BOOST_TEST(found.find(what) != std::string::npos, what << ": " << found);
}

} // namespace

BOOST_AUTO_TEST_CASE(binary_forms) {
  const Weight three(Arf(3).times_two_to(-5));
  reads(form(0, 0) + number(3, -5), three);
  reads(form(0, 0) + u64(0) + u64(0), Weight());
  Weight angle;
  angle.angle = {{5, -1}, {9, 4}};
  const std::string pairs = u64(5) + u64(~std::uint64_t{0}) + u64(9) + u64(4);
  reads(form(1, 2) + pairs, angle);
  Weight pi;
  pi.pi = three.dyadic;
  reads(form(2, 0) + number(3, -5), pi);
  reads(form(256 + 2, 0) + number(3, -5), -pi);
  reads(form(256, 0) + number(3, -5), -three);
  Weight multiplier;
  multiplier.multipliers.insert({{4, 7}, three.dyadic});
  reads(form(3, 2) + u64(4) + u64(7) + number(3, -5), multiplier);
  reads(form(256 + 3, 2) + u64(4) + u64(7) + number(3, -5), -multiplier);
  Weight constant;
  constant.constants = {{"pi/7+exp(1)", 1}};
  const std::string text = form(4, 11) + std::string("pi/7+exp(1)\0\0\0\0\0", 16);
  reads(text, constant);
  reads(form(5, 4) + form(0, 0) + number(3, -5) + form(1, 2) + pairs + form(2, 0) + number(3, -5) + text,
        three + angle + pi + constant);
}

BOOST_AUTO_TEST_CASE(malformed_binary_forms) {
  const std::string three = form(0, 0) + number(3, -5);
  refuses_table(form(6, 0) + number(3, -5), "no known form");
  refuses_table(form(512, 0) + number(3, -5), "no known form");
  refuses_table(form(256 + 1, 1) + u64(3) + u64(1), "no known form");
  refuses_table(form(256, 0) + u64(0) + u64(0), "minus zero");
  refuses_table(form(0, 1) + number(3, -5), "no known form");
  refuses_table(form(0, 0) + number(4, -5), "lowest terms");
  refuses_table(form(0, 0) + u64(1) + u64(0), "lowest terms");
  refuses_table(form(0, 0) + number(3, -5000000), "beyond");
  refuses_table(form(0, 0) + u64(0) + u64(~std::uint64_t{0}), "beyond the file");
  refuses_table(form(1, 0) + u64(0), "without an entry");
  refuses_table(form(1, 4000000000) + u64(3) + u64(1), "ends early");
  refuses_table(form(1, 1) + u64(3) + u64(0), "no times");
  refuses_table(form(1, 1) + u64(3) + u64(std::uint64_t{1} << 63), "2^30");
  refuses_table(form(1, 1) + u64(std::uint64_t{1} << 62) + u64(1), "2^62");
  refuses_table(form(1, 2) + u64(3) + u64(1) + u64(3) + u64(1), "rise");
  refuses_table(form(3, 4000000000) + u64(3) + number(1, 0), "beyond the file");
  refuses_table(form(3, 1) + u64(3) + number(1, -65), "multiple of 2^-64");
  refuses_table(form(3, 1) + u64(3) + u64(0) + u64(0), "that is 0");
  refuses_table(form(4, 1) + std::string("xyyyyyyy"), "padded");
  refuses_table(form(4, 1) + std::string("x\0\0\0\0\0\0\0", 8), "no closed expression");
  refuses_table(form(4, 4000000000) + std::string(8, 'x'), "ends early");
  refuses_table(form(5, 0) + u64(0), "no terms");
  refuses_table(form(5, 17) + three + three, "more than 16");
  refuses_table(form(5, 1) + form(5, 1) + three, "within a sum");
  refuses_table(form(2, 0) + u64(0) + u64(0), "pi that is 0");
  refuses_table(three + u64(0), "belong to nothing");
  refuses_table(form(0, 0) + u64(0), "ends early");
  refuses_table(form(0, 0), "counts beyond");
}
