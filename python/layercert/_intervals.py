"""Enclosures as intervals of other packages."""
from __future__ import annotations

from typing import Any

import numpy

from ._arguments import optional

KINDS = ("pair", "iv", "arb")


def intervals(pairs: Any, kind: str = "pair") -> Any:
    """Enclosures, in an array of the shape (..., 2) with lower ends first, as intervals of another package.

    kind    "pair": the array itself; "iv": intervals of mpmath (mpmath.iv); "arb": balls of python-flint (flint.arb), each of which holds
            the enclosure and may be wider. One interval for the shape (2,), else an array of objects of the shape (...).

    Ends stay what they are, or move outward. Raises ImportError without the package, ValueError for what is no array of pairs.

    >>> import layercert
    >>> layercert.intervals([0.25, 0.5])
    array([0.25, 0.5 ])
    """
    if kind not in KINDS:
        raise ValueError(f"kind: found {kind!r}; expected one of {', '.join(map(repr, KINDS))}")
    pairs = numpy.asarray(pairs, dtype=float)
    if pairs.ndim == 0 or pairs.shape[-1] != 2 or not (pairs[..., 0] <= pairs[..., 1]).all():
        raise ValueError("pairs: expected an array of the shape (..., 2), lower ends first")
    if kind == "pair":
        return pairs
    one = _iv if kind == "iv" else _arb
    made = numpy.empty(pairs.shape[:-1], dtype=object)
    for index in numpy.ndindex(made.shape):
        made[index] = one(float(pairs[index][0]), float(pairs[index][1]))
    return made.item() if made.ndim == 0 else made


def _iv(lower: float, upper: float) -> Any:
    mpmath = optional("mpmath", 'kind "iv"', "apt install python3-mpmath, or pip install mpmath")
    # Exact ends, whatever the precision of mpmath.iv is.
    return mpmath.iv.make_mpf((mpmath.libmp.from_float(lower), mpmath.libmp.from_float(upper)))


def _arb(lower: float, upper: float) -> Any:
    flint = optional("flint", 'kind "arb"', "pip install python-flint")
    if numpy.isinf(lower) or numpy.isinf(upper):
        return flint.arb(0, float("inf"))
    return flint.arb(lower).union(flint.arb(upper))  # which holds both
