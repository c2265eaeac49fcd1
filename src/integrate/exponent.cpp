#include "exponent.hpp"

#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"
#include "numeric/elementary.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace layercert {

namespace {

// (n choose k), exactly: n <= 50 keeps every intermediate below 2^53.
double binomial(int n, int k) {
  double result = 1;
  for (int i = 1; i <= k; ++i) {
    result = result * (n - k + i) / i;
  }
  return result;
}

Interval square(const Interval &magnitude) { // of an interval >= 0
  return {mul_down(magnitude.lower(), magnitude.lower()), mul_up(magnitude.upper(), magnitude.upper())};
}

Interval product(const Interval &a, const Interval &b) { // both >= 0
  return {mul_down(a.lower(), b.lower()), mul_up(a.upper(), b.upper())};
}

Interval whole_power(const Interval &x, int exponent) { // x, exponent >= 0
  Interval result(1.0);
  Interval factor = x; // x^(2^i), squared on the way
  for (int whole = exponent; whole != 0; whole /= 2) {
    if (whole % 2 == 1) {
      result = product(result, factor);
    }
    if (whole > 1) {
      factor = product(factor, factor);
    }
  }
  return result;
}

constexpr double kPlainBits = 256; // size^p between 2^-256 and 2^256 needs no unit
constexpr double kFineBits =
    256; // and half of p may be at most that, or no power of two is near enough to the size
constexpr double kMomentBits = 400; // of the powers that norm_in_range() takes
constexpr int kUnitBits = 8;        // of a unit that is no power of two

constexpr std::size_t kMaxTerms = 10; // kMaxDimension of box_bounds.hpp, which includes exponent.hpp

constexpr double kSmallPart = 0.5;
constexpr double kSmallTerm = 1e-3;
constexpr int kMostEighths = 8192;   // products are still several times faster than MPFR
constexpr int kMostFactors = 64;     // of x
constexpr int kMostRoots = 1024;     // of y, by squares
constexpr double kOutward = 0x1p-48; // more than the error of y and those of 2 * 64 products

} // namespace

FixedPower::FixedPower(const mpq_class &e) : eighths_(-1), e_(enclosure(e)) {
  assert_upward();
  assert(e >= 0);
  const mpq_class eighths = e * 8;
  if (eighths.get_den() == 1 && eighths <= kMostEighths) {
    eighths_ = static_cast<int>(eighths.get_num().get_si());
  } else if (e.get_num() <= kMostFactors && e.get_den() <= kMostRoots) {
    numerator_ = static_cast<int>(e.get_num().get_si());
    denominator_ = static_cast<int>(e.get_den().get_si());
  }
}

Interval FixedPower::operator()(const Interval &x) const {
  assert_upward();
  const Interval base(std::max(0.0, x.lower()), x.upper());
  if (eighths_ == 8) {
    return base;
  }
  bool undefined = false; // cannot be: base >= 0 and e > 0
  if (!bounded(base)) {
    return power_range(base, e_, undefined);
  }
  if (denominator_ > 0) {
    const std::optional<double> lower = by_products(base.lower(), -1);
    const std::optional<double> upper = by_products(base.upper(), 1);
    if (lower && upper) {
      return {*lower, *upper};
    }
  }
  if (eighths_ < 0) {
    return power_range(base, e_, undefined);
  }
  Interval result = whole_power(base, eighths_ / 8);
  Interval factor = base;
  for (int bit = 4; bit != 0 && eighths_ % 8 != 0; bit /= 2) { // x^(1/2), x^(1/4), x^(1/8)
    factor = Interval(sqrt_down(factor.lower()), sqrt_up(factor.upper()));
    if ((eighths_ & bit) != 0) {
      result = product(result, factor);
    }
  }
  return result;
}

// y <= x^(n/m) exactly if y^m <= x^n: a number near by, moved outward a little, and this test of it in
// products rounded outward.
std::optional<double> FixedPower::by_products(double x, int side) const {
  if (x == 0) {
    return 0.0;
  }
  // The library's power in single precision, so that it is the same for every library, and two steps of
  // Newton's method.
  auto about =
      static_cast<double>(static_cast<float>(std::pow(x, static_cast<double>(numerator_) / denominator_)));
  if (!(about >= std::numeric_limits<float>::min())) {
    return std::nullopt; // two steps from there would not come near
  }
  const double power = whole_power(Interval(x), numerator_).upper();
  for (int step = 0; step < 2; ++step) {
    about *= 1 + (power / whole_power(Interval(about), denominator_).upper() - 1) / denominator_;
  }
  const double y = about * (1 + side * kOutward);
  if (!(y > 0) || !std::isfinite(y)) {
    return std::nullopt;
  }
  const Interval left = whole_power(Interval(y), denominator_);
  const Interval right = whole_power(Interval(x), numerator_);
  const bool holds = side < 0 ? left.upper() <= right.lower() : left.lower() >= right.upper();
  return holds && std::isfinite(left.upper()) && std::isfinite(right.upper()) ? std::optional(y)
                                                                              : std::nullopt;
}

Exponent::Exponent(const mpq_class &p) : exact_(p), power_(p), inverse_(mpq_class(1 / p)) {
  assert_upward();
  assert(p >= 1);
  largest_in_range_ = std::exp2(kMomentBits / std::max(4.0, p.get_d()));
  least_in_range_ = 1 / largest_in_range_;
  while (mpq_class(lower_even_ + 2) <= p && lower_even_ < 48) {
    lower_even_ += 2;
  }
  const int n = lower_even_ / 2;
  if (p == 1) {
    kind_ = Kind::One;
  } else if (p < 2) {
    kind_ = Kind::BelowTwo;
  } else if (p == 2) {
    kind_ = Kind::Two;
  } else if (p == lower_even_) {
    kind_ = Kind::Even;
  } else {
    kind_ = p > lower_even_ + 2 ? Kind::Large : Kind::BetweenEven;
  }
  moments_ = p < 2 ? 2 : kind_ == Kind::BetweenEven ? n + 1 : n;
  half_p_ = FixedPower(mpq_class(p / 2));
  mpq_class rising(1);
  for (std::size_t i = 0; i < kMostTerms; ++i) {
    const mpq_class exponent = p + static_cast<unsigned long>(i + 1);
    rising *= exponent;
    rising_[i] = enclosure(rising);
    antiderivative_[i] = FixedPower(exponent);
  }
  below_four_ = p < 4;
  from_four_ = FixedPower(below_four_ ? mpq_class(4 - p) : mpq_class(p - 4));
  choose_two_ = enclosure(mpq_class(p * (p - 1) / 2));
  choose_four_ = enclosure(mpq_class(p * (p - 1) * (p - 2) * (p - 3) / 24));
  lower_root_ = FixedPower(mpq_class(1, lower_even_));
  if (p < 2) {
    weight_of_lower_ = FixedPower(mpq_class((4 - p) / 2));
    weight_of_upper_ = FixedPower(mpq_class((2 - p) / 2));
  } else if (kind_ == Kind::BetweenEven) { // p = (1-s) 2n + s (2n+2)
    const mpq_class s = (p - lower_even_) / 2;
    weight_of_lower_ = FixedPower(mpq_class(1 - s));
    weight_of_upper_ = FixedPower(s);
  }
  for (int k = 0; k <= moments_; ++k) {
    for (int i = 0; i <= k; ++i) {
      even_binomials_[static_cast<std::size_t>(k)][static_cast<std::size_t>(i)] = binomial(2 * k, 2 * i);
    }
  }
  // (p+1)^(-1/p); it is below 1 for every p >= 1, and 1/2, 1/sqrt 3 for p = 1, 2.
  bool undefined = false;
  uniform_norm_upper_ =
      power_range(Interval(1.0) + enclosure(p), -enclosure(mpq_class(1 / p)), undefined).upper();
}

// Where size^p is near 1, there is nothing to do. The nearest power of two is a unit by which divisions are
// exact; for very large p even sqrt(2)^p is much, and the unit has more bits.
Exponent Exponent::for_size(double size) const {
  assert_upward();
  Exponent result = *this;
  result.unit_ = 1;
  if (!(size > 0) || !std::isfinite(size)) {
    return result;
  }
  const double p = exact_.get_d();
  const double bits = std::log2(size);
  if (!(std::fabs(bits) * p > kPlainBits)) {
    return result;
  }
  int exponent = 0;
  const double fraction = std::frexp(size, &exponent);
  const double unit = p / 2 <= kFineBits
                          ? std::ldexp(1.0, static_cast<int>(std::floor(bits + 0.5)))
                          : std::ldexp(std::floor(std::ldexp(fraction, kUnitBits)), exponent - kUnitBits);
  result.unit_ = std::isfinite(unit) && unit > 0 ? unit : size;
  return result;
}

Interval Exponent::power(const Interval &x) const {
  assert(x.lower() >= 0);
  const Interval y = unit_ == 1 ? x : Interval(div_down(x.lower(), unit_), div_up(x.upper(), unit_));
  return kind_ == Kind::One ? y : kind_ == Kind::Two ? square(y) : power_(y);
}

Interval Exponent::plain_root(const Interval &x) const {
  assert(x.lower() >= 0);
  return kind_ == Kind::One ? x : inverse_(x);
}

Interval Exponent::root(const Interval &x) const {
  const Interval y = plain_root(x);
  return unit_ == 1 ? y : Interval(mul_down(y.lower(), unit_), mul_up(y.upper(), unit_));
}

Interval Exponent::root_of_measure(const Interval &x) const { return plain_root(x); }

double Exponent::power_about(double x) const { return std::pow(x / unit_, exact_.get_d()); }

double Exponent::root_about(double x) const { return unit_ * std::pow(x, 1 / exact_.get_d()); }

double Exponent::power_upper(double x) const {
  return std::isfinite(x) ? power(Interval(0.0, std::max(0.0, x))).upper() : kInfinity;
}

double Exponent::root_upper(double x) const {
  return std::isfinite(x) ? root(Interval(0.0, std::max(0.0, x))).upper() : kInfinity;
}

// The even moments of S + Y from those of S, where S and Y are independent and symmetric, so that their odd
// moments vanish: E (S + Y)^2k = sum over i of (2k choose 2i) E S^(2k-2i) E Y^2i. Y is t U (`uniform`, E Y^2i
// = t^2i / (2i+1)), or a constant a, for which the sum is E (S + a)^2k too.
void Exponent::add_to_moments(const Interval &square, bool uniform, Moments &moments) const {
  const auto count = static_cast<std::size_t>(moments_) + 1;
  Moments of_term;
  of_term[0] = Interval(1.0);
  Interval power(1.0);
  for (std::size_t i = 1; i < count; ++i) {
    power = power * square;
    of_term[i] = uniform ? power / Interval(static_cast<double>(2 * i + 1)) : power;
  }
  for (std::size_t k = count; k-- > 1;) { // downward: moments[k - i] is still that of S
    Interval sum = moments[k];
    for (std::size_t i = 1; i <= k; ++i) {
      sum += moments[k - i] * of_term[i] * Interval(even_binomials_[k][i]);
    }
    moments[k] = sum;
  }
}

void Exponent::even_moments(const Interval &a, std::span<const Interval> t, Moments &moments) const {
  if (moments_ == 1) { // E X^2 = a^2 + sum t_j^2 / 3
    Interval sum(0.0);
    for (const Interval &term : t) {
      sum += square(term);
    }
    moments[1] = square(abs_range(a)) + sum / Interval(3.0);
    return;
  }
  moments.fill(Interval(0.0));
  moments[0] = Interval(1.0);
  for (const Interval &term : t) {
    add_to_moments(square(term), true, moments);
  }
  add_to_moments(square(abs_range(a)), false, moments);
}

// Taylor's formula about a > 0, for S = X - a with |S| <= part_upper a: odd moments of S vanish, and E (a +
// S)^p = a^p (1 + (p choose 2) E S^2 / a^2 + (p choose 4) E S^4 / a^4 theta), theta between the values of (1
// +- part_upper)^(p-4).
Interval Exponent::norm_about(const Interval &a, double part_upper, std::span<const Interval> t) const {
  Moments moments;
  even_moments(Interval(0.0), t, moments);
  const Interval near(sub_down(1.0, part_upper), add_up(1.0, part_upper));
  const Interval power = from_four_(near);
  const Interval theta = below_four_ ? Interval(1.0) / power : power;
  const Interval square_of_a = square(a);
  const Interval mean = Interval(1.0) + choose_two_ * moments[1] / square_of_a +
                        choose_four_ * moments[2] / square(square_of_a) * theta;
  return a * plain_root(Interval(largest_lower(0.0, mean.lower()), known_upper(mean.upper())));
}

// With n terms t_j > 0, integrating |x|^p n times,
//     E |a + sum t_j U_j|^p = sum over signs s of (prod s_j) F(a + sum s_j t_j) / (2^n prod t_j),
//     F(x) = sgn(x)^n |x|^(p+n) / ((p+1) ... (p+n)).
// Terms that are small beside the others would spoil it by cancellation: they go to the remainder, by || t U
// ||_p <= t (p+1)^(-1/p).
std::optional<Interval> Exponent::norm_by_antiderivative(const Interval &a,
                                                         std::span<const Interval> t) const {
  double largest = 0;
  for (const Interval &term : t) {
    largest = std::max(largest, term.lower());
  }
  std::array<Interval, kMostTerms> terms;
  std::size_t n = 0;
  double remainder_upper = 0;
  for (const Interval &term : t) {
    if (!(term.lower() >= kSmallTerm * largest && term.lower() > 0)) {
      remainder_upper = add_up(remainder_upper, mul_up(term.upper(), uniform_norm_upper_));
    } else if (n == kMostTerms) {
      return std::nullopt;
    } else {
      terms[n++] = term;
    }
  }
  if (n == 0) {
    return std::nullopt;
  }
  Interval sum(0.0);
  for (unsigned signs = 0; signs < 1U << n; ++signs) {
    Interval x = a;
    Interval sign(1.0);
    for (std::size_t j = 0; j < n; ++j) {
      const bool minus = (signs >> j & 1U) != 0;
      x = minus ? x - terms[j] : x + terms[j];
      sign = minus ? -sign : sign;
    }
    // sgn(x)^n |x|^(p+n): an odd function where n is odd, else an even one.
    const FixedPower &power = antiderivative_[n - 1];
    const Interval value =
        n % 2 == 0 || x.lower() >= 0 ? power(abs_range(x))
        : x.upper() <= 0             ? -power(-x)
                         : Interval(-power(Interval(-x.lower())).upper(), power(Interval(x.upper())).upper());
    sum += sign * value;
  }
  Interval divisor = rising_[n - 1];
  for (std::size_t j = 0; j < n; ++j) {
    divisor *= Interval(2.0) * terms[j];
  }
  const Interval mean = sum / divisor;
  if (!bounded(mean) || mean.upper() < 0) {
    return std::nullopt;
  }
  const Interval norm = plain_root(Interval(largest_lower(0.0, mean.lower()), known_upper(mean.upper())));
  return Interval(std::max(0.0, sub_down(norm.lower(), remainder_upper)),
                  add_up(norm.upper(), remainder_upper));
}

Interval Exponent::norm_in_range(const Interval &a, std::span<const Interval> t) const {
  Interval reach(0.0); // |X - a| <= reach
  for (const Interval &term : t) {
    reach += term;
  }
  const Interval magnitude = abs_range(a);
  if (kind_ == Kind::One && magnitude.lower() >= reach.upper()) {
    return magnitude; // no change of sign: E |a + S| = |a|
  }
  if (kind_ == Kind::One && t.size() == 1 && t[0].lower() > 0) {
    // E |a + tU| = (a^2 + t^2) / (2t) for |a| <= t; for |a| > t it is |a|, which is not more than that
    // formula, and a straddling `a` is covered from below by |a| alone.
    const Interval inside = (square(magnitude) + square(t[0])) / (Interval(2.0) * t[0]);
    if (magnitude.upper() <= t[0].lower()) {
      return inside;
    }
    return {magnitude.lower(), inside.upper()};
  }
  if (kind_ != Kind::Two && kind_ != Kind::Even) {
    if (const std::optional<Interval> exact = norm_by_antiderivative(a, t)) {
      return *exact;
    }
  }
  if (kind_ == Kind::Large) { // beyond the moments kept here: the supremum
    Moments moments;
    even_moments(a, t, moments);
    return {lower_root_(moments[static_cast<std::size_t>(moments_)]).lower(), (magnitude + reach).upper()};
  }
  if (kind_ == Kind::BelowTwo || kind_ == Kind::BetweenEven) {
    const double part_upper = div_up(reach.upper(), magnitude.lower()); // of a, that X moves from it
    if (part_upper <= kSmallPart) {
      return norm_about(magnitude, part_upper, t);
    }
  }
  // Moments of even order are exact; between two of them log E|X|^p is convex in p (Hoelder, Lyapunov).
  Moments moments;
  even_moments(a, t, moments);
  if (exact_ < 2) {
    const Interval upper = plain_root(half_p_(moments[1])); // E|X|^p <= (E X^2)^(p/2)
    double lower = magnitude.lower();                       // Jensen: E|X| >= |E X|
    if (moments[2].upper() > 0) {
      // E X^2 <= (E|X|^p)^(2/(4-p)) (E X^4)^((2-p)/(4-p))
      bool undefined = false;
      const Interval quotient = divide_range(weight_of_lower_(moments[1]),
                                             Interval(weight_of_upper_(moments[2]).upper()), undefined);
      if (!undefined && quotient.lower() > 0) {
        lower = std::max(lower, plain_root(quotient).lower());
      }
    }
    return {std::min(lower, upper.upper()), upper.upper()};
  }
  const Interval &below = moments[static_cast<std::size_t>(lower_even_ / 2)];
  if (kind_ != Kind::BetweenEven) {
    return lower_root_(below);
  }
  const double lower = lower_root_(below).lower(); // (E|X|^p)^(1/p) >= (E X^2n)^(1/2n)
  const Interval upper =
      weight_of_lower_(below) * weight_of_upper_(moments[static_cast<std::size_t>(moments_)]);
  return {lower, plain_root(Interval(largest_lower(0.0, upper.lower()), known_upper(upper.upper()))).upper()};
}

// A norm of s X is s times that of X: where powers would leave the range of doubles, s makes the largest |X|
// about 1.
Interval Exponent::affine_norm(const Interval &a, std::span<const Interval> t) const {
  assert_upward();
  Interval largest = abs_range(a); // of |X|
  for (const Interval &term : t) {
    largest += term;
  }
  const double size = largest.upper();
  if (!std::isfinite(size) || size == 0 || (size >= least_in_range_ && size <= largest_in_range_)) {
    return norm_in_range(a, t);
  }
  assert(t.size() <= kMaxTerms);
  std::array<Interval, kMaxTerms> parts;
  std::transform(t.begin(), t.end(), parts.begin(),
                 [&](const Interval &term) { return term / Interval(size); });
  const Interval norm = norm_in_range(a / Interval(size), {parts.data(), t.size()});
  return {mul_down(norm.lower(), size), mul_up(norm.upper(), size)};
}

} // namespace layercert
