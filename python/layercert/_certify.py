"""Runs: a target in Python becomes the text of an instance, which the library certifies."""
from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Callable, Literal, Optional, Union

import numpy
from numpy.typing import ArrayLike

from . import _layercert
from ._arguments import INT_MAX, UNMASKED, Exact, PathName, Whole, exact, holds_masked, path, quoted, rounds, shown, text, truth, whole
from ._layercert import InputError
from ._progress import Progress, told
from ._recording import Recorded, recorded
from ._result import Result

Norm = Literal["euclidean", "max", "one"]
Interpolation = Literal["constant", "multilinear"]
Format = Literal["auto", "json", "binary"]
Effort = Literal["quick", "default", "thorough"]
#: An expression, an array of samples, or a function of numbers.
Target = Union[str, ArrayLike, Callable[..., Any]]


class Lines:
    """The text of an instance, and the argument that each line of it came from."""

    def __init__(self) -> None:
        self.text = ""
        self.arguments: list[str] = []

    def add(self, line: str, argument: str = "") -> None:
        self.text += line + "\n"
        self.arguments.append(argument)


def certify(target: Target, *, dimension: Optional[Whole] = None, N: Whole = 2, depth: Whole = 4, p: Exact = 2, norm: Norm = "euclidean",
            interpolation: Interpolation = "constant", remainder: Optional[Exact] = None, hoelder: Optional[tuple[Exact, Exact]] = None,
            out: Optional[PathName] = None, effort: Effort = "default", boxes: Optional[Whole] = None,
            tolerance: Optional[float] = None, accuracy: Optional[Exact] = None,
            subdivisions: bool = True, format: Format = "auto", threads: Whole = 0, progress: Progress = False) -> Result:
    """Builds the network of a target and certifies every level.

    target         an expression, such as "abs(x - 1/3)"; or a function of numbers, such as lambda x, y: x * y, which is called once and
                   recorded (layercert.record); or an array of samples, with the axes ..., x1, x0: integers or floats, all finite, of any
                   byte order and layout in memory
    dimension      d. Without it, that of the array, the number of the function's parameters, or as many coordinates as the expression
                   names: "y" has two
    N, depth       whole numbers (int, or a NumPy integer)
    p, remainder, accuracy, and hoelder = (lambda, alpha)
                   exact: whole numbers, fractions, texts such as "7/2"; floats as the binary numbers that they are
    out            the folder that keeps the result; a former result there is replaced
    effort         how much to do beyond the verdicts: "quick" ends at them, "thorough" has a smaller tolerance and more boxes
    boxes, tolerance
                   the most boxes of an integral, and the wanted relative width of the enclosures, in place of those of the effort
    progress       True: a bar on standard error, tqdm's if tqdm is installed. A function: called as progress(phase, level) with "reading",
                   "building", "decoding", "certifying", "sharpening", "listing" and "writing"; an exception that it raises ends the run, as Ctrl-C does

    Nothing is rounded, cut off or filled in to make it fit: what is not of the kind that is expected is refused.

    Raises TypeError where an argument is of the wrong kind (a float for N, a masked array, a branch on a value in a function), and
    InputError or another ValueError where its value is wrong; both name the argument and say what was found and what was expected.

    >>> import layercert
    >>> layercert.certify(lambda x, y: abs(x - y), depth=2).certified
    True
    """
    with tempfile.TemporaryDirectory(prefix="layercert_") as folder:
        lines = instance_lines(target, dimension, interpolation, folder, remainder, N, depth, p, norm)
        if hoelder is not None:
            if not isinstance(hoelder, (tuple, list)) or len(hoelder) != 2:
                raise TypeError(f"hoelder: found {shown(hoelder)}; expected (lambda, alpha)")
            lines.add("")
            lines.add("[hoelder]")
            lines.add(f"lambda = {quoted(exact(hoelder[0], 'hoelder[0], lambda'))}", "hoelder[0], lambda")
            lines.add(f"alpha = {quoted(exact(hoelder[1], 'hoelder[1], alpha'))}", "hoelder[1], alpha")
        with RunArguments(out, effort, boxes, tolerance, accuracy, subdivisions, format, threads, progress) as arguments:
            return Result(_layercert.certify_text(lines.text, folder, lines.arguments, arguments.compiled))


def certify_instance(file: PathName, *, out: Optional[PathName] = None, effort: Effort = "default",
                     boxes: Optional[Whole] = None, tolerance: Optional[float] = None, accuracy: Optional[Exact] = None, subdivisions: bool = True, format: Format = "auto", threads: Whole = 0,
                     progress: Progress = False) -> Result:
    """As certify, of an instance file. InputError names the file and the line."""
    with RunArguments(out, effort, boxes, tolerance, accuracy, subdivisions, format, threads, progress) as arguments:
        return Result(_layercert.certify_file(path(file, "file"), arguments.compiled))


class RunArguments:
    """What runs have in common."""

    def __init__(self, out: Any, effort: Any, boxes: Any, tolerance: Any, accuracy: Any, subdivisions: Any, format: Any, threads: Any,
                 progress: Any) -> None:
        if isinstance(tolerance, (bool, numpy.bool_, str, numpy.ndarray)):
            raise TypeError(f"tolerance: found {shown(tolerance)}; expected a number above 0 and at most 1")
        if tolerance is not None and not 0 < tolerance <= 1:
            raise ValueError(f"tolerance: found {tolerance}; expected a number above 0 and at most 1")
        self._stack = ExitStack()
        self._progress = progress
        self._values = (None if out is None else path(out, "out"), text(effort, "effort"),
                        None if boxes is None else whole(boxes, "boxes", 1), None if tolerance is None else float(tolerance),
                        None if accuracy is None else exact(accuracy, "accuracy"), truth(subdivisions, "subdivisions"),
                        text(format, "format"), whole(threads, "threads", 0, INT_MAX))

    def __enter__(self) -> RunArguments:
        self.compiled = _layercert.CertifyArguments(*self._values, self._stack.enter_context(told(self._progress)))
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)


def instance_lines(target: Target, dimension: Optional[Whole], interpolation: Interpolation, folder: str, remainder: Optional[Exact], N: Whole,
                   depth: Whole, p: Exact, norm: Norm) -> Lines:
    """The text of an instance, but for Hoelder's constants; samples go to the folder."""
    interpolation_name = text(interpolation, "interpolation")
    if dimension is not None:
        dimension = whole(dimension, "dimension")
    lines = Lines()
    lines.add("[target]")
    if callable(target) and not isinstance(target, (str, numpy.ndarray, Recorded)):
        expression, dimension = recorded(target, dimension)
        _add_expression(lines, expression, dimension, interpolation_name)
    elif isinstance(target, str):
        if dimension is None:
            dimension = max(1, _layercert.dimension_of_text(target))
        _add_expression(lines, target, dimension, interpolation_name)
    else:
        samples = _samples(target)
        if dimension is not None and dimension != samples.ndim:
            raise ValueError(f"dimension: found {dimension}; expected {samples.ndim}, as the array has so many axes")
        numpy.save(Path(folder) / "samples.npy", samples, allow_pickle=False)
        lines.add(f"dimension = {samples.ndim}", "target")
        lines.add('table = "samples.npy"', "target")
        lines.add(f"interpolation = {quoted(interpolation_name)}", "interpolation")
    if remainder is not None:
        lines.add(f"remainder = {quoted(exact(remainder, 'remainder'))}", "remainder")
    lines.add("")
    lines.add("[theorem]")
    lines.add(f"N = {whole(N, 'N')}", "N")
    lines.add(f"depth = {whole(depth, 'depth')}", "depth")
    lines.add(f"p = {quoted(exact(p, 'p'))}", "p")
    lines.add(f"norm = {quoted(text(norm, 'norm'))}", "norm")
    return lines


def _add_expression(lines: Lines, expression: str, dimension: int, interpolation: str) -> None:
    if interpolation != "constant":
        raise ValueError(f"interpolation: found {interpolation!r} beside an expression; expected an array of samples")
    lines.add(f"dimension = {dimension}", "dimension")
    lines.add(f"expression = {quoted(expression)}", "target")


def _samples(target: Any) -> Any:
    """An array of samples, as numpy.save takes it, with the very numbers of `target`."""
    if holds_masked(target):
        raise TypeError(f"target: found a masked array; {UNMASKED}")
    try:
        samples = numpy.asarray(target)
    except (ValueError, OverflowError) as error:  # rows of different length, for example
        raise ValueError(f"target: {error}; expected an expression, a function, or an array of samples") from None
    kind = samples.dtype.kind
    if kind not in "iuf" or samples.dtype.itemsize > 8:
        raise TypeError(f"target: found an array of the type {str(samples.dtype)[:60]!r}; expected an expression, a function, or an array of "
                        "integers or of floats with at most 64 bits")
    if samples.ndim == 0:
        raise ValueError(f"target: found {shown(target)}, an array without axes; expected one axis for every coordinate")
    if kind == "f":
        finite = numpy.isfinite(samples)
        if not finite.all():
            place = tuple(int(index) for index in numpy.argwhere(~finite)[0])
            raise InputError(f"target{list(place)}: found {samples[place]}; expected finite numbers")
        if isinstance(target, (list, tuple)) and rounds(target):
            raise ValueError("target: found integers above 2^53 beside floats, which would be rounded; expected numbers of one kind")
    return samples.astype(numpy.float32) if samples.dtype.itemsize == 2 and kind == "f" else samples  # exact
