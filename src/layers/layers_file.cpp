#include "layers_file.hpp"

#include "layercert/error.hpp"
#include "layercert/numeric/dyadic.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cassert>
#include <iterator>

namespace layercert {

namespace {

using nlohmann::json;

constexpr std::string_view kFormat = "\"layercert-layers-1\"";
constexpr std::size_t kFormatStandsWithin = 4096; // bytes
constexpr int kDeepestJson = 100;
constexpr int kMostInputs = 1000;

std::string text_of(double weight) { return Dyadic::from_double(weight).to_string(); }

class RowReader {
public:
  explicit RowReader(std::string name) : name_(std::move(name)) {}

  LayeredNetwork read(std::string_view text) {
    const json root = parse(text);
    const json &d = get(root, "d");
    if (!d.is_number_unsigned() || d.get<std::uint64_t>() < 1 || d.get<std::uint64_t>() > kMostInputs) {
      fail("\"d\" is no number of inputs; expected 1 to 1000");
    }
    network_.dimension = d.get<std::size_t>();
    for (const json &entry : list(root, "units")) {
      read_unit(entry);
    }
    for (const json &entry : list(root, "readouts")) {
      network_.readouts.push_back(
          {words(entry, "name"), slot(get(entry, "source")), static_cast<int>(network_.readouts.size()) + 1});
    }
    if (network_.readouts.empty()) {
      fail("has no readout; expected one or more");
    }
    return std::move(network_);
  }

private:
  [[noreturn]] void fail(const std::string &what) const { throw InputError(name_, 0, what); }

  json parse(std::string_view text) const {
    const auto watch = [&](int depth, json::parse_event_t /*event*/, const json & /*parsed*/) {
      if (depth > kDeepestJson) {
        fail("brackets are nested more than 100 deep; expected fewer");
      }
      return true;
    };
    try {
      return json::parse(text, watch);
    } catch (const json::exception &error) { // 1e999 is no parse_error
      fail("expected JSON, cut off or damaged? (" + std::string(error.what()) + ")");
    }
  }
  const json &get(const json &object, const char *key) const {
    if (!object.is_object() || !object.contains(key)) {
      fail(fmt::format("\"{}\" is missing; expected layers.json as layercert writes it", key));
    }
    return object.at(key);
  }
  const json &list(const json &object, const char *key) const {
    const json &value = get(object, key);
    if (!value.is_array()) {
      fail(fmt::format("\"{}\" is no array", key));
    }
    return value;
  }
  std::string words(const json &object, const char *key) const {
    const json &value = get(object, key);
    if (!value.is_string()) {
      fail(fmt::format("\"{}\" is no string", key));
    }
    return value.get<std::string>();
  }
  Slot slot(const json &value) const {
    const auto end = network_.dimension + network_.units.size();
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() >= end) {
      fail("a source is no input and no unit that stands before; expected one of these");
    }
    return value.get<Slot>();
  }
  void read_weight(const json &value, double &number, std::int32_t &form) {
    try {
      const Dyadic exact = Dyadic::parse(value.is_string() ? value.get<std::string>() : std::string());
      network_.set_weight(make_weight(ClosedForm(exact)), number, form);
    } catch (const std::exception &) { // no number
      fail("a weight is no hexadecimal float; expected such as \"-0x1.8p-3\"");
    }
  }
  void read_unit(const json &entry) {
    LayerUnit unit;
    const std::string activation = words(entry, "activation");
    const auto last = static_cast<int>(Activation::Identity);
    int kind = 0;
    while (kind <= last && activation != name_of(static_cast<Activation>(kind))) {
      ++kind;
    }
    if (kind > last) {
      fail(fmt::format("found the activation \"{}\"; expected \"relu\", \"sine\", \"cosine\", \"tanh\", "
                       "\"sigmoid\", \"softplus\" or \"identity\"",
                       activation.substr(0, 40)));
    }
    unit.activation = static_cast<Activation>(kind);
    read_weight(get(entry, "bias"), unit.bias, unit.bias_form);
    const std::size_t first = network_.terms.size();
    for (const json &pair : list(entry, "weights")) {
      if (!pair.is_array() || pair.size() != 2) {
        fail("weights are no pairs of a source and a weight");
      }
      LinearTerm term;
      term.source = slot(pair[0]);
      read_weight(pair[1], term.weight, term.form);
      network_.terms.push_back(term);
    }
    if (entry.contains("factor")) {
      unit.factor = slot(entry.at("factor"));
    }
    network_.add(unit, first);
  }

  std::string name_;
  LayeredNetwork network_;
};

} // namespace

std::string layers_to_json(const LayeredNetwork &network) {
  assert(network.forms.empty());
  std::string text;
  const auto print = [&](auto format, const auto &...arguments) {
    fmt::format_to(std::back_inserter(text), fmt::runtime(format), arguments...);
  };
  print("{{ \"format\": {}, \"d\": {},\n  \"units\": [", kFormat, network.dimension);
  for (std::size_t i = 0; i < network.units.size(); ++i) {
    const LayerUnit &unit = network.units[i];
    print("{}\n    {{ \"activation\": \"{}\", \"bias\": \"{}\", \"weights\": [", i == 0 ? "" : ",",
          name_of(unit.activation), text_of(unit.bias));
    bool first = true;
    for (const LinearTerm &term : network.terms_of(unit)) {
      print("{}[{}, \"{}\"]", first ? "" : ", ", term.source, text_of(term.weight));
      first = false;
    }
    print("]");
    if (unit.factor >= 0) {
      print(", \"factor\": {}", unit.factor);
    }
    print(" }}");
  }
  print(" ],\n  \"readouts\": [");
  for (std::size_t i = 0; i < network.readouts.size(); ++i) {
    print("{}\n    {{ \"name\": {}, \"source\": {} }}", i == 0 ? "" : ",",
          json(network.readouts[i].name).dump(), network.readouts[i].slot);
  }
  print(" ] }}\n");
  return text;
}

bool is_row_of_layers(std::string_view text) {
  return text.substr(0, kFormatStandsWithin).find(kFormat) != std::string_view::npos;
}

LayeredNetwork layers_from_json(std::string_view text, const std::string &name) {
  return RowReader(name).read(text);
}

} // namespace layercert
