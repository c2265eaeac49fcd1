// The graph is walked once, node by node. A value is an array of numbers, or of slots: then each of its
// entries is a unit of the network that is built on the way. An operator that is affine makes units with the
// identity, simplified() takes away those that only pass on.
#include "onnx_reader.hpp"

#include "layercert/error.hpp"

#ifdef LAYERCERT_HAS_ONNX

#include "instance/nearest_name.hpp"
#include "layercert/instance/instance.hpp"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <map>
#include <optional>

namespace layercert {

namespace {

using Dims = std::vector<std::int64_t>;

constexpr int kDeepestMessage =
    32; // messages within messages; a graph without loops and branches has about ten
constexpr std::uint64_t kBytesOfParameter = 96; // the file, the message, the array and the network's term
constexpr std::uint64_t kPartOfMemory = 2;
constexpr std::size_t kMostNodes = 1 << 20;
constexpr std::int64_t kFirstOpset = 7; // broadcasting as it is today

// Numbers, or slots of the network, in the order of rows.
struct Value {
  Dims dims;
  bool constant = true;
  std::vector<double> numbers;
  std::vector<std::int64_t> integers; // of an integer tensor, for shapes; then numbers is empty
  bool integer = false;
  std::vector<Slot> slots;

  std::size_t size() const { return constant ? (integer ? integers.size() : numbers.size()) : slots.size(); }
};

std::string text_of(const Dims &dims) { return fmt::format("[{}]", fmt::join(dims, ", ")); }

double double_of_half(std::uint16_t bits) {
  const int exponent = bits >> 10 & 31;
  const int fraction = bits & 1023;
  const double magnitude = exponent == 0    ? std::ldexp(fraction, -24)
                           : exponent == 31 ? (fraction == 0 ? std::numeric_limits<double>::infinity()
                                                             : std::numeric_limits<double>::quiet_NaN())
                                            : std::ldexp(1024 + fraction, exponent - 25);
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

double double_of_bfloat(std::uint16_t bits) {
  return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16));
}

// What to do instead, of operators that people are likely to meet.
std::string way_around(const std::string &op) {
  static const std::map<std::string, std::string> ways{
      {"LeakyRelu", "Relu(x) - a Relu(-x), with Relu, Neg, Mul and Sub"},
      {"PRelu", "Relu(x) - a Relu(-x), with Relu, Neg, Mul and Sub"},
      {"Abs", "Relu(x) + Relu(-x)"},
      {"Max", "a + Relu(b - a)"},
      {"Min", "a - Relu(a - b)"},
      {"Clip", "Relu twice: l + Relu(x - l) - Relu(x - u)"},
      {"HardSigmoid", "Relu twice, as for Clip"},
      {"Div", "Mul by a constant"},
      {"Pow", "Mul of a value by itself"},
      {"Sum", "Add"},
      {"Mean", "Add, and Mul by a constant"},
      {"Softmax", "Sigmoid for two classes"},
      {"LogSoftmax", "Softplus for two classes"},
      {"Elu", "Softplus, Tanh or Relu"},
      {"Selu", "Softplus, Tanh or Relu"},
      {"Celu", "Softplus, Tanh or Relu"},
      {"Gelu", "x Sigmoid(1.702 x), which is another function, with Mul and Sigmoid"},
      {"Erf", "Tanh, which is another function"},
      {"Exp", "Softplus, Sigmoid or Tanh"},
      {"Log", "Softplus"},
      {"Softsign", "Tanh"},
      {"Tan", "Sin and Cos"},
      {"Conv", "Gemm, with the kernel written out as a matrix"},
      {"BatchNormalization", "Mul and Add by constants, as exporters fold it for inference"},
      {"LayerNormalization", "Gemm, Mul and Add: a network without it"},
      {"Dropout", "the graph exported for inference, where it is left out"},
      {"Gather", "Slice"},
      {"Split", "Slice"},
      {"Transpose", "Gemm with transA or transB"},
      {"Expand", "Reshape, or the broadcasting of Add and Mul"},
      {"Einsum", "MatMul"},
  };
  const auto found = ways.find(op);
  return found != ways.end()
             ? found->second
             : "Gemm, MatMul, Add, Sub, Mul, Neg, Relu, Sin, Cos, Tanh, Sigmoid, Softplus, Concat, "
               "Slice, Reshape, Flatten, Squeeze, Unsqueeze, Identity and Constant";
}

class Importer {
public:
  explicit Importer(const std::string &name) : name_(name) {}

  LayeredNetwork run(const onnx::ModelProto &model) {
    check_model(model);
    const onnx::GraphProto &graph = model.graph();
    check_memory(graph);
    for (const onnx::TensorProto &tensor : graph.initializer()) {
      values_[tensor.name()] = tensor_value(tensor, "initializer \"" + tensor.name() + "\"");
    }
    take_inputs(graph);
    if (static_cast<std::size_t>(graph.node_size()) > kMostNodes) {
      fail(fmt::format("has {} nodes; expected at most {}", graph.node_size(), kMostNodes));
    }
    for (int i = 0; i < graph.node_size(); ++i) {
      node_ = &graph.node(i);
      where_ = fmt::format("node {} ({}{})", i, node_->op_type(),
                           node_->name().empty() ? "" : " \"" + node_->name() + "\"");
      apply();
    }
    where_.clear();
    take_outputs(graph);
    return std::move(network_);
  }

private:
  [[noreturn]] void fail(const std::string &message) const {
    throw InputError(name_, 0, where_.empty() ? message : where_ + ": " + message);
  }

  void check_model(const onnx::ModelProto &model) {
    if (!model.has_graph() || model.graph().output_size() == 0) {
      fail("holds no graph with outputs (truncated?); expected an ONNX model");
    }
    std::int64_t opset = 0;
    for (const onnx::OperatorSetIdProto &import : model.opset_import()) {
      if (import.domain().empty() || import.domain() == "ai.onnx") {
        opset = import.version();
      }
    }
    if (opset < kFirstOpset) {
      fail(fmt::format("has the operator set {}; expected {} or later", opset, kFirstOpset));
    }
    if (model.graph().sparse_initializer_size() > 0) {
      fail("has sparse initializers; expected dense ones");
    }
  }

  // Before any of it is copied: what the shapes say, whether or not the data are there.
  void check_memory(const onnx::GraphProto &graph) {
    std::uint64_t parameters = 0;
    const auto count = [&](const onnx::TensorProto &tensor) {
      std::uint64_t size = 1;
      for (const std::int64_t dim : tensor.dims()) {
        if (dim < 0 || (dim > 0 && size > (std::uint64_t{1} << 60) / static_cast<std::uint64_t>(dim))) {
          fail(fmt::format("initializer \"{}\" has the shape {}; expected one that memory holds",
                           tensor.name(), text_of(Dims(tensor.dims().begin(), tensor.dims().end()))));
        }
        size *= static_cast<std::uint64_t>(dim);
      }
      parameters += std::min(size, std::uint64_t{1} << 60);
    };
    for (const onnx::TensorProto &tensor : graph.initializer()) {
      count(tensor);
      check_terms(parameters);
    }
  }
  void check_terms(std::uint64_t parameters) const {
    const std::uint64_t memory = physical_memory_bytes() / kPartOfMemory;
    if (parameters > memory / kBytesOfParameter) {
      fail(fmt::format(
          "has {} parameters, for which it would need about {:.1f} GB of memory; expected at most {}, "
          "{:.1f} GB on this machine",
          parameters, static_cast<double>(parameters) * static_cast<double>(kBytesOfParameter) / 1e9,
          memory / kBytesOfParameter, static_cast<double>(memory) / 1e9));
    }
  }

  // No file but the model's own is opened.
  void refuse_other_files(const onnx::TensorProto &tensor, const std::string &what) const {
    if (tensor.data_location() == onnx::TensorProto::EXTERNAL || tensor.external_data_size() > 0) {
      std::string location;
      for (const onnx::StringStringEntryProto &entry : tensor.external_data()) {
        location = entry.key() == "location" ? entry.value() : location;
      }
      fail(fmt::format(
          "{} has its data in another file, \"{}\", which is not opened; expected them in the model "
          "itself (onnx.save(model, file) after onnx.load(file))",
          what, location));
    }
  }

  // The product of the dims.
  std::uint64_t numbers_of(const std::vector<std::int64_t> &dims, const std::string &what) const {
    std::uint64_t size = 1;
    for (const std::int64_t dim : dims) {
      if (dim < 0 || size > std::uint64_t{1} << 40) {
        fail(fmt::format("{} has the shape {}; expected one that memory holds", what, text_of(dims)));
      }
      size *= static_cast<std::uint64_t>(dim);
    }
    return size;
  }

  void require_finite(const Value &value, const std::string &what) const {
    for (std::size_t i = 0; i < value.numbers.size(); ++i) {
      if (!std::isfinite(value.numbers[i])) {
        fail(fmt::format("{} holds {} at place {}; expected finite numbers", what,
                         std::isnan(value.numbers[i]) ? "NaN" : "an infinite number", i));
      }
    }
  }

  // The numbers stand in a field of their type, or as the bytes of `raw_data`.
  Value tensor_value(const onnx::TensorProto &tensor, const std::string &what) const {
    refuse_other_files(tensor, what);
    Value value;
    value.dims.assign(tensor.dims().begin(), tensor.dims().end());
    const std::uint64_t size = numbers_of(value.dims, what);
    const std::string &raw = tensor.raw_data();
    const auto expect = [&](std::uint64_t found) {
      if (found != size) {
        fail(fmt::format("{} of shape {} holds {} numbers; expected {}", what, text_of(value.dims), found,
                         size));
      }
    };
    const auto copy_raw = [&]<class Number>(Number /*type*/, auto take) {
      expect(raw.size() % sizeof(Number) == 0 ? raw.size() / sizeof(Number) : size + 1);
      for (std::size_t i = 0; i < size; ++i) { // little-endian, as this machine
        Number number;
        std::memcpy(&number, raw.data() + i * sizeof(Number), sizeof(Number));
        take(number);
      }
    };
    const auto number = [&](double x) { value.numbers.push_back(x); };
    switch (tensor.data_type()) {
    case onnx::TensorProto::FLOAT:
      if (!raw.empty()) {
        copy_raw(float{}, [&](float x) { number(static_cast<double>(x)); });
      } else {
        expect(static_cast<std::uint64_t>(tensor.float_data_size()));
        value.numbers.assign(tensor.float_data().begin(), tensor.float_data().end());
      }
      break;
    case onnx::TensorProto::DOUBLE:
      if (!raw.empty()) {
        copy_raw(double{}, number);
      } else {
        expect(static_cast<std::uint64_t>(tensor.double_data_size()));
        value.numbers.assign(tensor.double_data().begin(), tensor.double_data().end());
      }
      break;
    case onnx::TensorProto::FLOAT16:
    case onnx::TensorProto::BFLOAT16: {
      const bool half = tensor.data_type() == onnx::TensorProto::FLOAT16;
      const auto take = [&](std::uint16_t bits) {
        number(half ? double_of_half(bits) : double_of_bfloat(bits));
      };
      if (!raw.empty()) {
        copy_raw(std::uint16_t{}, take);
      } else {
        expect(static_cast<std::uint64_t>(tensor.int32_data_size()));
        for (const std::int32_t bits : tensor.int32_data()) {
          take(static_cast<std::uint16_t>(bits));
        }
      }
      break;
    }
    case onnx::TensorProto::INT64:
    case onnx::TensorProto::INT32: {
      value.integer = true;
      const auto take = [&](std::int64_t x) { value.integers.push_back(x); };
      const bool wide = tensor.data_type() == onnx::TensorProto::INT64;
      if (!raw.empty() && wide) {
        copy_raw(std::int64_t{}, take);
      } else if (!raw.empty()) {
        copy_raw(std::int32_t{}, take);
      } else if (wide) {
        expect(static_cast<std::uint64_t>(tensor.int64_data_size()));
        value.integers.assign(tensor.int64_data().begin(), tensor.int64_data().end());
      } else {
        expect(static_cast<std::uint64_t>(tensor.int32_data_size()));
        value.integers.assign(tensor.int32_data().begin(), tensor.int32_data().end());
      }
      break;
    }
    default:
      fail(fmt::format(
          "{} has the type {}; expected float16, bfloat16, float, double, or whole numbers as shapes", what,
          onnx::TensorProto::DataType_IsValid(tensor.data_type())
              ? onnx::TensorProto::DataType_Name(static_cast<onnx::TensorProto::DataType>(tensor.data_type()))
              : std::to_string(tensor.data_type())));
    }
    require_finite(value, what);
    return value;
  }

  // One input, a vector; its shape is fixed.
  void take_inputs(const onnx::GraphProto &graph) {
    for (const onnx::ValueInfoProto &input : graph.input()) {
      if (values_.find(input.name()) != values_.end()) {
        continue; // an initializer, listed as older versions do
      }
      if (network_.dimension != 0) {
        fail(fmt::format("has the inputs \"{}\" and \"{}\"; expected one, a vector of all coordinates",
                         input_, input.name()));
      }
      input_ = input.name();
      if (!input.type().has_tensor_type() || !input.type().tensor_type().has_shape()) {
        fail(fmt::format("input \"{}\" has no shape; expected [1, d] or [d]", input.name()));
      }
      Value value;
      value.constant = false;
      std::int64_t size = 1;
      std::int64_t largest = 1;
      for (const onnx::TensorShapeProto::Dimension &dim : input.type().tensor_type().shape().dim()) {
        if (!dim.has_dim_value()) {
          fail(fmt::format(
              "input \"{}\" has the dynamic dimension \"{}\"; expected a fixed shape, [1, d] or [d]: "
              "export the model without dynamic axes",
              input.name(), dim.dim_param()));
        }
        value.dims.push_back(dim.dim_value());
        if (dim.dim_value() < 1 || dim.dim_value() > kMaxInputs || size > kMaxInputs) {
          fail(fmt::format("input \"{}\" has a dimension {}; expected [1, d] or [d], d at most {}",
                           input.name(), dim.dim_value(), kMaxInputs));
        }
        size *= dim.dim_value();
        largest = std::max(largest, dim.dim_value());
      }
      if (size != largest) {
        fail(fmt::format("input \"{}\" has the shape {}; expected a vector, [1, d] or [d]", input.name(),
                         text_of(value.dims)));
      }
      network_.dimension = static_cast<int>(size);
      for (std::int64_t j = 0; j < size; ++j) {
        value.slots.push_back(static_cast<Slot>(j));
      }
      values_[input.name()] = std::move(value);
    }
    if (network_.dimension == 0) {
      fail("has no input; expected one, a vector of all coordinates");
    }
  }

  void take_outputs(const onnx::GraphProto &graph) {
    for (const onnx::ValueInfoProto &output : graph.output()) {
      const auto found = values_.find(output.name());
      if (found == values_.end()) {
        fail(fmt::format("output \"{}\" is computed by no node (truncated?)", output.name()));
      }
      const Value value = variable(found->second);
      for (std::size_t k = 0; k < value.slots.size(); ++k) {
        Slot slot = value.slots[k];
        LayerReadout readout;
        readout.name = value.slots.size() == 1 ? output.name() : fmt::format("{}[{}]", output.name(), k);
        readout.slot = slot;
        readout.level = static_cast<int>(network_.readouts.size()) + 1;
        network_.readouts.push_back(std::move(readout));
      }
    }
    if (network_.readouts.empty()) {
      fail("has outputs of no entries; expected at least one number");
    }
  }

  // ---- values and units ------------------------------------------------------------------------------

  std::size_t inputs() const {
    auto count = static_cast<std::size_t>(node_->input_size());
    while (count > 0 && node_->input(static_cast<int>(count) - 1).empty()) {
      --count; // left out at the end
    }
    return count;
  }
  const Value &input(std::size_t i) const {
    if (i >= inputs()) {
      fail(fmt::format("found {} inputs; expected more", inputs()));
    }
    const std::string &which = node_->input(static_cast<int>(i));
    const auto found = values_.find(which);
    if (found == values_.end()) {
      fail(fmt::format("reads \"{}\", which no node before it computes", which));
    }
    return found->second;
  }
  void output(Value value) {
    if (node_->output_size() < 1) {
      fail("found no output; expected one");
    }
    values_[node_->output(0)] = std::move(value);
  }
  const Value &floats(std::size_t i) const {
    const Value &value = input(i);
    if (value.integer) {
      fail(fmt::format("input {} holds whole numbers; expected floating-point ones", i));
    }
    return value;
  }
  std::vector<std::int64_t> integers(std::size_t i) const {
    const Value &value = input(i);
    if (!value.integer) {
      fail(fmt::format("input {} is no constant of whole numbers; expected one, for shapes are fixed", i));
    }
    return value.integers;
  }

  Slot unit(Activation activation, std::size_t first_term, double bias = 0, Slot factor = -1) {
    LayerUnit unit;
    unit.activation = activation;
    unit.bias = bias;
    unit.factor = factor;
    check_terms(network_.terms.size() + network_.units.size());
    if (network_.units.size() > static_cast<std::size_t>(std::numeric_limits<Slot>::max() / 2)) {
      fail("has too many units");
    }
    return network_.add(unit, first_term);
  }
  void term(Slot source, double weight) {
    if (weight != 0) {
      network_.terms.push_back({source, -1, weight});
    }
  }
  // Numbers as units without sources.
  Value variable(Value value) {
    if (value.constant) {
      if (value.integer) {
        fail("whole numbers where floating-point ones are expected");
      }
      value.constant = false;
      for (const double number : value.numbers) {
        value.slots.push_back(unit(Activation::Identity, network_.terms.size(), number));
      }
      value.numbers.clear();
    }
    return value;
  }

  // ---- attributes ------------------------------------------------------------------------------------

  const onnx::AttributeProto *attribute(const std::string &which) const {
    for (const onnx::AttributeProto &found : node_->attribute()) {
      if (found.name() == which) {
        return &found;
      }
    }
    return nullptr;
  }
  std::int64_t integer_attribute(const std::string &which, std::int64_t otherwise) const {
    const onnx::AttributeProto *found = attribute(which);
    return found != nullptr ? found->i() : otherwise;
  }
  double float_attribute(const std::string &which, double otherwise) const {
    const onnx::AttributeProto *found = attribute(which);
    const double value = found != nullptr ? static_cast<double>(found->f()) : otherwise;
    if (!std::isfinite(value)) {
      fail(fmt::format("{} is not finite", which));
    }
    return value;
  }
  std::optional<std::vector<std::int64_t>> list_attribute(const std::string &which) const {
    const onnx::AttributeProto *found = attribute(which);
    return found != nullptr
               ? std::optional(std::vector<std::int64_t>(found->ints().begin(), found->ints().end()))
               : std::nullopt;
  }
  std::size_t axis_of(std::int64_t axis, std::size_t rank) const {
    const auto signed_rank = static_cast<std::int64_t>(rank);
    if (axis < -signed_rank || axis >= signed_rank) {
      fail(fmt::format("found the axis {} of a value with {} axes", axis, rank));
    }
    return static_cast<std::size_t>(axis < 0 ? axis + signed_rank : axis);
  }

  // ---- operators -------------------------------------------------------------------------------------

  void apply() {
    const std::string &op = node_->op_type();
    if (!node_->domain().empty() && node_->domain() != "ai.onnx") {
      fail(fmt::format("the operators of the domain \"{}\" are not supported; expected {}", node_->domain(),
                       way_around("")));
    }
    static const std::map<std::string, Activation> activations{
        {"Relu", Activation::Relu}, {"Sin", Activation::Sine},        {"Cos", Activation::Cosine},
        {"Tanh", Activation::Tanh}, {"Sigmoid", Activation::Sigmoid}, {"Softplus", Activation::Softplus}};
    if (const auto found = activations.find(op); found != activations.end()) {
      return activate(found->second);
    }
    static const std::map<std::string, void (Importer::*)()> operators{
        {"Gemm", &Importer::gemm},       {"MatMul", &Importer::matmul},
        {"Add", &Importer::add},         {"Sub", &Importer::subtract},
        {"Mul", &Importer::multiply},    {"Neg", &Importer::negate},
        {"Concat", &Importer::concat},   {"Slice", &Importer::slice},
        {"Reshape", &Importer::reshape}, {"Flatten", &Importer::flatten},
        {"Squeeze", &Importer::squeeze}, {"Unsqueeze", &Importer::unsqueeze},
        {"Identity", &Importer::pass},   {"Constant", &Importer::constant}};
    const auto found = operators.find(op);
    if (found == operators.end()) {
      fail(fmt::format("the operator {} is not supported; expected {}", op, way_around(op)));
    }
    (this->*found->second)();
  }

  void activate(Activation activation) {
    Value value = variable(floats(0));
    for (Slot &slot : value.slots) {
      const std::size_t first = network_.terms.size();
      term(slot, 1);
      slot = unit(activation, first);
    }
    output(std::move(value));
  }

  Value transposed(const Value &value) const {
    Value result = value;
    if (value.dims.size() != 2) {
      fail(fmt::format("found a matrix of shape {}; expected two axes", text_of(value.dims)));
    }
    const auto rows = static_cast<std::size_t>(value.dims[0]);
    const auto columns = static_cast<std::size_t>(value.dims[1]);
    result.dims = {value.dims[1], value.dims[0]};
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t c = 0; c < columns; ++c) {
        if (value.constant) {
          result.numbers[c * rows + r] = value.numbers[r * columns + c];
        } else {
          result.slots[c * rows + r] = value.slots[r * columns + c];
        }
      }
    }
    return result;
  }

  // Of matrices, one of which is constant.
  Value product(Value a, Value b) {
    if (a.dims.size() != 2 || b.dims.size() != 2 || a.dims[1] != b.dims[0]) {
      fail(fmt::format("found shapes {} and {}; expected matrices that can be multiplied", text_of(a.dims),
                       text_of(b.dims)));
    }
    if (!a.constant && !b.constant) {
      fail("the product of two matrices that depend on the input is not supported; expected a constant one, "
           "or Mul "
           "and Add");
    }
    const bool weights_first = a.constant;
    if (a.constant && b.constant) {
      b = variable(std::move(b));
    }
    const auto rows = static_cast<std::size_t>(a.dims[0]);
    const auto inner = static_cast<std::size_t>(a.dims[1]);
    const auto columns = static_cast<std::size_t>(b.dims[1]);
    Value result;
    result.constant = false;
    result.dims = {a.dims[0], b.dims[1]};
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t c = 0; c < columns; ++c) {
        const std::size_t first = network_.terms.size();
        for (std::size_t k = 0; k < inner; ++k) {
          const std::size_t in_a = r * inner + k;
          const std::size_t in_b = k * columns + c;
          term(weights_first ? b.slots[in_b] : a.slots[in_a],
               weights_first ? a.numbers[in_a] : b.numbers[in_b]);
        }
        result.slots.push_back(unit(Activation::Identity, first));
      }
    }
    return result;
  }

  void matmul() {
    Value a = floats(0);
    Value b = floats(1);
    const bool row = a.dims.size() == 1;
    const bool column = b.dims.size() == 1;
    if (row) {
      a.dims.insert(a.dims.begin(), 1);
    }
    if (column) {
      b.dims.push_back(1);
    }
    Value result = product(std::move(a), std::move(b));
    if (column) {
      result.dims.pop_back();
    }
    if (row) {
      result.dims.erase(result.dims.begin());
    }
    output(std::move(result));
  }

  void gemm() {
    const double alpha = float_attribute("alpha", 1);
    const double beta = float_attribute("beta", 1);
    const Value a = integer_attribute("transA", 0) != 0 ? transposed(floats(0)) : floats(0);
    const Value b = integer_attribute("transB", 0) != 0 ? transposed(floats(1)) : floats(1);
    Value result = scaled(product(a, b), alpha);
    if (inputs() > 2 && beta != 0) {
      result = broadcast(
          result, scaled(floats(2), beta), [&](Slot x, Slot y) { return sum(x, y, 1); },
          [&](Slot x, double y) { return shifted(x, 1, y); });
    }
    output(std::move(result));
  }

  Value scaled(Value value, double factor) {
    if (factor == 1) {
      return value;
    }
    value = variable(std::move(value));
    for (Slot &slot : value.slots) {
      slot = shifted(slot, factor, 0);
    }
    return value;
  }
  Slot shifted(Slot x, double factor, double bias) {
    const std::size_t first = network_.terms.size();
    term(x, factor);
    return unit(Activation::Identity, first, bias);
  }
  Slot sum(Slot x, Slot y, double sign) {
    const std::size_t first = network_.terms.size();
    if (x == y) {
      term(x, 1 + sign);
    } else {
      term(x, 1);
      term(y, sign);
    }
    return unit(Activation::Identity, first);
  }

  // Entry by entry, by NumPy's rules. One of the two depends on the input, or is made to.
  template <class Both, class WithNumber>
  Value broadcast(const Value &of_x, const Value &of_y, const Both &both, const WithNumber &with_number) {
    const Value x = variable(of_x);
    const std::size_t rank = std::max(x.dims.size(), of_y.dims.size());
    const auto dim = [&](const Value &value, std::size_t k) -> std::int64_t {
      const std::size_t missing = rank - value.dims.size();
      return k < missing ? 1 : value.dims[k - missing];
    };
    Value result;
    result.constant = false;
    std::uint64_t size = 1;
    for (std::size_t k = 0; k < rank; ++k) {
      const std::int64_t of_first = dim(x, k);
      const std::int64_t of_second = dim(of_y, k);
      if (of_first != of_second && of_first != 1 && of_second != 1) {
        fail(fmt::format("found shapes {} and {}, which do not go together", text_of(x.dims),
                         text_of(of_y.dims)));
      }
      result.dims.push_back(of_first == 1 ? of_second : of_first);
      size *= static_cast<std::uint64_t>(result.dims.back());
      check_terms(size);
    }
    for (std::uint64_t entry = 0; entry < size; ++entry) {
      std::size_t in_x = 0;
      std::size_t in_y = 0;
      std::uint64_t rest = entry;
      std::size_t step_x = 1;
      std::size_t step_y = 1;
      for (std::size_t k = rank; k-- > 0;) {
        const auto along = static_cast<std::uint64_t>(result.dims[k]);
        const auto index = static_cast<std::size_t>(rest % along);
        rest /= along;
        in_x += dim(x, k) == 1 ? 0 : index * step_x;
        in_y += dim(of_y, k) == 1 ? 0 : index * step_y;
        step_x *= static_cast<std::size_t>(dim(x, k));
        step_y *= static_cast<std::size_t>(dim(of_y, k));
      }
      result.slots.push_back(of_y.constant ? with_number(x.slots[in_x], of_y.numbers[in_y])
                                           : both(x.slots[in_x], of_y.slots[in_y]));
    }
    return result;
  }

  void add() {
    const bool swap = floats(0).constant;
    output(broadcast(
        floats(swap ? 1 : 0), floats(swap ? 0 : 1), [&](Slot x, Slot y) { return sum(x, y, 1); },
        [&](Slot x, double y) { return shifted(x, 1, y); }));
  }
  void subtract() {
    if (floats(0).constant) { // c - x = -x + c
      output(broadcast(
          scaled(floats(1), -1), floats(0), [&](Slot x, Slot y) { return sum(x, y, 1); },
          [&](Slot x, double y) { return shifted(x, 1, y); }));
      return;
    }
    output(broadcast(
        floats(0), floats(1), [&](Slot x, Slot y) { return sum(x, y, -1); },
        [&](Slot x, double y) { return shifted(x, 1, -y); }));
  }
  void multiply() {
    const bool swap = floats(0).constant;
    output(broadcast(
        floats(swap ? 1 : 0), floats(swap ? 0 : 1),
        [&](Slot x, Slot y) {
          const std::size_t first = network_.terms.size();
          term(x, 1);
          return unit(Activation::Identity, first, 0, y);
        },
        [&](Slot x, double y) { return shifted(x, y, 0); }));
  }
  void negate() { output(scaled(floats(0), -1)); }
  void pass() { output(input(0)); }

  void constant() {
    if (const onnx::AttributeProto *tensor = attribute("value")) {
      return output(tensor_value(tensor->t(), "the constant"));
    }
    Value value;
    if (const onnx::AttributeProto *found = attribute("value_float")) {
      value.numbers = {static_cast<double>(found->f())};
    } else if (const onnx::AttributeProto *list = attribute("value_floats")) {
      value.numbers.assign(list->floats().begin(), list->floats().end());
      value.dims = {list->floats_size()};
    } else if (const onnx::AttributeProto *whole = attribute("value_int")) {
      value.integer = true;
      value.integers = {whole->i()};
    } else if (const std::optional<std::vector<std::int64_t>> wholes = list_attribute("value_ints")) {
      value.integer = true;
      value.integers = *wholes;
      value.dims = {static_cast<std::int64_t>(wholes->size())};
    } else {
      fail("found a constant of another kind; expected a dense tensor, numbers or whole numbers");
    }
    for (const double number : value.numbers) {
      if (!std::isfinite(number)) {
        fail("the constant holds NaN or an infinite number; expected finite ones");
      }
    }
    output(std::move(value));
  }

  // Takes entries over: entry i of the result is entry which[i] of the value.
  static Value picked(const Value &value, Dims dims, const std::vector<std::size_t> &which) {
    Value result;
    result.dims = std::move(dims);
    result.constant = value.constant;
    result.integer = value.integer;
    for (const std::size_t i : which) {
      if (!value.constant) {
        result.slots.push_back(value.slots[i]);
      } else if (value.integer) {
        result.integers.push_back(value.integers[i]);
      } else {
        result.numbers.push_back(value.numbers[i]);
      }
    }
    return result;
  }

  void concat() {
    const std::size_t count = inputs();
    if (count == 0) {
      fail("found no inputs; expected at least one");
    }
    bool constants = true;
    for (std::size_t i = 0; i < count; ++i) {
      constants = constants && input(i).constant;
    }
    std::vector<Value> parts;
    for (std::size_t i = 0; i < count; ++i) {
      parts.push_back(constants ? input(i) : variable(floats(i)));
      if (parts.back().integer != parts.front().integer ||
          parts.back().dims.size() != parts.front().dims.size()) {
        fail("found inputs of different kinds; expected values with the same axes");
      }
    }
    const std::size_t axis = axis_of(integer_attribute("axis", 1), parts[0].dims.size());
    Value result = parts[0];
    for (std::size_t i = 1; i < count; ++i) {
      for (std::size_t k = 0; k < result.dims.size(); ++k) {
        if (k != axis && result.dims[k] != parts[i].dims[k]) {
          fail(fmt::format("found shapes {} and {}, which do not go together", text_of(result.dims),
                           text_of(parts[i].dims)));
        }
      }
      // Both as blocks of what lies behind the axis.
      std::size_t blocks = 1;
      for (std::size_t k = 0; k < axis; ++k) {
        blocks *= static_cast<std::size_t>(result.dims[k]);
      }
      const auto join = [&](auto &first, const auto &second) {
        std::remove_reference_t<decltype(first)> joined;
        const std::size_t of_first = blocks == 0 ? 0 : first.size() / blocks;
        const std::size_t of_second = blocks == 0 ? 0 : second.size() / blocks;
        for (std::size_t b = 0; b < blocks; ++b) {
          joined.insert(joined.end(), first.begin() + static_cast<std::ptrdiff_t>(b * of_first),
                        first.begin() + static_cast<std::ptrdiff_t>((b + 1) * of_first));
          joined.insert(joined.end(), second.begin() + static_cast<std::ptrdiff_t>(b * of_second),
                        second.begin() + static_cast<std::ptrdiff_t>((b + 1) * of_second));
        }
        first = std::move(joined);
      };
      join(result.slots, parts[i].slots);
      join(result.numbers, parts[i].numbers);
      join(result.integers, parts[i].integers);
      result.dims[axis] += parts[i].dims[axis];
    }
    output(std::move(result));
  }

  void slice() {
    const Value &value = input(0);
    const std::size_t rank = value.dims.size();
    std::vector<std::int64_t> starts;
    std::vector<std::int64_t> ends;
    std::vector<std::int64_t> axes;
    std::vector<std::int64_t> steps;
    if (const std::optional<std::vector<std::int64_t>> first =
            list_attribute("starts")) { // before operator set 10
      starts = *first;
      ends = list_attribute("ends").value_or(starts);
      axes = list_attribute("axes").value_or(axes);
    } else {
      starts = integers(1);
      ends = integers(2);
      axes = inputs() > 3 && !node_->input(3).empty() ? integers(3) : axes;
      steps = inputs() > 4 ? integers(4) : steps;
    }
    if (axes.empty()) {
      for (std::size_t k = 0; k < starts.size(); ++k) {
        axes.push_back(static_cast<std::int64_t>(k));
      }
    }
    steps.resize(std::max(steps.size(), starts.size()), 1);
    if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size()) {
      fail("found starts, ends, axes and steps of different lengths");
    }
    std::vector<std::vector<std::size_t>> kept(rank);
    for (std::size_t k = 0; k < rank; ++k) {
      for (std::int64_t i = 0; i < value.dims[k]; ++i) {
        kept[k].push_back(static_cast<std::size_t>(i));
      }
    }
    for (std::size_t s = 0; s < starts.size(); ++s) {
      const std::size_t axis = axis_of(axes[s], rank);
      const std::int64_t size = value.dims[axis];
      if (steps[s] == 0 || steps[s] == std::numeric_limits<std::int64_t>::min()) {
        fail("found the step 0; expected another one");
      }
      const bool forward = steps[s] > 0;
      const auto clamp = [&](std::int64_t at, std::int64_t least, std::int64_t most) {
        return std::clamp(at < 0 ? at + size : at, least, most);
      };
      const std::int64_t from = clamp(starts[s], 0, forward ? size : size - 1);
      const std::int64_t to = clamp(ends[s], forward ? 0 : -1, forward ? size : size - 1);
      kept[axis].clear();
      const std::int64_t step = std::clamp(steps[s], -size - 1, size + 1);
      for (std::int64_t i = from; forward ? i < to : i > to; i += step) {
        kept[axis].push_back(static_cast<std::size_t>(i));
      }
    }
    std::vector<std::size_t> which{0};
    Dims dims;
    for (std::size_t k = 0; k < rank; ++k) {
      dims.push_back(static_cast<std::int64_t>(kept[k].size()));
      std::vector<std::size_t> next;
      for (const std::size_t before : which) {
        for (const std::size_t i : kept[k]) {
          next.push_back(before * static_cast<std::size_t>(value.dims[k]) + i);
        }
      }
      which = std::move(next);
    }
    output(picked(value, std::move(dims), which));
  }

  void output_with_shape(Dims dims) {
    Value value = input(0);
    std::uint64_t size = 1;
    for (const std::int64_t dim : dims) {
      if (dim < 0 || size > std::uint64_t{1} << 40) {
        fail(fmt::format("found the shape {}", text_of(dims)));
      }
      size *= static_cast<std::uint64_t>(dim);
    }
    if (size != value.size()) {
      fail(fmt::format("found the shape {} for a value of shape {}; expected as many entries", text_of(dims),
                       text_of(value.dims)));
    }
    value.dims = std::move(dims);
    output(std::move(value));
  }

  void reshape() {
    const Value &value = input(0);
    Dims dims = integers(1);
    std::optional<std::size_t> open;
    std::uint64_t others = 1;
    for (std::size_t k = 0; k < dims.size(); ++k) {
      if (dims[k] == 0 && integer_attribute("allowzero", 0) == 0) {
        if (k >= value.dims.size()) {
          fail("found 0, the dimension as before, where there was none");
        }
        dims[k] = value.dims[k];
      }
      if (dims[k] == -1 && !open) {
        open = k;
      } else if (dims[k] < 0 || others > std::uint64_t{1} << 40) {
        fail(fmt::format("found the shape {}", text_of(dims)));
      } else {
        others *= static_cast<std::uint64_t>(dims[k]);
      }
    }
    if (open) {
      dims[*open] = others == 0 ? 0 : static_cast<std::int64_t>(value.size() / others);
    }
    output_with_shape(std::move(dims));
  }
  void flatten() {
    const Dims &dims = input(0).dims;
    std::int64_t axis = integer_attribute("axis", 1);
    const auto rank = static_cast<std::int64_t>(dims.size());
    axis = axis < 0 ? axis + rank : axis;
    if (axis < 0 || axis > rank) {
      fail(fmt::format("found the axis {} of a value with {} axes", axis, rank));
    }
    std::int64_t before = 1;
    std::int64_t behind = 1;
    for (std::int64_t k = 0; k < rank; ++k) {
      (k < axis ? before : behind) *= dims[static_cast<std::size_t>(k)];
    }
    output_with_shape({before, behind});
  }
  std::vector<std::int64_t> axes() const {
    return inputs() > 1 ? integers(1) : list_attribute("axes").value_or(std::vector<std::int64_t>());
  }
  void squeeze() {
    const Dims &dims = input(0).dims;
    std::vector<bool> gone(dims.size(), false);
    const std::vector<std::int64_t> named = axes();
    for (const std::int64_t axis : named) {
      gone[axis_of(axis, dims.size())] = true;
    }
    Dims kept;
    for (std::size_t k = 0; k < dims.size(); ++k) {
      const bool drop = named.empty() ? dims[k] == 1 : gone[k];
      if (drop && dims[k] != 1) {
        fail(fmt::format("cannot drop an axis of {} entries", dims[k]));
      }
      if (!drop) {
        kept.push_back(dims[k]);
      }
    }
    output_with_shape(std::move(kept));
  }
  void unsqueeze() {
    const Dims &dims = input(0).dims;
    const std::vector<std::int64_t> named = axes();
    const std::size_t rank = dims.size() + named.size();
    std::vector<bool> fresh(rank, false);
    for (const std::int64_t axis : named) {
      const std::size_t at = axis_of(axis, rank);
      if (fresh[at]) {
        fail("names an axis twice");
      }
      fresh[at] = true;
    }
    Dims wider;
    std::size_t next = 0;
    for (std::size_t k = 0; k < rank; ++k) {
      wider.push_back(fresh[k] ? 1 : dims[next++]);
    }
    output_with_shape(std::move(wider));
  }

  static constexpr std::int64_t kMaxInputs = 10; // coordinates of an instance

  const std::string &name_;
  const onnx::NodeProto *node_ = nullptr;
  std::string where_;
  std::string input_;
  std::map<std::string, Value> values_;
  LayeredNetwork network_;
};

} // namespace

LayeredNetwork layers_from_onnx(std::string_view bytes, const std::string &name) {
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw InputError(name, 0, "has 2 GB or more, which protobuf does not read; expected a smaller model");
  }
  google::protobuf::SetLogHandler(nullptr); // the exception says it
  google::protobuf::io::ArrayInputStream stream(bytes.data(), static_cast<int>(bytes.size()));
  google::protobuf::io::CodedInputStream coded(&stream);
  coded.SetRecursionLimit(kDeepestMessage);
  onnx::ModelProto model;
  if (bytes.empty() || !model.ParseFromCodedStream(&coded) || !coded.ConsumedEntireMessage()) {
    throw InputError(
        name, 0,
        "is no network: neither JSON, nor the binary form, nor a whole ONNX model (truncated or damaged?)");
  }
  return Importer(name).run(model);
}

} // namespace layercert

#else

namespace layercert {

LayeredNetwork layers_from_onnx(std::string_view /*bytes*/, const std::string &name) {
  throw InputError(
      name, 0,
      "is no network.json or network.lcn, and this program was built without libonnx, so that it reads "
      "no ONNX; expected a build with libonnx-dev and libprotobuf-dev");
}

} // namespace layercert

#endif
