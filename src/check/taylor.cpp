// s(u) for u = C(t) + Q(t), C(t) in the constant's ball: sum over k <= n of s_k Q^k, s_k in the values of
// s^(k)/k! over that ball, and a remainder s^(n+1)/(n+1)! Q^(n+1) at some point between C(t) and u(t).
#include "taylor.hpp"

#include <arb_hypgeom.h>
#include <arb_poly.h>

#include <algorithm>
#include <map>

namespace checker {

namespace {

// A number of Arb's for sizes, of 30 bits, rounded upward.
class Size {
public:
  Size() { mag_init(x_); }
  Size(const Size &other) : Size() { mag_set(x_, other.x_); }
  Size &operator=(const Size &other) {
    mag_set(x_, other.x_);
    return *this;
  }
  ~Size() { mag_clear(x_); }
  mag_ptr get() { return x_; }
  mag_srcptr get() const { return x_; }
  void add(const Ball &x) {
    Size size;
    arb_get_mag(size.x_, x.get());
    mag_add(x_, x_, size.x_);
  }
  Arf number() const {
    Arf result;
    arf_set_mag(result.get(), x_);
    return result;
  }

private:
  mag_t x_;
};

Ball ball_of(const Interval &x) {
  Ball result;
  arb_set_interval_arf(result.get(), x.lower.get(), x.upper.get(), kBits);
  return result;
}

void add_error(Ball &x, const Size &size) { arb_add_error_mag(x.get(), size.get()); }

Size spread_of(const Polynomial &u) {
  Size result;
  for (std::size_t a = 1; a < u.size(); ++a) {
    result.add(u[a]);
  }
  return result;
}

} // namespace

Monomials::Monomials(std::size_t dimension, std::size_t degree) : d_(dimension), degree_(degree) {
  std::map<std::vector<std::uint8_t>, std::uint32_t> places;
  const std::vector<std::uint8_t> none(dimension, 0);
  std::vector<std::vector<std::uint8_t>> last{none};
  exponents_ = last;
  for (std::size_t n = 1; n <= degree; ++n) {
    std::vector<std::vector<std::uint8_t>> next;
    for (const std::vector<std::uint8_t> &exponents : last) {
      // Each monomial comes of one: its first variable is the last that is multiplied.
      std::size_t first = 0;
      while (first + 1 < d_ && exponents[first] == 0) {
        ++first;
      }
      for (std::size_t j = 0; j <= (n == 1 ? d_ - 1 : first); ++j) {
        next.push_back(exponents);
        ++next.back()[j];
      }
    }
    if (n == 1) { // t_0 first
      std::sort(next.begin(), next.end(), std::greater<>());
    }
    exponents_.insert(exponents_.end(), next.begin(), next.end());
    last = std::move(next);
  }
  for (std::size_t a = 0; a < exponents_.size(); ++a) {
    places.emplace(exponents_[a], static_cast<std::uint32_t>(a));
    std::size_t sum = 0;
    for (const std::uint8_t e : exponents_[a]) {
      sum += e;
    }
    degrees_.push_back(sum);
  }
  for (std::uint32_t a = 0; a < count(); ++a) {
    for (std::uint32_t b = 0; b < count() && degrees_[a] + degrees_[b] <= degree; ++b) {
      std::vector<std::uint8_t> sum = exponents_[a];
      for (std::size_t j = 0; j < d_; ++j) {
        sum[j] = static_cast<std::uint8_t>(sum[j] + exponents_[b][j]);
      }
      products_.push_back({a, b, places.at(sum)});
    }
  }
}

Rational Monomials::mean(const std::vector<std::uint8_t> &exponents) {
  Rational result = 1;
  for (const std::uint8_t e : exponents) {
    result = e % 2 == 1 ? Rational(0) : Rational(result / (e + 1));
  }
  return result;
}

Polynomial Monomials::constant(const Ball &value) const {
  Polynomial result(count());
  result[0] = value;
  return result;
}

Polynomial Monomials::variable(std::size_t j, const Interval &middle, const Interval &half_width) const {
  Polynomial result(count());
  result[0] = ball_of(middle);
  result[1 + j] = ball_of(half_width);
  return result;
}

Polynomial Monomials::product(const Polynomial &u, const Polynomial &v) const {
  Polynomial result(count());
  for (const Product &product : products_) {
    if (arb_is_zero(u[product.a].get()) == 0 && arb_is_zero(v[product.b].get()) == 0) {
      arb_addmul(result[product.c].get(), u[product.a].get(), v[product.b].get(), kBits);
    }
  }
  std::vector<Size> of_u(degree_ + 1);
  std::vector<Size> of_v(degree_ + 1);
  for (std::size_t a = 0; a < count(); ++a) {
    of_u[degrees_[a]].add(u[a]);
    of_v[degrees_[a]].add(v[a]);
  }
  Size cut;
  for (std::size_t k = 1; k <= degree_; ++k) {
    for (std::size_t l = degree_ + 1 - k; l <= degree_; ++l) {
      mag_addmul(cut.get(), of_u[k].get(), of_v[l].get());
    }
  }
  add_error(result[0], cut);
  return result;
}

void Monomials::add(Polynomial &u, const Polynomial &v) {
  for (std::size_t a = 0; a < u.size() && a < v.size(); ++a) {
    arb_add(u[a].get(), u[a].get(), v[a].get(), kBits);
  }
}

void Monomials::subtract(Polynomial &u, const Polynomial &v) {
  for (std::size_t a = 0; a < u.size() && a < v.size(); ++a) {
    arb_sub(u[a].get(), u[a].get(), v[a].get(), kBits);
  }
}

bool known(const Polynomial &u) {
  return std::all_of(u.begin(), u.end(), [](const Ball &c) { return arb_is_finite(c.get()) != 0; });
}

Interval range(const Polynomial &u) {
  if (!known(u)) {
    return Interval::whole();
  }
  Ball all = u[0];
  add_error(all, spread_of(u));
  return Interval(all);
}

Arf spread(const Polynomial &u) { return spread_of(u).number(); }

Arf radius(const Polynomial &u) {
  Size result;
  for (const Ball &c : u) {
    mag_add(result.get(), result.get(), arb_radref(c.get()));
  }
  return result.number();
}

Polynomial nothing(const Monomials &monomials) {
  Ball all;
  arb_zero_pm_inf(all.get());
  return monomials.constant(all);
}

// ---- functions of one variable ----

namespace {

using Series = std::vector<Ball>; // s_k in the values of s^(k)/k! over a ball, k = 0..n

void divide(Ball &x, std::size_t k) { arb_div_ui(x.get(), x.get(), k, kBits); }

// Derivatives repeat after `turn` of them.
Series periodic(const std::vector<Ball> &turn, std::size_t n) {
  Series result;
  Ball factorial(1);
  for (std::size_t k = 0; k <= n; ++k) {
    if (k > 1) {
      arb_mul_ui(factorial.get(), factorial.get(), k, kBits);
    }
    result.push_back(turn[k % turn.size()]);
    arb_div(result.back().get(), result.back().get(), factorial.get(), kBits);
  }
  return result;
}

Ball minus(const Ball &x) {
  Ball result;
  arb_neg(result.get(), x.get());
  return result;
}

// binom(e, k) x^(e - k): of any x for a whole e >= 0, else for an x without 0, of one sign if e is whole and
// above 0 otherwise.
Series powers(const Ball &x, const Rational &e, std::size_t n) {
  Series result;
  const bool plain = whole(e) && e >= 0;
  if (!plain && !(whole(e) ? arb_contains_zero(x.get()) == 0 : arb_is_positive(x.get()) != 0)) {
    return result;
  }
  if (whole(e) && abs(e.get_num()) > 100000) {
    return result;
  }
  Rational binomial = 1;
  for (std::size_t k = 0; k <= n; ++k) {
    const Rational rest = e - k;
    Ball term;
    if (binomial != 0) {
      if (whole(rest)) {
        arb_pow_ui(term.get(), x.get(), Integer(abs(rest.get_num())).get_ui(), kBits + 16);
        if (rest < 0) {
          arb_inv(term.get(), term.get(), kBits);
        }
      } else {
        term = real_power(x, rest, kBits);
      }
      arb_mul(term.get(), term.get(), ball(binomial, kBits).get(), kBits);
    }
    result.push_back(term);
    binomial = binomial * rest / (k + 1);
  }
  return result;
}

// tanh^(k)/k! = (1 - z^2) q_k(z) with z = tanh, q_1 = 1 and (k + 1) q_(k+1) = (1 - z^2) q_k' - 2 z q_k:
// coefficients of q_k at k.
const std::vector<std::vector<Ball>> &tangent_polynomials(std::size_t n) {
  thread_local std::vector<Rational> q{Rational(1)}; // the last one
  thread_local std::vector<std::vector<Ball>> found{{}, {Ball(1)}};
  while (found.size() <= n) {
    const std::size_t k = found.size() - 1;
    std::vector<Rational> next(q.size() + 1);
    for (std::size_t i = 0; i < q.size(); ++i) {
      if (i > 0) {
        next[i - 1] += q[i] * i;
      }
      next[i + 1] -= q[i] * (i + 2);
    }
    found.emplace_back();
    for (Rational &c : next) {
      c /= k + 1;
      found.back().push_back(ball(c, kBits));
    }
    q = std::move(next);
  }
  return found;
}

// |tanh^(k)(x)/k!| <= 2 sum over m of (x^2 + a_m^2)^(-(k+1)/2), a_m = (m + 1/2) pi, from its partial
// fractions; at most (x^2 + pi^2/4)^(-(k-1)/2) since the sum of 2/a_m^2 is tanh'(0) = 1.
Series tangent(const Ball &x, std::size_t n) {
  Series result(n + 1);
  const Ball z = ball_of(monotone(arb_tanh, Interval(x)));
  result[0] = z;
  const Interval size = abs(Interval(x));
  const Interval farther = square(Interval(size.lower)) + square(pi() / Interval(2)); // than a_0, squared
  const Interval shrinks = Interval(1) / monotone(arb_sqrt, farther);
  const auto square_of_secant = [](const Arf &at) { // falls with |x|
    Ball value;
    arb_sech(value.get(), Ball(at).get(), kBits);
    arb_sqr(value.get(), value.get(), kBits);
    return Interval(value);
  };
  const Ball slope = ball_of({square_of_secant(size.upper).lower, square_of_secant(size.lower).upper});
  const std::vector<std::vector<Ball>> &q = tangent_polynomials(n);
  Interval most(1);
  for (std::size_t k = 1; k <= n; ++k) {
    Ball value;
    for (std::size_t i = q[k].size(); i-- > 0;) {
      arb_mul(value.get(), value.get(), z.get(), kBits);
      arb_add(value.get(), value.get(), q[k][i].get(), kBits);
    }
    arb_mul(value.get(), value.get(), slope.get(), kBits);
    result[k] = ball_of(common(Interval(value), Interval(-most.upper, most.upper)));
    most = most * shrinks;
  }
  return result;
}

// (1 + tanh(x/2)) / 2.
Series logistic(const Ball &x, std::size_t n) {
  Ball half = x;
  arb_mul_2exp_si(half.get(), half.get(), -1);
  Series result = tangent(half, n);
  for (std::size_t k = 0; k <= n; ++k) {
    arb_mul_2exp_si(result[k].get(), result[k].get(), -static_cast<slong>(k) - 1);
  }
  Ball one_half(1);
  arb_mul_2exp_si(one_half.get(), one_half.get(), -1);
  arb_add(result[0].get(), result[0].get(), one_half.get(), kBits);
  return result;
}

// log(1 + e^x) = max(x, 0) + log(1 + e^-|x|) rises, and its derivative is the logistic function.
Series softplus(const Ball &x, std::size_t n) {
  const auto at = [](const Arf &end) {
    Ball value = minus(Ball(abs(end)));
    arb_exp(value.get(), value.get(), kBits);
    arb_log1p(value.get(), value.get(), kBits);
    return Interval(value) + Interval(std::max(Arf(0), end));
  };
  const Interval ends(x);
  Series result{ball_of({at(ends.lower).lower, at(ends.upper).upper})};
  const Series slopes = logistic(x, n);
  for (std::size_t k = 1; k <= n; ++k) {
    result.push_back(slopes[k - 1]);
    divide(result.back(), k);
  }
  return result;
}

// By Arb's own series about x + t.
Series by_arb(void (*f)(arb_poly_t, const arb_poly_t, slong, slong), const Ball &x, std::size_t n) {
  arb_poly_t argument;
  arb_poly_t value;
  arb_poly_init(argument);
  arb_poly_init(value);
  arb_poly_set_coeff_arb(argument, 0, x.get());
  arb_poly_set_coeff_si(argument, 1, 1);
  f(value, argument, static_cast<slong>(n) + 1, kBits);
  Series result(n + 1);
  for (std::size_t k = 0; k <= n; ++k) {
    arb_poly_get_coeff_arb(result[k].get(), value, static_cast<slong>(k));
  }
  arb_poly_clear(argument);
  arb_poly_clear(value);
  return result;
}

Series series(Smooth s, const Ball &x, std::size_t n, const Rational &exponent) {
  Ball a;
  Ball b;
  switch (s) {
  case Smooth::Exp:
    arb_exp(a.get(), x.get(), kBits);
    return periodic({a}, n);
  case Smooth::Sin:
  case Smooth::Cos:
    arb_sin_cos(a.get(), b.get(), x.get(), kBits);
    return s == Smooth::Sin ? periodic({a, b, minus(a), minus(b)}, n)
                            : periodic({b, minus(a), minus(b), a}, n);
  case Smooth::Sinh:
  case Smooth::Cosh:
    arb_sinh_cosh(a.get(), b.get(), x.get(), kBits);
    return s == Smooth::Sinh ? periodic({a, b}, n) : periodic({b, a}, n);
  case Smooth::Log: {
    Series result = powers(x, -1, n); // of 1/x
    if (result.empty() || arb_is_positive(x.get()) == 0) {
      return {};
    }
    for (std::size_t k = n; k >= 1; --k) {
      result[k] = result[k - 1];
      divide(result[k], k);
    }
    arb_log(result[0].get(), x.get(), kBits);
    return result;
  }
  case Smooth::Power:
    return powers(x, exponent, n);
  case Smooth::Tanh:
    return tangent(x, n);
  case Smooth::Sigmoid:
    return logistic(x, n);
  case Smooth::Softplus:
    return softplus(x, n);
  case Smooth::Tan:
    return by_arb(arb_poly_tan_series, x, n);
  case Smooth::Atan:
    return by_arb(arb_poly_atan_series, x, n);
  case Smooth::Asin:
    return by_arb(arb_poly_asin_series, x, n);
  case Smooth::Acos:
    return by_arb(arb_poly_acos_series, x, n);
  case Smooth::Erf:
    break;
  }
  return by_arb(arb_hypgeom_erf_series, x, n);
}

} // namespace

Polynomial composed(const Monomials &monomials, Smooth s, const Polynomial &u, const Interval &argument,
                    const Rational &exponent) {
  if (!known(u)) {
    return nothing(monomials);
  }
  const std::size_t n = monomials.degree();
  const Series at = series(s, u[0], n, exponent);
  const Size rho = spread_of(u);
  // It holds all values of u, and all that lies between them and the numbers that the series are about.
  const Interval reach = hull(common(range(u), argument), Interval(u[0]));
  const Series about = series(s, ball_of(reach), n + 1, exponent);
  if (about.empty()) {
    return nothing(monomials);
  }
  Polynomial best = monomials.constant(about[0]);
  if (at.empty()) {
    return best;
  }
  Polynomial q = u;
  arb_zero(q[0].get());
  Polynomial result = monomials.constant(at[n]);
  for (std::size_t k = n; k-- > 0;) {
    result = monomials.product(result, q);
    arb_add(result[0].get(), result[0].get(), at[k].get(), kBits);
  }
  Size rest;
  mag_pow_ui(rest.get(), rho.get(), n + 1);
  Size factor;
  arb_get_mag(factor.get(), about[n + 1].get());
  mag_mul(rest.get(), rest.get(), factor.get());
  add_error(result[0], rest);
  return known(result) && (!known(best) || radius(result) <= radius(best)) ? result : best;
}

// Between its chord's slope times u and that plus m, where u changes its sign (F4 of proofs/layers.md).
Polynomial rectified(const Polynomial &u) {
  const Interval of_u = range(u);
  if (!of_u.bounded() || of_u.lower.sign() >= 0) {
    return u;
  }
  Polynomial result(u.size());
  if (of_u.upper.sign() <= 0) {
    return result;
  }
  Arf slope;
  arf_div(slope.get(), of_u.upper.get(), (of_u.upper - of_u.lower).get(), 30, ARF_RND_DOWN);
  for (std::size_t a = 0; a < u.size(); ++a) {
    arb_mul_arf(result[a].get(), u[a].get(), slope.get(), kBits);
  }
  const Arf most = std::max(slope * -of_u.lower, (Arf(1) - slope) * of_u.upper);
  const Ball offset = ball_of({Arf(0), most});
  arb_add(result[0].get(), result[0].get(), offset.get(), kBits);
  return result;
}

// ---- targets ----

TaylorTarget::TaylorTarget(const Expression &f, const Monomials &monomials)
    : f_(f), monomials_(monomials), jets_(f, monomials.dimension()), middle_(f, monomials.dimension()),
      models_(f.nodes.size()) {
  for (std::size_t at = 0; at < models_.size(); ++at) {
    if (f.variables[at] == 0) {
      models_[at] = f.fixed[at].bounded() ? monomials.constant(ball_of(f.fixed[at])) : nothing(monomials);
    }
  }
}

bool TaylorTarget::has_slopes() const {
  const Jet &jet = jets_.at(f_.nodes.size() - 1);
  return std::all_of(jet.slope.begin(), jet.slope.end(), [](const Interval &s) { return s.bounded(); });
}

const Polynomial &TaylorTarget::operator()(const std::vector<Interval> &whole,
                                           const std::vector<Interval> &middle,
                                           const std::vector<Interval> &half_widths) {
  jets_(whole, Evaluator::Slopes);
  middle_(middle, Evaluator::Value);
  middle_of_box_ = &middle;
  half_widths_ = &half_widths;
  for (std::size_t at = 0; at < models_.size(); ++at) {
    if (f_.variables[at] == 0) {
      continue;
    }
    Polynomial model = by_rule(at);
    if (f_.nodes[at].op != Op::Variable) {
      Polynomial other = by_slopes(at, half_widths);
      if (known(other) && (!known(model) || radius(other) < radius(model))) {
        model = std::move(other);
      }
    }
    models_[at] = std::move(model);
  }
  return models_.back();
}

// The value at the middle and the slopes; or the range alone.
Polynomial TaylorTarget::by_slopes(std::size_t at, const std::vector<Interval> &half_widths) const {
  const Jet &jet = jets_.at(at);
  const Interval &centre = middle_.at(at).value;
  if (!jet.value.bounded()) {
    return nothing(monomials_);
  }
  Polynomial flat = monomials_.constant(ball_of(jet.value));
  if (!centre.bounded()) {
    return flat;
  }
  Polynomial result = monomials_.constant(ball_of(centre));
  for (std::size_t j = 0; j < half_widths.size(); ++j) {
    if (!jet.slope[j].bounded()) {
      return flat;
    }
    result[1 + j] = ball_of(jet.slope[j] * half_widths[j]);
  }
  return radius(result) <= radius(flat) ? result : flat;
}

Polynomial TaylorTarget::by_rule(std::size_t at) const {
  const Node &node = f_.nodes[at];
  const auto place = [&](int i) { return static_cast<std::size_t>(node.argument[i]); };
  const auto model = [&](int i) -> const Polynomial & { return models_[place(i)]; };
  const auto value = [&](int i) -> const Interval & { return jets_.at(place(i)).value; };
  const auto apply = [&](Smooth s, const Rational &exponent = 0) {
    return composed(monomials_, s, model(0), value(0), exponent);
  };
  const auto negative = [&](const Polynomial &u) {
    Polynomial result(u.size());
    Monomials::subtract(result, u);
    return result;
  };
  switch (node.op) {
  case Op::Variable: {
    const auto j = static_cast<std::size_t>(node.integer);
    return monomials_.variable(j, (*middle_of_box_)[j], (*half_widths_)[j]);
  }
  case Op::Negate:
    return negative(model(0));
  case Op::Add:
  case Op::Subtract: {
    Polynomial result = model(0);
    (node.op == Op::Add ? Monomials::add : Monomials::subtract)(result, model(1));
    return result;
  }
  case Op::Multiply:
    return known(model(0)) && known(model(1)) ? monomials_.product(model(0), model(1)) : nothing(monomials_);
  case Op::Divide: {
    const Polynomial inverse = composed(monomials_, Smooth::Power, model(1), value(1), -1);
    return known(model(0)) && known(inverse) ? monomials_.product(model(0), inverse) : nothing(monomials_);
  }
  case Op::IntegerPower:
    return apply(Smooth::Power, Rational(node.integer));
  case Op::RealPower:
    return apply(Smooth::Power, node.constant);
  case Op::Exp:
    return apply(Smooth::Exp);
  case Op::Log:
    return apply(Smooth::Log);
  case Op::Sin:
    return apply(Smooth::Sin);
  case Op::Cos:
    return apply(Smooth::Cos);
  case Op::Tan:
    return jets_.at(at).value.bounded() ? apply(Smooth::Tan) : nothing(monomials_);
  case Op::Asin:
    return apply(Smooth::Asin);
  case Op::Acos:
    return apply(Smooth::Acos);
  case Op::Atan:
    return apply(Smooth::Atan);
  case Op::Sinh:
    return apply(Smooth::Sinh);
  case Op::Cosh:
    return apply(Smooth::Cosh);
  case Op::Tanh:
    return apply(Smooth::Tanh);
  case Op::Erf:
    return apply(Smooth::Erf);
  case Op::Abs:
    return value(0).lower.sign() >= 0   ? model(0)
           : value(0).upper.sign() <= 0 ? negative(model(0))
                                        : nothing(monomials_);
  case Op::Min:
  case Op::Max: {
    const bool least = node.op == Op::Min;
    if (least ? value(0).upper <= value(1).lower : value(0).lower >= value(1).upper) {
      return model(0);
    }
    if (least ? value(1).upper <= value(0).lower : value(1).lower >= value(0).upper) {
      return model(1);
    }
    return nothing(monomials_);
  }
  case Op::If:
    if (value(0).lower.sign() > 0 || value(0).upper.sign() < 0) {
      return model(1);
    }
    return value(0).zero() ? model(2) : nothing(monomials_);
  default:
    return nothing(monomials_); // by slopes, or not at all
  }
}

} // namespace checker
