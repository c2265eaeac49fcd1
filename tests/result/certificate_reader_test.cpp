#define BOOST_TEST_MODULE certify_certificate_reader
#include <boost/test/unit_test.hpp>

#include "certify/support.hpp"
#include "common/refusal.hpp"

#include "layercert/error.hpp"
#include "result/certificate_document.hpp"
#include "result/read_json.hpp"

#include <nlohmann/json.hpp>

using namespace layercert;
using namespace layercert::test;
using nlohmann::json;

namespace {

Instance example() {
  Instance instance = make_instance(1, "abs(x-1/3)", 2, 3, 2);
  instance.hoelder = HoelderClaim{1, 1};
  return instance;
}

json written(const Instance &instance, const CertifyOptions &options = {}) {
  const Target target = make_target(instance);
  return certificate_json(certify(instance, target, built_network(instance, target), "test", options),
                          instance, {"a", "b", {}, {}, 0, false});
}

json reread(const json &root, const Instance &instance) {
  return certificate_json(read_certificate(root, "c.json", instance), instance, {"a", "b", {}, {}, 0, false});
}

void refuses(json root, const Instance &instance, const char *place, const json &value,
             const std::string &piece) {
  root[json::json_pointer(place)] = value;
  BOOST_TEST_CONTEXT(place << " = " << value) {
    BOOST_CHECK_EXCEPTION(read_certificate(root, "c.json", instance), InputError, tells(piece));
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(what_was_written_comes_back) {
  const json plain = written(example());
  BOOST_TEST((reread(plain, example()) == plain));
  CertifyOptions options;
  options.accuracy = mpq_class(1, 10);
  const json accurate = written(example(), options);
  BOOST_TEST((accurate["levels"].size() < 3U));
  BOOST_TEST((reread(accurate, example()) == accurate));
  const Instance undecided =
      make_instance(1, "1/(x-1/3)", 2, 1, 1); // not in L^1: reasons, worst cells, infinite bounds
  const json unbounded = written(undecided);
  BOOST_TEST((unbounded["levels"][0]["error_upper"] == "inf"));
  BOOST_TEST((reread(unbounded, undecided) == unbounded));
}

BOOST_AUTO_TEST_CASE(nothing_that_is_altered_is_taken) {
  const json root = written(example());
  refuses(root, example(), "/format", "layercert-certificate-2", "layercert-certificate-1");
  refuses(root, example(), "/levels/1/error_upper", 0.25, "/levels/1/error_upper is 0.25; expected a text");
  refuses(root, example(), "/levels/1/error_upper", "0.25", "expected a hexadecimal float");
  refuses(root, example(), "/levels/1/error_upper", "0x1.0000000000000000001p-3", "of double precision");
  refuses(root, example(), "/levels/1/error_upper", "-0x1p-3", "not below 0");
  refuses(root, example(), "/levels/1/error_upper", "0x1p-50", "expected at least the lower bound");
  refuses(root, example(), "/levels/1/error_upper", "0x1p+3", "/levels/1/ratio_upper");
  refuses(root, example(), "/levels/2/bound", "0x1p+3", "follows from the bounds");
  refuses(root, example(), "/levels/2/status", "undecided", "expected certified, which follows");
  refuses(root, example(), "/levels/2/status", "great", "certified, refuted or undecided");
  refuses(root, example(), "/levels/2/hoelder_bound", "0x1p+3", "follows from the bounds");
  refuses(root, example(), "/levels/2/level", 2, "expected 3");
  refuses(root, example(), "/levels/2/cells", 9, "expected 8");
  refuses(root, example(), "/levels/2/shift", json::array({"0x1p-3", "0x0p+0"}), "1 coordinates");
  refuses(root, example(), "/hoelder/lambda", "2", "that of the instance");
  refuses(root, example(), "/architecture/width", -1, "a whole number");
  refuses(root, example(), "/architecture/width", 5000000000, "a smaller number");
  refuses(root, example(), "/tolerance", 0, "above 0");
  refuses(root, example(), "/d", 2, "expected 1, that of the instance");
  refuses(root, example(), "/N", 3, "expected 2, that of the instance");
  refuses(root, example(), "/p", "3", "expected \"2\", that of the instance");
  refuses(root, example(), "/norm", "max", "euclidean");
  refuses(root, example(), "/expression", "x", "abs(x-1/3)");
  refuses(root, example(), "/verdict", "refuted", "expected certified");
  refuses(root, example(), "/levels", json::array(), "0 entries");
  refuses(root, example(), "/levels", "none", "an array");
  refuses(root, example(), "/levels/0", 1, "an object");
  Instance deeper = example();
  deeper.depth = 4;
  BOOST_CHECK_THROW(read_certificate(root, "c.json", deeper), InputError);
}

BOOST_AUTO_TEST_CASE(every_key_that_is_missing_is_named) {
  const json root = written(example());
  for (const char *place : {"/levels/1", "/architecture", "/hoelder", ""}) {
    for (const auto &[key, value] : root[json::json_pointer(place)].items()) {
      const bool needless = key.ends_with("_decimal") || key.ends_with("_width") || key.ends_with("_sha256");
      if (needless) {
        continue;
      }
      const std::string missing = key; // clang 14 captures no structured binding
      json less = root;
      less[json::json_pointer(place)].erase(missing);
      BOOST_CHECK_EXCEPTION(
          read_certificate(less, "c.json", example()), InputError, [&](const InputError &error) {
            return std::string(error.what()).find("/" + missing + " is missing") != std::string::npos;
          });
    }
  }
}

BOOST_AUTO_TEST_CASE(text_that_is_no_json_of_ours_is_refused_in_one_way) {
  const auto refuses_text = [](const std::string &text, const std::string &reason) {
    BOOST_CHECK_EXCEPTION(parse_json(text, "c.json"), InputError, [&](const InputError &error) {
      BOOST_TEST_INFO(error.what());
      return std::string(error.what()).find(reason) != std::string::npos;
    });
  };
  refuses_text("{\n\"a\": ", "c.json:2");
  refuses_text("[1e999]", "no double holds");
  refuses_text("[\"\xff\"]", "cut off or damaged");
  refuses_text(std::string(102, '[') + std::string(102, ']'), "more than 100 deep");
  refuses_text(R"([{"a": 1, "a": 2}])", "twice");
}
