#include "diagonal_search.hpp"

#include "branch_and_bound.hpp"
#include "function/monotony.hpp"
#include "integrate/in_parallel.hpp"
#include "integrate/singular_models.hpp"
#include "numeric/elementary.hpp"
#include "shift_cover.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace layercert {

namespace {

constexpr std::size_t kFirstLengths = 16;        // pieces of lengths, to begin with
constexpr std::size_t kMostLengths = 1 << 11;    // pieces in all
constexpr std::size_t kBoxesOfLength = 1 << 13;  // of one piece, or of one length
constexpr double kPiecesOfLine = 64;             // of a domain, to begin with
constexpr double kDiagonalPartOfExcess = 0.1;    // that the boxes of a bound may account for
constexpr double kFirstDiagonalExcess = 0.4;     // relative, that the first round is after
constexpr double kPartOfLengthGap = 0.1;         // of the gap, for the integral of one length
constexpr double kPartsTried[] = {1, 0.5, 0.25}; // of the longest, for a verdict
constexpr std::size_t kLengthsTried = 2;         // in a round, in the middle of the highest pieces

struct Lengths {
  double from;
  double to;
  double upper; // of || f(. + h) - f ||_p for these c
};

class DiagonalSearch : public ModulusStrategy {
public:
  DiagonalSearch(const Ridge &ridge, const ModulusProblem &problem, const ModulusBounds &known,
                 const SearchLimits &limits)
      : ModulusStrategy(problem, known, limits), ridge_(ridge) {
    for (const mpq_class &x : ridge.a) {
      signs_.push_back(x > 0 ? 1 : x < 0 ? -1 : 0);
      count_ += x != 0 ? 1 : 0;
    }
    const auto n = static_cast<double>(count_);
    const bool max = problem.norm == ShiftNorm::Max || count_ == 1;
    const bool one = problem.norm == ShiftNorm::One;
    longest_lower_ = max   ? problem.t_lower
                     : one ? div_down(problem.t_lower, n)
                           : div_down(problem.t_lower, sqrt_up(n));
    longest_upper_ = max   ? problem.t_upper
                     : one ? div_up(problem.t_upper, n)
                           : div_up(problem.t_upper, sqrt_down(n));
    longest_upper_ = std::min(1.0, longest_upper_);
  }

  // Lemma 52: one length does for all.
  bool rises() const { return count_ == 1 && longest_upper_ <= 0.5 && monotone_directions(ridge_.g, 1); }
  ModulusBounds of_longest() {
    const Refinement refinement{length_gap(), limits_.most_boxes_an_integral};
    raise(longest_lower_, norm_lower(longest_lower_, refinement));
    best_.upper = least_upper(best_.upper,
                              upper_of({longest_upper_, longest_upper_, kInfinity}, refinement, best_.boxes));
    best_.boxes += std::exchange(boxes_of_lengths_, 0);
    return best_;
  }

  ModulusLower of_few(const Refinement &refinement) {
    for (const double part : kPartsTried) {
      raise(longest_lower_ * part, norm_lower(longest_lower_ * part, refinement));
    }
    return best_.lower;
  }

  std::vector<Lengths> pieces() {
    std::vector<Lengths> open;
    std::vector<double> ends;
    for (std::size_t i = 0; i <= kFirstLengths; ++i) {
      const double part = static_cast<double>(i) / static_cast<double>(kFirstLengths);
      ends.push_back(i == kFirstLengths ? longest_upper_ : longest_upper_ * part);
    }
    for (std::size_t i = 0; i < kFirstLengths; ++i) {
      open.push_back({ends[i], ends[i + 1], best_.upper});
    }
    ends.erase(ends.begin());
    ends.back() = longest_lower_;
    try_lengths(ends);
    return open;
  }
  bool may_bound(const std::vector<Lengths> &open) const {
    return pieces_ + open.size() <= kMostLengths && best_.boxes < limits_.most_boxes;
  }
  void bound(std::vector<Lengths> &open) {
    const Refinement refinement{std::min(0.3, kDiagonalPartOfExcess * excess_ * problem_.p.exact().get_d()),
                                kBoxesOfLength};
    std::vector<std::uint64_t> boxes(open.size());
    in_parallel(open.size(), [&](std::size_t i) {
      open[i].upper = least_upper(open[i].upper, upper_of(open[i], refinement, boxes[i]));
    });
    for (const std::uint64_t n : boxes) {
      best_.boxes += n;
    }
    pieces_ += open.size();
    excess_ = std::max(limits_.relative_gap, excess_ / 2);
    std::vector<Lengths> highest(std::min(kLengthsTried, open.size()));
    std::partial_sort_copy(open.begin(), open.end(), highest.begin(), highest.end(),
                           [](const Lengths &x, const Lengths &y) { return x.upper > y.upper; });
    std::vector<double> middles;
    middles.reserve(highest.size());
    for (const Lengths &piece : highest) {
      middles.push_back(std::min(longest_lower_, piece.from / 2 + piece.to / 2));
    }
    try_lengths(middles);
  }
  bool may_cut(const std::vector<Lengths> &open) const { return !open.empty(); }
  std::vector<Lengths> cut(const std::vector<Lengths> &open) const {
    std::vector<Lengths> next;
    for (const Lengths &piece : open) {
      const double middle = piece.from / 2 + piece.to / 2;
      next.push_back({piece.from, middle, piece.upper});
      next.push_back({middle, piece.to, piece.upper});
    }
    return next;
  }
  void finish(std::vector<Lengths> & /*open*/) const {}

private:
  double length_gap() const {
    return std::min(0.3, kPartOfLengthGap * limits_.relative_gap * problem_.p.exact().get_d());
  }

  // The coordinates of all x that stay in the cube, |h_j| being c.
  std::vector<Interval> sides_of(double c, double (*minus)(double, double)) const {
    std::vector<Interval> box;
    for (const int sign : signs_) {
      box.emplace_back(sign < 0 ? c : 0.0, sign > 0 ? minus(1.0, c) : 1.0);
    }
    return box;
  }

  double upper_of(const Lengths &piece, const Refinement &refinement, std::uint64_t &boxes) const {
    if (piece.from >= 1) {
      return 0;
    }
    const RidgeDensity density(ridge_, sides_of(piece.from, sub_up));
    const CoverBound bound =
        cover_bound(ridge_.g, 1, problem_.p, {{piece.from}, {piece.to}}, refinement, &density);
    boxes += bound.boxes;
    return problem_.p.root_upper(bound.integral_upper);
  }

  // Of || f(. + h) - f ||_p for one length c.
  double norm_lower(double c, const Refinement &refinement) {
    if (!(c > 0) || c >= 1) {
      return 0;
    }
    const RidgeDensity density(ridge_, sides_of(c, sub_down));
    const BounderFactory plain =
        mean_value_bounder(problem_.p, 1, singular_difference_modeller(problem_.p, ridge_.g, {c}));
    const BounderFactory along_line = [&]() -> Bounder {
      return [&, bounder = plain()](std::span<const Box> boxes, std::span<IntegralBounds> bounds,
                                    std::span<std::uint8_t> directions) {
        bounder(boxes, bounds, directions);
        for (std::size_t i = 0; i < boxes.size(); ++i) {
          bounds[i] = weighted(bounds[i], density.bounds(boxes[i].lower[0], boxes[i].upper[0]));
        }
      };
    };
    const IntegralResult result =
        integrate_by(BoxList(1, domain_of_shift({c}, kPiecesOfLine)), along_line, kModelBatch, refinement);
    boxes_of_lengths_ += result.boxes.size();
    return problem_.p.root(Interval(result.lower)).lower();
  }

  void raise(double c, double norm_lower) {
    if (norm_lower > best_.lower.value) {
      std::vector<double> h;
      for (const int sign : signs_) {
        h.push_back(sign * c);
      }
      best_.lower = {norm_lower, std::move(h)};
    }
  }
  void try_lengths(const std::vector<double> &lengths) {
    for (const double c : lengths) {
      raise(c, norm_lower(c, {length_gap(), kBoxesOfLength}));
    }
    best_.boxes += std::exchange(boxes_of_lengths_, 0);
  }

  const Ridge &ridge_;
  std::vector<int> signs_;   // of a
  std::size_t count_ = 0;    // of the coordinates that f depends on
  double longest_lower_ = 0; // c with |(c, .., c)| <= t
  double longest_upper_ = 0;
  std::size_t pieces_ = 0; // that were bounded
  std::uint64_t boxes_of_lengths_ = 0;
  double excess_ = kFirstDiagonalExcess;
};

} // namespace

bool is_diagonal(const Ridge &ridge) {
  mpq_class size = 0;
  for (const mpq_class &x : ridge.a) {
    if (x != 0 && size != 0 && abs(x) != size) {
      return false;
    }
    size = x != 0 ? mpq_class(abs(x)) : size;
  }
  return size != 0;
}

ModulusLower diagonal_lower(const Ridge &ridge, const ModulusProblem &problem, const Refinement &refinement) {
  assert_upward();
  assert(is_diagonal(ridge));
  DiagonalSearch search(ridge, problem, {kInfinity, {}, 0}, {});
  return search.of_few(refinement);
}

ModulusBounds search_diagonal(const Ridge &ridge, const ModulusProblem &problem, const ModulusBounds &known,
                              const SearchLimits &limits) {
  assert_upward();
  assert(is_diagonal(ridge));
  DiagonalSearch search(ridge, problem, known, limits);
  return search.rises() ? search.of_longest() : branch_and_bound(search);
}

} // namespace layercert
