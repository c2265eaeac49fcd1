"""Result folders: what the commands check, report, regress and stability do with them."""
from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Optional

from . import _layercert
from ._arguments import INT_MAX, PathName, Whole, path, text, truth, whole
from ._progress import Progress, told
from ._result import Result


def load(folder: PathName) -> Result:
    """Reads a result folder, which certify left in `out`, or the program layercert.

    The files have to be those that the certificate names by their sums, and what follows from its bounds by arithmetic (ratios, verdicts)
    has to agree. Nothing is proved again: check does that. Raises InputError, with the file's name, for what is no such folder.
    """
    return Result(_layercert.load(path(folder, "folder")))


@dataclass(frozen=True)
class Check:
    """What check has found; true in an `if` where the result is accepted."""

    #: Is everything in the certificate proved again?
    accepted: bool
    #: Why not, in one line; empty if it is.
    reason: str
    #: By the independent checker, which shares no arithmetic with what made the result; else by certifying again.
    independent: bool
    #: What the independent checker verified, what not, and what it took on trust.
    lines: tuple[str, ...] = field(repr=False)
    #: When certified again: the cells in whose middle the layers themselves gave what the decoder says.
    cells_compared: int = field(repr=False)

    def __bool__(self) -> bool:
        return self.accepted


def check(folder: PathName, *, anew: bool = False, threads: Whole = 0, progress: Progress = False) -> Check:
    """Proves a result again, from the files of its folder, as `layercert check`.

    anew      certify again, even if the independent checker could do
    threads   as many as there are processors, for 0
    progress  as of certify; the phase is "checking"

    Raises InputError or RuntimeError where the files cannot be looked at.
    """
    with told(progress) as tell:
        found = _layercert.check(path(folder, "folder"), whole(threads, "threads", 0, INT_MAX), truth(anew, "anew"), tell)
    return Check(found["accepted"], found["reason"], found["independent"], tuple(found["lines"]), found["cells_compared"])


def report(folder: PathName, format: Literal["html", "tex", "csv"] = "html", *, out: Optional[PathName] = None,
           threads: Whole = 0) -> Path:
    """Writes a result as a document for people, as `layercert report`, and returns the name of the file.

    out     the name; without it report.html, report.tex or report.csv in the folder
    """
    formats = _layercert.report_formats()
    if text(format, "format") not in formats:
        raise ValueError(f"format: found {format!r}; expected one of {', '.join(formats)}")
    name = Path(path(folder, "folder")) / f"report.{format}" if out is None else Path(path(out, "out"))
    _layercert.report(path(folder, "folder"), format, str(name), whole(threads, "threads", 0, INT_MAX))
    return name


@dataclass(frozen=True)
class Comparison:
    """One thing that two results were compared by."""

    result: str
    what: str
    #: worse, same or better
    change: str
    text: str


@dataclass(frozen=True)
class Regression:
    """What regress has found; true in an `if` where nothing is worse."""

    #: Is anything worse, after an update of the baseline if there was one?
    worse: bool
    comparisons: tuple[Comparison, ...] = field(repr=False)
    #: What is worse and what is better, a line each, and the counts.
    text: str = field(repr=False)

    def __bool__(self) -> bool:
        return not self.worse

    def __str__(self) -> str:
        return self.text


def regress(baseline: PathName, now: PathName, *, thresholds: Optional[PathName] = None, junit: Optional[PathName] = None,
            update: bool = False) -> Regression:
    """Compares a result, or a folder of results, with an older one, as `layercert regress`.

    thresholds  a TOML file that says how much worse a result may be (docs/regression.md)
    junit       the name of the file for a report in JUnit's XML
    update      makes the new results the baseline
    """
    worse, comparisons, lines = _layercert.regress(path(baseline, "baseline"), path(now, "now"),
                                                   None if thresholds is None else path(thresholds, "thresholds"),
                                                   None if junit is None else path(junit, "junit"), truth(update, "update"))
    return Regression(worse, tuple(Comparison(*comparison) for comparison in comparisons), lines)


@dataclass(frozen=True)
class Stability:
    """How a network fares in finite precision; true in an `if` where every claim survives from some number of bits on.

    Of a result of certify_network: true where no readout can overflow in any of the formats.
    """

    holds: bool
    #: "layercert-stability-1": numbers are exact, or bounds rounded outward, in texts, with decimals beside them. Of a result of
    #: certify_network: "layercert-stability-network-1".
    profile: dict[str, Any] = field(repr=False)
    table: str = field(repr=False)
    #: A plot of the differences from the exact readouts, an SVG file; empty for a result of certify_network.
    svg: str = field(repr=False)

    def __bool__(self) -> bool:
        return self.holds

    def __str__(self) -> str:
        return self.table

    def _repr_svg_(self) -> Optional[str]:
        return self.svg or None


def stability(folder: PathName, *, samples: Optional[Whole] = None, ulps: float = 4.0, threads: Whole = 0,
              progress: Progress = False) -> Stability:
    """The network of a result with rounded weights and arithmetic, as `layercert stability`.

    samples   cells to look at for each level and precision; without it, what does not take too long. Of a result of certify_network:
              points to look at
    ulps      of a result of certify_network: sine, cosine, tanh, sigmoid and softplus are within so many units in the last place
    """
    if isinstance(ulps, bool) or not isinstance(ulps, (int, float)) or not 0.5 <= ulps <= 1e6:
        raise ValueError(f"ulps: found {ulps!r}; expected a number from 0.5 to 1e6")
    count = None if samples is None else whole(samples, "samples", 0)
    with told(progress) as tell:
        holds, document, table, svg = _layercert.stability(path(folder, "folder"), count, float(ulps),
                                                                  whole(threads, "threads", 0, INT_MAX), tell)
    return Stability(holds, json.loads(document), table, svg)
