"""What is being done, shown on a terminal while it takes long."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LARGE = 1_000_000
"""Bytes of a workbook from which on reading and solving take seconds."""
WIDTH = 78


@contextmanager
def progress(size: int) -> Iterator[Callable[[str], None]]:
    """A function that shows what is being done, in a line that the next one replaces and that is gone at the end.

    It shows nothing for a workbook of few bytes, nor where standard error isn't a terminal.
    """
    watched = size >= LARGE and sys.stderr.isatty()

    def show(words: str) -> None:
        if watched:
            print(f"\r{words[:WIDTH]:<{WIDTH}}", end="\r", file=sys.stderr, flush=True)

    try:
        yield show
    finally:
        show("")
