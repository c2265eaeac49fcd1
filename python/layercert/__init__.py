"""Certified approximation by deep networks, layer by layer.

    import layercert
    result = layercert.certify("sin(2*pi*x)*y + abs(x - 1/3)", N=2, depth=4, p=2)
    result.certified                # True: claim R holds at every level, for this network
    result.errors, result.bounds    # rigorous enclosures, arrays of the shape (depth, 2)
    lower, upper = result.readout(3)  # enclosures of Phi_3 on the cells, arrays with the axes ..., x1, x0

A bound is rounded outward to a double. What is certified, and what it rests on, is said in docs/guarantee.md of layercert.
"""
from __future__ import annotations

from ._certify import certify, certify_instance
from ._folders import Check, Comparison, Regression, Stability, check, load, regress, report, stability
from ._intervals import intervals
from ._layercert import InputError, __version__
from ._network import NetworkResult, certify_network
from ._recording import Recorded, cantor, e, erf, pi, record, step, takagi, where
from ._result import Result

InputError.__module__ = __name__
for _public in (certify, certify_instance, certify_network, NetworkResult, Check, Comparison, Regression, Stability, check, load, regress, report, stability, intervals,
                Recorded, record, where, Result):
    _public.__module__ = __name__
del _public

__all__ = ["Check", "Comparison", "InputError", "NetworkResult", "Recorded", "Regression", "Result", "Stability", "__version__", "cantor", "certify",
           "certify_instance", "certify_network", "check", "e", "erf", "intervals", "load", "pi", "record", "regress", "report", "stability", "step", "takagi",
           "where"]
