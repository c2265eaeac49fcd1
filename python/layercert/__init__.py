"""Certified approximation by deep networks, layer by layer.

    import layercert
    result = layercert.certify("sin(2*pi*x)*y + abs(x - 1/3)", dimension=2, N=2, depth=4, p=2)
    result.certified                # True: claim R holds at every level, for this network
    result.table["error_upper"]     # rigorous upper bounds, a NumPy array with one number a level
    lower, upper = result.readout(3)  # enclosures of Phi_3 on the cells, arrays with the axes ..., x1, x0

A bound is rounded outward to a double. What is certified, and what it rests on, is said in docs/guarantee.md of layercert.
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
        return self._compiled.readout(_whole(level, "level"))

    def evaluate(self, point, level=None, bits=64):
        """Bounds of readouts 1 to `level` at a point, layer by layer: an array of shape (level, 2), lower bounds first.

        Coordinates are exact: floats as the binary numbers that they are, texts such as "1/3", fractions.
        """
        if _holds_masked(point):
            raise TypeError(f"point: found a masked array; {_UNMASKED}")
        coordinates = [_exact(x, f"point[{j}]") for j, x in enumerate(numpy.atleast_1d(numpy.asarray(point, dtype=object)))]
        level = self.depth if level is None else _whole(level, "level")
        return numpy.array(self._compiled.evaluate(coordinates, level, _whole(bits, "bits", 1, _INT_MAX)))

    def __repr__(self):
        verdicts = ", ".join(self.table["status"])
        return f"<layercert.Result: d = {self.dimension}, N = {self.N}, levels: {verdicts}>"


def certify(target, *, dimension=None, N=2, depth=4, p=2, norm="euclidean", interpolation="constant", remainder=None,
            hoelder=None, out=None, boxes=1 << 18, tolerance=0.01, accuracy=None, subdivisions=True, format="auto",
            threads=0, progress=None) -> Result:
    """Builds the network of a target and certifies every level.

    target         an expression, such as "abs(x - 1/3)", or an array of samples, with the axes ..., x1, x0: integers or floats, all
                   finite, of any byte order and layout in memory
    dimension, N, depth
                   whole numbers (int, or a NumPy integer). An expression needs a dimension d, an array has its own
    p, remainder, accuracy, and hoelder = (lambda, alpha)
                   exact: whole numbers, fractions, texts such as "7/2"; floats as the binary numbers that they are
    out            the folder that keeps the result; a former result there is replaced
    progress       called as progress(phase, level) with "reading", "building", "decoding", "certifying" and "writing"; an exception
                   that it raises ends the run, as Ctrl-C does, when the next level begins

    Nothing is rounded, cut off or filled in to make it fit: what is not of the kind that is expected is refused.

    Raises TypeError where an argument is of the wrong kind (a float for N, a masked array), and InputError or another ValueError where
    its value is wrong; both name the argument and say what was found and what was expected.
    """
    theorem = [f"N = {_whole(N, 'N')}", f"depth = {_whole(depth, 'depth')}", f"p = {_quoted(_exact(p, 'p'))}",
               f"norm = {_quoted(_text(norm, 'norm'))}"]
    interpolation = _text(interpolation, "interpolation")
    if dimension is not None:
        dimension = _whole(dimension, "dimension")
    with tempfile.TemporaryDirectory(prefix="layercert_") as folder:
        lines = ["[target]"]
        if isinstance(target, str):
            if dimension is None:
                raise TypeError("dimension is missing; an expression does not say it")
            if interpolation != "constant":
                raise ValueError(f"interpolation: found {interpolation!r} beside an expression; expected an array of samples")
            lines += [f"dimension = {dimension}", f"expression = {_quoted(target)}"]
        else:
            samples = _samples(target)
            if dimension is not None and dimension != samples.ndim:
                raise ValueError(f"dimension: found {dimension}; expected {samples.ndim}, as the array has so many axes")
            numpy.save(Path(folder) / "samples.npy", samples, allow_pickle=False)
            lines += [f"dimension = {samples.ndim}", 'table = "samples.npy"', f"interpolation = {_quoted(interpolation)}"]
        if remainder is not None:
            lines.append(f"remainder = {_quoted(_exact(remainder, 'remainder'))}")
        lines += ["", "[theorem]"] + theorem
        if hoelder is not None:
            if not isinstance(hoelder, (tuple, list)) or len(hoelder) != 2:
                raise TypeError(f"hoelder: found {_shown(hoelder)}; expected (lambda, alpha)")
            lines += ["", "[hoelder]", f"lambda = {_quoted(_exact(hoelder[0], 'hoelder[0], lambda'))}",
                      f"alpha = {_quoted(_exact(hoelder[1], 'hoelder[1], alpha'))}"]
        return _run("\n".join(lines) + "\n", folder, out, boxes, tolerance, accuracy, subdivisions, format, threads, progress)


def certify_instance(file, *, out=None, boxes=1 << 18, tolerance=0.01, accuracy=None, subdivisions=True, format="auto",
                     threads=0, progress=None) -> Result:
    """As certify, of an instance file."""
    file = Path(file)
    return _run(file.read_text(encoding="utf-8"), str(file.parent), out, boxes, tolerance, accuracy, subdivisions, format, threads,
                progress)


def _run(text, folder, out, boxes, tolerance, accuracy, subdivisions, format, threads, progress):
    if isinstance(tolerance, (bool, numpy.bool_, str)) or isinstance(tolerance, numpy.ndarray):
        raise TypeError(f"tolerance: found {_shown(tolerance)}; expected a number above 0 and at most 1")
    if not 0 < tolerance <= 1:
        raise ValueError(f"tolerance: found {tolerance}; expected a number above 0 and at most 1")
    if not isinstance(subdivisions, (bool, numpy.bool_)):
        raise TypeError(f"subdivisions: found {_shown(subdivisions)}; expected True or False")
    if progress is not None and not callable(progress):
        raise TypeError(f"progress: found {_shown(progress)}; expected something that can be called")
    boxes = _whole(boxes, "boxes", 1)
    threads = _whole(threads, "threads", 0, _INT_MAX)
    return Result(_layercert.certify_text(
        text, str(folder), None if out is None else os.fspath(out), boxes, float(tolerance),
        None if accuracy is None else _exact(accuracy, "accuracy"), bool(subdivisions), _text(format, "format"), threads, progress))


_INT_MAX = (1 << 31) - 1
_UNMASKED = "expected numbers without a mask: filled(value) says what stands for those that are masked"


def _shown(thing) -> str:
    text = f"{thing!r} ({type(thing).__name__})"
    return text if len(text) <= 100 else f"a {type(thing).__name__}"


def _whole(number, name, least=-(1 << 63), most=(1 << 63) - 1) -> int:
    """A whole number that is given as one. A float is none, even if no digit stands after its point; neither is a truth value."""
    if isinstance(number, (bool, numpy.bool_)) or not isinstance(number, (int, numpy.integer)):
        raise TypeError(f"{name}: found {_shown(number)}; expected a whole number, an int")
    number = int(number)
    if not least <= number <= most:
        raise ValueError(f"{name}: found {number}; expected a whole number from {least} to {most}")
    return number


def _text(text, name) -> str:
    if not isinstance(text, str):
        raise TypeError(f"{name}: found {_shown(text)}; expected a text")
    return str(text)


def _holds_masked(thing) -> bool:
    """Is it a masked array, or a list of them, whose mask numpy.asarray would drop?"""
    if isinstance(thing, (list, tuple)):
        return any(_holds_masked(entry) for entry in thing)
    return isinstance(thing, numpy.ma.MaskedArray)


def _rounds(thing) -> bool:
    """Does a list hold an integer that no double is? NumPy rounds it where floats stand beside it."""
    if isinstance(thing, (list, tuple)):
        return any(_rounds(entry) for entry in thing)
    if isinstance(thing, int):
        return abs(thing) > 1 << 53 and (abs(thing) > 1 << 1023 or int(float(thing)) != thing)
    if isinstance(thing, (numpy.integer, numpy.ndarray)) and thing.dtype.kind in "iu" and thing.dtype.itemsize == 8:
        return any(_rounds(int(number)) for number in numpy.ravel(thing))
    return False


def _samples(target):
    """An array of samples, as numpy.save takes it, with the very numbers of `target`."""
    if _holds_masked(target):
        raise TypeError(f"target: found a masked array; {_UNMASKED}")
    try:
        samples = numpy.asarray(target)
    except (ValueError, OverflowError) as error:  # rows of different length, for example
        raise ValueError(f"target: {error}; expected an expression, or an array of samples") from None
    kind = samples.dtype.kind
    if kind not in "iuf" or samples.dtype.itemsize > 8:
        raise TypeError(f"target: found an array of the type {str(samples.dtype)[:60]!r}; expected an expression, or an array of integers or "
                        "of floats with at most 64 bits")
    if samples.ndim == 0:
        raise ValueError(f"target: found {_shown(target)}, an array without axes; expected one axis for every coordinate")
    if kind == "f":
        finite = numpy.isfinite(samples)
        if not finite.all():
            place = tuple(int(index) for index in numpy.argwhere(~finite)[0])
            raise InputError(f"target{list(place)}: found {samples[place]}; expected finite numbers")
        if isinstance(target, (list, tuple)) and _rounds(target):
            raise ValueError("target: found integers above 2^53 beside floats, which would be rounded; expected numbers of one kind")
    return samples.astype(numpy.float32) if samples.dtype.itemsize == 2 and kind == "f" else samples  # exact


def _quoted(text) -> str:
    """A text in quotes; the escapes of JSON are those of TOML, too."""
    return json.dumps(text, ensure_ascii=False)


def _exact(number, name) -> str:
    """A number as the exact text that an instance takes."""
    if isinstance(number, str):
        return str(number)
    try:
        if isinstance(number, (bool, numpy.bool_, numpy.ndarray)):
            raise TypeError
        if isinstance(number, numpy.floating):
            number = Fraction(*number.as_integer_ratio())
        return str(Fraction(number.item() if isinstance(number, numpy.generic) else number))
    except (ValueError, OverflowError):
        raise ValueError(f"{name}: found {number}; expected a finite number") from None
    except TypeError:
        raise TypeError(f"{name}: found {_shown(number)}; expected a number, a fraction, or a text such as \"7/2\"") from None


def _to_float(text) -> float:
    return float("inf") if text == "inf" else float.fromhex(text)
