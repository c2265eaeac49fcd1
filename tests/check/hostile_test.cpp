// Results that were made to crash the checker, to hang it or to take all memory: each ends with one line,
// within 10 seconds and 1 GiB. The texts of instances and certificates among them are seeds of the fuzz
// targets, too.
#define BOOST_TEST_MODULE check_hostile
#include <boost/test/unit_test.hpp>

#include "expression.hpp"
#include "files.hpp"
#include "hoelder.hpp"
#include "results.hpp"

#include "layercert/network/construction.hpp"
#include "network/network_json.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>

using namespace check_test;

namespace {

constexpr double kSeconds = 10;
#if defined(__SANITIZE_ADDRESS__)
constexpr double kMostMiB = 4096; // the sanitizer keeps what was freed
#else
constexpr double kMostMiB = 1024;
#endif

std::string repeated(const std::string &text, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i) {
    result += text;
  }
  return result;
}

struct Outcome {
  std::string end;    // "accepted", "rejected", "unreadable", or what went wrong
  std::string reason; // one line
  double seconds = 0;
  double mebibytes = 0;
};

// In a process of its own, which may crash. What it says comes through a file.
Outcome outcome(const fs::path &folder) {
  const TemporaryFolder place;
  const fs::path said = place / "said";
  const auto begin = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(60);
    ::signal(SIGABRT, SIG_DFL);
    ::signal(SIGSEGV, SIG_DFL);
    std::string text;
    try {
      const checker::Report report = checker::check(folder, 1);
      text = (report.accepted ? "accepted\n" : "rejected\n") + report.reason;
    } catch (const checker::Unreadable &error) {
      text = std::string("unreadable\n") + error.what();
    } catch (const std::exception &error) {
      text = std::string("another exception\n") + error.what();
    }
    write_file(said, text);
    ::_exit(0);
  }
  int status = 0;
  rusage usage{};
  ::wait4(child, &status, 0, &usage);
  Outcome result;
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  result.mebibytes = static_cast<double>(usage.ru_maxrss) / 1024;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    result.end = "ended by signal " + std::to_string(WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    return result;
  }
  const std::string text = read_file(said);
  result.end = text.substr(0, text.find('\n'));
  result.reason = text.substr(text.find('\n') + 1);
  return result;
}

void ends_with(const fs::path &folder, const std::string &end, const std::string &name) {
  const Outcome found = outcome(folder);
  BOOST_TEST_CONTEXT(name) {
    BOOST_CHECK_EQUAL(found.end, end);
    BOOST_CHECK_LT(found.seconds, kSeconds);
    BOOST_CHECK_LT(found.mebibytes, kMostMiB);
    BOOST_CHECK(end == "accepted" || !found.reason.empty());
    BOOST_CHECK_LE(found.reason.size(), 1200U);
    BOOST_CHECK(found.reason.find('\n') == std::string::npos);
  }
  BOOST_TEST_MESSAGE(name.substr(0, 60) << ": " << found.end << " in " << found.seconds << " s, "
                                        << found.mebibytes << " MiB: " << found.reason.substr(0, 160));
}

class Result {
public:
  Result() {
    make_result(folder_.path(), instance_text("x + abs(x-1/3)/2", 1, 2, 2, "2"));
    certificate_ = read_file(folder_ / "certificate.json");
  }
  const fs::path &path() const { return folder_.path(); }
  const std::string &certificate() const { return certificate_; }
  void put_certificate(const std::string &bytes) { write_file(folder_ / "certificate.json", bytes); }
  void put_instance(const std::string &text) {
    put_certificate(certificate_);
    write_file(folder_ / "instance.toml", text);
    sign(folder_.path());
  }

private:
  TemporaryFolder folder_;
  std::string certificate_;
};

} // namespace

BOOST_AUTO_TEST_CASE(nested_certificates) {
  Result result;
  ends_with(result.path(), "accepted", "as it was");
  const std::string deep = repeated("[", 300000) + repeated("]", 300000);
  const std::string fooled = repeated("[\"]]]]\",", 300000) + "0" + repeated("]", 300000);
  const std::string objects = repeated("{\"a\":", 300000) + "0" + repeated("}", 300000);
  const std::string escaped = repeated("[\"\\\"]\",", 300000) + "0" + repeated("]", 300000);
  for (const std::string &value : {deep, fooled, objects, escaped}) {
    const std::string kind = value.substr(0, 8);
    result.put_certificate("{\"format\": " + value + "}");
    ends_with(result.path(), "unreadable", "format " + kind);
    result.put_certificate(value);
    ends_with(result.path(), "unreadable", "all of it " + kind);
    for (const char *key :
         {"subdivisions", "accuracy", "hoelder", "levels", "architecture", "network_file", "unknown"}) {
      result.put_certificate("{\"" + std::string(key) + "\": " + value + ", " +
                             result.certificate().substr(1));
      ends_with(result.path(), "unreadable", key + (" " + kind));
    }
  }
  result.put_certificate("{\"" + repeated("a", 10000000) + "\": 0, " + result.certificate().substr(1));
  ends_with(result.path(), "rejected", "a long key");
  result.put_certificate("{\"" + repeated("\\u001b", 100000) + "\": 0, " + result.certificate().substr(1));
  ends_with(result.path(), "rejected", "a key of control characters");
}

BOOST_AUTO_TEST_CASE(large_numbers_and_long_texts) {
  Result result;
  const std::vector<std::string> expressions{
      "exp(exp(40))",
      "x + exp(exp(40))",
      "x - exp(exp(40))*x + exp(exp(41))",
      "exp(exp(40)*x)",
      "exp(-exp(40)*x)",
      "exp(exp(exp(40)))",
      "exp(exp(exp(exp(x))))",
      "exp(exp(exp(exp(exp(exp(x))))))",
      "1/exp(exp(40)) + x",
      "x*exp(-exp(40)) + x",
      "sin(exp(exp(40))) + x",
      "sin(exp(exp(40))*x)",
      "cos(exp(exp(14))*x) + tan(exp(exp(14))*x)",
      "tan(exp(exp(40))*x)",
      "cosh(exp(40)*x)",
      "sinh(exp(exp(5))) - x",
      "tanh(exp(exp(40))*x)",
      "atan(exp(exp(40))*x)",
      "log(exp(exp(40))*x + 1)",
      "sqrt(exp(exp(40))*x)",
      "floor(exp(exp(40))*x)",
      "floor(exp(exp(14))*x)",
      "step(exp(exp(40)) - x)",
      "abs(exp(exp(40)) - x)",
      "min(exp(exp(40)), x) + max(-exp(exp(40)), x)",
      "exp(exp(40)) < x",
      "takagi(exp(exp(40)))",
      "takagi(exp(-exp(13)) + x)",
      "takagi(exp(exp(13))*x)",
      "cantor(exp(exp(40))) + cantor(exp(-exp(13)))",
      "weierstrass(exp(exp(40)), 1/2, 3)",
      "weierstrass(exp(exp(13)) + x, 1/2, 2147483647)",
      "weierstrass(x + exp(-exp(13)), 9/10, 2147483647)",
      "weierstrass(x, 1-1/2^40, 2147483647)",
      "weierstrass(x, 1/2^40, 2)",
      "(9^19)^4000*x",
      "(9^19)^4000*(9^19)^4000*(9^19)^4000*x",
      "((9^19)^4000)^4000*x",
      "(((9^19)^4000)^4000)^2147483647*x",
      "(((9^19)^-4000)^4000)^2147483647*x",
      "x^2147483647",
      "(x+1)^2147483647",
      "(x-2)^2147483647",
      "(x+1)^-2147483647",
      "x^(1/2^40)",
      "x^1e-10000",
      "x^(1e10000+1/2)",
      "(x+1)^(1e10000+1/2)",
      "(x+2)^(x*1e10000)",
      "x*1e10000*1e10000*1e10000",
      "x*1e-10000*1e-10000 + x",
      "sum(k,1,1000,exp(exp(k)*x))",
      "sum(k,1,9,exp(exp(40+k)))",
      "sum(k,-9223372036854775808,9223372036854775807,x)",
      "sum(k,0,9223372036854775807,x)",
      "sum(k,-9223372036854775808,-9223372036854775807,x)",
      "sum(k,9223372036854775806,9223372036854775807,x)",
      "sum(k,1,10000,x" + std::string(90000, ' ') + ")",
      "sum(k,1,10000," + repeated("x+", 40000) + "x)",
      "sum(k,1,10000,0." + repeated("3", 90000) + ")",
      "sum(k,1,100,sum(j,1,100,sum(i,1,100,x)))",
      "sum(k,1,100,sum(j,1,99,1/k^j*x))",
      "sum(k,1,10000,1/k)*x",
      "sum(k,1,8000,abs(x-1/k))",
      "x" + repeated("+abs(x)", 20000),
      "x" + repeated("+abs(x)", 14000),
      "x" + repeated("-x", 20000),
      repeated("(", 90000) + "x" + repeated(")", 9000),
      repeated("abs(", 500) + "x" + repeated(")", 500),
      repeated("-", 90000) + "x",
      "x" + repeated("^x", 45000),
      "x" + repeated("^(x)", 20000),
      repeated("exp(", 400) + "x" + repeated(")", 400),
      repeated("sqrt(", 400) + "x" + repeated(")", 400),
      "x" + repeated("*x", 24000),
      "min(" + repeated("x,", 40000) + "x)",
      repeated("9", 99999) + "*x",
      "0." + repeated("9", 99990) + "*x",
      "x/0",
      "0^-5*x",
      "x^0^0",
      repeated("x", 100000),
  };
  for (const std::string &expression : expressions) {
    for (const char *p : {"2", "1.5"}) {
      result.put_instance(instance_text(expression, 1, 2, 2, p));
      ends_with(result.path(), "rejected", expression.substr(0, 100) + ", p = " + p);
    }
  }
}

BOOST_AUTO_TEST_CASE(instances_of_other_kinds) {
  Result result;
  const std::string good = instance_text("x", 1, 2, 2, "2");
  const std::vector<std::string> texts{
      repeated("a.", 200000) + "b = 1\n",
      "[" + repeated("a.", 200000) + "b]\n",
      repeated("\"a\".", 100000) + "b = 1\n",
      "x = [\"\"\"a\"\"\"\", {" + repeated("a.", 100000) + "b = 1}]\n",
      "x = ['''a''''', {" + repeated("a.", 100000) + "b = 1}]\n",
      "# \"\n" + repeated("a.", 200000) + "b = 1\n",
      "'\"'." + repeated("a.", 200000) + "b = 1\n",
      "x = " + repeated("[", 200000) + repeated("]", 200000) + "\n",
      "x = " + repeated("{a=", 100000) + "1" + repeated("}", 100000) + "\n",
      repeated("x = [\n{a.b.c.d.e.f.g.h = ", 1) + repeated("[{a.b.c.d.e.f.g.h = \n", 20000) + "\n",
      good + repeated("\n", 2000000),
      instance_text("x", 1, 2, 2, "\"1/2^10000\""),
      instance_text("x", 1, 2, 2, "\"3/2^10001\""),
      instance_text("x", 1, 2, 2, "\"1/" + repeated("9", 10000) + "^10000\""),
      instance_text("x", 1, 2, 2, "\"" + repeated("9", 200000) + "/7\""),
      instance_text("x", 1, 2, 2, "\"" + repeated("3", 9999) + "/" + repeated("2", 9999) + "\""),
      instance_text("x", 1, 2, 2, "1e400"),
      instance_text("x", 1, 2, 2, "2", "[hoelder]\nlambda = 1e10000\nalpha = 1e-10000\n"),
      instance_text("x", 1, 2, 64, "2"),
      instance_text("x", 10, 1000, 64, "2"),
  };
  for (const std::string &text : texts) {
    result.put_instance(text);
    ends_with(result.path(), "rejected", text.substr(0, 60));
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_file) {
  for (const char *name : {"instance.toml", "network.json", "certificate.json"}) {
    for (const char *kind : {"pipe", "/dev/zero", "/dev/null", "/", "nothing"}) {
      const Result result;
      fs::remove(result.path() / name);
      if (std::string(kind) == "pipe") {
        BOOST_REQUIRE_EQUAL(::mkfifo((result.path() / name).c_str(), 0600), 0);
      } else if (std::string(kind) != "nothing") {
        fs::create_symlink(kind, result.path() / name);
      }
      const Outcome found = outcome(result.path());
      BOOST_TEST_CONTEXT(name << " is " << kind << ": " << found.end << ": " << found.reason) {
        BOOST_CHECK(found.end == "unreadable" || found.end == "rejected");
        BOOST_CHECK_LT(found.seconds, kSeconds);
        BOOST_CHECK_LT(found.mebibytes, kMostMiB);
      }
    }
  }
}

namespace {

// The construction with all multipliers and amplitudes 0: a readout of a few bytes for each level, and N^(d
// l) cells.
layercert::Network idle_network(std::size_t d, int N, int depth) {
  layercert::NetworkParameters parameters;
  parameters.dimension = d;
  parameters.N = N;
  parameters.depth = depth;
  parameters.ramp_exponent = 100;
  parameters.A.resize(static_cast<std::size_t>(depth));
  parameters.M = layercert::Dyadic::from_integer(1);
  layercert::set_decoder(parameters, 7, std::vector<layercert::Dyadic>(static_cast<std::size_t>(depth)));
  return layercert::assemble_network(parameters);
}

} // namespace

BOOST_AUTO_TEST_CASE(many_cells_of_a_small_network) {
  struct Size {
    int d, N, depth;
    const char *end; // of the reason
  };
  for (const Size &size :
       {Size{1, 2, 2, "levels"}, Size{1, 2, 24, "MiB"}, Size{1, 2, 32, "MiB"}, Size{1, 2, 40, "MiB"},
        Size{1, 2, 58, "MiB"}, Size{3, 2, 9, "MiB"}, Size{1, 100, 4, "MiB"}, Size{10, 10, 1, "MiB"}}) {
    const TemporaryFolder folder;
    make_result(folder.path(), instance_text("x", 1, 2, 1, "2")); // for all other keys of its certificate
    json certificate = json::parse(read_file(folder / "certificate.json"));
    const layercert::Network idle = idle_network(size.d, size.N, size.depth);
    const std::string network = layercert::network_to_json(idle);
    write_file(folder / "instance.toml", instance_text("x", size.d, size.N, size.depth, "2"));
    write_file(folder / "network.json", network);
    const layercert::Architecture counted = layercert::count_architecture(idle);
    certificate.erase("hoelder");
    certificate["network_file"] = "network.json";
    certificate["architecture"] = {
        {"width", counted.width},           {"theorem_width", counted.theorem_width},
        {"units_used", counted.units_used}, {"hidden_layers", counted.hidden_layers},
        {"parameters", counted.parameters}, {"sine_units", counted.sine_units}};
    certificate["instance_sha256"] = layercert::sha256_hex(read_file(folder / "instance.toml"));
    certificate["network_sha256"] = layercert::sha256_hex(network);
    certificate["levels"] = json::array();
    write_file(folder / "certificate.json", certificate.dump());
    const std::string name =
        std::to_string(size.d) + ", " + std::to_string(size.N) + ", " + std::to_string(size.depth);
    ends_with(folder.path(), "rejected", name);
    const std::string reason = outcome(folder.path()).reason;
    BOOST_CHECK_MESSAGE(reason.find(size.end) != std::string::npos, name << ": " << reason);
  }
}

namespace {

double constant_of(const std::string &expression, const std::string &alpha, const std::string &tree = ".") {
  checker::Instance instance;
  instance.dimension = 1;
  return checker::hoelder_constant(checker::Expression::parse(expression, 1), instance,
                                   checker::exact_number(alpha), tree)
      .about();
}

} // namespace

BOOST_AUTO_TEST_CASE(hoelder_rules_of_long_and_deep_expressions) {
  BOOST_CHECK_CLOSE(constant_of("x" + repeated("+abs(x)", 14000), "1"), 14001, 1e-9);
  BOOST_CHECK_CLOSE(constant_of("x" + repeated("+sqrt(x)", 12000), "0.5"), 12001, 1e-9);
  BOOST_CHECK_CLOSE(constant_of("sum(k,1,8000,abs(sqrt(x)))", "0.5"), 8000, 1e-9);
  BOOST_CHECK_CLOSE(constant_of(repeated("abs(", 490) + "sqrt(x)" + repeated(")", 490), "0.5"), 1, 1e-9);
  BOOST_CHECK_CLOSE(constant_of(repeated("sqrt(", 60) + "x" + repeated(")", 60), "1/2^60"), 1, 1e-9);
  // Many products of exponents: refused, or no bound, but at once.
  std::string roots = "abs(x)";
  for (const char *b : {"1/2", "1/3", "1/5", "1/7", "1/11", "1/13"}) {
    roots = "(" + roots + ")^(" + b + ") + (" + roots + ")^(1/2)";
  }
  BOOST_CHECK_GE(constant_of("abs(" + roots + ")", "1e-300"), 0);
}

// |u^b - v^b| <= |u - v|^b holds for u, v >= 0 only: where v < 0 lies in the cube, v^b has no value there,
// and no constant.
BOOST_AUTO_TEST_CASE(a_root_has_a_constant_only_where_its_argument_is_not_negative) {
  for (const char *expression :
       {"sqrt(x-1/2)", "(x-1/2)^(1/3)", "sqrt(-x)", "abs(sqrt(x-1/2))", "2*(x-1)^0.5 + x",
        "sqrt(sqrt(x-1/4))", "max(sqrt(x-1/2), x)", "pow(x - 1, 0.5)", "sqrt(x^2 - 1)"}) {
    BOOST_TEST_INFO(expression);
    BOOST_CHECK(std::isinf(constant_of(expression, "1/4")));
  }
  for (const char *expression : {"sqrt(x)", "sqrt(abs(x-1/2))", "(1-x)^0.5", "sqrt(x^2)"}) {
    BOOST_TEST_INFO(expression);
    BOOST_CHECK(std::isfinite(constant_of(expression, "1/4")));
  }
  // Where the enclosure shows it only on smaller boxes, the tree has to have them.
  BOOST_CHECK(std::isinf(constant_of("sqrt(x - x/2 + 1/8)", "1/2", ".")));
  BOOST_CHECK(std::isfinite(constant_of("sqrt(x - x/2 + 1/8)", "1/2", "00..0..")));
}

// A bound of NaN is no bound: comparisons refuse it, and an interval of it says nothing.
BOOST_AUTO_TEST_CASE(no_bound_is_nan) {
  using checker::Arf;
  using checker::Interval;
  const Arf infinity = Arf::infinity();
  const Arf nan = infinity - infinity;
  BOOST_REQUIRE(nan.nan());
  BOOST_CHECK_THROW(std::max(Arf(0), nan), checker::Unknown);
  BOOST_CHECK_THROW(std::max(nan, Arf(0)), checker::Unknown);
  BOOST_CHECK_THROW(std::min(Arf(0), nan), checker::Unknown);
  BOOST_CHECK_THROW(std::clamp(nan, Arf(0), Arf(1)), checker::Unknown);
  BOOST_CHECK_THROW(static_cast<void>(nan <= Arf(0)), checker::Unknown);
  BOOST_CHECK_THROW(static_cast<void>(nan == Arf(0)), checker::Unknown);
  BOOST_CHECK_THROW(static_cast<void>(nan.sign()), checker::Unknown);
  BOOST_CHECK_THROW(abs(nan), checker::Unknown);
  BOOST_CHECK(Interval(nan) == Interval::whole());
  BOOST_CHECK(Interval(nan, nan) == Interval::whole());
  BOOST_CHECK(Interval(Arf(0), nan) == Interval(Arf(0), infinity));
  checker::Ball nothing;
  arb_indeterminate(nothing.get());
  BOOST_CHECK(Interval(nothing) == Interval::whole());
  // Ends far out are widened.
  const Interval far(checker::two_to(slong{1} << 40));
  BOOST_CHECK(far.lower < checker::two_to(slong{1} << 40) && far.lower.sign() > 0 && far.upper == infinity);
  const Interval near(checker::two_to(-(slong{1} << 40)), checker::two_to(-(slong{1} << 40)));
  BOOST_CHECK(near.lower.zero() && near.upper.sign() > 0 && near.upper > checker::two_to(-(slong{1} << 40)));
  const Interval below(-checker::two_to(slong{1} << 40));
  BOOST_CHECK(below.lower == -infinity && below.upper.sign() < 0 && below.upper.finite());
}
