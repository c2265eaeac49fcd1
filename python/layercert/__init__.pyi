from os import PathLike
from fractions import Fraction
from typing import Any, Callable, Literal, Optional, Sequence, Union

import numpy
from numpy.typing import ArrayLike, NDArray

__version__: str

Exact = Union[int, float, str, Fraction]
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
    def readout(self, level: int) -> tuple[NDArray[numpy.float64], NDArray[numpy.float64]]: ...
    def evaluate(self, point: Union[Exact, Sequence[Exact], ArrayLike], level: Optional[int] = ..., bits: int = ...) -> NDArray[numpy.float64]: ...

def certify(
    target: Union[str, ArrayLike],
    *,
    dimension: Optional[int] = ...,
    N: int = ...,
    depth: int = ...,
    p: Exact = ...,
    norm: Norm = ...,
    interpolation: Interpolation = ...,
    remainder: Optional[Exact] = ...,
    hoelder: Optional[tuple[Exact, Exact]] = ...,
    out: Union[None, str, PathLike[str]] = ...,
    boxes: int = ...,
    tolerance: float = ...,
    accuracy: Optional[Exact] = ...,
    subdivisions: bool = ...,
    format: Format = ...,
    threads: int = ...,
    progress: Optional[Progress] = ...,
) -> Result: ...
def certify_instance(
    file: Union[str, PathLike[str]],
    *,
    out: Union[None, str, PathLike[str]] = ...,
    boxes: int = ...,
    tolerance: float = ...,
    accuracy: Optional[Exact] = ...,
    subdivisions: bool = ...,
    format: Format = ...,
    threads: int = ...,
    progress: Optional[Progress] = ...,
) -> Result: ...
