#include "layers_error.hpp"

#include <algorithm>
#include <numeric>

namespace checker {

namespace {

// As the producer's: lists are made for forms of these degrees. Nothing rests on them.
std::size_t usual_degree(std::size_t dimension) {
  return dimension == 1 ? 8 : dimension == 2 ? 5 : dimension == 3 ? 4 : dimension <= 5 ? 2 : 1;
}

bool piecewise_linear(const Layers &layers, Layers::Slot slot) {
  const std::vector<bool> needed = layers.needed(slot);
  for (std::size_t i = 0; i < needed.size(); ++i) {
    const Activation activation = layers.units[i].activation;
    const bool linear = activation == Activation::Identity || activation == Activation::Relu;
    if (needed[i] && (!linear || layers.units[i].has_factor)) {
      return false;
    }
  }
  return true;
}

constexpr std::size_t kMostLayerPairs = 20000; // of monomials of a power
constexpr std::size_t kBlocks = 256;

} // namespace

PolynomialMeans::PolynomialMeans(const Exponent &p, const Monomials &monomials)
    : p_(p), monomials_(monomials) {
  if (!whole(p.value()) || p.value() > 64) {
    return;
  }
  const ulong n = p.value().get_num().get_ui();
  const ulong half = (n + 1) / 2;
  double count = 1; // of monomials of degree `half` times that of the polynomial
  for (std::size_t j = 1; j <= monomials.dimension(); ++j) {
    count *= static_cast<double>(monomials.degree() * half + j) / static_cast<double>(j);
  }
  if (count * count > static_cast<double>(kMostLayerPairs)) {
    return;
  }
  large_ = std::make_unique<Monomials>(monomials.dimension(), monomials.degree() * half);
  for (std::size_t a = 0; a < large_->count(); ++a) {
    for (std::size_t b = 0; b < large_->count(); ++b) {
      std::vector<std::uint8_t> sum = large_->exponents(a);
      for (std::size_t j = 0; j < sum.size(); ++j) {
        sum[j] = static_cast<std::uint8_t>(sum[j] + large_->exponents(b)[j]);
      }
      const Rational mean = Monomials::mean(sum);
      if (mean != 0) {
        pairs_.push_back({a, b, ball(mean, kBits)});
      }
    }
  }
  whole_p_ = n;
}

// The mean of P^p as that of P^floor(p/2) times P^ceil(p/2).
Interval PolynomialMeans::mean_of_power(const Polynomial &p) const {
  Polynomial base = p;
  base.resize(large_->count());
  Polynomial lower = large_->constant(Ball(1));
  for (ulong k = 0; k < whole_p_ / 2; ++k) {
    lower = k == 0 ? base : large_->product(lower, base);
  }
  const Polynomial upper = whole_p_ % 2 == 0 ? lower : whole_p_ == 1 ? base : large_->product(lower, base);
  Ball sum;
  Ball term;
  for (const Pair &pair : pairs_) {
    if (arb_is_zero(lower[pair.a].get()) != 0 || arb_is_zero(upper[pair.b].get()) != 0) {
      continue;
    }
    arb_mul(term.get(), lower[pair.a].get(), upper[pair.b].get(), kBits);
    arb_addmul(sum.get(), term.get(), pair.mean.get(), kBits);
  }
  return Interval(sum);
}

// By the affine part, by the polynomial of the balls' middles, and by the range (proofs/layers.md).
Interval PolynomialMeans::operator()(const Polynomial &g, const Interval &range) const {
  if (!known(g)) {
    return p_.mean(range, Interval::whole(), {});
  }
  Interval bend(0);
  for (std::size_t a = 1 + monomials_.dimension(); a < g.size(); ++a) {
    bend = bend + abs(Interval(g[a]));
  }
  std::vector<Interval> slopes;
  for (std::size_t j = 0; j < monomials_.dimension(); ++j) {
    slopes.emplace_back(g[1 + j]);
  }
  Interval mean = p_.mean(range, Interval(g[0]) + Interval(-bend.upper, bend.upper), slopes);
  const int sign = range.lower.sign() >= 0 ? 1 : range.upper.sign() <= 0 ? -1 : 0;
  if (whole_p_ == 0 || (whole_p_ % 2 == 1 && sign == 0)) {
    return mean;
  }
  Polynomial middles = g;
  for (Ball &c : middles) {
    mag_zero(arb_radref(c.get()));
  }
  const Interval lost(radius(g));
  Interval power = mean_of_power(middles);
  if (whole_p_ % 2 == 1) {
    power = sign < 0 ? -power : power;
    if (whole_p_ == 1) {
      return common(mean, power + Interval(-lost.upper, lost.upper));
    }
    power.upper = (power + Interval(2) * p_.power(lost)).upper;
  }
  const Interval norm = p_.root({std::max(Arf(0), power.lower), std::max(Arf(0), power.upper)});
  const Interval wide(std::max(Arf(0), (norm - lost).lower), (norm + lost).upper);
  return common(mean, p_.power(wide));
}

LayersError::LayersError(const Expression &f, const Layers &layers, Layers::Slot slot, const Exponent &p,
                         const std::function<void()> &between)
    : f_(f), layers_(layers), slot_(slot), p_(p), between_(between),
      of_target_(layers.d, std::max<std::size_t>(2, usual_degree(layers.d))),
      of_network_(layers.d, piecewise_linear(layers, slot) ? 1 : usual_degree(layers.d)),
      means_(p, of_target_) {}

class LayersError::Worker {
public:
  explicit Worker(const LayersError &of)
      : of_(of), target_(of.f_, of.of_target_), network_(of.layers_, of.slot_, of.of_network_),
        majorants_(of.f_, of.layers_.d) {}

  void operator()(Leaf &leaf) {
    Box &box = leaf.box;
    box.enclose();
    const Polynomial &phi = network_(box.middle, box.half_widths);
    const Interval of_network = range(phi);
    Polynomial g = target_(box.whole, box.middle, box.half_widths);
    const Interval value = target_.value().bounded() ? target_.value() : majorants_.range(box.whole);
    Interval all = value - of_network;
    if (known(g) && known(phi)) {
      Monomials::subtract(g, phi);
      all = common(all, range(g));
    } else {
      g = nothing(of_.of_target_);
    }
    leaf.part = of_.means_(g, all) * box.measure();
    leaf.part.lower = std::max(Arf(0), leaf.part.lower);
    if (!leaf.part.upper.finite() && of_network.bounded()) {
      leaf.part.upper =
          of_.p_.power(Interval(majorants_.norm(box.whole, of_.p_.value(), abs(of_network).upper))).upper;
    }
    choose_direction(leaf, phi, g);
    box.whole.clear(); // they are many
    box.middle.clear();
    box.half_widths.clear();
  }

private:
  // Where terms bend most, or a network of straight pieces rises most: its kinks lie across.
  void choose_direction(Leaf &leaf, const Polynomial &phi, const Polynomial &g) const {
    const std::size_t d = leaf.box.lower.size();
    const Monomials &all = of_.of_target_;
    std::vector<double> score(d, 0.0);
    const auto weigh = [&](const Polynomial &u, std::size_t from) {
      for (std::size_t a = from; known(u) && a < u.size(); ++a) {
        const double weight = abs(Interval(u[a])).upper.about();
        for (std::size_t j = 0; j < d; ++j) {
          score[j] += weight * all.exponents(a)[j];
        }
      }
    };
    weigh(phi, phi.size() == 1 + d ? 1 : 1 + d);
    weigh(g, 1 + d);
    std::size_t longest = 0;
    const auto width = [&](std::size_t j) { return (leaf.box.upper[j] - leaf.box.lower[j]).about(); };
    for (std::size_t j = 1; j < d; ++j) {
      longest = width(j) > width(longest) ? j : longest;
    }
    const std::size_t steepest =
        static_cast<std::size_t>(std::max_element(score.begin(), score.end()) - score.begin());
    // A slope of the target that is not known, as at a jump, has no part in the score.
    const bool by_length = !known(g) || !target_.has_slopes() || !(score[steepest] > 0) ||
                           width(longest) >= 64 * width(steepest);
    leaf.direction = by_length ? longest : steepest;
  }

  const LayersError &of_;
  TaylorTarget target_;
  LayerModels network_;
  Majorants majorants_;
};

void LayersError::evaluate(std::vector<Leaf> &leaves, const std::vector<std::size_t> &which,
                           const ParallelFor &parallel) const {
  const std::size_t blocks = std::min(which.size(), kBlocks);
  parallel(blocks, [&](std::size_t block) {
    Worker worker(*this);
    for (std::size_t i = which.size() * block / blocks; i < which.size() * (block + 1) / blocks; ++i) {
      if (between_) {
        between_();
      }
      worker(leaves[which[i]]);
    }
  });
}

Interval LayersError::integral(const std::string &tree, const ParallelFor &parallel, std::size_t most_boxes,
                               const Enough &enough, std::size_t &boxes) const {
  places_of_trees(tree, 1);
  Box cube;
  cube.lower.assign(layers_.d, Arf(0));
  cube.upper.assign(layers_.d, Arf(1));
  std::vector<Leaf> leaves;
  visit_boxes(tree, 0, cube, [&](Box &box) {
    Leaf leaf;
    leaf.box.lower = box.lower;
    leaf.box.upper = box.upper;
    leaf.box.halvings = box.halvings;
    leaves.push_back(std::move(leaf));
  });
  std::vector<std::size_t> which(leaves.size());
  std::iota(which.begin(), which.end(), std::size_t{0});
  for (;;) {
    evaluate(leaves, which, parallel);
    Interval total(0);
    for (const Leaf &leaf : leaves) {
      total = total + leaf.part;
    }
    boxes = leaves.size();
    if (enough(total) || leaves.size() >= most_boxes) {
      return total;
    }
    // Those that hold half of what is not known.
    constexpr double kUnknown = 1e200; // of a box on which nothing is known
    const auto gap = [&](std::size_t i) {
      const Interval &part = leaves[i].part;
      return part.bounded() ? std::min(kUnknown, (part.upper - part.lower).about()) : kUnknown;
    };
    std::vector<std::pair<double, std::size_t>> order;
    double open = 0;
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      order.emplace_back(-gap(i), i);
      open += gap(i);
    }
    std::sort(order.begin(), order.end());
    which.clear();
    double taken = 0;
    for (const auto &[minus_gap, i] : order) {
      if ((!which.empty() && taken >= open / 2) || leaves.size() >= most_boxes ||
          leaves[i].box.halvings >= 1000) {
        break;
      }
      taken -= minus_gap;
      const std::size_t j = leaves[i].direction;
      Leaf half = leaves[i];
      half.box.lower[j] = leaves[i].box.upper[j] =
          (leaves[i].box.lower[j] + leaves[i].box.upper[j]).times_two_to(-1);
      half.box.halvings = ++leaves[i].box.halvings;
      which.push_back(i);
      which.push_back(leaves.size());
      leaves.push_back(std::move(half));
    }
    if (which.empty()) {
      return total;
    }
  }
}

} // namespace checker
