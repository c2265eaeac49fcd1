#include "network_binary.hpp"

#include "closed_constant.hpp"
#include "layercert/error.hpp"
#include "numeric/sha256.hpp"
#include "weight_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <stdexcept>
#include <type_traits>

namespace layercert {

namespace {

using internal::WeightTable;

// As in PNG: not ASCII, and any change of line ends or a cut at an end-of-file character shows at once.
constexpr std::string_view kMagic = "\x89LCN\r\n\x1a\n";
// Version 1 holds dyadic numbers, version 2 closed forms.
constexpr std::uint32_t kDyadicVersion = 1;
constexpr std::uint32_t kVersion = 2;
constexpr std::size_t kChecksumSize = 32;
constexpr std::size_t kHeaderSize = 56;
// The least bytes that an item takes: what a count may claim is bounded by them.
constexpr std::size_t kWeightSize = 16;
constexpr std::size_t kLayerSize = 4;
constexpr std::size_t kUnitSize = 16;
constexpr std::size_t kReadoutSize = 16;
constexpr std::size_t kConnectionSize = 8;
constexpr std::size_t kLimbSize = 8;
constexpr std::uint32_t kLargestInteger = 1000000000; // as in JSON
constexpr std::size_t kFormSize = 8;
constexpr std::size_t kAngleSize = 16;
constexpr std::size_t kShiftSize = 8;
constexpr std::size_t kMostTerms = 16;          // of a sum
constexpr std::int64_t kFinestMultiplier = -64; // as the decoder reads it

enum class Form : std::uint32_t { Dyadic, Angle, Pi, Multiplier, Constant, Sum };
constexpr std::uint32_t kNegative =
    256; // beside the form: minus the dyadic number of a dyadic, pi or multiplier

std::size_t padded(std::size_t bytes) { return (bytes + 7) / 8 * 8; }

class Writer {
public:
  explicit Writer(const Network &network)
      : network_(network), table_(network), forms_(!has_dyadic_weights(network)) {}

  std::string run() {
    const std::size_t size = file_size();
    out_.reserve(size);
    out_ += kMagic;
    put32(forms_ ? kVersion : kDyadicVersion);
    put32(0);
    put64(size);
    put32(network_.dimension);
    for (const int number : {network_.N, network_.depth, network_.width}) {
      put32(number);
    }
    put32(table_.entries().size());
    put32(network_.hidden.size());
    put32(network_.readouts.size());
    put32(0);
    for (const WeightTable::Entry &entry : table_.entries()) {
      put_entry(*entry.value);
    }
    for (const Layer &layer : network_.hidden) {
      put32(layer.units.size());
      for (const Unit &unit : layer.units) {
        put32(unit.index);
        put8(unit.activation == Activation::Sine ? 1 : 0);
        put8(static_cast<unsigned char>(unit.role));
        put8(0);
        put8(0);
        put_connections(unit.bias, unit.weights);
      }
    }
    for (const Readout &readout : network_.readouts) {
      put32(readout.level);
      put32(readout.layer);
      put_connections(readout.bias, readout.weights);
    }
    for (const unsigned char byte : sha256(out_)) {
      put8(byte);
    }
    assert(out_.size() == size);
    return std::move(out_);
  }

private:
  std::size_t file_size() const {
    std::size_t size = kHeaderSize + kChecksumSize;
    for (const WeightTable::Entry &entry : table_.entries()) {
      size += forms_ ? size_of_form(*entry.value) : size_of_dyadic(entry.value->dyadic());
    }
    for (const Layer &layer : network_.hidden) {
      size += kLayerSize;
      for (const Unit &unit : layer.units) {
        size += kUnitSize + kConnectionSize * unit.weights.size();
      }
    }
    for (const Readout &readout : network_.readouts) {
      size += kReadoutSize + kConnectionSize * readout.weights.size();
    }
    return size;
  }
  static std::size_t limbs(const Dyadic &value) { return (value.mantissa_bits() + 63) / 64; }
  static std::size_t size_of_dyadic(const Dyadic &value) { return kWeightSize + kLimbSize * limbs(value); }
  static std::size_t terms(const ClosedForm &value) {
    return (value.dyadic().is_zero() ? 0U : 1U) + (value.angles().empty() ? 0U : 1U) +
           (value.pi_factor().is_zero() ? 0U : 1U) + value.multipliers().size() + value.constants().size();
  }
  static std::size_t size_of_form(const ClosedForm &value) {
    std::size_t size = terms(value) == 1 ? 0 : kFormSize; // of the sum
    if (value.is_dyadic()) {
      return kFormSize + size_of_dyadic(value.dyadic());
    }
    size += value.dyadic().is_zero() ? 0 : kFormSize + size_of_dyadic(value.dyadic());
    size += value.angles().empty() ? 0 : kFormSize + kAngleSize * value.angles().size();
    size += value.pi_factor().is_zero() ? 0 : kFormSize + size_of_dyadic(value.pi_factor());
    for (const MultiplierTerm &term : value.multipliers()) {
      size += kFormSize + kShiftSize * term.shifts.size() + size_of_dyadic(term.m);
    }
    for (const std::string &constant : value.constants()) {
      size += kFormSize + padded(constant.size());
    }
    return size;
  }

  void put8(unsigned char value) { out_ += static_cast<char>(value); }
  template <class Integer> void put32(Integer value) {
    assert(std::in_range<std::uint32_t>(value));
    for (int shift = 0; shift < 32; shift += 8) {
      put8(static_cast<unsigned char>(static_cast<std::uint32_t>(value) >> shift));
    }
  }
  void put64(std::uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8) {
      put8(static_cast<unsigned char>(value >> shift));
    }
  }
  // Of a weight and its negative, the one whose leading term is positive.
  void put_entry(const ClosedForm &value) {
    const ClosedForm magnitude = value.leading_sign() < 0 ? -value : value;
    if (!forms_) {
      put_dyadic(magnitude.dyadic());
    } else {
      put_form(magnitude);
    }
  }
  void put_header(Form form, std::size_t count, bool negative = false) {
    put32(static_cast<std::uint32_t>(form) | (negative ? kNegative : 0));
    put32(count);
  }
  void put_form(const ClosedForm &value) {
    if (value.is_dyadic()) {
      put_header(Form::Dyadic, 0, value.dyadic().sign() < 0);
      put_dyadic(value.dyadic());
      return;
    }
    if (terms(value) > 1) {
      put_header(Form::Sum, terms(value));
    }
    if (!value.dyadic().is_zero()) {
      put_form(value.dyadic());
    }
    if (!value.angles().empty()) {
      put_header(Form::Angle, value.angles().size());
      for (const AngleTerm &term : value.angles()) {
        put64(static_cast<std::uint64_t>(term.shift));
        put64(static_cast<std::uint64_t>(term.coefficient)); // two's complement
      }
    }
    if (!value.pi_factor().is_zero()) {
      put_header(Form::Pi, 0, value.pi_factor().sign() < 0);
      put_dyadic(value.pi_factor());
    }
    for (const MultiplierTerm &term : value.multipliers()) {
      put_header(Form::Multiplier, term.shifts.size(), term.m.sign() < 0);
      for (const std::int64_t shift : term.shifts) {
        put64(static_cast<std::uint64_t>(shift));
      }
      put_dyadic(term.m);
    }
    for (const std::string &constant : value.constants()) {
      put_header(Form::Constant, constant.size());
      out_ += constant;
      out_.append(padded(constant.size()) - constant.size(), '\0');
    }
  }
  // The size of the number: the sign is in the form, or in the references.
  void put_dyadic(const Dyadic &value) {
    put64(static_cast<std::uint64_t>(value.exponent())); // two's complement
    put64(limbs(value));
    const std::size_t at = out_.size();
    out_.resize(at + kLimbSize * limbs(value));
    mpz_export(out_.data() + at, nullptr, -1, kLimbSize, -1, 0, value.mantissa().get_mpz_t());
  }
  void put_reference(const Weight &weight) {
    const WeightTable::Reference reference = table_.find(weight);
    put32(2 * reference.index + (reference.negative ? 1 : 0));
  }
  void put_connections(const Weight &bias, const std::vector<Connection> &weights) {
    put_reference(bias);
    put32(weights.size());
    for (const Connection &connection : weights) {
      put32(connection.source);
      put_reference(connection.weight);
    }
  }

  const Network &network_;
  WeightTable table_;
  bool forms_; // version 2
  std::string out_;
};

class Reader {
public:
  Reader(std::string_view bytes, const std::string &name) : bytes_(bytes), end_(bytes.size()), name_(name) {}

  Network run() {
    check_envelope();
    Network network;
    network.dimension = static_cast<std::size_t>(small_integer("a number of the shape"));
    for (int *number : {&network.N, &network.depth, &network.width}) {
      *number = small_integer("a number of the shape");
    }
    const std::size_t weights = take32();
    const std::size_t layers = take32();
    const std::size_t readouts = take32();
    if (const std::uint32_t zero = take32(); zero != 0) {
      fail(at_ - 4, fmt::format("found {}; expected 0", zero));
    }
    check_room(kHeaderSize - 16, weights, kWeightSize, "weights");
    for (std::size_t i = 0; i < weights; ++i) {
      positive_.push_back(make_weight(forms_ ? form() : dyadic()));
    }
    negative_.resize(weights);
    check_room(kHeaderSize - 12, layers, kLayerSize, "hidden layers");
    for (std::size_t m = 0; m < layers; ++m) {
      network.hidden.push_back(layer());
    }
    check_room(kHeaderSize - 8, readouts, kReadoutSize, "readouts");
    for (std::size_t l = 0; l < readouts; ++l) {
      Readout readout;
      readout.level = small_integer("a level");
      readout.layer = small_integer("a layer");
      readout.bias = reference();
      readout.weights = connections();
      network.readouts.push_back(std::move(readout));
    }
    if (at_ != end_) {
      fail(at_, fmt::format("{} bytes stand between the last readout and the checksum; expected none",
                            end_ - at_));
    }
    if (const std::string fault = first_fault(network); !fault.empty()) {
      throw InputError(name_, 0, fault);
    }
    return network;
  }

private:
  [[noreturn]] void fail(std::size_t at, const std::string &message) const {
    throw InputError(name_, 0, fmt::format("byte {}: {}", at, message));
  }

  // Magic, version, length and checksum; leaves the numbers between to be read, and end_ before the checksum.
  void check_envelope() {
    if (bytes_.substr(0, kMagic.size()) != kMagic) {
      throw InputError(
          name_, 0,
          "does not begin as a binary network (damaged, cut, or sent as text?); expected the bytes "
          "89 4c 43 4e 0d 0a 1a 0a");
    }
    if (bytes_.size() < kHeaderSize + kChecksumSize) {
      throw InputError(name_, 0,
                       fmt::format("truncated: found {} bytes; expected at least {}", bytes_.size(),
                                   kHeaderSize + kChecksumSize));
    }
    at_ = kMagic.size();
    const std::uint32_t version = take32();
    if (version != kDyadicVersion && version != kVersion) {
      fail(at_ - 4, fmt::format("found version {} of the binary network; expected {} or {}", version,
                                kDyadicVersion, kVersion));
    }
    forms_ = version == kVersion;
    if (const std::uint32_t zero = take32(); zero != 0) {
      fail(at_ - 4, fmt::format("found {}; expected 0", zero));
    }
    if (const std::uint64_t size = take64(); size != bytes_.size()) {
      throw InputError(name_, 0,
                       fmt::format("{}: found {} bytes; expected {}, as its header says",
                                   size > bytes_.size() ? "truncated" : "too long", bytes_.size(), size));
    }
    end_ = bytes_.size() - kChecksumSize;
    const std::array<unsigned char, kChecksumSize> sum = sha256(bytes_.substr(0, end_));
    if (std::memcmp(sum.data(), bytes_.data() + end_, sum.size()) != 0) {
      throw InputError(name_, 0, "damaged: the SHA-256 at its end is not that of its bytes");
    }
  }

  // Before anything of that many is allocated.
  void check_room(std::size_t at, std::uint64_t count, std::size_t item_size, const char *what) const {
    const std::size_t room = (end_ - at_) / item_size;
    if (count > room) {
      fail(at, fmt::format("found {} {}; expected at most {}, as the file is too short for more", count, what,
                           room));
    }
  }
  template <class Integer> Integer take(const char *what) {
    check_room(at_, 1, sizeof(Integer), what);
    std::make_unsigned_t<Integer> value = 0;
    for (std::size_t i = sizeof(Integer); i-- > 0;) {
      value = static_cast<std::make_unsigned_t<Integer>>(value << 8 |
                                                         static_cast<unsigned char>(bytes_[at_ + i]));
    }
    at_ += sizeof(Integer);
    return static_cast<Integer>(value);
  }
  std::uint8_t take8() {
    check_room(at_, 1, 1, "more byte");
    return static_cast<std::uint8_t>(bytes_[at_++]);
  }
  std::uint32_t take32() { return take<std::uint32_t>("more number of 4 bytes"); }
  std::uint64_t take64() { return take<std::uint64_t>("more number of 8 bytes"); }

  int small_integer(const char *what) {
    const std::uint32_t value = take32();
    if (value > kLargestInteger) {
      fail(at_ - 4, fmt::format("{} is {}; expected at most {}", what, value, kLargestInteger));
    }
    return static_cast<int>(value);
  }

  // One form of version 2; a sum holds others, but no sum.
  ClosedForm form(bool within_sum = false) {
    const std::size_t begin = at_;
    const std::uint32_t tag = take32();
    const std::uint32_t count = take32();
    const bool negative = (tag & kNegative) != 0;
    const auto expect_no_count = [&] {
      if (count != 0) {
        fail(begin + 4, fmt::format("found {}; expected 0", count));
      }
    };
    const auto signed_dyadic = [&] {
      const Dyadic value = dyadic();
      if (negative && value.is_zero()) {
        fail(begin, "minus zero; expected zero");
      }
      return negative ? -value : value;
    };
    const auto form = static_cast<Form>(tag & ~kNegative);
    if (negative && form != Form::Dyadic && form != Form::Pi && form != Form::Multiplier) {
      fail(begin, fmt::format("found form {} of a weight; expected one from 0 to 5", tag));
    }
    switch (form) {
    case Form::Dyadic:
      expect_no_count();
      return signed_dyadic();
    case Form::Pi:
      expect_no_count();
      if (Dyadic factor = signed_dyadic(); !factor.is_zero()) {
        return ClosedForm::pi(std::move(factor));
      }
      fail(begin, "0 times pi; expected another multiple");
    case Form::Angle:
      return angle(count);
    case Form::Multiplier: {
      check_room(begin + 4, count, kShiftSize, "shifts");
      std::vector<std::int64_t> shifts;
      for (std::uint32_t i = 0; i < count; ++i) {
        shifts.push_back(shift(shifts.empty() ? 0 : shifts.back()));
      }
      Dyadic m = signed_dyadic();
      if (m.is_zero() || m.exponent() < kFinestMultiplier) {
        fail(begin, "a multiplier is no multiple of 2^-64, or 0; expected one other than 0");
      }
      return ClosedForm::multiplier(std::move(m), std::move(shifts));
    }
    case Form::Constant:
      return constant(count);
    case Form::Sum: {
      if (within_sum || count == 0 || count > kMostTerms) {
        fail(begin, fmt::format("a sum of {} terms{}; expected 1 to {}, none of them a sum", count,
                                within_sum ? " within a sum" : "", kMostTerms));
      }
      ClosedForm sum;
      for (std::uint32_t i = 0; i < count; ++i) {
        sum = sum + this->form(true);
      }
      return sum;
    }
    }
    fail(begin, fmt::format("found form {} of a weight; expected one from 0 to 5", tag));
  }

  std::int64_t shift(std::int64_t former) {
    const std::uint64_t s = take64();
    if (s <= static_cast<std::uint64_t>(former) ||
        s > static_cast<std::uint64_t>(ClosedForm::kLargestShift)) {
      fail(at_ - 8, fmt::format("found the shift {}; expected rising ones from 1 to 2^62 - 1", s));
    }
    return static_cast<std::int64_t>(s);
  }

  ClosedForm angle(std::uint32_t count) {
    check_room(at_ - 4, count, kAngleSize, "angles");
    if (count == 0) {
      fail(at_ - 4, "an angle of no terms; expected at least one");
    }
    std::vector<AngleTerm> terms;
    for (std::uint32_t i = 0; i < count; ++i) {
      AngleTerm term;
      term.shift = shift(terms.empty() ? 0 : terms.back().shift);
      term.coefficient = static_cast<std::int64_t>(take64());
      if (term.coefficient == 0 || term.coefficient > ClosedForm::kLargestCoefficient ||
          term.coefficient < -ClosedForm::kLargestCoefficient) {
        fail(at_ - 8, fmt::format("found the coefficient {} of an angle; expected -2^30..2^30, not 0",
                                  term.coefficient));
      }
      terms.push_back(term);
    }
    return ClosedForm::sum_of_angles(std::move(terms));
  }

  ClosedForm constant(std::uint32_t count) {
    const std::size_t begin = at_;
    check_room(at_ - 4, count, 1, "bytes of a constant");
    check_room(at_ - 4, padded(count), 1, "bytes of a constant");
    std::string text(bytes_.substr(at_, count));
    at_ += count;
    for (; (at_ - begin) % 8 != 0; ++at_) {
      if (bytes_[at_] != 0) {
        fail(at_, "found a byte behind a constant; expected zeros");
      }
    }
    try {
      parse_closed_constant(text);
    } catch (const std::invalid_argument &error) {
      fail(begin, fmt::format("a constant: {}", error.what()));
    }
    return ClosedForm::constant(std::move(text));
  }

  Dyadic dyadic() {
    const std::size_t begin = at_;
    const auto exponent = static_cast<std::int64_t>(take64());
    const std::uint64_t limbs = take64();
    check_room(at_ - 8, limbs, kLimbSize, "limbs");
    if (exponent > Dyadic::kLargestExponent || exponent < -Dyadic::kLargestExponent ||
        (limbs == 0 && exponent != 0)) {
      fail(begin, fmt::format("the exponent of a weight is {}; expected -2^40..2^40, or 0 for the weight 0",
                              exponent));
    }
    mpz_class mantissa;
    mpz_import(mantissa.get_mpz_t(), limbs, -1, kLimbSize, -1, 0, bytes_.data() + at_);
    at_ += kLimbSize * limbs;
    if (limbs > 0 && (mpz_odd_p(mantissa.get_mpz_t()) == 0 || mpz_size(mantissa.get_mpz_t()) != limbs)) {
      fail(begin, "a weight is not in lowest terms; expected an odd mantissa whose last limb is not 0");
    }
    return Dyadic(std::move(mantissa), exponent);
  }

  Weight reference() {
    const std::uint32_t reference = take32();
    const std::size_t index = reference / 2;
    if (index >= positive_.size()) {
      fail(at_ - 4,
           fmt::format("refers to weight {}; expected one of the {} in the table", index, positive_.size()));
    }
    if (reference % 2 == 0) {
      return positive_[index];
    }
    if (positive_[index]->is_zero()) {
      fail(at_ - 4, "refers to minus zero; expected zero");
    }
    if (negative_[index] == nullptr) {
      negative_[index] = make_weight(-*positive_[index]);
    }
    return negative_[index];
  }

  std::vector<Connection> connections() {
    const std::uint32_t count = take32();
    check_room(at_ - 4, count, kConnectionSize, "connections");
    std::vector<Connection> result;
    result.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) {
      const int source = small_integer("a source");
      if (!result.empty() && source <= result.back().source) {
        fail(at_ - 4, fmt::format("source {} follows source {}; expected rising sources", source,
                                  result.back().source));
      }
      result.push_back({source, reference()});
    }
    return result;
  }

  Layer layer() {
    const std::uint32_t count = take32();
    check_room(at_ - 4, count, kUnitSize, "units");
    Layer result;
    result.units.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) {
      Unit unit;
      unit.index = small_integer("a unit's index");
      const std::uint8_t activation = take8();
      const std::uint8_t role = take8();
      const std::uint8_t zeros = take8() | take8();
      if (activation > 1 || role > static_cast<std::uint8_t>(Role::SecondSine) || zeros != 0) {
        fail(at_ - 4, fmt::format("activation {}, role {}; expected 0 or 1, 0..{}, and two bytes 0",
                                  activation, role, static_cast<int>(Role::SecondSine)));
      }
      unit.activation = activation == 1 ? Activation::Sine : Activation::Relu;
      unit.role = static_cast<Role>(role);
      unit.bias = reference();
      unit.weights = connections();
      result.units.push_back(std::move(unit));
    }
    return result;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  std::size_t end_;
  bool forms_ = false; // version 2
  const std::string &name_;
  std::vector<Weight> positive_; // the table
  std::vector<Weight> negative_; // made when first referred to
};

} // namespace

std::string network_to_binary(const Network &network) { return Writer(network).run(); }

Network network_from_binary(std::string_view bytes, const std::string &name) {
  return Reader(bytes, name).run();
}

// Either half of the beginning is enough, so that a damaged one is told as such.
bool looks_binary(std::string_view bytes) {
  return bytes.starts_with(kMagic.front()) ||
         bytes.substr(std::min<std::size_t>(1, bytes.size()), 3) == "LCN";
}

} // namespace layercert
