"""Targets written in Python: a number that records what is done with it.

A function that is called with such numbers leaves the expression that the parser would make of the same formula as a text. The library
builds it (layercert/function/symbolic.hpp); here are only the operators' names.
"""
from __future__ import annotations

import inspect
from decimal import Decimal
from fractions import Fraction
from typing import Any, Callable, Optional

import numpy

from . import _layercert
from ._arguments import exact, shown, whole

_MOST_DIMENSIONS = 10
_NUMBERS = (int, float, Fraction, Decimal, numpy.integer, numpy.floating)
_NO_BRANCH = ("the value of a coordinate is not known while the target is recorded, so no branch may be taken on it (if, and, or, not, "
              "min, max, a < x < b); expected layercert.where(condition, a, b), numpy.minimum, numpy.maximum, or & | ~ of comparisons")
_NO_FLOAT = ("the value of a coordinate is not known while the target is recorded, so it is no float (math.sin and its like want one); "
             "expected NumPy's function of that name, such as numpy.sin")
_ONE_NUMBER = "a coordinate is one number; expected a function with one parameter for each of them, such as lambda x, y: x + y"


class Recorded:
    """A coordinate of the target, or what was computed of such, for a function that is given to certify.

    Operators and NumPy's functions record. Comparisons give 1 where they hold and 0 elsewhere. Numbers are taken exactly: 0.1 is the
    binary number that the float is, Fraction(1, 10) one tenth.
    """

    __slots__ = ("_term", "_is_truth")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, term: _layercert.Symbolic, is_truth: bool = False) -> None:
        self._term = term
        self._is_truth = is_truth

    def __repr__(self) -> str:
        return f"<layercert.Recorded: {self._term.text()}>"

    # ---- operators ----

    def __neg__(self) -> Recorded:
        return _apply("-", self)

    def __pos__(self) -> Recorded:
        return self

    def __abs__(self) -> Recorded:
        return _apply("abs", self)

    def __add__(self, other: Any) -> Any:
        return _operator("+", self, other)

    def __radd__(self, other: Any) -> Any:
        return _operator("+", other, self)

    def __sub__(self, other: Any) -> Any:
        return _operator("-", self, other)

    def __rsub__(self, other: Any) -> Any:
        return _operator("-", other, self)

    def __mul__(self, other: Any) -> Any:
        return _operator("*", self, other)

    def __rmul__(self, other: Any) -> Any:
        return _operator("*", other, self)

    def __truediv__(self, other: Any) -> Any:
        return _operator("/", self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return _operator("/", other, self)

    def __pow__(self, other: Any) -> Any:
        return _operator("pow", self, other)

    def __rpow__(self, other: Any) -> Any:
        return _operator("pow", other, self)

    def __floordiv__(self, other: Any) -> Any:
        return _apply("floor", self / other) if _is_number(other) else NotImplemented

    def __rfloordiv__(self, other: Any) -> Any:
        return _apply("floor", other / self) if _is_number(other) else NotImplemented

    def __mod__(self, other: Any) -> Any:
        return self - other * (self // other) if _is_number(other) else NotImplemented

    def __rmod__(self, other: Any) -> Any:
        return other - self * (other // self) if _is_number(other) else NotImplemented

    def __lt__(self, other: Any) -> Any:
        return _operator("<", self, other, True)

    def __le__(self, other: Any) -> Any:
        return _operator("<=", self, other, True)

    def __gt__(self, other: Any) -> Any:
        return _operator("<", other, self, True)

    def __ge__(self, other: Any) -> Any:
        return _operator("<=", other, self, True)

    def __eq__(self, other: Any) -> Any:
        return _operator("==", self, other, True)

    def __ne__(self, other: Any) -> Any:
        return _operator("!=", self, other, True)

    def __and__(self, other: Any) -> Recorded:
        return _apply("*", _truth(self), _truth(other), is_truth=True)

    def __or__(self, other: Any) -> Recorded:
        return _apply("max", _truth(self), _truth(other), is_truth=True)

    def __xor__(self, other: Any) -> Recorded:
        return _apply("!=", _truth(self), _truth(other), is_truth=True)

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def __invert__(self) -> Recorded:
        return _apply("-", 1, _truth(self), is_truth=True)

    def __floor__(self) -> Recorded:
        return _apply("floor", self)

    def __ceil__(self) -> Recorded:
        return -_apply("floor", -self)

    # ---- what a recorded number cannot be ----

    def __bool__(self) -> bool:
        raise TypeError(_NO_BRANCH)

    def __float__(self) -> float:
        raise TypeError(_NO_FLOAT)

    def __int__(self) -> int:
        raise TypeError("the value of a coordinate is not known while the target is recorded, so it is no int; expected numpy.floor")

    __index__ = __int__

    def __complex__(self) -> complex:
        raise TypeError("a target is real; expected real operations")

    def __getitem__(self, index: Any) -> Any:
        raise TypeError(_ONE_NUMBER)

    def __len__(self) -> int:
        raise TypeError(_ONE_NUMBER)

    def __iter__(self) -> Any:
        raise TypeError(_ONE_NUMBER)

    # ---- NumPy's functions ----

    def __array_ufunc__(self, ufunc: numpy.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        function = _UFUNCS.get(ufunc.__name__)
        if method != "__call__" or options or function is None:
            raise TypeError(f"numpy.{ufunc.__name__} cannot be recorded{'' if function is None else ' so'}; expected one of "
                            + ", ".join(sorted(_UFUNCS)))
        if any(isinstance(thing, (numpy.ndarray, list, tuple)) and numpy.ndim(thing) > 0 for thing in inputs):
            return numpy.frompyfunc(function, ufunc.nin, 1)(*map(_boxed, inputs))
        return function(*(thing.item() if isinstance(thing, numpy.ndarray) else thing for thing in inputs))

    def __array_function__(self, function: Callable[..., Any], types: Any, arguments: Any, options: Any) -> Any:
        if function is numpy.where and len(arguments) == 3 and not options:
            return where(*arguments)
        if function is numpy.clip and len(arguments) == 3 and not options:
            return numpy.minimum(numpy.maximum(arguments[0], arguments[1]), arguments[2])
        raise TypeError(f"numpy.{function.__name__} cannot be recorded; expected numpy.where, numpy.clip, or one of "
                        + ", ".join(sorted(_UFUNCS)))


def _is_number(thing: object) -> bool:
    return isinstance(thing, (Recorded, *_NUMBERS)) and not isinstance(thing, (bool, numpy.bool_))


def _term(thing: Any) -> _layercert.Symbolic:
    if isinstance(thing, Recorded):
        return thing._term
    if not _is_number(thing):
        raise TypeError(f"found {shown(thing)} in the target; expected a number")
    return _layercert.Symbolic.exactly(exact(thing, "a constant of the target"))


def _apply(name: str, *arguments: Any, is_truth: bool = False) -> Recorded:
    return Recorded(_layercert.apply(name, [_term(argument) for argument in arguments]), is_truth)


def _operator(name: str, a: Any, b: Any, is_truth: bool = False) -> Any:
    if not _is_number(a) or not _is_number(b):
        return NotImplemented
    return _apply(name, a, b, is_truth=is_truth)


def _truth(thing: Any) -> Any:
    """What & | ~ work on: 0 or 1."""
    if isinstance(thing, (bool, numpy.bool_)):
        return int(thing)
    if isinstance(thing, Recorded) and thing._is_truth:
        return thing
    raise TypeError(f"found {shown(thing)} beside & | ~ in the target; expected comparisons, such as (x > 0) & (x < y)")


def _boxed(thing: Any) -> Any:
    """An array of objects: what is recorded must not be asked again what to do."""
    if not isinstance(thing, Recorded):
        return numpy.asarray(thing, dtype=object)
    box = numpy.empty((), dtype=object)
    box[()] = thing
    return box


def where(condition: Any, a: Any, b: Any) -> Any:
    """`a` where the condition is not 0, else `b`: what would be an `if` in a function of numbers.

    >>> import layercert
    >>> layercert.record(lambda x: layercert.where(x < 0.5, x, 1 - x))
    'if(x0 < 1/2, x0, 1 - x0)'

    As numpy.where, which may be written instead, but for one number. Without a recorded number it is numpy.where itself.
    """
    if not any(isinstance(thing, Recorded) for thing in (condition, a, b)):
        return numpy.where(condition, a, b)
    if isinstance(condition, (bool, numpy.bool_)):
        return a if condition else b
    return _apply("where", condition, a, b, is_truth=all(isinstance(thing, Recorded) and thing._is_truth for thing in (a, b)))


def _named(name: str, meaning: str) -> Callable[[Any], Any]:
    def function(x: Any) -> Recorded:
        return _apply(name, x)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"{meaning}, of a recorded number."
    return function


step = _named("step", "1 for x >= 0, else 0")
erf = _named("erf", "The error function")
cantor = _named("cantor", "The devil's staircase")
takagi = _named("takagi", "Takagi's continuous function without slopes")

#: The numbers pi and e themselves; numpy.pi is a double beside pi.
pi = Recorded(_layercert.Symbolic.pi())
e = Recorded(_layercert.Symbolic.e())


def _unary(name: str) -> Callable[[Any], Recorded]:
    return lambda x: _apply(name, x)


def _heaviside(x: Any, at_zero: Any) -> Any:
    return where(x < 0, 0, where(x > 0, 1, at_zero))


def _truths(combine: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """numpy.logical_and and its like take any number: not 0 is true."""
    return lambda a, b: combine(_not_zero(a), _not_zero(b))


def _not_zero(x: Any) -> Recorded:
    return x if isinstance(x, Recorded) and x._is_truth else _apply("!=", int(x) if isinstance(x, (bool, numpy.bool_)) else x, 0, is_truth=True)


_UFUNCS: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: _apply("+", a, b),
    "subtract": lambda a, b: _apply("-", a, b),
    "multiply": lambda a, b: _apply("*", a, b),
    "divide": lambda a, b: _apply("/", a, b),
    "true_divide": lambda a, b: _apply("/", a, b),
    "floor_divide": lambda a, b: _apply("floor", _apply("/", a, b)),
    "remainder": lambda a, b: a - b * _apply("floor", _apply("/", a, b)),
    "power": lambda a, b: _apply("pow", a, b),
    "float_power": lambda a, b: _apply("pow", a, b),
    "negative": _unary("-"),
    "positive": lambda x: x,
    "absolute": _unary("abs"),
    "fabs": _unary("abs"),
    "sign": _unary("sign"),
    "square": lambda x: x ** 2,
    "reciprocal": lambda x: 1 / x,
    "sqrt": _unary("sqrt"),
    "cbrt": _unary("cbrt"),
    "hypot": lambda a, b: _apply("sqrt", _apply("pow", a, 2) + _apply("pow", b, 2)),
    "exp": _unary("exp"),
    "exp2": lambda x: 2 ** x,
    "expm1": lambda x: _apply("exp", x) - 1,
    "log": _unary("log"),
    "log1p": lambda x: _apply("log", 1 + x),
    "log2": lambda x: _apply("log", x) / _apply("log", 2),
    "log10": lambda x: _apply("log", x) / _apply("log", 10),
    "sin": _unary("sin"),
    "cos": _unary("cos"),
    "tan": _unary("tan"),
    "arcsin": _unary("asin"),
    "arccos": _unary("acos"),
    "arctan": _unary("atan"),
    "sinh": _unary("sinh"),
    "cosh": _unary("cosh"),
    "tanh": _unary("tanh"),
    "deg2rad": lambda x: x * pi / 180,
    "radians": lambda x: x * pi / 180,
    "floor": _unary("floor"),
    "ceil": lambda x: -_apply("floor", -x),
    "trunc": lambda x: where(x < 0, -_apply("floor", -x), _apply("floor", x)),
    "heaviside": _heaviside,
    "minimum": lambda a, b: _apply("min", a, b),
    "maximum": lambda a, b: _apply("max", a, b),
    "fmin": lambda a, b: _apply("min", a, b),
    "fmax": lambda a, b: _apply("max", a, b),
    "less": lambda a, b: _apply("<", a, b, is_truth=True),
    "less_equal": lambda a, b: _apply("<=", a, b, is_truth=True),
    "greater": lambda a, b: _apply("<", b, a, is_truth=True),
    "greater_equal": lambda a, b: _apply("<=", b, a, is_truth=True),
    "equal": lambda a, b: _apply("==", a, b, is_truth=True),
    "not_equal": lambda a, b: _apply("!=", a, b, is_truth=True),
    "bitwise_and": lambda a, b: _apply("*", _truth(a), _truth(b), is_truth=True),
    "bitwise_or": lambda a, b: _apply("max", _truth(a), _truth(b), is_truth=True),
    "bitwise_xor": lambda a, b: _apply("!=", _truth(a), _truth(b), is_truth=True),
    "invert": lambda x: ~_truth(x),
    "logical_and": _truths(lambda a, b: a & b),
    "logical_or": _truths(lambda a, b: a | b),
    "logical_xor": _truths(lambda a, b: a ^ b),
    "logical_not": lambda x: ~_not_zero(x),
}


def _method(function: Callable[[Any], Any]) -> Callable[[Recorded], Any]:
    return lambda self: function(self)


# NumPy asks the elements of an array of objects for a method of the function's name.
for _name in ("sqrt", "cbrt", "square", "exp", "exp2", "expm1", "log", "log1p", "log2", "log10", "sin", "cos", "tan", "arcsin", "arccos", "arctan",
              "sinh", "cosh", "tanh", "deg2rad", "radians", "floor", "ceil", "trunc", "fabs", "sign", "reciprocal"):
    setattr(Recorded, _name, _method(_UFUNCS[_name]))


def _dimension_of(function: Callable[..., Any], dimension: Optional[int]) -> int:
    """How many coordinates a function has: its parameters without a default."""
    if isinstance(function, numpy.ufunc):
        if dimension not in (None, function.nin):
            raise ValueError(f"dimension: found {dimension}; expected {function.nin}, the number of the function's parameters")
        return function.nin
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        if dimension is None:
            raise TypeError("dimension is missing; the parameters of the function cannot be told") from None
        return dimension
    kinds = inspect.Parameter
    parameters = list(signature.parameters.values())
    for parameter in parameters:
        if parameter.kind == kinds.KEYWORD_ONLY and parameter.default is kinds.empty:
            raise TypeError(f"target: the parameter {parameter.name} of the function has no value; expected one, or a functools.partial")
    if dimension is not None:
        try:
            signature.bind(*[None] * dimension)
        except TypeError:
            raise ValueError(f"dimension: found {dimension}; expected the number of parameters of the function, {signature}") from None
        return dimension
    if any(parameter.kind == kinds.VAR_POSITIONAL for parameter in parameters):
        raise TypeError("dimension is missing; a function of *arguments does not say it")
    return sum(parameter.kind in (kinds.POSITIONAL_ONLY, kinds.POSITIONAL_OR_KEYWORD) and parameter.default is kinds.empty
               for parameter in parameters)


def record(function: Callable[..., Any], dimension: Optional[int] = None) -> str:
    """The expression that a function of numbers is, as a text that certify and an instance file take.

    >>> import layercert, numpy
    >>> from fractions import Fraction
    >>> layercert.record(lambda x, y: numpy.sin(2 * layercert.pi * x) * y + abs(x - Fraction(1, 3)))
    'sin(2*pi*x0)*x1 + abs(x0 - 1/3)'

    The function is called once, with a recorded number for each coordinate. Every number in it is taken exactly: 0.1 is the binary number
    that the float is, Fraction(1, 10) or Decimal("0.1") one tenth; pi is layercert.pi. A number that stays in the function but does not
    depend on the coordinates is computed by Python, in floating point.

    Raises TypeError for what cannot be recorded: a branch on a value, a function of the module math, one of NumPy's that has no
    counterpart.
    """
    return recorded(function, dimension)[0]


def recorded(function: Callable[..., Any], dimension: Any = None) -> tuple[str, int]:
    """The text, and the dimension."""
    if dimension is not None:
        dimension = whole(dimension, "dimension")
    dimension = _dimension_of(function, dimension)
    if not 1 <= dimension <= _MOST_DIMENSIONS:
        raise _layercert.InputError(f"dimension: found {dimension}; expected an integer from 1 to {_MOST_DIMENSIONS}")
    value = function(*(Recorded(_layercert.Symbolic.variable(j)) for j in range(dimension)))
    if isinstance(value, numpy.ndarray) and value.ndim == 0:
        value = value.item()
    if not _is_number(value):
        raise TypeError(f"target: the function gave {shown(value)}; expected one number")
    return _term(value).text(), dimension
