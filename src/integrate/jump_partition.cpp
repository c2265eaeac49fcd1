#include "jump_partition.hpp"

#include "half_space.hpp"
#include "jump_branches.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"
#include "numeric/stop_request.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace layercert {

namespace {

constexpr std::size_t kFirstBoxes = 64;
constexpr double kFinest = 0x1p-32; // no box is cut below this width
// Boxes that are not resolved count more often than others: shorter shifts do not make all of what they add
// smaller, and few stay.
constexpr double kUnresolved = 16;

double width_of(const Interval &x) { return sub_up(x.upper(), x.lower()); }

std::vector<JumpPiece> first_pieces(std::size_t d) {
  JumpPiece cube;
  std::fill_n(cube.box.upper.begin(), d, 1.0);
  std::vector<JumpPiece> pieces{cube};
  for (std::size_t j = 0; pieces.size() < kFirstBoxes; j = (j + 1) % d) {
    const std::size_t count = pieces.size();
    for (std::size_t i = 0; i < count; ++i) {
      pieces.push_back(pieces[i]);
      pieces.back().box.lower[j] = pieces[i].box.upper[j] =
          pieces[i].box.lower[j] / 2 + pieces[i].box.upper[j] / 2;
    }
  }
  return pieces;
}

// Finds out what is known of f on boxes, many at once.
class Resolver {
public:
  Resolver(const Expression &f, std::size_t d)
      : d_(d), branches_(f, d), boxes_(d, JumpBranches::kCapacity), midpoints_(boxes_),
        found_(JumpBranches::kCapacity) {}

  void run(std::span<JumpPiece> pieces) {
    for (std::size_t from = 0; from < pieces.size(); from += found_.size()) {
      throw_if_stopped();
      const auto some = pieces.subspan(from, std::min(found_.size(), pieces.size() - from));
      boxes_.clear();
      for (const JumpPiece &piece : some) {
        boxes_.push_back(piece.box.lower.data(), piece.box.upper.data());
      }
      midpoints_.assign_midpoints(boxes_);
      branches_.run(boxes_, midpoints_, found_);
      for (std::size_t i = 0; i < some.size(); ++i) {
        resolve(found_[i], some[i]);
      }
    }
  }

private:
  void resolve(const Branches &found, JumpPiece &piece) const {
    piece.range = hull(found.branches[0].value, found.branches[1].value);
    piece.resolved =
        found.kind != Branches::Kind::Unknown && found.branches[0].lipschitz && found.branches[1].lipschitz;
    piece.jumps = found.kind == Branches::Kind::OneJump && piece.resolved;
    piece.jump_upper = piece.jumps      ? abs_range(found.branches[1].value - found.branches[0].value).upper()
                       : piece.resolved ? 0
                                        : width_of(piece.range);
    for (std::size_t side = 0; side < 2; ++side) {
      piece.gradient[side] = found.branches[side].gradient;
    }
    if (piece.jumps) {
      piece.c_gradient = found.c_gradient;
      const NearlyAffine c = nearly_affine(d_, piece.box, found.c_at_midpoint, found.c_gradient);
      for (std::size_t j = 0; j < d_; ++j) {
        piece.crossings[j] = face_of(d_, piece.box, j) *
                             (part_below_zero(on_face(c, j, 1)) - part_below_zero(on_face(c, j, -1)));
      }
    }
  }

  std::size_t d_;
  JumpBranches branches_;
  BoxBatch boxes_;
  BoxBatch midpoints_;
  std::vector<Branches> found_;
};

class Refiner {
public:
  Refiner(const Expression &f, std::size_t d, const Exponent &p, double t)
      : d_(d), p_(p), t_(t), resolver_(f, d), pieces_(first_pieces(d)) {
    resolver_.run(pieces_);
    Interval all = pieces_.front().range;
    for (const JumpPiece &piece : pieces_) {
      all = hull(all, piece.range);
    }
    omega_ = width_of(all);
    for (const JumpPiece &piece : pieces_) {
      weights_.push_back(weight_of(piece));
    }
  }

  std::vector<JumpPiece> run(const Refinement &refinement) {
    std::vector<std::size_t> chosen = to_cut(refinement.relative_gap);
    while (!chosen.empty() && pieces_.size() + chosen.size() <= refinement.most_boxes) {
      cut(chosen);
      chosen = to_cut(refinement.relative_gap);
    }
    return std::move(pieces_);
  }

private:
  // About what a piece adds to the sums, and how much of that smaller boxes may spare.
  struct Weight {
    double size = 0;
    double uncertain = 0;
  };

  Weight weight_of(const JumpPiece &piece) const {
    const double measure = volume(d_, piece.box).upper();
    double open_faces = 0;
    for (std::size_t j = 0; j < d_; ++j) {
      open_faces += at_border(piece.box, j) ? 0 : face_of(d_, piece.box, j).upper();
    }
    const double by_range = jump_power_upper(p_, omega_, width_of(piece.range)) * (measure + t_ * open_faces);
    if (!piece.resolved) {
      return {by_range, kUnresolved * by_range};
    }
    double steepest = 0;
    double spread = 0;
    double crossings = 0;
    double uncertain_crossings = 0;
    for (std::size_t j = 0; j < d_; ++j) {
      steepest += t_ * abs_range(hull(piece.gradient[0][j], piece.gradient[1][j])).upper();
      spread += t_ * std::max(width_of(piece.gradient[0][j]), width_of(piece.gradient[1][j]));
      crossings += piece.jumps ? t_ * abs_range(piece.crossings[j]).upper() : 0;
      uncertain_crossings += piece.jumps ? t_ * width_of(piece.crossings[j]) : 0;
    }
    const double height = jump_power_upper(p_, omega_, piece.jump_upper);
    const double slopes = measure * p_.power(Interval(0.0, steepest)).upper();
    const double least = measure * p_.power(Interval(0.0, std::max(0.0, steepest - spread))).upper();
    return {slopes + height * crossings, slopes - least + std::min(by_range, height * uncertain_crossings)};
  }

  std::vector<std::size_t> to_cut(double relative_gap) const {
    Weight sum;
    for (const Weight &weight : weights_) {
      sum.size += weight.size;
      sum.uncertain += weight.uncertain;
    }
    const double wanted = relative_gap * sum.size;
    std::vector<std::size_t> chosen;
    if (sum.uncertain <= wanted && std::isfinite(wanted)) {
      return chosen;
    }
    const double fair = std::isfinite(wanted) ? 0.5 * wanted / static_cast<double>(pieces_.size())
                                              : std::numeric_limits<double>::max();
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      const std::size_t axis = longest_side(pieces_[i].box);
      if (!(weights_[i].uncertain <= fair) &&
          pieces_[i].box.upper[axis] - pieces_[i].box.lower[axis] > kFinest) {
        chosen.push_back(i);
      }
    }
    return chosen;
  }

  std::size_t longest_side(const Box &box) const {
    std::size_t longest = 0;
    for (std::size_t j = 1; j < d_; ++j) {
      longest = box.upper[j] - box.lower[j] > box.upper[longest] - box.lower[longest] ? j : longest;
    }
    return longest;
  }

  void cut(const std::vector<std::size_t> &chosen) {
    std::vector<JumpPiece> halves;
    for (const std::size_t i : chosen) {
      const Box &box = pieces_[i].box;
      const std::size_t axis = longest_side(box);
      halves.push_back(pieces_[i]);
      halves.push_back(pieces_[i]);
      halves[halves.size() - 2].box.upper[axis] = halves.back().box.lower[axis] =
          box.lower[axis] / 2 + box.upper[axis] / 2;
    }
    resolver_.run(halves);
    for (std::size_t n = 0; n < chosen.size(); ++n) {
      pieces_[chosen[n]] = halves[2 * n];
      weights_[chosen[n]] = weight_of(halves[2 * n]);
      pieces_.push_back(halves[2 * n + 1]);
      weights_.push_back(weight_of(halves[2 * n + 1]));
    }
  }

  std::size_t d_;
  const Exponent &p_;
  double t_;
  Resolver resolver_;
  std::vector<JumpPiece> pieces_;
  std::vector<Weight> weights_; // of each piece
  double omega_ = kInfinity;
};

} // namespace

double jump_power_upper(const Exponent &p, double omega, double jump) {
  assert_upward();
  if (jump == 0) {
    return 0;
  }
  if (!std::isfinite(omega)) {
    return kInfinity;
  }
  const double rest = std::max(0.0, sub_down(omega, jump));
  return sub_up(p.power(Interval(omega)).upper(), p.power(Interval(rest)).lower());
}

Interval face_of(std::size_t dimension, const Box &box, std::size_t axis) {
  assert_upward();
  Interval face(1.0);
  for (std::size_t j = 0; j < dimension; ++j) {
    face *= j == axis ? Interval(1.0) : Interval(box.upper[j]) - Interval(box.lower[j]);
  }
  return face;
}

bool at_border(const Box &box, std::size_t axis) { return box.lower[axis] == 0 || box.upper[axis] == 1; }

std::vector<JumpPiece> jump_partition(const Expression &f, std::size_t dimension, const Exponent &p, double t,
                                      const Refinement &refinement) {
  assert_upward();
  return Refiner(f, dimension, p, t).run(refinement);
}

} // namespace layercert
