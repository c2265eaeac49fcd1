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
        shared = [_dyadic(text) for text in data.get("shared", [])]
        self._hidden = [[_unit(unit, shared) for unit in layer["units"]] for layer in data["hidden"]]
        self._readouts = [(readout["layer"], _affine(readout, shared)) for readout in data["readouts"]]
        self._precision = _GUARD_BITS + 2 * max(_bits(weight) for weight in self._weights())

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


def _bits(weight):
    """Of the mantissa, and of the magnitude."""
    mantissa, exponent = weight
    return max(mantissa.bit_length(), mantissa.bit_length() + exponent)


def _weight(entry, shared):
    if isinstance(entry, str):
        return _dyadic(entry)
    mantissa, exponent = shared[entry["shared"]]
    return (-mantissa if entry.get("negate") else mantissa), exponent


def _affine(entry, shared):
    return _weight(entry["bias"], shared), [(source, _weight(weight, shared)) for source, weight in entry["weights"]]


def _unit(entry, shared):
    activate = {"relu": lambda x: max(x, mpmath.mpf(0)), "sine": mpmath.sin}[entry["activation"]]
    return entry["index"], activate, _affine(entry, shared)


def _apply(affine, sources):
    (mantissa, exponent), weights = affine
    value = mpmath.ldexp(mpmath.mpf(mantissa), exponent)
    for source, (mantissa, exponent) in weights:
        if source in sources:  # units that are not listed are zero
            value += mpmath.ldexp(sources[source] * mantissa, exponent)
    return value
