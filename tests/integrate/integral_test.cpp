#define BOOST_TEST_MODULE integral
#include <boost/test/unit_test.hpp>

#include "certify/support.hpp"
#include "common/bound_scope.hpp"
#include "integrate/integral.hpp"
#include "integrate/models.hpp"
#include "layercert/numeric/rounding_scope.hpp"

#include <oneapi/tbb/task_arena.h>

using namespace layercert;
using namespace layercert::test;

namespace {

Box unit_box(std::size_t d) {
  Box box;
  for (std::size_t j = 0; j < d; ++j) {
    box.upper[j] = 1;
  }
  return box;
}

// The cells of a grid with 2^n cells along each axis.
std::vector<Box> grid(std::size_t d, int n) {
  const std::uint64_t side = std::uint64_t{1} << n;
  std::vector<Box> boxes;
  for (std::uint64_t k = 0; k < std::uint64_t{1} << (n * d); ++k) {
    Box box;
    std::uint64_t rest = k;
    for (std::size_t j = 0; j < d; ++j) {
      box.lower[j] = std::ldexp(static_cast<double>(rest % side), -n);
      box.upper[j] = std::ldexp(static_cast<double>(rest % side + 1), -n);
      rest /= side;
    }
    box.cell = k;
    boxes.push_back(box);
  }
  return boxes;
}

mpq_class exact_volume(std::size_t d, const Box &box) {
  mpq_class result = 1;
  for (std::size_t j = 0; j < d; ++j) {
    result *= mpq_class(box.upper[j]) - mpq_class(box.lower[j]);
  }
  return result;
}

IntegralResult integrate_expression(std::size_t d, const std::string &text, const mpq_class &p,
                                    std::vector<Box> boxes, const Refinement &refinement) {
  const Expression f = parse_expression(text, d);
  return integrate(Exponent(p), d, std::move(boxes),
                   function_modeller(f, d, [](const Box &) { return Interval(0.0); }), refinement);
}

struct Known {
  std::size_t d;
  const char *text;
  mpq_class p;
  MpfrInterval integral;
  double gap; // that is reached
};

std::vector<Known> known_integrals() {
  const MpfrInterval pi = mpfr_pi(kPrecision);
  bool undefined = false;
  return {
      {1, "x0", mpq_class(1), real(mpq_class(1, 2)), 1e-3},
      {1, "x0", mpq_class(7, 2), real(mpq_class(2, 9)), 1e-3},
      {1, "x0^2 - 1/4", mpq_class(2), real(mpq_class(1, 5) - mpq_class(1, 6) + mpq_class(1, 16)), 1e-3},
      {1, "abs(x0 - 1/3)", mpq_class(1), real(mpq_class(5, 18)), 1e-3},
      {1, "abs(x0 - 1/3)", mpq_class(3, 2),
       real(mpq_class(2, 5)) *
           (power(real(mpq_class(1, 3)), mpq_class(5, 2)) + power(real(mpq_class(2, 3)), mpq_class(5, 2))),
       2e-3},
      {1, "step(x0 - 1/3)", mpq_class(7, 2), real(mpq_class(2, 3)), 1e-3},
      {1, "floor(5*x0)", mpq_class(2), real(6), 1e-3},
      {1, "sqrt(x0)", mpq_class(2), real(mpq_class(1, 2)), 1e-3},
      {1, "sqrt(x0)", mpq_class(1), real(mpq_class(2, 3)), 1e-3},
      {1, "sin(2*pi*x0)", mpq_class(2), real(mpq_class(1, 2)), 1e-3},
      {1, "sin(2*pi*x0)", mpq_class(1), real(2) / pi, 1e-3},
      {1, "exp(x0)", mpq_class(3), (exp_range(real(3)) - real(1)) / real(3), 1e-4},
      {1, "min(x0, 1 - x0)", mpq_class(1), real(mpq_class(1, 4)), 1e-3},
      {2, "x0*x1", mpq_class(2), real(mpq_class(1, 9)), 1e-2},
      {2, "x0 - x1", mpq_class(4), real(mpq_class(1, 15)), 1e-2},
      {2, "step(x0 + x1 - 1)", mpq_class(1), real(mpq_class(1, 2)), 5e-2},
      {2, "abs(x0 - 1/2)*step(x1 - 1/4)", mpq_class(1), real(mpq_class(3, 16)), 1e-2},
      {2, "x0 - x1", mpq_class(1), real(mpq_class(1, 3)), 1e-3},
      {2, "x0*x1 - 1/4", mpq_class(1), real(mpq_class(3, 32)) + log_range(real(2), undefined) / real(8),
       1e-3},
      {3, "x0*x1 - x2", mpq_class(1), real(mpq_class(13, 36)), 1e-3},
      {3, "x0 + x1 + x2", mpq_class(2), real(mpq_class(5, 2)), 1e-2},
  };
}

} // namespace

BOOST_FIXTURE_TEST_CASE(known_integrals_are_contained, BoundScope) {
  for (const Known &known : known_integrals()) {
    for (const std::size_t most : {1UL, 7UL, 64UL, 30000UL}) {
      const IntegralResult result =
          integrate_expression(known.d, known.text, known.p, {unit_box(known.d)}, {known.gap, most});
      BOOST_TEST_CONTEXT(known.text << ", p = " << known.p << ", boxes " << result.boxes.size() << " of "
                                    << most << ": [" << result.lower << ", " << result.upper << "] against "
                                    << nearest(known.integral)) {
        BOOST_TEST(at_most(result.lower, known.integral));
        BOOST_TEST(at_least(result.upper, known.integral));
        BOOST_TEST(result.boxes.size() <= most);
        BOOST_TEST(result.bounds.size() == result.boxes.size());
        if (most == 30000) {
          BOOST_TEST(result.upper - result.lower <= known.gap * result.upper);
        }
      }
    }
  }
}

// The function is moved into one box at a time: what is integrated over each box is its own integral.
BOOST_FIXTURE_TEST_CASE(boxes_partition_the_cells, BoundScope) {
  for (const std::size_t d : {1, 2, 3}) {
    const std::vector<Box> cells = grid(d, d == 3 ? 1 : 2);
    const IntegralResult result =
        integrate_expression(d, d == 1 ? "sqrt(abs(x0 - 0.3))" : "sqrt(abs(x0 - 0.3)) + abs(x1 - 0.6)",
                             mpq_class(3, 2), cells, {1e-9, 600});
    BOOST_TEST(result.boxes.size() == 600U);
    std::vector<mpq_class> covered(cells.size(), mpq_class(0));
    double lower = 0;
    double upper = 0;
    for (std::size_t i = 0; i < result.boxes.size(); ++i) {
      const Box &box = result.boxes[i];
      BOOST_REQUIRE_LT(box.cell, cells.size());
      for (std::size_t j = 0; j < d; ++j) {
        BOOST_REQUIRE_LE(cells[box.cell].lower[j], box.lower[j]);
        BOOST_REQUIRE_LT(box.lower[j], box.upper[j]);
        BOOST_REQUIRE_LE(box.upper[j], cells[box.cell].upper[j]);
      }
      covered[box.cell] += exact_volume(d, box);
      lower += result.bounds[i].lower;
      upper += result.bounds[i].upper;
      for (std::size_t other = 0; other < i; ++other) { // no two share more than a face
        bool apart = false;
        for (std::size_t j = 0; j < d; ++j) {
          apart = apart || result.boxes[other].upper[j] <= box.lower[j] ||
                  box.upper[j] <= result.boxes[other].lower[j];
        }
        BOOST_REQUIRE(apart);
      }
    }
    for (std::size_t k = 0; k < cells.size(); ++k) {
      BOOST_TEST(covered[k] == exact_volume(d, cells[k]));
    }
    BOOST_TEST(std::fabs(result.lower - lower) <= 1e-12 * lower);
    BOOST_TEST(std::fabs(result.upper - upper) <= 1e-12 * upper);
  }
}

BOOST_FIXTURE_TEST_CASE(any_number_of_threads_gives_the_same_bytes, BoundScope) {
  any_number_of_threads_gives_the_same(
      [] {
        return integrate_expression(2, "sqrt(x0 + 0.01)*abs(sin(7*x1)) - step(x0 - x1)", mpq_class(5, 2),
                                    grid(2, 3), {1e-4, 3000});
      },
      1000);
}

// A modeller may treat a batch as one, as this one does to the extreme: batches must not depend on how many
// threads there might be.
BOOST_AUTO_TEST_CASE(batches_do_not_depend_on_threads) {
  const ModellerFactory factory = []() -> Modeller {
    return [](std::span<const Box> boxes, std::span<LocalModel> models) {
      for (LocalModel &model : models) {
        model.range = Interval(1.0, 1.0 + boxes.front().lower[0] + static_cast<double>(boxes.size()));
        model.differentiable = false;
      }
    };
  };
  std::vector<Box> boxes = grid(1, 16);
  boxes.resize(60001);
  const auto run = [&](int threads) {
    IntegralResult result;
    oneapi::tbb::task_arena(threads).execute([&] {
      const UpwardScope upward;
      result = integrate(Exponent(mpq_class(1)), 1, boxes, factory, {0.1, 60001});
    });
    return result.upper;
  };
  const double one = run(1);
  for (const int threads : {2, 3, 8, 64}) {
    BOOST_TEST(bits(run(threads)) == bits(one));
  }
}

// No value at 0, or none on a half: no upper bound, however many boxes; and the boxes keep to their number.
BOOST_FIXTURE_TEST_CASE(domain_errors_have_no_upper_bound, BoundScope) {
  for (const char *text :
       {"log(x0)", "1/x0", "(x0 - x0)/(x0 - x0)", "sqrt(x0 - 1/2)", "1/(x0 - 1/3)", "asin(2*x0)",
        "tan(pi*x0)", "x0^(-1/2)", "log(x0)*0", "atan(log(x0 - 1/2))", "if(x0 < 1/2, sqrt(x0 - 1/4), 1)"}) {
    const IntegralResult result = integrate_expression(1, text, mpq_class(2), {unit_box(1)}, {1e-2, 500});
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST(std::isinf(result.upper));
      BOOST_TEST(!std::isnan(result.lower));
      BOOST_TEST(result.boxes.size() <= 500U);
    }
  }
  // A branch that is taken nowhere may have no value.
  const IntegralResult safe =
      integrate_expression(1, "if(x0 < 1/2, 1, sqrt(x0 - 1/4))", mpq_class(2), {unit_box(1)}, {1e-2, 5000});
  BOOST_TEST(at_most(safe.lower, mpq_class(3, 4)));
  BOOST_TEST(at_least(safe.upper, mpq_class(3, 4)));
  BOOST_TEST(safe.upper <= 0.77);
}

// The sums of the boxes' bounds, against exact arithmetic: each sum rounds hundreds of times.
BOOST_AUTO_TEST_CASE(sums_are_rounded_outward) {
  const BoundScope scope;
  const IntegralResult result = integrate_expression(1, "exp(x0)/3", mpq_class(1), grid(1, 9), {0.5, 512});
  mpq_class lower;
  mpq_class upper;
  for (const IntegralBounds &bounds : result.bounds) {
    lower += mpq_class(bounds.lower);
    upper += mpq_class(bounds.upper);
  }
  BOOST_TEST(mpq_class(result.lower) <= lower);
  BOOST_TEST(mpq_class(result.upper) >= upper);
}
