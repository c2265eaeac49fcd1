// The interval over double: boost::numeric::interval with a rounding policy whose every operation is
// directed.
#pragma once

#include "layercert/numeric/directed_double.hpp"
#include "layercert/numeric/dyadic.hpp"

#include <boost/numeric/interval/arith.hpp>
#include <boost/numeric/interval/arith2.hpp>
#include <boost/numeric/interval/checking.hpp>
#include <boost/numeric/interval/interval.hpp>
#include <boost/numeric/interval/policies.hpp>
#include <boost/numeric/interval/utility.hpp>

#include <cstdint>

namespace layercert {

// Rounding policy for double. Requires an open UpwardScope (rounding_scope.hpp) on the calling thread: the
// upper bound is then the machine's own operation and the lower one its mirror image, -((-a) - b), with no
// switch of the mode.
struct DirectedDouble {
  void init() {}
  static double add_up(double a, double b) { return layercert::add_up(a, b); }
  static double add_down(double a, double b) { return layercert::add_down(a, b); }
  static double sub_up(double a, double b) { return layercert::sub_up(a, b); }
  static double sub_down(double a, double b) { return layercert::sub_down(a, b); }
  static double mul_up(double a, double b) { return layercert::mul_up(a, b); }
  static double mul_down(double a, double b) { return layercert::mul_down(a, b); }
  static double div_up(double a, double b) { return layercert::div_up(a, b); }
  static double div_down(double a, double b) { return layercert::div_down(a, b); }
  static double sqrt_up(double a) { return layercert::sqrt_up(a); }
  static double sqrt_down(double a) { return layercert::sqrt_down(a); }
  // A point between, not a bound.
  static double median(double a, double b) { return a / 2 + b / 2; }
  // What Interval(x) takes: doubles as they are, integers by an enclosure, nothing else.
  static double conv_down(double a) { return a; }
  static double conv_up(double a) { return a; }
  static double conv_down(int a) { return a; }
  static double conv_up(int a) { return a; }
  static double conv_down(std::int64_t a) { return layercert::integer_down(a); }
  static double conv_up(std::int64_t a) { return layercert::integer_up(a); }
  template <class T> static double conv_down(T) = delete;
  template <class T> static double conv_up(T) = delete;
};

// No exceptions: an operation without a meaning gives NaN bounds, which evaluation turns into "possibly
// undefined".
using DoubleChecking = boost::numeric::interval_lib::checking_base<double>;

// Requires, for every operation on it, an open UpwardScope on the calling thread.
using Interval = boost::numeric::interval<
    double, boost::numeric::interval_lib::policies<
                boost::numeric::interval_lib::save_state_nothing<DirectedDouble>, DoubleChecking>>;

inline bool has_nan(const Interval &x) { return x.lower() != x.lower() || x.upper() != x.upper(); }
inline Interval whole_line() { return Interval::whole(); }

// Enclosures of exact numbers, at most one unit in the last place wide.
Interval enclosure(const mpq_class &value);
Interval enclosure(const Dyadic &value);

} // namespace layercert
