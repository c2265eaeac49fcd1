"""Certified approximation by deep networks, layer by layer.

    import layercert
    result = layercert.certify("sin(2*pi*x)*y + abs(x - 1/3)", dimension=2, N=2, depth=4, p=2)
    result.certified                # True: claim R holds at every level, for this network
    result.table["error_upper"]     # rigorous upper bounds, a NumPy array with one number a level
    lower, upper = result.readout(3)  # enclosures of Phi_3 on the cells, arrays with the axes ..., x1, x0

A bound is rounded outward to a double. What is certified, and what it rests on, is said in the README of layercert.
"""
from __future__ import annotations

import json
import os
import tempfile
from fractions import Fraction
from pathlib import Path

import numpy

from . import _layercert
from ._layercert import InputError, __version__

InputError.__module__ = __name__
__all__ = ["InputError", "Result", "__version__", "certify", "certify_instance"]

_BOUNDS = ("error_lower", "error_upper", "modulus_lower", "modulus_upper", "bound", "ratio_lower", "ratio_upper",
           "projection_bound")


class Result:
    """What a run has certified, and the network that it has certified it for."""

    def __init__(self, compiled):
        self._compiled = compiled
        #: certificate.json as a dictionary; its bounds are exact hexadecimal floats in texts.
        self.certificate = json.loads(compiled.document)
        levels = self.certificate["levels"]
        #: A dictionary of NumPy arrays with an entry for every level: the bounds, "level", "cells" and "status".
        self.table = {
            "level": numpy.array([level["level"] for level in levels]),
            "cells": numpy.array([level["cells"] for level in levels]),
            "status": numpy.array([level["status"] for level in levels]),
        }
        for key in _BOUNDS:
            if all(key in level for level in levels):
                self.table[key] = numpy.array([_to_float(level[key]) for level in levels])

    @property
    def certified(self) -> bool:
        """Is every level certified, and a wanted accuracy reached?"""
        accuracy = self.certificate.get("accuracy")
        return (all(level["status"] == "certified" for level in self.certificate["levels"])
                and (accuracy is None or accuracy["level"] != 0))

    @property
    def dimension(self) -> int:
        return self._compiled.dimension

    @property
    def N(self) -> int:
        return self._compiled.N

    @property
    def depth(self) -> int:
        return self._compiled.depth

    def readout(self, level: int):
        """(lower, upper): bounds of the readout of a level on every cell, off the ramps, as arrays of shape (N**level,) * d.

        The axes are ..., x1, x0, as those of an array that is given to certify. Level 0 is the constant Phi_0.
        """
        return self._compiled.readout(level)

    def evaluate(self, point, level=None, bits=64):
        """Bounds of readouts 1 to `level` at a point, layer by layer: an array of shape (level, 2), lower bounds first.

        Coordinates are exact: floats as the binary numbers that they are, texts such as "1/3", fractions.
        """
        coordinates = [_exact(x) for x in numpy.atleast_1d(numpy.asarray(point, dtype=object))]
        return numpy.array(self._compiled.evaluate(coordinates, self.depth if level is None else level, bits))

    def __repr__(self):
        verdicts = ", ".join(self.table["status"])
        return f"<layercert.Result: d = {self.dimension}, N = {self.N}, levels: {verdicts}>"


def certify(target, *, dimension=None, N=2, depth=4, p=2, norm="euclidean", interpolation="constant", remainder=None,
            hoelder=None, out=None, boxes=1 << 18, tolerance=0.01, accuracy=None, subdivisions=True, format="auto",
            threads=0, progress=None) -> Result:
    """Builds the network of a target and certifies every level.

    target         an expression, such as "abs(x - 1/3)", or an array of samples, with the axes ..., x1, x0
    dimension      d; needed for an expression, an array has its own
    p, remainder, accuracy, and hoelder = (lambda, alpha)
                   exact: whole numbers, fractions, texts such as "7/2"; floats as the binary numbers that they are
    out            the folder that keeps the result; a former result there is replaced
    progress       called as progress(phase, level) with "reading", "building", "decoding", "certifying" and "writing"; an exception
                   that it raises ends the run, as Ctrl-C does, when the next level begins

    Raises InputError (a ValueError) that says what was found and what was expected.
    """
    with tempfile.TemporaryDirectory(prefix="layercert_") as folder:
        lines = ["[target]"]
        if isinstance(target, str):
            if dimension is None:
                raise TypeError("dimension is missing; an expression does not say it")
            lines += [f"dimension = {int(dimension)}", f"expression = {_quoted(target)}"]
        else:
            samples = numpy.asarray(target)
            if dimension is not None and dimension != samples.ndim:
                raise ValueError(f"the array has {samples.ndim} axes, but dimension = {dimension}")
            if samples.dtype == object:
                raise TypeError("an array of numbers is expected, found one of objects")
            numpy.save(Path(folder) / "samples.npy", samples, allow_pickle=False)
            lines += [f"dimension = {samples.ndim}", 'table = "samples.npy"', f"interpolation = {_quoted(interpolation)}"]
        if remainder is not None:
            lines.append(f"remainder = {_quoted(_exact(remainder))}")
        lines += ["", "[theorem]", f"N = {int(N)}", f"depth = {int(depth)}", f"p = {_quoted(_exact(p))}", f"norm = {_quoted(norm)}"]
        if hoelder is not None:
            lines += ["", "[hoelder]", f"lambda = {_quoted(_exact(hoelder[0]))}", f"alpha = {_quoted(_exact(hoelder[1]))}"]
        return _run("\n".join(lines) + "\n", folder, out, boxes, tolerance, accuracy, subdivisions, format, threads, progress)


def certify_instance(file, *, out=None, boxes=1 << 18, tolerance=0.01, accuracy=None, subdivisions=True, format="auto",
                     threads=0, progress=None) -> Result:
    """As certify, of an instance file."""
    file = Path(file)
    return _run(file.read_text(encoding="utf-8"), str(file.parent), out, boxes, tolerance, accuracy, subdivisions, format, threads,
                progress)


def _run(text, folder, out, boxes, tolerance, accuracy, subdivisions, format, threads, progress):
    if not 0 < tolerance <= 1:
        raise ValueError(f"tolerance: found {tolerance}; expected a number above 0 and at most 1")
    if boxes < 1 or threads < 0:
        raise ValueError("boxes is at least 1, threads at least 0")
    return Result(_layercert.certify_text(
        text, str(folder), None if out is None else os.fspath(out), int(boxes), float(tolerance),
        None if accuracy is None else _exact(accuracy), bool(subdivisions), format, int(threads), progress))


def _quoted(text) -> str:
    """A text in quotes; the escapes of JSON are those of TOML, too."""
    return json.dumps(text, ensure_ascii=False)


def _exact(number) -> str:
    """A number as the exact text that an instance takes."""
    if isinstance(number, str):
        return number
    if isinstance(number, (float, numpy.floating)) and not numpy.isfinite(number):
        raise ValueError(f"found {number}; expected a finite number")
    return str(Fraction(number.item() if isinstance(number, numpy.generic) else number))


def _to_float(text) -> float:
    return float("inf") if text == "inf" else float.fromhex(text)
