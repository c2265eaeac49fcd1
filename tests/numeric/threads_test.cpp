// What belongs to a thread: MPFR's exponent range and caches. Over- and underflow at the ends of the wide
// range go outward.
#define BOOST_TEST_MODULE threads
#include <boost/test/unit_test.hpp>

#include "layercert/numeric/mpfr_interval.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/elementary.hpp"
#include "numeric/reference.hpp"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

#include <atomic>
#include <thread>
#include <vector>

using namespace layercert;
using namespace layercert::test;

namespace {

bool is_wide() { return mpfr_get_emin() == mpfr_get_emin_min() && mpfr_get_emax() == mpfr_get_emax_max(); }

MpfrNumber least_positive(mpfr_prec_t precision) {
  MpfrNumber x = MpfrNumber::with_precision(precision);
  mpfr_set_zero(x.get(), 1);
  mpfr_nextabove(x.get());
  return x;
}
MpfrNumber largest(mpfr_prec_t precision) {
  MpfrNumber x = MpfrNumber::with_precision(precision);
  mpfr_set_inf(x.get(), 1);
  mpfr_nextbelow(x.get());
  return x;
}
MpfrNumber infinity() { return MpfrChecking::pos_inf(); }

} // namespace

BOOST_AUTO_TEST_CASE(mpfr_was_built_for_threads) { BOOST_TEST(mpfr_buildopt_tls_p() != 0); }

BOOST_AUTO_TEST_CASE(every_thread_is_prepared_by_itself) {
  prepare_mpfr_thread();
  BOOST_TEST(is_wide());
  std::atomic<int> narrow_before = 0;
  std::atomic<int> wide_after = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      narrow_before += is_wide() ? 0 : 1;
      prepare_mpfr_thread();
      prepare_mpfr_thread();
      wide_after += is_wide() ? 1 : 0;
      (void)exp_up(
          MpfrNumber::from_double(0.5, 2000, MPFR_RNDN)); // fills the thread's caches, which end with it
    });
  }
  for (std::thread &thread : threads) {
    thread.join();
  }
  BOOST_TEST(narrow_before == 8); // otherwise the calls under test do nothing
  BOOST_TEST(wide_after == 8);
  BOOST_TEST(is_wide());
  std::atomic<int> narrow = 0;
  oneapi::tbb::parallel_for(oneapi::tbb::blocked_range<int>(0, 1000, 1), [&](const auto &) {
    prepare_mpfr_thread();
    narrow += is_wide() ? 0 : 1;
  });
  BOOST_TEST(narrow == 0);
}

BOOST_AUTO_TEST_CASE(numbers_beyond_the_usual_range) {
  std::thread([] { // a thread of its own: nothing has prepared it
    const Dyadic far = Dyadic::power_of_two(std::int64_t{1} << 40);
    const MpfrInterval x = mpfr_enclosure(far, 64); // prepares the thread
    BOOST_TEST((Dyadic::from_mpfr(x.lower().get()) == far));
    BOOST_TEST((Dyadic::from_mpfr(x.upper().get()) == far));
    const MpfrInterval square = x * x;
    BOOST_TEST((Dyadic::from_mpfr(square.upper().get()) == far * far));
    BOOST_TEST(double_lower(x) == std::numeric_limits<double>::max());
    BOOST_TEST(double_upper(x) == kInfinity);
    const MpfrInterval inverse = MpfrInterval(MpfrNumber(1)) / x;
    BOOST_TEST(double_lower(inverse) == 0.0);
    BOOST_TEST(double_upper(inverse) == kTiny);
  })
      .join();
}

BOOST_AUTO_TEST_CASE(results_do_not_depend_on_the_thread) {
  prepare_mpfr_thread();
  Draw draw(51);
  std::vector<MpfrInterval> arguments;
  std::vector<MpfrInterval> expected;
  const auto compute = [](const MpfrInterval &x) {
    return exp_range(sin_range(x)) * mpfr_pi(x.lower().precision()) + atan_range(x);
  };
  for (int i = 0; i < 1000; ++i) { // precisions in no order: the caches of pi and log 2 grow and are cut
    arguments.push_back(mpfr_enclosure(draw.sized(-5, 5), draw.between(30, 1500)));
    expected.push_back(compute(arguments.back()));
  }
  std::atomic<int> different = 0;
  oneapi::tbb::parallel_for(std::size_t{0}, arguments.size(), [&](std::size_t i) {
    prepare_mpfr_thread();
    const MpfrInterval found = compute(arguments[i]);
    different += found.lower() == expected[i].lower() && found.upper() == expected[i].upper() ? 0 : 1;
  });
  BOOST_TEST(different == 0);
}

BOOST_AUTO_TEST_CASE(overflow_and_underflow_go_outward) {
  prepare_mpfr_thread();
  for (const mpfr_prec_t precision : {32, 53, 64, 200}) {
    const MpfrNumber least = least_positive(precision);
    const MpfrNumber most = largest(precision);
    const MpfrNumber zero(0);
    const MpfrNumber two(2);
    BOOST_TEST((zero < least && least < most && most < infinity()));
    BOOST_TEST((mul_down(least, least) == zero && mul_up(least, least) == least));
    BOOST_TEST((mul_down(-least, least) == -least && mul_up(-least, least) == zero));
    BOOST_TEST((div_down(least, two) == zero && div_up(least, two) == least));
    BOOST_TEST((div_down(least, most) == zero && div_up(-least, most) == zero));
    BOOST_TEST((add_down(most, most) == most && add_up(most, most) == infinity()));
    BOOST_TEST((add_down(-most, -most) == -infinity() && add_up(-most, -most) == -most));
    BOOST_TEST((sub_down(most, -most) == most && sub_up(most, -most) == infinity()));
    BOOST_TEST((mul_down(most, most) == most && mul_up(most, most) == infinity()));
    BOOST_TEST((div_down(most, least) == most && div_up(most, least) == infinity()));
    BOOST_TEST((exp_down(-most) == zero && exp_up(-most) == least));
    BOOST_TEST((exp_down(most) == most && exp_up(most) == infinity()));
    BOOST_TEST((sinh_down(most) == most && sinh_up(most) == infinity()));
    BOOST_TEST((sinh_down(-most) == -infinity() && sinh_up(-most) == -most));
    BOOST_TEST((cosh_down(-most) == most && cosh_up(-most) == infinity()));
    BOOST_TEST((pow_down(most, two) == most && pow_up(most, two) == infinity()));
    BOOST_TEST((pow_down(least, two) == zero && pow_up(least, two) == least));
    BOOST_TEST((pow_down(most, -3) == zero && pow_up(most, -3) == least));
    BOOST_TEST((pow_down(-most, -3) == -least && pow_up(-most, -3) == zero));
    BOOST_TEST((pow_down(-most, 3) == -infinity() && pow_up(-most, 3) == -most));
    // sin x < x < tan x, and so on, for the least x
    BOOST_TEST((sin_down(least) == zero && sin_up(least) == least));
    BOOST_TEST((tan_down(least) == least && tan_up(least) > least));
    BOOST_TEST((atan_down(least) == zero && atan_up(least) == least));
    BOOST_TEST((asin_down(least) == least && asin_up(least) > least));
    BOOST_TEST((sinh_down(least) == least && sinh_up(least) > least));
    BOOST_TEST((tanh_down(least) == zero && tanh_up(least) == least));
    BOOST_TEST((cos_down(least) < MpfrNumber(1) && cos_up(least) == MpfrNumber(1)));
    BOOST_TEST((exp_down(-least) < MpfrNumber(1) && exp_up(-least) == MpfrNumber(1)));
    BOOST_TEST((exp_down(least) == MpfrNumber(1) && exp_up(least) > MpfrNumber(1)));
    BOOST_TEST((tanh_down(most) < MpfrNumber(1) && tanh_up(most) == MpfrNumber(1)));
  }
}

BOOST_AUTO_TEST_CASE(intervals_survive_the_ends_of_the_range) {
  prepare_mpfr_thread();
  const MpfrNumber least = least_positive(80);
  const MpfrNumber most = largest(80);
  bool undefined = false;
  const MpfrInterval tiny(-least, least);
  const MpfrInterval vast(-most, most);
  const MpfrInterval product = tiny * tiny;
  BOOST_TEST((product.lower() == -least && product.upper() == least));
  const MpfrInterval sum = vast + vast;
  BOOST_TEST((sum.lower() == -infinity() && sum.upper() == infinity()));
  const MpfrInterval sine = sin_range(tiny);
  BOOST_TEST((sine.lower() == -least && sine.upper() == least));
  const MpfrInterval logarithm = log_range(MpfrInterval(least, most), undefined);
  BOOST_TEST((logarithm.lower() < MpfrNumber(0) && logarithm.upper() > MpfrNumber(0) && !undefined));
  BOOST_TEST((bounded(logarithm)));
  // exp(log x) holds x at both ends of the range.
  const MpfrInterval again = exp_range(logarithm);
  BOOST_TEST((again.lower() <= least && again.upper() >= most));
  const MpfrInterval inverse =
      divide_range(MpfrInterval(MpfrNumber(1)), MpfrInterval(least, most), undefined);
  BOOST_TEST((inverse.lower() >= MpfrNumber(0) && inverse.upper() >= most && !undefined));
  // As in sin(-exp(-exp(100))).
  const MpfrInterval nearly_zero = exp_range(-exp_range(MpfrInterval(MpfrNumber(100))));
  const MpfrInterval value = sin_range(-nearly_zero);
  BOOST_TEST((value.lower() < MpfrNumber(0) && value.upper() >= MpfrNumber(0)));
}
