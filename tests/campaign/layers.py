"""Random networks of any layers, written as layers.json, and their values by NumPy."""
import dataclasses
import json
import random

import numpy

_SMOOTH = ["sine", "cosine", "tanh", "sigmoid", "softplus"]
_FUNCTIONS = {
    "relu": lambda z: numpy.maximum(z, 0.0), "sine": numpy.sin, "cosine": numpy.cos, "tanh": numpy.tanh,
    "sigmoid": lambda z: 1 / (1 + numpy.exp(-z)), "softplus": lambda z: numpy.logaddexp(0.0, z), "identity": lambda z: z,
}
_MOST_WIDTH = {1: 16, 2: 8, 3: 6}
_DIGITS = [3, 10, 24, 52]  # bits of a weight


@dataclasses.dataclass
class Unit:
    activation: str
    bias: float
    weights: list  # of (slot, weight): inputs first, then units


class Layers:
    """A pure function of the seed: hidden layers whose units read the layer before, now and then an input, or a product with one."""

    def __init__(self, seed, dimension):
        rng = random.Random(f"layers {seed}")
        self.dimension = dimension
        self.units = []
        self.readouts = []  # (name, slot)
        kinds = rng.choice([["relu"], ["relu"], _SMOOTH, ["sine"], ["tanh"], ["relu", *_SMOOTH]])
        before = list(range(dimension))
        for layer in range(rng.randint(1, 3)):
            width = rng.randint(1, _MOST_WIDTH[dimension])
            now = [self._add(rng, rng.choice(kinds), before) for _ in range(width)]
            self.readouts.append((f"y{layer + 1}", self._add(rng, "identity", now)))
            before = now + ([rng.randrange(dimension)] if rng.random() < 0.3 else [])

    def _add(self, rng, activation, sources):
        size = rng.choice([0.5, 1.0, 1.0, 3.0]) / len(sources) ** 0.5
        weights = [(source, _short(rng, size)) for source in sources if rng.random() < 0.9]
        self.units.append(Unit(activation, _short(rng, size) if rng.random() < 0.8 else 0.0, weights))
        return self.dimension + len(self.units) - 1

    def text(self):
        units = [{"activation": unit.activation, "bias": _dyadic(unit.bias),
                  "weights": [[source, _dyadic(weight)] for source, weight in unit.weights]} for unit in self.units]
        readouts = [{"name": name, "source": slot} for name, slot in self.readouts]
        return json.dumps({"format": "layercert-layers-1", "d": self.dimension, "units": units, "readouts": readouts})

    def values(self, points):
        """Of every readout, at points of shape (count, d)."""
        slots = list(numpy.asarray(points, dtype=float).transpose())
        for unit in self.units:
            z = numpy.full(len(points), unit.bias)
            for source, weight in unit.weights:
                z = z + weight * slots[source]
            slots.append(_FUNCTIONS[unit.activation](z))
        return [slots[slot] for _, slot in self.readouts]


def _short(rng, size):
    """A random double of few or many bits."""
    scale = 2.0 ** rng.choice(_DIGITS)
    return round(rng.gauss(0, size) * scale) / scale


def _dyadic(number):
    mantissa, exponent = numpy.frexp(number)
    whole, shift = int(mantissa * 2.0**53), int(exponent) - 53
    while whole and whole % 2 == 0:
        whole, shift = whole // 2, shift + 1
    return f"{'-' if whole < 0 else ''}0x{abs(whole):x}p{shift if whole else 0:+d}"
