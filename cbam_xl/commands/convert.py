"""``cbam-xl convert``: a value from one unit to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import CbamError
from .shared import DONE

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def options(sub: ArgumentParser) -> None:
    """Declare what it takes."""
    sub.add_argument("value", metavar="VALUE", help="with a decimal point")
    sub.add_argument("unit", metavar="FROM")
    sub.add_argument("to", metavar="TO")


def run(options: Namespace) -> int:
    """Run the command; its exit status."""
    from math import isfinite

    from .. import units

    given = _number(options.value)
    try:
        value = units.convert(given, options.unit, options.to)
    except units.UnitError:
        if None not in (units.dimension(options.unit), units.dimension(options.to)):
            raise
        value = units.convert_with_pint(given, options.unit, options.to)
    if not isfinite(value):
        raise CbamError(f"{given:g} {options.unit} is beyond all bounds in {options.to}: type another figure.")
    print(f"{given:.12g} {options.unit} = {value:.12g} {options.to}")
    return DONE


def _number(text: str) -> float:
    """A figure as the command line takes it: with a decimal point and without separators."""
    from ..entries import meant

    try:
        return float(text)
    except ValueError:
        hint = f": {meant(text)}, if that is meant" if meant(text) else ""
        raise CbamError(f"“{text}” is no number here: type it with a decimal point, without blanks, unit and "
                        f"thousands separators{hint}.") from None  # fmt: skip
