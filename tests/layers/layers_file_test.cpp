// layers.json and other networks in JSON: what is no network is refused, each time as bad input.
#define BOOST_TEST_MODULE layers_file
#include <boost/test/unit_test.hpp>

#include "layercert/error.hpp"
#include "layers/layered_network.hpp"

#include <string>

using namespace layercert;

namespace {

// A network of one identity unit, with one thing of it replaced.
std::string network_with(const std::string &what, const std::string &instead) {
  std::string text = R"({"format": "layercert-layers-1", "d": 1,
    "units": [{"activation": "identity", "bias": "0x1p-1", "weights": [[0, "0x1p+0"]]}],
    "readouts": [{"name": "y", "source": 1}]})";
  const std::size_t at = text.find(what);
  BOOST_TEST_REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), instead);
}

} // namespace

BOOST_AUTO_TEST_CASE(a_network_is_read) {
  const LayeredNetwork network = parse_layers(network_with("", ""), "n");
  BOOST_TEST(network.dimension == 1);
  BOOST_TEST(network.units.size() == 1U);
  BOOST_TEST(network.readouts.front().slot == 1);
}

BOOST_AUTO_TEST_CASE(what_is_no_network_is_refused) {
  const auto refuses = [](const std::string &what, const std::string &instead) {
    BOOST_CHECK_THROW(parse_layers(network_with(what, instead), "n"), InputError);
  };
  refuses("\"d\": 1", "\"d\": 1e999");
  refuses("\"d\": 1", "\"d\": 18446744073709551616");
  refuses("\"d\": 1", "\"d\": 0");
  refuses("\"d\": 1", "\"d\": " + std::string(200, '['));
  refuses("[[0,", "[[1e999,");
  refuses("[[0,", "[[1,");
  refuses("[[0,", "[[-1,");
  refuses("\"0x1p+0\"", "1e999");
  refuses("\"0x1p+0\"", "\"nan\"");
  refuses("\"source\": 1", "\"source\": 2");
  refuses("identity", "softmax");
  refuses("identity", "\xff");
  refuses("\"source\": 1}]}", "\"source\": 1}");
}
