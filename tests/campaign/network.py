"""The readouts of a network.json at points, layer by layer, as proofs/network-json.md describes the file.

Every number is an mpmath float. Ramps cancel that are as large as the largest weight, and the second sine magnifies what
is left of their rounding by another such weight: so twice the bits of the largest weight, and some, give readouts right to
2^-100 and more. mpmath computes sines by itself, apart from MPFR and Arb.
"""
import json
import re

import mpmath

_GUARD_BITS = 160


class Network:
    def __init__(self, file):
        with open(file, encoding="ascii") as stream:
            data = json.load(stream)
        self.dimension, self.base, self.depth = data["d"], data["N"], data["depth"]
        shared = [_form(entry, []) for entry in data.get("shared", [])]
        self._hidden = [[_unit(unit, shared) for unit in layer["units"]] for layer in data["hidden"]]
        self._readouts = [(readout["layer"], _affine(readout, shared)) for readout in data["readouts"]]
        self._precision = _GUARD_BITS + 2 * max(bits for bits, _ in self._weights())

    def readouts(self, point):
        """[Phi_1(x), ..., Phi_L(x)] at a point of doubles, as mpmath floats."""
        with mpmath.workprec(self._precision):
            layer = {index: mpmath.mpf(x) for index, x in enumerate(point)}
            outputs = []
            for units in self._hidden:
                layer = {index: activate(_apply(affine, layer)) for index, activate, affine in units}
                outputs.append(layer)
            return [_apply(affine, outputs[number - 1]) for number, affine in self._readouts]

    def _weights(self):
        for bias, weights in [unit[2] for layer in self._hidden for unit in layer] + [r[1] for r in self._readouts]:
            yield bias
            yield from (weight for _, weight in weights)


def _dyadic(text):
    sign, whole, fraction, exponent = re.fullmatch(r"(-?)0x([0-9a-f]*)\.?([0-9a-f]*)p([+-]?\d+)", text).groups()
    mantissa = int(sign + whole + fraction, 16)
    return mantissa, int(exponent) - 4 * len(fraction)


# A weight is a pair: its bits (of the mantissa, and of the magnitude, about), and its value at mpmath's precision of the moment.

def _of_dyadic(text):
    mantissa, exponent = _dyadic(text)
    bits = max(mantissa.bit_length(), mantissa.bit_length() + exponent)
    return bits, lambda: mpmath.ldexp(mpmath.mpf(mantissa), exponent)


def _constant(text):
    names = {name: getattr(mpmath, name) for name in ("sqrt", "exp", "log", "sin", "cos", "tan", "asin", "acos", "atan", "sinh",
                                                       "cosh", "tanh", "erf", "pi", "e", "floor")}
    names.update(abs=abs, step=lambda x: int(x >= 0), sign=mpmath.sign, min=min, max=max, pow=mpmath.power,
                 cbrt=lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)))
    text = re.sub(r"(?<![A-Za-z_0-9.])(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)", r"mpf('\1')", text)
    names["mpf"] = mpmath.mpf
    code = compile(text.replace("^", "**"), "constant", "eval")
    return 64, lambda: mpmath.mpf(eval(code, {"__builtins__": {}}, names))


def _form(entry, shared):
    if isinstance(entry, str):
        return _of_dyadic(entry)
    if "shared" in entry:
        bits, value = shared[entry["shared"]]
        return bits, ((lambda: -value()) if entry.get("negate") else value)
    if "sum" in entry:
        parts = [_form(part, shared) for part in entry["sum"]]
        return max(bits for bits, _ in parts), lambda: mpmath.fsum(value() for _, value in parts)
    if "angle" in entry:
        return 64, lambda: mpmath.fsum(2 * c * mpmath.atan(mpmath.ldexp(mpmath.mpf(1), -s)) for s, c in entry["angle"])
    if "pi" in entry:
        bits, value = _of_dyadic(entry["pi"])
        return bits, lambda: value() * mpmath.pi
    if "multiplier" in entry:
        bits, value = _of_dyadic(entry["multiplier"])

        def scaled():
            product = 2 * mpmath.pi * mpmath.sqrt(2) * value()
            for shift in entry["shifts"]:
                product *= 1 + mpmath.ldexp(mpmath.mpf(1), -2 * shift)
            return product
        return bits + 8, scaled
    return _constant(entry["constant"])


def _affine(entry, shared):
    return _form(entry["bias"], shared), [(source, _form(weight, shared)) for source, weight in entry["weights"]]


def _unit(entry, shared):
    activate = {"relu": lambda x: max(x, mpmath.mpf(0)), "sine": mpmath.sin}[entry["activation"]]
    return entry["index"], activate, _affine(entry, shared)


def _apply(affine, sources):
    (_, bias), weights = affine
    value = bias()
    for source, (_, weight) in weights:
        if source in sources:  # units that are not listed are zero
            value += sources[source] * weight()
    return value
