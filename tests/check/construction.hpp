// The network of proofs/theorem.md, section 3, as JSON of format 3, written down anew from the text.
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace check_test {

struct Parameters {
  unsigned d = 1, N = 2, depth = 1, q = 20;
  std::uint64_t b = 8;
  std::vector<std::string> m, A; // of each level; m empty for no connection
  std::string M = "0x1p+0";
  nlohmann::json Phi_0 =
      "0x0p+0"; // a dyadic number, or a constant; of a number other than 0, `start` is Phi_0 + M
  nlohmann::json start = "0x1p+0";
};

class Written {
public:
  explicit Written(const Parameters &p) : p_(p) {}

  nlohmann::json network() const {
    using nlohmann::json;
    json hidden = json::array();
    json readouts = json::array();
    for (unsigned m = 1; m <= p_.depth + 2; ++m) {
      json units = json::array();
      for (unsigned j = 0; m <= p_.depth && j < p_.d; ++j) {
        for (unsigned e = 1; e < p_.N; ++e) {
          const std::string below = power(-static_cast<long>(e), p_.q); // -e 2^q
          units.push_back(unit(plus(j, e), "relu", one_more(e), coordinate(m, j, p_.N, p_.q)));
          units.push_back(unit(plus(j, e) + 1, "relu", below, coordinate(m, j, p_.N, p_.q)));
        }
        units.push_back(unit(carry(j), "relu", "0x0p+0", coordinate(m, j, 1, 0)));
      }
      if (m >= 2 && m <= p_.depth + 1) {
        units.push_back(unit(carry(p_.d) + 2, "sine", {{"pi", "0x1p-2"}}, argument(m - 1)));
        if (m <= p_.depth) {
          units.push_back(unit(carry(p_.d), "relu", "0x0p+0", argument(m - 1)));
        }
      }
      if (m >= 3) {
        json w = json::array();
        if (!p_.m[m - 3].empty()) {
          w.push_back({carry(p_.d) + 2, {{"multiplier", p_.m[m - 3]}, {"shifts", shifts(m - 2)}}});
        }
        units.push_back(unit(carry(p_.d) + 3, "sine", "0x0p+0", w));
        json sum = json::array();
        if (m > 3) {
          sum = {{carry(p_.d) + 1, "0x1p+0"}, {carry(p_.d) + 3, p_.A[m - 4]}};
        }
        units.push_back(unit(carry(p_.d) + 1, "relu", m == 3 ? p_.start : json("0x0p+0"), sum));
        readouts.push_back({{"level", m - 2},
                            {"layer", m},
                            {"bias", "-" + p_.M},
                            {"weights", {{carry(p_.d) + 1, "0x1p+0"}, {carry(p_.d) + 3, p_.A[m - 3]}}}});
      }
      hidden.push_back({{"units", units}});
    }
    return {
        {"format", "layercert-network-3"},     {"d", p_.d},        {"N", p_.N},           {"depth", p_.depth},
        {"width", 2 * p_.d * p_.N + p_.d + 2}, {"hidden", hidden}, {"readouts", readouts}};
  }

private:
  using json = nlohmann::json;

  unsigned plus(unsigned j, unsigned e) const { return 2 * (j * (p_.N - 1) + e - 1); }
  unsigned carry(unsigned j) const { return 2 * p_.d * (p_.N - 1) + j; }

  static std::string hex(const char *sign, std::uint64_t mantissa, unsigned exponent) {
    char text[60];
    std::snprintf(text, sizeof text, "%s0x%llxp+%u", sign, static_cast<unsigned long long>(mantissa),
                  exponent);
    return text;
  }
  static std::string power(long mantissa, unsigned exponent) {
    return hex(mantissa < 0 ? "-" : "", static_cast<std::uint64_t>(mantissa < 0 ? -mantissa : mantissa),
               exponent);
  }
  json one_more(unsigned e) const { // 1 - e 2^q
    return p_.q < 50 ? json(power(1 - static_cast<long>(e) * (1L << p_.q), 0))
                     : json{{"sum", {power(-static_cast<long>(e), p_.q), "0x1p+0"}}};
  }

  static json unit(unsigned index, const char *activation, const json &bias, const json &weights) {
    return {{"index", index}, {"activation", activation}, {"bias", bias}, {"weights", weights}};
  }

  // factor 2^q x_j^(m-1) from layer m - 1.
  json coordinate(unsigned m, unsigned j, unsigned factor, unsigned q) const {
    json weights = json::array();
    if (m == 1) {
      weights.push_back({j, power(factor, q)});
      return weights;
    }
    for (unsigned e = 1; e < p_.N; ++e) {
      weights.push_back({plus(j, e), power(-static_cast<long>(factor), q)});
      weights.push_back({plus(j, e) + 1, power(factor, q)});
    }
    weights.push_back({carry(j), power(static_cast<long>(factor) * p_.N, q)});
    return weights;
  }

  std::vector<std::uint64_t> shifts(unsigned level) const {
    std::vector<std::uint64_t> result;
    std::uint64_t place = p_.b;
    for (unsigned i = 0; i < p_.d * level; ++i, place *= p_.N) {
      for (unsigned q = 0; 1U << q < p_.N; ++q) {
        result.push_back(place << q);
      }
    }
    return result;
  }

  json argument(unsigned m) const {
    json weights = json::array();
    const std::vector<std::uint64_t> all = shifts(m);
    const std::size_t bits = all.size() / (p_.d * m);
    for (unsigned j = 0; j < p_.d; ++j) {
      for (unsigned e = 1; e < p_.N; ++e) {
        json rise = json::array();
        json fall = json::array();
        for (std::size_t q = 0; q < bits; ++q) {
          const int change = static_cast<int>(e >> q & 1) - static_cast<int>((e - 1) >> q & 1);
          if (change != 0) {
            rise.push_back({all[((m - 1) * p_.d + j) * bits + q], change});
            fall.push_back({all[((m - 1) * p_.d + j) * bits + q], -change});
          }
        }
        weights.push_back({plus(j, e), {{"angle", rise}}});
        weights.push_back({plus(j, e) + 1, {{"angle", fall}}});
      }
    }
    if (m >= 2) {
      weights.push_back({carry(p_.d), "0x1p+0"});
    }
    return weights;
  }

  const Parameters &p_;
};

} // namespace check_test
