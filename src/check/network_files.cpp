#include "files.hpp"
#include "network.hpp"

#include <cstring>

namespace checker {

namespace {

using nlohmann::json;

constexpr slong kLargestExponent = slong{1}
                                   << 27; // numbers beyond would take more memory than they are worth
constexpr ulong kLargestCount = 1000000000;

Arf scaled(const Integer &mantissa, slong exponent) { // the mantissa is odd, or 0
  const slong top = exponent + static_cast<slong>(mpz_sizeinbase(mantissa.get_mpz_t(), 2));
  if (exponent < -kLargestExponent || top > kLargestExponent) {
    throw Unknown("a weight beyond 2^(+-2^27)");
  }
  return Arf(mantissa).times_two_to(exponent);
}

// ---- JSON ----

Weight weight_of(const json &value, const std::vector<std::shared_ptr<const Arf>> &table) {
  if (value.is_object()) {
    const ulong at = get_count(value, "shared");
    const json negate = value.value("negate", json(false));
    if (at >= table.size() || !negate.is_boolean() || value.size() > 2) {
      throw Rejected("network.json: a reference to no shared weight");
    }
    return {table[at], negate.get<bool>()};
  }
  if (!value.is_string()) {
    throw Rejected("network.json: a weight that is no string");
  }
  return {std::make_shared<const Arf>(hexadecimal(value.get<std::string>())), false};
}

Affine affine_of(const json &value, const std::vector<std::shared_ptr<const Arf>> &table) {
  Affine result;
  result.bias = weight_of(get(value, "bias"), table);
  for (const json &pair : get_array(value, "weights")) {
    if (!pair.is_array() || pair.size() != 2 || !pair[0].is_number_unsigned()) {
      throw Rejected("network.json: weights that are no pairs of a source and a weight");
    }
    result.weights.emplace_back(pair[0].get<ulong>(), weight_of(pair[1], table));
  }
  return result;
}

// ---- binary ----

class Bytes {
public:
  explicit Bytes(const std::string &bytes) : bytes_(bytes) {}
  std::size_t left() const { return end_ - at_; }
  void end_at(std::size_t end) { end_ = end; }
  const unsigned char *take(std::size_t n) {
    if (n > left()) {
      throw Rejected("network.lcn ends early");
    }
    at_ += n;
    return reinterpret_cast<const unsigned char *>(bytes_.data()) + at_ - n;
  }
  ulong number(std::size_t n) {
    const unsigned char *from = take(n);
    ulong result = 0;
    for (std::size_t i = n; i-- > 0;) {
      result = result << 8 | from[i];
    }
    return result;
  }
  ulong count(std::size_t least_bytes_each) {
    const ulong result = number(4);
    if (result > kLargestCount || result * least_bytes_each > left()) {
      throw Rejected("network.lcn: a count beyond the file");
    }
    return result;
  }

private:
  const std::string &bytes_;
  std::size_t at_ = 0;
  std::size_t end_ = bytes_.size();
};

} // namespace

Arf hexadecimal(const std::string &text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const bool minus = at == 1;
  const auto fail = [&] { throw Rejected("\"" + text.substr(0, 40) + "\" is no hexadecimal float"); };
  if (text.compare(at, 2, "0x") != 0) {
    fail();
  }
  at += 2;
  const std::size_t p = text.find('p', at);
  if (p == std::string::npos) {
    fail();
  }
  std::string digits = text.substr(at, p - at);
  slong shift = 0;
  if (const std::size_t point = digits.find('.'); point != std::string::npos) {
    shift = -4 * static_cast<slong>(digits.size() - point - 1);
    digits.erase(point, 1);
  }
  std::string exponent = text.substr(p + 1);
  const bool negative = exponent.starts_with('-');
  exponent.erase(0, negative || exponent.starts_with('+') ? 1 : 0);
  if (digits.empty() || digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos ||
      exponent.empty() || exponent.size() > 15 ||
      exponent.find_first_not_of("0123456789") != std::string::npos) {
    fail();
  }
  const Integer mantissa(digits, 16);
  Arf result;
  if (mantissa != 0) {
    const ulong even = mpz_scan1(mantissa.get_mpz_t(), 0);
    result = scaled(Integer(mantissa >> even),
                    static_cast<slong>(even) + shift + (negative ? -1 : 1) * std::stol(exponent));
  }
  return minus ? -result : result;
}

Network read_network_json(const std::string &bytes) {
  const json root = parse_json(bytes, "network.json");
  const std::string format = get_text(root, "format");
  if (format != "layercert-network-1" && format != "layercert-network-2") {
    throw Rejected("network.json: the format is not layercert-network-1 or -2");
  }
  Network result;
  result.d = get_count(root, "d");
  result.N = get_count(root, "N");
  result.depth = get_count(root, "depth");
  result.width = get_count(root, "width");
  std::vector<std::shared_ptr<const Arf>> table;
  if (format == "layercert-network-2" && root.contains("shared")) {
    for (const json &weight : get_array(root, "shared")) {
      table.push_back(weight_of(weight.is_string() ? weight : json(), {}).magnitude);
    }
  }
  for (const json &layer : get_array(root, "hidden")) {
    result.hidden.emplace_back();
    for (const json &unit : get_array(layer, "units")) {
      const std::string activation = get_text(unit, "activation");
      if (activation != "relu" && activation != "sine") {
        throw Rejected("network.json: an activation other than relu and sine");
      }
      result.hidden.back().push_back(
          {get_count(unit, "index"), activation == "sine", affine_of(unit, table)});
    }
  }
  for (const json &readout : get_array(root, "readouts")) {
    result.readouts.push_back(
        {get_count(readout, "level"), get_count(readout, "layer"), affine_of(readout, table)});
  }
  return result;
}

Network read_network_binary(const std::string &bytes) {
  Bytes in(bytes);
  const auto refuse = [](const char *what) { throw Rejected(std::string("network.lcn: ") + what); };
  if (std::memcmp(in.take(8), "\x89LCN\r\n\x1a\n", 8) != 0 || in.number(4) != 1 || in.number(4) != 0 ||
      in.number(8) != bytes.size() || bytes.size() < 88) {
    refuse("the header is not that of version 1, or of another length");
  }
  if (sha256_bytes(bytes.substr(0, bytes.size() - 32)) != bytes.substr(bytes.size() - 32)) {
    refuse("damaged: the checksum differs");
  }
  in.end_at(bytes.size() - 32);
  Network result;
  result.d = in.number(4);
  result.N = in.number(4);
  result.depth = in.number(4);
  result.width = in.number(4);
  const ulong weights = in.number(4);
  const ulong layers = in.number(4);
  const ulong readouts = in.number(4);
  if (in.number(4) != 0 || weights > in.left() / 16 || layers > in.left() / 4 || readouts > in.left() / 16) {
    refuse("counts beyond the file");
  }
  std::vector<std::shared_ptr<const Arf>> table;
  Integer mantissa;
  for (ulong i = 0; i < weights; ++i) {
    const auto exponent = static_cast<slong>(in.number(8));
    const ulong n = in.number(8);
    if (n > in.left() / 8) {
      refuse("a weight beyond the file");
    }
    if (exponent < -kLargestExponent || exponent > kLargestExponent) {
      throw Unknown("a weight beyond 2^(+-2^27)");
    }
    std::vector<ulong> limbs(n);
    for (ulong &limb : limbs) {
      limb = in.number(8);
    }
    if (n != 0 ? limbs.front() % 2 == 0 || limbs.back() == 0 : exponent != 0) {
      refuse("a weight that is not in lowest terms");
    }
    mpz_import(mantissa.get_mpz_t(), n, -1, sizeof(ulong), 0, 0, limbs.data());
    table.push_back(std::make_shared<const Arf>(scaled(mantissa, exponent)));
  }
  const auto reference = [&]() -> Weight {
    const ulong code = in.number(4);
    if (code / 2 >= table.size() || (code % 2 == 1 && table[code / 2]->zero())) {
      refuse("a reference to no weight");
    }
    return {table[code / 2], code % 2 == 1};
  };
  const auto affine = [&] {
    Affine sum;
    sum.bias = reference();
    const ulong connections = in.count(8);
    for (ulong i = 0; i < connections; ++i) {
      const ulong source = in.number(4);
      sum.weights.emplace_back(source, reference());
    }
    return sum;
  };
  for (ulong m = 0; m < layers; ++m) {
    result.hidden.emplace_back();
    const ulong units = in.count(16);
    for (ulong i = 0; i < units; ++i) {
      Unit unit;
      unit.index = in.number(4);
      const ulong activation = in.number(1);
      if (activation > 1 || in.number(1) > 6 || in.number(2) != 0) {
        refuse("a unit of no known kind");
      }
      unit.sine = activation == 1;
      unit.sum = affine();
      result.hidden.back().push_back(std::move(unit));
    }
  }
  for (ulong l = 0; l < readouts; ++l) {
    Readout readout;
    readout.level = in.number(4);
    readout.layer = in.number(4);
    readout.sum = affine();
    result.readouts.push_back(std::move(readout));
  }
  if (in.left() != 0) {
    refuse("bytes that belong to nothing");
  }
  return result;
}

} // namespace checker
