#define BOOST_TEST_MODULE construction
#include <boost/test/unit_test.hpp>

#include "network/network_for_test.hpp"

#include "layercert/error.hpp"
#include "network/network_json.hpp"
#include "network/weight_enclosure.hpp"

#include <functional>
#include <limits>
#include <set>
#include <sstream>

using namespace layercert;
using namespace layercert::test;

namespace {

std::string json_of(const Network &network) {
  std::ostringstream out;
  write_network(network, out);
  return std::move(out).str();
}

struct Case {
  const char *target;
  int d, N, depth;
};
const Case kCases[] = {{"exp(x0)", 1, 2, 1},      {"exp(x0) - 3", 1, 2, 4},   {"sin(5*x0)", 1, 3, 3},
                       {"1/(x0 + 1/7)", 1, 7, 2}, {"x0*x1 + x1", 2, 2, 3},    {"abs(x0 - x1)", 2, 3, 2},
                       {"x0 + 2*x1*x2", 3, 2, 2}, {"x0 - x1^2 + x3", 4, 2, 1}};

// Calls `visit` with every weight and bias of the network, and a name for it.
void for_each_number(Network &network, const std::function<void(Weight &, const std::string &)> &visit) {
  for (std::size_t m = 0; m < network.hidden.size(); ++m) {
    for (Unit &unit : network.hidden[m].units) {
      const std::string where = fmt::format("layer {}, unit {} ({})", m + 1, unit.index, name_of(unit.role));
      visit(unit.bias, where + ", bias");
      for (Connection &connection : unit.weights) {
        visit(connection.weight, fmt::format("{}, weight of {}", where, connection.source));
      }
    }
  }
  for (Readout &readout : network.readouts) {
    visit(readout.bias, fmt::format("readout {}, bias", readout.level));
    for (Connection &connection : readout.weights) {
      visit(connection.weight, fmt::format("readout {}, weight of {}", readout.level, connection.source));
    }
  }
}

bool refused(const std::function<void()> &action) {
  try {
    action();
    return false;
  } catch (const InputError &) {
    return true;
  }
}

// If the network is taken for one of the construction, then all that is said of it must be true: "" or what
// is not.
enum class Outcome { Refused, Valid, Wrong };
Outcome judge(const Network &network, std::string &what) {
  const UpwardScope upward;
  NetworkParameters p;
  LevelValues values;
  if (refused([&] {
        p = extract_parameters(network, "changed");
        values = decode_levels(p, "changed");
      })) {
    return Outcome::Refused;
  }
  const mpfr_prec_t precision = sufficient_precision(network, 0, 64);
  std::mt19937_64 random(5);
  for (std::uint64_t k = 0; k < values.values.back().size(); ++k) {
    const Point point = point_in_cell(k, p.dimension, p.N, p.depth, random_inside(random, p.dimension));
    const std::vector<MpfrInterval> direct = evaluate_directly(network, point, precision);
    for (std::size_t l = 1; l < values.values.size(); ++l) {
      const Interval &tree = values.values[l][k % values.values[l].size()];
      if (!overlap(direct[l - 1], tree) || width_upper(direct[l - 1]) > 0x1p-40) {
        what = fmt::format("level {}, cell {}: the layers give {}, the decoder {}", l,
                           k % values.values[l].size(), show(direct[l - 1]), show(tree));
        return Outcome::Wrong;
      }
    }
  }
  return Outcome::Valid;
}

} // namespace

BOOST_AUTO_TEST_CASE(round_trips) {
  for (const Case &c : kCases) {
    BOOST_TEST_CONTEXT(c.target) {
      const NetworkParameters p = parameters_for(c.target, c.d, c.N, c.depth);
      const Network network = assemble_network(p);
      BOOST_TEST(difference(extract_parameters(network, "n"), p) == "");
      const std::string text = json_of(network);
      const Network read = parse_network(text, "n");
      BOOST_TEST(first_difference(network, read) == "");
      BOOST_TEST(json_of(read) == text); // roles too
      BOOST_TEST(difference(extract_parameters(read, "n"), p) == "");
      BOOST_TEST(is_prefix(network, read));
      BOOST_TEST(is_prefix(read, network));
    }
  }
}

// Dyadic numbers of every shape survive the file, also those that assemble_network never makes.
BOOST_AUTO_TEST_CASE(weights_are_exact) {
  Network network = assemble_network(parameters_for("x0", 1, 2, 1));
  std::mt19937_64 random(11);
  gmp_randclass bits(gmp_randinit_default);
  bits.seed(12);
  for (int round = 0; round < 20; ++round) {
    for_each_number(network, [&](Weight &weight, const std::string &) {
      const mpz_class mantissa = bits.get_z_bits(1 + random() % (random() % 8 == 0 ? 20000 : 80));
      const auto exponent = static_cast<std::int64_t>(random() % 4001) - 2000;
      weight = make_weight(Dyadic(random() % 2 == 0 ? mantissa : mpz_class(-mantissa), exponent));
    });
    const Network read = parse_network(json_of(network), "n");
    BOOST_TEST(first_difference(network, read) == "");
    // first_difference sees the last bit of any number.
    std::vector<Weight> all;
    for_each_number(network, [&](Weight &weight, const std::string &) { all.push_back(weight); });
    const std::size_t chosen = random() % all.size();
    std::size_t i = 0;
    Network changed = network;
    for_each_number(changed, [&](Weight &weight, const std::string &) {
      if (i++ == chosen) {
        weight = make_weight(*weight + Dyadic::power_of_two(weight->dyadic().exponent() -
                                                            static_cast<std::int64_t>(random() % 3)));
      }
    });
    BOOST_TEST(first_difference(network, changed) != "");
    BOOST_TEST(first_difference(changed, read) != "");
  }
}

// Every number of a network, changed in every one of these ways: refused, or still true.
BOOST_AUTO_TEST_CASE(any_changed_number_is_refused_or_true) {
  using Change = std::function<ClosedForm(const ClosedForm &)>;
  const std::vector<std::pair<const char *, Change>> changes{
      {"+ 2^-400", [](const ClosedForm &x) { return x + Dyadic::power_of_two(-400); }},
      {"- 2^-70", [](const ClosedForm &x) { return x - Dyadic::power_of_two(-70); }},
      {"+ 2^-30", [](const ClosedForm &x) { return x + Dyadic::power_of_two(-30); }},
      {"+ 1", [](const ClosedForm &x) { return x + Dyadic::from_integer(1); }},
      {"* 2", [](const ClosedForm &x) { return x + x; }},
      {"negated", [](const ClosedForm &x) { return -x; }},
      {"0", [](const ClosedForm &) { return ClosedForm(); }}};
  const std::pair<Case, std::set<std::string>> expected[] = {
      // All that can be changed alone and leave a network of the construction. Level 1 of depth 1: every
      // parameter but theta and beta, which the decoder has as they are.
      {{"exp(x0)", 1, 2, 1},
       {"layer 3, unit 4 (sum_carry), bias", "layer 3, unit 6 (second_sine), weight of 5", "readout 1, bias",
        "readout 1, weight of 6"}},
      {{"sin(5*x0)", 1, 3, 2}, {}},
      {{"x0*x1 + x1", 2, 2, 2}, {}},
      {{"x0*x1 + x1/3", 2, 2, 3}, {}}};
  for (const auto &[c, names] : expected) {
    const Network network = assemble_network(parameters_for(c.target, c.d, c.N, c.depth));
    std::vector<std::string> numbers;
    Network copy = network;
    for_each_number(copy, [&](Weight &, const std::string &name) { numbers.push_back(name); });
    BOOST_REQUIRE(numbers.size() >= 15);
    std::set<std::string> valid;
    for (std::size_t chosen = 0; chosen < numbers.size(); ++chosen) {
      for (const auto &[how, change] : changes) {
        const auto &changed_form = change; // clang 14 captures no structured binding
        Network changed = network;
        std::size_t i = 0;
        bool same = false;
        for_each_number(changed, [&](Weight &weight, const std::string &) {
          if (i++ == chosen) {
            ClosedForm other = changed_form(*weight);
            same = other == *weight;
            weight = make_weight(std::move(other));
          }
        });
        if (same) {
          continue;
        }
        BOOST_TEST(first_difference(network, changed) != "");
        std::string what;
        const Outcome outcome = judge(changed, what);
        BOOST_TEST((outcome != Outcome::Wrong),
                   c.target << ", " << numbers[chosen] << ", " << how << ": " << what);
        if (outcome == Outcome::Valid) {
          valid.insert(numbers[chosen]);
          const NetworkParameters p = extract_parameters(changed, "changed");
          BOOST_TEST(difference(p, extract_parameters(network, "n")) != "");
        }
      }
    }
    if (!names.empty()) {
      BOOST_TEST(valid == names, boost::test_tools::per_element());
    } else { // Phi_0, A of the last level, and w of every level stand in one place each
      BOOST_TEST(valid.size() == static_cast<std::size_t>(c.depth) + 2);
    }
  }
}

// Structure that no number shows.
BOOST_AUTO_TEST_CASE(changed_structure) {
  const NetworkParameters p = parameters_for("x0*x1 + x1", 2, 2, 2);
  const Network network = assemble_network(p);
  std::string what;
  for (std::size_t m = 0; m < network.hidden.size(); ++m) {
    for (std::size_t i = 0; i < network.hidden[m].units.size(); ++i) {
      BOOST_TEST_CONTEXT("layer " << m + 1 << ", unit " << network.hidden[m].units[i].index) {
        Network changed = network;
        Unit &unit = changed.hidden[m].units[i];
        unit.activation = unit.activation == Activation::Relu ? Activation::Sine : Activation::Relu;
        BOOST_TEST((judge(changed, what) == Outcome::Refused));
        changed = network;
        changed.hidden[m].units.erase(changed.hidden[m].units.begin() + static_cast<std::ptrdiff_t>(i));
        BOOST_TEST((judge(changed, what) == Outcome::Refused));
        for (std::size_t w = 0; w < network.hidden[m].units[i].weights.size(); ++w) {
          changed = network;
          std::vector<Connection> &weights = changed.hidden[m].units[i].weights;
          weights.erase(weights.begin() + static_cast<std::ptrdiff_t>(w));
          const Outcome outcome = judge(changed, what);
          // w_l may be 0: the level adds nothing.
          BOOST_TEST((outcome == (unit.role == Role::SecondSine ? Outcome::Valid : Outcome::Refused)), what);
        }
      }
    }
  }
  // A connection more than there should be.
  const std::pair<std::size_t, int> extra[] = {{1, 0}, {1, 4}, {2, 6}, {3, 9}};
  for (const auto &[m, source] : extra) {
    for (std::size_t i = 0; i < network.hidden[m].units.size(); ++i) {
      Network changed = network;
      std::vector<Connection> &weights = changed.hidden[m].units[i].weights;
      if (std::any_of(weights.begin(), weights.end(),
                      [&, s = source](const Connection &c) { return c.source == s; })) {
        continue;
      }
      weights.push_back({source, make_weight(Dyadic::power_of_two(-40))});
      std::sort(weights.begin(), weights.end(),
                [](const Connection &a, const Connection &b) { return a.source < b.source; });
      const Outcome outcome = judge(changed, what);
      const bool listed = std::any_of(network.hidden[m - 1].units.begin(), network.hidden[m - 1].units.end(),
                                      [&, s = source](const Unit &unit) { return unit.index == s; });
      // From a unit that is not listed comes 0.
      BOOST_TEST((outcome == (listed ? Outcome::Refused : Outcome::Valid)),
                 "layer " << m + 1 << ", unit " << changed.hidden[m].units[i].index << ", source " << source);
    }
  }
}

// What extract_parameters allows besides the construction's own units, and what not.
BOOST_AUTO_TEST_CASE(units_without_effect) {
  const NetworkParameters p = parameters_for("x0*x1 + x1", 2, 2, 2); // width 12, units 0..9 used
  const Network network = assemble_network(p);
  const auto add = [](Network &to, std::size_t layer, Unit unit) {
    std::vector<Unit> &units = to.hidden[layer - 1].units;
    units.push_back(std::move(unit));
    std::sort(units.begin(), units.end(), [](const Unit &a, const Unit &b) { return a.index < b.index; });
  };
  const Weight half = make_weight(Dyadic::power_of_two(-1));
  const Weight one = make_weight(Dyadic::from_integer(1));
  std::string what;

  Network changed = network;
  add(changed, 2, {11, Role::Unnamed, Activation::Relu, half, {{0, one}}}); // read by nothing
  BOOST_TEST((judge(changed, what) == Outcome::Valid), what);
  BOOST_TEST(difference(extract_parameters(changed, "n"), p) == "");
  add(changed, 3, {11, Role::Unnamed, Activation::Relu, half, {{11, one}}}); // read by nothing that is read
  BOOST_TEST(difference(extract_parameters(changed, "n"), p) == "");
  changed.readouts[0].weights.push_back({11, one}); // and now it counts
  BOOST_TEST((judge(changed, what) == Outcome::Refused));

  changed = network;
  add(changed, 3, {11, Role::Unnamed, Activation::Sine, half, {{0, one}}}); // a third sine is one too many
  BOOST_TEST((judge(changed, what) == Outcome::Refused));

  // Phi_0 + M from the first layer on.
  changed = network;
  const int sum = 7;
  const Weight value = make_weight(p.Phi_0 + p.M);
  add(changed, 1, {sum, Role::Unnamed, Activation::Relu, value, {}});
  add(changed, 2, {sum, Role::Unnamed, Activation::Relu, make_weight(Dyadic()), {{sum, one}}});
  for (Unit &unit : changed.hidden[2].units) {
    if (unit.index == sum) {
      unit.bias = make_weight(Dyadic());
      unit.weights = {{sum, one}};
    }
  }
  BOOST_TEST((judge(changed, what) == Outcome::Valid), what);
  BOOST_TEST(difference(extract_parameters(changed, "n"), p) == "");
  // A negative constant is cut off by the ReLU, and that is another network.
  changed.hidden[0].units.back().bias = make_weight(-*value);
  BOOST_REQUIRE(changed.hidden[0].units.back().index == sum);
  BOOST_TEST((judge(changed, what) != Outcome::Wrong), what);
  BOOST_TEST((refused([&] { extract_parameters(changed, "n"); }) ||
              difference(extract_parameters(changed, "n"), p) == "Phi_0"));
  // So is one that would move Phi_0 by little: its ReLU is 0, and the network the same as without it.
  Network cut_off = network;
  add(cut_off, 2, {11, Role::Unnamed, Activation::Relu, make_weight(-Dyadic::power_of_two(-9)), {}});
  for (Unit &unit : cut_off.hidden[2].units) {
    if (unit.index == sum) {
      unit.weights.push_back({11, one});
    }
  }
  BOOST_TEST((judge(cut_off, what) == Outcome::Valid), what);
  BOOST_TEST(difference(extract_parameters(cut_off, "n"), p) == "");
  // A constant sine is no ReLU.
  changed.hidden[0].units.back().bias = value;
  changed.hidden[0].units.back().activation = Activation::Sine;
  BOOST_TEST((judge(changed, what) == Outcome::Refused));
}

BOOST_AUTO_TEST_CASE(prefixes) {
  const NetworkParameters p = parameters_for("exp(x0)", 1, 3, 3);
  const Network network = assemble_network(p);
  for (int l = 1; l <= 3; ++l) {
    Network shorter = prefix(network, l);
    BOOST_TEST(is_prefix(shorter, network));
    BOOST_TEST(is_prefix(network, shorter) == (l == 3));
    std::size_t needed = 0;
    std::size_t count = 0;
    for_each_number(shorter, [&](Weight &, const std::string &) { ++count; });
    for (std::size_t chosen = 0; chosen < count; ++chosen) {
      Network changed = shorter;
      std::size_t i = 0;
      for_each_number(changed, [&](Weight &weight, const std::string &) {
        if (i++ == chosen) {
          weight = make_weight(*weight + Dyadic::power_of_two(-500));
        }
      });
      // A number that changes the readouts breaks the prefix, and only such a number may. 2^-500 is far below
      // the ends of the ramps and above the precision.
      const Point point = point_in_cell(0, 1, 3, 0, {mpq_class(1, 2)});
      const std::vector<MpfrInterval> before = evaluate_directly(shorter, point, 2500);
      const std::vector<MpfrInterval> after = evaluate_directly(changed, point, 2500);
      bool moved = false;
      for (std::size_t r = 0; r < before.size(); ++r) {
        moved = moved || before[r].upper() < after[r].lower() || after[r].upper() < before[r].lower();
      }
      const bool still = is_prefix(changed, network);
      needed += still ? 0 : 1;
      BOOST_TEST(!(moved && still), "number " << chosen << " of the prefix " << l);
    }
    // Exactly what the assembled network of depth l has: none of the units for higher levels only.
    NetworkParameters alone = p;
    alone.depth = l;
    alone.theta.resize(static_cast<std::size_t>(2 * l));
    alone.w.resize(static_cast<std::size_t>(l));
    alone.A.resize(static_cast<std::size_t>(l));
    Network assembled = assemble_network(alone);
    std::size_t of_assembled = 0;
    std::size_t spare = 0; // the residual carries of level l
    for_each_number(assembled, [&](Weight &, const std::string &) { ++of_assembled; });
    for (const Unit &unit : assembled.hidden[static_cast<std::size_t>(l) - 1].units) {
      spare += unit.role == Role::Carry ? 1 + unit.weights.size() : 0;
    }
    BOOST_TEST(needed == of_assembled - spare);
  }
}

// A constant needs no level at all, and a target that is constant on the cells of level 1 only that one.
BOOST_AUTO_TEST_CASE(levels_that_add_nothing) {
  for (const char *target : {"0", "1/3", "-2.5"}) {
    const NetworkParameters p = parameters_for(target, 2, 3, 2);
    const Network network = assemble_network(p);
    BOOST_TEST(difference(extract_parameters(network, "n"), p) == "");
    BOOST_TEST(std::all_of(p.A.begin(), p.A.end(), [](const Dyadic &A) { return A.is_zero(); }));
    BOOST_TEST(std::all_of(p.w.begin(), p.w.end(), [](const ClosedForm &w) { return w.is_zero(); }));
    BOOST_TEST(first_difference(network, parse_network(json_of(network), "n")) == "");
    std::string what;
    BOOST_TEST((judge(network, what) == Outcome::Valid), what);
    const Interval phi = decode(p).values[2][5];
    BOOST_TEST(phi.upper() - phi.lower() <= 0x1p-53);
    BOOST_TEST((parameters_for(target, 1, 2, 1).Phi_0 == p.Phi_0));
    BOOST_TEST(overlap(WeightEnclosures(100).of(p.Phi_0), phi));
  }
  const NetworkParameters p = parameters_for("if(x0 < 1/2, 3, 5)", 1, 2, 3);
  BOOST_TEST(!p.A[0].is_zero());
  const std::vector<Interval> finest = decode(p).values[3];
  for (std::uint64_t k = 0; k < finest.size(); ++k) { // the digit of level 1 is the lowest
    BOOST_TEST(std::fabs(finest[k].lower() - (k % 2 == 0 ? 3 : 5)) <= 1e-5);
  }
  std::string what;
  BOOST_TEST((judge(assemble_network(p), what) == Outcome::Valid), what);
}

BOOST_AUTO_TEST_CASE(bad_networks_have_a_named_fault) {
  const Network good = assemble_network(parameters_for("x0", 1, 2, 2));
  BOOST_TEST(first_fault(good) == "");
  const auto fault = [&](const std::function<void(Network &)> &change) {
    Network network = good;
    change(network);
    const std::string text = first_fault(network);
    // What first_fault names, extract_parameters and the file reader refuse.
    BOOST_TEST(refused([&] { extract_parameters(network, "n"); }) == !text.empty());
    BOOST_TEST(refused([&] { parse_network(json_of(network), "n"); }) == !text.empty());
    return text;
  };
  BOOST_TEST(fault([](Network &) {}) == "");
  BOOST_TEST(fault([](Network &n) { n.depth = 3; }) != "");
  BOOST_TEST(fault([](Network &n) { n.N = 1; }) != "");
  BOOST_TEST(fault([](Network &n) { n.dimension = 0; }) != "");
  BOOST_TEST(fault([](Network &n) { n.width = 6; }) != "");
  BOOST_TEST(fault([](Network &n) { n.N = 1000000000, n.dimension = 1000000000; }) != "");
  BOOST_TEST(fault([](Network &n) { n.hidden.pop_back(); }) != "");
  BOOST_TEST(fault([](Network &n) { n.readouts.pop_back(); }) != "");
  BOOST_TEST(fault([](Network &n) { n.readouts[1].layer = 3; }) != "");
  BOOST_TEST(fault([](Network &n) { n.readouts[1].level = 1; }) != "");
  BOOST_TEST(fault([](Network &n) { n.hidden[0].units[1].index = 0; }) != "");
  BOOST_TEST(fault([](Network &n) { n.hidden[0].units.back().index = 7; }) != "");
  BOOST_TEST(fault([](Network &n) { n.hidden[0].units[0].weights[0].source = 1; }) != "");
  BOOST_TEST(fault([](Network &n) { n.hidden[1].units[0].weights.back().source = 7; }) != "");
  BOOST_TEST(fault([](Network &n) { n.readouts[0].weights.back().source = 7; }) != "");
  // Short to write, and more than memory holds once added to another number.
  for (const std::int64_t exponent : {std::int64_t{1} << 40, -(std::int64_t{1} << 40)}) {
    const Weight huge = make_weight(Dyadic::power_of_two(exponent));
    BOOST_TEST(fault([&](Network &n) { n.hidden[1].units[0].bias = huge; }) != "");
    BOOST_TEST(fault([&](Network &n) { n.hidden[3].units[0].weights[0].weight = huge; }) != "");
    BOOST_TEST(fault([&](Network &n) { n.readouts[0].bias = huge; }) != "");
    BOOST_TEST(fault([&](Network &n) { n.readouts[1].weights[0].weight = huge; }) != "");
  }
}

// The construction's numbers are legal, but more cells than 64 bits can count have no values.
BOOST_AUTO_TEST_CASE(too_many_cells) {
  for (const auto &[d, N, depth] :
       {std::tuple{10, 128, 1}, {5, 128, 2}, {1, 2, 64}, {1, 16, 16}, {2, 3, 30}}) {
    NetworkParameters p;
    p.dimension = d;
    p.N = N;
    p.depth = depth;
    p.ramp_exponent = 200;
    p.theta.resize(static_cast<std::size_t>(d * depth * DecoderLayout::bits_of_digit(N)));
    p.theta[0] = Dyadic::power_of_two(-99) - Dyadic::power_of_two(-300);
    p.w.resize(static_cast<std::size_t>(depth));
    p.A.resize(static_cast<std::size_t>(depth));
    p.M = Dyadic::from_integer(1);
    BOOST_CHECK_THROW(decode(p), InputError);
    BOOST_TEST(!DecoderLayout::fits(N, d * depth, 100));
  }
  BOOST_TEST(DecoderLayout::fits(2, 61, 1));
  BOOST_TEST(!DecoderLayout::fits(2, 62, 1));
  BOOST_TEST(DecoderLayout::fits(2, 60, 3));
  BOOST_TEST(!DecoderLayout::fits(2, 60, 4));
  BOOST_TEST(!DecoderLayout::fits(1000, 30, 1));
  BOOST_TEST(DecoderLayout::fits(std::numeric_limits<int>::max(), 2, 1));
  BOOST_TEST(!DecoderLayout::fits(std::numeric_limits<int>::max(), 2, 2));
  BOOST_TEST(DecoderLayout::fits(std::numeric_limits<int>::max(), 1, 1));
}

BOOST_AUTO_TEST_CASE(parameters_that_would_make_the_values_false) {
  const NetworkParameters good = parameters_for("exp(x0)", 1, 3, 2);
  const auto refuses = [&](const std::function<void(NetworkParameters &)> &change) {
    NetworkParameters p = good;
    change(p);
    const Network network = assemble_network(p);
    BOOST_TEST(difference(extract_parameters(network, "n"), p) ==
               ""); // a network of the construction's shape
    return refused([&] { decode(p); });
  };
  BOOST_TEST(!refuses([](NetworkParameters &) {}));
  // delta must be below N^-L = 1/9.
  BOOST_TEST(!refuses([](NetworkParameters &p) { p.ramp_exponent = 4; }));
  BOOST_TEST(refuses([](NetworkParameters &p) { p.ramp_exponent = 3; }));
  BOOST_TEST(refuses([](NetworkParameters &p) { p.ramp_exponent = 0; }));
  // M must not be below |Phi_0| + sum A, also where A is negative.
  const Dyadic least = reach(good, 2);
  BOOST_TEST(!refuses([&](NetworkParameters &p) { p.M = least; }));
  BOOST_TEST(refuses([&](NetworkParameters &p) { p.M = least - Dyadic::power_of_two(-1000); }));
  BOOST_TEST(!refuses([&](NetworkParameters &p) { p.M = least, p.A[0] = -p.A[0]; }));
  BOOST_TEST(refuses([&](NetworkParameters &p) {
    p.M = least - Dyadic::power_of_two(-1000);
    p.A[0] = -p.A[0];
  }));
  BOOST_TEST(
      refuses([&](NetworkParameters &p) { p.M = least, p.Phi_0 = -(p.Phi_0 + Dyadic::power_of_two(-80)); }));
  // Angles and beta must be those of a decoder.
  for (std::size_t i = 0; i < good.theta.size(); ++i) {
    BOOST_TEST(refuses([&](NetworkParameters &p) { p.theta[i] = p.theta[i] + Dyadic::power_of_two(-60); }));
    BOOST_TEST(refuses([&](NetworkParameters &p) { p.theta[i] = -p.theta[i]; }));
  }
  BOOST_TEST(refuses([](NetworkParameters &p) { p.beta = p.beta + Dyadic::power_of_two(-60); }));
  BOOST_TEST(refuses([](NetworkParameters &p) { p.beta = p.beta + p.beta; }));
  // The multiplier's shifts must be those of the layout, all of them.
  for (const std::size_t l : {0U, 1U}) {
    const MultiplierTerm own = good.w[l].multipliers()[0];
    const auto with = [&](const std::vector<std::int64_t> &shifts) {
      return [&, shifts](NetworkParameters &p) { p.w[l] = ClosedForm::multiplier(own.m, shifts); };
    };
    std::vector<std::int64_t> shifts = own.shifts;
    shifts.back() += 1;
    BOOST_TEST(refuses(with(shifts)));
    shifts.pop_back();
    BOOST_TEST(refuses(with(shifts)));
    BOOST_TEST(refuses([&](NetworkParameters &p) { p.w[l] = p.w[l] + Dyadic::power_of_two(-900); }));
    BOOST_TEST(!refuses([&](NetworkParameters &p) { p.w[l] = p.w[l] + p.w[l]; }));
    BOOST_TEST(!refuses([&](NetworkParameters &p) { p.w[l] = ClosedForm(); }));
  }
}
