#include "files.hpp"
#include "layers.hpp"
#include "network.hpp"

#include <cstring>
#include <map>
#include <set>
#include <unordered_map>

namespace checker {

namespace {

using nlohmann::json;

constexpr slong kLargestExponent = slong{1} << 22; // of numbers that are added up exactly
constexpr slong kLargestMultiplier = slong{1} << 34;
constexpr ulong kLargestCount = 1000000000;
constexpr ulong kShiftLimit = ulong{1} << 62;
constexpr slong kMostTimes = slong{1} << 30; // of an angle
constexpr int kDeepestSum = 16;
constexpr std::size_t kMostNetworkTerms = 16; // of a sum
constexpr std::size_t kMostConstants = 16;    // each is read, which takes time
constexpr std::size_t kLongestConstant = 100000;

std::string again(const std::string &file, const std::string &version) {
  return file + " is of " + version +
         ", which an earlier version wrote; run `layercert certify DIR/instance.toml --out DIR` again with "
         "this "
         "version";
}

Arf scaled(const Integer &mantissa, slong exponent, slong largest) { // the mantissa is odd, or 0
  const slong top = exponent + static_cast<slong>(mpz_sizeinbase(mantissa.get_mpz_t(), 2));
  if (exponent < -largest || top > largest) {
    throw Unknown("a number beyond 2^(+-" + std::to_string(largest) + ")");
  }
  return Arf(mantissa).times_two_to(exponent);
}

// What both forms of a file have to check of a weight.
class Forms {
public:
  Forms(std::string file, Network &network) : file_(std::move(file)), network_(network) {}

  [[noreturn]] void fail(const std::string &what) const { throw Rejected(file_ + ": " + what); }

  std::uint32_t add(Weight weight) {
    network_.table.push_back(std::move(weight));
    return static_cast<std::uint32_t>(network_.table.size() - 1);
  }

  void add_angle(Weight &weight, ulong s, slong times) const {
    require_shift(s, weight.angle.empty() ? 0 : weight.angle.rbegin()->first);
    if (times == 0 || times < -kMostTimes || times > kMostTimes) {
      fail("an angle that is taken no times, or more than 2^30 times");
    }
    weight.angle.emplace_hint(weight.angle.end(), s, times);
  }

  Weight multiplier(std::vector<ulong> shifts, Arf m) const {
    ulong last = 0;
    for (const ulong s : shifts) {
      require_shift(s, last);
      last = s;
    }
    if (m.zero() || arf_is_int(m.times_two_to(64).get()) == 0) {
      fail("a multiplier that is 0, or no multiple of 2^-64");
    }
    Weight result;
    result.multipliers.insert({std::move(shifts), std::move(m)});
    return result;
  }

  Weight pi(Arf factor) const {
    if (factor.zero()) {
      fail("a multiple of pi that is 0");
    }
    Weight result;
    result.pi = std::move(factor);
    return result;
  }

  void require_terms(std::size_t terms) const {
    if (terms == 0 || terms > kMostNetworkTerms) {
      fail("a sum of no terms, or of more than 16");
    }
  }

  Weight constant(const std::string &text) {
    if (constants_.insert(text).second) {
      if (constants_.size() > kMostConstants || text.size() > kLongestConstant) {
        fail("more closed expressions, or a longer one, than this checker takes");
      }
      closed_value(text);
    }
    Weight result;
    result.constants.emplace(text, 1);
    return result;
  }

private:
  void require_shift(ulong s, ulong last) const {
    if (s <= last || s >= kShiftLimit) {
      fail("shifts that do not rise within 1..2^62 - 1");
    }
  }

  std::string file_;
  Network &network_;
  std::set<std::string> constants_;
};

// ---- JSON ----

Arf number(const std::string &text, slong largest) {
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
                    static_cast<slong>(even) + shift + (negative ? -1 : 1) * std::stol(exponent), largest);
  }
  return minus ? -result : result;
}

class JsonWeights {
public:
  explicit JsonWeights(Network &network) : forms_("network.json", network) {}

  void read_shared(const json &table) {
    for (const json &weight : table) {
      forms_.add(form(weight, 0));
      ++shared_;
    }
  }

  Reference operator()(const json &value) {
    if (value.is_object() && value.contains("shared")) {
      const ulong at = get_count(value, "shared");
      const json negate = value.value("negate", json(false));
      if (at >= shared_ || !negate.is_boolean() || value.size() > (value.contains("negate") ? 2 : 1)) {
        forms_.fail("a reference to no shared weight");
      }
      return {static_cast<std::uint32_t>(at), negate.get<bool>()};
    }
    if (!value.is_string()) {
      return {forms_.add(form(value, 0)), false};
    }
    const auto [at, fresh] = known_.try_emplace(value.get_ref<const std::string &>(), 0);
    if (fresh) {
      at->second = forms_.add(form(value, 0));
    }
    return {at->second, false};
  }

private:
  Weight form(const json &value, int sums) {
    if (value.is_string()) {
      return Weight(hexadecimal(value.get<std::string>()));
    }
    std::string keys;
    for (const auto &[key, inner] : value.items()) { // by rising name
      keys += value.is_object() ? key + " " : "";
    }
    Weight result;
    if (keys == "angle ") {
      for (const json &pair : list(value, "angle", 1)) {
        if (!pair.is_array() || pair.size() != 2 || !pair[0].is_number_unsigned() || !small(pair[1])) {
          forms_.fail("an angle that is no list of pairs [s, c] of whole numbers");
        }
        forms_.add_angle(result, pair[0].get<ulong>(), pair[1].get<slong>());
      }
    } else if (keys == "pi ") {
      result = forms_.pi(hexadecimal(get_text(value, "pi")));
    } else if (keys == "multiplier shifts ") {
      std::vector<ulong> shifts;
      for (const json &shift : list(value, "shifts", 0)) {
        if (!shift.is_number_unsigned()) {
          forms_.fail("shifts that are no whole numbers");
        }
        shifts.push_back(shift.get<ulong>());
      }
      result =
          forms_.multiplier(std::move(shifts), number(get_text(value, "multiplier"), kLargestMultiplier));
    } else if (keys == "constant ") {
      result = forms_.constant(get_text(value, "constant"));
    } else if (keys == "sum ") {
      if (sums == kDeepestSum) {
        forms_.fail("sums within sums to a depth of more than 16");
      }
      const json &terms = list(value, "sum", 0);
      forms_.require_terms(terms.size());
      for (const json &term : terms) {
        result += form(term, sums + 1);
      }
    } else {
      forms_.fail(
          "a weight that is no hexadecimal float and none of the forms angle, pi, multiplier, constant "
          "and sum; expected the keys of one of them");
    }
    return result;
  }

  const json &list(const json &value, const char *key, std::size_t least) const {
    const json &result = get_array(value, key);
    if (result.size() < least) {
      forms_.fail(std::string("the form ") + key + " without an entry");
    }
    return result;
  }
  static bool small(const json &value) { // fits a slong
    return value.is_number_integer() &&
           (!value.is_number_unsigned() || value.get<ulong>() <= static_cast<ulong>(kMostTimes));
  }

  Forms forms_;
  ulong shared_ = 0;
  std::unordered_map<std::string, std::uint32_t> known_; // hexadecimal floats by their texts
};

Affine affine_of(const json &value, JsonWeights &weights) {
  Affine result;
  result.bias = weights(get(value, "bias"));
  for (const json &pair : get_array(value, "weights")) {
    if (!pair.is_array() || pair.size() != 2 || !pair[0].is_number_unsigned() ||
        pair[0].get<ulong>() > kLargestCount) {
      throw Rejected("network.json: weights that are no pairs of a source and a weight");
    }
    result.weights.emplace_back(pair[0].get<std::uint32_t>(), weights(pair[1]));
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

class BinaryWeights {
public:
  BinaryWeights(Bytes &in, Network &network) : in_(in), forms_("network.lcn", network) {}

  void read() {
    const Form form = next();
    if (form != Sum) {
      forms_.add(content(form));
      return;
    }
    Weight sum;
    const ulong terms = count_;
    forms_.require_terms(terms);
    for (ulong i = 0; i < terms; ++i) {
      const Form term = next();
      if (term == Sum) {
        forms_.fail("a sum within a sum");
      }
      sum += content(term);
    }
    forms_.add(std::move(sum));
  }

private:
  static constexpr ulong kNegative = 256; // beside the form
  enum Form { Dyadic, Angle, Pi, MultiplierForm, Constant, Sum };

  Form next() { // and the sign and the count beside it
    const ulong tag = in_.number(4);
    const ulong form = tag % kNegative;
    minus_ = tag >= kNegative;
    count_ = in_.number(4);
    if (form > Sum || tag >= 2 * kNegative || (count_ != 0 && (form == Dyadic || form == Pi)) ||
        (minus_ && form != Dyadic && form != Pi && form != MultiplierForm)) {
      forms_.fail("a weight of no known form");
    }
    return static_cast<Form>(form);
  }

  Weight content(Form form) {
    Weight result;
    switch (form) {
    case Dyadic:
      result.dyadic = dyadic(kLargestExponent);
      break;
    case Angle:
      if (count_ == 0) {
        forms_.fail("an angle without an entry");
      }
      for (ulong i = count_; i > 0; --i) {
        const ulong s = in_.number(8);
        forms_.add_angle(result, s, static_cast<slong>(in_.number(8)));
      }
      break;
    case Pi:
      result = forms_.pi(dyadic(kLargestExponent));
      break;
    case MultiplierForm: {
      if (count_ > in_.left() / 8) {
        forms_.fail("a weight beyond the file");
      }
      std::vector<ulong> shifts(count_);
      for (ulong &shift : shifts) {
        shift = in_.number(8);
      }
      return forms_.multiplier(std::move(shifts), dyadic(kLargestMultiplier));
    }
    default: {
      const ulong padded = (count_ + 7) / 8 * 8;
      const std::string text(reinterpret_cast<const char *>(in_.take(padded)), padded);
      if (text.find_first_not_of('\0', count_) != std::string::npos) {
        forms_.fail("a closed expression that is not padded with zeros");
      }
      return forms_.constant(text.substr(0, count_));
    }
    }
    return result;
  }

  Arf dyadic(slong largest) {
    const auto exponent = static_cast<slong>(in_.number(8));
    const ulong n = in_.number(8);
    if (n > in_.left() / 8) {
      forms_.fail("a weight beyond the file");
    }
    if (exponent < -largest || exponent > largest) {
      throw Unknown("a weight beyond 2^(+-" + std::to_string(largest) + ")");
    }
    std::vector<ulong> limbs(n);
    for (ulong &limb : limbs) {
      limb = in_.number(8);
    }
    if (n != 0 ? limbs.front() % 2 == 0 || limbs.back() == 0 : exponent != 0) {
      forms_.fail("a number that is not in lowest terms");
    }
    if (n == 0 && minus_) {
      forms_.fail("minus zero");
    }
    mpz_import(mantissa_.get_mpz_t(), n, -1, sizeof(ulong), 0, 0, limbs.data());
    return minus_ ? -scaled(mantissa_, exponent, largest) : scaled(mantissa_, exponent, largest);
  }

  Bytes &in_;
  Forms forms_;
  ulong count_ = 0;
  bool minus_ = false; // of the number in a dyadic, pi or multiplier
  Integer mantissa_;
};

} // namespace

Arf hexadecimal(const std::string &text) { return number(text, kLargestExponent); }

Network read_network_json(const std::string &bytes) {
  const json root = parse_json(bytes, "network.json");
  const std::string format = get_text(root, "format");
  if (format == "layercert-network-1" || format == "layercert-network-2") {
    throw Rejected(again("network.json", "format " + format));
  }
  if (format != "layercert-network-3") {
    throw Rejected("network.json: not of format layercert-network-3");
  }
  Network result;
  result.d = get_count(root, "d");
  result.N = get_count(root, "N");
  result.depth = get_count(root, "depth");
  result.width = get_count(root, "width");
  JsonWeights weights(result);
  if (root.contains("shared")) {
    weights.read_shared(get_array(root, "shared"));
  }
  for (const json &layer : get_array(root, "hidden")) {
    result.hidden.emplace_back();
    for (const json &unit : get_array(layer, "units")) {
      const std::string activation = get_text(unit, "activation");
      if (activation != "relu" && activation != "sine") {
        throw Rejected("network.json: an activation other than relu and sine");
      }
      result.hidden.back().push_back(
          {get_count(unit, "index"), activation == "sine", affine_of(unit, weights)});
    }
  }
  for (const json &readout : get_array(root, "readouts")) {
    result.readouts.push_back(
        {get_count(readout, "level"), get_count(readout, "layer"), affine_of(readout, weights)});
  }
  return result;
}

Network read_network_binary(const std::string &bytes) {
  Bytes in(bytes);
  Network result;
  BinaryWeights table(in, result);
  const auto refuse = [](const char *what) { throw Rejected(std::string("network.lcn: ") + what); };
  const bool known = std::memcmp(in.take(8), "\x89LCN\r\n\x1a\n", 8) == 0;
  const ulong version = in.number(4);
  if (known && version == 1) {
    throw Rejected(again("network.lcn", "version 1"));
  }
  if (!known || version != 2 || in.number(4) != 0 || in.number(8) != bytes.size() || bytes.size() < 88) {
    refuse("the header is not that of version 2, or of another length");
  }
  if (sha256_bytes(bytes.substr(0, bytes.size() - 32)) != bytes.substr(bytes.size() - 32)) {
    refuse("damaged: the checksum differs");
  }
  in.end_at(bytes.size() - 32);
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
  for (ulong i = 0; i < weights; ++i) {
    table.read();
  }
  const auto reference = [&]() -> Reference {
    const ulong code = in.number(4);
    if (code / 2 >= weights || (code % 2 == 1 && result.table[code / 2].zero())) {
      refuse("a reference to no weight");
    }
    return {static_cast<std::uint32_t>(code / 2), code % 2 == 1};
  };
  const auto affine = [&] {
    Affine sum;
    sum.bias = reference();
    const ulong connections = in.count(8);
    for (ulong i = 0; i < connections; ++i) {
      const auto source = static_cast<std::uint32_t>(in.number(4));
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

// ---- networks of any layers ----

namespace {

Activation activation_named(const std::string &name) {
  for (const Activation known : {Activation::Identity, Activation::Relu, Activation::Sine, Activation::Cosine,
                                 Activation::Tanh, Activation::Sigmoid, Activation::Softplus}) {
    if (name == name_of(known)) {
      return known;
    }
  }
  throw Rejected("the network has an activation that this checker does not know");
}

// What is a row of units yet, of layers that are given one after the other.
class Row {
public:
  explicit Row(const Network &weights) : weights_(weights) {}
  Layers result;

  // `sources` has the slot of each unit that may be read, by its index; others are zero.
  Layers::Slot add(Activation activation, const Affine &sum, const std::map<ulong, Layers::Slot> &sources) {
    Layers::Unit unit;
    unit.activation = activation;
    unit.bias = number(sum.bias);
    for (const auto &[source, weight] : sum.weights) {
      const auto slot = sources.find(source);
      if (slot != sources.end()) {
        unit.terms.push_back({slot->second, number(weight)});
      }
    }
    return result.add(std::move(unit));
  }

private:
  Arf number(Reference at) const {
    const Weight weight = weights_.weight(at);
    if (!weight.is_dyadic()) {
      throw Unknown("a network of any layers with weights in closed form");
    }
    return weight.dyadic;
  }
  const Network &weights_;
};

// layer(m, add) adds every unit of hidden layer m; readout(k) gives the name, the layer and the sum of
// readout k.
template <class Unit, class Named>
Layers row_of(const Network &weights, ulong d, const std::vector<std::vector<Unit>> &hidden,
              const std::vector<Readout> &readouts, const Named &activation_of) {
  Row row(weights);
  row.result.d = d;
  std::vector<std::map<ulong, Layers::Slot>> slots(1);
  for (ulong j = 0; j < d; ++j) {
    slots[0].emplace(j, j);
  }
  for (const std::vector<Unit> &layer : hidden) {
    std::map<ulong, Layers::Slot> here;
    for (const Unit &unit : layer) {
      if (!here.emplace(unit.index, row.add(activation_of(unit), unit.sum, slots.back())).second) {
        throw Rejected("the network has two units of one layer with the same index");
      }
    }
    slots.push_back(std::move(here));
  }
  for (const Readout &readout : readouts) {
    if (readout.layer >= slots.size()) {
      throw Rejected("a readout of a layer that the network has not");
    }
    const Layers::Slot slot = row.add(Activation::Identity, readout.sum, slots[readout.layer]);
    row.result.readouts.push_back({std::to_string(readout.level), slot});
  }
  return std::move(row.result);
}

struct UnitOfAnyKind {
  ulong index = 0;
  Activation activation = Activation::Identity;
  Affine sum;
};

Layers read_layers_of_json(const json &root) {
  Network weights;
  JsonWeights read(weights);
  if (root.contains("shared")) {
    read.read_shared(get_array(root, "shared"));
  }
  std::vector<std::vector<UnitOfAnyKind>> hidden;
  for (const json &layer : get_array(root, "hidden")) {
    hidden.emplace_back();
    for (const json &unit : get_array(layer, "units")) {
      hidden.back().push_back(
          {get_count(unit, "index"), activation_named(get_text(unit, "activation")), affine_of(unit, read)});
    }
  }
  std::vector<Readout> readouts;
  for (const json &readout : get_array(root, "readouts")) {
    readouts.push_back({get_count(readout, "level"), get_count(readout, "layer"), affine_of(readout, read)});
  }
  return row_of(weights, get_count(root, "d"), hidden, readouts,
                [](const UnitOfAnyKind &unit) { return unit.activation; });
}

// layercert-layers-1: the row itself.
Layers read_row(const json &root) {
  Layers result;
  result.d = get_count(root, "d");
  const auto slot = [&](const json &value) {
    if (!value.is_number_unsigned() || value.get<ulong>() >= result.d + result.units.size()) {
      throw Rejected("layers.json: a source that does not stand before");
    }
    return static_cast<Layers::Slot>(value.get<ulong>());
  };
  for (const json &entry : get_array(root, "units")) {
    Layers::Unit unit;
    unit.activation = activation_named(get_text(entry, "activation"));
    unit.bias = hexadecimal(get_text(entry, "bias"));
    for (const json &pair : get_array(entry, "weights")) {
      if (!pair.is_array() || pair.size() != 2 || !pair[1].is_string()) {
        throw Rejected("layers.json: weights that are no pairs of a source and a weight");
      }
      unit.terms.push_back({slot(pair[0]), hexadecimal(pair[1].get<std::string>())});
    }
    if (entry.contains("factor")) {
      unit.has_factor = true;
      unit.factor = slot(entry.at("factor"));
    }
    result.add(std::move(unit));
  }
  for (const json &readout : get_array(root, "readouts")) {
    result.readouts.push_back({get_text(readout, "name"), slot(get(readout, "source"))});
  }
  return result;
}

} // namespace

Layers read_layers(const std::string &file, const std::string &bytes) {
  if (file == "network.lcn") {
    const Network network = read_network_binary(bytes);
    return row_of(network, network.d, network.hidden, network.readouts,
                  [](const Unit &unit) { return unit.sine ? Activation::Sine : Activation::Relu; });
  }
  const json root = parse_json(bytes, file);
  const std::string format = get_text(root, "format");
  if (format == "layercert-layers-1") {
    return read_row(root);
  }
  if (format != "layercert-network-1" && format != "layercert-network-2" && format != "layercert-network-3") {
    throw Rejected(file + ": of a format that this checker does not know");
  }
  return read_layers_of_json(root);
}

} // namespace checker
