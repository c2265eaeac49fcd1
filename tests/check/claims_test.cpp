// The relations K1 to K20 of proofs/certificate-format.md: each is broken in several ways, with everything
// else left as consistent as somebody who means to deceive would leave it.
#define BOOST_TEST_MODULE check_claims
#include <boost/test/unit_test.hpp>

#include "claims.hpp"
#include "network.hpp"
#include "results.hpp"
#include "shown.hpp"

#include <cmath>
#include <functional>

using namespace check_test;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
const char *const kBounds[] = {"error_upper",   "error_lower",      "modulus_lower", "modulus_upper",
                               "bound",         "ratio_upper",      "ratio_lower",   "error_width",
                               "modulus_width", "projection_bound", "hoelder_bound"};

struct Results {
  Results() {
    const auto hoelder = [](const char *lambda) {
      return std::string("[hoelder]\nlambda = ") + lambda + "\nalpha = 1\n";
    };
    make_result(folder / "kink", instance_text("abs(x - 1/3)", 1, 2, 3, "2", hoelder("1")));
    make_result(folder / "assumed", instance_text("abs(x - 1/3)", 1, 2, 3, "2", hoelder("0.85")));
    make_result(folder / "found", instance_text("abs(x - 1/3)", 1, 2, 2, "2"));
    layercert::CertifyOptions options = listing();
    options.accuracy = mpq_class(1, 20);
    make_result(folder / "accurate", instance_text("abs(x - 1/3)", 1, 2, 4, "2"), {},
                layercert::NetworkFormat::Automatic, options);
    make_result(folder / "image",
                "[target]\ndimension = 2\nimage = \"samples.pgm\"\n[theorem]\nN = 2\ndepth = 1\np = 2\n",
                "P2\n2 2\n9\n1 2\n3 9\n");
  }
  TemporaryFolder folder;
};

const Results &results() {
  static const Results made;
  return made;
}

int tried = 0;

struct Fixture {
  // The report of a result whose certificate was altered.
  checker::Report report(const char *name, const std::function<void(json &)> &alter) {
    const fs::path copy = folder / "copy";
    fs::remove_all(copy);
    fs::copy(results().folder / name, copy, fs::copy_options::recursive);
    json certificate = json::parse(read_file(copy / "certificate.json"));
    alter(certificate);
    write_file(copy / "certificate.json", certificate.dump(2) + "\n");
    ++tried;
    return checker::check(copy, 1);
  }
  void refuses(const char *name, const std::string &piece, const std::function<void(json &)> &alter) {
    const checker::Report found = report(name, alter);
    BOOST_TEST_CONTEXT(name << ", expected " << piece << ": " << found.reason) {
      BOOST_TEST(!found.accepted);
      BOOST_TEST(!found.unknown);
      BOOST_TEST(found.reason.find(piece) != std::string::npos);
    }
  }
  // Of level l, counted from 1.
  void refuses_level(std::size_t l, const std::string &piece, const std::function<void(json &)> &alter,
                     const char *name = "kink") {
    refuses(name, piece, [&](json &certificate) { alter(certificate["levels"][l - 1]); });
  }

  TemporaryFolder folder;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(relations, Fixture)

BOOST_AUTO_TEST_CASE(unaltered_results_are_accepted) {
  for (const char *name : {"kink", "assumed", "found", "accurate", "image"}) {
    BOOST_TEST(report(name, [](json &) {}).reason == "", name);
  }
}

// A claim that is weaker by its bounds alone is accepted, once everything beside it follows.
BOOST_AUTO_TEST_CASE(weaker_claims_are_accepted) {
  for (const std::size_t l : {0U, 1U, 2U}) {
    const checker::Report found = report("kink", [&](json &certificate) {
      json &level = certificate["levels"][l];
      put(level, "error_upper", number(level, "error_upper") * 1.25);
      put(level, "error_lower", number(level, "error_lower") * 0.75);
      put(level, "modulus_lower", number(level, "modulus_lower") * 0.9);
      put(level, "modulus_upper", number(level, "modulus_upper") * 1.5);
      derive(level);
    });
    BOOST_TEST(found.reason == "");
  }
}

BOOST_AUTO_TEST_CASE(k1_keys) {
  for (const char *at : {"", "/levels/0", "/architecture", "/hoelder"}) {
    for (const char *key : {"remark", "error_uper", "level_decimal", "status_decimal", "shift_decimal"}) {
      refuses("kink", "no key that this checker knows",
              [&](json &c) { c[json::json_pointer(at)][key] = "0x1p+0"; });
    }
  }
  refuses("accurate", "no key", [](json &c) { c["accuracy"]["reached"] = true; });
  for (const char *key : {"tolerance", "boxes", "architecture", "network_file", "instance_sha256"}) {
    refuses("kink", key, [&](json &c) { c.erase(key); });
  }
  for (const char *key : {"level", "cells", "boxes", "modulus_boxes", "error_upper", "error_lower",
                          "modulus_upper", "bound", "ratio_upper", "ratio_lower", "error_width",
                          "modulus_width", "projection_bound", "shift", "hoelder_bound", "hoelder_status"}) {
    refuses_level(2, key, [&](json &level) {
      level.erase(key);
      level.erase(key + std::string("_decimal"));
    });
  }
}

BOOST_AUTO_TEST_CASE(k2_copies_for_people) {
  for (const char *key : kBounds) {
    const std::string copy = key + std::string("_decimal");
    refuses_level(1, copy, [&](json &level) { level.erase(copy); });
    refuses_level(1, copy, [&](json &level) { level[copy] = "0.1"; });
    refuses_level(1, copy,
                  [&](json &level) { level[copy] = std::nextafter(level[copy].get<double>(), 9.0); });
    refuses_level(1, copy, [&](json &level) { level[copy] = level[copy].dump(); });
    refuses_level(1, copy, [&](json &level) { level[copy] = nullptr; });
  }
  refuses("kink", "constant_upper_decimal", [](json &c) { c["hoelder"]["constant_upper_decimal"] = 0.5; });
}

BOOST_AUTO_TEST_CASE(k21_the_statement_is_that_of_the_instance) {
  const std::pair<const char *, json> others[] = {{"d", 2},
                                                  {"N", 3},
                                                  {"p", "3"},
                                                  {"p", 2},
                                                  {"norm", "max"},
                                                  {"expression", "x"},
                                                  {"verdict", "undecided"}};
  for (const auto &other : others) {
    refuses("kink", other.first, [&](json &c) { c[other.first] = other.second; });
    refuses("kink", other.first, [&](json &c) { c.erase(other.first); });
  }
  refuses("kink", "version", [](json &c) { c.erase("version"); });
  refuses("image", "expression", [](json &c) { c["expression"] = "x"; });
}

BOOST_AUTO_TEST_CASE(k3_files) {
  for (const char *key : {"instance_sha256", "network_sha256", "samples_sha256"}) {
    refuses("image", "SHA-256", [&](json &c) { c[key] = std::string(64, '0'); });
  }
  refuses("kink", "samples_sha256", [](json &c) { c["samples_sha256"] = c["instance_sha256"]; });
  for (const char *file : {"network.lcn", "instance.toml", "../network.json", ""}) {
    refuses("kink", "network_file", [&](json &c) { c["network_file"] = file; });
  }
}

BOOST_AUTO_TEST_CASE(k4_architecture) {
  for (const char *key :
       {"width", "theorem_width", "units_used", "hidden_layers", "parameters", "sine_units"}) {
    for (const int step : {-1, 1}) {
      refuses("kink", key,
              [&](json &c) { c["architecture"][key] = c["architecture"][key].get<int>() + step; });
    }
  }
}

BOOST_AUTO_TEST_CASE(k5_and_k6_levels_and_cells) {
  refuses_level(2, "number of the level", [](json &level) { level["level"] = 3; });
  refuses_level(2, "number of the level", [](json &level) { level["level"] = 1; });
  refuses("kink", "number of the level", [](json &c) { std::swap(c["levels"][0], c["levels"][1]); });
  refuses("kink", "one entry for each", [](json &c) { c["levels"].erase(2); });
  refuses("kink", "one entry for each", [](json &c) { c["levels"].push_back(c["levels"][2]); });
  for (const int cells : {0, 2, 3, 5, 8}) {
    refuses_level(2, "cells", [&](json &level) { level["cells"] = cells; });
  }
}

BOOST_AUTO_TEST_CASE(k7_order_of_bounds) {
  for (const char *lower : {"error_lower", "modulus_lower"}) {
    for (const double factor : {1.0001, 2.0, kInfinity}) {
      refuses_level(1, "exceeds the upper bound", [&](json &level) {
        const char *upper = lower == std::string("error_lower") ? "error_upper" : "modulus_upper";
        put(level, lower, number(level, upper) * factor);
        if (std::isinf(factor)) {
          put(level, upper, kInfinity);
        }
        derive(level);
      });
    }
  }
  for (const char *key : kBounds) {
    refuses_level(1, "negative", [&](json &level) { put(level, key, -1); });
    for (const char *text : {"nan", "-inf", "infinity", "0x", "1", "1.5", ""}) {
      refuses_level(1, "no hexadecimal float", [&](json &level) {
        level[key] = text;
        level[key + std::string("_decimal")] = text;
      });
    }
  }
}

BOOST_AUTO_TEST_CASE(k8_shifts) {
  for (const json &shift : {json::array(), json{"0x1.8p-1"}, json{"-0x1.8p-1"}, json{"0x1p-2", "0x1p-2"},
                            json{"0x1.00000000000001p-1"}}) {
    refuses_level(1, "shift", [&](json &level) { level["shift"] = shift; });
  }
  refuses_level(1, "", [](json &level) { level["shift"] = json{0.5}; });
}

// Each of the numbers that follow, in both directions: a weaker one is not what follows either.
BOOST_AUTO_TEST_CASE(k9_to_k12_arithmetic) {
  for (const char *key :
       {"bound", "ratio_upper", "ratio_lower", "error_width", "modulus_width", "projection_bound"}) {
    for (const double factor : {0.0, 0.5, 0.999999, 1.000001, 2.0, kInfinity}) {
      refuses_level(1, key,
                    [&](json &level) { put(level, key, factor == 0 ? 0 : number(level, key) * factor); });
    }
  }
}

BOOST_AUTO_TEST_CASE(k13_verdicts) {
  refuses_level(1, "not certified", [](json &level) {
    put(level, "error_upper", kInfinity);
    put(level, "modulus_lower", 0);
    derive(level); // the bound is 0
  });
  for (const double factor : {1 + 1e-15, 1.001, 2.0, kInfinity}) {
    refuses_level(2, "not certified", [&](json &level) {
      put(level, "error_upper", number(level, "bound") * factor);
      derive(level);
    });
  }
  refuses_level(2, "not certified", [](json &level) {
    put(level, "modulus_lower", number(level, "error_upper") / 3.1);
    derive(level);
  });
  for (const char *status : {"undecided", "refuted", "Certified", ""}) {
    refuses_level(3, "not everything", [&](json &level) { level["status"] = status; });
  }
}

BOOST_AUTO_TEST_CASE(k14_corollary) {
  for (const double factor : {0.5, 0.999999, 1.000001, 2.0, kInfinity}) {
    refuses_level(1, "hoelder_bound",
                  [&](json &level) { put(level, "hoelder_bound", number(level, "hoelder_bound") * factor); });
  }
  for (const char *status : {"undecided", "refuted", "", "yes"}) {
    refuses_level(1, "not everything", [&](json &level) { level["hoelder_status"] = status; });
  }
  // lambda = 0.85: the corollary says less than the theorem at the last level.
  refuses_level(
      3, "the corollary is not certified",
      [](json &level) {
        const double between = (number(level, "hoelder_bound") + number(level, "bound")) / 2;
        BOOST_TEST_REQUIRE(number(level, "hoelder_bound") < between);
        put(level, "error_upper", between);
        derive(level);
      },
      "assumed");
  refuses("kink", "without", [](json &c) { c.erase("hoelder"); });
  refuses("found", "without the corollary", [](json &c) {
    c.erase("hoelder"); // but not the bounds
  });
}

BOOST_AUTO_TEST_CASE(k15_reasons) {
  refuses_level(1, "reason", [](json &level) { level["reason"] = "it was hard"; });
  refuses_level(1, "worst_cells", [](json &level) { level["worst_cells"] = json::array(); });
}

BOOST_AUTO_TEST_CASE(k16_moduli_of_several_levels) {
  const auto moved = [](json &level, double lower, double upper) {
    const double modulus = number(level, "modulus_lower");
    put(level, "modulus_lower", modulus * lower);
    put(level, "modulus_upper", modulus * upper);
    derive(level);
  };
  refuses_level(1, "contradict each other",
                [&](json &level) { moved(level, 0.45, 0.5); }); // below that of level 2
  refuses("kink", "contradict each other", [&](json &c) { moved(c["levels"][1], 0.4, 0.45); });
  // True of the other claims, but not of what is proved.
  refuses_level(1, "modulus_upper", [&](json &level) { moved(level, 0.96, 0.98); });
}

BOOST_AUTO_TEST_CASE(k17_accuracy) {
  for (const char *wanted : {"0", "-1", "x", "1/1000", ""}) {
    refuses("accurate", "", [&](json &c) { c["accuracy"]["wanted"] = wanted; });
  }
  refuses("accurate", "first reached", [](json &c) { c["accuracy"]["wanted"] = "1"; }); // by level 1
  for (const json &level : {json(0), json(1), json(9), json("2"), json(nullptr)}) {
    refuses("accurate", "", [&](json &c) { c["accuracy"]["level"] = level; });
  }
  refuses("accurate", "smallest_proved", [](json &c) { c["accuracy"]["smallest_proved"] = false; });
  refuses("accurate", "smallest_proved", [](json &c) { c["accuracy"]["smallest_proved"] = "true"; });
  refuses("accurate", "depth", [](json &c) { c.erase("accuracy"); });
  refuses("kink", "accuracy", [](json &c) {
    c["accuracy"] = {{"wanted", "1/1000"}, {"level", 3}, {"smallest_proved", true}};
  });
}

BOOST_AUTO_TEST_CASE(k18_hypothesis) {
  for (const char *key : {"lambda", "alpha"}) {
    for (const char *value : {"2", "1/2", "1.0", "", "0"}) {
      refuses("kink", "that of the instance", [&](json &c) { c["hoelder"][key] = value; });
    }
  }
  refuses("kink", "neither verified nor assumed", [](json &c) { c["hoelder"]["hypothesis"] = "proved"; });
  for (const double constant : {1.0000001, 2.0, kInfinity}) {
    refuses("kink", "constant_upper", [&](json &c) { put(c["hoelder"], "constant_upper", constant); });
  }
  refuses("assumed", "constant_upper", [](json &c) { c["hoelder"]["hypothesis"] = "verified"; });
  // The constant is 1: what is said of it is beyond what is proved.
  BOOST_TEST(!report("assumed", [](json &c) {
                c["hoelder"]["hypothesis"] = "verified";
                put(c["hoelder"], "constant_upper", 0.75);
              }).accepted);
  refuses("assumed", "only assumed", [](json &c) { c["hoelder"]["hypothesis_subdivision"] = "."; });
  refuses("found", "does not declare", [](json &c) { c["hoelder"]["hypothesis"] = "assumed"; });
}

BOOST_AUTO_TEST_CASE(k19_subdivisions) {
  for (const char *key : {"error_subdivision", "modulus_subdivision"}) {
    for (const char *trees : {"0", "0.", "....", "1..", "00..", "0.. ", "x"}) {
      refuses_level(1, "", [&](json &level) { level[key] = trees; });
    }
  }
  refuses("image", "no subdivision", [](json &c) { c["levels"][0]["error_subdivision"] = "...."; });
  refuses("image", "no subdivision", [](json &c) { c["levels"][0]["modulus_subdivision"] = "."; });
  for (const json &value : {json("true"), json(1), json(nullptr)}) {
    refuses("kink", "subdivisions", [&](json &c) { c["subdivisions"] = value; });
  }
}

BOOST_AUTO_TEST_CASE(k20_search) {
  for (const json &value : {json(0), json(-1), json(1.5), json("1"), json(nullptr)}) {
    refuses("kink", "boxes", [&](json &c) { c["boxes"] = value; });
  }
  for (const json &value : {json(0), json(-1), json(1.5), json("1"), json(nullptr)}) {
    refuses("kink", "tolerance", [&](json &c) { c["tolerance"] = value; });
  }
  for (const char *key : {"boxes", "modulus_boxes"}) {
    refuses_level(1, key, [&](json &level) { level[key] = -1; });
  }
}

// Claims that are sharper than what is proved, by more than the slack; all that follows is as it has to be.
BOOST_AUTO_TEST_CASE(claims_that_are_too_sharp) {
  for (const std::size_t l : {1U, 2U, 3U}) {
    for (const double part : {0.5, 0.9, 0.94, 0.98}) {
      refuses_level(l, "error_upper", [&](json &level) {
        put(level, "error_upper", number(level, "error_upper") * part);
        put(level, "error_lower", number(level, "error_lower") * part * 0.9);
        derive(level);
      });
      refuses_level(l, "error_lower", [&](json &level) {
        put(level, "error_lower", number(level, "error_lower") / part);
        put(level, "error_upper", number(level, "error_upper") / part);
        derive(level);
      });
      refuses_level(l, "modul", [&](json &level) { // too much at finer levels contradicts the coarser ones
        put(level, "modulus_lower", number(level, "modulus_lower") / part);
        put(level, "modulus_upper", number(level, "modulus_upper") / part);
        derive(level);
      });
    }
  }
}

// What is printed of a key is never sharper than what was proved of it, and every key without proof is named.
BOOST_AUTO_TEST_CASE(output_names_what_is_confirmed_and_what_is_not) {
  const auto said = [](const checker::Report &report) {
    std::string text;
    for (const std::string &line : report.lines) {
      text += line + "\n";
    }
    return text;
  };
  const std::string text = said(report("kink", [](json &) {}));
  for (const char *piece : {"not verified: ", "modulus_upper", "constant_upper", "tolerance", "boxes",
                            "modulus_boxes", "ratio_lower", "modulus_width", "projection_bound"}) {
    BOOST_TEST(text.substr(text.find("not verified")).find(piece) != std::string::npos, piece);
  }
  BOOST_TEST(said(report("image", [](json &) {})).find("constant_upper") == std::string::npos);
  const std::string weaker = said(report("kink", [](json &c) {
    for (json &level : c["levels"]) {
      put(level, "error_upper", number(level, "error_upper") * 1.125);
      put(level, "error_lower", number(level, "error_lower") * 0.875);
      put(level, "modulus_lower", number(level, "modulus_lower") * 0.875);
      derive(level);
    }
  }));
  BOOST_TEST(weaker.find("error_upper as stated, error_lower as stated, modulus_lower as stated") !=
             std::string::npos);
  BOOST_TEST(weaker.find("percent") == std::string::npos);
  // A claim between the bound proved here and the sharpest that passes.
  const std::string sharper = said(report("kink", [](json &c) {
    json &level = c["levels"][0];
    put(level, "error_upper", number(level, "error_upper") * 0.9999);
    put(level, "error_lower", number(level, "error_lower") * 0.9);
    derive(level);
  }));
  BOOST_TEST(sharper.find("error_upper up to ") != std::string::npos);
  BOOST_TEST(sharper.find(" percent") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(bounds_are_printed_outward) {
  using checker::Arf;
  for (const double x :
       {0.1, 1.0 / 3, 2.0 / 3, 1.0, 12345678901.0, 1e-300, 5e-324, 1.7976931348623157e308, 0.0}) {
    const Arf exact = checker::hexadecimal(layercert::Dyadic::from_double(x).to_string());
    const checker::Rational up(checker::exact_number(checker::shown_upper(exact)));
    const checker::Rational down(checker::exact_number(checker::shown_lower(exact)));
    BOOST_TEST((up >= checker::Rational(x)), x);
    BOOST_TEST((down <= checker::Rational(x)), x);
    BOOST_TEST((up <= checker::Rational(x) * checker::Rational(1000000003, 1000000000) || x < 1e-300), x);
    BOOST_TEST((down >= checker::Rational(x) * checker::Rational(999999997, 1000000000) || x < 1e-300), x);
  }
  BOOST_TEST(checker::shown_upper(Arf::infinity()) == "inf");
  BOOST_TEST(checker::shown_percent(Arf(101), Arf(100)) == "1");
  BOOST_TEST(checker::shown_percent(Arf(10101), Arf(10000)) == "1.1");
}

BOOST_AUTO_TEST_CASE(count_of_cases) {
  BOOST_TEST_MESSAGE(tried << " altered certificates");
  BOOST_TEST(tried > 200);
}

BOOST_AUTO_TEST_SUITE_END()
