#define BOOST_TEST_MODULE shift_sector
#include <boost/test/unit_test.hpp>

#include "certify/support.hpp"
#include "common/bound_scope.hpp"
#include "modulus/modulus_guess.hpp"
#include "modulus/modulus_search.hpp"

#include <limits>

using namespace layercert;
using namespace layercert::test;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

ModulusBounds searched(const Expression &f, std::size_t d, ShiftNorm norm, const ShiftSector &sector,
                       double t, std::uint64_t boxes) {
  return search_modulus({f, d, Exponent(2), norm, sector, t, t}, {kInfinity, {}, 0}, {0.01, boxes, 1 << 13});
}

} // namespace

// With and without the sector the same supremum is enclosed, and with it by fewer boxes.
BOOST_AUTO_TEST_CASE(a_sector_keeps_the_modulus) {
  const BoundScope scope;
  for (const char *text :
       {"x*y", "x - y", "sin(2*pi*x)*y", "abs(x-1/2)*cos(pi*y)", "max(x, y)", "(x-1/2)^2*(y-1/2)^2"}) {
    const Expression f = parse_expression(text, 2);
    for (const ShiftNorm norm : {ShiftNorm::Euclidean, ShiftNorm::Max, ShiftNorm::One}) {
      const ModulusBounds all = searched(f, 2, norm, ShiftSector(2), 0.25, 1 << 20);
      const ModulusBounds some = searched(f, 2, norm, ShiftSector(f, 2), 0.25, 1 << 20);
      BOOST_TEST_CONTEXT(text << ", norm " << static_cast<int>(norm) << ": [" << all.lower.value << ", "
                              << all.upper << "], [" << some.lower.value << ", " << some.upper << "]") {
        BOOST_TEST(some.upper >= all.lower.value);
        BOOST_TEST(all.upper >= some.lower.value);
        BOOST_TEST(some.upper <= 1.0101 * some.lower.value);
        BOOST_TEST(some.boxes < all.boxes);
      }
    }
  }
}

// For every shift there is one in the sector's pieces with at least its norm, here of functions whose norms
// are plain to compare: by sampling, up to its error.
BOOST_AUTO_TEST_CASE(every_shift_has_one_in_the_sector) {
  const BoundScope scope;
  std::mt19937_64 random(17);
  struct Known {
    std::size_t d;
    const char *text;
    std::size_t cones; // that remain, of d 2^(d-1)
  };
  for (const Known &known :
       {Known{2, "x*y^2", 2}, Known{2, "x*y", 1}, Known{2, "1/(1+x) + y", 2},
        Known{2, "cos(pi*x)*sin(3*y)", 2}, Known{3, "max(x, y)*cos(pi*z)", 4}, Known{3, "x*y*z", 1},
        Known{3, "x^2*(1-y)*z^3", 3}, Known{2, "sin(3*x+2*y)", 4}}) {
    const Expression f = parse_expression(known.text, known.d);
    const ShiftSector sector(f, known.d);
    std::vector<ShiftCone> kept = cones_of_ball(known.d, 0.25);
    std::erase_if(kept, [&](const ShiftCone &cone) { return !sector.meets(cone); });
    BOOST_TEST(kept.size() == known.cones, known.text);
    for (int cut = 0; cut < 4; ++cut) {
      std::vector<ShiftCone> finer;
      for (const ShiftCone &cone : kept) {
        const auto [first, second] = halves(cone, longest_side(cone));
        finer.push_back(first);
        finer.push_back(second);
      }
      std::erase_if(finer, [&](const ShiftCone &cone) { return !sector.meets(cone); });
      kept = std::move(finer);
    }
    ModulusGuess guess(f, known.d, 2, 4096);
    double best = 0; // over the corners of what is kept, which may be longer than 1/4
    for (const ShiftCone &cone : kept) {
      for (const Shift &h : corners_of(cone, ShiftNorm::Euclidean)) {
        best = std::max(best, guess.norm(h));
      }
    }
    for (int i = 0; i < 300; ++i) {
      Shift h(known.d);
      for (double &x : h) {
        x = 2 * random_double(random, 0, 0) * (random() % 2 == 0 ? 1 : -1);
        x *= static_cast<double>(random() >> 11) * 0x1p-53;
      }
      const double scale = 0.25 / length_about(h, ShiftNorm::Euclidean);
      for (double &x : h) {
        x *= scale;
      }
      BOOST_TEST(guess.norm(h) <= 1.02 * best, known.text << ' ' << shown(h));
    }
  }
}
