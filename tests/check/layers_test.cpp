// Certificates of networks that others made: proved again, and refused where they were altered.
#define BOOST_TEST_MODULE check_layers
#include <boost/test/unit_test.hpp>

#include "layers/layers_for_test.hpp"
#include "results.hpp"

#include "certify/certify_layers_run.hpp"
#include "layers/layers_file.hpp"

#include <algorithm>
#include <random>

using namespace check_test;
using layercert::Activation;
using layercert::LayeredNetwork;

namespace {

void make_layers_result(const fs::path &folder, const std::string &instance, const std::string &network,
                        const std::string &at_most = {}, const std::string &readouts = {}) {
  layercert::LayersRun run;
  run.readouts = readouts;
  run.options.effort.boxes = 1 << 14;
  run.options.effort.tolerance = 0.02;
  if (!at_most.empty()) {
    run.options.at_most = mpq_class(at_most);
  }
  layercert::PendingFolder result(folder);
  layercert::run_layers(layercert::parse_instance(instance, "instance.toml", {}), network, "network", run,
                        &result);
  result.commit();
}

std::string row(const LayeredNetwork &network) { return layercert::layers_to_json(network); }

std::string random_row(std::size_t d, const std::vector<Activation> &kinds, std::uint64_t seed,
                       std::size_t width = 5) {
  return row(layercert::random_layers(d, 2, width, kinds, 0.7, seed));
}

constexpr const char *kInterpolants = R"({ "format": "layercert-network-1", "d": 1,
  "hidden": [ { "units": [ { "index": 0, "activation": "relu", "bias": "-0x1p-1", "weights": [[0, "0x1p+0"]] },
                           { "index": 1, "activation": "identity", "bias": "0x0p+0", "weights": [[0, "0x1p+0"]] } ] } ],
  "readouts": [ { "level": 1, "layer": 1, "bias": "0x0p+0", "weights": [[0, "0x1p+0"], [1, "0x1p-1"]] },
                { "level": 2, "layer": 0, "bias": "0x0p+0", "weights": [[0, "0x1p+0"]] } ] })";

json certificate_of(const fs::path &folder) { return json::parse(read_file(folder / "certificate.json")); }
void write_certificate(const fs::path &folder, const json &certificate) {
  write_file(folder / "certificate.json", certificate.dump(2) + "\n");
}

struct Fixture {
  TemporaryFolder place;
  void accepts(const std::string &name) const {
    const checker::Report report = checker::check(place / name, 1);
    BOOST_TEST(report.reason == "", name << ": " << report.reason);
    BOOST_TEST(report.accepted, name);
  }
  void refuses(const std::string &name, const json &certificate, const std::string &why) const {
    write_certificate(place / name, certificate);
    const checker::Report report = checker::check(place / name, 1);
    BOOST_TEST(!report.accepted, why);
    BOOST_TEST(report.reason.find(why) != std::string::npos, report.reason << "; expected " << why);
  }
};

// What is false of what the folder claims, as far as the producer can tell from the same files; or nothing.
std::string falsehood_of_layers(const fs::path &folder) {
  try {
    const json claims = certificate_of(folder);
    const layercert::Instance instance =
        layercert::parse_instance(read_file(folder / "instance.toml"), "instance.toml", folder);
    layercert::LayersRun run;
    run.options.effort.boxes = 1 << 14;
    run.options.effort.tolerance = 0.02;
    if (claims.contains("at_most")) {
      run.options.at_most = mpq_class(claims["at_most"].get<std::string>());
    }
    for (const json &entry : claims.at("readouts")) {
      run.readouts += (run.readouts.empty() ? "" : ",") + entry.at("readout").get<std::string>();
      run.readouts += run.options.at_most ? "" : "=" + std::to_string(entry.at("level").get<int>());
    }
    const std::string file = claims.at("network_file");
    const layercert::LayersOutcome truth =
        layercert::run_layers(instance, read_file(folder / file), file, run, nullptr);
    for (std::size_t i = 0; i < truth.certificate.readouts.size(); ++i) {
      const layercert::LevelCertificate &level = truth.certificate.readouts[i].level;
      const json &claim = claims.at("readouts")[i];
      if (level.status == layercert::Status::Refuted) {
        return "the verdict";
      }
      if (number(claim, "error_upper") < level.error_lower ||
          number(claim, "error_lower") > level.error_upper) {
        return "the error";
      }
      if (!run.options.at_most && number(claim, "modulus_lower") > level.modulus_upper * (1 + 1e-12)) {
        return "modulus_lower";
      }
    }
    return {};
  } catch (const std::exception &error) {
    return error.what();
  }
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(layers, Fixture)

BOOST_AUTO_TEST_CASE(networks_of_all_activations_are_proved_again) {
  make_layers_result(place / "interpolants", instance_text("x^2", 1, 2, 2, "2"), kInterpolants);
  accepts("interpolants");
  const std::vector<std::pair<std::string, std::vector<Activation>>> kinds = {
      {"tanh", {Activation::Tanh}},
      {"sine", {Activation::Sine}},
      {"relu", {Activation::Relu}},
      {"mixed", {Activation::Softplus, Activation::Sigmoid}},
      {"cosine", {Activation::Cosine}}};
  std::uint64_t seed = 0;
  for (const auto &[name, kind] : kinds) {
    for (const std::string p : {"1", "2", "3", "4", "\"3/2\""}) {
      for (const std::size_t d : {1, 2}) {
        if (d == 2 && p != "2" && name != "tanh") {
          continue;
        }
        ++seed;
        const std::string folder = name + std::to_string(seed);
        const std::string expression = d == 1 ? "sin(5*x0) + abs(x0 - 1/3)" : "exp(-x1)*sin(3*x0)";
        make_layers_result(place / folder, instance_text(expression, d, 2, 2, p), random_row(d, kind, seed),
                           "100", "2");
        accepts(folder);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(targets_with_jumps_poles_and_most_functions) {
  const std::vector<std::string> targets = {
      "x^(-1/4)", "step(x - 1/3) + sqrt(x)", "if(x < 0.7, sin(5*x), 1 + x^2)",
      "log(1 + x)/(2 - x) + tan(x) - atan(3*x) + erf(x)*tanh(4*x) + max(x, 1 - x)^3 - cbrt(x + 1)",
      "sinh(x)*cosh(x) + asin(x/2) + acos(x/3) + min(x, 1/2)"};
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const std::string name = "target" + std::to_string(i);
    make_layers_result(place / name, instance_text(targets[i], 1, 2, 2, "2"),
                       random_row(1, {Activation::Tanh}, 40 + i, 3), "100", "2");
    accepts(name);
  }
}

// A product of two units: x * tanh(y).
BOOST_AUTO_TEST_CASE(products) {
  LayeredNetwork network;
  network.dimension = 2;
  layercert::LayerUnit unit;
  unit.activation = Activation::Tanh;
  unit.factor = 0;
  network.terms.push_back({1, -1, 1.0});
  const layercert::Slot product = network.add(unit, 0);
  network.readouts.push_back({"y", product, 1});
  make_layers_result(place / "product", instance_text("x0*x1", 2, 2, 1, "2"), row(network), "1");
  accepts("product");
}

BOOST_AUTO_TEST_CASE(altered_claims_are_refused) {
  make_layers_result(place / "r", instance_text("x^2", 1, 2, 2, "2"), kInterpolants);
  accepts("r");
  const json good = certificate_of(place / "r");
  const auto altered = [&](const auto &alter) {
    json other = good;
    alter(other);
    return other;
  };
  const auto scaled = [&](const char *key, double factor) {
    return altered([&](json &c) {
      json &entry = c["readouts"][0];
      put(entry, key, number(entry, key) * factor);
      put(entry, "projection_bound", 0);
      derive(entry);
      entry.erase("projection_bound");
      entry.erase("projection_bound_decimal");
    });
  };
  refuses("r", altered([](json &c) {
            json &entry = c["readouts"][0];
            put(entry, "error_lower", number(entry, "error_lower") * 0.9);
            put(entry, "error_upper", number(entry, "error_upper") * 0.9);
            put(entry, "projection_bound", 0);
            derive(entry);
            entry.erase("projection_bound");
            entry.erase("projection_bound_decimal");
          }),
          "error_upper");
  refuses("r", scaled("error_lower", 1.1), "error_lower is infinite, or exceeds");
  refuses("r", scaled("modulus_lower", 1.1), "modulus_lower");
  refuses("r", altered([](json &c) { c["readouts"][0]["readout"] = "3"; }), "no readout 3");
  refuses("r", altered([](json &c) { c["readouts"][0]["status"] = "refuted"; }), "readout 1 refuted");
  refuses("r", altered([](json &c) { c["readouts"] = json::array(); }), "no readout");
  refuses("r", altered([](json &c) { c["at_most"] = "1/2"; }), "compared with at_most");
  refuses("r", altered([](json &c) { c["readouts"][0]["level"] = 3; }), "contradict");
  refuses("r", altered([](json &c) { c["network"]["units"] = 2; }), "counts of the network");
  refuses("r", altered([](json &c) { c["network_file"] = "certificate.json"; }), "network_file");
  refuses("r", altered([](json &c) { c["model_file"] = "network.onnx"; }), "model_file");
  refuses("r", altered([](json &c) { c["more"] = 1; }), "\"more\"");
  refuses("r", altered([](json &c) { c["p"] = "3"; }), "p is not");
  refuses("r", altered([](json &c) { c["readouts"][0]["error_subdivision"] = "0."; }), "fewer trees");
  write_certificate(place / "r", good);
  write_file(place / "r" / "network.json", std::string(kInterpolants) + " ");
  refuses("r", good, "SHA-256");
  // Weights in closed form are beyond it, and it says so.
  std::string closed = kInterpolants;
  closed.replace(closed.find("layercert-network-1"), 19, "layercert-network-3");
  closed.replace(closed.find("\"-0x1p-1\""), 9, "{\"pi\": \"-0x1p-3\"}");
  write_file(place / "r" / "network.json", closed);
  json other = good;
  other["network_sha256"] = layercert::sha256_hex(closed);
  refuses("r", other, "cannot verify: a network of any layers with weights in closed form");
}

BOOST_AUTO_TEST_CASE(shorter_lists_are_made_longer_within_bounds) {
  make_layers_result(place / "r", instance_text("sin(7*x0)", 1, 2, 2, "2"),
                     random_row(1, {Activation::Relu}, 3), "100", "2");
  json certificate = certificate_of(place / "r");
  const std::string tree = certificate["readouts"][0]["error_subdivision"];
  BOOST_TEST_REQUIRE(tree.size() > 5U);
  certificate["readouts"][0]["error_subdivision"] = "";
  write_certificate(place / "r", certificate);
  accepts("r");
}

BOOST_AUTO_TEST_CASE(nothing_false_is_accepted) {
  make_layers_result(place / "a", instance_text("x^2", 1, 2, 2, "2"), kInterpolants);
  make_layers_result(place / "b", instance_text("sin(3*x0)*x1", 2, 2, 1, "2"),
                     random_row(2, {Activation::Tanh}, 5, 4), "3", "2");
  make_layers_result(place / "c", instance_text("abs(x0 - 1/3)", 1, 3, 2, "1"),
                     random_row(1, {Activation::Sine, Activation::Relu}, 6, 4), "4");
  for (const char *name : {"a", "b", "c"}) {
    accepts(name);
  }
  std::mt19937_64 random(1);
  const auto pick = [&](std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
  };
  int accepted = 0;
  constexpr int kTimes = 150;
  for (int i = 0; i < kTimes; ++i) {
    const fs::path copy = place / "copy";
    fs::remove_all(copy);
    fs::copy(place / std::string(1, "abc"[pick(3)]), copy);
    json certificate = certificate_of(copy);
    const std::string file = certificate["network_file"];
    json &entry = certificate["readouts"][pick(certificate["readouts"].size())];
    std::string what;
    switch (pick(6)) {
    case 0: { // a bound and all that follows from it
      std::vector<const char *> keys = {"error_lower", "error_upper"};
      if (!certificate.contains("at_most")) {
        keys.push_back("modulus_lower");
      }
      const char *key = keys[pick(keys.size())];
      const double factors[] = {0.0, 0.5, 2.0, 0.9, 1.1, 0.97, 1.03, 1 - 1e-6, 1 + 1e-6};
      put(entry, key, number(entry, key) * factors[pick(9)]);
      if (!certificate.contains("at_most")) {
        derive(entry);
        entry.erase("projection_bound");
        entry.erase("projection_bound_decimal");
      } else {
        const layercert::UpwardScope upward;
        put(entry, "error_width",
            layercert::relative_width_upper(number(entry, "error_lower"), number(entry, "error_upper")));
      }
      what = key;
      break;
    }
    case 1: { // one weight or bias, signed again
      std::string network = read_file(copy / file);
      std::vector<std::size_t> places;
      for (std::size_t at = network.find("0x"); at != std::string::npos; at = network.find("0x", at + 1)) {
        places.push_back(at + 2);
      }
      network[places[pick(places.size())]] = "0123456789abcdef"[pick(16)];
      write_file(copy / file, network);
      certificate["network_sha256"] = layercert::sha256_hex(network);
      what = "a weight";
      break;
    }
    case 2: { // a byte of the network, signed again
      std::string network = read_file(copy / file);
      network[pick(network.size())] = "0123456789abcdefxp+-\"[]{},: "[pick(28)];
      write_file(copy / file, network);
      certificate["network_sha256"] = layercert::sha256_hex(network);
      what = "a byte of the network";
      break;
    }
    case 3: {
      std::string tree = entry["error_subdivision"];
      tree = tree.empty() ? "0.." : tree.replace(pick(tree.size()), 1, std::string(1, ".01"[pick(3)]));
      entry["error_subdivision"] = tree;
      what = "a tree";
      break;
    }
    case 4: { // the target, signed again
      std::string text = read_file(copy / "instance.toml");
      text[pick(text.size())] = "0123456789x+-*/^() \n=\""[pick(22)];
      write_file(copy / "instance.toml", text);
      certificate["instance_sha256"] = layercert::sha256_hex(text);
      try {
        certificate["expression"] = layercert::parse_instance(text, "instance.toml", {}).expression;
        certificate["N"] = layercert::parse_instance(text, "instance.toml", {}).N;
        certificate["p"] = layercert::parse_instance(text, "instance.toml", {}).p.get_str();
      } catch (const layercert::InputError &) { // no instance any more
      }
      what = "the instance";
      break;
    }
    default:
      if (certificate.contains("at_most")) {
        certificate["at_most"] = std::vector<std::string>{"1/100", "1/3", "1", "5"}[pick(4)];
        what = "at_most";
      } else {
        entry["level"] = pick(4);
        what = "the level";
      }
    }
    write_certificate(copy, certificate);
    try {
      if (!checker::check(copy, 1).accepted) {
        continue;
      }
    } catch (const std::runtime_error &) {
      continue; // cannot be read
    }
    ++accepted;
    const std::string wrong = falsehood_of_layers(copy);
    BOOST_TEST(wrong == "",
               "alteration " << i << ", " << what << ": accepted, though " << wrong << " is false");
  }
  BOOST_TEST(accepted < kTimes / 2);
}

BOOST_AUTO_TEST_SUITE_END()
