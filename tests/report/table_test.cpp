#define BOOST_TEST_MODULE report_table
#include <boost/test/unit_test.hpp>

#include "layercert/report/table.hpp"

#include <cmath>
#include <cstdlib>
#include <sstream>
#include <string>

using namespace layercert;

// What people read is a bound as well.
BOOST_AUTO_TEST_CASE(decimals_are_rounded_outward) {
  Instance instance;
  instance.N = 2;
  Certificate certificate;
  certificate.tolerance = 0.01;
  for (int l = 1; l <= 20; ++l) {
    LevelCertificate level;
    level.level = l;
    level.status = Status::Certified;
    level.error_upper = 1.0 / (3 * l + 0.1);
    level.error_lower = level.error_upper;
    level.modulus_lower = 2.0 / (3 * l + 0.1);
    level.modulus_upper = level.modulus_lower;
    level.bound_lower = 6.0 / (3 * l + 0.1);
    level.ratio_upper = 1.0 / (l + 1.7);
    certificate.levels.push_back(level);
  }
  std::istringstream lines(table_of(instance, certificate));
  std::string line;
  std::getline(lines, line); // the heading
  for (const LevelCertificate &level : certificate.levels) {
    std::getline(lines, line);
    std::istringstream words(line);
    std::string number, cells, scale, error, error_width, modulus, modulus_width, bound, ratio;
    words >> number >> cells >> scale >> error >> error_width >> modulus >> modulus_width >> bound >> ratio;
    BOOST_TEST_CONTEXT(line) {
      const auto is_close = [](const std::string &text, double x) {
        return std::abs(std::strtod(text.c_str(), nullptr) / x - 1) < 1e-3;
      };
      BOOST_TEST(std::strtod(error.c_str(), nullptr) >= level.error_upper);
      BOOST_TEST(std::strtod(modulus.c_str(), nullptr) <= level.modulus_lower);
      BOOST_TEST(std::strtod(bound.c_str(), nullptr) <= level.bound_lower);
      BOOST_TEST(std::strtod(ratio.c_str(), nullptr) >= level.ratio_upper);
      BOOST_TEST(is_close(error, level.error_upper));
      BOOST_TEST(is_close(modulus, level.modulus_lower));
      BOOST_TEST(is_close(bound, level.bound_lower));
      BOOST_TEST(is_close(ratio, level.ratio_upper));
    }
  }
}

// Where f is constant almost everywhere, there is no ratio.
BOOST_AUTO_TEST_CASE(no_ratio_of_two_zeros) {
  Instance instance;
  instance.N = 2;
  Certificate certificate;
  LevelCertificate level;
  level.level = 1;
  level.status = Status::Certified;
  level.error_lower = level.error_upper = level.modulus_lower = level.modulus_upper = 0;
  level.bound_lower = level.ratio_lower = level.ratio_upper = 0;
  certificate.levels.push_back(level);
  const std::string zeros = table_of(instance, certificate);
  BOOST_TEST(zeros.find("        -  certified") != std::string::npos, zeros);
  BOOST_TEST(zeros.find("claim R reads 0 <= 0") != std::string::npos, zeros);
  certificate.levels[0].error_upper = certificate.levels[0].modulus_upper = 0x1p-30; // a remainder
  BOOST_TEST(table_of(instance, certificate).find("0 <= 0") == std::string::npos);
}
