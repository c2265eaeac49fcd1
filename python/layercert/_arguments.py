"""What an argument has to be. Nothing is rounded, cut off or filled in to make one fit, and an error names the argument."""
from __future__ import annotations

import importlib
import json
import os
from decimal import Decimal
from fractions import Fraction
from typing import Any, Union

import numpy

#: A whole number; a float is none.
Whole = Union[int, "numpy.integer[Any]"]
#: A number that is taken exactly: a float is the binary number that it is, a text such as "1/3" or "0.1" what it says.
Exact = Union[int, float, str, Fraction, Decimal, "numpy.integer[Any]", "numpy.floating[Any]"]
#: The name of a file or folder.
PathName = Union[str, "os.PathLike[str]"]

INT_MAX = (1 << 31) - 1
UNMASKED = "expected numbers without a mask: filled(value) says what stands for those that are masked"


def shown(thing: object) -> str:
    text = f"{thing!r} ({type(thing).__name__})"
    return text if len(text) <= 100 else f"a {type(thing).__name__}"


def optional(module: str, what: str, how: str) -> Any:
    """A module that only `what` needs; `how` installs it."""
    try:
        return importlib.import_module(module)
    except ImportError:
        raise ImportError(f"{what} needs {module.split('.')[0]}, which is not installed: {how}") from None


def whole(number: object, name: str, least: int = -(1 << 63), most: int = (1 << 63) - 1) -> int:
    """A whole number that is given as one. A float is none, even if no digit stands after its point; neither is a truth value."""
    if isinstance(number, (bool, numpy.bool_)) or not isinstance(number, (int, numpy.integer)):
        raise TypeError(f"{name}: found {shown(number)}; expected a whole number, an int")
    number = int(number)
    if not least <= number <= most:
        raise ValueError(f"{name}: found {number}; expected a whole number from {least} to {most}")
    return number


def truth(value: object, name: str) -> bool:
    if not isinstance(value, (bool, numpy.bool_)):
        raise TypeError(f"{name}: found {shown(value)}; expected True or False")
    return bool(value)


def text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name}: found {shown(value)}; expected a text")
    return str(value)


def path(value: object, name: str) -> str:
    if not isinstance(value, (str, os.PathLike)) or not isinstance(os.fspath(value), str):
        raise TypeError(f"{name}: found {shown(value)}; expected the name of a file or folder, a str or a pathlib.Path")
    return os.fspath(value)


def quoted(value: str) -> str:
    """A text in quotes; the escapes of JSON are those of TOML, too."""
    return json.dumps(value, ensure_ascii=False)


def exact(number: Any, name: str) -> str:
    """A number as the exact text that an instance takes."""
    if isinstance(number, str):
        return str(number)
    try:
        if isinstance(number, (bool, numpy.bool_, numpy.ndarray)):
            raise TypeError
        if isinstance(number, numpy.floating):
            return str(Fraction(*number.as_integer_ratio()))
        return str(Fraction(number.item() if isinstance(number, numpy.generic) else number))
    except (ValueError, OverflowError):
        raise ValueError(f"{name}: found {number}; expected a finite number") from None
    except TypeError:
        raise TypeError(f"{name}: found {shown(number)}; expected a number, a fraction, or a text such as \"7/2\"") from None


def holds_masked(thing: object) -> bool:
    """Is it a masked array, or a list of them, whose mask numpy.asarray would drop?"""
    if isinstance(thing, (list, tuple)):
        return any(holds_masked(entry) for entry in thing)
    return isinstance(thing, numpy.ma.MaskedArray)


def rounds(thing: object) -> bool:
    """Does a list hold an integer that no double is? NumPy rounds it where floats stand beside it."""
    if isinstance(thing, (list, tuple)):
        return any(rounds(entry) for entry in thing)
    if isinstance(thing, int):
        return abs(thing) > 1 << 53 and (abs(thing) > 1 << 1023 or int(float(thing)) != thing)
    if isinstance(thing, (numpy.integer, numpy.ndarray)) and thing.dtype.kind in "iu" and thing.dtype.itemsize == 8:
        return any(rounds(int(number)) for number in numpy.ravel(thing))
    return False
