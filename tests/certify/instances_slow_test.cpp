// Instances of data/instances whose errors are known in closed form. Phi_l is constant on the cells of level
// l up to the ramps, so for p = 2 its error is at least that of the cell means, and for p = 1 that of the
// cell medians; the decoder adds a few per cent.
#define BOOST_TEST_MODULE instances
#include <boost/test/unit_test.hpp>

#include "common/paths.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "support.hpp"

#include <filesystem>
#include <numbers>

using namespace layercert;
using namespace layercert::test;

namespace {

struct Certified {
  explicit Certified(const std::string &name)
      : instance(read_instance(paths::data() / "instances" / (name + ".toml"))),
        target(make_target(instance)),
        certificate(certify(instance, target, built_network(instance, target), name)) {
    BOOST_TEST_INFO(name);
    BOOST_CHECK(certificate.all_certified());
    BOOST_CHECK_EQUAL(certificate.levels.size(), static_cast<std::size_t>(instance.depth));
  }

  // The level's error is that of the means or medians, to a tenth.
  void check_error(int l, double exact) const {
    const LevelCertificate &level = certificate.levels[static_cast<std::size_t>(l) - 1];
    BOOST_TEST_INFO(instance.file << ", level " << l << ": [" << level.error_lower << ", "
                                  << level.error_upper << "], exactly " << exact);
    BOOST_CHECK_GE(level.error_upper, exact * (1 - 1e-9));
    BOOST_CHECK_LE(level.error_upper, 1.1 * exact);
    BOOST_CHECK_GE(level.error_lower, 0.9 * exact);
    BOOST_CHECK_LE(level.error_lower, 1.1 * exact);
  }

  Instance instance;
  Target target;
  Certificate certificate;
};

} // namespace

// On a cell T = affine of slope D + 2^-l T(y): the variance is 4^-l (D^2/12 + 1/36), and D^2 has the mean l.
BOOST_AUTO_TEST_CASE(takagi_function) {
  const Certified takagi("takagi1");
  for (int l = 1; l <= takagi.instance.depth; ++l) {
    takagi.check_error(l, std::ldexp(std::sqrt(l / 12.0 + 1.0 / 36), -l));
  }
}

// 2^l cells hold copies of C on a scale of 3^-l by 2^-l, || C - 1/2 ||_1 = 1/6. Since C is monotone, || C(. +
// h) - C ||_1 is the integral over the last h less that over the first: for h = 3^-l, 3^-l - 6^-l.
BOOST_AUTO_TEST_CASE(cantor_function) {
  const Certified cantor("cantor1");
  for (int l = 1; l <= cantor.instance.depth; ++l) {
    cantor.check_error(l, std::pow(3, -l) / 6);
    const LevelCertificate &level = cantor.certificate.levels[static_cast<std::size_t>(l) - 1];
    const double exact = std::pow(3, -l) - std::pow(6, -l);
    BOOST_CHECK_LE(level.modulus_lower, exact * (1 + 1e-12));
    BOOST_CHECK_GE(level.modulus_lower, 0.95 * exact);
  }
}

// Level 1: every term but the first has the mean 0 on every cell, and they are orthogonal.
BOOST_AUTO_TEST_CASE(weierstrass_function) {
  const Certified weierstrass("weierstrass1");
  const double mean = 3 / std::numbers::pi * std::sqrt(0.75); // of cos(pi x) on the first third
  weierstrass.check_error(1, std::sqrt(0.5 - mean * mean * 2 / 3 + 1.0 / 6));
}

BOOST_AUTO_TEST_CASE(many_dimensions) {
  const Certified sum("sum6"); // each coordinate has the variance 1/48 on a cell
  sum.check_error(1, std::sqrt(91.0 / 48));
  const Certified product("product4");
  for (int l = 1; l <= product.instance.depth; ++l) {
    const double of_mean = 1.0 / 3 - std::pow(4, -l) / 12;
    product.check_error(l, std::sqrt(std::pow(3, -4) - std::pow(of_mean, 4)));
  }
}

// Cells that the circle meets count: about half of its length times the side of a cell is what the error can
// be.
BOOST_AUTO_TEST_CASE(indicator_of_a_disk) {
  const Certified disk("disk2");
  for (const LevelCertificate &level : disk.certificate.levels) {
    BOOST_CHECK_LE(level.error_upper,
                   0.5 * std::ldexp(2.1, -level.level)); // 2 pi / 3 = 2.094.. is the perimeter
  }
  BOOST_CHECK_LE(disk.certificate.levels.back().modulus_lower,
                 2.0 / 3 * 2 / 16); // two diameters times the shift, along an axis
}

BOOST_AUTO_TEST_CASE(roots_series_and_tables) {
  const Certified root("root1");
  for (const LevelCertificate &level : root.certificate.levels) {
    BOOST_CHECK_EQUAL(name_of(level.hoelder_status), "certified");
  }
  const Certified series("series1");
  BOOST_CHECK_EQUAL(series.target.remainder, mpq_class(1, 4096));
  const Certified digits("digits2");
  BOOST_CHECK(digits.target.is_table());
  const Certified hills("hills2");
  BOOST_CHECK(!hills.target.is_table() && hills.target.samples()->sides[0] == 9);
}

// Samples of x at 5 nodes, interpolated, are x.
BOOST_AUTO_TEST_CASE(a_multilinear_table_of_x_is_x) {
  SampleTable table;
  table.dimension = 1;
  table.sides = {5};
  table.denominator = 4;
  table.numerators = {0, 1, 2, 3, 4};
  const Instance instance = make_instance(1, "x", 3, 3, 2);
  const Target by_text{1, parse_expression("x", 1)};
  const Target by_table{1, Expression::of_table(std::make_shared<const SampleTable>(table))};
  const Network network = built_network(instance, by_text);
  const Network of_table = built_network(instance, by_table);
  const Certificate a = certify(instance, by_text, network, "text");
  const Certificate b = certify(instance, by_table, network, "table");
  const Certificate c = certify(instance, by_table, of_table, "table");
  BOOST_CHECK(c.all_certified());
  for (std::size_t l = 0; l < a.levels.size(); ++l) {
    BOOST_CHECK_CLOSE(a.levels[l].error_upper, b.levels[l].error_upper, 1e-6);
    BOOST_CHECK_CLOSE(a.levels[l].error_lower, b.levels[l].error_lower, 1e-6);
    BOOST_CHECK_CLOSE(a.levels[l].modulus_lower, b.levels[l].modulus_lower, 1e-6);
    BOOST_CHECK_CLOSE(a.levels[l].modulus_upper, b.levels[l].modulus_upper,
                      1); // other ways, the same tolerance
    BOOST_CHECK_CLOSE(a.levels[l].error_upper, c.levels[l].error_upper, 5);
  }
}
