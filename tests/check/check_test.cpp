#define BOOST_TEST_MODULE check_check
#include <boost/test/unit_test.hpp>

#include "results.hpp"

#include "layercert/network/construction.hpp"

using namespace check_test;

namespace {

void accepts(const std::string &instance, const std::string &samples = {},
             const layercert::CertifyOptions &options = listing()) {
  const TemporaryFolder folder;
  make_result(folder.path(), instance, samples, layercert::NetworkFormat::Automatic, options);
  const checker::Report report = checker::check(folder.path());
  BOOST_TEST_CONTEXT(instance) { BOOST_TEST(report.reason == ""); }
}

// The number that follows these words in a line of the report; 0 if there is none.
double number_after(const checker::Report &report, const std::string &words) {
  for (const std::string &line : report.lines) {
    if (const std::size_t at = line.find(words); at != std::string::npos) {
      return std::stod(line.substr(at + words.size()));
    }
  }
  return 0;
}

} // namespace

// Every kind of claim and most operations; the two programs share no arithmetic.
BOOST_AUTO_TEST_CASE(agrees_with_the_producer) {
  accepts(instance_text("x^2 - x/3", 1, 2, 3, "2"));
  accepts(instance_text("sqrt(x + 1/10) + exp(-x)*cos(3*x)", 1, 3, 2, "1"));
  accepts(instance_text("log(1 + x*y) + tanh(x - y)", 2, 2, 2, "3"));
  accepts(instance_text("atan(2*x) - asin(x/2) + tan(x/2)", 1, 2, 2, "3.5"));
  accepts(instance_text("max(abs(x - 1/3), y^2)", 2, 2, 2, "1", "norm = \"max\"\n"));
  accepts(instance_text("x*y*z", 3, 2, 1, "2", "norm = \"one\"\n"));
  accepts(instance_text("step(x - 2/7) + floor(2*y)", 2, 2, 1, "2"));
  accepts(instance_text("sum(n, 0, 4, 2^-n*cos(2^n*pi*x))", 1, 2, 2, "2"));
  accepts(instance_text("abs(x - 1/3)", 1, 2, 2, "2", "[hoelder]\nlambda = 1\nalpha = 0.5\n"));
}

// Error 0 and modulus 0: claim R holds with nothing to spare.
BOOST_AUTO_TEST_CASE(constants) {
  accepts(instance_text("3/4", 1, 2, 2, "2"));
  accepts(instance_text("floor(x/2) - 5", 2, 2, 1, "\"7/5\""));
  accepts(instance_text("6/5", 1, 2, 1, "2"));
  accepts(instance_text("pi/7 + exp(1)", 2, 3, 2, "3.5", "norm = \"max\"\n"));
  accepts(instance_text("-sqrt(2)", 1, 2, 2, "1", "[hoelder]\nlambda = 1\nalpha = 0.5\n"));
  accepts("[target]\ndimension = 2\nimage = \"samples.pgm\"\n[theorem]\nN = 2\ndepth = 2\np = 1.5\n",
          "P2\n2 2\n9\n7 7 7 7\n");
  accepts("[target]\ndimension = 2\nimage = \"samples.pgm\"\ninterpolation = \"multilinear\"\n"
          "[theorem]\nN = 2\ndepth = 2\np = 2\n",
          "P2\n3 3\n9\n7 7 7 7 7 7 7 7 7\n");
}

// The result of a closed expression beside a target of which the checker finds that it is the same constant
// almost everywhere.
BOOST_AUTO_TEST_CASE(constants_by_their_normal_form) {
  const std::pair<const char *, std::vector<const char *>> cases[] = {
      {"1",
       {"sin(x)^2 + cos(x)^2", "(x + 1)^2 - x^2 - 2*x", "x/x", "cosh(3*x)^2 - sinh(3*x)^2",
        "exp(x)*exp(-x)"}},
      {"1/3", {"x - x + 1/3", "2/6", "(x + 1)/(3 + 3*x)", "0*x + 1/3"}},
      {"0",
       {"1/x - 1/x", "log(x) - log(x)", "sin(2*x) - 2*sin(x)*cos(x)", "floor(x)",
        "takagi(x)^2 - takagi(1-x)^2", "sqrt(x^2) - x", "max(x, 1-x) - abs(x - 1/2) - 1/2"}},
      {"pi/7 + exp(1)", {"(pi + 7*e)/7", "e + pi*sin(x)^2/7 + cos(x)^2*pi/7"}}};
  for (const auto &[value, targets] : cases) {
    const TemporaryFolder folder;
    make_result(folder.path(), instance_text(value, 1, 2, 2, "2"));
    BOOST_TEST(checker::check(folder.path()).reason == "");
    for (const char *target : targets) {
      write_file(folder / "instance.toml", instance_text(target, 1, 2, 2, "2"));
      sign(folder.path());
      BOOST_TEST(checker::check(folder.path()).reason == "", target);
    }
  }
}

// A result of the same constant for another target, and a target that has no value anywhere.
BOOST_AUTO_TEST_CASE(other_targets_are_no_constant) {
  const TemporaryFolder folder;
  make_result(folder.path(), instance_text("1/3", 1, 2, 2, "2"));
  BOOST_TEST(checker::check(folder.path()).reason == "");
  for (const char *expression :
       {"0.3333333333333333333333333", "1/3 + x/1000", "1/3 + log(x - 2) - log(x - 2)",
        "if(x < 1/2, 1/3, 1/4)", "1/3 + 0*sqrt(x - 1/2)", "1/3 + floor(2*x)",
        "step(x - 1/2)/(3*step(x - 1/2))", "if(x == x, 1/0, 1/3)"}) {
    write_file(folder / "instance.toml", instance_text(expression, 1, 2, 2, "2"));
    sign(folder.path());
    const checker::Report report = checker::check(folder.path());
    BOOST_TEST(!report.accepted);
    BOOST_TEST(report.reason.find("that the target is the constant 1/3") != std::string::npos, report.reason);
  }
}

// Boxes on which f - c has a zero at a corner.
BOOST_AUTO_TEST_CASE(roots_of_zero) { accepts(instance_text("floor(2*x) + y", 2, 2, 1, "1.4")); }

BOOST_AUTO_TEST_CASE(functions_without_slopes) {
  accepts(instance_text("takagi(x) + x/2", 1, 2, 2, "2"));
  accepts(instance_text("weierstrass(x, 1/2, 3)", 1, 3, 1, "1"));
  accepts(instance_text("weierstrass(x, 1/8, 3)*y", 2, 2, 1, "1"));
}

BOOST_AUTO_TEST_CASE(hypotheses) {
  const auto hoelder = [](const char *lambda, const char *alpha) {
    return std::string("norm = \"max\"\n[hoelder]\nlambda = ") + lambda + "\nalpha = " + alpha + "\n";
  };
  accepts(instance_text("max(abs(x - 1/3), abs(y - 1/2))", 2, 2, 2, "2", hoelder("1", "1")));
  accepts(instance_text("sqrt(abs(x - 1/3))", 1, 2, 3, "2", hoelder("1", "0.5")));
  accepts(instance_text("-2*sqrt(x) + y/4", 2, 2, 1, "2", hoelder("2.3", "0.5")));
  accepts(instance_text("sin(x)*cos(y)", 2, 2, 2, "2", "[hoelder]\nlambda = 1.001\nalpha = 1\n"));
}

BOOST_AUTO_TEST_CASE(large_levels_go_by_the_tree) {
  accepts(instance_text("sin(3*x)*y", 2, 2, 6, "2"));
} // 4,096 cells

BOOST_AUTO_TEST_CASE(digits_need_not_fill_their_bits) {
  accepts(instance_text("sin(3*x)*y", 2, 3, 4, "2"));
} // 6,561 cells

BOOST_AUTO_TEST_CASE(samples) {
  accepts("[target]\ndimension = 2\nimage = \"samples.pgm\"\n[theorem]\nN = 2\ndepth = 2\np = 1.5\n",
          "P2\n4 4\n9\n1 2 3 4\n3 9 8 7\n1 1 5 5\n0 2 4 6\n");
}

BOOST_AUTO_TEST_CASE(samples_with_interpolation) {
  accepts("[target]\ndimension = 2\nimage = \"samples.pgm\"\ninterpolation = \"multilinear\"\n"
          "[theorem]\nN = 2\ndepth = 2\np = 2\n",
          "P2\n3 3\n9\n1 2 3\n3 9 8\n0 2 4\n");
}

// For p = 2 nothing is listed, and another p needs a list. Sides that do not fit the grid, samples of any
// size, and a remainder.
BOOST_AUTO_TEST_CASE(samples_with_interpolation_of_any_sides) {
  const char *const samples = "P2\n5 4\n9\n1 2 3 0 9\n3 9 8 8 1\n0 2 4 7 7\n5 0 0 6 2\n";
  for (const char *theorem : {"N = 3\ndepth = 2\np = 2\n", "N = 2\ndepth = 3\np = 2\nnorm = \"one\"\n",
                              "N = 2\ndepth = 2\np = 1.5\n"}) {
    accepts(std::string("[target]\ndimension = 2\nimage = \"samples.pgm\"\ninterpolation = \"multilinear\"\n"
                        "[theorem]\n") +
                theorem,
            samples);
  }
  accepts("[target]\ndimension = 2\nimage = \"samples.pgm\"\ninterpolation = \"multilinear\"\n"
          "remainder = \"1/1000\"\n[theorem]\nN = 2\ndepth = 2\np = 2\n",
          samples);
}

BOOST_AUTO_TEST_CASE(targets_without_a_bound) {
  accepts(instance_text("abs(x - 1/3)^(-1/4)", 1, 2, 2, "2"));
  accepts(instance_text("log(x)", 1, 2, 2, "2.5"));
  accepts(instance_text("1/sqrt(x + y)", 2, 2, 1, "2"));
  accepts(instance_text("(x^2 + y^2)^(-1/4)", 2, 2, 1, "2"));
  accepts(instance_text("log(abs(x^2 + y^2 - 1/2))", 2, 2, 1, "1"));
}

BOOST_AUTO_TEST_CASE(bounded_functions_of_unbounded_ones) {
  for (const char *expression :
       {"exp(-1/x)", "atan(log(x))", "tanh(1/x)", "exp(log(x)/2)", "abs(x - 1/3)^x", "atan(1/(x - 1/3))",
        "exp(-1/x^2)*sin(1/x)", "1/(1 + log(x)^2)", "max(log(x), -3)"}) {
    accepts(instance_text(expression, 1, 2, 2, "2"));
  }
  accepts(instance_text("atan(y/x)", 2, 2, 1, "2"));
}

// No integral, signs that cancel, or no value on a part of the cube.
BOOST_AUTO_TEST_CASE(what_it_does_not_know_is_never_accepted) {
  for (const char *expression : {"1/x - sqrt(1 + 1/x^2)", "exp(exp(1/x))", "atan(1/floor(2*x))"}) {
    const TemporaryFolder folder;
    make_result(folder.path(), instance_text(expression, 1, 2, 1, "2"));
    json certificate = json::parse(read_file(folder / "certificate.json"));
    json &level = certificate["levels"][0];
    level["status"] = "certified"; // as deceit would have it
    certificate["verdict"] = "certified";
    level.erase("reason");
    level.erase("worst_cells");
    for (const char *key : {"error_lower", "error_upper", "modulus_lower", "modulus_upper"}) {
      put(level, key, 1);
    }
    derive(level);
    write_file(folder / "certificate.json", certificate.dump());
    const checker::Report report = checker::check(folder.path());
    BOOST_TEST(!report.accepted);
    BOOST_TEST(report.unknown);
    BOOST_TEST(report.reason.find("cannot verify") != std::string::npos);
  }
}

// What a coarse list does not prove may be true, if the producer itself says so; not what it refutes.
BOOST_AUTO_TEST_CASE(subdivisions_that_do_not_suffice) {
  const TemporaryFolder folder;
  make_result(folder.path(), instance_text("exp(x)*cos(5*x)", 1, 2, 1, "2"));
  json certificate = json::parse(read_file(folder / "certificate.json"));
  json &level = certificate["levels"][0];
  level["error_subdivision"] = "..";
  const auto report = [&](const json &suffice) {
    certificate["subdivisions"] = suffice;
    write_file(folder / "certificate.json", certificate.dump(2));
    return checker::check(folder.path());
  };
  for (const bool suffice : {true, false}) {
    const checker::Report coarse = report(suffice);
    BOOST_TEST(!coarse.accepted);
    BOOST_TEST(coarse.unknown == !suffice);
    BOOST_TEST(coarse.reason.find("error_upper") != std::string::npos);
  }
  for (const char *key : {"error_upper", "error_lower", "error_width", "ratio_lower", "ratio_upper"}) {
    level.erase(std::string(key) + "_decimal");
  }
  level["error_upper"] = "0x1p-10"; // an error of about 0.6
  const checker::Report refuted = report(false);
  BOOST_TEST(!refuted.accepted);
  BOOST_TEST(!refuted.unknown);
}

// A jump, and a pole, where a half of the shift's domain, or of a cell, ends but for rounding.
BOOST_AUTO_TEST_CASE(jumps_and_poles_at_borders) {
  layercert::CertifyOptions few = listing();
  few.boxes = 2000;
  accepts(instance_text("min(exp(sin(y)), floor(2*x))", 2, 3, 2, "2.5"), {}, few);
  accepts(instance_text("step(x - 1/2) + y", 2, 3, 2, "1"));
  accepts(instance_text("abs(x - 1/2)^(-1/2)", 1, 5, 1, "1.5"));
  accepts(instance_text("abs(x0 - 1/2)^(-1/2) + x1", 4, 3, 1, "1.5"));
}

// A certificate for steep ramps beside a network with wide ones, whose digest it names: its bounds are far
// below the true errors.
BOOST_AUTO_TEST_CASE(ramps_count) {
  using namespace layercert;
  const std::string text = instance_text("step(x - 1/2)", 1, 2, 2, "2");
  const TemporaryFolder folder;
  make_result(folder.path(), text);
  const fs::path file = folder / "network.json";
  NetworkParameters parameters = extract_parameters(read_network(file), "network");
  parameters.ramp_exponent = 3; // delta = 1/8 < 1/4
  write_file(file, encode_network(assemble_network(parameters), NetworkFormat::Json).bytes);
  sign(folder.path());
  const checker::Report report = checker::check(folder.path());
  BOOST_TEST(!report.accepted);
  BOOST_TEST(report.reason.find("error_upper") != std::string::npos);
}

// The claims say that error_upper <= 3 modulus_lower, and each is confirmed up to the slack; but the
// checker's own bounds, which a remainder moves to where the verdict is close, do not say it: the verdict is
// that of the latter.
BOOST_AUTO_TEST_CASE(claim_r_is_compared) {
  const TemporaryFolder folder;
  make_result(folder.path(), instance_text("abs(x - 1/3)", 1, 2, 1, "2"));
  const checker::Report genuine = checker::check(folder.path());
  BOOST_TEST_REQUIRE(genuine.accepted);
  const double error = number_after(genuine, "error <= ");
  const double modulus = number_after(genuine, "modulus >= ");
  const double remainder = (3.012 * modulus - error) / 7.024; // then error + r = 3.012 (modulus - 2 r)
  BOOST_TEST_REQUIRE(remainder > 0);
  char text[60];
  std::snprintf(text, sizeof text, "remainder = \"%.12f\"\n[theorem]", remainder);
  std::string instance = read_file(folder / "instance.toml");
  instance.replace(instance.find("[theorem]"), 9, text);
  write_file(folder / "instance.toml", instance);
  json certificate = json::parse(read_file(folder / "certificate.json"));
  certificate.erase("hoelder");
  json &level = certificate["levels"][0];
  for (const char *key : {"hoelder_bound", "hoelder_bound_decimal", "hoelder_status"}) {
    level.erase(key);
  }
  put(level, "error_upper", (error + remainder) / 1.0021);
  put(level, "error_lower", 0);
  put(level, "modulus_lower", (modulus - 2 * remainder) * 1.0021);
  put(level, "modulus_upper", 1);
  derive(level);
  BOOST_TEST_REQUIRE(number(level, "error_upper") <= number(level, "bound"));
  write_file(folder / "certificate.json", certificate.dump(2));
  sign(folder.path());
  const checker::Report report = checker::check(folder.path());
  BOOST_TEST(!report.accepted);
  BOOST_TEST(report.reason.find("not certified: the error's bound") != std::string::npos, report.reason);
}

BOOST_AUTO_TEST_CASE(digests_are_compared) {
  const TemporaryFolder folder;
  make_result(folder.path(), instance_text("x", 1, 2, 1, "2"));
  for (const char *file : {"instance.toml", "network.json"}) {
    const std::string bytes = read_file(folder / file);
    write_file(folder / file, bytes + "\n");
    const checker::Report report = checker::check(folder.path());
    BOOST_TEST(!report.accepted);
    BOOST_TEST(report.reason.find("SHA-256") != std::string::npos);
    write_file(folder / file, bytes);
  }
  BOOST_TEST(checker::check(folder.path()).reason == "");
}

// Every weight but those that are the construction's own parameters: its digest is the network's, and no
// value moves by much.
BOOST_AUTO_TEST_CASE(weights_are_those_of_the_construction) {
  const TemporaryFolder folder;
  make_result(folder.path(), instance_text("abs(x - 1/3)", 1, 2, 2, "2"));
  const json network = json::parse(read_file(folder / "network.json"));
  const json original = json::parse(read_file(folder / "certificate.json"));
  int altered = 0;
  const auto refuse = [&](const json::json_pointer &weight) {
    json other = network;
    other[weight] = {{"sum", {network[weight], "0x1p-300"}}};
    write_file(folder / "network.json", other.dump());
    write_file(folder / "certificate.json", original.dump());
    sign(folder.path());
    const checker::Report report = checker::check(folder.path());
    BOOST_TEST(!report.accepted);
    ++altered;
  };
  for (std::size_t layer = 0; layer < network["hidden"].size(); ++layer) {
    const json &units = network["hidden"][layer]["units"];
    for (std::size_t unit = 0; unit < units.size(); ++unit) {
      const json::json_pointer at = json::json_pointer("/hidden") / layer / "units" / unit;
      if (layer != 2 || units[unit]["role"] != "sum_carry") { // Phi_0 + M
        refuse(at / "bias");
      }
      for (std::size_t i = 0; i < units[unit]["weights"].size(); ++i) {
        refuse(at / "weights" / i / std::size_t{1});
      }
    }
  }
  BOOST_TEST(altered > 10);
}

// A certificate for shifts of maximum norm beside an instance that measures them by the sum: its shift (1/2,
// 1/2) is too long there.
BOOST_AUTO_TEST_CASE(lengths_of_shifts_are_compared) {
  const auto text = [](const std::string &norm) {
    return instance_text("x + y", 2, 2, 1, "2", "norm = \"" + norm + "\"\n");
  };
  const TemporaryFolder folder;
  make_result(folder / "max", text("max"));
  fs::copy(folder / "max", folder / "one");
  write_file(folder / "one/instance.toml", text("one"));
  sign(folder / "one");
  BOOST_TEST(checker::check(folder / "max").reason == "");
  const checker::Report report = checker::check(folder / "one");
  BOOST_TEST(!report.accepted);
  BOOST_TEST(report.reason.find("longer") != std::string::npos);
}
