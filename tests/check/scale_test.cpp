// Targets of any magnitude and large exponents: what is certified, the checker accepts; and it refuses the
// same with a smaller error.
#define BOOST_TEST_MODULE check_scale
#include <boost/test/unit_test.hpp>

#include "results.hpp"

#include <tuple>

using namespace check_test;

BOOST_AUTO_TEST_CASE(what_is_certified_at_any_scale_is_accepted) {
  for (const auto &[expression, d, depth, p] :
       {std::tuple("1e200*x", 1, 2, "2"), std::tuple("1e-200*x", 1, 2, "2"), std::tuple("x/2", 1, 2, "1000"),
        std::tuple("10*sin(3*x)", 1, 1, "1000"), std::tuple("1e150*sin(5*x)+1e150", 1, 1, "3"),
        std::tuple("1e-160*exp(x)*y", 2, 1, "2"), std::tuple("x^2+y", 2, 1, "500"),
        std::tuple("1e-310*x", 1, 2, "2"), std::tuple("1e200*step(x-1/3)", 1, 2, "200"),
        std::tuple("1e200*x^(-1/8)", 1, 1, "2")}) {
    BOOST_TEST_CONTEXT(expression << ", p = " << p) {
      const TemporaryFolder folder;
      make_result(folder.path(), instance_text(expression, d, 2, depth, p));
      json certificate = json::parse(read_file(folder / "certificate.json"));
      BOOST_TEST(certificate.at("subdivisions") == true);
      const checker::Report report = checker::check(folder.path());
      BOOST_TEST(report.accepted, report.reason);
      json &level = certificate.at("levels").at(0);
      put(level, "error_upper", 0.9 * number(level, "error_lower"));
      write_file(folder / "certificate.json", certificate.dump(2) + "\n");
      BOOST_TEST(!checker::check(folder.path()).accepted);
    }
  }
}
