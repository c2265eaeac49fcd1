#define BOOST_TEST_MODULE report_report_plots
#include <boost/test/unit_test.hpp>

#include "certify/support.hpp"

#include "report/observed_order.hpp"
#include "report/report_plots.hpp"

#include <cmath>
#include <limits>

using namespace layercert;
using namespace layercert::test;

namespace {

LevelCertificate level_of(int level, double lower, double upper, double bound) {
  LevelCertificate of;
  of.level = level;
  of.error_lower = lower;
  of.error_upper = upper;
  of.modulus_lower = bound / 3;
  of.modulus_upper = bound / 3 * 1.01;
  of.bound_lower = bound;
  of.ratio_lower = lower / of.modulus_upper;
  of.ratio_upper = upper / of.modulus_lower;
  return of;
}

// Errors that fall like N^(-order l), within one percent.
ReportInput input_of(double order, int N, int levels) {
  ReportInput input;
  input.instance = make_instance(1, "x", N, levels, mpq_class(3, 2));
  for (int l = 1; l <= levels; ++l) {
    const double error = std::pow(N, -order * l);
    input.certificate.levels.push_back(level_of(l, error, error * 1.01, 3 * std::pow(N, -0.9 * order * l)));
  }
  return input;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_order_is_enclosed) {
  const auto order = observed_order(level_of(1, 0.1, 0.11, 1), level_of(2, 0.02, 0.021, 1), 2);
  BOOST_REQUIRE(order.has_value());
  BOOST_TEST(order->lower <= std::log2(0.1L / 0.021L));
  BOOST_TEST(order->upper >= std::log2(0.11L / 0.02L));
  BOOST_TEST(order->lower > std::log2(0.1L / 0.021L) - 1e-12);
  BOOST_TEST(order->upper < std::log2(0.11L / 0.02L) + 1e-12);
  const auto rising = observed_order(level_of(1, 0.1, 0.1, 1), level_of(2, 0.3, 0.4, 1), 3); // negative
  BOOST_TEST(rising->lower <= std::log(0.25L) / std::log(3.0L));
  BOOST_TEST(rising->upper >= std::log(1 / 3.0L) / std::log(3.0L));
  const auto exact = observed_order(level_of(1, 0.5, 0.5, 1), level_of(2, 0.25, 0.25, 1), 2);
  BOOST_TEST((exact->lower <= 1 && exact->upper >= 1 && exact->upper - exact->lower < 1e-15));
  BOOST_TEST(!observed_order(level_of(1, 0, 0.1, 1), level_of(2, 0.1, 0.1, 1), 2).has_value());
  BOOST_TEST(!observed_order(level_of(1, 0.1, std::numeric_limits<double>::infinity(), 1),
                             level_of(2, 0.1, 0.1, 1), 2)
                  .has_value());
}

BOOST_AUTO_TEST_CASE(the_reference_slope_meets_no_curve) {
  for (const double order : {0.1, 0.5, 1.0, 2.0, 5.0}) {
    for (const int levels : {2, 3, 9}) {
      const ReportFigure figure = figure_of_errors(input_of(order, 3, levels));
      const PlotSeries &slope = figure.plot.series.front();
      BOOST_REQUIRE((slope.dashed && slope.name.empty() && slope.points.size() >= 2));
      for (std::size_t i = 1; i < figure.plot.series.size(); ++i) {
        for (std::size_t k = 0; k < slope.points.size();
             ++k) { // straight between the levels, as the curves are
          BOOST_TEST(slope.points[k].upper < 0.95 * figure.plot.series[i].points[k].lower);
        }
      }
      BOOST_TEST(figure.plot.y.least.value() < slope.points.back().lower); // with room for its name
      for (std::size_t k = 1; k < slope.points.size(); ++k) {
        BOOST_TEST(std::fabs(slope.points[k - 1].lower / slope.points[k].lower - 3) < 1e-9);
      }
    }
  }
  BOOST_TEST(figure_of_errors(input_of(1, 2, 1)).plot.series.size() == 2U); // of one level there is no slope
}

BOOST_AUTO_TEST_CASE(axes_and_orders_are_named) {
  const ReportFigure figure = figure_of_errors(input_of(1, 2, 4));
  BOOST_TEST(figure.plot.y.label == "*L*^{3/2} norm");
  BOOST_REQUIRE(figure.plot.row.size() == 3U);
  BOOST_TEST(figure.plot.row[0].text == "1.00");
  BOOST_TEST(figure.plot.row[2].x == 3.5);
  for (const PlotSeries &series : figure.plot.series) {
    BOOST_TEST((series.dashed || !series.name.empty()));
  }
}

BOOST_AUTO_TEST_CASE(the_ratio_has_a_scale_of_its_own) {
  const Plot plot = figure_of_ratios(input_of(1, 2, 3)).plot;
  BOOST_REQUIRE(plot.series.size() == 1U);
  BOOST_TEST(!plot.y.least.has_value());
  BOOST_TEST(plot.height < 100);
}
