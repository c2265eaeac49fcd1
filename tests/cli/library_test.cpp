#define BOOST_TEST_MODULE cli_library
#include <boost/test/unit_test.hpp>

#include "checks.hpp"

#include "layercert/certify/run.hpp"
#include "layercert/error.hpp"
#include "layercert/function/function_instance.hpp"
#include "layercert/function/symbolic.hpp"

using cli_test::Outcome;
using cli_test::read_file;
using cli_test::TemporaryFolder;
using cli_test::fs::path;
using namespace layercert;

namespace {

constexpr auto kink = [](auto x) { return abs(x - Symbolic(1) / 3); };

} // namespace

BOOST_AUTO_TEST_CASE(an_instance_says_what_was_asked_for) {
  Theorem theorem;
  theorem.N = 3;
  theorem.depth = 2;
  theorem.p = mpq_class(7, 2);
  theorem.norm = ShiftNorm::One;
  theorem.hoelder = HoelderClaim{2, mpq_class(1, 3)};
  theorem.remainder = mpq_class(1, 1024);
  const Instance instance = instance_of(record<1>(kink), 1, theorem);
  BOOST_TEST(instance.dimension == 1);
  BOOST_TEST(instance.expression == "abs(x0 - 1/3)");
  BOOST_TEST(instance.N == 3);
  BOOST_TEST(instance.depth == 2);
  BOOST_CHECK(instance.p == theorem.p);
  BOOST_CHECK(instance.norm == ShiftNorm::One);
  BOOST_CHECK(instance.hoelder->lambda == 2 && instance.hoelder->alpha == mpq_class(1, 3));
  BOOST_CHECK(instance.remainder == theorem.remainder);
}

BOOST_AUTO_TEST_CASE(numbers_that_no_instance_may_have) {
  const Expression f = record<1>(kink);
  BOOST_CHECK_THROW(instance_of(f, 0, {}), InputError);
  BOOST_CHECK_THROW(instance_of(f, 11, {}), InputError);
  for (const auto &spoil :
       {+[](Theorem &theorem) { theorem.N = 1; }, +[](Theorem &theorem) { theorem.depth = 0; },
        +[](Theorem &theorem) { theorem.p = 0; }, +[](Theorem &theorem) { theorem.remainder = -1; },
        +[](Theorem &theorem) {
          theorem.hoelder = HoelderClaim{0, 1};
        }}) {
    Theorem theorem;
    spoil(theorem);
    BOOST_CHECK_THROW(instance_of(f, 1, theorem), InputError);
  }
  const Expression of_two = record<2>([](auto x, auto y) { return x + y; });
  BOOST_CHECK_THROW(instance_of(of_two, 1, {}), InputError);
  BOOST_CHECK_THROW(instance_of(f, 1, {.N = 2, .depth = 64}), InputError);
}

// The same as the program says of the same function.
BOOST_AUTO_TEST_CASE(results_are_those_of_the_program) {
  const TemporaryFolder folder;
  const path instance = cli_test::write_file(folder / "i.toml", cli_test::instance_text());
  cli_test::make_result(instance, folder / "program");
  {
    PendingFolder pending(folder / "library");
    const Run result = layercert::run(instance_of(record<1>(kink), 1, {.N = 2, .depth = 2}), {}, &pending);
    BOOST_TEST(result.certificate.all_certified());
  }
  BOOST_TEST(read_file(folder / "library/network.json") == read_file(folder / "program/network.json"));
  const Outcome checked = cli_test::run({"check", (folder / "library").string()});
  BOOST_TEST(checked.status == 0, checked.out << checked.err);
}
