"""How far a run is: told to a function, or shown on standard error."""
from __future__ import annotations

import importlib
import sys
from contextlib import contextmanager
from typing import Any, Callable, Iterator, Optional, Union

from ._arguments import shown

#: False: nothing. True: a bar on standard error, tqdm's if it is there. A function: called as progress(phase, level).
Progress = Union[bool, None, Callable[[str, int], object]]

_Told = Optional[Callable[[str, int, int], None]]
_WIDTH = 30


class _PlainBar:
    """A line on standard error that is written over."""

    def __init__(self) -> None:
        self._longest = 0

    def show(self, done: float, text: str) -> None:
        full = int(done * _WIDTH)
        line = f"layercert [{'#' * full}{'.' * (_WIDTH - full)}] {text}"
        self._longest = max(self._longest, len(line))
        sys.stderr.write("\r" + line.ljust(self._longest))
        sys.stderr.flush()

    def close(self) -> None:
        if self._longest:
            sys.stderr.write("\n")
            sys.stderr.flush()


class _TqdmBar:
    def __init__(self, tqdm: Any) -> None:
        self._bar = tqdm(total=100, desc="layercert", bar_format="{desc} {percentage:3.0f}% |{bar}| {elapsed} {postfix}", file=sys.stderr)

    def show(self, done: float, text: str) -> None:
        self._bar.set_postfix_str(text, refresh=False)
        self._bar.n = round(100 * done)
        self._bar.refresh()

    def close(self) -> None:
        self._bar.close()


def _new_bar() -> Union[_PlainBar, _TqdmBar]:
    try:
        return _TqdmBar(importlib.import_module("tqdm").tqdm)
    except ImportError:
        return _PlainBar()


def _done(phase: str, level: int, levels: int) -> float:
    """The part of the phases that are through, each as long as the others; in a phase, the part of its levels."""
    if phase == "writing":
        return 1.0
    through = max(level - 1, 0) / max(levels, 1)
    phases = ("building", "certifying", "sharpening", "listing")
    if phase in phases:
        return (phases.index(phase) + through) / len(phases)
    return {"reading": 0.0, "decoding": 1 / len(phases)}.get(phase, through)


@contextmanager
def told(progress: Progress) -> Iterator[_Told]:
    """What the compiled half calls, as progress(phase, level, levels)."""
    if progress is None or progress is False:
        yield None
    elif progress is True:
        bar = _new_bar()
        try:
            yield lambda phase, level, levels: bar.show(_done(phase, level, levels), f"{phase} level {level} of {levels}" if level else phase)
            bar.show(1.0, "done")
        finally:
            bar.close()
    elif callable(progress):
        function = progress
        yield lambda phase, level, levels: (function(phase, level), None)[1]
    else:
        raise TypeError(f"progress: found {shown(progress)}; expected True, False, or something that can be called")
