// A target with a remainder: all functions within that distance of an expression.
#define BOOST_TEST_MODULE remainder
#include <boost/test/unit_test.hpp>

#include "layercert/numeric/rounding_scope.hpp"
#include "support.hpp"

using namespace layercert;
using namespace layercert::test;

namespace {

CertifyOptions few_boxes() {
  CertifyOptions options;
  options.boxes = 1 << 12;
  return options;
}

struct Certified {
  Certified(const Instance &instance, const std::string &text, const mpq_class &remainder,
            const Network &network)
      : target{instance.dimension, parse_expression(text, instance.dimension), remainder},
        certificate(certify(instance, target, network, "test", few_boxes())) {}
  const LevelCertificate &level(int l) const { return certificate.levels[static_cast<std::size_t>(l) - 1]; }

  Target target;
  Certificate certificate;
};

Network network_of(const Instance &instance) {
  return built_network(instance,
                       Target{instance.dimension, parse_expression(instance.expression, instance.dimension)});
}

Instance with_hoelder(Instance instance) {
  instance.hoelder = HoelderClaim{1, 1};
  return instance;
}

} // namespace

BOOST_AUTO_TEST_CASE(bounds_move_outward_by_the_remainder) {
  for (const mpq_class &remainder : {mpq_class(1, 1 << 20), mpq_class(1, 3000), mpq_class(1, 500)}) {
    const Instance instance = with_hoelder(make_instance(1, "abs(x - 1/3)", 2, 3, mpq_class(3, 2)));
    const Network network = network_of(instance);
    const Certified without(instance, instance.expression, 0, network);
    const Certified with(instance, instance.expression, remainder, network);
    const UpwardScope upward;
    const double r = with.target.remainder_upper();
    BOOST_CHECK(at_least(r, remainder) && r <= remainder.get_d() * (1 + 1e-15));
    for (int l = 1; l <= instance.depth; ++l) {
      const LevelCertificate &a = without.level(l);
      const LevelCertificate &b = with.level(l);
      BOOST_CHECK_EQUAL(name_of(b.status), "certified");
      // Those of g are sharper, to make room for the remainder.
      BOOST_CHECK_GE(b.error_upper, add_down(a.error_lower, r));
      BOOST_CHECK_LE(b.error_upper, 1.001 * add_up(a.error_upper, r));
      BOOST_CHECK_LE(b.error_lower, sub_up(a.error_upper, r));
      BOOST_CHECK_GE(b.error_lower, 0.999 * sub_down(a.error_lower, r));
      BOOST_CHECK_LE(b.modulus_lower, sub_up(a.modulus_upper, 2 * r));
      BOOST_CHECK_GE(b.modulus_lower, 0.999 * sub_down(a.modulus_lower, 2 * r));
      BOOST_CHECK_GE(b.modulus_upper, add_down(a.modulus_lower, 2 * r));
      BOOST_CHECK_LE(b.modulus_upper, 1.001 * add_up(a.modulus_upper, 2 * r));
      BOOST_CHECK_EQUAL(b.bound_lower, mul_down(3.0, b.modulus_lower));
      if (12 * r < 0.01 * a.modulus_lower) {
        BOOST_CHECK_LE(relative_width(b.modulus_lower, b.modulus_upper), 0.01);
      }
      if (6 * r < 0.01 * a.error_lower) {
        BOOST_CHECK_LE(relative_width(b.error_lower, b.error_upper), 0.01);
      }
      BOOST_CHECK_EQUAL(*b.hoelder_bound_lower, *a.hoelder_bound_lower);
      BOOST_CHECK_EQUAL(name_of(b.hoelder_status), "certified");
    }
  }
}

// Within the tolerance although the remainder takes a part of it.
BOOST_AUTO_TEST_CASE(widths_with_a_remainder) {
  for (const char *text : {"sin(3*x)", "abs(x - 1/3)", "exp(2*x)"}) {
    const Instance instance = make_instance(1, text, 2, 3, 2);
    const Certified certified(instance, text, mpq_class(1, 8000), network_of(instance));
    for (int l = 1; l <= instance.depth; ++l) {
      const LevelCertificate &level = certified.level(l);
      BOOST_TEST_INFO(text << ", level " << l);
      BOOST_CHECK_LE(relative_width(level.error_lower, level.error_upper), 0.01);
      BOOST_CHECK_LE(relative_width(level.modulus_lower, level.modulus_upper), 0.01);
    }
  }
}

BOOST_AUTO_TEST_CASE(too_large_to_say_anything) {
  const Instance instance = with_hoelder(make_instance(1, "x", 2, 2, 1));
  const Network network = network_of(instance);
  const Certified with(instance, instance.expression, 1, network);
  for (int l = 1; l <= instance.depth; ++l) {
    const LevelCertificate &level = with.level(l);
    BOOST_CHECK(level.error_lower == 0 && level.modulus_lower == 0 && level.bound_lower == 0);
    BOOST_CHECK_GE(level.error_upper, 1);
    BOOST_CHECK_GE(level.modulus_upper, 2);
    BOOST_CHECK_EQUAL(name_of(level.status), "undecided");
    BOOST_CHECK(!level.reason.empty());
  }
  // Level 2: the error may be above 3/4, the bound of the corollary, or not.
  BOOST_CHECK_EQUAL(name_of(with.level(2).hoelder_status), "undecided");
}

// Functions that are in the class: what is certified for them, with the same network, agrees with what is
// certified for all.
BOOST_AUTO_TEST_CASE(holds_for_functions_of_the_class) {
  struct Case {
    const char *expression;
    const char *member;
    mpq_class remainder;
  };
  for (const Case &c :
       {Case{"x", "x + step(x - 1/3)/64", mpq_class(1, 64)},
        Case{"sum(k, 1, 8, (x/2)^k)", "x/(2 - x)", mpq_class(1, 256)},
        Case{"sum(n, 0, 5, 2^-n*cos(3^n*pi*x))", "weierstrass(x, 1/2, 3)", mpq_class(1, 32)}}) {
    const Instance instance = make_instance(1, c.expression, 2, 3, 2);
    const Network network = network_of(instance);
    const Certified all(instance, c.expression, c.remainder, network);
    const Certified one(instance, c.member, 0, network);
    for (int l = 1; l <= instance.depth; ++l) {
      BOOST_TEST_INFO(c.member << ", level " << l);
      const LevelCertificate &a = all.level(l);
      const LevelCertificate &b = one.level(l);
      BOOST_CHECK(a.error_lower <= b.error_upper && b.error_lower <= a.error_upper);
      BOOST_CHECK(a.modulus_lower <= b.modulus_upper && b.modulus_lower <= a.modulus_upper);
      BOOST_CHECK_LE(a.error_upper, b.error_upper + 2.5 * c.remainder.get_d() + 0.1 * b.error_upper);
    }
  }
}
