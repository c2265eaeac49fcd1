#define BOOST_TEST_MODULE network_json
#include <boost/test/unit_test.hpp>

#include "common/refusal.hpp"
#include "layercert/error.hpp"
#include "network/network_json.hpp"
#include "random_network.hpp"

#include <nlohmann/json.hpp>

#include <sstream>

using namespace layercert;
using layercert::test::any_difference;
using layercert::test::RandomNetworks;
using layercert::test::replaced;
using layercert::test::small_network;
using nlohmann::json;
using nlohmann::ordered_json;

namespace {

constexpr std::size_t kLong = std::size_t{1} << 18; // bits from which a weight is shared

// The first version as it was written before there was a second.
std::string version_1_of(const Network &network) {
  std::ostringstream out;
  const auto connections = [&](const std::vector<Connection> &weights) {
    out << "\"weights\": [";
    for (std::size_t i = 0; i < weights.size(); ++i) {
      out << (i == 0 ? "" : ", ") << '[' << weights[i].source << ", \""
          << weights[i].weight->dyadic().to_string() << "\"]";
    }
    out << ']';
  };
  out << "{ \"format\": \"layercert-network-1\", \"d\": " << network.dimension << ", \"N\": " << network.N
      << ", \"depth\": " << network.depth << ", \"width\": " << network.width << ",\n  \"hidden\": [";
  for (std::size_t m = 0; m < network.hidden.size(); ++m) {
    out << (m == 0 ? "" : ",") << "\n    { \"units\": [";
    const std::vector<Unit> &units = network.hidden[m].units;
    for (std::size_t i = 0; i < units.size(); ++i) {
      const Unit &unit = units[i];
      out << (i == 0 ? "" : ",") << "\n      { \"index\": " << unit.index << ", \"role\": \""
          << name_of(unit.role) << "\", \"activation\": \""
          << (unit.activation == Activation::Relu ? "relu" : "sine") << "\", \"bias\": \""
          << unit.bias->dyadic().to_string() << "\", ";
      connections(unit.weights);
      out << " }";
    }
    out << " ] }";
  }
  out << " ],\n  \"readouts\": [";
  for (std::size_t l = 0; l < network.readouts.size(); ++l) {
    const Readout &readout = network.readouts[l];
    out << (l == 0 ? "" : ",") << "\n    { \"level\": " << readout.level << ", \"layer\": " << readout.layer
        << ", \"bias\": \"" << readout.bias->dyadic().to_string() << "\", ";
    connections(readout.weights);
    out << " }";
  }
  out << " ] }\n";
  return std::move(out).str();
}

// The first version from the second, as proofs/network-json.md explains the references.
template <class Json> void put_in_place(Json &value, const Json &shared) {
  if (value.is_object() && value.contains("shared") && !value.contains("format")) {
    std::string text = shared.at(value["shared"].template get<std::size_t>());
    if (value.contains("negate") && value["negate"] == true) {
      text = text[0] == '-' ? text.substr(1) : "-" + text;
    }
    value = text;
  } else if (value.is_structured()) {
    for (auto &item : value) {
      put_in_place(item, shared);
    }
  }
}

const std::string small_text =
    "{ \"format\": \"layercert-network-1\", \"d\": 1, \"N\": 2, \"depth\": 1, \"width\": 7,\n"
    "  \"hidden\": [\n"
    "    { \"units\": [\n"
    "      { \"index\": 0, \"role\": \"step\", \"activation\": \"relu\", \"bias\": \"-0x3p+0\", "
    "\"weights\": [[0, \"0x3p-4\"]] } ] },\n"
    "    { \"units\": [\n"
    "      { \"index\": 4, \"role\": \"first_sine\", \"activation\": \"sine\", \"bias\": \"0x0p+0\", "
    "\"weights\": [[0, \"0x3p-4\"], [1, \"-0x3p-4\"]] } ] },\n"
    "    { \"units\": [ ] } ],\n"
    "  \"readouts\": [\n"
    "    { \"level\": 1, \"layer\": 3, \"bias\": \"0x3p+0\", \"weights\": [] } ] }\n";

// small_network() in the second version, by hand: no writer has a reason to share so short a weight.
const std::string small_text_2 = R"({ "format": "layercert-network-2", "d": 1, "N": 2, "depth": 1, "width": 7,
  "shared": [ "-0x1.8p+1", "0x3p-4" ],
  "hidden": [
    { "units": [
      { "index": 0, "role": "step", "activation": "relu", "bias": {"shared": 0},
        "weights": [[0, {"shared": 1, "negate": false}]] } ] },
    { "units": [
      { "index": 4, "role": "first_sine", "activation": "sine", "bias": "0x0p+0",
        "weights": [[0, {"shared": 1}], [1, {"negate": true, "shared": 1}]] } ] },
    { "units": [] } ],
  "readouts": [ { "level": 1, "layer": 3, "bias": {"shared": 0, "negate": true}, "weights": [] } ] }
)";

void refuses(const std::string &text, std::size_t line, const std::string &words) {
  layercert::test::refuses([&] { network_from_json(text, "n.json"); }, line, {words});
}

std::set<const ClosedForm *> held_weights(const Network &network) {
  std::set<const ClosedForm *> held;
  const auto hold = [&](const Weight &bias, const std::vector<Connection> &weights) {
    held.insert(bias.get());
    for (const Connection &connection : weights) {
      held.insert(connection.weight.get());
    }
  };
  for (const Layer &layer : network.hidden) {
    for (const Unit &unit : layer.units) {
      hold(unit.bias, unit.weights);
    }
  }
  for (const Readout &readout : network.readouts) {
    hold(readout.bias, readout.weights);
  }
  return held;
}

} // namespace

BOOST_AUTO_TEST_CASE(small_networks_are_written_as_ever) {
  BOOST_CHECK_EQUAL(network_to_json(small_network()), small_text);
  std::ostringstream out;
  write_network(small_network(), out);
  BOOST_CHECK_EQUAL(out.str(), small_text);
  RandomNetworks random(1);
  for (int i = 0; i < 200; ++i) {
    const Network network = random.network(i % 10 == 0 ? 10000 : 200);
    const std::string text = network_to_json(network);
    BOOST_REQUIRE(text == version_1_of(network));
    BOOST_REQUIRE_EQUAL(any_difference(network_from_json(text, "n"), network), "");
  }
}

BOOST_AUTO_TEST_CASE(the_second_version_begins_where_a_long_weight_is_shared) {
  RandomNetworks random(2);
  const auto format_of = [&](std::vector<Weight> biases) {
    Network network = small_network();
    network.hidden[0].units[0].bias = biases[0];
    network.readouts[0].bias = biases[1];
    const std::string text = network_to_json(network);
    BOOST_CHECK_EQUAL(any_difference(network_from_json(text, "n"), network), "");
    return json::parse(text)["format"].get<std::string>();
  };
  const Dyadic below = random.long_dyadic(kLong - 1);
  const Dyadic above = random.long_dyadic(kLong);
  BOOST_CHECK_EQUAL(format_of({make_weight(below), make_weight(below)}), "layercert-network-1");
  BOOST_CHECK_EQUAL(format_of({make_weight(above), make_weight(below)}), "layercert-network-1");
  BOOST_CHECK_EQUAL(format_of({make_weight(above), make_weight(above.times_power_of_two(1))}),
                    "layercert-network-1");
  BOOST_CHECK_EQUAL(format_of({make_weight(above), make_weight(above)}), "layercert-network-2");
  BOOST_CHECK_EQUAL(format_of({make_weight(-above), make_weight(above)}), "layercert-network-2");
}

BOOST_AUTO_TEST_CASE(long_weights_are_stored_once) {
  RandomNetworks random(3);
  random.small = true;
  for (int i = 0; i < 12; ++i) {
    std::vector<Weight> pool{make_weight(Dyadic()), make_weight(Dyadic::parse("-0x5p-3"))};
    for (const std::size_t bits : {kLong + 5, kLong, kLong - 1}) {
      const Dyadic value = random.long_dyadic(i == 11 ? bits + 700000 : bits);
      pool.push_back(make_weight(value));
      pool.push_back(make_weight(value));
      pool.push_back(make_weight(-value));
    }
    const Network network = random.network(pool);
    const std::string text = network_to_json(network);
    const Network again = network_from_json(text, "n");
    BOOST_REQUIRE_EQUAL(any_difference(again, network), "");
    BOOST_REQUIRE_LE(held_weights(again).size(), 8U);
    BOOST_REQUIRE(network_to_json(again) == text);

    // Another reader, which knows no more than the description.
    ordered_json document = ordered_json::parse(text);
    if (document["format"] == "layercert-network-1") {
      continue; // no long weight was drawn twice
    }
    BOOST_REQUIRE_EQUAL(document["format"].get<std::string>(), "layercert-network-2");
    const ordered_json shared = document["shared"];
    BOOST_REQUIRE(shared.size() >= 1 && shared.size() <= (i == 11 ? 3U : 2U));
    for (const ordered_json &weight : shared) {
      const std::string digits = weight.get<std::string>();
      BOOST_REQUIRE(digits.starts_with("0x"));
      BOOST_REQUIRE(text.find(digits) == text.rfind(digits));
    }
    document.erase("shared");
    document["format"] = "layercert-network-1";
    put_in_place(document, shared);
    BOOST_REQUIRE(document == ordered_json::parse(version_1_of(network)));
    // The first version of that network is still read, and shares again what is equal.
    const Network first = network_from_json(version_1_of(network), "n");
    BOOST_REQUIRE_EQUAL(any_difference(first, network), "");
    BOOST_REQUIRE_LE(held_weights(first).size(), 11U);
  }
}

BOOST_AUTO_TEST_CASE(weights_of_a_million_bits) {
  RandomNetworks random(4);
  random.small = true;
  for (int i = 0; i < 2; ++i) {
    const Network network = random.network(1000000);
    BOOST_REQUIRE_EQUAL(any_difference(network_from_json(network_to_json(network), "n"), network), "");
  }
}

BOOST_AUTO_TEST_CASE(keys_in_any_order_and_unknown_keys) {
  const Network network = small_network();
  for (const std::string &text : {small_text, small_text_2}) {
    BOOST_CHECK_EQUAL(any_difference(network_from_json(text, "n"), network), "");
    // Sorted: the table behind its uses, "bias" before "index".
    BOOST_CHECK_EQUAL(any_difference(network_from_json(json::parse(text).dump(), "n"), network), "");
    // Backwards: the format last.
    const ordered_json forward = ordered_json::parse(text);
    ordered_json backward;
    for (auto item = forward.end(); item != forward.begin();) {
      --item;
      backward[item.key()] = item.value();
    }
    BOOST_REQUIRE(backward.dump().find("\"format\"") > backward.dump().find("\"hidden\""));
    BOOST_CHECK_EQUAL(any_difference(network_from_json(backward.dump(1), "n"), network), "");

    json more = json::parse(text);
    more["remark"] = {{"units", {{1, 2, {{"format", "x"}}}, nullptr}}, {"format", "layercert-network-7"}};
    more["a"] = 1.5;
    more["z"] = {true, false, nullptr, -3, "0x"};
    more["hidden"][0]["remark"] = json::array({json::array(), json::object()});
    more["hidden"][0]["units"][0]["remark"] = {{"bias", 7}};
    more["readouts"][0]["remark"] = "text";
    BOOST_CHECK_EQUAL(any_difference(network_from_json(more.dump(), "n"), network), "");
    for (const json &role : {json(), json(7), json("carpenter"), json({{"a", {1}}}), json({1, {2}})}) {
      more["hidden"][0]["units"][0]["role"] = role;
      BOOST_CHECK_EQUAL(first_difference(network_from_json(more.dump(), "n"), network), "");
    }
    more["hidden"][0]["units"][0].erase("role");
    BOOST_CHECK_EQUAL(first_difference(network_from_json(more.dump(), "n"), network), "");
  }
  // In the first version the key "shared" is an unknown one, wherever it stands.
  json first = json::parse(small_text);
  first["shared"] = {{"hidden", 1}};
  BOOST_CHECK_EQUAL(any_difference(network_from_json(first.dump(), "n"), network), "");
  BOOST_CHECK_EQUAL(
      any_difference(network_from_json(replaced(small_text, "{ ", "{ \"shared\": [7, {}], "), "n"), network),
      "");
  // An entry that nothing refers to is no fault.
  BOOST_CHECK_EQUAL(
      any_difference(
          network_from_json(replaced(small_text_2, "\"0x3p-4\" ]", "\"0x3p-4\", \"0x7p+1\" ]"), "n"),
          network),
      "");
  // Units and sources in any order.
  const std::string swapped =
      replaced(small_text, "[0, \"0x3p-4\"], [1, \"-0x3p-4\"]", "[1, \"-0x3p-4\"], [0, \"0x3p-4\"]");
  BOOST_CHECK_EQUAL(any_difference(network_from_json(swapped, "n"), network), "");
}

BOOST_AUTO_TEST_CASE(wrong_documents_of_the_first_version) {
  const auto refuses_with = [](const std::string &old_piece, const std::string &new_piece, std::size_t line,
                               const std::string &words) {
    refuses(replaced(small_text, old_piece, new_piece), line, words);
  };
  const std::string weight = "expected a hexadecimal float in quotes, such as \"-0x1.8p-3\"";
  refuses("", 1, "no valid JSON");
  refuses("[]", 1, "expected an object with \"format\"");
  refuses("7", 1, "expected an object with \"format\"");
  refuses("{}", 1, "expected an object with \"format\"");
  refuses("{ \"d\": 1 }", 1, "expected an object with \"format\"");
  refuses_with("network-1", "network-4", 1, "\"layercert-network-1\", \"-2\" or \"-3\"");
  refuses_with("\"layercert-network-1\"", "1", 1, "expected an object with \"format\"");
  refuses_with("\"d\": 1", "\"d\": 1.0", 1,
               "d: expected an integer that is not negative, at most 1000000000");
  refuses_with("\"d\": 1", "\"d\": -1", 1, "d: expected an integer");
  refuses_with("\"d\": 1", "\"d\": 1000000001", 1, "d: expected an integer");
  refuses_with("\"d\": 1", "\"d\": 99999999999999999999999", 1, "d: expected an integer");
  refuses_with("\"d\": 1", "\"d\": \"1\"", 1, "d: expected an integer");
  refuses_with("\"d\": 1", "\"d\": [1]", 1, "d: expected an integer");
  refuses_with("\"d\": 1", "\"d\": {}", 1, "d: expected an integer");
  refuses_with("\"d\": 1", "\"d\": null", 1, "d: expected an integer");
  refuses_with("\"d\": 1", "\"d\": true", 1, "d: expected an integer");
  refuses_with("\"d\": 1", "\"d\": 1, \"d\": 1", 1, "d: is given twice");
  refuses_with("\"d\": 1, ", "", 9, "expected an object with the key \"d\"");
  refuses_with("\"width\": 7", "\"breadth\": 7", 9, "expected an object with the key \"width\"");
  refuses_with("\"readouts\"", "\"outputs\"", 9, "expected an object with the key \"readouts\"");
  refuses_with("\"hidden\": [", "\"hidden\": [ 7, ", 2, "hidden[0]: expected an object");
  refuses_with("\"index\": 4", "\"index\": -4", 6, "hidden[1].units[0].index: expected an integer");
  refuses_with("\"index\": 4, ", "", 6, "hidden[1].units[0]: expected an object with the key \"index\"");
  refuses_with("\"sine\"", "\"cosine\"", 6, "hidden[1].units[0].activation: expected \"relu\" or \"sine\"");
  refuses_with("\"sine\"", "1", 6, "hidden[1].units[0].activation: expected \"relu\" or \"sine\"");
  refuses_with("\"-0x3p+0\"", "-3", 4, "hidden[0].units[0].bias: " + weight);
  refuses_with("\"-0x3p+0\"", "\"-3\"", 4, "hidden[0].units[0].bias: expected a hexadecimal float");
  refuses_with("\"-0x3p+0\"", "\"-0x3p+9999999999999999\"", 4, "the power of two is beyond 2^40");
  refuses_with("[1, \"-0x3p-4\"]", "7", 6, "hidden[1].units[0].weights[1]: expected [source, \"weight\"]");
  refuses_with("[1, \"-0x3p-4\"]", "[]", 6, "hidden[1].units[0].weights[1]: expected [source, \"weight\"]");
  refuses_with("[1, \"-0x3p-4\"]", "[1]", 6, "hidden[1].units[0].weights[1]: expected [source, \"weight\"]");
  refuses_with("[1, \"-0x3p-4\"]", "[1, \"0x1p0\", 2]", 6,
               "hidden[1].units[0].weights[1]: expected [source, \"weight\"]");
  refuses_with("[1, \"-0x3p-4\"]", "[1, \"0x1p0\", []]", 6,
               "hidden[1].units[0].weights[1]: expected [source, \"weight\"]");
  refuses_with("[1, \"-0x3p-4\"]", "[\"1\", \"0x1p0\"]", 6, "weights[1]: expected [source, \"weight\"]");
  refuses_with("[1, \"-0x3p-4\"]", "[[1], \"0x1p0\"]", 6, "weights[1]: expected [source, \"weight\"]");
  refuses_with("[1, \"-0x3p-4\"]", "[1, 0.5]", 6, "hidden[1].units[0].weights[1]: " + weight);
  refuses_with("[1, \"-0x3p-4\"]", "[1, null]", 6, "hidden[1].units[0].weights[1]: " + weight);
  refuses_with("[1, \"-0x3p-4\"]", "[1, [\"0x1p0\"]]", 6, "hidden[1].units[0].weights[1]: " + weight);
  refuses_with("[1, \"-0x3p-4\"]", "[1, {\"shared\": 0}]", 6, "hidden[1].units[0].weights[1]: " + weight);
  refuses_with("[1, \"-0x3p-4\"]", "[0, \"-0x3p-4\"]", 6,
               "hidden[1].units[0].weights: source 0 is given twice");
  refuses_with("\"weights\": []", "\"weights\": {}", 9, "readouts[0].weights: expected an array");
  refuses_with("\"units\": [ ]", "\"units\": 7", 7, "hidden[2].units: expected an array");
  refuses_with("\"level\": 1", "\"level\": 2", 0, "readout 1: level 2 reads");
  refuses_with("[1, \"-0x3p-4\"]", "[7, \"-0x3p-4\"]", 0, "hidden layer 2, unit 4 reads source 7");
  for (std::size_t size = 0; size + 1 < small_text.size(); ++size) {
    BOOST_REQUIRE_THROW(network_from_json(small_text.substr(0, size), "n"), InputError);
  }
  refuses(small_text + "{}", 10, "no valid JSON");
}

BOOST_AUTO_TEST_CASE(wrong_documents_of_the_second_version) {
  const auto refuses_with = [](const std::string &old_piece, const std::string &new_piece, std::size_t line,
                               const std::string &words) {
    refuses(replaced(small_text_2, old_piece, new_piece), line, words);
  };
  const std::string one = "[0, {\"shared\": 1}]";
  const std::string where = "hidden[1].units[0].weights[0]";
  refuses_with(one, "[0, {\"shared\": 2}]", 9,
               where + ": refers to shared weight 2; the table \"shared\" holds 2");
  refuses_with(one, "[0, {\"shared\": 999999999}]", 9, where + ": refers to shared weight 999999999");
  refuses_with("{\"shared\": 0, \"negate\": true}", "{\"shared\": 2, \"negate\": true}", 11,
               "readouts[0].bias: refers to shared weight 2");
  refuses_with("\"shared\": [ \"-0x1.8p+1\", \"0x3p-4\" ],", "", 5,
               "hidden[0].units[0].bias: refers to shared weight 0; the table \"shared\" holds 0");
  refuses_with(one, "[0, {\"shared\": -1}]", 9, where + ".shared: expected an integer that is not negative");
  refuses_with(one, "[0, {\"shared\": 1.0}]", 9, where + ".shared: expected an integer");
  refuses_with(one, "[0, {\"shared\": \"1\"}]", 9, where + ".shared: expected an integer");
  refuses_with(one, "[0, {\"shared\": [1]}]", 9, where + ".shared: expected an integer");
  refuses_with(one, "[0, {\"shared\": 1, \"shared\": 1}]", 9, where + ".shared: is given twice");
  refuses_with(one, "[0, {\"shared\": 1, \"negate\": 1}]", 9, where + ".negate: expected true or false");
  refuses_with(one, "[0, {\"shared\": 1, \"negate\": \"true\"}]", 9,
               where + ".negate: expected true or false");
  refuses_with(one, "[0, {\"negate\": true}]", 9, where + ": expected an object with the key \"shared\"");
  refuses_with(one, "[0, {}]", 9, where + ": expected an object with the key \"shared\"");
  refuses_with(one, "[0, 1]", 9,
               where + ": expected a hexadecimal float in quotes, such as \"-0x1.8p-3\", or "
                       "{\"shared\": its place in the table}");
  refuses_with(one, "{\"shared\": 1}", 9, where + ": expected [source, \"weight\"]");
  refuses_with(one, "[{\"shared\": 1}, \"0x1p0\"]", 9, where + ": expected [source, \"weight\"]");
  refuses_with("\"0x3p-4\" ]", "7 ]", 2, "shared[1]: expected a hexadecimal float in quotes");
  refuses_with("\"0x3p-4\" ]", "{\"shared\": 0} ]", 2, "shared[1]: expected a hexadecimal float in quotes");
  refuses_with("\"0x3p-4\" ]", "\"3\" ]", 2, "shared[1]: expected a hexadecimal float");
  refuses_with("\"shared\": [ \"-0x1.8p+1\", \"0x3p-4\" ]", "\"shared\": {}", 2, "shared: expected an array");
  // The first version has no references.
  refuses_with("network-2", "network-1", 5,
               "hidden[0].units[0].bias: expected a hexadecimal float in quotes");
}

BOOST_AUTO_TEST_CASE(damage_in_long_weights_is_told_in_few_words) {
  RandomNetworks random(5);
  Network network = small_network();
  network.readouts[0].bias = make_weight(random.long_dyadic(1000000));
  const std::string text = network_to_json(network);
  refuses(text.substr(0, 200000), 9, "no valid JSON (truncated or damaged?)");
  std::string damaged = text;
  damaged[200000] = 'g';
  refuses(damaged, 9, "readouts[0].bias: expected p and a power of two");
}

BOOST_AUTO_TEST_CASE(estimate_of_the_size) {
  RandomNetworks random(6);
  random.small = true;
  for (int i = 0; i < 50; ++i) {
    const Network network = random.network(i % 10 == 0 ? 400000 : 500);
    const auto size = static_cast<double>(network_to_json(network).size());
    const auto estimate = static_cast<double>(json_size_estimate(network));
    BOOST_CHECK_GT(estimate, 0.9 * size);
    BOOST_CHECK_LT(estimate, 1.5 * size + 1000);
  }
}
