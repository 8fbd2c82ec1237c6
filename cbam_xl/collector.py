"""The garbage collector, paused while records are made by the ten thousand.

It would look through all of them again and again for circles, which they don't form: a quarter of the time for nothing.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """Leave the collector off meanwhile, and as it was before; also a decorator.

    What was made meanwhile counts as old afterwards, or else the collector would look through it at once.

    >>> import gc
    >>> with paused():
    ...     gc.isenabled()
    False
    >>> gc.isenabled()
    True
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()  # into the oldest generation
            gc.enable()
