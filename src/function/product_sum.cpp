// One walk over the graph of f: every node becomes a sum of products, or f is none. Factors are nodes of one
// new graph, in which equal functions are one node; so products are compared by numbers of nodes, and those
// that differ in one coordinate only become one.
#include "product_sum.hpp"

#include "expression_builder.hpp"
#include "expression_evaluator.hpp"
#include "layercert/numeric/rounding_scope.hpp"
#include "node_index.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <utility>

namespace layercert {

namespace {

constexpr std::size_t kMostProductsOfSum = 24; // the norms take time by the square of their number
constexpr std::int32_t kMostPower = 16;        // of a sum, that is multiplied out
constexpr std::int32_t kOne = -1;              // stands for the factor 1

using Product =
    std::vector<std::int32_t>; // of each coordinate, a node; and of the number that is a factor, at the end
using Sum = std::vector<Product>;

class Walk {
public:
  Walk(const Expression &f, std::size_t dimension) : f_(f), d_(dimension) {}

  std::optional<ProductSum> run() {
    if (f_.table() != nullptr) {
      return std::nullopt;
    }
    for (std::size_t at = 0; at < f_.nodes().size(); ++at) {
      const Node &node = f_.nodes()[at];
      nodes_.push_back(build_.copy(f_, node, nodes_));
      variables_.push_back(variables_of(node));
      sums_.push_back(sum_of(at));
    }
    return sums_.back() ? std::optional(result(*sums_.back())) : std::nullopt;
  }

private:
  std::uint64_t variables_of(const Node &node) const {
    std::uint64_t result = node.op == Op::Variable ? std::uint64_t{1} << node.integer : 0;
    for (const std::int32_t argument : node.argument) {
      result |= argument >= 0 ? variables_[index_of(argument)] : 0;
    }
    return result;
  }

  std::optional<Sum> sum_of(std::size_t at) {
    const std::uint64_t variables = variables_[at];
    if (std::popcount(variables) == 0 || (std::popcount(variables) == 1 && !is_multiple(f_.nodes()[at]))) {
      Product product(d_ + 1, kOne);
      product[variables == 0 ? d_ : static_cast<std::size_t>(std::countr_zero(variables))] = nodes_[at];
      return Sum{std::move(product)};
    }
    const Node &node = f_.nodes()[at];
    const auto of = [&](int i) -> const std::optional<Sum> & {
      return sums_[index_of(node.argument[static_cast<std::size_t>(i)])];
    };
    if (!of(0) || (node.argument[1] >= 0 && !of(1)) || node.argument[2] >= 0) {
      return std::nullopt;
    }
    const Sum &u = *of(0);
    switch (node.op) {
    case Op::Negate:
      return negated(u);
    case Op::Add:
      return added(u, *of(1));
    case Op::Subtract:
      return added(u, negated(*of(1)));
    case Op::Multiply:
      return multiplied(u, *of(1));
    case Op::Divide:
      return of(1)->size() == 1
                 ? multiplied(u, Sum{each(of(1)->front(),
                                          [&](std::int32_t v) {
                                            return build_.apply(Op::Divide, build_.constant(1), v);
                                          })})
                 : std::nullopt;
    case Op::PowerInteger:
      return power(u, node.integer);
    case Op::Power:
      return variables_[index_of(node.argument[1])] == 0
                 ? power(u, nodes_[index_of(node.argument[1])], Op::Power)
                 : std::nullopt;
    case Op::Sqrt:
      return power(u, -1, Op::Sqrt);
    case Op::Cbrt:
    case Op::Abs:
    case Op::Sign:
      return u.size() == 1 ? std::optional(Sum{
                                 each(u.front(), [&](std::int32_t v) { return build_.apply(node.op, v); })})
                           : std::nullopt;
    case Op::Exp: {
      std::optional<Product> parts = by_coordinates(u);
      return parts
                 ? std::optional(Sum{each(*parts, [&](std::int32_t v) { return build_.apply(Op::Exp, v); })})
                 : std::nullopt;
    }
    case Op::Sin:
    case Op::Cos:
      return sine(u, node.op);
    case Op::Log:
      return logarithm(u);
    default:
      return std::nullopt;
    }
  }

  // A number times something: 3 x and x are then one function.
  bool is_multiple(const Node &node) const {
    const auto is_number = [&](int i) {
      return variables_[index_of(node.argument[static_cast<std::size_t>(i)])] == 0;
    };
    return node.op == Op::Negate || (node.op == Op::Multiply && (is_number(0) || is_number(1))) ||
           (node.op == Op::Divide && is_number(1));
  }

  template <class F> Product each(Product product, const F &f) {
    for (std::int32_t &factor : product) {
      factor = factor == kOne ? kOne : f(factor);
    }
    return product;
  }
  std::int32_t product_of(std::int32_t u, std::int32_t v) {
    return u == kOne ? v : v == kOne ? u : build_.apply(Op::Multiply, u, v);
  }
  std::int32_t known(std::int32_t u) { return u == kOne ? build_.constant(1) : u; }

  Sum negated(Sum u) {
    for (Product &product : u) {
      product[d_] = build_.apply(Op::Negate, known(product[d_]));
    }
    return u;
  }

  // Products that differ in one coordinate only become one.
  std::optional<Sum> added(Sum u, const Sum &v) {
    for (const Product &product : v) {
      Product next = product;
      for (std::size_t i = 0; i < u.size();) {
        const std::optional<Product> both = merged(u[i], next);
        if (both) {
          next = *both;
          u.erase(u.begin() + static_cast<std::ptrdiff_t>(i));
          i = 0;
        } else {
          ++i;
        }
      }
      u.push_back(std::move(next));
      if (u.size() > kMostProductsOfSum) {
        return std::nullopt;
      }
    }
    return u;
  }
  std::optional<Product> merged(const Product &u, const Product &v) {
    std::size_t at = d_;
    std::size_t differ = 0;
    for (std::size_t j = 0; j < d_; ++j) {
      if (u[j] != v[j]) {
        at = j;
        ++differ;
      }
    }
    if (differ > 1) {
      return std::nullopt;
    }
    Product sum = u;
    sum[d_] = kOne;
    sum[at] = at == d_
                  ? build_.apply(Op::Add, known(u[d_]), known(v[d_]))
                  : build_.apply(Op::Add, known(product_of(u[d_], u[at])), known(product_of(v[d_], v[at])));
    return sum;
  }

  std::optional<Sum> multiplied(const Sum &u, const Sum &v) {
    if (u.size() * v.size() > 4 * kMostProductsOfSum) {
      return std::nullopt;
    }
    std::optional<Sum> result = Sum{};
    for (const Product &a : u) {
      for (const Product &b : v) {
        Product product(d_ + 1);
        for (std::size_t j = 0; j <= d_; ++j) {
          product[j] = product_of(a[j], b[j]);
        }
        result = result ? added(std::move(*result), Sum{std::move(product)}) : std::nullopt;
      }
    }
    return result;
  }

  std::optional<Sum> power(const Sum &u, std::int32_t n) {
    if (u.size() == 1) {
      return Sum{each(u.front(), [&](std::int32_t v) { return build_.power(v, build_.constant(n)); })};
    }
    if (n < 1 || n > kMostPower) {
      return std::nullopt;
    }
    std::optional<Sum> result = u;
    for (std::int32_t i = 1; i < n && result; ++i) {
      result = multiplied(*result, u);
    }
    return result;
  }
  // A root or a power that is not whole, of a product of factors that are nowhere below 0.
  std::optional<Sum> power(const Sum &u, std::int32_t exponent, Op op) {
    if (u.size() != 1 || !all_at_least_0(u.front())) {
      return std::nullopt;
    }
    return Sum{each(u.front(), [&](std::int32_t v) {
      return op == Op::Sqrt ? build_.apply(Op::Sqrt, v) : build_.power(v, exponent);
    })};
  }

  std::optional<Sum> logarithm(const Sum &u) {
    if (u.size() != 1 || !all_at_least_0(u.front())) {
      return std::nullopt;
    }
    std::optional<Sum> result = Sum{};
    for (std::size_t j = 0; j <= d_ && result; ++j) {
      if (u.front()[j] != kOne) {
        Product part(d_ + 1, kOne);
        part[j] = build_.apply(Op::Log, u.front()[j]);
        result = added(std::move(*result), Sum{std::move(part)});
      }
    }
    return result;
  }

  bool all_at_least_0(const Product &product) const {
    return std::all_of(product.begin(), product.end(),
                       [&](std::int32_t v) { return v == kOne || is_at_least_0(build_.finish(v)); });
  }
  // Almost everywhere on the cube, where it has a value.
  bool is_at_least_0(const Expression &factor) const {
    const Node &node = factor.nodes().back();
    const auto part = [&](int i) {
      return is_at_least_0(factor.subexpression(index_of(node.argument[static_cast<std::size_t>(i)])));
    };
    if (node.op == Op::Divide) {
      return part(0) && part(1);
    }
    if (node.op == Op::PowerInteger) {
      return node.integer % 2 == 0 || part(0);
    }
    ExpressionEvaluator evaluator(factor, d_);
    return evaluator.range(std::vector<Interval>(d_, Interval(0.0, 1.0))).value.lower() >= 0;
  }

  // sum_j v_j(x_j) and a number; nothing for any other sum.
  std::optional<Product> by_coordinates(const Sum &u) {
    Product parts(d_ + 1, kOne);
    for (const Product &product : u) {
      const auto is_there = [](std::int32_t v) { return v != kOne; };
      const auto end = product.begin() + static_cast<std::ptrdiff_t>(d_);
      if (std::count_if(product.begin(), end, is_there) > 1) {
        return std::nullopt;
      }
      const auto j = static_cast<std::size_t>(std::find_if(product.begin(), end, is_there) - product.begin());
      const std::int32_t part = known(j == d_ ? product[d_] : product_of(product[d_], product[j]));
      parts[j] = parts[j] == kOne ? part : build_.apply(Op::Add, parts[j], part);
    }
    return parts;
  }

  // sin(a + b) = sin a cos b + cos a sin b and cos(a + b) = cos a cos b - sin a sin b, coordinate by
  // coordinate.
  std::optional<Sum> sine(const Sum &u, Op op) {
    const std::optional<Product> parts = by_coordinates(u);
    if (!parts) {
      return std::nullopt;
    }
    std::optional<Sum> sines;
    std::optional<Sum> cosines;
    for (std::size_t j = 0; j <= d_; ++j) {
      if ((*parts)[j] == kOne) {
        continue;
      }
      Product one(d_ + 1, kOne);
      const auto with = [&](Op of) {
        one[j] = build_.apply(of, (*parts)[j]);
        return Sum{one};
      };
      const Sum s = with(Op::Sin);
      const Sum c = with(Op::Cos);
      if (!sines) {
        sines = s;
        cosines = c;
        continue;
      }
      const auto all = [&](const Sum &a, const Sum &b, const Sum &p, const Sum &q,
                           bool minus) -> std::optional<Sum> {
        const std::optional<Sum> first = multiplied(a, b);
        const std::optional<Sum> second = multiplied(p, q);
        return first && second ? added(*first, minus ? negated(*second) : *second) : std::nullopt;
      };
      std::optional<Sum> next = all(*sines, c, *cosines, s, false);
      cosines = all(*cosines, c, *sines, s, true);
      sines = std::move(next);
      if (!sines || !cosines) {
        return std::nullopt;
      }
    }
    return op == Op::Sin ? sines : cosines;
  }

  // The factor as an expression in x_0.
  Expression alone(std::int32_t factor) const {
    const Expression f = build_.finish(factor);
    ExpressionBuilder builder;
    std::vector<std::int32_t> values;
    for (const Node &node : f.nodes()) {
      values.push_back(node.op == Op::Variable ? builder.variable(0) : builder.copy(f, node, values));
    }
    return builder.finish(values.back());
  }

  ProductSum result(const Sum &sum) {
    ProductSum result;
    result.functions.resize(d_);
    std::vector<std::map<std::int32_t, std::size_t>> places(d_);
    for (Product product : sum) {
      if (product[d_] != kOne) { // of x_0, if there is no other
        const auto factor =
            std::find_if(product.begin(), product.end() - 1, [](std::int32_t v) { return v != kOne; });
        std::int32_t &of = factor == product.end() - 1 ? product.front() : *factor;
        of = product_of(product[d_], of);
      }
      std::vector<std::size_t> factors;
      for (std::size_t j = 0; j < d_; ++j) {
        std::size_t place = 0;
        if (product[j] != kOne) {
          const auto [known, is_new] = places[j].try_emplace(product[j], 1 + places[j].size());
          if (is_new) {
            result.functions[j].push_back(alone(product[j]));
          }
          place = known->second;
        }
        factors.push_back(place);
      }
      result.products.push_back(std::move(factors));
    }
    return result;
  }

  const Expression &f_;
  std::size_t d_;
  ExpressionBuilder build_;
  std::vector<std::int32_t> nodes_; // those of f in the new graph
  std::vector<std::uint64_t> variables_;
  std::vector<std::optional<Sum>> sums_;
};

} // namespace

std::optional<ProductSum> product_sum(const Expression &f, std::size_t dimension) {
  assert_upward();
  return Walk(f, dimension).run();
}

} // namespace layercert
