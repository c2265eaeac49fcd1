#define BOOST_TEST_MODULE shift_cones
#include <boost/test/unit_test.hpp>

#include "layercert/numeric/rounding_scope.hpp"
#include "modulus/modulus_guess.hpp"
#include "modulus/shift_cones.hpp"

#include <algorithm>
#include <cmath>
#include <random>

using namespace layercert;

namespace {

const ShiftNorm kNorms[] = {ShiftNorm::Euclidean, ShiftNorm::Max, ShiftNorm::One};

double along(const std::vector<double> &c, const Shift &h) {
  double sum = 0;
  for (std::size_t j = 0; j < h.size(); ++j) {
    sum += c[j] * h[j];
  }
  return sum;
}

// By its definition, and by plain arithmetic.
bool holds(const ShiftCone &cone, const Shift &h, ShiftNorm norm) {
  const double s = h[cone.axis];
  const double length = length_about(h, norm);
  if (!(s > 0) || length < cone.inner || length > cone.outer) {
    return false;
  }
  for (std::size_t j = 0; j < h.size(); ++j) {
    if (h[j] / s < cone.lower[j] || h[j] / s > cone.upper[j]) {
      return false;
    }
  }
  return true;
}

} // namespace

// Every shift lies, up to its sign, in a cone, again in one of the halves, and never beyond the corners in
// any direction.
BOOST_AUTO_TEST_CASE(cones_cover_the_ball_and_corners_the_cones) {
  const UpwardScope upward;
  std::mt19937_64 random(3);
  const auto uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-52 - 1; };
  for (std::size_t d = 1; d <= 4; ++d) {
    for (const ShiftNorm norm : kNorms) {
      for (const double t : {0.5, 1.0 / 3, 0x1p-10}) {
        for (int i = 0; i < 60; ++i) {
          Shift h(d);
          for (double &x : h) {
            x = uniform();
          }
          const double scale = t * (i % 3 == 0 ? std::fabs(uniform()) : 1 - 1e-13) / length_about(h, norm);
          for (double &x : h) {
            x *= scale;
          }
          std::vector<ShiftCone> open = cones_of_ball(d, t);
          for (int depth = 0; depth < 12; ++depth) {
            Shift opposite = h;
            for (double &x : opposite) {
              x = -x;
            }
            const auto found = std::find_if(open.begin(), open.end(), [&](const ShiftCone &cone) {
              return holds(cone, h, norm) || holds(cone, opposite, norm);
            });
            BOOST_REQUIRE(found != open.end());
            const Shift &inside = holds(*found, h, norm) ? h : opposite;
            const std::vector<Shift> corners = corners_of(*found, norm);
            for (int direction = 0; direction < 40; ++direction) {
              std::vector<double> c(d);
              for (std::size_t j = 0; j < c.size(); ++j) {
                c[j] = direction == 0 ? inside[j] : direction == 1 ? -inside[j] : uniform();
              }
              double farthest = -1e300;
              for (const Shift &corner : corners) {
                farthest = std::max(farthest, along(c, corner));
              }
              BOOST_REQUIRE_GE(farthest, along(c, inside) - 1e-15);
            }
            for (const Shift &corner : corners) { // and not far outside
              BOOST_REQUIRE_LE(length_about(corner, norm), 2.1 * found->outer);
              if (depth == 11) {
                BOOST_REQUIRE_LE(length_about(corner, norm), 1.4 * found->outer);
              }
            }
            const auto [first, second] = halves(*found, longest_side(*found));
            open = {first, second};
          }
        }
      }
    }
  }
}

// Corners keep the signs of their cone, so |h_j| is linear on their hull.
BOOST_AUTO_TEST_CASE(corners_keep_their_signs) {
  const UpwardScope upward;
  for (const ShiftNorm norm : kNorms) {
    for (const ShiftCone &cone : cones_of_ball(3, 0.5)) {
      for (const Shift &corner : corners_of(halves(cone, cone.axis).second, norm)) {
        for (std::size_t j = 0; j < corner.size(); ++j) {
          BOOST_TEST((cone.lower[j] >= 0 ? corner[j] >= 0 : corner[j] <= 0));
        }
      }
    }
  }
}
