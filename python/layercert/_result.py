"""What a run has found."""
from __future__ import annotations

import html
import json
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Any, Optional

import numpy
from numpy.typing import NDArray

from . import _layercert
from ._arguments import INT_MAX, UNMASKED, Whole, exact, holds_masked, optional, shown, whole
from ._intervals import KINDS, intervals

_INTEGERS = ("level", "cells")
_TEXTS = ("status", "hoelder_status")
_COLOURS = {"certified": "#1a7f37", "refuted": "#cf222e", "undecided": "#9a6700"}


class Result:
    """What a run has certified, and the network that it has certified it for: given by certify, certify_instance and load.

    Every bound is a double that the library rounded outward: a lower one down, an upper one up. Results are equal if their certificates
    are, which name the instance, the network and the samples by their sums. They can be pickled.

    >>> import layercert
    >>> result = layercert.certify("abs(x - 1/3)", N=2, depth=3)
    >>> result
    <layercert.Result: abs(x - 1/3), d = 1, N = 2, p = 2: certified, certified, certified>
    >>> bool((result.errors[:, 1] <= result.bounds[:, 0]).all())
    True
    """

    def __init__(self, compiled: _layercert.Result) -> None:
        self._compiled = compiled
        self._certificate: Optional[dict[str, Any]] = None
        self._levels = _structured(compiled.levels())

    @property
    def certificate(self) -> dict[str, Any]:
        """certificate.json as a dictionary; its bounds are exact hexadecimal floats in texts."""
        if self._certificate is None:
            self._certificate = json.loads(self._compiled.document)
        return self._certificate

    @property
    def instance(self) -> str:
        """The text of the instance: what instance.toml holds."""
        return self._compiled.instance

    @property
    def levels(self) -> NDArray[Any]:
        """A structured array with one row a level.

        Fields: level, cells, status; error_lower, error_upper of || f - Phi_l ||_p; modulus_lower, modulus_upper of omega_p(f, N^-l); bound,
        (2d+1) modulus_lower rounded down, and bound_upper, (2d+1) modulus_upper rounded up; ratio_lower, ratio_upper of the error to the
        modulus; projection_bound; with Hoelder's corollary hoelder_bound and hoelder_status. A level is certified if error_upper <= bound.
        Each access gives a copy.
        """
        return self._levels.copy()

    @property
    def table(self) -> dict[str, NDArray[Any]]:
        """The fields of `levels` by name, an array with one number a level for each."""
        return {name: self._levels[name].copy() for name in self._levels.dtype.names or ()}

    @property
    def errors(self) -> NDArray[numpy.float64]:
        """|| f - Phi_l ||_p of every level, enclosed: the shape (depth, 2), lower bounds first."""
        return self._pairs("error_lower", "error_upper")

    @property
    def moduli(self) -> NDArray[numpy.float64]:
        """omega_p(f, N^-l) of every level, enclosed: the shape (depth, 2), lower bounds first."""
        return self._pairs("modulus_lower", "modulus_upper")

    @property
    def bounds(self) -> NDArray[numpy.float64]:
        """(2d+1) omega_p(f, N^-l) of every level, which the theorem allows, enclosed: the shape (depth, 2), lower bounds first."""
        return self._pairs("bound", "bound_upper")

    @property
    def ratios(self) -> NDArray[numpy.float64]:
        """The error over the modulus of every level, enclosed: the shape (depth, 2), lower bounds first."""
        return self._pairs("ratio_lower", "ratio_upper")

    @property
    def certified(self) -> bool:
        """Is every level certified, its corollary too, and a wanted accuracy reached?"""
        return self._compiled.all_certified

    @property
    def dimension(self) -> int:
        return self._compiled.dimension

    @property
    def N(self) -> int:
        return self._compiled.N

    @property
    def depth(self) -> int:
        return self._compiled.depth

    @property
    def p(self) -> str:
        """The exponent, exactly: "2", "7/2"."""
        return self._compiled.p

    def readout(self, level: Whole, kind: str = "pair") -> Any:
        """(lower, upper): the readout of a level on every cell, off the ramps, enclosed; arrays of the shape (N**level,) * d.

        The axes are ..., x1, x0, as those of an array that is given to certify. Level 0 is the constant Phi_0. Lower bounds are rounded
        down, upper ones up. With a `kind` other than "pair", one array of intervals (layercert.intervals).
        """
        lower, upper = self._compiled.readout(whole(level, "level", -INT_MAX, INT_MAX))
        return (lower, upper) if kind == "pair" else intervals(numpy.stack([lower, upper], axis=-1), kind)

    def evaluate(self, points: Any, level: Optional[Whole] = None, *, bits: Whole = 64, kind: str = "pair") -> Any:
        """The readouts at points, enclosed layer by layer, with the ramps.

        points  an array of the shape (..., d), the coordinates x0, x1, ... last; for d = 1 a number, or an array of the shape (...) or
                (..., 1) with at least one axis before the 1. Coordinates are from 0 to 1, and exact: floats are the binary numbers that they
                are, and texts such as "1/3" and fractions may stand for them.
        level   of the readout; without it all of them, 1 to depth
        bits    after the binary point that are computed, about; what is given is rounded outward to doubles
        kind    of the intervals (layercert.intervals)

        Returns an array of the shape (..., 2), lower bounds first; without a level (..., depth, 2).

        >>> import layercert
        >>> result = layercert.certify("x", depth=2)
        >>> result.evaluate([0.125, 0.375, "5/8"], level=2).shape
        (3, 2)
        """
        if kind not in KINDS:
            raise ValueError(f"kind: found {kind!r}; expected one of {', '.join(map(repr, KINDS))}")
        last = self.depth if level is None else whole(level, "level", -INT_MAX, INT_MAX)
        bits = whole(bits, "bits", 1, 1 << 20)
        coordinates = _coordinates(points, self.dimension)
        shape = coordinates.shape[:-1]
        if coordinates.dtype == object:
            texts = [exact(x, _name_of_place(coordinates.shape, i)) for i, x in enumerate(coordinates.ravel())]
            found = self._compiled.evaluate_texts(texts, last, bits)
        else:
            found = self._compiled.evaluate_doubles(coordinates.ravel(), last, bits)
        found = found.reshape(*shape, last, 2)
        return intervals(found if level is None else found[..., last - 1, :], kind)

    def to_dataframe(self) -> Any:
        """`levels` as a pandas.DataFrame, one row a level. Raises ImportError without pandas."""
        pandas = optional("pandas", "to_dataframe", "apt install python3-pandas, or pip install pandas")
        return pandas.DataFrame(self.table)

    def plot(self, ax: Any = None) -> Any:
        """Draws the errors and what the theorem allows against the level, with matplotlib; returns the axes.

        ax      the matplotlib.axes.Axes to draw on; without it those of a new figure

        Bands are the enclosures. What is infinite or 0 is left out, for the axis is logarithmic. Raises ImportError without matplotlib.
        """
        if ax is None:
            pyplot = optional("matplotlib.pyplot", "plot", "apt install python3-matplotlib, or pip install matplotlib")
            _, ax = pyplot.subplots()
        levels = self._levels["level"]
        for pairs, style, label in ((self.errors, "o-", r"$\|f - \Phi_l\|_p$"),
                                    (self.bounds, "s--", rf"${2 * self.dimension + 1}\,\omega_p(f, N^{{-l}})$")):
            drawn = numpy.isfinite(pairs).all(axis=1) & (pairs[:, 1] > 0)
            ends = numpy.where(pairs > 0, pairs, pairs[:, 1:])[drawn]
            line, = ax.semilogy(levels[drawn], ends[:, 1] if style == "o-" else ends[:, 0], style, label=label)
            ax.fill_between(levels[drawn], ends[:, 0], ends[:, 1], alpha=0.3, color=line.get_color(), linewidth=0)
        ax.set(xlabel="level l", xticks=levels)
        ax.set_title(self._target(), fontsize="medium")
        ax.legend()
        return ax

    def __repr__(self) -> str:
        return (f"<layercert.Result: {self._target()}, d = {self.dimension}, N = {self.N}, p = {self.p}: "
                f"{', '.join(map(str, self._levels['status']))}>")

    def _repr_html_(self) -> str:
        """A table, for notebooks; decimals are rounded outward."""
        rows = []
        for level in self._levels:
            status = str(level["status"])
            cells = [str(level["level"]), str(level["cells"]), _range(level["error_lower"], level["error_upper"]), _down(level["bound"]),
                     _range(level["ratio_lower"], level["ratio_upper"])]
            rows.append("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
                        + f'<td style="color: {_COLOURS[status]}">{status}</td></tr>')
        head = "".join(f"<th>{title}</th>" for title in ("level", "cells", "error &#8214;f &minus; &Phi;<sub>l</sub>&#8214;<sub>p</sub>",
                                                         f"{2 * self.dimension + 1} &omega;<sub>p</sub>(f, N<sup>&minus;l</sup>) &ge;",
                                                         "error / modulus", "verdict"))
        caption = html.escape(f"{self._target()}, d = {self.dimension}, N = {self.N}, p = {self.p}")
        return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Result):
            return NotImplemented
        return self._compiled.document == other._compiled.document

    def __hash__(self) -> int:
        return hash(self._compiled.document)

    def __reduce__(self) -> Any:
        return _of_files, self._compiled.files()

    def _target(self) -> str:
        text = " ".join(self._compiled.expression.split()) or "samples"
        return text if len(text) <= 60 else text[:57] + "..."

    def _pairs(self, lower: str, upper: str) -> NDArray[numpy.float64]:
        return numpy.stack([self._levels[lower], self._levels[upper]], axis=-1)


def _of_files(*files: Any) -> Result:
    """The inverse of Result.__reduce__. The sums of the certificate are compared with the files."""
    return Result(_layercert.result_of_files(*files))


def _structured(levels: list[dict[str, Any]]) -> NDArray[Any]:
    kinds = [(name, "i8" if name in _INTEGERS else "U9" if name in _TEXTS else "f8") for name in levels[0]]
    return numpy.array([tuple(level.values()) for level in levels], dtype=kinds)


def _coordinates(points: Any, dimension: int) -> NDArray[Any]:
    """An array of the shape (..., d): of finite floats of 64 bits from 0 to 1, or of objects."""
    if holds_masked(points):
        raise TypeError(f"points: found a masked array; {UNMASKED}")
    array = points if isinstance(points, numpy.ndarray) else None
    if array is None or array.dtype.kind != "f" or array.dtype.itemsize > 8:
        try:
            array = numpy.array(points, dtype=object)
        except ValueError as error:  # rows of different length
            raise ValueError(f"points: {error}; expected an array of the shape (..., {dimension})") from None
    if dimension == 1 and array.ndim <= 1:
        array = array[..., numpy.newaxis]
    if array.ndim == 0 or array.shape[-1] != dimension:
        raise ValueError(f"points: found the shape {array.shape}; expected (..., {dimension}), the coordinates of a point last")
    if array.dtype == object:
        for i, x in enumerate(array.ravel()):
            if isinstance(x, (list, tuple, dict, set)):
                raise TypeError(f"points: found {shown(x)}; expected an array of the shape (..., {dimension})")
            exact(x, _name_of_place(array.shape, i))
        return array
    bad = ~((array >= 0) & (array <= 1))
    if bad.any():
        place = int(numpy.flatnonzero(bad.ravel())[0])
        raise _layercert.InputError(f"{_name_of_place(array.shape, place)}: found {array.ravel()[place]}; expected coordinates from 0 to 1")
    return array.astype(numpy.float64)


def _name_of_place(shape: tuple[int, ...], place: int) -> str:
    return f"points{[int(i) for i in numpy.unravel_index(place, shape)]}"


def _decimal(x: float, rounding: str) -> str:
    """A double with 4 digits, rounded as told."""
    return f"{Context(prec=4, rounding=rounding).create_decimal(Decimal(float(x))):.4g}" if numpy.isfinite(x) else str(x)


def _down(x: float) -> str:
    return _decimal(x, ROUND_FLOOR)


def _range(lower: float, upper: float) -> str:
    return f"[{_down(lower)}, {_decimal(upper, ROUND_CEILING)}]"
