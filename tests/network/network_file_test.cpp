#define BOOST_TEST_MODULE network_file
#include <boost/test/unit_test.hpp>

#include "common/files.hpp"
#include "common/paths.hpp"
#include "common/refusal.hpp"
#include "layercert/error.hpp"
#include "layercert/network/builder.hpp"
#include "layercert/network/network_file.hpp"
#include "network/dyadic_rounding.hpp"
#include "network/network_binary.hpp"
#include "network/network_json.hpp"
#include "numeric/file_bytes.hpp"
#include "random_network.hpp"

using namespace layercert;
using layercert::test::any_difference;
using layercert::test::RandomNetworks;
using layercert::test::small_network;
using layercert::test::tells;
using layercert::test::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

// Through both forms and a file, and from each form to the other.
void comes_back(const Network &network) {
  const TemporaryFolder folder;
  std::vector<Network> read;
  for (const NetworkFormat format : {NetworkFormat::Json, NetworkFormat::Binary}) {
    const EncodedNetwork encoded = encode_network(network, format);
    const fs::path file = folder / "a file of any name";
    write_bytes(file, encoded.bytes);
    read.push_back(read_network(file));
    BOOST_REQUIRE_EQUAL(any_difference(read.back(), network), "");
    BOOST_REQUIRE_EQUAL(any_difference(parse_network(encoded.bytes, "n"), network), "");
    BOOST_REQUIRE(encode_network(read.back(), format).bytes == encoded.bytes);
  }
  BOOST_REQUIRE(network_to_binary(read[0]) == network_to_binary(read[1]));
  BOOST_REQUIRE(network_to_json(read[0]) == network_to_json(read[1]));
}

} // namespace

BOOST_AUTO_TEST_CASE(random_networks) {
  RandomNetworks random(1);
  for (int i = 0; i < 40; ++i) {
    comes_back(random.network(300));
  }
  random.small = true;
  comes_back(random.network(600000));
}

BOOST_AUTO_TEST_CASE(built_networks) {
  for (const char *name : {"kink1", "jump1", "cone2", "jacksboro64"}) {
    const Instance instance = read_instance(paths::data() / "instances" / (std::string(name) + ".toml"));
    const Network network = assemble_network(build_parameters(instance, make_target(instance)));
    BOOST_TEST_INFO(name);
    comes_back(network);
    // With rounded weights each angle is there once, though it is used four times, with both signs.
    const Network rounded = assemble_network(round_weights(extract_parameters(network, name), {}).parameters);
    comes_back(rounded);
    BOOST_CHECK_LT(3 * network_to_binary(rounded).size(), network_to_json(rounded).size());
    BOOST_CHECK_LT(network_to_json(network).size(), network_to_json(rounded).size());
  }
}

// Written by an independent program, with weights that are not in lowest terms and without roles.
BOOST_AUTO_TEST_CASE(vectors) {
  int found = 0;
  for (const auto &entry : fs::directory_iterator(paths::test_data() / "vectors")) {
    if (entry.path().string().ends_with(".network.json")) {
      comes_back(read_network(entry.path()));
      ++found;
    }
  }
  BOOST_CHECK_GE(found, 2);
}

BOOST_AUTO_TEST_CASE(form_by_size) {
  BOOST_CHECK_EQUAL(encode_network(small_network(), NetworkFormat::Automatic).file_name, "network.json");
  BOOST_CHECK_EQUAL(encode_network(small_network(), NetworkFormat::Json).file_name, "network.json");
  const EncodedNetwork binary = encode_network(small_network(), NetworkFormat::Binary);
  BOOST_CHECK_EQUAL(binary.file_name, "network.lcn");
  BOOST_CHECK(looks_binary(binary.bytes));

  RandomNetworks random(2);
  Network network = small_network();
  network.readouts[0].bias = make_weight(random.long_dyadic(4 * (kLargestJson - 2000)));
  BOOST_CHECK_EQUAL(encode_network(network, NetworkFormat::Automatic).file_name, "network.json");
  network.readouts[0].bias = make_weight(random.long_dyadic(4 * kLargestJson));
  BOOST_CHECK_EQUAL(encode_network(network, NetworkFormat::Automatic).file_name, "network.lcn");
  BOOST_CHECK_EQUAL(encode_network(network, NetworkFormat::Json).file_name, "network.json");
}

BOOST_AUTO_TEST_CASE(names_of_the_forms) {
  BOOST_CHECK(parse_network_format("auto", "--to") == NetworkFormat::Automatic);
  BOOST_CHECK(parse_network_format("json", "--to") == NetworkFormat::Json);
  BOOST_CHECK(parse_network_format("binary", "--to") == NetworkFormat::Binary);
  BOOST_CHECK_EXCEPTION(parse_network_format("JSON", "--to"), InputError,
                        tells("--to: found \"JSON\"; expected auto, json or binary"));
}

BOOST_AUTO_TEST_CASE(what_is_no_network) {
  const TemporaryFolder folder;
  const fs::path file = folder / "a";
  BOOST_CHECK_EXCEPTION(read_network(file), InputError,
                        tells("a: cannot be read; expected a network (network.json or network.lcn)"));
  write_bytes(file, "");
  BOOST_CHECK_EXCEPTION(read_network(file), InputError, tells("a:1: no valid JSON"));
  const std::string bytes = network_to_binary(small_network());
  write_bytes(file, bytes.substr(0, 100));
  BOOST_CHECK_EXCEPTION(read_network(file), InputError, tells("a: truncated: found 100 bytes"));
  for (std::size_t at = 0; at < 8; ++at) { // whatever is left of the beginning
    std::string damaged = bytes;
    damaged[at] = ' ';
    write_bytes(file, damaged);
    BOOST_CHECK_EXCEPTION(read_network(file), InputError, tells("a: does not begin as a binary network"));
  }
}

BOOST_AUTO_TEST_CASE(the_network_of_a_folder) {
  const TemporaryFolder folder;
  BOOST_CHECK_EXCEPTION(find_network(folder.path()), InputError, tells("holds no network"));
  write_bytes(folder / "network.lcn", "x");
  BOOST_CHECK_EQUAL(find_network(folder.path()), folder / "network.lcn");
  write_bytes(folder / "network.json", "x");
  BOOST_CHECK_EXCEPTION(find_network(folder.path()), InputError,
                        tells("holds network.json and network.lcn; expected only one of them"));
  fs::remove(folder / "network.lcn");
  BOOST_CHECK_EQUAL(find_network(folder.path()), folder / "network.json");
}
