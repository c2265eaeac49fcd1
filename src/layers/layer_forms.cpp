// Rows of kCapacity numbers, one for each box. The form of a unit is count_ rows of coefficients, the row of
// R, and the row of the sum of all magnitudes, which says what rounding may have lost wherever the form is
// used.
#include "layer_forms.hpp"

#include "form_kernels.hpp"

#include "layercert/numeric/directed_double.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "numeric/bounds.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

namespace layercert {

namespace {

constexpr double kUnitOfSums = 0x1p-52; // of an operation in upward rounding, relative
constexpr double kTiny = 0x1p-960;      // more than what all operations of a form lose to subnormal numbers
constexpr std::size_t kRow = LayerForms::kCapacity;
static_assert(kRow == SeriesBatch::kCapacity);

using Row = SeriesBatch::Row;

// A sum of `count` products, with weights that are rounded themselves, is off by at most this part of the sum
// of the magnitudes: one unit for each product, one for each addition on its way and one for each weight, and
// a little more for their products.
double rounding_of_sum(std::size_t count) {
  return mul_up(static_cast<double>(count + 4), 1.0625 * kUnitOfSums);
}

bool is_smooth(Activation activation) {
  return activation != Activation::Relu && activation != Activation::Identity;
}

} // namespace

LayerForms::LayerForms(const LayeredNetwork &network, Slot slot, int degree)
    : network_(network), monomials_(network.dimension, degree), count_(monomials_.count()),
      stride_((count_ + 2) * kRow) {
  assert_upward();
  const auto d = network.dimension;
  std::vector<std::size_t> place(d + network.units.size(), 0); // of each slot, among the forms
  for (std::size_t j = 0; j < d; ++j) {
    place[j] = j;
  }
  std::size_t forms = d;
  const std::vector<bool> needed = needed_units(network, slot);
  bool smooth = false;
  bool factors = false;
  for (std::size_t i = 0; i < network.units.size(); ++i) {
    if (!needed[i]) {
      continue;
    }
    const LayerUnit &unit = network.units[i];
    Step step{&unit, forms, {}, 0, nullptr};
    for (const LinearTerm &term : network.terms_of(unit)) {
      step.sources.push_back(place[static_cast<std::size_t>(term.source)]);
    }
    if (unit.factor >= 0) {
      step.factor = place[static_cast<std::size_t>(unit.factor)];
      factors = true;
    }
    if (is_smooth(unit.activation)) {
      std::unique_ptr<const ActivationSeries> &series = series_of_[unit.activation];
      if (series == nullptr) {
        series = std::make_unique<ActivationSeries>(unit.activation, degree);
      }
      step.series = series.get();
      smooth = true;
    }
    place[d + i] = forms++;
    steps_.push_back(std::move(step));
  }
  result_ = place[static_cast<std::size_t>(slot)];
  forms_.assign(forms * stride_, 0.0);
  horner_.assign(count_ * kRow, 0.0);
  next_.assign(count_ * kRow, 0.0);
  // Of Horner's scheme cut at degree D: a form of degree D - 1 times one without a constant.
  products_.resize(static_cast<std::size_t>(degree) + 1);
  for (int D = 1; smooth && D <= degree; ++D) {
    for (std::size_t a = 0; a < monomials_.begin_of(D); ++a) {
      for (std::size_t b = 1; b < monomials_.begin_of(D + 1 - monomials_.degree_of(a)); ++b) {
        products_[static_cast<std::size_t>(D)].push_back(
            {static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(b),
             static_cast<std::uint32_t>(monomials_.product(a, b))});
      }
    }
  }
  for (std::size_t a = 0; factors && a < count_; ++a) {
    for (std::size_t b = 0; b < monomials_.begin_of(degree + 1 - monomials_.degree_of(a)); ++b) {
      all_products_.push_back({static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(b),
                               static_cast<std::uint32_t>(monomials_.product(a, b))});
    }
  }
}

double LayerForms::coefficient(std::size_t a, std::size_t i) const { return form(result_)[a * kRow + i]; }

double LayerForms::remainder_upper(std::size_t i) const {
  const double *result = form(result_);
  const double r = result[count_ * kRow + i];
  const double all = result[(count_ + 1) * kRow + i];
  return std::isfinite(r) && std::isfinite(all) ? r : kInfinity;
}

// x_j = middle + (width/2) t_j; where these are no doubles, what is lost is the remainder.
void LayerForms::set_inputs(std::span<const Box> boxes) {
  const auto d = network_.dimension;
  for (std::size_t j = 0; j < d; ++j) {
    double *x = form(j);
    std::fill(x, x + stride_, 0.0);
    double *slope = x + monomials_.variable(j) * kRow;
    for (std::size_t i = 0; i < kRow; ++i) {
      const Box &box = boxes[std::min(i, boxes.size() - 1)]; // what is not asked for repeats the last one
      const double a = box.lower[j];
      const double b = box.upper[j];
      const double middle = mul_up(0.5, add_up(a, b));
      const double half = mul_up(0.5, sub_up(b, a));
      x[i] = middle;
      slope[i] = half;
      radius(x)[i] =
          add_up(sub_up(middle, mul_down(0.5, add_down(a, b))), sub_up(half, mul_down(0.5, sub_down(b, a))));
    }
    measure(x);
  }
}

void LayerForms::measure(double *form) const {
  double *sum = size(form);
  std::fill(sum, sum + kRow, 0.0);
  for (std::size_t a = 0; a < count_; ++a) {
    forms::add_magnitude(sum, form + a * kRow, kRow);
  }
}

void LayerForms::affine(const Step &step) {
  double *to = form(step.at);
  std::fill(to, to + stride_, 0.0);
  const LayerUnit &unit = *step.unit;
  std::fill(to, to + kRow, unit.bias);
  double *r = radius(to);
  double *magnitude = size(to);
  const std::span<const LinearTerm> terms = network_.terms_of(unit);
  constexpr std::size_t kTogether = 4;
  const std::size_t coefficients = count_ * kRow;
  for (std::size_t k = 0; k < terms.size(); k += kTogether) {
    const std::size_t together = std::min(kTogether, terms.size() - k);
    std::array<const double *, kTogether> from{};
    std::array<const double *, kTogether> bounds{};
    std::array<double, kTogether> w{};
    std::array<double, kTogether> magnitudes{};
    for (std::size_t m = 0; m < together; ++m) {
      from[m] = form(step.sources[k + m]);
      bounds[m] = from[m] + coefficients;
      w[m] = terms[k + m].weight;
      magnitudes[m] = std::fabs(w[m]);
    }
    if (together == kTogether) {
      forms::add_multiples(to, from.data(), w.data(), coefficients);
      forms::add_multiples(r, bounds.data(), magnitudes.data(), 2 * kRow); // R and the magnitudes
    } else {
      for (std::size_t m = 0; m < together; ++m) {
        forms::add_multiple(to, from[m], w[m], coefficients);
        forms::add_multiple(r, bounds[m], magnitudes[m], 2 * kRow);
      }
    }
  }
  // A weight that is no double is another one's neighbour: its remainder grows by a unit, too.
  const double part = rounding_of_sum(terms.size());
  const double bias = std::fabs(unit.bias);
  for (std::size_t i = 0; i < kRow; ++i) {
    r[i] = add_up(mul_up(r[i], add_up(1.0, 2 * kUnitOfSums)),
                  add_up(mul_up(part, add_up(magnitude[i], bias)), kTiny));
  }
  measure(to);
}

// relu(y) - s y lies in [0, m] for l <= y <= u, 0 <= s <= 1 and m = max(-s l, (1 - s) u).
void LayerForms::rectify(double *form) const {
  double *r = radius(form);
  const double *magnitude = size(form);
  for (std::size_t i = 0; i < kRow; ++i) {
    const double centre = form[i];
    double rho = r[i];
    for (std::size_t a = 1; a < count_; ++a) {
      rho = add_up(rho, std::fabs(form[a * kRow + i]));
    }
    const double lower = sub_down(centre, rho);
    const double upper = add_up(centre, rho);
    if (!std::isfinite(lower) || !std::isfinite(upper)) {
      r[i] = kInfinity;
    } else if (upper <= 0) {
      for (std::size_t a = 0; a < count_; ++a) {
        form[a * kRow + i] = 0;
      }
      r[i] = 0;
    } else if (lower < 0) {
      const double slope = std::clamp(upper / (upper - lower), 0.0, 1.0); // any number between does
      const double most = largest_upper(mul_up(slope, -lower), mul_up(sub_up(1.0, slope), upper));
      for (std::size_t a = 0; a < count_; ++a) {
        form[a * kRow + i] = mul_up(slope, form[a * kRow + i]);
      }
      form[i] = add_up(form[i], 0.5 * most);
      const double rounding = add_up(mul_up(4 * kUnitOfSums, add_up(magnitude[i], most)), kTiny);
      r[i] = add_up(add_up(mul_up(slope, r[i]), mul_up(0.5, most)), rounding);
    }
  }
  measure(form);
}

// Horner's scheme in forms. Step k has H of degree D - 1, D = n - k, and makes H Q + s_k of it, cut at degree
// D: what is cut has degree D + 1 and more, and k further factors Q.
void LayerForms::compose(const ActivationSeries &series, double *form) {
  const auto n = static_cast<std::size_t>(monomials_.degree());
  double *r = radius(form);
  // Magnitudes of Q by degree, and from a degree on.
  std::array<Row, 18> tail{};
  for (std::size_t l = n; l >= 1; --l) {
    tail[l] = tail[l + 1];
    for (std::size_t a = monomials_.begin_of(static_cast<int>(l));
         a < monomials_.begin_of(static_cast<int>(l) + 1); ++a) {
      forms::add_magnitude(tail[l].data(), form + a * kRow, kRow);
    }
  }
  const Row &rho = tail[1];
  Row point{};
  Row reach{};
  for (std::size_t i = 0; i < kRow; ++i) {
    point[i] = form[i];
    reach[i] = add_up(rho[i], r[i]);
  }
  series.expand(point, rho, reach, series_);

  std::fill(horner_.begin(), horner_.end(), 0.0);
  std::copy(series_.terms[n].begin(), series_.terms[n].end(), horner_.begin());
  Row error{};
  const double part = rounding_of_sum(count_);
  for (std::size_t k = n; k-- > 0;) {
    const std::size_t D = n - k;
    Row cut{};
    Row all{};
    for (std::size_t degree = 0; degree < D; ++degree) {
      Row of_degree{};
      for (std::size_t a = monomials_.begin_of(static_cast<int>(degree));
           a < monomials_.begin_of(static_cast<int>(degree) + 1); ++a) {
        forms::add_magnitude(of_degree.data(), horner_.data() + a * kRow, kRow);
      }
      const std::size_t from = D - degree + 1;
      for (std::size_t i = 0; i < kRow; ++i) {
        all[i] = add_up(all[i], of_degree[i]);
        if (from <= n) {
          cut[i] = add_up(cut[i], mul_up(of_degree[i], tail[from][i]));
        }
      }
    }
    std::fill_n(next_.begin(), monomials_.begin_of(static_cast<int>(D) + 1) * kRow, 0.0);
    for (const Product &product : products_[D]) {
      forms::add_product(next_.data() + product.c * kRow, horner_.data() + product.a * kRow,
                         form + product.b * kRow, kRow);
    }
    for (std::size_t i = 0; i < kRow; ++i) {
      const double term = series_.terms[k][i];
      next_[i] = add_up(next_[i], term);
      const double rounding = mul_up(part, add_up(mul_up(all[i], rho[i]), std::fabs(term)));
      error[i] = add_up(add_up(mul_up(error[i], rho[i]), cut[i]), add_up(rounding, kTiny));
    }
    horner_.swap(next_);
  }
  std::copy(horner_.begin(), horner_.begin() + static_cast<std::ptrdiff_t>(count_ * kRow), form);
  const bool sigmoid = series.activation() == Activation::Sigmoid;
  const bool limited = series.activation() != Activation::Softplus;
  const double middle = sigmoid ? 0.5 : 0.0; // of all values
  const double half = sigmoid ? 0.5 : 1.0;
  for (std::size_t i = 0; i < kRow; ++i) {
    const double expanded =
        known_upper(add_up(mul_up(series_.slope[i], r[i]), add_up(series_.remainder[i], error[i])));
    // A constant: the value at the centre and the slope, or the range of all values.
    const double about_value =
        known_upper(add_up(mul_up(series_.slope[i], reach[i]), series_.value_error[i]));
    const double best = least_upper(least_upper(expanded, about_value), limited ? half : kInfinity);
    if (best < expanded || !std::isfinite(form[i])) {
      const bool by_value = about_value == best;
      form[i] = by_value ? series_.terms[0][i] : middle;
      for (std::size_t a = 1; a < count_; ++a) {
        form[a * kRow + i] = 0;
      }
    }
    r[i] = best;
  }
  measure(form);
}

// The form times `a`, cut at degree n.
void LayerForms::multiply(const double *a, double *form) {
  const auto n = static_cast<std::size_t>(monomials_.degree());
  const auto magnitudes = [&](const double *of) {
    std::array<Row, 16> result{};
    for (std::size_t m = 0; m < count_; ++m) {
      forms::add_magnitude(result[static_cast<std::size_t>(monomials_.degree_of(m))].data(), of + m * kRow,
                           kRow);
    }
    return result;
  };
  const std::array<Row, 16> of_a = magnitudes(a);
  const std::array<Row, 16> of_form = magnitudes(form);
  const double *a_radius = a + count_ * kRow;
  const double *a_size = a + (count_ + 1) * kRow;
  double *r = radius(form);
  const double *form_size = size(form);
  std::fill(next_.begin(), next_.end(), 0.0);
  for (const Product &product : all_products_) {
    forms::add_product(next_.data() + product.c * kRow, a + product.a * kRow, form + product.b * kRow, kRow);
  }
  const double part = rounding_of_sum(count_);
  for (std::size_t i = 0; i < kRow; ++i) {
    double cut = 0;
    for (std::size_t k = 0; k <= n; ++k) {
      for (std::size_t l = n + 1 - k; l <= n; ++l) {
        cut = add_up(cut, mul_up(of_a[k][i], of_form[l][i]));
      }
    }
    const double rounding = add_up(mul_up(part, mul_up(a_size[i], form_size[i])), kTiny);
    const double from_remainders =
        add_up(mul_up(a_size[i], r[i]), mul_up(a_radius[i], add_up(form_size[i], r[i])));
    r[i] = known_upper(add_up(add_up(cut, rounding), from_remainders));
  }
  std::copy(next_.begin(), next_.begin() + static_cast<std::ptrdiff_t>(count_ * kRow), form);
  measure(form);
}

void LayerForms::evaluate(std::span<const Box> boxes) {
  assert_upward();
  assert(!boxes.empty() && boxes.size() <= kCapacity);
  set_inputs(boxes);
  for (const Step &step : steps_) {
    affine(step);
    double *at = form(step.at);
    if (step.series != nullptr) {
      compose(*step.series, at);
    } else if (step.unit->activation == Activation::Relu) {
      rectify(at);
    }
    if (step.unit->factor >= 0) {
      multiply(form(step.factor), at);
    }
  }
}

} // namespace layercert
