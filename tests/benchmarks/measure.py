"""Interleaved rounds: every round runs each case once, in rotated order, so that a noisy machine hits all alike.

A figure is the median; a ratio is the median of the ratios to the floor within each round. Absolute times drift by
tens of per cent between runs, ratios hardly.
"""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

CHECKOUT = Path(__file__).parents[2]


class Timing(NamedTuple):
    """Median seconds of a case, and its median ratio to the floor."""

    seconds: float
    ratio: float


def interleaved(cases: Mapping[str, Callable[[], object]], rounds: int, floor: str) -> dict[str, Timing]:
    """Time all cases against one of them, after a first run that isn't counted."""
    for run in cases.values():
        run()
    names = list(cases)
    taken: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(rounds):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            gc.collect()
            start = time.perf_counter()
            result = cases[name]()
            taken[name].append(time.perf_counter() - start)
            del result
    ratios = {name: [a / b for a, b in zip(taken[name], taken[floor], strict=True)] for name in names}
    return {name: Timing(statistics.median(taken[name]), statistics.median(ratios[name])) for name in names}


def python(code: str, *arguments: str) -> Callable[[], object]:
    """A case: a new Python process that runs ``code``, compiled once as in an installed package; it fails loudly."""
    command = [sys.executable, "-c", code, *arguments]
    return lambda: subprocess.run(command, cwd=CHECKOUT, env=compiled(), check=True, stdout=subprocess.DEVNULL)


def compiled() -> dict[str, str]:
    """The environment of such a process: byte code is kept, outside the checkout."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": os.path.join(tempfile.gettempdir(), "cbam_xl-benchmarks")}


_PEAK = """
import re
with open('/proc/self/status') as file:
    print('\\n' + re.search(r'VmHWM:\\s*(\\d+)', file.read())[1])
"""


def peak(code: str, *arguments: str) -> float:
    """Peak resident memory in MiB of a new Python process that runs ``code``; NaN where there is no /proc."""
    if not os.path.exists("/proc/self/status"):
        return float("nan")
    command = [sys.executable, "-c", code + _PEAK, *arguments]
    done = subprocess.run(command, cwd=CHECKOUT, env=compiled(), check=True, capture_output=True, text=True)
    return int(done.stdout.split()[-1]) / 1024


def shown(seconds: float) -> str:
    """A time with three digits.

    >>> shown(0.0123), shown(2.5), shown(4.2e-7)
    ('12.3 ms', '2.5 s', '0.42 µs')
    """
    unit, size = next((u, s) for u, s in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)) if seconds >= s or u == "µs")
    return f"{seconds / size:.3g} {unit}"


def table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A Markdown table with aligned columns."""
    rows = [header, *lines]
    widths = [max(len(row[k]) for row in rows) for k in range(len(header))]
    text = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    rule = "|".join("-" * (width + 2) for width in widths)
    return "\n".join((f"| {text[0]} |", f"|{rule}|", *(f"| {line} |" for line in text[1:])))
