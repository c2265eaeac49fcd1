#define BOOST_TEST_MODULE network_binary
#include <boost/test/unit_test.hpp>

#include "common/refusal.hpp"
#include "layercert/error.hpp"
#include "network/network_binary.hpp"
#include "numeric/sha256.hpp"
#include "random_network.hpp"

#include <cctype>

using namespace layercert;
using layercert::test::any_difference;
using layercert::test::RandomNetworks;
using layercert::test::refusal_of;
using layercert::test::small_network;

namespace {

std::string bytes_of(const std::string &hex) {
  std::string bytes;
  std::string digits;
  for (const char c : hex) {
    if (std::isxdigit(static_cast<unsigned char>(c)) != 0) {
      digits += c;
    }
    if (digits.size() == 2) {
      bytes += static_cast<char>(std::stoi(digits, nullptr, 16));
      digits.clear();
    }
  }
  return bytes;
}

void put(std::string &bytes, std::size_t at, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    bytes.at(at + i) = static_cast<char>(value >> (8 * i));
  }
}

// With the length and the checksum made right: what a hostile writer would do.
std::string sealed(std::string bytes) {
  bytes.resize(bytes.size() - 32);
  put(bytes, 16, bytes.size() + 32, 8);
  const auto sum = sha256(bytes);
  return bytes.append(sum.begin(), sum.end());
}

void refuses(const std::string &bytes, const std::string &words) {
  const auto action = [&] { network_from_binary(bytes, "n.lcn"); };
  BOOST_TEST(refusal_of(action).file() == "n.lcn");
  layercert::test::refuses(action, 0, {words});
}

// Where proofs/network-binary.md puts things in the file of small_network(); the comments of
// small_network_bytes say what stands there.
constexpr std::size_t kTable = 56;
constexpr std::size_t kLayers = kTable + 24 + 24 + 16;
constexpr std::size_t kSecondLayer = kLayers + 4 + 24;
constexpr std::size_t kReadout = kSecondLayer + 4 + 32 + 4;

const std::string small_network_bytes =
    "89 4c 43 4e 0d 0a 1a 0a  01 00 00 00  00 00 00 00"                         // magic, version, 0
    "ec 00 00 00 00 00 00 00"                                                   // 236 bytes
    "01 00 00 00  02 00 00 00  01 00 00 00  07 00 00 00"                        // d, N, depth, width
    "03 00 00 00  03 00 00 00  01 00 00 00  00 00 00 00"                        // weights, layers, readouts
    "00 00 00 00 00 00 00 00  01 00 00 00 00 00 00 00  03 00 00 00 00 00 00 00" // 3
    "fc ff ff ff ff ff ff ff  01 00 00 00 00 00 00 00  03 00 00 00 00 00 00 00" // 3/16
    "00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00"                          // 0
    "01 00 00 00"                                                               // hidden layer 1: one unit
    "00 00 00 00  00 01 00 00  01 00 00 00  01 00 00 00"                        // 0, relu, step, -3
    "00 00 00 00  02 00 00 00"                                                  // source 0, 3/16
    "01 00 00 00"                                                               // hidden layer 2: one unit
    "04 00 00 00  01 05 00 00  04 00 00 00  02 00 00 00"                        // 4, sine, first sine, 0
    "00 00 00 00  02 00 00 00  01 00 00 00  03 00 00 00"                        // 3/16 and -3/16
    "00 00 00 00"                                                               // hidden layer 3: empty
    "01 00 00 00  03 00 00 00  00 00 00 00  00 00 00 00";                       // level, layer, 3, none

} // namespace

BOOST_AUTO_TEST_CASE(every_byte_as_documented) {
  const std::string contents = bytes_of(small_network_bytes);
  const std::string expected = sealed(contents + std::string(32, '\0'));
  BOOST_REQUIRE(expected.starts_with(contents));
  BOOST_CHECK(network_to_binary(small_network()) == expected);
  BOOST_CHECK_EQUAL(any_difference(network_from_binary(expected, "n"), small_network()), "");
  BOOST_REQUIRE_EQUAL(kReadout + 16 + 32, expected.size());
}

BOOST_AUTO_TEST_CASE(random_networks_come_back) {
  RandomNetworks random(1);
  for (int i = 0; i < 300; ++i) {
    const Network network = random.network(i % 10 == 0 ? 20000 : 200);
    const std::string bytes = network_to_binary(network);
    const Network again = network_from_binary(bytes, "n");
    BOOST_REQUIRE_EQUAL(any_difference(again, network), "");
    BOOST_REQUIRE(network_to_binary(again) == bytes);
  }
  for (int i = 0; i < 3; ++i) {
    const Network network = random.network(1000000);
    BOOST_REQUIRE_EQUAL(any_difference(network_from_binary(network_to_binary(network), "n"), network), "");
  }
}

BOOST_AUTO_TEST_CASE(numbers_of_every_length) {
  RandomNetworks random(2);
  std::vector<Weight> pool;
  for (std::size_t bits = 1; bits <= 260; ++bits) {
    pool.push_back(make_weight(random.long_dyadic(bits)));
  }
  for (int i = 0; i < 10; ++i) {
    const Network network = random.network(pool);
    BOOST_REQUIRE_EQUAL(any_difference(network_from_binary(network_to_binary(network), "n"), network), "");
  }
}

BOOST_AUTO_TEST_CASE(a_value_is_stored_once) {
  RandomNetworks random(3);
  const Dyadic a = random.long_dyadic(100000);
  const Dyadic b = random.long_dyadic(100000);
  // Held apart, with both signs.
  const Network network = random.network(
      {make_weight(a), make_weight(a), make_weight(-a), make_weight(b), make_weight(-b), make_weight(-b)});
  const std::string bytes = network_to_binary(network);
  std::size_t connections = 0;
  for (const Layer &layer : network.hidden) {
    for (const Unit &unit : layer.units) {
      connections += 1 + unit.weights.size();
    }
  }
  BOOST_CHECK_LT(bytes.size(), 2 * 100000 / 8 + 24 * (connections + 40));
  std::set<const ClosedForm *> held;
  const Network again = network_from_binary(bytes, "n");
  for (const Layer &layer : again.hidden) {
    for (const Unit &unit : layer.units) {
      held.insert(unit.bias.get());
      for (const Connection &connection : unit.weights) {
        held.insert(connection.weight.get());
      }
    }
  }
  BOOST_CHECK_LE(held.size(), 4U);
}

BOOST_AUTO_TEST_CASE(every_altered_byte_is_refused) {
  const std::string good = network_to_binary(small_network());
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (int change = 1; change < 256; ++change) {
      std::string bytes = good;
      bytes[at] = static_cast<char>(bytes[at] ^ change);
      BOOST_TEST_INFO("byte " << at << " xor " << change);
      BOOST_REQUIRE_THROW(network_from_binary(bytes, "n"), InputError);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_other_length_is_refused) {
  const std::string good = network_to_binary(small_network());
  for (std::size_t size = 0; size < good.size(); ++size) {
    BOOST_TEST_INFO("length " << size);
    BOOST_REQUIRE_THROW(network_from_binary(good.substr(0, size), "n"), InputError);
    // Even where the writer says that it was meant so.
    if (size >= 56 + 32) {
      BOOST_REQUIRE_THROW(network_from_binary(sealed(good.substr(0, size)), "n"), InputError);
    }
  }
  refuses(good.substr(0, good.size() - 1), "truncated: found 235 bytes; expected 236");
  refuses(good.substr(0, 60), "truncated: found 60 bytes");
  refuses(good + '\0', "too long: found 237 bytes; expected 236");
  refuses(good + good, "too long");
  refuses(sealed(good + std::string(5, '\0')), "5 bytes stand between the last readout and the checksum");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told) {
  const std::string good = network_to_binary(small_network());
  const auto with = [&](std::size_t at, std::uint64_t value, std::size_t size = 4) {
    std::string bytes = good;
    put(bytes, at, value, size);
    return sealed(bytes);
  };
  refuses("", "does not begin as a binary network");
  refuses("{ \"format\": \"layercert-network-1\" }", "does not begin as a binary network");
  refuses(with(0, 0x8a, 1), "does not begin as a binary network");
  refuses(with(4, '\n', 1), "does not begin as a binary network");
  refuses(with(8, 3), "byte 8: found version 3 of the binary network; expected 1 or 2");
  refuses(with(12, 1), "byte 12: found 1; expected 0");
  refuses(with(52, 1), "byte 52: found 1; expected 0");
  std::string damaged = good;
  damaged[kTable + 16] ^= 4;
  refuses(damaged, "damaged: the SHA-256 at its end");

  // Numbers.
  refuses(with(kTable + 16, 2, 8), "byte 56: a weight is not in lowest terms");
  refuses(with(kTable + 16, 0, 8), "a weight is not in lowest terms");
  refuses(with(kTable, (std::uint64_t{1} << 40) + 1, 8),
          "byte 56: the exponent of a weight is 1099511627777");
  refuses(with(kTable, ~(std::uint64_t{1} << 40), 8), "the exponent of a weight is -1099511627777");
  refuses(with(kTable, std::uint64_t{1} << 63, 8), "the exponent of a weight is -9223372036854775808");
  refuses(with(kTable + 48, 1, 8),
          "the exponent of a weight is 1; expected -2^40..2^40, or 0 for the weight 0");

  // Units and readouts.
  refuses(with(kLayers + 4 + 4, 2, 1), "activation 2, role 1; expected 0 or 1, 0..6");
  refuses(with(kLayers + 4 + 5, 7, 1), "activation 0, role 7");
  refuses(with(kLayers + 4 + 6, 1, 1), "two bytes 0");
  refuses(with(kLayers + 4 + 7, 1, 1), "two bytes 0");
  refuses(with(kLayers + 4 + 8, 6), "refers to weight 3; expected one of the 3 in the table");
  refuses(with(kLayers + 4 + 8, 0xffffffff), "refers to weight 2147483647");
  refuses(with(kSecondLayer + 4 + 8, 5), "refers to minus zero");
  refuses(with(kSecondLayer + 4 + 24, 0), "source 0 follows source 0; expected rising sources");
  refuses(with(kSecondLayer + 4 + 24, 1000000001), "a source is 1000000001; expected at most 1000000000");
  refuses(with(kSecondLayer + 4 + 24, 7), "hidden layer 2, unit 4 reads source 7; expected 0..6");
  refuses(with(kLayers + 4, 7), "hidden layer 1, unit 7");
  refuses(with(kReadout, 2), "readout 1: level 2");
  refuses(with(24, 0), "d, N, depth and width must be at least");
  refuses(with(24, 0xffffffff), "byte 24: a number of the shape is 4294967295");
}

// Nothing is allocated for a count that the file has no room for.
BOOST_AUTO_TEST_CASE(absurd_counts_are_refused) {
  const std::string good = network_to_binary(small_network());
  const auto with = [&](std::size_t at, std::uint64_t value, std::size_t size) {
    std::string bytes = good;
    put(bytes, at, value, size);
    return sealed(bytes);
  };
  refuses(with(40, 0xffffffff, 4), "byte 40: found 4294967295 weights; expected at most 9,");
  refuses(with(44, 0xffffffff, 4), "byte 44: found 4294967295 hidden layers; expected at most 21,");
  refuses(with(48, 0xffffffff, 4), "byte 48: found 4294967295 readouts; expected at most 1,");
  for (const std::uint64_t limbs :
       {std::uint64_t{22}, std::uint64_t{1} << 32, std::uint64_t{1} << 61, ~std::uint64_t{0}}) {
    refuses(with(kTable + 8, limbs, 8),
            "byte 64: found " + std::to_string(limbs) + " limbs; expected at most 16,");
  }
  refuses(with(kLayers, 0xffffffff, 4), "found 4294967295 units; expected at most 5");
  refuses(with(kLayers + 4 + 12, 0xffffffff, 4), "found 4294967295 connections");
  refuses(with(kReadout + 12, 1, 4), "found 1 connections; expected at most 0");
}

// Sealed files with anything anywhere: a network or an InputError, never a crash.
BOOST_AUTO_TEST_CASE(hostile_files) {
  const std::string good = network_to_binary(small_network());
  const auto survives = [](const std::string &bytes) {
    try {
      const Network network = network_from_binary(bytes, "n");
      BOOST_REQUIRE_EQUAL(first_fault(network), "");
      // Its table may be unlike ours (an entry may stand twice, or unused), the network is the same.
      BOOST_REQUIRE_EQUAL(any_difference(network_from_binary(network_to_binary(network), "n"), network), "");
    } catch (const InputError &) {
    }
  };
  for (std::size_t at = 0; at + 4 <= good.size() - 32; ++at) {
    for (const std::uint32_t value :
         {0U, 1U, 2U, 3U, 0x7fU, 0xffffU, 0x7fffffffU, 0x80000000U, 0xffffffffU}) {
      std::string bytes = good;
      put(bytes, at, value, 4);
      survives(sealed(bytes));
    }
  }
  RandomNetworks random(4);
  for (int i = 0; i < 20000; ++i) {
    std::string bytes = good;
    for (std::size_t k = 1 + random.below(4); k > 0; --k) {
      bytes[kTable - 32 + random.below(good.size() - 32 - kTable + 32)] = static_cast<char>(random.below(9));
    }
    survives(sealed(bytes));
  }
}

BOOST_AUTO_TEST_CASE(the_form_shows_in_the_first_bytes) {
  const std::string good = network_to_binary(small_network());
  BOOST_CHECK(looks_binary(good));
  BOOST_CHECK(looks_binary(good.substr(0, 1)));
  BOOST_CHECK(looks_binary("?LCN"));
  BOOST_CHECK(!looks_binary(""));
  BOOST_CHECK(!looks_binary("{"));
  BOOST_CHECK(!looks_binary("{ \"LCN\": 1 }"));
}
