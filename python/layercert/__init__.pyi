from decimal import Decimal
from os import PathLike
from fractions import Fraction
from typing import Any, Callable, Literal, Optional, Sequence, Union

import numpy
from numpy.typing import ArrayLike, NDArray

__version__: str

Whole = Union[int, numpy.integer[Any]]
Exact = Union[int, float, str, Fraction, Decimal, numpy.integer[Any], numpy.floating[Any]]
Norm = Literal["euclidean", "max", "one"]
Interpolation = Literal["constant", "multilinear"]
Format = Literal["auto", "json", "binary"]
Progress = Callable[[str, int], None]

class InputError(ValueError): ...

class Result:
    certificate: dict[str, Any]
    table: dict[str, NDArray[Any]]
    @property
    def certified(self) -> bool: ...
    @property
    def dimension(self) -> int: ...
    @property
    def N(self) -> int: ...
    @property
    def depth(self) -> int: ...
    def readout(self, level: Whole) -> tuple[NDArray[numpy.float64], NDArray[numpy.float64]]: ...
    def evaluate(self, point: Union[Exact, Sequence[Exact], ArrayLike], level: Optional[Whole] = ..., bits: Whole = ...) -> NDArray[numpy.float64]: ...

def certify(
    target: Union[str, ArrayLike],
    *,
    dimension: Optional[Whole] = ...,
    N: Whole = ...,
    depth: Whole = ...,
    p: Exact = ...,
    norm: Norm = ...,
    interpolation: Interpolation = ...,
    remainder: Optional[Exact] = ...,
    hoelder: Optional[tuple[Exact, Exact]] = ...,
    out: Union[None, str, PathLike[str]] = ...,
    boxes: Whole = ...,
    tolerance: float = ...,
    accuracy: Optional[Exact] = ...,
    subdivisions: bool = ...,
    format: Format = ...,
    threads: Whole = ...,
    progress: Optional[Progress] = ...,
) -> Result: ...
def certify_instance(
    file: Union[str, PathLike[str]],
    *,
    out: Union[None, str, PathLike[str]] = ...,
    boxes: Whole = ...,
    tolerance: float = ...,
    accuracy: Optional[Exact] = ...,
    subdivisions: bool = ...,
    format: Format = ...,
    threads: Whole = ...,
    progress: Optional[Progress] = ...,
) -> Result: ...
