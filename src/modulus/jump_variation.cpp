#include "jump_variation.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>
#include <cmath>

namespace layercert {

namespace {

constexpr double kDirections = 32;   // of normals that are told apart, for a ratio of 1
constexpr double kSlopes = 32;       // that are told apart, of the steepest
constexpr std::size_t kCells = 4096; // of the grid on which ranges of f are kept

bool keeps_sign(const Interval &x) { return x.lower() > 0 || x.upper() < 0; }

Interval product(std::span<const Interval> gradient, std::span<const Interval> k) {
  Interval sum(0.0);
  for (std::size_t j = 0; j < k.size(); ++j) {
    sum += gradient[j] * k[j];
  }
  return sum;
}

// Ranges of f on the cells of a grid, and about them.
class RangeGrid {
public:
  RangeGrid(std::size_t d, const std::vector<JumpPiece> &pieces)
      : d_(d), side_(static_cast<std::size_t>(
                   std::floor(std::pow(static_cast<double>(kCells), 1.0 / static_cast<double>(d)) + 1e-9))) {
    std::size_t count = 1;
    for (std::size_t j = 0; j < d_; ++j) {
      count *= side_;
    }
    cells_.assign(count, Interval::empty());
    for (const JumpPiece &piece : pieces) {
      for_cells_of(piece.box, [&](std::size_t cell) { join(cells_[cell], piece.range); });
    }
  }

  // Every cell takes up the ranges of those at most t away along each axis.
  void widen(double t) {
    const auto reach = static_cast<std::size_t>(std::ceil(std::min(1.0, t) * static_cast<double>(side_))) + 1;
    for (std::size_t j = 0, stride = 1; j < d_; ++j, stride *= side_) {
      const std::vector<Interval> before = cells_;
      for (std::size_t cell = 0; cell < cells_.size(); ++cell) {
        const std::size_t at = cell / stride % side_;
        const std::size_t last = std::min(side_ - 1, at + reach);
        for (std::size_t i = at - std::min(at, reach); i <= last; ++i) {
          join(cells_[cell], before[cell + i * stride - at * stride]);
        }
      }
    }
  }

  double oscillation_upper(const Box &box) const {
    Interval range = Interval::empty();
    for_cells_of(box, [&](std::size_t cell) { join(range, cells_[cell]); });
    return sub_up(range.upper(), range.lower());
  }

private:
  static void join(Interval &range, const Interval &other) {
    range = empty(range) ? other : empty(other) ? range : hull(range, other);
  }

  // Those that meet the box, perhaps a few more.
  template <class Body> void for_cells_of(const Box &box, const Body &body) const {
    std::array<std::size_t, kMaxDimension> first{};
    std::array<std::size_t, kMaxDimension> last{};
    for (std::size_t j = 0; j < d_; ++j) {
      const auto n = static_cast<double>(side_);
      first[j] = static_cast<std::size_t>(std::max(0.0, std::floor(box.lower[j] * n - 1e-9)));
      last[j] = static_cast<std::size_t>(std::clamp(std::floor(box.upper[j] * n + 1e-9), 0.0, n - 1));
      first[j] = std::min(first[j], last[j]);
    }
    std::array<std::size_t, kMaxDimension> at = first;
    while (true) {
      std::size_t cell = 0;
      for (std::size_t j = d_; j-- > 0;) {
        cell = cell * side_ + at[j];
      }
      body(cell);
      std::size_t j = 0;
      while (j < d_ && at[j] == last[j]) {
        at[j] = first[j];
        ++j;
      }
      if (j == d_) {
        return;
      }
      ++at[j];
    }
  }

  std::size_t d_;
  std::size_t side_; // cells along an axis
  std::vector<Interval> cells_;
};

} // namespace

JumpVariation::JumpVariation(const Expression &f, std::size_t dimension, const Exponent &p, double t,
                             const Refinement &refinement)
    : dimension_(dimension), p_(p) {
  assert_upward();
  const std::vector<JumpPiece> pieces = jump_partition(f, dimension, p, t, refinement);
  boxes_ = pieces.size();
  RangeGrid ranges(dimension, pieces);
  ranges.widen(t);
  double steepest = 0;
  for (const JumpPiece &piece : pieces) {
    for (std::size_t j = 0; j < dimension_ && piece.resolved; ++j) {
      steepest = largest_upper(steepest, abs_range(hull(piece.gradient[0][j], piece.gradient[1][j])).upper());
    }
  }
  for (const JumpPiece &piece : pieces) {
    const double omega = ranges.oscillation_upper(piece.box);
    if (!piece.resolved || (piece.jumps && is_layer(piece, omega, t))) {
      add_unresolved(piece, omega);
      continue;
    }
    add_slopes(piece, steepest);
    if (piece.jumps && piece.jump_upper > 0) {
      add_jump(piece, omega);
    }
  }
}

// Whether a box with a jump, perhaps just in the border of the cube, adds less if taken as unresolved than it
// may by what is not known of its crossings, for shifts of length t.
bool JumpVariation::is_layer(const JumpPiece &piece, double omega, double t) const {
  double faces = volume(dimension_, piece.box).upper();
  double unknown = 0;
  for (std::size_t j = 0; j < dimension_; ++j) {
    faces += at_border(piece.box, j) ? 0 : t * face_of(dimension_, piece.box, j).upper();
    unknown += t * sub_up(piece.crossings[j].upper(), piece.crossings[j].lower());
  }
  const double oscillation = sub_up(piece.range.upper(), piece.range.lower());
  return faces * jump_power_upper(p_, omega, oscillation) <
         unknown * jump_power_upper(p_, omega, piece.jump_upper);
}

void JumpVariation::add_unresolved(const JumpPiece &piece, double omega) {
  const double height = jump_power_upper(p_, omega, sub_up(piece.range.upper(), piece.range.lower()));
  const std::size_t d = dimension_;
  constant_upper_ = add_up(constant_upper_, mul_up(height, volume(d, piece.box).upper()));
  for (std::size_t j = 0; j < dimension_; ++j) {
    if (!at_border(piece.box, j)) {
      unresolved_faces_[j] = add_up(unresolved_faces_[j], mul_up(height, face_of(d, piece.box, j).upper()));
    }
  }
}

// To those of about the same slopes.
void JumpVariation::add_slopes(const JumpPiece &piece, double steepest) {
  if (steepest == 0) {
    return;
  }
  Slopes slopes{volume(dimension_, piece.box).upper(), piece.gradient};
  Direction about{};
  for (std::size_t j = 0; j < dimension_; ++j) {
    const Interval slope = hull(piece.gradient[0][j], piece.gradient[1][j]);
    const double middle = slope.lower() / 2 + slope.upper() / 2;
    about[j] = static_cast<int>(std::floor(middle / steepest * kSlopes));
  }
  const auto [place, is_new] = slopes_.try_emplace(about, slopes);
  if (!is_new) {
    Slopes &all = place->second;
    all.measure_upper = add_up(all.measure_upper, slopes.measure_upper);
    for (std::size_t side = 0; side < 2; ++side) {
      for (std::size_t j = 0; j < dimension_; ++j) {
        all.gradient[side][j] = hull(all.gradient[side][j], piece.gradient[side][j]);
      }
    }
  }
}

// To those whose normal has about the same direction.
void JumpVariation::add_jump(const JumpPiece &piece, double omega) {
  std::size_t axis = 0;
  double steepest = 0;
  for (std::size_t j = 0; j < dimension_; ++j) {
    const double least = keeps_sign(piece.c_gradient[j]) ? abs_range(piece.c_gradient[j]).lower() : 0;
    if (least > steepest) {
      steepest = least;
      axis = j;
    }
  }
  const Interval height(jump_power_upper(p_, omega, piece.jump_upper));
  Direction direction{};
  Jumps jumps{axis, {}, {}};
  for (std::size_t j = 0; j < dimension_; ++j) {
    const Interval ratio = j == axis ? Interval(1.0) : piece.c_gradient[j] / piece.c_gradient[axis];
    jumps.normal[j] = ratio;
    const double middle = std::clamp(ratio.lower() / 2 + ratio.upper() / 2, -2.0, 2.0);
    direction[j] = static_cast<int>(std::floor(middle * kDirections));
    // Turned so that c rises along the axis.
    jumps.crossings[j] =
        height * (piece.c_gradient[axis].lower() > 0 ? piece.crossings[j] : -piece.crossings[j]);
  }
  const auto [place, is_new] = jumps_.try_emplace(std::pair(axis, direction), jumps);
  for (std::size_t j = 0; j < dimension_ && !is_new; ++j) {
    place->second.normal[j] = hull(place->second.normal[j], jumps.normal[j]);
    place->second.crossings[j] += jumps.crossings[j];
  }
}

// The sum of phi L_X(k) over some boxes: with n = grad c / (dc/dx_i), lines cross all alike if n . k keeps
// its sign (Lemma 28, 3 and 4). Both bound the same sum at this k, so the smaller one may be taken (Lemma
// 30).
double JumpVariation::crossings_upper(const Jumps &jumps, std::span<const Interval> k) const {
  const Interval along = product(jumps.normal, k);
  const double by_graph = mul_up(abs_range(along).upper(), abs_range(jumps.crossings[jumps.axis]).upper());
  return keeps_sign(along) ? least_upper(by_graph, abs_range(product(jumps.crossings, k)).upper()) : by_graph;
}

JumpVariation::Growth JumpVariation::growth(std::span<const Interval> k) const {
  assert_upward();
  double smooth = 0;
  for (const auto &[about, slopes] : slopes_) {
    const double slope = largest_upper(abs_range(product(slopes.gradient[0], k)).upper(),
                                       abs_range(product(slopes.gradient[1], k)).upper());
    smooth = add_up(smooth, mul_up(p_.power_upper(slope), slopes.measure_upper));
  }
  Growth result;
  result.smooth_upper = p_.root_upper(smooth);
  result.jumps_upper = constant_upper_;
  for (std::size_t j = 0; j < dimension_; ++j) {
    result.jumps_upper = add_up(result.jumps_upper, mul_up(abs_range(k[j]).upper(), unresolved_faces_[j]));
  }
  for (const auto &[direction, jumps] : jumps_) {
    result.jumps_upper = add_up(result.jumps_upper, crossings_upper(jumps, k));
  }
  return result;
}

} // namespace layercert
