"""Reading in steps: a step that is kept is made again only when something that it is made of has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

R = TypeVar("R")


class Steps(Protocol):
    """Makes one step of a reading, ``step(*inputs)``, under a name of its own; a step changes none of its inputs."""

    def __call__(self, name: str, step: Callable[..., R], *inputs: object) -> R: ...


def anew(name: str, step: Callable[..., R], *inputs: object) -> R:
    """Every step is made."""
    return step(*inputs)


class Kept:
    """The steps of the last reading. One with the same inputs isn't made again: its result is the very same object.

    So all that follows from it and from other kept results stays, too. A yes among the inputs equals 1: the cells of
    handles, in which it is a word, may be kept, those of other books may not.

    >>> kept = Kept()
    >>> kept("sum", sum, (1.0, 2.0)), kept("sum", min, (1.0, 2.0)), kept("sum", min, (1.0, 3.0))
    (3.0, 3.0, 1.0)
    """

    def __init__(self) -> None:
        self._last: dict[str, tuple[tuple[object, ...], Any]] = {}

    def __call__(self, name: str, step: Callable[..., R], *inputs: object) -> R:
        """The result of a step, made or kept."""
        last = self._last.get(name)
        if last is None or last[0] != inputs:
            last = self._last[name] = inputs, step(*inputs)
        result: R = last[1]
        return result
