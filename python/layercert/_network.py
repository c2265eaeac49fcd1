"""Networks that others made: certified readout by readout."""
from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Optional, Sequence, Union

import numpy
from numpy.typing import ArrayLike, NDArray

from . import _layercert
from ._arguments import Exact, PathName, Whole, exact, holds_masked, path, shown, text, whole
from ._certify import Effort, Norm, RunArguments, Target, instance_lines
from ._layercert import InputError
from ._progress import Progress

#: W of the shape (units, inputs), b of the shape (units,), and the activation of y = activation(W x + b).
Layer = tuple[ArrayLike, ArrayLike, str]
#: A file; its bytes; a model of the package onnx; or layers, the last of which has the readouts.
Network = Union[PathName, bytes, Sequence[Layer], Any]
ACTIVATIONS = ("relu", "sine", "cosine", "tanh", "sigmoid", "softplus", "identity")


@dataclass(frozen=True)
class NetworkResult:
    """What is proved of a network.

    certified      whether every readout's error is proved to be at most its bound
    names          of the readouts
    statuses       "certified", "refuted" or "undecided", a readout each
    errors         enclosures of || f - Phi ||_p, an array of the shape (readouts, 2), rounded outward
    bounds         what they are compared with: (2d+1) omega_p(f, N^-l) from below, or at_most; an array of the shape (readouts,)
    certificate    certificate.json
    """

    certified: bool
    names: tuple[str, ...]
    statuses: tuple[str, ...]
    errors: NDArray[numpy.float64]
    bounds: NDArray[numpy.float64]
    certificate: dict[str, Any]
    table: str

    def __str__(self) -> str:
        return self.table


def certify_network(network: Network, target: Target, *, dimension: Optional[Whole] = None, N: Whole = 2, p: Exact = 2,
                    norm: Norm = "euclidean", remainder: Optional[Exact] = None,
                    readouts: Optional[Union[Sequence[str], Mapping[str, Whole]]] = None, at_most: Optional[Exact] = None,
                    out: Optional[PathName] = None, effort: Effort = "default", boxes: Optional[Whole] = None,
                    tolerance: Optional[float] = None, threads: Whole = 0, progress: Progress = False) -> NetworkResult:
    """Encloses the error of every readout of a network and compares it with the bound of the theorem, or with a number.

    network        the name of a file (ONNX, network.json, layers.json or network.lcn) or its bytes; a model of the package onnx; or a list of
                   layers (W, b, activation), W of the shape (units, inputs) and b of the shape (units,): finite integers or floats, taken
                   exactly; "relu", "sine", "cosine", "tanh", "sigmoid", "softplus" or "identity". Every unit of the last layer is a readout,
                   "y1", "y2", ...
    target         f, as for layercert.certify; samples are interpolated, multilinearly
    N, p, norm, remainder, dimension
                   as for layercert.certify
    readouts       names: these alone, the i-th compared with the claim of level i; or a mapping of names to levels
    at_most        the number that every error is compared with, exactly; else (2d+1) omega_p(f, N^-l)
    out, effort, boxes, tolerance, threads, progress
                   as for layercert.certify; the phases are "reading the network", "reading the target" and "certifying readout ..."

    The network is exact real arithmetic. Raises TypeError and ValueError, InputError among them, as layercert.certify does.

    >>> import layercert
    >>> result = layercert.certify_network([([[1.0]], [-0.5], "relu"), ([[1.0]], [0.0], "identity")], "max(x - 1/2, 0)", at_most="1e-9")
    >>> result.certified, result.names
    (True, ('y1',))
    """
    content, name = _bytes_of(network)
    interpolation: Any = "constant" if callable(target) or isinstance(target, str) else "multilinear"
    number = None if at_most is None else exact(at_most, "at_most")
    with tempfile.TemporaryDirectory(prefix="layercert_") as folder:
        lines = instance_lines(target, dimension, interpolation, folder, remainder, N, 1, p, norm)
        with RunArguments(out, effort, boxes, tolerance, None, True, "auto", threads, progress) as arguments:
            document, table = _layercert.certify_network(lines.text, folder, lines.arguments, content, name, _readouts(readouts), number,
                                                         arguments.compiled)
    certificate = json.loads(document)
    entries = certificate["readouts"]
    errors = numpy.array([[float(entry["error_lower_decimal"]), float(entry["error_upper_decimal"])] for entry in entries])
    bounds = numpy.array([float(entry["bound_decimal"]) if "bound_decimal" in entry else _below(number) for entry in entries])
    return NetworkResult(certificate["verdict"] == "certified", tuple(entry["readout"] for entry in entries),
                         tuple(entry["status"] for entry in entries), errors, bounds, certificate, table)


def _below(number: Optional[str]) -> float:
    """The largest double that is at most the number of at_most."""
    from fractions import Fraction
    value = Fraction(number or 0)
    nearest = float(value)
    return nearest if Fraction(nearest) <= value else float(numpy.nextafter(nearest, -numpy.inf))


def _readouts(readouts: Any) -> str:
    if readouts is None:
        return ""
    if isinstance(readouts, str) or not isinstance(readouts, (Mapping, Sequence)):
        raise TypeError(f"readouts: found {shown(readouts)}; expected a list of names, or a mapping of names to levels")
    items = []
    for name in readouts:
        if any(sign in text(name, "readouts") for sign in ",="):
            raise ValueError(f"readouts: found {name!r}; expected names without commas and equals signs")
        items.append(f"{name}={whole(readouts[name], 'readouts', 1, 64)}" if isinstance(readouts, Mapping) else name)
    if not items:
        raise ValueError("readouts: found none; expected one or more names")
    return ",".join(items)


def _bytes_of(network: Any) -> tuple[bytes, str]:
    if isinstance(network, bytes):
        return network, "the network"
    if isinstance(network, (str, os.PathLike)):
        file = path(network, "network")
        try:
            return Path(file).read_bytes(), file
        except OSError as error:
            raise InputError(f"network: {file} cannot be read ({error.strerror}); expected a file") from None
    if hasattr(network, "SerializeToString"):  # a model of the package onnx
        return bytes(network.SerializeToString()), "the network"
    if isinstance(network, (list, tuple)):
        return _row_of(network).encode(), "the network"
    raise TypeError(f"network: found {shown(network)}; expected a file, bytes, a model of the package onnx, or a list of (W, b, activation)")


def _numbers(value: Any, name: str, axes: int) -> NDArray[Any]:
    """An array of doubles that are the very numbers."""
    if holds_masked(value):
        raise TypeError(f"{name}: found a masked array; expected numbers without a mask")
    try:
        array = numpy.asarray(value)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{name}: {error}; expected an array of numbers") from None
    if array.dtype.kind not in "iuf" or array.dtype.itemsize > 8:
        raise TypeError(f"{name}: found an array of the type {str(array.dtype)[:60]!r}; expected integers or floats of at most 64 bits")
    if array.ndim != axes:
        raise ValueError(f"{name}: found {array.ndim} axes; expected {axes}")
    if array.dtype.kind in "iu" and array.size and max(abs(int(array.min())), abs(int(array.max()))) > 1 << 53:
        raise ValueError(f"{name}: found an integer above 2^53, which would be rounded; expected smaller ones")
    doubles = array.astype(numpy.float64)
    if not numpy.isfinite(doubles).all():
        raise InputError(f"{name}: found {doubles[~numpy.isfinite(doubles)][0]}; expected finite numbers")
    return doubles


def _row_of(layers: Any) -> str:
    """layers.json (proofs/network-json.md)."""
    if not layers:
        raise ValueError("network: found no layer; expected one or more (W, b, activation)")
    units: list[dict[str, Any]] = []
    inputs = 0
    sources: list[int] = []
    for i, layer in enumerate(layers):
        name = f"network[{i}]"
        if not isinstance(layer, (tuple, list)) or len(layer) != 3:
            raise TypeError(f"{name}: found {shown(layer)}; expected (W, b, activation)")
        weights, biases = _numbers(layer[0], name + ", W", 2), _numbers(layer[1], name + ", b", 1)
        activation = text(layer[2], name + ", activation")
        if activation not in ACTIVATIONS:
            raise ValueError(f"{name}, activation: found {activation!r}; expected one of {', '.join(ACTIVATIONS)}")
        if i == 0:
            inputs = weights.shape[1]
            sources = list(range(inputs))
        if weights.shape != (len(biases), len(sources)) or not len(biases):
            raise ValueError(f"{name}: found W of the shape {weights.shape} and b of {biases.shape}; expected "
                             f"(units, {len(sources)}) and (units,)")
        first = inputs + len(units)
        for row, bias in zip(weights, biases):
            units.append({"activation": activation, "bias": float(bias).hex(),
                          "weights": [[source, float(weight).hex()] for source, weight in zip(sources, row)]})
        sources = list(range(first, first + len(biases)))
    return json.dumps({"format": "layercert-layers-1", "d": inputs, "units": units,
                       "readouts": [{"name": f"y{k + 1}", "source": source} for k, source in enumerate(sources)]}) + "\n"
