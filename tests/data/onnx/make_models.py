"""Writes the ONNX models of the tests, good and bad ones, and the values of the good ones in exact rational arithmetic where they have any.

Usage: /usr/bin/python3 make_models.py FOLDER. Every model is a function of x, y (or of x) that its name tells.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FOLDER = Path(sys.argv[1])
FLOAT = TensorProto.FLOAT


def tensor(name, values, dtype=np.float32):
    return numpy_helper.from_array(np.asarray(values, dtype=dtype), name)


def model(nodes, initializers, outputs, inputs=None, opset=13):
    inputs = inputs or [helper.make_tensor_value_info("x", FLOAT, [1, 2])]
    outputs = [helper.make_tensor_value_info(name, FLOAT, None) for name in outputs]
    graph = helper.make_graph(nodes, "test", inputs, outputs, initializers)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])


def write(name, made):
    data = made if isinstance(made, bytes) else made.SerializeToString()
    (FOLDER / f"{name}.onnx").write_bytes(data)


def node(op, inputs, outputs, **attributes):
    return helper.make_node(op, inputs, outputs, **attributes)


W = [[1.0, -2.0, 0.5], [0.25, 1.5, -1.0]]
B = [0.5, -0.25, 0.125]
V = [[1.0], [-0.5], [2.0]]


def good():
    dense = [tensor("W", W), tensor("B", B), tensor("V", V), tensor("c", [0.75])]
    # Relu(x W + B) V + 3/4, by Gemm, and by MatMul and Add with transposed and scaled matrices.
    write("gemm", model([node("Gemm", ["x", "W", "B"], ["h"]), node("Relu", ["h"], ["r"]),
                         node("Gemm", ["r", "V", "c"], ["out"])], dense, ["out"]))
    half = [tensor("W", np.array(W).T * 2), tensor("B", np.array(B) / 4, np.float16), tensor("V", V, np.float64),
            tensor("c", [0.75])]
    write("gemm_scaled", model([node("Gemm", ["x", "W", "B"], ["h"], alpha=0.5, beta=4.0, transB=1),
                                node("Relu", ["h"], ["r"]), node("MatMul", ["r", "V"], ["m"]),
                                node("Add", ["c", "m"], ["out"])], half, ["out"]))
    # Two readouts; everything about shapes: the same function from slices, concatenations and reshapes.
    write("shapes", model([
        node("Constant", [], ["one"], value=tensor("", [1], np.int64)), node("Constant", [], ["two"], value_ints=[2]),
        node("Constant", [], ["zero"], value_ints=[0]),
        node("Slice", ["x", "zero", "one", "one"], ["x0"]), node("Slice", ["x", "one", "two", "one"], ["x1"]),
        node("Concat", ["x1", "x0"], ["swapped"], axis=1), node("Reshape", ["swapped", "two"], ["vector"]),
        node("Unsqueeze", ["vector", "zero"], ["row"]), node("Flatten", ["row"], ["flat"]),
        node("Concat", ["flat", "x"], ["all"], axis=-1), node("Squeeze", ["all", "zero"], ["four"]),
        node("Slice", ["four", "two", "four_"], ["again"]), node("Unsqueeze", ["again", "zero"], ["again_row"]),
        node("Gemm", ["again_row", "W", "B"], ["h"]), node("Identity", ["h"], ["h1"]), node("Relu", ["h1"], ["r"]),
        node("Gemm", ["r", "V", "c"], ["out"]), node("Neg", ["out"], ["minus"])],
        dense + [tensor("four_", [4], np.int64)], ["out", "minus"]))
    # x y + sin(x) cos(y) - tanh(x - y) sigmoid(2 x) + softplus(1/2 - y).
    write("functions", model([
        node("Slice", ["x", "s0", "s1", "s1"], ["a"]), node("Slice", ["x", "s1", "s2", "s1"], ["b"]),
        node("Mul", ["a", "b"], ["ab"]), node("Sin", ["a"], ["sa"]), node("Cos", ["b"], ["cb"]),
        node("Mul", ["sa", "cb"], ["t1"]), node("Sub", ["a", "b"], ["d"]), node("Tanh", ["d"], ["td"]),
        node("Mul", ["a", "two"], ["a2"]), node("Sigmoid", ["a2"], ["g"]), node("Mul", ["td", "g"], ["t2"]),
        node("Sub", ["half", "b"], ["e"]), node("Softplus", ["e"], ["t3"]), node("Add", ["ab", "t1"], ["u"]),
        node("Sub", ["u", "t2"], ["v"]), node("Add", ["v", "t3"], ["out"])],
        [tensor("s0", [0], np.int64), tensor("s1", [1], np.int64), tensor("s2", [2], np.int64), tensor("two", 2.0),
         tensor("half", [[0.5]], np.float64)], ["out"]))


def bad():
    dense = [tensor("W", W), tensor("V", V)]

    def plain(initializers=None, **options):
        return model([node("MatMul", ["x", "W"], ["h"]), node("Relu", ["h"], ["r"]),
                      node("MatMul", ["r", "V"], ["out"])], initializers or dense, ["out"], **options)

    whole = plain().SerializeToString()
    write("bad_truncated", whole[:len(whole) - 7])
    write("bad_cut_at_a_field", whole[:2])
    write("bad_operator", model([node("LeakyRelu", ["x"], ["out"])], [], ["out"]))
    write("bad_domain", model([node("Gelu", ["x"], ["out"], domain="com.microsoft")], [], ["out"]))
    write("bad_dynamic", plain(inputs=[helper.make_tensor_value_info("x", FLOAT, ["batch", 2])]))
    write("bad_no_shape", plain(inputs=[helper.make_tensor_value_info("x", FLOAT, None)]))
    write("bad_two_inputs", plain(inputs=[helper.make_tensor_value_info(n, FLOAT, [1, 2]) for n in "xy"]))
    write("bad_batch", plain(inputs=[helper.make_tensor_value_info("x", FLOAT, [3, 2])]))
    write("bad_shapes", plain([tensor("W", np.array(W).T), tensor("V", V)]))
    write("bad_nan", plain([tensor("W", [[1, 2, np.nan], [0, 1, 2]]), tensor("V", V)]))
    write("bad_infinite", plain([tensor("W", W), tensor("V", [[1], [np.inf], [2]], np.float16)]))
    write("bad_opset", plain(opset=6))
    few = tensor("W", W)
    few.raw_data = few.raw_data[:-4]
    write("bad_few_numbers", plain([few, tensor("V", V)]))
    text = helper.make_tensor("W", TensorProto.STRING, [2, 3], [b"a"] * 6)
    write("bad_type", plain([text, tensor("V", V)]))
    for name, location in (("bad_external", "weights.bin"), ("bad_external_outside", "../../etc/passwd")):
        external = tensor("W", W)
        external.ClearField("raw_data")
        external.data_location = TensorProto.EXTERNAL
        external.external_data.add(key="location", value=location)
        write(name, plain([external, tensor("V", V)]))
    huge = TensorProto(name="W", data_type=FLOAT, dims=[100000, 10000])
    write("bad_huge", plain([huge, tensor("V", V)]))
    overflow = TensorProto(name="W", data_type=FLOAT, dims=[1 << 40, 1 << 40])
    write("bad_overflow", plain([overflow, tensor("V", V)]))
    write("bad_unknown_input", model([node("Relu", ["z"], ["out"])], [], ["out"]))
    write("bad_unknown_output", model([node("Relu", ["x"], ["r"])], [], ["out"]))
    write("bad_no_output", model([node("Relu", ["x"], ["r"])], [], []))
    write("bad_product", model([node("MatMul", ["x", "xt"], ["out"])], [], ["out"]))
    write("bad_reshape", model([node("Reshape", ["x", "s"], ["out"])], [tensor("s", [3], np.int64)], ["out"]))
    write("bad_broadcast", model([node("Add", ["x", "W"], ["out"])], [tensor("W", W)], ["out"]))


good()
bad()
print(onnx.__version__, len(list(FOLDER.glob("*.onnx"))), "models")
