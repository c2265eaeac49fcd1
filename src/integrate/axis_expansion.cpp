#include "axis_expansion.hpp"

#include "exponent.hpp"
#include "function/expression_evaluator.hpp"
#include "function/taylor_evaluator.hpp"
#include "integral.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "legendre_tensor.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"
#include "numeric/stop_request.hpp"
#include "singular_models.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <queue>

namespace layercert {

namespace {

constexpr int kDegree = 13;       // of Taylor's polynomials: exp(-9 (x - 1/2)^2) takes 8 pieces
constexpr double kWanted = 1e-10; // of || u - U ||, of || u ||
constexpr double kPartWhereRough =
    1e-6; // of the squares that count where u is not smooth: 1e-7 of || u || is enough there
constexpr std::size_t kMostPieces = 1024; // as many as a function without slopes takes
constexpr std::size_t kBoxesOfPiece = 8;  // for the integral of |u - v|^2 where u is not smooth

double middle_of(const Interval &x) { return x.lower() / 2 + x.upper() / 2; }

using Row = std::vector<Interval>;

// The coefficient of P_i in t q, where q has those of `row` and P_i are Legendre's polynomials in t.
Interval times_t(const Row &row, std::size_t i) {
  constexpr std::size_t most = kDegree + 2;
  static const auto factors = [] { // of the terms before and after
    std::array<std::pair<Interval, Interval>, most> result;
    for (std::size_t n = 0; n < most; ++n) {
      result[n] = {n > 0 ? whole(n) / whole(2 * n - 1) : Interval(0.0), whole(n + 1) / whole(2 * n + 3)};
    }
    return result;
  }();
  Interval sum(0.0);
  if (i > 0 && i <= row.size()) {
    sum += row[i - 1] * factors[i].first;
  }
  if (i + 1 < row.size()) {
    sum += row[i + 1] * factors[i].second;
  }
  return sum;
}

// A polynomial in s = slope t + shift, given by powers of s, by Legendre's polynomials in t.
void by_legendre(const Row &powers, const Interval &slope, const Interval &shift, Row &out) {
  out.assign(1, powers.back());
  for (std::size_t a = powers.size() - 1; a-- > 0;) {
    Row next(out.size() + 1);
    for (std::size_t i = 0; i < next.size(); ++i) {
      next[i] = slope * times_t(out, i);
      if (i < out.size()) {
        next[i] += shift * out[i];
      }
    }
    next[0] += powers[a];
    out = std::move(next);
  }
}

// The mean of a product over t in [-1, 1].
Interval mean_of_product(const Row &p, const Row &q, std::size_t from = 0) {
  Interval sum(0.0);
  for (std::size_t i = from; i < std::min(p.size(), q.size()); ++i) {
    sum += p[i] * q[i] / whole(2 * i + 1);
  }
  return sum;
}
Interval mean_of_square(const Row &p, std::size_t from = 0) {
  Interval sum(0.0);
  for (std::size_t i = from; i < p.size(); ++i) {
    sum += square_of(p[i]) / whole(2 * i + 1);
  }
  return sum;
}
Interval mean_of(const Row &p, std::size_t u, const Row &q, std::size_t v, std::size_t from = 0) {
  return u == v ? mean_of_square(p, from) : mean_of_product(p, q, from);
}

} // namespace

class AxisExpansion::Builder {
  // One function on one piece.
  struct Fit {
    std::array<Row, kOrders> powers;
    std::array<double, kOrders> squares_upper{kInfinity, kInfinity,
                                              kInfinity}; // integrals of |u - U|^2 and so on over the piece
    double height = 0;                                    // about: the integral of u^2
  };
  struct Candidate {
    double lower;
    double upper;
    std::vector<Fit> fits;
    double excess; // the largest share of what is wanted
    bool operator<(const Candidate &other) const { return excess < other.excess; }
  };

public:
  explicit Builder(const std::vector<Expression> &functions) : functions_(functions), two_(mpq_class(2)) {
    for (const Expression &u : functions_) {
      taylor_.emplace_back(u, 1, kDegree);
      evaluators_.emplace_back(u, 1);
    }
  }

  AxisExpansion run() {
    std::priority_queue<Candidate> open;
    std::vector<Candidate> done;
    for (int i = 0; i < 4; ++i) {
      open.push(fitted(i / 4.0, (i + 1) / 4.0));
    }
    while (!open.empty() && open.size() + done.size() < kMostPieces && is_rough(open, done)) {
      throw_if_stopped();
      const Candidate worst = open.top();
      open.pop();
      const double middle = worst.lower / 2 + worst.upper / 2;
      // The centres of both halves have to be doubles, in the middle exactly.
      if (!is_exact(worst.lower, middle) || !is_exact(middle, worst.upper)) {
        done.push_back(worst);
        continue;
      }
      open.push(fitted(worst.lower, middle));
      open.push(fitted(middle, worst.upper));
    }
    for (; !open.empty(); open.pop()) {
      done.push_back(open.top());
    }
    std::sort(done.begin(), done.end(),
              [](const Candidate &a, const Candidate &b) { return a.lower < b.lower; });
    return finished(done);
  }

private:
  static bool is_exact(double lower, double upper) {
    const double centre = lower / 2 + upper / 2;
    return lower < centre && centre < upper && sub_up(upper, centre) == sub_down(upper, centre) &&
           sub_up(centre, lower) == sub_down(centre, lower) && upper - centre == centre - lower &&
           upper - centre >= 0x1p-200;
  }

  Candidate fitted(double lower, double upper) {
    Candidate candidate{lower, upper, {}, 0};
    for (std::size_t i = 0; i < functions_.size(); ++i) {
      candidate.fits.push_back(fit(i, lower, upper));
    }
    // The squares' sizes change as pieces do; the first ones say enough.
    if (sizes_.empty() || pieces_seen_ < 4) {
      sizes_.resize(functions_.size());
      for (std::size_t i = 0; i < functions_.size(); ++i) {
        sizes_[i] += candidate.fits[i].height;
      }
      ++pieces_seen_;
    }
    for (std::size_t i = 0; i < functions_.size(); ++i) {
      const double size = sizes_[i] > 0 ? sizes_[i] : 1;
      const double part = candidate.fits[i].powers[0].size() > 1 ? 1 : kPartWhereRough;
      candidate.excess = std::max(candidate.excess, part * candidate.fits[i].squares_upper[0] / size);
    }
    return candidate;
  }

  // Whether some function is not within what is wanted.
  bool is_rough(const std::priority_queue<Candidate> &open, const std::vector<Candidate> &done) const {
    // The worst piece has at least its share of the sum.
    const auto count = static_cast<double>(open.size() + done.size());
    return open.top().excess * count > kWanted * kWanted;
  }

  Fit fit(std::size_t i, double lower, double upper) {
    Fit fit;
    const double c = lower / 2 + upper / 2;
    const double r = upper - c;
    const Interval centre(c);
    const Interval box(lower, upper);
    const double measure = sub_up(upper, lower);
    if (taylor_[i].expand({&centre, 1}, {&box, 1})) {
      fit_smooth(taylor_[i], r, measure, fit);
    } else {
      fit_number(i, lower, upper, fit);
    }
    for (std::size_t order = 0; order < kOrders; ++order) {
      fit.squares_upper[order] = known_upper(fit.squares_upper[order]);
    }
    const Interval square = fit.powers[0].empty() ? Interval(0.0) : mean_of_square({fit.powers[0].front()});
    fit.height = std::isfinite(square.upper()) ? square.upper() * measure : 0;
    return fit;
  }

  // u, u' and u'' in t: with w_a = u_a r^a, r u' = sum a w_a t^(a-1), and r^2 u'' = sum a (a-1) w_a t^(a-2),
  // the last w_a over the piece.
  static void fit_smooth(TaylorEvaluator &taylor, double r, double measure, Fit &fit) {
    std::vector<Interval> w;
    Interval scale(1.0);
    for (std::size_t a = 0; a <= kDegree; ++a) {
      w.push_back((a < kDegree ? taylor.at_centre()[a] : taylor.over_box()[a]) * scale);
      scale *= Interval(r);
    }
    Interval unit(1.0);
    for (std::size_t order = 0; order < kOrders; ++order, unit *= Interval(r)) {
      double apart = 0;
      Row powers;
      for (std::size_t a = order; a <= kDegree; ++a) {
        Interval part = w[a] / unit;
        for (std::size_t k = 0; k < order; ++k) {
          part *= whole(a - k);
        }
        const double number = middle_of(part);
        apart = add_up(apart, abs_range(part - Interval(number)).upper());
        powers.emplace_back(number);
      }
      const double square = mul_up(measure, mul_up(apart, apart));
      if (std::isfinite(square)) {
        fit.powers[order] = std::move(powers);
        fit.squares_upper[order] = square;
      }
    }
    if (!std::isfinite(fit.squares_upper[0])) {
      fit.powers[0] = {Interval(0.0)};
      fit.squares_upper[0] = kInfinity;
    }
  }

  void fit_number(std::size_t i, double lower, double upper, Fit &fit) {
    const double c = lower / 2 + upper / 2;
    double number = 0;
    {
      const NearestScope nearest;
      for (const double part : {0.125, 0.375, 0.625, 0.875}) {
        const double x = lower + part * (upper - lower);
        number += evaluators_[i].sample({&x, 1}) / 4;
      }
      if (!std::isfinite(number)) {
        number = evaluators_[i].sample({&c, 1});
      }
    }
    const Interval v(std::isfinite(number) ? number : 0.0);
    Box box{};
    box.lower[0] = lower;
    box.upper[0] = upper;
    const IntegralResult square =
        integrate(two_, 1, std::vector<Box>{box},
                  singular_function_modeller(two_, functions_[i], 1, [&](const Box &) { return v; }),
                  {0.1, kBoxesOfPiece});
    fit.powers[0] = {v};
    fit.squares_upper[0] = square.upper;
  }

  // Whether the function is smooth on a neighbourhood of the piece within [0, 1]: then no kink hides between
  // pieces.
  bool is_smooth_around(std::size_t i, double lower, double upper) {
    const double room = (upper - lower) / 64;
    const double from = std::max(0.0, lower - room);
    const double to = std::min(1.0, upper + room);
    const Interval centre(lower / 2 + upper / 2);
    const Interval box(from, to);
    return taylor_[i].expand({&centre, 1}, {&box, 1});
  }

  AxisExpansion finished(const std::vector<Candidate> &candidates) {
    const std::size_t count = functions_.size() + 1;
    AxisExpansion result;
    std::array<std::vector<double>, kOrders> squares;
    for (std::vector<double> &of_order : squares) {
      of_order.assign(count, 0.0);
    }
    for (const Candidate &candidate : candidates) {
      Piece piece;
      piece.lower = candidate.lower;
      piece.upper = candidate.upper;
      for (std::size_t order = 0; order < kOrders; ++order) {
        piece.powers[order].push_back({Interval(order == 0 ? 1.0 : 0.0)});
        for (std::size_t i = 0; i < functions_.size(); ++i) {
          const Fit &fit = candidate.fits[i];
          const bool known = std::isfinite(fit.squares_upper[order]) &&
                             (order == 0 || is_smooth_around(i, piece.lower, piece.upper));
          squares[order][i + 1] = add_up(squares[order][i + 1], known ? fit.squares_upper[order] : kInfinity);
          piece.powers[order].push_back(known ? fit.powers[order] : Row{Interval(0.0)});
        }
        for (const Row &powers : piece.powers[order]) {
          piece.legendre[order].emplace_back();
          by_legendre(powers, Interval(1.0), Interval(0.0), piece.legendre[order].back());
        }
      }
      result.pieces_.push_back(std::move(piece));
    }
    for (const bool last : {false, true}) {
      result.ends_[last ? 1 : 0].push_back({Interval(1.0)});
      for (ExpressionEvaluator &u : evaluators_) {
        const Interval end(last ? 1.0 : 0.0);
        const Range range = u.range({&end, 1});
        result.ends_[last ? 1 : 0].push_back(
            {range.undefined || !bounded(range.value) ? whole_line() : range.value});
      }
    }
    for (std::size_t order = 0; order < kOrders; ++order) {
      for (const double square : squares[order]) {
        result.distances_upper_[order].push_back(known_upper(sqrt_up(known_upper(square))));
      }
    }
    return result;
  }

  const std::vector<Expression> &functions_;
  Exponent two_;
  std::vector<TaylorEvaluator> taylor_;
  std::vector<ExpressionEvaluator> evaluators_;
  std::vector<double> sizes_; // about the integrals of u^2
  int pieces_seen_ = 0;
};

AxisExpansion AxisExpansion::of(const std::vector<Expression> &functions) {
  assert_upward();
  return Builder(functions).run();
}

// U on [from, to], a part of the piece, by Legendre's polynomials in 2 y - 1, x = from + (to - from) y.
const Row &AxisExpansion::on(const Piece &piece, std::size_t u, const mpq_class &from, const mpq_class &to,
                             Row &room) const {
  const Row &powers = piece.powers[0][u];
  if (powers.size() == 1 || (from == piece.lower && to == piece.upper)) {
    return piece.legendre[0][u];
  }
  const mpq_class centre = (mpq_class(piece.lower) + mpq_class(piece.upper)) / 2;
  const mpq_class half = (mpq_class(piece.upper) - mpq_class(piece.lower)) / 2;
  const mpq_class slope = (to - from) / 2 / half;
  const mpq_class shift = ((from + to) / 2 - centre) / half;
  by_legendre(powers, enclosure(slope), enclosure(shift), room);
  return room;
}

Interval AxisExpansion::product(std::size_t u, std::size_t order, std::size_t v,
                                std::size_t other_order) const {
  assert_upward();
  Interval sum(0.0);
  for (const Piece &piece : pieces_) {
    const Interval width = Interval(piece.upper) - Interval(piece.lower);
    const Row &p = piece.legendre[order][u];
    const Row &q = piece.legendre[other_order][v];
    sum += width * (u == v && order == other_order ? mean_of_square(p) : mean_of_product(p, q));
  }
  return sum;
}

StepProducts AxisExpansion::with_steps(double a, double b) const {
  assert_upward();
  assert(std::fabs(a) < 1 && std::fabs(a) <= std::fabs(b) && a * b >= 0);
  const mpq_class step(b);
  const mpq_class first = a < 0 ? mpq_class(-mpq_class(a)) : mpq_class(0);
  const mpq_class last = a < 0 ? mpq_class(1) : mpq_class(1 - mpq_class(a));
  const std::size_t n = count();
  StepProducts result;
  for (ProductMatrix *matrix : {&result.here_here, &result.there_there, &result.here_there, &result.here_rise,
                                &result.there_rise, &result.rise_rise}) {
    matrix->assign(n * n, Interval(0.0));
  }
  std::size_t here = 0;
  std::size_t there = 0;
  std::vector<Row> p(n);
  std::vector<Row> q(n);
  std::vector<Row> rise(n);
  Row room;
  for (mpq_class from = first; from < last;) {
    while (pieces_[here].upper <= from) {
      ++here;
    }
    const mpq_class from_there = from + step;
    const bool below = from_there < 0;
    const bool beyond = below || from_there >= 1;
    while (!beyond && pieces_[there].upper <= from_there) {
      ++there;
    }
    mpq_class to = std::min<mpq_class>(last, mpq_class(pieces_[here].upper));
    if (below || !beyond) { // up to where x + b enters the next piece
      to = std::min<mpq_class>(to, mpq_class(mpq_class(below ? 0.0 : pieces_[there].upper) - step));
    }
    const Interval width = enclosure(mpq_class(to - from));
    const mpq_class to_there = to + step;
    for (std::size_t u = 0; u < n; ++u) {
      p[u] = on(pieces_[here], u, from, to, room);
      q[u] = beyond ? ends_[below ? 0 : 1][u] : on(pieces_[there], u, from_there, to_there, room);
      rise[u].assign(std::max(p[u].size(), q[u].size()), Interval(0.0));
      for (std::size_t i = 0; i < rise[u].size(); ++i) {
        rise[u][i] =
            (i < q[u].size() ? q[u][i] : Interval(0.0)) - (i < p[u].size() ? p[u][i] : Interval(0.0));
      }
    }
    for (std::size_t u = 0; u < n; ++u) {
      for (std::size_t v = 0; v < n; ++v) {
        const std::size_t at = u * n + v;
        result.here_there[at] += width * mean_of_product(p[u], q[v]);
        result.here_rise[at] += width * mean_of_product(p[u], rise[v]);
        result.there_rise[at] += width * mean_of_product(q[u], rise[v]);
        if (v < u) { // these are symmetric
          continue;
        }
        result.here_here[at] += width * mean_of(p[u], u, p[v], v);
        result.there_there[at] += width * mean_of(q[u], u, q[v], v);
        result.rise_rise[at] += width * mean_of(rise[u], u, rise[v], v);
      }
    }
    from = to;
  }
  for (ProductMatrix *matrix : {&result.here_here, &result.there_there, &result.rise_rise}) {
    for (std::size_t u = 0; u < n; ++u) {
      for (std::size_t v = 0; v < u; ++v) {
        (*matrix)[u * n + v] = (*matrix)[v * n + u];
      }
    }
  }
  return result;
}

// A slab is cut by the pieces; what lies between the parts' means is a part of the covariance.
SlabProducts AxisExpansion::on_slabs(std::size_t slabs) const {
  assert_upward();
  const std::size_t n = count();
  const mpq_class K(static_cast<unsigned long>(slabs));
  SlabProducts result;
  std::size_t at_piece = 0;
  Row room;
  for (std::size_t i = 0; i < slabs; ++i) {
    throw_if_stopped();
    const mpq_class lower = mpq_class(static_cast<unsigned long>(i)) / K;
    const mpq_class upper = mpq_class(static_cast<unsigned long>(i + 1)) / K;
    std::vector<Interval> parts; // of the slab, as parts of 1
    std::vector<std::vector<Row>> rows;
    for (mpq_class from = lower; from < upper;) {
      while (pieces_[at_piece].upper <= from) {
        ++at_piece;
      }
      const mpq_class to = std::min<mpq_class>(upper, mpq_class(pieces_[at_piece].upper));
      parts.push_back(enclosure(mpq_class((to - from) * K)));
      rows.emplace_back();
      for (std::size_t u = 0; u < n; ++u) {
        rows.back().push_back(on(pieces_[at_piece], u, from, to, room));
      }
      from = to;
    }
    std::vector<Interval> means(n, Interval(0.0));
    for (std::size_t k = 0; k < parts.size(); ++k) {
      for (std::size_t u = 0; u < n; ++u) {
        means[u] += parts[k] * rows[k][u][0];
      }
    }
    ProductMatrix covariances(n * n, Interval(0.0));
    for (std::size_t k = 0; k < parts.size(); ++k) {
      for (std::size_t u = 0; u < n; ++u) {
        for (std::size_t v = u; v < n; ++v) {
          Interval part = mean_of(rows[k][u], u, rows[k][v], v, 1);
          if (parts.size() > 1) {
            const Interval apart = rows[k][u][0] - means[u];
            part += u == v ? square_of(apart) : apart * (rows[k][v][0] - means[v]);
          }
          covariances[u * n + v] += parts[k] * part;
        }
      }
    }
    for (std::size_t u = 0; u < n; ++u) {
      for (std::size_t v = 0; v < u; ++v) {
        covariances[u * n + v] = covariances[v * n + u];
      }
    }
    // The constant is its own mean.
    means[0] = Interval(1.0);
    for (std::size_t u = 0; u < n; ++u) {
      covariances[u] = covariances[u * n] = Interval(0.0);
    }
    result.means.push_back(std::move(means));
    result.covariances.push_back(std::move(covariances));
  }
  return result;
}

} // namespace layercert
