"""Functions of Python as targets: recorded as expressions, or refused with what to write instead. Run by CTest."""
import functools
import math
import sys
import unittest
from decimal import Decimal
from fractions import Fraction

import numpy

import layercert
from layercert import record, where


class Recorded(unittest.TestCase):
    def test_the_certificate_is_that_of_the_text(self):
        by_function = layercert.certify(lambda x, y: numpy.sin(2 * layercert.pi * x) * y + abs(x - Fraction(1, 3)), depth=2)
        by_text = layercert.certify("sin(2*pi*x)*y + abs(x - 1/3)", depth=2)
        self.assertEqual(by_function.dimension, 2)
        self.assertEqual(by_function.certificate["levels"], by_text.certificate["levels"])

    def test_the_values_are_those_of_the_function(self):
        """Every operation that is recorded, evaluated as a text by Python, against the function itself at points."""
        functions = {
            "arithmetic": lambda x, y: (x + 2) * y - 3 / (1 + x) + (-x) ** 3 - +y,
            "powers": lambda x, y: x ** 2 + (1 + y) ** x + 2 ** x + numpy.sqrt(x) + numpy.cbrt(y) + numpy.square(x),
            "floor": lambda x, y: (7 * x) // 2 + (5 * y) % 1 + 1 // (x + 0.125) + 3 % (y + 0.375) + numpy.floor(9 * x) + numpy.ceil(9 * y)
            + numpy.trunc(9 * x - 4),
            "exponentials": lambda x, y: numpy.exp(x) + numpy.expm1(y) + numpy.exp2(x) + numpy.log(1 + x) + numpy.log1p(y)
            + numpy.log2(1 + y) + numpy.log10(2 + x),
            "angles": lambda x, y: numpy.sin(x) + numpy.cos(y) + numpy.tan(x) + numpy.arcsin(y) + numpy.arccos(x) + numpy.arctan(y)
            + numpy.sinh(x) + numpy.cosh(y) + numpy.tanh(x) + numpy.deg2rad(90 * y),
            "sizes": lambda x, y: numpy.minimum(x, y) - numpy.maximum(x, 0.5) + numpy.hypot(x, y) + abs(x - y) + numpy.sign(x - y)
            + numpy.heaviside(x - 0.5, 0.5) + numpy.clip(y, 0.25, 0.75) + numpy.fabs(y - x) + numpy.reciprocal(1 + x),
            "comparisons": lambda x, y: (x < y) + 2 * (x <= 0.5) + 4 * (x > y) + 8 * (y >= 0.5) + 16 * (x == 0.5) + 32 * (x != y),
            "where": lambda x, y: where((x < 0.5) & (y < 0.5) | ~(x < 0.75), x, 1 - y) + numpy.where((x < y) ^ (y < 0.25), 1, 0),
            "logic": lambda x, y: where(numpy.logical_and(x < 0.5, numpy.logical_not(y > x)), 1, 2) + where(numpy.logical_or(x < 0.1, y < 0.1), 1, 2),
            "numpy scalars": lambda x, y: numpy.float64(0.5) * x + numpy.int8(3) * y - numpy.float32(0.1) / (1 + x),
            "arrays": lambda x, y: numpy.sqrt(numpy.sum(numpy.array([x, y]) ** 2)) + numpy.exp(numpy.array([x, y]))[1],
        }
        names = {"pi": math.pi, "sign": numpy.sign, "floor": math.floor, "abs": abs, "min": min, "max": max, "cbrt": numpy.cbrt,
                 "step": lambda t: float(t >= 0)}
        names.update({name: getattr(math, name) for name in ("sqrt", "exp", "log", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh",
                                                              "tanh", "erf")})
        for kind, function in functions.items():
            text = record(function).replace("^", "**").replace("if(", "choose(")
            for x, y in ((0.0, 0.25), (0.5, 0.5), (0.125, 0.875), (1.0, 0.75), (0.625, 0.0625)):
                with self.subTest(kind=kind, x=x, y=y):
                    value = eval(text, {**names, "choose": lambda c, a, b: a if c else b, "x0": x, "x1": y})
                    self.assertAlmostEqual(float(value), float(function(numpy.float64(x), numpy.float64(y))), places=6)

    def test_each_function_of_numpy(self):
        from layercert._recording import _UFUNCS

        names = {"pi": math.pi, "sign": numpy.sign, "floor": math.floor, "abs": abs, "min": min, "max": max, "cbrt": numpy.cbrt,
                 "choose": lambda c, a, b: a if c else b}
        names.update({name: getattr(math, name) for name in ("sqrt", "exp", "log", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh",
                                                              "tanh")})
        of_truths = ("bitwise_and", "bitwise_or", "bitwise_xor", "invert")
        for name in _UFUNCS:
            ufunc = getattr(numpy, name)
            for x, y in ((0.25, 0.75), (0.75, 0.25), (0.5, 0.5)):
                values = [numpy.float64(x), numpy.float64(y)][:ufunc.nin]
                function = ufunc
                if name in of_truths:
                    function = (lambda x, y: ufunc(x < 0.5, y < 0.6)) if ufunc.nin == 2 else (lambda x: ufunc(x < 0.5))
                text = record(function, ufunc.nin).replace("^", "**").replace("if(", "choose(")
                with self.subTest(ufunc=name, x=x, y=y):
                    self.assertAlmostEqual(float(eval(text, {**names, "x0": x, "x1": y})), float(function(*values)), places=12)
        self.assertEqual(record(lambda x: numpy.float64(0.5) < x), "1/2 < x0")

    def test_numbers_are_exact(self):
        self.assertEqual(record(lambda x: x * 0.1), "x0*(3602879701896397/36028797018963968)")
        self.assertEqual(record(lambda x: x * Fraction(1, 10)), "x0*(1/10)")
        self.assertEqual(record(lambda x: x + Decimal("0.1")), "x0 + 1/10")
        self.assertEqual(record(lambda x: x + 10 ** 30), f"x0 + {10 ** 30}")
        self.assertEqual(record(lambda x: 0.5 + 0 * x), "1/2 + 0*x0")
        self.assertIn("pi", record(lambda x: layercert.pi * x))
        self.assertNotIn("pi", record(lambda x: numpy.pi * x))

    def test_the_dimension_is_that_of_the_parameters(self):
        dimension = lambda target, **options: layercert.certify(target, depth=1, **options).dimension
        self.assertEqual(dimension(lambda x: x), 1)
        self.assertEqual(dimension(lambda x, y, z: x * z), 3)
        self.assertEqual(dimension(lambda x, y=2: x * y), 1)
        self.assertEqual(dimension(lambda x, y=2: x * y, dimension=2), 2)
        self.assertEqual(dimension(functools.partial(lambda a, x: a * x, 2)), 1)
        self.assertEqual(dimension(lambda *x: sum(x), dimension=3), 3)
        self.assertEqual(dimension(numpy.hypot), 2)
        self.assertEqual(dimension(lambda x: Fraction(1, 3)), 1)
        with self.assertRaisesRegex(TypeError, "dimension"):
            record(lambda *x: sum(x))
        with self.assertRaisesRegex(ValueError, "dimension.*expected"):
            record(lambda x, y: x, 3)
        with self.assertRaisesRegex(ValueError, "dimension.*expected"):
            record(lambda: 1)
        with self.assertRaisesRegex(TypeError, "dimension"):
            record(lambda x: x, 1.0)

    def test_what_an_expression_names_is_its_dimension(self):
        for text, d in (("x", 1), ("y", 2), ("z", 3), ("x0 + x4", 5), ("1/3", 1), ("sum(k, 1, 3, sin(k*y))", 2)):
            with self.subTest(text=text):
                self.assertEqual(layercert.certify(text, depth=1, N=2).dimension, d)


class Refused(unittest.TestCase):
    def refused(self, function, message, error=TypeError):
        with self.assertRaisesRegex(error, message):
            layercert.certify(function, depth=1)

    def test_branches(self):
        for function in (lambda x: x if x < 0.5 else 1 - x, lambda x: max(x, 0.5), lambda x: 0 < x < 1, lambda x: x < 0.5 and x,
                         lambda x: not x, lambda x: x in (0, 1), lambda x: [1, 2][bool(x > 0)], lambda x: sorted([x, 0.5])[0]):
            self.refused(function, r"layercert\.where")

    def test_floats(self):
        for function in (lambda x: math.sin(x), lambda x: float(x), lambda x: math.hypot(x, 1)):
            self.refused(function, r"numpy\.sin")
        for function in (lambda x: int(x), lambda x: [1, 2][x], lambda x: round(x), lambda x: complex(x)):
            self.refused(function, "")

    def test_what_has_no_counterpart(self):
        self.refused(lambda x: numpy.arctan2(x, 1), "arctan2.*expected")
        self.refused(lambda x: numpy.add(x, 1, dtype=float), "add.*expected")
        self.refused(lambda x: numpy.add.reduce(x), "add")
        self.refused(lambda x: numpy.median(x), "median.*expected")
        self.refused(lambda x: x + "1", "")
        self.refused(lambda x: x + True, "")
        self.refused(lambda x: x * 1j, "")
        self.refused(lambda x: x & x, "comparisons")
        self.refused(lambda x: x * math.nan, "", ValueError)
        self.refused(lambda x: x[0], "one parameter for each")
        self.refused(lambda x: sum(x), "one parameter for each")

    def test_what_is_no_number(self):
        for value in (None, "x", [1], numpy.ones(2), 1j, True, numpy.array([1.0])):
            self.refused(lambda x, value=value: value, "^target: .*expected")
        with self.assertRaisesRegex(ZeroDivisionError, "division"):  # the function's own
            layercert.certify(lambda x: x * (1 / 0))

    def test_what_cannot_be_written(self):
        def doubled(x):
            for _ in range(40):
                x = x * x + x
            return x

        self.refused(doubled, "^target: .*too long", layercert.InputError)


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=1))
