// Random small instances: where the producer says that its subdivisions are enough, the checker accepts, or
// says that it does not know, but seldom.
#pragma once

#include "results.hpp"

#include "function/random_expression.hpp"

#include <boost/test/unit_test.hpp>

namespace check_test {

class Agreement {
public:
  explicit Agreement(std::uint64_t seed) : expressions_(seed) {}

  // Those of which it says that they are beyond it.
  int unknown() const { return unknown_; }
  // Returns how many instances these were.
  int run(int times) {
    int certified = 0;
    for (int i = 0; i < times; ++i) {
      const std::string instance = random_instance();
      const TemporaryFolder folder;
      try {
        make_result(folder.path(), instance, {}, layercert::NetworkFormat::Automatic, quick());
      } catch (const layercert::InputError &) {
        continue; // an expression without a value
      }
      if (json::parse(read_file(folder / "certificate.json")).at("subdivisions") != true) {
        continue;
      }
      ++certified;
      const checker::Report report = checker::check(folder.path());
      BOOST_TEST_CONTEXT(instance) { BOOST_TEST((report.accepted || report.unknown), report.reason); }
      unknown_ += report.unknown ? 1 : 0;
    }
    return certified;
  }

private:
  static layercert::CertifyOptions quick() {
    layercert::CertifyOptions options = listing();
    options.boxes = 1 << 11;
    options.tolerance = 1;
    return options;
  }

  std::string random_instance() {
    static const char *const exponents[] = {"1", "2", "3", "1.5", "\"7/3\""};
    static const char *const norms[] = {"", "norm = \"max\"\n", "norm = \"one\"\n"};
    const std::size_t d = 1 + expressions_.below(3);
    const std::string expression = expressions_.text(d, 3);
    const int N = 2 + static_cast<int>(expressions_.below(2));
    const int depth = d == 3 ? 1 : 1 + static_cast<int>(expressions_.below(2));
    const char *p = exponents[expressions_.below(std::size(exponents))];
    return instance_text(expression, d, N, depth, p, norms[expressions_.below(std::size(norms))]);
  }

  layercert::test::RandomExpression expressions_;
  int unknown_ = 0;
};

} // namespace check_test
