#define BOOST_TEST_MODULE stability_rounded_network
#include <boost/test/unit_test.hpp>

#include "network/network_for_test.hpp"

#include "network/weight_enclosure.hpp"
#include "stability/cell_readout.hpp"
#include "stability/rounded_network.hpp"

using namespace layercert;
using namespace layercert::test;

namespace {

double sine(double x) { // correctly rounded, unlike the C library's
  MpfrNumber value = MpfrNumber::from_double(x, 53, MPFR_RNDN);
  mpfr_sin(value.get(), value.get(), MPFR_RNDN);
  return mpfr_get_d(value.get(), MPFR_RNDN);
}

double nearest(const Weight &weight) { return mpfr_get_d(nearest_number(*weight, 53).get(), MPFR_RNDN); }

double sum(const Weight &bias, const std::vector<Connection> &weights, const std::vector<double> &values) {
  volatile double sum = nearest(bias);
  for (const Connection &connection : weights) {
    const volatile double product =
        nearest(connection.weight) * values[static_cast<std::size_t>(connection.source)];
    sum = sum + product;
  }
  return sum;
}

// The last readout as a program with doubles would compute it.
double in_doubles(const Network &network, std::vector<double> values) {
  for (const Layer &layer : network.hidden) {
    std::vector<double> next(static_cast<std::size_t>(network.width), 0.0);
    for (const Unit &unit : layer.units) {
      const double input = sum(unit.bias, unit.weights, values);
      next[static_cast<std::size_t>(unit.index)] =
          unit.activation == Activation::Sine ? sine(input) : std::max(input, 0.0);
    }
    values = std::move(next);
  }
  return sum(network.readouts.back().bias, network.readouts.back().weights, values);
}

} // namespace

BOOST_AUTO_TEST_CASE(with_53_bits_it_is_what_the_processor_computes) {
  std::mt19937_64 random(1);
  for (const auto &[expression, d, N, depth] :
       {std::tuple{"sin(9*x)", 1, 2, 4}, {"x*y", 2, 2, 2}, {"exp(x)", 1, 3, 3}}) {
    const Network network = assemble_network(parameters_for(expression, d, N, depth));
    const RoundedNetwork rounded(network, 53);
    for (int i = 0; i < 40; ++i) {
      Point point;
      std::vector<double> values;
      for (int j = 0; j < d; ++j) {
        values.push_back(static_cast<double>(random() % 1000003) / 1000003);
        point.emplace_back(values.back());
      }
      const MpfrNumber found = rounded.last_readout(point);
      BOOST_TEST(found.precision() == 53);
      BOOST_TEST(mpfr_get_d(found.get(), MPFR_RNDN) == in_doubles(network, values));
    }
  }
}

BOOST_AUTO_TEST_CASE(with_many_bits_it_is_near_the_exact_readout) {
  const Network network = assemble_network(parameters_for("abs(x-1/3)", 1, 2, 3));
  const RoundedNetwork rounded(network, 2000);
  for (const Point &point :
       {Point{mpq_class(1, 5)}, Point{mpq_class(1, 2)}, Point{mpq_class(1)}, Point{mpq_class(0)}}) {
    const MpfrInterval exact = evaluate_directly(network, point, 4000).back();
    const MpfrInterval difference = exact - MpfrInterval(rounded.last_readout(point));
    BOOST_TEST(std::max(std::fabs(double_lower(difference)), std::fabs(double_upper(difference))) < 0x1p-900);
  }
}

BOOST_AUTO_TEST_CASE(readouts_of_cells_are_what_the_layers_compute) {
  for (const auto &[expression, d, N, depth] :
       {std::tuple{"sin(9*x)", 1, 2, 4}, {"x*y", 2, 2, 2}, {"exp(x)", 1, 3, 3}, {"x+y", 2, 3, 1}}) {
    const NetworkParameters p = parameters_for(expression, d, N, depth);
    const Network network = assemble_network(p);
    const mpfr_prec_t precision = sufficient_precision(network, depth, 200);
    const std::uint64_t cells = power(static_cast<std::uint64_t>(N), d * depth);
    for (std::uint64_t cell = 0; cell < cells; ++cell) {
      const Point point = point_of_cell(cell, d, N, depth);
      BOOST_TEST(cell_of_point(point, N, depth) == cell);
      const MpfrInterval direct = evaluate_directly(network, point, precision).back();
      const CellReadout readout(p, cell, 150);
      BOOST_TEST(boost::numeric::overlap(readout.value(), direct), expression << ", cell " << cell);
      BOOST_TEST(width_upper(readout.value()) < 0x1p-140);
      BOOST_TEST(width_upper(direct) < 0x1p-140);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_changed_weight_changes_the_readout_so_much) {
  const NetworkParameters p = parameters_for("sin(9*x)", 1, 2, 3);
  for (const int exponent : {-70, -20, 0, 10}) {
    const Dyadic h = Dyadic::power_of_two(exponent);
    NetworkParameters changed = p;
    changed.w.back() = changed.w.back() + h;
    for (std::uint64_t cell = 0; cell < 8; ++cell) {
      const MpfrInterval change = CellReadout(p, cell, 120).change(h);
      BOOST_TEST(boost::numeric::overlap(change, CellReadout(changed, cell, 120).value() -
                                                     CellReadout(p, cell, 120).value()));
      BOOST_TEST(width_upper(change) < 0x1p-110);
    }
  }
}
