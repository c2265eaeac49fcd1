#include "products.hpp"

#include <acb.h>
#include <acb_calc.h>
#include <acb_hypgeom.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <map>
#include <tuple>

namespace checker {

namespace {

constexpr slong kPrecision = 192; // of all sums of products: what cancels leaves more bits than a bound has
constexpr slong kGoal = 128;      // bits of an integral, relative or below 1
constexpr std::size_t kMostProducts = 64;
constexpr slong kMostPower = 16; // of a sum, that is multiplied out
constexpr int kOne = -1;         // stands for the factor 1

// ---- f as a sum of products ----

using Product = std::vector<int>; // of each coordinate a node; at the end that of a number
using SumOfProducts = std::vector<Product>;

class Expansion {
public:
  Expansion(const Expression &f, std::size_t d) : d_(d), variables_(f.variables), nodes_(f.nodes) {
    for (std::size_t at = 0; at < nodes_.size(); ++at) {
      known_.try_emplace(key(nodes_[at]), static_cast<int>(at));
    }
  }

  std::optional<SumOfProducts> of(std::size_t at) {
    if (std::popcount(variables_[at]) <= 1) {
      Product product(d_ + 1, kOne);
      product[variables_[at] == 0 ? d_ : static_cast<std::size_t>(std::countr_zero(variables_[at]))] =
          static_cast<int>(at);
      return SumOfProducts{product};
    }
    if (const auto found = sums_.find(at); found != sums_.end()) {
      return found->second;
    }
    std::optional<SumOfProducts> sum = made(nodes_[at]);
    if (sum && sum->size() > kMostProducts) {
      sum.reset();
    }
    return sums_[at] = sum;
  }
  std::vector<Node> nodes() && { return std::move(nodes_); }
  int times(int u, int v) { return u == kOne ? v : v == kOne ? u : make(Op::Multiply, u, v); }

private:
  using Key = std::tuple<Op, int, int, int, slong, Rational>;
  static Key key(const Node &node) {
    return {node.op, node.argument[0], node.argument[1], node.argument[2], node.integer, node.constant};
  }

  int add(const Node &node) {
    const auto [at, is_new] = known_.try_emplace(key(node), static_cast<int>(nodes_.size()));
    if (is_new) {
      nodes_.push_back(node);
      ulong variables = 0;
      for (const int argument : node.argument) {
        variables |= argument >= 0 ? variables_[static_cast<std::size_t>(argument)] : 0;
      }
      variables_.push_back(variables);
    }
    return at->second;
  }
  int make(Op op, int u, int v = -1) {
    Node node;
    node.op = op;
    node.argument[0] = u;
    node.argument[1] = v;
    node.function = find_function(op);
    return add(node);
  }
  int number(slong value) {
    Node node;
    node.constant = value;
    return add(node);
  }
  int known(int u) { return u == kOne ? number(1) : u; }

  template <class F> std::optional<SumOfProducts> each(const std::optional<SumOfProducts> &sum, const F &f) {
    if (!sum || sum->size() != 1) {
      return std::nullopt;
    }
    Product product = sum->front();
    for (int &factor : product) {
      factor = factor == kOne ? kOne : f(factor);
    }
    return SumOfProducts{product};
  }

  // By value: nodes_ may move.
  std::optional<SumOfProducts> made(const Node node) {
    const auto argument = [&](int i) { return of(static_cast<std::size_t>(node.argument[i])); };
    switch (node.op) {
    case Op::Negate:
      return multiplied(argument(0), minus_one());
    case Op::Add:
      return added(argument(0), argument(1));
    case Op::Subtract:
      return added(argument(0), multiplied(argument(1), minus_one()));
    case Op::Multiply:
      return multiplied(argument(0), argument(1));
    case Op::Divide:
      return multiplied(argument(0),
                        each(argument(1), [&](int v) { return make(Op::Divide, number(1), v); }));
    case Op::IntegerPower:
      return power(argument(0), node);
    case Op::RealPower:
      return each(argument(0), [&](int v) { return with_argument(node, v); });
    case Op::Exp:
      return each(by_coordinates(argument(0)), [&](int v) { return make(Op::Exp, v); });
    case Op::Sin:
    case Op::Cos:
      return sine(argument(0), node.op);
    case Op::Log:
      return logarithm(argument(0));
    default:
      return std::nullopt;
    }
  }
  // Where a factor is below 0, its logarithm, like its real power, has no value, and the integral is unknown.
  std::optional<SumOfProducts> logarithm(const std::optional<SumOfProducts> &u) {
    if (!u || u->size() != 1) {
      return std::nullopt;
    }
    SumOfProducts sum;
    for (std::size_t j = 0; j <= d_; ++j) {
      if (u->front()[j] != kOne) {
        sum.emplace_back(d_ + 1, kOne);
        sum.back()[j] = make(Op::Log, u->front()[j]);
      }
    }
    return sum;
  }
  SumOfProducts minus_one() {
    Product product(d_ + 1, kOne);
    product[d_] = number(-1);
    return {product};
  }
  int with_argument(Node node, int argument) {
    node.argument[0] = argument;
    return add(node);
  }

  std::optional<SumOfProducts> added(std::optional<SumOfProducts> u, const std::optional<SumOfProducts> &v) {
    if (!u || !v) {
      return std::nullopt;
    }
    u->insert(u->end(), v->begin(), v->end());
    return u;
  }
  std::optional<SumOfProducts> multiplied(const std::optional<SumOfProducts> &u,
                                          const std::optional<SumOfProducts> &v) {
    if (!u || !v || u->size() * v->size() > 4 * kMostProducts) {
      return std::nullopt;
    }
    std::map<Product, int> numbers; // what equal products are multiplied with
    std::vector<Product> order;
    for (const Product &a : *u) {
      for (const Product &b : *v) {
        Product product(d_ + 1);
        for (std::size_t j = 0; j <= d_; ++j) {
          product[j] = times(std::min(a[j], b[j]), std::max(a[j], b[j]));
        }
        const int factor = known(product[d_]);
        product[d_] = kOne;
        const auto [at, is_new] = numbers.try_emplace(product, factor);
        if (is_new) {
          order.push_back(product);
        } else {
          at->second = make(Op::Add, at->second, factor);
        }
      }
    }
    for (Product &product : order) {
      const int factor = numbers.at(product);
      product[d_] = factor == number(1) ? kOne : factor;
    }
    return order;
  }
  std::optional<SumOfProducts> power(const std::optional<SumOfProducts> &u, const Node &node) {
    if (u && u->size() == 1) {
      return each(u, [&](int v) { return with_argument(node, v); });
    }
    if (node.integer < 1 || node.integer > kMostPower) {
      return std::nullopt;
    }
    std::optional<SumOfProducts> result = u;
    for (slong i = 1; i < node.integer && result; ++i) {
      result = multiplied(result, u);
    }
    return result;
  }

  // A sum of functions of one coordinate each, as the product of these: one entry for each coordinate, and
  // the number.
  std::optional<SumOfProducts> by_coordinates(const std::optional<SumOfProducts> &u) {
    if (!u) {
      return std::nullopt;
    }
    Product parts(d_ + 1, kOne);
    for (const Product &product : *u) {
      std::size_t at = d_;
      for (std::size_t j = 0; j < d_; ++j) {
        if (product[j] != kOne && at != d_) {
          return std::nullopt;
        }
        at = product[j] != kOne ? j : at;
      }
      const int part = at == d_ ? known(product[d_]) : times(product[d_], product[at]);
      parts[at] = parts[at] == kOne ? part : make(Op::Add, parts[at], part);
    }
    return SumOfProducts{parts};
  }

  // sin(a + b) = sin a cos b + cos a sin b, cos(a + b) = cos a cos b - sin a sin b.
  std::optional<SumOfProducts> sine(const std::optional<SumOfProducts> &u, Op op) {
    const std::optional<SumOfProducts> parts = by_coordinates(u);
    if (!parts) {
      return std::nullopt;
    }
    std::optional<SumOfProducts> sines;
    std::optional<SumOfProducts> cosines;
    for (std::size_t j = 0; j <= d_; ++j) {
      const int part = parts->front()[j];
      if (part == kOne) {
        continue;
      }
      Product s(d_ + 1, kOne);
      Product c(d_ + 1, kOne);
      s[j] = make(Op::Sin, part);
      c[j] = make(Op::Cos, part);
      if (!sines) {
        sines = SumOfProducts{s};
        cosines = SumOfProducts{c};
        continue;
      }
      std::optional<SumOfProducts> next =
          added(multiplied(sines, SumOfProducts{c}), multiplied(cosines, SumOfProducts{s}));
      cosines = added(multiplied(cosines, SumOfProducts{c}),
                      multiplied(multiplied(sines, SumOfProducts{s}), minus_one()));
      sines = std::move(next);
    }
    return op == Op::Sin ? sines : cosines;
  }

  std::size_t d_;
  std::vector<ulong> variables_;
  std::vector<Node> nodes_;
  std::map<Key, int> known_;
  std::map<std::size_t, std::optional<SumOfProducts>> sums_;
};

// ---- integrals over one coordinate ----

class Complex {
public:
  Complex() { acb_init(x_); }
  Complex(const Complex &) = delete;
  Complex &operator=(const Complex &) = delete;
  ~Complex() { acb_clear(x_); }
  acb_ptr get() { return x_; }

private:
  acb_t x_;
};

struct Integrand {
  const std::vector<Node> *nodes;
  int u;
  int v; // kOne: the constant 1
  const Arf *move_u;
  const Arf *move_v;
};

// Whether evaluate() knows all operations of the node.
bool is_known(const std::vector<Node> &nodes, int at) {
  constexpr Op known[] = {Op::Constant, Op::Pi,       Op::Variable, Op::Negate,       Op::Add,
                          Op::Subtract, Op::Multiply, Op::Divide,   Op::IntegerPower, Op::RealPower,
                          Op::Exp,      Op::Log,      Op::Sin,      Op::Cos,          Op::Tan,
                          Op::Atan,     Op::Sinh,     Op::Cosh,     Op::Tanh,         Op::Erf};
  const Node &node = nodes[static_cast<std::size_t>(at)];
  return std::find(std::begin(known), std::end(known), node.op) != std::end(known) &&
         std::all_of(std::begin(node.argument), std::end(node.argument),
                     [&](int argument) { return argument < 0 || is_known(nodes, argument); });
}

// The node at z. `analytic`: not a number where it may not be analytic on the ball z.
void evaluate(acb_t out, const std::vector<Node> &nodes, int at, const acb_t z, bool analytic, slong bits) {
  const Node &node = nodes[static_cast<std::size_t>(at)];
  const auto argument = [&](acb_t x, int i) { evaluate(x, nodes, node.argument[i], z, analytic, bits); };
  const auto nothing = [&] { acb_indeterminate(out); };
  Complex second;
  if (node.argument[0] >= 0) {
    argument(out, 0);
  }
  if (node.argument[1] >= 0) {
    argument(second.get(), 1);
  }
  switch (node.op) {
  case Op::Constant:
    acb_set_arb(out, ball(node.constant, bits).get());
    return;
  case Op::Pi:
    acb_const_pi(out, bits);
    return;
  case Op::Variable:
    acb_set(out, z);
    return;
  case Op::Negate:
    acb_neg(out, out);
    return;
  case Op::Add:
    acb_add(out, out, second.get(), bits);
    return;
  case Op::Subtract:
    acb_sub(out, out, second.get(), bits);
    return;
  case Op::Multiply:
    node.argument[0] == node.argument[1] ? acb_mul(out, out, out, bits)
                                         : acb_mul(out, out, second.get(), bits);
    return;
  case Op::Divide:
    acb_div(out, out, second.get(), bits);
    return;
  case Op::IntegerPower:
    acb_pow_si(out, out, node.integer, bits);
    return;
  case Op::RealPower: {
    Complex exponent;
    acb_set_arb(exponent.get(), ball(node.constant, bits).get());
    if (arb_is_nonnegative(acb_realref(out)) == 0 && !analytic) {
      nothing(); // no value below 0
      return;
    }
    acb_pow_analytic(out, out, exponent.get(), analytic ? 1 : 0, bits);
    return;
  }
  case Op::Exp:
    acb_exp(out, out, bits);
    return;
  case Op::Log:
    acb_log_analytic(out, out, analytic ? 1 : 0, bits);
    return;
  case Op::Sin:
    acb_sin(out, out, bits);
    return;
  case Op::Cos:
    acb_cos(out, out, bits);
    return;
  case Op::Tan:
    acb_tan(out, out, bits);
    return;
  case Op::Atan: { // its cuts begin at i and -i
    arb_srcptr height = acb_imagref(out);
    if (arf_cmpabs_2exp_si(arb_midref(height), -2) < 0 && mag_cmp_2exp_si(arb_radref(height), -2) < 0) {
      acb_atan(out, out, bits);
    } else {
      nothing();
    }
    return;
  }
  case Op::Sinh:
    acb_sinh(out, out, bits);
    return;
  case Op::Cosh:
    acb_cosh(out, out, bits);
    return;
  case Op::Tanh:
    acb_tanh(out, out, bits);
    return;
  case Op::Erf:
    acb_hypgeom_erf(out, out, bits);
    return;
  default:
    nothing();
  }
}

int product_at(acb_ptr out, const acb_t z, void *parameter, slong order, slong bits) {
  const Integrand &of = *static_cast<const Integrand *>(parameter);
  Complex place;
  Complex factor;
  acb_one(out);
  const std::pair<int, const Arf *> factors[] = {{of.u, of.move_u}, {of.v, of.move_v}};
  for (const auto &[node, move] : factors) {
    if (node != kOne) {
      acb_set(place.get(), z);
      arb_add_arf(acb_realref(place.get()), acb_realref(place.get()), move->get(), bits);
      evaluate(factor.get(), *of.nodes, node, place.get(), order > 0, bits);
      acb_mul(out, out, factor.get(), bits);
    }
  }
  return 0;
}

Ball times(const Ball &a, const Ball &b) {
  Ball result;
  arb_mul(result.get(), a.get(), b.get(), kPrecision);
  return result;
}
void add_to(Ball &sum, const Ball &part, bool minus = false) {
  (minus ? arb_sub : arb_add)(sum.get(), sum.get(), part.get(), kPrecision);
}
// A mean of squares, of which more is known than its ball says: it is nowhere below 0.
Interval nonnegative(const Ball &x) {
  const Interval all(x);
  return all.bounded() ? Interval(std::max(Arf(0), all.lower), std::max(Arf(0), all.upper))
                       : Interval(Arf(0), Arf::infinity());
}

} // namespace

std::optional<Products> Products::of(const Expression &f, std::size_t dimension,
                                     const std::function<void()> &between) {
  const auto d = dimension;
  if (f.samples || f.nodes.empty()) {
    return std::nullopt;
  }
  Expansion expansion(f, d);
  const std::optional<SumOfProducts> sum = expansion.of(f.nodes.size() - 1);
  if (!sum) {
    return std::nullopt;
  }
  Products result;
  result.between_ = between;
  result.functions_.resize(d);
  for (Product product : *sum) {
    product[0] = expansion.times(product[d], product[0]);
    std::vector<std::size_t> places;
    for (std::size_t j = 0; j < d; ++j) {
      std::vector<int> &known = result.functions_[j];
      const auto at = std::find(known.begin(), known.end(), product[j]);
      places.push_back(static_cast<std::size_t>(at - known.begin()));
      if (at == known.end()) {
        known.push_back(product[j]);
      }
    }
    result.products_.push_back(std::move(places));
  }
  result.nodes_ = std::move(expansion).nodes();
  for (const std::vector<int> &functions : result.functions_) {
    if (!std::all_of(functions.begin(), functions.end(),
                     [&](int u) { return u == kOne || is_known(result.nodes_, u); })) {
      return std::nullopt;
    }
  }
  return result;
}

// Of u(x + move_u) v(x + move_v) over x from from/scale to to/scale.
Ball Products::integral(int u, const Arf &move_u, int v, const Arf &move_v, const Arf &from, const Arf &to,
                        ulong scale) const {
  if (between_) {
    between_();
  }
  Integrand integrand{&nodes_, u, v, &move_u, &move_v};
  Complex a;
  Complex b;
  Complex result;
  arb_set_arf(acb_realref(a.get()), from.get());
  arb_set_arf(acb_realref(b.get()), to.get());
  acb_div_ui(a.get(), a.get(), scale, kPrecision);
  acb_div_ui(b.get(), b.get(), scale, kPrecision);
  mag_t tolerance;
  mag_init(tolerance);
  mag_set_ui_2exp_si(tolerance, 1, -kGoal);
  acb_calc_integrate_opt_t options;
  acb_calc_integrate_opt_init(options);
  options->eval_limit = 20000; // then the integral is unknown in time, and the enclosure wide
  acb_calc_integrate(result.get(), product_at, &integrand, a.get(), b.get(), kGoal, tolerance, options,
                     kPrecision);
  mag_clear(tolerance);
  Ball real;
  arb_set(real.get(), acb_realref(result.get()));
  return real;
}

Products::Cells Products::on_cells(ulong side, const ParallelFor &parallel) const {
  Cells cells;
  cells.of_ = this;
  cells.side_ = side;
  const std::size_t d = functions_.size();
  cells.means_.resize(d);
  cells.products_.resize(d);
  for (std::size_t j = 0; j < d; ++j) {
    cells.means_[j].resize(side);
    cells.products_[j].resize(side);
  }
  const Arf still;
  parallel(d * side, [&](std::size_t i) {
    const std::size_t j = i / side;
    const ulong slab = i % side;
    const std::vector<int> &functions = functions_[j];
    for (const int u : functions) {
      const auto times_side = [&](Ball x) {
        arb_mul_ui(x.get(), x.get(), side, kPrecision);
        return x;
      };
      cells.means_[j][slab].push_back(
          times_side(integral(u, still, kOne, still, Arf(slab), Arf(slab + 1), side)));
      for (const int v : functions) {
        cells.products_[j][slab].push_back(
            times_side(integral(u, still, v, still, Arf(slab), Arf(slab + 1), side)));
      }
    }
  });
  return cells;
}

// (v - mean)^2 + (mean of f^2 - mean^2), times the cell's volume.
Interval Products::Cells::integral(const std::vector<ulong> &place, const Interval &v) const {
  Ball mean;
  Ball square;
  const std::size_t d = place.size();
  for (const std::vector<std::size_t> &r : of_->products_) {
    Ball part(1);
    for (std::size_t j = 0; j < d; ++j) {
      part = times(part, means_[j][place[j]][r[j]]);
    }
    add_to(mean, part);
    for (const std::vector<std::size_t> &s : of_->products_) {
      Ball of_pair(1);
      for (std::size_t j = 0; j < d; ++j) {
        of_pair = times(of_pair, products_[j][place[j]][r[j] * of_->functions_[j].size() + s[j]]);
      }
      add_to(square, of_pair);
    }
  }
  add_to(square, times(mean, mean), true);
  Interval sum = nonnegative(square) + checker::square(Interval(mean) - v);
  for (std::size_t j = 0; j < d; ++j) {
    sum = sum / Interval(side_);
  }
  return sum;
}

Interval Products::difference(const std::vector<Arf> &h) const {
  const std::size_t d = functions_.size();
  struct Axis {
    std::vector<Ball> here, there, across; // of u(x) v(x), u(x+h) v(x+h), u(x) v(x+h)
  };
  std::vector<Axis> axes(d);
  const Arf still;
  for (std::size_t j = 0; j < d; ++j) {
    const Arf from = std::max(Arf(0), -h[j]);
    const Arf to = std::min(Arf(1), Arf(1) - h[j]);
    for (const int u : functions_[j]) {
      for (const int v : functions_[j]) {
        axes[j].here.push_back(integral(u, still, v, still, from, to, 1));
        axes[j].there.push_back(integral(u, h[j], v, h[j], from, to, 1));
        axes[j].across.push_back(integral(u, still, v, h[j], from, to, 1));
      }
    }
  }
  Ball sum;
  for (const std::vector<std::size_t> &r : products_) {
    for (const std::vector<std::size_t> &s : products_) {
      Ball here(1);
      Ball there(1);
      Ball across(1);
      for (std::size_t j = 0; j < d; ++j) {
        const std::size_t at = r[j] * functions_[j].size() + s[j];
        here = times(here, axes[j].here[at]);
        there = times(there, axes[j].there[at]);
        across = times(across, axes[j].across[at]);
      }
      add_to(sum, here);
      add_to(sum, there);
      add_to(sum, across, true);
      add_to(sum, across, true);
    }
  }
  return nonnegative(sum);
}

} // namespace checker
