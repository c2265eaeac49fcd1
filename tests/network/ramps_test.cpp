// The network on the ramps, at their ends and beside them (proofs/theorem.md, section 2). The reference is
// this file's own: the formulas in exact rational arithmetic up to the sines, and then MPFR to the nearest at
// a precision beyond need.
#define BOOST_TEST_MODULE ramps
#include <boost/test/unit_test.hpp>

#include "network/dyadic_rounding.hpp"
#include "network/network_for_test.hpp"

#include <algorithm>
#include <map>
#include <optional>

using namespace layercert;
using namespace layercert::test;

namespace {

// What proofs/theorem.md, section 2, says of the digits at one point, exactly.
struct Digits {
  std::vector<std::vector<mpq_class>> x;                  // x[m][j] = x_j^(m), m = 0..L
  std::vector<std::vector<std::vector<mpq_class>>> steps; // steps[m][j][e-1], m = 1..L
  std::vector<mpq_class> arg;                             // arg[m]
  std::vector<bool> on_ramp;                              // of levels 1..m, at index m
};

// step = 0 below e - delta, 1 from e on, straight between.
mpq_class step(const mpq_class &Nx, int e, const mpq_class &delta) {
  if (Nx <= e - delta) {
    return 0;
  }
  if (Nx >= e) {
    return 1;
  }
  return (Nx - e + delta) / delta;
}

Digits digits_at(const NetworkParameters &p, const Point &point) {
  const mpq_class delta = two_to(-p.ramp_exponent);
  const int bits = DecoderLayout::bits_of_digit(p.N);
  const auto g = [&](int i, int e) { // sum of theta over the bits of e
    mpq_class sum;
    for (int q = 0; q < bits; ++q) {
      if ((e >> q & 1) != 0) {
        sum += p.theta[static_cast<std::size_t>(i * bits + q)].dyadic().to_rational();
      }
    }
    return sum;
  };
  Digits result{{point}, {{}}, {0}, {false}};
  for (int m = 1; m <= p.depth; ++m) {
    std::vector<mpq_class> next;
    std::vector<std::vector<mpq_class>> steps;
    mpq_class arg = result.arg.back();
    bool on_ramp = result.on_ramp.back();
    for (std::size_t j = 0; j < p.dimension; ++j) {
      const mpq_class Nx = p.N * result.x.back()[j];
      next.push_back(Nx);
      steps.emplace_back();
      const int i = p.digits(m - 1) + static_cast<int>(j);
      for (int e = 1; e < p.N; ++e) {
        steps.back().push_back(step(Nx, e, delta));
        on_ramp = on_ramp || (Nx > e - delta && Nx < e);
        next.back() -= steps.back().back();
        arg += (g(i, e) - g(i, e - 1)) * steps.back().back();
      }
    }
    result.x.push_back(std::move(next));
    result.steps.push_back(std::move(steps));
    result.arg.push_back(std::move(arg));
    result.on_ramp.push_back(on_ramp);
  }
  return result;
}

// Phi_1..Phi_L = Phi_(l-1) + A_l sin(w_l sin(beta + arg_l)), to the nearest at `precision` throughout.
std::vector<MpfrNumber> readouts_at(const NetworkParameters &p, const Digits &digits, mpfr_prec_t precision) {
  std::vector<MpfrNumber> result;
  MpfrNumber phi = MpfrNumber::from_dyadic(p.Phi_0.dyadic(), precision, MPFR_RNDN);
  MpfrNumber t = MpfrNumber::with_precision(precision);
  for (std::size_t l = 1; l <= static_cast<std::size_t>(p.depth); ++l) {
    const mpq_class angle = digits.arg[l] + p.beta.dyadic().to_rational();
    mpfr_set_q(t.get(), angle.get_mpq_t(), MPFR_RNDN);
    mpfr_sin(t.get(), t.get(), MPFR_RNDN);
    mpfr_mul(t.get(), t.get(), MpfrNumber::from_dyadic(p.w[l - 1].dyadic(), precision, MPFR_RNDN).get(),
             MPFR_RNDN);
    mpfr_sin(t.get(), t.get(), MPFR_RNDN);
    mpfr_mul(t.get(), t.get(), MpfrNumber::from_dyadic(p.A[l - 1], precision, MPFR_RNDN).get(), MPFR_RNDN);
    mpfr_add(phi.get(), phi.get(), t.get(), MPFR_RNDN);
    result.push_back(phi);
  }
  return result;
}

// The ReLU units that no sine stands before, exactly, from the network's own weights: hidden[m][unit], none
// for the others.
using Exact = std::map<int, std::optional<mpq_class>>;
std::vector<Exact> exact_units(const Network &network, const Point &point) {
  Exact former;
  for (std::size_t j = 0; j < point.size(); ++j) {
    former[static_cast<int>(j)] = point[j];
  }
  std::vector<Exact> result;
  for (const Layer &layer : network.hidden) {
    Exact values;
    for (const Unit &unit : layer.units) {
      std::optional<mpq_class> value = unit.bias->dyadic().to_rational();
      for (const Connection &connection : unit.weights) {
        const auto source = former.find(connection.source);
        if (source == former.end()) {
          continue; // a zero unit
        }
        if (!source->second) {
          value.reset();
          break;
        }
        *value += connection.weight->dyadic().to_rational() * *source->second;
      }
      if (unit.activation == Activation::Sine) {
        value.reset();
      } else if (value && *value < 0) {
        value = 0;
      }
      values[unit.index] = value;
    }
    result.push_back(values);
    former = std::move(values);
  }
  return result;
}

// The units of a layer that have a role, by rising index.
std::vector<mpq_class> values_of(const Layer &layer, const Exact &values, Role role) {
  std::vector<mpq_class> result;
  for (const Unit &unit : layer.units) {
    if (unit.role == role) {
      BOOST_REQUIRE(values.at(unit.index));
      result.push_back(*values.at(unit.index));
    }
  }
  return result;
}

struct Case {
  const char *target;
  int d, N, depth;
  const char *p;
};
const Case kCases[] = {
    {"exp(x0)", 1, 2, 3, "1"},      {"sin(7*x0)", 1, 3, 2, "2"},          {"x0^2 - 0.3", 1, 5, 2, "1"},
    {"cos(3*x0)*x1", 2, 2, 2, "1"}, {"abs(x0 - x1) - 1/3", 2, 3, 2, "1"}, {"x0*x1*x2 + x1", 3, 2, 2, "1"}};

// The network with rounded weights, whose units are exact rational numbers; it agrees with the exact one's
// values far beyond their widths.
NetworkParameters rounded(const NetworkParameters &exact) { return round_weights(exact, {}).parameters; }

class Sample {
public:
  explicit Sample(const Case &c) : Sample(parameters_for(c.target, c.d, c.N, c.depth, c.p)) {}
  explicit Sample(const NetworkParameters &exact)
      : parameters(rounded(exact)), network(assemble_network(parameters)), values(decode(exact)),
        precision_(sufficient_precision(network, 0, 100)) {
    std::int64_t largest = 0;
    for (const ClosedForm &w : parameters.w) {
      largest = std::max(largest, w.magnitude_exponent_upper());
    }
    reference_precision_ = static_cast<mpfr_prec_t>(largest + 2000);
  }

  // Everything that holds at any point; and at a point off the ramps, the value of its cell.
  void check(const Point &point) const {
    const NetworkParameters &p = parameters;
    const Digits digits = digits_at(p, point);
    const std::vector<Exact> units = exact_units(network, point);
    for (int m = 1; m <= p.depth; ++m) {
      const Layer &layer = network.hidden[static_cast<std::size_t>(m) - 1];
      const Exact &exact = units[static_cast<std::size_t>(m) - 1];
      const std::vector<mpq_class> carries = values_of(layer, exact, Role::Carry); // x_j^(m-1)
      const std::vector<mpq_class> halves = values_of(layer, exact, Role::Step);
      BOOST_REQUIRE(carries.size() == p.dimension);
      BOOST_REQUIRE(halves.size() == static_cast<std::size_t>(2 * p.dimension * (p.N - 1)));
      for (std::size_t j = 0; j < carries.size(); ++j) {
        BOOST_TEST((carries[j] >= 0 && carries[j] <= 1));
        BOOST_TEST((carries[j] == digits.x[static_cast<std::size_t>(m) - 1][j]));
        for (std::size_t e = 1; e < static_cast<std::size_t>(p.N); ++e) {
          const std::size_t pair = j * (static_cast<std::size_t>(p.N) - 1) + e - 1;
          const mpq_class difference = halves[2 * pair] - halves[2 * pair + 1];
          BOOST_TEST((difference >= 0 && difference <= 1));
          BOOST_TEST((difference == digits.steps[static_cast<std::size_t>(m)][j][e - 1]));
        }
      }
      for (const mpq_class &x :
           digits.x[static_cast<std::size_t>(m)]) { // the last one too, which no unit carries
        BOOST_TEST((x >= 0 && x <= 1));
      }
      const std::vector<mpq_class> arguments = values_of(layer, exact, Role::ArgumentCarry); // arg_(m-1)
      BOOST_REQUIRE(arguments.size() == (m >= 2 ? 1U : 0U));
      if (m >= 2) {
        BOOST_TEST((arguments[0] == digits.arg[static_cast<std::size_t>(m) - 1]));
      }
    }

    const std::vector<MpfrInterval> direct = evaluate_directly(network, point, precision_);
    const std::vector<MpfrNumber> reference = readouts_at(p, digits, reference_precision_);
    BOOST_REQUIRE(direct.size() == static_cast<std::size_t>(p.depth));
    for (int l = 1; l <= p.depth; ++l) {
      const MpfrInterval &phi = direct[static_cast<std::size_t>(l) - 1];
      BOOST_TEST_CONTEXT("level " << l << ", " << show(phi)) {
        // The reference is within 2^-300 (it has 2000 bits beyond the largest weight).
        const MpfrInterval near(mpfr_enclosure(-0x1p-300, 64).lower(), mpfr_enclosure(0x1p-300, 64).upper());
        const MpfrInterval distance = phi - MpfrInterval(reference[static_cast<std::size_t>(l) - 1]);
        BOOST_TEST((distance.lower() <= near.upper() && distance.upper() >= near.lower()));
        BOOST_TEST(width_upper(phi) <= 0x1p-90);
        // |Phi_l| <= |Phi_0| + sum A_m, everywhere.
        const MpfrInterval most = mpfr_enclosure(reach(p, l), precision_);
        BOOST_TEST((phi.upper() <= add_up(most.upper(), MpfrNumber::from_double(0x1p-90, 64, MPFR_RNDN))));
        BOOST_TEST((-phi.lower() <= add_up(most.upper(), MpfrNumber::from_double(0x1p-90, 64, MPFR_RNDN))));
        if (!digits.on_ramp[static_cast<std::size_t>(l)]) {
          const std::uint64_t k = cell_of_point(point, p.N, l);
          BOOST_TEST(overlap(phi, values.values[static_cast<std::size_t>(l)][k]), "cell " << k);
          for (std::size_t j = 0; j < point.size(); ++j) { // all steps are 0 or 1, and count the digit
            const std::vector<mpq_class> &steps = digits.steps[static_cast<std::size_t>(l)][j];
            const auto ones = std::count(steps.begin(), steps.end(), mpq_class(1));
            BOOST_TEST(ones + std::count(steps.begin(), steps.end(), mpq_class(0)) == p.N - 1);
            const int i = p.digits(l - 1) + static_cast<int>(j);
            BOOST_TEST(static_cast<std::uint64_t>(ones) ==
                       k / power(static_cast<std::uint64_t>(p.N), i) % static_cast<std::uint64_t>(p.N));
          }
        }
      }
    }
  }

  NetworkParameters parameters;
  Network network;
  LevelValues values;

private:
  mpfr_prec_t precision_;
  mpfr_prec_t reference_precision_;
};

std::string show(const Point &point) {
  std::string text;
  for (const mpq_class &x : point) {
    text += fmt::format("{:.6f} = {}; ", x.get_d(), x.get_str().substr(0, 80));
  }
  return text;
}

// Numbers t in [0, N] where N x_j^(m-1) = t is worth looking at: on, at the ends of and just beside every
// ramp.
std::vector<mpq_class> near_ramps(int N, const mpq_class &delta) {
  const mpq_class tiny = two_to(-200);
  std::vector<mpq_class> result{0, tiny, mpq_class(1, 3), N, N - tiny};
  for (int e = 1; e < N; ++e) {
    for (const mpq_class &end : {mpq_class(e), mpq_class(e - delta)}) {
      result.push_back(end);
      result.push_back(end - tiny);
      result.push_back(end + tiny);
    }
    result.push_back(e - delta / 2);
    result.push_back(e - delta / 3);
    result.push_back(e - 2 * delta);
    result.push_back(e + delta);
  }
  return result;
}

// x with x^(depth) = residual where it can be had: through a digit, or through a ramp (proofs/theorem.md,
// section 2: on the ramp of e, x^(m) = (e - N x)(1/delta - 1)).
mpq_class pull_back(const mpq_class &residual, int N, int digit, bool through_ramp, const mpq_class &delta) {
  if (through_ramp && digit >= 1) {
    return (digit - residual / (1 / delta - 1)) / N;
  }
  return (digit + residual) / N;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_ramp_of_every_level_along_one_coordinate) {
  std::mt19937_64 random(3);
  for (const Case &c : kCases) {
    const Sample sample(c);
    const mpq_class delta = two_to(-sample.parameters.ramp_exponent);
    BOOST_REQUIRE(sample.parameters.ramp_exponent < 190); // 2^-200 is near an end, not across the ramp
    for (int m = 1; m <= c.depth; ++m) {
      for (const mpq_class &t : near_ramps(c.N, delta)) {
        for (const bool through_ramp : {false, true}) {
          mpq_class x = t / c.N; // x^(m-1)
          for (int level = m - 1; level >= 1; --level) {
            const bool through = through_ramp && level == m - 1;
            const int digit = static_cast<int>(random() % static_cast<unsigned>(c.N - (through ? 1 : 0))) +
                              (through ? 1 : 0);
            x = pull_back(x, c.N, digit, through, delta);
          }
          if (x < 0 || x > 1) {
            continue; // a residual beyond [0, 1] has no x
          }
          Point point = random_inside(random, c.d);
          const std::size_t j = random() % c.d;
          point[j] = x;
          BOOST_TEST_CONTEXT(c.target << ", level " << m << ", x = " << show(point)) { sample.check(point); }
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(corners_of_the_cube_and_ramps_of_several_coordinates_at_once) {
  std::mt19937_64 random(4);
  for (const Case &c : kCases) {
    const Sample sample(c);
    const mpq_class delta = two_to(-sample.parameters.ramp_exponent);
    const std::vector<mpq_class> near = near_ramps(c.N, delta);
    std::vector<Point> points;
    for (unsigned corner = 0; corner < 1U << c.d; ++corner) {
      Point point;
      for (int j = 0; j < c.d; ++j) {
        point.emplace_back(corner >> j & 1U);
      }
      points.push_back(std::move(point));
    }
    for (int i = 0; i < 40; ++i) {
      Point point;
      for (int j = 0; j < c.d; ++j) {
        mpq_class x = near[random() % near.size()] / c.N;
        for (int level = static_cast<int>(random() % static_cast<unsigned>(c.depth)); level >= 1; --level) {
          x = pull_back(x, c.N, static_cast<int>(random() % static_cast<unsigned>(c.N)), random() % 3 == 0,
                        delta);
        }
        point.push_back(std::min(std::max(x, mpq_class(0)), mpq_class(1)));
      }
      points.push_back(std::move(point));
    }
    for (const Point &point : points) {
      BOOST_TEST_CONTEXT(c.target << ", x = " << show(point)) { sample.check(point); }
    }
    // The right end belongs to the last digit, at every level.
    const Digits at_one = digits_at(sample.parameters, Point(c.d, mpq_class(1)));
    for (int m = 1; m <= c.depth; ++m) {
      BOOST_TEST(!at_one.on_ramp[static_cast<std::size_t>(m)]);
      for (const std::vector<mpq_class> &steps : at_one.steps[static_cast<std::size_t>(m)]) {
        BOOST_TEST(std::count(steps.begin(), steps.end(), mpq_class(1)) == c.N - 1);
      }
    }
  }
}

// The left end of every cell of every level is off the ramps and belongs to that cell, dyadic or not.
BOOST_AUTO_TEST_CASE(left_ends_of_cells) {
  for (const Case &c : kCases) {
    const Sample sample(c);
    for (int l = 1; l <= c.depth; ++l) {
      for (std::uint64_t k = 0; k < sample.values.values[static_cast<std::size_t>(l)].size(); ++k) {
        const Point point = point_in_cell(k, c.d, c.N, l, Point(c.d));
        BOOST_TEST(cell_of_point(point, c.N, l) == k);
        BOOST_TEST(!digits_at(sample.parameters, point).on_ramp[static_cast<std::size_t>(c.depth)]);
        BOOST_TEST_CONTEXT(c.target << ", level " << l << ", cell " << k) { sample.check(point); }
      }
    }
  }
}

// The bad set of section 4, found from the network's own units: along a coordinate, level m has N^(m-1)
// branches of N - 1 ramps, each delta N^-m wide and nothing more, which is the measure (1 - 1/N) delta a
// level and coordinate that the certificate counts.
BOOST_AUTO_TEST_CASE(measure_of_the_ramps) {
  for (const Case &c : kCases) {
    const NetworkParameters p = rounded(parameters_for(c.target, c.d, c.N, c.depth, c.p));
    const Network network = assemble_network(p);
    const mpq_class delta = two_to(-p.ramp_exponent);
    BOOST_TEST((delta * power(static_cast<std::uint64_t>(c.N), c.depth) < 1));
    const auto bad = [&](const mpq_class &x, int m) { // is a step of level m neither 0 nor 1?
      Point point(c.d, mpq_class(1, 997));
      point.back() = x;
      const auto layer = static_cast<std::size_t>(m) - 1;
      const std::vector<mpq_class> halves =
          values_of(network.hidden[layer], exact_units(prefix(network, m), point)[layer], Role::Step);
      bool found = false;
      for (std::size_t i = 0; i < halves.size(); i += 2) {
        const mpq_class difference = halves[i] - halves[i + 1];
        found = found || (difference != 0 && difference != 1);
      }
      return found;
    };
    mpq_class measure;
    for (int m = 1; m <= c.depth; ++m) {
      const std::uint64_t branches = power(static_cast<std::uint64_t>(c.N), m - 1);
      for (std::uint64_t branch = 0; branch < branches; ++branch) {
        for (int e = 1; e < c.N; ++e) {
          const mpq_class at = mpq_class(static_cast<unsigned long>(branch)) + mpq_class(e) / c.N;
          const mpq_class to = at / mpq_class(static_cast<unsigned long>(branches));
          const mpq_class from = to - delta / mpq_class(static_cast<unsigned long>(branches)) / c.N;
          const mpq_class tiny = two_to(-300);
          BOOST_TEST((!bad(from - tiny, m) && !bad(from, m) && bad(from + tiny, m)));
          BOOST_TEST((bad(to - tiny, m) && !bad(to, m) && !bad(to + tiny, m)));
          measure += to - from;
        }
      }
    }
    BOOST_TEST((measure == c.depth * delta * (1 - mpq_class(1) / c.N)));
  }
}
