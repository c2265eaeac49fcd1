"""Values of a target expression at arrays of points: read by Python's own parser, computed with NumPy."""
import ast
import math

import numpy

_UNARY = {
    "sqrt": numpy.sqrt, "exp": numpy.exp, "log": numpy.log, "sin": numpy.sin, "cos": numpy.cos, "tan": numpy.tan,
    "asin": numpy.arcsin, "acos": numpy.arccos, "atan": numpy.arctan, "sinh": numpy.sinh, "cosh": numpy.cosh,
    "tanh": numpy.tanh, "abs": numpy.abs, "floor": numpy.floor, "sign": numpy.sign,
    "step": lambda x: numpy.where(x >= 0, 1.0, 0.0),
    "cbrt": numpy.cbrt, "erf": numpy.vectorize(math.erf, otypes=[float]),
}
_BINARY = {
    ast.Add: numpy.add, ast.Sub: numpy.subtract, ast.Mult: numpy.multiply, ast.Div: numpy.divide,
    ast.Pow: numpy.power,
}
_COMPARISON = {
    ast.Lt: numpy.less, ast.LtE: numpy.less_equal, ast.Gt: numpy.greater, ast.GtE: numpy.greater_equal,
    ast.Eq: numpy.equal, ast.NotEq: numpy.not_equal,
}


class Target:
    """f(points) for points of shape (count, d); NaN where f has no value."""

    def __init__(self, text):
        # Both grammars bind alike, but for the sign of the power and the name `if`, which Python keeps for itself.
        python = text.replace("^", "**").replace("if(", "if_(")
        self._tree = ast.parse(python, mode="eval").body

    def __call__(self, points):
        points = numpy.asarray(points, dtype=float)
        with numpy.errstate(all="ignore"):
            return numpy.broadcast_to(_value(self._tree, points), points.shape[:1]).astype(float)


class Table:
    """Samples in rows along x0, the rows along x1, and x2 in blocks of rows: constant on pieces, or multilinear between nodes."""

    def __init__(self, rows, dimension, interpolated):
        samples = numpy.array([[float(sample) for sample in row.split(",")] for row in rows])
        side = samples.shape[1]
        shape = {1: (side,), 2: samples.shape, 3: (side,) * 3}[dimension]
        self._samples = samples.reshape(shape).transpose()  # x0 first
        self._interpolated = interpolated

    def __call__(self, points):
        points = numpy.asarray(points, dtype=float)
        sides = numpy.array(self._samples.shape)
        if not self._interpolated:
            places = numpy.clip(numpy.floor(points * sides), 0, sides - 1).astype(int)
            return self._samples[tuple(places.T)]
        position = numpy.clip(points, 0, 1) * (sides - 1)
        patch = numpy.minimum(position.astype(int), sides - 2)
        part = position - patch
        values = numpy.zeros(len(points))
        for corner in numpy.ndindex(*(2,) * len(sides)):
            weight = numpy.prod(numpy.where(corner, part, 1 - part), axis=1)
            values += weight * self._samples[tuple((patch + corner).T)]
        return values


def _value(node, points):
    if isinstance(node, ast.Constant):
        return float(node.value)
    if isinstance(node, ast.Name):
        return _named(node.id, points)
    if isinstance(node, ast.UnaryOp):
        value = _value(node.operand, points)
        return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.BinOp):
        return _BINARY[type(node.op)](_value(node.left, points), _value(node.right, points))
    if isinstance(node, ast.Compare):
        (operator,), (right,) = node.ops, node.comparators
        return _COMPARISON[type(operator)](_value(node.left, points), _value(right, points)).astype(float)
    return _called(node.func.id, [_value(argument, points) for argument in node.args])


def _named(name, points):
    constants = {"pi": math.pi, "e": math.e}
    if name in constants:
        return constants[name]
    axis = "xyz".index(name) if len(name) == 1 else int(name[1:])
    return points[:, axis]


def _called(name, arguments):
    if name in ("min", "max"):
        fold = numpy.minimum if name == "min" else numpy.maximum
        value = arguments[0]
        for argument in arguments[1:]:
            value = fold(value, argument)
        return value
    if name == "pow":
        return numpy.power(*arguments)
    if name == "hypot":
        return numpy.hypot(*arguments)
    if name == "mod":
        return arguments[0] - arguments[1] * numpy.floor(numpy.divide(*arguments))
    if name == "if_":
        return numpy.where(numpy.not_equal(arguments[0], 0), arguments[1], arguments[2])
    return _UNARY[name](*arguments)
