"""The form that every equation has: the provision of each act beside it, and a sentence where it can't be divided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from cbam_xl.errors import CbamError

TRANSITIONAL = "2023/1773"
DEFINITIVE = "2025/2547"
FREE_ALLOCATION = "2025/2620"

Equation = TypeVar("Equation", bound=Callable[..., Any])


def cites(
    *, transitional: str | None = None, definitive: str | None = None, free_allocation: str | None = None
) -> Callable[[Equation], Equation]:
    """Writes the provisions of a function into its attribute `cites` (act -> provision); returns the function itself.

    An act that doesn't have the equation is left out; a call costs nothing more than without the decorator.

    >>> @cites(transitional="III D.1, Eq. 44", definitive="II D.1, Eq. 35")
    ... def electricity_emissions(mwh, ef):
    ...     return mwh * ef
    >>> electricity_emissions.cites
    {'2023/1773': 'III D.1, Eq. 44', '2025/2547': 'II D.1, Eq. 35'}
    """
    all_acts = ((TRANSITIONAL, transitional), (DEFINITIVE, definitive), (FREE_ALLOCATION, free_allocation))
    found = {act: at for act, at in all_acts if at is not None}

    def attach(equation: Equation) -> Equation:
        vars(equation)["cites"] = found
        return equation

    return attach


def provisions(equation: Callable[..., Any]) -> Mapping[str, str]:
    """What `cites` wrote beside an equation: act -> provision; empty for any other function.

    >>> provisions(len)
    {}
    """
    found: Mapping[str, str] = getattr(equation, "cites", {})
    return found


def quotient(over: float, under: float, otherwise: str) -> float:
    """over / under; where that can't be divided, a CbamError with the sentence `otherwise`.

    >>> quotient(1, 0, "The net calorific value is 0: enter it.")
    Traceback (most recent call last):
    cbam_xl.errors.CbamError: The net calorific value is 0: enter it.
    """
    try:
        return over / under
    except ZeroDivisionError:
        raise CbamError(otherwise) from None
