#define BOOST_TEST_MODULE weight_forms
#include <boost/test/unit_test.hpp>

#include "network/network_for_test.hpp"

#include "layercert/error.hpp"
#include "layercert/network/network_file.hpp"
#include "network/network_json.hpp"
#include "numeric/sha256.hpp"

#include <chrono>
#include <random>

using namespace layercert;
using namespace layercert::test;

namespace {

// One unit whose bias is the weight.
std::string document(const std::string &weight, const std::string &before = "", int version = 3) {
  return "{ \"format\": \"layercert-network-" + std::to_string(version) +
         "\", \"d\": 1, \"N\": 2, \"depth\": 1, \"width\": 7,\n" + before +
         "  \"hidden\": [ { \"units\": [\n { \"index\": 0, \"activation\": \"relu\", \"bias\": " + weight +
         ", \"weights\": [] } ] }, { \"units\": [] }, { \"units\": [] } ],\n"
         "  \"readouts\": [ { \"level\": 1, \"layer\": 3, \"bias\": \"0x0p+0\", \"weights\": [] } ] }";
}

ClosedForm weight_in(const Network &network) { return *network.hidden[0].units[0].bias; }

std::string refusal(const std::string &bytes) {
  const auto begin = std::chrono::steady_clock::now();
  std::string message = "accepted";
  try {
    parse_network(bytes, "n");
  } catch (const InputError &error) {
    message = error.what();
  }
  BOOST_TEST((std::chrono::steady_clock::now() - begin < std::chrono::seconds(10)), bytes.substr(0, 300));
  BOOST_TEST(message.find('\n') == std::string::npos);
  return message;
}

void refuses(const std::string &weight, const std::string &expected) {
  const std::string message = refusal(document(weight));
  BOOST_TEST(message.find(expected) != std::string::npos, weight.substr(0, 100) << ": " << message);
}

ClosedForm random_form(std::mt19937_64 &random) {
  const auto dyadic = [&] {
    return Dyadic(mpz_class(static_cast<long>(random() % 2001) - 1000),
                  static_cast<std::int64_t>(random() % 100) - 50);
  };
  ClosedForm sum = random() % 2 == 0 ? ClosedForm(dyadic()) : ClosedForm();
  for (std::uint64_t i = random() % 3; i > 0; --i) {
    sum = sum + ClosedForm::angle(1 + static_cast<std::int64_t>(random() >> (2 + random() % 60)),
                                  static_cast<std::int64_t>(random() % 9) - 4);
  }
  if (random() % 3 == 0) {
    sum = sum + ClosedForm::pi(dyadic());
  }
  if (random() % 3 == 0) {
    sum = sum + ClosedForm::multiplier(dyadic(), {1, 5, 1 + (std::int64_t{1} << 61)});
  }
  if (random() % 3 == 0) {
    sum = sum + ClosedForm::constant(random() % 2 == 0 ? "1/3" : "pi*exp(1)");
  }
  return random() % 2 == 0 ? sum : -sum;
}

} // namespace

// Every form survives either file, with either sign, used once and twice.
BOOST_AUTO_TEST_CASE(round_trips) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 300; ++round) {
    Network network = parse_network(document("\"0x1p+0\""), "n");
    std::vector<ClosedForm> forms;
    for (int i = 0; i < 6; ++i) {
      Unit unit;
      unit.index = i;
      forms.push_back(i % 3 == 2 ? -forms.back() : random_form(random));
      unit.bias = make_weight(forms.back());
      if (i == 0) {
        network.hidden[1].units.clear();
      }
      network.hidden[1].units.push_back(unit);
    }
    for (const NetworkFormat format : {NetworkFormat::Json, NetworkFormat::Binary}) {
      const std::string bytes = encode_network(network, format).bytes;
      const Network read = parse_network(bytes, "n");
      BOOST_TEST(first_difference(network, read) == "", bytes.substr(0, 2000));
      BOOST_TEST(encode_network(read, format).bytes == bytes);
    }
  }
}

BOOST_AUTO_TEST_CASE(json_forms) {
  const auto of = [](const std::string &weight) { return weight_in(parse_network(document(weight), "n")); };
  BOOST_TEST((of("{\"angle\": [[7, 1], [14, -1]]}") == ClosedForm::angle(7) - ClosedForm::angle(14)));
  BOOST_TEST((of("{\"pi\": \"0x1p-2\"}") == ClosedForm::pi(Dyadic::power_of_two(-2))));
  BOOST_TEST((of("{\"shifts\": [1, 2], \"multiplier\": \"0x3p-64\"}") ==
              ClosedForm::multiplier(Dyadic(mpz_class(3), -64), {1, 2})));
  BOOST_TEST((of("{\"constant\": \"1/3\"}") == ClosedForm::constant("1/3")));
  BOOST_TEST(
      (of("{\"sum\": [{\"constant\": \"1/3\"}, \"0x1p+0\", {\"sum\": [{\"pi\": \"-0x1p+0\"}]}]}") ==
       ClosedForm::constant("1/3") + Dyadic::from_integer(1) - ClosedForm::pi(Dyadic::from_integer(1))));
  const Network shared = parse_network(
      document("{\"shared\": 0, \"negate\": true}", "\"shared\": [{\"angle\": [[9, 2]]}],\n"), "n");
  BOOST_TEST((weight_in(shared) == ClosedForm::angle(9, -2)));
}

// One clear line, and no more time or memory than the text deserves.
BOOST_AUTO_TEST_CASE(bad_json_forms) {
  refuses("{}", "expected an object with one of the keys");
  refuses("{\"sine\": \"0x1p+0\"}", "found the key \"sine\"");
  refuses("{\"pi\": \"0x1p+0\", \"constant\": \"1\"}", "expected an object with one of the keys");
  refuses("{\"angle\": []}", "expected an object with one of the keys");
  refuses("{\"angle\": [[0, 1]]}", "expected a shift");
  refuses("{\"angle\": [[4611686018427387904, 1]]}", "expected a shift"); // 2^62
  refuses("{\"angle\": [[18446744073709551615, 1]]}", "expected a shift");
  refuses("{\"angle\": [[99999999999999999999999, 1]]}", "expected a shift");
  refuses("{\"angle\": [[-3, 1]]}", "expected a shift");
  refuses("{\"angle\": [[3.5, 1]]}", "expected a shift");
  refuses("{\"angle\": [[3, 0]]}", "expected a coefficient");
  refuses("{\"angle\": [[3, 1073741825]]}", "expected a coefficient");
  refuses("{\"angle\": [[3, -1073741825]]}", "expected a coefficient");
  refuses("{\"angle\": [[3, -9223372036854775808]]}", "expected a coefficient");
  refuses("{\"angle\": [[3, 0.5]]}", "expected a coefficient");
  refuses("{\"angle\": [[3, 1], [3, 1]]}", "found the shift 3 behind 3");
  refuses("{\"angle\": [[3, 1], [2, 1]]}", "found the shift 2 behind 3");
  refuses("{\"angle\": [[3]]}", "expected [shift, coefficient]");
  refuses("{\"angle\": [[3, 1, 1]]}", "expected [shift, coefficient]");
  refuses("{\"angle\": [3, 1]}", "expected [shift, coefficient]");
  refuses("{\"angle\": 3}", "expected an array");
  refuses("{\"pi\": \"0x0p+0\"}", "0 times pi");
  refuses("{\"pi\": 0.25}", "expected a hexadecimal float");
  refuses("{\"pi\": \"1/4\"}", "pi: expected a hexadecimal float");
  refuses("{\"multiplier\": \"0x1p+0\"}", "expected an object with one of the keys");
  refuses("{\"shifts\": [1]}", "expected an object with one of the keys");
  refuses("{\"multiplier\": \"0x1p-65\", \"shifts\": [1]}", "no multiple of 2^-64");
  refuses("{\"multiplier\": \"0x0p+0\", \"shifts\": [1]}", "or 0");
  refuses("{\"multiplier\": \"0x1p+0\", \"shifts\": [2, 1]}", "found the shift 1 behind 2");
  refuses("{\"multiplier\": \"0x1p+0\", \"shifts\": [4611686018427387904]}", "expected a shift");
  refuses("{\"multiplier\": \"0x1p+134217727000\", \"shifts\": [1]}", "bits beyond");
  refuses("{\"constant\": \"x\"}", "found a variable");
  refuses("{\"constant\": \"1/0\"}", "has no finite value");
  refuses("{\"constant\": \"log(-1)\"}", "has no finite value");
  refuses("{\"constant\": \"1 +\"}", "the constant: ");
  refuses("{\"constant\": 3}", "expected a closed expression");
  refuses("{\"sum\": []}", "expected an object with one of the keys");
  refuses("{\"sum\": [7]}", "expected a hexadecimal float");
  refuses("{\"sum\": [{\"shared\": 0}]}", "found the key \"shared\"");
  refuses("{\"shared\": 0}", "the table \"shared\" holds 0");
  refuses("{\"shared\": 0, \"pi\": \"0x1p+0\"}", "expected an object with one of the keys");
  refuses("{\"negate\": true, \"pi\": \"0x1p+0\"}", "expected an object with one of the keys");
  refuses("{\"pi\": \"0x1p+0\", \"pi\": \"0x1p+0\"}", "is given twice");
  std::string deep;
  for (int i = 0; i < 10000; ++i) {
    deep += "{\"sum\": [";
  }
  refuses(deep, "nested more than 16 deep");
  std::string long_sum = "{\"sum\": [\"0x1p+0\"";
  for (int i = 0; i < 100000; ++i) {
    long_sum += ", {\"angle\": [[" + std::to_string(i + 1) + ", 1]]}";
  }
  refuses(long_sum + "]}", "a sum of more than 16 terms");
  // The forms belong to format 3 alone.
  for (const int version : {1, 2}) {
    const std::string message = refusal(document("{\"pi\": \"0x1p-2\"}", "", version));
    BOOST_TEST(message.find("expected") != std::string::npos, message);
    BOOST_TEST(message != "accepted");
  }
}

// Every byte of a binary table of forms, changed: refused, or another network; never a crash.
BOOST_AUTO_TEST_CASE(changed_binary_forms) {
  Network network = parse_network(document("\"0x1p+0\""), "n");
  const ClosedForm forms[] = {ClosedForm::angle(7) - ClosedForm::angle(14),
                              ClosedForm::pi(Dyadic::power_of_two(-2)),
                              ClosedForm::multiplier(Dyadic(mpz_class(5), -3), {7, 14}),
                              ClosedForm::constant("1/3") + Dyadic::from_integer(2)};
  for (int i = 0; i < 4; ++i) {
    Unit unit;
    unit.index = i;
    unit.bias = make_weight(forms[i]);
    network.hidden[1].units.push_back(unit);
  }
  const std::string bytes = encode_network(network, NetworkFormat::Binary).bytes;
  int refused = 0;
  for (std::size_t at = 24; at + 32 < bytes.size(); ++at) {
    for (const int change : {1, 2, 64, 128, 255}) {
      std::string changed = bytes.substr(0, bytes.size() - 32);
      changed[at] = static_cast<char>(changed[at] ^ change);
      for (const unsigned char byte : sha256(changed)) {
        changed += static_cast<char>(byte);
      }
      try {
        // Another network, if only in the role of a unit.
        const Network read = parse_network(changed, "n");
        BOOST_TEST((encode_network(read, NetworkFormat::Binary).bytes != bytes), "byte " << at);
      } catch (const InputError &) {
        ++refused;
      }
    }
  }
  BOOST_TEST(refused > 500);
}
