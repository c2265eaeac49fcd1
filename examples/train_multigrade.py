"""Trains a multigrade network with NumPy, grade by grade, and writes it in ONNX: one output a grade.

    /usr/bin/python3 examples/train_multigrade.py wave2 network.onnx [--activation sine|relu|tanh] [--width 16] [--grades 3] [--steps 2000]
    layercert certify FOLDER/wave2.toml --network network.onnx

Grade l freezes the hidden layers before it, adds a hidden layer and a readout, and fits what the readouts so far miss: output l is the sum
of the readouts of grades 1 to l. FUNCTION is one of the three below; --instance FILE writes it as an instance, too.
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

# Name: coordinates, the expression of the instance, and the same for NumPy.
FUNCTIONS = {
    "wave1": (1, "sin(6*x0) + x0", lambda x: np.sin(6 * x[:, 0]) + x[:, 0]),
    "wave2": (2, "sin(3*x0) * cos(2*x1)", lambda x: np.sin(3 * x[:, 0]) * np.cos(2 * x[:, 1])),
    "bump2": (2, "exp(-8*((x0 - 1/2)^2 + (x1 - 1/2)^2))",
              lambda x: np.exp(-8 * ((x[:, 0] - 0.5) ** 2 + (x[:, 1] - 0.5) ** 2))),
}
ACTIVATIONS = {
    "sine": ("Sin", np.sin, lambda z, a: np.cos(z)),
    "relu": ("Relu", lambda z: np.maximum(z, 0), lambda z, a: (z > 0).astype(float)),
    "tanh": ("Tanh", np.tanh, lambda z, a: 1 - a * a),
}


def train_grade(inputs, residual, width, activation, steps, first, random):
    """One hidden layer and its readout, by Adam on the mean square. Returns W, b, v, c."""
    _, apply, slope = ACTIVATIONS[activation]
    size = inputs.shape[1]
    scale = 4.0 if first else 1.5
    parameters = [random.normal(0, scale / np.sqrt(size), (size, width)), random.uniform(-1, 1, width) * scale / 2,
                  np.zeros((width, 1)), np.zeros(1)]
    moments = [[np.zeros_like(p), np.zeros_like(p)] for p in parameters]
    count = len(residual)
    for step in range(1, steps + 1):
        W, b, v, c = parameters
        z = inputs @ W + b
        a = apply(z)
        missed = (a @ v)[:, 0] + c[0] - residual
        back = (2 / count * missed)[:, None] * v[:, 0] * slope(z, a)
        gradients = [inputs.T @ back, back.sum(0), a.T @ (2 / count * missed)[:, None], np.array([2 * missed.mean()])]
        rate = 0.01 * (1 - step / (steps + 1)) + 1e-4
        for p, g, m in zip(parameters, gradients, moments):
            m[0] = 0.9 * m[0] + 0.1 * g
            m[1] = 0.999 * m[1] + 0.001 * g * g
            p -= rate * (m[0] / (1 - 0.9**step)) / (np.sqrt(m[1] / (1 - 0.999**step)) + 1e-9)
    # The readout by least squares, slightly damped.
    features = np.hstack([apply(inputs @ parameters[0] + parameters[1]), np.ones((count, 1))])
    normal = features.T @ features + 1e-8 * count * np.eye(width + 1)
    solved = np.linalg.solve(normal, features.T @ residual)
    return parameters[0], parameters[1], solved[:-1, None], solved[-1:]


def train(name, activation, width, grades, steps, seed=1):
    d, _, f = FUNCTIONS[name]
    random = np.random.default_rng(seed)
    points = random.uniform(0, 1, (1500, d))
    values = points
    residual = f(points)
    layers = []
    for grade in range(grades):
        layer = [p.astype(np.float32) for p in train_grade(values, residual, width, activation, steps, grade == 0, random)]
        layers.append(layer)
        values = ACTIVATIONS[activation][1](values @ layer[0] + layer[1])
        residual = residual - (values @ layer[2])[:, 0] - layer[3][0]
        print(f"grade {grade + 1}: root of the mean square {np.sqrt(np.mean(residual**2)):.2e}")
    return layers


def to_onnx(layers, activation, d):
    nodes, weights, outputs = [], [], []
    value = "x"
    for l, layer in enumerate(layers, 1):
        names = [f"{key}{l}" for key in ("W", "b", "v", "c")]
        weights += [numpy_helper.from_array(p, n) for p, n in zip(layer, names)]
        nodes.append(helper.make_node("Gemm", [value, names[0], names[1]], [f"z{l}"]))
        nodes.append(helper.make_node(ACTIVATIONS[activation][0], [f"z{l}"], [f"h{l}"]))
        readout = f"y{l}" if l == 1 else f"r{l}"
        nodes.append(helper.make_node("Gemm", [f"h{l}", names[2], names[3]], [readout]))
        if l > 1:
            nodes.append(helper.make_node("Add", [f"y{l - 1}", readout], [f"y{l}"]))
        outputs.append(helper.make_tensor_value_info(f"y{l}", TensorProto.FLOAT, [1, 1]))
        value = f"h{l}"
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, d])]
    graph = helper.make_graph(nodes, "multigrade", inputs, outputs, weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])


def main():
    parser = argparse.ArgumentParser(description="Train a multigrade network and write it in ONNX.")
    parser.add_argument("function", choices=FUNCTIONS)
    parser.add_argument("out", type=Path)
    parser.add_argument("--instance", type=Path, help="write the function as an instance here")
    parser.add_argument("--activation", choices=ACTIVATIONS, default="sine")
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--grades", type=int, default=3)
    parser.add_argument("--steps", type=int, default=2000)
    arguments = parser.parse_args()
    layers = train(arguments.function, arguments.activation, arguments.width, arguments.grades, arguments.steps)
    d, expression, _ = FUNCTIONS[arguments.function]
    onnx.save(to_onnx(layers, arguments.activation, d), str(arguments.out))
    if arguments.instance:
        arguments.instance.write_text(f'[target]\ndimension = {d}\nexpression = "{expression}"\n\n'
                                      f'[theorem]\nN = 2\ndepth = {arguments.grades}\np = 2\n')


if __name__ == "__main__":
    main()
