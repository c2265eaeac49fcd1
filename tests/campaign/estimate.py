"""Randomised estimates of integrals over boxes: shifted Kronecker sequences in independent batches."""
import dataclasses

import numpy

_BATCHES = 16
_POINTS = {1: 2048, 2: 4096, 3: 4096, 4: 6000}  # a batch, by dimension
_SIGMAS = 12  # of a mean of few batches that are not quite normal
_UNSEEN = 40  # a set in which so many points are expected holds one
_UNSEEN_HEIGHT = 1e3  # of a function that is nothing at every point
_NOTHING = 1e3  # times the rounding
_HEAVY = 1e-3  # a point with this part of the integral says that the tail may not have been seen


@dataclasses.dataclass
class Estimate:
    """Of a norm; `low` and `high` are where the norm plainly lies, `low` also if a tail was missed."""

    value: float
    low: float
    high: float
    undefined: float  # the part of the points where f has no value

    def exceeds(self, bound):
        return self.low > bound

    def falls_below(self, bound):
        return self.high < bound


def norm(function, box, p, rng):
    """|| function ||_p over the box, a list of (from, to); function maps points to values and their rounding errors."""
    lower = numpy.array([side[0] for side in box])
    width = numpy.array([side[1] - side[0] for side in box])
    measure = float(numpy.prod(width))
    if measure <= 0:
        return Estimate(0.0, 0.0, 0.0, 0.0)
    values, roundings = zip(*(function(lower + width * unit) for unit in _batches(len(box), rng)))
    values, rounding = numpy.abs(numpy.array(values)), float(numpy.nanmax(roundings))
    undefined = float(numpy.mean(~numpy.isfinite(values)))
    values = numpy.where(numpy.isfinite(values), values, 0.0)
    scale = float(values.max())
    if scale <= _NOTHING * rounding:  # what there is may lie where no point does
        return Estimate(0.0, 0.0, max(rounding, 1.0) * _UNSEEN_HEIGHT * (measure * _UNSEEN / values.size) ** (1 / p), undefined)
    powers = (values / scale) ** p
    means = powers.mean(axis=1)
    mean, spread = float(means.mean()), float(means.std(ddof=1)) / _BATCHES**0.5
    slack = _SIGMAS * spread + 1e-9 * mean
    tail = powers.max() > _HEAVY * powers.sum()

    def root(integral):
        return scale * (measure * max(0.0, integral)) ** (1 / p)

    margin = rounding * measure ** (1 / p)
    high = float("inf") if tail else root(mean + slack) + margin
    return Estimate(root(mean), max(0.0, root(mean - slack) - margin), high, undefined)


def _batches(dimension, rng):
    ratio = 2.0  # the root of ratio^(dimension+1) = ratio + 1
    for _ in range(64):
        ratio = (1 + ratio) ** (1 / (dimension + 1))
    steps = ratio ** -numpy.arange(1.0, dimension + 1)
    walk = numpy.arange(_POINTS.get(dimension, 8192))[:, None] * steps
    for _ in range(_BATCHES):
        yield (walk + rng.random(dimension)) % 1.0
