#include "network_json.hpp"

#include "closed_constant.hpp"
#include "layercert/error.hpp"
#include "weight_table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <unordered_set>

namespace layercert {

namespace {

using internal::WeightTable;
using nlohmann::json;

// ---- writing --------------------------------------------------------------------------------------------

// A shorter weight is written wherever it is used, so that every reader of version 1 can read it: a weight of
// this size takes 64 kB, and the document, where some hundred weights have it, a few MB.
constexpr std::size_t kSharedBits = std::size_t{1} << 18;

class JsonWriter {
public:
  explicit JsonWriter(const Network &network)
      : network_(network), table_(network), forms_(!has_dyadic_weights(network)) {
    for (const WeightTable::Entry &entry : table_.entries()) {
      const bool shared = entry.uses > 1 && entry.value->bits() >= kSharedBits;
      places_.push_back(shared ? shared_++ : kInPlace);
    }
  }

  std::size_t size_estimate() const {
    constexpr std::size_t kFrame = 24; // what stands around a weight
    constexpr std::size_t kUnit = 96;
    std::size_t size = 256;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const WeightTable::Entry &entry = table_.entries()[i];
      const std::size_t digits = entry.value->bits() / 4 + kFrame;
      size += places_[i] == kInPlace ? entry.uses * digits : digits + entry.uses * 2 * kFrame;
    }
    for (const Layer &layer : network_.hidden) {
      size += kUnit * (layer.units.size() + 1);
    }
    return size + kUnit * network_.readouts.size();
  }

  std::string run() {
    out_.reserve(size_estimate());
    print("{{ \"format\": \"layercert-network-{}\", \"d\": {}, \"N\": {}, \"depth\": {}, \"width\": {},\n",
          forms_        ? 3
          : shared_ > 0 ? 2
                        : 1,
          network_.dimension, network_.N, network_.depth, network_.width);
    if (shared_ > 0) {
      write_table();
    }
    out_ += "  \"hidden\": [";
    for (std::size_t m = 0; m < network_.hidden.size(); ++m) {
      out_ += m == 0 ? "\n    { \"units\": [" : ",\n    { \"units\": [";
      const std::vector<Unit> &units = network_.hidden[m].units;
      for (std::size_t i = 0; i < units.size(); ++i) {
        const Unit &unit = units[i];
        print("{}\n      {{ \"index\": {}, \"role\": \"{}\", \"activation\": \"{}\", ", i == 0 ? "" : ",",
              unit.index, name_of(unit.role), name_of(unit.activation));
        write_affine(unit.bias, unit.weights);
      }
      out_ += " ] }";
    }
    out_ += " ],\n  \"readouts\": [";
    for (std::size_t l = 0; l < network_.readouts.size(); ++l) {
      const Readout &readout = network_.readouts[l];
      print("{}\n    {{ \"level\": {}, \"layer\": {}, ", l == 0 ? "" : ",", readout.level, readout.layer);
      write_affine(readout.bias, readout.weights);
    }
    out_ += " ] }\n";
    return std::move(out_);
  }

private:
  static constexpr std::size_t kInPlace = static_cast<std::size_t>(-1);

  template <class... Arguments>
  void print(fmt::format_string<Arguments...> format, Arguments &&...arguments) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Arguments>(arguments)...);
  }
  void write_table() {
    out_ += "  \"shared\": [";
    const char *separator = "\n    ";
    for (std::size_t i = 0; i < places_.size(); ++i) {
      if (places_[i] != kInPlace) {
        out_ += separator;
        const ClosedForm &value = *table_.entries()[i].value;
        write_form(value.leading_sign() < 0 ? -value : value);
        separator = ",\n    ";
      }
    }
    out_ += " ],\n";
  }
  void write_weight(const Weight &weight) {
    const WeightTable::Reference reference = table_.find(weight);
    const std::size_t place = places_[reference.index];
    if (place == kInPlace) {
      write_form(*weight);
    } else {
      print("{{\"shared\": {}{}}}", place, reference.negative ? ", \"negate\": true" : "");
    }
  }
  void write_dyadic(const Dyadic &value) {
    out_ += '"';
    value.append_to(out_);
    out_ += '"';
  }
  // One form by itself, several as a sum of them.
  void write_form(const ClosedForm &value) {
    if (value.is_dyadic()) {
      write_dyadic(value.dyadic());
      return;
    }
    const std::size_t begin = out_.size();
    std::size_t terms = 0;
    const auto open = [&](std::string_view text) {
      out_ += terms++ == 0 ? "" : ", ";
      out_ += text;
    };
    if (!value.dyadic().is_zero()) {
      open("");
      write_dyadic(value.dyadic());
    }
    if (!value.angles().empty()) {
      open("{\"angle\": [");
      const char *separator = "";
      for (const AngleTerm &term : value.angles()) {
        print("{}[{}, {}]", separator, term.shift, term.coefficient);
        separator = ", ";
      }
      out_ += "]}";
    }
    if (!value.pi_factor().is_zero()) {
      open("{\"pi\": ");
      write_dyadic(value.pi_factor());
      out_ += '}';
    }
    for (const MultiplierTerm &term : value.multipliers()) {
      open("{\"multiplier\": ");
      write_dyadic(term.m);
      print(", \"shifts\": [{}]}}", fmt::join(term.shifts, ", "));
    }
    for (const std::string &constant : value.constants()) {
      open("{\"constant\": ");
      out_ += json(constant).dump();
      out_ += '}';
    }
    if (terms > 1) {
      out_.insert(begin, "{\"sum\": [");
      out_ += "]}";
    }
  }
  void write_affine(const Weight &bias, const std::vector<Connection> &weights) {
    out_ += "\"bias\": ";
    write_weight(bias);
    out_ += ", \"weights\": [";
    for (std::size_t i = 0; i < weights.size(); ++i) {
      print("{}[{}, ", i == 0 ? "" : ", ", weights[i].source);
      write_weight(weights[i].weight);
      out_ += ']';
    }
    out_ += "] }";
  }

  const Network &network_;
  WeightTable table_;
  std::vector<std::size_t> places_; // of the table's entries, in the file's own table
  std::size_t shared_ = 0;
  bool forms_; // format 3
  std::string out_;
};

// ---- reading --------------------------------------------------------------------------------------------

constexpr const char *kFirstVersion = "layercert-network-1";
constexpr const char *kSecondVersion = "layercert-network-2";
constexpr const char *kThirdVersion = "layercert-network-3";
constexpr const char *kExpectedFormat =
    "expected an object with \"format\": \"layercert-network-1\", \"-2\" or \"-3\"";
constexpr std::uint64_t kLargestJsonInteger = 1000000000;
constexpr std::size_t kDeepestSum = 16;
constexpr std::size_t kMostJsonTerms = 16;          // of a sum
constexpr std::int64_t kFinestJsonMultiplier = -64; // as the decoder reads it

// Iterates over the text and shows how far the parser has come.
class Cursor {
public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char *;
  using reference = const char &;

  Cursor(const char *at, const char **shown) : at_(at), shown_(shown) {}
  reference operator*() const { return *at_; }
  Cursor &operator++() {
    *shown_ = ++at_;
    return *this;
  }
  Cursor operator++(int) {
    Cursor before = *this;
    ++*this;
    return before;
  }
  bool operator==(const Cursor &other) const { return at_ == other.at_; }

private:
  const char *at_;
  const char **shown_;
};

[[noreturn]] void fail_at(const std::string &name, std::string_view text, std::size_t at,
                          const std::string &message) {
  const std::string_view before = text.substr(0, std::min(at, text.size()));
  throw InputError(name, 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')),
                   message);
}

[[noreturn]] void fail_as_json(const std::string &name, std::string_view text, std::size_t at,
                               const std::string &reason) {
  constexpr std::size_t kShown = 200; // the reason quotes what was read last: megabytes, perhaps
  fail_at(name, text, at,
          "no valid JSON (truncated or damaged?): " + reason.substr(0, kShown) +
              (reason.size() > kShown ? "..." : ""));
}

// Takes every event and does nothing: what one is to notice is overridden.
struct IgnoringEvents : nlohmann::json_sax<json> {
  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(std::int64_t /*value*/) override { return true; }
  bool number_unsigned(std::uint64_t /*value*/) override { return true; }
  bool number_float(double /*value*/, const std::string & /*text*/) override { return true; }
  bool string(std::string & /*value*/) override { return true; }
  bool binary(json::binary_t & /*value*/) override { return true; }
  bool start_object(std::size_t /*size*/) override { return true; }
  bool key(std::string & /*value*/) override { return true; }
  bool end_object() override { return true; }
  bool start_array(std::size_t /*size*/) override { return true; }
  bool end_array() override { return true; }
};

// The "format" of a document in which it does not come first.
class FormatFinder final : public IgnoringEvents {
public:
  FormatFinder(std::string_view text, const std::string &name) : text_(text), name_(name) {}
  std::string run() {
    json::sax_parse(text_.begin(), text_.end(), this);
    return format_;
  }
  bool string(std::string &value) override {
    if (depth_ == 1 && at_format_) {
      format_ = value;
    }
    return true;
  }
  bool start_object(std::size_t /*size*/) override { return enter(); }
  bool start_array(std::size_t /*size*/) override { return enter(); }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }
  bool key(std::string &value) override {
    at_format_ = value == "format";
    return true;
  }
  bool parse_error(std::size_t position, const std::string & /*token*/,
                   const json::exception &error) override {
    fail_as_json(name_, text_, position, error.what());
  }

private:
  bool enter() {
    ++depth_;
    return true;
  }
  bool leave() {
    --depth_;
    return true;
  }

  std::string_view text_;
  const std::string &name_;
  std::size_t depth_ = 0;
  bool at_format_ = false;
  std::string format_;
};

// Places in the document where a value stands.
enum class Slot {
  Ignored, // under a key that says nothing to us
  Root,
  Format,
  Dimension,
  N,
  Depth,
  Width,
  Shared,
  SharedWeight,
  Hidden,
  Layer,
  Units,
  Unit,
  Index,
  Role,
  ActivationName,
  Bias,
  Weights,
  Pair,
  Source,
  PairWeight,
  Form, // the object in the place of a weight
  ReferenceIndex,
  ReferenceNegate,
  Angle,
  AnglePair,
  AngleShift,
  AngleCoefficient,
  PiFactor,
  Multiplier,
  Shifts,
  Shift,
  Constant,
  Terms,
  Term,
  Readouts,
  Readout,
  Level,
  LayerNumber,
};

struct Key {
  Slot object;
  std::string_view name;
  Slot value;
  bool required;
};
constexpr std::array kKeys{
    Key{Slot::Root, "format", Slot::Format, true},
    Key{Slot::Root, "d", Slot::Dimension, true},
    Key{Slot::Root, "N", Slot::N, true},
    Key{Slot::Root, "depth", Slot::Depth, true},
    Key{Slot::Root, "width", Slot::Width, true},
    Key{Slot::Root, "shared", Slot::Shared, false},
    Key{Slot::Root, "hidden", Slot::Hidden, true},
    Key{Slot::Root, "readouts", Slot::Readouts, true},
    Key{Slot::Layer, "units", Slot::Units, true},
    Key{Slot::Unit, "index", Slot::Index, true},
    Key{Slot::Unit, "role", Slot::Role, false},
    Key{Slot::Unit, "activation", Slot::ActivationName, true},
    Key{Slot::Unit, "bias", Slot::Bias, true},
    Key{Slot::Unit, "weights", Slot::Weights, true},
    Key{Slot::Form, "shared", Slot::ReferenceIndex, false},
    Key{Slot::Form, "negate", Slot::ReferenceNegate, false},
    Key{Slot::Form, "angle", Slot::Angle, false},
    Key{Slot::Form, "pi", Slot::PiFactor, false},
    Key{Slot::Form, "multiplier", Slot::Multiplier, false},
    Key{Slot::Form, "shifts", Slot::Shifts, false},
    Key{Slot::Form, "constant", Slot::Constant, false},
    Key{Slot::Form, "sum", Slot::Terms, false},
    Key{Slot::Readout, "level", Slot::Level, true},
    Key{Slot::Readout, "layer", Slot::LayerNumber, true},
    Key{Slot::Readout, "bias", Slot::Bias, true},
    Key{Slot::Readout, "weights", Slot::Weights, true},
};

// What an array holds at a place; Ignored where it may hold no more.
Slot element_of(Slot array, std::size_t place) {
  switch (array) {
  case Slot::Shared:
    return Slot::SharedWeight;
  case Slot::Hidden:
    return Slot::Layer;
  case Slot::Units:
    return Slot::Unit;
  case Slot::Weights:
    return Slot::Pair;
  case Slot::Readouts:
    return Slot::Readout;
  case Slot::Pair:
    return place == 0 ? Slot::Source : place == 1 ? Slot::PairWeight : Slot::Ignored;
  case Slot::Angle:
    return Slot::AnglePair;
  case Slot::AnglePair:
    return place == 0 ? Slot::AngleShift : place == 1 ? Slot::AngleCoefficient : Slot::Ignored;
  case Slot::Shifts:
    return Slot::Shift;
  case Slot::Terms:
    return Slot::Term;
  default:
    return Slot::Ignored;
  }
}

bool is_array(Slot slot) { return element_of(slot, 0) != Slot::Ignored; }

// Which forms of weights a version of the format has.
enum class Version { One = 1, Two, Three };

std::string expected(Slot slot, Version version) {
  switch (slot) {
  case Slot::Root:
  case Slot::Format:
    return kExpectedFormat;
  case Slot::ActivationName:
    return "expected \"relu\" or \"sine\"";
  case Slot::Bias:
  case Slot::PairWeight:
  case Slot::SharedWeight:
  case Slot::Term:
  case Slot::Form: {
    std::string text =
        slot == Slot::Form ? "expected" : "expected a hexadecimal float in quotes, such as \"-0x1.8p-3\"";
    const bool table = version != Version::One && slot != Slot::SharedWeight && slot != Slot::Term;
    if (version == Version::Three) {
      text += slot == Slot::Form ? "" : ", or";
      text += " an object with one of the keys \"angle\", \"pi\", \"multiplier\" (with \"shifts\"), "
              "\"constant\", \"sum\"";
      text += table ? ", \"shared\"" : "";
    } else if (table) {
      text += slot == Slot::Form ? " {\"shared\": its place in the table}"
                                 : ", or {\"shared\": its place in the table}";
    }
    return text;
  }
  case Slot::PiFactor:
  case Slot::Multiplier:
    return "expected a hexadecimal float in quotes, such as \"0x1p-2\"";
  case Slot::Constant:
    return "expected a closed expression in quotes, such as \"1/3\"";
  case Slot::AnglePair:
    return "expected [shift, coefficient]";
  case Slot::AngleShift:
  case Slot::Shift:
    return "expected a shift, a whole number from 1 to 2^62 - 1";
  case Slot::AngleCoefficient:
    return "expected a coefficient, a whole number from -2^30 to 2^30 other than 0";
  case Slot::Pair:
  case Slot::Source:
    return "expected [source, \"weight\"]";
  case Slot::ReferenceNegate:
    return "expected true or false";
  case Slot::Layer:
  case Slot::Unit:
  case Slot::Readout:
    return "expected an object";
  default:
    return is_array(slot)
               ? "expected an array"
               : fmt::format("expected an integer that is not negative, at most {}", kLargestJsonInteger);
  }
}

struct SameWeight {
  bool operator()(const Weight &a, const Weight &b) const noexcept { return *a == *b; }
};
struct HashOfWeight {
  std::size_t operator()(const Weight &weight) const noexcept { return internal::MagnitudeHash()(*weight); }
};

// Which networks a reader takes.
enum class Layers { OfConstruction, Any };

// Builds the network while the text is parsed: a tree of the document would hold all digits once more.
class JsonReader final : public IgnoringEvents {
public:
  JsonReader(std::string_view text, const std::string &name, Layers layers)
      : text_(text), name_(name), layers_(layers), position_(text.data()) {}

  Network run() {
    const char *const end = text_.data() + text_.size();
    json::sax_parse(Cursor(text_.data(), &position_), Cursor(end, &position_), this);
    resolve_references();
    if (const std::string fault =
            layers_ == Layers::Any ? first_fault_of_any_layers(network_) : first_fault(network_);
        !fault.empty()) {
      throw InputError(name_, 0, fault);
    }
    return std::move(network_);
  }

  bool null() override { return other_value(); }
  bool number_float(double /*value*/, const std::string & /*text*/) override { return other_value(); }
  bool number_integer(std::int64_t value) override {
    // Only negative numbers come here, and -0.
    if (value < 0 && peek() == Slot::AngleCoefficient) {
      next();
      take_coefficient(value);
      return true;
    }
    return value < 0 ? other_value() : number_unsigned(static_cast<std::uint64_t>(value));
  }

  bool boolean(bool value) override {
    const Slot slot = next();
    if (slot == Slot::ReferenceNegate) {
      forms_.back().negate = value;
    } else {
      unless_ignored(slot);
    }
    return true;
  }

  bool number_unsigned(std::uint64_t value) override {
    const Slot slot = next();
    if (slot == Slot::AngleShift || slot == Slot::Shift) {
      take_shift(value, slot);
      return true;
    }
    if (slot == Slot::AngleCoefficient) {
      take_coefficient(value > static_cast<std::uint64_t>(ClosedForm::kLargestCoefficient)
                           ? 0
                           : static_cast<std::int64_t>(value));
      return true;
    }
    int *const place = integer_at(slot);
    if (place == nullptr && slot != Slot::Dimension) {
      unless_ignored(slot);
    } else if (value > kLargestJsonInteger) {
      fail_here(expected(slot, version_));
    } else if (slot == Slot::Dimension) {
      network_.dimension = value;
    } else {
      *place = static_cast<int>(value);
    }
    return true;
  }

  bool string(std::string &value) override {
    const Slot slot = next();
    switch (slot) {
    case Slot::Format:
      set_format(value);
      break;
    case Slot::ActivationName:
      set_activation(value);
      break;
    case Slot::Role:
      for (int role = 0; role <= static_cast<int>(Role::SecondSine); ++role) {
        if (value == name_of(static_cast<Role>(role))) {
          unit_.role = static_cast<Role>(role);
        }
      }
      break;
    case Slot::SharedWeight:
    case Slot::Term:
    case Slot::Bias:
    case Slot::PairWeight:
      deliver(slot, parse_dyadic(value));
      break;
    case Slot::PiFactor:
      forms_.back().pi = parse_dyadic(value);
      if (forms_.back().pi->is_zero()) {
        fail_here("0 times pi; expected another multiple");
      }
      break;
    case Slot::Multiplier:
      forms_.back().m = parse_dyadic(value);
      break;
    case Slot::Constant:
      forms_.back().constant = value;
      break;
    default:
      unless_ignored(slot);
    }
    return true;
  }

  bool start_object(std::size_t /*size*/) override {
    Slot slot = next();
    switch (slot) {
    case Slot::Unit:
      unit_ = Unit();
      break;
    case Slot::Readout:
      readout_ = Readout();
      break;
    case Slot::Layer:
      network_.hidden.emplace_back();
      break;
    case Slot::SharedWeight:
    case Slot::Term:
    case Slot::Bias:
    case Slot::PairWeight:
      if (version_ == Version::One || (version_ == Version::Two && slot == Slot::SharedWeight)) {
        fail_here(expected(slot, version_));
      }
      if (forms_.size() > kDeepestSum) {
        fail_here(fmt::format("sums are nested more than {} deep", kDeepestSum));
      }
      forms_.emplace_back().slot = slot;
      slot = Slot::Form;
      break;
    case Slot::Root:
      break;
    default:
      unless_ignored(slot);
      ++ignored_depth_;
      return true;
    }
    stack_.push_back({slot});
    return true;
  }

  bool key(std::string &name) override {
    if (ignored_depth_ > 0) {
      return true;
    }
    Frame &frame = stack_.back();
    frame.value = Slot::Ignored;
    for (std::size_t i = 0; i < kKeys.size(); ++i) {
      if (kKeys[i].object == frame.slot && kKeys[i].name == name) {
        frame.value = kKeys[i].value;
        if ((frame.seen >> i & 1) != 0) {
          fail_here("is given twice"); // which of the two counts would depend on the reader
        }
        frame.seen |= std::uint32_t{1} << i;
      }
    }
    if (frame.slot == Slot::Form) {
      take_key(frame.value, name);
    }
    if (frame.value == Slot::Shared || frame.value == Slot::Hidden || frame.value == Slot::Readouts) {
      if (!has_format_) {
        set_format(FormatFinder(text_, name_).run());
      }
      if (frame.value == Slot::Shared && version_ == Version::One) {
        frame.value = Slot::Ignored; // in version 1 the key says nothing
      }
    }
    return true;
  }

  bool end_object() override {
    if (ignored_depth_ > 0) {
      --ignored_depth_;
      return true;
    }
    const Frame frame = stack_.back();
    stack_.pop_back();
    for (std::size_t i = 0; i < kKeys.size(); ++i) {
      const Slot value = kKeys[i].value;
      const bool says_nothing =
          layers_ == Layers::Any && (value == Slot::N || value == Slot::Depth || value == Slot::Width);
      if (kKeys[i].object == frame.slot && kKeys[i].required && !says_nothing && (frame.seen >> i & 1) == 0) {
        fail_here(kKeys[i].value == Slot::Format
                      ? std::string(kExpectedFormat)
                      : fmt::format("expected an object with the key \"{}\"", kKeys[i].name));
      }
    }
    if (frame.slot == Slot::Unit) {
      unit_.bias = std::move(bias_);
      unit_.weights = std::move(connections_);
      network_.hidden.back().units.push_back(std::move(unit_));
    } else if (frame.slot == Slot::Readout) {
      readout_.bias = std::move(bias_);
      readout_.weights = std::move(connections_);
      network_.readouts.push_back(std::move(readout_));
    } else if (frame.slot == Slot::Form) {
      finish_form();
    }
    return true;
  }

  bool start_array(std::size_t /*size*/) override {
    const Slot slot = next();
    if (is_array(slot)) {
      if (slot == Slot::Shifts) {
        forms_.back().has_shifts = true;
      }
      stack_.push_back({slot});
      if (slot == Slot::Weights) {
        connections_.clear();
      }
    } else {
      unless_ignored(slot);
      ++ignored_depth_;
    }
    return true;
  }

  bool end_array() override {
    if (ignored_depth_ > 0) {
      --ignored_depth_;
      return true;
    }
    const Frame frame = stack_.back();
    stack_.pop_back();
    if ((frame.slot == Slot::Pair || frame.slot == Slot::AnglePair) && frame.count != 2) {
      fail_here(expected(frame.slot, version_));
    } else if (frame.slot == Slot::Weights) {
      finish_connections();
    } else if (frame.slot == Slot::Units) {
      std::vector<Unit> &units = network_.hidden.back().units;
      std::sort(units.begin(), units.end(), [](const Unit &a, const Unit &b) { return a.index < b.index; });
    }
    return true;
  }

  bool parse_error(std::size_t position, const std::string & /*token*/,
                   const json::exception &error) override {
    fail_as_json(name_, text_, position, error.what());
  }

private:
  // An object or an array that is being read.
  struct Frame {
    Slot slot;
    Slot value = Slot::Ignored; // where the value stands that was begun last
    std::size_t count = 0;      // values begun so far
    std::uint32_t seen = 0;     // bit i: kKeys[i] was given
  };
  static_assert(kKeys.size() <= 32);

  struct Referred {
    std::shared_ptr<ClosedForm> weight; // empty until the table is complete: it may stand behind its uses
    std::size_t position;               // of the first use
    std::string where;
  };

  // An object in the place of a weight that is being read.
  struct OpenForm {
    Slot slot = Slot::Bias; // where its value goes
    int index = -1;         // into the table of shared weights
    std::optional<bool> negate;
    std::optional<Dyadic> pi;
    std::optional<Dyadic> m;
    bool has_shifts = false;
    std::vector<std::int64_t> shifts;
    std::vector<AngleTerm> angles;
    std::optional<std::string> constant;
    ClosedForm sum;
    std::size_t terms = 0;
  };

  Slot next() {
    if (ignored_depth_ > 0) {
      return Slot::Ignored;
    }
    if (stack_.empty()) {
      return Slot::Root;
    }
    Frame &frame = stack_.back();
    if (is_array(frame.slot)) {
      frame.value = element_of(frame.slot, frame.count);
      if (frame.value == Slot::Ignored) {
        const Slot array = frame.slot;
        stack_.pop_back();
        fail_here(expected(array, version_));
      }
    }
    ++frame.count;
    return frame.value;
  }
  // Where the next value stands, without beginning it.
  Slot peek() const {
    if (ignored_depth_ > 0 || stack_.empty()) {
      return Slot::Ignored;
    }
    const Frame &frame = stack_.back();
    return is_array(frame.slot) ? element_of(frame.slot, frame.count) : frame.value;
  }

  bool other_value() {
    unless_ignored(next());
    return true;
  }
  void unless_ignored(Slot slot) const {
    if (slot != Slot::Ignored && slot != Slot::Role) {
      fail_here(expected(slot, version_));
    }
  }

  // "hidden[0].units[3].weights[1]": the value that is being read.
  std::string where() const {
    std::string result;
    for (const Frame &frame : stack_) {
      if (is_array(frame.slot)) {
        if (frame.count > 0 && frame.slot != Slot::Pair) {
          result += fmt::format("[{}]", frame.count - 1);
        }
        continue;
      }
      for (const Key &key : kKeys) {
        if (key.object == frame.slot && key.value == frame.value) {
          result += result.empty() ? "" : ".";
          result += key.name;
        }
      }
    }
    return result;
  }
  // Without the character that the parser has to look at behind a number: it may be the end of the line.
  std::size_t position() const {
    return static_cast<std::size_t>(std::max<std::ptrdiff_t>(1, position_ - text_.data())) - 1;
  }
  [[noreturn]] void fail_here(const std::string &message) const {
    const std::string place = where();
    fail_at(name_, text_, position(), place.empty() ? message : place + ": " + message);
  }

  void set_activation(const std::string &value) {
    const Activation last = layers_ == Layers::Any ? Activation::Identity : Activation::Sine;
    for (int activation = 0; activation <= static_cast<int>(last); ++activation) {
      unit_.activation = static_cast<Activation>(activation);
      if (value == name_of(unit_.activation)) {
        return;
      }
    }
    fail_here(
        layers_ == Layers::Any
            ? fmt::format("found the activation \"{}\"; expected \"relu\", \"sine\", \"cosine\", \"tanh\", "
                          "\"sigmoid\", \"softplus\" or \"identity\"",
                          value.substr(0, 40))
            : expected(Slot::ActivationName, version_));
  }

  void set_format(const std::string &format) {
    if (format != kFirstVersion && format != kSecondVersion && format != kThirdVersion) {
      fail_at(name_, text_, position(), kExpectedFormat);
    }
    has_format_ = true;
    version_ = format == kFirstVersion    ? Version::One
               : format == kSecondVersion ? Version::Two
                                          : Version::Three;
  }

  int *integer_at(Slot slot) {
    switch (slot) {
    case Slot::N:
      return &network_.N;
    case Slot::Depth:
      return &network_.depth;
    case Slot::Width:
      return &network_.width;
    case Slot::Index:
      return &unit_.index;
    case Slot::Level:
      return &readout_.level;
    case Slot::LayerNumber:
      return &readout_.layer;
    case Slot::Source:
      return &source_;
    case Slot::ReferenceIndex:
      return &forms_.back().index;
    default:
      return nullptr;
    }
  }

  Dyadic parse_dyadic(const std::string &text) const {
    try {
      return Dyadic::parse(text);
    } catch (const std::invalid_argument &error) {
      fail_here(error.what());
    }
  }
  Weight referred(std::size_t index, bool negative) {
    Referred &result = referred_[{index, negative}];
    if (result.weight == nullptr) {
      result = {std::make_shared<ClosedForm>(), position(), where()};
    }
    return result.weight;
  }
  // A weight has been read: an entry of the table, a term of a sum, a bias, or the weight of a source.
  void deliver(Slot slot, ClosedForm value) {
    if (slot == Slot::SharedWeight) {
      shared_.push_back(std::move(value));
    } else if (slot == Slot::Term) {
      OpenForm &sum = forms_.back();
      sum.sum = sum.sum + value;
      if (++sum.terms > kMostJsonTerms) {
        fail_here(fmt::format("a sum of more than {} terms", kMostJsonTerms));
      }
    } else {
      // Equal weights share one number, however they were written.
      deliver_weight(slot, *weights_.insert(make_weight(std::move(value))).first);
    }
  }
  void deliver_weight(Slot slot, Weight weight) {
    if (slot == Slot::PairWeight) {
      connections_.push_back({source_, std::move(weight)});
    } else {
      bias_ = std::move(weight);
    }
  }

  // The key of an object in the place of a weight: one form has one key, a multiplier two, a reference
  // perhaps two.
  void take_key(Slot slot, const std::string &name) const {
    const Slot place = forms_.back().slot;
    const bool reference = slot == Slot::ReferenceIndex || slot == Slot::ReferenceNegate;
    if (version_ == Version::Two
            ? !reference && slot != Slot::Ignored
            : slot == Slot::Ignored || (reference && place != Slot::Bias && place != Slot::PairWeight)) {
      fail_here(fmt::format("found the key \"{}\" of a weight; {}", name.substr(0, 40),
                            expected(Slot::Form, version_)));
    }
  }
  void take_shift(std::uint64_t value, Slot slot) {
    OpenForm &form = forms_.back();
    const std::int64_t former = slot == Slot::Shift ? (form.shifts.empty() ? 0 : form.shifts.back())
                                                    : (form.angles.empty() ? 0 : form.angles.back().shift);
    if (value == 0 || value > static_cast<std::uint64_t>(ClosedForm::kLargestShift)) {
      fail_here(expected(slot, version_));
    }
    if (static_cast<std::int64_t>(value) <= former) {
      fail_here(fmt::format("found the shift {} behind {}; expected rising ones", value, former));
    }
    if (slot == Slot::Shift) {
      form.shifts.push_back(static_cast<std::int64_t>(value));
    } else {
      form.angles.push_back({static_cast<std::int64_t>(value), 0});
    }
  }
  void take_coefficient(std::int64_t value) {
    if (value == 0 || value > ClosedForm::kLargestCoefficient || value < -ClosedForm::kLargestCoefficient) {
      fail_here(expected(Slot::AngleCoefficient, version_));
    }
    forms_.back().angles.back().coefficient = value;
  }
  // The object in the place of a weight is complete.
  void finish_form() {
    const OpenForm form = std::move(forms_.back());
    forms_.pop_back();
    const int given = (form.index >= 0 ? 1 : 0) + (form.pi ? 1 : 0) + (form.m ? 1 : 0) +
                      (form.constant ? 1 : 0) + (form.angles.empty() ? 0 : 1) + (form.terms > 0 ? 1 : 0);
    if (given == 0 && version_ == Version::Two) {
      fail_here("expected an object with the key \"shared\"");
    }
    if (given != 1 || form.m.has_value() != form.has_shifts || (form.negate && form.index < 0)) {
      fail_here(expected(Slot::Form, version_));
    }
    if (form.index >= 0) {
      deliver_weight(form.slot, referred(static_cast<std::size_t>(form.index), form.negate.value_or(false)));
    } else if (form.pi) {
      deliver(form.slot, ClosedForm::pi(*form.pi));
    } else if (form.m) {
      if (form.m->is_zero() || form.m->exponent() < kFinestJsonMultiplier) {
        fail_here("a multiplier is no multiple of 2^-64, or 0; expected one other than 0");
      }
      deliver(form.slot, ClosedForm::multiplier(*form.m, form.shifts));
    } else if (form.constant) {
      try {
        parse_closed_constant(*form.constant);
      } catch (const std::invalid_argument &error) {
        fail_here(fmt::format("the constant: {}", error.what()));
      }
      deliver(form.slot, ClosedForm::constant(*form.constant));
    } else if (form.terms > 0) {
      deliver(form.slot, form.sum);
    } else {
      deliver(form.slot, ClosedForm::sum_of_angles(form.angles));
    }
  }
  void finish_connections() {
    std::sort(connections_.begin(), connections_.end(),
              [](const Connection &a, const Connection &b) { return a.source < b.source; });
    for (std::size_t i = 1; i < connections_.size(); ++i) {
      if (connections_[i].source == connections_[i - 1].source) {
        fail_here("source " + std::to_string(connections_[i].source) + " is given twice");
      }
    }
  }
  void resolve_references() {
    // Those that dangle are the last of the map; the one to tell is the first of the text.
    const auto dangling = referred_.lower_bound({shared_.size(), false});
    const auto first = std::min_element(dangling, referred_.end(), [](const auto &a, const auto &b) {
      return a.second.position < b.second.position;
    });
    if (first != referred_.end()) {
      fail_at(name_, text_, first->second.position,
              fmt::format("{}: refers to shared weight {}; the table \"shared\" holds {}",
                          first->second.where, first->first.first, shared_.size()));
    }
    // Backwards, so that the negative of an entry is taken before the entry itself is moved away.
    for (auto entry = referred_.rbegin(); entry != referred_.rend(); ++entry) {
      const auto [index, negative] = entry->first;
      *entry->second.weight = negative ? -shared_[index] : std::move(shared_[index]);
    }
  }

  std::string_view text_;
  const std::string &name_;
  Layers layers_;
  const char *position_;
  std::vector<Frame> stack_;
  std::size_t ignored_depth_ = 0;
  bool has_format_ = false;
  Version version_ = Version::One;

  Network network_;
  Unit unit_;
  Readout readout_;
  Weight bias_;
  std::vector<Connection> connections_;
  int source_ = 0;
  std::vector<OpenForm> forms_; // sums within sums
  std::vector<ClosedForm> shared_;
  std::map<std::pair<std::size_t, bool>, Referred> referred_;
  std::unordered_set<Weight, HashOfWeight, SameWeight> weights_;
};

} // namespace

std::string network_to_json(const Network &network) { return JsonWriter(network).run(); }

void write_network(const Network &network, std::ostream &out) { out << network_to_json(network); }

std::size_t json_size_estimate(const Network &network) { return JsonWriter(network).size_estimate(); }

Network network_from_json(std::string_view text, const std::string &name) {
  return JsonReader(text, name, Layers::OfConstruction).run();
}

Network network_of_any_layers(std::string_view text, const std::string &name) {
  return JsonReader(text, name, Layers::Any).run();
}

} // namespace layercert
