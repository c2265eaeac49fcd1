#include "batch_sampler.hpp"

#include "multilinear.hpp"
#include "node_index.hpp"
#include "numeric/weierstrass.hpp"
#include "operations.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <numbers>

namespace layercert::batch {

namespace {

constexpr std::int32_t kLargestPow =
    64; // for larger exponents std::pow takes several times as long as squares

// x^n, about.
double by_squares(double x, std::int32_t n) {
  double result = 1;
  double square = x;
  for (auto rest = static_cast<std::uint32_t>(n < 0 ? -static_cast<std::int64_t>(n) : n); rest != 0;
       rest >>= 1U) {
    result *= (rest & 1U) != 0 ? square : 1.0;
    square *= square;
  }
  return n < 0 ? 1 / result : result;
}

template <class F> void map(const double *a, double *out, std::size_t count, const F &f) {
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = f(a[i]);
  }
}

} // namespace

Sampler::Sampler(const Expression &expression, std::size_t capacity)
    : nodes_(expression.nodes()), table_(expression.table()), capacity_(capacity),
      arrays_(nodes_.size() * capacity), parameters_(nodes_.size()) {
  for (std::size_t at = 0; at < nodes_.size(); ++at) {
    const Node &node = nodes_[at];
    if (node.op == Op::Weierstrass) {
      parameters_[at] = expression.constants()[index_of(node.constant)].get_d();
    }
    const double value = node.op == Op::Constant ? expression.constants()[index_of(node.constant)].get_d()
                         : node.op == Op::Pi     ? std::numbers::pi
                                                 : std::numbers::e;
    if (node.op == Op::Constant || node.op == Op::Pi || node.op == Op::E) {
      std::fill_n(arrays_.data() + at * capacity_, capacity_, value);
    }
  }
}

void Sampler::sample(std::span<const double *const> points, std::span<double> values) {
  for (std::size_t from = 0; from < values.size(); from += capacity_) {
    const std::size_t count = std::min(capacity_, values.size() - from);
    sample_block(points, from, count);
    std::copy_n(arrays_.data() + (nodes_.size() - 1) * capacity_, count, values.data() + from);
  }
}

void Sampler::sample_table(std::span<const double *const> points, std::size_t from, std::size_t count,
                           double *out) {
  std::vector<double> point(points.size());
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < point.size(); ++j) {
      point[j] = points[j][from + i];
    }
    out[i] = multilinear_sample(*table_, point);
  }
}

void Sampler::sample_block(std::span<const double *const> points, std::size_t from, std::size_t count) {
  for (std::size_t at = 0; at < nodes_.size(); ++at) {
    const Node &node = nodes_[at];
    const auto array = [&](std::size_t i) {
      return node.argument[i] < 0 ? nullptr : arrays_.data() + index_of(node.argument[i]) * capacity_;
    };
    const double *a = array(0);
    const double *b = array(1);
    const double *c = array(2);
    double *out = arrays_.data() + at * capacity_;
    switch (node.op) {
    case Op::Constant:
    case Op::Pi:
    case Op::E:
      break;
    case Op::Variable:
      std::copy_n(points[index_of(node.integer)] + from, count, out);
      break;
    case Op::PowerInteger:
      if (node.integer == 2) {
        map(a, out, count, [](double x) { return x * x; });
      } else if (std::abs(node.integer) <= kLargestPow) {
        map(a, out, count, [n = node.integer](double x) { return std::pow(x, n); });
      } else {
        map(a, out, count, [n = node.integer](double x) { return by_squares(x, n); });
      }
      break;
    case Op::Weierstrass:
      map(a, out, count, [a_of = parameters_[at], b_of = node.integer](double x) {
        return weierstrass_sample(x, a_of, b_of);
      });
      break;
    case Op::Table:
      sample_table(points, from, count, out);
      break;
    case Op::If:
      for (std::size_t i = 0; i < count; ++i) {
        out[i] = a[i] != 0 ? b[i] : c[i];
      }
      break;
    default:
      rules_of(node.op).sample.many(a, b, out, count);
    }
  }
}

} // namespace layercert::batch
