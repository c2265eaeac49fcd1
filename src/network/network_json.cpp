#include "layercert/network/network_json.hpp"

#include "layercert/error.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <map>
#include <ostream>
#include <sstream>

namespace layercert {

namespace {

using nlohmann::json;

void write_connections(const std::vector<Connection> &weights, std::ostream &out) {
  out << "\"weights\": [";
  for (std::size_t i = 0; i < weights.size(); ++i) {
    out << (i == 0 ? "" : ", ") << '[' << weights[i].source << ", \"" << weights[i].weight->to_string()
        << "\"]";
  }
  out << ']';
}

class Reader {
public:
  explicit Reader(std::string name) : name_(std::move(name)) {}

  Network network(const json &root) {
    if (!root.is_object() || root.value("format", json()) != json("layercert-network-1")) {
      fail("", "expected an object with \"format\": \"layercert-network-1\"");
    }
    Network result;
    result.dimension = integer(root, "d", "");
    result.N = integer(root, "N", "");
    result.depth = integer(root, "depth", "");
    result.width = integer(root, "width", "");
    const json &hidden = array(root, "hidden", "");
    for (std::size_t m = 0; m < hidden.size(); ++m) {
      const std::string where = "hidden[" + std::to_string(m) + "]";
      Layer layer;
      const json &units = array(hidden[m], "units", where);
      for (std::size_t i = 0; i < units.size(); ++i) {
        layer.units.push_back(unit(units[i], where + ".units[" + std::to_string(i) + "]"));
      }
      std::sort(layer.units.begin(), layer.units.end(),
                [](const Unit &a, const Unit &b) { return a.index < b.index; });
      result.hidden.push_back(std::move(layer));
    }
    const json &readouts = array(root, "readouts", "");
    for (std::size_t l = 0; l < readouts.size(); ++l) {
      const std::string where = "readouts[" + std::to_string(l) + "]";
      result.readouts.push_back({integer(readouts[l], "level", where), integer(readouts[l], "layer", where),
                                 weight(member(readouts[l], "bias", where), where + ".bias"),
                                 connections(readouts[l], where)});
    }
    if (const std::string fault = first_fault(result); !fault.empty()) {
      fail("", fault);
    }
    return result;
  }

private:
  [[noreturn]] void fail(const std::string &where, const std::string &message) const {
    throw InputError(name_, 0, where.empty() ? message : where + ": " + message);
  }
  const json &member(const json &object, const char *key, const std::string &where) const {
    if (!object.is_object() || !object.contains(key)) {
      fail(where, std::string("expected an object with the key \"") + key + "\"");
    }
    return object[key];
  }
  int integer(const json &object, const char *key, const std::string &where) const {
    const json &value = member(object, key, where);
    if (!value.is_number_integer() || value.get<double>() < 0 || value.get<double>() > 1e9) {
      fail(where.empty() ? key : where + "." + key, "expected an integer that is not negative");
    }
    return value.get<int>();
  }
  const json &array(const json &object, const char *key, const std::string &where) const {
    const json &value = member(object, key, where);
    if (!value.is_array()) {
      fail(where.empty() ? key : where + "." + key, "expected an array");
    }
    return value;
  }
  Weight weight(const json &value, const std::string &where) {
    if (!value.is_string()) {
      fail(where, "expected a hexadecimal float in quotes, such as \"-0x1.8p-3\"");
    }
    const std::string &text = value.get_ref<const std::string &>();
    const auto found = weights_.find(text);
    if (found != weights_.end()) {
      return found->second;
    }
    try {
      return weights_.emplace(text, make_weight(Dyadic::parse(text))).first->second;
    } catch (const std::invalid_argument &error) {
      fail(where, error.what());
    }
  }
  std::vector<Connection> connections(const json &object, const std::string &where) {
    std::vector<Connection> result;
    const json &list = array(object, "weights", where);
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::string at = where + ".weights[" + std::to_string(i) + "]";
      if (!list[i].is_array() || list[i].size() != 2 || !list[i][0].is_number_integer() ||
          list[i][0].get<double>() < 0 || list[i][0].get<double>() > 1e9) {
        fail(at, "expected [source, \"weight\"]");
      }
      result.push_back({list[i][0].get<int>(), weight(list[i][1], at)});
    }
    std::sort(result.begin(), result.end(),
              [](const Connection &a, const Connection &b) { return a.source < b.source; });
    for (std::size_t i = 1; i < result.size(); ++i) {
      if (result[i].source == result[i - 1].source) {
        fail(where, "source " + std::to_string(result[i].source) + " is given twice");
      }
    }
    return result;
  }
  Unit unit(const json &object, const std::string &where) {
    Unit result;
    result.index = integer(object, "index", where);
    const json &activation = member(object, "activation", where);
    if (activation != json("relu") && activation != json("sine")) {
      fail(where + ".activation", "expected \"relu\" or \"sine\"");
    }
    result.activation = activation == json("relu") ? Activation::Relu : Activation::Sine;
    if (object.contains("role") && object["role"].is_string()) {
      for (int role = 0; role <= static_cast<int>(Role::SecondSine); ++role) {
        if (object["role"].get_ref<const std::string &>() == name_of(static_cast<Role>(role))) {
          result.role = static_cast<Role>(role);
        }
      }
    }
    result.bias = weight(member(object, "bias", where), where + ".bias");
    result.weights = connections(object, where);
    return result;
  }

  std::string name_;
  std::map<std::string, Weight, std::less<>> weights_; // equal texts share one number
};

} // namespace

void write_network(const Network &network, std::ostream &out) {
  out << "{ \"format\": \"layercert-network-1\", \"d\": " << network.dimension << ", \"N\": " << network.N
      << ", \"depth\": " << network.depth << ", \"width\": " << network.width << ",\n  \"hidden\": [";
  for (std::size_t m = 0; m < network.hidden.size(); ++m) {
    out << (m == 0 ? "" : ",") << "\n    { \"units\": [";
    const std::vector<Unit> &units = network.hidden[m].units;
    for (std::size_t i = 0; i < units.size(); ++i) {
      const Unit &unit = units[i];
      out << (i == 0 ? "" : ",") << "\n      { \"index\": " << unit.index << ", \"role\": \""
          << name_of(unit.role) << "\", \"activation\": \""
          << (unit.activation == Activation::Relu ? "relu" : "sine") << "\", \"bias\": \""
          << unit.bias->to_string() << "\", ";
      write_connections(unit.weights, out);
      out << " }";
    }
    out << " ] }";
  }
  out << " ],\n  \"readouts\": [";
  for (std::size_t l = 0; l < network.readouts.size(); ++l) {
    const Readout &readout = network.readouts[l];
    out << (l == 0 ? "" : ",") << "\n    { \"level\": " << readout.level << ", \"layer\": " << readout.layer
        << ", \"bias\": \"" << readout.bias->to_string() << "\", ";
    write_connections(readout.weights, out);
    out << " }";
  }
  out << " ] }\n";
}

Network read_network(const std::filesystem::path &file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  if (!in || !(text << in.rdbuf())) {
    throw InputError(file.string(), 0, "cannot be read; expected a network.json");
  }
  return parse_network(std::move(text).str(), file.string());
}

Network parse_network(const std::string &text, const std::string &name) {
  json root;
  try {
    root = json::parse(text);
  } catch (const json::parse_error &error) {
    const std::size_t at = std::min(error.byte, text.size());
    const auto line = static_cast<std::size_t>(
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
    throw InputError(name, line + 1, "no valid JSON (truncated or damaged?): " + std::string(error.what()));
  }
  return Reader(name).network(root);
}

} // namespace layercert
